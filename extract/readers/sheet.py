"""Workbooks (XLS, XLSX, XLSB, ET, ODS) → Document: each visible sheet as grids and the text rows around them.

python-calamine reads the values; merged ranges become spans. A value is written out as the program shows it: 7 and not
7.0, 1024.15 and not 1024.1500000000001 (Excel keeps 17 digits and shows 15), dates as 2024-01-31.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from extract.document import Block, Cell, Document, Grid, Text
from extract.errors import UnreadableDocument
from extract.readers.compound import Compound
from extract.readers.package import Package

MAX_BYTES = 100 << 20
MAX_SHEETS = 50
MAX_CELLS = 200_000  # of a sheet, blanks included
UNCOMPUTED = "\ufffd"  # stands for a formula whose result the file does not keep

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_XLS = "application/vnd.ms-excel"
_REFERENCE = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,9})([0-9]{1,20})"')
_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3}[0-9]{1,7})"[^>]*>(.*?)</(?:\w+:)?c>', re.S)
# What a last line below a table begins with; any other lone text there may be a row whose figures were left blank.
_REMARK = re.compile(r"\s*[（(*※]?(?:注|备注|说明|填表|填报|联系|审核|制表|单位负责)")
_CLAUSE = re.compile(r"\s*第.{1,8}[条项]")
_LONG = 60  # characters from which a lone cell is prose, not a label

# Records of an XLS: their kind, length, and in those that hold cells the first cell's row and column.
_RECORD = struct.Struct("<HHHH")
_DIMENSIONS = 0x0200
_BEGINS_SHEET = {0x0009, 0x0209, 0x0409, 0x0809}
_SPREADS = {0x00BD, 0x00BE}  # several cells of a row; the last column stands at the end
_HOLDS_CELLS = {
    0x0006,
    0x0201,
    0x0203,
    0x0204,
    0x0205,
    0x027E,
    0x00D6,
    0x00FD,
    0x0001,
    0x0002,
    0x0003,
    0x0004,
    *_SPREADS,
}

Range = tuple[tuple[int, int], tuple[int, int]]  # (first row, first column), (last row, last column)


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    rows: tuple[tuple[str, ...], ...]
    merged: Mapping[tuple[int, int], tuple[int, int]]  # first cell → (rowspan, colspan)
    covered: frozenset[tuple[int, int]]  # the other cells of merged ranges


def read_sheet(payload: bytes) -> Document:
    """Return what the visible sheets of a workbook state. Raise UnreadableDocument."""
    if len(payload) > MAX_BYTES:
        raise UnreadableDocument("too_large", f"workbook of {len(payload)} bytes; the limit is {MAX_BYTES}")
    package = Package(payload) if payload.startswith(b"PK") else None
    if package is None:
        _examine_xls(Compound(payload))
    uncomputed, spans = _examined(package) if package else ({}, {})
    media_type = _XLS if package is None else _ODS if "content.xml" in package else _XLSX
    notes: list[str] = []
    blocks: list[Block] = []
    for index, sheet in enumerate(_sheets(payload, spans, uncomputed, notes)):
        blocks += _blocks(sheet)
        if index >= MAX_SHEETS:
            raise UnreadableDocument("too_large", f"more than {MAX_SHEETS} sheets")
    if not blocks:
        raise UnreadableDocument("no_text", "no visible sheet holds a value")
    return Document(media_type, tuple(blocks), (), tuple(notes))


def _sheets(
    payload: bytes, spans: Mapping[str, Sequence[Range]], uncomputed: Mapping[int, frozenset[str]], notes: list[str]
) -> Iterator[_Sheet]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(payload))
        for number, metadata in enumerate(workbook.sheets_metadata):
            if metadata.typ != SheetTypeEnum.WorkSheet:
                continue
            if metadata.visible != SheetVisibleEnum.Visible:
                notes.append(f"hidden sheet {metadata.name} not read")
                continue
            sheet = workbook.get_sheet_by_index(number)
            if sheet.total_height * sheet.total_width > MAX_CELLS:
                raise UnreadableDocument("too_large", f"sheet {metadata.name} has more than {MAX_CELLS} cells")
            values = sheet.to_python(skip_empty_area=False)
            ranges = sheet.merged_cell_ranges or spans.get(metadata.name, ())
            yield _sheet(metadata.name, values, ranges, uncomputed.get(number, frozenset()))
    except PasswordError as error:
        raise UnreadableDocument("encrypted", "the workbook opens with a password only") from error
    except (CalamineError, OSError, ValueError) as error:
        locked = "password" in str(error).lower() or "encrypt" in str(error).lower()
        raise UnreadableDocument("encrypted" if locked else "malformed", f"workbook: {error}"[:200]) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how calamine's Rust code dies of a broken file; no Exception
            raise
        raise UnreadableDocument("malformed", f"workbook: {error}"[:200]) from error


def _sheet(
    name: str, values: Sequence[Sequence[object]], ranges: Sequence[Range], uncomputed: frozenset[str]
) -> _Sheet:
    rows = [[_written(value) for value in row] for row in values]
    for reference in uncomputed:
        row, column = _position(reference)
        if row < len(rows) and column < len(rows[row]) and not rows[row][column]:
            rows[row][column] = UNCOMPUTED
    height, width = len(rows), max(map(len, rows), default=0)
    merged, covered = {}, set()
    for (top, left), (bottom, right) in ranges:
        bottom, right = min(bottom, height - 1), min(right, width - 1)  # whole columns may be merged
        if (bottom, right) > (top, left) and bottom >= top and right >= left:
            merged[top, left] = (bottom - top + 1, right - left + 1)
            covered |= {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)} - {(top, left)}
    return _Sheet(name, tuple(map(tuple, rows)), merged, frozenset(covered))


def _written(value: object) -> str:
    """A value as the program shows it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return format(Decimal(format(value, ".15g")), "f") if value == value and abs(value) != float("inf") else ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return "\n".join(part.strip() for part in str(value).replace("\r", "\n").split("\n") if part.strip())


# Blocks


def _blocks(sheet: _Sheet) -> Iterator[Block]:
    """The sheet cut at its blank rows: of each part the text above, the table and the remarks below it.

    Tables of the same width with nothing but blank rows between them are one table.
    """
    inked = [
        any(row) or any((number, column) in sheet.covered for column in range(len(row)))
        for number, row in enumerate(sheet.rows)
    ]
    table: list[int] = []
    for filled, numbers in groupby(range(len(sheet.rows)), key=inked.__getitem__):
        for found in _part(sheet, list(numbers)) if filled else ():
            if isinstance(found, list) and table and _is_as_wide(sheet, table, found):
                table += found
                continue
            if table:
                yield _grid(sheet, table)
            table = found if isinstance(found, list) else []
            if isinstance(found, Text):
                yield found
    if table:
        yield _grid(sheet, table)


def _is_as_wide(sheet: _Sheet, above: list[int], below: list[int]) -> bool:
    """Whether the rows begin in the same column and end in the same or, its figures left blank, in the one before."""
    (first, last), (left, right) = _extent(sheet, above), _extent(sheet, below)
    return first == left and right in {last, last - 1}


def _extent(sheet: _Sheet, numbers: list[int]) -> tuple[int, int]:
    """The first and the last column that is used in the rows."""
    columns = [column for number in numbers for column in _used(sheet, number)]
    return min(columns), max(columns)


def _part(sheet: _Sheet, numbers: list[int]) -> Iterator[Text | list[int]]:
    """The texts and the tables, as the numbers of their rows, of rows that follow each other."""
    first, _ = _extent(sheet, numbers)
    lone = {number for number in numbers if _is_lone(sheet, number)}
    end = max((number for number in numbers if number not in lone), default=-1)  # the last row of the last table
    table: list[int] = []
    for number in numbers:
        rows = [other for other in table if other not in lone]
        if number in lone and _is_prose(sheet, number, first, rows, trailing=number - end):
            if table:
                yield table
                table = []
            yield Text(next(filter(None, sheet.rows[number])))
        else:
            table.append(number)
    if table:
        yield table


def _used(sheet: _Sheet, number: int) -> list[int]:
    """The columns of a row that hold a text or belong to a merged range."""
    row = sheet.rows[number]
    return [column for column in range(len(row)) if row[column] or (number, column) in sheet.covered]


def _is_lone(sheet: _Sheet, number: int) -> bool:
    """Whether a row has but one text, and no cell of a row above reaches into it."""
    reached = any(top < number < top + height for (top, _), (height, _) in sheet.merged.items())
    return sum(map(bool, sheet.rows[number])) == 1 and not reached


def _is_prose(sheet: _Sheet, number: int, first: int, table: list[int], *, trailing: int) -> bool:
    """Whether the only text of a row is none of the table's: a title above, a remark below, a paragraph between.

    A label whose figures were left blank is as lone as a heading, but no wider than the labels of the table; and it is
    at most the first row after the last row that states anything (`trailing` 1).
    """
    column, text = next((column, text) for column, text in enumerate(sheet.rows[number]) if text)
    if _CLAUSE.match(text):
        return False
    if len(text) > _LONG or not table:
        return True
    labels = max(sheet.merged.get((other, first), (1, 1))[1] for other in table)
    if column == first and sheet.merged.get((number, column), (1, 1))[1] > labels:
        return True
    return trailing > 1 or (trailing == 1 and _REMARK.match(text) is not None)


def _grid(sheet: _Sheet, numbers: list[int]) -> Grid:
    first, last = _extent(sheet, numbers)
    rows = []
    for number in numbers:
        row = []
        for column in range(first, last + 1):
            if (number, column) in sheet.covered:
                continue
            height, width = sheet.merged.get((number, column), (1, 1))
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


def _position(reference: str) -> tuple[int, int]:
    """Row and column, from 0, of a reference like B7."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(reference[len(letters) :]) - 1, column - 1


# What calamine does not tell, and what it would not survive


def _examine_xls(file: Compound) -> None:
    """Raise UnreadableDocument where the cells of a sheet are stretched over more than fits in memory."""
    name = next(iter(sorted(file.names & {"Workbook", "Book"}, reverse=True)), None)
    if name is None:
        raise UnreadableDocument("not_a_document", "a compound file without a workbook")
    content = file.read(name)
    place = rows = columns = 0
    while place + 8 <= len(content):
        kind, length, row, column = _RECORD.unpack_from(content, place)
        if kind == _DIMENSIONS and length >= 14 and place + 18 <= len(content):
            top, bottom, left, right = struct.unpack_from("<IIHH", content, place + 4)
            if not top <= bottom <= 65_536 or not left <= right <= 256:  # calamine makes room for what is claimed here
                raise UnreadableDocument(
                    "malformed", f"a sheet claims rows {top} to {bottom}, columns {left} to {right}"
                )
        if kind in _BEGINS_SHEET:
            rows = columns = 0
        elif kind in _HOLDS_CELLS:
            last = column
            if kind in _SPREADS and length >= 6 and place + 4 + length <= len(content):
                last = int.from_bytes(content[place + 2 + length : place + 4 + length], "little")
            rows, columns = max(rows, row + 1), max(columns, last + 1)
            if rows * columns > MAX_CELLS:
                raise UnreadableDocument("too_large", f"a sheet reaches over {rows} rows × {columns} columns")
        place += 4 + length


def _examined(package: Package) -> tuple[dict[int, frozenset[str]], dict[str, list[Range]]]:
    """By the sheet's number the cells with a formula but no result; by its name the merged ranges of an ODS.

    Raise UnreadableDocument where a sheet is stretched over more cells than fit in memory.
    """
    if "content.xml" in package:
        return {}, _ods_ranges(package)
    uncomputed: dict[int, frozenset[str]] = {}
    order = _sheet_parts(package)
    for name in package.names:
        if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
            continue
        content = package.read(name)
        if b"<!DOCTYPE" in content.replace(b"\x00", b""):
            raise UnreadableDocument("entity_bomb", f"{name} declares a DTD, which no part of a document needs")
        extent = [_position((letters + digits).decode()) for letters, digits in _REFERENCE.findall(content)]
        rows, columns = (max((one[k] for one in extent), default=0) + 1 for k in (0, 1))
        if rows * columns > MAX_CELLS:
            raise UnreadableDocument("too_large", f"{name} reaches over {rows} rows × {columns} columns")
        if name in order:
            uncomputed[order.index(name)] = frozenset(
                reference.decode()
                for reference, inside in _CELL.findall(content)
                if re.search(rb"<(?:\w+:)?f[ >/]", inside) and not re.search(rb"<(?:\w+:)?(?:v>[^<]|is>)", inside)
            )
    return uncomputed, {}


def _sheet_parts(package: Package) -> list[str]:
    """The parts of the sheets in the order of the workbook."""
    if "xl/workbook.xml" not in package or "xl/_rels/workbook.xml.rels" not in package:
        return []
    targets = {
        str(relation.get("Id")): re.sub(r"^/?(?:xl/)?", "xl/", relation.get("Target", ""))
        for relation in package.xml("xl/_rels/workbook.xml.rels")
    }
    return [
        targets.get(next((str(value) for key, value in sheet.items() if str(key).endswith("}id")), ""), "")
        for sheet in package.xml("xl/workbook.xml").iter("{*}sheet")
    ]


def _ods_ranges(package: Package) -> dict[str, list[Range]]:
    def count(element: object, attribute: str) -> int:
        value = next((str(v) for k, v in element.items() if str(k).endswith(f"}}{attribute}")), "1")  # type: ignore[attr-defined]
        return int(value) if value.isdigit() else 1

    ranges: dict[str, list[Range]] = {}
    for table in package.xml("content.xml").iter("{*}table"):
        name = next((str(value) for key, value in table.items() if str(key).endswith("}name")), "")
        found = ranges.setdefault(name, [])
        row = 0
        for line in table.iter("{*}table-row"):
            column = 0
            for cell in line:
                across, down = count(cell, "number-columns-spanned"), count(cell, "number-rows-spanned")
                if across > 1 or down > 1:
                    found.append(((row, column), (row + down - 1, column + across - 1)))
                column += count(cell, "number-columns-repeated")
            row += count(line, "number-rows-repeated")
    return ranges
