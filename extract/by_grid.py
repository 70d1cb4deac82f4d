"""The reading of the tables by geometry: a cell belongs to the row and the column whose labels stand beside and above
it.

It is only as good as the spans that the document declares, so it reads a cell when exactly one cell of the document
fills the place where row and column cross, and leaves the row out otherwise. It shares nothing with the reading by
order but the labels.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from extract.cells import read_cell, read_cell_at, unit_beside, with_unit
from extract.document import Cell, Grid
from extract.form import (
    APPLICANTS,
    OUTCOMES,
    TABLE2_COLUMNS,
    TABLE2_FURNITURE,
    TABLE2_HEADER_KEYS,
    TABLE2_HEADERS,
    TABLE2_ROWS,
    TABLE3_HEADER_KEYS,
    TABLE3_HEADERS,
    TABLE3_ROWS,
    TABLE4_GROUPS,
    TABLE4_KEYS,
    TABLE4_OUTCOMES,
    Labels,
    Row,
    label_key,
)
from extract.labels import Match, Trail, known_label, match_label
from extract.reading import ReadCell

_HEADS = Labels((*TABLE2_HEADER_KEYS, *TABLE3_HEADER_KEYS, *TABLE4_KEYS))
# Short words that name an outcome of table 4 only below a group of it.
_OUTCOMES = {**TABLE4_OUTCOMES, "维持": "upheld", "纠正": "corrected", "其他": "other", "其它": "other"}
_AT_ITS_START = frozenset([0])
_OUTERMOST = frozenset(["received", "carried_in", "carried_out"])
_MAX_PLACES = 1_000_000  # that the cells of a grid fill together
_LEAST_HEADS3 = 5  # of a table 3 that lacks some of the form's columns
FOUND = re.compile(r"$|p\d+ |l\d+r")  # no place, or one on a page or in a text, whose columns were found by us
_YEAR = re.compile(r"20[012]\d(?=年)")
_LAST_YEAR = re.compile(r"上一?年|去年|往年|同期")
_NUMBERS_ROWS = frozenset(["行次", "序号", "编号", "行号", "栏次"])
_LINES_OF_HEADS = 4
_MAX_COLUMNS = 200  # a form has at most 16; beyond that the spans are no help


@dataclass(slots=True, eq=False)
class _Placed:
    """A cell with the rows and columns that it fills, ends excluded."""

    cell: Cell
    key: str
    top: int
    bottom: int
    left: int
    right: int


GridRows = dict[str, tuple[ReadCell, ...]]
_Columns = Mapping[str, tuple[int, int]]


class Occupancy:
    """A grid laid out as a browser does (HTML 4.01 §11.2.6): which cell fills each place."""

    def __init__(self, grid: Grid) -> None:
        """Lay the cells of `grid` out; a row reaches no further than the grid."""
        self.height = len(grid.rows)
        self.at: list[dict[int, _Placed]] = [{} for _ in grid.rows]
        self.starting: list[list[_Placed]] = [[] for _ in grid.rows]  # on each line
        room = _MAX_PLACES
        for top, row in enumerate(grid.rows):
            here, starting = self.at[top], self.starting[top]
            left = 0
            for cell in row:
                while left in here:
                    left += 1
                text, colspan, rowspan, _ = cell
                key = _head_key(text) if text else ""
                if colspan == rowspan == 1:
                    room -= 1
                    placed = here[left] = _Placed(cell, key, top, top + 1, left, left + 1)
                    starting.append(placed)
                    left += 1
                    continue
                right = left + max(1, min(colspan, _MAX_COLUMNS))
                bottom = min(self.height, top + rowspan) if rowspan > 0 else self.height
                room -= (bottom - top) * (right - left)
                if room < 0:
                    bottom, right = top + 1, left + 1  # spans beyond all use: the cell alone
                placed = _Placed(cell, key, top, bottom, left, right)
                starting.append(placed)
                for line in range(top, bottom):
                    for column in range(left, right):
                        self.at[line].setdefault(column, placed)
                left = right
        self.cells = [placed for starting in self.starting for placed in starting]
        widths = [max(line) + 1 for line in self.at if line]
        self.width = max(widths, default=0)
        self.usual_width = Counter(widths).most_common(1)[0][0] if widths else 0

    def is_rectangle(self) -> bool:
        """Tell whether the cells fill every place: then their spans agree with each other."""
        return all(len(line) == self.width for line in self.at)

    def sticks_out(self, line: int, first: int, last: int, headed: Set[int] = frozenset()) -> bool:
        """Tell whether a row holds figures outside the columns `first` to `last`, or reaches beyond all other rows.

        Nobody can tell which of its cells is the one too many. `headed` are further columns with heads of their own:
        their figures are no surplus, and none of their cells may be missing.
        """
        here = self.at[line]
        if max(here, default=0) + 1 > self.usual_width or not headed <= here.keys():
            return True
        label, others = -1, []
        for placed in dict.fromkeys(here.values()):
            if (placed.right <= first or placed.left >= last) and placed.left not in headed:
                if not _is_label(placed):
                    others.append(placed)
                elif placed.right <= first:
                    label = max(label, placed.left)
        return any(placed.left > label and placed.cell.text.strip() for placed in others)

    def only(self, line: int, columns: tuple[int, int], *, repeated: bool = False) -> _Placed | None:
        """Return the one cell that fills these columns of a line and nothing beyond them; None where there is none
        such. `repeated`: the converter repeats a cell in each column of its span, as it did with the head.
        """
        if columns[1] - columns[0] == 1:
            one = self.at[line].get(columns[0])
            alone = one is not None and one.top == line == one.bottom - 1 and one.right - one.left == 1
            return one if alone else None
        here = [placed for column in range(*columns) if (placed := self.at[line].get(column))]
        printed = [placed for placed in dict.fromkeys(here) if placed.cell.text.strip()]
        alike = repeated and len(printed) == columns[1] - columns[0] and len({one.cell.text for one in printed}) == 1
        only = printed[0] if len(printed) == 1 or alike else here[0] if here and not printed else None
        if only is None or only.top != line or only.bottom != line + 1:
            return None
        return only if only.left >= columns[0] and only.right <= columns[1] else None

    def in_turn(self, line: int, spans: Sequence[tuple[int, int]]) -> list[_Placed]:
        """Return the cells of a line, one for each of some columns side by side, where only the edges between them are
        shifted, as who draws a table line by line leaves them; [] where they are others.
        """
        ordered = sorted(spans)
        first, last = ordered[0][0], ordered[-1][1]
        here = list(dict.fromkeys(one for column in range(first, last) if (one := self.at[line].get(column))))
        alone = all(one.top == line == one.bottom - 1 for one in here)
        if len(here) != len(spans) or not alone or (here[0].left, here[-1].right) != (first, last):
            return []
        own = dict(zip(ordered, here, strict=True))
        return [own[span] for span in spans] if all(a < own[a, b].right and own[a, b].left < b for a, b in own) else []

    def covering(self, line: int, columns: tuple[int, int]) -> _Placed | None:
        """Return the cell of a line above that is merged down over these columns and no others."""
        one = self.at[line].get(columns[0])
        merged = one is not None and one.top < line and (one.left, one.right) == columns
        return one if merged and self.is_rectangle() else None


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


def turned(space: Occupancy) -> Occupancy:
    """Return a grid with its rows as columns."""
    columns = [
        sorted((one for one in space.cells if one.left == left), key=lambda one: one.top) for left in range(space.width)
    ]
    rows = (
        tuple(one.cell._replace(colspan=one.bottom - one.top, rowspan=one.right - one.left) for one in column)
        for column in columns
    )
    return Occupancy(Grid(tuple(rows)))


@lru_cache(maxsize=1 << 14)
def _head_key(text: str) -> str:
    return known_label(label_key(text), _HEADS)


def _is_label(placed: _Placed) -> bool:
    return len(placed.key) >= 2 and read_cell(placed.cell.text).kind == "refused"


def read_cells(placed: Sequence[_Placed]) -> tuple[ReadCell, ...]:
    """Return what placed cells state, each with its place in the original."""
    return tuple(read_cell_at(one.cell.text, one.cell.place) for one in placed)


def read_table3_grids(spaces: Sequence[Occupancy]) -> GridRows:
    """Return the rows of table 3 that the grids show without doubt; one without heads continues the one before, unless
    several of its rows have figures outside the columns there, and more than have one in the last of them. A row is left
    out whose label ends in another column than those of its depth before it: its figures have moved, too.
    """
    rows: GridRows = {}
    doubted: set[str] = set()
    label_ends: dict[int, int] = {}  # of the labels of each depth, below the heads
    heads = _Heads3(0, {})
    width = 0
    is_nameless = False  # whether the row above states figures beside no known label
    for space in spaces:
        found = _heads3(space)
        if found.columns:
            heads, width = found, space.width
        elif not heads.columns or space.width != width:
            continue
        first, last = heads.reach()
        lines = range(found.below, space.height)
        within = [line for line in lines if not space.sticks_out(line, first, last, heads.further)]
        ends = max(heads.columns.values())
        agree = [line for line in within if (end := space.only(line, ends)) and end.cell.text.strip()]
        if not found.columns and len(lines) - len(within) > max(1, len(agree)):
            continue
        for line in within:
            match = _row_label(space, line, first, TABLE3_ROWS, list(rows))
            cells = _cells3(space, line, [*heads.columns.values()])
            is_blank = all(cell.kind == "blank" for cell in cells)
            torn, is_nameless = is_nameless, match is None and not is_blank
            if match is None or not cells or (is_blank and (torn or match.how == "misprint")):
                continue  # the last: the rest of a label that a line or page break tore
            name = match.row
            label_end = _label_end(space, line, first)
            may_move = not found.columns or FOUND.match(cells[0].place)  # nothing says where its cells stand but we
            if label_ends.setdefault(_depth(name), label_end) != label_end and may_move:
                continue
            stated = dict(zip(heads.columns, cells, strict=True))
            read = tuple(stated.get(applicant, ReadCell()) for applicant in APPLICANTS)
            if name in rows and [cell.value for cell in rows[name]] != [cell.value for cell in read]:
                doubted.add(name)
            rows.setdefault(name, read)
    return {name: cells for name, cells in rows.items() if name not in doubted}


def _depth(row: str) -> int:
    """Return how many cells of labels a row of table 3 has: 三、 and （三） stand beside 1."""
    return 1 if row in _OUTERMOST else 2 + ("." in row)


def _label_end(space: Occupancy, line: int, before: int) -> int:
    """Return the column behind the last label that begins on a line left of the figures' columns."""
    return max((placed.right for placed in space.starting[line] if placed.key and placed.left < before), default=0)


def _cells3(space: Occupancy, line: int, spans: Sequence[tuple[int, int]]) -> list[ReadCell]:
    """Return what a line of table 3 states in some columns; [] where not each has a cell of its own. A figure merged
    down from a line above is none of this line's, and refused.
    """
    placed = [space.only(line, span) or space.covering(line, span) for span in spans]
    whole = [one for one in placed if one is not None]
    if len(whole) < len(spans):
        whole = space.in_turn(line, spans)
    return [
        read_cell_at(one.cell.text, one.cell.place)
        if one.top == line
        else ReadCell(None, one.cell.text, "refused", place=one.cell.place)
        for one in whole
    ]


class _Heads3(NamedTuple):
    """The heads of table 3: the first line below them, their columns, and further columns that are not the form's."""

    below: int
    columns: _Columns
    further: frozenset[int] = frozenset()

    def reach(self) -> tuple[int, int]:
        """Return the first of the form's columns and the one behind their last."""
        return min(left for left, _ in self.columns.values()), max(right for _, right in self.columns.values())


def _heads3(space: Occupancy) -> _Heads3:
    """Return the heads of table 3: all seven, or those that a table has which lacks some, but for 自然人; of several such
    groups (this year's, last year's) this year's. No columns where they are in doubt.
    """
    none = _Heads3(0, {})
    heads = [placed for placed in space.cells if placed.key in TABLE3_HEADERS and placed.left > 0]
    bottom = 0
    near: list[_Placed] = []
    for placed in heads:
        if not near or placed.top <= bottom + 1:
            near.append(placed)
            bottom = max(bottom, placed.bottom - 1)
    group = _this_years_group(space, near)
    columns: dict[str, tuple[int, int]] = {}
    for placed in group:
        columns.setdefault(TABLE3_HEADERS[placed.key], (placed.left, placed.right))
    taken = [columns[applicant] for applicant in APPLICANTS if applicant in columns]
    if space.is_rectangle():
        taken.sort()  # otherwise spans lie, and heads out of the form's order are moved there by them
    if not all(one[1] <= other[0] for one, other in pairwise(taken)):
        return none
    if set(APPLICANTS[:-1]) - columns.keys() and not _are_all_there(space, columns, taken):
        return none
    found = _Heads3(bottom + 1, columns)
    _, last = found.reach()
    others = [placed for placed in near if placed not in group]
    if len(others) < len(columns):  # no group of their own
        others = [one for one in dict.fromkeys(space.at[bottom].values()) if one.left >= last and len(one.key) >= 2]
        others = [one for one in others if one.key not in TABLE3_HEADERS]
    return found._replace(further=frozenset(column for one in others for column in range(one.left, one.right)))


def _are_all_there(space: Occupancy, columns: _Columns, taken: Sequence[tuple[int, int]]) -> bool:
    """Tell whether the heads of a table that lacks some columns stand side by side, so that none of them is illegible."""
    ends = {"natural_person", "other_org", "total"}
    beside = all(one[1] == other[0] for one, other in pairwise(taken))
    return space.is_rectangle() and beside and ends <= columns.keys() and len(columns) >= _LEAST_HEADS3


def _this_years_group(space: Occupancy, heads: Sequence[_Placed]) -> list[_Placed]:
    """Return the heads of table 3, of several groups side by side those of the latest year, or of this year where the
    others say that they are of the last; all where that is not told.
    """
    starts = [head.left for head in heads if TABLE3_HEADERS[head.key] == "natural_person"]
    if len(starts) < 2 or starts != sorted(set(starts)):
        return list(heads)
    groups = {span: _caption(space, heads[0].top, *span) for span in pairwise([*starts, space.width])}
    this_year = _this_years([*groups.values()])
    if this_year is None:
        return list(heads)
    left, right = list(groups)[this_year]
    return [head for head in heads if left <= head.left < right]


def _this_years(captions: Sequence[str]) -> int | None:
    """Return which of several captions is the report's year's: the latest, or the only one not said to be the last's;
    None where they do not tell.
    """
    years = [int(match[0]) for caption in captions if (match := _YEAR.search(caption))]
    if len(years) == len(captions):
        wanted = [at for at, year in enumerate(years) if year == max(years)]
    else:
        wanted = [at for at, caption in enumerate(captions) if not _LAST_YEAR.search(caption)]
    return wanted[0] if len(wanted) == 1 else None


def _caption(space: Occupancy, top: int, left: int, right: int) -> str:
    """Return what stands above some columns and above no others."""
    return "".join(one.key for one in space.cells if one.top <= top and one.left >= left and one.right <= right)


def _row_label(space: Occupancy, line: int, before: int, rows: Sequence[Row], read: Sequence[str]) -> Match | None:
    """Return which row the rightmost label left of the columns names."""
    here = [placed for column in range(before) if (placed := space.at[line].get(column)) and placed.key]
    labels = list(dict.fromkeys(here))
    context = ""
    for placed in reversed(labels):
        if placed.bottom - placed.top > 1 and placed.left == 0 and len(labels) > 1:
            continue
        match = match_label(Trail(placed.key, _AT_ITS_START), (), rows, read=read)
        if match:
            return match
        context += placed.key
        if len(context) > 40:
            return None
    return None


def read_table2_grids(spaces: Sequence[Occupancy]) -> Iterator[tuple[str, tuple[str, ...], tuple[ReadCell, ...]]]:
    """Yield (row, columns, cells) of table 2 that the grids show without doubt."""
    heads: dict[tuple[int, int], tuple[str, str | None]] = {}  # of columns: name and unit
    repeated: set[tuple[int, int]] = set()
    further: frozenset[int] = frozenset()
    for space in spaces:
        for line in range(space.height):
            on_line = space.starting[line]
            named = _heads2(on_line)
            if named:
                # a head that was not understood leaves its column out, not the columns beside it
                heads = _reaching(named, on_line, space.width)
                further = _further2(on_line)
                repeated = {
                    (left, right)
                    for left, right in named
                    if right - left > 1 and _is_repeated(space, line, left, right)
                }
                continue
            if not heads:
                continue
            match = _row_label(space, line, min(left for left, _ in heads), TABLE2_ROWS, ())
            if match is None:
                continue
            if space.sticks_out(line, min(left for left, _ in heads), max(right for _, right in heads), further):
                continue
            columns = tuple(column for column, _ in heads.values())
            placed = [space.only(line, span, repeated=span in repeated) for span in heads]
            whole = [one for one in placed if one is not None]
            if len(whole) < len(heads):
                whole = space.in_turn(line, [*heads])
            if whole and _fits(match.row, columns):
                cells = read_cells(whole)
                yield (
                    match.row,
                    columns,
                    tuple(with_unit(cell, unit) for cell, (_, unit) in zip(cells, heads.values(), strict=True)),
                )


def _heads2(on_line: Sequence[_Placed]) -> dict[tuple[int, int], tuple[str, str | None]]:
    """Return the heads of table 2 on a line by the columns that they fill; one that a converter repeated in each column
    of its span fills them all.
    """
    named: dict[tuple[int, int], tuple[str, str | None]] = {}
    last: tuple[int, int] | None = None
    for placed in on_line:
        if placed.key not in TABLE2_HEADERS:
            last = None
            continue
        span, head = (placed.left, placed.right), (TABLE2_HEADERS[placed.key][0], unit_beside(placed.cell.text))
        if last and last[1] == span[0] and named[last] == head:
            del named[last]
            span = (last[0], span[1])
        named[span] = head
        last = span
    return named


def _further2(on_line: Sequence[_Placed]) -> frozenset[int]:
    """Return the columns on a line of heads of table 2 whose heads are not the form's, but for that of the labels."""
    known = (*TABLE2_HEADERS, *TABLE2_FURNITURE)
    heads = [one for one in on_line if one.left > 0 and len(one.key) >= 2 and one.key not in known]
    return frozenset(column for head in heads for column in range(head.left, head.right))


def _is_repeated(space: Occupancy, line: int, left: int, right: int) -> bool:
    """Tell whether the columns of a head are those of several cells that print the same."""
    return len({id(space.at[line][column]) for column in range(left, right)}) > 1


def _reaching(
    named: Mapping[tuple[int, int], tuple[str, str | None]], on_line: Sequence[_Placed], width: int
) -> dict[tuple[int, int], tuple[str, str | None]]:
    """Return the heads with the blank cells behind them added: a converter that splits merged cells leaves those."""
    blank = {column for placed in on_line if not placed.cell.text for column in range(placed.left, placed.right)}
    reaching = {}
    for (left, right), head in named.items():
        while right in blank and right < width:
            right += 1
        reaching[left, right] = head
    return reaching


def _fits(name: str, columns: tuple[str, ...]) -> bool:
    return any(sorted(form.get(name, ())) == sorted(columns) for form in TABLE2_COLUMNS.values())


def read_table4_grids(spaces: Sequence[Occupancy]) -> tuple[GridRows, frozenset[str]]:
    """Return the groups of table 4 that the grids show without doubt: as the form has them, side by side, or each in a
    row; and those that they print again with other figures, of which the report's year's are taken.
    """
    printed: dict[str, list[tuple[str, tuple[ReadCell, ...]]]] = {}
    for space in spaces:
        heads = [placed for placed in space.cells if placed.key in _OUTCOMES]
        for name, label, cells in (*_groups_beside(space, heads), *_groups_below(space, heads)):
            printed.setdefault(name, []).append((label, cells))
    groups: GridRows = {}
    doubted: set[str] = set()
    for name, prints in printed.items():
        if len({tuple(cell.value for cell in cells) for _, cells in prints}) > 1:
            doubted.add(name)
        taken = _this_years([label for label, _ in prints]) if name in doubted else 0
        if taken is not None:
            groups[name] = prints[taken][1]
    return groups, frozenset(doubted)


def _groups_beside(space: Occupancy, heads: Sequence[_Placed]) -> Iterator[tuple[str, str, tuple[ReadCell, ...]]]:
    """Yield the groups that stand above their outcomes, which stand above a row of figures, or several with labels: the
    group, the label, the cells.
    """
    lefts: dict[str, _Placed] = {}
    for placed in space.cells:
        if placed.key in TABLE4_GROUPS:
            lefts.setdefault(TABLE4_GROUPS[placed.key], placed)
    highest = min((group.top for group in lefts.values()), default=0)
    heads = [head for head in heads if head.top >= highest]  # another table of the same grid has a 总计, too
    starts = sorted(placed.left for placed in lefts.values())
    top = min((head.top for head in heads), default=0)  # a head repeated at a page break stands lower
    for name, group in lefts.items():
        end = next((left for left in starts if left > group.left), space.width)
        under = _heads_under(space, heads, group, end)
        if under is None:
            continue
        line = max(head.bottom for head in heads if head.top <= top + 2)
        line += line + 1 < space.height and _numbers_columns(space, line, heads)
        if len(under) < len(OUTCOMES) and _prints_beside(space, line, under, (group.left, end)):
            continue  # below a head that is not understood
        yield from ((name, *row) for row in _rows_under(space, line, under, heads))


def _prints_beside(space: Occupancy, line: int, heads: Sequence[_Placed], columns: tuple[int, int]) -> bool:
    """Tell whether a row prints something in some columns, in one that is none of the heads'."""
    below = {column for head in heads for column in range(head.left, head.right)}
    return any(
        placed.cell.text.strip()
        for at, placed in space.at[line].items()
        if columns[0] <= at < columns[1] and at not in below
    )


def _rows_under(
    space: Occupancy, line: int, under: Sequence[_Placed], heads: Sequence[_Placed]
) -> Iterator[tuple[str, tuple[ReadCell, ...]]]:
    """Yield the row of figures below heads of table 4, and those below it that state any: label and cells."""
    first = min(head.left for head in heads)
    for at in range(line, space.height):
        placed = [one for head in under if (one := space.only(at, (head.left, head.right)))]
        if len(placed) < len(under) or not _is_filled(space, at, heads):
            return
        cells = _by_outcome(under, placed)
        if at > line and any(cell.kind == "refused" for cell in cells):
            return
        if at == line or any(cell.value is not None for cell in cells):
            yield "".join(one.key for column in range(first) if (one := space.at[at].get(column))), cells


def _groups_below(space: Occupancy, heads: Sequence[_Placed]) -> Iterator[tuple[str, str, tuple[ReadCell, ...]]]:
    """Yield the groups that stand each before its row of figures, below one row of outcomes."""
    lines = ([head for head in heads if head.top == top] for top in sorted({head.top for head in heads}))
    row = next(filter(_are_outcomes, lines), None)
    if row is None or any(placed.key in TABLE4_GROUPS for placed in space.cells if placed.top <= row[0].top):
        return
    first, last = row[0].left, row[-1].right
    for line in range(max(head.bottom for head in row), space.height):
        labels = [placed for column in range(first) if (placed := space.at[line].get(column)) and placed.key]
        cells = [space.only(line, (head.left, head.right)) for head in row]
        if not labels or labels[-1].key not in TABLE4_GROUPS or None in cells or space.sticks_out(line, first, last):
            continue
        yield TABLE4_GROUPS[labels[-1].key], "", _by_outcome(row, [cell for cell in cells if cell is not None])


def _numbers_columns(space: Occupancy, line: int, heads: Sequence[_Placed]) -> bool:
    """Tell whether a row has the numbers of the columns (栏次): 1, 2, 3 …, or on from an earlier table's."""
    row = [space.at[line].get(column) for column in sorted({head.left for head in heads})]
    printed = [int(one.key) for one in row if one is not None and one.key.isdecimal()]
    return len(printed) == len(row) > 2 and printed == list(range(printed[0], printed[0] + len(row)))


def _is_filled(space: Occupancy, line: int, heads: Sequence[_Placed]) -> bool:
    """Tell whether a row of figures fills the columns of the heads and no more: one lost or added shifts the others."""
    first, last = min(head.left for head in heads), max(head.right for head in heads)
    return all(column in space.at[line] for column in range(first, last)) and not space.sticks_out(line, first, last)


def _heads_under(space: Occupancy, heads: Sequence[_Placed], group: _Placed, end: int) -> list[_Placed] | None:
    """Return the heads below a group, left to right; None where they are not the form's.

    The next group bounds them, not the group's own colspan, which converters drop and pages get wrong.
    """
    under: dict[int, _Placed] = {}
    for head in heads:
        if head.top >= group.top and group.left <= head.left < end:
            under.setdefault(head.left, head)
    row = [under[left] for left in sorted(under)]
    row = [head for at, head in enumerate(row) if at == 0 or head.key != row[at - 1].key or head.right - head.left > 1]
    return row if _are_outcomes(row, anyhow=space.is_rectangle()) else None


def _are_outcomes(row: Sequence[_Placed], *, anyhow: bool = False) -> bool:
    """Tell whether heads are the form's five in its order, or the four before 总计; `anyhow`: in any order."""
    outcomes = [_OUTCOMES[head.key] for head in row]
    if anyhow and len(outcomes) == len(OUTCOMES):
        outcomes.sort(key=OUTCOMES.index)
    return outcomes in (list(OUTCOMES), list(OUTCOMES[:-1]))


def _by_outcome(heads: Sequence[_Placed], placed: Sequence[_Placed]) -> tuple[ReadCell, ...]:
    """Return the cells below heads of table 4 in the form's order, the total blank where it has no column."""
    stated = dict(zip((_OUTCOMES[head.key] for head in heads), read_cells(placed), strict=True))
    return tuple(stated.get(outcome, ReadCell()) for outcome in OUTCOMES)
