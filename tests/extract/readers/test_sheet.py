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

from extract.errors import UnreadableDocument
from extract.readers import sheet as reader
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


def test_a_blank_row_does_not_part_a_table_but_tables_of_other_width():
    lines = [["信息内容", "数量", "总计"], ["规章", 1, 1], [], [], ["许可", 2], [], ["维持", "纠正"] * 3, [1, 2] * 3]
    assert [rows(grid) for grid in grids(read_sheet(xlsx(lines)))] == [
        [["信息内容", "数量", "总计"], ["规章", "1", "1"], ["许可", "2", ""]],
        [["维持", "纠正"] * 3, ["1", "2"] * 3],
    ]


def test_hidden_sheets_are_named_and_not_read():
    document = read_sheet(xlsx([["规章", 1]], 去年="hidden", 前年="veryHidden"))
    assert document.notes == ("hidden sheet 去年 not read", "hidden sheet 前年 not read")
    assert "旧数" not in str(document.blocks)


def test_a_formula_without_its_result_is_not_a_blank():
    (grid,) = grids(read_sheet(xlsx([["总计", "=1+2"], ["规章", 3]])))
    assert rows(grid) == [["总计", reader.UNCOMPUTED], ["规章", "3"]]


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
