"""Statements as closures: of a condition that is not known both branches are taken, of a loop over what is not known
one round.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from tree_sitter import Node

from crawler.js.bindings import binder
from crawler.js.language import Break, Closure, Continue, Return, Scope, Thrown, attempt, compare
from crawler.js.syntax import field, in_turn, made, makes, named, nothing, only, text_of
from crawler.js.values import UNDEFINED, UNKNOWN, items_of, names_of, truth

DECLARATIONS = frozenset(("function_declaration", "generator_function_declaration"))


@makes("program")
def body_of(node: Node, depth: int) -> Closure:
    """Return the statements of a program or a block, its functions declared first."""
    children = named(node)
    declared = [made(child, depth) for child in children if child.type in DECLARATIONS]
    rest = [made(child, depth) for child in children if child.type not in DECLARATIONS]
    outermost = node.type == "program"

    def run(scope: Scope) -> Any:
        value: Any = UNDEFINED
        for closure in declared:
            closure(scope)
        for closure in rest:
            scope.realm.step()
            try:
                value = closure(scope)
            except (Thrown, Return, Break, Continue):
                if not outermost:
                    raise
        return value

    return run


@makes("statement_block")
def _block(node: Node, depth: int) -> Closure:
    body = body_of(node, depth)
    return lambda scope: body(scope.inner())


@makes("variable_declaration", "lexical_declaration")
def _declaration(node: Node, depth: int) -> Closure:
    parts = []
    of_function = node.type == "variable_declaration"
    for child in named(node):
        target, value = field(child, "name"), field(child, "value")
        if target is not None:
            parts.append((binder(target, depth, declare=True), made(value, depth), value is not None))

    def run(scope: Scope) -> Any:
        place = scope.home if of_function else scope
        for bind, value, given in parts:
            bind(place, value(scope) if given else UNDEFINED)
        return UNDEFINED

    return run


@makes("if_statement")
def _if(node: Node, depth: int) -> Closure:
    condition = made(field(node, "condition"), depth)
    then, otherwise = made(field(node, "consequence"), depth), made(field(node, "alternative"), depth)

    def run(scope: Scope) -> Any:
        known = truth(condition(scope))
        if known is None:
            attempt(scope, then)
            return attempt(scope, otherwise)
        return then(scope) if known else otherwise(scope)

    return run


@makes("for_statement", "while_statement", "do_statement")
def _loop(node: Node, depth: int) -> Closure:
    initial, condition = field(node, "initializer"), field(node, "condition")
    begin = made(initial, depth)
    test = made(condition, depth) if condition is not None and condition.type != "empty_statement" else lambda _: True
    step, body = made(field(node, "increment"), depth), made(field(node, "body"), depth)
    after = node.type == "do_statement"

    def run(outer: Scope) -> Any:
        scope = outer.inner()
        begin(scope)
        first = after
        while True:
            known = True if first else truth(test(scope))
            first = False
            if known is False:
                return UNDEFINED
            scope.realm.step()
            try:
                body(scope)
            except Break:
                return UNDEFINED
            except Continue:
                pass
            following = outer.inner()
            following.names = dict(scope.names)  # what a function has kept of this round stays
            scope = following
            step(scope)
            if known is None:
                return UNDEFINED

    return run


@makes("for_in_statement")
def _for_each(node: Node, depth: int) -> Closure:
    target, of = field(node, "left"), made(field(node, "right"), depth)
    declare = field(node, "kind") is not None
    bind = binder(target, depth, declare=declare) if target is not None else None
    body = made(field(node, "body"), depth)
    through = items_of if text_of(field(node, "operator") or node) == "of" else names_of

    def run(outer: Scope) -> Any:
        value = of(outer)
        # Of what is not known one round is taken.
        for item in [UNKNOWN] if value is UNKNOWN else through(value):
            scope = outer.inner()
            scope.realm.step()
            if bind is not None:
                bind(scope, item)
            try:
                body(scope)
            except Break:
                break
            except Continue:
                continue
        return UNDEFINED

    return run


@makes("switch_statement")
def _switch(node: Node, depth: int) -> Closure:
    value, body = made(field(node, "value"), depth), field(node, "body")
    cases: list[tuple[Closure | None, Closure]] = []
    for child in named(body) if body is not None else ():
        label = field(child, "value")
        inner = [made(part, depth) for part in named(child) if label is None or part.id != label.id]
        cases.append((made(label, depth) if label is not None else None, in_turn(inner)))

    def run(scope: Scope) -> Any:
        wanted = value(scope)
        known = [label is not None and compare("===", wanted, label(scope)) for label, _ in cases]
        if UNKNOWN in known:
            for _, inner in cases:
                attempt(scope, inner)
            return UNDEFINED
        default = next((place for place, (label, _) in enumerate(cases) if label is None), len(cases))
        start = known.index(True) if True in known else default
        with suppress(Break):
            for _, inner in cases[start:]:
                inner(scope)
        return UNDEFINED

    return run


@makes("try_statement")
def _try(node: Node, depth: int) -> Closure:
    body, handler, final = (made(field(node, name), depth) for name in ("body", "handler", "finalizer"))

    def run(scope: Scope) -> Any:
        try:
            body(scope)
        except Thrown:
            handler(scope)
        return final(scope)

    return run


@makes("catch_clause")
def _catch(node: Node, depth: int) -> Closure:
    parameter, body = field(node, "parameter"), made(field(node, "body"), depth)
    bind = binder(parameter, depth, declare=True) if parameter is not None else None

    def run(outer: Scope) -> Any:
        scope = outer.inner()
        if bind is not None:
            bind(scope, UNKNOWN)
        return body(scope)

    return run


@makes("return_statement")
def _return(node: Node, depth: int) -> Closure:
    value = only(node, depth) if named(node) else nothing

    def run(scope: Scope) -> Any:
        raise Return(value(scope))

    return run


def _raising(signal: type[Exception]) -> Callable[[Node, int], Closure]:
    def make(_node: Node, _depth: int) -> Closure:
        def run(_: Scope) -> Any:
            raise signal

        return run

    return make


MAKERS_OF_SIGNALS = ("break_statement", Break), ("continue_statement", Continue), ("throw_statement", Thrown)
for _kind, _signal in MAKERS_OF_SIGNALS:
    makes(_kind)(_raising(_signal))


@makes("labeled_statement")
def _labelled(node: Node, depth: int) -> Closure:
    return made(field(node, "body"), depth)
