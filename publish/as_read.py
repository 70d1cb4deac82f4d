"""A document as its reader gave it, as a page: paragraphs and tables; each cell is a target by its place, each line and
row by its number.

For what no browser opens at a cell: texts, PDF, office files, OFD, scans.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from itertools import count

from extract.document import Cell, Document, Grid

_STYLE = (
    "body{font:16px/1.6 system-ui,sans-serif;margin:1rem;color:#111;background:#fff}"
    "table{border-collapse:collapse;margin:1rem 0}"
    "td{border:1px solid #888;padding:.2rem .5rem;min-width:1.5rem;white-space:pre-line;vertical-align:top}"
    "td:target,tr:target,span:target{outline:4px solid #d1006c;outline-offset:-2px;background:#fff29a;"
    "scroll-margin:40vh 30vw}"
)
LINE = "line"  # begins the place of a line, behind it its number in `extract.document.printed_lines`
_NO_NAME = re.compile(r"[^\w!-]+")


def as_read(document: Document) -> str:
    """Return the page, which needs nothing from elsewhere and runs nothing."""
    head = f'<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>As read</title><style>{_STYLE}</style>'
    return f"{head}</head><body>{''.join(_blocks(document))}</body></html>"


def target(place: str) -> str:
    """Return the name under which the cell of a place is a target: "p2 118,340" → "p2-118-340"."""
    return _NO_NAME.sub("-", place)


def _blocks(document: Document) -> Iterator[str]:
    names = (f'id="{LINE}{number}"' for number in count())
    for block in document.blocks:
        if isinstance(block, Grid):
            rows = (f"<tr {next(names)}>{''.join(map(_cell, row))}</tr>" for row in block.rows)
            yield f"<table>{''.join(rows)}</table>"
        else:
            name = f"h{min(block.level, 6)}" if block.level else "p"
            lines = (f"<span {next(names)}>{escape(line)}</span>" for line in block.text.split("\n"))
            yield f"<{name}>{'<br>'.join(lines)}</{name}>"


def _cell(cell: Cell) -> str:
    spans = "".join(
        f' {name}="{number}"' for name, number in (("colspan", cell.colspan), ("rowspan", cell.rowspan)) if number > 1
    )
    name = f' id="{escape(target(cell.place))}"' if cell.place else ""
    return f"<td{name}{spans}>{escape(cell.text)}</td>"
