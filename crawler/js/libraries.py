"""What is known of libraries that are not read: options with functions and addresses are handed to them, and items that
they show, each of which may be clicked.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from crawler.js.filling import taken
from crawler.js.language import Accessor, Function, member
from crawler.js.library import words_of
from crawler.js.methods import CALLING, argument
from crawler.js.react import HOOKS
from crawler.js.requests import Axios, body_of
from crawler.js.values import GAP, UNDEFINED, UNKNOWN, Host, Obj, items_of, string
from crawler.js.widgets import MOST_ITEMS, Widget, columns_of, handed_as, items_in, within
from crawler.scripts import PAGE_NAME

if TYPE_CHECKING:
    from crawler.js.browser import Browser

ASKING = frozenset(("get", "post", "getJSON", "ajax", "request", "fetch", "load", "loadXML", "loadJSON"))
MODULE_HELPERS = frozenset(("d", "n", "r"))  # of webpack, where its own are not at hand
TURNED = re.compile(r"on\w*Page\w*")  # what a pager tells: of a click and a page, or of a page and why
OF_ROWS = re.compile(r"(?:tool|row\w*|checkbox|radio)\(")  # events of layui's tables
TOTAL = re.compile(r"(?:total|count|record)s?(?:_?(?:records?|counts?|data|num|items?|rows?|size))?", re.IGNORECASE)
COUNTING = re.compile(rf"(?:total|count)_?pages?|pages?_?(?:count|num)|pages|{TOTAL.pattern}", re.IGNORECASE)
ADDRESSING = re.compile(r"(?:get|page)(?:url|link|href)", re.IGNORECASE)  # given a page, or what is clicked and a page
ROW = re.compile(r"<(?:a|li|tr)\b[^>]*>[^<]", re.IGNORECASE)
ADDRESS = re.compile(r"[\w.~:%-]*[/?.][^\s<>]*$")


def offered(browser: Browser, args: list[Any], name: str = "") -> Any:
    """Take what a function that is not known is given: a library's options with its functions and addresses, and
    the items that it would show, each of which may be clicked. A function that is called `get` or the like and given an
    address asks for it.
    """
    if name in ASKING and args and isinstance(args[0], str) and ADDRESS.match(args[0]):
        if any(isinstance(one, Function) for one in args):  # to which the answer is handed, as jQuery does
            return browser.ways.jquery(args, "POST" if name == "post" else "GET")
        return member(browser.realm, Axios(browser.ways), "post" if name == "post" else "get")(UNDEFINED, args)
    if (shown := taken(browser, args, name)) is not NotImplemented:
        return shown
    if name in CALLING:  # a function that is not known: what it is given is no library's
        return UNKNOWN
    if name in HOOKS:
        return HOOKS[name](browser.react, args)
    first = args[0] if args else UNDEFINED
    if len(args) > 1 and isinstance(args[1], Obj) and {"to", "href"} & args[1].keys():
        return browser.react.made(args)  # an element, whatever makes these
    if name in ("push", "replace") and browser.routes.is_shown and isinstance(first, Obj | str):
        return browser.routes.router["push"](UNDEFINED, args)
    if name == "stringify" and isinstance(first, Obj):  # of qs, by whatever name; JSON's is known
        return body_of(first)
    if name in MODULE_HELPERS and args:
        return _defined_in_module(name, args)
    if name == "on" and isinstance(first, str) and OF_ROWS.match(first) and isinstance(argument(args, 1), Function):
        browser.heard.append(args[1])
        return UNKNOWN
    if name in ("load", "reload") and "table" in browser.widgets:
        args = [Obj({**browser.widgets["table"], **one}) for one in args if isinstance(one, Obj)]
    for markup in (one for one in args if isinstance(one, str) and ROW.search(one)):
        browser.write(browser.document, markup, more=True)  # what is handed over to be shown
    _offered_options(browser, args, name)
    return UNKNOWN


def _offered_options(browser: Browser, args: list[Any], name: str) -> None:
    options = [value for one in args for value in within(one)]
    named: list[tuple[Any, str, Function]]
    named = [(one, word, value) for one in options for word, value in one.items() if isinstance(value, Function)]
    alone = [one for value in args for one in (value if isinstance(value, list) else [value])]
    named += [(UNKNOWN, "", one) for one in alone if isinstance(one, Function)]
    functions = [function for _, _, function in named]
    items = [
        item for one in [*args, *(value for option in options for value in option.values())] for item in items_in(one)
    ]
    outer = options[0] if options else Obj()
    for option in options:
        url = option.get("url", option.get("ajax", option.get("sAjaxSource")))
        if isinstance(url, str) and ("url" in option or ADDRESS.match(url)):
            browser.widgets["table"] = outer
            items += Widget(browser, option, outer, name, partial(_offer, browser, functions)).ask(url)
    if any("dataIndex" in one for one in args[:1] if isinstance(one, list) for one in one[:1] if isinstance(one, Obj)):
        outer = Obj(columns=args[0])  # of ExtJS, where they are told beside the rows
    if (columns := columns_of(outer)) and "url" not in outer:
        browser.columns = columns
        Widget(browser, outer, Obj(), name).show(items_of(outer.get("data")) or browser.unshown)
    _offer(browser, functions, items)
    told = Host()  # what a pager tells of: its options, and a page that is not known
    for option in options:
        plain = {word: value for word, value in option.items() if isinstance(value, str | int)}
        told.kept |= {word: value for word, value in plain.items() if not PAGE_NAME.match(word)}
        if functions or len(plain) > len(told.kept):
            totals = [value for word, value in plain.items() if TOTAL.fullmatch(word) and isinstance(value, int)]
            browser.declared = max(browser.declared, *totals, 0)
    for this, word, function in named if not items else ():
        if name == "pagination" and isinstance(argument(args, 0), int):  # it counts from 0, and begins at once
            browser.realm.call(function, this, [0, UNKNOWN])
        why = UNKNOWN if TURNED.fullmatch(word) else told if ADDRESSING.fullmatch(word) else False
        made = browser.realm.call(function, this, [told, why])
        if isinstance(made, str) and GAP in made and ADDRESS.match(made.replace(GAP, "2")):
            _offer_pages(browser, this, function, options)


def _offer_pages(browser: Browser, this: Any, address_of: Function, options: list[Obj]) -> None:
    """Show the numbers of a pager whose options have a function that gives a page's address."""
    stated = [value for option in options for word, value in option.items() if COUNTING.fullmatch(word)]
    for number in range(2, min([value for value in stated if isinstance(value, int)], default=0) + 1)[:MOST_ITEMS]:
        address = string(browser.realm.call(address_of, this, [number, number]))
        browser.items.append((str(number), partial(browser.ask, address, moves=True)))


def _offer(browser: Browser, functions: list[Function], items: list[Obj]) -> None:
    """Show items: each may be clicked, and the functions are told then."""
    browser.shown_items += items[:MOST_ITEMS]
    for item in items[:MOST_ITEMS]:
        browser.items += [(words_of(item), partial(hand, browser, function, item)) for function in functions]


def _defined_in_module(name: str, args: list[Any]) -> Any:
    """Do what the helpers of a bundle's modules do: `d` names what a module exports, `n` gives its default."""
    module = args[0]
    if name == "n":
        return lambda _, __: module.get("default", module) if isinstance(module, Obj) else module
    exports = args[1] if len(args) > 1 else UNDEFINED
    pairs = exports.items() if isinstance(exports, Obj) else [(exports, args[2])] if len(args) > 2 else ()
    for word, read in pairs:
        if isinstance(module, Obj) and isinstance(read, Function):
            module[string(word)] = Accessor(get=read)
    return UNDEFINED


def hand(browser: Browser, function: Function, item: Obj) -> None:
    """Call a library's function with an item, in each place where a library might hand it over."""
    handed = handed_as(item)
    made = browser.realm.call(function, handed, [handed] * 3)
    if isinstance(made, str) and "<" in made:
        browser.write(browser.document, made, more=True)
