"""Which fields of a row are its cells, where its line has others, too: told by all rows of its shape.

A converter that keeps a table's geometry prints a row as a line of fields. Where the table's pages have columns of
their own, some fields hold no cell. One row does not tell which, but the rows of one shape (page, field of the label,
number of fields) have their cells in the same fields:

- They are those that any of these rows fills, if these are as many as the form has columns.
- Where they fill fewer, the cells lie side by side around them, or as far apart as in other shapes. There must be room
  for that in one way only, or sums, or the same shape on another page, must tell which way it is.

A row of another length than those around it lost a field, or gained one, and is not told.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from extract.form import TABLE3_LABELS
from extract.labels import Match
from extract.reading import ReadCell
from extract.stream import Run, Token

USUAL = 3  # rows by which a table's layout is known
SUMMED = range(5, 8)  # cells of a row with a total
_Columns = tuple[int, ...]


class Found(NamedTuple):
    """A row's label and the values behind it, not yet counted."""

    match: Match
    texts: tuple[Token, ...]
    run: Run
    next_line: int = 0  # on which the next text stands
    is_last: bool = True  # the empty lines behind it may be those behind the table
    column: int = 0  # of the line's fields the first behind the label
    page: int = 0  # of the table, as empty lines part it


def kinds_of(run: Run) -> tuple[str, ...]:
    """Return the kinds of a run's values and blanks, in order."""
    return tuple(token.kind for token in run.values)


class _Shape(NamedTuple):
    """The page of rows, how their labels are numbered (一、 （一） 1.: each spans other columns of the form), the first field
    behind them, and how many fields stand there.
    """

    page: int
    level: str
    column: int
    fields: int


@dataclass(frozen=True)
class Siblings:
    """Rows of a table that have as many cells as each other, some of which show how it is laid out."""

    rows: Sequence[Found]
    count: int

    def cells_of(self, row: Found) -> tuple[ReadCell, ...] | None:
        """Return the cells of a row on one line, blanks beside or among them; None where nobody can tell them."""
        if self._are_bare:
            return cells_in(row.run.values) if len(row.run.values) == self.count else None
        page = next((page for page, rows in enumerate(self._pages) if any(row is one for one in rows)), None)
        columns = None if page is None else self._columns.get(_shape(row, page))
        if columns is None:
            return None
        cells = cells_in([row.run.values[at] for at in columns])
        ends = cells[-1].kind != "blank" or cells[-1].place != ""  # no blank that a converter may have added
        return cells if self._is_matrix or (ends and adds_up_with_blanks(cells)) else None

    @cached_property
    def _on_lines(self) -> Sequence[Found]:
        return [row for row in self.rows if len(row.run.rows) == 1]

    @cached_property
    def _are_bare(self) -> bool:
        """Tell whether nearly all rows have just the form's cells: some fill the first of as many fields. One of fewer
        figures without a blank lost a cell, and tells nothing.
        """
        told = [row for row in self._on_lines if len(row.run.values) >= self.count or "blank" in kinds_of(row.run)]
        bare = [row for row in told if len(row.run.values) == self.count]
        begin = len(self.rows) == 1 or any(_fills(row, 0) for row in bare)
        return begin and len(bare) * 10 >= len(told) * 9

    @cached_property
    def _runs(self) -> Sequence[Sequence[Found]]:
        """The rows in runs of one length on one page, without those shorter or longer than the rows around them."""
        runs = [[*run] for _, run in groupby(self._on_lines, lambda row: (row.page, row.column + len(row.run.values)))]
        parts = [run[0].page for run in runs]
        return [run for run in runs if len(run) >= USUAL or parts.count(run[0].page) == 1]

    @cached_property
    def _is_matrix(self) -> bool:
        """Tell whether rows are as long as those around them. Where they are not, their shapes are believed only as far
        as totals add up.
        """
        return sum(map(len, self._runs)) * 4 >= len(self._on_lines) * 3

    @cached_property
    def _pages(self) -> Sequence[Sequence[Found]]:
        return self._runs if self._is_matrix else [self._on_lines]

    @cached_property
    def _shapes(self) -> Mapping[_Shape, Sequence[Found]]:
        shapes: dict[_Shape, list[Found]] = {}
        for page, rows in enumerate(self._pages):
            for row in rows:
                shapes.setdefault(_shape(row, page), []).append(row)
        return shapes

    @cached_property
    def _used(self) -> Mapping[_Shape, _Columns]:
        """The columns that the rows of each shape fill, any of them."""
        shapes = {shape: rows for shape, rows in self._shapes.items() if rows[0].page not in self.cut}
        used = {shape: _filled(rows) for shape, rows in shapes.items()}
        if self._is_wide(used):  # by rows that stand in other fields, perhaps
            used = {shape: _filled([row for row in rows if not self._is_summed(row)]) for shape, rows in shapes.items()}
        if self._is_wide(used):  # there may be a column that the form does not have
            used = {shape: columns for shape, columns in used.items() if shape.fields == self.count}
        return {shape: columns for shape, columns in used.items() if columns}

    def _is_wide(self, used: Mapping[_Shape, _Columns]) -> bool:
        """Tell whether several rows are of shapes that fill more columns than the form has."""
        return sum(len(self._shapes[shape]) for shape, columns in used.items() if len(columns) > self.count) > 1

    def _is_summed(self, row: Found) -> bool:
        """Tell whether a row has just the form's figures and keeps its total: then it has no others, wherever they stand."""
        figures = cells_in([token for token in row.run.values if token.kind == "value"])
        return len(figures) == self.count in SUMMED and bool(figures[-1].value) and adds_up_with_blanks(figures)

    @cached_property
    def cut(self) -> Collection[int]:
        """The pages that lost a column: the figures of none of their rows reach over all columns, as those of most others
        do.
        """
        whole: dict[int, list[bool]] = {}
        for row in self._on_lines:
            filled = _filled([row])
            whole.setdefault(row.page, []).append(bool(filled) and filled[-1] - filled[0] + 1 >= self.count)
        cut = {page for page, rows in whole.items() if len(rows) >= USUAL and not any(rows)}
        others = [one for page, rows in whole.items() if page not in cut for one in rows]
        return cut if sum(others) * 2 > len(others) else set()

    @cached_property
    def _sure(self) -> Mapping[_Shape, _Columns]:
        """The columns of the shapes whose rows fill all of them, and one both ends."""
        whole = {shape: columns for shape, columns in self._used.items() if len(columns) == self.count}
        return {shape: columns for shape, columns in whole.items() if self._reach(shape, columns)}

    @cached_property
    def _columns(self) -> Mapping[_Shape, _Columns | None]:
        """By the shape of rows, which of the fields behind the label are cells; None where nothing tells."""
        return {shape: self._sure.get(shape) or self._told(shape) for shape in self._used}

    def _told(self, shape: _Shape) -> _Columns | None:
        """Return the columns of a shape whose rows fill fewer than the form has."""
        used = self._used[shape]
        if len(used) == self.count < shape.fields:
            return None  # as no row fills both ends, some of the rows may be shifted
        moved = {tuple(by + at for at in way) for way in self._ways(shape) for by in range(shape.fields - way[-1])}
        fitting = [columns for columns in moved if set(columns).issuperset(used)]
        by_sums = [columns for columns in fitting if self._sums_say(shape, columns)]
        if len(by_sums) == 1:
            return by_sums[0]
        by_others = not any(self._are_together(other) for other in self._shapes if other.page == shape.page)
        if len(fitting) != 1 or (by_others and self._sums_deny(shape, fitting[0])):
            return None
        if self._reach(shape, fitting[0]) or (self._is_whole(shape) and not self._hangs_on_one_row(shape, moved)):
            return fitting[0]
        return None

    def _hangs_on_one_row(self, shape: _Shape, moved: Collection[_Columns]) -> bool:
        """Tell whether only one of several rows of a shape excludes the other ways to have its columns: it may be shifted."""
        rows = self._shapes[shape]
        firm = {at for at in self._used[shape] if sum(_fills(row, at) for row in rows) > 1}
        return len(rows) >= USUAL and sum(firm.issubset(columns) for columns in moved) > 1

    def _ways(self, shape: _Shape) -> Collection[_Columns]:
        """Return how far from each other the cells of a shape may stand: as those of its page, or of others."""
        ways = [(other.page, tuple(at - columns[0] for at in columns)) for other, columns in self._sure.items()]
        if of_page := {way for page, way in ways if page == shape.page}:
            return of_page
        spans = [columns[-1] - columns[0] for other, columns in self._used.items() if other.page == shape.page]
        together = max(spans) < self.count and any(map(self._are_together, self._shapes))
        return {*(way for _, way in ways), *([tuple(range(self.count))] * together)}

    def _are_together(self, shape: _Shape) -> bool:
        """Tell whether rows of a shape show that no field stands between their cells: they have no other fields, fill all
        cells but one at an edge, or several fill the first and the last.
        """
        used = self._used.get(shape, ())
        if shape.fields == self.count or not used:
            return shape.fields == self.count
        span = used[-1] - used[0] + 1
        ends = sum(_fills(row, used[0]) and _fills(row, used[-1]) for row in self._shapes[shape])
        return span == len(used) == self.count - 1 or (span == self.count and ends >= USUAL)

    def _is_whole(self, shape: _Shape) -> bool:
        """Tell whether the rows of a shape have lost no fields: neither one of them, as their page shows, nor all those
        behind the last figure, as any row of the table does.
        """
        return len(self._pages[shape.page]) >= USUAL and any(
            row.run.values[-1].kind == "blank" for rows in self._shapes.values() for row in rows
        )

    def _reach(self, shape: _Shape, columns: _Columns) -> bool:
        """Tell whether a row of a shape fills the first and the last of some columns."""
        return any(_fills(row, columns[0]) and _fills(row, columns[-1]) for row in self._shapes[shape])

    def _sums_deny(self, shape: _Shape, columns: _Columns) -> bool:
        """Tell whether no row of a shape that states a total would keep it in some columns, though rows state one."""
        rows = [[_figure(row, at) for at in columns] for row in self._shapes[shape] if _fills(row, columns[-1])]
        kept = [sum(row) == 2 * row[-1] for row in rows if any(row[:-1])]
        return self.count in SUMMED and bool(kept) and not any(kept)

    @cached_property
    def _lacks_totals(self) -> bool:
        """Tell whether rows with just the form's cells all leave the last of them blank."""
        exact = [row for shape, rows in self._shapes.items() if shape.fields == self.count for row in rows]
        return bool(exact) and not any(_fills(row, self.count - 1) for row in exact)

    def _sums_say(self, shape: _Shape, columns: _Columns) -> bool:
        """Tell whether several rows of a shape show that their totals stand where some columns have them: in the last that
        is filled, whose figures are the sums of the others, or behind it, as its figures are less.
        """
        used = self._used[shape]
        filled = ([_figure(row, at) for at in used] for row in self._shapes[shape])
        rows = [row for row in filled if any(row)]
        if self.count not in SUMMED or len(rows) < 2:
            return False
        if columns[-1] == used[-1]:
            return all(sum(row) == 2 * row[-1] for row in rows)
        return self._lacks_totals and all(sum(row) > 2 * row[-1] for row in rows)


def adds_up_with_blanks(cells: Sequence[ReadCell]) -> bool:
    """Tell whether the last of some cells is the sum of the others, blanks counted as nothing, or blank itself."""
    *parts, total = cells
    return total.kind == "blank" or sum(cell.value or 0 for cell in parts) == total.value


def cells_in(tokens: Sequence[Token]) -> tuple[ReadCell, ...]:
    """Return what some fields state."""
    return tuple(token.cell or ReadCell() for token in tokens)


def _shape(row: Found, page: int) -> _Shape:
    level = TABLE3_LABELS.get(row.match.row, "")[1:2]
    return _Shape(page, level if level in "、." else "", row.column, len(row.run.values))


def _fills(row: Found, column: int) -> bool:
    return row.run.values[column].kind == "value"


def _figure(row: Found, column: int) -> int | Decimal:
    cell = row.run.values[column].cell
    return cell.value or 0 if cell else 0


def _filled(rows: Sequence[Found]) -> _Columns:
    return tuple(sorted({at for row in rows for at, kind in enumerate(kinds_of(row.run)) if kind == "value"}))
