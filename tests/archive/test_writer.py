"""What is written: blocks equal to the wire, records that other readers verify, revisits, full disks."""

import errno
import gzip
import itertools
import os
import re
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from fastwarc.warc import ArchiveIterator as FastwarcIterator
from fastwarc.warc import WarcRecordType
from hypothesis import given, settings
from hypothesis import strategies as st
from isal import isal_zlib
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from archive import (
    ArchiveError,
    ArchiveWriteFailed,
    ArchiveWriter,
    Capture,
    Note,
    files,
    find,
    iter_captures,
    raw_exchange,
    read_capture,
    verify,
)
from archive.digests import digest_of
from archive.files import lock_file, replacing
from archive.scanning import scan
from tests.archive.exchanges import ODD_ANSWERS, PAGE, SENT, STARTED, URL, answer, chunked, exchange, write


def one_file(folder):
    (path,) = folder.glob("*.warc.gz")
    return path


def records(folder):
    return list(scan(one_file(folder)))


def warcio_finds_fault(path):
    class Command:
        inputs = (str(path),)
        verbose = False

    return Checker(Command).process_all()


def wire_of(folder, written):
    return raw_exchange(folder, written.warc, written.offset, written.length)


@pytest.mark.parametrize("received", ODD_ANSWERS.values(), ids=ODD_ANSWERS)
def test_answer_equals_the_wire(tmp_path, received):
    (written,) = write(tmp_path, received)
    assert wire_of(tmp_path, written) == received


def test_warcio_verifies_every_odd_answer(tmp_path):
    write(tmp_path, *ODD_ANSWERS.values())
    command = [sys.executable, "-m", "warcio.cli", "check", "-v", str(one_file(tmp_path))]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.count("digest pass") >= len(ODD_ANSWERS) * 2
    report = verify(tmp_path)
    assert report.ok, report.text()
    assert report.captures == len(ODD_ANSWERS)


def test_fastwarc_verifies_every_odd_answer(tmp_path):
    """Payloads too, but those of revisits, which lie in another record: it looks for them in the revisit itself."""
    write(tmp_path, *ODD_ANSWERS.values())
    seen = 0
    with open(one_file(tmp_path), "rb") as file:
        for record in FastwarcIterator(file, parse_http=False):
            seen += 1
            assert record.verify_block_digest(consume=False)
            if record.is_http:
                record.parse_http()
            if record.headers.get("WARC-Payload-Digest") and record.record_type != WarcRecordType.revisit:
                assert record.verify_payload_digest(), record.headers
    assert seen == 1 + 3 * len(ODD_ANSWERS)


def test_connection_and_truncation_stand_in_the_records(tmp_path):
    with ArchiveWriter(tmp_path) as writer:
        spoken = {"protocols": ("http/1.1", "tls/1.3"), "cipher": "TLS_AES_128_GCM_SHA256", "truncated": "time"}
        writer.write(replace(exchange(answer()), **spoken))
    _, request, response, metadata = records(tmp_path)
    for record in (request, response):
        assert [line for line in record.text.split(b"\r\n") if line.startswith(b"WARC-Protocol")] == [
            b"WARC-Protocol: http/1.1",
            b"WARC-Protocol: tls/1.3",
        ]
        assert record.get("WARC-Cipher-Suite") == "TLS_AES_128_GCM_SHA256"
    assert response.get("WARC-Truncated") == "time"
    assert request.get("WARC-Truncated") == metadata.get("WARC-Protocol") == ""


def test_cut_answer_is_never_taken_for_a_whole_one(tmp_path):
    with ArchiveWriter(tmp_path) as writer:
        writer.write(replace(exchange(answer(PAGE[:300])), truncated="disconnect"))
        writer.write(exchange(answer(PAGE[:300]), url=f"{URL}/whole"))
        writer.write(replace(exchange(answer(PAGE[:300]), url=f"{URL}/cut"), truncated="disconnect"))
        writer.write(exchange(answer(b"", status=b"304 Not Modified")))
    assert [record.kind for record in records(tmp_path)][2::3] == ["response"] * 4


def test_warcio_reads_the_block_that_crossed_the_wire(tmp_path):
    for name, received in ODD_ANSWERS.items():
        write(tmp_path / name, received)
        with open(one_file(tmp_path / name), "rb") as file:
            read = [each.raw_stream.read() for each in ArchiveIterator(file, no_record_parse=True)]
        assert received == read[2], name


def test_request_equals_the_wire(tmp_path):
    sent = b"GET /\xd6\xd0 HTTP/1.1\r\nhOST: x\r\n\r\n"
    with ArchiveWriter(tmp_path) as writer:
        writer.write(exchange(answer(), sent=sent))
    (request,) = [record for record in records(tmp_path) if record.kind == "request"]
    assert request.block == sent


def test_records_of_an_exchange_name_each_other(tmp_path):
    write(tmp_path, answer())
    info, request, response, metadata = records(tmp_path)
    assert [record.kind for record in (info, request, response, metadata)] == [
        "warcinfo",
        "request",
        "response",
        "metadata",
    ]
    assert request.get("WARC-Concurrent-To") == f"<{response.id}>"
    assert response.get("WARC-Concurrent-To") == f"<{request.id}>"
    assert metadata.get("WARC-Refers-To") == metadata.get("WARC-Concurrent-To") == f"<{response.id}>"
    assert {record.get("WARC-Date") for record in (request, response, metadata)} == {"2026-01-23T04:05:06.789000Z"}
    assert response.get("WARC-IP-Address") == "192.0.2.7"
    assert len({info.id, request.id, response.id, metadata.id}) == 4


def test_every_record_is_a_member_of_its_own(tmp_path):
    write(tmp_path, answer(), answer(b"other"))
    data = one_file(tmp_path).read_bytes()
    for record in records(tmp_path):
        member = isal_zlib.decompress(data[record.offset : record.offset + record.length], 31)
        assert member.startswith(b"WARC/1.1\r\n")
        assert member.endswith(record.block + b"\r\n\r\n")
    assert sum(record.length for record in records(tmp_path)) == len(data)


@pytest.mark.parametrize(
    ("body", "head"),
    [
        (gzip.compress(bytes(range(256)) * 8 + PAGE, mtime=0) * 20, b"Content-Encoding: gzip\r\n"),
        (b"PK\x03\x04" + PAGE, b"Content-Type: application/zip\r\n"),
    ],
    ids=["content coding", "zip"],
)
def test_what_is_packed_already_is_stored_as_it_is(tmp_path, body, head):
    told, page = answer(body, head=head), b"<html>" + PAGE
    stored, packed = write(tmp_path, told, answer(page))
    content = (tmp_path / stored.warc).read_bytes()
    assert body in content
    assert page not in content
    assert packed.length < len(page)
    assert wire_of(tmp_path, stored) == told


def test_file_is_the_same_with_the_same_clock_and_ids(tmp_path):
    for name in ("first", "second"):
        ids = map(UUID, map("00000000-0000-4000-8000-{:012}".format, itertools.count()))
        with ArchiveWriter(tmp_path / name, now=lambda: STARTED, new_id=lambda ids=ids: next(ids)) as writer:
            writer.write(exchange(answer(), outcome="ok"))
    first, second = one_file(tmp_path / "first"), one_file(tmp_path / "second")
    assert first.name == f"nianbao-20260123040506-00000-{os.getpid()}.warc.gz"
    assert first.read_bytes() == second.read_bytes()
    assert first.with_name(first.name.replace(".warc.gz", ".cdxj")).read_text() == (
        "cn,gov,xjwq)/a 20260123040506 "
        '{"url": "http://www.xjwq.gov.cn/a", "mime": "text/html", "status": "200", '
        f'"digest": "{digest_of(PAGE)}", "length": "426", "offset": "{records(tmp_path / "first")[2].offset}", '
        f'"filename": "{first.name}", "id": "urn:uuid:00000000-0000-4000-8000-000000000001"}}\n'
    )


def test_warcinfo_says_who_wrote_it(tmp_path):
    with ArchiveWriter(tmp_path, operator="数据社", description={"robots": "classic", "isPartOf": "2026"}) as writer:
        writer.write(exchange(answer()))
    info = records(tmp_path)[0]
    lines = info.block.decode().split("\r\n")
    assert info.get("WARC-Filename") == one_file(tmp_path).name
    assert lines[0].startswith("software: nianbao/")
    assert {"operator: 数据社", "robots: classic", "isPartOf: 2026", "format: WARC File Format 1.1"} <= set(lines)


def test_metadata_comes_back_in_order_on_one_line_each(tmp_path):
    with ArchiveWriter(tmp_path) as writer:
        writer.write(exchange(answer(), outcome="ok", anchor=" 年报\r\nWARC-Type: x\x00\udcff ", via=""))
    (capture,) = iter_captures(tmp_path)
    assert list(capture.metadata.items()) == [("outcome", "ok"), ("anchor", "年报 WARC-Type: x ?"), ("via", "")]


@pytest.mark.parametrize("name", ["a b", "a:b", "", "a\nb", "年"])
def test_metadata_name_that_would_break_the_record_is_refused(tmp_path, name):
    with ArchiveWriter(tmp_path) as writer, pytest.raises(ArchiveError, match="metadata name"):
        writer.note(URL, [(name, "x")], at=STARTED)


@pytest.mark.parametrize("url", ["http://x.gov.cn/a b", "http://x.gov.cn/\r\nWARC-Type: request", "http://x.gov.cn/年"])
def test_address_cannot_break_the_head(tmp_path, url):
    with ArchiveWriter(tmp_path) as writer:
        writer.write(exchange(answer(), url=url))
    (capture,) = iter_captures(tmp_path)
    assert re.fullmatch(r"[!-~]+", capture.url)
    assert verify(tmp_path).ok


def test_time_without_zone_is_refused(tmp_path):
    with ArchiveWriter(tmp_path) as writer, pytest.raises(ArchiveError, match="zone"):
        writer.note(URL, [], at=datetime(2026, 1, 1))  # noqa: DTZ001


def test_exchange_without_an_answer_keeps_request_and_metadata(tmp_path):
    with ArchiveWriter(tmp_path) as writer:
        written = writer.write(exchange(b"", outcome="timeout"))
    assert written.capture_id is None
    assert [record.kind for record in records(tmp_path)] == ["warcinfo", "request", "metadata"]
    assert list(iter_captures(tmp_path)) == [Note(URL, STARTED, {"outcome": "timeout"})]
    assert verify(tmp_path).ok


def test_note_is_read_back(tmp_path):
    with ArchiveWriter(tmp_path) as writer:
        writer.note(URL, [("outcome", "robots_denied"), ("portal", "温泉县")], at=STARTED)
    assert list(iter_captures(tmp_path)) == [Note(URL, STARTED, {"outcome": "robots_denied", "portal": "温泉县"})]


def test_chunked_answer_states_the_digest_of_its_payload_where_warcio_does_not_look(tmp_path):
    write(tmp_path, ODD_ANSWERS["chunked"])
    response = records(tmp_path)[2]
    assert response.get("WARC-Payload-Digest") == ""
    assert response.get("Nianbao-Payload-Digest") == find(tmp_path, url=f"{URL}/0")[0].digest == digest_of(PAGE)


class TestRevisit:
    def test_same_body_is_kept_once(self, tmp_path):
        first, second = write(tmp_path, answer(), answer(head=b"Server: other\r\n"))
        revisit = records(tmp_path)[5]
        assert revisit.kind == "revisit"
        assert revisit.get("WARC-Profile").endswith("/identical-payload-digest")
        assert revisit.get("WARC-Refers-To") == f"<{first.capture_id}>"
        assert revisit.get("WARC-Refers-To-Target-URI") == f"{URL}/0"
        assert revisit.get("WARC-Refers-To-Date") == "2026-01-23T04:05:06.789000Z"
        assert revisit.block == b"HTTP/1.1 200 OK\r\nServer: other\r\n\r\n"
        capture = read_capture(tmp_path, second.warc, second.offset, second.length)
        assert (capture.payload, capture.headers, capture.id) == (PAGE, (("Server", "other"),), second.capture_id)
        assert wire_of(tmp_path, second) == answer(head=b"Server: other\r\n")

    def test_same_payload_in_other_chunks_is_kept_again_to_the_byte(self, tmp_path):
        head = b"Transfer-Encoding: chunked\r\n"
        answers = [answer(chunked(PAGE, size=size), head=head) for size in (100, 90, 100)]
        written = write(tmp_path, *answers)
        assert [record.kind for record in records(tmp_path)][2::3] == ["response", "response", "revisit"]
        assert [wire_of(tmp_path, each) for each in written] == answers
        assert len({line.digest for number in range(3) for line in find(tmp_path, url=f"{URL}/{number}")}) == 1

    def test_small_body_is_no_revisit(self, tmp_path):
        write(tmp_path, answer(b"not found"), answer(b"not found"))
        assert "revisit" not in [record.kind for record in records(tmp_path)]

    def test_not_modified_refers_to_what_an_earlier_run_kept(self, tmp_path):
        not_modified = answer(b"", status=b"304 Not Modified", head=b"ETag: x\r\n")
        written = []
        for received in (answer(), not_modified, not_modified):
            with ArchiveWriter(tmp_path) as writer:
                written.append(writer.write(exchange(received)))
        first, *later = list(iter_captures(tmp_path))
        for capture in later:
            assert (capture.status, capture.payload, capture.mime) == (304, PAGE, "text/html")
            assert capture.digest == first.digest
        assert [wire_of(tmp_path, each) for each in written[1:]] == [not_modified] * 2
        report = verify(tmp_path)
        assert report.ok, report.text()

    def test_not_modified_of_an_unknown_address_is_a_response(self, tmp_path):
        write(tmp_path, answer(b"", status=b"304 Not Modified"))
        assert [record.kind for record in records(tmp_path)][2] == "response"

    def test_conditional_request_answered_in_full_refers_to_an_earlier_run(self, tmp_path):
        sent = SENT.replace(b"\r\n\r\n", b"\r\nIf-None-Match: x\r\n\r\n")
        for received in (answer(), answer(), answer(PAGE + b"changed")):
            with ArchiveWriter(tmp_path) as writer:
                writer.write(exchange(received, sent=sent))
        kinds = [record.kind for path in sorted(tmp_path.glob("*.gz")) for record in scan(path)][2::4]
        assert kinds == ["response", "revisit", "response"]
        assert [capture.payload for capture in iter_captures(tmp_path)] == [PAGE, PAGE, PAGE + b"changed"]

    def test_warcio_resolves_nothing_but_reads_on(self, tmp_path):
        write(tmp_path, answer(), answer())
        assert warcio_finds_fault(one_file(tmp_path)) == 0


def test_files_rotate_at_their_limit_and_no_exchange_is_torn(tmp_path):
    with ArchiveWriter(tmp_path, max_bytes=3000) as writer:
        written = [writer.write(exchange(answer(os.urandom(500)), url=f"{URL}/{n}")) for n in range(12)]
    files = sorted(tmp_path.glob("*.warc.gz"))
    assert len(files) > 3
    assert all(path.stat().st_size <= 3000 for path in files)
    assert sorted({each.warc for each in written}) == [path.name for path in files]
    assert [capture.id for capture in iter_captures(tmp_path)] == [each.capture_id for each in written]
    assert verify(tmp_path).ok


def test_exchange_over_the_limit_has_a_file_of_its_own(tmp_path):
    with ArchiveWriter(tmp_path, max_bytes=10) as writer:
        writer.write(exchange(answer()))
        writer.write(exchange(answer(b"b")))
    assert len(list(tmp_path.glob("*.warc.gz"))) == 2


def test_writer_without_an_exchange_leaves_nothing(tmp_path):
    with ArchiveWriter(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_two_writers_in_one_folder_do_not_collide(tmp_path):
    with ArchiveWriter(tmp_path, now=lambda: STARTED) as one, ArchiveWriter(tmp_path, now=lambda: STARTED) as other:
        for number in range(5):
            one.write(exchange(answer(), url=f"{URL}/one/{number}"))
            other.write(exchange(answer(), url=f"{URL}/other/{number}"))
        assert len(list(tmp_path.glob("*.open"))) == 2
        with ArchiveWriter(tmp_path) as third:
            assert third.recovered == []
    assert len(list(iter_captures(tmp_path))) == 10
    assert verify(tmp_path).ok


def test_file_being_written_can_be_read_up_to_now(tmp_path):
    with ArchiveWriter(tmp_path) as writer:
        written = writer.write(exchange(answer(), outcome="ok"))
        (capture,) = iter_captures(tmp_path)
        assert capture == read_capture(tmp_path, written.warc, written.offset, written.length)
        assert [line.id for line in find(tmp_path, url=URL)] == [capture.id]
        assert capture.warc.endswith(".warc.gz")


class TestFullDisk:
    def test_exchange_that_does_not_fit_is_cut_off_and_the_rest_stays(self, tmp_path, monkeypatch):
        room = [8000]

        def pwrite(handle, data, offset, real=os.pwrite):
            if not room[0]:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            written = real(handle, data[: room[0]], offset)
            room[0] -= written
            return written

        monkeypatch.setattr(os, "pwrite", pwrite)
        with ArchiveWriter(tmp_path) as writer:
            kept = 0
            while room[0]:
                with suppress(ArchiveWriteFailed):
                    writer.write(exchange(answer(os.urandom(700)), url=f"{URL}/{kept}"))
                    kept += 1
            with pytest.raises(ArchiveWriteFailed, match=r"No space left on device.*make room"):
                writer.write(exchange(answer()))
            room[0] = 1 << 20
            writer.write(exchange(answer(b"after room was made")))
        assert kept > 1
        assert len(list(iter_captures(tmp_path))) == kept + 1
        assert verify(tmp_path).ok
        assert warcio_finds_fault(one_file(tmp_path)) == 0

    def test_file_that_was_taken_away_takes_nothing_more(self, tmp_path, monkeypatch):
        monkeypatch.setattr("archive.warc_file._SYNC_EVERY", 0)
        with ArchiveWriter(tmp_path / "a") as writer:
            writer.write(exchange(answer()))
            (tmp_path / "a").rename(tmp_path / "b")
            with pytest.raises(ArchiveWriteFailed, match="put the folder back"):
                writer.write(exchange(answer()))
            (tmp_path / "b").rename(tmp_path / "a")
        assert len(list(iter_captures(tmp_path / "a"))) == 1

    def test_limit_of_the_system_is_met_like_a_full_disk(self, tmp_path):
        """A child under a limit on file sizes, which the kernel enforces within a write."""
        program = (
            "import os, resource, sys\n"
            "from archive import ArchiveWriteFailed, ArchiveWriter\n"
            "from tests.archive.exchanges import answer, exchange\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
            "writer = ArchiveWriter(sys.argv[1])\n"
            "try:\n"
            "    while True: writer.write(exchange(answer(os.urandom(900))))\n"
            "except ArchiveWriteFailed as error: print(error)\n"
            "writer.close()\n"
        )
        command = [sys.executable, "-c", program, str(tmp_path)]
        ended = subprocess.run(command, capture_output=True, text=True, check=True)
        assert "File too large" in ended.stdout
        assert len(list(iter_captures(tmp_path))) > 5
        assert verify(tmp_path).ok

    def test_disk_that_fills_up_while_sealing_leaves_a_file_that_the_next_start_seals(self, tmp_path, monkeypatch):
        def fsync(*_):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        writer = ArchiveWriter(tmp_path)
        writer.write(exchange(answer()))
        with monkeypatch.context() as full:
            full.setattr(os, "fsync", fsync)
            with pytest.raises(ArchiveWriteFailed, match=r"cannot be (sealed|written).*No space left"):
                writer.close()
        assert len(list(tmp_path.glob("*.open"))) == 1
        with ArchiveWriter(tmp_path) as after:
            assert [each.exchanges for each in after.recovered] == [1]
        assert verify(tmp_path).ok

    def test_first_file_that_cannot_be_begun_leaves_nothing(self, tmp_path, monkeypatch):
        def pwrite(*_):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with ArchiveWriter(tmp_path) as writer:
            monkeypatch.setattr(os, "pwrite", pwrite)
            with pytest.raises(ArchiveWriteFailed):
                writer.write(exchange(answer()))
        assert list(tmp_path.iterdir()) == []

    def test_folder_that_cannot_be_made_is_named(self, tmp_path):
        (tmp_path / "file").touch()
        with pytest.raises(ArchiveWriteFailed, match="file/archive"):
            ArchiveWriter(tmp_path / "file" / "archive")


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.binary(max_size=50)
            | st.builds(lambda h, b: b"HTTP/1.1 200 OK\r\n" + h + b"\r\n\r\n" + b, st.binary(max_size=60), st.binary()),
            st.binary(max_size=40),
            st.text(max_size=20),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_bytes_come_back(tmp_path_factory, exchanges):
    folder = tmp_path_factory.mktemp("any")
    with ArchiveWriter(folder) as writer:
        written = [writer.write(exchange(received, sent=sent, note=note)) for received, sent, note in exchanges]
    for place, (received, _, _) in zip(written, exchanges, strict=True):
        if received:
            assert wire_of(folder, place) == received
    items = list(iter_captures(folder))
    assert [isinstance(item, Capture) for item in items] == [bool(received) for received, _, _ in exchanges]
    requests = [record.block for record in records(folder) if record.kind == "request"]
    assert requests == [sent for _, sent, _ in exchanges]
    assert verify(folder).ok, verify(folder).text()
    assert warcio_finds_fault(one_file(folder)) == 0


def test_dates_are_utc_whatever_the_zone(tmp_path):
    started = datetime.fromisoformat("2026-01-01T07:30:00+08:00")
    with ArchiveWriter(tmp_path) as writer:
        writer.note(URL, [], at=started)
    (note,) = iter_captures(tmp_path)
    assert note.at == started
    assert note.at.tzinfo is UTC
    assert records(tmp_path)[1].get("WARC-Date") == "2025-12-31T23:30:00Z"


class TestReplacing:
    def test_one_process_writes_a_file_at_a_time(self, tmp_path):
        with replacing(tmp_path / "x") as first:
            first.write(b"first")
            with pytest.raises(ArchiveWriteFailed, match="another process"), replacing(tmp_path / "x"):
                pass
        assert (tmp_path / "x").read_bytes() == b"first"

    def test_one_that_waited_while_the_other_ended_does_not_empty_what_it_wrote(self, tmp_path, monkeypatch):
        """The second opens the first one's file and gets its lock when that has its final name already."""

        def lock_late(handle):
            os.replace(tmp_path / "x.tmp", tmp_path / "x")
            return lock_file(handle)

        (tmp_path / "x.tmp").write_bytes(b"first")
        monkeypatch.setattr(files, "lock_file", lock_late)
        with pytest.raises(ArchiveWriteFailed, match="another process"), replacing(tmp_path / "x"):
            pass
        assert (tmp_path / "x").read_bytes() == b"first"

    def test_what_fails_leaves_the_old_file(self, tmp_path):
        def stopped():
            with replacing(tmp_path / "x") as file:
                file.write(b"new")
                raise KeyboardInterrupt

        (tmp_path / "x").write_bytes(b"old")
        with pytest.raises(KeyboardInterrupt):
            stopped()
        assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]
