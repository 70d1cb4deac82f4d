"""The names that the language brings along: JSON, dates, Math, encodings, and the fields of a request."""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

from crawler.js import digests, objects, promises
from crawler.js.language import MOST_ITEMS, Exhausted, Realm, iterated
from crawler.js.methods import ARRAY, DIGITS, argument, bounded
from crawler.js.objects import Callables
from crawler.js.patterns import LAST, Regex
from crawler.js.syntax import run
from crawler.js.values import GAP, UNDEFINED, UNKNOWN, Host, Obj, items_of, number, string, truth

UNRESERVED = "!'()*~"  # of encodeURIComponent
WORDS = ("name", "title", "text", "label", "orgName", "deptName")  # of an item that a list or a tree shows
LATIN = re.compile(r"[^\w@*/+.\x00\u0100-\U0010ffff-]|[\xaa\xb2\xb3\xb5\xb9\xba\xbc-\xff]")
WIDE = re.compile(r"[\u0100-\uffff]")
ESCAPE = re.compile(r"%(?:u([0-9a-fA-F]{4})|([0-9a-fA-F]{2}))")
CHINESE = re.compile(r"[\u3400-\u9fff]")
RESERVED = ";/?:@&=+$,#" + UNRESERVED


# Global names


def parsed(text: str) -> Any:
    """Return JSON as values of the language; UNKNOWN where it is none."""
    try:
        return from_json(json.loads(text)) if GAP not in text else UNKNOWN
    except (ValueError, RecursionError):
        return UNKNOWN


def from_json(data: Any) -> Any:
    """Return Python's reading of JSON as values of the language."""
    if isinstance(data, dict):
        return Obj({name: from_json(value) for name, value in data.items()})
    return [from_json(item) for item in data] if isinstance(data, list) else data


def to_json(value: Any, depth: int = 0) -> str:
    """Return a value as JSON; what is not known is a `GAP`: a number, as a rule."""
    if depth > 20:
        raise Exhausted
    if isinstance(value, Obj):
        fields = (
            f"{json.dumps(name, ensure_ascii=False)}:{to_json(item, depth + 1)}"
            for name, item in value.items()
            if item is not UNDEFINED
        )
        return bounded("{" + ",".join(fields) + "}")
    if isinstance(value, list):
        return bounded("[" + ",".join(to_json(item, depth + 1) for item in value) + "]")
    if value is None or value is UNDEFINED:
        return "null"
    if isinstance(value, bool | int | float):
        return string(value)
    return GAP if not isinstance(value, str) or value == GAP else json.dumps(value, ensure_ascii=False)


def pairs_of(data: Any, prefix: str = "") -> list[tuple[str, str]]:
    """Return the fields of a form that an object, or an encoded string, stands for."""
    if isinstance(data, str):
        return parse_qsl(data.lstrip("?"), keep_blank_values=True)
    if isinstance(data, list):
        if all(isinstance(item, Obj) and {"name", "value"} <= item.keys() for item in data):
            return [(string(item["name"]), string(item["value"])) for item in data]
        return [
            pair
            for place, item in enumerate(data)
            for pair in _pairs(f"{prefix}[{place if isinstance(item, Obj) else ''}]", item)
        ]
    if isinstance(data, Obj):
        return [pair for name, value in data.items() for pair in _pairs(f"{prefix}[{name}]" if prefix else name, value)]
    return [(string(name), string(value)) for name, value in data.fields()] if hasattr(data, "fields") else []


def _pairs(name: str, value: Any) -> list[tuple[str, str]]:
    if value is UNDEFINED:
        return []
    if isinstance(value, Obj | list):
        return pairs_of(value, name)
    return [(name, "" if value is None else string(value))]


class Date(Host):
    """A moment; without arguments that of the reading."""

    def __init__(self, args: list[Any]) -> None:
        # The same for an hour: what a page asks for is the same address each time that it is read.
        self.at: datetime | None = datetime.now(tz=UTC).replace(minute=0, second=0, microsecond=0)
        if args:
            self.at = _moment(args)

    def get(self, name: str) -> Any:
        if self.at is None:
            return lambda _this, _given: UNKNOWN
        milliseconds = int(self.at.timestamp() * 1000)
        parts = {
            "getFullYear": self.at.year, "getMonth": self.at.month - 1, "getDate": self.at.day,
            "getDay": self.at.isoweekday() % 7, "getHours": self.at.hour, "getMinutes": self.at.minute,
            "getSeconds": self.at.second, "getTime": milliseconds, "valueOf": milliseconds,
            "toISOString": self.at.isoformat(),
        }  # fmt: skip
        return (lambda _this, _given: parts[name]) if name in parts else super().get(name)


def _moment(args: list[Any]) -> datetime | None:
    first = args[0]
    try:
        if isinstance(first, int | float) and len(args) == 1:
            return datetime.fromtimestamp(first / 1000, tz=UTC)
        if isinstance(first, str):
            year, month, day, *time = (*(int(part) for part in re.findall(r"\d+", first)[:6]), 1, 1)[:6]
            return datetime(year, month, day, *time[:3], tzinfo=UTC)  # type: ignore[misc, arg-type]
        year, month, day, *time = (*(int(number(value)) for value in args[:6]), 1)[:6]
        return datetime(year, month + 1, day, *time, tzinfo=UTC)  # type: ignore[misc, arg-type]
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def _integer(_: Any, args: list[Any]) -> Any:
    text = string(argument(args, 0))
    base = number(argument(args, 1, 16 if text.strip()[:2].lower() == "0x" else 10))
    if GAP in text or base not in range(2, 37):
        return UNKNOWN
    prefix = "(?:0x)?" if base == 16 else ""
    found = re.match(rf"\s*([-+]?){prefix}([{DIGITS[:base]}]{{1,300}})", text.lower())
    return int(f"{found[1]}{found[2]}", base) if found else math.nan


def _decimal(_: Any, args: list[Any]) -> Any:
    text = string(argument(args, 0))
    found = re.match(r"\s*[-+]?\d{1,300}(?:\.\d{1,300})?", text)
    return UNKNOWN if GAP in text else number(found[0]) if found else math.nan


def _rounded(function: Callable[[float], float]) -> Callable[[Any, list[Any]], Any]:
    def call(_: Any, args: list[Any]) -> Any:
        value = number(argument(args, 0))
        return value if value is UNKNOWN or not math.isfinite(value) else function(value)

    return call


def _extreme(function: Callable[[list[Any]], Any]) -> Callable[[Any, list[Any]], Any]:
    def call(_: Any, args: list[Any]) -> Any:
        values = [number(value) for value in args]
        return UNKNOWN if UNKNOWN in values or not values else function(values)

    return call


def _decoded(text: str) -> Any:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4)).decode("latin-1")
    except ValueError:
        return UNKNOWN


def _escaped(text: str) -> str:
    """Return what `escape` gives: a sign of Latin 1 by its byte, any other by its number."""
    return bounded(WIDE.sub(lambda sign: f"%u{ord(sign[0]):04X}", LATIN.sub(lambda sign: f"%{ord(sign[0]):02X}", text)))


def _unescaped(text: str) -> str:
    return ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), text)


CODINGS: dict[str, Callable[[str], Any]] = {
    "encodeURIComponent": lambda text: quote(text, safe=UNRESERVED + GAP),
    "encodeURI": lambda text: quote(text, safe=RESERVED + GAP + "%"),
    "decodeURIComponent": unquote, "decodeURI": unquote, "escape": _escaped, "unescape": _unescaped, "atob": _decoded,
    "btoa": lambda text: base64.b64encode(text.encode("latin-1", "replace")).decode(),
}  # fmt: skip


def _of_text(function: Callable[[str], Any]) -> Callable[[Any, list[Any]], Any]:
    return lambda _, args: function(string(argument(args, 0)))


def _array(_: Any, args: list[Any]) -> list[Any]:
    if len(args) == 1 and isinstance(args[0], int):
        return [UNDEFINED] * min(max(args[0], 0), 1000)
    return list(args)


def _is_array(_: Any, args: list[Any]) -> bool:
    return isinstance(argument(args, 0), list)


def _characters(_: Any, args: list[Any]) -> str:
    return "".join(chr(code & 0xFFFF) for code in args if isinstance(code, int))


def _array_from(realm: Realm) -> Callable[[Any, list[Any]], Any]:
    def call(_: Any, args: list[Any]) -> Any:
        source = argument(args, 0)
        count: Any = number(source.get("length", 0)) if isinstance(source, Obj) else UNKNOWN
        items = iterated(realm, source) if count is UNKNOWN else [UNDEFINED] * min(int(count), 1000)
        return ARRAY["map"](realm, items, [args[1]]) if len(args) > 1 else items

    return call


class Query(Host):
    """URLSearchParams, or FormData: the fields of a request."""

    def __init__(self, args: list[Any]) -> None:
        self.pairs = pairs_of(argument(args, 0, "")) if args else []

    def fields(self) -> list[tuple[str, str]]:
        """Return names and values."""
        return self.pairs

    def text(self) -> str:
        return urlencode(self.pairs, safe=GAP)

    def get(self, name: str) -> Any:
        acts: dict[str, Callable[[str, str], Any]] = {
            "has": lambda wanted, _: any(known == wanted for known, _ in self.pairs),
            "get": lambda wanted, _: next((value for known, value in self.pairs if known == wanted), None),
            "append": lambda wanted, value: self._keep(self.pairs, (wanted, value)),
            "set": lambda wanted, value: self._keep(self._others(wanted), (wanted, value)),
            "delete": lambda wanted, _: self._keep(self._others(wanted)),
            "toString": lambda *_: self.text(),
        }
        if name not in acts:
            return super().get(name)
        return lambda _, args: acts[name](string(argument(args, 0)), string(argument(args, 1, "")))

    def _others(self, name: str) -> list[tuple[str, str]]:
        return [pair for pair in self.pairs if pair[0] != name]

    def _keep(self, pairs: list[tuple[str, str]], *more: tuple[str, str]) -> Any:
        self.pairs = [*pairs, *more]
        return UNDEFINED


class Patterns(Callables):
    """`RegExp`, which tells the parts of the last match, too: `RegExp.$1`."""

    def get(self, name: str) -> Any:
        found = LAST.get()
        if found is None or name[:1] != "$" or not name[1:].isdecimal():
            return super().get(name)
        place = int(name[1:])
        return (found[place] or "") if place <= len(found.groups()) else ""


def install(realm: Realm) -> None:
    """Give a realm the language's own names."""
    realm.globals |= {
        "undefined": UNDEFINED, "NaN": math.nan, "Infinity": math.inf, "parseInt": _integer, "parseFloat": _decimal,
        "Number": lambda _, args: number(argument(args, 0, 0)),
        "Boolean": lambda _, args: UNKNOWN if (known := truth(argument(args, 0))) is None else known,
        "isNaN": lambda _, args: UNKNOWN if (value := number(argument(args, 0))) is UNKNOWN else math.isnan(value),
        "Math": Obj(
            floor=_rounded(math.floor), ceil=_rounded(math.ceil), round=_rounded(lambda value: math.floor(value + 0.5)),
            abs=_rounded(abs), max=_extreme(max), min=_extreme(min), random=lambda _, __: 0.5,
        ),
        "JSON": Obj(parse=_of_text(parsed), stringify=lambda _, args: to_json(argument(args, 0))),
        "Date": Callables(lambda _, args: Date(args), {"now": lambda _, __: Date([]).get("getTime")(UNDEFINED, [])}),
        "RegExp": Patterns(lambda _, args: _pattern(args), {}, kind=Regex),
        "URLSearchParams": lambda _, args: Query(args), "FormData": lambda _, args: Query(args),
        "eval": lambda _, args: run(realm, string(argument(args, 0))),
    }  # fmt: skip
    realm.globals |= {name: _of_text(function) for name, function in CODINGS.items()}
    methods = objects.Methods(realm)
    of_array = {"from": _array_from(realm), "isArray": _is_array, "of": _array, "prototype": methods}
    realm.globals["Array"] = Callables(_array, of_array, kind=list)
    realm.globals["String"] = Callables(_of_text(string), {"fromCharCode": _characters, "prototype": methods}, kind=())
    realm.late |= dict.fromkeys(digests.names(), digests.names)
    realm.late["_"] = lambda: {"_": _collections(realm)}
    realm.late["Promise"] = lambda: {"Promise": Callables(*promises.names(realm), kind=promises.Promise)}
    objects.install(realm)


def _collections(realm: Realm) -> Callables:
    """Return `_` of Underscore and lodash: methods of arrays as functions that are given the array."""

    def function(method: Any) -> Any:
        return lambda _, args: method(realm, items_of(argument(args, 0)), args[1:])

    def counted(_: Any, args: list[Any]) -> list[int]:
        places = [int(value) for value in map(number, args[:3]) if isinstance(value, int | float)]
        return list(range(*places))[:MOST_ITEMS] if places and places[2:] != [0] else []

    names = {name: function(method) for name, method in ARRAY.items()} | {"each": function(ARRAY["forEach"])}
    names |= {"range": counted, "isEmpty": lambda _, args: not items_of(argument(args, 0))}
    return Callables(lambda *_: UNKNOWN, names)


def _pattern(args: list[Any]) -> Regex:
    source = argument(args, 0, "")
    return source if isinstance(source, Regex) else Regex(string(source), string(argument(args, 1, "")))


def words_of(item: Obj) -> str:
    """Return what a library would show of an item."""
    named = next((item[name] for name in WORDS if isinstance(item.get(name), str)), "")
    return named or next((value for value in item.values() if isinstance(value, str) and CHINESE.search(value)), "")
