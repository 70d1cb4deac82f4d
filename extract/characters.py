"""Characters that have several forms, or print nothing."""

from __future__ import annotations

import re
from unicodedata import east_asian_width, is_normalized, normalize

NO_WIDTH = "".join(  # characters that print nothing: joiners, marks of direction, soft hyphens, variation selectors
    map(
        chr,
        (
            0xAD,
            *range(0x200B, 0x2010),
            *range(0x202A, 0x202E),  # U+202E is none: it turns the digits behind it
            *range(0x2060, 0x2065),
            *range(0x2066, 0x206A),
            *range(0xFE00, 0xFE10),
            0xFEFF,
        ),
    )
)
WIDE = ("", "WF", "WFA")  # classes of characters (UAX 11) that take two places: programs count in one of these ways
OF_TERMINALS = 1  # the way of terminals
_BLANK = "\ue5e5"  # of GBK's private use: papers made in it have an ideographic blank there
_RADICALS = dict(
    zip(
        "⺁⺇⺏⺓⺙⺟⺠⺫⺬⺷⺻⺼⻁⻂⻄⻅⻆⻉⻊⻋⻌⻏⻒⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳",
        "厂几兀幺攵母民罒示羊聿肉虎衤西见角贝足车辶阝镸长门青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龟",
        strict=True,
    )
)
# At the end the compatibility ideographs: 年 as U+F98E, 行 as U+FA08 of Korean and Japanese fonts.
_OTHER_FORM = re.compile(f"[\u2e80-\u2fd5{_BLANK}{NO_WIDTH}\uf900-\ufaff\U0002f800-\U0002fa1f]")
# Chinese prose is full of them.
_FULL_WIDTH = tuple((wide, normalize("NFKC", wide)) for wide in "，：；（）！？％\u3000")
_WIDE_DIGIT = re.compile("[０-９]")
_PLAIN_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


def is_plain(text: str) -> bool:
    """Tell whether a text is as `plain` returns it."""
    return not _OTHER_FORM.search(text)


def plain(text: str) -> str:
    """Return a text with the characters that its other forms stand for, without those that print nothing.

    Many PDFs, and what is pasted from them, have the radical ⼀ for 一, ⺠ for 民; editors of articles leave joiners
    between words.
    """
    return _OTHER_FORM.sub(_plain, text)


def _plain(match: re.Match[str]) -> str:
    form = match[0]
    if form in NO_WIDTH:
        return ""
    return "\u3000" if form == _BLANK else _RADICALS.get(form) or normalize("NFKC", form)


def squeezed(text: str) -> str:
    """Return a text without blanks."""
    return "".join(text.split())


def nfkc(text: str) -> str:
    """Return a text in Unicode's form NFKC, in which full-width letters, digits and signs are plain.

    Of a text in which anything is to be changed `normalize` looks up each Chinese character in tables of hundreds, so that
    one full-width comma makes it a hundred times as slow. So the commonest are changed before.
    """
    if is_normalized("NFKC", text):
        return text
    for wide, plain in _FULL_WIDTH:
        text = text.replace(wide, plain)
    return normalize("NFKC", text)


def with_plain_digits(text: str) -> str:
    """Return a text with its full-width digits as plain ones (looking for one is a tenth of translating)."""
    return text.translate(_PLAIN_DIGITS) if _WIDE_DIGIT.search(text) else text


def places(text: str) -> tuple[int, ...]:
    """Return how many places of a line a text takes, by each way of counting (WIDE)."""
    if text.isascii():
        return (len(text),) * len(WIDE)
    classes = [*map(east_asian_width, text)]
    return tuple(len(text) + sum(one in wide for one in classes) for wide in WIDE)
