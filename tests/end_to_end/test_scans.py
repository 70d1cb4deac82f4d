"""Scans from the archive to the site: a table torn over two pictures of a page, and a scanned PDF. A click on a figure
shows it where it was read.
"""

import asyncio
import io
import json
from contextlib import closing
from urllib.parse import unquote

import pypdfium2
import pytest
from lxml import html
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from archive import ArchiveWriter, Exchange
from publish.originals import original_url
from publish.places import PlaceFinder
from publish.site import open_site
from tests.end_to_end.conftest import nianbao
from tests.extract.archives import START, metadata
from tests.extract.sheets import FIGURES4, figures2, sheet2, sheet4
from tests.generate.pages import font_path

HOST = "http://www.jiangyou.gov.cn"
TITLE = "江油市人民政府2024年政府信息公开工作年度报告"
LINE, LEFT, WIDTH = 26, 40, 515


def drawn(*blocks):
    """A picture of 150 dpi of lines of text and tables (rows of cells), from above."""
    pdfmetrics.registerFont(TTFont("zenhei", str(font_path()), subfontIndex=0))
    lines = sum(len(block) if isinstance(block, list) else 2 for block in blocks)
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, LINE * (lines + 3)), invariant=1)
    y = LINE * (lines + 2)
    for block in blocks:
        if isinstance(block, str):
            canvas.setFont("zenhei", 15)
            canvas.drawString(LEFT, y - 14, block)
            y -= 2 * LINE
            continue
        canvas.setFont("zenhei", 10)
        taken = set()
        unit = WIDTH / sum(cell.colspan for cell in block[0])
        for number, row in enumerate(block):
            column = 0
            for cell in row:
                while (number, column) in taken:
                    column += 1
                taken |= {
                    (number + down, column + across) for down in range(cell.rowspan) for across in range(cell.colspan)
                }
                high, wide = LINE * cell.rowspan, unit * cell.colspan
                canvas.rect(LEFT + unit * column, y - LINE * number - high, wide, high)
                size = min(10, wide / max(len(cell.text), 1) * 0.9)
                canvas.setFont("zenhei", size)
                canvas.drawCentredString(LEFT + unit * column + wide / 2, y - LINE * number - high / 2 - 4, cell.text)
                column += cell.colspan
        y -= LINE * len(block)
    canvas.save()
    with closing(pypdfium2.PdfDocument(buffer.getvalue())) as document:
        return document[0].render(scale=150 / 72).to_pil().convert("L")


def png(picture):
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def scanned(picture):
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1, pagesize=(595, 595 * picture.height / picture.width))
    canvas.drawImage(ImageReader(picture), 0, 0, 595, 595 * picture.height / picture.width)
    canvas.save()
    return buffer.getvalue()


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """The folder of an archive that was read by the command, its captures by their names, and what was exported."""
    folder = tmp_path_factory.mktemp("scans")
    table = sheet2()
    shown = '<p><img src="a.png"></p><p><img src="b.png"></p>'
    page = f'<meta charset="utf-8"><title>{TITLE}</title><h1>{TITLE}</h1><div id="zoom">{shown}</div>'
    files = {
        "1.html": ("text/html", page.encode(), metadata()),
        "b.png": ("image/png", png(drawn(table[7:])), metadata(role="attachment", via=f"{HOST}/1.html")),
        "a.png": (
            "image/png",
            png(drawn(TITLE, "二、主动公开政府信息情况", table[:7])),
            metadata(role="attachment", via=f"{HOST}/1.html"),
        ),
        "2.pdf": (
            "application/pdf",
            scanned(
                drawn(TITLE.replace("2024", "2023"), "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况", sheet4())
            ),
            metadata(role="attachment"),
        ),
    }
    captures = {}
    with ArchiveWriter(folder / "archive") as writer:
        for name, (mime, body, noted) in files.items():
            head = f"HTTP/1.1 200 OK\r\nContent-Type: {mime}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            written = writer.write(
                Exchange(f"{HOST}/{name}", b"GET / HTTP/1.1\r\n\r\n", head + body, None, START, tuple(noted.items()))
            )
            captures[name] = written.capture_id or ""
    done = nianbao("extract", "--archive", folder / "archive", "--db", folder / "n.db", "--workers", "1")
    assert done.returncode == 0, done.stderr
    nianbao("export", "--db", folder / "n.db", "--out", folder / "n.jsonl")
    read = map(json.loads, (folder / "n.jsonl").read_text("utf-8").splitlines())
    return folder, captures, {one["report_year"]: one for one in read}


def test_a_table_torn_over_two_pictures_of_a_page_is_whole(kept):
    _, _, read = kept
    assert {row: list(cells.values()) for row, cells in read[2024]["table2"].items()} == figures2()
    assert [warning for warning in read[2024]["warnings"] if "table2" in warning] == []


def test_a_scanned_pdf_states_its_figures(kept):
    _, _, read = kept
    assert read[2023]["table4"] == FIGURES4


def test_a_figure_of_a_scan_is_shown_where_it_was_read(kept):
    folder, captures, _ = kept
    figures = {
        ("a.png", "table2.normative_documents.in_force"): figures2()["normative_documents"][2],
        ("2.pdf", "table4.litigation_after_review.total"): FIGURES4["litigation_after_review"][4],
    }

    async def asked():
        places = PlaceFinder()
        site = await open_site(folder / "n.db", folder / "archive", places)
        try:
            for name, cell in figures:
                page = (await site.client.get(original_url(captures[name], cell))).text
                source = str(html.fromstring(page).xpath("string(//iframe/@src)"))
                shown = html.fromstring((await site.client.get(source)).text)
                (marked,) = shown.xpath("//td[@id=$name]", name=unquote(source.partition("#")[2]))
                yield marked.text_content().strip()
        finally:
            await places.close()
            site.close()

    async def listed():
        return [text async for text in asked()]

    assert asyncio.run(listed()) == [str(figure) for figure in figures.values()]
