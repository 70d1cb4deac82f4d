"""The whole way once, by the commands that a user types: sample portals → crawl → archive → database → export."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from samples.server import Hit, SamplePortals

NIANBAO = Path(sys.executable).with_name("nianbao")


def nianbao(*words, cwd=None, env=None):
    """Run a command; return its status, stdout and stderr."""
    return subprocess.run([NIANBAO, *map(str, words)], capture_output=True, text=True, timeout=300, cwd=cwd, env=env)


@dataclass(frozen=True)
class Spine:
    """What the whole way left behind."""

    folder: Path
    crawl: subprocess.CompletedProcess
    portals: SamplePortals
    hits: list[Hit]
    reports: dict[str, dict]

    @property
    def archive(self):
        return self.folder / "archive"

    @property
    def db(self):
        return self.folder / "nianbao.db"

    @property
    def register(self):
        return self.folder / "portals.csv"

    def keep_readings(self, db):
        """Have an extraction into `db` find every reading kept from before, so that it takes a moment."""
        shutil.copy(self.folder / "nianbao.db.readings", db.with_name(f"{db.name}.readings"))


@pytest.fixture(scope="session")
def spine(tmp_path_factory):
    folder = tmp_path_factory.mktemp("spine")
    with SamplePortals(kinds="reports") as portals:
        portals.portals_csv(folder / "portals.csv")
        crawl = nianbao("crawl", "--portals", folder / "portals.csv", "--archive", folder / "archive")
        hits = list(portals.log)
    db = folder / "nianbao.db"
    steps = [
        ("extract", "--archive", folder / "archive", "--db", db, "--portals", folder / "portals.csv"),
        ("check", "--db", db),
        ("export", "--db", db, "--out", folder / "reports.jsonl"),
    ]
    for step in steps:
        done = nianbao(*step)
        assert done.returncode == 0, done.stderr
    lines = (folder / "reports.jsonl").read_text(encoding="utf-8").splitlines()
    reports = {url: report for line in lines for report in [json.loads(line)] for url in report["urls"]}
    return Spine(folder, crawl, portals, hits, reports)
