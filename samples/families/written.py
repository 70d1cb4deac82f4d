"""Portals that keep the rows of a list as data of the page: in scripts, attributes, options and handlers."""

# ruff: noqa: ARG002, E501 -- a kind uses what it needs of the arguments; lines of HTML stay whole
from __future__ import annotations

import html
import json
from collections.abc import Sequence

from samples import chrome
from samples.families.handmade import Handmade, Office
from samples.families.paging import newest_first
from samples.portal import Article, Charset, Column


class Selects(Handmade):
    """Rows are options of a select, pages are options of another; `list-2.htm`."""

    family = "selects"

    def place(self, column: Column, number: int) -> str:
        return f"/{column.slug}/list.htm" if number == 1 else f"/{column.slug}/list-{number}.htm"

    def rows(self, column: Column, part: Sequence[Article]) -> str:
        options = "".join(f'<option value="{self.link_to(row)}">{row.title}</option>' for row in part)
        return (
            f'<select size="10" onchange="window.open(this.value)"><option value="">请选择</option>{options}</select>'
        )

    def pager(self, column: Column, number: int, count: int) -> str:
        options = "".join(f'<option value="{self.place(column, n)}">第{n}页</option>' for n in range(1, count + 1))
        return f'<select onchange="location=this.value">{options}</select>'


class Handlers(Handmade):
    """Rows are table rows with `onclick`, whose function joins an address; so does the pager's `goPage`, which counts from 0."""

    family = "handlers"

    def place(self, column: Column, number: int) -> str:
        return f"/{column.slug}/index.html" if number == 1 else f"/{column.slug}/index_p{number - 1}.html"

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/content/detail_{number}.html"

    def rows(self, column: Column, part: Sequence[Article]) -> str:
        rows = "".join(
            f"<tr onclick=\"showDetail('{self.link_to(row).removeprefix('/content/detail_').removesuffix('.html')}', this)\"><td>{row.title}</td><td>{row.published}</td></tr>"
            for row in part
        )
        return f'<table>{rows}</table><script>function showDetail(id, row) {{ var w = window.open("/content/detail_" + id + ".html", "_blank"); w.focus(); }}</script>'

    def pager(self, column: Column, number: int, count: int) -> str:
        links = "".join(f'<a href="javascript:goPage({n})">{n}</a>' for n in range(1, count + 1) if n != number)
        script = f'<script>function goPage(n) {{ if (n == 1) {{ location.href = "/{column.slug}/index.html"; }} else {{ location.href = "/{column.slug}/index_p" + (n - 1) + ".html"; }} }}</script>'
        return f"{script}{links}"


class DataAddresses(Handmade):
    """Rows are blocks with `data-href`; pages are path segments behind buttons with `data-url`; addresses have no extension."""

    family = "data_addresses"

    def place(self, column: Column, number: int) -> str:
        return f"/{column.slug}" if number == 1 else f"/{column.slug}/p/{number}"

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/Content/View/{number}"

    def rows(self, column: Column, part: Sequence[Article]) -> str:
        return "".join(
            f'<div class="item" data-href="{self.link_to(row)}"><p>{row.title}</p><em>{row.published}</em></div>'
            for row in part
        )

    def pager(self, column: Column, number: int, count: int) -> str:
        following = f'<button data-url="{self.place(column, number + 1)}">下一页</button>' if number < count else ""
        return f"第 {number} 页 {following}"


class InlineData(Handmade):
    """The whole list stands in an array of the page's script; pages are GBK and say so nowhere."""

    family = "inline_data"
    charset = Charset(header="", meta="", real="gbk")

    def parts(self, column: Column) -> list[Sequence[Article]]:
        return [newest_first(column)]

    def rows(self, column: Column, part: Sequence[Article]) -> str:
        items = ",\n".join(f"['{row.title}', '{self.link_to(row)}', '{row.published}']" for row in part)
        return f'<ul id="list"></ul><script>var data = [\n{items}];\nrender(data, 15);</script>'


class InlineState(Handmade):
    """The list stands in the state that a framework left in the page: objects with escaped slashes."""

    family = "inline_state"

    def parts(self, column: Column) -> list[Sequence[Article]]:
        return [newest_first(column)]

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/a/{number}"

    def rows(self, column: Column, part: Sequence[Article]) -> str:
        items = [
            {
                "id": at,
                "attributes": {"hot": False},
                "title": row.title,
                "url": self.link_to(row),
                "time": f"{row.published}",
            }
            for at, row in enumerate(part)
        ]
        state = json.dumps({"list": {"items": items, "total": len(items)}}, ensure_ascii=False).replace("/", "\\/")
        return f'<div id="root"></div><script>window.__INITIAL_STATE__ = {state};</script>'


class Called(Handmade):
    """Menus and rows are calls of a script's functions: `addMenu("名称", "/地址/")`, `row('标题', '地址', '日期')`."""

    family = "called"

    def landing_page(self, column: Column) -> str:
        calls = "\n".join(
            f'addMenu("{sub.name}", "{self.column_path(sub)}", {at});' for at, sub in enumerate(column.columns)
        )
        return chrome.frame(
            self, f'<div id="menu"></div><script>{calls}\ndrawMenu("menu");</script>', title=column.name
        )

    def rows(self, column: Column, part: Sequence[Article]) -> str:
        calls = "\n".join(f"row('{row.title}', '{self.link_to(row)}', '{row.published}');" for row in part)
        return f'<div id="rows"></div><script>{calls}</script>'

    def pager(self, column: Column, number: int, count: int) -> str:
        return f'<a href="{self.place(column, number + 1)}">下一页</a>' if number < count else ""


class DataIds(Handmade):
    """Rows carry only a number in `data-id`; a script joins it to the address that it opens."""

    family = "data_ids"

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/doc/{number}/show.html"

    def rows(self, column: Column, part: Sequence[Article]) -> str:
        rows = "".join(
            f'<li class="doc" data-id="{self.link_to(row).split("/")[2]}">{row.title}<em>{row.published}</em></li>'
            for row in part
        )
        return f'<ul>{rows}</ul><script>$(".doc").on("click", function () {{ window.open("/doc/" + $(this).data("id") + "/show.html"); }});</script>'

    def pager(self, column: Column, number: int, count: int) -> str:
        return f'<a class="nextPage" href="{self.place(column, number + 1)}">&raquo;</a>' if number < count else ""


class Delimited(Handmade):
    """The list is one string of a script, its fields parted by signs; the frame that shows a row is given its address later."""

    family = "delimited"

    def parts(self, column: Column) -> list[Sequence[Article]]:
        return [newest_first(column)]

    def rows(self, column: Column, part: Sequence[Article]) -> str:
        text = "#".join(f"{row.title}|{self.link_to(row)}|{row.published}" for row in part)
        return f'<ul id="news"></ul><script>var news = "{text}"; show(news.split("#"));</script>'


class Attributed(Handmade):
    """The list is JSON in an attribute of the element that a component fills."""

    family = "attributed"

    def parts(self, column: Column) -> list[Sequence[Article]]:
        return [newest_first(column)]

    def rows(self, column: Column, part: Sequence[Article]) -> str:
        items = [{"t": row.title, "u": self.link_to(row), "d": f"{row.published}"} for row in part]
        return f'<news-list :items="{html.escape(json.dumps(items, ensure_ascii=False))}"></news-list>'


class InlineIds(Office):
    """Rows stand in the page as data with numbers; a script joins `showinfo?infoid=` and the number."""

    family = "inline_ids"

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/xxgk/showinfo?infoid={number}"

    def rows(self, column: Column, part: Sequence[Article]) -> str:
        data = json.dumps(
            [
                {"infoid": int(self.path_of(row).rpartition("=")[2]), "title": row.title, "pubdate": str(row.published)}
                for row in part
            ],
            ensure_ascii=False,
        )
        return f"<table id='t'></table><script>var infos = {data}; for (var i = 0; i < infos.length; i++) {{ $('#t').append('<tr><td><a href=\"/xxgk/showinfo?infoid=' + infos[i].infoid + '\">' + infos[i].title + '</a></td></tr>'); }}</script>"
