"""WARC records: built as gzip members, and read back from any file that holds them, ours or foreign.

A record on disk (WARC/1.1, ISO 28500:2017), alone in one gzip member:

    WARC/1.1 CRLF  (name: value CRLF)*  CRLF  block CRLF CRLF

`scan` reads what other writers make too: WARC/0.17 to 1.1, plain `.warc`, one gzip member around the whole file,
Zstandard frames (archive.zst), bare LF in the head, missing CRLFs at the end. It trusts no length: a head, a block and
a member have limits. Of a block over its limit only the beginning is kept; `block_pieces` gives the rest, so that a
film is verified in the memory of a page.

Two inflaters: libdeflate, the quicker by a quarter, wants a member's end, which an index knows; isal finds it.
"""

import mmap
import os
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import lru_cache
from itertools import dropwhile, zip_longest
from pathlib import Path
from types import MappingProxyType

from deflate import gzip_compress
from isal import isal_zlib

from archive import remote, zst
from archive.digests import digest_of_pieces
from archive.errors import ArchiveNotFound, DamagedArchive, TruncatedArchive
from archive.files import sealed_name
from archive.http_message import (
    MAX_HEAD,
    MAX_PAYLOAD,
    UNPACK_ERROR,
    Text,
    gunzip_known,
    head_end,
    parse_fields,
)
from archive.stream import EMPTY_LINE, Stream

_FRAMING = 4 << 20  # what heads and chunk sizes may add to a payload of the greatest size allowed
_AHEAD = 1 << 10  # read with a record: the metadata record after it
_FIRST_PIECE = 32 << 10  # what most members fit in; all that follows a member in its piece is copied once
_SMALL_PIECE = 1 << 10  # the same where an index knows the captures: what remains are requests and metadata
_PIECE = 128 << 10
# isal's; 1.16 to 1.19 x the size of zlib 9 on portal pages in a tenth of its time. 3: 2 % less in twice the time.
_LEVEL = 2
_SMALL = 1 << 10  # bytes of a request or metadata record: at level 0 a third larger, packed in a quarter of the time
_GZIP = b"\x1f\x8b\x08"
_VERSION = re.compile(rb"WARC/\d\.\d+\s*\n")
_VERSIONS = (b"WARC/1.1\r\n", b"WARC/1.0\r\n")
_BEGINNING = re.compile(  # of a head as we write it
    rb"WARC/1\.[01]\r\nWARC-Type: ([a-z]+)\r\n"
    rb"(?:WARC-Record-ID: <([!-;=?-~]+)>\r\nWARC-Date: ([!-~]+)\r\n(?:WARC-Target-URI: ([!-;=?-~]+)\r\n)?[A-Z])?"
)
_USUAL_LENGTH = re.compile(rb"\nContent-Length: (\d{1,18})\r\n")  # the quicker one
_LENGTH = re.compile(rb"\n(?i:Content-Length)[ \t]*:[ \t]*(\d{1,18})[ \t]*\r?\n")
_PACKED = re.compile(re.escape(_GZIP) + b"|" + re.escape(zst.MAGIC))
_BLANKS = (b" ", b"\t")
_USUAL_NAMES = frozenset(
    (
        "Content-Length Content-Type Nianbao-Payload-Digest Nianbao-Preamble WARC-Block-Digest WARC-Cipher-Suite "
        "WARC-Concurrent-To WARC-Date WARC-Filename WARC-IP-Address WARC-Identified-Payload-Type WARC-Payload-Digest "
        "WARC-Profile WARC-Protocol WARC-Record-ID WARC-Refers-To WARC-Refers-To-Date WARC-Refers-To-Target-URI "
        "WARC-Target-URI WARC-Truncated WARC-Type WARC-Warcinfo-ID"
    ).split()
)
_END = b"\r\n\r\n"
_UNKNOWN: Mapping[int, int] = MappingProxyType({})


def build_record(fields: str, *block: bytes | memoryview, packed: bool = False) -> bytes:
    """Return the gzip member of a record; `fields` are lines `name: value` CRLF, to which those of the block are added.

    One whose block is `packed` already is stored in it as it is.
    """
    head = _head(fields, digest_of_pieces(block), sum(map(len, block)))
    record = b"".join((head, *block, _END))
    if packed:
        return bytes(gzip_compress(record, 0))
    member: bytes = isal_zlib.compress(record, _LEVEL if len(record) > _SMALL else 0, 31)
    return member


def pack_record(fields: str, block: Callable[[], Iterable[bytes | memoryview]]) -> Iterator[bytes]:
    """Yield the gzip member of a record piece by piece; `block` gives the block's pieces, and is asked three times."""
    deflate = isal_zlib.compressobj(_LEVEL, wbits=31)
    yield deflate.compress(_head(fields, digest_of_pieces(block()), sum(map(len, block()))))
    for piece in block():
        yield deflate.compress(piece)
    yield deflate.compress(_END) + deflate.flush()


def _head(fields: str, digest: str, size: int) -> bytes:
    return f"WARC/1.1\r\n{fields}WARC-Block-Digest: {digest}\r\nContent-Length: {size}\r\n\r\n".encode()


def format_date(at: datetime) -> str:
    """Return an aware time as WARC-Date: UTC, microseconds where there are any."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_date(text: str) -> datetime:
    """Return a WARC-Date as aware UTC; of a year or a month alone its beginning. Raise ValueError where it is none."""
    at = datetime.fromisoformat(f"{text}-01-01"[:10] if len(text) in {4, 7} else text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


class Record:
    """A record as it lies in a file; fields and block are taken out of its text when they are asked for."""

    __slots__ = (
        "_beginning",
        "_fields",
        "after",
        "body",
        "direct",
        "end",
        "flaw",
        "kind",
        "length",
        "offset",
        "size",
        "text",
    )

    def __init__(
        self,
        text: Text,
        body: int,
        end: int,
        offset: int,
        length: int,
        *,
        direct: bool = True,
        flaw: str = "",
        size: int | None = None,
    ) -> None:
        self.text = text  # head and block, perhaps more
        self.body = body  # where in `text` the block begins
        self.end = end  # where it ends; where `too_large`, what is kept of it
        self.offset = offset  # of the gzip member, or in the unpacked stream where not direct
        self.length = length
        self.direct = direct  # can be read by one seek to `offset`
        self.flaw = flaw  # what is amiss in its form; "" where nothing is
        self.size = end - body if size is None else size  # of the block in the file
        self.after = b""  # the member that follows, where `scan_captures` left it unopened
        self._fields: dict[str, str] | None = None
        self._beginning = known = _BEGINNING.match(text, 0, body)
        self.kind = known[1].decode() if known else self.get("WARC-Type").lower()

    @property
    def too_large(self) -> bool:
        """Whether the block is over the limit, and only its beginning is here; `block_pieces` gives all."""
        return self.size > self.end - self.body

    @property
    def block(self) -> bytes:
        """The block's bytes."""
        return self.cut(self.body)

    def cut(self, start: int) -> bytes:
        """Return the text from `start` to the end of the block."""
        return bytes(memoryview(self.text)[start : self.end])

    @property
    def is_usual(self) -> bool:
        """Whether the head begins as ours do, with type, id and date."""
        return self._beginning is not None and self._beginning[3] is not None

    def get(self, name: str) -> str:
        """Return a named field, UTF-8, "" where it is absent (of a repeated one the first)."""
        if self._fields is None:
            mark, lower = _marks(name)
            found = self.text.find(mark, 0, self.body)
            if found >= 0:
                start, end = found + len(mark), self.text.find(b"\n", found + 1)
                if self.text[end + 1 : end + 2] not in _BLANKS:  # as everyone writes it, and not folded
                    return self.text[start:end].decode("utf-8", "replace").strip()
            elif lower not in self.text[: self.body].lower():
                return ""
            self._fields = _fields_by_name(self.text[: self.body])
        value = self._fields.get(name)
        return self._fields.get(name.lower(), "") if value is None else value

    @property
    def url(self) -> str:
        """WARC-Target-URI; wget 1.19 wrote brackets around it."""
        if self._beginning and self._beginning[4]:
            return self._beginning[4].decode()
        return unbracketed(self.get("WARC-Target-URI")).replace(" ", "%20")

    @property
    def id(self) -> str:
        """WARC-Record-ID without brackets."""
        if self._beginning and self._beginning[2]:
            return self._beginning[2].decode()
        return unbracketed(self.get("WARC-Record-ID"))

    @property
    def date(self) -> datetime:
        """WARC-Date; raises ValueError where it is none."""
        if self._beginning and self._beginning[3]:
            return parse_date(self._beginning[3].decode())
        return parse_date(self.get("WARC-Date"))

    def mentions(self, value: str) -> bool:
        """Tell whether the head names a record id or media type."""
        return self.text.find(value.encode(), 0, self.body) >= 0


@lru_cache
def _marks(name: str) -> tuple[bytes, bytes]:
    """Return how a field begins as everyone writes it, and what any head that has it holds in lower case."""
    return f"\n{name}: ".encode(), name.lower().encode()


def _fields_by_name(head: Text) -> dict[str, str]:
    """Return the fields of a head, of a repeated one the first; by their names in lower case, too, where one is odd."""
    lines = head.decode("utf-8", "replace").split("\r\n")
    lines.reverse()  # the first of a repeated field is the last to be put in
    fields: dict[str, str] = {}
    odd = b"\n " in head or b"\n\t" in head or b" \r" in head or b":  " in head  # folded, or blanks around a value
    if not odd and head.endswith(_END) and len(lines) - 1 == head.count(b"\n"):
        try:
            fields = dict([line.split(": ", 1) for line in lines[2:-1]])
        except ValueError:  # a line without ": "
            fields = {}
    if not fields:
        fields = dict(reversed(parse_fields(head, "utf-8")))
    if not fields.keys() <= _USUAL_NAMES:
        fields |= {name.lower(): value for name, value in reversed(parse_fields(head, "utf-8"))}
    return fields


def unbracketed(value: str) -> str:
    """Return a record id or address without <>."""
    return value[1:-1] if value.startswith("<") and value.endswith(">") else value


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
    lengths: Mapping[int, int] = _UNKNOWN,
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
                if between.count(_GZIP) == 2 and between.startswith(_GZIP):
                    record.after = between[: between.find(_GZIP, 1)]
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
    return _sole_record(text, offset, len(member)) if text else None


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
        text, end = _unpack_member(near, here, limit)
        record = _sole_record(text, offset + here, end - here) if end else None
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
            pieces = _MemberPieces if begins_member(view, 0) else zst.FramePieces
            stream = Stream(pieces(path, view, record.offset), 0)
            stream.skip_empty_lines()
        else:
            stream = Stream(_all_pieces(path, view), 0)
            stream.pass_by(record.offset)
        stream.pass_by(record.body)
        yield from stream.pieces(record.size)


def begins_member(view: memoryview, offset: int) -> bool:
    """Tell whether a gzip member begins here, by its magic bytes."""
    return _begins(view, offset, _GZIP)


def begins_packed(view: memoryview, offset: int) -> bool:
    """Tell whether a gzip member or a Zstandard frame begins here."""
    return begins_member(view, offset) or zst.begins_frame(view, offset)


def _begins(view: memoryview, offset: int, magic: bytes) -> bool:
    return view[offset : offset + len(magic)] == magic


def _scan_members(
    path: Path, view: memoryview, start: int, stop: int, limit: int, lengths: Mapping[int, int]
) -> Iterator[Record]:
    """Yield the records of the gzip members that begin in [start, stop)."""
    offset, unpacked = start, 0
    first_piece = _SMALL_PIECE if lengths else _FIRST_PIECE
    while offset < stop:
        if not begins_member(view, offset):
            what = f"no gzip member begins here: {bytes(view[offset : offset + 8])!r}"
            raise (DamagedArchive if len(view) - offset >= len(_GZIP) else TruncatedArchive)(path, offset, what)
        text, end = _unpack_member(view, offset, limit, lengths.get(offset, 0), first_piece)
        record = _sole_record(text, offset, end - offset) if end else None
        if record is not None:
            yield record
            offset, unpacked = end, unpacked + len(text)
        else:
            pieces = _MemberPieces(path, view, offset)
            offset, unpacked = yield from _scan_shared_member(path, pieces, offset, unpacked, limit)


def _scan_frames(path: Path, view: memoryview, start: int, stop: int, limit: int) -> Iterator[Record]:
    """Yield the records of the Zstandard frames that begin in [start, stop)."""
    offset, unpacked = start, 0
    while offset < stop:
        after = zst.skipped(path, view, offset)
        if after > offset:
            offset = after
        else:
            frame = zst.FramePieces(path, view, offset)
            offset, unpacked = yield from _scan_shared_member(path, frame, offset, unpacked, limit)


def _unpack_member(
    view: memoryview, offset: int, limit: int, length: int = 0, first_piece: int = _FIRST_PIECE
) -> tuple[Text, int]:
    """Return a member's content and where the next begins; 0 for that where it is over `limit`, cut or broken."""
    room = limit + _FRAMING
    if length:
        member = view[offset : offset + length]
        text = gunzip_known(member, room)
        if text and isal_zlib.crc32(text) == int.from_bytes(member[-8:-4], "little"):
            return text, offset + length
    inflate = isal_zlib.decompressobj(31)
    pieces: list[bytes] = []
    here, upto = offset, min(offset + first_piece, len(view))
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


def _sole_record(text: Text, offset: int, length: int) -> Record | None:
    """Return the record that has a member to itself, whatever length it states; None where it holds anything else."""
    body = head_end(text)
    size = _stated_length(text, body)
    if size is None or not (text.startswith(_VERSIONS) or _VERSION.match(text)):
        return None
    end = body + size
    if end + len(_END) == len(text) and text.endswith(_END):
        return Record(text, body, end, offset, length)
    rest = text[end:].lstrip(b"\r\n")
    if rest.startswith(b"WARC/"):
        return None
    flaw = f"states a Content-Length of {size} bytes"
    if rest:
        flaw = f"{flaw}, and {len(rest)} more follow"
    elif end > len(text):
        flaw = f"{flaw}, and {len(text) - body} are there"
    else:
        flaw = "no CRLF CRLF after the block"
    return Record(text, body, min(end, len(text)), offset, length, flaw=flaw)


def _stated_length(text: Text, body: int) -> int | None:
    """Return the Content-Length of a head that ends at `body`; None where it has none."""
    stated = _USUAL_LENGTH.search(text, 0, body) or _LENGTH.search(text, 0, body)
    return int(stated[1]) if stated else None


def _scan_shared_member(
    path: Path, pieces: "_MemberPieces | zst.FramePieces", offset: int, unpacked: int, limit: int
) -> Generator[Record, None, tuple[int, int]]:
    """Yield the records of a member or frame of any form, piece by piece; return where it ends, packed and unpacked.

    A record alone in its member lies at the member's offset; where several share it, each lies at its offset in the
    unpacked stream.
    """
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


def _all_pieces(path: Path, view: memoryview) -> Iterator[bytes]:
    """Yield the content of all members, or frames, of a file in pieces."""
    offset = 0
    while offset < len(view):
        if begins_member(view, offset):
            pieces: _MemberPieces | zst.FramePieces = _MemberPieces(path, view, offset)
        elif (after := zst.skipped(path, view, offset)) > offset:
            offset = after
            continue
        else:
            pieces = zst.FramePieces(path, view, offset)
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
        stated = _LENGTH.search(head)
        if not head.endswith(EMPTY_LINE) and not stream.has_more():
            raise TruncatedArchive(path, offset, "the file ends within the head of this record")
        if not _VERSION.match(head) or stated is None:
            raise DamagedArchive(path, offset, f"no WARC record begins here: {head[:16]!r}")
        length = int(stated[1])
        too_large = length > limit + _FRAMING
        block = stream.take(min(length, MAX_HEAD) if too_large else length)  # the head of its answer
        if len(block) + stream.pass_by(length - len(block)) < length:
            raise TruncatedArchive(path, offset, f"the file ends within this record of {length} bytes")
        flaw = "" if stream.take_if(_END) else "no CRLF CRLF after the block: a false Content-Length?"
        text = head + block
        yield Record(text, len(head), len(text), offset, stream.offset - offset, direct=direct, flaw=flaw, size=length)
        stream.skip_empty_lines()
