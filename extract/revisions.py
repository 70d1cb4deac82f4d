"""What changed in a report between two captures of its address: cell by cell, section by section."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import zip_longest
from typing import NamedTuple

from extract.database import exact_text
from extract.form import cells_of
from extract.reading import ReadCell, Reading

_HEAD = ("title", "issuer", "published")


class Change(NamedTuple):
    """What one capture states and the other states otherwise, or not at all (None: blank, or not there)."""

    part: str  # title, issuer, published; table2, table3, table4; section
    row: str | None  # of a cell; of a section its heading
    column: str | None  # of a cell
    before: str | None
    after: str | None


def changes(before: Reading, after: Reading) -> Iterator[Change]:
    """Yield what changed. Reports on two years are two reports, whose address is used again: no change is told."""
    if before.report_year != after.report_year:
        return
    for name in _HEAD:
        if getattr(before, name) != getattr(after, name):
            yield Change(name, None, None, getattr(before, name), getattr(after, name))
    old, new = cells_of(before), cells_of(after)
    for place in old | new:
        stated = _stated(old.get(place)), _stated(new.get(place))
        if stated[0] != stated[1]:
            yield Change(*place, *stated)
    prose, now = _by_heading(before), _by_heading(after)
    for heading in prose | now:
        for text, new_text in zip_longest(prose.get(heading, ()), now.get(heading, ())):
            if text != new_text:
                yield Change("section", heading, None, text, new_text)


def _stated(cell: ReadCell | None) -> str | None:
    """Return a cell as printed; None of a blank one."""
    if cell is None or cell.kind == "blank":
        return None
    return exact_text(cell.value) if cell.printed is None else cell.printed


def _by_heading(reading: Reading) -> dict[str, list[str]]:
    """Return the texts of the sections under each heading."""
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for section in reading.sections:
        texts[section.heading].append(section.text)
    return dict(texts)
