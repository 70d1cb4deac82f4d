"""What reads like the title of a report, wherever it is printed: among other words, over several lines, torn; and the
authority and year that it names (portals.md §3.1).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from extract.characters import nfkc, squeezed, with_plain_digits
from extract.chrome import is_byline, is_chrome, is_menu
from extract.dates import DATE, YEAR, year_of
from extract.form import label_key, simplified
from extract.labels import is_furniture
from extract.names import PLACE, is_organ, is_rest_of_name
from extract.sections import is_heading

_YEARS = re.compile(rf"(?<!\d)({YEAR})\s*(?:年(?!第)|—|-|度|(?=[)）]$))")
_DISCLOSURE = r"(?:政府信息公开|政务信息公开|政府信息主动公开|信息公开|政务公开|政务信息)"
_TITLE = re.compile(rf"{_DISCLOSURE}[^，。；]{{0,14}}(?:报告|年报)(?:.{{0,16}}|[（(][^（()）]{{15,30}}[)）])$")
_OF_SITE = re.compile("(?:门户)?网站?$")
_CLAUSE = re.compile(rf"[^（(]*，[^（()）]*{_DISCLOSURE}")
_OF_REPORT = re.compile(rf"{_DISCLOSURE}(?=[^，。；]{{0,14}}(?:报告|年报))")
# The column's own name, and a path through the site's columns: they hold the words of a title and are none.
_COLUMN_NAME = re.compile(rf"{_DISCLOSURE}(?:工作)?(?:年报|年度报告|报告|年度工作报告)(?:汇总|专栏|栏目|{YEAR}年度?)?")
# Entries of a menu that run on behind the name of a column, or another paper's title.
_RUN_ON = re.compile(
    r"(?:报告|年报).*(?:首页|走进|登录|打印|依申请公开|主动公开|互动交流|政务公开|办事服务|政务服务|上一篇|下一篇)"
    rf"|(?:报告|年报)(?!.*{_DISCLOSURE})[\u4e00-\u9fff]{{2,}}{YEAR}年度?.{{2,}}"
    rf"|(?:报告|年报){YEAR}年度?(?!.{{0,4}}(?:报告|年报)$).{{3,}}|公开(?:指南|制度).*年报"
)
_PATH = re.compile(
    r"[>＞»]|公开\s*/|[上下]一[篇条][:：]|^(?:(?:信息|主题|组配)?(?:分类|类别)|(?:所属|所在|当前)?栏目|索引号|关\s*键\s*词|主\s*题\s*词)[:：]?|(?:当前|现在)(?:的)?位置|[:：](?:政府)?信息公开年报$"
)
_ABOUT = re.compile(r"解读|图解|图说|一图|视频|动漫|问答|专访")  # beside a title: no report, but a paper about one
_NUMBER = re.compile(r"\d{6}|/20\d\d-")  # of an index: no title has one
_REPORT = re.compile(r"报告|年报")
_CHUNKS = re.compile(r"[\s|｜_]+")
_PARTED_YEAR = re.compile(  # between letters and digits, as OCR sets them: 江油市 2020 年政府信息
    r"(?<=[\u4e00-\u9fff]) (?=\d{4} 年)|(?<=\d) (?=[\d年])|(?<=年) (?=度)"
)
_SOURCE = re.compile(
    r"(?:(?:信息|文章)?来\s?源|(?:发布|公开|发文|成文)?(?:时间|日期)|发布者|发布机构|作者|文\s*号|浏览次数)\s*[:：]|[【\[]字体|一、总体"
)
TITLE_LABEL = re.compile(
    r"^[\s*+·•-]*(?:附件?\s*\d*\s*[:：]|(?:(?:信息)?(?:[标標]\s*)?[题題]|(?:(?:信息|文件)?名\s*)?[称稱]|Title)\s*[:：]"
    r"|(?:(?:信息)?名\s*称|标\s*题)(?=\s*[\u4e00-\u9fff\d]))\s*"
)
_LABELLED = re.compile(r"\s*(?!关于|图解|一图读懂|图说|解读|视频)[\u4e00-\u9fff]{2,6}\s*[:：]|\s*走进")
_OF_BOX = re.compile(
    r"(?:有\s*效\s*性|时\s*效|索\s*引\s*号|文\s*号|发文字号|主题|公开(?:责任|主体|机构|方式)|责任(?:部门|单位)|所属(?:单位|机构|部门|主题)|发布(?:机构|单位|部门)"
    r"|发文(?:机关|机构|单位)|(?:信息|文章)?来源|组配分类|信息分类)"
)
_ANNUAL = re.compile(
    rf"(.*?){YEAR}年度?(?:工作)?(?:年报|报告|年度报告|年度工作报告|工作报告)?"
)  # 三台县司法局2021年年报
_YEAR_BELOW = re.compile(rf"\s*[（(]\s*{YEAR}\s*年?\s*度?\s*[)）]\s*")
_PART_OF_YEAR = r"[上下]半年|第?[一二三四1-4]季度|\d{1,2}月?[-—–~～至到]+\d{1,2}月份?"
_DATED = re.compile(rf"\s*[（(]\s*{DATE.pattern}\s*[)）]\s*$")
_ENTRY = re.compile(rf"(?<=报告|年报)[\s\[【]*{DATE.pattern}.*$")
_MARK = re.compile(r"^\s*(?:[【\[〔][^】\]〕]{0,8}(?:年报|报告|公开|置顶)[】\]〕]|附\s*件\s*\d*\s*[:：])\s*")
_FILE_ENDING = re.compile(r"\.(?:docx?|pdf|wps|ofd|html?)\s*$", re.I)
_ONESELF = re.compile("[本我](?:.|机关|单位|部门|中心|街道|街道办事处|办事处)")
# What stands above or below a title on paper and is none of it: 沧县人民政府文件, its number 沧政〔2024〕3号, 附件1, a date,
# the paper's name.
_LETTERHEAD = re.compile(
    r".{2,40}文件|.*(?:公报|专栏|网站|第\s*\d+\s*期|签发人.*)"
    r"|.{0,20}[〔\[（(【]\d{4}[〕\]）)】]\s*第?\s*\d+\s*号|附[件表录]?\s*[\d一二三四五六七八九十]{0,3}\s*[:：]?"
    r"|[（(]?\s*[\d〇○零一二三四五六七八九]{4}\s*年\s*[\d一二三四五六七八九十]{1,2}\s*月"
    r"(?:\s*[\d一二三四五六七八九十]{1,3}\s*日)?\s*[）)]?"
)
_ENDS_ON_PAPER = re.compile(r"(?:报告|年报)(?P<note>[（(][^（）()]*[）)])?$")
_ORDINAL = re.compile(r"[一二三四五六七八九十]+[、.．]")  # of a section
_BEGINNING = rf"{YEAR}|国家|中[国华]|关于|[\u4e00-\u9fff]+[省市州盟县区旗乡镇]"  # of a title above a name
_NAME_OF_PLACE = 2  # characters of it at least
_ANNOUNCEMENT = re.compile(r"公告(?:[（(][^（）()]*第\d+号[)）])?$")
_PASSED_ON = re.compile(r"关于(?:公布|发布|印发|转发|报送|上报|呈报)《?")
SENTENCE = re.compile(r"[。；！？]|，.*，|应当|如下\s*[:：]?\s*$")
_DANGLING = ("和", "与", "及", "、")  # no name ends so
_LONGEST_HEAD = 300  # characters of a line that may hold a title beside other words
_MOST_TITLE_LINES = 4


def tidy(text: str) -> str:
    """Return a title or name without blanks between Chinese characters and digits and without quotation marks."""
    text = re.sub(r"[\s\u00a0\u3000\u200b\ufeff]+", " ", text).strip()
    text = re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", text)
    return text.strip("《》\"' |｜*·•#-—\\")


def _unlabelled(title: str) -> str:
    """Return a title without what the page or the letter marks it with: 【部门年报】, [置顶], 附件1： (not 【文字解读】)."""
    rest = _MARK.sub("", title)
    return rest if is_title(rest) else title


def undated(title: str) -> str:
    """Return a title without the date behind it."""
    return _ENTRY.sub("", _DATED.sub("", title)) if len(title) <= _LONGEST_HEAD else title


def is_entry(line: str) -> bool:
    """Tell whether a date runs on behind a title, as in a list of reports."""
    return len(line) <= _LONGEST_HEAD and _ENTRY.search(line) is not None


def without_site(title: str) -> str:
    """Return a title without the column and site behind it, as a page's own title and texts made of it have them."""
    own, *behind = re.split(r"\s*[-_|—–]+\s*", title)
    if not behind or re.search(r"报告|[（(]|更正", "".join(behind)):
        return title
    of_site = (_OF_SITE.search(behind[-1]) or is_organ(behind[-1])) and not any(map(first_year, behind))
    is_own = (is_title(own) and not _is_open(own)) or (of_site and is_bare_title(squeezed(own)))
    return own if is_own else title


def without_dots(title: str) -> str:
    """Return a title without the dots that stand for its rest."""
    return re.sub(r"(?:\.{2,}|…+)$", "", title)


def whole_title(title: str, candidates: Sequence[str]) -> str:
    """Return the whole of a title, without marks, date and site around it."""
    return tidy(without_site(undated(_unlabelled(_completed(title, candidates)))))


def _completed(title: str, candidates: Sequence[str]) -> str:
    """Return the whole of a title of which an element held a piece only (kicker, title and subtitle as siblings)."""
    piece, is_named = squeezed(without_dots(title)), issuer_in_title(title) is not None
    if title[-1] not in ".…" and is_named and first_year(title) and piece.count("（") == piece.count("）"):
        return title
    longer = [other for other in candidates if piece in squeezed(other) and len(piece) < len(squeezed(other)) <= 60]
    longer = [other for other in longer if other != title and (not is_named or first_year(other))]
    return min(longer, key=len, default=title)


def is_bare_title(plain: str) -> bool:
    """Tell whether a text without blanks may head a report though it names no genre: a year, an authority, or a numbered
    announcement, in which a ministry wraps its report; or nothing but the genre.
    """
    return _is_annual(plain) or is_organ(plain) or bool(_ANNOUNCEMENT.search(plain)) or is_column_name(plain)


def is_column_name(plain: str) -> bool:
    """Tell whether a text without blanks names the genre, and neither authority nor year."""
    return _COLUMN_NAME.fullmatch(plain) is not None


def _is_annual(plain: str) -> bool:
    match = None if plain.isdecimal() else _ANNUAL.fullmatch(plain)  # a bare 2020 may be a figure
    return match is not None and (not match[1] or is_organ(match[1]))


def is_short_title(value: str, source: str) -> bool:
    """Tell whether a text may head a report though it names no genre, by what it says and the `source` that says it."""
    plain = squeezed(nfkc(value[:200])).strip("《》")
    if not 2 <= len(plain) <= 60:
        return False
    strong = source.startswith("meta") or source in ("h1", "ucaptitle")
    if is_column_name(plain):
        return strong
    if _is_annual(plain):
        return True
    if is_chrome(value) or is_menu(value) or _LABELLED.match(value) or SENTENCE.search(plain):
        return False
    if is_heading(value) or _ORDINAL.match(plain) or is_furniture(label_key(value)):  # 年度继续办, of a row's label
        return False
    return is_bare_title(plain) or (strong and not re.search(r"[>＞»:：]", plain))


def is_title(text: str) -> bool:
    """Tell whether a line reads like the title of a report on open government information."""
    return len(text) <= 200 and _is_title(text)


@lru_cache(maxsize=1 << 12)
def _is_title(text: str) -> bool:
    plain = simplified(squeezed(text))
    if len(plain) > 80 or not _TITLE.search(plain) or _COLUMN_NAME.fullmatch(plain):
        return False
    if "_" in plain or "年报汇编" in plain or _CLAUSE.match(plain) or _NUMBER.search(plain) or _RUN_ON.search(plain):
        return False
    if SENTENCE.search(plain) or _PATH.search(plain) or is_byline(text) or is_chrome(text):
        return False
    if (column := _COLUMN_NAME.match(plain)) and is_organ(_OF_SITE.sub("", plain[column.end() :])):
        return False  # the column, and the authority that it is on
    if is_menu(text) and not first_year(text):
        return False
    return sum(map(is_menu, text.split())) < 2  # several entries of a menu in one line


def goes_on(title: str, last: str, line: str) -> bool:
    """Tell whether a line in the middle of a page may go on with a title whose last line is `last`: the title is not over,
    neither line is letterhead, and the line does not name the same place again, as a title does that begins there.
    """
    ended = _ENDS_ON_PAPER.search(title)
    if line.startswith(title[:_NAME_OF_PLACE]):
        return False
    if ended and (ended["note"] or not line.startswith(("（", "("))):
        return False
    return not _LETTERHEAD.fullmatch(last) and not _LETTERHEAD.fullmatch(line)


def is_over(title: str) -> bool:
    """Tell whether a text ends as the title of a report does."""
    return _ENDS_ON_PAPER.search(title) is not None


def printed_titles(lines: Sequence[str], is_named: Callable[[str], bool]) -> Iterator[tuple[str, ...]]:
    """Yield the titles among lines, each in its lines: it may be broken over some, within the name of its authority too
    where `is_named` tells that the document prints this whole.
    """
    lines = _without_years(lines)
    plain = [TITLE_LABEL.sub("", "".join(parts_within(line, is_named))).strip() for line in lines]
    return _titles_among([line for line in plain if line and not is_chrome(line)], is_named)


def _titles_among(lines: Sequence[str], is_named: Callable[[str], bool]) -> Iterator[tuple[str, ...]]:
    at = 0
    while at < len(lines):
        parts = _title_at(lines, at, is_named)
        if parts:
            yield parts
        at += max(1, len(parts))


def _without_years(lines: Sequence[str]) -> list[str]:
    """Return lines without those of a menu of years: those that name nothing but one, where they name several."""
    years = [line for line in lines if (match := _ANNUAL.fullmatch(squeezed(line))) and not match[1]]
    return [line for line in lines if line not in years] if len({*map(first_year, years)}) > 1 else list(lines)


def whole_short_titles(lines: Sequence[str], is_named: Callable[[str], bool]) -> Iterator[tuple[str, ...]]:
    """Yield lines, each alone; two in which an authority's name is broken, or stands above the year of its report, together;
    without a menu of years.
    """
    lines, at = _without_years(lines), 0
    while at < len(lines):
        pair = [squeezed(line) for line in lines[at : at + 2]]
        count = 2 if len(pair) == 2 and _is_short_title_in_two(pair[0], pair[1], is_named) else 1
        yield tuple(lines[at : at + count])
        at += count


def _is_short_title_in_two(line: str, below: str, is_named: Callable[[str], bool]) -> bool:
    if (is_organ(line) or line.isdecimal()) and _is_annual(line + below):
        return not (first_year(line) or issuer_in_title(below))  # 20 above 25年, too
    if not is_organ(line + below) or any(map(is_menu, (line, below))) or is_byline(line):
        return False
    if is_rest_of_name(below) or below.startswith(("（", "(")) or line.endswith(_DANGLING) or is_named(line + below):
        return True
    return is_organ(below) and _is_of_place(below, line)


def parts_within(line: str, is_named: Callable[[str], bool] = lambda _: False) -> tuple[str, ...]:
    """Return, in the parts that blanks part, the title that a line holds beside other words (site and column before it,
    its source behind it); the line where it holds none. `is_named` tells which authorities the document names.
    """
    if len(line) > 10 * _LONGEST_HEAD or not _REPORT.search(line) or _PATH.search(line) or _ABOUT.search(line):
        return (line,)
    line = _FILE_ENDING.sub("", TITLE_LABEL.sub("", line))
    head = _PARTED_YEAR.sub("", _CHUNKS.sub(" ", _SOURCE.split(line, maxsplit=1)[0]))
    found = _titles_among(head.split(" "), is_named) if len(head) <= _LONGEST_HEAD else ()
    of_years = [parts for parts in found if first_year("".join(parts))]  # a column's title has none
    return of_years[0] if len(of_years) == 1 else (line,)


def core_of(parts: Sequence[str]) -> str:
    """Return the last of the lines of a title that read like one by themselves."""
    cores = ("".join(parts[start:]) for start in range(len(parts) - 1, -1, -1))
    return next(filter(is_title, cores), "".join(parts))


def _title_at(lines: Sequence[str], at: int, is_named: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the lines of the title that begins at a line: the fewest that are one, and those that finish it."""
    for count in range(1, _MOST_TITLE_LINES + 1):
        parts = lines[at : at + count]
        if (
            len(parts) < count
            or not all(len(part) <= _LONGEST_HEAD and _may_be_title_piece(part) for part in parts)
            or any(is_menu(part) and not _is_open(part) for part in parts[:-1])
        ):
            return ()
        if not is_title("".join(parts)):
            continue
        start = next((at for at in range(count - 1, 0, -1) if _is_title_or_column("".join(parts[at:]))), None)
        if start is not None:
            front, rest = parts[:start], "".join(parts[start:])
            begun = _may_begin_title(front) and _is_tail(rest, behind=front[-1])
            begun = begun and not (
                first_year("".join(front)) and first_year(rest)
            )  # 2020年 above 2020年政府信息公开年报
            if not begun and not _is_torn("".join(parts), rest, is_named):
                return ()
        if at + count < len(lines) and _is_ended_by("".join(parts), lines[at + count]):
            parts = lines[at : at + count + 1]
        return tuple(parts)
    return ()


@lru_cache(maxsize=1 << 12)
def _may_be_title_piece(line: str) -> bool:
    if len(squeezed(line)) > 60 or SENTENCE.search(line) or _LABELLED.match(line) or _PATH.search(line):
        return False
    if _LETTERHEAD.fullmatch(squeezed(line)) or _OF_BOX.match(line) or _ORDINAL.match(line):
        return False
    return not re.match(r"\d{5}", line) and bool(re.search(r"[\u4e00-\u9fff]|^20\d\d$", line))


def _is_title_or_column(text: str) -> bool:
    return is_title(text) or bool(_COLUMN_NAME.fullmatch(squeezed(text).rstrip("（(")))


def _is_tail(title: str, *, behind: str) -> bool:
    """Tell whether a title lacks the authority, or the year that alone stands above it: that line is its beginning."""
    name = issuer_in_title(title)
    if name is None or len(name) <= 2 or is_rest_of_name(name):
        return True
    if _is_of_place(name, squeezed(behind)):
        return True  # 湘西土家族苗族自治州 above 财政局2023年…
    return not first_year(title) and bool(re.fullmatch(rf"{YEAR}年度?", with_plain_digits(squeezed(behind))))


def _is_of_place(name: str, place: str) -> bool:
    """Tell whether a name that names no place stands below that of its place."""
    return re.fullmatch(PLACE, place) is not None and not re.match("..+?[省市州盟县区旗乡镇]", name)


def _is_torn(title: str, rest: str, is_named: Callable[[str], bool]) -> bool:
    """Tell whether a title is broken within a name: what reads like one below begins with a piece of it."""
    whole, name = issuer_in_title(title), issuer_in_title(rest)
    if rest[0].isdigit() and first_year(title) and not first_year(rest):
        return True  # 某县20 above 24年政府信息公开年报
    if name is None or whole is None or not is_organ(whole):
        return False
    if is_rest_of_name(name) or title.removesuffix(rest).endswith(_DANGLING):
        return True
    return first_year(title) is not None and (not is_organ(name) or (name != whole and is_named(whole)))


def _is_ended_by(title: str, line: str) -> bool:
    """Tell whether the line below closes a title's bracket, or gives the year that the title lacks."""
    if _is_open(title):
        return not _is_open(title + line)
    return not first_year(title) and bool(_YEAR_BELOW.fullmatch(line))


def _is_open(text: str) -> bool:
    """Tell whether a bracket of a text is left open."""
    return text.count("（") + text.count("(") != text.count("）") + text.count(")")


def _may_begin_title(parts: Sequence[str]) -> bool:
    """Tell whether lines are the beginning of a title whose rest reads like one itself: agency, year, or both; no two
    agencies.
    """
    if sum(is_organ(line) and not re.fullmatch(PLACE, line) for line in map(squeezed, parts)) > 1:
        return False
    if any(re.search("[|｜]", line) for line in parts):
        return False  # links in a row
    *above, last = map(squeezed, parts)
    if is_organ(last) and not is_rest_of_name(last) and not all(re.match(_BEGINNING, line) for line in above):
        return False  # 首页公开正文 above 江油市教育局
    plain = with_plain_digits(squeezed("".join(parts))).lstrip("《")
    bare = re.sub(rf"^{YEAR}年度?|(?:关于)?(?:{YEAR}(?:年度?)?)?(?:{_PART_OF_YEAR})?(?:关于|政府?)?$", "", plain)
    named = not bare or is_organ(bare)
    return len(plain) <= 40 and (named or (len(parts) == 1 and (bare != plain or plain.endswith("政府"))))


def first_year(text: str) -> int | None:
    """Return the first year that a text names as such: 2023年, 2023年度, 2023-; None where it names none."""
    match = _YEARS.search(squeezed(nfkc(text))) if text else None
    return year_of(match[1]) if match else None


@lru_cache(maxsize=1 << 10)
def issuer_in_title(title: str) -> str | None:
    """Return the authority that a title names; None where it names none."""
    plain = re.sub(r"^[【\[〔(（][^】\]〕)）]{0,12}[】\]〕)）]", "", with_plain_digits(squeezed(title)).lstrip("《"))
    simple = simplified(plain)
    *_, match = re.search(_DISCLOSURE, simple), *_OF_REPORT.finditer(simple)  # the last: an authority may be 政务公开办
    if match is None:
        plain = annual[1] if (annual := _ANNUAL.fullmatch(plain)) else plain
        return plain if is_organ(plain) else None
    name = plain[: match.start()]
    if name.endswith("人民"):
        name += "政府"  # 柘城县人民政府信息公开年报: the word serves twice
    name = re.sub(rf"{YEAR}(?:年度?|度)?", "", name)
    _, *passed_on = _PASSED_ON.split(name, maxsplit=1)
    if passed_on and is_organ(passed_on[0]):
        return tidy(passed_on[0])  # 某县人民政府办公室关于印发某县人民政府2022年…的通知
    name = re.sub(
        r"^(?:附件?\d*[：:]|\d{1,2}[.、．]|关于|關於|公布|发布|印发|报送|上报|呈报|年|度)+|"
        r"(?:关于|關於|的|公布|发布|印发|报送|上报|呈报|(?:上一|本|(?<!\d)\d\d)?年|度|《|[：:—–~-])+$",
        "",
        name,
    )
    name = re.sub(r"(?:关于)?(?:公布|发布|印发|贯彻|落实|执行|实施)*《.*$", "", name)
    behind = re.search(r"[（(]([^（）()]{3,30})[)）]$", plain)
    name = "" if _ONESELF.fullmatch(name) else name
    return tidy(name) or (tidy(behind[1]) if behind and is_organ(behind[1]) else None)
