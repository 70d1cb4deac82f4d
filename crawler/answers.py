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
from typing import BinaryIO, NamedTuple

from archive import PayloadTooLarge
from archive.http_message import (
    MAX_HEAD,
    dechunked,
    decode_content,
    decoded,
    is_chunked,
    is_whole_stream,
    parse_answer,
    stated_length,
)
from archive.http_message import Answer as Head
from crawler.outcomes import Answer

GZIP = b"\x1f\x8b\x08"
MOST_READ = 8 << 20  # bytes of a payload that are held: a page is read so far, and a file judged by so much
PIECE = 1 << 20
UNSTATED = parse_answer(b"HTTP/1.1 200 OK\r\n\r\n")  # says nothing of how a body is packed
SITE_MAP = re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex)\b")


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
    cut: bool = False,
    again: bool = False,
    conditional: bool = False,
) -> Answer:
    """Return the answer that the bytes, or a file of them, hold; its `head` may have been parsed, it may be `cut`, and
    it may have been asked for `again`, or only where it has changed (`conditional`).

    `limit` is the greatest payload in bytes; over it the body stays empty and `too_large`. Of a payload over MOST_READ
    bytes the body is the beginning, and `digest` is of all.
    """
    file = io.BytesIO(received) if isinstance(received, bytes) else received
    parsed = head or parse_answer(_beginning(file))
    payload = _payload_of(file, parsed, limit=limit)
    return Answer(
        url=url,
        status=parsed.status,
        headers={name.lower(): value for name, value in reversed(parsed.headers)},
        body=_unpacked_map(payload.beginning),
        role=role,
        cut=cut,
        open_ended=not is_chunked(parsed) and stated_length(parsed) is None,
        again=again,
        conditional=conditional,
        broken_coding=payload.is_cut,
        too_large=payload.too_large,
        digest=payload.digest,
        fields=parsed.headers,
    )


def _beginning(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read(MAX_HEAD)


def _payload_of(file: BinaryIO, head: Head, *, limit: int) -> _Payload:
    """Return what the body behind a head holds; at once where that is little. The last four bytes of a gzip stream
    state how much it holds (modulo 2³²): only where they do not, its end is looked for.
    """
    if file.seek(0, io.SEEK_END) <= MOST_READ:
        packed = b"".join(_entity(file, head))
        with suppress(PayloadTooLarge):
            payload = decode_content(packed, head, limit=min(limit, MOST_READ))
            is_sure = payload is packed or int.from_bytes(packed[-4:], "little") == len(payload)
            return _Payload(payload, is_cut=not (is_sure or is_whole_stream((packed,), head)))
    return _passed(file, head, limit=limit)


def _unpacked_map(payload: bytes) -> bytes:
    """Return the site map that a file holds (sitemap.xml.gz), however that came; any other payload as it is."""
    if payload.startswith(GZIP) and is_whole_stream((payload,), UNSTATED):
        with suppress(PayloadTooLarge):
            text = decode_content(payload, UNSTATED, limit=MOST_READ)
            return text if SITE_MAP.search(text[:1000]) else payload
    return payload


def _passed(file: BinaryIO, head: Head, *, limit: int) -> _Payload:
    """Return the beginning of a payload that passes in pieces; nothing of one over the limit."""
    beginning, size, digest = io.BytesIO(), 0, hashlib.sha1(usedforsecurity=False)
    for piece in decoded(_entity(file, head), head):
        size += len(piece)
        if size > limit:
            return _Payload(b"", too_large=True)
        if (room := MOST_READ - beginning.tell()) > 0:
            beginning.write(piece[:room])
        digest.update(piece)
    whole = digest.hexdigest() if size > beginning.tell() else ""
    return _Payload(beginning.getvalue(), whole, is_cut=not is_whole_stream(_entity(file, head), head))


def _entity(file: BinaryIO, head: Head) -> Iterable[bytes]:
    pieces = _pieces(file, head.body)
    return dechunked(pieces) if is_chunked(head) else pieces


def _pieces(file: BinaryIO, start: int) -> Iterator[bytes]:
    file.seek(start)
    while piece := file.read(PIECE):
        yield piece
