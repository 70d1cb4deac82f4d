"""What promises nothing: kept, and asked for where a portal has nothing else left and shows no report, or not all."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from crawler.addresses import address_key
from crawler.document import Link
from crawler.families.base import PageRef
from crawler.ledger import Ledger
from crawler.relevance import DAY, LONGEST_COLUMN, PICTURE, TOOL, is_article, is_file, normal
from crawler.visit import Visit
from crawler.years import last_published

DRAWN_AT_A_TIME = 8  # links, before it is seen what they brought
LEAST_DRAWN = 16  # where only years are missing
LAST = 1000  # rank of the portal's own search
NUMBERED = re.compile(r"公告.{0,4}20\d\d年?第?\d+号|20\d\d年?第\d+号.{0,2}公告|^第\d+号公?告")
# Columns that have to do with agencies or papers.
NEAR = re.compile(r"公开|报告|公报|机构|部门|单位|乡镇|街道|法治|文件|总结|目录|20\d\d|第.{1,3}期|政府$")

Own = Collection[int | None]  # years of reports of a portal's own authority; None: one that names no year


class Reserve:
    """The reserves of all portals: `most` links of each are asked for, on a crawl for one `year` or for all."""

    def __init__(self, ledger: Ledger, *, most: int, year: int | None) -> None:
        self._ledger, self._most, self._year = ledger, most, year
        self._drawn: dict[str, tuple[int, int]] = {}  # by portal: links, and the reports that it showed then

    def keep(self, portal: str, links: Iterable[tuple[Link, Visit]]) -> None:
        """Keep links, each with how it would be asked for."""
        kept = [(link.key, rank_of(link, visit.depth), link.url, None, visit.dumps()) for link, visit in links]
        self._ledger.reserve(portal, kept)

    def keep_last(self, portal: str, ref: PageRef, visit: Visit) -> None:
        """Keep an address that is asked for when all others have been."""
        key = address_key(ref.url, method="GET" if ref.form is None else "POST", body=ref.form or "")
        self._ledger.reserve(portal, [(key, LAST, ref.url, ref.form, visit.dumps())])

    def draw(self, portal: str, own: Own | None) -> list[tuple[PageRef, Visit]]:
        """Take out what is to be asked for now, as address and visit. `own` is None where no report of the portal's own
        authority is known.
        """
        found = self._ledger.found_years(portal)
        reports = sum(found.values())
        drawn, before = self._drawn.get(portal, (0, reports))
        if reports > before:  # the last that were drawn brought some
            most = drawn + DRAWN_AT_A_TIME
        elif not reports:
            most = self._most
        elif not self._lacks_years(found, own or ()):
            most = 0
        elif self._year or own is not None:
            most = LEAST_DRAWN
        else:
            most = self._most // 4
        left = min(most, self._most) - drawn
        if left <= 0:
            return []
        links = self._ledger.draw(portal, min(DRAWN_AT_A_TIME, left))
        self._drawn[portal] = drawn + len(links), reports
        return [(PageRef(url, 1, form), Visit.loads(visit)) for url, form, visit in links]

    def _lacks_years(self, found: Own, own: Own) -> bool:
        """Say whether the report that is wanted is not among those found, or one of the portal's own authority on a
        year from the first of all to the last that should be published.
        """
        if self._year is not None or not any(found):
            return self._year not in found
        first = min(year for year in found if year is not None)
        return None not in own and not set(own).issuperset(range(first, last_published() + 1))


def may_be_column(link: Link) -> bool:
    """Say whether a link that promises nothing may lead to a column all the same: reports are filed under 法治政府, in
    the gazette, below 机构设置, behind a picture without words; or to a report wrapped in a 公告（2026年第3号）.
    """
    label = normal(link.label)
    return (
        link.kind == "anchor"
        and len(label) != 1
        and len(label) <= LONGEST_COLUMN
        and not (TOOL.fullmatch(label) or DAY.match(label))
        and not (label and is_article(link.url) and not NUMBERED.search(label))
        and not (is_file(link.url) or PICTURE.search(link.url))
    )


def rank_of(link: Link, depth: int) -> int:
    """Return the place of such a link among all, so many clicks from the homepage: names that have to do with agencies
    or papers first, links without a name last.
    """
    label = normal(link.label)
    return depth + (0 if NEAR.search(label) else 2 if label else 3)
