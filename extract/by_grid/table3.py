"""Table 3 by geometry: requests received and handled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from extract.by_grid.occupancy import FOUND, GridRows, Occupancy, Placed, Span, read_cells
from extract.by_grid.years import this_years
from extract.form import APPLICANTS, TABLE3_HEADERS, TABLE3_ROWS
from extract.reading import BLANK, ReadCell

_OUTERMOST = frozenset(["received", "carried_in", "carried_out"])
_LEAST_HEADS = 5  # of a table that lacks some of the form's columns


class _Heads(NamedTuple):
    """The heads of table 3: the first line below them, their columns, and further columns that are not the form's."""

    below: int = 0
    columns: Mapping[str, Span] = {}
    further: frozenset[int] = frozenset()

    @property
    def reach(self) -> Span:
        """From the first of the form's columns to the one behind their last."""
        return min(left for left, _ in self.columns.values()), max(right for _, right in self.columns.values())


def read_table3_grids(spaces: Sequence[Occupancy]) -> GridRows:
    """Return the rows of table 3 that the grids show without doubt, none that they print again with other figures."""
    rows: GridRows = {}
    doubted: set[str] = set()
    for name, cells in _rows(spaces, rows):
        before = rows.setdefault(name, cells)
        if [cell.value for cell in before] != [cell.value for cell in cells]:
            doubted.add(name)
    return {name: cells for name, cells in rows.items() if name not in doubted}


def _rows(spaces: Sequence[Occupancy], read: GridRows) -> Iterator[tuple[str, tuple[ReadCell, ...]]]:
    """Yield the rows below heads of table 3; a grid without heads continues the one before. Left out are the rest of a
    label that a line or page break tore, beside blank cells, and a row whose label ends in another column than those of
    its depth before it: its figures have moved, too.
    """
    heads, width = _Heads(), 0
    is_nameless = False  # whether the row above states figures beside no known label
    label_ends: dict[int, int] = {}  # of the labels of each depth
    for space in spaces:
        own = _heads_of(space)
        if own.columns:
            heads, width = own, space.width
        elif not heads.columns or space.width != width:
            continue
        first, last = heads.reach
        for line in range(own.below, space.height):
            match = space.row_of(line, first, TABLE3_ROWS, list(read))
            placed = [one for span in heads.columns.values() if (one := space.only(line, span))]
            is_blank = not any(one.cell.text.strip() for one in placed)
            torn, is_nameless = is_nameless, match is None and not is_blank
            whole = len(placed) == len(heads.columns) and not space.sticks_out(line, (first, last), heads.further)
            if not match or not whole or (is_blank and (torn or match.how == "misprint")):
                continue
            label_end = max((one.right for one in space.starting[line] if one.key and one.left < first), default=0)
            may_move = not own.columns or FOUND.match(placed[0].cell.place)  # nothing says where its cells stand but we
            if label_ends.setdefault(_depth(match.row), label_end) == label_end or not may_move:
                stated = dict(zip(heads.columns, read_cells(placed), strict=True))
                yield match.row, tuple(stated.get(applicant, BLANK) for applicant in APPLICANTS)


def _depth(row: str) -> int:
    """Return how many cells of labels a row of table 3 has: 三、 and （三） stand beside 1."""
    return 1 if row in _OUTERMOST else 2 + ("." in row)


def _heads_of(space: Occupancy) -> _Heads:
    """Return the heads of table 3: all seven, or those that a table has which lacks some, but for 自然人; of several such
    groups (this year's, last year's) this year's. No columns where they are in doubt.
    """
    near: list[Placed] = []
    bottom = 0
    for placed in space.cells:
        if placed.key in TABLE3_HEADERS and placed.left > 0 and (not near or placed.top <= bottom + 1):
            near.append(placed)
            bottom = max(bottom, placed.bottom - 1)
    group = _this_years_group(space, near)
    columns: dict[str, Span] = {}
    for placed in group:
        columns.setdefault(TABLE3_HEADERS[placed.key], (placed.left, placed.right))
    taken = [columns[applicant] for applicant in APPLICANTS if applicant in columns]
    if space.is_rectangle():
        taken.sort()  # otherwise spans lie, and heads out of the form's order are moved there by them
    if any(one[1] > other[0] for one, other in pairwise(taken)):
        return _Heads()
    if set(APPLICANTS[:-1]) - columns.keys() and not _are_all_there(space, columns, taken):
        return _Heads()
    found = _Heads(bottom + 1, columns)
    others = [placed for placed in near if placed not in group]
    if len(others) < len(columns):  # no group of their own
        behind = space.within(bottom, (found.reach[1], space.width))
        others = [one for one in behind if len(one.key) >= 2 and one.key not in TABLE3_HEADERS]
    return found._replace(further=frozenset(column for one in others for column in range(one.left, one.right)))


def _are_all_there(space: Occupancy, columns: Mapping[str, Span], taken: Sequence[Span]) -> bool:
    """Tell whether the heads of a table that lacks some columns stand side by side, so that none of them is illegible."""
    ends = {"natural_person", "other_org", "total"}
    beside = all(one[1] == other[0] for one, other in pairwise(taken))
    return space.is_rectangle() and beside and ends <= columns.keys() and len(columns) >= _LEAST_HEADS


def _this_years_group(space: Occupancy, heads: Sequence[Placed]) -> Sequence[Placed]:
    """Return the heads of table 3, of several groups side by side those of the latest year, or of this year where the
    others say that they are of the last; all where that is not told.
    """
    starts = [head.left for head in heads if TABLE3_HEADERS[head.key] == "natural_person"]
    if len(starts) < 2 or starts != sorted(set(starts)):
        return heads
    groups = [*pairwise([*starts, space.width])]
    above = [one for one in space.cells if one.top <= heads[0].top]
    captions = ["".join(one.key for one in above if one.left >= left and one.right <= right) for left, right in groups]
    at = this_years(captions)
    if at is None:
        return heads
    left, right = groups[at]
    return [head for head in heads if left <= head.left < right]
