"""Which cell of a grid fills each place, and what a row states in some columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from extract.cells import read_cell, read_cell_at
from extract.document import Cell, Grid
from extract.form import TABLE2_HEADER_KEYS, TABLE3_HEADER_KEYS, TABLE4_KEYS, Labels, Row, label_key
from extract.labels import Match, Trail, known_label, match_label
from extract.reading import ReadCell

GridRows = dict[str, tuple[ReadCell, ...]]
Span = tuple[int, int]  # of columns, the end excluded
FOUND = re.compile(r"$|p\d+ |l\d+r")  # no place, or one on a page or in a text, whose columns were found by us
_HEADS = Labels((*TABLE2_HEADER_KEYS, *TABLE3_HEADER_KEYS, *TABLE4_KEYS))
_AT_ITS_START = frozenset([0])
_MAX_PLACES = 1_000_000  # that the cells of a grid fill together
_MAX_COLUMNS = 200  # a form has at most 16; beyond that the spans are no help


@dataclass(slots=True, eq=False)
class Placed:
    """A cell with the rows and columns that it fills, ends excluded."""

    cell: Cell
    key: str
    top: int
    bottom: int
    left: int
    right: int

    @property
    def is_label(self) -> bool:
        """Tell whether the cell prints words and no figure."""
        return len(self.key) >= 2 and read_cell(self.cell.text).kind == "refused"


class Occupancy:
    """A grid laid out as a browser does (HTML 4.01 §11.2.6)."""

    def __init__(self, grid: Grid) -> None:
        """Lay the cells of `grid` out; a row reaches no further than the grid."""
        self.height = len(grid.rows)
        self.at: list[dict[int, Placed]] = [{} for _ in grid.rows]
        self.starting: list[list[Placed]] = [[] for _ in grid.rows]  # on each line
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
                    placed = here[left] = Placed(cell, key, top, top + 1, left, left + 1)
                    starting.append(placed)
                    left += 1
                    continue
                right = left + max(1, min(colspan, _MAX_COLUMNS))
                bottom = min(self.height, top + rowspan) if rowspan > 0 else self.height
                room -= (bottom - top) * (right - left)
                if room < 0:
                    bottom, right = top + 1, left + 1  # spans beyond all use: the cell alone
                placed = Placed(cell, key, top, bottom, left, right)
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

    def within(self, line: int, columns: Span) -> list[Placed]:
        """Return the cells that fill some columns of a line, left to right."""
        here = self.at[line]
        return list(dict.fromkeys(one for column in range(*columns) if (one := here.get(column))))

    def sticks_out(self, line: int, columns: Span, headed: Set[int] = frozenset()) -> bool:
        """Tell whether a row holds figures outside some columns, or reaches beyond all other rows.

        Nobody can tell which of its cells is the one too many. `headed` are further columns with heads of their own:
        their figures are no surplus, and none of their cells may be missing.
        """
        here = self.at[line]
        if max(here, default=0) + 1 > self.usual_width or not headed <= here.keys():
            return True
        first, last = columns
        label, others = -1, []
        for placed in dict.fromkeys(here.values()):
            if (placed.right <= first or placed.left >= last) and placed.left not in headed:
                if not placed.is_label:
                    others.append(placed)
                elif placed.right <= first:
                    label = max(label, placed.left)
        return any(placed.left > label and placed.cell.text.strip() for placed in others)

    def only(self, line: int, columns: Span) -> Placed | None:
        """Return the one cell that fills these columns of a line and nothing beyond them; None where there is none."""
        here = [placed for column in range(*columns) if (placed := self.at[line].get(column))]
        printed = [placed for placed in dict.fromkeys(here) if placed.cell.text.strip()]
        only = printed[0] if len(printed) == 1 else here[0] if here and not printed else None
        if only is None or only.top != line or only.bottom != line + 1:
            return None
        return only if only.left >= columns[0] and only.right <= columns[1] else None

    def in_turn(self, line: int, spans: Sequence[Span]) -> list[Placed]:
        """Return the cells of a line, one for each of some columns side by side, where only the edges between them are
        shifted, as who draws a table line by line leaves them; [] where they are others.
        """
        ordered = sorted(spans)
        first, last = ordered[0][0], ordered[-1][1]
        here = self.within(line, (first, last))
        alone = all(one.top == line == one.bottom - 1 for one in here)
        if len(here) != len(spans) or not alone or (here[0].left, here[-1].right) != (first, last):
            return []
        own = dict(zip(ordered, here, strict=True))
        return [own[span] for span in spans] if all(a < own[a, b].right and own[a, b].left < b for a, b in own) else []

    def row_of(self, line: int, before: int, rows: Sequence[Row], read: Sequence[str] = ()) -> Match | None:
        """Return which row the rightmost label left of the column `before` names."""
        labels = (placed.key for placed in reversed(self.within(line, (0, before))) if placed.key)
        matches = (match_label(Trail(key, _AT_ITS_START), (), rows, read=read) for key in labels)
        return next(filter(None, matches), None)


@lru_cache(maxsize=1 << 14)
def _head_key(text: str) -> str:
    return known_label(label_key(text), _HEADS)


def read_cells(placed: Sequence[Placed]) -> tuple[ReadCell, ...]:
    """Return what placed cells state, each with its place in the original."""
    return tuple(read_cell_at(one.cell.text, one.cell.place) for one in placed)
