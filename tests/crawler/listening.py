"""Servers that say exactly the bytes they are told to, for what no HTTP server would send."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.archive.exchanges import answer

LINK = '<li><a href="/{0}.htm" title="2024年政府信息公开工作年度报告（{0}）">2024年政府信息公开工作年度报告</a></li>'
MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
CLOSE = b"Connection: close\r\n"  # said by a server that closes: a busy crawler might use the connection again
MISSING_LAST = MISSING.replace(b"\r\n\r\n", b"\r\n" + CLOSE + b"\r\n")


@contextmanager
def listening(host: str, serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """Hand each connection to `serve`, one after the other, and close it; yield the port."""
    listener = socket.create_server((host, 0))

    def accept() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client, suppress(OSError):  # the crawler may hang up first
                client.settimeout(30)
                serve(client)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def home(names: Iterable[str]) -> bytes:
    """Return the answer with a homepage that links a report of each name."""
    links = "".join(map(LINK.format, names))
    body = f"<html><head><title>甲县政府信息公开年报</title></head><body><ul>{links}</ul></body></html>".encode()
    return answer(body, head=CLOSE + b"Content-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n" % len(body))


def register_of(folder: Path, start_url: str) -> Path:
    """Write a register of one portal."""
    register = folder / "portals.csv"
    register.write_text(f"authority,level,division_code,start_url\n甲县,county,510781,{start_url}\n", encoding="utf-8")
    return register
