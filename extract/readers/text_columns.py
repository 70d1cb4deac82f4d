"""Text set in columns side by side, as gazettes have it: down the left column, then down the right one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

from extract.readers.glyphs import Glyph, segments, text_lines

_GUTTER = 1.2  # type sizes between two columns at least
_LEAST_LINES = 5  # that stand side by side
# So many of them are no cells of a table: one piece of so many letters in each column.
_LEAST_FULL, _LEAST_LETTERS = 3, 8

Edges = tuple[float, float]  # where the lines of a column begin and end


def columns_of_text(glyphs: Sequence[Glyph]) -> Iterator[tuple[list[Glyph], Edges | None]]:
    """Yield the glyphs of text in the order of its columns, each column with its edges; None for what stands in none."""
    bands = _bands(text_lines(glyphs))
    beside = [sorted(chain(*band), key=lambda glyph: glyph.x0) for band in bands]
    start = 0
    while start < len(bands):
        end, gutter = _run(beside, start)
        if gutter is None:  # the line that ended the run may begin the next with the one above it
            end = max(start + 1, end - 1)
            yield from ((line, None) for band in bands[start:end] for line in band)
            start = end
            continue
        within = [glyph for line in beside[start:end] for glyph in line]
        for column in ([g for g in within if g.x < gutter], [g for g in within if g.x >= gutter]):
            yield column, _edges(column)
        start = end


def _bands(lines: Sequence[list[Glyph]]) -> list[list[list[Glyph]]]:
    """The lines of text by what stands side by side: the columns of a page may be off each other's base lines."""
    bands: list[list[list[Glyph]]] = []
    for line in lines:
        if bands and all(_is_beside(other, line) for other in bands[-1]):
            bands[-1].append(line)
        else:
            bands.append([line])
    return bands


def _is_beside(upper: Sequence[Glyph], lower: Sequence[Glyph]) -> bool:
    """Whether a line begins before the one above it ends, and clear of it."""
    (left, right), (start, end) = _edges(upper), _edges(lower)
    return (right < start or end < left) and min(g.top for g in lower) < max(g.bottom for g in upper)


def _edges(glyphs: Sequence[Glyph]) -> Edges:
    inked = [glyph for glyph in glyphs if glyph.text.strip()] or glyphs
    return min(glyph.x0 for glyph in inked), max(glyph.x1 for glyph in inked)


def _run(lines: Sequence[Sequence[Glyph]], start: int) -> tuple[int, float | None]:
    """The end of the lines from `start` on through which one gutter runs, and where it is; None where none does."""
    left, right = 0.0, float("inf")
    beside = full = 0
    end = start
    for line in lines[start:]:
        pieces = segments(line, _GUTTER)
        gaps = ((max(left, a[-1].x1), min(right, b[0].x0)) for a, b in pairwise(pieces))
        gap = next((gap for gap in gaps if gap[0] < gap[1]), None)
        if gap is not None:
            left, right = gap
            beside += 1
            full += len(pieces) == 2 and min(map(_letters, pieces)) >= _LEAST_LETTERS
        elif not beside or (pieces and pieces[0][0].x0 < right and pieces[-1][-1].x1 > left):
            break
        end += 1
    return end, (left + right) / 2 if beside >= _LEAST_LINES and full >= _LEAST_FULL else None


def _letters(piece: Sequence[Glyph]) -> int:
    return sum("\u4e00" <= glyph.text <= "\u9fff" for glyph in piece)
