"""The methods of strings, arrays, numbers, objects and functions."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable
from string import ascii_lowercase, digits
from typing import Any

from crawler.js.language import MOST_ITEMS, MOST_LENGTH, Exhausted, Function, Realm
from crawler.js.operators import compare
from crawler.js.patterns import Regex, groups
from crawler.js.values import GAP, ITERATOR, UNDEFINED, UNKNOWN, Native, Obj, items_of, number, string, truth

DIGITS = digits + ascii_lowercase
Method = Callable[[Realm, Any, list[Any]], Any]


def argument(args: list[Any], place: int, default: Any = UNDEFINED) -> Any:
    """Return an argument of a call."""
    return args[place] if place < len(args) and args[place] is not UNDEFINED else default


def place_of(value: Any, length: int, default: int) -> int:
    """Return an index as slice and its like take it."""
    found = number(value) if value is not UNDEFINED else default
    if found is UNKNOWN or not math.isfinite(found):
        return default
    return max(0, length + int(found)) if found < 0 else min(int(found), length)


def bounded(text: str) -> str:
    """Return a string. Raises `Exhausted` where it is too long."""
    if len(text) > MOST_LENGTH:
        raise Exhausted
    return text


def listed(items: list[Any]) -> list[Any]:
    """Return an array. Raises `Exhausted` where it is too long."""
    if len(items) > MOST_ITEMS:
        raise Exhausted
    return items


# Strings


def _replace(realm: Realm, text: str, args: list[Any]) -> Any:
    pattern, by = argument(args, 0), argument(args, 1)

    def replacement(found: re.Match[str]) -> str:
        if isinstance(by, Function) or callable(by):
            return string(realm.call(by, UNDEFINED, groups(found) or []))
        parts = [found[0], *found.groups("")]
        known = {"&": found[0]} | {str(number): part for number, part in enumerate(parts)} | found.groupdict("")
        return re.sub(r"\$(?:<(\w+)>|(\d|&))", lambda sign: known.get(sign[1] or sign[2], ""), string(by))

    if isinstance(pattern, Regex):
        if pattern.pattern is None or not pattern.may_read(text):
            return UNKNOWN
        return bounded(pattern.pattern.sub(replacement, text, count=0 if pattern.everywhere else 1))
    old = string(pattern)
    if GAP in old:
        return UNKNOWN
    return bounded(re.sub(re.escape(old), replacement, text, count=1))


def _replace_all(realm: Realm, text: str, args: list[Any]) -> Any:
    if isinstance(argument(args, 0), Regex):
        return _replace(realm, text, args)
    return bounded(text.replace(string(argument(args, 0)), string(argument(args, 1))))


def _split(_: Realm, text: str, args: list[Any]) -> Any:
    by = argument(args, 0)
    if isinstance(by, Regex):
        return re.split(by.pattern, text) if by.pattern is not None and by.may_read(text) else UNKNOWN
    if by is UNDEFINED:
        return [text]
    parted = string(by)
    return listed(text.split(parted) if parted else list(text))


def _match(_: Realm, text: str, args: list[Any]) -> Any:
    pattern = argument(args, 0)
    if not isinstance(pattern, Regex):
        pattern = Regex(re.escape(string(pattern)), "")
    if pattern.pattern is None or not pattern.may_read(text):
        return UNKNOWN
    if pattern.everywhere:
        return [found[0] for found in pattern.pattern.finditer(text)] or None
    return groups(pattern.search([text]))


def _pad(text: str, args: list[Any], *, before: bool) -> str:
    width, sign = number(argument(args, 0, 0)), string(argument(args, 1, " "))
    if not isinstance(width, int) or not sign:
        return text
    filling = (sign * 200)[: max(0, min(width, 200) - len(text))]
    return filling + text if before else text + filling


def _substring(_: Realm, text: str, args: list[Any]) -> str:
    ends = [
        max(0, int(end)) if (end := number(value)) is not UNKNOWN and math.isfinite(end) else 0 for value in args[:2]
    ]
    start, end = (*ends, len(text), len(text))[:2] if ends else (0, len(text))
    return text[min(start, end) : max(start, end)]


def _substr(_: Realm, text: str, args: list[Any]) -> str:
    start = place_of(argument(args, 0), len(text), 0)
    length = number(argument(args, 1, len(text)))
    return text[start : start + int(length)] if isinstance(length, int | float) and length > 0 else ""


def _indexed(text: str, args: list[Any], find: Callable[[str], Any]) -> Any:
    """Return what looking for the first argument gives; UNKNOWN where the text is not known whole."""
    return UNKNOWN if GAP in text else find(string(argument(args, 0)))


def _slice(_: Realm, whole: Any, args: list[Any]) -> Any:
    size = len(whole)
    return whole[place_of(argument(args, 0), size, 0) : place_of(argument(args, 1), size, size)]


def _search(_: Realm, text: str, args: list[Any]) -> Any:
    pattern = argument(args, 0)
    found: Any = pattern.search([text]) if isinstance(pattern, Regex) else UNKNOWN
    return found if found is UNKNOWN else -1 if found is None else found.start()


def _code(_: Realm, text: str, args: list[Any]) -> Any:
    place = place_of(argument(args, 0), len(text), 0)
    return ord(text[place]) if place < len(text) else math.nan


def _repeat(_: Realm, text: str, args: list[Any]) -> Any:
    times = number(argument(args, 0))
    return text * times if isinstance(times, int) and 0 <= times * len(text) <= MOST_LENGTH else UNKNOWN


def iterator_of(realm: Realm, items: list[Any]) -> Obj:
    """Return what goes through a list, an item at each `next()`."""
    state = {"at": 0}

    def following(_: Any, __: list[Any]) -> Obj:
        at = state["at"]
        realm.keep(state, "at", at + 1)
        return Obj(value=items[at], done=False) if at < len(items) else Obj(value=UNDEFINED, done=True)

    made = Obj(next=following)
    made[ITERATOR] = lambda _, __: made
    return made


STRING: dict[str, Method] = {
    ITERATOR: lambda realm, text, _: iterator_of(realm, list(text)),
    "replace": _replace, "replaceAll": _replace_all, "split": _split, "match": _match, "substring": _substring,
    "substr": _substr, "slice": _slice, "search": _search, "charCodeAt": _code, "repeat": _repeat,
    "concat": lambda _, text, args: bounded(text + "".join(map(string, args))),
    "indexOf": lambda _, text, args: _indexed(text, args, text.find),
    "lastIndexOf": lambda _, text, args: _indexed(text, args, text.rfind),
    "includes": lambda _, text, args: _indexed(text, args, text.__contains__),
    "startsWith": lambda _, text, args: _indexed(text, args, text.startswith),
    "endsWith": lambda _, text, args: _indexed(text, args, text.endswith),
    "charAt": lambda _, text, args: text[place_of(argument(args, 0), len(text), 0) :][:1],
    "toLowerCase": lambda _, text, __: text.lower(), "toUpperCase": lambda _, text, __: text.upper(),
    "trim": lambda _, text, __: text.strip(), "toString": lambda _, text, __: text, "valueOf": lambda _, text, __: text,
    "trimStart": lambda _, text, __: text.lstrip(), "trimEnd": lambda _, text, __: text.rstrip(),
    "padStart": lambda _, text, args: _pad(text, args, before=True),
    "padEnd": lambda _, text, args: _pad(text, args, before=False),
}  # fmt: skip


# Arrays


def _map(realm: Realm, items: list[Any], args: list[Any]) -> list[Any]:
    """Return what a function gives for each item."""
    found = []
    for place, item in enumerate(list(items)):
        realm.step()
        found.append(realm.call(argument(args, 0), UNDEFINED, [item, place, items]))
    return found


def _truths(realm: Realm, items: list[Any], args: list[Any]) -> list[tuple[Any, bool | None]]:
    return list(zip(list(items), map(truth, _map(realm, items, args)), strict=True))


def _for_each(realm: Realm, items: list[Any], args: list[Any]) -> Any:
    _map(realm, items, args)
    return UNDEFINED


def _filter(realm: Realm, items: list[Any], args: list[Any]) -> list[Any]:
    """Return the items that are wanted, or may be."""
    return [item for item, known in _truths(realm, items, args) if known is not False]


def _find(realm: Realm, items: list[Any], args: list[Any]) -> Any:
    return next((item for item, known in _truths(realm, items, args) if known), UNDEFINED)


def _find_index(realm: Realm, items: list[Any], args: list[Any]) -> int:
    return next((place for place, (_, known) in enumerate(_truths(realm, items, args)) if known), -1)


def _reduce(realm: Realm, items: list[Any], args: list[Any]) -> Any:
    rest = list(items)
    whole = args[1] if len(args) > 1 else rest.pop(0) if rest else UNDEFINED
    for place, item in enumerate(rest):
        realm.step()
        whole = realm.call(argument(args, 0), UNDEFINED, [whole, item, place, items])
    return whole


def _sort(realm: Realm, items: list[Any], args: list[Any]) -> list[Any]:
    by = argument(args, 0)

    def order(one: Any, other: Any) -> int:
        found = number(realm.call(by, UNDEFINED, [one, other]))
        return 0 if found is UNKNOWN or math.isnan(found) else (found > 0) - (found < 0)

    items.sort(key=string if by is UNDEFINED else functools.cmp_to_key(order))
    return items


def _splice(_: Realm, items: list[Any], args: list[Any]) -> list[Any]:
    start = place_of(argument(args, 0), len(items), 0)
    count = number(argument(args, 1, len(items)))
    end = start + int(count) if isinstance(count, int | float) and count > 0 else start
    taken = items[start:end]
    items[start:end] = args[2:]
    listed(items)
    return taken


def _push(realm: Realm, items: list[Any], args: list[Any]) -> int:
    realm.step()
    items.extend(args)
    return len(listed(items))


def _join(_: Realm, items: list[Any], args: list[Any]) -> str:
    return bounded(
        string(argument(args, 0, ",")).join("" if item is None or item is UNDEFINED else string(item) for item in items)
    )


def _index(_: Realm, items: list[Any], args: list[Any]) -> int:
    return next((place for place, item in enumerate(items) if compare("===", item, argument(args, 0)) is True), -1)


def _last_index(realm: Realm, items: list[Any], args: list[Any]) -> int:
    behind = _index(realm, items[::-1], args)
    return behind if behind < 0 else len(items) - 1 - behind


def _at(_: Realm, items: list[Any], args: list[Any]) -> Any:
    place = number(argument(args, 0, 0))
    return items[place] if isinstance(place, int) and -len(items) <= place < len(items) else UNDEFINED


def _flattened(items: list[Any]) -> list[Any]:
    return [inner for item in items for inner in (item if isinstance(item, list) else [item])]


def _put_before(_: Realm, items: list[Any], args: list[Any]) -> int:
    items[:0] = args
    return len(listed(items))


def _reverse(_: Realm, items: list[Any], __: list[Any]) -> list[Any]:
    items.reverse()
    return items


ARRAY: dict[str, Method] = {
    ITERATOR: lambda realm, items, _: iterator_of(realm, items),
    "forEach": _for_each, "filter": _filter, "find": _find, "reduce": _reduce, "sort": _sort, "splice": _splice,
    "push": _push, "join": _join, "indexOf": _index, "toString": _join, "map": _map, "slice": _slice,
    "unshift": _put_before, "reverse": _reverse,
    "flatMap": lambda realm, items, args: _flattened(_map(realm, items, args)),
    "some": lambda realm, items, args: any(known for _, known in _truths(realm, items, args)),
    "every": lambda realm, items, args: all(known for _, known in _truths(realm, items, args)),
    "at": _at, "findIndex": _find_index, "lastIndexOf": _last_index,
    "includes": lambda realm, items, args: _index(realm, items, args) >= 0,
    "concat": lambda _, items, args: listed(items) + listed(_flattened(args)),
    "flat": lambda _, items, __: listed(_flattened(items)),
    "pop": lambda _, items, __: items.pop() if items else UNDEFINED,
    "shift": lambda _, items, __: items.pop(0) if items else UNDEFINED,
    "keys": lambda _, items, __: list(range(len(items))),
    "entries": lambda _, items, __: [[place, item] for place, item in enumerate(items)],
}  # fmt: skip


def _fixed(_: Realm, value: Any, args: list[Any]) -> str:
    places = number(argument(args, 0, 0))
    return f"{value:.{places}f}" if isinstance(places, int) and 0 <= places < 20 else string(value)


def _in_base(_: Realm, value: Any, args: list[Any]) -> Any:
    base = number(argument(args, 0, 10))
    if base == 10:
        return string(value)
    if not isinstance(value, int) or base not in range(2, 37):
        return UNKNOWN
    text, left = "", abs(value)
    while left or not text:
        left, digit = divmod(left, base)
        text = DIGITS[digit] + text
    return f"-{text}" if value < 0 else text


NUMBER: dict[str, Method] = {"toFixed": _fixed, "toString": _in_base}


def property_of(realm: Realm, value: Any, name: str) -> Any:
    """Return what a value of the language has by nature; UNKNOWN of what is not known."""
    if isinstance(value, Obj):
        return OBJECT.get(name, UNDEFINED)
    if isinstance(value, Function) or (callable(value) and name in CALLING):
        return _of_function(realm, value, name)
    if not isinstance(value, str | list | int | float):
        return UNKNOWN
    if name == "length" and isinstance(value, str | list):
        return UNKNOWN if isinstance(value, str) and GAP in value else len(value)
    methods = STRING if isinstance(value, str) else ARRAY if isinstance(value, list) else NUMBER
    method = methods.get(name)
    if method is not None:
        return lambda this, args: method(realm, this, args) if type(this) is type(value) else UNKNOWN
    if name in realm.added:
        return realm.added[name]
    if isinstance(value, str | list) and name.isdecimal() and len(name) < 7:
        return value[int(name)] if int(name) < len(value) else UNDEFINED
    return UNDEFINED if isinstance(value, list) else UNKNOWN


CALLING = frozenset(("call", "apply", "bind"))
OBJECT: dict[str, Native] = {
    "hasOwnProperty": lambda this, args: _has_own(this, string(argument(args, 0))),
    "propertyIsEnumerable": lambda this, args: _has_own(this, string(argument(args, 0))),
    "isPrototypeOf": lambda this, args: isinstance(argument(args, 0), Obj) and args[0].proto is this,
    "toString": lambda this, _: string(this), "valueOf": lambda this, _: this,
}  # fmt: skip


def _has_own(value: Any, name: str) -> bool:
    if isinstance(value, list):
        return name.isdecimal() and int(name) < len(value)
    fields = value.fields if isinstance(value, Function) else value
    return isinstance(fields, Obj) and name in fields


def _of_function(realm: Realm, function: Any, name: str) -> Any:
    if name == "call":
        return lambda _, args: realm.call(function, argument(args, 0), args[1:])
    if name == "apply":
        return lambda _, args: realm.call(function, argument(args, 0), items_of(argument(args, 1)))
    if name == "bind" and isinstance(function, Function):
        return lambda _, bound: function.bind(argument(bound, 0), bound[1:])
    if name == "bind":
        return lambda _, bound: lambda __, args: realm.call(function, argument(bound, 0), bound[1:] + args)
    return OBJECT.get(name, UNDEFINED)
