"""One index for many files: their lines merged, and a table that leads from an id or a digest to its lines.

    index.cdxj     the lines of the indexes beside the WARC files (archive.cdxj), sorted by bytes
    index.keys     sorted entries of 16 bytes: 10 of the BLAKE2b of a record id or digest, 6 of the offset, big endian,
                   of a line in index.cdxj that has it
    index.sha256   the SHA-256 of the two and of every index that went into them, as `sha256sum` writes it

An address is found by bisecting the first, an id or a digest by bisecting the second: some dozens of pages are read,
however many lines there are. `nianbao archive index` writes them; files that came since, and indexes that changed, are
searched one by one until it is run again. All three may be deleted at any time.
"""

import mmap
import os
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import blake2b, file_digest
from heapq import merge
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from archive import cdxj
from archive.cdxj import CdxjLine
from archive.files import beside, is_warc, replacing, sync_folder, warc_files, write_whole

LINES, KEYS, MANIFEST = "index.cdxj", "index.keys", "index.sha256"
_HASH, _ENTRY = 10, 16  # bytes
_AT_ONCE = 200  # files that are merged in one go: a process may not have many more open
_BUCKET = 64 << 10  # bytes of each of 256 parts of the table that stay in memory while it is built
_SIGNS = re.compile(rb'"digest": "([^"]+)"|"id": "([^"]+)"')
_STATED = re.compile(r"([0-9a-f]{64})  ([^/\n]+)\n")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `index.sha256` states: names to digests, and when (nanoseconds) it was written."""

    digests: dict[str, str]
    at: int


def read_manifest(folder: Path) -> Manifest | None:
    """Return the manifest of a folder's merged index; None where there is none, or one of another form."""
    path = folder / MANIFEST
    try:
        text, at = path.read_bytes().decode("latin-1"), path.stat().st_mtime_ns
    except FileNotFoundError:
        return None
    found = _STATED.findall(text)
    whole = "".join([f"{digest}  {name}\n" for digest, name in found]) == text
    return Manifest({name: digest for digest, name in found}, at) if whole else None


def coverage(folder: Path) -> tuple[frozenset[str], list[Path]]:
    """Return the WARC files by name that the merged index covers as they are now, and the paths of the others."""
    paths = warc_files(folder)
    manifest = read_manifest(folder)
    if manifest is None:
        return frozenset(), paths
    with os.scandir(folder) as entries:
        times = {each.name: each.stat().st_mtime_ns for each in entries if is_warc(each.name) or _is_index(each.name)}
    covered = set()
    for path in paths:
        index = beside(path, ".cdxj").name
        unchanged = times.get(path.name, 1 << 63) <= times.get(index, 0) <= manifest.at
        if index in manifest.digests and unchanged:
            covered.add(path.name)
    return frozenset(covered), [path for path in paths if path.name not in covered]


def write(folder: Path) -> list[Path]:
    """Merge the indexes of a folder, whose lock is held, and return what was written: nothing where nothing changed.

    Raise ArchiveWriteFailed.
    """
    parts = [index for path in warc_files(folder) if (index := beside(path, ".cdxj")).exists()]
    manifest = read_manifest(folder)
    if manifest and not coverage(folder)[1] and set(manifest.digests) == {LINES, KEYS, *(each.name for each in parts)}:
        return []
    lines, keys = folder / LINES, folder / KEYS
    (folder / MANIFEST).unlink(missing_ok=True)  # without it nobody reads the others
    with replacing(lines) as file:
        _write_lines(file, parts)
    with replacing(keys) as file:
        _write_keys(file, lines)
    sync_folder(folder)
    stated = "".join([f"{sha256_of(path)}  {path.name}\n" for path in (lines, keys, *parts)])
    write_whole(folder / MANIFEST, stated.encode())
    return [lines, keys, folder / MANIFEST]


def search(folder: Path, *, url: str | None = None, sign: str = "") -> list[CdxjLine]:
    """Return the lines of an address, or those that have a record id or digest as their `sign`."""
    return cdxj.search_url(folder / LINES, url) if url is not None else list(_search_keys(folder, sign))


def sha256_of(path: Path) -> str:
    """Return a file's SHA-256."""
    with open(path, "rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _search_keys(folder: Path, sign: str) -> Iterator[CdxjLine]:
    wanted = _hashed(sign.encode())
    with open(folder / KEYS, "rb") as keys, open(folder / LINES, "rb") as lines:
        size = os.fstat(keys.fileno()).st_size // _ENTRY
        if not size:
            return
        with mmap.mmap(keys.fileno(), 0, access=mmap.ACCESS_READ) as table:
            table.madvise(mmap.MADV_RANDOM)  # as in cdxj.search_url
            place = bisect_left(range(size), wanted, key=lambda at: table[at * _ENTRY : at * _ENTRY + _HASH])
            while (entry := table[place * _ENTRY : (place + 1) * _ENTRY])[:_HASH] == wanted:
                offset = int.from_bytes(entry[_HASH:], "big")
                lines.seek(offset)
                line = cdxj.parsed(folder / LINES, offset, lines.readline())
                if sign in {line.id, line.digest}:
                    yield line
                place += 1


def _write_lines(file: BinaryIO, parts: Sequence[Path]) -> None:
    with ExitStack() as stack:
        groups = [stack.enter_context(TemporaryFile()) for _ in range(0, len(parts), _AT_ONCE)]
        for number, group in enumerate(groups):
            with ExitStack() as opened:
                some = [opened.enter_context(open(part, "rb")) for part in parts[number * _AT_ONCE :][:_AT_ONCE]]
                group.writelines(merge(*some))
            group.seek(0)
        file.writelines(merge(*groups))


def _write_keys(table: BinaryIO, lines: Path) -> None:
    """Write the table: entries are thrown into 256 buckets by their first byte, and each bucket is sorted."""
    buckets = [bytearray() for _ in range(256)]
    spilled: dict[int, BinaryIO] = {}
    with ExitStack() as stack:
        for entry in _entries(lines):
            bucket = buckets[entry[0]]
            bucket += entry
            if len(bucket) > _BUCKET:
                if entry[0] not in spilled:
                    spilled[entry[0]] = stack.enter_context(TemporaryFile())
                spilled[entry[0]].write(bucket)
                bucket.clear()
        for number, bucket in enumerate(buckets):
            entries = bytes(bucket)
            if number in spilled:
                spilled[number].seek(0)
                entries += spilled[number].read()
            table.writelines(sorted([entries[here : here + _ENTRY] for here in range(0, len(entries), _ENTRY)]))


def _entries(lines: Path) -> Iterator[bytes]:
    """Yield the entries of the table for the ids and digests of each line, in the order of the lines."""
    offset = 0
    with open(lines, "rb") as file:
        for line in file:
            place = offset.to_bytes(_ENTRY - _HASH, "big")
            yield from (_hashed(digest or record_id) + place for digest, record_id in _SIGNS.findall(line))
            offset += len(line)


def _hashed(sign: bytes) -> bytes:
    return blake2b(sign, digest_size=_HASH).digest()


def _is_index(name: str) -> bool:
    return name.endswith(".cdxj")
