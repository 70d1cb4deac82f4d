"""Portals as counties, bureaus and townships have them put together by a local firm: no known software, no toolkit's list.

What leads to the reports is uncommon here, not the report's page: trees in frames, years as columns, pictures as menus,
choices of a department, pages of townships, scripts in files of their own, reports in pieces.
"""

# ruff: noqa: ARG002, E501 -- a kind uses what it needs of the arguments; lines of HTML stay whole
from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from samples import chrome
from samples.families.handmade import JSON, PDF, Handmade
from samples.families.paging import newest_first, pages
from samples.portal import Article, Charset, Column
from samples.wire import Answer, Request, answer

TREE_COLUMNS = ("政府信息公开指南", "政府信息公开制度", "法定主动公开内容", "政府信息公开年报", "依申请公开")


class Office(Handmade):
    """Base of the kinds: `framed` is a page with the kind's own menu."""

    def nav(self) -> str:
        """Return the items of the main menu."""
        return chrome.menu(self)

    def framed(self, main: str, *, title: str) -> str:
        """Return a page around `main`."""
        return chrome.frame(self, main, title=title).replace(chrome.menu(self), self.nav())

    def list_page(self, column: Column, number: int, part: Sequence[Article]) -> str:
        turns = self.pager(column, number, len(self.parts(column)))
        return self.framed(f'{self.rows(column, part)}<div class="pages">{turns}</div>', title=column.name)

    def pager(self, column: Column, number: int, count: int) -> str:
        onwards = f'<a href="{self.place(column, number + 1)}">下一页</a>' if number < count else "下一页"
        return f"共{count}页 第{number}页 {onwards}"

    def reports_column(self) -> Column:
        """Return the column of the reports."""
        return next(column for column in self.walk() if column.slug.endswith("zfxxgknb"))

    def by_issuer(self, column: Column) -> dict[str, list[Article]]:
        """Return the articles of a column by who issued them."""
        found: dict[str, list[Article]] = {}
        for article in newest_first(column):
            found.setdefault(article.source or self.authority, []).append(article)
        return found


class TreeFrames(Office):
    """The publication platform is a frameset of its own: a tree by script calls on the left, table rows with index numbers on the right; the pager sets a field."""

    family = "tree_frames"

    def place(self, column: Column, number: int) -> str:
        return f"/gkpt/list.jsp?cid={self.number_of(column)}"

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/gkpt/showinfo.jsp?infoid={number}"

    def build_list(self, column: Column) -> None:
        parts = self.parts(column)
        first = self.place(column, 1)
        self.truth.lists[self.origin + first] = len(column.articles)
        for number, part in enumerate(parts, 1):
            page = partial(self.list_page, column, number, part)
            self.page(f"{first}&pageno={number}&pagesize=5", page)
            if number == 1:
                self.page(first, page)

    def landing_page(self, column: Column) -> str:
        note = f'<a href="/gkpt/index.html" target="_blank">进入{self.authority}政府信息公开平台</a>'
        return self.framed(f'<div class="xxgk">{note}</div>', title=column.name)

    def extras(self) -> None:
        self.page(
            "/gkpt/index.html",
            lambda: (
                '<html><head><title>政府信息公开平台</title></head><frameset rows="120,*"><frame src="banner.html" name="t"><frameset cols="220,*"><frame src="menu.jsp?type=1" name="menuFrame"><frame src="welcome.html" name="mainFrame"></frameset></frameset></html>'
            ),
        )
        self.page("/gkpt/banner.html", lambda: "<html><body><img src='/images/gk.jpg'></body></html>")
        self.page("/gkpt/welcome.html", lambda: "<html><body><p>欢迎访问政府信息公开平台</p></body></html>")
        self.page("/gkpt/menu.jsp?type=1", self._tree)

    def _tree(self) -> str:
        nodes = "".join(
            f"d.add({number},0,'{column.name}','list.jsp?cid={number}','{column.name}','mainFrame');\n"
            for number, column in enumerate(self.walk(), 1)
            if column.name in TREE_COLUMNS
        )
        return f"<html><head><script src='dtree.js'></script></head><body><div class='dtree'><script type='text/javascript'>\nd = new dTree('d');\nd.add(0,-1,'信息公开目录');\n{nodes}document.write(d);\n</script></div></body></html>"

    def list_page(self, column: Column, number: int, part: Sequence[Article]) -> str:
        total = len(self.parts(column))
        rows = "".join(
            f'<tr><td>1135{4000 + at}-07-{row.published:%Y-%m%d}</td><td><a href="{self.link_to(row)}" target="_blank">{row.title}</a></td><td>{row.source}</td><td>{row.published}</td></tr>'
            for at, row in enumerate(part)
        )
        return (
            f"<html><head><title>{column.name}</title></head><body><form name='pageForm' method='get' action='list.jsp'><input type='hidden' name='cid' value='{self.number_of(column)}'><input type='hidden' name='pageno' value='{number}'><input type='hidden' name='pagesize' value='5'>"
            f"<table><tr><th>索引号</th><th>信息名称</th><th>发布机构</th><th>发布日期</th></tr>{rows}</table>共{len(column.articles)}条 每页5条 当前第{number}/{total}页 "
            f"<a href='javascript:gotoPage({number + 1 if number < total else total})'>后一页</a> <a href='javascript:gotoPage({total})'>末页</a></form>"
            "<script>function gotoPage(n){ document.pageForm.pageno.value = n; document.pageForm.submit(); }</script></body></html>"
        )


class YearsInCatalogue(Office):
    """信息公开目录 → the reports' column → a year; table rows; 首页 上页 下页 尾页 and a box to go to a page; year pages come as `list_2.htm`."""

    family = "years_in_catalogue"

    def landing_page(self, column: Column) -> str:
        return self.framed(
            '<div class="xxgk"><ul><li><a href="/xxgk/zn.htm">公开指南</a></li><li><a href="/xxgk/ml.htm">信息公开目录</a></li><li><a href="/xxgk/ysq.htm">申请公开</a></li></ul></div>',
            title=column.name,
        )

    def place(self, column: Column, number: int) -> str:
        return f"/{column.slug}/list.htm" if number == 1 else f"/{column.slug}/list_{number}.htm"

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/info/{1000 + self.number_of(column)}/{number}.htm"

    def extras(self) -> None:
        for name in ("zn", "ysq"):
            self.page(f"/xxgk/{name}.htm", lambda: self.framed("<p>本机关依法公开政府信息。</p>", title="公开"))
        items = "".join(
            f'<dd><a href="/{slug}/list.htm">{name}</a></dd>'
            for name, slug in (("机构职能", "xxgk/jgzn"), ("人事信息", "xxgk/rsxx"), ("财政信息", "xxgk/czxx"))
        )
        for slug in ("jgzn", "rsxx", "czxx"):
            self.page(f"/xxgk/{slug}/list.htm", lambda: self.framed("<ul><li>暂无信息</li></ul>", title="目录"))
        years = f'<dd><a href="{self.column_path(self.reports_column())}">信息公开年报</a></dd>'
        self.page("/xxgk/ml.htm", lambda: self.framed(f"<dl>{items}{years}</dl>", title="信息公开目录"))

    def list_page(self, column: Column, number: int, part: Sequence[Article]) -> str:
        below = "".join(f'<li><a href="{self.column_path(sub)}">{sub.name}</a></li>' for sub in column.columns)
        rows = "".join(
            f'<tr><td><a href="{self.link_to(row)}">{row.title}</a></td><td>{row.published}</td></tr>' for row in part
        )
        total = len(self.parts(column))
        links = f'<a href="list.htm">首页</a> <a href="{self.place(column, max(1, number - 1))}">上页</a> '
        links += (
            f'<a href="{self.place(column, number + 1)}">下页</a> <a href="{self.place(column, total)}">尾页</a>'
            if number < total
            else "下页 尾页"
        )
        return self.framed(
            f'<ul class="left">{below}</ul><table>{rows}</table><div>共{total}页 第{number}页 {links} 转到<input id="go" size=2><button onclick="goto()">Go</button></div>',
            title=column.name,
        )


class PictureMenus(Office):
    """Menus and 更多 are pictures with `alt`; titles are cut and whole in `title=`; `>>` turns the page."""

    family = "picture_menus"

    def nav(self) -> str:
        return "".join(
            f'<td><a href="{self.column_path(column)}"><img src="/images/nav{at}.gif" alt="{column.name}" border="0"></a></td>'
            for at, column in enumerate(self.columns)
        )

    def column_path(self, column: Column) -> str:
        return f"/col/col{1200 + self.number_of(column)}/"

    def place(self, column: Column, number: int) -> str:
        return self.column_path(column) + (f"index_{number}.html" if number > 1 else "")

    def article_path(self, column: Column, article: Article, number: int) -> str:
        day = article.published
        return f"/art/{day.year}/{day.month}/{day.day}/art_{1200 + self.number_of(column)}_{number}.html"

    def home_page(self) -> str:
        return self.framed('<p><img src="/images/flash.jpg"></p>', title=chrome.site(self))

    def landing_page(self, column: Column) -> str:
        boxes = "".join(
            f'<table><tr><td background="/images/bg.gif"><b>{sub.name}</b></td><td><a href="{self.column_path(sub)}"><img src="/images/more.gif" alt="更多"></a></td></tr></table><ul>{chrome.rows(self, newest_first(sub)[:2], cut=14)}</ul>'
            for sub in column.columns
        )
        return self.framed(boxes, title=column.name)

    def list_page(self, column: Column, number: int, part: Sequence[Article]) -> str:
        total = len(self.parts(column))
        rows = "".join(
            f'<li><a href="{self.link_to(row)}" title="{html.escape(row.title)}">{row.title[:14]}…</a><span>{row.published}</span></li>'
            for row in part
        )
        numbers = "".join(
            f"<b>{n}</b>" if n == number else f'<a href="{self.place(column, n)}">{n}</a>'
            for n in range(max(1, number - 1), min(total, number + 1) + 1)
            if n <= number
        )
        onwards = f'<a href="{self.place(column, number + 1)}">&gt;&gt;</a>' if number < total else ""
        return self.framed(f"<ul>{rows}</ul><div>{numbers}{onwards}</div>", title=column.name)


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


class DepartmentChoice(Office):
    """The reports' column shows the government's own; those of a department come with its choice in a select, by a number that the handler joins."""

    family = "department_choice"

    def place(self, column: Column, number: int) -> str:
        return f"/opennb/list.do?cid={self.number_of(column)}"

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/opennb/view.do?id={number}"

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
        rows = "".join(f'<li><a href="{self.link_to(row)}">{row.title}</a></li>' for row in chosen.get(name, ()))
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
        rows = "".join(f'<li><a href="{self.link_to(row)}">{row.title}</a></li>' for row in articles)
        return self.framed(f"<h2>{name}</h2><ul>{rows}</ul>", title=f"{name}公开年报")


class TownshipPages(Office):
    """Each authority has a small site of its own below 乡镇街道; the report hangs under 工作报告 or 信息公开 → 年度报告 there."""

    family = "township_pages"

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/xz/show_{number}.html"

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


class OuterScripts(Office):
    """A list page is a shell; its rows come by a POST that stands in a script file of the same host, the column's number in the page."""

    family = "outer_scripts"
    service = "/portal/article/queryList"

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/portal/detail.html?articleId={number}"

    def place(self, column: Column, number: int) -> str:
        return f"/portal/list.html?channel={self.number_of(column)}"

    def build_list(self, column: Column) -> None:
        self.truth.lists[self.origin + self.place(column, 1)] = len(column.articles)
        self.page(self.place(column, 1), partial(self._shell, column))

    def _shell(self, column: Column) -> str:
        number = self.number_of(column)
        return self.framed(
            f'<div id="list"></div><div id="pager"></div><script>var channelId = "{number}";</script><script src="/portal/js/jquery.min.js"></script><script src="/portal/js/list.js?v=3"></script>',
            title=column.name,
        )

    def extras(self) -> None:
        script = (
            '$(function(){ loadList(1); });\nfunction loadList(pageNo){\n  $.ajax({ url: "/portal/article/queryList", type: "POST", dataType: "json",\n'
            '    data: { channelId: channelId, pageNo: pageNo, pageSize: 10 },\n    success: function(res){ var h = "";\n'
            '      $.each(res.data.list, function(i, e){ h += "<li><a href=\'/portal/detail.html?articleId=" + e.articleId + "\'>" + e.title + "</a></li>"; });\n'
            '      $("#list").html(h); } });\n}\n'
        )
        self.routes["/portal/js/list.js?v=3"] = lambda _: answer(
            script.encode(), (("Content-Type", "application/javascript"),)
        )
        self.routes["/portal/js/jquery.min.js"] = lambda _: answer(
            b"/*! jQuery v1.12.4 */" + b"!function(){}();" * 6000, (("Content-Type", "application/javascript"),)
        )
        self.routes[self.service] = self._rows

    def _rows(self, request: Request) -> Answer:
        fields = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        column = self.column_of(fields.get("channelId", "0"))
        parts = pages(newest_first(column), 10)
        number = int(fields.get("pageNo", "1"))
        part = parts[number - 1] if 0 < number <= len(parts) else ()
        rows = [
            {"articleId": self.path_of(row).rpartition("=")[2], "title": row.title, "publishTime": str(row.published)}
            for row in part
        ]
        return answer(json.dumps({"code": 0, "data": {"total": len(column.articles), "list": rows}}).encode(), JSON)


class OffsetTable(Office):
    """bootstrap-table: the service is asked by offset and limit, which a function of the page puts together."""

    family = "offset_table"

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/xxgk/detail/{number}.html"

    def place(self, column: Column, number: int) -> str:
        return f"/xxgk/channel/{self.number_of(column)}.html"

    def build_list(self, column: Column) -> None:
        self.truth.lists[self.origin + self.place(column, 1)] = len(column.articles)
        self.page(self.place(column, 1), partial(self._shell, column))

    def _shell(self, column: Column) -> str:
        script = (
            "$('#tb').bootstrapTable({ url: '/xxgk/getInfoList', method: 'get', sidePagination: 'server', pagination: true, pageSize: 10,\n"
            f"  queryParams: function(params) {{ return {{ limit: params.limit, offset: params.offset, channelId: '{self.number_of(column)}' }}; }},\n"
            "  columns: [{ field: 'indexNo', title: '索引号' }, { field: 'title', title: '标题', formatter: function(v, row) { return \"<a href='\" + row.url + \"'>\" + v + '</a>'; } }] });"
        )
        return self.framed(
            f'{chrome.five_entries(self)}<table id="tb"></table><script>{script}</script>', title=column.name
        )

    def extras(self) -> None:
        self.prefixes["/xxgk/getInfoList"] = self._rows

    def _rows(self, request: Request) -> Answer:
        fields = {name: values[0] for name, values in parse_qs(urlsplit(request.target).query).items()}
        articles = newest_first(self.column_of(fields.get("channelId", "0")))
        start, size = int(fields.get("offset", "0")), int(fields.get("limit", "10"))
        rows = [
            {"indexNo": f"1135-{at}", "title": row.title, "url": self.path_of(row)}
            for at, row in enumerate(articles[start : start + size])
        ]
        return answer(json.dumps({"total": len(articles), "rows": rows}).encode(), JSON)


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
        listed = "".join(f'<li><a href="{self.link_to(row)}">{row.source}</a></li>' for row in others)
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


class InPieces(Office):
    """A long report is cut over pages by the editor: `t…_7.html`, `t…_7_1.html`, `t…_7_2.html`, each with numbers and 下一页."""

    family = "in_pieces"
    cuts = 3

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/zwgk/{article.published:%Y%m}/t{article.published:%Y%m%d}_{number}.html"

    def build(self) -> None:
        super().build()
        for column in self.walk():
            for article in column.articles:
                if article.reading:
                    self._cut(column, article)

    def _cut(self, column: Column, article: Article) -> None:
        path = self.paths[id(article)]
        stem = path.removesuffix(".html")
        places = [path, *(f"{stem}_{number}.html" for number in range(1, self.cuts))]
        for number, place in enumerate(places):
            self.page(place, partial(self._piece, column, article, places, number))
            if number:
                self.truth.renditions[self.origin + place] = self.origin + path

    def _piece(self, column: Column, article: Article, places: list[str], number: int) -> str:
        body = self.body(article)
        tags = body.lower()  # some editors write capitals
        marks = [tags.find("<table", tags.find("<table") + 1), tags.rfind("<table")]
        bounds = [0, *marks, len(body)]
        page = super().article_page(column, article).replace(body, body[bounds[number] : bounds[number + 1]])
        numbers = "".join(
            f'<a href="{place}">{at}</a>' if at != number + 1 else f"<b>{at}</b>" for at, place in enumerate(places, 1)
        )
        onwards = f'<a href="{places[number + 1]}">下一页</a>' if number + 1 < len(places) else ""
        return page.replace("</div></div>", f'<div class="fy">{numbers} {onwards}</div></div></div>', 1)


class Bundles(Office):
    """One post a year holds the reports of all agencies as files, each under the agency's short name."""

    family = "bundles"

    def build_list(self, column: Column) -> None:
        if column is not self.reports_column():
            super().build_list(column)
            return
        years: dict[int, list[Article]] = {}
        for article in column.articles:
            if article.reading:
                years.setdefault(article.reading["report_year"], []).append(article)
        self.unclaim([article for articles in years.values() for article in articles])
        rows = ""
        for year, articles in sorted(years.items()):
            place = f"/zwgk/nb/{year}/{88000 + year}.shtml"
            rows += f'<li><a href="{place}">{year}年度各镇（街道）、各部门公开年报</a></li>'
            self.truth.near_misses[self.origin + place] = "index_page"
            files = ""
            for at, article in enumerate(articles):
                file = f"/zwgk/nb/{year}/P0{year}{at:03d}.pdf"
                self.routes[file] = lambda _: answer(PDF, (("Content-Type", "application/pdf"),))
                self.truth.renditions[self.origin + file] = self.origin + place
                files += (
                    f'<p><a href="P0{year}{at:03d}.pdf">{at + 1}.{article.source.removeprefix(self.authority)}</a></p>'
                )
            self.page(place, partial(self._post, year, files))
        self.page(self.place(column, 1), lambda: self.framed(f"<ul>{rows}</ul>", title=column.name))

    def _post(self, year: int, files: str) -> str:
        return self.framed(
            f'<h1>{year}年度各镇（街道）、各部门公开年报</h1><div class="zoom">{files}</div>',
            title=f"{year}年度公开年报",
        )


class ScriptMenus(Office):
    """The menu of every page is written by a script out of an array of pairs; the five entries come from a script file."""

    family = "script_menus"
    pairs: ClassVar[str] = (
        'document.write("<li><a href=\'" + m[i][1] + "\' target=\'_blank\'>" + m[i][0] + "</a></li>");'
    )

    def nav(self) -> str:
        items = ",".join(f'["{column.name}","{self.column_path(column)}"]' for column in self.columns)
        return f"<script>var m = [{items}]; for (var i = 0; i < m.length; i++) {{ {self.pairs} }}</script>"

    def home_page(self) -> str:
        return self.framed('<div id="banner"></div>', title=chrome.site(self))

    def landing_page(self, column: Column) -> str:
        return self.framed(
            '<div class="left"><script language="javascript" src="/js/leftmenu.js"></script></div><div>请选择左侧目录</div>',
            title=column.name,
        )

    def extras(self) -> None:
        nodes = "".join(
            f"document.writeln('<li><a href=\"{self.column_path(column)}\">{column.name}</a></li>');\n"
            for column in self.walk()
            if column.name in TREE_COLUMNS
        )
        self.routes["/js/leftmenu.js"] = lambda _: answer(nodes.encode(), (("Content-Type", "application/javascript"),))

    def list_page(self, column: Column, number: int, part: Sequence[Article]) -> str:
        rows = "".join(f'<dd><a href="{self.link_to(row)}">{row.title}</a></dd>' for row in part)
        total = len(self.parts(column))
        options = "".join(
            f'<option value="{n}"{" selected" if n == number else ""}>{n}</option>' for n in range(1, total + 1)
        )
        return self.framed(
            f"<dl>{rows}</dl>第<select onchange=\"location='/{column.slug}/'+this.value+'.html'\">{options}</select>页",
            title=column.name,
        )


class Misfiled(Office):
    """Two columns have the name 公告公示; the reports stand in the second, among notices, and the reports' own column says so."""

    family = "misfiled"
    page_size = 7

    def build(self) -> None:
        reports = self.reports_column()
        twin = Column("公告公示", "zwgk/gggs", list(reports.articles))
        reports.articles.clear()
        next(column for column in self.walk() if column.landing).columns.append(twin)
        super().build()

    def place(self, column: Column, number: int) -> str:
        return f"/{column.slug}/" if number == 1 else f"/{column.slug}/p/{number}"

    def list_page(self, column: Column, number: int, part: Sequence[Article]) -> str:
        if column is self.reports_column():
            return self.framed("<p>本机关年度报告请在公告公示中查阅。</p>", title=column.name)
        return super().list_page(column, number, part)


class Unpromising(Office):
    """The reports' column stands where no name promises it: below 法治政府, among the work reports on that."""

    family = "unpromising"

    def build(self) -> None:
        landing = next(column for column in self.walk() if column.landing)
        reports = self.reports_column()
        landing.columns.remove(reports)
        reports.name = "工作材料"
        self.columns = [*self.columns, Column("法治政府", "fzzf", landing=True, columns=[reports])]
        super().build()

    def landing_page(self, column: Column) -> str:
        if column is not self.columns[-1]:
            return super().landing_page(column)
        ways = "".join(f'<li><a href="{self.column_path(sub)}">{sub.name}</a></li>' for sub in column.columns)
        return self.framed(f"<ul>{ways}</ul>", title=column.name)

    def place(self, column: Column, number: int) -> str:
        return f"/lm{self.number_of(column)}/" if number == 1 else f"/lm{self.number_of(column)}/{number}.html"

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/lm{self.number_of(column)}/{article.published:%Y%m}/{number}.html"


class AskedTrees(Office):
    """The catalogue is a tree that a POST brings level by level; a node's list is named by a script out of its id."""

    family = "asked_trees"

    def place(self, column: Column, number: int) -> str:
        return (
            f"/catalog/{self.number_of(column)}.html"
            if number == 1
            else f"/catalog/{self.number_of(column)}_{number}.html"
        )

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/public/{self.number_of(column)}/{number}.html"

    def landing_page(self, column: Column) -> str:
        script = (
            "var setting = { async: { enable: true, url: '/public/columnTree', type: 'post', autoParam: ['id'], otherParam: { organId: '21' } }, callback: { onClick: function(e, t, node) { location.href = '/catalog/' + node.id + '.html'; } } };\n"
            "$(function(){ $.post('/public/columnTree', { organId: '21' }, function(nodes) { $.fn.zTree.init($('#tree'), setting, nodes); }); });"
        )
        return self.framed(f'<ul id="tree" class="ztree"></ul><script>{script}</script>', title=column.name)

    def extras(self) -> None:
        self.routes["/public/columnTree"] = self._nodes

    def _nodes(self, request: Request) -> Answer:
        known = [(number, column) for number, column in enumerate(self.walk(), 1) if column.name in TREE_COLUMNS]
        nodes = [{"id": number, "pId": 0, "name": column.name, "isParent": False} for number, column in known]
        return answer(json.dumps(nodes).encode(), JSON)


class OldFrames(Office):
    """Classic ASP: the column is a table around an inline frame, 更多 a picture without words, pages by `[2]`; GB 2312 without a word of it."""

    family = "old_frames"
    charset = Charset(header="", meta="", real="gb18030")
    server = "Microsoft-IIS/6.0"

    def column_path(self, column: Column) -> str:
        return f"/Class.asp?ClassID={self.number_of(column)}"

    def place(self, column: Column, number: int) -> str:
        return f"/NewsList.asp?ClassID={self.number_of(column)}&page={number}"

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/ReadNews.asp?NewsID={number}"

    def build_list(self, column: Column) -> None:
        super().build_list(column)
        frame = f'<table><tr><td><iframe src="NewsList.asp?ClassID={self.number_of(column)}&page=1" width="100%"></iframe></td></tr></table>'
        self.page(self.column_path(column), lambda: self.framed(frame, title=column.name))

    def landing_page(self, column: Column) -> str:
        boxes = "".join(
            f'<table><tr><td><font color="#990000">{sub.name}</font></td><td align="right"><a href="Class.asp?ClassID={self.number_of(sub)}"><img src="images/more.gif" border="0"></a></td></tr></table>'
            for sub in column.columns
        )
        return self.framed(boxes, title=column.name)

    def list_page(self, column: Column, number: int, part: Sequence[Article]) -> str:
        rows = "".join(
            f'<tr><td><a href="{self.link_to(row)}" target="_top"><font size=2>{row.title}</font></a></td><td>[{row.published:%Y-%m-%d}]</td></tr>'
            for row in part
        )
        numbers = "".join(
            f"[{n}]" if n == number else f'<a href="{html.escape(self.place(column, n))}">[{n}]</a>'
            for n in range(1, len(self.parts(column)) + 1)
        )
        return f"<html><body><table>{rows}</table>{numbers}</body></html>"


class ByOwnQuery(Office):
    """A shell whose script file takes the column's code out of the page's own query and asks for JSON by POST."""

    family = "by_own_query"

    def place(self, column: Column, number: int) -> str:
        return f"/pages/list.html?code=C{self.number_of(column):03d}"

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/pages/{article.published.year}/{number}.html"

    def build_list(self, column: Column) -> None:
        self.page(
            self.place(column, 1),
            lambda: self.framed(
                '<div id="rows"></div><script src="/static/js/column.4f3a.js"></script>', title=column.name
            ),
        )

    def extras(self) -> None:
        code = (
            "function getUrlParam(n){var r=new RegExp('(^|&)'+n+'=([^&]*)(&|$)');var m=window.location.search.substr(1).match(r);return m?unescape(m[2]):null}\n"
            "var code = getUrlParam('code'); var pageNum = 1;\n"
            "axios.post('/api/cms/queryPage', { catalogCode: code, pageNum: pageNum, pageSize: 8 }).then(function(r){ r.data.rows.forEach(function(x){ $('#rows').append('<a href=\"' + x.linkUrl + '\">' + x.docTitle + '</a>'); }); });"
        )
        self.routes["/static/js/column.4f3a.js"] = lambda _: answer(
            code.encode(), (("Content-Type", "application/javascript"),)
        )
        self.routes["/api/cms/queryPage"] = self._rows

    def _rows(self, request: Request) -> Answer:
        try:
            asked = json.loads(request.body or b"{}")
        except ValueError:
            asked = {}
        number = str(asked.get("catalogCode") or "C0")[1:].lstrip("0")
        articles = newest_first(self.column_of(number))
        start = (int(asked.get("pageNum", 1)) - 1) * 8
        rows = [{"linkUrl": self.path_of(row), "docTitle": row.title} for row in articles[start : start + 8]]
        return answer(json.dumps({"total": len(articles), "rows": rows}).encode(), JSON)


class StaticJson(Office):
    """A column's rows stand in a JSON file beside it, under names of one letter; the script shows them page by page."""

    family = "static_json"

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/{column.slug}/{article.published:%Y-%m/%d}/content_{number}.html"

    def place(self, column: Column, number: int) -> str:
        return f"/{column.slug}/index.html"

    def build_list(self, column: Column) -> None:
        rows = [
            {"t": row.title, "u": self.path_of(row).removeprefix(f"/{column.slug}/"), "d": str(row.published)}
            for row in newest_first(column)
        ]
        data = json.dumps({"n": len(rows), "l": rows}, ensure_ascii=False).encode()
        self.routes[f"/{column.slug}/list.json"] = lambda _: answer(data, JSON)
        script = (
            "$.ajax({ url: './list.json', dataType: 'json', cache: false, success: function(d) { show(d.l, 1); } });"
        )
        self.page(
            self.place(column, 1), lambda: self.framed(f'<ul id="l"></ul><script>{script}</script>', title=column.name)
        )


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


class ServerTables(Office):
    """DataTables: start, length and draw are sent without being named; the column's number is added by a function; rows are linked by a render function."""

    family = "server_tables"

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/gk/view/{number}"

    def place(self, column: Column, number: int) -> str:
        return f"/gk/column/{self.number_of(column)}"

    def build_list(self, column: Column) -> None:
        script = (
            "$('#t').DataTable({ serverSide: true, searching: false, pageLength: 10, ajax: { url: '/gk/data', type: 'POST', "
            f"data: function(d) {{ d.columnId = '{self.number_of(column)}'; }} }}, columns: [{{ data: 'indexNo' }}, {{ data: 'title', render: function(v, t, row) {{ return '<a href=\"/gk/view/' + row.id + '\">' + v + '</a>'; }} }}] }});"
        )
        self.page(
            self.place(column, 1),
            lambda: self.framed(f"<table id='t'></table><script>{script}</script>", title=column.name),
        )

    def extras(self) -> None:
        self.routes["/gk/data"] = self._rows

    def _rows(self, request: Request) -> Answer:
        fields = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        articles = newest_first(self.column_of(fields.get("columnId", "0")))
        start, size = int(fields.get("start", "0")), int(fields.get("length", "10"))
        rows = [
            {"id": self.path_of(row).rpartition("/")[2], "indexNo": str(at), "title": row.title}
            for at, row in enumerate(articles[start : start + size])
        ]
        return answer(
            json.dumps(
                {"draw": 1, "recordsTotal": len(articles), "recordsFiltered": len(articles), "data": rows}
            ).encode(),
            JSON,
        )


class SiteMapOnly(Office):
    """The homepage is a picture with areas for news; everything else is reached by 网站地图 at the foot of the page."""

    family = "site_map_only"

    def nav(self) -> str:
        return f'<li><a href="{self.column_path(self.columns[0])}"><img src="/images/xw.gif"></a></li>'

    def home_page(self) -> str:
        return self.framed(
            '<img src="/images/main.jpg" usemap="#m"><map name="m"><area href="/1.html" coords="0,0,9,9"></map><a href="/map.html">网站地图</a>',
            title=chrome.site(self),
        )

    def landing_page(self, column: Column) -> str:
        return self.framed("<p>政府信息公开</p>", title=column.name)

    def extras(self) -> None:
        self.page("/1.html", lambda: self.framed("<p>图片新闻</p>", title="图片新闻"))
        names = "".join(f'<dd><a href="{self.column_path(column)}">{column.name}</a></dd>' for column in self.walk())
        self.page("/map.html", lambda: self.framed(f"<dl>{names}</dl>", title="网站地图"))


class TurnedInPlace(Office):
    """The pager's anchors lead nowhere; a click calls a function that adds the page to the page's own path."""

    family = "turned_in_place"

    def place(self, column: Column, number: int) -> str:
        return f"/open/{column.slug}" + (f"?pageIndex={number}" if number > 1 else "")

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/open/detail/{number}"

    def pager(self, column: Column, number: int, count: int) -> str:
        call = "function turnPage(n) { window.location.href = window.location.pathname + '?pageIndex=' + n; }"
        return f"<script>{call}</script>共{count}页 当前第{number}页 <a href='javascript:;' onclick='turnPage(1)'>首页</a> <a href='javascript:;' onclick='turnPage({min(count, number + 1)})'>下一页</a> <a href='javascript:;' onclick='turnPage({count})'>尾页</a>"


class LoadedTabs(Office):
    """An agency's tab has a number; a click loads the agency's list into the page, by an address that the script joins with it."""

    family = "loaded_tabs"

    def build_list(self, column: Column) -> None:
        if column is not self.reports_column():
            super().build_list(column)
            return
        groups = self.by_issuer(column)
        tabs = "".join(
            f'<li class="tab" data-dept="{at}">{name.removeprefix(self.authority)}</li>'
            for at, name in enumerate(groups, 301)
        )
        script = "$('.tab').on('click', function() { $('#list').load('/ajax/reports.jsp?dept=' + $(this).attr('data-dept')); });"
        self.page(
            self.place(column, 1),
            lambda: self.framed(f"<ul>{tabs}</ul><div id='list'></div><script>{script}</script>", title=column.name),
        )
        for at, articles in enumerate(groups.values(), 301):
            rows = "".join(f'<p><a href="{self.link_to(row)}">{row.title}</a></p>' for row in articles)
            self.page(f"/ajax/reports.jsp?dept={at}", partial(str, rows))
