"""What a crawl came to: for each portal the outcomes counted, the reports found by year, and why it stopped where it
did; and what a recheck came to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from crawler import tally
from crawler.ledger import CANDIDATE, REPORT, Ledger
from crawler.outcomes import BLOCKED, UNANSWERED
from crawler.tally import Balance, Short, YearCount

FOUND, CANDIDATE_ONLY, BLOCKED_YEAR, UNKNOWN, NOT_FOUND = YEAR_STATES = (
    "found", "candidate", "blocked", "unknown", "not found",
)  # fmt: skip
# Ends of an expected report that are neither a refusal nor a failure: what it leads to has an ending of its own.
PASSED_ON = ("redirect", "cookie_bounce", "not_modified")
GONE = ("not_found", "soft_404")
REFUSED = BLOCKED | {"robots_denied", "owner_objects", "over_budget", "host_refused", "address_refused"}
# Ends of what may have been no report: HTML where a file was guessed; what its owner does not want to be asked for.
NO_LOSS = ("ok", *PASSED_ON, "wrong_type", "owner_objects")
MOST_UNREAD = 3  # columns that are named
_UNANSWERED = frozenset((*UNANSWERED, "timeout"))


@dataclass(frozen=True, slots=True)
class YearState:
    """One report year of one portal: `state` is one of YEAR_STATES, `number` how many pages and files the state stands
    on, `reason` why it is not "found".
    """

    year: int
    state: str
    number: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PortalSummary:
    """One portal: outcome → number of addresses, pages and files that look like reports, how its start address ended,
    and the reason why it was not looked through to the end ("" where it was). `short` are its lists that showed less
    than they declared, `unread` the columns of reports that could not be read (outcome, address), `empty` those that
    showed nothing, `waiting` how many addresses have not ended, `lost` the pages and files of listed reports;
    `promising` says that anything promised reports; `years` the state of each year in scope.
    """

    portal: str
    outcomes: dict[str, int]
    reports: int
    home: str
    home_reason: str
    stopped: str
    short: tuple[Short, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    lost: tuple[tuple[str, str], ...] = ()
    empty: tuple[str, ...] = ()
    promising: bool = True
    waiting: int = 0
    years: tuple[YearState, ...] = ()

    @property
    def fetched(self) -> int:
        """How many addresses answered with content."""
        return self.outcomes.get("ok", 0) + self.outcomes.get("not_modified", 0)

    @property
    def amiss(self) -> str:
        """Why the portal gave nothing, or not all; "" where nothing is known to be amiss."""
        if not self.fetched:
            return f"nothing could be fetched: {self.home} {self.home_reason}".rstrip()
        return "; ".join(dict.fromkeys([*self._unseen, *_named(self.unread)]))

    @property
    def _unseen(self) -> list[str]:
        """Why reports may be there that were not seen."""
        reasons = [f"stopped: {self.stopped}"] if self.stopped else []
        reasons += [f"{self.waiting} addresses wait"] if self.waiting else []
        reasons += [f"start page: {self.home}"] if self.home not in ("ok", *PASSED_ON) else []
        reasons += [] if self.promising or self.reports else ["no column of reports was found"]
        if self.reports:
            return reasons
        empty = (("no entry of this column of reports could be read", address) for address in self.empty)
        return [*reasons, *_named(empty), *_named(self.unread)]

    @property
    def is_seen_whole(self) -> bool:
        """Whether what was not found is not there, as far as the portal itself tells."""
        return not (self.short or self._unseen)

    @property
    def losses(self) -> str:
        """Which listed reports could not be had, the first few by address; "" where all could."""
        more = [f"{len(self.lost) - MOST_UNREAD} more"] if len(self.lost) > MOST_UNREAD else []
        return f"listed reports not fetched: {', '.join(_named(self.lost) + more)}" if self.lost else ""

    def years_in(self, state: str) -> tuple[int, ...]:
        """Return the years in one of YEAR_STATES, in order."""
        return tuple(year.year for year in self.years if year.state == state)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a crawl or a recheck ended: `interrupted` says that it was stopped before its end; `failure` why it could not
    go on; `left` the addresses that wait for other processes, by where.
    """

    interrupted: bool = False
    failure: str = ""
    left: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CrawlSummary(Ended):
    """The whole crawl. `crawled` says when it began (ISO 8601, UTC)."""

    portals: tuple[PortalSummary, ...]
    balance: Balance
    crawled: str = ""

    @property
    def fetched(self) -> int:
        """How many addresses answered with content."""
        return sum(portal.fetched for portal in self.portals)

    @property
    def reports(self) -> int:
        """How many pages and files look like reports."""
        return sum(portal.reports for portal in self.portals)

    @property
    def exit_status(self) -> int:
        """0 for a crawl that came to its end, whatever single portals answered; 1 where the ledger does not balance,
        where nothing at all could be fetched, where we failed to read an answer, or where the crawl could not go on.
        """
        whole = self.balance.closed and not self.left
        return 0 if whole and not self._in_vain and not self.failure and not self.unread else 1

    @property
    def unread(self) -> int:
        """How many answers this program failed to read: a fault of ours, not of a portal."""
        return sum(portal.outcomes.get("unread", 0) for portal in self.portals)

    def totals(self) -> list[str]:
        """Return the last lines of the summary: the account, and what to do where it is not closed."""
        balance = self.balance
        ended = f"{balance.ended} of {balance.scheduled} addresses ended in an outcome"
        lines = [f"{ended}; {self.fetched} fetched, {self.reports} look like reports"]
        lines += [self.failure] if self.failure else []
        if self.unread:
            lines.append(
                f"{self.unread} answers could not be read: each costs too much, or met a fault of this program;"
                " the ledger says which"
            )
        if not balance.scheduled and not self.interrupted:
            lines.append("no host fell to this process: others of this crawl have them")
        elif self._in_vain and not self.interrupted:
            met = {outcome for portal in self.portals for outcome in portal.outcomes}
            why = "is there a network?" if met else "was this crawl one of another register?"
            lines.append("nothing could be fetched from any portal" + (f": {why}" if met <= _UNANSWERED else ""))
        return lines + _left_over(balance, self.left)

    @property
    def _in_vain(self) -> bool:
        return not self.fetched and (self.balance.scheduled > 0 or self.interrupted)


def summarise(
    ledgers: Ledger | Sequence[Ledger], portals: Iterable[str], *, year: int | None = None, **ended: Any
) -> CrawlSummary:
    """Return the account of a ledger, or of the ledgers of all shards, with a summary of each portal, in their order.

    The years in scope are `year`, or without it all for which any portal shows a report; `ended` as `Ended` has it.
    """
    every = [ledgers] if isinstance(ledgers, Ledger) else list(ledgers)
    outcomes, homes, stops, counts = tally.outcomes(every), tally.homes(every), tally.stops(every), tally.years(every)
    short, empty, promising = tally.short_lists(every), tally.empty_columns(every), tally.promising(every)
    waiting = tally.waiting(every)
    unread = tally.unfulfilled(every, tally.LISTING, ("ok", *PASSED_ON))
    lost = tally.unfulfilled(every, tally.LISTED, NO_LOSS)
    seen = {count.year for those in counts.values() for count in those if count.genre == REPORT and count.year}
    scope = sorted(seen) if year is None else [year]
    summaries = []
    for portal in dict.fromkeys(portals):
        home, home_reason = homes.get(portal, ("not asked", ""))
        bare = PortalSummary(
            portal=portal,
            outcomes=dict(outcomes.get(portal, Counter()).most_common()),
            reports=sum(count.number for count in counts.get(portal, ()) if count.genre == REPORT),
            home=home,
            home_reason=home_reason,
            stopped=stops.get(portal, ""),
            short=tuple(short.get(portal, ())),
            unread=tuple(unread.get(portal, ())),
            empty=tuple(empty.get(portal, ())),
            promising=portal in promising,
            lost=tuple(lost.get(portal, ())),
            waiting=waiting.get(portal, 0),
        )
        states = tuple(_state_of(year, counts.get(portal, ()), bare) for year in scope)
        summaries.append(replace(bare, years=states))
    began = min((ledger.fact("began") or "" for ledger in every), default="")
    return CrawlSummary(tuple(summaries), tally.balance_of(every), began, **ended)


def _state_of(year: int, counts: Iterable[YearCount], portal: PortalSummary) -> YearState:
    """Return the best that is known of a year on a portal; neither a block nor a list that lacks entries ever becomes
    "not found".
    """
    of_year = [count for count in counts if count.year == year]
    reports = sum(count.number for count in of_year if count.genre == REPORT)
    if reports:
        return YearState(year, FOUND, reports)
    failed = [count for count in of_year if not count.genre and count.outcome not in PASSED_ON]
    blocked = [count for count in failed if count.outcome in REFUSED]
    candidates = sum(count.number for count in of_year if count.genre == CANDIDATE)
    if candidates and not blocked:
        return YearState(year, CANDIDATE_ONLY, candidates, "pages called reports, without the form's text")
    unread = any(outcome not in GONE for outcome, _ in portal.unread)
    vain = () if portal.fetched else tuple(portal.outcomes)  # of a portal of which no page could be read
    if blocked or unread or portal.home in REFUSED or any(name in REFUSED for name in vain):
        reason = _ends(blocked) or portal.amiss or _ends(failed)
        return YearState(year, BLOCKED_YEAR, sum(count.number for count in blocked), reason)
    number, reason = sum(count.number for count in failed), _ends(failed) or portal.amiss
    if not portal.is_seen_whole or any(count.outcome not in GONE for count in failed):
        return YearState(year, UNKNOWN, number, reason or "a list of reports lacks entries")
    return YearState(year, NOT_FOUND, number, reason or "no link promised one")


def _named(addresses: Iterable[tuple[str, str]]) -> list[str]:
    """Return the first of some addresses, each with what became of it."""
    return [f"{address}: {outcome}" for outcome, address in islice(addresses, MOST_UNREAD)]


def _ends(counts: Iterable[YearCount]) -> str:
    return ", ".join(f"{count.outcome} {count.number}" for count in counts)


@dataclass(frozen=True, slots=True)
class Change:
    """What a recheck found of a known report: edited, moved, withdrawn or restored, and the words that say why."""

    url: str
    portal: str
    change: str
    detail: str


@dataclass(frozen=True, slots=True)
class RecheckSummary(Ended):
    """What a recheck came to: outcome → number of addresses, and the changes."""

    outcomes: dict[str, int]
    changes: tuple[Change, ...]
    balance: Balance

    @property
    def exit_status(self) -> int:
        """0 for a recheck that came to its end, whatever it found."""
        return 0 if self.balance.closed and not self.failure and not self.left else 1

    def lines(self) -> list[str]:
        """Return the summary as lines of text."""
        lines = [f"{change.portal}: {change.url}: {change.change}: {change.detail}" for change in self.changes]
        ends = ", ".join(f"{outcome} {count}" for outcome, count in self.outcomes.items())
        found = Counter(change.change for change in self.changes)
        what = ", ".join(f"{count} {change}" for change, count in sorted(found.items()))
        if not self.balance.scheduled:
            lines.append("no known report is due; --all visits those that are not, too")
        else:
            lines.append(
                f"{self.balance.ended} of {self.balance.scheduled} addresses visited ({ends}); {what or 'no change'}"
            )
        lines += [self.failure] if self.failure else []
        return lines + _left_over(self.balance, self.left)


def summarise_recheck(ledger: Ledger, **ended: Any) -> RecheckSummary:
    """Return the account of a recheck's ledger; `ended` as `Ended` has it."""
    outcomes: Counter[str] = sum(tally.outcomes([ledger]).values(), Counter())
    changes = tuple(Change(*row) for row in tally.changes(ledger))
    return RecheckSummary(dict(outcomes.most_common()), changes, tally.balance_of([ledger]), **ended)


def _left_over(balance: Balance, left: Mapping[str, int]) -> list[str]:
    """Return what to do where the account is not closed, here and elsewhere."""
    here = [] if balance.closed else [f"incomplete: {balance.waiting} addresses wait; go on with --resume"]
    start = "start a process there, with --resume"
    return here + [f"incomplete: {count} addresses wait {where}; {start}" for where, count in sorted(left.items())]
