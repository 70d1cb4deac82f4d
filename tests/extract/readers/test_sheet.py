"""Reading workbooks: exact numbers, merged ranges, text around tables, sheets that are not for readers."""

import io
import re
import zipfile
from datetime import date

import openpyxl
import pytest
import xlwt
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from extract.document import UNKNOWN
from extract.errors import UnreadableDocument
from extract.readers.sheet import read_sheet
from tests.extract.readers.made import grids, rows, texts, zipped


def xlsx(lines, merged=(), **sheets):
    """A workbook of one sheet 年报 and further ones by name."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "年报"
    for line in lines:
        sheet.append(line)
    for area in merged:
        sheet.merge_cells(area)
    for name, state in sheets.items():
        other = book.create_sheet(name)
        other["A1"], other.sheet_state = "旧数", state
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def xls(lines, merged=()):
    book = xlwt.Workbook()
    sheet = book.add_sheet("年报")
    taken = set()
    for (top, left, bottom, right), text in merged:
        sheet.write_merge(top, bottom, left, right, text)
        taken |= {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)}
    for r, line in enumerate(lines):
        for c, value in enumerate(line):
            if (r, c) not in taken:
                sheet.write(r, c, value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7, "7"),
        (7.0, "7"),
        (-3, "-3"),
        (1024.1500000000001, "1024.15"),
        (0.1 + 0.2, "0.3"),
        (12345678.123456, "12345678.123456"),
        (3e-7, "0.0000003"),
        (None, ""),
        (date(2024, 1, 31), "2024-01-31"),
        ("  1,204.56 \r\n万元 ", "1,204.56\n万元"),
        (True, "TRUE"),
    ],
)
def test_a_value_is_written_as_the_program_shows_it(value, text):
    (grid,) = grids(read_sheet(xlsx([["信息内容", "数量"], ["规章", value]])))
    assert rows(grid)[1] == ["规章", text]


LINES = [["信息内容", "数量", "数量"], ["规章", 1, 2], ["", 3, ""]]
SPANNED = [["信息内容", "数量 1x2"], ["规章 2x1", "1", "2"], ["3", ""]]


def test_merged_ranges_are_spans_in_xlsx_and_xls():
    (new,) = grids(read_sheet(xlsx(LINES, ["B1:C1", "A2:A3"])))
    (old,) = grids(read_sheet(xls(LINES, [((0, 1, 0, 2), "数量"), ((1, 0, 2, 0), "规章")])))
    assert rows(new) == rows(old) == SPANNED
    assert new.rows[2][0].place == "年报!B3"


def test_merged_ranges_are_spans_in_ods():
    def cell(text, **attributes):
        named = " ".join(f'table:{key.replace("_", "-")}="{value}"' for key, value in attributes.items())
        return f'<table:table-cell office:value-type="string" {named}><text:p>{text}</text:p></table:table-cell>'

    covered = "<table:covered-table-cell/>"
    lines = [
        cell("信息内容") + cell("数量", number_columns_spanned=2) + covered,
        cell("规章", number_rows_spanned=2) + cell("1") + cell("2"),
        covered + cell("3") + cell(""),
    ]
    table = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="年报">{table}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    payload = zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content,
            "META-INF/manifest.xml": manifest,
        }
    )
    assert rows(grids(read_sheet(payload))[0]) == SPANNED


def test_titles_prose_and_remarks_are_texts_and_rows_left_blank_stay_rows():
    document = read_sheet(
        xlsx(
            [
                ["某局2023年报告"],
                ["一、总体情况"],
                ["认真贯彻落实条例。" * 10],
                [],
                ["第二十条第（一）项"],
                ["信息内容", "数量"],
                ["规章"],
                [],
                ["申请人情况", "自然人", "总计"],
                ["四、结转下年度继续办理"],
                ["注：数字截至12月31日"],
            ],
            ["A5:B5"],
        )
    )
    assert texts(document) == ["某局2023年报告", "一、总体情况", "认真贯彻落实条例。" * 10, "注：数字截至12月31日"]
    assert [rows(grid) for grid in grids(document)] == [
        [["第二十条第（一）项 1x2"], ["信息内容", "数量"], ["规章", ""]],
        [["申请人情况", "自然人", "总计"], ["四、结转下年度继续办理", "", ""]],
    ]


def test_labels_whose_figures_are_left_blank_end_a_table_where_such_stand_within():
    above = [["（五）不予处理", "1.信访举报投诉类申请"], [None, "2.重复申请"], ["（六）其他处理", "1.逾期不补正"]]
    below = [[None, "2.逾期未缴费"], [None, "3.其他"], ["四、结转下年度继续办理"]]
    document = read_sheet(xlsx([["申请人情况", None, "自然人"], *above, *below, ["注：数字截至12月31日"]]))
    assert [row[1] for row in rows(grids(document)[0])][4:] == ["2.逾期未缴费", "3.其他", ""]
    assert texts(document) == ["注：数字截至12月31日"]


def test_a_blank_row_does_not_part_a_table_but_tables_of_other_width():
    lines = [["信息内容", "数量", "总计"], ["规章", 1, 1], [], [], ["许可", 2], [], ["维持", "纠正"] * 3, [1, 2] * 3]
    assert [rows(grid) for grid in grids(read_sheet(xlsx(lines)))] == [
        [["信息内容", "数量", "总计"], ["规章", "1", "1"], ["许可", "2", ""]],
        [["维持", "纠正"] * 3, ["1", "2"] * 3],
    ]


def test_two_tables_side_by_side_are_two_and_a_blank_column_between_figures_parts_none():
    labels = ["规章", "行政许可", "行政处罚", "行政强制"]
    left = [[label, k, None, None] for k, label in enumerate(labels)]
    right = [[f"（{label}）", 7, None, 9] for label in labels]
    lines = [one + other for one, other in zip([*left, [None] * 4], [*right, ["（收费）", 7, None, 9]], strict=True)]
    below = [[*range(8)]]
    assert [rows(grid) for grid in grids(read_sheet(xlsx(lines + below)))] == [
        [[label, str(k)] for k, label in enumerate(labels)],
        [[f"（{label}）", "7", "", "9"] for label in [*labels, "收费"]],
        [list("01234567")],
    ]


def test_a_table_of_heads_and_one_row_of_figures_stands_beside_others_that_have_labels():
    labels = ["规章", "行政许可", "行政处罚", "行政强制", "收费"]
    heads = [["结果维持", "总计"], [1, 3], ["填表人", None], [None, None], [None, None]]
    rows_of_both = enumerate(zip(labels, heads, strict=True))
    lines = [[label, k, None, f"（{label}）", 7, None, *head] for k, (label, head) in rows_of_both]
    assert [rows(grid) for grid in grids(read_sheet(xlsx(lines)))] == [
        [[label, str(k)] for k, label in enumerate(labels)],
        [[f"（{label}）", "7"] for label in labels],
        [["结果维持", "总计"], ["1", "3"], ["填表人", ""]],
    ]


@pytest.mark.parametrize(("corner", "value"), [("XFD1048576", None), ("IV65000", " "), ("A65000", "")])
def test_formats_and_blanks_far_beyond_the_table_do_not_count(corner, value):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["C2"], sheet["D2"] = "规章", 1
    sheet[corner].value, sheet[corner].font = value, openpyxl.styles.Font(bold=True)
    (grid,) = grids(read_sheet(saved(book)))
    assert (rows(grid), grid.rows[0][0].place) == ([["规章", "1"]], "Sheet!C2")


def test_hidden_sheets_are_named_and_not_read():
    document = read_sheet(xlsx([["规章", 1]], 去年="hidden", 前年="veryHidden"))
    assert document.notes == ("hidden sheet 去年 not read", "hidden sheet 前年 not read")
    assert "旧数" not in str(document.blocks)


def test_a_formula_without_its_result_is_not_a_blank():
    (grid,) = grids(read_sheet(xlsx([["总计", "=1+2"], ["规章", 3]])))
    assert rows(grid) == [["总计", UNKNOWN], ["规章", "3"]]


def test_a_formula_of_an_old_workbook_without_its_result_is_not_a_blank():
    book = xlwt.Workbook()
    sheet = book.add_sheet("年报")
    for column, content in enumerate(["规章", 1, xlwt.Formula("SUM(B1:B1)")]):
        sheet.write(0, column, content)
    (grid,) = grids(read_sheet(saved(book)))
    assert rows(grid) == [["规章", "1", UNKNOWN]]


def rich(*runs):
    """A cell's text in runs, (text, where it stands: None on the line)."""
    blocks = [TextBlock(InlineFont(vertAlign=place), text) for text, place in runs]
    return CellRichText(*blocks)


@pytest.mark.parametrize("shared", [False, True])
def test_the_sign_of_a_footnote_is_no_digit_of_the_figure_before_it(shared):
    line = [
        "规章",
        rich(("27", None), ("2", "superscript")),
        rich(("5", None), ("[1]", "subscript")),
        rich(("4", None), ("1", "baseline")),
        rich(("36", "superscript")),
    ]
    payload = xlsx([line])
    (grid,) = grids(read_sheet(with_shared_strings(payload) if shared else payload))
    assert rows(grid) == [["规章", "27", "5", "41", "36"]]


def saved(book):
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def marked_xls():
    book = xlwt.Workbook()
    sheet = book.add_sheet("年报")
    line, raised, struck = xlwt.easyfont(""), xlwt.easyfont("escapement superscript"), xlwt.easyfont("struck_out on")
    sheet.write(0, 0, "规章")
    # So many strings that their table goes on in a second record, in the middle of one.
    for number in range(1, 901):
        sheet.write(number, 0, f"（{number}）规范性文件")
    sheet.write_rich_text(0, 1, [("27", line), ("2", raised)])
    sheet.write_rich_text(0, 2, [("19", struck), ("36", line)])
    sheet.write_rich_text(0, 3, [("36", raised)])
    sheet.write_rich_text(899, 1, [("5", line), ("[1]", raised)])
    return saved(book)


def ods(styles, *cells):
    """A workbook of one row, its cells given by their content."""
    names = ("office", "table", "text", "style", "fo")
    spaces = " ".join(f'xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"' for one in names)
    row = "".join(f"<table:table-cell {cell}</table:table-cell>" for cell in cells)
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": "<manifest/>",
            "content.xml": f"<office:document-content {spaces}><office:automatic-styles>{styles}"
            '</office:automatic-styles><office:body><office:spreadsheet><table:table table:name="年报">'
            f"<table:table-row>{row}</table:table-row>"
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        }
    )


def test_signs_of_footnotes_and_struck_figures_of_old_workbooks_are_no_digits():
    (grid,) = grids(read_sheet(marked_xls()))
    assert rows(grid)[0] == ["规章", "27", "36", "36"]
    assert rows(grid)[899] == ["（899）规范性文件", "5", "", ""]


def test_a_cell_of_an_ods_states_what_it_shows_without_the_signs_of_footnotes():
    raised, struck = (
        f'<style:style style:name="{name}" style:family="text"><style:text-properties style:{what}/></style:style>'
        for name, what in (("T1", 'text-position="super 58%"'), ("T2", 'text-line-through-style="solid"'))
    )
    number = 'office:value-type="float" office:value="{}"><text:p>{}</text:p>'
    text = 'office:value-type="string"><text:p>{}</text:p>'
    payload = ods(
        raised + struck,
        text.format("规章"),
        text.format('27<text:span text:style-name="T1">2</text:span>'),
        text.format('<text:span text:style-name="T2">19</text:span>36'),
        number.format(0, "—"),
        number.format(12.6, "13"),
        number.format(-3, "-3件"),
        number.format(1204, "1,204"),
        text.format('<text:span text:style-name="T1">36</text:span>'),
    )
    (grid,) = grids(read_sheet(payload))
    assert rows(grid) == [["规章", "27", "36", "0", "13" + UNKNOWN, "-3件", "1,204", "36"]]


ACCOUNTING = '_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"_ ;_ @_ '


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (12, "0", "12"),
        (604.000000000001, "General", "604"),
        (17.0099999999996, "0.00", "17.01"),
        (1e-12, "General", UNKNOWN),
        (12, '0"件"', "12件"),
        (12, 'G/通用格式"件"', "12件"),
        (1204.5, "#,##0.00", "1,204.50"),
        (-1204, ACCOUNTING, "-1,204"),
        (-3, "0_);[Red]\\(0\\)", "(3)"),
        (3, "[红色]+0;-0", "+3"),
        (0, ACCOUNTING, "0"),
        (0, "0;-0;;@", UNKNOWN),
        (0, '0;-0;"无"', "无" + UNKNOWN),
        (0, '#,##0.00_ ;"—"', "0.00"),
        (12.6, "0", "13" + UNKNOWN),
        (0.125, "0.0%", UNKNOWN),
        (12345, '0!.0,"万"', UNKNOWN),
        (30, '0"0000"', "300000" + UNKNOWN),
        (-5, "0;0", "5" + UNKNOWN),
        (7, ";;;", UNKNOWN),
        (12, "[DBNum1]General", UNKNOWN),
        (12, '[>9]"多";0', "多" + UNKNOWN),
        (1204, "[>=1000]#,##0;0", "1,204"),
        (7, "[Blue][<5]0;[Red][>=9]0;General", "7"),
        (0, '[=0]"";0', UNKNOWN),
        (7, "[>9]0", UNKNOWN),
        (7, "[>9]0;0;0", UNKNOWN),
        (-7, "[>9]0;0", UNKNOWN),
    ],
)
def test_a_number_is_read_as_its_format_shows_it_or_is_unknown(value, code, text):
    new = openpyxl.Workbook()
    new.active.append(["规章", value, "件"])
    new.active["B1"].number_format = code
    old = xlwt.Workbook()
    sheet = old.add_sheet("年报")
    for column, content in enumerate(["规章", value, "件"]):
        sheet.write(0, column, content, xlwt.easyxf(num_format_str=code))
    for book in (new, old):
        (grid,) = grids(read_sheet(saved(book)))
        assert rows(grid) == [["规章", text, "件"]]


def test_zeros_that_a_sheet_does_not_show_are_unknown():
    new = openpyxl.Workbook()
    new.active.append(["规章", 0, 10])
    new.active.sheet_view.showZeros = False
    old = xlwt.Workbook()
    sheet = old.add_sheet("Sheet")
    for column, content in enumerate(["规章", 0, 10]):
        sheet.write(0, column, content)
    sheet.show_zero_values = 0
    for book in (new, old):
        (grid,) = grids(read_sheet(saved(book)))
        assert rows(grid) == [["规章", UNKNOWN, "10"]]


def test_a_figure_struck_out_or_white_on_white_is_unknown():
    new = openpyxl.Workbook()
    new.active.append(["规章", 7, 8, 9])
    new.active["B1"].font = openpyxl.styles.Font(strike=True)
    new.active["C1"].font = new.active["D1"].font = openpyxl.styles.Font(color="FFFFFF")
    new.active["D1"].fill = openpyxl.styles.PatternFill("solid", fgColor="000080")
    old = xlwt.Workbook()
    sheet = old.add_sheet("年报")
    filled = "font: colour white; pattern: pattern solid, fore_colour blue"
    for column, (content, style) in enumerate(
        [("规章", ""), (7, "font: struck_out on"), (8, "font: colour white"), (9, filled)]
    ):
        sheet.write(0, column, content, xlwt.easyxf(style))
    for book in (new, old):
        (grid,) = grids(read_sheet(saved(book)))
        assert rows(grid) == [["规章", UNKNOWN, UNKNOWN, "9"]]


def test_agency_and_date_side_by_side_over_a_table_are_no_row_of_it():
    document = read_sheet(xlsx([["江油市年度报告"], ["江油市司法局", "2025-01-20"], ["信息内容", "数量"], ["规章", 1]]))
    assert texts(document) == ["江油市年度报告", "江油市司法局", "2025-01-20"]
    assert rows(grids(document)[0]) == [["信息内容", "数量"], ["规章", "1"]]


def with_shared_strings(payload):
    """A workbook with the texts that stand in the cells of its sheet put into a part of their own, as Excel writes."""
    with zipfile.ZipFile(io.BytesIO(payload)) as package:
        parts = {name: package.read(name).decode() for name in package.namelist() if name != "xl/sharedStrings.xml"}
    strings = []

    def shared(match):
        strings.append(match[1])
        return f't="s"><v>{len(strings) - 1}</v></c>'

    name = "xl/worksheets/sheet1.xml"
    parts[name] = re.sub(r't="inlineStr"><is>(.*?)</is></c>', shared, parts[name], flags=re.S)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{main}">{"".join(f"<si>{one}</si>" for one in strings)}</sst>'
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    relations = "xl/_rels/workbook.xml.rels"
    if "sharedStrings" not in parts[relations]:
        added = f'<Relationship Id="rId99" Type="{relation}" Target="sharedStrings.xml"/></Relationships>'
        parts[relations] = parts[relations].replace("</Relationships>", added)
    return zipped(parts)


def stretched():
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "甲", "乙"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def boastful():
    """A workbook whose sheet claims two thousand million rows."""
    raw = xls([["规章", 1]])
    claim = b"\x00\x02\x0e\x00" + (0).to_bytes(4, "little")
    assert raw.count(claim) == 1
    place = raw.index(claim) + len(claim)
    return raw[:place] + b"\xff\xff\xff\x7f" + raw[place + 4 :]


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (stretched(), "too_large"),
        (boastful(), "malformed"),
        (xlsx([]), "no_text"),
        (xlsx([["规章", 1]])[:-100], "truncated"),
        (xls([["规章", 1]])[:600], "truncated"),
        (zipped({"xl/workbook.xml": "<workbook/>"}), "malformed"),
        (zipped({"xl/workbook.bin": b""}), "not_a_document"),
        (
            zipped({"xl/worksheets/sheet1.xml": '<!DOCTYPE a [<!ENTITY b "c">]><worksheet>&b;</worksheet>'}),
            "entity_bomb",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 2000, "malformed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_hostile_workbooks_are_refused_by_name(payload, reason):
    with pytest.raises(UnreadableDocument) as refusal:
        read_sheet(payload)
    assert refusal.value.reason == reason


def hidden_in(sheet):
    sheet.column_dimensions["B"].hidden = True
    sheet.row_dimensions[2].hidden = True


def test_an_error_is_no_blank_cell():
    (grid,) = grids(read_sheet(xlsx([["规章", "#REF!", 1]])))
    assert [cell.text for cell in grid.rows[0]] == ["规章", "\ufffd", "1"]


def test_hidden_rows_and_columns_are_not_read_and_told():
    lines = [["规章", 8, 1], ["上年", 9, 9], ["规范性文件", 8, 2], ["合计", "八", "八"]]
    book = openpyxl.load_workbook(io.BytesIO(xlsx(lines, merged=["B4:C4"])))
    hidden_in(book["年报"])
    buffer = io.BytesIO()
    book.save(buffer)
    document = read_sheet(buffer.getvalue())
    assert rows(grids(document)[0]) == [["规章", "1"], ["规范性文件", "2"], ["合计", "八"]]
    assert document.notes == ("hidden rows or columns of sheet 年报 not read",)


def test_a_merged_cell_all_of_whose_columns_are_hidden_is_hidden():
    book = openpyxl.load_workbook(io.BytesIO(xlsx([["规章", 1], [None, "八", "八"]], merged=["B2:C2"])))
    for column in "BC":
        book["年报"].column_dimensions[column].hidden = True
    buffer = io.BytesIO()
    book.save(buffer)
    assert texts(read_sheet(buffer.getvalue())) == ["规章"]


def test_hidden_rows_and_columns_of_old_workbooks_are_not_read():
    book = xlwt.Workbook()
    book.add_sheet("封面").write(0, 0, "年报")
    sheet = book.add_sheet("表")
    for r, line in enumerate([["规章", 8, 1], ["上年", 9, 9], ["规范性文件", 8, 2]]):
        for c, value in enumerate(line):
            sheet.write(r, c, value)
    sheet.col(1).hidden = True
    sheet.row(1).hidden = True
    buffer = io.BytesIO()
    book.save(buffer)
    document = read_sheet(buffer.getvalue())
    assert rows(grids(document)[-1]) == [["规章", "1"], ["规范性文件", "2"]]
    assert document.notes == ("hidden rows or columns of sheet 表 not read",)


def yearly(*titles):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, title in enumerate(titles):
        sheet = book.create_sheet(title)
        for k in range(12):
            sheet.append([f"第{'甲乙丙丁戊己庚辛壬癸子丑'[k]}项", number])
    buffer = io.BytesIO()
    book.save(buffer)
    return read_sheet(buffer.getvalue())


def test_of_sheets_of_one_form_a_year_each_the_last_is_read():
    document = yearly("2023年", "2025年", "2024年")
    assert [row[1] for grid in grids(document) for row in rows(grid)] == ["1"] * 12
    assert document.notes == ("sheets of earlier years not read: 2023年, 2024年",)


def test_sheets_of_one_form_without_years_are_all_read():
    document = yearly("城关镇", "2024年")
    assert len(grids(document)) == 2
    assert document.notes == ()
