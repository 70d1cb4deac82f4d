"""Portals of no known software, as counties, bureaus and townships have them put together by a local firm: what their kinds share.

The kinds stand in `asked`, `written`, `loaded`, `turning`, `ways`, `issuers` and `bodies`, by what is uncommon of them; a report's
page is not.
"""

# ruff: noqa: ARG002, E501 -- a kind uses what it needs of the arguments; lines of HTML stay whole
from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from samples import chrome
from samples.families.paging import newest_first, pages
from samples.families.static import Static
from samples.portal import Article, Column
from samples.wire import answer

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
JSON = (("Content-Type", "application/json;charset=UTF-8"),)
SCRIPT = (("Content-Type", "application/javascript"),)


class Handmade(Static):
    """A portal of a kind of its own: `place` names page N of a list (from 1), `rows` and `pager` are its markup.

    `place_at` is that path, in which `{number}` is N, `{index}` counts from 0 and `{start}` is the first row;
    `first_at` that of page 1 where it is another. `table` stands around the rows, each of which is a `line`.
    """

    page_size = 5
    column_at = ""
    place_at: ClassVar[str] = "/{slug}/{number}.html"
    first_at: ClassVar[str] = ""
    table: ClassVar[str] = "<ul>{}</ul>"
    line: ClassVar[str] = '<li><a href="{link}">{title}</a> {day}</li>'

    def place(self, column: Column, number: int) -> str:
        """Return the path of page `number` of a list."""
        path = self.first_at if self.first_at and number == 1 else self.place_at
        at = {"number": number, "index": number - 1, "start": (number - 1) * self.page_size}
        return path.format(slug=column.slug, column=self.number_of(column), **at)

    def column_path(self, column: Column) -> str:
        return super().column_path(column) if self.column_at else self.place(column, 1)

    def turn(self, markup: str, column: Column, number: int) -> str:
        """Return `markup` around the path of a page of a list; "" where the list has no such page."""
        return markup.format(self.place(column, number)) if 0 < number <= len(self.parts(column)) else ""

    def lines(self, part: Sequence[Article], line: str = "") -> str:
        """Return `line` (or the portal's own) for each article, `{link}`, `{title}`, `{day}` and `{source}` filled in."""
        return "".join(
            (line or self.line).format(link=self.link_to(row), title=row.title, day=row.published, source=row.source)
            for row in part
        )

    def build_list(self, column: Column) -> None:
        parts = self.parts(column)
        for number, part in enumerate(parts, 1):
            self.page(self.place(column, number), partial(self.list_page, column, number, part))

    def single_page(self, column: Column, page: Callable[[], str]) -> None:
        """Mount a list that has one page."""
        self.page(self.place(column, 1), page)

    def script(self, path: str, code: str) -> None:
        """Mount a script file."""
        self.routes[path] = lambda _: answer(code.encode(), SCRIPT)

    def parts(self, column: Column) -> list[Sequence[Article]]:
        """Return a list's rows page by page."""
        return pages(newest_first(column), self.page_size)

    def list_page(self, column: Column, number: int, part: Sequence[Article]) -> str:
        """Return page `number` of a list."""
        main = (
            f'{chrome.five_entries(self)}<div class="main"><h3>{column.name}</h3>{self.rows(column, part)}\n'
            f'<div class="pages">{self.pager(column, number, len(self.parts(column)))}</div></div>'
        )
        return chrome.frame(self, main, title=column.name, crumbs=[(column.name, self.place(column, 1))])

    def rows(self, column: Column, part: Sequence[Article]) -> str:
        """Return the rows of a page."""
        return self.table.format(self.lines(part))

    def pager(self, column: Column, number: int, count: int) -> str:
        """Return the pager of page `number` of `count`."""
        return ""


class Office(Handmade):
    """A portal with a menu of its own kind (`nav`): `framed` is a page with that; `scripts` are files beside the pages."""

    scripts: ClassVar[dict[str, str]] = {}

    def extras(self) -> None:
        for path, code in self.scripts.items():
            self.script(path, code)

    def nav(self) -> str:
        """Return the items of the main menu."""
        return chrome.menu(self)

    def framed(self, main: str, *, title: str) -> str:
        """Return a page around `main`."""
        return chrome.frame(self, main, title=title).replace(chrome.menu(self), self.nav())

    def list_page(self, column: Column, number: int, part: Sequence[Article]) -> str:
        turns = self.pager(column, number, len(self.parts(column)))
        return self.framed(f'{self.rows(column, part)}<div class="pages">{turns}</div>', title=column.name)

    def pager(self, column: Column, number: int, count: int) -> str:
        onwards = self.turn('<a href="{}">下一页</a>', column, number + 1) or "下一页"
        return f"共{count}页 第{number}页 {onwards}"

    def reports_column(self) -> Column:
        """Return the column of the reports."""
        return next(column for column in self.walk() if column.slug.endswith("zfxxgknb"))

    def by_issuer(self, column: Column) -> dict[str, list[Article]]:
        """Return the articles of a column by who issued them."""
        found: dict[str, list[Article]] = {}
        for article in newest_first(column):
            found.setdefault(article.source or self.authority, []).append(article)
        return found
