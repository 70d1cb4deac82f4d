"""Files that scripts load: modules of the language (`import`), those of AMD and CMD (`define`, require.js, sea.js), and
script elements that a script makes or writes. A file that is not at hand is noted, for the crawler to fetch.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from tree_sitter import Node

from crawler.js.language import Closure, Exhausted, Function, Live, Scope
from crawler.js.methods import argument
from crawler.js.objects import Callables
from crawler.js.promises import Promise
from crawler.js.syntax import compiled, field, made, makes, named, text_of
from crawler.js.values import GAP, UNDEFINED, UNKNOWN, Host, Obj, items_of, string

if TYPE_CHECKING:
    from crawler.js.browser import Browser

MOST_MODULES = 60
MOST_FILES = 16  # that the scripts of a page load
MODULE = "\x00module"
LIBRARIES = {"jquery": "$", "zepto": "$", "axios": "axios", "vue": "Vue", "angular": "angular", "layui": "layui"}
LIBRARY_NAME = re.compile(
    r"(?:.*/)?([a-z]+)(?:[.@-][\d.]+)?(?:[.-](?:min|slim|global|prod|runtime|esm-browser))*(?:\.js)?"
)


class Module(Host):
    """A module of the language: its names as others import them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.exports: dict[str, Callable[[], Any]] = {}
        self.whole: list[Module] = []  # those of `export * from`

    def get(self, name: str) -> Any:
        if name in self.exports:
            return self.exports[name]()
        found = (module.get(name) for module in self.whole if name != "default")
        return next((value for value in found if value is not UNKNOWN), UNKNOWN)


class Loader:
    """What loads files for a browser: `text` tells that of an address, None where it is not known yet."""

    def __init__(self, browser: Browser, text: Callable[[str], str | None]) -> None:
        self.browser, self.text = browser, text
        self.wanted: dict[str, None] = {}
        self.known: set[str] = set()
        self.is_open = True
        self.followed = 0  # script elements
        self.modules: dict[str, Module | None] = {}
        self.defined: dict[str, Any] = {}  # exports of `define`d modules, by name or address
        self.factories: dict[str, tuple[list[str] | None, Any]] = {}
        self.anonymous: tuple[list[str] | None, Any] | None = None
        self.base = urljoin(browser.url, ".")
        self.paths: dict[str, str] = {}

    def file(self, url: str) -> str | None:
        """Return the text of a script file; None, and a note, where it is not at hand."""
        text = self.text(url)
        if text is not None:
            self.known.add(url)
        elif self.is_open and GAP not in url and len(self.known) + len(self.wanted) < MOST_FILES:
            self.wanted[url] = None
        return text

    @property
    def waits(self) -> bool:
        """Whether files are not at hand that will be fetched: the page is read again then."""
        return 0 < len(self.wanted) < MOST_FILES

    # Modules of the language

    def module(self, reference: str, base: str) -> Module | None:
        """Return the module that another one imports; None where it is not at hand."""
        if not re.match(r"\.{0,2}/|https?:", reference):
            return None
        url = urljoin(base or self.browser.url, reference)
        if url not in self.modules:
            text = self.file(url) if len(self.modules) < MOST_MODULES else None
            self.modules[url] = None
            if text is not None:
                self.run_module(text, url)
        return self.modules[url]

    def run_module(self, code: str, url: str) -> None:
        """Follow the text of a module."""
        realm, module = self.browser.realm, Module(url)
        self.modules[url] = module
        scope = realm.scope({MODULE: module})
        with realm.lasting():
            realm.guarded(compiled(code), scope)

    def imported(self, args: list[Any], scope: Scope) -> Promise:
        """Return what `import(…)` gives."""
        promise = Promise(self.browser.realm)
        here = scope.lookup(MODULE)
        module = self.module(string(argument(args, 0)), here.url if isinstance(here, Module) else "")
        return promise if module is None else promise.settle(module, is_kept=True)

    # AMD and CMD

    def names(self) -> dict[str, Any]:
        """Return the loaders' names."""
        names = {"config": self._configure, "use": self._require, "async": self._require}
        require = Callables(self._require, names)
        define = Callables(self._define, {"amd": UNDEFINED, "cmd": UNDEFINED})
        return {"require": require, "requirejs": require, "seajs": require, "define": define}

    def start(self, main: str) -> None:
        """Load the file that `data-main` names."""
        self.base = urljoin(urljoin(self.browser.url, main), ".")
        self._exports(self._address(main.removesuffix(".js"), self.browser.url))

    def _configure(self, _: Any, args: list[Any]) -> Any:
        told = argument(args, 0, Obj())
        if isinstance(told, Obj):
            if isinstance(base := told.get("baseUrl", told.get("base")), str):
                self.base = urljoin(self.browser.url, base.rstrip("/") + "/")
            for name in ("paths", "alias", "vars"):
                for known, path in told[name].items() if isinstance(told.get(name), Obj) else ():
                    self.paths[known] = string(path[0] if isinstance(path, list) and path else path)
        return UNDEFINED

    def _define(self, _: Any, args: list[Any]) -> Any:
        factory = args[-1] if args else UNDEFINED
        names = next((list(map(string, one)) for one in args[:-1] if isinstance(one, list)), None)
        if args and isinstance(args[0], str) and len(args) > 1:
            self.factories[args[0]] = names, factory
        else:
            self.anonymous = names, factory
        return UNDEFINED

    def _require(self, _: Any, args: list[Any], *, base: str = "") -> Any:
        """`require("name")`, `require([names], function)`, `seajs.use(names, function)`."""
        wanted = argument(args, 0)
        if isinstance(wanted, Obj):  # its configuration comes first
            self._configure(UNDEFINED, args)
            return self._require(UNDEFINED, args[1:], base=base) if args[1:] else UNDEFINED
        if isinstance(wanted, Function):
            return self.browser.realm.call(wanted, UNDEFINED, [])
        names = [string(name) for name in items_of(wanted)] if isinstance(wanted, list) else [string(wanted)]
        found = [self._named(name, base) for name in names]
        if None not in found and isinstance(function := argument(args, 1), Function):
            self.browser.realm.call(function, UNDEFINED, [one[0] for one in found if one is not None])
        one = found[0] if found and not isinstance(wanted, list) else None
        return one[0] if one is not None else UNKNOWN

    def _named(self, name: str, base: str) -> tuple[Any] | None:
        """Return what a module of that name gives; None where its file is not at hand."""
        if name in self.defined or name in self.factories:
            return self._exports(name)
        library = LIBRARY_NAME.fullmatch(name.lower())
        if library is not None and library[1] in LIBRARIES:
            return (self.browser.realm.named(LIBRARIES[library[1]]),)
        if "!" in name:  # a plugin's: a text, a style
            return (UNKNOWN,)
        return self._exports(self._address(name, base))

    def _address(self, name: str, base: str) -> str:
        first, slash, rest = name.partition("/")
        path = self.paths.get(name) or (f"{self.paths[first]}{slash}{rest}" if first in self.paths else name)
        url = urljoin(base or self.browser.url if path.startswith((".", "/")) else self.base, path)
        return url if url.partition("?")[0].endswith(".js") else f"{url}.js"

    def _exports(self, name: str) -> tuple[Any] | None:
        if name in self.defined:
            return (self.defined[name],)
        if name not in self.factories:
            text = self.file(name) if len(self.defined) < MOST_MODULES else ""
            if text is None:
                return None
            self.anonymous = None
            self.browser.follow(text, name)
            self.factories[name] = self.anonymous or next(reversed(self.factories.values()), (None, UNKNOWN))
        names, factory = self.factories[name]
        exports, module = Obj(), Obj()
        self.defined[name] = module["exports"] = exports

        def require(this: Any, args: list[Any]) -> Any:
            return self._require(this, args, base=name if "//" in name else "")

        special = {"require": Callables(require, {"async": require}), "exports": exports, "module": module}
        if names is None:
            args: list[Any] = [special["require"], exports, module]
        else:
            found = [
                (special[one],) if one in special else self._named(one, name if "//" in name else "") for one in names
            ]
            if None in found:
                del self.defined[name]
                return None
            args = [one[0] for one in found if one is not None]
        made = self.browser.realm.call(factory, UNDEFINED, args) if isinstance(factory, Function) else factory
        self.defined[name] = made if made is not UNDEFINED and made is not UNKNOWN else module["exports"]
        return (self.defined[name],)

    # Script elements

    def script(self, reference: str, loaded: Iterable[Any] = ()) -> None:
        """Follow what a script element asks for: a file, or a service that answers with a call."""
        self.followed += 1
        if self.followed > MOST_MODULES:
            raise Exhausted
        url = self.browser.resolve(reference)
        is_file = url.partition("?")[0].endswith((".js", ".mjs"))
        text = self.file(url) if is_file else self.browser.ask(reference)
        if text is not None:
            self.browser.follow(text, url)
            for function in loaded:
                if isinstance(function, Function):
                    self.browser.realm.call(function, UNDEFINED, [Obj(type="load")])


# `import` and `export` as statements


@makes("import_statement")
def _import(node: Node, _: int) -> Closure:
    source = _word(field(node, "source"))
    clause = next((child for child in named(node) if child.type == "import_clause"), None)
    wanted: list[tuple[str, str]] = []  # its name here, its name there ("*": the module itself)
    for child in named(clause):
        if child.type == "identifier":
            wanted.append((text_of(child), "default"))
        elif child.type == "namespace_import":
            wanted += [(text_of(name), "*") for name in named(child)]
        else:
            wanted += [
                (text_of(field(one, "alias") or field(one, "name") or one), _word(field(one, "name")))
                for one in named(child)
            ]

    def run(scope: Scope) -> Any:
        module = _module_of(scope, source)
        for name, there in wanted:
            if module is None:
                scope.names[name] = scope.realm.named(LIBRARIES.get(source, ""))
            else:
                scope.names[name] = module if there == "*" else Live(partial(module.get, there))
        return UNDEFINED

    return run


@makes("export_statement")
def _export(node: Node, depth: int) -> Closure:
    declaration, value, source = field(node, "declaration"), field(node, "value"), _word(field(node, "source"))
    body = made(declaration or value, depth)
    is_default = any(child.type == "default" for child in node.children)
    names = [(text_of(name), text_of(name)) for name in _declared(declaration)]
    clause = next((child for child in named(node) if child.type == "export_clause"), None)
    specifiers = named(clause)
    names += [(_word(field(one, "name")), _word(field(one, "alias") or field(one, "name"))) for one in specifiers]
    is_whole = any(child.type == "*" for child in node.children)

    def run(scope: Scope) -> Any:
        module = scope.lookup(MODULE)
        exported = body(scope) if declaration is not None or value is not None else UNDEFINED
        if not isinstance(module, Module):
            return exported
        other = _module_of(scope, source) if source else None
        if is_whole and other is not None:
            module.whole.append(other)
        if is_default:
            own = names[0][0] if names else ""
            module.exports["default"] = (lambda: scope.lookup(own)) if own else (lambda: exported)
            return exported
        for here, there in names:
            if not source:
                module.exports[there] = partial(scope.lookup, here)
            elif other is not None:
                module.exports[there] = partial(other.get, here)
        return exported

    return run


def _declared(node: Node | None) -> list[Node]:
    """Return the names that a declaration declares."""
    if (name := field(node, "name")) is not None:
        return [name]
    targets = [field(child, "name") for child in named(node) if child.type == "variable_declarator"]
    return [target for target in targets if target is not None and target.type == "identifier"]


def _word(node: Node | None) -> str:
    return text_of(node).strip("\"'")


def _module_of(scope: Scope, source: str) -> Module | None:
    loader, here = scope.realm.loader, scope.lookup(MODULE)
    return loader.module(source, here.url if isinstance(here, Module) else "") if loader is not None else None


@makes("meta_property")
def _meta(_node: Node, _depth: int) -> Closure:
    def run(scope: Scope) -> Any:
        module = scope.lookup(MODULE)
        return Obj(url=module.url, env=Obj()) if isinstance(module, Module) else UNKNOWN

    return run
