"""The spider `recheck`: visits the known reports again and says what became of them.

Each visit is archived as any other; a change is a note beside it (a metadata record alone): `edited`, `moved`,
`withdrawn` or `restored`, with the capture that held the report before (`previous`) and the new address (`moved_to`).

| seen | says |
|---|---|
| 304, or the same text of the report whatever else changed on the page | nothing |
| another text | edited |
| a redirect to a page with a report | moved |
| 404, 410, a soft 404, or a page without the form where one was | a miss; the second in a row, while the portal's homepage answers: moved where the same report is known at another address, else withdrawn |
| a block, a time-out, any other failure | nothing: no proof of absence |
"""  # noqa: E501 -- rows of a table

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response

from archive.files import some_warc_files
from crawler import tally
from crawler.addresses import host_of, resolve
from crawler.fingerprint import TEXT, fingerprint, kind_of
from crawler.job import job_folder
from crawler.known import MISSING, KnownReports, is_gone
from crawler.ledger import REPORT
from crawler.outcomes import Verdict
from crawler.spiders.base import FIRST, Conclusion, LedgerSpider
from crawler.visit import HOME, Known, Visit

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

EDITED, MOVED, WITHDRAWN, RESTORED = "edited", "moved", "withdrawn", "restored"
MOST_MISSES = 2  # visits in a row without the report, before it counts as withdrawn


class RecheckSpider(LedgerSpider):
    """Visits the known reports of the portals that are due, or all of them (setting EVERYTHING)."""

    name = "recheck"
    ledger_file = "recheck.sqlite"
    mailbox_name = "recheck-handover"
    known: KnownReports

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._alive: set[str] = set()  # portals whose homepage answered
        self._missing: dict[str, list[tuple[Visit, Verdict]]] = defaultdict(list)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> RecheckSpider:
        """Return the spider with the archive's reports taken up. Raises `CrawlError`; `ArchiveError` without one."""
        some_warc_files(crawler.settings["ARCHIVE"])  # before a folder for the crawl's state is made beside it
        spider = super().from_crawler(crawler, *args, **kwargs)
        assert isinstance(spider, RecheckSpider)
        spider.known = KnownReports(job_folder(crawler) / "reports.sqlite")
        if not crawler.settings.getbool("RESUME"):
            spider.known.take_up(Path(crawler.settings["ARCHIVE"]))
        homes = tally.homes([spider.ledger])
        spider._alive.update(portal for portal, (outcome, _) in homes.items() if outcome == "ok")
        return spider

    def begin(self) -> None:
        """Ask for the reports that are due, and for the homepage of each of their portals, or of their host where
        another process asks the portal's; a resumed recheck goes on with what its ledger holds.
        """
        now, everything = time.time(), self.settings.getbool("EVERYTHING")
        asked: set[str] = set()
        for report in () if self.settings.getbool("RESUME") else self.known.reports():
            portal = self.portals.get(report.portal)
            if portal is None or not self.owns(host_of(report.url)) or not (everything or report.is_due(now)):
                continue
            home = portal.start_url if self.owns(portal.host) else urljoin(report.url, "/")
            if home not in asked:
                asked.add(home)
                self.ask(home, Visit(portal.authority, portal.division_code, HOME), priority=FIRST)
            self.ask(report.url, report.visit(now), priority=FIRST // 2)

    def conclude(self, request: Request, response: Response | None, visit: Visit, verdict: Verdict) -> Conclusion:
        """Compare an answer with what is known of the report, and note a change."""
        if verdict.outcome == "redirect":
            return self._follow(request, response, visit, verdict.reason)
        if visit.role == HOME:
            if verdict.outcome == "ok":
                self._alive.add(visit.portal)
                self._give_up_missing(visit.portal)
        elif visit.known is not None:
            return self._compare(request, response, visit, visit.known, verdict)
        return Conclusion()

    def _follow(self, request: Request, response: Response | None, visit: Visit, location: str) -> Conclusion:
        """Follow a redirect, unless it leads to a report that has a visit of its own."""
        target = resolve(request.url, location)
        if visit.known is not None and target is not None and target != visit.known.address:
            report = self.known.report(target)
            if report is not None and report.fingerprint == visit.known.fingerprint:
                self._change(visit, visit.known, MOVED, f"redirected to {target}", moved_to=target)
                return Conclusion()
        known = visit.known and replace(visit.known, etag="", modified="")
        return self.follow_redirect(request, response, replace(visit, known=known), location)

    def _compare(
        self, request: Request, response: Response | None, visit: Visit, known: Known, verdict: Verdict
    ) -> Conclusion:
        if verdict.outcome in MISSING:
            self._miss(visit, known, verdict)
        elif verdict.outcome == "not_modified":
            return Conclusion(REPORT)
        elif verdict.is_content and response is not None:
            content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
            now = fingerprint(response.body, content_type, digest=request.meta["digest"])
            away = request.url != known.address
            if is_gone(known.fingerprint, now) or (away and now != known.fingerprint and kind_of(now) == TEXT):
                self._miss(visit, known, Verdict("soft_404", "a page without the report"))
                return Conclusion()
            if away:
                self._change(visit, known, MOVED, f"redirected to {request.url}", moved_to=request.url)
            if known.withdrawn:
                self._change(visit, known, RESTORED, "there again")
            if now != known.fingerprint:
                self._change(visit, known, EDITED, f"another text than in {known.capture}")
            return Conclusion(REPORT)
        return Conclusion()

    def _miss(self, visit: Visit, known: Known, verdict: Verdict) -> None:
        if known.misses + 1 >= MOST_MISSES and not known.withdrawn:
            self._missing[visit.portal].append((visit, verdict))
            if visit.portal in self._alive:
                self._give_up_missing(visit.portal)

    def _give_up_missing(self, portal: str) -> None:
        """Note what became of the missing reports of a portal that is alive."""
        for visit, verdict in self._missing.pop(portal, ()):
            assert visit.known is not None
            elsewhere = self.known.elsewhere(visit.known.address, visit.known.fingerprint)
            if elsewhere is not None:
                self._change(visit, visit.known, MOVED, f"the same report is at {elsewhere}", moved_to=elsewhere)
            else:
                reason = f"{visit.known.misses + 1} visits in a row found {verdict.reason or verdict.outcome}"
                self._change(visit, visit.known, WITHDRAWN, f"{reason}, and the portal's homepage answers")

    def _change(self, visit: Visit, known: Known, change: str, reason: str, *, moved_to: str = "") -> None:
        extra = (("previous", known.capture), *((("moved_to", moved_to),) if moved_to else ()))
        self.recorder.note(known.address, visit, Verdict(change, reason), extra=extra)
        self.ledger.note_change(known.address, visit.portal, change, reason)
