"""What the pages of an archive say of each other where no crawl of ours noted it, as in archives of others: which page
leads to a file, frames another page or shows pictures, and which addresses are further pieces of an article.

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
from extract.prefilter import media_type_of
from extract.readers.links import Link, links_of
from extract.reading import FORM_TABLES
from extract.readings import Readings, key_of, read_packed, refused
from extract.workers import Job, reader_of

_PAGE = "text/html"
_PICTURE = {"role": "attachment"}  # what a crawl would have noted of it
# The words of a link to another piece.
_TURNING = re.compile(r"[\[【(（第\s]*(?:\d{1,2}|[下上末尾]一?页|首页)[\]】)）页\s>»]*")
_NUMBER_BEHIND = re.compile(r"[_-]\d{1,2}(?=(?:\.\w{2,5})?$)")
_NUMBER_OF_PAGE = re.compile(r"(?:cur|current)?_?p(?:age)?_?(?:no|num|index)?", re.IGNORECASE)


class _Page(NamedTuple):
    """A page that no crawl noted anything of."""

    url: str
    key: bytes
    warc: str
    offset: int
    length: int
    has_title_only: bool = False


def note(archive: Path, job: Job, sql: sqlite3.Connection, readings: Readings) -> None:
    """Note in the staged captures and visits what a crawl would have noted (`via`, `role`, `piece_of`), and read the
    pictures of pages that show a report's title only.
    """
    leading: dict[str, dict[str, str]] = defaultdict(dict)  # address → the pages that lead to it, and its role there
    articles: dict[str, set[str]] = {}  # piece → all pieces of its article
    sql.execute("CREATE INDEX IF NOT EXISTS captures_of ON captures (url, portal)")
    for page in _lacking(sql, readings):
        for link in _links(archive, job, page):
            kind = _kind(sql, link.address)
            if link.kind == "frame" and kind == _PAGE:
                leading[link.address][page.url] = "frame"
            elif kind == _PAGE:
                if _TURNING.fullmatch(link.words) and are_pieces(page.url, link.address):
                    joined = articles.get(page.url, {page.url}) | articles.get(link.address, {link.address})
                    articles.update(dict.fromkeys(joined, joined))
            elif kind is not None and (link.kind == "link" or page.has_title_only):
                leading[link.address][page.url] = "attachment"
    for address, roles in leading.items():
        if len(roles) == 1:  # a logo, or a form to be filled in, is on many
            ((via, role),) = roles.items()
            sql.execute("UPDATE captures SET via = ?, role = ? WHERE url = ?", [via, role, address])
            _read_pictures(archive, job, sql, readings, address)
    further = [
        (whole, address) for address, all_of_it in articles.items() if (whole := in_order(all_of_it)[0]) != address
    ]
    sql.executemany("UPDATE captures SET piece_of = ? WHERE url = ?", further)
    sql.executemany("UPDATE visits SET piece_of = ? WHERE url = ?", further)


def _read_pictures(archive: Path, job: Job, sql: sqlite3.Connection, readings: Readings, url: str) -> None:
    """Read the captures of an address that were passed over: pictures, of which nobody knew that a report shows them."""
    unread = "SELECT id, warc, offset, length FROM captures WHERE url = ? AND key IS NULL AND status = 200"
    for capture_id, *place in sql.execute(unread, [url]).fetchall():
        capture = read_capture(archive, *place)
        key = key_of(digest=capture.digest, url=url, charset=None, metadata=_PICTURE)
        if job.everything or key not in readings:
            reader = partial(read_packed, read=reader_of(job), charset=None, url=url, metadata=_PICTURE)
            try:
                packed = limits.guarded(reader, capture.payload, seconds=job.seconds)
            except UnreadableDocument as error:
                packed = refused(error.reason, error.detail)
            readings.keep([(key, packed)])
        kind = media_type_of(capture.payload, capture.mime)
        sql.execute("UPDATE captures SET key = ?, media_type = ? WHERE id = ?", [key, kind, capture_id])


def _lacking(sql: sqlite3.Connection, readings: Readings) -> Iterator[_Page]:
    """Yield the newest capture of each page that promises a report, or is one without all of its tables."""
    newest = (
        "SELECT url, key, warc, offset, length FROM captures WHERE portal = '' AND via = '' AND key IS NOT NULL "
        "AND media_type = ? ORDER BY url, at, id"
    )
    for page in {row[0]: _Page(*row) for row in sql.execute(newest, [_PAGE])}.values():
        genre, _, _, head = readings.head_of(page.key)
        if genre == "candidate" or (genre == "report" and json.loads(head).get("verified", 0) < len(FORM_TABLES)):
            yield page._replace(has_title_only=genre == "candidate")


def _links(archive: Path, job: Job, page: _Page) -> list[Link]:
    capture = read_capture(archive, page.warc, page.offset, page.length)
    try:
        reader = partial(links_of, charset=capture.charset, url=page.url)
        return limits.guarded(reader, capture.payload, seconds=job.seconds)
    except UnreadableDocument:
        return []


def _kind(sql: sqlite3.Connection, url: str) -> str | None:
    """Return what kind of document or picture an address gave; None where there is none, or nothing worth reading."""
    found = (
        "SELECT iif(key IS NULL, mime, media_type) FROM captures WHERE url = ? AND portal = '' "
        "AND (key IS NOT NULL OR (status = 200 AND mime LIKE 'image/%')) ORDER BY key IS NULL LIMIT 1"
    )
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
