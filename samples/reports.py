"""Generated reports: seeded, plain or damaged as real ones are (portals.md §8.5 kinds), each with its gold reading."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from samples import form
from samples.form import APPLICANTS, GROUPS, OUTCOMES, Box, Key, Table
from samples.markup import rendered
from samples.portal import Article, Portal

FLAWS = ("", "dashes", "blank_zeros", "broken_sum", "hybrid", "fee_in_yuan", "only_year", "only_agency", "pieces")
_TITLES = (
    "{issuer}{year}年政府信息公开工作年度报告",
    "{issuer}{year}年度政府信息公开工作年度报告",
    "{issuer}{year}年政府信息公开年度报告",
    "{year}年{issuer}政府信息公开工作年度报告",
    "{issuer}{year}年信息公开工作年度报告",
    "{issuer}{year}年政府信息公开年报",
)
_STYLES = ("hand", "word", "ueditor", "capital", "bare")


@dataclass(frozen=True, slots=True)
class _Figures:
    """Gold values by row and column, and the texts printed for them; of which form tables 2 and 3 are."""

    template: str
    template3: str
    values: dict[Key, int | str | None]
    printed: dict[Key, str]
    unit: str | None


def report(issuer: str, year: int, *, flaw: str = "", **changes: Any) -> Article:
    """Return the article of a report of `issuer` on `year`, the same on every call; `changes` replace its fields.

    `flaw` is one of `FLAWS`: marks for zeros, blank zeros, a total that does not add up, the 2021 table 2 with the 2019
    table 3, a fee in 元, a page headed with the year or the agency only, a title in two lines with blanks inside.
    """
    template = "2019" if year < 2021 else "2021"
    if flaw == "hybrid" and template == "2019":
        flaw = ""
    rng = random.Random(f"{issuer} {year} {flaw}")
    figures = _figures(rng, template, flaw)
    title = rng.choice(_TITLES).format(issuer=issuer, year=year)
    published = date(year + 1, 1, 6) + timedelta(days=rng.randrange(25))
    article = Article(
        title=title,
        published=published,
        compose=partial(_body, issuer, year, figures, flaw),
        source=issuer,
        reading=_reading(title, issuer, year, published, figures),
    )
    return replace(_headed(article, issuer, year, flaw), **changes)


def report_before_2019(issuer: str, year: int) -> Article:
    """Return a report from before the form of 2019: prose, and from 2014 on a table of one column of figures."""
    rng = random.Random(f"{issuer} {year}")
    published = date(year + 1, 3, 1) + timedelta(days=rng.randrange(28))
    title = f"{issuer}{year}年政府信息公开工作年度报告"
    figures = (
        ("主动公开政府信息数", "条"),
        ("收到信息公开申请数", "件"),
        ("行政复议数量", "件"),
        ("行政诉讼数量", "件"),
    )
    rows = ((Box((name,)), Box((unit,)), Box((str(rng.randrange(400)),))) for name, unit in figures)
    table = Table(((Box(("统计指标",)), Box(("单位",)), Box(("统计数",))), *rows))
    blocks: list[str | Table] = [
        f"根据《中华人民共和国政府信息公开条例》，特向社会公布{year}年政府信息公开工作年度报告，数据统计期限自{year}年1月1日至12月31日。",
        "一、概述",
        f"{year}年，{issuer}加强组织领导，健全工作机制，政府信息公开工作有序推进。",
        "二、主动公开政府信息情况",
        f"全年主动公开政府信息{rng.randrange(200, 4000)}条。",
        "三、依申请公开政府信息情况",
        "申请均按时答复，未收取检索、复制、邮寄费用。",
        "四、因政府信息公开申请行政复议、提起行政诉讼情况",
        "无。",
        "五、存在的主要问题和改进措施",
        "公开的时效性有待提高，下一步将加强督促检查。",
        "附表：政府信息公开情况统计表",
        table,
    ]
    reading = gold(title, issuer, year, published.isoformat())
    return Article(title=title, published=published, blocks=blocks, source=issuer, reading=reading)


def _headed(article: Article, issuer: str, year: int, flaw: str) -> Article:
    """Return the article under the heading that its flaw gives it."""
    reading = dict(article.reading or {})
    if flaw == "only_year":
        return replace(article, title=f"{year}年", heading="", reading=reading | {"title": None})
    if flaw == "only_agency":
        return replace(article, title=issuer, heading=issuer, reading=reading | {"title": None})
    if flaw == "pieces":
        return replace(article, heading=article.title.replace("政府信息公开", " 政府信息公开\n"))
    return article


def _figures(rng: random.Random, template: str, flaw: str) -> _Figures:
    values: dict[Key, int | str | None] = {}
    template3 = "2019" if flaw == "hybrid" else template
    unit = _table2_values(rng, template, values)
    _table3_values(rng, template3, values)
    _table4_values(rng, values)
    if flaw == "broken_sum":
        values["review", "total"] = int(values["review", "total"] or 0) + 1
    printed = {key: str(value) for key, value in values.items()}
    if unit:
        printed["procurement", "amount"] += unit
    if flaw == "fee_in_yuan" and template == "2021":
        printed["fees", "amount"] += "元"
    if flaw in ("dashes", "blank_zeros"):
        for key in [key for key, value in values.items() if value == 0 and key[0] not in ("received", "concluded")]:
            values[key], printed[key] = None, "" if flaw == "blank_zeros" else rng.choice(("/", "—", "-", "无"))
    return _Figures(template, template3, values, printed, unit)


def _table2_values(rng: random.Random, template: str, values: dict[Key, int | str | None]) -> str | None:
    for row, columns in form.columns_of_table2(template).items():
        for column in columns:
            values[row, column] = rng.choice((0, 0, 0, rng.randrange(1, 60), rng.randrange(60, 20000)))
            if column == "change":
                values[row, column] = rng.choice((0, 0, rng.randrange(-60, 60)))
    if template == "2021":
        values["fees", "amount"] = rng.choice((0, f"{rng.randrange(1, 90000) / 100:.2f}", f"{rng.random() * 99:.6f}"))
        return None
    values["procurement", "amount"] = f"{rng.randrange(100, 900000) / 100:.2f}"
    return rng.choice((None, "万元"))


def _table3_values(rng: random.Random, template: str, values: dict[Key, int | str | None]) -> None:
    """Fill table 3 so that every column and row adds up."""
    rows = form.rows_of_table3(template)
    results = rows[2:-2]
    counts = {(row, column): 0 for row in rows for column in APPLICANTS}
    for _ in range(rng.choice((0, 2, 6, 12))):
        counts[rng.choice(results), rng.choice(APPLICANTS[:2] if rng.random() < 0.8 else APPLICANTS[:-1])] += (
            rng.randrange(1, 9)
        )
    for column in APPLICANTS[:-1]:
        counts["concluded", column] = sum(counts[row, column] for row in results)
        counts["carried_out", column] = rng.choice((0, 0, 0, 1, 3))
        due = counts["concluded", column] + counts["carried_out", column]
        counts["carried_in", column] = min(due, rng.choice((0, 0, 1, 2)))
        counts["received", column] = due - counts["carried_in", column]
    for row in rows:
        counts[row, "total"] = sum(counts[row, column] for column in APPLICANTS[:-1])
    values.update(counts)


def _table4_values(rng: random.Random, values: dict[Key, int | str | None]) -> None:
    for group in GROUPS:
        outcomes = [rng.choice((0, 0, 0, rng.randrange(1, 12))) for _ in OUTCOMES[:-1]]
        values.update(zip(((group, outcome) for outcome in OUTCOMES), (*outcomes, sum(outcomes)), strict=True))


def _reading(title: str, issuer: str, year: int, published: date, figures: _Figures) -> dict[str, Any]:
    table2: dict[str, dict[str, int | str | None]] = {
        row: {column: figures.values[row, column] for column in columns}
        for row, columns in form.columns_of_table2(figures.template).items()
    }
    if "procurement" in table2:
        table2["procurement"]["amount_unit"] = figures.unit
    rows = form.rows_of_table3(figures.template3)
    table3 = {row: [figures.values[row, column] for column in APPLICANTS] for row in rows}
    table4 = {group: [figures.values[group, outcome] for outcome in OUTCOMES] for group in GROUPS}
    return gold(title, issuer, year, published.isoformat(), figures.template, table2, table3, table4)


def gold(
    title: str, issuer: str, year: int, published: str | None, template: str = "other", *tables: dict[str, Any]
) -> dict[str, Any]:
    """Return a reading in the gold format, without `source`; `tables` are the form's three, or none."""
    table2, table3, table4 = tables or ({}, {}, {})
    return {
        "title": title,
        "issuer": issuer,
        "report_year": year,
        "published": published,
        "template": template,
        "table2": table2,
        "table3": table3,
        "table4": table4,
        "inconsistent": broken_relations(table3, table4) if tables else [],
    }


def broken_relations(table3: dict[str, list[Any]], table4: dict[str, list[Any]]) -> list[str]:
    """Return the names of the relations that the figures break; one with a blank is neither kept nor broken."""
    results = [row for row in table3 if row not in ("received", "carried_in", "concluded", "carried_out")]
    broken = []
    for number, column in enumerate(APPLICANTS):
        received, carried_in, concluded, carried_out = (
            table3[row][number] for row in ("received", "carried_in", "concluded", "carried_out")
        )
        parts = [table3[row][number] for row in results]
        if None not in (received, carried_in, concluded, carried_out):
            broken += [f"balance[{column}]"] if received + carried_in != concluded + carried_out else []
        if None not in (concluded, *parts):
            broken += [f"concluded[{column}]"] if concluded != sum(parts) else []
    for name, table in (("row_total", table3), ("table4_total", table4)):
        broken += [
            f"{name}[{row}]" for row, cells in table.items() if None not in cells and sum(cells[:-1]) != cells[-1]
        ]
    return broken


def _body(issuer: str, year: int, figures: _Figures, flaw: str, _: Portal) -> str:
    """Return the report's HTML; made on demand, as there are many reports and few are looked at."""
    rng = random.Random(f"{issuer} {year} {flaw} body")
    return rendered(_blocks(rng, issuer, year, figures, flaw), rng.choice(_STYLES))


def _blocks(rng: random.Random, issuer: str, year: int, figures: _Figures, flaw: str) -> list[str | Table]:
    number = dict(
        zip(("items", "files", "staff", "posts", "talks"), (rng.randrange(2, 900) for _ in range(5)), strict=True)
    )
    blocks: list[str | Table] = []
    if flaw in ("only_year", "only_agency"):
        blocks.append(f"现将{issuer}{year}年政府信息公开工作情况报告如下。")
    blocks += [
        f"本报告根据《中华人民共和国政府信息公开条例》编制，所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。",
        "一、总体情况",
        *(_paragraph(rng, text, issuer, year, number) for text in _OVERVIEW),
        "二、主动公开政府信息情况",
        form.filled_in(form.table2(figures.template), figures.printed),
        "三、收到和处理政府信息公开申请情况",
        form.filled_in(form.table3(figures.template3), figures.printed),
        "四、政府信息公开行政复议、行政诉讼情况",
        form.filled_in(form.table4(), figures.printed),
        "五、存在的主要问题及改进情况",
        _paragraph(rng, rng.choice(_PROBLEMS), issuer, year, number),
        "六、其他需要报告的事项",
        rng.choice(("无其他需要报告的事项。", f"{year}年度未收取信息处理费。", "本年度无其他需要报告的事项。")),
    ]
    return blocks


def _paragraph(rng: random.Random, text: str, issuer: str, year: int, number: dict[str, int]) -> str:
    return text.format(issuer=issuer, year=year, part=rng.choice(_PARTS), **number)


_PARTS: Sequence[str] = ("办公室", "综合股", "政务公开股", "法规股")
_OVERVIEW = (
    "{year}年，{issuer}认真落实上级关于政务公开工作的部署，由{part}牵头，把政府信息公开与业务工作同安排、同检查。",
    "（一）主动公开。全年通过门户网站公开信息{items}条，其中政策文件{files}件，政策解读材料随文件同步发布。",
    "（二）依申请公开。畅通当面、信函和网上受理渠道，按照规定的时限登记、审核、答复并存档。",
    "（三）政府信息管理。严格执行先审查后公开，确定{staff}名工作人员负责信息的采集、更新与清理。",
    "（四）平台建设。政务新媒体全年发布信息{posts}条，网站栏目按季度检查，对失效链接及时修正。",
    "（五）监督保障。全年组织培训和会议{talks}次，将公开工作纳入年度考核，未发生责任追究情形。",
)
_PROBLEMS = (
    "一是主动公开的内容还不够丰富，二是个别栏目更新不够及时。{issuer}将在下一年完善审核流程，增加面向群众的解读，按月检查更新情况。",
    "{year}年工作中，公开形式较为单一，人员业务能力有待提高。下一步，{issuer}将加强培训，围绕群众关心的事项扩大公开范围。",
)
