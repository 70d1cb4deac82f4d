"""Functions and classes as closures."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from tree_sitter import Node

from crawler.js.bindings import binder, property_name
from crawler.js.language import (
    MOST_ITEMS,
    Accessor,
    Arguments,
    Closure,
    Function,
    Return,
    Scope,
    construct,
    initialize,
    iterated,
)
from crawler.js.promises import Promise, awaited, promised
from crawler.js.statements import DECLARATIONS, body_of
from crawler.js.syntax import field, made, makes, named, nothing, only, text_of
from crawler.js.values import UNDEFINED, UNKNOWN, Host, Obj, string

ARGUMENTS = "\x00arguments"  # among the names of a call: what `Function.invoke` was handed
MADE = "\x00made"  # what a generator has given so far


class Generator(Host):
    """What a generator function gives: it is followed to its end at once, each promise that it gives being awaited."""

    def __init__(self, values: list[Any], returned: Any) -> None:
        self.values, self.returned, self.place = values, returned, 0

    def get(self, name: str) -> Any:
        return self._next if name == "next" else super().get(name)

    def listed(self) -> list[Any]:
        return list(self.values)

    def _next(self, _: Any, __: list[Any]) -> Any:
        self.place += 1
        if self.place <= len(self.values):
            return Obj(value=self.values[self.place - 1], done=False)
        return Obj(value=self.returned if self.place == len(self.values) + 1 else UNDEFINED, done=True)


@makes(*DECLARATIONS, "function_expression", "arrow_function", "method_definition", "generator_function")
def function_of(node: Node, _: int) -> Closure:
    """Return a function, its body made into closures when it is first called."""
    arrow = node.type == "arrow_function"
    body, name = field(node, "body"), field(node, "name")
    parameters = field(node, "parameters") or field(node, "parameter")
    declared = text_of(name) if name is not None and node.type in DECLARATIONS else ""
    own = text_of(name) if name is not None and node.type == "function_expression" else ""
    marks = {child.type for child in node.children}

    @cache
    def names() -> Closure:
        return _parameters(parameters) or nothing

    @cache
    def inner() -> Closure:
        if body is None or body.type != "statement_block":
            return made(body, 0)
        return _without_value(body_of(body, 0))

    act = _acting(lambda call: inner()(call), is_async="async" in marks, gives="*" in marks)

    def run(scope: Scope) -> Function:
        if own:
            scope = scope.inner()
        function = Function(scope, lambda call: names()(call), act, arrow=arrow)
        function.node = node
        if declared:
            scope.realm.keep(scope.home.names, declared, function)
        if own:
            scope.names[own] = function
        scope.realm.made[function] = None
        return function

    return run


def _acting(body: Closure, *, is_async: bool, gives: bool) -> Closure:
    """Return the body of a function of its kind: an ordinary one, an `async` one, a generator."""

    def returned(scope: Scope) -> Any:
        try:
            return body(scope)
        except Return as signal:
            return signal.value

    def generate(scope: Scope) -> Any:
        values = scope.names[MADE] = []
        return Generator(values, returned(scope))

    if gives:
        return generate
    return (lambda scope: promised(scope.realm, lambda: returned(scope))) if is_async else body


@makes("yield_expression")
def _yield(node: Node, depth: int) -> Closure:
    value = only(node, depth)
    delegates = any(child.type == "*" for child in node.children)

    def run(scope: Scope) -> Any:
        gained, here = value(scope), scope.home
        values = here.names.get(MADE)
        if not isinstance(values, list):
            return UNKNOWN
        values += iterated(scope.realm, gained) if delegates else [gained]
        if len(values) > MOST_ITEMS // 20:
            raise Return(UNDEFINED)
        return awaited(scope.realm, gained) if isinstance(gained, Promise) else UNDEFINED

    return run


def _without_value(closure: Closure) -> Closure:
    def run(scope: Scope) -> Any:
        closure(scope)
        return UNDEFINED

    return run


def _parameters(node: Node | None) -> Closure | None:
    if node is None:
        return None
    children = [node] if node.type == "identifier" else named(node)
    parts = [(binder(child, 0, declare=True), child.type == "rest_pattern") for child in children]

    def run(scope: Scope) -> Any:
        args = scope.names.pop(ARGUMENTS, [])
        for place, (bind, rest) in enumerate(parts):
            # What an event or a library would hand over is not known here.
            absent = UNDEFINED if args or type(args) is Arguments else UNKNOWN
            bind(scope, args[place:] if rest else args[place] if place < len(args) else absent)
        return UNDEFINED

    return run


def made_member(node: Node, depth: int) -> Closure:
    """Return a method of an object or a class; a getter or a setter as an `Accessor`."""
    method, marks = function_of(node, depth), {child.type for child in node.children}
    if "get" in marks:
        return lambda scope: Accessor(get=method(scope))
    return (lambda scope: Accessor(put=method(scope))) if "set" in marks else method


def define(target: Obj, name: str, value: Any, home: Obj) -> None:
    """Define a property as a literal does: a getter beside the setter of the same name."""
    known = target.get(name)
    if isinstance(value, Accessor) and isinstance(known, Accessor):
        value = Accessor(
            *(known.get if value.get is UNDEFINED else value.get, known.put if value.put is UNDEFINED else value.put)
        )
    for function in (value.get, value.put) if isinstance(value, Accessor) else (value,):
        if isinstance(function, Function) and function.home is None:
            function.home = home
    target[name] = value


class Member(NamedTuple):
    """What stands in a class: a method or a field (`kind` as the parser has it), of the class itself where `static`."""

    kind: str
    key: Closure
    value: Closure
    static: bool


@makes("class_declaration", "class")
def _class(node: Node, depth: int) -> Closure:
    body, name = field(node, "body"), field(node, "name")
    heritage = next((child for child in named(node) if child.type == "class_heritage"), None)
    extends = only(heritage, depth) if heritage is not None else nothing
    members = [_member_of(child, depth) for child in named(body)]
    methods = [one for one in members if one.kind == "method_definition"]
    initial = _initial([one for one in members if one.kind == "field_definition" and not one.static])

    def run(scope: Scope) -> Function:
        scope = scope.inner()
        made = Function(scope, None, nothing, arrow=False)
        _derive(made, extends(scope))
        _define_methods(made, methods, scope)
        if name is not None:
            scope.names[text_of(name)] = made
            if node.type == "class_declaration":
                scope.realm.keep(scope.parent.names if scope.parent else scope.names, text_of(name), made)
        made.initial = initial
        statics = scope.inner()
        statics.this = made
        for one in members:
            if one.kind == "class_static_block":
                one.value(statics)
            elif one.kind == "field_definition" and one.static:
                made.fields[string(one.key(statics))] = one.value(statics)
        return made

    return run


def _member_of(node: Node, depth: int) -> Member:
    static = any(part.type == "static" for part in node.children)
    if node.type == "class_static_block":
        return Member(node.type, nothing, made(field(node, "body"), depth), static=True)
    key = property_name(field(node, "name") or field(node, "property"), depth)
    if node.type == "method_definition":
        return Member(node.type, key, made_member(node, depth), static)
    value = field(node, "value")
    return Member(node.type, key, made(value, depth) if value is not None else nothing, static)


def _derive(function: Function, parent: Any) -> None:
    """Make a class the child of another one."""
    function.parent = parent
    if isinstance(parent, Function):
        function.fields.proto = parent.fields
        above = parent.fields.get("prototype")
        function.fields["prototype"].proto = above if isinstance(above, Obj) else None
        function.body = _inherited


def _define_methods(function: Function, methods: list[Member], scope: Scope) -> None:
    prototype = function.fields["prototype"]
    for method in methods:
        word, value = string(method.key(scope)), method.value(scope)
        if word == "constructor" and isinstance(value, Function) and not method.static:
            function.names, function.body, value.home = value.names, value.body, prototype
            scope.realm.made.pop(value, None)
        else:
            home = function.fields if method.static else prototype
            define(home, word, value, home)
    function.home = prototype


def _initial(fields: list[Member]) -> Closure | None:
    def run(scope: Scope) -> Any:
        for one in fields:
            if isinstance(scope.this, Obj):
                scope.this[string(one.key(scope))] = one.value(scope)
        return UNDEFINED

    return run if fields else None


def _inherited(scope: Scope) -> Any:
    """The constructor of a class that has none of its own."""
    return _build(scope, list(scope.names.get("arguments", [])))


def _build(scope: Scope, args: list[Any]) -> Any:
    """What `super(…)` does."""
    function = _function_at(scope)
    parent, this = function.parent if function is not None else UNDEFINED, scope.this
    if isinstance(parent, Function):
        if parent.parent is UNDEFINED:
            initialize(parent, this)
        scope.realm.call(parent, this, args)
    elif isinstance(this, Obj) and isinstance(made := construct(scope.realm, parent, args), Obj):
        this.update(made)
    if function is not None:
        initialize(function, this)
    return UNDEFINED


def _function_at(scope: Scope) -> Function | None:
    """Return the function whose body a scope stands in."""
    here: Scope | None = scope
    while here is not None:
        if isinstance(found := here.names.get("\x00function"), Function):
            return found
        here = here.parent
    return None


@makes("super")
def _super(node: Node, _: int) -> Closure:
    if node.parent is not None and node.parent.type == "call_expression":
        return lambda scope: lambda _this, args: _build(scope, args)

    def run(scope: Scope) -> Any:
        function = _function_at(scope)
        home = function.home if function is not None else None
        return home.proto if home is not None and home.proto is not None else UNKNOWN

    return run
