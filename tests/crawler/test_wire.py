"""Single exchanges with servers of a peculiar kind: under TLS of any age, and two names with one cookie."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.python.failure import Failure

from archive import Capture, iter_captures, raw_exchange
from archive.http_message import parse_answer
from archive.scanning import scan
from crawler.connection import Connection, Ending, ExchangeFailed, Tap
from crawler.spool import Spool
from crawler.tls import iana_name
from tests.crawler.listening import MISSING, listening, register_of

HOST = "127.0.0.9"
BODY = "<html><body><a href='/a.html'>甲县2024年政府信息公开工作年度报告</a>".encode() + b"<p>...</p>" * 50
ODD = (
    b"HTTP/1.1 200 Hao \xba\xc3\r\nsErVeR: x\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nContent-Length: %d\r\n\r\n"
    % len(BODY)
)
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A self-signed certificate that expired long ago."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "elsewhere.gov.cn")])
    start = datetime.datetime(2015, 1, 1, tzinfo=datetime.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + built.public_bytes(serialization.Encoding.PEM))
    return path


@contextmanager
def serving(context: ssl.SSLContext) -> Iterator[tuple[int, list[bytes]]]:
    """Serve one page under TLS; yield the port and the requests as they come in."""
    requests: list[bytes] = []

    def serve(plain: socket.socket) -> None:
        with context.wrap_socket(plain, server_side=True) as client:
            while request := client.recv(65536):
                requests.append(request)
                client.sendall(ODD + BODY if request.startswith(b"GET / ") else MISSING)

    with listening(HOST, serve) as port:
        yield port, requests


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_bytes_under_tls_are_kept_whatever_its_age(crawl, tmp_path, certificate, version):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    context.load_cert_chain(certificate)
    with serving(context) as (port, requests):
        crawled = crawl(register_of(tmp_path, f"https://{HOST}:{port}/"))
        home = f"https://{HOST}:{port}/"
        captures = {item.url: item for item in iter_captures(crawled.archive) if isinstance(item, Capture)}
        kept = raw_exchange(crawled.archive, captures[home].warc, captures[home].offset, captures[home].length)
        assert kept == ODD + BODY
        (path,) = crawled.archive.glob("*.warc.gz")
        record = next(each for each in scan(path) if each.id == captures[home].id)
        spoken = [line for line in record.text.split(b"\r\n") if line.startswith(b"WARC-Protocol: ")]
        number = {ssl.TLSVersion.TLSv1: b"1.0", ssl.TLSVersion.TLSv1_2: b"1.2", ssl.TLSVersion.TLSv1_3: b"1.3"}[version]
        assert spoken == [b"WARC-Protocol: http/1.1", b"WARC-Protocol: tls/" + number]
        assert record.get("WARC-Cipher-Suite").startswith("TLS_")
        assert captures[home].metadata.get("tls", "") == ("legacy" if version is ssl.TLSVersion.TLSv1 else "")
        assert crawled.said["outcomes"]["甲县"] == {"ok": 1, "not_found": 1}
        assert b"Cookie: a=1; b=2" in requests[-1]
        assert not any(b"X-Wire-Tap" in request for request in requests)


@pytest.mark.parametrize(
    "pieces",
    [
        [b'5 ; note="a;b"\r\nhello\r\n', b"0;last\r\n", b"X-Sum: 1\r\n\r\n"],
        [b"5", b"\r\nhel", b"lo\r\n0005\t;x\r\nworld\r\n0\r\n\r", b"\n"],
    ],
)
def test_the_end_of_an_oddly_chunked_body_is_found(pieces):
    ending = Ending()
    ended = [ending.passed(piece, limit=100) for piece in [CHUNKED, *pieces]]
    assert ended == [False] * len(pieces) + [True]
    assert ending.is_clean


@pytest.mark.parametrize(
    ("received", "status", "clean"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, True),
        (b"HTTP/1.1 200 OK\nContent-Length: 5, 5\n\nhello", 200, True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhello", 200, False),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n", 304, True),
        (b"\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 None\r\n\r\n", 204, True),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 None\r\n\r\n", 204, True),
        (CHUNKED + b"5\r\nhello\r\n0\r\n\r\n", 200, True),
        (CHUNKED + b"5\r\nhello0\r\n\r\nmore", 200, False),
    ],
)
def test_an_answer_ends_where_it_says_however_it_is_cut(received, status, clean):
    for size in range(1, len(received) + 1):
        ending, pieces = Ending(), range(0, len(received), size)
        ended = [ending.passed(received[start : start + size], limit=100) for start in pieces]
        assert ended[-1:] == [True] if clean else any(ended)  # what is not clean goes on behind its end
        assert not clean or not any(ended[:-1])
        assert ending.fault == ""
        assert ending.head is not None
        assert ending.head.status == status
        assert ending.head == parse_answer(received)


@pytest.mark.parametrize(
    ("received", "fault"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello", ""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nhello", ""),
        (b"HTTP/1.0 200 OK\r\nServer: old\r\n\r\nhello", ""),
        (b"HTTP/1.1 200 OK\r\nServ", ""),
        (b"HTTP/1.1 100 Continue\r\n\r\n", ""),
        (b"H", ""),
        (b"SSH-2.0-OpenSSH_9.0\r\n", "no HTTP answer"),
        (b"<html>\n\n</html>", "no HTTP answer"),
        (b"HTTP/1.1 2000 OK\r\n\r\n", "no HTTP answer"),
        (CHUNKED + b"xyz\r\nbody\r\n0\r\n\r\n", "a chunk without a size"),
    ],
)
def test_an_answer_without_an_end_of_its_own_waits_for_the_connections(received, fault):
    for size in (1, 5, len(received)):
        ending = Ending()
        for start in range(0, len(received), size):
            assert not ending.passed(received[start : start + size], limit=100)
        assert ending.fault == fault


def test_a_length_over_the_limit_and_a_head_without_end_are_refused():
    with pytest.raises(ExchangeFailed, match="a body of 101 bytes"):
        Ending().passed(b"HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n", limit=100)
    ending = Ending()
    line = b"X: %b\r\n" % bytes((16 << 10) - 5)
    assert not any(ending.passed(line, limit=100) for _ in range(63))
    with pytest.raises(ExchangeFailed, match="a head of more than"):
        ending.passed(line, limit=100)


@pytest.mark.parametrize(
    ("received", "modern", "open_"),
    [
        (MISSING, True, True),
        (MISSING, False, False),
        (MISSING.replace(b"\r\n\r\n", b"\r\nConnection: Keep-Alive\r\n\r\n"), False, True),
        (MISSING.replace(b"\r\n\r\n", b"\r\nconnection: Close\r\n\r\n"), True, False),
        (MISSING + b"x", True, False),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", True, False),
    ],
)
def test_a_connection_serves_again_after_a_clean_end_that_does_not_close_it(received, modern, open_):
    ending = Ending()
    assert ending.passed(received, limit=100)
    assert ending.leaves_open(by_default=modern) == open_


@pytest.mark.parametrize(
    ("name", "iana"),
    [
        ("TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384"),
        ("ECDHE-RSA-AES128-GCM-SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
        ("ECDHE-ECDSA-CHACHA20-POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
        ("DHE-RSA-AES256-SHA", "TLS_DHE_RSA_WITH_AES_256_CBC_SHA"),
        ("AES128-SHA", "TLS_RSA_WITH_AES_128_CBC_SHA"),
        ("DES-CBC3-SHA", "TLS_RSA_WITH_3DES_EDE_CBC_SHA"),
        ("ECDHE-ECDSA-AES128-CCM8", "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8"),
        ("GOST2012-GOST8912-GOST8912", "GOST2012-GOST8912-GOST8912"),
        ("", ""),
    ],
)
def test_cipher_suites_have_their_iana_names(name, iana):
    assert iana_name(name) == iana


def watched(monkeypatch, tap, course):
    """Run a course of events on an exchange under way, whose clock is `now` and whose timers are `looks`."""
    now, looks = [0.0], []

    def later(_seconds, look):
        looks.append(look)
        return SimpleNamespace(cancel=lambda: None)

    async def exchanged():
        connection = Connection("h")
        connection.transport = SimpleNamespace(write=lambda _: None, abortConnection=lambda: None)
        monkeypatch.setattr(asyncio.get_running_loop(), "call_later", later)
        exchange = asyncio.ensure_future(connection.exchange(b"GET", tap, timeout=60))
        await asyncio.sleep(0)
        await course(connection, exchange, now, looks)

    monkeypatch.setattr("crawler.connection.monotonic", lambda: now[0])
    asyncio.run(exchanged())


def test_what_this_process_was_busy_with_is_no_silence_of_a_server(monkeypatch, tmp_path):
    async def course(_connection, exchange, now, looks):
        now[0] = 60.3  # the loop did nothing else meanwhile, not even write
        looks.pop()()
        await asyncio.sleep(0)
        assert not exchange.done()
        assert looks
        exchange.cancel()

    watched(monkeypatch, Tap(Spool(tmp_path), 1 << 20), course)


def test_an_answer_that_only_the_end_of_the_connection_ends_has_come_when_nothing_more_does(monkeypatch, tmp_path):
    async def course(connection, exchange, now, looks):
        connection.dataReceived(b"HTTP/1.1 200 OK\r\n\r\n<html></html>")
        while looks:
            now[0] += 1.0
            looks.pop()()
        assert await exchange is False
        assert connection.is_lost

    watched(monkeypatch, Tap(Spool(tmp_path), 1 << 20), course)


@pytest.mark.parametrize(("ended", "is_reset"), [(ConnectionDone(), False), (ConnectionLost(), True)])
def test_a_reset_is_told_from_an_end(monkeypatch, tmp_path, ended, is_reset):
    async def course(connection, exchange, _now, _looks):
        connection.dataReceived(b"HTTP/1.1 200 OK\r\n\r\n<html><body>")
        connection.connectionLost(Failure(ended))
        assert await exchange is False

    tap = Tap(Spool(tmp_path), 1 << 20)
    watched(monkeypatch, tap, course)
    assert tap.is_reset is is_reset
