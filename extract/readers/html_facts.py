"""What a page states about itself: meta names, headings, lines above its article, the codes of its publisher."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import takewhile

from extract.chrome import is_byline, is_chrome
from extract.document import Block, Fact, Grid, Text
from extract.edges import lines_of_row
from extract.readers.article import Piece
from extract.readers.html_text import Element, collapse, squeeze, text_of

_META_FIELDS = {
    "articletitle": "title",
    "og:title": "title",
    "pubdate": "published",
    "publishdate": "published",
    "firstpublishedtime": "published",
    "article:published_time": "published",
    "contentsource": "issuer",
    "author": "author",
    "sitename": "site_name",
    "siteidcode": "site_code",
    "columnname": "column",
}
_TITLE_CLASS = re.compile(r"title|tit\b|bt\b|biaoti|headline", re.I)
HEADED = frozenset(["h1", "h2", "h3", "ucaptitle"])
_TITLED = frozenset(["div", "p", "span", "td", "font"])
_SHORTEST_TITLE, _LONGEST_TITLE, _MOST_PIECES = 4, 90, 12
_SITE_CODE = re.compile(r"网站标识码\s*[:：]?\s*((?:bm)?\d{8,12})")
_CREDIT_CODE = re.compile(r"(1(?<![0-9A-Z]1)[0-9]\d{6}[0-9A-HJ-NPQRTUWXY]{10})(?=/|-|_|$)")  # sought by its 1
_SHORTEST_CODE = 13
_LONGEST_LINE = 200


def stated(root: Element) -> list[Fact]:
    """Return what the page states about itself: by meta names, headings, the classes of titles, and its title."""
    metas: list[Fact] = []
    headings: list[Fact] = []
    titled: list[Fact] = []
    titles: list[Fact] = []
    times: set[str] = set()
    for element in root.iter(*_TITLED):
        if is_titled(element) and len(element) < _MOST_PIECES and len(text := _title(element)) >= _SHORTEST_TITLE:
            marks = f"{element.get('class') or ''} {element.get('id') or ''}".strip()
            titled.append(Fact("title", text, f"class {marks}"))
    for element in root.iter("meta", "title", "time", *HEADED):
        tag = str(element.tag)
        if tag == "meta":
            metas += _meta(element)
        elif tag == "time":
            times.add(element.get("datetime") or "")
        elif text := collapse(text_of(element)):
            if tag == "title":
                titles.append(Fact("page_title", text, tag))
            else:
                headings.append(Fact("title", text, tag))
    dates = [Fact("published", times.pop(), "time")] if len(times) == 1 else []
    return [*metas, *headings, *titled, *titles, *dates]


def _meta(meta: Element) -> Iterator[Fact]:
    name = (meta.get("name") or meta.get("property") or "").strip().lower()
    content = collapse(meta.get("content") or "")
    if name in _META_FIELDS and content and content.lower() not in ("null", "undefined") and "{" not in content:
        yield Fact(_META_FIELDS[name], content, f"meta {name}")


def is_titled(element: Element | Mapping[str, str]) -> bool:
    """Tell whether the class or id of an element, or of its attributes, says that it is a title."""
    kind, name = element.get("class"), element.get("id")
    return bool(kind or name) and _is_title_class(kind, name)


@lru_cache(maxsize=1 << 12)
def _is_title_class(kind: str | None, name: str | None) -> bool:
    return bool(_TITLE_CLASS.search(f"{kind or ''} {name or ''}"))


def _title(element: Element) -> str:
    """Return an element's text as printed, "" where it is too long for a title."""
    texts: list[str] = []
    room = _LONGEST_TITLE
    for text in map(str, element.itertext()):
        texts.append(text)
        room -= len(squeeze(text[: 4 * _LONGEST_TITLE]).strip())
        if room < 0:
            return ""
    title = collapse("".join(texts))
    return title if len(title) <= _LONGEST_TITLE else ""


def codes(blocks: Iterable[Block]) -> Iterator[Fact]:
    """Yield the codes of the publisher that a page prints: 网站标识码 in its footer, the credit code that opens an
    索引号.
    """
    for block in blocks:
        texts = [block.text] if isinstance(block, Text) else [cell.text for row in block.rows[:12] for cell in row]
        for text in (text for text in texts if _SHORTEST_CODE <= len(text) < 400):
            if match := _SITE_CODE.search(text):
                yield Fact("site_code", match[1], "printed 网站标识码")
            if match := _CREDIT_CODE.search(text):
                yield Fact("credit_code", match[1], "printed 索引号")


def lines_before(pieces: Sequence[Piece]) -> Iterator[Fact]:
    """Yield the printed lines above the article: the title, the line of its source and date, the label table."""
    for piece in pieces[-80:]:
        if isinstance(piece.block, Grid) and piece.block.spans:
            rows = (tuple(cell.text for cell in row if cell.text) for row in piece.block.rows)
            told = (row for row in rows if row[1:] or is_byline("".join(row)))  # a lone cell may be of a list
            yield from (Fact("line", line, "label table") for row in told for line in lines_of_row(row))
        elif isinstance(piece.block, Grid):
            texts = (cell.text for row in piece.block.rows for cell in row if cell.text)
            yield from (Fact("line", text, "line above the article") for text in texts)
        elif not piece.linked:
            lines = (line for line in piece.block.text.split("\n") if len(line) <= _LONGEST_LINE)
            yield from (Fact("line", line, "line above the article") for line in lines)


def bylines(pieces: Iterable[Piece]) -> Iterator[str]:
    """Yield the lines of source and date among texts, up to the first that only a report prints: chrome, and no more
    printed.
    """
    for piece in takewhile(lambda piece: not piece.is_mark, pieces):
        if isinstance(piece.block, Text):
            yield from (line for line in piece.block.text.split("\n") if is_chrome(line) and is_byline(line))
