"""What one cell states: a number, nothing, or no single number at all. Nothing is guessed and nothing is repaired.

The kinds are those of `reading.ReadCell`. Sources: portals.md §8.5 (how cells come), gold/README.md (a blank or
marked cell is never 0).
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from extract.characters import NO_WIDTH, nfkc
from extract.reading import ReadCell

# A mark is a sign that an agency puts where it has nothing to state; it is no zero.
MARKS = frozenset(
    """/ // \\ ∕ ⁄ - -- --- — —— ——— – ―  ─ ── _ __ ~ * × ● ... ...... N/A NA NAN NONE NULL
    无 空 (空) 没有 无数据 暂无 暂无数据 不涉及 未发生""".split()
)
UNITS = """
    亿元 万元 千元 百元 元 件次 人次 批次 家次 户次 批 件 个 项 条 次 宗 起 人 份 例 部 家 户 篇 类 笔 册 万
    """.split()

# What a sign of a footnote raised behind a figure looks like.
FOOTNOTE = re.compile(r"[\[(（【]?[注*※\d①-⑳]+[\])）】]?")
MONEY_UNITS = frozenset(["亿元", "万元", "千元", "百元", "元", "万"])  # of amounts; no unit of a count
_MAX_DIGITS = 18  # a longer number is no figure of the form, and no SQLite INTEGER

_ODD_SPACE: dict[int, str | None] = {
    0xA0: " ",
    0x3000: " ",
    **dict.fromkeys(map(ord, NO_WIDTH)),
}
_MINUS = dict.fromkeys(map(ord, "−﹣‐‑‒"), "-")
_UNIT = "|".join(UNITS)
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|0|[1-9]\d*)(?:\.\d+)?"
_PLAIN = re.compile(r"0|[1-9]\d*")
_STATED = re.compile(
    rf"(?:人民币|约|[¥￥])?(?P<sign>[+-]|±(?=0)|增加?[+]?|减少?|上升|下降|[↑↓])?(?P<number>{_NUMBER})"
    rf"(?P<unit>{_UNIT})?(?P<note>[(\[【].*[)\]】]|[(]?其中.*)?",
    re.DOTALL,
)
_NEGATIVE = frozenset(["-", "减", "减少", "下降", "↓"])
_PARENTHESISED_UNIT = re.compile(rf"[(\[【]({_UNIT})[)\]】]")
_UNIT_BESIDE = re.compile(rf"[(（][^()（）]*?({_UNIT})[^()（）]*[)）]")
_NUMERAL = re.compile(rf"(?P<sign>[+-])?(?P<number>[零〇一二三四五六七八九十百千两]+)(?P<unit>{_UNIT})?")
_OTHER_AMOUNT = re.compile(r"^[(\[【](?!其中|含|包括).*\d[亿万千百]?元")  # 125000元（折合12.5万元）: which of them?
_PARTED_DIGITS = re.compile(r"\d\s+\d")
_TWO_NUMBERS = re.compile(r"\d[ \t]{2,}\d")  # a gap that wide parts two cells, not two digits
_DIGITS = {character: digit for digit, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000}


@lru_cache(maxsize=1 << 16)
def read_cell(text: str) -> ReadCell:
    """Return what the text of one cell states.

    The whole text belongs to one cell, so blanks between digits do not part numbers. A text that states no single
    number (`12/3`, `007`, `①`, a sentence) gives kind `refused` and no value; the caller warns.
    """
    if len(text) <= _MAX_DIGITS and _PLAIN.fullmatch(text):
        return ReadCell(int(text), None, "number")
    printed = text.translate(_ODD_SPACE).strip()
    if not printed:
        return ReadCell()
    if any(map(_is_dressed_digit, printed)):
        return ReadCell(None, printed, "refused")
    stated = nfkc(printed).translate(_MINUS)
    if _TWO_NUMBERS.search(stated):
        return ReadCell(None, printed, "refused")
    squeezed = "".join(stated.split())
    if squeezed.upper() in MARKS:
        return ReadCell(None, printed, "mark")
    if match := _STATED.fullmatch(squeezed):
        return _stated(match, printed, stated)
    if (match := _NUMERAL.fullmatch(squeezed)) and set(squeezed) != {"一"}:  # 一 alone may be a dash
        value = read_numeral(match["number"])
        if value is not None:
            return ReadCell(-value if match["sign"] == "-" else value, printed, "numeral", match["unit"])
    return ReadCell(None, printed, "refused")


@lru_cache(maxsize=1 << 14)  # both readings of a table ask for each of its cells
def read_cell_at(text: str, place: str) -> ReadCell:
    """Return what the text of the cell at a place of the original states."""
    value, printed, kind, unit, _ = read_cell(text)
    return ReadCell(value, printed, kind, unit, place)


def unit_beside(label: str) -> str | None:
    """Return the unit that a head of a column names in brackets (采购总金额（万元））; None where it names none."""
    match = _UNIT_BESIDE.search(label.replace("萬", "万").replace("億", "亿"))
    return match[1] if match else None


def with_unit(cell: ReadCell, unit: str | None) -> ReadCell:
    """Return a cell with the unit of its column's head, unless it states its own or no number."""
    if unit is None or cell.unit is not None or cell.value is None:
        return cell
    return ReadCell(cell.value, cell.printed, cell.kind, unit, cell.place)


def read_numeral(text: str) -> int | None:
    """Return the value of a Chinese numeral below 10,000 (一百零三, 二〇, 十二); None where it is not one.

    Colloquial short forms (三百五 for 350) are no numerals here: written out, a place that is skipped has its 零.
    """
    if all(character in _DIGITS for character in text):
        return int("".join(str(_DIGITS[character]) for character in text))
    total, digit, zero = 0, None, False
    smallest = 10_000
    for at, character in enumerate(text):
        if character in _DIGITS:
            if digit is not None:
                return None
            if character in "零〇":
                if zero or at == len(text) - 1:
                    return None
                zero = True
            else:
                digit = _DIGITS[character]
            continue
        place = _PLACES[character]
        if place >= smallest or (digit is None and place != 10) or (zero and smallest <= 10 * place):
            return None
        smallest, zero = place, False
        total += (1 if digit is None else digit) * place
        digit = None
    if digit is not None and smallest > 10 and not zero:
        return None
    return total + (digit or 0)


def is_number(text: str) -> bool:
    """Tell whether a text standing alone (a word between blanks, not a whole cell) states a number with or without a
    unit.
    """
    cell = read_cell(text)
    return cell.value is not None and not _NUMERAL.fullmatch("".join(text.split()))


def _stated(match: re.Match[str], printed: str, stated: str) -> ReadCell:
    digits = match["number"].replace(",", "")
    if len(digits) > _MAX_DIGITS + 1:
        return ReadCell(None, printed, "refused")
    value = Decimal(digits) if "." in digits else int(digits)
    if match["sign"] in _NEGATIVE:
        value = value.copy_negate() if isinstance(value, Decimal) else -value
    note, unit = match["note"], match["unit"]
    if note and _OTHER_AMOUNT.search(note):
        return ReadCell(None, printed, "refused")
    kind = "numeral"
    if note and (only_unit := _PARENTHESISED_UNIT.fullmatch(note)) and unit is None:
        unit, note = only_unit[1], None
    if note:
        kind = "note"
    elif unit:
        kind = "unit"
    elif printed == str(value):
        return ReadCell(value, None, "number")
    elif _PARTED_DIGITS.search(stated):
        kind = "split"
    return ReadCell(value, printed, kind, unit)


@lru_cache(maxsize=1 << 13)
def _is_dressed_digit(character: str) -> bool:
    """Tell whether NFKC would turn the character into a digit that nobody printed as one (①, ², ½, Ⅲ)."""
    if character.isascii():
        return False
    category = unicodedata.category(character)
    return category in ("No", "Nl") and character != "〇"
