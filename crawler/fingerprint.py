"""What stays the same of a report while its page changes around it: the digest by which a recheck tells an edit from a
counter.

A fingerprint is `form:`, `text:` or `file:` and a digest: of the smallest element that holds all marks of the official
form; of a whole page's text, where it has none; of the bytes, where it is a file.
"""

from __future__ import annotations

import hashlib
import re

from selectolax.lexbor import LexborNode

from crawler.answers import MOST_READ
from crawler.genre import BODY_MARKS, looks_like_report, unescaped
from crawler.outcomes import is_readable
from crawler.page import Page

FORM, TEXT, FILE = "form", "text", "file"
# What a page counts or tells of the day it is read on.
PASSING = re.compile(r"(浏览|点击|访问|阅读|人气)[^\d]{0,8}\d+|今天是.{0,24}?星期.|(已|被)?下载[^\d]{0,3}\d+次")
TAG = re.compile(r"<[^>]*>")
AFTER = 200  # characters behind the last mark of a form in a script: figures of table 4, the first lines of section 6
UNSEEN = ["script", "style", "noscript", "template"]


def fingerprint(payload: bytes, content_type: str = "", *, digest: str = "") -> str:
    """Return the fingerprint of a decoded payload, or of its beginning and the SHA-1 of all; a page is read so far as
    the crawl reads it.
    """
    beginning = payload[:MOST_READ]
    if not is_readable(beginning):
        return f"{FILE}:{digest or hashlib.sha1(payload).hexdigest()}"
    page = Page.from_bytes("http://localhost/", beginning, content_type)
    kind = FORM if looks_like_report(page.text) else TEXT
    return f"{kind}:{hashlib.sha1(report_text(page).encode('utf-8', 'replace')).hexdigest()}"


def kind_of(fingerprint: str) -> str:
    """Return FORM, TEXT or FILE."""
    return fingerprint.partition(":")[0]


def report_text(page: Page) -> str:
    """Return the text of the report on a page, without blanks, or of the whole page where no form stands on it."""
    tree = page.tree
    tree.strip_tags(UNSEEN)
    node = tree.body
    if node is None:
        return _squeezed(page.text)
    marks = [mark for mark in BODY_MARKS if mark in _text(node)]
    if not marks and looks_like_report(
        page.text
    ):  # a script writes it: what stands between the first and the last mark
        written = _squeezed(TAG.sub("", unescaped(page.text)))
        places = [place for mark in BODY_MARKS for place in (written.find(mark), written.rfind(mark)) if place >= 0]
        return written[min(places) : max(places) + AFTER]
    while len(marks) > 1 and (inner := _holder(node, marks)) is not None:
        node = inner
    return PASSING.sub("", _text(node))


def _holder(node: LexborNode, marks: list[str]) -> LexborNode | None:
    """Return the child that holds all marks by itself; None where they are spread over several."""
    return next((child for child in node.iter() if all(mark in _text(child) for mark in marks)), None)


def _text(node: LexborNode) -> str:
    return _squeezed(node.text(deep=True))


def _squeezed(text: str) -> str:
    return "".join(text.split())
