"""A static site whose columns are shells: the column page holds an iframe, the list stands in it; some columns are only a stub.

The stub is a literal `location.href` to the real leaf; years stand as sub-columns.
"""

# ruff: noqa: E501 -- lines of HTML stay whole
from __future__ import annotations

from samples import chrome, faults
from samples.families.static import Static
from samples.portal import Column


class Framed(Static):
    """A static portal with iframe shells before its lists; columns that have sub-columns and no rows are stubs to the first of them."""

    family = "framed"
    column_at = "/{slug}/index.shtml"

    def build_list(self, column: Column) -> None:
        super().build_list(column)
        shell = self.column_path(column)
        inner = f"/{column.slug}/1.html"
        if column.columns and not column.articles:
            self.routes[shell] = faults.forwards_by_script(self.column_path(column.columns[0]))
        else:
            self.page(shell, lambda: self._shell(column, inner))

    def _shell(self, column: Column, inner: str) -> str:
        siblings = "".join(
            f'<li><a href="{self.column_path(other)}">{other.name}</a></li>'
            for parent in self.walk()
            if column in parent.columns
            for other in parent.columns
        )
        main = (
            f'<ul class="left">{siblings}</ul><iframe src="{inner}" width="100%" height="800" frameborder="0"></iframe>'
        )
        return chrome.frame(self, main, title=column.name)
