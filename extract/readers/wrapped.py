"""Articles that do not stand in the markup of their page: in string literals of scripts, in templates, in JSON, in
pictures that a page carries in itself.
"""

from __future__ import annotations

import binascii
import json
import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any
from urllib.parse import unquote

from lxml import etree

from extract.document import Block, Fact
from extract.errors import UnreadableDocument
from extract.readers.html_text import FORM_MARK, Element, collapse
from extract.readers.recognition import require_ocr

# None begins with an escaped quote: where none closes, each would be looked behind to the end.
_LITERAL = re.compile(r'"(?<!\\")(?:[^"\\]|\\.){400,}+"', re.S)
_ANY_LITERAL = re.compile(
    r""" "(?<!\\")(?:[^"\\]|\\.)*+" | '(?<!\\')(?:[^'\\\n]|\\.)*+' | `(?<!\\`)(?:[^`\\]|\\.)*+` """, re.S | re.X
)
_WRITTEN = re.compile(rf"document\.write(?:ln)?\(\s*({_ANY_LITERAL.pattern})", re.S | re.X)
_LEAST_LITERAL = 400
_TEMPLATE = re.compile(r"html|templ|tmpl|plain", re.I)  # types of a script that is none
_STATED = {  # keys beside an article, without case and signs: title, articleTitle, publishDate, pub_time, source …
    "title": re.compile(r"(?:article|info|news|doc|content)?(?:title|biaoti|bt)(?:html|text)?|headline"),
    "published": re.compile(
        r"(?:article)?(?:first)?(?:pub|publish|published|release|fb|display)\w*(?:date|time|sj|rq|timestr)|datepublished"
    ),
    "issuer": re.compile(r"(?:content|info)?source|publisher|(?:publish|fbjg)\w*(?:org|dept|unit|jg)(?:name)?|laiyuan"),
}
_QUOTED_DATE = re.compile(r"""(["'])(20\d\d[-/年.][^"'<]{3,24})\1""")
_NAMED = re.compile(r"""(\w{4,24})["']?\s*[=:]\s*$""")  # var publish_time="2025-02-25", {"pubDate": "2025-02-25"}
_ESCAPED_UNIT = re.compile(r"%u([0-9a-fA-F]{4})")
_PICTURE = re.compile(r"\s*data:image/[\w.+-]+;base64,", re.I)
_LEAST_PICTURE = 12_000  # characters of its code: a smaller one is a sign, no table
_MAX_VALUES = 20_000
_LONGEST_FACT = 90


def is_article(markup: str) -> bool:
    """Tell whether a string is the markup of a report."""
    return "<" in markup and (FORM_MARK.search(markup) is not None or "总体情况" in markup)


def written_in(element: Element) -> Iterator[str]:
    """Yield the markup that a script, a template or a hidden field holds for its page."""
    if element.tag == "template":
        yield "".join(etree.tostring(child, encoding="unicode") for child in element)
        return
    if element.tag == "textarea" or _TEMPLATE.search(element.get("type") or ""):
        yield element.text or ""
    if element.tag == "input":
        yield _markup(element.get("value") or "")
        return
    script = element.text or ""
    if "document.write" in script:  # at once or in pieces
        yield "".join(_said(match[1]) for match in _WRITTEN.finditer(script))
    yield from (_markup(said) for literal in _literals(script) if (said := _said(literal)))


def _said(literal: str) -> str:
    """Return the string that a literal of a script stands for; "" where it is none."""
    quote, inside = literal[0], literal[1:-1]
    if quote != '"':
        inside = inside.replace(f"\\{quote}", quote).replace('"', '\\"')
    try:
        return str(json.loads(f'"{inside}"', strict=False))
    except ValueError:
        return ""


def _literals(script: str) -> Iterator[str]:
    """Yield the long strings of a script. Those in double quotes are sought by themselves first: an apostrophe in a
    comment hides none of them.
    """
    yield from (match[0] for match in _LITERAL.finditer(script))
    if len(script) > _LEAST_LITERAL:
        found = (match[0] for match in _ANY_LITERAL.finditer(script))
        yield from (literal for literal in found if literal[0] != '"' and len(literal) > _LEAST_LITERAL)


def stated_in_scripts(root: Element) -> Iterator[Fact]:
    """Yield what the scripts of a page state about its article: as linked data (JSON-LD), and the dates of variables and
    keys where they are one.
    """
    for script in root.iter("script"):
        text = script.text or ""
        if (script.get("type") or "").endswith("ld+json"):
            try:
                whole = json.loads(text, strict=False)
            except (ValueError, RecursionError):
                continue
            for holder in _objects(whole):
                yield from _facts_beside(holder, "linked data")
        else:
            dates = dict.fromkeys(_named_dates(text))  # of a list each name has several
            facts = [fact for pair in dates for fact in _facts_beside(dict([pair]), "script")]
            yield from facts if len({fact.value for fact in facts}) == 1 else ()


def _named_dates(script: str) -> Iterator[tuple[str, str]]:
    """Yield the names of variables and keys of a script whose value is a date, each with it."""
    for date in _QUOTED_DATE.finditer(script):
        if name := _NAMED.search(script, max(0, date.start() - 40), date.start()):
            yield name[1], date[2]


def is_lines(text: str) -> bool:
    """Tell whether a string is a report in lines."""
    return "\n" in text and (FORM_MARK.search(text) is not None or "总体情况" in text)


def article_in_json(text: str, holds: Callable[[str], bool] = is_article) -> tuple[str | None, tuple[Fact, ...]]:
    """Return the longest article that an answer in JSON holds, and what stands beside it; (None, ()) for all else."""
    if text.lstrip("\ufeff \t\r\n")[:1] not in ("{", "["):
        return None, ()
    try:
        whole = json.loads(text.lstrip("\ufeff"), strict=False)
    except (ValueError, RecursionError):
        return None, ()
    found = [(len(html), html, holder) for holder, html in _strings(whole) if holds(html)]
    if not found:
        return None, ()
    _, html, holder = max(found, key=lambda one: one[0])
    return html, tuple(_facts_beside(holder, "JSON"))


def _strings(whole: Any) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield every string of a JSON value as markup, with the object that holds it."""
    for holder in _objects(whole):
        yield from ((holder, _markup(one)) for one in holder.values() if isinstance(one, str))


def _objects(whole: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects that a JSON value holds."""
    waiting = [whole]
    for _ in range(_MAX_VALUES):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            waiting.extend(one for one in value.values() if isinstance(one, (dict, list)))
            yield value


def _markup(text: str) -> str:
    """Return a string as markup: as it is, or as its script or page unescapes it (&lt;, %3C, %u4E00)."""
    if "<" in text:
        return text
    if "%3C" in text or "%3c" in text:
        whole = _ESCAPED_UNIT.sub(lambda match: chr(int(match[1], 16)), text)
        return unquote(whole, encoding="utf-8" if whole == text else "latin-1")
    return unescape(text)


def _facts_beside(holder: dict[str, Any], where: str) -> Iterator[Fact]:
    for name, value in holder.items():
        key = re.sub(r"[^a-z]", "", name.lower())
        for field, keys in _STATED.items():
            if keys.fullmatch(key) and isinstance(value, str) and 0 < len(stated := collapse(value)) <= _LONGEST_FACT:
                yield Fact(field, stated, f"{where} {name}")


def is_embedded(image: Element) -> bool:
    """Tell whether an `<img>` carries its picture in itself, and one that may show a table."""
    source = image.get("src") or ""
    return len(source) >= _LEAST_PICTURE and _PICTURE.match(source) is not None


def read_embedded(image: Element) -> tuple[tuple[Block, ...], str | None]:
    """Return what the picture shows that an `<img>` carries in itself, and a note where it cannot be read."""
    source = image.get("src") or ""
    try:
        require_ocr()
        from extract.readers.image import read_image

        return read_image(binascii.a2b_base64(_PICTURE.sub("", source, count=1))).blocks, None
    except (UnreadableDocument, binascii.Error) as error:
        return (), f"a picture in the page is not read: {error}"
