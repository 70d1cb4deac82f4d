"""The three tables of a Document, read by order and by geometry, compared row by row."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, takewhile

from extract.by_grid.numbered import without_row_numbers
from extract.by_grid.occupancy import GridRows, Occupancy
from extract.by_grid.table2 import read_table2_grids, with_rows_apart
from extract.by_grid.table3 import read_table3_grids
from extract.by_grid.table4 import read_table4_grids
from extract.by_grid.years import this_years
from extract.by_order.siblings import adds_up_with_blanks
from extract.by_order.table2 import read_table2
from extract.by_order.table3 import read_table3
from extract.by_order.table4 import read_table4
from extract.by_order.values import AMONG, OrderReading, figures_of
from extract.cells import MONEY_UNITS
from extract.cut_labels import PRINTED, with_whole_labels
from extract.document import Document, Grid, printed_lines
from extract.form import APPLICANTS, GROUPS, OUTCOMES, ROWS_2019_ONLY, ROWS_2021_ONLY, TABLE2_COLUMNS, table3_rows
from extract.judge import TWICE, Judge
from extract.labels import is_furniture
from extract.reading import BLANK, Form, ReadCell, TableStatus
from extract.stream import Line, lines_of, runs_of

_LINES_OF_CAPTION, _LONGEST_CAPTION = 3, 60
_FEW = 3  # rows of which one is an exception
_ON_LINES = re.compile(r"\d[ \u3000]*\n\s*\d")
_CHINESE = re.compile(r"[+\-−－]?[零〇一二三四五六七八九十百千两]+\w?")


@dataclass(slots=True)
class Tables:
    """The tables of a document: cells, status, warnings, and which printed lines they cover (for the prose to leave
    out).
    """

    form: Form | None = None
    table2: dict[str, dict[str, ReadCell]] = field(default_factory=dict)
    table3: dict[str, tuple[ReadCell, ...]] = field(default_factory=dict)
    table4: dict[str, tuple[ReadCell, ...]] = field(default_factory=dict)
    status: dict[str, TableStatus] = field(default_factory=dict)
    inconsistent: tuple[str, ...] = ()
    warnings: list[str] = field(default_factory=list)
    covered: list[tuple[int, int]] = field(default_factory=list)
    lines: Sequence[Line] = ()


def read_twice(document: Document) -> Tables:
    """Return the tables of a document, their figures not yet judged."""
    blocks = [
        with_rows_apart(without_row_numbers(block)) if isinstance(block, Grid) else block for block in document.blocks
    ]
    doubts: list[str] = []
    if document.media_type in PRINTED:
        blocks = [with_whole_labels(block, doubts) if isinstance(block, Grid) else block for block in blocks]
    is_text = document.media_type == "text/plain"
    tables = Tables(lines=lines_of(blocks, shows_blanks=is_text), warnings=doubts)
    runs = runs_of(tables.lines)
    spaces = [Occupancy(block) for block in blocks if isinstance(block, Grid) and block.spans]
    orders3 = read_table3(runs, tables.lines)
    pitch = max((order.pitch for order in orders3), default=0)
    _table3(tables, orders3, spaces)
    first3 = min((first for first, _ in tables.covered), default=None)
    order2 = read_table2(runs, before=first3, pitch=pitch)
    behind3 = [run for run in runs if run.texts and first3 is not None and run.texts[0].line >= first3]
    again2 = read_table2(behind3, pitch=pitch) if order2 else None
    _table2(tables, _first_print(order2 or read_table2(runs, pitch=pitch), again2), spaces)
    order4 = read_table4(runs, pitch=pitch)
    behind4 = [run for run in runs if run.texts and order4 and run.texts[0].line > (order4.last_line or 0)]
    _table4(tables, _first_print(order4, read_table4(behind4, pitch=pitch)), spaces)
    _settle_ones(tables)
    if is_text:  # elsewhere what stands in a cell is of one cell
        _refuse_joined(tables)
        _doubt_lone_blanks(tables)
    _refuse_amounts(tables)
    return tables


def lines_of_rows(document: Document) -> dict[tuple[str, str], tuple[int, int]]:
    """Return where each row that is read by order begins and ends, as numbers of `printed_lines`: what there is to show
    of a cell that has no place of its own.
    """
    lines = lines_of(document.blocks, shows_blanks=document.media_type == "text/plain")
    runs = runs_of(lines)
    printed = enumerate(printed_lines(document))
    numbers = [
        next(number for number, (text, is_row) in printed if (is_row if line.text is None else text == line.text))
        for line in lines
    ]
    table3 = _this_years(read_table3(runs, lines), lines)
    orders = {"table2": read_table2(runs), "table3": table3, "table4": read_table4(runs)}
    return {
        (table, name): (numbers[_line_of_label(lines, *row.lines)], numbers[row.lines[1]])
        for table, order in orders.items()
        for name, row in (order.rows.items() if order else ())
    }


def _line_of_label(lines: Sequence[Line], first: int, last: int) -> int:
    """Return the last line with a text that is not behind the first figure: above it heads may be counted to the row."""
    kinds = [{token.kind for token in lines[at].tokens} for at in range(first, last + 1)]
    figure = next((at for at, found in enumerate(kinds) if "value" in found), len(kinds) - 1)
    return first + max((at for at in range(figure + 1) if "text" in kinds[at]), default=figure)


# ---------------------------------------------------------------- table 3
def _table3(tables: Tables, orders: Sequence[OrderReading], spaces: Sequence[Occupancy]) -> None:
    by_grid = read_table3_grids(spaces)
    order = _this_years(orders, tables.lines)
    if order is None and not by_grid:
        return
    order = order or OrderReading()
    form = "2021" if ROWS_2021_ONLY & {*order.rows, *by_grid} else "2019"
    if not ({*ROWS_2019_ONLY, *ROWS_2021_ONLY} & {*order.rows, *by_grid}):
        tables.warnings.append("table3: no row of （六）其他处理 was found, so its form is not known")
        form = tables.form or "2021"
    names = table3_rows(form)
    judge = Judge("table3", order.rows, by_grid, len(APPLICANTS), spaces)
    tables.table3, settled = judge.settle(names)
    _warn(tables, "table3", [*order.problems, *judge.warnings])
    for other in orders:
        if other is not order and _contradicted(other, tables.table3):
            tables.warnings.append(f"table3: {TWICE}")
            settled = False
    tables.status["table3"] = "verified" if settled and not order.problems else "unverified"
    _cover(tables, orders)


def _this_years(orders: Sequence[OrderReading], lines: Sequence[Line]) -> OrderReading | None:
    """Return the reading of table 3, of several that contradict each other the one on the report's year: its heading
    names the latest year, or none where all others name theirs. Where headings do not tell, the rows that differ are
    refused.
    """
    fullest = max(orders, key=lambda order: sum(row.cells is not None for row in order.rows.values()), default=None)
    rivals = [order for order in orders if fullest and _contradicted(order, fullest.cells)]
    if fullest is None or not rivals:
        return fullest
    several = [fullest, *rivals]
    wanted = this_years([_captions_above(order, lines) for order in several])
    return _first_print(fullest, *rivals) if wanted is None else several[wanted]


def _first_print(order: OrderReading | None, *others: OrderReading | None) -> OrderReading | None:
    """Return the first print of a table, the rows refused that are printed again with other figures: they may be
    another year's, or another authority's.
    """
    for other in others:
        if order and other:
            order.refuse(TWICE, _contradicted(order, other.cells))
    return order


def _captions_above(order: OrderReading, lines: Sequence[Line]) -> str:
    """Return the nearest lines above a table, its own heads and first row apart, the nearest first."""
    first = min(row.lines[1] for row in order.rows.values())
    behind = takewhile(lambda line: not any(token.kind == "value" for token in line.tokens), reversed(lines[:first]))
    printed = (line.text for line in behind if line.text and not all(is_furniture(token.key) for token in line.tokens))
    return "\n".join(takewhile(lambda text: len(text) <= _LONGEST_CAPTION, islice(printed, _LINES_OF_CAPTION)))


def _contradicted(order: OrderReading, others: Mapping[str, tuple[ReadCell, ...] | None]) -> list[str]:
    """Return the rows of which two readings both give the cells, and differ."""
    given = {name: (cells, other) for name, cells in order.cells.items() if cells and (other := others.get(name))}
    return [name for name, (one, other) in given.items() if figures_of(one) != figures_of(other)]


# ---------------------------------------------------------------- table 2
def _table2(tables: Tables, order: OrderReading | None, spaces: Sequence[Occupancy]) -> None:
    by_grid: GridRows = {}
    columns: dict[str, tuple[str, ...]] = {}
    doubted: set[str] = set()
    for name, heads, cells in read_table2_grids(spaces):
        if name in by_grid and figures_of(by_grid[name]) != figures_of(cells):
            doubted.add(name)
        by_grid[name], columns[name] = cells, heads
    if order is None and not by_grid:
        return
    order = order or OrderReading()
    order.refuse(TWICE, doubted)
    form: Form = "2019" if (order.form or _form_of(columns)) == "2019" else "2021"
    tables.form = form
    settled = True
    for name, expected in TABLE2_COLUMNS[form].items():
        ordered = order.rows.get(name)
        found = ordered and ordered.cells and _arranged(ordered.cells, order.columns.get(name, expected), expected)
        rows = {name: ordered._replace(cells=found)} if ordered else {}
        grid = (
            {name: _arranged(by_grid[name], columns[name], expected)}
            if name not in doubted and sorted(columns.get(name, ())) == sorted(expected)
            else {}
        )
        judge = Judge("table2", rows, grid, len(expected), spaces)
        row, fine = judge.settle([name])
        settled &= fine
        tables.table2[name] = dict(zip(expected, row[name], strict=True))
        _warn(tables, "table2", judge.warnings)
    tables.warnings.extend(f"table2: {problem}" for problem in order.problems)
    tables.status["table2"] = "verified" if settled and not order.problems else "unverified"
    _cover(tables, [order])


def _form_of(columns: Mapping[str, tuple[str, ...]]) -> str:
    of_2019 = TABLE2_COLUMNS["2019"]
    return "2019" if any(sorted(heads) == sorted(of_2019[name]) for name, heads in columns.items()) else "2021"


def _arranged(cells: tuple[ReadCell, ...], columns: tuple[str, ...], expected: tuple[str, ...]) -> tuple[ReadCell, ...]:
    by_name = dict(zip(columns, cells, strict=True))
    return tuple(by_name[column] for column in expected)


# ---------------------------------------------------------------- table 4
def _table4(tables: Tables, order: OrderReading | None, spaces: Sequence[Occupancy]) -> None:
    by_grid, doubted = read_table4_grids(spaces)
    if order is None and not by_grid and not doubted:
        return
    order = order or OrderReading()
    order.refuse(TWICE, doubted)
    judge = Judge("table4", order.rows, by_grid, len(OUTCOMES), spaces)
    tables.table4, settled = judge.settle(GROUPS)
    of_this_year = [f"{name}: {TWICE}; this year's are read" for name in sorted(doubted & by_grid.keys())]
    _warn(tables, "table4", [*of_this_year, *order.problems, *judge.warnings])
    tables.status["table4"] = "verified" if settled else "unverified"
    _cover(tables, [order])


def _settle_ones(tables: Tables) -> None:
    """A lone 一 is a dash among digits and a one among Chinese numerals."""
    rows = all_rows(tables)
    if not any(
        cell.printed and _CHINESE.fullmatch(cell.printed)
        for _, _, cells in rows
        for cell in cells
        if cell.kind == "numeral"
    ):
        return
    for table, name, cells in rows:
        if any(cell.printed == "一" for cell in cells):
            settled = [cell._replace(value=1, kind="numeral") if cell.printed == "一" else cell for cell in cells]
            _replace_row(tables, table, name, settled)


def _refuse_joined(tables: Tables) -> None:
    """Digits with a blank between them are one figure only where the row has all its others, or they add up: beside a
    blank cell they may be the figures of two. On two lines of a cell they are, where nothing adds up, and the row's other
    figures may stand in the columns of their neighbours.
    """
    for table, name, cells in all_rows(tables):
        if table != "table2" and cells[-1].value and adds_up_with_blanks(cells):
            continue
        if table != "table2" and any(_ON_LINES.search(cell.printed or "") for cell in cells):
            _refuse_row(tables, table, name, "a cell holds two figures, so others may have moved; it is refused")
        elif {"blank", "split"} <= {cell.kind for cell in cells}:
            _replace_row(tables, table, name, [_refused(cell) if cell.kind == "split" else cell for cell in cells])


def _doubt_lone_blanks(tables: Tables) -> None:
    """A row with a blank where hardly another has one may have lost a cell before it, and a converter filled it up: it is
    told, and refused where it ends so and the last of its figures may be the total that it lacks.
    """
    rows = [row for row in all_rows(tables) if any(cell.value is not None for cell in row[2])]
    for table, name, cells in rows:
        others = [other for of, called, other in rows if of == table and called != name and len(other) == len(cells)]
        alike = [sum(other[at].kind == "blank" for other in others) * _FEW < len(others) for at in range(len(cells))]
        alone = [at for at, cell in enumerate(cells) if cell.kind == "blank" and alike[at]]
        *parts, last = (cell.value or 0 for cell in cells[:-1] or cells)
        may_be_total = 0 < last == sum(parts) or (0 < last > sum(parts) and not cells[-1].place)
        if (table == "table3" or name == GROUPS[-1]) and len(cells) - 1 in alone and may_be_total:
            _refuse_row(tables, table, name, "its last figure may be its total, as others state one; it is refused")
        elif not all(cells[at].place for at in alone) and not any(
            told.startswith(f"{table}: {name}:") for told in tables.warnings
        ):
            tables.warnings.append(f"{table}: {name}: {AMONG}")


def _refuse_amounts(tables: Tables) -> None:
    """A count that is stated in a unit of money, or in 万, is none: 2.3万 is not 2.3. Beside an amount it is the amount,
    and what stands there may be the count: a converter had them on two lines.
    """
    for table, name, cells in all_rows(tables):
        has_amount = table == "table2" and "amount" in tables.table2[name]  # its last column
        counts = [cell for cell in cells[: len(cells) - has_amount] if cell.unit in MONEY_UNITS]
        amounts = [
            cell for cell in counts if cell.unit and cell.unit in (cell.printed or "")
        ]  # and not in its head only
        if amounts:
            tables.warnings.extend(f"{table}: {name}: {cell.printed!r} is no count; it is refused" for cell in amounts)
            doubtful = [_refused(cell) if has_amount or cell in amounts else cell for cell in cells]
            _replace_row(tables, table, name, doubtful)


def _refuse_row(tables: Tables, table: str, name: str, problem: str) -> None:
    _replace_row(tables, table, name, (BLANK,) * len(getattr(tables, table)[name]))
    tables.warnings.append(f"{table}: {name}: {problem}")


def _refused(cell: ReadCell) -> ReadCell:
    return (
        cell
        if cell.value is None
        else cell._replace(value=None, printed=cell.printed or str(cell.value), kind="refused")
    )


def _replace_row(tables: Tables, table: str, name: str, cells: Sequence[ReadCell]) -> None:
    if table == "table2":
        tables.table2[name] = dict(zip(tables.table2[name], cells, strict=True))
    else:
        getattr(tables, table)[name] = tuple(cells)


def all_rows(tables: Tables) -> list[tuple[str, str, tuple[ReadCell, ...]]]:
    rows = [("table2", name, tuple(columns.values())) for name, columns in tables.table2.items()]
    rows += [("table3", name, cells) for name, cells in tables.table3.items()]
    return rows + [("table4", name, cells) for name, cells in tables.table4.items()]


def _warn(tables: Tables, table: str, problems: Sequence[str]) -> None:
    tables.warnings.extend(f"{table}: {problem}" for problem in problems)


def _cover(tables: Tables, orders: Sequence[OrderReading]) -> None:
    for order in orders:
        if order.first_line is not None and order.last_line is not None:
            tables.covered.append((order.first_line, order.last_line))
