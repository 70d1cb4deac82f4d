"""Reports that a portal cuts over several pages, from the crawl to the export."""

import json
import sqlite3
from contextlib import closing

from samples.server import SamplePortals
from tests.end_to_end.conftest import nianbao
from tests.end_to_end.test_spine import FIELDS


def test_reports_in_pieces_are_read_exactly_and_each_table_leads_to_its_page(tmp_path):
    with SamplePortals(kinds="all") as portals:
        (portal,) = (portal for portal in portals.portals if portal.family == "in_pieces")
        portals.portals_csv(tmp_path / "portals.csv")
        paths = ("--portals", tmp_path / "portals.csv", "--archive", tmp_path / "archive")
        crawled = nianbao("crawl", *paths, "--portal", portal.authority)
    assert crawled.returncode == 0, crawled.stderr
    nianbao("extract", *paths, "--db", tmp_path / "n.db")
    nianbao("export", "--db", tmp_path / "n.db", "--out", tmp_path / "n.jsonl")
    read = {one["url"]: one for one in map(json.loads, (tmp_path / "n.jsonl").read_text("utf-8").splitlines())}
    stated = {url: {field: one[field] for field in FIELDS} for url, one in read.items()}
    assert stated == {url: {field: one[field] for field in FIELDS} for url, one in portal.truth.reports.items()}
    with closing(sqlite3.connect(tmp_path / "n.db")) as db:
        carried = dict(db.execute("SELECT url, carries FROM renditions WHERE carries IS NOT NULL"))
    assert carried == {
        url: "table3" if url.endswith("_1.html") else "table4 sections" for url in portal.truth.renditions
    }
