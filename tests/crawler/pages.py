"""A page by its scripts and its markup, and what these tell."""

from __future__ import annotations

from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from crawler.js.browser import tell
from crawler.js.told import Answered, Script, Told

URL = "http://x.gov.cn/zw/list.html?code=C7"


def heard(script: str, markup: str = "", *answers: Answered) -> Told:
    tree = LexborHTMLParser(f"<html><body>{markup}</body></html>")
    return tell(URL, tree, [Script(script)], answers=answers, resolve=lambda reference: urljoin(URL, reference))


def asked(script: str, markup: str = "", *answers: Answered) -> list[tuple[str, str | None]]:
    return [ask.address for ask in heard(script, markup, *answers).asks]
