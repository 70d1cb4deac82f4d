"""The spider `discover`: from each portal's homepage to its annual reports, the most promising address first.

What a link is worth is judged in `crawler.relevance`, how a list goes on in `crawler.families` and `crawler.pager`:
this module asks them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.http import Response

from crawler.addresses import address_key, host_of, is_of_list, is_trap, is_twin, narrows, piles_up, site_of
from crawler.askers import Askers
from crawler.branches import MOST_BARREN, Branches
from crawler.carriers import MOST_OFFERS, carriers_of, most_likely, offers_of
from crawler.decoding import decode
from crawler.document import Link
from crawler.families import FAMILIES, ListPage, PageRef, family_of
from crawler.families.forms import site_search
from crawler.families.generic import further_pieces
from crawler.genre import is_about_reports, is_own_title, looks_like_report, prints_form
from crawler.js.told import Answered
from crawler.ledger import CANDIDATE, REPORT, Booking
from crawler.outcomes import IN_PLACE_OF_A_FILE, OFFERED, Verdict, file_type, is_readable
from crawler.page import Page
from crawler.relevance import (
    CERTAIN,
    COUNTERS,
    EXPLORE,
    FRAGMENT,
    FRAMES,
    GROUPED,
    SITE_MAP,
    YEAR_ONLY,
    Place,
    Promise,
    differs_in_year,
    is_all,
    is_article,
    is_menu,
    is_more,
    is_of_other_year,
    is_report_column,
    is_report_title,
    is_way,
    judge_link,
    lists_agencies,
    names_report_column,
    normal,
)
from crawler.reserve import Reserve, may_be_column
from crawler.robots import site_maps
from crawler.spiders.base import FIRST, MOST_HOPS, Conclusion, LedgerSpider
from crawler.spiders.lists import Lists, Rows, name_of, shows_report
from crawler.stamps import Stamps
from crawler.visit import ATTACHMENT, COLUMN, DETAIL, FRAME, HOME, LIST, SCRIPT, ListState, Visit
from crawler.years import PERIOD, year_in, year_of_link, year_of_page

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

WAYS = (COLUMN, LIST, FRAME)  # roles of what only leads on
LONGEST_SHELL = 20_000  # characters of a report's page whose scripts may fill it
MOST_MAPS = 3  # of its site that robots.txt names
MOST_LISTS = 6  # of one page
MOST_MENUS = 8  # that the scripts of such a homepage load
FEW_LINKS = 5  # of a homepage whose menu a script writes
# What the ledger keeps the stamps of a host under, and the years of a portal's own reports.
STAMPS_FACT, OWN_FACT = "stamps ", "own "
MOST_DEPTH_RESERVED = 4  # links from the homepage: pages of which such links are kept
MOST_DEPTH_EXPLORED = 1  # links from the homepage: pages of which unlikely links are followed


class DiscoverSpider(LedgerSpider):
    """Looks through the portals for the reports on `year`, or on all years."""

    name = "discover"
    stamps: Stamps
    askers: Askers
    lists: Lists
    reserve: Reserve
    own: dict[str, set[int | None]]  # by portal, the years of its own authority's reports (None: names none)

    def __init__(self, year: str | int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.year = int(year) or None
        self.explored: dict[str, int] = {}
        self.branches = Branches()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> DiscoverSpider:
        """Return the spider; as for every spider here, and for the setting YEAR."""
        kwargs.setdefault("year", crawler.settings.getint("YEAR"))
        spider = super().from_crawler(crawler, *args, **kwargs)
        assert isinstance(spider, DiscoverSpider)
        kept = spider.ledger.facts(OWN_FACT).items()
        spider.own = {name: {int(year) or None for year in years.split()} for name, years in kept}
        spider.stamps = Stamps(spider.ledger.facts(STAMPS_FACT).items())
        spider.askers = Askers(spider.ledger, spider.stamps.striker)
        spider.lists = Lists(spider, spider.askers, spider.is_near)
        spider.reserve = Reserve(spider.ledger, most=crawler.settings.getint("PORTAL_RESERVE"), year=spider.year)
        return spider

    @cached_property
    def sites(self) -> dict[str, frozenset[str]]:
        """The sites of each portal: what the hosts of one authority, or of those of one name, share."""
        sites: dict[str, frozenset[str]] = {}
        for portal in self.register:
            sites[portal.authority] = sites.get(portal.authority, frozenset()).union(map(site_of, portal.hosts))
        return sites

    @cached_property
    def at_host(self) -> dict[str, set[str]]:
        """The portals that begin at each host."""
        portals: dict[str, set[str]] = {}
        for portal in self.register:
            portals.setdefault(portal.host, set()).add(portal.authority)
        return portals

    def begin(self) -> None:
        """Ask for the homepage of each portal; on a resumed crawl the ledger knows them already."""
        for portal in filter(lambda portal: self.owns(portal.host), self.register):
            self.ask(portal.start_url, Visit(portal.authority, portal.division_code, HOME), priority=FIRST)

    # What follows from an answer

    def conclude(self, request: Request, response: Response | None, visit: Visit, verdict: Verdict) -> Conclusion:
        """Read an answer and schedule what it leads to, or what is in reserve."""
        found = self._follow_up_on(request, response, visit, verdict)
        if verdict.is_content and visit.role != SCRIPT:
            self._keep_bound(request.url, visit, is_report=bool(found.genre))
        if self.frontier.is_dry(host := host_of(request.url)):
            for name in {visit.portal, *self.at_host.get(host, ())}:
                self._draw(name)
        return found

    def _keep_bound(self, url: str, visit: Visit, *, is_report: bool) -> None:
        """Count a page for its branch of the portal, and leave that where it leads on without end."""
        if not self.branches.note(visit.portal, url, visit.via, is_report=is_report):
            return
        reason = f"{MOST_BARREN} pages like {url} led to no report"
        self.ledger.stop_portal(visit.portal, reason)
        self._end_waiting("portal", visit.portal, Verdict("over_budget", reason), self._is_left)

    def _is_left(self, booking: Booking) -> bool:
        return booking.role in WAYS and self.branches.is_left(booking.portal, booking.url)

    def _follow_up_on(self, request: Request, response: Response | None, visit: Visit, verdict: Verdict) -> Conclusion:
        if verdict.outcome == "redirect":
            return self.follow_redirect(request, response, visit, verdict.reason)
        if visit.role == SCRIPT:
            self._keep_script(request.url, _text_of(response) if response is not None and verdict.is_content else "")
            return Conclusion()
        if response is not None and visit.role == ATTACHMENT and verdict in (IN_PLACE_OF_A_FILE, OFFERED):
            self._enter(response, visit)
            return Conclusion()
        # Beside a homepage that is a picture there may be a site map.
        is_read = verdict.is_content or (visit.role == HOME and verdict.outcome == "soft_404")
        if response is not None and (is_read or verdict.outcome == "spa_shell"):
            page = self._page_of(response, visit)
            if is_read or (page is not None and (page.script_files or page.asks)):  # else no application
                return self._read_answer(response, page, visit)
        if visit.listing is not None:
            self.lists.pass_over(visit)
        return Conclusion()

    def _read_answer(self, response: Response, page: Page | None, visit: Visit) -> Conclusion:
        """Read a page, or take a file (None) as it is, and say what it is."""
        if page is None:
            is_whole = visit.role == ATTACHMENT or file_type(response.body) or looks_like_report(_text_of(response))
            is_report = visit.within and visit.role in (ATTACHMENT, DETAIL, FRAME) and is_whole
            return self._report(visit, "", REPORT, None) if is_report else Conclusion()
        official = looks_like_report(page.text)
        self._read(page, visit, official=official)
        # The form alone is reposted by notices.
        has_period = official and PERIOD.search(page.text) is not None
        stated = official and (is_report_title(page.heading) or has_period)
        about = is_about_reports(page.heading) or is_about_reports(visit.anchor)
        if about:  # whatever its title says, what prints the whole form may be one
            stated = has_period and prints_form(page.text)
        if stated or (not about and visit.within and (official or visit.role == DETAIL)):
            genre = REPORT if official and not about else CANDIDATE
            return self._report(visit, page.heading, genre, year_of_page(page.heading, page.text))
        return Conclusion()

    def _report(self, visit: Visit, heading: str, genre: str, year: int | None) -> Conclusion:
        """Return what is concluded of a report; note the year of one that may be of the portal's own authority."""
        title = visit.anchor if is_report_title(visit.anchor) else heading
        if is_own_title(title, visit.portal):
            own = self.own.setdefault(visit.portal, set())
            own.add(year or year_of_link(title, visit.column, visit.via))
            self.ledger.keep_facts({OWN_FACT + visit.portal: " ".join(str(year or 0) for year in own)})
        return Conclusion(genre, year)

    def _page_of(self, response: Response, visit: Visit) -> Page | None:
        """Return the page that an answer holds; None for a file. What a page's script has asked for is no file, as long
        as it is a text: data by assignment, perhaps.
        """
        is_text = is_readable(response.body) or (visit.asker and file_type(response.body) is None)
        if visit.role == ATTACHMENT or not is_text:
            return None
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        host = host_of(response.url)
        page = Page.from_bytes(response.url, response.body, content_type, referrer=visit.via)
        page.strike = self.stamps.striker()
        is_answer = visit.asker and (page.is_fragment or page.is_data)
        if is_answer and not (is_report_title(visit.anchor) and looks_like_report(page.text)):  # else all is drawn
            assert response.request is not None
            body = response.request.body.decode() or None
            page.asker = self.askers.answered(visit.asker, Answered(response.url, body, page.text, visit.headers))
        is_heard = visit.within or visit.hub or visit.role in (HOME, FRAME) or visit.listing is not None
        if page.asker is None and is_heard:
            page.acts = visit.role != DETAIL or len(page.text) < LONGEST_SHELL
            page.file, page.near = self.askers.script, partial(self._may_load, visit.portal, page.url)
        if self.stamps.learn(host, page):
            self._learn_stamps(host)
            return self._page_of(response, visit)  # its links are to be read without
        return page

    def _learn_stamps(self, host: str) -> None:
        """Keep what a host stamps its links with, and strike it off the addresses that wait."""
        self.ledger.keep_facts({STAMPS_FACT + host: " ".join(sorted(self.stamps.of(host)))})
        self.frontier.shorten(host, self.stamps.strike)

    def _read(self, page: Page, visit: Visit, *, official: bool) -> None:
        """Schedule what a page leads to; `official` says that it carries the official form itself."""
        if not (visit.within or visit.role == HOME or is_article(page.url)) and names_report_column(page.heading):
            visit = replace(visit, within=True)  # whatever led there
        # A column's page that prints a report is a column's page still: other years, other agencies stand beside it.
        alone = visit.role not in (LIST, COLUMN) or is_article(page.url)
        place = visit.place._replace(detail=(official and alone) or (visit.role == DETAIL and is_article(page.url)))
        if place.detail:
            if not official and page.writes_unknown and self._awaits_scripts(page, visit, Rows([], [])):
                return
            self._read_links(page, visit, place, page.anchors)
            self._pieces(page, visit)
            if not self._carriers(page, visit, official=official):
                self._move(page, visit)
                self._awaits_scripts(page, visit, Rows([], []))
            return
        if visit.role == DETAIL:
            self._pieces(page, visit)
            self._carriers(page, visit, official=official)
        portal = self.portals.get(visit.portal)
        state = visit.listing or ListState(name_of(page))
        family = family_of(page, name=state.family or (portal.family if portal else ""))
        listed = ListPage(page, state.number, state.guessed, state.first, state.rest)
        rows = self._read_links(page, visit, place, family.rows(listed))
        if visit.within and page.told.unsent:
            self.ledger.stop_portal(visit.portal, f"{page.told.unsent} queries of the form at {page.url} were not sent")
        if visit.role == HOME and (searched := site_search(page)):
            self.reserve.keep_last(visit.portal, searched, visit.onward(COLUMN, page.url, hub=True))
        if not rows.every and len(page.anchors) < FEW_LINKS:
            self._move(page, visit)
        is_cut = bool(page.lacking) and self.lists.is_cut(listed, visit, family.name, rows)
        if self._awaits_scripts(page, visit, rows, is_loose=is_cut):
            return
        if not self._leads_on(page, visit):
            self._ask_for_menus(page, visit)
        if not self._leads_on(page, visit):
            for name in site_maps(self.ledger, page.origin)[:MOST_MAPS] or ["/sitemap.xml"]:
                if (site_map := page.link(name)) and self.is_near(site_map.url, visit.portal, page.url):
                    self.ask(site_map.url, visit.onward(COLUMN, page.url, hub=True), priority=SITE_MAP)
        if visit.within or visit.hub or visit.listing or (visit.role in (COLUMN, FRAME) and shows_report(page)):
            self._go_on(page, visit, replace(state, family=family.name), rows)

    def _go_on(self, page: Page, visit: Visit, state: ListState, rows: Rows) -> None:
        """Go on with the list of a page; with each of several that stand on a page of the column of reports."""
        family = FAMILIES[state.family]
        pieces = family.lists(page)[:MOST_LISTS] if visit.within and state.number == 1 else [page]
        for place, piece in enumerate(pieces, 1):
            first = state.first if place == 1 else f"{state.first}#{place}"
            listed = ListPage(piece, state.number, state.guessed, first, state.rest)
            keys = {link.key for link in family.rows(listed)} if pieces[1:] else set(rows.every)
            own = Rows(*([key for key in some if key in keys] for some in (rows.every, rows.telling)))
            self.lists.go_on(listed, visit, replace(state, first=first), own)

    def _move(self, page: Page, visit: Visit) -> None:
        """Go where the scripts of a page go by themselves that has little else: a splash page, but outside the column
        of reports no shell around script files, which may be a check of browsers.
        """
        if page.script_files and not page.anchors and not visit.within:
            return
        self._follow_links(page, visit, visit.place, page.moves, frozenset())

    def _ask_for_menus(self, page: Page, visit: Visit) -> None:
        """Ask for what the scripts of a homepage load that names no way to the reports: its menu, perhaps."""
        loaded = [link for link in page.anchors if link.kind == "fragment" and not link.label]
        for link in [link for link in loaded if not COUNTERS.search(link.url)][:MOST_MENUS]:
            self._follow(page, visit, link, Promise(FRAME, FRAGMENT, hub=True))

    def _awaits_scripts(self, page: Page, visit: Visit, rows: Rows, *, is_loose: bool = False) -> bool:
        """Have the script files of a page fetched first that shows nothing by itself, or whose clicks run what stands
        in none of its own scripts, as do other ends of it (`is_loose`); say whether there are any.
        """
        actor = page.asker or page
        is_loose = is_loose or ((visit.within or visit.hub) and actor.has_loose_ends)
        shows = rows.every and not is_loose and self._leads_on(page, visit)
        if not actor.acts or shows:
            return False
        name = self.askers.keep(page) if actor.lacking else ""
        for url in actor.lacking if name else ():
            self.ledger.wait_for_script(url, replace(visit, asker=name).dumps())
            if not self.ledger.knows(address_key(url)):
                self.ask(url, visit.onward(SCRIPT, page.url, depth=visit.depth), priority=FIRST)
        return bool(name)

    def _leads_on(self, page: Page, visit: Visit) -> bool:
        """Say whether a page is not the homepage, or names a way to the reports: its own name is none."""
        named = (link for link in (page.anchors if visit.role == HOME else ()) if link.label and link.url != page.url)
        promises = (judge_link(link, visit.place) for link in named)
        return visit.role != HOME or any(promise and is_way(promise) for promise in promises)

    def _keep_script(self, url: str, code: str) -> None:
        """Keep a script file, and read the pages that wait for no other one."""
        self.askers.keep_script(url, code)
        for waiting in map(Visit.loads, self.ledger.take_waiting_for(url)):
            page = self.askers.waiting(waiting.asker)
            if page is not None:
                self._read(page, replace(waiting, asker=""), official=looks_like_report(page.text))

    def _read_links(self, page: Page, visit: Visit, place: Place, found: Iterable[Link]) -> Rows:
        """Follow the links of a page that are worth it; return those that may be rows of a list."""
        links = list(found)
        furniture = self._furniture(page, visit, links)
        self._follow_links(page, visit, place, links, furniture)
        rows = {link.key: link for link in links if link.key not in furniture and _is_row(link)}
        # Beside the rows of a column of reports stand news that change from page to page.
        promising = [key for key, link in rows.items() if visit.within and judge_link(link, place) is not None]
        return Rows(list(rows), promising or list(rows))

    def _furniture(self, page: Page, visit: Visit, links: list[Link]) -> frozenset[bytes]:
        """Return which links are the portal's menus, and learn them from pages outside the 年报 column."""
        keys = {link.key for link in links}
        if visit.role == HOME:
            self.ledger.see_furniture(visit.portal, keys, weight=2)
        elif not visit.within and visit.listing is None:
            self.ledger.see_furniture(visit.portal, {link.key for link in links if not is_article(link.url)}, weight=1)
        if visit.role == HOME or not visit.within:
            pictures = {link.key for link in page.links if link.kind == "image"}
            self.ledger.see_furniture(visit.portal, pictures, weight=2)
        return self.ledger.furniture(visit.portal, keys)

    def _follow_links(
        self, page: Page, visit: Visit, place: Place, links: list[Link], furniture: frozenset[bytes]
    ) -> None:
        """Ask for what is worth it of the links of a page, and keep some of the others in reserve."""
        if visit.depth >= self.settings.getint("MOST_DEPTH"):
            self.ledger.stop_portal(visit.portal, f"depth {visit.depth} reached")
            return
        if not (place.within or place.detail or visit.role == HOME):
            place = place._replace(hub=place.hub or lists_agencies(link for link in links if link.key not in furniture))
        worthy = [
            (link, promise)
            for link, promise in self._promised(page, place, links, furniture)
            if self._is_worth_it(page, visit, link, promise, chrome=link.key in furniture)
        ]
        if page.asker and all(link.kind == "fragment" for link, _ in worthy):  # an answer without rows is the last one
            worthy = [found for found in worthy if not (is_more(found[0]) or is_all(found[0]))]
        if self._shows_nothing_new(page, visit, worthy):
            worthy = [found for found in worthy if not narrows(found[0].url, _first_of(page, visit))]
        if visit.depth < MOST_DEPTH_RESERVED and not (visit.within or place.detail):
            chosen = {link.key for link, _ in worthy} | (furniture if visit.role != HOME else set())
            self._reserve(page, visit, [link for link in links if link.key not in chosen])
        led = visit.role != HOME or any(map(is_way, (promise for _, promise in worthy)))
        if visit.role == HOME and not any(promise.within for _, promise in worthy):
            worthy += self._searched_columns(page, visit, links)
        for link, promise in worthy:
            if promise.role in WAYS and self.branches.is_left(visit.portal, link.url):
                continue
            if not (led and promise.priority == SITE_MAP) and not self.ledger.knows(link.key):
                self._follow(page, visit, link, promise)

    def _searched_columns(self, page: Page, visit: Visit, links: list[Link]) -> list[tuple[Link, Promise]]:
        """Return what a homepage calls by the whole name of the column of reports though it is a search: it may have no
        other one.
        """
        for link in links:
            named = is_report_column(link.label) and is_report_title(link.label)
            if named and (promise := judge_link(link, visit.place)) and self._in_scope(page, visit, link, promise):
                return [(link, promise)]
        return []

    def _promised(
        self, page: Page, place: Place, links: list[Link], furniture: frozenset[bytes]
    ) -> Iterable[tuple[Link, Promise]]:
        """Return the links that promise anything, of several to one address the one that promises most."""
        best: dict[bytes, tuple[Link, Promise]] = {}
        chrome, year, headed = place._replace(chrome=True), self.year, place._replace(within=True)
        named = page.under_column_heading if place.hub and not (place.within or place.detail) else ()
        for link in links:
            here = headed if link.key in named else chrome if link.key in furniture else place
            promise = judge_link(link, here, year=year)
            if promise is None and place.detail and is_of_other_year(link, page.url, year):
                promise = Promise(DETAIL, GROUPED, within=True)
            if promise is not None and (link.key not in best or promise.priority > best[link.key][1].priority):
                best[link.key] = link, promise
        best.pop(address_key(page.url), None)
        return best.values()

    def _shows_nothing_new(self, page: Page, visit: Visit, worthy: list[tuple[Link, Promise]]) -> bool:
        """Say whether a page of a list that came from a page of the same list leads to nothing but what is known, and
        to narrower views of itself: there is nothing to narrow.
        """
        here = _first_of(page, visit)
        same = visit.listing is not None or is_of_list(here, visit.via)
        return same and all(self.ledger.knows(link.key) for link, _ in worthy if not narrows(link.url, here))

    def _is_worth_it(self, page: Page, visit: Visit, link: Link, promise: Promise, *, chrome: bool) -> bool:
        if visit.within and is_all(link) and not link.url.startswith(page.url.rpartition("/")[0] + "/"):
            return False
        # A search may be the column's list; in a menu it is a word that many look for.
        named = is_report_column(link.label) or is_report_title(link.label)
        listed = not chrome and promise.within and named
        asked = link.kind == "fragment"  # a script's request is no twin of a page
        trap = link.kind not in ("fragment", *FRAMES) and is_trap(link.url) and (not listed or piles_up(link.url))
        if trap or (is_twin(link.url) and not asked) or not self._in_scope(page, visit, link, promise):
            return False
        if link.kind == "refresh":
            return visit.hops < MOST_HOPS
        return promise.priority != EXPLORE or self._may_explore(visit)

    def _follow(self, page: Page, visit: Visit, link: Link, promise: Promise) -> None:
        stub = link.kind == "refresh"
        follow = visit.onward(
            visit.role if stub else promise.role,
            page.url,
            anchor=visit.anchor if stub else link.label[:200],
            column=self._column(page, visit, promise),
            depth=visit.depth if stub or differs_in_year(link.url, page.url) else visit.depth + 1,
            within=promise.within,
            hub=promise.hub,
            hops=visit.hops + 1 if stub else 0,
            asker=self.askers.keep(page) if link.kind == "fragment" else "",
            guessed=link.kind == "guess",
            year=_year_of_file(page, visit) if promise.role in (ATTACHMENT, FRAME) else None,
        )
        listed = promise.within and promise.role in (DETAIL, ATTACHMENT) and is_report_title(link.label)
        self.ask(PageRef.of(link, 1), follow, priority=promise.priority, refuse=stub or listed)

    def _may_explore(self, visit: Visit) -> bool:
        """Say whether a link that only might lead somewhere is worth a request: near the homepage, and a bounded
        number of them.
        """
        explored = self.explored.get(visit.portal, 0)
        if visit.depth > MOST_DEPTH_EXPLORED or explored >= self.settings.getint("PORTAL_EXPLORE"):
            return False
        self.explored[visit.portal] = explored + 1
        return True

    def _reserve(self, page: Page, visit: Visit, links: list[Link]) -> None:
        """Keep what may be columns although nothing is promised there, for a portal that shows no reports otherwise."""
        sites = {*self.sites.get(visit.portal, ()), site_of(host_of(page.url))}
        kept = [
            (link, visit.onward(COLUMN, page.url, anchor=link.label, hub=True))
            for link in links
            if may_be_column(link)
            and not (is_twin(link.url) or is_trap(link.url))
            and site_of(host_of(link.url)) in sites
        ]
        self.reserve.keep(visit.portal, kept)

    def _draw(self, name: str) -> None:
        """Ask for some of a portal's reserve where it has nothing else left."""
        for ref, visit in self.reserve.draw(name, self.own.get(name)) if name not in self.spent_portals else ():
            self.ask(ref, visit, priority=EXPLORE)

    def _pieces(self, page: Page, visit: Visit) -> None:
        """Schedule the further pages of an article that its editor has cut into pieces."""
        for link in further_pieces(page) if visit.within else ():
            piece = replace(visit.anew(), via=page.url, piece_of=visit.piece_of or page.url)
            self.ask(link.url, piece, priority=CERTAIN)

    def _enter(self, response: Response, visit: Visit) -> None:
        """Go on from the page that stands in place of a file and offers it."""
        page = self._page_of(response, replace(visit, role=DETAIL))
        if page is None or visit.hops >= MOST_HOPS:
            return
        for link in offers_of(page):
            follow = replace(visit, via=page.url, hops=visit.hops + 1, attempt=1)
            self.ask(PageRef.of(link, 1), follow, priority=FIRST - 200)

    def _carriers(self, page: Page, visit: Visit, *, official: bool) -> bool:
        """Schedule what may carry a report whose page does not print it: its pictures; where it names no file, links
        that offer one or say nothing; where there are none, what its scripts load. Say whether there is any, or none is
        needed.
        """
        if official or not (visit.within and (is_report_title(page.heading) or is_report_title(visit.anchor))):
            return True
        found = carriers_of(page)
        furniture = self.ledger.furniture(visit.portal, [link.key for link in found])
        found = [link for link in found if link.key not in furniture]
        for link in most_likely(found, page.origin):
            told = {"anchor": link.label[:200], "column": visit.column, "year": _year_of_file(page, visit)}
            follow = visit.onward(ATTACHMENT, page.url, within=True, **told)
            self.ask(PageRef.of(link, 1), follow, priority=FIRST - 200)
        loaded = [link for link in page.links if link.kind == "fragment" and not COUNTERS.search(link.url)]
        for link in loaded[:MOST_OFFERS] if not found else ():
            self._follow(page, visit, link, Promise(FRAME, CERTAIN, within=True))
        return bool(found or loaded)

    def _in_scope(self, page: Page, visit: Visit, link: Link, promise: Promise) -> bool:
        """Say whether a link stays with its portal; only what is called a report, and the files of one, may lie
        elsewhere.
        """
        if self.is_near(link.url, visit.portal, page.url):
            return True
        return promise.role in (DETAIL, ATTACHMENT) and (visit.role == DETAIL or is_report_title(link.label))

    def is_near(self, url: str, portal: str, here: str) -> bool:
        """Say whether an address is at a host of a portal, or of the site on which there is a page of it."""
        site = site_of(host_of(url))
        return site in self.sites.get(portal, ()) or site == site_of(host_of(here))

    def _may_load(self, portal: str, here: str, url: str) -> bool:
        """Say whether a script file may be asked for that stands at another host than its page."""
        host = host_of(url)
        is_ours = self.owns(host) and self.hosts.allows(host) and host not in self.stopped_hosts
        return is_ours and self.is_near(url, portal, here)

    def ended(self, booking: Booking, visit: Visit) -> None:
        """Read the pages that wait for a script file that will not come."""
        if visit.role == SCRIPT:
            self._keep_script(booking.url, "")

    def _column(self, page: Page, visit: Visit, promise: Promise) -> str:
        """Return the name of the column that a link stands in."""
        if visit.role in (LIST, COLUMN) and visit.anchor and visit.listing is None:
            return normal(visit.anchor)[:60]
        return visit.column or (page.title[:60] if promise.within else "")


def _text_of(response: Response) -> str:
    return decode(response.body, (response.headers.get("Content-Type") or b"").decode("latin-1"))


def _year_of_file(page: Page, visit: Visit) -> int | None:
    """Return the report year that the page of a report states, by the words that lead there or by its own: its files
    are on that year, whatever folder they lie in.
    """
    if visit.role != DETAIL:
        return visit.year
    return year_in(visit.anchor) or year_of_page(page.heading, page.text)


def _first_of(page: Page, visit: Visit) -> str:
    """Return the address of the first page of the list that a page belongs to."""
    return visit.listing.first if visit.listing else page.url


def _is_row(link: Link) -> bool:
    if link.kind == "fragment":  # a report that a service gives
        return is_report_title(link.label)
    if link.form is not None and YEAR_ONLY.match(normal(link.label)):  # a choice in a form
        return False
    return link.kind in ("anchor", "script") and bool(link.label) and not is_menu(normal(link.label))
