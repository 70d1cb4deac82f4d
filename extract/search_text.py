"""Chinese full-text search on plain FTS5: text becomes overlapping pairs of characters, a query a phrase of pairs.

FTS5's own tokenizers cut Chinese at punctuation only (`unicode61`) or find nothing under three characters (`trigram`).
Over `zh_bigrams` text, in which blanks part the words already, `ascii` finds every substring of Chinese, of one
character or many, and nothing else, in half the time of `unicode61`. Words and numbers of other scripts are found
whole. Both sides are NFKC and lower case: full-width digits meet plain ones.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby
from operator import add

from extract.characters import nfkc

WORD = re.compile(r"[^\W_]+")
TERM = re.compile(r'"[^"]*"|[^\s"]+')

MAX_QUERY = 400  # characters of a query that are read: a search box is open to everyone


def zh_bigrams(text: str | None) -> str:
    """Return what the index gets for `text`: 政府信息 becomes "政府 府信 信息 息"; other words stay as they are."""
    return " ".join(map(_joined_grams, WORD.findall(_plain(text))))


def zh_query(term: str | None) -> str:
    """Return the FTS5 expression for what a reader typed; never a syntax error, whatever was typed.

    Blank-separated terms must all occur; a term in double quotes may hold blanks. A term is a phrase: its characters
    stand side by side in the text, punctuation apart. A `*` at the end of a term finds the words that begin so.
    Nothing to search for gives `""`, which finds no row. At most MAX_QUERY characters are read.
    """
    phrases = [
        _phrase(tokens, open_ended=stated.rstrip('"').endswith("*"))
        for stated in TERM.findall(_plain((term or "")[:MAX_QUERY]))
        if (tokens := [token for word in WORD.findall(stated) for token in _tokens(word)])
    ]
    return " ".join(phrases) or '""'


def _phrase(tokens: list[str], *, open_ended: bool) -> str:
    *inner, last = tokens
    grams = [gram for token in inner for gram in _grams(token)]
    if _is_han(last[0]):
        # In the index the last character may be the first one of a further pair.
        grams += _grams(last)[:-1] or [last]
        open_ended = open_ended or len(last) == 1
    else:
        grams.append(last)
    return f'"{" ".join(grams)}"' + ("*" if open_ended else "")


@lru_cache(maxsize=1 << 14)  # reports share most of their phrases
def _joined_grams(word: str) -> str:
    return " ".join([gram for token in _tokens(word) for gram in _grams(token)])


def _tokens(word: str) -> list[str]:
    """Return a word in pieces of Chinese and of other scripts."""
    return ["".join(run) for _, run in groupby(word, key=_is_han)]


def _grams(token: str) -> list[str]:
    """Return the pairs of a Chinese token, and its last character alone; another token as it is."""
    return [*map(add, token, token[1:]), token[-1]] if _is_han(token[0]) else [token]


def _is_han(character: str) -> bool:
    """Tell an ideograph: of the basic block, extension A, the compatibility block, a supplementary plane; 〇 of 二〇二〇."""
    return (
        "\u3400" <= character <= "\u9fff"
        or character == "\u3007"
        or "\uf900" <= character <= "\ufaff"
        or "\U00020000" <= character <= "\U0003ffff"
    )


def _plain(text: str | None) -> str:
    return nfkc(text or "").lower()
