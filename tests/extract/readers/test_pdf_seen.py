"""What is seen of a PDF: text that is covered, struck out, pale, marked or a picture."""

import io
import re
from functools import reduce

import pypdfium2
import pypdfium2.raw as raw
import pytest
from pdfminer.psparser import LIT
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import ttfonts
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth

from extract.errors import UnreadableDocument
from extract.readers import outlines
from extract.readers import pdf as reader
from extract.readers.leaves import Page
from extract.readers.pdf import read_pdf
from extract.readers.rendered import with_pictures
from tests.extract.readers.made import HEAD, XS, YS, Sheet, grids, pdf, rows, texts


def test_text_printed_twice_is_read_once():
    def page(sheet: Sheet) -> None:
        for shift in (0, 0.3):
            sheet.table([60 + shift, 200 + shift, 260 + shift], YS[:2], {(0, 0): "总计", (0, 1): "11"})

    assert rows(grids(read_pdf(pdf(page)))[0]) == [["总计", "11"]]


def test_what_an_editor_struck_out_is_left_out_and_a_rule_through_text_strikes_nothing():
    def page(sheet: Sheet) -> None:
        sheet.table([60, 200, 260, 320], YS[:3], {(0, 0): "规章", (0, 1): "350", (0, 2): "35", (1, 0): "许可"})
        sheet.line(222, 110, 232, 110)  # through 35 of 350
        sheet.line(200, 132, 260, 132)
        sheet.text(225, 135, "12")

    document = read_pdf(pdf(page))
    assert rows(grids(document)[0])[0] == ["规章", "0", "35"]
    assert document.notes == ("p1: 2 characters that are struck out",)
    assert "12" in str(rows(grids(document)[0]))


WIDGET = b"/Subtype /Widget \n  /T (AFF000) /Type /Annot /V (12)"
TYPED_OVER = b"/Subtype /FreeText /Type /Annot /Contents (12)".ljust(len(WIDGET))


@pytest.mark.parametrize(
    "changes", [{}, {b"/AP": b"/No"}, {WIDGET: TYPED_OVER, b"/AcroForm": b"/NoFields"}], ids=["drawn", "bare", "typed"]
)
def test_what_is_filled_into_a_form_or_typed_over_it_is_read_as_if_it_were_printed(changes):
    def page(sheet: Sheet) -> None:
        sheet.text(80, 60, "规章")
        sheet.canvas.acroForm.textfield(value="12", x=120, y=700, width=60, height=20)

    payload = reduce(lambda made, change: made.replace(*change), changes.items(), pdf(page))
    document = read_pdf(payload)
    assert (texts(document), document.notes) == (["规章", "12"], ())


def test_a_field_may_have_its_value_from_the_one_above_it():
    assert reader._is_filled_in({"data": {"Subtype": LIT("Widget"), "Parent": {"V": b"12"}}})
    assert not reader._is_filled_in({"data": {"Subtype": LIT("Widget"), "Parent": {}}})


def test_a_form_that_cannot_be_flattened_is_told_to_be_missing(monkeypatch):
    def page(sheet: Sheet) -> None:
        sheet.text(80, 60, "规章")
        sheet.canvas.acroForm.textfield(value="12", x=120, y=700, width=60, height=20)

    def fail(*_: object) -> None:
        raise RuntimeError("no form")

    monkeypatch.setattr("pypdfium2.PdfDocument.init_forms", fail)
    assert read_pdf(pdf(page)).notes == ("p1: what is filled into fields of the form is not read",)


def test_an_older_figure_under_a_newer_one_is_not_read():
    def page(sheet: Sheet) -> None:
        sheet.canvas.setFillColorRGB(1, 1, 1)
        sheet.text(80, 160, "71")
        sheet.canvas.setFillColorRGB(0, 0, 0)
        sheet.text(80, 160, "64")
        sheet.text(80, 100, "88")
        sheet.canvas.setFillColorRGB(1, 1, 1)
        sheet.canvas.rect(70, sheet.height - 110, 60, 20, stroke=0, fill=1)
        sheet.canvas.setFillColorRGB(0, 0, 0)
        sheet.text(80, 100, "95")

    document = read_pdf(pdf(page))
    assert (texts(document), document.notes) == (
        ["95", "64"],
        ("p1: 4 characters that are white or under white areas",),
    )


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize(
    ("size", "up", "printed"),
    [
        (5, 5, "规章71"),
        (8.3, 4, "规章71"),  # a browser's <sup>: 5/6 of the size beside it
        (8, -3, "规章71"),
        (8, 0, "规章712"),
        (10, 1, "规章712"),
        (10, 4, "规章71\ufffd"),  # no smaller: it may be a digit of the figure
    ],
)
def test_the_sign_of_a_footnote_is_no_digit_of_the_figure_before_it(size, up, printed, turn):
    def page(sheet: Sheet) -> None:
        sheet.canvas.translate(300, 420)
        sheet.canvas.rotate(turn)
        sheet.canvas.translate(-200, 200 - sheet.height)
        for k in range(5):
            sheet.text(100, 40 + 25 * k, f"（{'一二三四五'[k]}）规章和规范性文件")
        sheet.text(100, 200, "规章71")
        sheet.text(100 + stringWidth("规章71", "STSong-Light", 10), 200 - up, "2", size=size)

    assert texts(read_pdf(pdf(page)))[5:] == [printed]


def test_the_sign_of_a_footnote_is_known_beside_a_label_of_two_lines():
    def page(sheet: Sheet) -> None:
        sheet.table([60, 160, 260], [100, 140, 180], {(0, 0): "部分公开（区分|处理的）", (0, 1): "114", (1, 0): "规章"})
        sheet.text(217.8, 118, "1", size=6)

    assert rows(grids(read_pdf(pdf(page)))[0])[0] == ["部分公开（区分\n处理的）", "114"]


def test_figures_printed_over_each_other_are_unknown():
    def page(sheet: Sheet) -> None:
        for k in range(5):
            sheet.text(100, 40 + 25 * k, f"（{'一二三四五'[k]}）规章和规范性文件" * 2)
        sheet.text(100, 200, "规章88")
        sheet.text(121, 200, "5")

    assert texts(read_pdf(pdf(page)))[5:] == ["规章8\ufffd8"]


def test_a_figure_that_stands_higher_as_a_whole_is_read():
    def page(sheet: Sheet) -> None:
        sheet.text(100, 200, "规章")
        sheet.text(140, 195, "71", size=8)

    assert texts(read_pdf(pdf(page))) == ["规章\t71"]


def test_white_letters_on_a_dark_area_and_letters_on_a_white_one_are_read():
    def page(sheet: Sheet) -> None:
        sheet.canvas.setFillColorRGB(0.1, 0.2, 0.6)
        sheet.canvas.rect(70, sheet.height - 70, 200, 20, stroke=0, fill=1)
        sheet.canvas.setFillColorRGB(1, 1, 1)
        sheet.text(80, 60, "信息内容")
        sheet.canvas.rect(70, sheet.height - 110, 200, 20, stroke=0, fill=1)
        sheet.canvas.setFillColorRGB(0, 0, 0)
        sheet.text(80, 100, "规章")

    document = read_pdf(pdf(page))
    assert (texts(document), document.notes) == (["信息内容", "规章"], ())


@pytest.mark.parametrize(("level", "opacity"), [(0.85, 1), (0.4, 0.25)])
def test_a_pale_watermark_that_runs_level_through_a_table_is_left_out(level, opacity):
    def page(sheet: Sheet) -> None:
        sheet.table(XS, YS, {**HEAD, (2, 0): "规章", (2, 1): "0", (3, 0): "行政许可", (3, 1): "12"})
        for gray, alpha, x in ((level, opacity, 160), (0, 1, 60)):
            sheet.canvas.setFillGray(gray)
            sheet.canvas.setFillAlpha(alpha)
            sheet.text(x, 162 if gray else 80, "内部资料", size=30)

    document = read_pdf(pdf(page))
    assert rows(grids(document)[0])[2:] == [["规章", "0", "", ""], ["行政许可", "12", "", ""]]
    assert texts(document) == ["内部资料"]


def test_pale_text_of_the_same_size_that_is_laid_over_other_text_is_left_out():
    def page(sheet: Sheet) -> None:
        for k in range(4):
            sheet.text(80, 100 + 20 * k, "全年主动公开政府信息，依申请公开办理及时。")
        sheet.canvas.setFillGray(0.8)
        sheet.text(83, 103, "内部资料 20240115", size=11)
        sheet.text(80, 300, "联系电话")

    assert texts(read_pdf(pdf(page))) == ["全年主动公开政府信息，依申请公开办理及时。"] * 4 + ["联系电话"]


@pytest.mark.parametrize(("tile", "shown"), [("张三 1024", ""), ("0", "0")])
def test_pale_text_that_is_printed_again_and_again_is_left_out_and_pale_noughts_are_not(tile, shown):
    def page(sheet: Sheet) -> None:
        sheet.table(XS, YS, {**HEAD, (2, 0): "规章", (3, 0): "行政许可"})
        sheet.canvas.setFillGray(0.8)
        for k in range(6):
            sheet.text(XS[1 + k % 3] + 5, (YS[2] + YS[3]) / 2 + 3 if k < 3 else (YS[3] + YS[4]) / 2 + 3, tile, size=8)

    printed = [shown] * 3
    assert rows(grids(read_pdf(pdf(page)))[0])[2:] == [["规章", *printed], ["行政许可", *printed]]


@pytest.mark.parametrize(
    ("colour", "pale"),
    [
        ((0.85,), True),
        ((0,), False),
        ((1,), False),
        ((0.8, 0.8, 0.9), True),
        ((0.9, 0.1, 0.1), False),
        ((0, 0, 0, 0.2), True),
        ((0, 0, 0, 1), False),
        (None, False),
        (("/P0",), False),
    ],
)
def test_pale_is_a_colour_that_nobody_prints_text_in(colour, pale):
    assert reader._is_pale(colour) == pale


ROW = [60, 200, 260]


def figure(sheet: Sheet, text: str, *, mode: int = 0) -> None:
    """Write in the second cell of a table's row, in a mode of rendering."""
    line = sheet.canvas.beginText(210, sheet.height - 113.5)
    line.setFont("STSong-Light", 10)
    line.setTextRenderMode(mode)
    line.textOut(text)
    sheet.canvas.drawText(line)


def labelled(sheet: Sheet) -> None:
    """A row whose figure is still to be written, and figures enough to know that the page's fonts are drawn."""
    sheet.table(ROW, [100, 120], {(0, 0): "规章"})
    sheet.text(80, 300, "2024年1月31日")


@pytest.mark.parametrize("way", ["mode", "opacity"])
def test_text_that_leaves_no_ink_is_not_read(way):
    def page(sheet: Sheet) -> None:
        labelled(sheet)
        figure(sheet, "64")
        sheet.canvas.saveState()
        if way == "opacity":
            sheet.canvas.setFillAlpha(0)
        figure(sheet, "71", mode=3 if way == "mode" else 0)
        sheet.canvas.restoreState()

    assert rows(grids(read_pdf(pdf(page)))[0]) == [["规章", "64"]]


def clipped(sheet: Sheet) -> None:
    area = sheet.canvas.beginPath()
    area.rect(200, sheet.height - 120, 14.5, 20)
    sheet.canvas.clipPath(area, stroke=0, fill=0)
    figure(sheet, "64")


def transparent(sheet: Sheet) -> None:
    figure(sheet, "6")
    sheet.canvas.setFillAlpha(0)
    sheet.text(215, 113.5, "4")


@pytest.mark.parametrize(("draw", "read"), [(clipped, "6\ufffd"), (transparent, "6")])
def test_a_digit_of_which_nothing_is_seen_is_unknown_or_none(draw, read):
    def page(sheet: Sheet) -> None:
        labelled(sheet)
        draw(sheet)

    assert rows(grids(read_pdf(pdf(page)))[0]) == [["规章", read]]


def curved(sheet: Sheet) -> None:
    sheet.canvas.circle(215, sheet.height - 110, 3, stroke=1, fill=0)


def pictured(sheet: Sheet) -> None:
    sheet.canvas.drawImage(ImageReader(Image.new("L", (6, 12), 20)), 212, sheet.height - 115, 6, 10)


def pale(sheet: Sheet) -> None:
    sheet.canvas.setStrokeGray(0.8)
    sheet.canvas.line(200, sheet.height - 90, 260, sheet.height - 130)


def shaded(sheet: Sheet) -> None:
    sheet.canvas.setFillGray(0.3)
    sheet.canvas.rect(165, sheet.height - 119, 94, 38, stroke=0, fill=1)


@pytest.mark.parametrize(("draw", "read"), [(curved, "\ufffd"), (pictured, "\ufffd"), (pale, ""), (shaded, "")])
def test_a_cell_without_text_in_which_something_is_seen_is_not_blank(draw, read):
    def page(sheet: Sheet) -> None:
        labelled(sheet)
        draw(sheet)

    assert rows(grids(read_pdf(pdf(page)))[0]) == [["规章", read]]


@pytest.mark.parametrize(("kind", "text"), [("STRIKEOUT", "64"), ("SQUARE", "64"), ("SQUARE", "")])
def test_a_figure_that_somebody_marked_in_the_finished_file_is_unknown(kind, text):
    def page(sheet: Sheet) -> None:
        labelled(sheet)
        figure(sheet, text)

    with pypdfium2.PdfDocument(pdf(page)) as document:
        drawn = document[0]
        mark = raw.FPDFPage_CreateAnnot(drawn.raw, getattr(raw, f"FPDF_ANNOT_{kind}"))
        left, bottom, right, top = 208, 842 - 116, 222, 842 - 104
        raw.FPDFAnnot_SetRect(mark, raw.FS_RECTF(left, top, right, bottom))
        raw.FPDFAnnot_AppendAttachmentPoints(
            mark, raw.FS_QUADPOINTSF(left, top, right, top, left, bottom, right, bottom)
        )
        raw.FPDFAnnot_SetColor(mark, raw.FPDFANNOT_COLORTYPE_Color, 200, 0, 0, 255)
        raw.FPDFPage_CloseAnnot(mark)
        buffer = io.BytesIO()
        document.save(buffer)
    assert rows(grids(read_pdf(buffer.getvalue()))[0]) == [["规章", "\ufffd" * (len(text) or 1)]]


def embedded(sheet: Sheet, text: str) -> None:
    """Write in the second cell in a font that the file holds."""
    registerFont(ttfonts.TTFont("Vera", "Vera.ttf"))
    labelled(sheet)
    sheet.canvas.setFont("Vera", 10)
    sheet.canvas.drawString(210, sheet.height - 113.5, text)


def named(monkeypatch, names: dict[int, int]) -> None:
    """Have fonts tell other characters than those that were written."""
    true = ttfonts.makeToUnicodeCMap
    monkeypatch.setattr(
        ttfonts, "makeToUnicodeCMap", lambda font, codes: true(font, [names.get(code, code) for code in codes])
    )


@pytest.mark.parametrize(("told", "read"), [(0, "1864"), (1, "\ufffd\ufffd\ufffd\ufffd")])
def test_digits_that_a_font_draws_as_others_are_unknown(monkeypatch, told, read):
    named(monkeypatch, {0x30 + digit: 0x30 + (digit + told) % 10 for digit in range(10)})
    assert rows(grids(read_pdf(pdf(lambda sheet: embedded(sheet, "1864"))))[0]) == [["规章", read]]


@pytest.mark.parametrize(
    ("drawn", "is_known"),
    [
        ([2, 1, 1, 1, 2, 1, 1, 1, 3, 1], True),  # DejaVu Serif Bold Italic: 6 and 9 in one stroke
        ([3, 1, 1, 1, 1, 1, 2, 1, 3, 2], True),  # 0 crossed, 4 open
        ([2, 1, 1, 1, 1, 2, 2, 1, 3, 2], False),  # 4 and 5 exchanged
    ],
)
def test_digits_may_be_drawn_in_the_ways_of_types(monkeypatch, drawn, is_known):
    monkeypatch.setattr(outlines, "_outlines", lambda _, digit: drawn[digit])
    read = "4567" if is_known else "\ufffd" * 4
    assert rows(grids(read_pdf(pdf(lambda sheet: embedded(sheet, "4567"))))[0]) == [["规章", read]]


@pytest.mark.parametrize(("text", "read"), [("-5", "\ufffd5"), ("5-", "5")])
def test_what_a_font_does_not_name_before_a_digit_may_be_its_sign(monkeypatch, text, read):
    named(monkeypatch, {ord("-"): 0})

    def page(sheet: Sheet) -> None:
        for k in range(5):
            sheet.text(80, 320 + 20 * k, "全年主动公开政府信息，依申请公开办理及时。")
        embedded(sheet, text)

    assert rows(grids(read_pdf(pdf(page)))[0]) == [["规章", read]]


def test_a_white_area_is_no_cell_whatever_draws_it():
    def page(sheet: Sheet) -> None:
        labelled(sheet)
        figure(sheet, "64")
        area = sheet.canvas.beginPath()
        area.moveTo(208, sheet.height - 116)
        for x, y in ((208, 104), (222, 104), (222, 116)):
            area.lineTo(x, sheet.height - y)
        area.close()
        sheet.canvas.setFillGray(1)
        sheet.canvas.setStrokeGray(1)
        sheet.canvas.drawPath(area, stroke=1, fill=1)
        sheet.canvas.setFillGray(0)
        figure(sheet, "71")

    assert rows(grids(read_pdf(pdf(page)))[0]) == [["规章", "71"]]


@pytest.mark.parametrize("over", ["picture", "stamp"])
def test_what_lies_under_a_picture_is_not_taken_for_what_it_shows(over):
    shown = Image.new("RGBA", (60, 20), (255, 255, 255, 255 if over == "picture" else 0))

    def page(sheet: Sheet) -> None:
        for k in range(8):
            sheet.text(80, 300 + 20 * k, "全年主动公开政府信息，依申请公开办理及时。")
        labelled(sheet)
        figure(sheet, "64")
        sheet.canvas.drawImage(ImageReader(shown), 200, sheet.height - 120, 60, 20, mask="auto")

    (grid,) = grids(read_pdf(pdf(page)))
    assert rows(grid) == [["规章", "\ufffd\ufffd" if over == "picture" else "64"]]


def test_text_over_a_picture_of_its_rules_is_read_with_these():
    ground = Image.new("RGB", (1190, 1684), "white")
    draw = ImageDraw.Draw(ground)
    for y in range(200, 480, 40):
        draw.line([(120, y), (1000, y)], "black", 2)
    for x in (120, 560, 1000):
        draw.line([(x, 200), (x, 440)], "black", 2)

    def page(sheet: Sheet) -> None:
        sheet.canvas.drawImage(ImageReader(ground), 0, 0, 595, sheet.height)
        for k in range(5):
            sheet.text(80, 300 + 20 * k, "全年主动公开政府信息，依申请公开办理及时。")
        for k in range(6):
            sheet.text(70, 113 + 20 * k, f"{k + 1}.规章")
            sheet.text(300, 113 + 20 * k, str(370 + k))

    document = read_pdf(pdf(page))
    assert rows(grids(document)[0]) == [[f"{k + 1}.规章", str(370 + k)] for k in range(6)]
    assert document.notes == ()


def test_under_a_scan_nothing_is_read_where_pictures_are_not(monkeypatch):
    def page(sheet: Sheet) -> None:
        figure(sheet, "64")
        sheet.canvas.drawImage(ImageReader(Image.new("L", (60, 80), 255)), 0, 0, 595, 842)

    monkeypatch.setattr("extract.readers.recognition.find_spec", lambda _: None)
    with pytest.raises(UnreadableDocument, match="ocr_missing"):
        read_pdf(pdf(page))


def test_a_scan_that_cannot_be_drawn_is_refused_by_name():
    with pytest.raises(UnreadableDocument, match="malformed: pages that hold pictures cannot be drawn"):
        with_pictures(b"%PDF-", [Page(1, 595, 842, (), ())], {1: [(0, 0, 595, 842)]}, ())


@pytest.mark.parametrize("box", [b"/CropBox [55 700 400 760] /MediaBox", b"/MediaBox [-40 -30 600 842] /IgnoredBox"])
def test_of_a_page_what_is_shown_of_it_is_read_wherever_it_begins(box):
    def page(sheet: Sheet) -> None:
        labelled(sheet)
        figure(sheet, "64")

    document = read_pdf(pdf(page).replace(b"/MediaBox", box))
    assert rows(grids(document)[0]) == [["规章", "64"]]
    assert texts(document) == ([] if b"Crop" in box else ["2024年1月31日"])


def with_places(payload: bytes) -> bytes:
    """A PDF with a new table of the places of its objects, after they were moved."""
    body = payload[: payload.index(b"xref\n0")]
    root = re.search(rb"/Root \d+ 0 R", payload)
    assert root is not None
    places = [(int(match[1]), match.start()) for match in re.finditer(rb"^(\d+) 0 obj", body, re.MULTILINE)]
    table = b"".join(b"%d 1\n%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<< /Size 100 %b >>\nstartxref\n%d\n%%%%EOF\n" % (root[0], len(body))
    return body + b"xref\n" + table + end


@pytest.mark.parametrize(
    ("layers", "shown"),
    [
        (b"/OFF [90 0 R]", False),
        (b"/BaseState /OFF", False),
        (b"/BaseState /OFF /ON [90 0 R]", True),
        (b"/OFF [91 0 R]", True),
    ],
)
@pytest.mark.parametrize("group", [b"90 0 R", b"<< /Type /OCMD /OCGs 90 0 R >>", b"<< /Type /OCMD /OCGs [90 0 R] >>"])
def test_what_stands_on_a_layer_that_is_off_is_not_read(layers, shown, group):
    def page(sheet: Sheet) -> None:
        sheet.text(80, 100, "规章64")
        sheet.canvas._code.append("/OC /Draft BDC /Span BMC")
        sheet.text(110, 100, "7")
        sheet.canvas._code.append("EMC EMC")
        sheet.text(80, 140, "行政许可")

    catalog = b"/Type /Catalog /OCProperties << /OCGs [90 0 R 91 0 R] /D << " + layers + b" >> >>"
    payload = pdf(page).replace(b"/Type /Catalog", catalog)
    payload = payload.replace(b"/Resources <<", b"/Resources << /Properties << /Draft " + group + b" >>")
    objects = b"90 0 obj\n<< /Type /OCG >>\nendobj\n91 0 obj\n<< /Type /OCG >>\nendobj\n"
    payload = with_places(payload.replace(b"xref\n", objects + b"xref\n", 1))
    assert texts(read_pdf(payload)) == ["规章64" + "7" * shown, "行政许可"]
