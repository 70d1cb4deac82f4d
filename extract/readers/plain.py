"""Plain text → Document: lines as texts; where lines are rows of one table (tabs, bars, commas, boxes), a grid.

A converter that keeps every cell of a row, blank ones too, leaves rows of one length: then the position of a field
is its column, and the text is as good as a table without spans. Rows of differing lengths prove nothing about
columns and stay texts, which the form's parser reads by order (`extract.stream`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from itertools import chain, groupby, takewhile

from extract.cells import read_cell
from extract.decode import decode
from extract.document import Block, Cell, Document, Grid, Text
from extract.errors import UnreadableDocument
from extract.readers.folded import LEAST_HEADINGS, unfolded
from extract.readers.separators import cell_by_cell, row_by_row, tabbed, unglued, unpadded, with_rows
from extract.readers.wrapped import article_in_json, is_lines
from extract.sections import is_heading

_LINE_END = re.compile("\r\n|[\r\f\v\x85\u2028\u2029]")  # UAX 14, hard breaks
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_MAX_CHARACTERS = 20_000_000
_BAR = re.compile(r"(?<!\\)[|｜│┃¦║]")
_RULE = re.compile(r"[\s|:+=\-_─━═┄┈┌┬┐├┼┤└┴┘╔╦╗╠╬╣╚╩╝╪╫╭╮╰╯┏┳┓┣╋┫┗┻┛│┃║｜]{3,}")
_TAB_ALONE = re.compile(r"\n\t\n")
_BLANK_APART = re.compile(r"\t\n{2,3}(?=\t)")
_APART = re.compile(r"(?<!\n)(\n{1,2})(\t+)(?:\1(?!\n)|(?!\n)|(?=\n\n))")  # a blank cell may end a row
_MIN_APART = 50  # tabs on lines of their own: a table has 200
_EMPHASIS = re.compile(r"\*\*|__|\\(?=[|*_])")
_BREAK = re.compile(r"<br\s*/?>", re.I)
# What Markdown adds to a text (CommonMark 0.31, sections 2.4, 2.5, 6.2–6.4, 6.7); a bar in a cell stays escaped.
_ENTITY = re.compile(r"&(?:#x?[0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});")
# <![if !supportLists]> and <?xml:namespace prefix = o ns = "…" /> of Word's: declarations to html.parser.
_DECLARED = re.compile(r"(?:if !?support\w+|endif)\??|\??xml:namespace prefix ?= ?\w+(?: ns ?= ?\"[^\"\n]*\")?[ /?]*")
_PICTURE = re.compile(r"!\[[^\[\]\n]*\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)")
_LINK = re.compile(r"\[([^\[\]\n]*)\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"\n]*\")?\)")
_STRONG = re.compile(r"\*\*(?![\s|])([^*\n]+)(?<![\s|])\*\*")
_EMPHASIZED = re.compile(r"(?<![\w\\|])([*_])(?![\s*_|])([^*_|\n]+)(?<![\s\\])\1(?!\w)")
_ESCAPED = re.compile(r"\\(?:([_*#\[\]()\-+.!`>~\\])|(?=\n))")
_BEHIND_LABEL = r"(?<=[\u4e00-\u9fff）)”])[ \u3000]+(\d[\d,.]*)"
_EMPTY_FIELD = r"\t[ \u3000]*(?=\t[ \u3000]*[^\t \u3000]|[\t \u3000]*$)"  # with no other one before the next figure
_BEFORE_EMPTY_FIELDS = re.compile(rf"{_BEHIND_LABEL}(?:{_EMPTY_FIELD}|(?=\t[ \u3000]*\t))", re.MULTILINE)
_FILLED_UP = re.compile(r"(?:[ \u3000]\||\|[ \u3000]).*\|{2,}\s*$")  # bars without blanks behind cells that have them
_IN_FRAME = re.compile(r"\s*\|(.*)\|\s*")
_LEAST_FRAMED = 20  # lines
_LEAST_LITERAL = 20  # line ends written as \\n
_TAG = re.compile(r"</?(?!br\b)[a-zA-Z][a-zA-Z0-9-]*(?:\s[^<>]*)?/?>")
_NUMBERS_APART = re.compile(r"\d[ \u3000]+\d")
_THOUSANDS = re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?![\d,])")
_IN_BRACKETS = re.compile(r"[（(][^（()）]*[）)]")
_CELLS_BEHIND = re.compile(r"(?:[,;][^,;，。\u4e00-\u9fff]*){5,}$")  # of a label in which a comma stands
_ROW = re.compile(r'(?>[,;]"?[\d.,/—-]*?\d"?(?=[,;]|$)){3,}+$')  # whose figures end a line
_LONGEST_TABLE = 100  # lines
_FIGURES = frozenset(["number", "unit", "note", "numeral", "split", "mark"])
_CELLS = _FIGURES | {"blank"}
_FULL_WIDTH = str.maketrans(",;", "，；")
_MIN_ROWS, _MIN_FIELDS = 3, 3
_MIN_BOXED = 2  # rows between rules: a row of heads and one of figures
_MOST_INDENTED = 8  # indented lines for one with tabs within


def read_plain(payload: bytes, *, charset: str | None = None) -> Document:
    """Return the lines of a text as blocks. Raises UnreadableDocument where it is no text."""
    decoded = decode(payload, charset)
    article, facts = article_in_json(decoded.text, is_lines)
    text = article or decoded.text
    if text.count("\\n") > max(_LEAST_LITERAL, text.count("\n")):
        text = text.replace("\\r", "").replace("\\n", "\n").replace("\\t", "\t")
    text = _LINE_END.sub("\n", text)
    if not text.strip():
        raise UnreadableDocument("empty", "the file holds no text")
    if len(text) > _MAX_CHARACTERS:
        raise UnreadableDocument("too_large", f"a text of {len(text)} characters; at most {_MAX_CHARACTERS} are read")
    head = text[:100_000]
    if len(_CONTROL.findall(head)) + head.count("\ufffd") > max(8, len(head) // 50):
        raise UnreadableDocument("not_a_document", "neither a known file type nor text in UTF-8, GB18030 or UTF-16")
    notes = (f"{decoded.replaced} characters could not be decoded",) if decoded.replaced else ()
    is_padded = _is_padded(text.split("\n"))
    for mended in (with_rows, _without_marks, unglued, tabbed, unpadded, row_by_row, cell_by_cell, _in_rows, _in_cells):
        text = mended(text)
    printed = _outdented(_unframed(text.split("\n")))
    lines = [piece for line in printed for piece in unfolded(line)]
    return Document("text/plain", tuple(blocks_of(lines, is_padded=is_padded)), facts, notes)


def _without_marks(text: str) -> str:
    """Return a text without the tags, entities, links, emphasis and escapes with which converters to Markdown print it."""
    if "</" in text:
        text = _TAG.sub("", text)
    if "support" in text or "xml:namespace" in text:
        text = _DECLARED.sub("", text)
    if "&" in text:
        text = _ENTITY.sub(lambda entity: unescape(entity[0]), text)
    if "](" in text:
        text = _LINK.sub(r"\1", _PICTURE.sub("", text))
    if "**" in text:
        text = "\n".join(map(_plain_line, text.split("\n")))
    if "*" in text or "_" in text:
        text = _EMPHASIZED.sub(r"\2", text)
    return _ESCAPED.sub(lambda escape: escape[1] or "", text) if "\\" in text else text


def _plain_line(line: str) -> str:
    """Return a line without what prints it bold; a heading that a converter left on the line of a table's last cell
    stands on a line of its own. One with all headings is parted at these (`extract.readers.folded`).
    """
    headings = [strong for strong in _STRONG.finditer(line) if is_heading(strong[1].strip())]
    for strong in reversed(headings if len(headings) < LEAST_HEADINGS else []):
        above, below = line[: strong.start()], line[strong.end() :]
        ends = "\n" * bool(above.strip(" #|")), "\n" * bool(below.strip(" #|"))
        line = f"{above}{ends[0]}{strong[1]}{ends[1]}{below}"
    return _STRONG.sub(r"\1", line)


def _in_rows(text: str) -> str:
    """Return a text in which a browser (`innerText`) set each paragraph of a cell apart and a tab on a line of its own
    between two cells, with the cells of a row on one line again.
    """
    if len(_TAB_ALONE.findall(text)) < _MIN_APART:
        return text
    return _APART.sub(r"\2", _BLANK_APART.sub("\t", text))


def _in_cells(text: str) -> str:
    """Return a text with a figure that stands behind its label in the one empty field after it; in a field more where
    there are several, so that its row is known for one that is damaged.
    """
    return _BEFORE_EMPTY_FIELDS.sub(r"\t\1", text) if "\t" in text else text


def _unframed(lines: Sequence[str]) -> list[str]:
    """Return lines without the bars around those that a converter drew into one cell, an article in a layout table: half
    of them have no other bars.
    """
    kept: list[str] = []
    for in_frame, run in groupby(lines, lambda line: _IN_FRAME.fullmatch(line) is not None):
        framed = list(run)
        one_cell = in_frame and len(framed) >= _LEAST_FRAMED
        if one_cell and 2 * sum(line.count("|") == 2 for line in framed) > len(framed):
            framed = [_IN_FRAME.sub(r"\1", line) for line in framed]
        kept += framed
    return kept


def _outdented(lines: Sequence[str]) -> Sequence[str]:
    """Return lines without the tabs before them where these are the indentation of a page's source: next to no line has
    tabs within.
    """
    indented = sum(line.startswith("\t") and "\t" not in line.strip() for line in lines)
    parted = sum("\t" in line.strip() for line in lines)
    return [line.lstrip("\t") for line in lines] if indented > _MOST_INDENTED * parted else lines


def _boxed_table(lines: Sequence[str], at: int) -> tuple[int, Grid] | None:
    from extract.readers.boxes import boxed_table  # here, with the readers of pages under it: few archives have boxes

    return boxed_table(lines, at)


def _is_padded(lines: Iterable[str]) -> bool:
    """Tell whether a converter filled up rows between bars for the cells that they lost (trafilatura)."""
    return any("||" in line and _FILLED_UP.search(line) for line in lines)


def blocks_of(lines: Sequence[str], *, is_padded: bool = False) -> Iterator[Block]:
    """Yield the lines as texts, and as grids where several in a row have the same number of fields. Where rows
    `is_padded`, here or before the text was mended, no blank cell is sure.
    """
    is_padded = is_padded or _is_padded(lines)
    at = 0
    while at < len(lines):
        kind = _separator(lines[at])
        if kind == "|" and (box := _boxed_table(lines, at)):
            at, grid = box
            yield grid
            continue
        if kind == "|" and not is_padded and (ragged := _ragged(lines, at)):
            yield Grid(_rows(ragged, f"l{at}"), spans=False)
            at += len(ragged)
            continue
        end, rows = (_trimmed(lines, at) or _table(lines, at, kind)) if kind else (at, [])
        if kind and kind in ",;" and not any(read_cell(field).kind in _CELLS for field in chain(*rows)):
            end, rows = at, []  # sentences without their stops
        if len(rows) >= (_MIN_BOXED if kind and _is_boxed(lines, at, kind) else _MIN_ROWS):
            yield Grid(_rows(rows, f"l{at}" if kind == "|" and not is_padded else ""))
            at = end
        else:
            is_row = kind in (",", ";") and _ROW.search(lines[at])
            yield Text("\t".join(_fields(lines[at], kind)) if kind and is_row else lines[at])
            at += 1


def _ragged(lines: Sequence[str], start: int) -> list[list[str]]:
    """Return the rows of a table that begins at a line, each framed by bars, of lengths that change from row to row, as
    cells that span others have one bar (markitdown); none elsewhere.
    """
    framed = [*takewhile(_is_framed_row, lines[start : start + _LONGEST_TABLE])]
    rows = [_fields(line, "|", (True, True)) for line in framed]
    lengths = sum(1 for _ in groupby(rows, len))  # tables below each other have few
    is_ragged = len(rows) >= _LEAST_FRAMED and 4 * lengths > len(rows)
    return rows if is_ragged else []


def _is_framed_row(line: str) -> bool:
    return _IN_FRAME.fullmatch(line) is not None and not _RULE.fullmatch(line)


def _rows(rows: Sequence[Sequence[str]], name: str) -> tuple[tuple[Cell, ...], ...]:
    """Return the cells of rows; they have a place where the table has a name, as none was filled up for what it lost."""
    return tuple(
        tuple(Cell(field, place=f"{name}r{row}c{column}" if name else "") for column, field in enumerate(fields))
        for row, fields in enumerate(rows)
    )


def _separator(line: str) -> str | None:
    """Return what parts the fields of a line: a tab, a bar, a comma or a semicolon; None for a line of prose."""
    if _RULE.fullmatch(line):
        return "|" if "|" in line or "─" in line or "━" in line or "+" in line or "═" in line else None
    if line.count("\t") >= _MIN_FIELDS - 1:
        return "\t"
    if len(_BAR.findall(line)) >= _MIN_FIELDS - 1:
        return "|"
    between = _IN_BRACKETS.sub("", _THOUSANDS.sub("", line) if _NUMBERS_APART.search(line) else line)
    if "。" in line or ("，" in re.sub(r'"[^"]*"|\d，\d', "", between) and not _CELLS_BEHIND.search(between)):
        return None
    return next((mark for mark in ",;" if between.count(mark) >= _MIN_FIELDS - 1), None)


def _table(lines: Sequence[str], start: int, kind: str) -> tuple[int, list[list[str]]]:
    """Return the line behind a table that begins at `start`, and its rows, all of one length."""
    framed = _frame(lines, start) if kind == "|" else (False, False)
    rows: list[list[str]] = []
    ruled = _is_boxed(lines, start, kind)
    fresh, end, at = True, start, start
    apart = 0  # empty lines between two rows
    while at < len(lines):
        line = lines[at]
        at += 1
        if not line.strip():
            if len(rows) > 1 and at - end > apart:
                break  # a page's end: what follows may have other columns
            continue
        if _RULE.fullmatch(line) and kind == "|":
            fresh, end = True, at
            continue
        if _separator(line) != kind:
            break
        fields = _fields(line, kind, framed)
        if rows and len(fields) != len(rows[0]):
            break
        if len(rows) == 1:
            apart = at - end - 1
        if ruled and not fresh and rows:
            rows[-1] = [f"{above}\n{below}".strip() for above, below in zip(rows[-1], fields, strict=True)]
        else:
            rows.append(fields)
        fresh, end = False, at
    return end, rows


def _trimmed(lines: Sequence[str], start: int) -> tuple[int, list[list[str]]] | None:
    """Return the line behind a table of tabs that begins at `start` and whose lines end with their last text, and its
    rows filled up again, those of a label alone included; None where nothing shows that all else was kept: some line
    begins with a tab, blank cells stand before figures where several rows are whole and several are not, or all rows of
    figures end alike, and no label among them.
    """
    if "\t" not in lines[start] or (start and "\t" in lines[start - 1]):
        return None
    last = min(start + _LONGEST_TABLE, len(lines))
    end = next((at for at in range(start, last) if not _may_be_row(lines[at])), last)
    end = next(at for at in range(end, start, -1) if "\t" in lines[at - 1])
    rows = [[field.strip() for field in line.split("\t")] for line in lines[start:end]]
    width = max(map(len, rows))
    if any(row[-1] == "" for row in rows) or all(row[0] for row in rows) or all(len(row) == width for row in rows):
        return None
    kinds = [[read_cell(field).kind for field in row] for row in rows]
    bodies = [row for row in kinds if not _FIGURES.isdisjoint(row)]
    first = min((at for row in bodies for at, kind in enumerate(row) if kind in _FIGURES), default=width)
    ends = [len(row) for row in bodies]
    whole = ends.count(width)
    trimmed = any("blank" in row[first:] for row in bodies) and min(whole, len(ends) - whole) > 1
    if not (trimmed or (len(set(ends)) == 1 and len(ends) >= _MIN_ROWS)) or any(
        "refused" in row[first:] for row in bodies
    ):
        return None
    return end, [[*row, *[""] * (width - len(row))] for row in rows]


def _may_be_row(line: str) -> bool:
    """Tell whether a line may be of a table whose lines end with their last text: one without tabs is a row's label."""
    return "\t" in line or bool(line.strip() and "。" not in line and not is_heading(line.strip()))


def _frame(lines: Sequence[str], start: int) -> tuple[bool, bool]:
    """Tell whether the lines of a table begin, and whether they end, with a bar that frames them: all do, or none
    does.
    """
    printed = takewhile(lambda line: not line.strip() or _BAR.search(line), lines[start : start + _LONGEST_TABLE])
    window = [line.strip() for line in printed if line.strip() and not _RULE.fullmatch(line)]
    return all(_BAR.match(line) for line in window), all(_BAR.search(line[-1:]) for line in window)


def _is_boxed(lines: Sequence[str], start: int, kind: str) -> bool:
    """Tell whether rules part the rows of a table, so that lines between two rules are one row. Those behind an empty
    line may be the next table's, unless every other line is empty.
    """
    window = lines[start : start + 12]
    if all(line.strip() for line in window[1:2]):
        window = [*takewhile(str.strip, window)]
    return kind == "|" and sum(bool(_RULE.fullmatch(line)) for line in window) >= 3


def _fields(line: str, kind: str, framed: tuple[bool, bool] = (False, False)) -> list[str]:
    if kind in ",;":
        line = _IN_BRACKETS.sub(lambda bracket: bracket[0].translate(_FULL_WIDTH), line)  # there they part no fields
        try:
            return [field.strip() for field in next(csv.reader([line], delimiter=kind))]
        except csv.Error:  # a carriage return within the line, or a field of 128 KB
            return [line]
    fields = line.split("\t") if kind == "\t" else _BAR.split(line.strip())
    fields = fields[framed[0] : len(fields) - framed[1]]
    return [_EMPHASIS.sub("", _BREAK.sub("\n", field)).strip() for field in fields]
