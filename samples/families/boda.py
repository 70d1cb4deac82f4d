"""博达 VSB. A list's first page is `<column>.htm`; the others lie in `<column>/` and their numbers *fall*: page 2 of 3 is `2.htm`.

The page number that a page once had it keeps for ever; anchors lead there (下页, 尾页), and 「1/3」 stands beside them.
Body in `#vsb_content` > `.v_news_content`; clicks by a script; attachments by download.jsp, which answers 200 with an HTML error
where no `Referer` is sent.
"""

# ruff: noqa: ARG002, E501 -- a family uses what it needs of the arguments; lines of HTML stay whole
from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from samples import chrome
from samples.families.paging import newest_first, pages, relative
from samples.portal import Article, Attachment, Column, Portal
from samples.wire import Answer, Handler, Request, answer


class Boda(Portal):
    """A portal of the 博达 kind."""

    family = "boda"
    column_at = "/{slug}.htm"
    article_marks = "#vsb_content"
    page_size = 7

    def article_path(self, column: Column, article: Article, number: int) -> str:
        tree = 1039 + self.number_of(column)
        return f"/info/{tree}/{number}.htm"

    def build_list(self, column: Column) -> None:
        parts = pages(newest_first(column), self.page_size)
        places = [
            self.column_path(column),
            *(f"/{column.slug}/{number}.htm" for number in range(len(parts) - 1, 0, -1)),
        ]
        for number, part in enumerate(parts):
            self.page(places[number], partial(self._list_page, column, places, number, part))

    def article_page(self, column: Column, article: Article) -> str:
        head = f'<div class="titlebox"><h2>{article.headline}</h2>' if article.headline else '<div class="titlebox">'
        dated = f"<span>发布时间：{article.published}</span>" if article.dated else ""
        number = self.path_of(article).rsplit("/", 1)[-1].removesuffix(".htm")
        files = "".join(
            f'<li>附件【<a href="{self.attachment_path(self.path_of(article), attachment)}">{attachment.label}</a>】已下载<span>3</span>次</li>'
            for attachment in article.attachments
        )
        main = (
            f'<form name="_newscontent_fromname">{head}<div class="info">{dated} 点击数：<script>_showDynClicks("wbnews", 1412, {number})'
            f"</script> {chrome.tools()}</div></div>\n"
            f'<div id="vsb_content"><div class="v_news_content">\n{self.body(article)}\n</div></div><ul class="fj">{files}</ul></form>'
        )
        metas = f'<meta name="ColumnName" content="{column.name}">\n'
        if article.headline:
            metas += f'<meta name="ArticleTitle" content="{article.headline}">\n'
        title = f"{article.headline}-{chrome.site(self)}" if article.headline else ""
        crumbs = [(column.name, self.column_path(column))]
        return chrome.frame(self, main, title=title, metas=metas, crumbs=crumbs)

    def attachment_path(self, article_path: str, attachment: Attachment) -> str:
        number = article_path.rsplit("/", 1)[-1].removesuffix(".htm")
        return f"/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1412&wbfileid={number}{len(attachment.name)}"

    def extras(self) -> None:
        for place, handler in [item for item in self.routes.items() if "/download.jsp?" in item[0]]:
            self.routes[place] = partial(_with_referer, handler)
        self.counting("/system/resource/code/news/click/dynclicks.jsp", 210, "{}")

    def _list_page(self, column: Column, places: Sequence[str], number: int, part: Sequence[Article]) -> str:
        here = places[number]
        items = "\n".join(
            f'<li id="line_u8_{n}"><a href="{relative(here, self.link_to(article))}"><span>{article.title}</span>'
            f"<i>{article.published}</i></a></li>"
            for n, article in enumerate(part)
        )
        links = [f'<span class="p_pages">共{len(column.articles)}条&nbsp;&nbsp;{number + 1}/{len(places)}</span>']
        if number:
            links += [_anchor(here, places[0], "首页"), _anchor(here, places[number - 1], "上页")]
        if number + 1 < len(places):
            links += [_anchor(here, places[number + 1], "下页"), _anchor(here, places[-1], "尾页")]
        below = "".join(
            f'<li><a href="{relative(here, self.column_path(sub))}">{sub.name}</a></li>' for sub in column.columns
        )
        main = (
            f'<div class="left">{chrome.five_entries(self)}<ul class="sub">{below}</ul></div>\n<div class="list"><h3>{column.name}</h3>'
            f'<ul>{items}</ul>\n<div class="pb_sys_common">{"".join(links)}</div></div>'
        )
        return chrome.frame(self, main, title=f"{column.name}-{chrome.site(self)}", crumbs=[(column.name, places[0])])


def _anchor(here: str, place: str, text: str) -> str:
    return f'<span class="p_next p_fun"><a href="{relative(here, place)}">{text}</a></span>'


def _with_referer(handler: Handler, request: Request) -> Answer:
    if request.headers.get("referer"):
        return handler(request)
    page = (
        "<html><head><title>提示</title></head><body>"
        + "<p>您的访问来源不正确，请从原页面下载。</p>" * 60
        + "</body></html>"
    )
    return answer(page.encode(), (("Content-Type", "text/html;charset=UTF-8"),))
