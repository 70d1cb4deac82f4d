"""Portals whose list pages are shells: a script asks a service for the rows, page by page or by offset."""

# ruff: noqa: ARG002, E501 -- a kind uses what it needs of the arguments; lines of HTML stay whole
from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from samples.families.handmade import JSON, Office
from samples.families.paging import newest_first
from samples.portal import Article, Column
from samples.wire import Answer, Request, answer

Told = dict[str, Any]


class Asked(Office):
    """Base of the kinds: `api` is asked by `method` for `names` (column, page or offset, size); `told` is its JSON."""

    api: ClassVar[str]
    method: ClassVar[str] = "GET"
    names: ClassVar[tuple[str, str, str]]
    wants_json: ClassVar[bool] = False
    by_offset: ClassVar[bool] = False

    def build_list(self, column: Column) -> None:
        self.single_page(column, lambda: self.list_page(column, 1, ()))

    def pager(self, column: Column, number: int, count: int) -> str:
        return ""

    def extras(self) -> None:
        super().extras()
        self.routes[self.api] = self._rows

    def _rows(self, request: Request) -> Answer:
        if request.method != self.method:
            return answer(b"", status=b"405 Method Not Allowed")
        try:
            asked: Told = json.loads(request.body) if self.wants_json else request.query
            of, at, size = (str(asked.get(name) or "") for name in self.names)
        except (ValueError, AttributeError):
            return answer(b'{"code":400}', JSON, status=b"400 Bad Request")
        articles, most = newest_first(self.column_of(of.lstrip("C0"))), min(int(size or self.page_size), 10)
        start = int(at or 0) if self.by_offset else (int(at or 1) - 1) * most
        rows = [self.row(article, start + place) for place, article in enumerate(articles[start : start + most])]
        return answer(json.dumps(self.told(rows, len(articles)), ensure_ascii=False).encode(), JSON)

    def row(self, article: Article, at: int) -> Told:
        """Return what the service tells of an article."""
        return {"docId": at, "docTitle": article.title, "docUrl": self.link_to(article)}

    def told(self, rows: list[Told], total: int) -> Told:
        """Return the service's answer."""
        return {"code": 0, "msg": "", "count": total, "data": rows}


class Datagrid(Asked):
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


class OuterScripts(Asked):
    """A list page is a shell; its rows come by a POST that stands in a script file of the same host, the column's number in the page."""

    family = "outer_scripts"
    place_at = "/portal/list.html?channel={column}"
    api = "/portal/article/queryList"
    method = "POST"
    names = ("channelId", "pageNo", "pageSize")
    scripts: ClassVar[dict[str, str]] = {
        "/portal/js/jquery.min.js": "/*! jQuery v1.12.4 */" + "!function(){}();" * 6000,
        "/portal/js/list.js?v=3": """$(function(){ loadList(1); });
function loadList(pageNo){
  $.ajax({ url: "/portal/article/queryList", type: "POST", dataType: "json",
    data: { channelId: channelId, pageNo: pageNo, pageSize: 10 },
    success: function(res){ var h = "";
      $.each(res.data.list, function(i, e){ h += "<li><a href='/portal/detail.html?articleId=" + e.articleId + "'>" + e.title + "</a></li>"; });
      $("#list").html(h); } });
}
""",
    }

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/portal/detail.html?articleId={number}"

    def row(self, article: Article, at: int) -> Told:
        number = self.path_of(article).rpartition("=")[2]
        return {"articleId": number, "title": article.title, "publishTime": str(article.published)}

    def told(self, rows: list[Told], total: int) -> Told:
        return {"code": 0, "data": {"total": total, "list": rows}}

    def rows(self, column: Column, part: Sequence[Article]) -> str:
        return f'<div id="list"></div><div id="pager"></div><script>var channelId = "{self.number_of(column)}";</script><script src="/portal/js/jquery.min.js"></script><script src="/portal/js/list.js?v=3"></script>'


class ServerTables(Asked):
    """DataTables: start, length and draw are sent without being named; the column's number is added by a function; rows are linked by a render function."""

    family = "server_tables"
    article_at = "/gk/view/{number}"
    place_at = "/gk/column/{column}"
    api = "/gk/data"
    method = "POST"
    names = ("columnId", "start", "length")
    by_offset = True

    def row(self, article: Article, at: int) -> Told:
        return {"id": self.path_of(article).rpartition("/")[2], "indexNo": str(at), "title": article.title}

    def told(self, rows: list[Told], total: int) -> Told:
        return {"draw": 1, "recordsTotal": total, "recordsFiltered": total, "data": rows}

    def rows(self, column: Column, part: Sequence[Article]) -> str:
        return (
            f"<table id='t'></table><script>$('#t').DataTable({{ serverSide: true, searching: false, pageLength: 10, ajax: {{ url: '{self.api}', type: 'POST', "
            f"data: function(d) {{ d.columnId = '{self.number_of(column)}'; }} }}, columns: [{{ data: 'indexNo' }}, {{ data: 'title', render: function(v, t, row) {{ return '<a href=\"/gk/view/' + row.id + '\">' + v + '</a>'; }} }}] }});</script>"
        )


class ByOwnQuery(Asked):
    """A shell whose script file takes the column's code out of the page's own query and asks for JSON by POST."""

    family = "by_own_query"
    place_at = "/pages/list.html?code=C{column:03d}"
    article_at = "/pages/{day.year}/{number}.html"
    api = "/api/cms/queryPage"
    method = "POST"
    names = ("catalogCode", "pageNum", "pageSize")
    wants_json = True
    scripts: ClassVar[dict[str, str]] = {
        "/static/js/column.4f3a.js": """function getUrlParam(n){var r=new RegExp('(^|&)'+n+'=([^&]*)(&|$)');var m=window.location.search.substr(1).match(r);return m?unescape(m[2]):null}
var code = getUrlParam('code'); var pageNum = 1;
axios.post('/api/cms/queryPage', { catalogCode: code, pageNum: pageNum, pageSize: 8 }).then(function(r){ r.data.rows.forEach(function(x){ $('#rows').append('<a href="' + x.linkUrl + '">' + x.docTitle + '</a>'); }); });""",
    }

    def row(self, article: Article, at: int) -> Told:
        return {"linkUrl": self.path_of(article), "docTitle": article.title}

    def told(self, rows: list[Told], total: int) -> Told:
        return {"total": total, "rows": rows}

    def rows(self, column: Column, part: Sequence[Article]) -> str:
        return '<div id="rows"></div><script src="/static/js/column.4f3a.js"></script>'
