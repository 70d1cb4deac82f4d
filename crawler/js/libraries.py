"""What is known of libraries that are not read: options with functions and addresses are handed to them, and items that
they show, each of which may be clicked.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from crawler.js.language import Accessor, Function, member
from crawler.js.library import pairs_of, parsed, words_of
from crawler.js.methods import CALLING
from crawler.js.requests import Axios
from crawler.js.values import GAP, UNDEFINED, UNKNOWN, Obj, items_of, string, truth

if TYPE_CHECKING:
    from crawler.js.browser import Browser

MOST_ITEMS = 60
SIZES = ("pageSize", "limit", "pageLength", "rowNum", "size")
PAGED = ("page", "pagination", "pager", "rownumbers", "pageSize")
TOLD = frozenset(("limit", "offset", "pageSize", "pageNumber", "page", "rows"))
ASKING = frozenset(("get", "post", "getJSON", "ajax", "request", "fetch", "load"))
ADDRESS = re.compile(r"[\w.~:%-]*[/?.][^\s<>]*$")
MODULE_HELPERS = frozenset(("d", "n", "r"))  # of webpack, where its own are not at hand
BRANCHES = ("isParent", "hasChildren", "hasChild")


def offered(browser: Browser, given: list[Any], name: str = "") -> Any:
    """Take what a function that is not known is given: a library's options with its functions and addresses, and
    the items that it would show, each of which may be clicked. A function that is called `get` or the like and given an
    address asks for it.
    """
    if name in ASKING and given and isinstance(given[0], str) and ADDRESS.match(given[0]):
        return member(browser.realm, Axios(browser.ways), "post" if name == "post" else "get")(UNDEFINED, given)
    if name in CALLING:  # a function that is not known: what it is given is no library's
        return UNKNOWN
    if name in browser.react.hook:
        return browser.react.hook[name](given)
    first = given[0] if given else UNDEFINED
    if name == "create" and isinstance(first, Obj) and {"baseURL", "timeout"} & first.keys():
        return Axios(browser.ways, first)
    if len(given) > 1 and isinstance(given[1], Obj) and {"to", "href"} & given[1].keys():
        return browser.react.made(given)  # an element, whatever makes these
    if name in ("push", "replace") and browser.routes.is_shown and isinstance(first, Obj | str):
        return browser.routes.router["push"](UNDEFINED, given)
    if name in MODULE_HELPERS and given:
        return _defined_in_module(name, given)
    options = [value for one in given for value in _within(one)]
    functions = [value for one in options for value in one.values() if isinstance(value, Function)]
    functions += [
        one for value in given for one in (value if isinstance(value, list) else [value]) if isinstance(one, Function)
    ]
    items = [
        item for one in [*given, *(value for option in options for value in option.values())] for item in _items(one)
    ]
    outer = options[0] if options else Obj()
    for option in options:
        if isinstance(url := option.get("url"), str):
            items += _asked_by(browser, option, outer, url)
    for item in items[:MOST_ITEMS]:
        handed = Obj(item | {"data": item})
        handed.words = words_of(item)
        for function in functions:
            browser.items.append((handed.words, partial(_handed, browser, function, handed)))
    for function in functions if not items else ():
        browser.realm.call(function, UNKNOWN, [])
    return UNKNOWN


def _defined_in_module(name: str, given: list[Any]) -> Any:
    """Do what the helpers of a bundle's modules do: `d` names what a module exports, `n` gives its default."""
    module = given[0]
    if name == "n":
        return lambda _, __: module.get("default", module) if isinstance(module, Obj) else module
    exports = given[1] if len(given) > 1 else UNDEFINED
    pairs = exports.items() if isinstance(exports, Obj) else [(exports, given[2])] if len(given) > 2 else ()
    for word, read in pairs:
        if isinstance(module, Obj) and isinstance(read, Function):
            module[string(word)] = Accessor(get=read)
    return UNDEFINED


def _handed(browser: Browser, function: Function, item: Obj) -> None:
    """Call a library's function with an item, in each place where a library might hand it over."""
    made = browser.realm.call(function, item, [item] * 3)
    if isinstance(made, str) and "<" in made:
        browser.write(browser.document, made, more=True)


def _asked_by(browser: Browser, option: Obj, outer: Obj, url: str) -> list[Obj]:
    """Note the request of a library's options; return the items of its answer, where that is given."""
    whole = Obj(outer | option)
    size = next((whole[name] for name in SIZES if isinstance(whole.get(name), int)), 10)
    fields = Obj()
    for name in ("data", "where", "queryParams", "otherParam", "params", "postData"):
        value = option.get(name)
        if isinstance(value, Function):
            told = Obj(limit=size, offset=0, pageSize=size, pageNumber=1, page=1, rows=size)
            value = browser.realm.call(value, UNKNOWN, [told])
            told = Obj({key: value for key, value in told.items() if key not in TOLD})
            value = value if isinstance(value, Obj) else told
        fields.update(value if isinstance(value, Obj) else {})
    # What the usual libraries send of themselves.
    if truth(whole.get("serverSide")):
        fields.update(draw=1, start=0, length=size)
    elif any(truth(whole.get(name)) for name in PAGED) and not isinstance(option.get("queryParams"), Function):
        fields.update(page=1, limit=size, rows=size)
    post = string(option.get("type", option.get("method", "get"))).lower() == "post"

    def ask(more: Obj) -> str | None:
        body = urlencode(pairs_of(Obj(fields | more)), safe=GAP)
        if post:
            return browser.ask(url, body)
        return browser.ask(f"{url}{'&' if '?' in url else '?'}{body}" if body else url)

    text = ask(Obj())
    found = parsed(text) if text is not None else UNDEFINED
    items = [
        item for one in [found, *(part for inner in _within(found) for part in inner.values())] for item in _items(one)
    ]
    names = [string(name) for name in items_of(option.get("autoParam"))] or ["id"]
    for item in items[:MOST_ITEMS]:
        if any(truth(item.get(name)) for name in BRANCHES) or item.get("state") == "closed":
            more = Obj({name.partition("=")[2] or name: item.get(name.partition("=")[0]) for name in names})
            browser.items.append((words_of(item), partial(ask, more)))
    return items


def _within(value: Any, depth: int = 0) -> list[Obj]:
    """Return an object and those inside it."""
    if isinstance(value, list) and depth < 4:
        return [inner for part in value[:30] for inner in _within(part, depth + 1)]
    if not isinstance(value, Obj) or depth > 4:
        return []
    return [value, *(inner for part in value.values() for inner in _within(part, depth + 1))]


def _items(value: Any, depth: int = 0) -> list[Obj]:
    """Return the objects of a list, those below them included."""
    found: list[Obj] = []
    for item in value[:400] if isinstance(value, list) and depth < 6 else ():
        if isinstance(item, Obj):
            if "field" not in item and not any(isinstance(part, Function) for part in item.values()):
                found.append(item)  # no column of a table
            found += [inner for part in item.values() for inner in _items(part, depth + 1)]
    return found
