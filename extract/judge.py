"""Which of two readings of a row stands.

- Both readings give a row and agree: it stands.
- Only one gives it: it stands, and the table is verified only if nothing in it was left unexplained.
- They differ: the one that the arithmetic keeps stands, with a warning; where the arithmetic does not decide, or the
  same figures stand in other columns, of which no sum tells, the row is refused. A broken relation in a row on which the
  readings agree is the document's own: it is reported and stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property

from extract.by_grid.occupancy import FOUND, GridRows, Occupancy
from extract.by_order.siblings import adds_up_with_blanks
from extract.by_order.values import (
    COLUMN_LOST,
    HEAD_LOST,
    LABELS_MOVED,
    PRINTED_AGAIN,
    TOTAL_LOST,
    RowReading,
    figures_of,
)
from extract.reading import BLANK, ReadCell

TWICE = "the document prints it more than once, with different figures"
_PRINTED_AGAIN = frozenset([TWICE, PRINTED_AGAIN])
# What stands in a column of fields is another one's.
_MOVED = frozenset([COLUMN_LOST, HEAD_LOST, LABELS_MOVED, TOTAL_LOST])


_Settled = tuple[tuple[ReadCell, ...], bool]  # the cells of a row, and whether nothing in them is doubtful


class Judge:
    """Settles each row of a table between its two readings."""

    def __init__(
        self, table: str, by_order: Mapping[str, RowReading], by_grid: GridRows, width: int, spaces: Sequence[Occupancy]
    ) -> None:
        self.table, self.by_order, self.by_grid, self.width, self.spaces = table, by_order, by_grid, width, spaces
        self.whole = False  # every row was read by order, so where the columns say otherwise their spans lie
        self.warnings: list[str] = []

    def settle(self, names: Sequence[str]) -> tuple[dict[str, tuple[ReadCell, ...]], bool]:
        """Return the cells of the named rows, refused ones blank, and whether nothing in them is doubtful."""
        settled = True
        rows: dict[str, tuple[ReadCell, ...]] = {}
        self.whole = all((row := self.by_order.get(name)) and row.cells and not row.problem for name in names)
        for name in names:
            cells, sure = self._row(name)
            rows[name] = cells
            settled &= sure
        for name in {*self.by_order, *self.by_grid} - set(names):
            self.warnings.append(f"{name}: a row that this form does not have")
            settled = False
        return rows, settled

    def _row(self, name: str) -> _Settled:
        order, grid = self.by_order.get(name), self.by_grid.get(name)
        if order is None and grid is None:
            return self._doubt(name, "the row was not found")
        if order is None or order.cells is None:
            is_moved = order is not None and order.problem in _MOVED
            if grid is None or (is_moved and not self._is_regular(grid)):
                return self._doubt(name, f"{order.problem if order else ''}; the row is refused")
            if self._stands_alone(order, grid):
                return grid, True
            return self._doubt(name, f"{order.problem if order else 'not found by order'}; read by columns alone", grid)
        if grid is None:
            if order.problem:
                self._doubt(name, order.problem)
            if not order.exact:
                self._doubt(name, "its label is misprinted")
            return order.cells, order.problem is None
        if figures_of(order.cells) != figures_of(grid):
            return self._decide(name, order.cells, grid)
        # the columns' own heads say what the order leaves open
        if not order.problem or order.is_by_form or (order.is_unplaced and self._is_regular(grid)):
            return grid, True
        return self._doubt(name, order.problem, grid)

    def _doubt(self, name: str, problem: str, cells: tuple[ReadCell, ...] = ()) -> _Settled:
        """Return some cells of a row, blank ones where it is refused, and that they are doubtful, as a warning tells."""
        self.warnings.append(f"{name}: {problem}")
        return cells or (BLANK,) * self.width, False

    def _stands_alone(self, order: RowReading | None, grid: tuple[ReadCell, ...]) -> bool:
        """Tell whether a row that only the columns give is beyond doubt: it adds up, or it was found and only not told
        which of its cells are the columns'.
        """
        if order is not None and order.problem not in _PRINTED_AGAIN and self._is_regular(grid):
            return True
        return self.table != "table2" and None not in figures_of(grid) and adds_up_with_blanks(grid)

    def _is_regular(self, cells: Sequence[ReadCell]) -> bool:
        """Tell whether cells stand in a grid whose every place is filled: then its columns are what a reader sees."""
        return all(cell.place in self._regular_places for cell in cells)

    @cached_property
    def _regular_places(self) -> frozenset[str]:
        """The places of the cells of tables without a gap, but for those whose columns were found by us."""
        placed = (one for space in self.spaces if space.is_rectangle() for one in space.cells)
        return frozenset(one.cell.place for one in placed if not FOUND.match(one.cell.place))

    def _decide(self, name: str, order: tuple[ReadCell, ...], grid: tuple[ReadCell, ...]) -> _Settled:
        differ = f"the two readings differ (by order {_shown(order)}, by columns {_shown(grid)})"
        if self._is_regular(grid) and (grid[-1].value is None or not _keeps_total(self.table, order)):
            # nothing speaks for the order: where the last column is blank, what adds up is a subtotal
            return self._doubt(name, f"{differ}; the columns are whole and stand", grid)
        keeps = [cells for cells in (order, grid) if _keeps_total(self.table, cells)]
        if len(keeps) == 1 and not _is_rearranged(order, grid):
            return self._doubt(name, f"{differ}; the one that adds up stands", keeps[0])
        if len(keeps) != 1 and self.whole and self.table != "table2":
            return self._doubt(name, f"{differ}; the order of the cells is whole and stands", order)
        return self._doubt(name, f"{differ}; the row is refused")


def _keeps_total(table: str, cells: Sequence[ReadCell]) -> bool:
    """Tell whether the total of a row is stated and is the sum of the others, a blank counted as nothing."""
    return table != "table2" and any(figures_of(cells)) and cells[-1].kind != "blank" and adds_up_with_blanks(cells)


def _is_rearranged(order: Sequence[ReadCell], grid: Sequence[ReadCell]) -> bool:
    """Tell whether two readings have the same total, and one has the figures of the other, or some, in other columns: no
    sum tells which.
    """
    (*parts, total), (*others, other_total) = figures_of(order), figures_of(grid)
    if total != other_total or not any(a != b for a, b in zip(parts, others, strict=True) if None not in (a, b)):
        return False
    figures, more = (Counter(value for value in values if value is not None) for values in (parts, others))
    return figures <= more or more <= figures


def _shown(cells: Sequence[ReadCell]) -> str:
    return " ".join("·" if cell.value is None else str(cell.value) for cell in cells)
