"""Findings say what does not fit, with both sides, and touch nothing else."""

from dataclasses import replace
from decimal import Decimal

import pytest

import findings
from extract.database import (
    AuthorityRow,
    CaptureRow,
    ReportHead,
    VisitRow,
    building,
    content_hash,
    open_database,
    revising,
)
from extract.reading import ReadCell, Section
from extract.schema import TABLES
from findings import FindingsError
from tests.extract.gold import DIVISIONS, read_gold, reading_of, write_database

GOLD = read_gold()
PROSE = "围绕重点领域，聚焦群众关心的教育、医疗、就业、住房等民生事项，公开信息，" * 8


def found(path, kind):
    db = open_database(path)
    rows = db.execute("select severity, report_id, other_report_id, detail from findings where kind = ?", [kind])
    rows = [tuple(row) for row in rows]
    db.close()
    return rows


def jiangyou(year, *, issuer="江油市", carried_in=0, carried_out=0, prose="", **other):
    """Return a report of 江油市 that differs from other years' in its prose."""
    gold = GOLD["002"]
    table3 = {row: tuple(ReadCell(cell) for cell in cells) for row, cells in gold["table3"].items()}
    nobody = (ReadCell(0),) * 5
    table3["carried_in"] = (ReadCell(carried_in), *nobody, ReadCell(carried_in))
    table3["carried_out"] = (ReadCell(carried_out), *nobody, ReadCell(carried_out))
    stated = {"report_year": year, "issuer": issuer, "table3": table3, "sections": (Section("", f"{issuer}{prose}"),)}
    return "510781", reading_of(gold, **(stated | other))


def test_broken_relations_of_the_seeds_are_found(tmp_path):
    write_database(tmp_path / "n.db", [(DIVISIONS[number], reading_of(gold)) for number, gold in GOLD.items()])
    assert findings.check(tmp_path / "n.db")["arithmetic"] == 1
    ((severity, report, other, detail),) = found(tmp_path / "n.db", "arithmetic")
    assert (severity, report, other) == ("error", "150203-2021", None)
    assert detail.startswith("table4_total[review]:")
    assert "14" in detail
    assert "13" in detail


def test_a_broken_relation_of_an_unverified_report_is_a_warning(tmp_path):
    reading = reading_of(GOLD["004"], status={"table3": "unverified"})
    write_database(tmp_path / "n.db", [("150203", reading)])
    findings.check(tmp_path / "n.db")
    assert [row[0] for row in found(tmp_path / "n.db", "arithmetic")] == ["warning"]


@pytest.mark.parametrize(
    ("carried_out", "carried_in", "count"), [(3, 5, 1), (3, 3, 0), (None, 5, 0), (3, None, 0), (0, 1, 1)]
)
def test_what_is_carried_over_must_arrive(tmp_path, carried_out, carried_in, count):
    write_database(tmp_path / "n.db", [jiangyou(2020, carried_out=carried_out), jiangyou(2021, carried_in=carried_in)])
    assert findings.check(tmp_path / "n.db")["carry_over"] == count
    for row in found(tmp_path / "n.db", "carry_over"):
        assert row[:3] == ("warning", "510781-2021", "510781-2020")
        assert f"total {carried_out} in the report on 2020, {carried_in} in that on 2021" in row[3]


def test_only_the_next_year_is_compared(tmp_path):
    write_database(tmp_path / "n.db", [jiangyou(2020, carried_out=3), jiangyou(2022, carried_in=5)])
    assert findings.check(tmp_path / "n.db")["carry_over"] == 0


def test_missing_years_between_two_reports_are_a_gap(tmp_path):
    write_database(tmp_path / "n.db", [jiangyou(year) for year in (2018, 2019, 2022, 2024)])
    findings.check(tmp_path / "n.db")
    assert found(tmp_path / "n.db", "gap") == [
        ("warning", "510781-2022", "510781-2019", "no report on 2020, 2021"),
        ("warning", "510781-2024", "510781-2022", "no report on 2023"),
    ]


def write_two_of_2021(path, other):
    """A database of two reports of one authority on one year."""
    with building(path) as writer:
        writer.add(AuthorityRow, [AuthorityRow("510781", "江油市", "county", "510781", None, None, None, None)])
        writer.add(CaptureRow, [CaptureRow("c", "http://1/", "2026-01-01T00:00:00Z", 200, "", "", "", 0, 0)])
        for report_id, reading in [("510781-2021", jiangyou(2021)[1]), ("510781-2021-2", other)]:
            writer.add_report(ReportHead(report_id, "510781", "http://1/", "c", "", None, None, None, None), reading)


def test_the_report_of_a_government_s_office_is_not_another_one_of_its_own(tmp_path):
    write_two_of_2021(tmp_path / "m.db", replace(jiangyou(2021, carried_in=1)[1], issuer="江油市人民政府办公室"))
    assert findings.check(tmp_path / "m.db")["several"] == 0


@pytest.mark.parametrize(("carried_in", "severity", "told"), [(1, "warning", "2 figures differ"), (0, "info", "same")])
def test_two_reports_on_one_year_are_told(tmp_path, carried_in, severity, told):
    write_database(tmp_path / "n.db", [jiangyou(2021), jiangyou(2022)])
    write_two_of_2021(tmp_path / "m.db", jiangyou(2021, carried_in=carried_in)[1])
    assert findings.check(tmp_path / "n.db")["several"] == 0
    findings.check(tmp_path / "m.db")
    ((*found_of, detail),) = found(tmp_path / "m.db", "several")
    assert found_of == [severity, "510781-2021-2", "510781-2021"]
    assert told in detail
    assert ("carried_in natural_person 1, there 0" in detail) == bool(carried_in)


def test_the_same_tables_and_prose_of_another_authority_are_a_copy(tmp_path):
    reports = [
        jiangyou(2021, prose=PROSE),
        ("150203", jiangyou(2021, issuer="昆都仑区", prose=PROSE.replace("，", "， "))[1]),
        ("230724", jiangyou(2021, issuer="丰林县", prose=PROSE, carried_in=1)[1]),
        ("411424", jiangyou(2021, issuer="柘城县", prose=PROSE + "另有一句。")[1]),
        ("652723", jiangyou(2021, issuer="温泉县", prose=PROSE[:80])[1]),
    ]
    write_database(tmp_path / "n.db", reports)
    findings.check(tmp_path / "n.db")
    ((severity, report, other, detail),) = found(tmp_path / "n.db", "copy")
    assert (severity, report, other) == ("warning", "510781-2021", "150203-2021")
    assert "昆都仑区's report 150203-2021" in detail


def test_the_same_prose_year_after_year_is_no_copy(tmp_path):
    write_database(tmp_path / "n.db", [jiangyou(2021, prose=PROSE), jiangyou(2022, prose=PROSE)])
    assert findings.check(tmp_path / "n.db")["copy"] == 0


def test_short_prose_is_no_copy(tmp_path):
    reports = [jiangyou(2021, prose="无。"), ("150203", jiangyou(2021, issuer="昆都仑区", prose="无。")[1])]
    write_database(tmp_path / "n.db", reports)
    assert findings.check(tmp_path / "n.db")["copy"] == 0


def of_years(amounts, unit=None):
    """Return reports of 江油市 with these fees, the first on 2019; None: left blank."""
    years = enumerate(amounts, 2019)
    fees = {year: ReadCell(amount and Decimal(amount), None, "number", unit) for year, amount in years}
    return [jiangyou(year, table2={"fees": {"amount": cell}}) for year, cell in fees.items()]


@pytest.mark.parametrize(
    ("amounts", "year", "told"),
    [
        (
            ["41.5", "56.459", "564590"],
            2021,
            "fees.amount 564590 in the report on 2021, 41.5 to 56.459 in those on 2019",
        ),
        (
            ["415000", "41", "520000"],
            2020,
            "fees.amount 41 in the report on 2020, 415000 to 520000 in those on 2019, 2021",
        ),
        (
            ["41.5", None, "4150", "38"],
            2021,
            "fees.amount 4150 in the report on 2021, 38 to 41.5 in those on 2019, 2022",
        ),
    ],
)
def test_a_figure_far_from_those_of_all_other_years_is_an_outlier(tmp_path, amounts, year, told):
    write_database(tmp_path / "n.db", of_years(amounts))
    findings.check(tmp_path / "n.db")
    ((severity, report, other, detail),) = found(tmp_path / "n.db", "outlier")
    assert (severity, report) == ("warning", f"510781-{year}")
    assert other != report
    assert detail.startswith(told)


@pytest.mark.parametrize("amounts", [["41", "564590"], ["41", "0", "56"], ["1", "2", "99"], ["41", "4000", "390000"]])
def test_two_years_zeros_and_growth_are_no_outliers(tmp_path, amounts):
    write_database(tmp_path / "n.db", of_years(amounts))
    assert findings.check(tmp_path / "n.db")["outlier"] == 0


def test_amounts_of_which_the_unit_is_told_are_compared_in_one(tmp_path):
    *ten_thousands, _ = of_years(["41", "52", "0"])
    *_, yuan = of_years([None, None, "410000"], unit="元")
    write_database(tmp_path / "n.db", [*ten_thousands, yuan])
    assert findings.check(tmp_path / "n.db")["outlier"] == 0


def test_a_portal_without_a_report_is_named_with_its_outcomes(tmp_path):
    names = {"1": "甲", "2": "乙", "3": "丙"}
    with building(tmp_path / "n.db") as writer:
        writer.add(
            AuthorityRow,
            [AuthorityRow(i, n, None, None, None, None, None, None, f"http://{i}/") for i, n in names.items()],
        )
        writer.add(CaptureRow, [CaptureRow("c", "http://1/", "2026-01-01T00:00:00Z", 200, "", "", "", 0, 0)])
        at = "2026-01-01T00:00:00Z"
        visits = [
            ("http://1/", "ok", "1"),
            ("http://1/a", "not_found", "1"),
            ("http://1/b", "not_found", "1"),
            ("http://2/", "challenge_ruishu", "2"),
        ]
        writer.add(VisitRow, [VisitRow(url, outcome, None, at, None, portal) for url, outcome, portal in visits])
    assert findings.check(tmp_path / "n.db")["portal_silent"] == 3
    assert found(tmp_path / "n.db", "portal_silent") == [
        ("info", None, None, "甲 (1, http://1/): no report found; visits: not_found 2, ok 1"),
        ("warning", None, None, "丙 (3, http://3/): never visited"),
        ("warning", None, None, "乙 (2, http://2/): not one page came through; visits: challenge_ruishu 1"),
    ]


def test_where_no_portal_is_noted_the_host_tells(tmp_path):
    write_database(tmp_path / "n.db", [jiangyou(2021)])
    with revising(tmp_path / "n.db") as writer:
        hosts = {"1": "http://example.gov.cn/", "2": "http://www.b.gov.cn/", "3": "http://c.gov.cn/"}
        writer.add(AuthorityRow, [AuthorityRow(i, i, *[None] * 6, start_url=url) for i, url in hosts.items()])
        at = "2026-01-01T00:00:00Z"
        report = VisitRow("http://example.gov.cn/0.html", "ok", 200, at, "urn:uuid:0", None)
        writer.add(VisitRow, [report, VisitRow("http://WWW.b.gov.cn/x", "ok", 200, at, None, None)])
    findings.check(tmp_path / "n.db")
    assert [row[3] for row in found(tmp_path / "n.db", "portal_silent")] == [
        "2 (2, http://www.b.gov.cn/): no report found; visits: ok 1",
        "3 (3, http://c.gov.cn/): never visited",
    ]


def test_a_portal_with_anyones_report_is_not_silent(tmp_path):
    write_database(tmp_path / "n.db", [jiangyou(2021)])
    with building(tmp_path / "p.db"):
        pass
    assert findings.check(tmp_path / "n.db")["portal_silent"] == 0
    assert findings.check(tmp_path / "p.db") == dict.fromkeys(
        ("arithmetic", "carry_over", "gap", "several", "copy", "outlier", "portal_silent"), 0
    )


def test_checking_twice_gives_the_same_and_changes_nothing_else(tmp_path):
    path = tmp_path / "n.db"
    write_database(path, [(DIVISIONS[number], reading_of(gold)) for number, gold in GOLD.items()] + [jiangyou(2018)])
    db = open_database(path)
    before = {table: list(db.query(f"select rowid, * from {table}")) for table in TABLES}
    findings.check(path)
    assert db.execute("select count(*) from findings").fetchone() == (0,)  # the reader of the old file is not disturbed
    db.close()
    first = content_hash(path)
    findings.check(path)
    assert content_hash(path) == first
    db = open_database(path)
    after = {table: list(db.query(f"select rowid, * from {table}")) for table in TABLES}
    assert after.pop("findings")
    assert before.pop("findings") == []
    assert before == after
    assert [row["id"] for row in db.query("select id from findings")] == [1, 2]
    db.close()


def test_a_report_that_states_nothing_gives_no_finding(tmp_path):
    blank = replace(reading_of(GOLD["004"]), table2={}, table3={}, table4={}, form="other", sections=())
    write_database(tmp_path / "n.db", [("150203", blank)])
    assert not any(findings.check(tmp_path / "n.db").values())


def test_a_bad_database_is_one_line(tmp_path):
    with pytest.raises(FindingsError, match="there is no database"):
        findings.check(tmp_path / "none.db")
