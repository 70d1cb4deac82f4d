"""Plain text → Document: rows of one length are a grid, everything else stays lines."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.document import Grid, Text
from extract.errors import UnreadableDocument
from extract.readers import read_document
from extract.readers.plain import blocks_of, read_plain


def rows_of(text):
    """The rows of the only grid of a text; None where it has none."""
    grids = [block for block in blocks_of(text.split("\n")) if isinstance(block, Grid)]
    assert len(grids) <= 1
    return [[cell.text for cell in row] for row in grids[0].rows] if grids else None


ROWS = [["规章", "0", "", "2"], ["规范性文件", "1", "", ""], ["行政许可", "", "3", "4"]]


@pytest.mark.parametrize(
    "line",
    [
        "\t".join,
        "|".join,
        " | ".join,
        "│".join,
        "｜".join,
        lambda row: "| " + " | ".join(row) + " |",
        lambda row: "|" + "|".join(row) + "|",
        lambda row: ",".join(row),
        lambda row: ",".join(f'"{field}"' for field in row),
    ],
)
def test_rows_of_one_length_are_a_grid_with_its_blanks(line):
    assert rows_of("\n".join(map(line, ROWS))) == ROWS


def test_bars_that_frame_a_table_are_none_of_its_cells_whatever_bars_stand_below_it():
    lines = ["| " + " | ".join(row) + " |" for row in ROWS]
    assert rows_of("\n".join([*lines, "", "相关链接", "网站地图|关于我们|联系我们"])) == ROWS


def test_the_rule_of_a_markdown_table_is_no_row():
    lines = ["| " + " | ".join(row) + " |" for row in ROWS]
    assert rows_of("\n".join([lines[0], "|---|:---:|---:|---|", *lines[1:]])) == ROWS


@pytest.mark.parametrize(("edge", "bar"), [("+---+---+---+", "|"), ("├───┼───┼───┤", "│"), ("╠═══╬═══╬═══╣", "║")])
def test_lines_between_two_rules_are_one_row(edge, bar):
    lines = [edge, "|社会|1|2|", "|公益组织||  |", edge, "|企业|3||", edge, "|其他|5|6|", edge]
    assert rows_of("\n".join(lines).replace("|", bar)) == [
        ["社会\n公益组织", "1", "2"],
        ["企业", "3", ""],
        ["其他", "5", "6"],
    ]


def test_the_rules_of_small_tables_behind_each_other_part_no_rows():
    table = "\n".join(
        ["|  |  |  |", "| --- | --- | --- |", *(f"| {' | '.join(row)} |" for row in (["甲", "1", "2"],) * 3)]
    )
    blocks = [*blocks_of(f"{table}\n\n{table}\n\n{table}".split("\n"))]
    assert [len(block.rows) for block in blocks if isinstance(block, Grid)] == [3, 3, 3]


def test_emphasis_and_escapes_of_markdown_are_not_printed():
    assert rows_of("|**规章**|__0__|1|\n|商业<br>企业|a\\|b|\\*|\n|其他|2|3|") == [
        ["规章", "0", "1"],
        ["商业\n企业", "a|b", "*"],
        ["其他", "2", "3"],
    ]


def test_a_comma_in_brackets_parts_nothing():
    lines = ["规章,1(含修订1件,废止2件),0", "(区分处理的,只计这一情形,不计其他情形),0,0", "行政许可,2,3"]
    (grid,) = blocks_of(lines)
    assert [cell.text for cell in grid.rows[0]] == ["规章", "1(含修订1件，废止2件)", "0"]
    assert all(len(row) == 3 for row in grid.rows)


def test_semicolons_part_fields_as_commas_do():
    assert rows_of('规章;1;;0\n"甲;乙";2;3;4\n许可(含1;2);5;6;7') == [
        ["规章", "1", "", "0"],
        ["甲;乙", "2", "3", "4"],
        ["许可(含1；2)", "5", "6", "7"],
    ]


def test_what_markdown_adds_to_a_text_is_not_printed():
    text = (
        '2023年政府信息公开工作年度报告\\\n无。**六、其他\\_事项** [附件](/a_(1).pdf "下载")![](x.png)&nbsp;完\n'
        "|规章|&nbsp;|1|\n|甲\\|乙|0|\\*|\n|丙|2|3|"
    )
    document = read_plain(text.encode())
    assert [block.text for block in document.blocks[:2]] == [
        "2023年政府信息公开工作年度报告",
        "无。六、其他_事项 附件\u00a0完",
    ]
    assert [[cell.text for cell in row] for row in document.blocks[2].rows] == [
        ["规章", "", "1"],
        ["甲|乙", "0", "*"],
        ["丙", "2", "3"],
    ]


def test_emphasis_with_one_sign_is_not_printed():
    text = "微江油 _2026-03-14 10:32_ *四川*\n*2025-03-11**江油市*\na_b_c 2*3*4 *注"
    lines = [block.text for block in read_plain(text.encode()).blocks]
    assert lines == ["微江油 2026-03-14 10:32 四川", "2025-03-11江油市", "a_b_c 2*3*4 *注"]


@pytest.mark.parametrize("field", ["2\r3", "2" * 200_000])
def test_a_field_that_no_table_of_commas_has_leaves_its_line_as_it_is(field):
    line = f"甲,1,{field}"
    assert line.replace("\r", "") in "".join(block.text for block in blocks_of([line] * 3)).replace("\r", "")


def test_sentences_with_as_many_commas_are_no_rows():
    line = "全年公开信息{0}条,其中政务动态{0}条,政策解读{0}篇"
    document = read_plain("\n".join(line.format(count) for count in (12, 13, 14)).encode())
    assert [block.text for block in document.blocks] == [line.format(count) for count in (12, 13, 14)]


def test_what_is_left_of_word_s_conditional_comments_is_not_printed():
    text = 'if !supportLists?一、  endif?总体xml:namespace prefix = o ns = "urn:schemas-microsoft-com" /情况'
    assert [block.text for block in read_plain(text.encode()).blocks] == ["一、  总体情况"]
    assert "endif" in read_plain("支持 endif 的系统。".encode()).blocks[0].text


def test_what_stands_between_two_bold_cells_is_not_bold():
    (block,) = read_plain("可**|  **240**|  **-15**|  **1879**".encode()).blocks
    assert [field.strip() for field in block.text.split("|")][1:] == ["240", "-15", "1879"]


def test_a_quoted_comma_parts_nothing():
    assert rows_of('规章,"1,234",0\n"甲,乙",2,3\n丙,4,5') == [
        ["规章", "1,234", "0"],
        ["甲,乙", "2", "3"],
        ["丙", "4", "5"],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "规章\t0\t1\n规范性文件\t2\t3",
        "规章\t0\t1\n规范性文件\t2\n行政许可\t3\t4\t5",
        "规章\t0\n规范性文件\t2\n行政许可\t3",
        "规章 |\n0 |\n1 |",
        "规章 0 1\n规范性文件 2 3\n行政许可 4 5",
        "全年公开信息3条,办理申请5件,收费0元。\n甲,乙,丙。\n丁,戊,己。",
        "甲，乙，丙\n丁，戊，己\n庚，辛，壬",
    ],
)
def test_lines_that_prove_no_columns_stay_lines(text):
    assert [block.text for block in blocks_of(text.split("\n"))] == text.split("\n")


def test_prose_around_a_table_keeps_its_place():
    blocks = list(blocks_of(["一、总体情况", *map("\t".join, ROWS), "五、问题"]))
    assert [type(block) for block in blocks] == [Text, Grid, Text]


def test_a_table_ends_where_more_empty_lines_stand_than_between_its_first_rows():
    blocks = [*blocks_of("规章\t0\t1\n规范性文件\t2\t3\n行政许可\t4\t5\n\n行政处罚\t6\t7\n行政强制\t8\t9".split("\n"))]
    assert [len(block.rows) for block in blocks if isinstance(block, Grid)] == [3]


def test_empty_lines_between_all_rows_do_not_end_a_table():
    assert rows_of("规章\t0\t1\n\n规范性文件\t2\t3\n\n行政许可\t4\t5") == [
        ["规章", "0", "1"],
        ["规范性文件", "2", "3"],
        ["行政许可", "4", "5"],
    ]


def test_rows_of_another_length_begin_another_table():
    lines = ["甲\t1\t2"] * 3 + ["乙\t1\t2\t3"] * 3
    assert [len(block.rows[0]) for block in blocks_of(lines)] == [3, 4]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r", "\f", "\v", "\x85", "\u2028", "\u2029"])
def test_any_end_of_line_ends_a_line(ends):
    assert [block.text for block in read_plain(f"一{ends}二".encode()).blocks] == ["一", "二"]


def test_what_could_not_be_decoded_is_noted():
    document = read_plain(("一、总体情况。" * 9).encode() + b"\xff" + ("全年平稳。" * 9).encode(), charset="utf-8")
    assert document.notes == ("1 characters could not be decoded",)
    assert read_plain("一".encode()).notes == ()


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "empty"),
        (b"\n \t", "empty"),
        (bytes(range(32)) * 50, "not_a_document"),
        (b"\x00\x01\x02\x03" * 999, "not_a_document"),
        ("字".encode() * 20_000_001, "too_large"),
    ],
)
def test_what_is_no_text_is_refused_by_name(payload, reason):
    with pytest.raises(UnreadableDocument) as refusal:
        read_plain(payload)
    assert refusal.value.reason == reason


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(st.text('甲1 |\t,"+-─│，。\\*<br>', max_size=20), max_size=12))
def test_no_word_of_a_text_is_lost_or_made(lines):
    blocks = list(blocks_of(lines))
    shown = [block.text if isinstance(block, Text) else cell.text for block in blocks for cell in _cells(block)]
    for character in "甲1":
        assert "".join(shown).count(character) == "".join(lines).count(character)


def _cells(block):
    return [cell for row in block.rows for cell in row] if isinstance(block, Grid) else [block]


def test_tabs_that_indent_the_source_of_a_page_are_no_blank_cells():
    indented = ["\t\t规章", "\t\t\t0 ", "\t\t\t12", "\t", "\t\t行政规范性文件", "\t\t\t3"]
    assert _lines(read_plain("\n".join(indented).encode())) == ["规章", "0 ", "12", "", "行政规范性文件", "3"]
    parted = ["规章\t0\t12", "行政规范性文件\t3\t4", "\t\t5"]
    assert any(isinstance(block, Grid) for block in read_plain("\n".join(parted).encode()).blocks)


def _lines(document):
    return [block.text for block in document.blocks]


@pytest.mark.parametrize("frame", ["", "| "])
def test_bars_that_only_fill_rows_up_are_no_cells(frame):
    """Trafilatura from 1.10 to 2.0 drops blank cells, and begins a line for one of a paragraph."""
    lines = [
        "第二十条 | |||",
        "信息内容 | 本年 | ||",
        "一、新收 | 0 | | 5 |",
        "二、结转 | 0 | 0 | |",
        "行政许可 | 2 | ||",
    ]
    lines = [frame + line for line in lines] + [f"{frame}规章 | 5 |", "| 6 |", f"{frame}总计 | 5 | 1 |", "|"]
    read = [" ".join(line.removeprefix("| ").split()) for line in _lines(read_plain("\n".join(lines).encode()))]
    assert read[2:5] == ["一、新收 | 0 | | 5 |", "二、结转 | 0 | 0 |", "行政许可 | 2 |"]
    assert read[5:] == ["规章 | 5 | | 6 |", "总计 | 5 | 1 | |"]


TRIMMED = [
    "\t\t自然人\t企业\t总计",
    "一、新收\t\t1\t\t1",
    "二、结转",
    "三、结果\t（一）公开\t1\t0",
    "\t（二）部分\t\t2",
    "（七）总计\t\t1\t2\t3",
]


def test_rows_of_tabs_that_end_with_their_last_text_are_filled_up():
    assert rows_of("\n".join(TRIMMED)) == [
        ["", "", "自然人", "企业", "总计"],
        ["一、新收", "", "1", "", "1"],
        ["二、结转", "", "", "", ""],
        ["三、结果", "（一）公开", "1", "0", ""],
        ["", "（二）部分", "", "2", ""],
        ["（七）总计", "", "1", "2", "3"],
    ]


@pytest.mark.parametrize(
    "lines",
    [
        [line.strip("\t") for line in TRIMMED],
        [*TRIMMED, "四、结转\t\t1\t\t"],
        [*TRIMMED[:3], "三、结果\t（一）公开\t1\t0\t", *TRIMMED[4:]],
        [*TRIMMED, "（三）不予\t1.属于秘密\t1\t0\t1", "2.其他\t1\t0\t1"],
    ],
    ids=["cut at both ends", "one is not cut", "one alone is short", "a blank before a label is lost"],
)
def test_rows_whose_blanks_were_dropped_elsewhere_are_not_filled_up(lines):
    assert "二、结转" in [getattr(block, "text", None) for block in blocks_of(lines)]


def test_a_row_of_commas_below_shorter_ones_is_parted_and_a_sentence_with_commas_is_not():
    lines = ["一、新收,6,1,0,0,0,4,11", "三、结果,（一）公开,0,0,0,0,0,1,1", "一是加强,二是完善;三是3,4,5件"]
    assert [block.text for block in blocks_of(lines)] == [
        "一、新收\t6\t1\t0\t0\t0\t4\t11",
        "三、结果\t（一）公开\t0\t0\t0\t0\t0\t1\t1",
        lines[2],
    ]


def test_a_full_width_comma_in_a_label_is_part_of_the_row():
    lines = ["1.逾期不补正，不再处理,0,0,0,1,0,1", "2.逾期未缴费,0,0,0,0,0,0", "3.其他,1,0,0,0,0,1"]
    assert rows_of("\n".join(lines))[0] == ["1.逾期不补正，不再处理", "0", "0", "0", "1", "0", "1"]


def test_rows_that_print_their_figures_with_notes_have_lost_none():
    lines = [
        "|合计|合计|自然人|企业|科研|公益|其他|总计|",
        "|受理|受理|4(其中修订2件)|0|1|0|0||",
        "|办结|办结|3|1|1|0|0||",
    ]
    rows = read_plain("\n".join(lines).encode()).blocks[0].rows
    assert [len(row) for row in rows] == [8, 8, 8]


def test_a_heading_in_bold_behind_the_last_cell_of_a_table_stands_on_its_own_line():
    text = (
        "四、结转|0|1|0|1 **四、政府信息公开行政复议、行政诉讼情况** |行政复议|行政诉讼|\n**注** 无\n**一、总体情况**"
    )
    lines = [block.text.strip() for block in read_plain(text.encode()).blocks]
    assert lines[:2] == ["四、结转|0|1|0|1", "四、政府信息公开行政复议、行政诉讼情况"]
    assert lines[2:] == ["|行政复议|行政诉讼|", "注 无", "一、总体情况"]


def test_markdown_with_tags_left_in_it_is_read_as_markdown():
    rows = "\n".join(f'| <span lang="EN-US">{label}</span> | {label}<br>无 | <em>1</em> |' for label in "甲乙丙" * 14)
    text = f'<div class="zoom">\n\n**一、总体情况**\n\n{rows}\n\n</div>\n'
    document = read_document(text.encode())
    assert document.media_type == "text/plain"
    (grid,) = (block for block in document.blocks if isinstance(block, Grid))
    assert [cell.text for cell in grid.rows[0]] == ["甲", "甲\n无", "1"]
    assert all("<" not in block.text for block in document.blocks if isinstance(block, Text))
    assert read_document(f"<html><body>{text}</body></html>".encode()).media_type == "text/html"


REPORT = (
    "某县2023年政府信息公开工作年度报告\n一、总体情况\n"
    + "全年平稳。\n" * 20
    + "规章\t0\t1\n规范性文件\t2\t3\n行政许可\t4\t5"
)


@pytest.mark.parametrize(
    "wrapped",
    [
        json.dumps({"text": REPORT, "url": "/a"}),
        json.dumps([{"id": 3, "data": {"content": REPORT}}], ensure_ascii=False),
        REPORT.replace("\n", "\\n").replace("\t", "\\t"),
        REPORT.replace("\n", "\\r\\n").replace("\t", "\\t"),
    ],
)
def test_a_text_in_json_or_with_its_line_ends_written_out_is_the_text(wrapped):
    assert read_plain(wrapped.encode()).blocks == read_plain(REPORT.encode()).blocks


def test_what_json_states_beside_a_text_is_kept():
    (fact,) = read_plain(json.dumps({"title": "2023年年报", "text": REPORT}).encode()).facts
    assert (fact.field, fact.value) == ("title", "2023年年报")


def test_the_bars_around_an_article_in_one_cell_are_no_part_of_it():
    width = 60
    rows = ["| 规章 | 0 | 1 |", "| 许可 | 2 | 3 |", "| 处罚 | 4 | 5 |"]
    inner = ["一、总体情况", "", *["全年平稳。"] * 20, *rows, "", "二、问题"]
    framed = [f"| {line}{' ' * (width - len(line))} |" for line in inner]
    text = "\n".join(["标题", f"+{'-' * width}+", *framed, f"+{'-' * width}+"])
    blocks = [block for block in read_plain(text.encode()).blocks if isinstance(block, Grid) or "。" in block.text]
    assert [type(block) for block in blocks] == [*[Text] * 20, Grid]
    assert [cell.text for cell in blocks[-1].rows[1]] == ["许可", "2", "3"]
    assert blocks[0].text.strip() == "全年平稳。"


def test_the_only_figure_of_a_row_is_parted_from_its_label_where_the_heads_are_glued_too():
    rows = "行政许可3\n行政事业性收费1.5元"
    assert _lines(read_plain(rows.encode())) == rows.split("\n")
    parted = _lines(read_plain(f"信息内容本年处理决定数量\n{rows}".encode()))
    assert parted[1:] == ["行政许可 3", "行政事业性收费 1.5元"]


@pytest.mark.parametrize("padding", ["", " | ||"])
def test_cells_have_places_where_no_row_of_the_text_was_filled_up_for_cells_that_it_lost(padding):
    """trafilatura drops blank cells and fills the row up: nobody knows which of its cells is the blank one."""
    rows = [f"{label} | 0 | 1 | 1{padding}" for label in ("规章", "规范性文件", "行政许可")]
    grid = next(block for block in read_plain("\n".join(rows).encode()).blocks if isinstance(block, Grid))
    assert {bool(cell.place) for row in grid.rows for cell in row} == {not padding}
