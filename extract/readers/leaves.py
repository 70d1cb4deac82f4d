"""Pages as they are read: turned upright, those printed side by side on one parted, and one sheet that a spreadsheet
program printed on several made one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from extract.readers.glyphs import Glyph, clean_glyphs, line_text, segments, text_lines, turned
from extract.readers.ruled import Frame, Rule, find_frames, merged, rule_of
from extract.readers.unruled import is_number

WIDE, GUTTER = 1.15, 0.02  # shares: a page so much wider than high may be two, with so much of its width between them
FULL = 0.55  # share of a page's width over which its tables and full lines run
PIECE_GAP = 1.2  # a wider blank, in type sizes, parts the pieces of a line
FIGURE_GAP = 0.5  # the same between figures
LEAST_ROWS = 6  # of the tables of a page that goes on with columns of another
MOST_ALIKE = 3  # pages that are looked at for the columns before those of another
NEAR = 1.0  # points by which the rows of one sheet are printed higher or lower on the next page


@dataclass(frozen=True, slots=True)
class Page:
    """A page as printed: its number (from 1), its size in points, its glyphs in the order of writing, its rules.

    Of two pages printed on one, each is a page of the same number; `left` is where it begins. `edge` is the x at which
    its tables are cut off, though their rules go on.
    """

    number: int
    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    rules: tuple[Rule, ...]
    left: float = 0.0
    edge: float = float("inf")

    def placed(self, page: Page, x: float, y: float, width: float) -> Page:
        """Return another page with this one laid on it, brought to this width."""
        scale = width / self.width
        glyphs = (
            replace(
                one,
                x0=x + scale * one.x0,
                top=y + scale * one.top,
                x1=x + scale * one.x1,
                bottom=y + scale * one.bottom,
                size=scale * one.size,
            )
            for one in self.glyphs
        )
        rules = (
            Rule(rule.horizontal, across + scale * rule.position, along + scale * rule.start, along + scale * rule.end)
            for rule in self.rules
            for along, across in ((x, y) if rule.horizontal else (y, x),)
        )
        return replace(page, glyphs=(*page.glyphs, *glyphs), rules=(*page.rules, *rules))


def leaves(printed: Iterable[Page]) -> list[Page]:
    """Return the pages of a document as they are read."""
    found: list[tuple[Page, list[Frame]]] = []
    following: int | None = None  # the page with which the next one should go on, where the last one did with another
    for page in (half for sheet in printed for half in _halves(_upright(sheet))):
        frames = find_frames(page.rules)
        alike = (at for at, (_, above) in enumerate(found) if _have_same_rows(above, frames))
        for at in islice(alike, MOST_ALIKE):
            other, above = found[at]
            start = _further_columns(other, page, frames, sure=at == following)
            if start is not None:
                whole = _joined(other, above, page, frames, start)
                found[at] = whole, find_frames(whole.rules)
                following = at + 1
                break
        else:
            found.append((page, frames))
            following = None
    return [page for page, _ in found]


def _have_same_rows(above: Sequence[Frame], frames: Sequence[Frame]) -> bool:
    """Whether each of some tables has the rows of one on an earlier page."""
    return bool(frames) and all(any(_are_same_rows(ours.ys, frame.ys) for ours in above) for frame in frames)


def _further_columns(page: Page, other: Page, frames: Sequence[Frame], *, sure: bool) -> float | None:
    """Where the columns begin that another page with the same rows has of a page's tables: under other heads or, below
    a page break, none, beside the same labels or none. None where it has none. Unless it is `sure` from the page before,
    there are many rows, and lines of text at the heights only at which the page has some.
    """
    (ours, lines), (theirs, others) = (_parted(leaf, frames) for leaf in (page, other))
    at = {round(glyph.y) + off for glyph in lines for off in (-1, 0, 1)}
    rows = sum(len(frame.ys) - 1 for frame in frames)
    start = _first_figures(theirs, frames)
    if start is None or not (sure or (rows >= LEAST_ROWS and {round(glyph.y) for glyph in others} <= at)):
        return None
    printed = {_at_height(glyph) for glyph in ours}
    labels = {_at_height(glyph) for glyph in theirs if glyph.x < start}
    heads = {_at_height(glyph) for glyph in theirs if glyph.x >= start and not glyph.text.isascii()}
    if labels or heads:
        more = labels <= printed and not heads <= printed
    else:
        more = not all(text.isascii() for text, _ in printed)
    return start if more else None


def _first_figures(glyphs: Sequence[Glyph], frames: Sequence[Frame]) -> float | None:
    """Where the columns of figures of a page's tables begin; None where it has none."""
    pieces = (piece for line in text_lines(glyphs) for piece in segments(line, FIGURE_GAP))
    first = min((piece[0].x0 for piece in pieces if is_number(line_text(piece))), default=0.0)
    return max((x for frame in frames for x in frame.xs if x <= first), default=None)


def _parted(page: Page, frames: Sequence[Frame]) -> tuple[list[Glyph], list[Glyph]]:
    """The characters at the heights of tables, and those above, below and between."""
    inside: list[Glyph] = []
    outside: list[Glyph] = []
    for glyph in page.glyphs:
        if glyph.text.strip():
            (inside if any(frame.ys[0] < glyph.y < frame.ys[-1] for frame in frames) else outside).append(glyph)
    return inside, outside


def _are_same_rows(ys: Sequence[float], others: Sequence[float]) -> bool:
    """Whether the rows of one table are those of another, some of which may be one there."""
    fewer, more = sorted((ys, others), key=len)
    ends = abs(ys[0] - others[0]) <= NEAR and abs(ys[-1] - others[-1]) <= NEAR
    return ends and len(fewer) > 2 and all(any(abs(y - other) <= NEAR for other in more) for y in fewer)


def _at_height(glyph: Glyph) -> tuple[str, int]:
    return glyph.text, round(glyph.y)


def _joined(page: Page, above: Sequence[Frame], other: Page, frames: Sequence[Frame], start: float) -> Page:
    """A page with the columns of another beside its own, and with what else goes on there from its lines."""
    edge = max(ours.xs[-1] for ours in above if any(_are_same_rows(ours.ys, frame.ys) for frame in frames))
    right = _part(other, start, other.width)
    whole = right.placed(replace(page, width=edge + right.width), edge, 0.0, right.width)
    return replace(whole, glyphs=clean_glyphs(whole.glyphs, whole.width, whole.height))


def _upright(page: Page) -> Page:
    """The page turned so that most of its text runs from left to right: wide tables are printed sideways."""
    turns = Counter(glyph.turn for glyph in page.glyphs if glyph.text.strip())
    turn = turns.most_common(1)[0][0] if turns else 0
    if not turn:
        return page
    left, top, right, bottom = turned((0.0, 0.0, page.width, page.height), turn)
    glyphs = []
    for glyph in page.glyphs:
        x0, y0, x1, y1 = turned((glyph.x0, glyph.top, glyph.x1, glyph.bottom), turn)
        size = min(x1 - x0, y1 - y0) if glyph.turn != turn else y1 - y0
        beyond = turned((*glyph.beyond, *glyph.beyond), turn)[:2]
        box = (x0 - left, y0 - top, x1 - left, y1 - top)
        glyphs.append(Glyph(glyph.text, *box, size, (glyph.turn - turn) % 360, beyond))
    rules = []
    for rule in page.rules:
        across, start, end = rule.position, rule.start, rule.end
        box = (start, across, end, across) if rule.horizontal else (across, start, across, end)
        x0, y0, x1, y1 = turned(box, turn)
        rules.append(rule_of(x0 - left, y0 - top, x1 - left, y1 - top))
    return Page(page.number, right - left, bottom - top, tuple(glyphs), tuple(filter(None, rules)))


def _halves(page: Page) -> list[Page]:
    """The two pages that are printed side by side on one; a page by itself where text or rules cross its middle.

    Both sides must have full lines of text or tables: a page with labels at its left and figures at its right is one.
    """
    if page.width < WIDE * page.height:
        return [page]
    spans = [(glyph.x0, glyph.x1) for glyph in page.glyphs if glyph.text.strip()]
    spans += [(rule.start, rule.end) if rule.horizontal else (rule.position,) * 2 for rule in page.rules]
    outer = (float("-inf"), 0.45 * page.width), (0.55 * page.width, float("inf"))
    free = pairwise(merged([*spans, *outer]))
    width, middle = max(((right - left, (left + right) / 2) for (_, left), (right, _) in free), default=(0.0, 0.0))
    if width < GUTTER * page.width:
        return [page]
    halves = [_part(page, 0.0, middle), _part(page, middle, page.width)]
    return halves if all(map(_is_full, halves)) else [page]


def _part(page: Page, start: float, end: float) -> Page:
    """What stands on a page between two x."""
    glyphs = (
        replace(glyph, x0=glyph.x0 - start, x1=glyph.x1 - start) for glyph in page.glyphs if start <= glyph.x < end
    )
    rules = (
        replace(rule, start=max(rule.start, start) - start, end=min(rule.end, end) - start)
        if rule.horizontal
        else replace(rule, position=rule.position - start)
        for rule in page.rules
        if ((rule.start < end and rule.end > start) if rule.horizontal else (start <= rule.position < end))
    )
    return Page(page.number, end - start, page.height, tuple(glyphs), tuple(rules), page.left + start)


def _is_full(page: Page) -> bool:
    """Whether a table or three lines of text run over most of the page."""
    if any(frame.xs[-1] - frame.xs[0] > FULL * page.width for frame in find_frames(page.rules)):
        return True
    lines = [segments(line, PIECE_GAP) for line in text_lines(page.glyphs)]
    full = [line for line in lines if len(line) == 1 and line[0][-1].x1 - line[0][0].x0 > FULL * page.width]
    return len(full) >= 3
