"""The loopback server: every portal on an address of its own, all on one port, each exchange logged to the byte."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import errno
import socket
import struct
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from samples.portal import Portal, Truth
from samples.register import build_portals
from samples.wire import Answer, Request, answer, parse_request

Kinds = Literal["reports", "all"]
MAX_HEAD = 1 << 16
MAX_BODY = 1 << 20
NO_LINGER = struct.pack("ii", 1, 0)  # closing with it sends an RST


class SamplesError(Exception):
    """Raised where the sample portals cannot be served; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One exchange: the host asked, the bytes handed to the socket and the bytes read from it."""

    host: str
    sent: bytes
    received: bytes

    @property
    def target(self) -> str:
        """The target of the request line, as sent."""
        return self.received.split(b" ", 2)[1].decode("latin-1")


@dataclass(slots=True)
class _Exchange:
    host: str
    received: bytes
    sent: bytearray = field(default_factory=bytearray)


class SamplePortals:
    """The sample portals, served while the context lasts. Raise SamplesError where their port is in use.

    `kinds` chooses "reports" (the portals of the five seeds and two generated ones) or "all". `root` is the folder
    with `seeds/` and `gold/`. `port` 0 takes a free one. Without `keep_log` nothing is kept of the exchanges.
    """

    def __init__(self, root: Path | None = None, *, kinds: Kinds = "all", port: int = 0, keep_log: bool = True) -> None:
        self.portals: list[Portal] = build_portals(root, kinds=kinds)
        self.port = port
        self.peak_connections: Counter[str] = Counter()
        self._keep_log = keep_log
        self._exchanges: list[_Exchange] = []
        self._open: Counter[str] = Counter()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="sample portals", daemon=True)

    def __enter__(self) -> Self:
        sockets = self._bind()
        for portal in self.portals:
            portal.settle(self.port)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(sockets), self._loop).result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def log(self) -> list[Hit]:
        """All exchanges so far, in the order in which their requests were read."""
        return [Hit(exchange.host, bytes(exchange.sent), exchange.received) for exchange in list(self._exchanges)]

    @property
    def truth(self) -> Truth:
        """What a crawl of these portals and a reading of what it brings must come to."""
        return Truth.of(self.portals)

    def portals_csv(self, path: Path | str) -> Path:
        """Write the register (UTF-8, header `authority,level,division_code,start_url`); return its path."""
        rows = [(p.authority, p.level, p.division_code, p.start_url) for p in self.portals if p.registered]
        with Path(path).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("authority", "level", "division_code", "start_url"))
            writer.writerows(rows)
        return Path(path)

    def portal(self, authority: str) -> Portal:
        """Return the portal of an authority. Raise KeyError where there is none."""
        return {portal.authority: portal for portal in self.portals}[authority]

    def _bind(self) -> list[tuple[Portal, socket.socket]]:
        """Bind one socket a portal, all to one port; with port 0 another port is tried where one host has it taken."""
        for attempt in range(20):
            bound: list[tuple[Portal, socket.socket]] = []
            port = self.port
            try:
                for portal in (portal for portal in self.portals if portal.listens):
                    bound.append((portal, _listening(portal.host, port)))
                    port = bound[-1][1].getsockname()[1]
            except OSError as error:
                for _, open_socket in bound:
                    open_socket.close()
                if error.errno != errno.EADDRINUSE:
                    raise SamplesError(f"{portal.host}:{port} cannot be listened on: {error.strerror}") from error
                if self.port or attempt == 19:
                    raise SamplesError(f"port {port} is in use on {portal.host}: choose another one, or 0") from error
            else:
                self.port = port
                return bound
        raise AssertionError("unreachable")

    async def _listen(self, sockets: list[tuple[Portal, socket.socket]]) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._servers = [
            await asyncio.start_server(self._client_of(portal), sock=bound, limit=MAX_HEAD, ssl=portal.tls)
            for portal, bound in sockets
        ]

    def _client_of(self, portal: Portal) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
        async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._tasks.add(task)
            with self._counted(portal.host):
                # A client that leaves in the middle, and the server's own end, are no faults of this server.
                with contextlib.suppress(OSError, EOFError, asyncio.CancelledError, asyncio.LimitOverrunError):
                    while await self._exchange(portal, reader, writer):
                        pass
                writer.close()
            self._tasks.discard(task)

        return converse

    @contextlib.contextmanager
    def _counted(self, host: str) -> Iterator[None]:
        self._open[host] += 1
        self.peak_connections[host] = max(self.peak_connections[host], self._open[host])
        try:
            yield
        finally:
            self._open[host] -= 1

    async def _exchange(self, portal: Portal, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; return whether the connection goes on."""
        head = await reader.readuntil(b"\r\n\r\n")
        request = await _whole(head, reader)
        reply = _reply(portal, request)
        exchange = _Exchange(portal.host, request.raw)
        if self._keep_log:
            self._exchanges.append(exchange)
        for number, piece in enumerate(reply.writes):
            if number and reply.pause:
                await asyncio.sleep(reply.pause)
            exchange.sent += piece  # before it goes out, so that who has read the answer finds it logged
            writer.write(piece)
            await writer.drain()
        return await _go_on(reply, request, reader, writer)

    async def _stop(self) -> None:
        for server in self._servers:
            server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _listening(host: str, port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(128)
    except OSError:
        bound.close()
        raise
    return bound


async def _whole(head: bytes, reader: asyncio.StreamReader) -> Request:
    try:
        request = parse_request(head, b"")
        length = int(request.headers.get("content-length", "0"))
    except ValueError:
        return Request(head, "", "/", {}, b"")
    return parse_request(head, await reader.readexactly(min(length, MAX_BODY))) if length else request


def _reply(portal: Portal, request: Request) -> Answer:
    if not request.method:
        return answer(b"bad request\n", status=b"400 Bad Request", then="close")
    try:
        reply = portal.reply(request)
    except ValueError:  # a parameter that is no number: a portal's own server answers with its error page
        return answer(b"<html><body>HTTP Status 500</body></html>", status=b"500 Internal Server Error")
    return reply.head_only() if request.method == "HEAD" else reply


async def _go_on(reply: Answer, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    if reply.then == "reset":
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        writer.transport.abort()
        return False
    if reply.then == "stall":
        await reader.read()
        return False
    return reply.then == "keep" and request.headers.get("connection", "").lower() != "close"
