"""DOCX (WordprocessingML) → Document: paragraphs and tables in the order of the body, with their declared spans.

Read directly and not through a converter to HTML: mammoth 1.13 gives up all vertical merges of a table that has a
bookmark between two rows, moves the cells of rows that begin with skipped columns (`gridBefore`) to the left, and
drops the numbers that Word makes itself (一、, （一）, 1.), of which labels and headings consist. Each would be a
figure in the wrong place.

What is printed is read: insertions and moved text yes; deletions, struck and hidden text, signs of footnotes, comments,
field codes, headers, footers no.

Word 2003's XML (`single_xml`) has the same elements: merges in lower case, changes and sections in wrappers of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from lxml import etree

from extract.characters import plain
from extract.document import UNKNOWN, Block, Cell, Document, Fact, Grid, Text, within
from extract.errors import UnreadableDocument, require_at_most
from extract.readers import compound
from extract.readers.package import Package, attribute_of, name_of, part_name
from extract.readers.properties import title_fact
from extract.readers.recognition import require_ocr
from extract.readers.sheet import read_sheet
from extract.readers.word_numbers import Numbers
from extract.readers.word_styles import OFF, Styles, child_of, number_of, setting_of
from extract.titles import goes_on, is_over

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAX_DEPTH = 6  # tables within tables
MAX_COLUMNS = 200
MAX_CELLS = 100_000
MAX_EMBEDDED = 30
_TITLE = 100  # characters: a title, by whom and when

_TRANSPARENT = {"sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "hyperlink", "fldSimple", "dir", "bdo"}
_TRANSPARENT |= {"oMath", "oMathPara", "ruby", "rubyBase", "subDoc"}
_TRANSPARENT |= {"sect", "sub-section", "pBdrGroup", "annotation", "content"}  # of Word 2003
_FORMULAS = {"f", "sSup", "sSub", "sSubSup", "sPre", "rad", "nary", "d", "m", "func", "eqArr", "limLow", "limUpp"}
_PICTURES = {"blip", "imagedata"}
_OF_OFFICE = re.compile(
    r"http://(?:schemas\.(?:microsoft|openxmlformats)|purl\.oclc\.org/ooxml)|urn:schemas-microsoft-com:"
)
_FIGURE = re.compile(r"[-+－＋]?[\d.,，．]*\d[\d.,，．]*\D?")
_Merged = dict[int, tuple[int, int]]  # of cells that may go on below: the column → row and index


@dataclass(slots=True)
class _Context:
    """What a body refers to, and what is counted while it is read."""

    package: Package
    styles: Styles
    numbers: Numbers
    targets: Mapping[str, str]  # relationship → part
    notes: list[str] = field(default_factory=list)
    tables: int = 0
    cells: int = 0
    pictures: int = 0
    read_pictures: int = 0
    in_pictures: bool = False  # the document has no text but its title, only pictures
    embedded: set[str] = field(default_factory=set)  # parts that were read where the body points to them
    is_inner: bool = False  # the document stands within another
    codes: list[bool] = field(default_factory=list)  # of each open field, whether its code is not over yet


def read_docx(payload: bytes, *, is_inner: bool = False) -> Document:
    """Return what a Word document prints, its macros (.docm) left alone; of one within another not what that holds in
    its turn. Raise UnreadableDocument.
    """
    package = Package(payload)
    part = _main_part(package)
    body = child_of(package.xml(part), "body")
    if body is None:
        raise UnreadableDocument("malformed", f"{part} has no body")
    styles, numbers = (
        package.xml(name) if (name := part_name(part, f"{beside}.xml")) in package else None
        for beside in ("styles", "numbering")
    )
    letters = sum(len(run.text or "") for run in body.iter() if name_of(run) == "t")
    context = _Context(package, Styles(styles), Numbers(numbers), package.targets(part))
    context.in_pictures, context.is_inner = letters < _TITLE, is_inner
    blocks = tuple(_with_whole_titles(body, context))
    if context.pictures > context.read_pictures:
        context.notes.append(f"{context.pictures - context.read_pictures} pictures not read")
    if not blocks:
        raise UnreadableDocument("no_text", f"the document has no text, only {context.pictures} pictures")
    return Document(MEDIA_TYPE, blocks, _facts(package), tuple(context.notes))


# Blocks


def _with_whole_titles(body: etree._Element, context: _Context) -> Iterator[Block]:
    """The blocks of a body, the paragraphs that are the lines of one title made one: of one size, in the middle."""
    lines: list[Text] = []
    size: str | None = None
    for child in body:
        found = list(_blocks([child], context, 0))
        own = context.styles.size_in_middle(child) if name_of(child) == "p" else None
        line = found[0] if own is not None and len(found) == 1 else None
        if not isinstance(line, Text):
            yield from _title(lines)
            yield from found
            lines = []
        elif lines and own == size and goes_on("".join(one.text for one in lines), lines[-1].text, line.text):
            lines.append(line)
        else:
            yield from _title(lines)
            lines, size = [line], own
    yield from _title(lines)


def _title(lines: list[Text]) -> Iterator[Text]:
    """Lines as one where they end as a title does."""
    whole = "".join(line.text for line in lines)
    if len(lines) > 1 and is_over(whole):
        yield lines[0]._replace(text=whole)
    else:
        yield from lines


def _blocks(container: Iterable[etree._Element], context: _Context, depth: int) -> Iterator[Block]:
    for child in _within(container):
        name = name_of(child)
        if name == "p":
            yield from _paragraph(child, context, depth)
        elif name == "tbl":
            yield from _table(child, context, depth)
        elif name == "altChunk":
            yield from _embedded(child, context)


def _paragraph(paragraph: etree._Element, context: _Context, depth: int) -> Iterator[Block]:
    """The paragraph, then what stands in text boxes and workbooks anchored in it."""
    boxes: list[etree._Element] = []
    text = "".join(_runs(paragraph, context, boxes))
    label = context.numbers.next(context.styles.numbering(paragraph))
    if label and text.strip():
        is_figure = _FIGURE.fullmatch(text.strip()) is not None  # 1. and 5 are not 1.5
        text = label + UNKNOWN * is_figure + text
    text = "\n".join(line for line in (part.strip() for part in text.split("\n")) if line)
    if text and not context.styles.is_of_contents(paragraph):
        yield Text(text, context.styles.level(paragraph))
    if depth < MAX_DEPTH:
        for box in boxes:
            if name_of(box) in _PICTURES:
                yield from _pictured(box, context)
            elif name_of(box) == "OLEObject":
                yield from _embedded(box, context)
            else:
                found = _blocks(box, context, depth + 1)
                yield from map(_afloat, found) if depth else found


def _pictured(reference: etree._Element, context: _Context) -> Iterator[Block]:
    """The table that a picture shows; in a document all in pictures, as a scan pasted page by page, all that they show."""
    part = context.targets.get(attribute_of(reference, "embed") or attribute_of(reference, "id"), "")
    context.pictures += 1
    if part not in context.package or context.pictures > MAX_EMBEDDED:
        return
    try:
        require_ocr()
        from extract.readers.image import read_inner

        blocks, notes = read_inner(context.package.read(part), context.pictures, whole=context.in_pictures)
    except UnreadableDocument as error:
        if context.in_pictures and error.reason == "ocr_missing":
            raise
        return
    context.read_pictures += bool(blocks)
    context.notes += notes
    yield from blocks


def _afloat(block: Block) -> Block:
    """What stands in a box that hangs on a cell: a figure there is one of another cell, perhaps."""
    floats = isinstance(block, Text) and _FIGURE.fullmatch(block.text.strip()) is not None
    return block._replace(text=UNKNOWN + block.text) if isinstance(block, Text) and floats else block


def _runs(element: etree._Element, context: _Context, boxes: list[etree._Element]) -> Iterator[str]:
    """The printed text of a paragraph; its text boxes and embedded objects are put into `boxes`."""
    for child in _within(element):
        name = name_of(child)
        if name == "r":
            if context.styles.is_unseen(child):
                for mark in _of_kind(child, "fldChar"):
                    _note_field(mark, context)
            else:
                printed = _runs(child, context, boxes)
                yield from (UNKNOWN,) if context.styles.is_faint(child) and plain("".join(printed)).strip() else printed
        elif name == "fldChar":
            _note_field(child, context)
        elif name == "t":
            if not any(context.codes[:-1]):
                yield child.text or ""
        elif name in {"tab", "ptab"}:
            yield "\t"
        elif name == "cr" or (name == "br" and attribute_of(child, "type") not in {"page", "column"}):
            yield "\n"
        elif name == "noBreakHyphen":
            yield "-"
        elif name == "sym":
            yield _symbol(attribute_of(child, "char"), attribute_of(child, "font"))
        elif name in {"drawing", "pict", "object"}:
            found = [one for one in child.iter() if name_of(one) in {"txbxContent", "OLEObject"}]
            boxes += found or [one for one in child.iter() if name_of(one) in _PICTURES]
        elif name in _FORMULAS:
            yield UNKNOWN


def _note_field(mark: etree._Element, context: _Context) -> None:
    """Keep which fields are open: what a field within the code of another results in is not printed."""
    match attribute_of(mark, "fldCharType"):
        case "begin":
            context.codes.append(True)
        case "separate" if context.codes:
            context.codes[-1] = False
        case "end" if context.codes:
            context.codes.pop()


def _table(table: etree._Element, context: _Context, depth: int) -> Iterator[Block]:
    """The grid of a table, then tables within its cells; a table of one column around other blocks gives these."""
    if depth >= MAX_DEPTH:
        raise UnreadableDocument("too_deep", f"tables are nested more than {MAX_DEPTH} deep")
    number, rows, inner = context.tables, list[list[Cell]](), list[Block]()
    context.tables += 1
    above: _Merged = {}
    for tr in _rows(table):
        above, blocks = _row(tr, rows, above, f"t{number}r{len(rows)}", context, depth)
        inner += blocks
    grid = Grid(tuple(map(tuple, rows)))
    nested = [block for block in inner if isinstance(block, Grid)]
    if not nested or any(len(row) > 1 for row in rows):
        yield from (grid, *nested)
    else:
        yield from inner


def _row(
    tr: etree._Element, rows: list[list[Cell]], above: _Merged, place: str, context: _Context, depth: int
) -> tuple[_Merged, list[Block]]:
    """Add a row; return its cells that may go on below, and what stands in its cells. Of merged cells each but the first
    says only that it goes on: the first is widened, or lengthened where the one `above` is as wide.
    """
    row, here, inner = list[Cell](), _Merged(), list[Block]()
    column = min(max(number_of(child_of(tr, "trPr"), "gridBefore", 0), 0), MAX_COLUMNS)
    if column:  # in which the row has no cells
        row.append(Cell("", column, 1, f"{place}c0"))
    rows.append(row)
    for tc in _of_kind(tr, "tc"):
        properties = child_of(tc, "tcPr")
        span = min(max(number_of(properties, "gridSpan", 1), 1), MAX_COLUMNS)
        context.cells += 1
        require_at_most(MAX_CELLS, context.cells, "cells")
        require_at_most(MAX_COLUMNS, column + span, "columns of a table")
        if row and _merge(properties, "hMerge") == "continue":
            row[-1] = row[-1]._replace(colspan=row[-1].colspan + span)
            column += span
            continue
        merge = _merge(properties, "vMerge")
        blocks = [_unboxed(block) for block in _blocks(tc, context, depth + 1)]
        r, k = above.get(column, (0, 0))
        if merge == "continue" and column in above and rows[r][k].colspan == span:
            rows[r][k] = rows[r][k]._replace(rowspan=len(rows) - r)
            here[column] = r, k
        else:
            if merge is not None:
                here[column] = len(rows) - 1, len(row)
            row.append(
                Cell("\n".join(one.text for one in blocks if isinstance(one, Text)), span, 1, f"{place}c{len(row)}")
            )
            inner += blocks
        column += span
    return here, inner


def _unboxed(block: Block) -> Block:
    """A table of one cell within a cell is a frame around its text."""
    lone = isinstance(block, Grid) and len(block.rows) == len(block.rows[0]) == 1
    return Text(block.rows[0][0].text) if isinstance(block, Grid) and lone else block


def _merge(properties: etree._Element | None, name: str) -> str | None:
    return setting_of(properties, name) or setting_of(properties, name.lower())


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for row in _of_kind(table, "tr"):
        properties = child_of(row, "trPr")
        if setting_of(properties, "del") is None and (setting_of(properties, "hidden") or "0") in OFF:
            yield row


def _of_kind(container: etree._Element, kind: str) -> Iterator[etree._Element]:
    return (child for child in _within(container) if name_of(child) == kind)


def _within(container: Iterable[etree._Element]) -> Iterator[etree._Element]:
    """The children of an element, those wrapped in content controls and tracked changes included. Of what is there in
    several forms, for new and for old programs, the first that Office knows (ECMA-376 part 3, 7.6).
    """
    for child in container:
        name = name_of(child)
        if name in _TRANSPARENT:
            yield from _within(child)
        elif name == "AlternateContent":
            yield from _within(next((form for form in child if _is_known(form)), ()))
        else:
            yield child


def _is_known(form: etree._Element) -> bool:
    needed = [form.nsmap.get(prefix) or "" for prefix in attribute_of(form, "Requires").split()]
    return name_of(form) in {"Choice", "Fallback"} and all(map(_OF_OFFICE.match, needed))


def _embedded(reference: etree._Element, context: _Context) -> Iterator[Block]:
    """What the body only points to: another document in its place, of any format (altChunk), or a workbook under its
    picture.
    """
    from extract.readers import read_document  # which comes back into this reader

    part = context.targets.get(attribute_of(reference, "id"), "")
    if part in context.embedded:
        return
    context.embedded.add(part)
    require_at_most(MAX_EMBEDDED, len(context.embedded), "embedded documents")
    content = context.package.read(part) if part else b""
    if (workbook := _workbook(content)) is not None:
        document = read_sheet(workbook)
    elif not content or context.is_inner or name_of(reference) != "altChunk":
        context.notes.append(f"embedded document {part or '?'} not read")
        return
    else:
        document = read_docx(content, is_inner=True) if content.startswith(b"PK") else read_document(content)
    context.notes += document.notes
    yield from (within(block, f"part {len(context.embedded)}") for block in document.blocks)


def _workbook(content: bytes) -> bytes | None:
    """A workbook, or the one that the compound file of an embedded object holds; None where it is none."""
    if content.startswith(compound.MAGIC):
        file = compound.Compound(content)
        if file.names & {"Workbook", "Book"}:
            return content
        content = file.read("Package") if "Package" in file.names else b""
    is_workbook = content.startswith(b"PK") and any(name.startswith("xl/") for name in Package(content).names)
    return content if is_workbook else None


# Parts that the body refers to


def _main_part(package: Package) -> str:
    for relation in package.xml("_rels/.rels") if "_rels/.rels" in package else ():
        if relation.get("Type", "").endswith("/officeDocument"):
            return part_name("", relation.get("Target", ""))
    if "word/document.xml" in package:
        return "word/document.xml"
    raise UnreadableDocument("not_a_document", "a zip without word/document.xml: no Word document")


def _facts(package: Package) -> tuple[Fact, ...]:
    with suppress(UnreadableDocument):
        return title_fact(package.xml("docProps/core.xml").findtext("{*}title"), "core properties title")
    return ()


def _symbol(code: str, font: str) -> str:
    """A character of a symbol font. The private ones have no meaning outside of their font, in which they are shapes;
    only those of Symbol that look like ASCII have its codes.
    """
    number = int(code, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,5}", code) else 0
    if font == "Symbol" and chr(number & 0xFF) in _ASCII_SYMBOLS:
        number &= 0xFF
    return chr(number) if 0x20 <= number < 0xD800 else "" if number < 0x20 else UNKNOWN


_ASCII_SYMBOLS = "0123456789+-.,()[]/%<=>"
