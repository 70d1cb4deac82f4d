"""The columns of a text that keeps a page's layout by blanks (`pdftotext -layout`): a figure belongs to the head above.

Where blank cells leave nothing but more blanks, the order of the figures tells no columns. Their positions do, if all
rows of the table agree on them: the figures of a table, of which a row is whole, stand in as many clusters as it has
columns, all begin or end where heads do, or stand below the heads' middles.
Programs count a Chinese character as one place or as two, so both ways are tried.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise

from extract.form import TABLE3_FURNITURE, TABLE4_FURNITURE, TABLE4_GROUPS, label_key
from extract.reading import ReadCell
from extract.stream import Token, display_width

_Span = tuple[int, int]
_SPANNING = frozenset([*TABLE3_FURNITURE, *TABLE4_GROUPS, *TABLE4_FURNITURE])
_LINES_OF_HEADS = 12
_LEAST_ALIGNED = 4  # columns in which figures stand, to show that they begin or end where heads do


def place(
    rows: Mapping[str, Sequence[Token]],
    heads: Sequence[Token],
    wanted: Sequence[Sequence[str]],
    *,
    labels: Sequence[Token],
) -> dict[str, tuple[ReadCell, ...]]:
    """Return the cells of rows that print fewer figures than their table has columns; {} where positions tell nothing.

    `rows` are the figures of every row of a table, a line each, `heads` the texts before the first, `wanted` the keys
    by which each column's head is known, `labels` the texts on the lines of the figures.
    """
    if any(token.columns is None for row in rows.values() for token in row):
        return {}
    found = [_placed_by(rows, heads, wanted, labels, metric) for metric in (0, 1)]
    best = max(found, key=len)
    return {} if len(found[0]) == len(found[1]) and found[0] != found[1] else best


def are_in_order(heads: Sequence[Token], wanted: Sequence[Sequence[str]]) -> bool:
    """Tell whether all wanted heads are printed, in pieces or not, from left to right above each other's columns."""
    return any(_heads(heads, wanted, metric) for metric in (0, 1))


def _placed_by(
    rows: Mapping[str, Sequence[Token]],
    heads: Sequence[Token],
    wanted: Sequence[Sequence[str]],
    labels: Sequence[Token],
    metric: int,
) -> dict[str, tuple[ReadCell, ...]]:
    figures = [_span(token, metric) for row in rows.values() for token in row]
    spans = _clusters(figures)
    whole = any(len(row) == len(wanted) for row in rows.values())
    if whole and len(spans) == len(wanted) and _are_narrow(spans, figures):
        return _placed(rows, partial(_column, spans=spans), len(wanted), metric)
    above = _heads(heads, wanted, metric)
    for edge in (0, 1):
        places = [head[edge] for head in above]
        met = {figure[edge] for figure in figures}
        if len(met) >= _LEAST_ALIGNED and met <= set(places):
            return _placed(rows, partial(_column_at, places=places, edge=edge), len(wanted), metric)
    if not above or any(2 * _span(label, metric)[1] > sum(above[0]) for label in labels if label.columns):
        return {}  # a label reaches below the middle of the first head: the heads do not stand above their columns
    placed = _placed(rows, partial(_column, spans=_about(above)), len(wanted), metric)
    if len(placed) == len(rows):
        return placed
    return {name: cells for name, cells in placed.items() if cells[-1].kind != "blank"}  # no row that stands aside


def _are_narrow(clusters: Sequence[_Span], figures: Sequence[_Span]) -> bool:
    """Tell whether every cluster is as wide as its widest figure: no row is shifted against the others."""
    for left, right in clusters:
        widest = max(last - first for first, last in figures if left <= first < right)
        if right - left > widest + 1:
            return False
    return True


def _span(token: Token, metric: int) -> _Span:
    start = token.columns[metric] if token.columns else 0
    return start, start + (display_width(token.text) if metric else len(token.text))


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
        if token.columns is not None and last - token.line < _LINES_OF_HEADS and token.key not in _SPANNING
    ]
    clusters = _clusters([_span(token, metric) for token in near])
    keys = [
        label_key("".join(token.text for token in near if left <= _span(token, metric)[0] < right))
        for left, right in clusters
    ]
    for start in range(len(clusters) - len(wanted), -1, -1):
        if all(key in known for key, known in zip(keys[start:], wanted, strict=False)):
            return clusters[start : start + len(wanted)]
    return []


def _about(heads: Sequence[_Span]) -> list[_Span]:
    """Return the columns in which a figure has its middle below a head's; where it stands aside it may be another's."""
    middles = [left + right for left, right in heads]  # twice the middles
    if len(middles) < 2:
        return []
    gaps = [other - one for one, other in pairwise(middles)]
    reach = [min(pair) * 3 // 10 for pair in zip([gaps[0], *gaps], [*gaps, gaps[-1]], strict=True)]
    return [((middle - far) // 2, (middle + far + 1) // 2) for middle, far in zip(middles, reach, strict=True)]


def _placed(
    rows: Mapping[str, Sequence[Token]], column_of: Callable[[_Span], int | None], count: int, metric: int
) -> dict[str, tuple[ReadCell, ...]]:
    """Return the cells of the rows of which every figure stands in a column of its own, `count` in all."""
    placed: dict[str, tuple[ReadCell, ...]] = {}
    for name, row in rows.items():
        columns = [column_of(_span(token, metric)) for token in row]
        if columns and None not in columns and len(set(columns)) == len(columns):
            cells = {column: token.cell or ReadCell() for column, token in zip(columns, row, strict=True)}
            placed[name] = tuple(cells.get(column, ReadCell()) for column in range(count))
    return placed


def _column(span: _Span, spans: Sequence[_Span]) -> int | None:
    """Return the one column in which the middle of a figure stands."""
    middle = span[0] + span[1]
    found = [number for number, (left, right) in enumerate(spans) if 2 * left <= middle <= 2 * right]
    return found[0] if len(found) == 1 else None


def _column_at(span: _Span, places: Sequence[int], edge: int) -> int | None:
    """Return the column whose head begins (`edge` 0) or ends (1) where a figure does."""
    return places.index(span[edge]) if places.count(span[edge]) == 1 else None
