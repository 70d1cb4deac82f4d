"""Records in files: in order, one by its place, or what is left behind a fault, in our files and in foreign ones.

`scan` reads what other writers make too: WARC/0.17 to 1.1, plain `.warc`, one gzip member around the whole file,
Zstandard frames (archive.zst), bare LF in the head, missing CRLFs at the end. It trusts no length: a head, a block and
a member have limits. Of a block over its limit only the beginning is kept; `block_pieces` gives the rest, so that a
film is verified in the memory of a page.
"""

import mmap
import os
import re
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import dropwhile, zip_longest
from pathlib import Path
from types import MappingProxyType

from isal import isal_zlib

from archive import gz, remote, zst
from archive.errors import ArchiveNotFound, DamagedArchive, TruncatedArchive
from archive.files import sealed_name
from archive.gz import MemberPieces, begins_member, unpack_member
from archive.http_message import MAX_HEAD, MAX_PAYLOAD, UNPACK_ERROR, gunzip_known
from archive.records import END, LENGTH, Record, sole_record
from archive.stream import EMPTY_LINE, Stream

_FRAMING = 4 << 20  # what heads and chunk sizes may add to a payload of the greatest size allowed
_AHEAD = 1 << 10  # read with a record: the metadata record after it
_SMALL_PIECE = 1 << 10  # of a member where an index knows the captures: the others are requests and metadata
_PIECE = 128 << 10
_VERSION = re.compile(rb"WARC/\d\.\d+\s*\n")
_PACKED = re.compile(re.escape(gz.MAGIC) + b"|" + re.escape(zst.MAGIC))
UNKNOWN: Mapping[int, int] = MappingProxyType({})
_Unpacked = MemberPieces | zst.FramePieces


@contextmanager
def mapped(path: Path) -> Iterator[memoryview]:
    """Give a file's bytes as they are now. Raise ArchiveNotFound where it is not there."""
    with remote.held(path):
        handle = _opened(path)
        try:
            data = mmap.mmap(handle, 0, access=mmap.ACCESS_READ) if os.fstat(handle).st_size else None
        finally:
            os.close(handle)
        if data is None:
            yield memoryview(b"")
            return
        try:
            with memoryview(data) as view:
                yield remote.viewed(path, view)
        finally:
            with suppress(BufferError):  # a profiler in another thread holds frames for a moment, and slices with them
                data.close()


def _opened(path: Path) -> int:
    """Open a WARC; of one that was open when its name was read, and has been sealed since, the sealed file."""
    try:
        try:
            return os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            return os.open(path.with_name(sealed_name(path)), os.O_RDONLY)
    except OSError as error:
        raise ArchiveNotFound(f"{path}: {error.strerror}; is this the archive's folder?") from error


def scan(
    path: Path,
    start: int = 0,
    end: int | None = None,
    *,
    limit: int = MAX_PAYLOAD,
    lengths: Mapping[int, int] = UNKNOWN,
) -> Iterator[Record]:
    """Yield the records that begin in [start, end), in the order of the file.

    Raise TruncatedArchive where the file ends within a record, DamagedArchive where it holds something else; all before
    is yielded first. Of blocks of payloads over `limit` bytes the beginning is given. `lengths` of members by their
    offsets, as an index states them, make it quicker; a false one does not.
    """
    with mapped(path) as view:
        stop = len(view) if end is None else min(end, len(view))
        if not len(view):
            return
        if begins_member(view, start):
            yield from _scan_members(path, view, start, stop, limit, lengths)
        elif zst.begins_frame(view, start):
            yield from _scan_frames(path, view, start, stop, limit)
        else:
            yield from _scan_stream(path, _slices(view, start), start, limit, direct=True, stop=stop)


def scan_captures(
    path: Path, start: int, end: int, places: Iterable[tuple[int, int]], *, limit: int = MAX_PAYLOAD
) -> Iterator[Record]:
    """Yield what `scan` yields of a file of ours but requests, quicker: `places` are its captures', in order.

    Between two captures of ours stand the metadata of the first and the request of the second. Where there are just two
    members, the first comes unopened, as `Record.after` of its capture, and the second is passed by.
    """
    here = start
    within = [place for place in places if start <= place[0] < end]
    nexts = [offset for offset, _ in within[1:]]
    with mapped(path) as view:
        for (offset, length), upto in zip_longest(within, nexts):
            if here < offset:
                yield from scan(path, here, offset, limit=limit)
            here = offset + length
            record = _known_record(view[offset:here], offset, limit)
            if record is None:
                yield from scan(path, offset, here, limit=limit)
                continue
            if upto is not None:
                between = bytes(view[here:upto])
                if between.count(gz.MAGIC) == 2 and between.startswith(gz.MAGIC):
                    record.after = between[: between.find(gz.MAGIC, 1)]
                    here = upto
            yield record
    yield from scan(path, here, end, limit=limit)


def whole_to_end(path: Path, fault: int) -> int | None:
    """Return where, behind a fault, the records begin that are whole up to the file's end; None where there are none.

    No less will do: what is damaged may be a page that holds records, made by whoever wanted to put them into the
    archive. Between these and the next real record stands the end of the member around them, which only chance could
    make part of one. For a file that is not packed the same does not hold, so nothing is looked for in it. Metadata is
    passed by: it would be taken for a note, and its capture is what cannot be read.
    """
    with mapped(path) as view:
        if not begins_packed(view, 0):
            return None
        while (start := next(_possible_starts(view, fault + 1), None)) is not None:
            try:
                places = [
                    record.offset if record.direct else start
                    for record in scan(path, start)
                    if record.kind != "metadata"
                ]
                return next(iter(places), None)
            except DamagedArchive as error:
                fault = max(start, error.offset)
    return None


def holds_records(path: Path, start: int) -> bool:
    """Tell whether somewhere from `start` on a record can be read."""
    with mapped(path) as view:
        for place in _possible_starts(view, start):
            with suppress(DamagedArchive):
                if next(scan(path, place, place + 1), None) is not None:
                    return True
    return False


def _possible_starts(view: memoryview, start: int) -> Iterator[int]:
    """Yield where from `start` on a member or frame of a record may begin, by its first bytes."""
    for here in range(start, len(view), _PIECE):
        for found in _PACKED.finditer(view[here : here + _PIECE + len(zst.MAGIC) - 1]):
            offset = here + found.start()
            if found.start() < _PIECE and (not begins_member(view, offset) or _packs_record(view, offset)):
                yield offset


def _packs_record(view: memoryview, offset: int) -> bool:
    """Tell by its first bytes, without unpacking more, whether a gzip member holds a record."""
    try:
        first: bytes = isal_zlib.decompressobj(31).decompress(view[offset : offset + _SMALL_PIECE], 5)
    except UNPACK_ERROR:
        return False
    return first == b"WARC/"


def record_after(record: Record) -> Iterator[Record]:
    """Yield the record that `record.after` holds unopened."""
    found = _known_record(memoryview(record.after), record.offset + record.length, MAX_PAYLOAD)
    if found is not None:
        yield found


def _known_record(member: memoryview, offset: int, limit: int) -> Record | None:
    """Return the record of a member that lies at `offset`; None where it is none, or over the limit."""
    text = gunzip_known(member, limit + _FRAMING)
    return sole_record(text, offset, len(member)) if text else None


def record_at(
    path: Path, offset: int, length: int, *, limit: int = MAX_PAYLOAD
) -> tuple[Record | None, Iterator[Record]]:
    """Return the record at a place that the index states, by one seek, and those after it. Raise as `scan` does.

    In a file that is one gzip member the place is one in the unpacked stream: what precedes it is unpacked.
    """
    offset, length = max(offset, 0), max(length, 0)
    near = memoryview(_read_at(path, offset, length + _AHEAD))
    record = _known_record(near[:length], offset, limit)
    if record is not None:
        return record, _records_near(path, near[length:], offset + length, limit)
    records = scan(path, offset, limit=limit)
    if not begins_packed(near, 0) and begins_packed(memoryview(_read_at(path, 0, 4)), 0):
        records = dropwhile(lambda record: record.direct or record.offset != offset, scan(path, limit=limit))
    return next(records, None), records


def _records_near(path: Path, near: memoryview, offset: int, limit: int) -> Iterator[Record]:
    """Yield the records from `offset` on, of which the first bytes are at hand."""
    here = 0
    while begins_member(near, here):
        text, end = unpack_member(near, here, limit + _FRAMING)
        record = sole_record(text, offset + here, end - here) if end else None
        if record is None:
            break
        yield record
        here = end
    yield from scan(path, offset + here, limit=limit)


def _read_at(path: Path, offset: int, size: int) -> bytes:
    if remote.is_stand_in(path):
        return remote.read_at(path, offset, size)
    handle = _opened(path)
    try:
        return os.pread(handle, size, offset)
    finally:
        os.close(handle)


def block_pieces(record: Record, path: Path) -> Iterator[bytes]:
    """Yield the block of a record of the file at `path` in pieces, however large it is, in bounded memory."""
    if not record.too_large:
        yield record.block
        return
    with mapped(path) as view:
        if not begins_packed(view, 0):
            stream = Stream(_slices(view, record.offset), record.offset)
        elif record.direct:
            stream = Stream(_unpacked(path, view, record.offset), 0)
            stream.skip_empty_lines()
        else:
            stream = Stream(_all_pieces(path, view), 0)
            stream.pass_by(record.offset)
        stream.pass_by(record.body)
        yield from stream.pieces(record.size)


def begins_packed(view: memoryview, offset: int) -> bool:
    """Tell whether a gzip member or a Zstandard frame begins here."""
    return begins_member(view, offset) or zst.begins_frame(view, offset)


def _scan_members(
    path: Path, view: memoryview, start: int, stop: int, limit: int, lengths: Mapping[int, int]
) -> Iterator[Record]:
    """Yield the records of the gzip members that begin in [start, stop)."""
    offset, unpacked = start, 0
    first_piece = _SMALL_PIECE if lengths else gz.FIRST_PIECE
    while offset < stop:
        if not begins_member(view, offset):
            what = f"no gzip member begins here: {bytes(view[offset : offset + 8])!r}"
            raise (DamagedArchive if len(view) - offset >= len(gz.MAGIC) else TruncatedArchive)(path, offset, what)
        text, end = unpack_member(
            view, offset, limit + _FRAMING, length=lengths.get(offset, 0), first_piece=first_piece
        )
        record = sole_record(text, offset, end - offset) if end else None
        if record is not None:
            yield record
            offset, unpacked = end, unpacked + len(text)
        else:
            offset, unpacked = yield from _scan_shared_member(path, view, offset, unpacked, limit)


def _scan_frames(path: Path, view: memoryview, start: int, stop: int, limit: int) -> Iterator[Record]:
    """Yield the records of the Zstandard frames that begin in [start, stop)."""
    offset, unpacked = start, 0
    while offset < stop:
        offset, unpacked = yield from _scan_shared_member(path, view, offset, unpacked, limit)


def _scan_shared_member(
    path: Path, view: memoryview, offset: int, unpacked: int, limit: int
) -> Generator[Record, None, tuple[int, int]]:
    """Yield the records of a member or frame of any form, piece by piece; return where it ends, packed and unpacked.

    A record alone in its member lies at the member's offset; where several share it, each lies at its offset in the
    unpacked stream. Of a fault within a member that is whole, the error knows where the next one begins.
    """
    pieces = _unpacked(path, view, offset)
    try:
        yield from _records_of_member(path, pieces, offset, unpacked, limit)
    except DamagedArchive as fault:
        whole = _unpacked(path, view, offset)
        for _ in whole:  # raises where it is the member that is damaged, or cut
            pass
        error = DamagedArchive if whole.end < len(view) else type(fault)
        what = f"{fault.offset - unpacked} bytes into this member: {fault.what}"
        raise error(path, offset, what, after=whole.end) from fault
    return pieces.end, unpacked + pieces.unpacked


def _records_of_member(path: Path, pieces: _Unpacked, offset: int, unpacked: int, limit: int) -> Iterator[Record]:
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


def _unpacked(path: Path, view: memoryview, offset: int) -> _Unpacked:
    """Return the content of the gzip member or Zstandard frame that begins here, in pieces."""
    return (MemberPieces if begins_member(view, offset) else zst.FramePieces)(path, view, offset)


def _all_pieces(path: Path, view: memoryview) -> Iterator[bytes]:
    """Yield the content of all members, or frames, of a file in pieces."""
    offset = 0
    while offset < len(view):
        pieces = _unpacked(path, view, offset)
        yield from pieces
        offset = pieces.end


def _slices(view: memoryview, start: int) -> Iterator[bytes]:
    return (bytes(view[here : here + _PIECE]) for here in range(start, len(view), _PIECE))


def _scan_stream(
    path: Path, pieces: Iterator[bytes], start: int, limit: int, *, direct: bool, stop: int | None = None
) -> Iterator[Record]:
    """Yield the records of an unpacked stream, which begins at the offset `start`, that begin before `stop`."""
    stream = Stream(pieces, start)
    stream.skip_empty_lines()
    while stream.has_more() and (stop is None or stream.offset < stop):
        offset = stream.offset
        head = stream.take_head()
        stated = LENGTH.search(head)
        if not head.endswith(EMPTY_LINE) and not stream.has_more():
            raise TruncatedArchive(path, offset, "the bytes end within the head of this record")
        if not _VERSION.match(head) or stated is None:
            raise DamagedArchive(path, offset, f"no WARC record begins here: {head[:16]!r}")
        length = int(stated[1])
        too_large = length > limit + _FRAMING
        block = stream.take(min(length, MAX_HEAD) if too_large else length)  # the head of its answer
        if len(block) + stream.pass_by(length - len(block)) < length:
            raise TruncatedArchive(path, offset, f"the bytes end within this record of {length} bytes")
        flaw = "" if stream.take_if(END) else "no CRLF CRLF after the block: a false Content-Length?"
        text = head + block
        yield Record(text, len(head), len(text), offset, stream.offset - offset, direct=direct, flaw=flaw, size=length)
        stream.skip_empty_lines()
