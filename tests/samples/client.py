"""A client for these tests that shows every byte."""

from __future__ import annotations

import socket
from contextlib import suppress
from urllib.parse import urlsplit


def raw_get(url: str, *, headers: str = "", body: bytes = b"", timeout: float = 5) -> bytes:
    """Return every byte that the server answers to a GET of `url`, or to a POST of `body`, on its own connection."""
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if body:
        headers += f"Content-Length: {len(body)}\r\n"
    method = "POST" if body else "GET"
    request = f"{method} {target} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n{headers}\r\n".encode()
    received = b""
    with (
        suppress(TimeoutError, ConnectionError),  # what came is what the server had to say
        socket.create_connection((parts.hostname or "", parts.port or 80), timeout=timeout) as connection,
    ):
        connection.sendall(request + body)
        while piece := connection.recv(1 << 16):
            received += piece
    return received


def body_of(answer: bytes) -> bytes:
    """Return what stands behind the head of an answer."""
    return answer.partition(b"\r\n\r\n")[2]
