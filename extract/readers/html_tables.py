"""The tables of a page: cells with their spans and what they show; rows made of other elements; tables that lay out a
page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice

from lxml import etree

from extract.cells import FOOTNOTE, read_cell
from extract.document import UNKNOWN, Block, Cell, Grid
from extract.form import label_key
from extract.labels import is_furniture
from extract.readers.html_text import (
    BLOCK,
    BLOCKS,
    BREAK,
    KINDS,
    LINE_END,
    MAX_DEPTH,
    SKIP,
    SKIPPED,
    Element,
    collapse,
    is_of_form,
    printed,
    squeeze,
    text_of,
)
from extract.readers.styles import (
    has_ground,
    hides,
    is_closed,
    is_moved,
    is_pale,
    is_plain,
    is_raised,
    is_shifted,
    is_veiled,
    takes_no_place,
)

_FIELDS = frozenset(["input", "textarea", "select", "button"])
_FILLED_IN = frozenset(["text", "number", "tel"])  # types of an input that show their value
_CELLS = frozenset(["td", "th"])
_SECTIONS: dict[object, int] = {"thead": -1, "tfoot": 1}
_DRAWN = frozenset(["img", "svg", "canvas", "object", "embed", "iframe", "video", "math"])
_APART = re.compile(r"display|width|float|padding|margin|border|flex|grid|position", re.I)
_LEAST_FIGURES = 3  # of a row, in pieces of a line
_LONGEST_OF_FORM = 300  # characters in a cell
_WORDS_DRAWN = ("text", "tspan", "mn", "mi", "mtext")  # of svg, math
_WITHIN_CELLS = frozenset(["p", "br", "span", "font", "strong", "b", "a", "o:p"])
_UNSEEN = frozenset(["s", "del", "strike", "rp", "rt", "progress", "meter", "noframes", "noembed"])
_FOLDED = frozenset(["details", "dialog"])
_RAISED = frozenset(["sup", "sub"])
_NO_ELEMENTS = (etree.Comment, etree.ProcessingInstruction, etree.Entity)
_ODD = SKIPPED | _UNSEEN | _FOLDED | _RAISED | {"small", "a", "bdo", "br", "img", "table", *_NO_ELEMENTS}


def grid_of(table: Element, number: int) -> Grid:
    """Return a table, the `number`th of its page; what takes no place is left out. Pictures in its cells may be figures in
    the form only.
    """
    rows = sorted(enumerate(table.iter("tr")), key=_section)
    grid = Grid(tuple(tuple(_cells_of(row, f"t{number}r{at}c")) for at, row in rows if not _is_left_out(row)))
    if labels_of(grid) or not any(UNKNOWN in cell.text for row in grid.rows for cell in row):
        return grid
    return Grid(tuple(tuple(cell._replace(text=_told(cell.text)) for cell in row) for row in grid.rows))


def _section(row: tuple[int, Element]) -> int:
    """Return where a browser prints a row: those of `<thead>` first, those of `<tfoot>` last, wherever they stand."""
    parent = row[1].getparent()
    return _SECTIONS.get(parent.tag, 0) if parent is not None else 0


def _told(text: str) -> str:
    return text.replace(UNKNOWN, "").strip()


def _cells_of(row: Element, place: str) -> Iterator[Cell]:
    cells = [cell for cell in row if cell.tag in _CELLS]
    unseen = is_hidden(row)
    for column, cell in enumerate(cells):
        if _is_left_out(cell):
            continue
        text = "" if unseen or is_hidden(cell) else _text_of_cell(cell)
        yield Cell(text, *spans_of(cell), f"{place}{column}")


def spans_of(cell: Element | Mapping[str, str]) -> tuple[int, int]:
    """Return how many columns and rows a cell spans."""
    colspan, rowspan = cell.get("colspan"), cell.get("rowspan")
    return 1 if colspan is None else _span(colspan), 1 if rowspan is None else _span(rowspan)


def _text_of_cell(cell: Element) -> str:
    """Return what a cell shows: no struck or hidden text, no footnote mark; of a form field what is filled in; UNKNOWN
    for a picture beside which stands nothing, or a figure.
    """
    if (text := _sole_text(cell)) is not None:
        return collapse(text)
    parts: list[str] = []
    _cell_parts(cell, parts, 0, pale=False)
    if not "".join(parts).strip(f"{LINE_END} "):  # all in white: on a dark ground
        _cell_parts(cell, parts, 0, pale=True)
        if printed(parts) and not _has_ground(cell):
            parts.append(UNKNOWN)
    whole = printed(parts)
    if UNKNOWN in whole and read_cell(told := _told(whole)).kind == "refused":
        return told  # a sign beside a label
    return whole


def _has_ground(cell: Element) -> bool:
    """Tell whether a cell, what is in it, or what it stands in says that it has a ground that is not white."""
    around = (*cell.iter(), *cell.iterancestors("tr", "table"))
    return any(has_ground(f"background:{one.get('bgcolor')};{one.get('style') or ''}") for one in around)


def _sole_text(cell: Element) -> str | None:
    """Return the one piece of text in a cell that holds no other and shows it, as most do; None for all others."""
    for element in cell.iterdescendants():
        style = element.get("style")  # as is_hidden does, without the call: a table has hundreds
        if element.tag in _ODD or (style is not None and not is_plain(style)) or element.get("hidden") is not None:
            return None
    texts = [str(text) for text in cell.itertext() if not text.isspace()]
    return "".join(texts) if len(texts) < 2 else None


def _cell_parts(element: Element, parts: list[str], depth: int, *, pale: bool) -> None:
    """Add what an element shows to `parts`; `pale`: what is as white as paper, too."""
    if element.text:
        parts.append(" " if element.text.isspace() else element.text)
    for child in element:
        tag = child.tag
        if tag in _FIELDS or tag in _DRAWN:
            parts.append("" if is_hidden(child) else _shown_by(child))
        elif KINDS.get(tag) != SKIP and depth < MAX_DEPTH and not _is_unseen(child) and (pale or not _is_pale(child)):
            broken = tag == "br" or tag in BLOCKS
            if (_is_shifted(child) and _may_be_mark(child)) or _is_veiled(child):
                parts.append(UNKNOWN)  # a mark, or a digit of the figure out of place or sight
            if broken:
                parts.append(LINE_END)
            _cell_parts(child, parts, depth + 1, pale=pale)
            if broken:
                parts.append(LINE_END)
        if child.tail:
            parts.append(" " if child.tail.isspace() else child.tail)


def _shown_by(element: Element) -> str:
    """Return what a field of a form has filled in; of a drawing the words in it, or those that stand for it, UNKNOWN where
    there are none or only old browsers show them.
    """
    if element.tag == "input":
        is_shown = (element.get("type") or "text").lower() in _FILLED_IN
        return element.get("value") or _hint(element) if is_shown else ""
    if element.tag in ("textarea", "button"):
        return text_of(element) or _hint(element)
    if element.tag == "select":
        options = list(element.iter("option"))
        chosen = [option for option in options if option.get("selected") is not None]
        return text_of((chosen or options)[0]) if options else ""
    is_dot = any((element.get(side) or "").strip().removesuffix("px") in ("0", "1") for side in ("width", "height"))
    words = [words for one in element.iter(*_WORDS_DRAWN) if (words := (one.text or "").strip())]
    if len(words) == 1 and words == [text.strip() for text in element.itertext() if text.strip()]:
        return words[0]
    return "" if is_dot else UNKNOWN  # where each of several stands is drawn, too


def _hint(field: Element) -> str:
    """Return what a field prints that nobody filled in: UNKNOWN for a figure."""
    return UNKNOWN if re.search(r"\d", field.get("placeholder") or "") else ""


def _is_unseen(element: Element) -> bool:
    """Tell whether an element of a cell prints nothing of the figure: struck, hidden, or the mark of a footnote."""
    style = element.get("style")
    if element.tag in _UNSEEN or is_hidden(element) or (style is not None and is_closed(style)):
        return True
    return _is_raised(element) and _may_be_mark(element)


def _is_raised(element: Element) -> bool:
    """Tell whether an element stands above or below the line, or leads to another place of its page."""
    style = element.get("style")
    if element.tag == "a":
        return (element.get("href") or "").startswith("#")
    return element.tag in _RAISED or (style is not None and is_raised(style))


def _is_shifted(element: Element) -> bool:
    """Tell whether a digit of the element may be none of the figure beside it: it is small, off the line, or a link."""
    style = element.get("style")
    linked = element.tag == "a" and text_of(element).strip().isdecimal()
    return linked or element.tag == "small" or (style is not None and is_shifted(style))


def _is_veiled(element: Element) -> bool:
    """Tell whether only a browser could say what an element shows, or where, of what stands beside it in its cell."""
    style = element.get("style") or ""
    if element.tag == "bdo" or (element.tag in _FOLDED and element.get("open") is None) or is_veiled(style):
        return bool(squeeze(text_of(element)))
    if not is_moved(style):
        return False
    return 0 < len(squeeze(text_of(element))) < len(squeeze(text_of(_cell_around(element))))


def _is_off_line(element: Element) -> bool:
    return _is_raised(element) or _is_shifted(element)


def _may_be_mark(element: Element) -> bool:
    """Tell whether an element off the line reads like the mark of a footnote, and anything else of its cell stands on the
    line: a figure that is raised as a whole is no mark.
    """
    if not FOOTNOTE.fullmatch(squeeze(text_of(element))):
        return False
    whole = _cell_around(element)
    off = sum(
        len(squeeze(text_of(one)))
        for one in whole.iterdescendants()
        if isinstance(one.tag, str) and _is_off_line(one) and not any(map(_is_off_line, one.iterancestors()))
    )
    return len(squeeze(text_of(whole))) > off


def _cell_around(element: Element) -> Element:
    return next(element.iterancestors(*_CELLS), next(element.iterancestors(), element))


def is_bare(element: Element | Mapping[str, str]) -> bool:
    """Tell whether nothing of an element's own attributes hides its text, moves it off the line or makes it pale."""
    style = element.get("style")
    return (style is None or is_plain(style)) and element.get("hidden") is None and not _is_pale(element)


def is_hidden(element: Element) -> bool:
    """Tell whether an element's own style or attributes hide it."""
    style = element.get("style")
    if style is not None and hides(style):
        return not ("font-size" in style.lower() and _is_enlarged(element))
    return element.get("hidden") is not None


def hidden_by(element: Element) -> Element | None:
    """Return the element that hides an element with all that it holds: the outermost one; None where it is shown."""
    hiding = None
    for one in (element, *element.iterancestors()):
        hiding = one if is_hidden(one) else hiding
    return hiding


def _is_pale(element: Element | Mapping[str, str]) -> bool:
    style, color = element.get("style"), element.get("color")
    return (style is not None and is_pale(style)) or (color is not None and is_pale(f"color:{color}"))


def _is_enlarged(element: Element) -> bool:
    """Tell whether an element of no size holds others of a size of their own, as pages do to close gaps."""
    return any("font-size" in (one.get("style") or "").lower() for one in element.iterdescendants())


def _is_left_out(element: Element) -> bool:
    """Tell whether a row or cell takes no place in its table: a browser lays it out as if it were not there."""
    style = element.get("style")
    return (style is not None and takes_no_place(style)) or element.get("hidden") is not None


@lru_cache(maxsize=1 << 10)
def _span(declared: str) -> int:
    """Return a span as browsers read it: its leading digits, at most 1000; 0 stays 0 (to the end, for rows)."""
    match = re.match(r"\s*([0-9]{1,6})", declared)
    return min(int(match[1]), 1000) if match else 1


def is_layout(table: Element) -> bool:
    """Tell whether a table lays out a page: it holds tables, or a cell of it holds an article."""
    if next(table.iterdescendants("table"), None) is not None:
        return True
    cells = list(table.iter("td", "th"))
    if len(cells) <= 1:
        return True
    return any(_paragraphs(cell) > 2 and len(text_of(cell)) > _LONGEST_OF_FORM for cell in cells)


def _paragraphs(cell: Element) -> int:
    """Return how many lines a cell may have: elements that break them."""
    return sum(1 for one in cell.iterdescendants() if KINDS.get(one.tag) in (BLOCK, BREAK))


def flat_row(element: Element) -> tuple[Cell, ...] | None:
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
    if not any(map(_is_set_apart, children)):
        return None  # one line in many pieces
    texts = ["" if is_hidden(child) else _told(_text_of_cell(child)) for child in children]
    if any(len(text) > 60 or "。" in text for text in texts) or not any(texts):
        return None
    if any(_holds_cells(child) for child in children):
        return None
    if not any(text.isdecimal() or is_furniture(label_key(text)) for text in texts if text):
        return None  # a menu, the box of labels above an article
    return tuple(Cell(text) for text in texts)


def _is_set_apart(element: Element) -> bool:
    """Tell whether an element may stand apart from those beside it: it is no piece of a line, or one with a class, a width,
    a blank behind it.
    """
    if KINDS.get(element.tag) is not None or element.get("class") or element.get("role"):
        return True
    return bool(element.tail) or _APART.search(element.get("style") or "") is not None


def _holds_cells(element: Element) -> bool:
    """Tell whether an element is a row itself: two or more like elements in it that are no paragraphs of one cell, or
    figures each in a piece of its own.
    """
    tags = [child.tag for child in element if child.get("role") == "cell" or child.tag not in _WITHIN_CELLS]
    figures = sum(child.tag == "span" and text_of(child).strip().isdecimal() for child in element)
    return figures >= _LEAST_FIGURES or (len(tags) >= 2 and len(set(tags)) == 1)


def is_form(grid: Grid) -> bool:
    """Tell whether a grid holds at least two texts of the form."""
    texts = (cell.text for row in grid.rows for cell in row)
    return next(islice(filter(is_of_form, texts), 1, None), None) is not None


def labels_of(block: Block) -> frozenset[str]:
    """Return the texts of the form that a grid prints."""
    rows = block.rows if isinstance(block, Grid) else ()
    return frozenset(cell.text for row in rows for cell in row if is_of_form(cell.text))
