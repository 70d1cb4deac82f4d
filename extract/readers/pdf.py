"""PDF with a text layer → Document; pages without one go to the picture reader.

pdfplumber gives characters and drawn lines. What makes tables and paragraphs of them is `ruled` and `layout`, shared
with OFD.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pdfplumber
import pypdfium2
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect

from extract.document import Document, Fact
from extract.errors import UnreadableDocument
from extract.readers.layout import Page, clean_glyphs, plain, read_pages
from extract.readers.properties import title_fact
from extract.readers.ruled import Glyph, Rule, rule_of, sides

MEDIA_TYPE = "application/pdf"
MAX_BYTES = 100 << 20
MAX_PAGES = 200
MAX_GLYPHS = 200_000  # of a document; a long report has 30,000
SCANNED = 0.6  # share of the page under pictures from which it counts as a scan, whatever text lies beneath them
DPI = 200  # at which scanned pages are rendered
UNKNOWN = "\ufffd"  # stands for a glyph whose character the document does not tell

for _library in ("pdfminer", "pdfplumber"):  # they complain of every fault of every file
    logging.getLogger(_library).setLevel(logging.CRITICAL)

_UNMAPPED = re.compile(r"\(cid:\d+\)")
_FILE_NAME = re.compile(
    r"\.(?:docx?|wps|pdf|xlsx?|ofd|et|rtf|html?)\s*$|^Microsoft |^\W*$|^(?:文档|幻灯片|无标题)", re.I
)


def read_pdf(payload: bytes) -> Document:
    """Return what a PDF prints. Raise UnreadableDocument where it is encrypted, broken, too large or without text."""
    if len(payload) > MAX_BYTES:
        raise UnreadableDocument("too_large", f"PDF of {len(payload)} bytes; the limit is {MAX_BYTES}")
    start = payload.find(b"%PDF-", 0, 1024)
    if start < 0:
        raise UnreadableDocument("not_a_document", "no %PDF header in the first 1024 bytes")
    try:
        pages, scanned, notes, facts = _read(payload[start:])
    except UnreadableDocument:
        raise
    except MemoryError as error:
        raise UnreadableDocument("too_large", "the PDF needs more memory than a document may take") from error
    except Exception as error:  # pdfminer answers broken files with whatever it runs into: KeyError, TypeError, …
        raise _refusal(error, payload) from error
    if scanned:
        pages, notes = _with_scans(payload[start:], pages, scanned, notes)
    blocks = read_pages(pages)
    if not blocks:
        raise UnreadableDocument("no_text", f"{len(pages)} pages and not one character on them")
    return Document(MEDIA_TYPE, blocks, facts, notes)


def _read(payload: bytes) -> tuple[list[Page], list[int], tuple[str, ...], tuple[Fact, ...]]:
    """Pages, numbers of those that are scans, notes and facts."""
    pages: list[Page] = []
    scanned: list[int] = []
    notes: list[str] = []
    total = 0
    with pdfplumber.open(io.BytesIO(payload), pages=list(range(1, MAX_PAGES + 2))) as pdf:
        facts = title_fact(pdf.metadata.get("Title"), "PDF metadata Title")
        for number, page in enumerate(pdf.pages, 1):
            if number > MAX_PAGES:
                raise UnreadableDocument("too_many_pages", f"more than {MAX_PAGES} pages")
            glyphs = clean_glyphs(_glyphs(page), page.width, page.height)
            total += len(glyphs)
            if total > MAX_GLYPHS:
                raise UnreadableDocument("too_large", f"more than {MAX_GLYPHS} characters up to page {number}")
            unknown = sum(glyph.text == UNKNOWN for glyph in glyphs)
            if unknown:
                notes.append(f"p{number}: {unknown} characters that the document does not name")
            if _is_scan(page, glyphs) or unknown * 4 > len(glyphs):
                scanned.append(number)
            pages.append(Page(number, float(page.width), float(page.height), glyphs, tuple(_rules(page))))
            page.close()
    if not pages:
        raise UnreadableDocument("malformed", "no page found")
    return pages, scanned, tuple(notes), facts


def _glyphs(page: Any) -> Iterator[Glyph]:
    for char in page.chars:
        text = _UNMAPPED.sub(UNKNOWN, plain(char["text"]))
        if not text or text == "\x00":
            continue
        a, b, c, d, _, base = char["matrix"]
        if min(abs(a), abs(b)) > 0.1 * max(abs(a), abs(b)):
            continue  # written aslant: a watermark
        turn = (0 if a >= 0 else 180) if abs(a) + abs(d) >= abs(b) + abs(c) else (270 if b > 0 else 90)
        x0, x1, top, bottom, size = char["x0"], char["x1"], char["top"], char["bottom"], char["size"]
        if not turn:
            # Ascent and descent of fonts lie: the line on which characters stand does not.
            line = bottom + char["y0"] - base
            if abs(line - 0.35 * size - (top + bottom) / 2) < size:
                top, bottom = line - 0.85 * size, line + 0.15 * size
        yield Glyph(text, x0, top, x1, bottom, size, turn)


def _rules(page: Any) -> Iterator[Rule]:
    for line in page.lines:
        if (rule := rule_of(line["x0"], line["top"], line["x1"], line["bottom"])) is not None:
            yield rule
    for rect in page.rects:
        thin = rule_of(rect["x0"], rect["top"], rect["x1"], rect["bottom"])
        if thin is not None:
            yield thin
        elif rect["stroke"]:  # a filled area alone is a background
            yield from sides(rect["x0"], rect["top"], rect["x1"], rect["bottom"])
    for curve in page.curves:
        thin = rule_of(curve["x0"], curve["top"], curve["x1"], curve["bottom"])
        if thin is not None:
            yield thin
        elif curve["stroke"]:
            yield from _straight_parts(curve["pts"])


def _straight_parts(points: list[tuple[float, float]]) -> Iterator[Rule]:
    for (x0, top), (x1, bottom) in pairwise(points):
        if min(abs(x1 - x0), abs(bottom - top)) < 0.5 and (rule := rule_of(x0, top, x1, bottom)) is not None:
            yield rule


def _is_scan(page: Any, glyphs: tuple[Glyph, ...]) -> bool:
    covered = sum(
        max(0.0, min(image["x1"], page.width) - max(image["x0"], 0))
        * max(0.0, min(image["bottom"], page.height) - max(image["top"], 0))
        for image in page.images
    )
    drawn = len(page.lines) + len(page.rects) + len(page.curves)
    return (covered >= SCANNED * float(page.width * page.height) and drawn < 8) or (not glyphs and bool(page.images))


def _with_scans(
    payload: bytes, pages: list[Page], scanned: list[int], notes: tuple[str, ...]
) -> tuple[list[Page], tuple[str, ...]]:
    """The pages, scanned ones read as pictures; with a note where only the text laid under them could be read."""
    from extract.readers import image, paper, recognition  # of the extra `ocr`, which only these pages need

    try:
        recognition.require_ocr()
    except UnreadableDocument as error:
        if not any(page.glyphs for page in pages):
            raise
        listed = ", ".join(map(str, scanned))
        return pages, (*notes, f"pages {listed} are pictures, read only from text laid under them ({error.detail})")
    result, more = list(pages), list(notes)
    with pypdfium2.PdfDocument(payload) as document:
        for number in scanned:
            page = pages[number - 1]
            scale = min(DPI / 72, (paper.MAX_PIXELS / max(page.width * page.height, 1.0)) ** 0.5)
            bitmap = document[number - 1].render(scale=scale, rev_byteorder=True, draw_annots=False)
            picture = bitmap.to_numpy()[:, :, :3]
            result[number - 1], doubts = image.page_of(picture, number)
            more += doubts
    return result, tuple(more)


def _refusal(error: Exception, payload: bytes) -> UnreadableDocument:
    causes = [error, *error.args, error.__cause__]
    if any(isinstance(cause, PDFPasswordIncorrect | PDFEncryptionError) for cause in causes):
        return UnreadableDocument("encrypted", "the PDF opens with a password only")
    if b"%%EOF" not in payload[-2048:]:
        return UnreadableDocument("truncated", f"the PDF breaks off ({type(error).__name__}: {error})"[:200])
    return UnreadableDocument("malformed", f"{type(error).__name__}: {error}"[:200])
