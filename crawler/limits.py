"""What a page may cost the crawl that reads it: a hostile one must not stop all others.

Python's own work is interrupted by a timer, regular expressions included (`in_time`). The parser cannot be: what
lexbor needs grows with the square of how deep elements are nested, of how many end tags fit nothing, and of how many
attributes one element has; minutes for 500 KB of `<div>`. Pages of that look are parsed by another process first
(`tree_of`).
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import FrameType

from selectolax.lexbor import LexborHTMLParser

READING = 20  # seconds of processor time for all that one page asks of us
PARSING = 2  # seconds of processor time
MANY_TAGS = 10_000  # nested, they take 0.4 s
LONG_TAG = 1 << 16  # bytes; of attributes, they take 0.2 s
LARGE = 1 << 20  # bytes
PROBE = """
import resource, sys
seconds = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
from selectolax.lexbor import LexborHTMLParser
LexborHTMLParser(sys.stdin.buffer.read())
"""


class UnreadablePage(Exception):
    """Raised where a page takes too long; the message says what does."""


class _OutOfTime(BaseException):
    """Passes all that catches faults of a page's own."""


@contextmanager
def in_time(seconds: float = READING) -> Iterator[None]:
    """End what is done within after so many seconds of processor time; of the main thread only.

    Raises `UnreadablePage`.
    """
    _listen()
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    except _OutOfTime:
        raise UnreadablePage(f"reading it takes longer than {seconds} s") from None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


@cache
def _listen() -> None:
    signal.signal(signal.SIGVTALRM, _give_up)


def _give_up(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise _OutOfTime


def tree_of(html: bytes | str, *, seconds: int = PARSING) -> LexborHTMLParser:
    """Return the tree of a page that can be parsed in so many seconds of processor time. Raises `UnreadablePage`."""
    text = html.encode("utf-8", "replace") if isinstance(html, str) else html
    if _may_take_long(text) and not _can_be_parsed(text, seconds):
        raise UnreadablePage(f"its {len(text)} bytes of HTML cannot be parsed in {seconds} s: nested too deep?")
    return LexborHTMLParser(text)


def _may_take_long(text: bytes) -> bool:
    if len(text) > LARGE or text.count(b"<") > MANY_TAGS:
        return True
    return any(text.find(b"<", at, at + LONG_TAG) < 0 for at in range(0, len(text) - LONG_TAG, LONG_TAG))


def _can_be_parsed(text: bytes, seconds: int) -> bool:
    probe = [sys.executable, "-I", "-c", PROBE, str(seconds)]
    return subprocess.run(probe, input=text, check=False).returncode == 0
