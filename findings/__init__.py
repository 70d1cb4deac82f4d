"""Compares the reports of a database with themselves and each other. Writes `findings`, changes no other table."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from extract.database import FindingRow, revising
from extract.errors import ExtractError
from findings.differences import Difference, differences, excerpts
from findings.errors import FindingsError
from findings.rules import RULES

__all__ = ["Difference", "FindingsError", "check", "differences", "excerpts"]


def check(db: Path) -> dict[str, int]:
    """Compute the findings of a database anew and return how many there are of each kind.

    The database is replaced at once by a copy that holds them, so who has the old one open is not disturbed. Raises
    FindingsError for a file that is missing, is no database of this version or cannot be replaced.
    """
    try:
        with revising(db) as writer:
            found = [row for rule in RULES for row in sorted(rule(writer.connection), key=_order)]
            writer.connection.execute("DELETE FROM findings")
            writer.add(FindingRow, found)
    except ExtractError as error:
        raise FindingsError(str(error)) from error
    counts = Counter(row.kind for row in found)
    return {rule.__name__: counts[rule.__name__] for rule in RULES}


def _order(row: FindingRow) -> tuple[str, ...]:
    return tuple(value or "" for value in row)
