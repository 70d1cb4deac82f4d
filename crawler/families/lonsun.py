"""龙讯 Lonsun: publication lists as HTML fragments from one label service."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.document import Link
from crawler.families.base import OF_PAGES, Declared, Family, ListPage, PageRef, stated_counts
from crawler.families.services import own_pages
from crawler.page import Page
from crawler.scripts import unescape

SERVICE = "/site/label/8888"
CALL = re.compile(r"[\"'](/site/label/8888\?[^\"'\s]*labelName=publicInfoList[^\"'\s]*)[\"']")
TREE_CALL = re.compile(r"[\"'](/site/label/8888\?[^\"'\s]*labelName=columnTree[^\"'\s]*)[\"']")
NODE = re.compile(r"\{[^{}]*?\"(?:id|indicatorId)\"\s*:\s*\"?(\d+)\"?[^{}]*?\"name\"\s*:\s*\"([^\"]+)\"")
# What a list is asked with, where only the tree names it.
LIST_FIELDS = {
    "IsAjax": "1", "dataType": "html", "labelName": "publicInfoList", "type": "4", "pageSize": "15", "pageIndex": "1",
    "action": "list", "isDate": "true", "dateFormat": "yyyy-MM-dd", "length": "80",
    "file": "/xxgk/publicInfoList_newest2020",
}  # fmt: skip


class Lonsun(Family):
    """龙讯.

    A column page calls `/site/label/8888?…labelName=publicInfoList&…&pageIndex=N&…`; the answer is an HTML fragment.

    Only `pageIndex` is changed. `length` cuts the titles that are shown; `title=` has them whole. The total is in the
    fragment. The tree of columns is another label, `labelName=columnTree&isJson=true&id=`, whose nodes are `catId`s.
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
        """Yield the anchors; those of a fragment start from the list's own address; the nodes of the tree."""
        if "labelName=columnTree" in page.page.url:
            yield from _nodes(page.page)
        elif SERVICE in page.page.url and page.first:
            yield from Page(page.first, page.page.text).anchors
        else:
            yield from page.page.anchors
            tree = TREE_CALL.search(page.page.text.replace("&amp;", "&"))
            if tree and (link := page.page.link(tree[1], text="政府信息公开目录")):
                yield link

    def next_pages(self, page: ListPage) -> Iterator[PageRef]:
        """Yield the next fragment; the first one after a column page."""
        if "labelName=columnTree" in page.page.url:
            return
        asker = page.page.asker
        if SERVICE in page.page.url and asker is not None and asker.answers[-1].body:
            yield from own_pages(page)  # all that it was asked with stands in the form
        elif SERVICE in page.page.url:
            query = dict(parse_qsl(urlsplit(page.page.url).query, keep_blank_values=True))
            stated = query.get("pageIndex", "")
            number = int(stated) if stated.isdecimal() else 1
            yield PageRef(_with_page(page.page.url, query, number + 1), page.number + 1)
        elif (call := CALL.search(page.page.text.replace("&amp;", "&"))) and (link := page.page.link(call[1])):
            query = dict(parse_qsl(urlsplit(link.url).query, keep_blank_values=True))
            yield PageRef(_with_page(link.url, query, 1), 2)


def _nodes(page: Page) -> Iterator[Link]:
    query = dict(parse_qsl(urlsplit(page.url).query, keep_blank_values=True))
    kept = {name: query[name] for name in ("siteId", "organId") if name in query}
    for node in NODE.finditer(page.text):
        url = urlsplit(page.url)._replace(query=urlencode(LIST_FIELDS | kept | {"catId": node[1]})).geturl()
        if link := page.link(url, text=unescape(node[2])):
            yield link


def _with_page(url: str, query: dict[str, str], number: int) -> str:
    return urlsplit(url)._replace(query=urlencode(query | {"pageIndex": str(number)})).geturl()
