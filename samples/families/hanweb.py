"""Hanweb 大汉 JCMS with jpage. A list's rows stand as CDATA in a script; further ones come from `/module/web/jpage/dataproxy.jsp`.

The query is `startrecord, endrecord, perpage` with `columnid` and `unitid` (GET or POST); `perpage` is capped in silence. The answer
is `<totalrecord>`, `<totalpage>` and a `<recordset>`. Some rows' dates are split over lines. Body between ZJEG_RSS comments, with
`ContentStart`/`ContentEnd` inside it; hits by a script. Where the parameters are encrypted, the page names only `<nextgroup>`, whose
address may be changed in `page=` alone; one of its pages is an empty answer of 54 bytes.
"""

# ruff: noqa: E501 -- lines of HTML stay whole
from __future__ import annotations

import base64

from samples import chrome
from samples.families.paging import hex_name, newest_first
from samples.portal import Article, Attachment, Charset, Column, Portal
from samples.wire import Answer, Request, answer

PROXY = "/module/web/jpage/dataproxy.jsp"
UNIT = 41124
EMPTY_PAGE = 3  # of an encrypted list
EMPTY_ANSWER = b"<datastore><recordset></recordset></datastore>\r\n\r\n\r\n\r\n"


class Hanweb(Portal):
    """A portal of the Hanweb kind; `cap` is the greatest `perpage` that it honours, `first` the rows in the page itself.

    One that knows `pages_only` gives no heed to `startrecord` and `endrecord`; `methods` are those that it answers;
    `encrypted` as above.
    """

    family = "hanweb"
    column_at = "/col/col{column}/index.html"
    article_marks = "div.xl_title, #zoom"
    server = "Apache-Coyote/1.1"
    first = 9
    per_page = 6
    cap = 45
    pages_only = False
    methods: tuple[str, ...] = ("GET", "POST")
    encrypted = False

    def article_path(self, column: Column, article: Article, number: int) -> str:
        day = article.published
        return f"/art/{day.year}/{day.month}/{day.day}/art_{self.number_of(column)}_{number}.html"

    def attachment_path(self, article_path: str, attachment: Attachment) -> str:
        return f"/module/download/downfile.jsp?classid=0&filename={hex_name(self, sum(article_path.encode()))}.{attachment.name.rsplit('.', 1)[-1]}"

    def build_list(self, column: Column) -> None:
        self.page(self.column_path(column), lambda: self._list_page(column))

    def article_page(self, column: Column, article: Article) -> str:
        dated = f"<span>发布时间：{article.published}</span>" if article.dated else ""
        metas = f'<meta name="ArticleTitle" content="{article.headline}">\n<meta name="ColumnName" content="{column.name}">\n'
        if article.dated:
            metas += f'<meta name="PubDate" content="{article.published} 09:30">\n'
        files = "".join(
            f'<p><a href="{self.attachment_path(self.path_of(article), attachment)}">{attachment.label}</a></p>'
            for attachment in article.attachments
        )
        main = (
            f'<div class="xl_title">{article.headline}</div><div class="xl_doc">{dated}<span>浏览次数：<script src="/module/visitcount/'
            f'articlehits.jsp?colid={self.number_of(column)}&artid=1"></script></span>{chrome.tools()}</div>\n'
            '<div class="zoom" id="zoom"><!--<$[信息内容]>begin--><!--ZJEG_RSS.content.begin--><meta name="ContentStart">\n'
            f'{self.body(article)}\n<meta name="ContentEnd"><!--ZJEG_RSS.content.end--><!--<$[信息内容]>end--></div>{files}'
        )
        title = f"{chrome.site(self)} {column.name} {article.headline}"
        return chrome.frame(self, main, title=title, metas=metas, crumbs=[(column.name, self.column_path(column))])

    def extras(self) -> None:
        self.routes[PROXY] = self._proxy
        if self.encrypted:
            for column in self.walk():
                start = (EMPTY_PAGE - 1) * self.per_page
                self.unclaim(newest_first(column)[max(start, self.first) : start + self.per_page])
        self.counting("/module/visitcount/articlehits.jsp", 57, 'document.write("{}")')

    def _list_page(self, column: Column) -> str:
        articles = newest_first(column)
        records = "\n".join(record(self, article) for article in articles[: self.first])
        below = self.entries(column.columns)
        number = str(self.number_of(column))
        parameters = (
            f"proxyUrl:'{PROXY}', proxyParam:{{col:1, appid:1, webid:1, path:'/', columnid:{number}, sourceContentType:1, unitid:'{UNIT}', "
            "webname:'', permissiontype:0}"
        )
        if self.encrypted:
            number, parameters = _encrypted(number), "proxyUrl:''"
        main = (
            f'{chrome.five_entries(self)}<ul class="sub">{below}</ul>\n<div id="{UNIT}" class="list">'
            f'<script type="text/xml"><datastore>\n<nextgroup><![CDATA[<a href="{PROXY}?page=1&webid=1&path=/&columnid={number}'
            f'&unitid={UNIT}&webname=&permissiontype=0"></a>]]></nextgroup>\n<recordset>\n{records}\n</recordset></datastore></script></div>\n'
            f"<script>$('#{UNIT}').jpage({{render:'default', perPage:{self.per_page}, totalRecord:{len(articles)}, {parameters}}})</script>"
        )
        crumbs = [(column.name, self.column_path(column))]
        return chrome.frame(self, main, title=f"{chrome.site(self)} {column.name}", crumbs=crumbs)

    def _proxy(self, request: Request) -> Answer:
        """Answer a query for records; one that names no column gets an empty store."""
        query = request.query
        if request.method not in self.methods:
            return answer(b"", status=b"405 Method Not Allowed")
        number = query.get("columnid", "")
        if self.encrypted:
            number = next((str(n) for n in range(1, 60) if _encrypted(str(n)) == number), "")
            if query.get("page") == str(EMPTY_PAGE):
                return answer(EMPTY_ANSWER, self.headers(Charset()))
        articles = newest_first(self.column_of(number))
        start, end = self._range(query)
        records = "".join(record(self, article) for article in articles[start:end])
        pages = -(-len(articles) // self.per_page)
        body = (
            f"<datastore><totalrecord>{len(articles)}</totalrecord><totalpage>{pages}</totalpage>"
            f"<recordset>{records}</recordset></datastore>"
        )
        return answer(body.encode(), self.headers(Charset()))

    def _range(self, query: dict[str, str]) -> tuple[int, int]:
        size = min(_number(query.get("perpage"), self.per_page), self.cap)
        if "startrecord" in query and not self.pages_only:
            start = _number(query["startrecord"], 1) - 1
            return start, min(_number(query.get("endrecord"), start + size), start + self.cap)
        page = _number(query.get("page"), 1)
        return (page - 1) * size, page * size


def _encrypted(number: str) -> str:
    """Return a column's number as the opaque text that stands for it."""
    return base64.urlsafe_b64encode(f"unit-column-{number:>06}".encode()).decode()


def record(portal: Portal, article: Article) -> str:
    """Return a row as the store holds it; on some days its date is split over lines."""
    day = f"{article.published:%Y-%m-%d}"
    if article.published.day % 3 == 0:
        day = f"{article.published:%Y}-\n{article.published:%m}-\n{article.published:%d}"
    return (
        f'<record><![CDATA[<li><a href="{portal.link_to(article)}" title="{article.title}" target="_blank">'
        f"{chrome.shortened(article.title, 24)}</a><span>{day}</span></li>]]></record>"
    )


def _number(text: str | None, default: int) -> int:
    return max(1, int(text)) if text and text.isdigit() else default
