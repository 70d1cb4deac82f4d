"""开普云 UCAP: static lists numbered from 1, and lists as JSON by channel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode

from crawler.families.base import Declared, ListPage, PageRef, Service, script_pages, stated_counts
from crawler.families.generic import Generic
from crawler.page import Page

GENERIC = Generic()
SERVICE = "/getFileListByCodeId"
CHANNEL = re.compile(r"channelId\s*[=:]\s*[\"']([0-9a-f]{32})[\"']", re.IGNORECASE)
SIZE, MOST = 20, 50


class Ucap(Service):
    """开普云.

    Page N of `common_list.shtml` is `common_list_N.shtml`, named by `createPageHTML('page_div', pages, current, stem,
    suffix, records)`.

    Other sites hold a `channelId` of 32 hex digits: POST `/getFileListByCodeId` with
    `codeId=&channelId=&page=1&size=20` gives `results.data.results[]`. The host in its `url` can be wrong: only the
    path is taken.
    """

    name = "ucap"
    marks = ("<ucapcontent", "<ucaptitle", "UCAP-CONTENT", "common_list.shtml", "createPageHTML('page_div'", SERVICE)
    service = SERVICE
    addresses, titles, foreign = ("url", "redirectUrl"), ("titleHtml", "title"), True

    def recognises(self, page: Page) -> bool:
        """Say whether a page is of the family: it may only name the service's channel."""
        return super().recognises(page) or ("channelId" in page.text and CHANNEL.search(page.text) is not None)

    def declared(self, page: ListPage) -> Declared:
        """Return what the script, or the service, states."""
        if self.is_answer(page):
            records = super().declared(page).records
            return Declared(records and -(-records // SIZE) + 1, records)
        return GENERIC.declared(page)

    def next_pages(self, page: ListPage) -> Iterator[PageRef]:
        """Yield the script's pages, the service's, or the anchor's."""
        if self.is_answer(page):
            return
        if scripted := list(script_pages(page)):
            yield from scripted
        elif channel := CHANNEL.search(page.page.text):
            yield from self._service_pages(page, channel[1])
        else:
            yield from GENERIC.next_pages(page)

    def _service_pages(self, page: ListPage, channel: str) -> Iterator[PageRef]:
        records = stated_counts(page.page.text).records
        fields = {"codeId": "", "channelId": channel, "size": SIZE, "relateSubChannels": "true"}
        for number in range(1, (-(-records // SIZE) if records else MOST) + 1):
            yield PageRef(page.page.origin + SERVICE, page.number + number, form=urlencode(fields | {"page": number}))
