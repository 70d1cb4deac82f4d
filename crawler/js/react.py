"""React as far as pages use it: elements by their shape, components with their hooks, and what effects ask for.

React's own code, where a bundle has it, is not followed: it would want a document that answers. Its hooks are found by
their names, which no compiler shortens.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawler.js.language import Function, Realm
from crawler.js.methods import argument
from crawler.js.templates import element_html
from crawler.js.values import GAP, UNDEFINED, UNKNOWN, Obj, fields_of, string, unheeded

if TYPE_CHECKING:
    from crawler.js.browser import Browser

MOST_ROUNDS = 4  # in which effects change what is shown
MOST_ELEMENTS = 2000
MOST_DEEP = 40
ROOTS = ("createRoot", "hydrateRoot")
TAKEN = frozenset((*ROOTS, "render", "hydrate"))
TYPE = "$$typeof"


class React:
    """What shows React's elements in a browser."""

    browser: Browser
    realm: Realm

    def __init__(self, browser: Browser) -> None:
        self.browser, self.realm = browser, browser.realm
        self.roots: list[Any] = []
        self.applications: list[Any] = []  # which are shown as long as there are no routes in them
        self.states: dict[str, Any] = {}  # by the place of the component, and the number of the hook
        self.effects: list[tuple[str, Any, Any]] = []
        self.path, self.hooks, self.left = "", 0, 0
        self.is_stale = False

    def names(self) -> dict[str, Any]:
        """Return React's names."""
        names: dict[str, Any] = {name: lambda _, args, act=act: act(self, args) for name, act in HOOKS.items()}
        names |= {
            "createElement": lambda _, args: self.made(args), "Fragment": Obj(), "Component": UNKNOWN,
            "createContext": lambda _, args: Obj(_currentValue=argument(args, 0)),
            "memo": lambda _, args: argument(args, 0), "forwardRef": lambda _, args: argument(args, 0),
        }  # fmt: skip
        dom = {name: lambda _, args, name=name: self.take(name, args) for name in TAKEN}
        return {"React": Obj(names), "ReactDOM": Obj(dom)}

    def add(self, root: Any) -> None:
        """Show an element, or a list of these, in place of what was shown."""
        self.realm.keep(vars(self), "roots", [root])
        self.refresh()

    def take(self, name: str, args: list[Any]) -> Any:
        """Do what one of the functions does that show an element; NotImplemented where there is none."""
        if name in ROOTS:
            if name == "hydrateRoot":
                self.take("render", args[1:])
            return Obj(render=lambda _, elements: self.take("render", elements), unmount=unheeded)
        if not is_element(argument(args, 0)):
            return NotImplemented
        self.applications.append(args[0])
        return UNDEFINED

    def made(self, args: list[Any]) -> Obj:
        """`createElement(type, props, …children)`."""
        props = args[1] if isinstance(argument(args, 1), Obj) else {}
        children = args[2:] if len(args) != 3 else args[2]
        props = Obj(props) | ({"children": children} if children != [] else {})
        return Obj({TYPE: "element"}, type=argument(args, 0), props=props)

    # Hooks

    def _key(self) -> str:
        self.hooks += 1
        return f"{self.path}#{self.hooks}"

    def _set(self, key: str, value: Any) -> None:
        if self.states.get(key, UNKNOWN) is value:
            return
        self.realm.keep(self.states, key, value)
        if not self.is_stale:
            self.is_stale = True
            self.realm.jobs.append(self.refresh)

    def state(self, args: list[Any]) -> list[Any]:
        """`useState(first)`."""
        key, first = self._key(), argument(args, 0)
        if key not in self.states:
            first = self.realm.call(first, UNDEFINED, []) if isinstance(first, Function) else first
            self.realm.keep(self.states, key, first)

        def change(_: Any, changed: list[Any]) -> Any:
            new = argument(changed, 0)
            if isinstance(new, Function):
                new = self.realm.call(new, UNDEFINED, [self.states.get(key, UNDEFINED)])
            self._set(key, new)
            return UNDEFINED

        return [self.states[key], change]

    def ref(self, args: list[Any]) -> Any:
        """`useRef(first)`."""
        key = self._key()
        if key not in self.states:
            self.realm.keep(self.states, key, Obj(current=argument(args, 0)))
        return self.states[key]

    def effect(self, args: list[Any]) -> Any:
        """`useEffect(function, causes)` and its like."""
        self.effects.append((self._key(), argument(args, 0), argument(args, 1)))
        return UNDEFINED

    def context(self, args: list[Any]) -> Any:
        """`useContext(context)`."""
        context = argument(args, 0)
        value = context.get("_currentValue", UNDEFINED) if isinstance(context, Obj) else UNDEFINED
        if isinstance(value, Obj) and value.get("matches") == []:
            return value | {
                "matches": [Obj(params=self.browser.routes.route["params"], pathname=self.browser.routes.route["path"])]
            }
        return self.place() if value is UNDEFINED or value is None else value

    def place(self) -> Obj:
        """Return what a router tells of the place that is shown, and does to go to another."""
        routes = self.browser.routes
        query, params = urlsplit(self.browser.url).query, routes.route["params"]
        location = Obj(pathname=routes.route["path"], search=f"?{query}" if query else "", hash="", state=None)
        navigator = routes.router | {"createHref": lambda _, to: routes.target(argument(to, 0))}
        placed = Obj(location=location | {"key": "default"}, match=Obj(params=params), basename="/", static=False)
        return placed | dict.fromkeys(("navigator", "history"), navigator)

    # What is shown

    def refresh(self) -> None:
        """Show the roots until their effects change nothing more."""
        items = list(self.browser.items)
        for _ in range(MOST_ROUNDS):
            self.is_stale = False
            self.shown()
            effects, self.effects = self.effects, []
            for key, function, causes in effects:
                known = self.states.get(key, UNKNOWN)
                if known is UNKNOWN or causes is UNDEFINED or not _same(known, causes):
                    self.realm.keep(self.states, key, causes)
                    self.realm.call(function, UNDEFINED, [])
            self.is_stale = True  # so that a change is seen here, and asks for no other round
            if not self._changes():
                break
        self.is_stale = False
        self.browser.items = items

    def _changes(self) -> bool:
        """Follow what the effects have put off; say whether that changed a state."""
        states = dict(self.states)
        self.realm.follow()
        return any(self.states[key] is not states.get(key, UNKNOWN) for key in self.states)

    def shown(self) -> str:
        """Return what the roots show."""
        self.left = MOST_ELEMENTS
        roots = self.roots if self.browser.routes.known else [*self.applications, *self.roots]
        return "".join(self.html(root, f"/{place}") for place, root in enumerate(roots))

    def html(self, value: Any, path: str) -> str:
        """Return elements, and what stands in lists of these, as HTML."""
        self.left -= 1
        if self.left < 0 or path.count("/") > MOST_DEEP:
            return ""
        if isinstance(value, list):
            return "".join(self.html(item, f"{path}.{place}") for place, item in enumerate(value))
        if is_element(value):
            return self._element(value, path)
        is_shown = isinstance(value, str | int | float) and not isinstance(value, bool) and value != GAP
        return string(value) if is_shown else ""

    def _element(self, value: Obj, path: str) -> str:
        kind, props = value.get("type"), value.get("props")
        props = fields_of(props)
        inner = props.get("children", "")
        if isinstance(kind, str) or "to" in props:
            fields = {name: item for name, item in props.items() if name != "children"}
            return element_html(
                self.browser, kind if isinstance(kind, str) else "a", fields, self.html(inner, f"{path}/")
            )
        for _ in range(4):  # memo, forwardRef, lazy
            if isinstance(kind, Obj) and isinstance(kind.get("_payload"), Obj):
                kind = self.browser.vue.resolved(kind["_payload"].get("_result"))
            elif isinstance(kind, Obj) and isinstance(kind.get("type", kind.get("render")), Obj | Function):
                kind = kind.get("type", kind.get("render"))
        if isinstance(kind, Function):
            return self.html(self.called(kind, props, path), f"{path}/")
        if isinstance(kind, Obj) and isinstance(context := kind.get("_context", kind), Obj) and "value" in props:
            before = context.get("_currentValue", UNDEFINED)
            context["_currentValue"] = props["value"]
            made = self.html(inner, f"{path}/")
            context["_currentValue"] = before
            return made
        return self.html(inner, f"{path}/")

    def called(self, function: Function, props: Obj, path: str) -> Any:
        """Return what a component gives that is a function."""
        outer = self.path, self.hooks
        self.path, self.hooks = f"{path}{id(function)}", 0  # another component at the place has states of its own
        try:
            return self.realm.call(function, UNDEFINED, [props, Obj()])
        finally:
            self.path, self.hooks = outer


def is_element(value: Any) -> bool:
    """Say whether a value is an element by its shape."""
    return isinstance(value, Obj) and TYPE in value and "props" in value


def _same(one: Any, other: Any) -> bool:
    if not isinstance(one, list) or not isinstance(other, list) or len(one) != len(other):
        return False
    return all(a is b or (isinstance(a, str | int | float) and a == b) for a, b in zip(one, other, strict=True))


HOOKS: dict[str, Callable[[React, list[Any]], Any]] = {
    **dict.fromkeys(("useEffect", "useLayoutEffect", "useInsertionEffect"), React.effect),
    "useState": React.state, "useRef": React.ref, "useContext": React.context,
    **dict.fromkeys(("useCallback", "useDeferredValue"), lambda _, args: argument(args, 0)),
    **dict.fromkeys(("useImperativeHandle", "useDebugValue"), lambda *_: UNDEFINED), "useId": lambda *_: "r",
    "useMemo": lambda react, args: react.realm.call(argument(args, 0), UNDEFINED, []),
    "useSyncExternalStore": lambda react, args: react.realm.call(argument(args, 1), UNDEFINED, []),
    "useTransition": lambda react, _: [False, lambda _, args: react.realm.call(argument(args, 0), UNDEFINED, [])],
    "useParams": lambda react, _: react.browser.routes.route["params"],
    "useLocation": lambda react, _: react.place()["location"],
    "useNavigate": lambda react, _: react.browser.routes.router["push"],
    "useHistory": lambda react, _: react.browser.routes.router,
}  # fmt: skip
