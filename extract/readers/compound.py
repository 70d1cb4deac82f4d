"""Compound files (MS-CFB, the container of .doc .wps .xls .et): the names and the bytes of their streams.

All chains of sectors are followed and found to end before anyone else reads the file: a chain in a circle makes other
readers fill the memory.
"""

from __future__ import annotations

import struct
import sys
from array import array
from dataclasses import dataclass

from extract.errors import UnreadableDocument

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFF0  # sector numbers from here on are marks: end of chain, free, allocation table
_SMALL = 4096  # smaller streams lie in the small stream, in sectors of 64 bytes
_SMALL_SECTOR = 64
_ROOT, _STREAM = 5, 2


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: int
    start: int
    size: int


class Compound:
    """An opened compound file whose chains of sectors have been found sound."""

    def __init__(self, payload: bytes) -> None:
        """Open a compound file. Raise UnreadableDocument: truncated, malformed."""
        if not payload.startswith(MAGIC) or len(payload) < 512:
            raise UnreadableDocument("truncated", f"{len(payload)} bytes of a compound file's header")
        (shift,) = struct.unpack_from("<H", payload, 30)
        if shift not in {9, 12}:
            raise UnreadableDocument("malformed", f"a compound file with sectors of 2^{shift} bytes")
        self._payload = payload
        self._size = 1 << shift
        self._table = self._allocation()
        directory, _, _, small_table = struct.unpack_from("<IIII", payload, 48)
        entries = [entry for entry in _entries(self._joined(directory)) if entry.kind in {_ROOT, _STREAM}]
        roots = [entry for entry in entries if entry.kind == _ROOT]
        self._small_table = _words(self._joined(small_table))
        self._small = self._joined(roots[0].start) if roots else b""
        self._streams = {entry.name: entry for entry in entries if entry.kind == _STREAM}

    @property
    def names(self) -> frozenset[str]:
        """The names of all streams, without the storages that they lie in."""
        return frozenset(self._streams)

    def read(self, name: str) -> bytes:
        """Return a stream's bytes, fewer than its size where the file is cut off in it. Raise UnreadableDocument."""
        entry = self._streams.get(name)
        if entry is None:
            raise UnreadableDocument("malformed", f"the compound file has no stream {name}")
        if entry.size >= _SMALL:
            return self._joined(entry.start)[: entry.size]
        sectors = _chain(entry.start, self._small_table)
        return b"".join(self._small[at * _SMALL_SECTOR : (at + 1) * _SMALL_SECTOR] for at in sectors)[: entry.size]

    def _allocation(self) -> array[int]:
        """The allocation table: for each sector the one that follows it. The header lists its first 109 sectors."""
        listed = list(struct.unpack_from("<109I", self._payload, 76))
        (more,) = struct.unpack_from("<I", self._payload, 68)
        seen: set[int] = set()
        while more < _END:
            if more in seen:
                raise UnreadableDocument("malformed", "the compound file's list of tables runs in a circle")
            seen.add(more)
            *sectors, more = _words(self._sector(more))
            listed += sectors
        table = array("I")
        for sector in listed:
            if sector < _END:
                table += _words(self._sector(sector))
        return table

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        if start + self._size > len(self._payload):
            raise UnreadableDocument("truncated", f"the compound file ends before its sector {number}")
        return self._payload[start : start + self._size]

    def _joined(self, start: int) -> bytes:
        size = self._size
        sectors = _chain(start, self._table)
        return b"".join(self._payload[(at + 1) * size : (at + 2) * size] for at in sectors)


def _chain(start: int, table: array[int]) -> list[int]:
    """The sectors of a chain, in their order."""
    sectors = []
    while start < _END:
        if start >= len(table):
            raise UnreadableDocument("malformed", f"sector {start} of the compound file is in no table")
        sectors.append(start)
        if len(sectors) > len(table):
            raise UnreadableDocument("malformed", "a chain of the compound file's sectors runs in a circle")
        start = table[start]
    return sectors


def _entries(directory: bytes) -> list[_Entry]:
    found = []
    for place in range(0, len(directory) - 127, 128):
        length, kind = struct.unpack_from("<HB", directory, place + 64)
        name = directory[place : place + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        found.append(_Entry(name, kind, *struct.unpack_from("<II", directory, place + 116)))
    return found


def _words(content: bytes) -> array[int]:
    words = array("I")
    words.frombytes(content[: len(content) // 4 * 4])
    if sys.byteorder == "big":
        words.byteswap()
    return words
