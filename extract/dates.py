"""Dates and years as reports print them: in digits of any width, in Chinese numerals, with any signs between."""

from __future__ import annotations

import re
from datetime import date

from extract.cells import read_numeral
from extract.characters import nfkc

YEAR = r"(?:(?:19|20)\d{2}|[一二][〇○ＯO零○0一二三四五六七八九]{3})"
DATE = re.compile(
    r"(?<!\d)((?:19|20)\d{2})\s*(?:年|[-/.])\s*(\d{1,2}|元(?=\s*月))\s*(?:月|[-/.])\s*(\d{1,2})(?!\d)\s*日?"
)
_CLOSE_DATE = re.compile(  # 20230120, 发布日期:20230120
    r"(?:^|(?:日期|时间)\s*[:：])\s*((?:19|20)\d{2})([01]\d)([0-3]\d)(?:\d{6}\s*$|(?!\d))"
)
CHINESE_DATE = re.compile(
    r"([一二][〇○Ｏ零O0一二三四五六七八九]{3})\s*年\s*([一二三四五六七八九十]{1,2}|元)\s*月\s*([一二三四五六七八九十]{1,3})\s*日"
)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_ENGLISH = re.compile(  # Mar 20, 2022; 20 March 2022; Sun Mar 20 10:22:08 CST 2022
    rf"(?:(?<![a-z])(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?(?:(?<!\d)(?P<before>\d{{1,2}})\s+)?(?<![a-z])(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?\s+"
    r"(?(before)|(?P<day>\d{1,2}),?\s+(?:[\d:]+\s+[A-Z]{3}\s+)?)(?P<year>20\d\d)(?!\d)",
    re.I,
)
_WORD = re.compile("[A-Za-z]{3}")


def in_digits(text: str) -> str:
    """Return a text with its English dates as YYYY-MM-DD, as servers write those that nobody formats."""

    def digits(found: re.Match[str]) -> str:
        month = _MONTHS.index(found["month"].lower()) + 1
        return f"{found['year']}-{month}-{found['before'] or found['day']}"

    return _ENGLISH.sub(digits, text) if _WORD.search(text) else text


def year_of(text: str) -> int | None:
    """Return the year that a text of four digits or Chinese numerals states."""
    plain = nfkc(text).replace("○", "〇").replace("O", "〇").replace("o", "〇")
    if plain.isdigit():
        return int(plain)
    value = read_numeral(plain.replace("0", "〇"))
    return value if value and 1900 < value < 2100 else None


def date_in(text: str) -> str | None:
    """Return the first date of a text as YYYY-MM-DD: 2021-01-28, 2021/1/28, 2021年1月28日, 二〇二一年一月二十八日."""
    normal = in_digits(nfkc(text))
    if match := DATE.search(normal):
        parts = [1 if part == "元" else int(part) for part in match.groups()]
    elif match := _CLOSE_DATE.search(normal):
        parts = [int(part) for part in match.groups()]
    elif (match := CHINESE_DATE.search(normal)) and (year := year_of(match[1])):
        month, day = 1 if match[2] == "元" else read_numeral(match[2]), read_numeral(match[3])
        parts = [year, month or 0, day or 0]
    else:
        return None
    try:
        return date(*parts).isoformat()
    except ValueError:
        return None
