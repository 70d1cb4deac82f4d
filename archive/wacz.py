"""Packages: an archive, or chosen captures of one, as one file that others can open (archive.wacz_check checks it).

`FILE.wacz` is a ZIP by the WACZ specification 1.1.1; ReplayWeb.page opens it, from a disk or by range requests:

    archive/<name>.warc.gz     stored. Sealed files byte for byte; of chosen captures, their exchanges out of each file,
                               without the 1xx answers before the final one, at which viewers would stop
    indexes/index.cdx.gz       stored. CDXJ lines sorted by bytes, 1024 to a gzip member
    indexes/index.idx          the first key of each member, with its place and SHA-256
    pages/pages.jsonl          the pages among the captures: id, url, ts, title (the text of the link that led there)
    datapackage.json           the manifest: size and SHA-256 of each of the above
    datapackage-digest.json    the manifest's SHA-256, and who signed it (archive.signature)

Keys in this index are those that ReplayWeb.page looks for (`surt`), not those of `archive.urlkey`. Equal captures,
options, key and `created` give equal bytes. A file that cannot be read by a seek (one gzip member, Zstandard) is packed
anew, a member a record, and so is what can be read of a damaged one that nobody sealed; what is left out is named.
"""

import gzip
import json
import os
import re
import zipfile
from bisect import bisect_left
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from heapq import merge
from itertools import chain, groupby, islice
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO, Required, Self, TypedDict, Unpack
from urllib.parse import urlsplit

from archive.cdxj import CdxjLine
from archive.errors import ArchiveError, DamagedArchive, UnresolvedRevisit
from archive.files import OPEN, beside, locate, replacing, warc_files
from archive.fixity import Progress, silent
from archive.gz import begins_member
from archive.indexing import answer_of, find, is_capture, lengths_of, lines_of, readable
from archive.reader import Capture, Span, read_capture, read_span, resolve
from archive.records import Record, build_record, format_date
from archive.scanning import begins_packed, mapped, record_at, scan
from archive.signature import PrivateKey, encode_public, fingerprint, sign
from archive.writer import software

WACZ_VERSION = "1.1.1"
MANIFEST = "datapackage.json"
DIGEST = "datapackage-digest.json"
INDEX = "indexes/index.cdx.gz"
IDX = "indexes/index.idx"
PAGES = "pages/pages.jsonl"
_LINES = 1024  # in a member of the index, as ArchiveWeb.page has it
_PIECE = 1 << 20
_RUNS = 100  # sorted files of index lines that are open at a time: a process may not have many more
_EARLIEST, _LATEST = (1980, 1, 1, 0, 0, 0), (2107, 12, 31, 23, 59, 58)  # of a file in a ZIP
_REPACKED = {".gz": "", ".zst": "-zst", "": "-plain"}  # after the stem: x.warc.gz may lie beside x.warc
_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_NO_PAGES = frozenset({"robots", "frame", "script"})  # roles of captures that nobody opens by themselves
_WWW = re.compile(r"(https?://)www\d*\.")


@dataclass(frozen=True, slots=True)
class Packaged:
    """What went into a package. `left_out` names what did not; `key` is the signer's fingerprint, "" without."""

    files: int
    captures: int
    pages: int
    bytes: int
    left_out: tuple[str, ...]
    key: str


def surt(url: str) -> str:
    """Return the key under which ReplayWeb.page looks an address up: lower case, host reversed, query sorted."""
    if not url.startswith(("http:", "https:")):
        return url
    try:
        parts = urlsplit(_WWW.sub(r"\1", url, count=1).lower())
        port = parts.port
    except ValueError:
        return url
    host = ",".join(reversed((parts.hostname or "").split(".")))
    if port not in {None, 443 if parts.scheme == "https" else 80}:
        host += f":{port}"
    query = "?" + "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    return f"{host}){_resolved(parts.path)}{query}"


class Options(TypedDict, total=False):
    """What `pack` and `write_wacz` may be told."""

    chosen: Iterable[CdxjLine] | None
    title: str
    created: Required[datetime]
    key: PrivateKey | None
    progress: Progress


def pack(folder: str | Path, file: BinaryIO, **options: Unpack[Options]) -> Packaged:
    """Write a package of a folder, or of the `chosen` captures with what belongs to them, to an empty file.

    With a revisit goes the capture that it refers to. `created` (aware) is the time that the package states. Raise
    ArchiveError where there is nothing to package, DamagedArchive where a file is not what was sealed.
    """
    root, chosen, key = Path(folder), options.get("chosen"), options.get("key")
    left_out: list[str] = []
    if chosen is None:
        parts = [_Part(path, None, left_out) for path in _sealed(root)]
        left_out += [f"{path.name}: still open" for path in warc_files(root) if path.name.endswith(OPEN)]
    else:
        lines = sorted(_with_originals(root, chosen, left_out), key=attrgetter("filename", "offset"))
        parts = [_Part(root / name, list(own), left_out) for name, own in groupby(lines, attrgetter("filename"))]
    with _Package(file, options["created"]) as package:
        added = _add_parts(package, parts, options.get("progress", silent))
        if not added.captures:
            raise ArchiveError(f"{folder}: holds no sealed capture to package")
        _add_index(package, added.runs)
        about = {"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}
        package.add(PAGES, chain([_json(about) + b"\n"], added.pages), packed=True)
        title = options.get("title", "")
        manifest = {
            "profile": "data-package",
            "wacz_version": WACZ_VERSION,
            **({"title": title} if title else {}),
            "created": _instant(options["created"]),
            "software": software(),
        }
        package.finish(manifest, key)
    signer = fingerprint(encode_public(key.public_key())) if key else ""
    return Packaged(len(parts), added.captures, added.page_count, file.tell(), tuple(left_out), signer)


def write_wacz(folder: str | Path, out: Path, **options: Unpack[Options]) -> Packaged:
    """Package at `out` as `pack` does: whole, or not at all. Raise ArchiveWriteFailed where it cannot be written."""
    with replacing(out) as file:
        return pack(folder, file, **options)


def select(folder: str | Path, *, urls: Collection[str] = (), portal: str | None = None) -> list[CdxjLine] | None:
    """Return the captures of these addresses and those made on this portal; None, which is all, where none is named.

    The portal is looked up in the metadata beside each capture: the archive is read through. Raise ArchiveError where
    an address or the portal has no capture.
    """
    if not urls and portal is None:
        return None
    chosen: list[CdxjLine] = []
    for url in urls:
        found = find(folder, url=url)
        if not found:
            raise ArchiveError(f"{folder}: holds no capture of {url}")
        chosen += found
    if portal is not None:
        chosen += _captures_of_portal(Path(folder), portal)
    return chosen


def _captures_of_portal(folder: Path, portal: str) -> list[CdxjLine]:
    found: list[CdxjLine] = []
    for path in _sealed(folder):
        items = read_span(Span(path, 0, path.stat().st_size))
        ids = {item.id for item in items if isinstance(item, Capture) and item.metadata.get("portal") == portal}
        found += [line for line in lines_of(path) if line.id in ids]
    if not found:
        raise ArchiveError(f"{folder}: holds no capture of the portal {portal}; name it as the register does")
    return found


class _Package:
    """The ZIP being written, and the manifest's entries so far."""

    def __init__(self, file: BinaryIO, created: datetime) -> None:
        self.resources: list[dict[str, Any]] = []
        self._zip = zipfile.ZipFile(file, "w")
        self._date = min(max(_EARLIEST, created.astimezone(UTC).timetuple()[:6]), _LATEST)

    def add(self, name: str, pieces: Iterable[bytes], *, size: int | None = None, packed: bool = False) -> str:
        """Add a file, compressed where `packed`; return its SHA-256 in hex. `size` is stated where it is known."""
        if size is None:
            with _spooled(pieces) as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(0)
                return self.add(name, iter(lambda: file.read(_PIECE), b""), size=size, packed=packed)
        digest = sha256()
        # Only where it must be: ReplayWeb.page takes a file's local header for as short as its entry in the directory.
        large = size > zipfile.ZIP64_LIMIT
        with self._zip.open(self._entry(name, packed), "w", force_zip64=large) as out:
            for piece in pieces:
                digest.update(piece)
                out.write(piece)
        self.resources.append(
            {"name": name.rpartition("/")[2], "path": name, "hash": f"sha256:{digest.hexdigest()}", "bytes": size}
        )
        return digest.hexdigest()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self._zip.close()

    def finish(self, manifest: Mapping[str, Any], key: PrivateKey | None) -> None:
        """Add the manifest and its digest."""
        content = _json({**manifest, "resources": self.resources}, indent=2)
        digest: dict[str, Any] = {"path": MANIFEST, "hash": f"sha256:{sha256(content).hexdigest()}"}
        if key is not None:
            digest["signedData"] = {
                "hash": digest["hash"],
                "signature": sign(key, digest["hash"]),
                "publicKey": encode_public(key.public_key()),
                "created": manifest["created"],
                "software": manifest["software"],
            }
        self._zip.writestr(self._entry(MANIFEST, True), content)
        self._zip.writestr(self._entry(DIGEST, True), _json(digest, indent=2))

    def _entry(self, name: str, packed: bool) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(name, self._date)
        entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        entry.external_attr = 0o644 << 16
        entry.create_system = 3
        return entry


@dataclass(slots=True)
class _Added:
    """What the WARC files of a package hold, on disk: sorted runs of index lines, and the lines of the pages."""

    captures: int
    page_count: int
    runs: list[IO[bytes]]
    pages: IO[bytes]


def _add_parts(package: _Package, parts: Sequence["_Part"], progress: Progress) -> _Added:
    """Add the WARC files; return what they hold."""
    total, done, captures, page_count = sum(part.size for part in parts), 0, 0, 0
    runs: list[IO[bytes]] = []
    pages = _spooled([])
    for part in parts:
        found = part.sealed_as(package.add(f"archive/{part.name}", part.pieces(), size=part.final_size))
        captures += len(found)
        for page in part.pages(found):
            pages.write(page)
            page_count += 1
        runs = [_spooled(merge(*runs))] if len(runs) == _RUNS else runs
        runs.append(_spooled(sorted(_index_line(line) for line in found)))
        done += part.size
        progress(done, total)
    pages.seek(0)
    return _Added(captures, page_count, runs, pages)


def _add_index(package: _Package, runs: Sequence[IO[bytes]]) -> None:
    head = {"format": "cdxj-gzip-1.0", "filename": INDEX.rpartition("/")[2]}
    idx = [f"!meta 0 {json.dumps(head)}"]
    package.add(INDEX, _members(merge(*runs), idx))
    package.add(IDX, ["\n".join([*idx, ""]).encode()], packed=True)


class _Part:
    """A WARC file on its way into a package: whole (`chosen` is None), or the exchanges of chosen captures."""

    def __init__(self, path: Path, chosen: list[CdxjLine] | None, left_out: list[str]) -> None:
        self._path = path
        self._left_out = left_out
        self._chosen = chosen
        self._has_places = _has_places(path, lines_of(path) if chosen is None else chosen)
        self._whole = chosen is None and self._has_places and _is_whole(path)
        self._lines: list[CdxjLine] = []  # as they lie in the package
        stem, _, packing = path.name.rpartition(".warc")
        self.name = path.name if self._whole else f"{stem}{_REPACKED[packing]}.warc.gz"
        self.size = path.stat().st_size
        self.final_size = self.size if self._whole else None  # None: known when it is packed

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes of the packaged file."""
        return self._copied() if self._whole else self._packed()

    def sealed_as(self, found: str) -> list[CdxjLine]:
        """Take the digest of all pieces; give the index lines, once. Raise DamagedArchive where it is not as sealed."""
        if self._whole:
            with suppress(FileNotFoundError):
                stated = beside(self._path, ".sha256").read_bytes()[:64].decode("ascii", "replace")
                if stated != found:
                    what = f"its SHA-256 is {found}, not {stated} as when it was sealed; run `nianbao archive verify`"
                    raise DamagedArchive(self._path, 0, what)
        lines, self._lines = self._lines, []  # those of all files are not held together
        return lines

    def pages(self, lines: list[CdxjLine]) -> Iterator[bytes]:
        """Yield the lines of pages.jsonl for the pages of this file, in its order."""
        likely = {line.id: line for line in lines if line.status == 200 and line.mime in _PAGE_TYPES}
        for capture in self._captures(likely):
            if capture.id in likely and capture.metadata.get("role") not in _NO_PAGES:
                page = {
                    "id": capture.id.removeprefix("urn:uuid:"),
                    "url": capture.url,
                    "ts": _instant(capture.fetched_at),
                    "title": capture.metadata.get("anchor") or capture.url,
                }
                yield _json(page) + b"\n"

    def _captures(self, likely: Mapping[str, CdxjLine]) -> Iterator[Capture]:
        if self._chosen is None:
            items = read_span(Span(self._path, 0, self.size)) if likely else iter(())
            yield from (item for item in items if isinstance(item, Capture))
            return
        for line in self._chosen:
            if line.id in likely:
                with suppress(ArchiveError):  # it is packaged all the same
                    yield read_capture(self._path.parent, line.filename, line.offset, line.length)

    def _copied(self) -> Iterator[bytes]:
        self._lines = lines_of(self._path)
        with mapped(self._path) as view:
            for start in range(0, len(view), _PIECE):
                yield bytes(view[start : start + _PIECE])

    def _packed(self) -> Iterator[bytes]:
        """Yield each record as a gzip member of its own, as it lies in the file where it is one."""
        offset = 0
        lines = {line.id: line for line in (lines_of(self._path) if self._chosen is None else self._chosen)}
        with mapped(self._path) as view:
            for record in self._records():
                is_late = not record.too_large and is_capture(record) and answer_of(record).start > record.body
                if is_late:
                    member = _final_alone(record)
                elif record.direct and begins_member(view, record.offset):
                    member = bytes(view[record.offset : record.offset + record.length])
                elif record.too_large:
                    self._left_out.append(f"{self._path.name} offset {record.offset}: too large to be packed anew")
                    continue
                else:
                    member = gzip.compress(record.text[: record.end] + b"\r\n\r\n", mtime=0)
                if (line := lines.get(record.id)) is not None and is_capture(record):
                    self._lines.append(line._replace(filename=self.name, offset=offset, length=len(member)))
                offset += len(member)
                yield member

    def _records(self) -> Iterator[Record]:
        if self._chosen is None:
            yield from readable(self._path, lambda fault: self._left_out.append(str(fault)))
            return
        first = next(scan(self._path), None)
        if first is not None and first.kind == "warcinfo":
            yield first
        offsets = sorted(lengths_of(self._path) or (line.offset for line in lines_of(self._path)))
        for line in self._chosen:
            yield from self._exchange(line, offsets)

    def _exchange(self, line: CdxjLine, offsets: list[int]) -> Iterator[Record]:
        """Yield a capture and the records beside it that name it: its request, its metadata."""
        place = bisect_left(offsets, line.offset)
        start = offsets[place - 1] if place else 0
        end = offsets[place + 1] if place + 1 < len(offsets) else None
        near = scan(self._path, start, end) if self._has_places else scan(self._path)
        for record in near:
            if record.offset == line.offset or (not is_capture(record) and record.mentions(f"<{line.id}>")):
                yield record


def _final_alone(record: Record) -> bytes:
    """Return the member of a capture without what stands before its final answer."""
    _, *fields = record.text[: record.body].decode().splitlines(keepends=True)
    kept = [field for field in fields[:-1] if not field.startswith(("WARC-Block-Digest:", "Content-Length:"))]
    return build_record("".join(kept), record.cut(answer_of(record).start))


def _has_places(path: Path, lines: Iterable[CdxjLine]) -> bool:
    """Tell whether these captures can be read by a seek in the form of a package: plain, or gzip, a member a record."""
    with mapped(path) as view:
        return not begins_packed(view, 0) or all(begins_member(view, line.offset) for line in lines)


def _is_whole(path: Path) -> bool:
    """Tell whether a file can go in as it is: one with a digest is compared with it on its way, others are read."""
    if beside(path, ".sha256").exists():
        return True
    try:
        deque(scan(path), maxlen=0)
    except DamagedArchive:
        return False
    return True


def _with_originals(folder: Path, chosen: Iterable[CdxjLine], left_out: list[str]) -> Iterator[CdxjLine]:
    """Yield each capture once, and with a revisit the capture that holds its body."""
    seen: set[tuple[str, int]] = set()
    for line in chosen:
        for each in (line, *_original(folder, line, left_out)):
            if (each.filename, each.offset) not in seen:
                seen.add((each.filename, each.offset))
                yield each


def _original(folder: Path, line: CdxjLine, left_out: list[str]) -> list[CdxjLine]:
    record = record_at(locate(folder, line.filename), line.offset, line.length)[0]
    if record is None or record.kind != "revisit":
        return []
    try:
        original, _ = resolve(record, folder)
    except UnresolvedRevisit as error:
        left_out.append(str(error))
        return []
    return [each for each in find(folder, url=original.url) if each.id == original.id]


def _sealed(folder: Path) -> list[Path]:
    return [path for path in warc_files(folder) if not path.name.endswith(OPEN)]


def _index_line(line: CdxjLine) -> bytes:
    return f"{surt(line.url)} {str(line).partition(' ')[2]}\n".encode()


def _spooled(lines: Iterable[bytes]) -> IO[bytes]:
    """Return a file of these lines, so that those of ten million captures need not be held."""
    file = TemporaryFile()  # noqa: SIM115 - read by the merge; gone when it is let go
    file.writelines(lines)
    file.seek(0)
    return file


def _members(lines: Iterator[bytes], idx: list[str]) -> Iterator[bytes]:
    """Yield the gzip members of the index; `idx` gets a line for each."""
    offset = 0
    while block := list(islice(lines, _LINES)):
        member = gzip.compress(b"".join(block), mtime=0)
        first = b" ".join(block[0].split(b" ", 2)[:2]).decode()
        place = {"offset": offset, "length": len(member), "digest": f"sha256:{sha256(member).hexdigest()}"}
        idx.append(f"{first} {json.dumps({**place, 'filename': 'index.cdx.gz'})}")
        offset += len(member)
        yield member


def _resolved(path: str) -> str:
    """Return a path without `.` and `..`, as the URL standard resolves them."""
    kept: list[str] = []
    parts = path.split("/")[1:] or [""]
    for number, part in enumerate(parts):
        is_last = number == len(parts) - 1
        if part == "..":
            kept[-1:] = []
        elif part != ".":
            kept.append(part)
            continue
        if is_last:
            kept.append("")
    return "/" + "/".join(kept)


def _instant(at: datetime) -> str:
    """Return an aware time as manifests state it: UTC, to the second."""
    return format_date(at.replace(microsecond=0))


def _json(value: Mapping[str, Any], *, indent: int | None = None) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=indent).encode()
