"""Archives that lie elsewhere: any address that fsspec knows (s3://bucket/folder, …), read by ranges, added to whole.

**Reading.** An address has a stand-in on this machine, a folder that all readers take for the archive:
`$NIANBAO_CACHE/archives/<address, percent-encoded>` (`~/.cache/nianbao` without the variable). Its indexes and digests
are copies; each WARC is a sparse file of the right size, whose bytes are fetched when they are first read, in blocks of
256 KiB, more at a time the longer a reader goes straight on. `<warc>.blocks` has a byte for each block, 1 once it is
here. Sealed files never change, so what was fetched stays good; the folder may be deleted at any time. The address is
in the path, so a path means the same to every process and machine. When all that was fetched exceeds `NIANBAO_CACHE_GB`
(20), the files that were longest not read are emptied, but for those being read: whoever reads a file holds a shared
lock of its `.blocks`.

**Adding.** `upload` sends sealed files, each with its digest as the last: a WARC whose `.sha256` is there is there
whole, and is not sent again. A file shows under its name only after all of it was sent and its SHA-256 is that of its
seal; of one that was interrupted, S3 keeps the parts of 8 MiB that came whole. Writers want a local folder.
"""

import fcntl
import os
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import md5, sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from archive.errors import ArchiveError, ArchiveNotFound, DamagedArchive
from archive.files import OPEN, beside, folder_locked, is_warc, replacing, some_warc_files, write_at, write_whole

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

_BLOCK = 256 << 10
_MOST_AHEAD = 16 << 20
_SCHEME = quote("://", safe="")  # in the path of every stand-in
_PIECE = 8 << 20  # a part of an upload, held in memory
_AT_ONCE = 16  # small files asked for together, and held in memory
_BESIDE = (".cdxj", ".sha256")
Progress = Callable[[int, int], None]


class RemoteFailed(ArchiveError):
    """Raised where an address cannot be read or written: unknown, refused, gone, or without the package it needs."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What an upload came to; `left_out` names files that are not sealed."""

    sent: int
    there: int
    bytes: int
    left_out: tuple[str, ...]


def is_remote(address: str | Path) -> bool:
    """Tell whether an address names a place that is reached by fsspec rather than a folder."""
    return "://" in str(address)


def stand_in(address: str) -> Path:
    """Return the local folder that stands in for an archive, brought up to date with what lies there now.

    Raise RemoteFailed where the address cannot be listed, ArchiveNotFound where no archive lies there.
    """
    folder = _root() / quote(address.rstrip("/"), safe="")
    with _failures(address):
        system, path = _opened(address)
        entries = _listed(system, path)
    warcs = {name: int(each["size"]) for name, each in entries.items() if is_warc(name)}
    if not warcs:
        raise ArchiveNotFound(f"{address}: holds no WARC file; `nianbao archive upload` sends an archive there")
    folder.mkdir(parents=True, exist_ok=True)
    with folder_locked(folder):
        for name, size in warcs.items():
            _stand_in_file(folder / name, size)
        copies = [beside(folder / name, suffix) for name in warcs for suffix in _BESIDE]
        wanted = [copy for copy in copies if copy.name in entries and not _is_of_size(copy, entries[copy.name]["size"])]
        for start in range(0, len(wanted), _AT_ONCE):
            with _failures(address):
                found = system.cat([f"{path}/{copy.name}" for copy in wanted[start : start + _AT_ONCE]])
            contents = {os.path.basename(name): content for name, content in found.items()}
            for copy in wanted[start : start + _AT_ONCE]:
                write_whole(copy, contents[copy.name])
    return folder


def bring_up_to_date(folder: Path) -> None:
    """Let a stand-in know of the files that have come to its address since; for other folders there is nothing to do.

    Errors as of `stand_in`.
    """
    if is_stand_in(folder / "any"):
        stand_in(unquote(folder.name))


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Keep what is fetched of a stand-in's WARC on this machine meanwhile; for other files there is nothing to do.

    Where there is no stand-in, as on another machine than the one that named the path, it is made.
    """
    if not is_stand_in(path):
        yield
        return
    if not path.exists():
        stand_in(unquote(path.parent.name))
    try:
        handle = os.open(_blocks(path), os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise ArchiveNotFound(f"{path}: no file of that name lies at {unquote(path.parent.name)}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
        os.utime(handle)
        yield
    finally:
        os.close(handle)


def read_at(path: Path, offset: int, size: int) -> bytes:
    """Return bytes of a stand-in's WARC. Raise RemoteFailed where they cannot be had."""
    with held(path), open(path, "rb", buffering=0) as file:
        _fetch(path, offset, offset + size)
        return os.pread(file.fileno(), size, offset)


def viewed(path: Path, view: memoryview) -> Any:
    """Return what is sliced in place of the bytes of a file: of a stand-in's WARC, slices that fetch what they need."""
    return _FetchingView(path, view) if is_stand_in(path) else view


def is_stand_in(path: Path) -> bool:
    """Tell whether a file is that of a stand-in."""
    text = str(path)
    return _SCHEME in text and text.startswith(f"{_root()}{os.sep}")  # the first is cheap, and asked for each record


class _FetchingView:
    """The bytes of a stand-in's WARC; a slice is fetched before it is given, and more ahead of a steady reader."""

    def __init__(self, path: Path, view: memoryview) -> None:
        self._path = path
        self._view = view
        self._upto = 0  # where what was last fetched ends
        self._ahead = _BLOCK

    def __len__(self) -> int:
        return len(self._view)

    def __getitem__(self, part: slice) -> memoryview:
        start, end, _ = part.indices(len(self._view))
        if end > start and not (start >= self._upto - self._ahead and end <= self._upto):
            steady = start <= self._upto <= end + self._ahead and self._upto > 0
            self._ahead = min(self._ahead * 2, _MOST_AHEAD) if steady else _BLOCK
            upto = min(end + self._ahead, len(self._view))
            _fetch(self._path, start, upto)
            self._upto = upto
        return self._view[part]


def upload(folder: Path, address: str, *, progress: Progress | None = None) -> Uploaded:
    """Send the sealed files of a folder to an address, those that are not there yet.

    Raise ArchiveNotFound without a WARC file, DamagedArchive where a file is not what was sealed, RemoteFailed where
    the address refuses: what was sent whole stays, and the same command goes on after it.
    """
    paths = some_warc_files(folder)
    with _failures(address):
        system, root = _opened(address)
        try:
            system.makedirs(root, exist_ok=True)
        except FileNotFoundError as error:
            raise RemoteFailed(f"{address}: no folder can be made there; is the address right?") from error
        try:
            there = _listed(system, root)
        except FileNotFoundError:  # S3 has no empty folders
            there = {}
    sealed = [path for path in paths if not path.name.endswith(OPEN) and beside(path, ".sha256").exists()]
    left_out = [f"{path.name}: not sealed" for path in paths if path not in sealed]
    total, done, sent, size_sent = sum(path.stat().st_size for path in sealed), 0, 0, 0
    for path in sealed:
        stated = beside(path, ".sha256").read_bytes()
        with _failures(address):
            if not _lies_there(system, root, path, stated, there):
                size_sent += _send(system, path, f"{root}/{path.name}", stated[:64].decode("ascii", "replace"))
                others = filter(Path.exists, (beside(path, suffix) for suffix in _BESIDE))
                size_sent += sum(_send(system, each, f"{root}/{each.name}", None) for each in others)
                sent += 1
        done += path.stat().st_size
        if progress is not None:
            progress(done, total)
    return Uploaded(sent, len(sealed) - sent, size_sent, tuple(left_out))


def _listed(system: Any, path: str) -> dict[str, Any]:
    """Return what fsspec tells of the files of a folder, by name, as they are now."""
    system.invalidate_cache()
    return {os.path.basename(each["name"]): each for each in system.ls(path, detail=True) if each["type"] == "file"}


def _lies_there(system: Any, root: str, path: Path, stated: bytes, there: dict[str, Any]) -> bool:
    """Tell whether a WARC is at the address whole: its digest is sent last."""
    digest = beside(path, ".sha256").name
    same_size = path.name in there and there[path.name]["size"] == path.stat().st_size
    return same_size and digest in there and system.cat_file(f"{root}/{digest}") == stated


def _send(system: Any, path: Path, to: str, expected: str | None) -> int:
    """Send a file; return its size. It shows under its name once all was sent and its digest is the expected one."""
    size = path.stat().st_size
    digest = sha256()
    protocols = (system.protocol,) if isinstance(system.protocol, str) else system.protocol
    if "s3" in protocols and size > _PIECE:
        _send_parts(system, path, to, expected, digest)
    elif "file" in protocols:  # fsspec's own would be moved there from another disk, piece by piece
        with replacing(Path(to)) as file:
            file.writelines(_pieces(path, digest))
            _check(path, expected, digest)
    else:
        _send_whole(system, path, to, expected, digest)
    system.invalidate_cache()
    found = system.info(to)["size"]
    if found != size:
        raise RemoteFailed(f"{to}: {found} bytes arrived of {size}; run the same command again")
    return size


def _send_whole(system: Any, path: Path, to: str, expected: str | None, digest: "Hash") -> None:
    target = system.open(to, "wb", block_size=_PIECE, autocommit=False)
    try:
        for piece in _pieces(path, digest):
            target.write(piece)
        _check(path, expected, digest)
        target.close()
        target.commit()
    except BaseException:
        with suppress(Exception):
            target.discard()
        with suppress(AttributeError):
            target.closed = True  # or fsspec sends what is left of it when it is let go
        raise


def _send_parts(system: Any, path: Path, to: str, expected: str | None, digest: "Hash") -> None:
    """Send a file to S3 in parts, each with its MD5, of which S3 keeps those that came before an interruption."""
    bucket, key, _ = system.split_path(to)
    place = {"Bucket": bucket, "Key": key}
    begun = system.call_s3("list_multipart_uploads", Bucket=bucket, Prefix=key).get("Uploads") or []
    upload_id = next((each["UploadId"] for each in begun if each["Key"] == key), None)
    there = {}
    if upload_id is None:
        upload_id = system.call_s3("create_multipart_upload", **place)["UploadId"]
    else:
        listed = system.call_s3("list_parts", **place, UploadId=upload_id).get("Parts") or []
        there = {each["PartNumber"]: each["ETag"] for each in listed}
    parts = []
    for number, piece in enumerate(_pieces(path, digest), 1):
        summed = md5(piece, usedforsecurity=False)
        tag = there.get(number, "")
        if tag.strip('"') != summed.hexdigest():
            part = {"PartNumber": number, "Body": piece, "ContentMD5": b64encode(summed.digest()).decode()}
            tag = system.call_s3("upload_part", **place, UploadId=upload_id, **part)["ETag"]
        parts.append({"PartNumber": number, "ETag": tag})
    try:
        _check(path, expected, digest)
    except DamagedArchive:
        system.call_s3("abort_multipart_upload", **place, UploadId=upload_id)
        raise
    system.call_s3("complete_multipart_upload", **place, UploadId=upload_id, MultipartUpload={"Parts": parts})


def _pieces(path: Path, digest: "Hash") -> Iterator[bytes]:
    with open(path, "rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            yield piece


def _check(path: Path, expected: str | None, digest: "Hash") -> None:
    if expected is not None and digest.hexdigest() != expected:
        what = f"its SHA-256 is {digest.hexdigest()}, not {expected} as when it was sealed; it is not sent"
        raise DamagedArchive(path, 0, what)


def _root() -> Path:
    cache = os.environ.get("NIANBAO_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "nianbao"
    )
    return Path(cache).absolute() / "archives"


def _opened(address: str) -> tuple[Any, str]:
    """Return the file system of an address, which fsspec keeps for each process, and its path there."""
    from fsspec.core import url_to_fs

    system, path = url_to_fs(address)
    return system, str(path).rstrip("/")


@contextmanager
def _failures(address: str) -> Iterator[None]:
    """Raise what fsspec and what stands behind it raise as RemoteFailed."""
    try:
        yield
    except ArchiveError:
        raise
    except FileNotFoundError as error:
        raise ArchiveNotFound(f"{address}: no archive lies there; is the address right?") from error
    except ImportError as error:
        raise RemoteFailed(f"{address}: {error}; `pip install nianbao[s3]` for s3://") from error
    except Exception as error:  # every backend has errors of its own
        if not isinstance(error, OSError | ValueError) and type(error).__module__.split(".")[0] not in _BACKENDS:
            raise
        raise RemoteFailed(f"{address}: cannot be reached: {error or type(error).__name__}") from error


_BACKENDS = frozenset({"botocore", "aiobotocore", "aiohttp", "fsspec", "s3fs"})


def _stand_in_file(path: Path, size: int) -> None:
    """Make the sparse file and its map of blocks, where they are not there or of another size."""
    blocks = _blocks(path)
    if _is_of_size(path, size) and blocks.exists():
        return
    for file, length in ((path, size), (blocks, -(-size // _BLOCK))):
        with open(file, "wb") as made:
            made.truncate(length)
    os.utime(path, ns=(0, 0))  # older than its index, for ever


def _is_of_size(path: Path, size: int) -> bool:
    return path.exists() and path.stat().st_size == size


def _blocks(path: Path) -> Path:
    return path.with_name(f"{path.name}.blocks")


def _fetch(path: Path, start: int, end: int) -> None:
    size = path.stat().st_size
    first, last = max(start, 0) // _BLOCK, -(-min(end, size) // _BLOCK)
    if last <= first:
        return
    with open(_blocks(path), "r+b", buffering=0) as blocks:
        here = os.pread(blocks.fileno(), last - first, first)
        if b"\0" not in here:
            return
        address = unquote(path.parent.name)
        with _failures(address), open(path, "r+b", buffering=0) as file:
            system, root = _opened(address)
            for begin, stop in _missing(here, first):
                content = system.cat_file(f"{root}/{path.name}", start=begin * _BLOCK, end=min(stop * _BLOCK, size))
                if len(content) != min(stop * _BLOCK, size) - begin * _BLOCK:
                    raise RemoteFailed(f"{address}/{path.name}: changed while it was read; a sealed file must not")
                write_at(file.fileno(), content, begin * _BLOCK)
                os.fdatasync(file.fileno())  # the map must not be on disk before what it speaks of
                os.utime(path, ns=(0, 0))
                os.pwrite(blocks.fileno(), b"\1" * (stop - begin), begin)
    with suppress(FileNotFoundError):  # a stand-in that is being deleted
        _make_room()


def _make_room() -> None:
    """Empty the files that were longest not read, and that nobody reads, until what is here is within its limit."""
    limit = _limit()
    here = [(path, path.with_name(path.name.removesuffix(".blocks"))) for path in _root().glob("*/*.blocks")]
    sizes = {blocks: file.stat().st_blocks * 512 for blocks, file in here if file.exists()}
    excess = sum(sizes.values()) - limit
    for blocks, file in sorted(here, key=lambda pair: pair[0].stat().st_mtime_ns) if excess > 0 else ():
        if excess > 0 and sizes.get(blocks) and _emptied(blocks, file):
            excess -= sizes[blocks]


def _emptied(blocks: Path, file: Path) -> bool:
    """Take what was fetched of a file away, unless somebody reads it; the map first, so that a crash costs nothing."""
    with open(blocks, "r+b", buffering=0) as map_of_blocks:
        try:
            fcntl.flock(map_of_blocks, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        for each, size in ((blocks, blocks.stat().st_size), (file, file.stat().st_size)):
            os.truncate(each, 0)
            os.truncate(each, size)
        os.utime(file, ns=(0, 0))
    return True


def _limit() -> int:
    """Return how many bytes of WARCs may be kept."""
    stated = os.environ.get("NIANBAO_CACHE_GB") or "20"
    try:
        return int(float(stated) * (1 << 30))
    except (ValueError, OverflowError) as error:
        raise RemoteFailed(f"NIANBAO_CACHE_GB: {stated!r} is no number of GiB") from error


def _missing(here: bytes, first: int) -> Iterator[tuple[int, int]]:
    """Yield the runs of blocks that are not here, each in pieces of a request."""
    most = _MOST_AHEAD // _BLOCK
    place = here.find(b"\0")
    while place >= 0:
        end = here.find(b"\1", place)
        end = min(len(here) if end < 0 else end, place + most)
        yield first + place, first + end
        place = here.find(b"\0", end)
