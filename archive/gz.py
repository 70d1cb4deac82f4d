"""Gzip as WARC writers use it (.warc.gz): members, unpacked whole or in pieces of bounded size.

Two inflaters: libdeflate, the quicker by a quarter, wants a member's end, which an index knows; isal finds it.
"""

from collections.abc import Iterator
from pathlib import Path

from isal import isal_zlib

from archive.errors import DamagedArchive, TruncatedArchive
from archive.http_message import UNPACK_ERROR, Text, gunzip_known

MAGIC = b"\x1f\x8b\x08"
FIRST_PIECE = 32 << 10  # what most members fit in; all that follows a member in its piece is copied once
_PIECE = 128 << 10


def begins_member(view: memoryview, offset: int) -> bool:
    """Tell whether a gzip member begins here, by its magic bytes."""
    return view[offset : offset + len(MAGIC)] == MAGIC


def unpack_member(
    view: memoryview, offset: int, limit: int, *, length: int = 0, first_piece: int = FIRST_PIECE
) -> tuple[Text, int]:
    """Return a member's content and where the next begins; 0 for that where it is over `limit` bytes, cut or broken.

    `length` is the member's, where an index states it; a false one only costs time.
    """
    room = limit
    if length:
        member = view[offset : offset + length]
        text = gunzip_known(member, limit)
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


class MemberPieces(Iterator[bytes]):
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
