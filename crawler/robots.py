"""robots.txt, obeyed as RFC 9309 has it: fetched once a host, redirects followed, absent means allowed, unreachable
means not allowed.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK

from crawler.addresses import host_of, resolve
from crawler.guard import named_hosts
from crawler.outcomes import Verdict
from crawler.stoplist import StopList
from crawler.throttle import Throttle
from crawler.visit import ROBOTS, Visit

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

MOST_REDIRECTS = 5
MOST_BYTES = 500 * 1024


@dataclass(frozen=True, slots=True)
class Rules:
    """What a host's robots.txt says: a parser (None: everything is allowed), or the verdict on why it could not be
    had.
    """

    parser: Protego | None = None
    unreachable: Verdict | None = None


class Robots:
    """Downloader middleware: a request that robots.txt or the stop list denies never reaches the wire; its verdict is
    put in `request.meta`.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._rules: dict[str, asyncio.Task[Rules]] = {}
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
        if origin not in self._rules:
            self._rules[origin] = asyncio.ensure_future(self._fetch(origin, visit))
        rules = await self._rules[origin]
        if rules.unreachable is not None:
            self._rules.pop(origin, None)  # the next attempt asks again
            request.meta["verdict"] = rules.unreachable
            raise IgnoreRequest(f"robots.txt: {rules.unreachable.reason}")
        if rules.parser is not None and not rules.parser.can_fetch(request.url, self._agent):
            request.meta["verdict"] = Verdict("robots_denied", f"{origin}/robots.txt")
            raise IgnoreRequest("denied by robots.txt")

    async def _fetch(self, origin: str, visit: Visit) -> Rules:
        url = f"{origin}/robots.txt"
        for _ in range(MOST_REDIRECTS + 1):
            request = Request(url, callback=NO_CALLBACK, meta={"visit": Visit(visit.portal, visit.division, ROBOTS)})
            try:
                response = await self._crawler.engine.download_async(request)
            except Exception:
                if "verdict" not in request.meta:
                    raise
                return Rules(unreachable=request.meta["verdict"])
            verdict: Verdict = request.meta["verdict"]
            if response.status in (301, 302, 303, 307, 308) and (location := response.headers.get("Location")):
                target = resolve(url, location.decode("latin-1"))
                if target is None or not self._hosts.allows(host_of(target)):
                    return Rules()
                url = target
                continue
            if response.status >= 500 and verdict.outcome not in ("challenge_jsl",):
                return Rules(
                    unreachable=Verdict(
                        verdict.outcome, f"robots.txt answered with status {response.status}", verdict.retry_after
                    )
                )
            return self._read(origin, response.body) if 200 <= response.status < 300 else Rules()
        return Rules()

    def _read(self, origin: str, body: bytes) -> Rules:
        parser = Protego.parse(body[:MOST_BYTES].decode("utf-8", "replace"))
        if (delay := parser.crawl_delay(self._agent)) and (throttle := self._crawler.get_extension(Throttle)):
            throttle.ask_for(host_of(origin), float(delay))
        return Rules(parser)
