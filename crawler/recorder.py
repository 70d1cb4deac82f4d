"""The recorder: an extension that owns the archive of a crawl and writes every exchange and every ending without one
into it.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from scrapy import Request, Spider, signals

from archive import ArchiveError, ArchiveWriter, Exchange
from crawler import settings as defaults
from crawler.outcomes import Verdict
from crawler.visit import ROBOTS, Visit

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

    from crawler.connection import Tap

logger = logging.getLogger(__name__)


class Recorder:
    """Writes to the folder of the setting ARCHIVE from the spider's opening to its closing.

    A disk that is full ends the crawl; `failure` then holds the one line that says so.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._writer: ArchiveWriter | None = None
        self.failure = ""
        self.has_heard = False  # anything at all, from any host
        crawler.signals.connect(self._open, signal=signals.spider_opened)
        crawler.signals.connect(self._close, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Recorder:
        """Return the recorder of a crawl."""
        return cls(crawler)

    def record(
        self,
        request: Request,
        tap: Tap,
        received: bytes | BinaryIO,
        verdict: Verdict,
        *,
        tls: str = "",
        truncated: str = "",
    ) -> None:
        """Write an exchange; where nothing was sent there was none, and only a note is written."""
        stamped = (("tls", tls), ("certificate", tap.certificate))
        extra = [(name, value) for name, value in stamped if value]
        if not tap.sent:
            self.note(request.url, request.meta.get("visit"), verdict, at=tap.started)
            return
        self.has_heard = self.has_heard or bool(received)
        exchange = Exchange(
            url=request.url,
            sent=tap.sent,
            received=received,
            ip=tap.peer,
            started=tap.started,
            metadata=(*_fields(request.meta.get("visit"), verdict), *extra),
            protocols=tap.protocols,
            cipher=tap.cipher,
            truncated=truncated,
            head=tap.head,
        )
        self._write(lambda writer: writer.write(exchange))

    def note(
        self,
        url: str,
        visit: Visit | None,
        verdict: Verdict,
        *,
        at: datetime | None = None,
        extra: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """Write that an address ended without an exchange."""
        metadata = (*_fields(visit, verdict), *extra)
        self._write(lambda writer: writer.note(url, metadata, at=at or datetime.now(UTC)))

    @property
    def is_open(self) -> bool:
        """Whether what is recorded now is kept."""
        return self._writer is not None and not self.failure

    def _write(self, put) -> None:  # type: ignore[no-untyped-def]
        if self._writer is None or self.failure:
            return
        try:
            put(self._writer)
        except (ArchiveError, OSError) as error:
            self.fail(f"the archive cannot be written: {error}")

    def fail(self, message: str) -> None:
        """End the crawl for a reason that no further request could mend."""
        if not self.failure:
            self.failure = message
            logger.error(message)
            closing = self._crawler.engine.close_spider_async(reason="archive_failed")
            self._closing = asyncio.ensure_future(closing)  # kept, or it would be forgotten before it ran

    def _open(self, spider: Spider) -> None:
        settings = self._crawler.settings
        description = {
            "robots": "classic",
            "http-header-user-agent": settings["USER_AGENT"],
            "configuration-digest": _configuration_digest(settings),
        }
        try:
            self._writer = ArchiveWriter(
                Path(settings["ARCHIVE"]), operator=settings["CONTACT"] or "", description=description
            )
            self._writer.__enter__()
        except (ArchiveError, OSError) as error:
            self.fail(f"the archive cannot be written: {error}")
        del spider

    def _close(self, spider: Spider) -> None:
        del spider
        writer, self._writer = self._writer, None
        if writer is not None:
            try:
                writer.close()
            except (ArchiveError, OSError) as error:
                self.failure = (
                    self.failure
                    or f"the archive cannot be sealed: {error}; `nianbao archive verify` shows what it holds"
                )


def _configuration_digest(settings: BaseSettings) -> str:
    """Return the SHA-256 of what the crawl was told: our settings, those given for this run, and the register."""
    told = {name: settings.get(name) for name in sorted(vars(defaults)) if name.isupper()}
    digest = hashlib.sha256(json.dumps(told, default=str, ensure_ascii=False).encode())
    with suppress(OSError):  # a crawl without a register says so itself
        digest.update(Path(settings["PORTALS"]).read_bytes())
    return f"sha256:{digest.hexdigest()}"


def _fields(visit: Visit | None, verdict: Verdict) -> tuple[tuple[str, str], ...]:
    own = visit.metadata() if visit else [("role", ROBOTS)]
    error = [("error", verdict.reason)] if verdict.reason else []
    return (("outcome", verdict.outcome), *own, *error)
