"""Which label of the form a text carries: exactly, torn in two by its own numbers, or misprinted within a safe
distance.

A label must begin where a printed piece begins (behind an ordinal or another label of the form at most), so that
prose which happens to end like a label is not taken for one. A text that is near two labels is near none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from extract.form import (
    ALL_KEYS,
    TABLE2_SECTION,
    TABLE3_GROUPS,
    TABLE3_HEADERS,
    TABLE4_OUTCOMES,
    Labels,
    Row,
    Rows,
)
from extract.stream import Token

_ORDINAL = re.compile(r"(?:[一二三四五六七八九十]{1,2}|\d{1,2})")
_LEADING_ORDINAL = re.compile(r"^(?:[一二三四五六七八九十]{1,2}(?=.{2})|\d{1,2})")
_TRAILING_ORDINAL = re.compile(r"(?:[一二三四五六七八九十]{1,2}|\d{1,2})$")
_DOUBLED = re.compile(r"(.)\1")
_TRAILING_UNIT = re.compile(r"(?:单位)?[亿万千百]?元$")
_UNIT_NOTE = re.compile(r"(?:单位)?[亿万千百]?元(?:保留.{1,8}小数)?$|保留.{1,8}小数$|单位$")
_ENDS_OF_NOTES = ("元", "小数", "单位")
# Keys too short to stand for a row wherever they are met: (key, rows of which one must have been read before).
_NEEDS_BEFORE = {
    "其他": "not_processed.petition",
    "其它": "not_processed.petition",
    "总计": "granted",
    "合计": "granted",
}
_SHORT_KEYS = tuple(_NEEDS_BEFORE)
# Behind another head they are heads of columns themselves, behind a number but the form's a row that was added.
_BEHIND_HEADS = re.compile(
    rf"\d其[他它]$|(?:{'|'.join({*TABLE3_HEADERS, *TABLE4_OUTCOMES}.difference(_SHORT_KEYS))})(?:其[他它])?(?:{'|'.join(_SHORT_KEYS)})$"
)
_WORDS_MORE = ("情况", "信息", "件数", "数量", "数", "事项")
_LEAST_WHOLE = 4  # characters of a label that is known when it has lost some
_LEAST_PIECE = 3  # characters of a misprinted label on either side of its numbers
_NONE: frozenset[str] = frozenset()
LONGEST = max(map(len, ALL_KEYS))
_CORPUS = "|".join(ALL_KEYS)
_ENDS_WITH_LABEL = re.compile(
    "(?:"
    + "|".join(sorted((re.escape(key) for key in ALL_KEYS), key=len, reverse=True))
    + "|第二十条第?[一二三四五六七八九十]项)$"
)


class Trail(NamedTuple):
    """The texts before some values as one key, and the offsets at which printed pieces begin."""

    text: str
    starts: frozenset[int]

    @classmethod
    def of(cls, tokens: Iterable[Token]) -> Trail:
        """Return the trail of some texts."""
        keys = [token.key for token in tokens]
        return cls("".join(keys), frozenset([0, *accumulate(map(len, keys[:-1]))]))

    def begins_piece(self, offset: int) -> bool:
        """Tell whether a label may begin here: at a piece, behind its ordinal, or behind another label."""
        if offset in self.starts:
            return True
        start = max((at for at in self.starts if at < offset), default=0)
        lead = self.text[start:offset]
        if _ORDINAL.fullmatch(lead):
            return True
        bare = _TRAILING_ORDINAL.sub("", _TRAILING_UNIT.sub("", lead))
        if _last_label(lead) or _last_label(bare):
            return True
        return len(bare) >= 3 and is_furniture(bare)  # 三、本年 (度办理结果 stands on the next line) （一）予以公开


class Match(NamedTuple):
    """A row and how its label was met: exact, torn (`tail` characters of it stand behind the numbers) or misprint."""

    row: str
    how: str
    start: int
    tail: int = 0


def match_label(
    trail: Trail, following: tuple[str, ...], rows: Sequence[Row], *, read: Sequence[str] = ()
) -> Match | None:
    """Return the row whose label ends the trail; None where no label or more than one does.

    `following` are the keys of the texts behind the numbers (a torn label ends there), `read` the rows met before.
    """
    table = rows if isinstance(rows, Rows) else Rows(rows)
    before = _NONE
    if trail.text.endswith(_SHORT_KEYS) and not _BEHIND_HEADS.search(trail.text):
        endings = [needed for key, needed in _NEEDS_BEFORE.items() if trail.text.endswith(key)]
        before = frozenset(needed for needed in endings if _was_read(needed, table, read))
    return _match(trail, following, table, before)


@lru_cache(maxsize=1 << 14)
def _match(trail: Trail, following: tuple[str, ...], rows: Rows, before: frozenset[str]) -> Match | None:
    """`before` are the rows of _NEEDS_BEFORE that were met."""
    return (
        _exact(trail, rows, before)
        or _lengthened(trail, rows)
        or _torn(trail, "".join(following)[:LONGEST], rows)
        or _misprinted(trail, rows)
        or _torn_and_misprinted(trail, following, rows)
    )


def _exact(trail: Trail, rows: Rows, before: frozenset[str]) -> Match | None:
    best: Match | None = None
    for row in rows:
        for key in row.keys:
            start = len(trail.text) - len(key)
            if start < 0 or (best and start >= best.start) or not trail.text.endswith(key):
                continue
            if key in _NEEDS_BEFORE and _NEEDS_BEFORE[key] not in before:
                continue
            if trail.begins_piece(start):
                best = Match(row.name, "exact", start)
    return None if best and _names_another_row(trail, best, rows) else best


def _lengthened(trail: Trail, rows: Rows) -> Match | None:
    """Return the row whose label a word more follows, one that agencies add (四、结转下年度继续办理数量, 行政处罚信息)."""
    bare = trail.text.removesuffix(next((word for word in _WORDS_MORE if trail.text.endswith(word)), "\n"))
    return _exact(trail._replace(text=bare), rows, _NONE) if bare != trail.text else None


def _names_another_row(trail: Trail, match: Match, rows: Rows) -> bool:
    """Tell whether the piece that ends with a row's label begins with another row's: 规章、规范性文件 are two rows in one,
    and its figures are neither's.
    """
    start = max((at for at in trail.starts if at <= match.start), default=0)
    lead = _TRAILING_ORDINAL.sub("", trail.text[start : match.start])
    others = [row.keys for row in rows if row.name not in (match.row, "other")]
    if lead.endswith(tuple(printed for printed, *_ in others)):
        return True
    if lead in TABLE3_GROUPS or lead.endswith(_SHORT_KEYS):  # heads of columns end so, too
        return False
    return any(map(lead.endswith, others))


def _was_read(needed: str, rows: Sequence[Row], read: Sequence[str]) -> bool:
    names = [row.name for row in rows]
    return names[-1] not in read and any(names.index(name) >= names.index(needed) for name in read if name in names)


def _torn(trail: Trail, following: str, rows: Rows) -> Match | None:
    if not trail.text or not following:
        return None
    seam = trail.text[-1] + following[0]  # where a label would be torn
    found: dict[str, Match] = {}
    for row in rows:
        for key in row.keys:
            printed = key is row.keys[0]  # as the form has it, with its ordinal: one character may stand alone
            if len(key) < 4 - printed or seam not in key:
                continue
            for cut in range(len(key) - 1, 1 - printed, -1):
                start = len(trail.text) - cut
                if trail.text.endswith(key[:cut]) and following.startswith(key[cut:]) and trail.begins_piece(start):
                    found.setdefault(row.name, Match(row.name, "torn", start, len(key) - cut))
                    break
    return next(iter(found.values())) if len(found) == 1 else None


def _misprinted(trail: Trail, rows: Rows) -> Match | None:
    starts = sorted((at for at in trail.starts if 0 < len(trail.text) - at <= 60), reverse=True)[:5]
    if starts and _ORDINAL.fullmatch(trail.text[starts[0] :]):
        return None  # what is left of another label
    matches = [
        (distance, Match(name, "misprint", start))
        for start in starts
        for name, distance in nearest(_LEADING_ORDINAL.sub("", trail.text[start:]), rows)
    ]
    if not matches:
        return None
    distance, best = min(matches, key=lambda pair: pair[0])
    rivals = [other for other, match in matches if match.row != best.row]
    return best if all(other >= distance + 2 for other in rivals) else None


def _torn_and_misprinted(trail: Trail, following: tuple[str, ...], rows: Rows) -> Match | None:
    """Return the row whose label the last piece of the trail and the first behind the numbers misprint together, nearer
    than the latter does alone.
    """
    start = max((at for at in trail.starts if at < len(trail.text)), default=0)
    piece, rest = trail.text[start:], following[0] if following else ""
    if min(len(piece), len(rest)) < _LEAST_PIECE:
        return None
    whole, alone = (nearest(_LEADING_ORDINAL.sub("", key), rows) for key in (piece + rest, rest))
    nearer = whole and (not alone or whole[0][1] < alone[0][1])
    return Match(whole[0][0], "misprint", start, len(rest)) if nearer else None


@lru_cache(maxsize=1 << 14)
def nearest(key: str, rows: Rows) -> tuple[tuple[str, int], ...]:
    """Return (row, distance) of the row whose label the key misprints: unique, and far from every other row's label; or
    the only one whose label it is, less some of its characters, but for half of them at most.
    """
    if not 4 <= len(key) <= 48:
        return _shortened(key, rows)
    variants, undoubled = _variants(rows)
    short = undoubled.get(_undoubled(key), _NONE)
    if len(short) == 1:
        return ((next(iter(short)), 1),)  # 予以公公开: a character printed twice
    most = max(1, (len(key) + 8) // 6)
    distances: dict[str, int] = {}
    for length in range(max(5, len(key) - most - 2), len(key) + most + 3):
        for variant, name in variants.get(length, ()):
            distance = Levenshtein.distance(key, variant, score_cutoff=most + 2)
            distances[name] = min(distance, distances.get(name, distance))
    (distance, name), (second, _) = sorted([*((far, name) for name, far in distances.items()), *_FAR])[:2]
    near = [
        len(variant) for row in rows if row.name == name for variant in row.keys if abs(len(variant) - len(key)) <= 8
    ]
    if distance <= max(1, max(near, default=0) // 6) and second >= distance + 2:
        return ((name, distance),)
    return _shortened(key, rows)


def _shortened(key: str, rows: Rows) -> tuple[tuple[str, int], ...]:
    """Return (row, characters lost) of the only row whose label lost some of its characters, as where a converter drops
    spans (政许可, 规范件); of two labels that both could be it none.
    """
    lengths = range(max(_LEAST_WHOLE, len(key) + 1), 2 * len(key) + 1 if key not in _NEEDS_BEFORE else 0)
    lost = [
        (row.name, min(map(len, whole)) - len(key))
        for row in rows
        if (whole := [label for label in row.keys if len(label) in lengths and _is_within(key, label)])
    ]
    return tuple(lost) if len(lost) == 1 else ()


def could_be(key: str, label: str) -> bool:
    """Tell whether a key may be what is left of a label, or misprint a character of it: never enough without its place."""
    return _is_within(key, label) or _are_near(key, label, 1)


def _is_within(key: str, label: str) -> bool:
    """Tell whether a label has all characters of a key, in their order."""
    printed = iter(label)
    return all(character in printed for character in key)


_FAR = ((LONGEST, ""),) * 2  # as far from a key as rows that no variant brings near


@lru_cache(maxsize=16)
def _variants(rows: Rows) -> tuple[dict[int, list[tuple[str, str]]], dict[str, frozenset[str]]]:
    """Return the keys of rows with the rows' names by length, and the names by the keys without doubled characters."""
    by_length: dict[int, list[tuple[str, str]]] = {}
    undoubled: dict[str, frozenset[str]] = {}
    for row in rows:
        for variant in row.keys:
            by_length.setdefault(len(variant), []).append((variant, row.name))
            short = _undoubled(variant)
            undoubled[short] = undoubled.get(short, _NONE) | {row.name}
    return by_length, undoubled


def _undoubled(text: str) -> str:
    return _DOUBLED.sub(r"\1", text)


def known_label(key: str, labels: Labels) -> str:
    """Return the label that a key misprints by one character, the key itself where none is that near, or several that are
    not spellings of one (法人或其他组织, 法人或其它组织).
    """
    return _known_label(key, labels) if 4 <= len(key) <= LONGEST + 1 else key  # prose is none


@lru_cache(maxsize=1 << 14)
def _known_label(key: str, labels: Labels) -> str:
    if key in labels:
        return key
    lengths = range(max(4, len(key) - 1), len(key) + 2)
    near = [label for length in lengths for label in _of_length(length, labels) if _are_near(key, label, 1)]
    return near[0] if near and all(_are_near(near[0], other, 1) for other in near) else key


@lru_cache(maxsize=1 << 10)
def _of_length(length: int, labels: Labels) -> tuple[str, ...]:
    return tuple(label for label in labels if len(label) == length)


def _are_near(one: str, other: str, most: int) -> bool:
    return Levenshtein.distance(one, other, score_cutoff=most) <= most


@lru_cache(maxsize=1 << 14)
def is_furniture(key: str) -> bool:
    """Tell whether a text is nothing but labels of the form, or pieces of them: it stands in tables and is no prose."""
    key = _UNIT_NOTE.sub("", key) if key.endswith(_ENDS_OF_NOTES) else key
    if not key or key in _CORPUS:
        return True
    bare = _LEADING_ORDINAL.sub("", key)
    if bare in _CORPUS or TABLE2_SECTION.match(key):
        return True
    rest = key
    while rest and (found := _last_label(rest)):
        rest = rest[: found.start()]
        rest = _TRAILING_ORDINAL.sub("", rest)
    if not rest or (len(rest) < len(key) and rest in _CORPUS):
        return True
    return any(
        _are_near(bare, label, max(1, length // 6))
        for length in range(max(5, len(bare) - 2), min(LONGEST, len(bare) + 2) + 1)
        for label in _of_length(length, ALL_KEYS)
    )


def _last_label(text: str) -> re.Match[str] | None:
    """Return the label that ends a text."""
    return _ENDS_WITH_LABEL.search(text, max(0, len(text) - LONGEST))
