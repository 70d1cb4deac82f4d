"""Archives of other writers: made by the tools themselves where they can be had, by hand as Heritrix, Browsertrix and
others write them where not; read, indexed, found, verified as far as they can be. Hostile ones cost what they hold.
"""

from __future__ import annotations

import gzip
import hashlib
import http.client
import os
import subprocess
import tracemalloc
from base64 import b32encode
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard
from fastwarc.warc import WarcRecord, WarcRecordType
from warcio.capture_http import capture_http

from archive import (
    Capture,
    DamagedArchive,
    PayloadTooLarge,
    TruncatedArchive,
    Unread,
    find,
    index,
    iter_captures,
    raw_exchange,
    read_capture,
    read_span,
    spans,
    verify,
)
from archive.scanning import scan
from samples.server import SamplePortals
from tests.archive.exchanges import PAGE, answer, chunked
from tests.archive.test_reader import record

AT = "2024-03-05T06:07:08Z"


def reads_everywhere(folder: Path) -> list[Capture]:
    """Return the captures of a folder, the same by scan, by index, by span and by their place."""
    plain = [item for item in iter_captures(folder) if isinstance(item, Capture)]
    index(folder)
    assert [item for item in iter_captures(folder) if isinstance(item, Capture)] == plain
    assert [item for span in spans(folder, size=1500) for item in read_span(span) if isinstance(item, Capture)] == plain
    for capture in plain:
        assert read_capture(folder, capture.warc, capture.offset, capture.length).payload == capture.payload
        assert capture.id in {line.id for line in find(folder, url=capture.url)}
        assert raw_exchange(folder, capture.warc, capture.offset, capture.length)
    return plain


# ---------------------------------------------------------------- the tools themselves
@pytest.fixture(scope="module")
def portals() -> Iterator[SamplePortals]:
    with SamplePortals(kinds="reports") as portals:
        yield portals


@pytest.fixture(scope="module")
def reports(portals: SamplePortals) -> list[str]:
    return sorted(portals.truth.reports)[:6]


def received(portals: SamplePortals, start: int) -> set[bytes]:
    return {hit.sent for hit in portals.log[start:]}


def wget(folder: Path, name: str, *words: str) -> None:
    """Have wget write `name`.warc(.gz) to a folder."""
    folder.mkdir(exist_ok=True)
    command = ["wget", "-q", "-O", os.devnull, "--tries=1", "--no-proxy", f"--warc-file={folder / name}", *words]
    subprocess.run(command, check=True, timeout=60, cwd=folder)


@pytest.mark.parametrize("words", [[], ["--no-warc-compression"], ["--no-warc-digests"]])
def test_wget(tmp_path: Path, portals: SamplePortals, reports: list[str], words: list[str]) -> None:
    start = len(portals.log)
    wget(tmp_path / "a", "w", *words, *reports)
    captures = reads_everywhere(tmp_path / "a")
    assert [capture.url for capture in captures] == reports  # wget puts them in brackets
    wire = {raw_exchange(tmp_path / "a", each.warc, each.offset, each.length) for each in captures}
    assert wire == received(portals, start)
    assert verify(tmp_path / "a").ok


def test_wget_that_knows_what_it_had(tmp_path: Path, reports: list[str]) -> None:
    wget(tmp_path / "a", "one", "--warc-cdx", *reports)
    wget(tmp_path / "a", "two", f"--warc-dedup={tmp_path / 'a' / 'one.cdx'}", *reports)
    captures = reads_everywhere(tmp_path / "a")
    kinds = [each.kind for each in scan(tmp_path / "a" / "two.warc.gz")]
    assert kinds.count("revisit") == len(reports)
    payloads = {capture.url: capture.payload for capture in captures if capture.warc == "one.warc.gz"}
    assert {capture.url: capture.payload for capture in captures if capture.warc == "two.warc.gz"} == payloads
    assert verify(tmp_path / "a").ok, verify(tmp_path / "a").text()


def test_warcio_listening_to_a_client(tmp_path: Path, reports: list[str]) -> None:
    host, _, path = reports[0].removeprefix("http://").partition("/")
    with capture_http(str(tmp_path / "x.warc.gz")):
        connection = http.client.HTTPConnection(host, timeout=20)
        connection.request("GET", f"/{path}", headers={"Accept-Encoding": "gzip"})
        connection.getresponse().read()
        connection.close()
    (capture,) = reads_everywhere(tmp_path)
    assert capture.url == reports[0]
    assert "政府信息公开".encode() in capture.payload or "政府信息公开".encode("gb18030") in capture.payload
    assert verify(tmp_path).ok


@pytest.mark.parametrize("packed", [True, False])
def test_fastwarc(tmp_path: Path, packed: bool) -> None:
    out = bytearray()
    for number, body in enumerate((answer(), answer(chunked(PAGE), head=b"Transfer-Encoding: chunked\r\n"))):
        made = WarcRecord()
        made.init_headers(WarcRecordType.response)
        made.headers["WARC-Target-URI"] = f"http://x.gov.cn/{number}"
        made.headers["Content-Type"] = "application/http; msgtype=response"
        made.set_bytes_content(body)
        text = _Sink()
        made.write(text, checksum_data=True)
        out += gzip.compress(text.data) if packed else text.data
    (tmp_path / ("x.warc.gz" if packed else "x.warc")).write_bytes(out)
    assert [capture.payload for capture in reads_everywhere(tmp_path)] == [PAGE, PAGE]
    assert verify(tmp_path).ok


class _Sink:
    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes) -> int:
        self.data += bytes(data)
        return len(data)

    def flush(self) -> None:
        pass


# ---------------------------------------------------------------- by hand, as others write
def fields(kind: str, number: int, url: str, *more: str, block: bytes, version: str = "1.1") -> bytes:
    """Return a record with these further fields."""
    head = [f"WARC/{version}", f"WARC-Type: {kind}", f"WARC-Target-URI: {url}", f"WARC-Date: {AT}"]
    head += [f"WARC-Record-ID: <urn:uuid:{number:032x}>", *more, f"Content-Length: {len(block)}"]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def sha(data: bytes) -> str:
    return "sha1:" + b32encode(hashlib.sha1(data).digest()).decode()


def heritrix() -> list[bytes]:
    """Return records in the order and with the fields of Heritrix 3: response, request, metadata; DNS; revisits."""
    http = "Content-Type: application/http; msgtype=response"
    url = "http://x.gov.cn/a"
    body = answer(chunked(PAGE), head=b"Content-Type: text/html\r\nTransfer-Encoding: chunked\r\n")
    about = b"via: http://x.gov.cn/\r\nhopsFromSeed: L\r\nfetchTimeMs: 31\r\ncharsetForLinkExtraction: GB18030\r\n"
    ours = f"WARC-Concurrent-To: <urn:uuid:{2:032x}>"
    profile = "WARC-Profile: http://netpreserve.org/warc/1.0/revisit/"
    same = [profile + "identical-payload-digest", f"WARC-Payload-Digest: {sha(PAGE)}", "WARC-Truncated: length"]
    to = [f"WARC-Refers-To-Target-URI: {url}", f"WARC-Refers-To-Date: {AT}"]
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    dns = b"20240305060708\nx.gov.cn.\t300\tIN\tA\t192.0.2.1\n"
    return [
        fields("warcinfo", 0, "x", block=b"software: Heritrix/3.4\r\nformat: WARC File Format 1.0\r\n", version="1.0"),
        fields("response", 1, "dns:x.gov.cn", "Content-Type: text/dns", block=dns, version="1.0"),
        fields("response", 2, url, http, f"WARC-Payload-Digest: {sha(PAGE)}", block=body, version="1.0"),
        fields("request", 3, url, ours, block=b"GET /a HTTP/1.0\r\n\r\n", version="1.0"),
        fields("metadata", 4, url, ours, "Content-Type: application/warc-fields", block=about, version="1.0"),
        fields("revisit", 5, "http://x.gov.cn/same", http, *same, *to, block=head, version="1.0"),
        fields("revisit", 6, url, profile + "server-not-modified", *to, block=b"HTTP/1.1 304 Not Modified\r\n\r\n"),
        fields("resource", 7, "ftp://x.gov.cn/f.txt", "Content-Type: text/plain", block=b"ftp", version="1.0"),
    ]


def browsertrix() -> list[bytes]:
    """Return records as warcio.js writes them: HTTP/2, bodies unpacked, SHA-256 in hex, resources of no web address."""
    sha256 = f"sha256:{hashlib.sha256(PAGE).hexdigest()}"
    head = b"HTTP/2 200\r\ncontent-type: text/html\r\nx-orig-content-encoding: br\r\ncontent-length: 99999\r\n\r\n"
    whole = f"sha256:{hashlib.sha256(head + PAGE).hexdigest()}"
    http = "Content-Type: application/http; msgtype=response"
    page = ["WARC-Page-ID: 5d0a", "WARC-Resource-Type: document", 'WARC-JSON-Metadata: {"ipType":"Public"}']
    first = [http, f"WARC-Payload-Digest: {sha256}", f"WARC-Block-Digest: {whole}", *page]
    again = [http, f"WARC-Payload-Digest: {sha256}", "WARC-Refers-To-Target-URI: https://x.gov.cn/a"]
    again += [
        f"WARC-Refers-To-Date: {AT}",
        "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
    ]
    return [
        fields("warcinfo", 0, "x", block=b"software: Browsertrix-Crawler 1.6 (with warcio.js 2.4)\r\n"),
        fields("response", 1, "https://x.gov.cn/a", *first, block=head + PAGE),
        fields("resource", 2, "urn:pageinfo:https://x.gov.cn/a", "Content-Type: application/json", block=b"{}"),
        fields("resource", 3, "https://x.gov.cn/shot.png", "Content-Type: image/png", block=b"\x89PNG"),
        fields("revisit", 4, "https://x.gov.cn/b", *again, block=b"HTTP/2.0 200\r\ncontent-type: text/html\r\n\r\n"),
        fields("conversion", 5, "https://x.gov.cn/a.txt", "Content-Type: text/plain", block=b"text"),
        fields("response", 6, "https://x.gov.cn/3", http, block=b"HTTP/3 404\r\n\r\n"),
    ]


def zstd(records: list[bytes], *, dictionary: bytes | None = None, pack: bool = False) -> bytes:
    """Return a .warc.zst: a frame a record, behind the frame of the dictionary where there is one."""
    if dictionary is None:
        return b"".join(zstandard.ZstdCompressor(write_checksum=True).compress(each) for each in records)
    packer = zstandard.ZstdCompressor(write_checksum=True, dict_data=zstandard.ZstdCompressionDict(dictionary))
    held = zstandard.ZstdCompressor().compress(dictionary) if pack else dictionary
    first = b"\x5d\x2a\x4d\x18" + len(held).to_bytes(4, "little") + held
    return first + b"".join(packer.compress(each) for each in records)


FORMS = {
    "members.warc.gz": lambda records: b"".join(map(gzip.compress, records)),
    "one-member.warc.gz": lambda records: gzip.compress(b"".join(records)),
    "two-in-a-member.warc.gz": lambda records: (
        gzip.compress(b"".join(records[:2])) + gzip.compress(b"".join(records[2:]))
    ),
    "plain.warc": b"".join,
    "frames.warc.zst": zstd,
    "one-frame.warc.zst": lambda records: zstd([b"".join(records)]),
    "dictionary.warc.zst": lambda records: zstd(records, dictionary=b"".join(records)),
    "packed-dictionary.warc.zst": lambda records: zstd(records, dictionary=b"".join(records), pack=True),
    "skippable.warc.zst": lambda records: (
        b"\x50\x2a\x4d\x18\x03\0\0\0abc" + zstd(records) + b"\x5f\x2a\x4d\x18\0\0\0\0"
    ),
}


@pytest.mark.parametrize("form", FORMS)
class TestForms:
    def test_heritrix(self, tmp_path: Path, form: str) -> None:
        (tmp_path / form).write_bytes(FORMS[form](heritrix()))
        captures = {(capture.url, capture.status): capture for capture in reads_everywhere(tmp_path)}
        first, same, unchanged, file = captures.values()
        assert list(captures) == [
            ("http://x.gov.cn/a", 200),
            ("http://x.gov.cn/same", 200),
            ("http://x.gov.cn/a", 304),
            ("ftp://x.gov.cn/f.txt", 200),
        ]
        assert first.payload == same.payload == unchanged.payload == PAGE
        assert first.metadata["via"] == "http://x.gov.cn/"
        assert same.mime == "text/html"
        assert (file.payload, file.mime) == (b"ftp", "text/plain")
        assert verify(tmp_path).ok, verify(tmp_path).text()

    def test_browsertrix(self, tmp_path: Path, form: str) -> None:
        (tmp_path / form).write_bytes(FORMS[form](browsertrix()))
        page, shot, again, text, missing = reads_everywhere(tmp_path)
        assert (page.status, page.mime, page.payload) == (200, "text/html", PAGE)
        assert (shot.mime, shot.payload) == ("image/png", b"\x89PNG")
        assert (again.status, again.payload) == (200, PAGE)
        assert (text.payload, missing.status, missing.payload) == (b"text", 404, b"")
        assert verify(tmp_path).ok, verify(tmp_path).text()

    def test_what_is_missing_at_the_end_is_named(self, tmp_path: Path, form: str) -> None:
        (tmp_path / form).write_bytes(FORMS[form](browsertrix())[:-9])
        items = list(iter_captures(tmp_path))
        if "one-" in form and form.endswith("zst"):  # nothing of a frame is sure before its end is there
            assert len(items) == 1
        elif "skippable" not in form:
            assert isinstance(items[0], Capture)
        assert isinstance(items[-1], Unread)
        assert isinstance(items[-1].error, TruncatedArchive)
        assert form in str(items[-1].error)

    def test_a_changed_byte_is_named(self, tmp_path: Path, form: str) -> None:
        content = bytearray(FORMS[form](heritrix()))
        start = content.rfind(b"via: ") if form == "plain.warc" else len(content) - 30
        content[start] ^= 0x20
        (tmp_path / form).write_bytes(content)
        payloads = {item.payload for item in iter_captures(tmp_path) if isinstance(item, Capture)}
        assert payloads <= {PAGE, b"ftp"}
        if form != "plain.warc":  # has no checksum where a record states no digest
            assert not verify(tmp_path).ok


@pytest.mark.parametrize("form", ["frames.warc.zst", "members.warc.gz", "plain.warc"])
class TestHostile:
    def packed(self, form: str, *records: bytes) -> bytes:
        return FORMS[form](list(records))

    def test_a_bomb_is_passed_by(self, tmp_path: Path, form: str) -> None:
        bomb = record(b"HTTP/1.1 200 OK\r\n\r\n" + bytes(48 << 20), url="http://x/bomb")
        (tmp_path / form).write_bytes(self.packed(form, bomb, record(answer())))
        del bomb
        tracemalloc.start()
        large, capture = iter_captures(tmp_path, limit=4 << 20)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert isinstance(large.error, PayloadTooLarge)
        assert large.url == "http://x/bomb"
        assert capture.payload == PAGE
        assert peak < 32 << 20, peak
        with pytest.raises(PayloadTooLarge):
            read_capture(tmp_path, form, large.offset, 100, limit=4 << 20)

    def test_a_coded_body_that_explodes_is_named(self, tmp_path: Path, form: str) -> None:
        body = zstandard.ZstdCompressor().compress(bytes(24 << 20))
        bomb = record(answer(body, head=b"Content-Encoding: zstd\r\n"), url="http://x/bomb")
        (tmp_path / form).write_bytes(self.packed(form, bomb, record(answer())))
        large, capture = iter_captures(tmp_path, limit=1 << 20)
        assert isinstance(large.error, PayloadTooLarge)
        assert capture.payload == PAGE

    @pytest.mark.parametrize("length", [0, 7, 10**7, 10**17])
    def test_a_length_that_lies_costs_its_record(self, tmp_path: Path, form: str, length: int) -> None:
        (tmp_path / form).write_bytes(self.packed(form, record(answer(), length=length), record(answer(b"b"))))
        items = list(iter_captures(tmp_path))
        if form.endswith("gz"):
            assert items[-1].payload == b"b"
        else:
            assert isinstance(items[-1], Unread) or items[-1].payload == b"b"
        assert not verify(tmp_path).ok


@pytest.mark.parametrize(
    "content",
    [
        b"\x28\xb5\x2f\xfd",
        b"\x28\xb5\x2f\xfd" + b"x" * 100,
        b"\x5d\x2a\x4d\x18\xff\xff\xff\xff" + b"x" * 100,
        b"\x5d\x2a\x4d\x18\x04\0\0\0\x28\xb5\x2f\xfd" + zstandard.ZstdCompressor().compress(record(answer())),
        zstandard.ZstdCompressor().compress(b"no WARC"),
        b"\x50\x2a\x4d\x18\x05\0\0\0abc",
        zstandard.ZstdCompressor(level=22, dict_data=zstandard.ZstdCompressionDict(PAGE * 9)).compress(
            record(answer())
        ),
    ],
)
def test_zstandard_that_is_none_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.warc.zst").write_bytes(content)
    items = list(iter_captures(tmp_path))
    assert all(isinstance(item.error, DamagedArchive) for item in items if isinstance(item, Unread))
    assert not [item for item in items if isinstance(item, Capture) and item.payload != PAGE]
    assert not verify(tmp_path).ok


def test_a_body_in_zstandard_is_unpacked(tmp_path: Path) -> None:
    body = zstandard.ZstdCompressor().compress(PAGE)
    for name, held in (("a", body), ("b", body[:-9]), ("c", PAGE)):
        (tmp_path / f"{name}.warc").write_bytes(record(answer(held, head=b"Content-Encoding: zstd\r\n")))
    whole, cut, plain = iter_captures(tmp_path)
    assert whole.payload == plain.payload == PAGE
    assert PAGE.startswith(cut.payload) or cut.payload == body[:-9]


def test_records_without_what_they_must_have_are_read_and_named(tmp_path: Path) -> None:
    bare = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://x.gov.cn/\r\nWARC-Date: 2024\r\n"
    block = answer()
    (tmp_path / "x.warc").write_bytes(bare + b"Content-Length: %d\r\n\r\n" % len(block) + block + b"\r\n\r\n")
    (capture,) = iter_captures(tmp_path)
    assert (capture.payload, capture.fetched_at.year) == (PAGE, 2024)
    assert [problem.what for problem in verify(tmp_path).problems] == ["no field WARC-Record-ID"]
