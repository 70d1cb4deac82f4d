"""Portals whose column of reports says only to a script where they are: in files of their own, behind clicks, level by level.

The other columns are plain lists, as on the portals that they are drawn after.
"""

# ruff: noqa: E501 -- lines of HTML and of scripts stay whole
from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar
from urllib.parse import parse_qs

from samples.families.handmade import JSON, Office
from samples.families.paging import newest_first, pages
from samples.portal import Article, Column
from samples.wire import Answer, Request, answer


class Scripted(Office):
    """Base of the kinds."""

    def bodies(self) -> dict[str, list[Article]]:
        """Return the reports by the number of who issued them."""
        return {f"B{at}": articles for at, articles in enumerate(self.by_issuer(self.reports_column()).values(), 1)}

    def names(self) -> dict[str, str]:
        """Return who issued reports, by number."""
        return {f"B{at}": name for at, name in enumerate(self.by_issuer(self.reports_column()), 1)}


def _asked(request: Request) -> dict[str, str]:
    fields = parse_qs(request.body.decode() if request.method == "POST" else request.target.partition("?")[2])
    return {name: values[0] for name, values in fields.items()}


class OnePage(Scripted, ABC):
    """Base of the kinds whose column of reports is one page."""

    def build_list(self, column: Column) -> None:
        if column is self.reports_column():
            self.page(self.place(column, 1), self.reports_page)
        else:
            super().build_list(column)

    @abstractmethod
    def reports_page(self) -> str:
        """Return the page of the reports' column."""


class Accordion(OnePage):
    """Groups of agencies that open by a click and are filled by JSON; an agency's list comes by JSON, too, two pages of it."""

    family = "accordion"
    article_at = "/xxgk/detail?infoId={number}"
    scripts: ClassVar[dict[str, str]] = {
        "/assets/annual.js": """$(function () {
  $(".grp").on("click", function () {
    var gid = $(this).data("gid"), dd = $(this).next("dd");
    $.getJSON("/xxgk/org/children", {gid: gid}, function (res) {
      dd.html($.map(res.data, function (o) { return '<a class="org" data-oid="' + o.orgId + '">' + o.orgName + "</a>"; }).join(""));
    });
  });
  $(document).on("click", ".org", function () { load($(this).data("oid"), 1); });
});
function load(oid, page) {
  $.getJSON("/xxgk/info/list", {orgId: oid, pageNum: page, pageSize: 2}, function (res) {
    var h = "";
    $.each(res.rows, function (i, r) { h += '<li><a href="/xxgk/detail?infoId=' + r.infoId + '">' + r.title + "</a></li>"; });
    $("#rows").html(h);
    new Pager("#pager", {total: res.total, size: 2, go: function (p) { load(oid, p); }});
  });
}
"""
    }

    def reports_page(self) -> str:
        groups = (
            '<dl><dt class="grp" data-gid="g1">部门</dt><dd></dd><dt class="grp" data-gid="g2">乡镇</dt><dd></dd></dl>'
        )
        return self.framed(
            f'{groups}<ul id="rows"></ul><script src="/assets/annual.js"></script>', title="政府信息公开年报"
        )

    def extras(self) -> None:
        super().extras()
        self.prefixes["/xxgk/org/children"] = self._children
        self.prefixes["/xxgk/info/list"] = self._list

    def _children(self, request: Request) -> Answer:
        places = {
            code: name for code, name in self.names().items() if ("镇" in name) is (_asked(request).get("gid") == "g2")
        }
        data = [{"orgId": code, "orgName": name} for code, name in places.items()]
        return answer(json.dumps({"data": data}).encode(), JSON)

    def _list(self, request: Request) -> Answer:
        asked = _asked(request)
        articles = self.bodies().get(asked.get("orgId", ""), [])
        start = (int(asked.get("pageNum", 1)) - 1) * 2
        rows = [
            {"infoId": self.path_of(row).partition("=")[2], "title": row.title} for row in articles[start : start + 2]
        ]
        return answer(json.dumps({"total": len(articles), "rows": rows}).encode(), JSON)


class ClickedNodes(OnePage):
    """A tree whose nodes stand in the page; a file of its own posts the node's id and gets a fragment, its pager calling the file again."""

    family = "clicked_nodes"
    scripts: ClassVar[dict[str, str]] = {
        "/static/year.js": """var setting = {data: {simpleData: {enable: true}}, callback: {onClick: function (e, id, node) { loadList(node.id, 1); }}};
function loadList(deptId, page) { $.post("/xxgk/year/list", {deptId: deptId, page: page}, function (html) { $("#listDiv").html(html); }); }
"""
    }

    def reports_page(self) -> str:
        nodes = [{"id": code, "pId": 0, "name": name} for code, name in self.names().items()]
        script = f"var zNodes = {json.dumps(nodes, ensure_ascii=False)};\n$(function () {{ $.fn.zTree.init($('#tree'), setting, zNodes); }});"
        return self.framed(
            f'<ul id="tree"></ul><div id="listDiv">正在加载…</div><script src="/static/year.js"></script><script>{script}</script>',
            title="政府信息公开年报",
        )

    def extras(self) -> None:
        super().extras()
        self.routes["/xxgk/year/list"] = self._rows

    def _rows(self, request: Request) -> Answer:
        asked = _asked(request)
        code, number = asked.get("deptId", ""), int(asked.get("page") or 1)
        parts = pages(self.bodies().get(code, []), 2)
        part = parts[number - 1] if 0 < number <= len(parts) else []
        rows = self.lines(part, '<li><a href="{link}">{title}</a></li>')
        turns = "".join(
            f'<a href="javascript:;" onclick="loadList(\'{code}\',{n})">{n}</a>' for n in range(1, len(parts) + 1)
        )
        return answer(f"<ul>{rows}</ul><p>{turns}</p>".encode(), self.headers(self.charset))


class PostedYears(Scripted):
    """Years are words that fill a hidden field and post a form; the newest is shown at once."""

    family = "posted_years"

    def build_list(self, column: Column) -> None:
        if column is self.reports_column():
            self.routes[self.place(column, 1)] = self._shown
        else:
            super().build_list(column)

    def _shown(self, request: Request) -> Answer:
        articles = newest_first(self.reports_column())
        years = sorted({str(article.published.year) for article in articles}, reverse=True)
        year = _asked(request).get("nd", years[0]) if request.method == "POST" else years[0]
        words = "".join(f'<span onclick="changeYear({each})">{each}年</span>' for each in years)
        form = '<form id="f" method="post"><input type="hidden" name="nd" id="nd"><input type="hidden" name="token" value="a8"></form>'
        script = (
            'function changeYear(y) { document.getElementById("nd").value = y; document.getElementById("f").submit(); }'
        )
        rows = self.rows(
            self.reports_column(), [article for article in articles if str(article.published.year) == year]
        )
        page = self.framed(f"{form}<script>{script}</script>{words}{rows}", title="政府信息公开年报")
        return answer(page.encode(), self.headers(self.charset))


class PagesInAFile(Scripted):
    """A pager that a file of its own writes and turns, out of variables of the page."""

    family = "pages_in_a_file"
    scripts: ClassVar[dict[str, str]] = {
        "/js/pages.js": """function go(n) { if (n < 1 || n > pageCount) return;
  if (n == 1) { window.location.href = colUrl + "1.html"; } else { window.location.href = colUrl + n + ".html"; } }
function showPages() { var s = ""; for (var i = 1; i <= pageCount; i++) { s += "<a href='javascript:go(" + i + ")'>" + i + "</a> "; } document.write(s); }
"""
    }

    def list_page(self, column: Column, number: int, part: Sequence[Article]) -> str:
        count = len(self.parts(column))
        script = f'var colUrl="/{column.slug}/"; var pageCount={count};'
        pager = (
            f'<a href="javascript:go({number + 1})">下一页</a><script>showPages();</script>共{len(column.articles)}条'
        )
        head = f'<script>{script}</script><script src="/js/pages.js"></script>'
        return self.framed(f"{head}{self.rows(column, part)}<div>{pager}</div>", title=column.name)


class TabsWithState(OnePage):
    """Years as tabs over XMLHttpRequest: a click keeps the year in a variable, and 下一页 of the answer asks with it."""

    family = "tabs_with_state"

    def reports_page(self) -> str:
        years = sorted({article.published.year for article in self.reports_column().articles}, reverse=True)
        tabs = "".join(f'<li onclick="tab(this,{year})">{year}年</li>' for year in years)
        script = f"""var cur = {years[0]};
function get(cid, p) {{
  var x = window.XMLHttpRequest ? new XMLHttpRequest() : new ActiveXObject("Microsoft.XMLHTTP");
  x.onreadystatechange = function () {{ if (x.readyState == 4 && x.status == 200) {{ document.getElementById("con").innerHTML = x.responseText; }} }};
  x.open("GET", "/ajax/list.ashx?cid=" + cid + "&p=" + p + "&t=" + Math.random(), true); x.send(null);
}}
function tab(o, cid) {{ cur = cid; get(cid, 1); }}
function turn(p) {{ get(cur, p); }}
get(cur, 1);"""
        return self.framed(f'<ul>{tabs}</ul><div id="con"></div><script>{script}</script>', title="政府信息公开年报")

    def extras(self) -> None:
        self.prefixes["/ajax/list.ashx"] = self._rows

    def _rows(self, request: Request) -> Answer:
        asked = _asked(request)
        year, number = asked.get("cid", ""), int(asked.get("p") or 1)
        articles = [article for article in newest_first(self.reports_column()) if str(article.published.year) == year]
        parts = pages(articles, 3)
        part = parts[number - 1] if 0 < number <= len(parts) else []
        rows = self.lines(part, '<li><a href="{link}">{title}</a></li>')
        more = f'<a href="javascript:turn({number + 1})">下一页</a>' if number < len(parts) else ""
        return answer(f"<ul>{rows}</ul>{more}".encode(), self.headers(self.charset))


class FilledTemplate(OnePage):
    """A homepage whose menu is loaded; reports in a template of a library, from a service that answers scripts alone and turns pages by clicks of which each is signed."""

    family = "filled_template"
    scripts: ClassVar[dict[str, str]] = {
        "/js/list.js": """var page = 1;
function query() {
  $.ajax({url: "/api/rows", type: "post", data: {page: page, sign: hex_md5("nb" + page)}, dataType: "json", success: function (res) {
    $("#rows").html(template("row", res));
    $("#more").toggle(res.more);
  }});
}
$(function () { $("#more").click(function () { page++; query(); }); query(); });
""",
        "/js/template-web.js": "",
        "/js/md5.js": "",
    }

    def home_page(self) -> str:
        loads = '$("#top").load("/inc/header.html"); $("#foot").load("/inc/footer.html");'
        return f'<html><head><title>{self.authority}</title></head><body><div id="top"></div><p>今日要闻</p><div id="foot"></div><script>{loads}</script></body></html>'

    def reports_page(self) -> str:
        row = '{{each list as it}}<li><a href="{{it.path}}">{{it.title}}</a></li>{{/each}}'
        files = "".join(f'<script src="{path}"></script>' for path in reversed(self.scripts))
        return self.framed(
            f'<ul id="rows"></ul><a id="more" href="javascript:;">下一页</a><script type="text/html" id="row">{row}</script>{files}',
            title="政府信息公开年报",
        )

    def extras(self) -> None:
        super().extras()
        self.routes["/inc/header.html"] = lambda _: answer(self.nav().encode(), self.headers(self.charset))
        self.routes["/inc/footer.html"] = lambda _: answer(b"<p>ICP</p>", self.headers(self.charset))
        self.routes["/api/rows"] = self._rows

    def _rows(self, request: Request) -> Answer:
        asked = _asked(request)
        number = int(asked.get("page") or 1)
        signed = asked.get("sign") == hashlib.md5(f"nb{number}".encode(), usedforsecurity=False).hexdigest()
        if request.headers.get("x-requested-with") != "XMLHttpRequest" or not signed:
            return answer(b'{"code": 403, "list": []}', JSON)
        parts = pages(newest_first(self.reports_column()), 5)
        rows = [{"path": self.link_to(row), "title": row.title} for row in (parts[number - 1 : number] or [[]])[0]]
        return answer(json.dumps({"list": rows, "more": number < len(parts)}).encode(), JSON)
