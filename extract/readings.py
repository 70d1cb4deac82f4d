"""Readings at rest: packed for the way between processes, and kept from one run to the next.

Beside a database `x.db` lies `x.db.readings`, an SQLite file that can be thrown away at any time: a row is what one
payload, with its address and what the crawl noted of it, was read as. It holds for one version of the code and of the
libraries under it (its stamp) and is begun anew when they change. What a missing converter refused is read again.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, NamedTuple

from isal import isal_zlib

from extract.errors import ExtractError, UnreadableDocument
from extract.form import APPLICANTS, GROUPS, OUTCOMES, TABLE2_LABELS, TABLE3_LABELS
from extract.reading import BLANK, ReadCell, Reading, Section

Read = Callable[..., Reading]

_NOT_KEPT = frozenset(["converter_missing", "ocr_missing"])


class Packed(NamedTuple):
    """A reading, or a refusal, at rest.

    `head` is JSON of all that selection asks for; `body` the whole reading, b"" where it is no report. For a document
    that could not be read, genre is `unreadable` and rule the reason.
    """

    genre: str
    rule: str
    detail: str | None
    head: str
    body: bytes


def read_packed(payload: bytes, *, read: Read, charset: str | None, url: str, metadata: Mapping[str, str]) -> Packed:
    """Return what a payload is read as."""
    try:
        return pack(read(payload, charset=charset, url=url, metadata=metadata))
    except UnreadableDocument as error:
        return refused(error.reason, error.detail)


def refused(reason: str, detail: str) -> Packed:
    """Return the refusal of a document that could not be read."""
    return Packed("unreadable", reason, _clean(detail)[:500], "{}", b"")


def pack(reading: Reading) -> Packed:
    """Return a reading at rest. Raises ValueError where its tables are not of the form's shape."""
    _check_shape(reading)
    head = {
        "title": reading.title,
        "issuer": reading.issuer,
        "year": reading.report_year,
        "published": reading.published,
        "form": reading.form,
        "verified": sum(status == "verified" for status in reading.status.values()),
        "cells": reading.cells_stated(),
        "letters": sum(len(section.text) for section in reading.sections),
        "facts": [fact for fact in reading.facts if fact[0] in ("site_code", "credit_code")],
    }
    stated = " · ".join(part for part in (reading.title, reading.issuer) if part)
    detail = None if reading.genre == "report" else _clean(stated) or None
    body = isal_zlib.compress(_utf8(_dumped(_plain(reading))), 1) if reading.genre == "report" else b""
    return Packed(reading.genre, reading.rule, detail, _json(head), body)


def packed_with(packed: Packed, **more: object) -> Packed:
    """Return a reading at rest with more in its head."""
    return packed._replace(head=_json({**json.loads(packed.head), **more}))


def unpack(body: bytes) -> Reading:
    """Return the reading that `pack` packed; the places of its cells are not in it."""
    plain = json.loads(isal_zlib.decompress(body))
    tables = {
        "table2": {
            row: dict(zip(cells, _cells(cells.values()), strict=True)) for row, cells in plain["table2"].items()
        },
        "table3": {row: _cells(cells) for row, cells in plain["table3"].items()},
        "table4": {row: _cells(cells) for row, cells in plain["table4"].items()},
    }
    lists = {name: tuple(plain[name]) for name in ("inconsistent", "warnings")}
    lists["sections"] = tuple(Section(*section) for section in plain["sections"])
    return Reading(genre="report", **{**plain, **tables, **lists})


def key_of(*, digest: str, url: str, charset: str | None, metadata: Mapping[str, str]) -> bytes:
    """Return what a reading is kept under: all that it depends on, the code apart."""
    return hashlib.sha256(_json([digest, url, charset, sorted(metadata.items())]).encode()).digest()[:20]


class Readings:
    """The readings kept beside a database, for the one process that writes them and holds their lock."""

    def __init__(self, path: Path) -> None:
        """Open or begin the file. Raises ExtractError where it cannot be written, or another run writes it."""
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = _locked(path)
            if not _is_current(path):
                _empty(path)
            self._connection = sqlite3.connect(path)
            self._connection.executescript(_SCHEMA)
            self._connection.execute("INSERT OR IGNORE INTO stamp VALUES (?)", [stamp()])
            self._connection.commit()
        except (sqlite3.Error, OSError) as error:
            raise ExtractError(f"{path}: cannot be written ({error}); choose another place with --db") from error

    def keep(self, readings: Iterable[tuple[bytes, Packed]]) -> None:
        """Write readings, for good. Raises ExtractError where that fails (a full disk)."""
        rows = ((key, *packed) for key, packed in readings)
        try:
            self._connection.executemany("INSERT OR REPLACE INTO readings VALUES (?, ?, ?, ?, ?, ?)", rows)
            self._connection.commit()
        except sqlite3.Error as error:
            raise ExtractError(f"{self.path}: cannot be written ({error}); free some space and run again") from error

    def __contains__(self, key: bytes) -> bool:
        return self._connection.execute("SELECT 1 FROM readings WHERE key = ?", [key]).fetchone() is not None

    def head_of(self, key: bytes) -> tuple[str, str, str | None, str]:
        """Return genre, rule, detail and head of a reading that is there."""
        sql = "SELECT genre, rule, detail, head FROM readings WHERE key = ?"
        genre, rule, detail, head = self._connection.execute(sql, [key]).fetchone()
        return genre, rule, detail, head

    def get(self, key: bytes) -> Packed:
        """Return a reading that is there."""
        columns = "genre, rule, detail, head, body"
        return Packed(*self._connection.execute(f"SELECT {columns} FROM readings WHERE key = ?", [key]).fetchone())

    def reading(self, key: bytes) -> Reading:
        """Return a report that is there."""
        return unpack(self.get(key).body)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
        _locks.discard(self._lock)
        os.close(self._lock)


class KeptReadings:
    """What is kept already, for those who read in parallel."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __contains__(self, key: object) -> bool:
        return self._connection.execute(f"{_KEPT} AND key = ?", [*_NOT_KEPT, key]).fetchone() is not None

    def __iter__(self) -> Iterator[bytes]:
        return (key for (key,) in self._connection.execute(_KEPT, [*_NOT_KEPT]))


_KEPT = f"SELECT key FROM readings WHERE NOT (genre = 'unreadable' AND rule IN ({', '.join('?' * len(_NOT_KEPT))}))"


@cache
def code_version() -> str:
    """Return the digest of this package's sources and data: the version of the code that a reading depends on."""
    digest = hashlib.sha256()
    for name, file in sorted(_sources(files("extract"), "")):
        digest.update(f"{name}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


@cache
def stamp() -> str:
    """Return what kept readings hold for: the code, this Python, and the libraries that the project asks for."""
    installed: dict[str, tuple[str, Path]] = {}  # of the first that Python finds by a name, the version
    for entry in (entry for folder in filter(None, sys.path) for entry in Path(folder).glob("*.dist-info")):
        name, _, version = entry.stem.partition("-")
        installed.setdefault(_normal(name), (version, entry))
    asked: list[str] = []
    if ours := installed.get("nianbao"):
        asked = re.findall(r"^Requires-Dist: ([\w.-]+)", (ours[1] / "METADATA").read_text("utf-8"), re.MULTILINE)
    libraries = [[name, installed.get(name, (None,))[0]] for name in sorted(set(map(_normal, asked)))]
    return _json([code_version(), sys.version.split()[0], libraries])


def _normal(name: str) -> str:
    """Return the name of a distribution as all tools write it in the names of folders (binary distribution format)."""
    return re.sub(r"[-_.]+", "_", name).lower()


def _sources(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _sources(entry, f"{prefix}{entry.name}/") if entry.name != "__pycache__" else ()
        elif not entry.name.startswith("."):
            yield f"{prefix}{entry.name}", entry


_SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS stamp (stamp TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS readings (key BLOB PRIMARY KEY, genre TEXT, rule TEXT, detail TEXT, head TEXT, body BLOB);
"""


def _is_current(path: Path) -> bool:
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute("SELECT stamp FROM stamp").fetchall() == [(stamp(),)]
    except sqlite3.Error:
        return False


def _locked(path: Path) -> int:
    """Return the descriptor that holds the file's lock until it is closed."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise ExtractError(f"{path}: another run writes it; wait for its end, or name another --db") from None
    _locks.add(descriptor)
    return descriptor


def _let_go() -> None:
    while _locks:
        os.close(_locks.pop())


_locks: set[int] = set()
os.register_at_fork(after_in_child=_let_go)  # a fork that outlives a run which was killed must not hold its lock


def _empty(path: Path) -> None:
    for suffix in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    os.truncate(path, 0)  # not taken away: another one would have a lock of its own


# ---- packing: a plain count is a number, a blank null, any other cell [value, printed, kind, unit]; decimals are text


_AS_IT_IS = ("rule", "title", "issuer", "report_year", "published", "form", "inconsistent", "warnings")


def _plain(reading: Reading) -> dict[str, Any]:
    tables = {
        "table2": {
            row: dict(zip(cells, _packed(cells.values()), strict=True)) for row, cells in reading.table2.items()
        },
        "table3": {row: _packed(cells) for row, cells in reading.table3.items()},
        "table4": {row: _packed(cells) for row, cells in reading.table4.items()},
    }
    sections = [[section.heading, section.text] for section in reading.sections]
    plain = {name: getattr(reading, name) for name in _AS_IT_IS}
    return {**plain, **tables, "status": dict(reading.status), "sections": sections}


def _packed(cells: Iterable[ReadCell]) -> list[object]:
    return [
        value
        if printed is unit is None
        and not isinstance(value, Decimal)
        and kind == ("blank" if value is None else "number")
        else [str(value) if isinstance(value, Decimal) else value, printed, kind, unit]
        for value, printed, kind, unit, _ in cells
    ]


def _cells(packed: Iterable[Any]) -> tuple[ReadCell, ...]:
    return tuple([BLANK if one is None else _number(one) if isinstance(one, int) else _stated(*one) for one in packed])


def _stated(value: int | str | None, printed: str | None, kind: str, unit: str | None) -> ReadCell:
    return ReadCell(Decimal(value) if isinstance(value, str) else value, printed, kind, unit)


@lru_cache(maxsize=1 << 12)
def _number(value: int) -> ReadCell:
    return ReadCell(value, None, "number")


def _check_shape(reading: Reading) -> None:
    """Raise ValueError where a table has a row, or a number of cells, that the form does not have."""
    fits = (
        reading.table2.keys() <= TABLE2_LABELS.keys(),
        reading.table3.keys() <= TABLE3_LABELS.keys(),
        reading.table4.keys() <= set(GROUPS),
        all(len(cells) == len(APPLICANTS) for cells in reading.table3.values()),
        all(len(cells) == len(OUTCOMES) for cells in reading.table4.values()),
    )
    if not all(fits):
        raise ValueError("a reading whose tables are not of the form's shape")


def _json(plain: object) -> str:
    return _clean(_dumped(plain))


_dumped = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _clean(text: str) -> str:
    """Return text without lone surrogates, which neither UTF-8 nor SQLite takes."""
    return _utf8(text).decode("utf-8")


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")
