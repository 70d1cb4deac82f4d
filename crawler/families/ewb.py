"""国泰新点 EWB: publication lists as JSON by category."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from crawler.families.base import Declared, Family, ListPage, PageRef
from crawler.page import Link, Page, squeeze

SERVICE = re.compile(r"[\"']([^\"']*/rest/lightfrontaction/getgovinfolist)[\"']", re.IGNORECASE)
ANSWER = "/rest/lightfrontaction/getgovinfolist"
FIELDS = {
    name: re.compile(rf"[\"']?{name}[\"']?\s*[:=]\s*[\"']([^\"']*)[\"']", re.IGNORECASE)
    for name in ("deptcode", "categorynum", "siteGuid")
}
SIZE = 20
MOST = 100


class Ewb(Family):
    """新点.

    POST JSON `<project>/rest/lightfrontaction/getgovinfolist` `{deptcode, categorynum, siteGuid, pageIndex,
    pageSize}`.

    The answer's `custom` holds `data[]{infourl, realtitle, title}` and the total. The parameters stand in the page's
    scripts.
    """

    name = "ewb"
    marks = ("getgovinfolist", "EWB-FRONT", "govInfoPub", "/js/webBuilderCommon.js")

    def recognises(self, page: Page) -> bool:
        """Say whether a page is of the family, or an answer of its service."""
        return ANSWER in page.url or super().recognises(page)

    def declared(self, page: ListPage) -> Declared:
        """Return the total that the answer states."""
        custom = _custom(page.page.text)
        total = next(
            (
                custom[name]
                for name in ("total", "totalcount", "count", "totalnum")
                if str(custom.get(name, "")).isdigit()
            ),
            None,
        )
        return Declared(records=int(total)) if total is not None else Declared()

    def rows(self, page: ListPage) -> Iterator[Link]:
        """Yield the page's anchors, or the answer's records."""
        if ANSWER not in page.page.url:
            yield from page.page.anchors
            return
        base = Page(page.first or page.page.url, "")
        for record in _custom(page.page.text).get("data") or ():
            if link := base.link(
                str(record.get("infourl") or ""),
                text=squeeze(str(record.get("realtitle") or record.get("title") or "")),
            ):
                yield link

    def next_pages(self, page: ListPage) -> Iterator[PageRef]:
        """Yield the service's pages after a column page."""
        text = page.page.text
        service = SERVICE.search(text)
        if ANSWER in page.page.url or not service or not (link := page.page.link(service[1])):
            return
        fields = {name: found[1] if (found := pattern.search(text)) else "" for name, pattern in FIELDS.items()}
        for number in range(MOST):
            body = json.dumps(fields | {"pageIndex": number, "pageSize": SIZE}, ensure_ascii=False)
            yield PageRef(urlsplit(link.url).geturl(), page.number + number + 1, form=body, json=True)


def _custom(text: str) -> dict[str, Any]:
    try:
        custom = json.loads(text)["custom"]
        custom = json.loads(custom) if isinstance(custom, str) else custom
    except (ValueError, KeyError, TypeError):
        return {}
    return custom if isinstance(custom, dict) else {}
