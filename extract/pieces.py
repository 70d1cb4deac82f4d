"""Reports that an editor cut into pieces, each at an address of its own (`t…_1.html`, `?page=2`): read as one document.

A table may be cut in two, and of the prose of one piece nobody can tell what it is, so it is the documents that are put
together, not their readings. Which addresses are further pieces of an article the crawl notes (`piece_of`).
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from extract import limits
from extract.document import Block, Document, Text, within
from extract.errors import UnreadableDocument
from extract.form import cells_of
from extract.reading import Reading
from extract.readings import Packed, pack, packed_with, refused

PIECE_OF = "piece_of"
_LEAST_PROSE = 40  # characters of a paragraph


class Piece(NamedTuple):
    """A capture that carries a piece of an article."""

    payload: bytes
    url: str
    charset: str | None
    metadata: Mapping[str, str]


def in_order(urls: Iterable[str]) -> list[str]:
    """Return the addresses of an article's further pieces as their numbers follow each other."""
    return sorted(urls, key=lambda url: (len(url), url))


def place_on_page(url: str, page: bytes) -> tuple[int, str]:
    """Return the sort key of a picture among those of a page: where its file's name first stands in the page."""
    place = page.find(url.rpartition("/")[2].encode())
    return (place if place >= 0 else len(page), url)


def key_of_pieces(keys: Iterable[bytes]) -> bytes:
    """Return what the reading of several pieces is kept under."""
    return hashlib.sha256(b"pieces" + b"".join(keys)).digest()[:20]


def read_pieces(pieces: Sequence[Piece], *, seconds: float) -> Packed:
    """Return what the pieces of an article are read as, put together, within a limit of time for all of them.

    `carries` in its head says of each piece what the report has from there.
    """
    try:
        return limits.guarded(partial(_read, pieces), b"", seconds=seconds)
    except UnreadableDocument as error:
        return refused(error.reason, error.detail)


def _read(pieces: Sequence[Piece], _: bytes) -> Packed:
    from extract import read_reading  # the readers and all that they need: only for those who read
    from extract.readers import read_document

    documents = [read_document(piece.payload, charset=piece.charset, url=piece.url) for piece in pieces]
    metadata = {name: value for name, value in pieces[0].metadata.items() if name != PIECE_OF}
    reading = read_reading(joined(documents), metadata=metadata)
    carries = {piece.url: parts for piece, parts in zip(pieces, _carried(reading, documents), strict=True)}
    return packed_with(pack(reading), carries=carries)


def joined(documents: Sequence[Document]) -> Document:
    """Return the documents as one; the places of its cells begin with the number of theirs, from 0."""
    blocks = (within(block, str(number)) for number, part in enumerate(_parts(documents)) for block in part)
    notes = dict.fromkeys(note for document in documents for note in document.notes)
    return replace(documents[0], blocks=tuple(blocks), notes=tuple(notes))


def _parts(documents: Sequence[Document]) -> list[list[Block]]:
    """The blocks of the documents; what the first has, too, as the title over every piece, is left out of the others."""
    first, *others = documents
    beside = {fact.value for fact in first.facts} | {block.text for block in first.blocks if isinstance(block, Text)}
    own = (
        [block for block in document.blocks if not (isinstance(block, Text) and block.text in beside)]
        for document in others
    )
    return [list(first.blocks), *own]


def _carried(reading: Reading, documents: Sequence[Document]) -> Iterator[tuple[str, ...]]:
    """Yield what stands on each piece: tables, of a table that is cut the rows that its larger part does not have
    ("table3/concluded"), and prose ("sections").
    """
    rows: dict[str, dict[str, int]] = defaultdict(dict)
    for (table, row, _), cell in cells_of(reading).items():
        if cell.place:
            rows[table].setdefault(row, int(cell.place.partition(" ")[0]))
    most = {table: Counter(places.values()).most_common(1)[0][0] for table, places in rows.items()}
    for number, part in enumerate(_parts(documents)):
        tables = [table for table, at in sorted(most.items()) if at == number]
        cut = [f"{table}/{row}" for table in sorted(most) for row, at in rows[table].items() if at == number]
        prose = any(isinstance(block, Text) and len(block.text) >= _LEAST_PROSE for block in part)
        yield (*tables, *(row for row in cut if row.partition("/")[0] not in tables), *(("sections",) if prose else ()))
