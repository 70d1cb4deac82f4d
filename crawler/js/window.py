"""The window as scripts see it: where the page stands, the global names, the forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from crawler.js.elements import counted_among
from crawler.js.language import Function
from crawler.js.library import Query
from crawler.js.methods import argument
from crawler.js.values import UNDEFINED, UNKNOWN, Host, Obj, string, unheeded

if TYPE_CHECKING:
    from crawler.js.browser import Browser

MOVED = ("assign", "replace")


class Location(Host):
    """Where the page stands, and where a script sends it."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.parts = _parts_of(browser.url.partition("#")[0]) | {"href": browser.url}

    def text(self) -> str:
        return self.browser.url

    def get(self, name: str) -> Any:
        if name in MOVED:
            return lambda _, args: self.put("href", argument(args, 0))
        if name == "reload":  # what the page shows then, by a cookie perhaps, is not known
            self.browser.realm.missing.add(name)
        return self.parts.get(name, UNKNOWN)

    def put(self, name: str, value: Any) -> None:
        if name == "href":
            self.browser.ask(string(value), moves=True)
        elif name == "search":
            self.browser.ask(f"{self.parts['pathname']}{string(value)}", moves=True)


def _parts_of(url: str) -> dict[str, Any]:
    """Return the parts of an address by the names that they have there."""
    parts = urlsplit(url)
    return {
        "href": url, "pathname": parts.path, "search": f"?{parts.query}" if parts.query else "", "host": parts.netloc,
        "origin": f"{parts.scheme}://{parts.netloc}", "hostname": parts.hostname or "", "protocol": f"{parts.scheme}:",
        "port": str(parts.port or ""), "hash": f"#{parts.fragment}" if parts.fragment else "",
    }  # fmt: skip


class Window(Host):
    """The window: the global names as properties."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    def get(self, name: str) -> Any:
        return self.browser.realm.named(name)

    def put(self, name: str, value: Any) -> None:
        if name == "location":
            self.browser.ask(string(value), moves=True)
        elif name.startswith("on") and isinstance(value, Function):
            self.browser.listen(self, name[2:], value)
        else:
            self.browser.realm.keep(self.browser.realm.globals, name, value)


class Address(Host):
    """`new URL(reference, base)`."""

    def __init__(self, reference: str, base: str) -> None:
        self.whole = urljoin(base, reference)
        self.fields = Query([urlsplit(self.whole).query])

    def text(self) -> str:
        parts = urlsplit(self.whole)
        query = self.fields.text()
        return parts._replace(query=query).geturl() if query != parts.query else self.whole

    def get(self, name: str) -> Any:
        known = _parts_of(self.text()) | {"searchParams": self.fields}
        if name in ("toString", "toJSON"):
            return lambda _, __: self.text()
        return known[name] if name in known else super().get(name)

    def put(self, name: str, value: Any) -> None:
        if name in ("pathname", "search", "hash"):
            part = {"pathname": "path", "search": "query", "hash": "fragment"}[name]
            text = string(value).lstrip("?#") if name != "pathname" else string(value)
            self.whole = urlsplit(self.text())._replace(**{part: text}).geturl()
            self.fields = Query([urlsplit(self.whole).query])


class Forms(Host):
    """`document.forms`: by number or by name."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    def get(self, name: str) -> Any:
        if name == "length" or name.isdecimal():
            return counted_among(self.browser.select("form"), name)
        return self.browser.first(f'[name="{name}"], [id="{name}"]') or UNDEFINED


class Quiet(Host):
    """A thing that takes everything, and has the same under every name: of itself what does nothing."""

    def __init__(self, same: Any = unheeded) -> None:
        self.same = same

    def get(self, name: str) -> Any:
        return super().get(name) if name in self.kept else self.same


def event_of(element: Any, data: Any = UNDEFINED) -> Obj:
    """Return what a function that listens to an element is handed."""
    return Obj(
        target=element,
        currentTarget=element,
        srcElement=element,
        preventDefault=unheeded,
        stopPropagation=unheeded,
        data=data,
    )
