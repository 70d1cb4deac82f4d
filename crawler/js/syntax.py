"""From the text of a script to closures: tree-sitter parses, reading past what is broken, and each kind of node has a
maker, in `statements` or `expressions`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

from crawler.js.language import Closure, Realm, Scope
from crawler.js.values import UNDEFINED, UNKNOWN

MOST_DEPTH = 120  # of the parsed tree; what is deeper is not read
LONGEST_REMEMBERED = (
    20_000  # characters of a script of which many are remembered: they stand on each of a portal's pages
)
PARSER = Parser(Language(tree_sitter_javascript.language()))

Maker = Callable[[Node, int], Closure]
MAKERS: dict[str, Maker] = {}


def makes(*kinds: str) -> Callable[[Maker], Maker]:
    """Return what books a function as the maker of these kinds of nodes; it is given a node and its depth."""

    def book(maker: Maker) -> Maker:
        MAKERS.update(dict.fromkeys(kinds, maker))
        return maker

    return book


def compiled(code: str) -> Closure:
    """Return a script as a closure; what cannot be read of it is left out."""
    return _remembered(code) if len(code) < LONGEST_REMEMBERED else _remembered_bundle(code)


def run(realm: Realm, code: str) -> Any:
    """Follow a script, and return the value of its last statement. Raises `Exhausted`."""
    scope = Scope(realm, realm.globals)
    scope.this = realm.globals.get("window", UNKNOWN)
    return realm.guarded(compiled(code), scope)


def _compiled(code: str) -> Closure:
    return made(PARSER.parse(code.encode("utf-8", "replace")).root_node, 0)


_remembered, _remembered_bundle = lru_cache(128)(_compiled), lru_cache(4)(_compiled)


def text_of(node: Node | None) -> str:
    """Return the text of a node; "" of none."""
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""


def named(node: Node | None) -> list[Node]:
    """Return the parts of a node that mean something."""
    return [child for child in node.named_children if child.type != "comment"] if node is not None else []


def field(node: Node | None, name: str) -> Node | None:
    """Return the part of a node of that name."""
    return node.child_by_field_name(name) if node is not None else None


def made(node: Node | None, depth: int) -> Closure:
    """Return an expression or a statement as a closure."""
    if node is None or depth > MOST_DEPTH:
        return lambda _: UNDEFINED
    maker = MAKERS.get(node.type)
    if maker is None:
        children = [made(child, depth + 1) for child in named(node)] if node.type == "ERROR" else []
        return in_turn(children) if children else lambda _: UNKNOWN
    return maker(node, depth + 1)


def in_turn(closures: list[Closure]) -> Closure:
    """Return closures as one that gives what the last gives."""

    def run(scope: Scope) -> Any:
        value: Any = UNDEFINED
        for closure in closures:
            value = closure(scope)
        return value

    return run


@makes("expression_statement", "parenthesized_expression", "else_clause", "finally_clause", "class_heritage")
def only(node: Node, depth: int) -> Closure:
    """Return the only part of a node as a closure."""
    children = named(node)
    return made(children[0] if children else None, depth)


def nothing(_: Scope) -> Any:
    """Give nothing."""
    return UNDEFINED
