"""Crawls for the tests: each in a process of its own, since a reactor starts only once in a process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from samples import SamplePortals

from . import processes
from .processes import ROOT

__all__ = ["ROOT", "Crawled", "finish_crawl", "start_crawl"]

FAST = {"RETRY_DELAY": 0.05, "DOWNLOAD_TIMEOUT": 3.0, "MOST_ATTEMPTS": 2}
PROGRAM = """
import json, sys
from pathlib import Path
from crawler import CrawlError
from crawler.families import FAMILIES
from crawler.run import crawl
given = json.loads(sys.argv[1])
for name in set(FAMILIES) - set(given.pop("families", FAMILIES)):
    del FAMILIES[name]
try:
    summary = crawl(**{**given, "portals": Path(given["portals"]), "archive": Path(given["archive"])})
except CrawlError as error:
    print(json.dumps({"error": str(error), "kind": type(error).__name__}))
    sys.exit(1)
print(json.dumps({
    "status": summary.exit_status, "closed": summary.balance.closed,
    "failure": summary.failure,
    "lines": [f"{one.portal}: {one.amiss} {one.short}" for one in summary.portals] + summary.totals(),
    "outcomes": {portal.portal: portal.outcomes for portal in summary.portals},
    "reports": summary.reports, "interrupted": summary.interrupted,
}))
"""


@dataclass(frozen=True, slots=True)
class Crawled:
    """A finished crawl: what it said, and where it left its archive and its ledger."""

    said: dict[str, Any]
    errors: str
    archive: Path
    ledger: Path


def start_crawl(
    folder: Path, portals: Path, *, program: str = PROGRAM, file_limit: int = 0, **options: Any
) -> processes.Forked:
    """Start a crawl into `folder`/archive; `file_limit` as in `processes.start`."""
    settings = FAST | options.pop("settings", {})
    given = {
        "portals": str(portals),
        "archive": str(folder / "archive"),
        "settings": settings,
        "contact": "test@example.org",
    }
    return processes.start(program, given | options, file_limit=file_limit)


def finish_crawl(process: processes.Forked, folder: Path) -> Crawled:
    """Wait for a crawl and return what it came to; a crawl that hangs is killed and fails the test."""
    try:
        out, errors = process.communicate(timeout=240)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    assert out, errors
    return Crawled(
        json.loads(out.splitlines()[-1]), errors, folder / "archive", folder / "archive.job" / "ledger.sqlite"
    )


@pytest.fixture
def crawl(tmp_path: Path) -> Callable[..., Crawled]:
    """Crawl a register into a new folder."""

    def run(portals: Path, **options: Any) -> Crawled:
        return finish_crawl(start_crawl(tmp_path, portals, **options), tmp_path)

    return run


@pytest.fixture(scope="session")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SamplePortals, Crawled]]:
    """All sample portals, crawled once."""
    folder = tmp_path_factory.mktemp("crawl")
    with SamplePortals(kinds="all") as portals:
        register = portals.portals_csv(folder / "portals.csv")
        yield portals, finish_crawl(start_crawl(folder, register), folder)
