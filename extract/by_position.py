"""The columns of a text that keeps a page's layout by blanks (`pdftotext -layout`): a figure belongs to the head above.

Where blank cells leave nothing but more blanks, the order of the figures tells no columns. Their positions do, if all
rows of the table agree on them: the figures of a table, of which a row is whole, stand in as many clusters as it has
columns, or all stand below the heads, or about their middles.
Programs count a Chinese character, and a sign such as “, as one place or as two, so all ways are tried.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from extract.characters import WIDE, places
from extract.form import (
    TABLE2_HEADERS,
    TABLE3_FURNITURE,
    TABLE3_HEADERS,
    TABLE4_FURNITURE,
    TABLE4_GROUPS,
    TABLE4_OUTCOMES,
    Labels,
    label_key,
)
from extract.labels import known_label
from extract.reading import ReadCell
from extract.stream import Token

_Span = tuple[int, int]
_SPANNING = frozenset([*TABLE3_FURNITURE, *TABLE4_GROUPS, *TABLE4_FURNITURE])
_HEADS = Labels([*_SPANNING, *TABLE2_HEADERS, *TABLE3_HEADERS, *TABLE4_OUTCOMES])
_LINES_OF_HEADS = 12
_LEAST_BELOW = 4  # figures that stand below heads, to show that all heads stand above their columns
_METRICS = range(len(WIDE))


class Placed(NamedTuple):
    """The cells of rows by their names, and whether every figure of the table stands below the head of its column: then
    a blank cell may hide a figure, and no sum need tell the columns.
    """

    rows: Mapping[str, tuple[ReadCell, ...]] = {}
    are_below: bool = False


def place(
    rows: Mapping[str, Sequence[Token]],
    heads: Sequence[Token],
    wanted: Sequence[Sequence[str]],
    *,
    labels: Sequence[Token],
) -> Placed:
    """Return the cells of rows that print fewer figures than their table has columns; none where positions tell nothing.

    `rows` are the figures of every row of a table, a line each, `heads` the texts before the first, `wanted` the keys
    by which each column's head is known, `labels` the texts on the lines of the figures.
    """
    if any(token.columns is None for row in rows.values() for token in row):
        return Placed()
    found = [_placed_by(rows, heads, wanted, labels, metric) for metric in _METRICS]
    fullest = [placed for placed in found if len(placed.rows) == max(len(one.rows) for one in found)]
    return fullest[0] if all(placed.rows == fullest[0].rows for placed in fullest) else Placed()


def are_in_order(heads: Sequence[Token], wanted: Sequence[Sequence[str]]) -> bool:
    """Tell whether all wanted heads are printed, in pieces or not, from left to right above each other's columns."""
    return any(_heads(heads, wanted, metric) for metric in _METRICS)


def _placed_by(
    rows: Mapping[str, Sequence[Token]],
    heads: Sequence[Token],
    wanted: Sequence[Sequence[str]],
    labels: Sequence[Token],
    metric: int,
) -> Placed:
    figures = [_span(token, metric) for row in rows.values() for token in row]
    columns = _clusters(figures)
    whole = any(len(row) == len(wanted) for row in rows.values())
    above = _heads(heads, wanted, metric)
    below = [_column(figure, above) for figure in figures]
    if not whole or len(columns) != len(wanted) or not _are_narrow(columns, figures):
        if not above or any(2 * _span(label, metric)[1] > sum(above[0]) for label in labels if label.columns):
            return Placed()  # a label reaches below the middle of the first head, which stands above no column
        columns = above if None not in below else _about(above)
    placed = _placed(rows, columns, len(wanted), metric)
    if 10 * len(placed) >= 9 * len(rows):
        agreed = sum(_column(figure, columns) == head for figure, head in zip(figures, below, strict=True))
        return Placed(placed, _LEAST_BELOW <= len(figures) < 2 * agreed)
    # rows may stand aside
    return Placed({name: cells for name, cells in placed.items() if cells[-1].kind != "blank"})


def _are_narrow(clusters: Sequence[_Span], figures: Sequence[_Span]) -> bool:
    """Tell whether every cluster is as wide as its widest figure: no row is shifted against the others."""
    for left, right in clusters:
        widest = max(last - first for first, last in figures if left <= first < right)
        if right - left > widest + 1:
            return False
    return True


def _span(token: Token, metric: int) -> _Span:
    start = token.columns[metric] if token.columns else 0
    return start, start + places(token.text)[metric]


def _clusters(spans: Sequence[_Span]) -> list[_Span]:
    """Return the places that spans cover together, left to right."""
    clusters: list[_Span] = []
    for left, right in sorted(spans):
        if clusters and left <= clusters[-1][1]:
            clusters[-1] = clusters[-1][0], max(right, clusters[-1][1])
        else:
            clusters.append((left, right))
    return clusters


def _heads(heads: Sequence[Token], wanted: Sequence[Sequence[str]], metric: int) -> list[_Span]:
    """Return the spans of the wanted heads, each printed in pieces one below the other; [] where one is missing."""
    last = max((token.line for token in heads), default=0)
    near = [
        token
        for token in heads
        if token.columns is not None and last - token.line < _LINES_OF_HEADS and _known(token.text) not in _SPANNING
    ]
    clusters = _clusters([_span(token, metric) for token in near])
    keys = [
        _known("".join(token.text for token in near if left <= _span(token, metric)[0] < right))
        for left, right in clusters
    ]
    for start in range(len(clusters) - len(wanted), -1, -1):
        if all(key in known for key, known in zip(keys[start:], wanted, strict=False)):
            return clusters[start : start + len(wanted)]
    return []


def _known(text: str) -> str:
    """Return the key of a head, as the form has it where it is misprinted."""
    return known_label(label_key(text), _HEADS)


def _about(heads: Sequence[_Span]) -> list[_Span]:
    """Return the columns in which a figure has its middle below a head's; where it stands aside it may be another's."""
    middles = [left + right for left, right in heads]  # twice the middles
    if len(middles) < 2:
        return []
    gaps = [other - one for one, other in pairwise(middles)]
    reach = [min(pair) * 3 // 10 for pair in zip([gaps[0], *gaps], [*gaps, gaps[-1]], strict=True)]
    return [((middle - far) // 2, (middle + far + 1) // 2) for middle, far in zip(middles, reach, strict=True)]


def _placed(
    rows: Mapping[str, Sequence[Token]], columns: Sequence[_Span], count: int, metric: int
) -> dict[str, tuple[ReadCell, ...]]:
    """Return the cells of the rows of which every figure stands in a column of its own, `count` in all."""
    placed: dict[str, tuple[ReadCell, ...]] = {}
    for name, row in rows.items():
        at = [_column(_span(token, metric), columns) for token in row]
        if at and None not in at and len(set(at)) == len(at):
            cells = {column: token.cell or ReadCell() for column, token in zip(at, row, strict=True)}
            placed[name] = tuple(cells.get(column, ReadCell()) for column in range(count))
    return placed


def _column(span: _Span, columns: Sequence[_Span]) -> int | None:
    """Return the one column in which the middle of a figure stands."""
    middle = span[0] + span[1]
    found = [number for number, (left, right) in enumerate(columns) if 2 * left <= middle <= 2 * right]
    return found[0] if len(found) == 1 else None
