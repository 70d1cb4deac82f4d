"""When a report was published: of the dates that a document states the one of the best source (portals.md §3.1,
"Competing dates").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from extract.characters import squeezed, with_plain_digits
from extract.chrome import is_byline, is_chrome
from extract.dates import CHINESE_DATE, DATE, YEAR, date_in, in_digits
from extract.document import Document
from extract.edges import Lines
from extract.names import NOBODY, is_organ
from extract.titles import SENTENCE, is_entry, is_title, undated

_PUBLISHED = re.compile(
    r"(?:发布|公开|公布|发表|发稿|上网|信息)(?:日期|时间)|^(?:date|published)\s*:|(?:发布|发表)于|^(?:日\s?期|时\s?间)\s*[:：]|[\s\]】）)](?:日期|时间)\s*[:：]",
    re.I,
)
_UPDATED = re.compile(r"更新(?:日期|时间)")
_CHANGED = re.compile(rf"{_UPDATED.pattern}\s*[:：]\s*{DATE.pattern}(?:\s*\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?")
_WRITTEN = re.compile(r"(?:成文|生成|形成|签发|制发|发文)(?:日期|时间)")
# by a label of the site's own (录入时间：), or by the time of the day behind (and a province: WeChat)
_LABELLED = rf"(?:日期|时间)\s*[:：]\s*(?:{DATE.pattern}|\d{{8}}(?!\d))|{DATE.pattern}\s*\d{{1,2}}:\d{{2}}(?::\d{{2}})?\s*[\u4e00-\u9fff]{{0,3}}\W*$"
_OTHER_LABEL = re.compile(r"(?:截止|有效|失效|废止|生效|施行|实施|执行|打印|下载|采集|访问|统计)(?:日期|时间)")
_TODAY = re.compile(r"今天|今日|(?:现在|当前)(?:是|时间|日期)|欢迎")  # a clock of the page
_OF_PERIOD = rf"(?:期限|范围|自|从)[为是:：]?\s*{DATE.pattern}|{DATE.pattern}\s*[起至到]"
_RANKS = (  # "": all others; those behind it are of something else than the publication
    *("publication line", "line", ""),
    *("signature", "written line", "line of the last change", "entry of a list"),
)
_COUNTED = re.compile(rf"(?:次数|[数量])\s*[:：]\s*\d+?(?={YEAR}\s*[年/.-]\s*\d)")  # 浏览次数：29762013年3月3日
_LETTERS = re.compile(r"[AaTt+-]{2,}$")  # of three sizes, to choose from
_COPIED_TO = re.compile(r"(?<=[日\d])\s*抄\s*送\s*[:：].*")
_FIRST_DAY = "2004"  # before it nothing was published; a time that was never set is 1970-01-01
_LINES_BELOW = 50  # behind a report, where some pages print the line of its source
LONGEST_SIGNATURE = 80  # characters of a line with name and date
_LONGEST_LINE, _LONGEST_WITHIN = 300, 20


def publication_dates(document: Document, lines: Lines) -> list[tuple[str, str]]:
    """Return (date, its source) of the dates that a document states, the best first; [] where it states none."""
    found = [pair for pair in _labelled_dates(lines.above) if pair[0] > _FIRST_DAY]
    stated = ((date_in(fact.value), fact.source) for fact in document.facts if fact.field == "published")
    found += [(value, source) for value, source in stated if value]
    found += [(value, "signature") for line in reversed(lines.ending) if (value := closing_date(line))]
    if not found:  # within the paper: the date below the signature of the announcement in which a report is wrapped
        dates = {value for line in lines.all if len(line) <= _LONGEST_WITHIN and (value := closing_date(line))}
        found = [(value, "signature within") for value in dates if len(dates) == 1]
    if not found:
        below = [*lines.all[-_LINES_BELOW:], *(fact.value for fact in document.facts if fact.field == "line_below")]
        found = [pair for pair in _labelled_dates(below) if pair[1] == "publication line"]
    return sorted(found, key=lambda pair: _rank(pair[1]))


def _rank(source: str) -> int:
    return _RANKS.index(source if source in _RANKS else "")


def conflicts(found: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Yield a warning for each date that differs from the best one and claims to be that of the publication, too; or, where
    none does, that of the paper.
    """
    rivals = _rank("") if found and _rank(found[0][1]) <= _rank("") else _rank("line of the last change")
    for value, source in found[1:]:
        if value != found[0][0] and _rank(source) <= rivals:
            yield f"published: {found[0][1]} states {found[0][0]}, {source} states {value}"


def _labelled_dates(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    short = (in_digits(_COUNTED.sub(r"\g<0> ", line)) for line in lines if len(line) <= _LONGEST_LINE)
    yield from filter(None, (_labelled_date(line) for line in short if is_byline(line) or not SENTENCE.search(line)))


def _labelled_date(line: str) -> tuple[str, str] | None:
    if "更新" in line and date_in(rest := _CHANGED.sub("", line)):
        line = rest  # that of the last change stands beside it
    stated = date_in(line)
    if stated is None or _TODAY.search(line):
        return None
    for label, source in ((_PUBLISHED, "publication line"), (_UPDATED, "line of the last change")):
        if match := label.search(line):
            return (date_in(line[match.start() :]) or stated), source
    if _WRITTEN.search(line):
        return stated, "written line"
    if re.search(_OF_PERIOD, line):
        return None
    rest = DATE.sub("", line)
    if is_entry(line) or (line.endswith(rest) and is_title(rest)):
        return stated, "entry of a list"
    return (stated, "line") if _is_line_of_date(line, rest) else None


def _is_line_of_date(line: str, rest: str) -> bool:
    """Tell whether a line that holds a date, and the `rest` of words, states nothing but where a page comes from, its
    title, or who signs.
    """
    title = undated(line)
    return (
        is_byline(line)
        or is_chrome(line)
        or is_chrome(rest)
        or (title != line and is_title(title))
        or is_organ(name := _LETTERS.sub("", squeezed(rest)))
        or name in NOBODY
        or (re.search(_LABELLED, line) is not None and not _OTHER_LABEL.search(line))
        or not re.search(r"[^\W\d]", rest.replace("星期", ""))
    )


def closing_date(line: str) -> str | None:
    """Return the date of a line that holds a date and at most the name of who signs, and who is sent a copy."""
    if len(line) > LONGEST_SIGNATURE:
        return None
    line = _COPIED_TO.sub("", line)
    rest = squeezed(CHINESE_DATE.sub("", DATE.sub("", with_plain_digits(line)))).strip("()（）[]【】")
    return date_in(line) if not rest or is_organ(rest) else None
