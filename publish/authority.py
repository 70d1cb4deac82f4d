"""An authority as its page shows it: its headline figures year by year, and the authorities directly below it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from datasette.database import Database

from publish.form import Heading
from publish.query import Row, first, rows

# Columns of `reports` that a reader compares from year to year, and the cell of the form that each is.
HEADLINES: Mapping[Heading, str] = {
    Heading("received", "新收申请", "Received"): "table3.received.total",
    Heading("carried_in", "上年结转", "Carried in"): "table3.carried_in.total",
    Heading("granted", "予以公开", "Granted"): "table3.granted.total",
    Heading("partly_granted", "部分公开", "Partly granted"): "table3.partly_granted.total",
    Heading("concluded", "办理总计", "Results"): "table3.concluded.total",
    Heading("carried_out", "结转下年", "Carried out"): "table3.carried_out.total",
    Heading("reviews", "行政复议", "Reviews"): "table4.review.total",
    Heading("lawsuits", "行政诉讼", "Lawsuits"): "",  # the sum of two cells
}


@dataclass(frozen=True, slots=True)
class Year:
    """A report of an authority; a year without one, between two that have one, has no `report`."""

    number: int | None
    report: Row | None


@dataclass(frozen=True, slots=True)
class Authority:
    """All that the page of one authority shows."""

    row: Row
    above: tuple[Row, ...]  # the highest first
    years: tuple[Year, ...]
    below: tuple[Row, ...]  # the authorities directly below, each with its `reports`, `first_year` and `last_year`


async def load(db: Database, authority_id: str) -> Authority | None:
    """Return an authority, None where there is none of this id."""
    row = await first(db, "select * from authorities where id = ?", [authority_id])
    if row is None:
        return None
    below = await rows(
        db,
        "select a.*, count(r.id) reports, min(r.report_year) first_year, max(r.report_year) last_year "
        "from authorities a left join reports r on r.authority_id = a.id where a.parent_id = ? group by a.id "
        "order by a.division_code, a.id",
        [authority_id],
    )
    return Authority(row, await above(db, authority_id), await by_year(db, authority_id), tuple(below))


async def above(db: Database, authority_id: str) -> tuple[Row, ...]:
    """Return the authorities above one, the highest first."""
    chain = (
        "with recursive chain(id, step) as (select parent_id, 1 from authorities where id = ? union all "
        "select parent_id, step + 1 from authorities join chain using (id)) "
        "select authorities.* from chain join authorities using (id) order by step desc"
    )
    return tuple(await rows(db, chain, [authority_id]))


async def by_year(db: Database, authority_id: str) -> tuple[Year, ...]:
    """Return an authority's reports from the earliest year, and between them the years of which there is none."""
    reports = await rows(db, "select * from reports where authority_id = ? order by report_year, id", [authority_id])
    return tuple(_with_gaps(Year(report["report_year"], report) for report in reports))


def _with_gaps(years: Iterable[Year]) -> Iterator[Year]:
    before: int | None = None
    for year in years:
        if before is not None and year.number is not None:
            yield from (Year(missing, None) for missing in range(before + 1, year.number))
        yield year
        before = year.number
