"""Which values stand behind a label, and whether they are its cells: as many as the form has columns, or refused."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, groupby, pairwise, takewhile
from typing import NamedTuple

from extract.by_order.siblings import SUMMED, USUAL, Found, Siblings, adds_up_with_blanks, cells_in, kinds_of
from extract.cells import read_cell
from extract.form import Labels
from extract.labels import LONGEST, is_furniture, known_label
from extract.reading import ReadCell
from extract.stream import Run, Token

PRINTED_AGAIN = "the row is printed twice and differs"
HEAD_LOST = "a head 总计 is lost, whose figures these may be"
TOTAL_LOST = "it has no total, as other groups have: its figures may have moved up"
LABELS_MOVED = "figures without a label stand beside it, and a row is not found: labels may have moved"
COLUMN_LOST = "none of the rows of its page has all figures: a column may be lost"
LED = "its figures seem to stand before its label"
BY_FORM = "the form's order is taken"  # in the problem of a row whose heads were not understood
AMONG = "blank cells stand among its values"
_UNPLACED = "cells belong"  # ends the problem of a row whose blanks may be cells or the layout's
ENOUGH = 60  # rows beside one that show how a table is laid out
MOST_HEADS = 24  # of a table, each in pieces
_MOST_SPARE = 3  # lines of blanks beside the cells of a row


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


_NOT_FOUND = RowReading(None, None, (0, 0))


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

    @property
    def cells(self) -> dict[str, tuple[ReadCell, ...] | None]:
        """The cells of each row, None where it is refused."""
        return {name: row.cells for name, row in self.rows.items()}

    def cover(self, *lines: int) -> None:
        """Widen the range of printed lines that the table covers."""
        known = [line for line in (self.first_line, self.last_line, *lines) if line is not None]
        self.first_line, self.last_line = min(known, default=None), max(known, default=None)

    def put(self, name: str, row: RowReading) -> bool:
        """Add a row, and tell so; where it is printed already, refuse it if the figures differ."""
        if is_new := name not in self.rows:
            self.rows[name] = row
        elif figures_of(self.rows[name].cells) != figures_of(row.cells):
            self.rows[name] = RowReading(None, PRINTED_AGAIN, row.lines)
        return is_new

    def refuse(self, problem: str, names: Collection[str]) -> None:
        """Take back the cells of some rows, found or not."""
        for name in names:
            self.rows[name] = self.rows.get(name, _NOT_FOUND)._replace(cells=None, problem=problem)


def take(found: Found, siblings: Siblings, *, pitch: int = 0) -> tuple[tuple[ReadCell, ...] | None, str | None]:
    """Return the cells behind a label, or None and why they cannot be told.

    Blanks count as cells only where the document shows them and where the rows of one shape leave no doubt which of them
    belong to the layout (gold: a blank is null, so a wrong guess would be a silent error).
    """
    count = siblings.count
    tokens = found.run.values
    values = [token for token in tokens if token.kind == "value"]
    if is_of_lines(found.run) and len(values) <= count:
        return _of_lines(found, siblings)
    if len(values) == count:
        return _exactly(found, values, siblings.rows)
    if len(values) > count:
        are_one = count > 1 or (_stand_below(siblings) and all(len(token.text) == 1 for token in values))
        if len(found.run.rows) == count and are_one and (joined := _joined(found.run)):
            return joined, "blanks between the digits of a number"
        return _surplus(found, values, count)
    if len(found.run.rows) == 1:
        return _with_blanks(found, siblings)
    if pitch and (spaced := with_empty_lines(found, count, pitch)):
        return spaced
    return None, f"{len(values)} values where {count} belong"


def is_of_lines(run: Run) -> bool:
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
    others = [row for row in siblings.rows if row is not found]
    if figures == count:
        whole = cells_in([token for token in tokens if token.kind == "value"])
        if adds_up_with_blanks(whole) or len(others) < USUAL or any(len(row.run.values) > count for row in others):
            return whole, None
        return None, "a blank stands among its figures, in no other row, and they do not add up"
    spare = len(tokens) - count
    cells = None
    if _is_even(found) and 0 <= spare <= _MOST_SPARE and sum(len(row.run.values) < count for row in others) <= 1:
        blanks = [at for at, kind in enumerate(kinds) if kind == "blank"]
        ways = {tuple(at for at in range(len(tokens)) if at not in left) for left in combinations(blanks, spare)}
        alike = [kinds_of(row.run) for row in others if len(row.run.values) == len(tokens)]
        like = [tuple(at for at, kind in enumerate(one) if kind == "value") for one in alike]
        ways = ways.intersection(columns for columns in like if like.count(columns) >= USUAL) or ways
        rows = {cells_in([tokens[at] for at in way]) for way in ways}
        by_sum = [row for row in rows if row[-1].value and adds_up_with_blanks(row)]
        cells = next(iter(rows)) if len(rows) == 1 else by_sum[0] if len(by_sum) == 1 else None
    if cells is None:
        return None, f"{figures} values and {len(tokens) - figures} blanks where {count} {_UNPLACED}"
    return cells, None


def without_last(row: Found, count: int) -> Found:
    """Return a row without its last field, or its last figure where it has more than `count`."""
    *rows, last = row.run.rows
    behind = takewhile(lambda token: token.kind == "blank", reversed(last))
    kept = last[: -1 - (len([*behind]) if kinds_of(row.run).count("value") > count else 0)]
    return row._replace(run=row.run._replace(rows=(*rows, *([kept] if kept else []))))


def by_place(label: str) -> str:
    """Return the problem of a row that is known by its place, whatever is left of its label."""
    told = f"its label {label!r} is not understood" if label else "its label is lost"
    return f"{told}, it is known by its place"


def parts_of(run: Run, width: int) -> list[Run]:
    """Return the rows of a run that holds the figures of several: each has `width` of them, and none of its lines is
    another's. Elsewhere the run alone.
    """
    figures = [at for at, token in enumerate(run.values) if token.kind == "value"]
    parts = [figures[at : at + width] for at in range(0, len(figures), width)]
    lines = [{run.values[at].line for at in part} for part in parts]
    whole = parts and all(len(part) == width == part[-1] - part[0] + 1 for part in parts)
    if not whole or sum(map(len, lines)) > len(set().union(*lines)) or not {1, width}.issuperset(map(len, lines)):
        return [run]
    rows = [[run.values[at] for at in part] for part in parts]
    by_line = [tuple(tuple(group) for _, group in groupby(row, key=lambda token: token.line)) for row in rows]
    return [Run(() if at else run.texts, lines_of_row) for at, lines_of_row in enumerate(by_line)]


def _is_even(found: Found) -> bool:
    """Tell whether the lines of a row's cells stand as far from each other as the first from the label."""
    lines = [token.line for token in (*found.texts[-1:], *found.run.values)]
    return len({below - above for above, below in pairwise(lines)}) == 1


def _exactly(
    found: Found, values: Sequence[Token], siblings: Sequence[Found]
) -> tuple[tuple[ReadCell, ...] | None, str | None]:
    """As many values as columns. Blanks beside them are the layout's, unless other rows have blank cells."""
    others = sum(len(row.run.rows) == 1 and kinds_of(row.run) == ("value",) * len(values) for row in siblings)
    if len(values) > 1 and _are_apart(found) and others >= max(1, min(USUAL, len(siblings) - 1)):
        return None, "its figures stand on lines apart, those of other rows on one"
    if len(values) in SUMMED and 1 < len(found.run.rows) < len(values) and not adds_up_with_blanks(cells_in(values)):
        return None, "its figures stand on several lines and do not add up"  # digits may, too
    if len(found.run.values) == len(values):
        return cells_in(values), None
    whole = [kinds_of(one.run) for one in siblings if kinds_of(one.run).count("value") == len(values)]
    if len(found.run.rows) > 1:
        if len(whole) == len(siblings) and sum(len(kinds) > len(values) for kinds in whole) > USUAL:
            return cells_in(values), None
        if adds_up_with_blanks(cells_in(values)):
            return cells_in(values), AMONG
        return None, f"{len(values)} values and a blank cell where {len(values)} {_UNPLACED}"
    if (values[0].in_grid or len(whole) < len(siblings)) and whole.count(kinds_of(found.run)) < 2:
        return cells_in(values), AMONG
    return cells_in(values), None


def _are_apart(found: Found) -> bool:
    """Tell whether figures that differ stand on lines one below the other with blanks between them, as they are read from
    PDF in any order; or other lines stand between those of a row's figures: some may be those of a row without a label. A
    cell of paragraphs among bare ones stands so, alone on its line (Resiliparse to 1.1).
    """
    rows, figures = found.run.rows, [token for token in found.run.values if token.kind == "value"]
    a_cell_a_line = _is_below(found) and len(rows) == len(found.run.values)
    differ = len({token.cell.value for token in figures if token.cell}) > 1
    may_be_moved = differ and not a_cell_a_line and not any(token.parted for token in figures)
    return any(
        may_be_moved if below[0].line - above[-1].line == 1 else min(len(above), len(below)) > 1
        for above, below in pairwise(rows)
    )


def _is_below(row: Found) -> bool:
    return bool(row.texts) and row.run.rows[0][0].line > row.texts[-1].line


def _stand_below(siblings: Siblings) -> bool:
    """Tell whether most rows of one column have their figure on a line of its own below the label: so all have."""
    below = [*filter(_is_below, siblings.rows)]
    alone = sum(len(row.run.values) == 1 for row in below)
    return len(below) == len(siblings.rows) and alone * 2 >= len(below) > 1


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
    beside = len(found.run.rows) == 1 and {token.line for token in found.texts[-1:]} == {values[0].line}
    if count == 1 and beside and len(values) <= 3 and len({cell.value for cell in cells_in(values)}) == 1:
        return cells_in(values[:1]), None  # a merged cell that a converter repeated
    first = [token for token in found.run.rows[0] if token.kind == "value"]
    rest = [token for token in values if token not in first]
    if len(first) == count and count > 1 and len(rest) == 1 and len(found.run.rows) == 2:
        return cells_in(first), f"a number on a line of its own is left out: {rest[0].text}"
    return None, f"{len(values)} values where {count} belong"


def _with_blanks(found: Found, siblings: Siblings) -> tuple[tuple[ReadCell, ...] | None, str | None]:
    """Return the cells of a row that stands on one line and has blanks among them."""
    tokens, count = found.run.rows[0], siblings.count
    figures = kinds_of(found.run).count("value")
    if cells := siblings.cells_of(found):
        return cells, None
    problem = f"{figures} values and {len(tokens) - figures} blanks where {count} {_UNPLACED}"
    if figures and found.page in siblings.cut:
        problem = COLUMN_LOST
    return (None, problem) if figures else (blank_row(count), problem if len(tokens) < count else None)


def blank_row(count: int) -> tuple[ReadCell, ...]:
    """Return the cells of a row that is left blank."""
    return tuple(ReadCell() for _ in range(count))


def figures_of(cells: Sequence[ReadCell] | None) -> tuple[object, ...]:
    """Return the values of a row, which two prints or readings of it share, unlike its places; none of a refused one."""
    return tuple(cell.value for cell in cells or ())


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
