"""The pace: Scrapy's autothrottle, upwards only, from a floor for each host (the register's delay, robots.txt's
Crawl-delay), and twice as slow after each refusal.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.extensions.throttle import AutoThrottle

from crawler.register import LEAST_DELAY, Portal, is_loopback, read_register

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

REFUSALS = (403, 412, 429, 503, 521)
LONGEST_CRAWL_DELAY = 60.0  # seconds: what robots.txt may ask for; more would be a crawl of weeks


class Throttle(AutoThrottle):
    """Keeps each host's delay between its floor and AUTOTHROTTLE_MAX_DELAY: half way towards the time that its last
    answer took, at once where that is longer, and doubled by a refusal; good answers bring it back half way at a time.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._least: float = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._floors = floors_of(read_register(Path(crawler.settings["PORTALS"])), self._least)

    def _spider_opened(self, spider: Any) -> None:
        super()._spider_opened(spider)
        slots = self.crawler.engine.downloader.per_slot_settings
        slots.update({host: {"delay": floor, "concurrency": 1} for host, floor in self._floors.items()})

    def ask_for(self, host: str, delay: float) -> None:
        """Raise the floor of a host to what its robots.txt asks for."""
        self._floors[host] = max(self.floor(host), min(delay, LONGEST_CRAWL_DELAY))
        if slot := self.crawler.engine.downloader.slots.get(host):
            slot.delay = max(slot.delay, self._floors[host])

    def floor(self, host: str) -> float:
        """Return the least delay for a host, in seconds."""
        return self._floors.get(host, _unstated(host, self._least))

    def _response_downloaded(self, response: Response, request: Request, spider: Any) -> None:
        host, slot = self._get_slot(request, spider)
        latency = request.meta.get("download_latency")
        if host is None or slot is None or latency is None or (floor := self.floor(host)) == 0.0:
            return  # a portal on this machine keeps its pace
        if response.status in REFUSALS:
            slot.delay = min(max(2 * slot.delay, floor), self.maxdelay)
            return
        asked = min(max(floor, latency, (slot.delay + latency) / 2), self.maxdelay)
        if response.status == 200 or asked > slot.delay:
            slot.delay = asked


def floors_of(portals: Collection[Portal], default: float) -> dict[str, float]:
    """Return the least delay for each host that a register names: the longest that a row states which names the host,
    else none for this machine, and the default for any other.
    """
    stated: dict[str, float] = {}
    for portal, delay in ((portal, portal.delay) for portal in portals if portal.delay is not None):
        for host in portal.hosts:
            least = 0.0 if is_loopback(host) else LEAST_DELAY  # a row for this machine may name another host
            stated[host] = max(delay, stated.get(host, least))
    return {host: _unstated(host, default) for portal in portals for host in portal.hosts} | stated


def _unstated(host: str, default: float) -> float:
    return 0.0 if is_loopback(host) else default
