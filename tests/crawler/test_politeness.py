"""What is owed to a portal: its pace, its budget, its owner's word."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable
from itertools import pairwise
from types import SimpleNamespace

import pytest
from scrapy import Request
from scrapy.http import Response

from archive import iter_captures
from crawler.errors import BadStopList, NoContact
from crawler.register import parse_register, require_contact
from crawler.robots import SITE_MAP
from crawler.stoplist import StopList
from crawler.throttle import Throttle, floors_of
from samples import SamplePortals
from samples.faults import RUISHU, says
from samples.portal import Portal
from samples.wire import Answer, Handler, answer
from samples.wire import Request as Asked

TEXT = "<p>公开的内容若干，各有其说。</p>" * 12 + "<a href='/'>首页</a></body></html>"
HTML = (("Content-Type", "text/html; charset=utf-8"),)
HOME = "<html><body><h1>甲县人民政府</h1>" + "".join(
    f"<a href='/nb/{n}.html'>政府信息公开年报{n}</a>" for n in range(9)
)


class Small(Portal):
    """A portal of a homepage and nine pages, which keeps when it was asked for what."""

    registered = True

    def __init__(self, *, robots: str | None = None) -> None:
        super().__init__("127.0.0.11", "甲县", "county", "510781")
        self.robots = robots
        self.asked: list[tuple[str, float]] = []

    def home_page(self) -> str:
        return HOME

    def extras(self) -> None:
        for number in range(9):
            self.page(f"/nb/{number}.html", lambda number=number: f"<html><body><p>第{number}页</p>{TEXT}")
        for path, handler in list(self.routes.items()):
            self.routes[path] = self._timed(handler)

    def put(self, path: str, handler: Handler) -> None:
        self.routes[path] = self._timed(handler)

    def _timed(self, handler: Handler) -> Handler:
        def reply(request: Asked) -> Answer:
            self.asked.append((request.path, time.monotonic()))
            return handler(request)

        return reply

    @property
    def gaps(self) -> list[float]:
        return [later - earlier for (_, earlier), (_, later) in pairwise(self.asked)]

    def times(self, path: str) -> list[float]:
        return [at for asked, at in self.asked if asked == path]


@pytest.fixture
def serve(tmp_path) -> Callable[[Portal], tuple[SamplePortals, object]]:
    """Serve one portal; return the register that names it."""
    served: list[SamplePortals] = []

    def start(portal: Portal):
        portals = SamplePortals(kinds="reports")
        portals.portals = [portal]
        served.append(portals.__enter__())
        return portals.portals_csv(tmp_path / "portals.csv")

    yield start
    for portals in served:
        portals.__exit__(None, None, None)


def test_a_crawl_delay_is_kept(serve, crawl):
    portal = Small(robots="User-agent: *\nCrawl-delay: 0.2\n")
    crawl(serve(portal), settings={"PORTAL_PAGES": 6})
    assert len(portal.asked) > 5
    pages = portal.gaps[1:]  # the first is robots.txt itself
    assert min(pages) > 0.199  # however busy this machine is: the next one is counted from the end of the one before


def test_maps_are_found_in_a_robots_txt_of_empty_lines():
    assert SITE_MAP.findall("\n" * 500_000 + " Sitemap : http://x/1.xml\nSitemap:\nhttp://x/2.xml") == [
        "http://x/1.xml"
    ]


@pytest.mark.parametrize("stated", [None, 1 << 40])
def test_of_a_robots_txt_without_end_the_beginning_is_obeyed(serve, crawl, stated):
    portal = Small()
    register = serve(portal)
    text = "\ufeffUser-agent: *\nDisallow: /nb/2.html\n" + "# and so on\n" * 100_000
    portal.put("/robots.txt", lambda _: answer(text.encode(), length=stated, then="stall"))
    crawled = crawl(register)
    assert crawled.said["outcomes"] == {"甲县": {"ok": 9, "robots_denied": 1}}
    (kept,) = [found for found in iter_captures(crawled.archive) if found.url.endswith("/robots.txt")]
    assert kept.status == 200


@pytest.mark.parametrize(
    ("path", "page", "status"),
    [
        ("/", HOME, b"429 Too Many Requests"),
        ("/nb/2.html", f"<html><body>{TEXT}", b"503 Service Unavailable"),
    ],
)
def test_a_retry_after_holds_for_the_whole_host_and_the_page_comes(serve, crawl, path, page, status):
    portal = Small()
    register = serve(portal)
    refusals = iter([answer(b"", (("Retry-After", "1"),), status=status)])
    portal.put(path, lambda _: next(refusals, answer(page.encode(), HTML)))
    crawled = crawl(register)
    refused = portal.times(path)[0]
    after = [at for _, at in portal.asked if at > refused]
    assert min(after) - refused >= 1.0
    assert crawled.said["outcomes"]["甲县"] == {"ok": 10}


def test_a_retry_after_that_is_too_long_stops_the_host(serve, crawl):
    portal = Small()
    register = serve(portal)
    portal.put("/nb/0.html", says("", b"503 Service Unavailable", ("Retry-After", "86400")))
    crawled = crawl(register)
    assert len(portal.times("/nb/0.html")) == 1
    assert crawled.said["outcomes"]["甲县"]["host_stopped"] > 0


@pytest.fixture
def slot(tmp_path):
    """A throttle and a host's slot, 1 s between requests."""
    register = tmp_path / "portals.csv"
    register.write_text("authority,level,division_code,start_url\n甲县,county,510781,http://www.x.gov.cn/\n", "utf-8")
    from scrapy.utils.test import get_crawler

    throttle = Throttle(
        get_crawler(settings_dict={"PORTALS": str(register), "AUTOTHROTTLE_ENABLED": True, "DOWNLOAD_DELAY": 1.0})
    )
    kept = SimpleNamespace(delay=1.0)
    throttle.maxdelay = 60.0
    throttle._get_slot = lambda *_: ("www.x.gov.cn", kept)

    def answered(status: int, latency: float = 0.1) -> float:
        request = Request("http://www.x.gov.cn/", meta={"download_latency": latency})
        throttle._response_downloaded(Response(request.url, status), request, None)
        return kept.delay

    return answered


def test_a_delay_holds_for_every_host_that_its_row_names():
    rows = (
        "甲县,county,510781,http://www.x.gov.cn/,5,pic.x.com 127.0.0.9",
        "甲县,county,510781,http://www.y.gov.cn/,,www.x.gov.cn z.com",
        "乙县,county,510782,http://127.0.0.1/,0,www.z.cn 127.0.0.8",
        "丙县,county,510783,http://127.0.0.2/,,pic.x.com",
    )
    head = "authority,level,division_code,start_url,delay,allow_hosts"
    portals = parse_register("\n".join((head, *rows)), name="r.csv")
    assert floors_of(portals, 2.0) == {
        "www.x.gov.cn": 5, "pic.x.com": 5, "127.0.0.9": 5, "www.y.gov.cn": 2, "z.com": 2,
        "127.0.0.1": 0, "www.z.cn": 1, "127.0.0.8": 0, "127.0.0.2": 0,
    }  # fmt: skip


@pytest.mark.parametrize("status", [403, 412, 429, 503, 521])
def test_a_refusal_doubles_the_delay_up_to_a_limit(slot, status):
    assert [slot(status) for _ in range(7)] == [2, 4, 8, 16, 32, 60, 60]


def test_good_answers_bring_the_delay_back_to_the_floor_and_no_lower(slot):
    slot(503), slot(503)
    after = [slot(200) for _ in range(8)]
    assert after[0] < 4
    assert after[-1] == 1.0


def test_the_budget_of_a_day_holds_over_crawls_and_what_is_over_waits(serve, crawl):
    portal = Small()
    register = serve(portal)
    crawled = crawl(register, settings={"HOST_DAILY": 4})
    assert len(portal.asked) == 4
    assert not crawled.said["closed"]
    assert crawled.said["status"] == 1
    assert any("daily budget of 4 requests to 127.0.0.11 spent" in line for line in crawled.said["lines"])
    assert any("--resume" in line for line in crawled.said["lines"])
    crawl(register, resume=True, settings={"HOST_DAILY": 4})
    crawl(register, settings={"HOST_DAILY": 4})
    assert len(portal.asked) == 4
    assert crawl(register, settings={"HOST_DAILY": 100}).said["closed"]


def test_a_challenge_stops_the_host_for_the_next_crawl_too(serve, crawl):
    portal = Small()
    register = serve(portal)
    portal.put("/", says(RUISHU, b"412 Precondition Failed"))
    assert crawl(register).said["outcomes"] == {"甲县": {"challenge_ruishu": 1}}
    before = len(portal.asked)
    again = crawl(register)
    assert again.said["outcomes"] == {"甲县": {"host_stopped": 1}}
    assert len(portal.asked) == before


@pytest.mark.parametrize("entry", ["127.0.0.11", "甲县", "http://127.0.0.11:{port}/"])
def test_who_objects_is_not_asked_for_anything(serve, crawl, tmp_path, entry):
    portal = Small()
    register = serve(portal)
    (tmp_path / "stop-list.txt").write_text(f"# by letter of 2026-03-02\n{entry.format(port=portal.port)}\n", "utf-8")
    crawled = crawl(register)
    assert portal.asked == []
    assert crawled.said["outcomes"] == {"甲县": {"owner_objects": 1}}
    assert crawled.said["closed"]


def test_a_part_of_a_portal_may_be_objected_to(serve, crawl, tmp_path):
    portal = Small()
    register = serve(portal)
    stop_list = tmp_path / "objections.txt"
    stop_list.write_text(f"https://127.0.0.11:{portal.port}/nb/1\n", "utf-8")
    crawled = crawl(register, settings={"STOP_LIST": str(stop_list)})
    assert portal.times("/nb/1.html") == []
    assert crawled.said["outcomes"]["甲县"] == {"ok": 9, "owner_objects": 1}


@pytest.mark.parametrize(
    ("url", "portal", "stopped"),
    [
        ("http://www.x.gov.cn/", "", True),
        ("http://sub.www.x.gov.cn/a", "", True),
        ("http://x.gov.cn/", "", False),
        ("http://wwww.x.gov.cn/", "", False),
        ("http://y.gov.cn/zwgk/1", "", True),
        ("https://y.gov.cn/zwgk/1", "", True),
        ("http://y.gov.cn/", "", False),
        ("http://z.gov.cn/", "丙县人民政府", True),
        ("http://z.gov.cn/", "丙县", False),
    ],
)
def test_a_stop_list_names_hosts_addresses_and_authorities(url, portal, stopped):
    entries = ("WWW.x.gov.cn", "line 1"), ("http://y.gov.cn/zwgk/", "line 2"), ("丙县人民政府", "line 3")
    objection = StopList(entries).objection(url, portal)
    assert bool(objection) == stopped
    assert ("line" in objection) == stopped


def test_a_stop_list_that_cannot_be_read_stops_everything(tmp_path):
    with pytest.raises(BadStopList, match="nothing is crawled"):
        StopList.read(tmp_path / "none.txt")


@pytest.mark.parametrize(
    ("contact", "good"),
    [
        ("a@example.org", True), ("mailto:a@example.org", True), ("https://example.org/crawl", True),
        ("", False), ("me", False), ("a@b", False), ("http://", False), ("a b@example.org", False),
        ("x) (y@e.org", False),
    ],
)  # fmt: skip
def test_a_contact_is_an_address_that_an_owner_can_write_to(contact, good):
    portals = parse_register(
        "authority,level,division_code,start_url\n甲,county,510781,http://www.x.gov.cn/\n", name="r"
    )
    if good:
        require_contact(portals, contact)
        return
    with pytest.raises(NoContact, match="--contact"):
        require_contact(portals, contact)


def test_two_crawls_never_share_an_archive(serve, crawl, tmp_path):
    portal = Small()
    register = serve(portal)
    (tmp_path / "archive.job").mkdir()
    with (tmp_path / "archive.job" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        crawled = crawl(register)
    assert "another crawl is at work" in crawled.said["error"]
    assert portal.asked == []
