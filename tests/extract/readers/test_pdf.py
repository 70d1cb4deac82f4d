"""Reading PDFs drawn line by line: what stands in which cell, and what a broken or locked file is refused for."""

import io
import re
from collections.abc import Callable

import numpy as np
import pypdfium2
import pypdfium2.raw as raw
import pytest
from pdfminer.pdfparser import PDFStreamParser
from PIL import Image, ImageDraw
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from extract.document import Fact, Text
from extract.errors import UnreadableDocument
from extract.readers import pdf as reader
from extract.readers.pdf import read_pdf
from tests.extract.readers.made import Sheet, grids, pdf, rows, texts
from tests.generate.pages import font_path

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


def test_spans_come_from_the_rules_and_blanks_stay_blank():
    def page(sheet: Sheet) -> None:
        sheet.table(
            XS, YS, {**HEAD, (2, 0): "规章", (2, 1): "0", (2, 3): "1,204.56", (3, 0): "行政许可", (3, 1, 1, 3): "12"}
        )

    (grid,) = grids(read_pdf(pdf(page)))
    assert rows(grid) == [*HEAD_ROWS, ["规章", "0", "", "1,204.56"], ["行政许可", "12 1x3"]]
    assert grid.spans
    assert grid.rows[2][1].place == "p1 200,140"


def test_a_closing_sign_may_hang_over_the_edge_of_its_cell():
    def page(sheet: Sheet) -> None:
        sheet.table(XS, YS, {(0, 0): "", (0, 1): "12", (1, 0): "规章", (1, 1): "3", (1, 2): "4", (1, 3): "5"})
        sheet.text(XS[1] - 20, 115, "许可、")

    (grid,) = grids(read_pdf(pdf(page)))
    assert rows(grid)[0][:2] == ["许可、", "12"]


def test_the_cover_of_a_package_of_files_is_no_document():
    file = pypdfium2.PdfDocument(pdf(lambda sheet: sheet.text(60, 60, "打开此文件包")))
    buffer = io.BytesIO()
    file.save(buffer)
    portfolio = re.sub(rb"/Type\s*/Catalog", b"/Type /Catalog /Collection <</Type /Collection>>", buffer.getvalue())
    with pytest.raises(UnreadableDocument, match="not_a_document: this is the cover of a package of files"):
        read_pdf(portfolio)


@pytest.mark.parametrize("without", ["left right", "left", "right", "top", "bottom", "left right top bottom"])
def test_a_border_that_is_not_drawn_is_a_border(without):
    cells = {(r, c): f"{r}{c}" for r in range(4) for c in range(4)}
    (grid,) = grids(read_pdf(pdf(lambda sheet: sheet.table(XS, YS, cells, without=without))))
    assert rows(grid) == [[f"{r}{c}" for c in range(4)] for r in range(4)]


def test_the_frame_around_a_page_leaves_the_lines_below_a_table_whole():
    def page(sheet: Sheet) -> None:
        for y in (90, 220):
            sheet.line(50, y, 400, y)
        for x in (50, 400):
            sheet.line(x, 90, x, 220)
        sheet.table([50, 200, 260, 320, 389], YS, {**HEAD, (2, 0): "规章", (2, 1): "0"})
        sheet.text(87, 197, "全年公开政府信息的件数逐年增加，办理申请的期限不断缩短，均按要")
        sheet.text(67, 213, "求答复。")

    *_, below = rows(grids(read_pdf(pdf(page)))[0])
    assert below == ["全年公开政府信息的件数逐年增加，办理申请的期限不断缩短，均按要求答复。 1x5"]


def test_a_number_wider_than_its_column_is_one_number_in_that_column():
    def page(sheet: Sheet) -> None:
        sheet.table([60, 100, 120, 140], YS[:2], {(0, 0): "规章", (0, 1): "12345"})

    assert rows(grids(read_pdf(pdf(page)))[0]) == [["规章", "12345", ""]]


def test_a_label_broken_by_the_cells_width_is_whole_and_a_break_that_is_meant_stays():
    def page(sheet: Sheet) -> None:
        sheet.table([60, 120, 180], [100, 140, 160], {(0, 0): "行政规范|性文件", (0, 1): "其他|0", (1, 0): "规章"})

    assert rows(grids(read_pdf(pdf(page)))[0]) == [["行政规范性文件", "其他\n0"], ["规章", ""]]


def test_two_columns_in_one_box_are_two_cells():
    def page(sheet: Sheet) -> None:
        sheet.table(
            [60, 200, 300, 400], YS[:3], {(0, 0): "项", (0, 1, 1, 2): "", (1, 0): "数", (1, 1): "3", (1, 2): "4"}
        )
        sheet.text(230, 113, "结果维持")
        sheet.text(330, 113, "结果纠正")

    assert rows(grids(read_pdf(pdf(page)))[0]) == [["项", "结果维持", "结果纠正"], ["数", "3", "4"]]


def torn(above: dict[tuple[int, ...], str], below: dict[tuple[int, ...], str], *, without: tuple[str, str] = ("", "")):
    """A table over two pages, the first row of `below` perhaps the rest of the last row of `above`."""

    def first(sheet: Sheet) -> None:
        sheet.table([60, 200, 260, 320], [700, 720, 740, 760], above, without=without[0])

    def second(sheet: Sheet) -> None:
        sheet.table([60, 200, 260, 320], [80, 100, 120], below, without=without[1])

    return [rows(grid) for grid in grids(read_pdf(pdf(first, second)))]


ABOVE = {
    (0, 0): "1.属于国家秘密",
    (0, 1): "0",
    (0, 2): "1",
    (1, 0): "2.重复申请",
    (1, 1): "2",
    (1, 2): "3",
    (2, 0): "3.其他法律行政法规",
    (2, 1): "4",
    (2, 2): "5",
}
START = [["1.属于国家秘密", "0", "1"], ["2.重复申请", "2", "3"]]


def test_a_row_parted_by_the_page_break_is_one_row_where_the_label_can_only_go_on():
    assert torn(ABOVE, {(0, 0): "禁止公开", (1, 0): "4.其他", (1, 1): "6"}) == [
        [*START, ["3.其他法律行政法规禁止公开", "4", "5"], ["4.其他", "6", ""]]
    ]


def test_figures_above_a_page_break_are_those_of_the_label_below():
    above = {(0, 0): "信息内容", (1, 0): "规章", (1, 1): "0", (2, 0): "", (2, 2): "4"}
    (table,) = torn(above, {(0, 0): "行政许可", (1, 0): "行政处罚", (1, 1): "6"})
    assert table[2:] == [["行政许可", "", "4"], ["行政处罚", "6", ""]]


def test_a_label_of_the_form_that_a_page_break_parts_is_whole():
    above = {(0, 0): "信息内容", (1, 0): "规章", (1, 1): "0", (2, 0): "行政规范", (2, 1): "1", (2, 2): "4"}
    (table,) = torn(above, {(0, 0): "性文件", (1, 0): "行政许可", (1, 1): "6"})
    assert table[2:] == [["行政规范性文件", "1", "4"], ["行政许可", "6", ""]]


def test_whole_rows_on_both_sides_of_a_page_break_stay_two_rows_even_without_a_rule_between():
    below = {(0, 0): "4.其他", (0, 1): "6", (0, 2): "7", (1, 0): "5.无", (1, 1): "8"}
    whole = [[*START, ["3.其他法律行政法规", "4", "5"], ["4.其他", "6", "7"], ["5.无", "8", ""]]]
    assert torn(ABOVE, below) == whole
    assert torn(ABOVE, below, without=("bottom", "top")) == whole


def test_figures_on_both_sides_of_a_page_break_are_never_joined():
    below = {(0, 1): "6", (0, 2): "7", (1, 0): "5.无", (1, 1): "8"}
    assert torn(ABOVE, below, without=("bottom", "top")) == [
        [*START, ["3.其他法律行政法规", "4", "5"], ["", "6", "7"], ["5.无", "8", ""]]
    ]


def test_a_group_that_goes_on_over_the_page_break_is_one_cell_and_a_blank_figure_stays_one():
    above = {(0, 0, 3, 1): "（三）不予公开", **{(r, 1): f"{r}.甲" for r in range(3)}, **{(r, 2): "1" for r in range(3)}}
    below = {(0, 0, 2, 1): "", (0, 1): "4.乙", (1, 1): "5.丙", (1, 2): "2"}
    assert torn(above, below) == [
        [["（三）不予公开 5x1", "0.甲", "1"], ["1.甲", "1"], ["2.甲", "1"], ["4.乙", ""], ["5.丙", "2"]]
    ]


def test_a_table_with_other_columns_on_the_next_page_is_another_table():
    def first(sheet: Sheet) -> None:
        sheet.table([60, 200, 260], [740, 760], {(0, 0): "规章", (0, 1): "1"})

    def second(sheet: Sheet) -> None:
        sheet.table([60, 200, 320], [80, 100], {(0, 0): "行政许可", (0, 1): "2"})

    assert [rows(grid) for grid in grids(read_pdf(pdf(first, second)))] == [[["规章", "1"]], [["行政许可", "2"]]]


def test_paragraphs_are_joined_and_page_furniture_is_dropped():
    def page(number: int):
        def draw(sheet: Sheet) -> None:
            sheet.text(60, 40, "某某市人民政府文件")
            sheet.text(80, 200, f"第{number}段" + "开" * 43)
            sheet.text(60, 218, "公" * 46)
            sheet.text(60, 236, "完。")
            sheet.text(80, 254, "又一段。")
            sheet.text(290, 810, f"— {number} —")

        return draw

    assert texts(read_pdf(pdf(page(1), page(2)))) == [
        line for k in "12" for line in (f"第{k}段" + "开" * 43 + "公" * 46 + "完。", "又一段。")
    ]


def test_rules_of_dots_are_rules():
    def page(sheet: Sheet) -> None:
        dots = [(x, y) for y in range(100, 205, 13) for x in np.arange(60, 180, 1.5)]
        dots += [(x, y) for x in (60, 100, 140, 180) for y in np.arange(100, 204, 1.5)]
        for x, y in dots:
            sheet.canvas.rect(x, sheet.height - y, 0.75, 0.8, stroke=0, fill=1)
        for k in range(8):
            for column, text in enumerate(("规章", "1", str(k))):
                sheet.text(65 + 40 * column, 109 + 13 * k, text, size=8)

    assert rows(grids(read_pdf(pdf(page)))[0]) == [["规章", "1", str(k)] for k in range(8)]


def test_a_border_that_ends_within_a_row_parts_no_row():
    def page(sheet: Sheet) -> None:
        for y in (100, 120, 140):
            sheet.line(120, y, 200, y)
        for x in (120, 160, 200):
            sheet.line(x, 100, x, 140)
        sheet.line(60, 100, 60, 140)
        for y in (100, 132, 140):
            sheet.line(60, y, 120, y)
        for x, y, text in (
            (65, 115, "不予公开"),
            (125, 115, "1.甲"),
            (125, 135, "2.乙"),
            (170, 115, "3"),
            (170, 135, "4"),
        ):
            sheet.text(x, y, text)

    assert rows(grids(read_pdf(pdf(page)))[0]) == [["不予公开 2x1", "1.甲", "3"], ["2.乙", "4"]]


def test_a_title_that_every_page_repeats_above_its_text_is_no_running_head():
    title = "江油市教育局2023年政府信息公开工作年度报告"

    def page(sheet: Sheet) -> None:
        sheet.text(200, 30, title, size=9)
        sheet.text(80, 200, "正文一段。")

    def first(sheet: Sheet) -> None:
        page(sheet)
        sheet.text(130, 70, title, size=18)

    assert texts(read_pdf(pdf(first, page))) == [title, "正文一段。", "正文一段。"]


def test_text_in_columns_is_read_down_the_left_one_then_down_the_right_one():
    def page(sheet: Sheet) -> None:
        sheet.text(60, 80, "全" * 48)
        for k in range(6):
            sheet.text(60, 120 + 20 * k, f"{k}" + "左" * 22)
            sheet.text(310, 120 + 20 * k, "一、右" if k == 2 else f"{k}" + "右" * 21 + "。" * (k == 5))

    left, right = ("".join(f"{k}" + side * n for k in range(6)) for side, n in (("左", 22), ("右", 21)))
    start, end = right.split("2" + "右" * 21)
    assert texts(read_pdf(pdf(page))) == ["全" * 48, left + start, "一、右", end + "。"]


@pytest.mark.parametrize("form", ["page", "drawing"])
def test_what_is_cut_off_at_the_edge_of_a_cell_is_that_cell_s_and_nothing_beside_tables(form):
    def lines(sheet: Sheet, x: float, y: float, *texts: str) -> None:
        sheet.canvas.saveState()
        path = sheet.canvas.beginPath()
        path.rect(x, sheet.height - y - 20, 80, 20)
        sheet.canvas.clipPath(path, stroke=0, fill=0)
        for k, text in enumerate(texts):
            sheet.text(x + 5, y + 14 + 16 * k, text)
        sheet.canvas.restoreState()

    def draw(sheet: Sheet) -> None:
        sheet.table([60, 140, 220], [100, 120, 140], {(0, 1): "3", (1, 1): "4"})
        lines(sheet, 60, 100, "1.属于国家", "秘密")
        lines(sheet, 60, 120, "2.其他法律", "行政法规")
        lines(sheet, 60, 300, "正文。", "看不见。")

    def drawing(sheet: Sheet) -> None:
        sheet.canvas.beginForm("f")
        draw(sheet)
        sheet.canvas.endForm()
        sheet.canvas.doForm("f")

    document = read_pdf(pdf(draw if form == "page" else drawing))
    assert rows(grids(document)[0]) == [["1.属于国家\n秘密", "3"], ["2.其他法律\n行政法规", "4"]]
    assert texts(document) == ["正文。"]


def test_figures_that_the_edge_of_a_page_cuts_off_are_unknown():
    def page(sheet: Sheet) -> None:
        area = sheet.canvas.beginPath()
        area.rect(0, 0, 345, sheet.height)
        sheet.canvas.clipPath(area, stroke=0, fill=0)
        sheet.table(XS, YS, {(0, 0): "规章", (1, 0): "行政许可", (2, 0): "行政处罚", (3, 3): "7"})
        sheet.text(322, 114, "8")
        sheet.text(337, 134, "12")  # of 12345, of which browsers write no more
        sheet.text(335, 154, "12")

    assert [row[3] for row in rows(grids(read_pdf(pdf(page)))[0])] == ["8", "1\ufffd", "1\ufffd", "\ufffd"]


def test_the_columns_of_one_table_are_not_those_of_the_next():
    def page(sheet: Sheet) -> None:
        for y, shift in ((100, 0), (200, 6)):
            for x in (shift, shift + 2.2):  # borders of two lines
                cells = {(r, c): f"{r}{c}" for r in range(2) for c in range(4) if x > shift}
                sheet.table([x + one for one in XS], [y, y + 20, y + 40], cells)

    expected = [[f"{r}{c}" for c in range(4)] for r in range(2)]
    assert [rows(grid) for grid in grids(read_pdf(pdf(page)))] == [expected] * 2


def test_what_lies_beside_the_border_of_a_group_that_goes_on_over_the_page_break_is_no_row():
    def first(sheet: Sheet) -> None:
        cells = {(0, 0, 2, 1): "三、结果", (0, 1): "甲", (0, 2): "3", (1, 1): "乙"}
        sheet.table([60, 160, 260, 320], [700, 720, 740], cells)
        for x in (60, 160):
            sheet.line(x, 740, x, 780)
        sheet.line(60, 780, 160, 780)
        sheet.canvas.setStrokeGray(1)

    def second(sheet: Sheet) -> None:
        sheet.table([60, 160, 260, 320], [60, 80], {(0, 1): "丙", (0, 2): "5"})

    (grid,) = grids(read_pdf(pdf(first, second)))
    assert rows(grid) == [["三、结果 3x1", "甲", "3"], ["乙", ""], ["丙", "5"]]


def test_a_title_on_two_lines_is_one_heading():
    def page(sheet: Sheet) -> None:
        sheet.text(210, 110, "某某市人民政府", size=18)
        sheet.text(160, 140, "2023年政府信息公开年度报告", size=18)
        for k in range(5):
            sheet.text(80, 200 + 20 * k, "正文一段。")

    assert read_pdf(pdf(page)).blocks[0] == Text("某某市人民政府2023年政府信息公开年度报告", 1)


def test_text_printed_twice_is_read_once():
    def page(sheet: Sheet) -> None:
        for shift in (0, 0.3):
            sheet.table([60 + shift, 200 + shift, 260 + shift], YS[:2], {(0, 0): "总计", (0, 1): "11"})

    assert rows(grids(read_pdf(pdf(page)))[0]) == [["总计", "11"]]


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_turned_page_is_read_the_way_its_text_runs(rotation):
    def page(sheet: Sheet) -> None:
        sheet.text(80, 60, "一、总体情况")
        sheet.table(XS, YS, {**HEAD, (2, 0): "规章", (2, 1): "0"})
        sheet.text(80, 300, "二、其他情况")

    document = read_pdf(pdf(page, rotation=rotation))
    assert texts(document) == ["一、总体情况", "二、其他情况"]
    assert rows(grids(document)[0]) == [*HEAD_ROWS, ["规章", "0", "", ""], ["", "", "", ""]]


def test_an_unruled_table_whose_figures_stand_in_columns_keeps_its_blanks():
    def page(sheet: Sheet) -> None:
        for k, (label, *figures) in enumerate(
            [("规章", "0", "", "12"), ("行政规范性文件", "5", "2", "89"), ("行政许可", "7", "3", "")]
        ):
            sheet.text(60, 120 + 20 * k, label)
            for column, figure in enumerate(figures):
                sheet.text(220 + 60 * column, 120 + 20 * k, figure)

    assert rows(grids(read_pdf(pdf(page)))[0]) == [
        ["规章", "0", "", "12"],
        ["行政规范性文件", "5", "2", "89"],
        ["行政许可", "7", "3", ""],
    ]


def test_an_unruled_table_whose_columns_are_in_doubt_gives_its_lines_in_order():
    def page(sheet: Sheet) -> None:
        for k, (label, *figures) in enumerate([("规章", 220, 280), ("行政许可", 226, 253), ("行政处罚", 250, 281)]):
            sheet.text(60, 120 + 20 * k, label)
            for x in figures:
                sheet.text(x, 120 + 20 * k, "123456")

    assert texts(read_pdf(pdf(page)))[0] == "规章\t123456\t123456"


def test_the_title_property_is_a_fact_unless_a_program_filled_it_in():
    def page(sheet: Sheet) -> None:
        sheet.text(80, 60, "正文")

    assert read_pdf(pdf(page, title="某局2023年报告")).facts == (
        Fact("page_title", "某局2023年报告", "PDF metadata Title"),
    )
    assert read_pdf(pdf(page, title="Microsoft Word - 年报.doc")).facts == ()


def test_a_password_refuses_and_a_ban_on_copying_does_not():
    def page(sheet: Sheet) -> None:
        sheet.canvas.drawString(80, 600, "Section 1")

    assert texts(read_pdf(pdf(page, encrypt=StandardEncryption("", "owner", canCopy=0)))) == ["Section 1"]
    with pytest.raises(UnreadableDocument) as refusal:
        read_pdf(pdf(page, encrypt=StandardEncryption("secret", "owner")))
    assert refusal.value.reason == "encrypted"


def test_pages_without_a_text_layer_ask_for_the_extra(monkeypatch):
    monkeypatch.setattr("extract.readers.recognition.find_spec", lambda _: None)
    with pytest.raises(UnreadableDocument, match="no_text"):
        read_pdf(pdf(lambda sheet: sheet.line(0, 0, 9, 9)))


def test_too_many_pages_are_refused(monkeypatch):
    monkeypatch.setattr(reader, "MAX_PAGES", 2)
    with pytest.raises(UnreadableDocument, match="too_many_pages"):
        read_pdf(pdf(*[lambda sheet: sheet.text(80, 60, "正文")] * 3))


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"no PDF at all", "not_a_document"),
        (b"%PDF-1.7\n", "truncated"),
        (b"%PDF-1.7\n1 0 obj<</Length -132>>stream\n%%EOF\n", "malformed"),
        (b"%PDF-1.7\n%%EOF\n", "malformed"),
        (
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj "
            b"trailer<</Root 1 0 R>>\n%%EOF",
            "malformed",
        ),
    ],
)
def test_what_is_no_readable_pdf_is_refused_by_name(payload, reason):
    with pytest.raises(UnreadableDocument) as refusal:
        read_pdf(payload)
    assert refusal.value.reason == reason


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_pdf_cut_off_is_read_as_far_as_it_goes_or_refused(share):
    whole = pdf(*[lambda sheet: sheet.text(80, 60, "正文")] * 3)
    try:
        found = set(texts(read_pdf(whole[: int(share * len(whole))])))
    except UnreadableDocument as error:
        found = {error.reason}
    assert found <= {"正文", "truncated", "malformed", "no_text"}


def test_a_part_with_only_merged_cells_above_the_page_break_belongs_to_the_table():
    def first(sheet: Sheet) -> None:
        sheet.table([60, 260, 320], [720, 740, 760], {(0, 0): "一、新收", (0, 1): "1", (1, 0): "二、结转", (1, 1): "2"})

    def second(sheet: Sheet) -> None:
        cells = {(0, 0, 2, 1): "三、结果", (0, 1): "甲", (0, 2): "3", (1, 1): "乙", (1, 2): "4"}
        sheet.table([60, 160, 260, 320], [80, 100, 120], cells)

    (grid,) = grids(read_pdf(pdf(first, second)))
    assert rows(grid) == [["一、新收 1x2", "1"], ["二、结转 1x2", "2"], ["三、结果 2x1", "甲", "3"], ["乙", "4"]]


def test_a_table_headed_again_on_the_next_page_goes_on_below_its_heads():
    heads = {(0, 0): "信息内容", (0, 1): "制发件数", (0, 2): "废止件数"}

    def first(sheet: Sheet) -> None:
        labels = {(k, 0): f"{k}.甲" for k in range(1, 5)}
        cells = {**heads, **labels, (5, 0): "5.属于行", (5, 1): "3", (5, 2): "4"}
        sheet.table([60, 200, 260, 320], range(640, 761, 20), cells)

    def second(sheet: Sheet) -> None:
        cells = {**heads, (1, 0): "政查询事项", (2, 0): "6.其他", (2, 1): "5", (2, 2): "6"}
        sheet.table([60, 200, 260, 320], [80, 100, 120, 140], cells)

    (grid,) = grids(read_pdf(pdf(first, second)))
    assert rows(grid)[0] == list(heads.values())
    assert rows(grid)[4:] == [["4.甲", "", ""], ["5.属于行政查询事项", "3", "4"], ["6.其他", "5", "6"]]


def test_a_number_of_a_label_left_alone_above_the_page_break_is_no_figure():
    below = {(0, 0): "重复申请", (1, 0): "3.其他", (1, 1): "6"}
    above = {**ABOVE, (2, 0): "2.", (1, 0): "1.信访"}
    assert torn(above, below)[0][2] == ["2.重复申请", "4", "5"]


def test_paragraphs_with_room_between_them_are_parted_though_their_lines_are_full():
    def page(sheet: Sheet) -> None:
        sheet.text(60, 80, "题" * 46)
        for k in range(10):
            sheet.text(60, 112 + 20 * k, "文" * 46)

    assert [len(text) for text in texts(read_pdf(pdf(page)))] == [46, 460]


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


def subset(*, named: bool) -> bytes:
    """A PDF in an embedded subset of a font, with or without the table of what its codes stand for."""
    registerFont(TTFont("subset", str(font_path())))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pageCompression=0, invariant=1)
    canvas.setFont("subset", 14)
    canvas.drawString(80, 700, "第二十条 规章 12345")
    canvas.save()
    whole = buffer.getvalue()
    return whole if named else re.sub(rb"/ToUnicode \d+ 0 R", lambda match: b" " * len(match[0]), whole)


def test_a_font_that_does_not_tell_its_characters_is_read_from_the_picture_of_the_page_or_refused(monkeypatch):
    assert texts(read_pdf(subset(named=True))) == ["第二十条规章12345"]
    assert [text.replace(" ", "") for text in texts(read_pdf(subset(named=False)))] == ["第二十条规章12345"]
    monkeypatch.setattr("extract.readers.recognition.find_spec", lambda _: None)
    with pytest.raises(UnreadableDocument, match="ocr_missing"):
        read_pdf(subset(named=False))


@pytest.mark.parametrize(
    ("font", "unnamed"),
    [
        ("/Subtype /Type1 /BaseFont /Helvetica", False),
        ("/Subtype /Type1 /Encoding << /Differences [48 /zero /one] >>", False),
        ("/Subtype /Type1 /Encoding << /Differences [48 /g17 /g18] >>", True),
        ("/Subtype /Type1 /Encoding << /Differences [48 /g17] >> /ToUnicode << >>", False),
        ("/Subtype /Type3 /Encoding << /Differences [48 /a1] >>", True),
        ("/Subtype /Type3", True),
        ("/Subtype /TrueType /FontDescriptor << /Flags 4 /FontFile2 << >> >>", True),
        ("/Subtype /TrueType /FontDescriptor << /Flags 32 /FontFile2 << >> >>", False),
        ("/Subtype /TrueType /Encoding /WinAnsiEncoding /FontDescriptor << /Flags 4 /FontFile2 << >> >>", False),
        ("/Subtype /Type0 /Encoding /Identity-H", False),
    ],
)
def test_which_fonts_tell_their_characters(font, unnamed):
    spec = PDFStreamParser(f"<< {font} >>".encode()).nextobject()[1]
    assert reader._is_unnamed(spec) == unnamed


@pytest.mark.parametrize("appearance", [b"/AP", b"/No"])
def test_what_is_filled_into_a_form_is_read_as_if_it_were_printed(appearance):
    def page(sheet: Sheet) -> None:
        sheet.text(80, 60, "规章")
        sheet.canvas.acroForm.textfield(value="12", x=120, y=700, width=60, height=20)

    document = read_pdf(pdf(page).replace(b"/AP", appearance))
    assert (texts(document), document.notes) == (["规章", "12"], ())


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


def wide(*halves, across=None):
    """A page of A3 sideways with two pages on it."""
    registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(1190, 842), invariant=1)
    for k, draw in enumerate(halves):
        canvas.saveState()
        canvas.translate(595 * k, 0)
        draw(Sheet(canvas, 842))
        canvas.restoreState()
    if across:
        across(Sheet(canvas, 842))
    canvas.save()
    return buffer.getvalue()


def test_two_pages_printed_on_one_are_read_one_after_the_other():
    def left(sheet: Sheet) -> None:
        for k in range(4):
            sheet.text(60, 80 + 20 * k, "左" * 46)
        sheet.table([60, 200, 260, 535], [700, 720, 740, 760], ABOVE)
        sheet.text(280, 810, "— 1 —")

    def right(sheet: Sheet) -> None:
        sheet.table([60, 200, 260, 535], [80, 100, 120], {(0, 0): "禁止公开", (1, 0): "4.其他", (1, 1): "6"})
        sheet.text(80, 160, "右边一段。")
        sheet.text(280, 810, "— 2 —")

    document = read_pdf(wide(left, right))
    assert texts(document) == ["左" * 184, "右边一段。"]
    (grid,) = grids(document)
    assert rows(grid) == [*START, ["3.其他法律行政法规禁止公开", "4", "5"], ["4.其他", "6", ""]]
    assert grid.rows[3][0].place == "p1 655,100"


def test_a_wide_page_whose_labels_and_figures_stand_apart_is_one_page():
    def labels(sheet: Sheet) -> None:
        for k in range(4):
            sheet.text(60, 80 + 20 * k, f"{k}.属于国家秘密" + "的" * 20)

    def figures(sheet: Sheet) -> None:
        for k in range(4):
            sheet.text(200, 80 + 20 * k, "12")
            sheet.text(300, 80 + 20 * k, "34")

    (grid,) = grids(read_pdf(wide(labels, figures)))
    assert rows(grid)[0] == ["0.属于国家秘密" + "的" * 20, "12", "34"]
    whole = read_pdf(wide(labels, labels, across=lambda sheet: sheet.line(60, 200, 1100, 200)))
    assert [text.count("\t") for text in texts(whole)] == [1] * 4


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


@pytest.mark.parametrize(
    ("font", "ranges"),
    [
        ("/DescendantFonts [<< /W [1 99999999999 500] >>]", False),
        ("/DescendantFonts [<< /W [1 65535 500 2 [500 600]] >>]", True),
        ("/DescendantFonts 7", True),
    ],
)
def test_a_font_of_more_characters_than_there_are_is_refused(font, ranges):
    spec = PDFStreamParser(f"<< {font} >>".encode()).nextobject()[1]
    if ranges:
        reader._check_ranges(spec)
        return
    with pytest.raises(UnreadableDocument, match="malformed: a font of 99999999999 characters"):
        reader._check_ranges(spec)


def test_a_table_of_characters_without_end_is_refused():
    endless = subset(named=True).replace(b"<00> <7F> <", b"<00> <FFFFFFF0> <", 1)
    if b"FFFFFFF0" not in endless:
        endless = re.sub(rb"endcmap", b"1 beginbfrange <00> <FFFFFFF0> <0000> endbfrange endcmap", endless)
    with pytest.raises(UnreadableDocument, match="malformed: a font of"):
        read_pdf(endless)


def level_table(sheet: Sheet, *, blank: bool) -> None:
    """A table with level rules only: heads over one column and over two, a label over two lines, a group of rows."""
    for y, x in ((100, 60), (120, 260), (140, 60), (170, 140), (190, 60), (210, 60)):
        sheet.line(x, y, 500, y)
    for x, y, text in (
        (270, 114, "法人或其他组织"),
        (205, 134, "自然人"),
        (275, 134, "商业企业"),
        (350, 134, "科研机构"),
        (430, 134, "总计"),
        (65, 168, "三、结果"),
        (145, 153, "（一）予以"),
        (145, 165, "公开"),
        (145, 184, "（二）部"),
        (65, 204, "四、结转下年度办理"),
    ):
        sheet.text(x, y, text)
    for y, figures in ((160, (12, 3, 0, 15)), (184, (7, "" if blank else 8, 1, 16)), (204, (1, 0, 5, 6))):
        for x, figure in zip((215, 290, 365, 435), figures, strict=True):
            sheet.text(x, y, str(figure))


@pytest.mark.parametrize(("blank", "boxed"), [(False, False), (True, False), (True, True)])
def test_the_columns_of_a_table_with_level_rules_are_those_of_its_figures(blank, boxed):
    def page(sheet: Sheet) -> None:
        level_table(sheet, blank=blank)
        for x in (60, 500) if boxed else ():
            sheet.line(x, 100, x, 210)

    (grid,) = grids(read_pdf(pdf(page)))
    *_, heads, first, second, third = rows(grid)
    assert heads == ["商业企业", "科研机构", "总计"]
    assert [first, second, third] == [
        ["三、结果 2x1", "（一）予以公开", "12", "3", "0", "15"],
        ["（二）部", "7", "" if blank else "8", "1", "16"],
        ["四、结转下年度办理 1x2", "1", "0", "5", "6"],
    ]


def test_the_heads_of_a_table_without_rules_stand_over_their_columns():
    def page(sheet: Sheet) -> None:
        sheet.text(300, 186, "法人或其他组织")
        sheet.text(210, 194, "自然人")
        sheet.text(420, 194, "总计")
        for k, (upper, lower) in enumerate((("商业", "企业"), ("科研", "机构"), ("社会", "公益"))):
            sheet.text(262 + 50 * k, 202, upper)
            sheet.text(262 + 50 * k, 214, lower)
        for k, label in enumerate(("一、新收", "二、结转", "三、办结")):
            sheet.text(80, 240 + 20 * k, label)
            for column, x in enumerate((220, 270, 320, 370, 425)):
                sheet.text(x, 240 + 20 * k, str(k + column))

    document = read_pdf(pdf(page))
    assert texts(document) == ["法人或其他组织"]
    assert rows(grids(document)[0])[:2] == [
        ["", "自然人", "商业企业", "科研机构", "社会公益", "总计"],
        ["一、新收", "0", "1", "2", "3", "4"],
    ]


def test_more_areas_over_more_characters_than_can_be_looked_at_are_refused(monkeypatch):
    def page(sheet: Sheet) -> None:
        sheet.text(80, 100, "88")
        sheet.canvas.setFillColorRGB(1, 1, 1)
        for _ in range(6):
            sheet.canvas.rect(70, sheet.height - 110, 60, 20, stroke=0, fill=1)

    monkeypatch.setattr("extract.readers.pdf.MAX_COVERED", 10)
    with pytest.raises(UnreadableDocument, match="too_large: 6 areas drawn over 2 characters"):
        read_pdf(pdf(page))


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


@pytest.mark.parametrize("repeated", [True, False])
def test_columns_that_go_on_on_the_next_page_are_those_of_one_table(repeated):
    labels = [f"（{numeral}）某类" for numeral in "一二三四五六"]
    heads = ["自然人", "企业", "其他", "总计"]

    def page(first: int) -> Callable[[Sheet], None]:
        width = 2 + (repeated or not first)
        cells = [["", *heads[first : first + 2]]]
        cells += [[label, *(str(10 * k + first + at) for at in range(2))] for k, label in enumerate(labels)]
        shown = {(r, c): text for r, row in enumerate(cells) for c, text in enumerate(row[-width:])}
        return lambda sheet: sheet.table(
            [60 + 90 * k for k in range(width + 1)], [60 + 20 * k for k in range(len(cells) + 1)], shown
        )

    (grid,) = grids(read_pdf(pdf(page(0), page(2))))
    assert rows(grid) == [["", *heads]] + [
        [label, *(str(10 * k + at) for at in range(4))] for k, label in enumerate(labels)
    ]


@pytest.mark.parametrize(("heads", "labels", "count"), [("三四", " " * 9, 1), ("一二", "甲乙丙丁戊己庚辛壬", 2)])
def test_a_sheet_printed_on_pages_side_by_side_is_one_and_two_of_one_form_are_two(heads, labels, count):
    def page(heads: str, labels: str, first: int, top: int) -> Callable[[Sheet], None]:
        cells = [["", *(f"第{head}项" for head in heads)]] if heads else []
        cells += [[label.strip(), str(first), str(first + 1)] for label in labels]
        shown = {(r, c): text for r, row in enumerate(cells) for c, text in enumerate(row)}
        return lambda sheet: sheet.table([60, 150, 240, 330], [top + 20 * k for k in range(len(cells) + 1)], shown)

    pages = (
        page("一二", "甲乙丙丁戊己", 1, 690),
        page("", "庚辛壬", 1, 60),
        page(heads, labels[:6], 3, 690),
        page("", labels[6:], 3, 60),
    )
    assert len(grids(read_pdf(pdf(*pages)))) == count


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


@pytest.mark.parametrize("kind", ["STRIKEOUT", "SQUARE"])
def test_a_figure_that_somebody_marked_in_the_finished_file_is_unknown(kind):
    def page(sheet: Sheet) -> None:
        labelled(sheet)
        figure(sheet, "64")

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
    assert rows(grids(read_pdf(buffer.getvalue()))[0]) == [["规章", "\ufffd\ufffd"]]


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


def test_cells_that_stand_apart_with_double_borders_have_no_cells_between_them():
    def page(sheet: Sheet) -> None:
        for row, line in enumerate([["信息内容", "制发", "废止"], ["规章", "1", ""], ["许可", "", "12"]]):
            for column, text in enumerate(line):
                x, y = 60 + 80 * column, 100 + 24 * row
                for inset in (1.9, 3.4):
                    sheet.canvas.rect(x + inset, sheet.height - y - 24 + inset, 80 - 2 * inset, 24 - 2 * inset)
                sheet.text(x + 20, y + 15, text)

    (grid,) = grids(read_pdf(pdf(page)))
    assert rows(grid) == [["信息内容", "制发", "废止"], ["规章", "1", ""], ["许可", "", "12"]]


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


@pytest.mark.parametrize(
    ("lines", "read"),
    [
        (["沧县人民政府文件", "沧政〔2024〕3号", "沧县人民政府", "2023年度报告"], 3),
        (["附件1", "沧县人民政府2023年政府", "信息公开工作年度报告"], 2),
        (["湘西土家族苗族自治州", "财政局2023年政府信息公开", "工作年度报告"], 1),
        (["2023年政府信息公开工作年度报告", "沁水县司法局", "（2024年1月18日）"], 3),
        (["沁水县政府信息公开工作年度报告", "（2023年度）"], 1),
        (["沁水县政府信息公开工作年度报告", "（二〇二三年度）", "二〇二四年一月"], 2),
        (["安福县人民政府", "安福县水利局2023年政府信息", "公开工作年度报告"], 2),
        (["沧县人民政府公报", "2023年第1期", "沧县2023年政府信息公开年度报告"], 3),
    ],
)
def test_the_lines_of_a_title_are_one_and_what_stands_above_and_below_are_others(lines, read):
    def page(sheet: Sheet) -> None:
        for k, line in enumerate(lines):
            sheet.text(297 - stringWidth(line, "STSong-Light", 22) / 2, 80 + 44 * k, line, size=22)
        for k in range(6):
            sheet.text(80, 400 + 22 * k, "全年主动公开政府信息，依申请公开办理及时。" * 2)

    titles = [block.text for block in read_pdf(pdf(page)).blocks if isinstance(block, Text) and block.level]
    assert len(titles) == read
    assert "".join(titles) == "".join(lines)
