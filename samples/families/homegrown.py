"""A portal built for one district: pages by query (`list.aspx?cid=3&page=2`), its name and its tools in the article's own wrapper.

The click count stands in the page itself and is another one on every visit.
"""

# ruff: noqa: E501 -- lines of HTML stay whole
from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from samples import chrome
from samples.families.paging import newest_first, pages
from samples.portal import Article, Column, Portal

_TOP = """<div class="top"><p>登录</p><p>智慧{name}</p><img src="/images/qr.png"><p>智慧{name}</p><p>请用手机<br>扫码访问</p>
<p><a href="javascript:;">无障碍浏览</a> <a href="javascript:;">适老版</a></p></div>"""


class Homegrown(Portal):
    """A portal of a kind of its own; `clicks` is the count of an article's first visitor, `poster` what stands behind 来源."""

    family = "homegrown"
    column_at = "/list.aspx?cid={column}"
    article_at = "/show.aspx?id={number}"
    article_marks = "div.top, div.article, div.robot"
    server = "Microsoft-IIS/8.5"
    page_size = 10
    clicks = 14215
    poster = "昆区政府网"

    def build_list(self, column: Column) -> None:
        parts = pages(newest_first(column), self.page_size)
        first = self.column_path(column)
        for number, part in enumerate(parts):
            page = partial(self._list_page, column, len(parts), number, part)
            self.page(f"{first}&page={number + 1}", page)
            if not number:
                self.page(first, page)

    def build(self) -> None:
        super().build()
        self._visits: dict[int, int] = {}

    def article_page(self, column: Column, article: Article) -> str:
        self._visits[id(article)] = self._visits.get(id(article), self.clicks - 1) + 1
        files = "".join(
            f'<a href="javascript:;" onclick="download(\'{self.attachment_path(self.path_of(article), file)}\')">{file.label}</a>'
            for file in article.attachments
        )
        main = (
            f'{_TOP.format(name=self.authority.removesuffix("区"))}\n<div class="article"><h1>{article.headline}</h1>\n'
            f'<div class="property"><span>发布日期:{article.published} 06:06</span>&nbsp; <span>发布单位:{article.source}</span>&nbsp; '
            f"<span>来源:{self.poster}</span> &nbsp; <span>点击量:{self._visits[id(article)]}</span> &nbsp; "
            '<span>[字体: <a href="javascript:;" class="a1"></a>]</span>&nbsp; <a href="javascript:print()">打印</a><a href="javascript:;">保存</a></div>\n'
            f'<div class="content">\n{self.body(article)}\n</div></div>{files}'
        )
        return chrome.frame(self, main, title=article.headline, crumbs=[(column.name, self.column_path(column))])

    def pager(self, first: str, number: int, count: int) -> str:
        """Return the pager's inside on page `number` (from 0) of `count`."""
        numbers = (f'<a href="{first}&amp;page={n}">{n}</a>' for n in range(1, count + 1) if n != number + 1)
        return f"共 {count} 页 {''.join(numbers)}"

    def _list_page(self, column: Column, count: int, number: int, part: Sequence[Article]) -> str:
        first = self.column_path(column)
        items = "\n".join(
            f'<tr><td><img src="/images/dot.gif"></td><td><a href="{self.link_to(article)}">{article.title}</a></td>'
            f"<td>{article.published:%Y/%m/%d}</td></tr>"
            for article in part
        )
        below = self.entries(column.columns)
        main = (
            f'{chrome.five_entries(self)}<ul class="sub">{below}</ul>\n<table class="list">{items}</table>\n'
            f'<div class="pager">{self.pager(first, number, count)}</div>'
        )
        return chrome.frame(self, main, title=f"{column.name}-{chrome.site(self)}", crumbs=[(column.name, first)])
