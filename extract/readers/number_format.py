"""What a spreadsheet shows of a number under its number format (ECMA-376 part 1, 18.8.31).

A reader of the file sees 13 where 12.6 is stored, and nothing where a format leaves out zeros: neither what is stored nor
what is shown is known to be meant, and the figure is unknown. So is one under a format that is not understood. The dash
of accounting formats is their 0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from operator import eq, ge, gt, le, lt, ne
from typing import NamedTuple

from extract.document import UNKNOWN

GENERAL = "General"
# Formats that a file names by number only; those of dates never reach this module.
BUILTIN: Mapping[int, str] = {
    0: GENERAL,
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    **dict.fromkeys((5, 6, 37, 38), "#,##0_);(#,##0)"),
    **dict.fromkeys((7, 8, 39, 40), "#,##0.00_);(#,##0.00)"),
    9: "0%",
    10: "0.00%",
    **dict.fromkeys((41, 42), '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ '),
    **dict.fromkeys((43, 44), '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ '),
    49: "@",
}

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|[_*](?P<space>.)|\[\$(?P<currency>[^\]-]*)(?:-[0-9A-Fa-f]*)?\]'
    r"|\[(?P<colour>[A-Za-z]+|(?:Color|颜色) ?\d+|[黑蓝青绿红白黄洋色]+)\]|(?P<end>;)"
    r"|\[(?P<relation><>|[<>]=?|=)(?P<bound>-?\d+(?:\.\d+)?)\]"
    r"|(?P<body>General|G/通用格式|@|[#0?][#0?,.]*|\.[#0?]+)|(?P<literal>[-+()（）¥￥$%:：/ \u2010-\u2015\u3000-\uffee])",
    re.I | re.S,
)
_RELATIONS = {"<": lt, "<=": le, "=": eq, "<>": ne, ">=": ge, ">": gt}
_SHOWN_AT_MOST = 9  # decimals: what follows is left by arithmetic (604.000000000001)
_DASH = re.compile(r"[-\u2010-\u2015\uff0d]+")
_PLACES = re.compile(r"(?P<whole>[#0?,]*)(?:\.(?P<part>[#0?]*))?")


class _Section(NamedTuple):
    """What stands before and after a number, how the number is written ("" where none is), and of which numbers."""

    before: str
    body: str
    after: str
    relation: str = ""
    bound: str = "0"


def is_plain(code: str) -> bool:
    """Whether a format shows every number as it is stored."""
    return code in {GENERAL, "@", ""}


def shown_as(value: Decimal, code: str) -> str:
    """Return what a format shows of a number, 0 for a dash that stands for it; UNKNOWN is part of it where that is not
    the number that is stored.
    """
    sections = _sections(code)
    if sections is None:
        return UNKNOWN
    stored, value = value, round(value, _SHOWN_AT_MOST).normalize() if value % 1 else value
    negative = len(sections) > 1 and value < 0
    section = _section_of(sections, value)
    if section is None:
        return UNKNOWN
    if stored and not value and _is_general(section.body):  # shown as 1E-12
        return UNKNOWN
    number = "" if not section.body else _number(abs(value) if negative else value, section.body)
    text = f"{section.before}{number}{section.after}".strip()
    if number is None or "%" in text:
        return UNKNOWN
    if not value and not section.body:
        return "0" if _DASH.fullmatch(text) else text + UNKNOWN
    same = number != "" and Decimal(number.replace(",", "")) == (abs(value) if negative else value)
    signed = not negative or text.startswith(("-", "(", "（", "\u2212"))
    alone = not re.search(r"[\d.,]", section.before + section.after)
    return text if same and signed and alone else text + UNKNOWN


def _section_of(sections: tuple[_Section, ...], value: Decimal) -> _Section | None:
    """The section that writes a number; None where that is not beyond doubt. Where the first ones state conditions, the
    one behind them is that of all other numbers.
    """
    if not any(section.relation for section in sections):
        return sections[1 if len(sections) > 1 and value < 0 else 2 if len(sections) > 2 and not value else 0]
    *tested, last = sections[:3]
    if value < 0 or not all(section.relation for section in tested):
        return None
    met = (one for one in (*tested, last) if one.relation and _RELATIONS[one.relation](value, Decimal(one.bound)))
    return next(met, None if last.relation else last)


def as_shown(value: Decimal, text: str) -> str:
    """Return the text that a file says is shown of a number, on the terms of `shown_as`."""
    if not value and _DASH.fullmatch(text.strip()):
        return "0"
    digits = re.fullmatch(r"\D*?(-?)\D*?([\d,]+(?:\.\d+)?)\D*", text)
    same = (
        digits is not None
        and "%" not in text
        and Decimal(digits[2].replace(",", "") or 0) == abs(round(value, _SHOWN_AT_MOST))
    )
    return text if same and (value >= 0 or re.match(r"\s*[-(（\u2212]", text)) else text + UNKNOWN


@lru_cache(maxsize=256)
def _sections(code: str) -> tuple[_Section, ...] | None:
    """The sections of a format: of numbers above 0, below 0, and 0; None for a format that is not understood."""
    sections: list[_Section] = []
    texts, body, place = ["", ""], "", 0
    condition: tuple[str, ...] = ()
    while place < len(code):
        token = _TOKEN.match(code, place)
        if token is None or (token["body"] and body and set(token["body"]) != {"?"}):
            return None
        place = token.end()
        if token["end"]:
            sections.append(_Section(texts[0], body, texts[1], *condition))
            texts, body, condition = ["", ""], "", ()
        elif token["relation"]:
            condition = token["relation"], token["bound"]
        elif token["body"]:  # "??" after a dash that stands for 0 is but room
            body = body or token["body"].strip("?")
        else:
            texts[body != ""] += token["quoted"] or token["escaped"] or token["currency"] or token["literal"] or ""
    return (*sections, _Section(texts[0], body, texts[1], *condition))


def _is_general(body: str) -> bool:
    return body in {"@", "G/通用格式"} or body.lower() == "general"


def _number(value: Decimal, body: str) -> str | None:
    """The digits; None for a body that is not understood."""
    if _is_general(body):
        return format(value, "f")
    places = _PLACES.fullmatch(body)
    if places is None or places["whole"].endswith(","):  # the latter shows thousands
        return None
    whole, part = places["whole"].replace(",", ""), places["part"] or ""
    rounded = format(value.quantize(Decimal(1).scaleb(-len(part)), ROUND_HALF_UP), "f")
    digits, _, decimals = rounded.lstrip("-").partition(".")
    digits = digits.lstrip("0").rjust(whole.count("0"), "0")
    while decimals and part[len(decimals) - 1] != "0" and decimals[-1] == "0":
        decimals = decimals[:-1]
    grouped = f"{int(digits):,}" if "," in places["whole"] and digits and len(digits) > whole.count("0") else digits
    sign = "-" if value < 0 else ""
    return sign + grouped + ("." + decimals if decimals else "")
