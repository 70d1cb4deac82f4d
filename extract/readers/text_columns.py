"""Text set in columns side by side, as gazettes have it: down the left column, then down the right one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from extract.readers.glyphs import Glyph, segments, text_lines

GUTTER = 1.2  # type sizes between two columns at least
LEAST_LINES = 5  # that stand side by side
LEAST_FULL, LEAST_LETTERS = 3, 8  # so many of them are no cells of a table: one piece of so many letters in each column

Edges = tuple[float, float]  # where the lines of a column begin and end


def columns_of_text(glyphs: Sequence[Glyph]) -> Iterator[tuple[list[Glyph], Edges | None]]:
    """Yield the glyphs of text in the order of its columns, each column with its edges; None for what stands in none."""
    lines = text_lines(glyphs)
    start = 0
    while start < len(lines):
        end, gutter = _run(lines, start)
        if gutter is None:  # the line that ended the run may begin the next with the one above it
            end = max(start + 1, end - 1)
            yield from ((line, None) for line in lines[start:end])
            start = end
            continue
        beside = [glyph for line in lines[start:end] for glyph in line]
        for column in ([g for g in beside if g.x < gutter], [g for g in beside if g.x >= gutter]):
            inked = [glyph for glyph in column if glyph.text.strip()]
            yield column, (min(glyph.x0 for glyph in inked), max(glyph.x1 for glyph in inked))
        start = end


def _run(lines: Sequence[Sequence[Glyph]], start: int) -> tuple[int, float | None]:
    """The end of the lines from `start` on through which one gutter runs, and where it is; None where none does."""
    left, right = 0.0, float("inf")
    beside = full = 0
    end = start
    for line in lines[start:]:
        pieces = segments(line, GUTTER)
        gaps = ((max(left, a[-1].x1), min(right, b[0].x0)) for a, b in pairwise(pieces))
        gap = next((gap for gap in gaps if gap[0] < gap[1]), None)
        if gap is not None:
            left, right = gap
            beside += 1
            full += len(pieces) == 2 and min(map(_letters, pieces)) >= LEAST_LETTERS
        elif not beside or (pieces and pieces[0][0].x0 < right and pieces[-1][-1].x1 > left):
            break
        end += 1
    return end, (left + right) / 2 if beside >= LEAST_LINES and full >= LEAST_FULL else None


def _letters(piece: Sequence[Glyph]) -> int:
    return sum("\u4e00" <= glyph.text <= "\u9fff" for glyph in piece)
