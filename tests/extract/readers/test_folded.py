"""Reports whose lines a converter ran together are read as if it had kept them."""

import re
from itertools import pairwise

import pytest

from extract import read
from extract.form import TABLE3_LABELS
from extract.readers.folded import unfolded
from tests.extract.gold import SEEDS, read_gold
from tests.extract.sheets import figures, sheets, stated
from tests.extract.test_read import a_cell_a_line, a_row_a_line, assert_states, markdown, text_of

PROSE = "全年通过政府网站公开信息320条，办理依申请公开3件。" * 8


def report(flatten):
    """The text of a report on the 2021 form, with prose of the usual length."""
    return text_of(flatten, sheets("2021")).replace("全年平稳。", f"（一）主动公开情况\n{PROSE}")


@pytest.mark.parametrize("flatten", [a_cell_a_line, a_row_a_line])
@pytest.mark.parametrize("seam", [" ", " | ", "\u3000"])
def test_a_report_in_one_line_is_read_whole(flatten, seam):
    reading = read(seam.join(report(flatten).split("\n")).encode())
    assert {table: stated(reading, table) for table in figures("2021")} == figures("2021")
    assert (reading.title, reading.report_year) == ("某县2023年政府信息公开工作年度报告", 2023)
    assert [section.heading[:2] for section in reading.sections] == ["一、", "二、", "三、", "四、", "五、", "六、"]


def test_a_table_in_one_line_with_the_paragraph_and_the_heading_above_it_is_read_whole():
    lines = report(a_cell_a_line).split("\n")
    starts = [at for at, line in enumerate(lines) if re.match("二、主动|三、收到|四、政府|五、存在", line)]
    tables = [" | ".join(lines[at + 1 : end]) for at, end in pairwise(starts)]
    pieces = [f"本年平稳。 {lines[at]} {table} |" for at, table in zip(starts, tables, strict=False)]
    text = "\n".join([*lines[: starts[0]], *pieces, *lines[starts[-1] :]])
    assert {table: stated(read(text.encode()), table) for table in figures("2021")} == figures("2021")
    slip = read(text.replace("| 规章 | 0 |", "| 规章 | 0。 |").encode())  # a figure that ends as sentences do
    assert stated(slip, "table3") == figures("2021")["table3"]


def test_words_in_pieces_change_nothing():
    whole = report(a_cell_a_line).replace("\n", " ")
    torn = re.sub(r"([\u4e00-\u9fff、]{3})(?=[\u4e00-\u9fff、])", r"\1 ", whole)
    assert stated(read(torn.encode()), "table3") == figures("2021")["table3"]


def test_sentences_beside_figures_are_no_part_of_their_rows():
    text = (
        report(a_row_a_line).replace("五、存在", "以上均为本年数。 本年度无行政诉讼1件。 五、存在").replace("\n", " ")
    )
    reading = read(text.encode())
    assert stated(reading, "table4") == figures("2021")["table4"]
    assert "本年度无行政诉讼1件。" in reading.sections[3].text


def test_the_number_of_the_next_row_behind_the_figures_of_a_row_is_no_figure():
    lines = report(a_row_a_line).split("\n")
    numbers = iter(range(1, 99))
    keys = tuple(TABLE3_LABELS[row] for row in figures("2021")["table3"])
    lines[lines.index("三、收到和处理政府信息公开申请情况")] += " 序号"
    text = " ".join(f"{next(numbers)} {line}" if any(key in line for key in keys) else line for line in lines)
    assert stated(read(text.encode()), "table3") == figures("2021")["table3"]


def test_a_table_of_markdown_in_one_line_is_parted_by_its_rule():
    lines = ["前文：", "|规章|甲|", "| --- | :---: |", "| | 1 |", "| 2 | |"]
    assert list(unfolded(" ".join(lines))) == ["前文：", "|规章|甲|", "| | 1 |", "| 2 | |"]


@pytest.mark.parametrize("line", ["| --- | --- |", "| a | b | | --- | --- | | 1 | 2 | 3 |", "|甲|乙|", "无。"])
def test_what_is_no_such_table_stays_one_line(line):
    assert list(unfolded(line)) == [line]


def test_tables_of_markdown_in_one_line_each_are_read_whole():
    text = report(markdown)
    folded = re.sub(r"\|\n(?=\|)", "| ", text)
    assert stated(read(folded.encode()), "table3") == figures("2021")["table3"]


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.stem[:3])
def test_a_real_report_in_one_line_is_read_as_far_as_its_blank_cells_allow(path):
    """What differs from the hand reading is refused, never another figure."""
    reading = read(" ".join(path.read_text("utf-8").split()).encode())
    truth = read_gold()[path.name[:3]]
    assert_states(reading, {table: truth[table] for table in ("table3", "table4")})


def test_a_page_in_one_line_has_its_title_box_and_date():
    title = "江油市教育局2023年政府信息公开工作年度报告"
    box = f"索引号：008395/2024-01发布机构：江油市教育局名称：{title}发布日期：2024-01-23"
    page = f"{title}-江油市人民政府首页您现在的位置：首页>年报{box}{title}浏览次数：8082023年，在县委领导下。"
    reading = read(f"{page}\n{report(a_row_a_line).partition(chr(10))[2]}".encode())
    assert (reading.title, reading.issuer, reading.published) == (title, "江油市教育局", "2024-01-23")
