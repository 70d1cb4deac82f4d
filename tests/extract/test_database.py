"""The database is written whole or not at all and holds what a reading states; another file is refused by name."""

import os
import re
import sqlite3
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from extract import database, schema
from extract.database import (
    AuthorityRow,
    CaptureRow,
    FindingRow,
    RenditionRow,
    ReportHead,
    building,
    content_hash,
    open_database,
    revising,
)
from extract.errors import ExtractError
from extract.reading import ReadCell, Reading, Section
from extract.search_text import zh_query


def cells(*values):
    return tuple(ReadCell(value, kind="blank" if value is None else "number") for value in values)


READING = Reading(
    genre="report",
    rule="title+headings",
    title="江油市2020年政府信息公开工作年度报告",
    issuer="江油市",
    report_year=2020,
    published="2021-01-28",
    form="2019",
    table2={
        "procurement": {
            "items": ReadCell(22, "22个", "unit", "个"),
            "amount": ReadCell(Decimal("1024.15"), "1024.15万元", "unit", "万元"),
        },
        "licensing": {"prior_items": ReadCell(240), "change": ReadCell(-5), "decisions": ReadCell(21839)},
    },
    table3={"concluded": cells(12, 0, 0, 0, 0, 0, 12), "received": cells(12, 0, 0, 0, 0, None, 12)},
    table4={"litigation_direct": cells(1, 0, 0, 0, 1), "litigation_after_review": cells(2, 0, 0, 0, 2)},
    status={"table2": "verified", "table3": "verified", "table4": "verified"},
    sections=(Section("", "说明。"), Section("一、总体情况", "２０２０年，全市公开信息。")),
    warnings=("table3: received, other_org is blank",),
)
HEAD = ReportHead(
    "510781-2020", "510781", "http://a/1", "urn:uuid:1", "2021-02-01T00:00:00Z", "county", "四川省", "绵阳市", "江油市"
)


def write(path: Path, reading: Reading = READING, head: ReportHead = HEAD) -> Path:
    with building(path) as writer:
        writer.add(
            AuthorityRow, [AuthorityRow("510781", "江油市", "county", "510781", "四川省", "绵阳市", "江油市", None)]
        )
        writer.add(
            CaptureRow,
            [
                CaptureRow(
                    "urn:uuid:1", "http://a/1", "2021-02-01T00:00:00Z", 200, "text/html", "sha1:A", "a.warc.gz", 0, 9
                )
            ],
        )
        writer.add_report(head, reading)
        writer.add(RenditionRow, [RenditionRow("510781-2020", "http://a/1", "text/html", "urn:uuid:1")])
    return path


def rows(path, sql, *values):
    db = open_database(path)
    found = list(db.query(sql, values))
    db.close()
    return found


def test_a_reading_becomes_rows(tmp_path):
    path = write(tmp_path / "n.db")
    (report,) = rows(path, "select * from reports")
    assert (report["received"], report["concluded"], report["carried_in"], report["reviews"]) == (12, 12, None, None)
    assert (report["lawsuits"], report["status"], report["form"]) == (3, "verified", "2019")
    assert [r["row"] for r in rows(path, "select row from disclosures order by rowid")] == ["licensing", "procurement"]
    assert [r["outcome"] for r in rows(path, "select outcome from applications order by rowid")] == [
        "received",
        "concluded",
    ]
    (bought,) = rows(path, "select items, amount, amount_unit from disclosures where row = 'procurement'")
    assert bought == {"items": 22, "amount": "1024.15", "amount_unit": "万元"}
    assert rows(path, "select other_org, total from applications where outcome = 'received'") == [
        {"other_org": None, "total": 12}
    ]
    assert {(r["row"], r["column"], r["text"], r["kind"]) for r in rows(path, "select * from printed")} == {
        ("procurement", "items", "22个", "unit"),
        ("procurement", "amount", "1024.15万元", "unit"),
    }
    assert [r["heading"] for r in rows(path, "select heading from sections order by position")] == ["", "一、总体情况"]
    assert rows(path, "select position, text from warnings") == [{"position": 1, "text": READING.warnings[0]}]


def test_an_amount_stays_exact(tmp_path):
    fees = {"fees": {"amount": ReadCell(Decimal("1E+3"))}}
    path = write(tmp_path / "n.db", replace(READING, form="2021", table2=fees))
    assert rows(path, "select amount from disclosures") == [{"amount": "1000"}]


@pytest.mark.parametrize("value", [Decimal("3.5"), 10**30])
def test_a_number_that_is_no_count_is_refused_and_warned_of(tmp_path, value):
    path = write(tmp_path / "n.db", replace(READING, table4={"review": cells(value, 0, 0, 0, 0)}, warnings=()))
    assert rows(path, "select upheld from proceedings") == [{"upheld": None}]
    assert rows(path, "select text, kind from printed where \"table\" = 'table4'") == [
        {"text": str(value), "kind": "refused"}
    ]
    assert rows(path, "select text from warnings")[0]["text"].startswith("table4: review, upheld")


def test_chinese_search_finds_sections_and_reports(tmp_path):
    db = open_database(write(tmp_path / "n.db"))
    (section,) = db.query("select rowid from sections_fts where sections_fts match ?", [zh_query("2020年 全市")])
    assert db.execute("select heading from sections where id = ?", [section["rowid"]]).fetchone() == ("一、总体情况",)
    assert list(db.query("select rowid from reports_fts where reports_fts match ?", [zh_query("油")])) == [{"rowid": 1}]
    db.close()


def test_references_hold_and_every_row_type_matches_its_table(tmp_path):
    db = open_database(write(tmp_path / "n.db"))
    assert db.execute("pragma foreign_key_check").fetchall() == []
    for row_type, table in database._TABLE_OF.items():
        columns = [column.name for column in db[table].columns]
        assert list(row_type._fields) == [name for name in columns if name != "id" or "id" in row_type._fields]
    db.close()


def test_every_table_says_what_a_row_is():
    assert all(re.search(rf"CREATE TABLE {table} \( -- \w", schema.SCHEMA) for table in schema.TABLES)


def test_two_builds_are_the_same(tmp_path):
    assert content_hash(write(tmp_path / "a.db")) == content_hash(write(tmp_path / "elsewhere" / "b.db"))
    other = replace(READING, table4={"review": cells(1, 0, 0, 0, 1)})
    assert content_hash(write(tmp_path / "c.db", other)) != content_hash(tmp_path / "a.db")


def test_a_failed_build_leaves_the_old_file_and_nothing_else(tmp_path):
    path = write(tmp_path / "n.db")
    before = path.read_bytes()
    with pytest.raises(RuntimeError), building(path):
        raise RuntimeError
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_build_that_is_stopped_while_it_indexes_says_nothing_of_its_own(tmp_path, monkeypatch):
    def stopped(_text):
        raise KeyboardInterrupt

    path = write(tmp_path / "n.db")
    before = path.read_bytes()
    monkeypatch.setattr(database, "zh_bigrams", stopped)
    with pytest.raises(KeyboardInterrupt):
        write(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_reader_of_the_old_file_is_not_disturbed(tmp_path):
    path = write(tmp_path / "n.db")
    reader = open_database(path)
    write(path, replace(READING, title="另一"))
    assert [r["title"] for r in reader.query("select title from reports")] == [READING.title]
    reader.close()
    assert rows(path, "select title from reports") == [{"title": "另一"}]


def test_leftovers_of_killed_builds_and_old_logs_go(tmp_path):
    path = write(tmp_path / "n.db")
    for left in ("n.db.999999999.new", "n.db-wal", "n.db-shm"):
        (tmp_path / left).write_bytes(b"x" * 5000)
    write(path)
    assert list(tmp_path.iterdir()) == [path]


def fill(path):
    with building(path) as writer:
        writer.connection.execute("pragma max_page_count = 50")
        writer.add(FindingRow, (FindingRow("gap", "info", None, None, "x" * 9000) for _ in range(900)))


def test_a_full_disk_is_one_line(tmp_path):
    path = write(tmp_path / "n.db")
    with pytest.raises(ExtractError, match=r"could not be written \(database or disk is full\)") as error:
        fill(path)
    assert str(error.value).startswith(str(path))
    assert "\n" not in str(error.value)
    assert list(tmp_path.iterdir()) == [path]


def test_revising_changes_a_copy(tmp_path):
    path = write(tmp_path / "n.db")
    reader = open_database(path)
    with revising(path) as writer:
        writer.add(FindingRow, [FindingRow("gap", "info", "510781-2020", None, "2019")])
    assert reader.execute("select count(*) from findings").fetchone() == (0,)
    reader.close()
    assert rows(path, "select kind, detail from findings") == [{"kind": "gap", "detail": "2019"}]


def foreign(path):
    sqlite3.connect(path).execute("create table t(x)").connection.close()


def cut(path):
    write(path)
    os.truncate(path, 20_000)


def older(path):
    write(path)
    connection = sqlite3.connect(path)
    connection.execute("pragma user_version = 99")
    connection.close()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda _: None, "there is no database; `nianbao extract"),
        (lambda path: path.mkdir(), "is a folder or a device; --db names the file"),
        (lambda path: path.write_bytes(b"<html>" * 500), "is no SQLite database; name another file"),
        (lambda path: path.write_bytes(b""), "is not a database of nianbao"),
        (foreign, "is not a database of nianbao"),
        (cut, "build it anew: `nianbao extract --all"),
        (older, "schema version 99, this nianbao reads 4; build it again"),
    ],
)
@pytest.mark.parametrize("opening", [open_database, lambda path: revising(path).__enter__()])
def test_another_file_is_named_with_what_to_do(tmp_path, make, message, opening):
    path = tmp_path / "a b%3f#.db"
    make(path)
    with pytest.raises(ExtractError, match=re.escape(message)) as error:
        opening(path)
    assert str(path) in str(error.value)


def test_a_database_cannot_be_written_through_the_reader(tmp_path):
    db = open_database(write(tmp_path / "n.db"))
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        db.execute("delete from reports")
    db.close()


def test_no_path_of_the_machine_is_in_the_file(tmp_path):
    assert str(tmp_path).encode() not in write(tmp_path / "n.db").read_bytes()
