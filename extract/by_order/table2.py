"""Table 2 by order: what was disclosed without request."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from itertools import groupby, pairwise, takewhile
from typing import NamedTuple

from extract.by_order.siblings import Found, Siblings, cells_in, kinds_of
from extract.by_order.values import (
    BY_FORM,
    ENOUGH,
    LED,
    OrderReading,
    RowReading,
    alternatives,
    as_printed_or_corrected,
    by_place,
    is_of_lines,
    keys_behind,
    leads,
    next_line,
    parts_of,
    take,
    without,
    without_last,
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
    label_key,
)
from extract.labels import Match, Trail, could_be, known_label, match_label
from extract.reading import ReadCell
from extract.stream import Run, Token

_FIRST_ROWS2 = ("regulations", "licensing", "penalties", "fees", "procurement")  # of their blocks
_LAST_ROWS2 = ("fees", "procurement")
_TABLE2_HEADER = re.compile(alternatives([*TABLE2_HEADERS]))
_OTHER_YEAR = re.compile(r"20[012]\d年度?数?量?")  # alone, a head of a column
_REMARKS = frozenset(["备注", "说明"])  # heads of a further column
_REMARK = re.compile(r"[（(][^（）()]*[）)]\s*$")  # of a row behind its label: （含公共服务事项）
_NAMES = {key: row.name for row in TABLE2_ROWS for key in row.keys}
_ITEM = re.compile("第二十条|[第项（）()]")


class _Column(NamedTuple):
    """A column that a head names, the form that has this head, and the unit beside it."""

    name: str
    form: str | None
    unit: str | None


class _Heads(NamedTuple):
    """The heads above rows of table 2: the columns that they name, their texts, and the item of article 20 above them."""

    columns: tuple[_Column, ...]
    texts: tuple[Token, ...]
    section: str

    @property
    def last_line(self) -> tuple[str, ...]:
        """The columns of the last line of heads, one as often as it is printed."""
        line = max((token.line for token in self.texts if _TABLE2_HEADER.search(token.key)), default=None)
        text = "".join(known_label(token.key, TABLE2_HEADER_KEYS) for token in self.texts if token.line == line)
        return tuple(TABLE2_HEADERS[match[0]][0] for match in _TABLE2_HEADER.finditer(text))

    @property
    def are_wrapped(self) -> bool:
        """Tell whether a line holds several heads, another a head or a piece of one: their order is the converter's."""
        keys: dict[int, str] = {}
        for token in self.texts:
            keys[token.line] = keys.get(token.line, "") + known_label(token.key, TABLE2_HEADER_KEYS)
        heads = {line: len(_TABLE2_HEADER.findall(key)) for line, key in keys.items()}
        if max(heads.values()) >= len(self.columns):
            return False  # all of them stand on one line
        return max(heads.values()) >= 2 and min(heads.values()) < max(heads.values())

    @property
    def behind(self) -> list[str]:
        """What stands behind the form's heads: those of further columns, the first row's label."""
        behind = takewhile(lambda token: not _TABLE2_HEADER.search(token.key), reversed(self.texts))
        return [token.key for token in behind] if self.columns else []

    @property
    def other_years(self) -> int:
        """How many heads of other years' columns stand behind the form's."""
        return sum(_OTHER_YEAR.fullmatch(key) is not None for key in self.behind)


class _Row2(NamedTuple):
    found: Found
    heads: _Heads
    is_alone: bool = True  # no row of the form that is not known may stand behind it, or has its label before it


def read_table2(runs: Sequence[Run], *, before: int | None = None, pitch: int = 0) -> OrderReading | None:
    """Return table 2 of the stream; `before` is the first line of table 3, behind which nothing of table 2 is looked
    for.

    `pitch`: table 3 has shown that an empty line is a blank cell, and how far its cells stand apart.
    """
    reading = OrderReading(pitch=pitch)
    printed = _printed_rows(runs, before, reading)
    reading.form = _form2(printed)
    blocks = groupby(printed, key=lambda row: row.heads.section)
    apart = _labels_apart(printed)
    rows = [row for _, block in blocks for row in _known_rows([*block], TABLE2_COLUMNS[reading.form], apart)]
    if not rows:
        return None
    for row in rows:
        _read_row2(row, rows, reading)
    if any(above.found.match.how == "led" and row.found.match.row in _FIRST_ROWS2 for above, row in pairwise(printed)):
        reading.refuse(LED, reading.rows)
    return reading


def _printed_rows(runs: Sequence[Run], before: int | None, reading: OrderReading) -> list[_Row2]:
    """Return the rows of figures below heads of table 2: known by their labels, or not yet (`place`), perhaps by
    those behind them (`led`).
    """
    rows: list[_Row2] = []
    heads: _Heads | None = None
    pending: tuple[Token, ...] = ()
    tail = 0
    for index, run in enumerate(runs):
        texts = without((*pending, *run.texts), tail)
        tail = 0
        if not texts:
            continue
        if before is not None and rows and texts[-1].line >= before:
            break
        trail = Trail.of(texts)
        above, heads = heads, _heads2(texts, trail, heads)
        if heads is not above:
            reading.cover(*(token.line for token in texts if _is_head(token)))
        has_figures = "value" in kinds_of(run)
        match = _match(trail, texts, keys_behind(runs, index)) if heads and run.values else None
        pending = () if match or has_figures else texts
        if heads is None or pending:
            continue
        if match is None:
            is_led = heads is not above and leads(run, texts, TABLE2_HEADERS, len(heads.columns))
            match = Match("", "led" if is_led else "place", 0)
        tail = match.tail
        found = Found(match, texts, run, next_line(runs, index), match.row in _LAST_ROWS2)
        rows.append(_Row2(found, heads))
    return rows


def _match(trail: Trail, texts: Sequence[Token], following: tuple[str, ...]) -> Match | None:
    """Return the row whose label ends some texts, a remark in brackets behind it or not."""
    if match := match_label(trail, following, TABLE2_ROWS):
        return match
    *before, last = texts
    bare = _REMARK.sub("", last.text)
    without_remark = Trail.of([*before, last._replace(key=label_key(bare))])
    return match_label(without_remark, (), TABLE2_ROWS) if bare != last.text else None


def _heads2(texts: Sequence[Token], trail: Trail, above: _Heads | None) -> _Heads | None:
    """Return the heads that some texts hold, the ones above where they hold none."""
    section = above.section if above else ""
    columns, sections = _columns_in(texts), TABLE2_SECTION.findall(trail.text)
    if not columns and all(one == section for one in sections):
        return above
    return _Heads(columns, tuple(texts), sections[-1] if sections else section)


def _is_head(token: Token) -> bool:
    key = token.key
    return bool(_TABLE2_HEADER.search(key) or TABLE2_SECTION.search(key) or key in TABLE2_FURNITURE)


def _labels_apart(rows: Sequence[_Row2]) -> set[str]:
    """Return the rows whose labels stand elsewhere than before their figures, as a converter has them that writes a table
    column by column: nobody can tell which figures are theirs.
    """
    printed = {name for row in rows for token in row.found.texts[:-1] if (name := _NAMES.get(token.key))}
    return printed.difference(row.found.match.row for row in rows)


def _known_rows(block: Sequence[_Row2], of_form: Mapping[str, Sequence[str]], apart: Set[str]) -> list[_Row2]:
    """Return the rows of a block that are known: by their labels, or by their places, where the form's rows of its item of
    article 20 are all there and each label, or what is left of it (章, 可, 行政), agrees; of lost ones only figures.
    None of these has its label `apart`.
    """
    section = block[0].heads.section
    names = [name for name in TABLE2_BLOCKS.get(_ITEM.sub("", section), ()) if name in of_form]
    parted = [*block]
    if len(block) < len(names):
        parted = [part for row in block for part in _parts_of(row, len(of_form[names[0]]) + row.heads.other_years)]
    if len(parted) == len(names) and apart.isdisjoint(names) and all(map(_may_be, parted, names)):
        matches = [row.found.match._replace(row=name) for row, name in zip(parted, names, strict=True)]
        return [row._replace(found=row.found._replace(match=match)) for row, match in zip(parted, matches, strict=True)]
    known = [row for row in block if row.found.match.row]
    found = {row.found.match.row for row in known}
    lost_behind = {name for name, behind in pairwise(names) if behind not in found}
    return [
        row._replace(is_alone=row.found.match.row not in lost_behind and not _shares_cells(row.found, apart))
        for row in known
    ]


def _shares_cells(row: Found, apart: Set[str]) -> bool:
    """Tell whether the label before a row's own is in one cell with it, and so are their figures: it stands nearer to it
    than the first figure does.
    """
    *_, above, own = *row.texts[:1], *row.texts
    return _NAMES.get(above.key) in apart and own.line - above.line < row.run.rows[0][0].line - own.line


def _parts_of(row: _Row2, width: int) -> list[_Row2]:
    """Return the rows whose figures stand behind one label, as those of the others are lost."""
    first, *others = parts_of(row.found.run, width)
    lost = row.found._replace(match=Match("", "place", 0), texts=())
    return [
        row._replace(found=row.found._replace(run=first)),
        *(row._replace(found=lost._replace(run=one)) for one in others),
    ]


def _may_be(row: _Row2, name: str) -> bool:
    """Tell whether a row is labelled as the form's, by what is left of the label, or not at all."""
    match, texts = row.found.match, row.found.texts
    if match.row or not texts:
        return match.row in (name, "")
    return _is_head(texts[-1]) or could_be(texts[-1].key, TABLE2_LABELS[name])


def _columns_in(texts: Sequence[Token]) -> tuple[_Column, ...]:
    """Return the columns that heads of table 2 among some texts name, behind their section."""
    best: dict[str, _Column] = {}
    for text in as_printed_or_corrected(texts, TABLE2_HEADER_KEYS):
        sections = TABLE2_SECTION.findall(text)
        start = text.find(sections[-1]) if sections else 0  # a section in a column of its own stands beside each row
        columns: dict[str, _Column] = {}
        for match in _TABLE2_HEADER.finditer(text, start):
            name, form = TABLE2_HEADERS[match[0]]
            columns.setdefault(name, _Column(name, form, _unit_beside(match[0], texts)))
        best = max(best, columns, key=len)
    return tuple(best.values())


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
        for column in row.heads.columns:
            if column.form:
                votes[column.form] += 1
    return max(votes, key=lambda form: (votes[form], form))


def _read_row2(row: _Row2, rows: Sequence[_Row2], reading: OrderReading) -> None:
    (name, how, *_), texts, values = row.found.match, row.found.texts, row.found.run.values
    lines = ((texts[-1] if texts else values[0]).line, values[-1].line)
    of_form = TABLE2_COLUMNS[reading.form or "2021"]
    if name not in of_form:
        reading.problems.append(f"a row that this form does not have: {name}")
        return
    cells, columns, problem = None, *_columns_of(row, of_form[name])
    if columns is not None:
        width = len(of_form[name])
        alike = [one.found for one in rows[:ENOUGH] if len(of_form.get(one.found.match.row, ())) == width]
        cells, fault = _cells_of(row, columns, alike, reading.pitch)
        label = "" if not texts or _is_head(texts[-1]) else texts[-1].text.strip()
        problem = problem or (by_place(label) if how in ("place", "led") else fault)
    if cells is not None and columns is not None:
        units = {column.name: column.unit for column in row.heads.columns}
        cells = tuple(with_unit(cell, units.get(column)) for cell, column in zip(cells, columns, strict=True))
    if reading.put(name, RowReading(cells, problem, lines, how != "misprint")):
        reading.columns[name] = columns or of_form[name]
        reading.cover(*lines)


def _cells_of(
    row: _Row2, columns: tuple[str, ...], alike: Sequence[Found], pitch: int
) -> tuple[tuple[ReadCell, ...] | None, str | None]:
    """Return the cells of a row in some columns, or None and why they cannot be told."""
    found, width, heads = row.found, len(columns), row.heads
    figures = [token for token in found.run.values if token.kind == "value"]
    if len(figures) == width + 1 and not _REMARKS.isdisjoint(heads.behind) and cells_in(figures)[-1].value is None:
        found = without_last(found, width)
    figures = [token for token in found.run.values if token.kind == "value"]
    if is_of_lines(found.run) and len(figures) == width and not heads.other_years:
        return (cells_in(figures), None) if row.is_alone else (None, "its figures may be those of a row beside it")
    cells, problem = take(found, Siblings(alike, width + heads.other_years), pitch=pitch)
    if cells is not None:
        return cells[:width], problem
    if set_out := _set_out(row, columns):
        return set_out, None
    if len(heads.last_line) > width and tuple(dict.fromkeys(heads.last_line)) == columns:
        repeated, _ = take(found, Siblings([found], len(heads.last_line)), pitch=pitch)
        cells = repeated and _once(repeated, width)
    return cells, None if cells else problem


def _once(cells: Sequence[ReadCell], count: int) -> tuple[ReadCell, ...] | None:
    """Return `count` cells of a row whose merged cells a converter repeated in each column of their spans, as it did
    their heads; None where neighbours alike do not tell which.
    """
    alike = [tuple(group) for _, group in groupby(cells, key=lambda cell: cell.value)]
    if len(alike) == 1:
        return tuple(cells[:count])
    return tuple(group[0] for group in alike) if len(alike) == count else None


def _set_out(row: _Row2, columns: Sequence[str]) -> tuple[ReadCell, ...] | None:
    """Return the cells of a row that stand below their heads in a text set out by blanks; None where they do not."""
    if len(row.found.run.rows) != 1:
        return None
    figures = row.found.run.rows[0]
    labels = [token for token in row.found.texts if token.line == figures[0].line]
    wanted = [[key for key, (name, _) in TABLE2_HEADERS.items() if name == column] for column in columns]
    heads = [token for token in row.heads.texts if token not in labels and not TABLE2_SECTION.search(token.key)]
    line = max(([token for token in heads if token.line == head.line] for head in heads), key=len, default=[])
    width, *others = {*_gaps(line)} or {0}
    if not others and width and not any(gap % width for gap in _gaps([*labels, *figures])):
        return None  # blanks of one width everywhere part cells and show no columns
    return place({"": figures}, heads, wanted, labels=labels).rows.get("")


def _gaps(tokens: Sequence[Token]) -> list[int]:
    """Return how many blanks stand between the words of a line that is set out by them."""
    placed = [(token.columns[0], len(token.text)) for token in tokens if token.columns]
    return [below - above - length for (above, length), (below, _) in pairwise(placed)]


def _columns_of(row: _Row2, expected: tuple[str, ...]) -> tuple[tuple[str, ...] | None, str | None]:
    """Return the columns of a row where the heads name them in the form's order; the form's own where they are partly
    illegible, or wrapped around one line of figures.

    Another order may be the table's or a converter's, which took a wrapped head apart: only columns can tell.
    """
    name, header = row.found.match.row, tuple(column.name for column in row.heads.columns)
    if header == expected:
        return expected, None
    if not header:
        return expected, f"no heads of columns, {BY_FORM} for {name}"
    positions = [expected.index(column) for column in header if column in expected]
    if len(positions) == len(header) and positions == sorted(positions):
        return expected, f"heads of columns not understood, {BY_FORM} for {name}"
    if row.heads.are_wrapped and len(row.found.run.rows) == 1:
        return expected, f"the heads of the columns of {name} are wrapped, {BY_FORM}"
    if sorted(header) == sorted(expected):
        return None, f"the heads of the columns of {name} stand in another order: {' '.join(header)}"
    return None, f"the heads of the columns are not those of {name}: {' '.join(header)}"
