"""The rules: each looks at the rows of a database and yields what it finds. None judges which side is right.

`severity` is error where a verified report contradicts itself, warning where two reports do not fit together or one is
missing, info where little follows from it.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby, pairwise
from operator import itemgetter
from urllib.parse import urlsplit

from extract.authorities import tidy
from extract.database import FindingRow
from extract.form import APPLICANTS, GROUPS, OUTCOMES, TABLE3_ROWS, broken_relations
from extract.reading import ReadCell

_COPIED = 200  # characters of prose from which on two equal ones are no accident
_FAR = 100  # times that a figure of one year is those of all others
_YEARS = 3  # of two that differ it cannot be told which one is out of line


def arithmetic(db: sqlite3.Connection) -> Iterator[FindingRow]:
    """Relations of the form that the stated figures break (gold/README.md, 勾稽关系), both sides in the detail."""
    for report, status in db.execute("SELECT id, status FROM reports ORDER BY id"):
        severity = "error" if status == "verified" else "warning"
        for name, sides in broken_relations(*_tables(db, report)):
            yield FindingRow("arithmetic", severity, report, None, f"{name}: {sides}")


def carry_over(db: sqlite3.Connection) -> Iterator[FindingRow]:
    """What a report carries over to the next year, and what the next year's report says was carried over to it."""
    columns = ", ".join(f"given.{column}, taken.{column}" for column in APPLICANTS)
    rows = db.execute(
        f"SELECT earlier.id, later.id, earlier.report_year, later.report_year, {columns} "
        f"FROM ({_SOLE}) earlier JOIN ({_SOLE}) later ON later.authority_id = earlier.authority_id "
        "AND later.report_year = earlier.report_year + 1 "
        "JOIN applications given ON given.report_id = earlier.id AND given.outcome = 'carried_out' "
        "JOIN applications taken ON taken.report_id = later.id AND taken.outcome = 'carried_in'"
    )
    for earlier, later, year, next_year, *figures in rows:
        differing = {
            column: f"{column} {before} in the report on {year}, {after} in that on {next_year}"
            for column, before, after in zip(APPLICANTS, figures[::2], figures[1::2], strict=True)
            if before is not None and after is not None and before != after
        }
        if differing:
            severity = "warning" if "total" in differing else "info"
            yield FindingRow("carry_over", severity, later, earlier, "; ".join(differing.values()))


def gap(db: sqlite3.Connection) -> Iterator[FindingRow]:
    """Years of which no report was found, between two of which one was."""
    rows = db.execute(
        "SELECT authority_id, report_year, min(id) FROM reports "
        "WHERE report_year IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2"
    )
    for _, group in groupby(rows, key=itemgetter(0)):
        for (_, year, earlier), (_, next_year, later) in pairwise(group):
            missing = ", ".join(map(str, range(year + 1, next_year)))
            if missing:
                yield FindingRow("gap", "warning", later, earlier, f"no report on {missing}")


def copy(db: sqlite3.Connection) -> Iterator[FindingRow]:
    """Reports of different authorities with the same tables and, their own names apart, the same prose."""
    first: dict[bytes, tuple[str, str, str]] = {}
    for report, authority, names, prose in _prose(db):
        text = _anonymous(prose, names)
        if len(text) < _COPIED:
            continue
        stated = json.dumps([_figures(db, report), _disclosed(db, report), text])
        key = hashlib.sha256(stated.encode()).digest()  # held in place of the prose of all reports
        original, whose, name = first.setdefault(key, (report, authority, names[0]))
        if whose != authority:
            detail = f"the tables and {len(text)} characters of prose are those of {name}'s report {original}"
            yield FindingRow("copy", "warning", report, original, detail)


def several(db: sqlite3.Connection) -> Iterator[FindingRow]:
    """Reports of one issuer on one year side by side, as where a corrected one was published at a new address. The
    office of a government, which is one authority with it, has a report of its own.
    """
    rows = db.execute(
        "SELECT authority_id, report_year, issuer, id FROM reports WHERE (authority_id, report_year, issuer) IN "
        "(SELECT authority_id, report_year, issuer FROM reports GROUP BY 1, 2, 3 HAVING count(*) > 1) "
        "ORDER BY 1, 2, 3, 4"
    )
    for _, group in groupby(rows, key=itemgetter(0, 1, 2)):
        (_, year, _, first), *others = group
        figures = _figures(db, first)
        for *_, other in others:
            here = _figures(db, other)
            differing = [
                f"{cell} {here[cell]}, there {figures[cell]}" for cell in here | figures if here[cell] != figures[cell]
            ]
            told = f"{len(differing)} figures differ: {differing[0]}" if differing else "the same figures"
            detail = f"{first} is another report on {year}; {told}"
            yield FindingRow("several", "warning" if differing else "info", other, first, detail)


def outlier(db: sqlite3.Connection) -> Iterator[FindingRow]:
    """Figures of table 2 that are a hundred times, or a hundredth of, what the same authority states for every other
    year, of which there are two or more: as where an amount stands in 元 under a head of 万元. None is zero.
    """
    for name, stated in _disclosed_by_year(db):
        if len(stated) < _YEARS:
            continue
        for report, year, figure in stated:
            others = sorted((value, on, other) for other, on, value in stated if other != report)
            least, most = others[0][0], others[-1][0]
            if (figure >= most * _FAR or figure * _FAR <= least) and max(figure, most) >= _FAR:
                years = ", ".join(map(str, sorted(on for _, on, _ in others)))
                detail = f"{name} {figure} in the report on {year}, {least} to {most} in those on {years}"
                nearest = min(others, key=lambda other: (abs(other[1] - year), other[1]))
                yield FindingRow("outlier", "warning", report, nearest[2], detail)


def portal_silent(db: sqlite3.Connection) -> Iterator[FindingRow]:
    """Portals of the register, or visited, on which no report was found and whose authority has none elsewhere.

    Where an archive does not say for which portal an address was visited, as foreign ones do not, its host does.
    """
    portals = db.execute(
        "SELECT id, name, start_url FROM authorities "
        "WHERE start_url IS NOT NULL OR id IN (SELECT portal FROM visits) ORDER BY id"
    ).fetchall()
    hosts = {_host(start_url): portal for portal, _, start_url in reversed(portals) if start_url}
    speaking = {portal for (portal,) in db.execute(_SPEAKING)}
    speaking |= {hosts.get(_host(url)) for (url,) in db.execute(_OF_REPORTS)}
    outcomes: defaultdict[str | None, Counter[str]] = defaultdict(Counter)
    for portal, outcome, visits in db.execute("SELECT portal, outcome, count(*) FROM visits GROUP BY 1, 2"):
        if portal is not None:
            outcomes[portal][outcome] += visits
    for url, outcome in db.execute("SELECT url, outcome FROM visits WHERE portal IS NULL"):
        outcomes[hosts.get(_host(url))][outcome] += 1
    for portal, name, start_url in portals:
        if portal in speaking:
            continue
        met = sorted(outcomes[portal].items(), key=lambda pair: (-pair[1], pair[0]))
        seen = ", ".join(f"{outcome} {visits}" for outcome, visits in met)
        reached = "ok" in outcomes[portal]
        what = "no report found" if reached else "not one page came through" if seen else "never visited"
        detail = (
            f"{name} ({portal}{', ' + start_url if start_url else ''}): {what}{'; visits: ' + seen if seen else ''}"
        )
        yield FindingRow("portal_silent", "info" if reached else "warning", None, None, detail)


RULES = (arithmetic, carry_over, gap, several, copy, outlier, portal_silent)

# Reports that are the only one of their authority and year: of two it cannot be told which one the next year follows.
_SOLE = (
    "SELECT min(id) AS id, authority_id, report_year FROM reports WHERE report_year IS NOT NULL "
    "GROUP BY authority_id, report_year HAVING count(*) = 1"
)
_SPEAKING = (
    "SELECT authority_id FROM reports UNION "
    "SELECT visits.portal FROM renditions JOIN visits ON visits.capture_id = renditions.capture_id"
)

# Addresses of reports of which it is not known for which portal they were visited.
_OF_REPORTS = (
    "SELECT DISTINCT visits.url FROM renditions JOIN visits ON visits.capture_id = renditions.capture_id "
    "WHERE visits.portal IS NULL"
)

_ORDER = {name: place for place, name in enumerate([*(row.name for row in TABLE3_ROWS), *GROUPS])}
_Table = Mapping[str, tuple[ReadCell, ...]]


def _tables(db: sqlite3.Connection, report: str) -> tuple[_Table, _Table]:
    """Return tables 3 and 4 of a report, their rows in the form's order."""

    def table(source: str, columns: Sequence[str]) -> _Table:
        rows = db.execute(f"SELECT {', '.join(columns)} FROM {source} WHERE report_id = ?", [report])
        cells = {name: tuple(map(ReadCell, figures)) for name, *figures in rows}
        return {name: cells[name] for name in sorted(cells, key=_ORDER.__getitem__)}

    return table("applications", ("outcome", *APPLICANTS)), table("proceedings", ("kind", *OUTCOMES))


def _figures(db: sqlite3.Connection, report: str) -> defaultdict[str, object]:
    """Return the figures of tables 3 and 4 of a report by their rows and columns; None where there is none."""
    found: defaultdict[str, object] = defaultdict(lambda: None)
    for table, columns in zip(_tables(db, report), (APPLICANTS, OUTCOMES), strict=True):
        for row, cells in table.items():
            found |= {f"{row} {column}": cell.value for column, cell in zip(columns, cells, strict=True)}
    return found


def _disclosed_by_year(db: sqlite3.Connection) -> Iterator[tuple[str, list[tuple[str, int, Decimal]]]]:
    """Yield of each authority and cell of table 2 its name ("fees.amount") and what the reports state there, but for
    zeros: (report, year, figure), amounts in 万元.
    """
    counted = ("made", "published", "repealed", "in_force", "prior_items", "decisions", "items")
    rows = db.execute(
        f"SELECT one.authority_id, row, one.id, one.report_year, amount_unit, amount, {', '.join(counted)} "
        f"FROM ({_SOLE}) one JOIN disclosures ON report_id = one.id ORDER BY 1, 2, 4"
    )
    for (_, name), group in groupby(rows, key=itemgetter(0, 1)):
        stated: defaultdict[str, list[tuple[str, int, Decimal]]] = defaultdict(list)
        for _, _, report, year, unit, amount, *counts in group:
            figures = {column: Decimal(count) for column, count in zip(counted, counts, strict=True) if count}
            if amount and Decimal(amount):
                figures["amount"] = Decimal(amount) / (10_000 if unit == "元" else 1)
            for column, figure in figures.items():
                stated[column].append((report, year, figure))
        for column, of_years in stated.items():
            yield f"{name}.{column}", of_years


def _host(url: str) -> str:
    """Return the host of an address with its port: two portals may stand on one machine."""
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


def _disclosed(db: sqlite3.Connection, report: str) -> list[tuple[object, ...]]:
    rows = db.execute("SELECT * FROM disclosures WHERE report_id = ? ORDER BY row", [report])
    return [row[1:] for row in rows]


def _prose(db: sqlite3.Connection) -> Iterator[tuple[str, str, list[str], str]]:
    """Yield of each report its authority, the names by which it may speak of itself, and its prose."""
    rows = db.execute(
        "SELECT r.id, r.authority_id, a.name, r.issuer, a.county, a.city, a.province, s.text FROM reports r "
        "JOIN authorities a ON a.id = r.authority_id JOIN sections s ON s.report_id = r.id ORDER BY r.id, s.position"
    )
    for report, group in groupby(rows, key=itemgetter(0)):
        sections = list(group)
        _, authority, *names, _ = sections[0]
        yield report, authority, [name for name in names if name], "".join(section[-1] for section in sections)


def _anonymous(prose: str, names: list[str]) -> str:
    """Return prose without blanks, without differences of width and without the names of its author."""
    text = tidy(prose)
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(tidy(name), "")
    return text
