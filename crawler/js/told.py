"""What goes into a reading of a page's scripts, and what comes out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from selectolax.lexbor import LexborNode

Cause = LexborNode | str | None
MORE = "加载更多"  # the words for what is scrolled to
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Script:
    """A script of a page: its text, and the address of the file that has it ("" for the page's own)."""

    code: str
    url: str = ""
    is_module: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """A request that was made, by its address and body, and the answer's text; the headers that it was made with."""

    url: str
    body: str | None
    text: str
    headers: Headers = ()

    @property
    def request(self) -> tuple[str, str | None]:
        """What tells the request from others."""
        return self.url, self.body

    @classmethod
    def of(cls, fields: Sequence[Any]) -> Answered:
        """Return an answer that was kept as JSON."""
        url, body, text, headers = fields
        return cls(url, body, text, tuple((name, value) for name, value in headers))


@dataclass(frozen=True, slots=True)
class Ask:
    """A request that a script would make: by POST where it has a `body` (`json` says that this is no form). It `moves`
    where the browser would go there; `cause` is the element that was clicked, or the words of an item that a library
    would show for it, None while the page is loaded. `headers` are those that the script sets. `GAP` stands for what is
    not known of it.
    """

    url: str
    body: str | None = None
    json: bool = False
    moves: bool = False
    cause: Cause = field(default=None, compare=False)
    headers: Headers = field(default=(), compare=False)

    @property
    def address(self) -> tuple[str, str | None]:
        """What tells the request from others."""
        return self.url, self.body


@dataclass(frozen=True, slots=True)
class Told:
    """What a page's scripts tell: the requests that they would make, the HTML that they would write, the names of the
    functions that are called and not known, which stand in script files, perhaps, the addresses of script files that
    they load and that were not at hand, how many entries they tell a pager of (0: of none), and how many queries its
    forms have beyond those that are among the requests.
    """

    asks: tuple[Ask, ...] = ()
    written: str = ""
    missing: frozenset[str] = frozenset()
    files: tuple[str, ...] = ()
    declared: int = 0
    unsent: int = 0
