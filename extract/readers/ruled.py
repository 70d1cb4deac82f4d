"""Grids from ruling lines and placed glyphs: what PDF, OFD and pictures share.

All lengths are points (1/72 inch), x to the right, y downwards. A `Frame` is a set of rules that hang together, cut
into boxes with their spans; `frame_rows` fills it with glyphs. Nothing here knows the file format or the form.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from statistics import median, median_high, median_low

from extract.document import Cell
from extract.readers.glyphs import Glyph, line_text, segments, text_lines, upright, wrapped

SNAP = 4.0  # rules nearer than this are one rule: double borders, borders that every cell draws for itself
_WIDEST = 8.0  # of a border: between cells that stand apart there are four rules, where each draws a double one
_REACH = 3.0  # a gap of this size in a rule, or between a rule and the one it should touch, is closed
_SHORTEST = 5.0  # a shorter rule is a glyph's stroke or the square that Word draws where borders cross
_OPEN = 8.0  # rules sticking out of the outermost crossing by more than this stand for a border that is not drawn
_COVERED = 0.5  # share of a box's side that must be ruled for the side to divide
_STRAIGHT = 0.5  # points from one end of a stroke to the other across it, at most
MAX_RULES = 1500  # more rules of one direction on a page are a drawing, not tables
_MAX_BOXES = 20_000

_CLOSING = "，。、；：！？）》」』】〕”’％%,.;:!?)"
_NUMERIC = re.compile(r"[0-9０-９.．,，%+\-－]")


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """A straight line along one axis: `position` is its y (horizontal) or x (vertical), `start` to `end` the other."""

    horizontal: bool
    position: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Box:
    """One cell of a frame: its place in the grid and its rectangle on the page."""

    row: int
    column: int
    rowspan: int
    colspan: int
    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Frame:
    """A ruled table without its text. `open_top`, `open_bottom`: no rule closes it there, it goes on over the page."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    boxes: tuple[Box, ...]
    open_top: bool = False
    open_bottom: bool = False

    @property
    def area(self) -> float:
        return (self.xs[-1] - self.xs[0]) * (self.ys[-1] - self.ys[0])

    def holds(self, x: float, y: float) -> bool:
        """Whether the point lies in the frame."""
        return self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]


def rule_of(x0: float, top: float, x1: float, bottom: float) -> Rule | None:
    """Return the rule that a thin, straight stroke or bar stands for; None where it is neither thin nor straight."""
    width, height = abs(x1 - x0), abs(bottom - top)
    if height <= SNAP and height <= width:
        return Rule(True, (top + bottom) / 2, min(x0, x1), max(x0, x1))
    if width <= SNAP:
        return Rule(False, (x0 + x1) / 2, min(top, bottom), max(top, bottom))
    return None


def sides(x0: float, top: float, x1: float, bottom: float) -> tuple[Rule, ...]:
    """Return the four rules of a stroked rectangle, or the one rule of a thin bar."""
    if (bar := rule_of(x0, top, x1, bottom)) is not None:
        return (bar,)
    left, right, upper, lower = min(x0, x1), max(x0, x1), min(top, bottom), max(top, bottom)
    return (
        Rule(True, upper, left, right),
        Rule(True, lower, left, right),
        Rule(False, left, upper, lower),
        Rule(False, right, upper, lower),
    )


def straight_rules(points: Sequence[tuple[float, float]]) -> Iterator[Rule]:
    """Yield the rules that the straight strokes between points stand for."""
    for (x0, top), (x1, bottom) in pairwise(points):
        if min(abs(x1 - x0), abs(bottom - top)) < _STRAIGHT and (rule := rule_of(x0, top, x1, bottom)) is not None:
            yield rule


def rules_of_dots(dots: Sequence[tuple[float, float, float, float]]) -> Iterator[Rule]:
    """Yield the rules that dots make, given by their edges (x0, top, x1, bottom): those that follow each other closely."""
    yield from joined(Rule(True, (top + bottom) / 2, x0, x1) for x0, top, x1, bottom in dots)
    yield from joined(Rule(False, (x0 + x1) / 2, top, bottom) for x0, top, x1, bottom in dots)


def find_frames(rules: Iterable[Rule]) -> list[Frame]:
    """Return the ruled tables, innermost first. A lone rectangle is a box around text, not a table, and is left out."""
    frames: list[Frame | None] = []
    for band in _bands(rules):
        horizontal = joined(rule for rule in band if rule.horizontal)
        vertical = joined(rule for rule in band if not rule.horizontal)
        if max(len(horizontal), len(vertical)) <= MAX_RULES:
            frames += [_frame(across, down) for across, down in _connected(horizontal, vertical)]
    return sorted((frame for frame in frames if frame and len(frame.boxes) > 1), key=lambda frame: frame.area)


def _bands(rules: Iterable[Rule]) -> Iterator[list[Rule]]:
    """Yield the rules of a page, parted where none is: columns of one table are not those of the next, however near."""
    band: list[Rule] = []
    end = 0.0
    for (top, bottom), rule in sorted((_height(rule), rule) for rule in rules):
        if band and top > end + _WIDEST:
            yield band
            band, end = [], bottom
        band.append(rule)
        end = max(end, bottom)
    if band:
        yield band


def _height(rule: Rule) -> tuple[float, float]:
    return (rule.position, rule.position) if rule.horizontal else (rule.start, rule.end)


def frame_rows(frame: Frame, glyphs: Sequence[Glyph], page: int, left: float = 0.0) -> tuple[tuple[Cell, ...], ...]:
    """Return the rows of cells that the frame declares, filled with the glyphs that stand in it.

    `left` is where the frame's x = 0 lies on the page, for the places of the cells.
    """
    filling = filled(frame, glyphs)
    if parts := _parts_of_rows(filling):
        for row in parts:
            frame = _without_row(frame, row)
        filling = filled(frame, glyphs)
    rows: list[list[Cell]] = [[] for _ in range(len(frame.ys) - 1)]
    for box in sorted(frame.boxes, key=lambda box: (box.row, box.column)):
        rows[box.row].extend(_cells(frame, box, filling[box], page, left))
    if not any(cell.text for cell in rows[-1]) and any(2 * cell.colspan >= len(frame.xs) for cell in rows[-1]):
        del rows[-1]  # what lies beside the border of a group that goes on to the end of the page
    height = len(rows)
    return tuple(
        tuple(cell._replace(rowspan=min(cell.rowspan, height - r)) for cell in row) for r, row in enumerate(rows)
    )


def _parts_of_rows(filling: Mapping[Box, Sequence[Glyph]]) -> list[int]:
    """The rows, from below, that begin within the one above: only some blank boxes begin there, each below one as wide.

    Browsers end the border of a label of several rows early, where its cell was parted by a page break.
    """
    begun: dict[int, list[Box]] = {}
    ended: dict[int, set[tuple[int, int]]] = {}
    for box in filling:
        begun.setdefault(box.row, []).append(box)
        ended.setdefault(box.row + box.rowspan, set()).add((box.column, box.colspan))
    width = max((box.column + box.colspan for box in filling), default=0)
    return [
        row
        for row, boxes in sorted(begun.items(), reverse=True)
        if ended.get(row) == {(box.column, box.colspan) for box in boxes}
        and sum(box.colspan for box in boxes) * 2 < width
        and not any(glyph.text.strip() for box in boxes for glyph in filling[box])
    ]


def _without_row(frame: Frame, row: int) -> Frame:
    """The frame without the boundary above a row: the boxes that begin there go on those that end there."""
    below = {box.column: box for box in frame.boxes if box.row == row}
    boxes = []
    for box in (one for one in frame.boxes if one.row != row):
        if box.row + box.rowspan == row:
            rest = below[box.column]
            box = replace(box, rowspan=box.rowspan + rest.rowspan, bottom=rest.bottom)
        across = box.row < row < box.row + box.rowspan
        boxes.append(replace(box, row=box.row - (box.row > row), rowspan=box.rowspan - across))
    return replace(frame, ys=(*frame.ys[:row], *frame.ys[row + 1 :]), boxes=tuple(boxes))


def filled(frame: Frame, glyphs: Sequence[Glyph]) -> dict[Box, list[Glyph]]:
    """Return the glyphs of a frame by the boxes in which they stand, all boxes of the frame included."""
    owner = {
        (row, column): box
        for box in frame.boxes
        for row in range(box.row, box.row + box.rowspan)
        for column in range(box.column, box.column + box.colspan)
    }
    filling: dict[Box, list[Glyph]] = {box: [] for box in frame.boxes}
    for run in runs(glyphs):
        x, y = owner_of(run)
        column = min(max(bisect_right(frame.xs, x) - 1, 0), len(frame.xs) - 2)
        row = min(max(bisect_right(frame.ys, y) - 1, 0), len(frame.ys) - 2)
        if (box := owner.get((row, column))) is not None:
            filling[box].extend(run)
    return filling


def without_struck(glyphs: Sequence[Glyph], rules: Sequence[Rule]) -> tuple[tuple[Glyph, ...], int]:
    """Return the glyphs without those that a line of just their length runs through, and how many these are: text
    struck out by an editor.
    """
    short = sorted((rule for rule in rules if rule.horizontal), key=lambda rule: rule.position)
    positions = [rule.position for rule in short]
    lines: dict[int, list[Glyph]] = {}
    for glyph in glyphs:
        if glyph.turn or not glyph.text.strip():
            continue
        first = bisect_left(positions, glyph.y - 0.22 * glyph.size)
        last = bisect_right(positions, glyph.y + 0.22 * glyph.size)
        for at in range(first, last):
            if short[at].start - 1 <= glyph.x <= short[at].end + 1:
                lines.setdefault(at, []).append(glyph)
    struck: set[int] = set()
    for at, crossed in lines.items():
        room = 0.35 * crossed[0].size
        left, right = min(glyph.x0 for glyph in crossed), max(glyph.x1 for glyph in crossed)
        if abs(short[at].start - left) <= room and abs(short[at].end - right) <= room:
            struck |= {id(glyph) for glyph in crossed}
    return (tuple(glyph for glyph in glyphs if id(glyph) not in struck), len(struck)) if struck else (tuple(glyphs), 0)


def joined(rules: Iterable[Rule]) -> list[Rule]:
    """Return the rules, those that lie on each other or continue each other made one, scraps dropped, by position."""
    lanes: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda rule: rule.position):
        near = lanes and rule.position - lanes[-1][-1].position <= SNAP
        if near and rule.position - lanes[-1][0].position <= _WIDEST:
            lanes[-1].append(rule)
        else:
            lanes.append([rule])
    made = [
        Rule(lane[0].horizontal, median(rule.position for rule in lane), start, end)
        for lane in lanes
        for start, end in merged(((rule.start, rule.end) for rule in lane), _REACH)
    ]
    return [rule for rule in made if rule.end - rule.start >= _SHORTEST]


def merged(spans: Iterable[tuple[float, float]], reach: float = 0.0) -> list[tuple[float, float]]:
    """Return spans from left to right, those that lie on each other, or no further apart than `reach`, made one."""
    made: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if made and start <= made[-1][1] + reach:
            made[-1] = (made[-1][0], max(made[-1][1], end))
        else:
            made.append((start, end))
    return made


def _connected(horizontal: Sequence[Rule], vertical: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Groups of rules that cross or touch each other."""
    groups: list[tuple[list[Rule], list[Rule]]] = [([across], []) for across in horizontal]
    for down in vertical:
        crossed: tuple[list[Rule], list[Rule]] = ([], [down])
        apart = []
        for group in groups:
            if any(_touch(across, down) for across in group[0]):
                crossed[0].extend(group[0])
                crossed[1].extend(group[1])
            else:
                apart.append(group)
        groups = [*apart, crossed]
    return [group for group in groups if all(group)]


def _touch(across: Rule, down: Rule) -> bool:
    return (
        across.start - _REACH <= down.position <= across.end + _REACH
        and down.start - _REACH <= across.position <= down.end + _REACH
    )


def _frame(horizontal: list[Rule], vertical: list[Rule]) -> Frame | None:
    xs = sorted({rule.position for rule in vertical})
    ys = sorted({rule.position for rule in horizontal})
    left, right = min(rule.start for rule in horizontal), max(rule.end for rule in horizontal)
    # Borders that are not drawn: tables open to the sides, tables cut off by the end of the page, both sides of which
    # go on to there, or without a frame, where most rules do; in scans strokes of a heading go on with other rules.
    outer = [[rule for rule in vertical if rule.position == x] for x in (xs[0], xs[-1])]
    upper, lower = max(min(r.start for r in side) for side in outer), min(max(r.end for r in side) for side in outer)
    upper = min(upper, median_high([ys[0], *(rule.start for rule in vertical if rule.start <= ys[0] + _REACH)]))
    lower = max(lower, median_low([ys[-1], *(rule.end for rule in vertical if rule.end >= ys[-1] - _REACH)]))
    if left < xs[0] - _OPEN and len(horizontal) > 1:
        xs.insert(0, left)
    if right > xs[-1] + _OPEN and len(horizontal) > 1:
        xs.append(right)
    open_top, open_bottom = upper < ys[0] - _OPEN, lower > ys[-1] + _OPEN
    ys = [upper] * open_top + ys + [lower] * open_bottom
    if len(xs) < 2 or len(ys) < 2 or (len(xs) - 1) * (len(ys) - 1) > _MAX_BOXES:
        return None
    return _boxed(xs, ys, _ruled(horizontal, ys, xs), _ruled(vertical, xs, ys), open_top, open_bottom)


def _ruled(rules: list[Rule], positions: list[float], stops: list[float]) -> list[list[bool]]:
    """For each position, whether a rule runs along it between each two neighbouring stops."""
    result = []
    for position in positions:
        lane = [rule for rule in rules if rule.position == position]
        result.append(
            [
                sum(max(0.0, min(rule.end, end) - max(rule.start, start)) for rule in lane) >= _COVERED * (end - start)
                for start, end in pairwise(stops)
            ]
        )
    return result


def _boxed(
    xs: list[float],
    ys: list[float],
    across: list[list[bool]],
    down: list[list[bool]],
    open_top: bool,
    open_bottom: bool,
) -> Frame:
    """Cut the raster of all rules into the largest rectangles that no rule divides; drop lanes in which none begins."""
    found = list(_undivided(across, down))
    used_rows = sorted({row for row, *_ in found})
    used_columns = sorted({column for _, column, *_ in found})
    boxes = tuple(
        Box(
            row=(r := used_rows.index(row)),
            column=(c := used_columns.index(column)),
            rowspan=bisect_right(used_rows, bottom - 1) - r,
            colspan=bisect_right(used_columns, right - 1) - c,
            x0=xs[column],
            top=ys[row],
            x1=xs[right],
            bottom=ys[bottom],
        )
        for row, column, bottom, right in found
    )
    return Frame(
        xs=(*(xs[column] for column in used_columns), xs[-1]),
        ys=(*(ys[row] for row in used_rows), ys[-1]),
        boxes=boxes,
        open_top=open_top,
        open_bottom=open_bottom,
    )


def _undivided(across: list[list[bool]], down: list[list[bool]]) -> Iterator[tuple[int, int, int, int]]:
    """Yield the largest rectangles of a raster that no rule divides: row, column, end row, end column."""
    rows, columns = len(across) - 1, len(down) - 1
    taken = [[False] * columns for _ in range(rows)]
    for row, column in product(range(rows), range(columns)):
        if taken[row][column]:
            continue
        right = column + 1
        while right < columns and not taken[row][right] and not down[right][row]:
            right += 1
        bottom = row + 1
        while (
            bottom < rows
            and not any(across[bottom][at] or taken[bottom][at] for at in range(column, right))
            and not any(down[at][bottom] for at in range(column + 1, right))
            and not (column and across[bottom][column - 1] and not down[column][bottom])  # wider from here on
        ):
            bottom += 1
        for lane in taken[row:bottom]:
            lane[column:right] = [True] * (right - column)
        yield row, column, bottom, right


def runs(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Return glyphs in the order in which they were written: touching digits of one line together, closing signs with the
    character before them, as they may hang over the edge of its cell; all others alone.
    """
    found: list[list[Glyph]] = []
    for glyph in glyphs:
        last = found[-1][-1] if found else None
        if (
            last is not None
            and not glyph.turn
            and (glyph.text in _CLOSING or (_NUMERIC.match(last.text) and _NUMERIC.match(glyph.text)))
            and abs(glyph.y - last.y) < 0.2 * glyph.size
            and -0.1 * glyph.size < glyph.x0 - last.x1 < 0.1 * glyph.size
        ):
            found[-1].append(glyph)
        else:
            found.append([glyph])
    return found


def owner_of(run: Sequence[Glyph]) -> tuple[float, float]:
    """Return a point of the cell whose text a run is: a number wider than its cell is one number, in that of its middle."""
    return (run[0].owner[0] + run[-1 if _NUMERIC.match(run[0].text) else 0].owner[0]) / 2, run[0].owner[1]


def _cells(frame: Frame, box: Box, glyphs: list[Glyph], page: int, left: float) -> list[Cell]:
    """The cell of a box; one a column where the rules between columns are missing but its text stands in columns."""
    edges = frame.xs[box.column : box.column + box.colspan + 1]
    parts = _columns(edges, glyphs) if box.colspan > 1 and not any(glyph.turn for glyph in glyphs) else None
    if parts is None:
        text = _box_text(glyphs, box.x1 - box.x0)
        return [Cell(text, box.colspan, box.rowspan, f"p{page} {box.x0 + left:.0f},{box.top:.0f}")]
    return [
        Cell(_box_text(part, edges[i + 1] - edges[i]), 1, box.rowspan, f"p{page} {edges[i] + left:.0f},{box.top:.0f}")
        for i, part in enumerate(parts)
    ]


def _columns(edges: Sequence[float], glyphs: list[Glyph]) -> list[list[Glyph]] | None:
    """The glyphs by column, if every line has one piece in the middle of each column and no piece is a lone letter."""
    lines = text_lines(glyph for glyph in glyphs if glyph.text.strip())
    parts: list[list[Glyph]] = [[] for _ in edges[1:]]
    for line in lines:
        pieces = segments(line, 1.0)
        if len(pieces) != len(parts):
            return None
        for index, piece in enumerate(pieces):
            width = edges[index + 1] - edges[index]
            middle = (piece[0].x0 + piece[-1].x1) / 2 - edges[index]
            lone = len(piece) == 1 and not _NUMERIC.match(piece[0].text)
            if lone or abs(middle - width / 2) > 0.25 * width or piece[-1].x1 > edges[index + 1]:
                return None
            parts[index].extend(piece)
    return parts if lines else None


def _box_text(glyphs: list[Glyph], width: float) -> str:
    """The text of a cell: lines broken only because the cell is narrow are joined, others stay lines."""
    straight = upright(glyphs)
    lines = [line for line in text_lines(straight) if any(glyph.text.strip() for glyph in line)]
    left, right = min((line[0].x0 for line in lines), default=0.0), max((line[-1].x1 for line in lines), default=0.0)
    text = ""
    for index, line in enumerate(lines):
        printed = line_text(line)
        last = lines[index - 1]
        indented = last[-1].x1 > right - last[-1].size  # ends as the others do: as long as they but for a blank
        if index and _is_full(last, line, width - (last[0].x0 - left) * indented):
            text = wrapped(text, printed)
        else:
            text += "\n" * bool(index) + printed
    return text


def _is_full(line: list[Glyph], following: list[Glyph], width: float) -> bool:
    """Whether the first character of the following line had no room left on the line."""
    size = max(glyph.size for glyph in line)
    padding = 2 * max(6.0, 0.6 * size)
    needed = 1  # a closing sign may not begin a line: the character before it goes with it
    while needed < len(following) and following[needed].text in _CLOSING:
        needed += 1
    room = width - padding - (line[-1].x1 - line[0].x0)
    return following[needed - 1].x1 - following[0].x0 > room
