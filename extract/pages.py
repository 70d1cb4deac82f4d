"""Pass 2 of the run: of each address the newest report, and of each report whose it is and of which year.

Where an attachment or a frame does not say so itself, the page that leads to it may.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from extract.authorities import Resolution
from extract.readings import Readings
from extract.register import Authorities
from extract.selection import Found
from extract.stage import Stage

# The column of a reading that a field of its head (`readings.Packed`) is.
COLUMN_OF = {"issuer": "issuer", "year": "report_year", "title": "title", "published": "published"}


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


def choose(stage: Stage, readings: Readings, authorities: Authorities) -> None:
    """Stage what was found at each address, the versions that it had, and what is refused there."""
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
        found = _found(_Page(*row), stage, authorities)
        stage.put_found([found, *_further_pieces(found, stage)])
    stage.sql.execute(
        "INSERT INTO refusals SELECT capture_id, url, 'candidate', 'a piece of ' || whole, NULL FROM pieces "
        "WHERE url != whole AND whole NOT IN (SELECT url FROM found)"
    )
    stage.sql.commit()


def _choose_page(url: str, captures: list[tuple[Any, ...]], stage: Stage) -> None:
    """Stage the refusals among the captures of one address, newest first, the page that they leave, and its versions."""
    chosen: _Page | None = None
    for capture_id, at, media_type, key, portal, division, via, role, (genre, rule, detail, head) in captures:
        if genre != "report":
            stage.put("refusals", [(capture_id, url, genre, rule, detail)])
        if genre == "report" and chosen is not None and chosen.genre == "report":
            chosen = chosen._replace(first_at=at)
        elif genre == "report" or (genre == "candidate" and chosen is None):
            chosen = _Page(url, genre, capture_id, key, at, media_type, head, portal, division, via, role)
    versions = [(capture_id, key) for capture_id, _, _, key, *_, (genre, *_) in captures if genre == "report"]
    if len({key for _, key in versions}) > 1:
        stage.put("versions", [(url, number, *version) for number, version in enumerate(reversed(versions))])
    if chosen is not None:
        stage.put("pages", [chosen])


def _found(page: _Page, stage: Stage, authorities: Authorities) -> Found:
    """Return the report on a page; where an attachment does not say whose it is or of which year, its page may."""
    head, page_above = json.loads(page.head), _page_above(page, stage)
    outer = json.loads(page_above.head) if page_above else {}
    warnings = _of_missing_pieces(page, stage)
    for field, column in COLUMN_OF.items():
        if head[field] is None and outer.get(field) is not None:
            head[field] = outer[field]
            warnings.append(f"{column}: stated on the page that leads here, not in the document")
    facts = [tuple(fact) for fact in (head["facts"] or outer.get("facts", ()))]
    issuer = authorities.issuer(head["issuer"], url=page.url, portal=page.portal, division=page.division, facts=facts)
    authority_id, doubt, carried_by = _owner(issuer, head["year"], page_above, stage)
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
        warnings=(*warnings, *([doubt] if doubt else [])),
    )


def _owner(
    issuer: Resolution, year: int | None, page_above: _Page | None, stage: Stage
) -> tuple[str, str | None, str | None]:
    """Return the id of the authority whose report it is, what is doubtful of that, and the page that carries the same
    report or announces it.
    """
    own = issuer.authority.id
    if page_above is None:
        return own, issuer.warning, None
    if page_above.genre != "report":
        return own, issuer.warning, page_above.url  # a candidate: its title, and its report in what hangs on it
    theirs = stage.sql.execute("SELECT authority_id, year FROM found WHERE url = ?", [page_above.url]).fetchone()
    if theirs is not None and theirs[1] == year and (issuer.ambiguous or theirs[0] == own):
        return theirs[0], None, page_above.url
    return own, issuer.warning, None


def _of_missing_pieces(page: _Page, stage: Stage) -> list[str]:
    row = stage.sql.execute("SELECT warnings FROM pieces WHERE capture_id = ?", [page.capture_id]).fetchone()
    return list(json.loads(row[0])) if row else []


def _page_above(page: _Page, stage: Stage) -> _Page | None:
    """Return the page whose attachment or frame a page is, where that is a report or a candidate."""
    if page.role not in ("attachment", "frame") or page.via == page.url:
        return None
    row = stage.sql.execute("SELECT * FROM pages WHERE url = ?", [page.via]).fetchone()
    return _Page(*row) if row else None


def _further_pieces(found: Found, stage: Stage) -> Iterator[Found]:
    """Yield the captures that carry the further pieces of a report, each with what the report has from there."""
    rows = stage.sql.execute(
        "SELECT p.url, c.id, c.at, c.media_type FROM pieces p JOIN captures c ON c.id = p.capture_id "
        "WHERE p.whole = ? AND p.url != p.whole ORDER BY p.url",
        [found.url],
    )
    for url, capture_id, at, media_type in rows:
        yield replace(
            found,
            url=url,
            capture_id=capture_id,
            first_at=at,
            media_type=media_type,
            head={**found.head, "verified": 0, "cells": 0, "letters": 0},
            page=found.url,
            warnings=(),
            carries=tuple(found.head["carries"].get(url, ())),
        )
