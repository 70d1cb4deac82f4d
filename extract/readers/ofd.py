"""OFD (GB/T 33190) → Document. The format of China's electronic documents: a zip of XML with placed text and paths.

Text objects become glyphs, straight strokes become rules; `layout` makes blocks of them, as it does for PDF. Lengths
in the file are millimetres from the page's upper left corner. What a page takes from its template (running heads, the
empty form) is laid under its own content. Signatures and attached files are not opened; where annotations were written
or drawn on a page, its digits are unknown.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from lxml import etree
from pdfminer.utils import MATRIX_IDENTITY, Matrix, apply_matrix_pt, mult_matrix

from extract.characters import plain
from extract.document import UNKNOWN, Block, Document, Fact
from extract.errors import UnreadableDocument, require_at_most
from extract.readers.glyphs import Glyph, clean_glyphs, turned
from extract.readers.layout import read_pages
from extract.readers.leaves import Page
from extract.readers.package import Package, part_name
from extract.readers.properties import title_fact
from extract.readers.recognition import require_ocr
from extract.readers.ruled import Rule, rule_of, straight_rules, without_struck

MEDIA_TYPE = "application/ofd"
MAX_PAGES = 200
MAX_OBJECTS = 200_000
MAX_GLYPHS = 200_000
MAX_COVERED = 2_000_000  # times that a character of a page is held against a white area
MAX_MARKS = 1_000  # annotations
MAX_DEPTH = 8  # composite objects and page blocks within each other

_POINTS = 72 / 25.4
_STEPS = re.compile(r"([SMLQBAC])([^SMLQBAC]*)")
_OPERAND = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_REPEATED = re.compile(r"g\s+(\d{1,7})\s+(\S+)")
_HARMLESS = {"Link", "Highlight", "Stamp", "Watermark"}
MARK = 10.0  # points: the type in which what a reader wrote on a page is taken to stand
_WHITE = 252  # of 255
_OPERANDS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}


@dataclass(slots=True)
class _Canvas:
    """What has been placed on a page; lengths in points."""

    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    pictures: list[tuple[str, float]] = field(default_factory=list)  # resource, share of the page
    struck: int = 0  # characters that are struck out
    looked_at: int = 0  # times that a character was held against a white area
    covered: int = 0  # characters over which something white was drawn

    def cover(self, outlines: Iterable[Sequence[tuple[float, float]]]) -> None:
        """Take away what lies under white areas: an older figure under the newer one."""
        for outline in outlines:
            xs, ys = [x for x, _ in outline], [y for _, y in outline]
            self.looked_at += len(self.glyphs)
            require_at_most(MAX_COVERED, self.looked_at, "times that characters may be drawn over")
            kept = [one for one in self.glyphs if not (min(xs) <= one.x <= max(xs) and min(ys) <= one.y <= max(ys))]
            self.covered += len(self.glyphs) - len(kept)
            self.glyphs = kept

    def mark(self, x0: float, top: float, x1: float, bottom: float) -> None:
        """Make the digits unknown over which a reader of the finished file drew something, and the cell in its middle."""
        for place, glyph in enumerate(self.glyphs):
            if glyph.text.isdecimal() and x0 <= glyph.x <= x1 and top <= glyph.y <= bottom:
                self.glyphs[place] = replace(glyph, text=UNKNOWN)
        x, y, half = (x0 + x1) / 2, (top + bottom) / 2, MARK / 2
        self.glyphs.append(Glyph(UNKNOWN, x - half, y - half, x + half, y + half, MARK))


@dataclass(slots=True)
class _Source:
    """A document of the package and what its pages refer to."""

    package: Package
    part: str
    root: etree._Element
    templates: dict[str, str] = field(default_factory=dict)
    composites: dict[str, etree._Element] = field(default_factory=dict)
    media: dict[str, str] = field(default_factory=dict)
    marked: dict[str, list[tuple[float, ...]]] = field(default_factory=dict)  # by page, in mm: left, top, right, bottom
    objects: int = 0
    glyphs: int = 0


def read_ofd(payload: bytes) -> Document:
    """Return what an OFD prints. Raise UnreadableDocument, with a missing part, a loop or a limit named."""
    package = Package(payload)
    if "OFD.xml" not in package:
        raise UnreadableDocument("not_a_document", "a zip without OFD.xml: no OFD")
    entry = package.xml("OFD.xml")
    blocks: list[Block] = []
    notes: list[str] = []
    facts: tuple[Fact, ...] = ()
    for body in entry.iter("{*}DocBody"):
        facts = facts or title_fact(body.findtext("{*}DocInfo/{*}Title"), "OFD DocInfo Title")
        root = body.findtext("{*}DocRoot")
        if root and root.strip():
            found, more = _read_body(package, part_name("OFD.xml", root.strip()))
            blocks += found
            notes += more
    if not blocks:
        raise UnreadableDocument("no_text", "no page has a character on it")
    return Document(MEDIA_TYPE, tuple(blocks), facts, tuple(notes))


def _read_body(package: Package, part: str) -> tuple[tuple[Block, ...], list[str]]:
    source = _Source(package, part, package.xml(part))
    _load_resources(source)
    _load_annotations(source)
    pages: list[Page] = []
    notes: list[str] = []
    scans: dict[int, bytes] = {}
    for number, element in enumerate(source.root.iterfind("{*}Pages/{*}Page"), 1):
        require_at_most(MAX_PAGES, number, "pages", reason="too_many_pages")
        marked = source.marked.get(element.get("ID", ""), [])
        page, canvas = _page(source, part_name(part, element.get("BaseLoc", "")), number, marked)
        unknown = sum(glyph.text == UNKNOWN for glyph in page.glyphs)
        if unknown:
            notes.append(f"p{number}: {unknown} characters that the document does not name")
        if canvas.struck or canvas.covered:
            notes.append(f"p{number}: {canvas.struck + canvas.covered} characters that are struck out or covered")
        picture = max(canvas.pictures, key=lambda one: one[1], default=("", 0.0))
        if picture[1] >= 0.6 and len(page.rules) < 8 and picture[0] in source.media:
            scans[number] = package.read(source.media[picture[0]])
        pages.append(page)
    if not pages:
        raise UnreadableDocument("malformed", f"{part} lists no page")
    if scans:
        require_ocr()
        from extract.readers import image

        for number, content in scans.items():
            pixels = next(image.pictures(content))
            pages[number - 1], doubts = image.page_of(pixels, number)
            notes += doubts
    return read_pages(pages), notes


def _page(source: _Source, part: str, number: int, marked: Sequence[Sequence[float]]) -> tuple[Page, _Canvas]:
    root = source.package.xml(part)
    x, y, width, height = _page_box(root, source.root)
    canvas = _Canvas()
    origin: Matrix = (1.0, 0.0, 0.0, 1.0, -x, -y)
    layers: list[etree._Element] = []
    for template in root.iterfind("{*}Template"):
        name = source.templates.get(template.get("TemplateID", ""))
        if name is None:
            raise UnreadableDocument("malformed", f"{part} asks for a page template that is not there")
        layers += source.package.xml(name).iterfind("{*}Content/{*}Layer")
    layers += root.iterfind("{*}Content/{*}Layer")
    for layer in layers:
        _place(layer, origin, canvas, source, width * height, 0)
    for box in marked:
        canvas.mark(*((edge - start) * _POINTS for edge, start in zip(box, (x, y, x, y), strict=True)))
    glyphs, canvas.struck = without_struck(clean_glyphs(canvas.glyphs, width * _POINTS, height * _POINTS), canvas.rules)
    return Page(number, width * _POINTS, height * _POINTS, glyphs, tuple(canvas.rules)), canvas


def _page_box(page: etree._Element, document: etree._Element) -> tuple[float, float, float, float]:
    for area in (page.find("{*}Area"), document.find("{*}CommonData/{*}PageArea")):
        for kind in ("PhysicalBox", "ApplicationBox"):
            box = _numbers(area.findtext(f"{{*}}{kind}")) if area is not None else ()
            if len(box) == 4 and box[2] > 0 and box[3] > 0:
                return box[0], box[1], box[2], box[3]
    return 0.0, 0.0, 210.0, 297.0


# Objects


def _place(
    container: etree._Element, matrix: Matrix, canvas: _Canvas, source: _Source, area: float, depth: int
) -> None:
    """Put the objects of a layer, block or composite on the canvas, in the order in which they are drawn."""
    require_at_most(MAX_DEPTH, depth, "objects within each other", reason="too_deep")
    for element in container:
        source.objects += 1
        require_at_most(MAX_OBJECTS, source.objects, "objects")
        kind = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if kind == "PageBlock":
            _place(element, matrix, canvas, source, area, depth + 1)
            continue
        if element.get("Visible") == "false" or kind not in _PLACED or _number(element.get("Alpha"), 255) == 0:
            continue
        boundary = _numbers(element.get("Boundary"))
        if len(boundary) != 4:
            continue
        own = _numbers(element.get("CTM"))
        inner = mult_matrix(_as_matrix(own), (1.0, 0.0, 0.0, 1.0, boundary[0], boundary[1]))
        placed = mult_matrix(inner, matrix)
        if kind == "TextObject":
            for glyph in _glyphs(element, placed):
                source.glyphs += 1
                require_at_most(MAX_GLYPHS, source.glyphs, "characters")
                canvas.glyphs.append(glyph)
        elif kind == "PathObject":
            canvas.rules += _rules(element, placed)
            if element.get("Fill") == "true" and _is_white(element):
                canvas.cover(_outlines(element.findtext("{*}AbbreviatedData") or "", placed))
        elif kind == "ImageObject":
            canvas.pictures.append((element.get("ResourceID", ""), boundary[2] * boundary[3] / area))
        elif (unit := source.composites.get(element.get("ResourceID", ""))) is not None:
            for content in unit.iterfind("{*}Content"):
                _place(content, placed, canvas, source, area, depth + 1)


_PLACED = {"TextObject", "PathObject", "ImageObject", "CompositeObject"}


def _glyphs(text: etree._Element, matrix: Matrix) -> Iterator[Glyph]:
    size = _number(text.get("Size"), 0.0) or 1.0
    wide = _number(text.get("HScale"), 1.0)
    direction = math.radians(_number(text.get("ReadDirection"), 0.0))
    a, b, c, d, *_ = matrix
    scale = math.sqrt(abs(a * d - b * c)) or 1.0
    along = math.atan2(b, a) + direction
    turn = round(math.degrees(along) / 90) % 4 * 90
    if abs(math.degrees(along) - round(math.degrees(along) / 90) * 90) > 6:
        return  # written aslant: a watermark
    if text.get("Fill") == "false" and text.get("Stroke") != "true":
        return
    white = _is_white(text)  # heads may be, on a dark ground
    printed = size * scale * _POINTS
    x = y = 0.0
    for code in text.iterfind("{*}TextCode"):
        x, y = _number(code.get("X"), x), _number(code.get("Y"), y)
        characters = "".join(str(part) for part in code.itertext())
        across = _deltas(code.get("DeltaX"), len(characters))
        down = _deltas(code.get("DeltaY"), len(characters))
        for index, character in enumerate(characters):
            px, py = (_POINTS * place for place in apply_matrix_pt(matrix, (x, y)))
            width = _width(character) * wide
            if across is not None and index + 1 < len(characters):  # fonts with digits of full width tell it so
                width = max(width, min(across[index] / size, 1.0))
            name = UNKNOWN if character in "¤\x00" or (white and character.isdigit()) else plain(character)
            yield _glyph(name, px, py, width * printed, printed, turn)
            if across is None and down is None:
                x += width * size * math.cos(direction)
                y += width * size * math.sin(direction)
            else:
                x += across[index] if across is not None else 0.0
                y += down[index] if down is not None else 0.0


def _is_white(element: etree._Element) -> bool:
    """Whether an object is filled in white: of one part (grey) or three (RGB)."""
    colour = element.find("{*}FillColor")
    value = _numbers(colour.get("Value")) if colour is not None and colour.get("Alpha") != "0" else ()
    return len(value) in (1, 3) and min(value) >= _WHITE


def _glyph(text: str, x: float, y: float, width: float, size: float, turn: int) -> Glyph:
    """A glyph from where its line of writing begins; (x, y) is the left end of its base line."""
    x0, top, x1, bottom = turned((0.0, -0.85 * size, width, 0.15 * size), -turn % 360)
    return Glyph(text, x + x0, y + top, x + x1, y + bottom, size, turn)


def _rules(path: etree._Element, matrix: Matrix) -> Iterator[Rule]:
    """The straight strokes of a path; a filled shape counts where it is as thin as a line."""
    stroked, filled = path.get("Stroke") != "false", path.get("Fill") == "true"
    for outline in _outlines(path.findtext("{*}AbbreviatedData") or "", matrix):
        xs, ys = [x for x, _ in outline], [y for _, y in outline]
        box = (min(xs), min(ys), max(xs), max(ys))
        thin = rule_of(*box)
        if thin is not None and (stroked or filled):
            yield thin
        elif stroked:
            yield from straight_rules(outline)


def _outlines(data: str, matrix: Matrix) -> Iterator[list[tuple[float, float]]]:
    """The subpaths of abbreviated path data as points; a curve is its end points only."""
    outline: list[tuple[float, float]] = []
    for step, operands in _STEPS.findall(data):
        values = [float(value) for value in _OPERAND.findall(operands)]
        if len(values) != _OPERANDS[step]:
            return
        if step in "SM":
            if len(outline) > 1:
                yield outline
            outline = []
        if step == "C":
            outline += outline[:1]
        else:
            x, y = apply_matrix_pt(matrix, (values[-2], values[-1]))
            outline.append((x * _POINTS, y * _POINTS))
    if len(outline) > 1:
        yield outline


# Parts


def _load_resources(source: _Source) -> None:
    common = source.root.find("{*}CommonData")
    if common is None:
        return
    for template in common.iterfind("{*}TemplatePage"):
        source.templates[template.get("ID", "")] = part_name(source.part, template.get("BaseLoc", ""))
    for kind in ("PublicRes", "DocumentRes"):
        for reference in common.iterfind(f"{{*}}{kind}"):
            name = part_name(source.part, (reference.text or "").strip())
            if name not in source.package:
                continue  # fonts and colours: nothing that text and rules need
            resources = source.package.xml(name)
            for unit in resources.iterfind("{*}CompositeGraphicUnits/{*}CompositeGraphicUnit"):
                source.composites[unit.get("ID", "")] = unit
            for medium in resources.iterfind("{*}MultiMedias/{*}MultiMedia"):
                file = (medium.findtext("{*}MediaFile") or "").strip()
                candidate = part_name(name, file if file.startswith("/") else f"{resources.get('BaseLoc', '.')}/{file}")
                if candidate in source.package:
                    source.media[medium.get("ID", "")] = candidate


def _load_annotations(source: _Source) -> None:
    """Note where annotations were drawn or written on the finished pages; links, seals and highlights change nothing."""
    listed = part_name(source.part, (source.root.findtext("{*}Annotations") or "").strip())
    for page in source.package.xml(listed).iterfind("{*}Page") if listed in source.package else ():
        name = part_name(listed, (page.findtext("{*}FileLoc") or "").strip())
        for annotation in source.package.xml(name).iterfind("{*}Annot") if name in source.package else ():
            seen = annotation.get("Visible") != "false" and annotation.get("Type") not in _HARMLESS
            for appearance in annotation.iterfind("{*}Appearance") if seen else ():
                box = _numbers(appearance.get("Boundary"))
                if len(box) == 4:
                    area = (box[0], box[1], box[0] + box[2], box[1] + box[3])
                    source.marked.setdefault(page.get("PageID", ""), []).append(area)
    require_at_most(MAX_MARKS, sum(map(len, source.marked.values())), "annotations")


# Numbers


def _numbers(text: str | None) -> tuple[float, ...]:
    """The numbers of a list; none where one is no number, or beyond all use."""
    with suppress(ValueError):
        numbers = tuple(map(float, (text or "").split()))
        if all(abs(number) < 1e6 for number in numbers):
            return numbers
    return ()


def _number(text: str | None, default: float) -> float:
    numbers = _numbers(text)
    return numbers[0] if len(numbers) == 1 else default


def _deltas(text: str | None, count: int) -> Sequence[float] | None:
    """The advances after each of `count` characters; "g 3 4.5" is three times 4.5. The last advance goes on."""
    steps = _numbers(_REPEATED.sub(lambda match: f"{match[2]} " * min(int(match[1]), count), text or ""))
    return (*steps, *steps[-1:] * count)[:count] or None


def _as_matrix(values: tuple[float, ...]) -> Matrix:
    return (values[0], values[1], values[2], values[3], values[4], values[5]) if len(values) == 6 else MATRIX_IDENTITY


def _width(character: str) -> float:
    """A character's advance in type sizes, as in the fonts of official documents; the file only names the font."""
    return 0.5 if ord(character) < 0x2E80 else 1.0
