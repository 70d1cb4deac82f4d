"""What the pages of an archive say of each other where no crawl of ours noted it, as in archives of others: which page
leads to a file, and which addresses are further pieces of an article.

Only pages that lack something of a report are looked at; what a link leads to must be in the archive.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from archive import read_capture
from extract import limits
from extract.errors import UnreadableDocument
from extract.pieces import in_order
from extract.readers.links import Link, links_of
from extract.readings import Readings
from extract.workers import Job

_TABLES = 3  # of a report that lacks nothing
_PAGES = ("text/html",)
_TURNING = re.compile(
    r"[\[【(（第\s]*(?:\d{1,2}|[下上末尾]一?页|首页)[\]】)）页\s>»]*"
)  # the words of a link to another piece
_NUMBER_BEHIND = re.compile(r"[_-]\d{1,2}(?=(?:\.\w{2,5})?$)")
_NUMBER_OF_PAGE = re.compile(r"(?:cur|current)?_?p(?:age)?_?(?:no|num|index)?", re.IGNORECASE)


class _Page(NamedTuple):
    """A page that no crawl noted anything of."""

    url: str
    key: bytes
    warc: str
    offset: int
    length: int


def note(archive: Path, job: Job, sql: sqlite3.Connection, readings: Readings) -> None:
    """Note in the staged captures and visits what a crawl would have noted: `via`, `role`, `piece_of`."""
    leading: dict[str, list[str]] = defaultdict(list)  # file → the pages that lead to it
    articles: dict[str, set[str]] = {}  # piece → all pieces of its article
    sql.execute("CREATE INDEX IF NOT EXISTS captures_of ON captures (url, portal)")
    for page in _lacking(sql, readings):
        for address, words in dict.fromkeys(_links(archive, job, page)):
            kind = _media_type(sql, address)
            if kind is not None and kind not in _PAGES:
                leading[address].append(page.url)
            elif kind is not None and _TURNING.fullmatch(words) and are_pieces(page.url, address):
                joined = articles.get(page.url, {page.url}) | articles.get(address, {address})
                articles.update(dict.fromkeys(joined, joined))
    for address, pages in leading.items():
        if len(set(pages)) == 1:
            sql.execute("UPDATE captures SET via = ?, role = 'attachment' WHERE url = ?", [pages[0], address])
    further = [
        (whole, address) for address, all_of_it in articles.items() if (whole := in_order(all_of_it)[0]) != address
    ]
    sql.executemany("UPDATE captures SET piece_of = ? WHERE url = ?", further)
    sql.executemany("UPDATE visits SET piece_of = ? WHERE url = ?", further)


def _lacking(sql: sqlite3.Connection, readings: Readings) -> Iterator[_Page]:
    """Yield the newest capture of each page that promises a report, or is one without all of its tables."""
    newest = (
        "SELECT url, key, warc, offset, length FROM captures WHERE portal = '' AND via = '' AND key IS NOT NULL "
        f"AND media_type IN ({', '.join('?' * len(_PAGES))}) ORDER BY url, at, id"
    )
    for page in {row[0]: _Page(*row) for row in sql.execute(newest, _PAGES)}.values():
        genre, _, _, head = readings.head_of(page.key)
        if genre == "candidate" or (genre == "report" and json.loads(head).get("verified", 0) < _TABLES):
            yield page


def _links(archive: Path, job: Job, page: _Page) -> list[Link]:
    capture = read_capture(archive, page.warc, page.offset, page.length)
    try:
        reader = partial(links_of, charset=capture.charset, url=page.url)
        return limits.guarded(reader, capture.payload, seconds=job.seconds)
    except UnreadableDocument:
        return []


def _media_type(sql: sqlite3.Connection, url: str) -> str | None:
    """Return what kind of document was read at an address; None where none was."""
    found = "SELECT media_type FROM captures WHERE url = ? AND portal = '' AND key IS NOT NULL LIMIT 1"
    row = sql.execute(found, [url]).fetchone()
    return row[0] if row else None


def are_pieces(one: str, other: str) -> bool:
    """Tell whether two addresses are those of pieces of one article: they differ in the number of the page only."""
    stems, wholes = zip(*map(_stem_and_whole, (one, other)), strict=True)
    return wholes[0] in (wholes[1], stems[1]) or wholes[1] == stems[0]


def _stem_and_whole(url: str) -> tuple[str, str]:
    """Return an address without a number of a page in its query, and without one behind its path either."""
    parts = urlsplit(url)
    named = [(name, value) for name, value in parse_qsl(parts.query) if not _NUMBER_OF_PAGE.fullmatch(name)]
    stem = parts._replace(query=urlencode(named))
    return stem.geturl(), stem._replace(path=_NUMBER_BEHIND.sub("", parts.path)).geturl()
