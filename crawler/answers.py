"""An answer from the bytes that were read off the wire: status, headers, decoded payload, and whether it is whole.

The parsing is the archive's own, so that an answer is judged by what any later reader of the archive will see, not by
what the HTTP library made of it.
"""

from __future__ import annotations

import re

from archive import PayloadTooLarge
from archive.http_message import Answer as Head
from archive.http_message import decode_content, entity_of, is_chunked, parse_answer
from crawler.outcomes import Answer

LAST_CHUNK = re.compile(rb"(?:\A|\n)0+[ \t]*(?:;[^\r\n]*)?\r?\n(?:[^\r\n]+\r?\n)*\r?\n?\s*\Z")
TAIL = 8192  # bytes in which the last chunk and its trailers are looked for
GZIP = b"\x1f\x8b\x08"


def read_answer(url: str, received: bytes, *, role: str, limit: int) -> Answer:
    """Return the answer that the bytes hold.

    `limit` is the greatest payload in bytes; over it the body stays empty and `too_large`.
    """
    parsed = parse_answer(received)
    body = received[parsed.body :]
    entity = entity_of(body, parsed)
    try:
        payload, too_large = decode_content(entity, parsed, limit=limit), False
    except PayloadTooLarge:
        payload, too_large = b"", True
    return Answer(
        url=url,
        status=parsed.status,
        headers={name.lower(): value for name, value in reversed(parsed.headers)},
        body=payload,
        role=role,
        cut=not _is_whole(parsed, body),
        broken_coding=_is_cut_gzip(entity, payload),
        too_large=too_large,
        fields=parsed.headers,
    )


def _is_whole(head: Head, body: bytes) -> bool:
    """Say whether a body has all that its head promised; one that only the connection's end delimits is whole."""
    if is_chunked(head):
        return LAST_CHUNK.search(body[-TAIL:]) is not None
    stated = head.field("content-length")
    return not stated.isdecimal() or len(body) >= int(stated)


def _is_cut_gzip(entity: bytes, payload: bytes) -> bool:
    """Say whether a gzip stream breaks off: its last four bytes state the size of what it holds (modulo 2³²)."""
    unpacked = entity.startswith(GZIP) and payload is not entity
    return unpacked and int.from_bytes(entity[-4:], "little") != len(payload) & 0xFFFFFFFF
