"""A static site of no known family: `1.html → 2.html → …` with 下一页 anchors, articles beside them as `<id>.html`.

It states neither dates nor the poster on an article's page, and its `<title>` is the article's.
"""

# ruff: noqa: E501 -- lines of HTML stay whole
from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from samples import chrome
from samples.families.paging import newest_first, pages, relative
from samples.portal import Article, Column, Portal


class Static(Portal):
    """A static portal with plain anchors."""

    family = "static"
    column_at = "/{slug}/1.html"
    article_at = "/{slug}/{number}.html"
    article_marks = "div.artile_zw"
    page_size = 8

    def build_list(self, column: Column) -> None:
        parts = pages(newest_first(column), self.page_size)
        places = [f"/{column.slug}/{number}.html" for number in range(1, len(parts) + 1)]
        for number, part in enumerate(parts):
            self.page(places[number], partial(self._list_page, column, places, number, part))

    def article_page(self, column: Column, article: Article) -> str:
        dated = f"<span>发布日期：{article.published}</span>" if article.dated else ""
        main = (
            f'<div class="detail"><div class="bar">{dated}{chrome.tools()}</div>\n<div class="artile_zw">'
            f"<h1>{article.headline}</h1>\n{self.body(article)}\n</div></div>{self.files(article)}"
        )
        crumbs = [("政府信息公开", "javascript:;"), (column.name, self.column_path(column))]
        return chrome.frame(self, main, title=article.headline, crumbs=crumbs)

    def files(self, article: Article) -> str:
        """Return the links of an article's files."""
        return "".join(
            f'<p class="fj">附件：<a href="{self.attachment_path(self.path_of(article), file)}">{file.label}</a></p>'
            for file in article.attachments
        )

    def _list_page(self, column: Column, places: Sequence[str], number: int, part: Sequence[Article]) -> str:
        here = places[number]
        items = "\n".join(
            f'<li>· <a href="{relative(here, self.link_to(article))}">{article.title}</a> [{article.published:%Y-%m-%d}]</li>'
            for article in part
        )
        links = []
        if number:
            links.append(f'<a href="{relative(here, places[number - 1])}">上一页</a>')
        if number + 1 < len(places):
            links.append(f'<a href="{relative(here, places[number + 1])}">下一页</a>')
        below = self.entries(column.columns)
        main = (
            f'{chrome.five_entries(self)}<ul class="sub">{below}</ul>\n<ul class="news">{items}</ul>\n'
            f'<div class="fy">第{number + 1}页 {" ".join(links)}</div>'
        )
        return chrome.frame(self, main, title=column.name, crumbs=[(column.name, places[0])])
