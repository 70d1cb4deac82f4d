"""The Document: what every reader gives and the only thing the form's parser sees.

A document is its blocks in reading order (texts and grids) and the facts that stand beside them (meta names, label
tables), each with the place where it was read. No block knows from which format it came.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from extract.characters import is_plain, plain

UNKNOWN = "\ufffd"  # stands for a character that the document does not tell; a figure with it is refused


class Cell(NamedTuple):  # a table has hundreds: a frozen dataclass takes three times as long to make
    """A cell as the document declares it; `text` keeps line breaks as "\\n" and nothing else of the layout.

    `place` locates it in the original: "t2r5c3" (third cell of the sixth row of the third `<table>` of an HTML
    page, all from 0), "p2 118,340" (PDF/OFD page from 1, left and top in points), "Sheet1!B7", "l90r5c3" (of the table
    that begins at a text's line 90). A cell of a text has one only where its row shows each of its cells.
    """

    text: str
    colspan: int = 1
    rowspan: int = 1
    place: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: of each row the cells that it declares itself (positions covered by a span from above are not
    repeated).

    `spans` tells whether the spans say where columns stand (`<table>`, sheet, ruled PDF). Where it is False only
    the order of the cells means something (tab-separated text, div grids).
    """

    rows: tuple[tuple[Cell, ...], ...]
    spans: bool = True


class Text(NamedTuple):
    """A paragraph or heading, one printed line or more; `level` is that of its markup (h1 = 1), 0 for a paragraph."""

    text: str
    level: int = 0


Block = Text | Grid


class Fact(NamedTuple):
    """A statement about the document: `field` is title, issuer, published, line, line_below, site_code, site_name, column,
    number or credit_code.
    """

    field: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader gives; `notes` names what it could not do (characters replaced, pages without text)."""

    media_type: str
    blocks: tuple[Block, ...]
    facts: tuple[Fact, ...] = ()
    notes: tuple[str, ...] = ()


def as_printed(document: Document) -> Document:
    """Return a document with the characters that stand for others as those; nearly all have none."""
    if is_plain("\n".join(texts_of(document))):
        return document
    blocks = map(_plain_block, document.blocks)
    return replace(
        document,
        blocks=tuple(block for block in blocks if isinstance(block, Grid) or block.text.strip()),
        facts=tuple(fact._replace(value=plain(fact.value)) for fact in document.facts),
    )


def within(block: Block, name: str) -> Block:
    """Return a block of a document that lies in another one: the places of its cells begin with a name for it."""
    if isinstance(block, Text):
        return block
    rows = (tuple(cell._replace(place=f"{name} {cell.place}") for cell in row) for row in block.rows)
    return replace(block, rows=tuple(rows))


def texts_of(document: Document) -> Iterator[str]:
    """Yield all that a document prints, and what is stated beside it."""
    for block in document.blocks:
        if isinstance(block, Grid):
            yield "\n".join([cell.text for row in block.rows for cell in row])
        else:
            yield block.text
    yield "\n".join(fact.value for fact in document.facts)


def printed_lines(document: Document) -> Iterator[tuple[str, bool]]:
    """Yield the lines of its texts as printed, and the rows of its grids, each with whether it is a row."""
    for block in document.blocks:
        if isinstance(block, Grid):
            yield from (("\t".join(cell.text for cell in row), True) for row in block.rows)
        else:
            yield from ((line, False) for line in block.text.split("\n"))


def _plain_block(block: Block) -> Block:
    if isinstance(block, Text):
        return block._replace(text=plain(block.text))
    rows = tuple(tuple(cell._replace(text=plain(cell.text)) for cell in row) for row in block.rows)
    return replace(block, rows=rows)
