"""The server sends and logs exact bytes, on addresses of its own, and stops cleanly."""

from __future__ import annotations

import contextlib
import csv
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from samples import SamplePortals, SamplesError
from tests.samples.client import raw_get

REPOSITORY = Path(__file__).parents[2]


def test_log_equals_what_the_client_saw(portals):
    url = portals.portal("江油市").start_url
    received = raw_get(url, headers="X-Odd:   yes  \r\n")
    hit = portals.log[-1]
    assert hit.sent == received
    assert hit.received == (
        f"GET / HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\nConnection: close\r\nX-Odd:   yes  \r\n\r\n".encode()
    )
    assert (hit.host, hit.target) == (urlsplit(url).hostname, "/")


def test_connection_is_kept_and_each_exchange_logged(portals):
    url = urlsplit(portals.portal("温泉县").start_url)
    before = len(portals.log)
    with socket.create_connection((url.hostname, url.port), timeout=5) as connection:
        for target in ("/robots.txt", "/nowhere"):
            connection.sendall(f"HEAD {target} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            answer = connection.recv(1 << 16)
            assert answer.endswith(b"\r\n\r\n")
            assert portals.log[-1].sent == answer
    assert [hit.target for hit in portals.log[before:]] == ["/robots.txt", "/nowhere"]


def test_counter_is_another_on_every_hit(portals):
    pages = {raw_get(portals.portal("江油市").start_url + "hits.js") for _ in range(3)}
    assert len(pages) == 3


def test_register_is_read_as_csv(portals, tmp_path):
    with portals.portals_csv(tmp_path / "portals.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["authority", "level", "division_code", "start_url"]
    assert len({urlsplit(row["start_url"]).hostname for row in rows}) == len(rows)
    assert {row["division_code"] for row in rows} >= {"652723", "230724", "510781", "411424", "150203"}


@pytest.mark.parametrize("request_line", ["GARBAGE", "GET /list.aspx?cid=7 HTTP/1.1 HTTP/1.1", "\x16\x03\x01"])
def test_a_request_line_that_is_none_gets_400(portals, request_line):
    url = urlsplit(portals.portal("徐闻县").start_url)
    with socket.create_connection((url.hostname, url.port), timeout=5) as connection:
        connection.sendall(request_line.encode() + b"\r\n\r\n")
        assert connection.recv(1 << 16).startswith(b"HTTP/1.1 400 ")


def test_a_parameter_that_is_no_number_gets_500(portals):
    assert raw_get(portals.portal("徐闻县").start_url + "rili?y=x").startswith(b"HTTP/1.1 500 ")


def test_a_head_without_end_is_dropped(portals):
    url = urlsplit(portals.portal("徐闻县").start_url)
    with socket.create_connection((url.hostname, url.port), timeout=5) as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall(b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 40000)
        with contextlib.suppress(ConnectionError):
            assert connection.recv(1 << 16) == b""


def test_connections_at_once_are_counted(portals):
    url = urlsplit(portals.portal("东平县").start_url)
    with contextlib.ExitStack() as stack:
        for _ in range(3):
            connection = stack.enter_context(socket.create_connection((url.hostname, url.port), timeout=5))
            connection.sendall(b"GET /robots.txt HTTP/1.1\r\n\r\n")
            assert connection.recv(1 << 16)
    assert portals.peak_connections[url.hostname] == 3


def test_port_in_use_is_one_clear_error(portals):
    with (
        pytest.raises(SamplesError, match=f"port {portals.port} is in use on 127.0.0"),
        SamplePortals(port=portals.port),
    ):
        pass


def test_command_serves_until_it_is_told_to_stop(tmp_path):
    register = tmp_path / "portals.csv"
    command = [sys.executable, "-m", "samples", "--kinds", "reports", "--register", str(register)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert b"200 OK" in raw_get(line.split("\t")[0])
        port = re.search(r":(\d+)/", line)
        assert port
        again = subprocess.run(
            [*command[:3], "--port", port[1]], cwd=REPOSITORY, capture_output=True, text=True, check=False
        )
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert again.returncode == 1
    assert register.exists()
    assert re.fullmatch(r"Error: port \d+ is in use on 127\.0\.0\.\d+: .*\n", again.stderr)
