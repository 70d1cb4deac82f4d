"""What a workbook says of its sheets beside the values of their cells: what is hidden, merged, shown otherwise.

python-calamine tells none of it, and makes room for whatever a sheet claims to reach over: that is looked at here first.
This module reads packages (XLSX, ODS), `biff` the records of an XLS.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from extract.cells import FOOTNOTE
from extract.document import UNKNOWN
from extract.errors import UnreadableDocument, require_at_most
from extract.readers.number_format import BUILTIN, GENERAL, is_plain
from extract.readers.package import Package, attribute_of, name_of, parse_xml

MAX_CELLS = 200_000  # of a sheet, blanks between its texts included
MAX_AREA = 20_000_000  # cells for which calamine makes room, up to the last one that holds anything, be it a blank
MAX_COLUMNS = 16_384

# A cell that is more than formatted: its reference and what it holds.
_CELL = re.compile(rb'<(?:\w+:)?c(\s[^>]*?\br="([A-Z]{1,9}[0-9]{1,20})"[^>]*)(?<!/)>(.*?)</(?:\w+:)?c>', re.S)
_NO_ZEROS = re.compile(rb"""<(?:\w+:)?sheetView\s[^>]*\bshowZeros=["'](?:0|false)["']""")
_WHITE = {"FFFFFF", "FFFFFFFF", "00FFFFFF"}
_COLLAPSED = {"collapse", "filter"}

Place = tuple[int, int]  # row and column of a cell, from 0
Range = tuple[Place, Place]  # the first cell and the last


class Unseen(NamedTuple):
    """The rows and columns of a sheet that are hidden."""

    rows: frozenset[int] = frozenset()
    columns: frozenset[int] = frozenset()


@dataclass(slots=True)
class Told:
    """What a workbook says of one sheet.

    `uncomputed`: cells with a formula but no result, or with an error. `shown`: by cell a text that shows instead of its
    value.
    `formats`: by cell the format of its number, where that may show another one; UNKNOWN where nobody may see it.
    """

    uncomputed: set[Place] = field(default_factory=set)
    shown: dict[Place, str] = field(default_factory=dict)
    formats: dict[Place, str] = field(default_factory=dict)
    zeros: bool = True  # whether cells that hold 0 show it
    unseen: Unseen = field(default_factory=Unseen)
    ranges: list[Range] = field(default_factory=list)  # merged cells, where calamine does not tell them


def told_by_package(package: Package) -> Mapping[int, Told]:
    """Return what an XLSX or ODS says of its sheets, by their numbers.

    Raise UnreadableDocument where a sheet is stretched over more cells than fit in memory.
    """
    if "content.xml" in package:
        return dict(enumerate(_told_by_ods(package)))
    told: dict[int, Told] = {}
    order = _sheet_parts(package)
    strings, codes = _marked(package), _codes(package)
    for name in package.names:
        if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
            continue
        content = package.read(name)
        if b"<!DOCTYPE" in content.replace(b"\x00", b""):
            raise UnreadableDocument("entity_bomb", f"{name} declares a DTD, which no part of a document needs")
        extent = [_position(reference.decode()) for _, reference, inside in _CELL.findall(content) if inside]
        rows, columns = (max((place[axis] for place in extent), default=0) + 1 for axis in (0, 1))
        require_at_most(MAX_AREA, rows * columns, "cells over which a sheet reaches")
        if name in order:
            told[order.index(name)] = _told_by_sheet(content, name, strings, codes)
    return told


def unmarked(runs: Sequence[tuple[str, bool, bool]]) -> str | None:
    """Return a text of runs (text, raised or lowered, struck out) without what is struck out and the signs of
    footnotes; None where it has neither.
    """
    kept = [text for text, shifted, struck in runs if not struck and not (shifted and FOOTNOTE.fullmatch(text.strip()))]
    whole = len(kept) == len(runs)
    return None if whole or not ("".join(kept).strip() or any(struck for *_, struck in runs)) else "".join(kept)


# XLSX


def _told_by_sheet(content: bytes, name: str, strings: Mapping[str, str], codes: Mapping[str, str]) -> Told:
    told = Told(zeros=_NO_ZEROS.search(content) is None)
    told.uncomputed = {
        _position(reference.decode())
        for attributes, reference, inside in _CELL.findall(content)
        if b't="e"' in attributes
        or (re.search(rb"<(?:\w+:)?f[ >/]", inside) and not re.search(rb"<(?:\w+:)?(?:v>[^<]|is>)", inside))
    }
    if strings or codes or b"vertAlign" in content or b"strike" in content:
        for cell in parse_xml(content, name).iterfind("{*}sheetData/{*}row/{*}c"):
            reference = cell.get("r", "")
            if not re.fullmatch(r"[A-Z]{1,3}[0-9]{1,7}", reference):
                continue
            inside, kind = cell.find("{*}is"), cell.get("t", "n")
            text = strings.get(cell.findtext("{*}v", "")) if kind == "s" else _unmarked(inside)
            if text is not None:
                told.shown[_position(reference)] = text
            if kind == "n" and (code := codes.get(cell.get("s", "0"))) is not None:
                told.formats[_position(reference)] = code
    told.unseen = Unseen(
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
    """By its number each shared string in which signs of footnotes stand or parts are struck out, without them."""
    name = "xl/sharedStrings.xml"
    content = package.read(name) if name in package else b""
    if b"vertAlign" not in content and b"strike" not in content:
        return {}
    strings = enumerate(parse_xml(content, name).iterfind("{*}si"))
    return {str(number): text for number, string in strings if (text := _unmarked(string)) is not None}


def _unmarked(string: etree._Element | None) -> str | None:
    if string is None:
        return None
    runs = []
    for run in string.iterfind("{*}r"):
        align = run.find("{*}rPr/{*}vertAlign")
        shifted = align is not None and align.get("val") in {"superscript", "subscript"}
        runs.append((str(run.findtext("{*}t", "")), shifted, _is_on(run.find("{*}rPr/{*}strike"))))
    return unmarked(runs)


def _codes(package: Package) -> dict[str, str]:
    """By the number of each style of cells the format of its numbers, of those that may show another one."""
    name = "xl/styles.xml"
    if name not in package:
        return {}
    root = package.xml(name)
    own = {one.get("numFmtId", ""): one.get("formatCode", "") for one in root.iterfind("{*}numFmts/{*}numFmt")}
    pale = [_is_unseen(font) for font in root.iterfind("{*}fonts/{*}font")]
    patterns = [fill.find("{*}patternFill") for fill in root.iterfind("{*}fills/{*}fill")]
    bare = [one is not None and one.get("patternType", "none") == "none" for one in patterns]
    codes = {}
    for number, style in enumerate(root.iterfind("{*}cellXfs/{*}xf")):
        form, font, fill = (_index(style.get(key)) for key in ("numFmtId", "fontId", "fillId"))
        unseen = pale[font] if font < len(pale) else None
        if unseen == "struck" or (unseen and fill < len(bare) and bare[fill]):
            codes[str(number)] = UNKNOWN
        elif not is_plain(code := own.get(str(form)) or BUILTIN.get(form, GENERAL)):
            codes[str(number)] = code
    return codes


def _is_unseen(font: etree._Element) -> str | None:
    """How a font hides what is set in it: struck out, or white on white."""
    if _is_on(font.find("{*}strike")):
        return "struck"
    colour = font.find("{*}color")
    white = colour is not None and (
        (colour.get("rgb") or "").upper() in _WHITE or (colour.get("theme") == "0" and not colour.get("tint"))
    )
    return "white" if white else None


def _is_on(setting: etree._Element | None) -> bool:
    return setting is not None and setting.get("val", "1") not in {"0", "false"}


def _index(value: str | None) -> int:
    return int(value) if value is not None and value.isascii() and value.isdecimal() and len(value) < 8 else 0


def _hidden(element: str, content: bytes) -> Iterator[dict[str, str]]:
    """The attributes, those that are numbers, of the elements of a sheet's part that are hidden."""
    for tag in re.findall(rf"<(?:\w+:)?{element}\s[^>]*>".encode(), content):
        if re.search(rb"""\shidden=["'](?:1|true)["']""", tag):
            yield {name.decode(): value.decode() for name, value in re.findall(rb"""\s(\w+)=["'](\d{1,7})["']""", tag)}


def _sheet_parts(package: Package) -> list[str]:
    """The parts of the sheets in the order of the workbook; some programs name them from the root and do not say so."""
    name = "xl/workbook.xml"
    targets = package.targets(name)
    parts = (
        (targets.get(attribute_of(sheet, "id"), "") for sheet in package.xml(name).iter("{*}sheet")) if targets else ()
    )
    return [f"xl/{part.rpartition('xl/')[2]}" for part in parts]


def _position(reference: str) -> Place:
    """Row and column, from 0, of a reference like B7."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(reference[len(letters) :]) - 1, column - 1


# ODS, which holds the text that each cell shows


def _told_by_ods(package: Package) -> Iterator[Told]:
    root = package.xml("content.xml")
    parts = [root, *(package.xml(name) for name in ("styles.xml",) if name in package)]
    styles = {
        attribute_of(style, "name"): (_is_shifted(style), _is_struck(style))
        for part in parts
        for style in part.iter("{*}style")
        if attribute_of(style, "family") == "text"
    }
    for table in root.iter("{*}table"):
        told = Told()
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
                    told.ranges.append(((row, column), (row + down - 1, column + across - 1)))
                end = column + _count(cell, "number-columns-repeated")
                texts = [_shown(paragraph, styles) for paragraph in cell.iterfind("{*}p")]
                if texts:
                    _spread(told, "\n".join(texts), (row, last), (column, end))
                column = end
            row = last
        told.unseen = Unseen(frozenset(rows), frozenset(columns))
        yield told


def _spread(told: Told, text: str, rows: Place, columns: Place) -> None:
    """Note what a cell shows that is repeated over rows and columns, given by their first and the one after the last."""
    height, width = rows[1] - rows[0], columns[1] - columns[0]
    require_at_most(MAX_CELLS, len(told.shown) + height * width, "cells of a sheet")
    told.shown |= {(row, column): text for row in range(*rows) for column in range(*columns)}


def _shown(paragraph: etree._Element, styles: Mapping[str, tuple[bool, bool]]) -> str:
    """A paragraph without the signs of footnotes and what is struck out."""
    runs: list[tuple[str, bool, bool]] = [(paragraph.text or "", False, False)]
    for child in paragraph:
        blank = {"s": " ", "tab": "\t", "line-break": "\n"}.get(name_of(child))
        text = blank or "".join(map(str, child.itertext())) if name_of(child) else ""
        runs += [(text, *styles.get(attribute_of(child, "style-name"), (False, False)))]
        runs += [(child.tail or "", False, False)]
    told = unmarked([run for run in runs if run[0]])
    return "".join(text for text, *_ in runs) if told is None else told


def _is_shifted(style: etree._Element) -> bool:
    """Whether a style raises or lowers its text: `super 58%`, `-33% 58%`."""
    position = next((attribute_of(one, "text-position") for one in style.iter("{*}text-properties")), "").split()
    return bool(position) and position[0] not in {"0%", "0"}


def _is_struck(style: etree._Element) -> bool:
    kind = next((attribute_of(one, "text-line-through-style") for one in style.iter("{*}text-properties")), "")
    return kind not in {"", "none"}


def _count(element: etree._Element, name: str) -> int:
    value = attribute_of(element, name) or "1"
    return int(value) if value.isdigit() else 1
