"""A report as its page shows it: the three tables filled in, and what is doubtful in them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from datasette.database import Database

from findings import excerpts
from publish import form
from publish.authority import Year, above, by_year
from publish.form import Heading
from publish.notes import Note, broken, doubt_notes, general_notes, gone_notes, relation_notes
from publish.query import Row, first, rows

# Of each address of a report what a recheck last found.
_LAST_VISITS = """
select url, outcome, max(fetched_at) at from visits
where url in (select url from renditions where report_id = :id) and outcome in ('moved', 'withdrawn', 'restored')
  and fetched_at is not null
group by url order by url
"""
_BALANCE_ROWS = ("received", "carried_in", "concluded", "carried_out")


@dataclass(frozen=True, slots=True)
class FormCell:
    """A cell of the form: `text` as the page prints it ("" where the report leaves it blank), and what it was read as.

    `value` is given where the printed text is not the plain number; `refused` where no number was read from it.
    """

    name: str
    text: str
    value: str | None = None
    refused: bool = False
    doubted: bool = False


@dataclass(frozen=True, slots=True)
class FormTable:
    """One of the three tables: which form it follows, its cells by (row, column), and the notes beneath it."""

    heading: Heading
    form: str
    cells: Mapping[tuple[str, str], FormCell]
    notes: tuple[Note, ...]
    strays: tuple[tuple[str, str, FormCell], ...]  # read, but not of this form: heading in Chinese, in English, cell

    def cell(self, row: str, column: str) -> FormCell | None:
        """Return a cell, None where the report has it not or leaves it blank."""
        found = self.cells.get((row, column))
        return found if found and found.text else None


@dataclass(frozen=True, slots=True)
class Revision:
    """What an earlier capture of the report states otherwise than a later one: the two, each with its capture's row."""

    zh: str
    en: str
    before: str | None  # None: blank, or not there
    after: str | None
    earlier: Row
    later: Row
    cell: str = ""  # its name, where it is a cell


@dataclass(frozen=True, slots=True)
class Report:
    """All that the page of one report shows."""

    row: Row
    authority: Row
    above: tuple[Row, ...]  # the authorities above it
    tables: tuple[FormTable, ...]
    sections: tuple[Row, ...]
    notes: tuple[Note, ...]
    renditions: tuple[Row, ...]
    capture: Row
    revisions: tuple[Revision, ...]
    years: tuple[Year, ...]  # the same authority's reports
    children: int  # reports of authorities directly below, on the same year


async def load(db: Database, report_id: str) -> Report | None:
    """Return a report, None where there is none of this id."""
    row = await first(db, "select * from reports where id = ?", [report_id])
    if row is None:
        return None
    doubts = [doubt["text"] for doubt in await _all(db, "warnings", report_id, "position")]
    of_it = {"id": report_id, "authority": row["authority_id"], "year": row["report_year"]}
    about_it = (  # a year without a report is seen in the comparison of years
        "select * from findings where (report_id = :id or other_report_id = :id) and kind != 'gap' order by id"
    )
    findings = await rows(db, about_it, of_it)
    below = await rows(
        db,
        "select count(*) n from reports r join authorities a on a.id = r.authority_id "
        "where a.parent_id = :authority and r.report_year = :year",
        of_it,
    )
    renditions = await _all(db, "renditions", report_id, "url")
    revisions = await _revisions(db, report_id)
    tables = await _tables(db, row, doubts, findings)
    return Report(
        row=row,
        authority=await first(db, "select * from authorities where id = :authority", of_it) or {},
        above=await above(db, row["authority_id"]),
        tables=tables,
        sections=tuple(await _all(db, "sections", report_id, "position")),
        notes=(
            *gone_notes(await rows(db, _LAST_VISITS, of_it)),
            *_notes(row, doubts, findings, tables, revised=bool(revisions)),
        ),
        renditions=tuple(renditions),
        capture=await first(db, "select * from captures where id = ?", [row["capture_id"]]) or {},
        revisions=revisions,
        years=await by_year(db, row["authority_id"]),
        children=below[0]["n"],
    )


async def origin(db: Database, report_id: str, table: str, row: str) -> str | None:
    """Return the capture that shows a row of a report's table, None where there is no report of this id."""
    report = await first(db, "select capture_id from reports where id = ?", [report_id])
    if report is None:
        return None
    carrying = await _all(db, "renditions", report_id, "url")
    carried = {part: each["capture_id"] for each in carrying for part in (each["carries"] or "").split()}
    return carried.get(f"{table}/{row}") or carried.get(table, report["capture_id"])


def _notes(
    row: Row, doubts: Sequence[str], findings: Sequence[Row], tables: Sequence[FormTable], *, revised: bool
) -> tuple[Note, ...]:
    """Return what is to be said of the whole report: what no table shows beneath itself."""
    shown = {note.detail for table in tables for note in table.notes}
    tabled = tuple(table.heading.name for table in tables)
    return general_notes(
        row,
        [doubt for doubt in doubts if not doubt.startswith(tabled)],
        [finding for finding in findings if finding["detail"] not in shown],
        revised=revised,
    )


async def _revisions(db: Database, report_id: str) -> tuple[Revision, ...]:
    changes = await _all(db, "revisions", report_id, "id")
    ids = json.dumps([change[name] for change in changes for name in ("from_capture_id", "to_capture_id")])
    captures = await rows(db, "select * from captures where id in (select value from json_each(:ids))", {"ids": ids})
    known = {capture["id"]: capture for capture in captures}
    return tuple(
        Revision(
            *_place(change),
            *excerpts(change["before"], change["after"]),
            known[change["from_capture_id"]],
            known[change["to_capture_id"]],
            form.cell_name(change["part"], change["row"], change["column"]) if change["column"] else "",
        )
        for change in changes
    )


def _place(revision: Row) -> tuple[str, str]:
    """Return in Chinese and in English where a revision is."""
    if revision["part"] == "section":
        heading = revision["row"]
        return f"正文 · {heading}" if heading else "正文", "Text"
    if revision["part"] in _PARTS:
        return _PARTS[revision["part"]]
    place = (revision["part"], revision["row"], revision["column"])
    return form.describe_cell(*place) if form.parse_cell_name(form.cell_name(*place)) else (" ".join(place), "")


async def _all(db: Database, table: str, report_id: str, order: str) -> list[Row]:
    return await rows(db, f"select * from [{table}] where report_id = ? order by {order}", (report_id,))


async def _tables(db: Database, report: Row, doubts: Sequence[str], findings: Sequence[Row]) -> tuple[FormTable, ...]:
    """Return the tables that the report has, each laid out by the form that its own rows follow."""
    printed = {(p["table"], p["row"], p["column"]): p for p in await _all(db, "printed", report["id"], "rowid")}
    tables = []
    for name, (source, key) in form.SOURCES.items():
        stated = {figures[key]: figures for figures in await _all(db, source, report["id"], "rowid")}
        if stated:
            version = _version(name, report["form"], stated)
            tables.append(_table(name, version, stated, printed, doubts, broken(name, findings)))
    return tuple(tables)


def _version(table: str, template: str, rows: Mapping[str, Row]) -> str:
    """Return the form whose layout the rows of a table follow."""
    if table == "table2":
        return template
    is_older = table == "table3" and "other" in rows and not any(row.startswith("other.") for row in rows)
    return "2019" if is_older else "2021"


def _table(
    name: str,
    version: str,
    rows: Mapping[str, Row],
    printed: Mapping[tuple[str, str, str], Row],
    doubts: Sequence[str],
    relations: Sequence[tuple[str, str, str]],
) -> FormTable:
    """Return a table with its cells filled in, and the notes beneath it."""
    doubted = {cell for relation in relations for cell in _cells_of(relation, version)}
    cells = {
        (row, column): _cell(name, row, column, figures, printed.get((name, row, column)), doubted)
        for row, figures in rows.items()
        for column in _columns(name)
    }
    placed = _layout(name, version)
    strays = tuple(
        (*form.describe_cell(name, row, column), cell)
        for (row, column), cell in cells.items()
        if cell.text and (row, column) not in placed and form.parse_cell_name(cell.name)
    )
    told = [f"{relation}[{argument}]" for relation, argument, _ in relations]
    notes = (*relation_notes(relations), *doubt_notes(name, doubts, told))
    return FormTable(form.TABLES[name], version, cells, notes, strays)


def _columns(table: str) -> tuple[str, ...]:
    if table == "table2":
        return ("made", "published", "repealed", "in_force", "prior_items", "change", "decisions", "items", "amount")
    return tuple(column.name for column in (form.APPLICANTS if table == "table3" else form.OUTCOMES))


def _layout(table: str, version: str) -> frozenset[tuple[str, str]]:
    """Return the cells for which a form has a place."""
    if table == "table2":
        blocks = form.TABLE2.get(version, ())
        return frozenset((row.name, column.name) for block in blocks for row in block.rows for column in block.columns)
    rows = form.table3_rows(version) if table == "table3" else form.PROCEEDINGS
    return frozenset((row.name, column) for row in rows for column in _columns(table))


def _cell(
    table: str, row: str, column: str, figures: Row, printed: Row | None, doubted: set[tuple[str, str]]
) -> FormCell:
    name = form.cell_name(table, row, column)
    value = figures[column]
    number = "" if value is None else str(value)
    unit = figures["amount_unit"] if column == "amount" and value is not None else None
    if row == "fees" and unit == "万元":
        unit = None  # the heading of the form names it
    if printed is None:
        text = f"{number} {unit}" if unit else number
        return FormCell(name, text, doubted=(row, column) in doubted)
    return FormCell(
        name,
        printed["text"],
        value=number if number and number != printed["text"] else None,
        refused=printed["kind"] == "refused",
        doubted=(row, column) in doubted or printed["kind"] == "refused",
    )


def _cells_of(relation: tuple[str, str, str], version: str) -> set[tuple[str, str]]:
    """Return the cells that a relation compares."""
    name, argument, _ = relation
    if name == "balance":
        return {(row, argument) for row in _BALANCE_ROWS}
    if name == "concluded":
        return {(row.name, argument) for row in form.table3_rows(version) if row.name not in _BALANCE_ROWS} | {
            ("concluded", argument)
        }
    columns = form.APPLICANTS if name == "row_total" else form.OUTCOMES
    return {(argument, column.name) for column in columns}


_PARTS = {"title": ("标题", "Title"), "issuer": ("发布机关", "Issuer"), "published": ("发布日期", "Published")}
