"""Tables of PDFs: which rules and blanks part their cells."""

import numpy as np
import pytest
from reportlab.pdfgen.canvas import FILL_EVEN_ODD

from extract.readers.pdf import read_pdf
from tests.extract.readers.made import HEAD, HEAD_ROWS, XS, YS, Sheet, grids, pdf, rows, texts


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


@pytest.mark.parametrize("edges", [[60, 100, 120, 140], [60, 100, 120]])
def test_a_number_wider_than_its_column_is_one_number_in_that_column(edges):
    def page(sheet: Sheet) -> None:
        sheet.table(edges, YS[:2], {(0, 0): "规章", (0, 1): "12345"})

    document = read_pdf(pdf(page))
    assert rows(grids(document)[0]) == [["规章", "12345", ""][: len(edges) - 1]]
    assert not texts(document)


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


def test_an_unruled_table_whose_figures_stand_in_columns_keeps_its_blanks():
    def page(sheet: Sheet) -> None:
        for k, (label, *figures) in enumerate(
            [("规章", "0", "", "12"), ("行政规范性文件", "5", "2", "89"), ("行政许可", "7", "3", "")]
        ):
            sheet.text(60, 120 + 20 * k, label)
            for column, figure in enumerate(figures):
                sheet.text(220 + 60 * column, 120 + 20 * k, figure)
        sheet.text(60, 180, "行政处罚")
        for x, y, figure in ((220, 180, "6"), (280, 174, "268"), (280, 186, "8"), (340, 174, "141"), (340, 186, "5")):
            sheet.text(x, y, figure)  # two figures that go on in the next lines of their cells
        sheet.text(60, 206, "行政强制")
        for column in range(3):
            sheet.text(220 + 60 * column, 200, f"10{column}")
            sheet.text(220 + 60 * column, 212, "9")

    assert rows(grids(read_pdf(pdf(page)))[0]) == [
        ["规章", "0", "", "12"],
        ["行政规范性文件", "5", "2", "89"],
        ["行政许可", "7", "3", ""],
        ["行政处罚", "6", "268\n8", "141\n5"],
        ["行政强制", "100\n9", "101\n9", "102\n9"],
    ]


def test_an_unruled_table_has_the_columns_of_its_heads_beside_long_labels():
    def page(sheet: Sheet) -> None:
        for column, head in enumerate(["自然人", "商业企业", "总计"]):
            sheet.text(220 + 60 * column, 100, head)
        for y, label, *figures in (
            (120, "一、新收", "2", "", "2"),
            (140, "二、上年结转", "0", "", "0"),
            (160, "（一）予以公开，又是"),
            (175, "一个很长的标签，在"),
            (190, "四行之上才得以结束"),
            (205, "的情形", "1", "", "1"),
        ):
            sheet.text(60, y, label)
            for column, figure in enumerate(figures):
                sheet.text(225 + 60 * column, y, figure)
        sheet.text(290, 114, "3")  # a figure that goes on in the next line of its cell
        sheet.text(290, 126, "0")
        sheet.text(20, 175, "无")  # of a label set upright, and no figure
        sheet.text(20, 205, "无")

    (grid,) = grids(read_pdf(pdf(page)))
    assert [row[-3:] for row in rows(grid) if any(row[-3:])] == [
        ["自然人", "商业企业", "总计"],
        ["2", "3\n0", "2"],
        ["0", "", "0"],
        ["1", "", "1"],
    ]


def test_an_unruled_table_whose_columns_are_in_doubt_gives_its_lines_in_order():
    def page(sheet: Sheet) -> None:
        for k, (label, *figures) in enumerate([("规章", 220, 280), ("行政许可", 226, 253), ("行政处罚", 250, 281)]):
            sheet.text(60, 120 + 20 * k, label)
            for x in figures:
                sheet.text(x, 120 + 20 * k, "123456")

    assert texts(read_pdf(pdf(page)))[0] == "规章\t123456\t123456"


def test_rules_above_below_and_under_the_heads_only_part_no_rows():
    def page(sheet: Sheet) -> None:
        for top in (100, 180):
            for y in (top, top + 18, top + 66):
                sheet.line(60, y, 500, y)
            for k, column in enumerate(("自然人", "商业企业", "其他", "总计")):
                for row, text in enumerate((column, "11", "12", "13")):
                    sheet.text(200 + 70 * k, top + 13 + 16 * row, text)
            for row, label in enumerate(("一、新收", "二、结转", "三、办理")):
                sheet.text(65, top + 29 + 16 * row, label)

    (grid,) = grids(read_pdf(pdf(page)))
    assert rows(grid)[1:] == 2 * [["一、新收", *["11"] * 4], ["二、结转", *["12"] * 4], ["三、办理", *["13"] * 4]]


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


def test_areas_filled_but_for_others_within_them_are_borders():
    def page(sheet: Sheet) -> None:
        for row, line in enumerate([["信息内容", "制发"], ["规章", "1"]]):
            for column, text in enumerate(line):
                path = sheet.canvas.beginPath()
                for inset in (0.75, 0):
                    path.rect(60 + 80 * column + inset, 700 - 24 * row + inset, 78.5 - 2 * inset, 22.5 - 2 * inset)
                sheet.canvas.drawPath(path, stroke=0, fill=1, fillMode=FILL_EVEN_ODD)
                sheet.text(80 + 80 * column, sheet.height - 708 + 24 * row, text)

    (grid,) = grids(read_pdf(pdf(page)))
    assert rows(grid) == [["信息内容", "制发"], ["规章", "1"]]


def test_the_outline_of_a_character_is_no_cell():
    def page(sheet: Sheet) -> None:
        sheet.text(60, 120, "田口工作", size=40)
        for inset in (3, 6):
            sheet.canvas.rect(60 + inset, sheet.height - 125 + inset, 40 - 2 * inset, 40 - 2 * inset)
        sheet.canvas.rect(66, sheet.height - 119, 14, 28)

    document = read_pdf(pdf(page))
    assert (texts(document), grids(document)) == (["田口工作"], [])


def test_a_heading_between_two_tables_with_level_rules_parts_them():
    def page(sheet: Sheet) -> None:
        level_table(sheet, blank=False)
        sheet.text(60, 223, "四、结转 1 0 5 6")
        sheet.text(60, 240, "四、政府信息公开行政复议、行政诉讼情况")
        sheet.text(60, 254, "具体情况如下：")
        for y in (275, 290, 305):
            sheet.line(60, y, 500, y)

    document = read_pdf(pdf(page))
    assert texts(document) == ["四、政府信息公开行政复议、行政诉讼情况", "具体情况如下："]


@pytest.mark.parametrize("blank", [False, True])
def test_level_rules_that_each_cell_draws_tell_its_columns(blank):
    figures = [["规章", "1", "", "3"], ["规范性文件", *([""] * 3 if blank else ["4", "5", ""])], ["许可", "6", "", "7"]]

    def page(sheet: Sheet) -> None:
        for row, line in enumerate([["内容", "制发", "废止", "有效"], *figures]):
            for column, text in enumerate(line):
                x, y = 60 + 60 * column, 100 + 20 * row
                for level in (y, y + 20):
                    sheet.line(x + 0.52, level, x + 60.48, level)  # as rounded in the file
                sheet.text(x + (45 if column and row % 2 else 2), y + 14, text)

    (grid,) = grids(read_pdf(pdf(page)))
    assert rows(grid)[1:] == figures


def test_rules_beyond_the_edge_of_a_page_make_no_rows():
    height = 842

    def page(sheet: Sheet) -> None:
        sheet.table(XS, [height - 60, height - 30, height + 30, height + 60], {(0, 0): "规章", (0, 1): "1"})

    (grid,) = grids(read_pdf(pdf(page)))
    assert rows(grid)[0] == ["规章", "1", "", ""]
    assert len(grid.rows) <= 2
