"""TRS WCM 拓尔思: static lists whose further pages only a script names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.families.base import (
    Declared,
    Family,
    ListPage,
    PageRef,
    next_anchor,
    read_script,
    script_declared,
    script_pages,
)

RECORDS = re.compile(r"recordCount\s*:\s*[\"']?(\d+)")
PER_PAGE = re.compile(r"prepage\s*:\s*[\"']?(\d+)")
STATIC = re.compile(r"maxStaticIndex\s*:\s*[\"']?(\d+)")


class Trs(Family):
    """TRS WCM. Page N (from 1) of `index.html` is `index_{N-1}.html`; no anchors lead there.

    The count stands in a script, as `createPageHTML(pages, current from 0, prefix, extension)` or as `var countPage`.
    A page that is named may be a stub or missing. Half-static lists (动静结合) state `recordCount` and `prepage`;
    their first pages are static.
    """

    name = "trs"
    marks = ("createPageHTML(", "TRS_Editor", "TRS_UEDITOR", "trs_editor_view", "var countPage", "listModel(")

    def declared(self, page: ListPage) -> Declared:
        """Return the script's pages, or records and pages of a half-static list."""
        text = page.page.text
        if "recordCount" in text and (records := RECORDS.search(text)) and (size := PER_PAGE.search(text)):
            return Declared(-(-int(records[1]) // max(int(size[1]), 1)), int(records[1]))
        return script_declared(page)

    def next_pages(self, page: ListPage) -> Iterator[PageRef]:
        """Yield `index_1`, `index_2` … as far as declared; a 下一页 anchor on the rare host that has no count."""
        if read_script(page.page) is not None:
            yield from script_pages(page)
            return
        declared = self.declared(page).pages
        if declared and "listModel" in page.page.text:
            yield from self._half_static(page, declared)
        elif url := next_anchor(page.page):
            yield PageRef(url, page.number + 1)

    def _half_static(self, page: ListPage, pages: int) -> Iterator[PageRef]:
        first = page.first or page.page.url
        stem = first if first.endswith("/") else first.rpartition(".")[0]
        stem = f"{stem}index" if stem.endswith("/") else stem
        suffix = "html" if first.endswith("/") else first.rpartition(".")[2]
        yield from (PageRef(f"{stem}_{number - 1}.{suffix}", number) for number in range(page.number + 1, pages + 1))
