"""Plain text: a report as converters flatten it, one shape a way of flattening.

A shape is a way to write a table as lines (`BASES`, with what it can carry) and ways to spoil the whole (`SHAPES`).
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from random import Random

from tests.generate import layout, prose, structures
from tests.generate.layout import Box, Sheet
from tests.generate.sample import Make, Page
from tests.generate.structures import Structure, Tables
from tests.generate.truth import Report, Wish, half_width, invent

Lines = list[str]
Flatten = Callable[[Sheet, Random], Lines]

# --- tables as lines -------------------------------------------------------------------------------------------------


def cell_a_line(sheet: Sheet, rng: Random, *, suffix: str = "", gap: bool = False) -> Lines:
    """One cell a line; with a gap, blank lines stand between and an empty cell is a line of blanks."""
    blank = rng.choice(("\u00a0", "\u3000", " ", "\u00a0\u00a0")) if gap else ""
    split = rng.random() < 0.3
    lines: Lines = []
    for row in sheet:
        for box in row:
            pieces = _pieces(box, rng) if split and not suffix else [box.text]
            for piece in pieces:
                lines.append((piece or blank) + suffix)
                lines += [""] if gap else []
    return lines


def _pieces(box: Box, rng: Random) -> Lines:
    if box.role == "value" or len(box.text) not in (4, 5, 6) or rng.random() < 0.6:
        return [box.text]
    return [box.text[:2], box.text[2:]]


def tabs(sheet: Sheet, rng: Random, *, trim: bool = False, torn: bool = False) -> Lines:
    """One row a line, cells between tabs; empties for spanned places, or trimmed; `torn` over pages as converters of
    Word files do.
    """
    rows = layout.matrix(sheet)
    wraps = torn and rng.random() < 0.8
    breaks = (
        set(rng.sample(range(3, len(rows)), min(len(rows) - 3, rng.choice((1, 2, 3)))))
        if torn and len(rows) > 6
        else set()
    )
    lines: Lines = []
    pad = rng.random() < 0.5
    for i, row in enumerate(rows):
        cells, tail = list(row), None
        if wraps:
            cells = [_wrapped(text, rng) for text in cells]
        if i in breaks:
            lines.append("")
            if not pad and cells[0] == "" and len(cells) == 10:
                cells = cells[1:]  # the spanned label of the page before is not even an empty cell
        if i + 1 in breaks and len(cells) == 10 and len(cells[2]) > 8 and cells[3]:
            cells[2], tail = cells[2][:6], cells[2][6:]
        text = "\t".join(cells)
        if trim:
            text = text.strip("\t") if rng.random() < 0.5 else text.rstrip("\t")
        lines.append(text)
        if tail is not None:
            lines += ["", "\t".join(["", "", tail, *[""] * 7])]
    return lines


def _wrapped(text: str, rng: Random) -> str:
    """Put a blank where Word broke the line inside a narrow cell."""
    if len(text) < 4 or not any("一" <= char <= "鿿" for char in text) or rng.random() < 0.5:
        return text
    width = rng.choice((2, 4, 6))
    return " ".join(text[i : i + width] for i in range(0, len(text), width))


def markdown(sheet: Sheet, rng: Random, *, repeat: bool = False) -> Lines:
    """A pipe table: merged cells repeated or empty, a separator under the first row, now and then bold heads or <br>
    in labels.
    """
    rows = layout.matrix(sheet, repeat=repeat)
    bold, breaks, tight = rng.random() < 0.2, rng.random() < 0.2, rng.random() < 0.3
    lines: Lines = []
    for i, row in enumerate(rows):
        cells = [_escaped(text) for text in row]
        if bold and i == 0:
            cells = [f"**{text}**" if text else "" for text in cells]
        if breaks:
            cells = [
                text[:2] + "<br>" + text[2:] if len(text) == 4 and "一" <= text[0] <= "鿿" else text for text in cells
            ]
        lines.append("|" + "|".join(cells) + "|" if tight else "| " + " | ".join(cells) + " |")
        if i == 0:
            lines.append("|" + "|".join(rng.choice(("---", ":---:", "-----")) for _ in cells) + "|")
    return lines


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


def pipes(sheet: Sheet, rng: Random) -> Lines:
    """One row a line, cells between ` | ` without outer pipes."""
    bar = rng.choice((" | ", "|", " │ "))
    return [bar.join(row) for row in layout.matrix(sheet)]


def comma_separated(sheet: Sheet, rng: Random) -> Lines:
    """CSV as spreadsheets export it."""
    out = io.StringIO()
    write_rows = csv.writer(
        out, quoting=csv.QUOTE_ALL if rng.random() < 0.3 else csv.QUOTE_MINIMAL, lineterminator="\n"
    )
    write_rows.writerows(layout.matrix(sheet))
    return out.getvalue().splitlines()


def width(text: str) -> int:
    """Return the columns that a terminal gives the text."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def wrap(text: str, columns: int) -> Lines:
    """Break the text into lines of at most `columns` columns."""
    lines, line = [], ""
    for char in text:
        if line and width(line + char) > columns:
            lines.append(line)
            line = ""
        line += char
    return [*lines, line]


def columns_by_blanks(sheet: Sheet, rng: Random) -> Lines:
    """As `pdftotext -layout` gives it: columns by position, labels wrapped, spanned labels centred over the rows of
    others.
    """
    return [line.rstrip() for line in _canvas(sheet, rng, rules=False)]


def boxed(sheet: Sheet, rng: Random) -> Lines:
    """A table drawn with +---+ or box characters, labels wrapped inside the cells."""
    return _canvas(sheet, rng, rules=True)


def _canvas(sheet: Sheet, rng: Random, *, rules: bool) -> Lines:
    """Draw the sheet in characters; a value stands on its row's middle line."""
    placed = layout.positions(sheet)
    count = max(c + box.colspan for _, c, box in placed)
    widths = _column_widths(placed, count, rng)
    heights = [1] * len(sheet)
    texts = {}
    for r, c, box in placed:
        room = sum(widths[c : c + box.colspan]) + 2 * (box.colspan - 1)
        texts[r, c] = wrap(box.text, max(room, 2))
        if box.rowspan == 1:
            heights[r] = max(heights[r], len(texts[r, c]))
    for r, c, box in placed:  # a spanned label that needs more lines than its rows have
        rows = range(r, min(r + box.rowspan, len(sheet)))
        heights[rows[-1]] += max(0, len(texts[r, c]) - sum(heights[i] for i in rows))
    starts = [sum(heights[:r]) for r in range(len(sheet) + 1)]
    lefts = [sum(w + 2 for w in widths[:c]) for c in range(count + 1)]
    lines: list[list[tuple[int, str]]] = [[] for _ in range(starts[-1])]
    for r, c, box in placed:
        top, bottom = starts[r], starts[min(r + box.rowspan, len(sheet))]
        first = top + (bottom - top - len(texts[r, c])) // 2
        for i, text in enumerate(texts[r, c]):
            room = lefts[c + box.colspan] - lefts[c] - 2
            shift = (room - width(text)) // 2 if box.role != "label" else 0
            lines[first + i].append((lefts[c] + max(0, shift), text))
    drawn = [_set_out(pieces) for pieces in lines]
    return _ruled(drawn, sheet, starts, lefts, rng) if rules else drawn


def _column_widths(placed: list[tuple[int, int, Box]], count: int, rng: Random) -> list[int]:
    label_width = {4: [24], 10: [rng.choice((4, 8)), rng.choice((10, 14)), rng.choice((16, 28, 40))]}.get(count, [])
    widths = [*label_width, *[rng.choice((6, 8)) if count > 4 else 18] * (count - len(label_width))]
    for _, c, box in placed:
        if box.role == "value" and box.colspan == 1:
            widths[c] = max(widths[c], width(box.text))
    return widths


def _set_out(pieces: list[tuple[int, str]]) -> str:
    line = ""
    for left, text in sorted(pieces):
        line += " " * max(left - width(line), 1 if line else 0) + text
    return line


def _ruled(drawn: Lines, sheet: Sheet, starts: list[int], lefts: list[int], rng: Random) -> Lines:
    """Draw rules where boxes end: upright ones in every line of a box, a full line under every row."""
    upright, line, cross = rng.choice((("|", "-", "+"), ("│", "─", "┼")))
    placed = layout.positions(sheet)
    total = lefts[-1]
    out: Lines = [cross + line * (total + 1) + cross]
    for r in range(len(sheet)):
        edges = sorted({lefts[c] for s, c, box in placed if s <= r < s + box.rowspan})
        for text in drawn[starts[r] : starts[r + 1]]:
            out.append(_with_bars(text, edges, total, upright))
        under = sorted((lefts[c], lefts[c + box.colspan]) for s, c, box in placed if s + box.rowspan == r + 1)
        if r == len(sheet) - 1 or sum(right - left for left, right in under) >= total:
            out.append(cross + line * (total + 1) + cross)
        else:  # a spanned label goes on: the rule begins behind it
            first = under[0][0] if under else 0
            out.append(upright + " " * max(0, first - 1) + cross + line * (total - first + 1) + cross)
    return out


def _with_bars(text: str, edges: list[int], total: int, upright: str) -> str:
    """Put a bar before every edge, in the second of a gap's two free places; places are columns of the terminal."""
    cells: dict[int, str] = {}
    at = 0
    for char in text:
        cells[at] = char
        at += width(char)
    out = ""
    for column in range(-1, total):
        if column + 1 in edges:
            out += upright
        elif width(cells.get(column - 1, "")) != 2:
            out += cells.get(column, " ")
    return out + " " + upright


def labels_torn(sheet: Sheet, rng: Random) -> Lines:
    """The label's head above the row of numbers, its tail beneath; spanned labels in pieces between the rows."""
    sep = rng.choice((" ", "  ", "\t"))
    lines: Lines = []
    for row in sheet:
        labels = [box.text for box in row if box.role != "value"]
        values = sep.join(box.text for box in row if box.role == "value")
        if not values:
            lines += [sep.join(labels)] if rng.random() < 0.5 else labels
            continue
        *spanned, label = labels or [""]
        lines += spanned
        if len(label) > 7:
            cut = rng.randrange(4, len(label) - 2)
            lines += [label[:cut], values, label[cut:]]
        else:
            lines.append((label + sep + values) if label else values)
    return lines


def numbers_below(sheet: Sheet, rng: Random) -> Lines:
    """The row's labels on one line, all its numbers on the next."""
    sep = rng.choice((" ", "  ", "\t"))
    lines: Lines = []
    for row in sheet:
        labels = [box.text for box in row if box.role != "value"]
        lines += [sep.join(labels)] if labels else []
        if layout.is_data(row):
            lines.append(sep.join(box.text for box in row if box.role == "value"))
    return lines


def row_a_line(sheet: Sheet, rng: Random) -> Lines:
    """Everything of a row on one line with single blanks; spanned labels before their first row, on its line or their
    own.
    """
    own = rng.random() < 0.5
    lines: Lines = []
    for row in sheet:
        labels = [box.text for box in row if box.role != "value"]
        if own and layout.is_data(row) and len(labels) > 1:
            lines += labels[:-1]
            labels = labels[-1:]
        lines.append(" ".join([*labels, *(box.text for box in row if box.role == "value")]))
    return lines


def columns_apart(sheet: Sheet, rng: Random) -> Lines:
    """All labels first, all numbers after, a row of them a line: nobody can be sure where nothing tells the rows."""
    labels = [box.text for row in sheet for box in row if box.role != "value"]
    values = [" ".join(box.text for box in row if box.role == "value") for row in sheet if layout.is_data(row)]
    return [*labels, *values] if rng.random() < 0.5 else [*values, *labels]


def blanks_dropped(sheet: Sheet, rng: Random) -> Lines:
    """As a converter that drops empty cells gives it."""
    rows = [[box.text for box in row if box.text] for row in sheet]
    sep = rng.choice(("\n", " ", "\t", " | "))
    return [line for row in rows if row for line in sep.join(row).split("\n")]


@dataclass(frozen=True, slots=True)
class Base:
    """A way to flatten a table and what it can carry."""

    flatten: Flatten
    wish: Wish


_EXACT = Wish(spaces=False)
_NO_EMPTIES = Wish(empties=False, spaces=False)

BASES: dict[str, Base] = {
    "cell-a-line": Base(cell_a_line, _EXACT),
    "cell-a-line-bar": Base(partial(cell_a_line, suffix=" |"), Wish()),
    "cell-a-line-gaps": Base(partial(cell_a_line, gap=True), Wish()),
    "tabs": Base(tabs, Wish()),
    "tabs-torn": Base(partial(tabs, torn=True), _NO_EMPTIES),
    "tabs-trimmed": Base(partial(tabs, trim=True), _NO_EMPTIES),
    "markdown-empty": Base(markdown, Wish()),
    "markdown-repeated": Base(partial(markdown, repeat=True), Wish()),
    "pipes": Base(pipes, Wish()),
    "csv": Base(comma_separated, Wish()),
    "columns-by-blanks": Base(columns_by_blanks, _EXACT),
    "boxed": Base(boxed, _EXACT),
    "labels-torn": Base(labels_torn, _NO_EMPTIES),
    "numbers-below": Base(numbers_below, _NO_EMPTIES),
    "row-a-line": Base(row_a_line, _NO_EMPTIES),
}
EXACT_BASES = tuple(name for name, base in BASES.items() if base.wish.empties and name != "cell-a-line-gaps")
STRUCTURED = ("cell-a-line", "cell-a-line-bar", "tabs", "markdown-empty", "markdown-repeated", "pipes", "boxed")
LINE_BASES = ("tabs", "markdown-empty", "pipes", "row-a-line", "numbers-below", "columns-by-blanks")

# --- the whole document ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Whole:
    """What is done to the document around the tables."""

    chrome: float = 0.25  # share of documents with chrome lines around
    headings: bool = True
    table_first: bool = False  # the three tables back to back, no heading, no words between
    page_numbers: bool = False
    ambiguous: bool = False
    spaced: bool = False  # a blank behind every Chinese character
    tables: Structure = structures.whole


def write(rng: Random, report: Report, flatten: Flatten, whole: Whole) -> Page:
    """Return the report as plain text."""
    tables = whole.tables(report, rng)
    lines, optional = _head(rng, report)
    chrome: list[str] = []
    if rng.random() < whole.chrome:
        top = _chrome(rng, report, prose.TOP_CHROME, rng.randrange(1, 9))
        tools = _chrome(rng, report, prose.TOOL_CHROME, rng.randrange(1, 4))
        chrome += [*top, *tools]
        lines = [*top, *lines[: len(optional)], *tools, *lines[len(optional) :]]
    needs_line = bool(report.published and not report.dated)
    if needs_line or (report.published and rng.random() < 0.25):
        line = _source_line(rng, report)
        chrome.append(line)
        lines.insert(lines.index(optional[-1]) + 1, line)
    body = _body(rng, report, tables, flatten, whole)
    lines += ["", *body]
    if whole.chrome and chrome and rng.random() < 0.7:
        foot = _chrome(rng, report, prose.FOOT_CHROME, rng.randrange(1, 7))
        chrome += foot
        lines += ["", *foot]
    if rng.random() < 0.25:
        lines = [_half_width(line) for line in lines]
    if whole.spaced:
        lines = [_spaced(line) for line in lines]
    ambiguous = _uncertain(report) if whole.ambiguous else ()
    return Page(
        payload=encoded(rng, lines),
        extension=".txt",
        chrome=tuple(chrome),
        optional=tuple(optional),
        headless=not whole.headings,
        ambiguous=ambiguous,
    )


def _uncertain(report: Report) -> tuple[str, ...]:
    """The tables that have an empty cell."""
    tables = {
        "table2": [cell for cells in report.table2.values() for cell in cells.values()],
        "table3": [cell for cells in report.table3.values() for cell in cells],
        "table4": [cell for cells in report.table4.values() for cell in cells],
    }
    return tuple(name for name, cells in tables.items() if any(not cell.printed for cell in cells))


def _head(rng: Random, report: Report) -> tuple[Lines, Lines]:
    """Return the title's lines (whole, split, or twice) and those of them that may count as prose or not."""
    title = report.title
    lines = [title]
    if rng.random() < 0.1 and "年" in title[:-1] and title.index("年") > 3:
        cut = title.index("年") + 1
        return [title[:cut], title[cut:]], [title[:cut], title[cut:]]
    if rng.random() < 0.15:
        lines = [title, "", title]
    return lines, [title]


def _source_line(rng: Random, report: Report) -> str:
    day = report.published or ""
    clock = f"{rng.randrange(8, 18):02d}:{rng.randrange(60):02d}"
    poster = rng.choice((f"{report.place}政务服务局", f"{report.place}人民政府办公室", f"{report.place}政府网"))
    hits = rng.randrange(10, 20000)
    return rng.choice(
        (
            f"发布日期：{day} {clock}  发布单位：{poster}  来源：{poster}   点击量：{hits}   [字体： ]  打印 保存",
            f"{day} {clock}信息来源: {poster}阅读次数:{hits}",
            f"发布时间：{day}　来源：{poster}　浏览次数：{hits}次",
            f"时间：{day} {clock}:00 来源：{poster} 字号：[大] [中] [小]",
            f"发布日期：{day}",
            f"日期：{day.replace('-', '/')} 来源：{poster}",
        )
    )


def _chrome(rng: Random, report: Report, bank: tuple[str, ...], count: int) -> Lines:
    lines = rng.sample(bank, min(count, len(bank)))
    return [prose.fill(rng, line, we=report.issuer, year=report.year, place=report.place) for line in lines]


def _body(rng: Random, report: Report, tables: Tables, flatten: Flatten, whole: Whole) -> Lines:
    indent = rng.choice(("", "", "　　", "    ", "  "))
    gap = [""] if rng.random() < 0.6 else []
    numbers = iter(range(2, 99))
    style = rng.choice(("- {} -", "— {} —", "第{}页 共12页", "第 {} 页", "{}", "\f{}", "-{}-"))

    def table(number: int) -> Lines:
        lines = [line for sheet in tables[number] for line in flatten(sheet, rng)]
        return _with_page_numbers(rng, lines, numbers, style) if whole.page_numbers else lines

    lines: Lines = []
    for paragraph in report.preface:
        lines += [indent + paragraph, *gap]
    for part in report.parts:
        if whole.headings:
            lines += [*_heading_lines(rng, part.heading, indent), *gap]
        for paragraph in part.before:
            lines += [indent + paragraph, *gap]
        if part.table and not whole.table_first:
            lines += [*table(part.table), *(gap or [""])]
        if part.table == 4 and whole.table_first:
            for number in (2, 3, 4):
                lines += [*table(number), *gap]
        for paragraph in part.after:
            lines += [indent + paragraph, *gap]
    far = " " * rng.choice((0, 0, 30, 48))
    return [*lines, *gap, *(far + line for line in report.signature)]


def _heading_lines(rng: Random, heading: str, indent: str) -> Lines:
    if rng.random() < 0.04 and len(heading) > 9:
        return [indent + heading[:8], heading[8:]]
    return [indent + heading]


def _with_page_numbers(rng: Random, lines: Lines, numbers: Iterator[int], style: str) -> Lines:
    """Put page numbers between rows (a row begins where a line holds a label)."""
    starts = [
        i
        for i in range(4, len(lines))
        if lines[i][:1] in "一二三四（(123456789" and any("一" <= char <= "鿿" for char in lines[i])
    ]
    for i in sorted(rng.sample(starts, min(len(starts), rng.choice((1, 1, 2)))), reverse=True):
        number = style.format(next(numbers))
        lines[i:i] = ["", number, ""] if rng.random() < 0.7 else [number]
    return lines


def _half_width(line: str) -> str:
    return half_width(line) if not any(char in line for char in "０１２３４５６７８９") else line


def _spaced(line: str) -> str:
    out = ""
    for char in line:
        out += char + (" " if "一" <= char <= "鿿" or char in "、。，；：" else "")
    return out.rstrip()


def encoded(rng: Random, lines: Lines) -> bytes:
    text = ("\r\n" if rng.random() < 0.15 else "\n").join(lines)
    kind = rng.random()
    if kind < 0.06:
        return text.encode("gb18030")
    return text.encode("utf-8-sig" if kind < 0.15 else "utf-8")


# --- shapes ----------------------------------------------------------------------------------------------------------


def _plain(name: str, rng: Random) -> tuple[Report, Page]:
    base = BASES[name]
    report = invent(rng, base.wish)
    # Where blank lines stand anyway, an empty cell can be told from them only by the count.
    return report, write(rng, report, base.flatten, Whole(ambiguous=name == "cell-a-line-gaps"))


def _spoiled(whole: Whole, names: tuple[str, ...], rng: Random) -> tuple[Report, Page]:
    base = BASES[rng.choice(names)]
    report = invent(rng, base.wish)
    return report, write(rng, report, base.flatten, whole)


def _with_blanks(blanks: str, names: tuple[str, ...], rng: Random, *, row_lost: bool = False) -> tuple[Report, Page]:
    base = BASES[rng.choice(names)]
    report = invent(rng, replace(base.wish, blanks=blanks, row_lost=row_lost))
    return report, write(rng, report, base.flatten, Whole())


def _dropped(rng: Random) -> tuple[Report, Page]:
    report = invent(
        rng,
        Wish(
            blanks=rng.choice(("single", "rows", "natural_total", "totals", "zeros", "one_zero", "group")), spaces=False
        ),
    )
    return report, write(rng, report, blanks_dropped, Whole(ambiguous=True))


def _apart(rng: Random) -> tuple[Report, Page]:
    report = invent(rng, _NO_EMPTIES)
    page = write(rng, report, columns_apart, Whole())
    return report, replace(page, ambiguous=("table2", "table3", "table4"))


def _stray_in_row(rng: Random) -> tuple[Report, Page]:
    """A bare page number inside a row of one cell a line: a human may doubt which of eight numbers it is."""
    report = invent(rng, replace(_NO_EMPTIES, notes=False))

    def flatten(sheet: Sheet, source: Random) -> Lines:
        lines = cell_a_line(sheet, source)
        if len(sheet) > 20:
            lines.insert(source.randrange(40, len(lines)), str(source.randrange(2, 9)))
        return lines

    return report, replace(write(rng, report, flatten, Whole()), ambiguous=("table3",))


ALL = tuple(name for name in BASES if name != "cell-a-line-gaps")
SHAPES: dict[str, Make] = {
    **{name: partial(_plain, name) for name in BASES},
    "page-numbers": partial(_spoiled, Whole(page_numbers=True), LINE_BASES),
    "headings-lost": partial(_spoiled, Whole(headings=False), ALL),
    "chrome-around": partial(_spoiled, Whole(chrome=1.0), ALL),
    "tables-together": partial(_spoiled, Whole(headings=False, table_first=True), ALL),
    "spaced-characters": partial(_spoiled, Whole(spaced=True), ("cell-a-line", "row-a-line", "tabs", "numbers-below")),
    **{name: partial(_spoiled, Whole(tables=structure), STRUCTURED) for name, structure in structures.HARD.items()},
    "torn-in-two": partial(_spoiled, Whole(tables=structures.torn_in_two), STRUCTURED),
    "repeated-headers": partial(_spoiled, Whole(tables=structures.repeated_headers), STRUCTURED),
    "repeated-labels": partial(_spoiled, Whole(tables=structures.torn_labels), STRUCTURED),
    "blanks-dropped": _dropped,
    "columns-apart": _apart,
    "trap-one-zero-blank": partial(_with_blanks, "one_zero", EXACT_BASES),
    "trap-zeros-blank": partial(_with_blanks, "zeros", EXACT_BASES),
    "trap-zeros-marked": partial(_with_blanks, "mark_zeros", tuple(BASES)),
    "trap-row-lost": partial(_with_blanks, "none", tuple(BASES), row_lost=True),
    "trap-stray-number": _stray_in_row,
}
