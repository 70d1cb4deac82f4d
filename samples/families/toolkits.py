"""Portals built with front-end toolkits and blog software: tables that ask a service, menus that scripts write, a splash page before all."""

# ruff: noqa: ARG002, E501 -- a kind uses what it needs of the arguments; lines of HTML stay whole
from __future__ import annotations

import html
import json
from collections.abc import Sequence
from typing import Any, ClassVar

from samples import chrome
from samples.families.handmade import JSON, Handmade
from samples.families.paging import newest_first
from samples.portal import Article, Column
from samples.wire import Answer, Request, answer


class Table(Handmade):
    """layui: `table.render({url, where, page: true})`, which asks by GET with `page` and `limit`."""

    family = "layui_table"
    api: ClassVar[str] = "/doc/list"
    method: ClassVar[str] = "GET"
    names: ClassVar[tuple[str, str, str]] = ("cid", "page", "limit")

    def build_list(self, column: Column) -> None:
        self.truth.lists[self.origin + self.place(column, 1)] = len(column.articles)
        self.page(self.place(column, 1), lambda: self.list_page(column, 1, []))
        self.routes[self.api] = self._rows

    def asked(self, request: Request) -> dict[str, str]:
        """Return the parameters of a request for rows."""
        return request.query

    def _rows(self, request: Request) -> Answer:
        if request.method != self.method:
            return answer(b"", status=b"405 Method Not Allowed")
        asked = self.asked(request)
        column_name, page_name, size_name = self.names
        column, number = self.column_of(str(asked.get(column_name, ""))), int(asked.get(page_name) or 1)
        size = min(int(asked.get(size_name) or self.page_size), self.page_size)
        part = newest_first(column)[(number - 1) * size : number * size]
        rows: list[dict[str, Any]] = [
            {"docId": at, "docTitle": row.title, "docUrl": self.link_to(row)} for at, row in enumerate(part)
        ]
        body = {"code": 0, "msg": "", "count": len(column.articles), "data": rows}
        return answer(json.dumps(body, ensure_ascii=False).encode(), JSON)

    def rows(self, column: Column, part: Sequence[Article]) -> str:
        return (
            '<table id="t" lay-filter="t"></table><script>layui.use("table", function () { var table = layui.table; table.render({ elem: "#t",\n'
            f'url: "{self.api}", where: {{cid: "{self.number_of(column)}"}}, page: true, limit: {self.page_size}, cols: [[{{field: "docTitle", title: "标题"}}]] }}); }});</script>'
        )


class Datagrid(Table):
    """EasyUI: `datagrid({url, method: 'post', pagination: true})`, which asks by POST with `page` and `rows`."""

    family = "datagrid"
    api = "/doc/list.do"
    method = "POST"
    names = ("cid", "page", "rows")

    def rows(self, column: Column, part: Sequence[Article]) -> str:
        return (
            '<table id="dg"></table><script>$(function () { $("#dg").datagrid({\n'
            f"url: '{self.api}?cid={self.number_of(column)}', method: 'post', pagination: true, pageSize: {self.page_size}, singleSelect: true }}); }});</script>"
        )


class Fetched(Table):
    """`fetch(address, {method: "POST", body: JSON.stringify(…)})` in a module."""

    family = "fetched"
    api = "/gateway/article/search"
    method = "POST"
    names = ("columnId", "current", "size")

    def asked(self, request: Request) -> dict[str, str]:
        asked: dict[str, str] = json.loads(request.body)
        return asked

    def rows(self, column: Column, part: Sequence[Article]) -> str:
        return (
            '<div id="list"></div><script type="module">const base = "/gateway"; let current = 1;\n'
            f'async function load() {{ const answer = await fetch(`${{base}}/article/search`, {{ method: "POST", headers: {{"Content-Type": "application/json"}}, '
            f'body: JSON.stringify({{ columnId: "{self.number_of(column)}", current: current, size: {self.page_size} }}) }}); show(await answer.json()); }}\nload();</script>'
        )


class OwnPath(Handmade):
    """Page numbers are `#` links with `data-page`; a script asks the page's own address with `?page=`."""

    family = "own_path"

    def place(self, column: Column, number: int) -> str:
        return f"/{column.slug}/" + (f"?page={number}" if number > 1 else "")

    def pager(self, column: Column, number: int, count: int) -> str:
        numbers = "".join(f'<a href="#" class="pg" data-page="{n}">{n}</a>' for n in range(1, count + 1))
        return f'{numbers}<script>$(".pg").click(function () {{ var p = $(this).data("page"); $.get(location.pathname + "?page=" + p, replace); }});</script>'


class Splash(Handmade):
    """A splash page leads to the portal after some seconds; the menu calls its columns by names of its own; arrows turn pages."""

    family = "splash"

    def home_page(self) -> str:
        return (
            '<html><head><meta charset="utf-8"><title>欢迎</title><meta http-equiv="refresh" content="8; url=/main/"></head>'
            '<body><a href="/main/"><img src="/images/flash.jpg"></a></body></html>'
        )

    def extras(self) -> None:
        super().extras()
        self.page("/main/", lambda: chrome.home(self))

    def list_page(self, column: Column, number: int, part: Sequence[Article]) -> str:
        page = super().list_page(column, number, part)
        following = (
            f'<link rel="next" href="{self.place(column, number + 1)}">' if number < len(self.parts(column)) else ""
        )
        return page.replace("</head>", f"{following}</head>", 1)

    def pager(self, column: Column, number: int, count: int) -> str:
        before = (
            f'<a class="pager prev" href="{self.place(column, number - 1)}"><i class="icon"></i></a>'
            if number > 1
            else ""
        )
        after = (
            f'<a class="pager next" href="{self.place(column, number + 1)}"><i class="icon"></i></a>'
            if number < count
            else ""
        )
        return before + after


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


class Blog(Handmade):
    """Blog software: `/?cat=3&paged=2`, articles `/?p=4011`; boxes on the homepage lead on by 更多 alone."""

    family = "blog"

    def place(self, column: Column, number: int) -> str:
        return f"/?cat={self.number_of(column)}" + (f"&paged={number}" if number > 1 else "")

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/?p={number}"

    def home_page(self) -> str:
        boxes = "".join(
            f'<div class="box"><div class="head"><span>{column.name}</span> <a href="{self.column_path(column)}">更多&gt;&gt;</a></div></div>'
            for column in self.walk()
            if column.landing or column.name == "政府信息公开年报"
        )
        return chrome.frame(self, boxes).replace(f'<ul class="nav">{chrome.menu(self)}</ul>', "", 1)

    def pager(self, column: Column, number: int, count: int) -> str:
        older = f'<a class="older" href="{self.place(column, number + 1)}">« 较早文章</a>' if number < count else ""
        return f'<nav class="posts">{older}<a class="page-numbers" href="{self.place(column, count)}">{count}</a></nav>'


class ShortNames(Handmade):
    """Rows are headed with agencies' short names; pages count from 0 (`?page=1` is the second)."""

    family = "short_names"

    def place(self, column: Column, number: int) -> str:
        return f"/node/{self.number_of(column)}" + (f"?page={number - 1}" if number > 1 else "")

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/{column.slug}/{article.published:%Y%m%d}/{number}.html"

    def rows(self, column: Column, part: Sequence[Article]) -> str:
        return "".join(f'<li><a href="{self.link_to(row)}">{self._short(row)}</a></li>' for row in part)

    def _short(self, row: Article) -> str:
        if row.reading is None:
            return row.title
        name = row.source.removeprefix(self.authority)
        return name.removesuffix("人民政府").removesuffix("镇").removesuffix("局") or "县政府"

    def pager(self, column: Column, number: int, count: int) -> str:
        following = (
            f'<li class="pager__item"><a href="{self.place(column, number + 1)}" title="前往下一页"><span>››</span></a></li>'
            if number < count
            else ""
        )
        last = (
            f'<li><a href="{self.place(column, count)}" title="前往末页"><span>末页 »</span></a></li>'
            if number < count
            else ""
        )
        return f"<ul>{following}{last}</ul>"


class WrittenPager(Handmade):
    """A script writes the pager's anchors in a loop, of names that it joins with a counter; it counts pages from 0."""

    family = "written_pager"

    def place(self, column: Column, number: int) -> str:
        return f"/{column.slug}/list.html" if number == 1 else f"/{column.slug}/list-{number - 1}.html"

    def pager(self, column: Column, number: int, count: int) -> str:
        return (
            f"<script>var cur = {number - 1}, total = {count};\nfor (var i = 0; i < total; i++) {{ if (i == 0) document.write('<a href=\"list.html\">1</a>');\n"
            "else document.write('<a href=\"list-' + i + '.html\">' + (i + 1) + '</a>'); }</script>"
        )


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


class Assigned(Handmade):
    """The column page is a shell whose frame gets its address by an assignment in a script."""

    family = "assigned"

    def place(self, column: Column, number: int) -> str:
        return f"/{column.slug}/inner_{number}.html"

    def column_path(self, column: Column) -> str:
        return f"/{column.slug}/"

    def build_list(self, column: Column) -> None:
        super().build_list(column)
        script = f'<iframe id="frame" width="100%"></iframe><script>document.getElementById("frame").src = "{self.place(column, 1)}";</script>'
        self.page(self.column_path(column), lambda: chrome.frame(self, script, title=column.name))

    def pager(self, column: Column, number: int, count: int) -> str:
        return f'<a href="{self.place(column, number + 1)}">下一页</a>' if number < count else ""
