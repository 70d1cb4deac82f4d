"""Templates in a page's markup, as Vue and AngularJS fill them: loops, conditions, addresses, words, and clicks.

What a template shows becomes HTML; what a click in it does is kept among the browser's `items`, under the words that
it stands on.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from selectolax.lexbor import LexborNode

from crawler.js.language import Closure, Function, Scope, Thrown
from crawler.js.library import to_json, words_of
from crawler.js.syntax import compiled
from crawler.js.values import GAP, UNDEFINED, UNKNOWN, Obj, items_of, string, truth

if TYPE_CHECKING:
    from crawler.js.browser import Browser

MOST_ROUNDS = 200  # of a loop
MOST_NODES = 3000  # that one view shows
LOOP = re.compile(
    r"^\s*\(?\s*([\w$]+)\s*(?:,\s*([\w$]+))?[^)]*\)?\s+(?:in|of)\s+(.+?)(?:\s+track\s+by\s.*|\s+as\s.*)?$", re.DOTALL
)
WORDS = re.compile(r"\{\{\{?(.*?)\}?\}\}", re.DOTALL)
FILTER = re.compile(r"(?<!\|)\|(?!\|).*$", re.DOTALL)
PAGED = re.compile(r"page|pagin", re.IGNORECASE)
VOID = frozenset(("img", "br", "input", "hr", "meta", "link"))
SLOT = re.compile(r"slot-scope$|scope$|v-slot\b|#")  # attributes that name what a widget hands to its content
START_TAG = re.compile(r"<template(?:[^>\"]|\"[^\"]*\")*>", re.IGNORECASE)
LISTED = ("data", "options", "items", "list", "tree-data", "rows", "data-source")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a framework writes its directives. Attributes of `bound` hold expressions, those of `mixed` words with
    expressions in braces; of `events` the name is what follows.
    """

    loop: tuple[str, ...]
    conditions: tuple[str, ...]
    words: tuple[str, ...]
    markup: tuple[str, ...]
    model: str
    bound: tuple[str, ...]
    mixed: str
    events: tuple[str, ...]


VUE = Dialect(
    ("v-for",),
    ("v-if", "v-show", "v-else-if"),
    ("v-text",),
    ("v-html",),
    "v-model",
    (":", "v-bind:"),
    "",
    ("@", "v-on:"),
)
ANGULAR = Dialect(
    ("ng-repeat", "data-ng-repeat"), ("ng-if", "ng-show"), ("ng-bind",), ("ng-bind-html",), "ng-model",
    (), "ng-", ("ng-", "data-ng-"),
)  # fmt: skip
EVENTS = frozenset(("click", "change", "tap", "submit", "mousedown", "mouseenter", "mouseover"))


class View:
    """A template, and the names that its expressions stand in."""

    def __init__(self, browser: Browser, dialect: Dialect, component: Callable[..., str | None] | None = None) -> None:
        self.browser, self.dialect = browser, dialect
        self.component = component  # shows an element that is no element of HTML, by its tag, attributes and content
        self.left = MOST_NODES
        self.rows: list[Any] = []  # of the widget around what is shown now

    def shown(self, node: LexborNode, scope: Scope) -> str:
        """Return an element of a template as the framework would show it."""
        self.left -= 1
        if self.left < 0 or node.tag in ("script", "style", "-comment"):
            return ""
        if node.tag == "-text":
            return self._words(node.text_content or "", scope)
        attributes = self.attributes_of(node)
        loop = next((attributes[name] for name in self.dialect.loop if name in attributes), None)
        slot = next((value for name, value in attributes.items() if value and SLOT.match(name)), "")
        if loop is None and not (slot and self.rows):
            return self._one(node, attributes, scope)
        rounds = self._rounds(loop, scope) if loop is not None else self._slots(slot, scope)
        return "".join(self._one(node, attributes, inner) for inner in rounds)

    def attributes_of(self, node: LexborNode) -> dict[str, str]:
        """Return an element's attributes."""
        return {name: value or "" for name, value in node.attributes.items()}

    def inside(self, node: LexborNode, scope: Scope) -> str:
        """Return the content of an element; that of a `<template>` is no part of its tree."""
        if node.tag == "template":
            content = START_TAG.sub("", node.html or "", count=1).removesuffix("</template>")
            body = self.browser.parse(content).body if content else None
            return self.inside(body, scope) if body is not None else ""
        return "".join(self.shown(child, scope) for child in node.iter(include_text=True))

    def _rounds(self, loop: str, scope: Scope) -> Iterator[Scope]:
        told = LOOP.match(loop)
        if told is None:
            return
        value = self.value(told[3], scope)
        pairs = list(value.items()) if isinstance(value, Obj) else []
        if isinstance(value, int) and not isinstance(value, bool):
            pairs = [(str(place), place + 1) for place in range(min(value, MOST_ROUNDS))]
        for place, (name, item) in enumerate(pairs or enumerate(items_of(value))):
            if place >= MOST_ROUNDS:
                return
            scope.realm.step()
            inner = scope.inner()
            first, second = told[1], told[2]
            if self.dialect is ANGULAR:
                inner.names["$index"] = place
                inner.names |= {first: name, second: item} if second else {first: item}
            else:
                inner.names |= {first: item} | (
                    {second: name if pairs and isinstance(value, Obj) else place} if second else {}
                )
            yield inner

    def _slots(self, slot: str, scope: Scope) -> Iterator[Scope]:
        """Yield the names of each row that a widget hands to its content: one for the row with what is told of it, or
        its parts in braces.
        """
        for place, row in enumerate(self.rows[:MOST_ROUNDS]):
            scope.realm.step()
            inner = _with(scope, "$slot", Obj(row=row, item=row, record=row, data=row, index=place))
            scope.realm.guarded(compiled(f"const {slot} = $slot"), inner)
            yield inner

    def _one(self, node: LexborNode, attributes: dict[str, str], scope: Scope) -> str:
        dialect = self.dialect
        for name in dialect.conditions:
            if name in attributes and truth(self.value(attributes[name], scope)) is False:
                return ""
        bound: dict[str, Any] = {}
        for name, value in attributes.items():
            if prefix := next((prefix for prefix in dialect.bound if name.startswith(prefix)), ""):
                bound[name[len(prefix) :].partition(".")[0]] = self.value(value, scope)
            elif (dialect.mixed and name in ("ng-href", "ng-src", "ui-sref")) or "{{" in value:
                bound[name.removeprefix(dialect.mixed)] = self._words(value, scope, plain=True)
            elif not name.startswith(("v-", "@", "#", "ng-", "data-ng-")):
                bound[name] = value
        before, items = self.rows, _items_of(bound)
        self.rows = before if items is None else items
        inner = self._content(node, attributes, scope)
        self.rows = before
        tag = node.tag or "div"
        if self.component is not None and (own := self.component(tag, bound, inner)) is not None:
            return own
        self._listen(tag, attributes, bound, inner, scope)
        if tag == "template":
            return inner
        shown = {name: string(value) for name, value in bound.items() if isinstance(value, str | int)}
        given = "".join(f' {name}="{html.escape(value)}"' for name, value in shown.items() if GAP not in value)
        return f"<{tag}{given}>" if tag in VOID else f"<{tag}{given}>{inner}</{tag}>"

    def _content(self, node: LexborNode, attributes: dict[str, str], scope: Scope) -> str:
        for name in self.dialect.words:
            if name in attributes:
                return html.escape(self._text(self.value(attributes[name], scope)))
        for name in self.dialect.markup:
            if name in attributes:
                return self._text(self.value(attributes[name], scope))
        return self.inside(node, scope)

    def _listen(self, tag: str, attributes: dict[str, str], bound: dict[str, Any], inner: str, scope: Scope) -> None:
        """Keep what a click on an element does, a choice in it, or one of the items that a widget shows."""
        model = attributes.get(self.dialect.model, "")
        for name, code in attributes.items():
            prefix = next((prefix for prefix in self.dialect.events if name.startswith(prefix)), "")
            event = name[len(prefix) :].partition(".")[0] if prefix else ""
            if not prefix or not code or (prefix in ("ng-", "data-ng-") and event not in EVENTS):
                continue
            words = re.sub(r"<[^>]*>", "", inner).strip() or string(bound.get("title", bound.get("label", "")))
            items = _items_of(bound)
            if PAGED.search(tag):
                self.browser.items.append(("下一页", partial(self.act, code, scope, 2)))
            elif model and event == "change":
                for value, label in _options(inner):
                    self.browser.items.append((label, partial(self._choose, model, code, value, scope)))
            elif items is not None:
                self.browser.items += [
                    (label, partial(self.act, code, scope, item)) for label, item in _labelled(items)
                ]
            elif event in EVENTS or "-" in tag:
                self.browser.items.append((words, partial(self.act, code, scope, UNKNOWN)))

    def _choose(self, model: str, code: str, value: str, scope: Scope) -> None:
        self.browser.realm.guarded(compiled(f"{model} = $chosen"), _with(scope, "$chosen", value))
        self.act(code, scope, value)

    def act(self, code: str, scope: Scope, event: Any) -> None:
        """Follow a handler: a function's name, or statements."""
        made = self.browser.realm.guarded(compiled(code), _with(scope, "$event", event))
        if isinstance(made, Function) and re.fullmatch(r"\s*[\w$.]+\s*", code):
            self.browser.realm.call(made, UNKNOWN, [event])

    def value(self, code: str, scope: Scope) -> Any:
        """Return what an expression of the template comes to; filters are left out."""
        try:
            return _expression(FILTER.sub("", code))(scope)
        except Thrown:
            return UNKNOWN

    def _words(self, text: str, scope: Scope, *, plain: bool = False) -> str:
        def word(found: re.Match[str]) -> str:
            told = self._text(self.value(found[1].removeprefix("::"), scope))
            return told if plain else html.escape(told)

        return WORDS.sub(word, text) if "{{" in text else text

    @staticmethod
    def _text(value: Any) -> str:
        if value is UNDEFINED or value is None or value is UNKNOWN:
            return "" if value is not UNKNOWN else GAP
        return to_json(value) if isinstance(value, Obj | list) else string(value)


def element_html(browser: Browser, tag: str, props: dict[str, Any], inner: str) -> str:
    """Return an element that a script has described, its handlers kept: those of a pager as its next page."""
    words = re.sub(r"<[^>]*>", "", inner).strip() or string(props.get("title", ""))
    if "to" in props:
        tag, props = "a", {**props, "href": browser.routes.linked(props["to"], words)}
    for name, act in props.items():
        for function in (act if isinstance(act, list) else [act]) if re.match(r"on[A-Z]", name) else ():
            if isinstance(function, Function) or callable(function):
                label, event = ("下一页", 2) if PAGED.search(tag) else (words, UNKNOWN)
                browser.items.append((label, partial(browser.realm.call, function, UNDEFINED, [event])))
    shown = {
        name: string(value) for name, value in props.items() if isinstance(value, str | int) and "\x00" not in name
    }
    given = "".join(f' {name}="{html.escape(value)}"' for name, value in shown.items() if GAP not in value)
    markup = props.get("innerHTML", props.get("dangerouslySetInnerHTML"))
    inner = string(markup.get("__html", "") if isinstance(markup, Obj) else markup) if markup is not None else inner
    return f"<{tag}{given}>" if tag in VOID else f"<{tag}{given}>{inner}</{tag}>"


def _items_of(bound: dict[str, Any]) -> list[Any] | None:
    """Return the items that a widget is bound to."""
    return next((bound[one] for one in LISTED if isinstance(bound.get(one), list)), None)


def _with(scope: Scope, name: str, value: Any) -> Scope:
    inner = scope.inner()
    inner.names[name] = value
    return inner


@lru_cache(2048)
def _expression(code: str) -> Closure:
    return compiled(f"({code}\n)")


def _options(inner: str) -> list[tuple[str, str]]:
    """Return value and label of the options that stand in a select."""
    found = []
    for attributes, label in re.findall(r"<[\w-]*option([^>]*)>([^<]*)", inner):
        told = {name: html.unescape(value) for name, value in re.findall(r"([\w-]+)=\"([^\"]*)\"", attributes)}
        found.append((told.get("value", label), label.strip() or told.get("label", "")))
    return found[:MOST_ROUNDS]


def _labelled(items: list[Any], depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Yield the items that a widget shows, those below them included, each under its words."""
    for item in items[:MOST_ROUNDS] if depth < 5 else ():
        if isinstance(item, Obj):
            yield words_of(item), item
            for part in item.values():
                if isinstance(part, list):
                    yield from _labelled(part, depth + 1)
