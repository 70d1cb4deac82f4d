"""Documents made by hand for the tests of the readers."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfgen.canvas import Canvas

from extract.document import Document, Grid, Text
from tests.generate.package import zipped

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFD = "http://www.ofdspec.org/2016"

# A table of a printed page, and its heads
XS = [60, 200, 260, 320, 380]
YS = [100, 120, 140, 160, 180]
HEAD = {
    (0, 0, 2, 1): "信息内容",
    (0, 1, 1, 3): "法人或其他组织",
    (1, 1): "商业企业",
    (1, 2): "科研机构",
    (1, 3): "其他",
}
HEAD_ROWS = [["信息内容 2x1", "法人或其他组织 1x3"], ["商业企业", "科研机构", "其他"]]


def docx(body: str, **parts: str) -> bytes:
    """A Word document with this body; further parts by their name in `word/` (numbering, styles)."""
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
            **{f"word/{name}.xml": content for name, content in parts.items()},
        }
    )


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"


def table(*rows: str) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


def ofd(pages: Sequence[str], *, templates: Mapping[str, str] | None = None, resources: str = "") -> bytes:
    """An OFD of pages given by their objects; a page that begins with `<ofd:Template` has its templates first."""
    templates = templates or {}
    space = f'xmlns:ofd="{OFD}"'
    listed = "".join(f'<ofd:Page ID="{k}" BaseLoc="Pages/{k}.xml"/>' for k in range(len(pages)))
    named = "".join(f'<ofd:TemplatePage ID="{name}" BaseLoc="Tpls/{name}.xml"/>' for name in templates)
    parts = {
        "OFD.xml": f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
        "</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
        f"</ofd:PhysicalBox></ofd:PageArea><ofd:DocumentRes>Res.xml</ofd:DocumentRes>{named}</ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        "Doc_0/Res.xml": f"<ofd:Res {space}>{resources}</ofd:Res>",
    }
    for folder, contents in (("Pages", dict(enumerate(pages))), ("Tpls", templates)):
        for name, content in contents.items():
            head, end, objects = content.rpartition("<!-- objects -->")
            parts[f"Doc_0/{folder}/{name}.xml"] = (
                f"<ofd:Page {space}>{head if end else ''}<ofd:Content><ofd:Layer>{objects}</ofd:Layer>"
                "</ofd:Content></ofd:Page>"
            )
    return zipped(parts)


def ofd_text(x: float, y: float, text: str, *, size: float = 4.0, attributes: str = "") -> str:
    """A line of text whose base line begins at (x, y) mm; every character is given its advance."""
    widths = [size * (0.5 if ord(character) < 0x2E80 else 1.0) for character in text]
    deltas = " ".join(f"{width:g}" for width in widths[:-1])
    return (
        f'<ofd:TextObject Boundary="{x} {y - size} {sum(widths)} {size * 1.2}" Size="{size}" {attributes}>'
        f'<ofd:TextCode X="0" Y="{size}" DeltaX="{deltas}">{escape(text)}</ofd:TextCode></ofd:TextObject>'
    )


def ofd_lines(lines: Iterable[tuple[float, float, float, float]]) -> str:
    """Each line as a path object of its own."""
    return "".join(
        f'<ofd:PathObject Boundary="{x0} {y0} {x1 - x0} {y1 - y0}"><ofd:AbbreviatedData>M 0 0 L {x1 - x0} {y1 - y0}'
        "</ofd:AbbreviatedData></ofd:PathObject>"
        for x0, y0, x1, y1 in lines
    )


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Text)]


def grids(document: Document) -> list[Grid]:
    return [block for block in document.blocks if isinstance(block, Grid)]


def rows(grid: Grid) -> list[list[str]]:
    """The cells of a grid as text; a span is written behind it: "label 2x3" is two rows high and three columns wide."""
    return [
        [
            cell.text + (f" {cell.rowspan}x{cell.colspan}" if (cell.rowspan, cell.colspan) != (1, 1) else "")
            for cell in row
        ]
        for row in grid.rows
    ]


class Sheet:
    """A page of a PDF to draw on: points from the upper left corner, type of 10 points, STSong, not embedded."""

    def __init__(self, canvas: Canvas, height: float) -> None:
        self.canvas = canvas
        self.height = height

    def text(self, x: float, y: float, text: str, *, size: float = 10) -> None:
        """Write on the base line y."""
        self.canvas.setFont("STSong-Light", size)
        self.canvas.drawString(x, self.height - y, text)

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.canvas.line(x0, self.height - y0, x1, self.height - y1)

    def table(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        cells: Mapping[tuple[int, ...], str],
        *,
        without: str = "",
    ) -> None:
        """Rule a table and write in the middle of its cells: (row, column[, rowspan, colspan]) → text, lines by "|".

        `without` names outer borders that are not drawn, of "left right top bottom".
        """
        covered = set()
        for (row, column, *spans), content in cells.items():
            down, across = spans or (1, 1)
            covered |= {(r, c) for r in range(row, row + down) for c in range(column, column + across)}
            self._box(xs[column], ys[row], xs[column + across], ys[row + down], xs, ys, without)
            lines = content.split("|")
            middle = (ys[row] + ys[row + down]) / 2
            for k, line in enumerate(lines):
                width = sum(5.0 if ord(character) < 0x2E80 else 10.0 for character in line)
                x = (xs[column] + xs[column + across] - width) / 2
                self.text(x, middle + 3.5 + 12 * (k - (len(lines) - 1) / 2), line)
        for row in range(len(ys) - 1):
            for column in range(len(xs) - 1):
                if (row, column) not in covered:
                    self._box(xs[column], ys[row], xs[column + 1], ys[row + 1], xs, ys, without)

    def _box(
        self, x0: float, y0: float, x1: float, y1: float, xs: Sequence[float], ys: Sequence[float], without: str
    ) -> None:
        if not (x0 == xs[0] and "left" in without):
            self.line(x0, y0, x0, y1)
        if not (x1 == xs[-1] and "right" in without):
            self.line(x1, y0, x1, y1)
        if not (y0 == ys[0] and "top" in without):
            self.line(x0, y0, x1, y0)
        if not (y1 == ys[-1] and "bottom" in without):
            self.line(x0, y1, x1, y1)


def pdf(
    *pages: Callable[[Sheet], None],
    rotation: int = 0,
    encrypt: StandardEncryption | None = None,
    title: str | None = None,
) -> bytes:
    """A PDF of A4 pages, each drawn by a function."""
    registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1, encrypt=encrypt)
    if title:
        canvas.setTitle(title)
    for draw in pages:
        canvas.setPageRotation(rotation)
        draw(Sheet(canvas, A4[0] if rotation % 180 else A4[1]))  # a turned page is as high as it is wide
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()
