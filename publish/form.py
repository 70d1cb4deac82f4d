"""The State Council form as readers know it: blocks, rows, columns and headings of its three tables, in print order.

Row and column names are those of the gold format; each heading stands in Chinese, as the form prints it, and in
English. The form of 2019 (reports on 2019 and 2020) and that of 2021 (those after) differ in table 2 and in the last
rows of table 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from extract.form import TABLE3_LABELS, TABLE4_LABELS


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


def _row3(name: str, en: str) -> Heading:
    return Heading(name, TABLE3_LABELS[name], en)


_REGULATIONS = Heading("regulations", "规章", "Regulations")
_LICENSING = Heading("licensing", "行政许可", "Licences")
_PENALTIES = Heading("penalties", "行政处罚", "Penalties")
_COMPULSION = Heading("compulsion", "行政强制", "Compulsory measures")
_FEES = Heading("fees", "行政事业性收费", "Administrative fees")
_DECISIONS = (Heading("decisions", "本年处理决定数量", "Decisions this year"),)
_ITEMS = (
    Heading("prior_items", "上一年项目数量", "Items last year"),
    Heading("change", "本年增/减", "Change this year"),
)
_ITEMS_AND_DECISIONS = (*_ITEMS, Heading("decisions", "处理决定数量", "Decisions"))

TABLE2: Mapping[str, tuple[Block, ...]] = {
    "2019": (
        Block(
            "第二十条第（一）项",
            (
                Heading("made", "本年新制作数量", "Newly made"),
                Heading("published", "本年新公开数量", "Newly published"),
                Heading("in_force", "对外公开总数量", "Public in all"),
            ),
            (_REGULATIONS, Heading("normative_documents", "规范性文件", "Normative documents")),
        ),
        Block(
            "第二十条第（五）项",
            _ITEMS_AND_DECISIONS,
            (_LICENSING, Heading("other_services", "其他对外管理服务事项", "Other public services")),
        ),
        Block("第二十条第（六）项", _ITEMS_AND_DECISIONS, (_PENALTIES, _COMPULSION)),
        Block("第二十条第（八）项", _ITEMS, (_FEES,)),
        Block(
            "第二十条第（九）项",
            (Heading("items", "采购项目数量", "Purchases"), Heading("amount", "采购总金额", "Amount")),
            (Heading("procurement", "政府集中采购", "Central procurement"),),
        ),
    ),
    "2021": (
        Block(
            "第二十条第（一）项",
            (
                Heading("made", "本年制发件数", "Issued this year"),
                Heading("repealed", "本年废止件数", "Repealed this year"),
                Heading("in_force", "现行有效件数", "In force"),
            ),
            (_REGULATIONS, Heading("normative_documents", "行政规范性文件", "Normative documents")),
        ),
        Block("第二十条第（五）项", _DECISIONS, (_LICENSING,)),
        Block("第二十条第（六）项", _DECISIONS, (_PENALTIES, _COMPULSION)),
        Block(
            "第二十条第（八）项",
            (Heading("amount", "本年收费金额（单位：万元）", "Fees this year (unit of the form: 10,000 yuan)"),),
            (_FEES,),
        ),
    ),
}

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

RECEIVED = _row3("received", "1. Requests received this year")
CARRIED_IN = _row3("carried_in", "2. Carried over from last year")
CARRIED_OUT = _row3("carried_out", "4. Carried over to next year")
CONCLUDED = _row3("concluded", "(7) Total of results")

_RESULTS = (
    Group("", "", (_row3("granted", "(1) Granted"), _row3("partly_granted", "(2) Partly granted"))),
    Group(
        "（三）不予公开",
        "(3) Denied",
        (
            _row3("denied.state_secret", "State secret"),
            _row3("denied.by_law", "Barred by other law"),
            _row3("denied.three_securities", "Security and stability"),
            _row3("denied.third_party", "Rights of third parties"),
            _row3("denied.internal_affairs", "Internal affairs"),
            _row3("denied.process_information", "Information on deliberations"),
            _row3("denied.enforcement_files", "Enforcement files"),
            _row3("denied.administrative_enquiry", "Matter of administrative enquiry"),
        ),
    ),
    Group(
        "（四）无法提供",
        "(4) Not available",
        (
            _row3("unavailable.not_held", "Not held"),
            _row3("unavailable.must_be_created", "Would have to be created"),
            _row3("unavailable.still_unclear", "Unclear after correction"),
        ),
    ),
    Group(
        "（五）不予处理",
        "(5) Not processed",
        (
            _row3("not_processed.petition", "Petition or complaint"),
            _row3("not_processed.duplicate", "Repeated request"),
            _row3("not_processed.publication", "Asks for a publication"),
            _row3("not_processed.excessive", "Excessive requests without reason"),
            _row3("not_processed.reconfirmation", "Asks to confirm or reissue information"),
        ),
    ),
)
_OTHER_2021 = Group(
    "（六）其他处理",
    "(6) Other",
    (
        _row3("other.not_corrected", "Not corrected in time"),
        _row3("other.fee_unpaid", "Fee not paid in time"),
        _row3("other.other", "Other"),
    ),
)
RESULTS: Mapping[str, tuple[Group, ...]] = {
    "2019": (*_RESULTS, Group("", "", (_row3("other", "(6) Other"), CONCLUDED))),
    "2021": (*_RESULTS, _OTHER_2021, Group("", "", (CONCLUDED,))),
}

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


def table3_rows(form: str) -> tuple[Heading, ...]:
    """Return the rows of table 3 in print order, without its group headings."""
    results = tuple(row for group in RESULTS[form] for row in group.rows)
    return (RECEIVED, CARRIED_IN, *results, CARRIED_OUT)


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
                full = Heading(row.name, f"{group.zh}{row.zh}", f"{group.en} {row.en}".strip())
                rows["table3"][row.name] = full
        for row in table3_rows(form):
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
