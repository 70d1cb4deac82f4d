"""The elements of a page as scripts see them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from selectolax.lexbor import LexborNode, SelectolaxError

from crawler.js.language import Function
from crawler.js.methods import argument
from crawler.js.values import GAP, UNDEFINED, UNKNOWN, Host, Obj, number, string
from crawler.limits import tree_of

if TYPE_CHECKING:
    from crawler.js.browser import Browser

ATTRIBUTE_VALUE = re.compile(r"[\w.$:-]+")
START_TAG = re.compile(r"<template(?:[^>\"]|\"[^\"]*\")*>", re.IGNORECASE)
PAGE_INPUT = re.compile(r"page|jump|goto|yema|^pn?$|^num$", re.IGNORECASE)
CONTENT = ("innerText", "textContent", "innerHTML")  # what a script sets it to stands in place of all others
NUMBER = "data-made"  # an attribute that no page has
LOADING = frozenset(("iframe", "frame", "embed", "object", "script"))
UNSENT = frozenset(("submit", "button", "image", "reset", "file"))


class Element(Host):
    """An element of the page (`node`), or one that a script has made."""

    def __init__(self, browser: Browser, tag: str, attributes: dict[str, str], node: LexborNode | None = None) -> None:
        self.browser, self.tag, self.attributes, self.node = browser, tag, attributes, node
        self.children: list[Any] = []

    def text(self) -> str:
        return self.attributes.get("href", "") if self.tag == "a" else GAP

    def get(self, name: str) -> Any:
        if name in self.kept:
            return self.kept[name]
        method = METHODS.get(name)
        if method is not None:
            return lambda this, args: method(this if isinstance(this, Element) else self, args)
        reader = PROPERTIES.get(name)
        if reader is not None:
            return reader(self)
        if self.tag == "form" and (name == "length" or name.isdecimal()):
            return counted_among(self.all("input, select, textarea, button"), name)
        if self.tag in ("form", "document") and ATTRIBUTE_VALUE.fullmatch(name):
            field = self.browser.first(f'[name="{name}"], [id="{name}"]', self)
            return field if field is not None else self.attributes.get(name, UNDEFINED)
        return self.attributes.get(
            name, "" if name in ("id", "name", "href", "src", "title", "rel", "action") else UNDEFINED
        )

    def put(self, name: str, value: Any) -> None:
        self.kept[name] = value
        if name in CONTENT:
            self.children = []
        if name in ("innerHTML", "outerHTML"):
            self.browser.write(self, string(value))
        elif name.startswith("on") and isinstance(value, Function):
            self.browser.listen(self, name[2:], value)
        elif name in ("src", "data") and self.tag in LOADING and self.node is not None:
            self.browser.ask(string(value))
        elif name == "href" and self.tag == "a" and self.node is not None:
            self.browser.lead(self, string(value))
        elif name == "className":
            self.kept.pop(name)
            self.set_classes(string(value).split())
        elif name == "selectedIndex" and self.node is not None:
            self.kept.pop("value", None)
        self.attributes = self.attributes | (
            {name: string(value)} if name in ("href", "src", "title", "action", "id", "name", "method") else {}
        )

    def all(self, selector: str) -> list[Element]:
        """Return the elements below this one that a selector names."""
        return self.browser.select(selector, self)

    @property
    def value(self) -> str:
        """What a field of a form holds."""
        if "value" in self.kept:
            return string(self.kept["value"])
        if self.tag == "select":
            options = self.all("option")
            index = number(self.kept.get("selectedIndex", UNDEFINED))
            chosen = [option for option in options if "selected" in option.attributes] or options
            if isinstance(index, int) and 0 <= index < len(options):
                chosen = [options[index]]
            return chosen[0].value if chosen else ""
        if self.tag == "option" and "value" not in self.attributes:
            return self.words
        if self.tag == "textarea":
            return self.words
        stated = self.attributes.get("value", "")
        name = self.attributes.get("id", self.attributes.get("name", ""))
        is_typed = self.tag == "input" and self.attributes.get("type", "text").lower() in ("text", "number")
        is_asked_for = is_typed and not stated and PAGE_INPUT.search(name) is not None
        return GAP if is_asked_for else stated  # the page that a reader types is not known

    @property
    def classes(self) -> list[str]:
        """The element's classes, as scripts have left them."""
        stated = self.node.attrs.get("class") if self.node is not None else self.attributes.get("class")
        return (stated or "").split()

    def set_classes(self, names: Iterable[str]) -> None:
        """Set the element's classes; of one of the page in the tree, where selectors look for them."""
        value = " ".join(dict.fromkeys(names))
        if self.node is None:
            self.attributes = self.attributes | {"class": value}
            return
        before = " ".join(self.classes)
        self.browser.marked.setdefault(self.node.mem_id, (self.node, before))
        if self.browser.realm.journal is not None:
            self.browser.realm.journal.append((self.node.attrs, "class", before))
        self.node.attrs["class"] = value

    @property
    def words(self) -> str:
        """The element's text."""
        if self.node is not None:
            return (self.node.text(deep=True) or "").strip()
        own = string(self.kept.get("innerText", self.kept.get("textContent", self.kept.get("innerHTML", ""))))
        return own + "".join(
            child.words if isinstance(child, Element) else string(child) for child in self.children[:20]
        )

    def around(self, selector: str = "", *, closest: bool = False) -> Element | None:
        """Return the nearest element around this one, or the nearest that a selector names: itself, if it is the
        `closest`.
        """
        node = self.node if closest or self.node is None else self.node.parent
        try:
            while node is not None and selector and not node.css_matches(selector):
                node = node.parent
        except SelectolaxError:
            return None
        return self.browser.element(node) if node is not None and node.tag != "-undef" else None

    def markup(self, depth: int = 0) -> str:
        """Return an element that a script has made as HTML."""
        if self.node is not None or depth > 10:
            return ""
        inner = string(self.kept.get("innerHTML", self.kept.get("innerText", self.kept.get("textContent", ""))))
        inner += "".join(
            child.markup(depth + 1) if isinstance(child, Element) else string(child) for child in self.children
        )
        shown = "".join(f' {name}="{value.replace(chr(34), "&quot;")}"' for name, value in self.attributes.items())
        return f"<{self.tag}{shown}>{inner}</{self.tag}>"

    def copy(self) -> Element:
        """Return a copy that a script may fill and put anywhere."""
        if self.node is not None:
            return copied(self.browser, self.node)
        made = Element(self.browser, self.tag, self.attributes)
        made.kept |= {name: self.kept[name] for name in CONTENT if name in self.kept}
        made.children = [child.copy() if isinstance(child, Element) else child for child in self.children]
        return made

    def made_below(self, selector: str) -> list[Element]:
        """Return the elements that a selector names in one that a script has made."""
        below = self._descendants()
        for place, one in enumerate(below):
            one.attributes = one.attributes | {NUMBER: str(place)}
        found = [node.attributes.get(NUMBER) for node in tree_of(self.markup()).css(selector)]
        for one in below:
            one.attributes = {name: value for name, value in one.attributes.items() if name != NUMBER}
        return [below[int(place)] for place in found if place is not None]

    def _descendants(self) -> list[Element]:
        own = [child for child in self.children if isinstance(child, Element)]
        return [one for child in own for one in (child, *child._descendants())]

    def describe(self, told: Obj) -> None:
        """Set what `$("<a>", {href, text, click})` says of the element that it makes."""
        for name, value in told.items():
            if isinstance(value, Function):
                self.browser.listen(self, name, value)
            elif name in ("text", "html"):
                self.children = [string(value)]
            else:
                set_attribute(self, [name, value])

    def load(self) -> None:
        """Follow a script element that has come into the page."""
        if source := self.attributes.get("src"):
            heard = [
                function for target, event, function, _ in self.browser.listeners if target is self and event == "load"
            ]
            self.browser.loader.script(source, [self.kept.get("onload"), *heard])
        elif code := string(self.kept.get("text", self.kept.get("innerHTML", self.kept.get("textContent", "")))):
            self.browser.follow(code)

    def fields(self) -> list[tuple[str, str]]:
        """Return the fields that a form would send."""
        found, browser = [], self.browser
        made = [one for one, cause in browser.attached.items() if cause is None or cause is browser.clicked]
        made = [one for one in made if one.kept.get("parentNode") is self and one.attributes.get("name")]
        for item in (*self.all("input[name], select[name], textarea[name]"), *made):
            kind = item.attributes.get("type", "").lower()
            unchosen = kind in ("checkbox", "radio") and "checked" not in item.attributes
            if kind not in UNSENT and not unchosen and "disabled" not in item.attributes:
                found.append((item.attributes["name"], item.value))
        return found

    def submit(self, extra: Iterable[tuple[str, str]] = ()) -> None:
        """Note the request that a form makes."""
        action = string(self.kept.get("action", self.attributes.get("action", ""))) or self.browser.url
        more = list(extra)
        named = {name for name, _ in more}
        fields = [pair for pair in self.fields() if pair[0] not in named]
        body = urlencode([*fields, *more], encoding=self.browser.charset, errors="replace", safe=GAP)
        if string(self.kept.get("method", self.attributes.get("method", "get"))).lower() == "post":
            self.browser.ask(action, body, moves=True)
        else:
            self.browser.ask(f"{action.partition('?')[0]}?{body}", moves=True)


def counted_among(items: list[Any], name: str) -> Any:
    """Return what a list of the page has under a name: its `length`, or one of them by its number."""
    if name == "length":
        return len(items)
    return items[int(name)] if int(name) < len(items) else UNDEFINED


def copied(browser: Browser, node: LexborNode) -> Element:
    """Return a copy of an element of some tree, as a script's own."""
    is_template, inner = node.tag == "template", node  # its content is no part of the tree
    tag = "div" if is_template else node.tag or ""
    made = Element(browser, tag, {name: value or "" for name, value in node.attributes.items()})
    if is_template:
        inner = tree_of(START_TAG.sub("", node.html or "", count=1).removesuffix("</template>")).body or node
    parts = (copied(browser, child) if child.is_element_node else child.html for child in inner.iter(include_text=True))
    made.children = list(parts)
    return made


def _replace(element: Element, args: list[Any]) -> Any:
    element.put("innerHTML", "")
    return _append(element, args)


def _append(element: Element, args: list[Any]) -> Any:
    for child in args:
        if isinstance(child, Element) and child.tag == "script" and child.node is None:
            child.load()
        elif element.node is None:
            element.children.append(child)
        else:
            if isinstance(child, Element):
                child.kept["parentNode"] = element
                element.browser.attached[child] = element.browser.clicked  # what is put into it comes along
            else:
                element.browser.write(element, string(child), more=True)
    return argument(args, 0)


def _insert(element: Element, args: list[Any]) -> Any:
    element.browser.write(element, string(argument(args, 1)), more=True)
    return UNDEFINED


def set_attribute(element: Element, args: list[Any]) -> Any:
    """Set an attribute: its name and its value are given."""
    name, value = string(argument(args, 0)), argument(args, 1)
    element.attributes = element.attributes | {name: string(value)}
    element.kept.pop("dataset", None)  # it is made of the attributes
    if name in ("src", "onclick", "value", "href"):
        element.put(name, value)
    return UNDEFINED


def change_classes(element: Element, names: Iterable[str], way: str) -> None:
    """Add, remove or toggle classes."""
    for name in names:
        others = [one for one in element.classes if one != name]
        is_on = way == "add" or (way == "toggle" and len(others) == len(element.classes))
        element.set_classes([*others, name] if is_on else others)


def _class_list(element: Element) -> Obj:
    def change(way: str, _: Any, args: list[Any]) -> None:
        change_classes(element, map(string, args[: 1 if way == "toggle" else None]), way)

    return Obj({way: partial(change, way) for way in ("add", "remove", "toggle")})


def _listen(element: Element, args: list[Any]) -> Any:
    element.browser.listen(element, string(argument(args, 0)).removeprefix("on"), argument(args, 1))
    return UNDEFINED


def _submitted(element: Element, _: list[Any]) -> Any:
    element.submit()
    return UNDEFINED


def _dataset(element: Element) -> Obj:
    named = {name[5:]: value for name, value in element.attributes.items() if name.startswith("data-")}
    return Obj({re.sub(r"-(\w)", lambda sign: sign[1].upper(), name): value for name, value in named.items()})


def _own_html(element: Element) -> str:
    return element.node.inner_html or "" if element.node is not None else ""


def _chosen(element: Element) -> int:
    options = enumerate(element.all("option"))
    return next((place for place, option in options if "selected" in option.attributes), 0)


METHODS: dict[str, Callable[[Element, list[Any]], Any]] = {
    **dict.fromkeys(
        ("getAttribute", "readAttribute"), lambda element, args: element.attributes.get(string(argument(args, 0)))
    ),
    "update": lambda element, args: element.put("innerHTML", argument(args, 0, "")), "observe": _listen,
    "setAttribute": set_attribute, "addEventListener": _listen, "attachEvent": _listen,
    "appendChild": _append, "append": _append, "insertBefore": lambda element, args: _append(element, args[:1]),
    "prepend": _append, "replaceChildren": _replace, "cloneNode": lambda element, _: element.copy(),
    "attachShadow": lambda element, _: element, "insertAdjacentHTML": _insert, "submit": _submitted,
    "querySelector": lambda element, args: element.browser.first(string(argument(args, 0)), element),
    "querySelectorAll": lambda element, args: element.all(string(argument(args, 0))),
    "getElementsByTagName": lambda element, args: element.all(string(argument(args, 0))),
    "getElementsByClassName": lambda element, args: element.all("." + string(argument(args, 0))),
    "closest": lambda element, args: element.around(string(argument(args, 0)), closest=True),
    "hasAttribute": lambda element, args: string(argument(args, 0)) in element.attributes,
}  # fmt: skip
PROPERTIES: dict[str, Callable[[Element], Any]] = {
    "value": lambda element: element.value, "innerHTML": _own_html, "innerText": lambda element: element.words,
    "textContent": lambda element: element.words, "text": lambda element: element.words,
    "dataset": lambda element: element.kept.setdefault("dataset", _dataset(element)),
    "options": lambda element: element.all("option"), "form": lambda element: element.around("form"),
    **dict.fromkeys(("parentNode", "parentElement"), lambda element: element.around()),
    **dict.fromkeys(("children", "childNodes"), lambda element: element.all("*")),
    **dict.fromkeys(("tagName", "nodeName"), lambda element: element.tag.upper()),
    "elements": lambda element: element, "className": lambda element: " ".join(element.classes),
    "nodeType": lambda _: 1, "head": lambda element: element.browser.first("head") or element,
    "style": lambda _: UNKNOWN, "classList": _class_list, "selectedIndex": _chosen,
    "content": lambda element: element.copy(), "shadowRoot": lambda element: element,
    "firstElementChild": lambda element: next(iter(element.all("*")), None),
    "checked": lambda element: "checked" in element.attributes,
}  # fmt: skip
