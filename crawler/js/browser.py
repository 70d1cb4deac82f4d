"""What a page's scripts find around them: a document, a window, and what waits for a click.

Nothing is asked for here: each request that the scripts would make, at once or on a click, is noted as an `Ask`, and
what they would write into the page is kept. Where the answer to a request is given, the script goes on with it.
There are no cookies, no storage and no network in it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, partial
from itertools import accumulate
from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from crawler.js import expressions, library, stores  # noqa: F401 -- `expressions` books its makers
from crawler.js.angular import Angular
from crawler.js.clicks import MOST_HANDLED, Clicks
from crawler.js.documents import document_of
from crawler.js.elements import Element, copied
from crawler.js.language import MOST_LENGTH, MOST_STEPS, Exhausted, Function, Realm, Thrown, member
from crawler.js.libraries import offered
from crawler.js.methods import argument, property_of
from crawler.js.modules import Loader
from crawler.js.objects import Callables
from crawler.js.react import ROOTS, React, is_element
from crawler.js.requests import Axios, Request, Ways, body_of, client_of, heeded
from crawler.js.routes import Routes
from crawler.js.syntax import run
from crawler.js.told import MORE, Answered, Ask, Cause, Script, Told
from crawler.js.values import GAP, UNDEFINED, UNKNOWN, Obj, string, unheeded
from crawler.js.vue import Vue, is_root
from crawler.js.widgets import by_attributes
from crawler.js.window import Address, Forms, Location, Quiet, Window, event_of
from crawler.js.wrapped import LOADED, MOST_ELEMENTS, Wrapped, names_of_jquery
from crawler.limits import UnreadablePage, tree_of

MOST_ASKS = 400
LONGEST_ADDRESS = 2000
MOST_WRITTEN = 20 * MOST_LENGTH  # characters in all, what is written again counted again
MOST_CODE = 1_500_000  # characters of a page's scripts: what comes after these is not read
# What jQuery adds to the selectors of CSS.
OWN_SELECTOR = re.compile(
    r":(?:first|last|eq\(\d*\)|visible|hidden|selected|animated|even|odd|gt\(\d+\)|lt\(\d+\)|input|text|button)\b"
)
# Names that other surroundings of scripts have, and bundles look for.
ELSEWHERE = (
    "module", "exports", "process", "Buffer", "importScripts", "WorkerGlobalScope", "cookieStore", "Deno", "Bun",
    "__REACT_DEVTOOLS_GLOBAL_HOOK__", "__VUE_DEVTOOLS_GLOBAL_HOOK__",
)  # fmt: skip
LONGEST_DELAY = 8000  # milliseconds
NAMED_VALUE = re.compile(r"([\w.$-]+)[\"']?[=:]")
NO_ADDRESS = re.compile(r"(?=.*[\u3400-\u9fff])[^/.?#=]*")  # words: of an option without value
NO_VALUE = re.compile(r"[/=_.-](?:undefined|NaN|\[object)|\bundefined[/.&]")
WRITTEN_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script\s*>", re.IGNORECASE | re.DOTALL)
SOURCE = re.compile(r"\ssrc\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
OF_TABLE = re.compile(r"\s*<t(?:body|head|[rdh])\b", re.IGNORECASE)  # a parser knows it only within a table
TOO_LONG: dict[int, None] = {}  # scripts (by hash) that were not read to their end: they stand on other pages, too
MOST_TOO_LONG = 10_000

LOG = logging.getLogger(__name__)


class Browser:
    """A page with its scripts: `answers` are those to requests that they make. The last of them may be to one that is
    made only in another state of the page: then (`loose`) any request to its path takes it.
    """

    def __init__(
        self,
        url: str,
        tree: LexborHTMLParser,
        *,
        charset: str = "utf-8",
        answers: Sequence[Answered] = (),
        resolve: Callable[[str], str],
        files: Callable[[str], str | None] = lambda _: None,
        loose: bool = False,
    ) -> None:
        self.url, self.charset, self.resolve = url, charset, resolve
        self.trees = [tree]
        self.answers = {(one.url, one.body): one.text for one in answers}
        self.last = answers[-1] if answers else None
        self.loose = loose
        self.taken = False  # the last answer
        self.used: set[tuple[str, str | None]] = set()  # the requests whose answers were taken
        self.items: list[tuple[str, Callable[[], Any]]] = []
        self.observed: list[tuple[str, Callable[[], Any]]] = []  # what scrolling does, again and again
        self.asks: dict[Ask, None] = {}
        self.endless = 0  # times that our patience came to its end
        self.asked = 0  # times, whatever was asked for
        self.clicked: Cause = None
        self.pieces: dict[int, str] = {}  # what is written into an element now
        self.written: list[str] = []  # all that was, what was only added to counted once
        self.slots: dict[int, int] = {}
        self.left = MOST_WRITTEN
        self.attached: dict[Element, Cause] = {}  # elements that a script has made and put somewhere, by which click
        self.parsed: dict[str, LexborHTMLParser] = {}
        self.elements: dict[int, Element] = {}
        self.marked: dict[int, tuple[LexborNode, str]] = {}  # elements with other classes than the page gives them
        self.listeners: list[tuple[Any, str, Function, str]] = []
        self.event_data: dict[Function, Obj] = {}  # what jQuery hands a listener in each event
        self.waiting: list[Any] = []
        self.plugins = Obj()
        self.declared = 0  # entries, by a pager that is not read
        self.unsent = 0  # queries of forms, of too many
        self.helpers: dict[str, Function] = {}  # of templates
        self.heard: list[Function] = []  # what is told of a click on an item of a widget
        self.shown_items: list[Obj] = []
        self.columns: list[Obj] = []  # of a table, where they are told apart from its rows
        self.unshown: list[Any] = []  # rows that wait for their columns
        self.widgets: dict[str, Obj] = {}  # the options of a library's widget, by its name: a later call asks anew
        self.realm = Realm(offered=lambda args, name: offered(self, args, name), property_of=self._property_of)
        library.install(self.realm)
        self.ways = Ways(self)
        self._install()
        self.loader = self.realm.loader = Loader(self, files)
        self.routes: Routes = Routes(self)
        self.realm.take = self._take
        self.realm.late |= dict.fromkeys(("require", "requirejs", "seajs", "define"), self.loader.names)
        self.realm.late |= dict.fromkeys(("Vue", "VueRouter", "PetiteVue"), lambda: self.vue.names())
        self.realm.late |= dict.fromkeys(("React", "ReactDOM"), lambda: self.react.names())
        self.realm.late["avalon"] = lambda: {"avalon": stores.avalon(self)}
        self.realm.late["angular"] = lambda: self.angular.names()
        self.realm.late |= {name: partial(stores.names, self.realm, code) for name, code in stores.NAMES.items()}

    @cached_property
    def vue(self) -> Vue:
        """What shows components of Vue, made when it is first asked for; so are those of the other frameworks."""
        return Vue(self)

    @cached_property
    def react(self) -> React:
        """What shows elements of React."""
        return React(self)

    @cached_property
    def angular(self) -> Angular:
        """What shows controllers of AngularJS."""
        return Angular(self)

    def _has(self, framework: str) -> bool:
        """Say whether a framework has been asked for."""
        return framework in vars(self)

    def _install(self) -> None:
        location = self.location = Location(self)
        window = Window(self)
        document = self.document = Element(self, "document", {})
        document.kept |= {
            "location": location, "URL": self.url, "referrer": "", "cookie": "", "title": "", "readyState": "complete",
            "domain": urlsplit(self.url).hostname or "", "forms": Forms(self), "all": Forms(self),
            "getElementById": lambda _, args: self.first(f'[id="{string(argument(args, 0))}"]'),
            "getElementsByName": lambda _, args: self.select(f'[name="{string(argument(args, 0))}"]'),
            "createElement": lambda _, args: Element(self, string(argument(args, 0)).lower(), {}),
            "createTextNode": lambda _, args: string(argument(args, 0)), "write": self._wrote, "writeln": self._wrote,
        }  # fmt: skip
        document.kept["body"] = document.kept["documentElement"] = self.first("body") or document
        of_jquery = names_of_jquery(self)
        dollar = Callables(self.dollar, of_jquery)
        names: dict[str, Any] = dict.fromkeys(("window", "self", "top", "parent", "globalThis"), window)
        names["frames"] = Quiet(window)  # where one of them is sent, the page goes
        names |= dict.fromkeys(("localStorage", "sessionStorage", "console", "history"), Quiet())
        names |= dict.fromkeys(("setTimeout", "setInterval", "requestAnimationFrame"), self._later)
        names |= dict.fromkeys(ELSEWHERE, UNDEFINED) | {"performance": Obj(now=lambda _, __: 0)}
        names |= dict.fromkeys(("XMLHttpRequest", "ActiveXObject"), lambda _, __: Request(self))
        self.realm.globals |= names | {
            "document": document, "location": location, "$": dollar, "jQuery": dollar, "axios": Axios(self.ways),
            "layui": Callables(lambda *_: UNKNOWN, {"jquery": dollar, "$": dollar, "each": of_jquery["each"]}),
            "fetch": self.ways.fetch, **dict.fromkeys(("open", "navigate", "showModalDialog"), self._opened),
            "DOMParser": lambda _, __: Obj(parseFromString=self._parsed),
            "IntersectionObserver": self._watched,
            "URL": self._address, "queueMicrotask": self._put_off,
            "alert": unheeded,
            "customElements": Obj(define=self._define),
            "confirm": lambda _, __: UNKNOWN, "__doPostBack": self._post_back,
            "addEventListener": lambda _, args: self.listen(window, string(argument(args, 0)), argument(args, 1)),
        }  # fmt: skip

    def _property_of(self, realm: Realm, value: Any, name: str) -> Any:
        """Return what a value has by nature; of what is not known the place that an application shows."""
        if name in ("params", "query") and self.routes.is_shown and (value is UNKNOWN or value is UNDEFINED):
            return self.routes.route[name]
        return property_of(realm, value, name)

    def _take(self, name: str, this: Any, args: list[Any]) -> Any:
        """Do what a library's own function would do that shows a component or makes what asks; NotImplemented where
        this is no such.
        """
        if name in ("mount", "$mount"):
            options = this.get("_component") if isinstance(this, Obj) else None
            if options is None:
                return NotImplemented
            self.vue.add(options, argument(args, 0))
            return UNDEFINED
        if name == "create":
            return client_of(self.ways, argument(args, 0))
        if name == "stringify":  # of qs, which is followed too far for what it does; JSON's is no function of a script
            of_script = this is UNDEFINED or isinstance(member(self.realm, this, name), Function)
            return body_of(args[0]) if of_script and isinstance(argument(args, 0), Obj) else NotImplemented
        if name == "new":
            return self.vue.rooted(args, this) if is_root(argument(args, 0), this) else NotImplemented
        return self.react.take(name, args) if name in ROOTS or is_element(argument(args, 0)) else NotImplemented

    def show(self) -> None:
        """Write what frameworks show, and keep what can be clicked there."""
        self.realm.steps = MOST_STEPS
        if self._has("vue"):
            self.guard(self.vue.render)
        for framework in ("react", "angular"):
            if self._has(framework):
                self.guard(self._write_shown, getattr(self, framework))

    def _write_shown(self, framework: React | Angular) -> None:
        if shown := framework.shown():
            self.write(self.document, shown, more=True)

    def _address(self, _: Any, args: list[Any]) -> Address:
        return Address(string(argument(args, 0)), string(argument(args, 1, self.url)))

    def _opened(self, _: Any, args: list[Any]) -> Any:
        if args:
            self.ask(string(args[0]), moves=True)
        return UNKNOWN

    # What scripts do

    def ask(self, url: str, body: str | None = None, *, moves: bool = False, headers: Any = None) -> str | None:
        """Note a request; return its answer where that is given."""
        url = url.strip()
        if (
            not url
            or url == GAP
            or (moves and NO_ADDRESS.fullmatch(url))
            or NO_VALUE.search(f"{url}&{body}")
            or url[:11].lower() == "javascript:"
            or len(self.asks) >= MOST_ASKS
            or len(url) > LONGEST_ADDRESS
        ):
            return None
        self.asked += 1
        if moves and url.startswith("#/") and self.routes.is_shown:
            self.routes.router["push"](UNDEFINED, [url[1:]])
            return None
        is_json = (body or "")[:1] in ("{", "[")
        self.asks[Ask(url, body, is_json, moves, self.clicked, heeded(headers))] = None
        if self.last is None or moves:
            return None
        address = self.resolve(url)
        text = self.answers.get((address, body))
        if self.loose and not self.taken and urlsplit(address).path == urlsplit(self.last.url).path:
            alike = _names_in(address, body) == _names_in(self.last.url, self.last.body)
            text = self.last.text if text is None or alike else text
        if text is not None:
            self.used.add((address, body))
        self.taken = self.taken or (text is not None and text is self.last.text)
        return text

    def lead(self, element: Element, url: str) -> None:
        """Note where an anchor of the page leads from now on."""
        if url[:1] != "#":
            before, self.clicked = self.clicked, element.node
            self.ask(url, moves=True)
            self.clicked = before

    def write(self, element: Element, html: str, *, more: bool = False) -> None:
        """Keep what a script writes into an element."""
        key = id(element)
        self.elements.setdefault(-key, element)  # so that its identity stays its own
        whole = self.pieces.get(key, "") + html if more else html
        self.left -= len(whole)
        if len(whole) > MOST_LENGTH or len(self.written) > MOST_ELEMENTS or self.left < 0:
            raise Exhausted
        slot = self.slots.get(key, -1)
        if slot < 0 or not whole.startswith(self.written[slot]):
            slot = self.slots[key] = len(self.written)
            self.written.append("")
        self.written[slot] = self.pieces[key] = whole
        element.kept["innerHTML"] = whole

    def listen(self, target: Any, event: str, function: Any, selector: str = "") -> None:
        """Keep what a script wants to be told of; of the page's loading it is told at once."""
        if not isinstance(function, Function):
            return
        if event in LOADED:
            self.waiting.append((function, target))
        elif len(self.listeners) < MOST_HANDLED:
            self.listeners.append((target, event, function, selector))

    def fire(self, target: Any, event: str, told: Sequence[Any] = ()) -> None:
        """Run what listens to an element, for an event that tells it something."""
        for listening, name, function, _ in list(self.listeners):
            if listening is target and name == event:
                self.realm.call(function, target, [event_of(target, self.event_data.get(function, UNDEFINED)), *told])

    # What scripts find

    def element(self, node: LexborNode) -> Element:
        """Return the element of a node, the same one each time."""
        known = self.elements.get(node.mem_id)
        if known is None:
            attributes = {name: value or "" for name, value in node.attributes.items()}
            known = self.elements[node.mem_id] = Element(self, node.tag or "", attributes, node)
        return known

    def select(self, selector: str, below: Element | None = None) -> list[Element]:
        """Return the elements that a selector names, in the page and in what was written into it."""
        is_last = selector.endswith((":last", ":last-child"))
        selector = OWN_SELECTOR.sub("", selector.removesuffix("-child") if is_last else selector).strip()
        if not selector or GAP in selector or len(selector) > 300:
            return []
        roots: list[Any] = list(self._all_trees())
        if below is not None and below.node is None and below.children:
            return below.made_below(selector)
        if below is not None and below is not self.document:
            roots = [below.node] if below.node is not None else []
            if below.kept.get("innerHTML"):
                roots.append(self.parse(string(below.kept["innerHTML"])))
        try:
            found = [node for root in roots for node in root.css(selector)]
            found += self._across(selector) if below is None or below is self.document else []
        except SelectolaxError:
            return []
        found = found[-1:] if is_last else found
        own = below.node.mem_id if below is not None and below.node is not None else None
        return [self.element(node) for node in found[:MOST_ELEMENTS] if node.mem_id != own]

    def _across(self, selector: str) -> Iterator[LexborNode]:
        """Yield what a selector names in pieces that were written into elements which its beginning names."""
        outer, _, inner = selector.rpartition(" ")
        written = [element for element in self.elements.values() if "<" in self.pieces.get(id(element), "")]
        if not written or not outer or outer[-1] in ",>+~" or "," in selector:
            return
        around = {node.mem_id for tree in self.trees for node in tree.css(outer)}
        for element in written:
            node = element.node
            while node is not None and node.mem_id not in around:
                node = node.parent
            if node is not None:
                yield from self.parse(self.pieces[id(element)]).css(inner)

    def first(self, selector: str, below: Element | None = None) -> Element | None:
        """Return the first element that a selector names."""
        return next(iter(self.select(selector, below)), None)

    def _all_trees(self) -> Iterator[LexborHTMLParser]:
        yield from self.trees
        for html in list(self.pieces.values()):
            if "<" in html:
                yield self.parse(html)
        if self.attached:
            yield self.parse("".join(element.markup() for element in self.attached))

    def parse(self, html: str) -> LexborHTMLParser:
        """Return a piece of HTML as a tree, the same one each time."""
        if html not in self.parsed:
            self.parsed[html] = tree_of(f"<table>{html}" if OF_TABLE.match(html) else html)
        return self.parsed[html]

    def dollar(self, _: Any, args: list[Any]) -> Any:
        """Return what `$(…)` gives."""
        wanted = argument(args, 0)
        if isinstance(wanted, Function):
            self.waiting.append((wanted, self.document))
            return UNDEFINED
        if isinstance(wanted, str):
            if wanted.lstrip().startswith("<?xml"):
                return Wrapped(self, [document_of(self, wanted)])
            if wanted.lstrip()[:1] == "<":
                tag = re.match(r"\s*<(\w+)", wanted)
                node = self.parse(wanted).css_first(tag[1]) if tag else None
                made = copied(self, node) if node is not None else Element(self, "div", {})
                if isinstance(more := argument(args, 1), Obj):
                    made.describe(more)
                return Wrapped(self, [made])
            below = argument(args, 1)
            below = below.items[0] if isinstance(below, Wrapped) and below.items else below
            return Wrapped(self, below.all(wanted) if isinstance(below, Element) else self.select(wanted))
        if isinstance(wanted, Wrapped):
            return wanted
        return Wrapped(
            self, [] if wanted is UNDEFINED or wanted is UNKNOWN else wanted if isinstance(wanted, list) else [wanted]
        )

    def _later(self, _: Any, args: list[Any]) -> Any:
        function, delay = argument(args, 0), argument(args, 1, 0)
        if isinstance(delay, int | float) and delay >= LONGEST_DELAY:
            return 1  # what happens where no answer comes
        if isinstance(function, str):
            run(self.realm, function)
        elif isinstance(function, Function):
            self.waiting.append((function, UNDEFINED))
        return 1

    def _put_off(self, _: Any, args: list[Any]) -> Any:
        self.realm.jobs.append(partial(self.realm.call, argument(args, 0), UNDEFINED, []))
        return UNDEFINED

    def _parsed(self, _: Any, args: list[Any]) -> Element:
        """`new DOMParser().parseFromString(text, type)`."""
        text = string(argument(args, 0))
        if "xml" in string(argument(args, 1)):
            return document_of(self, text)
        made = Element(self, "html", {})
        made.kept["innerHTML"] = text
        return made

    def _watched(self, _: Any, args: list[Any]) -> Obj:
        """`new IntersectionObserver(function)`: scrolling to what it observes is as good as a click."""

        def observe(_: Any, told: list[Any]) -> Any:
            seen = Obj(isIntersecting=True, intersectionRatio=1, target=argument(told, 0))
            self.observed.append((MORE, partial(self.realm.call, argument(args, 0), UNDEFINED, [[seen], UNKNOWN])))
            return UNDEFINED

        return Obj(observe=observe, unobserve=unheeded, disconnect=unheeded)

    def _define(self, _: Any, args: list[Any]) -> Any:
        """`customElements.define(tag, class)`: each such element of the page is told that it stands in it."""
        kind = argument(args, 1)
        methods = kind.fields["prototype"] if isinstance(kind, Function) else {}
        for element in self.select(string(argument(args, 0))) if methods else ():
            element.kept |= methods
            self.realm.call(kind, element, [])
            self.realm.call(methods.get("connectedCallback"), element, [])
        return UNDEFINED

    def _post_back(self, _: Any, args: list[Any]) -> Any:
        """What ASP.NET puts into its pages, or into a script of its own: two fields are set and the form is sent."""
        state = self.first("input[name=__VIEWSTATE], input[name=__EVENTTARGET]")
        form = state.around("form") if state is not None else self.first("form[method=post i]")
        extra = [("__EVENTTARGET", string(argument(args, 0))), ("__EVENTARGUMENT", string(argument(args, 1)))]
        if form is not None:
            form.submit(extra)
        return UNDEFINED

    def _wrote(self, _: Any, args: list[Any]) -> Any:
        text = "".join(map(string, args))
        for found in WRITTEN_SCRIPT.finditer(text):
            if source := SOURCE.search(found[1]):
                self.loader.script(source[1].replace("&amp;", "&"))
            else:
                self.follow(found[2])
        self.write(self.document, WRITTEN_SCRIPT.sub("", text), more=True)
        return UNDEFINED

    # The course of events

    def load(self, scripts: Iterable[Script]) -> None:
        """Read the scripts in turn, modules last, then what waits for the page to be loaded."""
        for script in sorted(scripts, key=lambda script: script.is_module):
            if hash(script.code) not in TOO_LONG:
                self.realm.steps = MOST_STEPS
                if script.is_module:
                    self.guard(self.loader.run_module, script.code, script.url or self.url)
                else:
                    self.follow(script.code, script.url)
                if self.realm.is_exhausted and len(TOO_LONG) < MOST_TOO_LONG:
                    TOO_LONG[hash(script.code)] = None
        if (body := self.first("body[onload]")) is not None:
            self.follow(body.attributes["onload"])
        self.settle()
        self.realm.steps = MOST_STEPS
        self.guard(by_attributes, self)
        self.guard(stores.show_keeping, self)
        if self.realm.telling or self._has("vue"):
            self.guard(self.vue.start)
        if self._has("angular"):
            self.guard(self.angular.start)
        if self._has("react"):
            self.guard(self.react.refresh)
            self.guard(self.routes.start)  # of routes that an application has only now
        self.settle()

    def follow(self, code: str, url: str = "") -> None:
        """Read a script that stands at an address."""
        before = self.document.kept.get("currentScript")
        self.document.kept["currentScript"] = Element(self, "script", {"src": url} if url else {})
        with self.realm.lasting():
            self.guard(run, self.realm, code)
        self.document.kept["currentScript"] = before

    def settle(self) -> None:
        for _ in range(5):
            waiting, self.waiting = self.waiting, []
            for function, target in waiting:  # what waits for the document is handed jQuery's `$`
                handed = self.realm.globals["$"] if target is self.document else UNKNOWN
                self.guard(self.realm.call, function, target, [handed])
            self.guard(self.realm.follow)
            if self._has("vue"):
                self.guard(self.vue.watches.look)
            if not self.waiting:
                return
        self.waiting = []

    def guard(self, act: Callable[..., Any], *args: Any) -> None:
        """Follow something as far as it goes: a script that breaks off, or on which we do, tells no more."""
        try:
            act(*args)
        except (Exhausted, RecursionError):
            self.endless += 1
        except (Thrown, UnreadablePage):
            pass  # the script's own end
        except Exception:  # a fault of ours: the other handlers are followed all the same
            LOG.info("%s: a script could not be followed", self.url, exc_info=True)

    def told(self) -> Told:
        """Return what the scripts told, and leave the page's elements as they were."""
        for node, classes in self.marked.values():
            node.attrs["class"] = classes
        self.written += [element.markup() for element in self.attached]
        pieces = (f"<table>{html}</table>" if OF_TABLE.match(html) else html for html in self.written if "<" in html)
        written = "\n".join(dict.fromkeys(pieces))[:MOST_LENGTH]
        files = tuple(self.loader.wanted)
        return Told(tuple(self.asks), written, frozenset(self.realm.missing), files, self.declared, self.unsent)


def _names_in(url: str, body: str | None) -> set[str]:
    """Return the names of what a request hands over."""
    return set(NAMED_VALUE.findall(f"{url}&{body or ''}"))


def tell(
    url: str,
    tree: LexborHTMLParser,
    scripts: Sequence[Script],
    *,
    charset: str = "utf-8",
    answers: Sequence[Answered] = (),
    resolve: Callable[[str], str] = str,
    files: Callable[[str], str | None] = lambda _: None,
) -> Told:
    """Return what a page's scripts tell of what they would ask for and write, once these answers have come; `files`
    gives the text of a script file by its address, None where it is not known.
    """
    lengths = accumulate(len(script.code) for script in scripts)
    heard, told = [script for script, length in zip(scripts, lengths, strict=True) if length <= MOST_CODE], Told()
    for loose in (False, True):
        try:
            browser = Browser(url, tree, charset=charset, answers=answers, resolve=resolve, files=files, loose=loose)
            browser.load(heard)
            Clicks(browser).follow()
            told = browser.told()
        except Exception as error:  # a fault of ours, unless a limit was met: the page is read without its scripts
            is_ours = not isinstance(error, UnreadablePage)
            LOG.warning("%s: its scripts could not be read: %s", url, error, exc_info=is_ours)
            break
        if not answers or browser.taken:
            break
    return told
