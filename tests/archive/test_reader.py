"""Captures read back, out of our files and those of others, whole, damaged or hostile."""

import gzip
import os
import pickle
import tracemalloc
from datetime import UTC, datetime
from io import BytesIO

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive import (
    ArchiveNotFound,
    ArchiveWriter,
    Capture,
    DamagedArchive,
    Note,
    PayloadTooLarge,
    Span,
    TruncatedArchive,
    Unread,
    UnresolvedRevisit,
    find,
    index,
    iter_captures,
    read_capture,
    read_span,
    spans,
    verify,
)
from archive.scanning import mapped, scan
from tests.archive.exchanges import ODD_ANSWERS, PAGE, STARTED, URL, answer, chunked, exchange, write

HEAD = StatusAndHeaders("200 OK", [("Content-Type", "text/html"), ("X", "1")], protocol="HTTP/1.1")


def sole(folder):
    (path,) = folder.glob("*.warc*")
    return path


def record(block=b"", *, kind="response", url=URL, version="1.1", length=None, fields="", end="\r\n"):
    """Return a record as a foreign writer might write it."""
    stated = len(block) if length is None else length
    head = [f"WARC/{version}", f"WARC-Type: {kind}", f"WARC-Target-URI: {url}", "WARC-Date: 2020-01-02T03:04:05Z"]
    head += [f"WARC-Record-ID: <urn:uuid:{kind}-{len(block)}>", f"Content-Length: {stated}"]
    return (end.join(head) + end + fields + end).encode() + block + b"\r\n\r\n"


def read_all(folder, name, content, **options):
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)
    return list(iter_captures(folder, **options))


def test_a_file_that_is_sealed_while_it_is_read_is_read_on(tmp_path):
    with ArchiveWriter(tmp_path) as writer:
        writer.write(exchange(answer()))
        (span,) = spans(tmp_path)
    assert [item.url for item in read_span(span)] == [URL]
    path = tmp_path / span.path.name.removesuffix(".open")
    path.rename(span.path)

    def seal(*_):
        if span.path.exists():
            span.path.rename(path)

    assert verify(tmp_path, progress=seal).ok


def test_capture_says_what_was_answered(tmp_path):
    with ArchiveWriter(tmp_path) as writer:
        written = writer.write(exchange(ODD_ANSWERS["chunked_gzip"], outcome="ok", role="detail"))
    (capture,) = iter_captures(tmp_path)
    assert capture == read_capture(tmp_path, written.warc, written.offset, written.length)
    assert (capture.id, capture.warc, capture.offset, capture.length) == (
        written.capture_id,
        written.warc,
        written.offset,
        written.length,
    )
    assert (capture.url, capture.fetched_at, capture.status) == (URL, STARTED, 200)
    assert capture.headers == (("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip"))
    assert (capture.payload, capture.mime) == (PAGE, "")
    assert capture.metadata == {"outcome": "ok", "role": "detail"}


def test_digest_is_of_the_payload_whatever_its_coding(tmp_path):
    names = ("chunked", "chunked_gzip", "gbk_reason", "continue_first", "bare_lf")
    write(tmp_path, *(ODD_ANSWERS[name] for name in names))
    assert len({capture.digest for capture in iter_captures(tmp_path)}) == 1


def test_lines_of_the_index_lead_to_the_captures(tmp_path):
    write(tmp_path, *ODD_ANSWERS.values())
    captures = list(iter_captures(tmp_path))
    assert len(captures) == len(ODD_ANSWERS)
    for capture in captures:
        (line,) = find(tmp_path, id=capture.id)
        assert (line.url, line.filename, line.offset, line.length, line.status) == (
            capture.url,
            capture.warc,
            capture.offset,
            capture.length,
            capture.status,
        )


class TestSpans:
    @pytest.fixture
    def folder(self, tmp_path):
        with ArchiveWriter(tmp_path, max_bytes=30_000) as writer:
            for number in range(60):
                writer.write(exchange(answer(os.urandom(900)), url=f"{URL}/{number}", n=str(number)))
                writer.note(f"{URL}/{number}/note", [("outcome", "robots_denied")], at=STARTED)
                writer.write(exchange(b"", url=f"{URL}/{number}/empty", outcome="timeout"))
        return tmp_path

    @pytest.mark.parametrize("size", [1, 1000, 10_000, 1 << 20])
    def test_every_item_is_in_one_span_in_order(self, folder, size):
        items = [item for span in spans(folder, size=size) for item in read_span(span)]
        assert items == list(iter_captures(folder))
        assert len(items) == 180
        assert all(item.metadata for item in items)

    def test_spans_are_the_same_without_index(self, folder):
        expected = list(spans(folder, size=5000))
        for path in folder.glob("*.cdxj"):
            path.unlink()
        assert list(spans(folder, size=5000)) == expected
        assert len(expected) > 10

    def test_spans_cover_their_files(self, folder):
        for path in folder.glob("*.warc.gz"):
            own = [span for span in spans(folder, size=3000) if span.path == path]
            assert [own[0].start, own[-1].end] == [0, path.stat().st_size]
            assert [span.end for span in own[:-1]] == [span.start for span in own[1:]]

    def test_spans_travel_to_other_processes(self, folder):
        for span in spans(folder):
            assert pickle.loads(pickle.dumps(span)) == span

    def test_items_travel_to_other_processes(self, folder):
        items = list(iter_captures(folder))[:3]
        assert pickle.loads(pickle.dumps(items)) == items

    def test_a_small_folder_is_cut_for_as_many_readers_as_ask(self, tmp_path):
        write(tmp_path, *(answer(os.urandom(100_000)) for _ in range(16)))
        assert len(list(spans(tmp_path))) == 1
        parted = list(spans(tmp_path, parts=4))
        assert 3 <= len(parted) <= 5
        read = [item for span in parted for item in read_span(span)]
        assert [item.url for item in read] == [f"{URL}/{number}" for number in range(16)]

    def test_folder_without_files_has_no_spans(self, tmp_path_factory):
        assert not list(spans(tmp_path_factory.mktemp("empty")))

    def test_empty_file_has_nothing(self, tmp_path_factory):
        folder = tmp_path_factory.mktemp("empty")
        assert read_all(folder, "x.warc.gz", b"") == []


def foreign(*, packed=True, version="1.0", chunk=False):
    """Return an archive as warcio writes one: response, request, metadata, resource, conversion, revisit."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=packed, warc_version=version)
    writer.write_record(writer.create_warcinfo_record("x.warc", {"software": "warcio"}))
    head, body = HEAD, PAGE
    if chunk:
        head = StatusAndHeaders("200 OK", [*HEAD.headers, ("Transfer-Encoding", "chunked")], protocol="HTTP/1.1")
        body = chunked(PAGE)
    response = writer.create_warc_record(URL, "response", payload=BytesIO(body), http_headers=head)
    asked = StatusAndHeaders("GET /a HTTP/1.1", [("Host", "x")], is_http_request=True)
    writer.write_request_response_pair(writer.create_warc_record(URL, "request", http_headers=asked), response)
    about = {"WARC-Concurrent-To": response.rec_headers.get_header("WARC-Record-ID")}
    fields = BytesIO(b"fetchTimeMs: 12\r\nvia: http://v/\r\n")
    kind = "application/warc-fields"
    writer.write_record(
        writer.create_warc_record(URL, "metadata", payload=fields, warc_content_type=kind, warc_headers_dict=about)
    )
    for name in ("resource", "conversion"):
        record_of = writer.create_warc_record(
            f"{URL}/{name}", name, payload=BytesIO(b"text"), warc_content_type="text/plain"
        )
        writer.write_record(record_of)
    digest = response.rec_headers.get_header("WARC-Payload-Digest")
    date = response.rec_headers.get_header("WARC-Date")
    writer.write_record(writer.create_revisit_record(f"{URL}/again", digest, URL, date, http_headers=HEAD))
    return out.getvalue()


FOREIGN = foreign()


class TestForeign:
    @pytest.mark.parametrize("version", ["1.0", "1.1"])
    @pytest.mark.parametrize("form", ["members", "plain", "one member"])
    @pytest.mark.parametrize("chunk", [False, True])
    @pytest.mark.parametrize("indexed", [False, True])
    def test_archive_of_warcio_is_read(self, tmp_path, version, form, chunk, indexed):
        content = foreign(packed=form == "members", version=version, chunk=chunk)
        name = "x.warc" if form == "plain" else "x.warc.gz"
        (tmp_path / name).write_bytes(gzip.compress(content) if form == "one member" else content)
        if indexed:
            assert [path.name for path in index(tmp_path)] == ["x.cdxj"]
        response, resource, conversion, revisit = iter_captures(tmp_path)
        assert (response.status, response.payload, response.mime) == (200, PAGE, "text/html")
        assert response.metadata == {"fetchTimeMs": "12", "via": "http://v/"}
        assert (resource.status, resource.payload, resource.mime) == (200, b"text", "text/plain")
        assert (conversion.url, conversion.metadata) == (f"{URL}/conversion", {})
        assert (revisit.payload, revisit.url, revisit.headers) == (PAGE, f"{URL}/again", tuple(HEAD.headers))
        for capture in (response, resource, conversion, revisit):
            (line,) = find(tmp_path, url=capture.url)
            again = read_capture(tmp_path, line.filename, line.offset, line.length)
            assert (again.payload, again.id) == (capture.payload, capture.id)
        report = verify(tmp_path)
        assert report.ok, report.text()

    def test_file_of_others_with_a_name_like_ours_keeps_its_metadata(self, tmp_path):
        """Heritrix 1 named its files so; response, request, metadata is its order."""
        (tmp_path / "IAH-20080430204825-00000-blackbook.warc.gz").write_bytes(FOREIGN * 2)
        index(tmp_path)
        described = [item.metadata for item in iter_captures(tmp_path) if item.url == URL]
        assert described == [{"fetchTimeMs": "12", "via": "http://v/"}] * 2

    @pytest.mark.parametrize("end", ["\r\n", "\n"])
    @pytest.mark.parametrize("version", ["0.17", "0.18", "1.0", "1.1"])
    def test_other_line_ends_and_versions(self, tmp_path, end, version):
        content = record(answer(), version=version, end=end) * 2
        assert [item.payload for item in read_all(tmp_path, "x.warc", content)] == [PAGE, PAGE]

    def test_brackets_and_blanks_in_an_address(self, tmp_path):
        (capture,) = read_all(tmp_path, "x.warc", record(answer(), url="<http://x.gov.cn/a b>"))
        assert capture.url == "http://x.gov.cn/a%20b"

    def test_folded_and_oddly_cased_fields(self, tmp_path):
        content = (
            b"WARC/1.0\r\nwarc-type: RESPONSE\r\nWARC-TARGET-URI:http://x.gov.cn/\r\n\tb\r\n"
            b"warc-date: 2020-01-02T03:04:05+08:00\r\ncontent-length : 19\r\n\r\nHTTP/1.1 200 OK\r\n\r\n\r\n\r\n"
        )
        (capture,) = read_all(tmp_path, "x.warc", content)
        assert capture.url == "http://x.gov.cn/%20b"
        assert capture.fetched_at == datetime(2020, 1, 1, 19, 4, 5, tzinfo=UTC)

    def test_missing_line_ends_between_records(self, tmp_path):
        content = record(answer())[:-4] + record(answer(b"b"))[:-4]
        assert [item.payload for item in read_all(tmp_path, "x.warc", content)] == [PAGE, b"b"]
        members = gzip.compress(record(answer())[:-4]) + gzip.compress(record(answer(b"b"))[:-2])
        assert [item.payload for item in read_all(tmp_path / "gz", "x.warc.gz", members)] == [PAGE, b"b"]

    def test_records_that_are_no_captures_are_passed_by(self, tmp_path):
        content = b"".join(
            [
                record(b"x", kind="response", url="dns:x.gov.cn"),
                record(b"x", kind="resource", url="urn:x"),
                record(b"x", kind="continuation"),
                record(b"x", kind="unheard-of"),
                record(b"a: b\r\n", kind="metadata", url="metadata://x"),
                record(answer(b"x")),
            ]
        )
        assert [type(item) for item in read_all(tmp_path, "x.warc", content)] == [Capture]

    def test_body_unpacked_before_it_was_written_is_whole(self, tmp_path):
        """Some writers undo chunks and codings, and keep the headers that announce them."""
        head = b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\nContent-Length: 10\r\n"
        (capture,) = read_all(tmp_path, "x.warc", record(answer(head=head)))
        assert capture.payload == PAGE

    def test_revisit_without_a_head_has_that_of_its_capture(self, tmp_path):
        profile = "WARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest\r\n"
        content = record(answer()) + record(
            b"",
            kind="revisit",
            fields=profile + f"WARC-Refers-To-Target-URI: {URL}\r\nWARC-Refers-To-Date: 2020-01-02T03:04:05Z\r\n",
        )
        _, revisit = read_all(tmp_path, "x.warc", content)
        assert (revisit.status, revisit.mime, revisit.payload) == (200, "text/html", PAGE)

    def test_revisit_of_a_revisit_is_followed_and_a_circle_is_not(self, tmp_path):
        def revisit(url, to):
            return record(
                b"HTTP/1.1 200 OK\r\n\r\n",
                kind="revisit",
                url=url,
                fields=f"WARC-Refers-To-Target-URI: {to}\r\nWARC-Refers-To-Date: 2020-01-02T03:04:05Z\r\n",
            ).replace(b"revisit-", b"r-" + url[-1:].encode())

        content = record(answer()) + revisit("http://x/1", URL) + revisit("http://x/2", "http://x/1")
        assert [item.payload for item in read_all(tmp_path, "x.warc", content)] == [PAGE] * 3
        circle = revisit("http://x/1", "http://x/2") + revisit("http://x/2", "http://x/1")
        items = read_all(tmp_path / "circle", "x.warc", circle)
        assert [type(item.error) for item in items] == [UnresolvedRevisit] * 2

    def test_revisit_whose_capture_is_elsewhere_is_named(self, tmp_path):
        (item,) = read_all(tmp_path, "x.warc", record(b"HTTP/1.1 200 OK\r\n\r\n", kind="revisit"))
        assert isinstance(item, Unread)
        assert isinstance(item.error, UnresolvedRevisit)
        assert URL in str(item.error)
        assert [problem.what for problem in verify(tmp_path).problems if "no capture of" in problem.what]


class TestHostile:
    @pytest.mark.parametrize("form", ["members", "plain", "one member"])
    def test_cut_file_gives_what_is_whole_and_a_notice(self, tmp_path, form):
        content = foreign(packed=form == "members")
        if form == "one member":
            content = gzip.compress(content)
        items = read_all(tmp_path, "x.warc" if form == "plain" else "x.warc.gz", content[:-12])
        assert isinstance(items[0], Capture)
        assert items[0].payload == PAGE
        assert isinstance(items[-1], Unread)
        assert isinstance(items[-1].error, TruncatedArchive)
        assert "x.warc" in str(items[-1].error)

    def test_every_cut_ends_well(self, tmp_path):
        content = foreign()
        whole = read_all(tmp_path, "x.warc.gz", content)
        for cut in range(1, len(content), 7):
            items = read_all(tmp_path, "x.warc.gz", content[:cut])
            captures = [item for item in items if isinstance(item, Capture)]
            assert [item.payload for item in captures] == [item.payload for item in whole][: len(captures)]
            assert len([item for item in items if isinstance(item, Unread)]) <= 1

    def test_damage_costs_one_exchange_where_an_index_knows_the_next(self, tmp_path):
        write(tmp_path, *(answer(b"page %d" % number) for number in range(5)))
        path = sole(tmp_path)
        data = bytearray(path.read_bytes())
        second = [each for each in scan(path) if each.kind == "response"][1]
        data[second.offset + 30] ^= 0xFF
        path.write_bytes(data)
        os.utime(path, (0, 0))  # the index is not older
        items = list(iter_captures(tmp_path))
        assert [type(item) for item in items] == [Capture, Unread, Capture, Capture, Capture]
        assert items[1].offset == second.offset
        with pytest.raises(DamagedArchive, match="does not unpack"):
            read_capture(tmp_path, path.name, second.offset, second.length)

    @pytest.mark.parametrize("name", ["x.warc.gz", "x.warc.zst"])
    @pytest.mark.parametrize("false", [b"GIF89a", b"WARC/1.1\r\nWARC-Type: x", record(answer(), version="0")])
    def test_what_is_no_record_costs_the_member_that_holds_it(self, tmp_path, name, false):
        pack = gzip.compress if name.endswith("gz") else zstandard.compress
        pages = [record(answer(os.urandom(900)), url=f"{URL}/{number}") for number in range(4)]
        contents = [pages[0], false, pages[1], pages[2], false, pages[3]]
        items = read_all(tmp_path, name, b"".join(map(pack, contents)))
        assert [type(item) for item in items] == [Capture, Unread, Capture, Capture, Unread, Capture]
        assert items[1].offset == len(pack(pages[0]))

    def test_damage_at_the_beginning_costs_the_beginning(self, tmp_path):
        write(tmp_path, *(answer(b"page %d" % number) for number in range(3)))
        path = sole(tmp_path)
        data = bytearray(path.read_bytes())
        data[30] ^= 0xFF
        path.write_bytes(data)
        os.utime(path, (0, 0))
        assert [type(item) for item in iter_captures(tmp_path)] == [Unread, Capture, Capture, Capture]

    @pytest.mark.parametrize("forged", [False, True])
    def test_what_follows_a_fault_is_read_without_index_but_nothing_that_lies_in_a_page(self, tmp_path, forged):
        record_in_page = gzip.compress(record(answer(b"forged"))) * 3
        with ArchiveWriter(tmp_path) as writer:
            bodies = [os.urandom(300), record_in_page if forged else os.urandom(300), os.urandom(300)]
            written = [
                writer.write(exchange(answer(body), url=f"{URL}/{n}", n=str(n))) for n, body in enumerate(bodies)
            ]
        (path,) = tmp_path.glob("*.warc.gz")
        data, place = bytearray(path.read_bytes()), written[1].offset + 40
        assert (bytes(record_in_page) in data) == forged  # such a page lies there as it came
        data[place : place + 4] = b"\xff\xff\xff\xff"
        foreign = tmp_path / "b" / "x.warc.gz"
        foreign.parent.mkdir()
        foreign.write_bytes(data)
        items = [(type(item), item.url) for item in iter_captures(foreign.parent)]
        assert items == [(Capture, f"{URL}/0"), (Unread, ""), (Capture, f"{URL}/2")]
        assert find(foreign.parent, url=f"{URL}/2")
        assert len(verify(foreign.parent).problems) == 1

    def test_a_page_that_a_kill_cut_off_gives_nothing_that_lies_in_it(self, tmp_path):
        with ArchiveWriter(tmp_path) as writer:
            writer.write(exchange(answer(gzip.compress(record(answer(b"forged"))) * 3), url=f"{URL}/0"))
        (path,) = tmp_path.glob("*.warc.gz")
        (tmp_path / "b").mkdir()
        (tmp_path / "b" / "x.warc.gz.open").write_bytes(
            path.read_bytes()[: find(tmp_path, url=f"{URL}/0")[0].offset + 700]
        )
        assert [item for item in iter_captures(tmp_path / "b") if isinstance(item, Capture)] == []

    def test_damaged_file_without_index_gives_what_precedes(self, tmp_path):
        content = bytearray(gzip.compress(record(answer())) + gzip.compress(record(answer(b"b"))))
        content[-20] ^= 0xFF
        items = read_all(tmp_path, "x.warc.gz", bytes(content))
        assert [type(item) for item in items] == [Capture, Unread]

    @pytest.mark.parametrize("stated", ["-1", "", "1e3", "0x10", "9" * 40, "１２"])
    def test_length_that_is_none_is_named(self, tmp_path, stated):
        content = b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: %b\r\n\r\n" % stated.encode()
        (item,) = read_all(tmp_path, "x.warc", content)
        assert "no WARC record begins here" in str(item.error)

    @pytest.mark.parametrize("content", [b"GIF89a", b"\x1f\x8b", b"\n" * 100_000, b"WARC/", b"<html>" * 10_000])
    def test_file_that_is_no_archive_is_named_or_empty(self, tmp_path, content):
        items = read_all(tmp_path, "x.warc.gz", content)
        assert all(isinstance(item, Unread) for item in items)
        assert len(items) == (0 if content.isspace() else 1)

    def test_endless_head_is_given_up(self, tmp_path):
        tracemalloc.start()
        (item,) = read_all(tmp_path, "x.warc.gz", gzip.compress(b"WARC/1.1\r\n" + b"A: b\r\n" * 5_000_000))
        assert isinstance(item, Unread)
        assert tracemalloc.get_traced_memory()[1] < 60 << 20
        tracemalloc.stop()

    def test_payload_over_the_limit_is_named(self, tmp_path):
        packed = answer(gzip.compress(bytes(2 << 20)), head=b"Content-Encoding: gzip\r\n")
        write(tmp_path, packed, answer(b"after"))
        large, after = iter_captures(tmp_path, limit=1 << 20)
        assert isinstance(large.error, PayloadTooLarge)
        assert f"{URL}/0" in str(large.error)
        assert (large.at, large.metadata) == (after.fetched_at, after.metadata)
        assert after.payload == b"after"

    @pytest.mark.parametrize(
        "date", ["", "yesterday", "2020-13-01T00:00:00Z", "20200102030405", "2020-01-02T03:04:05+99:00"]
    )
    def test_date_that_is_none_costs_its_record(self, tmp_path, date):
        content = record(answer()).replace(b"2020-01-02T03:04:05Z", date.encode()) + record(answer(b"b"))
        items = read_all(tmp_path, "x.warc", content)
        assert items[-1].payload == b"b"
        assert isinstance(items[0], Unread)

    def test_archive_within_a_payload_gives_no_captures(self, tmp_path):
        """A portal must not be able to bring captures of other addresses into the archive."""
        inside = gzip.compress(record(answer(b"forged"), url="http://other.gov.cn/"))
        filler = os.urandom(5000)
        with ArchiveWriter(tmp_path) as writer:
            for number in range(20):
                writer.write(exchange(answer(filler + bytes([number]) + inside), url=f"{URL}/{number}"))
        for size in (1, 3000, 1 << 20):
            items = [item for span in spans(tmp_path, size=size) for item in read_span(span)]
            assert len(items) == 20
            assert not [item for item in items if "other" in item.url]

    @pytest.mark.parametrize("where", [(-5, 10), (3, 10), (10**9, 5), (0, 10), (0, -1)])
    def test_place_without_a_capture_is_named(self, tmp_path, where):
        write(tmp_path, answer())
        with pytest.raises(DamagedArchive, match="offset"):
            read_capture(tmp_path, sole(tmp_path).name, *where)

    @pytest.mark.parametrize("name", ["../x.warc.gz", "/etc/passwd", "none.warc.gz", ""])
    def test_file_that_is_not_in_the_folder_is_named(self, tmp_path, name):
        write(tmp_path, answer())
        with pytest.raises(ArchiveNotFound):
            read_capture(tmp_path, name, 0, 10)

    def test_span_of_a_file_that_went_away_is_named(self, tmp_path):
        with pytest.raises(ArchiveNotFound):
            list(read_span(Span(tmp_path / "x.warc.gz", 0, 10)))

    @settings(max_examples=150, deadline=None)
    @given(st.data())
    def test_any_damage_ends_well(self, tmp_path_factory, data):
        """Whatever bytes are put in: no exception, and no capture that was not there."""
        folder = tmp_path_factory.mktemp("any")
        content = bytearray(FOREIGN)
        for _ in range(data.draw(st.integers(1, 3))):
            start = data.draw(st.integers(0, len(content) - 1))
            content[start : start + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
        (folder / "x.warc.gz").write_bytes(content)
        for item in iter_captures(folder):
            assert isinstance(item, Capture | Note | Unread)
            assert not isinstance(item, Capture) or item.payload in {PAGE, b"text"}
        verify(folder)


def test_a_slice_that_somebody_holds_does_not_keep_a_file_from_being_left(tmp_path):
    (tmp_path / "x.warc").write_bytes(b"WARC/1.1")
    with mapped(tmp_path / "x.warc") as view:
        held = view[:4]
    assert bytes(held) == b"WARC"
