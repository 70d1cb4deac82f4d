"""The server on a real socket: what it says, how it starts, how it stops."""

from __future__ import annotations

import re
import signal
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from extract.errors import ExtractError
from publish.errors import PublishError
from publish.site import serve


@pytest.mark.parametrize("order", [signal.SIGINT, signal.SIGTERM])
def test_the_server_answers_and_stops_cleanly_when_told(built: Any, serving: Any, order: signal.Signals) -> None:
    with serving(built.db, built.archive) as (process, address):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address)
        with httpx.Client(base_url=address) as client:  # its connection is open when the server stops
            assert "昆都仑" in client.get("/").text
            original = client.get(f"/-/original/{built.captures['seed4']}?cell=table4.review.total")
            assert "已用色框标出" in original.text
            assert client.get("/nianbao.db").content.startswith(b"SQLite format 3")
            process.send_signal(order)
            _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")


def test_a_port_in_use_is_one_clear_line(built: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PublishError, match=f"^port {port} of 127.0.0.1 is in use: [^\n]+$"):
            serve(built.db, None, port=port, ready=pytest.fail)


@pytest.mark.parametrize(
    ("host", "port"), [("no.such.host.invalid", 8001), ("192.0.2.1", 8001), ("127.0.0.1", 99999), ("127.0.0.1", -1)]
)
def test_an_address_that_cannot_be_served_on_is_one_clear_line(built: Any, host: str, port: int) -> None:
    with pytest.raises(PublishError, match=rf"{host}|{port}") as error:
        serve(built.db, None, host=host, port=port, ready=pytest.fail)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("content", [None, b"", b"<html>", b"SQLite format 3\x00"])
def test_what_is_no_database_is_not_served(tmp_path: Path, content: bytes | None) -> None:
    db = tmp_path / "site.db"
    if content is not None:
        db.write_bytes(content)
    with pytest.raises(ExtractError, match=f"^{db}[^\n]+$"):
        serve(db, None, port=0, ready=pytest.fail)
