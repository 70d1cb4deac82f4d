"""The rows of tables in a text that Resiliparse made of a page, each whole again.

Its `extract_plain_text` (Resiliparse 0.14, `html2text`) sets two tabs before each cell but the first of a row, so four
where one is blank, and cuts blank cells off at a row's end. A cell of paragraphs stands between empty lines and breaks
its row; one whose only paragraph is empty leaves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extract.cells import read_cell
from extract.form import APPLICANTS, TABLE3_ROWS, label_key

_RUN = re.compile("\t+")
_LEAST_RUNS = 20
_BLANK = "\u00a0"  # a line that is a blank cell
_LABELS3 = frozenset(key for row in TABLE3_ROWS for key in row.keys)


def with_rows(text: str) -> str:
    """Return a text with a tab between the cells of each row that stood on a line, blank ones at its end filled up; of
    each broken one with a line for each cell. A text without double tabs is returned as it is.
    """
    runs = _RUN.findall(text)
    if len(runs) < _LEAST_RUNS or any(len(run) % 2 for run in runs):
        return text
    rows = [*_rows(text.replace("\t\t", "\t").split("\n"))]
    width = max([len(APPLICANTS), *(_cells_behind(row[0]) for row in rows if len(row) == 1 and _label3(row[0]))])
    return "\n".join(line for row in rows for line in _printed(row, width))


def _rows(lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield the lines of each row together, and each other line for itself."""
    row: list[str] = []
    for line in lines:
        if row and _begins_row(line):
            yield row
            row = []
        row.append(line)
    yield row


def _begins_row(line: str) -> bool:
    """Tell whether a line is no further cell of the row above it: one of figures, or behind tabs."""
    fields = line.split("\t")
    if not line.strip():
        return False
    first = next(field for field in fields if field.strip())
    goes_on = line.startswith("\t") or len(fields) == 1
    return not goes_on or read_cell(first).kind == "refused"


def _printed(row: Sequence[str], width: int) -> list[str]:
    """Return the lines of a row; `width` is how many cells one of table 3 has."""
    inked = [line for line in row if line]
    if len(inked) == 1 and _label3(inked[0]):
        missing = width - _cells_behind(inked[0])
        return [line and line + "\t" * missing for line in row]
    if len(inked) < 2 or not any("\t" in line for line in inked):
        return [*row]
    cells = [field for line in inked for field in line.removeprefix("\t").split("\t")]
    return [cell.strip() or _BLANK for cell in cells]


def _label3(line: str) -> bool:
    """Tell whether the last text of a line is the label of a row of table 3."""
    texts = [field for field in line.split("\t") if read_cell(field).kind == "refused"]
    return bool(texts) and label_key(texts[-1]) in _LABELS3


def _cells_behind(line: str) -> int:
    """Return how many cells a line has behind its last text."""
    fields = line.split("\t")
    return next(at for at, field in enumerate(reversed(fields)) if read_cell(field).kind == "refused")
