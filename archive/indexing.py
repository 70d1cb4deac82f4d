"""Which captures a WARC file holds: the index built, kept up with its file, and asked for an address or an id."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from itertools import accumulate
from operator import attrgetter
from pathlib import Path

from archive import cdxj, merged
from archive.cdxj import CdxjLine, Kept
from archive.digests import digest_of_pieces
from archive.errors import ArchiveError, DamagedArchive, TruncatedArchive
from archive.files import OPEN, beside, folder_locked, sealed_name, some_warc_files, write_whole
from archive.http_message import MAX_PAYLOAD, Answer, dechunked, is_chunked, media_type, parse_answer
from archive.records import Record, format_date
from archive.scanning import UNKNOWN, block_pieces, scan, whole_to_end
from archive.urlkey import urlkey

PAYLOAD_DIGEST = "Nianbao-Payload-Digest"  # see archive.writer
HELD = 8 << 20  # bytes of a block that verifying and indexing keep in memory; larger ones they read in pieces
_CAPTURES = frozenset({"response", "revisit", "resource", "conversion"})
_HTTP = ("http://", "https://")
_SCHEMES = (*_HTTP, "ftp://", "ftps://")


def find(
    folder: str | Path,
    *,
    url: str | None = None,
    id: str | None = None,  # noqa: A002 - what WARC and CDXJ call it
    digest: str | None = None,
) -> list[CdxjLine]:
    """Return the captures of an address (by its key), of a record id, or of a digest; the oldest first.

    The merged index is asked, then the indexes that it does not cover; files without one, or whose index lags, are read
    once and remembered.
    """
    if [url, id, digest].count(None) != 2:
        raise ArchiveError("name either an address or a capture's id or a digest")
    return _find(Path(folder), url, id or digest or "", read=True)


def find_sealed(folder: str | Path, url: str) -> list[CdxjLine]:
    """Return the captures of an address's key in the files with an index, oldest first: never reads through a WARC."""
    return _find(Path(folder), url, "", read=False)


def _find(folder: Path, url: str | None, sign: str, *, read: bool) -> list[CdxjLine]:
    covered, others = merged.coverage(folder)
    found: list[CdxjLine] = []
    if covered:
        found += [line for line in merged.search(folder, url=url, sign=sign) if line.filename in covered]
    key = None if url is None else urlkey(url)
    for path in others:
        if has_index(path):
            index_path = beside(path, ".cdxj")
            found += cdxj.search_sign(index_path, sign) if url is None else cdxj.search_url(index_path, url)
        elif read:
            lines = lines_of(path)
            found += [line for line in lines if (sign in {line.id, line.digest} if key is None else line.urlkey == key)]
    return sorted(found, key=attrgetter("timestamp", "filename", "offset"))


def lines_of(path: Path) -> list[CdxjLine]:
    """Return the index lines of a file's captures: those beside it where they are up to date, else by reading it."""
    if has_index(path):
        return cdxj.read(beside(path, ".cdxj"))
    stat = path.stat()
    return _lines_in_memory(path, stat.st_size, stat.st_mtime_ns)


def index(folder: str | Path, *, progress: Callable[[int, int], None] | None = None) -> list[Path]:
    """Write the index of every sealed file that lacks one or whose index lags, and merge those of several files.

    Return what was written; `progress` is told the bytes done and in all. Raise ArchiveNotFound without a WARC file.
    Of a file that ends within a record the records before are indexed. Raise DamagedArchive, after all others are done,
    where a file is broken elsewhere: its index would be silent about the rest.
    """
    written: list[Path] = []
    broken: DamagedArchive | None = None
    with folder_locked(Path(folder)):
        paths = some_warc_files(folder)
        lacking = [path for path in paths if not path.name.endswith(OPEN) and not has_index(path)]
        sizes = [path.stat().st_size for path in lacking]
        for path, done in zip(lacking, accumulate(sizes), strict=True):
            lines, fault = _lines_and_fault(path)
            if progress is not None:
                progress(done, sum(sizes))
            if fault is not None and not isinstance(fault, TruncatedArchive):
                broken = broken or fault
                continue
            write_whole(beside(path, ".cdxj"), cdxj.encode(lines))
            written.append(beside(path, ".cdxj"))
        if len(paths) > 1:
            written += merged.write(Path(folder))
    if broken is not None:
        raise broken
    return written


def has_index(path: Path) -> bool:
    """Tell whether the index beside a WARC is there and reaches to its last capture."""
    if path.name.endswith(OPEN):
        return False
    try:
        indexed, kept = beside(path, ".cdxj").stat(), path.stat()
    except FileNotFoundError:
        return False
    return indexed.st_mtime_ns >= kept.st_mtime_ns or _reaches_end(path, kept.st_mtime_ns, indexed.st_mtime_ns)


@lru_cache(maxsize=1024)
def _reaches_end(path: Path, _changed: int, _indexed: int) -> bool:
    """Tell whether the last capture that an index knows is the last of its file: a copy may have lost the times."""
    try:
        last = max(cdxj.read(beside(path, ".cdxj")), key=attrgetter("offset"), default=None)
        found = [record.id for record in scan(path, last.offset if last else 0, limit=HELD) if is_capture(record)]
    except DamagedArchive:
        return False
    return found == ([last.id] if last else [])


def lengths_of(path: Path) -> Mapping[int, int]:
    """Return the members of a file's captures, offset to length and in order, as its index has them; none without."""
    if not has_index(path):
        return {}
    index_path = beside(path, ".cdxj")
    stat = index_path.stat()
    return _lengths_in_memory(index_path, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=2)  # a reader of spans asks once for each
def _lengths_in_memory(index_path: Path, _size: int, _changed: int) -> Mapping[int, int]:
    return cdxj.read_lengths(index_path)


def next_readable(path: Path, fault: DamagedArchive, start: int, end: int | None = None) -> int | None:
    """Return where to read on beyond a fault that was met from `start` on: at the next member where the fault lies
    within one, at the next capture that the index knows, or without one where the rest of the file is whole; None
    without such a place before `end`.
    """
    behind = max(start, fault.offset)
    if fault.after is not None:
        place: int | None = fault.after
    elif has_index(path):
        offsets = cdxj.read_offsets(beside(path, ".cdxj"))
        place = min((offset for offset in offsets if offset > behind), default=None)
    else:
        place = None if isinstance(fault, TruncatedArchive) else whole_to_end(path, behind)
    return place if place is not None and (end is None or place < end) else None


def readable(
    path: Path,
    met: Callable[[DamagedArchive], object],
    *,
    limit: int = MAX_PAYLOAD,
    lengths: Mapping[int, int] = UNKNOWN,
) -> Iterator[Record]:
    """Yield the records of a file that can be read, with `scan`'s options; each fault between them is told to `met`."""
    start: int | None = 0
    while start is not None:
        try:
            yield from scan(path, start, limit=limit, lengths=lengths)
            return
        except DamagedArchive as fault:
            met(fault)
            start = next_readable(path, fault, start)


def is_capture(record: Record) -> bool:
    """Tell whether a record holds what an address gave."""
    return record.kind in _CAPTURES and record.url.startswith(_SCHEMES)


def line_of(record: Record, path: Path, answer: Answer | None = None) -> CdxjLine:
    """Return the index line of a capture, whose answer may have been parsed. Raise DamagedArchive without a date."""
    return kept_of(record, path, answer).line(sealed_name(path))


def kept_of(record: Record, path: Path, answer: Answer | None = None) -> Kept:
    """Return what the index states of a capture, as `line_of` does."""
    answer = answer or answer_of(record)
    return Kept(
        url=record.url,
        date=format_date(date_of(record, path)),
        mime=cdxj.REVISIT if record.kind == "revisit" else media_type(answer),
        status=answer.status,
        digest=stated_digest(record, answer) or digest_of_pieces(entity_pieces(record, path, answer)),
        length=record.length,
        offset=record.offset,
        id=record.id,
    )


def date_of(record: Record, path: Path) -> datetime:
    """Return when a record was made. Raise DamagedArchive where it does not say."""
    try:
        return record.date
    except ValueError as error:
        raise DamagedArchive(path, record.offset, f"no WARC-Date: {record.get('WARC-Date')!r}") from error


def answer_of(record: Record) -> Answer:
    """Return the HTTP answer of a capture; one of status 200 for what was kept without HTTP (resource, conversion)."""
    if record.kind in {"response", "revisit"} and record.url.startswith(_HTTP):
        return parse_answer(record.text, record.body, record.end)
    return Answer(200, record.body, record.body, (("Content-Type", record.get("Content-Type")),))


def body_of(record: Record, answer: Answer) -> bytes:
    """Return the body of a capture as transferred."""
    return record.cut(answer.body)


def body_pieces(record: Record, path: Path, answer: Answer) -> Iterator[bytes]:
    """Yield the body of a capture, however large, as transferred."""
    ahead = answer.body - record.body
    for piece in block_pieces(record, path):
        if ahead < len(piece):
            yield piece[ahead:]
        ahead = max(ahead - len(piece), 0)


def entity_pieces(record: Record, path: Path, answer: Answer) -> Iterator[bytes]:
    """Yield the body of a capture, however large, without its chunks."""
    body = body_pieces(record, path, answer)
    return dechunked(body) if is_chunked(answer) else body


def stated_digest(record: Record, answer: Answer) -> str:
    """Return the digest of the de-chunked body as the record states it, "" where it states none in our form.

    Of a chunked answer WARC-Payload-Digest is not taken: writers differ in what they digest.
    """
    stated = ""
    if record.kind == "revisit" or not is_chunked(answer):
        stated = record.get("WARC-Payload-Digest")
    stated = stated or record.get(PAYLOAD_DIGEST)
    return stated if stated.startswith("sha1:") and len(stated) == 37 and stated[5:].isupper() else ""


@lru_cache(maxsize=64)
def _lines_in_memory(path: Path, _size: int, _changed: int) -> list[CdxjLine]:
    """Return the lines of a file without index; its size and time of change make the key."""
    return _lines_and_fault(path)[0]  # read_span and verify report the fault


def _lines_and_fault(path: Path) -> tuple[list[CdxjLine], DamagedArchive | None]:
    """Return the lines of the captures of a file that can be read, and its first fault where there is one."""
    lines: list[CdxjLine] = []
    faults: list[DamagedArchive] = []
    for record in filter(is_capture, readable(path, faults.append, limit=HELD)):
        try:
            lines.append(line_of(record, path))
        except DamagedArchive as fault:
            faults.append(fault)
    return lines, next(iter(faults), None)
