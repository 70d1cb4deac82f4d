"""Portals whose lists are turned in uncommon ways: by offsets, forms, view states, written or wordless anchors."""

# ruff: noqa: ARG002, E501 -- a kind uses what it needs of the arguments; lines of HTML stay whole
from __future__ import annotations

import base64
import html
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from urllib.parse import quote

from samples import chrome
from samples.families.handmade import Handmade, Office
from samples.portal import Article, Charset, Column
from samples.wire import Answer, Request, answer


class PostBack(Handmade):
    """ASP.NET: the pager is `__doPostBack`, which sends the page's form with its view state; upper-case addresses."""

    family = "post_back"
    place_at = "/Info/List.ASPX?ClassID={column}"
    article_at = "/Info/SHOW.ASPX?InfoID={number}"
    server = "Microsoft-IIS/7.5"

    def build_list(self, column: Column) -> None:
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


class Offsets(Handmade):
    """Pages are offsets (`?start=5`), and only 下一页 as an arrow leads on; on pages with `<base>`, links without protocol."""

    family = "offsets"
    first_at = "/list.php?cat={column}"
    place_at = "/list.php?cat={column}&start={start}"
    article_at = "/zfxxgk/{number}.php"

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
    first_at = "/{slug}/index.jhtml"
    place_at = "/{slug}/index_{number}.jhtml"
    table = "{}"
    line = '<dl><dt><a href=" {link}\n">{title}</a></dt></dl>'
    article_at = "/{slug}/信息 公开/{number}.jhtml"

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


class Blog(Handmade):
    """Blog software: `/?cat=3&paged=2`, articles `/?p=4011`; boxes on the homepage lead on by 更多 alone."""

    family = "blog"
    first_at = "/?cat={column}"
    place_at = "/?cat={column}&paged={number}"
    article_at = "/?p={number}"

    def home_page(self) -> str:
        boxes = "".join(
            f'<div class="box"><div class="head"><span>{column.name}</span> <a href="{self.column_path(column)}">更多&gt;&gt;</a></div></div>'
            for column in self.walk()
            if column.landing or column.name == "政府信息公开年报"
        )
        return chrome.frame(self, boxes).replace(f'<ul class="nav">{chrome.menu(self)}</ul>', "", 1)

    def pager(self, column: Column, number: int, count: int) -> str:
        older = self.turn('<a class="older" href="{}">« 较早文章</a>', column, number + 1)
        return f'<nav class="posts">{older}<a class="page-numbers" href="{self.place(column, count)}">{count}</a></nav>'


class ShortNames(Handmade):
    """Rows are headed with agencies' short names; pages count from 0 (`?page=1` is the second)."""

    family = "short_names"
    first_at = "/node/{column}"
    place_at = "/node/{column}?page={index}"
    article_at = "/{slug}/{day:%Y%m%d}/{number}.html"

    def rows(self, column: Column, part: Sequence[Article]) -> str:
        return "".join(f'<li><a href="{self.link_to(row)}">{self._short(row)}</a></li>' for row in part)

    def _short(self, row: Article) -> str:
        if row.reading is None:
            return row.title
        name = row.source.removeprefix(self.authority)
        return name.removesuffix("人民政府").removesuffix("镇").removesuffix("局") or "县政府"

    def pager(self, column: Column, number: int, count: int) -> str:
        following = '<li class="pager__item"><a href="{}" title="前往下一页"><span>››</span></a></li>'
        last = f'<li><a href="{self.place(column, count)}" title="前往末页"><span>末页 »</span></a></li>'
        return f"<ul>{self.turn(following, column, number + 1)}{last if number < count else ''}</ul>"


class Sessions(Office):
    """Every link carries a session id that is another one on each answer; GB 18030 without a word of it; `content.jsp?id=`."""

    family = "sessions"
    charset = Charset(header="", meta="", real="gb18030")

    def build(self) -> None:
        self._session = count(0x5F3A91C0)
        super().build()

    def place(self, column: Column, number: int) -> str:
        return f"/list.jsp?urltype=tree.TreeTempUrl&wbtreeid={1000 + self.number_of(column)}" + (
            f"&a3t={len(self.parts(column))}&a3p={number}&a3c=5" if number > 1 else ""
        )

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/content.jsp?urltype=news.NewsContentUrl&wbtreeid={1000 + self.number_of(column)}&id={number}"

    def reply(self, request: Request) -> Answer:
        target = re.sub(r";jsessionid=\w+", "", request.target)
        return super().reply(replace(request, target=target))

    def home_page(self) -> str:
        return self._marked(super().home_page())

    def landing_page(self, column: Column) -> str:
        return self._marked(super().landing_page(column))

    def list_page(self, column: Column, number: int, part: Sequence[Article]) -> str:
        return self._marked(super().list_page(column, number, part))

    def pager(self, column: Column, number: int, total: int) -> str:
        last = f'<a href="{html.escape(self.place(column, total))}">尾页</a>' if total > 1 else ""
        onwards = f'<a href="{html.escape(self.place(column, number + 1))}">下页</a>' if number < total else "下页"
        return f"共{len(column.articles)}条 {number}/{total} {onwards} {last}"

    def _marked(self, page: str) -> str:
        session = f";jsessionid={next(self._session):X}D2B7"
        return re.sub(r'href="(/[\w.]+\.jsp)', rf'href="\1{session}', page)
