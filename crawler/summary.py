"""What a crawl came to: for each portal the outcomes counted, the reports found, and why it stopped where it did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crawler.ledger import Balance, Ledger
from crawler.outcomes import BLOCKED, UNANSWERED


@dataclass(frozen=True, slots=True)
class PortalSummary:
    """One portal: outcome → number of addresses, pages and files that look like reports, how its start address ended,
    and the reason why it was not looked through to the end ("" where it was). `short` are its lists that showed less
    than they declared.
    """

    portal: str
    outcomes: dict[str, int]
    reports: int
    home: str
    home_reason: str
    stopped: str
    short: tuple[tuple[str, int, int], ...] = ()

    @property
    def fetched(self) -> int:
        """How many addresses answered with content."""
        return self.outcomes.get("ok", 0) + self.outcomes.get("not_modified", 0)

    @property
    def blocked(self) -> int:
        """How many addresses were refused by the portal or not asked for because of that."""
        return sum(count for outcome, count in self.outcomes.items() if outcome in BLOCKED)

    def line(self) -> str:
        """Return the portal's line of the summary."""
        ends = ", ".join(f"{outcome} {count}" for outcome, count in self.outcomes.items() if outcome != "ok")
        text = f"{self.portal}: {self.fetched} fetched, {self.reports} look like reports"
        if ends:
            text += f"; {ends}"
        if not self.fetched:
            text += f"; nothing could be fetched: {self.home} {self.home_reason}".rstrip()
        elif self.stopped:
            text += f"; stopped: {self.stopped}"
        return text


@dataclass(frozen=True, slots=True)
class CrawlSummary:
    """The whole crawl. `interrupted` says that it was stopped before its end; `failure` why it could not go on."""

    portals: tuple[PortalSummary, ...]
    balance: Balance
    interrupted: bool = False
    failure: str = ""

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
        where nothing at all could be fetched, or where the crawl could not go on.
        """
        return 0 if self.balance.closed and self.fetched and not self.failure else 1

    def lines(self) -> list[str]:
        """Return the summary as lines of text."""
        lines = [portal.line() for portal in self.portals]
        for portal in self.portals:
            lines += [
                f"{portal.portal}: {address} shows {seen} of {declared} entries"
                for address, declared, seen in portal.short
            ]
        balance = self.balance
        lines.append(
            f"{balance.ended} of {balance.scheduled} addresses ended in an outcome;"
            f" {self.fetched} fetched, {self.reports} look like reports"
        )
        if self.failure:
            lines.append(self.failure)
        if not self.fetched and not self.interrupted:
            lines.append(
                "nothing could be fetched from any portal: is there a network?"
                if self._unanswered()
                else "nothing could be fetched from any portal"
            )
        if not balance.closed:
            lines.append(f"incomplete: {balance.waiting + balance.running} addresses wait; go on with --resume")
        return lines

    def _unanswered(self) -> bool:
        return all(outcome in (*UNANSWERED, "timeout") for portal in self.portals for outcome in portal.outcomes)


def summarise(ledger: Ledger, portals: Iterable[str], *, interrupted: bool = False, failure: str = "") -> CrawlSummary:
    """Return the account of a ledger, with a line for each of the portals, in their order."""
    outcomes, reports = ledger.outcomes(), ledger.reports()
    homes, stopped = ledger.home_outcomes(), ledger.stopped_portals()
    return CrawlSummary(
        tuple(
            PortalSummary(
                portal=portal,
                outcomes=outcomes.get(portal, {}),
                reports=reports.get(portal, 0),
                home=homes.get(portal, ("not asked", ""))[0],
                home_reason=homes.get(portal, ("", ""))[1],
                stopped=stopped.get(portal, ""),
                short=tuple(ledger.short_lists(portal)),
            )
            for portal in dict.fromkeys(portals)
        ),
        ledger.balance(),
        interrupted,
        failure,
    )
