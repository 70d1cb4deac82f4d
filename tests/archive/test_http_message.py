"""Answers as servers send them, odd ones too: taken apart, their chunks and codings undone as far as they hold."""

import gzip
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import PayloadTooLarge
from archive.http_message import dechunk, decode_content, entity_of, media_type, parse_answer
from tests.archive.exchanges import PAGE, chunked


def payload_of(received, *, limit=1 << 20):
    answer = parse_answer(received)
    return decode_content(entity_of(received[answer.body :], answer), answer, limit=limit)


def coded(body, coding, *, mime="text/html"):
    return f"HTTP/1.1 200 OK\r\nContent-Type: {mime}\r\nContent-Encoding: {coding}\r\n\r\n".encode() + body


def raw_deflate(body):
    deflate = zlib.compressobj(wbits=-15)
    return deflate.compress(body) + deflate.flush()


@pytest.mark.parametrize(
    ("received", "status", "headers", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nA: 1\r\n\r\nx", 200, (("A", "1"),), b"x"),
        (b"HTTP/1.0 404\r\n\r\n", 404, (), b""),
        (b"http/1.1 200 OK\r\n\r\nx", 200, (), b"x"),
        (b"HTTP/2 200\r\n\r\nx", 200, (), b"x"),
        (b"HTTP/1.1  302  Found\nA:1\n\nx", 302, (("A", "1"),), b"x"),
        (b"HTTP/1.1 200 OK\nA: 1\r\n\nx", 200, (("A", "1"),), b"x"),
        (b"HTTP/1.1 200 OK\r\nA: 1\n\r\nx\r\n\r\ny", 200, (("A", "1"),), b"x\r\n\r\ny"),
        (b"HTTP/1.1 200 \xd6\xd0\r\nB : 2 \r\n\r\n", 200, (("B", "2"),), b""),
        (b"HTTP/1.1 200 OK\r\nA: 1\r\n\t2\r\n  3\r\nno colon\r\nA: 4\r\n\r\n", 200, (("A", "1 2 3"), ("A", "4")), b""),
        (b"HTTP/1.1 200 OK\r\n folded first\r\nA: 1\r\n\r\n", 200, (("A", "1"),), b""),
        (b"HTTP/1.1 200 OK\r\nA: \xe5\xb9\xb4\r\n\r\n", 200, (("A", "\xe5\xb9\xb4"),), b""),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nx", 200, (), b"x"),
        (b"HTTP/1.1 103 H\r\nL: 1\r\n\r\n\r\nHTTP/1.1 102 P\r\n\r\nHTTP/1.1 404 N\r\n\r\nx", 404, (), b"x"),
        (b"\r\n\nHTTP/1.1 200 OK\r\n\r\nx", 200, (), b"x"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", 100, (), b""),
        (b"HTTP/1.1 101 Switching\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", 101, (), b"HTTP/1.1 200 OK\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 404 No\r\n\r\n", 200, (), b"HTTP/1.1 404 No\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Le", 200, (), b""),
        (b"HTTP/1.1 200 OK", 200, (), b""),
        (b"HTTP/1.1 20 OK\r\n\r\nx", None, (), b"HTTP/1.1 20 OK\r\n\r\nx"),
        (b"HTTP/1.1 2000 OK\r\n\r\nx", None, (), b"HTTP/1.1 2000 OK\r\n\r\nx"),
        (b"<html>\r\n\r\nx", None, (), b"<html>\r\n\r\nx"),
        (b"\r\n\r\n", None, (), b"\r\n\r\n"),
        (b"", None, (), b""),
    ],
)
def test_answer_is_taken_apart(received, status, headers, body):
    answer = parse_answer(received)
    assert (answer.status, answer.headers, received[answer.body :]) == (status, headers, body)


def test_answer_within_other_bytes_ends_where_it_ends():
    data = b"before HTTP/1.1 200 OK\r\nA: 1" + b"\r\n\r\nafter"
    answer = parse_answer(data, 7, 28)
    assert (answer.status, answer.start, answer.body, answer.headers) == (200, 7, 28, (("A", "1"),))


@pytest.mark.parametrize(
    ("stated", "mime"),
    [("text/html; charset=gbk", "text/html"), (" Text/HTML ;x", "text/html"), ("", ""), (";", "")],
)
def test_media_type(stated, mime):
    assert media_type(parse_answer(f"HTTP/1.1 200 OK\r\ncontent-TYPE: {stated}\r\n\r\n".encode())) == mime


@pytest.mark.parametrize(
    ("body", "payload"),
    [
        (chunked(PAGE), PAGE),
        (chunked(PAGE, size=1), PAGE),
        (b"5\r\nhello\r\n0\r\n\r\n", b"hello"),
        (b"5\nhello\n0\n\n", b"hello"),
        (b" 5 ;a=b\r\nhello\r\n0\r\n\r\n", b"hello"),
        (b"5\r\nhello\r\n5\r\nwor", b"hellowor"),
        (b"5\r\nhello", b"hello"),
        (b"5\r\nhello\r\nzz\r\nworld", b"hello"),
        (b"5\r\nhello6\r\n world0\r\n", b"hello world"),
        (b"5\r\nhello\r\n0\r\n\r\ntrailing", b"hello"),
        (b"0\r\n\r\n", b""),
        (b"<html>not chunked", b"<html>not chunked"),
        (b"", b""),
        (b"-5\r\nhello", b"-5\r\nhello"),
        (b"fffffffffffffff\r\nhello", b"hello"),
        (b"5\r\nhello\r\n\r\n6\r\n world\r\n0\r\n\r\n", b"hello world"),
        (b"f" * 5000 + b"\r\nhello", b"f" * 5000 + b"\r\nhello"),
    ],
)
def test_chunks_are_undone_as_far_as_they_hold(body, payload):
    assert dechunk(body) == payload


@pytest.mark.parametrize(
    ("received", "payload"),
    [
        (coded(gzip.compress(PAGE), "gzip"), PAGE),
        (coded(gzip.compress(PAGE), "X-GZip"), PAGE),
        (coded(gzip.compress(PAGE) + gzip.compress(b"more"), "gzip"), PAGE + b"more"),
        (coded(gzip.compress(PAGE) + b"trailing", "gzip"), PAGE),
        (coded(gzip.compress(gzip.compress(PAGE)), "gzip, gzip"), PAGE),
        (coded(gzip.compress(gzip.compress(PAGE)), "gzip"), PAGE),
        (coded(brotli.compress(gzip.compress(PAGE)), "gzip, br"), PAGE),
        (coded(zlib.compress(PAGE), "deflate"), PAGE),
        (coded(raw_deflate(PAGE), "deflate"), PAGE),
        (coded(brotli.compress(PAGE), "br"), PAGE),
        (coded(PAGE, "gzip"), PAGE),
        (coded(PAGE, "deflate"), PAGE),
        (coded(PAGE, "br"), PAGE),
        (coded(PAGE, "zstd"), PAGE),
        (coded(PAGE, "identity"), PAGE),
        (coded(b"", "gzip"), b""),
        (coded(gzip.compress(PAGE), ""), PAGE),
        (coded(gzip.compress(PAGE), "", mime="application/gzip"), gzip.compress(PAGE, mtime=0)),
    ],
)
def test_codings_are_undone_by_what_the_body_is(received, payload):
    got = payload_of(received)
    assert got == payload or gzip.decompress(got) == gzip.decompress(payload)


@pytest.mark.parametrize(
    "cut", [gzip.compress(PAGE)[:-9], zlib.compress(PAGE)[:-5], gzip.compress(PAGE)[:-8] + b"badtrail"]
)
def test_cut_stream_gives_what_it_holds(cut):
    coding = "gzip" if cut.startswith(b"\x1f") else "deflate"
    got = payload_of(coded(cut, coding))
    assert len(got) > len(PAGE) * 0.8
    assert PAGE.startswith(got)


def test_broken_stream_keeps_what_precedes_the_fault():
    plain = bytes(range(256)) * 200
    packed = bytearray(gzip.compress(plain, compresslevel=1))
    packed[-30] ^= 0xFF
    got = payload_of(coded(bytes(packed), "gzip"))
    assert got
    assert plain[:100] == got[:100]


@pytest.mark.parametrize(
    "bomb",
    [
        coded(gzip.compress(bytes(5 << 20)), "gzip"),
        coded(gzip.compress(bytes(1 << 20)) * 5, "gzip"),
        coded(zlib.compress(bytes(5 << 20)), "deflate"),
        coded(raw_deflate(bytes(5 << 20)), "deflate"),
        coded(brotli.compress(bytes(5 << 20)), "br"),
        coded(gzip.compress(gzip.compress(bytes(5 << 20))), "gzip, gzip"),
        coded(gzip.compress(bytes(5 << 20)), ""),
        coded(bytes((1 << 20) + 1), ""),
    ],
)
def test_bomb_is_refused(bomb):
    with pytest.raises(PayloadTooLarge, match="bytes"):
        payload_of(bomb)


def test_endless_head_is_read_to_its_limit():
    answer = parse_answer(b"HTTP/1.1 200 OK\r\n" + b"A: 1\r\n" * 1_000_000)
    assert answer.status == 200
    assert len(answer.headers) < 200_000


@given(st.binary(), st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 100 C\r\n\r\n"]))
def test_any_bytes_are_taken_apart(garbage, start):
    received = start + garbage
    answer = parse_answer(received)
    assert 0 <= answer.start <= answer.body <= len(received)
    payload_of(received)


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "br"]), st.booleans())
def test_any_body_in_any_coding_gives_something(body, coding, packed):
    received = coded(gzip.compress(body) if packed and coding == "gzip" else body, coding)
    assert isinstance(payload_of(received), bytes)


@given(st.binary(max_size=500), st.integers(1, 200))
def test_chunks_come_back(body, size):
    assert dechunk(chunked(body, size=size)) == body
