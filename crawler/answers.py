"""An answer from the bytes that were read off the wire: status, headers, decoded payload, and whether it is whole.

The parsing is the archive's own, so that an answer is judged by what any later reader of the archive will see, not by
what the HTTP library made of it. Of a large payload only the beginning is held; the rest is counted and digested as it
passes.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import BinaryIO, NamedTuple

from archive import PayloadTooLarge
from archive.http_message import (
    MAX_HEAD,
    dechunked,
    decode_content,
    decoded,
    entity_of,
    is_chunked,
    is_whole_stream,
    parse_answer,
    stated_length,
)
from archive.http_message import Answer as Head
from crawler.outcomes import Answer

LAST_CHUNK = re.compile(rb"(?:\A|\n)0+[ \t]*(?:;[^\r\n]*)?\r?\n(?:[^\r\n]+\r?\n)*\r?\n?\s*\Z")
TAIL = 8192  # bytes in which the last chunk and its trailers are looked for
GZIP = b"\x1f\x8b\x08"
MOST_READ = 8 << 20  # bytes of a payload that are held: a page is read so far, and a file judged by so much
PIECE = 1 << 20
UNSTATED = parse_answer(b"HTTP/1.1 200 OK\r\n\r\n")  # says nothing of how a body is packed
SITE_MAP = re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex)\b")


class _Body(NamedTuple):
    """What of an answer came behind its head: how much, how it ends, and its pieces without chunks, which may be asked
    for more than once.
    """

    head: Head
    size: int
    tail: bytes
    entity: Callable[[], Iterable[bytes]]


class _Payload(NamedTuple):
    """What a body holds: all of it, or the `beginning` and the SHA-1 of all."""

    beginning: bytes
    digest: str = ""
    too_large: bool = False
    is_cut: bool = False  # its content coding breaks off


def read_answer(
    url: str,
    received: bytes | BinaryIO,
    *,
    role: str,
    limit: int,
    head: Head | None = None,
    again: bool = False,
    conditional: bool = False,
) -> Answer:
    """Return the answer that the bytes, or a file of them, hold; its `head` may have been parsed, and it may have been
    asked for `again`, or only where it has changed (`conditional`).

    `limit` is the greatest payload in bytes; over it the body stays empty and `too_large`. Of a payload over MOST_READ
    bytes the body is the beginning, and `digest` is of all.
    """
    body = _held(received, head) if isinstance(received, bytes) else _filed(received, head)
    parsed, payload = body.head, _payload_of(body, limit=limit)
    return Answer(
        url=url,
        status=parsed.status,
        headers={name.lower(): value for name, value in reversed(parsed.headers)},
        body=_unpacked_map(payload.beginning),
        role=role,
        cut=not _is_whole(body),
        open_ended=not is_chunked(parsed) and stated_length(parsed) is None,
        again=again,
        conditional=conditional,
        broken_coding=payload.is_cut,
        too_large=payload.too_large,
        digest=payload.digest,
        fields=parsed.headers,
    )


def _held(received: bytes, head: Head | None) -> _Body:
    parsed = head or parse_answer(received)
    body = received[parsed.body :]
    entity = entity_of(body, parsed)
    return _Body(parsed, len(body), body[-TAIL:], lambda: (entity,))


def _filed(received: BinaryIO, head: Head | None) -> _Body:
    received.seek(0)
    parsed = head or parse_answer(received.read(MAX_HEAD))
    size = received.seek(0, io.SEEK_END) - parsed.body
    received.seek(parsed.body + max(size - TAIL, 0))
    return _Body(parsed, size, received.read(), lambda: _entity(received, parsed))


def _payload_of(body: _Body, *, limit: int) -> _Payload:
    """Return what a body holds; at once where that is little."""
    if body.size <= MOST_READ:
        packed = b"".join(body.entity())
        with suppress(PayloadTooLarge):
            payload = decode_content(packed, body.head, limit=min(limit, MOST_READ))
            cut = payload is not packed and _breaks_off(body, packed, packed[-4:], len(payload))
            return _Payload(payload, is_cut=cut)
    return _passed(body, limit=limit)


def _unpacked_map(payload: bytes) -> bytes:
    """Return the site map that a file holds (sitemap.xml.gz), however that came; any other payload as it is."""
    if payload.startswith(GZIP) and is_whole_stream((payload,), UNSTATED):
        with suppress(PayloadTooLarge):
            text = decode_content(payload, UNSTATED, limit=MOST_READ)
            return text if SITE_MAP.search(text[:1000]) else payload
    return payload


class _Ends(Iterator[bytes]):
    """Pieces that pass; `first` and `last` keep how they began and end, `size` how many bytes they were."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._coming = iter(pieces)
        self.first = self.last = b""
        self.size = 0

    def __next__(self) -> bytes:
        piece = next(self._coming)
        self.first = self.first if len(self.first) >= len(GZIP) else (self.first + piece[:4])
        self.last = (self.last + piece[-4:])[-4:]
        self.size += len(piece)
        return piece


def _passed(body: _Body, *, limit: int) -> _Payload:
    """Return the beginning of a payload that passes in pieces; nothing of one over the limit."""
    packed = _Ends(body.entity())
    beginning, size, digest = io.BytesIO(), 0, hashlib.sha1(usedforsecurity=False)
    for piece in decoded(packed, body.head):
        size += len(piece)
        if size > limit:
            return _Payload(b"", too_large=True)
        if (room := MOST_READ - beginning.tell()) > 0:
            beginning.write(piece[:room])
        digest.update(piece)
    for _ in packed:  # what stands behind the end of a stream: the wire ends with it
        pass
    whole = digest.hexdigest() if size > beginning.tell() else ""
    cut = size != packed.size and _breaks_off(body, packed.first, packed.last, size)
    return _Payload(beginning.getvalue(), whole, is_cut=cut)


def _entity(file: BinaryIO, head: Head) -> Iterable[bytes]:
    pieces = _pieces(file, head.body)
    return dechunked(pieces) if is_chunked(head) else pieces


def _pieces(file: BinaryIO, start: int) -> Iterator[bytes]:
    file.seek(start)
    while piece := file.read(PIECE):
        yield piece


def _is_whole(body: _Body) -> bool:
    """Say whether a body has all that its head promised; one that only the connection's end delimits is whole."""
    if is_chunked(body.head):
        return LAST_CHUNK.search(body.tail) is not None
    stated = stated_length(body.head)
    return stated is None or body.size >= stated


def _breaks_off(body: _Body, first: bytes, last: bytes, size: int) -> bool:
    """Say whether a coding that was undone breaks off. The last four bytes of a gzip stream state the size of what it
    holds (modulo 2³²): only where they do not is it looked through once more.
    """
    if first.startswith(GZIP) and int.from_bytes(last, "little") == size & 0xFFFFFFFF:
        return False
    return not is_whole_stream(body.entity(), body.head)
