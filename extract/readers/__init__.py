"""The readers: one format each, the same Document from all. What a file is, its first bytes say, never its name or
Content-Type.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from dataclasses import replace

from extract.decode import decode
from extract.document import Document, as_printed
from extract.errors import UnreadableDocument
from extract.prefilter import is_mime_package, single_xml_type
from extract.readers import compound
from extract.readers.html import looks_like_html, read_html
from extract.readers.package import Member, Package, is_archive, pages_of_mht, unpack
from extract.readers.recognition import require_ocr
from extract.titles import is_title

__all__ = ["Member", "is_archive", "read_document", "read_html", "unpack"]

_ZIP, _ZIP_END = b"PK\x03\x04", b"PK\x05\x06"
_BINARY = bytes({*range(1, 32)} - {*b"\t\n\v\f\r\x1b"})  # what no text has, but in UTF-16
_MOST_BINARY = 0.02  # share of it in the beginning of a text
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"GIF8", b"BM")
_NOT_READ = {
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"Rar!": "a RAR archive; unpack it and read its files",
    b"7z\xbc\xaf": "a 7z archive; unpack it and read its files",
    b"\x1f\x8b": "a gzip file; unpack it and read its content",
    b"WARC/": "a WARC file; `nianbao extract --archive` reads those",
    b"SQLite format 3": "a database",
}


# XML that is data and no page: what a service answers.
_XML_DATA = re.compile(rb"<\?xml\s|<(?!html|body)(?:[\w.-]++[^<>]*+>\s*+<)*+!\[CDATA\[", re.IGNORECASE)
_PAGE = re.compile(rb"<(?:html|table)[\s>]", re.IGNORECASE)
_OF_HTML = re.compile(rb"<(?:td|th|html|body|script)[\s>]", re.IGNORECASE)
_LEAST_BARS = 100
_VALUE = re.compile(r">(?:<!\[CDATA\[)?([^<>\[\]]{8,80})(?:\]\]>)?</")
_LEAST_LISTED = 4  # titles that make data a list of reports
_FEED = re.compile(rb"(?:<\?[^>]*+>\s*+|(?><!--.*?-->)\s*+)*+<(?:rss|feed|rdf:RDF|urlset|sitemapindex)[\s>]", re.DOTALL)


def read_document(payload: bytes, *, charset: str | None = None, url: str = "") -> Document:
    """Return any supported document as a Document. Raises UnreadableDocument with its reason.

    An archive of several documents is not one document: `extract.read` unpacks it.
    """
    return as_printed(_read(payload, charset=charset, url=url))


def _read(payload: bytes, *, charset: str | None, url: str) -> Document:
    start = payload.lstrip(b"\xef\xbb\xbf\x00 \t\r\n")[:1024]
    if not start:
        raise UnreadableDocument("empty", "the file is empty")
    for magic, what in _NOT_READ.items():
        if payload.startswith(magic):
            raise UnreadableDocument("not_a_document", f"this is {what}")
    if _FEED.match(start):
        raise UnreadableDocument("not_a_document", "this is a feed or a sitemap: a list of other pages")
    if _XML_DATA.match(start) and single_xml_type(start) is None and (listed := _titles_listed(payload, charset)):
        raise UnreadableDocument("index_page", f"this is a list in XML of the titles of {listed} reports")
    # The readers of one format each are imported when the first such document comes: most archives hold nothing but
    # HTML.
    if b"%PDF-" in start:
        from extract.readers.pdf import read_pdf

        return read_pdf(payload)
    if payload.startswith(_ZIP) or (payload.startswith(_ZIP[:2]) and _ZIP_END in payload[-66_000:]):
        return _read_package(payload)
    if payload.startswith(compound.MAGIC) or start.startswith(b"{\\rtf"):
        from extract.readers.office import read_office

        return read_office(payload)
    if payload.startswith(_PICTURES) or (payload.startswith(b"RIFF") and payload[8:12] == b"WEBP"):
        require_ocr()
        from extract.readers.image import read_image

        return read_image(payload)
    if single_xml_type(start) is not None:
        from extract.readers.single_xml import read_single_xml

        return read_single_xml(payload)
    if is_mime_package(payload) and (pages := pages_of_mht(payload)):
        first, *others = [read_html(page, url=url) for page in pages]
        return replace(first, blocks=(*first.blocks, *(block for other in others for block in other.blocks)))
    if looks_like_html(payload) and not _is_markdown(payload) and not _is_binary(start):
        return read_html(payload, charset=charset, url=url)
    from extract.readers.plain import read_plain

    return read_plain(payload, charset=charset)


def _is_markdown(payload: bytes) -> bool:
    """Tell whether a payload is Markdown in which a converter left tags: its tables are rows between bars."""
    return not _OF_HTML.search(payload) and payload.count(b"|") >= _LEAST_BARS


def _is_binary(start: bytes) -> bool:
    """Tell whether bytes are no text, though `<b>` may stand among them: a file whose first bytes are damaged."""
    controls = len(start) - len(start.translate(None, _BINARY))
    return not start.startswith((BOM_UTF16_BE, BOM_UTF16_LE)) and controls > _MOST_BINARY * len(start)


def _titles_listed(payload: bytes, charset: str | None) -> int:
    """Return how many titles of reports XML data hold; 0 where they are too few for a list, or hold a page."""
    if _PAGE.search(payload):
        return 0
    listed = sum(is_title(value) for value in set(_VALUE.findall(decode(payload, charset).text)))
    return listed if listed >= _LEAST_LISTED else 0


def _read_package(payload: bytes) -> Document:
    package = Package(payload)
    names = set(package.names)
    if "OFD.xml" in names:
        from extract.readers.ofd import read_ofd

        return read_ofd(payload)
    if any(name.startswith("word/") for name in names):
        from extract.readers.docx import read_docx

        return read_docx(payload)
    if any(name.startswith("xl/") for name in names) or _is_spreadsheet(package):
        from extract.readers.sheet import read_sheet

        return read_sheet(payload)
    if "content.xml" in names:
        from extract.readers.office import read_office

        return read_office(payload)
    raise UnreadableDocument("not_a_document", "this is an archive of files; `extract.read` reads each of them")


def _is_spreadsheet(package: Package) -> bool:
    return "mimetype" in package and b"spreadsheet" in package.read("mimetype")
