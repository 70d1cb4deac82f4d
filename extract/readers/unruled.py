"""Tables without rules on printed pages: a grid where the columns are beyond doubt, otherwise lines of texts.

The lines become texts with tabs between their pieces, to be read by their order.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from statistics import median

from extract.characters import OF_TERMINALS, places
from extract.document import Block, Cell, Grid, Text
from extract.readers.glyphs import wrapped
from extract.readers.ruled import merged
from extract.sections import is_heading

LONGEST_HEAD = 12  # characters of a piece of a head
NEXT_LINE = 1.9  # type sizes from one line of a head to its next
HALVES = 1.5  # type sizes from one line of a cell to its next, at most
LEAST_ROOM = 3  # digits for which a cell has room
LABEL_GAP = 1.2  # type sizes between the labels of two columns
COLUMN_GAP = 0.4  # type sizes between two columns at least
SHARE_OF_PITCH = 0.6  # of the distance of columns, at least, from a column to one that is blank
FARTHEST_HEAD = 3.0  # type sizes from one line of heads to the next

_NUMBER = re.compile(r"[+\-－]?[0-9０-９](?:[0-9０-９,，.．]*[0-9０-９])?[件个项元]?|[/／\\—－\-–―]{1,2}|无|空")
_DIGITS = re.compile(r"\d[\d,.，]*")
_Piece = tuple[str, float, float]  # text, x0, x1
_Parts = tuple[Sequence[_Piece], Sequence[_Piece]]  # the labels of a line, and what stands in the columns
ENUMERATED = re.compile(
    r"\s*(?:[（(〔]?[一二三四五六七八九十\d]{1,3}[）)、.．〕]|[㈠-㈩①-⑳⒈-⒛]|第[一二三四五六七八九十\d]+[条项章])"
)
HEADING = re.compile(r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]")


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line: its pieces, parted by wide blanks, and where it stands."""

    leaf: int  # the page's place in the document
    origin: tuple[int, float]  # the page's number and where its x = 0 lies on it
    pieces: tuple[_Piece, ...]
    words: tuple[_Piece, ...]  # the same, parted by any blank: heads stand close
    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    edges: tuple[float, float] | None = None  # of the column in which it stands, where text is set in columns


def unruled_tables(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """(first, end) of the runs of lines that make a table: lines of several pieces, lines of a label between them."""
    tables: list[tuple[int, int]] = []
    for first, end in _runs(lines):
        if sum(_figures(line) > 0 for line in lines[first:end]) >= 2:
            tables.append((_first_head(lines, first, tables[-1][1] if tables else 0), end))
    return tables


def _runs(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """(first, end) of the runs of lines of several pieces, with the lines of labels between them."""
    runs: list[tuple[int, int]] = []
    first = last = None
    for index, line in enumerate([*lines, None]):
        many = line is not None and (len(line.pieces) > 2 or (len(line.pieces) == 2 and is_number(line.pieces[1][0])))
        below = line is not None and last is not None and _figures(line) > 0 and _is_near(lines[last], line)
        if many or below:  # `below`: a figure that goes on
            first = index if first is None else first
            last = index
        elif first is not None and last is not None and (line is None or index - last > 2):
            if runs and _goes_on(lines, runs[-1], first, last + 1):
                first, _ = runs.pop()
            runs.append((first, last + 1))
            first = last = None
    return runs


def _goes_on(lines: Sequence[Line], upper: tuple[int, int], first: int, end: int) -> bool:
    """Whether a run of lines goes on with the one above: only long labels, and heads printed again, part the two."""
    above = lines[upper[0] : upper[1]]
    figures = next((k for k in range(first, end) if _figures(lines[k])), None)
    if figures is None or not any(map(_figures, above)):
        return False
    begin = _begin([*above, *lines[first:end]])
    heads = {line.text for line in above}
    return all(
        line.text in heads or (line.x1 <= begin and not is_heading(line.text)) for line in lines[upper[1] : figures]
    )


def _first_head(lines: Sequence[Line], first: int, least: int) -> int:
    """Where the heads of a table begin whose run of lines begins at `first`: lines of few letters, close above it."""
    while first > least:
        line, below = lines[first - 1], lines[first]
        short = all(len(text) <= LONGEST_HEAD and not is_number(text) for text, *_ in line.pieces)
        close = line.leaf == below.leaf and below.top - line.top < FARTHEST_HEAD * line.size
        if not (short and close) or HEADING.match(line.text) or line.size > 1.15 * below.size:
            break
        first -= 1
    return first


def unruled(lines: Sequence[Line]) -> list[Block]:
    """A grid where the figures stand in columns beyond doubt, with the heads that stand over one column each, and those
    over several as texts above it; else the lines as texts.
    """
    as_printed: list[Block] = [Text(line.text) for line in lines]
    columns = _number_columns(lines)
    if columns is None:
        return as_printed
    first = next(k for k, line in enumerate(lines) if _figures(line) >= 2)
    while first and _figures(lines[first - 1]) and _is_near(lines[first - 1], lines[first]):
        first -= 1  # a figure of the first row that goes on below
    headed = _with_heads(columns, lines[:first])
    begin, above, heads = _heads(lines[:first], headed)
    if heads:
        columns = headed
    again = {line.text for line in lines[:begin]}
    rows: list[tuple[Line, list[str], list[tuple[int, int, str]]]] = []
    for line, labels, printed in _rows([one for one in lines[begin:] if one.text not in again], columns[0][0]):
        spans = _columns_of(printed, columns)
        if not all(spans) or any(right[0] <= left[-1] for left, right in pairwise(spans)):
            return as_printed
        cells = [(span[0], span[-1], text) for span, (text, *_) in zip(spans, printed, strict=True)]
        rows.append((line, labels, cells))
    width = max((len(labels) for _, labels, _ in rows), default=0)
    if heads:
        rows.insert(0, (lines[begin - 1], [], [(k, k, text) for k, text in sorted(heads.items())]))
    return [*above, Grid(tuple(_unruled_row(*row, columns, width) for row in rows))]


def _columns_of(pieces: Sequence[_Piece], columns: Sequence[tuple[float, float]]) -> list[list[int]]:
    """The columns over which each cell of a row stands; of one that is wider than its column, and beside another, the one
    in the middle of which it stands.
    """
    touched = [[k for k, (start, end) in enumerate(columns) if x0 < end and x1 > start] for _, x0, x1 in pieces]
    shared = {k for k, _ in enumerate(columns) if sum(k in own for own in touched) > 1}
    return [
        [min(own, key=lambda k: abs(sum(columns[k]) - x0 - x1))] if len(own) > 1 and shared.intersection(own) else own
        for own, (_, x0, x1) in zip(touched, pieces, strict=True)
    ]


def _with_heads(columns: Sequence[tuple[float, float]], lines: Sequence[Line]) -> list[tuple[float, float]]:
    """The columns of figures as wide as their heads, and those of which only a head is printed: it stands clear of all
    others, and no nearer to its neighbours than columns stand here. Heads of one column come below those of several.
    """
    found = list(columns)
    gap = COLUMN_GAP * median(line.size for line in lines) if lines else 0.0
    words = [[(x0, x1) for _, x0, x1 in line.words if x0 > columns[0][1]] for line in reversed(lines)]
    steps = [sum(right) - sum(left) for line in (columns, *words) for left, right in pairwise(line)]
    nearest = SHARE_OF_PITCH * min(steps, default=0.0)
    for x0, x1 in (word for line in words for word in line):
        over = [k for k, (start, end) in enumerate(found) if x0 < end + gap and x1 > start - gap]
        if len(over) == 1:
            start, end = found[over[0]]
            found[over[0]] = min(start, x0), max(end, x1)
        elif not over and all(abs(x0 + x1 - sum(column)) >= nearest for column in found):
            found = sorted([*found, (x0, x1)])
    return found


def _heads(lines: Sequence[Line], columns: Sequence[tuple[float, float]]) -> tuple[int, list[Text], dict[int, str]]:
    """How many lines over a table's first figures are its heads; of these what stands over several columns or over the
    labels, as texts, and by its column what stands over one. All are texts where a column has no head of its own.
    """
    inner = [(left[1] + right[0]) / 2 for left, right in pairwise(columns)]
    edges = [columns[0][0] - (inner[0] - columns[0][1]), *inner, columns[-1][1] + (columns[-1][0] - inner[-1])]
    below = [any(_column(word, edges, line.size) is not None for word in line.words) for line in lines]
    end = max((number for number, holds in enumerate(below, 1) if holds), default=0)
    heads: dict[int, tuple[str, Line]] = {}
    others: list[Text] = []
    for line in reversed(lines[:end]):
        for word in reversed(line.words):
            k = _column(word, edges, line.size)
            if k is not None and k not in heads:
                heads[k] = (word[0], line)
            elif k is not None and heads[k][1].top - line.top < NEXT_LINE * line.size:
                heads[k] = (wrapped(word[0], heads[k][0]), line)
            else:
                others.insert(0, Text(word[0]))
    if len(heads) < len(columns) or any(is_number(text) for text, _ in heads.values()):
        return len(lines), [Text(line.text) for line in lines], {}
    return end, others, {k: text for k, (text, _) in heads.items()}


def _column(word: _Piece, edges: Sequence[float], size: float) -> int | None:
    """The one column in which a word stands; None where it stands over several, or beside them."""
    _, x0, x1 = word
    k = bisect_right(edges, (x0 + x1) / 2) - 1
    inside = 0 <= k < len(edges) - 1 and edges[k] - 0.3 * size <= x0 and x1 <= edges[k + 1] + 0.3 * size
    return k if inside else None


def _begin(lines: Sequence[Line]) -> float:
    """Where the figures of some lines begin. 无 before all others is a letter of 无法提供, set upright."""
    stated = [piece for line in lines for piece in line.pieces if is_number(piece[0])]
    return min((x0 for text, x0, _ in stated if text != "无"), default=0.0)


def _figures(line: Line) -> int:
    return sum(is_number(text) for text, *_ in line.pieces)


def _unruled_row(
    line: Line, labels: list[str], cells: list[tuple[int, int, str]], columns: list[tuple[float, float]], width: int
) -> tuple[Cell, ...]:
    """The cells of a line: its labels over `width` columns, then every column of figures, blank ones included."""

    def place(x: float) -> str:
        number, left = line.origin
        return f"p{number} {x + left:.0f},{line.top:.0f}"

    row = [Cell(text, place=place(line.x0)) for text in labels or [""] * bool(width)]
    if row:
        row[-1] = row[-1]._replace(colspan=width - len(row) + 1)
    column = 0
    for first, last, text in cells:
        row += [Cell("", place=place(columns[k][0])) for k in range(column, first)]
        row.append(Cell(text, last - first + 1, 1, place(columns[first][0])))
        column = last + 1
    return (*row, *(Cell("", place=place(columns[k][0])) for k in range(column, len(columns))))


def _number_columns(lines: Sequence[Line]) -> list[tuple[float, float]] | None:
    """The columns of figures (left, right), if the lines that state several agree in them; None where one does not."""
    begin = _begin(lines)
    stating = [
        [(x0, x1) for text, x0, x1 in line.pieces if is_number(text) and x0 >= begin]
        for line in lines
        if _figures(line) >= 2
    ]
    if len(stating) < 2:
        return None
    columns = merged(span for spans in stating for span in spans)
    size = median(line.size for line in lines)
    if any(right[0] - left[1] < COLUMN_GAP * size for left, right in pairwise(columns)):
        return None
    for spans in stating:
        if any(sum(x0 < end and x1 > start for x0, x1 in spans) > 1 for start, end in columns):
            return None
    return columns


@dataclass(slots=True)
class _Label:
    """A label of one or more lines: (number of the line, its piece) of each."""

    parts: list[tuple[int, _Piece]]

    @property
    def text(self) -> str:
        return reduce(wrapped, (piece[0] for _, piece in self.parts))


def _rows(lines: Sequence[Line], begin: float) -> Iterator[tuple[Line, list[str], Sequence[_Piece]]]:
    """Yield the rows of a table whose columns begin at `begin`, each with its labels and what stands in the columns.

    The label of a row stands in its middle, or begins or ends with it; another, of several rows, where it begins.
    """
    parted = [_parted(line, begin) for line in lines]
    labels = _labels(lines, parted)
    own: dict[int, _Label] = {}
    rows = {row[0]: row for row in _lines_of_rows(lines, parted)}
    for first, row in rows.items():
        beside = [label for label in labels if label not in own.values() and _is_beside(lines, label, row)]
        if beside:
            own[first] = max(beside, key=lambda label: max(piece[1] for _, piece in label.parts))
    for number, line in enumerate(lines):
        others = [label.text for label in labels if label.parts[0][0] == number and label not in own.values()]
        if number in rows:
            yield line, [*others, *([own[number].text] if number in own else [])], _cells(parted, rows[number])
        else:
            yield from ((line, [text], ()) for text in others)


def _lines_of_rows(lines: Sequence[Line], parted: Sequence[_Parts]) -> Iterator[list[int]]:
    """Yield the numbers of the lines of figures of each row. Where a figure goes on in the next line of its cell, these
    lines stand nearer than those of two rows can, or with nothing but the row's label between the two.
    """
    row: list[int] = []
    for number in (number for number, (_, cells) in enumerate(parted) if cells):
        above = row[-1] if row else number
        halves = number == above + 2 and len(row) == 1 and not (parted[above][0] or parted[number][0])
        near = _is_near(lines[above], lines[number], HALVES if halves else 1.0)
        if row and not (near or (number == above + 1 and _is_torn(lines, parted, above))):
            yield row
            row = []
        row.append(number)
    if row:
        yield row


def _is_torn(lines: Sequence[Line], parted: Sequence[_Parts], last: int) -> bool:
    """Whether a page break goes through the cells of a row: what stands below it has no label."""
    (labels, above), (others, _) = parted[last], parted[last + 1]
    cells = _cells(parted, (last, last + 1))
    whole = len(cells) == len(above) and lines[last].leaf < lines[last + 1].leaf
    return whole and bool(labels) and not others and are_torn([text.partition("\n")[::2] for text, *_ in cells])


def are_torn(figures: Sequence[tuple[str, str]]) -> bool:
    """Whether the figures of a row, each with what stands below it on the next page, go on there: several do, and all
    these have as many digits as there was room for, full-width ones taking that of two.
    """
    taken = [places(figure)[OF_TERMINALS] for figure, _ in figures]
    room = max([LEAST_ROOM, *taken])
    parts = [(figure + rest, own) for (figure, rest), own in zip(figures, taken, strict=True) if rest]
    return len(parts) > 1 and all(own == room and _DIGITS.fullmatch(figure) for figure, own in parts)


def _is_near(upper: Line, line: Line, sizes: float = 1.0) -> bool:
    """Whether a line stands less than some type sizes below another."""
    gap = max(line.top - upper.top, line.bottom - upper.bottom)
    return upper.leaf == line.leaf and gap < sizes * line.size


def _cells(parted: Sequence[_Parts], row: Sequence[int]) -> list[_Piece]:
    """The cells of a row: what stands under each other is one."""
    cells: list[_Piece] = []
    for piece in (piece for number in row for piece in parted[number][1]):
        over = next((k for k, (_, x0, x1) in enumerate(cells) if x0 < piece[2] and x1 > piece[1]), None)
        if over is None:
            cells.append(piece)
        else:
            text, x0, x1 = cells[over]
            cells[over] = (f"{text}\n{piece[0]}", min(x0, piece[1]), max(x1, piece[2]))
    return sorted(cells, key=lambda cell: cell[1])


def _parted(line: Line, begin: float) -> tuple[list[_Piece], list[_Piece]]:
    """The labels of a line, and what stands behind `begin`, where the columns of its table begin."""
    beside = [word for word in line.words if word[2] <= begin or (word[1] + word[2]) / 2 < begin]
    labels: list[_Piece] = []
    for text, x0, x1 in beside:
        if labels and x0 - labels[-1][2] < LABEL_GAP * line.size and not ENUMERATED.match(text):
            labels[-1] = (wrapped(labels[-1][0], text), labels[-1][1], x1)
        else:
            labels.append((text, x0, x1))
    end = labels[-1][2] if labels else line.x0
    cells = [piece for piece in line.pieces if piece[1] >= end]
    close = [word for word in line.words if word[1] >= end and (not cells or word[2] < cells[0][1])]
    return labels, [*close, *cells]


def _labels(lines: Sequence[Line], parted: Sequence[_Parts]) -> list[_Label]:
    """The labels of a table: lines that stand under each other, as near as two of them do, of which one has figures."""
    labels: list[_Label] = []
    nearest = NEXT_LINE * median(line.size for line in lines)
    for number, (line, (pieces, cells)) in enumerate(zip(lines, parted, strict=True)):
        for piece in pieces:
            above = next(
                (
                    label
                    for label in reversed(labels)
                    if lines[label.parts[-1][0]].leaf == line.leaf
                    and 0 < line.top - lines[label.parts[-1][0]].top <= nearest
                    and _is_aligned(label.parts[-1][1], piece, line.size)
                ),
                None,
            )
            figured = bool(cells) and above is not None and any(parted[k][1] for k, _ in above.parts)
            if above is None or figured or ENUMERATED.match(piece[0]):
                labels.append(_Label([(number, piece)]))
            else:
                above.parts.append((number, piece))
    return labels


def _is_aligned(upper: _Piece, lower: _Piece, size: float) -> bool:
    """Whether a text stands under another: at its left edge or in its middle."""
    return abs(upper[1] - lower[1]) < size or abs(upper[1] + upper[2] - lower[1] - lower[2]) < 2 * size


def _is_beside(lines: Sequence[Line], label: _Label, row: Sequence[int]) -> bool:
    """Whether a label may be that of a row of figures: it stands in its middle, or begins or ends with it."""
    first, last = lines[label.parts[0][0]], lines[label.parts[-1][0]]
    if first.leaf != lines[row[0]].leaf:
        return False
    middle = abs(first.top + last.top - lines[row[0]].top - lines[row[-1]].top) < lines[row[0]].size
    return middle or row[0] == label.parts[0][0] or row[-1] == label.parts[-1][0]


def is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text.replace(" ", "")) is not None
