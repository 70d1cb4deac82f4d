"""Table 2 by order: what was disclosed without request."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import groupby, pairwise, takewhile
from typing import NamedTuple

from extract.by_order.siblings import Found, Siblings
from extract.by_order.values import (
    BY_FORM,
    ENOUGH,
    LED,
    PRINTED_AGAIN,
    OrderReading,
    RowReading,
    alternatives,
    as_printed_or_corrected,
    figures_of,
    keys_behind,
    leads,
    next_line,
    take,
    without,
)
from extract.by_position import place
from extract.cells import unit_beside, with_unit
from extract.form import (
    TABLE2_BLOCKS,
    TABLE2_COLUMNS,
    TABLE2_FURNITURE,
    TABLE2_HEADER_KEYS,
    TABLE2_HEADERS,
    TABLE2_LABELS,
    TABLE2_ROWS,
    TABLE2_SECTION,
)
from extract.labels import Match, Trail, could_be, known_label, match_label
from extract.reading import ReadCell
from extract.stream import Run, Token

_FIRST_ROWS2 = ("regulations", "licensing", "penalties", "fees", "procurement")  # of their blocks
_LAST_ROWS2 = ("fees", "procurement")
_TABLE2_HEADER = re.compile(alternatives([*TABLE2_HEADERS]))
_OTHER_YEAR = re.compile(r"20[012]\d年度?数?量?")  # alone, a head of a column
_ITEM = re.compile("第二十条|[第项（）()]")


class _Row2(NamedTuple):
    found: Found
    header: tuple[tuple[str, str | None, str | None], ...]  # column, form, unit beside it
    heads: tuple[Token, ...]
    printed: tuple[str, ...]  # the columns as often as the line of heads prints them
    section: str
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
    heads: tuple[Token, ...] = ()
    printed: tuple[str, ...] = ()
    section = ""
    wrapped = False
    reading = OrderReading(pitch=pitch)
    leading = led = False  # whether figures stand between the heads of a block and its first label
    for index, run in enumerate(runs):
        texts = without((*pending, *run.texts), tail)
        tail = 0
        if not texts:
            continue
        if before is not None and rows and texts[-1].line >= before:
            break
        trail = Trail.of(texts)
        found_header = _header2(texts)
        sections = TABLE2_SECTION.findall(trail.text)
        if found_header or any(one != section for one in sections):
            section = sections[-1] if sections else section
            header, heads, printed, wrapped = found_header, texts, _printed_heads2(texts), _is_wrapped(texts)
            for token in texts:
                if (
                    _TABLE2_HEADER.search(token.key)
                    or TABLE2_SECTION.search(token.key)
                    or token.key in TABLE2_FURNITURE
                ):
                    reading.cover(token.line)
        match = match_label(trail, keys_behind(runs, index), TABLE2_ROWS)
        if header is None or not run.values:
            match = None
        if match is None:
            leading = leads(run, texts, TABLE2_HEADERS, len(found_header))
            pending = () if any(token.kind == "value" for token in run.values) else texts
            if pending or header is None or leading or not texts[-1].key:
                continue
            match = Match("", "place", 0)
        else:
            pending, tail = (), match.tail
            led |= leading and match.row in _FIRST_ROWS2
            leading = False
        found = Found(match, trail, texts, run, next_line(runs, index), match.row in _LAST_ROWS2)
        rows.append(_Row2(found, header or (), heads, printed, section, wrapped))
    reading.form = _form2(rows)
    rows = _placed(rows, TABLE2_COLUMNS[reading.form])
    if not rows:
        return None
    for row in rows:
        _read_row2(row, rows, reading)
    if led:
        reading.refuse(LED, reading.rows)
    return reading


def _placed(rows: Sequence[_Row2], of_form: Collection[str]) -> list[_Row2]:
    """Return the rows that are known; one whose label has lost too much to be known by it (章, 可, 行政) by its place, where
    all rows of its item of article 20 are there.
    """
    placed: list[_Row2] = []
    for section, block in groupby(rows, key=lambda row: row.section):
        names = [name for name in TABLE2_BLOCKS.get(_ITEM.sub("", section), ()) if name in of_form]
        labels = [TABLE2_LABELS[name] for name in names]
        printed = [*block]
        if len(printed) == len(names) and all(
            row.found.match.row == name if row.found.match.row else could_be(row.found.texts[-1].key, label)
            for row, name, label in zip(printed, names, labels, strict=True)
        ):
            matches = [row.found.match._replace(row=name) for row, name in zip(printed, names, strict=True)]
            rows_of_block = zip(printed, matches, strict=True)
            printed = [row._replace(found=row.found._replace(match=match)) for row, match in rows_of_block]
        placed += [row for row in printed if row.found.match.row]
    return placed


def _header2(texts: Sequence[Token]) -> tuple[tuple[str, str | None, str | None], ...]:
    best: dict[str, tuple[str | None, str | None]] = {}
    for text in as_printed_or_corrected(texts, TABLE2_HEADER_KEYS):
        sections = TABLE2_SECTION.findall(text)
        start = text.find(sections[-1]) if sections else 0  # a section in a column of its own stands beside each row
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


def _once(cells: Sequence[ReadCell], count: int) -> tuple[ReadCell, ...] | None:
    """Return `count` cells of a row whose merged cells a converter repeated in each column of their spans, as it did
    their heads; None where neighbours alike do not tell which.
    """
    alike = [tuple(group) for _, group in groupby(cells, key=lambda cell: cell.value)]
    if len(alike) == 1:
        return tuple(cells[:count])
    return tuple(group[0] for group in alike) if len(alike) == count else None


def _is_wrapped(texts: Sequence[Token]) -> bool:
    keys: dict[int, str] = {}
    for token in texts:
        keys[token.line] = keys.get(token.line, "") + token.key
    heads = {line: len(_TABLE2_HEADER.findall(key)) for line, key in keys.items()}
    if any(token.in_grid and heads[token.line] for token in texts):
        heads = {line: count for line, count in heads.items() if count}  # other rows of a grid are no pieces of heads
    return max(heads.values()) >= 2 and min(heads.values()) < max(heads.values())


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
        columns, problem = expected, f"the heads of the columns of {name} are wrapped, {BY_FORM}"
    behind = takewhile(lambda token: not _TABLE2_HEADER.search(token.key), reversed(row.heads))
    if row.header and not run.values[0].in_grid and any(_OTHER_YEAR.fullmatch(token.key) for token in behind):
        columns, problem = None, "the table has a further column, another year's"
    if columns is None:
        cells = None
    else:
        siblings = [
            other.found
            for other in rows[:ENOUGH]
            if len(TABLE2_COLUMNS[reading.form or "2021"].get(other.found.match.row, ())) == len(expected)
        ]
        cells, count_problem = take(row.found, Siblings(siblings, len(columns)), pitch=reading.pitch)
        if cells is None:
            cells = _set_out(row, columns)
            count_problem = None if cells else count_problem
        if cells is None and len(row.printed) > len(columns) and tuple(dict.fromkeys(row.printed)) == columns:
            repeated, _ = take(row.found, Siblings([row.found], len(row.printed)), pitch=reading.pitch)
            cells = repeated and _once(repeated, len(columns))
            count_problem = None if cells else count_problem
        if row.found.match.how == "place":
            label = row.found.texts[-1].text.strip()
            problem = problem or f"its label {label!r} is not understood, it is known by its place"
        problem = problem or count_problem
    if cells is not None and columns is not None:
        units = {column: unit for column, _, unit in row.header}
        cells = tuple(with_unit(cell, units.get(column)) for cell, column in zip(cells, columns, strict=True))
    if name in reading.rows:
        if figures_of(reading.rows[name].cells) != figures_of(cells):
            reading.rows[name] = RowReading(None, PRINTED_AGAIN, lines)
        return
    reading.columns[name] = columns or expected
    reading.rows[name] = RowReading(cells, problem, lines, row.found.match.how != "misprint")
    reading.cover(*lines)


def _set_out(row: _Row2, columns: Sequence[str]) -> tuple[ReadCell, ...] | None:
    """Return the cells of a row that stand below their heads in a text set out by blanks; None where they do not."""
    if len(row.found.run.rows) != 1:
        return None
    figures = row.found.run.rows[0]
    labels = [token for token in row.found.texts if token.line == figures[0].line]
    wanted = [[key for key, (name, _) in TABLE2_HEADERS.items() if name == column] for column in columns]
    heads = [token for token in row.heads if token not in labels and not TABLE2_SECTION.search(token.key)]
    line = max(([token for token in heads if token.line == head.line] for head in heads), key=len, default=[])
    width, *others = {*_gaps(line)} or {0}
    if not others and width and not any(gap % width for gap in _gaps([*labels, *figures])):
        return None  # blanks of one width everywhere part cells and show no columns
    return place({"": figures}, heads, wanted, labels=labels).rows.get("")


def _gaps(tokens: Sequence[Token]) -> list[int]:
    """Return how many blanks stand between the words of a line that is set out by them."""
    placed = [(token.columns[0], len(token.text)) for token in tokens if token.columns]
    return [below - above - length for (above, length), (below, _) in pairwise(placed)]


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
        return expected, f"heads of columns not understood, {BY_FORM} for {name}"
    if not header:
        return expected, f"no heads of columns, {BY_FORM} for {name}"
    return None, f"the heads of the columns are not those of {name}: {' '.join(header)}"
