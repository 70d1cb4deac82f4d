"""Who issued a report on which year, under what title and when: each value from the best of several sources, conflicts
told.

The order of the sources is portals.md §3.1 (titles), §3.1 "Competing dates", §7 (report year). What no source
states is None, never guessed: an address or a file name states nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from extract.chrome import closed_up, foot_of, is_byline, is_chrome, is_menu, unmarked
from extract.dates import CHINESE_DATE, DATE, YEAR, date_in, year_of
from extract.document import Cell, Document, Text
from extract.form import SIMPLIFIED, label_key
from extract.labels import is_furniture
from extract.sections import is_heading, pieces_of

_YEARS = re.compile(rf"(?<!\d)({YEAR})\s*(?:年(?!第)|—|-|度)")
_BARE_YEAR = re.compile(r"(?<![\d〔\[])(20[012]\d)(?![\d〕\].．号年])")
_SPOKEN_YEAR = re.compile(r"[（(一二三四五六)）、\s]*(20[012]\d)\s*年度?(?:以来)?[,，我全]")
_DISCLOSURE = r"(?:政府信息公开|政务信息公开|政府信息主动公开|信息公开|政务公开|政务信息)"
_TITLE = re.compile(rf"{_DISCLOSURE}[^，。；]{{0,14}}(?:报告|年报)(?:.{{0,16}}|[（(][^（()）]{{17,30}}[)）])$")
_OF_REPORT = re.compile(rf"{_DISCLOSURE}(?=[^，。；]{{0,14}}(?:报告|年报))")
# The column's own name, and a path through the site's columns: they hold the words of a title and are none.
_COLUMN_NAME = re.compile(rf"{_DISCLOSURE}(?:工作)?(?:年报|年度报告|报告|年度工作报告)(?:汇总|专栏|栏目)?")
# Entries of a menu that run on behind the name of a column.
_RUN_ON = re.compile(
    r"(?:报告|年报).*(?:首页|走进|登录|打印|依申请公开|主动公开|互动交流|政务公开|办事服务|政务服务|上一篇|下一篇)"
)
_PATH = re.compile(
    r"[>＞»]|[上下]一[篇条][:：]|^(?:分类|信息分类|主题分类|栏目|所属栏目|所在栏目|当前栏目|索引号|关键词|主题词)[:：]|(?:当前|现在)(?:的)?位置|[:：](?:政府)?信息公开年报$"
)
_ABOUT = re.compile(r"解读|图解|图说|一图|视频|动漫|问答|专访")  # beside a title: no report, but a paper about one
_NUMBER = re.compile(r"\d{6}|/20\d\d-")  # of an index: no title has one
_REPORT = re.compile(r"报告|年报")
_CHUNKS = re.compile(r"[\s|｜_]+")
_PARTED_DIGITS = re.compile(r"(?<=\d) (?=\d)")
_SOURCE = re.compile(
    r"(?:(?:信息|文章)?来\s?源|(?:发布|公开|发文|成文)?(?:时间|日期)|发布者|发布机构|作者|文\s*号|浏览次数)\s*[:：]|[【\[]字体|一、总体"
)
_LEADING_TITLE = re.compile(r"(\S[^。；]{3,50}?(?:报告|年报)(?:[（(][^（）()]{2,10}[）)])?)\s+(?=\S{10})")
_TITLE_LABEL = re.compile(
    r"^\s*(?:附件?\s*\d*\s*[:：]|(?:(?:信息)?(?:[标標]\s*)?[题題]|(?:(?:信息|文件)?名\s*)?[称稱]|Title)\s*[:：]"
    r"|名\s*称(?=[\u4e00-\u9fff]))\s*"
)
_LABELLED = re.compile(r"\s*(?!关于|图解|一图读懂|图说|解读|视频)[\u4e00-\u9fff]{2,6}\s*[:：]|\s*走进")
_ANNUAL = re.compile(
    rf"(.*?){YEAR}年?度?(?:工作)?(?:年报|报告|年度报告|年度工作报告|工作报告)?"
)  # 三台县司法局2021年年报
_YEAR_BELOW = re.compile(rf"\s*[（(]\s*{YEAR}\s*年?\s*度?\s*[)）]\s*")
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
_WRITTEN_LABEL = re.compile(r"(?:成文|生成|形成|签发|制发|发文)(?:日期|时间)")
_ISSUER_LABEL = re.compile(
    r"(?:发布机构|发文机关|发文机构|发布单位|公开机构|公开主体|发文单位|发布部门|公开责任部门|编制单位|信息来源|文章来源|供稿单位|"
    r"(?:^|[\s\d\]】)）])来\s?源)\s*[:：]\s*([^\s:：|｜\[【(（]{2,40})"
)
_LONE_LABELS = frozenset(
    """
    索引号 主题分类 信息分类 组配分类 体裁分类 服务对象分类 分类 发布机构 发文机关 发文机构 发布单位 公开主体 名称 信息名称 标题 文号
    发文字号 主题词 关键词 有效性 时效性 公开方式 公开形式 公开范围 信息来源 文章来源 来源 成文日期 生成日期 公开日期 发布日期 发文日期
    成文时间 生成时间 公开时间 发布时间 生效日期 废止日期 内容概述
    """.split()
)
_DATED = re.compile(rf"\s*[（(]\s*{DATE.pattern}\s*[)）]\s*$")
_LABELS_OF_TITLE = frozenset(["名称", "信息名称", "标题"])
_RUN_ON_LABEL = re.compile(r"(?:发布|更新|公开|成文|阅读|浏览|点击|访问|作者|编辑|字体|字号|时间|日期|来源|打印).*")
_ORGAN = re.compile(
    r"[\u4e00-\u9fff（）()·、]{2,40}?(?:人民政府|政府|管委会|委员会|委|办公室|办公厅|办事处|办|局|厅|部|署|院|中心|大队|支队|总队|分局|街道|镇|乡|"
    r"苏木|农场|林场|公司|会|领导小组|所|站|馆|处|室|小组|市|县|区|省|州|盟|旗|开发区|新区)"
)
_ANNOUNCED = re.compile(r"现(?:予以?)?(?:公布|发布|公开)([^，。；：]{4,60}?(?:报告|年报))(?!如下)")
_SECOND_NAME = re.compile(r"[（(][^（）()]*[)）]$")
# What stands above a title on paper: 沧县人民政府文件, 沧政〔2024〕3号, 附件1.
_OF_PAPER = re.compile(r".{2,40}文件|.{1,20}[〔\[（(【]20\d\d[〕\]）)】]第?\d+号|附件?[\d一二三四五]*[:：]?")
_REST_OF_NAME = frozenset("街道办事处 办事处 人民政府 政府 办公室 委员会 管理委员会".split())
_PLACE = re.compile(r"[\u4e00-\u9fff]{2,18}[省市州盟县区旗乡镇]|[\u4e00-\u9fff]{2,18}街道")
_ANNOUNCEMENT = re.compile(r"公告(?:[（(][^（）()]*第\d+号[)）])?$")
_PASSED_ON = re.compile(r"关于(?:公布|发布|印发|转发|报送|上报|呈报)《?")
_NOT_ORGAN = re.compile(
    r"情况|事项|问题|措施|工作|报告|如下|^[一二三四五六七八九十]+、|^[（(][一二三四五六七八九十]|^(?:部门|特此|联系|地址|无|没有)"
)
_SENTENCE = re.compile(r"[。；！？]|，.*，")
_WIDE_DIGITS = {ord("０") + digit: ord("0") + digit for digit in range(10)}
_OTHER_DATES = frozenset(["signature", "written line", "line of the last change"])  # than that of publication
_NOBODY = frozenset("本站 本网 本网站 网站 本站原创 原创 互联网 转载 未知 其他 管理员 admin null".split())
_OPENING_LINES, _ENDING_LINES = 300, 10
_LONGEST_HEAD = 300  # characters of a line that may hold a title beside other words
_FIRST_DAY = "2004"  # before it nothing was published; a time that was never set is 1970-01-01
_LAST_MONTH = 6  # in which a report is on the year before
_MOST_TITLE_LINES = 4
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
    above = [fact.value for fact in document.facts if fact.field == "line"]
    opening = list(_paired(list(_opening(lines))))
    ending = list(_ending(lines))
    heading = Heading()
    period = _period_in(lines)
    _read_title(heading, document, [*above, *opening], period=period)
    _read_issuer(heading, document, above, opening, ending)
    if heading.issuer is None and (announced := _announced(lines)):
        heading.issuer = issuer_in_title(announced)
    _read_date(heading, document, [*above, *opening], lines, ending)
    _read_year(heading, lines, metadata, period=period)
    return heading


def tidy(text: str) -> str:
    """Return a title or name without blanks between Chinese characters and digits and without quotation marks."""
    text = re.sub(r"[\s\u00a0\u3000\u200b\ufeff]+", " ", text).strip()
    text = re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", text)
    return text.strip("《》\"' |｜*·•#-—\\")


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
            and (match := _TRAILING_SIGNATURE.search(piece.translate(_WIDE_DIGITS), max(0, len(piece) - 60)))
        ):
            yield piece[: match.start()]
            yield from filter(None, (match[1], match[2]))
        else:
            yield piece


def _row_lines(row: Sequence[Cell]) -> Iterator[str]:
    texts = [text for cell in row if (text := cell.text.strip())]
    if len(texts) == 1:
        if not is_furniture(label_key(texts[0])):
            yield from texts[0].split("\n")
        return
    figures = sum(text.isdecimal() for text in texts)
    if not texts or len(texts) > 16 or figures * 2 >= len(texts) or any(len(text) > 120 for text in texts):
        return
    pairs = [f"{label.rstrip('：: ')}：{value}" for label, value in pairwise(texts) if len(label) <= 10]
    labelled = [pair for pair in pairs if is_byline(pair) or _TITLE_LABEL.match(pair)]
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
        titled = titled or (is_title(line) and bool(_first_year(line)))
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
def _read_title(heading: Heading, document: Document, lines: Sequence[str], *, period: int | None) -> None:
    """Of several titles the first that names a year stands; of those that are only printed, as in a list of reports, the
    one that names the year of the period.
    """
    named = [(fact.value, fact.source) for fact in document.facts if fact.field == "title"]
    whole = [(title, source) for value, source in named if is_title(title := _within(value))]
    printed = list(_printed_titles(lines))
    candidates = [*whole, *((title, "printed line") for title, _ in printed)]
    candidates += [(_within(part), "title element") for part in _page_title_parts(document) if is_title(part)]
    candidates = candidates or list(_short_titles(document, named, lines))
    if not candidates:
        heading.other_title = _other_title(document, named)
        return
    years = [_first_year(title) for title, _ in candidates]  # a column's title has none
    first_year = next(filter(None, years), None)
    first, _ = candidates[years.index(period if period and period in years and not whole else first_year)]
    heading.title = tidy(_undated(_without_site(_completed(first, [value for value, _ in candidates]))))
    heading.sources.extend(("title", value, source) for value, source in candidates[:6])
    pieces = {squeezed(heading.title)}
    for title, parts in printed:
        pieces.add(squeezed(title))
        pieces.update(squeezed(part) for part in parts)
    pieces.update(squeezed(value) for value, _ in whole)
    heading.title_lines = frozenset(pieces)


def _announced(lines: Sequence[str]) -> str | None:
    """Return the report that the introduction says it makes public (现公布江油市教育局2020年…年度报告)."""
    return next((match[1] for line in lines[:_OPENING_LINES] if (match := _ANNOUNCED.search(line))), None)


def _other_title(document: Document, named: Sequence[tuple[str, str]]) -> str | None:
    """Return the title that an element of the page and the page's own agree on, of whatever it is; the page's own where
    no element has one and it speaks of disclosure or a year.
    """
    whole = [fact.value for fact in document.facts if fact.field == "page_title"]
    parts = {squeezed(part) for part in (*_page_title_parts(document), *whole)}
    stated = [value for value, _ in named if squeezed(value) in parts]
    stated += [value for value in whole if not named and re.search(r"公开|20\d\d", value)]
    return next((value for value in stated if not (_is_organ(squeezed(value)) or is_menu(value))), None)


def _undated(title: str) -> str:
    """Return a title without the date in brackets behind it."""
    return _DATED.sub("", title) if len(title) <= _LONGEST_HEAD else title


def _without_site(title: str) -> str:
    """Return a title without the column and site behind it, as a page's own title and texts made of it have them."""
    own, *behind = re.split(r"\s*[-_|—–]+\s*", title, maxsplit=1)
    site = behind and is_title(own) and not _is_open(own) and not re.search(r"报告|[（(]|更正", behind[0])
    return own if site else title


def _completed(title: str, candidates: Sequence[str]) -> str:
    """Return the whole of a title of which an element held a piece only (kicker, title and subtitle as siblings)."""
    piece = squeezed(title)
    if _names_issuer(title) and _first_year(title) and piece.count("（") == piece.count("）"):
        return title
    longer = [other for other in candidates if piece in squeezed(other) and len(piece) < len(squeezed(other)) <= 60]
    return min(longer, key=len, default=title)


def _short_titles(
    document: Document, named: Sequence[tuple[str, str]], lines: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Yield the titles of a report headed only 「2025年」 or with the agency's name (portals.md §7): they name no
    genre. The site's name comes last: it may be the agency's own.
    """
    site = {squeezed(fact.value) for fact in document.facts if fact.field == "site_name"}
    parts = [(part, "title element") for part in _page_title_parts(document)]
    printed = [(line, "printed line") for line in lines]
    found = [pair for pair in [*named, *parts[:1], *printed] if _is_short_title(*pair)]
    yield from (pair for pair in found if squeezed(pair[0]) not in site)
    yield from (
        pair for pair in found if squeezed(pair[0]) in site and pair[1] not in ("printed line", "title element")
    )


def is_bare_title(plain: str) -> bool:
    """Tell whether a text without blanks may head a report though it names no genre: a year, an authority, or a numbered
    announcement, in which a ministry wraps its report.
    """
    return _is_annual(plain) or _is_organ(plain) or bool(_ANNOUNCEMENT.search(plain))


def _is_annual(plain: str) -> bool:
    match = None if plain.isdecimal() else _ANNUAL.fullmatch(plain)  # a bare 2020 may be a figure
    return match is not None and (not match[1] or _is_organ(match[1]))


def _is_short_title(value: str, source: str) -> bool:
    plain = squeezed(unicodedata.normalize("NFKC", value[:200]))
    if not 2 <= len(plain) <= 60:
        return False
    if _is_annual(plain):
        return True
    if is_chrome(value) or is_menu(value) or _LABELLED.match(value) or _SENTENCE.search(plain):
        return False
    if is_furniture(label_key(value)):
        return False  # 年度继续办: a piece of a row's label
    if _COLUMN_NAME.fullmatch(plain) or is_heading(value) or re.match(r"[一二三四五六七八九十]+[、.．]", plain):
        return False
    strong = source.startswith("meta") or source in ("h1", "ucaptitle")
    return is_bare_title(plain) or (strong and not re.search(r"[>＞»:：]", plain))


def squeezed(text: str) -> str:
    """Return a text without blanks."""
    return "".join(text.split())


def is_title(text: str) -> bool:
    """Tell whether a line reads like the title of a report on open government information."""
    if len(text) > 200:
        return False
    plain = squeezed(text).translate(SIMPLIFIED)
    if len(plain) > 80 or not _TITLE.search(plain) or _COLUMN_NAME.fullmatch(plain):
        return False
    if "_" in plain or _NUMBER.search(plain) or _RUN_ON.search(plain):
        return False
    if _SENTENCE.search(plain) or _PATH.search(plain) or is_byline(text) or is_chrome(text) or is_menu(text):
        return False
    return sum(map(is_menu, text.split())) < 2  # several entries of a menu in one line


def _page_title_parts(document: Document) -> Iterator[str]:
    for fact in document.facts:
        if fact.field == "page_title":
            yield from re.split(r"[_|\-—–>＞]+(?![^（(]*[)）])", fact.value)


def _printed_titles(lines: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield (title, its printed lines) of the titles among lines; one broken over some lines is joined."""
    plain = [_TITLE_LABEL.sub("", _within(_TITLE_LABEL.sub("", line))).strip() for line in lines]
    plain = [line for line in plain if line and not is_chrome(line)]
    for parts in _titles_among(plain):
        yield "".join(parts), parts


def _titles_among(lines: Sequence[str]) -> Iterator[tuple[str, ...]]:
    at = 0
    while at < len(lines):
        parts = _title_at(lines, at)
        if parts:
            yield parts
        at += max(1, len(parts))


def _within(line: str) -> str:
    """Return the title that a line holds beside other words (site and column before it, its source behind it); the line
    where it holds none.
    """
    if len(line) > 10 * _LONGEST_HEAD or not _REPORT.search(line) or _PATH.search(line) or _ABOUT.search(line):
        return line
    head = _PARTED_DIGITS.sub("", _CHUNKS.sub(" ", _SOURCE.split(line, maxsplit=1)[0]))
    found = ["".join(parts) for parts in _titles_among(head.split(" "))] if len(head) <= _LONGEST_HEAD else []
    found = list(filter(_first_year, found))  # a column's title has none
    return found[0] if len(found) == 1 else line


def _title_at(lines: Sequence[str], at: int) -> tuple[str, ...]:
    """Return the lines of the title that begins at a line: the fewest that are one, and those that finish it."""
    for count in range(1, _MOST_TITLE_LINES + 1):
        parts = lines[at : at + count]
        if len(parts) < count or not all(map(_may_be_title_piece, parts)) or any(map(is_menu, parts[:-1])):
            return ()
        if not is_title("".join(parts)):
            continue
        rest = next((rest for start in range(1, count) if _is_title_or_column(rest := "".join(parts[start:]))), None)
        if rest is not None:
            begun = _may_begin_title(parts[:1]) and _is_tail(rest, behind=parts[0])
            if not begun and not _is_torn("".join(parts), rest):
                return ()
        if at + count < len(lines) and _is_ended_by("".join(parts), lines[at + count]):
            parts = lines[at : at + count + 1]
        return tuple(parts)
    return ()


def _may_be_title_piece(line: str) -> bool:
    if len(squeezed(line)) > 60 or _SENTENCE.search(line) or _LABELLED.match(line) or _PATH.search(line):
        return False
    if _OF_PAPER.fullmatch(squeezed(line)):
        return False
    return not re.match(r"\d{5}", line) and bool(re.search(r"[\u4e00-\u9fff]|^20\d\d$", line))


def _is_title_or_column(text: str) -> bool:
    return is_title(text) or bool(_COLUMN_NAME.fullmatch(squeezed(text)))


def _is_tail(title: str, *, behind: str) -> bool:
    """Tell whether a title lacks the authority, or the year that alone stands above it: that line is its beginning."""
    if _first_year(title) and _first_year(behind):
        return False  # 2020年 above 2020年政府信息公开年报
    name = issuer_in_title(title)
    if name is None or len(name) <= 2 or name in _REST_OF_NAME:
        return True
    if _PLACE.fullmatch(squeezed(behind)) and not re.search("[省市州盟县区旗乡镇]", name):
        return True  # 湘西土家族苗族自治州 above 财政局2023年…
    return not _first_year(title) and bool(re.fullmatch(rf"{YEAR}年度?", squeezed(behind).translate(_WIDE_DIGITS)))


def _is_torn(title: str, rest: str) -> bool:
    """Tell whether a title is broken within a word: what reads like one below names no authority, the whole does."""
    return (
        _is_organ(issuer_in_title(title) or "")
        and bool(_first_year(title))
        and ((name := issuer_in_title(rest) or "") in _REST_OF_NAME or not _is_organ(name))
    )


def _is_ended_by(title: str, line: str) -> bool:
    """Tell whether the line below closes a title's bracket, or gives the year that the title lacks."""
    if _is_open(title):
        return not _is_open(title + line)
    return not _first_year(title) and bool(_YEAR_BELOW.fullmatch(line))


def _is_open(text: str) -> bool:
    """Tell whether a bracket of a text is left open."""
    return text.count("（") + text.count("(") != text.count("）") + text.count(")")


def _may_begin_title(parts: Sequence[str]) -> bool:
    """Tell whether lines are the beginning of a title whose rest reads like one itself: agency, year, or both."""
    plain = squeezed("".join(parts)).translate(_WIDE_DIGITS)
    bare = re.sub(rf"(?:关于)?(?:{YEAR}(?:年度?)?)?(?:关于)?$", "", plain)
    return len(plain) <= 40 and (not bare or bare != plain or _is_organ(bare) or plain.endswith("政府"))


def _names_issuer(title: str) -> bool:
    return issuer_in_title(title) is not None


def _is_organ(plain: str) -> bool:
    """Tell whether a text without blanks is the name of an authority and nothing else."""
    bare = _SECOND_NAME.sub("", plain)
    return len(plain) <= 60 and bool(_ORGAN.fullmatch(bare)) and not _NOT_ORGAN.search(plain)


# ---------------------------------------------------------------- year
def _period_in(lines: Sequence[str]) -> int | None:
    """Return the year that the first sentence on the period of the figures states."""
    periods = (match for line in lines if "12" in line and (match := _PERIOD.search(squeezed(line))))
    return next((year for match in periods if (year := year_of(match[1]))), None)


def _read_year(heading: Heading, lines: Sequence[str], metadata: Mapping[str, str], *, period: int | None) -> None:
    stated: list[tuple[int, str]] = []
    if heading.title and (year := _first_year(heading.title) or _bare_year(heading.title)):
        stated.append((year, "title"))
    if period:
        stated.append((period, "period"))
    for name in ("anchor", "column"):
        if (year := _first_year(metadata.get(name, ""))) and not (name == "column" and stated):
            stated.append((year, name))
    if not stated:
        years = {year for line in lines if is_title(line) and (year := _first_year(line))}
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


def _first_year(text: str) -> int | None:
    match = _YEARS.search(squeezed(unicodedata.normalize("NFKC", text))) if text else None
    return year_of(match[1]) if match else None


def _bare_year(title: str) -> int | None:
    match = _BARE_YEAR.search(unicodedata.normalize("NFKC", title))
    return int(match[1]) if match else None


def _year_spoken_of(lines: Sequence[str]) -> int | None:
    """Return the year with which the paragraphs begin (2024年，我局…); None where they begin with several."""
    years = Counter(int(match[1]) for line in lines if (match := _SPOKEN_YEAR.match(line)))
    return years.most_common(1)[0][0] if len(years) == 1 else None


# ---------------------------------------------------------------- issuer
def _read_issuer(
    heading: Heading, document: Document, above: Sequence[str], opening: Sequence[str], ending: Sequence[str]
) -> None:
    found: list[tuple[str, str]] = []
    if heading.title and (name := issuer_in_title(heading.title)):
        found.append((name, "title"))
    if name := _signature(ending):
        if found and not _same_authority(found[0][0], name):
            heading.warnings.append(f"issuer: title states {found[0][0]}, signature states {name}")
        found.insert(0 if heading.title and not is_title(heading.title) else 1, (name, "signature"))
    if not found and (name := _below_title(heading, opening)):
        found.append((name, "line below the title"))
    found.extend((name, "label") for line in [*above, *opening] if len(line) <= 300 for name in _labelled_names(line))
    found.extend((tidy(fact.value), fact.source) for fact in document.facts if fact.field == "issuer")
    found = [(name, source) for name, source in found if name and name not in _NOBODY and not is_title(name)]
    if found:
        heading.issuer = found[0][0]
        heading.sources.extend(("issuer", name, source) for name, source in found[:6])


def _below_title(heading: Heading, opening: Sequence[str]) -> str | None:
    """Return the authority that stands alone on the line below the title."""
    for line, below in pairwise(map(squeezed, opening)):
        if line in heading.title_lines and below not in heading.title_lines:
            return tidy(below) if _is_organ(below) and len(below) >= 4 else None
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


def issuer_in_title(title: str) -> str | None:
    """Return the authority that a title names; None where it names none."""
    plain = re.sub(r"^[【\[〔(（][^】\]〕)）]{0,12}[】\]〕)）]", "", squeezed(title).translate(_WIDE_DIGITS))
    simple = plain.translate(SIMPLIFIED)
    *_, match = re.search(_DISCLOSURE, simple), *_OF_REPORT.finditer(simple)  # the last: an authority may be 政务公开办
    if match is None:
        plain = annual[1] if (annual := _ANNUAL.fullmatch(plain)) else plain
        return plain if _is_organ(plain) else None
    name = plain[: match.start()]
    if name.endswith("人民"):
        name += "政府"  # 柘城县人民政府信息公开年报: the word serves twice
    name = re.sub(rf"{YEAR}(?:年度?|度)?", "", name)
    name = re.sub(r"20[012]\d", "", name)
    _, *passed_on = _PASSED_ON.split(name, maxsplit=1)
    if passed_on and _is_organ(passed_on[0]):
        return tidy(passed_on[0])  # 某县人民政府办公室关于印发某县人民政府2022年…的通知
    name = re.sub(
        r"^(?:关于|關於|公布|发布|印发|报送|上报|呈报|年度?|度)+|"
        r"(?:关于|關於|的|公布|发布|印发|报送|上报|呈报|(?:上一|本|(?<!\d)\d\d)?年度?|度|《|[：:—–~-])+$",
        "",
        name,
    )
    name = re.sub(r"(?:关于)?(?:公布|发布|印发)?《.*$", "", name)
    behind = re.search(r"[（(]([^（）()]{3,30})[)）]$", plain)
    return tidy(name) or (tidy(behind[1]) if behind and _is_organ(behind[1]) else None)


def _signature(ending: Sequence[str]) -> str | None:
    """Return the authority that signs: a name alone on one of the last lines, above a date or at the end."""
    for line in reversed(ending):
        plain = squeezed(CHINESE_DATE.sub("", DATE.sub("", line)))
        if 4 <= len(plain) <= 40 and _is_organ(plain) and not is_title(plain):
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
    rank = ["publication line", "line of the last change", "line"]
    found.sort(key=lambda pair: rank.index(pair[1]) if pair[1] in rank else len(rank))
    heading.published = found[0][0]
    heading.sources.extend(("published", value, source) for value, source in found[:6])
    for value, source in found[1:]:
        if value != heading.published and source not in _OTHER_DATES:
            heading.warnings.append(f"published: {found[0][1]} states {heading.published}, {source} states {value}")


def _labelled_dates(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        if len(line) <= 300 and (is_byline(line) or not _SENTENCE.search(line)) and (stated := _labelled_date(line)):
            yield stated


def _labelled_date(line: str) -> tuple[str, str] | None:
    stated = date_in(line)
    if stated is None:
        return None
    for label, source in ((_PUBLISHED_LABEL, "publication line"), (_UPDATED_LABEL, "line of the last change")):
        if match := label.search(line):
            return (date_in(line[match.start() :]) or stated), source
    if _WRITTEN_LABEL.search(line):
        return stated, "written line"
    rest = DATE.sub("", line)
    if (
        is_byline(line)
        or is_chrome(line)
        or is_chrome(rest)
        or (_DATED.search(line) and is_title(_undated(line)))
        or _is_organ(squeezed(rest))
        or not re.search(r"[^\W\d]", rest.replace("星期", ""))
    ):
        return stated, "line"
    return None


def _closing_date(line: str) -> str | None:
    """Return the date of a line that holds a date and at most the name of who signs."""
    if len(line) > 80:
        return None
    rest = squeezed(CHINESE_DATE.sub("", DATE.sub("", line.translate(_WIDE_DIGITS)))).strip("()（）[]【】")
    return date_in(line) if not rest or _is_organ(rest) else None
