"""Avalon as far as pages use it, the lists of TRS among them: models that scripts define, and the page's markup as
their view. Its directives say in other words what Vue's say: they are translated, and shown by the same view.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from selectolax.lexbor import LexborNode

from crawler.js.language import Function, Scope
from crawler.js.methods import argument
from crawler.js.objects import Callables
from crawler.js.templates import VUE, View
from crawler.js.values import UNDEFINED, UNKNOWN, Obj, string

if TYPE_CHECKING:
    from crawler.js.browser import Browser

CONTROLLED = "[ms-controller], [ms-important]"
MOST_MODELS = 20
SAME = {
    "ms-text": "v-text", "ms-html": "v-html", "ms-visible": "v-if", "ms-if": "v-if", "ms-duplex": "v-model",
    "ms-click": "@click", "ms-on-click": "@click", ":click": "@click",
}  # fmt: skip
LOOP = re.compile(r"ms-(?:repeat|each)(?:-([\w$]+))?")
FROM = re.compile(r"\s*\(\s*([\w$]+)\s*,\s*([\w$]+)\s*\)\s+in\s+(.+)", re.DOTALL)  # index first, as in Avalon 2
ATTRIBUTE = re.compile(r"ms-(?:attr-)?(href|src|title|value|alt|data-[\w-]+)")
FIELD = re.compile(r"[\"']?([\w-]+)[\"']?\s*:\s*([^,{}]+)")


class Avalon:
    """The models of a page in a browser."""

    def __init__(self, browser: Browser) -> None:
        self.browser, self.realm = browser, browser.realm
        self.models = Obj()

    def names(self) -> dict[str, Any]:
        """Return Avalon's name."""
        names = {
            "define": self._define, "vmodels": self.models, "scan": _nothing, "config": _nothing, "component": _nothing,
            "ready": self.browser.dollar, "filters": Obj(),
        }  # fmt: skip
        return {"avalon": Callables(lambda *_: UNKNOWN, names)}

    def _define(self, _: Any, given: list[Any]) -> Any:
        """`avalon.define({$id, …})`, or with the name first and what fills the model behind it."""
        first, told = argument(given, 0), argument(given, 1)
        model = first if isinstance(first, Obj) else told if isinstance(told, Obj) else Obj()
        self.models[string(first if isinstance(first, str) else model.get("$id", ""))] = model
        if isinstance(told, Function):
            self.realm.call(told, UNDEFINED, [model])
        return model

    def shown(self) -> str:
        """Return what the models show."""
        shown = []
        for element in self.browser.select(CONTROLLED)[:MOST_MODELS]:
            name = element.attributes.get("ms-controller") or element.attributes.get("ms-important", "")
            model = self.models.get(name)
            if isinstance(model, Obj) and element.node is not None:
                scope = Scope(self.realm, model, Scope(self.realm, self.realm.globals))
                shown.append(AvalonView(self.browser, VUE).inside(element.node, scope))
        return "".join(shown)


class AvalonView(View):
    """A view whose markup is Avalon's; Avalon 2 marks the model's own names with @."""

    def attributes_of(self, node: LexborNode) -> dict[str, str]:
        return dict(pair for name, value in super().attributes_of(node).items() for pair in _translated(name, value))

    def value(self, code: str, scope: Scope) -> Any:
        return super().value(code.replace("@", ""), scope)

    def act(self, code: str, scope: Scope, event: Any) -> None:
        super().act(code.replace("@", ""), scope, event)


def _translated(name: str, value: str) -> list[tuple[str, str]]:
    """Return an attribute of Avalon as those of Vue that say the same."""
    if loop := LOOP.fullmatch(name):
        return [("v-for", f"({loop[1] or 'el'}, $index) in {value}")]
    if name == "ms-for":
        placed = FROM.fullmatch(value)
        return [("v-for", f"({placed[2]}, {placed[1]}) in {placed[3]}" if placed else value)]
    if name in ("ms-attr", ":attr"):
        return [(f":{field}", code.strip()) for field, code in FIELD.findall(value)]
    if attribute := ATTRIBUTE.fullmatch(name):
        return [(attribute[1] if "{{" in value else f":{attribute[1]}", value)]
    return [(SAME.get(name, name), value)]


def _nothing(_: Any, __: list[Any]) -> Any:
    return UNDEFINED
