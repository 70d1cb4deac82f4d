"""Hanweb 大汉 JCMS: lists by jpage, whose rows stand in scripts and whose further pages come from a servlet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.document import Link
from crawler.families.base import Declared, Family, ListPage, PageRef, stated_counts, value_of
from crawler.families.services import MOST_PAGES
from crawler.literals import row_links
from crawler.page import Page

MESSAGES = "/messageController/getMessage.do"
SERVLET = re.compile(rf"/module/(?:web|jslib/jquery)/jpage/(?:more\w*)?dataproxy\.jsp|{re.escape(MESSAGES)}")
CALL_OF_MESSAGES = re.compile(rf"[\"']([^\"'\s]*{re.escape(MESSAGES)})")
NEXT_GROUP = re.compile(r"<nextgroup>\s*(?:<!\[CDATA\[)?\s*<a\s+href=[\"']([^\"']+)", re.IGNORECASE)
PROXY_URL = re.compile(r"proxyUrl\s*:\s*[\"']([^\"']+)[\"']", re.IGNORECASE)
PROXY_PARAM = re.compile(r"(?:proxyParam|(?=params?\s*:\s*\{[^}]*columnid)param)s?\s*:\s*\{([^}]*)\}", re.IGNORECASE)
PARAM = re.compile(r"[\"']?(\w+)[\"']?\s*:\s*(?:\"([^\"]*)\"|'([^']*)'|([\w./-]+))")
MORE = re.compile(r"[\"']([^\"'\s]*more\w*dataproxy\.jsp\?[^\"'\s]*)[\"']")
PAGE = re.compile(r"\bpage=\d*")
STORE = re.compile(r"<datastore>.*?</datastore>", re.DOTALL)
CALL = re.compile(r"\.jpage\((.*?)</script>", re.DOTALL)
RECORD = re.compile(r"<record>")
SAFE_SIZE = 10  # rows that every site of truecms gives at a time
OPAQUE = re.compile(r"[A-Za-z0-9+/=%]{24,}")


class Hanweb(Family):
    """Hanweb jpage.

    The page itself holds the first rows as CDATA; further ones are `dataproxy.jsp`'s, by POST or, where that is
    refused, by GET; behind 加载更多 `morecolumndataproxy.jsp`'s.

    The query names the same rows twice, as `page` and as `startrecord`/`endrecord`, since some servers know only one
    of them; it keeps to the site's own `perPage`, as greater ones are capped in silence. Where the parameters are
    encrypted, `<nextgroup>` holds an address in which only `page` may be changed: it counts pages of `perPage` rows, or
    groups of as many as the first page holds. It often answers with an empty body: an outcome, not the end of the list.

    truecms, a variant, calls `…/messageController/getMessage.do` by JSONP with `columnId`: XML, as a string in JSON.
    The greatest `perpage` differs by site (over it the answer is empty, or 404): where the site's own fails it is ten.
    """

    name = "hanweb"
    marks = (MESSAGES, "/module/web/jpage/", "/module/jslib/jquery/jpage/", "<datastore>", ".jpage(", "<!--<$[标题]>")

    def lists(self, page: Page) -> list[Page]:
        """Return a piece for each unit of a page, which has its rows and its call."""
        stores, calls = STORE.findall(page.text), CALL.findall(page.text)
        several = len(stores) == len(calls) > 1
        return [Page(page.url, "".join(unit)) for unit in zip(stores, calls, strict=True)] if several else [page]

    def declared(self, page: ListPage) -> Declared:
        """Return the records that the call or the answer states."""
        return Declared(records=stated_counts(page.page.text.replace("\\", "")).records)

    def rows(self, page: ListPage) -> Iterator[Link]:
        """Yield the rows; those of an answer of the servlet start from the list's own address."""
        if SERVLET.search(urlsplit(page.page.url).path) is None:
            yield from page.page.anchors
            return
        shown = Page(page.first or page.page.url, page.page.text)
        yield from (list(row_links(shown)) if shown.data is None else ()) or shown.anchors

    def next_pages(self, page: ListPage) -> Iterator[PageRef]:
        """Yield the servlet's pages after the rows that the first page holds."""
        if SERVLET.search(urlsplit(page.page.url).path):
            return
        text = page.page.text
        records = self.declared(page).records
        stated = value_of(text, "perPage")
        size = int(stated) if stated.isdecimal() else 15
        shown = len(RECORD.findall(text))
        if not size or (records is not None and records <= shown):
            return
        numbers = range(shown // size + 1, (-(-records // size) if records else MOST_PAGES) + 1)
        group = NEXT_GROUP.search(text) or MORE.search(text)
        proxy, params = PROXY_URL.search(text), PROXY_PARAM.search(text)
        ways: list[list[PageRef | None]]
        if messages := CALL_OF_MESSAGES.search(text):
            fields = {"columnId": value_of(text, "columnId"), "callback": "jsonp"}
            ways = [
                [self._query(page.page, messages[1], fields, number, rows, post=False) for number in range(1, most)]
                for rows, most in {size: numbers.stop, SAFE_SIZE: MOST_PAGES}.items()
            ]
        elif params and not (group and OPAQUE.search(params[1])):
            fields, servlet = dict(_params(params[1])), proxy[1] if proxy else ""
            ways = [
                [self._query(page.page, servlet, fields, number, size, post=posted) for number in numbers]
                for posted in (True, False)
            ]
        elif group:
            groups = range(1, -(-(records or 0) // shown)) if shown else range(0)  # each as long as what is shown
            # The number in it is the group's from 0 or from 1: the latter's first one brings again what is shown.
            counted = (groups, numbers) if records else (numbers, numbers[1:])
            ways = [[self._group_page(page.page, group[1], number) for number in way] for way in counted]
            query = group[1].partition("?")[2].replace("&amp;", "&")
            if not OPAQUE.search(query):  # its parameters are jpage's
                fields = dict(parse_qsl(query, keep_blank_values=True))
                ways.append([self._query(page.page, "", fields, number, size, post=False) for number in numbers])
        else:
            return
        for way, refs in enumerate(ways):
            for place, ref in enumerate(filter(None, refs), page.number + 1):
                yield replace(ref, number=place, way=way)

    def _query(
        self, page: Page, proxy: str, params: dict[str, str], number: int, size: int, *, post: bool
    ) -> PageRef | None:
        """Return the query for a page of rows: as jpage sends it, by POST, or all in the address, by GET."""
        servlet = SERVLET.search(page.text)
        link = page.link(proxy or (servlet[0] if servlet else "/module/web/jpage/dataproxy.jsp"))
        if link is None:
            return None
        span = {"page": number, "startrecord": (number - 1) * size + 1, "endrecord": number * size, "perpage": size}
        if post:
            return PageRef(f"{link.url}?{urlencode(span)}", number, form=urlencode(params))
        return PageRef(f"{link.url}?{urlencode(params | span)}", number)

    def _group_page(self, page: Page, address: str, number: int) -> PageRef | None:
        link = page.link(address.replace("&amp;", "&"))
        if link is None:
            return None
        return PageRef(PAGE.sub(f"page={number}", link.url), number)


def _params(text: str) -> Iterator[tuple[str, str]]:
    for found in PARAM.finditer(text):
        yield found[1], found[2] or found[3] or found[4] or ""
