"""Characters where they are printed, and the lines of text that they make: what PDF, OFD and pictures share.

All lengths are points (1/72 inch), x to the right, y downwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from extract.document import UNKNOWN

_SMALL = 0.85  # share of the size of the type beside it from which on a raised figure is no sign of a footnote
_OVERPRINTED = 0.2  # share of the type's size by which a digit goes on at least, even in the narrowest fonts
_LOWERED = 0.1  # share of that size by which a sign of a footnote stands lower, where it is lowered
_NEIGHBOURS = 4  # glyphs looked at for the one right before another

_TURNS = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}  # cosine and sine
_RAISED = re.compile(r"[0-9①-⑳*※注\[\]()（）〔〕]")


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character where it is printed; `turn` is the direction of its line in degrees clockwise: 0, 90, 180 or 270.

    `beyond`: how far it lies, to the right and downwards, from the area to which it is cut off; (0, 0) where it is seen.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    turn: int = 0
    beyond: tuple[float, float] = (0.0, 0.0)

    @property
    def x(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def y(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def owner(self) -> tuple[float, float]:
        """A point of the cell whose text it is: what is cut off lies in the next one."""
        return self.x - self.beyond[0], self.y - self.beyond[1]


def text_lines(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Return upright glyphs line by line, each line from left to right."""
    lines: list[list[Glyph]] = []
    middle = 0.0
    for glyph in sorted(glyphs, key=lambda glyph: (glyph.y, glyph.x0)):
        if lines and abs(glyph.y - middle) <= 0.5 * max(glyph.size, 1.0):
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
            middle = glyph.y
    return [sorted(line, key=lambda glyph: glyph.x0) for line in lines]


def segments(line: Sequence[Glyph], gap: float) -> list[list[Glyph]]:
    """Cut a line where more than `gap` times the type size is blank; blanks themselves are left out."""
    parts: list[list[Glyph]] = []
    for glyph in line:
        if not glyph.text.strip():
            continue
        if parts and glyph.x0 - parts[-1][-1].x1 <= gap * max(glyph.size, parts[-1][-1].size):
            parts[-1].append(glyph)
        else:
            parts.append([glyph])
    return parts


def line_text(line: Sequence[Glyph]) -> str:
    """Return a line's text: a blank where one is printed between letters or digits, or a gap is wider than an em."""
    text = ""
    last: Glyph | None = None
    blank = False
    for glyph in line:
        if not glyph.text.strip():
            blank = True
            continue
        if last is not None:
            space = (glyph.x0 - last.x1) / max(glyph.size, last.size, 1.0)
            narrow = _is_narrow(last.text[-1]) and _is_narrow(glyph.text[0])
            if space > 0.9 or (narrow and (space > 0.22 or (blank and space > 0.1))):
                text += " "
        text += glyph.text
        last, blank = glyph, False
    return text


def wrapped(upper: str, lower: str) -> str:
    """Join two lines of one paragraph: a blank between letters of Latin words, nothing elsewhere."""
    latin = upper[-1:].isascii() and upper[-1:].isalpha() and lower[:1].isascii() and lower[:1].isalpha()
    return f"{upper} {lower}" if latin else upper + lower


def upright(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Return the glyphs turned so that the direction of most of them runs from left to right."""
    turns = [glyph.turn for glyph in glyphs if glyph.text.strip()]
    turn = max(set(turns), key=turns.count) if turns else 0
    return (
        [Glyph(one.text, *turned((one.x0, one.top, one.x1, one.bottom), turn), one.size) for one in glyphs]
        if turn
        else list(glyphs)
    )


def turned(box: Sequence[float], turn: int) -> tuple[float, float, float, float]:
    """Return (x0, top, x1, bottom) of a box as it lies when lines that run in a direction run from left to right."""
    cos, sin = _TURNS[turn]
    (x0, x1), (top, bottom) = (
        sorted(x * along + y * across for x, y in (box[:2], box[2:])) for along, across in ((cos, sin), (-sin, cos))
    )
    return x0, top, x1, bottom


def clean_glyphs(glyphs: Iterable[Glyph], width: float, height: float) -> tuple[Glyph, ...]:
    """Drop what lies off the page, what is printed twice on the same spot (bold made by double printing), and the signs
    of footnotes.
    """
    kept: list[Glyph] = []
    seen: dict[tuple[str, int, int], list[Glyph]] = {}
    for glyph in glyphs:
        if not (0 <= glyph.x <= width and 0 <= glyph.y <= height):
            continue
        near = min(1.5, 0.2 * glyph.size)
        column, row = int(glyph.x0 // 3), int(glyph.top // 3)
        twins = (
            twin for dx in (-1, 0, 1) for dy in (-1, 0, 1) for twin in seen.get((glyph.text, column + dx, row + dy), ())
        )
        if glyph.text.strip() and any(
            abs(twin.x0 - glyph.x0) <= near and abs(twin.top - glyph.top) <= near for twin in twins
        ):
            continue
        seen.setdefault((glyph.text, column, row), []).append(glyph)
        kept.append(glyph)
    return _without_raised(kept)


def _without_raised(glyphs: Sequence[Glyph]) -> tuple[Glyph, ...]:
    """The glyphs without small figures and signs that stand raised behind larger ones, or lowered behind digits.

    A digit off the level of the digit right before it that is no smaller is told to be unknown: it may be either. So is
    one printed over the digit before it: of an older and a newer figure on the same spot, none is known to be covered.
    """
    usual = median(glyph.size for glyph in glyphs) if glyphs else 0.0
    changed: dict[int, Glyph | None] = {}
    for turn in {glyph.turn for glyph in glyphs}:
        written = [glyph for glyph in glyphs if glyph.turn == turn and glyph.text.strip()]
        turned = upright(written)
        own = {id(one): glyph for one, glyph in zip(turned, written, strict=True)}
        for glyph, is_sign in _off_level(turned, usual):
            printed = own[id(glyph)]
            changed[id(printed)] = None if is_sign else replace(printed, text=UNKNOWN)
    return tuple(kept for glyph in glyphs if (kept := changed.get(id(glyph), glyph)) is not None)


def _off_level(glyphs: Sequence[Glyph], usual: float) -> Iterator[tuple[Glyph, bool]]:
    """The glyphs that are signs of footnotes (True), or digits of which it is not known whose they are.

    Each is compared with the one right before it, at whatever height: lines of neighbouring cells interlock.
    """
    lanes: dict[int, list[tuple[Glyph, Glyph]]] = {}  # glyphs of about one height, each with the last one on its level
    for glyph in sorted(glyphs, key=lambda glyph: glyph.x0):
        lane = int(glyph.y // (usual or 1.0))
        last = [one for near in (lane - 1, lane, lane + 1) for one in lanes.get(near, [])[-_NEIGHBOURS:]]
        beside = [one for one in last if min(one[1].bottom, glyph.bottom) - max(one[1].top, glyph.top) > 0]
        before, base = max(beside, key=lambda one: one[0].x1, default=(glyph, glyph))
        is_sign = None if base is glyph else _is_sign(glyph, base, (glyph.x0 - before.x1) / (base.size or 1.0), usual)
        if is_sign is not None:
            yield glyph, is_sign
        lanes.setdefault(lane, []).append((glyph, glyph if is_sign is None else base))


def _is_sign(glyph: Glyph, base: Glyph, gap: float, usual: float) -> bool | None:
    """Whether a glyph is the sign of a footnote behind `base`; None where it is on its level; False for a digit of which
    it is not known whose it is.
    """
    up = (base.bottom - glyph.bottom) / (base.size or 1.0)
    between_digits = base.text.isdecimal() and glyph.text.isdecimal()
    small = glyph.size <= _SMALL * base.size <= 1.5 * usual
    off = up > 0.2 or (up < -_LOWERED and between_digits)
    if small and off and gap < 0.5 and _RAISED.fullmatch(glyph.text):
        return True
    overprinted = abs(up) < 0.2 and glyph.x0 - base.x0 < _OVERPRINTED * base.size
    unknown = between_digits and ((abs(up) > 0.3 and abs(gap) < 0.2 and not small) or overprinted)
    return False if unknown else None


def _is_narrow(character: str) -> bool:
    return ord(character) < 0x2E80
