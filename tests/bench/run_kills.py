"""What kills cost a release: `nianbao run` over sample portals, killed at random moments and run again, while a site
serves what it released before.

    nice -n 19 python -m tests.bench.run_kills [--kills 100] [--seed 1]

Half of the kills fall at a random moment of a run, the others before, in or after a chosen step of any of its parts.
Exit status 1 where, after any of them, the site does not answer with all its reports, or what stands in the database's
place is no whole release; where a run that is let alone does not come to its end, loses an exchange, damages the
archive, reads other reports than the first one, or leaves files behind; where a worker outlives its run.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import click

from extract.database import content_hash
from extract.errors import ExtractError
from publish.errors import PublishError
from publish.release import check_release
from samples import SamplePortals
from tests.bench.crawl_kills import DEADLY, losses
from tests.crawler.processes import ROOT, Forked, start

PORTALS = ("丰林县", "江油市")
# Where a run may be killed: module, class ("" for none), function; and at which of its calls, at most.
STEPS = (
    ("os", "", "pwrite", 60), ("os", "", "fsync", 8), ("os", "", "replace", 4), ("os", "", "rename", 1),
    ("os", "", "link", 1), ("archive.writer", "ArchiveWriter", "write", 60), ("crawler.ledger", "Ledger", "commit", 60),
    ("crawler.recorder", "Recorder", "_close", 1), ("extract.readings", "Readings", "keep", 2),
    ("extract.run", "", "_read", 1), ("extract.run", "", "choose", 1), ("extract.run", "", "_write", 1),
    ("extract.run", "", "_write_reports", 1), ("findings", "", "check", 1), ("publish.release", "", "release", 1),
    ("publish.release", "", "check_release", 1), ("publish.release", "", "_keep", 1),
    ("publish.release", "", "sync_folder", 1),
)  # fmt: skip
PROGRAM = (
    DEADLY
    + """
import cli
sys.argv = ["nianbao", *given["words"]]
try:
    cli.main()
finally:
    print("came to its end", flush=True)
"""
)
LEFT = frozenset(("archive", "archive.job", "nianbao.db", "nianbao.db.previous", "nianbao.db.new.readings"))
TIMEOUT = 120.0  # seconds of a run on a busy machine


@dataclass(slots=True)
class Told:
    """What came of it: how runs died how often, how many came to their end, what is wrong."""

    deaths: Counter[str] = field(default_factory=Counter)
    releases: int = 0
    faults: list[str] = field(default_factory=list)


class Runs:
    """Runs of one folder, one after the other."""

    def __init__(self, folder: Path, register: Path) -> None:
        self.folder = folder
        self.db = folder / "nianbao.db"
        self._register = register
        self._ledger = folder / "archive.job" / "ledger.sqlite"

    def begin(self, *, resume: bool, step: object = None) -> Forked:
        """Start a run; `step` is where it kills itself."""
        words = [
            "run", "--workers", "2", *(["--resume"] if resume and self._ledger.exists() else []),
            "--portals", str(self._register), "--archive", str(self.folder / "archive"), "--db", str(self.db),
        ]  # fmt: skip
        return start(PROGRAM, {"words": words, "step": step})

    def reports(self) -> set[tuple[str, int]]:
        """Return address and year of the reports of the database that is served."""
        with closing(sqlite3.connect(f"file:{self.db}?mode=ro", uri=True)) as db:
            return set(db.execute("SELECT url, report_year FROM reports"))

    def losses(self) -> list[str]:
        """Return what a run that came to its end has lost, damaged or left behind."""
        left = {path.name for path in self.folder.iterdir()} - LEFT - {self._register.name}
        return [*losses(self.folder / "archive", self._ledger), *(f"{name}: left over" for name in sorted(left))]


def run_with_kills(runs: Runs, site: str, *, kills: int, longest: float, seed: int) -> Told:
    """Run again and again, killed so often; `longest` is what a run takes that is let alone, in seconds."""
    moments, told = random.Random(seed), Told()
    reports, served, resume = runs.reports(), content_hash(runs.db), False
    while told.deaths.total() < kills:
        *place, most = moments.choice(STEPS)
        step = (place, moments.randint(1, most), moments.choice(("before", "after", "half")))
        by_step, begun = moments.random() < 0.5, time.monotonic()
        process = runs.begin(resume=resume, step=step if by_step else None)
        with suppress(subprocess.TimeoutExpired):
            process.wait(TIMEOUT if by_step else moments.uniform(0, longest))
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
        out, errors = process.communicate(timeout=TIMEOUT)
        told.faults += _outlived(process)
        resume = not out.endswith("came to its end\n")
        if resume:
            told.deaths[place[2] if by_step else "kill"] += 1
        else:
            longest = time.monotonic() - begun
            told.releases += 1
            told.faults += [f"a run failed: {out}{errors}"] if ": released" not in out else runs.losses()
        try:
            check_release(runs.db)
            if (now := content_hash(runs.db)) != served:
                served = now
                told.faults += [f"other reports: {sorted(reports ^ runs.reports())}"] * (reports != runs.reports())
        except (ExtractError, PublishError, sqlite3.Error) as error:
            told.faults.append(f"after {step if by_step else 'a kill'}: {error}")
        told.faults += _shown(site, len(reports))
    return told


def _outlived(process: Forked) -> list[str]:
    """Wait for the workers of a dead run, which have its session; say so where they stay."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return []
    os.killpg(process.pid, signal.SIGKILL)
    return ["a worker outlived its run by 10 seconds"]


def _shown(site: str, reports: int) -> list[str]:
    with urllib.request.urlopen(f"{site}nianbao/reports.json?_size=0", timeout=60) as answer:
        shown = json.load(answer)["filtered_table_rows_count"]
    return [] if shown == reports else [f"the site shows {shown} of {reports} reports"]


@contextmanager
def _site(runs: Runs) -> Iterator[str]:
    """Serve the database, as it is and as it will be; give the address."""
    program = "import sys, cli; cli.main(sys.argv[1:])"
    words = ["serve", "--port", "0", "--db", str(runs.db), "--archive", str(runs.folder / "archive")]
    with subprocess.Popen(
        [sys.executable, "-c", program, *words], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            assert process.stdout is not None
            yield next(word for word in process.stdout.readline().split() if word.startswith("http://"))
        finally:
            process.terminate()


@click.command()
@click.option("--kills", default=100, show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(kills: int, seed: int) -> None:
    """Release once, then run with kills, and say what is wrong."""
    portals = SamplePortals(kinds="reports")
    portals.portals = [portal for portal in portals.portals if portal.authority in PORTALS]
    with tempfile.TemporaryDirectory() as folder, portals:
        runs = Runs(Path(folder), portals.portals_csv(Path(folder, "portals.csv")))
        begun = time.monotonic()
        out, errors = runs.begin(resume=False).communicate(timeout=TIMEOUT)
        longest = time.monotonic() - begun
        if ": released" not in out:
            raise click.ClickException(f"a run that nobody killed failed: {out}{errors}")
        with _site(runs) as site:
            told = run_with_kills(runs, site, kills=kills, longest=longest, seed=seed)
    click.echo(f"{told.deaths.total()} kills: " + ", ".join(f"{how} {n}" for how, n in told.deaths.most_common()))
    click.echo(f"{told.releases} runs between them came to their end")
    for fault in told.faults[:50]:
        click.echo(fault, err=True)
    sys.exit(bool(told.faults))


if __name__ == "__main__":
    main()
