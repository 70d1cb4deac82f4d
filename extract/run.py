"""The run: an archive and a register → the database, reading only what is new.

Three passes, none of which holds the archive in memory. (1) Workers read the spans; what they find is staged in a
temporary database, readings are kept beside the target (`readings`). (2) Each address gets its newest report, each
report its authority (`pages`). (3) The papers of one authority and year become reports (`selection`), and the rows are written
in an order that depends on the inputs alone: one worker or many, all read anew or only what is new, they are the same.
"""

from __future__ import annotations

import hashlib
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache, partial
from itertools import chain, groupby, pairwise
from operator import attrgetter
from pathlib import Path

from archive import Span, passed_by, spans, warc_files
from extract import limits, selection
from extract.articles import join
from extract.authorities import Authority, divisions
from extract.database import (
    AuthorityRow,
    CaptureRow,
    ExtractionRow,
    RefusalRow,
    RenditionRow,
    ReportHead,
    RevisionRow,
    VisitRow,
    Writer,
    building,
    report_status,
    require_replaceable,
)
from extract.errors import ExtractError
from extract.pages import COLUMN_OF, choose
from extract.reading import Reading
from extract.readings import Read, Readings, code_version
from extract.register import Authorities, read_register
from extract.revisions import changes
from extract.selection import Found
from extract.stage import Stage
from extract.workers import Answers, Engine, Job, read_spans

__all__ = ["ExtractSummary", "Progress", "code_version", "extract"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come: bytes of the archive in stage "reading", reports in stage "writing"."""

    stage: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class ExtractSummary:
    """What a run came to. `read` documents were read now, `kept` ones were known from an earlier run."""

    captures: int
    read: int
    kept: int
    reports: int
    renditions: int
    authorities: int  # that issued the reports
    refusals: dict[str, int]  # by genre
    unreadable: dict[str, int]  # by reason: timeout, crashed, encrypted, converter_missing …
    unverified: int  # reports on the form of which a table is not verified
    ambiguous: int  # reports whose issuer could not be told
    damaged: tuple[str, ...]  # what could not be read in the archive, a line each


def extract(
    *,
    archive: Path,
    db: Path,
    portals: Path | None = None,
    workers: int = 1,
    everything: bool = False,
    progress: Callable[[Progress], None] | None = None,
    read: Read | None = None,
    seconds: float = limits.SECONDS,
    engine: Engine | None = None,
) -> ExtractSummary:
    """Read an archive into a new database at `db` and return what it came to.

    Only what is not kept in `<db>.readings` is read, with `everything` all of it; the database is the same. `read`
    stands for `extract.read` and must be a function of a module; `seconds` is the limit for one document; `engine` maps
    over the spans in place of processes of this machine (`cluster.read_spans`). Raises ExtractError where the database
    or its readings cannot be written, the register is bad, nothing of the archive can be read or the engine fails,
    ArchiveError where there is no archive.
    """
    require_replaceable(db)
    work = _spans(archive, workers, whole=workers == 1 and engine is None)
    tell = progress or (lambda _: None)
    with closing(Readings(db.with_name(f"{db.name}.readings"))) as readings, closing(Stage()) as stage:
        job = Job(read, readings.path, everything, seconds)
        with closing((engine or partial(read_spans, workers=workers))(work, job)) as answers:
            divisions()  # while the workers read
            authorities = Authorities(read_register(portals) if portals is not None else [])
            with _working_files(db):
                _read(archive, answers, stage, readings, tell)
                if fault := stage.sole_fault():
                    raise ExtractError(f"{archive}: nothing of it can be read: {fault}")
                with closing(limits):  # the child in which pieces are read
                    join(archive, job, stage.sql, readings)
                choose(stage, readings, authorities)
            with building(db) as writer:
                summary = _write(writer, stage, readings, authorities, tell)
    if found := passed_by(archive):
        told = f"{archive}: not read are {', '.join(found)}: an archive is the WARC files of one folder"
        summary = replace(summary, damaged=(*summary.damaged, told))
    return summary


@contextmanager
def _working_files(db: Path) -> Iterator[None]:
    """Raise ExtractError where what a run writes on its way to a database cannot be written."""
    try:
        yield
    except sqlite3.Error as error:
        raise ExtractError(
            f"{db}: working files could not be written ({error}); see to space and permissions"
        ) from error


# ---- pass 1: everything that the archive holds, staged

_SPANS_A_WORKER = 12  # at least, so that all end at about the same time


def _spans(archive: Path, workers: int, *, whole: bool) -> Iterator[Span]:
    """Return the work; `whole` files need not be looked through for places at which to cut them."""
    work = spans(archive, size=sys.maxsize) if whole else spans(archive, parts=workers * _SPANS_A_WORKER)
    if (first := next(work, None)) is None:
        within = f"; what else holds captures: {', '.join(found)}" if (found := passed_by(archive)) else ""
        raise ExtractError(f"{archive}: holds no WARC file{within}; name the archive with --archive")
    return chain([first], work)


def _read(archive: Path, answers: Answers, stage: Stage, readings: Readings, tell: Callable[[Progress], None]) -> None:
    total, done = sum(path.stat().st_size for path in warc_files(archive)), 0
    tell(Progress("reading", 0, total))
    for span, visits in answers:
        readings.keep((visit.key, visit.packed) for visit in visits if visit.key and visit.packed)
        stage.add(visits)
        done += span.end - span.start
        tell(Progress("reading", done, total))


# ---- pass 3: the rows


def _write(
    writer: Writer, stage: Stage, readings: Readings, authorities: Authorities, tell: Callable[[Progress], None]
) -> ExtractSummary:
    portals = {
        pair: authorities.portal(*pair)
        for pair in stage.sql.execute("SELECT DISTINCT portal, division FROM visits").fetchall()
    }
    writer.add(AuthorityRow, authorities.rows())
    columns = ", ".join(CaptureRow._fields)
    captures = stage.sql.execute(f"SELECT {columns} FROM captures ORDER BY at, id")
    writer.add(CaptureRow, (CaptureRow(*row) for row in captures))
    tally = _write_reports(writer, stage, readings, authorities, tell)
    refusals = stage.sql.execute("SELECT * FROM refusals ORDER BY url, capture_id")
    writer.add(RefusalRow, (RefusalRow(*row) for row in refusals))
    writer.add(VisitRow, _visits(stage, portals))
    return _sum_up(writer, stage, tally)


def _write_reports(
    writer: Writer, stage: Stage, readings: Readings, authorities: Authorities, tell: Callable[[Progress], None]
) -> Counter[str]:
    tally: Counter[str] = Counter()
    reading_of = lru_cache(maxsize=1 << 5)(readings.reading)  # renditions of a report are compared, then one is written
    load = partial(_load, reading_of)
    total = stage.sql.execute("SELECT count(*) FROM found").fetchone()[0]
    for (authority_id, year), group in groupby(stage.found(), key=attrgetter("authority_id", "year")):
        authority = authorities[authority_id]
        for number, report in enumerate(selection.reports(list(group), name=authority.name, load=load), start=1):
            report_id = f"{authority_id}-{year or 'undated'}" + (f"-{number}" if number > 1 else "")
            tally["unverified"] += _write_report(writer, report_id, report, authority, load)
            addresses = sorted(one.url for one in report)
            writer.add(RevisionRow, (row for url in addresses for row in _revisions(report_id, url, stage, readings)))
            tally["ambiguous"] += authority.division_code is None and authority.level != "ministry"
            tally["reports"] += 1
            tally["renditions"] += len(report)
        tell(Progress("writing", tally["renditions"], total))
    return tally


def _load(reading_of: Callable[[bytes], Reading], found: Found) -> Reading:
    """Return the reading of a report, with what its page says of it where it does not itself."""
    stated = {column: found.head[field] for field, column in COLUMN_OF.items()}
    return replace(reading_of(found.key), **stated)


def _write_report(
    writer: Writer, report_id: str, report: Sequence[Found], authority: Authority, load: Callable[[Found], Reading]
) -> bool:
    """Write a report with its renditions; return whether a table of it is not verified."""
    best, reading, taken = selection.composed(report, load)
    first_seen = _time(min(found.first_at for found in report)) or ""
    place = (authority.level, authority.province, authority.city, authority.county)
    head = ReportHead(report_id, authority.id, best.url, best.capture_id, first_seen, *place)
    warnings = list(best.warnings)
    for other in (found for found in report if found is not best and found.carries is None):
        if differing := selection.conflicts(reading, load(other)):
            more = f" (and {len(differing) - 1} more)" if len(differing) > 1 else ""
            warnings.append(f"{differing[0]}; so says the rendition {other.url}{more}")
    writer.add_report(head, reading, warnings=warnings)
    for one in sorted(report, key=attrgetter("url")):
        carries = " ".join(taken.get(one.url, ())) or None
        writer.add(RenditionRow, [RenditionRow(report_id, one.url, one.media_type, one.capture_id, carries)])
    return report_status(reading) == "unverified"


def _revisions(report_id: str, url: str, stage: Stage, readings: Readings) -> Iterator[RevisionRow]:
    """Yield what changed from capture to capture of an address.

    Of articles cut into pieces only the newest captures are read as one, so that nothing can be compared with them.
    """
    versions = stage.sql.execute(
        "SELECT capture_id, key FROM versions WHERE url = ? AND url NOT IN (SELECT url FROM pieces) ORDER BY number",
        [url],
    )
    for (before, earlier), (after, later) in pairwise(versions.fetchall()):
        if earlier != later:
            what_changed = changes(readings.reading(earlier), readings.reading(later))
            yield from (RevisionRow(report_id, before, after, *change) for change in what_changed)


def _visits(stage: Stage, portals: Mapping[tuple[str, str], Authority | None]) -> Iterator[VisitRow]:
    visits = stage.sql.execute(
        "SELECT DISTINCT url, outcome, status, at, capture_id, portal, division FROM visits WHERE url != '' "
        "ORDER BY at, url, capture_id, outcome, portal, division"
    )
    for url, outcome, status, at, capture_id, portal, division in visits:
        authority = portals[portal, division]
        yield VisitRow(url, outcome, status, _time(at), capture_id, authority.id if authority else None)


def _sum_up(writer: Writer, stage: Stage, tally: Counter[str]) -> ExtractSummary:
    digest, captures, new, worth = hashlib.sha256(), 0, 0, 0
    for capture_id, payload, is_new, key in stage.sql.execute(
        "SELECT id, digest, is_new, key FROM captures ORDER BY id"
    ):
        digest.update(f"{capture_id} {payload}\n".encode())
        captures, new, worth = captures + 1, new + is_new, worth + (key is not None)
    genres = Counter(dict(stage.sql.execute("SELECT genre, count(*) FROM refusals GROUP BY genre ORDER BY genre")))
    reasons = "SELECT rule, count(*) FROM refusals WHERE genre = 'unreadable' GROUP BY rule ORDER BY rule"
    faults = stage.sql.execute(
        "SELECT DISTINCT error FROM visits WHERE error != '' AND capture_id IS NULL ORDER BY error"
    )
    row = ExtractionRow(code_version(), digest.hexdigest(), captures, tally["reports"], genres.total())
    writer.add(ExtractionRow, [row])
    return ExtractSummary(
        captures=captures,
        read=new,
        kept=worth - new,
        reports=tally["reports"],
        renditions=tally["renditions"],
        authorities=stage.sql.execute("SELECT count(DISTINCT authority_id) FROM found").fetchone()[0],
        refusals=dict(genres),
        unreadable=dict(stage.sql.execute(reasons)),
        unverified=tally["unverified"],
        ambiguous=tally["ambiguous"],
        damaged=tuple(error for (error,) in faults),
    )


def _time(at: int) -> str | None:
    """Return microseconds since 1970 as the database has times; None for 0."""
    return f"{(_EPOCH + timedelta(microseconds=at)).isoformat(timespec='seconds')}Z" if at else None


_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 — UTC; a third of the time of one that says so
