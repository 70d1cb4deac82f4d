"""开普云 UCAP, static: `common_list.shtml`, page 2 is `common_list_2.shtml`; `createPageHTML('page_div',22,1,'common_list','shtml',325)`.

The numbers are pages, current page (from 1), and records. A label table stands before the article; what it calls 发文机关 may be the title.
The JSON variant has `channelId` in the page and `POST /getFileListByCodeId`; the host in its addresses is a wrong one.
"""

# ruff: noqa: E501 -- lines of HTML stay whole
from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial

from samples import chrome
from samples.families.paging import hex_name, newest_first, pages
from samples.portal import Article, Attachment, Column, Portal
from samples.wire import Answer, Request, answer

WRONG_HOST = "http://10.18.7.2:8080"


class Ucap(Portal):
    """A portal of the 开普云 kind with static lists."""

    family = "ucap"
    article_marks = "ucapcontent"
    page_size = 8

    def column_path(self, column: Column) -> str:
        return f"/site/c{self._id(column)}/common_list.shtml"

    def article_path(self, column: Column, article: Article, number: int) -> str:
        return f"/site/c{self._id(column)}/{article.published:%Y%m}/{hex_name(self, number)}.shtml"

    def attachment_path(self, article_path: str, attachment: Attachment) -> str:
        return f"{article_path.removesuffix('.shtml')}/files/{attachment.name}"

    def build_list(self, column: Column) -> None:
        parts = pages(newest_first(column), self.page_size)
        stem = self.column_path(column).removesuffix(".shtml")
        for number, part in enumerate(parts, 1):
            place = f"{stem}.shtml" if number == 1 else f"{stem}_{number}.shtml"
            self.page(place, partial(self._list_page, column, number, len(parts), part))

    def article_page(self, column: Column, article: Article) -> str:
        labels = (
            ("名称", article.headline),
            ("索引号", f"{self.division_code}-00-2024-0012"),
            ("分类", column.name),
            ("发布机构", article.source),
        )
        dated = (
            f"<tr><td>公开日期</td><td><publishtime>{article.published}</publishtime></td><td>文号</td><td></td></tr>"
        )
        shown = "".join(f"<tr><td>{label}</td><td>{value}</td></tr>" for label, value in labels)
        files = "".join(
            f'<p><a href="{self.attachment_path(self.path_of(article), file)}">{file.label}</a></p>'
            for file in article.attachments
        )
        main = (
            f'<div class="xxgkMain"><table class="table_content">{shown}{dated}</table>\n'
            f'<h1 class="article-title"><ucaptitle>{article.headline}</ucaptitle></h1>\n'
            f'<div class="article-content" id="zoomcon"><ucapcontent>{self.body(article)}</ucapcontent></div>{files}</div>'
        )
        metas = f'<meta name="ArticleTitle" content="{article.headline}">\n<meta name="PubDate" content="{article.published}">\n'
        return chrome.frame(self, main, metas=metas, crumbs=[(column.name, self.column_path(column))])

    def _id(self, column: Column) -> int:
        return 100 + self.number_of(column)

    def _list_page(self, column: Column, number: int, count: int, part: Sequence[Article]) -> str:
        items = "\n".join(
            f'<li><a href="{self.link_to(article)}" title="{article.title}">{chrome.shortened(article.title, 26)}</a>'
            f'<span class="time">{article.published}</span></li>'
            for article in part
        )
        script = (
            f"<script>createPageHTML('page_div',{count},{number},'common_list','shtml',{len(column.articles)})</script>"
        )
        below = self.entries(column.columns)
        main = f'{chrome.five_entries(self)}<ul class="sub">{below}</ul>\n<ul class="list">{items}</ul><div id="page_div"></div>{script}'
        return chrome.frame(self, main, title=column.name, crumbs=[(column.name, self.column_path(column))])


class UcapJson(Ucap):
    """A portal of the 开普云 kind whose rows come by POST; the column pages are shells."""

    family = "ucap_json"

    def build_list(self, column: Column) -> None:
        self.page(self.column_path(column), partial(self._shell, column))

    def extras(self) -> None:
        self.routes["/getFileListByCodeId"] = self._rows
        for column in self.walk():
            for article in column.articles:
                self.never(WRONG_HOST + self.link_to(article))

    def _channel(self, column: Column) -> str:
        return hex_name(self, self._id(column))

    def _shell(self, column: Column) -> str:
        script = f'<script>var channelId = "{self._channel(column)}"; var codeId = ""; loadFileList("/getFileListByCodeId", channelId, 1, {self.page_size});</script>'
        main = f'{chrome.five_entries(self)}<ul class="list" id="fileList"></ul>{script}'
        return chrome.frame(self, main, title=column.name, crumbs=[(column.name, self.column_path(column))])

    def _rows(self, request: Request) -> Answer:
        if request.method != "POST":
            return answer(b"", status=b"405 Method Not Allowed")
        query = request.query
        column = next(
            (column for column in self.walk() if self._channel(column) == query.get("channelId")), Column("", "")
        )
        size = min(int(query.get("size") or self.page_size), 50)
        start = (int(query.get("page") or 1) - 1) * size
        rows = [
            {
                "titleHtml": article.title,
                "subTitleHtml": "",
                "url": WRONG_HOST + self.link_to(article),
                "redirectUrl": "",
                "publishedTimeStr": f"{article.published} 09:00:00",
                "domainMetaList": [{"resultList": [{"key": "fbjg", "value": article.source}]}],
            }
            for article in newest_first(column)[start : start + size]
        ]
        body = {"results": {"data": {"total": len(column.articles), "results": rows}}}
        return answer(
            json.dumps(body, ensure_ascii=False).encode(), (("Content-Type", "application/json;charset=UTF-8"),)
        )
