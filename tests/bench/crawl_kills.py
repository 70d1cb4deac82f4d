"""What kills cost: one crawl of all sample portals, killed at random moments and resumed after each, held against the
same crawl left alone.

    nice -n 19 python -m tests.bench.crawl_kills [--kills 200] [--seed 1]

Half of the kills fall at a random moment; the others in, before or after a chosen step (a write, half a write, a
rename, a sync, a commit …), which a clock would seldom hit. Some are Ctrl-C or SIGTERM, some take the disk's room away.
Exit status 1 where something finished was fetched again, an exchange was lost, a file is damaged, the ledger does not
balance, or another set of pages was found than by the crawl left alone.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import click

from archive import iter_captures, verify
from samples import SamplePortals
from tests.crawler.conftest import PROGRAM, Crawled, finish_crawl, start_crawl
from tests.crawler.test_run import wait_for_hits

# Where a process may be killed: module, class ("" for none), function.
STEPS = (
    ("os", "", "pwrite"), ("os", "", "rename"), ("os", "", "replace"), ("os", "", "fsync"), ("os", "", "ftruncate"),
    ("archive.writer", "ArchiveWriter", "write"), ("archive.writer", "ArchiveWriter", "note"),
    ("archive.writer", "ArchiveWriter", "_next_file"), ("archive.warc_file", "WarcFile", "take_over"),
    ("crawler.ledger", "Ledger", "commit"), ("crawler.ledger", "Ledger", "end"), ("crawler.ledger", "Ledger", "book"),
    ("crawler.ledger", "Ledger", "take"), ("crawler.ledger", "Ledger", "collect"),
    ("crawler.ledger", "Ledger", "put_back"), ("crawler.ledger", "Ledger", "close_list"),
    ("crawler.ledger", "Ledger", "end_waiting"),
    ("crawler.ledger", "Ledger", "keep_facts"), ("crawler.ledger", "Ledger", "take_waiting_for"),
    ("crawler.spiders.discover", "DiscoverSpider", "conclude"),
    ("crawler.spiders.base", "LedgerSpider", "_end_booking"), ("crawler.recorder", "Recorder", "_close"),
)  # fmt: skip
TIRED = "抚松县"  # challenges every visitor after so many requests: it shows less to one that asks anything twice
PATIENT = {"DOWNLOAD_TIMEOUT": 20.0}  # seconds: on a busy machine the portals themselves are slow
# Before any program: small files, so that some are sealed between two kills; and the process's own death at a step.
DEADLY = """
import functools, importlib, json, os, signal, sys
from archive import ArchiveWriter
ArchiveWriter.__init__.__kwdefaults__["max_bytes"] = 400_000
given = json.loads(sys.argv[1])
step = given.pop("step", None)
sys.argv[1] = json.dumps(given)

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def deadly(real, count, when):
    left = [count]
    @functools.wraps(real)
    def call(*args, **options):
        left[0] -= 1
        if left[0] or os.getpid() != own:
            return real(*args, **options)
        if when == "half" and real is write:
            real(args[0], bytes(args[1])[: len(args[1]) // 2], args[2])
        elif when == "after":
            real(*args, **options)
        die()
    return call

own, write = os.getpid(), os.pwrite
if step:
    (module, owner, name), count, when = step
    holder = importlib.import_module(module)
    holder = getattr(holder, owner) if owner else holder
    setattr(holder, name, deadly(getattr(holder, name), count, when))
"""
DYING = DEADLY + PROGRAM


@dataclass(slots=True)
class Told:
    """What a crawl with kills came to: the crawl at its end, how it was killed how often, what is wrong."""

    crawled: Crawled
    deaths: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    twice: int = 0  # requests for what was under way at a kill


def crawl_with_kills(folder: Path, portals: SamplePortals, *, kills: int, apart: int, seed: int) -> Told:
    """Crawl the portals into `folder`/archive, killed so often at moments about `apart` requests apart."""
    moments = random.Random(seed)
    register = portals.portals_csv(folder / "portals.csv")
    ledger = folder / "archive.job" / "ledger.sqlite"
    deaths: Counter[str] = Counter()
    faults: list[str] = []
    ended: dict[str, str] = {}
    while deaths.total() < kills:
        before = len(portals.log)
        how = _die(folder, portals, register, moments, apart=apart, resume=ledger.exists())
        faults += _asked_again(portals, before, ended)
        if how is None:
            break  # it came to its end first
        deaths[how] += 1
        ended = ended_addresses(ledger) if ledger.exists() else {}
    before = len(portals.log)
    crawled = finish_crawl(start_crawl(folder, register, program=DYING, resume=True, settings=PATIENT), folder)
    faults += _asked_again(portals, before, ended)
    asked = Counter(_address(portals, hit) for hit in portals.log)
    twice = sum(number - 1 for url, number in asked.items() if not url.endswith("/robots.txt"))
    faults += losses(crawled.archive, crawled.ledger)
    if not crawled.said.get("closed"):
        faults.append(f"the ledger does not balance: {crawled.said}")
    return Told(crawled, deaths, faults, twice)


def _die(
    folder: Path, portals: SamplePortals, register: Path, moments: random.Random, *, apart: int, resume: bool
) -> str | None:
    """Run the crawl until it is killed; return how, None where it had ended before."""
    kind = moments.choices(("kill", "step", "interrupt", "terminate", "disk"), (9, 9, 1, 1, 1))[0]
    start = partial(start_crawl, folder, register, program=DYING, resume=resume, settings=PATIENT)
    if kind == "step":
        step = moments.choice(STEPS)
        count, when = moments.choice((1, 1, 2, 3, 5, 10, apart, 2 * apart)), moments.choice(("before", "after", "half"))
        process = start(step=(step, count, when))
        wait_for_hits(portals, process, len(portals.log) + 4 * apart)
        kind = f"{step[2]}" if process.poll() is not None else "kill"
    elif kind == "disk":
        process = start(file_limit=moments.randrange(20_000, 3_000_000))
        wait_for_hits(portals, process, len(portals.log) + 2 * apart)
    else:
        process = start()
        wait_for_hits(portals, process, len(portals.log) + moments.randrange(2 * apart))
        until = time.perf_counter() + moments.random() / 50
        while time.perf_counter() < until:
            pass
    sign = {"interrupt": signal.SIGINT, "terminate": signal.SIGTERM}.get(kind, signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.kill(process.pid, sign)
    out, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors, errors
    return None if '"closed": true' in out else kind


def _asked_again(portals: SamplePortals, before: int, ended: dict[str, str]) -> list[str]:
    fresh = Counter(_address(portals, hit) for hit in portals.log[before:])
    return [f"{url}: fetched again after it had ended as {ended[url]}" for url in fresh if url in ended]


def losses(archive: Path, ledger: Path) -> list[str]:
    """Return what archive and ledger have wrong after a crawl that came to its end."""
    report = verify(archive)
    kept = {item.url for item in iter_captures(archive)}
    ended = ended_addresses(ledger)
    return [
        *([] if report.ok else [report.text()]),
        *(f"{url}: ended as {outcome}, and not in the archive" for url, outcome in ended.items() if url not in kept),
        *(f"{path.name}: left open" for path in archive.glob("*.open")),
        *(f"{path.name}: left over" for path in archive.glob("*.tmp")),
    ]


def _portals(port: int = 0) -> SamplePortals:
    portals = SamplePortals(port=port)
    portals.portals = [portal for portal in portals.portals if portal.authority != TIRED]
    return portals


def ended_addresses(ledger: Path) -> dict[str, str]:
    """Return the GET addresses that a ledger has as ended for good, with their outcomes."""
    with closing(sqlite3.connect(ledger)) as db:
        return dict(db.execute("SELECT url, outcome FROM addresses WHERE state = 2 AND method = 'GET' AND visit = ''"))


def found(crawled: Crawled) -> set[str]:
    """Return the addresses at which a crawl found reports."""
    with closing(sqlite3.connect(crawled.ledger)) as db:
        return {url for (url,) in db.execute("SELECT url FROM addresses WHERE genre = 'report'")}


def _address(portals: SamplePortals, hit: object) -> str:
    return f"http://{hit.host}:{portals.port}{hit.target}" if hit.received.startswith(b"GET ") else ""  # type: ignore[attr-defined]


@click.command()
@click.option("--kills", default=200, show_default=True)
@click.option("--apart", default=25, show_default=True, help="Requests between two kills, about.")
@click.option("--seed", default=1, show_default=True)
def main(kills: int, apart: int, seed: int) -> None:
    """Crawl twice, once with kills, and say what differs."""
    with tempfile.TemporaryDirectory() as folder:
        alone, killed = Path(folder, "alone"), Path(folder, "killed")
        alone.mkdir()
        killed.mkdir()
        with _portals() as portals:
            whole = finish_crawl(
                start_crawl(alone, portals.portals_csv(alone / "portals.csv"), settings=PATIENT), alone
            )
            hits = len(portals.log)
        with _portals(portals.port) as portals:
            told = crawl_with_kills(killed, portals, kills=kills, apart=apart, seed=seed)
        lost, more = found(whole) - found(told.crawled), found(told.crawled) - found(whole)
    click.echo(f"{told.deaths.total()} kills: " + ", ".join(f"{how} {n}" for how, n in told.deaths.most_common()))
    click.echo(f"{hits} requests alone, {told.twice} more for what was under way at a kill")
    for fault in told.faults[:50]:
        click.echo(fault, err=True)
    for what, urls in (("not found after kills", lost), ("found after kills only", more)):
        click.echo(f"{what}: {len(urls)} reports {sorted(urls)[:10]}")
    sys.exit(bool(told.faults or lost or more))


if __name__ == "__main__":
    main()
