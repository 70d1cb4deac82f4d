"""The download handler that keeps every exchange byte for byte, and hands it to the recorder whether it came to a good end or not.

The tap sits in the protocol, below HTTP parsing and above TLS: it copies what is written to the transport and what is read from it
(status line, header case, order and duplicates, chunk framing, content coding). A request finds its tap by a private header that is
put on a copy and taken off again before anything is written. Stands on private names of Scrapy 2.19 and Twisted 26; the tests that
compare with the server's own log guard an upgrade.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from OpenSSL import SSL
from scrapy import Request
from scrapy.core.downloader import contextfactory
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.exceptions import CannotResolveHostError, DownloadCancelledError, DownloadTimeoutError
from scrapy.http import Response
from twisted.internet.ssl import TLSVersion
from twisted.web._newclient import ParseError
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

from archive import PayloadTooLarge
from archive.http_message import decode_content, entity_of, parse_answer
from crawler.outcomes import Answer, Verdict, judge, judge_failure
from crawler.recorder import Recorder

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.defer import Deferred

TAG = b"X-Wire-Tap"
HEAD_ROOM = 1 << 20  # bytes that an answer may have over the body limit, for its head and its framing


@dataclass(slots=True, eq=False)
class Tap:
    """What crossed the wire for one request, and with whom."""

    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    sent: bytearray = field(default_factory=bytearray)
    received: bytearray = field(default_factory=bytearray)
    peer: str | None = None
    limit: int = 0


class WireHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP/1.1 handler with a tap. The response that it returns carries the decoded payload; `request.meta["verdict"]` is set
    for every request that came this far, failed ones included."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._taps: dict[bytes, Tap] = {}
        self._serial = itertools.count(1)
        self._recorder = crawler.get_extension(Recorder)
        self._limit = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._tls = TlsPolicy(self._contextFactory, LegacyContextFactory.from_crawler(crawler))
        self._contextFactory = self._tls
        factory = type("TapFactory", (_TapFactory,), {"taps": self._taps})
        self._pool._factory = factory
        # A request that fails on a connection gone stale is a failed exchange like any other: seen, recorded, and asked for again
        # by the ledger's rules. Twisted would repeat it unseen.
        self._pool.retryAutomatically = False

    async def download_request(self, request: Request) -> Response:
        """Return the response with its payload decoded; record the exchange in every case."""
        try:
            return await self._exchange(request)
        except Exception:
            host = urlsplit(request.url).hostname or ""
            if request.meta["verdict"].outcome != "tls_failed" or not self._tls.use_legacy(host):
                raise
            return await self._exchange(request)  # once, in the TLS of another age

    async def _exchange(self, request: Request) -> Response:
        tag, tap = str(next(self._serial)).encode(), Tap(limit=self._limit + HEAD_ROOM)
        self._taps[tag] = tap
        self._drop_idle(request.url)
        tagged = request.replace(headers={**request.headers, TAG: tag})
        try:
            response = await super().download_request(tagged)
        except Exception as error:
            self._settle(request, tap, self._failure_verdict(request, tap, error))
            raise
        finally:
            del self._taps[tag]
        request.meta["download_latency"] = tagged.meta.get("download_latency")
        verdict, payload = self._verdict(request, tap, cut="dataloss" in response.flags)
        self._settle(request, tap, verdict)
        return Response(
            response.url, response.status, response.headers, payload, response.flags, ip_address=response.ip_address
        )

    def _settle(self, request: Request, tap: Tap, verdict: Verdict) -> None:
        request.meta["verdict"] = verdict
        tls = "legacy" if self._tls.is_legacy(urlsplit(request.url).hostname or "") else ""
        self._recorder.record(request, tap, verdict, tls=tls)

    def _verdict(self, request: Request, tap: Tap, *, cut: bool) -> tuple[Verdict, bytes]:
        """Return the verdict on an answer and its payload, both from the bytes alone."""
        received = bytes(tap.received)
        parsed = parse_answer(received)
        body = received[parsed.body :]
        entity = entity_of(body, parsed.headers)
        try:
            payload = decode_content(entity, parsed.headers, limit=self._limit)
        except PayloadTooLarge as error:
            return Verdict("too_large", str(error)), b""
        visit = request.meta.get("visit")
        answer = Answer(
            url=request.url,
            status=parsed.status,
            headers={name.lower(): value for name, value in reversed(parsed.headers)},
            body=payload,
            role=visit.role if visit else "robots",
            cut=cut,
            broken_coding=_is_cut_gzip(entity, payload),
        )
        return judge(answer), payload

    def _failure_verdict(self, request: Request, tap: Tap, error: Exception) -> Verdict:
        kind = self._kind_of(error, tap)
        message = str(error) or type(error).__name__
        if kind == "dns":
            from twisted.internet import reactor

            host = urlsplit(request.url).hostname or ""
            if private := getattr(reactor.nameResolver, "refused", {}).get(host):  # type: ignore[attr-defined]
                kind, message = "refused_address", f"{host} resolves to the private address {private}"
        if kind in ("lost", "unparsable", "timeout") and tap.received:
            verdict, _ = self._verdict(request, tap, cut=True)
            if verdict.outcome not in (
                "ok",
                "malformed",
                "truncated",
                "soft_404",
                "spa_shell",
                "not_found",
                "redirect",
            ):
                return verdict  # a challenge is one however it ended
        return judge_failure(message, kind=kind, received=len(tap.received), sent=len(tap.sent))

    def _kind_of(self, error: BaseException, tap: Tap) -> str:
        if len(tap.received) > tap.limit:
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


class _TapProtocol(_LenientHTTP11ClientProtocol):
    taps: dict[bytes, Tap]
    _tap: Tap | None = None

    def request(self, request: Any) -> Deferred[Any]:
        (tag,) = request.headers.getRawHeaders(TAG)
        request.headers.removeHeader(TAG)
        self._tap = tap = self.taps[tag]
        assert self.transport is not None
        tap.peer = getattr(self.transport.getPeer(), "host", None)
        write_to = request.writeTo
        request.writeTo = lambda transport: write_to(_Tee(transport, tap))
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        if self._tap is not None and self._parser is not None:
            self._tap.received += data
            if len(self._tap.received) > self._tap.limit:
                assert self.transport is not None
                self.transport.abortConnection()  # type: ignore[attr-defined]
                return
        super().dataReceived(data)


class _TapFactory(_LenientHTTP11ClientFactory):
    taps: dict[bytes, Tap]

    def buildProtocol(self, addr: Any) -> _TapProtocol:  # noqa: N802
        del addr
        protocol = _TapProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
        protocol.taps = self.taps
        return protocol


class _LegacyOptions(contextfactory._ScrapyCertificateOptions):
    def _makeContext(self, skipCiphers: bool = False) -> SSL.Context:  # noqa: N802, N803
        del skipCiphers
        context = super()._makeContext(True)
        # Cipher names alone leave the security level where it is; only this string lowers it (small DH keys, SHA-1, 3DES).
        context.set_cipher_list(b"ALL:@SECLEVEL=0")
        return context


class LegacyContextFactory(contextfactory._ScrapyClientContextFactory):
    """TLS for servers of another age: from TLS 1.0, any cipher, small keys. Used for single hosts, after a named handshake error."""

    def _get_cert_options(self) -> _LegacyOptions:
        kwargs = self._get_cert_options_kwargs()
        kwargs.pop("method", None)
        kwargs["insecurelyLowerMinimumTo"] = TLSVersion.TLSv1_0
        return _LegacyOptions(**kwargs)


@implementer(IPolicyForHTTPS)
class TlsPolicy:
    """Modern TLS for every host, legacy TLS for those that were found to need it."""

    def __init__(self, modern: Any, legacy: Any) -> None:
        self._modern = modern
        self._legacy = legacy
        self._old_hosts: set[str] = set()

    def use_legacy(self, host: str) -> bool:
        """Note that a host needs legacy TLS; False where it was noted before."""
        known = host in self._old_hosts
        self._old_hosts.add(host)
        return not known

    def is_legacy(self, host: str) -> bool:
        """Say whether a host is spoken to in legacy TLS."""
        return host in self._old_hosts

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: N802
        """Return the connection creator for a host (Twisted's interface)."""
        policy = self._legacy if self.is_legacy(hostname.decode("ascii")) else self._modern
        return policy.creatorForNetloc(hostname, port)


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


def _is_cut_gzip(entity: bytes, payload: bytes) -> bool:
    """Say whether a gzip stream breaks off: its last four bytes state the size of what it holds (modulo 2³²)."""
    return (
        entity.startswith(b"\x1f\x8b\x08")
        and payload is not entity
        and int.from_bytes(entity[-4:], "little") != len(payload) & 0xFFFFFFFF
    )
