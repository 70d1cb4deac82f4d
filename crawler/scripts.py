"""What a page's scripts say in plain words: addresses, names and rows in literals, and variables set to one literal.

Nothing is followed here, and nothing run: what scripts would ask for is told by `crawler.js`.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from functools import lru_cache

Pairs = list[tuple[str, str]]  # the strings of one object or array: name ("" where it has none) and value

ADDRESS = re.compile(
    r"(?i)(?:(?:https?:)?//|\.{0,2}/)[^\s\"'<>{}\\|^`]+|\?[\w.$%-]+=[^\s\"'<>{}]*"
    r"|[^\s\"'<>{}\\|^`:?#/][^\s\"'<>{}\\|^`:?#]*\.(?:s?html?|jspx?|aspx?|ashx|php|do|action|json|xml|pdf|docx?|xlsx?|wps|ofd|zip|rar)"
    r"(?:[?#][^\s\"'<>]*)?"
)
RESOURCE = re.compile(
    r"(?i)\.(?:js|mjs|css|less|map|png|jpe?g|gif|bmp|ico|svg|webp|woff2?|ttf|eot|swf|mp[34]|flv|avi|wav)(?:[?#].*)?$"
)
FILE_LITERAL = re.compile(r"(?i)\.(?:pdf|docx?|xlsx?|wps|ofd|rtf|zip|rar)(?:[?#].*)?$")
TOKEN = re.compile(
    r"[{}\[\]()]|(?:[\"']?(?P<name>[\w$-]{1,40})[\"']?\s*:\s*)?(?P<quote>[\"'])(?P<value>(?:\\.|(?!(?P=quote))[^\\\n])*)(?P=quote)"
)
ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "", "f": ""}
ADDRESS_NAME = re.compile(r"(?i)url|href|link|path|file|src|addr|jump|target|^u$|^a$")
TITLE_NAME = re.compile(r"(?i)title|name|text|label|subject|caption|content|bt$|mc$|^t$")
NAME_NAME = re.compile(r"(?i)(?:name|title|alt|text|label)$")  # of a field: what the file is called
CHINESE = re.compile(r"[\u3400-\u9fff]")
CALLED = re.compile(
    r"__NUXT__\s*=\s*\(function\((?P<names>[\w$,]*)\)\s*\{(?P<body>.*)\}\s*\((?P<given>.*)\)\s*\)\s*;?\s*$", re.DOTALL
)
ARGUMENT = re.compile(r"\"(?:\\.|[^\"\\])*\"|[^\",]+")
NAMED_VALUE = re.compile(r"\"(?:\\.|[^\"\\])*\"|(?<=[:\[,])[A-Za-z_$][\w$]*(?=[,}\]])")  # or a string, to be passed by
LONGEST_SCRIPT = 2_000_000  # characters: what is longer is a library
LONGEST_LABEL = 300
DEEPEST_DATA, MOST_PARTS = 12, 20_000  # of a page's data that refers to other places of it
MOST_FIELDS = 80  # strings of one object: what has more is no row

VARIABLE = re.compile(
    r"(?:\b(?:var|let|const)\s+|[,;{]\s*|^\s*)([\w$]+)\s*=\s*(?:[\"']([^\"'\n]{0,300})[\"']|(\d{1,9}))\s*(?=[;,\n]|$)",
    re.MULTILINE,
)
OFFSET_NAME = re.compile(
    r"(?i)^(?:.*[.$_])?(?:start|offset|begin|from_?row|start_?row|start_?record|skip|limit_?start|first(?:_?(?:row|result|record))?)$"
)
SIZE_NAME = re.compile(
    r"(?i)(?:page|per|prep?age)_?-?(?:size|num|count|page)?$|^(?:rows|limit|size|perpage|prepage|length)$"
)
SEVERAL = "\x00"  # literals to which a variable is set
PAGE_NAME = re.compile(
    r"(?i)^(?!per_page$)(?:.*[.$_:])?(?:page|p|pn|pageno|page_no|pageindex|page_index|pageid|pagenum|pagenumber|page_num|currentpage|current_page"
    r"|current|curr|curpage|currpage|curpageno|currentpageno|cpage|paged|page_?start|start_?page|nowpage|topage|gotopage|pg|cur|ye|yema|a\d+p)$"
)


@lru_cache(1 << 14)  # the options of a portal's selects stand on each of its pages
def is_address(text: str) -> bool:
    """Say whether a literal is the address of a page or a file: no picture, style or script."""
    shaped = 1 < len(text) < 600 and ADDRESS.fullmatch(text) is not None and not RESOURCE.search(text)
    return shaped and "&gt" not in text and "&lt" not in text  # an escaped end of an element has a slash, too


def is_file_literal(text: str) -> bool:
    """Say whether a literal is the address of a document file."""
    return is_address(text) and FILE_LITERAL.search(text) is not None


def unescape(value: str) -> str:
    """Return what a string literal means."""
    if "\\" not in value:
        return value
    return ESCAPE.sub(
        lambda found: (
            chr(int(found[1][1:], 16)) if found[1][0] in "ux" and len(found[1]) > 1 else ESCAPED.get(found[1], found[1])
        ),
        value,
    )


def is_file_name(text: str) -> bool:
    """Say whether a literal is what a file is called rather than where it stands."""
    return "/" not in text and CHINESE.search(text) is not None


def objects(text: str) -> Iterator[Pairs]:
    """Yield the strings of each object, array and call of a script or of JSON, innermost first, those outside of any
    last.

    A string belongs to the nearest brace, bracket or parenthesis around it.
    """
    stack: list[Pairs] = [[]]
    for token in TOKEN.finditer(text):
        sign = token[0]
        if sign in ("{", "[", "("):
            stack.append([])
        elif sign in ("}", "]", ")"):
            if len(stack) > 1 and (pairs := stack.pop()):
                yield pairs
        else:
            stack[-1].append((token["name"] or "", unescape(token["value"])))
    yield from (pairs for pairs in reversed(stack) if pairs)


def row_of(pairs: Pairs) -> tuple[str, str] | None:
    """Return address and title of an object that is a list's row or a menu's node; None where it is neither."""
    addresses = [(name, value.strip()) for name, value in pairs if is_address(value.strip())]
    if not addresses:
        return None
    address = next((value for name, value in addresses if ADDRESS_NAME.search(name)), addresses[0][1])
    titles = [
        value
        for name, value in pairs
        if value and len(value) <= LONGEST_LABEL and TITLE_NAME.search(name) and not is_address(value)
    ] or [value for _, value in pairs if CHINESE.search(value) and len(value) <= LONGEST_LABEL and value != address]
    return (address, max(titles, key=len)) if titles else None


def revived(text: str) -> str:
    """Return the data of a page as JSON whose numbers stand for other places of it: Nuxt's way (devalue)."""
    try:
        parts = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(parts, list):
        return text
    read = itertools.count()

    def value(place: object, depth: int = 0) -> object:
        if not isinstance(place, int) or not 0 <= place < len(parts) or depth > DEEPEST_DATA:
            return None
        if next(read) > MOST_PARTS:
            return None
        part = parts[place]
        if isinstance(part, dict):
            return {name: value(inner, depth + 1) for name, inner in part.items()}
        if isinstance(part, list):
            wrapped = part[:1] and isinstance(part[0], str)  # "Reactive", "Set" and the like, before what they hold
            held = part[1:] if wrapped else part
            return [value(inner, depth + 1) for inner in held] if next(read) <= MOST_PARTS else None
        return part

    return json.dumps(value(0), ensure_ascii=False)


def inlined(text: str) -> str:
    """Return the data of a page that stands in a call with the strings that are handed to it in their places: the way
    of Nuxt 2, `(function(a,b){return {title:a}}("…",false))`.
    """
    call = CALLED.search(text)
    if call is None:
        return text
    given = dict(zip(call["names"].split(","), ARGUMENT.findall(call["given"]), strict=False))
    return NAMED_VALUE.sub(lambda found: given.get(found[0], found[0]), call["body"])


def variables(text: str) -> dict[str, str]:
    """Return the variables of a page's scripts that are set to a literal, and to no other one elsewhere."""
    known: dict[str, str] = {}
    for name, string, number in VARIABLE.findall(text):
        value = string or number
        known[name] = value if known.get(name, value) == value else SEVERAL
    return {name: value for name, value in known.items() if value != SEVERAL}
