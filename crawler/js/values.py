"""The values of a script as it is read: strings, numbers, objects as in the language, and one more, what is not known.

JavaScript → Python: string `str`, number `int` or `float`, boolean `bool`, null `None`, undefined `UNDEFINED`, array
`list`, object `Obj`, function `Function` (of the script) or any callable of `(this, arguments)`, a thing of the browser
`Host`. Whatever cannot be told without running the script in a browser is `UNKNOWN`; in a string it is the sign `GAP`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any, Self

GAP = "\x00"


class Unknown:
    """The type of `UNKNOWN`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "unknown"


class Undefined:
    """The type of `UNDEFINED`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "undefined"


UNKNOWN, UNDEFINED = Unknown(), Undefined()
Native = Callable[[Any, list[Any]], Any]


class Symbol(str):
    """A symbol: a name that no text of a script can be."""

    __slots__ = ()


ITERATOR = Symbol("@@iterator")


class Obj(dict[str, Any]):
    """An object of the script: its own properties, and `proto`, where the others are looked for."""

    __slots__ = ("proto", "words")

    def __init__(self, *args: Any, proto: Obj | None = None, **names: Any) -> None:
        super().__init__(*args, **names)
        self.proto = proto
        self.words = "[object Object]"  # the object as a string

    def __or__(self, other: Any) -> Obj:  # type: ignore[override]
        made = Obj(self, proto=self.proto)
        made.update(other)
        return made

    def find(self, name: str) -> Any:
        """Return a property, inherited ones included; UNDEFINED without it."""
        here: Obj | None = self
        for _ in range(20):
            if here is None:
                break
            if name in here:
                return here[name]
            here = here.proto
        return UNDEFINED


class Listed(list[Any]):
    """An array that came as a text, which is what it is as a string."""

    __slots__ = ("words",)

    def __init__(self, args: Iterable[Any], words: str) -> None:
        super().__init__(args)
        self.words = words


class Host:
    """A thing of the browser. `kept` are the properties that the script has set on it."""

    kept: dict[str, Any]

    def __new__(cls, *_: Any, **__: Any) -> Self:
        """Make a thing on which nothing has been set."""
        made = super().__new__(cls)
        made.kept = {}
        return made

    def get(self, name: str) -> Any:
        """Return a property."""
        return self.kept.get(name, UNKNOWN)

    def put(self, name: str, value: Any) -> None:
        """Set a property."""
        self.kept[name] = value

    def text(self) -> str:
        """Return what the thing is as a string."""
        return GAP

    def listed(self) -> list[Any]:
        """Return what `for … of` goes through."""
        return []


def unheeded(_this: Any, _given: list[Any]) -> Any:
    """Do what a function does that nothing here waits for."""
    return UNDEFINED


def truth(value: Any) -> bool | None:
    """Return whether a value counts as true; None where that is not known."""
    if value is UNKNOWN or (isinstance(value, str) and value == GAP):
        return None
    if value is UNDEFINED or value is None:
        return False
    if isinstance(value, float) and math.isnan(value):
        return False
    return bool(value) if isinstance(value, str | int | float | bool) else True


def string(value: Any) -> str:
    """Return a value as a string."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        is_whole = value.is_integer() and abs(value) < 1e21
        return str(int(value)) if is_whole else "NaN" if math.isnan(value) else repr(value)
    if value is None or value is UNDEFINED:
        return "null" if value is None else "undefined"
    if isinstance(value, Obj | Listed):
        return value.words
    if isinstance(value, list):
        return ",".join("" if item is None or item is UNDEFINED else string(item) for item in value[:1000])
    if isinstance(value, Host):
        return value.text()
    return GAP


def number(value: Any) -> Any:
    """Return a value as a number, NaN where it is none; UNKNOWN where that is not known."""
    if isinstance(value, bool) or value is None:
        return int(value or 0)
    if isinstance(value, int | float):
        return value
    if isinstance(value, str):
        if GAP in value:
            return UNKNOWN
        text = value.strip()
        if len(text) > 300:
            return math.nan
        try:
            return int(text, 16) if text[:2].lower() == "0x" else int(text) if text else 0
        except ValueError:
            pass
        try:
            return math.nan if "_" in text else float(text)
        except ValueError:
            return math.nan
    if value is UNDEFINED:
        return math.nan
    return UNKNOWN if not isinstance(value, list) else number(string(value))


def names_of(value: Any) -> Iterable[str]:
    """Return the names that `for … in` goes through."""
    if isinstance(value, list | str):
        return [str(place) for place in range(len(value))]
    return [name for name in value if not isinstance(name, Symbol)] if isinstance(value, Obj) else []


def fields_of(value: Any) -> Obj:
    """Return an object; an empty one in place of anything else."""
    return value if isinstance(value, Obj) else Obj()


def entries_of(value: Any) -> list[tuple[Any, Any]]:
    """Return the fields of an object, name and value, or the items of a list, place and value."""
    return list(value.items()) if isinstance(value, Obj) else list(enumerate(items_of(value)))


def items_of(value: Any) -> list[Any]:
    """Return the values that `for … of` goes through."""
    if isinstance(value, list):
        return list(value)
    return value.listed() if isinstance(value, Host) else list(value) if isinstance(value, str) else []
