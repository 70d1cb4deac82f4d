"""Titles on paper: which lines in the middle of a page are one title. What PDF, OFD and DOCX share."""

from __future__ import annotations

import re

_ENDS = re.compile(r"(?:报告|年报)(?P<note>[（(][^（）()]*[）)])?$")
# What stands above or below a title and is none of it: 某县人民政府文件, its number, 附件1, a date.
_LETTERHEAD = re.compile(
    r".{2,30}文件|.{0,20}[〔\[（(]\d{4}[〕\]）)]\s*第?\s*\d+\s*号|附[件表录]?\s*[\d一二三四五六七八九十]{0,3}\s*[:：]?"
    r"|[（(]?\s*[\d〇○零一二三四五六七八九]{4}\s*年\s*[\d一二三四五六七八九十]{1,2}\s*月"
    r"(?:\s*[\d一二三四五六七八九十]{1,3}\s*日)?\s*[）)]?"
)


def goes_on(title: str, last: str, line: str) -> bool:
    """Tell whether a line may go on with a title whose last line is `last`: the title is not over, and neither line is
    letterhead (which may be the agency's name, printed again below it).
    """
    ended = _ENDS.search(title)
    if line == last:
        return False
    if ended and (ended["note"] or not line.startswith(("（", "("))):
        return False
    return not _LETTERHEAD.fullmatch(last) and not _LETTERHEAD.fullmatch(line)


def is_whole(title: str) -> bool:
    """Tell whether a text ends as the title of a report does."""
    return _ENDS.search(title) is not None
