"""Which values stand behind a label, and whether they are its cells: as many as the form has columns, or refused."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, groupby, pairwise
from typing import NamedTuple

from extract.cells import read_cell
from extract.form import (
    Labels,
)
from extract.labels import LONGEST, Match, Trail, is_furniture, known_label
from extract.reading import ReadCell
from extract.stream import Run, Token

PRINTED_AGAIN = "the row is printed twice and differs"
LED = "its figures seem to stand before its label"
BY_FORM = "the form's order is taken"  # in the problem of a row whose heads were not understood
_LOST = "its last figure is the sum of those before it, but does not stand in the column of totals"
_UNPLACED = "cells belong"  # ends the problem of a row whose blanks may be cells or the layout's
ENOUGH = 60  # rows beside one that show how a table is laid out
MOST_HEADS = 24  # of a table, each in pieces
_SUMMED = range(5, 8)  # cells of a row with a total
_MOST_SPARE = 3  # lines of blanks beside the cells of a row
_USUAL = 3  # rows by which a table's layout is known


_Columns = tuple[int, ...]


def alternatives(keys: Iterator[str] | Sequence[str] | Mapping[str, object]) -> str:
    """Return a pattern for any of some keys, the longest first."""
    return "|".join(sorted((re.escape(key) for key in keys), key=len, reverse=True))


class RowReading(NamedTuple):
    """One row as read: its cells, or None with the problem that had it refused; `lines` are the first and last printed
    line.
    """

    cells: tuple[ReadCell, ...] | None
    problem: str | None
    lines: tuple[int, int]
    exact: bool = True

    @property
    def is_unplaced(self) -> bool:
        """Tell whether the row was found, but not which of its blanks are cells."""
        return self.problem is not None and self.problem.endswith(_UNPLACED)

    @property
    def is_by_form(self) -> bool:
        """Tell whether the columns were taken for the form's, as the heads above them were not understood."""
        return self.problem is not None and BY_FORM in self.problem


@dataclass(slots=True)
class OrderReading:
    """A table read by order: its rows by name, the columns of each row, what was not understood, and the lines it
    covers.
    """

    rows: dict[str, RowReading] = field(default_factory=dict)
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    first_line: int | None = None
    last_line: int | None = None
    form: str | None = None
    pitch: int = 0  # lines from cell to cell, where a text shows a blank cell by an empty line; 0: it shows none

    def cover(self, *lines: int) -> None:
        """Widen the range of printed lines that the table covers."""
        known = [line for line in (self.first_line, self.last_line, *lines) if line is not None]
        self.first_line, self.last_line = min(known), max(known)

    def refuse(self, problem: str, names: Collection[str]) -> None:
        """Take back the cells of some rows."""
        for name in names:
            self.rows[name] = self.rows[name]._replace(cells=None, problem=problem)


class Found(NamedTuple):
    """A row's label and the values behind it, not yet counted."""

    match: Match
    trail: Trail
    texts: tuple[Token, ...]
    run: Run
    next_line: int = 0  # on which the next text stands
    is_last: bool = True  # the empty lines behind it may be those behind the table
    column: int = 0  # of the line's fields the first behind the label


def kinds_of(run: Run) -> tuple[str, ...]:
    """Return the kinds of a run's values and blanks, in order."""
    return tuple(token.kind for token in run.values)


class _Shape(NamedTuple):
    """What rows of one layout share, where each stands on one line: its page, the first field behind the label, how many
    fields stand there.
    """

    page: int
    column: int
    fields: int


@dataclass(frozen=True)
class Siblings:
    """Rows of a table that have as many cells as each other, some of which show how it is laid out."""

    rows: Sequence[Found]
    count: int

    def cells_of(self, row: Found) -> tuple[ReadCell, ...] | None:
        """Return the cells of a row on one line, blanks beside or among them; None where nobody can tell them."""
        shape = next((shape for shape, rows in self._shapes.items() if any(row is one for one in rows)), None)
        columns = self._columns.get(shape) if shape else None
        if columns is None:
            return None
        cells = _cells([row.run.values[at] for at in columns])
        return cells if self._pages[1] or (cells[-1].kind != "blank" and adds_up_with_blanks(cells)) else None

    @cached_property
    def _pages(self) -> tuple[Sequence[Sequence[Found]], bool]:
        """The rows on one line, page by page, and whether their shapes tell the cells without a total that adds up.

        In a matrix the rows of a page have as many fields: one that has another number than those around it lost a field,
        or gained one, and is left out. Where rows are not so, and have not just the form's cells, any of them may have.
        """
        rows = [row for row in self.rows if len(row.run.rows) == 1]
        if sum(len(row.run.values) == self.count for row in rows) * 10 >= len(rows) * 9:
            return [rows], True
        runs = [[*run] for _, run in groupby(rows, lambda row: row.column + len(row.run.values))]
        pages = [run for at, run in enumerate(runs) if len(run) >= (_USUAL if at else 2)]
        return (pages, True) if sum(map(len, pages)) * 4 >= len(rows) * 3 else ([rows], False)

    @cached_property
    def _shapes(self) -> dict[_Shape, list[Found]]:
        shapes: dict[_Shape, list[Found]] = {}
        for page, rows in enumerate(self._pages[0]):
            for row in rows:
                shapes.setdefault(_Shape(page, row.column, len(row.run.values)), []).append(row)
        return shapes

    @cached_property
    def _columns(self) -> dict[_Shape, _Columns]:
        """By the shape of rows, which of the fields behind the label are cells.

        All rows of one shape have their cells in the same columns: where as many columns as the form has ever hold
        something, they are these. Where fewer do, only one way may be left to have them side by side, or as others do.
        """
        if len(self.rows) == 1:
            return {shape: tuple(range(self.count)) for shape in self._shapes if shape.fields == self.count}
        used = {shape: _used(rows) for shape, rows in self._shapes.items()}
        if sum(len(self._shapes[shape]) for shape, columns in used.items() if len(columns) > self.count) > 1:
            # there may be a column that the form does not have
            used = {shape: columns for shape, columns in used.items() if shape.fields == self.count}
        apart = {shape for shape, columns in used.items() if columns and columns[-1] - columns[0] >= self.count}
        sure = {
            shape: columns
            for shape, columns in used.items()
            if len(columns) == self.count and (self._pages[1] or shape not in apart) and self._reach(shape, columns)
        }
        ways = {tuple(at - columns[0] for at in columns) for columns in sure.values()}
        if not apart:
            ways.add(tuple(range(self.count)))
        told = {shape: self._told(shape, columns, ways, sure) for shape, columns in used.items() if shape not in sure}
        return sure | {shape: columns for shape, columns in told.items() if columns}

    def _told(
        self, shape: _Shape, used: _Columns, ways: Collection[_Columns], sure: Mapping[_Shape, _Columns]
    ) -> _Columns | None:
        """Return the columns of the rows of a shape that fill fewer than the form has, of the ways to have them."""
        moved = {tuple(by + at for at in way) for way in ways for by in range(shape.fields - way[-1])}
        fitting = [columns for columns in moved if set(columns).issuperset(used)]
        by_sums = [columns for columns in fitting if self._sums_say(shape, used, columns)]
        if len(by_sums) == 1:
            return by_sums[0]
        if len(fitting) == 1 and (self._reach(shape, fitting[0]) or self._has_no_room(shape)):
            return fitting[0]
        leads = {columns for other, columns in sure.items() if other.column == shape.column}
        beside = {_behind(other.column, columns) for other, columns in sure.items() if other.page == shape.page}
        if len(leads) == 1 and (lead := leads.pop()) in fitting and beside == {_behind(shape.column, lead)}:
            return lead
        return None

    def _has_no_room(self, shape: _Shape) -> bool:
        """Tell whether the rows of a shape have just the form's cells, none of them lost: others of their page have as many
        fields, or those labelled alike have as many cells and fill the first.
        """
        if shape.fields != self.count:
            return False
        page = self._pages[0][shape.page]
        if len(page) >= _USUAL and any(row.run.values[-1].kind == "blank" for row in page):
            return True  # lines are not cut at their last figure
        as_long = [row for other, rows in self._shapes.items() if other.fields == shape.fields for row in rows]
        alone = all(other.fields == shape.fields for other in self._shapes if other.column == shape.column)
        return alone and any(_fills(row, 0) for row in as_long)

    def _reach(self, shape: _Shape, columns: _Columns) -> bool:
        """Tell whether a row of a shape fills the first and the last of some columns."""
        return any(_fills(row, columns[0]) and _fills(row, columns[-1]) for row in self._shapes[shape])

    @cached_property
    def _lacks_totals(self) -> bool:
        """Tell whether rows with just the form's cells all leave the last of them blank."""
        exact = [row for shape, rows in self._shapes.items() if shape.fields == self.count for row in rows]
        return bool(exact) and not any(_fills(row, self.count - 1) for row in exact)

    def _sums_say(self, shape: _Shape, used: _Columns, columns: _Columns) -> bool:
        """Tell whether several rows of a shape show that their totals stand where some columns have them: in the last that
        is filled, whose figures are the sums of the others, or behind it, as its figures are less.
        """
        filled = (
            [token.cell.value or 0 if token.cell else 0 for token in row.run.values] for row in self._shapes[shape]
        )
        rows = [[row[at] for at in used] for row in filled if any(row)]
        if self.count not in _SUMMED or len(rows) < 2:
            return False
        if columns[-1] == used[-1]:
            return all(sum(row) == 2 * row[-1] for row in rows)
        return self._lacks_totals and all(sum(row) > 2 * row[-1] for row in rows)


def _fills(row: Found, column: int) -> bool:
    return row.run.values[column].kind == "value"


def _used(rows: Sequence[Found]) -> _Columns:
    """Return the columns that rows of one shape fill, any of them."""
    return tuple(sorted({at for row in rows for at, kind in enumerate(kinds_of(row.run)) if kind == "value"}))


def _behind(column: int, columns: _Columns) -> _Columns:
    """Return columns behind a label as those of the line."""
    return tuple(column + at for at in columns)


def take(found: Found, siblings: Siblings, *, pitch: int = 0) -> tuple[tuple[ReadCell, ...] | None, str | None]:
    """Return the cells behind a label, or None and why they cannot be told.

    Blanks count as cells only where the document shows them and where the rows of one shape leave no doubt which of them
    belong to the layout (gold: a blank is null, so a wrong guess would be a silent error).
    """
    count = siblings.count
    tokens = found.run.values
    values = [token for token in tokens if token.kind == "value"]
    if _is_of_lines(found.run) and len(values) <= count:
        return _of_lines(found, siblings)
    if len(values) == count:
        return _exactly(found, values, siblings.rows)
    if len(values) > count:
        if len(found.run.rows) == count > 1 and (joined := _joined(found.run)):
            return joined, "blanks between the digits of a number"
        return _surplus(found, values, count)
    if len(found.run.rows) == 1:
        return _with_blanks(found, siblings)
    if len(tokens) == count and all(len(row) == 1 for row in found.run.rows):
        return _cells(tokens), None
    if pitch and (spaced := with_empty_lines(found, count, pitch)):
        return spaced
    return None, f"{len(values)} values where {count} belong"


def _is_of_lines(run: Run) -> bool:
    """Tell whether a run has a line for each of its cells, some of them lines of blanks."""
    return all(len(row) == 1 for row in run.rows) and any(token.kind == "blank" and token.text for token in run.values)


def _of_lines(found: Found, siblings: Siblings) -> tuple[tuple[ReadCell, ...] | None, str | None]:
    """Return the cells of a row that has a line for each: as many as the form has columns. Lines of blanks beyond them
    are the layout's: which, whole rows like this one tell, or its total, where it matters. None of a document that leaves
    out blank cells, of some or of all, is believed: its lines of blanks are the layout's, too.
    """
    tokens, count = found.run.values, siblings.count
    kinds = kinds_of(found.run)
    figures = kinds.count("value")
    if figures == count:
        return _cells([token for token in tokens if token.kind == "value"]), None
    others = [row for row in siblings.rows if row is not found]
    spare = len(tokens) - count
    cells = None
    if _is_even(found) and 0 <= spare <= _MOST_SPARE and sum(len(row.run.values) < count for row in others) <= 1:
        blanks = [at for at, kind in enumerate(kinds) if kind == "blank"]
        ways = {tuple(at for at in range(len(tokens)) if at not in left) for left in combinations(blanks, spare)}
        alike = [kinds_of(row.run) for row in others if len(row.run.values) == len(tokens)]
        like = [tuple(at for at, kind in enumerate(one) if kind == "value") for one in alike]
        if found.is_last and others and all(len(row.run.values) == count for row in others):
            ways &= {tuple(range(count))}
        elif usual := ways.intersection(columns for columns in like if like.count(columns) >= _USUAL):
            ways = usual
        rows = {_cells([tokens[at] for at in way]) for way in ways}
        by_sum = [row for row in rows if row[-1].value and adds_up_with_blanks(row)]
        cells = next(iter(rows)) if len(rows) == 1 else by_sum[0] if len(by_sum) == 1 else None
    if cells is None:
        return None, f"{figures} values and {len(tokens) - figures} blanks where {count} {_UNPLACED}"
    return (None, _LOST) if _lacks_one(cells) else (cells, None)


def _is_even(found: Found) -> bool:
    """Tell whether the lines of a row's cells stand as far from each other as the first from the label."""
    lines = [token.line for token in (*found.texts[-1:], *found.run.values)]
    return len({below - above for above, below in pairwise(lines)}) == 1


def _exactly(
    found: Found, values: Sequence[Token], siblings: Sequence[Found]
) -> tuple[tuple[ReadCell, ...] | None, str | None]:
    """As many values as columns. Blanks beside them are the layout's, unless other rows have blank cells."""
    if len(values) > 1 and _are_apart(found) and sum(_is_whole_line(row, len(values)) for row in siblings) >= _USUAL:
        return None, "its figures stand on lines apart, those of other rows on one"
    if len(found.run.values) == len(values):
        return _cells(values), None
    whole = [kinds_of(one.run) for one in siblings if kinds_of(one.run).count("value") == len(values)]
    if len(found.run.rows) > 1:
        if _is_layout(found, len(values), whole):
            return _cells(values), None
        return None, f"{len(values)} values and a blank cell where {len(values)} {_UNPLACED}"
    if (values[0].in_grid or len(whole) < len(siblings)) and whole.count(kinds_of(found.run)) < 2:
        return _cells(values), "blank cells stand among its values"
    return _cells(values), None


def _are_apart(found: Found) -> bool:
    """Tell whether other lines stand between those of a row's figures: some may be those of a row without a label."""
    return any(below[0].line - above[-1].line > 1 for above, below in pairwise(found.run.rows))


def _is_whole_line(found: Found, count: int) -> bool:
    return len(found.run.rows) == 1 and kinds_of(found.run) == ("value",) * count


def _is_layout(found: Found, count: int, whole: Sequence[tuple[str, ...]]) -> bool:
    """Tell whether the blanks among the lines of a row are the layout's: all whole rows have the same, or they are those
    of a blank row behind the table.
    """
    kinds = kinds_of(found.run)
    if len(whole) >= 3 and set(whole) == {kinds}:
        return True
    behind = kinds[count:]
    others = set(whole) - {kinds}
    if others == {kinds[:count]} and set(behind) == {"blank"} and whole.count(kinds) >= _USUAL:
        return True  # some rows have a blank cell more than the others, behind all figures
    return found.is_last and "value" not in behind and len(behind) >= max(count, 3) and others == {kinds[:count]}


def _joined(run: Run) -> tuple[ReadCell, ...] | None:
    """Return the cells of a run whose every line is one cell, blanks between its digits or not."""
    cells = tuple(read_cell(" ".join(token.text for token in row)) for row in run.rows)
    return None if any(cell.value is None for cell in cells) else cells


def with_empty_lines(found: Found, count: int, pitch: int) -> tuple[tuple[ReadCell, ...], str | None] | None:
    """Return the cells of a row printed a cell every `pitch` lines, none there for a blank cell; None where the lines do
    not add up.

    One row alone proves nothing (an empty line may be a page's): every row of table 3 must add up so before any is
    believed. Behind the last row of a table nobody can tell a blank cell from the gap below the table.
    """
    if not found.texts or any(len(row) != 1 for row in found.run.rows):
        return None
    cells: list[ReadCell] = []
    line = found.texts[-1].line
    for (token,) in found.run.rows:
        blanks, rest = divmod(token.line - line - pitch, pitch)
        if rest or blanks < 0:
            return None
        cells.extend(ReadCell() for _ in range(blanks))
        cells.append(token.cell or ReadCell())
        line = token.line
    missing = count - len(cells)
    gap, rest = divmod(found.next_line - line - pitch, pitch)
    if missing < 0 or gap < missing or ((gap > missing or rest) and not found.is_last):
        return None
    doubt = "its last cells may be blank or lost" if found.is_last and missing else None
    return (*cells, *(ReadCell() for _ in range(missing))), doubt


def _surplus(found: Found, values: Sequence[Token], count: int) -> tuple[tuple[ReadCell, ...] | None, str | None]:
    stated = {token.cell.value for token in values if token.cell}
    if count == 1 and len(stated) == 1 and len(found.run.rows) == 1 and len(values) <= 3:
        return _cells(values[:1]), None  # a merged cell that a converter repeated
    first = [token for token in found.run.rows[0] if token.kind == "value"]
    rest = [token for token in values if token not in first]
    if len(first) == count and count > 1 and len(rest) == 1 and len(found.run.rows) == 2:
        return _cells(first), f"a number on a line of its own is left out: {rest[0].text}"
    return None, f"{len(values)} values where {count} belong"


def _with_blanks(found: Found, siblings: Siblings) -> tuple[tuple[ReadCell, ...] | None, str | None]:
    """Return the cells of a row that stands on one line and has blanks among them."""
    tokens, count = found.run.rows[0], siblings.count
    figures = kinds_of(found.run).count("value")
    if cells := siblings.cells_of(found):
        return (None, _LOST) if _lacks_one(cells) else (cells, None)
    problem = f"{figures} values and {len(tokens) - figures} blanks where {count} {_UNPLACED}"
    return (None, problem) if figures else (blank_row(count), problem if len(tokens) < count else None)


def _lacks_one(cells: Sequence[ReadCell]) -> bool:
    """Tell whether the last figure of a row without a total is the sum of several before it: then a cell may be lost, and
    the figure be the total.
    """
    figures = [cell.value for cell in cells if cell.value]
    return len(cells) in _SUMMED and cells[-1].kind == "blank" and len(figures) > 2 and sum(figures) == 2 * figures[-1]


def blank_row(count: int) -> tuple[ReadCell, ...]:
    """Return the cells of a row that is left blank."""
    return tuple(ReadCell() for _ in range(count))


def _cells(tokens: Sequence[Token]) -> tuple[ReadCell, ...]:
    return tuple(token.cell or ReadCell() for token in tokens)


def adds_up_with_blanks(cells: Sequence[ReadCell]) -> bool:
    """Tell whether the last of some cells is the sum of the others, blanks counted as nothing, or blank itself."""
    *parts, total = cells
    return total.kind == "blank" or sum(cell.value or 0 for cell in parts) == total.value


def figures_of(cells: Sequence[ReadCell] | None) -> tuple[object, ...] | None:
    """What two prints of one row must share: the values, not the places where they stand."""
    return None if cells is None else tuple(cell.value for cell in cells)


def keys_behind(runs: Sequence[Run], index: int) -> tuple[str, ...]:
    """Return the keys of the texts behind a run, as many as a label has characters."""
    keys: list[str] = []
    for token in runs[index + 1].texts if index + 1 < len(runs) else ():
        keys.append(token.key)
        if sum(map(len, keys)) >= LONGEST:
            break
    return tuple(keys)


def stand_turned(texts: Sequence[Token], first: str, second: str) -> bool:
    """Tell whether one line prints two heads of the form in the other order than the form, which has `first` first."""
    lines: dict[int, str] = {}
    for token in texts[-MOST_HEADS:]:
        lines[token.line] = lines.get(token.line, "") + token.key
    return any(-1 < line.find(second) < line.find(first) and is_furniture(line) for line in lines.values())


def leads(run: Run, texts: Sequence[Token], heads: Iterable[str], count: int) -> bool:
    """Tell whether a row's figures stand right behind the heads of the columns: then its label, and that of every other
    row, stands behind its figures. One figure alone may be a page's number.
    """
    return bool(texts) and count > 1 and kinds_of(run).count("value") == count and texts[-1].key.endswith(tuple(heads))


def next_line(runs: Sequence[Run], index: int) -> int:
    """Return the line on which the text behind a run stands; one far below where none does."""
    later = runs[index + 1].texts if index + 1 < len(runs) else ()
    return later[0].line if later else runs[index].rows[-1][-1].line + 1000 if runs[index].rows else 0


def without(tokens: Sequence[Token], characters: int) -> tuple[Token, ...]:
    """Return the tokens without the first `characters` of their key: the tail of a label torn by its numbers."""
    kept = list(tokens)
    while kept and characters >= len(kept[0].key):
        characters -= len(kept[0].key)
        kept.pop(0)
    return tuple(kept)


def as_printed_or_corrected(texts: Sequence[Token], labels: Labels) -> list[str]:
    """Return texts as one key, twice where that differs: a label in pieces is whole as printed, a misprinted one where it
    is corrected.
    """
    printed = [token.key for token in texts]
    corrected = [known_label(key, labels) for key in printed]
    return ["".join(keys) for keys in ([printed] if printed == corrected else [printed, corrected])]


def filled_up(cells: tuple[ReadCell, ...], count: int) -> tuple[ReadCell, ...]:
    """Return the cells of a row with blank ones behind them, `count` in all."""
    return (*cells, *blank_row(count - len(cells)))
