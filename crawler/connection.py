"""Connections: a request is written to one, and the bytes of its answer are kept until the answer has ended.

Nothing is made of an answer here; only its end is looked for, by the rules of `archive.http_message`, so that crawl and
archive never disagree about it. The bytes are copied below HTTP and above TLS.

- An answer ends where its last chunk or the length that it states ends; one that states neither, or nonsense, with the
  connection. What is no HTTP is read so far, too, and is a failure all the same: `unparsable`.
- A host has one connection. It serves another request after an answer that ended by itself, with no byte behind it,
  unless the server wants to close. A request on a connection gone stale is a failed exchange like any other: seen,
  recorded, and asked for again by the ledger's rules.
- Time: DOWNLOAD_TIMEOUT seconds of silence end an exchange; so does a server that from then on sends less than
  LEAST_RATE; and LONGEST in all.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from OpenSSL import SSL
from scrapy.core.downloader._idna_patch import _install_twisted_idna_fallbacks
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.error import ConnectionLost, DNSLookupError
from twisted.internet.error import TimeoutError as ConnectTimeout
from twisted.internet.protocol import Factory, Protocol, connectionDone

from archive.http_message import MAX_HEAD, is_chunked, parse_answer, stated_length
from archive.http_message import Answer as Head
from crawler.certificates import verdict_on
from crawler.spool import Spool
from crawler.tls import TlsPolicy, cipher_suite, tls_version

if TYPE_CHECKING:
    from twisted.python.failure import Failure

LEAST_RATE = 4 << 10  # bytes a second of a whole exchange, beside the seconds of silence that it may have
LONGEST = 3600.0  # seconds
TICK = 2  # seconds between two looks at an exchange
LATE = 0.25  # seconds after its time at which a timer tells that this process was busy
IDLE = 60.0  # seconds after which a connection is closed that nobody has used
MOST_LINE = 16 << 10  # bytes of a chunk's first line, or of a trailer
WITHOUT_BODY = frozenset((101, 204, 304))  # whatever length they state
EMPTY_LINES = (b"\n\n", b"\n\r\n")
_EMPTY_LINE = re.compile(rb"\n\r?\n")
_CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]{1,15}")
_VERSION = re.compile(rb"[\r\n]*HTTP/(\d\.\d)[ \t]")
_BEGINNING = b"HTTP/"


class ExchangeFailed(Exception):
    """An exchange that brought no whole answer; `kind` says why in a word of `outcomes.judge_failure`."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Stopped(ExchangeFailed):
    """An exchange that was ended because the crawl is."""

    def __init__(self) -> None:
        super().__init__("lost", "the crawl was stopped")


class Origin(NamedTuple):
    """What a connection leads to."""

    scheme: str
    host: str
    port: int


@dataclass(slots=True, eq=False)
class Tap:
    """What crossed the wire for one request, and with whom."""

    received: Spool
    limit: int  # bytes that a body may have
    enough: int | None = None  # bytes of an answer after which it is broken off, and taken as it came
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    sent: bytes = b""
    head: Head | None = None  # of the answer, where that had a whole one; its places are those in `received`
    is_whole: bool = False  # all of the answer came that its head promised
    is_reset: bool = False  # the connection ended in the midst of what it carried, as far as the network tells
    peer: str | None = None
    protocols: tuple[str, ...] = ()  # once bytes came: "http/1.1", "tls/1.3"
    cipher: str = ""  # its IANA name
    certificate: str = ""  # "valid", or what is wrong with it; "" without TLS
    latency: float | None = None  # seconds from the request to the first byte that came back


class Ending:
    """Finds the end of an answer that comes in pieces."""

    __slots__ = ("_before", "_in_chunks", "_left", "_trailers", "_waiting", "head", "is_clean", "until_close")

    def __init__(self) -> None:
        self.head: Head | None = None  # once it has come to its end
        self.is_clean = False  # once the answer has ended: nothing came behind it
        self.until_close = False  # only the end of the connection ends the answer
        self._before = 0  # bytes in front of `_waiting`, while the head has not come
        self._waiting = bytearray()  # a head, or a line among chunks, that has not come to its end
        self._in_chunks = False
        self._left = 0  # bytes of the body or the chunk that have not come
        self._trailers = False  # the last chunk has come

    def passed(self, data: bytes, *, limit: int) -> bool:
        """Take the next bytes; say whether the answer has ended. Raise ExchangeFailed where it states a length over
        `limit`, or has a head without end.
        """
        if self.head is None:
            self.head, data = self._head_and_rest(data)
            if self.head is None:
                return False
            self._begin_body(self.head, limit)
        if self.until_close:
            return False
        if self._in_chunks:
            return self._is_last_chunk_in(data)
        self._left -= len(data)
        self.is_clean = not self._left
        return self._left <= 0

    @property
    def is_whole(self) -> bool:
        """Whether all has come that the head promised; the trailers behind the last chunk are nobody's loss."""
        return self.head is not None and (self._trailers if self._in_chunks else self._left <= 0)

    @property
    def fault(self) -> str:
        """Why what has come is no HTTP answer, nor the beginning of one; "" where it is."""
        if self.head is None:
            beginning = bytes(self._waiting[:64]).lstrip(b"\r\n")[: len(_BEGINNING)].upper()
            return "" if _BEGINNING.startswith(beginning) else "no HTTP answer"
        if self.head.status is None:
            return "no HTTP answer"
        return "a chunk without a size" if self.until_close and self._in_chunks else ""

    def leaves_open(self, *, by_default: bool) -> bool:
        """Say whether the connection can take another request once the answer has ended; `by_default`: it is of
        HTTP/1.1.
        """
        if not self.is_clean or self.head is None or self.head.status == 101:
            return False
        wish = self.head.field("connection").lower()
        return "close" not in wish and (by_default or "keep-alive" in wish)

    def _head_and_rest(self, data: bytes) -> tuple[Head | None, bytes]:
        """Return the head of the answer, interim ones passed by, and what came behind it; None until it has come."""
        searched = max(len(self._waiting) - 2, 0)
        self._waiting += data
        if not _EMPTY_LINE.search(self._waiting, searched):
            self._keep_bound(len(self._waiting))
            return None, b""
        text = bytes(self._waiting)
        head = parse_answer(text)
        is_interim = head.status is not None and head.status < 200 and head.status != 101
        is_cut = head.body == len(text) and not text.endswith(EMPTY_LINES)
        if is_interim or is_cut or not text.strip(b"\r\n"):
            passed = head.body if is_interim and not is_cut else head.start
            self._before += passed
            self._waiting = bytearray(text[passed:])
            self._keep_bound(0)
            return None, b""
        self._waiting = bytearray()
        self._keep_bound(head.body)
        return head._replace(start=head.start + self._before, body=head.body + self._before), text[head.body :]

    def _keep_bound(self, size: int) -> None:
        if self._before + size >= MAX_HEAD:
            raise ExchangeFailed("too_large", f"a head of more than {MAX_HEAD} bytes")

    def _begin_body(self, head: Head, limit: int) -> None:
        if head.status in WITHOUT_BODY:
            return
        self._in_chunks = is_chunked(head)
        if self._in_chunks:
            return
        length = stated_length(head)
        if length is None:
            self.until_close = True
            return
        self._left = length
        if length > limit:
            raise ExchangeFailed("too_large", f"a body of {length} bytes; the limit is {limit}")

    def _is_last_chunk_in(self, data: bytes) -> bool:
        """Take bytes of a body in chunks (RFC 9112, 7.1); say whether the last one and its trailers have come."""
        here = 0
        while here < len(data) and not self.until_close:
            if self._left:
                step = min(self._left, len(data) - here)
                here, self._left = here + step, self._left - step
                continue
            end = data.find(b"\n", here) + 1 or len(data)
            line, here = self._ended_line(data[here:end]), end
            if self._trailers and line == b"":
                self.is_clean = here == len(data)
                return True
            if line and not self._trailers:  # an empty one ends the chunk before it
                self._begin_chunk(line)
        return False

    def _ended_line(self, data: bytes) -> bytes | None:
        """Return the line among chunks that these bytes end; None where it goes on. One that is too long ends with the
        connection.
        """
        self._waiting += data
        self.until_close = len(self._waiting) > MOST_LINE
        if self.until_close or not data.endswith(b"\n"):
            return None
        line = bytes(self._waiting).strip()
        self._waiting.clear()
        return line

    def _begin_chunk(self, line: bytes) -> None:
        """Take the first line of a chunk: its size, and extensions; what states no size ends with the connection."""
        stated = _CHUNK_SIZE.fullmatch(line.partition(b";")[0].rstrip())
        self.until_close = stated is None
        self._left = int(stated[0], 16) if stated else 0
        self._trailers = stated is not None and not self._left


class Connection(Protocol):
    """One connection to a host, for one request after the other."""

    transport: Any

    def __init__(self, host: str) -> None:
        self.is_lost = False
        self.used = monotonic()
        self._host = host
        self._peer: str | None = None
        self._tls: SSL.Connection | None = None
        self._certificate = ""  # the verdict on it, found once a connection
        self._tap: Tap | None = None
        self._ending = Ending()
        self._done: asyncio.Future[bool] | None = None

    def connectionMade(self) -> None:  # noqa: N802
        self._peer = getattr(self.transport.getPeer(), "host", None)
        handle = self.transport.getHandle()
        self._tls = handle if isinstance(handle, SSL.Connection) else None

    async def exchange(self, request: bytes, tap: Tap, *, timeout: float) -> bool:
        """Write a request and keep its answer in the tap; say whether the connection can take another one. Raise
        ExchangeFailed.
        """
        loop = asyncio.get_running_loop()
        self._tap, self._ending, self._done = tap, Ending(), loop.create_future()
        self._timeout, self._began, self.used = timeout, (now := monotonic()), now
        self._look_in(timeout)
        tap.sent, tap.peer = request, self._peer
        self.transport.write(request)
        try:
            return await self._done
        finally:
            self._timer.cancel()
            tap.head, tap.is_whole = self._ending.head, self._ending.is_whole
            self._tap = self._done = None
            if not self._is_secured():
                tap.sent = b""  # it waited for the handshake, which never came to its end

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        tap = self._tap
        if tap is None or self._done is None or self._done.done():
            self.transport.loseConnection()  # nobody has asked
            return
        self.used = monotonic()
        if not tap.received.size:
            tap.latency = self.used - self._began
            self._note_protocols(tap, data)
        try:
            if not tap.received.add(data):
                raise ExchangeFailed("lost", "no room for the answer")
            if tap.received.size > tap.limit + MAX_HEAD:  # as much for its head and its framing
                raise ExchangeFailed("too_large", f"more than {tap.limit} bytes")
            if tap.enough is not None and tap.received.size > tap.enough:
                raise ExchangeFailed("enough", f"more than {tap.enough} bytes")
            if self._ending.passed(data, limit=tap.limit):
                is_modern = "http/1.1" in tap.protocols
                self._done.set_result(self._ending.leaves_open(by_default=is_modern))
        except ExchangeFailed as error:
            self._fail(error)

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802
        self.is_lost = True
        if self._done is None or self._done.done():
            return
        error, ending = reason.value, self._ending
        if self._tap is not None and self._tls is None:  # under TLS many hang up so
            self._tap.is_reset = isinstance(error, ConnectionLost)
        if ending.fault:
            self._done.set_exception(ExchangeFailed("unparsable", ending.fault))
        elif ending.head is not None:  # the bytes tell whether they are all
            self._done.set_result(False)
        elif isinstance(error, SSL.Error):
            self._done.set_exception(ExchangeFailed("tls", _words_of(error)))
        elif not self._is_secured():
            self._done.set_exception(ExchangeFailed("tls", f"dropped in the handshake: {_words_of(error)}"))
        else:
            self._done.set_exception(ExchangeFailed("lost", _words_of(error)))

    def stop(self) -> None:
        """End the exchange that is under way."""
        self._fail(Stopped())

    def close(self) -> None:
        """Let the other side know that no more is wanted."""
        self.transport.loseConnection()

    def _is_secured(self) -> bool:
        """Say whether the handshake, where there has to be one, came to its end."""
        return self._tls is None or bool(self._tls.get_finished())

    def _note_protocols(self, tap: Tap, beginning: bytes) -> None:
        """Note in which protocols an answer comes, by its first bytes and its connection."""
        http, tls = _VERSION.match(beginning), self._tls
        tap.protocols = (f"http/{http[1].decode()}",) if http else ()
        if tls is not None:
            self._certificate = self._certificate or verdict_on(tls, self._host)
            tap.protocols += (tls_version(tls),)
            tap.cipher, tap.certificate = cipher_suite(tls), self._certificate

    def _watch(self) -> None:
        """End an exchange whose time is over; look again when it may be."""
        assert self._tap is not None
        now, received = monotonic(), self._tap.received.size
        if (late := now - self._due) > LATE:  # this process was busy and did not read: that is no silence of theirs
            self.used, self._began = self.used + late, self._began + late
        limits = {
            self._began + LONGEST: f"longer than {LONGEST:g} s",
            self._began + self._timeout + received / LEAST_RATE: f"slower than {LEAST_RATE} bytes a second",
            self.used + self._timeout: f"silent for {self._timeout:g} s",
        }
        over = min(limits)
        if now < over:
            self._look_in(over - now)
        elif received and (fault := self._ending.fault):
            self._fail(ExchangeFailed("unparsable", fault))
        elif self._ending.until_close and over == self.used + self._timeout:
            self.connectionLost()  # they forgot to hang up: the bytes tell whether they are all
            self.transport.abortConnection()
        else:
            self._fail(ExchangeFailed("timeout", f"{received} bytes in {now - self._began:.0f} s: {limits[over]}"))

    def _look_in(self, seconds: float) -> None:
        seconds = min(seconds, TICK)
        self._due = monotonic() + seconds
        self._timer = asyncio.get_running_loop().call_later(seconds, self._watch)

    def _fail(self, error: ExchangeFailed) -> None:
        if self._done is not None and not self._done.done():
            self._done.set_exception(error)
        self.transport.abortConnection()


class Connections:
    """The connections of a crawl: at most one for each host, whatever scheme and port it is asked at."""

    def __init__(self, tls: TlsPolicy, *, timeout: float) -> None:
        _install_twisted_idna_fallbacks()  # names with underscores
        self.tls = tls
        self._timeout = timeout
        self._idle: dict[str, tuple[Origin, Connection]] = {}
        self._used: set[Connection] = set()
        self._connecting: set[asyncio.Timeout] = set()
        self._unkept: set[str] = set()  # hosts that a connection is not kept to: they left a request on one unanswered
        self._is_stopped = False
        self._sweep: asyncio.TimerHandle | None = None

    async def exchange(self, origin: Origin, request: bytes, tap: Tap) -> None:
        """Let a request and its answer cross the wire. Raise ExchangeFailed."""
        if self._is_stopped:
            raise Stopped
        kept, connection = self._idle.pop(origin.host, (None, None))
        if connection is not None and (kept != origin or connection.is_lost):
            connection.close()
            connection = None
        is_kept = connection is not None
        if connection is None:
            connection = await self._connected(origin)
        stays_open = False
        self._used.add(connection)
        try:
            is_open = await connection.exchange(request, tap, timeout=self._timeout)
            stays_open = is_open and origin.host not in self._unkept
        finally:
            self._used.discard(connection)
            if not stays_open:
                connection.close()
            if is_kept and not tap.received.size:
                self._unkept.add(origin.host)
        if stays_open:
            self._idle[origin.host] = origin, connection
            if self._sweep is None:
                self._sweep = asyncio.get_running_loop().call_later(IDLE, self._close_unused)

    async def _connected(self, origin: Origin) -> Connection:
        from twisted.internet import reactor

        endpoint: Any = HostnameEndpoint(reactor, origin.host.encode("ascii"), origin.port, timeout=self._timeout)
        if origin.scheme == "https":
            endpoint = wrapClientTLS(self.tls.creator_for(origin.host, origin.port), endpoint)
        factory = Factory.forProtocol(lambda: Connection(origin.host))
        factory.noisy = False
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._timeout) as limit:
                self._connecting.add(limit)
                connection: Connection = await endpoint.connect(factory).asFuture(loop)
        except (ConnectTimeout, TimeoutError) as error:
            if self._is_stopped:
                raise Stopped from None
            raise ExchangeFailed("timeout", _words_of(error) or f"not connected in {self._timeout} s") from error
        except DNSLookupError as error:
            raise ExchangeFailed("dns", _words_of(error)) from error
        except Exception as error:
            raise ExchangeFailed("connect", _words_of(error)) from error
        finally:
            self._connecting.discard(limit)
        return connection

    def _close_unused(self) -> None:
        self._sweep = None
        for host, (_, connection) in list(self._idle.items()):
            if connection.is_lost or monotonic() - connection.used > IDLE:
                del self._idle[host]
                connection.close()
        if self._idle:
            self._sweep = asyncio.get_running_loop().call_later(IDLE, self._close_unused)

    def hang_up(self, host: str) -> None:
        """Close the connection to a host where it is not in use."""
        _, connection = self._idle.pop(host, (None, None))
        if connection is not None:
            connection.close()

    def stop(self) -> None:
        """End what is under way, and begin nothing more: `Stopped` is raised where it is waited for."""
        self._is_stopped = True
        for connection in list(self._used):
            connection.stop()
        for limit in self._connecting:
            limit.reschedule(asyncio.get_running_loop().time())

    def close(self) -> None:
        """Close all that are not in use."""
        if self._sweep is not None:
            self._sweep.cancel()
        for _, connection in self._idle.values():
            connection.close()
        self._idle.clear()


def _words_of(error: BaseException | None) -> str:
    if isinstance(error, SSL.Error) and error.args and error.args[0]:  # (library, function, words) of each step
        return "; ".join(step[-1] for step in error.args[0])
    return str(error) or type(error).__name__
