"""Branches of a portal that lead on without end and bring nothing: mazes, calendars, news that lead to further news.

What a portal's addresses have in common (`_shape`) tells its branches apart. One of which many pages in a row brought
no report, nor led to a page that did, is given up.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

MOST_BARREN = 250  # pages of a branch since the last report behind it
VARYING = re.compile(r"[0-9a-f]{8}[0-9a-f-]*|\d+", re.IGNORECASE)
FOLDERS = 2  # of an address that tell its branch: what stands deeper may repeat itself

Branch = tuple[str, str]  # a portal, and what the addresses of the branch have in common


class Branches:
    """The branches of all portals of a crawl, as far as this process has seen them."""

    def __init__(self) -> None:
        self._barren: Counter[Branch] = Counter()
        self._before: defaultdict[Branch, set[Branch]] = defaultdict(set)  # from which a branch was reached
        self._left: set[Branch] = set()

    def note(self, portal: str, url: str, via: str, *, is_report: bool) -> bool:
        """Count a page that was read; return whether its branch is given up from now on."""
        branch = portal, _shape(url)
        self._before[branch].add((portal, _shape(via)))
        if is_report:
            self._credit(branch)
            return False
        self._barren[branch] += 1
        if self._barren[branch] < MOST_BARREN or branch in self._left:
            return False
        self._left.add(branch)
        return True

    def is_left(self, portal: str, url: str) -> bool:
        """Say whether an address belongs to a branch that was given up."""
        return bool(self._left) and (portal, _shape(url)) in self._left

    def _credit(self, branch: Branch) -> None:
        """Begin anew to count for a branch and those that led to it."""
        reached, ahead = {branch}, [branch]
        while ahead:
            self._barren.pop(here := ahead.pop(), None)
            ahead += self._before[here] - reached
            reached |= self._before[here]


@lru_cache(1 << 12)  # hundreds of pages are reached from one
def _shape(url: str) -> str:
    """Return what the addresses of a branch have in common: host, first folders, form of the name, names of the
    parameters.
    """
    parts = urlsplit(url)
    *folders, name = VARYING.sub("#", parts.path).split("/")
    names = sorted({field for field, _ in parse_qsl(parts.query, keep_blank_values=True)})
    return "/".join((parts.netloc, *folders[: FOLDERS + 1], name)) + "?" + "&".join(names)
