"""Tables with level rules only: where no rule parts the columns, the blank between them does.

The rows lie between the rules, however many lines their texts take. The columns are those in which the figures stand;
a rule is laid into each blank that runs between two of them, row by row, except where a text stands across it: a head
over several columns. What comes out is an ordinary ruled page (`ruled`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from statistics import median

from extract.readers.glyphs import Glyph, line_text, segments, text_lines
from extract.readers.ruled import MAX_RULES, SNAP, Rule, joined, merged
from extract.sections import is_heading

PIECE_GAP = 0.5  # a wider blank, in type sizes, may part two columns
LETTER_GAP = 0.25  # the same between letters
TALLEST = 120.0  # points between two rules of one table
LEAST_RULES, LEAST_FIGURES, LEAST_COLUMNS = 4, 6, 4  # of a table
MOST_COLUMNS = 60
HEADING = 1.15  # times the type size of a table, of a heading between two
FULL = 0.9  # share of a table's width from which a rule runs all across it
NEAR = 3.0  # points
HANGING = 8.0  # points by which a closing sign at the end of a line goes beyond its cell
LEAST_PIECE = 10.0  # points of a level rule that a cell draws: dashes are shorter
_ENDINGS = ("。", "：", ":", "；")  # of a sentence


@dataclass(frozen=True, slots=True)
class _Piece:
    x0: float
    x1: float
    text: str


def with_columns(glyphs: Sequence[Glyph], rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """Return the rules of a page with rules between the columns of its tables that have but level ones."""
    level = joined(rule for rule in rules if rule.horizontal)
    upright = joined(rule for rule in rules if not rule.horizontal)
    if max(len(level), len(upright)) > MAX_RULES:
        return tuple(rules)
    straight = [glyph for glyph in glyphs if glyph.text.strip() and not glyph.turn]
    added = [
        rule
        for group in _level_tables(level, upright)
        for table in _parted(group, straight)
        for rule in _columns(table, straight, _joints(rules))
    ]
    return (*rules, *added)


def _level_tables(rules: Sequence[Rule], upright: Sequence[Rule]) -> Iterator[list[Rule]]:
    """The level rules of one table each, from above: near each other, two as wide as all, upright ones at its sides only."""
    tables: list[list[Rule]] = []
    for rule in rules:
        table = next(
            (
                one
                for one in reversed(tables)
                if rule.position - one[-1].position <= TALLEST
                and rule.start < max(other.end for other in one)
                and rule.end > min(other.start for other in one)
            ),
            None,
        )
        if table is None:
            tables.append([rule])
        else:
            table.append(rule)
    for table in tables:
        left, right = min(rule.start for rule in table), max(rule.end for rule in table)
        top, bottom = table[0].position, table[-1].position
        crossed = any(
            left + NEAR < rule.position < right - NEAR and rule.start < bottom and rule.end > top for rule in upright
        )
        wide = [rule for rule in table if rule.end - rule.start >= FULL * (right - left)]
        if len(wide) >= 2 and len({rule.position for rule in table}) >= LEAST_RULES and not crossed:
            yield [rule for rule in table if wide[0].position <= rule.position <= wide[-1].position]


def _parted(table: Sequence[Rule], glyphs: Sequence[Glyph]) -> Iterator[list[Rule]]:
    """The rules, parted where a heading stands between two of them: one of the form's, or larger type.

    What stands above it, below the last rule, is the last row of the upper table; what stands below, and is no
    sentence, is the first of the lower.
    """
    ys, bands = _bands(table, glyphs)
    left, right = min(rule.start for rule in table), max(rule.end for rule in table)
    usual = median(glyph.size for band in bands for glyph in band) if any(bands) else 0.0
    opened: list[Rule] = []
    first = ys[0]
    for lower, band in zip(ys[1:], bands, strict=True):
        lines = text_lines(band)
        heads = [k for k, line in enumerate(lines) if _is_heading(line, usual)]
        if not heads:
            continue
        closing = [Rule(True, lines[heads[0]][0].top, left, right)] if heads[0] else []
        yield [*opened, *(rule for rule in table if first <= rule.position < lower), *closing]
        last = max(k for k, line in enumerate(lines) if k in heads or line_text(line).endswith(_ENDINGS))
        opened = [Rule(True, lines[last][0].bottom, left, right)] if last < len(lines) - 1 else []
        first = lower
    yield [*opened, *(rule for rule in table if first <= rule.position)]


def _is_heading(line: Sequence[Glyph], usual: float) -> bool:
    return median(glyph.size for glyph in line) > HEADING * usual or is_heading(line_text(line))


def _bands(table: Sequence[Rule], glyphs: Sequence[Glyph]) -> tuple[list[float], list[list[Glyph]]]:
    """The places of the rules, and between each two of them the glyphs."""
    ys = sorted({rule.position for rule in table})
    left, right = min(rule.start for rule in table), max(rule.end for rule in table)
    bands: list[list[Glyph]] = [[] for _ in ys[1:]]
    for glyph in glyphs:
        if left <= glyph.x <= right and ys[0] < glyph.y < ys[-1]:
            bands[bisect_right(ys, glyph.y) - 1].append(glyph)
    return ys, bands


def _joints(rules: Sequence[Rule]) -> list[tuple[float, float]]:
    """Where (x, y) a level rule ends and the next one begins: between two cells, of which each draws its own."""
    level = [rule for rule in rules if rule.horizontal and rule.end - rule.start >= LEAST_PIECE]
    begun = {
        (round(rule.start) + x, round(rule.position) + y) for rule in level for x in (-1, 0, 1) for y in (-1, 0, 1)
    }
    return [(rule.end, rule.position) for rule in level if (round(rule.end), round(rule.position)) in begun]


def _columns(table: Sequence[Rule], glyphs: Sequence[Glyph], joints: Sequence[tuple[float, float]]) -> Iterator[Rule]:
    """The rules between the columns of a table; none where its figures stand in no columns."""
    ys, bands = _bands(table, glyphs)
    pieces = [list(_pieces(band)) for band in bands]
    stated = [band for band in pieces if sum(map(_is_figure, band)) >= 2]
    figures = [piece for band in stated for piece in band if _is_figure(piece)]
    if any(map(_holds_rows, bands)):
        return
    left, right = min(rule.start for rule in table), max(rule.end for rule in table)
    parts = [
        [x for x, y in joints if left + NEAR < x < right - NEAR and min(abs(y - upper), abs(y - lower)) <= SNAP]
        for upper, lower in pairwise(ys)
    ]
    joined_at = merged(((x, x) for own in parts for x in own), NEAR)
    hangs = 0.0
    if len(joined_at) >= LEAST_COLUMNS - 1:
        edges = [
            ((first + last) / 2, [any(first <= x <= last for x in own) for own in parts]) for first, last in joined_at
        ]
        hangs = HANGING
    elif (
        sum(map(_is_figure, chain.from_iterable(pieces))) >= LEAST_FIGURES
        and LEAST_COLUMNS <= len(columns := _columns_of_figures(pieces, stated)) <= MOST_COLUMNS
    ):
        edges = [(x, [True] * len(parts)) for x in _edges(table, columns, figures)]
    else:
        return
    yield from (Rule(False, x, ys[0], ys[-1]) for x in (left, right))
    for x, parted in edges:
        for (upper, lower), band, parts_band in zip(pairwise(ys), pieces, parted, strict=True):
            if parts_band and not any(piece.x0 + hangs < x < piece.x1 - hangs for piece in band):
                yield Rule(False, x, upper, lower)


def _holds_rows(band: Sequence[Glyph]) -> bool:
    """Whether several rows stand between two rules, as in tables with rules above, below and under the heads only."""
    figures = (sum(map(_is_figure, _pieces(line))) for line in text_lines(band))
    return sum(count >= LEAST_COLUMNS for count in figures) > 1


def _columns_of_figures(
    pieces: Sequence[Sequence[_Piece]], stated: Sequence[Sequence[_Piece]]
) -> list[tuple[float, float]]:
    """The columns in which figures stand, as wide as what is printed in them."""
    columns = merged((piece.x0, piece.x1) for band in stated for piece in band)
    for band in reversed(pieces):  # from the heads of one column up to those of several
        for head in band:
            over = [column for column in columns if head.x0 < column[1] and head.x1 > column[0]]
            if len(over) < 2:  # as wide as the column, or that of a column which is blank
                columns = sorted(
                    set(columns) - set(over)
                    | {(min([head.x0, *(x0 for x0, _ in over)]), max([head.x1, *(x1 for _, x1 in over)]))}
                )
    return columns


def _edges(table: Sequence[Rule], columns: Sequence[tuple[float, float]], figures: Sequence[_Piece]) -> list[float]:
    """Where columns part: where a rule begins that is shorter than the table, else in the middle of the blank."""
    left = min(rule.start for rule in table)
    starts = {rule.start for rule in table if rule.start > left + NEAR}
    edges = [x for x in sorted(starts) if not any(piece.x0 < x < piece.x1 for piece in figures)]
    for (_, end), (start, _) in pairwise(columns):
        if not any(end - NEAR <= x <= start + NEAR for x in edges):
            edges.append((end + start) / 2)
    return edges


def _pieces(band: Sequence[Glyph]) -> Iterator[_Piece]:
    """The texts that a blank parts. Digits may stand further apart than the letters of two neighbouring heads."""
    for line in text_lines(band):
        for part in segments(line, PIECE_GAP):
            whole = all(glyph.text.isascii() for glyph in part)
            for piece in [part] if whole else segments(part, LETTER_GAP):
                yield _Piece(piece[0].x0, piece[-1].x1, "".join(glyph.text for glyph in piece))


def _is_figure(piece: _Piece) -> bool:
    return len(piece.text) < 8 and any(map(str.isdigit, piece.text))
