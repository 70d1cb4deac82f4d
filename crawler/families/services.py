"""The pages that a list's own script would ask a service for, where the request stands in it as literals.

Used for portals of no known family. The service's first page is asked for, too, since the list may be a shell; where it
brings nothing that the list does not show, the second one is asked for instead.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

from crawler.families.base import Declared, ListPage, PageRef
from crawler.page import with_fields
from crawler.scripts import SIZE_NAME, SLOT, Service, services, with_slot

TEMPLATE = re.compile(
    r"[\"']([^\"'\s<>]{0,300}(?:\{\{?\w*\}?\}|\[page\w*\]|%d|__page__)[^\"'\s<>]{0,200})[\"']", re.IGNORECASE
)
PLACEHOLDERS = ("{page", "{{", "[page", "%d", "{0}", "{p}", "{n}", "__page__", "{num", "{index")
# What pages ask for besides their lists.
ELSEWHERE = re.compile(
    r"(?i)login|visit|counter|hits|click|/stat|tongji|weather|tianqi|share|user|token|captcha|verify|comment|online|advert|/log\b"
)
MOST_PAGES = 100
MOST_SERVICES = 3


def service_pages(page: ListPage, declared: Declared) -> Iterator[PageRef]:
    """Yield the pages of the services that a list's scripts name, those that count pages first; each is a way of its
    own, and so is each from its second page on.
    """
    found = [service for service in _named(page) if not ELSEWHERE.search(service.url)]
    services = [service for service in found if service.pages] + [
        service for service in found if service.post and not service.pages
    ]
    for place, service in enumerate(services[:MOST_SERVICES]):
        pages = list(_pages(page, service, declared))
        yield from (replace(ref, way=2 * place) for ref in pages)
        yield from (replace(ref, number=ref.number - 1, way=2 * place + 1) for ref in pages[1:])


def _named(page: ListPage) -> Iterator[Service]:
    text = page.page.text
    yield from services(page.page.script_text)
    if any(mark in text for mark in PLACEHOLDERS):
        for template in TEMPLATE.finditer(text):
            if slotted := with_slot(template[1]):
                yield Service(slotted.replace("&amp;", "&"))


def _pages(page: ListPage, service: Service, declared: Declared) -> Iterator[PageRef]:
    size = next((int(value) for name, value in service.fields if SIZE_NAME.search(name) and value.isdecimal()), 0)
    pages = declared.pages or (-(-declared.records // size) if declared.records and size else MOST_PAGES)
    for place in range(min(pages, MOST_PAGES) if service.pages else 1):
        if ref := _asked(page, service, service.first + place * service.step, page.number + place + 1):
            yield ref


def _asked(page: ListPage, service: Service, value: int, number: int) -> PageRef | None:
    """Return the request for a page of a service; None where it leads to another host."""
    slot = str(value)
    filled = Service(
        service.url.replace(SLOT, slot), tuple((name, text.replace(SLOT, slot)) for name, text in service.fields)
    )
    link = page.page.link(filled.url if service.post else with_fields(filled))
    if link is None or urlsplit(link.url).netloc != urlsplit(page.page.url).netloc:
        return None
    if not service.post:
        return PageRef(link.url, number)
    if service.json:
        body = json.dumps({name: _number(text) for name, text in filled.fields}, ensure_ascii=False)
    else:
        body = urlencode(filled.fields)
    return PageRef(link.url, number, form=body, json=service.json)


def _number(text: str) -> int | str:
    return int(text) if text.isdecimal() and len(text) < 6 and str(int(text)) == text else text
