"""Chinese full-text search on plain FTS5: text becomes overlapping pairs of characters, a query a phrase of pairs.

FTS5's own tokenizers cut Chinese at punctuation only (`unicode61`) or find nothing under three characters (`trigram`).
Over `zh_bigrams` text, `unicode61` finds every substring of Chinese, of one character or many, and nothing else. Words
and numbers of other scripts are found whole. Both sides are NFKC and lower case: full-width digits meet plain ones.
"""

from __future__ import annotations

import re
from functools import lru_cache
from operator import add

from extract.characters import nfkc

# Ideographs: the basic block and extension A, 〇 of 二〇二〇, the compatibility block, the supplementary planes.
_HAN = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_TERM = re.compile(r'"[^"]*"|[^\s"]+')
_FIRST_HAN = re.compile(rf"[{_HAN}]")

MAX_QUERY = 400  # characters of a query that are read: a search box is open to everyone


def zh_bigrams(text: str | None) -> str:
    """Return what the index gets for `text`: 政府信息 becomes "政府 府信 信息 息"; other words stay as they are."""
    return " ".join(map(_joined_grams, _TOKEN.findall(_plain(text))))


def zh_query(term: str | None) -> str:
    """Return the FTS5 expression for what a reader typed; never a syntax error, whatever was typed.

    Blank-separated terms must all occur; a term in double quotes may hold blanks. A term is a phrase: its characters
    stand side by side in the text, punctuation apart. A `*` at the end of a term finds the words that begin so.
    Nothing to search for gives `""`, which finds no row. At most MAX_QUERY characters are read.
    """
    phrases = [
        _phrase(tokens, open_ended=stated.rstrip('"').endswith("*"))
        for stated in _TERM.findall(_plain((term or "")[:MAX_QUERY]))
        if (tokens := _TOKEN.findall(stated))
    ]
    return " ".join(phrases) or '""'


def _phrase(tokens: list[str], *, open_ended: bool) -> str:
    *inner, last = tokens
    grams = [gram for token in inner for gram in _grams(token)]
    if _FIRST_HAN.match(last):
        # In the index the last character may be the first one of a further pair.
        grams += _grams(last)[:-1] or [last]
        open_ended = open_ended or len(last) == 1
    else:
        grams.append(last)
    return f'"{" ".join(grams)}"' + ("*" if open_ended else "")


@lru_cache(maxsize=1 << 14)  # reports share most of their phrases
def _joined_grams(token: str) -> str:
    return " ".join(_grams(token))


def _grams(token: str) -> list[str]:
    """Return the pairs of a Chinese token, and its last character alone; another token as it is."""
    if "\u3400" <= token[0] <= "\u9fff" or _FIRST_HAN.match(token):
        return [*map(add, token, token[1:]), token[-1]]
    return [token]


def _plain(text: str | None) -> str:
    return nfkc(text or "").lower()
