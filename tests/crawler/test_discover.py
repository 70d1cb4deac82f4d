"""The crawl of the sample portals, against what is known of them."""

from __future__ import annotations

import sqlite3
from collections import Counter
from urllib.parse import urlsplit

import pytest

from archive import Capture, Note, iter_captures, raw_exchange
from crawler.outcomes import OUTCOMES

NEVER_SENT = ("robots_denied", "dns_failed", "host_refused", "host_stopped")


def target_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}{parts.path}" + (f"?{parts.query}" if parts.query else "")


def _without_scheme(url: str) -> str:
    return url.partition("//")[2]


@pytest.fixture(scope="session")
def asked(sampled):
    portals, _ = sampled
    return Counter(f"{hit.host}{hit.target}" for hit in portals.log)


@pytest.fixture(scope="session")
def booked(sampled):
    with sqlite3.connect(sampled[1].ledger) as ledger:
        return dict(ledger.execute("SELECT url, outcome FROM addresses").fetchall())


def test_every_report_is_fetched(sampled, asked):
    portals, _ = sampled
    assert [url for url in portals.truth.reports if target_of(url) not in asked] == []


def test_every_rendition_is_asked_for(sampled, asked):
    portals, _ = sampled
    assert [url for url in portals.truth.renditions if target_of(url) not in asked] == []


def test_every_address_ends_as_it_should(sampled, booked):
    """An address that robots.txt denies may also never have been of interest."""
    portals, _ = sampled
    ended = {url: booked.get(url, "robots_denied") for url in portals.truth.outcomes}
    assert ended == portals.truth.outcomes


def test_no_tripwire_is_touched(sampled, asked):
    portals, _ = sampled
    assert [url for url in portals.truth.never if target_of(url) in asked] == []


def test_the_ledger_balances_in_known_words(sampled, booked):
    assert sampled[1].said["closed"]
    assert set(booked.values()) <= OUTCOMES


def test_the_summary_has_a_line_for_every_portal_and_says_why_nothing_came(sampled):
    portals, crawled = sampled
    lines = "\n".join(crawled.said["lines"])
    assert all(portal.authority in lines for portal in portals.portals if portal.registered)
    assert "nothing could be fetched: challenge_ruishu status 412" in lines
    assert crawled.said["status"] == 0


def test_few_requests_are_spent_on_traps(asked):
    wasted = [url for url in asked if any(trap in url for trap in ("/gate/", "/big5/", "/mobile/", "/rili", "/search"))]
    assert len(wasted) <= 0.05 * asked.total()


def test_nothing_is_fetched_twice_but_what_failed(sampled, asked, booked):
    again = {target for target, times in asked.items() if times > 1}
    fine = {target_of(url) for url, outcome in booked.items() if outcome == "ok"}
    posted = {f"{hit.host}{hit.target}" for hit in sampled[0].log if hit.received.startswith(b"POST")}
    # What answered 429 or 503 or bounced with a cookie first, and then well, was rightly asked for again.
    portals, _ = sampled
    refused = {f"{hit.host}{hit.target}" for hit in portals.log if not hit.sent.startswith(b"HTTP/1.1 200")}
    assert (again - posted) & fine <= refused


def test_never_two_connections_to_a_host(sampled):
    """A server that never answers counts a connection that the crawler has given up on."""
    portals, _ = sampled
    patient = {urlsplit(url).hostname for url, outcome in portals.truth.outcomes.items() if outcome == "timeout"}
    assert {host: peak for host, peak in portals.peak_connections.items() if peak > 1 and host not in patient} == {}


def test_the_archive_holds_every_exchange_byte_for_byte(sampled):
    """Left out: the ends of answers that were under way when the connection was given up, and bombs, which no reader
    unpacks.
    """
    portals, crawled = sampled
    kept = Counter()
    for item in iter_captures(crawled.archive):
        if isinstance(item, Capture):
            kept[_without_scheme(item.url), raw_exchange(crawled.archive, item.warc, item.offset, item.length)] += 1
    bombs = {_without_scheme(url) for url, outcome in portals.truth.outcomes.items() if outcome == "too_large"}
    slow = {_without_scheme(url) for url, outcome in portals.truth.outcomes.items() if outcome == "timeout"}
    sent = Counter(
        (f"{hit.host}:{portals.port}{hit.target}", hit.sent)
        for hit in portals.log
        if hit.sent and f"{hit.host}:{portals.port}{hit.target}" not in slow | bombs
    )
    assert sent - kept == Counter()


def test_requests_are_kept_as_they_were_received(sampled):
    from warcio.archiveiterator import ArchiveIterator

    portals, crawled = sampled
    kept: Counter[bytes] = Counter()
    for path in crawled.archive.glob("*.warc.gz"):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, no_record_parse=True):
                if record.rec_type == "request":
                    kept[record.raw_stream.read()] += 1
    assert Counter(hit.received for hit in portals.log) == kept
    assert not any(b"Wire-Tap" in request for request in kept)


def test_an_address_that_met_no_server_is_a_note(sampled):
    _, crawled = sampled
    noted = {item.metadata.get("outcome") for item in iter_captures(crawled.archive) if isinstance(item, Note)}
    assert set(NEVER_SENT) <= noted


def test_metadata_say_how_a_report_was_found(sampled):
    portals, crawled = sampled
    captures = {item.url: item for item in iter_captures(crawled.archive) if isinstance(item, Capture)}
    url = next(url for url in portals.truth.reports if url in captures)
    metadata = captures[url].metadata
    assert (metadata["outcome"], metadata["role"]) == ("ok", "detail")
    assert metadata["via"] in captures
    assert metadata["portal"]
    assert metadata["anchor"]
