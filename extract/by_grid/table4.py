"""Table 4 by geometry: reviews and litigation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from extract.by_grid.occupancy import GridRows, Occupancy, Placed, Span, read_cells
from extract.by_grid.years import this_years
from extract.form import OUTCOMES, TABLE4_GROUPS, TABLE4_OUTCOMES
from extract.reading import BLANK, ReadCell

# Short words that name an outcome of table 4 only below a group of it.
_OUTCOMES = {**TABLE4_OUTCOMES, "维持": "upheld", "纠正": "corrected", "其他": "other", "其它": "other"}


class _Group(NamedTuple):
    """The cells of a group, and the label of the row in which they are printed."""

    name: str
    label: str
    cells: tuple[ReadCell, ...]


def read_table4_grids(spaces: Sequence[Occupancy]) -> tuple[GridRows, frozenset[str]]:
    """Return the groups of table 4 that the grids show without doubt: as the form has them, side by side, or each in a
    row; and those that they print again with other figures, of which the report's year's are taken.
    """
    printed: dict[str, list[_Group]] = {}
    for space in spaces:
        heads = [placed for placed in space.cells if placed.key in _OUTCOMES]
        for group in (*_groups_beside(space, heads), *_groups_below(space, heads)):
            printed.setdefault(group.name, []).append(group)
    groups: GridRows = {}
    doubted: set[str] = set()
    for name, prints in printed.items():
        if len({tuple(cell.value for cell in group.cells) for group in prints}) > 1:
            doubted.add(name)
        taken = this_years([group.label for group in prints]) if name in doubted else 0
        if taken is not None:
            groups[name] = prints[taken].cells
    return groups, frozenset(doubted)


def _groups_beside(space: Occupancy, heads: Sequence[Placed]) -> Iterator[_Group]:
    """Yield the groups that stand above their outcomes, which stand above a row of figures, or several with labels."""
    lefts: dict[str, Placed] = {}
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
        if not under:
            continue
        line = max(head.bottom for head in heads if head.top <= top + 2)
        if len(under) < len(OUTCOMES) and _prints_beside(space, line, under, (group.left, end)):
            continue  # below a head that is not understood
        yield from (_Group(name, *row) for row in _rows_under(space, line, under, heads))


def _heads_under(space: Occupancy, heads: Sequence[Placed], group: Placed, end: int) -> list[Placed]:
    """Return the heads below a group, left to right; [] where they are not the form's.

    The next group bounds them, not the group's own colspan, which converters drop and pages get wrong.
    """
    under: dict[int, Placed] = {}
    for head in heads:
        if head.top >= group.top and group.left <= head.left < end:
            under.setdefault(head.left, head)
    row = [under[left] for left in sorted(under)]
    return row if _are_outcomes(row, in_any_order=space.is_rectangle()) else []


def _are_outcomes(row: Sequence[Placed], *, in_any_order: bool = False) -> bool:
    """Tell whether heads are the form's five in its order, or the four before 总计."""
    outcomes = [_OUTCOMES[head.key] for head in row]
    if in_any_order and len(outcomes) == len(OUTCOMES):
        outcomes.sort(key=OUTCOMES.index)
    return outcomes in (list(OUTCOMES), list(OUTCOMES[:-1]))


def _prints_beside(space: Occupancy, line: int, heads: Sequence[Placed], columns: Span) -> bool:
    """Tell whether a row prints something in some columns, in one that is none of the heads'."""
    below = {column for head in heads for column in range(head.left, head.right)}
    here = space.at[line] if line < space.height else {}
    return any(here[at].cell.text.strip() for at in range(*columns) if at in here and at not in below)


def _rows_under(
    space: Occupancy, line: int, under: Sequence[Placed], heads: Sequence[Placed]
) -> Iterator[tuple[str, tuple[ReadCell, ...]]]:
    """Yield the row of figures below heads of table 4, and those below it that state any: label and cells."""
    columns = min(head.left for head in heads), max(head.right for head in heads)
    for at in range(line, space.height):
        placed = [one for head in under if (one := space.only(at, (head.left, head.right)))]
        filled = all(column in space.at[at] for column in range(*columns)) and not space.sticks_out(at, columns)
        if len(placed) < len(under) or not filled:
            return  # a cell lost or added shifts the others
        cells = _by_outcome(under, placed)
        if at == line or any(cell.value is not None for cell in cells):
            yield "".join(one.key for one in space.within(at, (0, columns[0]))), cells


def _groups_below(space: Occupancy, heads: Sequence[Placed]) -> Iterator[_Group]:
    """Yield the groups that stand each before its row of figures, below one row of outcomes."""
    lines = ([head for head in heads if head.top == top] for top in sorted({head.top for head in heads}))
    row = next(filter(_are_outcomes, lines), None)
    if row is None or any(placed.key in TABLE4_GROUPS for placed in space.cells if placed.top <= row[0].top):
        return
    columns = row[0].left, row[-1].right
    for line in range(max(head.bottom for head in row), space.height):
        labels = [placed.key for placed in space.within(line, (0, columns[0])) if placed.key]
        cells = [one for head in row if (one := space.only(line, (head.left, head.right)))]
        if labels and labels[-1] in TABLE4_GROUPS and len(cells) == len(row) and not space.sticks_out(line, columns):
            yield _Group(TABLE4_GROUPS[labels[-1]], "", _by_outcome(row, cells))


def _by_outcome(heads: Sequence[Placed], placed: Sequence[Placed]) -> tuple[ReadCell, ...]:
    """Return the cells below heads of table 4 in the form's order, the total blank where it has no column."""
    stated = dict(zip((_OUTCOMES[head.key] for head in heads), read_cells(placed), strict=True))
    return tuple(stated.get(outcome, BLANK) for outcome in OUTCOMES)
