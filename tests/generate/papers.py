"""Papers that are no reports on the form: every near miss of portals.md §7, candidates, and reports on the years
before 2019.

They come as pages of a portal or as plain text; only their genre is scored, of earlier reports also the fields and
the prose.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from random import Random

from samples.form import NUMBERS
from tests.generate import form, html, layout, prose, text
from tests.generate.html import Draft, Look
from tests.generate.layout import Box
from tests.generate.markup import escape
from tests.generate.sample import Make, Page, Paper
from tests.generate.truth import PLACES, Report, Stated, Wish, invent

COMPILING = (
    "各乡镇人民政府、街道办事处，县政府各部门：",
    "根据《中华人民共和国政府信息公开条例》第四十九条、第五十条规定，现就做好{year}年政府信息公开工作年度报告编制和发布工作通知如下：",
    "一、报告内容。包括总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、政府信息公开行政复议和行政诉讼情况、存在的主要问题及改进情况、其他需要报告的事项。",
    "二、时间要求。各单位应于{next}年1月31日前在门户网站“政府信息公开年报”栏目发布本单位年度报告。",
    "三、有关要求。统计数据要真实准确，注意第一项加第二项之和等于第三项加第四项之和的勾稽关系。",
    "联系人：张三，联系电话：0{m}-{n}{n}。",
)
FORM_LETTER = (
    "各省、自治区、直辖市人民政府办公厅，国务院各部门办公厅（室）：",
    "为做好政府信息公开工作年度报告编制工作，现将《中华人民共和国政府信息公开工作年度报告格式》印发你们，请认真贯彻执行。",
    "年度报告包括以下六个部分：一、总体情况；二、主动公开政府信息情况；三、收到和处理政府信息公开申请情况；"
    "四、政府信息公开行政复议、行政诉讼情况；五、存在的主要问题及改进情况；六、其他需要报告的事项。",
)
RULE = (
    "第一条 为规范政府信息公开年度报告工作，根据《中华人民共和国政府信息公开条例》，结合实际，制定本制度。",
    "第二条 本制度所称政府信息公开年度报告，是指行政机关每年向社会公布的上一年度政府信息公开工作情况的报告。",
    "第三条 年度报告应当包括下列内容：（一）主动公开政府信息的情况；（二）收到和处理政府信息公开申请的情况；"
    "（三）被申请行政复议、提起行政诉讼的情况；（四）存在的主要问题及改进情况；（五）其他需要报告的事项。",
    "第四条 年度报告应于每年1月31日前公布。",
    "第五条 本制度自发布之日起施行。",
)
RULE_OF_LAW = (
    "{year}年，{we}坚持以习近平法治思想为指导，深入推进法治政府建设，现将有关情况报告如下：",
    "一、主要举措和成效",
    "（一）依法全面履行政府职能。办理行政许可{n}件、行政处罚{m}件、行政强制{m}件。",
    "（二）全面推进政务公开。收到政府信息公开申请{m}件，均依法答复。",
    "（三）依法化解矛盾纠纷。办理行政复议案件{m}件，行政应诉案件{m}件。",
    "二、存在的主要问题",
    "三、{next}年工作安排",
)
NEWS = (
    "近日，{place}人民政府发布{year}年政府信息公开工作年度报告，全面展示一年来政府信息公开工作情况。",
    "报告显示，{year}年全县主动公开各类信息{n}条，收到政府信息公开申请{m}件，办结率100%。",
    "下一步，将继续深化政务公开，提升政府公信力。",
)
GUIDE = (
    "为了更好地提供政府信息公开服务，方便公民、法人和其他组织依法获取政府信息，特编制本指南。",
    "一、主动公开",
    "（一）公开范围。{we}主动公开的政府信息参见《政府信息公开目录》。",
    "二、依申请公开",
    "（一）申请方式。申请人可以当面提交、邮寄提交、在线提交申请。",
    "（二）申请处理。收到申请之日起20个工作日内予以答复。",
    "三、政府信息公开年度报告：每年1月31日前公布。",
    "四、监督和救济方式：可以依法申请行政复议或者提起行政诉讼。",
)
WORK_REPORT = (
    "各位代表：现在，我代表县人民政府向大会报告工作，请予审议。",
    "一、{year}年工作回顾",
    "地区生产总值达到{n}亿元，增长{m}%；一般公共预算收入{m}亿元。",
    "深化政务公开，办理人大代表建议{m}件、政协提案{m}件。",
    "二、{next}年工作安排",
)
SUMMARY = (
    "{year}年，{we}认真落实政务公开工作要点，现将工作情况总结如下：",
    "一、主要做法。主动公开政府信息{n}条，办理依申请公开{m}件。",
    "二、存在问题。公开内容不够全面，更新不够及时。",
    "三、下一步打算。加强培训，完善制度。",
)
SCHOOL = (
    "根据《高等学校信息公开办法》要求，编制学校{year}年度信息公开年度报告。本报告所列数据统计期限为{year}年1月1日至{year}年12月31日。",
    "一、概述",
    "二、主动公开信息情况。通过校园网公开信息{n}条。",
    "三、依申请公开信息和不予公开信息情况。收到申请{m}件。",
    "四、对信息公开的评议情况",
    "五、存在的主要问题和改进措施",
)
INTERPRETATION = (
    "为便于公众了解，现对《{place}人民政府{year}年政府信息公开工作年度报告》解读如下：",
    "一、编制背景。根据《中华人民共和国政府信息公开条例》第四十九条、第五十条规定编制。",
    "二、主要内容。报告由总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况等六部分组成。",
    "三、数据亮点。全年主动公开信息{n}条，收到申请{m}件。",
)


@dataclass(frozen=True, slots=True)
class Miss:
    """A near miss: its titles, its sentences, and whether a table stands in it (website, form, list or none)."""

    titles: tuple[str, ...]
    lines: tuple[str, ...]
    table: str = ""
    genre: tuple[str, ...] = ("rejected",)


MISSES: dict[str, Miss] = {
    "notice": Miss(
        (
            "关于做好{year}年政府信息公开工作年度报告编制和发布工作的通知",
            "{place}人民政府办公室关于做好{year}年度政府信息公开工作年度报告编制工作的通知",
            "关于报送{year}年政府信息公开年报的通知",
        ),
        COMPILING,
    ),
    "letter": Miss(
        ("关于印送{year}年政府信息公开工作年度报告编制要求的函", "关于编制{year}年政府信息公开年度报告的函"), COMPILING
    ),
    "the-form": Miss(
        (
            "国务院办公厅政府信息与政务公开办公室关于印发《中华人民共和国政府信息公开工作年度报告格式》的通知",
            "国办公开办函〔2021〕30号 政府信息公开工作年度报告格式",
        ),
        FORM_LETTER,
        "form",
    ),
    "rule": Miss(("政府信息公开年度报告制度", "{place}政府信息公开工作年度报告制度", "政府信息公开年报制度"), RULE),
    "website-form": Miss(
        (
            "{place}人民政府网站工作年度报表（{year}年度）",
            "政府网站工作年度报表",
            "{year}年政府网站监管年度报表",
            "{place}政府网站工作年报",
        ),
        (),
        "website",
    ),
    "rule-of-law": Miss(
        (
            "{place}人民政府{year}年度法治政府建设情况报告",
            "{place}{year}年法治政府建设年度报告",
            "【文字解读】{year}年度法治政府建设年度报告",
        ),
        RULE_OF_LAW,
    ),
    "interpretation": Miss(
        (
            "图解：{place}人民政府{year}年政府信息公开工作年度报告",
            "一图读懂{place}{year}年政府信息公开工作年度报告",
            "《{place}人民政府{year}年政府信息公开工作年度报告》解读",
            "【图解】{year}年政府信息公开年报",
        ),
        INTERPRETATION,
    ),
    "guide": Miss(
        ("{place}人民政府政府信息公开指南", "政府信息公开指南", "主动公开基本目录", "政府信息主动公开事项目录"), GUIDE
    ),
    "work-report": Miss(("{place}人民政府{year}年政府工作报告", "{next}年政府工作报告"), WORK_REPORT),
    "budget": Miss(
        ("{place}{year}年部门决算公开情况说明", "{place}教育局{next}年部门预算", "{year}年国民经济和社会发展统计公报"),
        WORK_REPORT,
        "website",
    ),
    "summary": Miss(
        (
            "{place}{year}年政务公开工作总结",
            "{next}年政务公开工作要点",
            "{year}年政务公开工作情况总结",
            "{place}{year}年度部门绩效评价报告",
        ),
        SUMMARY,
    ),
    "institution": Miss(
        (
            "{place}第一中学{year}学年信息公开年度报告",
            "{place}供水公司{year}年公共企事业单位信息公开年报",
            "{place}职业学院{year}年信息公开工作年度报告",
        ),
        SCHOOL,
    ),
    "news": Miss(
        ("{place}发布{year}年政府信息公开工作年度报告", "我县{year}年政府信息公开年报出炉"),
        NEWS,
        "",
        ("rejected", "candidate"),
    ),
    "index": Miss(
        ("{year}年政府信息公开年报汇总", "{place}{year}年度政府信息公开工作年度报告汇总", "政府信息公开年报"),
        (),
        "list",
        ("rejected", "candidate"),
    ),
    "cover": Miss(
        (
            "{place}人民政府关于发布{year}年政府信息公开工作年度报告的公告",
            "{place}人民政府{year}年政府信息公开工作年度报告",
        ),
        ("现将《{place}人民政府{year}年政府信息公开工作年度报告》予以公布，详见附件。",),
        "attachment",
        ("candidate",),
    ),
}


def _miss(miss: Miss, rng: Random) -> tuple[Paper, Page]:
    report = invent(rng, Wish())
    report = replace(report, title=_say(rng, report, rng.choice(miss.titles)), preface=(), signature=())
    paper = Paper(miss.genre, report.title)
    lines = [_say(rng, report, line) for line in miss.lines]
    if not miss.table and rng.random() < 0.2:
        return paper, Page("\n".join([report.title, "", *lines]).encode(), ".txt")

    def article(draft: Draft) -> str:
        body = "\n".join(draft.markup.paragraph(line) for line in lines)
        return body + (_TABLES[miss.table](draft) if miss.table else "")

    return paper, html.render(rng, report, Look(), article)


def _say(rng: Random, report: Report, line: str) -> str:
    return prose.fill(
        rng, line.replace("{next}", str(report.year + 1)), we="我县", year=report.year, place=report.place
    )


def _website_table(draft: Draft) -> str:
    rng, report = draft.rng, draft.report
    rows = (
        ("网站名称", f"{report.place}人民政府门户网站"),
        ("主办单位", f"{report.place}人民政府"),
        ("网站标识码", str(rng.randrange(10**9, 10**10))),
        ("独立用户访问总量（单位：个）", str(rng.randrange(10**6))),
        ("信息发布（单位：条）总数", str(rng.randrange(10**5))),
        ("政务动态信息更新量", str(rng.randrange(10**4))),
        ("收到留言数量", str(rng.randrange(500))),
        ("办结留言数量", str(rng.randrange(500))),
        ("总计", "0"),
    )
    return draft.markup.table([tuple(Box(cell) for cell in row) for row in rows])


def _empty_form(draft: Draft) -> str:
    """The form's three tables with nothing filled in."""
    rng, report = draft.rng, draft.report
    empty = Stated()
    blank = replace(
        report,
        table2={row: dict.fromkeys(cells, empty) for row, cells in report.table2.items()},
        table3=dict.fromkeys(report.table3, (empty,) * 7),
        table4=dict.fromkeys(report.table4, (empty,) * 5),
    )
    out = []
    for number, sheet in layout.sheets(blank, rng).items():
        out += [
            draft.markup.heading(f"{NUMBERS[number - 1]}、{form.HEADINGS[number - 1][0]}"),
            draft.markup.table(sheet),
        ]
    return "\n".join(out)


def _link_list(draft: Draft) -> str:
    """The links of many agencies' reports."""
    rng, year = draft.rng, draft.report.year
    names = [f"{county}{rng.choice(('教育局', '财政局', '人民政府', '民政局'))}" for _, _, county in PLACES]
    items = [f"{name}{year}年政府信息公开工作年度报告" for name in names]
    rows = "".join(
        f'<li><a href="./t{i}.htm" title="{escape(item)}">{escape(item)}</a><span>{year + 1}-01-{i + 1:02d}</span></li>'
        for i, item in enumerate(items)
    )
    return f"<ul>{rows}</ul>"


def _attachment(draft: Draft) -> str:
    name = f"{draft.report.title}.{draft.rng.choice(('pdf', 'doc', 'docx', 'wps', 'ofd'))}"
    return f'<p>附件：<a href="./P0202{draft.rng.randrange(10**9)}.pdf">{escape(name)}</a></p>'


_TABLES: dict[str, Callable[[Draft], str]] = {
    "website": _website_table,
    "form": _empty_form,
    "list": _link_list,
    "attachment": _attachment,
}

# --- reports on the years before 2019 --------------------------------------------------------------------------------

EARLY_TITLES = (
    "{i}{y}年政府信息公开工作年度报告",
    "{i}{y}年政府信息公开年度报告",
    "{i}{y}年政务信息公开年度报告",
    "{i}{y}年度政府信息公开工作报告",
    "{i}政务信息工作年度报告（{y}年）",
)
EARLY_HEADINGS = (
    "概述",
    "主动公开政府信息的情况",
    "依申请公开政府信息的情况",
    "政府信息公开的收费及减免情况",
    "因政府信息公开申请行政复议、提起行政诉讼的情况",
    "存在的主要问题及改进措施",
)
EARLY_STATISTICS = (
    ("一、主动公开情况", "", ""),
    ("（一）主动公开政府信息数", "条", "{n}"),
    ("其中：主动公开规范性文件数", "条", "{m}"),
    ("二、回应解读情况", "", ""),
    ("（一）回应公众关注热点或重大舆情数", "次", "{m}"),
    ("三、依申请公开情况", "", ""),
    ("（一）收到申请数", "件", "{m}"),
    ("1.当面申请数", "件", "0"),
    ("（二）申请办结数", "件", "{m}"),
    ("四、行政复议数量", "件", "0"),
    ("（一）维持具体行政行为数", "件", "0"),
    ("五、行政诉讼数量", "件", "0"),
)


def _early(rng: Random) -> tuple[Paper, Page]:
    """A report on 2008 to 2018: prose, from 2014 on with a table of one column of figures."""
    report = invent(rng, Wish(titled=True, form="2019"))
    year = rng.randrange(2008, 2019)
    issuer = report.accept.get("issuer", (report.issuer,))[0]
    published = report.published and f"{year + 1}{report.published[4:]}"
    title = rng.choice(EARLY_TITLES).format(i=issuer, y=year)
    report = replace(
        report, title=title, year=year, published=published, issuer=issuer, dated=False, signature=(issuer,)
    )
    sections = [(f"{NUMBERS[i]}、{name}", _early_text(rng, report)) for i, name in enumerate(EARLY_HEADINGS)]
    statistics = (
        [[_say(rng, report, cell) for cell in row] for row in (("指标名称", "单位", "数量"), *EARLY_STATISTICS)]
        if year >= 2014
        else []
    )
    paper = Paper(("report",), title, tuple(sections), issuer, year, published)

    def article(draft: Draft) -> str:
        out = []
        for heading, body in sections:
            out += [draft.markup.heading(heading), *map(draft.markup.paragraph, body.split("\n"))]
        if statistics:
            out += [
                draft.markup.centred("政府信息公开情况统计表"),
                draft.markup.table([tuple(map(Box, row)) for row in statistics]),
            ]
            out.append(f'<p style="text-align:right">{escape(issuer)}</p>')
        return "\n".join(out)

    page = html.render(rng, report, Look(others=0), article)
    lines = ["政府信息公开情况统计表", issuer]
    for row in statistics:
        lines += [*row, "".join(row), "|".join(row), f"|{'|'.join(row)}|"]
    return paper, replace(page, optional=(*page.optional, *lines))


def _early_text(rng: Random, report: Report) -> str:
    lines = prose.paragraphs(rng, prose.PLAIN[:4] + prose.PLAIN[11:], rng.randrange(1, 3))
    return "\n".join(prose.fill(rng, line, we="我局", year=report.year, place=report.place) for line in lines)


def _early_plain(rng: Random) -> tuple[Paper, Page]:
    """An early report as plain text."""
    paper, _ = _early(rng)
    lines = [paper.title, ""]
    if paper.published:
        lines += [f"发布日期：{paper.published}"]
    for heading, body in paper.sections:
        lines += [heading, *body.split("\n")]
    return paper, Page(
        text.encoded(rng, [*lines, paper.issuer or ""]),
        ".txt",
        optional=(paper.issuer or "",),
        chrome=tuple(lines[2:3][: bool(paper.published)]),
    )


SHAPES: dict[str, Make] = {
    **{name: partial(_miss, miss) for name, miss in MISSES.items()},
    "early": _early,
    "early-text": _early_plain,
}
