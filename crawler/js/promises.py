"""Promises, and what `await` makes of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crawler.js.language import Function, Realm, Thrown, Waiting, iterated, member
from crawler.js.values import UNDEFINED, Host, Native, Obj

ON_KEPT = frozenset(("then", "done", "success", "complete"))
ON_BROKEN = frozenset(("catch", "fail", "error"))
ON_BOTH = frozenset(("finally", "always"))


class Promise(Host):
    """A promise: open, kept or broken. `more` are further arguments that jQuery's hand to a function."""

    def __init__(self, realm: Realm, *, more: list[Any] | None = None) -> None:
        self.realm, self.more = realm, more or []
        self.is_kept: bool | None = None
        self.value: Any = UNDEFINED
        self.waiting: list[Callable[[], Any]] = []
        self.own: dict[str, Native] = {}  # methods of this promise alone

    def get(self, name: str) -> Any:
        if name in self.own:
            return self.own[name]
        if name in ON_KEPT:
            return lambda _, args: self.then(*args[:2])
        if name in ON_BROKEN:
            return lambda _, args: self.then(UNDEFINED, *args[:1])
        if name in ON_BOTH:
            return lambda _, args: self.then(*args[:1] * 2, hands=False)
        return super().get(name) if name in self.kept else lambda _this, _given: self

    def keep(self, value: Any) -> Promise:
        """Keep the promise; of another promise what that comes to."""
        if isinstance(value, Promise) and value is not self:
            self.follow(value)
        elif isinstance(value, Obj) and isinstance(then := member(self.realm, value, "then"), Function):
            self.realm.call(then, value, [self.keeper, self.breaker])
        else:
            self.settle(value, is_kept=True)
        return self

    def follow(self, other: Promise) -> None:
        """Keep or break the promise as another one is."""
        other.when(lambda: self.settle(other.value, is_kept=other.is_kept is True))

    def settle(self, value: Any, *, is_kept: bool) -> Promise:
        """Keep or break the promise, once."""
        if self.is_kept is None:
            self.is_kept, self.value = is_kept, value
            self.realm.jobs.extend(self.waiting)
        return self

    def keeper(self, _: Any, args: list[Any]) -> Any:
        """What a script keeps it with."""
        self.keep(args[0] if args else UNDEFINED)
        return UNDEFINED

    def breaker(self, _: Any, args: list[Any]) -> Any:
        """What a script breaks it with."""
        self.settle(args[0] if args else UNDEFINED, is_kept=False)
        return UNDEFINED

    def when(self, act: Callable[[], Any]) -> None:
        """Do something once the promise is kept or broken."""
        if self.is_kept is None:
            self.waiting.append(act)
        else:
            self.realm.jobs.append(act)

    def then(self, kept: Any = UNDEFINED, broken: Any = UNDEFINED, *, hands: bool = True) -> Promise:
        """Return the promise of what a function gives that is called when this one is kept, or broken."""
        made = Promise(self.realm)

        def act() -> None:
            function = kept if self.is_kept else broken
            if not isinstance(function, Function) and not callable(function):
                made.settle(self.value, is_kept=self.is_kept is True)
                return
            try:
                value = self.realm.call(function, UNDEFINED, [self.value, *self.more] if hands else [])
            except Thrown as thrown:
                made.settle(thrown.value, is_kept=False)
                return
            made.keep(value if hands else self.value)

        self.when(act)
        return made


def awaited(realm: Realm, value: Any) -> Any:
    """Return what `await` gives. Raises `Thrown`, and `Waiting` where it does not come to an end."""
    if not isinstance(value, Promise):
        return value
    realm.follow()
    if value.is_kept is None:
        raise Waiting
    if not value.is_kept:
        raise Thrown(value.value)
    return value.value


def promised(realm: Realm, act: Callable[[], Any]) -> Promise:
    """Return the promise that an `async` function gives for what it does."""
    made = Promise(realm)
    try:
        made.keep(act())
    except Thrown as thrown:
        made.settle(thrown.value, is_kept=False)
    except Waiting:
        pass  # and so it stays open
    return made


def _made(realm: Realm, args: list[Any]) -> Promise:
    made = Promise(realm)
    try:
        realm.call(args[0] if args else UNDEFINED, UNDEFINED, [made.keeper, made.breaker])
    except Thrown as thrown:
        made.settle(thrown.value, is_kept=False)
    return made


def _all(realm: Realm, args: list[Any], *, settled: bool = False) -> Promise:
    """Return the promise of a list of promises."""
    whole = Promise(realm)
    parts = [Promise(realm).keep(item) for item in iterated(realm, args[0] if args else [])]

    def look() -> None:
        broken = next((part for part in parts if part.is_kept is False), None)
        if broken is not None and not settled:
            whole.settle(broken.value, is_kept=False)
        elif all(part.is_kept is not None for part in parts):
            told = [Obj(status="fulfilled" if part.is_kept else "rejected", value=part.value) for part in parts]
            whole.settle(told if settled else [part.value for part in parts], is_kept=True)

    for part in parts:
        part.when(look)
    realm.jobs.append(look)
    return whole


def _race(realm: Realm, args: list[Any]) -> Promise:
    whole = Promise(realm)
    for item in iterated(realm, args[0] if args else []):
        whole.follow(Promise(realm).keep(item))
    return whole


def names(realm: Realm) -> tuple[Native, dict[str, Any]]:
    """Return `Promise` as the language has it: what it does when called, and its own functions."""
    return lambda _, args: _made(realm, args), {
        "resolve": lambda _, args: Promise(realm).keep(args[0] if args else UNDEFINED),
        "reject": lambda _, args: Promise(realm).settle(args[0] if args else UNDEFINED, is_kept=False),
        "all": lambda _, args: _all(realm, args), "race": lambda _, args: _race(realm, args),
        "any": lambda _, args: _race(realm, args),
        "allSettled": lambda _, args: _all(realm, args, settled=True),
    }  # fmt: skip
