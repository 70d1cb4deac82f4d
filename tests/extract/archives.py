"""Archives for tests of the run: pages whose reading stands in them, and the reader that takes it from there."""

import json
import os
import signal
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from archive import ArchiveWriter, Exchange
from extract.errors import UnreadableDocument
from extract.reading import ReadCell, Reading, Section

START = datetime(2026, 1, 20, 8, tzinfo=UTC)
VERIFIED = {"table2": "verified", "table3": "verified", "table4": "verified"}


@dataclass(frozen=True)
class Page:
    """What one address gives; `stated` is what `read_stated` finds on it."""

    url: str
    stated: Mapping[str, object] = field(default_factory=dict)
    status: str = "200 OK"
    mime: str = "text/html; charset=utf-8"
    minutes: int = 0
    magic: str = "<title>年度报告</title>"
    metadata: Mapping[str, str] = field(default_factory=dict)


def report(issuer="江油市", year=2025, received=5, **stated):
    """Return what a page states that carries a report."""
    title = f"{issuer or ''}{year or ''}年政府信息公开工作年度报告"
    return {"genre": "report", "issuer": issuer, "year": year, "received": received, "title": title, **stated}


def metadata(**names):
    """Return what the crawl notes of a page on 江油市's portal."""
    return {"outcome": "ok", "portal": "江油市人民政府", "division": "510781", "role": "detail", "depth": "2", **names}


def write_archive(folder: Path, *files: Iterable[Page], notes=()) -> Path:
    """Write an archive of one WARC file for each of `files`."""
    numbers = count(1)
    for number, pages in enumerate(files):
        writer = ArchiveWriter(
            folder, prefix=f"f{number}", now=lambda: START, new_id=lambda: uuid.UUID(int=next(numbers) << 20, version=4)
        )
        with writer:
            for page in pages:
                writer.write(_exchange(page))
            for url, noted in notes if number == 0 else ():
                writer.note(url, tuple(noted.items()), at=START)
    return folder


def _exchange(page: Page) -> Exchange:
    body = f"{page.magic}<!--stated{json.dumps(page.stated)}stated-->".encode() if page.stated else page.magic.encode()
    head = f"HTTP/1.1 {page.status}\r\nContent-Type: {page.mime}\r\nContent-Length: {len(body)}\r\n\r\n"
    sent = f"GET {page.url} HTTP/1.1\r\n\r\n".encode()
    at = START + timedelta(minutes=page.minutes)
    return Exchange(page.url, sent, head.encode() + body, "127.0.0.1", at, tuple(page.metadata.items()))


def read_stated(payload, *, charset=None, url="", metadata=None):
    """Return the reading that `_exchange` wrote into a page."""
    del charset, url, metadata
    if b"<!--stated" not in payload:
        return Reading("rejected", "no mark of a report")
    stated = json.loads(payload.split(b"<!--stated")[1].split(b"stated-->")[0])
    match stated.get("fault"):
        case "abort":
            os.kill(os.getpid(), signal.SIGKILL)
        case "hang":
            while True:
                pass
        case "kills the worker" if not os.path.exists(stated["marker"]):
            open(stated["marker"], "w").close()
            os.kill(os.getppid(), signal.SIGKILL)
        case "kills the worker":
            pass
        case "tells and hangs":
            open(stated["marker"], "w").close()
            while True:
                pass
        case "bug":
            raise ValueError("no such row")
        case str(reason):
            raise UnreadableDocument(reason, "a detail")
    zeros = tuple(ReadCell(0, kind="number") for _ in range(6))
    received, reviews = (ReadCell(stated.get(name), kind="number") for name in ("received", "reviews"))
    prose = stated.get("prose", "全年公开信息。")
    return Reading(
        genre=stated["genre"],
        rule="stated",
        title=stated.get("title"),
        issuer=stated.get("issuer"),
        report_year=stated.get("year"),
        published=stated.get("published"),
        form="2021",
        table3={"received": (received, *zeros[:5], received)} if received.value is not None else {},
        table4={"review": (reviews, *zeros[:3], reviews)} if reviews.value is not None else {},
        status=stated.get("status", VERIFIED),
        sections=(Section("一、总体情况", prose),) if prose else (),
        warnings=tuple(stated.get("warnings", ())),
        facts=tuple(("site_code", code, "meta") for code in stated.get("site_codes", ())),
    )
