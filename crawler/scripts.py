"""What a page's scripts say in plain words: addresses and rows in literals, and the requests that they would make.

Nothing is executed. Literals are read as they stand; an address that a script puts together is followed only where each
of its pieces is a literal, an argument of the call at hand, or a variable that is set to a literal once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
CHINESE = re.compile(r"[\u3400-\u9fff]")
LONGEST_SCRIPT = 2_000_000  # characters: what is longer is a library
LONGEST_LABEL = 300
MOST_FIELDS = 80  # strings of one object: what has more is no row

# A string, a name or a call of one argument, joined by "+".
PIECE = r"(?:\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`[^`\n]*`|[\w$.]*\(?\s*[\w$.]+\s*(?:-\s*1\s*)?\)?)"
EXPRESSION = re.compile(rf"{PIECE}(?:\s*\+\s*{PIECE})*")
PART = re.compile(PIECE)
NAMED = re.compile(r"(?:[\w$.]*\()?\s*(?P<name>[\w$.]+?)\s*(?P<less>-\s*1)?\s*\)?")
VARIABLE = re.compile(
    r"(?:\b(?:var|let|const)\s+|[,;{]\s*|^\s*)([\w$]+)\s*=\s*(?:[\"']([^\"'\n]{0,300})[\"']|(\d{1,9}))\s*(?=[;,\n]|$)",
    re.MULTILINE,
)
FUNCTION = (
    r"(?:function\s+{name}\s*\(|\b{name}\s*[:=]\s*function\s*\w*\s*\(|\b{name}\s*=\s*\()(?P<names>[^)]*)\)"
    r"(?P<body>.{{0,1500}})"
)
ANY_FUNCTION = re.compile(r"\bfunction\b")
HANDLER = re.compile(r"(?:javascript:)?\s*(?:return\s+)?(?P<name>[\w$.]+)\s*\((?P<arguments>[^()]*)\)", re.IGNORECASE)
ARGUMENT = re.compile(r"\"([^\"]*)\"|'([^']*)'|(-?\d+)|([\w$.]+)")
PAGE_VARIABLE = re.compile(
    r"(?i)(?:.*\.)?(?:\w*page(?:no|num|number|index|_?id)?|p|n|i|num|index|idx|pn|cur\w*|no|number)$"
)
CALL = re.compile(
    r"(?:\$|jQuery|axios|\$?http|request)\s*\.\s*(?P<verb>get|post|getJSON|ajax|load|request)\s*\(|\.(?P<load>load)\s*\("
    r"|\b(?P<fetch>fetch|axios|request|ajax|\$http)\s*\(|\.open\s*\(\s*[\"'](?P<open>GET|POST)[\"']\s*,"
    r"|\.(?P<table>render|datagrid|treegrid|bootstrapTable|jqGrid|DataTable|reload)\s*\(",
    re.IGNORECASE,
)
# What a toolkit's table sends without being told: the page, and its size by the names that servers know.
TABLE_FIELDS = (("page", "\x00"), ("limit", "{size}"), ("rows", "{size}"))
TABLE_SIZE = re.compile(r"\b(?:limit|pageSize|rowNum|pageLength)[\"']?\s*:\s*(\d{1,3})")
PAGED_TABLE = re.compile(r"\b(?:page|pagination|rownumbers|pager)[\"']?\s*:\s*(?:true|[{\"'])")
OFFSET_NAME = re.compile(
    r"(?i)^(?:.*[.$_])?(?:start|offset|begin|from_?row|start_?row|start_?record|skip|limit_?start)$"
)
SIZE_NAME = re.compile(
    r"(?i)(?:page|per|prep?age)_?-?(?:size|num|count|page)?$|^(?:rows|limit|size|perpage|prepage|length)$"
)
# The parameters of a table that a function returns, there or under a name.
QUERY_FUNCTION = re.compile(
    r"\bqueryParams[\"']?\s*:\s*(?:function\s*\w*\s*\([^)]*\)\s*\{|\(?\w*\)?\s*=>|(?P<name>[\w$.]+)\s*[,}\n])"
)
# What a DataTable sends without being told, and what a function adds to it.
SERVER_SIDE = re.compile(r"\bb?serverSide[\"']?\s*:\s*(?:true|!0)", re.IGNORECASE)
ADDED = re.compile(r"\b\w{1,6}\.(\w+)\s*=\s*(?:[\"']([^\"'\n]*)[\"']|(\d+)|([\w$.]+))\s*[;,}\n]")
RETURNED = re.compile(r"(?:\breturn\b|\b(?:var|let|const)\s+\w+\s*=|^\s*\()\s*(?P<data>\{[^{}]*\})")
DEFAULT_SIZE = 10  # rows of a toolkit's table
WHERE_FIELD = re.compile(r"\b(?:where|queryParams|postData)[\"']?\s*:\s*(?P<data>\{[^{}]*\})")
JSON_BODY = re.compile(r"JSON\.stringify\s*\(\s*(?P<data>\{[^{}]*\})")
SECOND_TEXT = re.compile(r"\s*,\s*(?P<data>[\"'][^\"'\n]*=[^\n,)]*)")
OWN_ADDRESS = {
    f"{window}location.{part}": ""
    for window in ("", "window.", "document.", "self.")
    for part in ("pathname", "href", "origin")
}
URL_FIELD = re.compile(rf"\burl[\"']?\s*:\s*(?P<expression>{EXPRESSION.pattern})", re.IGNORECASE)
METHOD_FIELD = re.compile(r"\b(?:type|method)[\"']?\s*:\s*[\"'](get|post)[\"']", re.IGNORECASE)
DATA_FIELD = re.compile(r"\b(?:data|params|body)[\"']?\s*:\s*(?P<data>\{[^{}]*\}|[\"'][^\"'\n]*[\"'][^,\n}]*)")
FIELD = re.compile(r"[\"']?(?P<name>[\w$.-]+)[\"']?\s*:\s*(?:\"(?P<d>[^\"]*)\"|'(?P<s>[^']*)'|(?P<bare>[\w$.-]+))")
Join = tuple[str, ...]  # an address that a script puts together for a row: text and names of fields in turn
STRING = r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"
OF_ROW = r"[\w$]+(?:\[\w+\])?(?:\.\w+|\[[\"']\w+[\"']\])+(?!\s*\()"
CHAIN = re.compile(rf"(?:{STRING})(?:\s*\+\s*(?:{STRING}|{OF_ROW}))+")
LINKED = re.compile(rf"(?P<string>{STRING})|(?P<field>{OF_ROW})")
LAST_NAME = re.compile(r"(\w+)\W*$")
FILLED = re.compile(r"(?P<before>[\w./?&=%-]{0,200}[/?=_-])\$\{\s*\w+\.(?P<field>\w+)\s*\}(?P<after>[\w./?&=%-]*)")
BEGUN = re.compile(
    r"(?:^|[\"'(\s]|href=)(?P<start>(?:https?://|\.{0,2}/|\w[\w.-]*[/?])[\w./?&=%:-]*|\w+\.\w+\?[\w=&]*)$"
)
ENDED = re.compile(r"[^\"'\s<>)]*")
LISTED = re.compile(r"\[\s*\{\s*\"")
MOST_JOINS = 4
SLOT = "\x00"  # where a page's number goes
PLACEHOLDER = re.compile(
    r"(?i)\{\{?\s*(?:page\w*|p|n|0|num\w*|index)\s*\}?\}|\[page\w*\]|%d|:page\b|__page__|\$\{\s*\w+\s*\}"
)
PAGE_NAME = re.compile(
    r"(?i)^(?:.*[.$_:])?(?:page|p|pn|pageno|page_no|pageindex|page_index|pageid|pagenum|pagenumber|page_num|currentpage|current_page"
    r"|current|curpage|currpage|curpageno|currentpageno|cpage|paged|page_?start|start_?page|nowpage|topage|gotopage|pg|cur|ye|yema|a\d+p)$"
)


@dataclass(frozen=True, slots=True)
class Service:
    """A request that a script makes: `url` and the values of `fields` hold `SLOT` where the page's number goes, `first`
    is the first page's, `step` lies between two (of an offset: a page's rows). A POST has its fields in the body, as
    JSON where `json`.
    """

    url: str
    fields: tuple[tuple[str, str], ...] = ()
    post: bool = False
    json: bool = False
    first: int = 1
    step: int = 1

    @property
    def pages(self) -> bool:
        """Whether a page's number goes into it."""
        return SLOT in self.url or any(SLOT in value for _, value in self.fields)


@lru_cache(1 << 14)  # the options of a portal's selects stand on each of its pages
def is_address(text: str) -> bool:
    """Say whether a literal is the address of a page or a file: no picture, style or script."""
    return 1 < len(text) < 600 and ADDRESS.fullmatch(text) is not None and not RESOURCE.search(text)


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


def expanded(handler: str, text: str) -> Iterator[str]:
    """Yield the addresses that a handler such as `goPage(3)` leads to, by what its function joins.

    `text` is the page's, scripts included; arguments are literals or variables of the page.
    """
    found = HANDLER.search(handler)
    if found is None or found["name"].rpartition(".")[2] in ("open", "replace", "assign"):
        return
    name = found["name"].rpartition(".")[2]
    if not any(f"{name}{sign}" in text for sign in ("=", " =", ":", " :")) and f"function {name}" not in text:
        return
    function = re.search(FUNCTION.format(name=re.escape(name)), text, re.DOTALL)
    if function is None:
        return
    arguments = [a or b or c or d for a, b, c, d in ARGUMENT.findall(found["arguments"])]
    names = [each.strip() for each in function["names"].split(",")]
    known = variables(text) | OWN_ADDRESS | dict(zip(names, arguments, strict=False))
    body = function["body"]
    following = ANY_FUNCTION.search(body)
    body = body[: following.start()] if following else body
    for expression in EXPRESSION.finditer(body):
        if "+" in expression[0] or "`" in expression[0]:
            joined = _joined(expression[0], known)
            if joined is not None and is_address(joined):
                yield joined


def variables(text: str) -> dict[str, str]:
    """Return the variables of a page's scripts that are set to a literal, and to no other one elsewhere."""
    known: dict[str, str] = {}
    for name, string, number in VARIABLE.findall(text):
        value = string or number
        known[name] = value if known.get(name, value) == value else SLOT
    return {name: value for name, value in known.items() if value != SLOT}


def services(text: str) -> Iterator[Service]:
    """Yield the requests whose addresses stand in a page's scripts as literals."""
    known: dict[str, str] | None = None
    for call in CALL.finditer(text):
        if known is None:
            known = variables(text) | OWN_ADDRESS
        service = _service(call, text[call.end() : call.end() + 2000], known, text)
        if service is not None:
            yield service


def joins(text: str) -> Iterator[Join]:
    """Yield the addresses that scripts put together of a row's fields: `"/show?id=" + item.id`, `/show/${item.id}`."""
    for chain in CHAIN.finditer(text) if "+" in text else ():
        join: list[str] = []
        for piece in LINKED.finditer(chain[0]):
            if piece["field"]:
                if len(join) % 2:
                    join.append(_last_name(piece["field"]))
                continue
            value = unescape(piece["string"][1:-1])
            if join and len(join) % 2 == 0:
                end = ENDED.match(value)
                join.append(end[0] if end else "")
                if join[-1] != value:
                    break
            elif begun := BEGUN.search(value[-LONGEST_LABEL:]):
                join = [begun["start"]]
            else:
                join = []
        if len(join) > 1:
            yield tuple(join)
    for filled in FILLED.finditer(text) if "${" in text else ():
        yield filled["before"], filled["field"], filled["after"]


def _last_name(field: str) -> str:
    found = LAST_NAME.search(field)
    return found[1] if found else ""


def joined_rows(data: object, wanted: Sequence[Join]) -> Iterator[tuple[str, str]]:
    """Yield address and title of each row of a JSON answer whose address a script would put together."""
    waiting = [data]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            waiting += item.values()
            if row := _joined_row(item, wanted):
                yield row
        elif isinstance(item, list):
            waiting += reversed(item)


def literal_data(text: str) -> Iterator[object]:
    """Yield the lists of objects that stand in a script as JSON."""
    decoder, end = json.JSONDecoder(), 0
    for start in LISTED.finditer(text):
        if start.start() >= end:
            try:
                data, end = decoder.raw_decode(text, start.start())
            except (ValueError, RecursionError):
                continue
            yield data


def _joined_row(item: Mapping[str, object], wanted: Sequence[Join]) -> tuple[str, str] | None:
    texts = [(name, value) for name, value in item.items() if isinstance(value, str) and CHINESE.search(value)]
    titles = [value for name, value in texts if TITLE_NAME.search(name)] or [value for _, value in texts]
    titles = [value for value in titles if len(value) <= LONGEST_LABEL]
    for join in wanted if titles else ():
        values = [item.get(name) for name in join[1::2]]
        if all(isinstance(value, str | int) and value != "" for value in values):
            address = "".join(str(values[place // 2]) if place % 2 else piece for place, piece in enumerate(join))
            if is_address(address):
                return address, max(titles, key=len)
    return None


def with_slot(template: str) -> str | None:
    """Return an address whose placeholder for a page's number (`{page}`, `%d` …) is a `SLOT`; None without one."""
    slotted = PLACEHOLDER.sub(SLOT, template, count=1)
    return slotted if SLOT in slotted else None


def _service(call: re.Match[str], after: str, known: Mapping[str, str], text: str) -> Service | None:
    verb = (call["verb"] or call["load"] or call["fetch"] or call["open"] or call["table"] or "").lower()
    post = verb == "post"
    start = after.lstrip()
    if start.startswith("{"):
        options = _block(start)
        url = URL_FIELD.search(options)
        if url is None:
            return None
        expression = url["expression"]
    elif call["table"]:
        return None
    else:
        first = EXPRESSION.match(start)
        if first is None:
            return None
        expression, rest = first[0], start[first.end() :].lstrip(", \n\r\t")
        options = _block(rest) if rest.startswith("{") else ""
        if not options and (second := SECOND_TEXT.match(start, first.end())):
            options = f"data: {second['data']}"
        elif options and not METHOD_FIELD.search(options):
            options = f"data: {options}"
    if method := METHOD_FIELD.search(options):
        post = method[1].lower() == "post"
    url_text = _joined(expression, known, slot=True)
    if url_text is None or not is_address(url_text.replace(SLOT, "1")):
        return None
    if call["table"] and (asked := _of_query_function(options, text)):
        options = f"{options}, data: {asked}"
    return _with_fields(url_text, options, known, post=post, table=bool(call["table"]), axios="axios" in call[0])


def _of_query_function(options: str, text: str) -> str:
    """Return the object that a table's `queryParams` function returns; "" where it has none that is spelt out."""
    found = QUERY_FUNCTION.search(options)
    if found is None:
        return ""
    body = options[found.end() :]
    if found["name"]:
        name = re.escape(found["name"].rpartition(".")[2])
        function = re.search(FUNCTION.format(name=name), text, re.DOTALL)
        body = function["body"] if function else ""
    returned = RETURNED.search(body)
    return returned["data"] if returned else ""


def _with_fields(
    url: str, options: str, known: Mapping[str, str], *, post: bool, table: bool, axios: bool
) -> Service | None:
    size = TABLE_SIZE.search(options)
    rows = int(size[1]) if size else DEFAULT_SIZE
    if table and SERVER_SIDE.search(options):
        added = [(name, text or number or known.get(word, "")) for name, text, number, word in ADDED.findall(options)]
        return Service(url, (("draw", "1"), ("start", SLOT), ("length", str(rows)), *added), post, first=0, step=rows)
    body = JSON_BODY.search(options)
    data = body or DATA_FIELD.search(options) or (WHERE_FIELD.search(options) if table else None)
    fields = list(_fields(data["data"], known)) if data is not None else []
    first = next((int(value) for name, value in fields if PAGE_NAME.match(name) and value.isdecimal()), 1)
    slotted = [(name, SLOT if PAGE_NAME.match(name) else value) for name, value in fields]
    if table and any(OFFSET_NAME.match(name) for name, _ in fields):
        return Service(url, tuple(_by_offset(slotted, rows)), post, post and (body is not None or axios), 0, rows)
    if table and PAGED_TABLE.search(options) and SLOT not in url and not any(value == SLOT for _, value in slotted):
        slotted += [(name, value.format(size=rows)) for name, value in TABLE_FIELDS]
    elif table and not post and not slotted:
        return None  # a render of something else
    return Service(url, tuple(slotted), post, post and (body is not None or axios), first)


def _by_offset(fields: list[tuple[str, str]], rows: int) -> Iterator[tuple[str, str]]:
    """Yield the fields of a request by offset: its first row and how many it wants."""
    for name, value in fields:
        if OFFSET_NAME.match(name):
            yield name, SLOT
        else:
            yield name, value or (str(rows) if SIZE_NAME.search(name) else "")


def _fields(data: str, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if not data.startswith("{"):
        joined = _joined(data.rstrip(") \n"), known, slot=True) or ""
        for pair in joined.split("&"):
            name, _, value = pair.partition("=")
            if name:
                yield name, value
        return
    for field in FIELD.finditer(data):
        if field["bare"] is None:
            yield field["name"], field["d"] or field["s"] or ""
        else:
            bare = field["bare"]
            yield (
                field["name"],
                bare if bare.isdecimal() else known.get(bare, "1" if PAGE_NAME.match(field["name"]) else ""),
            )


def _block(text: str) -> str:
    """Return the object literal that a text begins with, as far as its braces close."""
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "{") - (sign == "}")
        if depth == 0:
            return text[: place + 1]
    return text


def _joined(expression: str, known: Mapping[str, str], *, slot: bool = False) -> str | None:
    """Return what an expression of joined strings comes to; None where a piece is not known.

    With `slot`, an unknown piece that is named like a page's number becomes a `SLOT`; a known one in a string that ends
    in `page=` or the like does, too.
    """
    whole = ""
    for part in PART.finditer(expression):
        text = part[0].strip()
        if text[:1] in "\"'":
            whole += unescape(text[1:-1])
        elif text[:1] == "`":
            template = re.sub(r"\$\{\s*([\w$.]+)\s*\}", lambda name: _value(name[1], known, slot), text[1:-1])
            whole += template
        else:
            named = NAMED.fullmatch(text)
            if named is None:
                return None
            name, less = named["name"], named["less"]
            if slot and PAGE_VARIABLE.match(name) and SLOT not in whole:
                whole += SLOT
                continue
            value = name if name.isdecimal() else known.get(name)
            if value is None:
                return None
            whole += str(int(value) - 1) if less and value.isdecimal() else value
    return None if "\x01" in whole else whole


def _value(name: str, known: Mapping[str, str], slot: bool) -> str:
    if slot and PAGE_VARIABLE.match(name):
        return SLOT
    return known.get(name, "\x01")
