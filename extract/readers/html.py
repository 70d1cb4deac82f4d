"""HTML → Document: one parse gives title, texts, grids and the page's own statements about itself.

Tables come from the DOM with their spans, never from trafilatura, which loses blank cells' columns. trafilatura
judges the prose: it sees the article without its tables, and what it drops at the edges of the article is dropped
here; an article in which nothing but text stands needs no judge. The article is the smallest element that holds the
report's headings and tables, so no selector of any portal family is needed (portals.md §3.2: score by the genre's
markers).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import takewhile

from lxml import etree

from extract.decode import decode
from extract.document import Cell, Document, Fact, Grid, Text
from extract.errors import UnreadableDocument
from extract.names import is_organ
from extract.published import closing_date
from extract.readers.article import Piece, common_ancestor, is_content_picture, is_paragraph, judged, within
from extract.readers.html_cut import CutMenu, CutTable, cut_menus, cut_tables, put_back
from extract.readers.html_facts import bylines, codes, lines_before, stated
from extract.readers.html_tables import flat_row, grid_of, hidden_by, is_form, is_hidden, is_layout, labels_of
from extract.readers.html_text import (
    BLOCK,
    BREAK,
    FORM_MARK,
    KINDS,
    LINE_END,
    MAX_DEPTH,
    PRINTED,
    SKIP,
    TABLE,
    Element,
    collapse,
    is_section,
    preformatted_text,
    printed,
    squeeze,
    text_of,
)
from extract.readers.styles import apply_style_sheets
from extract.readers.wrapped import (
    article_in_json,
    is_article,
    is_embedded,
    read_embedded,
    stated_in_scripts,
    written_in,
)
from extract.sections import is_heading

_OF_TABLES = frozenset(["tr", "td", "th"])
_WORDS_THAT_HIDE = ("none", "hidden", "absolute")
_LEAST_REPORT = 1000  # characters
_LONGEST_ROW, _LEAST_ROWS = 40, 3  # characters and number of lines that print rows of the form, or their labels
_LINES_BEHIND = 12  # an article, where some pages print the line of its source
_LONGEST_SIGNATURE = 3
_WIDEST_ROW = 20  # cells of the form, with all that the page parts
_MAX_CHARACTERS = 30_000_000
_FRAMES_IN_FRAMES = 4  # times a page's characters that its frames, and those in them, may hold
_OF_EACH_TABLE = ("规范性文件", "结转下年度", "结果维持")
_NOWHERE = ("#", "javascript:")
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ENDS_OF_PAGE = re.compile(r"</(?i:body|html)\s*>")
_BEGINS_WITH_TEXT = re.compile(r"[\ufeff\s\0]*[^<\s\0]")
_OF_PAGE = re.compile(r"<(?:!doctype|html|head|body|meta|title)\b", re.I)
# A page each, as MinerU has it.
_WRAPPED_TABLE = re.compile(r"<html><body>(?=<table)|(?<=</table>)</body></html>", re.I)
_OF_PROSE = re.compile(r"<(?:p|div|h[1-6]|section|article|blockquote)\b", re.I)
_BREAK = re.compile(r"<br\b", re.I)
_BLOCK_TAG = re.compile(r"<(/?)(?:table|ul|ol|dl|p|div|h[1-6]|blockquote|section|article|pre)\b[^<>]*>", re.I)
_MIN_HTML_MARK = re.compile(
    rb"<\s*(?:!doctype|html|head|body|table|div|p|meta|title|span|h[1-6]|article|frameset|script|style|td|tr|ul)\b",
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
    article, facts = article_in_json(text)
    return _page(article or _with_lines(text), url=url).document(facts, tuple(notes))


def _page(text: str, *, url: str) -> _Page:
    """Return a page that is read: without its plain tables and menus in the tree where these tables hold all of the form
    and the menus stand beside the article, or else whole.
    """
    rest, tables = cut_tables(text)
    if tables and len(text) <= _MAX_CHARACTERS:
        rest, menus = cut_menus(rest)
        root = parse(rest, url=url)
        if (cut := put_back(root, tables, menus)) is not None and not apply_style_sheets(root):
            page = _Page(root, cut)
            if page.has_form() and not (page.prints_form_in_lines() or page.lacks_menus() or page.may_picture_form()):
                return page
    root = parse(text, url=url)
    apply_style_sheets(root)
    page = _Page(root, {})
    page.look_further()
    return page


def _with_lines(text: str) -> str:
    """Return a text in which a converter left some elements (Markdown with tables in HTML) as a page that keeps the lines
    between them; a page as it is.
    """
    if _BEGINS_WITH_TEXT.match(text):
        text = _WRAPPED_TABLE.sub("", text)
    elif _OF_PROSE.search(text):
        return text
    if _OF_PAGE.search(text):
        return text
    parts: list[str] = []
    at = depth = 0
    for tag in _BLOCK_TAG.finditer(text):
        if depth == 0:
            parts.append(text[at : tag.start()])
            at = tag.start()
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth == 0:
            parts.append(text[at : tag.end()])
            at = tag.end()
    if not parts:
        return text
    parts.append(text[at:])
    between = parts[::2]
    if depth or any(_BREAK.search(part) for part in between):
        return text
    parts[::2] = [f"<pre>{part}</pre>" for part in between]
    return "".join(parts)


def parse(text: str, *, url: str = "") -> Element:
    """Return the tree of a page, with the pages that its frames hold in themselves (`srcdoc`) in their places. Raises
    UnreadableDocument where there is none.
    """
    root = _tree(text, url=url)
    frames = list(root.iter("iframe")) if "srcdoc" in text else []
    room = _FRAMES_IN_FRAMES * len(text)
    for frame in frames:
        held = (frame.get("srcdoc") or "").strip()
        room -= len(held)
        if held and room > 0:
            inner = _tree(held, url=url)
            frames += inner.iter("iframe")
            frame.tag = "div"
            frame.extend([*inner.iter("style"), *inner.findall("body")])
    return root


def _tree(text: str, *, url: str) -> Element:
    if len(text) > _MAX_CHARACTERS:
        raise UnreadableDocument(
            "too_large", f"{url or 'the page'} has {len(text)} characters; at most {_MAX_CHARACTERS} are read"
        )
    if "\0" in text:  # one is looked for in a tenth of the time of all
        text = text.replace("\0", "")
    # pasted articles have some; the parser drops what stands behind, browsers show it
    text = _ENDS_OF_PAGE.sub("", text)
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


class _Page:
    """One parsed page on its way to a Document."""

    def __init__(self, root: Element, cut: Mapping[Element, CutTable | CutMenu]) -> None:
        """Read a page. `cut` are the tables and menus that are not in its tree."""
        self.root = root
        body = root.find("body")
        self.body = root if body is None else body
        self.notes: list[str] = []
        self._cut = cut
        self._read()

    def has_form(self) -> bool:
        """Tell whether a table of the form was found."""
        return any(piece.is_mark and isinstance(piece.block, Grid) for piece in self.pieces)

    def prints_form_in_lines(self) -> bool:
        """Tell whether lines print rows of the form: the form itself, or a table of it, beside those in `<table>`s."""
        if not self.has_form():
            return FORM_MARK.search(text_of(self.body)[:400_000]) is not None
        texts = (piece.block.text for piece in self.pieces if isinstance(piece.block, Text))
        short = [text for text in texts if len(text) <= _LONGEST_ROW]
        if not FORM_MARK.search("\n".join(short)):
            return False
        return sum(FORM_MARK.search(text) is not None for text in short) >= _LEAST_ROWS

    def lacks_menus(self) -> bool:
        """Tell whether menus were cut out of the article."""
        return any(isinstance(piece.block, Text) and piece.element in self._cut for piece in self._article[1])

    def look_further(self) -> None:
        """Look for the form where a page may have it that has no table of it: in scripts, other elements, pictures."""
        if not any(piece.is_mark for piece in self.pieces) and self._unpack_scripts():
            self._read()
        if self.prints_form_in_lines():
            # the form, or a table of it, without a <table>: rows of <div>s, whose blank cells only the elements show
            self._read(flat_rows=True)
        if self.may_picture_form():
            self._read(flat_rows=self._flat_rows, pictures=True)

    def may_picture_form(self) -> bool:
        """Tell whether the page carries pictures, and a table of the form is not among those that were found."""
        if not any(map(is_embedded, self.body.iter("img"))):
            return False
        printed = squeeze("".join(text for piece in self.pieces for text in labels_of(piece.block)))
        return any(row not in printed for row in _OF_EACH_TABLE)

    # ---- from elements to pieces
    def _read(self, *, flat_rows: bool = False, pictures: bool = False) -> None:
        self.pieces: list[Piece] = []
        self._tables = {table: number for number, table in enumerate(self.root.iter("table"))}
        self._flat_rows, self._pictures = flat_rows, pictures
        # the line that is being read: its texts, and how many letters of them there are in all and in links
        self._texts: list[str] = []
        self._letters = self._linked = 0
        self._walk(self.body, 0)
        self._flush(self.body, 0)
        if hidden := self._hidden_prints():
            self.pieces = [piece for piece in self.pieces if piece not in hidden]

    def _hidden_prints(self) -> list[Piece]:
        """Return the tables of the form that the page hides while it shows the same tables: what they state is of no
        use to readers, and may be out of date. A pane that holds a whole report is none such.
        """
        forms = [piece for piece in self.pieces if piece.is_mark and isinstance(piece.block, Grid)]
        unseen = {id(piece): hider for piece in forms if (hider := hidden_by(piece.element)) is not None}
        if not unseen or len(unseen) == len(forms):
            return []
        shown = [labels_of(piece.block) for piece in forms if id(piece) not in unseen]
        headed = [piece.element for piece in self.pieces if piece.is_mark and isinstance(piece.block, Text)]
        return [
            piece
            for piece in forms
            if (hider := unseen.get(id(piece))) is not None
            and any(len(labels & labels_of(piece.block)) * 2 > len(labels) for labels in shown)
            and not any(hider in element.iterancestors() for element in headed)
        ]

    def _walk(self, element: Element, depth: int, linked: bool = False) -> None:
        if depth > MAX_DEPTH:
            raise UnreadableDocument("too_deep", f"elements nested deeper than {MAX_DEPTH}")
        text = element.text
        if text:
            self._say(text, linked)
        for child in element:
            tag = child.tag
            kind = KINDS.get(tag)
            if kind != SKIP and _is_unseen(child):
                child.text = None  # so that who judges the prose sees the same
                del child[:]
            if kind is None:
                if tag == "img" and self._pictures and is_embedded(child):
                    self._picture(child, element)
                self._walk(child, depth + 1, linked or (tag == "a" and not _stays(child)))
            elif kind == BLOCK:
                self._flush(element, 0)
                if tag == "li" and isinstance(menu := self._cut.get(child), CutMenu):
                    self.pieces += [Piece(entry, child, False, True) for entry in menu.entries]
                elif self._flat_rows and (row := flat_row(child)):
                    self._flat_row(row, element)
                else:
                    self._walk(child, depth + 1, linked)
                    self._flush(child, _HEADINGS.get(tag, 0))
            elif kind == TABLE:
                self._flush(element, 0)
                self._table(child, depth)
            elif kind == BREAK:
                self._texts.append(LINE_END)
            elif tag == "button" and is_heading(text_of(child)):  # it unfolds its section
                self._flush(element, 0)
                self._walk(child, depth + 1, linked)
                self._flush(child, 0)
            elif kind == PRINTED:
                self._flush(element, 0)
                self._preformatted(child)
            text = child.tail
            if text:
                self._say(text, linked)

    def _flat_row(self, row: tuple[Cell, ...], table: Element) -> None:
        """Add a row of like elements to the rows of its table before it; where all have as many cells, these are columns."""
        rows: tuple[tuple[Cell, ...], ...] = ()
        if self.pieces and self.pieces[-1].element is table and isinstance(last := self.pieces[-1].block, Grid):
            rows = last.rows
            self.pieces.pop()
        rows = (*rows, row) if len(row) <= _WIDEST_ROW else (*rows, *((cell,) for cell in row))  # of a grid of its own
        grid = Grid(rows, spans=len({len(one) for one in rows}) == 1 < len(row))
        self.pieces.append(Piece(grid, table, is_form(grid)))

    def _picture(self, image: Element, holder: Element) -> None:
        """Read a picture that the page carries in itself: tables may be pasted as such."""
        self._flush(holder, 0)
        blocks, note = read_embedded(image)
        self.notes += [note] if note else []
        for block in blocks:
            is_mark = is_form(block) if isinstance(block, Grid) else is_section(block.text)
            self.pieces.append(Piece(block, image, is_mark))

    def _unpack_scripts(self) -> bool:
        """Put the article into the page that a script carries as a string or a template (gkmlpt:
        `_CONFIG.DETAIL.content`, portals.md §2.3).
        """
        for element in list(self.root.iter("script", "template", "textarea", "input")):
            for html in written_in(element):
                if is_article(html):
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
        if text := printed(self._texts):
            linked = self._linked > 0 and self._linked * 10 >= self._letters * 9
            self.pieces.append(Piece(Text(text, level), element, is_section(text), linked))
        self._texts, self._letters, self._linked = [], 0, 0

    def _table(self, table: Element, depth: int) -> None:
        if is_layout(table):
            self._walk(table, depth + 1)
            self._flush(table, 0)
            return
        cut, number = self._cut.get(table), self._tables[table]
        grid = cut.grid(number) if isinstance(cut, CutTable) else grid_of(table, number)
        if grid.rows:
            self.pieces.append(Piece(grid, table, is_form(grid)))
        for caption in table.iter("caption"):
            text = collapse(text_of(caption))
            self.pieces.insert(len(self.pieces) - 1, Piece(Text(text), caption, is_section(text)))

    def _preformatted(self, element: Element) -> None:
        """Read a text that keeps its own lines and columns as a plain text is read."""
        if any(KINDS.get(child.tag) in (TABLE, BLOCK) for child in element.iterdescendants()):
            self._walk(element, 0)
            self._flush(element, 0)
            return
        from extract.readers.plain import blocks_of  # here, with all that reads texts: few pages have such an article

        for block in blocks_of(preformatted_text(element).split("\n")):
            if isinstance(block, Grid):
                self.pieces.append(Piece(block, element, is_form(block)))
            elif block.text.strip():
                self.pieces.append(Piece(block, element, is_section(block.text)))

    # ---- from pieces to a document
    @cached_property
    def _article(self) -> tuple[Element, list[Piece]]:
        """The element that holds all marks, and the pieces in it."""
        marks = [piece.element for piece in self.pieces if piece.is_mark]
        article = common_ancestor(marks)
        inside = within(self.pieces, article)
        if not any(is_paragraph(piece) for piece in inside):  # the tables stand apart from the prose
            article = common_ancestor([*marks, *(one.element for one in self.pieces if is_paragraph(one))])
            inside = within(self.pieces, article)
        return article, inside

    def document(self, facts: Sequence[Fact], notes: tuple[str, ...]) -> Document:
        marked = any(piece.is_mark for piece in self.pieces)
        facts = [*facts, *stated(self.root)]
        if not any(fact.field == "published" for fact in facts):
            facts.extend(stated_in_scripts(self.root))
        if marked:
            article, inside = self._article
            first = self.pieces.index(inside[0])
            # What stands above the first section may have a box of its own.
            introduction = list(takewhile(is_paragraph, reversed(self.pieces[:first])))
            first -= len(introduction)
            after = self.pieces[self.pieces.index(inside[-1]) + 1 :]
            inside = [*reversed(introduction), *inside, *_signature(after[:_LONGEST_SIGNATURE])]
            facts.extend(lines_before(self.pieces[:first]))
            facts.extend(Fact("line", line, "line above the article") for line in bylines(inside))
            behind = self.pieces[self.pieces.index(inside[-1]) + 1 :][:_LINES_BEHIND]
            foot = [*bylines(reversed([*inside, *behind]))]
            facts.extend(Fact("line_below", line, "line below the article") for line in reversed(foot))
        else:
            article, inside = self.body, self.pieces
        facts.extend(codes(piece.block for piece in self.pieces))
        pictures = (
            sum(1 for image in article.iter("img") if is_content_picture(image)) if marked or len(inside) < 40 else 0
        )
        if pictures and not any(isinstance(piece.block, Grid) and piece.is_mark for piece in inside):
            notes = (*notes, f"{pictures} pictures in the article")
        blocks = judged(inside, article, cut=marked)
        return Document("text/html", blocks, tuple(facts), (*notes, *self.notes))


def _stays(link: Element) -> bool:
    """Tell whether a link leads nowhere: a mark to be led to, or a heading that unfolds its section."""
    address = link.get("href")
    return address is None or (address.strip().lower().startswith(_NOWHERE) and is_heading(text_of(link)))


def _signature(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """Return those of the pieces behind an article with which a report is signed there: a name and its date."""
    texts = [piece.block.text if isinstance(piece.block, Text) and not piece.linked else "" for piece in pieces]
    dated = next((at for at, text in enumerate(texts) if closing_date(text)), -1)
    return pieces[: dated + 1] if all(is_organ(squeeze(text)) for text in texts[:dated]) else ()


def _is_unseen(element: Element) -> bool:
    """Tell whether an element is hidden with all its words: notices, drafts, copies of the page's. What may be a report, or
    a piece of one, a script turns to the front.
    """
    style = element.get("style")
    may_hide = element.get("hidden") is not None or (style and any(word in style for word in _WORDS_THAT_HIDE))
    if not may_hide or element.tag in _OF_TABLES or not is_hidden(element):
        return False
    text = text_of(element)
    of_report = (
        len(text) >= _LEAST_REPORT or FORM_MARK.search(text) or any(map(is_section, map(str, element.itertext())))
    )
    return not of_report and next(element.iter("table"), None) is None
