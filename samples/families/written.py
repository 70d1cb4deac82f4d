"""Portals that keep the rows of a list as data of the page: in scripts, attributes, options and handlers."""

# ruff: noqa: ARG002, E501 -- a kind uses what it needs of the arguments; lines of HTML stay whole
from __future__ import annotations

import json
from collections.abc import Sequence

from samples.families.handmade import Handmade, Office
from samples.families.paging import newest_first
from samples.portal import Article, Charset, Column


class Handlers(Handmade):
    """Rows are table rows with `onclick`, whose function joins an address; so does the pager's `goPage`, which counts from 0."""

    family = "handlers"
    first_at = "/{slug}/index.html"
    place_at = "/{slug}/index_p{index}.html"
    article_at = "/content/detail_{number}.html"

    def rows(self, column: Column, part: Sequence[Article]) -> str:
        rows = "".join(
            f"<tr onclick=\"showDetail('{self.link_to(row).removeprefix('/content/detail_').removesuffix('.html')}', this)\"><td>{row.title}</td><td>{row.published}</td></tr>"
            for row in part
        )
        return f'<table>{rows}</table><script>function showDetail(id, row) {{ var w = window.open("/content/detail_" + id + ".html", "_blank"); w.focus(); }}</script>'

    def pager(self, column: Column, number: int, count: int) -> str:
        links = "".join(f'<a href="javascript:goPage({n})">{n}</a>' for n in range(1, count + 1) if n != number)
        script = f'<script>function goPage(n) {{ if (n == 1) {{ location.href = "/{column.slug}/index.html"; }} else {{ location.href = "/{column.slug}/index_p" + (n - 1) + ".html"; }} }}</script>'
        return f"{script}{links}"


class InlineData(Handmade):
    """The whole list stands in an array of the page's script; pages are GBK and say so nowhere."""

    family = "inline_data"
    charset = Charset(header="", meta="", real="gbk")

    def parts(self, column: Column) -> list[Sequence[Article]]:
        return [newest_first(column)]

    def rows(self, column: Column, part: Sequence[Article]) -> str:
        items = ",\n".join(f"['{row.title}', '{self.link_to(row)}', '{row.published}']" for row in part)
        return f'<ul id="list"></ul><script>var data = [\n{items}];\nrender(data, 15);</script>'


class InlineIds(Office):
    """Rows stand in the page as data with numbers; a script joins `showinfo?infoid=` and the number."""

    family = "inline_ids"
    article_at = "/xxgk/showinfo?infoid={number}"

    def rows(self, column: Column, part: Sequence[Article]) -> str:
        data = json.dumps(
            [
                {"infoid": int(self.path_of(row).rpartition("=")[2]), "title": row.title, "pubdate": str(row.published)}
                for row in part
            ],
            ensure_ascii=False,
        )
        return f"<table id='t'></table><script>var infos = {data}; for (var i = 0; i < infos.length; i++) {{ $('#t').append('<tr><td><a href=\"/xxgk/showinfo?infoid=' + infos[i].infoid + '\">' + infos[i].title + '</a></td></tr>'); }}</script>"
