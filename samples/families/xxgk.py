"""Hanweb's publication module. Rows of all columns come by POST to `/module/xxgk/search.jsp`, with 「共 N 页」 below them.

The report of an agency on a year is `/module/xxgk/xxgkAnnualReport.jsp?area=<USCC>&fbtime=<year>`; no list names it, the agency's code
stands in the column page. A year without a report is a page that says so.
"""

# ruff: noqa: E501 -- lines of HTML stay whole
from __future__ import annotations

from dataclasses import replace

from samples import chrome
from samples.families.hanweb import Hanweb
from samples.families.paging import newest_first, pages
from samples.portal import Article, Charset, Column
from samples.wire import Answer, Request, answer

MODULE = "/module/xxgk"


def agency_code(division: str, number: int) -> str:
    """Return a unified social credit code of an agency of a division."""
    return f"11{division}{4335460 + number:08d}5W"


class Xxgk(Hanweb):
    """A portal of the xxgk kind; `modules` are the issuers whose reports stand in the 年报 module and in no list."""

    family = "xxgk"
    page_size = 10
    modules: tuple[str, ...] = ()

    def build(self) -> None:
        for column in self.walk():
            column.articles = [self._moved(article) for article in column.articles]
        super().build()

    def extras(self) -> None:
        super().extras()
        self.routes[f"{MODULE}/search.jsp"] = self._search
        self.prefixes[f"{MODULE}/xxgkAnnualReport.jsp"] = self._none

    def _moved(self, article: Article) -> Article:
        if article.reading is None or article.source not in self.modules:
            return article
        year = article.reading["report_year"]
        code = agency_code(self.division_code, self.modules.index(article.source))
        return replace(article, address=f"{MODULE}/xxgkAnnualReport.jsp?area={code}&fbtime={year}")

    def _listed(self, column: Column) -> list[Article]:
        return [article for article in newest_first(column) if MODULE not in article.address]

    def _list_page(self, column: Column) -> str:
        number = self.number_of(column)
        agencies = "".join(
            f'<option value="{agency_code(self.division_code, at)}">{name}</option>'
            for at, name in enumerate(self.modules)
        )
        county = agency_code(self.division_code, 900)
        main = (
            f'{chrome.five_entries(self)}<select id="agency" onchange="show(this.value)">{agencies}</select><div id="list"></div>\n'
            f'<script>function show(code) {{ window.open("{MODULE}/xxgkAnnualReport.jsp?area=" + code + "&fbtime=" + year.value); }}\n'
            f'$.post("{MODULE}/search.jsp?standardXxgk=1&isAllList=1&texttype=0&fbtime=-1&vc_all=&vc_title=&currpage=1&sortfield=,createdatetime:0", '
            f"{{infotypeId:'HB{number:04d}', jdid:'3', area:'{county}', divid:'div{number}'}}, function(text) {{ $('#list').html(text); }});</script>"
        )
        return chrome.frame(self, main, title=column.name, crumbs=[(column.name, self.column_path(column))])

    def _search(self, request: Request) -> Answer:
        """Answer with rows of all columns mixed; one that does not say where it comes from gets none."""
        query = request.query
        if request.method != "POST" or not query.get("divid"):
            return answer(b"", status=b"405 Method Not Allowed")
        mixed = [article for column in self.walk() for article in self._listed(column)]
        parts = pages(
            sorted(mixed, key=lambda article: (article.published, article.title), reverse=True), self.page_size
        )
        number = int(query.get("currpage") or 1)
        part = parts[number - 1] if 0 < number <= len(parts) else []
        shown = "".join(
            f'<tr class="tr_main_value_{"odd" if at % 2 else "even"}"><td>{at}</td><td><a href="{self.link_to(article)}" target="_blank" '
            f'title="{article.title}">{chrome.shortened(article.title, 20)}</a></td><td>{article.published}</td></tr>'
            for at, article in enumerate(part)
        )
        body = f"<table>{shown}</table><div>共 {len(parts)} 页 <a href=\"javascript:gotopage('{number + 1}')\">下一页</a></div>"
        return answer(body.encode(), self.headers(Charset()))

    def _none(self, _: Request) -> Answer:
        page = chrome.frame(self, '<div class="xl_doc">暂无该年度的信息公开年度报告。</div>', title="信息公开年度报告")
        return answer(page.encode(), self.headers(Charset()))
