"""The texts of the cells of a picture: a figure is taken only where two readings of it agree, never guessed.

A piece that may state a figure is recognised at least twice, from other renderings of its pixels; and its digits are
compared with the surely read digits of the same page, which is printed in one or two typefaces. That comparison knows
nothing of the recogniser's habits: it confirms what the recogniser is unsure of, and doubts what it takes for another
digit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, pairwise
from typing import Any
from unicodedata import normalize

import cv2
import numpy as np

from extract.readers.paper import Gray, Picture
from extract.readers.recognition import recognise
from extract.readers.ruled import Box

Shape = np.ndarray[Any, np.dtype[np.float64]]  # _HIGH × _WIDE pixels in one row, of length 1 and mean 0
Piece = tuple[int, int, int, int]  # of ink, in pixels: x, y, width, height
Reading = tuple[str, float]  # text and score of the recogniser

DOUBTFUL = "\ufffd"  # before a text that may not be what is printed
_LEGIBLE = 0.5  # words recognised with less outside of tables are no writing; lone signs with less than _SURE
_SURE = 0.80  # a figure recognised with less is in doubt

_LONG, _NARROW = 6, 0.8  # times its height: so long a piece is words, read as well at this share of its width
_BENT = 0.1  # times its height by which such a piece is bent or slants
_HIGH, _WIDE = 28, 24  # pixels to which a digit is brought for comparison
_GRAIN = 40  # levels of grey that are none of ink
_THIN, _THICK = 55, 105  # levels of the thin strokes of a digit, and of those that are never paler
_ROOMY = 3.3  # times its height: more room than a figure leaves beside it before it goes on in the next line
_SAME = 0.97  # correlation of two prints that are pixel by pixel the same
_ADVANCE = 0.7  # times its height: the room that a digit takes
_LIKE, _APART = 0.85, 0.04  # correlation of two prints of a digit at least, and more than with any other digit

# What states a figure: alone, with its unit, before a note in brackets, in words; or a mark that stands for none.
# 一二 in words may be －二: a hyphen is as long.
_STATED = re.compile(
    r"[+\-－]?[0-9０-９][0-9０-９,，.．]*(?:$|(?=\s*[（(])|(?:[件个项条次宗份元]|万元)(?=$|[（()）]))"
    r"|[+\-－]?(?!一[零〇一二三四五六七八九])[零〇一二三四五六七八九十百千两]+(?:[件个项条次宗份元]|万元)?$"
    r"|[/／\\—－\-–―]{1,3}$|[无空]$"
)
_WORDED = re.compile(r"[+\-－]?[零〇一二三四五六七八九十百千两]+")
# A figure perhaps, and no number of a label.
_BEGUN = re.compile(r"[+\-－–]?\s*\d+(?!\d|\s*(?:[.、．·)）年月日条款]|(?![件个项条次宗份元万其])[\u4e00-\u9fff]{3}))")
_SPACED = re.compile(r"-?[0-9０-９](?: ?[0-9０-９.,，．])+")
_BARE = re.compile(r"[+\-－]?\d[\d,.，．]*")
_GROUPED = re.compile(r"[+\-]?\d{1,3}(?:[.,]\d{3})+")  # 1.204 and 1,204 are not the same
_NO_DIGIT = re.compile(r"[^\d/]")
_STROKE = "/"  # all strokes of a page look alike, whatever the recogniser takes each for: a 1, a 7
_RINGS = re.compile(r"[\dOo〇]*\d[\dOo〇]*")
_MINUS = re.compile(r"^[–—−－·-]\s*(?=[\d零〇一二三四五六七八九十])")
_PLUS = re.compile(r"^[十＋+]\s*(?=\d)")
# Labels are numbered in numerals: another sign is a numeral misread, and the label is known without.
_MISNUMBERED = re.compile(r"^[（(][^\d一二三四五六七八九十][)）](?=[\u4e00-\u9fff])")
_HALF_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")  # as blurred digits are read now and then
_MARKS = str.maketrans("－．，", "-.,")
_NO_MARK = re.compile(r"[^-.,]")
# No other year is so written: rings are lost, and taken for other signs.
_YEAR = re.compile(r"(?<![〇零一二三四五六七八九十百千])二[〇○0Oo]?([一二])([一二三四五六七八九〇○0Oo]?)年")
_WORDS = re.compile(r"(?:\d[.、．])?(?![零〇一二三四五六七八九十百千两无空])[\u4e00-\u9fff]+")
_SCRIBBLE = re.compile(r"[A-HJ-NP-Za-hj-kmnp-z]{2,3}")  # alone in a line: a signature or a seal; O, I and l are digits
_LABEL = re.compile(r"[\u4e00-\u9fff].*[\u4e00-\u9fff]", re.S)


@dataclass(frozen=True, slots=True)
class Strip:
    """A line of text on the page: its rectangle in pixels; `box` is the table cell in which it stands.

    `veiled`: a stamp lies over it, and what is seen of it may not be all. `marks`: its hyphens, points and commas as
    they are seen: at half height, on the base line, or reaching below it. `room`: pixels of the cell beside it.
    """

    x0: int
    top: int
    x1: int
    bottom: int
    box: Box | None = None
    veiled: bool = False
    marks: str = ""
    room: int = 0

    @property
    def shape(self) -> float:
        """How many times as wide as high it is."""
        return (self.x1 - self.x0) / (self.bottom - self.top)


def texts_of(clean: Gray, gray: Gray, strips: Sequence[Strip]) -> list[str]:
    """Return the text of each strip; in cells DOUBTFUL stands before what may be a figure and is not beyond doubt."""
    lines = Counter(strip.box for strip in strips)
    first: list[Reading] = []
    doubted = []
    for at, (text, score) in enumerate(recognise([_crop(clean if strip.box else gray, strip) for strip in strips])):
        if (box := strips[at].box) is not None:
            if _may_be_figure(text, lines[box]):
                doubted.append(at)
            text = _MISNUMBERED.sub("", text)
        first.append((_YEAR.sub(_year, text), score))
    readings = _readings(clean, strips, {at: first[at] for at in doubted})
    figures = _figures(clean, strips, readings)
    for at in _of_several_rows(strips, figures):
        del figures[at]
    written = _are_written(strips, first, gray.shape[1])
    return [
        _settled(strip, text if is_written else "", readings.get(at, ()), figures.get(at))
        for at, (strip, (text, _), is_written) in enumerate(zip(strips, first, written, strict=True))
    ]


def _readings(clean: Gray, strips: Sequence[Strip], first: Mapping[int, Reading]) -> dict[int, list[Reading]]:
    """The readings of strips, with those of other renderings where the former do not agree."""
    readings = {at: [(_as_figure(text, strips[at]), score)] for at, (text, score) in first.items()}
    for rendering in (1, 2):
        unsure = [at for at in readings if _agreed(readings[at], strips[at].marks) is None]
        crops = [_crop(clean, strips[at], rendering) for at in unsure]
        for at, (text, score) in zip(unsure, recognise(crops), strict=True):
            readings[at].append((_as_figure(text, strips[at]), score))
    return readings


def _are_written(strips: Sequence[Strip], read: Sequence[Reading], width: int) -> list[bool]:
    """Whether strips are writing: outside of tables words, and what is read surely and not beside all words, where the
    edges of a photographed sheet lie.
    """
    worded = [
        strip.box is not None or (score >= _LEGIBLE and _LABEL.search(text) is not None)
        for strip, (text, score) in zip(strips, read, strict=True)
    ]
    sure = list(compress(strips, worded))
    left, right = min([one.x0 for one in sure] or [0]), max([one.x1 for one in sure] or [width])
    return [
        has_words or (strip.x1 >= left and strip.x0 <= right and score >= _SURE and not _SCRIBBLE.fullmatch(text))
        for strip, has_words, (text, score) in zip(strips, worded, read, strict=True)
    ]


def _settled(strip: Strip, text: str, readings: Sequence[Reading], figure: str | None) -> str:
    """The text of a strip: its figure, if it may state one; words that all readings have; else what is in doubt."""
    if not readings and (not strip.veiled or _LABEL.search(text)):
        return text
    if figure is None and not strip.veiled and len({read for read, _ in readings}) == 1 and _WORDS.fullmatch(text):
        return text
    return DOUBTFUL + text if figure is None else figure


def _year(match: re.Match[str]) -> str:
    last = match[2] if match[2] and match[2] in "一二三四五六七八九" else "〇"
    return f"二〇{match[1]}{last}年"


def _may_be_figure(text: str, lines: int) -> bool:
    """Whether a line of a cell states a figure (22, 1024.15万元, 22（其中修订16件）), or is its only line and no label."""
    stated = _STATED.match(text) or _BEGUN.match(text) or _WORDED.fullmatch(text)
    return stated is not None or (lines == 1 and not _LABEL.search(text))


def _figures(clean: Gray, strips: Sequence[Strip], readings: Mapping[int, Sequence[Reading]]) -> dict[int, str]:
    """The figures that readings agree on, without those whose digits look like others of the page, and with those that
    only the page's own digits confirm.
    """
    agreed = {
        at: figure
        for at, read in readings.items()
        if not strips[at].veiled
        and (figure := _STROKE if _is_stroke(clean, strips[at]) else _agreed(read, strips[at].marks)) is not None
    }
    digits = {at: _digits(clean, strips[at]) for at in readings if not strips[at].veiled}
    page = _Typeface(
        [
            (label, shape)
            for at, text in agreed.items()
            if (_BARE.fullmatch(text) or text == _STROKE) and len(digits[at]) == len(_NO_DIGIT.sub("", text))
            for label, shape in zip(_NO_DIGIT.sub("", text), digits[at], strict=True)
        ]
    )
    figures = {}
    for at, shapes in digits.items():
        if (text := agreed.get(at)) is not None:
            likely = page.likely(shapes, of=_NO_DIGIT.sub("", text)) if _BARE.fullmatch(text) else True
            if likely:
                figures[at] = text
            continue
        stated = [text for text, _ in readings[at] if _BARE.fullmatch(text)]
        text = _as_marked(stated, strips[at].marks) if len(stated) == len(readings[at]) else None
        if text is not None and page.reading(shapes) == _NO_DIGIT.sub("", text):
            figures[at] = text
        elif not strips[at].marks and _fills(strips[at], shapes) and (same := page.reading(shapes, least=_SAME)):
            figures[at] = same  # whatever it is read as: a program's digits are all alike
    return figures


def _of_several_rows(strips: Sequence[Strip], figures: Mapping[int, str]) -> set[int]:
    """The figures above each other in one cell though the upper one could go on: the rule between their rows is lost."""
    numbers = sorted(at for at, text in figures.items() if _BARE.fullmatch(text))
    return {
        at
        for pair in pairwise(numbers)
        if (upper := strips[pair[0]]).box == strips[pair[1]].box and upper.room > _ROOMY * (upper.bottom - upper.top)
        for at in pair
    }


def _fills(strip: Strip, shapes: Sequence[Shape]) -> bool:
    """Whether a strip is no wider than its digits: none of them touch, and nothing else stands there."""
    return strip.x1 - strip.x0 <= _ADVANCE * (strip.bottom - strip.top) * len(shapes)


def _as_figure(text: str, strip: Strip) -> str:
    """A recognised text as a figure is written: no blanks beside its points, signs and unit; rings among digits are zeros.

    Full-width digits stand an em apart and are read with blanks between; digits further apart are several figures.
    """
    text = _PLUS.sub("+", _MINUS.sub("-", text.translate(_HALF_WIDTH)))
    if text in {"O", "o", "〇"} or _RINGS.fullmatch(text):
        text = re.sub("[Oo〇]", "0", text)
    if " " in text and _SPACED.fullmatch(text):
        digits = text.replace(" ", "")
        if strip.x1 - strip.x0 <= 1.75 * (strip.bottom - strip.top) * len(digits):
            return normalize("NFKC", digits)
    return re.sub(r"(?<=[-+－.,，])\s+|\s+(?=[.,，])|(?<=\d)\s+(?=[件个项条次宗份元万])", "", text)


def _is_stroke(clean: Gray, strip: Strip) -> bool:
    """Whether a strip holds nothing but one slanting line, about as dark in each few rows and further left than in those
    above: recognisers take a lone / for a 1 or a 7.
    """
    ink = np.maximum(255.0 - clean[strip.top : strip.bottom, strip.x0 : strip.x1] - _GRAIN, 0)
    rows, (height, width) = ink.sum(axis=1), ink.shape
    inked = np.flatnonzero(rows > 0.3 * np.median(rows))
    if rows.mean() < _GRAIN or not 0.2 * height <= width <= height or inked.size < 0.5 * height:
        return False
    middles = (ink @ np.arange(width))[inked] / rows[inked]
    slant, start = np.polyfit(inked, middles, 1)
    is_straight = np.abs(middles - slant * inked - start).max() < 0.03 * height  # the bar of a 7 is to one side
    is_full = (ink[inked, np.rint(middles).astype(int)] > 0.5 * ink[inked].max(axis=1)).all()  # a 0 is hollow
    is_even = np.convolve(rows[inked], np.ones(3) / 3, "valid").max() < 1.4 * rows[inked].mean()  # a 1 has a foot
    return bool(slant < -0.2 and is_straight and is_full and is_even)


def _agreed(readings: Sequence[Reading], marks: str) -> str | None:
    """The text on whose figure two readings agree, one surely; None where there is none or another figure was read."""
    stated = [(match[0], text, score) for text, score in readings if (match := _STATED.match(text))]
    scores = [score for _, _, score in stated]
    sure = (
        len(scores) > 1 and sum(scores) >= _SURE + 0.4 and max(scores) >= (_SURE if len(scores) == 2 else _SURE - 0.1)
    )
    if not sure:
        return None
    if all(_BARE.fullmatch(text) for _, text, _ in stated):
        return _as_marked([text for _, text, _ in stated], marks)
    for _, text, _ in stated:  # +五 is not 十五, and of full width nobody tells them apart
        if re.match("十.", text) or (text.startswith("-") and not marks.startswith("-")):
            return None
    return stated[0][1] if len({figure for figure, _, _ in stated}) == 1 else None


def _as_marked(texts: Sequence[str], marks: str) -> str | None:
    """The one of several readings that has the hyphens, points and commas that are seen.

    None where the readings differ in more than commas taken for points, or none of them has what is seen: with a point
    lost or taken for a comma it is another figure.
    """
    if len({text.translate(_MARKS).replace(",", ".") for text in texts}) != 1:
        return None
    return next((text for text in texts if _has_marks(text.translate(_MARKS), marks)), None)


def _has_marks(figure: str, seen: str) -> bool:
    """Whether a figure has these marks; "?" is a point or a comma where both make the same number or one cannot be."""
    own, seen = _NO_MARK.sub("", figure), seen.replace("+", "")
    if "?" in seen and _GROUPED.fullmatch(figure):
        return False
    return len(own) == len(seen) and all(a == b or (b == "?" and a in ".,") for a, b in zip(own, seen, strict=True))


def _crop(gray: Gray, strip: Strip, rendering: int = 0) -> Picture:
    """The pixels of a strip with a margin of paper, as the recogniser takes them: as they are, bold, or smooth."""
    height = strip.bottom - strip.top
    margin = max(3, height // 6)
    piece = gray[strip.top : strip.bottom, strip.x0 : strip.x1]
    if rendering:
        scale = (1.5, 2.0)[rendering - 1]
        larger = cv2.GaussianBlur(cv2.resize(piece, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), (3, 3), 0)
        piece = np.asarray(cv2.erode(larger, np.ones((2, 2), np.uint8)) if rendering == 1 else larger, np.uint8)
        margin = round(margin * (2.0, 1.5)[rendering - 1])
    elif piece.shape[1] > _LONG * height:
        piece = _level(piece)
        piece = np.asarray(cv2.resize(piece, None, fx=_NARROW, fy=1, interpolation=cv2.INTER_AREA), np.uint8)
        margin = max(3, piece.shape[0] // 12)  # and larger, lest its commas be lost
    sides = (margin, margin, 2 * margin, 2 * margin)
    return coloured(np.asarray(cv2.copyMakeBorder(piece, *sides, cv2.BORDER_CONSTANT, value=255), np.uint8))


def _level(line: Gray) -> Gray:
    """A line of text at one height: photographed lines slant or bend, and more of the recogniser's height is blank."""
    ink = np.maximum(255.0 - line - _GRAIN, 0)
    weights, (height, width) = ink.sum(axis=0), ink.shape
    inked = np.flatnonzero(weights)
    if inked.size < height:
        return line
    middles = (np.arange(height) @ ink)[inked] / weights[inked]
    xs, ys = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    bend = np.polyval(np.polyfit(inked, middles, 2, w=weights[inked]), xs[0])
    if np.ptp(bend) < _BENT * height:
        return line
    level = cv2.remap(line, xs, (ys + bend - bend.mean()).astype(np.float32), cv2.INTER_LINEAR, borderValue=255)
    rows = np.flatnonzero((level < 255 - _GRAIN).any(axis=1))
    return np.asarray(level[max(0, rows[0] - 2) : rows[-1] + 3], np.uint8)


def coloured(piece: Gray) -> Picture:
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(piece), cv2.COLOR_GRAY2BGR), np.uint8)


class _Typeface:
    """The digits of a page that were read surely: (digit, shape) each."""

    def __init__(self, samples: Sequence[tuple[str, Shape]]) -> None:
        self._labels = np.array([label for label, _ in samples])
        self._shapes = np.stack([shape for _, shape in samples]) if samples else np.zeros((0, _WIDE * _HIGH))

    def reading(self, shapes: Sequence[Shape], least: float = _LIKE) -> str | None:
        """Return the digits that the shapes are beyond doubt, None where one of them may be another."""
        found = [self._nearest(shape) for shape in shapes]
        sure = all(likeness >= least and likeness - other >= _APART for _, likeness, other in found)
        return "".join(label for label, *_ in found) if found and sure else None

    def likely(self, shapes: Sequence[Shape], *, of: str) -> bool:
        """Whether none of the shapes looks more like another digit than like the one that it was read as."""
        if len(shapes) != len(of):
            return True  # digits that touch, or specks: nothing to compare
        for shape, label in zip(shapes, of, strict=True):
            same = self._shapes[self._labels == label] @ shape
            other = self._shapes[self._labels != label] @ shape
            if (self._shapes[self._labels == _STROKE] @ shape).max(initial=0.0) > _LIKE:
                return False
            itself = int(same.size > 0 and same.max() > 0.9999)
            own = max(sorted(same)[: len(same) - itself], default=_LIKE)
            if other.size and other.max() > max(own + _APART, _LIKE):
                return False
        return True

    def _nearest(self, shape: Shape) -> tuple[str, float, float]:
        """The digit that a shape is most like, how like, and how like the next other digit (correlations)."""
        if not len(self._labels):
            return "", 0.0, 0.0
        likeness = self._shapes @ shape
        best = int(likeness.argmax())
        others = likeness[self._labels != self._labels[best]]
        return str(self._labels[best]), float(likeness[best]), float(others.max()) if others.size else 0.0


def _digits(clean: Gray, strip: Strip) -> list[Shape]:
    """The shapes of the characters of a figure from left to right, without its points and signs.

    They are cut out with their thin strokes, unless digits touch by these.
    """
    piece = 255 - clean[strip.top : strip.bottom, strip.x0 : strip.x1]
    for level in (_THIN, _THICK):
        _, _, boxes, _ = cv2.connectedComponentsWithStats((piece > level).astype(np.uint8), connectivity=8)
        found = characters([(x, y, w, h) for x, y, w, h, _ in boxes[1:].tolist()])
        if all(w <= _ADVANCE * piece.shape[0] for _, _, w, _ in found):
            break
    shapes = []
    for x, y, w, h in found:
        if h < 0.6 * piece.shape[0] or w > 1.2 * h:
            continue
        across = max(1, min(_WIDE, round(w * _HIGH / h)))
        scaled = cv2.resize(piece[y : y + h, x : x + w], (across, _HIGH), interpolation=cv2.INTER_AREA).astype(float)
        left = (_WIDE - across) // 2
        shape = np.pad(scaled, ((0, 0), (left, _WIDE - across - left))).ravel()
        shape -= shape.mean()
        shapes.append(shape / max(float(np.linalg.norm(shape)), 1e-9))
    return shapes


def characters(pieces: Sequence[Piece], shared: float = 0.5) -> list[Piece]:
    """The characters of a line from left to right: pieces that stand above each other, with so much of their width, are
    parts of one.
    """
    whole: list[Piece] = []
    for x, y, w, h in sorted(pieces):
        if whole:
            left, top, width, height = whole[-1]
            if left + width - x > shared * min(w, width):
                right, bottom = max(left + width, x + w), max(top + height, y + h)
                whole[-1] = (left, min(top, y), right - left, bottom - min(top, y))
                continue
        whole.append((x, y, w, h))
    return whole
