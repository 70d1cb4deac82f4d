"""Tables that are printed as others were, but for their figures: read once, then filled in.

Nearly all authorities print the form in the same words, cell by cell, and the readings of a table look at what is
printed and at where figures stand, not at which figures they are. So the grids of a document, without their figures,
are a mould. It is read as any document is, with figures that all differ and add up to nothing, and where that reading
leaves no doubt (every table verified, every figure in one cell of the form, no warning) it tells of each cell of the
form in which cell of the document it stands. The text beside the grids must say nothing of tables.

A mould is made when its like is met for the second time: what is printed like nothing else is read as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import count, groupby

from extract.cells import read_cell, with_unit
from extract.document import Block, Cell, Document, Grid, Text
from extract.form import TABLE2_HEADERS, TABLE2_SECTION, TABLE3_HEADERS, TABLE4_KEYS
from extract.labels import is_furniture
from extract.reading import ReadCell
from extract.stream import Line, lines_of
from extract.two_readings import Tables

_Printed = tuple[tuple[tuple[str | None, int, int], ...], ...]  # text and spans of a grid's cells; None: a figure
_Shape = tuple[_Printed | None, ...]  # of a document; None: text, of any length
_Row = tuple[tuple[int, str | None], ...]  # of the form: for each cell the document's, and the unit in its head

_made = partial(tuple.__new__, ReadCell)  # as `ReadCell(…)` of a tuple, in a third of the time
_FIRST_FIGURE = 10**9  # in a mould, where no seven figures add up to an eighth
_TEXT = Text("字")  # in a mould, for all text between two grids: what no label holds
_HEADS = re.compile(
    "|".join([*TABLE2_HEADERS, TABLE2_SECTION.pattern, *(key for key in TABLE3_HEADERS if len(key) > 2)])
)
_SHORT_HEADS = re.compile("|".join(key for key in TABLE3_HEADERS if len(key) <= 2))
_ENDS_IN_HEADS = re.compile(rf"(?:{'|'.join(TABLE4_KEYS)})$")


@dataclass(frozen=True, slots=True)
class _Mould:
    """The tables of a shape, and of each table and row which of the document's cells the form's are."""

    tables: Tables
    table2: Mapping[str, tuple[tuple[str, ...], _Row]]  # the names of the columns, and the cells
    table3: Mapping[str, _Row]
    table4: Mapping[str, _Row]
    lines: tuple[Line, ...]  # of the grids
    covered: tuple[tuple[int, int], ...]  # the first and last of these lines that a table covers
    texts: int  # how many stretches of text stand between the grids


@dataclass(slots=True)
class _Known:
    """How often a shape was met, and its mould: None before it was met twice, and where it makes none."""

    met: int = 0
    mould: _Mould | None = None


def filled(document: Document, read: Callable[[Document], Tables]) -> Tables | None:
    """Return what `read` reads in a document that is printed as others were; None where it must be read itself."""
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    if not grids or not all(grid.spans for grid in grids):
        return None
    known = _known(_shape(document.blocks))
    known.met += 1
    if known.met == 2:
        known.mould = _moulded(document.blocks, read)
    return _poured(known.mould, document.blocks) if known.mould else None


@lru_cache(maxsize=1 << 8)
def _known(_of: _Shape) -> _Known:
    return _Known()


def _shape(blocks: Sequence[Block]) -> _Shape:
    return tuple([None if grid is None else _printed(grid) for grid in _grids(blocks)])


def _grids(blocks: Sequence[Block]) -> Iterator[Grid | None]:
    """Yield the grids, and None for the text between two of them, above the first or below the last."""
    beside_text = False
    for block in blocks:
        if isinstance(block, Grid):
            yield block
        elif not beside_text:
            yield None
        beside_text = not isinstance(block, Grid)


def _printed(grid: Grid) -> _Printed:
    return tuple([tuple([(_word(text), colspan, rowspan) for text, colspan, rowspan, _ in row]) for row in grid.rows])


@lru_cache(maxsize=1 << 14)
def _word(text: str) -> str | None:
    """Return a text; None for a figure."""
    return None if _is_figure(text) else text


def _is_figure(text: str) -> bool:
    return text.isdecimal() and read_cell(text).value is not None


# ---- making a mould


def _moulded(blocks: Sequence[Block], read: Callable[[Document], Tables]) -> _Mould | None:
    """Return the mould of a document; None where its tables leave a doubt, or a figure stands outside of them."""
    plain = tuple(_numbered(blocks))
    tables = read(Document("", plain))
    cells = _cells_in(plain)
    rows = [*(tuple(row.values()) for row in tables.table2.values()), *tables.table3.values(), *tables.table4.values()]
    stated = [cell for row in rows for cell in row]
    figures = {cell.place for cell in cells if _is_figure(cell.text)}
    places = {cell.place for cell in stated}
    if tables.warnings or [*tables.status.values()] != ["verified"] * 3 or not figures or not figures <= places:
        return None
    if "" in places or len(places) < len(stated) or any(cell.kind == "blank" for cell in stated):
        return None  # where blanks stand, it is the sums that tell to which cells the figures belong
    if any(cell != _stated(cell.unit, cells[int(cell.place)]) for cell in stated):
        return None
    if min(figures, key=int) not in {cell.place for row in tables.table2.values() for cell in row.values()}:
        return None  # then the text above all grids may hold heads of table 3, as prose does
    rank = {at: number for number, at in enumerate(at for at, line in enumerate(tables.lines) if line.text is None)}
    if any(line not in rank for lines in tables.covered for line in lines):
        return None
    return _Mould(
        tables=tables,
        table2={name: (tuple(row), _row(row.values())) for name, row in tables.table2.items()},
        table3={name: _row(row) for name, row in tables.table3.items()},
        table4={name: _row(row) for name, row in tables.table4.items()},
        lines=tuple(line for line in tables.lines if line.text is None),
        covered=tuple((rank[first], rank[last]) for first, last in tables.covered),
        texts=sum(isinstance(block, Text) for block in plain),
    )


def _numbered(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield the grids with figures that all differ, each cell with its number as its place, and a mark for text."""
    numbers = count()
    for grid in _grids(blocks):
        if grid is None:
            yield _TEXT
        else:
            yield Grid(tuple(tuple(_as_figure(cell, next(numbers)) for cell in row) for row in grid.rows))


def _as_figure(cell: Cell, number: int) -> Cell:
    text = str(_FIRST_FIGURE + number) if _is_figure(cell.text) else cell.text
    return cell._replace(text=text, place=str(number))


def _row(cells: Iterable[ReadCell]) -> _Row:
    return tuple((int(cell.place), cell.unit) for cell in cells)


# ---- filling it


def _poured(mould: _Mould, blocks: Sequence[Block]) -> Tables | None:
    """Return the tables of a document of the mould's shape; None where its text says something of tables, too."""
    lines = lines_of(blocks, of_grids=mould.lines)
    if not _is_plain(lines, mould.texts):
        return None
    cells = _cells_in(blocks)
    numbers = [at for at, line in enumerate(lines) if line.text is None]
    return replace(
        mould.tables,
        table2={
            name: dict(zip(columns, _filled(row, cells), strict=True)) for name, (columns, row) in mould.table2.items()
        },
        table3={name: _filled(row, cells) for name, row in mould.table3.items()},
        table4={name: _filled(row, cells) for name, row in mould.table4.items()},
        status=dict(mould.tables.status),
        warnings=[],
        covered=[(numbers[first], numbers[last]) for first, last in mould.covered],
        lines=lines,
    )


def _filled(row: _Row, cells: Sequence[Cell]) -> tuple[ReadCell, ...]:
    return tuple([_stated(unit, cells[number]) for number, unit in row])


def _stated(unit: str | None, cell: Cell) -> ReadCell:
    value, printed, kind, own, _ = read_cell(cell.text)
    stated = _made((value, printed, kind, own, cell.place))
    return with_unit(stated, unit) if unit else stated


def _cells_in(blocks: Sequence[Block]) -> list[Cell]:
    return [cell for block in blocks if isinstance(block, Grid) for row in block.rows for cell in row]


def _is_plain(lines: Sequence[Line], texts: int) -> bool:
    """Tell whether the text of a document states no figures and, above its last grid, nothing of the form's tables.

    `texts` is the number of stretches of text that part the grids.
    """
    stretches = [list(stretch) for is_text, stretch in groupby(lines, key=_is_text) if is_text]
    tokens = [[token for line in stretch for token in line.tokens] for stretch in stretches]
    if len(tokens) != texts or not all(tokens) or any(token.kind != "text" for stretch in tokens for token in stretch):
        return False
    above = tokens[:-1] if _is_text(lines[-1]) else tokens
    keys = [[token.key for token in stretch] for stretch in above]
    if any(_is_of_tables(key) for stretch in keys for key in stretch):
        return False
    return not any(_SHORT_HEADS.search(key) for stretch in keys[1:] for key in stretch)


def _is_text(line: Line) -> bool:
    return line.text is not None


@lru_cache(maxsize=1 << 12)
def _is_of_tables(key: str) -> bool:
    return bool(key and (is_furniture(key) or _HEADS.search(key) or _ENDS_IN_HEADS.search(key)))
