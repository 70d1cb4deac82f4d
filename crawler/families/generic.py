"""The reader for portals of no known family: about half of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.families.base import (
    Declared,
    Family,
    ListPage,
    PageRef,
    next_anchor,
    script_declared,
    script_pages,
    stated_counts,
)

PAGE_NAME = re.compile(
    r"(?i)^(page|p|pn|pageno|page_no|pageindex|pageid|pagenum|currentpage|curpage|currpage|cpage|paged|start_?page|nowpage|pg|ye)$"
)
NUMBERED_PATH = re.compile(r"^(?P<stem>.*?[/_-])(?P<number>\d{1,4})(?P<end>(?:\.\w{2,5})?/?)$")
TEMPLATES = ("{stem}_1.{suffix}", "{stem}_2.{suffix}", "{stem}/2.{suffix}")
FULL_PAGE = 10  # rows: below this a list without any pager is taken to be whole


class Generic(Family):
    """Any static or query-driven list.

    In this order: `createPageHTML` or `countPage`; the anchor 下一页; anchors whose text is the next number; a query
    parameter or a path number that the page's own links vary; at last templates, which are guesses.
    """

    name = "generic"

    def declared(self, page: ListPage) -> Declared:
        """Return what a script, or the page in words, states."""
        script = script_declared(page)
        stated = stated_counts(page.page.text)
        return Declared(script.pages or stated.pages, script.records or stated.records)

    def next_pages(self, page: ListPage) -> Iterator[PageRef]:
        """Yield the next page or pages by the first sign found."""
        number = page.number + 1
        if scripted := list(script_pages(page)):
            yield from scripted
        elif url := next_anchor(page.page) or numbered_anchor(page) or varied_anchor(page):
            yield PageRef(url, number)
        elif page.guessed:
            if url := count_up(page.page.url):
                yield PageRef(url, number, guessed=True)
        elif page.number == 1 and not (declared := self.declared(page)).pages and not declared.records:
            yield from _guesses(page)


def numbered_anchor(page: ListPage) -> str | None:
    """Return where the anchor leads whose text is the next page's number, among anchors that number pages."""
    numbers = {
        link.text.strip("[]【】() "): link.url for link in page.page.anchors if link.text.strip("[]【】() ").isdecimal()
    }
    url = numbers.get(str(page.number + 1))
    return url if url and url != page.page.url and urlsplit(url).netloc == urlsplit(page.page.url).netloc else None


def varied_anchor(page: ListPage) -> str | None:
    """Return the address of the next page where an anchor differs from this page's address only in a page parameter."""
    here = urlsplit(page.page.url)
    mine = dict(parse_qsl(here.query, keep_blank_values=True))
    for link in page.page.anchors:
        there = urlsplit(link.url)
        if there.netloc != here.netloc or there.path != here.path or not there.query:
            continue
        theirs = dict(parse_qsl(there.query, keep_blank_values=True))
        varied = [name for name, value in theirs.items() if mine.get(name) != value]
        if len(varied) == 1 and PAGE_NAME.match(varied[0]) and theirs[varied[0]].isdecimal():
            theirs[varied[0]] = str(page.number + 1)
            return there._replace(query=urlencode(theirs)).geturl()
    return None


def count_up(url: str) -> str | None:
    """Return an address with its last number one higher; None where its file name has none."""
    parts = urlsplit(url)
    found = NUMBERED_PATH.match(parts.path)
    return parts._replace(path=f"{found['stem']}{int(found['number']) + 1}{found['end']}").geturl() if found else None


def _guesses(page: ListPage) -> Iterator[PageRef]:
    """Yield the usual templates for a full page that shows no pager."""
    parts = urlsplit(page.page.url)
    if parts.query:
        return
    name = parts.path.rsplit("/", 1)[1]
    stem, _, suffix = (name or "index.html").rpartition(".")
    if not stem or suffix not in ("html", "htm", "shtml", "jhtml") or NUMBERED_PATH.match(parts.path):
        return
    folder = parts.path.rsplit("/", 1)[0]
    for template in TEMPLATES:
        yield PageRef(
            parts._replace(path=f"{folder}/{template.format(stem=stem, suffix=suffix)}").geturl(), 2, guessed=True
        )
