"""Expressions as closures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from tree_sitter import Node

from crawler.js.bindings import always, binder, key_of, property_name
from crawler.js.functions import define, made_member
from crawler.js.language import (
    MOST_ITEMS,
    MOST_LENGTH,
    Arguments,
    Closure,
    Exhausted,
    Function,
    Scope,
    construct,
    is_of,
    iterated,
    member,
    remove,
)
from crawler.js.operators import COMPARING, add, arithmetic, compare
from crawler.js.patterns import Regex
from crawler.js.promises import awaited
from crawler.js.syntax import field, in_turn, made, makes, named, only, text_of
from crawler.js.values import ITERATOR, UNDEFINED, UNKNOWN, Obj, Symbol, Undefined, names_of, number, string, truth

CHAIN = ("member_expression", "subscript_expression", "call_expression")
# Of frameworks' and libraries' own functions.
TAKEN = frozenset(("createRoot", "hydrateRoot", "render", "hydrate", "mount", "$mount", "create", "stringify"))
# What names the keys of an object that says what a page would show: a route, and a component of one of the frameworks.
TELLING = (
    {"path", "component"}, {"path", "element"}, {"path", "components"}, {"path", "Component"}, {"path", "lazy"},
    {"path", "children"}, {"path", "redirect"}, {"routes"},
    {"data", "methods"}, {"methods", "created"}, {"methods", "mounted"}, {"data", "created"},
    {"data", "mounted"}, {"setup"},
)  # fmt: skip
TYPES: tuple[tuple[Any, str], ...] = (
    (Undefined, "undefined"), (bool, "boolean"), (Symbol, "symbol"), (str, "string"), ((int, float), "number"),
    ((Function, Callable), "function"),
)  # fmt: skip
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}


@makes("member_expression", "subscript_expression", "call_expression")
def _chain(node: Node, depth: int) -> Closure:
    """Return a call or a property; of `await (…).json()`, where the parser takes the word for a function's name, what
    has come of it.
    """
    closure = _call(node, depth) if node.type == "call_expression" else _member(node, depth)
    if _is_within_chain(node) or not _awaits(node):
        return closure
    return lambda scope: awaited(scope.realm, closure(scope))


def _is_within_chain(node: Node) -> bool:
    above = node.parent
    return above is not None and above.type in CHAIN and node in (field(above, "function"), field(above, "object"))


def _awaits(node: Node | None) -> bool:
    while node is not None and node.type in CHAIN:
        node = field(node, "function") or field(node, "object")
    return node is not None and node.type == "identifier" and text_of(node) == "await"


def _member(node: Node, depth: int) -> Closure:
    of, key = made(field(node, "object"), depth), key_of(node, depth)
    chained = _is_chained(node)

    def run(scope: Scope) -> Any:
        value, name = of(scope), key(scope)
        if chained and (value is UNDEFINED or value is None):
            return UNDEFINED
        return UNKNOWN if name is UNKNOWN else member(scope.realm, value, name)

    return run


def _is_chained(node: Node) -> bool:
    """Say whether a member or a call is asked for by `?.`."""
    return field(node, "optional_chain") is not None


def _call(node: Node, depth: int) -> Closure:
    function, arguments = field(node, "function"), field(node, "arguments")
    if function is not None and function.type == "identifier" and text_of(function) == "await":
        return made(next(iter(named(arguments)), None), depth)
    if function is not None and function.type == "import":
        reference = _list(arguments, depth)
        return lambda scope: scope.realm.loader.imported(reference(scope), scope) if scope.realm.loader else UNKNOWN
    if function is not None and function.type in ("member_expression", "subscript_expression"):
        return _method_call(node, function, depth)
    return _function_call(node, function, depth)


def _method_call(node: Node, function: Node, depth: int) -> Closure:
    """Return the call of a property, `a.b(…)` or `a[b](…)`."""
    args, chained = _list(field(node, "arguments"), depth), _is_chained(node)
    holder, word = field(function, "object"), text_of(field(function, "property") or function)
    of, key = made(holder, depth), key_of(function, depth)
    of_name = text_of(holder) if holder is not None and holder.type == "identifier" else ""
    above, ends = holder is not None and holder.type == "super", chained or _is_chained(function)

    def call_taken(scope: Scope) -> Any:
        this, arguments = of(scope), args(scope)
        if scope.realm.take is not None and (taken := scope.realm.take(word, this, arguments)) is not NotImplemented:
            return taken
        return scope.realm.call(member(scope.realm, this, word), this, arguments, word)

    def call(scope: Scope) -> Any:
        this, name = of(scope), key(scope)
        if ends and (this is UNDEFINED or this is None):
            return UNDEFINED
        if this is UNKNOWN and of_name:
            scope.realm.missing.add(of_name)
        value = member(scope.realm, this, name)
        if chained and (value is UNDEFINED or value is None):
            return UNDEFINED
        return scope.realm.call(value, scope.this if above else this, args(scope), string(name))

    return call_taken if word in TAKEN else call


def _function_call(node: Node, function: Node | None, depth: int) -> Closure:
    """Return the call of a name, or of what some other expression comes to."""
    args, chained = _list(field(node, "arguments"), depth), _is_chained(node)
    called, name = made(function, depth), _name_of(function)
    is_name = function is not None and function.type == "identifier"

    def call(scope: Scope) -> Any:
        if name in TAKEN and not is_name and scope.realm.take is not None:
            taken = scope.realm.take(name, UNDEFINED, args(scope))
            if taken is not NotImplemented:
                return taken
        value = called(scope)
        if value is UNKNOWN and is_name:
            scope.realm.missing.add(name)
        if chained and (value is UNDEFINED or value is None):
            return UNDEFINED
        return scope.realm.call(value, UNDEFINED, args(scope), name)

    return call


def _name_of(function: Node | None) -> str:
    """Return what a called function is named, that of a module's too: `(0, module.name)(…)`."""
    while function is not None and function.type in ("parenthesized_expression", "sequence_expression"):
        children = named(function)
        function = children[-1] if children else None
    if function is not None and function.type == "member_expression":
        return text_of(field(function, "property") or function)
    return text_of(function) if function is not None and function.type == "identifier" else ""


@makes("new_expression")
def _new(node: Node, depth: int) -> Closure:
    function, args = made(field(node, "constructor"), depth), _list(field(node, "arguments"), depth)
    return lambda scope: construct(scope.realm, function(scope), args(scope))


def _list(node: Node | None, depth: int) -> Callable[[Scope], list[Any]]:
    """Return arguments, or the items of an array."""
    if node is not None and node.type == "template_string":
        return lambda _: [UNKNOWN]
    parts = [
        (only(child, depth) if child.type == "spread_element" else made(child, depth), child.type == "spread_element")
        for child in named(node)
    ]

    def run(scope: Scope) -> list[Any]:
        values: list[Any] = [] if parts else Arguments()
        for closure, spread in parts:
            value = closure(scope)
            values += iterated(scope.realm, value) if spread else [value]
            if len(values) > MOST_ITEMS:
                raise Exhausted
        return values

    return run


@makes("object")
def _object(node: Node, depth: int) -> Closure:
    parts: list[tuple[Closure | None, Closure]] = []
    shape = frozenset(text_of(key) for child in named(node) if (key := field(child, "key") or field(child, "name")))
    telling = any(marks <= shape for marks in TELLING)
    for child in named(node):
        if child.type == "pair":
            parts.append((property_name(field(child, "key"), depth), made(field(child, "value"), depth)))
        elif child.type == "method_definition":
            parts.append((property_name(field(child, "name"), depth), made_member(child, depth)))
        elif child.type == "shorthand_property_identifier":
            parts.append((property_name(child, depth), _identifier(child, depth)))
        elif child.type == "spread_element":
            parts.append((None, only(child, depth)))

    def run(scope: Scope) -> Obj:
        made = Obj()
        for name, value in parts:
            if name is not None:
                define(made, string(name(scope)), value(scope), made)
            elif isinstance(spread := value(scope), Obj):
                made.update(spread)
        if telling:
            scope.realm.telling.append(made)
            scope.realm.homes[id(made)] = scope.home
        return made

    return run


@makes("identifier")
def _identifier(node: Node, _: int) -> Closure:
    name = text_of(node)
    return lambda scope: scope.lookup(name)


def _constant(value: Any) -> Callable[[Node, int], Closure]:
    return lambda _node, _depth: always(value)


@makes("string")
def _string(node: Node, _: int) -> Closure:
    return always("".join(_fragments(node)))


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
            pieces.append(always(text))

    def run(scope: Scope) -> str:
        whole = "".join(string(piece(scope)) for piece in pieces)
        if len(whole) > MOST_LENGTH:
            raise Exhausted
        return whole

    return run


@makes("number")
def _number(node: Node, _: int) -> Closure:
    return always(number(text_of(node)))


@makes("regex")
def _regex(node: Node, _: int) -> Closure:
    return always(Regex(text_of(field(node, "pattern")), text_of(field(node, "flags"))))


@makes("binary_expression")
def _binary(node: Node, depth: int) -> Closure:
    left, right = made(field(node, "left"), depth), made(field(node, "right"), depth)
    return _operation(text_of(field(node, "operator")), left, right)


def _operation(operator: str, left: Closure, right: Closure) -> Closure:
    """Return what an operator makes of two operands."""
    if operator in ("&&", "||", "??"):
        return _either(operator, left, right)
    if operator == "+":
        return lambda scope: add(left(scope), right(scope))
    if operator in COMPARING:
        return lambda scope: compare(operator, left(scope), right(scope))
    if operator == "in":
        return lambda scope: _has(right(scope), left(scope))
    if operator == "instanceof":
        return lambda scope: is_of(left(scope), right(scope))
    return lambda scope: arithmetic(operator, left(scope), right(scope))


def _has(value: Any, name: Any) -> Any:
    """Return what `in` gives."""
    if isinstance(value, Obj | Function) and name is not UNKNOWN:
        return (value if isinstance(value, Obj) else value.fields).find(string(name)) is not UNDEFINED
    return name == ITERATOR or string(name) in names_of(value) if isinstance(value, list) else UNKNOWN


def _either(operator: str, left: Closure, right: Closure) -> Closure:
    def run(scope: Scope) -> Any:
        value = left(scope)
        if operator == "??":
            return right(scope) if value is None or value is UNDEFINED or value is UNKNOWN else value
        known = truth(value)
        if known is None:  # of `a || b` nothing is told that only `b` could tell
            return right(scope)
        return right(scope) if known is (operator == "&&") else value

    return run


@makes("unary_expression")
def _unary(node: Node, depth: int) -> Closure:
    operator, target = text_of(field(node, "operator")), field(node, "argument")
    if operator == "delete" and target is not None and target.type in ("member_expression", "subscript_expression"):
        of, key = made(field(target, "object"), depth), key_of(target, depth)
        return lambda scope: remove(scope.realm, of(scope), key(scope))
    argument = made(target, depth)

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
                return arithmetic("^", -1, value)
        return UNDEFINED  # void

    return run


def _type(value: Any) -> Any:
    """Return what `typeof` gives."""
    known = next((word for kind, word in TYPES if isinstance(value, kind)), "object")
    return UNKNOWN if value is UNKNOWN else known


@makes("update_expression")
def _update(node: Node, depth: int) -> Closure:
    target = field(node, "argument")
    read, bind = made(target, depth), binder(target, depth)
    change = "+" if text_of(field(node, "operator")) == "++" else "-"
    before = node.children[0].type in ("++", "--")

    def run(scope: Scope) -> Any:
        old = number(read(scope))
        new = arithmetic(change, old, 1)
        bind(scope, new)
        return new if before else old

    return run


@makes("assignment_expression")
def _assignment(node: Node, depth: int) -> Closure:
    return _assigning(field(node, "left"), made(field(node, "right"), depth), depth)


@makes("augmented_assignment_expression")
def _augmented(node: Node, depth: int) -> Closure:
    target, right = field(node, "left"), made(field(node, "right"), depth)
    operator = text_of(field(node, "operator")).removesuffix("=")
    return _assigning(target, _operation(operator, made(target, depth), right), depth)


def _assigning(target: Node | None, value: Closure, depth: int) -> Closure:
    bind = binder(target, depth)

    def run(scope: Scope) -> Any:
        assigned = value(scope)
        bind(scope, assigned)
        return assigned

    return run


@makes("sequence_expression")
def _sequence(node: Node, depth: int) -> Closure:
    return in_turn([made(child, depth) for child in named(node)])


@makes("await_expression")
def _await(node: Node, depth: int) -> Closure:
    value = only(node, depth)
    return lambda scope: awaited(scope.realm, value(scope))


@makes("this")
def _this(_node: Node, _depth: int) -> Closure:
    return lambda scope: scope.this


@makes("array")
def _array(node: Node, depth: int) -> Closure:
    items = _list(node, depth)
    return lambda scope: list(items(scope))


for _kind, _value in (
    ("empty_statement", UNDEFINED), ("true", True), ("false", False), ("null", None), ("undefined", UNDEFINED),
):  # fmt: skip
    makes(_kind)(_constant(_value))
