"""Whether a package (archive.wacz) is whole, what it says of itself true, and who signed it; if not, what is bad."""

import json
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from archive.cdxj import timestamp
from archive.errors import ArchiveNotFound, DamagedArchive
from archive.fixity import Problem, Progress, VerifyReport, agrees, silent
from archive.indexing import is_capture
from archive.records import format_date, scan
from archive.signature import BadKey, fingerprint, is_signed, load_public
from archive.wacz import DIGEST, MANIFEST, PAGES

_MAX_MANIFEST = 64 << 20
_MAX_MEMBER = 64 << 20  # of the index: some thousand lines
_PIECE = 1 << 20
_IDX_LINE = re.compile(r"(\S+ \d{14}) (\{.*\})")


def verify_wacz(path: Path, *, public_key: Path | None = None, progress: Progress | None = None) -> VerifyReport:
    """Check a package, ours or another's, without a network, and return what is amiss.

    Read: the ZIP (checksums, names, what must be stored), the manifest's digest and signature, each file's size and
    SHA-256, every record with its block digest, and the index, whose lines must lead to captures, and every capture be
    led to. With `public_key` the signature must be of that key; without, the signer is named in a notice. Raise
    ArchiveNotFound where there is no such file, BadKey where `public_key` is none.
    """
    check = _Check(path, load_public(public_key) if public_key else None, progress or silent)
    try:
        with zipfile.ZipFile(path) as package:
            check.run(package)
    except zipfile.BadZipFile as error:
        check.report("", f"no ZIP, or one that is cut: {error}")
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
        self._problems: list[Problem] = []
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

    def run(self, package: zipfile.ZipFile) -> None:
        """Check everything, each part for itself, so that one fault hides no other."""
        entries = self._entries(package)
        self._bytes = self._path.stat().st_size
        manifest = self._manifest(package, entries)
        if manifest is not None:
            self._check_resources(package, entries, manifest)
        warcs = [entry for name, entry in sorted(entries.items()) if name.startswith("archive/")]
        if not warcs:
            self.report("", "holds no archive/*.warc.gz")
        for entry in warcs:
            self._check_warc(entry)
        self._check_index(package, entries)
        self._check_pages(package, entries)

    def _entries(self, package: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
        """Return the files of the package by name, without those that no reader should open."""
        entries: dict[str, zipfile.ZipInfo] = {}
        for entry in package.infolist():
            name = entry.filename
            if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name:
                self.report(name, "a name that leads out of the package")
            elif name in entries:
                self.report(name, "stands in the package twice")
            elif entry.flag_bits & 1:
                self.report(name, "is encrypted")
            elif entry.compress_type != zipfile.ZIP_STORED and (name.startswith("archive/") or name.endswith(".gz")):
                self.report(name, "is compressed by the ZIP; it must be stored, or no reader can seek in it")
            elif not entry.is_dir():
                entries[name] = entry
        return entries

    def _manifest(self, package: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]) -> dict[str, Any] | None:
        """Return the manifest where it can be read; report what is amiss in it, its digest and its signature."""
        content = self._content(package, entries, MANIFEST)
        if content is None:
            return None
        manifest = self._object(MANIFEST, content)
        if manifest is not None:
            if manifest.get("profile") not in {"data-package", "wacz-package"}:
                self.report(MANIFEST, f"states the profile {manifest.get('profile')!r}, not data-package")
            if not str(manifest.get("wacz_version", "")).startswith("1."):
                self.report(MANIFEST, f"states the WACZ version {manifest.get('wacz_version')!r}, not 1.x")
        if DIGEST not in entries:
            self._notices.append(f"no {DIGEST}: nothing tells whether the manifest itself was changed")
            if self._expected:
                self.report(DIGEST, "is not there, so nobody signed the package")
            return manifest
        text = self._content(package, entries, DIGEST)
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

    def _check_resources(
        self, package: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo], manifest: Mapping[str, Any]
    ) -> None:
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
            if name not in entries:
                self.report(name, "stands in the manifest and not in the package")
                continue
            self._files += 1
            self._check_resource(package, entries[name], resource)
        for name in sorted(set(entries) - listed - {MANIFEST, DIGEST}):
            self.report(name, "is in the package and not in the manifest: it was added later")
        for name in (PAGES,):
            if name not in entries:
                self.report(name, "is not there")

    def _check_resource(self, package: zipfile.ZipFile, entry: zipfile.ZipInfo, resource: Mapping[str, Any]) -> None:
        algorithm, _, stated = str(resource.get("hash", "")).partition(":")
        if algorithm != "sha256":
            self.report(entry.filename, f"its digest is stated as {resource.get('hash')!r}; SHA-256 is wanted")
            return
        digest, size = sha256(), 0
        try:
            for piece in _read(package, entry):
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
        start = _data_offset(self._path, entry)
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

    def _check_index(self, package: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]) -> None:
        names = [
            name for name in entries if name.startswith("indexes/") and name.endswith((".cdx", ".cdxj", ".cdx.gz"))
        ]
        if not names:
            self.report("indexes/", "holds no index.cdx or index.cdx.gz")
            return
        waiting = {place for place, (_, _, captured) in self._led_to.items() if captured}
        for name in names:
            content = self._content(package, entries, name)
            if content is None:
                continue
            if name.endswith(".gz"):
                content = self._unpacked(package, entries, name, content)
            lines = content.splitlines()
            keys = [line.partition(b" {")[0] for line in lines]
            if keys != sorted(keys):
                self.report(name, "lines out of order")
            for line in lines:
                self._check_line(name, line, waiting)
        for warc, offset in sorted(waiting):
            self.report(names[0], f"no line leads to {self._led_to[warc, offset][0]} in {warc} at {offset}")

    def _unpacked(
        self, package: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo], name: str, content: bytes
    ) -> bytes:
        """Return the lines of a packed index, member by member as the .idx tells; report what does not fit."""
        idx_name = next((each for each in entries if each.startswith("indexes/") and each.endswith(".idx")), "")
        text = self._content(package, entries, idx_name) if idx_name else None
        if text is None:
            self.report("indexes/", f"holds no .idx, without which {name} is of no use")
            return b""
        blocks, reached = [], 0
        for line in text.decode("utf-8", "replace").splitlines():
            match = _IDX_LINE.fullmatch(line)
            if not match:
                if not line.startswith("!meta"):
                    self.report(idx_name, f"no line of an index: {line[:80]!r}")
                continue
            try:
                place = json.loads(match[2])
                start, end = int(place["offset"]), int(place["offset"]) + int(place["length"])
                member = content[start:end]
                if start != reached:
                    self.report(idx_name, f"the member of {match[1]} is said to begin at {start}, not at {reached}")
                if "digest" in place and not _is_digest(str(place["digest"]), member):
                    self.report(name, f"the member at {start} is not of the digest {place['digest']}", offset=start)
                block = _unpacked_member(member)
                if not block.startswith(f"{match[1]} ".encode()):
                    self.report(idx_name, f"the member at {start} does not begin with {match[1]}")
                blocks.append(block)
                reached = end
            except (ValueError, KeyError, TypeError, zlib.error) as error:
                self.report(name, f"the member of {match[1]} cannot be read: {error}")
        if reached != len(content):
            self.report(idx_name, f"leads to {reached} bytes of {name}, which has {len(content)}")
        return b"".join(blocks)

    def _check_line(self, name: str, line: bytes, waiting: set[tuple[str, int]]) -> None:
        shown = line[:200].decode("utf-8", "replace")
        try:
            _, stamp, values = line.decode().split(" ", 2)
            stated = json.loads(values)
            place = (str(stated["filename"]), int(stated["offset"]))
            url = str(stated["url"])
        except (ValueError, KeyError, TypeError):
            self.report(name, f"no CDXJ line: {shown}")
            return
        waiting.discard(place)
        if place not in self._led_to:
            if place[0] not in self._broken:
                self.report(name, f"leads to no record: {shown}")
        elif (found := self._led_to[place])[:2] != (url, stamp[:14]):
            self.report(name, f"leads to {found[0]} of {found[1]}: {shown}")

    def _check_pages(self, package: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]) -> None:
        content = self._content(package, entries, PAGES) if PAGES in entries else None
        known = {url for url, _, _ in self._led_to.values()}
        for number, line in enumerate((content or b"").splitlines(), 1):
            page = self._object(f"{PAGES} line {number}", line)
            if page is None:
                continue
            if number == 1 and "format" in page:
                continue
            if not isinstance(page.get("url"), str) or not isinstance(page.get("ts"), str | int):
                self.report(PAGES, f"line {number} has no url or no ts")
            elif page["url"] not in known and not self._broken:
                self.report(PAGES, f"line {number} is about {page['url']}, which is not in the package")

    def _content(self, package: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo], name: str) -> bytes | None:
        """Return a file that is read whole, None where it is not there or cannot be read."""
        if name not in entries:
            self.report(name, "is not there")
            return None
        try:
            return b"".join(_read(package, entries[name], limit=_MAX_MANIFEST if name in {MANIFEST, DIGEST} else None))
        except _Unreadable as error:
            self.report(name, str(error))
            return None

    def _object(self, name: str, content: bytes) -> dict[str, Any] | None:
        try:
            value = json.loads(content)
        except (ValueError, RecursionError) as error:
            self.report(name, f"is no JSON: {error}")
            return None
        if not isinstance(value, dict):
            self.report(name, "is no JSON object")
            return None
        return value


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
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError) as error:
        raise _Unreadable(f"cannot be read: {error}") from error


def _unpacked_member(member: bytes) -> bytes:
    """Return the lines in a member of the index. Raise ValueError where it is cut, or too large for one."""
    inflate = zlib.decompressobj(31)
    block = inflate.decompress(member, _MAX_MEMBER)
    if not inflate.eof or inflate.unused_data:
        raise ValueError("no one gzip member, or one that is too large")
    return block


def _data_offset(path: Path, entry: zipfile.ZipInfo) -> int:
    """Return where a stored file's bytes begin: behind its local header, whose extra field has a length of its own."""
    with open(path, "rb") as file:
        file.seek(entry.header_offset + 26)
        name, extra = struct.unpack("<HH", file.read(4))
    return entry.header_offset + 30 + int(name) + int(extra)


def _is_digest(stated: str, content: bytes) -> bool:
    return stated == f"sha256:{sha256(content).hexdigest()}"
