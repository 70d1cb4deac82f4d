"""The structures that a report's tables take in documents with cells: whole, torn, split, all in one, with empty
columns and rows.

A structure is a function of report and random source; it gives what stands at the place of each of the three tables.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from tests.generate import layout
from tests.generate.layout import Box, Sheet
from tests.generate.truth import Report, Wish

Tables = dict[int, list[Sheet]]
Structure = Callable[[Report, Random], Tables]


def whole(report: Report, rng: Random) -> Tables:
    """Three tables, each in its section."""
    return {number: [sheet] for number, sheet in layout.sheets(report, rng).items()}


def some_quirk(report: Report, rng: Random) -> Tables:
    """Three tables, now and then distorted in one of the common ways."""
    quirk = rng.choices((whole, torn_labels, spacers, repeated_headers, extra_cells, split_form), (80, 6, 4, 4, 4, 2))[
        0
    ]
    return quirk(report, rng)


def torn_labels(report: Report, rng: Random) -> Tables:
    """三、本年度办理结果 printed twice: Word cut its box at a page break."""
    tables = layout.sheets(report, rng)
    for at in sorted(rng.sample(range(7, len(tables[3]) - 3), rng.choice((1, 1, 2)))):
        tables[3] = layout.tear_spans(tables[3], at)
    return {number: [sheet] for number, sheet in tables.items()}


def repeated_headers(report: Report, rng: Random) -> Tables:
    """The header rows of table 3 printed again at page breaks, labels torn there or not."""
    tables = layout.sheets(report, rng)
    at = rng.randrange(7, len(tables[3]) - 3)
    sheet = layout.tear_spans(tables[3], at)  # a browser would otherwise lay the header into the spanned column
    tables[3] = layout.repeat_header(sheet, 3, at)
    return {number: [sheet] for number, sheet in tables.items()}


def spacers(report: Report, rng: Random) -> Tables:
    """Empty columns between the others."""
    tables = layout.sheets(report, rng)
    chosen = rng.sample((2, 3, 4), rng.choice((1, 2, 3)))
    return {number: [layout.add_spacers(sheet, rng) if number in chosen else sheet] for number, sheet in tables.items()}


def extra_cells(report: Report, rng: Random) -> Tables:
    """Empty cells beside （一）, （六） or （七） instead of a span."""
    tables = layout.sheets(report, rng)
    rows = []
    for row in tables[3]:
        boxes: list[Box] = []
        for box in row:
            if box.role == "label" and box.colspan == 2 and rng.random() < 0.7:
                boxes += [replace(box, colspan=1), Box("", 1, 1, "spacer")]
            else:
                boxes.append(box)
        rows.append(tuple(boxes))
    return {2: [tables[2]], 3: [rows], 4: [tables[4]]}


def lying_spans(report: Report, rng: Random) -> Tables:
    """Some spans off by one or missing."""
    return {number: [layout.lie(sheet, rng)] for number, sheet in layout.sheets(report, rng).items()}


def unmerged(report: Report, rng: Random) -> Tables:
    """No spans at all: the places of merged cells are empty or repeat the label."""
    repeat = rng.random() < 0.4
    tables = {}
    sheets = layout.sheets(report, rng) | {2: layout.table2(report, rng, steady=True)}
    for number, sheet in sheets.items():
        grid = layout.matrix(sheet, repeat=repeat and number != 2)
        tables[number] = [[tuple(Box(cell) for cell in row) for row in grid]]
    return tables


def split_form(report: Report, rng: Random) -> Tables:
    """One form over several tables: every block of table 2 by itself, review and litigation apart or not."""
    tables = whole(report, rng)
    tables[2] = layout.blocks(tables[2][0])
    if rng.random() < 0.5:
        tables[4] = layout.apart4(tables[4][0])
    return tables


def torn_in_two(report: Report, rng: Random) -> Tables:
    """Table 3 torn in two, the second half with or without the header."""
    tables = whole(report, rng)
    sheet = tables[3][0]
    tables[3] = layout.halves(sheet, rng.randrange(6, len(sheet) - 3), 3, rng)
    return tables


def all_in_one(report: Report, rng: Random) -> Tables:
    """All three tables in one, at the place of the first; with or without the sections' headings as rows."""
    tables = layout.sheets(report, rng)
    parts: list[Sheet] = []
    headed = rng.random() < 0.6
    for number in (2, 3, 4):
        if headed:
            parts.append([(Box(report.parts[number - 1].heading, 1, 1, "head"),)])
        parts.append(tables[number])
    return {2: [layout.stack(parts)], 3: [], 4: []}


def blank_rows(report: Report, rng: Random) -> Tables:
    """Rows without anything in them."""
    tables = whole(report, rng)
    sheet = layout.tear_spans(tables[3][0], at := rng.randrange(4, len(tables[3][0]) - 2))
    empty = rng.choice(((Box("", 10),), tuple(Box("") for _ in range(10)), ()))
    tables[3] = [[*sheet[:at], empty, *sheet[at:]]]
    return tables


def page_number_rows(report: Report, rng: Random) -> Tables:
    """A page number as a row of the table."""
    tables = whole(report, rng)
    sheet = layout.tear_spans(tables[3][0], at := rng.randrange(4, len(tables[3][0]) - 2))
    number = rng.choice(("{}", "- {} -", "— {} —", "第{}页")).format(rng.randrange(2, 9))
    tables[3] = [[*sheet[:at], (Box(number, 10, 1, "spacer"),), *sheet[at:]]]
    return tables


def swapped_columns(report: Report, rng: Random) -> Tables:
    """The kinds of organisation in another order than the form's."""
    tables = layout.sheets(report, rng)
    return {2: [tables[2]], 3: [layout.swap_columns(tables[3], rng)], 4: [tables[4]]}


def swapped_rows(report: Report, rng: Random) -> Tables:
    """Rows in another order than the form's, in tables 2 and 3."""
    tables = layout.sheets(report, rng)
    for _ in range(rng.choice((1, 2, 3))):
        tables[3] = layout.swap_rows(tables[3], rng)
    if rng.random() < 0.5:
        tables[2] = layout.swap_rows(tables[2], rng)
    return {number: [sheet] for number, sheet in tables.items()}


def extra_row(report: Report, rng: Random) -> Tables:
    """A row that the form does not know: nothing of it may be read, and nothing be read wrong for it."""
    tables = layout.sheets(report, rng)
    return {2: [tables[2]], 3: [layout.extra_row(tables[3], rng)], 4: [tables[4]]}


def numbers_apart(report: Report, rng: Random) -> Tables:
    """The items' numbers in a column of their own: a digit that is no figure."""
    tables = layout.sheets(report, rng)
    return {2: [tables[2]], 3: [layout.numbers_apart(tables[3])], 4: [tables[4]]}


HARD: dict[str, Structure] = {
    "swapped-columns": swapped_columns,
    "swapped-rows": swapped_rows,
    "extra-row": extra_row,
    "numbers-apart": numbers_apart,
}
IN_CELLS: dict[str, Structure] = {  # what every format whose tables have cells can show
    **HARD,
    "repeated-labels": torn_labels,
    "repeated-headers": repeated_headers,
    "spacer-columns": spacers,
    "extra-cells": extra_cells,
    "unmerged": unmerged,
    "all-in-one": all_in_one,
    "blank-rows": blank_rows,
    "trap-page-number": page_number_rows,
}
TRAPS = {  # the same for reports
    "trap-one-zero-blank": Wish(blanks="one_zero"),
    "trap-zeros-blank": Wish(blanks="zeros"),
    "trap-zeros-marked": Wish(blanks="mark_zeros"),
    "trap-row-lost": Wish(blanks="none", row_lost=True),
}
