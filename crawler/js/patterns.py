"""Regular expressions of a script, tried only where no text could keep a reader long."""

from __future__ import annotations

import re
import warnings
from contextvars import ContextVar
from typing import Any

from crawler.js.language import MOST_LENGTH
from crawler.js.values import GAP, UNDEFINED, UNKNOWN, Host, string

LONGEST_PATTERN = 300  # characters
LONGEST_WITH = (MOST_LENGTH, 5000, 300, 80)  # characters that a pattern is tried on, by its unbounded repetitions
REPEATING = re.compile(r"[*+]|\{\d+,?\d*\}")
NESTED = re.compile(r"\)\s*[*+{]")


LAST: ContextVar[re.Match[str] | None] = ContextVar("LAST", default=None)  # what `RegExp.$1` is a part of


class Regex(Host):
    """A pattern. One that could take a reader for ever is not tried: its answers are unknown."""

    def __init__(self, pattern: str, flags: str) -> None:
        self.everywhere = "g" in flags
        pattern = pattern if len(pattern) < LONGEST_PATTERN else ""
        repetitions = len(REPEATING.findall(pattern))
        is_read = repetitions < len(LONGEST_WITH) and not NESTED.search(pattern)
        self.longest = LONGEST_WITH[repetitions] if is_read else 0
        self.pattern: re.Pattern[str] | None = None
        translated = re.sub(r"\(\?<(?=\w)", "(?P<", pattern).replace("\\/", "/").replace("[^]", "[\\s\\S]")
        with warnings.catch_warnings(action="ignore"):
            try:
                self.pattern = re.compile(translated, re.IGNORECASE if "i" in flags else 0)
            except (re.error, OverflowError, RecursionError):
                self.longest = 0

    def get(self, name: str) -> Any:
        if name == "test":
            return lambda _, args: UNKNOWN if (found := self.search(args)) is UNKNOWN else found is not None
        if name == "exec":
            return lambda _, args: UNKNOWN if (found := self.search(args)) is UNKNOWN else groups(found)
        return super().get(name)

    def search(self, args: list[Any]) -> Any:
        """Return the first match in a text, None without one; UNKNOWN where that cannot be told."""
        text = string(args[0]) if args else GAP
        if self.pattern is None or len(text) > self.longest or GAP in text:
            return UNKNOWN
        if found := self.pattern.search(text):
            LAST.set(found)
        return found

    def may_read(self, text: str) -> bool:
        """Say whether a text may be searched through."""
        return self.pattern is not None and len(text) <= self.longest


def groups(found: re.Match[str] | None) -> Any:
    """Return a match as an array, null for none."""
    return None if found is None else [found[0], *(UNDEFINED if part is None else part for part in found.groups())]
