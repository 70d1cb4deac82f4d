"""Who issued a report on which year, under what title and when: each value from the best of several sources, conflicts
told.

The order of the sources is portals.md §3.1 (titles), §3.1 "Competing dates", §7 (report year). What no source
states is None, never guessed: an address or a file name states nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from extract.document import Document
from extract.edges import lines_of
from extract.issuer import doubts_of_issuer, is_poster, issuers_of, labelled_issuers, signing
from extract.names import is_organ
from extract.own_title import doubts_of_title, other_title, own_title, without_copied_metas, without_list
from extract.published import conflicts, publication_dates
from extract.report_year import doubts_of_year, period_in, year_implied, years_stated

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


def read_heading(document: Document, *, metadata: Mapping[str, str] | None = None) -> Heading:
    """Return what a document says of itself. `metadata` is what the crawl knows (anchor, column); it never outweighs
    the document.
    """
    metadata = metadata or {}
    document = without_list(document)
    lines = lines_of(document)
    body = [line for line in lines.all if not line.startswith("附")]  # 附：2022年度…统计表: an annex may be last year's
    period, signed = period_in(lines.all), signing(lines)
    own = [name for name, _ in signed]
    document, copied = without_copied_metas(document, lines, own, period)
    dates = publication_dates(document, lines)
    published = dates[0][0] if dates else None
    labelled = labelled_issuers(document, lines.above)
    witnesses = own or [name for name, _ in labelled if is_organ(name) and not is_poster(name)]
    year, _ = (period, "") if period else year_implied(body, published)
    titles = own_title(document, lines, witnesses, year=year, anchor=metadata.get("anchor", ""))
    issuers = issuers_of(titles, lines, signed=signed, labelled=labelled)
    years = years_stated(titles.chosen, body, metadata, period=period, published=published)
    stated = {"title": titles.candidates, "issuer": issuers, "published": dates}
    return Heading(
        title=titles.chosen,
        other_title=other_title(document, titles.chosen, lines.above),
        issuer=issuers[0][0] if issuers else None,
        report_year=years[0][0] if years else None,
        published=published,
        title_lines=titles.lines,
        warnings=(
            *copied,
            *doubts_of_title(titles, lines, [name for name, source in issuers if source != "title"]),
            *doubts_of_issuer(issuers, document, lines.all),
            *conflicts(dates),
            *doubts_of_year(years),
        ),
        sources=(
            *((name, *pair) for name, pairs in stated.items() for pair in pairs[:_MOST_SOURCES]),
            *(("report_year", str(year), source) for year, source in years),
        ),
    )
