"""The columns of table 3, kinds of applicants: what its heads say of their order, and the cells put into the form's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from extract.by_order.siblings import Found, kinds_of
from extract.by_order.values import MOST_HEADS, OrderReading, alternatives, as_printed_or_corrected, stand_turned
from extract.by_position import are_in_order
from extract.form import APPLICANTS, TABLE3_FURNITURE, TABLE3_HEADER_KEYS, TABLE3_HEADERS
from extract.stream import Line, Token

HEADS = re.compile(rf"(?:{alternatives([*TABLE3_HEADERS, *TABLE3_FURNITURE[1:]])})+")
_HEAD = re.compile(alternatives([*TABLE3_HEADERS, *TABLE3_FURNITURE[1:]]))
_ORGANISATIONS = "|".join(key for key, column in TABLE3_HEADERS.items() if column not in ("natural_person", "total"))
_ORGANISATION = re.compile(alternatives(_ORGANISATIONS.split("|")))
_HEAD_STARTS = {key[:end]: column for key, column in TABLE3_HEADERS.items() for end in range(2, len(key) + 1)}
_WITHOUT_KINDS = 3  # columns: natural persons, organisations, totals
_LEADING_SUMS, _CLOSING_SUMS = 0.75, 0.5  # of rows: totals typed as 0 leave 1 1 0 … 0, which begin with a sum, too
_BLANKS_BEFORE = 3  # cells that 申请人情况 spans, in the row of 总计

APPLICANT_HEADS = tuple(tuple(key for key, column in TABLE3_HEADERS.items() if column == name) for name in APPLICANTS)


class Heads(NamedTuple):
    """The words above table 3, and the columns that its heads name, in their order; `in_a_row`: one line prints them all."""

    words: Sequence[Token]
    columns: Sequence[str]
    in_a_row: bool

    def with_totals_last(self) -> Heads:
        """Return the heads with that of the totals, if it comes first, behind the others."""
        first, *others = self.columns or [""]
        return self._replace(columns=[*others, first]) if first == "total" else self


def heads_of(header: Sequence[Token], lines: Sequence[Line]) -> Heads:
    """Return what the words above table 3 say of its columns."""
    in_a_row = _heads_in_a_row(header)
    columns = in_a_row or (list(APPLICANTS) if are_in_order(header, APPLICANT_HEADS) else _named_in(header))
    heads = Heads(header, columns, bool(in_a_row))
    return heads.with_totals_last() if _ends_a_row(header, lines) else heads


def _named_in(header: Sequence[Token]) -> list[str]:
    """Return the columns that the heads of table 3 name, in their order."""
    best: list[str] = []
    for text in as_printed_or_corrected(header, TABLE3_HEADER_KEYS):
        for match in HEADS.finditer(text):
            labels = [m[0] for m in _HEAD.finditer(match[0])]
            columns = list(dict.fromkeys(TABLE3_HEADERS[label] for label in labels if label in TABLE3_HEADERS))
            if len(columns) > len(best):
                best = columns
    return best


def _heads_in_a_row(header: Sequence[Token]) -> list[str]:
    """Return the columns in the order in which one line prints all heads of table 3, or what stands in them before a line
    end, with none over several of them; none where no line does.
    """
    line = next((token.line for token in reversed(header) if token.key in TABLE3_HEADERS), None)
    keys = [token.key for token in header if token.line == line]
    columns = [_HEAD_STARTS[key] for key in keys if key in _HEAD_STARTS]
    return columns if sorted(columns) == sorted(APPLICANTS) and "法人或其他组织" not in keys else []


def _ends_a_row(header: Sequence[Token], lines: Sequence[Line]) -> bool:
    """Tell whether the head of the totals, printed before the others, is the last cell of a row behind blank ones: it
    spans the rows of heads, and its column is the last.
    """
    totals = next((token for token in reversed(header) if TABLE3_HEADERS.get(token.key) == "total"), None)
    *before, last = lines[totals.line].tokens if totals else (None,)
    blanks = [token for token in before[-_BLANKS_BEFORE:] if token.kind == "blank"]
    return totals is not None and last == totals and len(blanks) == _BLANKS_BEFORE


def lacks_totals(heads: Heads, found: Sequence[Found]) -> bool:
    """Tell whether a table 3 has no column of totals: no head names it, and no row has a seventh figure."""
    text = "".join(token.key for token in heads.words)
    if tuple(heads.columns) != APPLICANTS[:-1] or "总计" in text or "合计" in text:
        return False
    counts = [kinds_of(row.run).count("value") for row in found]
    return max(counts) == len(heads.columns) and counts.count(len(heads.columns)) >= 3


def _organisations_lead(header: Sequence[Token]) -> bool:
    """Tell whether the head of all organisations is printed before that of natural persons, which a page has in the middle
    of its cell (`pdftotext -raw`): where every cell has a line, nothing else would tell of columns in that order.
    """
    keys = [token.key for token in header[-MOST_HEADS:]]
    return "自然人" in keys and "法人或其他组织" in keys[: keys.index("自然人")]


def arrange_by_heads(reading: OrderReading, heads: Heads, width: int, *, cell_a_line: bool) -> None:
    """Put the cells of table 3 into the form's order of columns where the heads name another, and tell what the heads
    leave in doubt. `cell_a_line`: every cell has a line, so none tells below which head it stands.
    """
    words, columns, in_a_row = heads
    turned = stand_turned(words, "自然人", "法人或其他组织")
    if not turned and cell_a_line and _organisations_lead(words):
        reading.problems.append("the head of the organisations is printed before that of natural persons")
    kinds = [column for column in columns if column != "total"]  # its rowspan lets 总计 come anywhere
    reordered = in_a_row and columns != list(APPLICANTS)
    if not reading.rows:
        return
    leads, ends = _share_of_sums(reading, 0) >= _LEADING_SUMS, _share_of_sums(reading, -1) >= _CLOSING_SUMS
    if width < len(APPLICANTS):
        reading.problems.append("the table has no column of totals")
    elif not reordered and columns[:1] != ["total"] and leads and not ends:
        _refuse_order(reading, "the first figures of the rows are the sums of the others, whatever the heads say")
    elif len(columns) < len(APPLICANTS) and _is_in_order(kinds):
        reading.problems.append("the heads of the columns are not all there")
        figures = [sum(cell.value is not None for cell in row.cells or ()) for row in reading.rows.values()]
        if columns == [APPLICANTS[0], APPLICANTS[-1]] and max(figures) <= _WITHOUT_KINDS:
            _refuse_order(reading, "one column of all organisations in place of five")
        elif leads and not ends:
            _arrange(reading, ["total", *APPLICANTS[:-1]])
    elif reordered or turned or kinds != list(APPLICANTS[:-1]) or (columns[0] == "total" and not ends):
        known = not turned and len(columns) == len(APPLICANTS) and kinds[0] == APPLICANTS[0] and _are_in_line(words)
        if reordered:
            _arrange(reading, columns)
        elif known and (columns[0] != "total" or leads or ends):
            _arrange(reading, ["total", *kinds] if columns[0] == "total" and leads else [*kinds, "total"])
        else:
            _refuse_order(reading, f"the columns stand in another order: {' '.join(columns)}")


def _arrange(reading: OrderReading, order: Sequence[str]) -> None:
    """Put the cells of table 3, printed in some order of columns, into the form's."""
    for name, row in reading.rows.items():
        printed = dict(zip(order, row.cells or (), strict=False))
        reading.rows[name] = row._replace(cells=tuple(printed[one] for one in APPLICANTS) if row.cells else None)


def _refuse_order(reading: OrderReading, problem: str) -> None:
    """Take back the rows of table 3 but those of seven figures alike, which are the same in any order."""
    moved = [name for name, row in reading.rows.items() if len({cell.value for cell in row.cells or ()}) > 1]
    reading.refuse("columns out of order", moved)
    reading.problems.extend([problem] * bool(moved))


def _share_of_sums(reading: OrderReading, at: int) -> float:
    """Return how many of the rows that state more than zeros have, first or last, the sum of their other figures; 0 where
    only one has, which may be misprinted.
    """
    rows = [[cell.value or 0 for cell in row.cells] for row in reading.rows.values() if row.cells]
    sums = [sum(row) == 2 * row[at] for row in rows if any(row)]
    return sum(sums) / len(sums) if sum(sums) > 1 else 0


def _is_in_order(columns: Sequence[str]) -> bool:
    form = iter(APPLICANTS)
    return all(column in form for column in columns)


def _are_in_line(header: Sequence[Token]) -> bool:
    """Tell whether the kinds of organisation are printed on one line, or a line each: then their order is the columns'."""
    heads: dict[int, int] = {}
    for token in header[-MOST_HEADS:]:
        if len(token.key) >= 2 and token.key not in TABLE3_FURNITURE and not token.key.startswith("自"):
            whole = len(_ORGANISATION.findall(token.key))
            if whole or token.key in _ORGANISATIONS:
                heads[token.line] = heads.get(token.line, 0) + max(1, whole)
    return len(heads) == 1 or set(heads.values()) == {1}
