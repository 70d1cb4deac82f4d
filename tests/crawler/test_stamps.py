"""Parameters that a portal makes anew for each answer."""

from __future__ import annotations

import re
from itertools import count

import pytest

from crawler import tally
from crawler.addresses import address_key, without
from crawler.ledger import Booking, Ledger
from crawler.page import Page
from crawler.stamps import TELLING, Stamps
from samples import SamplePortals
from samples.wire import Answer

from .test_politeness import Small

HOST = "www.x.gov.cn"
WORDS = "本机关依申请公开的内容若干，" * 6


def page(path: str, *links: str, text: str = "") -> Page:
    anchors = "".join(f"<a href='{link}'>栏目</a>" for link in links)
    return Page(
        f"http://{HOST}{path}", f"<html><body><p>{text or path.partition('&')[0]}{WORDS}</p>{anchors}</body></html>"
    )


def learned(pages) -> frozenset[str]:
    stamps = Stamps()
    for one in pages:
        stamps.learn(HOST, one)
    return stamps.of(HOST)


def visited(name: str, *, fresh: bool = True, same: bool = True, addresses: int = TELLING):
    """Yield pages that were fetched with two values each, with links that carry `fresh` values or old ones."""
    numbers = count(7000)
    for turn in range(2):
        for at in range(addresses):
            new = next(numbers) if fresh else 7000
            text = "" if same else f"第{turn}版"
            yield page(f"/l?c={at}&{name}={turn}{at}", f"/l?c={at + 1}&{name}={new}", text=text)


@pytest.mark.parametrize("name", ["_s", "tk", "sessid", "nav"])
def test_a_value_that_is_new_in_each_answer_is_a_stamp(name):
    assert learned(visited(name)) == {name}


def test_articles_are_the_same_whatever_follows_their_names():
    """Each page counts its own links on, and shows them again when it is fetched again."""
    turns = [
        page(f"/2026/t20260120_{at}.html?nav={turn}", f"/2026/t20260120_{at + 1}.html?nav={at}", text=f"第{at}篇")
        for at in range(TELLING)
        for turn in range(2)
    ]
    stamps = Stamps()
    assert [stamps.learn(HOST, one) for one in turns].count(True) == 1
    assert stamps.strike(f"http://{HOST}/2026/t20260120_9.html?nav=7") == f"http://{HOST}/2026/t20260120_9.html"
    assert stamps.strike(f"http://{HOST}/list.jsp?nav=7") == f"http://{HOST}/list.jsp?nav=7"


@pytest.mark.parametrize(
    "pages",
    [
        visited("_s", fresh=False),
        visited("_s", same=False),
        visited("_s", addresses=TELLING - 1),
        visited("infoId"),
        visited("columnid"),
        visited("page"),
    ],
    ids=["its values come again", "the text is another", "too few agree", "an id", "a column", "a page"],
)
def test_what_may_decide_the_answer_is_kept(pages):
    assert learned(pages) == frozenset()


def test_links_to_the_host_lose_its_stamps():
    read = page("/l?c=1", "/a?c=2&_s=8", "/b?_s=9", "http://www.y.gov.cn/c?_s=3")
    read.strike = Stamps([(HOST, "_s")]).strike
    assert [link.url for link in read.anchors] == [
        f"http://{HOST}/a?c=2", f"http://{HOST}/b", "http://www.y.gov.cn/c?_s=3",
    ]  # fmt: skip


def test_addresses_that_wait_are_joined_and_those_that_ended_stay_known():
    ledger = Ledger(":memory:")
    for number, url in enumerate(("/a?_s=1", "/a?_s=2", "/b?_s=3", "/b?_s=4", "/c?_s=5")):
        address = f"http://{HOST}{url}"
        ledger.book(Booking(address_key(address), address, HOST, "甲县", "column", priority=number))
    ledger.take(HOST, 0.0)
    ledger.end(address_key(f"http://{HOST}/c?_s=5"), "ok")
    ledger.take(HOST, 0.0)
    ledger.end(address_key(f"http://{HOST}/b?_s=4"), "ok")
    ledger.shorten(HOST, lambda url: without(url, {"_s"}))
    assert [ledger.ending(address_key(f"http://{HOST}/{name}"))[0] for name in "abc"] == ["", "ok", "ok"]
    last = ledger.take(HOST, 0.0)
    assert (last.url, last.key) == (f"http://{HOST}/a", address_key(f"http://{HOST}/a"))
    ledger.end(last.key, "ok")
    assert ledger.take(HOST, 0.0) is None
    assert tally.balance_of([ledger]).closed


class Stamping(Small):
    """Writes another number into each link of each answer."""

    def extras(self) -> None:
        super().extras()
        numbers = count(4711)
        for path, handler in list(self.routes.items()):

            def stamped(asked, handler=handler) -> Answer:
                body = b"".join(handler(asked).writes).partition(b"\r\n\r\n")[2]
                marked = re.sub(rb"href='([^']+)'", lambda found: b"href='%b?_s=%d'" % (found[1], next(numbers)), body)
                head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n"
                return Answer((head % len(marked) + marked,))

            self.routes[path] = stamped

    def home_page(self) -> str:
        return super().home_page() + TRAIL

    def page(self, path, compose) -> None:
        super().page(path, lambda: compose() + TRAIL)


TRAIL = "".join(f"<a href='/nb/{number}.html'>政府信息公开年报{number}</a>" for number in range(9))


def test_a_portal_of_stamps_is_read_to_its_end(crawl, tmp_path):
    served = SamplePortals(kinds="reports")
    served.portals = [Stamping()]
    with served:
        crawled = crawl(served.portals_csv(tmp_path / "portals.csv"), settings={"PORTAL_PAGES": 200})
    assert {hit.target.partition("?")[0] for hit in served.log} >= {f"/nb/{number}.html" for number in range(9)}
    assert len(served.log) < 60
    assert crawled.said["closed"]
