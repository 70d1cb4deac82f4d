"""Families whose lists a service gives as JSON: 国泰新点 EWB, 开普云 UCAP, and gkmlpt, the platform of Guangdong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.document import Link
from crawler.families.base import (
    Declared,
    Family,
    ListPage,
    PageRef,
    records_in,
    records_of,
    script_pages,
    stated_counts,
    value_of,
)
from crawler.families.generic import Generic
from crawler.labels import squeeze
from crawler.literals import TAG
from crawler.page import Page
from crawler.scripts import unescape

GENERIC = Generic()
PER_PAGE, MOST_PAGES = 20, 100
EWB_SERVICE = re.compile(r"[\"']([^\"']*/rest/lightfrontaction/getgovinfolist)[\"']", re.IGNORECASE)
PROJECT = re.compile(r"projectName[\"']?\s*[:=]\s*[\"']([\w/-]+)[\"']")
EWB_FIELDS = ("deptcode", "categorynum", "siteGuid")
FILE_LIST = "/getFileListByCodeId"
CHANNEL = re.compile(r"channelId\s*[=:]\s*[\"']([0-9a-f]{32})[\"']", re.IGNORECASE)
NODE = re.compile(
    r"\{[^{}]*?[\"']?id[\"']?\s*:\s*[\"']?(\d+)[\"']?[^{}]*?[\"']?name[\"']?\s*:\s*[\"']([^\"']+)[\"'][^{}\[]*"
)
JUMP = re.compile(r"[\"']?jump_url[\"']?\s*:\s*[\"'](https?:[^\"']+)[\"']")
ARTICLES = 100  # on a page of gkmlpt's


class Service(Family):
    """Base of those whose rows a service gives as JSON: `addresses` and `titles` are the fields of a record that may
    say where it is and what it is called, the first one that does; of an address the host may be `foreign`.
    """

    addresses: ClassVar[tuple[str, ...]] = ("url",)
    titles: ClassVar[tuple[str, ...]] = ("title",)
    foreign: ClassVar[bool] = False

    def is_answer(self, page: ListPage) -> bool:
        """Say whether a page is the service's answer."""
        return self.service in page.page.url

    def declared(self, page: ListPage) -> Declared:
        """Return the records that the answer states."""
        return Declared(records=records_in(page.page.data) or None)

    def rows(self, page: ListPage) -> Iterator[Link]:
        """Yield the page's anchors, or the answer's records, which start from the list's own address."""
        if not self.is_answer(page):
            yield from page.page.anchors
            return
        start = Page(page.first or page.page.url, "")
        for record in records_of(page.page.data):
            address, title = (
                next((str(record[name]) for name in names if record.get(name)), "")
                for names in (self.addresses, self.titles)
            )
            address = urlsplit(address)._replace(scheme="", netloc="").geturl() if self.foreign else address
            if link := start.link(address, text=squeeze(TAG.sub("", title))):
                yield link


class Ewb(Service):
    """新点.

    POST JSON `<project>/rest/lightfrontaction/getgovinfolist` `{deptcode, categorynum, siteGuid, pageIndex,
    pageSize}`.

    The answer's `custom` holds `data[]{infourl, realtitle, title}` and the total. The parameters stand in the page's
    scripts or in its address; where the call itself stands in `webBuilderCommon.js`, the project is the usual one.
    """

    name = "ewb"
    marks = ("getgovinfolist", "EWB-FRONT", "govInfoPub", "/js/webBuilderCommon.js")
    service = "/rest/lightfrontaction/getgovinfolist"
    addresses, titles = ("infourl",), ("realtitle", "title")

    def next_pages(self, page: ListPage) -> Iterator[PageRef]:
        """Yield the service's pages after a column page."""
        text = page.page.text
        asked = dict(parse_qsl(urlsplit(page.page.url).query))
        fields = {name: asked.get(name) or value_of(text, name) for name in EWB_FIELDS}
        service, project = EWB_SERVICE.search(text), PROJECT.search(text)
        address = service[1] if service else f"/{project[1].strip('/') if project else 'EWB-FRONT'}{self.service}"
        known = service is not None or fields["categorynum"]
        if any(self.service in ask.url for ask in page.page.asks):
            return  # its scripts tell more: what they ask is the generic reader's
        if self.is_answer(page) or not known or not (link := page.page.link(address)):
            return
        for number in range(MOST_PAGES):
            body = json.dumps(fields | {"pageIndex": number, "pageSize": PER_PAGE}, ensure_ascii=False)
            yield PageRef(link.url, page.number + number + 1, form=body, json=True)


class Ucap(Service):
    """开普云.

    Page N of `common_list.shtml` is `common_list_N.shtml`, named by `createPageHTML('page_div', pages, current, stem,
    suffix, records)`.

    Other sites hold a `channelId` of 32 hex digits: POST `/getFileListByCodeId` with
    `codeId=&channelId=&page=1&size=20` gives `results.data.results[]`. The host in its `url` can be wrong: only the
    path is taken.
    """

    name = "ucap"
    marks = (
        "<ucapcontent",
        "<ucaptitle",
        "UCAP-CONTENT",
        "common_list.shtml",
        "createPageHTML('page_div'",
        "/getFileListByCodeId",
    )
    service = FILE_LIST
    addresses, titles, foreign = ("url", "redirectUrl"), ("titleHtml", "title"), True

    def recognises(self, page: Page) -> bool:
        """Say whether a page is of the family: it may only name the service's channel."""
        return super().recognises(page) or ("channelId" in page.text and CHANNEL.search(page.text) is not None)

    def declared(self, page: ListPage) -> Declared:
        """Return what the script, or the service, states."""
        if self.is_answer(page):
            records = super().declared(page).records
            return Declared(records and -(-records // PER_PAGE) + 1, records)
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
        fields = {"codeId": "", "channelId": channel, "size": PER_PAGE, "relateSubChannels": "true"}
        for number in range(1, (-(-records // PER_PAGE) if records else MOST_PAGES) + 1):
            yield PageRef(page.page.origin + FILE_LIST, page.number + number, form=urlencode(fields | {"page": number}))


class Gkmlpt(Service):
    """gkmlpt.

    `/gkmlpt/index` holds `window._CONFIG = {SID:'755041', TREE:[…]}`; each node of the tree is a list,
    `/gkmlpt/api/all/ID`.

    `?page=N&sid=SID`, 100 articles a page, where page 0 and page 1 are the same; category 0 is everything. The total
    is `classify.post_count` or `total`. Nodes with `jump_url` leave the platform. A department's shell stands in its
    folder (`/b3/gkmlpt/index`), and the API at the root or in that folder.
    """

    name = "gkmlpt"
    service = "/gkmlpt/api/all/"
    addresses = ("url", "post_url")

    def recognises(self, page: Page) -> bool:
        """Say whether a page is the platform's: its shell, or an answer of its API."""
        return super().recognises(page) or all(map(page.has, ("_CONFIG", "SID", "TREE")))

    def rows(self, page: ListPage) -> Iterator[Link]:
        """Yield the nodes of the shell's tree as columns, or the articles of an answer with their files."""
        yield from super().rows(page)
        if self.is_answer(page):
            files = (file for article in records_of(page.page.data) for file in article.get("attachment") or ())
            links = (page.page.link(str(file.get("url") or ""), text=str(file.get("name") or "")) for file in files)
            yield from filter(None, links)
            return
        folder = urlsplit(page.page.url).path.partition("/gkmlpt/")[0]
        if sid := value_of(page.page.text, "SID"):
            for node in NODE.finditer(page.page.text):
                jump, name = JUMP.search(node[0]), unescape(node[2])
                target = jump[1] if jump else f"{self.service}{node[1]}?{urlencode({'page': 1, 'sid': sid})}"
                if link := page.page.link(target, text=name):
                    yield link
                if folder and not jump and (link := page.page.link(folder + target, text=name, kind="guess")):
                    yield link

    def next_pages(self, page: ListPage) -> Iterator[PageRef]:
        """Yield the API's further pages."""
        records = self.declared(page).records
        parts = urlsplit(page.page.url)
        if not self.is_answer(page) or records is None:
            return
        for number in range(page.number + 1, -(-records // ARTICLES) + 1):
            yield PageRef(parts._replace(query=re.sub(r"page=\d+", f"page={number}", parts.query)).geturl(), number)
