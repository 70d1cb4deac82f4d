"""Portals that know their visitors by a cookie and send those without one away for it."""

from __future__ import annotations

import sqlite3
from collections import Counter
from urllib.parse import quote

import pytest

from archive import Capture, iter_captures
from crawler.spiders.base import MOST_BOUNCES
from samples import SamplePortals
from samples.faults import redirects
from samples.wire import Answer, Handler
from samples.wire import Request as Asked

from .test_politeness import TEXT, Small


class Dance(Small):
    """Sends whoever has no session, or one that has had its `lasting` pages, to an address that sends back.

    `door` is that address; `?u=` names where to go back to only where it is `told`, else the server remembers it.
    """

    def __init__(self, *, lasting: int, door: str, told: bool) -> None:
        super().__init__()
        self.left: dict[str, int] = {}
        self.lasting, self.door, self.told, self.wanted = lasting, door, told, "/"

    def extras(self) -> None:
        super().extras()
        for path in ("/", *(path for path in self.routes if path.startswith("/nb/"))):
            self.routes[path] = self._guarded(self.routes[path])
        self.put(self.door, lambda asked: redirects(asked.query["u"] if self.told else self.wanted)(asked))

    def _guarded(self, handler: Handler) -> Handler:
        def reply(asked: Asked) -> Answer:
            session = asked.headers.get("cookie", "").partition("sid=")[2]
            if self.left.get(session, 0) > 0:
                self.left[session] -= 1
                return handler(asked)
            self.left[new := f"s{len(self.left)}"] = self.lasting
            self.wanted = asked.target
            door = f"{self.door}?u={quote(asked.target, safe='')}" if self.told else self.door
            return redirects(door, b"302 Found", ("Set-Cookie", f"sid={new}; path=/"))(asked)

        return reply


def crawled_with(portal, crawl, tmp_path):
    served = SamplePortals(kinds="reports")
    served.portals = [portal]
    with served:
        return served, crawl(served.portals_csv(tmp_path / "portals.csv"))


@pytest.mark.parametrize(("door", "told"), [("/ck", True), ("/portal/session/check", True), ("/ck", False)])
def test_who_is_sent_away_for_a_cookie_comes_back_with_it(crawl, tmp_path, door, told):
    served, crawled = crawled_with(Dance(lasting=3, door=door, told=told), crawl, tmp_path)
    with sqlite3.connect(crawled.ledger) as ledger:
        outcomes = dict(ledger.execute("SELECT url, outcome FROM addresses").fetchall())
    ended = {url.partition(str(served.port))[2]: outcome for url, outcome in outcomes.items()}
    assert [ended[path] for path in ("/", *(f"/nb/{number}.html" for number in range(9)))] == ["ok"] * 10
    assert crawled.said["closed"]
    captures = Counter(item.url for item in iter_captures(crawled.archive) if isinstance(item, Capture))
    assert captures.total() == len(served.log)


def test_a_portal_that_never_knows_its_visitor_again_is_left(crawl, tmp_path):
    served, crawled = crawled_with(Dance(lasting=0, door="/ck", told=False), crawl, tmp_path)
    assert crawled.said["closed"]
    assert crawled.said["outcomes"]["甲县"] == {"redirect": 1, "http_error": 1}
    assert len(served.log) <= 3 + 2 * MOST_BOUNCES


def test_a_form_that_is_sent_away_for_a_cookie_is_sent_again_with_it(crawl, tmp_path):
    portal = Dance(lasting=1, door="/ck", told=True)
    rows = "<a href='/nb/t20250120_1.html'>甲局2024年政府信息公开工作年度报告</a>"
    script = "<ul id=l></ul><script>$.post('/list', {cid: 7}, function (rows) { $('#l').html(rows) })</script>"
    extras = portal.extras

    def mount() -> None:
        extras()
        portal.page("/nb/0.html", lambda: f"<html><body>{script}{TEXT}")
        portal.page("/list", lambda: rows)
        portal.routes["/list"] = portal._guarded(portal.routes["/list"])

    portal.extras = mount
    served, _ = crawled_with(portal, crawl, tmp_path)
    sent = [hit for hit in served.log if hit.target == "/list" and hit.received.startswith(b"POST")]
    assert len(sent) == 2
    assert any(hit.target == "/nb/t20250120_1.html" for hit in served.log)
