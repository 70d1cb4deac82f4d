"""The pages that a list's scripts would ask a service for (`crawler.js` tells the requests).

A request counts pages where a value in its address or its body does: one with a page's or an offset's name, the only
one that is not known, or the one in which two requests of the pager differ. Whether it really does is judged by its
answers alone. The service's first page is asked for, too, since the list may be a shell; where it brings nothing that
the list does not show, the second one is asked for instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from crawler.families.base import NEXT_WORDS, Declared, ListPage, PageRef
from crawler.js.told import Answered, Ask, Headers
from crawler.js.values import GAP
from crawler.page import words_of
from crawler.relevance import ELSEWHERE
from crawler.scripts import OFFSET_NAME, PAGE_NAME, SIZE_NAME

TEMPLATE = re.compile(
    r"[\"']([^\"'\s<>]{0,300}(?:\{\{?\w*\}?\}|\[page\w*\]|%d|__page__)[^\"'\s<>]{0,200})[\"']", re.IGNORECASE
)
PLACEHOLDERS = ("{page", "{{", "[page", "%d", "{0}", "{p}", "{n}", "__page__", "{num", "{index")
PLACEHOLDER = re.compile(r"(?i)\{\{?\s*(?:page\w*|p|n|0|num\w*|index)\s*\}?\}|\[page\w*\]|%d|__page__")
# A number, or what is not known, as the value of a field in an address, a form or JSON; or a number in a path.
VALUE = re.compile(rf"(?P<name>[\w.$-]+)(?:\]|%5D)?[\"']?\s*[=:]\s*[\"']?(?P<value>\d{{1,6}}|{GAP})(?![\w.{GAP}])")
END = re.compile(r"(?i)(\bend_?(?:record|row)=)(\d{1,6})")
SIGNATURE = re.compile(r"(?<![0-9A-Za-z])(?:[0-9a-f]{16,}|[0-9A-F]{16,}|[0-9A-Za-z+%]{20,200}(?:=|%3D))(?![0-9A-Za-z])")
TWIN = "\ue001"  # where a page's number stands once more
LONGEST_SIGNED = 5000  # characters of a request
BEGIN = re.compile(r"(?i)(\b(?:start|offset)=)0\b")
DIGITS = re.compile(rf"\d{{1,6}}|{GAP}")
TURNS = re.compile(r"[\s\W]*(?:\d{1,4}|(?:加载|查看|显示|点击)*更多.{0,4}|load\s*more|more|)[\s\W]*", re.IGNORECASE)
JUMPS = re.compile(r"(?:\bgo|跳转?|转到|前往|确[定认])\W*$", re.IGNORECASE)  # beside a box for the page's number
DEFAULT_SIZE = 10  # rows of a service that does not say
MOST_PAGES = 100
MOST_SERVICES = 3


@dataclass(frozen=True, slots=True)
class Counted:
    """A request that counts pages: the text of address and body around the number, the first page's number, the step
    between two (of an offset: a page's rows), how many rows a page has (0: not told), and the headers that are sent.
    """

    before: str
    after: str
    json: bool
    post: bool
    first: int
    step: int = 1
    size: int = 0
    headers: Headers = ()

    def is_of(self, other: Counted) -> bool:
        """Say whether two requests differ in the number of the page only."""
        return (self.before, self.after) == (other.before, other.after)

    def ref(self, page: ListPage, place: int, number: int) -> PageRef | None:
        """Return the request for the service's page `place` (from 0); None where something of it is not known."""
        text = f"{self.before}{TWIN}{self.after}".replace(TWIN, str(self.first + place * self.step))
        if self.step > 1:  # what ends the page moves on with what begins it
            text = END.sub(lambda found: f"{found[1]}{int(found[2]) + place * self.step}", text)
        elif self.size:  # some servers know the page only, some only where it begins
            text = BEGIN.sub(lambda found: f"{found[1]}{place * self.size}", text)
        url, _, body = text.partition("\n")
        link = page.page.link(url)
        if link is None or GAP in url + body:
            return None
        return PageRef(link.url, number, form=body if self.post else None, json=self.json, headers=self.headers)


def counted(ask: Ask, others: Iterable[Ask] = ()) -> Counted | None:
    """Return how a request counts pages; None where it does not."""
    text = f"{ask.url}\n{ask.body or ''}"
    values = list(VALUE.finditer(text))
    size = next(
        (
            int(found["value"])
            for found in values
            if SIZE_NAME.search(found["name"]) and found["value"] != GAP and not PAGE_NAME.match(found["name"])
        ),
        0,
    )
    slot = next((found for found in values if PAGE_NAME.match(found["name"])), None)
    if slot is not None:
        first = 1 if slot["value"] == GAP else int(slot["value"])
        twin = re.compile(rf"(?<=\b{re.escape(slot['name'])}=){slot['value']}(?!\w)")  # in address and body
        return _around(ask, text, slot.span("value"), first, 1, size, twin) if first < 1000 else None
    if slot := next((found for found in values if OFFSET_NAME.match(found["name"])), None):
        return _around(ask, text, slot.span("value"), int(slot["value"].replace(GAP, "0")), size or DEFAULT_SIZE, size)
    if text.count(GAP) == 1:
        return _around(ask, text, (text.index(GAP), text.index(GAP) + 1), 1, 1, size)
    for other in others:
        if span := _difference(text, f"{other.url}\n{other.body or ''}"):
            return _around(ask, text, span, int(text[slice(*span)]), 1, size)
    return None


def _around(
    ask: Ask, text: str, span: tuple[int, int], first: int, step: int, size: int, twin: re.Pattern[str] | None = None
) -> Counted:
    after = twin.sub(TWIN, text[span[1] :]) if twin else text[span[1] :]
    return Counted(text[: span[0]], after, ask.json, ask.body is not None, first, step, size, ask.headers)


def _difference(one: str, other: str) -> tuple[int, int] | None:
    """Return where a number stands that is all in which two requests differ; None where they differ in more."""
    mine, theirs = list(DIGITS.finditer(one)), list(DIGITS.finditer(other))
    if DIGITS.sub("#", one) != DIGITS.sub("#", other) or len(mine) != len(theirs):
        return None
    different = [here for here, there in zip(mine, theirs, strict=True) if here[0] != there[0]]
    return different[0].span() if len(different) == 1 and different[0][0] != GAP and len(different[0][0]) < 4 else None


def turned_pages(page: ListPage) -> Iterator[PageRef]:
    """Yield the pages after this one by the requests that a click on the pager makes."""
    turning = [
        (label, ask)
        for ask in page.page.asks
        if not ask.moves and ask.cause is not None
        if TURNS.fullmatch(label := words_of(ask).strip()) or NEXT_WORDS.match(label)
    ]
    named = [ask for label, ask in turning if NEXT_WORDS.match(label) or label.strip("[] ") == str(page.number + 1)]
    more = [ask for label, ask in turning if label and not label.strip("[] ").isdecimal()]
    for ask in (*named, *more)[:1]:
        others = [other for _, other in turning if other is not ask] + [
            other for other in page.page.asks if other.cause is None
        ]
        service = None if _is_signed(ask, page) else counted(ask, others)
        if service is None:
            if (link := page.page.link(ask.url)) and GAP not in ask.url + (ask.body or ""):
                yield PageRef(link.url, page.number + 1, form=ask.body, json=ask.json, headers=ask.headers)
            return
        for place in range(MOST_PAGES):
            if ref := service.ref(page, place, page.number + 1 + place):
                yield ref


def own_pages(page: ListPage) -> Iterator[PageRef]:
    """Yield the pages after an answer's own request."""
    if page.page.asker is None or page.number > 1:
        return
    ask = _made(page.page.asker.answers[-1])
    if not _is_signed(ask, page) and (service := counted(ask)):
        for place in range(1, MOST_PAGES):
            if ref := service.ref(page, place, page.number + place):
                yield ref


def first_page(answers: Sequence[Answered]) -> Answered:
    """Return the first answer that is a page of the same list as the last one: the script reads on by itself."""
    service = counted(_made(answers[-1]))
    pages = (one for one in answers if service and (other := counted(_made(one))) and other.is_of(service))
    return next(pages, answers[-1])


def _made(answer: Answered) -> Ask:
    body = answer.body
    return Ask(answer.url, body, (body or "")[:1] in ("{", "["), headers=answer.headers)


def _is_signed(ask: Ask, page: ListPage) -> bool:
    """Say whether a request holds what changes with its other fields: another one like it differs there."""
    mine, path = _signatures(ask), _path(page, ask)
    for other in (page.page.asker or page.page).told.asks if mine else ():
        theirs = _signatures(other)
        if theirs != mine and len(theirs) == len(mine) and _path(page, other) == path:
            return True
    return False


def _signatures(ask: Ask) -> set[str]:
    return set(SIGNATURE.findall(f"{ask.url} {ask.body or ''}"[:LONGEST_SIGNED]))


def _path(page: ListPage, ask: Ask) -> str:
    link = page.page.link(ask.url)
    return link.url.partition("?")[0] if link else ""


def service_pages(page: ListPage, declared: Declared) -> Iterator[PageRef]:
    """Yield the pages of the services whose number of page a list's scripts leave open; each is a way of its own, and
    so is each from its second page on.
    """
    asks = [ask for ask in page.page.asks if GAP in ask.url + (ask.body or "") and not ELSEWHERE.search(ask.url)]
    asks = [
        ask
        for ask in asks
        if not ask.moves
        or JUMPS.search(words_of(ask))
        or any(PAGE_NAME.match(one["name"]) for one in VALUE.finditer(ask.url))
    ]
    services = {service: ask.moves for ask in asks if (service := counted(ask))}
    services |= dict.fromkeys(_templates(page.page.text), False)
    place = 0
    for service, moves in services.items():
        counted_pages = -(-declared.records // service.size) if declared.records and service.size else MOST_PAGES
        pages = declared.pages or counted_pages
        refs = [service.ref(page, at, page.number + at + 1) for at in range(min(pages, MOST_PAGES))]
        found = [ref for ref in refs[moves:] if ref is not None]  # where a pager goes, this page is the first
        if found and (found[0].url, found[0].form) == (page.page.url, None):  # so it is where it is the service's own
            found = [replace(ref, number=ref.number - 1) for ref in found[1:]]
        if not found or place >= MOST_SERVICES:
            continue
        yield from (replace(ref, way=2 * place) for ref in found)
        yield from (replace(ref, number=ref.number - 1, way=2 * place + 1) for ref in found[1:])
        place += 1


def _templates(text: str) -> Iterator[Counted]:
    """Yield the addresses in which a sign stands for the page's number."""
    if any(mark in text for mark in PLACEHOLDERS):
        for template in TEMPLATE.finditer(text):
            if (sign := PLACEHOLDER.search(template[1])) and sign[0] != template[1]:
                address = template[1].replace("&amp;", "&")
                before, after = address[: sign.start()], address[sign.end() :]
                yield Counted(before, after, json=False, post=False, first=1)
