"""A report as its page shows it: the three tables filled in, and what is doubtful in them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from datasette.database import Database

from findings import excerpts
from publish import form
from publish.form import Heading

_RELATION = re.compile(r"(balance|row_total|concluded|table4_total)\[([\w.]+)\]")
_BALANCE_ROWS = ("received", "carried_in", "concluded", "carried_out")

Row = Mapping[str, Any]


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
class Note:
    """A sentence about a report or one of its tables, with the figures that it is about where there are any."""

    zh: str
    en: str
    detail: str = ""
    severity: str = "warning"


@dataclass(frozen=True, slots=True)
class FormTable:
    """One of the three tables: which form it follows, its cells by (row, column), and the notes beneath it."""

    heading: Heading
    form: str
    cells: Mapping[tuple[str, str], FormCell]
    notes: tuple[Note, ...]
    strays: tuple[tuple[str, str, FormCell], ...]  # read, but not of this form: heading in Chinese, in English, cell
    capture_id: str = ""  # of the original that shows it
    cut: Mapping[str, str] = field(default_factory=dict)  # row → capture, of rows that another page of it shows

    def origin(self, row: str) -> str:
        """Return the capture that shows a row."""
        return self.cut.get(row, self.capture_id)

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
    tables: tuple[FormTable, ...]
    sections: tuple[Row, ...]
    notes: tuple[Note, ...]
    renditions: tuple[Row, ...]
    capture: Row
    revisions: tuple[Revision, ...]
    siblings: tuple[Row, ...]  # the same authority's reports, from the earliest year
    children: int  # reports of authorities directly below, on the same year


async def load(db: Database, report_id: str) -> Report | None:
    """Return a report, None where there is none of this id."""
    row = await _one(db, "select * from reports where id = ?", report_id)
    if row is None:
        return None
    doubts = [doubt["text"] for doubt in await _all(db, "warnings", report_id, "position")]
    of_it = {"id": report_id, "authority": row["authority_id"], "year": row["report_year"]}
    findings = await _rows(
        db, "select * from findings where report_id = :id or other_report_id = :id order by id", of_it
    )
    siblings = "select * from reports where authority_id = :authority order by report_year, id"
    below = await _rows(
        db,
        "select count(*) n from reports r join authorities a on a.id = r.authority_id "
        "where a.parent_id = :authority and r.report_year = :year",
        of_it,
    )
    renditions = await _all(db, "renditions", report_id, "url")
    revisions = await _revisions(db, report_id)
    tables = await _tables(db, row, renditions, doubts, findings)
    return Report(
        row=row,
        authority=await _one(db, "select * from authorities where id = ?", row["authority_id"]) or {},
        tables=tables,
        sections=tuple(await _all(db, "sections", report_id, "position")),
        notes=_general_notes(row, doubts, findings, tables, revised=bool(revisions)),
        renditions=tuple(renditions),
        capture=await _one(db, "select * from captures where id = ?", row["capture_id"]) or {},
        revisions=revisions,
        siblings=tuple(await _rows(db, siblings, of_it)),
        children=below[0]["n"],
    )


async def _revisions(db: Database, report_id: str) -> tuple[Revision, ...]:
    rows = await _all(db, "revisions", report_id, "id")
    ids = json.dumps([row[name] for row in rows for name in ("from_capture_id", "to_capture_id")])
    captures = await _rows(db, "select * from captures where id in (select value from json_each(:ids))", {"ids": ids})
    known = {capture["id"]: capture for capture in captures}
    return tuple(
        Revision(
            *_place(row),
            *excerpts(row["before"], row["after"]),
            known[row["from_capture_id"]],
            known[row["to_capture_id"]],
            form.cell_name(row["part"], row["row"], row["column"]) if row["column"] else "",
        )
        for row in rows
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


async def _rows(db: Database, sql: str, values: Any) -> list[Row]:
    return [dict(row) for row in await db.execute(sql, values)]


async def _one(db: Database, sql: str, *values: Any) -> Row | None:
    return next(iter(await _rows(db, sql, values)), None)


async def _all(db: Database, table: str, report_id: str, order: str) -> list[Row]:
    return await _rows(db, f"select * from [{table}] where report_id = ? order by {order}", (report_id,))


async def _tables(
    db: Database, report: Row, renditions: Sequence[Row], doubts: Sequence[str], findings: Sequence[Row]
) -> tuple[FormTable, ...]:
    """Return the tables that the report has, each laid out by the form that its own rows follow."""
    printed = {(p["table"], p["row"], p["column"]): p for p in await _all(db, "printed", report["id"], "rowid")}
    carried: dict[str, str] = {part: one["capture_id"] for one in renditions for part in (one["carries"] or "").split()}
    tables = []
    for name, (source, key) in form.SOURCES.items():
        rows = {figures[key]: figures for figures in await _all(db, source, report["id"], "rowid")}
        if rows:
            table = _table(name, _version(name, report["form"], rows), rows, printed, doubts, _broken(name, findings))
            cut = {part.partition("/")[2]: at for part, at in carried.items() if part.startswith(f"{name}/")}
            tables.append(replace(table, capture_id=carried.get(name, str(report["capture_id"])), cut=cut))
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
    broken: Sequence[tuple[str, str, str]],
) -> FormTable:
    """Return a table with its cells filled in, and the notes beneath it."""
    doubted = {cell for relation in broken for cell in _cells_of(relation, version)}
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
    told = [f"{relation}[{argument}]" for relation, argument, _ in broken]
    notes = (*_relation_notes(broken), *_doubt_notes(name, doubts, told))
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


def _broken(table: str, findings: Sequence[Row]) -> list[tuple[str, str, str]]:
    """Return of a table the broken relations of the form: (name, argument, both sides)."""
    found = []
    for finding in findings:
        match = _RELATION.search(f"{finding['kind']} {finding['detail']}")
        if match and (match[1] == "table4_total") == (table == "table4") and table != "table2":
            found.append((match[1], match[2], finding["detail"]))
    return found


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


def _relation_notes(broken: Sequence[tuple[str, str, str]]) -> tuple[Note, ...]:
    """Return the sentences for the broken relations of one table."""
    columns = {column.name: column for column in form.APPLICANTS}
    notes = []
    for name, argument, detail in broken:
        if name in ("balance", "concluded"):
            column = columns.get(argument, Heading(argument, argument, argument))
            sums = (
                ("第一项加第二项之和不等于第三项加第四项之和", "items 1 and 2 do not add up to items 3 and 4")
                if name == "balance"
                else ("各项办理结果之和不等于（七）总计", "the results do not add up to their total (7)")
            )
            note = Note(f"“{column.zh}”列：{sums[0]}。", f"Column “{column.en}”: {sums[1]}.", detail, "error")
        else:
            table = "table3" if name == "row_total" else "table4"
            cell = form.parse_cell_name(form.cell_name(table, argument, "total"))
            zh, en = form.describe_row(table, argument) if cell else (argument, argument)
            note = Note(
                f"“{zh}”：各项之和不等于总计。", f"“{en}”: the parts do not add up to the total.", detail, "error"
            )
        notes.append(note)
    return tuple(notes)


def _doubt_notes(table: str, doubts: Sequence[str], told: Sequence[str]) -> tuple[Note, ...]:
    """Return the sentences for what is doubtful in one table, except the relations that a finding tells already."""
    return tuple(
        Note("读取时有疑问，请对照原件。", "Doubtful in reading: compare the original.", doubt)
        for doubt in doubts
        if doubt.startswith(table) and not any(relation in doubt for relation in told)
    )


_PARTS = {
    "title": ("标题", "Title"),
    "issuer": ("发布机关", "Issuer"),
    "published": ("发布日期", "Published"),
}
# Columns of `reports` that a reader compares from year to year.
HEADLINES = (
    Heading("received", "新收申请", "Received"),
    Heading("carried_in", "上年结转", "Carried in"),
    Heading("granted", "予以公开", "Granted"),
    Heading("partly_granted", "部分公开", "Partly granted"),
    Heading("concluded", "办理总计", "Results"),
    Heading("carried_out", "结转下年", "Carried out"),
    Heading("reviews", "行政复议", "Reviews"),
    Heading("lawsuits", "行政诉讼", "Lawsuits"),
)
_FINDINGS = {
    "arithmetic": ("报告中的数字不符合表格的勾稽关系。", "Figures break the form's arithmetic."),
    "carry_over": ("上年结转与上年报告的结转下年不一致。", "Carried-in requests differ from the year before."),
    "gap": ("该机关缺少其中某一年的报告。", "The authority's report on a year in between is missing."),
    "several": ("该机关在同一年度有另一份报告。", "The authority has another report on this year."),
    "copy": ("与另一份报告的文字或数字雷同。", "Text or figures are those of another report."),
}


def _general_notes(
    row: Row, doubts: Sequence[str], findings: Sequence[Row], tables: Sequence[FormTable], *, revised: bool
) -> tuple[Note, ...]:
    """Return what is to be said of the whole report: its status, then what no table shows beneath itself."""
    notes = []
    if row["status"] == "unverified":
        notes.append(
            Note(
                "三张表格中有未经两次独立读取互证的，引用其数字前请对照原件。",
                "Two independent readings do not confirm all three tables: compare the original before you quote.",
            )
        )
    if row["status"] == "other":
        notes.append(
            Note(
                "本报告不采用 2019 年或 2021 年的统计表格式，只收录文字，不读取数字。",
                "This report follows neither the form of 2019 nor that of 2021: its text is kept, no figure is read.",
                severity="info",
            )
        )
    if revised:
        notes.append(
            Note(
                "报告发布后有修改，见下文“修订”。",
                "The report was changed after it was published: see “Revisions” below.",
            )
        )
    shown = {note.detail for table in tables for note in table.notes}
    for finding in findings:
        if finding["detail"] not in shown:
            zh, en = _FINDINGS.get(finding["kind"], ("与其他报告比较有发现。", "A comparison of reports shows this."))
            notes.append(Note(zh, en, finding["detail"], finding["severity"]))
    tabled = tuple(table.heading.name for table in tables)
    notes += [Note("读取时有疑问。", "Doubtful in reading.", doubt) for doubt in doubts if not doubt.startswith(tabled)]
    return tuple(notes)
