"""Zip packages under limits: the container of DOCX, OFD and XLSX, and archives of several documents.

A package is never unpacked to disk. Its directory is checked before any part is read, and what a part claims to
measure is checked against what comes out of it. XML parts are parsed without entities, DTDs and network.
"""

from __future__ import annotations

import email
import io
import posixpath
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass

from lxml import etree

from extract.errors import UnreadableDocument, require_at_most
from extract.prefilter import media_type_of

MAX_PACKAGE = 200 << 20
MAX_PARTS = 5_000
MAX_PART = 64 << 20  # unpacked
MAX_UNPACKED = 256 << 20  # all parts together
MAX_RATIO = 500  # of a part above 1 MB; Word's XML packs up to 1:40, deflate ends at 1:1032
MAX_MEMBERS = 100  # documents of an archive

_TEXTUAL = re.compile(r"\.(?:html?|shtml|mht|txt|csv|xml)$", re.I)
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    struct.error,
    NotImplementedError,
    OSError,
    ValueError,
    OverflowError,
    IndexError,  # a name of a directory entry that is empty
)


@dataclass(frozen=True, slots=True)
class Member:
    """A document of an archive: its name, folders included, and its bytes."""

    name: str
    payload: bytes


class Package:
    """An opened zip whose directory was found harmless. Names are those of the directory, no slash before them."""

    def __init__(self, payload: bytes) -> None:
        """Open a zip. Raise UnreadableDocument: too_large, truncated, encrypted or zip_bomb."""
        require_at_most(MAX_PACKAGE, len(payload), "bytes of a package")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(payload))
            entries = [entry for entry in self._zip.infolist() if not entry.is_dir()]
        except _BROKEN as error:
            whole = b"PK\x05\x06" in payload[-66_000:]
            raise UnreadableDocument(
                "malformed" if whole else "truncated", f"the zip has no readable directory: {error}"
            ) from error
        require_at_most(MAX_PARTS, len(entries), "parts", reason="zip_bomb")
        require_at_most(MAX_UNPACKED, sum(entry.file_size for entry in entries), "bytes unpacked", reason="zip_bomb")
        self._entries = {_name(entry): entry for entry in entries}
        self._unpacked = 0

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parts, in the order of the directory."""
        return tuple(self._entries)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def read(self, name: str) -> bytes:
        """Return a part's bytes. Raise UnreadableDocument: malformed (missing, damaged), encrypted, zip_bomb."""
        entry = self._entries.get(name)
        if entry is None:
            raise UnreadableDocument("malformed", f"the part {name} is missing")
        if entry.flag_bits & 0x1:
            raise UnreadableDocument("encrypted", f"the part {name} is locked with a password")
        try:
            with self._zip.open(entry) as part:
                content = part.read(MAX_PART + 1)
        except _BROKEN as error:
            raise UnreadableDocument("malformed", f"the part {name} is damaged: {error}") from error
        self._unpacked += len(content)
        packed = max(entry.compress_size, 1)
        if len(content) > MAX_PART or (len(content) > 1 << 20 and len(content) > MAX_RATIO * packed):
            raise UnreadableDocument("zip_bomb", f"the part {name} unpacks {packed} bytes to {len(content)} and more")
        if self._unpacked > MAX_UNPACKED:
            raise UnreadableDocument("zip_bomb", f"more than {MAX_UNPACKED} bytes come out of the package")
        return content

    def xml(self, name: str) -> etree._Element:
        """Return the root of an XML part."""
        return parse_xml(self.read(name), name)

    def targets(self, part: str) -> dict[str, str]:
        """Return the parts that a part refers to, by the ids of its relationships: nothing outside of the file."""
        folder, _, name = part.rpartition("/")
        relations = f"{folder}/_rels/{name}.rels".lstrip("/")
        return {
            relation.get("Id", ""): part_name(part, relation.get("Target", ""))
            for relation in (self.xml(relations) if relations in self else ())
            if relation.get("TargetMode") != "External"
        }


def parse_xml(content: bytes, name: str) -> etree._Element:
    """Return the root of an XML document without a DTD. Raise UnreadableDocument: entity_bomb, malformed, too_deep."""
    if b"<!DOCTYPE" in content.replace(b"\x00", b""):  # without the zeros UTF-16 reads like ASCII
        raise UnreadableDocument("entity_bomb", f"{name} declares a DTD, which no part of a document needs")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        reason = "too_deep" if "depth" in str(error).lower() else "malformed"
        raise UnreadableDocument(reason, f"{name}: {error}"[:200]) from error
    return root


def name_of(element: etree._Element) -> str:
    """Return an element's name without its namespace: dialects of a standard differ in that; "" for a comment."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute_of(element: etree._Element, name: str) -> str:
    """Return an attribute's value, whatever its namespace; "" where it is not set."""
    return next((str(value) for key, value in element.items() if str(key).rpartition("}")[2] == name), "")


def part_name(base: str, target: str) -> str:
    """Return the name of the part that `target` names when it stands in the part `base`."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), target)).lstrip("/")


def unpack(payload: bytes, *, depth: int = 1) -> tuple[Member, ...]:
    """Return the documents of a zip archive, those of archives within it included (`depth` levels), by name.

    Documents are known by their first bytes, pages and texts by the name's ending. Raise UnreadableDocument where the
    archive is a bomb, locked, damaged, or holds no document at all.
    """
    package = Package(payload)
    members: list[Member] = []
    for name in sorted(package.names):
        if name.startswith("__MACOSX/") or posixpath.basename(name).startswith((".", "~$")):
            continue
        content = package.read(name)
        if content.startswith(b"PK\x03\x04") and is_archive(content):
            if not depth:
                raise UnreadableDocument("too_deep", f"{name}: an archive in an archive in an archive")
            members += [Member(f"{name}/{one.name}", one.payload) for one in unpack(content, depth=depth - 1)]
        elif media_type_of(content) not in {"text/html", "text/plain"} or _TEXTUAL.search(name):
            members.append(Member(name, content))
        if len(members) > MAX_MEMBERS:
            raise UnreadableDocument("zip_bomb", f"more than {MAX_MEMBERS} documents in one archive")
    if not members:
        raise UnreadableDocument("no_text", f"no document among the {len(package.names)} parts of the archive")
    return tuple(members)


def is_archive(payload: bytes) -> bool:
    """Whether a zip is an archive of files and not itself a document (DOCX, XLSX, ODF, OFD)."""
    try:
        names = set(Package(payload).names)
    except UnreadableDocument:
        return False
    return not names & {"[Content_Types].xml", "OFD.xml", "mimetype", "content.xml"}


def pages_of_mht(payload: bytes) -> list[bytes]:
    """Return the pages of a MIME package (.mht, many a .doc or .xls that a portal or Word itself made of HTML): the
    first one, and where that is a frameset, as of a workbook, the pages that it frames. Raise UnreadableDocument for a
    mail with files.
    """
    parts = list(email.message_from_bytes(payload.lstrip()).walk())
    if attached := [part for part in parts if part.get_content_disposition() == "attachment"]:
        raise UnreadableDocument("not_a_document", f"this is a mail with {len(attached)} files; save and read each")
    texts = (part.get_payload(decode=True) for part in parts if part.get_content_type() == "text/html")
    pages = [content for content in texts if isinstance(content, bytes)]
    return pages[1 : 1 + MAX_MEMBERS] if pages and _FRAMESET.search(pages[0]) else pages[:1]


_FRAMESET = re.compile(rb"<frameset[\s>]", re.I)


def _name(entry: zipfile.ZipInfo) -> str:
    """A part's name; those not marked as UTF-8 are GBK or UTF-8 in files from China, never the standard's CP437."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/").lstrip("/")
