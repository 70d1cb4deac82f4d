"""Templates as strings, as the usual libraries fill them: Handlebars, Mustache, art-template, juicer, doT, JsRender by
their blocks, laytpl and Underscore by the code between their marks.

No library is told from another: what stands between marks is read by its shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from crawler.js.language import Function, Scope, Thrown
from crawler.js.methods import argument
from crawler.js.objects import Callables
from crawler.js.syntax import compiled
from crawler.js.values import GAP, UNDEFINED, UNKNOWN, Obj, entries_of, fields_of, string, truth

if TYPE_CHECKING:
    from crawler.js.browser import Browser

MOST_ROUNDS = 200  # of a loop
LONGEST_TEMPLATE = 50_000  # characters
MARKS = re.compile(r"\{\{|<%|\{@each|[$#]\{")
TAG = re.compile(
    r"<%(?P<percent>.{0,999}?)%>|\{\{(?P<brace>\{.{0,500}?\}|.{0,500}?)\}\}|\{@(?P<at>[^{}]{0,200})\}"
    r"|\$?\$\{(?P<dollar>[^{}]{0,200})\}",
    re.DOTALL,
)
CODE = re.compile(r"[{};]|^(?:var|let|const|return)\b")
LOOP = re.compile(
    r"(?:each|for|foreach)\s+(?:(?P<item>[\w$]+)\s+in\s+)?(?P<list>[^\s:|]+)\s*(?:as\s+)?\|?\s*(?P<names>[\w$]*[\s,]*[\w$]*)\|?"
)
DOT_LOOP = re.compile(r"(?P<list>[^\s:]+)\s*:(?P<names>[\w$]+(?:\s*:[\w$]+)?)")
PATH = re.compile(r"[@\w$./-]+")
HELPED = re.compile(r"(?P<name>[\w$]+)\s+(?P<given>[\w$.'\"@/][^=<>?:&|+*]*)")
FILTER = re.compile(r"(?<!\|)\|(?!\|).*$", re.DOTALL)
# What a tag is by the sign that it begins with: between percent signs, and in braces.
PERCENT = {"=": "value", "-": "value", "#": "note"}
SIGNS = {"=": "value", "-": "value", ":": "value", ">": "value", "&": "value", "!": "note", "/": "end"}
OPENING = {"~": ("loop", "end"), "?": ("if", "end"), "^": ("unless", "else")}  # with words, and without
HELPING = frozenset(("registerHelper", "helper", "helpers", "register"))


@dataclass(slots=True)
class Block:
    """A part of a template: a `value`, or what is shown in each round of a `loop`, or `if` something holds (else
    `other`); a `section` is either. `names` are those of an item and its place.
    """

    kind: str
    code: str = ""
    names: tuple[str, ...] = ()
    inner: list[Block | str] = field(default_factory=list)
    other: list[Block | str] = field(default_factory=list)


def is_template(text: Any) -> bool:
    """Say whether a value is a text with the marks of a template."""
    return isinstance(text, str) and len(text) <= LONGEST_TEMPLATE and MARKS.search(text) is not None


def taken(browser: Browser, args: list[Any], name: str) -> Any:
    """Return what a library's function makes of a template, or of the place where one stands: the filled one where data
    come with it, else what fills it; NotImplemented where nothing like a template is given.
    """
    first, second = argument(args, 0), argument(args, 1)
    if name in HELPING and isinstance(first, str) and isinstance(second, Function):
        browser.helpers[first] = second
        return UNDEFINED
    text = _text_of(browser, first)
    if text is None:
        return NotImplemented
    if isinstance(second, Obj | list):
        return filled(browser, text, second)

    def fill(_: Any, told: list[Any]) -> Any:
        shown = filled(browser, text, argument(told, 0))
        return browser.realm.call(told[1], UNDEFINED, [shown]) if isinstance(argument(told, 1), Function) else shown

    return Callables(fill, {"render": fill})


def _text_of(browser: Browser, value: Any) -> str | None:
    if is_template(value):
        return str(value)
    if not isinstance(value, str) or not re.fullmatch(r"#?[\w-]{1,60}", value):
        return None
    holder = browser.first(f"script[id='{value.removeprefix('#')}'], template[id='{value.removeprefix('#')}']")
    text = string(holder.get("innerHTML")) if holder is not None else ""
    return text if is_template(text) else None


def filled(browser: Browser, text: str, data: Any) -> str:
    """Return a template with data in it, once for each item where these are a list."""
    if isinstance(data, list):
        return "".join(filled(browser, text, item) for item in data[:MOST_ROUNDS])
    names = Obj({"it": data, "d": data, "data": data, "$data": data} | fields_of(data))
    scope = browser.realm.scope(dict(names), data)
    blocks = _parsed(text)
    if blocks is None:
        browser.realm.guarded(compiled(_as_code(text)), scope)
        return string(scope.lookup("$out")).replace("undefined", "")
    return "".join(_shown(browser, blocks, scope))


def _as_code(text: str) -> str:
    """Return a template that holds statements as a script that writes it into `$out`."""
    code, end = ["var $out = '';"], 0
    for found in TAG.finditer(text):
        code.append(f"$out += {_quoted(text[end : found.start()])};")
        kind, words = _kind_of(found)
        code.append(words if kind == "code" else f"$out += ({words});" if kind == "value" else "")
        end = found.end()
    return "\n".join([*code, f"$out += {_quoted(text[end:])};"])


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "") + '"'


def _kind_of(tag: re.Match[str]) -> tuple[str, str]:
    """Return what a tag is (value, code, note, or what it opens, parts or ends) and its words."""
    if tag["dollar"] is not None:
        return "value", tag["dollar"]
    if tag["percent"] is not None:
        words = tag["percent"]
        return (PERCENT[words[:1]], words[1:]) if words[:1] in PERCENT else ("code", words)
    words = (tag["brace"] if tag["brace"] is not None else tag["at"]).strip()
    sign, rest = words[:1], words[1:].strip()
    if sign == "{":
        return "value", words.strip("{}")
    if sign == "?" and rest[:1] == "?":
        return "else", rest[1:].strip()
    if sign in SIGNS:
        return SIGNS[sign], rest
    if sign in OPENING:
        return OPENING[sign][not rest], rest
    return _kind_of_words(rest if sign == "#" else words, is_marked=sign == "#")


def _kind_of_words(words: str, *, is_marked: bool) -> tuple[str, str]:
    first, _, rest = words.partition(" ")
    if CODE.search(words):
        return "code", words
    if first in ("each", "for", "foreach"):
        return "loop", words
    if first in ("if", "unless", "with"):
        return first, rest.strip()
    if first in ("else", "elseif"):
        return "else", rest.strip().removeprefix("if").strip()
    if is_marked:
        return ("section" if PATH.fullmatch(words) else "code"), words
    return "value", words


@lru_cache(256)
def _parsed(text: str) -> list[Block | str] | None:
    """Return a template as blocks; None where it holds statements."""
    whole = Block("section")
    path, branches, end = [whole], [whole.inner], 0
    for tag in TAG.finditer(text):
        kind, words = _kind_of(tag)
        if kind == "code":
            return None
        branches[-1].append(text[end : tag.start()])
        end = tag.end()
        if kind == "value":
            branches[-1].append(Block("value", words))
        elif kind == "end" and len(path) > 1:
            while path.pop().kind == "else":  # each `else if` is one within the one before
                branches.pop()
            branches.pop()
        elif kind == "else" and len(path) > 1:
            branches[-1] = path[-1].other
            if words:
                inner = Block("else", words)
                branches[-1].append(inner)
                path.append(inner)
                branches.append(inner.inner)
        elif kind in ("loop", "if", "unless", "with", "section"):
            block = Block(kind, words)
            if kind == "loop" and (found := LOOP.match(words) or DOT_LOOP.match(words)):
                told = found.groupdict()
                names = [told["item"]] if told.get("item") else re.findall(r"[\w$]+", told["names"] or "")
                block.code, block.names = told["list"], tuple(names)
            branches[-1].append(block)
            path.append(block)
            branches.append(block.inner)
    branches[-1].append(text[end:])
    return whole.inner


def _shown(browser: Browser, blocks: list[Block | str], scope: Scope) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, str):
            yield block
            continue
        value = _value(browser, block.code, scope)
        if block.kind == "value":
            yield "" if value is UNDEFINED or value is None else GAP if value is UNKNOWN else string(value)
            continue
        holds = truth(value) is not False and value != []
        if block.kind == "loop" or (block.kind == "section" and isinstance(value, list)):
            for inner in _rounds(block, value, scope):
                yield from _shown(browser, block.inner, inner)
            holds = holds or not block.other
        elif holds is not (block.kind == "unless"):
            inner = _within(scope, value) if block.kind in ("section", "with") else scope
            yield from _shown(browser, block.inner, inner)
        if holds is (block.kind == "unless"):
            yield from _shown(browser, block.other, scope)


def _rounds(block: Block, value: Any, scope: Scope) -> Iterator[Scope]:
    for place, item in entries_of(value)[:MOST_ROUNDS]:
        scope.realm.step()
        inner = _within(scope, item)
        inner.names |= {"$value": item, "$index": place, "index": place} | dict(
            zip(block.names, (item, place), strict=False)
        )
        yield inner


def _within(scope: Scope, item: Any) -> Scope:
    """Return the scope in which the fields of an item are names."""
    inner = Scope(scope.realm, dict(fields_of(item)), scope)
    inner.this = item
    return inner


def _value(browser: Browser, code: str, scope: Scope) -> Any:
    code = FILTER.sub("", code).strip()
    code = re.sub(r"(?:\.\./)+|@root\.", "", code).replace("@index", "$index").replace("@key", "$index")
    if helped := HELPED.fullmatch(code):
        args = [_value(browser, one, scope) for one in re.findall(r"'[^']*'|\"[^\"]*\"|\S+", helped["given"])]
        helper = browser.helpers.get(helped["name"])
        return browser.realm.call(helper, scope.this, args) if helper is not None else args[0]
    try:
        return compiled(f"({'this' if code == '.' else code}\n)")(scope)
    except Thrown:
        return UNKNOWN
