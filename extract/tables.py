"""The three tables of a Document, judged by the form's own arithmetic and cell by cell: what is odd is told."""

from __future__ import annotations

import re

from extract import moulds
from extract.cells import MONEY_UNITS
from extract.document import Document
from extract.form import broken_relations
from extract.reading import FORM_TABLES
from extract.two_readings import Tables, all_rows, read_twice

_DOUBTFUL_KINDS = {
    "refused": "states no single number",
    "split": "is printed with a blank or a line end between its digits",
}
_SECOND_FIGURE = re.compile(r"[（(]\s*[+-]?\d[\d.,]*\s*[)）]$")  # 274（281）


def read_tables(document: Document) -> Tables:
    """Return the tables of a document. Never raises: what cannot be read is null and has a warning that names its
    table.
    """
    tables = moulds.filled(document, read_twice)
    relations = list(broken_relations(tables.table3, tables.table4)) if tables else []
    if tables is None or relations:  # sums that are broken may tell that the heads lie
        tables = read_twice(document)
        relations = list(broken_relations(tables.table3, tables.table4))
    tables.inconsistent = tuple(name for name, _ in relations)
    for name, sides in relations:
        tables.warnings.append(
            f"{'table4' if name.startswith('table4') else 'table3'}: the document's figures break {name}: {sides}"
        )
    _warn_of_odd_cells(tables)
    _warn_of_units(tables)
    for table in FORM_TABLES:
        tables.status.setdefault(table, "absent")
        if tables.status[table] == "absent":
            tables.warnings.append(f"{table}: not found")
        elif not any(cell.value is not None for name, _, cells in all_rows(tables) if name == table for cell in cells):
            tables.warnings.append(f"{table}: it states no figure")
    return tables


def _warn_of_units(tables: Tables) -> None:
    """An amount that its cell states in another unit than the form's is kept so, and told: 1.2亿元 is no 1.2万元. So is a
    fee whose head names another: of procurement the reading itself names the unit.
    """
    for name in ("fees", "procurement"):
        for cell in tables.table2.get(name, {}).values():
            by_head = name == "fees" and cell.value
            if (by_head or cell.kind in ("unit", "note")) and cell.unit in MONEY_UNITS - {"万元"}:
                stated = cell.printed or str(cell.value)
                tables.warnings.append(f"table2: {name}: {stated!r} is stated in {cell.unit}, not in 万元")


def _warn_of_odd_cells(tables: Tables) -> None:
    """Only the change of table 2 (本年增/减) can be less than nothing, and only an amount has a fraction; a cell may state
    more than its figure, or none.
    """
    for table, name, cells in all_rows(tables):
        columns = tuple(tables.table2[name]) if table == "table2" else ("",) * len(cells)
        for column, cell in zip(columns, cells, strict=True):
            value, printed, kind, unit, _ = cell
            if kind == "blank" or (kind == "number" and isinstance(value, int) and value >= 0):
                continue
            stated = f"{table}: {name}: {printed or str(value)!r}"
            if kind == "note" and _SECOND_FIGURE.search(printed or ""):
                tables.warnings.append(f"{stated} holds a second figure")
            if printed and printed.startswith("约") and value is not None:
                tables.warnings.append(f"{stated} is said to be approximate")
            if kind in _DOUBTFUL_KINDS and not (kind == "refused" and unit):  # told as an amount
                tables.warnings.append(f"{stated} {_DOUBTFUL_KINDS[kind]}")
            if value is not None and value < 0 and column != "change":
                tables.warnings.append(f"{stated} is less than nothing")
            if value is not None and value != int(value) and column != "amount":
                tables.warnings.append(f"{stated} is no count")
