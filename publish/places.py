"""Where a cell stands in its original, and what was read of it: the capture is read again, by the same code, in a
process of its own.

No place is stored with a figure. What is read was written by others, so a document that hangs the reader or eats its
memory costs that process only. (Not under `extract.limits`, which has one child for a process: a click on a page would
wait for a scan.) Run as a module, this is the worker: a line of JSON and `size` bytes in, a line of JSON out, until
its input ends.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import resource
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field, replace
from typing import Any, BinaryIO

from archive import Capture
from extract.reading import Reading
from publish import form
from publish.as_read import as_read
from publish.originals import MARKUP

WORKER = ("-P", "-m", "publish.places")  # -P: not what lies in the present folder
_log = logging.getLogger(__name__)
_SECONDS = 20.0
_SECONDS_OF_FILES = 120.0
_MAX_MEMORY = 3 << 30
_REMEMBERED = 100  # captures of which is kept what was read
_MAX_ANSWER = 16 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Again:
    """A capture read again: the places of cells by their names ("t2r5c3", "p2 118,340"), and the document as a page;
    nothing where it could not be read.
    """

    places: dict[str, str] = field(default_factory=dict)
    page: str = ""


class PlaceFinder:
    """Asks its workers, one for pages, and one for files, of which a scan can take a minute; safe to ask from many
    requests at once.
    """

    def __init__(self, *, seconds: float = _SECONDS, seconds_of_files: float = _SECONDS_OF_FILES) -> None:
        self._pages, self._files = _Worker(seconds), _Worker(seconds_of_files)
        self._known: dict[str, Again] = {}

    async def read(self, capture: Capture) -> Again:
        """Return what a capture holds, read now or a while ago."""
        worker = self._pages if capture.mime in ("", *MARKUP) else self._files
        async with worker.lock if capture.id not in self._known else nullcontext():
            again = self._known.get(capture.id) or await worker.ask(capture)
        self._known[capture.id] = again
        if len(self._known) > _REMEMBERED:
            del self._known[next(iter(self._known))]
        return again

    async def close(self) -> None:
        """Stop the workers."""
        await self._pages.close()
        await self._files.close()


class _Worker:
    """A process that reads captures one after the other; started when first needed, and anew where it died."""

    def __init__(self, seconds: float) -> None:
        self.lock = asyncio.Lock()
        self._seconds = seconds
        self._process: asyncio.subprocess.Process | None = None

    async def close(self) -> None:
        """Stop the process."""
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        self._process = None

    async def ask(self, capture: Capture) -> Again:
        """Return what a capture holds, nothing where that takes too long; with the lock held."""
        again = Again()
        answered = False
        try:
            async with asyncio.timeout(self._seconds):
                worker = await self._running()
                assert worker.stdin is not None
                assert worker.stdout is not None
                worker.stdin.write(_request(capture))
                await worker.stdin.drain()
                again = Again(**json.loads(await worker.stdout.readline()))
                answered = True
        except (TimeoutError, OSError, ValueError):
            _log.warning("%s could not be read again to find a cell", capture.url)
        finally:
            if not answered:  # or a later question would get this one's answer
                await self.close()
        return again

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *WORKER,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=_MAX_ANSWER,
                start_new_session=True,  # Ctrl-C is for the server, which closes its worker
            )
        return self._process


def places_of(reading: Reading) -> dict[str, str]:
    """Return the place of every cell of a reading that has one, by the cell's name."""
    rows2 = (("table2", row, column, cell) for row, cells in reading.table2.items() for column, cell in cells.items())
    rows3 = (
        ("table3", row, column.name, cell)
        for row, cells in reading.table3.items()
        for column, cell in zip(form.APPLICANTS, cells, strict=True)
    )
    rows4 = (
        ("table4", row, column.name, cell)
        for row, cells in reading.table4.items()
        for column, cell in zip(form.OUTCOMES, cells, strict=True)
    )
    return {
        form.cell_name(table, row, column): cell.place
        for rows in (rows2, rows3, rows4)
        for table, row, column, cell in rows
        if cell.place
    }


def _request(capture: Capture) -> bytes:
    head = {
        "size": len(capture.payload),
        "url": capture.url,
        "charset": capture.charset,
        "metadata": dict(capture.metadata),
    }
    return json.dumps(head).encode() + b"\n" + capture.payload


def work(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until there are no more; a document that cannot be read has no places."""
    while line := requests.readline():
        head = json.loads(line)
        payload = requests.read(head["size"])
        again = _read(payload, head)
        answer = json.dumps(asdict(again), ensure_ascii=False)
        if len(answer) > _MAX_ANSWER // 4:  # bytes of a character, at most
            answer = json.dumps(asdict(replace(again, page="")))
        answers.write(answer.encode("utf-8", "replace") + b"\n")
        answers.flush()


def _read(payload: bytes, head: Mapping[str, Any]) -> Again:
    from extract import ExtractError, read_with_document

    try:
        reading, document = read_with_document(
            payload, charset=head["charset"], url=head["url"], metadata=head["metadata"]
        )
    except ExtractError:
        return Again()
    return Again(places_of(reading), as_read(document))


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY, _MAX_MEMORY))
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # what a library prints is no answer
        work(sys.stdin.buffer, answers)
