"""Stamps: parameters whose value a portal makes anew for each answer, learned a host at a time. Each page would have
addresses without end under them.

A parameter is taken for a stamp when several addresses were each fetched with two values of it and showed the same
text both times, and each of several pages had values in its links that no other page had. In addresses that name an
article without it (`t20260120_5.html?nav=3`) the same text is enough. One contrary sign keeps a parameter for good.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from crawler.addresses import host_of, without
from crawler.fingerprint import PASSING
from crawler.page import Page
from crawler.relevance import is_article

TELLING = 3  # addresses that showed the same text under two values
LEAST = 60  # characters of text that tell anything
MOST_KEPT = 4096  # values of a parameter; a host on which more are seen has no stamp that we know
OF_ARTICLES = "/"  # before the name of a parameter that is a stamp in the addresses of articles only
NAMES_SOMETHING = re.compile(r"(?i)(?!.*sess).*id|p|page\w*|\w*page|\w*no|\w*code|year|nd")


@dataclass(slots=True)
class _Signs:
    """What speaks for a parameter: the texts of addresses without it, each with the value, those that agree, the
    values in links, and how many pages had new ones.
    """

    texts: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    agreeing: set[str] = field(default_factory=set)
    values: set[str] = field(default_factory=set)
    fresh: int = 0


class Stamps:
    """The stamps of each host; those `known` were learned before."""

    def __init__(self, known: Iterable[tuple[str, str]] = ()) -> None:
        self._of: dict[str, frozenset[str]] = defaultdict(frozenset)
        for host, names in known:
            self._of[host] = frozenset(names.split())
        self._signs: dict[tuple[str, str], _Signs | None] = {}  # None: the parameter is none, for good

    def of(self, host: str) -> frozenset[str]:
        """Return the names of a host's stamps, those of articles only with OF_ARTICLES before them."""
        return self._of[host]

    def striker(self) -> Callable[[str], str] | None:
        """Return `strike`; None while there is nothing to strike off: every link of every page would be looked at."""
        return self.strike if any(self._of.values()) else None

    def strike(self, url: str) -> str:
        """Return an address without the stamps of its host."""
        stamps = self._of.get(host_of(url)) if "?" in url else None
        if not stamps:
            return url
        return without(url, {name.lstrip(OF_ARTICLES) for name in stamps} if is_article(url) else stamps)

    def learn(self, host: str, page: Page) -> bool:
        """Take the signs that a page gives; say whether there is a new stamp."""
        own, told = dict(_parameters(page.url)), False
        seen: dict[str, set[str]] = defaultdict(set)
        for link in page.anchors if "?" in page.text else ():
            if "?" in link.url and link.url.startswith(page.origin + "/"):
                for name, value in _parameters(link.url):
                    seen[name].add(value)
        for name, values in seen.items():
            signs = self._signs_of(host, name)
            if signs is None:
                continue
            values.discard(own.get(name, ""))
            if not values.isdisjoint(signs.values) or len(signs.values) > MOST_KEPT:
                self._signs[host, name] = None
            signs.fresh += bool(values)
            signs.values |= values
        for name, value in own.items():
            told |= self._learn(host, page, name, value, name)
            told |= is_article(page.url) and self._learn(host, page, name, value, OF_ARTICLES + name)
        return told

    def _learn(self, host: str, page: Page, name: str, value: str, stamp: str) -> bool:
        """Compare a page with what its address showed under another value; say whether its parameter is a stamp now."""
        signs = self._signs_of(host, stamp)
        if signs is None:
            return False
        if not _agrees(signs, page, name, value):
            self._signs[host, stamp] = None
            return False
        told = len(signs.agreeing) >= TELLING and (stamp != name or signs.fresh >= TELLING)
        if told:
            self._of[host] |= {stamp}
        return told

    def _signs_of(self, host: str, stamp: str) -> _Signs | None:
        if stamp in self._of[host] or NAMES_SOMETHING.fullmatch(stamp.lstrip(OF_ARTICLES)):
            return None
        return self._signs.setdefault((host, stamp), _Signs())


def _agrees(signs: _Signs, page: Page, name: str, value: str) -> bool:
    """Say whether a page shows what its address showed with another value of a parameter."""
    text = "" if page.tree.body is None else PASSING.sub("", "".join(page.tree.body.text().split()))
    address = without(page.url, (name,))
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=12).digest()
    before, shown = signs.texts.setdefault(address, (value, digest))
    if before != value and shown == digest and len(text) >= LEAST:
        signs.agreeing.add(address)
    return before == value or shown == digest


def _parameters(url: str) -> list[tuple[str, str]]:
    pairs = (pair.partition("=") for pair in urlsplit(url).query.split("&"))
    return [(name, value) for name, _, value in pairs if value]
