"""Whether the fonts of a PDF draw the digits that they tell: by the number of outlines, which hardly differs by the type.

A font's table of characters may name its digits wrongly, by fault or to keep others from copying; then text and page
state different figures.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as pdfium

_OUTLINES = (2, 1, 1, 1, 2, 1, 2, 1, 3, 2)  # of 0 to 9: the outer one, and one round each hole
_VARIANTS = {0: 3, 4: 1, 6: 1, 9: 1}  # a 0 crossed, a 4 open, a 6 or 9 in one stroke (DejaVu Serif Bold Italic)
_LEAST = 2  # digits that are drawn as others, and not all as such variants, before a font is known to lie
_LONGEST = 400  # characters of one piece of text that are looked at


def misnames_digits(page: pypdfium2.PdfPage) -> bool:
    """Tell whether a font of a page tells digits that it draws as others."""
    return any(_are_others(font, digits) for font, digits in _fonts(page))


def _fonts(page: pypdfium2.PdfPage) -> Iterator[tuple[pdfium.FPDF_FONT, set[int]]]:
    """Yield the fonts of a page, each with the digits that are written in it."""
    fonts: dict[int | None, tuple[pdfium.FPDF_FONT, set[int]]] = {}
    text, buffer = page.get_textpage(), (ctypes.c_ushort * _LONGEST)()
    for number in range(pdfium.FPDFPage_CountObjects(page)):
        piece = pdfium.FPDFPage_GetObject(page, number)
        if pdfium.FPDFPageObj_GetType(piece) == pdfium.FPDF_PAGEOBJ_TEXT:
            size = pdfium.FPDFTextObj_GetText(piece, text, buffer, _LONGEST) // 2
            if digits := {code - 0x30 for code in buffer[: min(size, _LONGEST)] if 0x30 <= code <= 0x39}:
                font = pdfium.FPDFTextObj_GetFont(piece)
                fonts.setdefault(ctypes.cast(font, ctypes.c_void_p).value, (font, set()))[1].update(digits)
    yield from fonts.values()


def _are_others(font: pdfium.FPDF_FONT, digits: set[int]) -> bool:
    drawn = {digit: count for digit in digits if (count := _outlines(font, digit))}
    odd = {digit: count for digit, count in drawn.items() if count != _OUTLINES[digit]}
    is_lying = len(odd) >= _LEAST and any(count != _VARIANTS.get(digit) for digit, count in odd.items())
    return is_lying and max(drawn.values()) <= max(_OUTLINES)  # more: no digits at all


def _outlines(font: pdfium.FPDF_FONT, digit: int) -> int:
    """Return how many outlines a font draws for a digit, 0 where it has none."""
    path = pdfium.FPDFFont_GetGlyphPath(font, 0x30 + digit, 10.0)
    count = pdfium.FPDFGlyphPath_CountGlyphSegments(path) if path else 0
    segments = (pdfium.FPDFGlyphPath_GetGlyphPathSegment(path, number) for number in range(count))
    return sum(pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO for segment in segments)
