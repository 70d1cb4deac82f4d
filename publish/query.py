"""Rows of the site's database as the pages take them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from datasette.database import Database

Row = Mapping[str, Any]


async def rows(db: Database, sql: str, values: Any = None) -> list[Row]:
    """Return the rows that a query gives, by the names of their columns."""
    return [dict(row) for row in await db.execute(sql, values)]


async def first(db: Database, sql: str, values: Any = None) -> Row | None:
    """Return the first row that a query gives, None where it gives none."""
    return next(iter(await rows(db, sql, values)), None)
