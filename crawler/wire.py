"""The download handler that keeps every exchange byte for byte, and hands it to the recorder whether it came to a good
end or not.

Requests are written, and answers read, over `crawler.connection`; what is returned to Scrapy is made of the bytes that
were kept, by the archive's own parser.
"""

from __future__ import annotations

import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Headers, Response

from crawler.addresses import DEFAULT_PORTS
from crawler.answers import read_answer
from crawler.connection import Connections, ExchangeFailed, Origin, Stopped, Tap
from crawler.outcomes import BLOCKED, Answer, Verdict, judge, judge_failure
from crawler.recorder import Recorder
from crawler.spool import Spool
from crawler.tls import TlsPolicy
from crawler.visit import Visit

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_TRUNCATIONS = {"too_large": "length", "enough": "length", "timeout": "time", "lost": "disconnect", "tls": "disconnect"}
_CONNECTIONS: WeakKeyDictionary[Crawler, Connections] = WeakKeyDictionary()  # Scrapy makes a handler for each scheme


def stop_exchanges(crawler: Crawler) -> None:
    """End what is under way in a crawl: what came so far is recorded, and each address waits for the crawl to be
    resumed.
    """
    if connections := _CONNECTIONS.get(crawler):
        connections.stop()


class WireHandler(BaseDownloadHandler):
    """Scrapy's way to the wire, http and https.

    The response that it returns carries the decoded payload; `request.meta` has `verdict` for every request that came
    this far, failed ones included, and `digest` and `download_latency` where something came back.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self._limit = settings.getint("DOWNLOAD_MAXSIZE")
        self._folder = Path(settings["ARCHIVE"])
        headers = settings.getdict("DEFAULT_REQUEST_HEADERS") | {"User-Agent": settings["USER_AGENT"]}
        self._same_for_all = {name.encode(): _line(name.encode(), value.encode()) for name, value in headers.items()}
        timeout = settings.getfloat("DOWNLOAD_TIMEOUT")
        self._connections = _CONNECTIONS.setdefault(crawler, Connections(TlsPolicy(crawler), timeout=timeout))
        self._tls = self._connections.tls

    async def download_request(self, request: Request) -> Response:
        """Return the response with its payload decoded; record the exchange in every case. Raise ExchangeFailed."""
        try:
            return await self._exchange(request)
        except Stopped:
            raise
        except ExchangeFailed:
            if request.meta["verdict"].outcome != "tls_failed" or not self._tls.use_legacy(_origin(request).host):
                raise
            return await self._exchange(request)

    def hang_up(self, host: str) -> None:
        """Close the connection to a host where it is not in use."""
        self._connections.hang_up(host)

    async def close(self) -> None:
        """Close the connections that are still open."""
        self._connections.close()

    async def _exchange(self, request: Request) -> Response:
        with closing(Spool(self._folder)) as received:
            enough = request.meta.get("enough")
            tap = Tap(received, self._limit if enough is None else sys.maxsize, enough)
            error = None
            try:
                await self._connections.exchange(_origin(request), self._written(request), tap)
            except ExchangeFailed as failed:
                if isinstance(failed, Stopped) and not received.size:
                    raise
                error = failed
            self._keep_pace(request)
            request.meta["download_latency"] = tap.latency
            return self._conclude(request, tap, error)

    def _keep_pace(self, request: Request) -> None:
        """Have the next request to a host wait from now on: this one may have left long after its turn came."""
        if slot := self.crawler.engine.downloader.slots.get(request.meta["download_slot"]):
            slot.lastseen = monotonic()

    def _written(self, request: Request) -> bytes:
        """Return a request as it is written."""
        parts = urlsplit(request.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        lines = [f"{request.method} {target} HTTP/1.1\r\nHost: {parts.netloc}\r\n".encode("ascii")]
        lines += [line for name, line in self._same_for_all.items() if name not in request.headers]
        lines += [_line(name, value) for name, values in request.headers.items() for value in values]
        if request.body or request.method == "POST":
            lines.append(b"Content-Length: %d\r\n" % len(request.body))
        return b"".join([*lines, b"\r\n", request.body])

    def _conclude(self, request: Request, tap: Tap, error: ExchangeFailed | None) -> Response:
        """Judge and record what came; return the response, or raise what went wrong."""
        recorder = self.crawler.get_extension(Recorder)
        assert recorder is not None
        try:
            received = tap.received.content()
            visit: Visit = request.meta["visit"]
            answer = read_answer(
                request.url,
                received,
                role=visit.role,
                limit=self._limit,
                head=tap.head,
                cut=not tap.is_whole,
                again=not tap.is_reset and (visit.attempt > 1 or visit.listing is not None),
                conditional=visit.known is not None and bool(visit.known.etag or visit.known.modified),
            )
        except OSError as fault:
            reason = f"the archive cannot be written: {self._folder}: no room for a large answer: {fault.strerror}"
            recorder.fail(reason)
            request.meta["verdict"] = Verdict("truncated", reason)
            raise error or fault from None
        verdict = judge(answer) if error is None else self._failure(request, tap, error, answer)
        request.meta["verdict"], request.meta["digest"] = verdict, answer.digest
        recorder.record(
            request,
            tap,
            received,
            verdict,
            tls="legacy" if self._tls.is_legacy(_origin(request).host) else "",
            truncated=_truncation(tap, error),
        )
        if error is not None and not verdict.is_content:
            raise error
        headers = Headers()
        for name, value in answer.fields:
            headers.appendlist(name.encode("latin-1"), value.encode("latin-1"))
        return Response(request.url, answer.status or 200, headers, answer.body)

    def _failure(self, request: Request, tap: Tap, error: ExchangeFailed, answer: Answer) -> Verdict:
        """Return the verdict on what brought no whole answer.

        The bytes may tell better than how it ended: a challenge is one all the same, and an answer of an odd form may
        be whole.
        """
        kind, message = error.kind, str(error)
        if kind == "enough":
            return judge(replace(answer, cut=False, broken_coding=False))
        if kind == "dns":
            from twisted.internet import reactor

            host = _origin(request).host
            if private := getattr(reactor.nameResolver, "refused", {}).get(host):
                kind, message = "refused_address", f"{host} resolves to the private address {private}"
        if kind in ("lost", "unparsable", "timeout") and answer.status is not None:
            verdict = judge(answer)
            is_all = kind == "unparsable" or (
                kind == "timeout" and answer.cut
            )  # they promised more, and never came to it
            if verdict.outcome in BLOCKED or (is_all and verdict.is_content):
                return verdict
        return judge_failure(message, kind=kind, received=tap.received.size, sent=len(tap.sent))


def _truncation(tap: Tap, error: ExchangeFailed | None) -> str:
    """Return why the bytes that came are not all, in the words of WARC-Truncated: an error says it, or the length that
    the answer states.
    """
    if not tap.received.size:
        return ""
    if error is not None:
        return _TRUNCATIONS.get(error.kind, "")
    return "" if tap.is_whole else "disconnect"


def _line(name: bytes, value: bytes) -> bytes:
    """Return a header's line; a value that came from a server has no line break left."""
    return b"%b: %b\r\n" % (name, b" ".join(value.splitlines()))


def _origin(request: Request) -> Origin:
    parts = urlsplit(request.url)
    return Origin(parts.scheme, parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme])
