"""Which title is a document's own (portals.md §3.1): of those that its elements state, its lines print, its page's own
title holds and the link to it says, the one that its witnesses, who signs or publishes and the year of its text, bear out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from extract.characters import squeezed
from extract.chrome import is_menu
from extract.dates import YEAR
from extract.document import Document, Fact
from extract.edges import LEAST_LIST, Lines, dated_entries
from extract.names import bear_one_name, is_after_organ, is_organ
from extract.published import closing_date
from extract.sections import is_heading
from extract.titles import (
    TITLE_LABEL,
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
    undated,
    whole_short_titles,
    whole_title,
    without_dots,
    without_site,
)

_DATED = re.compile(r"20\d\d年")
_SPEAKS_OF = re.compile(r"公开|20\d\d")  # what a title does, and the name of a site not
_PARTING = re.compile(r"[\s_|\-—–>＞]+")
_BROKEN = re.compile("[\u4e00-\u9fff]{2,9}[省市州盟县区旗][\u4e00-\u9fff]{1,2}")
_OF_COLUMN = re.compile(rf"{YEAR}年?$")  # the year behind its name
_OF_PAGE = "title element"  # source of what the page's own title states


class Titles(NamedTuple):
    """The title chosen among candidates (title, its source), and the lines that print one, without blanks."""

    chosen: str | None
    candidates: Sequence[tuple[str, str]]
    lines: frozenset[str]


def own_title(
    document: Document, lines: Lines, witnesses: Sequence[str], *, year: int | None, anchor: str = ""
) -> Titles:
    """Return the title of a document, and what was to choose from.

    `witnesses` are the authorities that sign or publish, `year` is the one that the text is on: they tell which one of
    several printed titles, as in a list of reports, is the document's.
    """
    above = [without_site(TITLE_LABEL.sub("", line)) for line in _unsigned(lines)]
    is_named = "\n".join(lines.all).__contains__
    named = [(parts_within(fact.value, is_named), fact.source) for fact in document.facts if fact.field == "title"]
    stated = [(_borne_out(parts, witnesses), source) for parts, source in named if is_title("".join(parts))]
    printed_parts = list(printed_titles(above, is_named))
    printed = [(_borne_out(parts, witnesses), "printed line") for parts in printed_parts]
    of_page = [parts_within(part, is_named) for part in page_title_parts(document) if is_title(part)]
    own = [(_borne_out(parts, witnesses), _OF_PAGE) for parts in of_page]
    candidates = [*stated, *printed]
    if not any(is_short_title(*pair) for pair in _agreed(document)):
        candidates += [one for one in own if first_year(one[0]) or issuer_in_title(one[0])]
    candidates = [one for one in candidates if not is_entry(one[0])] or candidates
    if not stated and any(issuer_in_title(text) and not _names_other(text, witnesses) for text, _ in candidates):
        candidates = [one for one in candidates if not _names_other(one[0], witnesses)]  # of several the witnesses' own
    short = [] if candidates else list(_short_lines(above, is_named, witnesses))
    candidates = candidates or list(_short_titles(document, ["".join(parts) for parts in short], witnesses)) or own
    if not candidates and is_title(anchor):
        candidates = [(anchor, "anchor")]
    if not candidates:
        return Titles(None, [], frozenset())
    title = _chosen(candidates, None if stated else year)
    in_lines = (
        part for parts in (*printed_parts, *short) if len(parts) > 1 or parts in printed_parts for part in parts
    )
    texts = [title, *(text for text, _ in (*stated, *printed)), *in_lines]
    return Titles(title, candidates, frozenset(map(squeezed, texts)))


def doubts_of_title(titles: Titles, lines: Lines, witnesses: Sequence[str]) -> Iterator[str]:
    """Yield a warning where the line above a printed title may begin its name, broken within a place's: 沁源县龙 above
    泉镇…; and for a printed authority's name alone, which may be the site's, where no witness bears it.
    """
    whole, name = squeezed(titles.chosen or ""), issuer_in_title(titles.chosen or "")
    if (
        (titles.chosen, "printed line") in titles.candidates[:1]
        and name == whole
        and _names_other(name, witnesses or [""])
    ):
        told = "nothing bears out {}, the only words of the title, which may be the name of the site"
        yield from (f"{field}: {told.format(name)}" for field in ("title", "issuer"))
    for above, below in pairwise(part for line in lines.above for part in line.split()):
        if name and _BROKEN.fullmatch(above) and whole.startswith(squeezed(below)) and not is_organ(above):
            yield f"title: {above}, which stands above it, may be its beginning"


def other_title(document: Document, title: str | None, lines: Sequence[str]) -> str | None:
    """Return the title that the page's own and an element or line of the page agree on, where it is of anything but the
    report; the page's own where no element has one and it speaks of disclosure or a year.
    """
    named = [fact.value for fact in document.facts if fact.field == "title" and not _is_of_meta(fact)]
    whole = [fact.value for fact in document.facts if fact.field == "page_title"]
    if title and any(squeezed(title) in squeezed(value) for value in (*named, *whole)):
        return None
    ends = _ends_of(document)
    stated = [value for value in (*named, *filter(_SPEAKS_OF.search, lines)) if _PARTING.sub("", value) in ends]
    if not any(map(is_title, named)):
        dated = (value for value in named if _DATED.search(value) and not is_heading(value))
        stated += [value for value in dated if not is_bare_title(squeezed(value))]
    stated = [value for value in stated if not squeezed(title or "").startswith(squeezed(without_dots(value)))]
    if not (named or title):
        stated += [value for value in whole if _SPEAKS_OF.search(value) and not is_title(value)]
    return next((value for value in stated if not (is_organ(squeezed(value)) or is_menu(value))), None)


def page_title_parts(document: Document) -> Iterator[str]:
    """Yield what a page's own title is made of: the article's title, the column's, the site's. The site's name beside
    another is left out, unless it is an authority's, whose the report may be.
    """
    for fact in document.facts:
        if fact.field == "page_title":
            for part in re.split(r"[_|\-—–>＞]+(?![^（(]*[)）])", fact.value):
                yield _beside(_site_names(document), part)


def without_list(document: Document) -> Document:
    """Return a document without the list that stands above its article: titles of reports, each with its date behind it
    or below. What is stated elsewhere, too, may be its own.
    """
    lines = [fact for fact in document.facts if fact.field == "line"]
    entries = dated_entries([fact.value for fact in lines])
    of_list = {id(lines[at]) for entry in entries for at in entry}
    own = {fact.value for fact in lines if id(fact) not in of_list}
    own |= {
        fact.value for fact in document.facts if fact.field == "title" and (fact.source == "h1" or _is_of_meta(fact))
    }
    others = {undated(lines[entry[0]].value) for entry in entries} - own
    if len(others) < LEAST_LIST:
        return document
    kept = [fact for fact in document.facts if not (fact.field == "title" and fact.value in others)]
    return replace(document, facts=tuple(fact for fact in kept if id(fact) not in of_list))


def without_copied_metas(
    document: Document, lines: Lines, own: Sequence[str], period: int | None
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
    other = own_title(rest, lines, own, year=period).chosen or other_title(rest, None, lines.above)
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
    return (
        _names_other(title, signing)
        or (all(years) and years[0] != years[1])
        or not (is_title(other) or is_bare_title(squeezed(other)))
    )


def _names_other(title: str, witnesses: Sequence[str]) -> bool:
    """Tell whether a title names another authority than those that sign or publish."""
    name = issuer_in_title(title) if witnesses else None
    return name is not None and not any(bear_one_name(name, witness) for witness in witnesses)


def _unsigned(lines: Lines) -> list[str]:
    """Return the lines above a document without who signs it there, as where its text is short."""
    signing = {line for line, below in pairwise(lines.ending) if is_organ(line) and closing_date(below)}
    signing = {line for line in signing.intersection(lines.opening) if lines.all.count(line) < 2}
    return [line for line in lines.above if line not in signing]


def _chosen(candidates: Sequence[tuple[str, str]], year: int | None) -> str:
    """Return the first title that names a year, the given one if one does, as a whole and without the site's name."""
    years = [first_year(title) for title, _ in candidates]  # a column's title has none
    wanted = year if year and year in years else next(filter(None, years), None)
    first, _ = candidates[years.index(wanted)]
    # It begins with the site's name and the column's, or ends with them.
    of_site = _OF_PAGE if issuer_in_title(first) or not is_title(first) else None
    return whole_title(first, [title for title, source in candidates if source != of_site])


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
    whole = not is_organ(_OF_COLUMN.sub("", front)) or (
        first_year(title) and not first_year(core)
    )  # it is torn, or begins elsewhere
    if whole or issuer_in_title(core) or not _names_other(title, witnesses):
        return next(behind, title)
    return core


def _ends_of(document: Document) -> set[str]:
    """Return what a page's own title begins and ends with, up to each of the signs that part it."""
    own = (_PARTING.split(fact.value) for fact in document.facts if fact.field == "page_title")
    return {"".join(some) for parts in own for at in range(len(parts) + 1) for some in (parts[:at], parts[at:])}


def _agreed(document: Document) -> list[tuple[str, str]]:
    """Return what elements state as the title, each with its source, that a page's own title begins or ends with."""
    ends = _ends_of(document)
    stated = [fact for fact in document.facts if fact.field == "title" and not _is_of_meta(fact)]
    return [(fact.value, fact.source) for fact in stated if _PARTING.sub("", fact.value) in ends]


def _short_lines(
    lines: Sequence[str], is_named: Callable[[str], bool], witnesses: Sequence[str]
) -> Iterator[tuple[str, ...]]:
    """Yield the lines that may print a short title, two together that one is broken over; without a menu of years."""
    for parts in whole_short_titles(lines, is_named):
        yield from [parts[:1], parts[1:]] if parts[1:] and _names_other("".join(parts), witnesses) else [parts]


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
    printed = [pair for pair in printed if not (is_organ(squeezed(pair[0])) and _names_other(pair[0], witnesses))]
    agreeing = _agreed(document)

    def place(pair: tuple[str, str]) -> tuple[bool, int, bool, bool]:
        plain = squeezed(pair[0])
        agreed = 0 if pair in agreeing else 1 if is_bare_title(plain) else 2
        return plain in site, agreed, is_column_name(plain), pair in of_page and (is_organ(plain) or " " in pair[0])

    yield from sorted((pair for pair in (*named, *of_page, *printed) if is_short_title(*pair)), key=place)


def _beside(sites: Sequence[str], part: str) -> str:
    for site in sites:
        rest = part.removeprefix(site) if part.startswith(site) else part.removesuffix(site)
        if rest.strip() and not (is_organ(site) and is_title(rest)):
            return rest
    return part


def _site_names(document: Document) -> list[str]:
    return [fact.value for fact in document.facts if fact.field == "site_name"]
