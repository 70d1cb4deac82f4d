"""robots.txt, obeyed as RFC 9309 has it: fetched once a host and good for a day, redirects followed, absent means
allowed, unreachable means not allowed.
"""

from __future__ import annotations

import asyncio
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK

from crawler.addresses import host_of, resolve
from crawler.guard import named_hosts
from crawler.ledger import Ledger
from crawler.outcomes import Verdict
from crawler.stoplist import StopList
from crawler.throttle import Throttle
from crawler.visit import ROBOTS, Visit

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

MOST_REDIRECTS = 5
KEPT = 24 * 3600.0  # seconds for which a resumed crawl goes by what it was told before
ROBOTS_FACT = "robots "  # what the ledger keeps that under: the time, and the text
SITE_MAP = re.compile(r"^[^\S\n]*sitemap[^\S\n]*:[^\S\n]*(\S+)", re.IGNORECASE | re.MULTILINE)
MOST_BYTES = 500 << 10  # that are read, as RFC 9309 (2.5) has it


def site_maps(ledger: Ledger, origin: str) -> list[str]:
    """Return the maps of a site that its robots.txt names."""
    _, _, text = (ledger.fact(ROBOTS_FACT + origin) or "").partition(" ")
    return SITE_MAP.findall(text)


class Robots:
    """Downloader middleware: a request that robots.txt or the stop list denies never reaches the wire; its verdict is
    put in `request.meta`.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._parsers: dict[str, asyncio.Task[Protego | Verdict]] = {}
        self._hosts = named_hosts(Path(crawler.settings["PORTALS"]))
        self._stop_list = StopList.of_settings(crawler.settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Robots:
        """Return the middleware of a crawl."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raise IgnoreRequest for what is denied, or what cannot be asked for because robots.txt cannot."""
        visit: Visit = request.meta["visit"]
        if objection := self._stop_list.objection(request.url, visit.portal):
            request.meta["verdict"] = Verdict("owner_objects", objection)
            raise IgnoreRequest(objection)
        if visit.role == ROBOTS:
            return
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._parsers:
            self._parsers[origin] = asyncio.ensure_future(self._parser_of(origin, visit))
        parser = await self._parsers[origin]
        if isinstance(parser, Verdict):
            self._parsers.pop(origin, None)  # the next attempt asks again
            request.meta["verdict"] = parser
            raise IgnoreRequest(f"robots.txt: {parser.reason}")
        if not parser.can_fetch(request.url, self._agent):
            request.meta["verdict"] = Verdict("robots_denied", f"{origin}/robots.txt")
            raise IgnoreRequest("denied by robots.txt")

    async def _parser_of(self, origin: str, visit: Visit) -> Protego | Verdict:
        """Return the rules of a host, or why they cannot be had."""
        spider: Any = self._crawler.spider
        ledger: Ledger = spider.ledger
        at, _, text = (ledger.fact(ROBOTS_FACT + origin) or "0 ").partition(" ")
        if not 0 <= time.time() - float(at) < KEPT:
            found = await self._fetch(origin, visit)
            if isinstance(found, Verdict):
                return found
            text = found
            ledger.keep_facts({ROBOTS_FACT + origin: f"{time.time():.0f} {text}"})
        parser = Protego.parse(text)
        if (delay := parser.crawl_delay(self._agent)) and (throttle := self._crawler.get_extension(Throttle)):
            throttle.ask_for(host_of(origin), float(delay))
        return parser

    async def _fetch(self, origin: str, visit: Visit) -> str | Verdict:
        """Return the text of a host's robots.txt, "" where there is none, or why it cannot be had."""
        url = f"{origin}/robots.txt"
        for _ in range(MOST_REDIRECTS + 1):
            meta = {"visit": Visit(visit.portal, visit.division, ROBOTS), "enough": MOST_BYTES}
            request = Request(url, callback=NO_CALLBACK, meta=meta)
            try:
                response = await self._crawler.engine.download_async(request)
            except Exception:
                if "verdict" not in request.meta:
                    raise
                unreachable: Verdict = request.meta["verdict"]
                return unreachable
            verdict: Verdict = request.meta["verdict"]
            if response.status in (301, 302, 303, 307, 308) and (location := response.headers.get("Location")):
                target = resolve(url, location.decode("latin-1"))
                if target is None or not self._hosts.allows(host_of(target)):
                    return ""
                url = target
                continue
            if (response.status >= 500 or response.status == 429) and verdict.outcome not in ("challenge_jsl",):
                reason = f"robots.txt answered with status {response.status}"
                return Verdict(verdict.outcome, reason, verdict.retry_after)
            return response.body[:MOST_BYTES].decode("utf-8-sig", "replace") if 200 <= response.status < 300 else ""
        return ""
