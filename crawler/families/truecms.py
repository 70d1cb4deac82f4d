"""truecms, a variant of Hanweb: rows as XML inside JSONP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

from crawler.families.base import Declared, Family, ListPage, PageRef, stated_counts, value_of

SERVICE = "messageController/getMessage.do"
CALL = re.compile(r"[\"']([^\"'\s]*messageController/getMessage\.do)[^\"']*[\"']")
SAFE_SIZE = 10  # rows that every site gives at a time
MOST_PAGES = 60


class Truecms(Family):
    """truecms.

    A column page calls `…/messageController/getMessage.do` by JSONP with `startrecord, endrecord, perpage, columnId,
    callback`; the answer holds XML with CDATA rows, as a string in JSON. Without a `Referer` it is a 404. The greatest
    `perpage` differs by site (over it the answer is empty, or 404), so the site's own is asked for, and ten rows at a
    time where that fails.
    """

    name = "truecms"
    marks = (SERVICE,)
    service = SERVICE

    def declared(self, page: ListPage) -> Declared:
        """Return the records that the call or the answer states, if any."""
        return Declared(records=stated_counts(page.page.text.replace("\\", "")).records)

    def next_pages(self, page: ListPage) -> Iterator[PageRef]:
        """Yield the service's pages after a column page."""
        call, column = CALL.search(page.page.text), value_of(page.page.text, "columnId")
        if SERVICE in page.page.url or not call or not column or not (link := page.page.link(call[1])):
            return
        stated = value_of(page.page.text, "perPage")
        size = int(stated) if stated.isdecimal() and int(stated) else SAFE_SIZE
        records = self.declared(page).records
        pages = min(-(-records // size), MOST_PAGES) if records else MOST_PAGES
        for way, rows in enumerate(dict.fromkeys((size, SAFE_SIZE))):
            for number in range(1, (pages if rows == size else MOST_PAGES) + 1):
                span = {"startrecord": (number - 1) * rows + 1, "endrecord": number * rows, "perpage": rows}
                query = urlencode(span | {"columnId": column, "callback": "jsonp"})
                yield PageRef(urlsplit(link.url)._replace(query=query).geturl(), page.number + number, way=way)
