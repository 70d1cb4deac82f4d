"""What a fetched page is, by its words: one that carries the official form, one about reports, a report of whose."""

from __future__ import annotations

import re
from itertools import islice

from crawler.relevance import REPORT_TITLE, normal

# What is no report of an authority by its title. What is written about reports: who is to send them and how, in which
# form, that they are out, what they say in short.
ABOUT_REPORTS = re.compile(
    r"(?:报送|上报|填报|征集|编制|格式|做好|开展|加强).{0,60}通知|年(?:报|度报告)的?(?:催报|通报|请示|批复)"
    r"|模板|样本|样表|范本|参考格式|(?:填报|填写|编制|编写)(?:说明|指引|规范|要求|方案)|征求意见|(?<!关于)(?:发布|公布)(?:了|20\d\d).{0,12}年(?:报|度报告)"
    r"|(?:按时|按期|全部|全面|如期|陆续|集中|均已|正式)(?:发布|公布|公开|上网|上线|完成)|出炉|一图|图解|图说|读懂|看懂|解读|召开|举办|举行|培训"
    # Those of bodies that are no authorities.
    r"|(?:公司|集团|学校|中学|小学|幼儿园|大学|学院|医院|卫生院)(?:关于)?(?:20\d\d(?:-\d+)?(?:学?年)?度?)?.{0,4}(?<!政府)信息公开|企业信息公开"
)
# What a title says of the portal's own government.
OWN = re.compile(r"([省市区县州旗镇乡]|自治[州县区])?(人民)?(政府)?(办公?室?)?")
BEFORE_REPORT = re.compile(r"(?:关于|20\d\d|[二〇○零一三四五六七八九]{4}|年度?|本级)+")
BODY_MARKS = (
    "第二十条第",
    "勾稽关系",
    "未经复议直接起诉",
    "结转下年度继续办理",
    "行政复议、行政诉讼",
    "主动公开政府信息情况",
    "其他需要报告的事项",
)
# Those of them that are headings, where no notice counts them up: 主动公开政府信息情况、…其他需要报告的事项等.
HEADINGS = {
    mark: re.compile(mark + behind)
    for mark, behind in {
        "行政复议、行政诉讼": "(?!情况[、，])",
        "主动公开政府信息情况": "(?![、，])",
        "其他需要报告的事项": r"(?!等|共|[^<>\n]{0,4}(?:部分|方面))",
    }.items()
}
ESCAPED = re.compile(r"[\\%]u([0-9a-fA-F]{4})")


def looks_like_report(text: str) -> bool:
    """Say whether a page's text carries headings or table anchors of the official form (at least two), shown or escaped
    in a script.
    """
    return _has_two_marks(text) or (("\\u" in text or "%u" in text) and _has_two_marks(unescaped(text)))


def _has_two_marks(text: str) -> bool:
    return len(list(islice((mark for mark in BODY_MARKS if mark in text and _is_marked(mark, text)), 2))) == 2


def _is_marked(mark: str, text: str) -> bool:
    return mark not in HEADINGS or HEADINGS[mark].search(text) is not None


def prints_form(text: str) -> bool:
    """Say whether a page's text carries all headings and table anchors of the official form."""
    return all(mark in text for mark in BODY_MARKS)


def unescaped(text: str) -> str:
    """Return a text with the escapes of JavaScript, or of its `escape`, undone: the body that a script writes."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text).replace("\\/", "/")


def is_own_title(title: str, authority: str) -> bool:
    """Say whether the title of a report names no other agency than the authority of the portal."""
    issuer = BEFORE_REPORT.sub("", REPORT_TITLE.split(normal(title), 1)[0])
    return OWN.fullmatch(issuer.rpartition(normal(authority))[2]) is not None


def is_about_reports(text: str) -> bool:
    """Say whether a title is that of a notice, a news item or a picture about reports, or of a school's or a company's
    report, and of none that is looked for.
    """
    return ABOUT_REPORTS.search(normal(text)) is not None
