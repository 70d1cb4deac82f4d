"""The reading of the tables by order: labels as they come, and behind each the values that belong to it.

It needs no geometry, so it reads whatever a converter has left of a table, and it is the second opinion on tables
that have columns. A row is read only when the values behind its label are as many as the form has columns there; a
row with one value too few or too many is refused, since nobody can tell which cell is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from extract.by_position import place
from extract.cells import read_cell, unit_beside, with_unit
from extract.form import (
    APPLICANTS,
    GROUPS,
    OUTCOMES,
    ROWS_2019_ONLY,
    ROWS_2021_ONLY,
    TABLE2_COLUMNS,
    TABLE2_FURNITURE,
    TABLE2_HEADER_KEYS,
    TABLE2_HEADERS,
    TABLE2_ROWS,
    TABLE2_SECTION,
    TABLE3_FURNITURE,
    TABLE3_HEADER_KEYS,
    TABLE3_HEADERS,
    TABLE3_ROWS,
    TABLE4_FURNITURE,
    TABLE4_GROUPS,
    TABLE4_KEYS,
    TABLE4_LABELS,
    TABLE4_OUTCOMES,
    Labels,
)
from extract.labels import LONGEST, Match, Trail, known_label, match_label
from extract.reading import ReadCell
from extract.stream import Run, Token

_OUTCOME_LABELS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
_DEPTHS = dict.fromkeys(("received", "carried_in", "carried_out"), 1) | dict.fromkeys(
    ("granted", "partly_granted", "other", "concluded"), 2
)
_LAST_ROWS2 = ("fees", "procurement")
_FIRST_ROW, _LAST_ROW = TABLE3_ROWS[0].name, TABLE3_ROWS[-1].name


def _alternatives(keys: Iterator[str] | Sequence[str] | Mapping[str, object]) -> str:
    return "|".join(sorted((re.escape(key) for key in keys), key=len, reverse=True))


_TABLE2_HEADER = re.compile(_alternatives([*TABLE2_HEADERS]))
_TABLE3_HEADER = re.compile(rf"(?:{_alternatives([*TABLE3_HEADERS, *TABLE3_FURNITURE[1:]])})+")
_TABLE3_HEADER_LABEL = re.compile(_alternatives([*TABLE3_HEADERS, *TABLE3_FURNITURE[1:]]))
_ORGANISATIONS = "|".join(key for key, column in TABLE3_HEADERS.items() if column not in ("natural_person", "total"))
_ORGANISATION = re.compile(_alternatives(_ORGANISATIONS.split("|")))
_MOST_HEADS = 24  # of table 3, each in pieces
_TABLE4_LABEL = re.compile(_alternatives([*TABLE4_GROUPS, *TABLE4_OUTCOMES, *TABLE4_FURNITURE]))
_LONGEST_HEADS4 = 100  # characters of the heads of table 4
_BEFORE_FIGURES4 = frozenset(["数量", "件数", "案件数", "案件数量", "数据"])  # what may label the row of figures
_TABLE4_OUTCOME = re.compile(_alternatives(TABLE4_OUTCOMES))
_TABLE4_HEADER = re.compile(rf"(?:{_TABLE4_LABEL.pattern})+$")


class RowReading(NamedTuple):
    """One row as read: its cells, or None with the problem that had it refused; `lines` are the first and last printed
    line.
    """

    cells: tuple[ReadCell, ...] | None
    problem: str | None
    lines: tuple[int, int]
    exact: bool = True


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


class _Found(NamedTuple):
    """A row's label and the values behind it, not yet counted."""

    match: Match
    trail: Trail
    texts: tuple[Token, ...]
    run: Run
    next_line: int = 0  # on which the next text stands
    is_last: bool = True  # the empty lines behind it may be those behind the table
    depth: int = 0  # rows of one depth of labels share their layout


# ---------------------------------------------------------------- values behind a label
def _kinds(run: Run) -> tuple[str, ...]:
    return tuple(token.kind for token in run.values)


def _shape(run: Run) -> tuple[int, int] | None:
    """Return how many blanks lead and trail the values of a row that stands on one line."""
    if len(run.rows) != 1:
        return None
    kinds = _kinds(run)
    values = [index for index, kind in enumerate(kinds) if kind == "value"]
    return (values[0], len(kinds) - 1 - values[-1]) if values else None


def take(
    found: _Found, count: int, siblings: Sequence[_Found], *, pitch: int = 0
) -> tuple[tuple[ReadCell, ...] | None, str | None]:
    """Return `count` cells behind a label, or None and why they cannot be told.

    Blanks count as cells only where the document shows them and where the rows of the same depth leave no doubt
    which of them belong to the layout (gold: a blank is null, so a wrong guess would be a silent error).
    """
    tokens = found.run.values
    values = [token for token in tokens if token.kind == "value"]
    peers = [sibling for sibling in siblings if sibling is not found and sibling.depth == found.depth]
    if len(values) == count:
        return _exactly(found, values, siblings)
    if len(values) > count:
        if len(found.run.rows) == count > 1 and (joined := _joined(found.run)):
            return joined, "blanks between the digits of a number"
        return _surplus(found, values, count)
    if len(found.run.rows) == 1:
        return _with_blanks(found, values, count, peers)
    if len(tokens) == count and all(len(row) == 1 for row in found.run.rows):
        return _cells(tokens), None
    if pitch and (spaced := _with_empty_lines(found, count, pitch)):
        return spaced
    return None, f"{len(values)} values where {count} belong"


def _exactly(
    found: _Found, values: Sequence[Token], siblings: Sequence[_Found]
) -> tuple[tuple[ReadCell, ...] | None, str | None]:
    """As many values as columns. Blanks beside them are the layout's, unless other rows have blank cells."""
    if len(found.run.values) == len(values):
        return _cells(values), None
    whole = [_kinds(one.run) for one in siblings if _kinds(one.run).count("value") == len(values)]
    if len(found.run.rows) > 1:
        if _is_layout(found, len(values), whole):
            return _cells(values), None
        return None, f"{len(values)} values and a blank cell where {len(values)} cells belong"
    if (values[0].in_grid or len(whole) < len(siblings)) and whole.count(_kinds(found.run)) < 2:
        return _cells(values), "blank cells stand among its values"
    return _cells(values), None


def _is_layout(found: _Found, count: int, whole: Sequence[tuple[str, ...]]) -> bool:
    """Tell whether the blanks among the lines of a row are the layout's: all whole rows have the same, or they are those
    of a blank row behind the table.
    """
    kinds = _kinds(found.run)
    if len(whole) >= 3 and set(whole) == {kinds}:
        return True
    behind = kinds[count:]
    others = set(whole) - {kinds}
    return found.is_last and "value" not in behind and len(behind) >= max(count, 3) and others == {kinds[:count]}


def _joined(run: Run) -> tuple[ReadCell, ...] | None:
    """Return the cells of a run whose every line is one cell, blanks between its digits or not."""
    cells = tuple(read_cell(" ".join(token.text for token in row)) for row in run.rows)
    return None if any(cell.value is None for cell in cells) else cells


def _with_empty_lines(found: _Found, count: int, pitch: int) -> tuple[tuple[ReadCell, ...], str | None] | None:
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


def _surplus(found: _Found, values: Sequence[Token], count: int) -> tuple[tuple[ReadCell, ...] | None, str | None]:
    stated = {token.cell.value for token in values if token.cell}
    if count == 1 and len(stated) == 1 and len(found.run.rows) == 1 and len(values) <= 3:
        return _cells(values[:1]), None  # a merged cell that a converter repeated
    first = [token for token in found.run.rows[0] if token.kind == "value"]
    rest = [token for token in values if token not in first]
    if len(first) == count and count > 1 and len(rest) == 1 and len(found.run.rows) == 2:
        return _cells(first), f"a number on a line of its own is left out: {rest[0].text}"
    return None, f"{len(values)} values where {count} belong"


def _with_blanks(
    found: _Found, values: Sequence[Token], count: int, peers: Sequence[_Found]
) -> tuple[tuple[ReadCell, ...] | None, str | None]:
    tokens = found.run.rows[0]
    problem = f"{len(values)} values and {len(tokens) - len(values)} blanks where {count} cells belong"
    shapes = {
        shape
        for peer in peers
        if (shape := _shape(peer.run)) and _kinds(peer.run).count("value") == count and len(peer.run.rows) == 1
    }
    if not shapes:
        alike = all(len(peer.run.values) == len(tokens) for peer in peers if len(peer.run.rows) == 1)
        if len(tokens) == count and alike:
            return _cells(tokens), None
        return (_blank_row(count), problem) if not values else (None, problem)
    if len(shapes) > 1:
        return None, problem
    lead, trail = shapes.pop()
    outer = (*tokens[:lead], *tokens[len(tokens) - trail :])
    if len(tokens) - lead - trail != count or any(token.kind != "blank" for token in outer):
        return (_blank_row(count), problem) if not values else (None, problem)
    return _cells(tokens[lead : len(tokens) - trail]), None


def _blank_row(count: int) -> tuple[ReadCell, ...]:
    return tuple(ReadCell() for _ in range(count))


def _cells(tokens: Sequence[Token]) -> tuple[ReadCell, ...]:
    return tuple(token.cell or ReadCell() for token in tokens)


def _figures(cells: Sequence[ReadCell] | None) -> tuple[object, ...] | None:
    """What two prints of one row must share: the values, not the places where they stand."""
    return None if cells is None else tuple(cell.value for cell in cells)


# ---------------------------------------------------------------- finding rows
def _following(runs: Sequence[Run], index: int) -> str:
    """Return what stands behind a run, as much of it as a label has characters."""
    key = ""
    for token in runs[index + 1].texts if index + 1 < len(runs) else ():
        key += token.key
        if len(key) >= LONGEST:
            break
    return key


def _next_line(runs: Sequence[Run], index: int) -> int:
    later = runs[index + 1].texts if index + 1 < len(runs) else ()
    return later[0].line if later else runs[index].rows[-1][-1].line + 1000 if runs[index].rows else 0


def _without(tokens: Sequence[Token], characters: int) -> tuple[Token, ...]:
    """Return the tokens without the first `characters` of their key: the tail of a label torn by its numbers."""
    kept = list(tokens)
    while kept and characters >= len(kept[0].key):
        characters -= len(kept[0].key)
        kept.pop(0)
    return tuple(kept)


# ---------------------------------------------------------------- table 3
def read_table3(runs: Sequence[Run]) -> list[OrderReading]:
    """Return every table 3 of the stream, in order (a page may print it twice)."""
    tables: list[list[_Found]] = []
    headers: list[tuple[Token, ...]] = []
    strays: list[list[Run]] = []
    pending: tuple[Token, ...] = ()
    read: list[str] = []
    tail = 0
    for index, run in enumerate(runs):
        texts = _without((*pending, *run.texts), tail)
        trail = Trail.of(texts)
        match = match_label(trail, _following(runs, index), TABLE3_ROWS, read=read)
        has_values = any(token.kind == "value" for token in run.values)
        if not has_values and not (match and match.how == "exact" and run.values):
            pending, tail = texts, 0
            continue
        pending, tail = (), 0
        if match and _LAST_ROW in read and match.row in read and match.row != _FIRST_ROW:
            continue  # behind the table: prose that quotes a row
        if match is None:
            if tables and has_values and run.values:
                strays[-1].append(run)
            continue
        if not tables or (match.row == _FIRST_ROW and (_FIRST_ROW in read or _LAST_ROW in read)):
            tables.append([])
            strays.append([])
            headers.append(texts)
            read = []
        tables[-1].append(
            _Found(match, trail, texts, run, _next_line(runs, index), match.row == _LAST_ROW, _DEPTHS.get(match.row, 3))
        )
        read.append(match.row)
        tail = match.tail
    readings = (_table3(found, header, lost) for found, header, lost in zip(tables, headers, strays, strict=True))
    return [reading for reading in readings if reading is not None]


def _table3(found: Sequence[_Found], header: Sequence[Token], strays: Sequence[Run]) -> OrderReading | None:
    reading = OrderReading()
    columns = _columns3(header)
    width = len(columns) if _lacks_totals(columns, header, found) else len(APPLICANTS)
    reading.pitch = _pitch(found) if len(found) >= 8 else 0
    taken = [(row, *_take3(row, width, found, pitch=reading.pitch)) for row in found]
    if width == len(APPLICANTS) and any(cells is None for _, cells, _ in taken):
        taken = _set_out(taken)
    strong = [row for row, cells, _ in taken if cells is not None and row.match.how != "misprint"]
    if len(strong) < 3 and len(found) < 8:
        return None  # numbers behind a word of the form, somewhere in prose
    bounds = (strong or found)[0].run.rows[0][0].line, (strong or found)[-1].run.rows[-1][-1].line
    order = [row.name for row in TABLE3_ROWS]
    last = -1
    for row, cells, problem in taken:
        line = row.run.rows[0][0].line
        if cells is None and not bounds[0] - 12 <= line <= bounds[1] + 12:
            continue
        name = row.match.row
        position = order.index(name)
        lines = (min((token.line for token in row.texts), default=line), row.run.rows[-1][-1].line)
        if name in reading.rows:
            if _figures(reading.rows[name].cells) != _figures(cells):
                reading.rows[name] = RowReading(None, "the row is printed twice and differs", lines)
            continue
        if position < last:
            problem = problem or "the row stands out of order"
        last = max(last, position)
        reading.rows[name] = RowReading(cells, problem, lines, row.match.how != "misprint")
        reading.cover(line, lines[1])
    left = _fill_gaps(reading, strays, order)
    _arranged_by_heads(columns, header, reading, width)
    for run in left:
        if reading.first_line is not None and reading.first_line <= run.rows[0][0].line <= (reading.last_line or 0):
            label = "".join(token.text for token in run.texts)[-30:]
            reading.problems.append(
                f"values behind no label of the form: {label!r} {' '.join(t.text for t in run.values)[:40]}"
            )
    for token in found[0].texts if found else ():
        if _TABLE3_HEADER.search(token.key) or "勾稽关系" in token.key or "申请人情况" in token.key:
            reading.cover(token.line)
    return reading


_Taken = tuple[_Found, tuple[ReadCell, ...] | None, str | None]
_HEADS3 = tuple(tuple(key for key, column in TABLE3_HEADERS.items() if column == name) for name in APPLICANTS)


def _set_out(taken: Sequence[_Taken]) -> list[_Taken]:
    """Return the rows of table 3 with those read by position that print fewer figures than the table has columns.

    Positions are believed where no row says otherwise: rows with all their figures read the same by order, and with
    blanks as zeros the totals add up.
    """
    rows = {str(at): row.run.rows[0] for at, (row, _, _) in enumerate(taken) if len(row.run.rows) == 1}
    placed = place(rows, taken[0][0].texts, _HEADS3)
    agreed = all(
        cells is None or str(at) not in placed or _figures(placed[str(at)]) == _figures(cells)
        for at, (_, cells, _) in enumerate(taken)
    )
    short = {at: cells for at, (_, whole, _) in enumerate(taken) if whole is None and (cells := placed.get(str(at)))}
    if not agreed or not all(_adds_up_with_blanks(cells) for cells in short.values()):
        return list(taken)
    return [
        (row, short[at], None) if at in short else (row, cells, problem)
        for at, (row, cells, problem) in enumerate(taken)
    ]


def _adds_up_with_blanks(cells: Sequence[ReadCell]) -> bool:
    *parts, total = cells
    return total.kind == "blank" or sum(cell.value or 0 for cell in parts) == total.value


def _pitch(found: Sequence[_Found]) -> int:
    """Return the lines from cell to cell where every row adds up with its empty lines as blank cells, and some row needs
    them to; 0 otherwise.
    """
    if all(_kinds(row.run).count("value") >= len(APPLICANTS) for row in found):
        return 0
    for pitch in (1, 2, 3):
        if all(_with_empty_lines(row, len(APPLICANTS), pitch) for row in found):
            return pitch
    return 0


def _fill_gaps(reading: OrderReading, strays: Sequence[Run], order: Sequence[str]) -> list[Run]:
    """Give rows whose label is illegible their place between two known rows; return what has no place."""
    placed = sorted((row.lines[0], name) for name, row in reading.rows.items())
    gaps: dict[tuple[str, str], list[Run]] = {}
    left: list[Run] = []
    for run in strays:
        line = run.rows[0][0].line
        before = [name for at, name in placed if at <= line]
        after = [name for at, name in placed if at > line]
        if before and after and order.index(before[-1]) < order.index(after[0]):
            gaps.setdefault((before[-1], after[0]), []).append(run)
        else:
            left.append(run)
    for (before_name, after_name), runs in gaps.items():
        between = order[order.index(before_name) + 1 : order.index(after_name)]
        names = [name for name in between if name not in ROWS_2019_ONLY]
        if len(runs) == 1 and set(between) - ROWS_2021_ONLY == ROWS_2019_ONLY:
            names = list(ROWS_2019_ONLY)
        taken = [
            take(_Found(Match("", "place", 0), Trail.of(run.texts), run.texts, run), len(APPLICANTS), ())[0]
            for run in runs
        ]
        if len(names) != len(runs) or any(cells is None for cells in taken):
            left.extend(runs)
            continue
        for name, run, cells in zip(names, runs, taken, strict=True):
            label = "".join(token.text for token in run.texts)[-30:]
            lines = (run.rows[0][0].line, run.rows[-1][-1].line)
            reading.rows[name] = RowReading(
                cells, f"its label {label!r} is not understood, it is known by its place", lines
            )
    return left


def _columns3(header: Sequence[Token]) -> list[str]:
    """Return the columns that the heads of table 3 name, in their order."""
    best: list[str] = []
    for text in _as_printed_or_corrected(header, TABLE3_HEADER_KEYS):
        for match in _TABLE3_HEADER.finditer(text):
            labels = [m[0] for m in _TABLE3_HEADER_LABEL.finditer(match[0])]
            columns = list(dict.fromkeys(TABLE3_HEADERS[label] for label in labels if label in TABLE3_HEADERS))
            if len(columns) > len(best):
                best = columns
    return best


def _as_printed_or_corrected(texts: Sequence[Token], labels: Labels) -> list[str]:
    """Return texts as one key, twice where that differs: a label in pieces is whole as printed, a misprinted one where it
    is corrected.
    """
    printed = [token.key for token in texts]
    corrected = [known_label(key, labels) for key in printed]
    return ["".join(keys) for keys in ([printed] if printed == corrected else [printed, corrected])]


def _lacks_totals(columns: Sequence[str], header: Sequence[Token], found: Sequence[_Found]) -> bool:
    """Tell whether a table 3 has no column of totals: no head names it, and no row has a seventh figure."""
    text = "".join(token.key for token in header)
    if tuple(columns) != APPLICANTS[:-1] or "总计" in text or "合计" in text:
        return False
    counts = [_kinds(row.run).count("value") for row in found]
    return max(counts) == len(columns) and counts.count(len(columns)) >= 3


def _take3(
    found: _Found, width: int, siblings: Sequence[_Found], *, pitch: int
) -> tuple[tuple[ReadCell, ...] | None, str | None]:
    cells, problem = take(found, width, siblings, pitch=pitch)
    return (cells if cells is None else _filled_up(cells, len(APPLICANTS))), problem


def _filled_up(cells: tuple[ReadCell, ...], count: int) -> tuple[ReadCell, ...]:
    return (*cells, *_blank_row(count - len(cells)))


def _arranged_by_heads(columns: Sequence[str], header: Sequence[Token], reading: OrderReading, width: int) -> None:
    """Put the cells of table 3 into the form's order of columns where the heads name another, and tell what the heads
    leave in doubt.
    """
    kinds = [column for column in columns if column != "total"]  # its rowspan lets 总计 come anywhere
    if not reading.rows:
        return
    if width < len(APPLICANTS):
        reading.problems.append("the table has no column of totals")
    elif len(columns) < len(APPLICANTS) and _is_in_order(kinds):
        reading.problems.append("the heads of the columns are not all there")
    elif kinds != list(APPLICANTS[:-1]):
        known = len(columns) == len(APPLICANTS) and kinds[0] == APPLICANTS[0] and _are_in_line(header)
        if not known:
            reading.problems.append(f"the columns stand in another order: {' '.join(columns)}")
        printed = dict(zip([*kinds, "total"], range(len(APPLICANTS)), strict=False))
        for name, row in reading.rows.items():
            arranged = tuple(row.cells[printed[one]] for one in APPLICANTS) if known and row.cells else None
            reading.rows[name] = row._replace(cells=arranged, problem=row.problem if known else "columns out of order")


def _is_in_order(columns: Sequence[str]) -> bool:
    form = iter(APPLICANTS)
    return all(column in form for column in columns)


def _are_in_line(header: Sequence[Token]) -> bool:
    """Tell whether the kinds of organisation are printed on one line, or a line each: then their order is the columns'."""
    heads: dict[int, int] = {}
    for token in header[-_MOST_HEADS:]:
        if len(token.key) >= 2 and token.key not in TABLE3_FURNITURE and not token.key.startswith("自"):
            whole = len(_ORGANISATION.findall(token.key))
            if whole or token.key in _ORGANISATIONS:
                heads[token.line] = heads.get(token.line, 0) + max(1, whole)
    return len(heads) == 1 or set(heads.values()) == {1}


# ---------------------------------------------------------------- table 2
class _Row2(NamedTuple):
    found: _Found
    header: tuple[tuple[str, str | None, str | None], ...]  # column, form, unit beside it
    printed: tuple[str, ...]  # the columns as often as the line of heads prints them
    wrapped: bool  # a line holds several heads, another a head or a piece of one: their order is the converter's


def read_table2(runs: Sequence[Run], *, before: int | None = None, pitch: int = 0) -> OrderReading | None:
    """Return table 2 of the stream; `before` is the first line of table 3, behind which nothing of table 2 is looked
    for.

    `pitch`: table 3 has shown that an empty line is a blank cell, and how far its cells stand apart.
    """
    rows: list[_Row2] = []
    header: tuple[tuple[str, str | None, str | None], ...] | None = None
    pending: tuple[Token, ...] = ()
    tail = 0
    printed: tuple[str, ...] = ()
    wrapped = False
    reading = OrderReading(pitch=pitch)
    for index, run in enumerate(runs):
        texts = _without((*pending, *run.texts), tail)
        tail = 0
        if not texts:
            continue
        if before is not None and rows and texts[-1].line >= before:
            break
        trail = Trail.of(texts)
        found_header = _header2(texts)
        if found_header or TABLE2_SECTION.search(trail.text):
            header, printed, wrapped = found_header, _printed_heads2(texts), _is_wrapped(texts)
            for token in texts:
                if (
                    _TABLE2_HEADER.search(token.key)
                    or TABLE2_SECTION.search(token.key)
                    or token.key in TABLE2_FURNITURE
                ):
                    reading.cover(token.line)
        match = match_label(trail, _following(runs, index), TABLE2_ROWS)
        if match is None or header is None or not run.values:
            pending = () if any(token.kind == "value" for token in run.values) else texts
            continue
        pending, tail = (), match.tail
        rows.append(
            _Row2(
                _Found(match, trail, texts, run, _next_line(runs, index), match.row in _LAST_ROWS2),
                header,
                printed,
                wrapped,
            )
        )
    if not rows:
        return None
    reading.form = _form2(rows)
    for row in rows:
        _read_row2(row, rows, reading)
    return reading


def _header2(texts: Sequence[Token]) -> tuple[tuple[str, str | None, str | None], ...]:
    best: dict[str, tuple[str | None, str | None]] = {}
    for text in _as_printed_or_corrected(texts, TABLE2_HEADER_KEYS):
        start = max((m.start() for m in TABLE2_SECTION.finditer(text)), default=0)
        columns: dict[str, tuple[str | None, str | None]] = {}
        for match in _TABLE2_HEADER.finditer(text, start):
            column, form = TABLE2_HEADERS[match[0]]
            columns.setdefault(column, (form, _unit_beside(match[0], texts)))
        best = max(best, columns, key=len)
    return tuple((column, form, unit) for column, (form, unit) in best.items())


def _printed_heads2(texts: Sequence[Token]) -> tuple[str, ...]:
    """Return the columns of the last line of heads, one as often as it is printed."""
    line = max((token.line for token in texts if _TABLE2_HEADER.search(token.key)), default=None)
    text = "".join(known_label(token.key, TABLE2_HEADER_KEYS) for token in texts if token.line == line)
    return tuple(TABLE2_HEADERS[match[0]][0] for match in _TABLE2_HEADER.finditer(text))


def _once(cells: Sequence[ReadCell], heads: Sequence[str]) -> tuple[ReadCell, ...] | None:
    """Return the cells below heads that a converter repeated in each column of their spans, one for each head; None
    where such cells differ.
    """
    kept: dict[str, ReadCell] = {}
    for cell, head in zip(cells, heads, strict=True):
        if kept.setdefault(head, cell).value != cell.value:
            return None
    return tuple(kept.values())


def _is_wrapped(texts: Sequence[Token]) -> bool:
    keys: dict[int, str] = {}
    for token in texts:
        keys[token.line] = keys.get(token.line, "") + token.key
    heads = [len(_TABLE2_HEADER.findall(key)) for key in keys.values()]
    return max(heads) >= 2 and (heads.count(0) > 0 or min(heads) < max(heads))


def _unit_beside(label: str, texts: Sequence[Token]) -> str | None:
    for token in texts:
        if label in known_label(token.key, TABLE2_HEADER_KEYS) and (unit := unit_beside(token.text)):
            return unit
    return None


def _form2(rows: Sequence[_Row2]) -> str:
    votes = {"2019": 0, "2021": 0}
    for row in rows:
        if row.found.match.row in ("other_services", "procurement"):
            votes["2019"] += 2
        for _, form, _ in row.header:
            if form:
                votes[form] += 1
    return max(votes, key=lambda form: (votes[form], form))


def _read_row2(row: _Row2, rows: Sequence[_Row2], reading: OrderReading) -> None:
    name, run = row.found.match.row, row.found.run
    lines = (row.found.texts[-1].line, run.rows[-1][-1].line)
    expected = TABLE2_COLUMNS[reading.form or "2021"].get(name)
    if expected is None:
        reading.problems.append(f"a row that this form does not have: {name}")
        return
    columns, problem = _columns2(name, expected, [column for column, _, _ in row.header])
    if columns is None and row.wrapped and len(run.rows) == 1:
        columns, problem = expected, f"the heads of the columns of {name} are wrapped, the form's order is taken"
    if columns is None:
        cells = None
    else:
        siblings = [
            other.found
            for other in rows
            if len(TABLE2_COLUMNS[reading.form or "2021"].get(other.found.match.row, ())) == len(expected)
        ]
        cells, count_problem = take(row.found, len(columns), siblings, pitch=reading.pitch)
        if cells is None and len(row.printed) > len(columns) and tuple(dict.fromkeys(row.printed)) == columns:
            repeated, _ = take(row.found, len(row.printed), (), pitch=reading.pitch)
            cells = repeated and _once(repeated, row.printed)
            count_problem = None if cells else count_problem
        problem = problem or count_problem
    if cells is not None and columns is not None:
        units = {column: unit for column, _, unit in row.header}
        cells = tuple(with_unit(cell, units.get(column)) for cell, column in zip(cells, columns, strict=True))
    if name in reading.rows:
        if _figures(reading.rows[name].cells) != _figures(cells):
            reading.rows[name] = RowReading(None, "the row is printed twice and differs", lines)
        return
    reading.columns[name] = columns or expected
    reading.rows[name] = RowReading(cells, problem, lines, row.found.match.how != "misprint")
    reading.cover(*lines)


def _columns2(name: str, expected: tuple[str, ...], header: Sequence[str]) -> tuple[tuple[str, ...] | None, str | None]:
    """Return the columns where the header names them in the form's order; the form's own where it is partly illegible.

    Another order may be the table's or a converter's, which took a wrapped head apart: only columns can tell.
    """
    if tuple(header) == expected:
        return expected, None
    if sorted(header) == sorted(expected):
        return None, f"the heads of the columns of {name} stand in another order: {' '.join(header)}"
    positions = [expected.index(column) for column in header if column in expected]
    if header and len(positions) == len(header) and positions == sorted(positions):
        return expected, f"heads of columns not understood, the form's order is taken for {name}"
    if not header:
        return expected, f"no heads of columns, the form's order is taken for {name}"
    return None, f"the heads of the columns are not those of {name}: {' '.join(header)}"


# ---------------------------------------------------------------- table 4
def read_table4(runs: Sequence[Run], *, pitch: int = 0) -> OrderReading | None:
    """Return table 4 of the stream: one run of 15 values, or several that each name their groups, or a row for each
    group below the outcomes; 12 values and 4 where there is no 总计.
    """
    reading = OrderReading()
    cells: list[ReadCell] = []
    groups: list[str] = []
    pending: tuple[Token, ...] = ()
    problem: str | None = None
    above: list[str] = []  # the outcomes, where each group below them has a row of its own
    for index, printed in enumerate(runs):
        run = _below_heads(printed)
        texts = (*pending, *run.texts)
        labels, first = _header4(texts)
        if above and "结果维持" not in labels and labels and TABLE4_GROUPS.get(labels[-1]) not in (None, *groups):
            labels = [*above, labels[-1]]
        if _states_whole4(run) and (fault := _fault_of_heads(labels, texts)):
            labels = [*TABLE4_LABELS.values(), *_OUTCOME_LABELS * len(GROUPS)]
            first = texts[-1].line - 3
            problem = f"{fault}, the form's order is taken"
        if "结果维持" not in labels:
            pending = texts if not any(token.kind == "value" for token in run.values) else ()
            continue
        if "value" not in _kinds(run) and (len(run.values) < len(OUTCOMES) or _end_a_line(run)):
            pending = texts
            continue
        pending = ()
        named = _groups_named(labels) or [group for group in GROUPS if group not in groups]
        outcomes = [TABLE4_OUTCOMES[label] for label in labels if label in TABLE4_OUTCOMES]
        width = len(OUTCOMES) if "total" in outcomes else len(OUTCOMES) - 1
        above = [label for label in labels if label in TABLE4_OUTCOMES] if labels[-1] in TABLE4_GROUPS else []
        found = _Found(Match("", "exact", 0), Trail.of(texts), texts, run, _next_line(runs, index))
        taken, count_problem = take(found, len(named) * width, (), pitch=pitch or _pitch_of_lines(texts, run))
        problem = problem or count_problem
        if groups and set(named) & set(groups):
            break  # the table is printed a second time
        reading.cover(first, run.rows[-1][-1].line)
        groups.extend(named)
        if named != [group for group in GROUPS if group in named]:
            taken, problem = None, f"the groups stand in another order: {' '.join(named)}"
        elif taken is None or any(
            tuple(outcomes[at : at + width]) != OUTCOMES[:width] for at in range(0, len(outcomes), width)
        ):
            problem = problem or f"the heads of the columns stand in another order: {' '.join(outcomes)}"
            taken = None
        for position, group in enumerate(named):
            part = taken and _filled_up(taken[position * width : (position + 1) * width], len(OUTCOMES))
            reading.rows[group] = RowReading(part, problem, (first, run.rows[-1][-1].line))
        cells.extend(taken or ())
        if set(groups) == set(GROUPS):
            break
    return reading if reading.rows else None


def _states_whole4(run: Run) -> bool:
    """Tell whether the first line of a run, or all of it, states as many figures as table 4 has columns."""
    first = sum(token.kind == "value" for token in run.rows[0]) if run.rows else 0
    return len(GROUPS) * len(OUTCOMES) in (first, _kinds(run).count("value"))


def _pitch_of_lines(texts: Sequence[Token], run: Run) -> int:
    """Return how many lines the heads of table 4 stand apart where each has a line of its own and there are as many
    lines for its cells, the last of them filled; 0 otherwise: then no empty line is a blank cell.
    """
    count = len(GROUPS) * len(OUTCOMES)
    heads = texts[-count:]
    gaps = {below.line - above.line for above, below in pairwise(heads)}
    pitch = gaps.pop() if len(gaps) == 1 and len(heads) == count else 0
    return pitch if run.rows[-1][-1].line - heads[-1].line == pitch * count else 0


def _end_a_line(run: Run) -> bool:
    """Tell whether all blanks of a run stand behind its last text, on the same line."""
    return bool(run.texts) and all(token.line == run.texts[-1].line for token in run.values)


def _below_heads(run: Run) -> Run:
    """Return a run without the blanks behind its last text where figures follow: table 4 has no label beside its figures,
    so the blanks end a line of heads.
    """
    if len(run.rows) < 2 or not run.texts or any(token.kind == "value" for token in run.rows[0]):
        return run
    return run._replace(rows=run.rows[1:]) if run.rows[0][0].line == run.texts[-1].line else run


def _groups_named(labels: Sequence[str]) -> list[str]:
    """Return the groups among labels of table 4, in their order."""
    return list(dict.fromkeys(TABLE4_GROUPS[label] for label in labels if label in TABLE4_GROUPS))


def _fault_of_heads(labels: Sequence[str], texts: Sequence[Token]) -> str | None:
    """Return why the heads of table 4 are not all among its labels, though all its columns are there in the form's
    order: a head is misprinted, or they are taken apart by lines (结果 结果 其他 …, 维持 纠正 …). None where they are not.
    """
    outcomes = [TABLE4_OUTCOMES[label] for label in labels if label in TABLE4_OUTCOMES]
    columns = OUTCOMES * len(GROUPS)
    if _groups_named(labels) == list(GROUPS) and len(outcomes) == len(columns):
        return None
    near = ""
    for token in reversed(texts):
        if len(near) + len(token.key) > _LONGEST_HEADS4:
            break
        near = token.key + near
    if tuple(TABLE4_OUTCOMES[label[0]] for label in _TABLE4_OUTCOME.finditer(near)) == columns:
        return "a head of the columns is not the form's"
    form = iter(columns)
    in_order = all(outcome in form for outcome in outcomes)
    wrapped = all(near.count(sign) >= len(GROUPS) for sign in "维纠尚审") and near.count("诉") >= 2
    return "the heads of the columns are wrapped" if wrapped and in_order else None


def _header4(texts: Sequence[Token]) -> tuple[list[str], int]:
    """Return the labels of table 4 that end the texts, and the line on which they begin."""
    printed = [token.key for token in texts]
    corrected = [known_label(key, TABLE4_KEYS) for key in printed]
    readings = [_ending4(texts, keys) for keys in ([printed] if printed == corrected else [printed, corrected])]
    return max(readings, key=lambda reading: len(reading[0]))


def _ending4(texts: Sequence[Token], keys: list[str]) -> tuple[list[str], int]:
    if keys and keys[-1] in _BEFORE_FIGURES4:
        keys.pop()
    match = _TABLE4_HEADER.search("".join(keys))
    if match is None:
        return [], -1
    at, line = 0, texts[-1].line
    for token, key in zip(texts, keys, strict=False):
        if at >= match.start():
            line = token.line
            break
        at += len(key)
    return [label[0] for label in _TABLE4_LABEL.finditer(match[0])], line
