"""The pieces of text of a picture: where the lines in its cells and outside of its tables stand, found by their ink."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

import cv2
import numpy as np

from extract.readers.figures import Piece, Strip, characters
from extract.readers.paper import Gray
from extract.readers.ruled import Frame

Line = tuple[int, int, int, int]  # left, top, right, bottom of a line of text in pixels

USUAL = 11.0  # points: the type of reports
_FEW = 8  # characters by which the type of a table is not known
_TAILED = 18  # pixels of digits beside which the tail of a comma is always seen, and their strokes are whole
_PALE = 200  # grey of thin strokes: the hyphens of small print
_BLACK, _DARK = 60, 140  # greys of the middle of bold strokes, and of all that is ink there
_COVERED = 0.3  # share of its width in which ink stands above or below a part of a digit, and less of a point
_FAINT = 215  # grey of the palest edge of a stroke
_STREAK = 1.2  # usual heights of a character: a stroke that high, from rule to rule, is of no figure
_LARGEST = 3.5  # of a large character by itself, the last of a title
_TALLEST = 5.0  # lines of text, of the usual height of a character: titles on curved paper


def type_size_in(frame: Frame, clean: Gray, scale: float, otherwise: float) -> float:
    """The usual height of a character in a table, which may be set in other type than what is around it."""
    rows, columns = (slice(max(0, round(lane[0] / scale)), round(lane[-1] / scale)) for lane in (frame.ys, frame.xs))
    return type_size(clean[rows, columns], 1 / scale, otherwise=otherwise)


def type_size(clean: Gray, pixel: float, largest: float = 30, otherwise: float = 0.0) -> float:
    """The usual height of a character in pixels; `otherwise` where there are few."""
    ink = (clean < 140).astype(np.uint8)
    count, _, boxes, _ = cv2.connectedComponentsWithStats(cv2.dilate(ink, np.ones((3, 3), np.uint8)), connectivity=8)
    heights = [h for _, _, w, h, _ in boxes[1:count] if 3 * pixel < h < largest * pixel and w < 2 * largest * pixel]
    if otherwise and len(heights) < _FEW:
        return otherwise
    return float(np.median(heights)) if heights else USUAL * pixel


def cell_strips(
    clean: Gray, raw: Gray, stamp: Gray, frame: Frame, frames: Sequence[Frame], scale: float, em: float
) -> Iterator[Strip]:
    """The lines of text in the cells of a frame; a cell without ink has none, unless a stamp may hide some.

    `raw` is the sheet with its pale greys.
    """
    clean = _without_tables(clean, [other for other in frames if other is not frame and other.area < frame.area], scale)
    for box in frame.boxes:
        x0, top = round(box.x0 / scale) + 2, round(box.top / scale) + 2
        x1, bottom = round(box.x1 / scale) - 2, round(box.bottom / scale) - 2
        if x1 - x0 < 4 or bottom - top < 4:
            continue
        cell, gray, red = (page[top:bottom, x0:x1] for page in (clean, raw, stamp))
        big, pieces = _pieces((cell < _PALE).astype(np.uint8), em)
        blank = True
        for start, end in _bands(np.asarray(big.any(axis=1)), em):
            if end - start <= 2 and (start == 0 or end == len(big)):
                continue  # what is left of a rule
            line, inside = _line_of(big, pieces, (start, end), em)
            signs = _signs(cell, gray, line, inside, em)
            line = (
                min([line[0], *(x for x, *_ in inside)]),
                start,
                max([line[2], *(x + w for x, _, w, _ in inside)]),
                max([end, *(y + h for _, y, _, h in inside)]),
            )
            veiled = _may_be_part(gray, red, big, line, inside, em) or _goes_on_in_rule(gray, cell, line)
            left, upper, right, lower = _uncut(cell, line, round(0.4 * em))
            room = x1 - x0 - (right - left)
            yield Strip(x0 + left, top + upper, x0 + right, top + lower, box, veiled, signs, room)
            blank = False
        broken = any(max(w, h) >= 0.2 * em for *_, w, h in pieces)
        if blank and (broken or red.sum() > 0.04 * red.size):  # characters may be there, in parts or beneath
            middle, centre = (top + bottom) // 2, (x0 + x1) // 2
            yield Strip(centre - 1, middle - 1, centre + 1, middle + 1, box, True)


def _line_of(big: Gray, pieces: Sequence[Piece], band: tuple[int, int], em: float) -> tuple[Line, list[Piece]]:
    """The rectangle of a line's characters, and its pieces: those, and points and signs close beside them."""
    start, end = band
    columns = np.flatnonzero(big[start:end].any(axis=0))
    left, right = int(columns[0]), int(columns[-1]) + 1
    near = (start, left - 1.2 * em, end + 0.2 * em, right + 0.6 * em)
    inside = [
        (x, y, w, h) for x, y, w, h in pieces if near[0] <= y + h / 2 <= near[2] and near[1] <= x + w / 2 <= near[3]
    ] or [(left, start, right - left, end - start)]
    return (left, start, right, end), inside


def _signs(cell: Gray, gray: Gray, line: Line, inside: Sequence[Piece], em: float) -> str:
    """The marks of a line, its points and commas by its darkest ink where more are seen there: in bold type they touch
    the digits beside. Parts of digits, which paler strokes hold, are no marks: what is above or below them is ink, too.
    """
    left, start, right, end = line
    darkest, height = int(cell[start:end, left:right].min()), end - start
    ink = (gray if darkest > _BLACK else cell) < 255 - (255 - _PALE) * (255 - darkest) / 255
    signs = marks([one for one in inside if not _is_covered(ink[start:end], one, start)] or inside, height)
    if height < _TAILED or darkest > _BLACK:
        return signs
    _, dark = _pieces((cell[start:, left:right] < _DARK).astype(np.uint8), em)
    dark = [one for one in dark if one[1] + one[3] / 2 <= height + 0.2 * em]
    alone = [one for one in dark if not _is_covered(ink[start:end, left:right], one, 0)]
    firm = re.sub("[-+]", "", marks(alone, height)) if alone else ""  # the flag of a 5 is no hyphen
    points = signs.lstrip("-+")
    return signs.removesuffix(points) + firm if len(firm) > len(points) else signs


def _is_covered(ink: np.ndarray[Any, np.dtype[np.bool_]], piece: Piece, start: int) -> bool:
    """Whether more of the same line stands above or below a piece, but for its own edges."""
    x, y, w, h = piece
    above, below = ink[: max(0, y - start - h), x : x + w], ink[y - start + 2 * h :, x : x + w]
    return any(bool(part.any(axis=0).mean() >= _COVERED) for part in (above, below))


def _may_be_part(gray: Gray, red: Gray, big: Gray, line: Line, inside: Sequence[Piece], em: float) -> bool:
    """Whether a line may not be all that is printed: a stamp may hide a part, a sign may be too pale, and a number that
    reaches to the rule may go on behind it.
    """
    left, start, right, end = line
    around = round(0.4 * em)
    over = red[max(0, start - around) : end + around, max(0, left - around) : right + around]
    is_cut = big[start:end, 0].any() or big[start:end, -1].any()
    is_streak = any(h >= max(_STREAK * em, len(big) - 0.4 * em) for *_, h in inside)
    return bool(over.sum() > 0.02 * over.size or is_cut or is_streak) or _has_pale_sign(gray, line, em)


def _goes_on_in_rule(gray: Gray, cell: Gray, line: Line) -> bool:
    """Whether ink of a line's first or last row goes on where rules were taken out: type as high as its row loses its
    tops, and a 3 without is read as 5.
    """
    left, start, right, end = line
    return any(
        not 0 <= beyond < len(cell)
        or bool(
            (
                (cell[at, left:right] < _DARK) & (gray[beyond, left:right] < _DARK) & (cell[beyond, left:right] == 255)
            ).any()
        )
        for at, beyond in ((start, start - 1), (end - 1, end))
    )


def _without_tables(page: Gray, frames: Sequence[Frame], scale: float, beside: int = 0) -> Gray:
    """The page with paper where tables are, and so many pixels beside them."""
    page = page.copy()
    for frame in frames:
        down, across = (
            slice(max(0, round(lane[0] / scale) - beside), round(lane[-1] / scale) + beside + 1)
            for lane in (frame.ys, frame.xs)
        )
        page[down, across] = 255
    return page


def _has_pale_sign(cell: Gray, line: Line, em: float) -> bool:
    """Whether a stroke like a hyphen, too pale to be read, stands before the line."""
    x0, y0, _, y1 = line
    before = cell[y0:y1, max(0, round(x0 - 1.2 * em)) : max(0, x0 - 1)]
    if not before.size or before.min() >= 225:
        return False
    _, _, strokes, _ = cv2.connectedComponentsWithStats((before < 225).astype(np.uint8), connectivity=8)
    return any(
        w >= max(3.0, 0.25 * em) and w >= 2.5 * h and 0.25 < (y + h / 2) / (y1 - y0) < 0.75
        for _, y, w, h, _ in strokes[1:]
    )


def _uncut(cell: Gray, line: Line, most: int) -> Line:
    """The rectangle of a line with the pale edges of its characters: what is cut off makes a 5 of a 6."""
    x0, y0, x1, y1 = line
    for _ in range(most):
        if y0 > 0 and cell[y0 - 1, x0:x1].min() < _FAINT:
            y0 -= 1
        if y1 < cell.shape[0] and cell[y1, x0:x1].min() < _FAINT:
            y1 += 1
        if x0 > 0 and cell[y0:y1, x0 - 1].min() < _FAINT:
            x0 -= 1
        if x1 < cell.shape[1] and cell[y0:y1, x1].min() < _FAINT:
            x1 += 1
    return x0, y0, x1, y1


def marks(pieces: Sequence[Piece], height: int) -> str:
    """The signs, points and commas of a line from left to right, by where they stand beside its tall characters.

    In print so small that the tail of a comma may be gone, "?" is a point or a comma.
    """
    alone = characters(pieces)
    tallest = max(h for *_, h in alone)
    if tallest < 0.6 * height:
        return ""
    tall = [(y, y + h) for _, y, _, h in alone if h >= 0.8 * tallest]
    top, base = median(y for y, _ in tall), median(y for _, y in tall)
    size = base - top
    found = ""
    for _, y, w, h in alone:
        middle = y + h / 2 < top + 0.7 * size
        if middle and 0.35 * size <= h < 0.8 * size and 0.6 * h <= w <= 1.6 * h:
            found += "+"
        elif h < 0.5 * size and w <= 1.5 * size and (w >= 0.8 * h or not middle):  # no hyphen stands on end
            tailed = y + h - base >= max(1.0, 0.08 * size)
            found += "-" if middle else "," if tailed else "." if size >= _TAILED else "?"
    return found


def _pieces(ink: Gray, em: float) -> tuple[Gray, list[Piece]]:
    """The ink of characters, and the boxes (x, y, width, height) of all pieces down to a point or a hyphen."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    sizes = np.max(stats[:, 2:4], axis=1)
    large = sizes >= 0.28 * em
    large[0] = False
    kept = (stats[:, 4] >= max(3.0, 0.006 * em * em)) & (sizes >= 0.1 * em)  # the rest are speckles
    kept[0] = False
    return np.asarray(large[labels], np.uint8), [(int(x), int(y), int(w), int(h)) for x, y, w, h, _ in stats[kept]]


def _bands(inked: np.ndarray[Any, Any], em: float) -> list[tuple[int, int]]:
    """(start, end) of the lines of text by the rows of pixels that have ink; the strokes of 二 and 三 are one line."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], inked.astype(np.int8), [0]))))
    bands: list[tuple[int, int]] = []
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if bands:
            last = bands[-1]
            lower = min(last[1] - last[0], end - start)
            broken = start - last[1] < 0.1 * em and lower < 0.8 * em  # two whole lines may come as close
            if broken or (lower < 0.55 * em and end - last[0] <= 1.2 * em):
                bands[-1] = (last[0], end)
                continue
        bands.append((start, end))
    return bands


def prose_strips(clean: Gray, frames: Sequence[Frame], scale: float, em: float) -> Iterator[Strip]:
    """The lines of text outside of tables."""
    ink = (_without_tables(clean, frames, scale, 3) < _PALE).astype(np.uint8)
    big, pieces = _pieces(ink, em)
    for x, y, w, h in pieces:  # points and commas, too, but no speckles
        big[y : y + h, x : x + w] |= ink[y : y + h, x : x + w]
    near = np.ones((max(1, round(0.25 * em)), max(1, round(1.6 * em))), np.uint8)
    _, _, regions, _ = cv2.connectedComponentsWithStats(cv2.morphologyEx(big, cv2.MORPH_CLOSE, near), connectivity=8)
    lines: list[Line] = []
    for x, y, w, h, _ in regions[1:].tolist():
        lone = w < 1.5 * h and h < _LARGEST * em
        bands = [(0, h)] if lone else _bands(np.asarray(big[y : y + h, x : x + w].any(axis=1)), em)
        for start, end in bands:
            columns = np.flatnonzero(big[y + start : y + end, x : x + w].any(axis=0))
            if columns.size:
                lines.append((x + int(columns[0]), y + start, x + int(columns[-1]) + 1, y + end))
    height, width = clean.shape
    for x0, y0, x1, y1 in _whole_lines(lines, em):  # with the pale edges of their characters
        yield Strip(max(0, x0 - 2), max(0, y0 - 2), min(width, x1 + 2), min(height, y1 + 2))


def _whole_lines(found: Sequence[Line], em: float) -> list[Line]:
    """The lines with the flat pieces beside them: the 一 of 一、 and what else no other character reaches."""
    low = [line for line in found if line[3] - line[1] < 0.6 * em]
    lines: list[Line] = []
    for line in found:
        if not 0.6 * em <= line[3] - line[1] <= _TALLEST * em:
            continue
        for other in [one for one in lines if _is_same_line(one, line)]:  # a character's parts may lie in both
            lines.remove(other)
            line = min(line[0], other[0]), min(line[1], other[1]), max(line[2], other[2]), max(line[3], other[3])
        lines.append(line)
    attached = True
    while attached:  # those beside a line first, then those beside these
        attached = False
        for x0, top, x1, bottom in list(low):
            beside = [
                (max(left - x1, x0 - right, 0), at)
                for at, (left, upper, right, lower) in enumerate(lines)
                if upper <= (top + bottom) / 2 <= lower
            ]
            distance, nearest = min(beside, default=(em, 0))
            if beside and distance <= 2 * em:
                left, upper, right, lower = lines[nearest]
                lines[nearest] = min(left, x0), min(upper, top), max(right, x1), max(lower, bottom)
                low.remove((x0, top, x1, bottom))
                attached = True
    return lines


def _is_same_line(one: Line, other: Line) -> bool:
    shared = min(one[3], other[3]) - max(one[1], other[1])
    level = shared > 0.5 * min(one[3] - one[1], other[3] - other[1])
    return level and one[0] < other[2] and other[0] < one[2]
