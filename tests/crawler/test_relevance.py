"""What a link promises."""

from __future__ import annotations

import pytest

from crawler.document import Link
from crawler.genre import BODY_MARKS, is_about_reports, is_own_title, looks_like_report, prints_form
from crawler.relevance import (
    Place,
    is_file,
    is_of_other_year,
    is_report_column,
    is_report_title,
    judge_link,
    names_report_column,
)
from crawler.reserve import may_be_column, rank_of

ARTICLE = "http://x.gov.cn/info/1050/30883.htm"
COLUMN = "http://x.gov.cn/zwgk/lm.htm"
WITHIN = Place(within=True)


@pytest.mark.parametrize(
    "title",
    [
        "江油市2025年政府信息公开工作年度报告",
        "2025年某局政府信息公开年度报告",
        "某镇信息公开工作年度报告",
        "某委政府信息公开年报",
        "某局2020年政府信息公开工作报告",
        "关于2021年度政府信息公开工作年度报告",
        "2024年政府 信息公开工作年度报告",
        "某县２０２５年政府信息公开工作年度报告",
        "2012年政务信息公开年度报告",
        "某县审计局2024年政府信息公开年度报告",
        "某县统计局2024年政府信息公开年度报告",
        "某区市场监督管理局2024年政府信息公开年度报告",
        "关于报送2025年政府信息公开工作年度报告的函",
    ],
)
def test_titles_of_reports_are_always_worth_a_request(title):
    assert is_report_title(title)
    for place in (Place(), WITHIN, Place(hub=True), Place(chrome=True)):
        promise = judge_link(Link(ARTICLE, title), place)
        assert promise is not None
        assert promise.role == "detail"
        assert promise.within


def test_from_a_report_the_one_on_another_year_is_gone_to():
    here, there = (f"http://x.gov.cn/a.jsp?area=7&fbtime={year}" for year in (2025, 2024))
    assert is_of_other_year(Link(there, "2024年"), here, None)
    assert not is_of_other_year(Link(there, "2024年"), here, 2021)
    for other in (Link(there, "2024年要闻"), Link(there.replace("7", "8"), "2024年"), Link(here, "2025年")):
        assert not is_of_other_year(other, here, None)


@pytest.mark.parametrize("words", ["<<上一年度", "上一年", "前一年 »", "更早年份", "上一期"])
def test_from_the_page_of_one_year_the_next_is_gone_to(words):
    for place in (WITHIN, Place(within=True, detail=True)):
        promise = judge_link(Link(COLUMN, words), place)
        assert promise is not None
        assert (promise.role, promise.within) == ("list", True)
    assert judge_link(Link(COLUMN, words), Place(detail=True)) is None


@pytest.mark.parametrize(
    "title",
    [
        "关于做好2025年政府信息公开工作年度报告编制和发布工作的通知",
        "政府信息公开年度报告制度",
        "2025年政府网站工作年度报表",
        "某局2025年度法治政府建设年度报告",
        "一图读懂某县2025年政府信息公开工作年度报告",
        "2025年政府信息公开年度报告解读",
        "某县2025年国民经济和社会发展统计公报",
        "2025年政府工作报告",
        "某学校信息公开年度报告图解",
    ],
)
def test_near_misses_are_not(title):
    assert not is_report_title(title)
    assert judge_link(Link(ARTICLE, title), WITHIN) is None


@pytest.mark.parametrize(
    "title",
    [
        "2025年",
        "2025年度",
        "某县教育局",
        "查干屯格乡人民政府",
        "某某街道办事处",
        "某县统计局",
        "昆都仑区",
        "二〇二五年",
        "城关",
        "县府办",
        "县政府",
        "人民政府",
    ],
)
def test_rows_without_a_telling_title_are_followed_in_the_column_only(title):
    assert judge_link(Link(ARTICLE, title), WITHIN).role == "detail"
    assert judge_link(Link(ARTICLE, title), Place()) is None


@pytest.mark.parametrize(
    "label", ["首页", "下一页", "2", "依申请公开", "政府信息公开指南", "网站地图", "打印本页", "某县召开防汛会议"]
)
def test_menus_and_news_in_the_column_are_no_rows(label):
    assert judge_link(Link(ARTICLE, label), WITHIN) is None


@pytest.mark.parametrize("label", ["12月", "2024年5月", "3日", "2024-05", "2024年5月6日"])
def test_days_and_months_outside_the_column_lead_nowhere(label):
    assert judge_link(Link("http://x.gov.cn/archive/2024/05/", label), Place(hub=True)) is None


def test_an_article_of_a_year_beside_the_guide_may_be_a_report():
    assert judge_link(Link(ARTICLE, "2024年"), Place(hub=True)).role == "detail"
    assert judge_link(Link(ARTICLE, "2024年"), Place()) is None


def test_what_a_script_loads_is_asked_for_in_the_column_only():
    fragment = Link("http://x.gov.cn/inc/rows.html", kind="fragment")
    assert judge_link(fragment, WITHIN).role == "frame"
    assert judge_link(fragment, Place(within=True, detail=True)) is None
    assert judge_link(fragment, Place(hub=True)).within is False
    assert judge_link(fragment, Place()) is None
    assert judge_link(Link("http://x.gov.cn/visits/hits.jsp", kind="fragment"), WITHIN) is None


@pytest.mark.parametrize(
    "title",
    [
        "关于报送2023年政府信息公开工作年度报告的通知",
        "关于做好2023年度政府信息公开工作年度报告编制工作的通知-某县人民政府",
        "某县政府信息公开年度报告全部按时发布",
        "一图读懂：某县2024年政府信息公开年度报告",
        "【文字解读】某县2024年政府信息公开工作年度报告",
        "我县举办政府信息公开年报编制培训班",
        "某县供水公司2022年度企业信息公开报告",
        "某县第一中学2023年信息公开年度报告",
        "某大学2022-2023学年信息公开年度报告",
        "2025年政府信息公开工作年度报告格式模板",
        "某县政府信息公开工作年度报告填报说明",
        "关于印发《某县2025年政府信息公开工作年度报告》编制方案的通知",
        "某县发布2025年政府信息公开工作年度报告",
    ],
)
def test_what_is_written_about_reports_is_none(title):
    assert is_about_reports(title)


@pytest.mark.parametrize(
    "title",
    [
        "某局关于2024年政府信息公开工作情况的报告",
        "关于报送2025年政府信息公开工作年度报告的函",
        "关于公布某局2024年政府信息公开工作年度报告的通知",
        "某县关于发布2024年政府信息公开工作年度报告的公告",
        "某县2024年政府信息公开工作年度报告-某县政府网站",
        "某县大学城管理办公室2024年政府信息公开工作年度报告",
        "教育局",
    ],
)
def test_reports_and_the_letters_around_them_are_not_about_reports(title):
    assert not is_about_reports(title)


@pytest.mark.parametrize(
    ("label", "url"),
    [
        ("政府信息公开年报", COLUMN),
        ("政府信息公开工作年度报告", COLUMN),
        ("公开年报", COLUMN),
        ("部门年报", COLUMN),
        ("年报", COLUMN),
        ("2025年报", COLUMN),
        ("更多", "http://x.gov.cn/xxgk/zfxxgknb/index.html"),
        ("点击进入", "http://x.gov.cn/xxgk/zfxxgknb/"),
        ("栏目", "http://x.gov.cn/gkndbg/2025n/"),
    ],
)
def test_columns_are_recognised_by_name_or_folder(label, url):
    promise = judge_link(Link(url, label), Place())
    assert promise is not None
    assert promise.within


@pytest.mark.parametrize("url", ["http://x.gov.cn/wzndbb/", "http://x.gov.cn/xxgk/zfwzgzndbb/index.html"])
def test_the_folder_of_the_website_form_is_refused(url):
    assert judge_link(Link(url, "年度报告"), Place()) is None


@pytest.mark.parametrize(
    ("label", "role"),
    [("2025年", "list"), ("2025", "list"), ("乡镇(街道)", "list"), ("部门年报", "list"), ("历年年报", "list")],
)
def test_sub_columns(label, role):
    assert judge_link(Link("http://x.gov.cn/zwgk/nb/2025/", label), WITHIN).role == role


def test_the_way_leads_by_the_better_word_first():
    priorities = [
        judge_link(Link(COLUMN, label), Place()).priority for label in ("政府信息公开", "政务公开", "指南", "通知公告")
    ]
    assert priorities == sorted(priorities, reverse=True)


def test_a_year_leaves_the_others_out():
    assert judge_link(Link(ARTICLE, "某局2019年政府信息公开年度报告"), WITHIN, year=2023) is None
    assert judge_link(Link(ARTICLE, "某局2023年政府信息公开年度报告"), WITHIN, year=2023)
    assert judge_link(Link(ARTICLE, "某县教育局"), WITHIN, year=2023)


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("http://x.gov.cn/a/P020260126.pdf", True),
        ("http://x.gov.cn/module/download/downfile.jsp?classid=0&filename=0f.pdf", True),
        ("http://x.gov.cn/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid=2", True),
        ("http://x.gov.cn/attachment/1/1658/1/2.docx", True),
        ("http://x.gov.cn/a/t20260126_1.html", False),
        ("http://x.gov.cn/zwgk/", False),
    ],
)
def test_files(url, file):
    assert is_file(url) is file


def test_files_are_followed_from_reports_only():
    link = Link("http://x.gov.cn/a/P1.pdf", "附件")
    assert judge_link(link, Place(within=True, detail=True)).role == "attachment"
    assert judge_link(link, Place()) is None


@pytest.mark.parametrize(
    ("name", "column"),
    [("政府信息公开年报", True), ("年度报告", True), ("网站工作年报", False), ("法治政府建设年度报告", False)],
)
def test_column_names(name, column):
    assert is_report_column(name) is column


def test_what_is_called_as_a_file_is_no_column():
    assert judge_link(Link("http://x.gov.cn/down.do?id=3", "年报.pdf"), WITHIN).role == "detail"


def test_marks_of_the_official_form():
    assert looks_like_report("第二十条第（一）项 … 本列数据的勾稽关系为")
    assert not looks_like_report("关于第二十条第（一）项的解释")
    headings = ("主动公开政府信息情况", "行政复议、行政诉讼情况", "其他需要报告的事项")
    assert looks_like_report("".join(f"<p>{heading}</p>" for heading in headings))
    counted_up = f"<p>报告由总体情况、{'、'.join(headings)}六部分组成</p>"
    assert not looks_like_report(counted_up)
    assert looks_like_report(counted_up + "".join(f"<h3>{heading}</h3>" for heading in headings))
    assert prints_form(" ".join(BODY_MARKS))
    assert not prints_form(counted_up)


def test_the_map_of_a_site_comes_before_what_is_only_explored_and_after_any_way():
    promises = [judge_link(Link(COLUMN, label), Place()) for label in ("政务公开", "公示公告", "网站地图", "招商")]
    assert sorted(promises, key=lambda promise: -promise.priority) == promises


@pytest.mark.parametrize(
    "title", ["宁南县公安局2022年政府信息公…", "宁南县公安局2022年政府信息公开工作...", "某镇政府信息公开年…"]
)
def test_a_title_that_is_cut_may_be_a_report_s(title):
    assert judge_link(Link(ARTICLE, title), Place()).role == "detail"
    assert judge_link(Link(ARTICLE, "宁南县召开2022年政府常务会议…"), Place()) is None


def test_a_file_under_a_report_s_title_is_one_wherever_it_stands():
    file = Link("http://x.gov.cn/a/2024.pdf", "某县2024年政府信息公开工作年度报告")
    assert judge_link(file, Place(chrome=True)).role == "attachment"
    assert judge_link(Link(file.url, "办事指南"), Place(chrome=True)) is None


@pytest.mark.parametrize("name", ["法治政府", "政府公报", "数据开放", "走进含山", ""])
def test_a_column_that_promises_nothing_may_hold_reports_all_the_same(name):
    assert judge_link(Link(COLUMN, name), Place(hub=True)) is None
    assert may_be_column(Link(COLUMN, name))


@pytest.mark.parametrize(
    ("url", "name"),
    [
        (COLUMN, "登录"),
        (COLUMN, "设为首页"),
        (COLUMN, "12月3日"),
        (ARTICLE, "法治政府"),
        (COLUMN, "3"),
        (COLUMN, "长" * 25),
    ],
)
def test_tools_days_and_articles_are_no_columns(url, name):
    assert not may_be_column(Link(url, name))


def test_an_agency_is_worth_a_look_however_long_its_name():
    assert judge_link(Link(COLUMN, "含山县住房和城乡建设局"), Place(chrome=True)) is not None


@pytest.mark.parametrize(
    ("title", "is_own"),
    [
        ("江油市2025年政府信息公开工作年度报告", True),
        ("江油市人民政府2025年度政府信息公开工作年度报告", True),
        ("2025年江油市人民政府信息公开年度报告", True),
        ("江油市人民政府办公室关于2025年政府信息公开工作的年度报告", True),
        ("二〇二五年政府信息公开工作年度报告", True),
        ("2025年", True),
        ("江油市民政局2025年政府信息公开工作年度报告", False),
        ("2025年江油市教育局政府信息公开工作年度报告", False),
        ("太平镇人民政府2025年政府信息公开工作年度报告", False),
    ],
)
def test_whose_report_it_is(title, is_own):
    assert is_own_title(title, "江油市") is is_own


@pytest.mark.parametrize(
    ("heading", "names"),
    [
        ("政府信息公开年报-某县人民政府", True),
        ("政府信息公开年报", True),
        ("某县人民政府-政府信息公开年报", False),
        ("政府网站年报", False),
        ("通知公告_某县", False),
    ],
)
def test_a_page_may_name_itself_the_column(heading, names):
    assert names_report_column(heading) is names


def test_of_columns_without_promise_papers_come_first_and_those_without_a_name_last():
    labels = ["", "新闻", "政府公报"]
    assert sorted(labels, key=lambda label: rank_of(Link(COLUMN, label), 1)) == ["政府公报", "新闻", ""]
    assert rank_of(Link(COLUMN, "2025年第1期"), 3) <= rank_of(Link(COLUMN, "新闻"), 1)
