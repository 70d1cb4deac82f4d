"""Templates in a page's markup, as Vue and AngularJS fill them: loops, conditions, addresses, words, and clicks.

What a template shows becomes HTML; what a click in it does is kept among the browser's `items`, under the words that
it stands on.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from selectolax.lexbor import LexborNode

from crawler.js.elements import START_TAG
from crawler.js.language import Closure, Function, Scope, Thrown
from crawler.js.library import to_json, words_of
from crawler.js.syntax import compiled
from crawler.js.told import MORE
from crawler.js.values import GAP, UNDEFINED, UNKNOWN, Obj, entries_of, string, truth

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
    model: tuple[str, ...]
    bound: tuple[str, ...]
    mixed: str
    events: tuple[str, ...]


VUE = Dialect(  # as Alpine.js writes them, too
    ("v-for", "x-for"), ("v-if", "v-show", "v-else-if", "x-if", "x-show"), ("v-text", "x-text"), ("v-html", "x-html"),
    ("v-model", "x-model"), (":", "v-bind:", "x-bind:"), "", ("@", "v-on:", "x-on:"),
)  # fmt: skip
ANGULAR = Dialect(
    ("ng-repeat", "data-ng-repeat"), ("ng-if", "ng-show"), ("ng-bind",), ("ng-bind-html",), ("ng-model",),
    (), "ng-", ("ng-", "data-ng-"),
)  # fmt: skip
CHOOSING = re.compile(r"select|tab|radio|menu|segment|collapse", re.IGNORECASE)  # widgets, by their tags
OPTION = re.compile(r"<(?:[\w-]*(?:option|tab|pane|item|radio|radio-button))(?=[\s>])([^>]*)>([^<]*)", re.IGNORECASE)
VALUED = ("value", "name", "index", "key")  # attributes that say what is chosen
SIZED = re.compile(r"size|limit", re.IGNORECASE)
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
        attributes = {name: value or "" for name, value in node.attributes.items()}
        loop = next((attributes[name] for name in self.dialect.loop if name in attributes), None)
        slot = next((value for name, value in attributes.items() if value and SLOT.match(name)), "")
        if loop is None and not (slot and self.rows):
            return self._one(node, attributes, scope)
        field = attributes.get("slot", "")
        rounds = self._rounds(loop, scope) if loop is not None else self._slots(slot, field, scope)
        return "".join(self._one(node, attributes, inner) for inner in rounds)

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
        pairs = entries_of(value)
        if isinstance(value, int) and not isinstance(value, bool):
            pairs = [(str(place), place + 1) for place in range(min(value, MOST_ROUNDS))]
        for place, (name, item) in enumerate(pairs):
            if place >= MOST_ROUNDS:
                return
            scope.realm.step()
            inner = scope.inner()
            first, second = told[1], told[2]
            if self.dialect is ANGULAR:
                inner.names["$index"] = place
                inner.names |= {first: name, second: item} if second else {first: item}
            else:
                inner.names |= {first: item} | ({second: name if isinstance(value, Obj) else place} if second else {})
            yield inner

    def _slots(self, slot: str, field: str, scope: Scope) -> Iterator[Scope]:
        """Yield the names of each row that a widget hands to its content: one for the row with what is told of it, or
        its parts in braces; of ant-design the value of the `field`, the row, and its place.
        """
        for place, row in enumerate(self.rows[:MOST_ROUNDS]):
            scope.realm.step()
            handed: Any = Obj(row=row, item=row, record=row, data=row, index=place)
            if is_listed := "," in slot and "{" not in slot:
                handed = [row.get(field, UNKNOWN) if isinstance(row, Obj) else UNKNOWN, row, place]
            inner = _with(scope, "$slot", handed)
            scope.realm.guarded(compiled(f"const {f'[{slot}]' if is_listed else slot} = $slot"), inner)
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
            elif not name.startswith(("v-", "x-", "@", "#", "ng-", "data-ng-")):
                bound[name] = value
        before, items = self.rows, items_of_widget(bound)
        self.rows = before if items is None else items
        inner = self._content(node, attributes, scope)
        self.rows = before
        tag = node.tag or "div"
        if self.component is not None and (own := self.component(tag, bound, inner)) is not None:
            return own
        self._listen(tag, attributes, bound, inner, scope)
        if tag == "template":
            return inner
        return markup_of(tag, bound, inner)

    def _content(self, node: LexborNode, attributes: dict[str, str], scope: Scope) -> str:
        for name in self.dialect.words:
            if name in attributes:
                return html.escape(self._text(self.value(attributes[name], scope)))
        for name in self.dialect.markup:
            if name in attributes:
                return self._text(self.value(attributes[name], scope))
        return self.inside(node, scope)

    def _listen(self, tag: str, attributes: dict[str, str], bound: dict[str, Any], inner: str, scope: Scope) -> None:
        """Keep what the handlers of an element do."""
        heard: dict[str, Callable[[Any], Any]] = {}
        if model := next((attributes[name] for name in self.dialect.model if name in attributes), ""):
            heard["update"] = lambda value: self.browser.realm.guarded(
                compiled(f"{model} = $chosen"), _with(scope, "$chosen", value)
            )
        for name, code in attributes.items():
            prefix = next((prefix for prefix in self.dialect.events if name.startswith(prefix)), "")
            event = name[len(prefix) :].partition(".")[0] if prefix else ""
            if code and prefix and (event in EVENTS or prefix not in ("ng-", "data-ng-")):
                heard[event] = partial(self.act, code, scope)
        if scrolled := attributes.get("v-infinite-scroll"):
            self.browser.items.append((MORE, partial(self.act, scrolled, scope, UNKNOWN)))
        if len(heard) > bool(model):
            offer(self.browser, tag, bound, inner, heard)

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
    """Return an element that a script has described, its handlers kept."""
    if "to" in props or is_link(tag, props):
        words = _plain(inner) or string(props.get("title", ""))
        there = browser.routes.linked(props["to"], words) if "to" in props else props["url"]
        tag, props = "a", {**props, "href": there}
    offer_described(browser, tag, props, inner)
    markup = props.get("innerHTML", props.get("dangerouslySetInnerHTML"))
    inner = string(markup.get("__html", "") if isinstance(markup, Obj) else markup) if markup is not None else inner
    return markup_of(tag, props, inner)


def markup_of(tag: str, attributes: dict[str, Any], inner: str) -> str:
    """Return an element as HTML with those of its attributes that are known."""
    known = {name: string(value) for name, value in attributes.items() if isinstance(value, str | int)}
    shown = ((name, html.escape(value)) for name, value in known.items() if GAP not in name + value)
    start = "".join((tag, *(f' {name}="{value}"' for name, value in shown)))
    return f"<{start}>" if tag in VOID else f"<{start}>{inner}</{tag}>"


def is_link(tag: str, props: dict[str, Any]) -> bool:
    """Say whether an element leads elsewhere that is not HTML's: a link of a router, or a row of a mobile list."""
    return tag == "router-link" or ("-" in tag and isinstance(props.get("url"), str))


def offer_described(browser: Browser, tag: str, props: dict[str, Any], inner: str) -> None:
    """Keep what the handlers of an element do that a script has described."""
    heard: dict[str, Callable[[Any], Any]] = {}
    for name, act in props.items():
        for function in (act if isinstance(act, list) else [act]) if re.match(r"on[A-Z]", name) else ():
            if isinstance(function, Function) or callable(function):
                heard[name[2:]] = lambda event, function=function: browser.realm.call(function, UNDEFINED, [event])  # type: ignore[misc]
    if heard:
        offer(browser, tag, props, inner, heard)


def offer(
    browser: Browser, tag: str, props: dict[str, Any], inner: str, heard: dict[str, Callable[[Any], Any]]
) -> None:
    """Keep what the handlers of an element do: of a widget for each thing that can be chosen in it, all of them in
    turn, the one first that keeps the choice. What is disabled hears nothing.
    """
    if props.get("disabled", False) not in (False, None, UNDEFINED, UNKNOWN):
        return
    choices: Iterable[tuple[str, Any]] | None = None
    if PAGED.search(tag):
        choices = [] if _is_at_end(props) else [("下一页", 2)]
        heard = {name: act for name, act in heard.items() if not SIZED.search(name)}
    elif (items := items_of_widget(props)) is not None:
        choices = _labelled(items)
    elif CHOOSING.search(tag):
        choices = _options(inner) or None
    if choices is None:
        words = _plain(inner) or string(props.get("title", props.get("label", "")))
        # `vue:mounted` and its like come of themselves.
        acts = [act for name, act in heard.items() if name.lower() in EVENTS or "-" in tag or ":" in name]
        browser.items += [(words, partial(act, UNKNOWN)) for act in acts]
        return
    in_turn = sorted(heard.items(), key=lambda one: not one[0].lower().startswith("update"))
    browser.items += [(label, partial(_choose, in_turn, label, value)) for label, value in choices]


def _choose(heard: list[tuple[str, Callable[[Any], Any]]], label: str, value: Any) -> None:
    """Tell handlers of a choice: by its name, and where it was a click on a tab with all that is known of it."""
    for name, act in heard:
        told = value
        if isinstance(value, str) and name.lower().endswith("click"):
            told = Obj(name=value, paneName=value, label=label, value=value, props=Obj(name=value, label=label))
        act(told)


def _is_at_end(props: dict[str, Any]) -> bool:
    """Say whether a pager tells that there is no further page."""
    named = {re.sub(r"[^a-z]", "", name.lower()): value for name, value in props.items() if isinstance(value, int)}
    total, size = named.get("total"), named.get("pagesize", named.get("limit", 10))
    return total is not None and named.get("currentpage", named.get("page", 1)) * size >= total


def _plain(markup: str) -> str:
    return re.sub(r"<[^>]*>", "", markup).strip()


def items_of_widget(bound: dict[str, Any]) -> list[Any] | None:
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
    """Return label and value of what can be chosen in a widget: options, tabs, items of a menu."""
    found = []
    for attributes, content in OPTION.findall(inner):
        told = {name: html.unescape(value) for name, value in re.findall(r"([\w-]+)=\"([^\"]*)\"", attributes)}
        label = content.strip() or told.get("label", told.get("tab", told.get("title", "")))
        found.append((label, next((told[name] for name in VALUED if name in told), label)))
    return found[:MOST_ROUNDS]


def _labelled(items: list[Any], depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Yield the items that a widget shows, those below them included, each under its words."""
    for item in items[:MOST_ROUNDS] if depth < 5 else ():
        if isinstance(item, Obj):
            yield words_of(item), item
            for part in item.values():
                if isinstance(part, list):
                    yield from _labelled(part, depth + 1)
