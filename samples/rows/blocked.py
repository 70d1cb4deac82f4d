"""Portals of which nothing can be read: what their homepage ends in is all that is true of them."""

from __future__ import annotations

from itertools import count
from typing import Any

from samples import faults
from samples.contents import Place, columns_of, reports_of, row
from samples.families.static import Static
from samples.families.trs import Trs
from samples.portal import ROBOTS, Charset, Portal, Row
from samples.wire import Answer, Handler, Request, answer


class Blocked(Portal):
    """A portal that gives the same answer to everything; `robots` of a portal that lets robots.txt through."""

    family = "blocked"
    robots = None
    handler: Handler
    outcome = ""

    def build(self) -> None:
        self.truth.outcomes[self.start_url] = self.outcome
        if self.robots is not None:
            rules = answer(self.robots.encode(), (("Content-Type", "text/plain"),))
            self.routes["/robots.txt"] = lambda _: rules
        self.prefixes["/"] = self.handler


class Nowhere(Blocked):
    """A portal that is in the register and does not listen; `named` is an address in place of its host."""

    listens = False
    named = ""

    @property
    def start_url(self) -> str:
        return self.named or super().start_url

    def build(self) -> None:
        self.truth.outcomes[self.start_url] = self.outcome


class Forbidden(Trs):
    """A portal whose robots.txt forbids everything: no address of it may be asked, and no report of it is known."""

    robots = "User-agent: *\nDisallow: /\n"

    def extras(self) -> None:
        self.truth.never |= {self.start_url, *self.truth.reports, *self.truth.near_misses, *self.lists()}
        self.truth.outcomes = {self.start_url: "robots_denied"}
        self.truth.reports.clear()
        self.truth.near_misses.clear()


class PartlyForbidden(Static):
    """A portal whose robots.txt forbids one column, with a wildcard and an end mark, to all but one agent."""

    robots = "User-agent: Baiduspider\nAllow: /\n\n" + ROBOTS.replace("Dis", "Disallow: /zwgk/fdz*/*.html$\nDis", 1)

    def extras(self) -> None:
        forbidden = {url for url in (*self.truth.near_misses, *self.lists()) if "/zwgk/fdz" in url}
        self.truth.never |= forbidden
        self.truth.outcomes |= dict.fromkeys(forbidden, "robots_denied")
        for url in forbidden:
            self.truth.near_misses.pop(url, None)


class TiredSoon(Static):
    """A portal that shows `patience` pages and then a challenge to everything: what it had is not known to anybody."""

    patience = 6

    def extras(self) -> None:
        self._hits = count()
        self.truth.reports.clear()
        self.truth.near_misses.clear()

    def reply(self, request: Request) -> Answer:
        if next(self._hits) < self.patience:
            return super().reply(request)
        return answer(faults.RUISHU.encode(), self.headers(Charset()), status=b"412 Precondition Failed")


def _blocked(name: str, code: str, outcome: str, handler: Handler, **settings: Any) -> Row:
    family = settings.pop("family", Blocked)
    return row(family, Place(name, code), list, outcome=outcome, handler=handler, **settings)


def _jsl(request: Request) -> Answer:
    """Answer with the first stage, and with the second where the first one's cookie comes back."""
    return (_JSL_SECOND if "__jsluid_s" in request.headers.get("cookie", "") else _JSL_FIRST)(request)


OPEN = "User-agent: *\nDisallow:\n"
JSL_COOKIES = ("Set-Cookie", "__jsluid_s=9d1f7a; max-age=31536000; path=/; HttpOnly")
_JSL_FIRST = faults.says(faults.JSL_FIRST, b"521 ", JSL_COOKIES)
_JSL_SECOND = faults.says(faults.JSL_SECOND, b"521 ")
RUISHU_COOKIE = ("Set-Cookie", "FSSBBIl1UgzbN7NO=5qJ2; Path=/; HttpOnly")
ZHENLAI = Place("镇赉县", "220821")
TONGYU = Place("通榆县", "220822", townships=("瞻榆镇", "双岗镇"))
FUSONG = Place("抚松县", "220621", townships=("松江河镇", "泉阳镇"))
ROWS: tuple[Row, ...] = (
    _blocked(
        "寿县", "340422", "challenge_ruishu", faults.says(faults.RUISHU, b"412 Precondition Failed", RUISHU_COOKIE)
    ),
    _blocked(
        "凤台县", "340421", "challenge_ruishu", faults.says(faults.RUISHU, b"202 Accepted", RUISHU_COOKIE), robots=OPEN
    ),
    _blocked("霍邱县", "341522", "challenge_jsl", _jsl, robots=OPEN),
    _blocked("金寨县", "341524", "challenge_cookie_js", faults.says(faults.COOKIE_SCRIPT), robots=OPEN),
    _blocked("舒城县", "341523", "challenge_cookie_js", faults.says(faults.WZWS), robots=OPEN),
    _blocked("五河县", "340322", "waf_denied", faults.says(faults.WAF, b"403 Forbidden"), robots=OPEN),
    _blocked("怀远县", "340321", "waf_denied", faults.says(faults.TELECOM, b"405 Not Allowed"), robots=OPEN),
    _blocked("固镇县", "340323", "waf_denied", faults.says("reason:GeoBL", b"403 Forbidden"), robots=OPEN),
    _blocked("肥东县", "340122", "challenge_ruishu", faults.says(faults.RUISHU, b"400 Bad Request"), robots=OPEN),
    _blocked("肥西县", "340123", "challenge_cookie_js", faults.says(faults.ALIYUN), robots=OPEN),
    _blocked("庐江县", "340124", "challenge_cookie_js", faults.says(faults.EDGEONE), robots=OPEN),
    _blocked("长丰县", "340121", "challenge_cookie_js", faults.says(faults.UNNAMED, b"202 Accepted"), robots=OPEN),
    _blocked("含山县", "340522", "geo_fenced", faults.says(faults.ABROAD), robots=OPEN),
    _blocked("和县", "340523", "geo_fenced", faults.says(faults.ABROAD, b"403 Forbidden"), robots=OPEN),
    _blocked("当涂县", "340521", "captcha", faults.says(faults.ASKS_CODE), robots=OPEN),
    _blocked("南陵县", "340223", "rate_limited", faults.says(faults.TOO_OFTEN), robots=OPEN),
    _blocked("枞阳县", "340722", "forbidden", faults.says("<h1>403 Forbidden</h1>", b"403 Forbidden"), robots=OPEN),
    _blocked("东至县", "341721", "soft_404", faults.says(faults.LARGE_404), robots=OPEN),
    _blocked("濉溪县", "340621", "soft_404", faults.says(faults.SOFT_404), robots=OPEN),
    _blocked("利辛县", "341623", "spa_shell", faults.says(faults.SPA), robots=OPEN),
    _blocked(
        "蒙城县",
        "341622",
        "rate_limited",
        faults.says("busy", b"429 Too Many Requests", ("Retry-After", "86400")),
        robots=OPEN,
    ),
    _blocked("涡阳县", "341621", "timeout", faults.stalls, robots=OPEN),
    _blocked("太和县", "341222", "connection_failed", faults.resets, robots=OPEN),
    _blocked("临泉县", "341221", "malformed", faults.unparsable, robots=OPEN),
    _blocked("阜南县", "341225", "not_found", faults.says(faults.GONE, b"404 Not Found")),
    _blocked("颍上县", "341226", "connection_failed", faults.resets, family=Nowhere),
    _blocked("海丰县", "441521", "dns_failed", faults.resets, family=Nowhere, named="http://portal.nianbao.invalid/"),
    row(Forbidden, ZHENLAI, lambda: columns_of(ZHENLAI, reports_of(ZHENLAI, issuers=3, years=(2023,)))),
    row(PartlyForbidden, TONGYU, lambda: columns_of(TONGYU, reports_of(TONGYU, issuers=4, years=(2023, 2024)))),
    row(TiredSoon, FUSONG, lambda: columns_of(FUSONG, reports_of(FUSONG, issuers=4, years=(2023,)))),
)
