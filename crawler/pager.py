"""When a list has ended.

The one place for the rules that no server can fool: servers ignore page parameters, clamp them to the last page, or go
on for ever, and answer 200 each time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from crawler.families.base import Declared, PageRef

MOST_PAGES = 400  # of a list in the 年报 column
MOST_PAGES_ELSEWHERE = 12  # of a list that is only looked through for misfiled reports, after the last one
MAXIMUM, LAST, REPEATED, NOTHING_NEW = "maximum", "last page", "repeated page", "no new link"  # why a list has ended
PATIENCE = 2  # pages in a row without a new link, where the list declares further pages


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known after reading a page: links on it, how many of them are new to the list, whether a page with the
    very same links came before, how many were collected in all, and how many pages in a row brought nothing new, this
    one included.
    """

    links: int
    new: int
    repeated: bool
    collected: int
    barren: int


@dataclass(frozen=True, slots=True)
class Decision:
    """The next page to ask for with what remains after it, or why the list has ended."""

    follow: PageRef | None = None
    rest: tuple[PageRef, ...] = ()
    reason: str = ""


def decide(
    seen: Seen,
    declared: Declared,
    refs: Iterable[PageRef],
    *,
    number: int,
    most: int,
    rest: tuple[PageRef, ...] = (),
    guessed: bool = False,
) -> Decision:
    """Return whether a list goes on after page `number`, at most `most` pages.

    `refs` are the pages that the page itself names, nearest first, `rest` those that were left when it was asked for;
    `guessed` says that it was a guess.
    """
    if number >= most:
        return Decision(reason=MAXIMUM)
    has_further = declared.pages is not None and number < declared.pages
    is_full = declared.records is not None and seen.collected >= declared.records
    if is_full and seen.collected and not (has_further and seen.new):  # what is collected may be a menu beside the rows
        return Decision(reason="complete")
    if not seen.new and rest and (guessed or _has_ways(rest) or rest[0].number <= number):
        return _next_way(rest)
    if seen.repeated and seen.links:
        return Decision(reason=REPEATED)
    promised = has_further or (declared.records is not None and not is_full)
    shell = number == 1 and not seen.links and bool(refs := tuple(refs))  # its rows come from elsewhere
    if not seen.new and not shell and (not promised or seen.barren >= PATIENCE):
        return Decision(reason=NOTHING_NEW)
    # Of the ways to read the list, the one that succeeded is kept; other guesses are of no use once one was right.
    left = () if guessed else tuple(ref for ref in rest if ref.number > number)
    following = tuple(refs) or tuple(ref for ref in left if ref.way == left[0].way)
    if not following:
        return Decision(reason=LAST)
    return Decision(following[0], following[1:])


def after_failure(rest: tuple[PageRef, ...], *, guessed: bool, barren: int) -> Decision:
    """Return whether a list goes on although one of its pages could not be read: there may be another way to it, a
    declared page may be missing in the middle, and of several guessed templates each gets its turn.
    """
    if _has_ways(rest):
        return _next_way(rest)
    if rest and (guessed or barren < PATIENCE):
        return Decision(rest[0], rest[1:])
    return Decision(reason="no such template" if guessed else "page missing")


def _has_ways(rest: tuple[PageRef, ...]) -> bool:
    return len({ref.way for ref in rest}) > 1


def _next_way(rest: tuple[PageRef, ...]) -> Decision:
    """Return the decision to read the list in the next way; where all that is left goes one way, to go on with it."""
    kept = tuple(ref for ref in rest if ref.way != rest[0].way) or rest
    return Decision(kept[0], kept[1:])


def digest(links: Iterable[str]) -> bytes:
    """Return what tells two pages of a list apart: a hash of their rows' addresses in order."""
    return hashlib.blake2b("\n".join(links).encode(), digest_size=12).digest()
