"""Titles on paper: which lines in the middle of a page are one title. What PDF, OFD and DOCX share."""

from __future__ import annotations

import re

_ENDS = re.compile(r"(?:报告|年报)(?P<note>[（(][^（）()]*[）)])?$")
_PLACE = 2  # characters of the name of a place at least
# What stands above or below a title and is none of it: 某县人民政府文件, its number, 附件1, a date, the paper's name.
_LETTERHEAD = re.compile(
    r".{2,30}文件|.*(?:公报|专栏|网站|第\s*\d+\s*期|签发人.*)"
    r"|.{0,20}[〔\[（(]\d{4}[〕\]）)]\s*第?\s*\d+\s*号|附[件表录]?\s*[\d一二三四五六七八九十]{0,3}\s*[:：]?"
    r"|[（(]?\s*[\d〇○零一二三四五六七八九]{4}\s*年\s*[\d一二三四五六七八九十]{1,2}\s*月"
    r"(?:\s*[\d一二三四五六七八九十]{1,3}\s*日)?\s*[）)]?"
)


def goes_on(title: str, last: str, line: str) -> bool:
    """Tell whether a line may go on with a title whose last line is `last`: the title is not over, neither line is
    letterhead, and the line does not name the same place again, as a title does that begins there.
    """
    ended = _ENDS.search(title)
    if line.startswith(title[:_PLACE]):
        return False
    if ended and (ended["note"] or not line.startswith(("（", "("))):
        return False
    return not _LETTERHEAD.fullmatch(last) and not _LETTERHEAD.fullmatch(line)


def is_whole(title: str) -> bool:
    """Tell whether a text ends as the title of a report does."""
    return _ENDS.search(title) is not None
