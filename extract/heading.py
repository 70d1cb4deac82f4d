"""Who issued a report on which year, under what title and when: each value from the best of several sources, conflicts
told.

The order of the sources is portals.md §3.1 (titles), §3.1 "Competing dates", §7 (report year). What no source
states is None, never guessed: an address or a file name states nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from typing import NamedTuple

from extract.characters import nfkc
from extract.chrome import is_menu
from extract.dates import CHINESE_DATE, DATE, YEAR, year_of
from extract.document import Document, Fact
from extract.edges import OPENING_LINES, ending_of, opening_of, paired, printed_lines, without_lists
from extract.names import NOBODY, bear_one_name, is_after_organ, is_front, is_organ, is_rest_of_name
from extract.published import LONGEST_SIGNATURE, closing_date, conflicts, publication_dates
from extract.sections import is_heading
from extract.titles import (
    completed,
    core_of,
    first_year,
    is_bare_title,
    is_column_name,
    is_entry,
    is_short_title,
    is_title,
    issuer_in_title,
    parts_within,
    printed_titles,
    squeezed,
    tidy,
    undated,
    unlabelled,
    whole_short_titles,
    without_dots,
    without_site,
    without_years,
)

_BARE_YEAR = re.compile(r"(?<![\d〔\[])(20[012]\d)(?![\d〕\].．号年])")
_SPOKEN_YEAR = re.compile(r"[（(一二三四五六)）、\s]*(20[012]\d)\s*年(?:度?(?:以来)?[,，我全]|度(?=[无未没]))")
_PLAN = re.compile(r"[^。；;]{0,30}将(?![^，。；;]{0,16}(?:纳入|列入|作为))")
_PERIOD = re.compile(
    rf"({YEAR})\s*[年./-]\s*(?:0?1|一|元)\s*[月./-]\s*(?:0?1|一)\s*日?\s*(?:起)?[,，]?\s*(?:开始)?[至到—~～－–-]+\s*"
    rf"(?:({YEAR})\s*[年./-]|同年|当年)?\s*(?:12|十二)\s*[月./-]\s*(?:31|三十一)\s*日?"
)
_ISSUER_LABEL = re.compile(
    r"(?:(?:发布|发文|公开|编制|责任|所属|提供|供稿)(?:机构|机关|单位|部门|主体)|发布者|供稿|(?:信息|文章|稿件)来源|"
    r"(?:^|[\s\d\[\]【】)）])来\s?源)[\]】]?\s*([:：]?)\s*([^\s:：|｜\[\]【】(（]{2,40})"
)
_AUTHOR = re.compile(r"作\s?者\s*[:：]\s*([\u4e00-\u9fff]{5,40})")  # a person, or whose the page is
_RUN_ON_LABEL = re.compile(
    r"(?:发布|更新|公开|成文|生成|阅读|浏览|点击|访问|作者|编辑|字体|字号|时间|日期|来源|打印|主题分类|信息分类|索引|名称|文号|有效).*"
)
_ANNOUNCED = re.compile(
    r"(?:(?:现|特|予以?|向社会)+(?:公布|发布|公开)|(?:编制|撰写|形成)了?)[《〈]?([^，。；：,;:《〈]{4,60}?(?:报告|年报|公开工作情况))(?!如下)"
)
_ANNOUNCING = re.compile(r"([\u4e00-\u9fff]{4,30}?)(?:根据|按照|依据)《")
_OWN_YEAR = re.compile(r"(20[012]\d)年度?(?:政府)?信息公开(?:工作)?(?:情况)?(?:年度)?(?:报告|年报)")
# Patterns that few documents need are compiled when they are.
_SPOKEN_OF = (
    r"(?:^|[。：:，,])\s*(?:(?:20[012]\d)年度?(?:以来)?[,，]?\s*)?([\u4e00-\u9fff]{3,30}?)"
    r"(?:根据《|按照《|依据《|坚持|认真|深入|严格|高度重视|全面|切实|持续|始终|积极|扎实)"
)
_WRITTEN_BY = r"由([\u4e00-\u9fff]{4,30}?)(?:按照|根据|依据|负责|组织|编制|撰写)"
_TO_ASK = r"请(?:直接)?(?:与|向|联系)([\u4e00-\u9fff]{3,30}?)(?:办公[厅室]|(?:政务|信息)公开|联系|[（(，,])"
_COLLECTIVE = r"[各全我本该县市区镇乡省州旗]|上级|党|国务院|在|[^市县区州省旗]{0,6}[市县区省]委"
_DATED = re.compile(r"20\d\d年")
_SPEAKS_OF = re.compile(r"公开|20\d\d")  # what a title does, and the name of a site not
_SEAL = re.compile(r"[（(](?:盖|公|印)?章[)）]$")
_LONGEST_LINE = 300  # characters of one that may name an issuer behind a label
_LAST_MONTH = 6  # in which a report is on the year before
_OF_PAGE = "title element"  # source of what the page's own title states
_LONGEST_NAME = 40
_PARTING = re.compile(r"[\s_|\-—–>＞]+")
_POSTER = re.compile(
    r"(?<![镇乡])(?<![镇乡]人民)政府(?:办公?[厅室]?)?$|政务(?:服务.*)?局$"
)  # who posts the reports of all departments
_OF_TOWN = re.compile("[镇乡]|街道|办事处|苏木|社区")
_OWN_TOWN = re.compile("我(?:[镇乡](?![镇村])|街道|苏木)")  # as its own report calls it
_SITE = ("网", "网站")  # ends of its name
_PRESS = ("融媒体中心", "新闻中心", "电视台", "广播电台", "日报社", "宣传部")  # that posts what others issue
_LEAST_LIST = 3  # titles that make one
_MOST_SOURCES = 6  # that are kept of a value


@dataclass(frozen=True, slots=True)
class Heading:
    """Title, issuer, report year, date of a document, and what the sources say against each other.

    `other_title` is what its page calls an article where that is no report's title; `title_lines` are, without blanks,
    the lines that print titles; `sources` are (field, value, source), the one that stands first.
    """

    title: str | None = None
    other_title: str | None = None
    issuer: str | None = None
    report_year: int | None = None
    published: str | None = None
    title_lines: frozenset[str] = frozenset()
    warnings: tuple[str, ...] = ()
    sources: tuple[tuple[str, str, str], ...] = ()


class _Lines(NamedTuple):
    """The printed lines of a document: all; those of its opening, and with what the page prints above it; the last ones."""

    all: Sequence[str]
    opening: list[str]
    above: list[str]
    ending: list[str]


class _Titles(NamedTuple):
    """The title chosen among candidates (title, its source), and the lines that print one, without blanks."""

    chosen: str | None
    candidates: Sequence[tuple[str, str]]
    lines: frozenset[str]


def read_heading(document: Document, *, metadata: Mapping[str, str] | None = None) -> Heading:
    """Return what a document says of itself. `metadata` is what the crawl knows (anchor, column); it never outweighs
    the document.
    """
    metadata = metadata or {}
    document = _without_list(document)
    lines = _lines_of(document)
    body = [line for line in lines.all if not line.startswith("附")]  # 附：2022年度…统计表: an annex may be last year's
    period = _period_in(lines.all)
    signature, announced = _signature(lines.ending), _announced_issuer(lines.all)
    own = [name for name in (signature, announced) if name]
    document, copied = _without_copied_metas(document, lines, own, period)
    dates = publication_dates(document, lines.above, lines.all, lines.ending)
    published = dates[0][0] if dates else None

    def year() -> int | None:
        return period or _year_spoken_of(body) or _year_before(published)

    labelled = list(_labelled_issuers(document, lines.above))
    witnesses = own or [name for name, _ in labelled if is_organ(name) and not _POSTER.search(name)]
    titles = _titles(document, lines, witnesses, year=year, anchor=metadata.get("anchor", ""))
    title = titles.chosen
    issuers = list(_issuers(title, signature, _below_title(titles.lines, lines.opening), announced, labelled))
    sure = issuers and issuers[0][1] in ("title", "signature", "line below the title", "announcement")
    if not sure or (issuers[0][1] == "title" and is_organ(squeezed(title or ""))):  # it may be the site's head
        issuers += [(name, "text") for name in islice(_issuers_spoken_of(lines.all), 1)]
    years = _years(title, body, metadata, period=period, published=published)
    stated = {"title": titles.candidates, "issuer": issuers, "published": dates}
    return Heading(
        title=title,
        other_title=_other_title(document, title, lines.above),
        issuer=issuers[0][0] if issuers else None,
        report_year=years[0][0] if years else None,
        published=published,
        title_lines=titles.lines,
        warnings=(
            *copied,
            *_doubts_of_issuer(issuers, document, lines.all),
            *conflicts(dates),
            *_doubts_of_year(years),
        ),
        sources=(
            *((name, *pair) for name, pairs in stated.items() for pair in pairs[:_MOST_SOURCES]),
            *(("report_year", str(year), source) for year, source in years),
        ),
    )


def _lines_of(document: Document) -> _Lines:
    lines = without_lists(printed_lines(document))
    opening = list(paired(list(opening_of(lines))))
    above = paired([fact.value for fact in document.facts if fact.field == "line"])
    return _Lines(lines, opening, [*above, *opening], ending_of(lines))


def _without_list(document: Document) -> Document:
    """Return a document without the list that stands above its article: titles of reports, each with its date behind it
    or below. What is stated elsewhere, too, may be its own.
    """
    lines = [fact for fact in document.facts if fact.field == "line"]
    pairs = list(pairwise(lines))
    entries = [
        (line, below)
        for line, below in pairs[:-1]
        if is_entry(line.value) or (is_title(line.value) and _is_date(below))
    ]
    of_list = {id(fact) for line, below in entries for fact in (line, below) if fact is line or _is_date(fact)}
    others = {undated(line.value) for line, _ in entries} - {fact.value for fact in lines if id(fact) not in of_list}
    others -= {
        fact.value for fact in document.facts if fact.field == "title" and (fact.source == "h1" or _is_of_meta(fact))
    }
    if len(others) < _LEAST_LIST:
        return document
    kept = (
        fact
        for fact in document.facts
        if id(fact) not in of_list and not (fact.field == "title" and fact.value in others)
    )
    return replace(document, facts=tuple(kept))


def _is_date(fact: Fact) -> bool:
    return DATE.fullmatch(fact.value) is not None


# ---------------------------------------------------------------- title
def _without_copied_metas(
    document: Document, lines: _Lines, own: Sequence[str], period: int | None
) -> tuple[Document, tuple[str, ...]]:
    """Return a document without what its head says of another page, from which it was made (portals.md §1.8), and a
    warning: the title of its meta names stands nowhere on it, and is of another paper than the one that it shows.
    """
    named = [fact for fact in document.facts if fact.field == "title"]
    shown = (
        *(line for line in lines.above if not is_entry(line)),
        *(one.value for one in named if not _is_of_meta(one)),
    )
    known = squeezed("".join(shown))
    metas = (fact.value for fact in named if _is_of_meta(fact) and is_title(fact.value))
    title = next((one for one in metas if squeezed(one).strip("《》") not in known), None)
    if title is None:
        return document, ()
    kept = (fact for fact in document.facts if not (_is_of_meta(fact) or title in fact.value))
    rest = replace(document, facts=tuple(kept))
    other = _titles(rest, lines, own, year=lambda: period, anchor="").chosen or _other_title(rest, None, lines.above)
    told = (f"title: the page's meta names state {title}, which stands nowhere on it",)
    of_two = other and (_are_of_two(title, other, own) or (period and first_year(title) not in (None, period)))
    return (rest, told) if of_two else (document, () if other and not is_organ(squeezed(other)) else told)


def _is_of_meta(fact: Fact) -> bool:
    return fact.field in ("title", "published", "issuer") and fact.source.startswith("meta")


def _are_of_two(title: str, other: str, own: Sequence[str]) -> bool:
    """Tell whether a report's title and another one are of two papers: the other names another year or authority, or is no
    report's; or only others (`own`) sign than the first one names. An authority alone may be whose site it is.
    """
    years, names = [first_year(one) for one in (title, other)], [issuer_in_title(one) for one in (title, other)]
    signing = own if names[1] is None or is_organ(squeezed(other)) else [names[1]]
    strange = names[0] is not None and _is_strange(names[0], signing)
    return strange or (all(years) and years[0] != years[1]) or not (is_title(other) or is_bare_title(squeezed(other)))


def _is_strange(name: str, witnesses: Sequence[str]) -> bool:
    """Tell whether others than a name's sign or publish."""
    return bool(witnesses) and not any(bear_one_name(name, witness) for witness in witnesses)


def _titles(
    document: Document, lines: _Lines, witnesses: Sequence[str], *, year: Callable[[], int | None], anchor: str
) -> _Titles:
    """Return the title of a document, as its elements state it, as it is printed, or as the link to it says, and what was
    to choose from.

    `witnesses` are the authorities that sign or publish, `year` tells the one that the text is on: they tell which one of
    several printed titles, as in a list of reports, is the document's.
    """
    signing = {line for line, below in pairwise(lines.ending) if is_organ(line) and closing_date(below)}
    signing = {line for line in signing & {*lines.opening} if lines.all.count(line) < 2}
    above = [line for line in lines.above if line not in signing]
    named = [(parts_within(fact.value), fact.source) for fact in document.facts if fact.field == "title"]
    stated = [(_borne_out(parts, witnesses), source) for parts, source in named if is_title("".join(parts))]
    stated_whole = (squeezed(fact.value) for fact in document.facts if fact.field in ("title", "page_title"))
    known = "\n".join((*lines.all, *stated_whole))
    printed_parts = printed_titles(without_years(lines.above), known.__contains__)
    printed = [(_borne_out(parts, witnesses), parts) for parts in printed_parts]
    of_page = [parts_within(part) for part in page_title_parts(document) if is_title(part)]
    of_page = [parts for parts in of_page if not (issuer_in_title("".join(parts)) or "").endswith(_SITE)]
    candidates = [*stated, *((title, "printed line") for title, _ in printed)]
    own = [(_borne_out(parts, witnesses), _OF_PAGE) for parts in of_page]
    if not any(is_short_title(*pair) for pair in _agreed(document)):
        candidates += [one for one in own if first_year(one[0]) or issuer_in_title(one[0])]
    candidates = [one for one in candidates if not is_entry(one[0])] or candidates
    if not stated:
        candidates = _of_witnesses(candidates, witnesses)
    short = [] if candidates else [*_short_lines(above, known.__contains__, witnesses)]
    candidates = candidates or list(_short_titles(document, ["".join(parts) for parts in short], witnesses)) or own
    if not candidates and is_title(anchor):
        candidates = [(anchor, "anchor")]
    if not candidates:
        return _Titles(None, [], frozenset())
    title = _chosen(candidates, None if stated else year())
    texts = [title, *(text for text, _ in (*stated, *printed)), *(part for _, parts in printed for part in parts)]
    texts += [part for parts in short if len(parts) > 1 for part in parts]
    return _Titles(title, candidates, frozenset(map(squeezed, texts)))


def _chosen(candidates: Sequence[tuple[str, str]], year: int | None) -> str:
    """Return the first title that names a year, the given one if one does, as a whole and without the site's name."""
    years = [first_year(title) for title, _ in candidates]  # a column's title has none
    wanted = year if year and year in years else next(filter(None, years), None)
    first, _ = candidates[years.index(wanted)]
    # It begins with the site's name and the column's, or ends with them.
    of_site = _OF_PAGE if issuer_in_title(first) or not is_title(first) else None
    longer = [title for title, source in candidates if source != of_site]
    return tidy(without_site(undated(unlabelled(completed(first, longer)))))


def _borne_out(parts: Sequence[str], witnesses: Sequence[str]) -> str:
    """Return a title without the name printed above or before it, if nobody bears that who signs or publishes: it is the
    site's, or a superior's.
    """
    title = "".join(parts)
    if not witnesses or (name := issuer_in_title(title)) is None or name in witnesses:
        return title
    behind = (squeezed(title).removeprefix(name.removesuffix(own)) for own in witnesses if is_after_organ(name, own))
    core = core_of(parts)
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


def _other_title(document: Document, title: str | None, lines: Sequence[str]) -> str | None:
    """Return the title that the page's own and an element or line of the page agree on, where it is of anything but the
    report; the page's own where no element has one and it speaks of disclosure or a year.

    Beside a title that only lines print, which may be another paper's, it is what the page's own begins or ends with.
    """
    named = [fact.value for fact in document.facts if fact.field == "title" and not _is_of_meta(fact)]
    whole = [fact.value for fact in document.facts if fact.field == "page_title"]
    if title and any(squeezed(title) in squeezed(value) for value in (*named, *whole)):
        return None
    parts = list(page_title_parts(document))
    own = {*map(_unparted, (*parts[:1], *parts[-1:]) if title else parts), *_ends_of(document)}
    agreed = (*named, *filter(_SPEAKS_OF.search, lines))
    stated = [value for value in agreed if _unparted(value) in own]
    if not any(map(is_title, named)):
        dated = (value for value in named if _DATED.search(value) and not is_heading(value))
        stated += [value for value in dated if not is_bare_title(squeezed(value))]
    stated = [value for value in stated if not squeezed(title or "").startswith(squeezed(without_dots(value)))]
    if not (named or title):
        stated += [value for value in whole if _SPEAKS_OF.search(value) and not is_title(value)]
    return next((value for value in stated if not (is_organ(squeezed(value)) or is_menu(value))), None)


def _ends_of(document: Document) -> Iterator[str]:
    """Yield what a page's own title begins and ends with, up to each of the signs that part it."""
    for parts in (_PARTING.split(fact.value) for fact in document.facts if fact.field == "page_title"):
        yield from ("".join(some) for at in range(len(parts) + 1) for some in (parts[:at], parts[at:]))


def _agreed(document: Document) -> list[tuple[str, str]]:
    """Return what elements state as the title, each with its source, that a page's own title begins or ends with."""
    ends = {*_ends_of(document)}
    stated = [fact for fact in document.facts if fact.field == "title" and not _is_of_meta(fact)]
    return [(fact.value, fact.source) for fact in stated if _unparted(fact.value) in ends]


def _unparted(value: str) -> str:
    return _PARTING.sub("", value)


def _short_lines(
    lines: Sequence[str], is_named: Callable[[str], bool], witnesses: Sequence[str]
) -> Iterator[tuple[str, ...]]:
    """Yield the lines that may print a short title, two together that one is broken over; without a menu of years."""
    for parts in whole_short_titles(without_years(lines), is_named):
        name = issuer_in_title("".join(parts)) if len(parts) > 1 else None
        yield from [parts[:1], parts[1:]] if name and _is_strange(name, witnesses) else [parts]


def _short_titles(document: Document, lines: Sequence[str], witnesses: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the titles of a report headed only 「2025年」 or with the agency's name (portals.md §7): they name no
    genre; or by nothing but the genre. What an element and the page's own title say comes first; the agency of which
    the latter consists comes late, since it may be the site's name, and is passed over where nothing tells that; the
    site's name comes last: it may be the agency's own.
    """
    site = {squeezed(name) for name in _site_names(document)}
    named = [(fact.value, fact.source) for fact in document.facts if fact.field == "title"]
    of_page = [(part, _OF_PAGE) for part in page_title_parts(document) if squeezed(part) not in site][:1]
    if not site:
        of_page = [pair for pair in of_page if not is_organ(squeezed(pair[0]))]
    printed = [(line, "printed line") for line in lines if squeezed(line) not in site]
    printed = [pair for pair in printed if not (is_organ(name := squeezed(pair[0])) and _is_strange(name, witnesses))]
    agreeing = _agreed(document)

    def place(pair: tuple[str, str]) -> tuple[bool, int, bool, bool]:
        plain = squeezed(pair[0])
        agreed = 0 if pair in agreeing else 1 if is_bare_title(plain) else 2
        return plain in site, agreed, is_column_name(plain), pair in of_page and (is_organ(plain) or " " in pair[0])

    yield from sorted((pair for pair in (*named, *of_page, *printed) if is_short_title(*pair)), key=place)


def page_title_parts(document: Document) -> Iterator[str]:
    """Yield what a page's own title is made of: the article's title, the column's, the site's. The site's name beside
    another is left out, unless it is an authority's, whose the report may be.
    """
    for fact in document.facts:
        if fact.field == "page_title":
            for part in re.split(r"[_|\-—–>＞]+(?![^（(]*[)）])", fact.value):
                yield _beside(_site_names(document), part)


def _beside(sites: Sequence[str], part: str) -> str:
    for site in sites:
        rest = part.removeprefix(site) if part.startswith(site) else part.removesuffix(site)
        if rest.strip() and not (is_organ(site) and is_title(rest)):
            return rest
    return part


def _site_names(document: Document) -> list[str]:
    return [fact.value for fact in document.facts if fact.field == "site_name"]


# ---------------------------------------------------------------- issuer
def _issuers(
    title: str | None,
    signature: str | None,
    below: str | None,
    announced: str | None,
    labelled: Sequence[tuple[str, str]],
) -> Iterator[tuple[str, str]]:
    """Yield (authority, its source), the best first: a title that names one whole, who signs, whose name stands below
    the title, who publishes.
    """
    named = issuer_in_title(title) if title else None
    in_title = [(named, "title")] if named else []
    signed = [(signature, "signature")] if signature else []
    sure = named and is_organ(squeezed(named)) and is_title(title or "")
    yield from (*in_title, *signed) if sure else (*signed, *in_title)
    if below and not (named or signature):
        yield below, "line below the title"
    if announced:
        yield announced, "announcement"
    yield from labelled


def _labelled_issuers(document: Document, lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the authorities that the lines above a report and its page's meta names say issued it, each with the source."""
    short = [line for line in lines if len(line) <= _LONGEST_LINE]
    found = [(name, "label") for line in short for name in _labelled_names(line)]
    found += [(tidy(fact.value), fact.source) for fact in document.facts if fact.field == "issuer"]
    authors = (match[1] for line in short if (match := _AUTHOR.search(line)))
    found += [(name, "author") for name in authors if is_organ(name)]
    found += [
        (name, "line of the date") for line in short if is_organ(name := squeezed(DATE.sub("", line))) and name != line
    ]
    found = [pair for pair in found if pair[0] and pair[0] not in NOBODY and not pair[0].endswith(_SITE + _PRESS)]
    yield from ((name, source) for name, source in found if not (is_title(name) or is_rest_of_name(name)))


def _labelled_names(line: str) -> Iterator[str]:
    for match in _ISSUER_LABEL.finditer(line):
        name = tidy(_RUN_ON_LABEL.sub("", match[2]))
        if len(name) >= 2 and not name[0].isdigit() and (match[1] or is_organ(name)):
            yield name


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


def _announced_issuer(lines: Sequence[str]) -> str | None:
    """Return whose report the introduction says it makes public (现公布江油市教育局2020年…年度报告), or who says so in it."""
    telling = (line for line in lines[:OPENING_LINES] if "报" in line or "情况" in line)
    found = (
        (_ANNOUNCING.match(line), issuer_in_title(match[1])) for line in telling for match in _ANNOUNCED.finditer(line)
    )
    names = (name for who, named in found for name in (named, who and who[1]) if name and is_organ(name))
    return next((name for name in names if not re.match(_COLLECTIVE, name)), None)


def _issuers_spoken_of(lines: Sequence[str]) -> Iterator[str]:
    """Yield the authorities with which paragraphs begin (2024年，应急管理部坚持…), those who wrote it, then those
    to ask (请与江油市教育局联系).
    """
    for spoken in (_SPOKEN_OF, _WRITTEN_BY, _TO_ASK):
        for line in lines:
            for match in re.finditer(spoken, line):
                if is_organ(match[1]) and not is_rest_of_name(match[1]) and not re.match(_COLLECTIVE, match[1]):
                    yield match[1]


def _doubts_of_issuer(issuers: Sequence[tuple[str, str]], document: Document, lines: Sequence[str]) -> Iterator[str]:
    stated = {source: name for name, source in issuers}
    headed = {squeezed(fact.value) for fact in document.facts if fact.field == "title"}
    if issuers and issuers[0][1] not in ("title", "signature", "announcement"):
        others = [*issuers[1:], *((one, "a heading of the page") for one in sorted(headed))]
        for other, source in others:
            if is_organ(other) and not bear_one_name(other, issuers[0][0]):
                yield f"issuer: {issuers[0][1]} states {issuers[0][0]}, {source} states {other}"
        if _POSTER.search(issuers[0][0]) and all(bear_one_name(other, issuers[0][0]) for other, _ in issuers):
            yield f"issuer: only {issuers[0][1]} states {issuers[0][0]}, who may post the reports of others"
    if issuers and issuers[0][1] == "text":
        name = issuers[0][0]
        yield f"issuer: neither title nor signature nor source states it; the text speaks of {name}"
    title, signature = stated.get("title"), stated.get("signature")
    own = (match[0] for line in lines if (match := _OWN_TOWN.search(line)))
    if title and not signature and not _OF_TOWN.search(title) and (town := next(own, None)):
        yield f"issuer: title states {title}, text states {town}"
    if title and is_organ(title):
        for source in ("signature", "text"):
            if (named := stated.get(source)) and not bear_one_name(title, named):
                yield f"issuer: title states {title}, {source} states {named}"


# ---------------------------------------------------------------- year
def _years(
    title: str | None, lines: Sequence[str], metadata: Mapping[str, str], *, period: int | None, published: str | None
) -> list[tuple[int, str]]:
    """Return (year, its source) of the years that a report may be on, the one that stands first."""
    stated: list[tuple[int, str]] = []
    if title and (year := first_year(title) or _bare_year(title)):
        stated.append((year, "title"))
    if period:
        stated.append((period, "period"))
    for name in ("anchor", "column"):
        if (year := first_year(metadata.get(name, ""))) and not (name == "column" and stated):
            stated.append((year, name))
    before = int(published[:4]) - 1 if published else None
    if not stated:
        titled = {year for line in lines if is_title(line) and (year := first_year(line))}
        if len(titled) == 1:
            return [(titled.pop(), "printed title")]
        if year := _year_spoken_of(lines):
            return [(year, "text")]
        if year := _year_before(published):
            return [(year, "date")]
        return [(year, "plan") for year in _years_before_plans(lines)]
    if before and stated[0][0] != before and [year for year, source in stated if source == "period"] == [before]:
        stated.sort(key=lambda pair: pair[1] != "period")  # it was not that of the title which had just ended
    return stated


def _year_before(published: str | None) -> int | None:
    """Return the year that a report published on a day is on: they come out in the first months of the year after."""
    return int(published[:4]) - 1 if published and int(published[5:7]) <= _LAST_MONTH else None


def _doubts_of_year(years: Sequence[tuple[int, str]]) -> Iterator[str]:
    for year, source in years[:1]:
        if source == "text":
            yield f"report_year: neither title nor period states it; the text speaks of {year}"
        if source == "date":
            yield f"report_year: stated nowhere; {year} is the year before its publication"
        if source == "plan":
            yield f"report_year: stated nowhere; {year} is the year before the one that the text plans for"
        for other, other_source in sorted({pair for pair in years if pair[0] != year}):
            yield f"report_year: {source} states {year}, {other_source} states {other}"


def _period_in(lines: Sequence[str]) -> int | None:
    """Return the year that the first sentence on the period of the figures states."""
    periods = (
        match for line in lines if ("12" in line or "十二" in line) and (match := _PERIOD.search(squeezed(line)))
    )
    return next((year for match in periods if (year := year_of(match[1]))), None)


def _bare_year(title: str) -> int | None:
    match = _BARE_YEAR.search(nfkc(title))
    return int(match[1]) if match else None


def _year_spoken_of(lines: Sequence[str]) -> int | None:
    """Return the year with which the paragraphs begin (2024年，我局…) that are no plans (2025年，我局将…), or else of the
    reports that they name; None where there are several.
    """
    spoken = [match for line in lines if (match := _SPOKEN_YEAR.match(line))]
    named = {int(match[1]) for line in lines for match in _OWN_YEAR.finditer(line)}
    told = {int(match[1]) for match in spoken if not _PLAN.match(match.string, match.end())}
    years = told & named or told or named
    return years.pop() if len(years) == 1 else None


def _years_before_plans(lines: Sequence[str]) -> list[int]:
    """Return the year before the one for which paragraphs plan (2025年，我局将…), where it is one."""
    plans = (match for line in lines if (match := _SPOKEN_YEAR.match(line)) and _PLAN.match(line, match.end()))
    years = {int(match[1]) - 1 for match in plans}
    return [*years] if len(years) == 1 else []
