"""Zstandard as WARC writers use it (.warc.zst): frames, their ends, and the dictionary that a file may begin with.

By the WARC-Zstandard specification 1.0 each record is a frame of its own, and a file may begin with a skippable frame
(magic 0x184D2A5D) that holds the dictionary of all frames, itself perhaps packed. Other skippable frames say nothing.
A frame's end is found from the headers of its blocks (RFC 8878 §3.1.1), so that no byte is unpacked to find it.
"""

import re
from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import IO, cast

import zstandard

from archive.errors import DamagedArchive, TruncatedArchive

MAGIC = b"\x28\xb5\x2f\xfd"
_DICTIONARY = b"\x5d\x2a\x4d\x18"
_SKIPPABLE = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18", re.DOTALL)
_MAX_DICTIONARY = 16 << 20
_MAX_WINDOW = 128 << 20  # bytes that a frame may want in memory; what `zstd --long=27` writes
_PIECE = 1 << 20
_MOST_HEADER = 18


def begins_frame(view: memoryview, offset: int = 0) -> bool:
    """Tell whether a frame, be it a skippable one, begins here, by its magic bytes."""
    magic = bytes(view[offset : offset + 4])
    return magic == MAGIC or _SKIPPABLE.fullmatch(magic) is not None


def _skipped(path: Path, view: memoryview, offset: int) -> int:
    """Return where the skippable frame that begins here ends; 0 where none does. Raise TruncatedArchive."""
    if not _SKIPPABLE.fullmatch(bytes(view[offset : offset + 4])):
        return 0
    end = offset + 8 + int.from_bytes(view[offset + 4 : offset + 8], "little")
    if end > len(view):
        raise TruncatedArchive(path, offset, "the file ends within this skippable frame")
    return end


class FramePieces(Iterator[bytes]):
    """The content of one frame in pieces of bounded size, none of a skippable one; `unpacked` is known after the last.

    Raise TruncatedArchive where the file ends within it, DamagedArchive where it does not unpack.
    """

    def __init__(self, path: Path, view: memoryview, offset: int) -> None:
        self.end = _skipped(path, view, offset) or _frame_end(path, view, offset)
        self.unpacked = 0
        self._path, self._offset = path, offset
        unpacker = zstandard.ZstdDecompressor(dict_data=_dictionary_of(path, view), max_window_size=_MAX_WINDOW)
        packed = (view[here : min(here + _PIECE, self.end)] for here in range(offset, self.end, _PIECE))
        self._content = unpacker.stream_reader(cast("IO[bytes]", _Pieces(map(bytes, packed))))

    def __next__(self) -> bytes:
        try:
            piece = self._content.read(_PIECE)
        except zstandard.ZstdError as error:
            raise DamagedArchive(self._path, self._offset, f"this Zstandard frame does not unpack: {error}") from error
        if not piece:
            raise StopIteration
        self.unpacked += len(piece)
        return piece


def unpacked(pieces: Iterable[bytes]) -> Generator[bytes, None, bool]:
    """Yield what frames that come in pieces hold, in pieces of bounded size; return whether they met no fault."""
    unpacker = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW)
    content = unpacker.stream_reader(cast("IO[bytes]", _Pieces(pieces)), read_across_frames=True)
    with suppress(zstandard.ZstdError):
        while piece := content.read(_PIECE):
            yield piece
        return True
    return False


class _Pieces:
    """Pieces as a file that gives one at a time."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._coming = iter(pieces)

    def read(self, size: int) -> bytes:
        """Return the next piece; b"" after the last."""
        del size
        return next(self._coming, b"")


def _frame_end(path: Path, view: memoryview, offset: int) -> int:
    head = bytes(view[offset : offset + _MOST_HEADER])
    try:
        here = offset + zstandard.frame_header_size(head)
        checked = zstandard.get_frame_parameters(head).has_checksum
    except zstandard.ZstdError as error:
        kind = DamagedArchive if len(head) == _MOST_HEADER else TruncatedArchive
        raise kind(path, offset, f"no Zstandard frame begins here: {head[:8]!r}: {error}") from error
    last = False
    while not last:
        header = int.from_bytes(view[here : here + 3], "little")
        last, kind_of_block, size = bool(header & 1), header >> 1 & 3, header >> 3
        if kind_of_block == 3:
            raise DamagedArchive(path, offset, "this Zstandard frame has a block of no known kind")
        here += 3 + (1 if kind_of_block == 1 else size)
        if here > len(view):
            raise TruncatedArchive(path, offset, "the file ends within this Zstandard frame")
    here += 4 * checked
    if here > len(view):
        raise TruncatedArchive(path, offset, "the file ends within this Zstandard frame")
    return here


def _dictionary_of(path: Path, view: memoryview) -> zstandard.ZstdCompressionDict | None:
    """Return the dictionary that a file begins with, None without one. Raise DamagedArchive where it is none."""
    if bytes(view[:4]) != _DICTIONARY:
        return None
    end = _skipped(path, view, 0)
    if end > _MAX_DICTIONARY:
        raise DamagedArchive(path, 0, f"a dictionary of {end} bytes")
    return _dictionary(path, bytes(view[8:end]))


@lru_cache(maxsize=4)
def _dictionary(path: Path, content: bytes) -> zstandard.ZstdCompressionDict:
    try:
        if content.startswith(MAGIC):
            unpacker = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW)
            content = unpacker.stream_reader(content).read(_MAX_DICTIONARY + 1)
            if not 0 < len(content) <= _MAX_DICTIONARY:
                raise ValueError(f"it unpacks to nothing, or to over {_MAX_DICTIONARY} bytes")
        return zstandard.ZstdCompressionDict(content)
    except (zstandard.ZstdError, ValueError) as error:
        raise DamagedArchive(path, 0, f"this Zstandard dictionary cannot be read: {error}") from error
