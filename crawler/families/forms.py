"""What a form would bring where no script is to be had that tells it: the next page by a box to type a number into
(共3页, 到第[ ]页), or by a 下一页 that calls what stands in a file that is missing; the titles of reports by the
portal's own search.

Pagers that are clicked are told by the page's scripts elsewhere (`crawler.js`): they set a field and send the form.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode, urlsplit

from selectolax.lexbor import LexborNode

from crawler.addresses import is_trap
from crawler.families.base import NEXT_WORDS, Declared, ListPage, PageRef
from crawler.labels import attribute, squeeze
from crawler.page import Page
from crawler.scripts import PAGE_NAME

CALLS = re.compile(r"\w\s*\(\s*['\"]?\d+")
SOUGHT = "政府信息公开工作年度报告"
UNSENT = ("submit", "button", "image", "reset", "file", "checkbox", "radio")


def form_page(page: ListPage, declared: Declared) -> PageRef | None:
    """Return the next page of a list that goes on and has a form with a field for the number; None where there is no
    such form.
    """
    if "<form" not in page.page.text.lower() or not _goes_on(page, declared):
        return None
    for node in page.page.tree.css("form"):
        fields = _fields(node)
        name = next((name for name in fields if PAGE_NAME.match(name)), None)
        if name is not None:
            ref = _sent(page, node, fields | {name: _following(page, fields[name])})
            if ref is not None:
                return ref
    return None


def site_search(page: Page) -> PageRef | None:
    """Return what a portal's own search shows that is called a report; None without a form of one box."""
    for form in page.tree.css("form") if page.has("<form", "<FORM") else ():
        boxes = [
            attribute(box, "name")
            for box in form.css("input[name]")
            if attribute(box, "type") in ("", "text", "search")
        ]
        if len(boxes) == 1 and form.css_first("textarea, [type=password]") is None:
            return _sent(ListPage(page), form, _fields(form) | {boxes[0]: SOUGHT}, searching=True)
    return None


def _goes_on(page: ListPage, declared: Declared) -> bool:
    """Say whether a list states more pages than were seen, or has a 下一页 that a script would run."""
    if declared.pages is not None:
        return declared.pages > page.number
    clicked = page.page.tree.css("a[href^='javascript:' i], [onclick]")
    return any(
        NEXT_WORDS.match(label) and CALLS.search(node.html or "")
        for node in clicked
        if (label := squeeze(node.text(deep=True) or ""))
    )


def _following(page: ListPage, value: str) -> str:
    """Return the next page's number by the field's own base: the first page's value is 0, 1 or nothing."""
    return str(int(value) + 1) if value.isdecimal() and int(value) >= page.number - 1 else str(page.number + 1)


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


def _sent(page: ListPage, node: LexborNode, fields: dict[str, str], *, searching: bool = False) -> PageRef | None:
    action = (node.attributes.get("action") or "").strip()
    link = page.page.link(action) if action and not action.startswith("#") else None
    url = link.url if link else page.page.url
    if (is_trap(url) and not searching) or urlsplit(url).netloc != urlsplit(page.page.url).netloc:
        return None
    body = urlencode(fields, encoding=page.page.charset, errors="replace")
    if (node.attributes.get("method") or "get").lower() == "post":
        return PageRef(url, page.number + 1, form=body)
    return PageRef(urlsplit(url)._replace(query=body).geturl(), page.number + 1)
