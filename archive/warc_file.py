"""One WARC file from its creation to its seal: appended to by exchanges, cut after a crash, never left half written."""

import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Self

from archive import cdxj
from archive.cdxj import Kept
from archive.errors import ArchiveWriteFailed, DamagedArchive, TruncatedArchive
from archive.files import OPEN, beside, is_ours, lock_file, sealed_name, sync_folder, warc_files, write_at, write_whole
from archive.indexing import HELD, is_capture, kept_of
from archive.scanning import holds_records, scan

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

_PIECE = 1 << 20
_SYNC_EVERY = 5.0  # seconds; what a power cut may cost, where a killed process costs nothing


@dataclass(frozen=True, slots=True)
class Recovered:
    """A file that a dead writer left open: cut by `dropped` bytes and sealed; removed where it holds no exchange."""

    warc: str
    exchanges: int
    dropped: int


@dataclass(slots=True)
class WarcFile:
    """A WARC file that this process is writing and has locked."""

    path: Path  # with .open
    handle: int
    size: int = 0
    exchanges: int = 0
    kept: list[Kept] = field(default_factory=list)  # its captures so far
    _digest: "Hash" = field(default_factory=sha256)
    _synced: float = field(default_factory=time.monotonic)

    @classmethod
    def create(cls, path: Path) -> Self:
        """Create `path`, a new file, and lock it. Raise ArchiveWriteFailed with what the disk says."""
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
            lock_file(handle)
            sync_folder(path.parent)
        except OSError as error:
            raise ArchiveWriteFailed(f"{path}: cannot be created: {error.strerror}") from error
        return cls(path, handle)

    @property
    def name(self) -> str:
        """The file's name when it is sealed."""
        return sealed_name(self.path)

    def append(self, data: bytes, *, exchanges: int = 0) -> int:
        """Append whole records; return their offset. Raise ArchiveWriteFailed, the file being what it was."""
        offset = self.size
        try:
            write_at(self.handle, data, offset)
            if time.monotonic() - self._synced >= _SYNC_EVERY:
                os.stat(self.path)  # what was moved or deleted meanwhile would take all that comes, and lose it
                os.fdatasync(self.handle)
                self._synced = time.monotonic()
        except OSError as error:
            os.ftruncate(self.handle, offset)
            raise ArchiveWriteFailed(
                f"{self.path}: cannot be written: {error.strerror}; the {self.exchanges} exchanges before are whole: "
                "make room, or put the folder back, and go on"
            ) from error
        self.size += len(data)
        self.exchanges += exchanges
        self._digest.update(data)
        return offset

    def append_pieces(self, members: Sequence[Iterable[bytes]], *, exchanges: int = 0) -> list[int]:
        """Append whole records that come in pieces; return where each begins, and where the last ends.

        What a crash leaves of them is cut off by the next start. Raise ArchiveWriteFailed, the file being what it was.
        """
        before = self.size, self._digest.copy()
        places = []
        try:
            for member in members:
                places.append(self.size)
                for piece in member:
                    self.append(piece)
        except BaseException:
            self.size, self._digest = before
            os.ftruncate(self.handle, self.size)
            raise
        self.exchanges += exchanges
        return [*places, self.size]

    def take_over(self) -> int:
        """Cut the file of a dead writer after its last whole exchange and index it; return how many bytes were cut."""
        found = os.fstat(self.handle).st_size
        self.size = _last_whole_exchange(self)
        os.ftruncate(self.handle, self.size)
        for offset in range(0, self.size, _PIECE):
            self._digest.update(os.pread(self.handle, min(_PIECE, self.size - offset), offset))
        return found - self.size

    def seal(self) -> None:
        """Write index and digest beside the file, take `.open` away, unlock; remove it where it holds no exchange."""
        try:
            if self.exchanges:
                self._seal()
            else:
                self.path.unlink()
        except OSError as error:
            raise ArchiveWriteFailed(
                f"{self.path}: cannot be sealed: {error.strerror}; the next start does it"
            ) from error
        finally:
            os.close(self.handle)

    def _seal(self) -> None:
        """Index first, name last: a sealed file always has its index, and a crash in between leaves an open file."""
        os.fsync(self.handle)
        write_whole(beside(self.path, ".sha256"), f"{self._digest.hexdigest()}  {self.name}\n".encode())
        write_whole(beside(self.path, ".cdxj"), cdxj.encode(capture.line(self.name) for capture in self.kept))
        os.rename(self.path, self.path.with_name(self.name))
        sync_folder(self.path.parent)


def recover(folder: Path) -> list[Recovered]:
    """Cut and seal what dead writers left open in a folder, whose lock is held; the files of live ones stay.

    Raise DamagedArchive where a file is broken before its end: cutting it there would lose exchanges that are whole.
    """
    left_open = [path for path in warc_files(folder) if path.name.endswith(OPEN) and is_ours(path)]
    return [recovered for path in left_open if (recovered := _recover(path)) is not None]


def _recover(path: Path) -> Recovered | None:
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError as error:
        raise ArchiveWriteFailed(
            f"{path}: left open by an earlier run and cannot be sealed: {error.strerror}"
        ) from error
    if not lock_file(handle):
        os.close(handle)
        return None
    file = WarcFile(path, handle)
    try:
        dropped = file.take_over()
    except BaseException:
        os.close(handle)
        raise
    file.seal()
    return Recovered(file.name, file.exchanges, dropped)


def _last_whole_exchange(file: WarcFile) -> int:
    """Count the whole exchanges of a file and index them; return where the last one ends."""
    end = 0
    captures: list[Kept] = []  # of the exchange being read, which is whole once its metadata record is
    try:
        for record in scan(file.path, limit=HELD):
            if not record.direct or record.flaw:
                break
            if is_capture(record):
                captures.append(kept_of(record, file.path))
            elif record.kind in {"metadata", "warcinfo"}:
                file.exchanges += record.kind == "metadata"
                file.kept += captures
                captures, end = [], record.offset + record.length
    except TruncatedArchive:
        pass  # what a crash leaves
    except DamagedArchive as error:
        if holds_records(file.path, error.offset + 1):
            what = f"{error.what}, and whole records follow; move the file out of the folder to go on, and keep it"
            raise DamagedArchive(file.path, error.offset, what) from error
    return end
