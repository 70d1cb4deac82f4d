"""An answer from the bytes that were read off the wire: status, headers, decoded payload, and whether it is whole.

The parsing is the archive's own, so that an answer is judged by what any later reader of the archive will see, not by
what the HTTP library made of it. Of a large payload only the beginning is held; the rest is counted and digested as it
passes.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import BinaryIO

from archive import PayloadTooLarge
from archive.http_message import (
    MAX_HEAD,
    dechunked,
    decode_content,
    decoded,
    entity_of,
    is_chunked,
    is_whole_gzip,
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
    if isinstance(received, bytes):
        parsed = head or parse_answer(received)
        body = received[parsed.body :]
        size, tail = len(body), body[-TAIL:]
        entity = entity_of(body, parsed)
        packed: Iterable[bytes] = (entity,)
        try:
            payload, digest, too_large = decode_content(entity, parsed, limit=min(limit, MOST_READ)), "", False
            broken = _is_cut_gzip(entity, entity[-4:], len(payload), unpacked=payload is not entity)
        except PayloadTooLarge:
            payload, digest, too_large, broken = _passed((entity,), parsed, limit=limit)
    else:
        received.seek(0)
        parsed = head or parse_answer(received.read(MAX_HEAD))
        size = received.seek(0, io.SEEK_END) - parsed.body
        received.seek(parsed.body + max(size - TAIL, 0))
        tail = received.read()
        packed = _entity(received, parsed)
        payload, digest, too_large, broken = _passed(_entity(received, parsed), parsed, limit=limit)
    return Answer(
        url=url,
        status=parsed.status,
        headers={name.lower(): value for name, value in reversed(parsed.headers)},
        body=_unpacked_map(payload),
        role=role,
        cut=not _is_whole(parsed, size, tail),
        open_ended=not is_chunked(parsed) and stated_length(parsed) is None,
        again=again,
        conditional=conditional,
        broken_coding=broken and not is_whole_gzip(packed),
        too_large=too_large,
        digest=digest,
        fields=parsed.headers,
    )


def _unpacked_map(payload: bytes) -> bytes:
    """Return the site map that a file holds (sitemap.xml.gz), however that came; any other payload as it is."""
    if payload.startswith(GZIP) and is_whole_gzip((payload,)):
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


def _passed(entity: Iterable[bytes], head: Head, *, limit: int) -> tuple[bytes, str, bool, bool]:
    """Return the beginning of a payload, the SHA-1 of all where that is more, whether it is over the limit, and whether
    its coding breaks off.
    """
    packed = _Ends(entity)
    beginning, size, digest = io.BytesIO(), 0, hashlib.sha1(usedforsecurity=False)
    for piece in decoded(packed, head):
        size += len(piece)
        if size > limit:
            return b"", "", True, False
        if (room := MOST_READ - beginning.tell()) > 0:
            beginning.write(piece[:room])
        digest.update(piece)
    for _ in packed:  # what stands behind the end of a stream: the wire ends with it
        pass
    whole = digest.hexdigest() if size > beginning.tell() else ""
    unpacked = size != packed.size
    return beginning.getvalue(), whole, False, _is_cut_gzip(packed.first, packed.last, size, unpacked=unpacked)


def _entity(file: BinaryIO, head: Head) -> Iterable[bytes]:
    pieces = _pieces(file, head.body)
    return dechunked(pieces) if is_chunked(head) else pieces


def _pieces(file: BinaryIO, start: int) -> Iterator[bytes]:
    file.seek(start)
    while piece := file.read(PIECE):
        yield piece


def _is_whole(head: Head, size: int, tail: bytes) -> bool:
    """Say whether a body of `size` bytes with that end has all that its head promised; one that only the connection's
    end delimits is whole.
    """
    if is_chunked(head):
        return LAST_CHUNK.search(tail) is not None
    stated = stated_length(head)
    return stated is None or size >= stated


def _is_cut_gzip(first: bytes, last: bytes, size: int, *, unpacked: bool) -> bool:
    """Say whether a gzip stream seems to break off: the last four bytes of one alone state the size of what it holds
    (modulo 2³²).
    """
    return unpacked and first.startswith(GZIP) and int.from_bytes(last, "little") != size & 0xFFFFFFFF
