"""A small archive and database for the site: the five real reports as HTML pages, and bodies that mean harm."""

from __future__ import annotations

import asyncio
import gzip
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from archive import ArchiveWriter, Exchange, Written, read_capture
from extract import read
from extract.database import (
    AuthorityRow,
    CaptureRow,
    ExtractionRow,
    FindingRow,
    RefusalRow,
    RenditionRow,
    ReportHead,
    RevisionRow,
    VisitRow,
    Writer,
    building,
)
from extract.form import broken_relations
from extract.reading import Reading
from publish.places import PlaceFinder
from publish.site import Site, open_site
from samples.markup import rendered
from samples.seeds import seed

AT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
STAMP = "2026-03-02T08:30:00Z"
Result = TypeVar("Result")

PLACES = (
    ("652723201", "查干屯格乡人民政府", "township", "新疆维吾尔自治区", "博尔塔拉蒙古自治州", "温泉县"),
    ("230724100", "新青镇人民政府", "township", "黑龙江省", "伊春市", "丰林县"),
    ("510781", "江油市人民政府", "county", "四川省", "绵阳市", "江油市"),
    ("411424108", "伯岗镇人民政府", "township", "河南省", "商丘市", "柘城县"),
    ("150203", "昆都仑区人民政府", "county", "内蒙古自治区", "包头市", "昆都仑区"),
)
AUTHORITIES = [
    AuthorityRow(code, name, level, code, province, city, county, None)
    for code, name, level, province, city, county in PLACES
]

HOSTILE = """<!DOCTYPE html><html><head><meta charset="utf-8"><base href="http://outside.test/">
<meta http-equiv="refresh" content="0;url=http://outside.test/refresh"><title>x</title>
<link rel="stylesheet" href="http://outside.test/a.css"><script src="http://outside.test/a.js"></script>
<style>@import url(http://outside.test/b.css); body { background: url(http://outside.test/b.png) }</style></head>
<body onload="document.title='hacked'"><h1 id="h">原文</h1>
<script>document.getElementById('h').textContent = 'hacked'; top.location = 'http://outside.test/top'</script>
<img src="http://outside.test/a.png" onerror="document.title='hacked'"><iframe src="http://outside.test/f"></iframe>
<svg onload="top.document.title='hacked'"><script>top.document.title='hacked'</script></svg>
<form id="f" action="http://outside.test/form"><input name="a" value="1"><button id="b">send</button></form>
<a id="a" href="http://outside.test/link" target="_top">out</a>
<object data="http://outside.test/o"></object><embed src="http://outside.test/e"><video src="http://outside.test/v"></video>
</body></html>"""
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\ntrailer<</Root 1 0 R>>\n"
RICH = """<html><head><meta charset="gb2312"><title>政府信息公开</title><link rel="stylesheet" href="style.html">
<script>document.title = 'hacked'; top.document.title = 'hacked'; top.location = 'http://outside.test/top'</script>
<script src="/script.html"></script></head>
<body onload="document.title='hacked'; parent.document.body.innerHTML='hacked'"><h1 id="h">政府信息公开工作年度报告</h1>
<img id="p" src="picture.html" onload="document.getElementById('h').textContent = 'hacked'"><img src="http://outside.test/a.png">
<iframe src="http://outside.test/f"></iframe><form action="http://outside.test/form"><button id="b">send</button></form>
<a id="a" href="http://outside.test/link" target="_top">out</a>
<a id="j" href="javascript:top.document.title='hacked'">js</a>
</body></html>"""
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
OTHERS: dict[str, tuple[bytes, str, bytes]] = {
    "hostile": (b"text/html; charset=utf-8", "text/html", HOSTILE.encode()),
    "gbk": (b"text/html", "text/html", "<html><title>公开</title><p>政府信息公开年度报告</p></html>".encode("gbk")),
    "mislabelled": (b"text/html; charset=ISO-8859-1", "text/html", "<html><p>政府信息公开</p></html>".encode()),
    "svg": (b"image/svg+xml", "image/svg+xml", SVG),
    "pdf": (b"application/pdf", "application/pdf", PDF),
    "fake_pdf": (b"application/pdf", "application/pdf", HOSTILE.encode()),
    "script": (b"application/javascript", "application/javascript", b"alert(1)"),
    "rich": (b"text/html", "text/html", RICH.encode("gb18030")),
    "style": (b"text/css", "text/css", b"h1 { color: rgb(1, 2, 3) } img { width: 77px; height: 33px }"),
    "picture": (b"image/png", "image/png", PNG),
    "untyped": (b"", "", b"\x00\x01\x02"),
    "text": (b"text/plain", "text/plain", "年度报告".encode("gb18030")),
}


@dataclass(frozen=True, slots=True)
class Built:
    """A database, its archive, and what was put into them."""

    db: Path
    archive: Path
    captures: dict[str, str]  # name of a page: capture id
    wire: dict[str, bytes]  # name of a page: the bytes of its answer
    bodies: dict[str, bytes]  # name of a page: its body
    readings: dict[str, Reading]  # report id: its reading


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The database and archive that the tests share; they are read only."""
    return build(tmp_path_factory.mktemp("publish"))


def build(folder: Path) -> Built:
    """Write archive and database to a folder."""
    archive, db = folder / "archive", folder / "built.db"
    pages, wire, placed = _pages(), {}, {}
    with ArchiveWriter(archive) as writer:
        for name, (content_type, _, body) in pages.items():
            wire[name] = _answer(content_type, body)
            exchange = Exchange(
                _url(name), b"GET / HTTP/1.1\r\n\r\n", wire[name], "127.0.0.1", AT, (("outcome", "ok"),)
            )
            placed[name] = writer.write(exchange)
    captures = {name: written.capture_id or "" for name, written in placed.items()}
    readings: dict[str, Reading] = {}
    with building(db) as database:
        database.add(AuthorityRow, AUTHORITIES)
        database.add(CaptureRow, [_capture_row(name, pages[name][1], at) for name, at in placed.items()])
        database.add(
            CaptureRow, [CaptureRow("urn:uuid:gone", _url("gone"), STAMP, 200, "text/html", None, "gone.warc.gz", 0, 9)]
        )
        for number, authority in enumerate(AUTHORITIES):
            at = placed[f"seed{number}"]
            payload = read_capture(archive, at.warc, at.offset, at.length).payload
            reading = read(payload, url=_url(f"seed{number}"))
            report_id = f"{authority.id}-{reading.report_year}"
            readings[report_id] = reading
            _add_report(database, report_id, authority, reading, captures[f"seed{number}"], _url(f"seed{number}"))
        _add_the_rest(database, captures, readings)
    return Built(db, archive, captures, wire, {name: page[2] for name, page in pages.items()}, readings)


def _pages() -> dict[str, tuple[bytes, str, bytes]]:
    pages = {}
    for number in range(5):
        real = seed(f"00{number}")
        body = rendered(real.blocks, ("hand", "word", "capital", "ueditor", "hand")[number])
        title = real.reading["title"] or ""
        text = (
            f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head><body>'
            f'<div class="crumb">当前位置：首页</div><div class="TRS_Editor"><h1>{title}</h1>{body}</div></body></html>'
        )
        pages[f"seed{number}"] = (b"text/html; charset=utf-8", "text/html", text.encode())
    pages["earlier"] = pages["seed4"]
    return pages | OTHERS


def _url(name: str) -> str:
    return f"http://www.portal.example/{name}.html"


def _answer(content_type: bytes, body: bytes) -> bytes:
    """Return an answer as portals give it: compressed and in chunks."""
    packed = gzip.compress(body, mtime=0)
    kind = b"Content-Type: " + content_type + b"\r\n" if content_type else b""
    head = b"HTTP/1.1 200 OK\r\n" + kind + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)


def _capture_row(name: str, mime: str, at: Written) -> CaptureRow:
    return CaptureRow(at.capture_id or "", _url(name), STAMP, 200, mime, "sha1:A", at.warc, at.offset, at.length)


def _add_report(
    database: Writer, report_id: str, authority: AuthorityRow, reading: Reading, capture: str, url: str
) -> None:
    place = (authority.level, authority.province, authority.city, authority.county)
    head = ReportHead(report_id, authority.id, url, capture, STAMP, *place)
    database.add_report(head, reading, warnings=["table2: 读到的收费金额单位不详"] if authority.id == "150203" else [])
    database.add(RenditionRow, [RenditionRow(report_id, url, "text/html", capture)])
    relations = broken_relations(reading.table3, reading.table4)
    database.add(
        FindingRow,
        [FindingRow("arithmetic", "error", report_id, None, f"{name}: {sides}") for name, sides in relations],
    )


def _add_the_rest(database: Writer, captures: dict[str, str], readings: dict[str, Reading]) -> None:
    first, second = list(readings)[:2]
    database.add(FindingRow, [FindingRow("copy", "info", first, second, "第五部分与另一报告逐字相同")])
    report_id, change = "150203-2021", ("table3", "received", "total", "9 <件>", None)
    prose = ("section", "一、总体情况", None, f"{'公开信息，' * 30}全年3件。", f"{'公开信息，' * 30}全年4件。")
    for changed in (change, prose, ("title", None, None, "旧标题", "新标题")):
        database.add(RevisionRow, [RevisionRow(report_id, captures["earlier"], captures["seed4"], *changed)])
    database.add(RefusalRow, [RefusalRow(captures["hostile"], _url("hostile"), "rejected", "no_table", None)])
    database.add(VisitRow, [VisitRow(_url(name), "ok", 200, STAMP, id_, "510781") for name, id_ in captures.items()])
    database.add(ExtractionRow, [ExtractionRow("test", "sha256:0", len(captures), len(readings), 1)])


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """The loop in which the shared site lives."""
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture(scope="session")
def run(loop: asyncio.AbstractEventLoop) -> Callable[[Awaitable[Result]], Result]:
    """Wait for what the site is asked to do."""
    return loop.run_until_complete


@pytest.fixture(scope="session")
def site(built: Built, run: Callable[[Awaitable[Any]], Any]) -> Iterator[Site]:
    """The site over the shared database."""
    places = PlaceFinder()
    site: Site = run(open_site(built.db, built.archive, places))
    yield site
    run(places.close())
    site.close()


@pytest.fixture
def opening(built: Built, run: Callable[[Awaitable[Any]], Any], tmp_path: Path) -> Callable[..., Any]:
    """A site of its own, over the shared database changed by a statement of SQL: `with opening(change, values) as get`;
    or over another database or archive.
    """

    @contextmanager
    def opened(
        change: str = "", values: Sequence[Any] = (), *, db: Path = built.db, archive: Path | None = built.archive
    ) -> Iterator[Callable[..., Any]]:
        if change:
            shutil.copy(built.db, db := tmp_path / "changed.db")
            with closing(sqlite3.connect(db)) as connection, connection:
                connection.execute(change, values)
        places = PlaceFinder()
        site = run(open_site(db, archive, places))
        try:
            yield lambda path, **options: run(site.client.get(path, **options))
        finally:
            run(places.close())
            site.close()

    return opened


@pytest.fixture(scope="session")
def get(site: Site, run: Callable[[Awaitable[Any]], Any]) -> Callable[..., Any]:
    """Ask the site for an address; the answer is httpx's."""
    return lambda path, **options: run(site.client.get(path, **options))


PROGRAM = """
import sys
from pathlib import Path
from publish.site import serve
serve(Path(sys.argv[1]), Path(sys.argv[2]), port=0, ready=lambda line: print(line, flush=True))
"""


@contextmanager
def _serving(db: Path, archive: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the site in a process of its own; give the process and the address that it names."""
    command = [sys.executable, "-c", PROGRAM, str(db), str(archive)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().strip()
        finally:
            if process.poll() is None:
                process.kill()


@pytest.fixture(scope="session")
def serving() -> Callable[[Path, Path], AbstractContextManager[tuple[subprocess.Popen[str], str]]]:
    """Run the site in a process of its own: `with serving(db, archive) as (process, address)`."""
    return _serving


CHROMIUM = os.environ.get("NIANBAO_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
# No package brings a browser along: without one on the machine there is nothing to test in it.
collect_ignore = [] if CHROMIUM else ["test_browser.py"]


def pytest_report_header() -> str:
    """Say which browser the pages are tested in."""
    return (
        f"browser: {CHROMIUM or 'none found, tests/publish/test_browser.py is left out (NIANBAO_CHROMIUM names one)'}"
    )


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program."""
    assert CHROMIUM is not None
    return CHROMIUM
