"""The picture of a page made fit for reading: in grey on white, level and rectangular, without red stamps.

A scan hangs askew by a few degrees; a photograph is seen from aside, so that level lines run together. Both are told
from the page's long straight lines, of which forms have many, else from its lines of text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

Picture = np.ndarray[Any, np.dtype[np.uint8]]  # rows × columns × 3, red green blue
Gray = np.ndarray[Any, np.dtype[np.uint8]]  # rows × columns, 0 ink, 255 paper

MAX_PIXELS = 60_000_000  # A4 at 600 dpi has 35 million
_MAX_SKEW = 4.0  # degrees by which lines of text may hang; rules tell of more
_MAX_TURN = 15.0  # degrees by which rules may hang

_NARROWEST, _WIDEST = 1650, 2480  # pixels of a page of A4: pictures are brought to 200–300 dpi
_POINTS = (595.0, 842.0)  # a picture is taken for a page of A4, upright or sideways, whatever its resolution
_INKED = 0.02  # per cent of a page that ink covers at least
_DARK = 110  # the usual level of a page that may be light on dark
_PAPER, _GRAIN = 160, 15  # the least level of paper in a scan, and levels by which it may be darker here and there
_APART = 60  # levels between ink and what is around it
_FAINT, _BLANK = 90, 220  # levels of the darkest ink between which it is brought to black
_EDGE, _SHADOW = 0.03, 0.8  # share of a page at its edges, and of the paper's brightness, where shadows are no ink
STREAK = 2  # in the mask of a sheet
_MOST_STREAKS, _ALL_ALONG = 3, 0.97  # on a page; share of its height, which without the margins is less
_RED = 40  # by which red outweighs green and blue in the ink of stamps


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page in grey and the mask, of the same size, of what lay on it: 1 red ink, STREAK; `width` is in points."""

    gray: Gray
    stamp: Gray
    width: float

    def turned(self, quarters: int) -> Sheet:
        """Return the sheet turned clockwise by so many right angles."""
        height, width = self.gray.shape
        across = self.width * height / width if quarters % 2 else self.width
        return Sheet(np.rot90(self.gray, -quarters).copy(), np.rot90(self.stamp, -quarters).copy(), across)


def sheet_of(picture: Picture, width: float | None = None) -> Sheet:
    """Return the picture as a sheet: grey on white, at a size fit for reading, level, without red stamps.

    `width` is what it measures in points where that is known.
    """
    points = width or _POINTS[picture.shape[1] > picture.shape[0]]
    sized = _sized(picture, points)
    return _straightened(_cleaned(255 - sized if _is_negative(sized) else sized, points))


def _is_negative(picture: Picture) -> bool:
    """Whether letters are lighter than what is around them, as on a screen in dark mode; a desk in a photograph is dark,
    too.
    """
    gray = cv2.cvtColor(picture[::2, ::2], cv2.COLOR_RGB2GRAY)
    if np.median(gray) > _DARK:
        return False
    around = cv2.medianBlur(gray, 31)
    lighter, darker = (float((cv2.subtract(*pair) > _APART).mean()) for pair in ((gray, around), (around, gray)))
    return lighter > 2 * darker


def _sized(picture: Picture, points: float) -> Picture:
    height, width = picture.shape[:2]
    share = points / _POINTS[0]
    wanted = min(max(width, _NARROWEST * share), _WIDEST * share) / width
    wanted = min(wanted, 3.0, (MAX_PIXELS / (width * height)) ** 0.5)  # a thin strip would grow without end
    if wanted == 1:
        return picture
    method = cv2.INTER_CUBIC if wanted > 1 else cv2.INTER_AREA
    size = (max(1, round(width * wanted)), max(1, round(height * wanted)))
    return np.asarray(cv2.resize(picture, size, interpolation=method), np.uint8)


def _cleaned(picture: Picture, points: float) -> Sheet:
    """The picture in grey on white: divided by the paper around, which is darker at one side than at the other."""
    gray, stamp = without_stamps(picture)
    streaks = _streaks(gray)
    gray[:, streaks], stamp[:, streaks] = 255, STREAK
    small = cv2.resize(gray, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    small = cv2.blur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8)), (13, 13))
    background = cv2.resize(small, gray.shape[::-1], interpolation=cv2.INTER_LINEAR)
    white = np.minimum(255, gray.astype(np.float32) * 255 / np.maximum(background, 60))
    shadow = background < _SHADOW * float(np.median(background))
    down, across = (round(_EDGE * extent) for extent in gray.shape)
    shadow[down:-down, across:-across] = False
    white[shadow] = 255
    darkest = float(np.percentile(white[::3, ::3], _INKED))
    if _FAINT < darkest < _BLANK:  # a faint print, as of an empty cartridge
        white = np.maximum(0, (white - darkest) * 255 / (255 - darkest))
    return Sheet(np.asarray(white, np.uint8), stamp, points)


def _streaks(gray: Gray) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """The columns of pixels that dirt on a scanner's glass drew: dark from edge to edge of the page wherever paper is at
    both sides. Rules end at the margins, and of a table without margins there are more.
    """
    rows = gray[::8].astype(np.int16)
    beside = np.minimum(np.roll(rows, 5, axis=1), np.roll(rows, -5, axis=1))
    on_paper = beside > _PAPER
    dark = (on_paper & (beside - rows > _GRAIN)).sum(axis=0)
    found = (dark > _ALL_ALONG * np.maximum(on_paper.sum(axis=0), 1)).astype(np.uint8)
    lines = int(np.count_nonzero(np.diff(found) == 1))
    return cv2.dilate(found * (lines <= _MOST_STREAKS), np.ones((3, 1), np.uint8)).ravel() > 0


def without_stamps(picture: Picture) -> tuple[Gray, Gray]:
    """Return the picture in grey, red ink made paper and what is black under it kept; and the mask of the red ink.

    Red ink is bright in the red channel. What is clearly darker there than the ink around it lies beneath the stamp.
    """
    gray = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    red, green, blue = cv2.split(picture)
    excess = cv2.subtract(red, cv2.max(green, blue))
    core = (cv2.blur(excess, (3, 3)) > _RED).astype(np.uint8)
    if not core.any():
        return gray, core
    red = red.astype(np.float32)
    stamped = (cv2.dilate(core, np.ones((41, 41), np.uint8)) > 0) & (excess > _RED / 5)  # thin strokes are paler
    weight = cv2.blur(core.astype(np.float32), (61, 61))
    ink = cv2.blur(red * core, (61, 61)) / np.maximum(weight, 1e-3)
    share = cv2.blur(red, (3, 3)) / np.maximum(ink, 1.0)
    lifted = np.clip((share - 0.7) / 0.18, 0, 1) * 255
    return np.asarray(np.where(stamped, np.maximum(lifted, gray), gray), np.uint8), core


def _straightened(sheet: Sheet) -> Sheet:
    """The sheet turned, and pulled straight where it was photographed from aside, so that its lines are level."""
    height, width = sheet.gray.shape
    back = _distortion(sheet.gray)
    if back is None:
        skew = _skew_of_text(sheet.gray)
        if abs(skew) < 0.05:
            return sheet
        turn = np.tan(np.radians(skew))
        back = _from_vanishing(turn, 0.0, -turn, 0.0)
    elif np.abs(back - np.eye(3)).max() < 1e-6:
        return sheet
    centre = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]])
    onto = np.linalg.inv(back) @ centre
    corners = onto @ np.array([[0, width, 0, width], [0, 0, height, height], [1, 1, 1, 1]], float)
    xs, ys = corners[:2] / corners[2]
    wide, high = round(float(xs.max() - xs.min())), round(float(ys.max() - ys.min()))
    if (corners[2] <= 0).any() or wide * high > 2 * width * height:
        return sheet
    onto = np.array([[1, 0, -xs.min()], [0, 1, -ys.min()], [0, 0, 1]]) @ onto
    gray = cv2.warpPerspective(sheet.gray, onto, (wide, high), flags=cv2.INTER_CUBIC, borderValue=255)
    stamp = cv2.warpPerspective(sheet.stamp, onto, (wide, high), flags=cv2.INTER_NEAREST)
    return Sheet(np.asarray(gray, np.uint8), np.asarray(stamp, np.uint8), sheet.width * wide / width)


def _distortion(gray: Gray) -> np.ndarray[Any, Any] | None:
    """The map from a level page to this one, both measured from the middle; None where there are no long lines."""
    half = cv2.resize(gray, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(half)[0]
    if found is None:
        return None
    segments = found.reshape(-1, 4).astype(float) - np.tile(np.array(half.shape[::-1]) / 2, 2)
    across, along = segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1]
    long = np.hypot(across, along) > half.shape[1] / 14
    steepest = np.tan(np.radians(_MAX_TURN))
    level = segments[long & (np.abs(along) <= steepest * np.abs(across))]
    plumb = segments[long & (np.abs(across) <= steepest * np.abs(along))][:, [1, 0, 3, 2]]
    if np.hypot(level[:, 2] - level[:, 0], level[:, 3] - level[:, 1]).sum() < half.shape[1] / 2:
        return None
    turn, narrowing = _trend(level, half.shape[0])
    lean, flattening = _trend(plumb, half.shape[1]) if len(plumb) >= 4 else (-turn, 0.0)
    if not narrowing and not flattening and abs(lean + turn) < 0.02:
        lean = -turn  # a scan is turned, not pulled
        if abs(turn) < 0.0009:
            return np.eye(3)
    return _from_vanishing(turn, narrowing / 2, lean, flattening / 2)


def _trend(segments: np.ndarray[Any, Any], extent: int) -> tuple[float, float]:
    """The slope of segments that run along x, at y = 0, and by how much it grows with y; 0 where it hardly does."""
    lengths = np.abs(segments[:, 2] - segments[:, 0])
    slopes = (segments[:, 3] - segments[:, 1]) / (segments[:, 2] - segments[:, 0])
    middles = (segments[:, 1] + segments[:, 3]) / 2
    order = np.argsort(slopes)
    median = float(slopes[order][np.searchsorted(lengths[order].cumsum(), lengths.sum() / 2)])
    kept = np.ones(len(slopes), bool)
    for _ in range(4):
        if kept.sum() < 4 or np.ptp(middles[kept]) < extent / 5:
            return median, 0.0
        growth, slope = np.polyfit(middles[kept], slopes[kept], 1, w=lengths[kept])
        off = np.abs(slopes - slope - growth * middles)
        kept = off <= max(2 * float(np.median(off[kept])), 1e-3)
    if abs(growth) * extent < 0.01 or np.average(kept, weights=lengths) < 0.7:
        return median, 0.0
    return float(slope), float(growth)


def _from_vanishing(turn: float, narrowing: float, lean: float, flattening: float) -> np.ndarray[Any, Any]:
    """The map of a level page to one whose level lines have the slope turn + narrowing · y, its plumb ones likewise."""
    level, plumb = np.array([1.0, turn, -narrowing]), np.array([lean, 1.0, -flattening])
    return np.stack([level / np.hypot(*level[:2]), plumb / np.hypot(*plumb[:2]), np.array([0.0, 0.0, 1.0])], axis=1)


def _skew_of_text(gray: Gray) -> float:
    """Degrees by which the page hangs: the angle at which its lines of text part best."""
    top = gray[: 2 * gray.shape[1]]  # of a long picture of many pages enough
    small = cv2.resize(255 - top, (1000, max(1, top.shape[0] * 1000 // top.shape[1])), interpolation=cv2.INTER_AREA)
    if small.shape[0] < 20:
        return 0.0
    middle = (500, small.shape[0] / 2)

    def parted(angle: float) -> float:
        turned = cv2.warpAffine(small, cv2.getRotationMatrix2D(middle, angle, 1), small.shape[::-1])
        return float(np.var(np.diff(turned.sum(axis=1, dtype=np.float64))))

    best = max(np.arange(-_MAX_SKEW, _MAX_SKEW + 0.1, 0.5), key=parted)
    return float(max(np.arange(best - 0.4, best + 0.41, 0.1), key=parted))
