"""How much memory a crawl takes with a long queue: a real crawl of one portal on loopback, resumed over a ledger with a
million waiting addresses, watched while it fetches and while its budget's end strikes the rest out.

    python -m tests.bench.queue_memory [--addresses 1000000] [--requests 300]

Prints the greatest resident set of the crawling process (VmHWM); exit status 1 above --limit (MB).
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from crawler.addresses import address_key
from crawler.ledger import Booking, Ledger
from crawler.visit import DETAIL, Visit
from samples import SamplePortals

PROGRAM = """
import json, sys
from pathlib import Path
from crawler.run import crawl
portals, archive, budget = json.loads(sys.argv[1])
summary = crawl(portals=Path(portals), archive=Path(archive), resume=True, settings={"PORTAL_PAGES": budget})
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(json.dumps([int(peak.split()[1]) // 1024, summary.balance.ended, summary.balance.closed]))
"""


def fill(path: Path, portals: SamplePortals, addresses: int) -> None:
    """Book so many waiting addresses of the first portal, all of them pages that are there."""
    portal = portals.portals[0]
    ledger = Ledger(path)
    visit = Visit(portal.authority, portal.division_code, DETAIL, via=portal.start_url, anchor="甲局2023年年报").dumps()
    for number in range(addresses):
        url = f"{portal.start_url}?n={number}"
        ledger.book(Booking(address_key(url), url, portal.host, portal.authority, DETAIL, visit=visit))
    ledger.close()


@click.command()
@click.option("--addresses", default=1_000_000, show_default=True)
@click.option("--requests", default=300, show_default=True, help="Before the portal's budget is spent.")
@click.option("--limit", default=200, show_default=True, help="MB.")
def main(addresses: int, requests: int, limit: int) -> None:
    """Measure, and say whether it is within the limit."""
    with tempfile.TemporaryDirectory() as folder, SamplePortals(kinds="reports") as portals:
        root = Path(folder)
        portals.portals = portals.portals[:1]
        register = portals.portals_csv(root / "portals.csv")
        job = root / "archive.job"
        job.mkdir()
        fill(job / "ledger.sqlite", portals, addresses)
        size = (job / "ledger.sqlite").stat().st_size >> 20
        click.echo(f"{addresses:,} addresses wait in a ledger of {size} MB")
        given = json.dumps([str(register), str(root / "archive"), requests])
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, given], capture_output=True, text=True, check=True, env=dict(os.environ)
        )
        peak, ended, closed = json.loads(done.stdout.splitlines()[-1])
        with sqlite3.connect(job / "ledger.sqlite") as ledger:
            fetched = ledger.execute("SELECT count(*) FROM addresses WHERE outcome = 'ok'").fetchone()[0]
        click.echo(f"{fetched} fetched, {ended:,} ended, ledger {'closed' if closed else 'open'}; at most {peak} MB")
        if peak > limit:
            raise click.ClickException(f"more than {limit} MB")


if __name__ == "__main__":
    main()
