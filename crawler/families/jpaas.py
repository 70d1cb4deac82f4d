"""Hanweb jpaas 集约化: lists as JSON from a publishing gateway."""

from __future__ import annotations

import ast
import html
import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.document import Link
from crawler.families.base import Declared, Family, ListPage, PageRef, value_of
from crawler.page import Page

GATEWAY = "/api-gateway/jpaas-publish-server/front/page/build/unit"
QUERY = re.compile(r"queryData\s*=\s*(\"\{.{0,2000}?\}\"|'\{.{0,2000}?\}')", re.DOTALL)
UNIT = re.compile(r"[\"']([^\"']*/jpaas-publish-server/front/page/build/unit)[\"']")
COUNT = re.compile(r"\bcount=\\?[\"'](\d+)")
ROWS = re.compile(r"\brows=\\?[\"'](\d+)")
SIZE = "15"


class Jpaas(Family):
    """jpaas.

    A page holds `queryData="{'webId':…}"`; the unit's address with these parameters gives `{"data": {"html": …}}`.

    The page number goes into `paramJson={"pageNo":2,"pageSize":"15"}`: a bare `pageNo` or `page` gives page 1 for
    ever. The total is in the attributes `count` and `rows` of the pagination inside the HTML. The unit is asked from
    its first page on, since many column pages are shells.
    """

    name = "jpaas"
    marks = ("/jpaas-publish-server/", "queryData=\"{'webId'")

    def lists(self, page: Page) -> list[Page]:
        """Return a piece for each unit of a page."""
        units, address = [found[0] for found in QUERY.finditer(page.text)], UNIT.search(page.text)
        several = len(units) > 1
        return [Page(page.url, unit + (address[0] if address else "")) for unit in units] if several else [page]

    def declared(self, page: ListPage) -> Declared:
        """Return pages and records of the pagination."""
        count, rows = COUNT.search(page.page.text), ROWS.search(page.page.text)
        if not count:
            return Declared()
        return Declared(-(-int(count[1]) // max(int(rows[1]) if rows else int(SIZE), 1)) + 1, int(count[1]))

    def rows(self, page: ListPage) -> Iterator[Link]:
        """Yield the anchors of the page, or of the HTML inside the unit's JSON."""
        markup = _unit_html(page.page)
        if markup is None:
            yield from page.page.anchors
        else:
            yield from Page(page.first or page.page.url, markup).anchors

    def next_pages(self, page: ListPage) -> Iterator[PageRef]:
        """Yield the unit's next page: its first one after a column page."""
        if _unit_html(page.page) is not None:
            parts = urlsplit(page.page.url)
            query = dict(parse_qsl(parts.query))
            number = int(value_of(query.get("paramJson", ""), "pageNo") or 1) + 1
            count, rows = COUNT.search(page.page.text), ROWS.search(page.page.text)
            if count and rows and (number - 1) * int(rows[1]) >= int(count[1]):
                return
            yield PageRef(parts._replace(query=_with_page(query, number)).geturl(), page.number + 1)
        elif (found := QUERY.search(page.page.text)) and page.number == 1:
            unit = UNIT.search(page.page.text)
            link = page.page.link(unit[1] if unit else GATEWAY)
            if link:
                yield PageRef(f"{link.url}?{_with_page(_parameters(found[1][1:-1]), 1)}", 2)


def _parameters(text: str) -> dict[str, str]:
    """Return the parameters of `queryData`, a script's object literal; none where it cannot be read."""
    try:
        literal = ast.literal_eval(html.unescape(text))
    except (ValueError, SyntaxError):
        return {}
    return {str(name): str(value) for name, value in literal.items()} if isinstance(literal, dict) else {}


def _with_page(query: dict[str, str], number: int) -> str:
    paging = {"pageNo": number, "pageSize": value_of(query.get("paramJson", ""), "pageSize") or SIZE}
    return urlencode(query | {"paramJson": json.dumps(paging, separators=(",", ":"))})


def _unit_html(page: Page) -> str | None:
    """Return the HTML of a unit's answer; None where the page is no such answer."""
    data = page.data.get("data") if isinstance(page.data, dict) else None
    markup = data.get("html") if isinstance(data, dict) else None
    return markup if isinstance(markup, str) else None
