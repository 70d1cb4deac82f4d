"""The account of the register: for each portal and report year found, candidate, blocked, unknown or not found, with
the reason; read from the ledger of the last crawl, as a table for a terminal or as plain records.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.table import Table

from crawler.errors import NoCrawl
from crawler.families import FAMILIES
from crawler.ledger import Ledger
from crawler.register import read_register
from crawler.summary import YEAR_STATES, CrawlSummary, PortalSummary, summarise

PORTAL_FIELDS = ("portal", "fetched", "reports", "outcomes", "home", "amiss")


def read_account(*, portals: Path, archive: Path, only: str | None = None, year: int | None = None) -> CrawlSummary:
    """Return what the last crawl into an archive came to, for the portals of a register; nothing is changed.

    Raises `BadRegister`; `NoCrawl` where no crawl was made or `only` names no portal.
    """
    names = [portal.authority for portal in read_register(portals, families=FAMILIES)]
    if only is not None and only not in names:
        raise NoCrawl(f"{portals}: no portal is called {only}")
    ledgers = [Ledger(path, read_only=True) for path in _latest(Path(f"{archive}.job"))]
    try:
        return summarise(ledgers, names if only is None else [only], year=year)
    finally:
        for ledger in ledgers:
            ledger.close()


def _latest(job: Path) -> list[Path]:
    """Return the ledgers of the last crawl: the one, or those of all its shards."""
    found = sorted(job.glob("ledger.sqlite")) + sorted(job.glob("shard-*-of-*/ledger.sqlite"))
    if not found:
        raise NoCrawl(f"{job / 'ledger.sqlite'}: no such file; `nianbao crawl` writes it")
    newest = max(found, key=lambda path: path.stat().st_mtime)
    if newest.parent == job:
        return [newest]
    parts = newest.parent.name.rpartition("-")[2]
    return [path for path in found if path.parent != job and path.parent.name.endswith(f"-of-{parts}")]


def table(summary: CrawlSummary) -> Table:
    """Return the portals as a table, a row each."""
    drawn = Table("portal", "fetched", *YEAR_STATES, "amiss", title_justify="left")
    for portal in summary.portals:
        states = (spans(portal.years_in(state)) for state in YEAR_STATES)
        drawn.add_row(portal.portal, str(portal.fetched), *states, _amiss(portal))
    return drawn


def records(summary: CrawlSummary) -> dict[str, Any]:
    """Return the account as plain values: `portals`, each with its years, and the ledger's `balance`."""
    return {
        "crawled": summary.crawled,
        "portals": [
            _named(portal, *PORTAL_FIELDS)
            | {
                "lost": [{"address": address, "outcome": outcome} for outcome, address in portal.lost],
                "years": [_named(year, "year", "state", "number", "reason") for year in portal.years],
                "short_lists": [
                    {"list": short.address, "declared": short.declared, "collected": short.seen, "unit": short.unit}
                    for short in portal.short
                ],
            }
            for portal in summary.portals
        ],
        "balance": _named(summary.balance, "scheduled", "ended", "waiting", "closed"),
    }


def _named(value: object, *names: str) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names}


def spans(years: Sequence[int]) -> str:
    """Return years in order as text, runs drawn together: `2019–2022, 2024`."""
    runs = [[year for _, year in run] for _, run in groupby(enumerate(years), key=lambda placed: placed[1] - placed[0])]
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _amiss(portal: PortalSummary) -> str:
    """Return what is amiss with a portal: why it gave nothing or stopped, the reasons of its years, short lists."""
    reasons = [reason for reason in (portal.amiss, portal.losses) if reason]
    by_reason: dict[str, list[int]] = {}
    for year in portal.years:
        if year.reason and year.reason != portal.amiss:
            by_reason.setdefault(year.reason, []).append(year.year)
    reasons += [f"{spans(years)}: {reason}" for reason, years in by_reason.items()]
    reasons += map(str, portal.short)
    return "; ".join(reasons)
