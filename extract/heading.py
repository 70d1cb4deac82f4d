"""Who issued a report on which year, under what title and when: each value from the best of several sources, conflicts
told.

The order of the sources is portals.md §3.1 (titles), §3.1 "Competing dates", §7 (report year). What no source
states is None, never guessed: an address or a file name states nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from extract.characters import nfkc
from extract.chrome import closed_up, foot_of, is_byline, is_chrome, is_menu, unmarked
from extract.dates import CHINESE_DATE, DATE, YEAR, date_in, year_of
from extract.document import Cell, Document, Text
from extract.form import label_key
from extract.labels import is_furniture
from extract.sections import is_heading, pieces_of
from extract.titles import (
    SENTENCE,
    TITLE_LABEL,
    WIDE_DIGITS,
    bear_one_name,
    completed,
    core_of,
    first_year,
    is_after_organ,
    is_entry,
    is_front,
    is_organ,
    is_short_title,
    is_title,
    issuer_in_title,
    parts_within,
    printed_titles,
    squeezed,
    tidy,
    undated,
    within,
    without_site,
)

_BARE_YEAR = re.compile(r"(?<![\d〔\[])(20[012]\d)(?![\d〕\].．号年])")
_SPOKEN_YEAR = re.compile(r"[（(一二三四五六)）、\s]*(20[012]\d)\s*年度?(?:以来)?[,，我全]")
_LEADING_TITLE = re.compile(r"(\S[^。；]{3,50}?(?:报告|年报)(?:[（(][^（）()]{2,10}[）)])?)\s+(?=\S{10})")
_PERIOD = re.compile(
    rf"({YEAR})\s*[年./-]\s*0?1\s*[月./-]\s*0?1\s*日?\s*(?:起)?[,，]?\s*(?:开始)?(?:至|到|—+|-+|~+|～|－+|–+)+\s*"
    rf"(?:({YEAR})\s*[年./-]|同年|当年)?\s*12\s*[月./-]\s*31\s*日?"
)
_TRAILING_SIGNATURE = re.compile(
    rf"(?<=[。\s])\s*([\u4e00-\u9fff]{{4,30}})?\s*({DATE.pattern}|{CHINESE_DATE.pattern})\s*$"
)
_ENDS_OF_DATES = frozenset("日0123456789０１２３４５６７８９")
_PUBLISHED_LABEL = re.compile(
    r"(?:发布|公开|公布|发表|发稿|上网|信息)(?:日期|时间)|^(?:date|published)\s*:|(?:发布|发表)于|^(?:日\s?期|时\s?间)\s*[:：]|[\s\]】）)](?:日期|时间)\s*[:：]",
    re.I,
)
_UPDATED_LABEL = re.compile(r"更新(?:日期|时间)")
_BEGINS_PERIOD = re.compile(rf"(?:期限|范围|自|从)[为是:：]?\s*{DATE.pattern}|{DATE.pattern}\s*[起至到]")
_TODAY = re.compile(r"今天|今日|(?:现在|当前)(?:是|时间|日期)|欢迎")  # a clock of the page
_WRITTEN_LABEL = re.compile(r"(?:成文|生成|形成|签发|制发|发文)(?:日期|时间)")
_ISSUER_LABEL = re.compile(
    r"(?:发布机构|发文机关|发文机构|发布单位|公开机构|公开主体|发文单位|发布部门|责任部门|责任单位|编制单位|信息来源|文章来源|供稿单位|"
    r"(?:^|[\s\d\[\]【】)）])来\s?源)\s*[:：]\s*([^\s:：|｜\[\]【】(（]{2,40})"
)
_AUTHOR = re.compile(r"作\s?者\s*[:：]\s*([\u4e00-\u9fff]{5,40})")  # a person, or whose the page is
_LONE_LABELS = frozenset(
    """
    责任单位 责任部门 公开责任部门 索引号 主题分类 信息分类 组配分类 体裁分类 服务对象分类 分类 发布机构 发文机关 发文机构 发布单位 公开主体 名称 信息名称 标题 文号
    发文字号 主题词 关键词 有效性 时效性 公开方式 公开形式 公开范围 信息来源 文章来源 来源 成文日期 生成日期 公开日期 发布日期 发文日期
    成文时间 生成时间 公开时间 发布时间 生效日期 废止日期 内容概述
    """.split()
)
_LABELS_OF_TITLE = frozenset(["名称", "信息名称", "标题"])
_RUN_ON_LABEL = re.compile(r"(?:发布|更新|公开|成文|阅读|浏览|点击|访问|作者|编辑|字体|字号|时间|日期|来源|打印).*")
_ANNOUNCED = re.compile(r"现(?:予以?)?(?:公布|发布|公开)([^，。；：]{4,60}?(?:报告|年报))(?!如下)")
_OTHER_DATES = frozenset(
    ["entry of a list", "signature", "written line", "line of the last change"]
)  # than that of publication
_NOBODY = frozenset("本站 本网 本网站 网站 本站原创 原创 互联网 转载 未知 其他 管理员 admin null".split())
_OPENING_LINES, _ENDING_LINES = 300, 10
_FIRST_DAY = "2004"  # before it nothing was published; a time that was never set is 1970-01-01
_LAST_MONTH = 6  # in which a report is on the year before
_PROSE_ABOVE = 2  # sentences of the page that may stand above a title: a notice, a warning of links that lead away


@dataclass(slots=True)
class Heading:
    """Title, issuer, report year, date of a document, and what the sources say against each other.

    `other_title` is what its page calls an article whose title is no report's.
    """

    title: str | None = None
    other_title: str | None = None
    issuer: str | None = None
    report_year: int | None = None
    published: str | None = None
    title_lines: frozenset[str] = frozenset()
    warnings: list[str] = field(default_factory=list)
    sources: list[tuple[str, str, str]] = field(default_factory=list)


def read_heading(document: Document, *, metadata: Mapping[str, str] | None = None) -> Heading:
    """Return what a document says of itself. `metadata` is what the crawl knows (anchor, column); it never outweighs
    the document.
    """
    metadata = metadata or {}
    lines = [
        line for printed in _printed(document) for piece in _pieces(unmarked(printed)) if (line := closed_up(piece))
    ]
    above = list(_paired([fact.value for fact in document.facts if fact.field == "line"]))
    opening = list(_paired(list(_opening(lines))))
    ending = list(_ending(lines))
    heading = Heading()
    period = _period_in(lines)
    signature = _signature(ending)
    labelled = list(_labelled_issuers(document, [*above, *opening]))
    witnesses = [name for name in (signature, *(name for name, _ in labelled)) if name and is_organ(name)]
    _read_title(heading, document, [*above, *opening], period=period, witnesses=witnesses)
    _read_issuer(heading, opening, signature, labelled)
    if heading.issuer is None and (announced := _announced(lines)):
        heading.issuer = issuer_in_title(announced)
    _read_date(heading, document, [*above, *opening], lines, ending)
    _read_year(heading, lines, metadata, period=period)
    return heading


# ---------------------------------------------------------------- lines
def _printed(document: Document) -> Iterator[str]:
    """Yield the printed lines of a document; of its grids those that are no rows of the form: titles, label tables."""
    for block in document.blocks:
        if isinstance(block, Text):
            yield from block.text.split("\n")
            continue
        for row in block.rows:
            yield from _row_lines(row)


def _pieces(line: str) -> Iterator[str]:
    """Yield a line; one in which a converter ran title, headings and paragraphs together in its pieces."""
    for piece in pieces_of(line):
        match = _LEADING_TITLE.match(piece) if len(piece) > 60 else None
        if match and is_title(match[1]):
            yield match[1]
            piece = piece[match.end() :]
        if (
            (len(piece) > 60 or "。" in piece)
            and piece[-1] in _ENDS_OF_DATES
            and (match := _TRAILING_SIGNATURE.search(piece.translate(WIDE_DIGITS), max(0, len(piece) - 60)))
            and (match[1] is None or is_organ(match[1]))
        ):
            yield piece[: match.start()]
            yield from filter(None, (match[1], match[2]))
        else:
            yield piece


def _row_lines(row: Sequence[Cell]) -> Iterator[str]:
    texts = [text for cell in row if (text := cell.text.strip())]
    if sum(map(str.isdecimal, texts)) * 2 >= len(texts) > 1:
        return
    if len(texts) == 1:
        if not is_furniture(label_key(texts[0])):
            yield from texts[0].split("\n")
        return
    if not texts or len(texts) > 16 or any(len(text) > 120 for text in texts):
        return
    pairs = [f"{label.rstrip('：: ')}：{value}" for label, value in pairwise(texts) if len(label) <= 10]
    labelled = [pair for pair in pairs if is_byline(pair) or TITLE_LABEL.match(pair)]
    joined = "  ".join(texts)
    if labelled:
        yield from labelled
    elif is_byline(joined):
        yield joined


def _opening(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines before the report's first section or first paragraph."""
    titled, sentences = False, 0
    for line in lines[:_OPENING_LINES]:
        if is_heading(line):
            return
        if _is_paragraph(line):
            sentences += 1
            if titled or sentences > _PROSE_ABOVE:
                return
            continue
        titled = titled or (is_title(line) and bool(first_year(line)))
        yield line


def _paired(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines; of a label table printed a cell a line, each label with its value."""
    at = 0
    while at < len(lines):
        label = squeezed(lines[at]).rstrip(":：")
        following = lines[at + 1] if label in _LONE_LABELS and at + 1 < len(lines) else ""
        own = re.split(r"[:：|｜]", squeezed(following), maxsplit=1)[0]  # the next label, where this one has no value
        lacks = label not in _LABELS_OF_TITLE and is_title(following)  # the title behind the table
        if following and own not in _LONE_LABELS and not is_byline(following) and not lacks:
            yield f"{label}：{following}"
            at += 1
        else:
            yield lines[at]
        at += 1


def _is_paragraph(line: str) -> bool:
    return len(line) >= 18 and ("，" in line or "。" in line or "," in line) and not is_chrome(line)


def _ending(lines: Sequence[str]) -> Iterator[str]:
    """Yield the last lines of a report, without the rows of the form and the foot of the page behind them."""
    start = max((at for at, line in enumerate(lines) if is_heading(line)), default=-1) + 1
    body = lines[: start + foot_of(lines[start:])][-_OPENING_LINES:]
    last = [line for line in body if not (is_heading(line) or is_chrome(line) or is_menu(line))]
    last = [line for line in last if not is_furniture(label_key(line[:200]))]
    yield from last[-_ENDING_LINES:]


# ---------------------------------------------------------------- title
def _read_title(
    heading: Heading, document: Document, lines: Sequence[str], *, period: int | None, witnesses: Sequence[str]
) -> None:
    """Of several titles the first that names a year stands; of those that are only printed, as in a list of reports, the
    one that names the year of the period and one of the `witnesses`, the authorities that sign or publish.
    """
    named = [(fact.value, fact.source) for fact in document.facts if fact.field == "title"]
    whole = [(_borne_out(parts_within(value), witnesses), source) for value, source in named if is_title(within(value))]
    printed = [(_borne_out(parts, witnesses), parts) for _, parts in printed_titles(lines)]
    candidates = [*whole, *((title, "printed line") for title, _ in printed)]
    of_page = (parts_within(part) for part in page_title_parts(document) if is_title(part))
    candidates += [(_borne_out(parts, witnesses), "title element") for parts in of_page]
    candidates = [one for one in candidates if not is_entry(one[0])] or candidates
    if not whole:
        candidates = _of_witnesses(candidates, witnesses) or list(_short_titles(document, named, lines))
    if not candidates:
        heading.other_title = _other_title(document, named)
        return
    years = [first_year(title) for title, _ in candidates]  # a column's title has none
    wanted = period if period and period in years and not whole else next(filter(None, years), None)
    first, _ = candidates[years.index(wanted)]
    of_site = "title element" if issuer_in_title(first) else None  # it begins with the site's name and the column's
    longer = [title for title, source in candidates if source != of_site]
    heading.title = tidy(without_site(undated(completed(first, longer))))
    heading.sources.extend(("title", value, source) for value, source in candidates[:6])
    pieces = {squeezed(heading.title)}
    for title, parts in printed:
        pieces.add(squeezed(title))
        pieces.update(squeezed(part) for part in parts)
    pieces.update(squeezed(value) for value, _ in whole)
    heading.title_lines = frozenset(pieces)


def _borne_out(parts: Sequence[str], witnesses: Sequence[str]) -> str:
    """Return a title without the name printed above or before it, if nobody bears that who signs or publishes: it is the
    site's, or a superior's.
    """
    title, core = "".join(parts), core_of(parts)
    if not witnesses or (name := issuer_in_title(title)) is None:
        return title
    behind = (squeezed(title).removeprefix(name.removesuffix(own)) for own in witnesses if is_after_organ(name, own))
    front = squeezed(title).removesuffix(squeezed(core))
    whole = not is_front(front) or (first_year(title) and not first_year(core))  # it is torn, or begins elsewhere
    if whole or issuer_in_title(core) or any(bear_one_name(name, witness) for witness in witnesses):
        return next(behind, title)
    return core


def _of_witnesses(candidates: Sequence[tuple[str, str]], witnesses: Sequence[str]) -> list[tuple[str, str]]:
    """Return the titles of who signs or publishes, or of nobody, where others' stand beside them; else all."""
    names = [issuer_in_title(title) for title, _ in candidates]
    own = [name is not None and any(bear_one_name(name, witness) for witness in witnesses) for name in names]
    if not any(own):
        return list(candidates)
    return [candidate for candidate, name, is_own in zip(candidates, names, own, strict=True) if is_own or name is None]


def _announced(lines: Sequence[str]) -> str | None:
    """Return the report that the introduction says it makes public (现公布江油市教育局2020年…年度报告)."""
    return next((match[1] for line in lines[:_OPENING_LINES] if (match := _ANNOUNCED.search(line))), None)


def _other_title(document: Document, named: Sequence[tuple[str, str]]) -> str | None:
    """Return the title that an element of the page and the page's own agree on, of whatever it is; the page's own where
    no element has one and it speaks of disclosure or a year.
    """
    whole = [fact.value for fact in document.facts if fact.field == "page_title"]
    parts = {squeezed(part) for part in (*page_title_parts(document), *whole)}
    stated = [value for value, _ in named if squeezed(value) in parts]
    stated += [value for value in whole if not named and re.search(r"公开|20\d\d", value)]
    return next((value for value in stated if not (is_organ(squeezed(value)) or is_menu(value))), None)


def _short_titles(
    document: Document, named: Sequence[tuple[str, str]], lines: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Yield the titles of a report headed only 「2025年」 or with the agency's name (portals.md §7): they name no
    genre. The site's name comes last: it may be the agency's own.
    """
    site = {squeezed(fact.value) for fact in document.facts if fact.field == "site_name"}
    parts = [(part, "title element") for part in page_title_parts(document)]
    printed = [(line, "printed line") for line in lines]
    found = [pair for pair in [*named, *parts[:1], *printed] if is_short_title(*pair)]
    yield from (pair for pair in found if squeezed(pair[0]) not in site)
    yield from (
        pair for pair in found if squeezed(pair[0]) in site and pair[1] not in ("printed line", "title element")
    )


def page_title_parts(document: Document) -> Iterator[str]:
    """Yield what a page's own title is made of: the article's title, the column's, the site's."""
    for fact in document.facts:
        if fact.field == "page_title":
            yield from re.split(r"[_|\-—–>＞]+(?![^（(]*[)）])", fact.value)


# ---------------------------------------------------------------- year
def _period_in(lines: Sequence[str]) -> int | None:
    """Return the year that the first sentence on the period of the figures states."""
    periods = (match for line in lines if "12" in line and (match := _PERIOD.search(squeezed(line))))
    return next((year for match in periods if (year := year_of(match[1]))), None)


def _read_year(heading: Heading, lines: Sequence[str], metadata: Mapping[str, str], *, period: int | None) -> None:
    stated: list[tuple[int, str]] = []
    if heading.title and (year := first_year(heading.title) or _bare_year(heading.title)):
        stated.append((year, "title"))
    if period:
        stated.append((period, "period"))
    for name in ("anchor", "column"):
        if (year := first_year(metadata.get(name, ""))) and not (name == "column" and stated):
            stated.append((year, name))
    if not stated:
        years = {year for line in lines if is_title(line) and (year := first_year(line))}
        stated = [(year, "printed title") for year in years] if len(years) == 1 else []
    if not stated and (year := _year_spoken_of(lines)):
        stated = [(year, "text")]
        heading.warnings.append(f"report_year: neither title nor period states it; the text speaks of {year}")
    published = date.fromisoformat(heading.published) if heading.published else None
    before = published.year - 1 if published else None  # reports come out in the year after
    if not stated and before and published and published.month <= _LAST_MONTH:
        stated = [(before, "date")]
        heading.warnings.append(f"report_year: stated nowhere; {before} is the year before its publication")
    if not stated:
        return
    if before and stated[0][0] != before and [year for year, source in stated if source == "period"] == [before]:
        stated.sort(key=lambda pair: pair[1] != "period")  # it was not that of the title which had just ended
    heading.report_year = stated[0][0]
    heading.sources.extend(("report_year", str(year), source) for year, source in stated)
    others = {(year, source) for year, source in stated if year != heading.report_year}
    for year, source in sorted(others):
        heading.warnings.append(f"report_year: {stated[0][1]} states {heading.report_year}, {source} states {year}")


def _bare_year(title: str) -> int | None:
    match = _BARE_YEAR.search(nfkc(title))
    return int(match[1]) if match else None


def _year_spoken_of(lines: Sequence[str]) -> int | None:
    """Return the year with which the paragraphs begin (2024年，我局…); None where they begin with several."""
    years = Counter(int(match[1]) for line in lines if (match := _SPOKEN_YEAR.match(line)))
    return years.most_common(1)[0][0] if len(years) == 1 else None


# ---------------------------------------------------------------- issuer
def _read_issuer(
    heading: Heading, opening: Sequence[str], signature: str | None, labelled: Sequence[tuple[str, str]]
) -> None:
    found: list[tuple[str, str]] = []
    if heading.title and (name := issuer_in_title(heading.title)):
        found.append((name, "title"))
    if name := signature:
        if found and not _same_authority(found[0][0], name):
            heading.warnings.append(f"issuer: title states {found[0][0]}, signature states {name}")
        sure = bool(found) and is_organ(squeezed(found[0][0])) and is_title(heading.title or "")
        found.insert(1 if sure else 0, (name, "signature"))
    if not found and (name := _below_title(heading, opening)):
        found.append((name, "line below the title"))
    found.extend(labelled)
    if found:
        heading.issuer = found[0][0]
        heading.sources.extend(("issuer", name, source) for name, source in found[:6])


def _labelled_issuers(document: Document, lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the authorities that the lines above a report and its page's meta names say issued it, each with the source."""
    found = [(name, "label") for line in lines if len(line) <= 300 for name in _labelled_names(line)]
    found += [(tidy(fact.value), fact.source) for fact in document.facts if fact.field == "issuer"]
    authors = (match[1] for line in lines if len(line) <= 300 and (match := _AUTHOR.search(line)))
    found += [(name, "author") for name in authors if is_organ(name)]
    yield from ((name, source) for name, source in found if name and name not in _NOBODY and not is_title(name))


def _below_title(heading: Heading, opening: Sequence[str]) -> str | None:
    """Return the authority that stands alone on the line below the title."""
    for line, below in pairwise(map(squeezed, opening)):
        if line in heading.title_lines and below not in heading.title_lines:
            return tidy(below) if is_organ(below) and len(below) >= 4 else None
    return None


def _same_authority(one: str, other: str) -> bool:
    """Tell whether two names may be of one authority: 江油市 and 江油市人民政府办公室."""
    short, long = sorted((re.sub(r"(?:人民)?政府|办公室|办事处", "", name) for name in (one, other)), key=len)
    return short in long


def _labelled_names(line: str) -> Iterator[str]:
    for match in _ISSUER_LABEL.finditer(line):
        name = tidy(_RUN_ON_LABEL.sub("", match[1]))
        if len(name) >= 2 and not name[0].isdigit():
            yield name


def _signature(ending: Sequence[str]) -> str | None:
    """Return the authority that signs: a name alone on one of the last lines, above a date or at the end."""
    for line in reversed(ending):
        plain = squeezed(CHINESE_DATE.sub("", DATE.sub("", line)))
        if 4 <= len(plain) <= 40 and is_organ(plain) and not is_title(plain):
            return plain
    return None


# ---------------------------------------------------------------- date
def _read_date(
    heading: Heading, document: Document, opening: Sequence[str], lines: Sequence[str], ending: Sequence[str]
) -> None:
    found = [pair for pair in _labelled_dates(opening) if pair[0] > _FIRST_DAY]
    found.extend(
        (stated, fact.source)
        for fact in document.facts
        if fact.field == "published" and (stated := date_in(fact.value))
    )
    signed = (stated for line in reversed(ending) if (stated := _closing_date(line)))
    found.extend((stated, "signature") for stated in signed)
    if not found:  # within the paper: the date below the signature of the announcement in which a report is wrapped
        dates = {stated for line in lines if len(line) <= 20 and (stated := _closing_date(line))}
        found = [(dates.pop(), "signature within")] if len(dates) == 1 else []
    if not found:  # below the report, where some pages print the line of its source
        found = [pair for pair in _labelled_dates(lines[-_OPENING_LINES // 6 :]) if pair[1] == "publication line"]
    if not found:
        return
    rank = ["publication line", "line of the last change", "line", "", "entry of a list"]
    found.sort(key=lambda pair: rank.index(pair[1] if pair[1] in rank else ""))
    heading.published = found[0][0]
    heading.sources.extend(("published", value, source) for value, source in found[:6])
    for value, source in found[1:]:
        if value != heading.published and source not in _OTHER_DATES:
            heading.warnings.append(f"published: {found[0][1]} states {heading.published}, {source} states {value}")


def _labelled_dates(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        if len(line) <= 300 and (is_byline(line) or not SENTENCE.search(line)) and (stated := _labelled_date(line)):
            yield stated


def _labelled_date(line: str) -> tuple[str, str] | None:
    stated = date_in(line)
    if stated is None or _TODAY.search(line):
        return None
    for label, source in ((_PUBLISHED_LABEL, "publication line"), (_UPDATED_LABEL, "line of the last change")):
        if match := label.search(line):
            return (date_in(line[match.start() :]) or stated), source
    if _WRITTEN_LABEL.search(line):
        return stated, "written line"
    if _BEGINS_PERIOD.search(line):
        return None
    if is_entry(line):
        return stated, "entry of a list"
    rest = DATE.sub("", line)
    if (
        is_byline(line)
        or is_chrome(line)
        or is_chrome(rest)
        or ((undated_line := undated(line)) != line and is_title(undated_line))
        or is_organ(squeezed(rest))
        or not re.search(r"[^\W\d]", rest.replace("星期", ""))
    ):
        return stated, "line"
    return None


def _closing_date(line: str) -> str | None:
    """Return the date of a line that holds a date and at most the name of who signs."""
    if len(line) > 80:
        return None
    rest = squeezed(CHINESE_DATE.sub("", DATE.sub("", line.translate(WIDE_DIGITS)))).strip("()（）[]【】")
    return date_in(line) if not rest or is_organ(rest) else None
