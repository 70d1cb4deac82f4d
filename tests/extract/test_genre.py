"""The genre of real titles, near misses and blank forms (portals.md §7): each verdict with its rule."""

import re

import pytest

from extract import read
from extract.genre import near_miss_in
from extract.titles import is_title
from tests.extract.sheets import sheet3, sheet4, sheets
from tests.extract.test_read import tabs

REPORTS = (
    "柘城县伯岗镇人民政府2021年政府信息公开工作年度报告",
    "昆都仑区人民政府关于2021年度政府信息公开工作年度报告",
    "江油市2020年政府信息公开年度报告",
    "江油市2020年信息公开工作年度报告",
    "江油市2020年政府信息公开年报",
    "新青镇 2020 年政府信息公开工作报告",
    "关于2021年度政府信息公开工作年度报告",
    "2021年江油市政府信息公开工作年度报告",
    "江油市２０２１年政府信息公开工作年度报告",
    "江油市二〇二五年政府信息公开工作年度报告",
    "政府信息公开工作年度报告（2024年）",
    "江油市政府信息公开工作情况报告",
    "江油市2015年政务信息公开年度报告",
    "江油市审计局2015年政务信息工作年度报告",
    "江油市发展计划局2012年政府信息公开年报",
    "中共江油市委组织部2013年信息公开年度报告",
    "国家统计局关于公布2021年政府信息公开工作年度报告的公告",
)
NEAR_MISSES = {
    "关于做好2025年政府信息公开工作年度报告编制和发布工作的通知": "notice on compiling reports",
    "关于报送2024年政府信息公开年报的通知": "notice on compiling reports",
    "关于编制2024年政府信息公开年度报告的函": "notice on compiling reports",
    "关于印发《中华人民共和国政府信息公开工作年度报告格式》的通知": "notice on compiling reports",
    "国办公开办函〔2021〕30号政府信息公开工作年度报告格式": "rule of the institution",
    "关于2024年政府信息公开工作年度报告的审核反馈意见": "notice on compiling reports",
    "政府信息公开工作年度报告填报说明": "rule of the institution",
    "江油市2024年与2023年政府信息公开年报对比分析": "interpretation",
    "政府信息公开年度报告制度": "rule of the institution",
    "对话政府办主任：2024年政府信息公开年度报告怎么看": "interpretation",
    "政务公开办就2024年政府信息公开年度报告答记者问": "interpretation",
    "江油市教育局政府信息公开申请表": "guide or catalogue",
    "依申请公开说明": "guide or catalogue",
    "常务会议听取2024年政府信息公开工作情况汇报": "news",
    "政府网站工作年度报表": "report on the website, not on disclosure",
    "江油市人民政府网站工作年度报表（2024年度）": "report on the website, not on disclosure",
    "政府网站工作年报及季度自查报告": "report on the website, not on disclosure",
    "政府网站监管年度报表": "report on the website, not on disclosure",
    "江油市水利局2024年度行政复议和行政应诉工作报告": "report on reviews and litigation",
    "江油市2024年度法治政府建设年度报告": "rule-of-law report",
    "江油市2024年度法治政府建设情况报告": "rule-of-law report",
    "【文字解读】2024年度法治政府建设年度报告": "rule-of-law report",
    "图解：江油市2024年政府信息公开工作年度报告": "interpretation",
    "一图读懂江油市2024年政府信息公开工作年度报告": "interpretation",
    "《江油市2024年政府信息公开工作年度报告》解读": "interpretation",
    "政府信息公开指南": "guide or catalogue",
    "主动公开事项目录": "guide or catalogue",
    "江油市2024年政务公开工作要点": "work plan or summary",
    "江油市2024年政务公开工作总结": "work plan or summary",
    "江油市供水公司2024年公共企事业单位信息公开年报": "report of a school or enterprise",
    "江油市第一中学2024学年信息公开年度报告": "report of a school or enterprise",
    "江油市燃气有限公司2024年政府信息公开工作年度报告": "report of a school or enterprise",
    "江油市第二中学2024年政府信息公开工作年度报告": "report of a school or enterprise",
    "2024年政府工作报告": "other annual paper",
    "江油市教育局2024年部门预算": "other annual paper",
    "江油市教育局2024年部门决算公开情况说明": "other annual paper",
    "2024年国民经济和社会发展统计公报": "other annual paper",
    "江油市2024年度部门绩效评价报告": "other annual paper",
    "2024年政府信息公开年报汇总": "index of reports",
    "江油市2024年政府信息公开年报出炉": "news",
    "江油市公布2024年政府信息公开工作年度报告": "news",
    "江油市多措并举提升政府信息公开年报质量": "assessment",
    "江油市2024年政务公开工作总结报告": "work plan or summary",
}
COPIES = {
    "江油市2024年上半年政府信息公开工作报告": "period shorter than a year",
    "2024年第三季度依申请公开情况统计表": "period shorter than a year",
    "江油市2024年1-6月政府信息公开情况报告": "period shorter than a year",
    "江油市2024年10月政府信息公开情况统计表": "period shorter than a year",
    "政府信息公开工作年度报告参考文本": "sample form",
    "政府信息公开工作年度报告（示范文本）": "sample form",
    "江油市2024年财政信息公开情况报告": "openness of another kind",
    "政府信息公开工作年度报告（样表）": "sample form",
    "2024年政府信息公开工作年度报告（空白）": "sample form",
    "政府信息公开工作年度报告（2021年版格式）": "sample form",
    "江油市2024年政府信息公开年度报告格式（空表）下载": "sample form",
    "××县××局2024年政府信息公开工作年度报告": "sample form",
    "关于印发2024年政府信息公开工作年度报告参考模板的通知": "sample form",
    "【测试】2024年政府信息公开工作年度报告": "sample form",
    "2024年政府信息公开工作年度报告编制培训材料": "sample form",
    "江油市2024年政府信息公开工作年度报告公开征求意见稿": "draft for comment",
    "江油市2024年政府信息公开工作年度报告（草案）": "draft for comment",
    "大明镇红旗村2024年村务公开工作年度报告": "openness of another kind",
    "江油市2024年政府信息公开工作年度报告解读": "interpretation",
    "【图解】江油市2024年政府信息公开工作年度报告": "interpretation",
    "江油市自来水公司2024年企事业单位信息公开年度报告": "report of a school or enterprise",
    "江油市第一人民医院2024年信息公开工作年度报告": "report of a school or enterprise",
    "江油市实验高中2024年信息公开工作年度报告": "report of a school or enterprise",
    "江油市2024年环境信息公开报告": "openness of another kind",
    "江油市人民法院2024年司法公开年度报告": "openness of another kind",
    "×××单位2024年政府信息公开工作年度报告": "sample form",
    "江油市某局2024年政府信息公开工作年度报告": "sample form",
    "江油市2024年政府信息公开工作年度报告（参考模板）": "sample form",
    "政府信息公开工作年度报告格式范本": "sample form",
    "关于征求《江油市2024年政府信息公开工作年度报告》意见的通知": "draft for comment",
    "数读江油市2024年政府信息公开年报": "interpretation",
    "江油市2024年政府信息公开年报（图解版）": "interpretation",
    "（编制机关名称+年度+政府信息公开工作年度报告）": "sample form",
}
NO_COPIES = (
    "江油市2024年1月-12月政府信息公开工作报告",
    "江油市财政局2024年信息公开工作年度报告（2025年1月）",
    "江油市2024年政府信息公开工作年度报告（附解读）",
    "江油市四季青街道2024年政府信息公开工作年度报告",
    "江油市农业科学院2024年信息公开年度报告",
    "江油市大学城管理委员会2024年信息公开年度报告",
    "江油市烟草专卖局（公司）2024年政府信息公开工作年度报告",
    "江油市二〇〇八年政府信息公开年度报告",
    "江油市燃气有限公司2024年政府信息公开工作年度报告",
    "江油市第二中学2024年政府信息公开工作年度报告",
)
PROSE = "2024年，我局认真贯彻落实条例，主动公开政府信息120条，收到申请3件，均在法定期限内答复，未发生复议诉讼。"


def page(title, *lines):
    return read("\n".join([title, "", *lines]).encode())


@pytest.mark.parametrize("title", REPORTS)
def test_the_title_of_a_report_is_one_and_names_no_other_genre(title):
    assert is_title(title)
    assert near_miss_in("".join(title.split())) is None


@pytest.mark.parametrize(("title", "rule"), NEAR_MISSES.items())
def test_the_title_of_a_near_miss_names_its_genre(title, rule):
    assert near_miss_in(title) == rule


def form(*, headings=True):
    """The lines of the whole form, filled."""
    named = {
        2: "二、主动公开政府信息情况",
        3: "三、收到和处理政府信息公开申请情况",
        4: "四、政府信息公开行政复议、行政诉讼情况",
    }
    lines = [line for number, sheet in sheets().items() for line in (named[number], *tabs(sheet))]
    return ["一、总体情况", PROSE, *lines] if headings else [line for line in lines if line not in named.values()]


@pytest.mark.parametrize(("title", "rule"), COPIES.items())
def test_a_copy_of_the_form_is_refused_by_its_title_though_every_table_is_filled(title, rule):
    reading = page(title, *form())
    assert (reading.genre, reading.rule.split(": ")[-1]) == ("rejected", rule)


@pytest.mark.parametrize("title", [*REPORTS, *NO_COPIES, "2024年", "江油市财政局", "政府信息公开指南"])
@pytest.mark.parametrize("headings", [True, False])
def test_the_filled_form_is_a_report_under_its_title_the_year_the_agency_or_the_name_of_a_wrong_column(title, headings):
    reading = page(title, *form(headings=headings))
    assert (reading.genre, reading.rule) == ("report", "tables of the form, filled")


def test_a_period_shorter_than_a_year_above_the_form_is_refused_unless_the_title_is_of_a_year():
    period = "（2024年1月1日至6月30日）"
    assert page("江油市政府信息公开工作报告", period, *form()).rule == "period shorter than a year"
    assert page("江油市2024年政府信息公开工作年度报告", period, *form()).genre == "report"


@pytest.mark.parametrize(
    ("title", "genre"),
    [
        ("江油市关于2024年度政府信息公开工作年度报告数据核对的通知", "rejected"),
        ("江油市2024年政务公开工作总结", "rejected"),
        ("江油市2024年政府信息公开工作年度报告", "report"),
        ("2024年", "report"),
    ],
)
def test_the_table_of_requests_alone_is_no_report_under_the_title_of_another_paper(title, genre):
    assert page(title, *tabs(sheet3())).genre == genre


@pytest.mark.parametrize(
    ("title", "genre"),
    [
        ("江油市水利局2024年度行政复议和行政应诉工作报告", "rejected"),
        ("江油市水利局", "candidate"),
        ("江油市水利局2024年政府信息公开工作年度报告", "report"),
    ],
)
def test_the_table_of_reviews_alone_wants_the_title_of_a_report(title, genre):
    assert page(title, "一、行政复议情况", "二、行政诉讼情况", *tabs(sheet4())).genre == genre


@pytest.mark.parametrize(
    ("title", "genre"),
    [
        ("2024年第三季度政府信息公开工作情况统计表", "rejected"),
        ("2024年1-11月政府信息公开情况统计", "rejected"),
        ("江油市人民检察院2024年检务公开工作年度报告", "rejected"),
        ("2024年度依申请公开办理情况统计", "candidate"),
        ("江油市人民政府", "report"),
    ],
)
def test_what_a_page_calls_an_article_that_is_no_report_counts_where_it_shows_nothing_but_table_3(title, genre):
    rows = "".join(
        "<tr>" + "".join(f"<td colspan={c.colspan} rowspan={c.rowspan}>{c.text}</td>" for c in row) + "</tr>"
        for row in sheet3()
    )
    page = f"<title>{title}_江油市人民政府</title><h1>{title}</h1><div><p>单位：件</p><table>{rows}</table></div>"
    assert read(page.encode()).genre == genre


def test_the_verb_of_a_letter_is_no_authority():
    reading = page("关于报送2024年政府信息公开工作年度报告的函", "来源：江油市财政局 时间：2025-01-30", *form())
    assert (reading.genre, reading.issuer) == ("report", "江油市财政局")


@pytest.mark.parametrize("title", NEAR_MISSES)
@pytest.mark.parametrize("headings", [("工作", "工作", "工作"), ("总体情况", "存在的主要问题", "其他需要报告的事项")])
def test_prose_under_the_title_of_a_near_miss_is_refused(title, headings):
    reading = page(title, *[f"{number}、{head}\n{PROSE * 3}" for number, head in zip("一二三", headings, strict=True)])
    assert reading.genre == "rejected"


@pytest.mark.parametrize(
    "title",
    [
        "视频解读｜江油市财政局2024年政府信息公开工作年度报告",
        "江油市财政局2024年政府信息公开工作年度报告公众评议",
        "江油市财政局局长谈2024年政府信息公开工作年度报告",
        "江油市财政局2024年政务公开工作情况汇报",
        "政府信息公开工作年度报告编制指引",
    ],
)
@pytest.mark.parametrize("form", ["<title>{}</title>", "<title>{0}</title><h1>{0}</h1>"])
def test_prose_under_the_form_s_headings_is_no_report_under_a_title_that_says_more(title, form):
    headings = ("总体情况", "主动公开政府信息情况", "依申请公开政府信息情况", "其他需要报告的事项")
    body = "".join(
        f"<p>{number}、{heading}</p><p>{PROSE}</p>" for number, heading in zip("一二三六", headings, strict=True)
    )
    assert read(f"{form.format(title)}<div>{body}</div>".encode()).genre != "report"


@pytest.mark.parametrize("title", ["江油市财政局2024年政府信息公开工作年度报告", "2024年", "江油市财政局"])
def test_a_report_without_figures_is_known_by_its_headings(title):
    headings = [
        "一、总体情况",
        PROSE,
        "三、收到和处理政府信息公开申请情况",
        PROSE,
        "五、存在的主要问题及改进情况",
        PROSE,
        "六、其他需要报告的事项",
        "无",
    ]
    assert page(title, *headings).genre == "report"


def test_a_report_before_the_form_is_known_by_its_title_and_its_prose():
    reading = page("江油市审计局2014年政务信息工作年度报告", *[f"{number}、工作\n{PROSE * 3}" for number in "一二三"])
    assert (reading.genre, reading.form, reading.report_year) == ("report", "other", 2014)
    assert [section.heading for section in reading.sections] == ["一、工作", "二、工作", "三、工作"]


@pytest.mark.parametrize(
    "title",
    [
        "江油市2024年政府信息公开工作年度报告",
        "江油市关于印发2024年政府信息公开工作年度报告的通知",
        "江油市关于报送2024年政府信息公开工作年度报告的函",
    ],
)
def test_a_letter_around_a_report_is_a_candidate(title):
    assert page(title, "现予公布，详见附件。", "附件：年报.pdf").genre == "candidate"
    asked = page(title, "各镇人民政府、市直各部门：", "请于1月15日前报送。", "附件：年报.pdf")
    assert asked.genre == ("rejected" if "报送" in title else "candidate")
    cell = (
        f"<table border=1><tr><td>{title}</td></tr><tr><td>各镇人民政府：</td></tr><tr><td>请报送。</td></tr></table>"
    )
    assert read(cell.encode()).genre == asked.genre


def test_a_list_of_reports_is_none_whatever_its_title():
    agencies = ("教育局", "财政局", "民政局", "审计局", "水利局", "司法局")
    links = [f"江油市{agency}2024年政府信息公开工作年度报告 2025-01-20" for agency in agencies] * 4
    reading = page("江油市2024年政府信息公开工作年度报告", *links)
    assert (reading.genre, reading.rule.split(":")[0]) == ("rejected", "index of reports")


def test_a_list_beside_a_report_that_stands_in_a_file_makes_no_index_of_its_page():
    title = "江油市财政局2024年政府信息公开工作年度报告"
    others = [
        f"<li>江油市{place}局2024年政府信息公开工作年度报告</li>" for place in ("教育", "民政", "水利", "司法", "审计")
    ]
    head = (
        f'<title>{title}</title><meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="2025-01-20">'
    )
    whole = f"{head}<h1>{title}</h1><p>发布日期：2025-01-20</p><a href=a.docx>下载</a><ul>{''.join(others)}</ul>"
    assert read(whole.encode()).genre == "candidate"
    headed = whole.replace("h1>", "h3>").replace(
        f'<title>{title}</title><meta name="ArticleTitle" content="{title}">', ""
    )
    assert read(headed.encode()).genre == "candidate"
    pieces = f"<title>{title}_江油市人民政府</title><h1>{title[6:]}</h1>{whole.partition('</h1>')[2]}"
    assert read(pieces.encode()).genre == "candidate"
    assert read(f"<h2>政府信息公开年报</h2><ul>{''.join(others)}</ul>".encode()).genre == "rejected"


def test_a_title_among_others_that_nothing_but_lines_print_is_a_list_s():
    titles = [f"江油市{place}局2024年政府信息公开工作年度报告" for place in ("教育", "民政", "水利")]
    assert page("江油市执法统计年报", *titles).genre == "rejected"
    apart = [line for title in titles for line in (title, "江油市人民政府办公室报送")]
    assert page("江油市执法统计年报", *apart).rule == "title of a report beside 2 others"
    assert page("江油市执法统计年报", *titles[:2]).genre == "candidate"
    assert read(f"<h3>{titles[0]}</h3>{''.join(f'<p>{title}</p>' for title in titles)}".encode()).genre == "candidate"


def test_a_column_of_reports_is_none_though_its_authority_stands_above_its_name():
    head = "<div>江油市人民政府</div><h1>政府信息公开年报</h1>"
    links = "".join(f"<li><a href={year}.html>{year}年</a></li>" for year in range(2015, 2025))
    assert read(f"{head}<ul>{links}</ul>".encode()).rule == "name of a column"
    assert page("江油市人民政府2024年政府信息公开年报", "下载").genre == "candidate"


def test_a_page_is_what_its_heading_says_whatever_its_head_states():
    head = "<title>江油市2024年政府信息公开年报</title>"
    said = f"<body><h1>政府信息公开工作年度报告填报说明</h1><p>{PROSE}</p>"
    assert read(f"{head}{said}".encode()).genre == "rejected"


def test_a_page_of_search_results_is_refused_whatever_it_quotes():
    quoted = ("一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", PROSE)
    assert page("江油市2024年政府信息公开年报", "共找到 1234 条结果", *quoted).genre == "rejected"


def test_a_page_without_any_mark_is_refused():
    reading = page("江油市天气", "今天晴。")
    assert (reading.genre, reading.rule) == ("rejected", "no mark of a report")


@pytest.mark.parametrize("caption", ["2024年12月依申请公开办理情况统计表", "2024年3月份政府信息公开情况表"])
def test_the_table_of_a_month_on_a_column_s_page_is_no_report(caption):
    rows = "".join(
        f"<tr>{''.join(f'<td rowspan={cell.rowspan} colspan={cell.colspan}>{cell.text}</td>' for cell in row)}</tr>"
        for row in sheet3()
    )
    column = "江油市人民政府政府信息公开年报"
    page = f"<title>{column}</title><h1>{column}</h1><div>{caption}</div><div><table>{rows}</table></div>"
    assert read(page.encode()).rule == "period shorter than a year"
    assert read(page.replace(caption, "2024年度").encode()).genre == "report"


PAGE = (
    "<title>{page_title}</title><body><a href=1.html>江油市2022年政府信息公开工作年度报告</a><div>{above}</div><div>"
    + 8 * f"<p>{PROSE}</p>"
    + "</div>"
)


@pytest.mark.parametrize(
    ("page_title", "above"),
    [
        ("江油市2024年政府工作报告_江油市人民政府", "<h2>江油市2024年政府工作报告</h2>"),
        ("江油市2024年安全生产工作报告_江油市人民政府", "<h2>江油市2024年安全生产工作报告</h2>"),
        ("政府信息公开工作年度报告格式_江油市人民政府", "<h2>政府信息公开工作年度报告格式</h2>"),
        ("政府信息公开年报-江油市人民政府门户网站", "<p>江油市2024年政务公开工作要点</p>"),
        ("江油市人民政府 政府信息公开年报 江油市2024年部门决算公开", ""),
    ],
)
def test_prose_under_another_papers_title_is_no_report_whatever_the_page_is_part_of_or_links_to(page_title, above):
    page = PAGE.format(page_title=page_title, above=above)
    assert read(page.encode()).genre == "rejected"


@pytest.mark.parametrize(
    ("head", "table"),
    [
        (["首页", "信息公开", ">", "政府信息公开年报", "江油市2024年行政复议行政应诉案件统计分析报告"], 4),
        (["江油市2024年行政复议行政应诉案件统计分析报告--江油市人民政府政府信息公开年报"], 4),
        (["2024年第三季度，全市共收到政府信息公开申请19件。"], 3),
    ],
)
def test_one_table_of_the_form_in_another_paper_makes_no_report(head, table):
    assert read("\n".join([*head, *tabs(sheets()[table])]).encode()).genre == "rejected"


def test_a_word_of_the_form_beside_a_figure_makes_no_report():
    lines = [
        "序号",
        "公开事项",
        "公开依据",
        "公开时限",
        "1",
        "行政许可",
        "第二十条第（五）项",
        "20个工作日",
        "主动公开",
    ]
    assert read("\n".join(lines).encode()).genre != "report"


def test_headings_of_the_form_that_other_papers_have_make_no_report_without_a_title():
    lines = ["一、总体情况", PROSE, "二、行政复议、行政诉讼情况", PROSE, "三、其他需要报告的事项", "无。"]
    assert read("\n".join(lines).encode()).genre == "rejected"


def test_the_word_above_a_table_of_contents_names_no_genre():
    heads = ("一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", "六、其他需要报告的事项")
    assert (
        read("\n".join(["目 录", *heads, *(line for head in heads for line in (head, PROSE))]).encode()).genre
        == "report"
    )


def test_the_form_that_a_notice_hands_on_is_no_report():
    notice = [
        "各乡镇人民政府：",
        "现就做好2024年政府信息公开工作年度报告编制工作通知如下：",
        "一、编制内容",
        "二、时间要求",
    ]
    blank = (re.sub(r"(?<=\t)[\d.]+", "", line) for number in (2, 3, 4) for line in tabs(sheets()[number]))
    assert read("\n".join([*notice, "附件：", "一、总体情况", *blank]).encode()).genre == "rejected"


def test_a_report_below_another_papers_text_is_a_link():
    lines = [
        "江油市2024年政府工作报告",
        "各位代表：",
        "一、2024年工作回顾",
        PROSE,
        "江油市2023年政府信息公开工作年度报告",
    ]
    assert read("\n".join(lines).encode()).genre == "rejected"


def test_a_title_that_a_text_repeats_is_no_prose():
    title = "江油市武都镇人民政府2024年度政府信息公开工作年度报告"
    assert read(" ".join([title] * 100).encode()).genre == "candidate"


def test_the_title_of_an_article_is_the_line_that_its_page_s_own_title_agrees_with():
    links = "<p>江油市司法局2024年政府信息公开工作年度报告</p><p>江油市财政局2024年政府信息公开工作年度报告</p>"
    html = f"<title>{{0}}_江油市人民政府</title><h3>相关文档</h3><p align=center>{{0}}</p><p>{PROSE}</p>{links}"
    assert read(html.format("江油市教育局2024年部门预算信息公开").encode()).genre == "rejected"


@pytest.mark.parametrize(
    ("line", "genre"),
    [
        ("2024年第三季度政府信息公开情况统计", "rejected"),
        ("江油市人民法院2024年司法公开年度报告", "rejected"),
        ("2024年学校招生信息公开专栏", "report"),
    ],
)
def test_under_a_bare_title_a_line_counts_that_names_another_report_on_disclosure(line, genre):
    assert page("2024年", line, *form()).genre == genre


def test_without_any_title_a_line_of_the_page_names_the_paper():
    heads = ("一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况")
    prose = "".join(f"<p>{head}</p><p>{PROSE}</p>" for head in heads)
    page = "<div><p>{}</p></div><div>" + prose + "</div>"
    for title in ("江油市人民政府政府信息公开工作制度", "关于转发国办公开办函〔2021〕30号文件的通知"):
        assert read(page.format(title).encode()).genre == "rejected"
    assert read(page.format("政府信息公开制度").encode()).genre == "report"  # the column


@pytest.mark.parametrize(
    "title", ["江油市组织开展政府信息公开年度报告业务培训", "江油市全面完成2019年政府信息公开工作年度报告发布工作"]
)
def test_news_of_the_work_on_reports_is_none(title):
    assert page(title, PROSE).genre == "rejected"
