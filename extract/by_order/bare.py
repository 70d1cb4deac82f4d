"""Tables 3 and 4 of a text that lost all their labels, read by the number of their figures and their sums.

Resiliparse drops an element that holds a single character, and Word pastes labels a character a span: nothing is left
between two headings but the table's figures, the ordinals of its rows (`1.`) and empty brackets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from extract.by_order.values import OrderReading, RowReading
from extract.form import APPLICANTS, GROUPS, OUTCOMES, table3_rows
from extract.reading import ReadCell
from extract.sections import is_heading
from extract.stream import Line, Token

_PROBLEM = "no label is printed; its figures are as many as the form has and keep its sums"
_BALANCED = ("received", "carried_in"), ("concluded", "carried_out")
_Row = tuple[Token, ...]


def read_bare_table3(lines: Sequence[Line]) -> OrderReading | None:
    """Return table 3 where as many figures as one of the forms has stand alone below its heading, and each total is the
    sum of its row, each conclusion that of its column, and all columns balance; None where they do not.
    """
    for figures in _figures_below(lines, "申请情况"):
        for form in ("2021", "2019"):
            names = table3_rows(form)
            table = dict(zip(names, _rows(figures, len(APPLICANTS)), strict=False))
            if len(figures) == len(APPLICANTS) * len(names) and _keeps_sums3(table):
                return _reading(table)
    return None


def read_bare_table4(lines: Sequence[Line]) -> OrderReading | None:
    """Return table 4 where as many figures as it has stand alone below its heading, each total the sum of its group."""
    for figures in _figures_below(lines, "诉讼情况"):
        table = dict(zip(GROUPS, _rows(figures, len(OUTCOMES)), strict=False))
        if len(figures) == len(GROUPS) * len(OUTCOMES) and all(map(_adds_up, table.values())):
            return _reading(table)
    return None


def _figures_below(lines: Sequence[Line], heading: str) -> Iterator[Sequence[Token]]:
    """Yield the figures between each heading that ends so and the next one, where nothing else stands there but ordinals,
    signs and scraps of labels.
    """
    headings = [at for at, line in enumerate(lines) if line.text and is_heading(line.text.strip())]
    for first, last in pairwise([*headings, len(lines)]):
        tokens = [token for line in lines[first + 1 : last] for token in line.tokens]
        texts = [token.key for token in tokens if token.kind == "text" and len(token.key) > 2]
        figures = [token for token in tokens if token.kind == "value"]
        whole = all(token.cell and isinstance(token.cell.value, int) for token in figures)
        if (lines[first].text or "").strip().endswith(heading) and whole and not texts:
            yield figures


def _rows(figures: Sequence[Token], width: int) -> list[_Row]:
    return [tuple(figures[at : at + width]) for at in range(0, len(figures), width)]


def _values(row: _Row) -> list[int]:
    return [int(token.cell.value or 0) if token.cell else 0 for token in row]


def _adds_up(row: _Row) -> bool:
    *parts, total = _values(row)
    return sum(parts) == total


def _keeps_sums3(table: dict[str, _Row]) -> bool:
    rows = {name: _values(row) for name, row in table.items()}
    coming, going = ([sum(column) for column in zip(*(rows[name] for name in side), strict=True)] for side in _BALANCED)
    results = [row for name, row in rows.items() if name not in {*_BALANCED[0], *_BALANCED[1]}]
    concluded = [sum(column) for column in zip(*results, strict=True)]
    return all(map(_adds_up, table.values())) and coming == going and concluded == rows["concluded"]


def _reading(table: dict[str, _Row]) -> OrderReading:
    reading = OrderReading(problems=[_PROBLEM])
    for name, row in table.items():
        cells = tuple(token.cell or ReadCell() for token in row)
        reading.rows[name] = RowReading(cells, None, (row[0].line, row[-1].line))
        reading.cover(row[0].line, row[-1].line)
    return reading
