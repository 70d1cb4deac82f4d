"""TRS WCM 拓尔思: static lists whose further pages only a script names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode

from crawler.families.base import (
    Declared,
    Family,
    ListPage,
    PageRef,
    read_script,
    script_declared,
    static_suffix,
    value_of,
)
from crawler.families.generic import Generic

GENERIC = Generic()
SERVICE = "/was5/web/search"
SERVICE_URL = re.compile(r"listModel\s*\(\s*\{.{0,1500}?\burl\s*:\s*[\"']([^\"']+)[\"']", re.DOTALL)


class Trs(Family):
    """TRS WCM. Page N (from 1) of `index.html` is `index_{N-1}.html`; no anchors lead there.

    The count stands in a script, as `createPageHTML(pages, current from 0, prefix, extension)` or as `var countPage`.
    A page that is named may be a stub or missing. Half-static lists (动静结合) state `recordCount`, `prepage` and
    `maxStaticIndex` in a call of `listModel`: the first pages are static, the others come from the search service by
    its `channelid` and `classsql`.
    """

    name = "trs"
    marks = ("createPageHTML(", "TRS_Editor", "TRS_UEDITOR", "trs_editor_view", "var countPage", "listModel(")

    def declared(self, page: ListPage) -> Declared:
        """Return the script's pages, or records and pages of a half-static list."""
        text = page.page.text
        if "recordCount" in text:
            records, size = value_of(text, "recordCount"), value_of(text, "prepage")
            if records.isdecimal() and size.isdecimal():
                return Declared(-(-int(records) // max(int(size), 1)), int(records))
        return script_declared(page)

    def next_pages(self, page: ListPage) -> Iterator[PageRef]:
        """Yield the pages of a half-static list; of others those that the script declares, or what any list shows."""
        declared = self.declared(page).pages
        if declared and "listModel" in page.page.text and read_script(page.page) is None:
            yield from self._half_static(page, declared)
        elif not page.page.is_data:
            yield from GENERIC.next_pages(page)

    def _half_static(self, page: ListPage, pages: int) -> Iterator[PageRef]:
        """Yield the static pages, then those of the service; where there is no such service, further static ones."""
        text = page.page.text
        static = max(int(value_of(text, "maxStaticIndex") or 1), 1)
        yield from (self._static(page, number) for number in range(page.number + 1, min(static, pages) + 1))
        rest = range(max(page.number, static) + 1, pages + 1)
        fields = {name: value_of(text, name) for name in ("channelid", "classsql", "prepage")}
        service = SERVICE_URL.search(text)
        if fields["channelid"] and (link := page.page.link(service[1] if service else SERVICE)):
            for number in rest:
                query = urlencode(fields | {"page": str(number)})
                yield PageRef(f"{link.url}{'&' if '?' in link.url else '?'}{query}", number)
        yield from (self._static(page, number, way=1) for number in rest)

    def _static(self, page: ListPage, number: int, *, way: int = 0) -> PageRef:
        first = (page.first or page.page.url).partition("?")[0]
        own = (f"{first}index", static_suffix(page.page))
        stem, suffix = own if first.endswith("/") else first.rpartition(".")[::2]
        return PageRef(f"{stem}_{number - 1}.{suffix}", number, way=way)
