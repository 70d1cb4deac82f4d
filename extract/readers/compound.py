"""The directory of a compound file (MS-CFB, the container of .doc .wps .xls .et): which streams it holds."""

from __future__ import annotations

import struct

from extract.errors import UnreadableDocument

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAX_SECTORS = 4096  # of the directory: 16,000 entries and more
_END = 0xFFFFFFF0  # sector numbers from here on are marks: end of chain, free, FAT


def streams(payload: bytes) -> dict[str, tuple[int, int]]:
    """Return (offset of its first sector, size) of each stream by name. Raise UnreadableDocument: truncated, malformed.

    The offset means nothing for streams under 4096 bytes, which lie in a stream of their own.
    """
    if not payload.startswith(MAGIC) or len(payload) < 512:
        raise UnreadableDocument("truncated", f"{len(payload)} bytes of a compound file's header")
    (shift,) = struct.unpack_from("<H", payload, 30)
    (sector,) = struct.unpack_from("<I", payload, 48)
    if shift not in {9, 12}:
        raise UnreadableDocument("malformed", f"a compound file with sectors of 2^{shift} bytes")
    size = 1 << shift
    found: dict[str, tuple[int, int]] = {}
    seen: set[int] = set()
    while sector < _END:
        start = (sector + 1) * size
        if start + size > len(payload):
            raise UnreadableDocument("truncated", "the compound file ends before its directory")
        if sector in seen or len(seen) > _MAX_SECTORS:
            raise UnreadableDocument("malformed", "the compound file's directory runs in a circle")
        seen.add(sector)
        for entry in range(start, start + size, 128):
            length, kind = struct.unpack_from("<HB", payload, entry + 64)
            if kind == 2 and 2 <= length <= 64:
                name = payload[entry : entry + length - 2].decode("utf-16-le", "replace")
                first, stream_size = struct.unpack_from("<II", payload, entry + 116)
                found[name] = ((first + 1) * size, stream_size)
        sector = _next_sector(payload, sector, size)
    return found


def _next_sector(payload: bytes, sector: int, size: int) -> int:
    """The sector that follows in its chain, from the allocation table, whose first 109 sectors the header lists."""
    table, place = divmod(sector, size // 4)
    if table >= 109:
        raise UnreadableDocument("malformed", "the compound file's directory lies beyond 7 MB")
    (where,) = struct.unpack_from("<I", payload, 76 + 4 * table)
    offset = (where + 1) * size + 4 * place
    if where >= _END or offset + 4 > len(payload):
        raise UnreadableDocument("truncated", "the compound file ends before its allocation table")
    (following,) = struct.unpack_from("<I", payload, offset)
    return int(following)
