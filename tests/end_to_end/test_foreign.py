"""An archive that wget wrote is read as well as one of ours."""

import json
import os
import subprocess

from samples.server import SamplePortals
from tests.end_to_end.conftest import nianbao

FIELDS = ("title", "issuer", "report_year", "published", "template", "table2", "table3", "table4", "inconsistent")


def test_reports_that_wget_archived_are_read_exactly(tmp_path):
    archive = tmp_path / "archive"
    archive.mkdir()
    with SamplePortals(kinds="reports") as portals:
        urls = sorted(portals.truth.reports)
        fetch = ["wget", "-q", "-O", os.devnull, "--no-proxy", f"--warc-file={archive / 'theirs'}", *urls]
        subprocess.run(fetch, check=True, timeout=120, cwd=tmp_path)
    for step in (
        ("archive", "index", "--archive", archive),
        ("archive", "verify", "--archive", archive),
        ("extract", "--archive", archive, "--db", tmp_path / "a.db"),
        ("export", "--db", tmp_path / "a.db", "--out", tmp_path / "a.jsonl"),
        ("archive", "wacz", "--archive", archive, "--out", tmp_path / "a.wacz"),
        ("archive", "wacz", "--verify", tmp_path / "a.wacz"),
    ):
        done = nianbao(*step, cwd=tmp_path)  # where there is no register
        assert done.returncode == 0, (step, done.stdout, done.stderr)
    lines = (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()
    reports = {url: report for line in lines for report in [json.loads(line)] for url in report["urls"]}
    for url, truth in portals.truth.reports.items():
        assert {field: reports[url][field] for field in FIELDS} == {field: truth[field] for field in FIELDS}, url
