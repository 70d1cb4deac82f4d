"""Statements as closures: of a condition that is not known both branches are taken, of a loop over what is not known
one round.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tree_sitter import Node

from crawler.js.bindings import binder
from crawler.js.language import Break, Closure, Continue, Return, Scope, Signal, Thrown, attempt, iterated
from crawler.js.operators import compare
from crawler.js.syntax import field, in_turn, made, makes, named, nothing, only, text_of
from crawler.js.values import UNDEFINED, UNKNOWN, names_of, truth

DECLARATIONS = frozenset(("function_declaration", "generator_function_declaration"))


@makes("program")
def body_of(node: Node, depth: int) -> Closure:
    """Return the statements of a program or a block, its functions declared first."""
    children = named(node)
    declared: list[Closure] = []
    rest: list[Closure] = []
    for child in children:
        first = (field(child, "declaration") or child).type in DECLARATIONS
        (declared if first else rest).append(made(child, depth))
    outermost = node.type == "program"

    def run(scope: Scope) -> Any:
        value: Any = UNDEFINED
        for closure in declared:
            closure(scope)
        for closure in rest:
            scope.realm.step()
            try:
                value = closure(scope)
            except Signal:
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
            own = text_of(target) if value is None and of_function else ""
            parts.append((binder(target, depth, declare=True), made(value, depth), own))

    def run(scope: Scope) -> Any:
        place = scope.home if of_function else scope
        for bind, value, own in parts:
            if own not in place.names:  # what is declared a second time keeps its value
                bind(place, value(scope))
        return UNDEFINED

    return run


@makes("if_statement", "ternary_expression")
def _if(node: Node, depth: int) -> Closure:
    condition, is_value = made(field(node, "condition"), depth), node.type == "ternary_expression"
    then, otherwise = made(field(node, "consequence"), depth), made(field(node, "alternative"), depth)

    def run(scope: Scope) -> Any:
        known = truth(condition(scope))
        if known is not None:
            return then(scope) if known else otherwise(scope)
        first, second = attempt(scope, then), attempt(scope, otherwise)
        return first if is_value and first is not UNKNOWN and first != "" else second

    return run


@makes("for_statement", "while_statement", "do_statement")
def _loop(node: Node, depth: int) -> Closure:
    initial, condition = field(node, "initializer"), field(node, "condition")
    begin = made(initial, depth)
    test = made(condition, depth) if condition is not None and condition.type != "empty_statement" else lambda _: True
    step, body = made(field(node, "increment"), depth), made(field(node, "body"), depth)
    after = node.type == "do_statement"
    labels = _labels(node)

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
            if not _goes_on(body, scope, labels):
                return UNDEFINED
            following = outer.inner()
            following.names = dict(scope.names)  # what a function has kept of this round stays
            scope = following
            step(scope)
            if known is None:
                return UNDEFINED

    return run


@makes("for_in_statement")
def _for_each(node: Node, depth: int) -> Closure:
    of = made(field(node, "right"), depth)
    bind = binder(field(node, "left"), depth, declare=field(node, "kind") is not None)
    body, labels = made(field(node, "body"), depth), _labels(node)
    through = iterated if text_of(field(node, "operator")) == "of" else lambda _, value: names_of(value)

    def run(outer: Scope) -> Any:
        value = of(outer)
        # Of what is not known one round is taken.
        for item in [UNKNOWN] if value is UNKNOWN else through(outer.realm, value):
            scope = outer.inner()
            scope.realm.step()
            bind(scope, item)
            if not _goes_on(body, scope, labels):
                break
        return UNDEFINED

    return run


def _goes_on(body: Closure, scope: Scope, labels: tuple[Any, ...]) -> bool:
    """Go one round of a loop; say whether it leaves another one."""
    try:
        body(scope)
    except (Break, Continue) as signal:
        if signal.value not in labels:
            raise
        return isinstance(signal, Continue)
    return True


def _labels(node: Node) -> tuple[Any, ...]:
    """Return what a `break` of a statement may name: nothing, or one of its labels."""
    labels: list[Any] = [UNDEFINED]
    while (around := node.parent) is not None and around.type == "labeled_statement":
        labels.append(text_of(field(around, "label") or around))
        node = around
    return tuple(labels)


@makes("switch_statement")
def _switch(node: Node, depth: int) -> Closure:
    value, body = made(field(node, "value"), depth), field(node, "body")
    cases: list[tuple[Closure | None, Closure]] = []
    for child in named(body):
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
        try:
            for _, inner in cases[start:]:
                inner(scope)
        except Break as signal:
            if signal.value is not UNDEFINED:
                raise
        return UNDEFINED

    return run


@makes("try_statement")
def _try(node: Node, depth: int) -> Closure:
    body, final = made(field(node, "body"), depth), made(field(node, "finalizer"), depth)
    handler = field(node, "handler")
    caught = made(field(handler, "body"), depth)
    bind = binder(field(handler, "parameter"), depth, declare=True)

    def run(scope: Scope) -> Any:
        try:
            body(scope)
        except Thrown as thrown:
            if handler is None:
                final(scope)
                raise
            inner = scope.inner()
            bind(inner, thrown.value)
            caught(inner)
        except (Return, Break, Continue):
            final(scope)
            raise
        return final(scope)

    return run


def _raising(signal: type[Signal]) -> Callable[[Node, int], Closure]:
    def make(node: Node, depth: int) -> Closure:
        label = field(node, "label")
        value = (lambda _: text_of(label)) if label is not None else only(node, depth) if named(node) else nothing

        def run(scope: Scope) -> Any:
            raise signal(value(scope))

        return run

    return make


SIGNALS = {
    "break_statement": Break,
    "continue_statement": Continue,
    "throw_statement": Thrown,
    "return_statement": Return,
}
for _kind, _signal in SIGNALS.items():
    makes(_kind)(_raising(_signal))


@makes("labeled_statement")
def _labelled(node: Node, depth: int) -> Closure:
    label, body = text_of(field(node, "label")), made(field(node, "body"), depth)

    def run(scope: Scope) -> Any:
        try:
            return body(scope)
        except Break as signal:
            if signal.value != label:
                raise
            return UNDEFINED

    return run
