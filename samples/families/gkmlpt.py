"""gkmlpt, 广东's platform: `/gkmlpt/index` is an empty shell, `/gkmlpt/api/all/<column>?page=N&sid=<SID>` has the rows, 100 a page.

Page 0 and page 1 are the same. The shell's `_CONFIG` is a script object: SID in single quotes, TREE with nodes that leave the platform
by `jump_url`. An article's body is an escaped string in `_CONFIG.DETAIL.content`; only its label table is HTML.
"""

# ruff: noqa: ARG002, E501 -- a family uses what it needs of the arguments; lines of HTML stay whole
from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import chain
from typing import Any

from samples import chrome
from samples.families.paging import newest_first
from samples.portal import Article, Attachment, Column, Portal
from samples.wire import Answer, Request, answer

API = "/gkmlpt/api/all/"
SHELL = "/gkmlpt/index"


class Gkmlpt(Portal):
    """A portal whose 政府信息公开 is on gkmlpt; its other columns are not shown."""

    family = "gkmlpt"
    article_marks = "div.content"
    page_size = 100

    def column_path(self, column: Column) -> str:
        return SHELL if column.landing else f"{SHELL}#{self.number_of(column)}"

    def article_path(self, column: Column, article: Article, number: int) -> str:
        post = 9100000 + number
        return f"/gkmlpt/content/{post // 1000000}/{post // 1000}/post_{post}.html"

    def attachment_path(self, article_path: str, attachment: Attachment) -> str:
        post = article_path.rpartition("_")[2].removesuffix(".html")
        return f"/attachment/0/{post[:3]}/{post}/{len(attachment.name)}.{attachment.name.rsplit('.', 1)[-1]}"

    def build_list(self, column: Column) -> None:
        """Mount nothing: the shell asks the service for the rows of every column."""

    def landing_page(self, column: Column) -> str:
        tree = [
            {"id": self.number_of(sub), "name": sub.name, "parent": 0, "jump_url": "", "children": []}
            for sub in self._columns()
        ]
        tree.append({"id": 99, "name": "依申请公开", "parent": 0, "jump_url": "http://ysqgk.example/", "children": []})
        self.never("http://ysqgk.example/")
        config = f"{{SID:'{self._sid}',SERVICE_AREA_ID:7,TREE:{json.dumps(tree, ensure_ascii=False)},IS_INDEX:true}}"
        return f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>政府信息公开平台</title></head><body><div id="app"></div><script>window._CONFIG = {config};</script><script src="/gkmlpt/static/app.js"></script></body></html>'

    def home_page(self) -> str:
        return chrome.frame(self, f'<div class="home"><a href="{SHELL}">政府信息公开</a></div>')

    def article_page(self, column: Column, article: Article) -> str:
        detail = {"id": 1, "title": article.headline, "content": self.body(article), "attachment": self._files(article)}
        script = json.dumps(detail, ensure_ascii=True).replace("</", "<\\/")
        labels = (("索引号", f"{self.division_code}/2024-00012"), ("分类", column.name), ("发布机构", article.source))
        shown = "".join(
            f"<tr><td>{label}:</td><td>{value}</td></tr>"
            for label, value in (*labels, ("成文日期", article.published), ("名称", article.headline), ("文号", ""))
        )
        main = (
            f'<table class="classify">{shown}</table><h1 class="title">{article.headline}</h1><div class="article-content"></div>\n'
            f"<script>window._CONFIG = {{SID:'{self._sid}',DETAIL:{script}}};</script>"
        )
        return chrome.frame(self, main, title=article.headline)

    def extras(self) -> None:
        self.prefixes[API] = self._rows
        self.prefixes["/gkmlpt/content/"] = self._mobile

    @property
    def _sid(self) -> str:
        return f"755{self.division_code[:3]}"

    def _columns(self) -> Sequence[Column]:
        return [column for column in self.walk() if not column.landing]

    def _rows(self, request: Request) -> Answer:
        """Answer with 100 articles of a column (0: of all), none where the SID is another site's."""
        number = request.path.removeprefix(API)
        column = Column("全部", "", list(chain.from_iterable(column.articles for column in self._columns())))
        if number != "0":
            column = self.column_of(number)
        query = request.query
        articles = newest_first(column) if query.get("sid") == self._sid else []
        page = int(query["page"]) if query.get("page", "").isdigit() else 1
        start = (max(1, page) - 1) * self.page_size
        body = {
            "articles": [self._row(article) for article in articles[start : start + self.page_size]],
            "classify": {"id": number, "name": column.name, "post_count": len(articles)},
            "total": len(articles),
        }
        return answer(json.dumps(body).encode(), (("Content-Type", "application/json"),))

    def _row(self, article: Article) -> dict[str, Any]:
        return {
            "id": 1,
            "title": article.title,
            "url": self.origin + self.link_to(article),
            "post_url": self.link_to(article),
            "publisher": article.source,
            "display_publish_time": f"{article.published}",
            "is_expired": 0,
            "is_abolished": 0,
            "attachment": self._files(article),
        }

    def _files(self, article: Article) -> list[dict[str, Any]]:
        path = self.path_of(article)
        return [
            {
                "name": file.name,
                "mime": file.media_type,
                "size": len(file.content),
                "url": self.attachment_path(path, file),
            }
            for file in article.attachments
        ]

    def _mobile(self, request: Request) -> Answer:
        """Answer the mobile twin of an article, `mpost_…` for `post_…`, with the same page."""
        page = self.routes.get(request.path.replace("/mpost_", "/post_"))
        return page(request) if page else answer(self.not_found_page().encode(), status=b"404 Not Found")
