"""Where a cell stands in its original, and what was read of it: the capture is read again, by the same code, under the
same limits, in a child process.

No place is stored with a figure. What is read was written by others, so a document that hangs the reader or eats its
memory costs the child only.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from archive import Capture
from extract.document import Document, printed_lines
from extract.errors import UnreadableDocument
from extract.form import cells_of
from extract.limits import Guard
from extract.reading import Reading
from extract.several import one_report
from extract.two_readings import lines_of_rows
from publish import form
from publish.as_read import LINE, as_read
from publish.originals import MARKUP

_log = logging.getLogger(__name__)
_SECONDS = 20.0
_SECONDS_OF_FILES = 120.0
_REMEMBERED = 100  # captures of which is kept what was read
_MAX_PAGE = 4 << 20  # characters


@dataclass(frozen=True, slots=True)
class Again:
    """A capture read again: the places of cells by their names ("t2r5c3", "p2 118,340", "line17"), and the document as
    a page; nothing where it could not be read.
    """

    places: dict[str, str] = field(default_factory=dict)
    page: str = ""


class PlaceFinder:
    """Reads by two children, one for pages, and one for files, of which a scan can take a minute; safe to ask from many
    requests at once.
    """

    def __init__(self, *, seconds: float = _SECONDS, seconds_of_files: float = _SECONDS_OF_FILES) -> None:
        self._pages, self._files = _Child(seconds), _Child(seconds_of_files)
        self._known: dict[str, Again] = {}

    async def read(self, capture: Capture) -> Again:
        """Return what a capture holds, read now or a while ago."""
        child = self._pages if capture.mime in ("", *MARKUP) else self._files
        if capture.id not in self._known:
            async with child.lock:
                if capture.id not in self._known:  # nor read while we waited
                    self._known[capture.id] = await asyncio.to_thread(child.read, capture)
        again = self._known[capture.id]
        if len(self._known) > _REMEMBERED:
            del self._known[next(iter(self._known))]
        return again

    async def close(self) -> None:
        """End the children."""
        await asyncio.to_thread(self._pages.guard.kill)
        await asyncio.to_thread(self._files.guard.kill)


class _Child:
    """A child that reads captures one after the other; whoever asks it holds the lock."""

    def __init__(self, seconds: float) -> None:
        self.lock = asyncio.Lock()
        self.guard = Guard()
        self._seconds = seconds

    def read(self, capture: Capture) -> Again:
        """Return what a capture holds, nothing where that takes too long or cannot be."""
        function = partial(_read, charset=capture.charset, url=capture.url, metadata=dict(capture.metadata))
        try:
            return self.guard.run(function, capture.payload, seconds=self._seconds)
        except UnreadableDocument as error:
            _log.warning("%s could not be read again to find a cell: %s", capture.url, error)
            return Again()


def places_of(reading: Reading, document: Document) -> dict[str, str]:
    """Return the place of every cell of a reading by the cell's name: of one in a text the line of its row."""
    rows = lines_of_rows(document) if one_report(document)[0] is document else {}
    printed = [text for text, _ in printed_lines(document)]
    places = {}
    for (table, row, column), cell in cells_of(reading).items():
        first, last = rows.get((table, row), (0, -1))
        stated = cell.printed or ("" if cell.value is None else str(cell.value))
        if cell.place or (stated and stated in "\n".join(printed[first : last + 1])):
            places[form.cell_name(table, row, column)] = cell.place or f"{LINE}{first}"
    return places


def _read(payload: bytes, *, charset: str | None, url: str, metadata: Mapping[str, str]) -> Again:
    from extract import read_with_document

    reading, document = read_with_document(payload, charset=charset, url=url, metadata=metadata)
    page = as_read(document)
    return Again(places_of(reading, document), page if len(page) <= _MAX_PAGE else "")
