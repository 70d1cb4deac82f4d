"""The article of a page: the smallest element that holds the report's headings and tables, and what of it is content."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from typing import Any

import lxml.html
from lxml import etree

from extract.chrome import is_chrome
from extract.dates import date_in
from extract.document import Block, Grid, Text
from extract.readers.html_tables import is_hidden, is_layout
from extract.readers.html_text import Element, squeeze

_NO_ARTICLES = frozenset(["table", "tbody", "tr", "p", "span", "strong", "b", "font"])
_WRITING = frozenset(
    "p span strong b em i u font big small sub sup br div center section h1 h2 h3 h4 h5 h6 o:p".split()
)
_WRITTEN = frozenset(["style", "class", "align", "lang", "face", "size", "color", "dir"])


@dataclass(slots=True, eq=False)
class Piece:
    """A block and the element it came from; `is_mark` tells that only the form or a report prints it, `linked` that all
    its words are a link's.
    """

    block: Block
    element: Element
    is_mark: bool
    linked: bool = False


def common_ancestor(elements: Sequence[Element]) -> Element:
    """Return the smallest element around some that may be an article; the root where none may."""
    ways = [[element, *element.iterancestors()] for element in elements]
    shared = set(ways[0]).intersection(*ways[1:])
    return next((element for element in ways[0] if element in shared and element.tag not in _NO_ARTICLES), ways[0][-1])


def is_paragraph(piece: Piece) -> bool:
    """Tell whether a piece is a paragraph of prose."""
    block = piece.block
    return isinstance(block, Text) and not piece.linked and len(block.text) >= 40 and "。" in block.text


def _is_prose(piece: Piece) -> bool:
    """Tell whether a piece directly behind the last heading is its section's: a paragraph, or a short sentence."""
    block = piece.block
    return is_paragraph(piece) or (isinstance(block, Text) and not piece.linked and block.text.endswith("。"))


def within(pieces: Iterable[Piece], ancestor: Element) -> list[Piece]:
    """Return the pieces that stand in an element."""
    known: dict[Element, bool] = {ancestor: True}  # of elements met, so that no way up is gone twice
    inside = []
    for piece in pieces:
        way = []
        element: Element | None = piece.element
        while element is not None and element not in known:
            way.append(element)
            element = element.getparent()
        stands_in = element is not None and known[element]
        for element in way:
            known[element] = stands_in
        if stands_in:
            inside.append(piece)
    return inside


def is_content_picture(image: Element) -> bool:
    size = [int(match[0]) for name in ("width", "height") if (match := re.match(r"\d+", image.get(name) or ""))]
    return all(value >= 200 for value in size) and not re.search(
        r"logo|icon|qr|erwei|wx|share|print|banner|btn", image.get("src") or "", re.I
    )


def judged(pieces: Sequence[Piece], article: Element, *, cut: bool) -> tuple[Block, ...]:
    """Return the blocks of the article that trafilatura takes for content, tables and headings in their places."""
    texts = {at: piece.block.text for at, piece in enumerate(pieces) if isinstance(piece.block, Text)}
    if cut:
        _cut_tables(article, {piece.element for piece in pieces if isinstance(piece.block, Grid)})
    kept: set[int] = set()
    if not cut or not _is_writing(article) or any(piece.linked for piece in pieces):
        kept_text = _content(article)
        kept = {at for at, text in texts.items() if squeeze(text) in kept_text}
    if not kept:
        kept = set(texts)
    # headings and tables of the form are the report's, and so are what stands between them and the last one's paragraphs
    marks = [at for at, piece in enumerate(pieces) if piece.is_mark and not piece.linked]
    behind = sum(1 for _ in takewhile(_is_prose, pieces[marks[-1] + 1 :])) if marks else 0
    first, last = min(kept, default=0), max([*kept, *(at + behind for at in marks[-1:])], default=-1)
    blocks: list[Block] = []
    for at, piece in enumerate(pieces):
        block = piece.block
        if isinstance(block, Grid):
            blocks.append(block)
            continue
        inside = at in kept or (first <= at <= last and not piece.linked) or piece.is_mark or at < first
        lines = [line for line in block.text.split("\n") if not is_chrome(line)]
        if (lines and inside and not (piece.linked and not _is_sentence(block.text))) or (
            lines and at > last and _is_ending(block.text)
        ):
            blocks.append(Text("\n".join(lines), block.level))
    return tuple(blocks)


def _is_sentence(text: str) -> bool:
    return len(text) >= 12 and ("。" in text or "，" in text)


def _is_ending(text: str) -> bool:
    """Tell whether a text behind the content may still be the report's: signature, date, a short last word (无。)."""
    return len(text) <= 40 and not is_chrome(text) and (bool(re.search(r"政府|局|委|办|无", text) or date_in(text)))


def _cut_tables(article: Element, read: Set[Element]) -> None:
    """Take the tables out of an article, those that were read and all others of data: they cost trafilatura most."""
    for table in list(article.iter("table")):
        if table in read or not is_layout(table):
            try:
                lxml.html.HtmlElement.drop_tree(table)
            except ValueError:  # lxml does not move the text behind it, which holds a control character
                table.text = None
                del table[:]


def _is_writing(article: Element) -> bool:
    """Tell whether an article is written text throughout, of which trafilatura drops nothing."""
    return all(
        element.tag in _WRITING
        and _WRITTEN.issuperset(element.keys())
        and (element.get("class") or "Mso").startswith("Mso")
        and not is_hidden(element)
        for element in article.iterdescendants()
    )


def _content(article: Element) -> str:
    """Return what trafilatura takes for content, without blanks."""
    import trafilatura  # here, since its import takes longer than many documents, and most need no judge

    parser, options = _trafilatura()
    page = parser.makeelement("html")
    body = etree.SubElement(page, "body")
    body.append(article)
    text = trafilatura.extract(page, options=options) or ""
    return squeeze(re.sub(r"^\s*[-|]\s*", "", text, flags=re.M))


@lru_cache(maxsize=1)
def _trafilatura() -> tuple[etree.HTMLParser, Any]:
    """Return the parser that makes elements as trafilatura wants them, and its options (class Extractor)."""
    from trafilatura.settings import Extractor

    parser = etree.HTMLParser()
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=lxml.html.HtmlElement))
    return parser, Extractor(fast=True, recall=True, tables=True, comments=False, dedup=False)
