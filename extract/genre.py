"""Is it a report? Title, tables and headings together, each verdict with the rule that gave it (portals.md §7).

The title alone is trusted in neither direction: a report may be headed 「2025年」, and a notice about compiling
reports holds the whole phrase. The filled form, two of its tables or one under its headings, outweighs a title that
names another genre, but for those that copy the form whole: samples, drafts, quarters, schools and companies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import takewhile

from extract.chrome import is_chrome, is_menu
from extract.form import SIMPLIFIED
from extract.heading import Heading
from extract.readers.html_text import prints_tables
from extract.reading import Genre, Section
from extract.sections import is_heading
from extract.tables import Tables
from extract.titles import first_year, is_bare_title, is_title, squeezed

# (rule, what the title holds): near misses that may copy the whole form, filled.
_COPIES = tuple(
    (rule, re.compile(pattern))
    for rule, pattern in (
        (
            "period shorter than a year",
            r"半年|季度(?!自查)|季报|月报|\d月份|"
            r"(?<!\d)(?!0?1月?[-—–~～至到]+12月)\d{1,2}月?[-—–~～至到]+\d{1,2}月(?!\d)",
        ),
        (
            "sample form",
            r"样表|样例|示例|范例|[（(【\[](?:样本|样张|范本|模[板版]|空白?表|空白|测试|演示|[^（）()]{0,6}格式)[)）】\]]|培训(?:材料|资料|课件)|"
            r"(?:报告|年报)(?:编制|填报)?(?:参考|参照)?(?:样本|范本|模[板版])|"
            r"[×✕╳Ｘ＊Xx*]{2,}[省市州县区旗镇乡局委厅办部街]|名称[+＋]|[+＋]年度",
        ),
        ("draft for comment", r"征求意见|意见稿|征集意见|[（(【\[]草[案稿][)）】\]]"),
        (
            "interpretation",
            r"^\W{0,2}(?:图解|一图[读看]懂|图说|长图|(?:文字|图文|图片|政策)?解读).*信息公开|"
            r"^(?!.*附).*信息公开.*(?<![及和含])(?:解读|图解|图说)\W?$",
        ),
        (
            "openness of another kind",
            r"^(?!.*(?:政府信息|政务)公开).*(?:党务|检务|审务|审判|狱务|村务|居务|社务|厂务|校务|院务|环境)(?:信息)?公开",
        ),
        (
            "report of a school or enterprise",
            r"(?:学校|大学|(?<!科)(?<!行政)学院|[中小]学|[高职]中|幼儿园|医院|(?<![（(])公司|集团|高校|企事业单位)"
            r"(?!.{0,6}(?:[城局委办处区街镇乡]|中心)).{0,12}信息公开",
        ),
    )
)
# The near misses of portals.md §7, the most specific first.
_NEAR_MISSES = tuple(
    (rule, re.compile(pattern))
    for rule, pattern in (
        (
            "report on the website, not on disclosure",
            r"政府网站(?!.{0,12}信息公开).{0,12}(?:报表|年报|年度报告|工作报告|自查)|网站工作年度报表|网站监管年度报表",
        ),
        ("report on reviews and litigation", r"^(?!.*信息公开).*应诉.*(?:报告|情况|统计)"),
        ("rule-of-law report", r"法治政府|(?:依法行政|行政执法(?![局队支大])).{0,8}(?:报告|情况)|法治建设"),
        (
            "interpretation",
            r"图解|一图读懂|一图看懂|解读|图说|长图|问答|(?:对比|数据)分析|评议|[^座]谈.{0,20}(?:报告|年报)",
        ),
        (
            "notice on compiling reports",
            r"(?:通知|的函|函|通报|批复|请示|意见)(?:》)?(?:[（(].*[)）])?$|通知如下|关于(?:做好|切实做好|认真做好|编制|报送|上报|印发|开展|征集|填报|进一步|加强)",
        ),
        (
            "rule of the institution",
            r"(?:填[报表写]说明|制度|办法|规定|细则|规范|条例|格式|模板|样式|样表)(?:》)?(?:[（(].*[)）])?$",
        ),
        ("guide or catalogue", r"(?:指南|目录|清单)(?:》)?(?:[（(].*[)）])?$|公开(?:工作)?(?:指南|目录)"),
        ("assessment", r"第三方评估|评估报告|测评|满意度|调查报告|考核(?:结果|情况|通报)"),
        ("self-inspection", r"自查.{0,8}(?:报告|情况)"),
        ("work plan or summary", r"(?:工作)?(?:要点|方案|计划|总结)(?:》)?(?:[（(].*[)）])?$"),
        ("index of reports", r"(?:年报|年度报告)(?:汇总|一览|专栏|列表|目录)"),
        (
            "news",
            r"召开|发布会|举办|举行|(?:组织|开展).{0,10}(?:培训|会议|检查|学习)|出炉|(?<!关于)发布(?!.{0,4}《).*(?:年报|报告)$",
        ),
    )
)
# Papers that come every year as the report does; an authority may have such a word in its name (审计局).
_OTHER_PAPERS = re.compile(
    r"政府工作报告|预算|决算|统计公报|绩效|审计(?![局厅署处办])|总结|要点|方案|计划(?![局委处])|公报|自查报告"
)
_YEARLY = re.compile(r"年度|年报")
_PART_OF_A_YEAR = re.compile(r"(?<!\d)0?[147]月0?1日?起?[-—–~～至到]+(?:20\d\d年)?(?:0?[1-9]|1[01])月(?:2[89]|3[01])日")
_OF_A_MONTH = re.compile(  # the caption of a month's table, the sentence above a quarter's
    r"(?<!\d)\d{1,2}月份?[^日。，；]{0,24}(?:统计|情况)表\s*$|^(?:20\d\d年)?(?:第?[一二三四1-4]季度|[上下]半年)[，,]"
)
_ENDS_AS_REPORT = re.compile(r"(?<!谈)(?:报告|年报)(?:[（(][^（）()]*[)）])?(?:的?(?:公告|公示))?$")
_SITE_BEHIND = re.compile(r"[-—–]{2,}|[_|]")
_SEARCH_RESULTS = re.compile(r"共(?:找到|检索到|搜索到)\D{0,4}\d+\D{0,4}条|为您找到")
# Headings that other papers do not have (总体情况 and 存在的问题 they have).
_OWN_HEADING = re.compile(r"主动公开政府信息|政府信息主动公开|政府信息公开申请|依申请公开|复议|需要报告")
_OF_DISCLOSURE = re.compile(r"政府信息|信息公开|政务信息")
# A letter around a report that is attached to it: no notice that asks for reports.
_COVER = re.compile(
    r"关于(?:(?:公布|发布|印发)(?!.*(?:编制|格式|要求|模板)).*(?:年度报告|工作报告|年报)》?的(?:通知|函)|"
    r"(?:报送|上报|呈报)(?!.*(?:编制|格式|要求|模板)).*(?:年度报告|工作报告|年报)》?的(?:报告|函))$"
)
_REPORT_ON_FORM = 8  # rows of table 3 that make it the form and no quotation of it
_LEAST_FILLED = 5  # cells of a table that has no title
_FILLED_FORM = 30  # cells that no near miss fills
_LEAST_PROSE = 400  # characters of a report that has neither tables nor the form's headings
_LINES_ABOVE = 4  # lines of a text among which its title stands
_LONGEST_CAPTION = 60
_LONGEST_LINE = 80  # that may be a title's
_LONGEST_PARAGRAPH = 1200  # a longer one holds the text itself
_LEAST_LIST = 4  # titles of other reports that make a page a list of them


def judge(
    heading: Heading,
    tables: Tables,
    sections: Sequence[Section],
    *,
    above_it: Sequence[str],
    notes: Sequence[str],
    letters: int,
) -> tuple[Genre, str]:
    """Return the genre and the rule that decided. `above_it` are the lines that a page prints above the document,
    `letters` is the length of the document's text, blanks apart.
    """
    stated = [squeezed(one).translate(SIMPLIFIED) for one in (heading.title, heading.other_title) if one]
    title = next((one for one in stated[::-1] if one is stated[0] or _is_of_another_paper(one)), "")
    titles = [*stated, *(_SITE_BEHIND.split(one, maxsplit=1)[0] for one in stated)]
    if (copy := next(filter(None, map(_copy_in, titles)), None)) is not None:
        return "rejected", f"title: {copy}"
    if not title and (copy := next(filter(None, map(_copy_in, _lines_above(tables)[:_LINES_ABOVE])), None)) is not None:
        return "rejected", f"line above the text: {copy}"
    if not _YEARLY.search(title) and any(map(_PART_OF_A_YEAR.search, _lines_above(tables))):
        return "rejected", "period shorter than a year"
    near_miss = next(filter(None, map(near_miss_in, titles)), None)
    above = None if is_title(title) else _near_miss_above(tables, above_it)
    headings = [section.heading for section in sections if is_heading(section.heading)]
    filled = _filled(tables)
    if _is_whole(filled, headings) and (near_miss is None or is_title(title) or sum(filled) >= _FILLED_FORM):
        return "report", "tables of the form, filled"
    if near_miss is not None and any(map(_COVER.search, titles)):
        return "candidate", "title of a letter around a report"
    if near_miss is not None:
        return "rejected", f"title: {near_miss}"
    if above is not None:
        return "rejected", f"line above the text: {above}"
    if any(filled):
        printed = [line.text for line in tables.lines if line.text and len(line.text) <= _LONGEST_CAPTION]
        if any(map(_OF_A_MONTH.search, [*above_it, *printed])):
            return "rejected", "period shorter than a year"
        whole = sum(filled) >= _LEAST_FILLED or _prints_tables(tables)
        if is_title(title) or (whole and not title) or (filled[1] and is_bare_title(title)):  # one of several files
            return "report", "a table of the form, filled"
        return "candidate", "one table of the form, under another title"
    if _rows(tables) >= _REPORT_ON_FORM:
        if is_title(title) or len(headings) >= 3 or (heading.report_year and _is_paper(sections)):
            return "report", "tables of the form, blank"
        return "rejected", "the form itself, blank"
    if any(_SEARCH_RESULTS.search(line.text) for line in tables.lines if line.text and len(line.text) <= 80):
        return "rejected", "results of a search"
    if len(headings) >= 3 and _may_head_prose(title, headings):
        return "report", f"{len(headings)} headings of the form"
    listed = _titles_listed(tables, title)
    if listed >= _LEAST_LIST and not _has_page_of_its_own(heading):
        return "rejected", f"index of reports: {listed} titles"
    if is_title(title) and _OF_DISCLOSURE.search(title) and letters >= _LEAST_PROSE and _is_paper(sections):
        return "report", "title, and prose of a report"
    if is_title(title):
        return "candidate", "title of a report without its text" + (f"; {'; '.join(notes)}" if notes else "")
    if _prints_tables(tables):
        return "candidate", "words of the form's tables, none of which could be read"
    return "rejected", "no mark of a report"


def _is_of_another_paper(title: str) -> bool:
    """Tell whether a title speaks neither of disclosure nor, as a bare one, of nothing."""
    return not (is_bare_title(title) or _OF_DISCLOSURE.search(title))


def _may_head_prose(title: str, headings: Sequence[str]) -> bool:
    """Tell whether a title leaves no doubt that prose under headings of the form is the report, and no paper about the
    report; or where it says nothing, the headings, of which other papers have some.
    """
    if title and not is_bare_title(title):
        return is_title(title) and _ENDS_AS_REPORT.search(title) is not None
    own = list(filter(_OWN_HEADING.search, headings))
    return len(own) >= 2 and any(map(_OF_DISCLOSURE.search, own))


def _prints_tables(tables: Tables) -> bool:
    """Tell whether a document prints rows of the form's tables, whatever was read of them, and is no mere list of them."""
    texts = (line.text or "".join(token.text for token in line.tokens) for line in tables.lines)
    printed = "".join(texts)
    return len(printed) >= _LEAST_PROSE and prints_tables(printed)


def _has_page_of_its_own(heading: Heading) -> bool:
    """Tell whether a page states title, authority, year and date of one report: what it lists stands beside it."""
    stated = [
        value for field, value, source in heading.sources if field == "title" and source.startswith(("meta", "h1"))
    ]
    return bool(heading.title in stated and heading.issuer and heading.report_year and heading.published)


def near_miss_in(title: str) -> str | None:
    """Return the genre that a title without blanks names where it is another than the report's."""
    if rule := _copy_in(title) or _first_rule(_NEAR_MISSES, title):
        return rule
    if _OTHER_PAPERS.search(title) and not is_title(title):
        return "other annual paper"
    return None


def _copy_in(title: str) -> str | None:
    """Return the near miss that a title without blanks names and that may copy the whole form."""
    return _first_rule(_COPIES, title)


def _first_rule(rules: Iterable[tuple[str, re.Pattern[str]]], title: str) -> str | None:
    return next((rule for rule, pattern in rules if pattern.search(title)), None)


def _near_miss_above(tables: Tables, above_it: Sequence[str]) -> str | None:
    """Return the genre that one of a document's first lines names, where no title was found that names the report's; or,
    with a year, one of all lines above it, those of its page (`above_it`) too.
    """
    lines = _lines_above(tables)
    dated = [line for line in (*lines, *map(squeezed, above_it)) if len(line) <= _LONGEST_LINE and first_year(line)]
    return next((rule for line in [*lines[:_LINES_ABOVE], *dated] if (rule := near_miss_in(line))), None)


def _lines_above(tables: Tables) -> list[str]:
    """Return the first printed lines above a document's sections and paragraphs, without blanks."""
    printed = (line.text.strip() for line in tables.lines if line.text is not None)
    above = takewhile(lambda line: not is_heading(line) and len(line) <= _LONGEST_PARAGRAPH, printed)
    short = [line for line in above if line and len(line) <= _LONGEST_LINE]
    first = [line for line in short if not (line.endswith("。") or is_chrome(line) or is_menu(line))]
    return [squeezed(line) for line in first]


def _is_paper(sections: Sequence[Section]) -> bool:
    """Tell whether a document has sections of its own, or paragraphs at least: no list, no letter around a report."""
    paragraphs = [line for section in sections for line in section.text.split("\n") if len(line) >= 40]
    return len(sections) >= 3 or sum(map(len, paragraphs)) >= _LEAST_PROSE


def _titles_listed(tables: Tables, title: str) -> int:
    """Return how many titles of other reports a document prints, a line each."""
    lines = {squeezed(line.text) for line in tables.lines if line.text is not None and len(line.text) <= 80}
    return sum(is_title(line) for line in lines if line not in title and title not in line)


def _rows(tables: Tables) -> int:
    return sum(
        1 for cells in tables.table3.values() if any(cell.place or cell.value is not None for cell in cells)
    ) or (len(tables.table3) if tables.status.get("table3") == "verified" else 0)


def _filled(tables: Tables) -> tuple[int, int, int]:
    """Return how many cells of table 2, table 3 and table 4 state a number."""
    table2 = [tuple(row.values()) for row in tables.table2.values()]
    rows2, rows3, rows4 = (
        sum(cell.value is not None for row in rows for cell in row)
        for rows in (table2, tables.table3.values(), tables.table4.values())
    )
    return rows2, rows3, rows4


def _is_whole(filled: Sequence[int], headings: Sequence[str]) -> bool:
    """Tell whether the form is there and not one table of it in another paper: two tables, or one and its headings."""
    own = sum(bool(_OWN_HEADING.search(line) and _OF_DISCLOSURE.search(line)) for line in headings)
    return sum(map(bool, filled)) >= 2 or (any(filled) and own >= 2)
