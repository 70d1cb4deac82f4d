"""What differs between two databases, cell by cell: what a re-run of the extractor over an archive would change."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from heapq import merge
from itertools import groupby, zip_longest
from operator import itemgetter
from pathlib import Path
from typing import Any

from extract.database import reading

# What tells a row from the others of its table. Captures and visits depend on the archive alone, findings on the rest.
_KEYS: Mapping[str, tuple[str, ...]] = {
    "authorities": ("id",),
    "reports": ("id",),
    "disclosures": ("report_id", "row"),
    "applications": ("report_id", "outcome"),
    "proceedings": ("report_id", "kind"),
    "printed": ("report_id", "table", "row", "column"),
    "sections": ("report_id", "heading"),
    "warnings": ("report_id", "text"),
    "renditions": ("report_id", "url"),
    "revisions": ("report_id", "from_capture_id", "to_capture_id", "part", "row", "column"),
    "refusals": ("capture_id",),
}
_POSITIONS = frozenset({"id", "position"})  # follow from the rows before
_AROUND = 12  # characters shown before and behind what differs in a text

_Key = tuple[str | int, ...]
_Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell, or a whole row where `column` is "", that is another in the second database; None: it is not there."""

    table: str
    key: _Key
    column: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        place = " ".join(str(part) for part in (self.table, *self.key, self.column) if part)
        sides = ("–" if side is None else " ".join(side.split()) for side in (self.before, self.after))
        return f"{place}: {' → '.join(sides)}"


def differences(before: Path, after: Path) -> Iterator[Difference]:
    """Yield what differs between two databases, table by table, rows by their keys. Raises ExtractError for others.

    Of a report that only one of them has, no row but its own is told.
    """
    with reading(after) as now, reading(before) as was:
        lone: set[str | int] = set()
        for table, keys in _KEYS.items():
            for found in _of_table(table, keys, was, now):
                if keys[0] == "report_id" and found.key[0] in lone:
                    continue
                if table == "reports" and not found.column:
                    lone.add(found.key[0])
                yield found


def excerpts(before: object, after: object) -> tuple[str | None, str | None]:
    """Return two values as text, those of two texts cut to where they differ."""
    if not isinstance(before, str) or not isinstance(after, str):
        return _text(before), _text(after)
    start = max(_shared(before, after) - _AROUND, 0)
    behind = max(_shared(before[start:][::-1], after[start:][::-1]) - _AROUND, 0)

    def cut(text: str) -> str:
        return f"{'…' if start else ''}{text[start : len(text) - behind]}{'…' if behind else ''}"

    return cut(before), cut(after)


def _of_table(
    table: str, keys: tuple[str, ...], was: sqlite3.Connection, now: sqlite3.Connection
) -> Iterator[Difference]:
    both = merge(_rows(was, table, keys, 0), _rows(now, table, keys, 1), key=itemgetter(0, 1))
    for key, group in groupby(both, key=itemgetter(0)):
        sides: tuple[list[_Row], list[_Row]] = ([], [])
        for _, side, row in group:
            sides[side].append(row)
        for old, new in zip_longest(*sides):
            if old is None or new is None:
                yield Difference(table, key, "", _told(old), _told(new))
                continue
            for column, value in old.items():
                if value != new[column]:
                    yield Difference(table, key, column, *excerpts(value, new[column]))


def _rows(db: sqlite3.Connection, table: str, keys: tuple[str, ...], side: int) -> Iterator[tuple[_Key, int, _Row]]:
    order = ", ".join(f"coalesce(\"{key}\", '')" for key in keys)
    cursor = db.execute(f"SELECT * FROM {table} ORDER BY {order}, rowid")
    columns = [name for name, *_ in cursor.description]
    for values in cursor:
        row = dict(zip(columns, values, strict=True))
        key = tuple(row.pop(name) or "" for name in keys)
        yield key, side, {name: value for name, value in row.items() if name not in _POSITIONS}


def _told(row: _Row | None) -> str | None:
    """Return what tells a reader which row it is, besides its key."""
    if row is None:
        return None
    return str(row.get("title") or row.get("name") or row.get("rule") or row.get("text") or "there")[:80]


def _shared(one: str, other: str) -> int:
    """Return with how many equal characters two texts begin."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
