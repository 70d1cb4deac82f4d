"""Where a cell stands in its original: the capture is read again, by the same code, in a process of its own.

No place is stored with a figure. What is read was written by others, so a document that hangs the reader or eats its
memory costs that process only. (Not under `extract.limits`, which forks: a fork of a server would hold its readers'
connections open.) Run as a module, this is the worker: a line of JSON and `size` bytes in, a line of JSON out, until
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
from typing import Any, BinaryIO

from archive import Capture
from extract.reading import Reading
from publish import form
from publish.originals import http_charset

WORKER = ("-P", "-m", "publish.places")  # -P: not what lies in the present folder
_log = logging.getLogger(__name__)
_SECONDS = 20.0
_MAX_MEMORY = 3 << 30
_REMEMBERED = 500  # captures whose places are kept


class PlaceFinder:
    """Asks the worker, starts it when first needed and anew where it died; safe to ask from many requests at once."""

    def __init__(self, *, seconds: float = _SECONDS) -> None:
        self._seconds = seconds
        self._worker: asyncio.subprocess.Process | None = None
        self._lock = asyncio.Lock()
        self._known: dict[str, Mapping[str, str]] = {}

    async def find(self, capture: Capture, cell: str) -> str | None:
        """Return the place of a cell ("t2r5c3", "p2 118,340"), None where it is not known."""
        if capture.id not in self._known:
            async with self._lock:
                if capture.id not in self._known:
                    self._remember(capture.id, await self._ask(capture))
        return self._known[capture.id].get(cell)

    async def close(self) -> None:
        """Stop the worker."""
        if self._worker and self._worker.returncode is None:
            self._worker.kill()
            await self._worker.wait()
        self._worker = None

    def _remember(self, capture_id: str, places: Mapping[str, str]) -> None:
        if len(self._known) >= _REMEMBERED:
            del self._known[next(iter(self._known))]
        self._known[capture_id] = places

    async def _ask(self, capture: Capture) -> Mapping[str, str]:
        places: dict[str, str] = {}
        answered = False
        try:
            async with asyncio.timeout(self._seconds):
                worker = await self._running()
                assert worker.stdin is not None
                assert worker.stdout is not None
                worker.stdin.write(_request(capture))
                await worker.stdin.drain()
                places = json.loads(await worker.stdout.readline())
                answered = True
        except (TimeoutError, OSError, ValueError):
            _log.warning("%s could not be read again to find a cell", capture.url)
        finally:
            if not answered:  # or a later question would get this one's answer
                await self.close()
        return places

    async def _running(self) -> asyncio.subprocess.Process:
        if self._worker is None or self._worker.returncode is not None:
            self._worker = await asyncio.create_subprocess_exec(
                sys.executable,
                *WORKER,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=1 << 20,
                start_new_session=True,  # Ctrl-C is for the server, which closes its worker
            )
        return self._worker


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
        "charset": http_charset(capture),
        "metadata": dict(capture.metadata),
    }
    return json.dumps(head).encode() + b"\n" + capture.payload


def work(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until there are no more; a document that cannot be read has no places."""
    while line := requests.readline():
        head = json.loads(line)
        payload = requests.read(head["size"])
        answers.write(json.dumps(_places(payload, head)).encode() + b"\n")
        answers.flush()


def _places(payload: bytes, head: Mapping[str, Any]) -> dict[str, str]:
    from extract import ExtractError, read

    try:
        reading = read(payload, charset=head["charset"], url=head["url"], metadata=head["metadata"])
    except ExtractError:
        return {}
    return places_of(reading)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY, _MAX_MEMORY))
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # what a library prints is no answer
        work(sys.stdin.buffer, answers)
