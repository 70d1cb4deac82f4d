"""A visit: why an address is asked for.

It travels with the request, into the ledger and out again, and into the archive's metadata.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from scrapy import Request

from crawler.addresses import address_key, canonical, host_of
from crawler.families.base import PageRef
from crawler.js.told import Headers
from crawler.ledger import Booking
from crawler.relevance import Place
from crawler.years import year_of_link

ROBOTS, HOME, COLUMN, LIST, DETAIL, ATTACHMENT, FRAME, SCRIPT = (
    "robots", "home", "column", "list", "detail", "attachment", "frame", "script",
)  # fmt: skip
FORM_BODY = "application/x-www-form-urlencoded; charset=UTF-8"
JSON_BODY = "application/json;charset=utf-8"


@dataclass(frozen=True, slots=True)
class ListState:
    """Where a visit stands in the paging of a list: its `first` page's address, the reader's name, this page's number,
    pages in a row without a new link, whether the page is a guess, the pages that are left, how many records the list
    declares, the number of the last page that showed a report (0: none), and how many pages the one before stated.
    """

    first: str
    family: str = ""
    number: int = 1
    barren: int = 0
    guessed: bool = False
    rest: tuple[PageRef, ...] = ()
    declared: int | None = None
    last: int = 0
    stated: int | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What a recheck knows of the report that it visits: the validators that its portal gave ("" for none, or where the
    whole page is wanted), the `fingerprint` of the report's text, the `capture` that holds it, how many visits in a row
    found nothing (`misses`), whether it counts as `withdrawn`, and where it stood (`address`; a redirect leads away).
    """

    address: str
    fingerprint: str
    capture: str
    etag: str = ""
    modified: str = ""
    misses: int = 0
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """Who is visited (the register's `portal`, its `division`), as what (`role`), and from where: the page `via` with
    the link's words `anchor` in the `column`. `within`: the address belongs to the 年报 column; `hub`: to the way
    there. `hops` counts redirects and stubs in a row, `bounces` the addresses asked again with a cookie, `attempt` from
    1 the requests for this address; `marked`: a redirect on the way has set a cookie. `known` is set where a recheck
    asks for a report again; `fallback` is the scheme that its host would not speak. `asker` names the page, as the
    spider keeps it, whose script asks for the address. `piece_of` is the first address of an article that this address
    is a further piece of. `guessed`: nothing on the page names the address. `year` is the report year that the page of
    a report states whose file this is, `headers` are those that a page's script sets for the request.
    """

    portal: str
    division: str = ""
    role: str = COLUMN
    via: str = ""
    anchor: str = ""
    column: str = ""
    depth: int = 0
    within: bool = False
    hub: bool = False
    hops: int = 0
    bounces: int = 0
    marked: bool = False
    attempt: int = 1
    listing: ListState | None = None
    known: Known | None = None
    fallback: str = ""
    asker: str = ""
    piece_of: str = ""
    guessed: bool = False
    year: int | None = None
    headers: Headers = ()

    @property
    def place(self) -> Place:
        """How a link on the visited page stands, as far as the visit knows."""
        return Place(within=self.within, detail=self.role == DETAIL, hub=self.hub)

    def onward(self, role: str, via: str, **told: Any) -> Visit:
        """Return the visit of what a link on the page `via` leads to, one step deeper, with what else is told of it."""
        return Visit(self.portal, self.division, role, via, **{"depth": self.depth + 1, **told})

    def anew(self) -> Visit:
        """Return the visit with nothing behind it: of an address that no redirect leads to."""
        return replace(self, hops=0, bounces=0, marked=False, attempt=1, headers=())

    def metadata(self) -> list[tuple[str, str]]:
        """Return the fields of the archive's metadata record; empty ones are left out."""
        names = ("portal", "division", "via", "anchor", "column", "depth", "role", "fallback", "piece_of")
        return [(name, value) for name in names if (value := str(getattr(self, name)))]

    def dumps(self) -> str:
        """Return the visit as JSON, fields at their default left out."""
        fields = {name: value for name, default in _DEFAULTS.items() if (value := getattr(self, name)) != default}
        return json.dumps(fields, ensure_ascii=False, default=asdict)

    @classmethod
    def loads(cls, text: str) -> Visit:
        """Return the visit that `dumps` wrote."""
        fields: dict[str, Any] = json.loads(text)
        if listing := fields.get("listing"):
            listing["rest"] = tuple(PageRef(**ref | {"headers": _pairs(ref["headers"])}) for ref in listing["rest"])
            fields["listing"] = ListState(**listing)
        if known := fields.get("known"):
            fields["known"] = Known(**known)
        fields["headers"] = _pairs(fields.get("headers", ()))
        return cls(**fields)


def _pairs(listed: Iterable[Iterable[str]]) -> Headers:
    return tuple((name, value) for name, value in listed)


_DEFAULTS = asdict(Visit(portal=""))


def booking_for(visit: Visit, ref: PageRef, *, priority: int) -> Booking:
    """Return how the address of a visit is booked in the ledger."""
    url, body = canonical(ref.url) or ref.url, ref.form or ""
    method = "GET" if ref.form is None else "POST"
    listing = visit.listing  # a further page of a list is one that is known to be there
    is_sure = listing is None or not (listing.guessed or any(other.way != ref.way for other in listing.rest))
    column = visit.role in (COLUMN, LIST) and is_sure
    return Booking(
        key=address_key(url, method=method, body=body),
        url=url,
        host=host_of(url),
        portal=visit.portal,
        role=visit.role,
        priority=priority,
        method=method,
        body=body,
        visit=(replace(visit, headers=ref.headers) if ref.headers else visit).dumps(),
        expected=visit.within and not visit.guessed and (column or visit.role in (DETAIL, ATTACHMENT)),
        year=year_of_link(visit.anchor, visit.column, url, of_page=visit.year),
    )


def request_of(booking: Booking) -> Request:
    """Return the request of an address that was booked, with its Referer and, where a recheck may be told "not
    modified", its conditions.
    """
    visit = Visit.loads(booking.visit)
    headers = {"Referer": visit.via} if visit.via else {}
    if visit.known and visit.known.etag:
        headers["If-None-Match"] = visit.known.etag
    if visit.known and visit.known.modified:
        headers["If-Modified-Since"] = visit.known.modified
    if booking.method == "POST":
        headers["Content-Type"] = JSON_BODY if booking.body.startswith("{") else FORM_BODY
    return Request(
        booking.url,
        method=booking.method,
        body=booking.body,
        headers=headers | dict(visit.headers),
        priority=booking.priority,
        meta={"visit": visit, "key": booking.key},
    )
