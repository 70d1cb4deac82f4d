"""Tables, pages and texts as portals were seen or are known to print them beside the form's own layout: all read right,
or refused with a warning.
"""

import re
from random import Random

import pytest
import trafilatura

from extract import read
from extract.characters import places
from extract.document import Cell
from extract.errors import UnreadableDocument
from extract.form import TABLE3_LABELS
from tests.extract.sheets import (
    FIGURES4,
    HEADS3,
    HEADS4,
    doubted,
    figures,
    figures2,
    figures3,
    read_sheets,
    sheet2,
    sheet3,
    sheet4,
    sheets,
    stated,
)
from tests.extract.test_read import assert_states, tabs

GROUPS4 = {"review": "行政复议", "litigation_direct": "未经复议直接起诉", "litigation_after_review": "复议后起诉"}
TITLE = "江油市教育局2023年政府信息公开工作年度报告"
PROSE = "2023年，全局主动公开政府信息123条，其中政策文件4件。"


def page(body, *, head=""):
    """A page of a report around the three tables."""
    return f"<html><head><meta charset=utf-8></head><body>{head}<div>{body}</div></body></html>".encode()


def html_of(sheet):
    """A sheet as a table of a page."""
    cells = [
        "".join(f"<td colspan={cell.colspan} rowspan={cell.rowspan}>{cell.text}</td>" for cell in row) for row in sheet
    ]
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"


def report(sheets, *, before="", prose=PROSE, problems="无。"):
    """The body of a report's page with its six sections."""
    return (
        f"<h1>{TITLE}</h1>{before}<p>一、总体情况</p><p>{prose}</p><p>二、主动公开政府信息情况</p>{html_of(sheets[2])}"
        f"<p>三、收到和处理政府信息公开申请情况</p>{html_of(sheets[3])}"
        f"<p>四、政府信息公开行政复议、行政诉讼情况</p>{html_of(sheets[4])}"
        f"<p>五、存在的主要问题及改进情况</p><p>{problems}</p><p>六、其他需要报告的事项</p><p>无。</p>"
    )


def groups_in_rows():
    """Table 4 with its groups in rows below the outcomes."""
    rows = [[Cell(GROUPS4[name]), *(Cell(str(value)) for value in FIGURES4[name])] for name in GROUPS4]
    return [[Cell("类型"), *map(Cell, HEADS4)], *rows]


@pytest.mark.parametrize("number", [2, 3, 4])
def test_a_row_of_blanks_that_word_adds_to_a_table_changes_nothing(number):
    whole = sheets()
    whole[number].append([Cell("") for _ in range({2: 4, 3: 10, 4: 15}[number])])
    tables = read_sheets(whole)
    assert {table: stated(tables, table) for table in figures()} == figures()
    assert tables.warnings == []


def test_the_groups_of_table_4_may_stand_in_rows():
    tables = read_sheets(sheets() | {4: groups_in_rows()})
    assert stated(tables, "table4") == FIGURES4
    assert tables.status["table4"] == "verified"


def test_the_groups_of_table_4_may_stand_in_lines_of_a_text():
    text = read_text(sheets() | {4: groups_in_rows()})
    assert_states(read(text.encode()), {"table4": FIGURES4})
    assert {name: [cell.value for cell in row] for name, row in read(text.encode()).table4.items()} == FIGURES4


def read_text(sheets):
    """A text of the three tables, cells parted by tabs."""
    headings = {2: "二、主动公开政府信息情况", 3: "三、收到和处理政府信息公开申请情况", 4: "四、行政复议、行政诉讼情况"}
    tables = [line for number, sheet in sheets.items() for line in (headings[number], *tabs(sheet))]
    return "\n".join([TITLE, "一、总体情况", PROSE, *tables, "五、存在的主要问题及改进情况", "无。"])


def test_tables_without_totals_leave_the_totals_blank():
    whole = sheets()
    whole[3] = [[cell for cell in row if cell.text != "总计"] for row in sheet3()]
    whole[3] = whole[3][:3] + [row[:-1] for row in whole[3][3:]]
    whole[4] = [[cell for cell in row if cell.text != "总计"] for row in sheet4()[:3]]
    whole[4].append([Cell(str(value)) for row in FIGURES4.values() for value in row[:4]])
    for row in whole[4][:2]:
        row[:] = [Cell(cell.text, {5: 4, 10: 8}.get(cell.colspan, 1), cell.rowspan) for cell in row]
    tables = read_sheets(whole)
    assert stated(tables, "table3") == {name: [*row[:6], None] for name, row in figures3().items()}
    assert stated(tables, "table4") == {name: [*row[:4], None] for name, row in FIGURES4.items()}
    assert any("no column of totals" in warning for warning in tables.warnings)


def test_ordinals_before_the_labels_and_remarks_behind_the_figures_are_no_cells():
    whole = sheets()
    rows = whole[3]
    rows[0][:] = [Cell("序号", 1, 3), *rows[0], Cell("备注", 1, 3)]
    for number, row in enumerate(rows[3:], 1):
        row[:] = [Cell(str(number)), *row, Cell("")]
    tables = read_sheets(whole)
    assert stated(tables, "table3") == figures3()
    assert tables.warnings == []


@pytest.mark.parametrize("unit", ["（万元）", "（单位：万元）", "(件)"])
def test_a_unit_behind_a_label_is_no_part_of_it(unit):
    whole = sheets()
    for row in whole[2]:
        row[0] = Cell(row[0].text + (unit if row[0].text == "行政事业性收费" else ""), row[0].colspan)
    tables = read_sheets(whole)
    assert stated(tables, "table2") == figures2()
    assert tables.status["table2"] == "verified"


def test_preformatted_text_keeps_its_lines():
    reading = read(page(f"<pre>{read_text(sheets())}</pre>"))
    assert_states(reading, figures())
    assert reading.table3["received"][0].value == figures3()["received"][0]


def test_a_text_folded_into_one_line_still_has_its_sections():
    folded = read_text(sheets()).replace("\n", " ").replace("\t", " ") + " 六、其他需要报告的事项 无。"
    reading = read((folded + " " * 1000).encode())
    assert next(section.heading[:2] for section in reading.sections if section.heading) == "一、"
    assert_states(reading, figures())


def test_a_text_folded_into_one_line_with_bars_between_the_pieces_of_its_labels_is_read():
    folded = read_text(sheets()).replace("\n", "|").replace("\t", "|").replace("2.重复申请", "2.|重|复申请")
    reading = read(re.sub(r"\|(（.）|\d\.)", r"|\1|", folded).encode())
    assert_states(reading, figures())
    assert None not in stated(reading, "table3")["not_processed.duplicate"]


def test_zeros_without_blanks_between_are_cells_in_a_text_folded_into_one_line_and_other_figures_are_none():
    truth = {name: [0] * 7 for name in figures3()} | {"carried_out": [3, 0, 0, 0, 0, 0, 3]}
    rows = [f"{label}{''.join(map(str, truth[name]))}" for name, label in TABLE3_LABELS.items() if name in truth]
    heads = [
        "三、收到和处理政府信息公开申请情况",
        "申请人情况",
        "自然人法人或其他组织总计商业企业科研机构社会公益组织法律服务机构其他",
    ]
    text = " ".join([TITLE, "一、总体情况", PROSE * 30, *heads, *rows, "五、存在的主要问题及改进情况 无。"])
    assert stated(read(text.encode()), "table3") == truth | {"carried_out": [None] * 7}


def test_the_line_of_source_and_date_within_the_article_is_read():
    line = "<p>2024-01-17 信息来源：江油市教育局</p>"
    reading = read(page(report(sheets(), before=line)))
    assert reading.published == "2024-01-17"
    assert "信息来源" not in "".join(section.text for section in reading.sections)


def test_the_date_of_the_announcement_around_a_report_is_its_date():
    letter = "<p>现将江油市教育局2023年度报告予以公告，请监督。</p><p>江油市教育局</p><p>2024年1月31日</p>"
    assert read(page(report(sheets(), before=letter))).published == "2024-01-31"


def test_a_line_on_the_subject_of_its_numbered_section_opens_none():
    problems = "存在的问题：</p><p>意识不强。</p><p>改进措施：</p><p>加强学习。"
    headings = [section.heading for section in read(page(report(sheets(), problems=problems))).sections]
    assert [heading[:2] for heading in headings if heading] == ["一、", "二、", "三、", "四、", "五、", "六、"]


def test_a_self_inspection_is_no_report():
    body = report(sheets()).replace(TITLE, "江油市关于政府信息公开工作自查情况的报告")
    paper = body[: body.index("<p>二、")] + "<p>二、存在的主要问题</p><p>不及时。</p><p>三、改进措施</p><p>学习。</p>"
    assert read(page(paper)).genre == "rejected"


def test_rows_and_cells_that_a_page_hides_take_no_place():
    hidden = "<td style='display: none'>7</td>"
    body = report(sheets())
    start = body.index("三、收到和处理")
    spoiled = body[:start] + body[start:].replace("</tr>", f"{hidden}</tr><tr style='display:none'><td>9</td></tr>", 40)
    reading = read(page(spoiled))
    assert {name: [cell.value for cell in row] for name, row in reading.table3.items()} == figures3()
    assert not any(warning.startswith("table") for warning in reading.warnings)
    assert reading.table3["received"][0].place == "t1r6c1"  # as all rows of the original count, hidden ones too


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("发文日期：2024年01月18日</p><p>发布日期：2024年01月20日", "2024-01-20"),
        ("发表于：2024-01-20 16:20", "2024-01-20"),
        ("江油市教育局 2024-01-20", "2024-01-20"),
        ("时间：2024年元月20日", "2024-01-20"),
    ],
)
def test_the_line_under_a_title_states_the_date(line, published):
    assert (
        read(page(f"<p>{line}</p>" + report(sheets()).partition("</h1>")[2], head=f"<h1>{TITLE}</h1>")).published
        == published
    )


@pytest.mark.parametrize("signed", ["2024年元月20日", "二○二四年元月二十日", "２０２４年１月２０日"])
def test_a_signature_may_date_from_the_first_month(signed):
    assert read(page(report(sheets()) + f"<p>江油市教育局</p><p>{signed}</p>")).published == "2024-01-20"


def test_an_authority_in_brackets_behind_the_title_is_the_issuer():
    body = report(sheets()).replace(TITLE, "2023年政府信息公开工作年度报告（江油市教育局）")
    assert read(page(body)).issuer == "江油市教育局"


LEFT, PITCH = 80, 8  # of the columns of figures, in places
HEADS = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]


def set_out(truth, width, *, shifted=None, by=0):
    """Table 3 as `pdftotext -layout` writes it; `width` counts the places of a text, the figures of the row `shifted`
    stand `by` places to the right.
    """

    def line(label, texts, shift=0):
        out = label
        for column, text in enumerate(texts):
            at = LEFT + shift + column * PITCH + (PITCH - width(text)) // 2
            out += " " * (at - width(out)) + text if text else ""
        return out

    heads = [line("", [head[:3] for head in HEADS]), line("", [head[3:] for head in HEADS])]
    rows = [
        line(TABLE3_LABELS[name], ["" if value is None else str(value) for value in row], by * (name == shifted))
        for name, row in truth.items()
    ]
    text = read_text(sheets())
    start, end = text.index("三、收到和处理"), text.index("四、行政复议")
    return "\n".join([text[:start], "三、收到和处理政府信息公开申请情况", *heads, *rows, text[end:]])


def with_blanks():
    """Figures of table 3 with blanks for zeros and one column of blanks."""
    rows = {
        name: [0 if column == 2 else value for column, value in enumerate(row[:6])] for name, row in figures3().items()
    }
    return {name: [*(value or None for value in row), sum(row)] for name, row in rows.items()}


WIDTHS = pytest.mark.parametrize("width", [len, lambda text: places(text)[1], lambda text: places(text)[2]])


@WIDTHS
def test_figures_set_out_by_blanks_stand_below_their_heads(width):
    truth = with_blanks()
    reading = read(set_out(truth, width).encode())
    got = {name: [cell.value for cell in row] for name, row in reading.table3.items()}
    assert got == truth


@WIDTHS
def test_figures_that_stand_below_their_heads_need_not_add_up(width):
    truth = {name: [3, None, None, None, None, None, 5] for name in figures3()}
    assert stated(read(set_out(truth, width).encode()), "table3") == truth


def columns_apart(texts, width, first=0, pitch=14):
    """A line whose texts stand in the middle of columns of one width."""
    out = ""
    for at, text in enumerate(texts):
        out += " " * (first + at * pitch + (pitch - width(text)) // 2 - width(out)) + text if text else ""
    return out


@WIDTHS
@pytest.mark.parametrize("blank", [[2], [0, 5], range(5), range(5, 10), range(10, 15)])
def test_figures_of_table_4_set_out_by_blanks_stand_below_their_heads(width, blank):
    figures = [value for row in FIGURES4.values() for value in row]
    left = [None if at in blank else value for at, value in enumerate(figures)]
    left = [value if at % 5 == 4 else left[at] for at, value in enumerate(figures)] if len(blank) < 5 else left
    left = [sum(left[at - 4 + k] or 0 for k in range(4)) if at % 5 == 4 and left[at] else left[at] for at in range(15)]
    text = table4_as_text(
        columns_apart(["行政复议", "行政诉讼"], width, 0, 75),
        columns_apart(["", "", "未经复议直接起诉", "复议后起诉"], width, 0, 35),
        *(columns_apart([head[half] for head in HEADS4] * 3, width) for half in (slice(0, 3), slice(3, 4))),
        columns_apart(["" if value is None else str(value) for value in left], width),
    )
    got = [value for row in stated(read(text.encode()), "table4").values() for value in row]
    assert got == left


@WIDTHS
def test_figures_of_table_2_set_out_by_blanks_stand_below_their_heads(width):
    heads = ["本年制发件数", "本年废止件数", "现行有效件数"]
    text = read_text(sheets())
    start, end = text.index("第二十条第（一）项"), text.index("第二十条第（五）项")
    lines = [
        columns_apart(["信息内容", *heads], width, pitch=24),
        "规章" + columns_apart(["", "4", "", "0"], width, pitch=24)[width("规章") :],
        "行政规范性文件" + columns_apart(["", "", "1", "12"], width, pitch=24)[width("行政规范性文件") :],
    ]
    reading = read("\n".join([text[:start].rstrip(), "第二十条第（一）项", *lines, text[end:]]).encode())
    assert stated(reading, "table2")["regulations"] == [4, None, 0]
    assert stated(reading, "table2")["normative_documents"] == [None, 1, 12]


@pytest.mark.parametrize(
    ("figures", "read_as"), [("59 0 0", [59, 0]), ("59 59 7", [59, 7]), ("3 3 3", [3, 3]), ("1 2 3", [None, None])]
)
def test_a_merged_cell_that_a_converter_repeats_is_one_wherever_it_stands(figures, read_as):
    sheet = sheet2("2019")
    at = next(number for number, row in enumerate(sheet) if row[0].text == "行政事业性收费")
    sheet[at - 1 : at + 1] = [
        [*sheet[at - 1][:2], *sheet[at - 1][1:]],
        [sheet[at][0], *(Cell(figure) for figure in figures.split())],
    ]
    text = read_text(sheets("2019") | {2: sheet})
    assert stated(read(text.encode()), "table2")["fees"] == read_as


@WIDTHS
@pytest.mark.parametrize("by", range(1, 2 * PITCH))
def test_a_row_that_is_shifted_against_the_others_is_right_or_doubted(width, by):
    truth = with_blanks()
    assert_states(read(set_out(truth, width, shifted="granted", by=by).encode()), figures() | {"table3": truth})


def test_a_heading_that_its_table_prints_once_more_opens_no_second_section():
    body = report(sheets()).replace("<p>五、", "<p>二、主动公开政府信息情况</p><p>五、")
    body = body.replace("<p>三、", "<p>三、收到和处理政府信息公开申请情况</p><p>具体数据见下表：</p><p>三、", 1)
    sections = {section.heading[:2]: section.text for section in read(page(body)).sections if section.heading}
    assert list(sections) == ["一、", "二、", "三、", "四、", "五、", "六、"]
    assert sections["三、"] == "具体数据见下表："


def a_cell_a_line(truth, gap):
    """A text of one cell a line, `gap` empty lines between cells; a blank cell is such a line, too."""
    whole = sheets() | {3: sheet3("2021", truth)}
    cells = {number: [cell.text for row in sheet for cell in row] for number, sheet in whole.items()}
    headings = {2: "二、主动公开政府信息情况", 3: "三、收到和处理政府信息公开申请情况", 4: "四、行政复议、行政诉讼情况"}
    lines = [line for number in cells for line in (headings[number], *cells[number])]
    return ("\n" * (gap + 1)).join([TITLE, "一、总体情况", PROSE, *lines, "五、存在的主要问题及改进情况", "无。"])


def emptied(row, columns):
    """A row with blanks in some columns."""
    return [None if at in columns else value for at, value in enumerate(row)]


@pytest.mark.parametrize("gap", [0, 1, 2])
@pytest.mark.parametrize("blanks", [(2,), (0, 3), (1, 2, 3, 4, 5)])
def test_blank_cells_are_seen_in_the_gaps_between_lines(gap, blanks):
    truth = {
        name: [None if at in blanks else value for at, value in enumerate(row)] for name, row in figures3().items()
    }
    truth["granted"] = figures3()["granted"]
    reading = read(a_cell_a_line(truth, gap).encode())
    assert {name: [cell.value for cell in row] for name, row in reading.table3.items()} == truth


@pytest.mark.parametrize("gap", [0, 1, 2])
@pytest.mark.parametrize("lost", range(7))
def test_a_lost_line_is_no_blank_cell_in_any_gap(gap, lost):
    truth = {name: [None if at == 2 else value for at, value in enumerate(row)] for name, row in figures3().items()}
    part = ("\n" * (gap + 1)).join(
        ["2.其他法律行政法规禁止公开", *("" if v is None else str(v) for v in truth["denied.by_law"])]
    )
    cells = part.split("\n" * (gap + 1)) if gap else part.split("\n")
    text = a_cell_a_line(truth, gap)
    assert part in text
    spoiled = text.replace(part, ("\n" * (gap + 1)).join(cells[: lost + 1] + cells[lost + 2 :]))
    assert_states(read(spoiled.encode()), {"table3": truth})


def test_figures_with_their_unit_behind_a_blank_are_figures():
    text = read_text(sheets()).replace("行政许可\t", "行政许可\t\n").replace("\t", "\n")
    licensing = figures2()["licensing"][0]
    spoiled = text.replace(f"\n{licensing}\n", f"\n{licensing} 件\n", 1)
    assert spoiled != text
    assert read(spoiled.encode()).table2["licensing"]["decisions"].value == licensing


def test_a_row_quoted_behind_the_tables_is_prose():
    spoiled = sheets()
    body = report(spoiled, problems="申请件数较多的有：</p><p>2.重复申请 13 件</p><p>3.要求提供公开出版物 5 件")
    text = "\n".join(html_text(body))
    assert_states(read(text.encode()), figures())
    assert read(text.encode()).table3["not_processed.duplicate"][0].value == figures3()["not_processed.duplicate"][0]


def html_text(body):
    """The texts of a page, a cell a line."""
    return [text for text in re.sub(r"<[^>]*>", "\n", body).split("\n") if text.strip()]


def test_a_label_table_printed_a_cell_a_line_states_who_and_when():
    labels = [
        "索引号",
        "510781/2024-00012",
        "生成日期",
        "2024-01-18",
        "发布机构",
        "江油市教育局",
        "公开日期",
        "2024-01-20",
    ]
    text = "\n".join([*labels, "名称", TITLE, "文号", "", read_text(sheets()).partition("\n")[2]])
    reading = read(text.encode())
    assert (reading.title, reading.issuer, reading.published) == (TITLE, "江油市教育局", "2024-01-20")


def test_a_label_without_a_value_takes_none_from_the_label_behind_it():
    text = "\n".join(["发文字号", f"名称：{TITLE}", "主题词", read_text(sheets()).partition("\n")[2]])
    assert read(text.encode()).title == TITLE


def torn(text, rng):
    """A text in two pieces, torn anywhere."""
    at = rng.randrange(1, len(text))
    return [text[:at], text[at:]]


@pytest.mark.parametrize("gap", [0, 1])
@pytest.mark.parametrize("seed", range(12))
def test_labels_torn_anywhere_over_two_lines_are_whole(gap, seed):
    rng = Random(seed)
    headings = {2: "二、主动公开政府信息情况", 3: "三、收到和处理政府信息公开申请情况", 4: "四、行政复议、行政诉讼情况"}
    lines = [TITLE, "一、总体情况", PROSE]
    for number, sheet in sheets().items():
        lines.append(headings[number])
        for cell in (cell for row in sheet for cell in row):
            whole = cell.text.isdigit() or len(cell.text) < 4 or rng.random() < 0.7
            lines += [cell.text] if whole else torn(cell.text, rng)
    reading = read(("\n" * (gap + 1)).join([*lines, "五、存在的主要问题及改进情况", "无。"]).encode())
    assert {table: stated(reading, table) for table in figures()} == figures()


@pytest.mark.parametrize(
    ("printed", "following"),
    [("（七", "）总计"), ("四、", "结转下年度继续办理"), ("二、", "上年结转政府信息公开申请数量")],
)
def test_a_label_torn_by_its_figures_may_leave_its_number_alone(printed, following):
    text = read_text(sheets())
    row = next(line for line in text.split("\n") if "".join((printed, following)) in line.replace("\t", ""))
    behind = row.index(following) + len(following)
    spoiled = text.replace(row, f"{row[: row.index(following)]}{row[behind:]}\n\t\t{following}")
    reading = read(spoiled.encode())
    assert stated(reading, "table3") == figures3()


@pytest.mark.parametrize("line", range(3))
def test_a_blank_behind_the_heads_of_table_4_is_no_cell(line):
    head, _, tail = read_text(sheets()).partition("四、行政复议、行政诉讼情况\n")
    lines = [text.rstrip("\t") for text in tail.split("\n")]
    lines[line] += "\t"
    text = "\n".join([f"{head}四、行政复议、行政诉讼情况", *lines])
    assert stated(read(text.encode()), "table4") == FIGURES4


@pytest.mark.parametrize("shown", ["txt", "markdown"])
@pytest.mark.parametrize("mark", ["0", "", "/"])
def test_tables_that_trafilatura_flattened_are_right_or_refused(shown, mark):
    truth = {name: [value if value or mark == "0" else None for value in row] for name, row in figures3().items()}
    whole = sheets()
    whole[3][3:] = [[Cell(mark) if cell.text == "0" else cell for cell in row] for row in whole[3][3:]]
    text = trafilatura.extract(page(report(whole)), include_tables=True, favor_recall=True, output_format=shown)
    reading = read(f"{TITLE}\n{text}".encode())
    assert_states(reading, figures() | {"table3": truth})
    assert mark == "" or stated(reading, "table3") == truth


def bars_before(cells):
    """Cells as trafilatura 1.6 prints those whose paragraph begins a line of the source; a blank one is its bar."""
    return "".join(f"|\n{cell}\n" if cell else "|\n" for cell in cells)


def bars_around(cells):
    """A row as trafilatura to 1.5 prints it."""
    return "".join(f"|{cell}|" for cell in cells) + "\n"


def bars_behind(cells):
    """A row as trafilatura 1.12 prints it, filled up to the longest; a blank cell of a paragraph begins a line."""
    return "".join(f"{cell} | " if cell else "\n| " for cell in cells) + "|" * (15 - len(cells)) + "\n"


@pytest.mark.parametrize("bars", [bars_before, bars_around, bars_behind])
@pytest.mark.parametrize("blank", [(), (1, 4), (0, 6), range(7)], ids=str)
def test_the_bars_that_trafilatura_set_before_or_around_each_cell_show_the_blank_ones(bars, blank):
    truth = {name: emptied(row, blank if at % 4 == 3 else ()) for at, (name, row) in enumerate(figures3().items())}
    whole = sheets() | {3: sheet3("2021", truth)}
    headings = {2: "二、主动公开政府信息情况", 3: "三、收到和处理政府信息公开申请情况", 4: "四、行政复议、行政诉讼情况"}
    tables = [f"{headings[n]}\n{''.join(bars([c.text for c in row]) for row in whole[n])}" for n in whole]
    text = "\n".join([TITLE, "一、总体情况", PROSE, *tables, "五、存在的主要问题及改进情况", "无。"])
    assert_states(read(text.encode()), figures() | {"table3": truth})
    assert stated(read(text.encode()), "table3") == truth


@pytest.mark.parametrize(
    "parted",
    [("\n|\n",), ("\n|\n", "|\n", "\n|"), ("\n\t\n",), ("|\n|\n",), ("\n", "\n|\n", "|\n")],
    ids=["bars", "bars anyhow", "tabs", "two bars", "some bars"],
)
def test_seven_figures_fill_seven_cells_whatever_parts_them(parted):
    cells = a_cell_a_line(figures3(), 0).split("\n")
    text = cells[0] + "".join(f"{parted[at % len(parted)]}{cell}" for at, cell in enumerate(cells[1:]))
    assert stated(read(text.encode()), "table3") == figures3()


@pytest.mark.parametrize("parted", ["\n|\n", "\n\t\n", "|\n|\n", "\n|", "\n\n"])
@pytest.mark.parametrize("left", [(2, 4, 6), (0, 1, 2), (0, 3, 4, 6)], ids=str)
def test_what_parts_two_cells_is_never_a_blank_cell(parted, left):
    truth = {name: [row[at] for at in left] for name, row in figures3().items()}
    text = a_cell_a_line(truth, 0).replace("\n", parted)
    assert all(set(row) == {None} for row in stated(read(text.encode()), "table3").values())


@pytest.mark.parametrize("gap", [3, 6])
def test_a_figure_behind_blanks_as_wide_as_those_between_all_cells_stands_below_no_head(gap):
    text = "\n".join(
        [
            *[TITLE, "一、总体情况", PROSE, "二、主动公开政府信息情况", "第二十条第（一）项"],
            *["信息内容   本年制发件数   本年废止件数   现行有效件数", f"规章{' ' * gap}8", f"规范性文件{' ' * gap}9"],
            *["五、存在的主要问题及改进情况", "无。"],
        ]
    )
    assert {value for row in stated(read(text.encode()), "table2").values() for value in row} <= {None}


def two_tabs(row, paragraphs=()):
    """A row as Resiliparse prints it, the cells at some places made of paragraphs."""
    printed = ""
    for at, cell in enumerate(row):
        bare = f"\t\t{cell}" if at else cell
        printed += f"\n\n{cell or chr(160)}\n\n" if at in paragraphs else bare
    return re.sub("\n{3,}", "\n\n", printed.rstrip("\t"))


@pytest.mark.parametrize("paragraphs", [(), (3,), (1, 2), (0, 4, 7), (7,)], ids=str)
@pytest.mark.parametrize("blank", [(), (1, 4), (1, 5, 6)], ids=str)
def test_rows_that_resiliparse_broke_at_cells_of_paragraphs_are_whole_again(paragraphs, blank):
    truth = {name: emptied(row, () if paragraphs else blank) for name, row in figures3().items()}
    headings = {2: "二、主动公开政府信息情况", 3: "三、收到和处理政府信息公开申请情况", 4: "四、行政复议、行政诉讼情况"}
    lines = [TITLE, "一、总体情况", PROSE]
    for number, sheet in (sheets() | {3: sheet3("2021", truth)}).items():
        lines.append(headings[number])
        for row in sheet:
            broken = number == 3 and len(row) == 8
            lines.append(two_tabs([cell.text for cell in row], paragraphs if broken else ()))
    reading = read("\n".join([*lines, "五、存在的主要问题及改进情况", "无。"]).encode())
    assert_states(reading, figures() | {"table3": truth})
    assert stated(reading, "table3") == truth


@pytest.mark.parametrize(
    ("printed", "label"),
    [
        ("规章", "章"), ("行政许可", "可"), ("行政处罚", "行政"), ("行政强制", "制"),
        ("行政许可", "行政许可1"), ("行政处罚", "息政处罚"),
    ],
)  # fmt: skip
def test_a_row_of_table_2_whose_label_lost_most_of_it_is_known_by_its_place(printed, label):
    text = a_cell_a_line(figures3(), 0).replace(f"\n{printed}\n", f"\n{label}\n")
    reading = read(text.encode())
    assert stated(reading, "table2") == figures2()
    assert any(repr(label) in warning for warning in reading.warnings)


@pytest.mark.parametrize(
    "lost", [["规章"], ["行政规范性文件"], ["规章", "行政规范性文件"], ["行政许可", "行政处罚"], ["行政强制"]]
)
def test_rows_of_table_2_without_labels_are_known_by_the_number_of_their_figures(lost):
    text = a_cell_a_line(figures3(), 1)
    for label in lost:
        text = text.replace(f"\n{label}\n", "\n\n")
    reading = read(text.encode())
    assert stated(reading, "table2") == figures2()
    assert doubted(reading, "table2")


def test_a_figure_behind_a_blank_cell_may_be_that_of_the_row_whose_label_is_lost():
    first, second = figures2()["penalties"] + figures2()["compulsion"]
    printed = f"行政处罚\n\n{first}\n\n行政强制\n\n{second}\n"
    text = a_cell_a_line(figures3(), 1)
    assert printed in text
    reading = read(text.replace(printed, f"行政处罚\n\n \n\n\n\n{second}\n").encode())
    assert stated(reading, "table2")["penalties"] == stated(reading, "table2")["compulsion"] == [None]
    assert doubted(reading, "table2: penalties")


def test_a_row_of_table_2_that_is_blank_beside_a_lost_one_is_blank():
    blank = re.sub(r"行政处罚\t\d+", "行政处罚\t", read_text(sheets()))
    reading = read(re.sub(r"行政强制\t\d+", "", blank).encode())
    assert stated(reading, "table2")["penalties"] == stated(reading, "table2")["compulsion"] == [None]


def test_where_a_row_of_table_2_is_missing_its_neighbour_is_not_known_by_its_place():
    text = re.sub(r"\n行政强制\n\d+", "", a_cell_a_line(figures3(), 0)).replace("\n行政处罚\n", "\n行政\n")
    reading = read(text.encode())
    assert {value for row in stated(reading, "table2").values() for value in row}.isdisjoint(figures2()["penalties"])
    assert doubted(reading, "table2: penalties")


@pytest.mark.parametrize("more", ["数量", "情况", "信息"])
def test_a_word_more_behind_a_label_changes_nothing(more):
    text = read_text(sheets())
    for label in ("四、结转下年度继续办理", "行政处罚", "规范性文件"):
        text = text.replace(f"{label}\t", f"{label}{more}\t")
    assert_states(read(text.encode()), figures())


def test_a_head_that_lost_its_last_word_names_no_column():
    text = a_cell_a_line(figures3(), 0).replace("法人或其他组织", "法人或其他")
    assert stated(read(text.encode()), "table3") == figures3()


@pytest.mark.parametrize("mark", ["--", "～", "无数据", "不涉及", "NaN"])
@pytest.mark.parametrize("gap", [0, 1])
def test_a_mark_on_a_line_of_its_own_is_a_cell_that_states_no_figure(mark, gap):
    truth = {name: [value or None for value in row] for name, row in figures3().items()}
    text = a_cell_a_line(figures3(), gap).replace("\n0\n", f"\n{mark}\n").replace("\n0\n", f"\n{mark}\n")
    reading = read(text.encode())
    assert stated(reading, "table3") == truth
    assert mark not in "".join(section.text for section in reading.sections[:-1])


@pytest.mark.parametrize("stray", ["3", "- 3 -", "第 3 页", "3/7"])
def test_a_page_number_between_the_lines_of_a_table_changes_no_figure(stray):
    lines = read_text(sheets()).split("\n")
    start = next(at for at, line in enumerate(lines) if line.startswith("三、收到"))
    for at in range(start + 4, start + 30, 3):
        assert_states(read("\n".join([*lines[:at], stray, *lines[at:]]).encode()), figures())


@pytest.mark.parametrize("behind", [" - 江油市人民政府", "_政府信息公开年报_江油市人民政府门户网站", "|江油市教育局"])
def test_the_site_behind_a_title_is_no_part_of_it(behind):
    text = read_text(sheets()).replace(TITLE, TITLE + behind)
    assert read(text.encode()).title == TITLE


@pytest.mark.parametrize("printed", ["1 033", "1 01"])
def test_a_second_group_of_digits_that_begins_with_a_zero_is_no_number_of_its_own(printed):
    text = a_cell_a_line(figures3(), 0).replace("予以公开\n1\n", f"予以公开\n{printed}\n")
    reading = read(text.encode())
    assert [cell.value for cell in reading.table3["granted"]] == [
        int(printed.replace(" ", "")),
        *figures3()["granted"][1:],
    ]
    assert any("granted" in warning and printed in warning for warning in reading.warnings)


def table4_as_text(*lines, behind=()):
    """A report as text whose table 4 is these lines."""
    head = read_text({number: sheet for number, sheet in sheets().items() if number != 4})
    head = head.removesuffix("五、存在的主要问题及改进情况\n无。")
    return "\n".join([f"{head}四、行政复议、行政诉讼情况", *lines, *behind, "五、存在的主要问题及改进情况", "无。"])


def test_a_misprinted_group_of_table_4_is_known_by_its_columns():
    heads, values = " ".join(HEADS4), " ".join(str(value) for row in FIGURES4.values() for value in row)
    text = table4_as_text("行政复议 行政诉讼", f"{heads} 未经复议接起诉 复议后起诉", f"{heads} {heads}", values)
    reading = read(text.encode())
    assert stated(reading, "table4") == FIGURES4
    assert any(warning.startswith("table4") and "form's order" in warning for warning in reading.warnings)
    swapped = text.replace("结果维持 结果纠正", "结果纠正 结果维持")
    assert stated(read(swapped.encode()), "table4") == {name: [None] * 5 for name in FIGURES4}


def test_heads_of_table_4_above_blanks_of_their_own_line_have_no_blank_figures():
    heads = " | ".join(HEADS4)
    values = " | ".join(str(value) for row in FIGURES4.values() for value in row)
    text = table4_as_text(
        f"| 行政复议 |{'  |' * 4} 行政诉讼 |{'  |' * 9}",
        f"|{'---|' * 15}",
        f"| {heads} | 未经复议直接起诉 |{'  |' * 4} 复议后起诉 |{'  |' * 4}",
        f"|{'  |' * 5} {heads} | {heads} |",
        f"| {values} |",
    )
    assert stated(read(text.encode()), "table4") == FIGURES4


@pytest.mark.parametrize("between", ["\t", " | ", " ", "\n"])
def test_outcomes_in_rows_below_the_groups_are_read_where_none_may_have_moved(between):
    rows = [[head, *map(str, values)] for head, *values in zip(HEADS4, *FIGURES4.values(), strict=True)]
    heads, *lines = [between.join(row) for row in [["结果", *GROUPS4.values()], *rows]]
    assert stated(read(table4_as_text(heads, *lines).encode()), "table4") == FIGURES4
    lost = between.join(rows[1][:3])
    for second in (lost, f"{lost}\t", "", f"{lines[2]}\n{lines[1]}"):
        text = table4_as_text(heads, lines[0], second, *lines[2:])
        assert stated(read(text.encode()), "table4") == {name: [None] * 5 for name in FIGURES4}


@pytest.mark.parametrize("gap", [0, 1])
@pytest.mark.parametrize("blank", list(FIGURES4)[:2])
def test_a_group_of_blanks_in_a_text_of_a_cell_a_line_is_blank(gap, blank):
    truth = {name: [None] * 5 if name == blank else row for name, row in FIGURES4.items()}
    heads = ["行政复议", "行政诉讼", *HEADS4, "未经复议直接起诉", "复议后起诉", *HEADS4, *HEADS4]
    values = ["" if value is None else str(value) for row in truth.values() for value in row]
    cells = ("\n" * (gap + 1)).join([*heads, *values])
    assert stated(read(table4_as_text(cells, behind=[""]).encode()), "table4") == truth


def test_commas_within_numbers_part_no_fields():
    truth = {name: [value * 1111 for value in row] for name, row in figures3().items()}
    rows = [" ".join([cell.text for cell in row if cell.text]) for row in sheet3("2021", truth)]
    lines = [re.sub(r"(?<=\d)(?=(?:\d{3})+(?!\d))", ",", row) for row in rows]
    text = "\n".join([TITLE, "一、总体情况", PROSE, "三、收到和处理政府信息公开申请情况", *lines])
    assert stated(read(text.encode()), "table3") == truth


@pytest.mark.parametrize("begin", ["<?xml version='1.0'?><list total='24'>", "<data>"])
@pytest.mark.parametrize("title", ["{}", "<![CDATA[{}]]>"])
def test_a_list_in_xml_is_refused_by_its_name(begin, title):
    titles = [f"明亮镇人民政府{year}年政府信息公开工作年度报告" for year in range(2012, 2024)]
    told = "公开平稳，全年公开信息三十条，总体情况良好。" * 9
    rows = "".join(f"<item><title>{title.format(one)}</title><text>{told}</text></item>" for one in titles)
    if begin == "<data>":
        rows = f"<id><![CDATA[7]]></id>{rows}"
    with pytest.raises(UnreadableDocument) as refusal:
        read(f"{begin}{rows}</list>".encode())
    assert refusal.value.reason == "index_page"
    assert "12 reports" in refusal.value.detail


def test_a_report_in_xml_is_none_of_a_list():
    titles = "".join(f"<next><![CDATA[明亮镇人民政府{year}年政府信息公开年报]]></next>" for year in range(2012, 2023))
    told = "".join(
        "<p>公开平稳，全年公开信息三十条。</p>" * 9 + f"<h3>{one}</h3>"
        for one in ("二、主动公开政府信息情况", "四、政府信息公开行政复议、行政诉讼情况", "六、其他需要报告的事项")
    )
    page = f"<table><tr><td>年报</td></tr></table>{told}"
    reading = read(
        f"<?xml version='1.0'?><r><title>明亮镇人民政府2023年政府信息公开年报</title>{titles}{page}</r>".encode()
    )
    assert reading.genre == "report"


@pytest.mark.parametrize("root", ["rss version='2.0'", "feed xmlns='http://www.w3.org/2005/Atom'", "urlset"])
@pytest.mark.parametrize(
    "before", ["", '<?xml version="1.0" encoding="utf-8"?>\n', "\ufeff<?xml version='1.0'?><!-- a --><!-- b -->"]
)
def test_a_feed_of_reports_is_no_report(root, before):
    items = "".join(
        f"<item><title><![CDATA[{TITLE}]]></title><description>{PROSE}</description></item>" for _ in range(3)
    )
    with pytest.raises(UnreadableDocument, match="feed or a sitemap"):
        read(f"{before}<{root}><channel>{items}</channel></{root.split()[0]}>".encode())


def test_comments_without_end_before_a_page_are_passed_in_no_time():
    assert read(b"<!---->" * 200 + page(report(sheets()))).genre == "report"


HEADS3_SWAPPED = ("社会公益组织", "商业企业", "其他", "法律服务机构", "科研机构")
PLACES3_SWAPPED = (0, 3, 1, 5, 4, 2, 6)  # where the form has what stands there


def swapped3(heads):
    """A text whose table 3 has its kinds of organisation in another order, their heads on lines as given."""
    rows = [
        f"{label} {' '.join(str(figures3()[name][at]) for at in PLACES3_SWAPPED)}"
        for name, label in TABLE3_LABELS.items()
        if name in figures3()
    ]
    lines = ["三、收到和处理政府信息公开申请情况", "自然人 法人或其他组织 总计", *heads, *rows]
    return "\n".join([TITLE, "一、总体情况", PROSE, *lines, "五、存在的主要问题及改进情况", "无。"]).encode()


@pytest.mark.parametrize("heads", [HEADS3_SWAPPED, (" ".join(HEADS3_SWAPPED),)])
def test_columns_of_table_3_in_another_order_are_known_by_their_heads(heads):
    reading = read(swapped3(heads))
    assert stated(reading, "table3") == figures3()
    assert reading.status["table3"] == "verified"


def test_heads_of_table_3_that_a_converter_spread_over_lines_tell_no_order():
    reading = read(swapped3(["社会公益组织 商业企业", "其他 法律服务机构 科研机构"]))
    refused = {name: [None] * 7 for name, values in figures3().items() if len(set(values)) > 1}
    assert stated(reading, "table3") == figures3() | refused  # seven alike are the same in any order
    assert any(warning.startswith("table3: the columns stand in another order") for warning in reading.warnings)


def test_a_label_to_which_a_converter_glued_the_first_figure_is_parted_from_it():
    lines = [
        f"{label}{' '.join(map(str, figures3()[name]))}" for name, label in TABLE3_LABELS.items() if name in figures3()
    ]
    heads = "自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他 总计"
    text = "\n".join([TITLE, "一、总体情况", PROSE, "三、收到和处理政府信息公开申请情况", heads, *lines])
    assert stated(read(text.encode()), "table3") == figures3()


def test_prose_that_stands_apart_from_the_tables_is_of_the_article():
    prose = f"<p>{PROSE * 3}</p>"
    tables = "".join(f"<div>{html_of(sheet)}</div>" for sheet in sheets().values())
    menu = "<ul><li><a href=/>首页</a></li><li><a href=/xxgk>政务公开</a></li></ul>"
    reading = read(page(f"<div>{prose}</div><div>{tables}</div>", head=f"{menu}<h1>{TITLE}</h1>"))
    assert [section.text for section in reading.sections if section.text] == [PROSE * 3]


def turned3():
    """Table 3 with 自然人 behind the kinds of organisation."""
    sheet = sheet3()
    sheet[1] = [sheet[1][1], sheet[1][0], *sheet[1][2:]]
    return [*sheet[:3], *([*row[:-7], *row[-6:-1], row[-7], row[-1]] for row in sheet[3:])]


def total_first3():
    """Table 3 with the totals before all others."""
    sheet = sheet3()
    heads = [[sheet[0][0], Cell("总计", 1, 3), Cell("申请人情况", 6, 1)], sheet[1][:2], sheet[2]]
    return [*heads, *([*row[:-7], row[-1], *row[-7:-1]] for row in sheet[3:])]


@pytest.mark.parametrize("turn", [turned3, total_first3])
def test_columns_that_stand_elsewhere_than_in_the_form_are_read_by_their_heads(turn):
    tables = read_sheets({**sheets(), 3: turn()})
    assert stated(tables, "table3") == figures3()


def test_groups_of_table_4_in_another_order_are_read_by_their_heads_or_refused():
    names = ["litigation_direct", "litigation_after_review", "review"]
    values = [str(value) for name in names for value in FIGURES4[name]]
    groups = [Cell("未经复议直接起诉", 5), Cell("复议后起诉", 5), *(Cell(head, 1, 2) for head in HEADS4)]
    heads = [[Cell("行政诉讼", 10), Cell("行政复议", 5)], groups, [Cell(head) for head in HEADS4 * 2]]
    tables = read_sheets({**sheets(), 4: [*heads, [Cell(value) for value in values]]})
    assert stated(tables, "table4") == FIGURES4
    text = table4_as_text("行政诉讼 行政复议", "未经复议直接起诉 复议后起诉", " ".join(HEADS4 * 3), " ".join(values))
    assert stated(read(text.encode()), "table4") == {name: [None] * 5 for name in FIGURES4}


def test_a_blank_before_the_figures_of_every_row_is_no_blank_figure():
    """The blank that a wide label leaves, and totals that a converter dropped: seven fields, of which six are cells."""
    heads = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
    lines = [
        "\t".join([label, "", *map(str, figures3()[name][:6])])
        for name, label in TABLE3_LABELS.items()
        if name in figures3()
    ]
    text = "\n".join([TITLE, "一、总体情况", PROSE, "三、收到和处理政府信息公开申请情况", " ".join(heads), *lines])
    reading = read(text.encode())
    assert stated(reading, "table3") == {name: [*cells[:6], None] for name, cells in figures3().items()}
    assert reading.status["table3"] == "unverified"


SECTIONS = (
    ("一、总体情况", PROSE * 9),
    ("二、主动公开政府信息情况", "本年度未制发规范性文件，无行政事业性收费。"),
    ("三、收到和处理政府信息公开申请情况", "本年新收申请0件，予以公开0件，结转下年度0件。"),
    ("四、政府信息公开行政复议、行政诉讼情况", "无。"),
    ("五、存在的主要问题及改进情况", "部分栏目更新不及时。"),
    ("六、其他需要报告的事项", "本年度未收取信息处理费。"),
)
SIDE = f"<table><tr><td>点击排行</td></tr><tr><td><a>{TITLE}</a></td></tr></table>"


def in_pieces(line):
    """A paragraph as word processors paste it: the number, its point and the words in spans of their own."""
    return "<p class=MsoNormal>" + "".join(f"<span style='font-size:16pt'>{part}</span>" for part in line) + "</p>"


@pytest.mark.parametrize(
    "body",
    [
        "".join(in_pieces((line[:1], line[1:2], line[2:])) for pair in SECTIONS for line in pair),
        f"<table><tr><td>{TITLE}</td></tr><tr><td><div>"
        + "".join(f"{line}<br><br>" for pair in SECTIONS for line in pair)
        + f"</div></td></tr></table>{SIDE}",
        f"<div>{'<br>'.join(line for pair in SECTIONS for line in pair)}</div>{SIDE}",
    ],
    ids=["paragraphs in pieces", "a cell of a layout table", "lines of one element"],
)
def test_a_report_of_prose_without_tables_is_read_whole(body):
    reading = read(page(body, head=f"<h1>{TITLE}</h1>"))
    assert (reading.genre, reading.title) == ("report", TITLE)
    assert tuple((section.heading, section.text) for section in reading.sections) == SECTIONS


LABELS_WRAPPED = """
                                    自然人  商业企  科研机  社会公  法律服   其他    总计
                                              业      构    益组织  务机构
                  1.信访举报投诉类    {}
                  申请
      （五） 不   2.重复申请          {}
                  3.要求提供公开出    {}
      予处理      版物
三、              4.无正当理由大量    {}
本年  （六） 无   反复申请
度办              5.要求行政机关确
理结              认或者重新出具已    {}
果                获取信息
"""


def test_labels_wrapped_in_columns_of_their_own_are_whole_beside_those_of_their_groups():
    names = ["petition", "duplicate", "publication", "excessive", "reconfirmation"]
    rows = [figures3()[f"not_processed.{name}"] for name in names]
    lines = LABELS_WRAPPED.format(*("".join(f"{value:<8}" for value in row).rstrip() for row in rows)).strip("\n")
    text = read_text(sheets())
    start, end = text.index("（五）不予处理"), text.index("（六）其他处理")
    start, end = text.rindex("\n", 0, start), text.rindex("\n", 0, end)
    reading = read(f"{text[:start]}\n{lines}{text[end:]}".encode())
    assert stated(reading, "table3") == figures3()
    assert not [warning for warning in reading.warnings if "known by its place" in warning]


def test_a_blank_cell_is_a_line_of_its_own_though_another_row_than_the_form_s_is_the_last():
    truth = {name: [row[0], None, None, None, *row[4:]] for name, row in figures3().items()}
    text = a_cell_a_line(truth, 0)
    row = text[text.index("3.其他\n") : text.index("（七）总计")]
    text = text.replace(row, "").replace("四、行政复议、", f"{row}\n四、行政复议、", 1)
    assert stated(read(text.encode()), "table3") == truth


def test_seven_figures_fill_the_row_whatever_empty_fields_and_lines_stand_between_them():
    """As Resiliparse parts cells: bare text by two tabs, paragraphs by empty lines, both in one row."""
    parts = ["\t\t{}", "\n\n{}\n\n", "\n{}", "\n\n\t\t{}"]
    rows = [
        label + "".join(parts[(at + column) * at % 4].format(cell) for column, cell in enumerate(figures3()[name]))
        for at, (name, label) in enumerate(TABLE3_LABELS.items())
        if name in figures3()
    ]
    reading = read(
        "\n".join([TITLE, "一、总体情况", PROSE, "三、收到和处理政府信息公开申请情况", *HEADS3, *rows]).encode()
    )
    assert stated(reading, "table3") == figures3()


@pytest.mark.parametrize("blank", [(), (1, 2, 3), (0, 6)], ids=str)
def test_a_tab_on_a_line_of_its_own_parts_two_cells_of_which_one_may_be_blank(blank):
    """As `innerText` prints cells that hold paragraphs, a blank one included."""
    truth = {name: emptied(row, blank if at % 2 else ()) for at, (name, row) in enumerate(figures3().items())}
    table = [HEADS3, *([TABLE3_LABELS[name], *row] for name, row in truth.items())]
    rows = ["\n\t\n".join("\n" if cell is None else str(cell) for cell in row) for row in table]
    heading = "三、收到和处理政府信息公开申请情况"
    text = "\n\n\n".join([TITLE, "一、总体情况", PROSE, heading, *rows, "五、存在的主要问题及改进情况"])
    assert stated(read(text.encode()), "table3") == truth


def test_the_number_of_a_label_that_lost_its_point_is_no_figure():
    text = a_cell_a_line(figures3(), 0)
    label = TABLE3_LABELS["other.other"]
    lines = text.split("\n")
    at = lines.index(label)
    reading = read("\n".join([*lines[: at - 1], "3", "其他", *lines[at + 1 :]]).encode())
    assert stated(reading, "table3")["other.fee_unpaid"] == [None] * 7
    assert stated(reading, "table3")["other.other"] == figures3()["other.other"]
