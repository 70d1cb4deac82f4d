"""The files of an archive folder: their names, which of them are WARCs, and the locks that keep two writers apart.

    <prefix>-<YYYYMMDDhhmmss>-<serial>-<pid>.warc.gz        a sealed WARC; `.open` after it while a writer has it
    <same stem>.cdxj                                        its index (archive.cdxj)
    <same stem>.sha256                                      its digest when it was sealed, as `sha256sum` writes it
    index.cdxj, index.keys, index.sha256                    all indexes merged (archive.merged)

Other `.warc`, `.warc.gz` and `.warc.zst` files in the folder are foreign archives and read as well. A writer holds an
exclusive flock on its `.open` file; one on the folder is held for the moment in which files are created, recovered or
indexed. Both vanish with their process.
"""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from archive.errors import ArchiveNotFound, ArchiveWriteFailed

OPEN = ".open"
_WARC = (".warc.gz", ".warc", ".warc.zst")
_PACKAGES = (".wacz", ".arc", ".arc.gz")
_OURS = re.compile(r".+-\d{14}-\d{5,}-\w+\.warc\.gz")


def warc_files(folder: str | Path) -> list[Path]:
    """Return the WARC files of a folder by name, those being written or left open included.

    Raise ArchiveNotFound without a folder.
    """
    root = Path(folder)
    try:
        names = sorted(os.listdir(root))
    except NotADirectoryError as error:
        raise ArchiveNotFound(f"{root}: is a file; name the folder in which it lies") from error
    except OSError as error:
        raise _no_archive(root, error) from error
    return [root / name for name in names if is_warc(name.removesuffix(OPEN)) and (root / name).is_file()]


def some_warc_files(folder: str | Path) -> list[Path]:
    """Return what `warc_files` does. Raise ArchiveNotFound where that is nothing, too."""
    found = warc_files(folder)
    if not found:
        raise ArchiveNotFound(f"{folder}: holds no WARC file; name the archive with --archive")
    return found


def passed_by(folder: str | Path) -> list[str]:
    """Return the names of what else within a folder holds captures: folders, up to two levels deep, with WARC files, as
    other crawlers lay them, and packages. An archive is the WARC files of one folder.
    """
    root = Path(folder)
    folders = {path.parent for pattern in ("*/*", "*/*/*") for path in root.glob(pattern) if is_warc(path.name)}
    packages = {path for path in root.iterdir() if path.name.endswith(_PACKAGES)}
    return sorted(str(path.relative_to(root)) for path in folders | packages)


def is_warc(name: str) -> bool:
    """Tell by its name whether a file is a sealed or foreign WARC."""
    return name.endswith(_WARC)


def is_ours(path: Path) -> bool:
    """Tell by its name whether a WARC, sealed or open, is one that `archive.writer` made."""
    return _OURS.fullmatch(sealed_name(path)) is not None


@lru_cache(maxsize=64)  # each record of a file is asked for it
def sealed_name(path: Path) -> str:
    """Return the name by which a WARC is known in the index: without `.open`."""
    return path.name.removesuffix(OPEN)


def beside(warc: Path, suffix: str) -> Path:
    """Return the path of the index (`.cdxj`) or digest (`.sha256`) beside a WARC."""
    name = sealed_name(warc)
    stem = next(name.removesuffix(ending) for ending in _WARC if name.endswith(ending))
    return warc.with_name(stem + suffix)


def locate(folder: str | Path, warc: str) -> Path:
    """Return the file that the index calls `warc`, sealed or still open. Raise ArchiveNotFound without it."""
    for name in (warc, warc + OPEN):
        if os.path.isfile(path := file_named(folder, name)):
            return path
    raise ArchiveNotFound(f"{folder}: no file {warc}; is it the right archive?")


@lru_cache(maxsize=1024)  # a look-up names the same files again and again, and a Path takes longer than opening one
def file_named(folder: str | Path, name: str) -> Path:
    """Return the path of a file of the folder, there or not. Raise ArchiveNotFound where that is no file's name."""
    if not name or os.path.basename(name) != name:
        raise ArchiveNotFound(f"{name!r} is no file name; name a WARC of {folder}")
    return Path(folder, name)


@contextmanager
def folder_locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock: nobody else creates, recovers or indexes in it meanwhile."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise _no_archive(folder, error) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def lock_file(handle: int) -> bool:
    """Take the exclusive lock of an open file; tell whether it was free."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Give an empty file that takes the place of `path` when the block ends well: a crash leaves the old one whole.

    It is `<path>.tmp` until then, and one process's at a time. Raise ArchiveWriteFailed with what the disk says.
    """
    fresh = path.with_name(f"{path.name}.tmp")
    try:
        if path.exists() and not path.is_file():
            raise ArchiveWriteFailed(f"{path}: is a folder or a device; name a file")
        with open(os.open(fresh, os.O_RDWR | os.O_CREAT, 0o644), "w+b") as file:
            # Whoever held the lock until now has given the file another name, or has removed it.
            if not (lock_file(file.fileno()) and _is_named(file.fileno(), fresh)):
                raise ArchiveWriteFailed(f"{path}: another process is writing it; wait for its end")
            try:
                file.truncate()
                yield file
                file.flush()
                os.fsync(file.fileno())
                os.replace(fresh, path)
            except BaseException:
                fresh.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise ArchiveWriteFailed(f"{path}: cannot be written: {error.strerror or error}") from error


def write_whole(path: Path, content: bytes) -> None:
    """Put `content` at `path` as `replacing` does."""
    with replacing(path) as file:
        file.write(content)


def write_at(handle: int, content: bytes, offset: int) -> None:
    """Write all of `content` to a file at `offset`; the kernel may take less at a time."""
    view = memoryview(content)
    while view:
        written = os.pwrite(handle, view, offset)
        view, offset = view[written:], offset + written


def _no_archive(folder: Path, error: OSError) -> ArchiveNotFound:
    return ArchiveNotFound(f"{folder}: no archive here ({error.strerror}); `nianbao crawl` makes one")


def _is_named(handle: int, path: Path) -> bool:
    """Tell whether an open file is the one that a path leads to."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False
