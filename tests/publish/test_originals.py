"""Archived originals: sent as archived, able to do nothing, with the cell asked for marked."""

from __future__ import annotations

import os
import shutil
import threading
import zipfile
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote, unquote

import pytest
from lxml import html

from archive import ArchiveWriter, Exchange, find, read_capture
from extract import read_with_document
from extract.document import Cell, Document, Grid, Text
from extract.reading import Reading
from extract.run import extract
from publish.as_read import as_read
from publish.originals import MARK_ID, file_name, mark_cell, original_url
from publish.places import Again, PlaceFinder, places_of
from tests.generate import shapes
from tests.publish.conftest import AT

TABLE = "<table><tr><td>a<td>b<tr><td>c<td rowspan=2>d</table><table><tr><th>e<td>f</table>"


def address(built: Any, name: str, tail: str = "") -> str:
    return original_url(built.captures[name]) + tail


def marked_text(page: bytes) -> str:
    root: Any = html.document_fromstring(page, parser=html.HTMLParser(encoding="utf-8"))
    (cell,) = root.xpath(f"//*[@id='{MARK_ID}']")
    return str(cell.text_content()).strip()


@pytest.mark.parametrize(
    ("place", "text"),
    [("t0r0c0", "a"), ("t0r1c1", "d"), ("t1r0c0", "e"), ("t1r0c1", "f")],
)
def test_the_cell_at_a_place_is_marked(place: str, text: str) -> None:
    assert marked_text(mark_cell(TABLE.encode(), place) or b"") == text


@pytest.mark.parametrize(
    "place", ["t2r0c0", "t0r2c0", "t0r0c2", "p1 2,3", "Sheet1!B7", "", "t-1r0c0", "t0r0c0;", "t99999r0c0"]
)
def test_a_place_that_is_not_there_marks_nothing(place: str) -> None:
    assert mark_cell(TABLE.encode(), place) is None


@pytest.mark.parametrize("payload", [b"", b"\x00", b"<", b"\xff\xfe", b"<table>", b"<!-- -->"])
def test_a_page_without_cells_marks_nothing(payload: bytes) -> None:
    assert mark_cell(payload, "t0r0c0") is None


def test_a_page_in_another_charset_is_marked_too() -> None:
    page = "<html><meta charset='gbk'><table><tr><td>公开</td></tr></table>".encode("gbk")
    assert marked_text(mark_cell(page, "t0r0c0") or b"") == "公开"
    assert marked_text(mark_cell("<table><tr><td>复议".encode("gb18030"), "t0r0c0", charset="gbk") or b"") == "复议"


def test_every_figure_is_found_in_its_original(built: Any, get: Any) -> None:
    for number, (report_id, reading) in enumerate(built.readings.items()):
        capture = built.captures[f"seed{number}"]
        document = read_with_document(built.bodies[f"seed{number}"])[1]
        places = places_of(reading, document)
        assert len(places) > 150, report_id
        name = "table3.received.total"
        page = get(original_url(capture, name)).text
        source = html.fromstring(page).xpath("string(//iframe/@src)")
        assert source == f"{original_url(capture)}/body?place={places[name]}#{MARK_ID}"
        assert "已用色框标出" in page
        _marks_agree(get, capture, reading, places)


def _marks_agree(get: Any, capture: str, reading: Reading, places: dict[str, str]) -> None:
    for row, cells in reading.table4.items():
        for column, cell in zip(("upheld", "corrected", "other", "pending", "total"), cells, strict=True):
            body = get(f"{original_url(capture)}/body?place={places[f'table4.{row}.{column}']}").content
            assert marked_text(body) == (cell.printed or ("" if cell.value is None else str(cell.value)))


def test_a_cell_without_a_place_is_shown_without_a_mark_and_says_so(built: Any, get: Any) -> None:
    page = get(address(built, "hostile", "?cell=table3.received.total")).text
    assert "未能在原件中定位" in page
    assert f'{address(built, "hostile")}/body"' in page


@pytest.mark.parametrize("cell", ["table9.x.y", "table3.received", "'; drop table captures", "table3.received.text"])
def test_an_unknown_cell_counts_as_none(built: Any, get: Any, cell: str) -> None:
    answer = get(address(built, "seed0", f"?cell={quote(cell)}"))
    assert answer.status_code == 200
    assert 'class="sought"' not in answer.text


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://x.gov.cn/a/%E5%B9%B4%E6%8A%A5.doc?id=1", "年报.doc"),
        ('http://x.gov.cn/a";b/..%2Fc"\r\n.xls', "..-c---.xls"),
        ("http://x.gov.cn/", "original"),
    ],
)
def test_a_file_is_saved_under_its_own_name(url: str, name: str) -> None:
    assert unquote(file_name(url)) == name


def test_the_frame_names_all_facts_of_the_capture(built: Any, get: Any) -> None:
    page = get(address(built, "seed4")).text
    for fact in (
        "http://www.portal.example/seed4.html",
        "2026-03-02T08:30:00Z",
        "sha1:A",
        built.captures["seed4"],
        ".warc.gz",
    ):
        assert fact in page
    assert 'sandbox=""' in page
    assert "/report/150203-2021" in page


@pytest.mark.parametrize(
    ("name", "content_type", "attached"),
    [
        ("hostile", "text/html; charset=utf-8", False),
        ("gbk", "text/html; charset=gb18030", False),
        ("mislabelled", "text/html; charset=utf-8", False),
        ("pdf", "application/pdf", False),
        ("fake_pdf", "application/octet-stream", True),
        ("svg", "application/octet-stream", True),
        ("script", "application/octet-stream", True),
        ("untyped", "application/octet-stream", True),
        ("text", "text/plain; charset=gb18030", False),
        ("picture", "image/png", False),
    ],
)
def test_a_body_is_sent_as_archived_and_cannot_act(
    built: Any, get: Any, name: str, content_type: str, attached: bool
) -> None:
    answer = get(address(built, name, "/body"))
    policy = answer.headers["content-security-policy"]
    assert answer.headers["content-type"] == content_type
    assert ("attachment" in answer.headers.get("content-disposition", "")) is attached
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert policy.startswith("sandbox;")
    assert "allow-" not in policy


@pytest.mark.parametrize("name", ["seed2", "gbk", "pdf", "svg", "untyped"])
def test_a_body_is_byte_for_byte_what_the_archive_holds(built: Any, get: Any, name: str) -> None:
    assert get(address(built, name, "/body")).content == built.bodies[name]
    raw = get(address(built, name, "/raw"))
    assert raw.content == built.wire[name]
    assert raw.headers["content-type"] == "application/octet-stream"
    assert "attachment" in raw.headers["content-disposition"]


def test_of_a_hostile_page_nothing_is_changed_but_its_frames(built: Any, get: Any) -> None:
    page = built.bodies["hostile"].decode()
    shown = get(address(built, "hostile", "/body")).text
    assert "<iframe" in page
    assert shown == page.replace("<iframe", "<nianbao-iframe").replace("</iframe", "</nianbao-iframe")


@pytest.mark.parametrize("tail", ["", "/body", "/raw", "/body?place=t0r0c0", "?cell=table3.received.total"])
def test_a_warc_that_is_gone_is_said_to_be_gone(get: Any, tail: str) -> None:
    answer = get(f"/-/original/urn:uuid:gone{tail}")
    assert answer.status_code == 503
    assert "目前无法从存档中取出" in answer.text


@pytest.mark.parametrize("tail", ["", "/body", "/raw"])
@pytest.mark.parametrize("name", ["nope", "..%2F..%2Fetc%2Fpasswd", "%00", "urn:uuid:" + "0" * 500])
def test_a_capture_that_never_was_is_not_found(get: Any, name: str, tail: str) -> None:
    assert get(f"/-/original/{name}{tail}").status_code == 404


@pytest.mark.parametrize("folder", [None, "nowhere"])
def test_without_an_archive_the_site_serves_and_originals_say_so(
    built: Any, opening: Any, tmp_path: Path, folder: str | None
) -> None:
    with opening(archive=folder and tmp_path / folder) as get:
        assert get("/report/150203-2021").status_code == 200
        answer = get(address(built, "seed4"))
    assert answer.status_code == 503
    assert "http://www.portal.example/seed4.html" in answer.text


def test_a_damaged_warc_is_no_error_of_the_site(built: Any, opening: Any, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    shutil.copytree(built.archive, archive)
    for warc in archive.glob("*.warc.gz"):
        warc.write_bytes(warc.read_bytes()[:200])
    with opening(archive=archive) as get:
        assert get(address(built, "seed4", "/body")).status_code == 503


def test_a_reader_that_hangs_or_dies_costs_the_place_only(
    built: Any, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (line,) = find(built.archive, id=built.captures["seed4"])
    capture = read_capture(built.archive, line.filename, line.offset, line.length)
    for fault in (_hang, _die):
        places = PlaceFinder(seconds=0.5)
        monkeypatch.setattr("publish.places._read", fault)
        assert run(places.read(capture)) == Again()
        run(places.close())


def _hang(payload: bytes, **_: Any) -> NoReturn:  # noqa: ARG001
    threading.Event().wait()
    raise AssertionError


def _die(payload: bytes, **_: Any) -> NoReturn:  # noqa: ARG001
    os._exit(3)


@pytest.mark.parametrize(
    ("format_name", "shape", "zipped"),
    [
        ("docx", "plain", True),
        ("sheets", "xlsx-one-sheet", False),
        ("pdf", "ruled", False),
    ],
)
def test_a_figure_of_a_file_is_shown_where_it_was_read(
    format_name: str, shape: str, zipped: bool, opening: Any, tmp_path: Path
) -> None:
    sample = shapes.generate(format_name, shape, seed=1, index=0)
    payload, extension = sample.payload, sample.extension
    if zipped:
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
            packed.writestr(f"2023{extension}", payload)
        payload, extension = (tmp_path / "a.zip").read_bytes(), ".zip"
    page, source, shown = _figure_shown(payload, "application/octet-stream", extension, opening, tmp_path)
    assert "已用色框标出" in page
    assert shown.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    (cell,) = html.fromstring(shown.text).xpath("//td[@id=$name]", name=unquote(source.partition("#")[2]))
    assert cell.text_content().strip() == str(sample.truth["table3"]["received"][-1])


@pytest.mark.parametrize(
    ("format_name", "shape", "media_type"),
    [("text", "cell-a-line", "text/plain"), ("text", "tabs", "text/plain"), ("html", "div-grid", "text/html")],
)
def test_a_figure_without_a_place_of_its_own_is_shown_by_its_row(
    format_name: str, shape: str, media_type: str, opening: Any, tmp_path: Path
) -> None:
    sample = shapes.generate(format_name, shape, seed=1515, index=0)
    media_type += f"; charset={sample.charset}" if sample.charset else ""
    page, source, shown = _figure_shown(sample.payload, media_type, sample.extension, opening, tmp_path)
    assert "这一格所在的行从色框处起" in page
    (line,) = html.fromstring(shown.text).xpath("//*[@id=$name]", name=source.partition("#")[2])
    assert "新收" in line.text_content()


def _figure_shown(payload: bytes, media_type: str, extension: str, opening: Any, folder: Path) -> tuple[str, str, Any]:
    """Return the page of the first figure of table 3 of a document, and the address and answer of its first frame."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\n\r\n".encode()
    url = f"http://www.portal.example/2023{extension}"
    with ArchiveWriter(folder / "archive") as writer:
        exchange = Exchange(url, b"GET / HTTP/1.1\r\n\r\n", head + payload, None, AT, (("outcome", "ok"),))
        capture = writer.write(exchange).capture_id or ""
    extract(archive=folder / "archive", db=folder / "n.db")
    with opening(db=folder / "n.db", archive=folder / "archive") as get:
        page = get(original_url(capture, "table3.received.total")).text
        source = str(html.fromstring(page).xpath("string(//iframe/@src)"))
        return page, source, get(source)


def test_what_was_read_is_shown_as_text() -> None:
    hostile = "<script>alert(1)</script>"
    rows = ((Cell(hostile, 2, 1, f'Sheet"{hostile}!B7'), Cell("12", place="p2 118,340")),)
    page = as_read(Document("text/html", (Text(hostile, 1), Grid(rows))))
    root = html.fromstring(page)
    assert root.xpath("//script") == []
    assert root.xpath("//h1/span/text()") == [hostile]
    assert root.xpath("//td[@colspan=2]/text()") == [hostile]
    assert root.xpath("//td[@id='p2-118-340']/text()") == ["12"]


def test_only_what_carries_a_report_is_read_again(built: Any, get: Any) -> None:
    assert get(address(built, "hostile", "/read")).status_code == 404
    assert get(address(built, "seed4", "/read")).status_code == 200


def test_an_earlier_capture_shows_its_own_figure(built: Any, get: Any) -> None:
    page = get(original_url(built.captures["earlier"], "table3.received.total")).text
    assert "/report/150203-2021" in page
    assert "较早的一次存档" in page
    assert "读作" not in page  # that would be the figure of the newest
    assert "已用色框标出" in page
