"""The run: an archive and a register → the database, reading only what is new.

Three passes, none of which holds the archive in memory. (1) Workers read the spans; what they find is staged in a
temporary database, readings are kept beside the target (`readings`). (2) Each address gets its newest report, each
report its authority. (3) The papers of one authority and year become reports (`selection`), and the rows are written
in an order that depends on the inputs alone: one worker or many, all read anew or only what is new, they are the same.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache, partial
from itertools import chain, groupby, pairwise
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from archive import Span, passed_by, spans, warc_files
from extract import authorities, limits, selection
from extract.articles import join
from extract.authorities import Authority, Portal, Resolution, above, evidence_of, host_of, read_register, resolve, tidy
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
from extract.reading import Reading
from extract.readings import Read, Readings, code_version, unpack
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
            authorities.load()  # while the workers read
            people = _Authorities(read_register(portals) if portals is not None else [])
            try:
                _read(archive, answers, stage, readings, tell)
                if fault := stage.sole_fault():
                    raise ExtractError(f"{archive}: nothing of it can be read: {fault}")
                try:
                    join(archive, job, stage.sql, readings)
                finally:
                    limits.close()  # the child in which pieces were read
                _choose(stage, readings, people)
            except sqlite3.Error as error:
                raise ExtractError(
                    f"{db}: working files could not be written ({error}); see to space and permissions"
                ) from error
            with building(db) as writer:
                summary = _write(writer, stage, readings, people, tell)
    if found := passed_by(archive):
        told = f"{archive}: not read are {', '.join(found)}: an archive is the WARC files of one folder"
        summary = replace(summary, damaged=(*summary.damaged, told))
    return summary


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


# ---- pass 2: of each address the report, of each report the authority


def _choose(stage: Stage, readings: Readings, people: _Authorities) -> None:
    captures = stage.sql.execute(
        "SELECT url, id, at, media_type, coalesce((SELECT key FROM pieces WHERE capture_id = id), key), portal, "
        "division, via, role FROM captures WHERE key IS NOT NULL AND url NOT IN "
        "(SELECT url FROM pieces WHERE url != whole) ORDER BY url, at DESC, id"
    )
    for url, seen in groupby(captures, key=itemgetter(0)):
        _choose_page(url, [(*row[1:], readings.head_of(row[4])) for row in seen], stage)
    pages = stage.sql.execute(
        "SELECT * FROM pages WHERE genre = 'report' ORDER BY role IN ('attachment', 'frame'), url"
    )
    for row in pages.fetchall():
        found = _found(_Page(*row), stage, people)
        for one in (found, *_further_pieces(found, stage)):
            stage.sql.execute(
                "INSERT INTO found VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(one.url, one.capture_id, one.key, one.first_at, one.media_type),
                    *(one.authority_id, one.year, json.dumps(one.head), one.page, json.dumps(one.warnings)),
                    json.dumps(one.carries),
                ),
            )
    stage.sql.execute(
        "INSERT INTO refusals SELECT capture_id, url, 'candidate', 'a piece of ' || whole, NULL FROM pieces "
        "WHERE url != whole AND whole NOT IN (SELECT url FROM found)"
    )
    stage.sql.commit()


def _further_pieces(found: Found, stage: Stage) -> Iterator[Found]:
    """Yield the captures that carry the further pieces of a report, each with what the report has from there."""
    rows = stage.sql.execute(
        "SELECT p.url, c.id, c.at, c.media_type FROM pieces p JOIN captures c ON c.id = p.capture_id "
        "WHERE p.whole = ? AND p.url != p.whole ORDER BY p.url",
        [found.url],
    )
    for url, capture_id, at, media_type in rows:
        yield Found(
            url=url,
            capture_id=capture_id,
            key=found.key,
            first_at=at,
            media_type=media_type,
            authority_id=found.authority_id,
            year=found.year,
            head={**found.head, "verified": 0, "cells": 0, "letters": 0},
            page=found.url,
            carries=tuple(found.head["carries"].get(url, ())),
        )


class _Page(NamedTuple):
    """A row of `pages`."""

    url: str
    genre: str
    capture_id: str
    key: bytes
    first_at: int
    media_type: str
    head: str
    portal: str
    division: str
    via: str
    role: str


def _choose_page(url: str, captures: list[tuple[Any, ...]], stage: Stage) -> None:
    """Stage the refusals among the captures of one address, newest first, the page that they leave, and its versions."""
    chosen: _Page | None = None
    for capture_id, at, media_type, key, portal, division, via, role, (genre, rule, detail, head) in captures:
        if genre != "report":
            stage.sql.execute("INSERT INTO refusals VALUES (?, ?, ?, ?, ?)", (capture_id, url, genre, rule, detail))
        if genre == "report" and chosen is not None and chosen.genre == "report":
            chosen = chosen._replace(first_at=at)
        elif genre == "report" or (genre == "candidate" and chosen is None):
            chosen = _Page(url, genre, capture_id, key, at, media_type, head, portal, division, via, role)
    versions = [(capture_id, key) for capture_id, _, _, key, *_, (genre, *_) in captures if genre == "report"]
    if len({key for _, key in versions}) > 1:
        rows = [(url, number, *version) for number, version in enumerate(reversed(versions))]
        stage.sql.executemany("INSERT INTO versions VALUES (?, ?, ?, ?)", rows)
    if chosen is not None:
        stage.sql.execute(f"INSERT INTO pages VALUES ({', '.join('?' * len(chosen))})", chosen)


def _found(page: _Page, stage: Stage, people: _Authorities) -> Found:
    """Return the report on a page; where an attachment does not say whose it is or of which year, its page may."""
    head, above_it = json.loads(page.head), _page_above(page, stage)
    outer = json.loads(above_it.head) if above_it else {}
    warnings = _of_missing_pieces(page, stage)
    for field, column in _FIELDS.items():
        if head[field] is None and outer.get(field) is not None:
            head[field] = outer[field]
            warnings.append(f"{column}: stated on the page that leads here, not in the document")
    facts = [tuple(fact) for fact in (head["facts"] or outer.get("facts", ()))]
    whose = people.issuer(head["issuer"], page, facts)
    authority_id, doubt, carried_by = whose.authority.id, whose.warning, None
    if above_it is not None and above_it.genre == "report":
        theirs = stage.sql.execute("SELECT authority_id, year FROM found WHERE url = ?", [above_it.url]).fetchone()
        if theirs is not None and theirs[1] == head["year"] and (whose.ambiguous or theirs[0] == authority_id):
            authority_id, doubt, carried_by = theirs[0], None, above_it.url
    elif above_it is not None:
        carried_by = above_it.url  # a candidate: its title, and its report in what hangs on it
    if doubt is not None:
        warnings.append(doubt)
    return Found(
        url=page.url,
        capture_id=page.capture_id,
        key=page.key,
        first_at=page.first_at,
        media_type=page.media_type,
        authority_id=authority_id,
        year=head["year"],
        head=head,
        page=carried_by,
        warnings=tuple(warnings),
    )


def _of_missing_pieces(page: _Page, stage: Stage) -> list[str]:
    row = stage.sql.execute("SELECT warnings FROM pieces WHERE capture_id = ?", [page.capture_id]).fetchone()
    return list(json.loads(row[0])) if row else []


_FIELDS = {"issuer": "issuer", "year": "report_year", "title": "title", "published": "published"}  # of a head: column


def _page_above(page: _Page, stage: Stage) -> _Page | None:
    """Return the page whose attachment or frame a page is, where that is a report or a candidate."""
    if page.role not in ("attachment", "frame") or page.via == page.url:
        return None
    row = stage.sql.execute("SELECT * FROM pages WHERE url = ?", [page.via]).fetchone()
    return _Page(*row) if row else None


_columns_of = attrgetter(*AuthorityRow._fields[:-1])


class _Authorities:
    """All authorities of a database: those of the register, those that issued a report, and those above them."""

    def __init__(self, register: Sequence[Portal]) -> None:
        self._register = {
            (tidy(portal.name), portal.authority.division_code or ""): portal for portal in reversed(register)
        }
        self._divisions = {portal.host: portal.authority.division_code or "" for portal in reversed(register)}
        self._start_urls = {portal.authority.id: portal.start_url for portal in reversed(register)}
        self._known: dict[str, Authority] = {}
        for portal in register:
            self._add(portal.authority)

    def issuer(self, name: str | None, page: _Page, facts: Sequence[tuple[str, str, str]]) -> Resolution:
        """Return who the issuer of a report on a page is."""
        portal = self.portal(page.portal, page.division)
        if portal is not None and name and tidy(name) == tidy(page.portal):
            return Resolution(portal)
        host = host_of(page.url)
        evidence = evidence_of(facts, division=page.division, host_division=self._divisions.get(host, ""))
        found = resolve(name, evidence=evidence, host=host)
        return replace(found, authority=self._add(found.authority))

    def portal(self, name: str, division: str) -> Authority | None:
        """Return the register's authority that the crawl noted by name and division."""
        if not name:
            return None
        listed = self._register.get((tidy(name), division))
        if listed is not None:
            return listed.authority
        return self._add(resolve(name, evidence=evidence_of((), division=division)).authority)

    def rows(self) -> list[AuthorityRow]:
        """Return the rows of all, sorted."""
        return [
            AuthorityRow._make((*_columns_of(authority), self._start_urls.get(authority.id)))
            for _, authority in sorted(self._known.items())
        ]

    def __getitem__(self, authority_id: str) -> Authority:
        return self._known[authority_id]

    def _add(self, authority: Authority) -> Authority:
        """Keep an authority and those above; of two by one id the same one, in whatever order they come."""
        known = self._known.get(authority.id)
        if known != authority:
            self._known[authority.id] = min(authority, known or authority, key=repr)
            for step in above(authority):
                self._known.setdefault(step.id, step)
        return authority


# ---- pass 3: the rows


def _write(
    writer: Writer, stage: Stage, readings: Readings, people: _Authorities, tell: Callable[[Progress], None]
) -> ExtractSummary:
    portals = {
        pair: people.portal(*pair)
        for pair in stage.sql.execute("SELECT DISTINCT portal, division FROM visits").fetchall()
    }
    writer.add(AuthorityRow, people.rows())
    columns = ", ".join(CaptureRow._fields)
    captures = stage.sql.execute(f"SELECT {columns} FROM captures ORDER BY at, id")
    writer.add(CaptureRow, (CaptureRow(*row) for row in captures))
    tally = _write_reports(writer, stage, readings, people, tell)
    refusals = stage.sql.execute("SELECT * FROM refusals ORDER BY url, capture_id")
    writer.add(RefusalRow, (RefusalRow(*row) for row in refusals))
    writer.add(VisitRow, _visits(stage, portals))
    return _sum_up(writer, stage, tally)


def _write_reports(
    writer: Writer, stage: Stage, readings: Readings, people: _Authorities, tell: Callable[[Progress], None]
) -> Counter[str]:
    tally: Counter[str] = Counter()

    @lru_cache(maxsize=1 << 5)  # the renditions of a report are compared, then one is written
    def read_as(key: bytes) -> Reading:
        return unpack(readings.get(key).body)

    def load(found: Found) -> Reading:
        reading = read_as(found.key)
        return replace(reading, **{column: found.head[field] for field, column in _FIELDS.items()})

    total = stage.sql.execute("SELECT count(*) FROM found").fetchone()[0]
    rows = stage.sql.execute("SELECT * FROM found ORDER BY authority_id, year, url")
    for (authority_id, year), group in groupby(
        map(_found_of, rows), key=lambda found: (found.authority_id, found.year)
    ):
        authority = people[authority_id]
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


def _write_report(
    writer: Writer, report_id: str, report: Sequence[Found], authority: Authority, load: Callable[[Found], Reading]
) -> bool:
    """Write a report with its renditions; return whether a table of it is not verified."""
    best, reading, taken = selection.composed(report, load)
    first_seen = _time(min(found.first_at for found in report)) or ""
    place = (authority.province, authority.city, authority.county)
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
            older, newer = (unpack(readings.get(key).body) for key in (earlier, later))
            yield from (RevisionRow(report_id, before, after, *change) for change in changes(older, newer))


def _found_of(row: tuple[Any, ...]) -> Found:
    *plain, head, page, warnings, carries = row
    url, capture_id, key, first_at, media_type, authority_id, year = plain
    doubts, parts = tuple(json.loads(warnings)), json.loads(carries)
    return Found(
        *(url, capture_id, key, first_at, media_type, authority_id, year, json.loads(head), page, doubts),
        carries=None if parts is None else tuple(parts),
    )


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
