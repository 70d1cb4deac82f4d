"""龙讯 Lonsun. A column page loads its rows as an HTML fragment from `/site/label/8888?…labelName=publicInfoList…&pageIndex=N`.

`length` cuts the titles, `title=` has them whole. Articles are `/public/<organId>/<id>.html`. The total stands in the fragment.
"""

# ruff: noqa: ARG002, E501 -- a family uses what it needs of the arguments; lines of HTML stay whole
from __future__ import annotations

import json

from samples import chrome
from samples.families.paging import newest_first, pages
from samples.families.static import Static
from samples.portal import Article, Charset, Column
from samples.wire import Answer, Request, answer

LABEL = "/site/label/8888"
ORGAN = 21741


class Lonsun(Static):
    """A portal of the 龙讯 kind."""

    family = "lonsun"
    page_size = 15
    tree = False

    def column_path(self, column: Column) -> str:
        return f"/public/column/{ORGAN}?type=4&catId={6717000 + self.number_of(column)}&action=list"

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/public/{ORGAN}/{number}.html"

    def build_list(self, column: Column) -> None:
        path = self.column_path(column)
        self.page(path, lambda: self._shell(column))

    def extras(self) -> None:
        self.routes[LABEL] = self._fragment

    def landing_page(self, column: Column) -> str:
        """Return the 政府信息公开 page; with `tree` its entries are the nodes of a tree that a script asks for."""
        if not self.tree:
            return super().landing_page(column)
        address = f"{LABEL}?IsAjax=1&dataType=json&labelName=columnTree&siteId=6795601&organId={ORGAN}&isJson=true&id="
        script = f'<ul id="tree" class="ztree"></ul><script>$.getJSON("{address}", function (nodes) {{ draw("#tree", nodes); }});</script>'
        return chrome.frame(self, script, title=column.name)

    def _shell(self, column: Column) -> str:
        address = (
            f"{LABEL}?IsAjax=1&dataType=html&_=0.31&labelName=publicInfoList&siteId=6795601&organId={ORGAN}"
            f"&catId={6717000 + self.number_of(column)}&type=4&pageSize={self.page_size}&pageIndex=1&action=list&isDate=true"
            "&dateFormat=yyyy-MM-dd&length=46&file=/xxgk/publicInfoList_newest2020"
        )
        main = f'{chrome.five_entries(self)}<div id="publicInfoList"></div><script>$("#publicInfoList").load("{address}");</script>'
        return chrome.frame(self, main, title=column.name, crumbs=[(column.name, self.column_path(column))])

    def _fragment(self, request: Request) -> Answer:
        query = request.query
        if query.get("labelName") == "columnTree":
            landing = next((column for column in self.walk() if column.landing), Column("", ""))
            nodes = [
                {"id": 6717000 + self.number_of(sub), "name": sub.name, "isParent": False} for sub in landing.columns
            ]
            return answer(json.dumps(nodes, ensure_ascii=True).encode(), (("Content-Type", "application/json"),))
        catalogue = query.get("catId", "")
        column = self.column_of(str(int(catalogue) - 6717000)) if catalogue.isdigit() else Column("", "")
        parts = pages(newest_first(column), self.page_size)
        number = int(query.get("pageIndex") or 1)
        part = parts[number - 1] if 0 < number <= len(parts) else []
        cut = int(query.get("length") or 46) // 2
        rows = "".join(
            f'<li><a href="{self.link_to(article)}" title="{article.title}" target="_blank">{chrome.shortened(article.title, cut)}</a>'
            f'<span class="date">{article.published}</span></li>'
            for article in part
        )
        body = (
            f'<ul class="xxgk_list">{rows}</ul><div class="pagination"></div><script>Ls.pagination(".pagination", function(){{}}, '
            f"{{pageIndex: {number}, pageCount: {len(parts)}, pageSize: {self.page_size}, total: {len(column.articles)}}});</script>"
        )
        return answer(body.encode(), self.headers(Charset()))
