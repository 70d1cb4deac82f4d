"""Portals on which a report's page is not all of it, or not there: pieces, frames, bare files, bundles."""

# ruff: noqa: ARG002, E501 -- a kind uses what it needs of the arguments; lines of HTML stay whole
from __future__ import annotations

from functools import partial
from urllib.parse import quote

from samples import chrome
from samples.families.handmade import PDF, Handmade, Office
from samples.portal import Article, Column
from samples.wire import answer


class Files(Handmade):
    """Reports are PDF files that the list links; there is no page about them."""

    family = "files"

    def article_path(self, column: Column, article: Article, number: int) -> str:
        if article.reading is None:
            return super().article_path(column, article, number)
        return f"/{column.slug}/files/{article.published:%Y}/年报（{number}）.pdf"

    def pager(self, column: Column, number: int, count: int) -> str:
        return f'<a href="{self.place(column, number + 1)}">后一页 &raquo;</a>' if number < count else ""

    def _place(self, column: Column, article: Article) -> None:
        super()._place(column, article)
        path = self.paths[id(article)]
        if path.endswith(".pdf"):
            self.routes[path] = lambda _: answer(PDF, (("Content-Type", "application/octet-stream"),))
            known = self.truth.reports.pop(self.origin + path)
            self.truth.reports[self.origin + quote(path)] = known


class Framed(Handmade):
    """An article's body stands in an iframe, its files in an array from which a script builds their links."""

    family = "framed_body"

    def article_page(self, column: Column, article: Article) -> str:
        path = self.path_of(article)
        files = ", ".join(
            f"{{name: '{file.label}', size: {len(file.content)}, path: '{self.attachment_path(path, file)}'}}"
            for file in article.attachments
        )
        main = (
            f'<div class="detail"><h1>{article.headline}</h1><iframe src="{path.replace(".html", "_body.html")}" width="100%"></iframe>\n'
            f'<ul id="files"></ul><script>var files = [{files}]; for (var i in files) append(files[i]);</script></div>'
        )
        return chrome.frame(self, main, title=article.headline)

    def _place(self, column: Column, article: Article) -> None:
        super()._place(column, article)
        path = self.paths[id(article)]
        if "://" not in path:
            body = path.replace(".html", "_body.html")
            shell = self.origin + path
            for known in (self.truth.reports, self.truth.near_misses):
                if shell in known:  # what can be read stands in the frame
                    known[self.origin + body] = known.pop(shell)  # type: ignore[assignment]
            for file, shown in self.truth.renditions.items():
                if shown == shell:
                    self.truth.renditions[file] = self.origin + body
            self.page(
                body,
                lambda: (
                    f"<!DOCTYPE html><html><head><title>正文</title></head><body><h1>{article.headline}</h1>{self.body(article)}</body></html>"
                ),
            )

    def pager(self, column: Column, number: int, count: int) -> str:
        return f'<a href="{self.place(column, number + 1)}">&gt;</a>' if number < count else ""


class InPieces(Office):
    """A long report is cut over pages by the editor: `t…_7.html`, `t…_7_1.html`, `t…_7_2.html`, each with numbers and 下一页."""

    family = "in_pieces"
    article_at = "/zwgk/{day:%Y%m}/t{day:%Y%m%d}_{number}.html"
    cuts = 3

    def build(self) -> None:
        super().build()
        for column in self.walk():
            for article in column.articles:
                if article.reading:
                    self._cut(column, article)

    def _cut(self, column: Column, article: Article) -> None:
        path = self.paths[id(article)]
        stem = path.removesuffix(".html")
        places = [path, *(f"{stem}_{number}.html" for number in range(1, self.cuts))]
        for number, place in enumerate(places):
            self.page(place, partial(self._piece, column, article, places, number))
            if number:
                self.truth.renditions[self.origin + place] = self.origin + path

    def _piece(self, column: Column, article: Article, places: list[str], number: int) -> str:
        body = self.body(article)
        tags = body.lower()  # some editors write capitals
        marks = [tags.find("<table", tags.find("<table") + 1), tags.rfind("<table")]
        bounds = [0, *marks, len(body)]
        page = super().article_page(column, article).replace(body, body[bounds[number] : bounds[number + 1]])
        numbers = "".join(
            f'<a href="{place}">{at}</a>' if at != number + 1 else f"<b>{at}</b>" for at, place in enumerate(places, 1)
        )
        onwards = f'<a href="{places[number + 1]}">下一页</a>' if number + 1 < len(places) else ""
        return page.replace("</div></div>", f'<div class="fy">{numbers} {onwards}</div></div></div>', 1)


class Bundles(Office):
    """One post a year holds the reports of all agencies as files, each under the agency's short name."""

    family = "bundles"

    def build_list(self, column: Column) -> None:
        if column is not self.reports_column():
            super().build_list(column)
            return
        years: dict[int, list[Article]] = {}
        for article in column.articles:
            if article.reading:
                years.setdefault(article.reading["report_year"], []).append(article)
        self.unclaim([article for articles in years.values() for article in articles])
        rows = ""
        for year, articles in sorted(years.items()):
            place = f"/zwgk/nb/{year}/{88000 + year}.shtml"
            rows += f'<li><a href="{place}">{year}年度各镇（街道）、各部门公开年报</a></li>'
            self.truth.near_misses[self.origin + place] = "index_page"
            files = ""
            for at, article in enumerate(articles):
                file = f"/zwgk/nb/{year}/P0{year}{at:03d}.pdf"
                self.routes[file] = lambda _: answer(PDF, (("Content-Type", "application/pdf"),))
                self.truth.renditions[self.origin + file] = self.origin + place
                files += (
                    f'<p><a href="P0{year}{at:03d}.pdf">{at + 1}.{article.source.removeprefix(self.authority)}</a></p>'
                )
            self.page(place, partial(self._post, year, files))
        self.page(self.place(column, 1), lambda: self.framed(f"<ul>{rows}</ul>", title=column.name))

    def _post(self, year: int, files: str) -> str:
        return self.framed(
            f'<h1>{year}年度各镇（街道）、各部门公开年报</h1><div class="zoom">{files}</div>',
            title=f"{year}年度公开年报",
        )
