"""Scans and pictures → Document (extra `ocr`): our own grid from the rules, one recognition for each line of each cell.

A picture becomes a `layout.Page` of glyphs and rules like a page of a PDF, so that one builder makes all tables. The
text of a cell is recognised on its own, since page recognition loses lone digits; what looks like a figure is
recognised at least twice, from other renderings of its pixels, and taken only where two agree. Otherwise the cell's
text begins with U+FFFD and the parser refuses it: never a guess. The models lie in the wheel of rapidocr; nothing is
fetched.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from extract.document import Document
from extract.errors import UnreadableDocument
from extract.readers.layout import Page, read_pages
from extract.readers.ruled import Box, Frame, Glyph, Rule, find_frames

if TYPE_CHECKING:
    import numpy as np

    Picture = np.ndarray[Any, np.dtype[np.uint8]]  # rows × columns × 3, red green blue
    Gray = np.ndarray[Any, np.dtype[np.uint8]]  # rows × columns, 0 ink, 255 paper

MAX_PAGES = 60
MAX_PIXELS = 60_000_000  # A4 at 600 dpi has 35 million
MAX_LINES = 5_000  # pieces of text to recognise on a page; a report's fullest page has 400
DOUBTFUL = "\ufffd"  # before a text that may not be what is printed
SURE = 0.80  # a figure recognised with less is in doubt
MAX_SKEW = 4.0  # degrees

_MEDIA_TYPES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "TIFF": "image/tiff",
    "GIF": "image/gif",
    "BMP": "image/bmp",
    "WEBP": "image/webp",
}
_PAGE_WIDTH = 595.0  # points: a picture is taken for a page of A4, whatever its resolution
_NARROWEST, _WIDEST = 1650, 2480  # pixels: pictures are brought to 200–300 dpi of such a page
_SMALLEST = 40  # pixels: an icon, a line, a spacer
_RED = 40  # by which red outweighs green and blue in the ink of stamps

# What states a figure: alone, with its unit, before a note in brackets; or a mark that stands for none.
_STATED = re.compile(
    r"[+\-－]?[0-9０-９][0-9０-９,，.．]*(?:$|(?=[（(])|(?:[件个项条次宗份元]|万元)(?=$|[（(]))|[/／\\—－\-–―]{1,3}$|[无空]$"
)
_SPACED = re.compile(r"[0-9０-９](?: ?[0-9０-９])+")
_MARKS = "-－.．,，"
_LABEL = re.compile(r"[\u4e00-\u9fff].*[\u4e00-\u9fff]", re.S)


@dataclass(frozen=True, slots=True)
class _Strip:
    """A line of text on the page: its rectangle in pixels; `box` is the table cell in which it stands.

    `veiled`: a stamp lies over it, and what is seen of it may not be all. `marks`: how many points and hyphens it has.
    """

    x0: int
    top: int
    x1: int
    bottom: int
    box: Box | None = None
    veiled: bool = False
    marks: int = 0


@dataclass(frozen=True, slots=True)
class _Stroke:
    """A rule in pixels: its y (horizontal) or x (vertical) and its extent along the other axis."""

    horizontal: bool
    at: float
    start: float
    end: float


def read_image(payload: bytes) -> Document:
    """Return what a picture shows, page by page. Raise UnreadableDocument: ocr_missing, too_large, malformed, …"""
    require_ocr()
    pages: list[Page] = []
    notes: list[str] = []
    kind = ""
    for number, (format_name, picture) in enumerate(pictures(payload), 1):
        kind = format_name
        page, more = page_of(picture, number)
        pages.append(page)
        notes += more
    blocks = read_pages(pages)
    if not blocks:
        raise UnreadableDocument("no_text", f"no writing found on {len(pages)} pictures")
    return Document(_MEDIA_TYPES[kind], blocks, (), tuple(notes))


def require_ocr() -> None:
    """Raise UnreadableDocument `ocr_missing` where the extra `ocr` is not installed."""
    if any(find_spec(module) is None for module in ("rapidocr", "onnxruntime", "cv2", "PIL")):
        raise UnreadableDocument("ocr_missing", "pictures are read by the extra: pip install 'nianbao[ocr]'")


def pictures(payload: bytes) -> Iterator[tuple[str, Picture]]:
    """Yield the format and the pixels of each page of a picture file. Raise UnreadableDocument."""
    import numpy as np
    from PIL import Image, ImageSequence, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(payload), formats=tuple(_MEDIA_TYPES)) as file:
            if getattr(file, "n_frames", 1) > MAX_PAGES and file.format == "TIFF":
                raise UnreadableDocument("too_many_pages", f"more than {MAX_PAGES} pictures in one file")
            for frame in ImageSequence.Iterator(file):
                if frame.width * frame.height > MAX_PIXELS:
                    raise UnreadableDocument("too_large", f"a picture of {frame.width} × {frame.height} pixels")
                paper = Image.new("RGBA", frame.size, "white")
                paper.alpha_composite(frame.convert("RGBA"))
                yield file.format or "", np.asarray(paper.convert("RGB"))
                if file.format != "TIFF":  # further pictures of a GIF, PNG or WebP are an animation
                    return
    except UnreadableDocument:
        raise
    except UnidentifiedImageError as error:
        raise UnreadableDocument("not_a_document", "no picture that can be opened") from error
    except Image.DecompressionBombError as error:
        raise UnreadableDocument("too_large", str(error)) from error
    except MemoryError as error:
        raise UnreadableDocument("too_large", "the picture does not fit in memory") from error
    except Exception as error:  # the decoders of Pillow raise OSError, SyntaxError, ValueError, struct.error, …
        raise UnreadableDocument("malformed", f"picture: {type(error).__name__}: {error}"[:200]) from error


def page_of(picture: Picture, number: int) -> tuple[Page, list[str]]:
    """Return what stands on a picture as a page of glyphs and rules, and notes on what is in doubt."""
    if min(picture.shape[:2]) < _SMALLEST:
        return Page(number, _PAGE_WIDTH, _PAGE_WIDTH, (), ()), []
    gray, stamp = _straightened(*_paper(picture))
    rules, mask = _ruled(gray, stamp)
    scale = _PAGE_WIDTH / gray.shape[1]
    frames = find_frames(_in_points(rules, scale))
    clean = gray.copy()
    clean[mask > 0] = 255
    em = _type_size(clean)
    strips = [strip for frame in frames for strip in _cell_strips(clean, stamp, frame, frames, scale, em)]
    strips += _prose_strips(gray, frames, scale)
    if len(strips) > MAX_LINES:
        raise UnreadableDocument("too_large", f"more than {MAX_LINES} pieces of text on picture {number}")
    glyphs: list[Glyph] = []
    doubtful = 0
    for strip, text in zip(strips, _recognised(clean, gray, strips), strict=True):
        doubtful += text.startswith(DOUBTFUL)
        glyphs += _spread(text, strip, scale)
    notes = [f"p{number}: read from a picture"]
    if doubtful:
        notes.append(f"p{number}: {doubtful} cells in doubt")
    height = gray.shape[0] * scale
    return Page(number, _PAGE_WIDTH, height, tuple(glyphs), tuple(_in_points(rules, scale))), notes


# Paper


def _paper(picture: Picture) -> tuple[Gray, Gray]:
    """The picture in grey, at a size fit for reading, on white and without red stamps; and where these were."""
    import cv2
    import numpy as np

    height, width = picture.shape[:2]
    wanted = min(max(width, _NARROWEST), _WIDEST) / width
    wanted = min(wanted, 3.0, (MAX_PIXELS / (width * height)) ** 0.5)  # a thin strip would grow without end
    if wanted != 1:
        method = cv2.INTER_CUBIC if wanted > 1 else cv2.INTER_AREA
        size = (max(1, round(width * wanted)), max(1, round(height * wanted)))
        picture = np.asarray(cv2.resize(picture, size, interpolation=method), np.uint8)
    gray, stamp = _without_stamps(picture)
    background = cv2.morphologyEx(gray, cv2.MORPH_CLOSE, np.ones((25, 25), np.uint8))
    background = cv2.blur(background, (51, 51))
    white = np.minimum(255, gray.astype(np.float32) * 255 / np.maximum(background, 60))
    return np.asarray(white, np.uint8), stamp


def _without_stamps(picture: Picture) -> tuple[Gray, Gray]:
    """The picture in grey, red ink made paper and what is black under it kept; and the mask of the red ink.

    Red ink is bright in the red channel. What is clearly darker there than the ink around it lies beneath the stamp.
    """
    import cv2
    import numpy as np

    gray = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    red = picture[:, :, 0].astype(np.float32)
    excess = red - np.maximum(picture[:, :, 1], picture[:, :, 2])
    core = (cv2.blur(excess, (3, 3)) > _RED).astype(np.uint8)
    if not core.any():
        return gray, core
    stamped = (cv2.dilate(core, np.ones((7, 7), np.uint8)) > 0) & (excess > _RED / 5)  # with the pale edges of the ink
    weight = cv2.blur(core.astype(np.float32), (61, 61))
    ink = cv2.blur(red * core, (61, 61)) / np.maximum(weight, 1e-3)
    share = cv2.blur(red, (3, 3)) / np.maximum(ink, 1.0)
    lifted = np.clip((share - 0.7) / 0.18, 0, 1) * 255
    return np.asarray(np.where(stamped, np.maximum(lifted, gray), gray), np.uint8), core


def _straightened(gray: Gray, stamp: Gray) -> tuple[Gray, Gray]:
    """The page and its mask of stamps turned so that the page's long lines, or its lines of text, are level."""
    import cv2
    import numpy as np

    skew = _skew(gray)
    if abs(skew) < 0.05:
        return gray, stamp
    height, width = gray.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1)
    level_gray = cv2.warpAffine(gray, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=255)
    level_stamp = cv2.warpAffine(stamp, turn, (width, height), flags=cv2.INTER_NEAREST)
    return np.asarray(level_gray, np.uint8), np.asarray(level_stamp, np.uint8)


def _skew(gray: Gray) -> float:
    """Degrees by which the page hangs: that of its long lines, else the angle at which its lines of text part best."""
    import cv2
    import numpy as np

    half = cv2.resize(gray, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    lines = cv2.HoughLinesP(
        cv2.Canny(half, 50, 150), 1, np.pi / 1800, 100, minLineLength=half.shape[1] // 4, maxLineGap=10
    )
    angles = (
        [] if lines is None else [np.degrees(np.arctan2(y1 - y0, x1 - x0)) for x0, y0, x1, y1 in lines.reshape(-1, 4)]
    )
    level = [float(angle) for angle in angles if abs(angle) <= MAX_SKEW]
    if level:
        return float(np.median(level))
    small = cv2.resize(255 - gray, (1000, max(1, gray.shape[0] * 1000 // gray.shape[1])), interpolation=cv2.INTER_AREA)
    middle = (500, small.shape[0] / 2)

    def parted(angle: float) -> float:
        turned = cv2.warpAffine(small, cv2.getRotationMatrix2D(middle, angle, 1), small.shape[::-1])
        return float(np.var(np.diff(turned.sum(axis=1, dtype=np.float64))))

    best = max(np.arange(-MAX_SKEW, MAX_SKEW + 0.1, 0.5), key=parted)
    return float(max(np.arange(best - 0.4, best + 0.41, 0.1), key=parted))


# Rules


def _ruled(gray: Gray, stamp: Gray) -> tuple[list[_Stroke], Gray]:
    """The rules of the page and the mask of their ink.

    Speckles are filtered only where no table is found without: the filter also takes away rules one pixel wide.
    """
    import cv2
    import numpy as np

    rules, mask = _rules(gray, stamp)
    if sum(rule.horizontal for rule in rules) < 2:
        more, other = _rules(np.asarray(cv2.medianBlur(gray, 3), np.uint8), stamp)
        if len(more) > len(rules):
            return more, other
    return rules, mask


def _rules(gray: Gray, stamp: Gray) -> tuple[list[_Stroke], Gray]:
    import cv2
    import numpy as np

    width = gray.shape[1]
    ink = cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 12)
    pixel = width / _PAGE_WIDTH  # pixels of a point
    across, down = round(24 * pixel), round(13 * pixel)
    rules: list[_Stroke] = []
    mask = np.zeros_like(gray)
    for horizontal, size in ((True, (across, 1)), (False, (1, down))):
        # A rule that is a little askew is a staircase: thickened first, it is one piece again.
        thick = cv2.dilate(ink, np.ones((3, 1) if horizontal else (1, 3), np.uint8))
        found = cv2.morphologyEx(thick, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, size))
        count, _, boxes, _ = cv2.connectedComponentsWithStats(found, connectivity=8)
        for x, y, w, h, area in boxes[1:count]:
            length, thickness = (w, area / max(w, 1)) if horizontal else (h, area / max(h, 1))
            if thickness > 4 * pixel or length < 4 * thickness:  # a bar or a blot
                found[y : y + h, x : x + w] = 0
                continue
            middle = y + h / 2 if horizontal else x + w / 2
            start = x if horizontal else y
            rules.append(_Stroke(horizontal, float(middle), float(start), float(start + length)))
        mask = np.maximum(mask, cv2.dilate(found, np.ones((3, 3), np.uint8)))
    rules = _bridged(rules, stamp, 4 * pixel, 70 * pixel)
    return _anchored(rules, 4 * pixel, 60 * pixel), np.asarray(mask, np.uint8)


def _bridged(rules: list[_Stroke], stamp: Gray, near: float, widest: float) -> list[_Stroke]:
    """The rules with the pieces that a stamp hides."""
    import cv2
    import numpy as np

    if not stamp.any():
        return rules
    hidden = np.asarray(cv2.dilate(stamp, np.ones((9, 9), np.uint8)))
    whole: list[_Stroke] = []
    for rule in sorted(rules, key=lambda rule: rule.start):
        for k, before in enumerate(whole):
            same_lane = before.horizontal == rule.horizontal and abs(before.at - rule.at) <= near
            if not same_lane or not 0 < rule.start - before.end <= widest:
                continue
            lane = slice(max(0, round(before.at) - 2), round(before.at) + 3)
            gap = slice(max(0, round(before.end)), round(rule.start) + 1)
            seen = hidden[lane, gap].any(axis=0) if rule.horizontal else hidden[gap, lane].any(axis=1)
            if seen.size and seen.mean() > 0.5:
                whole[k] = _Stroke(rule.horizontal, before.at, before.start, rule.end)
                break
        else:
            whole.append(rule)
    return whole


def _anchored(rules: list[_Stroke], near: float, short: float) -> list[_Stroke]:
    """The rules without short strokes that do not run from rule to rule: parts of characters, stamps and flourishes."""

    def ends_on(stroke: _Stroke, end: float) -> bool:
        return any(
            other.horizontal != stroke.horizontal
            and abs(other.at - end) <= near
            and other.start - near <= stroke.at <= other.end + near
            for other in rules
        )

    return [
        stroke
        for stroke in rules
        if stroke.end - stroke.start >= short or (ends_on(stroke, stroke.start) and ends_on(stroke, stroke.end))
    ]


def _in_points(strokes: Sequence[_Stroke], scale: float) -> list[Rule]:
    return [Rule(one.horizontal, one.at * scale, one.start * scale, one.end * scale) for one in strokes]


# Pieces of text


def _type_size(clean: Gray) -> float:
    """The usual height of a character in pixels."""
    import cv2
    import numpy as np

    ink = (clean < 140).astype(np.uint8)
    count, _, boxes, _ = cv2.connectedComponentsWithStats(cv2.dilate(ink, np.ones((3, 3), np.uint8)), connectivity=8)
    pixel = clean.shape[1] / _PAGE_WIDTH
    heights = [h for _, _, w, h, _ in boxes[1:count] if 5 * pixel < h < 30 * pixel and w < 60 * pixel]
    return float(np.median(heights)) if heights else 11 * pixel


def _cell_strips(
    clean: Gray, stamp: Gray, frame: Frame, frames: Sequence[Frame], scale: float, em: float
) -> Iterator[_Strip]:
    """The lines of text in the cells of a frame; a cell without ink has none, unless a stamp may hide some."""
    import numpy as np

    inner = [other for other in frames if other is not frame and other.area < frame.area]
    for box in frame.boxes:
        x0, top = round(box.x0 / scale) + 2, round(box.top / scale) + 2
        x1, bottom = round(box.x1 / scale) - 2, round(box.bottom / scale) - 2
        if x1 - x0 < 4 or bottom - top < 4:
            continue
        ink = (clean[top:bottom, x0:x1] < 150).astype(np.uint8)
        for other in inner:
            if box.x0 < other.xs[-1] and other.xs[0] < box.x1 and box.top < other.ys[-1] and other.ys[0] < box.bottom:
                left, up = max(0, round(other.xs[0] / scale) - x0), max(0, round(other.ys[0] / scale) - top)
                ink[up : round(other.ys[-1] / scale) - top, left : round(other.xs[-1] / scale) - x0] = 0
        big, pieces = _pieces(ink, em)
        red = stamp[top:bottom, x0:x1]
        around = round(0.4 * em)
        blank = True
        for start, end in _bands(np.asarray(big.any(axis=1)), em):
            columns = np.flatnonzero(big[start:end].any(axis=0))
            left, right = int(columns[0]), int(columns[-1]) + 1
            near = (start, left - 1.2 * em, end + 0.2 * em, right + 0.6 * em)
            inside = [
                (x, y, w, h)
                for x, y, w, h in pieces
                if near[0] <= y + h / 2 <= near[2] and near[1] <= x + w / 2 <= near[3]
            ] or [(left, start, right - left, end - start)]
            marks = sum(h < 0.5 * (end - start) and w <= end - start for _, _, w, h in inside)
            left, right = min([left, *(x for x, *_ in inside)]), max([right, *(x + w for x, _, w, _ in inside)])
            end = max([end, *(y + h for _, y, _, h in inside)])
            over = red[max(0, start - around) : end + around, max(0, left - around) : right + around]
            veiled = bool(over.sum() > 0.02 * over.size)
            yield _Strip(x0 + left, top + start, x0 + right, top + end, box, veiled, marks)
            blank = False
        if blank and red.sum() > 0.04 * red.size:
            middle, centre = (top + bottom) // 2, (x0 + x1) // 2
            yield _Strip(centre - 1, middle - 1, centre + 1, middle + 1, box, True)


def _pieces(ink: Gray, em: float) -> tuple[Gray, list[tuple[int, int, int, int]]]:
    """The ink of characters, and the boxes (x, y, width, height) of all pieces down to a point or a hyphen."""
    import cv2
    import numpy as np

    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    sizes = np.max(stats[:, 2:4], axis=1)
    large = sizes >= 0.28 * em
    large[0] = False
    kept = (stats[:, 4] >= 6) & (sizes >= 0.1 * em)  # the rest are speckles
    kept[0] = False
    return np.asarray(large[labels], np.uint8), [(int(x), int(y), int(w), int(h)) for x, y, w, h, _ in stats[kept]]


def _bands(inked: np.ndarray[Any, Any], em: float) -> list[tuple[int, int]]:
    """(start, end) of the lines of text by the rows of pixels that have ink; the strokes of 二 and 三 are one line."""
    import numpy as np

    edges = np.flatnonzero(np.diff(np.concatenate(([0], inked.astype(np.int8), [0]))))
    bands: list[tuple[int, int]] = []
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if bands:
            last = bands[-1]
            low = min(last[1] - last[0], end - start) < 0.55 * em
            if start - last[1] < 0.1 * em or (low and end - last[0] <= 1.2 * em):
                bands[-1] = (last[0], end)
                continue
        bands.append((start, end))
    return bands


def _prose_strips(gray: Gray, frames: Sequence[Frame], scale: float) -> Iterator[_Strip]:
    """The lines of text outside of tables, as the detector finds them on the whole page: a bare one leads it astray."""
    paper = gray.copy()
    for frame in frames:
        paper[
            round(frame.ys[0] / scale) - 3 : round(frame.ys[-1] / scale) + 4,
            max(0, round(frame.xs[0] / scale) - 3) : round(frame.xs[-1] / scale) + 4,
        ] = 255
    lines: list[tuple[int, int, int, int]] = []
    for corners in _detected(gray):
        xs, ys = corners[:, 0], corners[:, 1]
        x0, top, x1, bottom = (int(value) for value in (xs.min(), ys.min(), xs.max(), ys.max()))
        if any(frame.holds((x0 + x1) / 2 * scale, (top + bottom) / 2 * scale) for frame in frames):
            continue
        x0, top, x1, bottom = max(0, x0), max(0, top), min(x1, paper.shape[1]), min(bottom, paper.shape[0])
        if x1 - x0 > 3 and bottom - top > 3:
            line = _widened(paper, x0, top, x1, bottom)
            for other in [one for one in lines if _is_same_line(one, line)]:  # found in pieces, each now the whole
                lines.remove(other)
                line = min(line[0], other[0]), min(line[1], other[1]), max(line[2], other[2]), max(line[3], other[3])
            lines.append(line)
    yield from (_Strip(*line) for line in lines)


def _is_same_line(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    shared = min(one[3], other[3]) - max(one[1], other[1])
    level = shared > 0.5 * min(one[3] - one[1], other[3] - other[1])
    return level and one[0] < other[2] and other[0] < one[2]


def _widened(paper: Gray, x0: int, top: int, x1: int, bottom: int) -> tuple[int, int, int, int]:
    """The rectangle of a line with the characters at its ends that the detector cut off (it loses the 三 of 三、)."""
    import numpy as np

    inked = np.asarray((paper[top:bottom] < 140).sum(axis=0) > 1)
    reach = round(1.3 * (bottom - top))
    while (before := np.flatnonzero(inked[max(0, x0 - reach) : x0])).size:
        x0 = max(0, x0 - reach) + int(before[0])
    while (after := np.flatnonzero(inked[x1 : x1 + reach])).size:
        x1 += int(after[-1]) + 1
    return x0, top, x1, bottom


def _spread(text: str, strip: _Strip, scale: float) -> Iterator[Glyph]:
    """The characters of a recognised line over its width: Latin letters and digits half as wide as others."""
    widths = [0.5 if ord(character) < 0x2E80 else 1.0 for character in text]
    if not widths:
        return
    unit = (strip.x1 - strip.x0) * scale / sum(widths)
    x = strip.x0 * scale
    size = (strip.bottom - strip.top) * scale
    for character, width in zip(text, widths, strict=True):
        yield Glyph(character, x, strip.top * scale, x + width * unit, strip.bottom * scale, size)
        x += width * unit


# Recognition


def _recognised(clean: Gray, gray: Gray, strips: Sequence[_Strip]) -> list[str]:
    """The text of each strip; that of a cell begins with DOUBTFUL where it may be a figure and is not beyond doubt."""
    first = _recognise([_crop(clean if strip.box else gray, strip) for strip in strips])
    lines = {box: sum(strip.box is box for strip in strips) for box in {strip.box for strip in strips}}
    doubted = [
        k
        for k, (strip, (text, _)) in enumerate(zip(strips, first, strict=True))
        if strip.box is not None and _may_be_figure(text, lines[strip.box])
    ]
    readings = {k: [(_as_figure(first[k][0], strips[k]), first[k][1])] for k in doubted}
    for rendering in (1, 2):
        unsure = [k for k in doubted if _agreed(readings[k]) is None]
        crops = [_crop(clean, strips[k], rendering) for k in unsure]
        for k, (text, score) in zip(unsure, _recognise(crops), strict=True):
            readings[k].append((_as_figure(text, strips[k]), score))
    texts = []
    for k, (text, _) in enumerate(first):
        strip = strips[k]
        if k in readings or (strip.veiled and not _LABEL.search(text)):
            agreed = None if strip.veiled else _agreed(readings.get(k, []))
            if agreed is None and not strip.veiled and _is_stroke(clean, strip):
                agreed = "/"
            text = agreed if agreed is not None and _has_marks(agreed, strip) else DOUBTFUL + text
        texts.append(text)
    return texts


def _may_be_figure(text: str, lines: int) -> bool:
    """Whether a line of a cell states a figure (22, 1024.15万元, 22（其中修订16件）), or is its only line and no label."""
    return _STATED.match(text) is not None or (lines == 1 and not _LABEL.search(text))


def _as_figure(text: str, strip: _Strip) -> str:
    """A recognised text as a figure is written: no blanks beside its points and signs, and a lone ring is a zero.

    Full-width digits stand an em apart and are read with blanks between; digits further apart are several figures.
    """
    if text in {"O", "o", "〇"}:
        return "0"
    if _SPACED.fullmatch(text):
        digits = text.replace(" ", "")
        if strip.x1 - strip.x0 <= 1.75 * (strip.bottom - strip.top) * len(digits):
            return normalize("NFKC", digits)
    return re.sub(r"(?<=[-－.,，])\s+|\s+(?=[.,，])", "", text)


def _is_stroke(clean: Gray, strip: _Strip) -> bool:
    """Whether a strip holds nothing but one slanting line: recognisers take a lone / for a 1 or a 7."""
    import numpy as np

    rows, columns = np.nonzero(clean[strip.top : strip.bottom, strip.x0 : strip.x1] < 150)
    height, width = strip.bottom - strip.top, strip.x1 - strip.x0
    if len(rows) < 8 or not 0.25 * height <= width <= height:
        return False
    return float(np.corrcoef(rows, columns)[0, 1]) < -0.95


def _agreed(readings: Sequence[tuple[str, float]]) -> str | None:
    """The text on whose figure two readings agree, one surely; None where there is none or another figure was read."""
    stated = [(match[0], text, score) for text, score in readings if (match := _STATED.match(text))]
    if len({figure for figure, _, _ in stated}) != 1 or len(stated) < 2:
        return None
    scores = [score for _, _, score in stated]
    sure = sum(scores) >= SURE + 0.4 and max(scores) >= (SURE if len(scores) == 2 else SURE - 0.1)
    return stated[0][1] if sure else None


def _has_marks(figure: str, strip: _Strip) -> bool:
    """Whether a figure has the points and hyphens that are seen: a recogniser that loses one changes the figure."""
    bare = not re.search(r"[^\d+,，.．\-－]", figure)  # with a unit behind it, whose own points cannot be told apart
    return not bare or strip.marks == sum(figure.count(mark) for mark in _MARKS)


def _crop(gray: Gray, strip: _Strip, rendering: int = 0) -> Picture:
    """The pixels of a strip with a margin of paper, as the recogniser takes them: as they are, bold, or smooth."""
    import cv2
    import numpy as np

    height = strip.bottom - strip.top
    margin = 0 if strip.box is None else max(3, height // 6)
    piece = gray[strip.top : strip.bottom, strip.x0 : strip.x1]
    if rendering:
        scale = (1.5, 2.0)[rendering - 1]
        larger = cv2.GaussianBlur(cv2.resize(piece, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), (3, 3), 0)
        piece = np.asarray(cv2.erode(larger, np.ones((2, 2), np.uint8)) if rendering == 1 else larger, np.uint8)
        margin = round(margin * (2.0, 1.5)[rendering - 1])
    if margin:
        sides = (margin, margin, 2 * margin, 2 * margin)
        piece = np.asarray(cv2.copyMakeBorder(piece, *sides, cv2.BORDER_CONSTANT, value=255), np.uint8)
    return np.asarray(cv2.cvtColor(piece, cv2.COLOR_GRAY2BGR), np.uint8)


def _recognise(crops: list[Picture]) -> list[tuple[str, float]]:
    """Text and score of each piece. The same pixels are recognised once: a program's zeros are all alike."""
    keys = [(crop.shape, crop.tobytes()) for crop in crops]
    distinct = dict(zip(keys, crops, strict=True))
    if not distinct:
        return []
    output = _engine(os.getpid()).recognize_txt(list(distinct.values()))
    known = {
        key: (text.strip(), float(score)) for key, text, score in zip(distinct, output.txts, output.scores, strict=True)
    }
    return [known[key] for key in keys]


def _detected(gray: Gray) -> list[Any]:
    """The corners of each line of text that the page's detector finds, in pixels."""
    import cv2

    output = _engine(os.getpid())(cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR), use_det=True, use_cls=False, use_rec=False)
    return [] if output.boxes is None else list(output.boxes)


@lru_cache(maxsize=1)
def _engine(process: int) -> Any:  # noqa: ARG001 – a fork must not use the threads of the process that it came from
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.max_side_len": 4000,
            # Padded to 96 columns and not to 320, a lone digit costs a fifth and is read the same.
            "Rec.rec_img_shape": [3, 48, 96],
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        }
    )
