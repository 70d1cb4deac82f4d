"""Who issued a report: its title names it, who signs, who says so in its text, whom the page's labels name; each with the
source, the best first, and what they say against each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise

from extract.characters import squeezed
from extract.dates import CHINESE_DATE, DATE
from extract.document import Document
from extract.edges import OPENING_LINES, Lines
from extract.names import bear_one_name, is_organ, is_rest_of_name
from extract.own_title import Titles
from extract.published import LONGEST_SIGNATURE
from extract.titles import is_title, issuer_in_title, tidy

_LABEL = re.compile(
    r"(?:(?:发布|发文|公开|编制|责任|所属|提供|供稿)(?:机构|机关|单位|部门|主体)|发布者|供稿|(?:信息|文章|稿件)来源|"
    r"(?:^|[\s\d\[\]【】)）])来\s?源|作\s?者(?=\s*[:：]\s*[\u4e00-\u9fff]{5}))[\]】]?\s*[:：]?\s*([^\s:：|｜\[\]【】(（]{2,40}(?:[（(][\u4e00-\u9fff]{2,8}[)）][^\s:：|｜\[\]【】(（]{2,30})?)"
)
_RUN_ON_LABEL = re.compile(
    r"(?:发布|更新|公开|成文|生成|阅读|浏览|点击|访问|作者|编辑|字体|字号|时间|日期|来源|打印|主题分类|信息分类|索引|名称|文号|有效).*"
)
_ANNOUNCED = re.compile(
    r"(?:(?:现|特|予以?|向社会)+(?:公布|发布|公开)|(?:编制|撰写|形成)了?)[《〈]?([^，。；：,;:《〈]{4,60}?(?:报告|年报|公开工作情况))(?!如下)"
)
_ANNOUNCING = re.compile(r"([\u4e00-\u9fff]{4,30}?)(?:根据|按照|依据)《")
# Patterns that few documents need are compiled when they are.
_SPOKEN_OF = (
    r"(?:^|[。：:，,])\s*(?:(?:20[012]\d)年度?(?:以来)?[,，]?\s*)?([\u4e00-\u9fff]{3,30}?)"
    r"(?:根据《|按照《|依据《|坚持|认真|深入|严格|高度重视|全面|切实|持续|始终|积极|扎实)"
)
_WRITTEN_BY = r"由([\u4e00-\u9fff]{4,30}?)(?:按照|根据|依据|负责|组织|编制(?!委员会)|撰写)"
_TO_ASK = r"请(?:直接)?(?:与|向|联系)([\u4e00-\u9fff]{3,30}?)(?:办公[厅室]|(?:政务|信息)公开|联系|[（(，,])"
_COLLECTIVE = re.compile(
    r"[各全我本该县市区镇乡省州旗]|上级|党|国务院|在|[^市县区州省旗]{0,6}[市县区省]委(?!.+(?:办公室|委员会|[部局])$)"
)
_POSTER = re.compile(
    r"(?<![镇乡])(?<![镇乡]人民)政府(?:办公?[厅室]?)?$|政务(?:服务.*)?局$"
)  # who posts the reports of all departments
_OF_TOWN = re.compile("[镇乡]|街道|办事处|苏木|社区")
_OWN_TOWN = re.compile("我(?:[镇乡](?![镇村])|街道|苏木)")  # as its own report calls it
_PRESS = ("融媒体中心", "新闻中心", "电视台", "广播电台", "宣传部")  # that posts what others issue
_BRACKET_BEHIND = re.compile(r"[（(][^（）()]*[)）]?$")
_SEAL = re.compile(r"[（(](?:盖|公|印)?章[)）]$")
_OWN_WORD = ("title", "signature", "announcement")  # sources in which a report names its issuer itself
_LONGEST_LINE = 300  # characters of one that may name an issuer behind a label
_LONGEST_NAME = 40


def signing(lines: Lines) -> list[tuple[str, str]]:
    """Return the authority that signs a report, and the one whose it says it is, each with the source."""
    own = ((_signature(lines.ending), "signature"), (_announced(lines.all), "announcement"))
    return [(name, source) for name, source in own if name]


def issuers_of(
    titles: Titles, lines: Lines, *, signed: Sequence[tuple[str, str]], labelled: Sequence[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Return (authority, its source), the best first: a title that names one whole, who signs, who says that it reports,
    whose name stands below the title, who publishes; whom the text speaks of where none of these is sure.
    """
    title = titles.chosen or ""
    named = issuer_in_title(title)
    found = [*([(named, "title")] if named else []), *(pair for pair in signed if pair[1] == "signature")]
    if named and not (is_organ(squeezed(named)) and is_title(title)):
        found.reverse()
    if not found and (below := _below_title(titles.lines, lines.opening)):
        found = [(below, "line below the title")]
    found += [pair for pair in signed if pair[1] == "announcement"]
    if not found or (found[0][1] == "title" and is_organ(squeezed(title))):  # it may be the site's head
        return [*found, *labelled, *((name, "text") for name in islice(_spoken_of(lines.all), 1))]
    return [*found, *labelled]


def labelled_issuers(document: Document, lines: Iterable[str]) -> list[tuple[str, str]]:
    """Return the authorities that the lines above a report and its page's meta names say issued it, each with the source."""
    short = [line for line in lines if len(line) <= _LONGEST_LINE]
    found = [(name, "label") for line in short for name in _labelled_names(line)]
    found += [(tidy(fact.value), fact.source) for fact in document.facts if fact.field == "issuer"]
    dated = ((line, squeezed(DATE.sub("", line))) for line in short)
    found += [(name, "line of the date") for line, name in dated if name != line]
    return [
        (name, source)
        for name, source in found
        if is_organ(name) and not (name.endswith(_PRESS) or is_title(name) or is_rest_of_name(name))
    ]


def is_poster(name: str) -> bool:
    """Tell whether an authority posts the reports of others, too."""
    return _POSTER.search(name) is not None


def doubts_of_issuer(issuers: Sequence[tuple[str, str]], document: Document, lines: Sequence[str]) -> Iterator[str]:
    """Yield a warning for what speaks against the first of several issuers, and where nothing but a weak source names it."""
    if not issuers:
        yield "issuer: stated nowhere"
        return
    (name, source), *rivals = issuers
    if source in _OWN_WORD:  # who posts it is another's matter
        rivals = [(other, of) for other, of in rivals if of in ("title", "signature", "text")]
    else:
        headed = {squeezed(fact.value) for fact in document.facts if fact.field == "title"}
        rivals += [(other, "a heading of the page") for other in sorted(headed)]
        if is_poster(name) and all(bear_one_name(other, name) for other, _ in issuers):
            yield f"issuer: only {source} states {name}, who may post the reports of others"
    for other, of in rivals:
        if is_organ(other) and not bear_one_name(other, name):
            yield f"issuer: {source} states {name}, {of} states {other}"
    if source == "text":
        yield f"issuer: neither title nor signature nor source states it; the text speaks of {name}"
    own = (match[0] for line in lines if (match := _OWN_TOWN.search(line)))
    signed = any(of == "signature" for _, of in issuers)
    if source == "title" and not signed and not _OF_TOWN.search(name) and (town := next(own, None)):
        yield f"issuer: title states {name}, text states {town}"


def _labelled_names(line: str) -> Iterator[str]:
    for match in _LABEL.finditer(line):
        whole = tidy(_BRACKET_BEHIND.sub("", _RUN_ON_LABEL.sub("", match[1])))
        yield whole if is_organ(whole) else re.split("[（(]", whole, maxsplit=1)[0]


def _signature(ending: Sequence[str]) -> str | None:
    """Return the authority that signs: a name alone on one of the last lines, above a date or at the end."""
    for line in reversed([line for line in ending if len(line) <= LONGEST_SIGNATURE]):
        plain = _SEAL.sub("", squeezed(CHINESE_DATE.sub("", DATE.sub("", line))))
        if len(plain) <= _LONGEST_NAME and is_organ(plain) and not is_rest_of_name(plain) and not is_title(plain):
            return plain
    return None


def _below_title(title_lines: frozenset[str], opening: Sequence[str]) -> str | None:
    """Return the authority that stands alone on the line below the title."""
    for line, below in pairwise(opening):
        if squeezed(line) in title_lines and (name := squeezed(below)) not in title_lines:
            return name if is_organ(name) and len(name) >= 4 and not any(_labelled_names(below)) else None
    return None


def _announced(lines: Sequence[str]) -> str | None:
    """Return whose report the introduction says it makes public (现公布江油市教育局2020年…年度报告), or who says so in it."""
    telling = (line for line in lines[:OPENING_LINES] if "报" in line or "情况" in line)
    found = (
        (_ANNOUNCING.match(line), issuer_in_title(match[1])) for line in telling for match in _ANNOUNCED.finditer(line)
    )
    names = (name for who, named in found for name in (named, who and who[1]) if name and is_organ(name))
    return next((name for name in names if not _COLLECTIVE.match(name)), None)


def _spoken_of(lines: Sequence[str]) -> Iterator[str]:
    """Yield the authorities with which paragraphs begin (2024年，应急管理部坚持…), those who wrote it, then those
    to ask (请与江油市教育局联系).
    """
    for spoken in (_SPOKEN_OF, _WRITTEN_BY, _TO_ASK):
        for line in lines:
            for match in re.finditer(spoken, line):
                if is_organ(match[1]) and not is_rest_of_name(match[1]) and not _COLLECTIVE.match(match[1]):
                    yield match[1]
