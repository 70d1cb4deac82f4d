"""PDF with a text layer → Document; pages without one go to the picture reader.

pdfplumber gives characters and drawn lines. What makes tables and paragraphs of them is `ruled` and `layout`, shared
with OFD.
"""

from __future__ import annotations

import io
import logging
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median
from typing import Any

import pdfplumber
from pdfminer.encodingdb import name2unicode
from pdfminer.layout import LTChar, LTCurve, LTImage, LTRect
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.psparser import PSLiteral

from extract.characters import plain
from extract.document import UNKNOWN, Document, Fact
from extract.errors import UnreadableDocument, require_at_most
from extract.readers.drawn import Drawn, items_of, lay_out, mapping_of
from extract.readers.glyphs import Glyph, clean_glyphs
from extract.readers.layout import read_pages
from extract.readers.leaves import Page
from extract.readers.properties import title_fact
from extract.readers.rendered import Region, flattened, with_pictures, with_rules_behind, with_what_is_seen
from extract.readers.ruled import SNAP, Rule, rule_of, rules_of_dots, sides, straight_rules, without_struck

MEDIA_TYPE = "application/pdf"
MAX_BYTES = 100 << 20
MAX_PAGES = 200
MAX_GLYPHS = 200_000  # of a document; a long report has 30,000
MAX_COVERED = 2_000_000  # times that a character of a page is found under an area
COVER = 1_000  # characters that the cover of a PDF portfolio has at most
SCANNED = 0.6  # share of the page under pictures from which it counts as a scan, whatever text lies beneath them
WRITTEN, OVER, DARK = 100, 0.8, 0.6  # characters, their share and lightest colour, that make a picture a ground
BEYOND = 1.0  # points by which the outline of a character may go beyond it, or a rule beyond its page
NONE = 0.05  # points: a thinner border is none
DOT = 1.5  # points that a dot of a rule measures at most
OUTLINES = 30  # curves on a page without text from which they may be characters
PICTURED = 0.3  # share of a page's width, and a sixth of it of the height, from which a picture may be a table
CROSSED = 5  # characters of other text that lie within those of a watermark
TILED = 6  # times that a page prints each character of a watermark that covers it in tiles
UNNAMED = 0.02  # share of characters that the document does not name from which the page is read as a picture

for _library in ("pdfminer", "pdfplumber"):  # they complain of every fault of every file
    logging.getLogger(_library).setLevel(logging.CRITICAL)

_FILLED_IN = "what is filled into fields of the form is not read"
_NEGATIVE = re.compile(rb"/Length\s*-\s*\d+")
_MAPPED = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*[<\[]")  # a range of codes of a ToUnicode table
_UNMAPPED = re.compile(r"\(cid:\d+\)|[\ue000-\uf8ff]")  # a private code means what its font shows

_Area = tuple[Mapping[str, Any], int]  # a rectangle or picture, and how many of the page's characters come before it
_MASKS = {"SMask", "Mask", "ImageMask", "SM", "IM"}  # of pictures through which one sees, as of stamps
_DRAWN_OVER = {"StrikeOut", "Redact", "Square", "Circle", "Polygon", "Line", "PolyLine", "Ink", "FreeText"}


def read_pdf(payload: bytes) -> Document:
    """Return what a PDF prints. Raise UnreadableDocument where it is encrypted, broken, too large or without text."""
    require_at_most(MAX_BYTES, len(payload), "bytes")
    start = payload.find(b"%PDF-", 0, 1024)
    if start < 0:
        raise UnreadableDocument("not_a_document", "no %PDF header in the first 1024 bytes")
    if (backwards := _NEGATIVE.search(payload)) is not None:  # pdfminer would go back and read it again without end
        raise UnreadableDocument("malformed", f"a stream of negative length: {backwards[0].decode()}")
    payload = payload[start:]
    try:
        told = _told(payload)
        filled_in = any(note.endswith(_FILLED_IN) for note in told.notes)
        if filled_in and (flat := flattened(payload, MAX_PAGES)) is not None:
            payload = flat
            told = _told(payload)
    except UnreadableDocument:
        raise
    except MemoryError as error:
        raise UnreadableDocument("too_large", "the PDF needs more memory than a document may take") from error
    except Exception as error:  # pdfminer answers broken files with whatever it runs into: KeyError, TypeError, …
        raise _refusal(error, payload) from error
    pages, notes = with_what_is_seen(payload, told.pages, told.marked), tuple(told.notes)
    if told.backed:
        pages = with_rules_behind(payload, pages, told.backed)
    if told.scanned:
        pages, notes = with_pictures(payload, pages, told.scanned, notes)
    blocks = read_pages(pages)
    if not blocks:
        raise UnreadableDocument("no_text", f"{len(pages)} pages and not one character on them")
    return Document(MEDIA_TYPE, blocks, told.facts, notes)


@dataclass(slots=True)
class _Told:
    """What a PDF tells of itself. By their numbers: the pages that are or hold pictures, with the regions of these, those
    written over a picture, and those that readers have marked.
    """

    facts: tuple[Fact, ...] = ()
    pages: list[Page] = field(default_factory=list)
    scanned: dict[int, list[Region]] = field(default_factory=dict)
    backed: set[int] = field(default_factory=set)
    marked: set[int] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def _told(payload: bytes) -> _Told:
    told = _Told()
    total = 0
    with pdfplumber.open(io.BytesIO(payload), pages=list(range(1, MAX_PAGES + 2))) as pdf:
        told.facts = title_fact(pdf.metadata.get("Title"), "PDF metadata Title")
        for number, page in enumerate(pdf.pages, 1):
            require_at_most(MAX_PAGES, number, "pages", reason="too_many_pages")
            _take(page, number, told)
            total += len(told.pages[-1].glyphs)
            require_at_most(MAX_GLYPHS, total, "characters")
            page.close()
        is_portfolio = total < COVER and "Collection" in pdf.doc.catalog
    if not told.pages:
        raise UnreadableDocument("malformed", "no page found")
    if is_portfolio:
        raise UnreadableDocument(
            "not_a_document", "this is the cover of a package of files; save and read each of them"
        )
    return told


def _take(page: Any, number: int, told: _Told) -> None:
    """Add a page to what is told."""
    for font in _fonts(page.page_obj.resources):
        _check_ranges(font)
    drawn = lay_out(page)
    size = drawn.width, drawn.height
    rules = tuple(_on_page(_rules(page), *size))
    unseen = _unseen(page)
    written = list(_glyphs(page, unseen, drawn))
    glyphs, struck = without_struck(clean_glyphs(written, *size), rules)
    unknown = sum(glyph.text == UNKNOWN for glyph in written) - len(drawn.broken)
    is_scan = _is_scan(page, glyphs, size)
    for count, what in (
        (len(unseen), "characters that are white or under white areas"),
        (struck, "characters that are struck out"),
        (len(drawn.broken), "digits that an edge cuts off"),
        (unknown, "characters that the document does not name"),
    ):
        if count:
            told.notes.append(f"p{number}: {count} {what}")
    if any(map(_is_filled_in, page.annots)):
        told.notes.append(f"p{number}: {_FILLED_IN}")
    if any(_kind(annotation) in _DRAWN_OVER for annotation in page.annots):
        told.marked.add(number)
    if unknown > UNNAMED * len(glyphs) or (is_scan and not _is_written_over(page)):
        told.scanned[number] = [(0.0, 0.0, *size)]
    elif is_scan:
        told.backed.add(number)
    elif pictures := _pictures(page, glyphs, size):
        told.scanned[number] = pictures
    told.pages.append(Page(number, *size, glyphs, rules, edge=drawn.edge))


def _unseen(page: Any) -> set[int]:
    """The characters, by their places in `page.chars`, that are white on paper, or that a white area was drawn over.

    So is an older figure kept under the newer one, by those who mend a finished PDF.
    """
    pale = {k for k, char in enumerate(page.chars) if _is_white(char["non_stroking_color"])}
    white = {id(area) for area in (*page.rects, *page.curves) if area["fill"] and _is_white(area["non_stroking_color"])}
    if not pale and not white:
        return set()
    dark = [rect for rect in page.rects if rect["fill"] and id(rect) not in white]
    shown = _within(page, [(area, len(page.chars)) for area in (*dark, *page.images)] if pale else [])
    boxes = [id(rect) in white for rect in page.rects], [id(one) in white and _is_box(one) for one in page.curves]
    over = [*_before(page, page.rects, boxes[0], LTRect), *_before(page, page.curves, boxes[1], LTCurve)]
    return (pale - shown) | _within(page, over)


def _is_box(curve: Mapping[str, Any]) -> bool:
    return all(len({round(place) for place in places}) == 2 for places in zip(*curve["pts"], strict=True))


def _watermarks(page: Any, opacity: Mapping[int, float]) -> set[int]:
    """The characters, by their places, of pale text that is larger than the rest, laid over it, or printed again and
    again: watermarks that run level through the text.
    """
    usual = median(char["size"] for char in page.chars) if page.chars else 0.0
    pale: dict[tuple[Any, int], set[int]] = {}
    for k, char in enumerate(page.chars):
        if _is_pale(char["non_stroking_color"], opacity.get(k, 1.0)):
            pale.setdefault((char["non_stroking_color"], round(char["size"])), set()).add(k)
    found: set[int] = set()
    for (_, size), group in pale.items():
        crossed = _within(page, [(page.chars[k], len(page.chars)) for k in group]) - group
        letters = Counter(page.chars[k]["text"] for k in group if not page.chars[k]["text"].isspace())
        tiled = min(letters.values(), default=0) >= TILED and any(map(str.isalpha, letters))
        if size > 1.5 * usual or len(crossed) >= CROSSED or tiled:
            found |= group
    return found


def _covered(page: Any) -> set[int]:
    """The characters that lie under a picture: what the program of a scanner took it for, or what it shall hide."""
    opaque = [not _MASKS & set(image["stream"].attrs) for image in page.images]
    return _within(page, _before(page, page.images, opaque, LTImage))


def _before(page: Any, areas: Sequence[Mapping[str, Any]], covers: Sequence[bool], kind: type) -> list[_Area]:
    """The areas that cover what was drawn before them, each with the number of the characters that were."""
    before = _chars_before(page.layout, kind) if any(covers) else []
    return [(area, count) for area, covering, count in zip(areas, covers, before, strict=False) if covering and count]


def _within(page: Any, areas: Sequence[_Area]) -> set[int]:
    """The characters that lie within an area and before a place. Raise UnreadableDocument where both are too many."""
    found: set[int] = set()
    looked_at = 0
    chars = sorted(((char["top"] + char["bottom"]) / 2, k) for k, char in enumerate(page.chars)) if areas else []
    for area, end in areas:
        first, last = bisect_left(chars, (area["top"], 0)), bisect_right(chars, (area["bottom"], len(chars)))
        looked_at += last - first
        require_at_most(MAX_COVERED, looked_at, "times that characters of a page may be drawn over")
        for _, k in chars[first:last]:
            middle = (page.chars[k]["x0"] + page.chars[k]["x1"]) / 2
            if k < end and area["x0"] <= middle <= area["x1"]:
                found.add(k)
    return found


def _chars_before(layout: Any, kind: type) -> list[int]:
    """Of each item of a kind on a page, in the order of drawing, how many characters were drawn before it."""
    counts, chars = [], 0
    for item in items_of(layout):
        chars += isinstance(item, LTChar)
        counts += [chars] * (type(item) is kind)
    return counts


def _glyphs(page: Any, unseen: Container[int], drawn: Drawn) -> Iterator[Glyph]:
    covered, watermarks = _covered(page), _watermarks(page, drawn.opacity)
    unnamed = set(_unnamed_fonts(page.page_obj.resources))
    for place, char in enumerate(page.chars):
        if place in unseen or place in watermarks:
            continue
        untold = place in drawn.broken or place in covered or char["fontname"] in unnamed
        text = UNKNOWN if untold and char["text"].strip() else _UNMAPPED.sub(UNKNOWN, plain(char["text"]))
        if text == "\x00" and _is_sign_lost(char, page.chars):
            text = UNKNOWN
        if not text or text == "\x00":
            continue
        a, b, c, d, left, base = char["matrix"]
        if min(abs(a), abs(b)) > 0.1 * max(abs(a), abs(b)):
            continue  # written aslant: a watermark
        turn = (0 if a >= 0 else 180) if abs(a) + abs(d) >= abs(b) + abs(c) else (270 if b > 0 else 90)
        x0, x1, top, bottom, size = char["x0"], char["x1"], char["top"], char["bottom"], char["size"]
        # Ascent and descent of fonts lie: the line on which characters stand does not.
        if not turn:
            line = bottom + char["y0"] - base
            if abs(line - 0.35 * size - (top + bottom) / 2) < size:
                top, bottom = line - 0.85 * size, line + 0.15 * size
        elif turn != 180:
            size = x1 - x0  # and not the width of the character, as which it is told
            below, above = (0.15, 0.85) if turn == 90 else (0.85, 0.15)
            if abs(left + (above - below) / 2 * size - (x0 + x1) / 2) < size:
                x0, x1 = left - below * size, left + above * size
        yield Glyph(text, x0, top, x1, bottom, size, turn, drawn.cut_off.get(place, (0.0, 0.0)))


def _is_sign_lost(lost: Mapping[str, Any], chars: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a character that its font lacks was to be printed right before a digit: a minus, as often as a blank."""
    return any(
        -NONE <= char["x0"] - lost["x1"] < 0.3 * char["size"] and abs(char["bottom"] - lost["bottom"]) < BEYOND
        for char in chars
        if char["text"].isdecimal()
    )


def _is_pale(colour: object, opacity: float = 1.0) -> bool:
    """Whether a colour is so light on paper that no text to be read is printed in it."""
    return 0.6 < 1 - opacity * (1 - _darkest(colour)) < 0.99


def _is_white(colour: object) -> bool:
    return _darkest(colour) >= 0.99


def _darkest(colour: object) -> float:
    """The least part of a colour (grey, RGB or CMYK, 0 to 1 each), 0 where it is of another kind."""
    colour = (colour,) if isinstance(colour, int | float) else colour
    if not isinstance(colour, tuple) or not all(isinstance(part, int | float) for part in colour):
        return 0.0
    if len(colour) == 4:
        colour = tuple((1 - part) * (1 - colour[3]) for part in colour[:3])
    return float(min(colour)) if len(colour) in (1, 3) else 0.0


def _fonts(resources: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """The fonts of a page and of the forms drawn on it."""
    held = mapping_of(resources) if depth <= 3 else {}
    yield from filter(None, map(mapping_of, mapping_of(held.get("Font")).values()))
    for item in map(resolve1, mapping_of(held.get("XObject")).values()):
        if isinstance(item, PDFStream):
            yield from _fonts(item.get("Resources"), depth + 1)


def _check_ranges(font: Mapping[str, Any]) -> None:
    """Refuse a font that names more characters than there are: pdfminer would write them all down."""
    table = resolve1(font.get("ToUnicode"))
    spans = _MAPPED.findall(table.get_data()) if isinstance(table, PDFStream) else []
    longest = max((int(last[-8:], 16) - int(first[-8:], 16) for first, last in spans), default=0)
    descendants = resolve1(font.get("DescendantFonts"))
    for one in descendants if isinstance(descendants, list) else ():
        for kind in ("W", "W2"):
            widths = resolve1(mapping_of(one).get(kind))
            numbers = [value for value in widths or () if isinstance(value, int | float)]
            longest = max([longest, *(int(abs(value)) for value in numbers)])
    if longest > 0x10FFFF:
        raise UnreadableDocument("malformed", f"a font of {longest} characters")


def _unnamed_fonts(resources: Any) -> Iterator[str]:
    """The names of the fonts whose characters nobody can tell: codes of a subset without a table of what they are.

    Such a code may look like a character, and pdfminer takes it for one: the digits would be other digits.
    """
    for font in filter(_is_unnamed, _fonts(resources)):
        name = mapping_of(font.get("FontDescriptor")).get("FontName", "unknown")
        yield str(name.name if isinstance(name, PSLiteral) else name)


def _is_unnamed(font: Mapping[str, Any]) -> bool:
    kind = getattr(font.get("Subtype"), "name", "")
    if "ToUnicode" in font or kind not in {"Type1", "MMType1", "TrueType", "Type3"}:
        return False  # of composite fonts pdfminer tells itself what it does not know
    encoding = resolve1(font.get("Encoding"))
    if isinstance(encoding, Mapping):
        names = [name.name for name in resolve1(encoding.get("Differences")) or () if isinstance(name, PSLiteral)]
        return not all(map(_is_named, names)) or (kind == "Type3" and not names)
    descriptor = mapping_of(font.get("FontDescriptor"))
    embedded = "FontFile2" in descriptor or "FontFile3" in descriptor
    symbolic = bool(int(resolve1(descriptor.get("Flags")) or 0) & 4)
    return encoding is None and (kind == "Type3" or (embedded and symbolic))


def _is_named(name: Any) -> bool:
    try:
        return name == ".notdef" or bool(name2unicode(str(name)))
    except (KeyError, ValueError):
        return False


def _kind(annotation: Mapping[str, Any]) -> str:
    return getattr(resolve1((annotation.get("data") or {}).get("Subtype")), "name", "")


def _is_filled_in(annotation: Mapping[str, Any]) -> bool:
    data, kind = annotation.get("data") or {}, _kind(annotation)
    filled = any(resolve1(field.get("V")) for field in (data, resolve1(data.get("Parent")) or {}))
    return (kind == "Widget" and filled) or (kind == "FreeText" and bool(data.get("Contents")))


def _rules(page: Any) -> Iterator[Rule]:
    dots, traces = [], _traces(page)
    for line in page.lines:
        if (rule := rule_of(line["x0"], line["top"], line["x1"], line["bottom"])) is not None:
            yield rule
    for rect in (one for one in page.rects if id(one) not in traces):
        thin = rule_of(rect["x0"], rect["top"], rect["x1"], rect["bottom"])
        if max(rect["width"], rect["height"]) <= DOT:
            dots.append((rect["x0"], rect["top"], rect["x1"], rect["bottom"]))
        elif thin is not None:
            yield thin
        elif _is_outlined(rect):  # a filled area alone is a background
            yield from sides(rect["x0"], rect["top"], rect["x1"], rect["bottom"])
    for curve in (one for one in page.curves if id(one) not in traces):
        thin = rule_of(curve["x0"], curve["top"], curve["x1"], curve["bottom"])
        if thin is not None:
            yield thin
        elif _is_outlined(curve):
            yield from straight_rules(curve["pts"])
    for one, other in pairwise(page.rects):
        if one["evenodd"] and other["evenodd"] and not one["stroke"]:
            yield from _between(*sorted((one, other), key=lambda rect: rect["width"] + rect["height"]))
    yield from rules_of_dots(dots)


def _is_outlined(shape: Mapping[str, Any]) -> bool:
    """Whether an area has an outline; one that is all white hides what lies below it."""
    colours = shape["stroking_color"], shape["non_stroking_color"]
    return bool(shape["stroke"]) and not (shape["fill"] and all(map(_is_white, colours)))


def _on_page(rules: Iterable[Rule], width: float, height: float) -> Iterator[Rule]:
    """The rules as far as they lie on the page: Qt draws tables that a page break parts beyond its edge."""
    for rule in rules:
        along, across = (width, height) if rule.horizontal else (height, width)
        start, end = max(rule.start, 0.0), min(rule.end, along)
        if -BEYOND < rule.position < across + BEYOND and start < end:
            yield replace(rule, start=start, end=end) if (start, end) != (rule.start, rule.end) else rule


def _traces(page: Any) -> set[int]:
    """The ids of outlines that lie within a character: cairo draws them to make it bold, and strokes of 口 are no cell."""
    hollow = [shape for shape in (*page.rects, *page.curves) if shape["stroke"] and not shape["fill"]]
    chars = sorted(page.chars, key=lambda char: char["x0"]) if hollow else []
    lefts = [char["x0"] for char in chars]
    widest = max((char["width"] for char in chars), default=0.0)
    return {
        id(shape)
        for shape in hollow
        if any(
            shape["x1"] <= char["x1"] + BEYOND
            and char["top"] - char["size"] / 4 <= shape["top"]
            and shape["bottom"] <= char["bottom"] + char["size"] / 4
            for char in chars[bisect_left(lefts, shape["x0"] - widest) : bisect_right(lefts, shape["x0"] + BEYOND)]
        )
    }


def _between(inner: Mapping[str, Any], outer: Mapping[str, Any]) -> Iterator[Rule]:
    """The rules that are left of an area where one within it is not filled: borders as WeasyPrint draws them."""
    outward = (("top", -1), ("bottom", 1), ("x0", -1), ("x1", 1))
    thick = [sign * (outer[side] - inner[side]) for side, sign in outward]
    if min(thick) > -NONE and max(thick) <= SNAP:
        middle = {side: (outer[side] + inner[side]) / 2 for side, _ in outward}
        drawn = sides(middle["x0"], middle["top"], middle["x1"], middle["bottom"])
        yield from (rule for rule, width in zip(drawn, thick, strict=False) if width > NONE)


def _is_scan(page: Any, glyphs: Sequence[Glyph], size: tuple[float, float]) -> bool:
    covered = sum((x1 - x0) * (bottom - top) for x0, top, x1, bottom in _regions(page, size))
    drawn = len(page.lines) + len(page.rects) + len(page.curves)
    outlined = len(page.curves) >= OUTLINES  # characters made curves, as printers ask for
    return (covered >= SCANNED * size[0] * size[1] and drawn < 8) or (
        not any(glyph.text.strip() for glyph in glyphs) and (bool(page.images) or outlined)
    )


def _is_written_over(page: Any) -> bool:
    """Whether the text of a page is printed over its picture, and dark: letterheads, grounds, rules made a picture."""
    covered = _covered(page)
    dark = sum(
        k not in covered and _darkest(char["non_stroking_color"]) < DARK
        for k, char in enumerate(page.chars)
        if char["text"].strip()
    )
    return dark >= WRITTEN and dark >= OVER * len(page.chars)


def _pictures(page: Any, glyphs: Sequence[Glyph], size: tuple[float, float]) -> list[Region]:
    """The pictures on a page of text that may show a table: large, and no text over them. Tiles are one picture."""
    regions: list[Region] = []
    for region in _regions(page, size):
        for other in [one for one in regions if _touch(one, region)]:
            regions.remove(other)
            x0, top, x1, bottom = zip(region, other, strict=True)
            region = min(x0), min(top), max(x1), max(bottom)
        regions.append(region)
    return [
        (x0, top, x1, bottom)
        for x0, top, x1, bottom in regions
        if x1 - x0 >= PICTURED * size[0]
        and bottom - top >= PICTURED / 6 * size[1]
        and sum(x0 < glyph.x < x1 and top < glyph.y < bottom for glyph in glyphs) < 10
    ]


def _regions(page: Any, size: tuple[float, float]) -> Iterator[Region]:
    """The pictures as far as they lie on a page of this width and height."""
    for image in page.images:
        x0, top = max(image["x0"], 0.0), max(image["top"], 0.0)
        x1, bottom = min(image["x1"], size[0]), min(image["bottom"], size[1])
        if x0 < x1 and top < bottom:
            yield x0, top, x1, bottom


def _touch(one: Region, other: Region) -> bool:
    return all(one[k] <= other[k + 2] + 3 and other[k] <= one[k + 2] + 3 for k in (0, 1))


def _refusal(error: Exception, payload: bytes) -> UnreadableDocument:
    causes = [error, *error.args, error.__cause__]
    if any(isinstance(cause, PDFPasswordIncorrect | PDFEncryptionError) for cause in causes):
        return UnreadableDocument("encrypted", "the PDF opens with a password only")
    if b"%%EOF" not in payload[-2048:]:
        return UnreadableDocument("truncated", f"the PDF breaks off ({type(error).__name__}: {error})"[:200])
    return UnreadableDocument("malformed", f"{type(error).__name__}: {error}"[:200])
