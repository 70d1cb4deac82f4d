"""One small document of each format, for the fuzzers to mutate, and the mutations."""

from __future__ import annotations

import contextlib
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import partial

from lxml import etree
from PIL import Image, ImageDraw

from extract.document import Document
from extract.readers.compound import Compound
from extract.readers.docx import read_docx
from extract.readers.glyphs import Glyph, clean_glyphs
from extract.readers.html import read_html
from extract.readers.image import pictures
from extract.readers.layout import read_pages
from extract.readers.leaves import Page
from extract.readers.ofd import read_ofd
from extract.readers.package import pages_of_mht, unpack
from extract.readers.pdf import read_pdf
from extract.readers.plain import read_plain
from extract.readers.ruled import rule_of
from extract.readers.sheet import read_sheet
from extract.readers.single_xml import read_single_xml
from tests.extract.readers.made import Sheet, cell, docx, ofd, ofd_lines, ofd_text, paragraph, pdf, table, zipped
from tests.extract.readers.test_package import compound
from tests.extract.readers.test_sheet import xls, xlsx

Reader = Callable[[bytes], object]

LINES = [["信息内容", "数量", ""], ["规章", 1, 2.5], ["许可", "", "=1+2"]]
HTML = """<!DOCTYPE html><meta charset=gbk><meta name=ArticleTitle content="2023年报"><title>年报</title><body>
<div id=nav><a href="/">首页</a></div><h1>某县2023年政府信息公开工作年度报告</h1>
<p>一、总体情况<br/>公开信息12&nbsp;条。</p>
<table border><tr><td colspan=4>第二十条第（一）项<tr><td>信息内容<td>本年<br>制发件数<td>本年废止件数<td>现行有效件数
<tr><td rowspan=2>规章<td><p><span>1</span><span>2</span></p><td>&#48;<td><table><tr><td>3</table></table>
<div class=row><span>（一）予以公开</span><span>0</span></div>
<!-- <table> --><script>var a="</table>"</script></body>"""
TEXT = "某县2023年年报\r\n一、总体情况\r\n公开12条。\r\n| 信息内容 | 数量 |\r\n规章\t1\t２．5\t\r\n许可　0\r\n"


def _draw(sheet: Sheet) -> None:
    sheet.text(80, 60, "一、总体情况")
    sheet.table([60, 200, 260, 320], [700, 720, 740], {(0, 0): "规章", (0, 1, 1, 2): "0", (1, 0): "许可", (1, 2): "12"})


def _draw_level(sheet: Sheet) -> None:
    """Level rules only, an older figure under a white area, a sign of a footnote, a field that is filled in."""
    for k in range(5):
        sheet.line(60, 100 + 20 * k, 420, 100 + 20 * k)
        for x, text in ((70, "规章"), (170, "12"), (250, "0"), (330, "3")):
            sheet.text(x, 114 + 20 * k, text)
    sheet.text(182, 110, "1", size=5)
    sheet.canvas.setFillColorRGB(1, 1, 1)
    sheet.canvas.rect(240, sheet.height - 116, 30, 12, stroke=0, fill=1)
    sheet.canvas.acroForm.textfield(value="7", x=250, y=sheet.height - 116, width=20, height=12)


WORKBOOK = """<?xml version="1.0"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="表"><Table><Column ss:Index="3" ss:Hidden="1" ss:Span="2"/>
<Row><Cell ss:MergeDown="1" ss:MergeAcross="1"><Data ss:Type="String">规章</Data></Cell>
<Cell ss:Index="7"><Data ss:Type="Number">1.5</Data></Cell></Row>
<Row ss:Index="2" ss:Hidden="0"><Cell ss:Index="4"/></Row></Table></Worksheet></Workbook>"""


def seeds() -> dict[str, tuple[Reader, bytes]]:
    """Each reader with a document that it reads whole.

    Office files are left to LibreOffice; pictures are opened, and what may stand on them comes as a drawing.
    """
    merged = cell("甲", '<w:vMerge w:val="restart"/>') + cell("1")
    word = docx(paragraph("一、") + table(merged, cell("", "<w:vMerge/>") + cell("2")))
    lines = [(20, 50, 90, 50), (20, 58, 90, 58), (20, 50, 20, 58), (60, 50, 60, 58), (90, 50, 90, 58)]
    page = ofd_text(20, 40, "一、") + ofd_lines(lines) + ofd_text(25, 56, "规章") + ofd_text(70, 56, "12")
    mail = b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n<p>\n"
    return {
        "pdf": (read_pdf, pdf(_draw, _draw)),
        "level": (read_pdf, pdf(_draw_level)),
        "workbook": (read_single_xml, WORKBOOK.encode()),
        "docx": (read_docx, word),
        "ofd": (read_ofd, ofd([page, page])),
        "xlsx": (read_sheet, xlsx(LINES, ["B1:C1"])),
        "xls": (read_sheet, xls([["规章", 1, 2.5]])),
        "zip": (unpack, zipped({"a.docx": word, "b.html": "<p>", "c.zip": zipped({"d.pdf": b"%PDF-"})})),
        "compound": (_read_stream, compound()),
        "mht": (pages_of_mht, mail),
        "html": (read_html, HTML.encode("gbk")),
        "plain": (read_plain, TEXT.encode("gb18030")),
        "drawing": (_read_drawing, _drawing()),
        **{kind.lower(): (_open_pictures, _picture(kind)) for kind in ("PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP")},
    }


def _read_stream(payload: bytes) -> bytes:
    return Compound(payload).read("WordDocument")


def _open_pictures(payload: bytes) -> None:
    for _ in pictures(payload):
        pass


def _picture(kind: str) -> bytes:
    image = Image.new("RGB", (60, 80), "white")
    ImageDraw.Draw(image).rectangle([9, 9, 50, 70], outline="black", fill="red")
    buffer = io.BytesIO()
    image.save(buffer, kind, **({"save_all": True, "append_images": [image]} if kind in {"TIFF", "GIF"} else {}))
    return buffer.getvalue()


# A drawing is four numbers of 16 bits a mark, in tenths of a point: the ends of a rule, or, with the highest bit of
# the first set, where a character stands, its size and which it is.
_CHARACTERS = "0123456789/-一总计规章公开（）()、 "
_GLYPH = 0x8000


def _drawing() -> bytes:
    marks: list[tuple[int, int, int, int]] = []
    xs, ys = (600, 1500, 2400, 3300), (1000, 1200, 1400, 1600)
    marks += [(600, y, 3300, y) for y in ys] + [(x, 1000, x, 1600) for x in xs]
    for k, text in enumerate(("规章", "0", "12", "总计", "3", "15", "公开", "", "7")):
        x, y = xs[k % 3] + 100, ys[k // 3] + 40
        marks += [(_GLYPH | x + 100 * j, y, 100, _CHARACTERS.index(one)) for j, one in enumerate(text)]
    marks += [(_GLYPH | 700 + 110 * j, 500, 100, _CHARACTERS.index(one)) for j, one in enumerate("一、总计")]
    marks += [(_GLYPH | 700 + 600 * j, 2000 + 200 * k, 100, j + k) for j in range(4) for k in range(3)]
    return b"".join(struct.pack("<4H", *mark) for mark in marks * 2)


def _read_drawing(payload: bytes) -> object:
    """What stands on two pages of rules and characters, wherever they may be."""
    marks = [struct.unpack_from("<4H", payload, place) for place in range(0, len(payload) - 7, 8)][:4000]
    pages = []
    for number in (1, 2):
        glyphs, rules = [], []
        for x, top, more, last in marks[(number - 1) * len(marks) // 2 : number * len(marks) // 2]:
            if x & _GLYPH:
                left, up, size = (x & ~_GLYPH) / 10, top / 10, more / 10
                text = _CHARACTERS[last % len(_CHARACTERS)]
                glyphs.append(Glyph(text, left, up, left + size, up + size, size, last // 256 % 4 * 90))
            elif (rule := rule_of(x / 10, top / 10, more / 10, last / 10)) is not None:
                rules.append(rule)
        pages.append(Page(number, 595.0, 842.0, clean_glyphs(glyphs, 595.0, 842.0), tuple(rules)))
    return Document("", read_pages(pages))


def mutated(payload: bytes, chance: random.Random) -> bytes:
    """Return the payload with some bytes changed; in a package mostly within its parts, packed again."""
    if payload.startswith(b"PK") and chance.random() < 0.8:
        return _repacked(payload, partial(_retagged if chance.random() < 0.5 else scrambled, chance=chance), chance)
    if payload.startswith(b"%PDF") and chance.random() < 0.6:
        return _restreamed(payload, chance)
    return scrambled(payload, chance)


def scrambled(payload: bytes, chance: random.Random) -> bytes:
    """Return the bytes with a few of them flipped, cut, doubled, moved, or numbers among them made extreme."""
    raw = bytearray(payload)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        if not raw:
            break
        place = chance.randrange(len(raw))
        length = chance.choice((1, 2, 4, 16, 64, len(raw) // 4 + 1))
        kind = chance.randrange(7)
        if kind == 0:
            raw[place] ^= 1 << chance.randrange(8)
        elif kind == 1:
            raw[place : place + length] = chance.randbytes(min(length, 64))
        elif kind == 2:
            del raw[place : place + length]
        elif kind == 3:
            raw[place:place] = raw[place : place + length] * chance.choice((1, 2, 20))
        elif kind == 4:
            where = chance.randrange(len(raw))
            raw[where:where] = raw[place : place + length]
        elif kind == 5:
            raw[place : place + 4] = struct.pack(
                "<I", chance.choice((0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFF))
            )
        else:
            digits = chance.choice((b"0", b"-1", b"1e9", b"99999999999", b"nan", b"65536", b"0.0001"))
            found = [k for k, byte in enumerate(raw) if 48 <= byte <= 57]
            if found:
                start = chance.choice(found)
                raw[start : start + 1] = digits
    return bytes(raw[: 4 << 20])


def _repacked(payload: bytes, change: Callable[[bytes], bytes], chance: random.Random) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(payload)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        chosen = set(chance.sample(names, min(len(names), chance.choice((1, 1, 2)))))
        for name in names:
            content = old.read(name)
            if name in chosen:
                if chance.random() < 0.05:
                    continue
                content = change(content)
            new.writestr(name, content)
    return buffer.getvalue()


def _retagged(content: bytes, chance: random.Random) -> bytes:
    """XML, still well-formed, with elements moved into others, doubled or gone, texts and attributes exchanged."""
    try:
        root = etree.fromstring(content)
    except (etree.XMLSyntaxError, ValueError):
        return scrambled(content, chance)
    odd = ("", "g 9 9", *"0 -1 1e9 99999999999 nan 65536 0.0001 true \u0661 A1:XFD1048576 ..".split())
    for _ in range(chance.choice((1, 2, 4, 16))):
        nodes = list(root.iter("*"))
        node, other = chance.choice(nodes), chance.choice(nodes)
        parent = node.getparent()
        kind = chance.randrange(6)
        if kind == 0 and parent is not None:
            parent.remove(node)
        elif kind == 1 and parent is not None and len(nodes) < 5_000:
            for _ in range(chance.choice((1, 1, 40))):
                parent.append(etree.fromstring(etree.tostring(node)))
        elif kind == 2 and parent is not None and node not in other.iterancestors() and node is not other:
            other.append(node)
        elif kind == 3:
            node.text = chance.choice((*odd, other.text, (other.text or "") * 50))
        elif node.attrib:
            name = chance.choice(sorted(node.attrib))
            values = [value for one in nodes for value in one.attrib.values()]
            if kind == 4:
                node.set(name, chance.choice((*odd, *values)))
            else:
                del node.attrib[name]
    return etree.tostring(root)


def _restreamed(payload: bytes, chance: random.Random) -> bytes:
    """A PDF with a stream unpacked, scrambled and left so; its length is then a lie, as it often is in the wild."""
    parts = payload.split(b"stream\r\n") if b"stream\r\n" in payload else payload.split(b"stream\n")
    if len(parts) < 2:
        return scrambled(payload, chance)
    chosen = chance.randrange(len(parts))
    body, end, rest = parts[chosen].partition(b"endstream")
    with contextlib.suppress(zlib.error):
        body = zlib.decompress(body)
    parts[chosen] = scrambled(body, chance) + end + rest
    return b"stream\n".join(parts)


def reads(reader: Reader, payload: bytes) -> Document | None:
    result = reader(payload)
    return result if isinstance(result, Document) else None
