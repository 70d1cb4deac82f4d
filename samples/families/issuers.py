"""Portals that show reports by who issued them, or by year: choices, alphabets, pages of townships."""

# ruff: noqa: ARG002, E501 -- a kind uses what it needs of the arguments; lines of HTML stay whole
from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from samples.families.handmade import Office
from samples.families.paging import newest_first
from samples.portal import Article, Column


class DepartmentChoice(Office):
    """The reports' column shows the government's own; those of a department come with its choice in a select, by a number that the handler joins."""

    family = "department_choice"
    place_at = "/opennb/list.do?cid={column}"
    article_at = "/opennb/view.do?id={number}"

    def build_list(self, column: Column) -> None:
        first = self.place(column, 1)
        groups = self.by_issuer(column)
        chosen = groups if column is self.reports_column() else {self.authority: newest_first(column)}
        names = list(chosen)
        self.page(first, partial(self._choice, column, chosen, names[0] if names else ""))
        for at, name in enumerate(names, 101):
            self.page(
                f"/opennb/list.do?cid={self.number_of(column)}&dept={at}", partial(self._choice, column, chosen, name)
            )

    def _choice(self, column: Column, chosen: dict[str, list[Article]], name: str) -> str:
        options = "".join(f'<option value="{at}">{each}</option>' for at, each in enumerate(chosen, 101))
        select = (
            f"<select name=\"dept\" onchange=\"location.href='/opennb/list.do?cid={self.number_of(column)}&dept='+this.value\"><option value=''>选择单位</option>{options}</select>"
            if len(chosen) > 1
            else ""
        )
        rows = self.lines(chosen.get(name, ()), '<li><a href="{link}">{title}</a></li>')
        return self.framed(f"{select}<ul>{rows}</ul>", title=column.name)


class AlphabetTabs(Office):
    """部门信息公开: departments under the letters of an alphabet, their pages named by a script function; each has five entries of its own."""

    family = "alphabet_tabs"

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/xxgk/d{len(article.source):02d}/{article.published:%Y%m}/t{article.published:%Y%m%d}_{number}.html"

    def build_list(self, column: Column) -> None:
        if column is not self.reports_column():
            super().build_list(column)
            return
        self.page(self.place(column, 1), lambda: self.framed("<p>请到各单位栏目中查阅。</p>", title=column.name))
        groups = self.by_issuer(column)
        for at, (name, articles) in enumerate(groups.items(), 1):
            self.page(f"/xxgk/D{at:03d}/", partial(self._department, name, at))
            self.page(f"/xxgk/D{at:03d}/nb.html", partial(self._reports, name, articles))
            self.page(f"/xxgk/D{at:03d}/zn.html", partial(self.framed, f"<p>{name}公开指南</p>", title="指南"))
        self._groups = groups

    def landing_page(self, column: Column) -> str:
        return self.framed(
            '<ul><li><a href="/xxgk/bm.html">部门信息公开</a></li><li><a href="/xxgk/zfwj.html">政府文件</a></li></ul>',
            title=column.name,
        )

    def extras(self) -> None:
        self.page("/xxgk/zfwj.html", lambda: self.framed("<p>暂无</p>", title="政府文件"))
        self.page("/xxgk/bm.html", self._alphabet)

    def _alphabet(self) -> str:
        names = [
            f"<a href=\"javascript:showDept('{at:03d}');\">{name.removeprefix(self.authority)}</a>"
            for at, name in enumerate(self._groups, 1)
        ]
        tabs = "".join(
            f'<div class="tab"><h4>{letter}</h4>{"".join(names[at::4])}</div>' for at, letter in enumerate("ABCD")
        )
        return self.framed(
            f"<script>function showDept(code){{ window.open('/xxgk/D' + code + '/'); }}</script>{tabs}",
            title="部门信息公开",
        )

    def _department(self, name: str, at: int) -> str:
        return self.framed(
            f'<h2>{name}</h2><ul><li><a href="zn.html">公开指南</a></li><li><a href="nb.html">公开年报</a></li></ul>',
            title=name,
        )

    def _reports(self, name: str, articles: list[Article]) -> str:
        rows = self.lines(articles, '<li><a href="{link}">{title}</a></li>')
        return self.framed(f"<h2>{name}</h2><ul>{rows}</ul>", title=f"{name}公开年报")


class TownshipPages(Office):
    """Each authority has a small site of its own below 乡镇街道; the report hangs under 工作报告 or 信息公开 → 年度报告 there."""

    family = "township_pages"
    article_at = "/xz/show_{number}.html"

    def landing_page(self, column: Column) -> str:
        return self.framed(
            '<ul><li><a href="/xz/">乡镇街道</a></li><li><a href="/zn.html">公开指南</a></li></ul>', title=column.name
        )

    def build_list(self, column: Column) -> None:
        if column is not self.reports_column():
            super().build_list(column)
            return
        groups = self.by_issuer(column)
        for at, (name, articles) in enumerate(groups.items(), 1):
            self.page(f"/xz/x{at}/", partial(self._home, name, at))
            self.page(f"/xz/x{at}/gk.html", partial(self._open, name, at))
            self.page(f"/xz/x{at}/gk_3.html", partial(self._reports, name, articles))
            for other in ("gaikuang.html", "gk_1.html", "gk_2.html"):
                self.page(f"/xz/x{at}/{other}", lambda: self.framed("<p>正在建设中</p>", title=""))
        names = "".join(
            f'<td><a href="/xz/x{at}/"><img src="/xz/{at}.jpg" alt="{name}"></a></td>'
            for at, name in enumerate(groups, 1)
        )
        self.page("/xz/", lambda: self.framed(f"<table><tr>{names}</tr></table>", title="乡镇街道"))
        self.page("/zn.html", lambda: self.framed("<p>指南</p>", title="指南"))

    def _home(self, name: str, at: int) -> str:
        return self.framed(
            f'<h1>{name}</h1><ul><li><a href="gaikuang.html">镇情概况</a></li><li><a href="gk.html">信息公开</a></li></ul>',
            title=name,
        )

    def _open(self, name: str, at: int) -> str:
        return self.framed(
            '<ul><li><a href="gk_1.html">人员分工</a></li><li><a href="gk_2.html">惠农政策</a></li><li><a href="gk_3.html">年度报告</a></li></ul>',
            title=name,
        )

    def _reports(self, name: str, articles: list[Article]) -> str:
        rows = "".join(
            f'<tr><td>·</td><td><a href="{self.link_to(row)}">{row.title.removeprefix(name)}</a></td></tr>'
            for row in articles
        )
        return self.framed(f"<table>{rows}</table>", title=f"{name}年度报告")


class YearsAreReports(Office):
    """A year's page in the column prints the government's report itself, with the departments' in a list beside it."""

    family = "years_are_reports"

    def article_path(self, column: Column, article: Article, number: int) -> str:
        if article.reading and article.source == f"{self.authority}人民政府":
            return f"/zfxxgk/ndbg/{article.reading['report_year']}/"
        return f"/zfxxgk/bmndbg/{number}/"

    def article_page(self, column: Column, article: Article) -> str:
        page = super().article_page(column, article)
        if not (article.reading and article.source == f"{self.authority}人民政府"):
            return page
        year = article.reading["report_year"]
        years = "".join(f'<li><a href="../{each}/">{each}</a></li>' for each in (2022, 2023, 2024))
        others = [
            row
            for row in newest_first(column)
            if row.reading and row.reading["report_year"] == year and row is not article
        ]
        listed = self.lines(others, '<li><a href="{link}">{source}</a></li>')
        return page.replace(
            '<div class="detail">',
            f'<ul class="years">{years}</ul><div class="units"><h3>各单位</h3><ul>{listed}</ul></div><div class="detail">',
            1,
        )

    def list_page(self, column: Column, number: int, part: Sequence[Article]) -> str:
        if column is not self.reports_column():
            return super().list_page(column, number, part)
        years = "".join(f'<li><a href="/zfxxgk/ndbg/{each}/">{each}</a></li>' for each in (2022, 2023, 2024))
        return self.framed(f'<ul class="years">{years}</ul><p>请选择年份</p>', title=column.name)
