"""A portal whose server misbehaves in more than 25 ways, and logs its own bytes: what is archived equals them."""

from __future__ import annotations

import re
import socket
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from functools import partial

import pytest

from archive import Capture, iter_captures, raw_exchange, verify
from archive.http_message import MAX_HEAD
from archive.scanning import scan
from tests.archive.exchanges import ODD_ANSWERS, PAGE, answer, chunked
from tests.crawler.conftest import finish_crawl, start_crawl
from tests.crawler.listening import MISSING_LAST, home, listening, register_of

HOST = "127.0.0.10"
HOLDS = "stalls"  # in the name of an answer after which the server says no more, and waits
CUT = "over_the_limit"  # in the name of an answer whose end is not waited for
FURTHER = {
    "nothing": b"",
    "stalls_in_the_body": answer(PAGE, head=b"Content-Length: 100000\r\n"),
    "stalls_in_the_head": b"HTTP/1.1 200 OK\r\nServer: slow\r\nConte",
    "byte_by_byte": answer(PAGE[:90], head=b"Content-Length: 90\r\n"),
    "chunks_one_by_one": answer(chunked(PAGE[:60], size=7), head=b"Transfer-Encoding: chunked\r\n"),
    "chunk_size_that_lies": answer(b"ffff\r\nshort", head=b"Transfer-Encoding: chunked\r\n"),
    "chunk_size_that_is_none": answer(b"xyz\r\nbody\r\n0\r\n\r\n", head=b"Transfer-Encoding: chunked\r\n"),
    "chunked_and_length": answer(chunked(PAGE), head=b"Content-Length: 7\r\nTransfer-Encoding: chunked\r\n"),
    "length_that_is_none": answer(head=b"Content-Length: many\r\n"),
    "length_of_5000_digits": answer(head=b"Content-Length: %b\r\n" % (b"9" * 5000)),
    "charset_that_is_none": answer(head=b"Content-Type: text/html; charset=zip\r\n"),
    "nested_too_deep": answer(b"<html>" + b"<div>" * 100_000),
    "head_of_100_kb": answer(PAGE, head=b"Set-Cookie: c=%b\r\n" % (b"v" * 100_000)),
    "head_of_100_kb_and_a_large_body": answer(PAGE * 9000, head=b"Set-Cookie: c=%b\r\n" % (b"v" * 100_000)),
    "head_over_the_limit": answer(PAGE, head=b"X-Long: %b\r\n" % (b"y" * 1_200_000)),
    "preamble_over_the_limit": b"HTTP/1.1 100 Continue\r\n\r\n" * 50_000 + answer(PAGE),
    "length_below_zero": answer(head=b"Content-Length: -5\r\n"),
    "head_without_end_and_long": b"HTTP/1.1 200 OK\r\n" + b"X-Long: %b\r\n" % (b"y" * 20_000),
    "status_of_four_digits": answer(status=b"2000 OK"),
    "not_http": b"SSH-2.0-OpenSSH_9.0\r\n",
    "body_of_a_304": answer(status=b"304 Not Modified", head=b"Content-Length: 500\r\n"),
    "body_of_a_204": answer(b"none", status=b"204 No Content", head=b"Content-Length: 900\r\n"),
    "nul_in_the_head": answer(head=b"X: a\x00b\r\nContent-Type: text/html\r\n"),
    "http_0_9_page": PAGE,
    "http_1_0_page": b"HTTP/1.0 200 OK\r\nServer: old\r\n\r\n" + PAGE + b"until the end of the connection",
}
ANSWERS = {**ODD_ANSWERS, **FURTHER}


def misbehaved(log: dict[str, list[bytes]], client: socket.socket) -> None:
    """Serve one answer; `log` has what was written, by path, in order."""
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    request = client.recv(65536)
    if not request:
        return
    path = request.split(b" ")[1].decode()
    name = path.strip("/").removesuffix(".htm")
    received = home(ANSWERS) if path == "/" else ANSWERS.get(name, MISSING_LAST)
    log[path].append(received)
    for piece in _pieces(name, received):
        client.sendall(piece)
    if HOLDS not in name:
        client.shutdown(socket.SHUT_WR)
    while client.recv(65536):  # until the crawler hangs up
        pass


def _pieces(name: str, received: bytes) -> Iterator[bytes]:
    if "one_by_one" in name:
        return iter(received.splitlines(keepends=True))
    if name == "byte_by_byte":
        return (received[here : here + 1] for here in range(len(received)))
    return iter([received] if received else [])


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    folder, log = tmp_path_factory.mktemp("misbehaving"), defaultdict(list)
    with listening(HOST, partial(misbehaved, log)) as port:
        settings = {"MOST_ATTEMPTS": 1, "DOWNLOAD_TIMEOUT": 1.5}
        origin = f"http://{HOST}:{port}"
        return origin, log, finish_crawl(start_crawl(folder, register_of(folder, origin), settings=settings), folder)


def records(crawled):
    return [record for path in sorted(crawled.archive.glob("*.warc.gz")) for record in scan(path)]


def test_every_answer_is_asked_for(crawled):
    _, log, _ = crawled
    assert len(ANSWERS) >= 25
    assert {f"/{name}.htm" for name in ANSWERS} <= log.keys()


def test_archived_bytes_equal_the_servers_log(crawled):
    origin, log, crawl = crawled
    archived = defaultdict(list)
    for item in iter_captures(crawl.archive):
        if isinstance(item, Capture):
            path = item.url.removeprefix(origin)
            archived[path].append(raw_exchange(crawl.archive, item.warc, item.offset, item.length))
    sent = {path: [each for each in answers if each] for path, answers in log.items()}
    for path in [path for path in sent if CUT in path]:  # the crawler hangs up
        assert len(archived[path][0]) >= MAX_HEAD
        assert sent[path][0].startswith(archived[path][0])
        del sent[path], archived[path]
    assert {path: answers for path, answers in sent.items() if answers} == archived


def test_answer_that_never_came_keeps_its_request(crawled):
    *_, crawl = crawled
    asked = [record.url.rpartition("/")[2] for record in records(crawl) if record.kind == "request"]
    assert "nothing.htm" in asked
    assert asked.count("byte_by_byte.htm") == 1


@pytest.mark.parametrize(
    ("name", "stated"),
    [
        ("stalls_in_the_body", "time"),
        ("stalls_in_the_head", "time"),
        ("short_of_its_length", "disconnect"),
        ("chunked_cut", "disconnect"),
        ("chunk_size_that_lies", "disconnect"),
        ("body_of_a_304", ""),
        ("chunked", ""),
        ("http_1_0_page", ""),
    ],
)
def test_answer_that_ends_early_says_why(crawled, name, stated):
    *_, crawl = crawled
    (response,) = [each for each in records(crawl) if each.kind == "response" and each.url.endswith(f"/{name}.htm")]
    assert response.get("WARC-Truncated") == stated


@pytest.mark.parametrize(("name", "stated"), [("chunked", "http/1.1"), ("http_1_0_page", "http/1.0"), ("no_head", "")])
def test_protocol_is_the_one_of_the_answer(crawled, name, stated):
    *_, crawl = crawled
    (response,) = [each for each in records(crawl) if each.kind == "response" and each.url.endswith(f"/{name}.htm")]
    assert response.get("WARC-Protocol") == stated
    assert response.get("WARC-IP-Address") == HOST


def test_warcinfo_says_what_crawled_and_how_it_was_told_to(crawled):
    *_, crawl = crawled
    info = records(crawl)[0].block.decode()
    assert re.match(r"software: nianbao/\S+\r\n", info)
    assert re.search(r"^configuration-digest: sha256:[0-9a-f]{64}\r$", info, re.MULTILINE)
    assert "operator: test@example.org\r\n" in info
    assert "robots: classic\r\n" in info


def test_a_page_that_cannot_be_parsed_is_booked_as_unread(crawled):
    with closing(sqlite3.connect(crawled[2].ledger)) as ledger:
        [(url, reason)] = ledger.execute("SELECT url, reason FROM addresses WHERE outcome = 'unread'")
    assert url.endswith("/nested_too_deep.htm")
    assert "cannot be parsed in 2 s" in reason
    assert "Traceback" not in crawled[2].errors


def test_the_crawl_is_whole_and_its_archive_too(crawled):
    *_, crawl = crawled
    assert crawl.said["closed"]
    report = verify(crawl.archive)
    assert report.ok, report.text()
