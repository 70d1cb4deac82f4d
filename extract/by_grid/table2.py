"""Table 2 by geometry: what was disclosed without request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from extract.by_grid.occupancy import Occupancy, Placed, Span, read_cells
from extract.cells import unit_beside, with_unit
from extract.document import Cell, Grid
from extract.form import TABLE2_COLUMNS, TABLE2_HEADERS, TABLE2_ROWS, label_key
from extract.reading import ReadCell

_LABELS = frozenset(TABLE2_ROWS.keys)


class _Column(NamedTuple):
    """What a head names: a column of the form, and the unit of its figures."""

    name: str
    unit: str | None


def read_table2_grids(spaces: Sequence[Occupancy]) -> Iterator[tuple[str, tuple[str, ...], tuple[ReadCell, ...]]]:
    """Yield (row, columns, cells) of table 2 that the grids show without doubt."""
    heads: Mapping[Span, _Column] = {}
    for space in spaces:
        for line, starting in enumerate(space.starting):
            if named := _heads_on(starting):
                heads = _with_blanks_behind(named, starting)
                continue
            if not heads:
                continue
            first, last = min(left for left, _ in heads), max(right for _, right in heads)
            match = space.row_of(line, first, TABLE2_ROWS)
            if match is None or space.sticks_out(line, (first, last)):
                continue
            names = tuple(column.name for column in heads.values())
            placed = [one for span in heads if (one := space.only(line, span))]
            whole = placed if len(placed) == len(heads) else space.in_turn(line, [*heads])
            if whole and _are_columns_of(match.row, names):
                cells = zip(read_cells(whole), heads.values(), strict=True)
                yield match.row, names, tuple(with_unit(cell, column.unit) for cell, column in cells)


def with_rows_apart(grid: Grid) -> Grid:
    """Return a grid with a row for each row of the form where an author typed two into one, a paragraph each in every
    cell.
    """
    parted = [_rows_in(row) for row in grid.rows]
    if max(map(len, parted), default=1) == 1 or any(cell.rowspan != 1 for row in grid.rows for cell in row):
        return grid
    return replace(grid, rows=tuple(row for rows in parted for row in rows))


def _rows_in(row: tuple[Cell, ...]) -> list[tuple[Cell, ...]]:
    """Return the rows printed in one: its first cell has a label on each line, the others as many lines, or none."""
    if not row or "\n" not in row[0].text:
        return [row]
    printed = [[line for line in cell.text.split("\n") if line.strip()] for cell in row]
    count = len(printed[0])
    if not _LABELS.issuperset(map(label_key, printed[0])) or not {0, count}.issuperset(map(len, printed)):
        return [row]
    return [
        tuple(cell._replace(text=lines[at] if lines else "") for cell, lines in zip(row, printed, strict=True))
        for at in range(count)
    ]


def _heads_on(starting: Sequence[Placed]) -> dict[Span, _Column]:
    """Return the heads of table 2 that begin on a line by the columns that they fill; one that a converter repeated in
    each column of its span fills them all. A head that is not understood leaves its column out, not those beside it.
    """
    named: dict[Span, _Column] = {}
    for placed in starting:
        if placed.key in TABLE2_HEADERS:
            column = _Column(TABLE2_HEADERS[placed.key][0], unit_beside(placed.cell.text))
            named[placed.left, placed.right] = column
    return named


def _with_blanks_behind(named: Mapping[Span, _Column], starting: Sequence[Placed]) -> dict[Span, _Column]:
    """Return the heads with the blank cells behind them added: a converter that splits merged cells leaves those."""
    blank = {column for placed in starting if not placed.cell.text for column in range(placed.left, placed.right)}
    heads = {}
    for (left, right), head in named.items():
        while right in blank:
            right += 1
        heads[left, right] = head
    return heads


def _are_columns_of(row: str, columns: Sequence[str]) -> bool:
    return any(sorted(form.get(row, ())) == sorted(columns) for form in TABLE2_COLUMNS.values())
