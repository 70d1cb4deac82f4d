"""HTML → Document: one parse gives title, texts, grids and the page's own statements about itself.

Tables come from the DOM with their spans, never from trafilatura, which loses blank cells' columns. trafilatura
judges the prose: it sees the article without its tables, and what it drops at the edges of the article is dropped
here; an article in which nothing but text stands needs no judge. The article is the smallest element that holds the
report's headings and tables, so no selector of any portal family is needed (portals.md §3.2: score by the genre's
markers).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise, takewhile
from typing import Any

import lxml.html
from lxml import etree

from extract.cells import FOOTNOTE
from extract.chrome import is_byline, is_chrome
from extract.decode import decode
from extract.document import Block, Cell, Document, Fact, Grid, Text
from extract.errors import UnreadableDocument
from extract.form import TABLE2_SECTION, label_key
from extract.readers.plain import blocks_of
from extract.sections import is_heading

Element = etree._Element

_MAX_CHARACTERS = 30_000_000
_MAX_DEPTH = 400
_SKIPPED = frozenset(
    """
    script style noscript template select option optgroup textarea button input iframe object embed svg math
    head link meta title audio video canvas map
    """.split()
)
_BLOCKS = frozenset(
    """
    p div li ul ol dl dt dd tr td th table tbody thead tfoot caption h1 h2 h3 h4 h5 h6 section article main
    header footer nav aside blockquote center pre hr form fieldset figure figcaption address body ucapcontent
    ucaptitle
    """.split()
)
_SKIP, _BREAK, _TABLE, _BLOCK, _PRINTED = range(1, 6)
_KINDS: dict[object, int] = {  # of tags, what a walk does with them; all others stand within a line
    **dict.fromkeys(_BLOCKS, _BLOCK),
    **dict.fromkeys([*_SKIPPED, etree.Comment, etree.ProcessingInstruction, etree.Entity], _SKIP),
    "br": _BREAK,
    "table": _TABLE,
    "pre": _PRINTED,
}
_NO_ARTICLES = frozenset(["table", "tbody", "tr", "p", "span", "strong", "b", "font"])
_LINE_END = "\0"  # of a <br>; no text of a page holds it
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SPACE = re.compile(r"[ \t\r\n\f\u00a0\u3000\u200b\u200c\u200d\ufeff\u2060]+")
_SECTION = re.compile(
    r"^[一二三四五六七八]?(?:总体情况|主动公开政府信息|收到和处理政府信息公开申请|政府信息公开行政复议|因政府信息公开工作被申请|(?:政府信息公开工作)?存在的?(?:主要)?问题|其他需要报告)"
)
_NUMBERED = re.compile(r"[（(㈠-㈩]?\s*[一二三四五六七八㈠-㈩]")
_FORM_MARK = re.compile(
    r"勾稽关系|结转下年度|予以公开|结果维持|本年新收|制发件数|新制作数量|处理决定数量|行政事业性收费|规范性文件"
)
_META_FIELDS = {
    "articletitle": "title",
    "og:title": "title",
    "pubdate": "published",
    "publishdate": "published",
    "firstpublishedtime": "published",
    "contentsource": "issuer",
    "author": "author",
    "sitename": "site_name",
    "siteidcode": "site_code",
    "columnname": "column",
}
_TITLE_CLASS = re.compile(r"title|tit\b|bt\b|biaoti|headline", re.I)
_HEADED = frozenset(["h1", "h2", "h3", "ucaptitle"])
_TITLED = frozenset(["div", "p", "span", "td", "font"])
_SHORTEST_TITLE, _LONGEST_TITLE = 4, 90
_FILLED_IN = frozenset(["text", "number", "tel"])
_UNSEEN = frozenset(["s", "del", "strike", "rp", "rt"])
# Elements for which a cell may print something else than all its text, or that are none.
_ODD = frozenset([*_SKIPPED, *_UNSEEN, "sup", "br", "table", etree.Comment, etree.ProcessingInstruction, etree.Entity])
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.I)
_LEFT_OUT = re.compile(r"display\s*:\s*none", re.I)
_SITE_CODE = re.compile(r"网站标识码\s*[:：]?\s*((?:bm)?\d{8,12})")
_CREDIT_CODE = re.compile(r"(?<![0-9A-Z])(1[0-9]\d{6}[0-9A-HJ-NPQRTUWXY]{10})(?=/|-|_|$)")
_SHORTEST_CODE = 13
# An article of nothing but these has nothing in it that a page's furniture is made of: links, lists, pictures, parts
# with a name or a class of their own (Word's apart, the classes of its paragraphs).
_WRITING = frozenset(
    "p span strong b em i u font big small sub sup br div center section h1 h2 h3 h4 h5 h6 o:p".split()
)
_WRITTEN = frozenset(["style", "class", "align", "lang", "face", "size", "color", "dir"])
_LITERAL = re.compile(r'"(?:[^"\\]|\\.){400,}"', re.S)
_MIN_HTML_MARK = re.compile(
    rb"<\s*(?:!doctype|html|head|body|table|div|p|meta|title|span|h[1-6]|article|frameset|script|td|tr|ul)\b",
    re.I,
)


def looks_like_html(payload: bytes) -> bool:
    """Tell whether bytes hold markup of HTML near their beginning (UTF-16 included)."""
    head = payload[:20_000]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.replace(b"\x00", b"")
    return bool(_MIN_HTML_MARK.search(head))


def read_html(payload: bytes | str, *, charset: str | None = None, url: str = "") -> Document:
    """Return the article of a page as a Document, with what the page states about it as facts.

    Raises UnreadableDocument (`empty`, `too_large`, `too_deep`, `malformed`). `url` is not fetched; it only names
    the page in errors.
    """
    notes: list[str] = []
    if isinstance(payload, bytes):
        decoded = decode(payload, charset)
        if decoded.replaced:
            notes.append(f"{decoded.replaced} characters could not be decoded")
        text = decoded.text
    else:
        text = payload
    root = parse(text, url=url)
    page = _Page(root)
    return page.document(tuple(notes))


def parse(text: str, *, url: str = "") -> Element:
    """Return the tree of a page. Raises UnreadableDocument where there is none."""
    if len(text) > _MAX_CHARACTERS:
        raise UnreadableDocument(
            "too_large", f"{url or 'the page'} has {len(text)} characters; at most {_MAX_CHARACTERS} are read"
        )
    text = text.replace("\x00", "")
    if text.lstrip()[:5].lower() == "<?xml":
        text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    if not text or text.isspace():
        raise UnreadableDocument("empty", f"{url or 'the page'} holds no text")
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), _parser())
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise UnreadableDocument("malformed", f"{url or 'the page'} cannot be parsed: {error}") from error
    if not isinstance(root, etree._Element):
        raise UnreadableDocument("malformed", f"{url or 'the page'} holds no element")
    return root


@lru_cache(maxsize=1)
def _parser() -> etree.HTMLParser:
    # not lxml.html's, which asks a Python function for the class of every element
    return etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)


def text_of(element: Element) -> str:
    """Return all text of an element."""
    return "".join(map(str, element.itertext()))


def collapse(text: str) -> str:
    """Return a text as a browser prints it: runs of blanks as one."""
    text = text.strip()
    return text if text.isalnum() else _SPACE.sub(" ", text).strip()


def squeeze(text: str) -> str:
    """Return a text without any blank, to compare what two tools print of the same words."""
    return _SPACE.sub("", text)


@dataclass(slots=True, eq=False)
class _Piece:
    """A block and the element it came from; `is_mark` tells that only the form or a report prints it, `linked` that all
    its words are a link's.
    """

    block: Block
    element: Element
    is_mark: bool
    linked: bool = False


class _Page:
    """One parsed page on its way to a Document."""

    def __init__(self, root: Element) -> None:
        self.root = root
        body = root.find("body")
        self.body = root if body is None else body
        self._read()
        if not any(piece.is_mark for piece in self.pieces) and self._unpack_scripts():
            self._read()
        if not self._form_grids() and _FORM_MARK.search(text_of(self.body)[:400_000]):
            # the form without a table: rows of <div>s, whose blank cells only the elements show
            self._read(flat_rows=True)

    # ---- from elements to pieces
    def _read(self, *, flat_rows: bool = False) -> None:
        self.pieces: list[_Piece] = []
        self._tables = {table: number for number, table in enumerate(self.root.iter("table"))}
        self._flat_rows = flat_rows
        # the line that is being read: its texts, and how many letters of them there are in all and in links
        self._texts: list[str] = []
        self._letters = self._linked = 0
        self._walk(self.body, 0)
        self._flush(self.body, 0)

    def _walk(self, element: Element, depth: int, linked: bool = False) -> None:
        if depth > _MAX_DEPTH:
            raise UnreadableDocument("too_deep", f"elements nested deeper than {_MAX_DEPTH}")
        text = element.text
        if text:
            self._say(text, linked)
        for child in element:
            tag = child.tag
            kind = _KINDS.get(tag)
            if kind is None:
                self._walk(child, depth + 1, linked or tag == "a")
            elif kind == _BLOCK:
                self._flush(element, 0)
                if self._flat_rows and (row := _flat_row(child)):
                    grid = Grid((row,), spans=False)
                    self.pieces.append(_Piece(grid, child, _is_form(grid)))
                else:
                    self._walk(child, depth + 1, linked)
                    self._flush(child, _HEADINGS.get(tag, 0))
            elif kind == _TABLE:
                self._flush(element, 0)
                self._table(child, depth)
            elif kind == _BREAK:
                self._texts.append(_LINE_END)
            elif kind == _PRINTED:
                self._flush(element, 0)
                self._preformatted(child)
            text = child.tail
            if text:
                self._say(text, linked)

    def _unpack_scripts(self) -> bool:
        """Put the article that a script carries as a string into the page (gkmlpt: `_CONFIG.DETAIL.content`,
        portals.md §2.3).
        """
        for script in list(self.root.iter("script")):
            for literal in _LITERAL.finditer(script.text or ""):
                try:
                    html = json.loads(literal[0])
                except ValueError:
                    continue
                if "<" in html and (_FORM_MARK.search(html) or "总体情况" in html):
                    self.body.extend(parse(f"<div>{html}</div>").findall("body/*"))
                    return True
        return False

    def _say(self, text: str, linked: bool) -> None:
        if text.isspace():
            if self._texts:  # none begins a line
                self._texts.append(" ")
        else:
            self._texts.append(text)
            self._letters += len(text)
            if linked:
                self._linked += len(text)

    def _flush(self, element: Element, level: int) -> None:
        if not self._texts:
            return
        if text := _printed(self._texts):
            linked = self._linked > 0 and self._linked * 10 >= self._letters * 9
            self.pieces.append(_Piece(Text(text, level), element, _is_section(text), linked))
        self._texts, self._letters, self._linked = [], 0, 0

    def _table(self, table: Element, depth: int) -> None:
        if _is_layout(table):
            self._walk(table, depth + 1)
            self._flush(table, 0)
            return
        number = self._tables[table]
        rows = tuple(
            tuple(
                _cell(cell, f"t{number}r{at}c{column}")
                for column, cell in enumerate(_cells_of(row))
                if not _is_left_out(cell)
            )
            for at, row in enumerate(table.iter("tr"))
            if not _is_left_out(row)
        )
        if rows:
            grid = Grid(rows)
            self.pieces.append(_Piece(grid, table, _is_form(grid)))
        for caption in table.iter("caption"):
            text = collapse(text_of(caption))
            self.pieces.insert(len(self.pieces) - 1, _Piece(Text(text), caption, _is_section(text)))

    def _preformatted(self, element: Element) -> None:
        """Read a text that keeps its own lines and columns as a plain text is read."""
        if any(_KINDS.get(child.tag) in (_TABLE, _BLOCK) for child in element.iterdescendants()):
            self._walk(element, 0)
            self._flush(element, 0)
            return
        for block in blocks_of(_preformatted(element).split("\n")):
            if isinstance(block, Grid):
                self.pieces.append(_Piece(block, element, _is_form(block)))
            elif block.text.strip():
                self.pieces.append(_Piece(block, element, _is_section(block.text)))

    # ---- from pieces to a document
    def document(self, notes: tuple[str, ...]) -> Document:
        marks = [piece.element for piece in self.pieces if piece.is_mark]
        facts = self._facts()
        if marks:
            article = _common_ancestor(marks)
            inside = _within(self.pieces, article)
            first = self.pieces.index(inside[0])
            facts.extend(_lines_before(self.pieces[:first]))
            facts.extend(_bylines(inside))
        else:
            article, inside = self.body, self.pieces
        facts.extend(_codes(piece.block for piece in self.pieces))
        pictures = (
            sum(1 for image in article.iter("img") if _is_content_picture(image)) if marks or len(inside) < 40 else 0
        )
        if pictures and not any(isinstance(piece.block, Grid) and piece.is_mark for piece in inside):
            notes = (*notes, f"{pictures} pictures in the article")
        blocks = _judged(inside, article, cut=bool(marks))
        return Document("text/html", blocks, tuple(facts), notes)

    def _form_grids(self) -> bool:
        return any(isinstance(piece.block, Grid) and piece.is_mark for piece in self.pieces)

    def _facts(self) -> list[Fact]:
        """Return what the page states about itself: by meta names, headings, the classes of titles, and its title."""
        metas: list[Fact] = []
        headings: list[Fact] = []
        titled: list[Fact] = []
        titles: list[Fact] = []
        for element in self.root.iter(*_TITLED):
            kind, name = element.get("class"), element.get("id")
            if (kind or name) and _is_title_class(kind, name):
                titled += _titled(element, f"{kind or ''} {name or ''}")
        for element in self.root.iter("meta", "title", *_HEADED):
            tag = str(element.tag)
            if tag == "meta":
                metas += _meta(element)
            elif text := collapse(text_of(element)):
                if tag == "title":
                    titles.append(Fact("page_title", text, tag))
                else:
                    headings.append(Fact("title", text, tag))
        return [*metas, *headings, *titled, *titles]


def _printed(texts: Sequence[str]) -> str:
    """Return texts as printed: only `<br>` (_LINE_END) breaks a line, not the line ends of the source."""
    whole = "".join(texts)
    if _LINE_END not in whole:
        return collapse(whole)
    return "\n".join(line for part in whole.split(_LINE_END) if (line := collapse(part)))


def _preformatted(element: Element) -> str:
    """Return the text of an element with the lines and blanks of its source."""
    parts: list[str] = []
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            parts.append("\n" if node.tag == "br" else node.text or "")
        elif node is not element:
            parts.append(node.tail or "")
    return "".join(parts)


def _meta(meta: Element) -> Iterator[Fact]:
    name = (meta.get("name") or meta.get("property") or "").strip().lower()
    content = collapse(meta.get("content") or "")
    if name in _META_FIELDS and content and content.lower() not in ("null", "undefined") and "{" not in content:
        yield Fact(_META_FIELDS[name], content, f"meta {name}")


def _titled(element: Element, marks: str) -> Iterator[Fact]:
    if len(element) < 12:
        text = _title(element)
        if len(text) >= _SHORTEST_TITLE:
            yield Fact("title", text, f"class {marks.strip()}")


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


def _cells_of(row: Element) -> list[Element]:
    return [cell for cell in row if cell.tag in ("td", "th")]


def _cell(cell: Element, place: str) -> Cell:
    return Cell(_cell_text(cell), _span(cell.get("colspan")), _span(cell.get("rowspan")), place)


def _cell_text(cell: Element) -> str:
    """Return what a cell shows: no struck or hidden text, no footnote mark; of a form field what is filled in."""
    if not len(cell):
        return collapse(cell.text or "")
    if (text := _sole_text(cell)) is not None:
        return collapse(text)
    parts: list[str] = []
    _cell_parts(cell, parts, 0)
    return _printed(parts)


def _sole_text(cell: Element) -> str | None:
    """Return the one piece of text in a cell that holds no other and shows it, as most do; None for all others."""
    sole = cell.text if cell.text and not cell.text.isspace() else ""
    for element in cell.iterdescendants():
        if element.tag in _ODD or _is_hidden(element):
            return None
        text = element.text
        if text and not text.isspace():
            if sole:
                return None
            sole = text
        text = element.tail
        if text and not text.isspace():
            if sole:
                return None
            sole = text
    return sole


def _cell_parts(element: Element, parts: list[str], depth: int) -> None:
    if element.text:
        parts.append(" " if element.text.isspace() else element.text)
    for child in element:
        tag = child.tag
        if tag == "input":
            parts.append(child.get("value") or "" if (child.get("type") or "text").lower() in _FILLED_IN else "")
        elif _KINDS.get(tag) != _SKIP and depth < _MAX_DEPTH and not _is_unseen(child):
            broken = tag == "br" or tag in _BLOCKS
            if broken:
                parts.append(_LINE_END)
            _cell_parts(child, parts, depth + 1)
            if broken:
                parts.append(_LINE_END)
        if child.tail:
            parts.append(" " if child.tail.isspace() else child.tail)


def _is_unseen(element: Element) -> bool:
    """Tell whether an element of a cell prints nothing of the figure: struck, hidden, or the mark of a footnote."""
    if element.tag == "sup":
        return bool(FOOTNOTE.fullmatch(squeeze(text_of(element))))
    return element.tag in _UNSEEN or _is_hidden(element)


def _is_hidden(element: Element) -> bool:
    style = element.get("style")
    return (style is not None and _hides(style)) or element.get("hidden") is not None


def _is_left_out(element: Element) -> bool:
    """Tell whether a row or cell takes no place in its table: a browser lays it out as if it were not there."""
    style = element.get("style")
    return (style is not None and _leaves_out(style)) or element.get("hidden") is not None


@lru_cache(maxsize=1 << 12)
def _leaves_out(style: str) -> bool:
    return bool(_LEFT_OUT.search(style))


@lru_cache(maxsize=1 << 12)
def _hides(style: str) -> bool:
    return bool(_HIDDEN.search(style))


@lru_cache(maxsize=1 << 10)
def _span(declared: str | None) -> int:
    """Return a span as browsers read it: its leading digits, at most 1000; 0 stays 0 (to the end, for rows)."""
    if declared is None:
        return 1
    match = re.match(r"\s*([0-9]{1,6})", declared)
    return min(int(match[1]), 1000) if match else 1


def _is_layout(table: Element) -> bool:
    """Tell whether a table lays out a page: it holds tables, or a cell of it holds an article."""
    if next(table.iterdescendants("table"), None) is not None:
        return True
    cells = list(table.iter("td", "th"))
    if len(cells) <= 1:
        return True
    return any(len(cell) > 2 and len(text_of(cell)) > 300 for cell in cells)


def _flat_row(element: Element) -> tuple[Cell, ...] | None:
    """Return the cells of a row made of like elements (`<div><div>…</div>…</div>`); None where it is none."""
    children = list(element)
    if len(children) < 2 or (element.text and element.text.strip()):
        return None
    tags = {child.tag for child in children}
    if (
        len(tags) != 1
        or tags & {"p", "tr", "table", "a", "img", "h1", "h2", "h3"}
        or not all(isinstance(tag, str) for tag in tags)
    ):
        return None
    texts = [_cell_text(child) for child in children]
    if any(len(text) > 60 or "。" in text for text in texts) or not any(texts):
        return None
    if any(_holds_cells(child) for child in children):
        return None
    return tuple(Cell(text) for text in texts)


def _holds_cells(element: Element) -> bool:
    """Tell whether an element is a row itself: two or more like elements in it that are no paragraphs of one cell."""
    tags = [child.tag for child in element if child.tag not in ("p", "br", "span", "font", "strong", "b", "a", "o:p")]
    return len(tags) >= 2 and len(set(tags)) == 1


def _is_form(grid: Grid) -> bool:
    """Tell whether a grid holds at least two texts of the form."""
    texts = (cell.text for row in grid.rows for cell in row)
    return next(islice(filter(_is_of_form, texts), 1, None), None) is not None


@lru_cache(maxsize=1 << 12)
def _is_of_form(text: str) -> bool:
    key = label_key(text)
    return bool(_FORM_MARK.search(key) or TABLE2_SECTION.search(key))


@lru_cache(maxsize=1 << 14)
def _is_section(text: str) -> bool:
    """Tell whether a text is the heading of one of the form's sections; without its number a menu may print it, too."""
    return len(text) <= 60 and bool(_SECTION.match(label_key(text)) or (_NUMBERED.match(text) and is_heading(text)))


def _common_ancestor(elements: Sequence[Element]) -> Element:
    paths = [[element, *element.iterancestors()][::-1] for element in elements]
    shared = paths[0]
    for path in paths[1:]:
        length = next(
            (at for at, (one, other) in enumerate(zip(shared, path, strict=False)) if one is not other),
            min(len(shared), len(path)),
        )
        shared = shared[:length]
    return next(
        (element for element in reversed(shared) if element.tag not in _NO_ARTICLES),
        shared[0],
    )


def _within(pieces: Iterable[_Piece], ancestor: Element) -> list[_Piece]:
    """Return the pieces that stand in an element."""
    known: dict[Element, bool] = {ancestor: True}  # of elements met, so that no way up is gone twice
    inside = []
    for piece in pieces:
        way = []
        element: Element | None = piece.element
        while element is not None and element not in known:
            way.append(element)
            element = element.getparent()
        known.update(dict.fromkeys(way, element is not None and known[element]))
        if known[piece.element]:
            inside.append(piece)
    return inside


def _codes(blocks: Iterable[Block]) -> Iterator[Fact]:
    """Yield the codes of the publisher that a page prints: 网站标识码 in its footer, the credit code that opens an
    索引号.
    """
    for block in blocks:
        texts = [block.text] if isinstance(block, Text) else [cell.text for row in block.rows[:12] for cell in row]
        for text in texts:
            if _SHORTEST_CODE <= len(text) < 400:
                if match := _SITE_CODE.search(text):
                    yield Fact("site_code", match[1], "printed 网站标识码")
                if match := _CREDIT_CODE.search(text):
                    yield Fact("credit_code", match[1], "printed 索引号")


def _lines_before(pieces: Sequence[_Piece]) -> Iterator[Fact]:
    """Yield the printed lines above the article: the title, the line of its source and date, the label table."""
    for piece in pieces[-80:]:
        if isinstance(piece.block, Grid):
            for row in piece.block.rows:
                texts = [cell.text for cell in row if cell.text]
                if not piece.block.spans:
                    yield from (Fact("line", text, "line above the article") for text in texts)
                    continue
                for label, value in pairwise(texts):
                    if len(label) <= 10 and len(value) <= 80:
                        yield Fact("line", f"{label.rstrip('：: ')}：{value}", "label table")
        elif len(piece.block.text) <= 200 and not piece.linked:
            for line in piece.block.text.split("\n"):
                yield Fact("line", line, "line above the article")


def _bylines(pieces: Sequence[_Piece]) -> Iterator[Fact]:
    """Yield the lines of source and date that an article holds above its first section: chrome, and no more printed."""
    for piece in takewhile(lambda piece: not piece.is_mark, pieces):
        if isinstance(piece.block, Text):
            for line in piece.block.text.split("\n"):
                if is_chrome(line) and is_byline(line):
                    yield Fact("line", line, "line above the article")


def _is_content_picture(image: Element) -> bool:
    size = [int(match[0]) for name in ("width", "height") if (match := re.match(r"\d+", image.get(name) or ""))]
    return all(value >= 200 for value in size) and not re.search(
        r"logo|icon|qr|erwei|wx|share|print|banner|btn", image.get("src") or "", re.I
    )


def _judged(pieces: Sequence[_Piece], article: Element, *, cut: bool) -> tuple[Block, ...]:
    """Return the blocks of the article that trafilatura takes for content, tables and headings in their places."""
    texts = [at for at, piece in enumerate(pieces) if isinstance(piece.block, Text)]
    if cut:
        _cut_tables(article, {piece.element for piece in pieces if isinstance(piece.block, Grid)})
    kept: set[int] = set()
    if not cut or not _is_writing(article) or any(piece.linked for piece in pieces):
        kept_text = _content(article)
        kept = {at for at in texts if squeeze(_text_of(pieces[at])) in kept_text}
    if not kept:
        kept = set(texts)
    first, last = min(kept, default=0), max(kept, default=-1)
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


def _text_of(piece: _Piece) -> str:
    return piece.block.text if isinstance(piece.block, Text) else ""


def _is_sentence(text: str) -> bool:
    return len(text) >= 12 and ("。" in text or "，" in text)


def _is_ending(text: str) -> bool:
    """Tell whether a text behind the content may still be the report's: its signature, its date, a short last word
    (无。).
    """
    return len(text) <= 40 and not is_chrome(text) and (bool(re.search(r"\d{4}\s*年|政府|局|委|办|无", text)))


def _cut_tables(article: Element, read: Set[Element]) -> None:
    """Take the tables out of an article, those that were read and all others of data: they cost trafilatura most."""
    for table in list(article.iter("table")):
        if table in read or not _is_layout(table):
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
        and not _is_hidden(element)
        for element in article.iterdescendants()
    )


def _content(article: Element) -> str:
    """Return what trafilatura takes for content, without blanks."""
    import trafilatura  # here, since its import takes longer than many documents, and most need no judge

    parser, options = _trafilatura()
    page = parser.makeelement("html")
    body = etree.SubElement(page, "body")
    body.append(article)
    return squeeze(
        re.sub(
            r"^\s*[-|]\s*",
            "",
            trafilatura.extract(page, options=options) or "",
            flags=re.M,
        )
    )


@lru_cache(maxsize=1)
def _trafilatura() -> tuple[etree.HTMLParser, Any]:
    """Return the parser that makes elements as trafilatura wants them, and its options (class Extractor)."""
    from trafilatura.settings import Extractor

    parser = etree.HTMLParser()
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=lxml.html.HtmlElement))
    return parser, Extractor(fast=True, recall=True, tables=True, comments=False, dedup=False)
