"""Answers too large to be held: a film is written, verified, indexed and read in little memory.

Each step runs in a process of its own, whose greatest resident size the system tells.
"""

import gzip
import subprocess
import sys
from io import BytesIO

import pytest

from archive import (
    ArchiveWriter,
    PayloadTooLarge,
    Unread,
    find,
    index,
    iter_captures,
    read_capture,
    verify,
    wire_pieces,
)
from archive.scanning import scan
from tests.archive.exchanges import PAGE, SENT, URL, answer, chunked, exchange
from tests.archive.test_crash import leave_open

FILM = 120 << 20  # bytes, more than a process may take
ROOM = 100 << 10  # KiB
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: %d\r\n\r\n" % FILM
PROGRAM = """
import re, sys
from pathlib import Path
from archive import ArchiveWriter, find, index, verify, wire_pieces
from tests.archive.exchanges import exchange
from tests.archive.test_large import FILM, HEAD, URL
step, folder, film = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
if step == "write":
    with open(film, "rb") as received, ArchiveWriter(folder) as writer:
        writer.write(exchange(received))
elif step == "verify":
    assert verify(folder).ok
elif step == "index":
    next(folder.glob("*.cdxj")).unlink()
    assert index(folder)
else:
    (line,) = find(folder, url=URL)
    with open(film, "rb") as sent:
        for piece in wire_pieces(folder, line.filename, line.offset, line.length):
            assert sent.read(len(piece)) == piece
        assert not sent.read(1)
print(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""


def test_film_passes_through_in_the_memory_of_a_page(tmp_path):
    film = tmp_path / "film"
    with open(film, "wb") as file:
        file.write(HEAD)
        file.truncate(len(HEAD) + FILM)
    for step in ("write", "verify", "index", "read"):
        command = [sys.executable, "-c", PROGRAM, step, str(tmp_path / "archive"), str(film)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr
        assert int(ended.stdout) < ROOM, step


@pytest.fixture
def large(monkeypatch):
    """What is large is smaller in these tests; return an answer that is."""
    monkeypatch.setattr("archive.writer._WHOLE", 1000)
    for module in ("http_message", "scanning", "writer"):
        monkeypatch.setattr(f"archive.{module}.MAX_HEAD", 2000)
    monkeypatch.setattr("archive.scanning._FRAMING", 0)
    for module in ("indexing", "fixity", "reader", "warc_file"):
        monkeypatch.setattr(f"archive.{module}.HELD", 2000)
    return answer(chunked(PAGE * 3), head=b"Transfer-Encoding: chunked\r\nContent-Type: text/html\r\n")


def write_file(folder, received, **options):
    with ArchiveWriter(folder) as writer:
        return writer.write(exchange(BytesIO(received), **options))


def test_large_answer_makes_the_same_records_as_a_small_one(tmp_path, large, monkeypatch):
    write_file(tmp_path / "pieces", b"HTTP/1.1 100 Continue\r\n\r\n" + large)
    monkeypatch.setattr("archive.writer._WHOLE", 1 << 20)
    write_file(tmp_path / "whole", b"HTTP/1.1 100 Continue\r\n\r\n" + large)
    shapes = []
    for folder in ("pieces", "whole"):
        (path,) = (tmp_path / folder).glob("*.warc.gz")
        _, request, response, metadata = scan(path)
        fields = ("WARC-Block-Digest", "Nianbao-Payload-Digest", "Content-Length")
        shapes.append([request.block, response.block, metadata.block, *map(response.get, fields)])
        assert verify(tmp_path / folder).ok
    assert shapes[0] == shapes[1]


def test_large_answer_equals_the_wire_in_every_form_of_file(tmp_path, large):
    written = write_file(tmp_path, large)
    assert b"".join(wire_pieces(tmp_path, written.warc, written.offset, written.length)) == large
    (path,) = tmp_path.glob("*.warc.gz")
    plain = b"".join(record.text for record in scan(path))
    for name, content in (("x.warc", plain), ("y.warc.gz", gzip.compress(plain))):
        folder = tmp_path / name
        folder.mkdir()
        (folder / name).write_bytes(content)
        index(folder)
        (line,) = find(folder, url=URL)
        assert b"".join(wire_pieces(folder, line.filename, line.offset, line.length)) == large
        assert line.digest == find(tmp_path, url=URL)[0].digest
        assert verify(folder).ok


def test_large_answers_that_are_the_same_are_kept_once(tmp_path, large):
    with ArchiveWriter(tmp_path) as writer:
        written = [writer.write(exchange(BytesIO(large), url=f"{URL}/{n}")) for n in range(2)]
    (path,) = tmp_path.glob("*.warc.gz")
    assert [record.kind for record in scan(path)][2::3] == ["response", "revisit"]
    for each in written:
        assert b"".join(wire_pieces(tmp_path, each.warc, each.offset, each.length)) == large
    assert verify(tmp_path).ok


def test_large_answer_is_compared_with_an_earlier_run(tmp_path, large):
    sent = SENT.replace(b"\r\n\r\n", b"\r\nIf-None-Match: x\r\n\r\n")
    for _ in range(2):
        write_file(tmp_path, large, sent=sent)
    assert [record.kind for path in sorted(tmp_path.glob("*.gz")) for record in scan(path)][2::4] == [
        "response",
        "revisit",
    ]


def test_digest_of_a_large_answer_that_was_changed_is_found(tmp_path, large):
    write_file(tmp_path, large)
    (path,) = tmp_path.glob("*.warc.gz")
    records = [record.text for record in scan(path)]
    records[2] = records[2].replace(b"<html>", b"<HTML>")
    path.write_bytes(b"".join(gzip.compress(text) for text in records))
    found = [problem.what for problem in verify(tmp_path).problems]
    assert any("WARC-Block-Digest is" in what for what in found)
    assert any("Nianbao-Payload-Digest is" in what for what in found)


def test_disk_that_fills_up_within_a_large_answer_leaves_what_was_before(tmp_path, large, monkeypatch):
    from archive import ArchiveWriteFailed, warc_file

    with ArchiveWriter(tmp_path) as writer:
        writer.write(exchange(answer(b"before"), url=f"{URL}/before"))
        room = [300]

        def write_all(handle, data, offset, real=warc_file.write_at):
            if len(data) > room[0]:
                raise OSError(28, "No space left on device")
            room[0] -= len(data)
            real(handle, data, offset)

        monkeypatch.setattr(warc_file, "write_at", write_all)
        with pytest.raises(ArchiveWriteFailed, match="No space left"):
            writer.write(exchange(BytesIO(large)))
        room[0] = 1 << 20
        writer.write(exchange(answer(b"after"), url=f"{URL}/after"))
    assert [capture.payload for capture in iter_captures(tmp_path)] == [b"before", b"after"]
    assert verify(tmp_path).ok


def test_payload_that_cannot_be_held_is_named(tmp_path, large):
    written = write_file(tmp_path, large)
    (item,) = iter_captures(tmp_path, limit=1000)
    assert isinstance(item, Unread)
    assert isinstance(item.error, PayloadTooLarge)
    with pytest.raises(PayloadTooLarge):
        read_capture(tmp_path, written.warc, written.offset, written.length, limit=1000)


def test_file_left_open_with_a_large_answer_is_recovered(tmp_path, large):
    path = leave_open(tmp_path, count=1)
    with ArchiveWriter(tmp_path / "other") as writer:
        writer.write(exchange(BytesIO(large)))
        (other,) = (tmp_path / "other").glob("*.open")
        records = other.read_bytes()
        info = next(iter(scan(other))).length
    path.write_bytes(path.read_bytes() + records[info:])
    with ArchiveWriter(tmp_path) as writer:
        assert [(each.exchanges, each.dropped) for each in writer.recovered] == [(2, 0)]
    assert verify(tmp_path).ok
