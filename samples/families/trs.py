"""TRS WCM. A column is a directory; its pages are `index.html`, `index_1.html`, … (the suffix counts from 0), written by a script.

No anchor leads to page 2: `createPageHTML(pages, current, "index", "html")` makes the links in the browser. Link texts are cut, `title=`
has them whole. Half-static lists give their first pages so and the others from the search service. Articles are `./YYYYMM/tYYYYMMDD_<id>.html`, body in `TRS_Editor`, standard meta names.
"""

# ruff: noqa: E501 -- lines of HTML stay whole
from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial

from samples import chrome
from samples.families.paging import newest_first, pages, relative
from samples.portal import Article, Attachment, Column, Portal
from samples.wire import Answer, Request, answer

PAGE_SCRIPTS = {
    "double": '<script>createPageHTML({count}, {current}, "index", "html");</script>',
    "single": "<script>createPageHTML({count}, {current}, 'index', 'html')</script>",
    "countPage": '<script>var currentPage={current}, countPage={count};\nfor (var i = 0; i < countPage; i++) document.write("<a>" + (i + 1) + "</a>");</script>',
    "variables": '<script>var m_nRecordCount = "{records}"; var m_nPageSize = 6; var nPages = {count}; var sName = "index"; var sExt = "html";\n'
    "createPageHTML(nPages, {current}, sName, sExt);</script>",
    "anchor": "",
    "half": "",
}
STATIC_PAGES = 2  # of a half-static list
SEARCH = "/was5/web/search"


class Trs(Portal):
    """A portal of the TRS kind; `script` is the name in `PAGE_SCRIPTS` of how it declares its pages ("anchor": 下一页 only)."""

    family = "trs"
    column_at = "/{slug}/"
    article_marks = "div.article_component"
    server = "Apache"
    page_size = 6
    script = "double"

    def article_path(self, column: Column, article: Article, number: int) -> str:
        day = article.published
        return f"/{column.slug}/{day:%Y%m}/t{day:%Y%m%d}_{530000 + number}.html"

    def attachment_path(self, article_path: str, attachment: Attachment) -> str:
        folder, _, name = article_path.rpartition("/")
        return f"{folder}/P0{name[1:9]}{sum(attachment.name.encode()):012d}.{attachment.name.rsplit('.', 1)[-1]}"

    def build_list(self, column: Column) -> None:
        parts = pages(newest_first(column), self.page_size)
        if self.script == "half":
            parts = parts[:STATIC_PAGES]
            self.routes[SEARCH] = self._search
        folder = self.column_path(column)
        places = [folder, *(f"{folder}index_{number}.html" for number in range(1, len(parts)))]
        for number, part in enumerate(parts):
            self.page(places[number], partial(self._list_page, column, places, number, part))
        self.routes[f"{folder}index.html"] = self.routes[folder]

    def article_page(self, column: Column, article: Article) -> str:
        stated = f"{article.published} 11:41"
        path = self.path_of(article)
        metas = (
            f'<meta name="ArticleTitle" content="{article.headline}">\n<meta name="PubDate" content="{stated}">\n'
            f'<meta name="ContentSource" content="{article.source}">\n<meta name="ColumnName" content="{column.name}">\n'
            '<meta name="ColumnType" content="政府信息公开">\n<meta content="" name="Keywords">\n'
        )
        files = "".join(
            f'<li><a href="{relative(path, self.attachment_path(path, attachment))}">{attachment.label}</a></li>'
            for attachment in article.attachments
        )
        main = (
            f'<div class="article_component"><div class="article_title">{article.headline}</div>\n'
            f'<div class="article_info">{stated}<span>信息来源: {article.source}</span><span>阅读次数:<script src="/hits.js?id={path[-11:-5]}"></script></span></div>\n'
            '<div class="article_tools">【字体: <a class="big" href="javascript:;"></a><a href="javascript:print()">打印</a></div>\n'
            '<div class="tabs_hd" ms-visible="qzbFile!=\'\'" style="display:none"></div>\n'
            f'<div class="article_content"><div class=TRS_Editor>\n{self.body(article)}\n</div></div></div><ul class="fujian">{files}</ul>'
        )
        return chrome.frame(
            self,
            main,
            title=f"{article.headline}_{column.name}_{chrome.site(self)}",
            metas=metas,
            crumbs=[(column.name, self.column_path(column))],
        )

    def extras(self) -> None:
        self.counting("/hits.js", 998, 'document.write("{}")')

    def _list_page(self, column: Column, places: Sequence[str], number: int, part: Sequence[Article]) -> str:
        items = "\n".join(
            f'<li><a href="{self._row_link(places[0], article)}" title="{article.title}" target="_blank">'
            f"{chrome.shortened(article.title, 18)}</a><span>{article.published}</span></li>"
            for article in part
        )
        below = self.entries(column.columns, '<dd><a href="{}">{}</a></dd>')
        script = PAGE_SCRIPTS[self.script].format(count=len(places), current=number, records=len(column.articles))
        following = ""
        if self.script == "anchor" and number + 1 < len(places):
            following = f'<a href="{relative(places[0], places[number + 1])}">下一页</a>'
        if self.script == "half":
            return self._half_static_page(column, places[0], part, below)
        main = (
            f'<div class="left">{chrome.five_entries(self)}<dl>{below}</dl></div>\n'
            f'<div class="list"><ul class="lb">{items}</ul>\n<div class="page">{script}{following}</div></div>'
        )
        return chrome.frame(self, main, title=f"{column.name}_{chrome.site(self)}", crumbs=[(column.name, places[0])])

    def _half_static_page(self, column: Column, folder: str, part: Sequence[Article], below: str) -> str:
        """Return a page of a half-static list (动静结合): static rows, the script's hidden template, and its parameters."""
        items = "".join(
            f'<dl><dd><a href="{self._row_link(folder, article)}" title="{article.title}">{chrome.shortened(article.title, 18)}</a></dd>'
            f"<dd>{article.published}</dd></dl>"
            for article in part
        )
        number = self.number_of(column)
        main = (
            f'<div class="left">{chrome.five_entries(self)}<dl>{below}</dl></div>\n<div ms-visible="showStatic">{items}</div>\n'
            '<div ms-visible="!showStatic" style="display:none"><dl ms-repeat="list"><dd><a ms-attr-href="el.url">{{el.title}}</a></dd>'
            "<dd>{{el.date}}</dd></dl></div>\n"
            f'<script>listModel({{quickMode:"动静结合", maxStaticIndex:{STATIC_PAGES}, listArgs:{{channelid:2200{number}, classsql:"chnlid={number}"}}, '
            f"pagebar:{{prepage:{self.page_size}, recordCount:'{len(column.articles)}'}}}})</script>"
        )
        return chrome.frame(self, main, title=f"{column.name}_{chrome.site(self)}", crumbs=[(column.name, folder)])

    def _search(self, request: Request) -> Answer:
        """Answer a page of a channel as JSON; nothing where the channel is another's."""
        query = request.query
        column = self.column_of(query.get("classsql", "").removeprefix("chnlid="))
        size, number = int(query.get("prepage") or 10), int(query.get("page") or 1)
        known = query.get("channelid") == f"2200{self.number_of(column)}" if column.slug else False
        rows = [
            {
                "doctitle": article.title,
                "docpuburl": self.origin + self.link_to(article),
                "docpubtime": f"{article.published}",
            }
            for article in newest_first(column)[(number - 1) * size : number * size]
        ]
        body = {"count": len(column.articles), "rows": rows if known else []}
        return answer(json.dumps(body, ensure_ascii=False).encode(), (("Content-Type", "text/html;charset=UTF-8"),))

    def _row_link(self, folder: str, article: Article) -> str:
        link = relative(folder, self.link_to(article))
        return link if "://" in link or link.startswith("..") else "./" + link
