"""The numbers that Word makes for the paragraphs of its lists (一、, （一）, 1.): labels and headings begin with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from extract.readers.package import attribute_of, name_of
from extract.readers.word_styles import child_of, number_of, setting_of

_DIGITS = "〇一二三四五六七八九"
_COUNTS = ("chineseCounting", "japaneseCounting", "taiwaneseCounting")  # beginnings of forms: 十一, not 一一
_DIGITS_OF = {"ideographDigital": _DIGITS, "taiwaneseDigital": _DIGITS, "decimalFullWidth": "０１２３４５６７８９"}
_SERIES = {  # ECMA-376 part 1, 17.18.59
    "decimalEnclosedCircle": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedCircleChinese": "①②③④⑤⑥⑦⑧⑨⑩",
    "decimalEnclosedFullstop": "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛",
    "decimalEnclosedParen": "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
    "chineseLegalSimplified": "壹贰叁肆伍陆柒捌玖拾",
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
    "upperLetter": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "lowerLetter": "abcdefghijklmnopqrstuvwxyz",
    "upperRoman": "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ",
}


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of a numbered list."""

    form: str = "decimal"
    pattern: str = "%1."
    start: int = 1
    legal: bool = False  # all numbers of the label in digits


_USUAL = _Level()


class Numbers:
    """The lists of a document, and how far each is counted: paragraphs must come in their order."""

    def __init__(self, root: etree._Element | None) -> None:
        self._lists: dict[str, tuple[str, Mapping[int, _Level]]] = {}  # numId → abstract list, its levels
        self._reached: dict[str, dict[int, int]] = {}  # abstract list → level → number
        self._restarts: dict[str, dict[int, int]] = {}  # numId → level → where it begins, while it has not
        elements = list(root) if root is not None else []
        levels = {attribute_of(one, "abstractNumId"): _levels(one) for one in elements if name_of(one) == "abstractNum"}
        for element in elements:
            if name_of(element) == "num":
                abstract = setting_of(element, "abstractNumId") or ""
                self._lists[attribute_of(element, "numId")] = (abstract, levels.get(abstract, {}))
                self._restarts[attribute_of(element, "numId")] = _restarts(element)

    def next(self, numbering: tuple[str, int] | None) -> str:
        """Return the label of the next paragraph of a list at a depth; "" where it has none."""
        if numbering is None or numbering[0] not in self._lists:
            return ""
        abstract, levels = self._lists[numbering[0]]
        depth = numbering[1]
        reached = self._reached.setdefault(abstract, {})
        reached |= {level: start - 1 for level, start in self._restarts.pop(numbering[0], {}).items()}
        own = levels.get(depth, _USUAL)
        reached[depth] = reached.get(depth, own.start - 1) + 1
        for deeper in [one for one in reached if one > depth]:
            del reached[deeper]

        def number(match: re.Match[str]) -> str:
            level = int(match[1]) - 1
            stated = levels.get(level, _USUAL)
            return _written(reached.get(level, stated.start), "decimal" if own.legal else stated.form)

        return "" if own.form in {"bullet", "none"} else re.sub(r"%([1-9])", number, own.pattern)


def _levels(abstract: etree._Element) -> dict[int, _Level]:
    return {
        int(attribute_of(level, "ilvl") or 0): _Level(
            form=setting_of(level, "numFmt") or "decimal",
            pattern=setting_of(level, "lvlText") or "",
            start=number_of(level, "start", 1),
            legal=child_of(level, "isLgl") is not None,
        )
        for level in abstract
        if name_of(level) == "lvl" and (attribute_of(level, "ilvl") or "0").isdigit()
    }


def _restarts(element: etree._Element) -> dict[int, int]:
    """The levels at which a list begins anew, though another has counted the same, and the number of each."""
    overrides = [one for one in element if name_of(one) == "lvlOverride" and child_of(one, "startOverride") is not None]
    return {int(attribute_of(one, "ilvl") or 0): number_of(one, "startOverride", 1) for one in overrides}


def _written(number: int, form: str) -> str:
    if form.startswith(_COUNTS) and 0 < number < 100:
        tens, ones = divmod(number, 10)
        return (
            (_DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (_DIGITS[ones] if ones or not tens else "")
        )
    digits = _DIGITS_OF.get(form)
    if digits is not None:
        return "".join(digits[int(digit)] for digit in str(number))
    return _SERIES.get(form, "")[number - 1 : number] * (number > 0) or str(number)
