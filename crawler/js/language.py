"""Scripts as far as they can be told: what a reading of one stands in, its functions, and the properties of values.

A script is never run: it is followed over what is known of it, and what is not known stays `UNKNOWN`. That is why no
engine is used here (they run, and know no unknown). Nothing of a script can reach anything but what `Realm.globals`
gives it, and the work on a page is bounded in steps, in seconds, and in the length of what is made.
"""

from __future__ import annotations

import math
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tree_sitter import Node

from crawler.js.values import GAP, ITERATOR, UNDEFINED, UNKNOWN, Host, Obj, Symbol, items_of, number, string, truth

MOST_STEPS = 60_000  # statements, calls and rounds of loops of the page's loading
MOST_STEPS_IN_ALL = 300_000
MOST_SECONDS = 3  # of processor time: what is told is the same on a busy machine
MOST_CALLS = 90  # within each other
MOST_BLIND = 3  # of a function within itself that is handed what is not known: it would not come to an end
MOST_FRAMES = 4000  # of Python's own stack, which that many calls need
MOST_LENGTH = 500_000  # characters of a string
MOST_ITEMS = 20_000  # of an array
MOST_UNCALLED = 60  # functions that are called although nothing of the page does it

Closure = Callable[["Scope"], Any]


class Exhausted(Exception):
    """The bounds of a reading are reached."""


class Signal(Exception):
    """What breaks off a statement of the script, with its value: of `break` and `continue` the label."""

    def __init__(self, value: Any = UNDEFINED) -> None:
        super().__init__()
        self.value = value


class Thrown(Signal):
    """A `throw` of the script."""


class Break(Signal):
    """A `break` of the script."""


class Continue(Signal):
    """A `continue` of the script."""


class Return(Signal):
    """A `return` of the script."""


class Waiting(Signal):
    """An `await` of something that has not come: nothing more of the function can be told."""


class Realm:
    """What a script is read in: its global names, and the bounds of the reading."""

    def __init__(
        self, *, offered: Callable[[list[Any], str], Any], property_of: Callable[[Realm, Any, str], Any]
    ) -> None:
        self.globals: dict[str, Any] = {}
        self.offered = offered  # takes the arguments, and the name, of a call of something unknown
        self.property_of = property_of  # what values of the language have by nature
        self.steps = MOST_STEPS
        self.all_steps = MOST_STEPS_IN_ALL
        self.deadline = time.thread_time() + MOST_SECONDS
        self.late: dict[str, Callable[[], dict[str, Any]]] = {}  # makes global names, once one of them is asked for
        self.calls = 0
        self.missing: set[str] = set()  # names that are called and not known
        self.made: dict[Function, None] = {}  # functions that were not called yet
        self.handed: dict[Function, None] | None = (
            None  # functions that were all that others were given, and not called
        )
        self.journal: list[tuple[Any, str, Any]] | None = None
        self.jobs: deque[Callable[[], Any]] = deque()  # what follows once the script at hand has come to its end
        self.loader: Any = None  # of modules
        self.take: Callable[[str, Any, list[Any]], Any] | None = None  # of calls that a framework would answer
        self.telling: list[Obj] = []  # objects by whose shape a framework would know what to show
        self.homes: dict[int, Scope] = {}  # where each of these was made, by its identity
        self.added: dict[str, Any] = {}  # methods that the script gives to strings, arrays and numbers
        self.extras: dict[int, tuple[list[Any], Obj]] = {}  # properties of arrays, by their identity
        if sys.getrecursionlimit() < MOST_FRAMES:
            sys.setrecursionlimit(MOST_FRAMES)

    def step(self) -> None:
        """Count a step. Raises `Exhausted`."""
        self.steps -= 1
        self.all_steps -= 1
        if self.steps < 0 or self.all_steps < 0 or (not self.all_steps % 256 and self.is_late):
            raise Exhausted

    @property
    def is_late(self) -> bool:
        """Whether the time is over."""
        return time.thread_time() > self.deadline

    @property
    def is_exhausted(self) -> bool:
        """Whether the steps or the time have come to an end."""
        return self.steps < 0 or self.all_steps < 0 or self.is_late

    def named(self, name: str) -> Any:
        """Return a global name's value; UNKNOWN where it is not set."""
        if name not in self.globals and (make := self.late.pop(name, None)) is not None:
            for one, value in make().items():
                self.globals.setdefault(one, value)
        return self.globals.get(name, UNKNOWN)

    def keep(self, names: dict[str, Any], name: str, value: Any) -> None:
        """Set a name or a property, so that `undo` can set it back."""
        if self.journal is not None:
            self.journal.append((names, name, names.get(name, GAP)))
        names[name] = value

    def undo(self) -> None:
        """Set back what was set since the journal was begun."""
        for names, name, value in reversed(self.journal or ()):
            if isinstance(value, str) and value == GAP:
                names.pop(name, None)
            else:
                names[name] = value
        self.journal = None

    @contextmanager
    def lasting(self) -> Iterator[None]:
        """Let what is set meanwhile outlast the click at hand: what files define is there from then on."""
        journal, self.journal = self.journal, None
        try:
            yield
        finally:
            self.journal = journal

    def guarded(self, closure: Closure, scope: Scope) -> Any:
        """Return what a closure gives, and what follows from it; UNDEFINED where the script itself breaks off."""
        try:
            value = attempt(scope, closure)
            self.follow()
            return value
        except RecursionError:
            raise Exhausted from None

    def scope(self, names: dict[str, Any], this: Any = UNKNOWN) -> Scope:
        """Return a scope of these names over the global ones."""
        scope = Scope(self, names, Scope(self, self.globals))
        scope.this = this
        return scope

    def follow(self) -> None:
        """Do what was put off until now."""
        while self.jobs:
            self.step()
            try:
                self.jobs.popleft()()
            except Signal:
                continue

    def call(self, function: Any, this: Any, args: list[Any], name: str = "") -> Any:
        """Return what a call gives; what something unknown, called `name`, would do is for `offered`."""
        self.step()
        if isinstance(function, Function):
            self.made.pop(function, None)
            if self.handed is not None:
                self.handed.pop(function, None)
                if len(args) == 1 and isinstance(args[0], Function):
                    self.handed[args[0]] = None
            return function.invoke(this, args)
        for value in args:  # functions that are handed over are no concern of `uncalled` any more
            for part in value.values() if isinstance(value, Obj) else (value,):
                if isinstance(part, Function):
                    self.made.pop(part, None)
        return function(this, args) if callable(function) else self.offered(args, name)

    def uncalled(self) -> Iterator[Function]:
        """Yield the functions that nothing has called, each once."""
        for _ in range(MOST_UNCALLED):
            if not self.made:
                return
            function = next(iter(self.made))
            del self.made[function]
            yield function


class Scope:
    """The names of a function or a block, and those around it."""

    __slots__ = ("home", "names", "parent", "realm", "this")

    def __init__(self, realm: Realm, names: dict[str, Any], parent: Scope | None = None) -> None:
        self.realm = realm
        self.names = names
        self.parent = parent
        self.this: Any = parent.this if parent is not None else UNKNOWN
        self.home: Scope = self  # where `var` declares: of a block, its function's

    def lookup(self, name: str) -> Any:
        """Return what a name stands for; UNKNOWN where it is nowhere set."""
        here: Scope | None = self
        while here is not None:
            if name in here.names:
                value = here.names[name]
                return value.read() if type(value) is Live else value
            here = here.parent
        return self.realm.named(name) if name in self.realm.late else UNKNOWN

    def assign(self, name: str, value: Any) -> None:
        """Set a name where it was declared, else globally."""
        here: Scope = self
        while name not in here.names and here.parent is not None:
            here = here.parent
        if name == "location" and isinstance(place := here.names.get(name), Host):
            place.put("href", value)
        else:
            here.realm.keep(here.names, name, value)

    def inner(self) -> Scope:
        """Return the scope of a block inside this one."""
        made = Scope(self.realm, {}, self)
        made.home = self.home
        return made


class Live:
    """What a module imports: the value that the name has there at the time."""

    __slots__ = ("read",)

    def __init__(self, read: Callable[[], Any]) -> None:
        self.read = read


class Arguments(list[Any]):
    """The arguments of a call in the script, as against one by the browser, which may hand over what is not known."""

    __slots__ = ()


class Function:
    """A function of the script; `fields` are its properties, `prototype` among them."""

    __slots__ = (
        "active", "arrow", "body", "bound", "fields", "first_args", "home", "initial", "names", "node", "parent",
        "scope",
    )  # fmt: skip

    def __init__(self, scope: Scope, names: Closure | None, body: Closure, *, arrow: bool) -> None:
        self.scope = scope
        self.active = 0  # calls of it within each other
        self.names = names
        self.body = body
        self.arrow = arrow
        self.bound: Any = UNDEFINED
        self.node: Node | None = None  # where it stands
        self.first_args: list[Any] = []  # the arguments that `bind` has given
        self.home: Obj | None = None  # of a method: what it was defined in, above which `super` looks
        self.parent: Any = UNDEFINED  # of a class: the one that it extends
        self.initial: Closure | None = None  # of a class: what sets the fields of what it makes
        self.fields = Obj()
        if not arrow:
            self.fields["prototype"] = Obj({"constructor": self})

    def bind(self, this: Any, args: list[Any]) -> Function:
        """Return the function with its `this` and its first arguments set."""
        made = Function(self.scope, self.names, self.body, arrow=self.arrow)
        made.node = self.node
        made.bound = this if self.bound is UNDEFINED else self.bound
        made.first_args, made.home, made.fields = self.first_args + args, self.home, self.fields
        return made

    def invoke(self, this: Any, args: list[Any]) -> Any:
        """Return what a call gives. Raises `Exhausted`, `Thrown`."""
        realm = self.scope.realm
        if realm.calls >= MOST_CALLS or (self.active >= MOST_BLIND and any(value is UNKNOWN for value in args)):
            return UNKNOWN
        is_of_script = type(args) is Arguments
        args = self.first_args + args
        scope = Scope(realm, {}, self.scope)
        if not self.arrow:
            scope.this = this if self.bound is UNDEFINED else self.bound
            scope.names["arguments"] = args
            scope.names["\x00function"] = self
        realm.calls += 1
        self.active += 1
        try:
            if self.names is not None:
                scope.names["\x00arguments"] = Arguments(args) if is_of_script else args
                self.names(scope)
            return self.body(scope)
        except Return as returned:
            return returned.value
        except (Break, Continue):
            return UNDEFINED
        except Thrown:
            if not _is_module(args):
                raise
            return UNDEFINED
        finally:
            realm.calls -= 1
            self.active -= 1


def _is_module(args: list[Any]) -> bool:
    """Say whether a function is handed what a bundle hands each of its modules: one that breaks off here, a library's
    most often, has exported what it has, and does not break off those that require it.
    """
    return len(args) > 1 and isinstance(args[0], Obj) and "exports" in args[0] and args[1] is args[0]["exports"]


def attempt(scope: Scope, closure: Closure) -> Any:
    """Return what a branch gives that might be taken or not: its breaking off does not break off what follows."""
    try:
        return closure(scope)
    except Return as returned:
        return returned.value
    except Signal:
        return UNDEFINED


def construct(realm: Realm, function: Any, args: list[Any]) -> Any:
    """Return what `new` makes."""
    if not isinstance(function, Function):
        return realm.call(function, UNDEFINED, args)
    if realm.take is not None and (taken := realm.take("new", function, args)) is not NotImplemented:
        return taken
    prototype = function.fields.get("prototype")
    made = Obj(proto=prototype if isinstance(prototype, Obj) else None)
    if function.initial is not None and function.parent is UNDEFINED:
        initialize(function, made)
    returned = realm.call(function, made, args)
    return returned if isinstance(returned, Obj | list | Host | Function) else made


def initialize(function: Function, made: Any) -> None:
    """Set the fields of what a class makes."""
    if function.initial is not None:
        scope = function.scope.inner()
        scope.this = made
        function.initial(scope)


def is_of(value: Any, function: Any) -> Any:
    """Return what `instanceof` gives."""
    if not isinstance(function, Function):
        known = getattr(function, "kind", None)
        return isinstance(value, known) if known is not None and value is not UNKNOWN else UNKNOWN
    if value is UNKNOWN or isinstance(value, Host):
        return UNKNOWN if value is UNKNOWN else False
    here = value.proto if isinstance(value, Obj) else None
    for _ in range(20):
        if here is None:
            break
        if here is function.fields.get("prototype"):
            return True
        here = here.proto
    return False


def iterated(realm: Realm, value: Any) -> list[Any]:
    """Return the values that `for … of` and `...` go through."""
    if not isinstance(value, Obj):
        return items_of(value)
    made = realm.call(value.find(ITERATOR), value, []) if value.find(ITERATOR) is not UNDEFINED else value
    if not isinstance(made, Obj):
        return items_of(made)
    found: list[Any] = []
    while made.find("next") is not UNDEFINED and len(found) < MOST_ITEMS:
        told = realm.call(made.find("next"), made, [])
        if not isinstance(told, Obj) or truth(told.get("done", False)) is not False:
            break
        found.append(told.get("value", UNDEFINED))
    return found


class Accessor:
    """A property that functions give and take."""

    __slots__ = ("get", "put")

    def __init__(self, get: Any = UNDEFINED, put: Any = UNDEFINED) -> None:
        self.get, self.put = get, put


def member(realm: Realm, value: Any, name: Any) -> Any:
    """Return a property of a value; UNKNOWN of what is not known, or is not there."""
    if isinstance(value, Host):
        return value.get(string(name))
    if isinstance(value, Obj | Function):
        found = (value if isinstance(value, Obj) else value.fields).find(string(name))
        if type(found) is Accessor:
            # Vue hands what it is computed of to a function, too; a getter takes nothing.
            return realm.call(found.get, value, [value]) if found.get is not UNDEFINED else UNDEFINED
        return found if found is not UNDEFINED else realm.property_of(realm, value, string(name))
    if isinstance(value, list | str) and isinstance(name, int | float) and not isinstance(name, bool):
        place = int(name) if not math.isnan(name) else -1
        return value[place] if 0 <= place < len(value) and GAP not in value else UNDEFINED
    if realm.extras and isinstance(value, list) and id(value) in realm.extras:
        found = realm.extras[id(value)][1].find(string(name))
        if found is not UNDEFINED:
            return found
    return realm.property_of(realm, value, string(name))


def put(realm: Realm, target: Any, name: Any, value: Any) -> None:
    """Set a property of a value."""
    if isinstance(target, Host):
        if realm.journal is not None:
            realm.journal.append((target.kept, string(name), target.kept.get(string(name), GAP)))
        target.put(string(name), value)
    elif isinstance(target, Obj | Function):
        fields = target if isinstance(target, Obj) else target.fields
        key = string(name) if not isinstance(name, Symbol) else name
        if type(known := fields.find(key)) is Accessor:
            if known.put is not UNDEFINED:
                realm.call(known.put, target, [value])
        else:
            realm.keep(fields, key, value)
    elif isinstance(target, list):
        place = number(name)
        if isinstance(place, int) and 0 <= place < min(len(target) + 1000, MOST_ITEMS):
            target.extend([UNDEFINED] * (place + 1 - len(target)))
            target[place] = value
        elif name == "length":
            del target[value if isinstance(value, int) and value >= 0 else len(target) :]
        elif isinstance(name, str):
            realm.extras.setdefault(id(target), (target, Obj()))[1][name] = value


def remove(realm: Realm, target: Any, name: Any) -> bool:
    """Delete a property of a value."""
    fields = target.fields if isinstance(target, Function) else target
    if isinstance(fields, Obj) and (key := string(name)) in fields:
        realm.keep(fields, key, UNDEFINED)
        del fields[key]
    return True
