"""Captures out of WARC files, ours or foreign: in order, by parts for parallel readers, or one by its place."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from archive import cdxj
from archive.cdxj import CdxjLine
from archive.digests import digest_of
from archive.errors import (
    ArchiveError,
    ArchiveNotFound,
    DamagedArchive,
    PayloadTooLarge,
    TruncatedArchive,
    UnresolvedRevisit,
)
from archive.files import OPEN, beside, file_named, is_ours, locate, sealed_name, warc_files
from archive.http_message import MAX_PAYLOAD, Answer, Headers, decode_content, entity_of, media_type, parse_fields
from archive.indexing import (
    HELD,
    answer_of,
    body_of,
    body_pieces,
    date_of,
    find,
    has_index,
    is_capture,
    lengths_of,
    next_readable,
    stated_digest,
)
from archive.records import Record, unbracketed
from archive.scanning import begins_packed, block_pieces, mapped, record_after, record_at, scan, scan_captures

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_WARC_FIELDS = "application/warc-fields"
_LEAST_SPAN = 256 << 10  # bytes; a smaller one is not worth its way to a reader
_MAX_HOPS = 8  # from a revisit to a revisit …; ours never need more than one


@dataclass(frozen=True, slots=True)
class Capture:
    """What an address gave at one time."""

    id: str  # WARC-Record-ID of the response or revisit without <>: "urn:uuid:…"
    url: str
    fetched_at: datetime  # aware, UTC
    status: int | None  # None: the answer had no status line; 200 for resource and conversion records
    headers: Headers  # latin-1, order and case as received
    payload: bytes  # de-chunked, content codings undone; of a revisit the one that it refers to
    mime: str  # Content-Type without parameters, lower case, "" where absent
    warc: str  # file name, without .open
    offset: int
    length: int
    metadata: Mapping[str, str]  # of its metadata record (of a repeated name the first); {} where it has none
    truncated: str = ""  # WARC-Truncated: why its record holds a beginning of the answer only (length, time …)
    _digest: str = field(default="", compare=False, repr=False)  # as its record states it, or when it was asked for

    @property
    def digest(self) -> str:
        """`sha1:BASE32` of the payload."""
        if not self._digest:
            object.__setattr__(self, "_digest", digest_of(self.payload))
        return self._digest

    @property
    def charset(self) -> str | None:
        """The charset that Content-Type states."""
        stated = next((value for name, value in self.headers if name.lower() == "content-type"), "")
        match = _CHARSET.search(stated)
        return match[1] if match else None


@dataclass(frozen=True, slots=True)
class Note:
    """An address that ended without an answer: a metadata record of its own."""

    url: str
    at: datetime  # aware, UTC
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Unread:
    """A record that cannot be given as a capture: too large, unresolved, damaged. `error` says what and where; `at` and
    `metadata` are what its head and the record beside it tell.
    """

    id: str  # "" where the record's head cannot be read
    url: str
    warc: str
    offset: int
    error: ArchiveError
    at: datetime | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Span:
    """A unit of work: the records that begin in [start, end) of a file."""

    path: Path
    start: int
    end: int


Item = Capture | Note | Unread


def iter_captures(folder: str | Path, *, limit: int = MAX_PAYLOAD) -> Iterator[Item]:
    """Yield everything in a folder, file by file, in the order in which it was written."""
    for span in spans(folder):
        yield from read_span(span, limit=limit)


def spans(folder: str | Path, *, size: int = 4 << 20, parts: int = 1) -> Iterator[Span]:
    """Yield the folder cut into spans of about `size` bytes, in a stable order; no exchange lies in two.

    A small folder is cut finer, into about `parts` spans, so that as many readers have work.

    Files are cut where the index has a capture; a file without an up-to-date index, which is read through for its
    captures' places as its spans are asked for, and one that is a single gzip member, which stays whole, cost more:
    `index` first.
    """
    files = [(path, path.stat().st_size) for path in warc_files(folder)]
    size = min(size, max(_LEAST_SPAN, sum(end for _, end in files) // parts))
    for path, end in files:
        yield from _spans_of_file(path, end, size)


def read_span(span: Span, *, limit: int = MAX_PAYLOAD) -> Iterator[Item]:
    """Yield what a span holds, in order.

    Nothing in the file raises: what cannot be read comes as Unread, and reading goes on after it, at the next
    capture that the index knows, or without one where the rest of the file is whole.
    """
    start: int | None = span.start
    lengths = lengths_of(span.path)
    while start is not None:
        try:
            yield from _read_records(span, start, limit, lengths)
            return
        except DamagedArchive as error:
            still_open = span.path.name.endswith(OPEN)  # its writer is at work, or was killed
            if not (still_open and isinstance(error, TruncatedArchive)):
                yield Unread("", "", sealed_name(span.path), error.offset, error)
            start = next_readable(span.path, error, start, span.end)


def read_capture(folder: str | Path, warc: str, offset: int, length: int, *, limit: int = MAX_PAYLOAD) -> Capture:
    """Return the capture at a place that the index or the database states; its metadata too where it lies next to it.

    Raise DamagedArchive where no capture lies there, PayloadTooLarge and UnresolvedRevisit as they say.
    """
    path = file_named(folder, warc)
    try:
        record, after = record_at(path, offset, length, limit=limit)
    except ArchiveNotFound:
        path = locate(folder, warc)  # being written
        record, after = record_at(path, offset, length, limit=limit)
    capture = _checked(record, path, offset)
    return _capture(capture, warc, path, _MetadataAfter(capture.id, after), _payload_of(capture, path, limit))


def raw_exchange(folder: str | Path, warc: str, offset: int, length: int) -> bytes:
    """Return an answer's bytes as they crossed the wire: head and body; of a revisit the body it refers to.

    Raise PayloadTooLarge where they are too many to be held; `wire_pieces` gives those.
    """
    path = locate(folder, warc)
    record = capture_at(path, offset, length)
    _check_size(record, path)
    return b"".join(_wire_pieces(record, path))


def wire_pieces(folder: str | Path, warc: str, offset: int, length: int) -> Iterator[bytes]:
    """Yield what `raw_exchange` returns, however large, piece by piece."""
    path = locate(folder, warc)
    yield from _wire_pieces(capture_at(path, offset, length, limit=HELD), path)


def _wire_pieces(record: Record, path: Path) -> Iterator[bytes]:
    yield from block_pieces(record, path)
    if record.kind == "revisit" and "identical-payload-digest" in record.get("WARC-Profile"):
        original, holder = resolve(record, path.parent)
        yield from body_pieces(original, holder, answer_of(original))


def resolve(
    revisit: Record, folder: Path, *, look_up: Callable[[Path, str], list[CdxjLine]] | None = None
) -> tuple[Record, Path]:
    """Return the record that holds a revisit's body, and its file. Raise UnresolvedRevisit where there is none.

    `look_up` gives the captures of an address, by default those of all files of the folder.
    """
    record = revisit
    for _ in range(_MAX_HOPS):
        line = _referred(record, folder, look_up or _find_url)
        if line is None:
            break
        path = locate(folder, line.filename)
        record = capture_at(path, line.offset, line.length)
        if record.kind != "revisit":
            return record, path
    to = record.get("WARC-Refers-To-Target-URI") or record.url
    raise UnresolvedRevisit(
        f"{folder}: {revisit.id}: {revisit.url}: no capture of {to} is here, to which this revisit refers"
    )


def _spans_of_file(path: Path, end: int, size: int) -> Iterator[Span]:
    start = 0
    if end > size:
        with mapped(path) as view:
            plain = not begins_packed(view, 0)
            for offset in _capture_offsets(path):
                if offset - start >= size and (plain or begins_packed(view, offset)):
                    yield Span(path, start, offset)
                    start = offset
    yield Span(path, start, end)


def _capture_offsets(path: Path) -> Iterator[int]:
    """Yield where the captures of a file begin, in order; by an index perhaps places in the unpacked stream."""
    if has_index(path):
        yield from sorted(cdxj.read_offsets(beside(path, ".cdxj")))
        return
    with suppress(DamagedArchive):  # the span in which it lies reports it
        yield from (record.offset for record in scan(path, limit=HELD) if is_capture(record) and record.direct)


def _read_records(span: Span, start: int, limit: int, lengths: Mapping[int, int]) -> Iterator[Item]:
    if lengths and is_ours(span.path) and _written_here(span.path, span.path.stat().st_mtime_ns):
        records = scan_captures(span.path, start, span.end, lengths.items(), limit=limit)
    else:
        records = scan(span.path, start, span.end, limit=limit, lengths=lengths)
    warc = sealed_name(span.path)
    for record, metadata in _paired(records):
        at: datetime | None = None
        described: Mapping[str, str] = {}
        try:
            at = date_of(record, span.path)
            if record.kind == "metadata":
                yield Note(record.url, at, _metadata(record))
                continue
            if record.after:
                described = _MetadataAfter(record.id, record_after(record))
            elif metadata is not None:
                described = _metadata(metadata)
            yield _capture(record, warc, span.path, described, _payload_of(record, span.path, limit))
        except ArchiveError as error:
            yield Unread(record.id, record.url, warc, record.offset, error, at, described)


@lru_cache(maxsize=1024)
def _written_here(path: Path, _changed: int) -> bool:
    """Tell by its warcinfo whether a file is in our order: request, response, metadata. Others have names like ours."""
    try:
        first = next(scan(path), None)
    except DamagedArchive:
        return False  # whoever reads on from here meets it
    return first is not None and first.kind == "warcinfo" and b"nianbao" in first.block.lower()


def _paired(records: Iterator[Record]) -> Iterator[tuple[Record, Record | None]]:
    """Yield each capture with the metadata record that describes it, and each note alone."""
    waiting: Record | None = None  # the capture whose metadata record may still come
    try:
        for record in records:
            is_metadata = record.kind == "metadata"
            if is_metadata and waiting is not None and _describes(record, waiting.id):
                yield waiting, record
                waiting = None
            elif _is_note(record) if is_metadata else is_capture(record):
                if waiting is not None:
                    yield waiting, None
                waiting = None if is_metadata or record.after else record
                if waiting is None:
                    yield record, None
    except DamagedArchive:
        if waiting is not None:
            yield waiting, None
        raise
    if waiting is not None:
        yield waiting, None


def _describes(metadata: Record, capture_id: str) -> bool:
    """Tell whether a metadata record names a capture, as Refers-To or Concurrent-To."""
    return metadata.mentions(f"<{capture_id}>")


def _is_note(metadata: Record) -> bool:
    return metadata.mentions(_WARC_FIELDS) and metadata.url.startswith(("http://", "https://"))


def _metadata(record: Record) -> dict[str, str]:
    """Return names and values (of a repeated name the first); nothing of a record in another format."""
    if not record.mentions(_WARC_FIELDS):
        return {}
    metadata: dict[str, str] = {}
    for name, value in parse_fields(b"\n" + record.block, "utf-8"):
        metadata.setdefault(name, value)
    return metadata


class _MetadataAfter(Mapping[str, str]):
    """The metadata of a capture, taken from the record after it when it is first asked for; {} where that is none."""

    __slots__ = ("_after", "_capture_id", "_values")

    def __init__(self, capture_id: str, after: Iterator[Record]) -> None:
        self._capture_id = capture_id
        self._after: Iterator[Record] | None = after
        self._values: dict[str, str] = {}

    def _read(self) -> dict[str, str]:
        if self._after is not None:
            with suppress(ArchiveError):  # the capture itself is whole
                record = next(self._after, None)
                if record is not None and record.kind == "metadata" and _describes(record, self._capture_id):
                    self._values = _metadata(record)
            self._after = None
        return self._values

    def __getitem__(self, name: str) -> str:
        return self._read()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def __repr__(self) -> str:
        return repr(self._read())

    def __reduce__(self) -> tuple[type[dict[str, str]], tuple[dict[str, str]]]:
        return dict, (self._read(),)


class _Payload(NamedTuple):
    """What a record gives: its own answer, and the payload with the answer and the digest that belong to it."""

    answer: Answer
    held: Answer  # the answer that came with the body: another one for a revisit
    content: bytes
    digest: str  # "" where the record states none that holds for `content`


def _payload_of(record: Record, path: Path, limit: int) -> _Payload:
    """Return a capture's payload. Raise PayloadTooLarge, or UnresolvedRevisit."""
    _check_size(record, path)
    answer = answer_of(record)
    source, held = record, answer
    if record.kind == "revisit":
        source, _ = resolve(record, path.parent)
        _check_size(source, path)
        held = answer_of(source)
    entity = entity_of(body_of(source, held), held)
    try:
        content = decode_content(entity, held, limit=limit)
    except PayloadTooLarge as error:
        raise PayloadTooLarge(f"{path}: offset {record.offset}: {record.url}: {error}") from error
    return _Payload(answer, held, content, stated_digest(source, held) if content is entity else "")


def _check_size(record: Record, path: Path) -> None:
    if record.too_large:
        size = record.get("Content-Length")
        raise PayloadTooLarge(f"{path}: offset {record.offset}: {record.url}: a record of {size} bytes")


def _capture(record: Record, warc: str, path: Path, metadata: Mapping[str, str], payload: _Payload) -> Capture:
    answer = payload.answer
    if answer.status is None and record.kind == "revisit":  # some writers leave out the head
        answer = payload.held
    return Capture(
        id=record.id,
        url=record.url,
        fetched_at=date_of(record, path),
        status=answer.status,
        headers=answer.headers,
        payload=payload.content,
        mime=media_type(answer) or media_type(payload.held),
        warc=warc,
        offset=record.offset,
        length=record.length,
        metadata=metadata,
        truncated=record.get("WARC-Truncated"),
        _digest=payload.digest,
    )


def capture_at(path: Path, offset: int, length: int, *, limit: int = MAX_PAYLOAD) -> Record:
    """Return the record of a capture. Raise DamagedArchive where none lies there."""
    return _checked(record_at(path, offset, length, limit=limit)[0], path, offset)


def _checked(record: Record | None, path: Path, offset: int) -> Record:
    if record is None or not is_capture(record):
        found = "nothing" if record is None else f"a record of type {record.kind!r}"
        raise DamagedArchive(path, offset, f"{found} lies here, no capture; run `nianbao archive index`")
    return record


def _find_url(folder: Path, url: str) -> list[CdxjLine]:
    return find(folder, url=url)


def _referred(revisit: Record, folder: Path, look_up: Callable[[Path, str], list[CdxjLine]]) -> CdxjLine | None:
    """Return the index line that a revisit refers to: by id, by date, or by digest, the surest first."""
    to = unbracketed(revisit.get("WARC-Refers-To"))
    date = "".join(re.findall(r"\d", revisit.get("WARC-Refers-To-Date")))[:14]
    digest = revisit.get("WARC-Payload-Digest")
    url = unbracketed(revisit.get("WARC-Refers-To-Target-URI") or revisit.url)
    lines = [line for line in look_up(folder, url) if line.id != revisit.id]
    for sign, value in (("id", to), ("timestamp", date), ("digest", digest)):
        for line in lines:
            if value and getattr(line, sign) == value:
                return line
    return None
