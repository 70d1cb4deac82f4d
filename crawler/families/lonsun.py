"""龙讯 Lonsun: publication lists as HTML fragments from one label service."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.families.base import OF_PAGES, Declared, Family, ListPage, PageRef, stated_counts
from crawler.page import Link, Page

SERVICE = "/site/label/8888"
CALL = re.compile(r"[\"'](/site/label/8888\?[^\"'\s]*labelName=publicInfoList[^\"'\s]*)[\"']")
LONGEST = "80"


class Lonsun(Family):
    """龙讯.

    A column page calls `/site/label/8888?…labelName=publicInfoList&…&pageIndex=N&…`; the answer is an HTML fragment.

    Only `pageIndex` is changed. `length` cuts the titles that are shown; `title=` has them whole. The total is in the
    fragment.
    """

    name = "lonsun"
    marks = (SERVICE, "labelName=")

    def recognises(self, page: Page) -> bool:
        """Say whether a page calls the service or is its answer."""
        return SERVICE in page.url or SERVICE in page.text

    def declared(self, page: ListPage) -> Declared:
        """Return what the fragment states."""
        stated = stated_counts(page.page.text)
        of = OF_PAGES.search(page.page.text)
        return Declared(stated.pages or (int(of[2]) if of and SERVICE in page.page.url else None), stated.records)

    def rows(self, page: ListPage) -> Iterator[Link]:
        """Yield the anchors; those of a fragment start from the list's own address."""
        yield from (
            Page(page.first, page.page.text).anchors if SERVICE in page.page.url and page.first else page.page.anchors
        )

    def next_pages(self, page: ListPage) -> Iterator[PageRef]:
        """Yield the next fragment; the first one after a column page."""
        if SERVICE in page.page.url:
            query = dict(parse_qsl(urlsplit(page.page.url).query, keep_blank_values=True))
            stated = query.get("pageIndex", "")
            number = int(stated) if stated.isdecimal() else 1
            yield PageRef(_with_page(page.page.url, query, number + 1), page.number + 1)
        elif (call := CALL.search(page.page.text.replace("&amp;", "&"))) and (link := page.page.link(call[1])):
            query = dict(parse_qsl(urlsplit(link.url).query, keep_blank_values=True))
            yield PageRef(_with_page(link.url, query, 1), 2)


def _with_page(url: str, query: dict[str, str], number: int) -> str:
    return urlsplit(url)._replace(query=urlencode(query | {"pageIndex": str(number)})).geturl()
