"""Who issued a report on which year, under what title and when: each value from the best of several sources, conflicts
told.

The order of the sources is portals.md §3.1 (titles), §3.1 "Competing dates", §7 (report year). What no source
states is None, never guessed: an address or a file name states nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from extract.cells import read_numeral
from extract.chrome import is_byline, is_chrome
from extract.document import Document, Text

YEAR = r"(?:(?:19|20)\d{2}|[一二][〇○ＯO零○0一二三四五六七八九]{3})"
_YEARS = re.compile(rf"({YEAR})\s*(?:年|—|-)")
_DISCLOSURE = r"(?:政府信息公开|政务信息公开|政府信息主动公开|信息公开|政务公开|政务信息)"
_TITLE = re.compile(rf"{_DISCLOSURE}[^，。；]{{0,14}}(?:报告|年报)")
# The column's own name, and a path through the site's columns: they hold the words of a title and are none.
_COLUMN_NAME = re.compile(rf"{_DISCLOSURE}(?:工作)?(?:年报|年度报告|报告|年度工作报告)(?:汇总|专栏|栏目)?")
_PATH = re.compile(
    r"[>＞»]|^(?:分类|信息分类|主题分类|栏目|所属栏目|所在栏目|当前栏目|索引号|关键词|主题词)[:：]|(?:当前|现在)(?:的)?位置|[:：](?:政府)?信息公开年报$"
)
_LABELLED = re.compile(r"\s*(?!关于)[\u4e00-\u9fff]{2,6}\s*[:：]|\s*走进")
_ISSUER = re.compile(
    rf"^(?:关于)?(?P<first>[^，。]*?)(?:关于)?(?:(?P<year>{YEAR})年?(?:度)?)?(?:关于)?(?P<second>[^，。\d]*?)(?:的)?{_DISCLOSURE}"
)
_PERIOD = re.compile(
    rf"({YEAR})\s*年\s*1\s*月\s*1\s*日\s*(?:起)?[,，]?\s*(?:至|到|—+|-+|~|－|–)+\s*(?:({YEAR})\s*年|同年|当年)?\s*12\s*月\s*31\s*日?"
)
_DATE = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*(?:年|[-/.])\s*(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})(?!\d)\s*日?")
_CHINESE_DATE = re.compile(
    r"([一二][〇○Ｏ零O0一二三四五六七八九]{3})年\s*([一二三四五六七八九十]{1,2})月\s*([一二三四五六七八九十]{1,3})日"
)
_PUBLISHED_LABEL = re.compile(
    r"(?:发布|公开|公布|发表|发文|上网|更新|信息)(?:日期|时间)|^(?:日期|时间)\s*[:：]|[\s\]】](?:日期|时间)\s*[:：]"
)
_WRITTEN_LABEL = re.compile(r"(?:成文|生成|形成|签发|制发)(?:日期|时间)")
_ISSUER_LABEL = re.compile(
    r"^(?:发布机构|发文机关|发布单位|公开机构|公开主体|发文单位|发布部门|信息来源|文章来源|来源|供稿单位)\s*[:：]\s*(\S{2,40})"
)
_ORGAN = re.compile(
    r"^[\u4e00-\u9fff（）()·、]{2,40}?(?:人民政府|政府|管委会|委员会|办公室|办事处|局|厅|部|署|院|中心|大队|支队|总队|分局|街道|镇|乡|公司|会|所|站|处|室|小组|市|县|区|省|州|盟|旗)$"
)
_SENTENCE = re.compile(r"[。；！？]|，.*，")
_MAIN_HEADING = re.compile(
    r"^\s*(?:[（(]?[一二三四五六七八九十㈠㈡㈢㈣㈤㈥][)）]?\s*[、.．]?|第一部分)?\s*(?:总体情况|总体概况|概述|基本情况|工作情况)"
)
_WIDE_DIGITS = {ord("０") + digit: ord("0") + digit for digit in range(10)}
_NOBODY = frozenset("本站 本网 本网站 网站 本站原创 原创 互联网 转载 未知 其他 管理员 admin".split())
_OPENING_LINES, _ENDING_LINES = 40, 10


@dataclass(slots=True)
class Heading:
    """Title, issuer, report year, date of a document, and what the sources say against each other."""

    title: str | None = None
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
        line for block in document.blocks if isinstance(block, Text) for line in block.text.split("\n") if line.strip()
    ]
    above = [fact.value for fact in document.facts if fact.field == "line"]
    opening = list(_opening(lines))
    heading = Heading()
    _read_title(heading, document, [*above, *opening])
    _read_year(heading, lines, metadata)
    _read_issuer(heading, document, above, opening, lines)
    _read_date(heading, document, [*above, *opening], lines)
    return heading


def tidy(text: str) -> str:
    """Return a title or name without blanks between Chinese characters and digits and without quotation marks."""
    text = re.sub(r"[\s\u00a0\u3000\u200b\ufeff]+", " ", text).strip()
    text = re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", text)
    return text.strip("《》\"' ")


def year_of(text: str) -> int | None:
    """Return the year that a text of four digits or Chinese numerals states."""
    plain = unicodedata.normalize("NFKC", text).replace("○", "〇").replace("O", "〇").replace("o", "〇")
    if plain.isdigit():
        return int(plain)
    value = read_numeral(plain.replace("0", "〇"))
    return value if value and 1900 < value < 2100 else None


def _opening(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines before the first section, at most forty."""
    for line in lines[:_OPENING_LINES]:
        if _MAIN_HEADING.match(line) and len(line) <= 30:
            return
        yield line


# ---------------------------------------------------------------- title
def _read_title(heading: Heading, document: Document, lines: Sequence[str]) -> None:
    named = [(fact.value, fact.source) for fact in document.facts if fact.field == "title"]
    whole = [(value, source) for value, source in named if is_title(value)]
    printed = list(_printed_titles(lines))
    candidates = [*whole, *((title, "printed line") for title, _ in printed)]
    candidates += [(part, "title element") for part in _page_title_parts(document) if is_title(part)]
    candidates = candidates or list(_short_titles(document, named, lines))
    if not candidates:
        return
    heading.title = tidy(_completed(candidates[0][0], [value for value, _ in candidates]))
    heading.sources.extend(("title", value, source) for value, source in candidates[:6])
    pieces = {squeezed(heading.title)}
    for title, parts in printed:
        pieces.add(squeezed(title))
        pieces.update(squeezed(part) for part in parts)
    pieces.update(squeezed(value) for value, _ in whole)
    heading.title_lines = frozenset(pieces)


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
    genre.
    """
    site = {squeezed(fact.value) for fact in document.facts if fact.field == "site_name"}
    parts = [(part, "title element") for part in _page_title_parts(document)]
    printed = [(line, "printed line") for line in lines]
    for value, source in [*named, *parts[:1], *printed]:
        plain = squeezed(unicodedata.normalize("NFKC", value))
        strong = source.startswith("meta") or source in ("h1", "ucaptitle")
        if (
            plain in site
            or is_chrome(value)
            or _LABELLED.match(value)
            or not 2 <= len(plain) <= 60
            or _SENTENCE.search(plain)
            or _COLUMN_NAME.fullmatch(plain)
        ):
            continue
        if _MAIN_HEADING.match(value) or re.match(r"[一二三四五六七八九十]+[、.．]", plain):
            continue
        if (
            re.fullmatch(rf"{YEAR}年?度?(?:年报|报告|年度报告|工作报告)?", plain)
            or _ORGAN.fullmatch(plain)
            or (strong and not re.search(r"[>＞»:：]", plain))
        ):
            yield value, source


def squeezed(text: str) -> str:
    """Return a text without blanks."""
    return "".join(text.split())


def is_title(text: str) -> bool:
    """Tell whether a line reads like the title of a report on open government information."""
    plain = squeezed(text)
    if len(plain) > 80 or not _TITLE.search(plain) or _COLUMN_NAME.fullmatch(plain):
        return False
    return not (_SENTENCE.search(plain) or _PATH.search(plain) or is_byline(text) or is_chrome(text))


def _page_title_parts(document: Document) -> Iterator[str]:
    for fact in document.facts:
        if fact.field == "page_title":
            yield from re.split(r"[_|\-—–>＞]+", fact.value)


def _printed_titles(lines: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield (title, its printed lines) of the titles among lines; one broken over two or three lines is joined."""
    plain = [re.sub(r"^\s*(?:标题|名称|信息名称)\s*[:：]\s*", "", line).strip() for line in lines]
    for at, line in enumerate(plain):
        if len(squeezed(line)) > 60 or _SENTENCE.search(line) or is_byline(line) or _LABELLED.match(line):
            continue
        if is_title(line):
            parts = [line]
            if not _names_issuer(line) and at and _may_begin_title(plain[at - 1]):
                parts.insert(0, plain[at - 1])
            yield "".join(parts), tuple(parts)
            continue
        for count in (2, 3):
            window = plain[at : at + count]
            if len(window) < count or any(
                len(squeezed(part)) > 40 or _SENTENCE.search(part) or is_byline(part) for part in window
            ):
                break
            if (
                is_title("".join(window))
                and not any(is_title(part) for part in window[1:])
                and not is_chrome(window[0])
            ):
                yield "".join(window), tuple(window)
                break


def _names_issuer(title: str) -> bool:
    match = _ISSUER.match(squeezed(title))
    return bool(match and (match["first"] or match["second"]))


def _may_begin_title(line: str) -> bool:
    plain = squeezed(line)
    return 2 <= len(plain) <= 40 and bool(_ORGAN.match(plain.removesuffix("关于"))) and not is_chrome(line)


# ---------------------------------------------------------------- year
def _read_year(heading: Heading, lines: Sequence[str], metadata: Mapping[str, str]) -> None:
    stated: list[tuple[int, str]] = []
    if heading.title and (year := _first_year(heading.title)):
        stated.append((year, "title"))
    for line in lines:
        if (match := _PERIOD.search(squeezed(line))) and (year := year_of(match[1])):
            stated.append((year, "period"))
            break
    for name in ("anchor", "column"):
        if (year := _first_year(metadata.get(name, ""))) and not (name == "column" and stated):
            stated.append((year, name))
    if not stated:
        years = {year for line in lines if is_title(line) and (year := _first_year(line))}
        stated = [(year, "printed title") for year in years] if len(years) == 1 else []
    if not stated:
        return
    heading.report_year = stated[0][0]
    heading.sources.extend(("report_year", str(year), source) for year, source in stated)
    others = {(year, source) for year, source in stated if year != heading.report_year}
    for year, source in sorted(others):
        heading.warnings.append(f"report_year: {stated[0][1]} states {heading.report_year}, {source} states {year}")


def _first_year(text: str) -> int | None:
    match = _YEARS.search(squeezed(unicodedata.normalize("NFKC", text))) if text else None
    return year_of(match[1]) if match else None


# ---------------------------------------------------------------- issuer
def _read_issuer(
    heading: Heading, document: Document, above: Sequence[str], opening: Sequence[str], lines: Sequence[str]
) -> None:
    found: list[tuple[str, str]] = []
    if heading.title and (name := issuer_in_title(heading.title)):
        found.append((name, "title"))
    if name := _signature(lines):
        found.append((name, "signature"))
    parts = (part.strip() for line in [*above, *opening] for part in re.split(r"\s{2,}|\t", line))
    found.extend((tidy(match[1]), "label") for part in parts if (match := _ISSUER_LABEL.match(part)))
    found.extend((tidy(fact.value), fact.source) for fact in document.facts if fact.field == "issuer")
    found = [(name, source) for name, source in found if name and name not in _NOBODY and not is_title(name)]
    if found:
        heading.issuer = found[0][0]
        heading.sources.extend(("issuer", name, source) for name, source in found[:6])


def issuer_in_title(title: str) -> str | None:
    """Return the authority that a title names; None where it names none."""
    plain = re.sub(r"^[【\[〔(（][^】\]〕)）]{0,12}[】\]〕)）]", "", squeezed(title).translate(_WIDE_DIGITS))
    match = _ISSUER.match(plain)
    if match is None:
        organ = plain.removesuffix("年报").removesuffix("年度报告")
        return plain if _ORGAN.match(plain) and organ == plain else None
    first, second = (
        re.sub(r"^(?:关于)|(?:关于|的|公布|发布|印发)+$", "", match[name] or "") for name in ("first", "second")
    )
    name = first if not second else second if not first else first + second
    name = re.sub(rf"{YEAR}年?度?$|年度?$", "", name)
    return tidy(name) or None


def _signature(lines: Sequence[str]) -> str | None:
    """Return the authority that signs: a name alone on one of the last lines, above a date or at the end."""
    last = [line.strip() for line in lines[-_ENDING_LINES:] if not is_chrome(line)]
    for line in reversed(last):
        plain = squeezed(re.sub(_DATE, "", line))
        if 4 <= len(plain) <= 40 and _ORGAN.match(plain) and not is_title(plain):
            return plain
    return None


# ---------------------------------------------------------------- date
def _read_date(heading: Heading, document: Document, opening: Sequence[str], lines: Sequence[str]) -> None:
    short = (line for line in opening if len(line) <= 160 and not _SENTENCE.search(line))
    found = [labelled for line in short if (labelled := _labelled_date(line))]
    found.extend(
        (stated, fact.source)
        for fact in document.facts
        if fact.field == "published" and (stated := date_in(fact.value))
    )
    for line in reversed([line for line in lines[-_ENDING_LINES:] if not is_chrome(line)]):
        bare = squeezed(line)
        if (
            len(bare) <= 40
            and not _SENTENCE.search(bare)
            and re.search(r"日?$", bare)
            and (stated := _closing_date(line))
        ):
            found.append((stated, "signature"))
            break
    if not found:
        return
    rank = ["publication line", "line", "written line"]
    found.sort(key=lambda pair: rank.index(pair[1]) if pair[1] in rank[:2] else len(rank))
    heading.published = found[0][0]
    heading.sources.extend(("published", value, source) for value, source in found[:6])
    for value, source in found[1:]:
        if value != heading.published and source != "signature" and source not in ("written line",):
            heading.warnings.append(f"published: {found[0][1]} states {heading.published}, {source} states {value}")


def _labelled_date(line: str) -> tuple[str, str] | None:
    stated = date_in(line)
    if stated is None:
        return None
    if match := _PUBLISHED_LABEL.search(line):
        return (date_in(line[match.start() :]) or stated), "publication line"
    if _WRITTEN_LABEL.search(line):
        return stated, "written line"
    rest = _DATE.sub("", line)
    if is_byline(line) or is_chrome(line) or is_chrome(rest) or not re.search(r"[^\W\d]", rest.replace("星期", "")):
        return stated, "line"
    return None


def _closing_date(line: str) -> str | None:
    rest = re.sub(_CHINESE_DATE, "", re.sub(_DATE, "", line))
    if len(squeezed(rest)) > 30 or re.search(r"[，。；：:]", rest):
        return None
    return date_in(line)


def date_in(text: str) -> str | None:
    """Return the first date of a text as YYYY-MM-DD: 2021-01-28, 2021/1/28, 2021年1月28日, 二〇二一年一月二十八日."""
    normal = unicodedata.normalize("NFKC", text)
    if match := _DATE.search(normal):
        parts = [int(part) for part in match.groups()]
    elif (match := _CHINESE_DATE.search(normal)) and (year := year_of(match[1])):
        month, day = read_numeral(match[2]), read_numeral(match[3])
        parts = [year, month or 0, day or 0]
    else:
        return None
    try:
        return date(*parts).isoformat()
    except ValueError:
        return None
