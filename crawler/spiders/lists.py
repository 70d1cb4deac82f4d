"""Lists, read on page by page: a family names the further pages, `crawler.pager` says when a list has ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import quote

from crawler import pager
from crawler.askers import Askers
from crawler.families import FAMILIES, ListPage, PageRef
from crawler.families.services import first_page
from crawler.ledger import ListEnd
from crawler.outcomes import Verdict
from crawler.page import Page
from crawler.relevance import is_report_title
from crawler.spiders.base import FIRST, LedgerSpider
from crawler.visit import COLUMN, LIST, ListState, Visit

LONGEST_NAME = 300  # characters of a posted list's fields in its name
FEW_ROWS = 5  # of a page of menus
CUT = (pager.MAXIMUM, pager.LAST)  # ends of a list that may have further pages
UNTURNED = (pager.LAST, pager.REPEATED, pager.NOTHING_NEW)  # ends of a list whose pages were not turned, perhaps
MOST_VAIN = 6  # guesses at a portal's pages that are wrong, before none is made any more


class Rows(NamedTuple):
    """The rows of a list's page, by their keys: all, and those by which it is told whether the list goes on."""

    every: list[bytes]
    telling: list[bytes]


class Lists:
    """The lists that a spider reads; `askers` keeps the pages whose scripts ask for the next page, `is_near` says of an
    address whether it belongs to the portal that is visited, on which there is the page of another address.
    """

    def __init__(self, spider: LedgerSpider, askers: Askers, is_near: Callable[[str, str, str], bool]) -> None:
        self._spider, self._ledger, self._askers, self._is_near = spider, spider.ledger, askers, is_near
        self._vain: Counter[str] = Counter()  # guesses at a portal's pages that were wrong

    def go_on(self, listed: ListPage, visit: Visit, state: ListState, rows: Rows) -> None:
        """Schedule the next page of a list, or close the list with the reason."""
        reader = FAMILIES[state.family]
        if state.number == 1 and not visit.within and 0 < len(rows.every) < FEW_ROWS and not shows_report(listed.page):
            return  # a page of menus, not a list
        new, _ = self._ledger.collect(state.first, rows.telling)
        _, collected = self._ledger.collect(state.first, rows.every)
        repeated = self._ledger.is_repeated(state.first, pager.digest(key.hex() for key in rows.telling))
        barren = 0 if new else state.barren + 1
        declared = reader.declared(listed)
        if state.declared and (declared.records or 0) < state.declared:  # the greatest number that any page states
            declared = replace(declared, records=state.declared)
        seen = pager.Seen(links=len(rows.every), new=new, repeated=repeated, collected=collected, barren=barren)
        family, refs = self._further(listed, visit, state, is_short=len(rows.every) < 10 and (declared.pages or 1) < 2)
        last = state.number if not visit.within and shows_report(listed.page) else state.last
        most = pager.MOST_PAGES if visit.within else min(last + pager.MOST_PAGES_ELSEWHERE, pager.MOST_PAGES)
        decision = pager.decide(
            seen, declared, refs, number=state.number, most=most, rest=state.rest, guessed=state.guessed
        )
        if decision.follow is None:
            # Elsewhere rows of the homepage are missed; a list of reports that was left is short all the same.
            total = declared.records if visit.within or (last and decision.reason == pager.MAXIMUM) else None
            pages, stated = state.number, declared.pages if visit.within and decision.reason in CUT else None
            if visit.within and decision.reason in UNTURNED:
                # The same page again may be what a wrong request brings; of an answer the rows may not be found.
                unread = not rows.every and names_reports(listed.page)
                read, shown = state.number - (seen.repeated or unread), max(listed.page.unturned, state.number * unread)
                pages, stated = (read, max(stated or 0, shown)) if shown > read else (pages, stated)
            if state.guessed and not new:  # nothing but a guess was left of the pages that the one before states
                pages, stated = state.number - 1, state.stated if visit.within else None
            self._close_list(visit, state, ListEnd(pages, total, collected, decision.reason, stated))
            return
        if any(not ask.moves for ask in listed.page.asks):
            visit = replace(visit, asker=self._askers.keep(listed.page))
        state = replace(state, family=family, barren=barren, declared=declared.records or state.declared, last=last)
        state = replace(state, stated=declared.pages)
        page = listed.page  # links of a piece of a page start from the page that shows it, those of the next one, too
        self._next_page(visit, state, decision, via=page.base if page.is_fragment else page.url)

    def is_cut(self, listed: ListPage, visit: Visit, family: str, rows: Rows) -> bool:
        """Say whether the first page of a list of reports states more than it shows, and nothing on it leads there."""
        declared = FAMILIES[family].declared(listed)
        states_more = (declared.pages or 1) > 1 or (declared.records or 0) > len(rows.every)
        is_first = visit.within and listed.number == 1
        return is_first and states_more and all(ref.guessed for ref in self._near(listed, visit, family))

    def _further(
        self, listed: ListPage, visit: Visit, state: ListState, *, is_short: bool
    ) -> tuple[str, list[PageRef]]:
        """Return the pages that a list's page names, and whose reader finds them; guesses only where one may be
        right.
        """
        family, refs = state.family, self._near(listed, visit, state.family)
        if state.number > 1:
            return family, refs
        if not refs:  # a family's mark on a page that pages in no way of the family's
            family, refs = "generic", self._near(listed, visit, "generic")
        vain = is_short or not visit.within or self._vain[visit.portal] >= MOST_VAIN
        return family, [ref for ref in refs if not (vain and ref.guessed)]

    def _near(self, listed: ListPage, visit: Visit, family: str) -> list[PageRef]:
        """Return the pages that a family's reader finds, at the hosts of the portal."""
        refs = FAMILIES[family].next_pages(listed)
        return [ref for ref in refs if self._is_near(ref.url, visit.portal, listed.page.url)]

    def pass_over(self, visit: Visit) -> None:
        """Schedule what a list goes on with after a page that could not be read, or close it."""
        assert visit.listing is not None
        state = replace(visit.listing, barren=visit.listing.barren + 1)
        self._vain[visit.portal] += state.guessed
        left = () if state.guessed and self._vain[visit.portal] >= MOST_VAIN else state.rest
        decision = pager.after_failure(left, guessed=state.guessed, barren=state.barren)
        if decision.follow is None:
            _, collected = self._ledger.collect(state.first, ())
            stated = state.stated if state.guessed else state.number
            ended = ListEnd(state.number - 1, state.declared, collected, decision.reason, stated)
            self._close_list(visit, state, ended)
            return
        self._next_page(visit, state, decision, via=visit.via)

    def _next_page(self, visit: Visit, state: ListState, decision: pager.Decision, *, via: str) -> None:
        ref = decision.follow
        assert ref is not None
        listing = replace(state, number=ref.number, guessed=ref.guessed, rest=decision.rest)
        follow = replace(visit.anew(), role=LIST if visit.within else COLUMN, via=via, listing=listing)
        self._spider.ask(ref, follow, priority=FIRST - 150 if visit.within else 200)

    def _close_list(self, visit: Visit, state: ListState, ended: ListEnd) -> None:
        self._ledger.close_list(state.first, visit.portal, ended)
        if ended.declared is not None:
            short = ended.declared > ended.collected
            verdict = Verdict("incomplete" if short else "complete", f"{ended.reason} after {ended.pages} pages")
            extra = (("declared_total", str(ended.declared)), ("collected", str(ended.collected)))
            self._spider.recorder.note(state.first, replace(visit, role=LIST), verdict, extra=extra)


def name_of(page: Page) -> str:
    """Return what a list is known by: its address, with the fields that it was asked for by where these are posted; of
    what a script has asked for, those of its first page.
    """
    if page.asker is None:
        return page.url
    first = first_page(page.asker.answers)
    return f"{first.url}#{quote(first.body)[:LONGEST_NAME]}" if first.body else first.url


def shows_report(page: Page) -> bool:
    """Say whether a page links anything that is called a report: one that was filed elsewhere is seldom alone."""
    return "报" in page.text and any("报" in link.label and is_report_title(link.label) for link in page.anchors)


def names_reports(page: Page) -> bool:
    """Say whether the word for reports stands in a page, whatever can be read of it."""
    return "年度报告" in page.text or "\\u62a5\\u544a" in page.text.lower()
