"""What looks like a report and is none (portals.md §7), one article of each kind, and articles of no such likeness at all."""

# ruff: noqa: E501 -- lines of HTML and of Chinese text stay whole
from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from samples import form
from samples.form import Box, Table
from samples.portal import Article

Block = str | Table


def near_miss(kind: str, place: str, year: int) -> Article:
    """Return the near miss of a kind of `KINDS` that an authority `place` publishes in the year after `year`."""
    title, month, blocks = KINDS[kind]
    names = {"place": place, "year": year, "next": year + 1}
    filled = [block.format(**names) if isinstance(block, str) else block for block in blocks(year)]
    return Article(
        title=title.format(**names),
        published=date(year + 1, month, 5 + len(kind) % 20),
        blocks=filled,
        source=f"{place}人民政府办公室",
        near_miss=kind,
    )


def unrelated(place: str, number: int) -> Article:
    """Return the news article of a number: nothing in it is of the genre."""
    rng = random.Random(f"{place} {number}")
    subject, text = _NEWS[number % len(_NEWS)]
    count = rng.randrange(3, 400)
    paragraphs = [text.format(place=place, count=count), *rng.sample(_FILLING, 2)]
    published = date(2024, 11, 30) - timedelta(days=17 * number + rng.randrange(9))
    return Article(title=f"{place}{subject}", published=published, blocks=paragraphs, source="融媒体中心")


def _prose(*paragraphs: str) -> Callable[[int], Sequence[Block]]:
    return lambda _: paragraphs


def _blank_form(year: int) -> Sequence[Block]:
    """Return the State Council's letter with its form: every heading and every label of a report, no figure."""
    template = "2019" if year < 2021 else "2021"
    sheets = (form.table2(template), form.table3(template), form.table4())
    blank = [form.filled_in(sheet, {box.key: "" for row in sheet for box in row if box.key}) for sheet in sheets]
    return (
        "各省、自治区、直辖市人民政府办公厅，国务院各部委、各直属机构办公厅（室）：",
        "为规范政府信息公开工作年度报告，现将修订后的格式印发给你们，请遵照执行。",
        "附件：中华人民共和国政府信息公开工作年度报告格式",
        "一、总体情况",
        "二、主动公开政府信息情况",
        blank[0],
        "三、收到和处理政府信息公开申请情况",
        blank[1],
        "四、政府信息公开行政复议、行政诉讼情况",
        blank[2],
        "五、存在的主要问题及改进情况",
        "六、其他需要报告的事项",
    )


def _website_form(_: int) -> Sequence[Block]:
    rows = (
        ("网站名称", "{place}人民政府门户网站"), ("首页网址", "http://www.example.invalid/"), ("独立用户访问总量", "1840233"),
        ("信息发布总数", "4218"), ("概况类信息更新量", "12"), ("解读信息发布总数", "96"), ("办事服务注册用户数", "2201"),
        ("收到留言数量", "318"), ("办结留言数量", "318"), ("安全检测评估次数", "4"),
    )  # fmt: skip
    table = Table(tuple((Box((name,)), Box((value.replace("{place}", ""),))) for name, value in rows))
    return (
        "政府网站工作年度报表",
        "（{year}年度）",
        "填报单位：{place}人民政府办公室",
        table,
        "单位负责人： 审核人： 填报人：",
    )


KINDS: dict[str, tuple[str, int, Callable[[int], Sequence[Block]]]] = {
    "compiling_notice": (
        "关于做好{year}年政府信息公开工作年度报告编制和发布工作的通知",
        1,
        _prose(
            "各乡镇人民政府，县政府各部门：",
            "根据《中华人民共和国政府信息公开条例》第四十九条、第五十条，现就做好{year}年政府信息公开工作年度报告编制发布工作通知如下。",
            "一、报告内容。报告应当包括总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、政府信息公开行政复议和行政诉讼情况、存在的主要问题及改进情况、其他需要报告的事项。",
            "二、发布时间。各单位应当于{next}年1月31日前在门户网站政府信息公开年报栏目发布本单位年度报告。",
            "三、有关要求。请核对数据的勾稽关系，确保准确。",
        ),
    ),
    "blank_form": ("国务院办公厅政府信息与政务公开办公室关于印发《中华人民共和国政府信息公开工作年度报告格式》的通知", 10, _blank_form),
    "institution_rule": (
        "{place}政府信息公开年度报告制度",
        3,
        _prose(
            "第一条 为规范政府信息公开年度报告工作，根据《中华人民共和国政府信息公开条例》，制定本制度。",
            "第二条 年度报告应当包括主动公开政府信息的情况、处理政府信息公开申请的情况、因政府信息公开工作被申请行政复议、提起行政诉讼的情况。",
            "第三条 各部门应当在每年1月31日前公布上一年度报告。",
            "第四条 本制度自发布之日起施行。",
        ),
    ),
    "website_form": ("{place}人民政府网站{year}年度政府网站工作年度报表", 1, _website_form),
    "website_self_check": (
        "{place}政府网站工作年报及{next}年第一季度自查报告",
        4,
        _prose("按照政府网站检查指标，对门户网站进行了自查，现将情况报告如下。", "一、总体情况。网站运行正常，未出现单项否决情形。", "二、存在问题。个别栏目更新间隔较长。"),
    ),
    "rule_of_law": (
        "{place}{year}年度法治政府建设年度报告",
        3,
        _prose(
            "{year}年，{place}坚持以法治政府建设示范创建为抓手，推进依法行政。",
            "一、主要举措和成效。健全依法决策机制，公开行政执法信息，办理行政复议案件12件。",
            "二、存在的不足和原因。基层执法力量有待充实。",
            "三、下一年度推进法治政府建设的主要安排。",
        ),
    ),
    "rule_of_law_text": (
        "【文字解读】{place}{year}年度法治政府建设情况报告",
        4,
        _prose("现就法治政府建设情况报告的起草背景和主要内容解读如下。", "一、起草背景。", "二、主要内容。"),
    ),
    "picture": ("一图读懂：{place}{year}年政府信息公开工作年度报告", 2, _prose("图解", "本图由{place}人民政府办公室制作。")),
    "interpretation": (
        "《{place}{year}年政府信息公开工作年度报告》解读",
        2,
        _prose(
            "日前，{place}公布了{year}年政府信息公开工作年度报告，现解读如下。",
            "报告共六个部分，依照国务院办公厅规定的格式编制，收到的申请均在法定期限内答复。",
        ),
    ),
    "guide": (
        "{place}政府信息公开指南",
        6,
        _prose(
            "为方便公民、法人和其他组织获取政府信息，编制本指南，每年更新。",
            "一、主动公开。公开范围见政府信息公开目录。",
            "二、依申请公开。申请人可以当面、信函或者网上提出申请。",
            "三、监督和救济。认为未依法履行公开义务的，可以申请行政复议或者提起行政诉讼。",
        ),
    ),
    "catalogue": ("{place}{next}年主动公开事项目录", 5, _prose("序号、事项名称、公开依据、公开时限、公开主体。", "1 机构职能 2 年度报告 3 财政预决算")),
    "work_report": (
        "{next}年{place}政府工作报告",
        2,
        _prose("各位代表：现在，我代表人民政府向大会报告工作，请予审议。", "一、{year}年工作回顾", "二、{next}年重点工作", "推进政务公开，自觉接受监督。"),
    ),
    "budget": ("{place}{year}年度部门决算公开", 9, _prose("第一部分 部门概况", "第二部分 部门决算情况说明", "收入总计1840.22万元，支出总计1840.22万元。")),
    "statistics": ("{place}{year}年国民经济和社会发展统计公报", 4, _prose("一、综合。全年地区生产总值稳步增长。", "二、农业。", "三、工业和建筑业。")),
    "performance": ("{place}{year}年度项目支出绩效评价报告", 8, _prose("一、项目基本情况。", "二、绩效评价结论。综合评分92.4分，评价等级为优。")),
    "summary": (
        "{place}{year}年政务公开工作总结及{next}年工作要点",
        2,
        _prose("一、{year}年工作开展情况。主动公开信息2180条，办理依申请公开16件。", "二、存在问题。", "三、{next}年工作要点。"),
    ),
    "public_enterprise": (
        "{place}自来水公司{year}年信息公开年报",
        1,
        _prose("根据公共企事业单位信息公开规定，现公布本公司信息公开年报。", "一、主动公开水质、水价和停水信息136条。", "二、未收到公开申请。"),
    ),
    "school_report": (
        "{place}第一中学{year}年学校信息公开年度报告",
        11,
        _prose("本报告依据《高等学校信息公开办法》参照编制，统计期限为上一学年。", "一、概述。", "二、主动公开情况。", "三、依申请公开和不予公开情况。学校未收到申请。"),
    ),
}  # fmt: skip

_NEWS = (
    ("召开安全生产工作会议", "近日，{place}召开安全生产工作会议，通报检查情况，排查隐患{count}处。"),
    ("开展冬季森林防火宣传", "连日来，{place}组织人员进村入户宣传防火知识，发放资料{count}份。"),
    ("举办农产品产销对接会", "{place}农产品产销对接会举行，{count}家企业参加，签订意向协议。"),
    ("老旧小区改造稳步推进", "{place}老旧小区改造项目已开工{count}栋，惠及居民。"),
    ("中小学春季运动会开幕", "{place}中小学春季运动会开幕，{count}名学生参加比赛。"),
    ("供热管网检修公告", "为保障供热，定于本周检修管网，{place}城区{count}户受影响，敬请谅解。"),
    ("公开招聘工作人员公告", "根据工作需要，{place}面向社会公开招聘工作人员{count}名。"),
    ("基层文化活动丰富多彩", "{place}各乡镇开展文艺演出{count}场，丰富群众文化生活。"),
)
_FILLING = (
    "活动现场秩序井然，得到群众一致好评。",
    "有关负责同志表示，将压实责任，抓好落实。",
    "下一步，将继续巩固成果，建立长效机制。",
    "各有关单位主要负责人参加。",
    "咨询电话在工作日受理群众来电。",
)
