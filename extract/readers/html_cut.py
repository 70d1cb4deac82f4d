"""Plain tables and menus, read from their markup before the page is parsed.

Most elements of a report's page stand in the cells of its tables, and they say little: `<td …><p …><span …>0</span></p>
</td>`, hundreds of times and in one report as in the other. So a table that holds nothing but rows, cells and written
text is cut out of the text of its page, which saves the parser most of its work, and what was met in one cell is known
in the others. What a cell shows depends on its own markup alone; all that would reach beyond it or hide something
(tables in cells, comments, scripts, styles, cells without an end) leaves its table in the page, for `html_tables`.
Of what is left most is menus, `<li><a href="…">…</a></li>` again and again; they are cut out in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from itertools import zip_longest
from typing import NamedTuple

from extract.document import UNKNOWN, Cell, Grid, Text
from extract.readers.html_facts import HEADED, is_titled
from extract.readers.html_tables import is_bare, spans_of
from extract.readers.html_text import BLOCKS, LINE_END, Element, collapse, is_section, printed
from extract.sections import is_heading

_TABLE, _END = "<table", "</table>"
_MARK = "data-cut"  # of the empty table that stands in the place of one that was cut out
_PLAIN = "p|span|strong|b|em|i|u|font|br|div|center|o:p|big|label|nobr"  # tags in cells
# without the \0 that the parser is not given
_ATTRIBUTES = r"""(?:\s+[\w:.-]+(?:\s*=\s*(?:"[^"<>\0]*"|'[^'<>\0]*'|[^\s"'<>=`\0]+))?)*+\s*+"""
_ATTRIBUTE = re.compile(r"""([\w:.-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+)))?""")
_TAG = re.compile(rf"</({_PLAIN})\s*>|<({_PLAIN}|tr|td)({_ATTRIBUTES})/?>")
_TAGS = re.compile(r"(<[^<>]*>)")
_BEGINNING = re.compile(
    rf"<table({_ATTRIBUTES})>\s*(?:<colgroup{_ATTRIBUTES}>\s*)?(?:<col{_ATTRIBUTES}/?>\s*)*(?:</colgroup>\s*)?"
    rf"(?:<t(?:body|head){_ATTRIBUTES}>\s*)?(<tr[^<>]*>)\s*"
)
_BEHIND = re.compile(
    r"\s*(?:</tr>\s*(?:</thead>\s*<tbody>\s*)?(?P<row><tr[^<>]*>)\s*|</tr>\s*(?:</t(?:body|head)>\s*)?(?P<table></table>))?"
)
_CELL_TAG = re.compile(r"<(/?t[dh])[\s>]")
_HEAD_CELL = re.compile(r"(</?)th\b")
_CLEAN = re.compile(rf"[^<&{UNKNOWN}\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]*")
_ENTRY = re.compile(rf"{_ATTRIBUTES}>\s*<a(?=\s[^<>]*href=){_ATTRIBUTES}>([^<]*+)</a>\s*</li>\s*(.*)", re.DOTALL)
_OPTIONS = re.compile(r"""</option>(?:\s*+<option(?: value="[^"<>]*+")?>[^<]*+</option>)+""")  # of which none is chosen
_LEAST_ENTRIES, _LONGEST_ENTRY = 3, 500
_LEAST_CELLS = 2  # a table of one lays out its page
_LONGEST_CELL, _LONGEST_MARKUP = 300, 4000  # characters


class _Tag(NamedTuple):
    """A tag that hides nothing; `sized` tells that it gives text a size of its own."""

    name: str
    is_end: bool
    colspan: int = 1
    rowspan: int = 1
    sized: bool = False


class _Frame(NamedTuple):
    """The tags in a cell, whether each has its end, and whether one gives text a size of its own."""

    tags: Sequence[_Tag]
    is_balanced: bool
    sized: bool


class _Content(NamedTuple):
    """What a cell shows, and whether it is the last of a "row", of the "table" or of neither ("")."""

    text: str
    sized: bool
    ends: str


_cell = partial(tuple.__new__, Cell)  # as `Cell(…)` of a tuple, in a third of the time


class CutTable(NamedTuple):
    """A table that was cut out: its attributes, by rows what each of its cells shows with its spans, and whether anything
    in it gives text a size of its own.
    """

    attributes: str
    rows: Sequence[Sequence[tuple[str, int, int]]]
    sized: bool

    def grid(self, number: int) -> Grid:
        """Return the table as `html_tables.grid_of` does."""
        places = (_places(number, at, len(row)) for at, row in enumerate(self.rows))
        rows = zip(self.rows, places, strict=True)
        return Grid(tuple([tuple([_cell((*cell, place)) for cell, place in zip(*row, strict=True)]) for row in rows]))


class CutMenu(NamedTuple):
    """Entries of a menu that were cut out, one behind the other: what their links say."""

    entries: Sequence[Text]


class _Entry(NamedTuple):
    """What the link in an entry of a menu says, and the markup behind the entry."""

    text: Text
    behind: str


@lru_cache(maxsize=1 << 12)
def _places(table: int, row: int, cells: int) -> tuple[str, ...]:
    return tuple([f"t{table}r{row}c{at}" for at in range(cells)])


def cut_tables(text: str) -> tuple[str, list[CutTable]]:
    """Return the text of a page without its plain tables, and these; in the place of each stands an empty one."""
    kept: list[str] = []
    tables: list[CutTable] = []
    behind = 0
    for start, end in _innermost(text):
        markup = text[start:end]
        if table := _table(markup) or (_has_heads(markup) and _table(_HEAD_CELL.sub(r"\1td", markup))):
            # `is_hidden` asks whether a table has text of a size of its own, `is_layout` for its cells
            size = ' style="font-size:1em"' if table.sized else ""
            empty = f'<table {_MARK}="{len(tables)}"{table.attributes}><tr><td{size}></td><td></td></tr></table>'
            kept += (text[behind:start], empty)
            tables.append(table)
            behind = end
    return "".join([*kept, text[behind:]]), tables


def _has_heads(markup: str) -> bool:
    """Tell whether a table has `<th>`, and every cell ends as it begins."""
    tags = _CELL_TAG.findall(markup) if "</th>" in markup else ()
    begun, ended = tags[::2], tags[1::2]
    return bool(tags) and ended == [f"/{tag}" for tag in begun]


def cut_menus(text: str) -> tuple[str, list[CutMenu]]:
    """Return the text of a page without entries of menus that hold nothing but a link, and what these say, run by run; in
    the place of each run stands an empty entry. Of lists to choose from stay the first entry and what is chosen.
    """
    beginning, *parts = _OPTIONS.sub("</option>", text).split("<li")
    kept = [beginning]
    menus: list[CutMenu] = []
    run: list[str] = []
    entries: list[_Entry] = []  # that the run begins with: all, or all but the last
    for part in parts:
        run.append(part)
        if entry := _entry(part) if len(part) <= _LONGEST_ENTRY else None:
            entries.append(entry)
            if not entry.behind:
                continue
        if len(entries) >= _LEAST_ENTRIES:
            kept.append(f' {_MARK}="{len(menus)}"></li>{entries[-1].behind}')
            menus.append(CutMenu([one.text for one in entries]))
            run = run[len(entries) :]
        kept += run
        run, entries = [], []
    return "<li".join([*kept, *run]), menus


@lru_cache(maxsize=1 << 13)
def _entry(markup: str) -> _Entry | None:
    """Return the entry of a menu of which all is given behind `<li`; None where it is more than a link."""
    match = _ENTRY.fullmatch(markup)
    text = collapse(_clean(match[1]) or "") if match else ""
    return _Entry(Text(text), match[2]) if match and text and not is_heading(text) and not is_section(text) else None


def put_back(
    root: Element, tables: Sequence[CutTable], menus: Sequence[CutMenu]
) -> dict[Element, CutTable | CutMenu] | None:
    """Return by the empty tables and entries of a page what was cut out there; None where one of them is none, but stands
    in a comment or a script, or stands in an element that is taken for a title if its text is short.
    """
    places = {tag: [one for one in root.iter(tag) if one.get(_MARK) is not None] for tag in ("table", "li")}
    for found, cut in zip(places.values(), (tables, menus), strict=True):
        if [one.get(_MARK) for one in found] != list(map(str, range(len(cut)))):
            return None
    above = {above for found in places.values() for place in found for above in place.iterancestors()}
    if any(one.tag in HEADED or is_titled(one) for one in above):
        return None
    return {**dict(zip(places["table"], tables, strict=True)), **dict(zip(places["li"], menus, strict=True))}


def _innermost(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the tables that hold no other begin and end."""
    behind, end = 0, text.find(_END)
    while end >= 0:
        start, end = text.rfind(_TABLE, behind, end), end + len(_END)
        if start >= 0:
            yield start, end
        behind, end = end, text.find(_END, end)


def _table(markup: str) -> CutTable | None:
    """Return the table of a markup; None where it is not plain."""
    beginning, *rest = markup.split("<td")
    match = _BEGINNING.fullmatch(beginning)
    if match is None or len(rest) < _LEAST_CELLS or _tag(match[2]) is None:
        return None
    row: list[tuple[str, int, int]] = []
    rows = [row]
    sized = False
    ends = ""
    for part in rest:
        attributes, _, inner = part.partition(">")
        if (tag := _cell_tag(attributes)) is None or (content := _content(inner)) is None:
            return None
        _, _, colspan, rowspan, is_sized = tag
        text, holds_sized, ends = content
        row.append((text, colspan, rowspan))
        if is_sized or holds_sized:
            sized = True
        if ends == "row":
            rows.append(row := [])
    return CutTable(match[1], rows, sized) if ends == "table" else None


@lru_cache(maxsize=1 << 12)
def _cell_tag(attributes: str) -> _Tag | None:
    return _tag(f"<td{attributes}>")


@lru_cache(maxsize=1 << 13)
def _content(markup: str) -> _Content | None:
    """Return what a cell shows of which all is given behind its tag; None where that is not plain."""
    inner, closed, rest = markup.partition("</td>")
    ends = _ends(rest) if closed and len(inner) <= _LONGEST_MARKUP else None
    pieces = _TAGS.split(inner)
    frame, texts = _frame(tuple(pieces[1::2])), pieces[::2]
    if ends is None or frame is None or _clean("".join(texts)) is None:
        return None
    if "&" in inner:
        texts = [_clean(text) or "" for text in texts]
    inked = [text for text in texts if text and not text.isspace()]
    if len(inked) > 1 and not frame.is_balanced:
        return None
    shown = _printed(texts, frame.tags) if len(inked) > 1 else collapse("".join(inked))
    return _Content(shown, frame.sized, ends)


@lru_cache(maxsize=1 << 8)
def _ends(markup: str) -> str | None:
    """Return what ends behind a cell: "row", "table" or "" for neither; None where more stands there."""
    match = _BEHIND.fullmatch(markup)
    if match is None or (match["row"] and _tag(match["row"]) is None):
        return None
    return match.lastgroup or ""


def _printed(texts: Sequence[str], tags: Sequence[_Tag]) -> str:
    """Return texts as printed with tags between them."""
    parts: list[str] = []
    for text, tag in zip_longest(texts, tags):
        parts.append(" " if text.isspace() else text)
        if tag is not None and (tag.name == "br" or tag.name in BLOCKS):
            parts.append(LINE_END)
    return printed(parts)


def _are_balanced(tags: Sequence[_Tag]) -> bool:
    """Tell whether each tag has its end, in order."""
    opened: list[str] = []
    for tag in tags:
        if not tag.is_end:
            if tag.name != "br":
                opened.append(tag.name)
        elif not opened or opened.pop() != tag.name:
            return False
    return not opened


def _clean(text: str) -> str | None:
    """Return a text as it is printed; None where the parser might see more in it."""
    if "&" in text:
        text = text.replace("&nbsp;", "\u00a0")
    return text if len(text) <= _LONGEST_CELL and (text.isalnum() or _CLEAN.fullmatch(text)) else None


@lru_cache(maxsize=1 << 10)  # a table has few: its cells differ in their text
def _frame(markups: tuple[str, ...]) -> _Frame | None:
    """Return the tags in a cell; None where one is not plain."""
    tags = [tag for markup in markups if (tag := _tag(markup)) and tag.name not in ("tr", "td")]
    if len(tags) < len(markups):
        return None
    return _Frame(tags, _are_balanced(tags), any(tag.sized for tag in tags))


@lru_cache(maxsize=1 << 13)
def _tag(markup: str) -> _Tag | None:
    """Return a tag of plain tables that hides nothing; None for any other."""
    if (match := _TAG.fullmatch(markup)) is None:
        return None
    end, name, stated = match.groups()
    if end:
        return _Tag(end, is_end=True)
    attributes: dict[str, str] = {}
    for key, *values in _ATTRIBUTE.findall(stated):
        attributes.setdefault(key.lower(), "".join(values).replace("&quot;", '"'))
    style = attributes.get("style", "")
    if "&" in style or not is_bare(attributes) or is_titled(attributes):
        return None
    return _Tag(name, False, *spans_of(attributes), "font-size" in style.lower())
