"""Workbooks (XLS, XLSX, XLSB, ET, ODS) → Document: each visible sheet as grids and the text rows around them.

python-calamine reads the values; merged ranges become spans. A value is written out as the program shows it: 7 and not
7.0, 1024.15 and not 1024.1500000000001 (Excel keeps 17 digits and shows 15), dates as 2024-01-31.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby
from types import MappingProxyType
from typing import NamedTuple

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from extract.cells import FOOTNOTE
from extract.document import Block, Cell, Document, Grid, Text
from extract.errors import UnreadableDocument
from extract.readers.compound import Compound
from extract.readers.package import Package, attribute_of, parse_xml

MAX_BYTES = 100 << 20
MAX_SHEETS = 50
MAX_CELLS = 200_000  # of a sheet, blanks included
MAX_COLUMNS = 16_384
UNCOMPUTED = "\ufffd"  # stands for a formula whose result the file does not keep

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_XLS = "application/vnd.ms-excel"
_COLLAPSED = {"collapse", "filter"}
_REFERENCE = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,9})([0-9]{1,20})"')
_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3}[0-9]{1,7})"[^>]*>(.*?)</(?:\w+:)?c>', re.S)
# What a last line below a table begins with; any other lone text there may be a row whose figures were left blank.
_REMARK = re.compile(r"\s*[（(*※]?(?:注|备注|说明|填表|填报|联系|审核|制表|单位负责)")
_CLAUSE = re.compile(r"\s*第.{1,8}[条项]")
_LABEL = re.compile(r"\D*[\u4e00-\u9fff]\D*|\d[.、]\D+")
_FEW = 10  # labels that a form has at least
_YEAR = re.compile(r"20[0-3]\d")
_LONG = 60  # characters from which a lone cell is prose, not a label

# Records of an XLS: their kind, length, and in those that hold cells the first cell's row and column.
_RECORD = struct.Struct("<HHHH")
_DIMENSIONS = 0x0200
_NAMES_SHEET = 0x0085
_ROW, _COLUMNS = 0x0208, 0x007D
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


class Unseen(NamedTuple):
    """The rows and columns of a sheet that are hidden."""

    rows: frozenset[int] = frozenset()
    columns: frozenset[int] = frozenset()


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
    if len(payload) > MAX_BYTES:
        raise UnreadableDocument("too_large", f"workbook of {len(payload)} bytes; the limit is {MAX_BYTES}")
    package = Package(payload) if payload.startswith(b"PK") else None
    told = _told_by_xls(Compound(payload)) if package is None else _told_by_package(package)
    media_type = _XLS if package is None else _ODS if "content.xml" in package else _XLSX
    notes: list[str] = []
    return document_of(_sheets(payload, told, notes), media_type, notes)


def document_of(sheets: Iterable[Sheet], media_type: str, notes: list[str]) -> Document:
    """Return what the sheets of a workbook state. Raise UnreadableDocument: too_large, no_text."""
    read: list[Sheet] = []
    for index, sheet in enumerate(sheets):
        if index >= MAX_SHEETS:
            raise UnreadableDocument("too_large", f"more than {MAX_SHEETS} sheets")
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


def _sheets(payload: bytes, told: _Told, notes: list[str]) -> Iterator[Sheet]:
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
            ranges = sheet.merged_cell_ranges or told.ranges.get(metadata.name, [])
            shown = told.shown.get(number, {})
            made = sheet_of(metadata.name, values, ranges, told.uncomputed.get(number, frozenset()), shown)
            yield without_unseen(made, told.unseen.get(number, Unseen()), notes)
    except PasswordError as error:
        raise UnreadableDocument("encrypted", "the workbook opens with a password only") from error
    except (CalamineError, OSError, ValueError) as error:
        locked = "password" in str(error).lower() or "encrypt" in str(error).lower()
        raise UnreadableDocument("encrypted" if locked else "malformed", f"workbook: {error}"[:200]) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how calamine's Rust code dies of a broken file; no Exception
            raise
        raise UnreadableDocument("malformed", f"workbook: {error}"[:200]) from error


def sheet_of(
    name: str,
    values: Sequence[Sequence[object]],
    ranges: Sequence[Range],
    uncomputed: frozenset[str] = frozenset(),
    shown: Mapping[str, str] = MappingProxyType({}),
) -> Sheet:
    """Return a sheet of its values, row by row, and its merged ranges; `shown` has by reference what shows instead."""
    rows = [[_written(value) for value in row] for row in values]
    for reference, text in shown.items():
        row, column = _position(reference)
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = text
    for reference in uncomputed:
        row, column = _position(reference)
        if row < len(rows) and column < len(rows[row]) and not rows[row][column]:
            rows[row][column] = UNCOMPUTED
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
                yield _grid(sheet, table)
            table = found if isinstance(found, list) else []
            if isinstance(found, Text):
                yield found
    if table:
        yield _grid(sheet, table)


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


def _used(sheet: Sheet, number: int) -> list[int]:
    """The columns of a row that hold a text or belong to a merged range."""
    row = sheet.rows[number]
    return [column for column in range(len(row)) if row[column] or (number, column) in sheet.covered]


def _is_lone(sheet: Sheet, number: int) -> bool:
    """Whether a row has but one text, and no cell of a row above reaches into it."""
    reached = any(top < number < top + height for (top, _), (height, _) in sheet.merged.items())
    return sum(map(bool, sheet.rows[number])) == 1 and not reached


def _is_prose(sheet: Sheet, number: int, first: int, table: list[int], *, trailing: int) -> bool:
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


def _grid(sheet: Sheet, numbers: list[int]) -> Grid:
    first, last = _extent(sheet, numbers)
    rows = []
    for number in numbers:
        row = []
        for column in range(first, last + 1):
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


def _position(reference: str) -> tuple[int, int]:
    """Row and column, from 0, of a reference like B7."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(reference[len(letters) :]) - 1, column - 1


# What calamine does not tell, and what it would not survive


@dataclass(slots=True)
class _Told:
    """By the sheet's number its cells with a formula but no result, its cells without the signs of footnotes in them,
    and its hidden rows and columns; by its name the merged ranges of an ODS.
    """

    uncomputed: dict[int, frozenset[str]] = field(default_factory=dict)
    shown: dict[int, dict[str, str]] = field(default_factory=dict)
    unseen: dict[int, Unseen] = field(default_factory=dict)
    ranges: dict[str, list[Range]] = field(default_factory=dict)


def _told_by_xls(file: Compound) -> _Told:
    """Raise UnreadableDocument where the cells of a sheet are stretched over more than fits in memory."""
    name = next(iter(sorted(file.names & {"Workbook", "Book"}, reverse=True)), None)
    if name is None:
        raise UnreadableDocument("not_a_document", "a compound file without a workbook")
    content = file.read(name)
    place = rows = columns = 0
    sheets: list[int] = []  # where they begin, in the order of the workbook
    hidden: dict[int, tuple[set[int], set[int]]] = {}
    begun = 0
    while place + 8 <= len(content):
        kind, length, row, column = _RECORD.unpack_from(content, place)
        words = struct.unpack_from(f"<{length // 2}H", content, place + 4) if place + 4 + length <= len(content) else ()
        if kind == _DIMENSIONS and length >= 14 and place + 18 <= len(content):
            top, bottom, left, right = struct.unpack_from("<IIHH", content, place + 4)
            if not top <= bottom <= 65_536 or not left <= right <= 256:  # calamine makes room for what is claimed here
                raise UnreadableDocument(
                    "malformed", f"a sheet claims rows {top} to {bottom}, columns {left} to {right}"
                )
        if kind in _BEGINS_SHEET:
            rows, columns, begun = 0, 0, place
        elif kind == _NAMES_SHEET:
            sheets.append(row | column << 16)
        elif kind == _ROW and len(words) >= 7 and words[6] & 0x20:
            hidden.setdefault(begun, (set(), set()))[0].add(row)
        elif kind == _COLUMNS and len(words) >= 5 and words[4] & 1:
            hidden.setdefault(begun, (set(), set()))[1].update(range(row, min(column, 255) + 1))
        elif kind in _HOLDS_CELLS:
            last = column
            if kind in _SPREADS and length >= 6 and place + 4 + length <= len(content):
                last = int.from_bytes(content[place + 2 + length : place + 4 + length], "little")
            rows, columns = max(rows, row + 1), max(columns, last + 1)
            if rows * columns > MAX_CELLS:
                raise UnreadableDocument("too_large", f"a sheet reaches over {rows} rows × {columns} columns")
        place += 4 + length
    unseen = {begin: Unseen(frozenset(lines), frozenset(ranks)) for begin, (lines, ranks) in hidden.items()}
    return _Told(unseen={number: unseen[begin] for number, begin in enumerate(sheets) if begin in unseen})


def _told_by_package(package: Package) -> _Told:
    """Raise UnreadableDocument where a sheet is stretched over more cells than fit in memory."""
    if "content.xml" in package:
        return _told_by_ods(package)
    told = _Told()
    order = _sheet_parts(package)
    marked = _marked(package)
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
            number = order.index(name)
            told.uncomputed[number] = frozenset(
                reference.decode()
                for reference, inside in _CELL.findall(content)
                if re.search(rb"<(?:\w+:)?f[ >/]", inside) and not re.search(rb"<(?:\w+:)?(?:v>[^<]|is>)", inside)
            )
            if marked or b"vertAlign" in content:
                told.shown[number] = dict(_without_marks(parse_xml(content, name), marked))
            told.unseen[number] = Unseen(
                frozenset(int(attributes["r"]) - 1 for attributes in _hidden("row", content) if "r" in attributes),
                frozenset(
                    column
                    for attributes in _hidden("col", content)
                    if {"min", "max"} <= attributes.keys()
                    for column in range(int(attributes["min"]) - 1, min(int(attributes["max"]), MAX_COLUMNS))
                ),
            )
    return told


def _marked(package: Package) -> dict[str, str]:
    """By its number each shared string in which signs of footnotes stand, without them."""
    name = "xl/sharedStrings.xml"
    content = package.read(name) if name in package else b""
    if b"vertAlign" not in content:
        return {}
    strings = enumerate(parse_xml(content, name).iterfind("{*}si"))
    return {str(number): text for number, string in strings if (text := _unmarked(string)) is not None}


def _without_marks(root: etree._Element, marked: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The reference of each cell of a sheet in which signs of footnotes stand, and its text without them."""
    for cell in root.iterfind("{*}sheetData/{*}row/{*}c"):
        inside = cell.find("{*}is")
        shared = cell.get("t") == "s"
        text = marked.get(cell.findtext("{*}v", "")) if shared else None if inside is None else _unmarked(inside)
        reference = cell.get("r", "")
        if text is not None and re.fullmatch(r"[A-Z]{1,3}[0-9]{1,7}", reference):
            yield reference, text


def _unmarked(string: etree._Element) -> str | None:
    """A rich text without the signs of footnotes raised or lowered beside others; None where it has none."""
    kept: list[str] = []
    runs = string.findall("{*}r")
    for run in runs:
        text, align = str(run.findtext("{*}t", "")), run.find("{*}rPr/{*}vertAlign")
        shifted = align is not None and align.get("val") in {"superscript", "subscript"}
        if not (shifted and FOOTNOTE.fullmatch(text.strip())):
            kept.append(text)
    printed = "".join(kept)
    return printed if printed.strip() and len(kept) < len(runs) else None


def _hidden(element: str, content: bytes) -> Iterator[dict[str, str]]:
    """The attributes, those that are numbers, of the elements of a sheet's part that are hidden."""
    for tag in re.findall(rf"<(?:\w+:)?{element}\s[^>]*>".encode(), content):
        if re.search(rb"""\shidden=["'](?:1|true)["']""", tag):
            yield {name.decode(): value.decode() for name, value in re.findall(rb"""\s(\w+)=["'](\d{1,7})["']""", tag)}


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


def _told_by_ods(package: Package) -> _Told:
    told = _Told()
    for number, table in enumerate(package.xml("content.xml").iter("{*}table")):
        ranges = told.ranges.setdefault(attribute_of(table, "name"), [])
        rows, columns, row, column = set[int](), set[int](), 0, 0
        for element in table.iter("{*}table-column"):
            last = column + _count(element, "number-columns-repeated")
            if attribute_of(element, "visibility") in _COLLAPSED:
                columns.update(range(column, min(last, MAX_COLUMNS)))
            column = last
        for line in table.iter("{*}table-row"):
            last = row + _count(line, "number-rows-repeated")
            if attribute_of(line, "visibility") in _COLLAPSED:
                rows.update(range(row, min(last, MAX_CELLS)))
            column = 0
            for cell in line:
                across, down = _count(cell, "number-columns-spanned"), _count(cell, "number-rows-spanned")
                if across > 1 or down > 1:
                    ranges.append(((row, column), (row + down - 1, column + across - 1)))
                column += _count(cell, "number-columns-repeated")
            row = last
        told.unseen[number] = Unseen(frozenset(rows), frozenset(columns))
    return told


def _count(element: etree._Element, name: str) -> int:
    value = attribute_of(element, name) or "1"
    return int(value) if value.isdigit() else 1
