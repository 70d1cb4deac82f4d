"""Values that a page watches, as Vue has it, and what it does when they change."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from crawler.js.language import Function, Realm, attempt, member
from crawler.js.values import UNDEFINED, Host, Obj, names_of, truth

MOST_CHANGES = 3  # that follow from each other


class Ref(Host):
    """A value in a box: `ref(…)`, `computed(…)`."""

    def __init__(self, realm: Realm, value: Any = UNDEFINED, read: Any = None) -> None:
        self.realm, self.read = realm, read
        self.kept["value"] = value

    @property
    def value(self) -> Any:
        """What is in it."""
        return self.realm.call(self.read, UNDEFINED, []) if self.read is not None else self.kept["value"]

    def get(self, name: str) -> Any:
        return self.value if name == "value" else super().get(name)


class Watches:
    """What is watched: how to read it, and what is told of a change."""

    def __init__(self, realm: Realm) -> None:
        self.realm = realm
        self.watched: list[tuple[str, Callable[[], Any], Callable[[list[Any]], Any]]] = []
        self.last: dict[str, Any] = {}  # what was seen of each of these

    def look(self) -> None:
        """Call what waits for a change of some value."""
        for _ in range(MOST_CHANGES):
            changed = False
            for key, read, act in list(self.watched):
                value, before = read(), self.last.get(key, UNDEFINED)
                if value is not before and value != before:
                    changed = True
                    self.realm.keep(self.last, key, value)
                    act([value, before])
            self.realm.follow()
            if not changed:
                return

    def source(self, source: Any, act: Any, told: Any) -> None:
        """`watch(source, act, told)`: a function, a box, or a list of such."""
        self._watch(partial(self._read, source), partial(self._call, act, UNDEFINED), told)

    def fields(self, instance: Obj, told: Any) -> None:
        """Watch the fields of an instance that its `watch` names."""
        for path in names_of(told):
            for one in told[path] if isinstance(told[path], list) else [told[path]]:
                act = one.get("handler") if isinstance(one, Obj) else one
                act = member(self.realm, instance, act) if isinstance(act, str) else act
                self._watch(partial(self._at, instance, path), partial(self._call, act, instance), one)

    def _watch(self, read: Callable[[], Any], act: Callable[[list[Any]], Any], told: Any) -> None:
        key = f"{len(self.watched)}"
        self.last[key] = read()
        self.watched.append((key, read, act))
        if isinstance(told, Obj) and truth(told.get("immediate", False)):
            act([self.last[key], UNDEFINED])

    def _read(self, source: Any) -> Any:
        if isinstance(source, list):
            return [self._read(one) for one in source]
        if isinstance(source, Function):
            return self.realm.call(source, UNDEFINED, [])
        return source.value if isinstance(source, Ref) else source

    def _call(self, function: Any, this: Any, args: list[Any]) -> Any:
        if not isinstance(function, Function):
            return None
        return attempt(function.scope, lambda _: self.realm.call(function, this, args))

    def _at(self, instance: Obj, path: str) -> Any:
        value: Any = instance
        for name in path.split("."):
            value = member(self.realm, value, name)
        return Obj(value) if isinstance(value, Obj) else list(value) if isinstance(value, list) else value
