"""Is it a report? Title, tables and headings together, each verdict with the rule that gave it (portals.md §7).

The title alone is trusted in neither direction: a report may be headed 「2025年」, and a notice about compiling
reports holds the whole phrase. The filled form, two of its tables or one under its headings, outweighs a title that
names another genre, but for those that copy the form whole: samples, drafts, quarters, what schools and companies
publish on 信息公开.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from extract.characters import squeezed
from extract.chrome import is_chrome, is_menu
from extract.form import simplified
from extract.heading import Heading
from extract.readers.html_text import prints_tables
from extract.reading import Genre, Section
from extract.sections import is_heading
from extract.titles import SENTENCE, first_year, is_bare_title, is_title
from extract.two_readings import Tables

# The end of a title, behind the word that names its genre.
_END = r"》?(?:[（(].*[)）])?$"
# A school, company or hospital reports on 信息公开 by rules of its own, or on 政府信息公开 by the form, as authorities do.
_ENTERPRISE = (
    r"(?:学校|大学|(?<!科)(?<!行政)学院|[中小]学|[高职]中|幼儿园|高校|医院|(?<![（(])公司|集团|企事业单位)"
    r"(?!.{0,6}(?:[城局委办处区街镇乡]|中心)).{0,12}"
)
# Rule: what the title holds. Near misses that may copy the whole form, filled.
_COPIES = {
    "period shorter than a year": re.compile(
        r"半年|季度(?!自查)|季报|月报|(?<![\d至到~～—–-])\d{1,2}月(?:份|(?=[政信].{0,3}公开))|"
        r"(?<!\d)(?!0?1月?[-—–~～至到]+12月)\d{1,2}月?[-—–~～至到]+\d{1,2}月(?!\d)"
    ),
    "sample form": re.compile(
        r"样表|样例|示例|示范文本|范例|"
        r"[（(【\[](?:样本|样张|范本|[^（）()]{0,4}模[板版]|空白?表|空白|测试|演示|[^（）()]{0,6}格式)[)）】\]]|"
        r"培训(?:材料|资料|课件)|(?:报告|年报)(?:编制|填报|格式|参考|参照)*(?:样本|范本|(?<=[考照])文本|模[板版])|"
        r"(?<=[省市州县区旗])某[镇乡局委厅办部单]|[×✕╳Ｘ＊Xx*]{2,}[省市州县区旗镇乡局委厅办部街单机]|名称[+＋]|[+＋]年度"
    ),
    "draft for comment": re.compile(r"征[求集].*意见|意见稿|[（(【\[]草[案稿][)）】\]]"),
    "interpretation": re.compile(
        r"^\W{0,2}(?:图解|一张?图[读看]懂|图说|长图|数[读说]|(?:文字|图文|图片|政策)?解读).*信息公开|"
        r"^(?!.*附).*信息公开.*(?<![及和含])(?:解读|图解|图说)版?\W?$"
    ),
    "openness of another kind": re.compile(
        r"^(?!.*(?:政府信息|政务)公开).*(?:党务|检务|审务|司法|审判|狱务|村务|居务|社务|厂务|校务|院务|环境|财政)(?:信息)?公开"
    ),
    "report of a school or enterprise": re.compile(rf"{_ENTERPRISE}(?<!政府)信息公开"),
}
# The near misses of portals.md §7, the most specific first.
_NEAR_MISSES = {
    "report on the website, not on disclosure": re.compile(
        r"政府网站(?!.{0,12}信息公开).{0,12}(?:报表|年报|年度报告|工作报告|自查)|网站(?:工作|监管)年度报表"
    ),
    "report of a school or enterprise": re.compile(f"{_ENTERPRISE}信息公开"),
    "report on reviews and litigation": re.compile(r"^(?!.*信息公开).*应诉.*(?:报告|情况|统计)"),
    "rule-of-law report": re.compile(r"法治政府|(?:依法行政|行政执法(?![局队支大])).{0,8}(?:报告|情况)|法治建设"),
    "interpretation": re.compile(
        r"图解|一张?图[读看]懂|解读|图说|长图|问答|答.{0,2}记者问|专访|访谈|对话|(?:对比|数据)分析|评议|[^座]谈.{0,20}(?:报告|年报)"
    ),
    "notice on compiling reports": re.compile(
        rf"(?:通知|函|通报|批复|请示|意见){_END}|通知如下|"
        r"关于(?:切实|认真)?(?:做好|编制|报送|上报|印发|开展|征集|填报|进一步|加强)"
    ),
    "rule of the institution": re.compile(
        rf"(?:填[报表写]说明|制度|办法|规定|细则|规范|条例|格式|模板|样式|样表){_END}"
    ),
    "guide or catalogue": re.compile(
        rf".(?:指南|目录|清单|申请[表书]|申请说明){_END}|公开(?:工作)?(?:指南|目录|申请表)|依申请公开(?:的?说明|流程|须知)"
    ),
    "assessment": re.compile(
        r"第三方评估|评估报告|(?:年报|报告)(?:编[制写])?质量|测评|满意度|调查报告|考核(?:结果|情况|通报)"
    ),
    "self-inspection": re.compile(r"自查.{0,8}(?:报告|情况)"),
    "work plan or summary": re.compile(rf"(?:要点|方案|计划|总结(?:报告)?){_END}"),
    "index of reports": re.compile(r"(?:年报|年度报告)(?:汇[总编]|一览|专栏|列表|目录)"),
    "news": re.compile(
        r"召开|听取|发布会|举办|举行|(?:组织|开展).{0,10}(?:培训|会议|检查|学习)|培训[班会]?$|出炉|(?:完成|做好).{0,40}(?:发布|编制|报送)(?:工作)?$|"
        r"(?<!关于)(?<![现会以])[发公]布(?!.{0,4}《).*(?:年报|报告)$"
    ),
}
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
_OF_A_YEAR = re.compile(r"20\d\d年")
_ON_DISCLOSURE = re.compile(r"公开.*(?:报告|年报|统计|情况)")
_SEARCH_RESULTS = re.compile(r"共(?:找到|检索到|搜索到)\D{0,4}\d+\D{0,4}条|为您找到")
# Headings that other papers do not have (总体情况 and 存在的问题 they have).
_OWN_HEADING = re.compile(r"主动公开政府信息|政府信息主动公开|政府信息公开申请|依申请公开|复议|需要报告")
_OF_DISCLOSURE = re.compile(r"政府信息|信息公开|政务信息")
_SPEAKS_OF_PAPER = re.compile(rf"{_OF_DISCLOSURE.pattern}|^关于.+的通知$")
# A letter around a report that is attached to it: no notice that asks for reports.
_COVER = re.compile(
    r"关于(?:(?:公布|发布|印发)(?!.*(?:编制|格式|要求|模板)).*(?:年度报告|工作报告|年报)》?的(?:通知|函)|"
    r"(?:报送|上报|呈报)(?!.*(?:编制|格式|要求|模板)).*(?:年度报告|工作报告|年报)》?的(?:报告|函))$"
)
_PUBLISHED = re.compile("公布|发布|印发")
_TO_MANY = re.compile(r"^[ \t\u3000]*各[^，。:：\n]{2,60}[:：]", re.M)  # whom a letter is for
_REPORT_ON_FORM = 8  # rows of table 3 that make it the form and no quotation of it
_LEAST_FILLED = 5  # cells of a table that has no title
_FILLED_FORM = 30  # cells that no near miss fills
_LEAST_PROSE = 400  # characters of a report that has neither tables nor the form's headings
_LINES_ABOVE = 4  # lines of a text among which its title stands
_LONGEST_CAPTION = 60
_LONGEST_LINE = 80  # that may be a title's
_LONGEST_PARAGRAPH = 1200  # a longer one holds the text itself
_LEAST_BESIDE = 2
_LEAST_LIST = 4  # titles of other reports that make a page a list of them


def judge(
    heading: Heading,
    tables: Tables,
    sections: Sequence[Section],
    *,
    above_it: Sequence[str],
    notes: Sequence[str],
) -> tuple[Genre, str]:
    """Return the genre and the rule that decided. `above_it` are the lines that a page prints above the document."""
    paper = _Paper(heading, tables, sections, above_it, notes)
    for genre, rule, holds in _VERDICTS:
        if told := holds(paper):
            return genre, rule.format(told)
    return "rejected", "no mark of a report"


@dataclass(frozen=True)
class _Paper:
    """What the verdicts ask of a document, found when it is asked."""

    heading: Heading
    tables: Tables
    sections: Sequence[Section]
    above_it: Sequence[str]
    notes: Sequence[str]

    @cached_property
    def stated(self) -> list[str]:
        """The title, and what the page calls the document if that is another."""
        titles = (self.heading.title, self.heading.other_title)
        return [simplified(squeezed(title)) for title in titles if title]

    @cached_property
    def title(self) -> str:
        """What the document calls itself: of two titles the one that speaks of another paper, if one does."""
        others = (one for one in self.stated[:0:-1] if not (is_bare_title(one) or _OF_DISCLOSURE.search(one)))
        return [*others, *self.stated, ""][0]

    @cached_property
    def is_titled(self) -> bool:
        return is_title(self.title)

    @cached_property
    def titles(self) -> list[str]:
        """What it calls itself, with the name of the site behind it and without."""
        headed = (value for field, value, source in self.heading.sources if (field, source) == ("title", "h1"))
        whole = [*self.stated, *map(simplified, map(squeezed, headed))]
        return [*dict.fromkeys([*whole, *(_SITE_BEHIND.split(one, maxsplit=1)[0] for one in whole)])]

    @cached_property
    def near_miss(self) -> str | None:
        return _first(near_miss_in, self.titles)

    @cached_property
    def lines(self) -> list[str]:
        """The printed lines."""
        return [line.text for line in self.tables.lines if line.text]

    @cached_property
    def whole(self) -> str:
        """All that is printed, the rows of its tables, too."""
        lines = self.tables.lines
        return "\n".join(line.text or "".join(token.text for token in line.tokens) for line in lines)

    @cached_property
    def first_lines(self) -> list[str]:
        """The printed lines above its sections and paragraphs, without blanks."""
        above = takewhile(
            lambda line: not is_heading(line) and len(line) <= _LONGEST_PARAGRAPH, map(str.strip, self.lines)
        )
        short = (line for line in above if line and len(line) <= _LONGEST_LINE)
        return [squeezed(line) for line in short if not (line.endswith("。") or is_chrome(line) or is_menu(line))]

    @cached_property
    def telling_lines(self) -> list[str]:
        """The lines above it, those of its page too, that name a year, where its title is no report's; where it has none,
        those that speak of disclosure or name a notice, too.
        """
        lines = () if self.is_titled else (*self.first_lines, *map(squeezed, self.above_it))
        short = [line for line in lines if len(line) <= _LONGEST_LINE and not is_chrome(line)]
        return [line for line in short if _OF_A_YEAR.search(line) or self._may_be_title(line)]

    def _may_be_title(self, line: str) -> bool:
        return not self.title and _SPEAKS_OF_PAPER.search(line) is not None and not is_menu(line)

    @cached_property
    def headings(self) -> list[str]:
        return [section.heading for section in self.sections if is_heading(section.heading)]

    @cached_property
    def filled(self) -> tuple[int, ...]:
        """How many cells of table 2, table 3 and table 4 state a number."""
        table2 = [tuple(row.values()) for row in self.tables.table2.values()]
        tables = (table2, self.tables.table3.values(), self.tables.table4.values())
        return tuple(sum(cell.value is not None for row in rows for cell in row) for rows in tables)

    @cached_property
    def is_prose(self) -> bool:
        """Whether it is long enough, in sections of its own or in paragraphs: no list, no letter around a report."""
        lines = [line for section in self.sections for line in section.text.split("\n")]
        if len(self.sections) < 3:
            lines = [line for line in lines if len(line) >= 40 and SENTENCE.search(line)]
        return sum(map(len, lines)) >= _LEAST_PROSE

    def is_cover(self) -> bool:
        """Tell whether it is a letter around a report. Reports are sent to one; many are asked for theirs."""
        covers = [title for title in self.titles if _COVER.search(title)]
        asking = _TO_MANY.search(self.whole) and not all(map(_PUBLISHED.search, covers))
        return self.near_miss is not None and bool(covers) and not asking

    def copy_above(self) -> str | None:
        """Return the copy of the form that a line above it names where its title does not tell."""
        dated = filter(_ON_DISCLOSURE.search, self.telling_lines)
        return _first(_copy_in, [*([] if self.title else self.first_lines[:_LINES_ABOVE]), *dated])

    def near_miss_above(self) -> str | None:
        """Return the genre that a line above it names where its title is no report's."""
        return _first(near_miss_in, [*([] if self.is_titled else self.first_lines[:_LINES_ABOVE]), *self.telling_lines])

    def is_of_part_of_a_year(self) -> bool:
        return not _YEARLY.search(self.title) and any(map(_PART_OF_A_YEAR.search, self.first_lines))

    def is_whole(self) -> bool:
        """Tell whether the filled form is there (two tables, or one and its headings) and not one table of it in a paper of
        another name.
        """
        own = sum(bool(_OWN_HEADING.search(line) and _OF_DISCLOSURE.search(line)) for line in self.headings)
        whole = sum(map(bool, self.filled)) >= 2 or (any(self.filled) and own >= 2)
        return whole and (self.is_titled or sum(self.filled) >= _FILLED_FORM or self.near_miss is None)

    def has_table_of_a_month(self) -> bool:
        captions = (line for line in self.lines if len(line) <= _LONGEST_CAPTION)
        return any(self.filled) and any(map(_OF_A_MONTH.search, (*self.above_it, *captions)))

    def has_filled_table(self) -> bool:
        """Tell whether a filled table is the report's: by its title, or, of several files, by what it holds."""
        if not any(self.filled) or self.is_titled:
            return any(self.filled)
        whole = sum(self.filled) >= _LEAST_FILLED or self.prints_tables()
        return (whole and not self.title) or (self.filled[1] > 0 and is_bare_title(self.title))

    def prints_form(self) -> bool:
        """Tell whether so much of table 3 is printed that it is the form and no quotation of it."""
        table3 = self.tables.table3
        rows = sum(any(cell.place or cell.value is not None for cell in cells) for cells in table3.values())
        return (rows or (len(table3) if self.tables.status.get("table3") == "verified" else 0)) >= _REPORT_ON_FORM

    def prints_own_form(self) -> bool:
        """Tell whether a report prints the form without a figure."""
        of_year = self.heading.report_year is not None and self.is_prose
        return (self.is_titled or len(self.headings) >= 3 or of_year) and self.prints_form()

    def prints_tables(self) -> bool:
        """Tell whether it prints rows of the form's tables, whatever was read of them, and is no mere list of them."""
        return len(self.whole) >= _LEAST_PROSE and prints_tables(self.whole)

    def is_search(self) -> bool:
        return any(_SEARCH_RESULTS.search(line) for line in self.lines if len(line) <= _LONGEST_LINE)

    def headings_of_report(self) -> int:
        """Return how many headings make it a report, where its title leaves no doubt that it is no paper about one, or says
        nothing, and the headings are those that other papers have not; else 0.
        """
        own = list(filter(_OWN_HEADING.search, self.headings))
        if not self.title or is_bare_title(self.title):
            is_report = len(own) >= 2 and any(map(_OF_DISCLOSURE.search, own))
        else:
            is_report = self.is_titled and _ENDS_AS_REPORT.search(self.title) is not None
        return len(self.headings) if len(self.headings) >= 3 and is_report else 0

    def titles_listed(self) -> int:
        """Return how many titles of other reports make it a list of them; 0 where they do not, or stand beside the one whose
        title and date its page states.
        """
        heading, title = self.heading, self.title
        short = {squeezed(line) for line in self.lines if len(line) <= _LONGEST_LINE}
        listed = sum(is_title(line) for line in short if line not in title and title not in line)
        of_page = self.titles_stated.get(title, "").startswith(("meta", "h1"))
        of_one = (heading.published and of_page) or self.is_title_alone
        return listed if listed >= _LEAST_LIST and not of_one else 0

    def titles_beside(self) -> int:
        """Return among how many others its title stands; 0 where one element, or the page's own title, has it alone."""
        printed = {squeezed(value) for field, value, _ in self.heading.sources if field == "title"}
        listed = [value for value in printed if value == self.title or not (value in self.title or self.title in value)]
        return len(listed) - 1 if len(listed) > _LEAST_BESIDE and not self.is_title_alone else 0

    @cached_property
    def titles_stated(self) -> dict[str, str]:
        """The titles that not only lines print, each with the best of its sources."""
        named = [(value, source) for field, value, source in self.heading.sources[::-1] if field == "title"]
        return {value: source for value, source in named if source != "printed line"}

    @cached_property
    def is_title_alone(self) -> bool:
        """Whether elements, or the page's own title, state its title, or pieces of it, and no other."""
        stated = [*map(squeezed, self.titles_stated)]
        return bool(stated) and all(value in self.title or self.title in value for value in stated)

    def is_column(self) -> bool:
        """Tell whether its title is the name that lines give a column of reports: an authority's, and of no year."""
        return self.title.endswith("年报") and not (first_year(self.title) or self.titles_stated)

    def is_prose_of_report(self) -> bool:
        return self.is_titled and _OF_DISCLOSURE.search(self.title) is not None and self.is_prose


# The first that holds decides: copies of the form, the form, near misses, parts of the form, prose, what is left.
_VERDICTS: tuple[tuple[Genre, str, Callable[[_Paper], object]], ...] = (
    ("rejected", "title: {}", lambda paper: _first(_copy_in, paper.titles)),
    ("rejected", "line above the text: {}", _Paper.copy_above),
    ("rejected", "period shorter than a year", _Paper.is_of_part_of_a_year),
    ("report", "tables of the form, filled", _Paper.is_whole),
    ("candidate", "title of a letter around a report", _Paper.is_cover),
    ("rejected", "title: {}", lambda paper: paper.near_miss),
    ("rejected", "line above the text: {}", _Paper.near_miss_above),
    ("rejected", "period shorter than a year", _Paper.has_table_of_a_month),
    ("report", "a table of the form, filled", _Paper.has_filled_table),
    ("candidate", "one table of the form, under another title", lambda paper: any(paper.filled)),
    ("report", "tables of the form, blank", _Paper.prints_own_form),
    ("rejected", "the form itself, blank", _Paper.prints_form),
    ("rejected", "results of a search", _Paper.is_search),
    ("report", "{} headings of the form", _Paper.headings_of_report),
    ("rejected", "index of reports: {} titles", _Paper.titles_listed),
    ("report", "title, and prose of a report", _Paper.is_prose_of_report),
    ("rejected", "name of a column", _Paper.is_column),
    ("rejected", "title of a report beside {} others", lambda paper: paper.is_titled and paper.titles_beside()),
    ("candidate", "title of a report without its text; {}", lambda paper: paper.is_titled and "; ".join(paper.notes)),
    ("candidate", "title of a report without its text", lambda paper: paper.is_titled),
    ("candidate", "words of the form's tables, none of which could be read", _Paper.prints_tables),
)


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


def _first_rule(rules: Mapping[str, re.Pattern[str]], title: str) -> str | None:
    return next((rule for rule, pattern in rules.items() if pattern.search(title)), None)


def _first(told: Callable[[str], str | None], lines: Iterable[str]) -> str | None:
    """Return the first genre that is told of one of several lines."""
    return next(filter(None, map(told, lines)), None)
