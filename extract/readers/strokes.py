"""The rules of a picture: straight strokes, solid or dotted, found in its pixels and told from those of characters.

All lengths are pixels until `in_points`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import cv2
import numpy as np

from extract.readers.paper import Gray
from extract.readers.ruled import Rule

_ACROSS, _DOWN = 24.0, 13.0  # points: the shortest piece of a level and of an upright rule
_SHORT = 60.0  # points: a shorter stroke may be no rule
_THICKER = 2.0  # times as thick as the long rules of its direction: a short stroke is none
_LOOSE = 0.25  # share of the ends of rules that meet no other from which the rules are seen in pieces only
_CROWDED = 0.2  # share of ink close beside a line of print
_GAPPED = 0.7  # share of a rule of dots or pieces that has ink at least
_FILLED = 0.85  # share of the room between two rules that a piece of one has ink in, and a digit has not
_CUT = 3  # strokes of a row that a page break cuts at the same height
_LIGHT = 150  # levels of paper, whatever its grain
_DARKER, _GRAIN = (12, 25), 1.6  # levels by which ink is darker than what is around it, and times the paper's grain


def find_strokes(gray: Gray, stamp: Gray, pixel: float) -> tuple[list[Rule], Gray]:
    """The rules of the page and the mask of their ink; `pixel` pixels are a point.

    Dots and pieces are joined only where rules without hang loose.
    """
    ink = _contrast(gray, pixel)
    rules, mask = _rules(ink, stamp, pixel, apart=pixel)
    loose = [end for rule in rules for end in _loose_ends(rule, rules, 4 * pixel)]
    if not rules or sum(loose) > _LOOSE * len(loose):
        dots = _joined(ink, pixel, _ACROSS) | _joined(np.ascontiguousarray(ink.T), pixel, _DOWN).T
        if dots.any():
            rules, mask = _rules(ink | dots, stamp, pixel, apart=4 * pixel)
    pieces = _short_pieces(rules, ink, pixel)
    for piece in pieces:
        mask[_lane(piece, 0, 3)] = 255
    return rules + pieces, mask


def _contrast(gray: Gray, pixel: float) -> Gray:
    """255 where the page is darker than around, and than its grain, without the broad pale strokes of watermarks."""
    sample = gray[::3, ::3]
    grain = 255 - float(np.percentile(sample[sample > _LIGHT], 15)) if (sample > _LIGHT).any() else 0.0
    by = min(max(_DARKER[0], _GRAIN * grain), _DARKER[1])
    ink = cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, by)
    broad = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((round(2.5 * pixel),) * 2, np.uint8))
    ink[(broad > 0) & (gray > 140)] = 0
    return np.asarray(ink, np.uint8)


def _rules(ink: Gray, stamp: Gray, pixel: float, *, apart: float) -> tuple[list[Rule], Gray]:
    """The rules of a page, those `apart` by no more joined, and the mask of their ink."""
    rules: list[Rule] = []
    masks: dict[bool, Gray] = {}
    for horizontal, size in ((True, (round(_ACROSS * pixel), 1)), (False, (1, round(_DOWN * pixel)))):
        # A rule that is a little askew is a staircase: thickened first, it is one piece again.
        thick = cv2.dilate(ink, np.ones((3, 1) if horizontal else (1, 3), np.uint8))
        found = cv2.morphologyEx(thick, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, size))
        _, _, boxes, middles = cv2.connectedComponentsWithStats(found, connectivity=8)
        lengths = boxes[1:, 2 if horizontal else 3]
        widths = boxes[1:, 4] / lengths
        usual = widths[(lengths >= _SHORT * pixel) & (widths <= 4 * pixel)]
        thickest = min(4 * pixel, _THICKER * float(np.median(usual))) if usual.size else 4 * pixel
        for (x, y, w, h, _), middle, length, width in zip(boxes[1:], middles[1:], lengths, widths, strict=True):
            # a bar, a blot, the ring or the star of a seal without its colour
            if width > (4 * pixel if length >= _SHORT * pixel else thickest) or length < 4 * width:
                found[y : y + h, x : x + w] = 0
                continue
            start = x if horizontal else y
            rules.append(Rule(horizontal, float(middle[int(horizontal)]) + 0.5, float(start), float(start + length)))
        masks[horizontal] = np.asarray(cv2.dilate(found, np.ones((3, 3), np.uint8)), np.uint8)
    rules = _bridged(rules, stamp, 4 * pixel, 70 * pixel, apart)
    rules = _anchored(rules, max(2 * pixel, apart), _SHORT * pixel)
    lanes = {horizontal: np.zeros_like(ink) for horizontal in masks}
    for rule in rules:
        lanes[rule.horizontal][_lane(rule, 2, 4 * pixel)] = 255
    return rules, (masks[True] & lanes[True]) | (masks[False] & lanes[False])


def _joined(ink: Gray, pixel: float, shortest: float) -> Gray:
    """The dots, dashes and pieces that follow each other in a level line, joined, also where noise joined some.

    A line of print has ink close above or below wherever it runs, and a stroke of it is far from the next rules.
    """
    reach, length, along, beside, away = (round(points * pixel) for points in (3.5, shortest, 10.0, 2.0, 2.5))
    dots = cv2.dilate(ink, np.ones((3, 3), np.uint8))
    near, far = (cv2.morphologyEx(dots, cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8)) for gap in (reach // 2, reach))
    found = cv2.morphologyEx(far, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    density = cv2.blur(ink, (along, beside))
    around = np.maximum(np.roll(density, -away, axis=0), np.roll(density, away, axis=0))
    found[(around >= _CROWDED * 255) | (cv2.blur(near, (length, 1)) < _GAPPED * 255)] = 0
    return np.asarray(found, np.uint8)


def _bridged(rules: list[Rule], stamp: Gray, near: float, widest: float, apart: float) -> list[Rule]:
    """The rules with the pieces that a stamp hides, and those that are missing where dotted rules cross."""
    hidden = np.asarray(cv2.dilate(stamp, np.ones((9, 9), np.uint8)))
    whole: list[Rule] = []
    for rule in sorted(rules, key=lambda rule: rule.start):
        for at, before in enumerate(whole):
            same_lane = before.horizontal == rule.horizontal and abs(before.position - rule.position) <= near
            if not same_lane or not 0 < rule.start - before.end <= widest:
                continue
            gap = replace(before, start=before.end, end=rule.start)
            seen = hidden[_lane(gap, 0, 2)].any(axis=int(not gap.horizontal))
            if rule.start - before.end <= apart or (seen.size and seen.mean() > 0.5):
                whole[at] = Rule(rule.horizontal, before.position, before.start, rule.end)
                break
        else:
            whole.append(rule)
    return whole


def _anchored(rules: list[Rule], near: float, short: float) -> list[Rule]:
    """The rules, brought to those that they nearly meet, without short strokes that do not run from rule to rule: parts
    of characters, stamps and flourishes.
    """
    while True:
        kept = [whole for stroke in rules if (whole := _between(stroke, rules, near, short)) is not None]
        if kept == rules:
            break
        rules = kept
    met = [_met(rule, rules, near) for rule in rules]
    return [
        replace(rule, start=min([rule.start, *at]), end=max([rule.end, *at]))
        for rule, at in zip(rules, met, strict=True)
    ]


def _between(stroke: Rule, rules: Sequence[Rule], near: float, short: float) -> Rule | None:
    """A rule without the strokes of print that it seems to go on with, where it is short.

    Where a page break cuts a row, its strokes end where nothing crosses them up to the edge of the page.
    """
    if stroke.end - stroke.start >= short or not any(loose := _loose_ends(stroke, rules, near)):
        return stroke
    long = [rule for rule in rules if rule.end - rule.start >= short]  # the strokes of a title cross each other, too
    inside = _met(stroke, long, near)
    if inside and not all(loose) and _is_cut(stroke, loose[0], rules, near):
        return stroke
    if not inside or max(inside) - min(inside) < 3 * near:
        return None
    start = min(inside) if loose[0] else stroke.start
    return replace(stroke, start=start, end=max(inside) if loose[1] else stroke.end)


def _short_pieces(rules: Sequence[Rule], ink: Gray, pixel: float) -> list[Rule]:
    """The pieces of rules that are too short to be told from strokes of characters but by their place.

    They stand in line with other rules and fill the room between two that cross, with paper at both sides.
    """
    more: list[Rule] = []
    near, margin = 2 * pixel, 2 + round(4 * pixel)
    for horizontal, page in ((True, ink > 0), (False, ink.T > 0)):
        own = [rule for rule in rules if rule.horizontal == horizontal]
        for at in sorted({round(rule.position / 2) * 2 for rule in own}):
            crossing = sorted(_crossing(Rule(horizontal, at, 0, 0), rules, near))
            for start, end in pairwise(crossing):
                middle = (start + end) / 2
                if end - start < 3 * near or any(
                    abs(rule.position - at) <= 2 * near and rule.start <= middle <= rule.end for rule in own
                ):
                    continue
                room = page[max(0, at - margin) : at + margin + 1, round(start) : round(end)]
                sides = [part[:, 3:-3].mean() for part in (room[:4], room[4:8], room[-8:-4], room[-4:])]
                if room[margin - 2 : margin + 3].any(axis=0).mean() >= _FILLED and max(sides) < _CROWDED:
                    own.append(Rule(horizontal, float(at), start, end))
                    more.append(own[-1])
    return more


def _is_cut(stroke: Rule, at_start: bool, rules: Sequence[Rule], near: float) -> bool:
    """Whether a stroke ends where others do, and no rule crosses its lane beyond."""
    stop = stroke.start if at_start else stroke.end
    ends = [other.start if at_start else other.end for other in rules if other.horizontal == stroke.horizontal]
    beyond = [at for at in _crossing(stroke, rules, near) if (at < stop) == at_start]
    return not beyond and sum(abs(end - stop) <= near for end in ends) >= _CUT


def _loose_ends(stroke: Rule, rules: Sequence[Rule], near: float) -> tuple[bool, bool]:
    """Whether no rule runs across where a stroke starts, and where it ends."""
    met = _met(stroke, rules, near)
    start, end = (not any(abs(at - tip) <= near for at in met) for tip in (stroke.start, stroke.end))
    return start, end


def _met(stroke: Rule, rules: Sequence[Rule], near: float) -> list[float]:
    """Where the rules lie that a stroke crosses or nearly reaches."""
    return [at for at in _crossing(stroke, rules, near) if stroke.start - near <= at <= stroke.end + near]


def _crossing(stroke: Rule, rules: Sequence[Rule], near: float) -> list[float]:
    """Where the rules lie that cross a stroke or what it would be if it went on."""
    return [
        other.position
        for other in rules
        if other.horizontal != stroke.horizontal and other.start - near <= stroke.position <= other.end + near
    ]


def _lane(rule: Rule, beyond: float, beside: float) -> tuple[slice, slice]:
    """The rows and columns of a rule, longer and wider by so much at each end and side."""
    along = slice(max(0, round(rule.start - beyond)), round(rule.end + beyond) + 1)
    across = slice(max(0, round(rule.position - beside)), round(rule.position + beside) + 1)
    return (across, along) if rule.horizontal else (along, across)


def in_points(strokes: Sequence[Rule], scale: float) -> list[Rule]:
    return [Rule(one.horizontal, one.position * scale, one.start * scale, one.end * scale) for one in strokes]


def is_transparent(gray: Gray, stamp: Gray, rules: Sequence[Rule]) -> bool:
    """Whether rules are seen through the stamps: then figures are seen, too, and what looks blank beneath is blank."""
    if not stamp.any():
        return True
    under = cv2.morphologyEx(stamp, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)) > 0
    ink = cv2.erode(gray, np.ones((3, 3), np.uint8)) < 150  # a rule may lie a pixel beside its place
    seen: list[np.ndarray[Any, Any]] = []
    for rule in rules:
        lane = _lane(rule, 0, 0)
        seen.append(ink[lane][under[lane]])
    pixels = np.concatenate(seen) if seen else np.zeros(0, bool)
    return bool(pixels.size >= 12 and pixels.mean() > 0.95)
