"""Office documents in one XML file → Document: Word 2003 XML, Flat OPC, XML Spreadsheet 2003, flat ODF (.fodt, .fods).

Word and Excel save them, WPS too, but most come from programs that fill in a template; they are named .doc and .xls as
a rule. The Word ones are put into a package in memory and read as DOCX, whose elements they share.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace

from lxml import etree

from extract.document import Document
from extract.errors import UnreadableDocument, require_at_most
from extract.readers.docx import read_docx
from extract.readers.number_format import GENERAL
from extract.readers.office import ODT, converted
from extract.readers.package import MAX_PART, attribute_of, name_of, parse_xml
from extract.readers.sheet import ODS, Sheet, document_of, read_sheet, sheet_of, without_unseen
from extract.readers.workbook import MAX_CELLS, MAX_COLUMNS, Place, Range, Told, Unseen, unmarked

_WORD = "application/msword"
_EXCEL = "application/vnd.ms-excel"
_OF_TABLES = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}*"
_NAMED = {"General Number": GENERAL, "Fixed": "0.00", "Standard": "#,##0.00"}  # formats that have names there


def read_single_xml(payload: bytes) -> Document:
    """Return what an office document in one XML file prints. Raise UnreadableDocument."""
    require_at_most(MAX_PART, len(payload), "bytes of XML")
    root = parse_xml(payload.strip(), "the document")
    match name_of(root):
        case "Workbook":
            notes: list[str] = []
            return document_of(_sheets(root, notes), _EXCEL, notes)
        case "document" if attribute_of(root, "mimetype") == ODS:
            for element in root.iter("{*}body", _OF_TABLES):  # blanks to set out the elements, which calamine takes ill
                element.text = None
                for child in element:
                    child.tail = None
            parts = {"mimetype": ODS.encode(), "META-INF/manifest.xml": b"<manifest/>"}
            return read_sheet(_packed({**parts, "content.xml": etree.tostring(root)}))
        case "document":
            return converted(payload.strip(), ODT)
        case "package":
            parts = dict(_parts(root))
        case _:
            parts = {"word/document.xml": etree.tostring(root)}
            if (styles := root.find("{*}styles")) is not None:
                parts["word/styles.xml"] = etree.tostring(styles)
    return replace(read_docx(_packed(parts)), media_type=_WORD)


def _packed(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return buffer.getvalue()


def _parts(root: etree._Element) -> Iterator[tuple[str, bytes]]:
    """The parts of a Flat OPC, by their names."""
    for part in root:
        name = attribute_of(part, "name").lstrip("/")
        for data in part:
            if name_of(data) == "xmlData" and len(data):
                yield name, etree.tostring(data[0])
            elif name_of(data) == "binaryData":
                try:
                    yield name, base64.b64decode(data.text or "")
                except binascii.Error as error:
                    raise UnreadableDocument("malformed", f"the part {name} is damaged: {error}") from error


def _sheets(root: etree._Element, notes: list[str]) -> Iterator[Sheet]:
    codes = _formats(root)
    for worksheet in root:
        if name_of(worksheet) != "Worksheet":
            continue
        name = attribute_of(worksheet, "Name") or "?"
        if any(name_of(element) == "Visible" and element.text != "SheetVisible" for element in worksheet.iter()):
            notes.append(f"hidden sheet {name} not read")
            continue
        table = next((child for child in worksheet if name_of(child) == "Table"), None)
        if table is not None:
            yield _sheet(name, table, codes, notes)


def _sheet(name: str, table: etree._Element, codes: Mapping[str, str], notes: list[str]) -> Sheet:
    values: list[list[object]] = []
    formats: dict[Place, str] = {}
    width = 0
    ranges: list[Range] = []
    hidden_rows, hidden_columns = set[int](), set[int]()
    for number, column in _numbered(table, "Column", "Span"):
        if attribute_of(column, "Hidden") == "1":
            hidden_columns.update(range(number, min(number + _number(column, "Span", 0) + 1, MAX_COLUMNS)))
    for number, row in _numbered(table, "Row", "Span"):
        values += [[] for _ in range(number + 1 - len(values))]
        if attribute_of(row, "Hidden") == "1":
            hidden_rows.add(number)
        for place, cell in _numbered(row, "Cell", "MergeAcross"):
            across, down = _number(cell, "MergeAcross", 0), _number(cell, "MergeDown", 0)
            width = max(width, place + across + 1)
            require_at_most(MAX_COLUMNS, width, "columns of a sheet")
            require_at_most(MAX_CELLS, len(values) * width, "cells of a sheet")
            values[number] += [""] * (place + across + 1 - len(values[number]))
            values[number][place] = _value(cell)
            formats[number, place] = codes.get(attribute_of(cell, "StyleID"), GENERAL)
            if across or down:
                ranges.append(((number, place), (number + down, place + across)))
    require_at_most(MAX_CELLS, len(values) * width, "cells of a sheet")
    told = Told(formats=formats)
    unseen = Unseen(frozenset(hidden_rows), frozenset(hidden_columns))
    even = [[*line, *[""] * (width - len(line))] for line in values]
    return without_unseen(sheet_of(name, even, ranges, told), unseen, notes)


def _formats(root: etree._Element) -> dict[str, str]:
    """By the name of each style the format of its numbers."""
    stated = (
        (attribute_of(style, "ID"), attribute_of(one, "Format"))
        for style in root.iterfind("{*}Styles/{*}Style")
        for one in style.iterfind("{*}NumberFormat")
    )
    return {name: _NAMED.get(code, code) for name, code in stated if code}


def _numbered(container: etree._Element, kind: str, span: str) -> Iterator[tuple[int, etree._Element]]:
    """The elements of a kind with their numbers from 0: an index that one states, or the next one."""
    number = 0
    for element in container:
        if name_of(element) == kind:
            number = max(_number(element, "Index", number + 1) - 1, number)
            require_at_most(MAX_CELLS, number, "rows or columns of a sheet")
            yield number, element
            number += 1 + _number(element, span, 0)


def _number(element: etree._Element, name: str, default: int) -> int:
    value = attribute_of(element, name) or ""
    return int(value) if re.fullmatch(r"\d{1,7}", value) else default


def _value(cell: etree._Element) -> object:
    data = next((child for child in cell if name_of(child) == "Data"), None)
    if data is None:
        return ""
    runs = list(_runs(data, shifted=False, struck=False))
    text = "".join(text for text, *_ in runs)
    match attribute_of(data, "Type"):
        case "Number":
            with contextlib.suppress(ValueError):
                return float(text)
        case "DateTime":
            return text.partition("T")[0]
    told = unmarked(runs)
    return text if told is None else told


def _runs(element: etree._Element, *, shifted: bool, struck: bool) -> Iterator[tuple[str, bool, bool]]:
    """The parts of a cell's text: (text, raised or lowered, struck out)."""
    shifted, struck = shifted or name_of(element) in {"Sup", "Sub"}, struck or name_of(element) == "S"
    if element.text:
        yield element.text, shifted, struck
    for child in element:
        if name_of(child):
            yield from _runs(child, shifted=shifted, struck=struck)
        if child.tail:
            yield child.tail, shifted, struck
