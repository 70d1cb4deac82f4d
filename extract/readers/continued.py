"""Tables that page breaks parted, made one: rows that go on below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extract.document import Block, Cell, Grid
from extract.form import TABLE2_ROWS, TABLE3_ROWS, label_key
from extract.readers.glyphs import wrapped
from extract.readers.ruled import Frame
from extract.readers.unruled import ENUMERATED, are_torn, is_number

_ENDS_BELOW, _BEGINS_ABOVE = 0.6, 0.3  # shares of the page's height between which a table crosses a page break
_SAME_COLUMNS = 4.0  # points by which the columns of a table may move over a page break
_REST = 8  # characters of a label at most that stand below a page break, where it is set over all rows of its group

_LABELS = frozenset((*TABLE2_ROWS.keys, *TABLE3_ROWS.keys))
_OPENED = re.compile(r"[（(“〔【《][^）)”〕】》]*$")
_GOES_ON = re.compile(r"^[）)”〕】》、，；：。！？]")


@dataclass(frozen=True, slots=True)
class Table:
    leaf: int
    height: float  # of the page
    frame: Frame
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def top(self) -> float:
        return self.frame.ys[0]


def grids(tables: Sequence[Table]) -> list[Block]:
    """The grids of tables that follow each other without text between them, those that a page break parted made one."""
    found: list[tuple[Table, tuple[float, ...], list[list[Cell]]]] = []
    for table in tables:
        rows = [list(row) for row in table.rows]
        xs = table.frame.xs
        shared = _shared_columns(found[-1][1], xs) if found and _follows(found[-1][0], table) else None
        if shared is None:
            found.append((table, xs, rows))
            continue
        last, before, above = found[-1]
        _spread(above, before, shared)
        _spread(rows, xs, shared)
        del rows[: _repeated_heads(above, rows)]
        if not rows:
            continue
        _continue(above, rows, len(shared) - 1, last.frame.open_bottom or table.frame.open_top)
        found[-1] = (table, shared, above)
    return [Grid(tuple(tuple(row) for row in rows)) for _, _, rows in found]


def _follows(upper: Table, lower: Table) -> bool:
    """Whether a table may go on with the one on the next page: from the lower part of a page to the top."""
    return (
        lower.leaf == upper.leaf + 1
        and upper.frame.ys[-1] > _ENDS_BELOW * upper.height
        and lower.frame.ys[0] < _BEGINS_ABOVE * lower.height
    )


def _shared_columns(one: tuple[float, ...], other: tuple[float, ...]) -> tuple[float, ...] | None:
    """The columns of two parts of a table: equal edges, and all columns of one part among those of the other.

    The part with the fewer columns has only rows in which some are merged.
    """
    fewer, more = sorted((one, other), key=len)
    within = all(any(abs(x - y) <= _SAME_COLUMNS for y in more) for x in fewer)
    edges = abs(one[0] - other[0]) <= _SAME_COLUMNS and abs(one[-1] - other[-1]) <= _SAME_COLUMNS
    return more if within and edges else None


def _repeated_heads(rows: list[list[Cell]], more: list[list[Cell]]) -> int:
    """How many rows on the next page are those that the table begins with, printed again; a last line may be cut off."""
    count = 0
    for own, again in zip(rows, more, strict=False):
        same = len(own) == len(again) and all(
            one.colspan == other.colspan
            and (one.text == other.text or (len(other.text) >= _REST and one.text.startswith(other.text)))
            for one, other in zip(own, again, strict=True)
        )
        if not same or not any(cell.text for cell in again) or any(is_number(cell.text) for cell in again):
            break
        count += 1
    whole = all(r + cell.rowspan <= count for r, row in enumerate(more[:count]) for cell in row)
    return count if whole else 0


def _spread(rows: list[list[Cell]], xs: tuple[float, ...], shared: tuple[float, ...]) -> None:
    """Give the cells of rows in the columns `xs` the spans that they have in the columns `shared`."""
    if len(xs) == len(shared):
        return
    places = [min(range(len(shared)), key=lambda at: abs(shared[at] - x)) for x in xs]
    for r, line in enumerate(_cover(rows, len(xs) - 1)):
        for index, cell in enumerate(rows[r]):
            if (r, index) in line:
                start = line.index((r, index))
                end = start + line.count((r, index))
                rows[r][index] = cell._replace(colspan=places[end] - places[start])


def _continue(rows: list[list[Cell]], more: list[list[Cell]], columns: int, unruled: bool) -> None:
    """Append the rows of the next page: a row torn in two is made whole, a span that goes on is lengthened."""
    last = _cover(rows, columns)[-1]
    first = _cover(more, columns)[0]
    aligned = [
        (upper, lower)
        for column, (upper, lower) in enumerate(zip(last, first, strict=True))
        if upper is not None
        and lower is not None
        # the cells begin in this column and are equally wide
        and last.index(upper) == first.index(lower) == column
        and last.count(upper) == first.count(lower)
    ]
    pairs = [(rows[row][column], more[below][at]) for (row, column), (below, at) in aligned]
    whole = len(pairs) == len(more[0])
    if whole and _is_torn(pairs, _enumerated_columns(rows, columns), unruled):
        for (row, column), (above, below) in zip((upper for upper, _ in aligned), pairs, strict=True):
            text = wrapped(above.text, below.text) if above.text and below.text else above.text + below.text
            rows[row][column] = above._replace(text=text, rowspan=above.rowspan + below.rowspan - 1)
        rows.extend(more[1:])
        return
    gone = 0
    for ((row, column), _), (above, below) in zip(aligned, pairs, strict=True):
        # Only the leading cells of a row are labels of several rows; a blank cell after a label is a figure left blank.
        if not _goes_on(above, below):
            break
        rows[row][column] = above._replace(text=wrapped(above.text, below.text), rowspan=above.rowspan + below.rowspan)
        gone += 1
    rows.append(more[0][gone:])
    rows.extend(more[1:])


def _is_torn(pairs: list[tuple[Cell, Cell]], enumerated: set[int], unruled: bool) -> bool:
    """Whether the row below a page break is the rest of the row above it.

    Only labels have text on both sides, and the last of them, the row's own, can only go on below; the others are
    those of groups of rows. Or none has, and the figures stand on one side, their label on the other. That no rule is
    drawn at the break does not tell it alone: browsers leave out the rule between two whole rows as well.
    """
    both = [at for at, (above, below) in enumerate(pairs) if above.text and below.text]
    if not both:
        upper = [above for above, _ in pairs if above.text]
        lower = [below for _, below in pairs if below.text]
        own = (is_number(above.text) for above in upper if above.rowspan == 1)
        unlabelled = all(own) and not any(is_number(below.text) for below in lower)
        return bool(upper and lower) and (unlabelled or not pairs[-1][0].text)
    texts = [pairs[at] for at in both]
    labels = [below.text for above, below in pairs if not is_number(above.text)]
    if labels and not any(labels) and are_torn([(a.text, b.text) for a, b in pairs if is_number(a.text)]):
        return True
    if any(is_number(one.text) for pair in texts for one in pair) or any(ENUMERATED.match(b.text) for _, b in texts):
        return False
    if len(pairs) < 2 or any(above.rowspan == below.rowspan == 1 for above, below in texts[:-1]):
        return False
    above, below = texts[-1]
    whole = label_key(above.text + below.text) in _LABELS and label_key(below.text) not in _LABELS
    return unruled or whole or both[-1] in enumerated or _continues(above.text, below.text)


def _enumerated_columns(rows: list[list[Cell]], columns: int) -> set[int]:
    """The columns, as places in the last row, whose labels are numbered: one without a number is the rest of one."""
    cover = _cover(rows, columns)
    result = set()
    places = list(dict.fromkeys(place for place in cover[-1] if place is not None))
    for at, place in enumerate(places):
        column = cover[-1].index(place)
        above = {one for line in cover if (one := line[column]) is not None and line.index(one) == column}
        cells, own = [rows[r][i] for r, i in above], rows[place[0]][place[1]]
        texts = [cell.text for cell in cells if cell.text and cell.colspan == own.colspan]
        if len(texts) >= 3 and sum(bool(ENUMERATED.match(text)) for text in texts) >= 0.8 * len(texts):
            result.add(at)
    return result


def _continues(upper: str, lower: str) -> bool:
    """Whether a text can only be the rest of the one above: it closes a bracket, or begins with a closing sign."""
    if ENUMERATED.match(lower):
        return False
    return bool(_GOES_ON.match(lower) or (_OPENED.search(upper) and re.search(r"[）)”〕】》]", lower)))


def _goes_on(upper: Cell, lower: Cell) -> bool:
    """Whether a cell of several rows goes on below the break: not labelled again, or with the rest of its label."""
    if upper.rowspan == lower.rowspan == 1:
        return False
    if not upper.text:  # the label may stand in the middle of the rows below; a lone blank above is a blank
        return upper.rowspan > 1 and lower.rowspan > 1
    rest = len(lower.text) <= _REST and bool(ENUMERATED.match(upper.text)) and not ENUMERATED.match(lower.text)
    return not lower.text or (rest and not is_number(lower.text)) or _continues(upper.text, lower.text)


def _cover(rows: list[list[Cell]], columns: int) -> list[list[tuple[int, int] | None]]:
    """For each position of the grid, (row, index) of the cell that covers it."""
    cover: list[list[tuple[int, int] | None]] = [[None] * columns for _ in rows]
    for r, row in enumerate(rows):
        column = 0
        for index, cell in enumerate(row):
            while column < columns and cover[r][column] is not None:
                column += 1
            for below in range(r, min(r + cell.rowspan, len(rows))):
                for covered in range(column, min(column + cell.colspan, columns)):
                    cover[below][covered] = (r, index)
            column += cell.colspan
    return cover
