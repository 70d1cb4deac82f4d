"""What the pages of a PDF look like, drawn by PDFium: pictures to be read, whether the text that is told is there, and
whether a cell without text is blank.

The text layer of a PDF tells what was written, not what is seen of it: text may be clipped away, on a layer that is
switched off, under a picture, or so transparent that nobody sees it.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as raw

from extract.document import UNKNOWN
from extract.errors import UnreadableDocument
from extract.readers.glyphs import Glyph
from extract.readers.leaves import Page
from extract.readers.outlines import misnames_digits
from extract.readers.recognition import require_ocr
from extract.readers.ruled import filled, find_frames

if TYPE_CHECKING:
    from extract.readers.paper import Picture

_DPI = 200  # at which pictures are drawn
MAX_PIXELS = 4_000_000  # of a page on which digits are looked for; A4 at 72 dpi has 0.5 million
_SEEN = 24  # levels of grey between the lightest and the darkest spot of a digit that is seen
_INSET = 0.2  # share of its width that is left out on either side of a digit
_DARK = 90  # the same, of a figure in a cell without text; watermarks and grounds have less
_BORDER = 4.0  # points that a cell's borders may take of it
_SMALLEST = 8.0  # points: a smaller cell is what borders leave that do not meet
_DRAWN = 0.5  # share of a page's digits from which PDFium draws its fonts

Region = tuple[float, float, float, float]  # left, top, right, bottom of a picture on its page, in points


def flattened(payload: bytes, pages: int) -> bytes | None:
    """Return the PDF with what is filled into its forms, or typed over it, as part of its first `pages`; None where that
    cannot be done.
    """
    try:
        with pypdfium2.PdfDocument(payload) as document:
            document.init_forms()
            for number in range(min(len(document), pages)):
                raw.FPDFPage_Flatten(document[number], raw.FLAT_NORMALDISPLAY)
            buffer = io.BytesIO()
            document.save(buffer)
    except (pypdfium2.PdfiumError, RuntimeError):
        return None
    return buffer.getvalue()


def with_what_is_seen(payload: bytes, pages: Sequence[Page], marked: Container[int]) -> list[Page]:
    """Return the pages with the digits unknown of which nothing is seen, and on those that are `marked` (by their
    numbers) the digits over which a reader of the file has drawn something. A cell without text in which something
    dark is seen, as a figure that is drawn or a picture, is unknown, too, and so is one that the page's edge cuts. All
    digits are where a font does not draw those that it tells.
    """
    try:
        with pypdfium2.PdfDocument(payload) as document:
            seen = [_as_seen(document[page.number - 1], page, page.number in marked) for page in pages]
            fullest = max(pages, key=lambda page: sum(map(_is_digit, page.glyphs)))
            if misnames_digits(document[fullest.number - 1]):
                return [_unknown(page, {id(glyph) for glyph in page.glyphs if _is_digit(glyph)}) for page in seen]
            return seen
    except (pypdfium2.PdfiumError, RuntimeError, IndexError):  # pdfminer reads files that PDFium does not open
        return list(pages)


def _as_seen(drawn: pypdfium2.PdfPage, page: Page, marked: bool) -> Page:
    digits = [glyph for glyph in page.glyphs if _is_digit(glyph)]
    blanks = list(_blank_boxes(page))
    if not digits and not blanks:
        return page
    scale = min(1.0, (MAX_PIXELS / max(page.width * page.height, 1.0)) ** 0.5)
    printed = _Pixels(drawn, scale, annotations=False)
    spots = {id(glyph): printed.under(glyph) for glyph in digits}
    doubtful = {key for key, found in spots.items() if found and max(found) - min(found) < _SEEN}
    if len(doubtful) > _DRAWN * len(digits):
        doubtful = set()
    shown = _Pixels(drawn, scale, annotations=True) if marked else printed
    if marked:
        pairs = ((id(glyph), zip(spots[id(glyph)], shown.under(glyph), strict=True)) for glyph in digits)
        doubtful |= {key for key, both in pairs if any(abs(one - other) >= _SEEN for one, other in both)}
    drawn_in = [one for one in blanks if one.x1 > page.edge or (shown.holds(one) and not _touches(page.glyphs, one))]
    return _unknown(page, doubtful, drawn_in) if doubtful or drawn_in else page


def _unknown(page: Page, doubtful: Container[int], more: Iterable[Glyph] = ()) -> Page:
    """Return a page on which the `doubtful` glyphs are unknown, and `more` are."""
    glyphs = (replace(glyph, text=UNKNOWN) if id(glyph) in doubtful else glyph for glyph in page.glyphs)
    return replace(page, glyphs=(*glyphs, *more))


def _is_digit(glyph: Glyph) -> bool:
    return glyph.text.isdecimal() and glyph.text.isascii()


def _blank_boxes(page: Page) -> Iterator[Glyph]:
    """The cells of ruled tables in which no text and no other table stands, each as a character that nobody knows."""
    frames = find_frames(page.rules)
    for number, frame in enumerate(frames):
        inner = [other for other in frames[:number] if frame.holds(other.xs[0], other.ys[0])]
        for box, glyphs in filled(frame, [glyph for glyph in page.glyphs if frame.holds(glyph.x, glyph.y)]).items():
            within = any(
                one.xs[0] < box.x1 and box.x0 < one.xs[-1] and one.ys[0] < box.bottom and box.top < one.ys[-1]
                for one in inner
            )
            wide = min(box.x1 - box.x0, box.bottom - box.top) >= _SMALLEST
            if wide and not within and not any(glyph.text.strip() for glyph in glyphs):
                width, height = box.x1 - box.x0, box.bottom - box.top
                across, down = min(_BORDER, 0.3 * width), min(_BORDER, 0.3 * height)
                edges = (box.x0 + across, box.top + down, box.x1 - across, box.bottom - down)
                yield Glyph(UNKNOWN, *edges, edges[3] - edges[1])


def _touches(glyphs: Sequence[Glyph], box: Glyph) -> bool:
    """Whether a figure of a neighbouring cell reaches into a box."""
    return any(
        one.x0 < box.x1 and box.x0 < one.x1 and one.top < box.bottom and box.top < one.bottom
        for one in glyphs
        if one.text.strip()
    )


class _Pixels:
    """A page in levels of grey."""

    def __init__(self, page: pypdfium2.PdfPage, scale: float, *, annotations: bool) -> None:
        bitmap = page.render(scale=scale, grayscale=True, draw_annots=annotations)
        self._scale, self._stride = scale, bitmap.stride
        self._width, self._height = bitmap.width, bitmap.height
        self._levels = bytes(bitmap.buffer)

    def under(self, glyph: Glyph) -> bytes:
        """The levels of the spots on which a glyph stands, line by line, none of the glyphs beside it."""
        inset = _INSET * (glyph.x1 - glyph.x0)
        return b"".join(self._lines(glyph.x0 + inset, glyph.top, glyph.x1 - inset, glyph.bottom))

    def holds(self, box: Glyph) -> bool:
        """Whether something dark is seen in a box that is no rule at one of its sides."""
        lines = self._lines(box.x0, box.top, box.x1, box.bottom)
        dark = max(map(max, lines), default=0) - _DARK
        columns = list(zip(*_without_rules(lines, dark), strict=True))
        return any(min(column) <= dark for column in _without_rules(columns, dark))

    def _lines(self, x0: float, y0: float, x1: float, y1: float) -> list[bytes]:
        """The levels within a rectangle, line by line."""
        left, right = int(self._scale * x0), int(self._scale * x1) + 1
        left, right = max(0, left), min(self._width, right)
        top, bottom = max(0, int(self._scale * y0)), min(self._height, int(self._scale * y1) + 1)
        starts = (line * self._stride for line in range(top, bottom)) if left < right else ()
        return [self._levels[start + left : start + right] for start in starts]


def _without_rules(lines: Sequence[Sequence[int]], dark: int) -> Sequence[Sequence[int]]:
    """Lines of spots without those at either end that are dark all along."""
    light = [at for at, line in enumerate(lines) if max(line) > dark]
    return lines[light[0] : light[-1] + 1] if light else []


def with_rules_behind(payload: bytes, pages: Sequence[Page], backed: Collection[int]) -> list[Page]:
    """Return the pages, those over whose pictures text is printed with the rules that are seen there."""
    result = list(pages)
    with suppress(UnreadableDocument, pypdfium2.PdfiumError):
        require_ocr()
        from extract.readers import image

        with pypdfium2.PdfDocument(payload) as document:
            for number in backed:
                page = result[number - 1]
                pixels, _ = _drawn(document[number - 1], page)
                result[number - 1] = replace(page, rules=(*page.rules, *image.rules_of(pixels, page.width)))
    return result


def _drawn(drawn: pypdfium2.PdfPage, page: Page) -> tuple[Picture, float]:
    """A page as a picture in colours, and its pixels a point."""
    from extract.readers import paper

    scale = min(_DPI / 72, (paper.MAX_PIXELS / max(page.width * page.height, 1.0)) ** 0.5)
    return drawn.render(scale=scale, rev_byteorder=True, draw_annots=False).to_numpy()[:, :, :3], scale


def with_pictures(
    payload: bytes, pages: Sequence[Page], scanned: Mapping[int, Sequence[Region]], notes: Sequence[str]
) -> tuple[list[Page], tuple[str, ...]]:
    """Return the pages with what their pictures show, and the notes with those on what is in doubt.

    Where pictures cannot be read, what lies under one that is a whole page is left out, too: it is what the program of
    a scanner took the page for. Raise UnreadableDocument `ocr_missing` where nothing is left.
    """
    try:
        require_ocr()
    except UnreadableDocument as error:
        left = _without_scans(pages, scanned)
        if not any(glyph.text != UNKNOWN for page in left for glyph in page.glyphs):
            raise
        listed = ", ".join(map(str, scanned))
        return left, (*notes, f"pages {listed} are or hold pictures, which are not read ({error.detail})")
    result, more = list(pages), list(notes)
    try:
        with pypdfium2.PdfDocument(payload) as document:
            for number, regions in scanned.items():
                result[number - 1], doubts = _with_regions(document[number - 1], pages[number - 1], regions)
                more += doubts
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise UnreadableDocument("malformed", f"pages that hold pictures cannot be drawn: {error}") from error
    return result, tuple(more)


def _without_scans(pages: Sequence[Page], scanned: Mapping[int, Sequence[Region]]) -> list[Page]:
    """Return the pages, those that are one picture without what lies under it."""
    return [
        replace(page, glyphs=()) if any(_is_whole(one, page) for one in scanned.get(number, ())) else page
        for number, page in enumerate(pages, 1)
    ]


def _with_regions(drawn: pypdfium2.PdfPage, page: Page, regions: Sequence[Region]) -> tuple[Page, list[str]]:
    """Return a page with what the pictures in its regions show, and what is in doubt."""
    from extract.readers import image

    result, doubts = page, list[str]()
    pixels, scale = _drawn(drawn, page)
    for region in regions:
        x0, top, x1, bottom = region
        picture = pixels[round(top * scale) : round(bottom * scale), round(x0 * scale) : round(x1 * scale)]
        whole = _is_whole(region, page)
        if whole or image.has_table(picture, x1 - x0):
            read, doubtful = image.page_of(picture, page.number, x1 - x0)
            doubts += doubtful
            result = read if whole else read.placed(result, x0, top, x1 - x0)
    return result, doubts


def _is_whole(region: Region, page: Page) -> bool:
    return (region[2] - region[0], region[3] - region[1]) == (page.width, page.height)
