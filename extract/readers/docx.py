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
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from extract.document import UNKNOWN, Block, Cell, Document, Fact, Grid, Text, within
from extract.errors import UnreadableDocument
from extract.prefilter import is_mime_package
from extract.readers import compound
from extract.readers.package import Package, attribute_of, name_of, pages_of_mht, part_name
from extract.readers.properties import title_fact
from extract.readers.sheet import read_sheet
from extract.readers.word_styles import OFF, Styles, child_of, number_of, setting_of
from extract.titles import goes_on, is_over

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAX_DEPTH = 6  # tables within tables
MAX_COLUMNS = 200
MAX_CELLS = 100_000
MAX_EMBEDDED = 30

_TRANSPARENT = {"sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "hyperlink", "fldSimple", "dir", "bdo"}
_TRANSPARENT |= {"oMath", "oMathPara", "ruby", "rubyBase", "subDoc"}
_TRANSPARENT |= {"sect", "sub-section", "pBdrGroup", "annotation", "content"}  # of Word 2003
_FORMULAS = {"f", "sSup", "sSub", "sSubSup", "sPre", "rad", "nary", "d", "m", "func", "eqArr", "limLow", "limUpp"}
_PICTURES = {"blip", "imagedata"}
_DIGITS = "〇一二三四五六七八九"
_FIGURE = re.compile(r"[-+－＋]?[\d.,，．]*\d[\d.,，．]*\D?")


@dataclass(slots=True)
class _Level:
    """One level of a numbered list."""

    form: str = "decimal"
    pattern: str = "%1."
    start: int = 1
    legal: bool = False  # all numbers of the label in digits


@dataclass(slots=True)
class _Context:
    """What a body refers to, and what is counted while it is read."""

    package: Package
    part: str
    styles: Styles
    lists: dict[str, tuple[str, dict[int, _Level]]] = field(default_factory=dict)  # numId → abstract list, levels
    counters: dict[str, dict[int, int]] = field(default_factory=dict)  # abstract list → level → number reached
    targets: dict[str, str] = field(default_factory=dict)  # relationship → part
    notes: list[str] = field(default_factory=list)
    tables: int = 0
    cells: int = 0
    pictures: int = 0
    read_pictures: int = 0
    in_pictures: bool = False  # the document has no text, only pictures
    embedded: set[str] = field(default_factory=set)  # parts that were read where the body points to them
    codes: list[bool] = field(default_factory=list)  # of each open field, whether its code is not over yet


def read_docx(payload: bytes) -> Document:
    """Return what a Word document prints, its macros (.docm) left alone. Raise UnreadableDocument."""
    package = Package(payload)
    part = _main_part(package)
    body = next((child for child in package.xml(part) if name_of(child) == "body"), None)
    if body is None:
        raise UnreadableDocument("malformed", f"{part} has no body")
    styles = part_name(part, "styles.xml")
    context = _Context(package, part, Styles(package.xml(styles) if styles in package else None))
    _load_relations(context)
    _load_numbering(context)
    blocks = tuple(_with_whole_titles(body, context))
    if not blocks and context.pictures:
        context = replace(context, in_pictures=True, pictures=0, notes=[])
        blocks = tuple(_blocks(body, context, 0))
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
    for child in container:
        name = name_of(child)
        if name == "p":
            yield from _paragraph(child, context, depth)
        elif name == "tbl":
            yield from _table(child, context, depth)
        elif name in _TRANSPARENT:
            yield from _blocks(child, context, depth)
        elif name == "altChunk":
            yield from _embedded(child, context)


def _paragraph(paragraph: etree._Element, context: _Context, depth: int) -> Iterator[Block]:
    """The paragraph, then what stands in text boxes and workbooks anchored in it."""
    boxes: list[etree._Element] = []
    text = _numbered(paragraph, "".join(_runs(paragraph, context, boxes)), context)
    text = "\n".join(line for line in (part.strip() for part in text.split("\n")) if line)
    if text:
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
    from extract.readers.image import read_inner  # of the extra `ocr`, which only these documents need

    try:
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
    for child in element:
        name = name_of(child)
        if name == "r":
            if context.styles.is_unseen(child):
                for mark in _of_kind(child, "fldChar"):
                    _note_field(mark, context)
            else:
                printed = _runs(child, context, boxes)
                yield from (UNKNOWN,) if context.styles.is_faint(child) and "".join(printed).strip() else printed
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
        elif name == "AlternateContent":  # the same drawing twice, for new and for old programs
            choice = next((one for one in child if name_of(one) == "Choice"), None)
            yield from _runs(child if choice is None else choice, context, boxes)
        elif name in {"drawing", "pict", "object"}:
            found = [one for one in child.iter() if name_of(one) in {"txbxContent", "OLEObject"}]
            boxes += found or [one for one in child.iter() if name_of(one) in _PICTURES]
        elif name in _FORMULAS:
            yield UNKNOWN
        elif name in _TRANSPARENT or name == "Fallback":
            yield from _runs(child, context, boxes)


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
    number = context.tables
    context.tables += 1
    rows: list[list[Cell]] = []
    inner: list[Block] = []
    open_merges: dict[int, tuple[int, int]] = {}  # first column → (row, index) of the cell that is being lengthened
    wide = False
    for tr in _rows(table):
        row: list[Cell] = []
        column = _skipped(tr, "gridBefore")
        if column:
            row.append(Cell("", column, 1, f"t{number}r{len(rows)}c0"))
        merges: dict[int, tuple[int, int]] = {}
        for tc in _of_kind(tr, "tc"):
            properties = next((child for child in tc if name_of(child) == "tcPr"), None)
            span = min(max(number_of(properties, "gridSpan", 1), 1), MAX_COLUMNS)
            if _merge(properties, "hMerge") == "continue" and row:
                row[-1] = row[-1]._replace(colspan=row[-1].colspan + span)
                column += span
                continue
            merge = _merge(properties, "vMerge")
            blocks = [_unboxed(block) for block in _blocks(tc, context, depth + 1)]
            above = open_merges.get(column)
            if merge == "continue" and above is not None and rows[above[0]][above[1]].colspan == span:
                rows[above[0]][above[1]] = rows[above[0]][above[1]]._replace(rowspan=len(rows) - above[0] + 1)
                merges[column] = above
            else:
                text = "\n".join(block.text for block in blocks if isinstance(block, Text))
                row.append(Cell(text, span, 1, f"t{number}r{len(rows)}c{len(row)}"))
                if merge is not None:
                    merges[column] = (len(rows), len(row) - 1)
                inner += blocks
            column += span
            context.cells += 1
            if context.cells > MAX_CELLS or column > MAX_COLUMNS:
                raise UnreadableDocument("too_large", f"more than {MAX_CELLS} cells or {MAX_COLUMNS} columns")
        wide = wide or len(row) + len(merges) > 1
        rows.append(row)
        open_merges = merges
    if not any(isinstance(block, Grid) for block in inner):
        yield Grid(tuple(map(tuple, rows)))
    elif wide:
        yield Grid(tuple(map(tuple, rows)))
        yield from (block for block in inner if isinstance(block, Grid))
    else:
        yield from inner


def _unboxed(block: Block) -> Block:
    """A table of one cell within a cell is a frame around its text."""
    lone = isinstance(block, Grid) and len(block.rows) == len(block.rows[0]) == 1
    return Text(block.rows[0][0].text) if isinstance(block, Grid) and lone else block


def _merge(properties: etree._Element | None, name: str) -> str | None:
    return setting_of(properties, name) or setting_of(properties, name.lower())


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for row in _of_kind(table, "tr"):
        properties = next((child for child in row if name_of(child) == "trPr"), None)
        if setting_of(properties, "del") is None and (setting_of(properties, "hidden") or "0") in OFF:
            yield row


def _of_kind(container: etree._Element, kind: str) -> Iterator[etree._Element]:
    """The children of a kind, those wrapped in content controls and tracked changes included."""
    for child in container:
        if name_of(child) == kind:
            yield child
        elif name_of(child) in _TRANSPARENT:
            yield from _of_kind(child, kind)


def _skipped(row: etree._Element, which: str) -> int:
    properties = next((child for child in row if name_of(child) == "trPr"), None)
    return min(max(number_of(properties, which, 0), 0), MAX_COLUMNS)


def _embedded(reference: etree._Element, context: _Context) -> Iterator[Block]:
    """What the body only points to: a page, as programs write that make DOCX of HTML, or a workbook under its picture."""
    from extract.readers.html import read_html  # the one format that comes back into this reader

    part = context.targets.get(attribute_of(reference, "id"), "")
    if part in context.embedded:
        return
    context.embedded.add(part)
    if len(context.embedded) > MAX_EMBEDDED:
        raise UnreadableDocument("too_large", f"more than {MAX_EMBEDDED} embedded documents")
    content, name = context.package.read(part) if part else b"", f"part {len(context.embedded)}"
    is_mht = is_mime_package(content)
    if (workbook := _workbook(content)) is not None:
        yield from (within(block, name) for block in read_sheet(workbook).blocks)
    elif is_mht or (b"<" in content[:1000] and not content.startswith((b"PK", compound.MAGIC))):
        for number, page in enumerate(pages_of_mht(content) if is_mht else [content]):
            yield from (within(block, f"{name}.{number}") for block in read_html(page).blocks)
    else:
        context.notes.append(f"embedded document {part or '?'} not read")


def _workbook(content: bytes) -> bytes | None:
    """A workbook, or the one that the compound file of an embedded object holds; None where it is none."""
    if content.startswith(compound.MAGIC):
        file = compound.Compound(content)
        if file.names & {"Workbook", "Book"}:
            return content
        content = file.read("Package") if "Package" in file.names else b""
    is_workbook = content.startswith(b"PK") and any(name.startswith("xl/") for name in Package(content).names)
    return content if is_workbook else None


# Numbers that Word makes


def _numbered(paragraph: etree._Element, text: str, context: _Context) -> str:
    """The paragraph's text with the number that its list gives it."""
    numbering = context.styles.numbering(paragraph)
    if numbering is None or numbering[0] not in context.lists:
        return text
    abstract, levels = context.lists[numbering[0]]
    depth = numbering[1]
    counters = context.counters.setdefault(abstract, {})
    counters[depth] = counters.get(depth, levels.get(depth, _Level()).start - 1) + 1
    for deeper in [one for one in counters if one > depth]:
        del counters[deeper]
    if not text.strip():
        return text

    def number(match: re.Match[str]) -> str:
        level = int(match[1]) - 1
        form = "decimal" if own.legal else levels.get(level, _Level()).form
        return _written(counters.get(level, levels.get(level, _Level()).start), form)

    own = levels.get(depth, _Level())
    label = "" if own.form in {"bullet", "none"} else re.sub(r"%([1-9])", number, own.pattern)
    if label and _FIGURE.fullmatch(text.strip()):  # 1. and 5 are not 1.5
        return label + UNKNOWN + text
    return label + text


def _written(number: int, form: str) -> str:
    if form.startswith(("chinese", "japaneseCounting", "taiwanese", "ideographTraditional")) and 0 < number < 100:
        tens, ones = divmod(number, 10)
        return (
            (_DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (_DIGITS[ones] if ones or not tens else "")
        )
    if form == "decimalEnclosedCircle" and 0 < number <= 20:
        return chr(0x2460 + number - 1)
    if form in {"upperLetter", "lowerLetter"} and 0 < number <= 26:
        return chr((65 if form == "upperLetter" else 97) + number - 1)
    if form == "decimalFullWidth":
        return str(number).translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    return str(number)


# Parts that the body refers to


def _main_part(package: Package) -> str:
    for relation in package.xml("_rels/.rels") if "_rels/.rels" in package else ():
        if relation.get("Type", "").endswith("/officeDocument"):
            return part_name("", relation.get("Target", ""))
    if "word/document.xml" in package:
        return "word/document.xml"
    raise UnreadableDocument("not_a_document", "a zip without word/document.xml: no Word document")


def _load_relations(context: _Context) -> None:
    folder, _, name = context.part.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels".lstrip("/")
    if relations not in context.package:
        return
    for relation in context.package.xml(relations):
        if relation.get("TargetMode") != "External":  # nothing outside of the file is ever opened
            context.targets[relation.get("Id", "")] = part_name(context.part, relation.get("Target", ""))


def _load_numbering(context: _Context) -> None:
    part = part_name(context.part, "numbering.xml")
    if part not in context.package:
        return
    root = context.package.xml(part)
    abstract: dict[str, dict[int, _Level]] = {}
    for element in root:
        if name_of(element) == "abstractNum":
            abstract[attribute_of(element, "abstractNumId")] = {
                int(attribute_of(level, "ilvl") or 0): _Level(
                    form=setting_of(level, "numFmt") or "decimal",
                    pattern=setting_of(level, "lvlText") or "",
                    start=number_of(level, "start", 1),
                    legal=child_of(level, "isLgl") is not None,
                )
                for level in element
                if name_of(level) == "lvl" and (attribute_of(level, "ilvl") or "0").isdigit()
            }
    for element in root:
        if name_of(element) == "num":
            target = setting_of(element, "abstractNumId") or ""
            context.lists[attribute_of(element, "numId")] = (target, abstract.get(target, {}))


def _facts(package: Package) -> tuple[Fact, ...]:
    if "docProps/core.xml" not in package:
        return ()
    try:
        core = package.xml("docProps/core.xml")
    except UnreadableDocument:
        return ()
    title = next((child.text for child in core if name_of(child) == "title"), None)
    return title_fact(title, "core properties title")


def _symbol(code: str, font: str) -> str:
    """A character of a symbol font. The private ones have no meaning outside of their font, in which they are shapes;
    only those of Symbol that look like ASCII have its codes.
    """
    number = int(code, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,5}", code) else 0
    if font == "Symbol" and chr(number & 0xFF) in _ASCII_SYMBOLS:
        number &= 0xFF
    return chr(number) if 0x20 <= number < 0xD800 else "" if number < 0x20 else UNKNOWN


_ASCII_SYMBOLS = "0123456789+-.,()[]/%<=>"
