"""On which year a report is: its title says so, or the sentence on the period of its figures, then what the crawl knows,
and only then what lines, paragraphs and dates imply (portals.md §7), each with its source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from extract.characters import nfkc, squeezed
from extract.dates import YEAR, year_of
from extract.titles import first_year, is_title

_BARE = re.compile(r"(?<![\d〔\[])(20[012]\d)(?![\d〕\].．号年])")
_SPOKEN = re.compile(r"[（(一二三四五六)）、\s]*(20[012]\d)\s*年(?:度?(?:以来)?[,，我全]|度?(?=[无未没]))")
_PLAN = re.compile(r"[^。；;]{0,30}将(?![^，。；;]{0,16}(?:纳入|列入|作为))")
_PERIOD = re.compile(
    rf"({YEAR})\s*[年./-]\s*(?:0?1|一|元)\s*[月./-]\s*(?:0?1|一)\s*日?\s*(?:起)?[,，]?\s*(?:开始)?[至到—~～－–-]+\s*"
    rf"(?:({YEAR})\s*[年./-]|同年|当年)?\s*(?:12|十二)\s*[月./-]\s*(?:31|三十一)\s*日?"
)
_OF_REPORT = re.compile(r"(20[012]\d)年度?(?:政府)?信息公开(?:工作)?(?:情况)?(?:年度)?(?:报告|年报)")
_LAST_MONTH = 6  # in which reports come out on the year before
_DOUBTS = {
    "text": "neither title nor period states it; the text speaks of {}",
    "date": "stated nowhere; {} is the year before its publication",
    "plan": "stated nowhere; {} is the year before the one that the text plans for",
}


def period_in(lines: Iterable[str]) -> int | None:
    """Return the year that the first sentence on the period of the figures states."""
    periods = (
        match for line in lines if ("12" in line or "十二" in line) and (match := _PERIOD.search(squeezed(line)))
    )
    return next((year for match in periods if (year := year_of(match[1]))), None)


def year_implied(lines: Sequence[str], published: str | None) -> tuple[int | None, str]:
    """Return the year that a text without title and period is on, and what implies it: the paragraphs that begin with it
    (2024年，我局…) and are no plans (2025年，我局将…), or else the reports that they name; the day of its publication; or
    what they plan for the year behind it.
    """
    paragraphs = [match for line in lines if (match := _SPOKEN.match(line))]
    plans = {match for match in paragraphs if _PLAN.match(match.string, match.end())}
    last = published[:4] if published else "9"  # no report is on a year to come
    told = {int(match[1]) for match in paragraphs if match not in plans and match[1] <= last}
    named = {int(match[1]) for line in lines for match in _OF_REPORT.finditer(line) if match[1] <= last}
    implied = (
        (_only(told & named or told or named), "text"),
        (int(published[:4]) - 1 if published and int(published[5:7]) <= _LAST_MONTH else None, "date"),
        (_only(int(match[1]) - 1 for match in plans), "plan"),
    )
    return next((one for one in implied if one[0]), (None, ""))


def years_stated(
    title: str | None, lines: Sequence[str], metadata: Mapping[str, str], *, period: int | None, published: str | None
) -> list[tuple[int, str]]:
    """Return (year, its source) of the years that a report may be on, the one that stands first."""
    bare = _BARE.search(nfkc(title or ""))
    of_title = first_year(title or "") or (int(bare[1]) if bare else None)
    sources = ((of_title, "title"), (period, "period"), (first_year(metadata.get("anchor", "")), "anchor"))
    stated = [(year, source) for year, source in sources if year]
    if not stated and (year := first_year(metadata.get("column", ""))):
        stated = [(year, "column")]
    if not stated and (year := _only(filter(None, (first_year(line) for line in lines if is_title(line))))):
        stated = [(year, "printed title")]
    if not stated:
        year, source = year_implied(lines, published)
        return [(year, source)] if year else []
    if published and stated[0][0] != period == int(published[:4]) - 1:
        stated.sort(key=lambda pair: pair[1] != "period")  # it was not that of the title which had just ended
    return stated


def doubts_of_year(years: Sequence[tuple[int, str]]) -> Iterator[str]:
    """Yield a warning for a year that only the text implies, and for each other one that is stated, too."""
    for year, source in years[:1]:
        if source in _DOUBTS:
            yield f"report_year: {_DOUBTS[source].format(year)}"
        for other, other_source in sorted({pair for pair in years if pair[0] != year}):
            yield f"report_year: {source} states {year}, {other_source} states {other}"


def _only(years: Iterable[int]) -> int | None:
    """Return the one year of several statements; None where they state several, or none."""
    stated = {*years}
    return stated.pop() if len(stated) == 1 else None
