"""AngularJS as far as pages use it: controllers with what they ask for, and the page's markup as their view."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from crawler.js.elements import Element
from crawler.js.language import Function, Scope, attempt, construct
from crawler.js.methods import argument
from crawler.js.objects import Callables, assigned
from crawler.js.requests import Axios
from crawler.js.syntax import text_of
from crawler.js.templates import ANGULAR, View
from crawler.js.values import UNDEFINED, UNKNOWN, Host, Obj, entries_of, items_of, string, unheeded
from crawler.js.vue import Fields

if TYPE_CHECKING:
    from crawler.js.browser import Browser

MOST_CONTROLLERS = 20
CONTROLLED = "[ng-controller], [data-ng-controller]"
MADE = frozenset(("factory", "service", "provider", "value", "constant"))
PARAMETERS = re.compile(r"^(?:async\s+)?(?:function\s*\w*\s*)?\(([^)]*)\)")


class Angular:
    """What shows controllers in a browser."""

    def __init__(self, browser: Browser) -> None:
        self.browser, self.realm = browser, browser.realm
        self.known: dict[str, Any] = {}  # services and controllers by name, as they were told
        self.services: dict[str, Any] = {}
        self.views: list[tuple[Element, Obj]] = []
        self.starts: list[Any] = []

    def names(self) -> dict[str, Any]:
        """Return AngularJS' name."""
        module = Obj()
        for name in (*MADE, "controller", "component", "directive", "filter", "config", "run", "decorator"):
            module[name] = partial(self._tell, name, module)
        names = {
            "module": lambda _, __: module, "forEach": self._for_each,
            "extend": assigned,
            "copy": lambda _, args: argument(args, 0), "element": self.browser.dollar,
            "isArray": lambda _, args: isinstance(argument(args, 0), list), "bootstrap": unheeded,
            "toJson": self.realm.globals["JSON"]["stringify"],
        }  # fmt: skip
        query = Obj(dict(parse_qsl(urlsplit(self.browser.url).query)))
        url, later = self.browser.url, self.realm.globals["setTimeout"]
        location = Obj(search=lambda *_: query, path=lambda *_: urlsplit(url).path, url=self._go, absUrl=lambda *_: url)
        self.services |= {
            "$http": Axios(self.browser.ways), "$location": location, "$routeParams": query, "$stateParams": query,
            "$window": self.realm.globals["window"], "$document": self.browser.document, "$timeout": later,
            "$interval": later, "$sce": Obj(trustAsHtml=lambda _, args: argument(args, 0)),
            "$rootScope": self._scope(), "$q": self.realm.named("Promise"), "$state": Obj(params=query, go=self._go),
            "$filter": lambda *_: lambda _, args: argument(args, 0),
        }  # fmt: skip
        return {"angular": Callables(lambda *_: UNKNOWN, names)}

    def _go(self, _: Any, args: list[Any]) -> Any:
        if isinstance(argument(args, 0), str):
            self.browser.ask(args[0], moves=True)
        return UNDEFINED

    def _for_each(self, _: Any, args: list[Any]) -> Any:
        for name, item in entries_of(argument(args, 0)):
            self.realm.call(argument(args, 1), UNDEFINED, [item, name])
        return UNDEFINED

    def _tell(self, kind: str, module: Obj, _: Any, args: list[Any]) -> Obj:
        told = args[-1] if args else UNDEFINED
        if kind in ("config", "run"):
            self.starts.append(told)
        elif len(args) > 1:
            self.known[string(args[0])] = kind, told
        for part in items_of(told) if isinstance(told, list) else [told]:
            self.realm.made.pop(part, None) if isinstance(part, Function) else None
        return module

    def _scope(self) -> Obj:
        return Obj(
            dict.fromkeys(("$watch", "$on", "$emit", "$broadcast", "$digest", "$watchCollection", "$destroy"), unheeded)
        ) | {"$apply": lambda _, args: self.realm.call(argument(args, 0), UNDEFINED, []) if args else UNDEFINED}

    def _called(self, told: Any, handed: dict[str, Any], *, new: bool = False) -> Any:
        """Call a function with what it asks for by the names of its parameters, or by those before it in a list."""
        function = told[-1] if isinstance(told, list) and told else told
        if not isinstance(function, Function):
            return function
        names = [string(name) for name in told[:-1]] if isinstance(told, list) else _names_of(function)
        args = [handed[name] if name in handed else self._service(name) for name in names]
        return construct(self.realm, function, args) if new else self.realm.call(function, UNDEFINED, args)

    def _service(self, name: str) -> Any:
        if name not in self.services:
            kind, told = self.known.get(name, ("value", UNKNOWN))
            self.services[name] = UNKNOWN  # while it is made
            made = told if kind in ("value", "constant") else self._called(told, {}, new=kind == "service")
            if kind == "provider" and isinstance(made, Obj):
                made = self._called(made.get("$get", UNKNOWN), {})
            self.services[name] = made
        return self.services[name]

    def start(self) -> None:
        """Call the controllers: those of the page's elements, then those that no element names."""
        for told in self.starts:
            self._called(told, {})
        named = (
            [(element, _controller_of(element)) for element in self.browser.select(CONTROLLED)] if self.known else []
        )
        shown = {name.partition(" as ")[0].strip() for _, name in named}
        free = [name for name, (kind, _) in self.known.items() if kind == "controller" and name not in shown]
        for element, name in [*named, *((None, name) for name in free)][:MOST_CONTROLLERS]:
            self._show(element, *name.partition(" as ")[::2])

    def _show(self, element: Element | None, name: str, alias: str) -> None:
        told = self.known.get(name.strip(), ("", self.realm.named(name.strip())))[1]
        scope = self._scope()
        call = partial(self._called, told, {"$scope": scope}, new=bool(alias))
        made = attempt(Scope(self.realm, {}), lambda _: call())
        if alias and isinstance(made, Obj | Host):
            scope[alias.strip()] = made
        if element is not None:
            self.views.append((element, scope))

    def shown(self) -> str:
        """Return what the controllers show."""
        shown = []
        for element, fields in self.views:
            scope = self.realm.scope(Fields(self.realm, fields))
            if element.node is not None:
                shown.append(View(self.browser, ANGULAR).inside(element.node, scope))
        return "".join(shown)


def _names_of(function: Function) -> list[str]:
    """Return the names of a function's parameters, or what its `$inject` says."""
    told = function.fields.get("$inject")
    if isinstance(told, list):
        return [string(name) for name in told]
    found = PARAMETERS.match(text_of(function.node))
    return [name.strip() for name in found[1].split(",") if name.strip()] if found else []


def _controller_of(element: Element) -> str:
    return element.attributes.get("ng-controller") or element.attributes.get("data-ng-controller") or ""
