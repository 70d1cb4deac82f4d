"""Portals on which the way to the reports is uncommon: trees in frames, pictures as menus, maps, columns that nothing promises."""

# ruff: noqa: ARG002, E501 -- a kind uses what it needs of the arguments; lines of HTML stay whole
from __future__ import annotations

import html
import json
from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from samples import chrome
from samples.families.handmade import Handmade, Office
from samples.families.paging import newest_first
from samples.portal import Article, Charset, Column


class Trees(Handmade):
    """The way to the columns is an image map and the nodes of a tree in a script; lists are GBK pages with 查看 for every title."""

    family = "trees"
    charset = Charset(header="", meta="gb2312", real="gbk")
    table = "<table><tr><td>标题</td><td>日期</td><td>操作</td></tr>{}</table>"
    line = '<tr><td>{title}</td><td>{day}</td><td><a href="{link}">[查看]</a></td></tr>'

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

    def pager(self, column: Column, number: int, count: int) -> str:
        before = self.turn("""<input type="button" value="上一页" onclick="location.href='{}'">""", column, number - 1)
        after = self.turn("""<input type="button" value="下一页" onclick="location.href='{}'">""", column, number + 1)
        return before + after


class TreeFrames(Office):
    """The publication platform is a frameset of its own: a tree by script calls on the left, table rows with index numbers on the right; the pager sets a field."""

    family = "tree_frames"
    place_at = "/gkpt/list.jsp?cid={column}"
    article_at = "/gkpt/showinfo.jsp?infoid={number}"

    def build_list(self, column: Column) -> None:
        parts = self.parts(column)
        first = self.place(column, 1)
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
            if column.name in chrome.FIVE
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
    first_at = "/{slug}/list.htm"
    place_at = "/{slug}/list_{number}.htm"
    article_at = "/info/10{column:02d}/{number}.htm"

    def landing_page(self, column: Column) -> str:
        return self.framed(
            '<div class="xxgk"><ul><li><a href="/xxgk/zn.htm">公开指南</a></li><li><a href="/xxgk/ml.htm">信息公开目录</a></li><li><a href="/xxgk/ysq.htm">申请公开</a></li></ul></div>',
            title=column.name,
        )

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
        below = self.entries(column.columns)
        rows = self.lines(part, '<tr><td><a href="{link}">{title}</a></td><td>{day}</td></tr>')
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
    first_at = "/col/col12{column:02d}/"
    place_at = "/col/col12{column:02d}/index_{number}.html"
    article_at = "/art/{day.year}/{day.month}/{day.day}/art_12{column:02d}_{number}.html"

    def nav(self) -> str:
        return "".join(
            f'<td><a href="{self.column_path(column)}"><img src="/images/nav{at}.gif" alt="{column.name}" border="0"></a></td>'
            for at, column in enumerate(self.columns)
        )

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
        onwards = self.turn('<a href="{}">&gt;&gt;</a>', column, number + 1)
        return self.framed(f"<ul>{rows}</ul><div>{numbers}{onwards}</div>", title=column.name)


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
            if column.name in chrome.FIVE
        )
        self.script("/js/leftmenu.js", nodes)

    def list_page(self, column: Column, number: int, part: Sequence[Article]) -> str:
        rows = self.lines(part, '<dd><a href="{link}">{title}</a></dd>')
        total = len(self.parts(column))
        options = "".join(
            f'<option value="{n}"{" selected" if n == number else ""}>{n}</option>' for n in range(1, total + 1)
        )
        return self.framed(
            f"<dl>{rows}</dl>第<select onchange=\"location='/{column.slug}/'+this.value+'.html'\">{options}</select>页",
            title=column.name,
        )


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
        following = self.turn('<link rel="next" href="{}">', column, number + 1)
        return page.replace("</head>", f"{following}</head>", 1)

    def pager(self, column: Column, number: int, count: int) -> str:
        before = self.turn('<a class="pager prev" href="{}"><i class="icon"></i></a>', column, number - 1)
        return before + self.turn('<a class="pager next" href="{}"><i class="icon"></i></a>', column, number + 1)


class Assigned(Handmade):
    """The column page is a shell whose frame gets its address by an assignment in a script."""

    family = "assigned"
    place_at = "/{slug}/inner_{number}.html"
    column_at = "/{slug}/"

    def build_list(self, column: Column) -> None:
        super().build_list(column)
        script = f'<iframe id="frame" width="100%"></iframe><script>document.getElementById("frame").src = "{self.place(column, 1)}";</script>'
        self.page(self.column_path(column), lambda: chrome.frame(self, script, title=column.name))

    def pager(self, column: Column, number: int, count: int) -> str:
        return self.turn('<a href="{}">下一页</a>', column, number + 1)


class OldFrames(Office):
    """Classic ASP: the column is a table around an inline frame, 更多 a picture without words, pages by `[2]`; GB 2312 without a word of it."""

    family = "old_frames"
    column_at = "/Class.asp?ClassID={column}"
    place_at = "/NewsList.asp?ClassID={column}&page={number}"
    article_at = "/ReadNews.asp?NewsID={number}"
    charset = Charset(header="", meta="", real="gb18030")
    server = "Microsoft-IIS/6.0"

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
        line = '<tr><td><a href="{link}" target="_top"><font size=2>{title}</font></a></td><td>[{day}]</td></tr>'
        numbers = "".join(
            f"[{n}]" if n == number else f'<a href="{html.escape(self.place(column, n))}">[{n}]</a>'
            for n in range(1, len(self.parts(column)) + 1)
        )
        return f"<html><body><table>{self.lines(part, line)}</table>{numbers}</body></html>"


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
        names = self.entries(self.walk(), '<dd><a href="{}">{}</a></dd>')
        self.page("/map.html", lambda: self.framed(f"<dl>{names}</dl>", title="网站地图"))


class Misfiled(Office):
    """Two columns have the name 公告公示; the reports stand in the second, among notices, and the reports' own column says so."""

    family = "misfiled"
    first_at = "/{slug}/"
    place_at = "/{slug}/p/{number}"
    page_size = 7

    def build(self) -> None:
        reports = self.reports_column()
        twin = Column("公告公示", "zwgk/gggs", list(reports.articles))
        reports.articles.clear()
        next(column for column in self.walk() if column.landing).columns.append(twin)
        super().build()

    def list_page(self, column: Column, number: int, part: Sequence[Article]) -> str:
        if column is self.reports_column():
            return self.framed("<p>本机关年度报告请在公告公示中查阅。</p>", title=column.name)
        return super().list_page(column, number, part)


class Unpromising(Office):
    """The reports' column stands where no name promises it: below 法治政府, among the work reports on that."""

    family = "unpromising"
    first_at = "/lm{column}/"
    place_at = "/lm{column}/{number}.html"
    article_at = "/lm{column}/{day:%Y%m}/{number}.html"

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
        ways = self.entries(column.columns)
        return self.framed(f"<ul>{ways}</ul>", title=column.name)
