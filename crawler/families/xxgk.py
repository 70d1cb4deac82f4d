"""Hanweb's publication module: one search for all columns, and the yearly report of an agency at a fixed address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from crawler.document import Link
from crawler.families.base import Family, ListPage, PageRef, value_of
from crawler.families.hanweb import Hanweb
from crawler.page import Page

MODULE = "/module/xxgk/"
SEARCH = MODULE + "search.jsp"
REPORT = MODULE + "xxgkAnnualReport.jsp"
SEARCH_CALL = re.compile(r"[\"']([^\"'\s]*/module/xxgk/search\.jsp[^\"'\s]*)[\"']")
FIELDS = (
    "infotypeId", "jdid", "area", "divid", "vc_title", "vc_number", "vc_filenumber", "vc_all", "texttype", "fbtime",
    "standardXxgk", "isAllList", "sortfield",
)  # fmt: skip
# A unified social credit code of a body that is no company, as it stands in `area=` and opens an 索引号.
AGENCY_CODE = re.compile(r"(?<![0-9A-Za-z])1[123]\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Za-z])")
NAMED_CODE = re.compile(r"<option[^>]*value=[\"']?(1[123]\d{6}[0-9A-Z]{10})[\"']?[^>]*>([^<]*)")
COLUMN = re.compile(r"/col/col(\d+)/|[?&]columnid=(\d+)")
FIRST_YEAR = 2019  # of the form; what is older stands in the lists
MOST_PAGES = 100
MOST_AGENCIES = 120


class Xxgk(Family):
    """Hanweb xxgk.

    The entry is `/module/xxgk/tree.jsp?area=CODE`. Rows come by POST to `/module/xxgk/search.jsp?…&currpage=N` with
    `infotypeId, jdid, area, divid, …`; they are not filtered by column, so only `art_<column>_` links count where the
    column is known. The answer states 「共 N 页」. The report of an agency on a year is
    `xxgkAnnualReport.jsp?area=CODE&fbtime=YEAR` itself: it is asked for where the agency's code stands on a page.
    """

    name = "xxgk"
    marks = (MODULE,)

    def rows(self, page: ListPage) -> Iterator[Link]:
        """Yield the links, those of another column left out, and the reports of the agencies whose codes are shown."""
        column = COLUMN.search(page.first or page.page.url)
        other = re.compile(rf"/art_(?!{column[1] or column[2]}_)\d+_") if column and SEARCH in page.page.url else None
        yield from (link for link in page.page.anchors if other is None or not other.search(link.url))
        if MODULE in page.page.url or REPORT in page.page.text:
            yield from _reports(page.page)

    def next_pages(self, page: ListPage) -> Iterator[PageRef]:
        """Yield the search's pages after a column page; where the column has a jpage list, that one's."""
        call = SEARCH_CALL.search(page.page.text)
        if SEARCH in page.page.url:
            return
        if call is None or not (link := page.page.link(call[1].replace("&amp;", "&"))):
            yield from HANWEB.next_pages(page)
            return
        text = page.page.text
        fields = {name: value for name in FIELDS if (value := value_of(text, name))}
        parts = urlsplit(link.url)
        asked = re.sub(r"&?currpage=\d*", "", parts.query)
        pages = self.declared(page).pages or MOST_PAGES
        for number in range(1, pages + 1):
            query = f"{asked}&currpage={number}".lstrip("&")
            yield PageRef(parts._replace(query=query).geturl(), page.number + number, form=urlencode(fields))


def _reports(page: Page) -> Iterator[Link]:
    names = dict(NAMED_CODE.findall(page.text))
    codes = dict.fromkeys(AGENCY_CODE.findall(f"{page.url} {page.text}"))
    for code in list(codes)[:MOST_AGENCIES]:
        for year in range(datetime.now(tz=UTC).year - 1, FIRST_YEAR - 1, -1):
            title = f"{names.get(code, '').strip()}{year}年政府信息公开工作年度报告"
            if link := page.link(f"{REPORT}?area={code}&fbtime={year}", text=title, kind="guess"):
                yield link


HANWEB = Hanweb()
