"""The crawl of the sample portals, against what is known of them."""

from __future__ import annotations

import sqlite3
from collections import Counter
from urllib.parse import urlsplit

import pytest

from archive import Capture, Note, iter_captures, raw_exchange
from crawler.outcomes import OUTCOMES
from samples import SamplePortals

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


def test_few_requests_are_wasted(sampled, asked):
    """On traps and twins, on pages that another address has shown already, on pages that were guessed or promised and
    are not there.
    """
    portals, _ = sampled
    traps = tuple(target_of(url) for url in portals.truth.traps)
    gone = {target_of(url) for url, outcome in portals.truth.outcomes.items() if outcome == "not_found"}
    shown, wasted = set(), []
    for hit in portals.log:
        target, body = f"{hit.host}{hit.target}", (hit.host, hit.sent.partition(b"\r\n\r\n")[2])
        missing = hit.sent[9:12] in (b"404", b"405") and target not in gone and hit.target != "/robots.txt"
        repeated = hit.sent[9:12] == b"200" and len(hit.sent) > 1000 and body in shown
        if target.startswith(traps) or missing or repeated:
            wasted.append(target)
        shown.add(body)
    share = len(wasted) / asked.total()
    assert share <= 0.05, f"{share:.1%} of {asked.total()} requests were wasted: {sorted(wasted)[:40]}"


def test_a_third_of_the_pages_are_no_reports(sampled, asked):
    """The precision that the extractor is measured by means something only among pages of other kinds."""
    portals, _ = sampled
    reports = {target_of(url) for url in (*portals.truth.reports, *portals.truth.renditions)}
    others = sum(times for target, times in asked.items() if target not in reports)
    assert others >= 0.3 * asked.total(), f"{others / asked.total():.1%} of {asked.total()} requests"
    assert len({portal.family for portal in portals.portals if portal.truth.reports}) >= 30


STATIC = ("江油市", "汶上县", "丰林县", "昆都仑区", "桃源县")  # TRS, 博达, static, by query, 开普云


def test_the_generic_reader_alone_reads_static_families(crawl, tmp_path):
    with SamplePortals(kinds="all") as portals:
        register = portals.portals_csv(tmp_path / "all.csv")
        head, *rows = register.read_text(encoding="utf-8").splitlines()
        register.write_text("\n".join([head, *(row for row in rows if row.split(",")[0] in STATIC)]), encoding="utf-8")
        crawl(register, families=["generic"])
        asked = {f"{hit.host}{hit.target}" for hit in portals.log}
        for name in STATIC:
            reports = [target_of(url) for url in portals.portal(name).truth.reports]
            recall = sum(report in asked for report in reports) / len(reports)
            assert recall >= 0.9, (
                f"{name}: {recall:.1%} of {len(reports)} reports found without the reader of its family"
            )


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
