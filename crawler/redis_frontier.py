"""The frontier of many machines: scrapy-redis' scheduler and dupefilter on one Redis (extra `redis`, --redis URL).

New addresses go to Redis and come from there; what a machine has taken is in its own ledger, from which it is retried,
accounted for, and resumed. A host is leased to one machine at a time, which hangs up before it lets go of it: one
connection a host holds over all machines.

Keys, under `nianbao:<spider>:`: `seen` (scrapy-redis' dupefilter: the keys of all addresses), `waiting:<host>` (its
priority queues, JSON of bookings), `hosts` (those with a queue), `lease:<host>` (the machine that may ask it), `taken`
(bookings under way, by address and machine), `worker:<name>` (machines at work). A machine that is silent for a minute
has died: what it had taken waits again. When nothing is left and nobody else is at work, the keys are deleted, and for
a month `ended` tells who would resume the crawl that it is over.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from redis import Redis, RedisError
from scrapy import Request
from scrapy_redis.queue import Base
from scrapy_redis.scheduler import Scheduler

from crawler.errors import NoRedis
from crawler.frontier import Frontier
from crawler.ledger import Booking
from crawler.visit import HOME
from crawler.wire import WireHandler

SETTINGS = {
    "SCHEDULER": "crawler.redis_frontier.RedisFrontier",
    "SCHEDULER_PERSIST": True,
    "SCHEDULER_QUEUE_KEY": "nianbao:%(spider)s",
    "SCHEDULER_QUEUE_CLASS": "crawler.redis_frontier.HostQueues",
    "SCHEDULER_DUPEFILTER_KEY": "nianbao:%(spider)s:seen",
    "DUPEFILTER_CLASS": "scrapy_redis.dupefilter.RFPDupeFilter",
}
POLL = 0.2  # seconds between two looks into a queue that had nothing
BEAT = 15.0  # seconds between two signs of life
LIFE = 60  # seconds after the last of which a machine counts as dead, and its leases end
MONTH = 30 * 86_400  # seconds
HANGING_UP = 1000  # milliseconds between the end of a connection and the end of its lease


# Both steps or none: a machine that dies between them would take an address with it.
_ADD = """
if redis.call('SADD', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[3])
redis.call('SADD', KEYS[3], ARGV[4])
return 1
"""
_TAKE = """
local first = redis.call('ZRANGE', KEYS[1], 0, 0)[1]
if not first then return false end
redis.call('ZREM', KEYS[1], first)
redis.call('HSET', KEYS[2], cjson.decode(first)['key'], '{"worker": "' .. ARGV[1] .. '", ' .. string.sub(first, 2))
return first
"""
_GIVE_BACK = """
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[4])
redis.call('SADD', KEYS[3], ARGV[5])
return redis.call('HDEL', KEYS[1], ARGV[1])
"""


def require_redis(url: str) -> None:
    """Raise `NoRedis` where none answers at an address."""
    try:
        with Redis.from_url(url, socket_connect_timeout=20.0) as server:
            server.ping()
    except (RedisError, ValueError) as error:
        raise NoRedis(f"{url}: {error}; is Redis running there?") from None


class HostQueues(Base):  # type: ignore[misc]
    """A scrapy-redis queue that is one for each host; `take` asks only those for which this machine can have the
    lease.
    """

    def __init__(self, server: Any, spider: Any, key: str, serializer: Any = None) -> None:
        super().__init__(server, spider, key, serializer or json)
        self.worker = spider.ledger.fact("worker") or uuid4().hex
        spider.ledger.keep_facts({"worker": self.worker})
        spider.ledger.commit()
        self.leases: OrderedDict[str, None] = OrderedDict()
        self._most: int = spider.settings.getint("CONCURRENT_REQUESTS")
        self._add, self._take, self._give_back = map(server.register_script, (_ADD, _TAKE, _GIVE_BACK))
        self.beat()

    def __len__(self) -> int:
        return sum(map(self.waiting, self._hosts())) + int(self.server.hlen(f"{self.key}:taken"))

    def add(self, booking: Booking, *, seen: str) -> None:
        """Add an address to its host's queue, unless its key is among those seen."""
        names = (seen, f"{self.key}:waiting:{booking.host}", f"{self.key}:hosts")
        self._add(names, (booking.key.hex(), -booking.priority, _encoded(booking), booking.host))

    def take(self) -> Booking | None:
        """Return the most promising address of a host that is idle here and not another machine's; None without one."""
        for host in self._hosts():
            if not self.spider.frontier.is_free(host) or not self._lease(host):
                continue
            taken = self._take((f"{self.key}:waiting:{host}", f"{self.key}:taken"), (self.worker,))
            if taken is not None:
                return _decoded(json.loads(taken))
            self.server.srem(f"{self.key}:hosts", host)
            if self.waiting(host):  # somebody pushed in between
                self.server.sadd(f"{self.key}:hosts", host)
        return None

    def clear(self) -> None:
        """Delete all queues."""
        if names := list(self.server.scan_iter(f"{self.key}:*")):
            self.server.delete(*names)

    def is_over(self, *, resumed: bool) -> bool:
        """Say whether the crawl that is `resumed` has ended; a new one begins now."""
        if not resumed:
            self.server.delete(f"{self.key}:ended")
        return bool(self.server.exists(f"{self.key}:ended"))

    def beat(self) -> None:
        """Give a sign of life, and keep the leases."""
        self.server.set(f"{self.key}:worker:{self.worker}", "", ex=LIFE)
        for host in self.leases:
            self.server.expire(f"{self.key}:lease:{host}", LIFE)

    def finish(self, key: bytes) -> None:
        """Note that an address that was taken has ended."""
        self.server.hdel(f"{self.key}:taken", key.hex())

    def mine(self) -> set[bytes]:
        """Return the keys of the addresses that count as taken by this machine."""
        taken = self.server.hgetall(f"{self.key}:taken").items()
        return {bytes.fromhex(key.decode()) for key, data in taken if json.loads(data)["worker"] == self.worker}

    def revive(self, *, lost: Container[bytes] = ()) -> None:
        """Let wait again what machines had taken that are no longer at work, and what this one has `lost`."""
        alive = self.others() | {self.worker}
        for key, data in self.server.hgetall(f"{self.key}:taken").items():
            taken = json.loads(data)
            worker = taken.pop("worker")
            if worker not in alive or bytes.fromhex(taken["key"]) in lost:
                booking = _decoded(taken)
                names = (f"{self.key}:taken", f"{self.key}:waiting:{booking.host}", f"{self.key}:hosts")
                self._give_back(names, (key, data, -booking.priority, _encoded(booking), booking.host))

    def others(self) -> set[str]:
        """Return the other machines at work."""
        names = {name.decode().rpartition(":")[2] for name in self.server.scan_iter(f"{self.key}:worker:*")}
        return names - {self.worker}

    def leave(self) -> None:
        """Let go of everything, at the end."""
        for host in list(self.leases):
            self._release(host)
        self.server.delete(f"{self.key}:worker:{self.worker}")

    def _hosts(self) -> list[str]:
        return sorted(name.decode() for name in self.server.smembers(f"{self.key}:hosts"))

    def waiting(self, host: str) -> int:
        """Return how many addresses wait for a host."""
        return int(self.server.zcard(f"{self.key}:waiting:{host}"))

    def _lease(self, host: str) -> bool:
        if host in self.leases:
            self.leases.move_to_end(host)
            return True
        if len(self.leases) >= self._most and not self._make_room():
            return False
        name = f"{self.key}:lease:{host}"
        if not self.server.set(name, self.worker, nx=True, ex=LIFE) and self.server.get(name) != self.worker.encode():
            return False  # its own lease may have outlived this machine's last start
        self.leases[host] = None
        return True

    def _make_room(self) -> bool:
        """Let go of the host that was longest without a request, if there is an idle one."""
        idle = next((host for host in self.leases if self.spider.frontier.is_free(host)), None)
        if idle is None or self.waiting(idle):
            return False
        self._release(idle)
        return True

    def _release(self, host: str) -> None:
        del self.leases[host]
        self.spider.frontier.hang_up(host)
        self.server.pexpire(f"{self.key}:lease:{host}", HANGING_UP)


class RedisFrontier(Frontier):
    """The ledger's frontier, fed from Redis."""

    def open(self, spider: Any) -> None:
        """Take up what waits in the ledger, and join the crawl that lies in Redis."""
        super().open(spider)
        self._next_look = 0.0
        self._shared = Scheduler.from_settings(spider.settings)
        self._shared.open(spider)
        self._queues: HostQueues = self._shared.queue
        self._is_over = self._queues.is_over(resumed=spider.settings.getbool("RESUME"))
        self._come_to_terms()
        self.recount()
        self._beating = asyncio.ensure_future(self._beat())

    def _come_to_terms(self) -> None:
        """Have ledger and Redis agree on what this machine has taken, where it was killed between the two."""
        mine = self._queues.mine()
        self._ledger.forget_waiting(lambda key: key not in mine)
        for key in filter(self._ledger.has_ended, mine):
            self._queues.finish(key)
        self._queues.revive(lost={key for key in mine if not self._ledger.knows(key)})

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        """End the crawl, to be resumed, where Redis no longer answers."""
        try:
            yield
        except RedisError as error:
            self._spider.recorder.fail(
                f"{self._crawler.settings['REDIS_URL']}: {error}; start Redis again and go on with --resume"
            )

    def leave(self) -> None:
        """Let go of the hosts; leave what waits where it is, or nothing where all is done."""
        self._beating.cancel()
        with self._reaching():
            self._queues.leave()
            self._spider.left_for_others = {"in Redis": left} if (left := len(self._queues)) else {}
            if not left and not self._queues.others():
                self._shared.flush()
                self._queues.server.set(f"{self._queues.key}:ended", "", ex=MONTH)
        super().leave()

    def book(self, booking: Booking) -> None:
        """Put an address into Redis, unless any machine knows it or the crawl is over. Another attempt stays in the
        ledger.
        """
        if self._is_over and booking.role == HOME:
            return
        with self._reaching():
            self._queues.add(booking, seen=self._shared.df.key)

    def choose(self) -> Request | None:
        """Return a request that waits here, or else take one from Redis."""
        request = super().choose()
        if request is not None or time.monotonic() < self._next_look or self._spider.recorder.failure:
            return request
        with self._reaching():
            booking = self._queues.take()
            if booking is None:
                self._next_look = time.monotonic() + POLL
                self._wake_in(POLL)
                return None
            if not self._spider.adopt([booking]):
                self._queues.finish(booking.key)
        return super().choose()

    def has_pending_requests(self) -> bool:
        """Say whether anything waits here or in Redis, or is under way on any machine."""
        with self._reaching():
            return super().has_pending_requests() or len(self._queues) > 0
        return False

    def settle(self, request: Request) -> None:
        """Let a host be asked again, and note in Redis what has ended."""
        super().settle(request)
        if self._ledger.has_ended(request.meta["key"]):
            with self._reaching():
                self._queues.finish(request.meta["key"])

    def shorten(self, host: str, shorter: Callable[[str], str]) -> None:
        """Leave the addresses as they are: other machines know them, too."""

    def is_dry(self, host: str) -> bool:
        """Say whether nothing waits for a host, here or in Redis."""
        with self._reaching():
            return super().is_dry(host) and not self._queues.waiting(host)
        return False

    def is_free(self, host: str) -> bool:
        """Say whether nothing of a host is under way or waits here."""
        return host not in self._busy and host not in self._waiting and host not in self._spent

    def hang_up(self, host: str) -> None:
        """Close the idle connections to a host."""
        handlers = self._crawler.engine.downloader.handlers
        for scheme in ("http", "https"):
            handler = handlers._get_handler(scheme)
            assert isinstance(handler, WireHandler)
            handler.hang_up(host)

    async def _beat(self) -> None:
        while True:
            with self._reaching():
                self._queues.beat()
                self._queues.revive()
            await asyncio.sleep(BEAT)


def _encoded(booking: Booking) -> str:
    return json.dumps(booking._replace(attempts=0)._asdict() | {"key": booking.key.hex()}, ensure_ascii=False)


def _decoded(fields: dict[str, Any]) -> Booking:
    return Booking(**fields | {"key": bytes.fromhex(fields["key"])})
