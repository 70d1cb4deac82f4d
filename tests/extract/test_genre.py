"""The genre of real titles, near misses and blank forms (portals.md §7): each verdict with its rule."""

import pytest

from extract import read
from extract.genre import near_miss_in
from extract.heading import is_title

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
    "政府信息公开年度报告制度": "rule of the institution",
    "政府网站工作年度报表": "report on the website, not on disclosure",
    "江油市人民政府网站工作年度报表（2024年度）": "report on the website, not on disclosure",
    "政府网站工作年报及季度自查报告": "report on the website, not on disclosure",
    "政府网站监管年度报表": "report on the website, not on disclosure",
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
    "2024年政府工作报告": "other annual paper",
    "江油市教育局2024年部门预算": "other annual paper",
    "江油市教育局2024年部门决算公开情况说明": "other annual paper",
    "2024年国民经济和社会发展统计公报": "other annual paper",
    "江油市2024年度部门绩效评价报告": "other annual paper",
    "2024年政府信息公开年报汇总": "index of reports",
    "江油市2024年政府信息公开年报出炉": "news",
}
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


@pytest.mark.parametrize("title", NEAR_MISSES)
@pytest.mark.parametrize("headings", [("工作", "工作", "工作"), ("总体情况", "存在的主要问题", "其他需要报告的事项")])
def test_prose_under_the_title_of_a_near_miss_is_refused(title, headings):
    reading = page(title, *[f"{number}、{head}\n{PROSE * 3}" for number, head in zip("一二三", headings, strict=True)])
    assert reading.genre == "rejected"


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


def test_a_list_of_reports_is_none_whatever_its_title():
    agencies = ("教育局", "财政局", "民政局", "审计局", "水利局", "司法局")
    links = [f"江油市{agency}2024年政府信息公开工作年度报告 2025-01-20" for agency in agencies] * 4
    reading = page("江油市2024年政府信息公开工作年度报告", *links)
    assert (reading.genre, reading.rule.split(":")[0]) == ("rejected", "index of reports")


def test_a_page_without_any_mark_is_refused():
    reading = page("江油市天气", "今天晴。")
    assert (reading.genre, reading.rule) == ("rejected", "no mark of a report")
