"""DOCX: a report as a Word file, real merged cells, runs in pieces, and what else Word files carry."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from html import escape
from random import Random

import docx
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml

from tests.generate import layout, structures
from tests.generate.layout import Box, Sheet
from tests.generate.package import sealed
from tests.generate.sample import Make, Page
from tests.generate.structures import Structure
from tests.generate.truth import Report, Wish, invent, signed

WPS = 'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
WP = 'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
V = 'xmlns:v="urn:schemas-microsoft-com:vml"'
NAMESPACES = f"{nsdecls('w', 'a', 'r')} {WPS} {MC} {WP} {V}"


@dataclass(frozen=True, slots=True)
class Look:
    """What a shape insists on."""

    tables: Structure = structures.some_quirk
    wish: Wish = field(default_factory=Wish)
    runs: float = 0.3  # share of texts cut into runs
    broken: float = 0.1  # share of labels broken over paragraphs or lines
    styled: bool = False  # headings in heading styles
    numbered: bool = False  # the headings' numbers come from automatic numbering
    tracked: bool = False  # deletions and insertions
    boxed_title: bool = False
    furniture: bool = False  # headers and footers with page numbers
    nested: bool = False
    pictures: tuple[int, ...] = ()


class Writer:
    """Turns texts and sheets into WordprocessingML."""

    def __init__(self, rng: Random, look: Look) -> None:
        self.rng, self.look = rng, look

    def runs(self, content: str, *, whole: bool = False) -> str:
        rng = self.rng
        if whole or len(content) < 2 or rng.random() > self.look.runs:
            return self.run(content)
        out, at = "", 0
        while at < len(content):
            step = rng.choice((1, 2, 5, 17, 40))
            out += self.run(content[at : at + step])
            out += rng.choice(
                (
                    "",
                    "",
                    '<w:proofErr w:type="spellStart"/>',
                    '<w:bookmarkStart w:id="0" w:name="_GoBack"/><w:bookmarkEnd w:id="0"/>',
                )
            )
            at += step
        return out

    def run(self, content: str) -> str:
        fonts = '<w:rFonts w:ascii="仿宋_GB2312" w:eastAsia="仿宋_GB2312" w:hint="eastAsia"/><w:sz w:val="32"/>'
        properties = f"<w:rPr>{fonts}</w:rPr>" if self.rng.random() < 0.7 else ""
        return f'<w:r>{properties}<w:t xml:space="preserve">{escape(content, quote=False)}</w:t></w:r>'

    def paragraph(self, content: str, *, align: str = "", properties: str = "") -> str:
        if self.look.tracked and len(content) > 20 and self.rng.random() < 0.3:
            inner = self.deleted(content[3:9] + "（旧）") + self.inserted(content[:10]) + self.runs(content[10:])
        else:
            inner = self.runs(content)
        jc = f'<w:jc w:val="{align}"/>' if align else ""
        indent = '<w:ind w:firstLineChars="200" w:firstLine="640"/>' if not align and self.rng.random() < 0.6 else ""
        return f"<w:p><w:pPr>{properties}{indent}{jc}</w:pPr>{inner}</w:p>"

    def deleted(self, content: str) -> str:
        when = 'w:author="张三" w:date="2022-01-05T09:00:00Z"'
        return (
            f'<w:del w:id="1" {when}><w:r><w:delText xml:space="preserve">{escape(content)}</w:delText></w:r></w:del>'
        )

    def inserted(self, content: str) -> str:
        return f'<w:ins w:id="2" w:author="张三" w:date="2022-01-05T09:00:00Z">{self.run(content)}</w:ins>'

    def heading(self, content: str) -> str:
        properties = ""
        if self.look.styled:
            properties = '<w:pStyle w:val="Heading1"/>'
        if self.look.numbered:
            properties += '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
        return self.paragraph(content, properties=properties)

    def table(self, sheet: Sheet) -> str:
        """Return the sheet as a `w:tbl` with gridSpan and vMerge."""
        owner: dict[tuple[int, int], tuple[int, int, Box]] = {}
        for r, c, box in layout.positions(sheet):
            owner |= {(r + i, c + j): (r, c, box) for i in range(box.rowspan) for j in range(box.colspan)}
        width = max(c for _, c in owner) + 1
        grid = "".join(f'<w:gridCol w:w="{self.rng.randrange(500, 1800)}"/>' for _ in range(width))
        rows = []
        for r, row in enumerate(sheet):
            cells, c = [], 0
            while c < width:
                if (r, c) not in owner:
                    c += 1
                    continue
                top, left, box = owner[r, c]
                cells.append(self.cell(box, first=r == top))
                c = left + box.colspan
            header = (
                "<w:trPr><w:tblHeader/></w:trPr>"
                if r < 2 and row and row[0].role == "head" and self.rng.random() < 0.3
                else ""
            )
            rows.append(f"<w:tr>{header}{''.join(cells) or self.cell(Box('', width), first=True)}</w:tr>")
        properties = '<w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="0" w:type="auto"/></w:tblPr>'
        return f"<w:tbl>{properties}<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"

    def cell(self, box: Box, *, first: bool) -> str:
        span = f'<w:gridSpan w:val="{box.colspan}"/>' if box.colspan > 1 else ""
        merge = (
            ""
            if box.rowspan == 1
            else '<w:vMerge w:val="restart"/>'
            if first
            else self.rng.choice(("<w:vMerge/>", '<w:vMerge w:val="continue"/>'))
        )
        body = self.cell_body(box) if first else "<w:p/>"
        return f'<w:tc><w:tcPr><w:tcW w:w="900" w:type="dxa"/>{span}{merge}</w:tcPr>{body}</w:tc>'

    def cell_body(self, box: Box) -> str:
        rng, content = self.rng, box.text
        if not content:
            return rng.choice(("<w:p/>", "<w:p/>", f"<w:p>{self.run(' ')}</w:p>", f"<w:p>{self.run('　')}</w:p>"))
        if box.role == "value":
            inner = self.runs(content)
            if self.look.tracked and rng.random() < 0.05:
                inner = self.deleted(str(rng.randrange(1, 50))) + self.inserted(content)
            return f'<w:p><w:pPr><w:jc w:val="center"/></w:pPr>{inner}</w:p>'
        if len(content) > 3 and rng.random() < self.look.broken:
            cut = rng.randrange(2, len(content) - 1)
            if rng.random() < 0.5:
                return f"<w:p>{self.run(content[:cut])}</w:p><w:p>{self.run(content[cut:])}</w:p>"
            return f"<w:p>{self.run(content[:cut])}<w:r><w:br/></w:r>{self.run(content[cut:])}</w:p>"
        return f"<w:p>{self.runs(content)}</w:p>"

    def text_box(self, content: str) -> str:
        """Return a paragraph whose text stands in a text box, twice as Word writes it: new drawing and VML fallback."""
        inner = f"<w:txbxContent><w:p>{self.run(content)}</w:p></w:txbxContent>"
        shape = f"<wps:wsp><wps:txbx>{inner}</wps:txbx></wps:wsp>"
        graphic = f'<a:graphic><a:graphicData uri="wps">{shape}</a:graphicData></a:graphic>'
        return (
            '<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor>'
            f"{graphic}</wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>{inner}</v:textbox></v:shape>"
            "</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
        )


def render(rng: Random, report: Report, look: Look) -> Page:
    """Return the report as a Word file."""
    writer = Writer(rng, look)
    tables = look.tables(report, rng)
    title = report.title
    body = [writer.text_box(title) if look.boxed_title else writer.paragraph(title, align="center")]
    body += [writer.paragraph(line) for line in report.preface]
    for part in report.parts:
        body += [writer.heading(part.heading), *map(writer.paragraph, part.before)]
        if part.table in look.pictures:
            body.append(writer.paragraph(""))
        elif part.table:
            drawn = [writer.table(sheet) for sheet in tables[part.table]]
            if look.nested:
                drawn = [_framed(table) for table in drawn]
            body.append("<w:p/>".join(drawn))
        body += map(writer.paragraph, part.after)
    body += [writer.paragraph(line, align="right") for line in report.signature]
    chrome: list[str] = []
    document = docx.Document()
    root = parse_xml(f"<w:body {NAMESPACES}>{''.join(body)}</w:body>")
    target = document.element.body
    for element in reversed(list(root)):
        target.insert(0, element)
    for table in target.iter(qn("w:tbl")):
        if table.getnext() is None:
            table.addnext(parse_xml(f"<w:p {nsdecls('w')}/>"))
    if look.furniture:
        chrome = _furniture(rng, document, report)
    document.core_properties.title = rng.choice(("", title, "关于印发工作要点的通知"))
    document.core_properties.created = document.core_properties.modified = datetime(2021, 3, 4, 5, 6, 7, tzinfo=UTC)
    out = io.BytesIO()
    document.save(out)
    absent = tuple(f"table{number}" for number in look.pictures)
    return Page(sealed(out.getvalue()), rng.choice((".docx", ".docx", ".doc")), chrome=tuple(chrome), absent=absent)


def _framed(table: str) -> str:
    """Return the table inside the one cell of another."""
    grid = '<w:tblGrid><w:gridCol w:w="9000"/></w:tblGrid>'
    return f"<w:tbl><w:tblPr/>{grid}<w:tr><w:tc><w:tcPr/>{table}<w:p/></w:tc></w:tr></w:tbl>"


def _furniture(rng: Random, document: docx.document.Document, report: Report) -> list[str]:
    """Put lines into header and footer; return them."""
    section = document.sections[0]
    head, foot = f"{report.place}政务公开资料 第3期", rng.choice(("- 1 -", "第 1 页 共 6 页", "— 2 —"))
    section.header.paragraphs[0].text = head
    section.footer.paragraphs[0].text = foot
    return [head, foot]


def _make(look: Look, rng: Random) -> tuple[Report, Page]:
    report = signed(rng, invent(rng, look.wish))
    if look.numbered:
        parts = tuple(replace(part, heading=part.heading.partition("、")[2] or part.heading) for part in report.parts)
        report = replace(report, parts=parts)
    return report, render(rng, report, look)


LOOKS: dict[str, Look] = {
    "plain": Look(tables=structures.whole, runs=0, broken=0),
    "runs": Look(runs=1.0),
    "broken-cells": Look(broken=0.8),
    "styled-headings": Look(styled=True),
    "numbered-headings": Look(numbered=True),
    "tracked": Look(tracked=True),
    "text-box": Look(boxed_title=True),
    "headers-footers": Look(furniture=True),
    "nested-layout": Look(nested=True),
    "split-form": Look(tables=structures.split_form),
    "torn-in-two": Look(tables=structures.torn_in_two),
    **{name: Look(tables=structure) for name, structure in structures.IN_CELLS.items()},
    "one-picture": Look(pictures=(3,)),
    "busy": Look(wish=Wish(busy=True)),
    **{name: Look(wish=wish) for name, wish in structures.TRAPS.items()},
}
SHAPES: dict[str, Make] = {name: partial(_make, look) for name, look in LOOKS.items()}
