"""What a list reader is: how its portal software is recognised, where its further pages are, what a row looks like.

A family states what a page declares. Whether another page is asked for is decided in `crawler.pager` and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import Any, ClassVar

from crawler import scripts
from crawler.document import Link
from crawler.js.told import Headers
from crawler.page import Page


@dataclass(frozen=True, slots=True)
class PageRef:
    """A further page of a list: the request that brings it.

    `number` counts from 1 whatever the family's own base is.

    `form` is the body of a POST in www-form-urlencoding, `json` says that the body is JSON instead; a `guessed` page
    is a template tried without any sign on the page and accepted only when it gives new links. Where a list may be read
    in several ways, `way` counts them from 0: each is tried only where the first page of the one before it failed or
    brought nothing new. `headers` are those that the page's script sets.
    """

    url: str
    number: int
    form: str | None = None
    json: bool = False
    guessed: bool = False
    way: int = 0
    headers: Headers = ()

    @classmethod
    def of(cls, link: Link, number: int) -> PageRef:
        """Return the page that a link brings."""
        return cls(link.url, number, form=link.form, json=link.json, headers=link.headers)


@dataclass(frozen=True, slots=True)
class Declared:
    """What a list says of itself: pages and records; None where it does not say."""

    pages: int | None = None
    records: int | None = None


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of a list as its reader gets it.

    `number` counts from 1; `guessed` as in the `PageRef` that brought it here; `first` is the address of the list's
    first page; `rest` are the pages that were left when this one was asked for.
    """

    page: Page
    number: int = 1
    guessed: bool = False
    first: str = ""
    rest: tuple[PageRef, ...] = ()


class Family:
    """Base of the list readers. A subclass states its marks and overrides what differs."""

    name: ClassVar[str] = ""
    marks: ClassVar[tuple[str, ...]] = ()
    service: ClassVar[str] = ""  # in the addresses of its answers

    def recognises(self, page: Page) -> bool:
        """Say whether a page carries one of the family's marks, or is an answer of its service."""
        return bool(self.service and self.service in page.url) or page.has(*self.marks)

    def lists(self, page: Page) -> list[Page]:
        """Return the page; of one that shows several lists, a piece for each."""
        return [page]

    def declared(self, page: ListPage) -> Declared:
        """Return what the page declares about the whole list."""
        return stated_counts(page.page.text)

    def next_pages(self, page: ListPage) -> Iterator[PageRef]:
        """Yield the pages after this one, as far as this one declares them, nearest first."""
        del page
        yield from ()

    def rows(self, page: ListPage) -> Iterator[Link]:
        """Yield the links of the list page, its furniture included: that is told apart elsewhere."""
        yield from page.page.anchors


def records_of(data: Any) -> list[dict[str, Any]]:
    """Return the objects of the first list of such in an answer, the outermost one."""
    inner = [data]
    while inner:
        here = inner.pop(0)
        for value in here.values() if isinstance(here, dict) else ():
            if isinstance(value, list) and value and isinstance(value[0], dict):
                return [record for record in value if isinstance(record, dict)]
            inner.append(Page("", value).data if isinstance(value, str) and value[:1] == "{" else value)
    return []


def records_in(data: Any) -> int:
    """Return how many records an answer states in JSON beside its lists, 0 where it does not: the greatest such number,
    since some count pages by the same name; none that is less than what stands in the answer. What is but called a
    count may be that of just this.
    """
    stated = counted = shown = 0
    inner = [data]
    while inner:
        here = inner.pop()
        here = Page("", here).data if isinstance(here, str) and here[:1] == "{" else here
        for name, value in here.items() if isinstance(here, dict) else ():
            if isinstance(value, list):
                shown = max(shown, len(value))
            elif isinstance(value, dict) or (isinstance(value, str) and value[:1] == "{"):
                inner.append(value)
            elif not RECORDS_NAME.fullmatch(name.replace("_", "")) or not str(value).isdecimal():
                continue
            elif name.lower() == "count":
                counted = max(counted, int(value))
            else:
                stated = max(stated, int(value))
    return max(stated if stated >= shown else 0, counted if counted > shown else 0)


CREATE_PAGE = re.compile(
    r"createPage(?:HTML)?\s*\(\s*(?:[\"'](?P<container>[\w-]+)[\"']\s*,\s*)?(?P<pages>\d+)\s*,\s*\d+\s*,"
    r"\s*[\"'](?P<stem>[\w./-]+)[\"']\s*,\s*[\"'](?P<suffix>\w+)[\"']\s*(?:,\s*[\"']?(?P<records>\d+))?"
)
CREATE_PAGE_CALL = re.compile(r"(?<!function )createPage(?:HTML)?\s*\(([^()]*)\)")
COUNT_PAGE = re.compile(r"var\s+countPage\s*=\s*[\"']?(\d+)|countPage\s*=\s*[\"']?(\d+)")
JUMP = re.compile(r"[\"']([\w-]+)_[\"']\s*\+[^;\"'\n]{1,60}\+\s*[\"'](\.\w{3,5})[\"']")  # "index_" + (n - 1) + ".htm"
STATIC_END = re.compile(r"\.(s?html?)(?:[?#]|$)")
MAX_DECLARED = 2000
RECORDS_NAME = re.compile(
    r"total(count|elements?|records?|nums?|rows?|size)?|records?(total|count)?|(post)?count", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Script:
    """A pager that a script writes: `pages` in all, and file names `stem`, `stem_N` with `N = number − base`."""

    pages: int
    stem: str
    suffix: str
    base: int
    records: int | None = None

    def url(self, page: Page, number: int) -> str | None:
        """Return the address of a page of the list."""
        name = f"{self.stem}.{self.suffix}" if number == 1 else f"{self.stem}_{number - self.base}.{self.suffix}"
        link = page.link(name)
        return link.url if link else None


def read_script(page: Page) -> Script | None:
    """Return the pager of `createPageHTML` (on www.gov.cn `createPage`) in any of its three signatures, or of
    `countPage`; None where the page has neither.

    Four arguments: pages, current from 0, prefix, extension. Six: the container's id first, current from 1, the record
    count last.
    """
    called = page.has("createPage")
    if called and (found := CREATE_PAGE.search(page.text) or _resolved_call(page)):
        six = found["container"] is not None
        records = int(found["records"]) if found["records"] else None
        pages = min(int(found["pages"]), MAX_DECLARED)
        return Script(pages, found["stem"], found["suffix"], 0 if six else 1, records)
    if page.has("countPage") and (count := COUNT_PAGE.search(page.text)):
        pages = min(int(count[1] or count[2]), MAX_DECLARED)
        following = next_anchor(page)  # that a script writes
        names = [file_name(url) for url in (page.url, following.url if following else "")]
        names += ["".join(found.groups()) for found in JUMP.finditer(page.script_text)]
        stem, _, suffix = next((name for name in names if "." in name), f"index.{static_suffix(page)}").rpartition(".")
        return Script(pages, re.sub(r"_\d+$", "", stem) or "index", suffix, 1)
    return None


def file_name(url: str) -> str:
    """Return the last part of an address's path."""
    return url.partition("?")[0].rpartition("/")[2]


def static_suffix(page: Page) -> str:
    """Return how the files of a list end whose own address is a folder's: as those of its rows do."""
    folder = page.url.partition("?")[0].rpartition("/")[0] + "/"
    ends = (STATIC_END.search(link.url) for link in page.anchors if link.url.startswith(folder))
    return next((found[1] for found in ends if found), "html")


def _resolved_call(page: Page) -> re.Match[str] | None:
    """Return the call of `createPageHTML` whose arguments are variables, with what these are set to in their place."""
    known = scripts.variables(page.script_text)
    for call in CREATE_PAGE_CALL.finditer(page.script_text):
        values = [known.get(word, word.strip("\"'")) for word in map(str.strip, call[1].split(","))]
        resolved = ",".join(value if value.isdecimal() else f'"{value}"' for value in values)
        if found := CREATE_PAGE.search(f"createPageHTML({resolved})"):
            return found
    return None


def script_pages(page: ListPage) -> Iterator[PageRef]:
    """Yield the pages after this one that a script pager declares."""
    script = read_script(page.page)
    if script is None:
        return
    for number in range(page.number + 1, script.pages + 1):
        if url := script.url(page.page, number):
            yield PageRef(url, number)


def script_declared(page: ListPage) -> Declared:
    """Return what a script pager declares."""
    script = read_script(page.page)
    return Declared(script.pages, script.records) if script else Declared()


def value_of(text: str, name: str) -> str:
    """Return what scripts, or fields of a form, give to a name in so many words; "" where they do not."""
    found = _given_to(name).search(text)
    return next(filter(None, found.groups()), "") if found else ""


@lru_cache(64)
def _given_to(name: str) -> re.Pattern[str]:
    in_script = rf"\b{name}[\"']?\s*[:=]\s*(?:\"([^\"]*)\"|'([^']*)'|(\d[\w-]*))"
    return re.compile(rf"{in_script}|\bname=[\"']?{name}[\"']?\s+value=[\"']([^\"']*)", re.IGNORECASE)


NEXT_WORDS = re.compile(
    r"^[\s\W]*(下一页|下一步|下页|后一页|后页|下一頁|下頁|下一个|next(\s*page)?|下一张|较[早旧](的)?文章|older(\s*posts)?)[\s\W]*$|^[>›»]$|^&gt;$",
    re.IGNORECASE,
)
NEXT_MARKS = (
    "a[rel~=next i][href], link[rel~=next i][href], a.next[href], .next > a[href], a[class*=next i][href],"
    "a[title*=下一页][href], a[aria-label*=next i][href], a[aria-label*=下一页][href]"
)
# RFC 5005, in either order of its attributes.
NEXT_OF_FEED = re.compile(r"<(?:\w+:)?link\s(?=[^>]*\brel=[\"']next[\"'])[^>]*\bhref=[\"'](?P<address>[^\"']+)")
NEXT_PICTURE = "a > img[src*=next i], a > img[src*=xiaye i], a > img[src*=xyy i]"
NEXT_HINTS = ("next", "Next", "下一页", "xiaye", "xyy")
TOTAL_PAGES = re.compile(r"(?:共|总页数[:：]?)\s*(?:<[^>]*>)?\s*(\d{1,5})\s*(?:<[^>]*>)?\s*页")
TOTAL_RECORDS = re.compile(r"(?:共有?|总计)\s*(?:<[^>]*>)?\s*(\d{1,7})\s*(?:<[^>]*>)?\s*(?:条|篇|项|个记录)")
PAGES_VARIABLE = re.compile(r"(?:totalpages?|pageCount|countPage)[\"']?\s*[:=]\s*[\"']?(\d{1,5})", re.IGNORECASE)
RECORDS_VARIABLE = re.compile(
    r"(?:totalrecords?|recordCount|total_?Count|post_count|page(?:Size|Count|Index)\b[^{}]{0,80}[,\s\"']total)"
    r"[\"']?\s*[:=>]\s*[\"']?(\d{1,7})",
    re.IGNORECASE,
)
IN_VARIABLES = ("total", "Total", "TOTAL", "count", "Count", "COUNT")  # one is in each of their names


def next_anchor(page: Page) -> Link | None:
    """Return where 下一页 leads, by the anchor's words or, where those are a picture, by its mark as the next one; None
    where there is no such anchor or it leads nowhere else.
    """
    for link in page.anchors:
        named = len(link.text) < 12 and (NEXT_WORDS.match(link.text) or NEXT_WORDS.match(link.title))
        if named and link.kind != "fragment" and (link.url != page.url or link.form is not None):
            return link
    if not page.has(*NEXT_HINTS):
        return None
    if page.is_data:
        feed = NEXT_OF_FEED.search(page.text)
        return page.link(unescape(feed["address"])) if feed else None
    pictures = (image.parent for image in page.tree.css(NEXT_PICTURE))
    for node in (*page.tree.css(NEXT_MARKS), *(node for node in pictures if node is not None)):
        marked = page.link(node.attributes.get("href") or "")
        if marked is not None and marked.url != page.url:
            return marked
    return None


@lru_cache(4)  # a page's reader asks for its own page more than once
def stated_counts(text: str) -> Declared:
    """Return the pages and records that a page states in words (共N页, 共N条) or in a script's variables, whichever
    comes first.
    """
    scripted = any(word in text for word in IN_VARIABLES)  # a search that ignores case is a hundred times as slow
    pages = _first_number(text, TOTAL_PAGES, PAGES_VARIABLE if scripted else None)
    records = _first_number(text, TOTAL_RECORDS, RECORDS_VARIABLE if scripted else None)
    return Declared(None if pages is None else min(pages, MAX_DECLARED), records)


def _first_number(text: str, *patterns: re.Pattern[str] | None) -> int | None:
    found = [match for pattern in patterns if pattern and (match := pattern.search(text))]
    return int(min(found, key=re.Match.start)[1]) if found else None
