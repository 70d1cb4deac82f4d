"""The download handler that keeps every exchange byte for byte, and hands it to the recorder whether it came to a good
end or not.

The tap sits in the protocol, below HTTP parsing and above TLS: it copies what is written to the transport and what is
read from it (status line, header case, order and duplicates, chunk framing, content coding). A request finds its tap
by a private header that is put on it and taken off again before anything is written. Stands on private names of
Scrapy 2.19 and Twisted 26; the tests that compare with the server's own log guard an upgrade.
"""

from __future__ import annotations

import itertools
import re
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from OpenSSL import SSL
from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
    _ResponseReader,
)
from scrapy.exceptions import CannotResolveHostError, DownloadCancelledError, DownloadTimeoutError
from scrapy.http import Headers, Response
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.web._newclient import ParseError
from twisted.web._newclient import Response as TxResponse
from twisted.web.http import _ChunkedTransferDecoder

from crawler.answers import read_answer
from crawler.certificates import verdict_on
from crawler.outcomes import BLOCKED, Answer, Verdict, judge, judge_failure
from crawler.recorder import Recorder
from crawler.spool import Spool
from crawler.tls import LegacyContextFactory, TlsPolicy, cipher_suite, tls_version

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.defer import Deferred

TAG = b"X-Wire-Tap"
_TRUNCATIONS = {"too_large": "length", "timeout": "time", "lost": "disconnect", "tls": "disconnect"}
_WITHOUT_BODY = {204, 304}  # whatever length they state
_HTTP_VERSION = re.compile(rb"[\r\n]*HTTP/(\d\.\d)[ \t]")
HEAD_ROOM = 1 << 20  # bytes that an answer may have over the body limit, for its head and its framing


@dataclass(slots=True, eq=False)
class Tap:
    """What crossed the wire for one request, and with whom."""

    received: Spool
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    sent: bytearray = field(default_factory=bytearray)
    peer: str | None = None
    protocols: tuple[str, ...] = ()  # once bytes came: "http/1.1", "tls/1.3"
    cipher: str = ""  # its IANA name
    certificate: str = ""  # "valid", or what is wrong with it; "" without TLS
    host: str = ""
    tls: SSL.Connection | None = None
    truncated: str = ""  # why `received` ends early, in the words of WARC-Truncated
    limit: int = 0


_HANDLERS: WeakKeyDictionary[Crawler, list[WireHandler]] = WeakKeyDictionary()  # Scrapy makes one for each scheme


class WireHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP/1.1 handler with a tap.

    The response that it returns carries the decoded payload; `request.meta["verdict"]` is set for every request that
    came this far, failed ones included.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._taps: dict[bytes, Tap] = {}
        self._serial = itertools.count(1)
        self._crawler = crawler
        self._limit = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._folder = Path(crawler.settings["ARCHIVE"])
        self._tls = TlsPolicy(self._contextFactory, LegacyContextFactory.from_crawler(crawler))
        self._contextFactory = cast("Any", self._tls)
        self._pool._factory = cast("Any", partial(_TapFactory, taps=self._taps))
        # A request that fails on a connection gone stale is a failed exchange like any other: seen, recorded, and
        # asked for again by the ledger's rules. Twisted would repeat it unseen.
        self._pool.retryAutomatically = False
        self._siblings = _HANDLERS.setdefault(crawler, [])
        self._siblings.append(self)

    async def download_request(self, request: Request) -> Response:
        """Return the response with its payload decoded; record the exchange in every case."""
        try:
            return await self._exchange(request)
        except Exception:
            if request.meta["verdict"].outcome != "tls_failed" or not self._tls.use_legacy(_host(request)):
                raise
            return await self._exchange(request)

    async def _exchange(self, request: Request) -> Response:
        with closing(Spool(self._folder)) as received:
            tap = Tap(received, host=_host(request), limit=self._limit + HEAD_ROOM)
            return self._conclude(request, tap, await self._fetch(request, tap))

    async def _fetch(self, request: Request, tap: Tap) -> Exception | None:
        """Let a request and its answer cross the wire; return what went wrong."""
        tag = str(next(self._serial)).encode()
        self._taps[tag] = tap
        for handler in self._siblings:
            handler._drop_idle(request.url)
        request.headers[TAG] = tag
        try:
            await super().download_request(request)
        except Exception as raised:
            return raised
        finally:
            del self._taps[tag], request.headers[TAG]
        return None

    def _conclude(self, request: Request, tap: Tap, error: Exception | None) -> Response:
        """Judge and record what came; return the response, or raise what went wrong."""
        if tap.tls is not None and not tap.tls.get_finished():
            tap.sent.clear()  # it waited for the handshake, which never came to its end
        recorder = self._crawler.get_extension(Recorder)
        assert recorder is not None
        try:
            received = tap.received.content()
            answer = read_answer(request.url, received, role=request.meta["visit"].role, limit=self._limit)
        except OSError as fault:
            reason = f"the archive cannot be written: {self._folder}: no room for a large answer: {fault.strerror}"
            recorder.fail(reason)
            request.meta["verdict"] = Verdict("truncated", reason)
            raise error or fault from None
        verdict = judge(answer) if error is None else self._failure(request, tap, error, answer)
        tap.truncated = self._truncation(tap, error, answer)
        request.meta["verdict"], request.meta["digest"] = verdict, answer.digest
        recorder.record(request, tap, received, verdict, tls="legacy" if self._tls.is_legacy(_host(request)) else "")
        if error is not None and not verdict.is_content:
            raise error
        headers = Headers()
        for name, value in answer.fields:
            headers.appendlist(name.encode("latin-1"), value.encode("latin-1"))
        return Response(request.url, answer.status or 200, headers, answer.body)

    def _failure(self, request: Request, tap: Tap, error: Exception, answer: Answer) -> Verdict:
        """Return the verdict on what brought no response.

        The bytes may tell better than the library: a challenge is one however it ended, and an answer that the
        library's parser gave up on may be whole.
        """
        kind, message = self._kind_of(error, tap), _message(error)
        if kind == "connect" and request.url.startswith("https:") and _was_dropped(error):
            kind, message = "tls", f"dropped in the handshake: {message}"
        if kind == "dns":
            from twisted.internet import reactor

            if private := getattr(reactor.nameResolver, "refused", {}).get(_host(request)):
                kind, message = "refused_address", f"{_host(request)} resolves to the private address {private}"
        if kind in ("lost", "unparsable", "timeout") and answer.status is not None:
            verdict = judge(answer)
            if verdict.outcome in BLOCKED or (kind == "unparsable" and verdict.is_content):
                return verdict
        return judge_failure(message, kind=kind, received=tap.received.size, sent=len(tap.sent))

    def _kind_of(self, error: BaseException, tap: Tap) -> str:
        if tap.received.size > tap.limit:
            return "too_large"
        for cause in _causes(error):
            match cause:
                case CannotResolveHostError():
                    return "dns"
                case DownloadTimeoutError():
                    return "timeout"
                case DownloadCancelledError():
                    return "too_large"
                case SSL.Error():
                    return "tls"
                case ParseError() | ValueError():
                    return "unparsable"
        return "lost" if tap.sent else "connect"

    def _truncation(self, tap: Tap, error: Exception | None, answer: Answer) -> str:
        """Return why the bytes that came are not all: an error says it, or the length that the answer states."""
        if not tap.received.size or (error is None and (not answer.cut or answer.status in _WITHOUT_BODY)):
            return ""
        return "disconnect" if error is None else _TRUNCATIONS.get(self._kind_of(error, tap), "")

    def hang_up(self, host: str) -> None:
        """Close the idle connections to a host."""
        for key, connections in self._pool._connections.items():
            if key[1] == host.encode():
                for connection in connections:
                    connection.transport.loseConnection()

    def _drop_idle(self, url: str) -> None:
        """Close idle connections to the host under another scheme or port: never two connections to a host."""
        parts = urlsplit(url)
        host = (parts.hostname or "").encode()
        here = (parts.scheme.encode(), host, parts.port or {"http": 80, "https": 443}[parts.scheme])
        for key, connections in self._pool._connections.items():
            if key[1] == host and key[:3] != here:
                for connection in connections:
                    connection.transport.loseConnection()


class _Tee:
    """The transport as a request sees it while it is written."""

    def __init__(self, transport: Any, tap: Tap) -> None:
        self._transport = transport
        self._tap = tap

    def write(self, data: bytes) -> None:
        self._tap.sent += data
        self._transport.write(data)

    def writeSequence(self, pieces: Any) -> None:  # noqa: N802
        self.write(b"".join(pieces))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class _Chunks(_ChunkedTransferDecoder):
    """Finds the end of a chunked body. A blank before a chunk's extension, or an odd one, would end Twisted's reading
    in the middle of the answer.
    """

    def _dataReceived_CHUNK_LENGTH(self) -> bool:  # noqa: N802
        if (end := self._buffer.find(b"\r\n")) >= 0:
            self._buffer[:end] = self._buffer[:end].partition(b";")[0].strip()
            self._start = 0
        return super()._dataReceived_CHUNK_LENGTH()


class _Reader(_ResponseReader):
    """Counts a body and holds it to the limit; the bytes are with the tap."""

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        if self._maxsize and self._bytes_received + len(data) > self._maxsize:
            super().dataReceived(data)
        else:
            self._bytes_received += len(data)


class _Response(TxResponse):
    def deliverBody(self, protocol: Any) -> None:  # noqa: N802
        protocol.__class__ = _Reader
        super().deliverBody(protocol)  # type: ignore[no-untyped-call]


def _delivered_uncopied(response: Any) -> Any:
    """Return a response whose body Scrapy counts, but does not keep."""
    response.__class__ = _Response
    return response


class _Parser(_LenientHTTPClientParser):
    _transferDecoders = {b"chunked": _Chunks}  # noqa: N815, RUF012 -- the name is Twisted's


class _TapProtocol(_LenientHTTP11ClientProtocol):
    transport: Any

    def __init__(self, quiescent: Any, taps: dict[bytes, Tap]) -> None:
        super().__init__(quiescent)  # type: ignore[no-untyped-call]
        self._taps = taps
        self._tap: Tap | None = None
        self._verdict: str | None = None

    def request(self, request: Any) -> Deferred[Any]:
        (tag,) = request.headers.getRawHeaders(TAG)
        request.headers.removeHeader(TAG)
        self._tap = tap = self._taps[tag]
        tap.tls = _tls_of(self.transport)
        tap.peer = getattr(self.transport.getPeer(), "host", None)
        write_to = request.writeTo
        request.writeTo = lambda transport: write_to(_Tee(transport, tap))
        finished = super().request(request)
        self._parser.__class__ = _Parser  # as the base class does, and for the same reason
        return finished.addCallback(_delivered_uncopied)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        if self._tap is not None and self._parser is not None:
            if not self._tap.received.size:
                self._tap.protocols, self._tap.cipher = _spoken(self.transport, data)
                self._tap.certificate = self._certificate(self._tap.host)
            if not self._tap.received.add(data) or self._tap.received.size > self._tap.limit:
                self.transport.abortConnection()
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]

    def _certificate(self, host: str) -> str:
        """Return the verdict on the server's certificate, found once a connection."""
        if self._verdict is None:
            connection = _tls_of(self.transport)
            self._verdict = "" if connection is None else verdict_on(connection, host)
        return self._verdict


class _TapFactory(_LenientHTTP11ClientFactory):
    def __init__(self, *args: Any, taps: dict[bytes, Tap]) -> None:
        super().__init__(*args)  # type: ignore[no-untyped-call]
        self._taps = taps

    def buildProtocol(self, addr: Any) -> _TapProtocol:  # noqa: N802
        del addr
        return _TapProtocol(self._quiescentCallback, self._taps)


def _spoken(transport: Any, beginning: bytes) -> tuple[tuple[str, ...], str]:
    """Return the protocols in which an answer came, by its first bytes and its connection, and the cipher suite."""
    http = _HTTP_VERSION.match(beginning)
    protocols = (f"http/{http[1].decode()}",) if http else ()
    connection = _tls_of(transport)
    return (protocols, "") if connection is None else ((*protocols, tls_version(connection)), cipher_suite(connection))


def _tls_of(transport: Any) -> SSL.Connection | None:
    handle = transport.getHandle() if hasattr(transport, "getHandle") else None
    return handle if isinstance(handle, SSL.Connection) else None


def _causes(error: BaseException | None) -> list[BaseException]:
    """Return an error with its causes, the reasons of Twisted's ResponseFailed included, outermost first."""
    found: list[BaseException] = []
    queue = [error]
    while queue:
        if (cause := queue.pop(0)) is None or cause in found:
            continue
        found.append(cause)
        queue.append(cause.__cause__)
        queue.extend(failure.value for failure in getattr(cause, "reasons", None) or ())
    return found


def _was_dropped(error: BaseException) -> bool:
    """Say whether a connection was made, and ended by the other side."""
    return any(isinstance(cause, ConnectionLost | ConnectionDone) for cause in _causes(error))


def _message(error: BaseException) -> str:
    """Return what went wrong in the words of the innermost cause."""
    innermost = _causes(error)[-1]
    return str(innermost) or type(innermost).__name__


def _host(request: Request) -> str:
    return urlsplit(request.url).hostname or ""
