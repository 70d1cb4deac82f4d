"""WARC records: built as gzip members, and read back from any file that holds them, ours or foreign.

A record on disk (WARC/1.1, ISO 28500:2017), alone in one gzip member:

    WARC/1.1 CRLF  (name: value CRLF)*  CRLF  block CRLF CRLF

`scan` reads what other writers make too: WARC/0.17 to 1.1, plain `.warc`, one gzip member around the whole file, bare
LF in the head, missing CRLFs at the end. It trusts no length: a head, a block and a member have limits, and what is
over them is passed by unread.
"""

import mmap
import os
import re
from base64 import b32encode
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha1
from itertools import dropwhile
from pathlib import Path
from typing import BinaryIO

from isal import isal_zlib

from archive.errors import ArchiveNotFound, DamagedArchive, TruncatedArchive
from archive.http_message import MAX_PAYLOAD, UNPACK_ERROR, head_end, parse_fields

_FRAMING = 4 << 20  # what heads and chunk sizes may add to a payload of the greatest size allowed
_MAX_HEAD = 1 << 20
_AHEAD = 4 << 10  # read with a record: the metadata record after it
_FIRST_PIECE = 32 << 10  # what most members fit in; all that follows a member in its piece is copied once
_PIECE = 128 << 10
_LEVEL = (
    2  # isal's: 1.16 to 1.19 x the size of zlib 9 on portal pages, a tenth of its time; 3: 2 % less, twice the time
)

_GZIP = b"\x1f\x8b\x08"
_ZSTANDARD = (b"\x28\xb5\x2f\xfd", b"\x5d\x2a\x4d\x18")
_VERSION = re.compile(rb"WARC/\d\.\d+\s*\n")
_LENGTH = re.compile(rb"\n(?i:Content-Length)[ \t]*:[ \t]*(\d{1,18})[ \t]*\r?\n")
_BLANKS = (b" ", b"\t")
_END = b"\r\n\r\n"


def build_record(fields: Iterable[tuple[str, str]], block: bytes) -> bytes:
    """Return the gzip member of a record; Content-Length and WARC-Block-Digest are added to `fields`."""
    head = "".join(f"{name}: {value}\r\n" for name, value in fields)
    last = f"WARC-Block-Digest: {digest_of(block)}\r\nContent-Length: {len(block)}\r\n\r\n"
    member: bytes = isal_zlib.compress(b"".join((b"WARC/1.1\r\n", (head + last).encode(), block, _END)), _LEVEL, 31)
    return member


def digest_of(data: bytes) -> str:
    """Return `sha1:BASE32`, the form of all digests in the archive."""
    return "sha1:" + b32encode(sha1(data, usedforsecurity=False).digest()).decode()


def format_date(at: datetime) -> str:
    """Return an aware time as WARC-Date: UTC, microseconds where there are any."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def parse_date(text: str) -> datetime:
    """Return a WARC-Date as aware UTC. Raise ValueError where it is none."""
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def timestamp(at: datetime) -> str:
    """Return an aware time as the 14 digits of the index, in UTC."""
    return at.astimezone(UTC).strftime("%Y%m%d%H%M%S")


class Record:
    """A record as it lies in a file; fields and block are taken out of its text when they are asked for."""

    __slots__ = ("_fields", "_url", "body", "direct", "end", "flaw", "kind", "length", "offset", "text", "too_large")

    def __init__(
        self,
        text: bytes,
        body: int,
        end: int,
        offset: int,
        length: int,
        *,
        direct: bool = True,
        flaw: str = "",
        too_large: bool = False,
    ) -> None:
        self.text = text  # head and block, perhaps more
        self.body = body  # where in `text` the block begins
        self.end = end  # where it ends; `body` where too_large
        self.offset = offset  # of the gzip member, or in the unpacked stream where not direct
        self.length = length
        self.direct = direct  # can be read by one seek to `offset`
        self.flaw = flaw  # what is amiss in its form; "" where nothing is
        self.too_large = too_large  # the block is over the limit and was passed by
        self._fields: dict[str, str] | None = None
        self.kind = self.get("WARC-Type").lower()
        self._url: str | None = None

    @property
    def block(self) -> bytes:
        """The block's bytes."""
        return self.text[self.body : self.end]

    def get(self, name: str) -> str:
        """Return a named field, UTF-8, "" where it is absent (of a repeated one the first)."""
        mark = _mark(name)
        found = self.text.find(mark, 0, self.body)
        if found >= 0:
            start, end = found + len(mark), self.text.find(b"\n", found + 1)
            if self.text[end + 1 : end + 2] not in _BLANKS:  # as everyone writes it, and not folded
                return self.text[start:end].decode("utf-8", "replace").strip()
        if self._fields is None:
            self._fields = {}
            for key, value in parse_fields(self.text[: self.body], "utf-8"):
                self._fields.setdefault(key.lower(), value)
        return self._fields.get(name.lower(), "")

    @property
    def url(self) -> str:
        """WARC-Target-URI; wget 1.19 wrote brackets around it."""
        if self._url is None:
            self._url = unbracketed(self.get("WARC-Target-URI")).replace(" ", "%20")
        return self._url

    @property
    def id(self) -> str:
        """WARC-Record-ID without brackets."""
        return unbracketed(self.get("WARC-Record-ID"))

    @property
    def date(self) -> datetime:
        """WARC-Date; raises ValueError where it is none."""
        return parse_date(self.get("WARC-Date"))

    def mentions(self, value: str) -> bool:
        """Tell whether the head names a record id or media type."""
        return self.text.find(value.encode(), 0, self.body) >= 0


@lru_cache
def _mark(name: str) -> bytes:
    return f"\n{name}: ".encode()


def unbracketed(value: str) -> str:
    """Return a record id or address without <>."""
    return value[1:-1] if value.startswith("<") and value.endswith(">") else value


@contextmanager
def mapped(path: Path) -> Iterator[memoryview]:
    """Give a file's bytes as they are now. Raise ArchiveNotFound where it is not there."""
    with _opened(path) as file:
        if not file.seek(0, os.SEEK_END):
            yield memoryview(b"")
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data, memoryview(data) as view:
            yield view


def _opened(path: Path) -> BinaryIO:
    try:
        return open(path, "rb", buffering=0)
    except OSError as error:
        raise ArchiveNotFound(f"{path}: {error.strerror}; is this the archive's folder?") from error


def scan(path: Path, start: int = 0, end: int | None = None, *, limit: int = MAX_PAYLOAD) -> Iterator[Record]:
    """Yield the records that begin in [start, end), in the order of the file.

    Raise TruncatedArchive where the file ends within a record, DamagedArchive where it holds something else; all before
    is yielded first. Blocks of payloads over `limit` bytes are passed by.
    """
    with mapped(path) as view:
        stop = len(view) if end is None else min(end, len(view))
        if not len(view):
            return
        if begins_member(view, start):
            yield from _scan_members(path, view, start, stop, limit)
        elif any(_begins(view, start, magic) for magic in _ZSTANDARD):
            raise DamagedArchive(
                path, start, "a Zstandard archive is not read; unpack it with `zstd -d` to .warc first"
            )
        else:
            yield from _scan_stream(path, _slices(view, start), start, limit, direct=True, stop=stop)


def records_at(path: Path, offset: int, length: int, *, limit: int = MAX_PAYLOAD) -> Iterator[Record]:
    """Yield the record at a place that the index states, by one seek, then those after it. Raise as `scan` does.

    In a file that is one gzip member the place is one in the unpacked stream: what precedes it is unpacked.
    """
    offset, length = max(offset, 0), max(length, 0)
    with _opened(path) as file:
        packed = os.pread(file.fileno(), len(_GZIP), 0) == _GZIP
        near = memoryview(os.pread(file.fileno(), length + _AHEAD, offset))
    if packed and not begins_member(near, 0):
        yield from dropwhile(lambda record: record.direct or record.offset != offset, scan(path, limit=limit))
        return
    here = 0
    while begins_member(near, here):
        text, end = _unpack_member(near, here, limit)
        record = _sole_record(text, offset + here, end - here) if end else None
        if record is None:
            break
        yield record
        here = end
    yield from scan(path, offset + here, limit=limit)


def begins_member(view: memoryview, offset: int) -> bool:
    """Tell whether a gzip member begins here, by its magic bytes."""
    return _begins(view, offset, _GZIP)


def _begins(view: memoryview, offset: int, magic: bytes) -> bool:
    return view[offset : offset + len(magic)] == magic


def _scan_members(path: Path, view: memoryview, start: int, stop: int, limit: int) -> Iterator[Record]:
    """Yield the records of the gzip members that begin in [start, stop)."""
    offset, unpacked = start, 0
    while offset < stop:
        if not begins_member(view, offset):
            what = f"no gzip member begins here: {bytes(view[offset : offset + 8])!r}"
            raise (DamagedArchive if len(view) - offset >= len(_GZIP) else TruncatedArchive)(path, offset, what)
        text, end = _unpack_member(view, offset, limit)
        record = _sole_record(text, offset, end - offset) if end else None
        if record is not None:
            yield record
            offset, unpacked = end, unpacked + len(text)
        else:
            offset, unpacked = yield from _scan_shared_member(path, view, offset, unpacked, limit)


def _unpack_member(view: memoryview, offset: int, limit: int) -> tuple[bytes, int]:
    """Return a member's content and where the next begins; 0 for that where it is over `limit`, cut or broken."""
    room = limit + _FRAMING
    inflate = isal_zlib.decompressobj(31)
    pieces: list[bytes] = []
    here, upto = offset, min(offset + _FIRST_PIECE, len(view))
    try:
        while True:
            pieces.append(inflate.decompress(view[here:upto], room))
            if inflate.eof:
                return pieces[0] if len(pieces) == 1 else b"".join(pieces), upto - len(inflate.unused_data)
            room -= len(pieces[-1])
            here = upto - len(inflate.unconsumed_tail)
            if room <= 0 or here >= len(view):
                return b"", 0
            upto = min(here + _PIECE, len(view))
    except UNPACK_ERROR:
        return b"", 0


def _sole_record(text: bytes, offset: int, length: int) -> Record | None:
    """Return the record that has a member to itself, whatever length it states; None where it holds anything else."""
    body = head_end(text)
    stated = _LENGTH.search(text, 0, body)
    if stated is None or not _VERSION.match(text):
        return None
    end = body + int(stated[1])
    if end + len(_END) == len(text) and text.endswith(_END):
        return Record(text, body, end, offset, length)
    rest = text[end:].lstrip(b"\r\n")
    if rest.startswith(b"WARC/"):
        return None
    flaw = f"states a Content-Length of {int(stated[1])} bytes"
    if rest:
        flaw = f"{flaw}, and {len(rest)} more follow"
    elif end > len(text):
        flaw = f"{flaw}, and {len(text) - body} are there"
    else:
        flaw = "no CRLF CRLF after the block"
    return Record(text, body, min(end, len(text)), offset, length, flaw=flaw)


def _scan_shared_member(
    path: Path, view: memoryview, offset: int, unpacked: int, limit: int
) -> Generator[Record, None, tuple[int, int]]:
    """Yield the records of a member of any form, piece by piece; return where the next begins, packed and unpacked.

    A record alone in its member lies at the member's offset; where several share it, each lies at its offset in the
    unpacked stream.
    """
    pieces = _MemberPieces(path, view, offset)
    records = _scan_stream(path, pieces, unpacked, limit, direct=False)
    first = next(records, None)
    try:
        second = next(records, None)
    except TruncatedArchive:
        if first is not None:
            yield first
        raise
    if first is not None and second is None:
        first.offset, first.length, first.direct = offset, pieces.end - offset, True
        yield first
    elif first is not None and second is not None:
        yield from (first, second)
        yield from records
    return pieces.end, unpacked + pieces.unpacked


class _MemberPieces(Iterator[bytes]):
    """The content of one gzip member in pieces of bounded size; `end` and `unpacked` are known after the last."""

    def __init__(self, path: Path, view: memoryview, offset: int) -> None:
        self.end = 0
        self.unpacked = 0
        self._path, self._view, self._offset = path, view, offset
        self._here = offset
        self._inflate = isal_zlib.decompressobj(31)

    def __next__(self) -> bytes:
        piece = b""
        while not piece:
            if self._inflate.eof:
                raise StopIteration
            if self._here >= len(self._view):
                raise TruncatedArchive(self._path, self._offset, "the file ends within this gzip member")
            upto = min(self._here + _PIECE, len(self._view))
            try:
                piece = self._inflate.decompress(self._view[self._here : upto], _PIECE * 8)
            except UNPACK_ERROR as error:
                raise DamagedArchive(self._path, self._offset, f"this gzip member does not unpack: {error}") from error
            self._here = upto - len(self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail)
        self.end = self._here
        self.unpacked += len(piece)
        return piece


def _slices(view: memoryview, start: int) -> Iterator[bytes]:
    return (bytes(view[here : here + _PIECE]) for here in range(start, len(view), _PIECE))


def _scan_stream(
    path: Path, pieces: Iterator[bytes], start: int, limit: int, *, direct: bool, stop: int | None = None
) -> Iterator[Record]:
    """Yield the records of an unpacked stream, which begins at the offset `start`, that begin before `stop`."""
    stream = _Stream(pieces, start)
    stream.skip_empty_lines()
    while stream.has_more() and (stop is None or stream.offset < stop):
        offset = stream.offset
        head = stream.take_head()
        stated = _LENGTH.search(head)
        if not head.endswith(b"\n") and not stream.has_more():
            raise TruncatedArchive(path, offset, "the file ends within the head of this record")
        if not _VERSION.match(head) or stated is None:
            raise DamagedArchive(path, offset, f"no WARC record begins here: {head[:60]!r}")
        length = int(stated[1])
        too_large = length > limit + _FRAMING
        block = b"" if too_large else stream.take(length)
        if (stream.pass_by(length) if too_large else len(block)) < length:
            raise TruncatedArchive(path, offset, f"the file ends within this record of {length} bytes")
        flaw = "" if stream.take_if(_END) else "no CRLF CRLF after the block: a false Content-Length?"
        text, length = head + block, stream.offset - offset
        yield Record(text, len(head), len(text), offset, length, direct=direct, flaw=flaw, too_large=too_large)
        stream.skip_empty_lines()


class _Stream:
    """Pieces of bytes as one stream that is read forward; `offset` is where the next byte lies."""

    def __init__(self, pieces: Iterator[bytes], offset: int) -> None:
        self.offset = offset
        self._pieces = pieces
        self._ahead = b""
        self._cut: TruncatedArchive | None = None

    def has_more(self) -> bool:
        """Tell whether a byte follows. Raise TruncatedArchive where the pieces were cut, once all before is taken."""
        if self._look(1):
            return True
        if self._cut is not None:
            raise self._cut
        return False

    def skip_empty_lines(self) -> None:
        while self.has_more() and self._ahead[0] in b"\r\n":
            lines = len(self._ahead) - len(self._ahead.lstrip(b"\r\n"))
            self._advance(lines)

    def take_head(self) -> bytes:
        """Take up to and with the first empty line; what there is where none comes within the limit of a head."""
        wanted = 4096
        while True:
            seen = self._look(wanted)
            end = head_end(self._ahead)
            if end < seen or self._ahead.endswith((b"\n\n", b"\n\r\n")) or seen < wanted or wanted > _MAX_HEAD:
                return self.take(end)
            wanted *= 4

    def take(self, size: int) -> bytes:
        """Take `size` bytes; fewer where the stream ends."""
        taken = self._ahead[:size]
        self._advance(len(taken))
        if len(taken) == size:
            return taken
        parts = [taken]
        missing = size - len(taken)
        while missing and self.has_more():
            parts.append(self._ahead[:missing])
            self._advance(len(parts[-1]))
            missing -= len(parts[-1])
        return b"".join(parts)

    def pass_by(self, size: int) -> int:
        """Go on by `size` bytes without keeping them; return by how many it was."""
        passed = 0
        while passed < size and self.has_more():
            step = min(size - passed, len(self._ahead))
            self._advance(step)
            passed += step
        return passed

    def take_if(self, expected: bytes) -> bool:
        """Take `expected` where it comes next."""
        self._look(len(expected))
        if not self._ahead.startswith(expected):
            return False
        self._advance(len(expected))
        return True

    def _look(self, size: int) -> int:
        """Have `size` bytes ahead, fewer where the stream ends; return how many there are."""
        if len(self._ahead) < size:
            parts, seen = [self._ahead], len(self._ahead)
            try:
                while seen < size and (piece := next(self._pieces, b"")):
                    parts.append(piece)
                    seen += len(piece)
            except TruncatedArchive as cut:
                self._cut = cut
            self._ahead = b"".join(parts)
        return len(self._ahead)

    def _advance(self, size: int) -> None:
        self._ahead = self._ahead[size:]
        self.offset += size
