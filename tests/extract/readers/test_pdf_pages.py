"""Pages of PDFs: what goes on from one to the next, and in what order their lines are read."""

import io
from collections.abc import Callable

import pytest
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfgen.canvas import Canvas

from extract.document import Text
from extract.readers.pdf import read_pdf
from tests.extract.readers.made import HEAD, HEAD_ROWS, XS, YS, Sheet, grids, pdf, rows, texts


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


@pytest.mark.parametrize(("upper", "whole"), [("5821", True), ("582", False), ("５８", True), ("５", False)])
def test_figures_that_fill_their_cells_go_on_below_a_page_break(upper, whole):
    (table,) = torn(ABOVE | {(2, 1): "4176", (2, 2): upper}, {(0, 1): "9", (0, 2): "3", (1, 0): "4.其他", (1, 1): "6"})
    label = ABOVE[2, 0]
    assert table[2:-1] == ([[label, "41769", upper + "3"]] if whole else [[label, "4176", upper], ["", "9", "3"]])


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
            for x in (60, 300)[:number]:  # as on two pages that are one sheet
                sheet.text(x, 40, "某某市人民政府文件")
            sheet.text(400, 150, ("接下表彰。", "（续上表）")[number - 1])
            sheet.text(80, 200, f"第{number}段" + "开" * 43)
            sheet.text(60, 218, "公" * 46)
            sheet.text(60, 236, "完。")
            sheet.text(80, 254, "又一段。")
            sheet.text(290, 810, f"— {number} —")

        return draw

    assert texts(read_pdf(pdf(page(1), page(2)))) == [
        "接下表彰。",
        *(line for k in "12" for line in (f"第{k}段" + "开" * 43 + "公" * 46 + "完。", "又一段。")),
    ]


def test_the_margin_of_a_page_on_its_side_is_as_wide_as_that_of_an_upright_one():
    def page(sheet: Sheet) -> None:
        sheet.text(80, 200, "正文一段。")
        sheet.text(400, 530, "— 2 —")

    assert texts(read_pdf(pdf(page, rotation=90))) == ["正文一段。"]


def test_who_signs_at_the_end_of_a_page_is_no_part_of_what_follows():
    def first(sheet: Sheet) -> None:
        sheet.text(60, 700, "公" * 46)
        sheet.text(60, 718, "完。")
        sheet.text(60 + 37 * 10, 736, "2021年1月16日")

    assert texts(read_pdf(pdf(first, lambda sheet: sheet.text(60, 60, "附件：申请表")))) == [
        "公" * 46 + "完。",
        "2021年1月16日",
        "附件：申请表",
    ]


def test_a_title_that_every_page_repeats_above_its_text_is_no_running_head():
    title = "江油市教育局2023年政府信息公开工作年度报告"

    def page(sheet: Sheet) -> None:
        sheet.text(200, 30, title, size=9)
        sheet.text(80, 200, "正文一段。")

    def first(sheet: Sheet) -> None:
        page(sheet)
        sheet.text(130, 70, title, size=18)

    assert texts(read_pdf(pdf(first, page))) == [title, "正文一段。", "正文一段。"]


@pytest.mark.parametrize("lower", [0, 3, 7])
def test_text_in_columns_is_read_down_the_left_one_then_down_the_right_one(lower):
    def page(sheet: Sheet) -> None:
        sheet.text(60, 80, "全" * 48)
        for k in range(6):
            sheet.text(60, 120 + 20 * k, f"{k}" + "左" * 22)
            sheet.text(310, 120 + 20 * k + lower, "一、右" if k == 2 else f"{k}" + "右" * 21 + "。" * (k == 5))

    left, right = ("".join(f"{k}" + side * n for k in range(6)) for side, n in (("左", 22), ("右", 21)))
    start, end = right.split("2" + "右" * 21)
    assert texts(read_pdf(pdf(page))) == ["全" * 48, left + start, "一、右", end + "。"]


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


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_turned_page_is_read_the_way_its_text_runs(rotation):
    def page(sheet: Sheet) -> None:
        sheet.text(80, 60, "一、总体情况")
        sheet.table(XS, YS, {**HEAD, (2, 0): "规章", (2, 1): "0"})
        sheet.text(80, 300, "二、其他情况")

    document = read_pdf(pdf(page, rotation=rotation))
    assert texts(document) == ["一、总体情况", "二、其他情况"]
    assert rows(grids(document)[0]) == [*HEAD_ROWS, ["规章", "0", "", ""], ["", "", "", ""]]


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


@pytest.mark.parametrize("label", ["", "2.重复"])
def test_a_row_without_rules_that_a_page_break_tears_is_whole_and_one_with_a_label_is_its_own(label):
    def upper(sheet: Sheet) -> None:
        line(sheet, 760, "一、新收", "12", "3", "15")
        line(sheet, 780, "二、结转", "1840", "2153", "3993")

    def lower(sheet: Sheet) -> None:
        line(sheet, 60, label, "7", "9", "6")
        line(sheet, 80, "四、结转", "1", "", "1")

    def line(sheet: Sheet, y: float, label: str, *figures: str) -> None:
        for x, text in zip((60, 220, 280, 340), (label, *figures), strict=True):
            sheet.text(x, y, text)

    (grid,) = grids(read_pdf(pdf(upper, lower)))
    torn = [["二、结转", "1840", "2153", "3993"], [label, "7", "9", "6"]]
    whole = [["二、结转", "1840\n7", "2153\n9", "3993\n6"]]
    assert rows(grid)[1:-1] == (torn if label else whole)
