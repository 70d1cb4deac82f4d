"""The page that a form would bring: pagers that set a field and send the form.

`javascript:goPage(3)` with a hidden field `page`, and `__doPostBack('pager','3')` of ASP.NET, whose fields
`__EVENTTARGET` and `__EVENTARGUMENT` name the control and its argument. The fields are sent as they stand in the page.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode, urlsplit

from selectolax.lexbor import LexborNode

from crawler.addresses import is_trap
from crawler.families.base import NEXT_WORDS, ListPage, PageRef, stated_counts
from crawler.page import Page, ancestors, squeeze
from crawler.scripts import PAGE_NAME

POST_BACK = re.compile(r"__doPostBack\(\s*\\?[\"']([^\"']*)\\?[\"']\s*,\s*\\?[\"']([^\"']*)\\?[\"']\s*\)")
CALLS = re.compile(r"javascript:\s*\w|\(\s*['\"]?\d+")
UNSENT = ("submit", "button", "image", "reset", "file", "checkbox", "radio")


def form_page(page: ListPage) -> PageRef | None:
    """Return the next page of a list whose pager sends a form; None where there is no such form."""
    text = page.page.text
    if "<form" not in text and "<FORM" not in text:
        return None
    if "__doPostBack" in text:
        return _posted_back(page)
    if not _goes_on(page):
        return None
    for node in page.page.tree.css("form"):
        fields = _fields(node)
        name = next((name for name in fields if PAGE_NAME.match(name)), None)
        if name is not None:
            ref = _sent(page, node, fields | {name: _following(page, fields[name])})
            if ref is not None:
                return ref
    return None


def _goes_on(page: ListPage) -> bool:
    """Say whether a pager goes on: by a greater number that the page states, or a script that leads to the next one."""
    stated = stated_counts(page.page.text).pages
    if stated is not None:
        return stated > page.number
    return any(
        (NEXT_WORDS.match(label) or label == str(page.number + 1)) and CALLS.search(handler)
        for label, handler in _handlers(page.page)
    )


def _following(page: ListPage, value: str) -> str:
    """Return the next page's number by the field's own base: the first page's value is 0, 1 or nothing."""
    return str(int(value) + 1) if value.isdecimal() and int(value) >= page.number - 1 else str(page.number + 1)


def _posted_back(page: ListPage) -> PageRef | None:
    for label, handler in _handlers(page.page):
        call = POST_BACK.search(handler)
        if call is None or not (NEXT_WORDS.match(label) or label.strip("[]") == str(page.number + 1)):
            continue
        field = page.page.tree.css_first("input[name=__VIEWSTATE], input[name=__EVENTTARGET]")
        node = next((form for form in ancestors(field) if form.tag == "form"), page.page.tree.css_first("form"))
        if node is not None:
            fields = _fields(node) | {"__EVENTTARGET": call[1], "__EVENTARGUMENT": call[2]}
            return _sent(page, node, fields, post=True)
    return None


def _handlers(page: Page) -> list[tuple[str, str]]:
    """Return the words and the script of each element that a click runs."""
    handlers = []
    for node in page.tree.css("a[href^='javascript:' i], [onclick]"):
        attributes = node.attributes
        label = squeeze(node.text(deep=True) or attributes.get("value") or "")
        handlers.append((label, f"{attributes.get('href') or ''} {attributes.get('onclick') or ''}"))
    return handlers


def _fields(node: LexborNode) -> dict[str, str]:
    fields: dict[str, str] = {}
    for field in node.css("input[name], select[name]"):
        attributes = field.attributes
        if (attributes.get("type") or "").lower() in UNSENT:
            continue
        value = attributes.get("value") or ""
        if field.tag == "select" and (chosen := field.css_first("option[selected]") or field.css_first("option")):
            value = chosen.attributes.get("value") or ""
        fields[attributes.get("name") or ""] = value
    return fields


def _sent(page: ListPage, node: LexborNode, fields: dict[str, str], *, post: bool = False) -> PageRef | None:
    action = (node.attributes.get("action") or "").strip()
    link = page.page.link(action) if action and not action.startswith("#") else None
    url = link.url if link else page.page.url
    if is_trap(url) or urlsplit(url).netloc != urlsplit(page.page.url).netloc:
        return None
    body = urlencode(fields, encoding=page.page.charset, errors="replace")
    if post or (node.attributes.get("method") or "get").lower() == "post":
        return PageRef(url, page.number + 1, form=body)
    return PageRef(urlsplit(url)._replace(query=body).geturl(), page.number + 1)
