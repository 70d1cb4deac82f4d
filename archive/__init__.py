"""Keeps what crossed the wire: WARC/1.1 files with their index, written, verified and read back. Bytes only.

Knows neither Scrapy nor reports. The crawler hands over an `Exchange`; readers get a `Capture`. What lies on disk is
described where it is written: archive.writer (exchanges, survival), archive.files (names, locks), archive.cdxj (the
index), archive.merged (all indexes as one), archive.urlkey (their keys).
"""

from archive.cdxj import CdxjLine
from archive.errors import (
    ArchiveError,
    ArchiveNotFound,
    ArchiveWriteFailed,
    DamagedArchive,
    PayloadTooLarge,
    TruncatedArchive,
    UnresolvedRevisit,
)
from archive.files import passed_by, warc_files
from archive.fixity import Problem, VerifyReport, verify
from archive.http_message import MAX_PAYLOAD
from archive.indexing import find, index
from archive.reader import (
    Capture,
    Item,
    Note,
    Span,
    Unread,
    iter_captures,
    raw_exchange,
    read_capture,
    read_span,
    spans,
    wire_pieces,
)
from archive.warc_file import Recovered
from archive.writer import ArchiveWriter, Exchange, Written

__all__ = [
    "MAX_PAYLOAD",
    "ArchiveError",
    "ArchiveNotFound",
    "ArchiveWriteFailed",
    "ArchiveWriter",
    "Capture",
    "CdxjLine",
    "DamagedArchive",
    "Exchange",
    "Item",
    "Note",
    "PayloadTooLarge",
    "Problem",
    "Recovered",
    "Span",
    "TruncatedArchive",
    "Unread",
    "UnresolvedRevisit",
    "VerifyReport",
    "Written",
    "find",
    "index",
    "iter_captures",
    "passed_by",
    "raw_exchange",
    "read_capture",
    "read_span",
    "spans",
    "verify",
    "warc_files",
    "wire_pieces",
]
