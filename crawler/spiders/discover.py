"""The spider `discover`: from each portal's homepage to its annual reports, the most promising address first.

What a link is worth is judged in `crawler.relevance`, how a list goes on in `crawler.families` and `crawler.pager`:
this module asks them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.http import Response

from crawler import pager
from crawler.addresses import is_trap, is_twin, site_of
from crawler.families import FAMILIES, ListPage, family_of
from crawler.families.generic import further_pieces
from crawler.ledger import CANDIDATE, REPORT, address_key, host_of
from crawler.outcomes import Verdict, is_readable
from crawler.page import Link, Page, decode
from crawler.relevance import (
    CERTAIN,
    EXPLORE,
    PICTURE,
    SITE_MAP,
    Place,
    Promise,
    is_article,
    is_menu,
    is_report_title,
    judge_link,
    looks_like_report,
    normal,
)
from crawler.scripts import MOST_JOINS, Join, joins
from crawler.spiders.base import FIRST, MOST_HOPS, Conclusion, LedgerSpider
from crawler.visit import ATTACHMENT, COLUMN, DETAIL, HOME, LIST, SCRIPT, ListState, Visit
from crawler.years import year_of_page

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

MOST_PICTURES = 30
MOST_SCRIPTS = 3  # files that a page without rows is read with
LONGEST_FILE = 200_000  # characters: what is longer is a library
FEW_LINKS = 5  # of a homepage whose menu a script writes
SCRIPT_FACT = "script "  # what the ledger keeps a script file under
MOST_DEPTH_EXPLORED = 1  # links from the homepage: pages of which unlikely links are followed

Keyed = tuple[bytes, Link]  # a link with its address's key in the ledger


class DiscoverSpider(LedgerSpider):
    """Looks through the portals for the reports on `year`, or on all years."""

    name = "discover"

    def __init__(self, year: str | int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.year = int(year) or None
        self.explored: dict[str, int] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> DiscoverSpider:
        """Return the spider; as for every spider here, and for the setting YEAR."""
        kwargs.setdefault("year", crawler.settings.getint("YEAR"))
        spider = super().from_crawler(crawler, *args, **kwargs)
        assert isinstance(spider, DiscoverSpider)
        return spider

    @cached_property
    def sites(self) -> dict[str, frozenset[str]]:
        """The sites of each portal: what the hosts of one authority, or of those of one name, share."""
        sites: dict[str, frozenset[str]] = {}
        for portal in self.register:
            sites[portal.authority] = sites.get(portal.authority, frozenset()).union(map(site_of, portal.hosts))
        return sites

    def begin(self) -> None:
        """Ask for the homepage of each portal; on a resumed crawl the ledger knows them already."""
        for portal in filter(lambda portal: self.owns(portal.host), self.register):
            self.ask(portal.start_url, Visit(portal.authority, portal.division_code, HOME), priority=FIRST)

    # What follows from an answer

    def conclude(self, request: Request, response: Response | None, visit: Visit, verdict: Verdict) -> Conclusion:
        """Read an answer and schedule what it leads to."""
        if response is not None and verdict.is_content and visit.role == SCRIPT:
            self._keep_script(response, visit)
        elif response is not None and verdict.is_content:
            page = _page_of(response, visit)
            if page is None:
                return Conclusion(REPORT if visit.within and visit.role in (ATTACHMENT, DETAIL) else "")
            official = looks_like_report(page.text)
            self._read(page, visit, official=official)
            if visit.within and (official or visit.role == DETAIL):
                return Conclusion(REPORT if official else CANDIDATE, year_of_page(page.heading, page.text))
        elif verdict.outcome == "redirect":
            self.follow_redirect(request, visit, verdict.reason)
        elif visit.listing is not None:
            self._after_failure(visit)
        return Conclusion()

    def _read(self, page: Page, visit: Visit, *, official: bool) -> None:
        """Schedule what a page leads to; `official` says that it carries the official form itself."""
        # A column's page that prints a report is a column's page still: other years, other agencies stand beside it.
        alone = visit.role not in (LIST, COLUMN) or is_article(page.url)
        place = visit.place._replace(detail=(official and alone) or (visit.role == DETAIL and is_article(page.url)))
        if place.detail:
            self._read_links(page, visit, place, page.anchors)
            self._pieces(page, visit)
            self._pictures(page, visit, official=official)
            return
        portal = self.portals.get(visit.portal)
        state = visit.listing or ListState(page.url)
        family = family_of(page, name=state.family or (portal.family if portal else ""))
        listed = ListPage(page, state.number, state.guessed, state.first, state.rest)
        rows = self._read_links(page, visit, place, family.rows(listed))
        goes_on = False
        if visit.within or visit.hub or visit.listing or (visit.role == COLUMN and _shows_report(page)):
            goes_on = self._page_on(listed, visit, replace(state, family=family.name), rows)
        if not (rows or goes_on or visit.listing) and (visit.role != HOME or len(page.anchors) < FEW_LINKS):
            self._ask_scripts(page, visit)

    def _ask_scripts(self, page: Page, visit: Visit) -> None:
        """Read the script files of a page that shows nothing by itself: a menu's, or a list's."""
        if not (visit.within or visit.hub or visit.role == HOME):
            return
        for url in page.script_files[:MOST_SCRIPTS]:
            asking = replace(
                visit, role=SCRIPT, via=page.url, column=visit.column or visit.anchor[:60], shell=page.shell, attempt=1
            )
            code = self.ledger.fact(SCRIPT_FACT + url)
            if code is not None:
                self._read_script(code, asking)
            elif self.ledger.knows(address_key(url)):
                self.ledger.wait_for_script(url, asking.dumps())
            else:
                self.ask(url, asking, priority=FIRST)

    def _keep_script(self, response: Response, visit: Visit) -> None:
        """Keep a script file for the pages that name it, and read it for those that wait for it."""
        code = decode(response.body, (response.headers.get("Content-Type") or b"").decode("latin-1"))
        code = code if len(code) <= LONGEST_FILE else ""
        self.ledger.keep_facts({SCRIPT_FACT + response.url: code})
        for asking in (visit, *map(Visit.loads, self.ledger.take_waiting_for(response.url))):
            self._read_script(code, asking)

    def _read_script(self, code: str, visit: Visit) -> None:
        if code:
            self._read(Page.of_script(visit.via, visit.shell, code), visit, official=False)

    def _read_links(self, page: Page, visit: Visit, place: Place, found: Iterable[Link]) -> list[bytes]:
        """Follow the links of a page that are worth it; return the keys of those that may be rows of a list."""
        links = [(address_key(link.url), link) for link in found]
        furniture = self._furniture(page, visit, links)
        self._follow_links(page, visit, place, links, furniture)
        return list(dict.fromkeys(key for key, link in links if key not in furniture and _is_row(link)))

    def _furniture(self, page: Page, visit: Visit, links: list[Keyed]) -> frozenset[bytes]:
        """Return which links are the portal's menus, and learn them from pages outside the 年报 column."""
        if visit.role == HOME:
            self.ledger.see_furniture(visit.portal, {key for key, _ in links}, weight=2)
        elif not visit.within and visit.listing is None:
            self.ledger.see_furniture(visit.portal, {key for key, link in links if not is_article(link.url)}, weight=1)
        if visit.role == HOME or not visit.within:
            pictures = {address_key(link.url) for link in page.links if link.kind == "image"}
            self.ledger.see_furniture(visit.portal, pictures, weight=2)
        return self.ledger.furniture(visit.portal, {key for key, _ in links})

    def _follow_links(
        self, page: Page, visit: Visit, place: Place, links: list[Keyed], furniture: frozenset[bytes]
    ) -> None:
        if visit.depth >= self.settings.getint("MOST_DEPTH"):
            self.ledger.stop_portal(visit.portal, f"depth {visit.depth} reached")
            return
        best: dict[bytes, tuple[Promise, Link]] = {}
        chrome = place._replace(chrome=True)
        for key, link in links:
            promise = judge_link(link, chrome if key in furniture else place, year=self.year)
            if promise is not None and (key not in best or promise.priority > best[key][0].priority):
                best[key] = promise, link
        worthy = [(key, *found) for key, found in best.items() if self._is_worth_it(page, visit, found[1], found[0])]
        led = visit.role != HOME or any(promise.hub or promise.within for _, promise, _ in worthy)
        for key, promise, link in worthy:
            if not (led and promise.priority == SITE_MAP) and not self.ledger.knows(key):
                self._follow(page, visit, link, promise)

    def _is_worth_it(self, page: Page, visit: Visit, link: Link, promise: Promise) -> bool:
        if promise.priority == EXPLORE and visit.depth > MOST_DEPTH_EXPLORED:
            return False
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
            joins=_joins(page) if link.kind == "fragment" else (),
        )
        self.ask(link.url, follow, priority=promise.priority, refuse=stub)

    def _may_explore(self, visit: Visit) -> bool:
        """Say whether a link that only might lead somewhere is worth a request: near the homepage, and a bounded
        number of them.
        """
        explored = self.explored.get(visit.portal, 0)
        if visit.depth > MOST_DEPTH_EXPLORED or explored >= self.settings.getint("PORTAL_EXPLORE"):
            return False
        self.explored[visit.portal] = explored + 1
        return True

    def _pieces(self, page: Page, visit: Visit) -> None:
        """Schedule the further pages of an article that its editor has cut into pieces."""
        for link in further_pieces(page) if visit.within else ():
            piece = replace(visit, via=page.url, piece_of=visit.piece_of or page.url, hops=0, attempt=1, bounces=0)
            self.ask(link.url, piece, priority=CERTAIN)

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
            self.ask(link.url, follow, priority=FIRST - 200)

    def _page_on(self, listed: ListPage, visit: Visit, state: ListState, rows: list[bytes]) -> bool:
        """Schedule the next page of a list, or close the list with the reason; say which."""
        family = FAMILIES[state.family]
        if state.number == 1 and not visit.within and 0 < len(rows) < 5:
            return False  # a page of menus, not a list
        new, collected = self.ledger.collect(state.first, rows)
        repeated = self.ledger.is_repeated(state.first, pager.digest(key.hex() for key in rows))
        barren = 0 if new else state.barren + 1
        declared = family.declared(listed)
        seen = pager.Seen(links=len(rows), new=new, repeated=repeated, collected=collected, barren=barren)
        refs = list(family.next_pages(listed))
        if not refs and state.number == 1:  # a family's mark on a page that pages in no way of the family's
            refs = list(FAMILIES["generic"].next_pages(listed))
        if any(ref.guessed for ref in refs) and state.number == 1 and (len(rows) < 10 or not visit.within):
            refs = []
        most = pager.MOST_PAGES if visit.within else pager.MOST_PAGES_ELSEWHERE
        decision = pager.decide(
            seen, declared, refs, number=state.number, most=most, rest=state.rest, guessed=state.guessed
        )
        if decision.follow is None:
            self._close_list(visit, state, declared.records, collected, decision.reason)
            return False
        if state.number == 1 and state.family == "generic":
            visit = replace(visit, joins=_joins(listed.page), shell="")
        self._next_page(visit, replace(state, barren=barren), decision, via=listed.page.url)
        return True

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
        self.ask(ref, follow, priority=FIRST - 150 if visit.within else 200)

    def _close_list(self, visit: Visit, state: ListState, declared: int | None, collected: int, reason: str) -> None:
        self.ledger.close_list(
            state.first, portal=visit.portal, pages=state.number, declared=declared, collected=collected, reason=reason
        )
        if declared is not None:
            short = declared > collected
            verdict = Verdict("incomplete" if short else "complete", f"{reason} after {state.number} pages")
            extra = (("declared_total", str(declared)), ("collected", str(collected)))
            self.recorder.note(state.first, replace(visit, role=LIST), verdict, extra=extra)

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


def _page_of(response: Response, visit: Visit) -> Page | None:
    """Return the page that an answer holds; None for a file."""
    if visit.role == ATTACHMENT or not is_readable(response.body):
        return None
    content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
    return Page.from_bytes(response.url, response.body, content_type, referrer=visit.via, joins=visit.joins)


def _joins(page: Page) -> tuple[Join, ...]:
    """Return how a page's scripts link the rows that they ask for."""
    return tuple(islice(joins(page.script_text), MOST_JOINS))


def _shows_report(page: Page) -> bool:
    """Say whether a page links anything that is called a report: one that was filed elsewhere is seldom alone."""
    return "报" in page.text and any("报" in link.label and is_report_title(link.label) for link in page.anchors)


def _is_row(link: Link) -> bool:
    return link.kind in ("anchor", "script") and bool(link.label) and not is_menu(normal(link.label))
