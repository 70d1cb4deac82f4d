"""What all spiders of a crawl share: the register and the ledger, exactly one ending for every address, further
attempts, hosts and portals that are stopped, and the asking.

A spider says what follows from an answer (`conclude`); everything else is here. What it asks for goes to the scheduler
directly, not by way of the engine, which would take it up later: a page's ending and its links are one transaction, so
that a crawl that is killed between the two has neither.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.exceptions import DontCloseSpider, IgnoreRequest
from scrapy.http import Response

from crawler.addresses import Hosts, address_key, canonical, host_of, resolve
from crawler.connection import Stopped
from crawler.families import FAMILIES, PageRef
from crawler.frontier import Frontier
from crawler.guard import named_hosts
from crawler.job import job_folder, lock_job, open_ledger, shard_of
from crawler.ledger import Booking, Ledger
from crawler.limits import UnreadablePage, in_time
from crawler.outcomes import ANSWERED, STOPPING, TRANSIENT, Verdict
from crawler.recorder import Recorder
from crawler.register import Portal, read_register, require_contact
from crawler.shards import Mailbox, keep_taking
from crawler.stoplist import StopList
from crawler.visit import ATTACHMENT, FRAME, HOME, Visit, booking_for

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

MOST_HOPS = 10  # redirects and stubs in a row
MOST_BOUNCES = 3
MOST_FAILURES = 5  # in a row, before a host is left alone
MOST_REFUSALS = 3
# Nothing came back: several in a row say that the host itself is gone, or our network.
SILENT = ("timeout", "connection_failed", "dns_failed", "tls_failed")
# Ends that a resumed crawl undoes: at once, or when the host's rest is over.
RESTING = STOPPING | {*SILENT, "host_stopped", "forbidden", "rate_limited"}
DAY = 20 * 3600.0  # seconds for which a host that refused is left alone
HOUR = 3600.0  # for which one that kept silent is
FIRST = 1000  # priority of homepages
BUDGET = "budget"  # begins the reason for which a portal is stopped for good
SPEAKS_FACT = "speaks "  # what the ledger keeps the one scheme of a host under


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What an answer is for the account: a `genre` of the ledger ("" for none), the report year that it states, and the
    `verdict` where that is another than the answer's own.
    """

    genre: str = ""
    year: int | None = None
    verdict: Verdict | None = None


class LedgerSpider(Spider, ABC):
    """A spider over the portals of the setting PORTALS (`only`: the one of that name) with a ledger in the job's
    folder.
    """

    ledger_file = "ledger.sqlite"
    mailbox_name = "handover"
    register: tuple[Portal, ...]
    portals: dict[str, Portal]  # by name; some names are those of several authorities
    hosts: Hosts
    stop_list: StopList
    ledger: Ledger
    lock: tuple[int, ...]
    mailbox: Mailbox | None
    stopped_hosts: dict[str, str]
    spent_portals: dict[str, str]
    _portal_pages: int

    def __init__(self, only: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.only = only
        self.failures: dict[str, int] = {}
        self.finished = 0
        self._taking: asyncio.Future[None] | None = None
        self.left_for_others: dict[str, int] = {}
        self._fallen: set[str] = set()  # hosts that were asked in their other scheme
        self._mute: set[str] | None = set()  # hosts that kept silent, as long as none has answered
        self._speaks: dict[str, str] = {}  # host → the one scheme that it answered in

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> LedgerSpider:
        """Return the spider with its register read and its ledger opened. Raises `CrawlError`."""
        settings = crawler.settings
        kwargs.setdefault("only", settings["ONLY"])
        spider = super().from_crawler(crawler, *args, **kwargs)
        register = Path(settings["PORTALS"])
        portals = read_register(register, families=FAMILIES)
        spider.register = tuple(portal for portal in portals if not spider.only or portal.authority == spider.only)
        spider.portals = {portal.authority: portal for portal in spider.register}
        require_contact(spider.register, settings["CONTACT"])
        spider.hosts = named_hosts(register)
        spider.stop_list = StopList.of_settings(settings)
        spider.lock = lock_job(crawler)
        spider.mailbox = None
        if shard := shard_of(crawler):
            spider.mailbox = Mailbox(job_folder(crawler).parent, shard, name=cls.mailbox_name)
            crawler.signals.connect(spider._wait_for_others, signal=signals.spider_idle)
            crawler.signals.connect(spider._end_taking, signal=signals.spider_closed)
        spider.ledger = open_ledger(crawler, cls.ledger_file)
        spider._portal_pages = settings.getint("PORTAL_PAGES")
        if spider.ledger.has_fetched() and not any(Path(settings["ARCHIVE"]).glob("*.warc*")):
            logger.warning(
                "%s: holds nothing of what this crawl has fetched, and will not ask for again: put the files back, or"
                " begin anew without --resume",
                settings["ARCHIVE"],
            )
        if settings.getbool("RESUME") and not settings["REDIS_URL"]:  # there, addresses are shared out anew
            spider.ledger.revive(time.time(), attempts=settings.getint("MOST_ATTEMPTS"))
        spider._speaks = spider.ledger.facts(SPEAKS_FACT)
        spider.stopped_hosts = spider.ledger.stopped_hosts(time.time())
        for host, reason in spider.stopped_hosts.items():
            spider._stop_portals_of(host, reason)
        stops = spider.ledger.stopped_portals()
        spider.spent_portals = {name: reason for name, reason in stops.items() if reason.startswith(BUDGET)}
        return spider

    @abstractmethod
    def begin(self) -> None:
        """Ask for what the crawl begins with, unless the ledger knows it."""

    async def start(self) -> Any:
        """Begin; what other processes hand over comes after that."""
        self.begin()
        self.ledger.commit()
        if self.mailbox is not None:
            taking = keep_taking(self.mailbox, self.adopt, lambda: self.frontier.is_idle)
            self._taking = asyncio.ensure_future(taking)
        return
        yield  # an asynchronous generator, as the engine wants it

    @abstractmethod
    def conclude(self, request: Request, response: Response | None, visit: Visit, verdict: Verdict) -> Conclusion:
        """Schedule what follows from an ending, before it is booked, and say what the answer is."""

    def ended(self, booking: Booking, visit: Visit) -> None:
        """Do what follows from the ending of an address that was not asked for."""

    # Endings

    def parse(self, response: Response, **kwargs: Any) -> None:
        """Read an answer, schedule what follows from it, and book its ending."""
        del kwargs
        assert response.request is not None
        self._conclude(response.request, response)

    def failed(self, request: Request, error: Exception) -> None:
        """Book the ending of a request that brought no answer, or let it wait for another attempt; what ended only
        because the crawl does waits for that to be resumed.
        """
        if isinstance(error, Stopped):
            self.frontier.settle(request)
            return
        verdict: Verdict | None = request.meta.get("verdict")
        if verdict is None or verdict.is_content:  # no fault of the portal's: a fault of ours, to be seen
            self.logger.error("%s", request.url, exc_info=error)
            request.meta["verdict"] = Verdict("connection_failed", f"{type(error).__name__}: {error}")
        elif isinstance(error, IgnoreRequest):  # it never came to the wire
            self.recorder.note(request.url, request.meta["visit"], verdict)
        self._conclude(request, None)

    def _conclude(self, request: Request, response: Response | None) -> None:
        """Schedule what follows from a request's end and book it, in one step, and let its host be asked again,
        whatever happens on the way. What was not archived is not booked: it waits for the crawl to be resumed.
        """
        try:
            if self.recorder.is_open:
                self._book(request, response)
            if self.recorder.is_open:
                self.ledger.commit()
            else:
                self.ledger.roll_back()
        except sqlite3.Error as error:
            self.recorder.fail(f"the ledger cannot be written: {error}")
        finally:
            self.frontier.settle(request)

    def _book(self, request: Request, response: Response | None) -> None:
        visit: Visit = request.meta["visit"]
        verdict: Verdict = request.meta["verdict"]
        try:
            self._follow_up(request, response, visit, verdict)
        except sqlite3.Error:
            raise
        except UnreadablePage as error:
            self._end(request.meta["key"], Verdict("unread", f"{verdict.outcome}, but {error}"))
        except Exception:
            self.logger.exception("%s: the answer could not be read", request.url)
            self._end(request.meta["key"], Verdict("unread", f"{verdict.outcome}, but reading it failed here"))

    def _end(self, key: bytes, verdict: Verdict, *, genre: str = "", year: int | None = None) -> None:
        outcome, revivable = verdict.outcome, verdict.outcome in RESTING
        self.ledger.end(key, outcome, verdict.reason, genre=genre, year=year, revivable=revivable)
        self.finished += 1

    def _follow_up(self, request: Request, response: Response | None, visit: Visit, verdict: Verdict) -> None:
        if self._mute is not None:
            self._listen(self._mute, host_of(request.url), verdict)
        again = self._again(request, response, visit, verdict)
        if again is not None:
            follow, wait = again
            pages = self.ledger.count_page(visit.portal)
            self.frontier.put_back(request.meta["key"], host_of(request.url), follow, wait=wait)
            self._keep_budget(visit.portal, pages)
            return
        self._learn_scheme(request, visit, verdict)
        with in_time():
            found = self.conclude(request, response, visit, verdict)
        verdict = found.verdict or verdict
        if verdict.outcome in ("connection_failed", "tls_failed") or verdict.is_unconnected:
            self._fall_back(request, visit, refused=verdict.outcome == "connection_failed")
        pages = self.ledger.count_page(visit.portal)
        self._end(request.meta["key"], verdict, genre=found.genre, year=found.year)
        self._watch(host_of(request.url), visit, verdict)
        self._keep_budget(visit.portal, pages)

    def _listen(self, mute: set[str], host: str, verdict: Verdict) -> None:
        """Say once that no host has answered, when all were asked and long before the last attempt was made."""
        if self.recorder.has_heard or verdict.outcome not in SILENT:
            self._mute = None
            return
        mute.add(host)
        if self.frontier.hosts <= mute:
            logger.warning(
                "no host has answered (%s: %s): is there a network? All are asked again", host, verdict.reason
            )
            self._mute = None

    def _fall_back(self, request: Request, visit: Visit, *, refused: bool) -> None:
        """Ask a host that does not speak the scheme of an address in the other one, and stamp the record: once, and
        again for what waited in the scheme that it does not speak.

        On a port of its own only a failed handshake says that: where it refuses (`refused`), nothing listens.
        """
        parts = urlsplit(request.url)
        host = host_of(request.url)
        if visit.fallback or request.method != "GET" or (host in self._fallen and host not in self._speaks):
            return
        if parts.port is not None and (refused or parts.scheme != "https"):
            return
        self._fallen.add(host)
        follow = replace(visit, attempt=1, bounces=0, fallback=f"from {parts.scheme}")
        self.ask(_other_scheme(request.url), follow, priority=request.priority + 1)

    def _learn_scheme(self, request: Request, visit: Visit, verdict: Verdict) -> None:
        """Note that a host speaks only the scheme to which we fell back, so that its further links ask for that one."""
        if visit.fallback and verdict.outcome in ANSWERED and verdict.outcome != "timeout":
            host, scheme = host_of(request.url), urlsplit(request.url).scheme
            self._speaks[host] = scheme
            self.ledger.keep_facts({SPEAKS_FACT + host: scheme})

    def _again(
        self, request: Request, response: Response | None, visit: Visit, verdict: Verdict
    ) -> tuple[Visit, float] | None:
        """Return another attempt at the same address where that is worth it, and the seconds to wait for it, in the
        server's own time; a form that was sent away for a cookie is sent again with it, since what a redirect leads
        back to is asked for without a form.
        """
        marked = response is not None and b"Set-Cookie" in response.headers
        sent_away = verdict.outcome == "redirect" and request.method == "POST" and marked
        if (verdict.outcome == "cookie_bounce" or sent_away) and visit.bounces < MOST_BOUNCES:
            return replace(visit, bounces=visit.bounces + 1), 0.0
        if (
            verdict.outcome not in TRANSIENT
            or visit.attempt >= self.settings.getint("MOST_ATTEMPTS")
            or host_of(request.url) in self.stopped_hosts
        ):
            return None
        if verdict.outcome == "http_error" and verdict.reason.startswith("status 4") and verdict.reason != "status 408":
            return None
        if visit.listing is not None and visit.listing.guessed:
            return None
        wait = self.settings.getfloat("RETRY_DELAY") * 2 ** (visit.attempt - 1)
        if verdict.retry_after is not None:
            wait = max(verdict.retry_after, 0.0)
        if wait > self.settings.getfloat("LONGEST_WAIT"):
            return None
        if verdict.outcome == "rate_limited":
            self.frontier.pause(host_of(request.url), wait)
        return replace(visit, attempt=visit.attempt + 1), wait

    def _watch(self, host: str, visit: Visit, verdict: Verdict) -> None:
        """Stop a host that refuses, or that keeps silent."""
        at_home, limited = visit.role == HOME, verdict.outcome == "rate_limited"
        is_captcha = verdict.outcome == "captcha" and visit.role not in (ATTACHMENT, FRAME)
        too_long = limited and (verdict.retry_after or 0) > self.settings.getfloat("LONGEST_WAIT")
        most = MOST_REFUSALS if verdict.is_refusal else MOST_FAILURES
        if verdict.outcome in STOPPING or is_captcha or too_long or (verdict.is_refusal and at_home):
            self._stop_host(host, verdict)
        elif verdict.is_refusal or limited or verdict.outcome in SILENT:  # of one page, perhaps; of several hardly
            if self._strikes(host) >= most:
                self._stop_host(host, verdict)
        else:
            self.failures.pop(host, None)

    def _keep_budget(self, name: str, pages: int) -> None:
        """Stop a portal that has had as many requests as its budget allows."""
        portal = self.portals.get(name)
        budget = (portal.max_pages if portal else None) or self._portal_pages
        if pages >= budget and name not in self.spent_portals:
            reason = f"{BUDGET} of {budget} pages spent"
            self.spent_portals[name] = reason
            self.ledger.stop_portal(name, reason)
            self._end_waiting("portal", name, Verdict("over_budget", reason))

    def _strikes(self, host: str) -> int:
        self.failures[host] = self.failures.get(host, 0) + 1
        return self.failures[host]

    def _stop_host(self, host: str, verdict: Verdict) -> None:
        if host in self.stopped_hosts:
            return
        reason = f"{verdict.outcome}: {verdict.reason}" if verdict.reason else verdict.outcome
        self.stopped_hosts[host] = reason
        self.ledger.stop_host(host, reason, until=time.time() + (HOUR if verdict.outcome in SILENT else DAY))
        self._stop_portals_of(host, reason)
        self._end_waiting("host", host, Verdict("host_stopped", reason))

    def _end_waiting(
        self, column: str, value: str, verdict: Verdict, such: Callable[[Booking], bool] | None = None
    ) -> None:
        ends, revivable = (verdict.outcome, verdict.reason), verdict.outcome in RESTING
        for booking in self.ledger.end_waiting(column, value, *ends, revivable=revivable, such=such):
            visit = Visit.loads(booking.visit)
            self.recorder.note(booking.url, visit, verdict)
            self.ended(booking, visit)
            self.finished += 1
            if self.recorder.failure:
                break
        self.frontier.recount()

    def follow_redirect(self, request: Request, response: Response | None, visit: Visit, location: str) -> Conclusion:
        """Ask for the address that a redirect names; once more where it was itself a redirect before a cookie came.
        Conclude that it is an error where it leads nowhere.
        """
        target = resolve(request.url, location)
        if target is None:
            return Conclusion(verdict=Verdict("http_error", f"redirects to no address: {location}"))
        if visit.hops >= MOST_HOPS:
            return Conclusion(verdict=Verdict("http_error", f"more than {MOST_HOPS} redirects in a row"))
        marked = visit.marked or (response is not None and b"Set-Cookie" in response.headers)
        follow = replace(visit, via=request.url, hops=visit.hops + 1, attempt=1, marked=marked)
        if marked and visit.bounces < MOST_BOUNCES and self.ledger.ending(key := address_key(target))[0] == "redirect":
            self.frontier.put_back(key, host_of(target), replace(follow, bounces=visit.bounces + 1))
        elif self._leads_back(target, request.meta["key"]):
            return Conclusion(verdict=Verdict("http_error", f"redirects in a circle: {target}"))
        else:
            self.ask(target, follow, priority=request.priority, refuse=True)
        return Conclusion()

    def _leads_back(self, target: str, key: bytes) -> bool:
        """Say whether redirects lead from an address to the one of that key."""
        for _ in range(MOST_HOPS):
            if address_key(target) == key:
                return True
            outcome, reason = self.ledger.ending(address_key(target))
            if outcome != "redirect":
                return False
            target = canonical(reason) or reason
        return False

    # Asking

    def ask(self, target: str | PageRef, visit: Visit, *, priority: int, refuse: bool = False) -> None:
        """Schedule the request for an address that may be visited.

        One that may not be ends here: booked, where the portal itself sends its readers there or lists a report there
        (`refuse`), where its owner objects, or where its host or portal was stopped; unbooked where it is any link.
        """
        ref = PageRef(target, 1) if isinstance(target, str) else target
        booking = booking_for(visit, ref, priority=priority)
        scheme = booking.url.partition(":")[0]
        if self._speaks.get(booking.host, scheme) != scheme:
            ref, visit = replace(ref, url=_other_scheme(booking.url)), replace(visit, fallback=f"from {scheme}")
            booking = booking_for(visit, ref, priority=priority)
        if not self.hosts.allows(booking.host):
            reason = f"{booking.host} is neither under .gov.cn nor in the register"
            verdict = Verdict("host_refused", reason) if refuse else None
        elif objection := self.stop_list.objection(booking.url, visit.portal):
            verdict = Verdict("owner_objects", objection)
        elif booking.host in self.stopped_hosts:
            verdict = Verdict("host_stopped", self.stopped_hosts[booking.host])
        elif visit.portal in self.spent_portals:
            verdict = Verdict("over_budget", self.spent_portals[visit.portal])
        else:
            self.frontier.book(booking)
            return
        if verdict is not None:
            self._end_booking(booking, visit, verdict)

    def _end_booking(self, booking: Booking, visit: Visit, verdict: Verdict) -> None:
        if self.ledger.book(booking):
            self.recorder.note(booking.url, visit, verdict)
            self._end(booking.key, verdict)

    # Other processes of the same crawl

    def owns(self, host: str) -> bool:
        """Say whether a host is this process's to ask."""
        return self.mailbox is None or self.mailbox.shard.owns(host)

    def adopt(self, bookings: Iterable[Booking]) -> int:
        """Take over addresses, and return how many wait now; those of a host that was stopped meanwhile end at once."""
        wanted = []
        for booking in bookings:
            if reason := self.stopped_hosts.get(booking.host):
                self._end_booking(booking, Visit.loads(booking.visit), Verdict("host_stopped", reason))
            else:
                wanted.append(booking)
        return self.frontier.adopt(wanted)

    def _wait_for_others(self) -> None:
        assert self.mailbox is not None
        self.mailbox.beat(idle=self.frontier.is_idle)
        if not self.mailbox.all_done():
            raise DontCloseSpider

    def _end_taking(self) -> None:
        assert self.mailbox is not None
        if self._taking is not None:
            self._taking.cancel()
        self.left_for_others = {f"for shard {number}": left for number, left in self.mailbox.left_for_others().items()}
        self.mailbox.close()

    def rest(self, host: str, reason: str) -> None:
        """Note for the summary that a host has had its requests of the day."""
        self._stop_portals_of(host, reason)

    def _stop_portals_of(self, host: str, reason: str) -> None:
        for portal in self.register:
            if portal.host == host:
                self.ledger.stop_portal(portal.authority, reason, passing=True)

    @property
    def frontier(self) -> Frontier:
        """The crawl's scheduler."""
        scheduler = self.crawler.engine.scheduler
        assert isinstance(scheduler, Frontier)
        return scheduler

    @property
    def recorder(self) -> Recorder:
        """The crawl's recorder."""
        recorder = self.crawler.get_extension(Recorder)
        assert recorder is not None
        return recorder


def _other_scheme(url: str) -> str:
    scheme, rest = url.split(":", 1)
    return f"{'http' if scheme == 'https' else 'https'}:{rest}"
