"""Documents that hold several reports: the years of one authority in panes, the authorities of one county below each
other. One of them is read, and said to be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from extract.document import Block, Document, Grid, Text
from extract.heading import read_heading
from extract.reading import Value
from extract.sections import is_heading
from extract.tables import Tables, read_tables
from extract.titles import is_title

_OF_PAGE = frozenset(["title", "page_title", "line", "issuer"])  # facts that a page states of itself
_LAST_ROW = "结转下年度"
_LONGEST_HEADING = 60


def one_report(document: Document) -> tuple[Document, tuple[str, ...]]:
    """Return the report of a document that holds several, with a warning for each table; all others as they are.

    Taken is the report on the year that the page's own title names, else the one on the latest year, else the first.
    """
    parts = _parts(document)
    if len(parts) < 2 or _are_alike([read_tables(part) for part in parts]):
        return document, ()
    own = [fact.value for fact in document.facts if fact.source.startswith("meta") or fact.field == "page_title"]
    years = [read_heading(replace(part, facts=())).report_year for part in parts]
    named = [at for at, year in enumerate(years) if year and any(str(year) in title for title in filter(is_title, own))]
    at = named[0] if len(named) == 1 else max(range(len(parts)), key=lambda at: (years[at] or 0, -at))
    told = f"the document holds {len(parts)} reports; read is number {at + 1}, on {years[at] or 'no stated year'}"
    facts = tuple(fact for fact in document.facts if not is_title(fact.value) or str(years[at]) in fact.value)
    if len(named) != 1:
        facts = tuple(fact for fact in facts if fact.field not in _OF_PAGE)
    return replace(parts[at], facts=facts), tuple(f"table{number}: {told}" for number in (2, 3, 4))


def _parts(document: Document) -> list[Document]:
    """Return the reports of a document: each begins with its title, or its first section, and holds a table 3."""
    openings = [at for at, block in enumerate(document.blocks) if _opens(block)]
    if len(openings) < 2:
        return [document]
    ends = [at for at, block in enumerate(document.blocks) if _holds_last_row(block)]
    whole = [
        first
        for first, following in pairwise([*openings, len(document.blocks)])
        if any(first < end < following for end in ends)
    ]
    if len(whole) < 2:
        return [document]
    starts = [0]
    for opening in whole[1:]:
        above = max(end for end in ends if end < opening)
        titles = [at for at in range(above + 1, opening) if _is_titled(document.blocks[at])]
        starts.append(titles[-1] if titles else opening)
    return [
        replace(document, blocks=document.blocks[first:end]) for first, end in pairwise([*starts, len(document.blocks)])
    ]


def _opens(block: Block) -> bool:
    return (
        isinstance(block, Text)
        and len(block.text) <= _LONGEST_HEADING
        and "总体" in block.text
        and is_heading(block.text)
    )


def _is_titled(block: Block) -> bool:
    return isinstance(block, Text) and is_title(block.text)


def _holds_last_row(block: Block) -> bool:
    if isinstance(block, Grid):
        return any(_LAST_ROW in cell.text for row in block.rows for cell in row)
    return len(block.text) <= _LONGEST_HEADING and _LAST_ROW in block.text


def _are_alike(tables: Sequence[Tables]) -> bool:
    """Tell whether no two reports contradict each other: then they are one, printed for two kinds of screens."""
    stated = [_stated(one) for one in tables]
    return all(one[key] == other[key] for one, other in pairwise(stated) for key in one.keys() & other.keys())


def _stated(tables: Tables) -> dict[tuple[str, str, int], Value]:
    cells = {
        (name, row, at): cell.value
        for name, table in (("table3", tables.table3), ("table4", tables.table4))
        for row, printed in table.items()
        for at, cell in enumerate(printed)
    }
    cells |= {
        ("table2", row, at): cell.value
        for row, columns in tables.table2.items()
        for at, cell in enumerate(columns.values())
    }
    return {key: value for key, value in cells.items() if value is not None}
