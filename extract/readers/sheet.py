"""Workbooks (XLS, XLSX, ET, ODS) → Document: each visible sheet as grids and the text rows around them.

python-calamine reads the values; merged ranges become spans. A value is written out as the program shows it: 7 and not
7.0, 1024.15 and not 1024.1500000000001 (Excel keeps 17 digits and shows 15), dates as 2024-01-31.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby
from math import isfinite

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from extract.document import UNKNOWN, Block, Cell, Document, Grid, Text
from extract.errors import UnreadableDocument, require_at_most
from extract.readers.biff import told_by_xls
from extract.readers.compound import Compound
from extract.readers.number_format import GENERAL, as_shown, shown_as
from extract.readers.package import Package
from extract.readers.workbook import MAX_AREA, MAX_CELLS, Place, Range, Told, Unseen, told_by_package

MAX_BYTES = 100 << 20
MAX_SHEETS = 50

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
_XLS = "application/vnd.ms-excel"
# What a last line below a table begins with; any other lone text there may be a row whose figures were left blank.
_REMARK = re.compile(r"\s*[（(*※]?(?:注|备注|说明|填表|填报|联系|审核|制表|单位负责)")
_CLAUSE = re.compile(r"\s*第.{1,8}[条项]")
_LABEL = re.compile(r"\D*[\u4e00-\u9fff]\D*|\d[.、]\D+")
_FARTHEST = 60  # column from which on no second table begins
_FEW = 10  # labels that a form has at least
_YEAR = re.compile(r"20[0-3]\d")
_DATE = re.compile(
    r"(?:\S{0,6}(?:日期|时间)\s*[:：]\s*)?20\d\d\s*[-年./]\s*\d{1,2}\s*[-月./]\s*\d{1,2}\s*日?(?:\s+[\d:]+)?"
)
_LONG = 60  # characters from which a lone cell is prose, not a label


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's values as its program shows them, and how its cells are merged."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    merged: Mapping[tuple[int, int], tuple[int, int]]  # first cell → (rowspan, colspan)
    covered: frozenset[tuple[int, int]]  # the other cells of merged ranges
    unseen: Unseen


def read_sheet(payload: bytes) -> Document:
    """Return what the visible sheets of a workbook state. Raise UnreadableDocument."""
    require_at_most(MAX_BYTES, len(payload), "bytes")
    package = Package(payload) if payload.startswith(b"PK") else None
    if package is not None and "xl/workbook.bin" in package:
        raise UnreadableDocument(
            "not_a_document",
            "a binary workbook (XLSB), of which nobody tells what it merges and hides; save it as XLSX",
        )
    told = told_by_xls(Compound(payload)) if package is None else told_by_package(package)
    media_type = _XLS if package is None else ODS if "content.xml" in package else _XLSX
    notes: list[str] = []
    return document_of(_sheets(payload, told, notes), media_type, notes)


def document_of(sheets: Iterable[Sheet], media_type: str, notes: list[str]) -> Document:
    """Return what the sheets of a workbook state. Raise UnreadableDocument: too_large, no_text."""
    read: list[Sheet] = []
    for number, sheet in enumerate(sheets, 1):
        require_at_most(MAX_SHEETS, number, "sheets")
        read.append(sheet)
    found = (block for sheet in _without_other_years(read, notes) for block in _blocks(sheet))
    # A merged cell that begins in a hidden row leaves rows without a cell of their own.
    blocks = [block for block in found if isinstance(block, Text) or any(block.rows)]
    if not blocks:
        raise UnreadableDocument("no_text", "no visible sheet holds a value")
    return Document(media_type, tuple(blocks), (), tuple(notes))


def _without_other_years(sheets: Sequence[Sheet], notes: list[str]) -> Sequence[Sheet]:
    """The sheets without those that hold the same form for earlier years, a sheet a year: the last is the report's."""
    labels = [frozenset(text for row in sheet.rows for text in row if _LABEL.fullmatch(text)) for sheet in sheets]
    years = [_year(sheet) for sheet in sheets]
    older = {
        k
        for k, year in enumerate(years)
        for other, later in enumerate(years)
        if 0 < year < later and len(labels[k] & labels[other]) > 0.8 * max(len(labels[k]), len(labels[other]), _FEW)
    }
    if older:
        notes.append(f"sheets of earlier years not read: {', '.join(sheets[k].name for k in sorted(older))}")
    return [sheet for k, sheet in enumerate(sheets) if k not in older] if older else sheets


def _year(sheet: Sheet) -> int:
    """The year that a sheet's name or else its first line names; 0 where neither does."""
    first = next((text for row in sheet.rows for text in row if text), "")
    found = _YEAR.search(sheet.name) or _YEAR.search(first)
    return int(found[0]) if found else 0


def _sheets(payload: bytes, told: Mapping[int, Told], notes: list[str]) -> Iterator[Sheet]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(payload))
        for number, metadata in enumerate(workbook.sheets_metadata):
            if metadata.typ != SheetTypeEnum.WorkSheet:
                continue
            if metadata.visible != SheetVisibleEnum.Visible:
                notes.append(f"hidden sheet {metadata.name} not read")
                continue
            sheet = workbook.get_sheet_by_index(number)
            own = told.get(number, Told())
            ranges = sheet.merged_cell_ranges or own.ranges
            yield without_unseen(sheet_of(metadata.name, _values(sheet, own), ranges, own), own.unseen, notes)
    except PasswordError as error:
        raise UnreadableDocument("encrypted", "the workbook opens with a password only") from error
    except (CalamineError, OSError, ValueError) as error:
        locked = "password" in str(error).lower() or "encrypt" in str(error).lower()
        raise UnreadableDocument("encrypted" if locked else "malformed", f"workbook: {error}"[:200]) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how calamine's Rust code dies of a broken file; no Exception
            raise
        raise UnreadableDocument("malformed", f"workbook: {error}"[:200]) from error


def _values(sheet: CalamineSheet, told: Told) -> list[list[object]]:
    """The values of a sheet up to the last row and column that show anything: formats and blanks reach far beyond.

    Raise UnreadableDocument where they are too many.
    """
    require_at_most(MAX_AREA, sheet.total_height * sheet.total_width, f"cells over which sheet {sheet.name} reaches")
    before: list[object] = [""] * (sheet.start[1] if sheet.start else 0)
    rows: list[list[object]] = []
    shown = [*told.uncomputed, *told.shown]
    height, width = (max((place[k] + 1 for place in shown), default=0) for k in (0, 1))
    for number, row in enumerate(sheet.iter_rows(), 1):
        end = max((k for k, value in enumerate(row, 1) if str(value).strip()), default=0)
        rows.append([*before, *row[:end]] if end else [])
        height, width = (max(height, number), max(width, len(rows[-1]))) if end else (height, width)
        require_at_most(MAX_CELLS, height * width, f"cells of sheet {sheet.name}")
    return [[*row, *[""] * (width - len(row))] for row in rows[:height]]


def sheet_of(name: str, values: Sequence[Sequence[object]], ranges: Sequence[Range], told: Told) -> Sheet:
    """Return a sheet as it shows its values, row by row, with its merged ranges."""
    rows = [[_shown(value, (r, c), told) for c, value in enumerate(row)] for r, row in enumerate(values)]
    height, width = len(rows), max(map(len, rows), default=0)
    merged, covered, area = {}, set[tuple[int, int]](), 0
    for (top, left), (bottom, right) in ranges:
        bottom, right = min(bottom, height - 1), min(right, width - 1)  # whole columns may be merged
        if (bottom, right) > (top, left) and bottom >= top and right >= left:
            merged[top, left] = (bottom - top + 1, right - left + 1)
            area += (bottom - top + 1) * (right - left + 1)
            if area > height * width:
                raise UnreadableDocument("malformed", f"merged cells of sheet {name} lie on each other")
            covered |= {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)} - {(top, left)}
    return Sheet(name, tuple(map(tuple, rows)), merged, frozenset(covered), Unseen())


def without_unseen(sheet: Sheet, unseen: Unseen, notes: list[str]) -> Sheet:
    """Return a sheet without what stands in its hidden rows and columns; a note tells of it.

    A merged cell that begins in a hidden column shows in the others.
    """
    hidden = {
        (r, c)
        for r, row in enumerate(sheet.rows)
        for c in range(len(row))
        if r in unseen.rows or unseen.columns.issuperset(range(c, c + sheet.merged.get((r, c), (1, 1))[1]))
    }
    if any(sheet.rows[r][c] for r, c in hidden):
        notes.append(f"hidden rows or columns of sheet {sheet.name} not read")
    rows = tuple(
        tuple("" if (r, c) in hidden else text for c, text in enumerate(row)) for r, row in enumerate(sheet.rows)
    )
    return replace(sheet, rows=rows, covered=sheet.covered - hidden, unseen=unseen)


def _shown(value: object, place: Place, told: Told) -> str:
    """What a cell shows of its value."""
    text = told.shown.get(place)
    if isinstance(value, float | int) and not isinstance(value, bool) and isfinite(value):
        exact = Decimal(format(value, ".15g"))
        if text is not None:
            return as_shown(exact, text)
        return shown_as(exact, told.formats.get(place, GENERAL)) if exact or told.zeros else UNKNOWN
    if text is not None:
        return _written(text)
    return _written(value) or (UNKNOWN if place in told.uncomputed else "")


def _written(value: object) -> str:
    """A value as the program shows it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):  # no number
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return "\n".join(part.strip() for part in str(value).replace("\r", "\n").split("\n") if part.strip())


# Blocks


def _blocks(sheet: Sheet) -> Iterator[Block]:
    """The sheet cut at its blank rows: of each part the text above, the table and the remarks below it.

    Tables of the same width with nothing but blank rows between them are one table.
    """
    inked = [
        number not in sheet.unseen.rows
        and (any(row) or any((number, column) in sheet.covered for column in range(len(row))))
        for number, row in enumerate(sheet.rows)
    ]
    table: list[int] = []
    for filled, numbers in groupby(range(len(sheet.rows)), key=inked.__getitem__):
        for found in _part(sheet, list(numbers)) if filled else ():
            if isinstance(found, list) and table and _is_as_wide(sheet, table, found):
                table += found
                continue
            if table:
                yield from _grids(sheet, table)
            table = found if isinstance(found, list) else []
            if isinstance(found, Text):
                yield found
    if table:
        yield from _grids(sheet, table)


def _is_as_wide(sheet: Sheet, above: list[int], below: list[int]) -> bool:
    """Whether the rows begin in the same column and end in the same or, its figures left blank, in the one before."""
    (first, last), (left, right) = _extent(sheet, above), _extent(sheet, below)
    return first == left and right in {last, last - 1}


def _extent(sheet: Sheet, numbers: list[int]) -> tuple[int, int]:
    """The first and the last column that is used in the rows."""
    columns = [column for number in numbers for column in _used(sheet, number)]
    return min(columns), max(columns)


def _part(sheet: Sheet, numbers: list[int]) -> Iterator[Text | list[int]]:
    """The texts and the tables, as the numbers of their rows, of rows that follow each other."""
    first, _ = _extent(sheet, numbers)
    lone = {number for number in numbers if _is_lone(sheet, number)}
    rows = [number for number in numbers if number not in lone]
    while rows and _is_dated(sheet, rows[0]):
        del rows[0]
    end = max(rows, default=-1)  # the last row of the last table
    labels = {_column(sheet, number) for number in lone if rows and rows[0] < number < end} - {first}
    while end + 1 in lone and _column(sheet, end + 1) in labels:
        end += 1  # its figures are left blank
    table: list[int] = []
    for number in numbers:
        above = [other for other in table if other in rows]
        alone = number in lone and _is_prose(sheet, number, first, above, trailing=number - end)
        if alone or (number not in lone and number not in rows):
            if table:
                yield table
                table = []
            yield from map(Text, filter(None, sheet.rows[number]))
        else:
            table.append(number)
    if table:
        yield table


def _used(sheet: Sheet, number: int) -> list[int]:
    """The columns of a row that hold a text or belong to a merged range."""
    row = sheet.rows[number]
    return [column for column in range(len(row)) if row[column] or (number, column) in sheet.covered]


def _is_lone(sheet: Sheet, number: int) -> bool:
    """Whether a row has but one text, and no cell of a row above reaches into it."""
    reached = any(top < number < top + height for (top, _), (height, _) in sheet.merged.items())
    return sum(map(bool, sheet.rows[number])) == 1 and not reached


def _column(sheet: Sheet, number: int) -> int:
    """The column of the first text of a row."""
    return next(column for column, text in enumerate(sheet.rows[number]) if text)


def _is_dated(sheet: Sheet, number: int) -> bool:
    """Whether a row says who published on which day: the agency in one cell, the date in another."""
    texts = [text for text in sheet.rows[number] if text]
    dates = [text for text in texts if _DATE.fullmatch(text)]
    return bool(dates) and not any(text.isdecimal() for text in texts)


def _is_prose(sheet: Sheet, number: int, first: int, table: list[int], *, trailing: int) -> bool:
    """Whether the only text of a row is none of the table's: a title above, a remark below, a paragraph between.

    A label whose figures were left blank is as lone as a heading, but no wider than the labels of the table; and it is
    at most the first row after the last row that states anything (`trailing` 1).
    """
    column = _column(sheet, number)
    text = sheet.rows[number][column]
    if _CLAUSE.match(text):
        return False
    if len(text) > _LONG or not table:
        return True
    labels = max(sheet.merged.get((other, first), (1, 1))[1] for other in table)
    if column == first and sheet.merged.get((number, column), (1, 1))[1] > labels:
        return True
    return trailing > 1 or (trailing == 1 and _REMARK.match(text) is not None)


def _grids(sheet: Sheet, numbers: list[int], columns: range | None = None) -> Iterator[Grid]:
    """The table of some rows; those that stand side by side with a blank column between them, then the rest."""
    within = frozenset(columns or range(_extent(sheet, numbers)[1] + 1))
    used = {number: within.intersection(_used(sheet, number)) for number in numbers}
    first, last = min(map(min, filter(None, used.values()))), max(map(max, filter(None, used.values())))
    for column in range(first + 1, min(last, _FARTHEST)):
        filled = (k for k, number in enumerate(numbers) if column in used[number])
        beside = numbers[: next(filled, len(numbers))]
        left, right = (_texts(sheet, beside, part) for part in (range(first, column), range(column, last + 1)))
        if _are_labelled(left) and (_are_labelled(right) or _are_headed(right)):
            second = min(other for number in beside for other in used[number] if other > column)
            yield _grid(sheet, beside, range(first, column))
            yield from _grids(sheet, beside, range(second, last + 1))
            numbers = numbers[len(beside) :]
            break
    if numbers:
        yield _grid(sheet, numbers, range(first, last + 1))


def _texts(sheet: Sheet, numbers: Sequence[int], columns: range) -> list[list[str]]:
    """The texts of each row that has some in these columns."""
    rows = ([text for text in sheet.rows[number][columns.start : columns.stop] if text] for number in numbers)
    return list(filter(None, rows))


def _are_labelled(rows: Sequence[Sequence[str]]) -> bool:
    """Whether rows are a table of their own: nearly every one with figures begins with a label."""
    stating = [row for row in rows if any(map(str.isdecimal, row))]
    return len(stating) > 3 and sum(bool(_LABEL.fullmatch(row[0])) for row in stating) > 0.8 * len(stating)


def _are_headed(rows: Sequence[Sequence[str]]) -> bool:
    """Whether rows are a table whose figures stand in one row, below heads (table 4)."""
    stating = [number for number, row in enumerate(rows) if any(map(str.isdecimal, row))]
    return len(stating) == 1 and stating[0] > 0


def _grid(sheet: Sheet, numbers: Sequence[int], columns: range) -> Grid:
    numbers = [number for number in numbers if not set(columns).isdisjoint(_used(sheet, number))]
    rows = []
    for number in numbers:
        row = []
        for column in columns:
            if (number, column) in sheet.covered:
                continue
            height, width = sheet.merged.get((number, column), (1, 1))
            width -= sum(column <= other < column + width for other in sheet.unseen.columns)
            if not width:
                continue
            place = f"{sheet.name}!{_letters(column)}{number + 1}"
            row.append(
                Cell(
                    sheet.rows[number][column],
                    width,
                    sum(number <= other < number + height for other in numbers),
                    place,
                )
            )
        rows.append(tuple(row))
    return Grid(tuple(rows))


def _letters(column: int) -> str:
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
