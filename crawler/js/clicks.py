"""What the elements of a page do when they are clicked, chosen or scrolled to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice, product
from math import prod
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from crawler.js.elements import Element
from crawler.js.language import Function
from crawler.js.libraries import hand
from crawler.js.library import words_of
from crawler.js.syntax import compiled, text_of
from crawler.js.told import MORE, Cause
from crawler.js.values import UNDEFINED, UNKNOWN
from crawler.js.window import event_of
from crawler.js.wrapped import ON_CLICK
from crawler.relevance import AGENCY, is_report_column, names_report_column

if TYPE_CHECKING:
    from crawler.js.browser import Browser

MOST_HANDLED = 300  # elements whose handlers are followed
MOST_CHOICES = 60  # options of a select, elements that one handler hears
MOST_COMBINED = 240  # queries of a form with several selects
MOST_ROUNDS = 3  # of what waits for what
MOST_ENDLESS = 6  # scripts and handlers of a page that come to no end
STEPS_OF_HANDLER = 3000
STEPS_OF_PLACE = 10_000  # of a handler in an application
YEAR = re.compile(r"(?<!\d)20[0-3]\d(?!\d)")
EVERY = re.compile(r"\W*(?:全部|所有|不限).{0,4}")
UNCHOSEN = re.compile(r"\W*请?选择.*|\W*")  # the words of a select in which something is to be chosen
CLICKED = "[onclick], [onmouseover], [onmouseenter], a[href^='javascript:' i], form input[type=submit i], form button"
ON_POINTER = ("onclick", "onmouseover", "onmouseenter")
ASKING_WHICH = re.compile(r"\.(?:target|srcElement)\b")  # of an event
POINTED_AT = "a:not([href]), a[href^='#'], a[href^='javascript:' i], button, li, td, tr, span, div, p"
FILLED_IN = "input:not([type]), input[type=text i], input[type=password i], textarea"
UNKNOWABLE = "textarea, [type=password]"

Act = tuple[Any, Callable[[], Any]]  # an element, or words for an item, and what a click on it does


class Clicks:
    """The clicks on a page in a browser, none of them twice in one state of the page."""

    def __init__(self, browser: Browser) -> None:
        self.browser, self.realm = browser, browser.realm
        self.handled: set[int] = set()

    def follow(self) -> None:
        """Run what each element does when it is clicked or chosen, each on the page as it was loaded; then what the
        elements do that were written into it.
        """
        browser = self.browser
        browser.show()
        rounds = 0
        while rounds < MOST_ROUNDS + len(browser.answers) and not self.realm.is_late:
            rounds += 1
            acts = list(self._acts())
            for cause, act in acts:
                if browser.endless > MOST_ENDLESS:
                    return
                self._click(_cause(cause), act)
            if not acts or len(self.handled) > MOST_HANDLED:
                break
        browser.loader.is_open = False  # files of other places are no concern of this one
        for function in self.realm.uncalled() if not (browser.answers or browser.routes.is_shown) else ():
            self._click(None, partial(self.realm.call, function, UNKNOWN, []))
        browser.clicked = None

    def _click(self, cause: Cause, act: Callable[[], Any]) -> None:
        """Do what one click does, and take it back: unless it is the one that an answer is to, from which the page goes
        on.
        """
        browser = self.browser
        browser.clicked, self.realm.journal, used = cause, [], len(browser.used)
        self.realm.steps = STEPS_OF_PLACE if browser.routes.is_shown else STEPS_OF_HANDLER
        browser.guard(act)
        browser.settle()
        if len(browser.used) > used:
            self.realm.journal = None
            self.handled.clear()
            browser.show()
        self.realm.undo()

    def _acts(self) -> Iterator[Act]:
        """Yield each element that listens and was not handled before, with what it does."""
        browser = self.browser
        for select in browser.select("select"):  # before the button that sends what is chosen, whose words say less
            for _ in self._fresh([select], len(select.all("option"))):  # which an answer may have filled
                yield from self._choices(select)
        for form in self._fresh(browser.select("form")):
            yield from self._queries(form)
        yield from self._inline_acts()
        for anchor in self._fresh(browser.select("a[href^='#/']")) if browser.routes.is_shown else ():
            yield anchor, partial(browser.routes.router["push"], UNDEFINED, [anchor.attributes["href"][1:]])
        for target, event, function, selector in list(browser.listeners):
            if event == "hashchange":
                for anchor in self._fresh(browser.select("a[href^='#']"), function):
                    yield anchor, partial(self._turn, anchor.attributes["href"], function)
            elif event in ON_CLICK and not (isinstance(target, Element) and target.tag == "select"):
                heard = browser.select(selector) if selector else [target, *_inner(target, function)]
                for element in self._fresh(heard[:MOST_CHOICES], function):
                    this, data = element if selector else target, browser.event_data.get(function, UNDEFINED)
                    yield element, partial(self.realm.call, function, this, [event_of(element, data)])
        items, browser.items = browser.items, []
        yield from items
        yield from self._fresh(browser.observed)
        for function in browser.heard:
            for item in self._fresh(browser.shown_items, function):
                yield words_of(item), partial(hand, browser, function, item)

    def _inline_acts(self) -> Iterator[Act]:
        """Yield the elements whose attributes say what a click does, and the buttons that send a form."""
        for element in self._fresh(self.browser.select(CLICKED)):
            code = next((element.attributes[name] for name in ON_POINTER if element.attributes.get(name)), "")
            reference = element.attributes.get("href", "")
            if reference[:11].lower() == "javascript:":
                code = f"{code};{unquote(reference[11:])}"
            if code:
                yield element, partial(self._inline, code, element)
            elif (form := element.around("form")) is not None and not form.all(FILLED_IN):
                name = element.attributes.get("name")
                yield element, partial(form.submit, [(name, element.value)] if name else [])

    def _turn(self, fragment: str, function: Function) -> None:
        """Go to a place on the page that has a listener for that."""
        location = self.browser.location
        location.parts = location.parts | {"hash": fragment}
        self.realm.call(function, UNKNOWN, [UNKNOWN])

    def _fresh(self, elements: Iterable[Any], function: Any = None) -> Iterator[Any]:
        for element in elements:
            key = hash((id(element), function if isinstance(function, int) else id(function)))
            if key not in self.handled and len(self.handled) < MOST_HANDLED:
                self.handled.add(key)
                yield element

    def _heard(self, select: Element) -> tuple[str, list[Function]]:
        """Return what a choice in a select does: the code of its attributes, and the functions that listen."""
        heard = [
            function
            for target, event, function, selector in self.browser.listeners
            if event == "change" and (target is select or (selector and select in self.browser.select(selector)))
        ]
        return select.attributes.get("onchange") or select.attributes.get("onclick") or "", heard

    def _choices(self, select: Element) -> Iterator[Act]:
        code, heard = self._heard(select)
        if not (code or heard):
            return
        for place, option in enumerate(select.all("option")[:MOST_CHOICES]):

            def choose(place: int = place, option: Element = option) -> None:
                self.realm.keep(select.kept, "value", option.value)
                self.realm.keep(select.kept, "selectedIndex", place)
                if code:
                    self._inline(code, select)
                for function in heard:
                    self.realm.call(function, select, [event_of(select)])

            yield option, choose

    def _queries(self, form: Element) -> Iterator[Act]:
        """Yield what a form sends in which a year can be chosen, or the column of reports: with each option of all its
        selects in which one is to be chosen, since it shows nothing before. What is over MOST_COMBINED is counted.
        """
        selects = [select for select in form.all("select") if not any(self._heard(select))]
        choices = {select: needed for select in selects if (needed := _to_be_chosen(select.all("option")))}
        title = self.browser.first("title")  # in the column of reports an agency alone is a query, too
        leads = _names if title is not None and names_report_column(title.words) else _leads
        if form.all(UNKNOWABLE) or not any(leads(option) for options in choices.values() for option in options):
            return
        self.browser.unsent += max(prod(map(len, choices.values())) - MOST_COMBINED, 0)
        for query in islice(product(*choices.values()), MOST_COMBINED):

            def send(query: tuple[Element, ...] = query) -> None:
                for select, option in zip(choices, query, strict=True):
                    self.realm.keep(select.kept, "value", option.value)
                form.submit()

            yield next(filter(leads, query)), send

    def _inline(self, code: str, element: Element) -> None:
        self.realm.guarded(compiled(code), self.realm.scope({"event": event_of(element)}, element))


def _inner(target: Any, function: Function) -> Iterator[Element]:
    """Yield the elements in one that listens for them all, and asks an event which it is: those that lead nowhere."""
    if isinstance(target, Element) and ASKING_WHICH.search(text_of(function.node)):
        for element in target.all(POINTED_AT):
            if element.tag in ("a", "button") or any(name.startswith("data-") for name in element.attributes):
                yield element


def _leads(option: Element) -> bool:
    """Say whether an option is a year, or the column of reports."""
    return YEAR.search(option.words) is not None or is_report_column(option.words)


def _names(option: Element) -> bool:
    """Say whether an option leads, or is an agency."""
    return _leads(option) or AGENCY.match(option.words) is not None


def _to_be_chosen(options: list[Element]) -> list[Element]:
    """Return the options of a select one of which a query needs: the column of reports where it is among them, else
    each year, each agency, or each that is not the words 请选择; none where what stands in it is a choice already, or
    all of them.
    """
    said = [option for option in options if not UNCHOSEN.fullmatch(option.words)]
    if columns := [option for option in said if is_report_column(option.words)]:
        return columns
    if any(map(_leads, said)):
        return said
    is_open = len(said) < len(options) or sum(AGENCY.match(option.words) is not None for option in said) > 1
    return said if is_open and not any(EVERY.fullmatch(option.words) for option in said) else []


def _cause(heard: Any) -> Cause:
    """Return what is clicked: a node of the page, else words for it; what is scrolled shows more."""
    if isinstance(heard, Element):
        return heard.node if heard.node is not None else heard.words
    return heard if isinstance(heard, str) else MORE
