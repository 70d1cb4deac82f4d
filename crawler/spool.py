"""The bytes of one answer while they come: few are held in memory, many in a file beside the archive.

The file has no name (`tempfile.TemporaryFile`), so that the system takes it away with this process, however that ends.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

HELD = 1 << 20  # bytes of an answer that are held in memory; hundreds come at a time. With more, all go to the file
PIECE = 1 << 20  # bytes that then go there at once


class Spool:
    """Bytes that are added until they are read. `size` counts those that came."""

    __slots__ = ("_closed", "_fault", "_file", "_folder", "_held", "_room", "size")

    def __init__(self, folder: Path) -> None:
        self.size = 0
        self._folder = folder
        self._held = bytearray()
        self._room = HELD
        self._file: BinaryIO | None = None
        self._fault: OSError | None = None
        self._closed = False

    def add(self, data: bytes) -> bool:
        """Keep more bytes. Return False where the disk has no room for them: then `content` says why."""
        if self._closed:
            return True  # nobody will read them
        self._held += data
        self.size += len(data)
        if len(self._held) > self._room:
            try:
                self._spill()
            except OSError as error:
                self._fault = error
                return False
        return True

    def content(self) -> bytes | BinaryIO:
        """Return all bytes, or the file of them, which is closed by `close`. Raise OSError where some were not kept."""
        if self._fault is not None:
            raise self._fault
        if self._file is None:
            return bytes(self._held)
        self._spill()
        return self._file

    def close(self) -> None:
        """Let go of the bytes: a connection that stays open remembers its last exchange."""
        self._closed = True
        self._held = bytearray()
        if self._file is not None:
            with suppress(OSError):  # of bytes that did not fit
                self._file.close()

    def _spill(self) -> None:
        if self._file is None:
            self._file = TemporaryFile(dir=self._folder)  # noqa: SIM115 -- `close` closes it
            self._room = PIECE
        self._file.write(self._held)
        self._file.flush()
        self._held.clear()
