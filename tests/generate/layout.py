"""The three tables as boxes with spans, as the form draws them, and the ways in which reports distort them.

A `Sheet` is a list of rows of boxes; a box stands once, at its upper left corner, as a `<td>` does. All formats draw
from sheets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from random import Random

from samples import form
from tests.generate.truth import Report


@dataclass(frozen=True, slots=True)
class Box:
    """A cell: its text, spans, and what it is (head, label, value or spacer)."""

    text: str
    colspan: int = 1
    rowspan: int = 1
    role: str = "label"


Row = tuple[Box, ...]
Sheet = list[Row]


def _printed(report: Report, table: form.Form) -> Sheet:
    """Return a table of the form with the labels and figures that the report prints."""
    figures = report.printed
    return [
        tuple(
            Box(figures[box.key], box.colspan, box.rowspan, "value")
            if box.key
            else Box(report.labels[box.name], box.colspan, box.rowspan, "label" if row[-1].key else "head")
            for box in row
        )
        for row in table
    ]


def table2(report: Report, rng: Random, *, steady: bool = False) -> Sheet:
    """Return table 2: blocks of one article row, one header row and the rows of figures, four columns wide.

    `steady`: spare columns go to the last cell in all rows; else the cell that takes them is not always the same
    (portals.md §8.5, 7).
    """
    sheet: Sheet = []
    for label, *boxes in _printed(report, form.table2(report.form)):
        spans = [1] * len(boxes)
        if boxes:
            spans[-1 if steady or rng.random() < 0.7 else rng.randrange(len(boxes))] += 3 - len(boxes)
        sheet.append((label, *(replace(box, colspan=span) for box, span in zip(boxes, spans, strict=True))))
    return sheet


def table3(report: Report) -> Sheet:
    """Return table 3: three header rows, then a row of seven figures for each row of the form that was not lost."""
    table = form.table3(report.template3)
    for lost in report.lost_rows:
        table = _without(table, next(at for at, row in enumerate(table) if row[-1].key == (lost, "total")))
    return _printed(report, table)


def _without(table: form.Form, at: int) -> form.Form:
    """Return a table without one of its rows: what spans it is shorter, or begins below it."""
    above = (
        tuple(replace(box, rowspan=box.rowspan - (start + box.rowspan > at)) for box in row)
        for start, row in enumerate(table[:at])
    )
    begun = tuple(replace(box, rowspan=box.rowspan - 1) for box in table[at] if box.rowspan > 1)
    below = table[at + 1 :]
    return (*above, *(begun + row for row in below[:1]), *below[1:])


def table4(report: Report, rng: Random) -> Sheet:
    """Return table 4: three header rows (now and then two) over one row of fifteen figures."""
    sheet = [(review, litigation), second, third, values] = _printed(report, form.table4())
    if rng.random() < 0.1:  # the review's outcomes stand with the others in the third row
        return [(replace(review, rowspan=2), litigation), second[5:], (*third[:5], *third), values]
    return sheet


def sheets(report: Report, rng: Random) -> dict[int, Sheet]:
    """Return the three tables by their number."""
    return {2: table2(report, rng), 3: table3(report), 4: table4(report, rng)}


# --- geometry --------------------------------------------------------------------------------------------------------


def positions(sheet: Sheet) -> list[tuple[int, int, Box]]:
    """Return (row, column, box) of every box, by the rules of a browser."""
    taken: set[tuple[int, int]] = set()
    placed = []
    for r, row in enumerate(sheet):
        c = 0
        for box in row:
            while (r, c) in taken:
                c += 1
            taken |= {(r + i, c + j) for i in range(box.rowspan) for j in range(box.colspan)}
            placed.append((r, c, box))
            c += box.colspan
    return placed


def matrix(sheet: Sheet, *, repeat: bool = False) -> list[list[str]]:
    """Return the texts in a full rectangle; a spanned place repeats the text of its box, or is empty."""
    placed = positions(sheet)
    width = max(c + box.colspan for _, c, box in placed)
    cells = [[""] * width for _ in sheet]
    for r, c, box in placed:
        for i in range(box.rowspan):
            for j in range(box.colspan):
                if r + i < len(cells) and (repeat or (i, j) == (0, 0)):
                    cells[r + i][c + j] = box.text
    return cells


def is_data(row: Row) -> bool:
    """Tell whether the row carries figures (or the cells for them)."""
    return any(box.role == "value" for box in row)


# --- distortions -----------------------------------------------------------------------------------------------------


def repeat_header(sheet: Sheet, heads: int, at: int) -> Sheet:
    """Return the sheet with its first `heads` rows printed again before row `at`, as Word does on a new page."""
    return [*sheet[:at], *sheet[:heads], *sheet[at:]]


def tear_spans(sheet: Sheet, at: int) -> Sheet:
    """Return the sheet with every label that spans over row `at` cut in two there, the label printed twice (Word at a
    page break).
    """
    torn: Sheet = []
    again: list[tuple[int, Box]] = []
    for r, row in enumerate(sheet):
        boxes = []
        for box in row:
            if r < at < r + box.rowspan:
                again.append((len(again), replace(box, rowspan=r + box.rowspan - at)))
                boxes.append(replace(box, rowspan=at - r))
            else:
                boxes.append(box)
        torn.append(tuple(boxes))
    torn[at] = (*(box for _, box in again), *torn[at])
    return torn


def add_spacers(sheet: Sheet, rng: Random) -> Sheet:
    """Return the sheet with an empty column added behind one or two places, as pasted layouts have."""
    placed = positions(sheet)
    width = max(c + box.colspan for _, c, box in placed)
    cuts = set(rng.sample(range(1, width + 1), rng.choice((1, 2))))
    rows: list[list[Box]] = [[] for _ in sheet]
    for r, c, box in placed:
        inside = sum(c < cut < c + box.colspan for cut in cuts)
        rows[r].append(replace(box, colspan=box.colspan + inside))
        if c + box.colspan in cuts:
            rows[r].append(Box("", 1, box.rowspan, "spacer"))
    return [tuple(row) for row in rows]


def lie(sheet: Sheet, rng: Random) -> Sheet:
    """Return the sheet with some spans off by one or missing; texts and their order stay."""
    wide = [(r, i) for r, row in enumerate(sheet) for i, box in enumerate(row) if box.colspan > 1 or box.rowspan > 1]
    liars = set(rng.sample(wide, min(len(wide), rng.choice((1, 1, 2, 3)))))

    def bend(box: Box) -> Box:
        kind = rng.choice(("colspan", "rowspan", "none"))
        if kind == "colspan" and box.colspan > 1:
            return replace(box, colspan=box.colspan + rng.choice((-1, 1)))
        if kind == "rowspan" and box.rowspan > 1:
            return replace(box, rowspan=box.rowspan + rng.choice((-1, 1)))
        return replace(box, colspan=1, rowspan=1)

    return [tuple(bend(box) if (r, i) in liars else box for i, box in enumerate(row)) for r, row in enumerate(sheet)]


def stack(parts: list[Sheet]) -> Sheet:
    """Return one sheet of several, one below the other, the last box of narrower rows widened as editors do."""
    widths = [max(c + box.colspan for _, c, box in positions(part)) for part in parts]
    whole: Sheet = []
    for part, width in zip(parts, widths, strict=True):
        spare = max(widths) - width
        for row in part:
            if spare and row and row[0].role != "value" and row[0].colspan + spare <= max(widths) and len(row) == 1:
                whole.append((replace(row[0], colspan=max(widths)),))
            else:
                whole.append(row)
    return whole


def blocks(sheet: Sheet) -> list[Sheet]:
    """Return table 2 cut into its blocks, each beginning with an article row."""
    cut: list[Sheet] = []
    for row in sheet:
        if len(row) == 1 and row[0].role == "head":
            cut.append([])
        cut[-1].append(row)
    return cut


def halves(sheet: Sheet, at: int, heads: int, rng: Random) -> list[Sheet]:
    """Return table 3 torn in two tables at row `at`, labels that span the tear printed in both; the second may repeat
    the header.
    """
    torn = tear_spans(sheet, at)
    second = torn[at:]
    return [torn[:at], [*torn[:heads], *second] if rng.random() < 0.4 else second]


def swap_columns(sheet: Sheet, rng: Random) -> Sheet:
    """Return table 3 with the five kinds of organisation in another order, header and figures alike."""
    order = rng.sample(range(5), 5)

    def swapped(row: Row) -> Row:
        values = [i for i, box in enumerate(row) if box.role == "value"]
        first = values[1] if len(values) == 7 else 0 if len(row) == 5 and row[0].role == "head" else None
        if first is None:
            return row
        return (*row[:first], *(row[first + i] for i in order), *row[first + 5 :])

    return [swapped(row) for row in sheet]


def swap_rows(sheet: Sheet, rng: Random) -> Sheet:
    """Return the sheet with two neighbouring rows exchanged, both of the same shape and without a spanned label."""
    alike = [
        r
        for r in range(len(sheet) - 1)
        if _movable(sheet[r]) and _movable(sheet[r + 1]) and len(sheet[r]) == len(sheet[r + 1])
    ]
    if not alike:
        return sheet
    r = rng.choice(alike)
    return [*sheet[:r], sheet[r + 1], sheet[r], *sheet[r + 2 :]]


def _movable(row: Row) -> bool:
    return is_data(row) and all(box.rowspan == 1 for box in row) and row[0].role == "label"


def extra_row(sheet: Sheet, rng: Random) -> Sheet:
    """Return table 3 with a row that the form does not know, behind its first row of figures."""
    first = next(r for r, row in enumerate(sheet) if is_data(row))
    label = rng.choice(("其中：网络申请数量", "其中：当面申请", "其中：通过信函提交的申请数量"))
    values = [Box(str(rng.randrange(1, 40)), 1, 1, "value") for _ in range(7)]
    return [*sheet[: first + 1], (Box(label, 3), *values), *sheet[first + 1 :]]


def numbers_apart(sheet: Sheet) -> Sheet:
    """Return table 3 with the items' numbers (1., 2、) in a column of their own, all other labels one column wider."""
    rows: Sheet = []
    for row in sheet:
        boxes = list(row)
        last = max(
            (i for i, box in enumerate(boxes) if box.role == "label" or (box.role == "head" and box.colspan == 3)),
            default=None,
        )
        if last is not None:
            box = boxes[last]
            number = re.match(r"（?\d+[）.、．]\s*", box.text) if box.colspan == 1 and box.rowspan == 1 else None
            if number:
                boxes[last : last + 1] = [
                    Box(number[0].strip(), 1, 1, "label"),
                    replace(box, text=box.text[number.end() :]),
                ]
            elif is_data(row) or box.role == "head":
                boxes[last] = replace(box, colspan=box.colspan + 1)
        rows.append(tuple(boxes))
    return rows


def apart4(sheet: Sheet) -> list[Sheet]:
    """Return table 4 as two tables: review and litigation."""
    review = [tuple(box for c, box in _row_positions(sheet, r) if c < 5) for r in range(len(sheet))]
    litigation = [tuple(box for c, box in _row_positions(sheet, r) if c >= 5) for r in range(len(sheet))]
    return [[row for row in review if row], litigation]


def _row_positions(sheet: Sheet, r: int) -> list[tuple[int, Box]]:
    return [(c, box) for s, c, box in positions(sheet) if s == r]
