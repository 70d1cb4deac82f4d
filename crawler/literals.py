"""The links that stand in data: answers in JSON or XML, literals of scripts, pieces of HTML inside of these."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from crawler import scripts
from crawler.document import Document, Link
from crawler.labels import LONGEST_ROW, attribute, is_xml, local_name

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode


UNFILLED = re.compile(r"[#$]\{|\{\{|<%")  # in an address: a template's
ROW_ANCHOR = re.compile(r"<a\s(?P<attributes>[^>]*)>(?P<text>.*?)</a\s*>", re.IGNORECASE | re.DOTALL)
ATTRIBUTE = re.compile(r"(?P<name>[\w-]+)\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s>\"']+))")
TAG = re.compile(r"<[^>]*>")
VIEWER_FILE = re.compile(r"[?&](?:file|pdf|src|url)=([^&#\"']+)", re.IGNORECASE)
JSON_ATTRIBUTE = re.compile(r"=\s*(?:'(\[\{[^']*\}\])'|\"(\[\{[^\"]*\}\])\")")
ASSIGNED = re.compile(r"\.(?:src|data)\s*=\s*[\"']([^\"'\n]{3,300})[\"']\s*[;}\n]")
FIELDS = re.compile(r"(?:[a-z]{2,12}:[^;:]*;){2,12}")  # text:财政局;url:list.asp;data:bm=3;
DELIMITER = re.compile(r"[|#;,@^~$\n]+")
FRAME_MARKUP = re.compile(r"<i?frame[^>]*?\ssrc\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
CDATA = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|\Z)", re.DOTALL)
MAP = re.compile(r"\.xml(?:\.gz)?$", re.IGNORECASE)
SCRIPT_ADDRESS = re.compile(
    r"[\"'][^\"'\n]*(?:/|\\u002[fF]|\.s?html?|\.jsp|\.aspx?|\.pdf|\.docx?|\.xml|\.json|\.do\b|\.ash[xX]|\.php)[^\"'\n]*[\"']"
)
SHORT_SCRIPT = 10_000  # characters


def data_links(page: Document) -> Iterator[Link]:
    """Yield the rows of an answer in JSON, JSONP or XML."""
    if not is_xml(page.text):
        yield from _literal_rows(page, page.text)
        return
    yield from row_links(page)
    try:
        root = ET.fromstring(page.text.strip())
    except (ET.ParseError, ValueError):
        return
    for element in root.iter():
        if local_name(element.tag) == "loc":  # of a site map, or of an index of such
            address = (element.text or "").strip()
            if link := page.link(address, kind="fragment" if MAP.search(address) else "script"):
                yield link
        pairs = [(local_name(name), value) for name, value in element.attrib.items()]
        pairs += [(local_name(child.tag), (child.text or "").strip() or child.get("href") or "") for child in element]
        yield from _row_links_of(page, pairs)


def script_links(page: Document, nodes: list[LexborNode]) -> Iterator[Link]:
    """Yield the rows and menus that stand in a page's scripts (`nodes`), what these load into the page, and the rows in
    attributes.
    """
    for node in nodes:
        text = node.text(deep=True) or ""
        text = scripts.revived(text) if attribute(node, "id") == "__NUXT_DATA__" else text
        yield from code_links(page, scripts.inlined(text) if "__NUXT__" in text[:100] else text)
    if page.has("[{"):
        for items in JSON_ATTRIBUTE.finditer(page.text):
            yield from _literal_rows(page, html.unescape(items[1] or items[2]))


def code_links(page: Document, code: str) -> Iterator[Link]:
    """Yield the rows and menus that stand in a script, and what it loads into the page."""
    if not 12 < len(code) < scripts.LONGEST_SCRIPT or not _names_address(code):
        return
    if "<![CDATA[" not in code:
        yield from _literal_rows(page, code)
    for assigned in ASSIGNED.finditer(code):
        if scripts.is_address(assigned[1]) and (link := page.link(assigned[1], kind="fragment")):
            yield link


def row_links(page: Document) -> Iterator[Link]:
    """Yield the anchors inside CDATA sections and script text: the rows of jpage lists."""
    if page.has("<![CDATA["):
        for section in CDATA.finditer(page.text):
            yield from fragment_links(page, section[1])


def fragment_links(page: Document, fragment: str) -> Iterator[Link]:
    """Yield the anchors of a piece of HTML that stands in a script, in JSON or in CDATA."""
    if "&lt;a" in fragment:
        fragment = html.unescape(fragment)
    for anchor in ROW_ANCHOR.finditer(fragment):
        attributes = {
            found["name"].lower(): html.unescape(found["double"] or found["single"] or found["bare"] or "")
            for found in ATTRIBUTE.finditer(anchor["attributes"])
        }
        text, reference = html.unescape(TAG.sub("", anchor["text"])), attributes.get("href", "")
        is_template = UNFILLED.search(reference) is not None
        if not is_template and (link := page.link(reference, text=text, title=attributes.get("title", ""))):
            yield link


def frame_links(page: Document, source: str, title: str, kind: str = "frame") -> Iterator[Link]:
    """Yield where a frame leads, and the file that its address hands to a viewer."""
    if (link := page.link(source, title=title, kind=kind)) is not None:
        yield link
        if scripts.is_address(file := viewed_file(source)) and (shown := page.link(file, title=title, kind="frame")):
            yield shown


def viewed_file(address: str) -> str:
    """Return what an address hands to a viewer; "" where it does not look like that."""
    file = VIEWER_FILE.search(address)
    return unquote(file[1]) if file and "{{" not in file[1] else ""


def _delimited_links(page: Document, text: str) -> Iterator[Link]:
    """Yield the rows of a string whose fields are parted by signs: each address under the words before it."""
    title = ""
    for piece in map(str.strip, DELIMITER.split(text)):
        if scripts.CHINESE.search(piece) and not piece.startswith("/"):
            title = piece
        elif title and scripts.is_address(piece) and (link := page.link(piece, text=title, kind="script")):
            yield link


def _literal_rows(page: Document, text: str) -> Iterator[Link]:
    for pairs in scripts.objects(text):
        yield from _row_links_of(page, pairs)


def _row_links_of(page: Document, pairs: scripts.Pairs) -> Iterator[Link]:
    row = scripts.row_of(pairs) if len(pairs) <= scripts.MOST_FIELDS else None
    if row is not None and (link := page.link(row[0], text=html.unescape(TAG.sub("", row[1])), kind="script")):
        yield link
    for name, value in pairs:
        if FIELDS.fullmatch(value):
            yield from _row_links_of(page, _fields_of(value))
        elif len(value) > LONGEST_ROW and row is None and "<" not in value:
            yield from _delimited_links(page, value)
        elif "<a " in value or "<A " in value:
            yield from fragment_links(page, value)
        elif "frame" in value and (frame := FRAME_MARKUP.search(value)):
            yield from frame_links(page, frame[1], "")
        elif _is_file(name, value):
            file = VIEWER_FILE.search(value)
            if link := page.link(file[1] if file else value.strip(), kind="script"):
                yield link


def _fields_of(text: str) -> scripts.Pairs:
    """Return the fields of a tree's node that stand in one string: `data` is the query of its address."""
    fields = dict(field.split(":", 1) for field in text.rstrip(";").split(";"))
    if (query := fields.pop("data", "")) and "url" in fields:
        fields["url"] += f"{'&' if '?' in fields['url'] else '?'}{query}"
    return list(fields.items())


def _is_file(name: str, value: str) -> bool:
    """Say whether a field holds the address of a document file, and not only what that is called."""
    is_name = scripts.NAME_NAME.search(name) is not None
    return scripts.is_file_literal(value.strip()) and (
        "/" in value
        or (scripts.ADDRESS_NAME.search(name) is not None and not is_name)
        or not (is_name or scripts.is_file_name(value))
    )


def _names_address(script: str) -> bool:
    """Say whether a script has a literal that may be an address; short scripts stand on every page of a portal."""
    return _short_names_address(script) if len(script) < SHORT_SCRIPT else SCRIPT_ADDRESS.search(script) is not None


@lru_cache(1024)
def _short_names_address(script: str) -> bool:
    return SCRIPT_ADDRESS.search(script) is not None
