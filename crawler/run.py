"""Run one crawl or recheck in this process, from a register to a summary.

Scrapy's reactor starts once a process: so does `crawl`, or `recheck`.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, TypedDict, Unpack

from scrapy import signals
from scrapy.crawler import CrawlerProcess
from scrapy.settings import Settings

from archive import ArchiveError
from crawler import tally
from crawler.errors import CrawlError, NoRedis
from crawler.families import FAMILIES
from crawler.register import Portal, read_register, require_contact
from crawler.summary import CrawlSummary, RecheckSummary, summarise, summarise_recheck
from crawler.wire import stop_exchanges

GRACE = 3.0  # seconds that what is under way has after Ctrl-C


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a crawl has come: addresses ended, addresses that wait as far as they are known, the portal of the last
    ending.
    """

    ended: int
    scheduled: int
    portal: str


class Options(TypedDict, total=False):
    """What a crawl and a recheck can be told. `only` names one authority. `contact` goes into the user agent; without
    it (and without NIANBAO_CONTACT) only portals on this machine are crawled. `settings` are Scrapy settings that go
    before those of `crawler.settings`. The ledger lies in `<archive>.job`; with `resume` it is taken up where it was
    left.
    """

    only: str | None
    resume: bool
    contact: str | None
    quiet: bool
    progress: Callable[[Progress], None] | None
    settings: Mapping[str, Any] | None


def crawl(*, portals: Path, archive: Path, year: int | None = None, **options: Unpack[Options]) -> CrawlSummary:
    """Crawl the portals of a register into an archive folder and return what it came to. Raises `CrawlError`."""
    with _run("discover", portals, archive, {"YEAR": year or 0}, options) as (spider, chosen, ended):
        met = tally.outcomes([spider.ledger])
        ours = [portal.authority for portal in chosen if spider.owns(portal.host) or portal.authority in met]
        return summarise(spider.ledger, ours, year=year, **ended)


def recheck(*, portals: Path, archive: Path, everything: bool = False, **options: Unpack[Options]) -> RecheckSummary:
    """Visit the reports that an archive knows again, `everything` or what is due; return what became of them. Raises
    `CrawlError`, and `ArchiveError` without an archive.
    """
    asked = {"EVERYTHING": everything}
    with _run("recheck", portals, archive, asked, options) as (spider, _, ended), closing(spider.known):
        return summarise_recheck(spider.ledger, **ended)


class _Process(CrawlerProcess):
    """Scrapy's process; once it is told to stop, what is under way has GRACE seconds to come to its end."""

    def stop(self) -> Any:
        """Stop as Scrapy does."""
        from twisted.internet import reactor

        clock: Any = reactor
        for crawler in self.crawlers:
            clock.callLater(GRACE, stop_exchanges, crawler)
        return super().stop()


@contextmanager
def _run(
    name: str, portals: Path, archive: Path, asked: Mapping[str, Any], options: Options
) -> Iterator[tuple[Any, list[Portal], dict[str, Any]]]:
    """Run a spider to its end; give it, the portals that were chosen, and how it ended. Raises `CrawlError`,
    `ArchiveError`.
    """
    only, progress = options.get("only"), options.get("progress")
    chosen = _choose(read_register(portals, families=FAMILIES), portals, only)
    job = {"PORTALS": str(portals), "ARCHIVE": str(archive), "ONLY": only or "", "RESUME": options.get("resume", False)}
    settings = {**job, **asked, **(options.get("settings") or {})}
    contact = options.get("contact") or os.environ.get("NIANBAO_CONTACT", "")
    require_contact(chosen, contact)
    process = _Process(_settings(settings, contact))
    for logged in ("scrapy", "twisted", "crawler"):
        logging.getLogger(logged).setLevel(logging.ERROR if options.get("quiet") else logging.WARNING)
    logging.getLogger("scrapy.core.downloader.tls").setLevel(logging.ERROR)  # `certificates` judges, for the archive
    crawler = process.create_crawler(name)
    opened: dict[str, Any] = {}
    for signal in (signals.spider_opened, signals.spider_closed):  # the latter with the reason
        crawler.signals.connect(lambda **told: opened.update(told), signal=signal, weak=False)
    if progress is not None:
        crawler.signals.connect(
            lambda request, spider: progress(_progress(request, spider)),  # a `partial` cannot be connected
            signal=signals.response_downloaded,
            weak=False,
        )
    crawling = process.crawl(crawler)
    crawling.addErrback(lambda failure: opened.update(error=failure.value))
    process.start()
    if error := opened.get("error"):
        raise _told(error, settings["ARCHIVE"])
    if "spider" not in opened:
        raise CrawlError("the crawl could not begin")
    spider = opened["spider"]
    ended = {"left": spider.left_for_others, "failure": spider.recorder.failure}
    with closing(spider.ledger):
        yield spider, chosen, ended | {"interrupted": opened.get("reason") != "finished"}


def _progress(request: Any, spider: Any) -> Progress:
    return Progress(spider.finished, spider.finished + len(spider.frontier), request.meta["visit"].portal)


def _told(error: BaseException, archive: str) -> BaseException:
    """Return what a user is told of what a crawl has broken off with."""
    if isinstance(error, CrawlError | ArchiveError | KeyboardInterrupt):
        return error
    if isinstance(error, sqlite3.Error):
        return CrawlError(f"{archive}.job: cannot be written: {error}; is there room on the disk?")
    if isinstance(error, OSError) and error.filename:
        return CrawlError(f"{error.filename}: {error.strerror}; a crawl keeps its state there, beside the archive")
    return CrawlError(f"the crawl could not begin: {error}")


def _choose(register: list[Portal], path: Path, only: str | None) -> list[Portal]:
    if only is None:
        return register
    chosen = [portal for portal in register if portal.authority == only]
    if not chosen:
        raise CrawlError(f"{path}: no portal is called {only}; the first of {len(register)} is {register[0].authority}")
    return chosen


def _settings(given: Mapping[str, Any], contact: str) -> Settings:
    every = Settings()
    every.setmodule(import_module("crawler.settings"), priority="project")
    own: dict[str, Any] = {"LOG_INSTALL_ROOT_HANDLER": False, "CONTACT": contact}
    if contact:
        own["USER_AGENT"] = f"Nianbao/0.1 (archives annual reports on open government information; contact: {contact})"
    if given.get("REDIS_URL"):
        try:
            frontier = import_module("crawler.redis_frontier")
        except ImportError as error:
            raise NoRedis(f"{error}; install the extra: pip install 'nianbao[redis]'") from None
        frontier.require_redis(given["REDIS_URL"])
        own |= frontier.SETTINGS
    every.setdict(own | dict(given), priority="cmdline")
    return every
