"""Clients for these tests: one that shows every byte, one that walks a portal from its homepage."""

from __future__ import annotations

import re
import socket
from collections.abc import Collection, Iterator
from contextlib import suppress
from html import unescape
from urllib.parse import urljoin, urlsplit

LINK = re.compile(r"""(?:href=|src=|url=|Location: )["']?([^"'>\s]+)""")
TRS_PAGES = re.compile(r"createPageHTML\((\d+), *\d+|countPage=(\d+)")
JPAGE = re.compile(r"totalRecord:(\d+), proxyUrl:'([^']+)'.*?columnid:(\d+).*?unitid:'(\d+)'")


def raw_get(url: str, *, headers: str = "", timeout: float = 5) -> bytes:
    """Return every byte that the server answers to a GET of `url` on a connection of its own."""
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    request = f"GET {target} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n{headers}\r\n".encode()
    received = b""
    with (
        suppress(TimeoutError, ConnectionError),  # what came is what the server had to say
        socket.create_connection((parts.hostname or "", parts.port or 80), timeout=timeout) as connection,
    ):
        connection.sendall(request)
        while piece := connection.recv(1 << 16):
            received += piece
    return received


def body_of(answer: bytes) -> bytes:
    """Return what stands behind the head of an answer."""
    return answer.partition(b"\r\n\r\n")[2]


def links(url: str, page: str) -> Iterator[str]:
    """Yield the addresses that a page names: anchors, rows in CDATA, and pages that scripts would link."""
    for link in LINK.findall(page):
        yield urljoin(url, unescape(link))
    if found := TRS_PAGES.search(page):
        yield from (urljoin(url, f"index_{number}.html") for number in range(1, int(found[1] or found[2])))
    if found := JPAGE.search(page):
        total, proxy, column, unit = found.groups()
        query = f"columnid={column}&unitid={unit}&perpage=20"
        yield from (
            urljoin(url, f"{proxy}?startrecord={start}&endrecord={start + 19}&{query}")
            for start in range(1, int(total) + 1, 20)
        )


def walk(start: str, *, traps: Collection[str] = (), leaves: Collection[str] = (), most: int = 2000) -> set[str]:
    """Return the addresses reached from `start` on its host, no trap among them; `leaves` are seen and not fetched."""
    host, seen, queue = urlsplit(start).netloc, {start}, [start]
    while queue and len(seen) < most:
        url = queue.pop()
        for link in links(url, raw_get(url).decode("utf-8", "replace")):
            link = re.sub(r";jsessionid=\w+|#.*|&print=1", "", link)
            trapped = "/search/" in link or re.search(r"[?&;]page=[2-9]\d", link) or link.startswith(tuple(traps))
            if link not in seen and urlsplit(link).netloc == host and not trapped:
                seen.add(link)
                queue += [link] if link not in leaves else []
    return seen
