"""The operators of the language, over values that may be unknown."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from crawler.js.language import MOST_LENGTH, Exhausted
from crawler.js.values import GAP, UNDEFINED, UNKNOWN, Host, Obj, number, string

GREATEST = 2**53  # of the numbers that are whole


def _primitive(value: Any) -> Any:
    """Return a value as `+` takes it: an object is a string, or not known at all."""
    if not isinstance(value, Obj | list | Host):
        return value
    text = string(value)
    return UNKNOWN if text == GAP else text


def add(left: Any, right: Any) -> Any:
    """Return what `+` gives."""
    left, right = _primitive(left), _primitive(right)
    if isinstance(left, str) or isinstance(right, str):
        joined = string(left) + string(right)
        if len(joined) > MOST_LENGTH:
            raise Exhausted
        return joined
    return arithmetic("+", left, right)


def arithmetic(sign: str, left: Any, right: Any) -> Any:
    """Return what an operator of numbers gives; UNKNOWN where one of the two is."""
    one, other = number(left), number(right)
    if one is UNKNOWN or other is UNKNOWN:
        return UNKNOWN
    if max(abs(one), abs(other)) > GREATEST:
        one, other = float(one), float(other)
    try:
        return ARITHMETIC[sign](one, other)
    except (ZeroDivisionError, OverflowError, ValueError):
        return math.nan


def _quotient(one: float, other: float) -> float:
    quotient = one / other
    return int(quotient) if quotient.is_integer() else quotient


def _remainder(one: float, other: float) -> float:
    """Return what is left of a division: it has the sign of what is divided, as C's has and Python's has not."""
    left = math.fmod(one, other)
    return left if isinstance(one + other, float) else int(left)


def _power(one: float, other: float) -> Any:
    return one**other if abs(one) < 1e6 and 0 <= other < 20 else UNKNOWN


def _integer(value: float) -> int:
    """Return a number as 32 bits with a sign."""
    bits = int(value) & 0xFFFFFFFF if math.isfinite(value) else 0
    return bits - (1 << 32) if bits >> 31 else bits


def _of_bits(act: Callable[[int, int], int]) -> Callable[[float, float], int]:
    return lambda one, other: act(_integer(one), _integer(other))


ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": _quotient, "%": _remainder, "**": _power,
    "|": _of_bits(operator.or_), "&": _of_bits(operator.and_), "^": _of_bits(operator.xor),
    "<<": _of_bits(lambda bits, places: _integer(bits << (places & 31))),
    ">>": _of_bits(lambda bits, places: bits >> (places & 31)),
    ">>>": _of_bits(lambda bits, places: (bits & 0xFFFFFFFF) >> (places & 31)),
}  # fmt: skip
EQUAL = frozenset(("==", "!=", "===", "!=="))
ORDER = {"<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge}
COMPARING = EQUAL | ORDER.keys()


def compare(sign: str, left: Any, right: Any) -> Any:
    """Return what a comparison gives; UNKNOWN where one of the two is."""
    for value in (left, right):
        if value is UNKNOWN or (isinstance(value, str) and GAP in value):
            return UNKNOWN
    if sign in EQUAL:
        return _equal(left, right, strict=len(sign) == 3) is (sign[0] == "=")
    if not (isinstance(left, str) and isinstance(right, str)):
        left, right = number(left), number(right)
        if left is UNKNOWN or right is UNKNOWN:
            return UNKNOWN
    return ORDER[sign](left, right)


def _equal(left: Any, right: Any, *, strict: bool) -> bool:
    plain = (str, bool, int, float)
    nothing = (left is None or left is UNDEFINED, right is None or right is UNDEFINED)
    if any(nothing):
        return left is right if strict else all(nothing)
    if not isinstance(left, plain) or not isinstance(right, plain):
        return left is right
    if isinstance(left, str) == isinstance(right, str):
        return left == right and (not strict or isinstance(left, bool) == isinstance(right, bool))
    return not strict and bool(number(left) == number(right))
