"""Odd bytes, dead ends and blocks are what their names say, and each is logged to the byte."""

from __future__ import annotations

import gzip
import http.client
import socket
import zlib
from urllib.parse import urlsplit

import pytest

from samples import wire
from samples.rows import blocked, dead_ends, transport
from tests.samples.client import body_of, raw_get

BODY = "<html>年度报告</html>".encode() * 200
HEADERS = (("Content-Type", "text/html"),)


@pytest.mark.parametrize("delivery", transport.DELIVERIES, ids=lambda delivery: delivery.__name__)
def test_a_strict_client_gets_the_whole_body(delivery):
    reply = delivery(BODY, HEADERS)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"".join(reply.writes))
        theirs.close()
        response = http.client.HTTPResponse(ours)
        response.begin()
        body = response.read()
    coding = response.headers.get("content-encoding")
    if coding == "gzip" and delivery is not wire.gzip_in_name_only:
        body = gzip.decompress(body)
    elif coding == "deflate":
        body = zlib.decompress(body, -15)
    assert body == BODY


@pytest.mark.parametrize("delivery", transport.CUT, ids=lambda delivery: delivery.__name__)
def test_a_cut_answer_lacks_its_end(delivery):
    whole = {wire.cut_off: wire.plain, wire.cut_chunks: wire.chunked, wire.cut_gzip: wire.gzipped}[delivery]
    sent = b"".join(delivery(BODY, HEADERS).writes)
    assert len(sent) < len(b"".join(whole(BODY, HEADERS).writes))


def test_reason_phrases_and_doubled_headers_cross_the_wire():
    assert wire.gbk_reason(BODY, HEADERS).writes[0].startswith(b"HTTP/1.1 200 \xd5\xfd\xb3\xa3\r\n")
    odd = wire.odd_headers(BODY, HEADERS).writes[0]
    assert odd.lower().count(b"\r\nset-cookie:") == 3
    assert b"\r\ncONTENT-tYPE: text/html\r\n" in odd


def test_every_answer_is_logged_as_sent(portals):
    truth = portals.truth
    for url in truth.outcomes:
        if truth.outcomes[url] in ("timeout", "too_large", "connection_failed", "dns_failed") or url in truth.never:
            continue
        received = raw_get(url)
        assert portals.log[-1].sent == received, url


def test_a_reset_is_an_exchange_without_an_answer(portals):
    url = portals.portal("太和县").start_url
    before = len(portals.log)
    assert raw_get(url) == b""
    (hit,) = portals.log[before:]
    assert (hit.target, hit.sent) == ("/", b"")


def test_outcomes_are_in_the_words_of_the_ledger(portals):
    assert set(portals.truth.outcomes.values()) == {
        "ok", "redirect", "not_found", "soft_404", "http_error", "robots_denied", "captcha", "wrong_type", "malformed",
        "truncated", "timeout", "too_large", "connection_failed", "dns_failed", "spa_shell", "rate_limited",
        "waf_denied", "forbidden", "geo_fenced", "challenge_ruishu", "challenge_jsl", "challenge_cookie_js",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("authority", "status", "mark"),
    [
        ("寿县", 412, b"$_ts"),
        ("霍邱县", 521, b"learance"),
        ("金寨县", 200, b"C3VK"),
        ("舒城县", 200, b"wzws"),
        ("五河县", 403, b"Request ID"),
        ("濉溪县", 200, "不存在".encode()),
        ("蒙城县", 429, b"Retry-After"),
    ],
)
def test_blocks_are_known_by_their_marks(portals, authority, status, mark):
    answer = raw_get(portals.portal(authority).start_url)
    assert int(answer.split(b" ")[1]) == status
    assert mark in answer


def test_the_second_stage_of_jsl_follows_its_cookie(portals):
    answer = raw_get(portals.portal("霍邱县").start_url, headers="Cookie: __jsluid_s=9d\r\n")
    assert b';go({"bts"' in answer


def test_stubs_name_the_page_that_they_stand_before(portals):
    moved = [url for url in portals.portal("龙游县").truth.reports if "real-" in url]
    assert len(moved) == len(dead_ends.STUBS)
    for url in moved:
        stub = raw_get(url.replace("real-", "stub-"))
        assert urlsplit(url).path.rsplit("/", 1)[-1].encode() in stub


def test_robots_rules_match_what_must_not_be_asked(portals):
    forbidden = portals.portal("镇赉县")
    assert body_of(raw_get(forbidden.start_url + "robots.txt")) == b"User-agent: *\nDisallow: /\n"
    assert forbidden.start_url in portals.truth.never
    assert not forbidden.truth.reports
    assert portals.truth.outcomes[forbidden.start_url] == "robots_denied"
    partly = portals.portal("通榆县")
    assert any("/zwgk/fdzdgknr/1.html" in url for url in partly.truth.never)
    assert not {url for url in partly.truth.reports if url in portals.truth.never}


def test_a_calendar_and_a_pager_have_no_end(portals):
    home = portals.portal("徐闻县").start_url
    assert b"y=2525&amp;m=1" in raw_get(home + "rili?y=2524&m=12")
    pages = [body_of(raw_get(f"{home}list.aspx?cid=7&page={number}")) for number in (4, 99, 100)]
    assert b"page=100" in pages[1]
    assert b"page=101" in pages[2]
    assert pages[1].replace(b"page=100", b"") == pages[2].replace(b"page=101", b"")


def test_a_twin_leads_only_to_itself(portals):
    portal = portals.portal("徐闻县")
    page = body_of(raw_get(f"{portal.start_url}gate/big5/{portal.host}:{portals.port}/list.aspx?cid=7"))
    prefix = f'href="/gate/big5/{portal.host}:{portals.port}/'.encode()
    assert page.count(b'href="/') == page.count(prefix) > 10


def test_a_portal_can_tire(portals):
    start = portals.portal("抚松县").start_url
    statuses = [raw_get(start).split(b" ")[1] for _ in range(blocked.TiredSoon.patience + 1)]
    assert statuses[-1] == b"412"


def test_content_is_bounded_only_by_the_client(portals):
    (url,) = (
        url
        for url, outcome in portals.truth.outcomes.items()
        if outcome == "too_large" and portals.portal("龙游县").host in url
    )
    packed = body_of(raw_get(url))
    assert len(packed) < 2 << 20
    assert len(zlib.decompressobj(31).decompress(packed)) == 16 << 20
