"""The links that stand in a page's elements, in document order: anchors, frames, areas, options, pictures, addresses in
handlers and `data-` attributes, meta refresh and `location.href` of stubs; then those that an HTML parser does not see
as elements (`crawler.literals`).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from crawler import scripts
from crawler.document import LAZY_PICTURE, Document, Link
from crawler.labels import LONGEST_ROW, attribute, label_of, squeeze
from crawler.literals import fragment_links, frame_links, row_links, script_links, viewed_file

REFRESH = re.compile(r"url\s*=\s*[\"']?\s*([^\"'\s>]+)", re.IGNORECASE)
MOVES = re.compile(
    r"(?:location\s*(?:\.\s*(?:href|replace|assign))?\s*(?:=|\()|window\.open\s*\()\s*([\"'])(?P<target>[^\"'+<>\s]{1,500})\1\s*[;),\s}]?"
)
PLAIN = {"a": "href", "option": "value"}  # where those lead with which no script has to do
REFERRING = frozenset(("a", "area", "option"))
FURNISHING = frozenset(("base", "meta", "script"))
QUOTED = re.compile(r"([\"'])([^\"'\n]{3,600})\1")
# A file in any attribute of any element: of a viewer that a script makes (`pdfsrc`, `data-pdf`, `value`).
FILE_ATTRIBUTE = re.compile(
    r"\s(?!href\b|src\b|alt\b|title\b|[\w-]*name\b)[\w:-]{1,40}\s*=\s*([\"'])(?P<file>[^\"'<>{}\n]{3,300}?\.(?:pdf|docx?|xlsx?|wps|ofd))\1",
    re.IGNORECASE,
)
FILE_END = re.compile(r"\.(?:pdf|docx?|xlsx?|wps|ofd)[\"']", re.IGNORECASE)
LONGEST_FILE_ATTRIBUTE = 400  # characters; what stands before the end of a file's name is looked at, not the whole page
FILE_MARKS = (".pdf", ".PDF", ".doc", ".DOC", ".xls", ".wps", ".ofd")
COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)  # one without an end takes all the rest


def markup_links(page: Document) -> Iterator[Link]:
    """Yield the links that stand in a page's elements, then those in what is no element of it."""
    plain = {} if page.address_attributes else PLAIN
    for node in page.linking:
        if (tag := node.tag or "") in FURNISHING:
            continue
        attributes = node.attributes
        reference = attributes.get(plain.get(tag, "")) or ""
        if not reference or reference[0] in "jJ" or "onclick" in attributes:
            yield from _element_links(page, node, tag, attributes)
        elif tag == "a" or scripts.is_address(reference := reference.strip()):
            # Nearly all of a page: they go a short way.
            title = attributes.get("title") or ""
            label = label_of(node, tag, titled=bool(title))
            if link := page.link(reference, label, title):
                yield link
            if "=" in reference:
                yield from _viewed(page, reference, label, title)
    yield from _stub_links(page)
    if scripts.is_file_literal(file := viewed_file(page.url)) and (link := page.link(file, kind="frame")):
        yield link  # the page is a viewer
    yield from row_links(page)
    for file in _file_attributes(page) if page.has(*FILE_MARKS) else ():
        if scripts.is_address(file) and not scripts.is_file_name(file) and (link := page.link(file, kind="script")):
            yield link
    if page.acts and "<!--" in page.text:  # panels whose rows a script unpacks
        for comment in COMMENT.finditer(page.text):
            if "<a " in comment[1]:
                yield from fragment_links(page, comment[1])
    # What the scripts themselves make links of is not read a second time.
    nodes = [node for node in page.linking if node.tag == "script"]
    yield from (link for link in script_links(page, nodes) if link.label not in page.told_labels)


def _file_attributes(page: Document) -> Iterator[str]:
    """Yield the values of attributes that end as the name of a file does."""
    for end in FILE_END.finditer(page.text):
        for found in FILE_ATTRIBUTE.finditer(page.text, max(end.end() - LONGEST_FILE_ATTRIBUTE, 0), end.end()):
            if found.end() == end.end():
                yield html.unescape(found["file"]).strip()


def _element_links(page: Document, node: LexborNode, tag: str, attributes: dict[str, str | None]) -> Iterator[Link]:
    title = attributes.get("title") or ""
    if tag in REFERRING:
        yield from _reference_links(page, node, tag, attributes, title)
    elif tag == "img":
        source = next(filter(None, map(attributes.get, (*LAZY_PICTURE, "src"))), None)
        if source and (link := page.link(source, title=attributes.get("alt") or title, kind="image")):
            yield link
    elif tag in ("frame", "iframe", "embed", "object", "xml"):  # the last one of old pages: data that a table shows
        yield from fragment_links(page, attributes.get("srcdoc") or "")
        named = (attributes.get(name) or "" for name in ("src", "data-src", "data"))  # about:blank until it is seen
        kind = "frameset" if tag == "frame" else "frame"
        yield from frame_links(page, next(filter(page.link, filter(None, named)), ""), title, kind)
    elif tag == "link":
        reference = attributes.get("href") or ""
        is_feed = "xml" in (attributes.get("type") or "") and "alternate" in (attributes.get("rel") or "").lower()
        if is_feed and (link := page.link(reference, kind="fragment")):
            yield link
    elif tag == "textarea":
        yield from fragment_links(page, node.text(deep=True) or "")
    elif "onclick" in attributes or any(name in attributes for name in page.address_attributes):
        yield from _reference_links(page, node, tag, attributes, title)


def _reference_links(
    page: Document, node: LexborNode, tag: str, attributes: dict[str, str | None], title: str
) -> Iterator[Link]:
    """Yield the links of an anchor, an area, an option, or an element with a handler or a `data-` address."""
    reference = attributes.get("href") or attributes.get("xlink:href") or ""  # of SVG
    if tag == "option":
        reference = (attributes.get("value") or "").strip()
        if not scripts.is_address(reference):
            return
    elif tag == "a" and not reference and len(attributes) < 2 and "onclick" not in attributes:
        return
    text = label_of(node, tag, titled=bool(title)) if tag != "area" else attributes.get("alt") or ""
    if reference[:11].lower() == "javascript:":
        yield from _literal_links(page, reference, text, title)
    elif reference:
        if link := page.link(reference, text=text, title=title):
            yield link
        yield from _viewed(page, reference, text, title)
    if handler := attributes.get("onclick"):
        yield from _literal_links(page, handler, text, title)
    for name in page.address_attributes:
        value = (attributes.get(name) or "").strip()
        if value and scripts.is_address(value):
            label = squeeze(text)
            named = 0 < len(label or title) <= LONGEST_ROW
            shown = (label, title, "script") if named else ("", "", "fragment")
            if link := page.link(value, text=shown[0], title=shown[1], kind=shown[2]):
                yield link


def _viewed(page: Document, reference: str, text: str, title: str) -> Iterator[Link]:
    """Yield the file that an address has a viewer show, which may stand elsewhere."""
    file = viewed_file(reference)
    is_named = file.startswith(("/", "http")) and scripts.is_file_literal(file)
    if is_named and (link := page.link(file, text=text, title=title)):
        yield link


def _literal_links(page: Document, handler: str, text: str, title: str) -> Iterator[Link]:
    """Yield where a handler leads: a move that it spells out, or a string that is an address."""
    if squeeze(text) in page.told_labels:  # the handler was followed: its literals are arguments, no addresses
        return
    handler = scripts.unescape(handler) if "\\u00" in handler else handler
    targets = [move["target"] for move in MOVES.finditer(handler)]
    targets = targets or [found[2] for found in QUOTED.finditer(handler) if scripts.is_address(found[2].strip())]
    for target in [target for target in targets if not scripts.is_file_name(target)] or targets:
        if link := page.link(target, text=text, title=title, kind="script"):
            yield link


def _stub_links(page: Document) -> Iterator[Link]:
    """Yield where a page sends its reader on its own account: meta refresh, and `location.href` of a page that is
    little else, but perhaps an anchor to the same place.
    """
    for node in (node for node in page.linking if node.tag == "meta"):
        if (target := REFRESH.search(attribute(node, "content"))) and (link := page.link(target[1], kind="refresh")):
            yield link
    if page.is_stub:
        moves = [
            link
            for node in page.linking
            if node.tag == "script"
            for move in MOVES.finditer(node.text(deep=True) or "")
            if (link := page.link(move["target"], kind="refresh"))
        ]
        references = (attribute(node, "href") for node in page.linking if node.tag == "a")
        anchors = {link.url for reference in references if reference and (link := page.link(reference))}
        if anchors <= {link.url for link in moves}:
            yield from moves
