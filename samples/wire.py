"""HTTP as bytes: what a request said, and answers whose every byte is chosen here."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

Headers = tuple[tuple[str, str], ...]
Then = Literal["keep", "close", "reset", "stall"]


@dataclass(frozen=True, slots=True)
class Request:
    """A request as read from the socket; `headers` has lower-case names, the last of several wins."""

    raw: bytes
    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The path, percent-decoded as UTF-8."""
        return unquote(urlsplit(self.target).path)

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the address and of a form in the body; the last of several wins."""
        fields = parse_qsl(urlsplit(self.target).query, keep_blank_values=True)
        if "urlencoded" in self.headers.get("content-type", ""):
            fields += parse_qsl(self.body.decode("latin-1"), keep_blank_values=True)
        return dict(fields)


@dataclass(frozen=True, slots=True)
class Answer:
    """The writes of an answer in order, `pause` seconds before each but the first, and what becomes of the connection.

    `close` ends it in order, `reset` with an RST, `stall` leaves it open and silent until an end closes it.
    """

    writes: tuple[bytes, ...]
    then: Then = "keep"
    pause: float = 0.0

    def head_only(self) -> Answer:
        """Return the answer to HEAD: the same head, no body."""
        head, _, _ = b"".join(self.writes).partition(b"\r\n\r\n")
        return replace(self, writes=(head + b"\r\n\r\n",))


Handler = Callable[[Request], Answer]
Delivery = Callable[[bytes, Headers], Answer]


def parse_request(head: bytes, body: bytes) -> Request:
    """Return the request of a head (with its blank line) and a body. Raise ValueError where it has no request line."""
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    pairs = (line.partition(":") for line in lines if ":" in line)
    return Request(head + body, method, target, {name.lower(): value.strip() for name, _, value in pairs}, body)


def answer(
    body: bytes,
    headers: Iterable[tuple[str, str]] = (),
    *,
    status: bytes = b"200 OK",
    version: bytes = b"HTTP/1.1",
    length: int | None = None,
    then: Then = "keep",
) -> Answer:
    """Return an answer with a Content-Length: that of the body, or `length` where the head is to state another."""
    stated = len(body) if length is None else length
    return Answer((_head(version, status, (*headers, ("Content-Length", str(stated)))) + body,), then)


def plain(body: bytes, headers: Headers) -> Answer:
    """Deliver with Content-Length, the way most portals do."""
    return answer(body, headers)


def gzipped(body: bytes, headers: Headers) -> Answer:
    """Deliver as gzip, asked for or not."""
    return answer(gzip.compress(body, mtime=0), (*headers, ("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")))


def deflated_raw(body: bytes, headers: Headers) -> Answer:
    """Deliver as `deflate` without the zlib wrapper that the standard asks for."""
    packer = zlib.compressobj(wbits=-15)
    return answer(packer.compress(body) + packer.flush(), (*headers, ("Content-Encoding", "deflate")))


def gzip_in_name_only(body: bytes, headers: Headers) -> Answer:
    """Deliver plain bytes under `Content-Encoding: gzip`."""
    return answer(body, (*headers, ("Content-Encoding", "gzip")))


def chunked(body: bytes, headers: Headers) -> Answer:
    """Deliver in chunks of odd sizes with extensions, upper-case hex and leading zeros, and trailers."""
    return Answer((_head(b"HTTP/1.1", b"200 OK", (*headers, *_CHUNK_HEADERS)), *_chunks(body)))


def chunked_gzip(body: bytes, headers: Headers) -> Answer:
    """Deliver gzip in chunks."""
    head = _head(b"HTTP/1.1", b"200 OK", (*headers, ("Content-Encoding", "gzip"), *_CHUNK_HEADERS))
    return Answer((head, *_chunks(gzip.compress(body, mtime=0))))


def odd_headers(body: bytes, headers: Headers) -> Answer:
    """Deliver with headers of odd case, doubled, empty, with blanks around the value, in GBK."""
    odd = (
        *((name.swapcase(), value) for name, value in headers),
        ("X-Via", "1.1 dianxin23:8 (Cdn Cache Server V2.0)"),
        ("x-via", "1.1 PSzjjxdx3vl40:2 (Cdn Cache Server V2.0)"),
        ("Set-Cookie", "JSESSIONID=5D0C; Path=/; HttpOnly"),
        ("Set-Cookie", "SERVERID=a1|Z|Z; Path=/"),
        ("sET-cOOKIE", "yfx=1"),
        ("X-Empty", ""),
        ("P3P", "  CP='IDC DSP COR'   "),
        ("X-Powered-By", "政务云".encode("gbk").decode("latin-1")),
    )
    return answer(body, odd)


def custom_reason(body: bytes, headers: Headers) -> Answer:
    """Deliver with a reason phrase of the server's own."""
    return answer(body, headers, status=b"200 Very  Well: here you are")


def gbk_reason(body: bytes, headers: Headers) -> Answer:
    """Deliver with a reason phrase in Chinese, as bytes of GBK."""
    return answer(body, headers, status=b"200 " + "正常".encode("gbk"))


def without_reason(body: bytes, headers: Headers) -> Answer:
    """Deliver with a status line that ends behind the code."""
    return answer(body, headers, status=b"200")


def http10(body: bytes, headers: Headers) -> Answer:
    """Deliver as HTTP/1.0 without any length: the body ends with the connection."""
    return Answer((_head(b"HTTP/1.0", b"200 OK", headers), body), "close")


def bare_line_feeds(body: bytes, headers: Headers) -> Answer:
    """Deliver with a head whose lines end in a bare LF."""
    whole = b"".join(answer(body, headers).writes)
    head, _, rest = whole.partition(b"\r\n\r\n")
    return Answer((head.replace(b"\r\n", b"\n") + b"\n\n" + rest,))


def in_pieces(body: bytes, headers: Headers) -> Answer:
    """Deliver in many small writes, the head cut in the middle of a header."""
    whole = b"".join(answer(body, headers).writes)
    size = max(1, len(whole) // 12)
    return Answer((whole[:40], *(whole[start : start + size] for start in range(40, len(whole), size))), pause=0.01)


def cut_off(body: bytes, headers: Headers) -> Answer:
    """Announce the whole body, send half of it, close."""
    return answer(body[: len(body) // 2], headers, length=len(body), then="close")


def cut_chunks(body: bytes, headers: Headers) -> Answer:
    """Send the chunks without the last ones, close."""
    return replace(chunked(body, headers), writes=chunked(body, headers).writes[:3], then="close")


def cut_gzip(body: bytes, headers: Headers) -> Answer:
    """Deliver a gzip stream that breaks off, under the length of what is sent."""
    packed = gzip.compress(body, mtime=0)
    return answer(packed[: len(packed) * 2 // 3], (*headers, ("Content-Encoding", "gzip")))


_CHUNK_HEADERS = (("Transfer-Encoding", "chunked"), ("Trailer", "X-Checksum"))


def _chunks(body: bytes) -> list[bytes]:
    chunks: list[bytes] = []
    start, size = 0, 333
    while start < len(body):
        piece = body[start : start + size]
        extension = (b"", b";part=%d" % len(chunks), b' ; note="a;b"')[len(chunks) % 3]
        chunks.append(b"%04X" % len(piece) + extension + b"\r\n" + piece + b"\r\n")
        start, size = start + size, size * 3
    return [*chunks, b"0;last\r\nX-Checksum: 00\r\nx-trailer: end\r\n\r\n"]


def _head(version: bytes, status: bytes, headers: Iterable[tuple[str, str]]) -> bytes:
    lines = [version + b" " + status, *(f"{name}: {value}".encode("latin-1") for name, value in headers)]
    return b"\r\n".join(lines) + b"\r\n\r\n"
