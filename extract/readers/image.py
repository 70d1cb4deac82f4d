"""Scans and pictures → Document (extra `ocr`): our own grid from the rules, one recognition for each line of each cell.

A picture becomes a `layout.Page` of glyphs and rules like a page of a PDF, so that one builder makes all tables. The
text of a cell is recognised on its own, since page recognition loses lone digits; `figures` takes what looks like a
figure only where two readings agree. Otherwise the cell's text begins with U+FFFD and the parser refuses it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from extract.document import Block, Document
from extract.errors import UnreadableDocument, require_at_most
from extract.prefilter import media_type_of
from extract.readers.figures import DOUBTFUL, Strip, coloured, texts_of
from extract.readers.glyphs import Glyph
from extract.readers.layout import read_pages
from extract.readers.leaves import Page
from extract.readers.paper import MAX_PIXELS, STREAK, Gray, Picture, Sheet, sheet_of, without_stamps
from extract.readers.recognition import recognise
from extract.readers.ruled import Rule, find_frames
from extract.readers.strips import USUAL, cell_strips, prose_strips, type_size, type_size_in
from extract.readers.strokes import find_strokes, in_points, is_transparent

_MAX_PAGES = 60
_MAX_LINES = 5_000  # pieces of text to recognise on a page; a report's fullest page has 400
_STANDING = 1.5  # times closer beside than above each other: so characters only stand
_UNSURE = 0.05  # difference of legibility that tells nothing

_FORMATS = ("PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP")
_TABLE = 8  # cells
_LONG, _SOME = 2, 3  # times its height: a line of some characters; so many lines tell that a page is set in lines
_LINE, _TELLING = (0.7, 1.8), 6  # usual heights of a character; so many lines tell which way a page stands
_LARGE = 18.0  # points: a type in which no report is set
_SMALLEST = 40  # pixels: an icon, a line, a spacer


def read_image(payload: bytes) -> Document:
    """Return what a picture shows, page by page. Raise UnreadableDocument: too_large, malformed, …"""
    read = [page_of(picture, number) for number, picture in enumerate(pictures(payload), 1)]
    blocks = read_pages([page for page, _ in read])
    if not blocks:
        raise UnreadableDocument("no_text", f"no writing found on {len(read)} pictures")
    return Document(media_type_of(payload), blocks, (), tuple(note for _, notes in read for note in notes))


def read_inner(payload: bytes, number: int, *, whole: bool) -> tuple[tuple[Block, ...], list[str]]:
    """Return what a picture within another document shows, and notes; nothing where it shows no table, unless it is
    wanted `whole`. Raise UnreadableDocument as `read_image`.
    """
    picture = next(pictures(payload))
    if not whole and not has_table(picture):
        return (), []
    page, notes = page_of(picture, number)
    return read_pages([page]), notes


def pictures(payload: bytes) -> Iterator[Picture]:
    """Yield the pixels of each page of a picture file. Raise UnreadableDocument."""
    try:
        with Image.open(io.BytesIO(payload), formats=_FORMATS) as file:
            if getattr(file, "n_frames", 1) > _MAX_PAGES and file.format == "TIFF":
                raise UnreadableDocument("too_many_pages", f"more than {_MAX_PAGES} pictures in one file")
            for frame in ImageSequence.Iterator(file):
                require_at_most(MAX_PIXELS, frame.width * frame.height, "pixels of a picture")
                upright = ImageOps.exif_transpose(frame)
                paper = Image.new("RGBA", upright.size, "white")
                paper.alpha_composite(upright.convert("RGBA"))
                yield np.asarray(paper.convert("RGB"))
                if file.format != "TIFF":  # further pictures of a GIF, PNG or WebP are an animation, of a JPEG views
                    return
    except UnreadableDocument:
        raise
    except UnidentifiedImageError as error:
        raise UnreadableDocument("not_a_document", "no picture that can be opened") from error
    except (Image.DecompressionBombError, MemoryError) as error:
        raise UnreadableDocument("too_large", str(error) or "the picture does not fit in memory") from error
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
    require_at_most(_MAX_LINES, len(layout.strips), "pieces of text on a picture")
    glyphs: list[Glyph] = []
    doubtful = 0
    for strip, text in zip(layout.strips, texts_of(layout.clean, layout.gray, layout.strips), strict=True):
        doubtful += text.startswith(DOUBTFUL)
        glyphs += _spread(text, strip, scale)
    notes = [f"p{number}: read from a picture"]
    if doubtful:
        notes.append(f"p{number}: {doubtful} cells in doubt")
    height = layout.gray.shape[0] * scale
    return Page(number, layout.sheet.width, height, tuple(glyphs), tuple(in_points(layout.rules, scale))), notes


@dataclass(frozen=True, slots=True)
class _Layout:
    """A sheet, its rules, and the lines of text in its cells and outside of them; `clean` is `gray` without rules.

    `em` is the usual height of a character in pixels, `scale` points a pixel.
    """

    sheet: Sheet
    rules: Sequence[Rule]
    gray: Gray
    clean: Gray
    em: float
    scale: float
    strips: Sequence[Strip]


def _laid_out(sheet: Sheet) -> _Layout:
    scale = sheet.width / sheet.gray.shape[1]
    rules, mask = find_strokes(sheet.gray, sheet.stamp, 1 / scale)
    frames = find_frames(in_points(rules, scale))
    gray = _without_shades(sheet.gray)
    clean = gray.copy()
    clean[mask > 0] = 255
    em = type_size(clean, 1 / scale)
    is_seen_through = is_transparent(gray, sheet.stamp % STREAK, rules)
    veil = np.asarray(sheet.stamp >= (STREAK if is_seen_through else 1), np.uint8)
    strips = [
        strip
        for frame in frames
        for strip in cell_strips(clean, sheet.gray, veil, frame, frames, scale, type_size_in(frame, clean, scale, em))
    ]
    strips += prose_strips(clean, frames, scale, em)
    return _Layout(sheet, rules, gray, clean, em, scale, strips)


def _upright(layout: _Layout) -> _Layout:
    """The layout of the sheet as it is read: a page may lie on its side or stand on its head.

    Recognisers read characters that lie on their left side, too. So where the room between characters does not tell, a
    page lies on its side where more of its pieces are lines when it is turned; there labels fall into characters.
    """
    room = _room_between(layout.clean, layout.em)
    if room < _STANDING and _lined(turned := _laid_out(layout.sheet.turned(1))) > room * _lined(layout):
        layout = turned
    return layout if _uprightness(layout) > -_UNSURE else _laid_out(layout.sheet.turned(2))


def _room_between(clean: Gray, em: float) -> float:
    """How much closer characters stand beside each other than above each other: less than 1 on most turned pages."""
    half = cv2.resize(clean, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    ink = (half < 170).astype(np.uint8)
    reach = max(2, round(0.25 * em))
    beside, above = (
        cv2.connectedComponents(cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones(size, np.uint8)))[0]
        for size in ((1, reach), (reach, 1))
    )
    return above / beside


def _uprightness(layout: _Layout) -> float:
    """How much more surely some lines of a few characters are read as they are than on their head, 1 to -1.

    They are of the usual height: specks and blots tell nothing. 0 where there are none.
    """
    lines = [
        one for one in layout.strips if one.shape > _LONG and _LINE[0] < (one.bottom - one.top) / layout.em < _LINE[1]
    ]
    chosen = sorted(lines, key=lambda one: abs(one.shape - 6))[:_TELLING]
    crops = [coloured(layout.gray[one.top : one.bottom, one.x0 : one.x1]) for one in chosen]
    return _legibility(crops) - _legibility([np.rot90(crop, 2).copy() for crop in crops])


def _lined(layout: _Layout) -> float:
    """Share of the pieces of text that are lines of some characters; 0 where these are too few to tell."""
    lines = sum(one.shape > _LONG for one in layout.strips)
    return lines / len(layout.strips) if lines >= _SOME else 0.0


def _without_shades(gray: Gray) -> Gray:
    """The sheet without watermarks and what shines through from its other side: pale greys are paper."""
    level = np.arange(256)
    curve = np.where(level < 150, level, np.minimum(255, 150 + (level - 150) * 1.75))
    return np.asarray(cv2.LUT(gray, curve.astype(np.uint8)), np.uint8)


def _legible(picture: Picture, width: float | None) -> Sheet:
    """The picture as a sheet; one of few large characters is the picture of a part of a page, not of a page."""
    sheet = sheet_of(picture, width)
    if width is None:
        pixel = sheet.gray.shape[1] / sheet.width
        size = type_size(sheet.gray, pixel, largest=90) / pixel
        if size > _LARGE:
            return sheet_of(picture, sheet.width * USUAL / size)
    return sheet


def rules_of(picture: Picture, width: float) -> list[Rule]:
    """Return the rules of a table on a level picture that measures `width` points."""
    gray, stamp = without_stamps(picture)
    scale = width / gray.shape[1]
    return in_points(find_strokes(gray, stamp, 1 / scale)[0], scale)


def has_table(picture: Picture, width: float | None = None) -> bool:
    """Whether a picture shows a ruled table of some cells on paper: photographs and logos need not be read."""
    if min(picture.shape[:2]) < _SMALLEST:
        return False
    sheet = _legible(picture, width)
    if (sheet.gray > 200).mean() < 0.6:
        return False
    scale = sheet.width / sheet.gray.shape[1]
    rules, _ = find_strokes(sheet.gray, sheet.stamp, 1 / scale)
    return any(len(frame.boxes) >= _TABLE for frame in find_frames(in_points(rules, scale)))


def _legibility(crops: list[Picture]) -> float:
    """How surely the recogniser reads pieces of text, 0 to 1."""
    return sum(score for text, score in recognise(crops) if text) / max(len(crops), 1)


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
