"""Printed pages → blocks: tables, paragraphs and headings in reading order, page furniture dropped, page breaks closed.

What PDF and OFD share once their glyphs and rules are known. Ruled tables come from `ruled`, those without rules from
`unruled`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import groupby, pairwise
from statistics import median

from extract.document import Block, Text
from extract.readers.continued import Table, grids
from extract.readers.glyphs import Glyph, line_text, segments, text_lines, wrapped
from extract.readers.leaves import PIECE_GAP, Page, leaves
from extract.readers.level import with_columns
from extract.readers.ruled import find_frames, frame_rows, owner_of, runs
from extract.readers.text_columns import Edges, columns_of_text
from extract.readers.unruled import HEADING, Line, is_number, unruled, unruled_tables
from extract.titles import goes_on

MARGIN = 0.1  # share of the page's longer side, at its top and bottom, where page numbers and running heads stand
NUMBER_GAP = 0.5  # a wider blank, in type sizes, parts two numbers
LETTER_GAP = 0.25  # the same between the heads of columns
NARROWEST = 25  # type sizes: a page whose lines are all shorter has no full line, from which the text would go on
SAME_EDGE = 10.0  # points by which running heads stand higher or lower
TITLE_LEADING = 2.2  # type sizes from one line of a title to the next at most

_PAGE_NUMBER = re.compile(
    r"[\s\-—–―－·•~.第]*(?:page)?\s*\d{1,3}(?:\s*页?\s*[/／,，共of]*\s*\d{1,3})?[\s\-—–―－·•~.页]*", re.I
)
# What stands over the rest of a table on its next page, or below what comes before it.
_GOES_ON = re.compile(r"[（(]?(?:[续接承][上前]?[表页]|[转见]下[表页])[)）]?")
_Item = Line | Table


def read_pages(pages: Sequence[Page]) -> tuple[Block, ...]:
    """Return the blocks of a printed document in reading order."""
    pages = leaves(pages)
    items = [_page_items(page, leaf) for leaf, page in enumerate(pages)]
    items = _without_furniture(items, pages)
    flow = [item for page in items for item in page]
    lines = [item for item in flow if isinstance(item, Line)]
    margins = _margins(lines)
    blocks: list[Block] = []
    for _, group in groupby(flow, key=type):
        together = list(group)
        blocks += _texts([item for item in together if isinstance(item, Line)], margins)
        blocks += grids([item for item in together if isinstance(item, Table)])
    return tuple(blocks)


def _page_items(page: Page, leaf: int) -> list[_Item]:
    frames = find_frames(with_columns(page.glyphs, page.rules))
    inside: list[list[Glyph]] = [[] for _ in frames]
    outside: list[Glyph] = []
    for run in runs(page.glyphs):
        for frame, held in zip(frames, inside, strict=True):
            if frame.holds(*owner_of(run)):
                held += run
                break
        else:
            outside += [glyph for glyph in run if glyph.owner == (glyph.x, glyph.y)]
    tables = [
        Table(leaf, page.height, frame, frame_rows(frame, held, page.number, page.left))
        for frame, held in zip(frames, inside, strict=True)
        if any(glyph.text.strip() for glyph in held)
    ]
    tables.sort(key=lambda table: table.top)
    between: list[list[Glyph]] = [[] for _ in range(len(tables) + 1)]
    for glyph in outside:
        between[bisect_right(tables, glyph.y, key=lambda table: table.top)].append(glyph)
    items: list[_Item] = []
    for table, below in zip((None, *tables), between, strict=True):
        items += [] if table is None else [table]
        for column, edges in columns_of_text(below):
            lines = (_line(glyphs, leaf, (page.number, page.left), edges) for glyphs in text_lines(column))
            items += [line for line in lines if line is not None]
    return items


def _line(glyphs: list[Glyph], leaf: int, origin: tuple[int, float], edges: Edges | None) -> Line | None:
    parts = [part for piece in segments(glyphs, PIECE_GAP) for part in _parted_numbers(piece)]
    if not parts:
        return None
    inked = [glyph for part in parts for glyph in part]
    pieces = []
    for part in parts:
        between = [glyph for glyph in glyphs if part[0].x0 <= glyph.x0 <= part[-1].x0]
        pieces.append((line_text(between), part[0].x0, part[-1].x1))
    return Line(
        leaf=leaf,
        origin=origin,
        pieces=tuple(pieces),
        words=tuple((line_text(part), part[0].x0, part[-1].x1) for part in segments(glyphs, LETTER_GAP)),
        text="\t".join(text for text, *_ in pieces),
        x0=inked[0].x0,
        x1=inked[-1].x1,
        top=min(glyph.top for glyph in inked),
        bottom=max(glyph.bottom for glyph in inked),
        size=median(glyph.size for glyph in inked),
        edges=edges,
    )


def _parted_numbers(piece: list[Glyph]) -> list[list[Glyph]]:
    """A piece of nothing but numbers is parted at narrower blanks: figures of neighbouring columns come close."""
    parts = segments(piece, NUMBER_GAP)
    return parts if len(parts) > 1 and all(is_number(line_text(part)) for part in parts) else [piece]


def _without_furniture(items: list[list[_Item]], pages: Sequence[Page]) -> list[list[_Item]]:
    """Drop page numbers, the lines that stand in the margin of most pages, as far from its edge on each, and those that
    say only that a table goes on.
    """
    in_margins = [
        (leaf, item, edge)
        for leaf, (page, page_items) in enumerate(zip(pages, items, strict=True))
        for item in page_items
        if isinstance(item, Line) and (edge := _edge(item, page)) is not None
    ]
    places: dict[str, list[tuple[int, float]]] = {}
    for leaf, line, edge in in_margins:
        places.setdefault(_pattern(line), []).append((leaf, edge))
    furniture = set()
    for _, line, edge in in_margins:
        leaves = {leaf for leaf, other in places[_pattern(line)] if abs(other - edge) < SAME_EDGE}
        if _PAGE_NUMBER.fullmatch(line.text) or len(leaves) >= max(2, len(pages) / 2):
            furniture.add(id(line))
    return [
        [item for item in page_items if not (id(item) in furniture or _says_it_goes_on(item))] for page_items in items
    ]


def _says_it_goes_on(item: _Item) -> bool:
    return isinstance(item, Line) and _GOES_ON.fullmatch(item.text) is not None


def _edge(line: Line, page: Page) -> float | None:
    """How far from the upper (positive) or lower edge of its page a line stands in the margin; None where it does not."""
    margin = MARGIN * max(page.width, page.height)
    if line.bottom < margin:
        return line.top
    return line.bottom - page.height if line.top > page.height - margin else None


def _pattern(line: Line) -> str:
    """A line without its numbers, and once what each of several pages has that are one sheet."""
    return "\t".join(dict.fromkeys(re.sub(r"\d+", "#", text) for text, *_ in line.pieces))


def _margins(lines: Sequence[Line]) -> tuple[float, float, float, float]:
    """Left edge, right edge and type size of the running text, and the distance of lines that parts its paragraphs.

    The last is 0 where lines do not nearly all follow at one distance.
    """
    if not lines:
        return 0.0, 0.0, 12.0, 0.0
    weights: Counter[float] = Counter()
    prose = [line for line in lines if len(line.pieces) == 1 and len(line.text) >= 15]
    for line in prose if len(prose) >= 3 else lines:
        weights[round(line.size, 1)] += len(line.text)
    size = weights.most_common(1)[0][0]
    body = [line for line in lines if abs(line.size - size) <= 0.15 * size] or list(lines)
    lefts = Counter(round(line.x0) for line in body)
    often = [x for x, count in lefts.items() if count * 4 >= max(lefts.values())]
    rights = sorted(line.x1 for line in body)
    left = float(min(often))
    right = max(rights[int(0.95 * (len(rights) - 1))], left + NARROWEST * size)
    full = {id(line) for line in body}
    steps = [b.top - a.top for a, b in pairwise(lines) if a.leaf == b.leaf and {id(a), id(b)} <= full and b.top > a.top]
    usual = median(steps or [0.0])
    even = len(steps) >= 8 and sum(abs(step - usual) < 0.05 * usual for step in steps) >= 0.6 * len(steps)
    return left, right, size, 1.3 * usual if even else 0.0


# Lines outside of ruled tables


def _texts(lines: Sequence[Line], margins: tuple[float, float, float, float]) -> list[Block]:
    """Paragraphs, headings and tables without rules."""
    blocks: list[Block] = []
    start = 0
    for first, end in unruled_tables(lines):
        blocks += _paragraphs(lines[start:first], margins)
        blocks += unruled(lines[first:end])
        start = end
    return blocks + _paragraphs(lines[start:], margins)


def _paragraphs(lines: Sequence[Line], margins: tuple[float, float, float, float]) -> list[Block]:
    left, right, size, even = margins
    leading = median([b.top - a.top for a, b in pairwise(lines) if b.top > a.top] or [2 * size])
    widest = even or 1.6 * max(leading, 1.3 * size)
    largest = max((line.size for line in lines), default=size)
    texts: list[Text] = []
    last: Line | None = None
    for line in lines:
        title = line.size >= 1.2 * size and len(line.text) < 80
        if last is not None and (
            _same_title(texts[-1].text, last, line, widest)
            if title
            else _same_paragraph(last, line, left, right, widest)
        ):
            texts[-1] = texts[-1]._replace(text=wrapped(texts[-1].text, line.text))
        else:
            texts.append(Text(line.text, (1 if line.size >= 0.95 * largest else 2) if title else 0))
        last = line
    return list(texts)


def _same_paragraph(last: Line, line: Line, left: float, right: float, widest: float) -> bool:
    """Whether a line goes on with the paragraph of the line above, which ran from the left half to the right margin."""
    if not _is_alike(last, line) or (last.leaf == line.leaf and line.top - last.top > max(widest, 1.3 * line.size)):
        return False
    begin = line.edges[0] if line.edges else left
    start, end = last.edges or (left, right)
    runs = 2 * last.x0 < start + end and last.x1 > end - 2.5 * line.size  # else somebody signs
    return line.x0 < begin + 1.2 * line.size and runs


def _same_title(title: str, last: Line, line: Line, widest: float) -> bool:
    """Whether a line goes on with the title above it: in the middle of the page as that, whatever its length."""
    if not _is_alike(last, line) or last.leaf != line.leaf or not goes_on(title, last.text, line.text):
        return False
    near = line.top - last.top <= max(widest, TITLE_LEADING * line.size)
    return near and abs((last.x0 + last.x1) - (line.x0 + line.x1)) < 2 * line.size


def _is_alike(last: Line, line: Line) -> bool:
    """Whether two lines are of one type and one piece each, and the lower is no heading."""
    same_size = abs(last.size - line.size) <= 0.15 * line.size
    return same_size and "\t" not in last.text + line.text and not HEADING.match(line.text)
