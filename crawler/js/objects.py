"""`Object`, `Reflect`, `Symbol`, `Map`, `Set`, `Proxy`, `Error` and `Function` as the language has them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from crawler.js.language import (
    MOST_ITEMS,
    Accessor,
    Exhausted,
    Function,
    Realm,
    construct,
    iterated,
    member,
    put,
    remove,
)
from crawler.js.methods import argument, iterator_of
from crawler.js.syntax import run
from crawler.js.values import ITERATOR, UNDEFINED, UNKNOWN, Host, Native, Obj, Symbol, items_of, names_of, string

OF_NO_OBJECT = Obj(proto=Obj(proto=Obj()))  # the prototype of what is no plain object
ERRORS = ("Error", "TypeError", "RangeError", "SyntaxError", "ReferenceError", "URIError", "EvalError")


class Callables(Host):
    """A thing that is called and has properties, such as `Array`; `kind` are the Python types of its instances."""

    def __init__(self, function: Native, names: dict[str, Any], *, kind: Any = None) -> None:
        self.function, self.kind = function, kind
        self.kept |= names

    def __call__(self, this: Any, args: list[Any]) -> Any:
        return self.function(this, args)


class Methods(Host):
    """A prototype of the language: its methods act on whatever they are called on."""

    def __init__(self, realm: Realm) -> None:
        self.realm = realm
        self.kept = realm.added

    def get(self, name: str) -> Any:
        if name in self.kept:
            return self.kept[name]

        def call(this: Any, args: list[Any]) -> Any:
            read = self.realm.property_of if isinstance(this, Obj) else member
            method = read(self.realm, this, name)
            if name == "toString" and isinstance(this, list | Obj | Function | str | int | float | bool | None):
                return kind_of(this)
            return self.realm.call(method, this, args, name)

        return call


def kind_of(value: Any) -> str:
    """Return what `Object.prototype.toString` says of a value."""
    kinds: tuple[tuple[Any, str], ...] = (
        (bool, "Boolean"), (str, "String"), ((int, float), "Number"), (list, "Array"), (Function, "Function"),
    )  # fmt: skip
    word = next((word for kind, word in kinds if isinstance(value, kind)), "Null" if value is None else "Object")
    return f"[object {word}]"


class Collection(Host):
    """A Map or a Set, a weak one included."""

    def __init__(self, realm: Realm, args: list[Any], *, maps: bool) -> None:
        self.realm, self.maps = realm, maps
        self.entries: dict[Any, tuple[Any, Any]] = {}
        for item in iterated(realm, argument(args, 0, [])):
            self._set(*(items_of(item) + [UNDEFINED] * 2)[:2] if maps else (item, item))

    def _set(self, name: Any, value: Any) -> None:
        if len(self.entries) > MOST_ITEMS:
            raise Exhausted
        self.entries[_identity(name)] = name, value

    def listed(self) -> list[Any]:
        return [[*pair] if self.maps else pair[0] for pair in self.entries.values()]

    def get(self, name: str) -> Any:
        pairs = self.entries
        if name == "size":
            return len(pairs)
        acts: dict[str, Callable[[list[Any]], Any]] = {
            "get": lambda args: pairs.get(_identity(argument(args, 0)), (0, UNDEFINED))[1],
            "has": lambda args: _identity(argument(args, 0)) in pairs,
            "delete": lambda args: pairs.pop(_identity(argument(args, 0)), None) is not None,
            "keys": lambda _: [pair[0] for pair in pairs.values()],
            "values": lambda _: [pair[1] for pair in pairs.values()],
            "entries": lambda _: [[*pair] for pair in pairs.values()],
            "forEach": self._for_each,
        }  # fmt: skip
        if name in ("set", "add"):
            return self._put
        if name == ITERATOR:
            return lambda _, __: iterator_of(self.realm, self.listed())
        return (lambda _, args: acts[name](args)) if name in acts else super().get(name)

    def _put(self, _: Any, args: list[Any]) -> Any:
        self._set(argument(args, 0), argument(args, 1 if self.maps else 0))
        return self

    def _for_each(self, args: list[Any]) -> Any:
        for name, value in list(self.entries.values()):
            self.realm.step()
            self.realm.call(argument(args, 0), UNDEFINED, [value, name, self])
        return UNDEFINED


def _identity(value: Any) -> Any:
    plain = isinstance(value, str | int | float) or value is None
    return (isinstance(value, str), value) if plain else id(value)


# Object


def assigned(_: Any, args: list[Any]) -> Any:
    """Return the first of the objects with the fields of the others."""
    target = argument(args, 0)
    fields = target.fields if isinstance(target, Function) else target
    for source in args[1:]:
        source = source.fields if isinstance(source, Function) else source
        if isinstance(fields, Obj) and isinstance(source, Obj):
            fields.update(source)
    return target


def _defined(realm: Realm, args: list[Any]) -> Any:
    """Define a property by its descriptor."""
    target, name, told = argument(args, 0), string(argument(args, 1)), argument(args, 2)
    fields = target.fields if isinstance(target, Function) else target
    if isinstance(target, list):
        fields = realm.extras.setdefault(id(target), (target, Obj()))[1]
    if isinstance(told, Obj) and not {"value", "get", "set"}.isdisjoint(told):  # else it says how, and not what
        value = told.get("value", UNDEFINED)
        if "get" in told or "set" in told:
            value = Accessor(told.get("get", UNDEFINED), told.get("set", UNDEFINED))
        if isinstance(fields, Obj):
            realm.keep(fields, name, value)
        elif isinstance(target, Host) and not isinstance(value, Accessor):
            target.put(name, value)
    return target


def _all_defined(realm: Realm, args: list[Any]) -> Any:
    told = argument(args, 1)
    for name in names_of(told):
        _defined(realm, [argument(args, 0), name, told[name]])
    return argument(args, 0)


def _created(realm: Realm, args: list[Any]) -> Any:
    above = argument(args, 0)
    made = Obj(proto=above if isinstance(above, Obj) else above.fields if isinstance(above, Function) else None)
    return _all_defined(realm, [made, *args[1:2]])


def _proto(_: Any, args: list[Any]) -> Any:
    value = argument(args, 0)
    if isinstance(value, Function):
        return value.parent if isinstance(value.parent, Function) else OF_NO_OBJECT
    if isinstance(value, Obj):
        return value.proto
    return UNKNOWN if value is UNKNOWN else OF_NO_OBJECT


def _set_proto(_: Any, args: list[Any]) -> Any:
    value, above = argument(args, 0), argument(args, 1)
    if isinstance(value, Function) and isinstance(above, Function):
        value.fields.proto = above.fields
        value.parent = above
    elif isinstance(value, Obj):
        value.proto = above if isinstance(above, Obj) else None
    return value


def _descriptor(_: Any, args: list[Any]) -> Any:
    value = argument(args, 0)
    fields, name = value.fields if isinstance(value, Function) else value, string(argument(args, 1))
    if not isinstance(fields, Obj) or name not in fields:
        return UNDEFINED
    known = fields[name]
    found = Obj(get=known.get, set=known.put) if isinstance(known, Accessor) else Obj(value=known, writable=True)
    return found | {"enumerable": True, "configurable": True}


def _descriptors(_: Any, args: list[Any]) -> Obj:
    value = argument(args, 0)
    return Obj({name: _descriptor(UNDEFINED, [value, name]) for name in names_of(value)})


def _of_fields(function: Callable[[Obj], list[Any]]) -> Native:
    """Return a function of an object's fields."""

    def call(_: Any, args: list[Any]) -> Any:
        value = argument(args, 0)
        if isinstance(value, list | str):
            value = Obj({str(place): item for place, item in enumerate(value)})
        value = value.fields if isinstance(value, Function) else value
        return function(value) if isinstance(value, Obj) else UNKNOWN

    return call


def _from_entries(realm: Realm, args: list[Any]) -> Any:
    pairs = [items_of(pair) for pair in iterated(realm, argument(args, 0))]
    return Obj({string(pair[0]): pair[1] for pair in pairs if len(pair) > 1})


def _object_names(realm: Realm) -> dict[str, Any]:
    def read(value: Obj, name: str) -> Any:
        return member(realm, value, name)

    same: Native = lambda _, args: argument(args, 0)  # noqa: E731
    listed: Native = _of_fields(lambda fields: list(names_of(fields)))
    return {
        "keys": listed, "getOwnPropertyNames": listed, "assign": assigned, "freeze": same, "seal": same,
        "preventExtensions": same,
        "values": _of_fields(lambda fields: [read(fields, name) for name in names_of(fields)]),
        "entries": _of_fields(lambda fields: [[name, read(fields, name)] for name in names_of(fields)]),
        "getOwnPropertySymbols": _of_fields(lambda fields: [name for name in fields if isinstance(name, Symbol)]),
        "defineProperty": lambda _, args: _defined(realm, args), "getPrototypeOf": _proto,
        "defineProperties": lambda _, args: _all_defined(realm, args), "setPrototypeOf": _set_proto,
        "create": lambda _, args: _created(realm, args), "getOwnPropertyDescriptor": _descriptor,
        "isExtensible": lambda _, __: True, "isFrozen": lambda _, __: False,
        "is": lambda _, args: argument(args, 0) is argument(args, 1) or argument(args, 0) == argument(args, 1),
        "fromEntries": lambda _, args: _from_entries(realm, args),
        "hasOwn": lambda _, args: isinstance(argument(args, 0), Obj) and string(argument(args, 1)) in args[0],
        "getOwnPropertyDescriptors": _descriptors,
        "prototype": Methods(realm),
    }  # fmt: skip


def _reflect_names(realm: Realm, of_object: dict[str, Any]) -> dict[str, Any]:
    def write(_: Any, args: list[Any]) -> bool:
        put(realm, argument(args, 0), argument(args, 1), argument(args, 2))
        return True

    return {name: of_object[name] for name in ("defineProperty", "getPrototypeOf", "setPrototypeOf")} | {
        "get": lambda _, args: member(realm, argument(args, 0), argument(args, 1)), "set": write,
        "has": lambda _, args: string(argument(args, 1)) in names_of(argument(args, 0)),
        "ownKeys": of_object["keys"],
        "apply": lambda _, args: realm.call(argument(args, 0), argument(args, 1), items_of(argument(args, 2))),
        "construct": lambda _, args: construct(realm, argument(args, 0), items_of(argument(args, 1))),
        "deleteProperty": lambda _, args: remove(realm, argument(args, 0), argument(args, 1)),
    }  # fmt: skip


def _symbols() -> tuple[Native, dict[str, Any]]:
    made = iter(range(1 << 60))
    wells = {
        name: Symbol(f"@@{name}") for name in ("toStringTag", "hasInstance", "toPrimitive", "species", "asyncIterator")
    }
    return lambda _, args: Symbol(f"@@{string(argument(args, 0, ''))}#{next(made)}"), wells | {
        "iterator": ITERATOR, "for": lambda _, args: Symbol(f"@@{string(argument(args, 0, ''))}"),
    }  # fmt: skip


def _error(name: str, this: Any, args: list[Any]) -> Obj:
    made = this if isinstance(this, Obj) else Obj()
    made |= {"message": string(argument(args, 0, "")), "name": name, "stack": ""}
    made.words = f"{name}: {made['message']}"
    return made


def _function(realm: Realm, args: list[Any]) -> Any:
    """`new Function(…)`: its body as a script's text."""
    names, body = ",".join(map(string, args[:-1])), string(argument(args, len(args) - 1, ""))
    return run(realm, f"(function({names}){{{body}\n}})")


def install(realm: Realm) -> None:
    """Give a realm these names, once they are asked for."""
    realm.late |= dict.fromkeys(("Object", "Reflect"), partial(_objects, realm))
    realm.late |= dict.fromkeys(("Map", "WeakMap", "Set", "WeakSet"), partial(_collections, realm))
    realm.late |= dict.fromkeys((*ERRORS, "Symbol", "Function"), partial(_others, realm))
    # What a proxy would tell of changes nobody here waits for.
    realm.globals["Proxy"] = lambda _, args: argument(args, 0)


def _objects(realm: Realm) -> dict[str, Any]:
    names = _object_names(realm)
    whole = Callables(lambda _, args: argument(args, 0, Obj()), names, kind=(Obj, list, Function))
    return {"Object": whole, "Reflect": Obj(_reflect_names(realm, names))}


def _collections(realm: Realm) -> dict[str, Any]:
    mapping = Callables(lambda _, args: Collection(realm, args, maps=True), {}, kind=Collection)
    setting = Callables(lambda _, args: Collection(realm, args, maps=False), {}, kind=Collection)
    return {"Map": mapping, "WeakMap": mapping, "Set": setting, "WeakSet": setting}


def _others(realm: Realm) -> dict[str, Any]:
    own = {"prototype": Methods(realm)}
    function = Callables(lambda _, args: _function(realm, args), own, kind=Function)
    errors: dict[str, Any] = {name: Callables(partial(_error, name), own, kind=()) for name in ERRORS}
    return errors | {"Symbol": Callables(*_symbols()), "Function": function}
