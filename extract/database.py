"""The database: how it is written, opened and compared; `schema` says what is in it. The only home of sqlite-utils.

A database is a function of archive, register and code: it is built anew in a file beside the target and renamed over it
when whole, so that whoever has the old one open is never disturbed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from extract.errors import ExtractError
from extract.form import APPLICANTS, GROUPS, OUTCOMES, TABLE2_LABELS, TABLE3_LABELS, TABLE4_LABELS
from extract.reading import BLANK, FORM_TABLES, ReadCell, Reading, Value
from extract.schema import APPLICATION_ID, INDEXES, SCHEMA, SCHEMA_VERSION, TABLES
from extract.search_text import zh_bigrams

if TYPE_CHECKING:
    from sqlite_utils import Database

_HELD = 64 << 20  # bytes of the file, and of the index of words, that a build holds before it writes them out
_MOST_HELD = 1000  # rows of a table of reports: as many are written at once
_COUNTS2 = ("made", "published", "repealed", "in_force", "prior_items", "change", "decisions", "items")
_INTEGERS = range(-(2**63), 2**63)
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
    level: str | None
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
        self._held: dict[str, list[tuple[object, ...]]] = {}  # rows of reports, by the statement that writes them

    def add(self, kind: type[Row], rows: Iterable[Row]) -> None:
        """Write rows of one table."""
        self.connection.executemany(_insertion(_TABLE_OF[kind], kind._fields), rows)

    def flush(self) -> None:
        """Write what is held."""
        for statement, rows in self._held.items():
            self.connection.executemany(statement, rows)

    def add_report(self, head: ReportHead, reading: Reading, *, warnings: Iterable[str] = ()) -> None:
        """Write a report with all that its reading states; `warnings` of the run follow those of the reading."""
        report_id, doubts, printed = head.id, [*reading.warnings, *warnings], _Printed(head.id)
        disclosures = [
            _disclosure(report_id, row, cells, printed) for row, cells in _in_order(reading.table2, TABLE2_LABELS)
        ]
        applications = [
            (report_id, row, TABLE3_LABELS[row], *printed.counts("table3", row, APPLICANTS, cells))
            for row, cells in _in_order(reading.table3, TABLE3_LABELS)
        ]
        proceedings = [
            (report_id, group, TABLE4_LABELS[group], *printed.counts("table4", group, OUTCOMES, cells))
            for group, cells in _in_order(reading.table4, GROUPS)
        ]
        report = _report(head, reading, applications, proceedings)
        self._insert("reports", tuple(report), [tuple(report.values())])
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
        held = self._held.setdefault(statement := _insertion(table, columns), [])
        held += rows
        if len(held) >= _MOST_HELD:
            self.connection.executemany(statement, held)
            held.clear()


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
            yield (writer := Writer(connection))
            writer.flush()
            connection.commit()
            connection.executescript(f"BEGIN; {INDEXES}")
            connection.execute("INSERT INTO sections_fts(sections_fts, rank) VALUES ('hashsize', ?)", [_HELD])
            _index_words(connection, "sections", "id", "heading", "text")
            _index_words(connection, "reports", "rowid", "title", "issuer")
            connection.commit()
            connection.executescript(
                f"ANALYZE; PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION};"
            )
        finally:
            connection.close()


def _index_words(connection: sqlite3.Connection, table: str, key: str, first: str, second: str) -> None:
    """Fill the index of a table's words (no function that SQLite calls: what is raised there, as by Ctrl-C, is lost)."""
    rows = connection.execute(f"SELECT {key}, {first}, {second} FROM {table} ORDER BY {key}")
    connection.executemany(
        f"INSERT INTO {table}_fts(rowid, {first}, {second}) VALUES (?, ?, ?)",
        ((number, zh_bigrams(one), zh_bigrams(other)) for number, one, other in rows),
    )
    connection.execute(f"INSERT INTO {table}_fts({table}_fts) VALUES ('optimize')")


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
            yield (writer := Writer(connection))
            writer.flush()
            connection.commit()
        finally:
            connection.close()


def require_replaceable(path: Path) -> None:
    """Raise ExtractError where what lies at `path` is neither empty nor a database of ours, of any version."""
    _require_no_folder(path)
    if not path.exists() or not path.stat().st_size:
        return
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as there:
        if there.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID:
            return
    raise ExtractError(f"{path}: is there already and no database of nianbao; name another file with --db")


def _require_no_folder(path: Path) -> None:
    if path.exists() and not path.is_file():
        raise ExtractError(f"{path}: is a folder or a device; --db names the file of the database")


def open_database(path: Path) -> Database:
    """Open a database read-only.

    Raises ExtractError for a missing file, a file that is no database of ours, and one of another schema version.
    """
    _require_no_folder(path)
    if not path.exists():
        raise ExtractError(f"{path}: there is no database; `nianbao extract --db {path}` builds it from an archive")
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False)
    try:
        ours = connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.Error as error:
        connection.close()
        raise not_readable(path, error) from error
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
            raise not_readable(path, error) from error


def not_readable(path: Path, error: Exception) -> ExtractError:
    """Return what to raise where SQLite cannot read a file: it is none of its own, or damaged."""
    if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_NOTADB:
        return ExtractError(f"{path}: is no SQLite database; name another file with --db")
    return ExtractError(f"{path}: is damaged ({error}); build it anew: `nianbao extract --all --db {path}`")


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
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_CORRUPT:
            raise not_readable(path, error) from error
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


def _report(
    head: ReportHead,
    reading: Reading,
    applications: Iterable[tuple[str | int | None, ...]],
    proceedings: Iterable[tuple[str | int | None, ...]],
) -> dict[str, object]:
    """Return the row of `reports` by column; its totals are the last cells of the rows of tables 3 and 4."""
    requests = {str(row[1]): row[-1] for row in applications}
    cases = {str(row[1]): row[-1] for row in proceedings}
    direct, after_review = cases.get("litigation_direct"), cases.get("litigation_after_review")
    of_reading = ("issuer", "report_year", "form", "title", "published")
    of_requests = ("received", "carried_in", "granted", "partly_granted", "concluded", "carried_out")
    return {
        **head._asdict(),
        **{column: getattr(reading, column) for column in of_reading},
        **{column: requests.get(column) for column in of_requests},
        "status": report_status(reading),
        "reviews": cases.get("review"),
        "lawsuits": direct + after_review if isinstance(direct, int) and isinstance(after_review, int) else None,
    }


def report_status(reading: Reading) -> str:
    """Return `reports.status`: verified only where all three tables are."""
    if reading.form == "other":
        return "other"
    tables = [reading.status.get(table, "absent") for table in FORM_TABLES]
    return "verified" if set(tables) == {"verified"} else "unverified"


def _in_order(table: Mapping[str, _Cells], order: Iterable[str]) -> list[tuple[str, _Cells]]:
    """Return the rows of a table in the form's order."""
    return [(row, table[row]) for row in order if row in table]


def _disclosure(report_id: str, row: str, cells: Mapping[str, ReadCell], printed: _Printed) -> tuple[object, ...]:
    amount = cells.get("amount", BLANK)
    counts = printed.counts("table2", row, _COUNTS2, [cells.get(column, BLANK) for column in _COUNTS2])
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
