"""What a run has found before it is written: the tables of its stage, filled by the workers' visits (pass 1 of `run`)
and by what is chosen of them (pass 2).
"""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from extract.pieces import PIECE_OF
from extract.selection import Found
from extract.workers import Visit

_TABLES = """
CREATE TABLE captures (
  id TEXT PRIMARY KEY, url TEXT, fetched_at TEXT, status INTEGER, mime TEXT, digest TEXT,
  warc TEXT, offset INTEGER, length INTEGER, at INTEGER, media_type TEXT, key BLOB, is_new INTEGER,
  portal TEXT, division TEXT, via TEXT, role TEXT, piece_of TEXT
);
CREATE TABLE visits (
  url TEXT, at INTEGER, outcome TEXT, status INTEGER, capture_id TEXT, portal TEXT, division TEXT, error TEXT,
  piece_of TEXT
);
CREATE TABLE pieces ( -- the captures that are read as one document; the first of them stands for it
  capture_id TEXT PRIMARY KEY, url TEXT, whole TEXT, key BLOB, warnings TEXT
);
CREATE TABLE refusals (capture_id TEXT PRIMARY KEY, url TEXT, genre TEXT, rule TEXT, detail TEXT);
CREATE TABLE pages ( -- of each address the newest report, or else the newest candidate
  url TEXT PRIMARY KEY, genre TEXT, capture_id TEXT, key BLOB, first_at INTEGER, media_type TEXT, head TEXT,
  portal TEXT, division TEXT, via TEXT, role TEXT
);
CREATE TABLE versions ( -- of an address that was read as several reports, these, the oldest first
  url TEXT, number INTEGER, capture_id TEXT, key BLOB, PRIMARY KEY (url, number)
) WITHOUT ROWID;
CREATE TABLE found (url TEXT PRIMARY KEY, authority_id TEXT, year INTEGER, pickled BLOB); -- a selection.Found
"""


class Stage:
    """What the workers found, in a temporary database that SQLite itself removes."""

    def __init__(self) -> None:
        self.sql = sqlite3.connect("")
        self.sql.executescript(_TABLES)

    def add(self, visits: list[Visit]) -> None:
        """Take the visits of a span. Of a capture that lies in two files, the first place counts."""
        captures = (
            (
                *visit.capture,
                *(visit.at, visit.media_type, visit.key, visit.packed is not None),
                *(visit.metadata.get(name, "") for name in ("portal", "division", "via", "role", PIECE_OF)),
            )
            for visit in visits
            if visit.capture is not None
        )
        self.put(
            "captures",
            captures,
            "ON CONFLICT (id) DO UPDATE SET warc = excluded.warc, offset = excluded.offset, length = excluded.length "
            "WHERE (excluded.warc, excluded.offset) < (warc, offset)",
        )
        endings = (
            (
                *(visit.url, visit.at, visit.outcome),
                *((visit.capture.status, visit.capture.id) if visit.capture else (None, None)),
                *(visit.metadata.get(name, "") for name in ("portal", "division", "error", PIECE_OF)),
            )
            for visit in visits
        )
        self.put("visits", endings)
        self.sql.commit()

    def put(self, table: str, rows: Iterable[Sequence[object]], conflict: str = "") -> None:
        """Write rows, each with a value for every column of their table."""
        columns = self.sql.execute(f"SELECT * FROM {table} LIMIT 0").description
        self.sql.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))}) {conflict}", rows)

    def put_found(self, reports: Iterable[Found]) -> None:
        """Write what was found at some addresses."""
        self.put("found", ((one.url, one.authority_id, one.year, pickle.dumps(one)) for one in reports))

    def found(self) -> Iterator[Found]:
        """Yield all that was found, by authority, year and address."""
        rows = self.sql.execute("SELECT pickled FROM found ORDER BY authority_id, year, url")
        return (pickle.loads(pickled) for (pickled,) in rows)

    def sole_fault(self) -> str | None:
        """Return what is amiss in an archive of which no capture could be read; None where one was, or none is there."""
        if self.sql.execute("SELECT 1 FROM captures LIMIT 1").fetchone():
            return None
        fault = self.sql.execute("SELECT error FROM visits WHERE error != '' ORDER BY error LIMIT 1").fetchone()
        return str(fault[0]) if fault else None

    def close(self) -> None:
        self.sql.close()
