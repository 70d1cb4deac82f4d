"""The reader for portals of no known family: about half of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.document import Link
from crawler.families.base import (
    NEXT_WORDS,
    Declared,
    Family,
    ListPage,
    PageRef,
    next_anchor,
    records_in,
    script_declared,
    script_pages,
    stated_counts,
    static_suffix,
)
from crawler.families.forms import form_page
from crawler.families.services import own_pages, service_pages, turned_pages
from crawler.page import Page
from crawler.relevance import is_more
from crawler.scripts import OFFSET_NAME, PAGE_NAME

NUMBERED_PATH = re.compile(r"^(?P<stem>.*?[/_-])(?P<number>\d{1,4})(?P<end>(?:\.\w{2,5})?/?)$")
NUMBER = re.compile(r"[\[【(（第\s]*(\d{1,4}|[一二三四五六七八九十]{1,3}(?=页))[\]】)）页\s]*")
ENDING_NUMBER = re.compile(r"(?P<stem>.*\D)(?P<number>\d{1,4})(?P<end>(?:\.\w{2,5})?/?)$")
DIGITS, COUNTED = re.compile(r"\d+"), re.compile(r"[_-]?\d+")
CHINESE = "一二三四五六七八九"
LAST_WORDS = re.compile(r"[\s\W]*(尾页|末页|最后一页|最后页|last(\s*page)?|>>|»)[\s\W]*", re.IGNORECASE)
PIECE = re.compile(r"[_-]\d{1,2}$")
SECTION = re.compile(
    r"[\s（(]*[一二三四五六1-6]?[\s、.．）)]*(?:总体情况|主动公开政府信息|收到和处理政府信息|(?:因)?政府信息公开(?:工作被申请)?.{0,4}行政复议"
    r"|(?:政府信息公开工作)?存在的?(?:主要)?问题|其他需要报告)"
)
LEAST_SECTIONS = 3
PREVIOUS_WORDS = re.compile(r"[\s\W]*(?:上一?页|前一?页|上一頁|prev(?:ious)?)[\s\W]*", re.IGNORECASE)
ARROWS = re.compile(r"\s*(?:>>|»|›|→)\s*")
TEMPLATES = ("{stem}_1.{suffix}", "{stem}_2.{suffix}", "{stem}/2.{suffix}")
FIRST_OF = re.compile(r"(?:[>:：条码]|&nbsp;)\s*1\s*/\s*(\d{1,4})\s*(?:页|<|&nbsp;)")  # 共60条 1/4
STATIC = ("html", "htm", "shtml", "jhtml")
MOST = 400


class Generic(Family):
    """Any static or query-driven list.

    In this order: `createPageHTML` or `countPage`; the anchor 下一页; anchors whose text is the next number; a query
    parameter or a path number that the page's own links vary; the number behind 尾页; the form that a pager sends; the
    service that a script asks; at last templates, which are guesses, and a list that counts down.
    """

    name = "generic"

    def declared(self, page: ListPage) -> Declared:
        """Return what a script, or the page in words, states."""
        script = script_declared(page)
        stated = stated_counts(page.page.text)
        told = (page.page.asker or page.page).told.declared
        records = script.records or stated.records or told or records_in(page.page.data)
        return Declared(script.pages or stated.pages, records or None)

    def lists(self, page: Page) -> list[Page]:
        """Return the page once for each pager of its own."""
        return [page] * max(len(_pagers(page, 1)), 1)

    def next_pages(self, page: ListPage) -> Iterator[PageRef]:
        """Yield the next page or pages by the first sign found."""
        number = page.number + 1
        if several := _pagers(page.page, page.number):
            yield from (PageRef.of(link, there) for there, link in sorted(_own_pager(several, page).items()))
        elif scripted := list(script_pages(page)):
            yield from scripted
        elif page.page.is_fragment and page.rest:
            return  # the answer of a service whose pages were named before
        elif turns := _turns(page):
            yield from turns
        elif url := varied_anchor(page) or arrow_anchor(page):
            yield PageRef(url, number)
        elif turned := list(turned_pages(page)) or list(own_pages(page)):
            yield from turned
        elif counted := list(up_to_last(page)):
            yield from counted
        elif form := form_page(page, self.declared(page)):
            yield form
        elif page.guessed:
            if url := count_up(page.page.url):
                yield PageRef(url, number, guessed=True)
        elif page.page.is_fragment and (url := next_by_query(page.page.url)):
            yield PageRef(url, number)
        elif page.number == 1:
            yield from list(service_pages(page, self.declared(page))) or (*self._guesses(page), *_counted_down(page))

    def _guesses(self, page: ListPage) -> Iterator[PageRef]:
        declared = self.declared(page)
        ended = any(NEXT_WORDS.match(link.text) for link in page.page.anchors if len(link.text) < 12)
        if not ended and (declared.pages or 2) > 1 and not declared.records:
            yield from _static_guesses(page)
            yield from _query_guesses(page)


def _turns(page: ListPage) -> list[PageRef]:
    """Return the pages that a pager's anchors lead to: 下一页, or the next number; behind it those of greater numbers,
    in case that one cannot be had.
    """
    numbered = dict(reversed([*_numbered(page.page, page.number)]))  # the first of each
    if (onward := _onward(page))[1:]:
        return onward
    following = numbered.pop(page.number + 1, None)
    if following and onward and DIGITS.sub("0", following.url) == DIGITS.sub("0", onward[0].url):
        onward = []  # an arrow may lead to the last page
    following = following or next(filter(is_more, page.page.anchors), None)
    onward = onward or ([PageRef.of(following, page.number + 1)] if following else [])
    rest = [PageRef.of(link, number) for number, link in sorted(numbered.items()) if number > page.number + 1]
    return [*onward, *rest] if onward else []


def _onward(page: ListPage) -> list[PageRef]:
    """Return where 下一页 leads; where a list begins with its newest page and has none, where 上一页 leads, and so on
    down to the first number.
    """
    following, came = next_anchor(page.page), page.page.referrer
    short = (link for link in page.page.anchors if len(link.text) < 12)
    back = next((link.url for link in short if PREVIOUS_WORDS.fullmatch(link.text)), "")
    if page.rest and (page.rest[0].url, page.rest[0].number) == (back, page.number + 1):
        return list(page.rest)
    if following is None and page.number == 1 and back not in ("", came, page.page.url):
        numbered = ENDING_NUMBER.match(urlsplit(back).path)
        lower = range(int(numbered["number"]) - 1, 0, -1) if numbered else ()
        paths = (f"{numbered['stem']}{number}{numbered['end']}" for number in lower if numbered)
        addresses = [back, *(urlsplit(back)._replace(path=path).geturl() for path in paths)]
        return [PageRef(url, number) for number, url in enumerate(addresses, 2)]
    if following is None or (page.number > 1 and following.url == came):
        return []
    return [PageRef.of(following, page.number + 1)]


def _pagers(page: Page, number: int) -> dict[str, dict[int, Link]]:
    """Return where the pagers of a page with several lists lead, from its page `number` on, each by the parameter in
    which it alone counts: of `?p1=2&p2=1` and `?p1=1&p2=2`, both called 2. {} of a page with one pager.
    """
    following = (link for link in page.anchors if link.kind != "fragment" and NEXT_WORDS.match(link.text))
    turning, here = [*_numbered(page, number), *((number + 1, link) for link in following)], urlsplit(page.url)[:3]
    found = [(there, link, _counts_in(link.url)) for there, link in turning if urlsplit(link.url)[:3] == here]
    first = dict.fromkeys((name for _, _, counts in found for name in counts), 0)
    first |= {name: 1 for there, _, counts in found for name, value in counts.items() if value == there}
    own, pagers = first | _counts_in(page.url), dict[str, dict[int, Link]]()
    for there, link, counts in found:
        turned = [name for name, value in counts.items() if value != own[name]]
        if len(turned) == 1:
            pagers.setdefault(turned[0], {}).setdefault(there, link)
    pagers = {name: pager for name, pager in pagers.items() if number + 1 in pager}  # years, too, are numbers
    return pagers if len(pagers) > 1 else {}


def _own_pager(pagers: dict[str, dict[int, Link]], page: ListPage) -> dict[int, Link]:
    """Return the pager of the list that is read: on its first page the one in whose place it stands there."""
    place, mine = page.first.rpartition("#")[2], _counts_in(page.page.url)
    names = list(pagers)
    if page.number == 1:
        return pagers[names[int(place) - 1 if place.isdecimal() and int(place) <= len(names) else 0]]
    return pagers[max(names, key=lambda name: mine.get(name, 0))]


def _counts_in(url: str) -> dict[str, int]:
    """Return the parameters of an address that are numbers."""
    return {name: int(value) for name, value in parse_qsl(urlsplit(url).query) if value.isdecimal()}


def _numbered(page: Page, number: int) -> Iterator[tuple[int, Link]]:
    """Yield the anchors of the portal whose text is the number of a further page, with it."""
    for link in page.anchors:
        words = NUMBER.fullmatch(link.text) if len(link.text) < 12 else None
        other = link.kind != "fragment" and (link.url != page.url or link.form is not None)
        there = _counted(words[1]) if words else 0
        if there > number and other and urlsplit(link.url).netloc == urlsplit(page.url).netloc:
            yield there, link


def _counted(number: str) -> int:
    """Return a number in digits, or in Chinese up to 99."""
    if number.isdecimal():
        return int(number)
    tens, ten, ones = number.rpartition("十")
    return 10 * (CHINESE.find(tens[:1] or "一") + 1 if ten else 0) + CHINESE.find(ones or " ") + 1


def varied_anchor(page: ListPage) -> str | None:
    """Return the address of the next page where an anchor with a greater number differs from this page's address only
    in a page parameter; of an offset, which grows by the page's size, the least one that is greater.
    """
    here = urlsplit(page.page.url)
    mine = dict(parse_qsl(here.query, keep_blank_values=True))
    offsets: dict[int, str] = {}
    for link in page.page.anchors:
        if "?" not in link.url or link.kind == "fragment":
            continue
        there = urlsplit(link.url)
        if there.netloc != here.netloc or there.path != here.path:
            continue
        theirs = dict(parse_qsl(there.query, keep_blank_values=True))
        varied = [name for name, value in theirs.items() if mine.get(name) != value]
        if len(varied) != 1 or not mine.keys() <= theirs.keys() or not (value := theirs[varied[0]]).isdecimal():
            continue
        if PAGE_NAME.match(varied[0]) and int(value) > page.number:
            theirs[varied[0]] = str(page.number + 1)
            return there._replace(query=urlencode(theirs)).geturl()
        start = mine.get(varied[0], "0")
        if OFFSET_NAME.match(varied[0]) and int(value) > (int(start) if start.isdecimal() else 0):
            offsets[int(value)] = link.url
    return offsets[min(offsets)] if offsets else None


def arrow_anchor(page: ListPage) -> str | None:
    """Return where `>>`, or a picture without words, leads, where that is the next page and not the last one: its
    number is the next one's, counted from 0 or from 1; a picture's address is like this page's.
    """
    here, alike = page.page.url, COUNTED.sub("", page.page.url)
    for link in page.page.anchors:
        is_arrow = ARROWS.fullmatch(link.text) or (not link.label and COUNTED.sub("", link.url) == alike)
        if not is_arrow or link.url == here or (there := urlsplit(link.url)).netloc != urlsplit(here).netloc:
            continue
        numbers = [int(value) for name, value in parse_qsl(there.query) if PAGE_NAME.match(name) and value.isdecimal()]
        if found := ENDING_NUMBER.match(there.path):
            numbers.append(int(found["number"]))
        if {page.number, page.number + 1} & set(numbers):
            return link.url
    return None


def further_pieces(page: Page) -> Iterator[Link]:
    """Yield the links to the further pages of an article that is cut into pieces: anchors with a number or 下一页 whose
    address is the article's own with a number behind it, or those of a report whose sections have pages of their own.
    """
    here = urlsplit(page.url)
    folder = f"{page.origin}{here.path.rpartition('/')[0]}/"
    beside = [link for link in page.anchors if link.url.startswith(folder)]
    sections = {link.url: link for link in beside if SECTION.match(link.text)}
    if len(sections) >= LEAST_SECTIONS:
        yield from (link for url, link in sections.items() if url != page.url)
    stem, _, suffix = here.path.rpartition(".")
    mine = dict(parse_qsl(here.query, keep_blank_values=True))
    for link in beside:
        numbered = len(link.text) < 12 and (NUMBER.fullmatch(link.text) or NEXT_WORDS.match(link.text))
        there = urlsplit(link.url)
        path, _, end = there.path.rpartition(".")
        if not numbered or link.url == page.url or end != suffix:
            continue
        theirs = dict(parse_qsl(there.query, keep_blank_values=True))
        varied = [name for name in theirs if theirs[name] != mine.get(name)]
        if path == stem:
            if varied and all(PAGE_NAME.match(name) for name in varied):
                yield link
        elif theirs == mine and (_is_piece(path, stem) or _is_piece(path, PIECE.sub("", stem))):
            yield link


def _is_piece(path: str, whole: str) -> bool:
    """Say whether a path is a whole article's with a number of two digits at most behind it."""
    return path.startswith(whole) and PIECE.fullmatch(path.removeprefix(whole)) is not None


def up_to_last(page: ListPage) -> Iterator[PageRef]:
    """Yield the pages before the one that 尾页 names, for a pager that shows no other number.

    Whether the second page carries the number 1 or 2 is not known before it was asked for.
    """
    last = next((link.url for link in page.page.anchors if LAST_WORDS.fullmatch(link.text)), "")
    here, there = urlsplit(page.page.url), urlsplit(last)
    found = NUMBERED_PATH.match(there.path)
    folder = here.path.rpartition("/")[0]
    if page.number > 1 or found is None or there.netloc != here.netloc or not found["stem"].startswith(folder):
        return
    for way, first in enumerate((1, 2)):
        for number in range(first, min(int(found["number"]), MOST) + 1):
            path = f"{found['stem']}{number}{found['end']}"
            if path != here.path:
                yield PageRef(there._replace(path=path).geturl(), number + 2 - first, way=way)


def count_up(url: str) -> str | None:
    """Return an address with its page parameter, or the last number of its path, one higher; None where it has none."""
    if following := next_by_query(url):
        return following
    parts = urlsplit(url)
    found = NUMBERED_PATH.match(parts.path)
    return parts._replace(path=f"{found['stem']}{int(found['number']) + 1}{found['end']}").geturl() if found else None


def next_by_query(url: str) -> str | None:
    """Return an address with its page parameter one higher; None where it has none."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    for place, (name, value) in enumerate(query):
        if PAGE_NAME.match(name) and value.isdecimal():
            query[place] = name, str(int(value) + 1)
            return parts._replace(query=urlencode(query)).geturl()
    return None


def _static_guesses(page: ListPage) -> Iterator[PageRef]:
    """Yield the usual templates for a full page that shows no pager."""
    parts = urlsplit(page.page.url)
    if parts.query:
        return
    folder, _, name = parts.path.rpartition("/")
    stem, _, suffix = (name or f"index.{static_suffix(page.page)}").rpartition(".")
    if not stem or suffix.lower() not in STATIC:
        return
    if numbered := NUMBERED_PATH.match(parts.path):
        if int(numbered["number"]) < 2 and (following := count_up(page.page.url)):
            yield PageRef(following, 2, guessed=True)
        return
    for template in TEMPLATES:
        path = f"{folder}/{template.format(stem=stem, suffix=suffix)}"
        yield PageRef(parts._replace(path=path).geturl(), 2, guessed=True)


def _counted_down(page: ListPage) -> Iterator[PageRef]:
    """Yield the pages of a list that counts down, as 博达 has it: of `nb.htm`, which says 1/24, the second page is
    `nb/23.htm`.
    """
    stem, _, suffix = page.page.url.rpartition(".")
    if suffix in STATIC and (stated := FIRST_OF.search(page.page.text)):
        for number, left in enumerate(range(min(int(stated[1]), MOST) - 1, 0, -1), 2):
            yield PageRef(f"{stem}/{left}.{suffix}", number)


def _query_guesses(page: ListPage) -> Iterator[PageRef]:
    """Yield a full page's address with a page parameter, of those names that its scripts use."""
    parts = urlsplit(page.page.url)
    if parts.path.rpartition(".")[2].lower() in STATIC:
        return
    text = page.page.text
    for name in ("pageNo", "pageNum", "pageIndex", "currentPage", "curPage", "page"):
        if f"{name}=" in text or f"{name} =" in text or f"{name}:" in text:
            query = f"{parts.query}&{name}=2" if parts.query else f"{name}=2"
            yield PageRef(parts._replace(query=query).geturl(), 2, guessed=True)
