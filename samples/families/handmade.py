"""Portals of no known software: each another way to show rows, to turn pages and to name addresses, as found in hand-made sites.

Nothing of them is particular to reports; what a browser's scripts would do with them stands in their pages as literals.
"""

# ruff: noqa: ARG002, E501 -- a kind uses what it needs of the arguments; lines of HTML stay whole
from __future__ import annotations

import base64
import html
import json
from collections.abc import Sequence
from functools import partial
from typing import ClassVar
from urllib.parse import quote

from samples import chrome
from samples.families.paging import newest_first, pages, relative
from samples.families.static import Static
from samples.portal import Article, Charset, Column
from samples.wire import Answer, Request, answer

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
JSON = (("Content-Type", "application/json;charset=UTF-8"),)
FRAGMENT = (("Content-Type", "text/html;charset=UTF-8"),)


class Handmade(Static):
    """A portal of a kind of its own: `place` names page N of a list (from 1), `rows` and `pager` are its markup."""

    walkable = False
    page_size = 5

    def place(self, column: Column, number: int) -> str:
        """Return the path of page `number` of a list."""
        return f"/{column.slug}/{number}.html"

    def column_path(self, column: Column) -> str:
        return self.place(column, 1)

    def build_list(self, column: Column) -> None:
        parts = self.parts(column)
        self.truth.lists[self.origin + self.place(column, 1)] = len(column.articles)
        for number, part in enumerate(parts, 1):
            self.page(self.place(column, number), partial(self.list_page, column, number, part))

    def parts(self, column: Column) -> list[Sequence[Article]]:
        """Return a list's rows page by page."""
        return pages(newest_first(column), self.page_size)

    def list_page(self, column: Column, number: int, part: Sequence[Article]) -> str:
        """Return page `number` of a list."""
        main = (
            f'{chrome.five_entries(self)}<div class="main"><h3>{column.name}</h3>{self.rows(column, part)}\n'
            f'<div class="pages">{self.pager(column, number, len(self.parts(column)))}</div></div>'
        )
        return chrome.frame(self, main, title=column.name, crumbs=[(column.name, self.place(column, 1))])

    def rows(self, column: Column, part: Sequence[Article]) -> str:
        """Return the rows of a page."""
        return (
            "<ul>"
            + "".join(f'<li><a href="{self.link_to(row)}">{row.title}</a> {row.published}</li>' for row in part)
            + "</ul>"
        )

    def pager(self, column: Column, number: int, count: int) -> str:
        """Return the pager of page `number` of `count`."""
        return ""


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


class Feeds(Handmade):
    """The column page shows its newest rows; all of them are in its RSS feed, and the feed is only linked in the head."""

    family = "feeds"

    def list_page(self, column: Column, number: int, part: Sequence[Article]) -> str:
        feed = f'<link rel="alternate" type="application/rss+xml" title="RSS" href="/{column.slug}/rss.xml">'
        return chrome.frame(self, self.rows(column, part), title=column.name, metas=feed)

    def build_list(self, column: Column) -> None:
        self.truth.lists[self.origin + self.place(column, 1)] = len(column.articles)
        self.page(self.place(column, 1), lambda: self.list_page(column, 1, self.parts(column)[0]))
        self.routes[f"/{column.slug}/rss.xml"] = lambda _: answer(
            self._feed(column).encode(), (("Content-Type", "text/xml"),)
        )

    def _feed(self, column: Column) -> str:
        items = "".join(
            f"<item><title><![CDATA[{row.title}]]></title><link>{self.origin}{self.link_to(row)}</link><pubDate>{row.published}</pubDate></item>"
            for row in newest_first(column)
        )
        return f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>{column.name}</title><link>{self.origin}/</link>{items}</channel></rss>'


class PostBack(Handmade):
    """ASP.NET: the pager is `__doPostBack`, which sends the page's form with its view state; upper-case addresses."""

    family = "post_back"
    server = "Microsoft-IIS/7.5"

    def place(self, column: Column, number: int) -> str:
        return f"/Info/List.ASPX?ClassID={self.number_of(column)}"

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/Info/SHOW.ASPX?InfoID={number}"

    def build_list(self, column: Column) -> None:
        self.truth.lists[self.origin + self.place(column, 1)] = len(column.articles)
        self.routes[self.place(column, 1)] = partial(self._answer, column)

    def _answer(self, column: Column, request: Request) -> Answer:
        query, parts = request.query, self.parts(column)
        number = 1
        if request.method == "POST":
            if (
                base64.b64decode(query.get("__VIEWSTATE", "")) != self._state(column)
                or query.get("__EVENTTARGET") != "ctl00$Main$Pager1"
            ):
                return answer(b"<html><body>Invalid viewstate</body></html>", status=b"500 Internal Server Error")
            number = min(max(int(query["__EVENTARGUMENT"]), 1), len(parts))
        page = self.list_page(column, number, parts[number - 1])
        return answer(page.encode(), self.headers(self.charset))

    def _state(self, column: Column) -> bytes:
        return f"state of {column.slug}".encode() * 9

    def pager(self, column: Column, number: int, count: int) -> str:
        state = base64.b64encode(self._state(column)).decode()
        links = "".join(
            f"<a href=\"javascript:__doPostBack('ctl00$Main$Pager1','{n}')\">{n}</a>"
            for n in range(1, count + 1)
            if n != number
        )
        return (
            f'<form method="post" action="List.ASPX?ClassID={self.number_of(column)}" id="aspnetForm"><input type="hidden" name="__EVENTTARGET" value="">'
            f'<input type="hidden" name="__EVENTARGUMENT" value=""><input type="hidden" name="__VIEWSTATE" value="{state}"><input type="submit" name="go" value="GO">{links}</form>'
        )


class FormPager(Handmade):
    """`javascript:toPage(3)` sets a hidden field and sends the form by POST; what the function does stands in a file of its own."""

    family = "form_pager"

    def place(self, column: Column, number: int) -> str:
        return f"/web/article/list.do?columnId={self.number_of(column)}"

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/web/article/show.do?id={number}"

    def build_list(self, column: Column) -> None:
        self.truth.lists[self.origin + self.place(column, 1)] = len(column.articles)
        self.routes[self.place(column, 1)] = partial(self._answer, column)
        self.routes["/web/article/list.do"] = self._posted

    def _posted(self, request: Request) -> Answer:
        return self._answer(self.column_of(request.query.get("columnId", "")), request)

    def _answer(self, column: Column, request: Request) -> Answer:
        parts = self.parts(column)
        number = int(request.query.get("pager.pageNo") or 1) if request.method == "POST" else 1
        page = self.list_page(column, number, parts[min(number, len(parts)) - 1])
        return answer(page.encode(), self.headers(self.charset))

    def pager(self, column: Column, number: int, count: int) -> str:
        following = f'<a href="javascript:toPage({number + 1})">下一页</a>' if number < count else ""
        return (
            f'<form name="pageForm" method="post" action="/web/article/list.do"><input type="hidden" name="columnId" value="{self.number_of(column)}">'
            f'<input type="hidden" name="pager.pageNo" value="{number}"><input type="hidden" name="pager.size" value="{self.page_size}"></form>'
            f'<script src="/js/pager.js"></script>{following}'
        )


class Tabs(Handmade):
    """A tab for each year, whose rows are loaded from the address in its `data-url`: a fragment with links from the page's folder."""

    family = "tabs"

    def place(self, column: Column, number: int) -> str:
        return f"/{column.slug}/index.html"

    def build_list(self, column: Column) -> None:
        self.truth.lists[self.origin + self.place(column, 1)] = len(column.articles)
        self.page(self.place(column, 1), lambda: self.list_page(column, 1, []))
        for year in {row.published.year for row in column.articles}:
            self.routes[self._fragment_path(column, year)] = partial(self._fragment, column, year)

    def _fragment_path(self, column: Column, year: int) -> str:
        return f"/ajax/{column.slug.replace('/', '-')}/{year}"

    def _fragment(self, column: Column, year: int, _: Request) -> Answer:
        here = self.place(column, 1)
        rows = "".join(
            f'<li><a href="{relative(here, self.link_to(row))}">{row.title}</a></li>'
            for row in newest_first(column)
            if row.published.year == year
        )
        return answer(f"<ul>{rows}</ul>".encode(), FRAGMENT)

    def rows(self, column: Column, part: Sequence[Article]) -> str:
        years = sorted({row.published.year for row in column.articles}, reverse=True)
        tabs = "".join(
            f'<li class="tab" data-url="{self._fragment_path(column, year)}">{year}年</li>' for year in years
        )
        return f'<ul class="tabs">{tabs}</ul><div id="box"></div><script>$(".tab").click(function () {{ $("#box").load($(this).data("url")); }});</script>'


class HashPager(Handmade):
    """Pages are `#!page=2`; a script reads them from a JSON service whose address it joins."""

    family = "hash_pager"
    api: ClassVar[str] = "/api/news/list"

    def build_list(self, column: Column) -> None:
        self.truth.lists[self.origin + self.place(column, 1)] = len(column.articles)
        self.page(self.place(column, 1), lambda: self.list_page(column, 1, []))
        self.routes[self.api] = self._rows

    def _rows(self, request: Request) -> Answer:
        query = request.query
        parts = self.parts(self.column_of(query.get("cid", "")))
        number = int(query.get("pageIndex") or 1)
        part = parts[number - 1] if 0 < number <= len(parts) else []
        rows = [{"newsTitle": row.title, "newsPath": self.link_to(row), "pubTime": f"{row.published}"} for row in part]
        return answer(json.dumps({"code": 0, "data": {"list": rows}}, ensure_ascii=False).encode(), JSON)

    def rows(self, column: Column, part: Sequence[Article]) -> str:
        return (
            f'<ul id="list"></ul><script>var cid = "{self.number_of(column)}"; function load(page) {{\n'
            f'$.getJSON("{self.api}?cid=" + cid + "&pageIndex=" + page, function (data) {{ render(data.data.list); }}); }}\nload(1);</script>'
        )

    def pager(self, column: Column, number: int, count: int) -> str:
        return "".join(f'<a href="#!page={n}">{n}</a>' for n in range(1, count + 1))


class PostedJson(HashPager):
    """The service wants its parameters as JSON by POST."""

    family = "posted_json"
    api = "/portal/article/page"

    def _rows(self, request: Request) -> Answer:
        try:
            asked = json.loads(request.body)
            parts, number = self.parts(self.column_of(str(asked["channelId"]))), int(asked["pageNo"])
        except (ValueError, KeyError, TypeError):
            return answer(b'{"code":400}', JSON, status=b"400 Bad Request")
        part = parts[number - 1] if 0 < number <= len(parts) else []
        rows = [{"subject": row.title, "link": self.link_to(row)} for row in part]
        body = {"code": 200, "result": {"records": rows, "total": sum(map(len, parts)), "pages": len(parts)}}
        return answer(json.dumps(body, ensure_ascii=False).encode(), JSON)

    def rows(self, column: Column, part: Sequence[Article]) -> str:
        return (
            f'<div id="app"></div><script>function query(pageNo) {{ $.ajax({{ url: "{self.api}", type: "POST", contentType: "application/json",\n'
            f"data: JSON.stringify({{channelId: {self.number_of(column)}, pageNo: pageNo, pageSize: {self.page_size}}}), success: show }}); }}\nquery(1);</script>"
        )


class LoadMore(Handmade):
    """加载更多: the first rows stand in the page, the button's `data-api` has a placeholder for the page's number."""

    family = "load_more"

    def place(self, column: Column, number: int) -> str:
        return f"/{column.slug}/" if number == 1 else f"/{column.slug}/more?currentPage={number}"

    def build_list(self, column: Column) -> None:
        super().build_list(column)
        for number, part in enumerate(self.parts(column)[1:], 2):
            body = "".join(
                f'<li><a href="{relative(self.place(column, 1), self.link_to(row))}">{row.title}</a></li>'
                for row in part
            )
            self.routes[self.place(column, number)] = partial(_says, answer(body.encode(), FRAGMENT))
        self.routes[f"/{column.slug}/more"] = lambda _: answer(b"<!-- -->", FRAGMENT)

    def pager(self, column: Column, number: int, count: int) -> str:
        template = f"/{column.slug}/more?currentPage={{page}}"
        return (
            f'<a class="more" href="javascript:;" data-api="{template}" data-next="2">加载更多</a>' if count > 1 else ""
        )


class Offsets(Handmade):
    """Pages are offsets (`?start=5`), and only 下一页 as an arrow leads on; on pages with `<base>`, links without protocol."""

    family = "offsets"

    def place(self, column: Column, number: int) -> str:
        return f"/list.php?cat={self.number_of(column)}" + (
            f"&start={(number - 1) * self.page_size}" if number > 1 else ""
        )

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/zfxxgk/{number}.php"

    def list_page(self, column: Column, number: int, part: Sequence[Article]) -> str:
        page = super().list_page(column, number, part)
        return page.replace("<head>", f'<head>\n<base href="//{self.host}:{self.port}/zfxxgk/">', 1)

    def rows(self, column: Column, part: Sequence[Article]) -> str:
        return "".join(
            f"<p><a href='{self.link_to(row).removeprefix('/zfxxgk/') if at % 2 else f'//{self.host}:{self.port}{self.link_to(row)}'}'>{row.title}\n</a></p>"
            for at, row in enumerate(part)
        )

    def pager(self, column: Column, number: int, count: int) -> str:
        numbers = [f'<a href="{html.escape(self.place(column, n))}">{n}</a>' for n in range(1, count + 1)]
        return " ".join(numbers)


class LastOnly(Handmade):
    """The pager shows 首页 and 尾页 only; addresses of articles hold Chinese and blanks."""

    family = "last_only"

    def place(self, column: Column, number: int) -> str:
        return f"/{column.slug}/index.jhtml" if number == 1 else f"/{column.slug}/index_{number}.jhtml"

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/{column.slug}/信息 公开/{number}.jhtml"

    def rows(self, column: Column, part: Sequence[Article]) -> str:
        return "".join(f'<dl><dt><a href=" {self.link_to(row)}\n">{row.title}</a></dt></dl>' for row in part)

    def pager(self, column: Column, number: int, count: int) -> str:
        if count == 1:
            return ""
        return f'<a href="{self.place(column, 1)}">首页</a> <a href="{self.place(column, count)}">尾页</a>'

    def _place(self, column: Column, article: Article) -> None:
        super()._place(column, article)
        path = self.paths[id(article)]
        for known in (self.truth.reports, self.truth.near_misses):
            if self.origin + path in known:
                known[self.origin + quote(path)] = known.pop(self.origin + path)  # type: ignore[assignment]


class Trees(Handmade):
    """The way to the columns is an image map and the nodes of a tree in a script; lists are GBK pages with 查看 for every title."""

    family = "trees"
    charset = Charset(header="", meta="gb2312", real="gbk")

    def home_page(self) -> str:
        areas = "".join(
            f'<area shape="rect" coords="0,{at}0,90,{at}9" href="{self.column_path(column)}" alt="{column.name}">'
            for at, column in enumerate(self.columns)
        )
        main = f'<img src="/images/nav.jpg" usemap="#nav"><map name="nav">{areas}</map>'
        return chrome.frame(self, main).replace(f'<ul class="nav">{chrome.menu(self)}</ul>', "", 1)

    def landing_page(self, column: Column) -> str:
        nodes = [{"id": 1, "pId": 0, "name": column.name, "open": True}] + [
            {"id": at, "pId": 1, "name": sub.name, "url": self.column_path(sub), "target": "_self"}
            for at, sub in enumerate(column.columns, 2)
        ]
        script = f'<ul id="tree" class="ztree"></ul><script>var zNodes = {json.dumps(nodes, ensure_ascii=False)};\n$.fn.zTree.init($("#tree"), setting, zNodes);</script>'
        return chrome.frame(self, script, title=column.name).replace(f'<ul class="nav">{chrome.menu(self)}</ul>', "", 1)

    def rows(self, column: Column, part: Sequence[Article]) -> str:
        rows = "".join(
            f'<tr><td>{row.title}</td><td>{row.published}</td><td><a href="{self.link_to(row)}">[查看]</a></td></tr>'
            for row in part
        )
        return f"<table><tr><td>标题</td><td>日期</td><td>操作</td></tr>{rows}</table>"

    def pager(self, column: Column, number: int, count: int) -> str:
        before = (
            f'<input type="button" value="上一页" onclick="location.href=\'{self.place(column, number - 1)}\'">'
            if number > 1
            else ""
        )
        after = (
            f'<input type="button" value="下一页" onclick="location.href=\'{self.place(column, number + 1)}\'">'
            if number < count
            else ""
        )
        return before + after


class Files(Handmade):
    """Reports are PDF files that the list links; there is no page about them."""

    family = "files"

    def article_path(self, column: Column, article: Article, number: int) -> str:
        if article.reading is None:
            return super().article_path(column, article, number)
        return f"/{column.slug}/files/{article.published:%Y}/年报（{number}）.pdf"

    def pager(self, column: Column, number: int, count: int) -> str:
        return f'<a href="{self.place(column, number + 1)}">后一页 &raquo;</a>' if number < count else ""

    def _place(self, column: Column, article: Article) -> None:
        super()._place(column, article)
        path = self.paths[id(article)]
        if path.endswith(".pdf"):
            self.routes[path] = lambda _: answer(PDF, (("Content-Type", "application/octet-stream"),))
            known = self.truth.reports.pop(self.origin + path)
            self.truth.reports[self.origin + quote(path)] = known


class Framed(Handmade):
    """An article's body stands in an iframe, its files in an array from which a script builds their links."""

    family = "framed_body"

    def article_page(self, column: Column, article: Article) -> str:
        path = self.path_of(article)
        files = ", ".join(
            f"{{name: '{file.label}', size: {len(file.content)}, path: '{self.attachment_path(path, file)}'}}"
            for file in article.attachments
        )
        main = (
            f'<div class="detail"><h1>{article.headline}</h1><iframe src="{path.replace(".html", "_body.html")}" width="100%"></iframe>\n'
            f'<ul id="files"></ul><script>var files = [{files}]; for (var i in files) append(files[i]);</script></div>'
        )
        return chrome.frame(self, main, title=article.headline)

    def _place(self, column: Column, article: Article) -> None:
        super()._place(column, article)
        path = self.paths[id(article)]
        if "://" not in path:
            body = path.replace(".html", "_body.html")
            shell = self.origin + path
            for known in (self.truth.reports, self.truth.near_misses):
                if shell in known:  # what can be read stands in the frame
                    known[self.origin + body] = known.pop(shell)  # type: ignore[assignment]
            for file, shown in self.truth.renditions.items():
                if shown == shell:
                    self.truth.renditions[file] = self.origin + body
            self.page(
                body,
                lambda: (
                    f"<!DOCTYPE html><html><head><title>正文</title></head><body><h1>{article.headline}</h1>{self.body(article)}</body></html>"
                ),
            )

    def pager(self, column: Column, number: int, count: int) -> str:
        return f'<a href="{self.place(column, number + 1)}">&gt;</a>' if number < count else ""


class YearForm(Handmade):
    """A form asks for the year; each year's rows are a page of its own, and there is no pager."""

    family = "year_form"

    def place(self, column: Column, number: int) -> str:
        return f"/openlist.jsp?lm={self.number_of(column)}"

    def build_list(self, column: Column) -> None:
        self.truth.lists[self.origin + self.place(column, 1)] = len(column.articles)
        years = sorted({row.published.year for row in column.articles}, reverse=True)
        for year in years:
            part = [row for row in newest_first(column) if row.published.year == year]
            self.page(f"{self.place(column, 1)}&nd={year}", partial(self.list_page, column, 1, part))
        newest = [row for row in newest_first(column) if row.published.year == years[0]] if years else []
        self.page(self.place(column, 1), partial(self.list_page, column, 1, newest))

    def pager(self, column: Column, number: int, count: int) -> str:
        options = "".join(
            f'<option value="{year}">{year}年</option>'
            for year in sorted({row.published.year for row in column.articles}, reverse=True)
        )
        return f'<form action="/openlist.jsp" method="get"><input type="hidden" name="lm" value="{self.number_of(column)}"><select name="nd" onchange="this.form.submit()">{options}</select></form>'


class XmlList(Handmade):
    """The list is an XML file that a script loads; the column page is a frameset of menu and list."""

    family = "xml_list"

    def place(self, column: Column, number: int) -> str:
        return f"/{column.slug}/Default.htm"

    def build_list(self, column: Column) -> None:
        self.truth.lists[self.origin + self.place(column, 1)] = len(column.articles)
        frames = f'<html><head><title>{column.name}</title></head><frameset cols="200,*"><frame src="/menu.htm" name="left"><frame src="/{column.slug}/main.htm" name="main"></frameset></html>'
        self.page(self.place(column, 1), lambda: frames)
        self.page("/menu.htm", lambda: chrome.frame(self, chrome.five_entries(self)))
        shell = f'<html><head><title>{column.name}</title></head><body><div id="list"></div><script>$.get("data.xml", function (xml) {{ show(xml); }});</script></body></html>'
        self.page(f"/{column.slug}/main.htm", lambda: shell)
        items = "".join(
            f'<info id="{at}"><bt>{row.title}</bt><rq>{row.published}</rq><wz>{self.link_to(row)}</wz></info>'
            for at, row in enumerate(newest_first(column))
        )
        body = f'<?xml version="1.0" encoding="gb2312"?>\n<list>{items}</list>'
        self.routes[f"/{column.slug}/data.xml"] = lambda _: answer(body.encode("gbk"), (("Content-Type", "text/xml"),))


def _says(reply: Answer, _: Request) -> Answer:
    return reply
