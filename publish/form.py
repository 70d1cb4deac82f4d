"""The State Council form as readers know it: blocks, rows, columns and headings of its three tables, in print order.

Row and column names are those of the gold format; each heading stands in Chinese, as the form prints it, and in
English. The form of 2019 (reports on 2019 and 2020) and that of 2021 (those after) differ in table 2 and in the last
rows of table 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from extract.form import TABLE2_BLOCKS, TABLE2_COLUMNS, TABLE2_LABELS, TABLE3_LABELS, TABLE4_LABELS
from extract.form import table3_rows as names_of_rows


@dataclass(frozen=True, slots=True)
class Heading:
    """A row or column of the form: its name in the database, the form's own words, and what they mean."""

    name: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Block:
    """A clause of table 2: its own columns over its own rows."""

    clause: str
    columns: tuple[Heading, ...]
    rows: tuple[Heading, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A heading of table 3 over its rows; a group without `zh` is one whose rows stand alone."""

    zh: str
    en: str
    rows: tuple[Heading, ...]


_COLUMNS2 = {
    "2019": {
        "made": ("本年新制作数量", "Newly made"),
        "published": ("本年新公开数量", "Newly published"),
        "in_force": ("对外公开总数量", "Public in all"),
        "prior_items": ("上一年项目数量", "Items last year"),
        "change": ("本年增/减", "Change this year"),
        "decisions": ("处理决定数量", "Decisions"),
        "items": ("采购项目数量", "Purchases"),
        "amount": ("采购总金额", "Amount"),
    },
    "2021": {
        "made": ("本年制发件数", "Issued this year"),
        "repealed": ("本年废止件数", "Repealed this year"),
        "in_force": ("现行有效件数", "In force"),
        "decisions": ("本年处理决定数量", "Decisions this year"),
        "amount": ("本年收费金额（单位：万元）", "Fees this year (unit of the form: 10,000 yuan)"),
    },
}
_ROWS2 = {
    "regulations": "Regulations",
    "normative_documents": "Normative documents",
    "licensing": "Licences",
    "other_services": "Other public services",
    "penalties": "Penalties",
    "compulsion": "Compulsory measures",
    "fees": "Administrative fees",
    "procurement": "Central procurement",
}
_LABELS_2019 = {"normative_documents": "规范性文件"}


def _blocks(form: str) -> Iterator[Block]:
    """Yield the clauses of table 2 in a form."""
    words = _LABELS_2019 if form == "2019" else {}
    for number, names in TABLE2_BLOCKS.items():
        if rows := [name for name in names if name in TABLE2_COLUMNS[form]]:
            yield Block(
                f"第二十条第（{number}）项",
                tuple(Heading(column, *_COLUMNS2[form][column]) for column in TABLE2_COLUMNS[form][rows[0]]),
                tuple(Heading(row, words.get(row, TABLE2_LABELS[row]), _ROWS2[row]) for row in rows),
            )


TABLE2: Mapping[str, tuple[Block, ...]] = {form: tuple(_blocks(form)) for form in TABLE2_COLUMNS}

NATURAL_PERSON = Heading("natural_person", "自然人", "Natural persons")
ORGANISATIONS = (
    Heading("business", "商业企业", "Businesses"),
    Heading("research", "科研机构", "Research"),
    Heading("public_interest", "社会公益组织", "Public-interest"),
    Heading("legal_service", "法律服务机构", "Legal services"),
    Heading("other_org", "其他", "Other"),
)
TOTAL = Heading("total", "总计", "Total")
APPLICANTS = (NATURAL_PERSON, *ORGANISATIONS, TOTAL)

_ROWS3 = {
    "received": "1. Requests received this year",
    "carried_in": "2. Carried over from last year",
    "granted": "(1) Granted",
    "partly_granted": "(2) Partly granted",
    "denied.state_secret": "State secret",
    "denied.by_law": "Barred by other law",
    "denied.three_securities": "Security and stability",
    "denied.third_party": "Rights of third parties",
    "denied.internal_affairs": "Internal affairs",
    "denied.process_information": "Information on deliberations",
    "denied.enforcement_files": "Enforcement files",
    "denied.administrative_enquiry": "Matter of administrative enquiry",
    "unavailable.not_held": "Not held",
    "unavailable.must_be_created": "Would have to be created",
    "unavailable.still_unclear": "Unclear after correction",
    "not_processed.petition": "Petition or complaint",
    "not_processed.duplicate": "Repeated request",
    "not_processed.publication": "Asks for a publication",
    "not_processed.excessive": "Excessive requests without reason",
    "not_processed.reconfirmation": "Asks to confirm or reissue information",
    "other": "(6) Other",
    "other.not_corrected": "Not corrected in time",
    "other.fee_unpaid": "Fee not paid in time",
    "other.other": "Other",
    "concluded": "(7) Total of results",
    "carried_out": "4. Carried over to next year",
}
_GROUPS3 = {  # by the first part of their rows' names
    "denied": ("（三）不予公开", "(3) Denied"),
    "unavailable": ("（四）无法提供", "(4) Not available"),
    "not_processed": ("（五）不予处理", "(5) Not processed"),
    "other": ("（六）其他处理", "(6) Other"),
}


def table3_rows(form: str) -> tuple[Heading, ...]:
    """Return the rows of table 3 in print order, without its group headings."""
    return tuple(Heading(name, TABLE3_LABELS[name], _ROWS3[name]) for name in names_of_rows(form))


def _groups(form: str) -> Iterator[Group]:
    """Yield the groups of the results in table 3."""
    _, _, *results, _ = table3_rows(form)
    for name, rows in groupby(results, key=lambda row: row.name.rpartition(".")[0]):
        yield Group(*_GROUPS3.get(name, ("", "")), tuple(rows))


RESULTS: Mapping[str, tuple[Group, ...]] = {form: tuple(_groups(form)) for form in TABLE2}
RECEIVED, CARRIED_IN, *_, CARRIED_OUT = table3_rows("2021")

OUTCOMES = (
    Heading("upheld", "结果维持", "Upheld"),
    Heading("corrected", "结果纠正", "Corrected"),
    Heading("other", "其他结果", "Other"),
    Heading("pending", "尚未审结", "Pending"),
    TOTAL,
)
REVIEW = Heading("review", TABLE4_LABELS["review"], "Administrative review")
LITIGATION = (
    Heading("litigation_direct", TABLE4_LABELS["litigation_direct"], "Without prior review"),
    Heading("litigation_after_review", TABLE4_LABELS["litigation_after_review"], "After review"),
)
PROCEEDINGS = (REVIEW, *LITIGATION)

SOURCES = {  # of each table of the form the table of the database, and the column that names its rows
    "table2": ("disclosures", "row"),
    "table3": ("applications", "outcome"),
    "table4": ("proceedings", "kind"),
}
TABLES = {
    "table2": Heading("table2", "二、主动公开政府信息情况", "Information disclosed proactively"),
    "table3": Heading("table3", "三、收到和处理政府信息公开申请情况", "Requests received and handled"),
    "table4": Heading("table4", "四、政府信息公开行政复议、行政诉讼情况", "Administrative review and litigation"),
}


def cell_name(table: str, row: str, column: str) -> str:
    """Return the name of a cell in addresses: "table3.denied.by_law.total"."""
    return f"{table}.{row}.{column}"


def parse_cell_name(name: str) -> tuple[str, str, str] | None:
    """Return (table, row, column) of a cell's name, None where it names no cell of either form."""
    return _CELLS.get(name)


def describe_cell(table: str, row: str, column: str) -> tuple[str, str]:
    """Return a cell's full heading in Chinese and in English."""
    headings = (TABLES[table], _ROWS[table][row], _COLUMNS[table][row, column])
    return " · ".join(part.zh for part in headings), " · ".join(part.en for part in headings)


def names_in_chinese() -> dict[str, str]:
    """Return the form's own words for the names of rows and columns in tables 3 and 4, and of cells in table 2."""
    cells = {
        f"{row}.{name}": f"{_ROWS['table2'][row].zh} · {head.zh}" for (row, name), head in _COLUMNS["table2"].items()
    }
    rows = {row.name: row.zh for table in ("table3", "table4") for row in _ROWS[table].values()}
    return cells | rows | {column.name: column.zh for column in (*APPLICANTS, *OUTCOMES)}


def _collect() -> tuple[dict[str, dict[str, Heading]], dict[str, dict[tuple[str, str], Heading]]]:
    """Return of each table its rows by name and its columns by (row, column); the later form's words win."""
    rows: dict[str, dict[str, Heading]] = {table: {} for table in TABLES}
    columns: dict[str, dict[tuple[str, str], Heading]] = {table: {} for table in TABLES}
    for form in ("2019", "2021"):
        for block in TABLE2[form]:
            for row in block.rows:
                rows["table2"][row.name] = row
                columns["table2"].update({(row.name, column.name): column for column in block.columns})
        for group in (Group("", "", (RECEIVED, CARRIED_IN, CARRIED_OUT)), *RESULTS[form]):
            for row in group.rows:
                rows["table3"][row.name] = Heading(row.name, group.zh + row.zh, f"{group.en} {row.en}".strip())
                columns["table3"].update({(row.name, column.name): column for column in APPLICANTS})
    for row in PROCEEDINGS:
        rows["table4"][row.name] = row
        columns["table4"].update({(row.name, column.name): column for column in OUTCOMES})
    return rows, columns


_ROWS, _COLUMNS = _collect()
_CELLS = {
    cell_name(table, row, column): (table, row, column)
    for table, columns in _COLUMNS.items()
    for row, column in columns
}
