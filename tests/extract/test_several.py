"""Documents with more than one report, or more than one print of a table: the right one is read, never a wrong one
without a word.
"""

import pytest

from extract import read
from extract.document import Document, Text
from extract.several import one_report
from tests.extract.sheets import figures, figures3, sheets, stated
from tests.extract.test_read import a_cell_a_line, assert_states, tabs, text_of
from tests.extract.test_wild import html_of, page

HEADINGS = (
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
)


def other(sheet):
    """A sheet of the form with every figure one greater."""
    return [
        [cell._replace(text=str(int(cell.text) + 1)) if cell.text.isdigit() else cell for cell in row] for row in sheet
    ]


def report(name, year, *, spoil=lambda sheet: sheet):
    tables = [html_of(spoil(sheet)) for sheet in sheets().values()]
    body = "".join(f"<p>{heading}</p>{table}" for heading, table in zip(HEADINGS, tables, strict=True))
    return (
        f"<h2>{name}{year}年政府信息公开工作年度报告</h2><p>统计期限自{year}年1月1日起至12月31日止。</p><p>一、总体情况</p>"
        f"<p>{year}年，全县公开政府信息三十条。</p>{body}<p>五、存在的主要问题及改进情况</p><p>无。</p>"
    )


def assert_reads(reading, *, warned):
    assert {table: stated(reading, table) for table in figures()} == figures()
    assert [any(one.startswith(f"table{n}: ") for one in reading.warnings) for n in (2, 3, 4)] == [warned] * 3


@pytest.mark.parametrize("hidden", ["", " style='display:none'"])
@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("first", ["总体情况", "基本情况", "概述"])
def test_of_the_reports_on_several_years_the_latest_is_read(hidden, newest_first, first):
    parts = [report("某县", 2023), f"<div{hidden}>{report('某县', 2022, spoil=other)}</div>"]
    reading = read(page("".join(parts if newest_first else parts[::-1]).replace("总体情况", first)))
    assert_reads(reading, warned=True)
    assert (reading.report_year, reading.title) == (2023, "某县2023年政府信息公开工作年度报告")


def test_the_reports_on_two_years_are_two_though_one_states_only_what_the_other_does():
    def sparse(sheet):
        return [[cell._replace(text="" if cell.text == "0" else cell.text) for cell in row] for row in sheet]

    reading = read(page(report("某县", 2023, spoil=sparse) + report("某县", 2022)))
    assert reading.report_year == 2023
    assert any("holds 2 reports" in warning for warning in reading.warnings)


def test_of_the_reports_on_several_years_the_one_that_the_page_names_is_read():
    head = "<meta name=ArticleTitle content=某县2022年政府信息公开工作年度报告>"
    reading = read(page(report("某县", 2023, spoil=other) + report("某县", 2022), head=head))
    assert_reads(reading, warned=True)
    assert reading.report_year == 2022


@pytest.mark.parametrize("page_title", ["<title>{}</title>", "<title>{0}</title><h1>{0}</h1>"])
def test_title_and_year_are_those_of_the_report_that_is_read(page_title):
    head = page_title.format("某县2023年政府信息公开工作年度报告")
    reading = read(page(report("某县", 2022, spoil=other) + report("某县", 2023), head=head))
    assert_reads(reading, warned=True)
    assert (reading.report_year, reading.title) == (2023, "某县2023年政府信息公开工作年度报告")


def test_of_the_reports_of_several_authorities_the_first_is_read():
    head = "<h1>某县各部门2023年政府信息公开工作年度报告汇总</h1>"
    reading = read(page(report("某县教育局", 2023) + report("某县民政局", 2023, spoil=other), head=head))
    assert_reads(reading, warned=True)
    assert (reading.issuer, reading.title) == ("某县教育局", "某县教育局2023年政府信息公开工作年度报告")
    assert sum("三十条" in section.text for section in reading.sections) == 1


@pytest.mark.parametrize("first", ["一、总体情况", "一、基本情况"])
def test_one_report_printed_twice_is_one_report(first):
    own = report("某县", 2023).replace("一、总体情况", first) + "<h3>六、其他需要报告的事项</h3><p>无</p>"
    reading = read(page(own * 2))
    assert_reads(reading, warned=False)
    assert sum("三十条" in section.text for section in reading.sections) == 1


@pytest.mark.parametrize(
    ("above", "behind"),
    [("<p>2022年度情况（对照）：</p>", "<p>2023年度情况：</p>"), ("<p>附：2022年申请情况</p>", "<p>情况如下：</p>")],
)
@pytest.mark.parametrize("this_year_first", [True, False])
def test_the_table_of_the_year_before_is_not_read_for_this_year_s(above, behind, this_year_first):
    last, this = above + html_of(other(sheets()[3])), behind + html_of(sheets()[3])
    body = report("某县", 2023).replace(html_of(sheets()[3]), this + last if this_year_first else last + this)
    reading = read(page(body))
    assert stated(reading, "table3") == figures3()
    assert any(one.startswith("table3: the document prints it more than once") for one in reading.warnings)


def test_two_tables_of_which_none_names_its_year_are_refused():
    twice = html_of(sheets()[3]) + "<p>续：</p>" + html_of(other(sheets()[3]))
    reading = read(page(report("某县", 2023).replace(html_of(sheets()[3]), twice)))
    assert set(map(tuple, stated(reading, "table3").values())) == {(None,) * 7}


@pytest.mark.parametrize("table", [2, 4])
@pytest.mark.parametrize("before", [True, False])
def test_a_second_print_with_other_figures_is_refused(table, before):
    printed, again = html_of(sheets()[table]), html_of(other(sheets()[table]))
    body = report("某县", 2023).replace(
        printed, f"{again}<p>附：</p>{printed}" if before else f"{printed}<p>附：</p>{again}"
    )
    reading = read(page(body))
    assert not [one for row in stated(reading, f"table{table}").values() for one in row if one is not None]
    assert any(f"table{table}: " in one and "more than once" in one for one in reading.warnings)


def test_the_forms_of_several_authorities_without_their_reports_are_refused_where_they_differ():
    forms = "".join(
        f"<p>{name}</p>" + "".join(html_of(spoil(sheet)) for sheet in sheets().values())
        for name, spoil in (("某县教育局", list), ("某县民政局", other))
    )
    reading = read(page(f"<h1>某县各部门2023年政府信息公开工作年度报告汇总</h1>{forms}"))
    for table in ("table2", "table3", "table4"):
        assert not [one for row in stated(reading, table).values() for one in row if one is not None]


def test_a_form_that_the_page_hides_is_not_read_for_the_one_that_it_shows():
    unseen = "".join(html_of(other(sheet)) for sheet in sheets().values())
    body = report("某县", 2023).replace("<p>二、", f"<div style='display:none'>{unseen}</div><p>二、")
    assert_reads(read(page(body)), warned=False)


def test_of_the_reports_of_several_authorities_the_one_whose_title_is_the_page_s_is_read():
    head = "<title>某县人民政府2023年政府信息公开工作年度报告_某县</title>"
    parts = report("某县某镇人民政府", 2023, spoil=other) + report("某县人民政府", 2023)
    reading = read(page(parts, head=head))
    assert_reads(reading, warned=True)
    assert (reading.issuer, reading.title) == ("某县人民政府", "某县人民政府2023年政府信息公开工作年度报告")


def blank(sheet):
    """A sheet of the form without its figures."""
    return [[cell._replace(text="" if cell.text.isdigit() else cell.text) for cell in row] for row in sheet]


def test_a_report_without_a_title_of_its_own_has_the_page_s_though_another_stands_below_it():
    title = "江油市教育局2023年政府信息公开工作年度报告"
    untitled = report("江油市教育局", 2023).partition("</h2>")[2]
    head = f"<title>{title}-江油市人民政府</title><meta name=ArticleTitle content={title}>"
    reading = read(page(untitled + report("江油市民政局", 2023, spoil=other), head=head))
    assert_reads(reading, warned=True)
    assert (reading.issuer, reading.title) == ("江油市教育局", title)


def test_a_report_that_leaves_a_table_blank_is_not_given_the_one_of_the_report_below():
    title = "某县人民政府2023年政府信息公开工作年度报告"
    first = report("某县人民政府", 2023).replace(html_of(sheets()[3]), html_of(blank(sheets()[3])))
    reading = read(page(first + report("某县某镇人民政府", 2023, spoil=other), head=f"<title>{title}</title>"))
    assert (reading.title, stated(reading, "table2")) == (title, figures()["table2"])
    assert not any(value for row in stated(reading, "table3").values() for value in row)


TITLE = "某县人民政府2023年政府信息公开工作年度报告"
PAPERS = (
    "<h3>关于印发安全生产规定的通知</h3><p>现将《安全生产规定》印发给你们，请认真执行。</p><p>2024年1月3日</p>",
    "<p>2024年1月12日</p><h3>人事任免</h3><p>任命李四为财政局局长。</p>",
)


def test_other_papers_of_a_gazette_are_not_the_report_s():
    reading = read(page(report("某县人民政府", 2023).join(PAPERS)))
    assert (reading.title, reading.published) == ("某县人民政府2023年政府信息公开工作年度报告", "2024-01-12")
    assert not any(word in part.text for part in reading.sections for word in ("规定", "财政局"))


@pytest.mark.parametrize(("end", "parted"), [("的函", True), ("", False)])
def test_the_letter_that_passes_a_report_on_is_not_the_report_s(end, parted):
    letter = Text(f"关于2023年政府信息公开工作年度报告{end}", 2), Text("现将我县年度报告报送你们，请审阅。")
    blocks = *letter, Text(TITLE, 2), Text("一、总体情况")
    assert one_report(Document("application/pdf", blocks))[0].blocks == blocks[2 * parted :]


@pytest.mark.parametrize("heading", ["附件：公开目录", "附录"])
def test_an_annex_in_larger_type_is_the_report_s(heading):
    behind = f"<p>2024年1月12日</p><h3>{heading}</h3><p>全县各乡镇均已建立政府信息公开目录。</p>"
    reading = read(page(report("某县人民政府", 2023) + behind))
    assert any("均已建立" in part.text for part in reading.sections)


@pytest.mark.parametrize("table", [2, 3])
@pytest.mark.parametrize("before", [True, False])
def test_a_blank_form_beside_the_filled_one_is_passed_over(table, before):
    printed, empty = html_of(sheets()[table]), html_of(blank(sheets()[table]))
    both = [empty, printed] if before else [printed, empty]
    body = report("某县", 2023).replace(printed, "<p>：</p>".join(both))
    reading = read(page(body))
    assert {table: stated(reading, table) for table in figures()} == figures()
    assert [one for one in reading.warnings if "blank" in one] == [
        f"table{table}: the document prints it blank, too; the one that states figures is read"
    ]


@pytest.mark.parametrize("before", [True, False])
def test_a_blank_form_is_passed_over_that_is_one_table_cut_by_a_page_break(before):
    rows = [row for number in (2, 3, 4) for row in blank(sheets()[number])]
    torn = [[cell._replace(text=cell.text.removesuffix("公开")) for cell in row] for row in rows]
    empty = f"<p>空白表样</p>{html_of(torn[:25])}<p>续表</p>{html_of(torn[25:])}"
    body = report("某县", 2023)
    assert_reads(read(page(empty + body if before else body + empty)), warned=True)


def test_heads_in_pieces_that_tabs_part_are_no_blank_form():
    sheet = sheets()[4]
    heads = [cell.text for row in sheet[:-1] for cell in row]
    outcomes = "结果\n维持\t\t 结果\n纠正\t\t 其他\n结果\t\t 尚未\n审结\t\t 总计"
    torn = f"行政复议 行政诉讼\n{outcomes} 未经复议直接起诉 复议后起诉\n{outcomes} {outcomes}"
    text = text_of(a_cell_a_line, sheets()).replace("\n".join(heads), torn)
    assert stated(read(text.encode()), "table4") == figures()["table4"]


def test_the_tables_of_annexes_behind_a_report_are_others():
    annex = "<p>附件1</p><p>某局统计表</p>" + "".join(html_of(other(sheet)) for sheet in sheets().values())
    reading = read(page(report("某县", 2023) + "<p>某县人民政府</p><p>2024年1月20日</p>" + annex))
    assert_reads(reading, warned=True)
    assert (reading.published, "统计表" in reading.sections[-1].text) == ("2024-01-20", False)
    signed_behind = read(page(report("某县", 2023) + annex + "<p>某县人民政府</p><p>2024年1月20日</p>"))
    assert (signed_behind.issuer, signed_behind.published) == ("某县人民政府", "2024-01-20")


@pytest.mark.parametrize("flatten", [a_cell_a_line, tabs])
@pytest.mark.parametrize("lost", ["", "结果", "行政许可"])
def test_the_tables_of_last_year_below_a_text_never_fill_the_report_s(flatten, lost):
    own = text_of(flatten, sheets()).replace(lost or "\r", "")
    last_year = [line for sheet in sheets().values() for line in flatten(other(sheet))]
    reading = read("\n".join([own, "附：2022年度政府信息公开工作年度报告统计表", *last_year]).encode())
    assert_states(reading, figures())
    assert lost or figures() == {table: stated(reading, table) for table in figures()}


@pytest.mark.parametrize("opening", ["附：2022年度统计表", "六、其他需要报告的事项"])
@pytest.mark.parametrize("copies", [1, 2])
def test_tables_behind_the_last_section_are_annexes_though_the_page_stands_twice(opening, copies):
    own = text_of(a_cell_a_line, sheets()).replace("转下年度", "转下\n年度")
    last_year = [line for sheet in sheets().values() for line in a_cell_a_line(other(sheet))]
    reading = read("\n".join([own, opening, *last_year] * copies).encode())
    assert figures() == {table: stated(reading, table) for table in figures()}


def test_a_sentence_in_a_row_of_the_form_s_table_is_prose_though_its_words_are_the_form_s():
    table = html_of(sheets()[4]).removesuffix("</table>")
    rows = "".join(
        f"<tr><td colspan=15>{line}</td></tr>" for line in ("六、其他需要报告的事项", "本年度收取信息处理费情况：0元。")
    )
    reading = read(page(report("某县", 2023).replace(html_of(sheets()[4]), f"{table}{rows}</table>")))
    assert "本年度收取信息处理费情况：0元。" in reading.sections[-2].text + reading.sections[-1].text
