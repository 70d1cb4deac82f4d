"""Exports hold exactly what the database states, open in other programs, and appear whole or not at all."""

import csv
import json
from datetime import UTC, datetime
from decimal import Decimal

import pyarrow.parquet
import pytest
from lxml.etree import LxmlError
from openpyxl import Workbook, load_workbook

from archive import ArchiveWriter, Exchange
from extract.errors import ExtractError
from extract.reading import ReadCell
from extract.run import extract
from publish.errors import PublishError
from publish.export import COLUMNS, export
from tests.extract.gold import DIVISIONS, SEEDS, read_gold, reading_of, write_database

GOLD = read_gold()
FORMULA = '=HYPERLINK("http://x")'


@pytest.fixture
def seeds(tmp_path):
    path = tmp_path / "n.db"
    write_database(path, [(DIVISIONS[number], reading_of(gold)) for number, gold in GOLD.items()])
    return path


@pytest.fixture
def odd(tmp_path):
    """A database of one report with a formula for a title, amounts of all sizes and a negative change."""
    path = tmp_path / "odd.db"
    tables = {
        "fees": {"amount": ReadCell(Decimal("0.123456789012345678"), unit="元")},
        "licensing": {"decisions": ReadCell(-5)},
    }
    reading = reading_of(
        GOLD["004"], title=FORMULA, issuer="江油市\x0b", table2=tables, warnings=("fees: a\nb", "table4: c")
    )
    write_database(path, [("510781", reading)])
    return path


def records(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_the_gold_comes_back_as_it_went_in(tmp_path, seeds):
    assert export(seeds, tmp_path / "n.jsonl") == 5
    for record, gold in zip(records(tmp_path / "n.jsonl"), GOLD.values(), strict=True):
        exported = {name: record[name] for name in gold}
        assert exported == gold | {"source": record["url"]}
        assert record["urls"] == [record["url"]]
    assert [record["id"] for record in records(tmp_path / "n.jsonl")] == [
        "652723201-2020", "230724100-2020", "510781-2020", "411424108-2021", "150203-2021",
    ]  # fmt: skip


def test_the_real_reports_come_all_the_way_from_the_archive(tmp_path):
    portals = {"652723": "温泉县", "230724": "丰林县", "510781": "江油市", "411424": "柘城县", "150203": "昆都仑区"}
    with ArchiveWriter(tmp_path / "archive") as archive:
        for path in sorted(SEEDS.glob("*.txt")):
            division = DIVISIONS[path.name[:3]]
            noted = {"outcome": "ok", "role": "detail", "portal": portals[division], "division": division}
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
            at, url = datetime(2026, 1, 20, tzinfo=UTC), f"http://example.gov.cn/{path.name}"
            archive.write(Exchange(url, b"GET", head + path.read_bytes(), "127.0.0.1", at, tuple(noted.items())))
    extract(archive=tmp_path / "archive", db=tmp_path / "n.db")
    assert export(tmp_path / "n.db", tmp_path / "n.jsonl") == 5
    exported = {record["url"].rpartition("/")[2]: record for record in records(tmp_path / "n.jsonl")}
    for gold in GOLD.values():
        record = exported[gold["source"]]
        assert {name: record[name] for name in gold} == gold | {"source": record["url"]}


def test_a_row_a_report_in_csv(tmp_path, seeds):
    export(seeds, tmp_path / "n.csv")
    assert (tmp_path / "n.csv").read_bytes().startswith(b"\xef\xbb\xbfid,authority_id")
    with (tmp_path / "n.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["county"] for row in rows] == ["温泉县", "丰林县", "江油市", "柘城县", "昆都仑区"]
    assert (rows[0]["table2.procurement.amount"], rows[0]["table2.procurement.amount_unit"]) == ("1024.15", "万元")
    assert (rows[2]["table2.licensing.change"], rows[1]["table4.review.total"]) == ("-5", "")
    assert (rows[4]["table4.review.total"], rows[4]["inconsistent"]) == ("13", "table4_total[review]")


def test_a_row_a_report_in_xlsx(tmp_path, seeds):
    export(seeds, tmp_path / "n.xlsx")
    header, *rows = load_workbook(tmp_path / "n.xlsx", read_only=True)["reports"].values
    assert header == COLUMNS
    by_name = [dict(zip(header, row, strict=True)) for row in rows]
    assert by_name[0]["table2.procurement.amount"] == 1024.15
    assert by_name[2]["table3.received.total"] == 12
    assert by_name[1]["table4.review.total"] is None


def test_a_row_a_report_in_parquet(tmp_path, seeds):
    export(seeds, tmp_path / "n.parquet")
    table = pyarrow.parquet.read_table(tmp_path / "n.parquet")
    assert table.column_names == list(COLUMNS)
    rows = table.to_pylist()
    assert rows[0]["table2.procurement.amount"] == "1024.15"
    assert (rows[2]["report_year"], rows[2]["table3.received.total"], rows[1]["table4.review.total"]) == (
        2020,
        12,
        None,
    )
    assert str(table.schema.field("table3.received.total").type) == "int64"


def test_a_title_is_no_formula(tmp_path, odd):
    export(odd, tmp_path / "n.csv")
    export(odd, tmp_path / "n.xlsx")
    with (tmp_path / "n.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["title"], row["table2.licensing.decisions"], row["warnings"]) == (
        f"'{FORMULA}",
        "-5",
        "fees: a\nb\ntable4: c",
    )
    sheet = load_workbook(tmp_path / "n.xlsx")["reports"]
    cell = sheet.cell(2, COLUMNS.index("title") + 1)
    assert (cell.value, cell.data_type) == (FORMULA, "s")
    assert sheet.cell(2, COLUMNS.index("issuer") + 1).value == "江油市"


def test_an_amount_is_exact_everywhere(tmp_path, odd):
    stated = "0.123456789012345678"
    for ending in ("jsonl", "parquet", "xlsx"):
        export(odd, tmp_path / f"n.{ending}")
    assert records(tmp_path / "n.jsonl")[0]["table2"]["fees"] == {"amount": stated, "amount_unit": "元"}
    flat = pyarrow.parquet.read_table(tmp_path / "n.parquet")
    assert [flat[f"table2.fees.{name}"].to_pylist() for name in ("amount", "amount_unit")] == [[stated], ["元"]]
    sheet = load_workbook(tmp_path / "n.xlsx")["reports"]
    assert sheet.cell(2, COLUMNS.index("table2.fees.amount") + 1).value == stated


@pytest.mark.parametrize("ending", ["jsonl", "csv", "xlsx", "parquet"])
def test_an_empty_database_gives_an_empty_file(tmp_path, ending):
    write_database(tmp_path / "n.db", [])
    assert export(tmp_path / "n.db", tmp_path / f"n.{ending}") == 0
    assert (tmp_path / f"n.{ending}").exists()


@pytest.mark.parametrize("name", ["n.json", "n", "n.xls", ".csv"])
def test_another_ending_is_refused_with_the_four(tmp_path, seeds, name):
    with pytest.raises(PublishError, match=r"\.jsonl, \.csv, \.xlsx, \.parquet"):
        export(seeds, tmp_path / name)


def test_what_cannot_be_written_is_one_line_and_leaves_nothing(tmp_path, seeds):
    with pytest.raises(PublishError, match="cannot be written"):
        export(seeds, tmp_path / "none" / "n.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(PublishError, match="is a folder"):
        export(seeds, tmp_path / "folder.csv")
    with pytest.raises(ExtractError, match="there is no database"):
        export(tmp_path / "none.db", tmp_path / "n.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.csv", "n.db"]


def test_an_interrupted_export_keeps_the_old_file(tmp_path, seeds):
    out = tmp_path / "n.jsonl"
    out.write_text("old")

    def stop(done, _):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(seeds, out, progress=stop)
    assert out.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["n.db", "n.jsonl"]


def test_progress_is_told(tmp_path, seeds):
    told = []
    export(seeds, tmp_path / "N.JSONL", progress=lambda *step: told.append(step))
    assert told == [(done, 5) for done in range(6)]


def test_a_target_below_a_file_is_one_line(tmp_path, seeds):
    (tmp_path / "file").write_text("")
    out = tmp_path / "file" / "x.csv"
    with pytest.raises(PublishError, match=rf"^{out}: cannot be written: Not a directory$"):
        export(seeds, out)


def test_a_sheet_for_which_there_is_no_room_is_one_line(tmp_path, seeds, monkeypatch):
    def full(book, file, save=Workbook.save):
        save(book, file)
        raise LxmlError("IO_ENOSPC")

    monkeypatch.setattr(Workbook, "save", full)
    with pytest.raises(PublishError, match=r"n\.xlsx: cannot be written: IO_ENOSPC; make room in /"):
        export(seeds, tmp_path / "n.xlsx")
    assert not list(tmp_path.glob("*.xlsx*"))
