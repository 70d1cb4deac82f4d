"""Which captures are read as one document: the pages of an article that was cut over several addresses, and the pictures
of which a page consists, as those of a scanned report, over which a table may be torn.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from archive import read_capture
from extract import neighbours
from extract.pieces import Piece, in_order, key_of_pieces, place_on_page, read_pieces
from extract.readings import Readings
from extract.workers import Job

_READ = ("report", "candidate", "rejected")  # genres of what could be read


def join(archive: Path, job: Job, sql: sqlite3.Connection, readings: Readings) -> None:
    """Read what was cut into pieces as one document: the pages of an article, and the pictures that a page consists of.
    Stage which captures make each.
    """
    neighbours.note(archive, job, sql, readings)
    for found, warnings in _cut(sql):
        _stage(sql, found, _read_as_one(archive, job, readings, found), warnings)
    for found, page in _pictured(sql, readings):
        body = read_capture(archive, page.warc, page.offset, page.length).payload
        found.sort(key=lambda picture: place_on_page(picture.url, body))
        alone = [_extent(readings, picture.key) for picture in found]
        key = _read_as_one(archive, job, readings, found)
        cells, letters = _extent(readings, key)
        more = cells >= max(alone)[0] and (cells, letters) > max(alone)
        if readings.head_of(key)[0] == "report" and more:
            _stage(sql, found, key, [])


class _Newest(NamedTuple):
    """The newest capture of an address that was read."""

    id: str
    url: str
    key: bytes
    warc: str
    offset: int
    length: int


def _cut(sql: sqlite3.Connection) -> Iterator[tuple[list[_Newest], list[str]]]:
    """Yield the pages of each article that was cut, with a warning for each that is missing."""
    wholes = "SELECT DISTINCT piece_of FROM visits WHERE piece_of != '' ORDER BY piece_of"
    for (whole,) in sql.execute(wholes).fetchall():
        named = sql.execute("SELECT DISTINCT url FROM visits WHERE piece_of = ?", [whole])
        pages = {url: _newest(sql, url) for url in [whole, *in_order(url for (url,) in named if url != whole)]}
        missing = [url for url, page in pages.items() if page is None]
        if found := [page for page in pages.values() if page is not None]:
            yield found, [f"{url}: this piece of the report is not in the archive" for url in missing]


def _pictured(sql: sqlite3.Connection, readings: Readings) -> Iterator[tuple[list[_Newest], _Newest]]:
    """Yield the pictures of each page that shows several, one of them a report; and the page."""
    shown = (
        "SELECT DISTINCT via, url FROM captures WHERE role = 'attachment' AND media_type LIKE 'image/%' "
        "AND key IS NOT NULL ORDER BY via, url"
    )
    for page, pairs in groupby(sql.execute(shown).fetchall(), key=itemgetter(0)):
        above, newest = _newest(sql, page), [_newest(sql, url) for _, url in pairs]
        genres = {one.key: readings.head_of(one.key)[0] for one in newest if one is not None}
        read = [one for one in newest if one is not None and genres[one.key] in _READ]
        if above is not None and len(read) > 1 and "report" in genres.values():
            yield read, above


def _newest(sql: sqlite3.Connection, url: str) -> _Newest | None:
    newest = "SELECT id, url, key, warc, offset, length FROM captures WHERE url = ? AND key IS NOT NULL "
    row = sql.execute(f"{newest} ORDER BY at DESC, id", [url]).fetchone()
    return _Newest(*row) if row else None


def _read_as_one(archive: Path, job: Job, readings: Readings, found: Sequence[_Newest]) -> bytes:
    """Keep what captures are read as together; return what the reading is kept under."""
    key = key_of_pieces(row.key for row in found)
    if job.everything or key not in readings:
        captures = [read_capture(archive, row.warc, row.offset, row.length) for row in found]
        pieces = [Piece(one.payload, one.url, one.charset, dict(one.metadata)) for one in captures]
        readings.keep([(key, read_pieces(pieces, seconds=len(pieces) * job.seconds))])
    return key


def _stage(sql: sqlite3.Connection, found: Sequence[_Newest], key: bytes, warnings: Sequence[str]) -> None:
    sql.executemany(
        "INSERT INTO pieces VALUES (?, ?, ?, ?, ?)",
        [(row.id, row.url, found[0].url, key, json.dumps(warnings)) for row in found],
    )


def _extent(readings: Readings, key: bytes) -> tuple[int, int]:
    """How many cells and how many letters of prose a reading states."""
    head = json.loads(readings.head_of(key)[3])
    return head.get("cells", 0), head.get("letters", 0)
