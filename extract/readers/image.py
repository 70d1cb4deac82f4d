"""Scans and pictures → Document (extra `ocr`): our own grid from the rules, one recognition for each line of each cell.

A picture becomes a `layout.Page` of glyphs and rules like a page of a PDF, so that one builder makes all tables. The
text of a cell is recognised on its own, since page recognition loses lone digits; `figures` takes what looks like a
figure only where two readings agree. Otherwise the cell's text begins with U+FFFD and the parser refuses it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from extract.document import Document
from extract.errors import UnreadableDocument
from extract.readers.figures import DOUBTFUL, Piece, Strip, characters, coloured, texts_of
from extract.readers.layout import Page, read_pages
from extract.readers.paper import MAX_PIXELS, Sheet, sheet_of
from extract.readers.recognition import recognise, require_ocr
from extract.readers.ruled import Frame, Glyph, Rule, find_frames

Line = tuple[int, int, int, int]  # left, top, right, bottom of a line of text in pixels

if TYPE_CHECKING:
    import numpy as np

    from extract.readers.paper import Gray, Picture

MAX_PAGES = 60
MAX_LINES = 5_000  # pieces of text to recognise on a page; a report's fullest page has 400
UPRIGHT = 0.85  # lines recognised with less may stand on their head

_MEDIA_TYPES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "TIFF": "image/tiff",
    "GIF": "image/gif",
    "BMP": "image/bmp",
    "WEBP": "image/webp",
}
_TAILED = 18  # pixels of digits beside which the tail of a comma is always seen
_TABLE = 8  # cells
_PALE = 200  # grey of thin strokes: the hyphens of small print
_FAINT = 215  # grey of the palest edge of a stroke
_TALLEST = 3.5  # lines of text, of the usual height of a character
_ACROSS, _DOWN = 24.0, 13.0  # points: the shortest piece of a level and of an upright rule
_DOTS = 100  # of which dotted rules are made at least
_USUAL, _LARGE = 11.0, 18.0  # points: the type of reports, and a type in which none is set
_SMALLEST = 40  # pixels: an icon, a line, a spacer


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


def page_of(picture: Picture, number: int, width: float | None = None) -> tuple[Page, list[str]]:
    """Return what stands on a picture as a page of glyphs and rules, and notes on what is in doubt.

    `width` is what the picture measures in points where that is known.
    """
    if min(picture.shape[:2]) < _SMALLEST:
        return Page(number, 595.0, 595.0, (), ()), []
    layout = _upright(_laid_out(_legible(picture, width)))
    scale = layout.scale
    if len(layout.strips) > MAX_LINES:
        raise UnreadableDocument("too_large", f"more than {MAX_LINES} pieces of text on picture {number}")
    glyphs: list[Glyph] = []
    doubtful = 0
    for strip, text in zip(layout.strips, texts_of(layout.clean, layout.gray, layout.strips), strict=True):
        doubtful += text.startswith(DOUBTFUL)
        glyphs += _spread(text, strip, scale)
    notes = [f"p{number}: read from a picture"]
    if doubtful:
        notes.append(f"p{number}: {doubtful} cells in doubt")
    height = layout.gray.shape[0] * scale
    return Page(number, layout.sheet.width, height, tuple(glyphs), tuple(_in_points(layout.rules, scale))), notes


@dataclass(frozen=True, slots=True)
class _Layout:
    """A sheet, its rules, and the lines of text in its cells and outside of them; `clean` is `gray` without rules.

    `em` is the usual height of a character in pixels, `scale` points a pixel.
    """

    sheet: Sheet
    rules: Sequence[_Stroke]
    gray: Gray
    clean: Gray
    em: float
    scale: float
    strips: Sequence[Strip]


def _laid_out(sheet: Sheet) -> _Layout:
    scale = sheet.width / sheet.gray.shape[1]
    rules, mask = _ruled(sheet.gray, sheet.stamp, 1 / scale)
    frames = find_frames(_in_points(rules, scale))
    gray = _without_shades(sheet.gray)
    clean = gray.copy()
    clean[mask > 0] = 255
    em = _type_size(clean, 1 / scale)
    veil = sheet.stamp * (not _is_transparent(gray, sheet.stamp, rules))
    strips = [
        strip
        for frame in frames
        for strip in _cell_strips(clean, sheet.gray, veil, frame, frames, scale, _type_size_in(frame, clean, scale, em))
    ]
    strips += _prose_strips(clean, frames, scale, em)
    return _Layout(sheet, rules, gray, clean, em, scale, strips)


def _upright(layout: _Layout) -> _Layout:
    """The layout of the sheet as it is read: a page may lie on its side or stand on its head."""
    if _is_sideways(layout.clean, layout.em):
        layout = _laid_out(layout.sheet.turned(1))
    strips = sorted(layout.strips, key=lambda one: abs((one.x1 - one.x0) / (one.bottom - one.top) - 6))
    shown = [layout.gray[one.top : one.bottom, one.x0 : one.x1] for one in strips[:6]]
    if not shown or _legibility(shown[:3]) >= UPRIGHT:
        return layout
    if _legibility([piece[::-1, ::-1] for piece in shown]) > _legibility(shown) + 0.05:
        return _laid_out(layout.sheet.turned(2))
    return layout


def _is_sideways(clean: Gray, em: float) -> bool:
    """Whether characters stand closer above each other than beside each other."""
    import cv2
    import numpy as np

    half = cv2.resize(clean, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    ink = (half < 170).astype(np.uint8)
    reach = max(2, round(0.15 * em))
    beside, above = (
        cv2.connectedComponents(cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones(size, np.uint8)))[0]
        for size in ((1, reach), (reach, 1))
    )
    return bool(above < 0.75 * beside)


def _without_shades(gray: Gray) -> Gray:
    """The sheet without watermarks and what shines through from its other side: pale greys are paper."""
    import cv2
    import numpy as np

    level = np.arange(256)
    curve = np.where(level < 150, level, np.minimum(255, 150 + (level - 150) * 1.75))
    return np.asarray(cv2.LUT(gray, curve.astype(np.uint8)), np.uint8)


def _legible(picture: Picture, width: float | None) -> Sheet:
    """The picture as a sheet; one of few large characters is the picture of a part of a page, not of a page."""
    sheet = sheet_of(picture, width)
    if width is None:
        pixel = sheet.gray.shape[1] / sheet.width
        size = _type_size(sheet.gray, pixel, largest=90) / pixel
        if size > _LARGE:
            return sheet_of(picture, sheet.width * _USUAL / size)
    return sheet


def has_table(picture: Picture, width: float | None = None) -> bool:
    """Whether a picture shows a ruled table of some cells on paper: photographs and logos need not be read."""
    if min(picture.shape[:2]) < _SMALLEST:
        return False
    sheet = _legible(picture, width)
    if (sheet.gray > 200).mean() < 0.6:
        return False
    scale = sheet.width / sheet.gray.shape[1]
    rules, _ = _ruled(sheet.gray, sheet.stamp, 1 / scale)
    return any(len(frame.boxes) >= _TABLE for frame in find_frames(_in_points(rules, scale)))


def _legibility(pieces: Sequence[Gray]) -> float:
    """How surely the recogniser reads pieces of text, 0 to 1."""
    scores = [score if text else 0.0 for text, score in recognise([coloured(piece) for piece in pieces])]
    return sum(scores) / max(len(scores), 1)


def _is_transparent(gray: Gray, stamp: Gray, rules: Sequence[_Stroke]) -> bool:
    """Whether rules are seen through the stamps: then figures are seen, too, and what looks blank beneath is blank."""
    import cv2
    import numpy as np

    if not stamp.any():
        return True
    under = cv2.morphologyEx(stamp, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)) > 0
    ink = cv2.erode(gray, np.ones((3, 3), np.uint8)) < 150  # a rule may lie a pixel beside its place
    seen: list[np.ndarray[Any, Any]] = []
    for rule in rules:
        along = slice(max(0, round(rule.start)), round(rule.end) + 1)
        lane = (round(rule.at), along) if rule.horizontal else (along, round(rule.at))
        seen.append(ink[lane][under[lane]])
    pixels = np.concatenate(seen) if seen else np.zeros(0, bool)
    return bool(pixels.size >= 12 and pixels.mean() > 0.95)


# Rules


def _ruled(gray: Gray, stamp: Gray, pixel: float) -> tuple[list[_Stroke], Gray]:
    """The rules of the page and the mask of their ink; `pixel` pixels are a point.

    Dots are joined and speckles are filtered only where no table is found without: the filter also takes away rules
    one pixel wide.
    """
    import cv2
    import numpy as np

    ink = _contrast(gray, pixel)
    rules, mask = _rules(ink, stamp, pixel)
    level = sum(rule.horizontal for rule in rules)
    if min(level, len(rules) - level) < 4 and (dots := _dotted(ink, pixel)).any():
        rules, mask = _rules(ink | dots, stamp, pixel)
    if sum(rule.horizontal for rule in rules) < 2:
        more, other = _rules(_contrast(np.asarray(cv2.medianBlur(gray, 3), np.uint8), pixel), stamp, pixel)
        if len(more) > len(rules):
            return more, other
    return rules, mask


def _contrast(gray: Gray, pixel: float) -> Gray:
    """255 where the page is darker than around, without the broad pale strokes of watermarks."""
    import cv2
    import numpy as np

    ink = cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 12)
    broad = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((round(2.5 * pixel),) * 2, np.uint8))
    ink[(broad > 0) & (gray > 140)] = 0
    return np.asarray(ink, np.uint8)


def _rules(ink: Gray, stamp: Gray, pixel: float) -> tuple[list[_Stroke], Gray]:
    import cv2
    import numpy as np

    rules: list[_Stroke] = []
    masks: dict[bool, Gray] = {}
    for horizontal, size in ((True, (round(_ACROSS * pixel), 1)), (False, (1, round(_DOWN * pixel)))):
        # A rule that is a little askew is a staircase: thickened first, it is one piece again.
        thick = cv2.dilate(ink, np.ones((3, 1) if horizontal else (1, 3), np.uint8))
        found = cv2.morphologyEx(thick, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, size))
        _, _, boxes, middles = cv2.connectedComponentsWithStats(found, connectivity=8)
        for (x, y, w, h, area), middle in zip(boxes[1:], middles[1:], strict=True):
            length, thickness = (w, area / max(w, 1)) if horizontal else (h, area / max(h, 1))
            if thickness > 4 * pixel or length < 4 * thickness:  # a bar or a blot
                found[y : y + h, x : x + w] = 0
                continue
            start = x if horizontal else y
            rules.append(_Stroke(horizontal, float(middle[int(horizontal)]) + 0.5, float(start), float(start + length)))
        masks[horizontal] = np.asarray(cv2.dilate(found, np.ones((3, 3), np.uint8)), np.uint8)
    rules = _anchored(_bridged(rules, stamp, 4 * pixel, 70 * pixel), 4 * pixel, 60 * pixel)
    lanes = {horizontal: np.zeros_like(ink) for horizontal in masks}
    for rule in rules:
        ends = (round(rule.start) - 2, round(rule.end) + 2), (round(rule.at - 4 * pixel), round(rule.at + 4 * pixel))
        (x0, x1), (y0, y1) = ends if rule.horizontal else ends[::-1]
        cv2.rectangle(lanes[rule.horizontal], (x0, y0), (x1, y1), 255, cv2.FILLED)
    return rules, (masks[True] & lanes[True]) | (masks[False] & lanes[False])


def _dotted(ink: Gray, pixel: float) -> Gray:
    """The dots and dashes that follow each other in a straight line, joined.

    A line of small print has ink close above and below, a rule has not.
    """
    import cv2
    import numpy as np

    _, labels, boxes, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    small = np.max(boxes[:, 2:4], axis=1) <= 4.5 * pixel
    small &= boxes[:, 4] <= pixel * np.sum(boxes[:, 2:4], axis=1)  # of thin strokes: dashes, and where they cross
    small[0] = False
    joined = np.zeros_like(ink)
    if small.sum() < _DOTS:
        return joined
    dots = cv2.dilate(small.astype(np.uint8)[labels] * 255, np.ones((3, 3), np.uint8))
    reach, beside = round(3.5 * pixel), round(2 * pixel)
    for gap, line in (((reach, 1), (round(_ACROSS * pixel), 1)), ((1, reach), (1, round(_DOWN * pixel)))):
        closed = cv2.morphologyEx(dots, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, gap))
        found = cv2.morphologyEx(closed, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, line))
        for x, y, w, h, _ in cv2.connectedComponentsWithStats(found, connectivity=8)[2][1:].tolist():
            dx, dy = (0, beside) if line[1] == 1 else (beside, 0)
            around = ink[max(0, y - dy) : y + h + dy, max(0, x - dx) : x + w + dx] > 0
            own = ink[y : y + h, x : x + w] > 0
            if around.sum() - own.sum() < 0.15 * (around.size - own.size):
                joined[y : y + h, x : x + w] |= np.asarray(found[y : y + h, x : x + w], np.uint8)
    return joined


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

    while True:
        kept = [
            stroke
            for stroke in rules
            if stroke.end - stroke.start >= short or (ends_on(stroke, stroke.start) and ends_on(stroke, stroke.end))
        ]
        if len(kept) == len(rules):
            return rules
        rules = kept


def _in_points(strokes: Sequence[_Stroke], scale: float) -> list[Rule]:
    return [Rule(one.horizontal, one.at * scale, one.start * scale, one.end * scale) for one in strokes]


# Pieces of text


def _type_size_in(frame: Frame, clean: Gray, scale: float, otherwise: float) -> float:
    """The usual height of a character in a table, which may be set in other type than what is around it."""
    rows, columns = (slice(max(0, round(lane[0] / scale)), round(lane[-1] / scale)) for lane in (frame.ys, frame.xs))
    return _type_size(clean[rows, columns], 1 / scale, otherwise=otherwise)


def _type_size(clean: Gray, pixel: float, largest: float = 30, otherwise: float = 0.0) -> float:
    """The usual height of a character in pixels; `otherwise` where there are few."""
    import cv2
    import numpy as np

    ink = (clean < 140).astype(np.uint8)
    count, _, boxes, _ = cv2.connectedComponentsWithStats(cv2.dilate(ink, np.ones((3, 3), np.uint8)), connectivity=8)
    heights = [h for _, _, w, h, _ in boxes[1:count] if 3 * pixel < h < largest * pixel and w < 2 * largest * pixel]
    if otherwise and len(heights) < _TABLE:
        return otherwise
    return float(np.median(heights)) if heights else _USUAL * pixel


def _cell_strips(
    clean: Gray, raw: Gray, stamp: Gray, frame: Frame, frames: Sequence[Frame], scale: float, em: float
) -> Iterator[Strip]:
    """The lines of text in the cells of a frame; a cell without ink has none, unless a stamp may hide some.

    `raw` is the sheet with its pale greys.
    """
    import numpy as np

    inner = [other for other in frames if other is not frame and other.area < frame.area]
    for box in frame.boxes:
        x0, top = round(box.x0 / scale) + 2, round(box.top / scale) + 2
        x1, bottom = round(box.x1 / scale) - 2, round(box.bottom / scale) - 2
        if x1 - x0 < 4 or bottom - top < 4:
            continue
        ink = (clean[top:bottom, x0:x1] < _PALE).astype(np.uint8)
        for other in inner:
            if box.x0 < other.xs[-1] and other.xs[0] < box.x1 and box.top < other.ys[-1] and other.ys[0] < box.bottom:
                left, up = max(0, round(other.xs[0] / scale) - x0), max(0, round(other.ys[0] / scale) - top)
                ink[up : round(other.ys[-1] / scale) - top, left : round(other.xs[-1] / scale) - x0] = 0
        big, pieces = _pieces(ink, em)
        red = stamp[top:bottom, x0:x1]
        around = round(0.4 * em)
        blank = True
        for start, end in _bands(np.asarray(big.any(axis=1)), em):
            if end - start <= 2 and (start == 0 or end == len(big)):
                continue  # what is left of a rule
            columns = np.flatnonzero(big[start:end].any(axis=0))
            left, right = int(columns[0]), int(columns[-1]) + 1
            near = (start, left - 1.2 * em, end + 0.2 * em, right + 0.6 * em)
            inside = [
                (x, y, w, h)
                for x, y, w, h in pieces
                if near[0] <= y + h / 2 <= near[2] and near[1] <= x + w / 2 <= near[3]
            ] or [(left, start, right - left, end - start)]
            marks = _marks(inside, end - start)
            left, right = min([left, *(x for x, *_ in inside)]), max([right, *(x + w for x, _, w, _ in inside)])
            end = max([end, *(y + h for _, y, _, h in inside)])
            over = red[max(0, start - around) : end + around, max(0, left - around) : right + around]
            line = _uncut(clean[top:bottom, x0:x1], (left, start, right, end), round(0.4 * em))
            # A stamp may hide a part, and a number that reaches to the rule may go on behind it.
            veiled = bool(over.sum() > 0.02 * over.size or big[start:end, 0].any() or big[start:end, -1].any())
            veiled |= _has_pale_sign(raw[top:bottom, x0:x1], (left, start, right, end), em)
            yield Strip(x0 + line[0], top + line[1], x0 + line[2], top + line[3], box, veiled, marks)
            blank = False
        broken = any(max(w, h) >= 0.2 * em for *_, w, h in pieces)
        if blank and (broken or red.sum() > 0.04 * red.size):  # characters may be there, in parts or beneath
            middle, centre = (top + bottom) // 2, (x0 + x1) // 2
            yield Strip(centre - 1, middle - 1, centre + 1, middle + 1, box, True)


def _has_pale_sign(cell: Gray, line: Line, em: float) -> bool:
    """Whether a stroke like a hyphen, too pale to be read, stands before the line."""
    import cv2
    import numpy as np

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


def _marks(pieces: Sequence[Piece], height: int) -> str:
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
        elif h < 0.5 * size and w <= 1.5 * size:
            tailed = y + h - base >= max(1.0, 0.08 * size)
            found += "-" if middle else "," if tailed else "." if size >= _TAILED else "?"
    return found


def _pieces(ink: Gray, em: float) -> tuple[Gray, list[Piece]]:
    """The ink of characters, and the boxes (x, y, width, height) of all pieces down to a point or a hyphen."""
    import cv2
    import numpy as np

    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    sizes = np.max(stats[:, 2:4], axis=1)
    large = sizes >= 0.28 * em
    large[0] = False
    kept = (stats[:, 4] >= max(3.0, 0.006 * em * em)) & (sizes >= 0.1 * em)  # the rest are speckles
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


def _prose_strips(clean: Gray, frames: Sequence[Frame], scale: float, em: float) -> Iterator[Strip]:
    """The lines of text outside of tables."""
    import cv2
    import numpy as np

    ink = (clean < _PALE).astype(np.uint8)
    for frame in frames:
        ink[
            max(0, round(frame.ys[0] / scale) - 3) : round(frame.ys[-1] / scale) + 4,
            max(0, round(frame.xs[0] / scale) - 3) : round(frame.xs[-1] / scale) + 4,
        ] = 0
    big, pieces = _pieces(ink, em)
    for x, y, w, h in pieces:  # points and commas, too, but no speckles
        big[y : y + h, x : x + w] |= ink[y : y + h, x : x + w]
    near = np.ones((max(1, round(0.25 * em)), max(1, round(1.6 * em))), np.uint8)
    _, _, regions, _ = cv2.connectedComponentsWithStats(cv2.morphologyEx(big, cv2.MORPH_CLOSE, near), connectivity=8)
    lines: list[Line] = []
    for x, y, w, h, _ in regions[1:].tolist():
        lone = w < 1.5 * h and h < 2.5 * em  # a large character by itself
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
    lines: list[Line] = []
    for x0, top, x1, bottom in sorted(found, key=lambda line: line[1] - line[3]):
        if bottom - top > _TALLEST * em:
            continue
        for k, (left, upper, right, lower) in enumerate(lines):
            if upper <= (top + bottom) / 2 <= lower and left - 2 * em <= x1 and x0 <= right + 2 * em:
                lines[k] = min(left, x0), min(upper, top), max(right, x1), max(lower, bottom)
                break
        else:
            if bottom - top >= 0.3 * em or x1 - x0 >= 0.3 * em:
                lines.append((x0, top, x1, bottom))
    return lines


def _spread(text: str, strip: Strip, scale: float) -> Iterator[Glyph]:
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
