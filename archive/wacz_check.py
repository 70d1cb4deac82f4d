"""Whether a package (archive.wacz) is whole, what it says of itself true, and who signed it; if not, what is bad."""

import json
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from archive.cdxj import timestamp
from archive.digests import agrees
from archive.errors import ArchiveNotFound, DamagedArchive
from archive.fixity import Problem, Problems, Progress, VerifyReport, silent
from archive.indexing import is_capture
from archive.records import format_date
from archive.scanning import scan
from archive.signature import BadKey, fingerprint, is_signed, load_public
from archive.wacz import DIGEST, MANIFEST, PAGES

_MAX_MANIFEST = 64 << 20
_MAX_MEMBER = 64 << 20  # of the index, packed and unpacked: some thousand lines
_MAX_LINE = 1 << 20
_PIECE = 1 << 20
_IDX_LINE = re.compile(r"(\S+ \d{14}) (\{.*\})\s*")
_INDEXES = (".cdx", ".cdxj", ".cdx.gz")
_BROKEN = (  # what zipfile raises over a package that somebody spoiled
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    NotImplementedError,
    LookupError,
    ValueError,
)


def verify_wacz(path: Path, *, public_key: Path | None = None, progress: Progress | None = None) -> VerifyReport:
    """Check a package, ours or another's, without a network, and return what is amiss.

    Read: the ZIP (checksums, names, what must be stored), the manifest's digest and signature, each file's size and
    SHA-256, every record with its block digest, and the index, whose lines must lead to captures, and every capture be
    led to. With `public_key` the signature must be of that key; without, the signer is named in a notice. Raise
    ArchiveNotFound where there is no such file, BadKey where `public_key` is none.
    """
    check = _Check(path, load_public(public_key) if public_key else None, progress or silent)
    try:
        with open(path, "rb") as file:
            check.run(file)
    except OSError as error:
        raise ArchiveNotFound(f"{path}: {error.strerror}; name a WACZ file") from error
    return check.result()


class _Unreadable(Exception):
    """Raised where a file of the package cannot be read; the message says why."""


class _Check:
    """The verification of one package: what was counted and what is amiss."""

    def __init__(self, path: Path, expected: str | None, progress: Progress) -> None:
        self._path = path
        self._expected = expected
        self._progress = progress
        self._entries: dict[str, zipfile.ZipInfo] = {}  # by name
        self._problems = Problems()
        self._notices: list[str] = []
        self._files = self._records = self._captures = self._bytes = 0
        self._led_to: dict[tuple[str, int], tuple[str, str, bool]] = {}  # place of each record: url, time, is a capture
        self._broken: set[str] = set()  # WARCs of which not every record could be read

    def report(self, name: str, what: str, *, offset: int | None = None, record_id: str = "") -> None:
        self._problems.append(Problem(name or self._path.name, offset, record_id, what))

    def result(self) -> VerifyReport:
        return VerifyReport(
            folder=str(self._path),
            files=self._files,
            records=self._records,
            captures=self._captures,
            bytes=self._bytes,
            problems=tuple(self._problems),
            notices=tuple(self._notices),
        )

    def run(self, file: BinaryIO) -> None:
        """Check everything, each part for itself, so that one fault hides no other."""
        try:
            self._package = zipfile.ZipFile(file)
        except _BROKEN as error:
            self.report("", f"no ZIP, or one that is cut: {error}")
            return
        self._file = file
        self._bytes = file.seek(0, os.SEEK_END)
        self._check_entries()
        manifest = self._manifest()
        if manifest is not None:
            self._check_resources(manifest)
        warcs = [entry for name, entry in sorted(self._entries.items()) if name.startswith("archive/")]
        if not warcs:
            self.report("", "holds no archive/*.warc.gz")
        for entry in warcs:
            self._check_warc(entry)
        self._check_index()
        self._check_pages()

    def _check_entries(self) -> None:
        """Take the files of the package, without those that no reader should open."""
        for entry in self._package.infolist():
            name = entry.filename
            if not name or name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name:
                self.report(name, "a name that leads out of the package")
            elif name in self._entries:
                self.report(name, "stands in the package twice")
            elif entry.flag_bits & 1:
                self.report(name, "is encrypted")
            elif entry.compress_type != zipfile.ZIP_STORED and (name.startswith("archive/") or name.endswith(".gz")):
                self.report(name, "is compressed by the ZIP; it must be stored, or no reader can seek in it")
            elif not entry.is_dir():
                self._entries[name] = entry

    def _manifest(self) -> dict[str, Any] | None:
        """Return the manifest where it can be read; report what is amiss in it, its digest and its signature."""
        content = self._content(MANIFEST)
        if content is None:
            return None
        manifest = self._object(MANIFEST, content)
        if manifest is not None:
            if manifest.get("profile") not in {"data-package", "wacz-package"}:
                self.report(MANIFEST, f"states the profile {manifest.get('profile')!r}, not data-package")
            if not str(manifest.get("wacz_version", "")).startswith("1."):
                self.report(MANIFEST, f"states the WACZ version {manifest.get('wacz_version')!r}, not 1.x")
        if DIGEST not in self._entries:
            self._notices.append(f"no {DIGEST}: nothing tells whether the manifest itself was changed")
            if self._expected:
                self.report(DIGEST, "is not there, so nobody signed the package")
            return manifest
        text = self._content(DIGEST)
        digest = self._object(DIGEST, text) if text is not None else None
        if digest is not None:
            self._check_digest(digest, content, manifest or {})
        return manifest

    def _check_digest(self, digest: Mapping[str, Any], content: bytes, manifest: Mapping[str, Any]) -> None:
        stated = str(digest.get("hash", ""))
        if digest.get("path") != MANIFEST:
            self.report(DIGEST, f"is about {digest.get('path')!r}, not about {MANIFEST}")
        if not _is_digest(stated, content):
            self.report(MANIFEST, f"its digest is sha256:{sha256(content).hexdigest()}, not {stated}: it was changed")
        signed = digest.get("signedData")
        if not isinstance(signed, dict):
            if self._expected:
                self.report(DIGEST, "nobody signed the package")
            else:
                self._notices.append("not signed: anyone can have made or changed this package")
            return
        self._check_signature(signed, stated, manifest)

    def _check_signature(self, signed: Mapping[str, Any], stated: str, manifest: Mapping[str, Any]) -> None:
        if signed.get("hash") != stated:
            self.report(DIGEST, f"the signature is of {signed.get('hash')!r}, not of {stated}")
        if signed.get("created") != manifest.get("created"):
            self.report(
                DIGEST, f"signed as made {signed.get('created')!r}; the manifest says {manifest.get('created')!r}"
            )
        public = signed.get("publicKey")
        if not isinstance(public, str):
            self._notices.append(f"signed in the name of {signed.get('domain')!r}: that form is not checked here")
            if self._expected:
                self.report(DIGEST, "the signature names no public key")
            return
        try:
            good = is_signed(str(signed.get("hash")), str(signed.get("signature")), public)
        except BadKey as error:
            self.report(DIGEST, str(error))
            return
        if not good:
            self.report(DIGEST, f"the signature is not one that the key {fingerprint(public)} made")
        elif self._expected is None:
            self._notices.append(
                f"signed by the key {fingerprint(public)}; compare it with the one its owner publishes"
            )
        elif public != self._expected:
            self.report(DIGEST, f"signed by {fingerprint(public)}, not by the key {fingerprint(self._expected)}")
        else:
            self._notices.append(f"signed by the key {fingerprint(public)}, as expected")

    def _check_resources(self, manifest: Mapping[str, Any]) -> None:
        listed: set[str] = set()
        resources = manifest.get("resources")
        if not isinstance(resources, list):
            self.report(MANIFEST, "lists no resources")
            return
        for resource in resources:
            if not isinstance(resource, dict) or not isinstance(resource.get("path"), str):
                self.report(MANIFEST, f"a resource without a path: {str(resource)[:80]}")
                continue
            name = resource["path"]
            if name in listed:
                self.report(MANIFEST, f"lists {name} twice")
            listed.add(name)
            if name not in self._entries:
                self.report(name, "stands in the manifest and not in the package")
                continue
            self._files += 1
            self._check_resource(self._entries[name], resource)
        for name in sorted(set(self._entries) - listed - {MANIFEST, DIGEST}):
            self.report(name, "is in the package and not in the manifest: it was added later")
        if PAGES not in self._entries:
            self.report(PAGES, "is not there")

    def _check_resource(self, entry: zipfile.ZipInfo, resource: Mapping[str, Any]) -> None:
        algorithm, _, stated = str(resource.get("hash", "")).partition(":")
        if algorithm != "sha256":
            self.report(entry.filename, f"its digest is stated as {resource.get('hash')!r}; SHA-256 is wanted")
            return
        digest, size = sha256(), 0
        try:
            for piece in _read(self._package, entry):
                digest.update(piece)
                size += len(piece)
        except _Unreadable as error:
            self.report(entry.filename, str(error))
        if size != resource.get("bytes"):
            self.report(entry.filename, f"has {size} bytes, the manifest says {resource.get('bytes')}")
        if digest.hexdigest() != stated:
            self.report(entry.filename, f"its SHA-256 is {digest.hexdigest()}, the manifest says {stated}")

    def _check_warc(self, entry: zipfile.ZipInfo) -> None:
        """Read the records where they lie in the package: a WARC is stored, so it can be read in place."""
        name = entry.filename
        try:
            start = _data_offset(self._file, entry)
        except _BROKEN as error:
            self.report(name, f"cannot be read: {error}")
            return
        try:
            for record in scan(self._path, start, start + entry.file_size):
                offset = record.offset - start
                self._records += 1
                if record.flaw:
                    self.report(name, record.flaw, offset=offset, record_id=record.id)
                stated = record.get("WARC-Block-Digest")
                if stated and not record.too_large and not agrees(stated, [record.block]):
                    self.report(name, f"the block is not of its digest {stated}", offset=offset, record_id=record.id)
                if not record.direct:
                    self.report(name, "a record that cannot be read by a seek", offset=offset, record_id=record.id)
                with suppress(ValueError):
                    captured = is_capture(record) and record.url.startswith(("http://", "https://"))
                    self._captures += captured
                    place = (name.removeprefix("archive/"), offset)
                    self._led_to[place] = (record.url, timestamp(format_date(record.date)), captured)
                self._progress(record.offset + record.length, self._bytes)
        except DamagedArchive as error:
            self._broken.add(name.removeprefix("archive/"))
            self.report(name, error.what, offset=error.offset - start)

    def _check_index(self) -> None:
        names = [name for name in self._entries if name.startswith("indexes/") and name.endswith(_INDEXES)]
        if not names:
            self.report("indexes/", "holds no index.cdx or index.cdx.gz")
            return
        waiting = {place for place, (_, _, captured) in self._led_to.items() if captured}
        for name in names:
            before, sorted_so_far = b"", True
            for line in self._packed_lines(name) if name.endswith(".gz") else self._lines(name):
                key = line.partition(b" {")[0]
                sorted_so_far, before = sorted_so_far and before <= key, key
                self._check_line(name, line, waiting)
            if not sorted_so_far:
                self.report(name, "lines out of order")
        for warc, offset in sorted(waiting):
            self.report(names[0], f"no line leads to {self._led_to[warc, offset][0]} in {warc} at {offset}")

    def _packed_lines(self, name: str) -> Iterator[bytes]:
        """Yield the lines of a packed index, member by member as the .idx tells; report what does not fit."""
        idx_name = next((each for each in self._entries if each.startswith("indexes/") and each.endswith(".idx")), "")
        if not idx_name:
            self.report("indexes/", f"holds no .idx, without which {name} is of no use")
            return
        reached, size = 0, self._entries[name].file_size
        for line in self._lines(idx_name):
            match = _IDX_LINE.fullmatch(line.decode("utf-8", "replace"))
            if not match:
                if not line.startswith(b"!meta"):
                    self.report(idx_name, f"no line of an index: {line[:80]!r}")
                continue
            try:
                place = _json_object(match[2])
                start, length = _integer(place["offset"]), _integer(place["length"])
                if start != reached:
                    self.report(idx_name, f"the member of {match[1]} is said to begin at {start}, not at {reached}")
                reached = start + length
                member = self._member(name, start, length)
                if "digest" in place and not _is_digest(str(place["digest"]), member):
                    self.report(name, f"the member at {start} is not of the digest {place['digest']}", offset=start)
                block = _unpacked_member(member)
            except (_Unreadable, *_BROKEN) as error:
                self.report(name, f"the member of {match[1]} cannot be read: {error}")
                continue
            if not block.startswith(f"{match[1]} ".encode()):
                self.report(idx_name, f"the member at {start} does not begin with {match[1]}")
            yield from block.splitlines()
        if reached != size:
            self.report(idx_name, f"leads to {reached} bytes of {name}, which has {size}")

    def _member(self, name: str, start: int, length: int) -> bytes:
        """Return bytes of a stored file. Raise _Unreadable where it has none such, or they are too many."""
        entry = self._entries[name]
        if start < 0 or not 0 < length <= _MAX_MEMBER or start + length > entry.file_size:
            raise _Unreadable(f"{length} bytes at {start} of {entry.file_size}")
        self._file.seek(_data_offset(self._file, entry) + start)
        return self._file.read(length)

    def _check_line(self, name: str, line: bytes, waiting: set[tuple[str, int]]) -> None:
        shown = line[:200].decode("utf-8", "replace")
        try:
            _, stamp, values = line.decode().split(" ", 2)
            stated = _json_object(values)
            place = (str(stated["filename"]), _integer(stated["offset"]))
            url = str(stated["url"])
        except (_Unreadable, ValueError, KeyError):
            self.report(name, f"no CDXJ line: {shown}")
            return
        waiting.discard(place)
        if place not in self._led_to:
            if place[0] not in self._broken:
                self.report(name, f"leads to no record: {shown}")
        elif (found := self._led_to[place])[:2] != (url, stamp[:14]):
            self.report(name, f"leads to {found[0]} of {found[1]}: {shown}")

    def _check_pages(self) -> None:
        known = {url for url, _, _ in self._led_to.values()}
        for number, line in enumerate(self._lines(PAGES) if PAGES in self._entries else (), 1):
            page = self._object(f"{PAGES} line {number}", line)
            if page is None or (number == 1 and "format" in page):
                continue
            if not isinstance(page.get("url"), str) or not isinstance(page.get("ts"), str | int):
                self.report(PAGES, f"line {number} has no url or no ts")
            elif page["url"] not in known and not self._broken:
                self.report(PAGES, f"line {number} is about {page['url']}, which is not in the package")

    def _content(self, name: str) -> bytes | None:
        """Return a file that is read whole, None where it is not there or cannot be read."""
        if name not in self._entries:
            self.report(name, "is not there")
            return None
        try:
            return b"".join(_read(self._package, self._entries[name], limit=_MAX_MANIFEST))
        except _Unreadable as error:
            self.report(name, str(error))
            return None

    def _lines(self, name: str) -> Iterator[bytes]:
        """Yield the lines of a file, however large; report where it cannot be read."""
        try:
            yield from _split(_read(self._package, self._entries[name]))
        except _Unreadable as error:
            self.report(name, str(error))

    def _object(self, name: str, content: bytes) -> dict[str, Any] | None:
        try:
            return _json_object(content)
        except _Unreadable as error:
            self.report(name, str(error))
            return None


def _read(package: zipfile.ZipFile, entry: zipfile.ZipInfo, *, limit: int | None = None) -> Iterator[bytes]:
    """Yield a file's content. Raise _Unreadable where it does not unpack, or to more than it states or `limit`."""
    seen = 0
    try:
        with package.open(entry) as file:
            while piece := file.read(_PIECE):
                seen += len(piece)
                if seen > entry.file_size or (limit is not None and seen > limit):
                    raise _Unreadable(f"holds more than {min(entry.file_size, limit or entry.file_size)} bytes")
                yield piece
    except _BROKEN as error:
        raise _Unreadable(f"cannot be read: {error}") from error


def _unpacked_member(member: bytes) -> bytes:
    """Return the lines in a member of the index. Raise ValueError where it is cut, or too large for one."""
    inflate = zlib.decompressobj(31)
    block = inflate.decompress(member, _MAX_MEMBER)
    if not inflate.eof or inflate.unused_data:
        raise ValueError("no one gzip member, or one that is too large")
    return block


def _split(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of a text that comes in pieces. Raise _Unreadable where one is too long."""
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines
        if len(rest) > _MAX_LINE:
            raise _Unreadable(f"a line of more than {_MAX_LINE} bytes")
    if rest:
        yield rest


def _json_object(text: bytes | str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _Unreadable(f"is no JSON: {error}") from error
    if not isinstance(value, dict):
        raise _Unreadable("is no JSON object")
    return value


def _integer(value: object) -> int:
    """Return a number that JSON states as such or as a text. Raise ValueError for others, Infinity among them."""
    return int(str(value))


def _data_offset(file: BinaryIO, entry: zipfile.ZipInfo) -> int:
    """Return where a stored file's bytes begin: behind its local header, whose extra field has a length of its own."""
    file.seek(entry.header_offset + 26)
    name, extra = struct.unpack("<HH", file.read(4))
    return entry.header_offset + 30 + int(name) + int(extra)


def _is_digest(stated: str, content: bytes) -> bool:
    return stated == f"sha256:{sha256(content).hexdigest()}"
