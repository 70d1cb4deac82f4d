"""博达 VSB / webplus: static lists that count down."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.families.base import OF_PAGES, TOTAL_PAGES, Declared, Family, ListPage, PageRef, next_anchor, stated_counts
from crawler.families.generic import Generic

GENERIC = Generic()
NUMBERED = re.compile(r"/(\d+)\.htm$")


class Boda(Family):
    """博达.

    Page 1 is `xxgk/nb.htm`, page 2 of N is `nb/{N-1}.htm`, and so on down to `nb/1.htm`: an old page keeps its number.

    下页 leads there; where a script writes it, the number is counted down from 「1/24」.
    """

    name = "boda"
    marks = (
        "_showDynClicks",
        "vsb_content",
        "v_news_content",
        "/system/_content/",
        "/system/_owners/",
        "vsb_",
        "/dfwz/",
        "_vsb",
    )

    def declared(self, page: ListPage) -> Declared:
        """Return N of 「1/N」, or what is stated in words."""
        stated = stated_counts(page.page.text)
        if stated.pages is None and (of := OF_PAGES.search(page.page.tree.body.text() if page.page.tree.body else "")):
            return Declared(int(of[2]), stated.records)
        return stated

    def next_pages(self, page: ListPage) -> Iterator[PageRef]:
        """Yield the page that 下页 names, or the next lower number."""
        if link := next_anchor(page.page):
            yield PageRef.of(link, page.number + 1)
            return
        url = page.page.url
        if current := NUMBERED.search(url):
            if page.number > 1 and int(current[1]) > 1:
                yield PageRef(f"{url[: current.start()]}/{int(current[1]) - 1}.htm", page.number + 1)
            return
        pages = self.declared(page).pages
        if (
            page.number == 1
            and pages
            and pages > 1
            and url.endswith(".htm")
            and (OF_PAGES.search(page.page.text) or TOTAL_PAGES.search(page.page.text))
        ):
            yield PageRef(f"{url[:-4]}/{pages - 1}.htm", 2)
        else:
            yield from GENERIC.next_pages(page)
