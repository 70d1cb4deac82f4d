"""国泰新点 EWB. A column page is a shell; rows come by POST of JSON to `<project>/rest/lightfrontaction/getgovinfolist`.

The body asks with `deptcode, categorynum, siteGuid, pageIndex, pageSize`; the rows stand in `custom.data`, their addresses in `infourl`.
"""

# ruff: noqa: E501 -- lines of HTML stay whole
from __future__ import annotations

import json

from samples import chrome
from samples.families.paging import hex_name, newest_first
from samples.families.static import Static
from samples.portal import Article, Column
from samples.wire import Answer, Request, answer

ACTION = "/EWB-FRONT/rest/lightfrontaction/getgovinfolist"
SITE_GUID = "7eb5f7f1-9041-43ad-8e13-8fcb82ea831a"


class Ewb(Static):
    """A portal of the 新点 kind; the first page has the number `base`."""

    family = "ewb"
    page_size = 12
    base = 0
    external = False  # the call and the site's id stand in a script file

    def column_path(self, column: Column) -> str:
        return f"/{column.slug}/govInfoPub.html?categorynum={self._category(column)}&deptcode={self.division_code}"

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/{column.slug}/{article.published:%Y%m%d}/{hex_name(self, number)}.html"

    def build_list(self, column: Column) -> None:
        path = self.column_path(column)
        self.page(path, lambda: self._shell(column))

    def extras(self) -> None:
        self.routes[ACTION] = self._rows

    def _category(self, column: Column) -> str:
        return f"003{self.number_of(column):03d}"

    def _shell(self, column: Column) -> str:
        settings = json.dumps(
            {
                "deptcode": self.division_code,
                "categorynum": self._category(column),
                "siteGuid": SITE_GUID,
                "pageIndex": self.base,
                "pageSize": self.page_size,
            }
        )
        if self.external:
            shell = f'{chrome.five_entries(self)}<div class="govInfoPub"></div><script src="/js/webBuilderCommon.js"></script>'
            return chrome.frame(self, shell, title=column.name)
        main = (
            f'{chrome.five_entries(self)}<div class="govInfoPub" id="list"></div><script src="/js/webBuilderCommon.js"></script>\n'
            f"<script>var siteInfo = {{projectName: '/EWB-FRONT', siteGuid: '{SITE_GUID}'}};\n"
            f"$.ajax({{type: 'post', url: '{ACTION}', contentType: 'application/json', data: JSON.stringify({settings})}});</script>"
        )
        return chrome.frame(self, main, title=column.name, crumbs=[(column.name, self.column_path(column))])

    def _rows(self, request: Request) -> Answer:
        try:
            asked = json.loads(request.body)
            number, size = int(asked["pageIndex"]) - self.base, min(int(asked["pageSize"]), 100)
        except (ValueError, KeyError, TypeError):
            return answer(b'{"status":{"code":500}}', status=b"500 Internal Server Error")
        column = self.column_of(str(asked.get("categorynum", "003000"))[3:].lstrip("0"))
        if asked.get("siteGuid") != SITE_GUID and not self.external:
            column = Column("", "")
        rows = [
            {
                "infourl": self.link_to(article),
                "realtitle": article.title,
                "title": chrome.shortened(article.title, 20),
                "infodate": f"{article.published}",
            }
            for article in newest_first(column)[max(0, number) * size : (max(0, number) + 1) * size]
        ]
        body = {"custom": {"data": rows, "total": len(column.articles)}, "status": {"code": 200}}
        return answer(json.dumps(body, ensure_ascii=False).encode(), (("Content-Type", "application/json"),))
