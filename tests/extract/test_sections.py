"""The sections of a report: headings in any print, tables and chrome cut out, nothing of the prose lost."""

import pytest

from extract.document import Cell, Grid
from extract.heading import read_heading
from extract.readers import read_document
from extract.sections import is_heading, pieces_of, read_sections
from extract.stream import lines_of
from extract.tables import read_tables
from tests.extract.sheets import document, sheet3

TABLE2 = (
    "第二十条第（一）项\n信息内容\t本年制发件数\t本年废止件数\t现行有效件数\n规章\t0\t0\t0\n行政规范性文件\t2\t0\t7\n"
    "第二十条第（五）项\n信息内容\t本年处理决定数量\n行政许可\t70\n第二十条第（六）项\n信息内容\t本年处理决定数量\n"
    "行政处罚\t3\n行政强制\t0\n第二十条第（八）项\n信息内容\t本年收费金额（单位：万元）\n行政事业性收费\t0"
)
TITLE = "江油市教育局2021年政府信息公开工作年度报告"
FIRST = "2021年，我局认真贯彻落实《中华人民共和国政府信息公开条例》，主动公开各类信息120条。"


def sections_of(*lines):
    document = read_document("\n".join([TITLE, *lines]).encode())
    tables = read_tables(document)
    found = read_sections(tables.lines, tables.covered, read_heading(document).title_lines)
    return [(section.heading, section.text) for section in found]


def report(*lines, second=TABLE2, end="无。"):
    lines = ("一、总体情况", FIRST, *lines, "二、主动公开政府信息情况", second, "三、收到和处理政府信息公开申请情况")
    return sections_of(*lines, "无申请。", "六、其他需要报告的事项", end)


@pytest.mark.parametrize(
    "line",
    [
        "一、总体情况",
        "总体情况",
        "、总体情况",
        "一.基本情况",
        "㈠总体概况",
        "（一）概述",
        "第一部分 概述",
        "Ⅰ、总体情况",
        "A. 总体情况",
        "② 总体情况",
        "二、二、主动公开政府信息的情况",
        "三、 收到和处理政府信息公开申请情况",
        "三、依申请公开政府信息情况",
        "四、政府信息公开行政复议、行政诉讼情况",
        "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况",
        "五、存在的主要问题及下一步工作打算",
        "五、政府信息公开工作存在的主要问题及改进情况",
        "五、整改措施",
        "六、其他需要报告的事项",
        "六、需要报告的其他事项：",
        "一 、 总 体 情 况",
        "一，总体情况",
        "一 总体情况",
        "01 总体情况",
        "【总体情况】",
        "★一、总体情况",
        "\ue601一、总体情况",
        "六、依据《政府信息公开信息处理费管理办法》收取信息处理费的情况及其他需要报告的事项",
    ],
)
def test_a_heading_of_the_form_is_known_in_any_print(line):
    assert is_heading(line)


@pytest.mark.parametrize(
    "line",
    [
        "（一）予以公开",
        "三、本年度办理结果",
        "（一）主动公开情况",
        FIRST,
        "存在的主要问题是公开不及时，更新慢",
        "无",
        "、其他需要报告的事项。",
    ],
)
def test_other_lines_are_no_headings_of_the_form(line):
    assert not is_heading(line)


def test_prose_stands_under_its_headings_and_no_table_in_it():
    assert report("（一）主动公开情况", "公开信息120条。") == [
        ("一、总体情况", f"{FIRST}\n（一）主动公开情况\n公开信息120条。"),
        ("二、主动公开政府信息情况", ""),
        ("三、收到和处理政府信息公开申请情况", "无申请。"),
        ("六、其他需要报告的事项", "无。"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "网站完成适老化改造和无障碍浏览功能建设",
        "依申请公开",
        "1.政务公开",
        "（三）行政许可情况",
        "提供免费打印、复印服务",
        "本年度无行政复议、行政诉讼",
        "数据统计时间：2021年1月1日至2021年12月31日",
    ],
)
def test_no_line_of_the_prose_is_lost(line):
    assert report(line)[0] == ("一、总体情况", f"{FIRST}\n{line}")


@pytest.mark.parametrize(
    "lines",
    [
        [
            "登录",
            "首页 > 政务公开",
            "江油概况",
            TITLE,
            "发布日期：2022-01-28 来源：江油市教育局 点击量：12",
            "[字体： ]",
        ],
        ["2022-01-28 11:41信息来源: 江油市教育局阅读次数:", "【打印】【关闭】"],
        ["索引号：000014349/2022-00001", "发布机构：江油市教育局", "江油市教育局"],
        ["发 布 时 间 ： 2022-01-28 来 源 ： 江 油 市 教 育 局"],
    ],
)
def test_the_head_of_a_page_is_no_prose(lines):
    assert sections_of(*lines, "本报告由我局编制。", "一、总体情况", FIRST, "三、依申请公开政府信息情况")[0] == (
        "",
        "本报告由我局编制。",
    )


@pytest.mark.parametrize(
    ("own", "of_page"),
    [
        ("无。", "一审 | 张三 二审 | 李四"),
        ("无。", "附件："),
        ("无。", "撰稿人：张某　审稿人：李某"),
        ("无", "您对本页面内容是否满意？"),
        ("无其他需要报告的事项", "标签：年报"),
        ("3.其他事项：无", "- END -"),
        ("江油市教育局\n2022年1月", "江油市2021年国民经济和社会发展统计公报2022-12-30"),
        ("（此件公开发布）", "正在加载..."),
        ("联系电话：0816-3222222", "【发表评论】【告诉好友】"),
    ],
)
def test_below_the_report_s_last_line_stands_the_page(own, of_page):
    assert report(end=f"{own}\n{of_page}")[-1] == ("六、其他需要报告的事项", own)


def test_the_box_above_a_report_is_no_introduction():
    introduction = "各位代表：\n现将2021年政府信息公开工作报告如下，请予审议。"
    found = sections_of("统一登记号：", "所属主题：政务公开", *introduction.split("\n"), "一、总体情况", FIRST)
    assert found[0] == ("", introduction)


def test_an_introduction_that_is_broken_into_short_lines_is_whole():
    lines = ["首页", "根据《条例》和", "上级有关要求，我局编制本报告。", "一、总体情况", FIRST]
    assert sections_of(*lines)[0][1] == "根据《条例》和\n上级有关要求，我局编制本报告。"


def test_the_foot_of_a_page_is_no_prose():
    foot = "上一篇：\n绵阳市教育局2021年年报\n网站地图 | 联系我们\n地址：诗仙东路74号\n网站标识码：5107810029\n智能问答"
    assert report(end=f"无。\n江油市教育局\n2022年1月28日\n{foot}")[-1][1] == "无。\n江油市教育局\n2022年1月28日"


@pytest.mark.parametrize(
    ("lines", "heading"),
    [
        ("五、存在的主要问题\n及改进情况", "五、存在的主要问题及改进情况"),
        ("四、存在问题及改\n进情况", "四、存在问题及改进情况"),
        ("四、政府信息公\n开行政复议、行政诉讼情况", "四、政府信息公开行政复议、行政诉讼情况"),
        ("四、政府信息公开\n行政复议、行政诉讼情况", "四、政府信息公开行政复议、行政诉讼情况"),
        ("四、\n其他需要报告的事项", "四、其他需要报告的事项"),
        ("四、其\n他需要报告的事项", "四、其他需要报告的事项"),
        ("存在\n的问题及整改措施", "存在的问题及整改措施"),
        ("### 四、其他需要报告的事项", "四、其他需要报告的事项"),
        ("**四、其他需要报告的事项**", "四、其他需要报告的事项"),
    ],
)
def test_a_heading_is_whole(lines, heading):
    assert report(*lines.split("\n"), "无。")[1] == (heading, "无。")


@pytest.mark.parametrize(
    ("line", "pieces"),
    [
        ("六、其他需要报告的事项：无。", ["六、其他需要报告的事项", "无。"]),
        (
            "一、总体情况 公开120条。二、主动公开政府信息情况",
            ["一、总体情况", "公开120条。", "二、主动公开政府信息情况"],
        ),
        ("按要求完成各项任务。一、总体情况", ["按要求完成各项任务。", "一、总体情况"]),
        (
            "本报告包括：一、总体情况；二、主动公开政府信息情况。",
            ["本报告包括：一、总体情况；二、主动公开政府信息情况。"],
        ),
        ("（一）存在的问题。公开不及时。", ["（一）存在的问题。公开不及时。"]),
        ("五、存在的主要问题及改进情况", ["五、存在的主要问题及改进情况"]),
        (
            "**一、总体情况**公开**120**条。**二、主动公开政府信息情况****三、概况四、其他事项**",
            [*"一、总体情况 公开120条。 二、主动公开政府信息情况 三、概况 四、其他事项".split()],
        ),
    ],
)
def test_headings_that_run_into_text_are_parted(line, pieces):
    assert list(pieces_of(line)) == pieces


@pytest.mark.parametrize(
    "rows",
    [
        "信息内容 本年制发\n件数 本年废止件数\n规章 0 0 0\n行政规范性 2 0 7\n文件",
        "第二十条\n第（一）项\n规章\n0\n0\n0\n规章类\n0（其中修订6件）\n行政规范性文件\n2\n0\n7",
        "| 信息内容 | 本年制发件数 |\n|---|---|\n| 规章 | 0 |\n| 行政许可 | 3（含上年1件） |",
        "┌──┬──┐\n│规章│ 0 │\n├──┼──┤\n│行政│ 3 │\n│许可│   │\n└──┴──┘",
    ],
)
def test_torn_tables_are_cut_out(rows):
    assert (
        report(second=f"具体情况如下：\n{rows}\n注：以上为2021年数据。")[1][1]
        == "具体情况如下：\n注：以上为2021年数据。"
    )


@pytest.mark.parametrize("page", ["", "\t3", "\n3"])
def test_a_table_of_contents_heads_nothing(page):
    heads = ["一、总体情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项"]
    body = [part for head, text in zip(heads, (FIRST, "不够及时。", "无。"), strict=True) for part in (head, text)]
    assert sections_of(*(head + page for head in heads), "根据条例编制本报告。", *body) == [
        ("", "根据条例编制本报告。"),
        *zip(heads, (FIRST, "不够及时。", "无。"), strict=True),
    ]


def test_the_article_printed_twice_is_read_once():
    article = [
        "本报告由江油市教育局编制。",
        "一、总体情况",
        FIRST,
        "（一）概况",
        "好。",
        "六、其他需要报告的事项",
        "无。",
    ]
    once = sections_of(*article)
    assert sections_of(*article, TITLE, *article) == once


def test_a_report_before_the_form_is_parted_at_its_own_headings():
    headings = ["一、概述", "二、主动公开政府信息的情况", "三、依申请公开办理情况", "四、政府信息公开的收费及减免情况"]
    lines = [line for heading in headings for line in (heading, FIRST)]
    assert [heading for heading, _ in sections_of(*lines)] == headings


def test_a_text_without_headings_keeps_its_prose():
    assert sections_of("登录", FIRST, "公开120条。", "打印") == [("", f"{FIRST}\n公开120条。")]


@pytest.mark.parametrize(
    "unit", ["一、", "一、总体情况", "政府信息公开", "存在的主要问题", "（一）", "2020年", "|", "规章\t0\n"]
)
def test_hostile_text_is_read(unit):
    assert isinstance(sections_of(unit * (30_000 // len(unit))), list)


def test_numbers_that_begin_again_within_a_section_head_parts_of_it():
    lines = [
        "一、总体情况",
        "平稳。",
        "五、存在的主要问题及改进情况",
        "一、存在的主要问题",
        "不够及时。",
        "二、改进情况",
    ]
    lines += ["今后改进。", "六、其他需要报告的事项", "一、收取信息处理费情况", "未收取。"]
    sections = sections_of(*lines)
    assert [heading[:2] for heading, _ in sections] == ["一、", "五、", "六、"]
    assert sections[-2][1].split("\n") == ["一、存在的主要问题", "不够及时。", "二、改进情况", "今后改进。"]
    assert sections[-1][1].split("\n") == ["一、收取信息处理费情况", "未收取。"]


def test_what_is_numbered_between_two_headings_of_the_form_heads_parts():
    parts = ["一、主动公开情况", "全年公开120条。", "二、依申请公开情况", "无。", "三、平台建设情况", "更新专栏。"]
    sections = sections_of("一、总体情况", FIRST, *parts, "二、主动公开政府信息情况", "六、其他需要报告的事项", "无。")
    assert sections[0] == ("一、总体情况", "\n".join([FIRST, *parts]))
    assert [heading[:2] for heading, _ in sections] == ["一、", "二、", "六、"]


@pytest.mark.parametrize("line", ["改进措施：", "存在的问题："])
def test_a_word_with_a_colon_heads_a_part(line):
    heads = ["总体情况", "存在的主要问题及改进情况", "其他需要报告的事项"]
    sections = sections_of(heads[0], FIRST, heads[1], "不够及时。", line, "今后改进。", heads[2], "无。")
    assert sections[1] == (heads[1], f"不够及时。\n{line}\n今后改进。")
    assert sections_of(FIRST, line, "今后改进。") == [("", f"{FIRST}\n{line}\n今后改进。")]


@pytest.mark.parametrize("number", ["", "1. ", "Ⅰ、"])
def test_numbers_in_brackets_below_heads_of_another_kind_head_parts(number):
    heads = [f"{number}总体情况", f"{number}存在的主要问题及改进情况", f"{number}其他需要报告的事项"]
    parts = ["（一）存在的主要问题", "不够及时。", "（二）改进措施", "今后改进。"]
    sections = sections_of(heads[0], FIRST, heads[1], *parts, heads[2], "无。")
    assert sections == [(heads[0], FIRST), (heads[1], "\n".join(parts)), (heads[2], "无。")]


def test_brackets_number_sections_and_their_parts():
    parts = ["（一）主动公开政府信息情况", "公开信息3条。", "（二）依申请公开政府信息办理情况", "无申请。"]
    heads = [
        f"（{number}）{subject}"
        for number, subject in zip(
            "二三四", ("主动公开政府信息情况", "收到和处理政府信息公开申请情况", "其他需要报告的事项"), strict=True
        )
    ]
    found = sections_of("（一）总体情况", *parts, *heads, "无。")
    assert [heading for heading, _ in found] == ["（一）总体情况", *heads]
    assert found[0][1] == "\n".join(parts)


def test_a_numbered_sentence_heads_no_section_of_the_form():
    sentence = "四、政府信息公开行政复议、行政诉讼情况部分列出了全部案件。"
    assert report(sentence)[0] == ("一、总体情况", f"{FIRST}\n{sentence}")


def test_a_numbered_line_beside_a_table_of_a_page_is_prose():
    blocks = [
        "一、总体情况",
        "平稳。",
        "三、收到和处理政府信息公开申请情况",
        sheet3(),
        "（一）申请情况",
        "五、存在的问题",
    ]
    tables = read_tables(document(*blocks))
    sections = {section.heading: section.text for section in read_sections(tables.lines, tables.covered, frozenset())}
    assert sections["三、收到和处理政府信息公开申请情况"] == "（一）申请情况"


def test_headings_within_a_cell_of_prose_head_their_sections():
    text = "本报告数据截至12月31日。 一、总体情况 今年以来，我镇高度重视。 二、主动公开政府信息情况"
    sections = read_sections(lines_of([Grid(((Cell(text),),))]), (), frozenset())
    assert [section.heading for section in sections] == ["", "一、总体情况", "二、主动公开政府信息情况"]


def test_a_number_alone_and_a_menu_in_a_row_are_no_prose():
    menu = "首页 政务要闻 政务公开 政务服务 走进江油 数据发布"
    first, *_ = sections_of(menu, "根据《条例》，编制本报告。", "12", "一、总体情况", "公开120条。", "3")
    assert first == ("", "根据《条例》，编制本报告。")


def test_parts_in_brackets_that_run_on_are_headings_where_blanks_part_them():
    sections = sections_of(
        "序。 （一）总体情况 公开120条。 （二）主动公开政府信息情况 见下表。 （三）存在问题。人员不足。"
    )
    assert sections[1:] == [
        ("（一）总体情况", "公开120条。"),
        ("（二）主动公开政府信息情况", "见下表。 （三）存在问题。人员不足。"),
    ]
