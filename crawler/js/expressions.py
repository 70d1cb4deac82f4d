"""Expressions as closures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from typing import Any

from tree_sitter import Node

from crawler.js.bindings import binder, key_of
from crawler.js.language import (
    MOST_ITEMS,
    MOST_LENGTH,
    Closure,
    Exhausted,
    Function,
    Scope,
    add,
    arithmetic,
    compare,
    construct,
    member,
)
from crawler.js.patterns import Regex
from crawler.js.statements import DECLARATIONS, body_of
from crawler.js.syntax import field, in_turn, made, makes, named, nothing, only, text_of
from crawler.js.values import UNDEFINED, UNKNOWN, Host, Obj, items_of, names_of, number, string, truth

ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}


@makes("member_expression", "subscript_expression")
def _member(node: Node, depth: int) -> Closure:
    of, key = made(field(node, "object"), depth), key_of(node, depth)

    def run(scope: Scope) -> Any:
        name = key(scope)
        return UNKNOWN if name is UNKNOWN else member(scope.realm, of(scope), name)

    return run


@makes("call_expression")
def _call(node: Node, depth: int) -> Closure:
    function, arguments = field(node, "function"), field(node, "arguments")
    given = _list(arguments, depth)
    if function is not None and function.type in ("member_expression", "subscript_expression"):
        of, key = made(field(function, "object"), depth), key_of(function, depth)

        def call_member(scope: Scope) -> Any:
            this, name = of(scope), key(scope)
            return scope.realm.call(member(scope.realm, this, name), this, given(scope), string(name))

        return call_member
    called, name = (
        made(function, depth),
        text_of(function) if function is not None and function.type == "identifier" else "",
    )

    def call(scope: Scope) -> Any:
        value = called(scope)
        if value is UNKNOWN and name:
            scope.realm.missing.add(name)
        return scope.realm.call(value, UNDEFINED, given(scope))

    return call


@makes("new_expression")
def _new(node: Node, depth: int) -> Closure:
    function, given = made(field(node, "constructor"), depth), _list(field(node, "arguments"), depth)
    return lambda scope: construct(scope.realm, function(scope), given(scope))


def _list(node: Node | None, depth: int) -> Callable[[Scope], list[Any]]:
    """Return arguments, or the items of an array."""
    if node is not None and node.type == "template_string":
        return lambda _: [UNKNOWN]
    parts = [
        (only(child, depth) if child.type == "spread_element" else made(child, depth), child.type == "spread_element")
        for child in (named(node) if node is not None else ())
    ]

    def run(scope: Scope) -> list[Any]:
        values: list[Any] = []
        for closure, spread in parts:
            value = closure(scope)
            values += items_of(value) if spread else [value]
            if len(values) > MOST_ITEMS:
                raise Exhausted
        return values

    return run


@makes("object")
def _object(node: Node, depth: int) -> Closure:
    parts: list[tuple[Closure | None, Closure]] = []
    for child in named(node):
        if child.type == "pair":
            parts.append((_property_name(field(child, "key"), depth), made(field(child, "value"), depth)))
        elif child.type == "method_definition":
            parts.append((_property_name(field(child, "name"), depth), _function(child, depth)))
        elif child.type == "shorthand_property_identifier":
            parts.append((_property_name(child, depth), _identifier(child, depth)))
        elif child.type == "spread_element":
            parts.append((None, only(child, depth)))

    def run(scope: Scope) -> Obj:
        made = Obj()
        for name, value in parts:
            if name is not None:
                made[string(name(scope))] = value(scope)
            elif isinstance(spread := value(scope), Obj):
                made.update(spread)
        return made

    return run


def _property_name(node: Node | None, depth: int) -> Closure:
    if node is not None and node.type in ("computed_property_name", "string", "number"):
        return only(node, depth) if node.type == "computed_property_name" else made(node, depth)
    name = text_of(node) if node is not None else ""
    return lambda _: name


@makes(*DECLARATIONS, "function_expression", "arrow_function", "method_definition")
def _function(node: Node, depth: int) -> Closure:
    """Return a function, its body made into closures when it is first called."""
    arrow = node.type == "arrow_function"
    body, name = field(node, "body"), field(node, "name")
    parameters = field(node, "parameters") or field(node, "parameter")
    declared = text_of(name) if name is not None and node.type in DECLARATIONS else ""

    @cache
    def names() -> Closure:
        return _parameters(parameters, depth) or nothing

    @cache
    def inner() -> Closure:
        if body is not None and body.type == "statement_block":
            return _without_value(body_of(body, depth))
        return made(body, depth)

    def run(scope: Scope) -> Function:
        function = Function(scope, lambda call: names()(call), lambda call: inner()(call), arrow=arrow)
        if declared:
            scope.realm.keep(scope.home.names, declared, function)
        scope.realm.made[function] = None
        return function

    return run


def _without_value(closure: Closure) -> Closure:
    def run(scope: Scope) -> Any:
        closure(scope)
        return UNDEFINED

    return run


def _parameters(node: Node | None, depth: int) -> Closure | None:
    if node is None:
        return None
    children = [node] if node.type == "identifier" else named(node)
    parts = [(binder(child, depth, declare=True), child.type == "rest_pattern") for child in children]

    def run(scope: Scope) -> Any:
        given = scope.names.pop("\x00given", [])
        for place, (bind, rest) in enumerate(parts):
            # What an event or a library would hand over is not known here.
            bind(
                scope,
                given[place:] if rest else given[place] if place < len(given) else UNDEFINED if given else UNKNOWN,
            )
        return UNDEFINED

    return run


@makes("class_declaration", "class")
def _class(node: Node, depth: int) -> Closure:
    body, name = field(node, "body"), field(node, "name")
    methods = []
    for child in named(body) if body is not None else ():
        key = field(child, "name") or field(child, "property")
        if key is not None:
            value = _function(child, depth) if child.type == "method_definition" else made(field(child, "value"), depth)
            methods.append((text_of(key), value, any(part.type == "static" for part in child.children), child.type))

    def run(scope: Scope) -> Function:
        made = Function(scope, None, nothing, arrow=False)
        prototype = made.fields["prototype"]
        for key, value, static, kind in methods:
            function = value(scope)
            if key == "constructor" and isinstance(function, Function):
                made.names, made.body = function.names, function.body
            else:
                (made.fields if static else prototype)[key] = function
            del kind
        if name is not None:
            scope.realm.keep(scope.names, text_of(name), made)
        return made

    return run


@makes("identifier")
def _identifier(node: Node, _: int) -> Closure:
    name = text_of(node)
    return lambda scope: scope.lookup(name)


def _always(value: Any) -> Closure:
    return lambda _: value


def _constant(value: Any) -> Callable[[Node, int], Closure]:
    return lambda _node, _depth: _always(value)


@makes("string")
def _string(node: Node, _: int) -> Closure:
    value = "".join(_fragments(node))
    return lambda _: value


def _fragments(node: Node) -> Iterator[str]:
    for child in node.named_children:
        text = text_of(child)
        if child.type == "escape_sequence":
            yield _escape(text[1:])
        elif child.type in ("string_fragment", "template_chars"):
            yield text


def _escape(text: str) -> str:
    if text[:1] in ("u", "x") and len(text) > 1:
        with suppress(ValueError, OverflowError):
            return chr(int(text[1:].strip("{}"), 16))
    return ESCAPES.get(text, text)


@makes("template_string")
def _template(node: Node, depth: int) -> Closure:
    pieces: list[Closure] = []
    for child in node.named_children:
        if child.type == "template_substitution":
            pieces.append(only(child, depth))
        else:
            text = _escape(text_of(child)[1:]) if child.type == "escape_sequence" else text_of(child)
            pieces.append(_always(text))

    def run(scope: Scope) -> str:
        whole = "".join(string(piece(scope)) for piece in pieces)
        if len(whole) > MOST_LENGTH:
            raise Exhausted
        return whole

    return run


@makes("number")
def _number(node: Node, _: int) -> Closure:
    value = number(text_of(node))
    return lambda _: value


@makes("regex")
def _regex(node: Node, _: int) -> Closure:
    pattern, flags = field(node, "pattern"), field(node, "flags")
    made = Regex(text_of(pattern) if pattern is not None else "", text_of(flags) if flags is not None else "")
    return lambda _: made


@makes("binary_expression")
def _binary(node: Node, depth: int) -> Closure:
    left, right = made(field(node, "left"), depth), made(field(node, "right"), depth)
    operator = text_of(field(node, "operator") or node)
    if operator in ("&&", "||", "??"):
        return _either(operator, left, right)
    if operator == "+":
        return lambda scope: add(left(scope), right(scope))
    if operator in ("==", "!=", "===", "!==", "<", ">", "<=", ">="):
        return lambda scope: compare(operator, left(scope), right(scope))
    if operator == "in":
        return lambda scope: string(left(scope)) in names_of(right(scope))
    if operator == "instanceof":
        return lambda _: UNKNOWN
    return lambda scope: arithmetic(operator, left(scope), right(scope))


def _either(operator: str, left: Closure, right: Closure) -> Closure:
    def run(scope: Scope) -> Any:
        value = left(scope)
        if operator == "??":
            return right(scope) if value is None or value is UNDEFINED or value is UNKNOWN else value
        known = truth(value)
        if known is None:
            return right(scope)
        return right(scope) if known is (operator == "&&") else value

    return run


@makes("unary_expression")
def _unary(node: Node, depth: int) -> Closure:
    operator, argument = text_of(field(node, "operator") or node), made(field(node, "argument"), depth)

    def run(scope: Scope) -> Any:
        value = argument(scope)
        match operator:
            case "!":
                known = truth(value)
                return UNKNOWN if known is None else not known
            case "typeof":
                return _type(value)
            case "-":
                return arithmetic("-", 0, value)
            case "+":
                return number(value)
            case "~":
                return arithmetic("-", -1, value)
        return UNDEFINED  # void, delete

    return run


def _type(value: Any) -> Any:
    if value is UNKNOWN:
        return UNKNOWN
    if value is UNDEFINED:
        return "undefined"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    if isinstance(value, int | float):
        return "number"
    return "function" if callable(value) or isinstance(value, Function) else "object"


@makes("update_expression")
def _update(node: Node, depth: int) -> Closure:
    target = field(node, "argument")
    read, bind = made(target, depth), binder(target, depth) if target is not None else None
    change = "+" if text_of(field(node, "operator") or node) == "++" else "-"
    before = node.children[0].type in ("++", "--")

    def run(scope: Scope) -> Any:
        old = number(read(scope))
        new = arithmetic(change, old, 1)
        if bind is not None:
            bind(scope, new)
        return new if before else old

    return run


@makes("assignment_expression")
def _assignment(node: Node, depth: int) -> Closure:
    target, value = field(node, "left"), made(field(node, "right"), depth)
    bind = binder(target, depth) if target is not None else None

    def run(scope: Scope) -> Any:
        given = value(scope)
        if bind is not None:
            bind(scope, given)
        return given

    return run


@makes("augmented_assignment_expression")
def _augmented(node: Node, depth: int) -> Closure:
    target = field(node, "left")
    read, value = made(target, depth), made(field(node, "right"), depth)
    bind = binder(target, depth) if target is not None else None
    operator = text_of(field(node, "operator") or node)[:-1]

    def run(scope: Scope) -> Any:
        if operator in ("&&", "||", "??"):
            new = _either(operator, read, value)(scope)
        elif operator == "+":
            new = add(read(scope), value(scope))
        else:
            new = arithmetic(operator, read(scope), value(scope))
        if bind is not None:
            bind(scope, new)
        return new

    return run


@makes("ternary_expression")
def _ternary(node: Node, depth: int) -> Closure:
    condition = made(field(node, "condition"), depth)
    then, otherwise = made(field(node, "consequence"), depth), made(field(node, "alternative"), depth)

    def run(scope: Scope) -> Any:
        known = truth(condition(scope))
        if known is None:
            first = then(scope)
            second = otherwise(scope)
            return second if first is UNKNOWN or first == "" else first
        return then(scope) if known else otherwise(scope)

    return run


@makes("sequence_expression")
def _sequence(node: Node, depth: int) -> Closure:
    return in_turn([made(child, depth) for child in named(node)])


@makes("await_expression")
def _await(node: Node, depth: int) -> Closure:
    value = only(node, depth)

    def run(scope: Scope) -> Any:
        waited = value(scope)
        return waited.awaited() if isinstance(waited, Host) else waited

    return run


@makes("this")
def _this(_node: Node, _depth: int) -> Closure:
    return lambda scope: scope.this


makes("array")(lambda node, depth: _list(node, depth))
for _kind, _value in (
    ("empty_statement", UNDEFINED), ("true", True), ("false", False), ("null", None), ("undefined", UNDEFINED),
):  # fmt: skip
    makes(_kind)(_constant(_value))
