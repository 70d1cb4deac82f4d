"""gkmlpt, the publication platform of Guangdong: an empty shell and a JSON API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

from crawler.document import Link
from crawler.families.base import ListPage, PageRef, Service, records_of, value_of
from crawler.page import Page
from crawler.scripts import unescape

API = "/gkmlpt/api/all/"
NODE = re.compile(
    r"\{[^{}]*?[\"']?id[\"']?\s*:\s*[\"']?(\d+)[\"']?[^{}]*?[\"']?name[\"']?\s*:\s*[\"']([^\"']+)[\"'][^{}\[]*"
)
JUMP = re.compile(r"[\"']?jump_url[\"']?\s*:\s*[\"'](https?:[^\"']+)[\"']")
PER_PAGE = 100


class Gkmlpt(Service):
    """gkmlpt.

    `/gkmlpt/index` holds `window._CONFIG = {SID:'755041', TREE:[…]}`; each node of the tree is a list,
    `/gkmlpt/api/all/ID`.

    `?page=N&sid=SID`, 100 articles a page, where page 0 and page 1 are the same; category 0 is everything. The total
    is `classify.post_count` or `total`. Nodes with `jump_url` leave the platform. A department's shell stands in its
    folder (`/b3/gkmlpt/index`), and the API at the root or in that folder.
    """

    name = "gkmlpt"
    service = API
    addresses = ("url", "post_url")

    def recognises(self, page: Page) -> bool:
        """Say whether a page is the platform's: its shell, or an answer of its API."""
        return super().recognises(page) or all(map(page.has, ("_CONFIG", "SID", "TREE")))

    def rows(self, page: ListPage) -> Iterator[Link]:
        """Yield the nodes of the shell's tree as columns, or the articles of an answer with their files."""
        yield from super().rows(page)
        if self.is_answer(page):
            files = (file for article in records_of(page.page.data) for file in article.get("attachment") or ())
            links = (page.page.link(str(file.get("url") or ""), text=str(file.get("name") or "")) for file in files)
            yield from filter(None, links)
            return
        folder = urlsplit(page.page.url).path.partition("/gkmlpt/")[0]
        if sid := value_of(page.page.text, "SID"):
            for node in NODE.finditer(page.page.text):
                jump, name = JUMP.search(node[0]), unescape(node[2])
                target = jump[1] if jump else f"{API}{node[1]}?{urlencode({'page': 1, 'sid': sid})}"
                if link := page.page.link(target, text=name):
                    yield link
                if folder and not jump and (link := page.page.link(folder + target, text=name, kind="guess")):
                    yield link

    def next_pages(self, page: ListPage) -> Iterator[PageRef]:
        """Yield the API's further pages."""
        records = self.declared(page).records
        parts = urlsplit(page.page.url)
        if not self.is_answer(page) or records is None:
            return
        for number in range(page.number + 1, -(-records // PER_PAGE) + 1):
            yield PageRef(parts._replace(query=re.sub(r"page=\d+", f"page={number}", parts.query)).geturl(), number)
