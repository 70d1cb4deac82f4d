"""The database: its schema, how it is written, opened and compared. The only home of sqlite-utils.

A database is a function of archive, register and code: it is built anew in a file beside the target and renamed over it
when whole, so that whoever has the old one open is never disturbed. No row holds a clock reading of the build or a path
of the machine. Times are UTC ("2026-01-31T08:00:00Z"), dates "YYYY-MM-DD", amounts exact decimals as text, blanks NULL.
Rows stand in the form's order: `order by rowid` gives the rows of a report's table as the form prints them.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from extract.errors import ExtractError
from extract.form import (
    APPLICANTS,
    GROUPS,
    OUTCOMES,
    TABLE2_LABELS,
    TABLE2_ROWS,
    TABLE3_LABELS,
    TABLE3_ROWS,
    TABLE4_LABELS,
)
from extract.reading import ReadCell, Reading, Value
from extract.search_text import zh_bigrams

if TYPE_CHECKING:
    from sqlite_utils import Database

SCHEMA_VERSION = 3
APPLICATION_ID = 0x4E4E4241  # tells our files from other SQLite files

SCHEMA = """
CREATE TABLE authorities ( -- an authority that issued a report, stands in the register, or is above one of these
  id TEXT PRIMARY KEY, -- a people's government: its division code; a department, a zone: "<code>-<name>"
  name TEXT NOT NULL,
  level TEXT, -- ministry, province, city, county, township, department; NULL: not known
  division_code TEXT, -- 6 digits, townships 9; of a department that of its government; NULL: none or ambiguous
  province TEXT,
  city TEXT,
  county TEXT,
  parent_id TEXT REFERENCES authorities(id),
  start_url TEXT -- where the register sends the crawl; NULL: not in the register
);
CREATE TABLE captures ( -- an exchange in the archive
  id TEXT PRIMARY KEY, -- WARC-Record-ID of the response, "urn:uuid:…"
  url TEXT NOT NULL,
  fetched_at TEXT NOT NULL,
  status INTEGER, -- NULL: the answer had no readable status line
  mime TEXT,
  digest TEXT, -- of the payload, "sha1:BASE32"
  warc TEXT NOT NULL, -- file name, offset and length of the response record: its place in the archive
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL
);
CREATE TABLE reports ( -- an authority's report on a year
  id TEXT PRIMARY KEY, -- "<authority_id>-<report_year>", the same in every build
  authority_id TEXT NOT NULL REFERENCES authorities(id),
  issuer TEXT, -- as printed
  report_year INTEGER, -- the year that it covers; NULL: not stated
  form TEXT NOT NULL, -- State Council form by its year: 2019, 2021, other
  title TEXT,
  published TEXT,
  first_seen TEXT, -- of all its renditions
  url TEXT NOT NULL, -- of the rendition that was read
  capture_id TEXT NOT NULL REFERENCES captures(id),
  status TEXT NOT NULL, -- verified: two readings of each of the three tables agree; unverified; other: another form
  province TEXT,
  city TEXT,
  county TEXT,
  received INTEGER, -- from here on: totals as stated in tables 3 and 4
  carried_in INTEGER,
  granted INTEGER,
  partly_granted INTEGER,
  concluded INTEGER,
  carried_out INTEGER,
  reviews INTEGER,
  lawsuits INTEGER -- litigation_direct + litigation_after_review; NULL where one of them is
);
CREATE TABLE disclosures ( -- a row of table 2
  report_id TEXT NOT NULL REFERENCES reports(id),
  row TEXT NOT NULL, -- regulations, normative_documents, licensing, other_services, penalties, compulsion, fees …
  label TEXT NOT NULL,
  made INTEGER,
  published INTEGER,
  repealed INTEGER,
  in_force INTEGER,
  prior_items INTEGER,
  change INTEGER,
  decisions INTEGER,
  items INTEGER,
  amount TEXT, -- exactly as stated
  amount_unit TEXT, -- the unit that stands beside the amount; NULL: none does (the form's unit is 万元)
  PRIMARY KEY (report_id, row)
);
CREATE TABLE applications ( -- a row of table 3
  report_id TEXT NOT NULL REFERENCES reports(id),
  outcome TEXT NOT NULL,
  label TEXT NOT NULL,
  natural_person INTEGER,
  business INTEGER,
  research INTEGER,
  public_interest INTEGER,
  legal_service INTEGER,
  other_org INTEGER,
  total INTEGER,
  PRIMARY KEY (report_id, outcome)
);
CREATE TABLE proceedings ( -- a group of table 4
  report_id TEXT NOT NULL REFERENCES reports(id),
  kind TEXT NOT NULL, -- review, litigation_direct, litigation_after_review
  label TEXT NOT NULL,
  upheld INTEGER,
  corrected INTEGER,
  other INTEGER,
  pending INTEGER,
  total INTEGER,
  PRIMARY KEY (report_id, kind)
);
CREATE TABLE sections ( -- a section of the prose
  id INTEGER PRIMARY KEY,
  report_id TEXT NOT NULL REFERENCES reports(id),
  position INTEGER NOT NULL, -- from 1
  heading TEXT NOT NULL, -- as printed; "" before the first heading
  text TEXT NOT NULL
);
CREATE TABLE printed ( -- a cell whose printed text is not the plain number
  report_id TEXT NOT NULL REFERENCES reports(id),
  "table" TEXT NOT NULL, -- table2, table3, table4
  row TEXT NOT NULL,
  "column" TEXT NOT NULL,
  text TEXT NOT NULL,
  kind TEXT NOT NULL, -- blank, mark, unit, note, numeral, number, refused
  PRIMARY KEY (report_id, "table", row, "column")
);
CREATE TABLE renditions ( -- an address that carries the report
  report_id TEXT NOT NULL REFERENCES reports(id),
  url TEXT NOT NULL,
  media_type TEXT,
  capture_id TEXT NOT NULL REFERENCES captures(id), -- the newest one that was read as this report
  carries TEXT, -- what the report has from here and not from its own capture: table2 table3 table4 sections;
                -- of a table cut over pages, rows that are not where the table is: table3/concluded
  PRIMARY KEY (report_id, url)
);
CREATE TABLE revisions ( -- what changed in a report between two captures of an address
  id INTEGER PRIMARY KEY,
  report_id TEXT NOT NULL REFERENCES reports(id),
  from_capture_id TEXT NOT NULL REFERENCES captures(id),
  to_capture_id TEXT NOT NULL REFERENCES captures(id),
  part TEXT NOT NULL, -- title, issuer, published, table2, table3, table4, section
  row TEXT, -- of a table; of a section its heading
  "column" TEXT, -- of a table
  before TEXT, -- as printed; NULL: blank, or not there
  after TEXT
);
CREATE TABLE warnings ( -- what is doubtful in a reading
  report_id TEXT NOT NULL REFERENCES reports(id),
  position INTEGER NOT NULL, -- from 1
  text TEXT NOT NULL, -- begins with the table or field that it doubts
  PRIMARY KEY (report_id, position)
);
CREATE TABLE refusals ( -- a capture that was read and not taken for a report
  capture_id TEXT PRIMARY KEY REFERENCES captures(id),
  url TEXT NOT NULL,
  genre TEXT NOT NULL, -- candidate, rejected, unreadable
  rule TEXT NOT NULL, -- the rule that decided
  detail TEXT
);
CREATE TABLE findings ( -- what a comparison of the reports shows
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL, -- arithmetic, carry_over, gap, several, copy, outlier, portal_silent
  severity TEXT NOT NULL, -- error, warning, info
  report_id TEXT REFERENCES reports(id),
  other_report_id TEXT REFERENCES reports(id),
  detail TEXT NOT NULL -- with both sides
);
CREATE TABLE visits ( -- an address that the crawl scheduled, and how it ended
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL,
  outcome TEXT NOT NULL,
  status INTEGER,
  fetched_at TEXT, -- NULL: its record in the archive cannot be read
  capture_id TEXT REFERENCES captures(id), -- NULL: it ended without an exchange
  portal TEXT REFERENCES authorities(id) -- the register's authority on whose behalf it was visited
);
CREATE TABLE extractions ( -- the run that built this database
  id INTEGER PRIMARY KEY,
  code_version TEXT NOT NULL,
  archive_digest TEXT NOT NULL, -- over ids and payload digests of all captures
  captures INTEGER NOT NULL,
  reports INTEGER NOT NULL,
  refusals INTEGER NOT NULL
);
"""

_HELD = 64 << 20  # bytes of the file, and of the index of words, that a build holds before it writes them out

# What the index tables hold is zh_bigrams() of the columns that they name: never 'rebuild' them from the content.
_INDEXES = f"""
CREATE INDEX authorities_parent ON authorities(parent_id);
CREATE INDEX authorities_division ON authorities(division_code);
CREATE INDEX authorities_level ON authorities(level);
CREATE INDEX authorities_province ON authorities(province, city, county);
CREATE INDEX captures_url ON captures(url, fetched_at);
CREATE INDEX captures_digest ON captures(digest);
CREATE INDEX reports_authority ON reports(authority_id, report_year);
CREATE INDEX reports_year ON reports(report_year, province);
CREATE INDEX reports_province ON reports(province, city, county);
CREATE INDEX reports_form ON reports(form);
CREATE INDEX reports_status ON reports(status);
CREATE INDEX reports_published ON reports(published);
CREATE INDEX reports_first_seen ON reports(first_seen);
CREATE INDEX reports_capture ON reports(capture_id);
CREATE INDEX applications_outcome ON applications(outcome);
CREATE INDEX sections_report ON sections(report_id, position);
CREATE INDEX renditions_url ON renditions(url);
CREATE INDEX renditions_capture ON renditions(capture_id);
CREATE INDEX revisions_report ON revisions(report_id);
CREATE INDEX refusals_genre ON refusals(genre, rule);
CREATE INDEX refusals_url ON refusals(url);
CREATE INDEX findings_kind ON findings(kind, severity);
CREATE INDEX findings_report ON findings(report_id);
CREATE INDEX findings_other_report ON findings(other_report_id);
CREATE INDEX visits_url ON visits(url);
CREATE INDEX visits_capture ON visits(capture_id);
CREATE INDEX visits_portal ON visits(portal, outcome);
CREATE INDEX visits_outcome ON visits(outcome);
CREATE VIRTUAL TABLE sections_fts
  USING fts5(heading, text, content=[sections], content_rowid=[id], tokenize='unicode61');
CREATE VIRTUAL TABLE reports_fts
  USING fts5(title, issuer, content=[reports], content_rowid=[rowid], tokenize='unicode61');
INSERT INTO sections_fts(sections_fts, rank) VALUES ('hashsize', {_HELD});
INSERT INTO sections_fts(rowid, heading, text)
  SELECT id, zh_bigrams(heading), zh_bigrams(text) FROM sections ORDER BY id;
INSERT INTO reports_fts(rowid, title, issuer)
  SELECT rowid, zh_bigrams(title), zh_bigrams(issuer) FROM reports ORDER BY rowid;
INSERT INTO sections_fts(sections_fts) VALUES ('optimize');
INSERT INTO reports_fts(reports_fts) VALUES ('optimize');
"""

TABLES = tuple(re.findall(r"CREATE TABLE (\w+)", SCHEMA))
_COUNTS2 = ("made", "published", "repealed", "in_force", "prior_items", "change", "decisions", "items")
_ORDER2 = [row.name for row in TABLE2_ROWS]
_ORDER3 = [row.name for row in TABLE3_ROWS]
_INTEGERS = range(-(2**63), 2**63)
_NO_CELL = ReadCell()
_Cells = TypeVar("_Cells")


class AuthorityRow(NamedTuple):
    """A row of `authorities`."""

    id: str
    name: str
    level: str | None
    division_code: str | None
    province: str | None
    city: str | None
    county: str | None
    parent_id: str | None
    start_url: str | None = None


class CaptureRow(NamedTuple):
    """A row of `captures`."""

    id: str
    url: str
    fetched_at: str
    status: int | None
    mime: str | None
    digest: str | None
    warc: str
    offset: int
    length: int


class ReportHead(NamedTuple):
    """Of a row of `reports` what its Reading does not say."""

    id: str
    authority_id: str
    url: str
    capture_id: str
    first_seen: str
    province: str | None
    city: str | None
    county: str | None


class RenditionRow(NamedTuple):
    """A row of `renditions`."""

    report_id: str
    url: str
    media_type: str | None
    capture_id: str
    carries: str | None = None  # parts of the report, parted by blanks: table2 table3/concluded sections


class RevisionRow(NamedTuple):
    """A row of `revisions`; they are numbered as they come."""

    report_id: str
    from_capture_id: str
    to_capture_id: str
    part: str
    row: str | None
    column: str | None
    before: str | None
    after: str | None


class RefusalRow(NamedTuple):
    """A row of `refusals`."""

    capture_id: str
    url: str
    genre: str
    rule: str
    detail: str | None


class VisitRow(NamedTuple):
    """A row of `visits`; they are numbered as they come."""

    url: str
    outcome: str
    status: int | None
    fetched_at: str | None
    capture_id: str | None
    portal: str | None


class FindingRow(NamedTuple):
    """A row of `findings`; they are numbered as they come."""

    kind: str
    severity: str
    report_id: str | None
    other_report_id: str | None
    detail: str


class ExtractionRow(NamedTuple):
    """The row of `extractions`."""

    code_version: str
    archive_digest: str
    captures: int
    reports: int
    refusals: int


Row = AuthorityRow | CaptureRow | RenditionRow | RevisionRow | RefusalRow | VisitRow | FindingRow | ExtractionRow
_TABLE_OF: dict[type, str] = {
    AuthorityRow: "authorities",
    CaptureRow: "captures",
    RenditionRow: "renditions",
    RevisionRow: "revisions",
    RefusalRow: "refusals",
    VisitRow: "visits",
    FindingRow: "findings",
    ExtractionRow: "extractions",
}


class Writer:
    """Takes the rows of one build, in the order in which they are to stand."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def add(self, kind: type[Row], rows: Iterable[Row]) -> None:
        """Write rows of one table."""
        self._insert(_TABLE_OF[kind], kind._fields, rows)

    def add_report(self, head: ReportHead, reading: Reading, *, warnings: Iterable[str] = ()) -> None:
        """Write a report with all that its reading states; `warnings` of the run follow those of the reading."""
        report_id, doubts, printed = head.id, [*reading.warnings, *warnings], _Printed(head.id)
        disclosures = [_disclosure(report_id, row, cells, printed) for row, cells in _in_order(reading.table2, _ORDER2)]
        applications = [
            (report_id, row, TABLE3_LABELS[row], *printed.counts("table3", row, APPLICANTS, cells))
            for row, cells in _in_order(reading.table3, _ORDER3)
        ]
        proceedings = [
            (report_id, group, TABLE4_LABELS[group], *printed.counts("table4", group, OUTCOMES, cells))
            for group, cells in _in_order(reading.table4, GROUPS)
        ]
        self._insert("reports", _REPORT_COLUMNS, [_report(head, reading, applications, proceedings)])
        self._insert("disclosures", ("report_id", "row", "label", *_COUNTS2, "amount", "amount_unit"), disclosures)
        self._insert("applications", ("report_id", "outcome", "label", *APPLICANTS), applications)
        self._insert("proceedings", ("report_id", "kind", "label", *OUTCOMES), proceedings)
        sections = [
            (report_id, position, section.heading, section.text)
            for position, section in enumerate(reading.sections, start=1)
        ]
        self._insert("sections", ("report_id", "position", "heading", "text"), sections)
        self._insert("printed", ("report_id", "table", "row", "column", "text", "kind"), printed.rows)
        numbered = [(report_id, position, text) for position, text in enumerate([*doubts, *printed.warnings], start=1)]
        self._insert("warnings", ("report_id", "position", "text"), numbered)

    def _insert(self, table: str, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
        self.connection.executemany(_insertion(table, columns), rows)


@cache
def _insertion(table: str, columns: tuple[str, ...]) -> str:
    names, marks = ", ".join(f'"{column}"' for column in columns), ", ".join("?" * len(columns))
    return f"INSERT INTO {table} ({names}) VALUES ({marks})"


@contextmanager
def building(path: Path) -> Iterator[Writer]:
    """Give a Writer on an empty database; when the block ends well, index it and put it in the place of `path` at once.

    Raises ExtractError where it cannot be written; whatever goes wrong, the old file at `path` stays as it was.
    """
    with _replacing(path) as fresh:
        connection = sqlite3.connect(fresh)
        try:
            # Nothing to roll back to: a build that fails is thrown away as a whole.
            connection.executescript(
                "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE; "
                f"PRAGMA cache_size = -{_HELD >> 10};"
            )
            connection.executescript(SCHEMA)
            connection.execute("BEGIN")
            yield Writer(connection)
            connection.commit()
            connection.create_function("zh_bigrams", 1, zh_bigrams, deterministic=True)
            connection.executescript(f"BEGIN; {_INDEXES} COMMIT; ANALYZE;")
            connection.executescript(
                f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION};"
            )
        finally:
            connection.close()


@contextmanager
def revising(path: Path) -> Iterator[Writer]:
    """Give a Writer on a copy of the database at `path` and put the copy in its place when the block ends well.

    Raises ExtractError as `open_database` and `building` do.
    """
    open_database(path).close()
    with _replacing(path) as fresh:
        shutil.copyfile(path, fresh)
        connection = sqlite3.connect(fresh)
        try:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("BEGIN")
            yield Writer(connection)
            connection.commit()
        finally:
            connection.close()


def require_replaceable(path: Path) -> None:
    """Raise ExtractError where what lies at `path` is neither empty nor a database of ours, of any version."""
    if path.exists() and not path.is_file():
        raise ExtractError(f"{path}: is a folder or a device; --db names the file of the database")
    if not path.exists() or not path.stat().st_size:
        return
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as there:
        if there.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID:
            return
    raise ExtractError(f"{path}: is there already and no database of nianbao; name another file with --db")


def open_database(path: Path) -> Database:
    """Open a database read-only.

    Raises ExtractError for a missing file, a file that is no database of ours, and one of another schema version.
    """
    if not path.is_file():
        raise ExtractError(f"{path}: there is no database; `nianbao extract --db {path}` builds it from an archive")
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False)
    try:
        ours = connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.Error as error:
        connection.close()
        raise ExtractError(f"{path}: is not a readable SQLite database ({error})") from error
    if not ours:
        connection.close()
        raise ExtractError(f"{path}: is not a database of nianbao; name another file with --db")
    if version != SCHEMA_VERSION:
        connection.close()
        raise ExtractError(
            f"{path}: has schema version {version}, this nianbao reads {SCHEMA_VERSION}; "
            f"build it again with `nianbao extract --all --db {path}`"
        )
    from sqlite_utils import Database  # here, since it imports numpy: half a second that no worker needs

    return Database(connection)


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection to a database that is only read. Raises ExtractError as `open_database` does, and for one in
    which pages are damaged.
    """
    with closing(open_database(path)) as database:
        try:
            yield database.conn
        except sqlite3.DatabaseError as error:
            raise ExtractError(
                f"{path}: is damaged ({error}); build it anew: `nianbao extract --all --db {path}`"
            ) from error


def content_hash(path: Path) -> str:
    """Return the SHA-256 over all rows of all tables, in the order in which they stand; indexes do not count."""
    digest = hashlib.sha256()
    with reading(path) as connection:
        for table in TABLES:
            digest.update(f"{table}\n".encode())
            for row in connection.execute(f"SELECT * FROM {table} ORDER BY rowid"):
                digest.update(repr(row).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """Give the name of a file beside `path`, and rename what was written there to `path`; on any failure remove it."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(path)
        yield fresh
        with fresh.open("rb") as written:
            os.fsync(written.fileno())
        _remove_sidecars(path)  # a write-ahead log of the old file would be played back onto the new one
        fresh.replace(path)
    except (sqlite3.Error, OSError) as error:
        raise ExtractError(
            f"{path}: the database could not be written ({error}); the file before stays as it was"
        ) from error
    finally:
        fresh.unlink(missing_ok=True)
        _remove_sidecars(fresh)


def _remove_sidecars(path: Path) -> None:
    for suffix in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _remove_leftovers(path: Path) -> None:
    """Remove the unfinished files of builds that were killed."""
    for left in path.parent.glob(f"{path.name}.*.new"):
        pid = left.name.removeprefix(f"{path.name}.").removesuffix(".new")
        if pid.isdecimal() and not _alive(int(pid)):
            with suppress(OSError):
                left.unlink()
                _remove_sidecars(left)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


_REPORT_COLUMNS = (
    "id", "authority_id", "issuer", "report_year", "form", "title", "published", "first_seen", "url", "capture_id",
    "status", "province", "city", "county",
    "received", "carried_in", "granted", "partly_granted", "concluded", "carried_out", "reviews", "lawsuits",
)  # fmt: skip


def _report(
    head: ReportHead,
    reading: Reading,
    applications: Iterable[tuple[str | int | None, ...]],
    proceedings: Iterable[tuple[str | int | None, ...]],
) -> tuple[object, ...]:
    """Return the row of `reports`; its totals are the last cells of the rows of tables 3 and 4."""
    requests = {str(row[1]): row[-1] for row in applications}
    cases = {str(row[1]): row[-1] for row in proceedings}
    direct, after_review = cases.get("litigation_direct"), cases.get("litigation_after_review")
    lawsuits = direct + after_review if isinstance(direct, int) and isinstance(after_review, int) else None
    return (
        head.id, head.authority_id, reading.issuer, reading.report_year, reading.form, reading.title, reading.published,
        head.first_seen, head.url, head.capture_id, report_status(reading), head.province, head.city, head.county,
        *map(requests.get, ("received", "carried_in", "granted", "partly_granted", "concluded", "carried_out")),
        cases.get("review"), lawsuits,
    )  # fmt: skip


def report_status(reading: Reading) -> str:
    """Return `reports.status`: verified only where all three tables are."""
    if reading.form == "other":
        return "other"
    tables = [reading.status.get(table, "absent") for table in ("table2", "table3", "table4")]
    return "verified" if set(tables) == {"verified"} else "unverified"


def _in_order(table: Mapping[str, _Cells], order: Sequence[str]) -> list[tuple[str, _Cells]]:
    """Return the rows of a table in the form's order."""
    return sorted(table.items(), key=lambda item: order.index(item[0]))


def _disclosure(report_id: str, row: str, cells: Mapping[str, ReadCell], printed: _Printed) -> tuple[object, ...]:
    amount = cells.get("amount", _NO_CELL)
    counts = printed.counts("table2", row, _COUNTS2, [cells.get(column, _NO_CELL) for column in _COUNTS2])
    if amount.printed is not None:
        printed.keep("table2", row, "amount", amount.printed, amount.kind)
    return (report_id, row, TABLE2_LABELS[row], *counts, exact_text(amount.value), amount.unit)


class _Printed:
    """Collects the rows of `printed` of a report while its cells become counts, and warns of a number that is none."""

    def __init__(self, report_id: str) -> None:
        self.report_id = report_id
        self.rows: list[tuple[object, ...]] = []
        self.warnings: list[str] = []

    def counts(self, table: str, row: str, columns: Sequence[str], cells: Sequence[ReadCell]) -> list[int | None]:
        return [
            value
            if printed is None and not isinstance(value, Decimal) and (value is None or value in _INTEGERS)
            else self._count(table, row, column, value, printed, kind)
            for column, (value, printed, kind, _, _) in zip(columns, cells, strict=True)
        ]

    def keep(self, table: str, row: str, column: str, text: str, kind: str) -> None:
        self.rows.append((self.report_id, table, row, column, text, kind))

    def _count(self, table: str, row: str, column: str, value: Value, printed: str | None, kind: str) -> int | None:
        """Return the count in a cell that is more than a plain number or a blank."""
        text = exact_text(value) if printed is None else printed
        if value is not None and (value != int(value) or int(value) not in _INTEGERS):
            self.keep(table, row, column, text or "", "refused")
            self.warnings.append(f"{table}: {row}, {column} states {text}, which is no count")
            return None
        if printed is not None or isinstance(value, Decimal):
            self.keep(table, row, column, text or "", kind)
        return None if value is None else int(value)


def exact_text(value: Value) -> str | None:
    """Return a value as exact decimal text: "1024.15", "564590"; never in powers of ten."""
    return None if value is None else format(value, "f") if isinstance(value, Decimal) else str(value)
