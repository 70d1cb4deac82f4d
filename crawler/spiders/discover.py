"""The spider `discover`: from each portal's homepage to its annual reports, the most promising address first.

For every answer it books exactly one ending in the ledger. The links found on a page go to the scheduler directly, not
by way of the engine, which would take them up later: a page's ending and its links are one transaction, so that a crawl
that is killed between the two has neither. What a link is worth is judged in `crawler.relevance`, how
a list goes on in `crawler.families` and `crawler.pager`; this module asks them.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from scrapy import Request, Spider
from scrapy.http import Response

from crawler import pager
from crawler.addresses import Hosts, canonical, is_trap, is_twin, site_of
from crawler.families import FAMILIES, ListPage, PageRef, family_of
from crawler.frontier import Frontier
from crawler.guard import named_hosts
from crawler.ledger import Booking, Ledger, address_key, host_of
from crawler.outcomes import STOPPING, TRANSIENT, Verdict, is_readable
from crawler.page import Link, Page
from crawler.recorder import Recorder
from crawler.register import Portal, read_register, require_contact
from crawler.relevance import (
    EXPLORE,
    PICTURE,
    Place,
    Promise,
    is_article,
    is_menu,
    is_report_title,
    judge_link,
    looks_like_report,
    normal,
)
from crawler.visit import ATTACHMENT, COLUMN, DETAIL, FRAME, HOME, LIST, ListState, Visit, request_for

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

MOST_HOPS = 6  # redirects and stubs in a row
MOST_BOUNCES = 3
MOST_FAILURES = 5  # in a row, before a host is left alone for the day
MOST_PICTURES = 30
MOST_REFUSALS = 3
MOST_DEPTH_EXPLORED = 1  # links from the homepage: pages of which unlikely links are followed
# Nothing came back: several in a row say that the host itself is gone.
SILENT = ("timeout", "connection_failed", "dns_failed", "tls_failed")
DAY = 20 * 3600.0  # seconds for which a host that refused is left alone
FIRST = 1000  # priority of homepages


Keyed = tuple[bytes, Link]  # a link with its address's key in the ledger


class DiscoverSpider(Spider):
    """Visits the portals of the setting PORTALS (`only`: the one of that name), for the reports on `year` or on all
    years.
    """

    name = "discover"

    def __init__(self, year: str | int = 0, only: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.year = int(year) or None
        self.only = only
        self.failures: dict[str, int] = {}
        self.explored: dict[str, int] = {}
        self.finished = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> DiscoverSpider:
        """Return the spider with its register read and its ledger opened. Raises `CrawlError`."""
        settings = crawler.settings
        kwargs.setdefault("year", settings.getint("YEAR"))
        kwargs.setdefault("only", settings["ONLY"])
        spider = super().from_crawler(crawler, *args, **kwargs)
        register = Path(settings["PORTALS"])
        portals = read_register(register, families=FAMILIES)
        spider.portals = {
            portal.authority: portal for portal in portals if not spider.only or portal.authority == spider.only
        }
        require_contact(spider.portals.values(), settings["CONTACT"])
        spider.hosts = named_hosts(register)
        spider.sites = {name: frozenset(map(site_of, portal.hosts)) for name, portal in spider.portals.items()}
        spider.ledger = open_ledger(crawler)
        spider.stopped_hosts = spider.ledger.stopped_hosts(time.time())
        spider.stopped_portals = spider.ledger.stopped_portals()
        return spider

    portals: dict[str, Portal]
    hosts: Hosts
    ledger: Ledger
    stopped_hosts: dict[str, str]
    stopped_portals: dict[str, str]
    sites: dict[str, frozenset[str]]

    async def start(self) -> Any:
        """Yield the homepage of each portal; on a resumed crawl the ledger knows them already."""
        for portal in self.portals.values():
            visit = Visit(portal.authority, portal.division_code, HOME)
            yield request_for(visit, portal.start_url, priority=FIRST)

    # Endings

    def parse(self, response: Response, **kwargs: Any) -> None:
        """Read an answer, schedule what follows from it, and book its ending."""
        del kwargs
        assert response.request is not None
        self._conclude(response.request, response)

    def failed(self, failure: Failure) -> None:
        """Book the ending of a request that brought no answer, or let it wait for another attempt."""
        request: Request = failure.request  # type: ignore[attr-defined]
        verdict: Verdict | None = request.meta.get("verdict")
        if verdict is None or verdict.is_content:  # no fault of the portal's: a fault of ours, to be seen
            self.logger.error("%s: %s", request.url, failure.getTraceback())
            request.meta["verdict"] = Verdict("connection_failed", f"{type(failure.value).__name__}: {failure.value}")
        elif verdict.outcome == "robots_denied":
            self.recorder.note(request.url, request.meta["visit"], request.meta["verdict"])
        self._conclude(request, None)

    def _conclude(self, request: Request, response: Response | None) -> None:
        """Schedule what follows from a request's end, book it, and let its host be asked again, whatever happens on the
        way.
        """
        if self.recorder.failure:
            return  # what was not archived is not booked: it waits for the crawl to be resumed
        visit: Visit = request.meta["visit"]
        verdict: Verdict = request.meta["verdict"]
        try:
            self._book(request, response, visit, verdict)
        except sqlite3.Error as error:
            self.recorder.fail(f"the ledger cannot be written: {error}")
        except Exception:
            self.logger.exception("%s: the answer could not be read", request.url)
            self.ledger.end(request.meta["key"], verdict.outcome, "the answer could not be read")
        finally:
            self.frontier.settle(host_of(request.url))

    def _book(self, request: Request, response: Response | None, visit: Visit, verdict: Verdict) -> None:
        again = self._again(request, visit, verdict)
        if again is not None:
            self.frontier.enqueue_request(again)
            self._count(visit)
            return
        report = False
        if response is not None and verdict.is_content:
            page = _page_of(response, visit)
            official = page is not None and looks_like_report(page.text)
            report = visit.within and (official or (page is None and visit.role in (ATTACHMENT, DETAIL)))
            if page is not None:
                self._read(page, visit, official=official)
        elif verdict.outcome == "redirect":
            self._redirect(request, visit, verdict.reason)
        elif visit.listing is not None:
            self._after_failure(visit)
        self.ledger.end(request.meta["key"], verdict.outcome, verdict.reason, report=report)
        self.finished += 1
        self._watch(host_of(request.url), visit, verdict)
        self._count(visit)

    def _again(self, request: Request, visit: Visit, verdict: Verdict) -> Request | None:
        """Return another attempt at the same address where that is worth it, in the server's own time."""
        if verdict.outcome == "cookie_bounce" and visit.bounces < MOST_BOUNCES:
            return self._repeat(request, replace(visit, bounces=visit.bounces + 1), wait=0.0)
        if (
            verdict.outcome not in TRANSIENT
            or visit.attempt >= self.settings.getint("MOST_ATTEMPTS")
            or host_of(request.url) in self.stopped_hosts
        ):
            return None
        if verdict.outcome == "http_error" and verdict.reason.startswith("status 4"):
            return None
        if visit.listing is not None and visit.listing.guessed:
            return None
        wait = self.settings.getfloat("RETRY_DELAY") * 2 ** (visit.attempt - 1)
        if verdict.retry_after is not None:
            wait = max(verdict.retry_after, 0.0)
        if wait > self.settings.getfloat("LONGEST_WAIT"):
            return None
        return self._repeat(request, replace(visit, attempt=visit.attempt + 1), wait=wait)

    def _repeat(self, request: Request, visit: Visit, *, wait: float) -> Request:
        meta = {"visit": visit, "not_before": time.time() + wait if wait else 0.0}
        return request.replace(meta=meta, dont_filter=True)

    def _watch(self, host: str, visit: Visit, verdict: Verdict) -> None:
        """Stop a host that refuses, or that keeps silent."""
        if verdict.outcome in STOPPING or (verdict.outcome == "captcha" and visit.role not in (ATTACHMENT, FRAME)):
            self._stop_host(host, verdict)
        elif verdict.outcome == "forbidden":  # of one page, perhaps; of three in a row hardly
            if visit.role == HOME or self._strikes(host) >= MOST_REFUSALS:
                self._stop_host(host, verdict)
        elif verdict.outcome in SILENT:
            if self._strikes(host) >= MOST_FAILURES:
                self._stop_host(host, verdict)
        elif verdict.outcome == "rate_limited" and (verdict.retry_after or 0) > self.settings.getfloat("LONGEST_WAIT"):
            self._stop_host(host, verdict)
        else:
            self.failures.pop(host, None)

    def _count(self, visit: Visit) -> None:
        """Count a request against its portal's budget, and stop the portal when that is spent."""
        pages = self.ledger.count_page(visit.portal)
        portal = self.portals.get(visit.portal)
        budget = (portal.max_pages if portal else None) or self.settings.getint("PORTAL_PAGES")
        if pages >= budget and visit.portal not in self.stopped_portals:
            reason = f"budget of {budget} pages spent"
            self.stopped_portals[visit.portal] = reason
            self.ledger.stop_portal(visit.portal, reason)
            self._end_waiting("portal", visit.portal, Verdict("over_budget", reason))
        self.ledger.commit()

    def _strikes(self, host: str) -> int:
        self.failures[host] = self.failures.get(host, 0) + 1
        return self.failures[host]

    def _stop_host(self, host: str, verdict: Verdict) -> None:
        if host in self.stopped_hosts:
            return
        reason = f"{verdict.outcome}: {verdict.reason}" if verdict.reason else verdict.outcome
        self.stopped_hosts[host] = reason
        self.ledger.stop_host(host, reason, until=time.time() + DAY)
        for portal in self.portals.values():
            if portal.host == host:
                self.ledger.stop_portal(portal.authority, reason)
        self._end_waiting("host", host, Verdict("host_stopped", reason))

    def _end_waiting(self, column: str, value: str, verdict: Verdict) -> None:
        for booking in self.ledger.end_waiting(column, value, verdict.outcome, verdict.reason):
            self.recorder.note(booking.url, Visit.loads(booking.visit), verdict)
            self.finished += 1
        self.frontier.recount()

    # What follows from an answer

    def _redirect(self, request: Request, visit: Visit, location: str) -> None:
        target = canonical(urljoin(request.url, location))
        if target is None or visit.hops >= MOST_HOPS:
            return
        follow = replace(visit, via=request.url, hops=visit.hops + 1, attempt=1, bounces=0)
        self._ask(target, follow, priority=request.priority, refuse=True)

    def _read(self, page: Page, visit: Visit, *, official: bool) -> None:
        """Schedule what a page leads to; `official` says that it carries the official form itself."""
        place = replace(visit.place, detail=official or (visit.role == DETAIL and is_article(page.url)))
        if place.detail:
            self._read_links(page, visit, place, page.anchors)
            self._pictures(page, visit, official=official)
            return
        portal = self.portals.get(visit.portal)
        state = visit.listing or ListState(page.url)
        family = family_of(page, name=state.family or (portal.family if portal else ""))
        listed = ListPage(page, state.number, state.guessed, state.first)
        rows = self._read_links(page, visit, place, family.rows(listed))
        if visit.within or visit.hub or visit.listing:
            self._page_on(listed, visit, replace(state, family=family.name), rows)

    def _read_links(self, page: Page, visit: Visit, place: Place, found: Iterable[Link]) -> list[bytes]:
        """Follow the links of a page that are worth it; return the keys of those that may be rows of a list."""
        links = [(address_key(link.url), link) for link in found]
        furniture = self._furniture(page, visit, links)
        self._follow_links(page, visit, place, links, furniture)
        return list(dict.fromkeys(key for key, link in links if key not in furniture and _is_row(link)))

    def _furniture(self, page: Page, visit: Visit, links: list[Keyed]) -> set[bytes]:
        """Return which links are the portal's menus, and learn them from pages outside the 年报 column."""
        if visit.role == HOME:
            self.ledger.see_furniture(visit.portal, {key for key, _ in links}, weight=2)
        elif not visit.within and visit.listing is None:
            self.ledger.see_furniture(visit.portal, {key for key, link in links if not is_article(link.url)}, weight=1)
        if visit.role == HOME or not visit.within:
            pictures = {address_key(link.url) for link in page.links if link.kind == "image"}
            self.ledger.see_furniture(visit.portal, pictures, weight=2)
        return self.ledger.furniture(visit.portal, {key for key, _ in links})

    def _follow_links(self, page: Page, visit: Visit, place: Place, links: list[Keyed], furniture: set[bytes]) -> None:
        if visit.depth >= self.settings.getint("MOST_DEPTH"):
            self.ledger.stop_portal(visit.portal, f"depth {visit.depth} reached")
            return
        best: dict[bytes, tuple[Promise, Link]] = {}
        for key, link in links:
            promise = judge_link(link, replace(place, chrome=key in furniture), year=self.year)
            if promise is not None and (key not in best or promise.priority > best[key][0].priority):
                best[key] = promise, link
        for promise, link in best.values():
            if self._is_worth_it(page, visit, link, promise):
                self._follow(page, visit, link, promise)

    def _is_worth_it(self, page: Page, visit: Visit, link: Link, promise: Promise) -> bool:
        if is_twin(link.url) or is_trap(link.url) or not self._in_scope(page, visit, link, promise):
            return False
        if link.kind == "refresh":
            return visit.hops < MOST_HOPS
        return promise.priority != EXPLORE or self._may_explore(visit)

    def _follow(self, page: Page, visit: Visit, link: Link, promise: Promise) -> None:
        stub = link.kind == "refresh"
        follow = Visit(
            portal=visit.portal,
            division=visit.division,
            role=visit.role if stub else promise.role,
            via=page.url,
            anchor=visit.anchor if stub else link.label[:200],
            column=self._column(page, visit, promise),
            depth=visit.depth if stub else visit.depth + 1,
            within=promise.within,
            hub=promise.hub,
            hops=visit.hops + 1 if stub else 0,
        )
        self._ask(link.url, follow, priority=promise.priority, refuse=stub)

    def _may_explore(self, visit: Visit) -> bool:
        """Say whether a link that only might lead somewhere is worth a request: near the homepage, and a bounded
        number of them.
        """
        explored = self.explored.get(visit.portal, 0)
        if visit.depth > MOST_DEPTH_EXPLORED or explored >= self.settings.getint("PORTAL_EXPLORE"):
            return False
        self.explored[visit.portal] = explored + 1
        return True

    def _pictures(self, page: Page, visit: Visit, *, official: bool) -> None:
        """Schedule the pictures of a report's page whose tables are not in its text."""
        if official or not (visit.within and (is_report_title(page.heading) or is_report_title(visit.anchor))):
            return
        images = [link for link in page.links if link.kind == "image" and PICTURE.search(link.url)]
        furniture = self.ledger.furniture(visit.portal, [address_key(link.url) for link in images])
        fresh = [link for link in images if address_key(link.url) not in furniture]
        for link in fresh[:MOST_PICTURES]:
            follow = Visit(
                visit.portal,
                visit.division,
                ATTACHMENT,
                page.url,
                link.label[:200],
                visit.column,
                visit.depth + 1,
                within=True,
            )
            self._ask(link.url, follow, priority=FIRST - 200)

    def _page_on(self, listed: ListPage, visit: Visit, state: ListState, rows: list[bytes]) -> None:
        """Schedule the next page of a list, or close the list with the reason."""
        family = FAMILIES[state.family]
        if state.number == 1 and not visit.within and len(rows) < 5:
            return  # a page of menus, not a list
        new, collected = self.ledger.collect(state.first, rows)
        repeated = self.ledger.is_repeated(state.first, pager.digest(key.hex() for key in rows))
        barren = 0 if new else state.barren + 1
        declared = family.declared(listed)
        seen = pager.Seen(links=len(rows), new=new, repeated=repeated, collected=collected, barren=barren)
        refs = list(family.next_pages(listed)) if not state.guessed or new else list(state.rest)
        if any(ref.guessed for ref in refs) and state.number == 1 and (len(rows) < 10 or not visit.within):
            refs = []
        most = pager.MOST_PAGES if visit.within else pager.MOST_PAGES_ELSEWHERE
        decision = pager.decide(seen, declared, refs or state.rest, number=state.number, most=most)
        if decision.follow is None:
            self._close_list(visit, state, declared.records, collected, decision.reason)
            return
        self._next_page(visit, replace(state, barren=barren), decision, via=listed.page.url)

    def _after_failure(self, visit: Visit) -> None:
        assert visit.listing is not None
        state = replace(visit.listing, barren=visit.listing.barren + 1)
        decision = pager.after_failure(state.rest, guessed=state.guessed, barren=state.barren)
        if decision.follow is None:
            _, collected = self.ledger.collect(state.first, ())
            self._close_list(visit, state, None, collected, decision.reason)
            return
        self._next_page(visit, state, decision, via=visit.via)

    def _next_page(self, visit: Visit, state: ListState, decision: pager.Decision, *, via: str) -> None:
        ref = decision.follow
        assert ref is not None
        listing = replace(state, number=ref.number, guessed=ref.guessed, rest=decision.rest)
        follow = replace(
            visit, role=LIST if visit.within else COLUMN, via=via, hops=0, attempt=1, bounces=0, listing=listing
        )
        self._ask(ref, follow, priority=FIRST - 150 if visit.within else 200)

    def _close_list(self, visit: Visit, state: ListState, declared: int | None, collected: int, reason: str) -> None:
        self.ledger.close_list(
            state.first, portal=visit.portal, pages=state.number, declared=declared, collected=collected, reason=reason
        )
        if declared is not None:
            short = declared > collected
            verdict = Verdict("incomplete" if short else "complete", f"{reason} after {state.number} pages")
            extra = (("declared_total", str(declared)), ("collected", str(collected)))
            self.recorder.note(state.first, replace(visit, role=LIST), verdict, extra=extra)

    # Asking

    def _ask(self, target: str | PageRef, visit: Visit, *, priority: int, refuse: bool = False) -> None:
        """Schedule the request for an address that may be visited.

        One that may not be ends here: booked, where the portal itself sends its readers there (`refuse`) or where its
        host or portal was stopped; unbooked where it is any link.
        """
        request = request_for(visit, target, priority=priority)
        host = host_of(request.url)
        if not self.hosts.allows(host):
            if refuse:
                self._end_at_once(
                    request, visit, Verdict("host_refused", f"{host} is neither under .gov.cn nor in the register")
                )
        elif host in self.stopped_hosts:
            self._end_at_once(request, visit, Verdict("host_stopped", self.stopped_hosts[host]))
        elif visit.portal in self.stopped_portals and "budget" in self.stopped_portals[visit.portal]:
            self._end_at_once(request, visit, Verdict("over_budget", self.stopped_portals[visit.portal]))
        else:
            self.frontier.enqueue_request(request)

    def _end_at_once(self, request: Request, visit: Visit, verdict: Verdict) -> None:
        body = request.body.decode()
        key = address_key(request.url, method=request.method, body=body)
        booking = Booking(
            key,
            request.url,
            host_of(request.url),
            visit.portal,
            request.priority,
            request.method,
            body,
            visit.dumps(),
            0,
        )
        if self.ledger.book(booking, role=visit.role):
            self.ledger.end(key, verdict.outcome, verdict.reason)
            self.recorder.note(request.url, visit, verdict)

    def _in_scope(self, page: Page, visit: Visit, link: Link, promise: Promise) -> bool:
        """Say whether a link stays with its portal; only what is called a report, and the files of one, may lie
        elsewhere.
        """
        site = site_of(host_of(link.url))
        if site in self.sites.get(visit.portal, ()) or site == site_of(host_of(page.url)):
            return True
        return promise.role in (DETAIL, ATTACHMENT) and (visit.role == DETAIL or is_report_title(link.label))

    def _column(self, page: Page, visit: Visit, promise: Promise) -> str:
        """Return the name of the column that a link stands in."""
        if visit.role in (LIST, COLUMN) and visit.anchor and visit.listing is None:
            return normal(visit.anchor)[:60]
        return visit.column or (page.title[:60] if promise.within else "")

    @property
    def frontier(self) -> Frontier:
        """The crawl's scheduler."""
        scheduler = self.crawler.engine.scheduler
        assert isinstance(scheduler, Frontier)
        return scheduler

    @property
    def recorder(self) -> Recorder:
        """The crawl's recorder."""
        recorder = self.crawler.get_extension(Recorder)
        assert recorder is not None
        return recorder


def open_ledger(crawler: Crawler) -> Ledger:
    """Return the ledger of a crawl: taken up again with RESUME, a new one otherwise."""
    settings = crawler.settings
    folder = Path(settings["JOBDIR"] or f"{settings['ARCHIVE']}.job")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "ledger.sqlite"
    if not settings.getbool("RESUME"):
        for name in ("ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm"):
            (folder / name).unlink(missing_ok=True)
    return Ledger(path)


def _page_of(response: Response, visit: Visit) -> Page | None:
    """Return the page that an answer holds; None for a file."""
    if visit.role == ATTACHMENT or not is_readable(response.body):
        return None
    content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
    return Page.from_bytes(response.url, response.body, content_type)


def _is_row(link: Link) -> bool:
    return link.kind in ("anchor", "script") and bool(link.label) and not is_menu(normal(link.label))
