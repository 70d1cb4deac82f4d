"""Answers of many megabytes: kept byte for byte in little memory, judged by their beginning and by whether they are
whole.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import random
import socket
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

import brotli
import pytest
import zstandard

from archive import find, verify, wire_pieces
from archive.http_message import decode_content, decoded, entity_of, parse_answer
from archive.scanning import block_pieces, scan
from crawler import answers
from crawler.answers import read_answer
from crawler.fingerprint import fingerprint
from crawler.spool import Spool
from tests.archive.exchanges import ODD_ANSWERS, PAGE, answer, chunked
from tests.crawler.conftest import PROGRAM, finish_crawl, start_crawl
from tests.crawler.listening import CLOSE, MISSING_LAST, home, listening, register_of

HOST = "127.0.0.13"
SIZE = 60 << 20
ROOM = 40 << 10  # KiB
PEAK = """
import re
from pathlib import Path
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
before = peak()
"""
TOLD = """
print(json.dumps({"grown": peak() - before, "failure": summary.failure, "closed": summary.balance.closed}))
"""


@dataclass(frozen=True, slots=True)
class Large:
    """An answer: its head, a body that is this block so many times, and its end."""

    head: bytes
    block: bytes
    times: int
    end: bytes = b""

    def pieces(self) -> Iterator[bytes]:
        yield self.head
        for _ in range(self.times):
            yield self.block
        yield self.end

    def digest(self) -> str:
        return digest_of(self.pieces())


def digest_of(pieces: Iterator[bytes]) -> str:
    digest = hashlib.sha1()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def _large_answers() -> dict[str, Large]:
    noise = random.Random(60)
    block = b"%PDF-1.4\n" + noise.randbytes(300_000) + bytes((1 << 20) - 300_009)
    packed = gzip.compress(block * 60, 1)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n" + CLOSE
    length = b"%bContent-Length: %%d\r\n\r\n" % head
    return {
        "length": Large(length % SIZE, block, SIZE >> 20),
        "chunked": Large(
            head + b"Transfer-Encoding: chunked\r\n\r\n", b"%X\r\n%b\r\n" % (len(block), block), 60, b"0\r\n\r\n"
        ),
        "gzip": Large(
            head + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed), packed, 1
        ),
        "cut": Large(length % SIZE, block, 31),
        "chunked_cut": Large(
            head + b"Transfer-Encoding: chunked\r\n\r\n", b"%X\r\n%b\r\n" % (len(block), block), 12
        ),
    }  # fmt: skip


@contextmanager
def served(folder, large):
    answers = {f"/{name}.htm": each for name, each in large.items()} | {"/": Large(home(large), b"", 0)}

    def serve(client: socket.socket) -> None:
        path = client.recv(65536).split(b" ")[1].decode()
        for piece in answers.get(path, Large(MISSING_LAST, b"", 0)).pieces():
            client.sendall(piece)
        client.shutdown(socket.SHUT_WR)
        while client.recv(65536):
            pass

    with listening(HOST, serve) as port:
        yield f"http://{HOST}:{port}", register_of(folder, f"http://{HOST}:{port}/")


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    folder, large = tmp_path_factory.mktemp("large"), _large_answers()
    with served(folder, large) as (origin, register):
        settings = {"MOST_ATTEMPTS": 1, "DOWNLOAD_TIMEOUT": 60.0, "DOWNLOAD_DELAY": 0}
        process = start_crawl(folder, register, program=PEAK + PROGRAM + TOLD, settings=settings)
        yield origin, large, finish_crawl(process, folder)


def test_memory_does_not_grow_with_the_answers(crawled):
    _, _, crawl = crawled
    assert crawl.said["closed"]
    assert crawl.said["grown"] < ROOM


@pytest.mark.parametrize("name", ["length", "chunked", "gzip", "cut", "chunked_cut"])
def test_archived_bytes_equal_those_sent(crawled, name):
    origin, large, crawl = crawled
    (line,) = find(crawl.archive, url=f"{origin}/{name}.htm")
    kept = wire_pieces(crawl.archive, line.filename, line.offset, line.length)
    assert digest_of(kept) == large[name].digest()


@pytest.mark.parametrize(
    ("name", "outcome", "truncated"),
    [
        ("length", "ok", ""),
        ("chunked", "ok", ""),
        ("gzip", "ok", ""),
        ("cut", "truncated", "disconnect"),
        ("chunked_cut", "truncated", "disconnect"),
    ],
)
def test_whether_it_is_whole_is_told(crawled, name, outcome, truncated):
    _, _, crawl = crawled
    (path,) = crawl.archive.glob("*.warc.gz")
    records = [record for record in scan(path) if record.url.endswith(f"/{name}.htm")]
    _, response, metadata = records
    assert response.get("WARC-Truncated") == truncated
    assert f"outcome: {outcome}\r\n".encode() in metadata.block


def test_archive_of_large_answers_is_whole_and_nothing_lies_beside_it(crawled):
    _, _, crawl = crawled
    assert verify(crawl.archive).ok
    assert {path.suffix for path in crawl.archive.iterdir()} == {".gz", ".cdxj", ".sha256"}


def test_disk_without_room_for_a_large_answer_is_one_line(tmp_path):
    large = {"length": _large_answers()["length"]}
    with served(tmp_path, large) as (_, register):
        crawl = finish_crawl(start_crawl(tmp_path, register, file_limit=4 << 20), tmp_path)
    assert "no room for a large answer" in crawl.said["failure"]
    assert "\n" not in crawl.said["failure"]
    assert "Traceback" not in crawl.errors
    assert not crawl.said["closed"]  # the address waits for the crawl to be resumed
    assert verify(crawl.archive).ok


@pytest.mark.parametrize("name", ["length", "chunked", "gzip"])
def test_answer_over_the_limit_is_kept_so_far_as_it_came(tmp_path, name):
    large, limit = {name: _large_answers()[name]}, 3 << 20
    settings = {"DOWNLOAD_MAXSIZE": limit, "MOST_ATTEMPTS": 1, "DOWNLOAD_TIMEOUT": 60.0}
    with served(tmp_path, large) as (_, register):
        crawl = finish_crawl(start_crawl(tmp_path, register, settings=settings), tmp_path)
    (path,) = crawl.archive.glob("*.warc.gz")
    _, response, metadata = [record for record in scan(path) if record.url.endswith(f"/{name}.htm")]
    assert b"outcome: too_large\r\n" in metadata.block
    assert response.get("WARC-Truncated") == "length"
    kept, sent = b"".join(block_pieces(response, path)), b"".join(islice(large[name].pieces(), 8))
    assert sent.startswith(kept)
    assert (len(kept) > limit) == (name == "chunked")  # the others state their length, and are hung up on at once


@pytest.fixture
def _small_room(monkeypatch):
    """What is large is smaller in these tests."""
    monkeypatch.setattr("crawler.spool.HELD", 1000)
    monkeypatch.setattr("crawler.spool.PIECE", 100)


@pytest.mark.usefixtures("_small_room")
def test_spool_gives_back_what_it_was_given(tmp_path):
    for size in (0, 999, 1000, 1001, 5000):
        data = random.Random(size).randbytes(size)
        spool = Spool(tmp_path)
        for start in range(0, size, 7):
            assert spool.add(data[start : start + 7])
        content = spool.content()
        if not isinstance(content, bytes):
            content.seek(0)
            content = content.read()
        assert content == data
        assert spool.size == size
        assert not list(tmp_path.iterdir())  # the file has no name
        spool.close()
        assert spool.add(b"late")


@pytest.mark.usefixtures("_small_room")
def test_spool_says_where_it_could_not_write(tmp_path):
    spool = Spool(tmp_path / "missing")
    assert spool.add(bytes(1000))
    assert not spool.add(b"x")
    with pytest.raises(OSError, match="missing"):
        spool.content()


CODED = {
    "deflate": answer(zlib.compress(PAGE), head=b"Content-Encoding: deflate\r\n"),
    "deflate_raw": answer(zlib.compress(PAGE, wbits=-15), head=b"Content-Encoding: deflate\r\n"),
    "br": answer(brotli.compress(PAGE), head=b"Content-Encoding: br\r\n"),
    "zstd": answer(zstandard.compress(PAGE) * 2, head=b"Content-Encoding: zstd\r\n"),
    "members": answer(gzip.compress(PAGE) + gzip.compress(b"more"), head=b"Content-Encoding: gzip\r\n"),
    "undeclared": answer(gzip.compress(PAGE)),
    "packed_file": answer(gzip.compress(PAGE), head=b"Content-Type: application/gzip\r\n"),
    "junk_after": answer(gzip.compress(PAGE) + b"junk", head=b"Content-Encoding: gzip\r\n"),
    "none_after_all": answer(PAGE, head=b"Content-Encoding: deflate\r\n"),
    "br_after_all": answer(PAGE, head=b"Content-Encoding: br\r\n"),
    "chunked_br": answer(
        chunked(brotli.compress(PAGE), size=3), head=b"Transfer-Encoding: chunked\r\nContent-Encoding: br\r\n"
    ),
    "chunked_members": answer(
        chunked(gzip.compress(PAGE) + gzip.compress(b"more"), size=1),
        head=b"Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n",
    ),
}


@pytest.mark.parametrize("name", [*ODD_ANSWERS, *CODED])
def test_answer_in_pieces_is_decoded_as_one_at_once(name):
    received = (ODD_ANSWERS | CODED)[name]
    head = parse_answer(received)
    entity = entity_of(received[head.body :], head)
    assert b"".join(decoded([entity], head)) == decode_content(entity, head)


def test_payload_over_what_is_read_is_counted_and_digested(monkeypatch):
    monkeypatch.setattr(answers, "MOST_READ", 1000)
    payload = PAGE * 3
    for received in (answer(gzip.compress(payload), head=b"Content-Encoding: gzip\r\n"), answer(payload)):
        for each in (received, io.BytesIO(received)):
            read = read_answer("http://x.gov.cn/", each, role="detail", limit=len(payload))
            assert (read.body, read.digest) == (payload[:1000], hashlib.sha1(payload).hexdigest())
            assert (read.cut, read.too_large, read.broken_coding) == (False, False, False)
            assert read_answer(
                "http://x.gov.cn/", io.BytesIO(received), role="detail", limit=len(payload) - 1
            ).too_large


def test_file_read_in_part_has_the_fingerprint_of_the_whole():
    payload = b"%PDF-1.4" + bytes(5000)
    whole = hashlib.sha1(payload).hexdigest()
    assert fingerprint(payload[:1000], digest=whole) == fingerprint(payload)
