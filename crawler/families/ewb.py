"""国泰新点 EWB: publication lists as JSON by category."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from crawler.families.base import ListPage, PageRef, Service, value_of

SERVICE = re.compile(r"[\"']([^\"']*/rest/lightfrontaction/getgovinfolist)[\"']", re.IGNORECASE)
PROJECT = re.compile(r"projectName[\"']?\s*[:=]\s*[\"']([\w/-]+)[\"']")
ANSWER = "/rest/lightfrontaction/getgovinfolist"
FIELDS = ("deptcode", "categorynum", "siteGuid")
SIZE = 20
MOST = 100


class Ewb(Service):
    """新点.

    POST JSON `<project>/rest/lightfrontaction/getgovinfolist` `{deptcode, categorynum, siteGuid, pageIndex,
    pageSize}`.

    The answer's `custom` holds `data[]{infourl, realtitle, title}` and the total. The parameters stand in the page's
    scripts or in its address; where the call itself stands in `webBuilderCommon.js`, the project is the usual one.
    """

    name = "ewb"
    marks = ("getgovinfolist", "EWB-FRONT", "govInfoPub", "/js/webBuilderCommon.js")
    service = ANSWER
    addresses, titles = ("infourl",), ("realtitle", "title")

    def next_pages(self, page: ListPage) -> Iterator[PageRef]:
        """Yield the service's pages after a column page."""
        text = page.page.text
        asked = dict(parse_qsl(urlsplit(page.page.url).query))
        fields = {name: asked.get(name) or value_of(text, name) for name in FIELDS}
        service, project = SERVICE.search(text), PROJECT.search(text)
        address = service[1] if service else f"/{project[1].strip('/') if project else 'EWB-FRONT'}{ANSWER}"
        known = service is not None or fields["categorynum"]
        if any(ANSWER in ask.url for ask in page.page.asks):
            return  # its scripts tell more: what they ask is the generic reader's
        if self.is_answer(page) or not known or not (link := page.page.link(address)):
            return
        for number in range(MOST):
            body = json.dumps(fields | {"pageIndex": number, "pageSize": SIZE}, ensure_ascii=False)
            yield PageRef(urlsplit(link.url).geturl(), page.number + number + 1, form=body, json=True)
