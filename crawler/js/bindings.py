"""What sets names and properties: the left side of an assignment, a declaration, a parameter, a pattern of these."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tree_sitter import Node

from crawler.js.language import Closure, Scope, iterated, member, put
from crawler.js.syntax import MOST_DEPTH, field, made, named, only, text_of
from crawler.js.values import UNDEFINED, UNKNOWN, Obj, string

Binder = Callable[[Scope, Any], None]


def binder(node: Node | None, depth: int, *, declare: bool = False) -> Binder:
    """Return what sets a name, a property, or the names of a pattern; what is none of these sets nothing."""
    if node is None or depth > MOST_DEPTH:
        return lambda _scope, _value: None
    kind = node.type
    if kind in ("identifier", "shorthand_property_identifier_pattern", "undefined"):
        name = text_of(node)
        if declare:
            return lambda scope, value: scope.realm.keep(scope.names, name, value)
        return lambda scope, value: scope.assign(name, value)
    if kind in ("member_expression", "subscript_expression"):
        of = made(field(node, "object"), depth + 1)
        key = key_of(node, depth)
        return lambda scope, value: put(scope.realm, of(scope), key(scope), value)
    if kind in ("assignment_pattern", "object_assignment_pattern"):
        inner, right = binder(field(node, "left"), depth + 1, declare=declare), made(field(node, "right"), depth + 1)
        return lambda scope, value: inner(scope, right(scope) if value is UNDEFINED else value)
    if kind in ("object_pattern", "array_pattern", "rest_pattern", "parenthesized_expression"):
        return _pattern(node, depth, declare=declare)
    return lambda _scope, _value: None


def _pattern(node: Node, depth: int, *, declare: bool) -> Binder:
    children = named(node)
    if node.type in ("rest_pattern", "parenthesized_expression"):
        return binder(children[0] if children else None, depth + 1, declare=declare)
    parts: list[tuple[Closure, Binder, bool]] = []
    place = 0
    for child in node.children:
        if child.type == "," or not child.is_named or child.type == "comment":
            place += child.type == ","
            continue
        target: Node | None = child
        name: Closure = always(place)
        if node.type == "object_pattern":
            if child.type == "pair_pattern":
                name, target = property_name(field(child, "key"), depth), field(child, "value")
            else:
                name = always(text_of(field(child, "left") or child))
        parts.append((name, binder(target, depth + 1, declare=declare), child.type == "rest_pattern"))
    of_array = node.type == "array_pattern"

    def bind(scope: Scope, value: Any) -> None:
        if of_array and not isinstance(value, list | str) and value is not UNKNOWN:
            value = iterated(scope.realm, value)
        taken: set[Any] = set()
        for key, inner, rest in parts:
            name = key(scope)
            if rest:
                inner(scope, _rest(value, name, taken))
            else:
                taken.add(name if isinstance(name, int) else string(name))
                inner(scope, UNKNOWN if name is UNKNOWN else member(scope.realm, value, name))

    return bind


def _rest(value: Any, place: Any, taken: set[Any]) -> Any:
    """Return what a pattern leaves of a value for its `...rest`."""
    if isinstance(value, list):
        return value[place:] if isinstance(place, int) else value
    return Obj({key: item for key, item in value.items() if key not in taken}) if isinstance(value, Obj) else value


def always(value: Any) -> Closure:
    """Return a closure that gives a value."""
    return lambda _: value


def key_of(node: Node, depth: int) -> Closure:
    """Return the name of the property that a member expression asks for."""
    if node.type == "member_expression":
        return always(text_of(field(node, "property")))
    return made(field(node, "index"), depth)


def property_name(node: Node | None, depth: int) -> Closure:
    """Return the name of a property as a closure."""
    if node is not None and node.type in ("computed_property_name", "string", "number"):
        return only(node, depth) if node.type == "computed_property_name" else made(node, depth)
    return always(text_of(node))
