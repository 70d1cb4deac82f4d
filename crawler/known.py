"""The reports that an archive knows, each with what the portal said of it last: what a recheck visits again.

A function of the archive, kept in one SQLite file beside the ledger so that each WARC file is read through only once;
it may be deleted at any time. Captures and notes are taken in the order of their time, and none twice.

Table `reports`, one row an address: how it was found (portal … depth), the `fingerprint` and `capture` of its last
text, its validators, Unix times of the last visit that told something (`checked`) and of the last whole answer
(`fetched`), `misses` in a row, whether it counts as `withdrawn`, and `moved_to`. Table `files`: the WARC files that
were taken up.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

from archive import Capture, Note, read_span, spans
from crawler.errors import BadLedger
from crawler.fingerprint import FORM, TEXT, fingerprint, kind_of
from crawler.genre import looks_like_report
from crawler.outcomes import is_readable
from crawler.page import Page
from crawler.relevance import is_report_column, is_report_title
from crawler.visit import ATTACHMENT, DETAIL, Known, Visit

VERSION = 1
MISSING = ("not_found", "soft_404")
DAY = 86_400.0
SEASON = range(1, 5)  # months in which reports are published, and quietly mended
IN_SEASON, OUT_OF_SEASON = 7 * DAY, 30 * DAY  # between two visits
WHOLE_IN_SEASON, WHOLE = 28 * DAY, 90 * DAY  # after which "not modified" is no longer taken for an answer
AFTER_A_MISS = 1 * DAY
STATED = ("portal", "division", "role", "via", "anchor", "column")  # of a visit, as the archive keeps it
SCHEMA = """
CREATE TABLE IF NOT EXISTS files(name TEXT PRIMARY KEY, size INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS reports(
  url TEXT PRIMARY KEY, portal TEXT NOT NULL, division TEXT NOT NULL, role TEXT NOT NULL, via TEXT NOT NULL,
  anchor TEXT NOT NULL, "column" TEXT NOT NULL, depth INTEGER NOT NULL,
  fingerprint TEXT NOT NULL, capture TEXT NOT NULL, etag TEXT NOT NULL, modified TEXT NOT NULL,
  checked REAL NOT NULL, fetched REAL NOT NULL,
  misses INTEGER NOT NULL DEFAULT 0, withdrawn INTEGER NOT NULL DEFAULT 0, moved_to TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS same ON reports(fingerprint);
"""


@dataclass(frozen=True, slots=True)
class Report:
    """A known report: a row of `reports`."""

    url: str
    portal: str
    division: str
    role: str
    via: str
    anchor: str
    column: str
    depth: int
    fingerprint: str
    capture: str
    etag: str
    modified: str
    checked: float
    fetched: float
    misses: int
    withdrawn: bool
    moved_to: str

    def is_due(self, now: float) -> bool:
        """Say whether it is time to visit the report again: more often from January to April, and soon after a miss."""
        regular = IN_SEASON if _is_season(now) else OUT_OF_SEASON
        return now - self.checked >= (AFTER_A_MISS if self.misses and not self.withdrawn else regular)

    def visit(self, now: float) -> Visit:
        """Return the visit of a recheck: conditional, but for the whole page where the last one is long ago."""
        whole = now - self.fetched >= (WHOLE_IN_SEASON if _is_season(now) else WHOLE) or self.withdrawn
        etag, modified = ("", "") if whole else (self.etag, self.modified)
        known = Known(self.url, self.fingerprint, self.capture, etag, modified, self.misses, self.withdrawn)
        stated: dict[str, Any] = {name: getattr(self, name) for name in STATED}
        return Visit(**stated, depth=self.depth, within=True, known=known)


class KnownReports:
    """The open file. `path` may be `:memory:`. Raises `BadLedger` where it is none of ours."""

    def __init__(self, path: Path | str) -> None:
        try:
            self._db = sqlite3.connect(path, isolation_level=None)
            if self._db.execute("PRAGMA user_version").fetchone()[0] not in (0, VERSION):
                raise BadLedger(f"{path}: written by another version of this program; delete it, it is made anew")
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.executescript(SCHEMA)
            self._db.execute(f"PRAGMA user_version = {VERSION}")
        except sqlite3.DatabaseError as error:
            raise BadLedger(f"{path}: cannot be used: {error}; delete it, it is made anew from the archive") from error

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def take_up(self, folder: Path) -> None:
        """Take up what has come into the archive since the last time. Raises `ArchiveError` where there is none."""
        taken = dict(self._db.execute("SELECT name, size FROM files").fetchall())
        files = [(path, list(pieces)) for path, pieces in groupby(spans(folder), key=attrgetter("path"))]
        fresh = [(path.name, pieces) for path, pieces in files if taken.get(path.name) != pieces[-1].end]
        for name, pieces in fresh:
            self._db.execute("BEGIN")
            for item in chain.from_iterable(map(read_span, pieces)):
                if isinstance(item, Capture):
                    self._take_capture(item)
                elif isinstance(item, Note):
                    self._take_note(item)
            self._db.execute("INSERT OR REPLACE INTO files VALUES (?,?)", (name, pieces[-1].end))
            self._db.execute("COMMIT")

    def reports(self) -> Iterator[Report]:
        """Yield the reports that are to be watched, by address; those that moved are watched where they are now."""
        for row in self._db.execute("SELECT * FROM reports WHERE moved_to = '' ORDER BY url"):
            yield _report(row)

    def report(self, url: str) -> Report | None:
        """Return the report of an address, or None."""
        row = self._db.execute("SELECT * FROM reports WHERE url = ?", (url,)).fetchone()
        return None if row is None else _report(row)

    def elsewhere(self, url: str, fingerprint: str) -> str | None:
        """Return another address where the very same report is to be had; None without one."""
        row = self._db.execute(
            "SELECT url FROM reports WHERE fingerprint = ? AND url != ? AND misses = 0 AND NOT withdrawn"
            " AND moved_to = '' ORDER BY fetched DESC, url LIMIT 1",
            (fingerprint, url),
        ).fetchone()
        return None if row is None else str(row[0])

    def _take_capture(self, capture: Capture) -> None:
        outcome, at = capture.metadata.get("outcome", ""), capture.fetched_at.timestamp()
        before = self.report(capture.url)
        if before is not None and at <= before.checked:
            return
        if outcome == "ok":
            self._take_answer(capture, before, at)
        elif before is not None and outcome in MISSING:
            self._update(before.url, checked=at, misses=before.misses + 1)
        elif before is not None and outcome == "not_modified":
            self._update(before.url, checked=at, misses=0)

    def _take_answer(self, capture: Capture, before: Report | None, at: float) -> None:
        content_type = next((value for name, value in capture.headers if name.lower() == "content-type"), "")
        if before is None and not self._is_report(capture, content_type):
            return
        now = fingerprint(capture.payload, content_type)
        if before is not None and is_gone(before.fingerprint, now):
            self._update(before.url, checked=at, misses=before.misses + 1)
            return
        fields = {name.lower(): value.strip() for name, value in reversed(capture.headers)}
        state = {
            "fingerprint": now, "capture": capture.id, "etag": fields.get("etag", ""),
            "modified": fields.get("last-modified", ""), "checked": at, "fetched": at,
        }  # fmt: skip
        if before is not None:
            self._update(before.url, **state, misses=0, withdrawn=0, moved_to="")
            return
        stated = capture.metadata
        found = {name: stated.get(name, "") for name in STATED}
        depth = stated.get("depth", "0")
        row = {"url": capture.url, **found, "depth": int(depth) if depth.isdecimal() else 0, **state}
        columns = ", ".join(f'"{name}"' for name in row)
        self._db.execute(f"INSERT INTO reports({columns}) VALUES ({', '.join('?' * len(row))})", list(row.values()))

    def _take_note(self, note: Note) -> None:
        at, outcome = note.at.timestamp(), note.metadata.get("outcome", "")
        before = self.report(note.url)
        if before is None or at <= before.checked:
            return
        if outcome == "withdrawn":
            self._update(note.url, checked=at, withdrawn=1)
        elif outcome == "moved":
            self._update(note.url, checked=at, moved_to=note.metadata.get("moved_to", ""))

    def _is_report(self, capture: Capture, content_type: str) -> bool:
        """Say whether an answer is a report, one of its renditions, or a page that is called a report."""
        stated = capture.metadata
        role, anchor = stated.get("role", ""), stated.get("anchor", "")
        if not stated.get("portal"):
            return False
        if is_readable(capture.payload):
            page = Page.from_bytes(capture.url, capture.payload, content_type)
            return looks_like_report(page.text) or (role == DETAIL and is_report_title(anchor))
        if role not in (ATTACHMENT, DETAIL) or capture.mime.startswith("image/"):
            return False
        column = stated.get("column", "")
        return is_report_title(anchor) or is_report_column(column) or self.report(stated.get("via", "")) is not None

    def _update(self, url: str, **values: object) -> None:
        settings = ", ".join(f'"{name}" = ?' for name in values)
        self._db.execute(f"UPDATE reports SET {settings} WHERE url = ?", (*values.values(), url))


def is_gone(before: str, now: str) -> bool:
    """Say, by two fingerprints of an address, whether a page without the form stands where a form was."""
    return kind_of(before) == FORM and kind_of(now) == TEXT


def _report(row: tuple[object, ...]) -> Report:
    report = Report(*row)  # type: ignore[arg-type]
    return replace(report, withdrawn=bool(report.withdrawn))


def _is_season(now: float) -> bool:
    return datetime.fromtimestamp(now, UTC).month in SEASON
