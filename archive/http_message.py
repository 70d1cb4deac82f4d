"""HTTP answers as they crossed the wire → status, headers, payload.

Lenient: what can be read is read, and nothing raises but the size limit.

Rules, in the order in which they are applied to a response block:
1. Empty lines before a status line and complete 1xx answers (100 Continue, 103 Early Hints) are a preamble; the answer
   begins after them.
2. A block without a status line (HTTP/0.9, garbage) has no status and no headers: all of it is the body.
3. The head ends at the first empty line; CRLF, bare LF and mixtures count. It is looked for, preamble included, in the
   first `MAX_HEAD` bytes of the block; where none stands there, all of these are head.
4. The body is all that follows. `Content-Length` is not obeyed: a server that understates it, and a foreign archive
   whose bodies were unpacked before they were written, would lose their ends.
5. `Transfer-Encoding: chunked` is undone up to the last whole piece; a body whose first line is no chunk size is taken
   as it is.
6. `Content-Encoding` gzip, deflate (zlib or raw), br and zstd are undone; a cut stream gives what it holds; a body that
   is not in the coding it declares stays as it is. Gzip that is not declared, or not so often, is undone by its magic
   bytes, except for media types that are archives themselves.
"""

import re
import zlib
from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from itertools import chain
from typing import Final, NamedTuple

import brotli
from deflate import DeflateError, gzip_decompress
from isal import isal_zlib

from archive import zst
from archive.errors import PayloadTooLarge

MAX_PAYLOAD = 64 << 20  # bytes, unpacked; the largest report seen is a scanned PDF of about 30 MB
MAX_HEAD = 1 << 20  # bytes; Chromium reads 256 KiB

_FROM_THE_FIRST = re.compile(r"bytes\s+0-(?P<last>\d+)/(?P<length>\d+)", re.IGNORECASE)
_STATUS_LINE = re.compile(rb"[\r\n]*((?i:HTTP)(?:/\d{1,2}(?:\.\d{1,2})?)?[ \t]+(\d{3})(?!\d))")
_EMPTY_LINE = re.compile(rb"\n\r?\n")
_SIZE = rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\n]{0,16384})?\r?\n"
_CHUNK_SIZE = re.compile(rb"[ \t]*" + _SIZE)
_LATER_SIZE = re.compile(rb"\s*" + _SIZE)  # behind the line end of the chunk before it, or several
LONGEST_LENGTH = 18  # digits of a Content-Length
_CHUNK_LINE = 16 << 10  # bytes that a chunk's first line may have, and some more
_GZIP = b"\x1f\x8b\x08"
_CODINGS = frozenset(("gzip", "x-gzip", "deflate", "br", "zstd"))
_LEAST_MEMBER = 18  # bytes of gzip's head and tail
_SLICE = 4 << 10  # packed bytes that are inflated at once: at most a thousand times as many come of them
_PIECE = 1 << 20
_KEPT_PACKED = frozenset(
    (
        "application/gzip application/octet-stream application/x-compressed application/x-compressed-tar "
        "application/x-gtar application/x-gzip application/x-tar application/x-tgz"
    ).split()
)

UNPACK_ERROR: Final[type[Exception]] = isal_zlib.error  # type: ignore[assignment]  # its stub calls the class an instance
Headers = tuple[tuple[str, str], ...]
Text = bytes | bytearray  # libdeflate gives the latter


class Answer(NamedTuple):
    """Where the parts of a response block lie in the bytes that were parsed, and its head."""

    status: int | None  # None: no status line
    start: int  # where the final answer begins, after a preamble of 1xx answers
    body: int  # where its body begins
    headers: Headers  # latin-1, order and case as received, folded lines joined
    coded: bool = False  # a header may name a coding; most name none, and are asked no further

    def field(self, name: str) -> str:
        """Return a header's value by its lower-case name, "" where it is absent; of a repeated one all, by commas."""
        size = len(name)
        return ", ".join([value for key, value in self.headers if len(key) == size and key.lower() == name])


def parse_answer(data: Text, begin: int = 0, end: int | None = None) -> Answer:
    """Return the parts of the response block data[begin:end], by rules 1 to 3; places count from the start of data.

    The first `MAX_HEAD` bytes of a block give what all of it does.
    """
    stop = min(len(data) if end is None else end, begin + MAX_HEAD)
    status_line, body = None, begin
    while found := _STATUS_LINE.match(data, body, stop):
        status_line, body = found, head_end(data, found.start(1), stop)
        if not _is_interim(found):
            break
    if status_line is None:
        return Answer(None, begin, begin, ())
    start = status_line.start(1)
    head = data[start:body]
    return Answer(int(status_line[2]), start, body, parse_fields(head), b"-encoding" in head.lower())


def head_end(data: Text, start: int = 0, end: int | None = None) -> int:
    """Return where the bytes after the first empty line of data[start:end] begin; `end` where there is none."""
    stop = len(data) if end is None else end
    found = _EMPTY_LINE.search(data, start, stop)
    return found.end() if found else stop


def parse_fields(head: Text, encoding: str = "latin-1") -> Headers:
    """Return the fields of a head, whose first line (status, version) is none; lines without a colon are left out."""
    lines = head.decode(encoding, "replace").split("\n")
    if b"\n " in head or b"\n\t" in head:
        lines = _unfolded(lines)
    parts = [line.partition(":") for line in lines[1:]]
    return tuple([(name.strip(), value.strip()) for name, colon, value in parts if colon])


def _unfolded(lines: list[str]) -> list[str]:
    """Return lines to which their continuations, which begin with a blank, are joined."""
    whole: list[str] = []
    for line in lines:
        if line[:1] in {" ", "\t"} and len(whole) > 1:
            whole[-1] = f"{whole[-1].rstrip()} {line.strip()}"
        else:
            whole.append(line)
    return whole


def media_type(answer: Answer) -> str:
    """Return the Content-Type without parameters in lower case, "" where it is absent."""
    return answer.field("content-type").partition(";")[0].strip().lower()


def is_chunked(answer: Answer) -> bool:
    """Tell whether a Transfer-Encoding names `chunked`."""
    return answer.coded and "chunked" in _tokens(answer, "transfer-encoding")


def stated_length(answer: Answer) -> int | None:
    """Return the length in bytes that Content-Length states; None where it states none, or several (RFC 9112, 6.3)."""
    lengths = {length.strip() for length in answer.field("content-length").split(",")}
    length = lengths.pop() if len(lengths) == 1 else ""
    return int(length) if length.isascii() and length.isdecimal() and len(length) <= LONGEST_LENGTH else None


def is_whole_part(content_range: str) -> bool:
    """Tell whether a part that was sent (206) is all there is, by its Content-Range (RFC 9110, 14.4)."""
    match = _FROM_THE_FIRST.fullmatch(content_range.strip())
    return match is not None and int(match["last"]) + 1 == int(match["length"])


def is_coded(answer: Answer) -> bool:
    """Tell whether a Content-Encoding names a coding that is undone here."""
    return bool(_codings(answer))


def entity_of(body: bytes, answer: Answer) -> bytes:
    """Return the body without its chunks, still in its content coding (rule 5)."""
    return dechunk(body) if is_chunked(answer) else body


def dechunk(body: bytes) -> bytes:
    """Return the data of a chunked body up to its end, cut or first fault; a body that is not chunked as it is."""
    return b"".join(dechunked([body]))


def dechunked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what `dechunk` returns of a body that comes in pieces, in bounded memory."""
    coming = iter(pieces)
    data, here, begun = b"", 0, False
    while True:
        while len(data) - here < _CHUNK_LINE and (piece := next(coming, b"")):
            data, here = data[here:] + piece, 0
        line = (_LATER_SIZE if begun else _CHUNK_SIZE).match(data, here)
        if line is None:
            if not begun:
                yield data
                yield from coming
            return
        begun, here, missing = True, line.end(), int(line[1], 16)
        if not missing:
            return
        while missing:
            taken = data[here : here + missing]
            yield taken
            here, missing = here + len(taken), missing - len(taken)
            if missing:
                data, here = next(coming, b""), 0
                if not data:
                    return


def decode_content(entity: bytes, answer: Answer, *, limit: int = MAX_PAYLOAD) -> bytes:
    """Return the entity without its content codings (rule 6). Raise PayloadTooLarge over `limit` bytes."""
    payload = entity
    for coding in _codings(answer):
        payload = _undone(payload, coding, limit)
    if payload.startswith(_GZIP) and media_type(answer) not in _KEPT_PACKED:
        payload = _undone(payload, "gzip", limit)
    if len(payload) > limit:
        raise PayloadTooLarge(f"a payload of {len(payload)} bytes; the limit is {limit}")
    return payload


def decoded(pieces: Iterable[bytes], answer: Answer) -> Generator[bytes, None, bool]:
    """Yield what `decode_content` returns of an entity that comes in pieces, in bounded memory and however much it is;
    return whether its coding came to its end.

    Of several codings only the last is undone.
    """
    coming = iter(pieces)
    start = b""
    while len(start) < _LEAST_MEMBER and (piece := next(coming, b"")):
        start += piece
    coding = next(iter(_codings(answer)), "")
    if coding or media_type(answer) not in _KEPT_PACKED:
        unpacked = _unpacked(chain((start,), coming), start, coding)
        if first := next(unpacked, b""):
            yield first
            return (yield from unpacked)
    yield start  # not in the coding that it declares: what was looked at, and the rest
    yield from coming
    return True


def is_whole_stream(pieces: Iterable[bytes], answer: Answer) -> bool:
    """Tell whether the coding of an entity that comes in pieces comes to its end, whatever stands behind that."""
    unpacking = decoded(pieces, answer)
    try:
        while True:
            next(unpacking)
    except StopIteration as end:
        return bool(end.value)


def gunzip_known(member: memoryview | bytes, room: int) -> Text:
    """Return the content of bytes that are one gzip member; nothing where they are not, or hold over `room` bytes.

    libdeflate does not mind what follows a member: that nothing does is told only by the size with which the bytes end.
    """
    size = int.from_bytes(member[-4:], "little")
    if size > room or len(member) < _LEAST_MEMBER:
        return b""
    try:
        text = gzip_decompress(member, size)
    except (DeflateError, ValueError):
        return b""
    return text if len(text) == size else b""


def _is_interim(status_line: re.Match[bytes]) -> bool:
    return status_line[2].startswith(b"1") and status_line[2] != b"101"  # 101 ends HTTP on the connection


def _tokens(answer: Answer, name: str) -> list[str]:
    value = answer.field(name)
    return [token for part in value.lower().split(",") if (token := part.strip())] if value else []


def _codings(answer: Answer) -> list[str]:
    """Return the content codings that an answer declares, of those that are undone here; the last one first."""
    declared = reversed(_tokens(answer, "content-encoding")) if answer.coded else ()
    return [coding for coding in declared if coding in _CODINGS]


def _undone(data: bytes, coding: str, limit: int) -> bytes:
    """Return what `data` holds; itself where it is in no such coding. Raise PayloadTooLarge over `limit` bytes."""
    if data.rfind(_GZIP) == 0 and (whole := gunzip_known(data, limit)):
        return bytes(whole)
    return _joined(_unpacked((data,), data, coding), limit) or data


def _unpacked(pieces: Iterable[bytes], start: bytes, coding: str) -> Generator[bytes, None, bool]:
    """Yield what an entity with that start holds, nothing where it is in no such coding; return whether it ends."""
    if start.startswith(_GZIP):
        return (yield from _inflated(pieces, 31))
    if coding == "deflate":
        return (yield from _inflated(pieces, 15 if _has_zlib_head(start) else -15))
    if coding == "br":
        return (yield from _unbrotlied(pieces))
    return coding == "zstd" and start.startswith(zst.MAGIC) and (yield from zst.unpacked(pieces))


def _has_zlib_head(data: bytes) -> bool:
    return len(data) > 2 and data[0] & 15 == 8 and int.from_bytes(data[:2], "big") % 31 == 0


def _sliced(pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        for start in range(0, len(piece), _SLICE):
            yield piece[start : start + _SLICE]


def _inflated(pieces: Iterable[bytes], window: int) -> Generator[bytes, None, bool]:
    """Yield what a stream holds up to its end or fault, of gzip (window 31) all its members; return whether it ends.

    A raw one that fails in its first piece gives nothing: what declares it is often no such stream at all.
    """
    inflate, rest, begun = zlib.decompressobj(window), b"", window > 0
    for data in _sliced(pieces):
        rest += data
        while rest:
            if inflate.eof:
                if window != 31 or not rest.startswith(_GZIP[: len(rest)]):
                    return True
                if len(rest) < len(_GZIP):
                    break
                inflate = zlib.decompressobj(window)
            before = inflate.copy()
            try:
                piece, rest = inflate.decompress(rest), b""
            except zlib.error:
                if begun and (held := b"".join(_up_to_fault(before, rest))):
                    yield held
                return False
            begun = True
            if inflate.eof:
                rest = inflate.unused_data
            if piece:
                yield piece
    return inflate.eof or (window > 0 and _lacks_only_sums(inflate))


def _up_to_fault(inflate: "zlib._Decompress", data: bytes) -> Iterator[bytes]:
    """Yield what precedes the fault in a piece of a stream, of which zlib gives nothing."""
    with suppress(zlib.error):
        for here in range(len(data)):
            yield inflate.decompress(data[here : here + 1])


def _lacks_only_sums(inflate: "zlib._Decompress") -> bool:
    """Tell whether nothing of a stream lacks but the sums behind it: four more bytes are then taken for sums."""
    for guess in (bytes(4), b"\xff" * 4):
        probe = inflate.copy()
        try:
            probe.decompress(guess)
        except zlib.error as error:
            if str(error).endswith((" data check", " length check")):
                return True
        if probe.eof:
            return True
    return False


def _unbrotlied(pieces: Iterable[bytes]) -> Generator[bytes, None, bool]:
    decompressor = brotli.Decompressor()
    with suppress(brotli.error):
        for data in pieces:
            piece = decompressor.process(data, output_buffer_limit=_PIECE)
            while piece:
                yield piece
                piece = decompressor.process(b"", output_buffer_limit=_PIECE)
        return bool(decompressor.is_finished())
    return False


def _joined(pieces: Iterable[bytes], limit: int) -> bytes:
    """Return pieces that were unpacked as one. Raise PayloadTooLarge, before many more are, over `limit` bytes."""
    held, room = [], limit
    for piece in pieces:
        held.append(piece)
        room -= len(piece)
        if room < 0:
            raise PayloadTooLarge(f"a payload of more than {limit} bytes when unpacked")
    return b"".join(held)
