"""XLSX and XLS: a report as a workbook, everything on one sheet or a table a sheet, figures as numbers, texts or
formulas.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from random import Random

import openpyxl
import xlwt  # type: ignore[import-untyped]
from openpyxl.utils import get_column_letter

from tests.generate import layout, structures
from tests.generate.layout import Box, Sheet
from tests.generate.package import sealed
from tests.generate.sample import Make, Page
from tests.generate.structures import Structure
from tests.generate.truth import Report, Wish, invent, signed

PLAIN_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
STAMP = datetime(2022, 1, 28, 9, 30)  # noqa: DTZ001 - a workbook's dates know no zone


@dataclass(frozen=True, slots=True)
class Look:
    """What a shape insists on."""

    tables: Structure = structures.some_quirk
    wish: Wish = field(default_factory=Wish)
    apart: float = 0.3  # share with a sheet a table
    offset: bool = False  # nothing in the first rows and columns
    as_text: float = 0.3  # share with figures as texts
    formatted: bool = False
    formulas: bool = False
    hidden: bool = False  # a hidden sheet with another year's figures
    tables_only: bool = False


@dataclass(slots=True)
class Placed:
    """A box at a place of a sheet, both from 0; prose is a box that is as wide as the table."""

    row: int
    column: int
    box: Box


@dataclass(slots=True)
class Leaf:
    """One sheet of the workbook."""

    name: str
    boxes: list[Placed] = field(default_factory=list)
    hidden: bool = False
    below: int = 0

    def add(self, sheet: Sheet, *, left: int = 0) -> None:
        for r, c, box in layout.positions(sheet):
            self.boxes.append(Placed(self.below + r, left + c, box))
        self.below += len(sheet)

    def say(self, line: str, *, left: int = 0, width: int = 10) -> None:
        self.boxes.append(Placed(self.below, left, Box(line, width)))
        self.below += 1


def compose(rng: Random, report: Report, look: Look) -> list[Leaf]:
    """Return the sheets of the workbook."""
    tables = look.tables(report, rng)
    apart = rng.random() < look.apart
    left = rng.randrange(1, 4) if look.offset else 0
    main = Leaf(rng.choice(("Sheet1", "年报", f"{report.year}年")), below=rng.randrange(1, 5) if look.offset else 0)
    leaves = [main]
    main.say(report.title, left=left)
    prose = not look.tables_only
    for line in report.preface if prose else ():
        main.say(line, left=left)
    for part in report.parts:
        if prose or part.table:
            leaf = main
            if apart and part.table:
                leaf = Leaf(f"表{part.table - 1}")
                leaves.append(leaf)
            leaf.say(part.heading, left=left)
            for line in part.before if prose else ():
                leaf.say(line, left=left)
            for sheet in tables.get(part.table, []):
                leaf.add(sheet, left=left)
                leaf.below += rng.choice((0, 1, 1))
            for line in part.after if prose else ():
                leaf.say(line, left=left)
    for line in report.signature:
        main.say(line, left=left)
    if look.hidden:
        other = invent(rng, Wish(busy=True, form=report.form))
        leaf = Leaf("上年数据", hidden=True)
        for sheet in layout.sheets(other, rng).values():
            leaf.add(sheet)
        leaves.append(leaf)
    return leaves


def _number(printed: str) -> int | float | None:
    """Return the number that a spreadsheet would hold; None where the text is more than a plain number."""
    if not PLAIN_NUMBER.fullmatch(printed) or len(printed) > 15:
        return None
    return float(printed) if "." in printed else int(printed)


def write_xlsx(rng: Random, leaves: list[Leaf], look: Look) -> bytes:
    """Return the workbook as XLSX, dates fixed, formulas with the values that a spreadsheet program would have
    stored.
    """
    book = openpyxl.Workbook()
    book.remove(book.active)
    as_text = rng.random() < look.as_text and not look.formulas
    cached: list[dict[str, int]] = []
    for leaf in leaves:
        sheet = book.create_sheet(leaf.name)
        sheet.sheet_state = "hidden" if leaf.hidden else "visible"
        sums: dict[str, int] = {}
        for placed in leaf.boxes:
            box = placed.box
            cell = sheet.cell(placed.row + 1, placed.column + 1)
            number = _number(box.text) if box.role == "value" and not as_text else None
            if box.text:
                cell.value = box.text if number is None else number
                cell.data_type = "s" if number is None else "n"
            if number is not None and look.formatted:
                shown = rng.choice(("#,##0", "0_ ", "0.00", "General", "@"))
                cell.number_format = shown if isinstance(number, int) else "General"  # none that rounds: it is refused
            if box.colspan > 1 or box.rowspan > 1:
                last = (placed.row + box.rowspan, placed.column + box.colspan)
                sheet.merge_cells(
                    start_row=placed.row + 1, start_column=placed.column + 1, end_row=last[0], end_column=last[1]
                )
        if look.formulas:
            sums = _sums(leaf)
            for place in sums:
                row = re.sub(r"\D", "", place)
                column = openpyxl.utils.column_index_from_string(re.sub(r"\d", "", place))
                span = f"{get_column_letter(column - 6)}{row}:{get_column_letter(column - 1)}{row}"
                sheet[place].value = f"=SUM({span})"
        cached.append(sums)
    book.properties.created = STAMP
    out = io.BytesIO()
    book.save(out)
    return _with_cached_values(out.getvalue(), cached)


def _sums(leaf: Leaf) -> dict[str, int]:
    """Return the totals of table 3 that may be formulas, by their place: six plain numbers before them that add up to
    them.
    """
    rows: dict[int, list[Placed]] = {}
    for placed in leaf.boxes:
        if placed.box.role == "value":
            rows.setdefault(placed.row, []).append(placed)
    found = {}
    for row, cells in rows.items():
        cells.sort(key=lambda placed: placed.column)
        numbers = [_number(placed.box.text) for placed in cells]
        whole = [number for number in numbers if isinstance(number, int)]
        side_by_side = cells[-1].column - cells[0].column == 6
        if len(numbers) == len(whole) == 7 and side_by_side and sum(whole[:6]) == whole[6]:
            found[f"{get_column_letter(cells[6].column + 1)}{row + 1}"] = whole[6]
    return found


def _with_cached_values(package: bytes, cached: list[dict[str, int]]) -> bytes:
    changes = {}
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        for index, sums in enumerate(cached, 1):
            name = f"xl/worksheets/sheet{index}.xml"
            xml = archive.read(name).decode()
            for place, value in sums.items():
                xml = re.sub(rf'(<c r="{place}"[^>]*><f>[^<]*</f>)<v\s*/>', rf"\g<1><v>{value}</v>", xml)
                xml = re.sub(rf'(<c r="{place}"[^>]*><f>[^<]*</f>)<v></v>', rf"\g<1><v>{value}</v>", xml)
            changes[name] = xml.encode()
        core = re.sub(
            r"(<dcterms:modified[^>]*>)[^<]*", r"\g<1>2022-01-28T09:30:00Z", archive.read("docProps/core.xml").decode()
        )
        changes["docProps/core.xml"] = core.encode()
    return sealed(package, changes)


def write_xls(rng: Random, leaves: list[Leaf], look: Look) -> bytes:
    """Return the workbook as BIFF8."""
    book = xlwt.Workbook(encoding="utf-8")
    as_text = rng.random() < look.as_text
    for leaf in leaves:
        sheet = book.add_sheet(leaf.name, cell_overwrite_ok=True)
        sheet.visibility = 1 if leaf.hidden else 0
        for placed in leaf.boxes:
            box = placed.box
            number = _number(box.text) if box.role == "value" and not as_text else None
            content = box.text if number is None else number
            if box.colspan > 1 or box.rowspan > 1:
                last = (placed.row + box.rowspan - 1, placed.column + box.colspan - 1)
                sheet.write_merge(placed.row, last[0], placed.column, last[1], content)
            elif box.text:
                sheet.write(placed.row, placed.column, content)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _page(rng: Random, report: Report, look: Look, kind: str) -> Page:
    leaves = compose(rng, report, look)
    payload = write_xlsx(rng, leaves, look) if kind == "xlsx" else write_xls(rng, leaves, look)
    extension = rng.choice((f".{kind}", f".{kind}", ".et"))
    headings = tuple(part.heading for part in report.parts) if look.tables_only else ()  # otherwise they are asked for
    return Page(payload, extension, prose=not look.tables_only, optional=headings)


def _make(kind: str, look: Look, rng: Random) -> tuple[Report, Page]:
    report = signed(rng, invent(rng, look.wish))
    if look.tables_only:
        report = replace(report, preface=tuple(line for line in report.preface if "1月1日" in line))
    return report, _page(rng, report, look, kind)


LOOKS: dict[str, Look] = {
    "one-sheet": Look(tables=structures.whole, apart=0.0),
    "sheet-a-table": Look(tables=structures.whole, apart=1.0),
    "offset": Look(offset=True),
    "figures-as-text": Look(as_text=1.0),
    "formats": Look(formatted=True, as_text=0.0, wish=Wish(busy=True)),
    "formulas": Look(formulas=True),
    "hidden-sheet": Look(hidden=True),
    "tables-only": Look(tables_only=True, wish=Wish(titled=True)),
    **{name: Look(tables=structure) for name, structure in structures.IN_CELLS.items()},
    **{name: Look(wish=wish) for name, wish in structures.TRAPS.items()},
}
OLD = ("one-sheet", "sheet-a-table", "offset", "hidden-sheet", "spacer-columns", "unmerged", "trap-zeros-blank")
SHAPES: dict[str, Make] = {
    **{f"xlsx-{name}": partial(_make, "xlsx", look) for name, look in LOOKS.items()},
    **{f"xls-{name}": partial(_make, "xls", LOOKS[name]) for name in OLD},
}
