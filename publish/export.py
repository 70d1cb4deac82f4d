"""All reports as one file for work elsewhere: `.jsonl`, `.csv`, `.xlsx` or `.parquet` by the name's ending.

`.jsonl`: a report a line in the gold format (source, title, issuer, report_year, published, template, table2, table3,
table4, inconsistent), and with it id, authority, place, status, url, urls (of all renditions), warnings and sections.
Counts are integers, amounts exact: an integer, or a decimal as a string. What is blank is null.

The other three: a row a report, its columns named in COLUMNS: `table3.received.total` is the total of the row
`received` of table 3; `urls`, `inconsistent` and `warnings` have a line for each entry. Amounts are exact text in
`.parquet` and `.csv`, and in `.xlsx` numbers up to the 15 digits that a sheet keeps. `.csv` has the byte order mark by
which Excel knows UTF-8. A text that a sheet would take for a formula gets an apostrophe in `.csv` and stays text in
`.xlsx`.
"""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from io import BytesIO, TextIOWrapper
from pathlib import Path
from tempfile import gettempdir
from typing import Any, BinaryIO

from lxml.etree import LxmlError

from archive import ArchiveWriteFailed
from archive.files import replacing
from extract.database import reading
from extract.form import APPLICANTS, GROUPS, OUTCOMES, TABLE2_COLUMNS, TABLE2_ROWS, TABLE3_ROWS, broken_relations
from extract.reading import ReadCell
from publish.errors import PublishError

Record = dict[str, Any]

_HEAD = (
    "id", "authority_id", "authority", "level", "division_code", "province", "city", "county", "issuer", "report_year",
    "form", "status", "title", "published", "first_seen", "url", "urls", "inconsistent", "warnings",
)  # fmt: skip
_AMOUNTS = ("table2.fees.amount", "table2.procurement.amount")
_TEXTS = frozenset((*_HEAD, *_AMOUNTS, *(f"{name}_unit" for name in _AMOUNTS))) - {"report_year"}


def _table2_columns() -> Iterator[str]:
    for row in (row.name for row in TABLE2_ROWS):
        named = [name for form in TABLE2_COLUMNS.values() for name in form.get(row, ())]
        for column in dict.fromkeys(named):
            yield f"table2.{row}.{column}"
            if column == "amount":
                yield f"table2.{row}.amount_unit"


COLUMNS = (
    *_HEAD,
    *_table2_columns(),
    *(f"table3.{row.name}.{column}" for row in TABLE3_ROWS for column in APPLICANTS),
    *(f"table4.{group}.{column}" for group in GROUPS for column in OUTCOMES),
)

_MOST_REPORTS = {".xlsx": 1_048_575}  # rows of a sheet below its head
_SHEET_TEXT = 32_767  # characters that a cell of a sheet holds
_SHEET_DIGITS = 15
_BATCH = 2000
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def export(db: Path, out: Path, *, progress: Callable[[int, int], None] | None = None) -> int:
    """Write all reports of a database to `out` and return how many they are; `progress` is told (done, total).

    The file appears when it is whole. Raises PublishError for an ending that is none of the four and for a file that
    cannot be written, ExtractError for a database that cannot be read.
    """
    write = _WRITERS.get(out.suffix.lower())
    if write is None:
        raise PublishError(f"{out}: the ending says the format; name it with one of {', '.join(_WRITERS)}")
    with reading(db) as connection:
        total: int = connection.execute("SELECT count(*) FROM reports").fetchone()[0]
        if total > _MOST_REPORTS.get(out.suffix.lower(), total):
            raise PublishError(f"{out}: {total} reports do not fit in a sheet; export .csv or .parquet")
        records = _told(_records(connection), total, progress or (lambda *_: None))
        try:
            with replacing(out) as file:
                write(file, records)
        except ArchiveWriteFailed as error:
            raise PublishError(str(error)) from error
        except LxmlError as error:  # openpyxl writes a sheet to a temporary file first
            raise PublishError(f"{out}: cannot be written: {error}; make room in {gettempdir()}") from error
    return total


def _told(records: Iterator[Record], total: int, progress: Callable[[int, int], None]) -> Iterator[Record]:
    progress(0, total)
    for done, record in enumerate(records, start=1):
        yield record
        progress(done, total)


# ---- records


def _records(connection: sqlite3.Connection) -> Iterator[Record]:
    """Yield the reports in the order of the database, each as in `.jsonl`."""
    connection.row_factory = sqlite3.Row
    sql = (
        "SELECT r.*, a.name AS authority, a.division_code FROM reports r "
        "JOIN authorities a ON a.id = r.authority_id ORDER BY r.rowid"
    )
    for head in connection.execute(sql):
        yield _record(connection, head)


def _record(connection: sqlite3.Connection, head: sqlite3.Row) -> Record:
    def rows(sql: str) -> list[Any]:
        return connection.execute(sql, [head["id"]]).fetchall()

    applications = rows("SELECT * FROM applications WHERE report_id = ? ORDER BY rowid")
    proceedings = rows("SELECT * FROM proceedings WHERE report_id = ? ORDER BY rowid")
    table3 = {row["outcome"]: [row[column] for column in APPLICANTS] for row in applications}
    table4 = {row["kind"]: [row[column] for column in OUTCOMES] for row in proceedings}
    disclosures = rows("SELECT * FROM disclosures WHERE report_id = ? ORDER BY rowid")
    return {
        "source": head["url"],
        **{name: head[name] for name in ("title", "issuer", "report_year", "published")},
        "template": head["form"],
        "table2": {row["row"]: _disclosed(row, head["form"]) for row in disclosures},
        "table3": table3,
        "table4": table4,
        "inconsistent": [name for name, _ in broken_relations(_cells(table3), _cells(table4))],
        **{name: head[name] for name in ("id", "authority_id", "authority", "level", "division_code")},
        **{name: head[name] for name in ("province", "city", "county", "status", "first_seen", "url")},
        "urls": [row["url"] for row in rows("SELECT url FROM renditions WHERE report_id = ? ORDER BY url")],
        "warnings": [row["text"] for row in rows("SELECT text FROM warnings WHERE report_id = ? ORDER BY position")],
        "sections": [
            {"heading": row["heading"], "text": row["text"]}
            for row in rows("SELECT heading, text FROM sections WHERE report_id = ? ORDER BY position")
        ],
    }


def _disclosed(row: sqlite3.Row, form: str) -> Record:
    """Return the cells of a row of table 2 that its form has; of a row that the form lacks, those that are stated. Fees
    name their unit where it is not the form's.
    """
    columns = TABLE2_COLUMNS.get(form, {}).get(row["row"])
    if columns is None:
        columns = tuple(name for name in row.keys()[3:-1] if row[name] is not None)
    cells = {column: _amount(row[column]) if column == "amount" else row[column] for column in columns}
    is_told = row["row"] == "procurement" or row["amount_unit"] not in (None, "万元")
    return cells | ({"amount_unit": row["amount_unit"]} if is_told else {})


def _amount(text: str | None) -> int | str | None:
    return text if text is None or "." in text else int(text)


def _cells(table: Mapping[str, list[int | None]]) -> dict[str, list[ReadCell]]:
    return {row: [ReadCell(value) for value in values] for row, values in table.items()}


def _flat(record: Record) -> Record:
    """Return a record by the names of COLUMNS; what it does not have is None."""
    flat = {name: record.get(name) for name in _HEAD} | {"form": record["template"]}
    for name in ("urls", "inconsistent", "warnings"):
        flat[name] = "\n".join(record[name]) or None
    for row, cells in record["table2"].items():
        flat |= {f"table2.{row}.{column}": value for column, value in cells.items()}
    for row, values in record["table3"].items():
        flat |= {f"table3.{row}.{column}": value for column, value in zip(APPLICANTS, values, strict=True)}
    for row, values in record["table4"].items():
        flat |= {f"table4.{row}.{column}": value for column, value in zip(OUTCOMES, values, strict=True)}
    return {name: flat.get(name) for name in COLUMNS}


# ---- formats


def _write_jsonl(file: BinaryIO, records: Iterator[Record]) -> None:
    for record in records:
        file.write(f"{json.dumps(record, ensure_ascii=False)}\n".encode())


def _write_csv(file: BinaryIO, records: Iterator[Record]) -> None:
    text = TextIOWrapper(file, encoding="utf-8-sig", newline="")
    rows = csv.DictWriter(text, COLUMNS)
    rows.writeheader()
    for record in records:
        rows.writerow({name: _disarmed(value) if name in _TEXTS else value for name, value in _flat(record).items()})
    text.detach()  # which hands over what it holds; `file` is closed by whoever opened it


def _disarmed(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _write_xlsx(file: BinaryIO, records: Iterator[Record]) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet("reports")
    sheet.freeze_panes = "B2"
    sheet.append(list(COLUMNS))

    def cell(name: str, value: Any) -> Any:
        if name in _AMOUNTS and value is not None:
            number = Decimal(str(value))
            return number if len(number.as_tuple().digits) <= _SHEET_DIGITS else str(value)
        if not isinstance(value, str):
            return value
        text = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value)[:_SHEET_TEXT])
        text.data_type = "s"  # else a text that begins with "=" becomes a formula
        return text

    for record in records:
        sheet.append([cell(name, value) for name, value in _flat(record).items()])
    packed = BytesIO()  # openpyxl leaves a file that it cannot write half open, which complains when it is forgotten
    book.save(packed)
    file.write(packed.getbuffer())


def _write_parquet(file: BinaryIO, records: Iterator[Record]) -> None:
    import pyarrow
    from pyarrow import parquet

    schema = pyarrow.schema([(name, pyarrow.string() if name in _TEXTS else pyarrow.int64()) for name in COLUMNS])
    with parquet.ParquetWriter(file, schema, compression="zstd") as table:
        batch: list[Record] = []
        for record in records:
            flat = _flat(record)
            batch.append(flat | {name: None if flat[name] is None else str(flat[name]) for name in _AMOUNTS})
            if len(batch) == _BATCH:
                table.write_batch(pyarrow.RecordBatch.from_pylist(batch, schema=schema))
                batch = []
        table.write_batch(pyarrow.RecordBatch.from_pylist(batch, schema=schema))


_WRITERS: Mapping[str, Callable[[BinaryIO, Iterator[Record]], None]] = {
    ".jsonl": _write_jsonl,
    ".csv": _write_csv,
    ".xlsx": _write_xlsx,
    ".parquet": _write_parquet,
}
