"""The scheduler: visits the ledger's addresses, one at a time for each host, the most promising first, no host before
its time.

It hands the answers to the spider itself. The way of Scrapy's engine, through queues for items and spider middlewares
that no crawl here has, takes an eighth of a crawl's time.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler
from scrapy.http import Response
from scrapy.utils.defer import deferred_from_coro

from crawler.addresses import host_of
from crawler.ledger import DAY, Booking, Ledger
from crawler.shards import Mailbox
from crawler.visit import Visit, request_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.defer import Deferred


class Frontier(BaseScheduler):
    """Scrapy's scheduler over a `Ledger`.

    A host is handed one address, and the next only after that one was settled by the spider: so one connection a host
    holds whatever the downloader does, and a slow host keeps no other one waiting.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._waiting: OrderedDict[str, int] = OrderedDict()
        self._busy: set[str] = set()
        self._visits: dict[Request, asyncio.Task[None]] = {}
        self._most: int = crawler.settings.getint("CONCURRENT_REQUESTS")
        self._paused: dict[str, float] = {}  # until a time (time.monotonic)
        self._spent: set[str] = set()
        self._spent_on = 0  # day (UTC) since 1970
        self._daily: int = crawler.settings.getint("HOST_DAILY")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Frontier:
        """Return the scheduler of a crawl."""
        return cls(crawler)

    def open(self, spider: Any) -> None:
        """Take up what waits in the spider's ledger."""
        self._spider = spider
        self._ledger: Ledger = spider.ledger
        self._mailbox: Mailbox | None = spider.mailbox
        self._waiting = OrderedDict(self._ledger.waiting_hosts())

    def close(self, reason: str) -> Deferred[None]:
        """Let what was fetched be read, and leave what waits where it is."""
        del reason
        return deferred_from_coro(self._end())

    async def _end(self) -> None:
        await asyncio.gather(*self._visits.values(), return_exceptions=True)
        self.leave()

    def leave(self) -> None:
        """Leave what waits where it is: in the ledger."""
        try:
            self._ledger.commit()
        except sqlite3.Error as error:
            self._ledger.roll_back()
            self._spider.recorder.fail(f"the ledger cannot be written: {error}")

    def has_pending_requests(self) -> bool:
        """Say whether any address waits or is visited."""
        return bool(self._waiting or self._visits)

    def __len__(self) -> int:
        return sum(self._waiting.values())

    def enqueue_request(self, request: Request) -> bool:
        """Take no request: what is to be asked for is booked."""
        del request
        return False

    def book(self, booking: Booking) -> None:
        """Book an address, unless it is known, or hand it to the process whose it is."""
        if self._mailbox is not None and not self._mailbox.shard.owns(booking.host):
            self._mailbox.give(booking)
        elif self._ledger.book(booking):
            self._await(booking.host)

    def put_back(self, key: bytes, host: str, visit: Visit, *, wait: float = 0.0) -> None:
        """Put an address back into the queue, to be asked for as `visit` says when so many seconds are over."""
        self._ledger.put_back(key, not_before=time.time() + wait if wait else 0.0, visit=visit.dumps())
        self._wake_in(wait)
        self._await(host)

    def adopt(self, bookings: Iterable[Booking]) -> int:
        """Book addresses that another process has handed over; return how many are new here."""
        new = 0
        for booking in bookings:
            if self._ledger.book(booking):
                new += 1
                self._await(booking.host)
        self._ledger.commit()
        self._wake()
        return new

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits and nothing is under way."""
        return not self._waiting and not self._busy

    def next_request(self) -> None:
        """Begin what visits may begin now; the engine is left none."""
        while len(self._visits) < self._most and (request := self.choose()) is not None:
            self._visits[request] = asyncio.ensure_future(self._visit(request))

    async def _visit(self, request: Request) -> None:
        slot = self._crawler.engine._slot
        try:
            if slot is None or slot.closing is not None:
                return  # the address waits for the crawl to be resumed
            slot.add_request(request)
            try:
                response = await self._fetch(request)
            except Exception as error:
                self._spider.failed(request, error)
            else:
                self._spider.parse(response)
            finally:
                slot.remove_request(request)
        finally:
            del self._visits[request]
            self._wake()

    async def _fetch(self, request: Request) -> Response:
        """Return the answer, fetched by Scrapy's downloader in its host's own time: what `engine.download_async` does
        without the log and the futures around it.
        """
        downloader = self._crawler.engine.downloader
        response = await downloader.middleware.download_async(downloader._enqueue_request, request)
        assert isinstance(response, Response)
        response.request = request
        return response

    def choose(self) -> Request | None:
        """Return a request for the host that has waited longest, of those that are idle and may be asked now."""
        now, tick = time.time(), time.monotonic()
        if self._spent and int(now // DAY) != self._spent_on:
            self._spent.clear()
            self.recount()
        for host in list(self._waiting):
            if host in self._busy or self._paused.get(host, tick) > tick or self._is_spent(host, now):
                continue
            if (booking := self._ledger.take(host, now)) is None:
                continue
            self._ledger.count_request(host, now)
            self._busy.add(host)
            self._forget(host)
            if host in self._waiting:
                self._waiting.move_to_end(host)
            return request_of(booking)
        return None

    @property
    def hosts(self) -> set[str]:
        """Those for which an address waits or is under way."""
        return {*self._waiting, *self._busy}

    def is_dry(self, host: str) -> bool:
        """Say whether nothing waits for a host."""
        return host not in self._waiting

    def settle(self, request: Request) -> None:
        """Let a request's host be asked again: its address was ended or put back."""
        self._busy.discard(host_of(request.url))

    def pause(self, host: str, seconds: float) -> None:
        """Ask nothing of a host for a time: it has asked for that, or shown that it needs it."""
        until = time.monotonic() + seconds
        self._paused[host] = max(until, self._paused.get(host, until))
        self._wake_in(seconds)

    def recount(self) -> None:
        """Take over the ledger's count after addresses were ended in bulk."""
        current = self._ledger.waiting_hosts()
        for host in self._spent:
            current.pop(host, None)
        self._waiting = OrderedDict((host, current.pop(host)) for host in self._waiting if host in current)
        self._waiting.update(current)

    def shorten(self, host: str, shorter: Callable[[str], str]) -> None:
        """Put shorter addresses in the place of a host's; of those that are the same then, one is kept."""
        self._ledger.shorten(host, shorter)
        self.recount()

    def _is_spent(self, host: str, now: float) -> bool:
        """Say whether a host has had its requests for today; what waits for it then waits for another day's crawl."""
        if self._ledger.requests_today(host, now) < self._daily:
            return False
        self._spent.add(host)
        self._spent_on = int(now // DAY)
        self._waiting.pop(host, None)
        self._spider.rest(host, f"daily budget of {self._daily} requests to {host} spent; go on tomorrow with --resume")
        return True

    def _wake_in(self, seconds: float) -> None:
        """Have the engine look again after a time: its own heart beats every five seconds only."""
        if seconds > 0:
            asyncio.get_running_loop().call_later(seconds + 0.01, self._wake)

    def _wake(self) -> None:
        if (slot := self._crawler.engine._slot) is not None:
            slot.nextcall.schedule()

    def _await(self, host: str) -> None:
        if host not in self._spent:
            self._waiting[host] = self._waiting.get(host, 0) + 1

    def _forget(self, host: str) -> None:
        self._waiting[host] -= 1
        if self._waiting[host] <= 0:
            del self._waiting[host]
