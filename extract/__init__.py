"""Reads: a captured document → what it states, or why it is no report. No clock, no network, no randomness.

`read` is the whole way from bytes to a Reading; `extract.run` maps it over an archive and writes the database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from extract.document import Document, Text, texts_of
from extract.errors import ExtractError, UnreadableDocument
from extract.genre import judge
from extract.heading import read_heading
from extract.pieces import joined
from extract.readers import is_archive, read_document, unpack
from extract.readers.html_text import prints_tables
from extract.reading import FORM_TABLES, Form, ReadCell, Reading, Section
from extract.sections import read_sections
from extract.several import one_report
from extract.tables import read_tables
from extract.two_readings import Tables

__all__ = [
    "ExtractError",
    "ReadCell",
    "Reading",
    "Section",
    "UnreadableDocument",
    "read",
    "read_reading",
    "read_with_document",
]


def read(
    payload: bytes, *, charset: str | None = None, url: str = "", metadata: Mapping[str, str] | None = None
) -> Reading:
    """Return what a document states, of whatever supported type it is.

    `charset` is the one that HTTP declared; `metadata` what the crawl noted (anchor, column, portal), and as `truncated`
    why the record holds a beginning only. Raises UnreadableDocument.
    """
    return read_with_document(payload, charset=charset, url=url, metadata=metadata)[0]


def read_with_document(
    payload: bytes, *, charset: str | None = None, url: str = "", metadata: Mapping[str, str] | None = None
) -> tuple[Reading, Document]:
    """Return what `read` does, and the document that was read; of an archive, its members that were read, as one."""
    if payload.startswith(b"PK\x03\x04") and is_archive(payload):
        return _read_archive(payload, metadata or {})
    document = read_document(payload, charset=charset, url=url)
    return read_reading(document, metadata=metadata), document


class _Member(NamedTuple):
    """A document of an archive, and what it states."""

    name: str
    document: Document
    reading: Reading


def _read_archive(payload: bytes, metadata: Mapping[str, str]) -> tuple[Reading, Document]:
    """Return the reading of the report in an archive of documents; of several the latest, which a warning tells.

    Where its tables or its prose are documents of their own, all of the report are read as one, the longest prose first.
    """
    members: list[_Member] = []
    refused: list[UnreadableDocument] = []
    for file in unpack(payload):
        try:
            document = read_document(file.payload)
            members.append(_Member(file.name, document, read_reading(document, metadata=metadata)))
        except UnreadableDocument as error:
            refused.append(error)
    if not members:
        raise refused[0]
    best = max(members, key=_rank)
    others = [one for one in members if one.reading.genre == "report" and one is not best]
    same = [one for one in others if len({one.reading.report_year, best.reading.report_year} - {None}) < 2]
    theirs = [_tables_of(one.reading) for one in same]
    if any(tables - _tables_of(best.reading) or not tables for tables in theirs):
        parts = [one.document for one in members if one is best or one in same]
        whole = joined(sorted(parts, key=_letters, reverse=True))
        return read_reading(whole, metadata=metadata), whole
    reading = best.reading
    if others:
        listed = ", ".join(other.name for other in others)
        told = f"the archive holds further reports, {best.name} is read: {listed}"
        reading = replace(reading, warnings=(*reading.warnings, *(f"{table}: {told}" for table in FORM_TABLES)))
    return reading, best.document


def _rank(member: _Member) -> tuple[int, bool, int, int]:
    """Return what makes a document of an archive the report: its genre, its figures, the latest year, more figures."""
    stated = member.reading.cells_stated()
    return _GENRES.index(member.reading.genre), stated > 0, member.reading.report_year or 0, stated


def _tables_of(reading: Reading) -> set[str]:
    return {table for table in FORM_TABLES if getattr(reading, table)}


_GENRES = ("rejected", "candidate", "report")


def read_reading(document: Document, *, metadata: Mapping[str, str] | None = None) -> Reading:
    """Return the reading of a Document. A piece of an article (`extract.pieces`) is no report, but has its tables."""
    metadata = metadata or {}
    document, doubts = one_report(document)
    tables = read_tables(document)
    heading = read_heading(document, metadata=metadata)
    sections = read_sections(tables.lines, tables.covered, heading.title_lines)
    above_it = [fact.value for fact in document.facts if fact.field == "line"]
    genre, rule = judge(heading, tables, sections, above_it=above_it, notes=document.notes)
    if whole := metadata.get("piece_of"):
        genre, rule = "candidate", f"a piece of {whole}"
    facts = (*heading.sources, *(fact for fact in document.facts if fact.field in _FACTS))
    reading = Reading(genre, rule, heading.title, heading.issuer, heading.report_year, heading.published, facts=facts)
    if genre != "report" and not whole:
        return reading
    form = _form(tables, heading.report_year)
    warnings = [*heading.warnings, *document.notes]
    if why := metadata.get("truncated"):
        warnings.append(f"sections: the archive holds a beginning of the document only (WARC-Truncated: {why})")
    return replace(
        reading,
        form=form,
        table2=tables.table2,
        table3=tables.table3,
        table4=tables.table4,
        status=tables.status,
        inconsistent=tables.inconsistent,
        sections=sections,
        warnings=(*warnings, *_doubts_of_tables(document, form, heading.report_year, [*doubts, *tables.warnings])),
    )


_FACTS = ("site_code", "credit_code", "site_name", "column")


def _doubts_of_tables(document: Document, form: Form, year: int | None, doubts: Sequence[str]) -> Sequence[str]:
    """Return what is doubtful in the tables: nothing where a report of its year has none, and prints none."""
    if form != "other" or year is None:
        return doubts
    if not prints_tables("".join(texts_of(document))):
        return ()
    return [f"report_year: {year}, though tables are printed that no report before 2019 has", *doubts]


def _letters(document: Document) -> int:
    return sum(len(block.text) for block in document.blocks if isinstance(block, Text))


def _form(tables: Tables, year: int | None) -> Form:
    """Return the form: that of table 2, then that of table 3, then the one in force for the report year (portals.md
    §1.1).
    """
    if tables.form:
        return tables.form
    if tables.table3:
        return "2019" if "other" in tables.table3 else "2021"
    if tables.table4:
        return "2021" if year is None or year >= 2021 else "2019"
    if year is None or year < 2019:
        return "other"
    return "2021" if year >= 2021 else "2019"
