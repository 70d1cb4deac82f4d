"""What a portal publishes: its columns with reports, near misses and news, composed from a place and a few numbers."""

# ruff: noqa: E501 -- lines of HTML and of Chinese text stay whole
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from samples.near_misses import KINDS, near_miss, unrelated
from samples.portal import Article, Column, Portal, Row
from samples.reports import FLAWS, report

DEPARTMENTS = (
    "财政局", "教育局", "司法局", "民政局", "审计局", "统计局", "水利局", "交通运输局", "农业农村局", "自然资源局", "应急管理局",
    "医疗保障局", "市场监督管理局", "住房和城乡建设局", "人力资源和社会保障局", "卫生健康委员会", "发展和改革委员会", "商务局", "信访局",
    "文化和旅游局", "林业和草原局", "退役军人事务局", "城市管理局", "公安局",
)  # fmt: skip
# Kinds that stand among the reports in the 年报 column; the others belong to columns of their own.
_AMONG_REPORTS = (
    "compiling_notice", "picture", "interpretation", "website_form", "school_report", "public_enterprise", "rule_of_law",
)  # fmt: skip
_COLUMN_OF = {
    "guide": "zfxxgkzn", "institution_rule": "zfxxgkzd", "blank_form": "zfxxgkzd", "catalogue": "fdzdgknr", "work_report": "fdzdgknr",
    "budget": "fdzdgknr", "statistics": "fdzdgknr", "performance": "fdzdgknr", "summary": "fdzdgknr", "rule_of_law_text": "fdzdgknr",
    "website_self_check": "fdzdgknr",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A county, city or district: its name, division code, level, and names of its townships."""

    name: str
    code: str
    level: str = "county"
    townships: tuple[str, ...] = ()

    @property
    def issuers(self) -> tuple[str, ...]:
        """The authorities below it that report."""
        return (
            *(self.name + name for name in DEPARTMENTS),
            *(self.name + name + "人民政府" for name in self.townships),
        )


def reports_of(
    place: Place, *, issuers: int, years: Iterable[int], without: Sequence[tuple[str, int]] = ()
) -> Iterator[Article]:
    """Yield reports of the place's government and of `issuers` authorities below it on each year, but for those in `without`.

    Every fifth of them has a flaw, in turn.
    """
    names = [f"{place.name}人民政府", *place.issuers[-2:], *place.issuers[: max(0, issuers - 2)]][: issuers + 1]
    pairs = [(name, year) for year in years for name in names if (name, year) not in without]
    for number, (name, year) in enumerate(pairs):
        yield report(name, year, flaw=FLAWS[number // 5 % len(FLAWS)] if number % 5 == 4 else "")


def columns_of(
    place: Place,
    reports: Iterable[Article],
    *,
    year: int = 2023,
    news: int = 9,
    kinds: Sequence[str] = tuple(KINDS),
    split: bool = False,
) -> list[Column]:
    """Return the columns of a plain portal: news, notices, 政府信息公开 with its entries; near misses of `kinds` among them.

    With `split` the reports stand in sub-columns of the 年报 column, one for each year.
    """
    misses = {kind: near_miss(kind, place.name, year) for kind in kinds}
    entries = [
        Column("政府信息公开指南", "zwgk/zfxxgkzn"),
        Column("政府信息公开制度", "zwgk/zfxxgkzd"),
        Column("法定主动公开内容", "zwgk/fdzdgknr"),
        Column(
            "政府信息公开年报",
            "zwgk/zfxxgknb",
            [*reports, *(misses[kind] for kind in _AMONG_REPORTS if kind in misses)],
        ),
        Column("依申请公开", "zwgk/ysqgk"),
    ]
    if split:
        _split_by_year(entries[3])
    for column in entries:
        column.articles += [
            miss for kind, miss in misses.items() if column.slug.endswith("/" + _COLUMN_OF.get(kind, "-"))
        ]
    stories = [unrelated(place.name, number) for number in range(news + 4)]
    return [
        Column("政务动态", "zwdt", stories[:news]),
        Column("公示公告", "gsgg", stories[news:]),
        Column("政府信息公开", "zwgk", columns=entries, landing=True),
    ]


def _split_by_year(column: Column) -> None:
    """Move the reports of a column to sub-columns named by their years."""
    reports = [article for article in column.articles if article.reading]
    column.articles = [article for article in column.articles if not article.reading]
    for year in sorted({article.reading["report_year"] for article in reports if article.reading}, reverse=True):
        of_year = [article for article in reports if article.reading and article.reading["report_year"] == year]
        column.columns.append(Column(f"{year}年", f"{column.slug}/{year}n", of_year))


def summary_page(place: Place, year: int) -> Article:
    """Return the 年报汇总: a page that links the reports of all agencies on a year and is none itself."""
    title = f"{place.name}{year}年政府信息公开工作年度报告汇总"
    return Article(title=title, published=date(year + 1, 2, 20), compose=partial(_linked, year), near_miss="index_page")


def _linked(year: int, portal: Portal) -> str:
    reports = [article for column in portal.walk() for article in column.articles if article.reading]
    rows = (
        f'<tr><td>{article.source}</td><td><a href="{portal.link_to(article)}">查看</a></td></tr>'
        for article in reports
        if article.reading and article.reading["report_year"] == year
    )
    return f"<p>各乡镇、各部门{year}年度报告如下：</p><table><tr><td>单位</td><td>年度报告</td></tr>{''.join(rows)}</table>"


def row(family: type[Portal], place: Place, columns: Callable[[], Sequence[Column]], **settings: Any) -> Row:
    """Return the row of a portal of generated content; `settings` are attributes of the portal."""

    def made(host: str, _: Path | None) -> Portal:
        portal = family(host, place.name, place.level, place.code, columns())
        for name, value in settings.items():
            setattr(portal, name, value)
        return portal

    return made
