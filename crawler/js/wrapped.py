"""What jQuery's `$` gives."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from crawler.js.documents import document_of
from crawler.js.elements import Element, change_classes, counted_among, set_attribute
from crawler.js.filling import filled, is_template
from crawler.js.language import Function
from crawler.js.library import pairs_of, parsed
from crawler.js.methods import ARRAY, argument
from crawler.js.objects import assigned
from crawler.js.requests import body_of
from crawler.js.values import GAP, UNDEFINED, UNKNOWN, Host, Obj, entries_of, items_of, number, string

if TYPE_CHECKING:
    from crawler.js.browser import Browser

MOST_ELEMENTS = 400  # that a selector gives
MOST_EACH = 5000  # items of a list
LOADED = frozenset(("load", "ready", "DOMContentLoaded", "pageshow", "alpine:init", "dom:loaded"))
ON_CLICK = frozenset((
    "click", "change", "submit", "mousedown", "mouseover", "mouseenter", "scroll", "tap", "dblclick", "keydown",
    "hashchange",
))  # fmt: skip


class Wrapped(Host):
    """What `$` gives: elements, and the methods that act on them all."""

    def __init__(self, browser: Browser, items: list[Any]) -> None:
        self.browser, self.items = browser, items

    def get(self, name: str) -> Any:
        if name == "length" or name.isdecimal():
            return counted_among(self.items, name)
        if name in ON_CLICK or name in LOADED or name == "hover":
            return lambda _, args: self._on(name, args)
        method = WRAPPED.get(name)
        if method is not None:
            return lambda _, args: method(self, args)
        if name in self.kept:
            return self.kept[name]
        return self._unknown(name)

    @property
    def elements(self) -> list[Element]:
        """Those of the items that are elements."""
        return [item for item in self.items if isinstance(item, Element)]

    def _unknown(self, name: str) -> Any:
        plugin = self.browser.plugins.find(name)
        if plugin is not UNDEFINED:
            return lambda _, args: self.browser.realm.call(plugin, self, args)

        def call(_: Any, args: list[Any]) -> Any:
            holder = self.items[0] if self.items and isinstance(self.items[0], Element) else None
            if holder is not None and is_template(text := string(holder.get("innerHTML"))):
                shown = filled(self.browser, text, argument(args, 0))
                if name != "tmpl":
                    return shown
                made = Element(self.browser, "div", {})
                made.children = [shown]
                return Wrapped(self.browser, [made])
            first, more = argument(args, 0), argument(args, 1)
            if isinstance(first, str) and isinstance(more, Obj) and name in self.browser.widgets:
                known = self.browser.widgets[name]
                args = [known | {"queryParams": more, "url": known.get("url")}]
            elif isinstance(first, Obj):
                self.browser.widgets[name] = first
            self.browser.realm.offered([Obj(value) if isinstance(value, dict) else value for value in args], name)
            return self

        return call

    def _on(self, name: str, args: list[Any]) -> Any:
        if name == "load" and isinstance(argument(args, 0), str):
            return self._load(args)
        functions = [value for value in args if isinstance(value, Function)]
        for item in self.items if functions else ():
            self.browser.listen(item, name, functions[-1])
        if name == "submit" and not functions and self.items and isinstance(self.items[0], Element):
            self.items[0].submit()
        return self

    def _load(self, args: list[Any]) -> Any:
        answered = self.browser.ask(string(args[0]).partition(" ")[0], body_of(argument(args, 1)))
        if answered is not None and self.items and isinstance(self.items[0], Element):
            self.browser.write(self.items[0], answered)
        for value in args[1:] if answered is not None else ():
            if isinstance(value, Function):
                self.browser.realm.call(value, self, [answered])
        return self

    def write(self, value: Any, *, more: bool) -> Wrapped:
        """Put HTML into the elements."""
        if isinstance(value, Function):
            value = self.browser.realm.call(value, UNKNOWN, [])
        made = value if isinstance(value, list) else [value]
        made = [inner for one in made for inner in (one.items if isinstance(one, Wrapped) else [one])]
        html = "".join(item.markup() if isinstance(item, Element) else string(item) for item in made)
        for item in self.items[:1]:
            if isinstance(item, Element) and item.node is None:
                item.children = [*(item.children if more else ()), html]
            elif isinstance(item, Element):
                self.browser.write(item, html, more=more)
        return self


def _html(wrapped: Wrapped, args: list[Any]) -> Any:
    if argument(args, 0) is not UNDEFINED:
        return wrapped.write(args[0], more=False)
    return string(wrapped.elements[0].get("innerHTML")) if wrapped.elements else GAP


def _text(wrapped: Wrapped, args: list[Any]) -> Any:
    if argument(args, 0) is not UNDEFINED:
        for item in wrapped.elements:
            if item.node is None:
                item.put("innerText", string(args[0]))
        return wrapped
    return "".join(item.words for item in wrapped.elements)


def _val(wrapped: Wrapped, args: list[Any]) -> Any:
    for item in wrapped.elements if args else ():
        wrapped.browser.realm.keep(item.kept, "value", args[0])
    if args:
        return wrapped
    return wrapped.elements[0].value if wrapped.elements else UNDEFINED


def _attr(wrapped: Wrapped, args: list[Any], *, prefix: str = "") -> Any:
    name = argument(args, 0)
    changes = name if isinstance(name, Obj) else Obj({string(name): args[1]}) if len(args) > 1 else Obj()
    for item in wrapped.elements if changes else ():
        for key, value in changes.items():
            set_attribute(item, [prefix + key, value])
    if changes:
        return wrapped
    if not wrapped.items or not isinstance(wrapped.items[0], Element):
        return UNDEFINED
    item, wanted = wrapped.items[0], string(name)
    if not prefix:
        return item.attributes.get(wanted, item.value if wanted == "value" else UNDEFINED)
    found = item.attributes.get(prefix + re.sub(r"[A-Z]", lambda sign: "-" + sign[0].lower(), wanted), UNDEFINED)
    is_data = isinstance(found, str) and (found[:1] in "[{" or (found.isdecimal() and found == str(int(found))))
    known = parsed(string(found)) if is_data else found
    return found if known is UNKNOWN else known


def _each(wrapped: Wrapped, args: list[Any]) -> Any:
    for place, item in enumerate(wrapped.items[:MOST_ELEMENTS]):
        wrapped.browser.realm.step()
        wrapped.browser.realm.call(argument(args, 0), item, [place, item])
    return wrapped


def _map(wrapped: Wrapped, args: list[Any]) -> Any:
    call, items = wrapped.browser.realm.call, enumerate(wrapped.items[:MOST_ELEMENTS])
    return Wrapped(wrapped.browser, [call(argument(args, 0), item, [place, item]) for place, item in items])


def _bind(wrapped: Wrapped, args: list[Any]) -> Any:
    names, function = argument(args, 0), next((value for value in args if isinstance(value, Function)), None)
    if isinstance(names, Obj):
        for name, value in names.items():
            _bind(wrapped, [name, *args[1:], value])
        return wrapped
    selector = next((value for value in args[1:] if isinstance(value, str)), "")
    if function is not None and isinstance(data := args[-2], Obj):
        wrapped.browser.event_data[function] = data
    for name in string(names).split() if function is not None else ():
        for item in wrapped.items:
            wrapped.browser.listen(item, name.partition(".")[0], function, selector)
        if name.partition(".")[0] not in ON_CLICK | LOADED and isinstance(function, Function):
            wrapped.browser.heard.append(function)  # an event of a widget
    return wrapped


def _delegate(wrapped: Wrapped, args: list[Any]) -> Any:
    return _bind(wrapped, [argument(args, 1), argument(args, 0), *args[2:]])


def _trigger(wrapped: Wrapped, args: list[Any]) -> Any:
    told = args[1] if isinstance(argument(args, 1), list) else args[1:]
    for item in wrapped.items[:1]:
        wrapped.browser.fire(item, string(argument(args, 0)).partition(".")[0], told)
    return wrapped


def _below(wrapped: Wrapped, args: list[Any]) -> Wrapped:
    selector = string(argument(args, 0, "*"))
    return Wrapped(wrapped.browser, [one for item in wrapped.elements for one in item.all(selector)][:MOST_ELEMENTS])


def _around(wrapped: Wrapped, args: list[Any], *, closest: bool = False) -> Wrapped:
    found = (item.around(string(argument(args, 0, "")), closest=closest) for item in wrapped.elements)
    return Wrapped(wrapped.browser, [item for item in found if item is not None])


def _siblings(wrapped: Wrapped, args: list[Any]) -> Wrapped:
    own = {item.node.mem_id: item.node for item in wrapped.elements if item.node is not None}
    beside = [node for one in own.values() if one.parent is not None for node in one.parent.iter()]
    found = [wrapped.browser.element(node) for node in beside if node.mem_id not in own]
    wanted = wrapped.browser.select(string(args[0])) if args else found
    return Wrapped(wrapped.browser, [element for element in found if element in wanted])


def _index(wrapped: Wrapped, args: list[Any]) -> int:
    """`index()`: an element's place among those beside it; with an element, the place of that among these."""
    wanted = argument(args, 0)
    if isinstance(wanted, Wrapped | Element):
        items = wanted.items if isinstance(wanted, Wrapped) else [wanted]
        return next((place for place, item in enumerate(wrapped.items) if item in items[:1]), -1)
    node = wrapped.items[0].node if wrapped.items and isinstance(wrapped.items[0], Element) else None
    beside = node.parent.iter() if node is not None and node.parent is not None else ()
    return next((place for place, one in enumerate(beside) if node is not None and one.mem_id == node.mem_id), 0)


def _change_classes(wrapped: Wrapped, args: list[Any], *, way: str) -> Wrapped:
    for item in wrapped.elements:
        change_classes(item, string(args[0]).split() if args else item.classes, way)
    return wrapped


def _picked(wrapped: Wrapped, args: list[Any]) -> Wrapped:
    place = number(argument(args, 0, 0))
    return Wrapped(wrapped.browser, wrapped.items[place:][:1] if isinstance(place, int) else [])


def _serialized(wrapped: Wrapped, _: list[Any]) -> str:
    return urlencode([pair for form in wrapped.elements for pair in form.fields()], safe=GAP)


def _sent(wrapped: Wrapped, args: list[Any]) -> Wrapped:
    """`ajaxSubmit(options)` of jQuery Form: the fields go where the form does, and the answer to the page."""
    told = argument(args, 0, Obj())
    told = told if isinstance(told, Obj) else Obj(success=told)
    for form in wrapped.elements[:1]:
        usual = Obj(url=form.get("action") or GAP, type=form.get("method"), data=_serialized(wrapped, []))
        wrapped.browser.ways.ajax(UNDEFINED, [usual | told])
    return wrapped


def _got(wrapped: Wrapped, args: list[Any]) -> Any:
    place = number(argument(args, 0, GAP))
    if not isinstance(place, int):
        return wrapped.items
    return wrapped.items[place] if place < len(wrapped.items) else UNDEFINED


def _as_fields(wrapped: Wrapped, _: list[Any]) -> list[Obj]:
    return [Obj(name=name, value=value) for form in wrapped.elements for name, value in form.fields()]


WRAPPED: dict[str, Callable[[Wrapped, list[Any]], Any]] = {
    "html": _html, "text": _text, "val": _val, "attr": _attr, "prop": _attr, "each": _each, "map": _map, "on": _bind,
    "bind": _bind, "live": _bind, "one": _bind, "delegate": _delegate, "trigger": _trigger, "find": _below,
    "children": _below, "closest": partial(_around, closest=True), "parents": _around, "get": _got, "toArray": _got,
    "eq": _picked, "ajaxSubmit": _sent, "first": lambda wrapped, _: _picked(wrapped, [0]),
    "last": lambda wrapped, _: _picked(wrapped, [-1]), "serialize": _serialized, "serializeArray": _as_fields,
    "clone": lambda wrapped, _: Wrapped(wrapped.browser, [item.copy() for item in wrapped.elements]),
    **dict.fromkeys(("append", "prepend", "after", "before"), lambda wrapped, args: wrapped.write(args, more=True)),
    "data": lambda wrapped, args: _attr(wrapped, args, prefix="data-"),
    "addClass": partial(_change_classes, way="add"), "removeClass": partial(_change_classes, way="remove"),
    "toggleClass": partial(_change_classes, way="toggle"), "siblings": _siblings,
    "parent": lambda wrapped, _: _around(wrapped, []),
    "appendTo": lambda wrapped, args: wrapped.browser.dollar(UNDEFINED, args).write(wrapped, more=True),
    "empty": lambda wrapped, _: wrapped, "size": lambda wrapped, _: len(wrapped.items), "index": _index,
    "is": lambda *_: UNKNOWN, "hasClass": lambda *_: UNKNOWN,
}  # fmt: skip


def names_of_jquery(browser: Browser) -> dict[str, Any]:
    """Return jQuery's own functions."""
    ways = browser.ways
    return {
        "get": lambda _, args: ways.jquery(args, "GET"), "getJSON": lambda _, args: ways.jquery(args, "GET"),
        "post": lambda _, args: ways.jquery(args, "POST"), "ajax": ways.ajax, "each": partial(_each_of, browser),
        "getScript": ways.script,
        "fn": browser.plugins, "trim": lambda _, args: string(argument(args, 0)).strip(),
        "map": lambda _, args: ARRAY["map"](browser.realm, items_of(argument(args, 0)), args[1:2]),
        "extend": lambda _, args: assigned(UNDEFINED, [one for one in args if not isinstance(one, bool)]),
        "param": lambda _, args: urlencode(pairs_of(argument(args, 0)), safe=GAP),
        "parseXML": lambda _, args: document_of(browser, string(argument(args, 0))),
        "ajaxSetup": lambda _, args: assigned(UNDEFINED, [ways.setup, *args]),
        "parseJSON": lambda _, args: parsed(string(argument(args, 0))),
    }  # fmt: skip


def _each_of(browser: Browser, _: Any, args: list[Any]) -> Any:
    of = argument(args, 0)
    of = of.items if isinstance(of, Wrapped) else of
    for name, value in entries_of(of)[:MOST_EACH]:
        browser.realm.step()
        if browser.realm.call(argument(args, 1), value, [name, value]) is False:
            break
    return of
