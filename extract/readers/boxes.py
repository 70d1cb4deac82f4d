"""Tables drawn with characters: bars and rules around the cells, as text browsers and pandoc print them.

What is drawn is a page of glyphs and rules, and is read as one (`extract.readers.ruled`): its cells, and what they span,
stand where the rules say. Programs count a Chinese character, and a sign such as “, as one place or as two; the way by
which all lines begin and end at one place is theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from unicodedata import east_asian_width

from extract.characters import WIDE
from extract.document import Grid
from extract.readers.glyphs import Glyph, line_text, text_lines
from extract.readers.ruled import Rule, filled, find_frames, frame_rows
from extract.readers.unruled import is_number

_BARS = "|│┃║¦"
_CROSSES = "+┌┬┐├┼┤└┴┘╔╦╗╠╬╣╚╩╝╪╫╭╮╰╯┏┳┓┣╋┫┗┻┛╒╕╘╛╞╡╤╧╓╖╙╜╟╢╥╨"
_DASHES = "-=─━═┄┈:"
_ENDS = re.escape(_BARS + _CROSSES)
_LEVEL = re.compile(rf"(?<=[{_ENDS}])[{re.escape(_DASHES)}]+(?=[{_ENDS}])")
_MARK = re.compile("[-=:]")  # alone between two bars, in a line that prints something
_PRINTED = re.compile(rf"[^\s{_ENDS}{re.escape(_DASHES)}]")
_FRAMED = re.compile(rf"\s*[{_ENDS}].*[{_ENDS}]\s*")
_NARROW = frozenset(_BARS + _CROSSES + _DASHES)
_MOST_LINES = 500  # of a table
_LINE = 16.0  # points from line to line, and the size of the type


@dataclass(frozen=True)
class _Line:
    """A line as drawn at a height: its characters, and the place at which each begins, and the last ends, in points."""

    text: str
    y: float
    edges: tuple[float, ...]

    @cached_property
    def levels(self) -> list[tuple[int, int]]:
        """The characters (first, end) of every rule, with those that it ends at."""
        found = _LEVEL.finditer(self.text)
        if _PRINTED.search(self.text):
            found = (match for match in found if not _MARK.fullmatch(match[0]))
        return [(match.start() - 1, match.end() + 1) for match in found]

    @cached_property
    def marks(self) -> dict[float, str]:
        """What is drawn, by its place."""
        within = {at for start, end in self.levels for at in range(start, end)}
        signs = enumerate(self.text)
        return {self.edges[at]: sign for at, sign in signs if at in within or sign in _BARS or sign in _CROSSES[1:]}


def boxed_table(lines: Sequence[str], start: int) -> tuple[int, Grid] | None:
    """Return the line behind a drawn table that begins at a line, and the table; None where none does, or its lines do
    not show what its cells are.
    """
    if not _LEVEL.search(lines[start]) or (start and _FRAMED.fullmatch(lines[start - 1])):
        return None
    end = next((at for at in range(start, len(lines)) if not _FRAMED.fullmatch(lines[at])), len(lines))
    if not start < end <= start + _MOST_LINES:
        return None
    drawn = next(filter(None, (_drawn(lines[start:end], wide) for wide in reversed(WIDE))), [])
    frames = find_frames(_rules(drawn))
    if len(frames) != 1:
        return None
    glyphs = list(_glyphs(drawn))
    if any(map(_holds_figures, filled(frames[0], glyphs).values())):
        return None  # no rules part its rows
    return end, Grid(frame_rows(frames[0], glyphs, 1))


def _holds_figures(glyphs: Sequence[Glyph]) -> bool:
    """Tell whether a cell has figures on several lines."""
    return sum(is_number(line_text(line)) for line in text_lines(glyphs)) > 1


def _drawn(lines: Sequence[str], wide: str) -> list[_Line]:
    """Return the lines as drawn, some characters taking two places; none where they do not begin and end alike."""
    drawn = []
    for number, text in enumerate(map(str.rstrip, lines)):
        widths = (2 if sign not in _NARROW and east_asian_width(sign) in wide else 1 for sign in text)
        drawn.append(_Line(text, number * _LINE, tuple(at * _LINE / 2 for at in accumulate(widths, initial=0))))
    ends = {(line.edges[len(line.text) - len(line.text.lstrip())], line.edges[-1]) for line in drawn}
    return drawn if len(ends) == 1 else []


def _rules(lines: Sequence[_Line]) -> Iterator[Rule]:
    """Yield the rules that the dashes of a line draw, and those that bars draw from line to line."""
    for line in lines:
        for first, end in line.levels:
            yield Rule(True, line.y, line.edges[first], line.edges[end - 1])
    for above, below in pairwise(lines):
        for x, sign in above.marks.items():
            other = below.marks.get(x, " ")
            if (sign in _BARS and other != " ") or other in _BARS:
                yield Rule(False, x, above.y, below.y)


def _glyphs(lines: Sequence[_Line]) -> Iterator[Glyph]:
    """Yield what is printed between the rules."""
    for line in lines:
        top, bottom = line.y - _LINE / 2, line.y + _LINE / 2
        for sign, (left, right) in zip(line.text, pairwise(line.edges), strict=True):
            if sign.strip() and left not in line.marks:
                yield Glyph(sign, left, top, right, bottom, _LINE)
