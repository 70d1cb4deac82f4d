"""The routes of an application: objects with a path and a component, told by their shape, whatever reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.js.language import member
from crawler.js.methods import argument
from crawler.js.values import GAP, UNDEFINED, Obj, fields_of, items_of, string

if TYPE_CHECKING:
    from crawler.js.browser import Browser

SHOWING = ("component", "components", "element", "Component", "lazy")
PARAMETER = re.compile(r":(\w+)(\([^)]*\))?[?*+]?|\*")


class Routes:
    """Where an application stands, and what it does to go elsewhere."""

    def __init__(self, browser: Browser) -> None:
        self.browser, self.realm = browser, browser.realm
        self.route: Obj = Obj(path=urlsplit(browser.url).path, meta=Obj(), name=UNDEFINED)
        self.route |= {"params": Obj(), "query": _fields(urlsplit(browser.url).query)}
        self.router: Obj = Obj(dict.fromkeys(("push", "replace"), self._go))
        self.router |= {"resolve": self._resolved, "currentRoute": self.route}
        self.is_shown = False
        self.base: str | None = None  # what stands before a route's path in an address; None where that is not told

    @property
    def known(self) -> list[tuple[str, Obj]]:
        """The routes that show something, each with its whole path."""
        told = [one for one in self.realm.telling if isinstance(one.get("path"), str)]
        paths: dict[int, str] = {}
        for route in reversed(told):  # what stands within another one was made before it
            path = f"{paths.get(id(route), '').rstrip('/')}/{route['path'].lstrip('/')}"
            paths[id(route)] = route["path"] if route["path"].startswith("/") else path
            paths |= {id(child): paths[id(route)] for child in items_of(route.get("children"))}
        shown = [one for one in told if not _redirect(one) and any(name in one for name in SHOWING)]
        return [(paths[id(one)], one) for one in shown]

    def start(self) -> bool:
        """Show what stands at the page's own address; say whether there are routes."""
        known = self.known
        if not known or self.is_shown:
            return bool(known)
        parts = urlsplit(self.browser.url)
        path = parts.fragment.partition("?")[0] if parts.fragment.startswith("/") else parts.path
        query = parts.fragment.partition("?")[2] or parts.query
        for tail in _tails(path):
            if self._show_at(tail, query):
                self.base = path.removesuffix(tail) if not self._is_in_fragment else None
                return True
        self._show_at("/", query)
        return True

    @property
    def _is_in_fragment(self) -> bool:
        """Whether the router keeps its places behind a `#`: Vue's does that of itself."""
        for told in (one for one in self.realm.telling if isinstance(one.get("routes"), list)):
            history = told.get("history")
            base = string(member(self.realm, history, "base")) if isinstance(history, Obj) else ""
            return "#" in base if "history" in told else told.get("mode", "hash") == "hash"
        return False

    def _show_at(self, path: str, query: str) -> bool:
        elsewhere = {one.get("path"): to for one in self.realm.telling if (to := _redirect(one))}
        if path in elsewhere:
            path = self.target(elsewhere[path])
        for known, route in self.known:
            if (params := _matched(known, path)) is not None:
                place = {"path": path, "fullPath": path, "params": params, "query": _fields(query)}
                place |= {"name": route.get("name", UNDEFINED), "meta": route.get("meta", Obj())}
                for name, value in place.items():
                    self.realm.keep(self.route, name, value)
                self.realm.keep(vars(self), "is_shown", True)
                self.browser.vue.show(route, params)
                return True
        return False

    def target(self, to: Any) -> str:
        """Return the address of a place that a link or a push names."""
        if not isinstance(to, Obj):
            return to if isinstance(to, str) else GAP
        path, params, query = to.get("path", to.get("pathname")), to.get("params"), to.get("query")
        if not isinstance(path, str):
            path = next((known for known, route in self.known if route.get("name") == to.get("name")), GAP)
        if isinstance(params, Obj):
            path = PARAMETER.sub(lambda found: string(params.get(found[1] or "", "")), path)
        fields = {name: string(value) for name, value in fields_of(query).items()}
        return f"{path}?{urlencode(fields, safe=GAP)}" if fields else path

    def _resolved(self, _: Any, args: list[Any]) -> Obj:
        """`$router.resolve(…)`: the address that a place has in the browser."""
        path = self.target(argument(args, 0))
        return Obj(href=f"#{path}" if self.base is None else self.base + path, path=path)

    def _go(self, _: Any, args: list[Any]) -> Any:
        """`$router.push(…)`: what is asked for at that place is asked for here and now, where that can be told."""
        url, browser = self.target(argument(args, 0)), self.browser
        path, _sign, query = url.partition("?")
        before = browser.asked
        self._show_at(path, query)
        self.realm.follow()
        if before == browser.asked and not browser.loader.waits and self.base is not None:
            browser.ask(self.base + url, moves=True)
        return UNDEFINED

    def linked(self, to: Any, words: str) -> str:
        """Keep what a click on a link to a place of the application does; return the link's address where it leads
        out of it.
        """
        url = self.target(to)
        if not any(_matched(known, url.partition("?")[0]) is not None for known, _ in self.known):
            return url
        self.browser.items.append((words, partial(self._go, UNDEFINED, [to])))
        return ""


def _redirect(route: Obj) -> Any:
    """Return where a route leads on that shows nothing itself; None of others, also as a router has rewritten them."""
    to = route.get("redirect")
    return to if isinstance(to, str | Obj) and to != "" else None


def _fields(query: str) -> Obj:
    return Obj(dict(parse_qsl(query)))


def _tails(path: str) -> Iterator[str]:
    """Yield a path without more and more of its first folders: an application may stand in one."""
    yield from (path[place:] for place, sign in enumerate(path) if sign == "/")


def _matched(known: str, path: str) -> Obj | None:
    """Return the parameters of a path that a route takes; None where it does not."""
    names: list[str] = []
    pattern, end = "", 0
    for found in PARAMETER.finditer(known):
        if found[1] is None or ".*" in (found[2] or ""):
            return None  # what takes every path says nothing
        pattern += re.escape(known[end : found.start()]) + "([^/]+)"
        names.append(found[1])
        end = found.end()
    matched = re.fullmatch(pattern + re.escape(known[end:].rstrip("/")) + "/?", path)
    return Obj(dict(zip(names, matched.groups(), strict=True))) if matched else None
