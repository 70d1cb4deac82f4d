"""Hanweb jpaas 集约化. The column page is a shell; its rows come as JSON from `…/front/page/build/unit`.

The script's `queryData` holds the parameters in single quotes; `paramJson={"pageNo":2,"pageSize":"15"}` turns the page, a bare `pageNo`
is ignored. Total and page size are attributes of `div.pagination` inside `data.html`.
"""

# ruff: noqa: ARG002, E501 -- a family uses what it needs of the arguments; lines of HTML stay whole
from __future__ import annotations

import json

from samples import chrome
from samples.families.hanweb import Hanweb
from samples.families.paging import hex_name, newest_first
from samples.portal import Article, Column
from samples.wire import Answer, Request, answer

UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"
WEB_ID = "8a9c80b27d1f4c01"


class Jpaas(Hanweb):
    """A portal of the jpaas kind: Hanweb's templates, another list. Where it is `stuck`, every page is the first one."""

    family = "jpaas"
    page_size = 7
    stuck = False

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/art/{article.published.year}/art_{hex_name(self, number)}.html"

    def extras(self) -> None:
        super().extras()
        self.routes[UNIT] = self._unit
        if self.stuck:
            for column in self.walk():
                self.unclaim(newest_first(column)[self.page_size :])

    def _list_page(self, column: Column) -> str:
        query = (
            f"{{'webId':'{WEB_ID}','pageId':'{self.number_of(column)}','parseType':'bulidstatic','pageType':'column',"
            f"'tagId':'当前栏目_list','tplSetId':'e71f2c','paramJson':'{{\"pageNo\":1,\"pageSize\":\"{self.page_size}\"}}'}}"
        )
        below = self.entries(column.columns)
        main = (
            f'{chrome.five_entries(self)}<ul class="sub">{below}</ul>\n<div class="page-content"></div>\n'
            f'<script type="text/javascript" src="/jpaas-jiop-static/unit.js" url="{UNIT}" queryData="{query.replace(chr(34), "&quot;")}"></script>'
        )
        crumbs = [(column.name, self.column_path(column))]
        return chrome.frame(self, main, title=f"{chrome.site(self)} {column.name}", crumbs=crumbs)

    def _unit(self, request: Request) -> Answer:
        query = request.query
        articles = newest_first(self.column_of(query.get("pageId", "")))
        page = 1 if self.stuck else _page_number(query.get("paramJson", ""))
        part = articles[(page - 1) * self.page_size : page * self.page_size]
        rows = "".join(
            f'<li class="clearfix"><a href="{self.link_to(article)}" title="{article.title}">{chrome.shortened(article.title, 22)}</a>'
            f"<span>{article.published}</span></li>"
            for article in part
        )
        html = f'<ul>{rows}</ul><div class="pagination" count="{len(articles)}" rows="{self.page_size}"></div>'
        body = json.dumps({"success": query.get("webId") == WEB_ID, "data": {"html": html}}, ensure_ascii=False)
        return answer(body.encode(), (("Content-Type", "application/json;charset=UTF-8"),))


def _page_number(parameters: str) -> int:
    """Return the page that `paramJson` asks for; 1 where it is missing or no JSON."""
    try:
        return max(1, int(json.loads(parameters)["pageNo"]))
    except (ValueError, KeyError, TypeError):
        return 1
