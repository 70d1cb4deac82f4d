"""The gold readings of the five real reports as Readings, and a database of them."""

import json
from decimal import Decimal
from pathlib import Path

from extract.authorities import above, resolve
from extract.database import AuthorityRow, CaptureRow, RenditionRow, ReportHead, building
from extract.reading import ReadCell, Reading, Section

GOLD = Path(__file__).parents[1] / "data" / "gold"
SEEDS = GOLD.parent / "seeds"
DIVISIONS = {"000": "652723", "001": "230724", "002": "510781", "003": "411424", "004": "150203"}


def read_gold():
    """Return the gold readings by the number that their names begin with."""
    return {path.name[:3]: json.loads(path.read_text("utf-8")) for path in sorted(GOLD.glob("*.json"))}


def reading_of(gold, **other):
    """Return the Reading that a gold reading stands for."""
    table2 = {
        row: {
            column: _cell(value, unit=cells.get("amount_unit") if column == "amount" else None)
            for column, value in cells.items()
            if column != "amount_unit"
        }
        for row, cells in gold["table2"].items()
    }
    stated = {
        "genre": "report",
        "rule": "gold",
        "title": gold["title"],
        "issuer": gold["issuer"],
        "report_year": gold["report_year"],
        "published": gold["published"],
        "form": gold["template"],
        "table2": table2,
        "table3": {row: tuple(map(_cell, cells)) for row, cells in gold["table3"].items()},
        "table4": {row: tuple(map(_cell, cells)) for row, cells in gold["table4"].items()},
        "status": {"table2": "verified", "table3": "verified", "table4": "verified"},
        "inconsistent": tuple(gold["inconsistent"]),
        "sections": (Section("一、总体情况", f"{gold['issuer']}公开信息。"),),
    }
    return Reading(**(stated | other))


def _cell(value, unit=None):
    number = Decimal(value) if isinstance(value, str) else value
    return ReadCell(number, None, "blank" if value is None else "number", unit)


def write_database(path, reports):
    """Write a database of (division, Reading) pairs, each at an address of its own; return the ids of the reports."""
    ids = []
    with building(path) as writer:
        known = {}
        for division, reading in reports:
            authority = resolve(reading.issuer, evidence=(division,)).authority
            known |= {one.id: one for one in (authority, *above(authority))}
            ids.append((f"{authority.id}-{reading.report_year}", authority))
        rows = [
            AuthorityRow(a.id, a.name, a.level, a.division_code, a.province, a.city, a.county, a.parent_id)
            for _, a in sorted(known.items())
        ]
        writer.add(AuthorityRow, rows)
        for number, ((report_id, authority), (_, reading)) in enumerate(zip(ids, reports, strict=True)):
            capture, url = f"urn:uuid:{number}", f"http://example.gov.cn/{number}.html"
            at = "2026-01-20T08:00:00Z"
            writer.add(CaptureRow, [CaptureRow(capture, url, at, 200, "text/html", "sha1:A", "a.warc.gz", number, 1)])
            place = (authority.level, authority.province, authority.city, authority.county)
            writer.add_report(ReportHead(report_id, authority.id, url, capture, at, *place), reading)
            writer.add(RenditionRow, [RenditionRow(report_id, url, "text/html", capture)])
    return [report_id for report_id, _ in ids]
