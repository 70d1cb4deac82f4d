"""What differs between two databases is told cell by cell, and nothing else is."""

from dataclasses import replace

from extract.database import RevisionRow, revising
from extract.reading import ReadCell, Section
from findings import differences
from tests.extract.gold import DIVISIONS, read_gold, reading_of, write_database

SEEDS = {DIVISIONS[number]: reading_of(gold) for number, gold in read_gold().items()}
JIANGYOU = SEEDS["510781"]


def told(tmp_path, before, after):
    for name, reports in (("before.db", before), ("after.db", after)):
        write_database(tmp_path / name, list(reports.items()))
    return [str(found) for found in differences(tmp_path / "before.db", tmp_path / "after.db")]


def test_two_builds_of_the_same_do_not_differ(tmp_path):
    assert told(tmp_path, SEEDS, SEEDS) == []


def test_a_changed_cell_is_told_with_both_sides(tmp_path):
    other, *rest = JIANGYOU.table3["received"]
    table3 = {**JIANGYOU.table3, "received": (ReadCell(990), *rest)}
    year = JIANGYOU.report_year
    assert told(tmp_path, SEEDS, {**SEEDS, "510781": replace(JIANGYOU, table3=table3)}) == [
        f"applications 510781-{year} received natural_person: {other.value} → 990"
    ]


def test_a_number_that_is_now_refused_is_told_with_what_was_printed(tmp_path):
    _, *rest = JIANGYOU.table3["received"]
    table3 = {**JIANGYOU.table3, "received": (ReadCell(None, "1O", "refused"), *rest)}
    lines = told(tmp_path, SEEDS, {**SEEDS, "510781": replace(JIANGYOU, table3=table3)})
    assert [line.partition(":")[2] for line in lines if line.startswith("printed ")] == [" – → 1O"]
    assert any(line.endswith(" → –") for line in lines if line.startswith("applications "))


def test_of_prose_the_place_is_shown(tmp_path):
    prose = "公开信息，" * 20
    before = {"510781": replace(JIANGYOU, sections=(Section("一、总体情况", f"{prose}全年3件。{prose}"),))}
    after = {
        "510781": replace(JIANGYOU, sections=(Section("", "前言"), Section("一、总体情况", f"{prose}全年4件。{prose}")))
    }
    first, second = told(tmp_path, before, after)
    assert first.endswith(": – → 前言")
    assert "全年3件。公开信息" in second.partition(" → ")[0]
    assert "全年4件。公开信息" in second.partition(" → ")[2]
    assert len(second) < 120


def test_a_revision_that_is_read_otherwise_is_told(tmp_path):
    told(tmp_path, SEEDS, SEEDS)
    report = f"510781-{JIANGYOU.report_year}"
    for name, after in (("before.db", "6"), ("after.db", "60")):
        with revising(tmp_path / name) as writer:
            head = RevisionRow(report, "urn:uuid:0", "urn:uuid:1", "title", None, None, "旧", "新")
            cell = RevisionRow(report, "urn:uuid:0", "urn:uuid:1", "table3", "received", "total", "5", after)
            writer.add(RevisionRow, [head, cell])
    (found,) = differences(tmp_path / "before.db", tmp_path / "after.db")
    assert str(found) == f"revisions {report} urn:uuid:0 urn:uuid:1 table3 received total after: 6 → 60"


def test_a_new_report_is_one_line(tmp_path):
    *rest, (authority, new) = SEEDS.items()
    lines = [line for line in told(tmp_path, dict(rest), SEEDS) if not line.startswith("authorities ")]
    assert lines == [f"reports {authority}-{new.report_year}: – → {new.title}"]
