"""What ledgers came to, those of all shards of a crawl taken together: read in one pass each, told by portal."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.addresses import address_key
from crawler.ledger import ENDED, Ledger

LISTING, LISTED = ("column", "list"), ("detail", "attachment")  # roles: of lists, of what they list

Found = dict[str, list[tuple[str, str]]]  # by portal, outcome and address


@dataclass(frozen=True, slots=True)
class YearCount:
    """What a portal's addresses with one report year (None: unknown) came to: `genre` report or candidate, or "" and
    the outcome that stood in the way.
    """

    year: int | None
    genre: str
    outcome: str
    number: int


@dataclass(frozen=True, slots=True)
class Short:
    """A list that showed less than it declared: so many entries or pages (`unit`)."""

    address: str
    declared: int
    seen: int
    unit: str

    def __str__(self) -> str:
        return f"{self.address} shows {self.seen} of {self.declared} {self.unit}"


@dataclass(frozen=True, slots=True)
class Balance:
    """Scheduled addresses against ended ones, and those that ended without an outcome."""

    scheduled: int
    ended: int
    nameless: int

    @property
    def waiting(self) -> int:
        """How many have not ended."""
        return self.scheduled - self.ended

    @property
    def closed(self) -> bool:
        """Whether every scheduled address ended in an outcome."""
        return not (self.waiting or self.nameless)


def balance_of(ledgers: Sequence[Ledger]) -> Balance:
    """Return scheduled against ended addresses."""
    query = (
        "SELECT count(*), count(*) FILTER (WHERE state = ?1), count(outcome) FILTER (WHERE state = ?1) FROM addresses"
    )
    scheduled, ended, named = (sum(filter(None, row)) for row in zip(*_read(ledgers, query, ENDED), strict=True))
    return Balance(scheduled, ended, ended - named)


def waiting(ledgers: Sequence[Ledger]) -> dict[str, int]:
    """Return for each portal how many addresses have not ended."""
    query = "SELECT portal, count(*) FROM addresses WHERE state != ? GROUP BY portal"
    return dict(sum((Counter(dict([row])) for row in _read(ledgers, query, ENDED)), Counter()))


def outcomes(ledgers: Sequence[Ledger]) -> dict[str, Counter[str]]:
    """Return for each portal how many addresses ended in which outcome."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    query = "SELECT portal, outcome, count(*) FROM addresses WHERE state = ? GROUP BY portal, outcome"
    for portal, outcome, count in _read(ledgers, query, ENDED):
        counted[portal][outcome] += count
    return counted


def homes(ledgers: Sequence[Ledger]) -> dict[str, tuple[str, str]]:
    """Return for each portal the outcome of its start address, the first of several, and the reason."""
    query = "SELECT portal, outcome, reason FROM addresses WHERE role = 'home' AND state = ? ORDER BY id"
    found: dict[str, tuple[str, str]] = {}
    for portal, outcome, reason in _read(ledgers, query, ENDED):
        found.setdefault(portal, (outcome, reason or ""))
    return found


def stops(ledgers: Sequence[Ledger]) -> dict[str, str]:
    """Return the portals that were not looked through to the end, each with the first reason."""
    return {portal: reason for ledger in reversed(ledgers) for portal, reason in ledger.stopped_portals().items()}


def years(ledgers: Sequence[Ledger]) -> dict[str, list[YearCount]]:
    """Return by portal what became of the addresses at which reports stood or were promised, by report year."""
    query = (
        "SELECT portal, year, genre, outcome, count(*) FROM addresses"
        " WHERE state = ? AND (genre != '' OR (expected AND outcome != 'ok'))"
        " GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"
    )
    found = _by_portal(_read(ledgers, query, ENDED))
    return {portal: [YearCount(*count) for count in counts] for portal, counts in found.items()}


def promising(ledgers: Sequence[Ledger]) -> frozenset[str]:
    """Return the portals on which anything promised reports: their column, one of them, a file."""
    query = "SELECT DISTINCT portal FROM addresses WHERE expected"
    return frozenset(portal for (portal,) in _read(ledgers, query))


def unfulfilled(ledgers: Sequence[Ledger], roles: tuple[str, str], unharmed: Container[str]) -> Found:
    """Return what was promised in these roles and could not be had; `unharmed` are the outcomes of what could."""
    query = (
        "SELECT portal, outcome, url FROM addresses WHERE state = ? AND expected AND genre = '' AND role IN (?, ?)"
        " ORDER BY id"
    )
    return _by_portal(row for row in _read(ledgers, query, ENDED, *roles) if row[1] not in unharmed)


def short_lists(ledgers: Sequence[Ledger]) -> dict[str, list[Short]]:
    """Return by portal the lists that showed less than they declared: entries or, where these are not told, pages."""
    query = (
        "SELECT portal, list, ifnull(declared, stated), iif(declared, collected, pages),"
        " iif(declared, 'entries', 'pages')"
        " FROM lists WHERE iif(declared, declared > collected, stated > pages) ORDER BY list"
    )
    return {portal: [Short(*row) for row in rows] for portal, rows in _by_portal(_read(ledgers, query)).items()}


def empty_columns(ledgers: Sequence[Ledger]) -> dict[str, list[str]]:
    """Return by portal the addresses of columns of reports that showed no entry."""
    found: dict[str, list[str]] = defaultdict(list)
    for ledger in ledgers:
        for portal, listing in ledger.read("SELECT portal, list FROM lists WHERE collected = 0 ORDER BY list"):
            if ledger.read("SELECT 1 FROM addresses WHERE key = ? AND expected", address_key(listing)):
                found[portal].append(listing)
    return found


def changes(ledger: Ledger) -> list[tuple[str, str, str, str]]:
    """Return what a recheck noted, by portal and address: address, portal, change, detail."""
    return ledger.read("SELECT url, portal, change, detail FROM changes ORDER BY portal, url, change")


def _read(ledgers: Sequence[Ledger], query: str, *values: object) -> Iterator[Any]:
    for ledger in ledgers:
        yield from ledger.read(query, *values)


def _by_portal(rows: Iterable[Any]) -> dict[str, list[Any]]:
    """Return rows by their first field, without it."""
    found: dict[str, list[Any]] = defaultdict(list)
    for portal, *rest in rows:
        found[portal].append(tuple(rest))
    return found
