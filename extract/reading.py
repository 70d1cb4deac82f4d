"""The Reading: what a document states, cell by cell, or why it is not taken for a report. Values only, no logic of the
form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, NamedTuple

Value = int | Decimal | None
Genre = Literal["report", "candidate", "rejected"]
Form = Literal["2019", "2021", "other"]
TableStatus = Literal["verified", "unverified", "absent"]
FORM_TABLES = ("table2", "table3", "table4")  # those of chapters two to four of a report


class ReadCell(NamedTuple):  # as document.Cell
    """One cell: the value stated (None: blank, a mark, or refused) and, where it is not the plain number, the text as
    printed.

    `kind` is number, blank, mark (`/`, `—`, 无), unit (22个), note (22（其中修订16件）), numeral (full-width or Chinese
    digits, signs, separators), split (a blank or line end between its digits), or refused (a text in which no
    single number is stated). `unit` is the unit that stands in or beside the cell. `place` as in `document.Cell`.
    """

    value: Value = None
    printed: str | None = None
    kind: str = "blank"
    unit: str | None = None
    place: str = ""


BLANK = ReadCell()


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the prose: its heading as printed (\"\" before the first one) and its paragraphs joined by line
    breaks.
    """

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What one document states. Row and column names are those of the gold format (tables 2 to 4 of the form).

    `table3` rows have 7 cells, `table4` groups 5. `status` holds one entry for each of table2, table3, table4.
    `inconsistent` names the broken relations of the form; each `warnings` entry begins with the table or field that
    it doubts.
    """

    genre: Genre
    rule: str
    title: str | None = None
    issuer: str | None = None
    report_year: int | None = None
    published: str | None = None
    form: Form = "other"
    table2: Mapping[str, Mapping[str, ReadCell]] = field(default_factory=dict)
    table3: Mapping[str, tuple[ReadCell, ...]] = field(default_factory=dict)
    table4: Mapping[str, tuple[ReadCell, ...]] = field(default_factory=dict)
    status: Mapping[str, TableStatus] = field(default_factory=dict)
    inconsistent: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    warnings: tuple[str, ...] = ()
    facts: tuple[tuple[str, str, str], ...] = ()  # field, value, where read: what authority resolution may use

    def cells_stated(self) -> int:
        """Return how many cells of the three tables state a number."""
        rows = [*self.table3.values(), *self.table4.values(), *(row.values() for row in self.table2.values())]
        return sum(cell.value is not None for row in rows for cell in row)

    def as_gold(self, source: str) -> dict[str, Any]:
        """Return the reading in the gold format (decimals as strings), plus `warnings`."""
        table2: dict[str, dict[str, Any]] = {}
        for row, cells in self.table2.items():
            table2[row] = {column: _plain(cell.value) for column, cell in cells.items()}
            if row == "procurement":
                table2[row]["amount_unit"] = cells["amount"].unit if "amount" in cells else None
        return {
            "source": source,
            "title": self.title,
            "issuer": self.issuer,
            "report_year": self.report_year,
            "published": self.published,
            "template": self.form,
            "table2": table2,
            "table3": {row: [_plain(cell.value) for cell in cells] for row, cells in self.table3.items()},
            "table4": {group: [_plain(cell.value) for cell in cells] for group, cells in self.table4.items()},
            "inconsistent": list(self.inconsistent),
            "warnings": list(self.warnings),
        }


def _plain(value: Value) -> int | str | None:
    return str(value) if isinstance(value, Decimal) else value
