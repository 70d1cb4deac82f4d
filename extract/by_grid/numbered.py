"""Grids whose rows are numbered."""

from __future__ import annotations

from dataclasses import replace

from extract.by_grid.occupancy import Occupancy
from extract.document import Grid

_NUMBERS_ROWS = frozenset(["行次", "序号", "编号", "行号", "栏次"])
_LINES_OF_HEADS = 4


def without_row_numbers(grid: Grid) -> Grid:
    """Return a grid without a column in which its rows are numbered, 行次 1, 2, 3 …, behind their labels."""
    if not any(cell.text in _NUMBERS_ROWS for row in grid.rows[:_LINES_OF_HEADS] for cell in row):
        return grid
    space = Occupancy(grid)
    for head in [one for one in space.cells if one.cell.text in _NUMBERS_ROWS and one.right - one.left == 1]:
        column = head.left
        below = (line.get(column) for line in space.at[head.bottom :])
        numbers = [one.cell.text for one in below if one is not None and one.cell.text]
        if column and len(numbers) > 1 and numbers == [str(number) for number in range(1, len(numbers) + 1)]:
            rows = (
                tuple(
                    one.cell._replace(colspan=one.right - one.left - (one.left <= column < one.right))
                    for one in starting
                    if (one.left, one.right) != (column, column + 1)
                )
                for starting in space.starting
            )
            return replace(grid, rows=tuple(rows))
    return grid
