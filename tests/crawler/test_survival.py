"""What a crawl survives: kills at any moment, a full disk, an impatient Ctrl-C, names that move, bombs."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections import Counter
from contextlib import closing
from threading import Event

import pytest

from archive import Capture, iter_captures, verify
from samples import SamplePortals
from samples.faults import drips
from samples.wire import Answer, answer
from tests.bench.crawl_kills import crawl_with_kills, ended_addresses

from .conftest import finish_crawl, start_crawl
from .listening import CLOSE, MISSING, home, listening, register_of
from .test_politeness import HOME, HTML, TEXT, Small, serve  # noqa: F401 -- a fixture
from .test_run import ended_urls, wait_for_hits


def test_kills_at_random_moments_cost_at_most_what_was_under_way(tmp_path):
    """`python -m tests.bench.crawl_kills` does it 200 times over all sample portals."""
    with SamplePortals(kinds="reports") as portals:
        told = crawl_with_kills(tmp_path, portals, kills=10, apart=12, seed=3)
    assert told.deaths.total() >= 6
    assert told.faults == []
    assert told.twice <= told.deaths.total() * len(portals.portals)  # at most one address a host was under way
    assert set(portals.truth.reports) <= set(ended_addresses(told.crawled.ledger))


def test_what_an_outage_left_is_fetched_once_the_hosts_have_rested(tmp_path):
    with SamplePortals(kinds="reports") as portals:
        register = portals.portals_csv(tmp_path / "portals.csv")
        process = start_crawl(tmp_path, register)
        wait_for_hits(portals, process, 60)
    cut_off = finish_crawl(process, tmp_path)  # the portals have gone
    assert sum(ends.get("host_stopped", 0) for ends in cut_off.said["outcomes"].values()) > 0
    with SamplePortals(kinds="reports", port=portals.port) as portals:
        resting = finish_crawl(start_crawl(tmp_path, register, resume=True), tmp_path)
        assert {hit.target for hit in portals.log} <= {"/robots.txt", "/"}
        with closing(sqlite3.connect(tmp_path / "archive.job" / "hosts.sqlite")) as hosts, hosts:
            hosts.execute("UPDATE hosts SET until = 0")
        crawled = finish_crawl(start_crawl(tmp_path, register, resume=True), tmp_path)
    assert resting.said["closed"]
    assert crawled.said["closed"]
    assert set(portals.truth.reports) <= {
        item.url for item in iter_captures(crawled.archive) if isinstance(item, Capture)
    }
    assert all("host_stopped" not in ends for ends in crawled.said["outcomes"].values())
    assert not any("stopped:" in line for line in crawled.said["lines"])


@pytest.mark.parametrize("limit", [60_000, 130_000, 400_000])
def test_a_full_disk_is_one_line_and_leaves_a_whole_archive(tmp_path, limit):
    """A limit on the size of files is refused with the same error by the same calls as a disk without room."""
    with SamplePortals(kinds="reports") as portals:
        register = portals.portals_csv(tmp_path / "portals.csv")

        process = start_crawl(tmp_path, register, file_limit=limit)
        crawled = finish_crawl(process, tmp_path)
        assert crawled.said.get("status", 1) == 1
        told = crawled.said.get("failure") or crawled.said["error"]
        assert "cannot be written" in told
        assert "\n" not in told
        assert "Traceback" not in crawled.errors
        again = finish_crawl(start_crawl(tmp_path, register, resume=True), tmp_path)
        asked = {f"http://{hit.host}:{portals.port}{hit.target}" for hit in portals.log}
    assert again.said["closed"]
    assert again.said["status"] == 0
    assert set(portals.truth.reports) <= asked
    assert verify(again.archive).ok
    assert set(portals.truth.reports) <= {
        item.url for item in iter_captures(again.archive) if isinstance(item, Capture)
    }


def test_ctrl_c_twice_leaves_what_a_kill_would(tmp_path):
    with SamplePortals(kinds="reports") as portals:
        register = portals.portals_csv(tmp_path / "portals.csv")
        process = start_crawl(tmp_path, register)
        wait_for_hits(portals, process, 40)
        for _ in range(2):
            os.kill(process.pid, signal.SIGINT)
        process.communicate(timeout=30)
        ended, before = ended_urls(tmp_path / "archive.job" / "ledger.sqlite"), len(portals.log)
        crawled = finish_crawl(start_crawl(tmp_path, register, resume=True), tmp_path)
        after = {f"http://{hit.host}:{portals.port}{hit.target}" for hit in portals.log[before:]}
    assert crawled.said["closed"]
    assert after & ended == set()
    assert verify(crawled.archive).ok


def test_ctrl_c_does_not_wait_for_who_keeps_silent(serve, tmp_path):  # noqa: F811
    portal, asked, go_on = Small(robots="User-agent: *\n"), Event(), Event()
    register = serve(portal)

    def silent(_):
        asked.set()
        go_on.wait(60)
        return answer(f"<html><body>{TEXT}".encode(), HTML)

    portal.put("/nb/3.html", silent)
    process = start_crawl(tmp_path, register, settings={"DOWNLOAD_TIMEOUT": 600})
    assert asked.wait(60)
    os.kill(process.pid, signal.SIGINT)
    crawled = finish_crawl(process, tmp_path)
    go_on.set()
    assert crawled.said["interrupted"]
    ended = ended_urls(crawled.ledger)
    assert not any(url.endswith("/nb/3.html") for url in ended)
    again = finish_crawl(start_crawl(tmp_path, register, resume=True), tmp_path)
    assert again.said["closed"]
    assert {url.rpartition("/")[2] for url in ended_urls(again.ledger) - ended} >= {"3.html"}
    asked_for = Counter(path for path, _ in portal.asked)
    assert asked_for.pop("/robots.txt") == 1
    assert max(asked_for.values()) <= 2
    assert verify(again.archive).ok


def test_cookies_stay_with_their_host(serve, crawl):  # noqa: F811
    portal = Small()
    register = serve(portal)
    seen: list[str] = []

    def sets(request):
        seen.append(request.headers.get("cookie", ""))
        return answer(
            f"<html><body><a href='/nb/1.html'>政府信息公开年报</a>{TEXT}".encode(), (*HTML, ("Set-Cookie", "a=1"))
        )

    portal.put("/", sets)
    portal.put("/nb/1.html", sets)
    crawl(register)
    assert seen == ["", "a=1"]


def test_who_would_have_to_send_too_many_cookies_comes_as_a_new_visitor(serve, crawl):  # noqa: F811
    portal = Small()
    register = serve(portal)
    storm = [("Set-Cookie", f"{name}={'v' * 4000}") for name in "abc"]
    portal.put("/", lambda _: answer(HOME.encode(), (*HTML, *storm)))
    seen = []
    portal.put("/nb/1.html", lambda asked: seen.append("cookie" in asked.headers) or answer(TEXT.encode(), HTML))
    crawl(register)
    assert seen == [False]


def test_a_host_that_drops_the_second_request_of_a_connection_is_asked_on_new_ones(tmp_path):
    def reply_once(client):
        path = client.recv(65536).split(b" ")[1]
        client.sendall(home(["a", "b", "c"]).replace(CLOSE, b"") if path == b"/" else MISSING)
        client.recv(65536)

    with listening("127.0.0.29", reply_once) as port:
        started = start_crawl(tmp_path, register_of(tmp_path, f"http://127.0.0.29:{port}"))
        crawled = finish_crawl(started, tmp_path)
    assert crawled.said["outcomes"] == {"甲县": {"not_found": 3, "ok": 1}}
    assert "no host has answered" not in crawled.errors


@pytest.mark.parametrize(
    "way", [{"/nb/1.html": "/nb/2.html", "/nb/2.html": "/nb/1.html"}, {"/nb/1.html": "javascript:go()"}]
)
def test_a_redirect_that_leads_nowhere_is_an_error(serve, crawl, way):  # noqa: F811
    portal = Small()
    register = serve(portal)
    for path, target in way.items():
        portal.put(path, lambda _, target=target: answer(b"", (("Location", target),), status=b"302 Found"))
    assert crawl(register).said["outcomes"]["甲县"]["http_error"] == 1


def test_a_depth_ends_a_portal_with_the_reason(serve, crawl):  # noqa: F811
    portal = Small()
    register = serve(portal)
    crawled = crawl(register, settings={"MOST_DEPTH": 0})
    assert crawled.said["outcomes"] == {"甲县": {"ok": 1}}
    assert any("stopped: depth 0 reached" in line for line in crawled.said["lines"])


def test_a_slow_line_is_waited_for_and_a_dripping_one_is_not(serve, crawl):  # noqa: F811
    """With half a second of silence allowed: a second at 160 KB/s against many at 20 bytes/s."""
    portal = Small()
    register = serve(portal)
    links = "<a href='/nb/1.html'>2023年政府信息公开年报</a><a href='/nb/2.html'>2022年政府信息公开年报</a>"
    portal.put("/", lambda _: answer(f"<html><body>{links}{TEXT}".encode(), HTML))
    (slow,) = answer(f"<html><body>{TEXT}{'<p>年报</p>' * 14_000}".encode(), HTML).writes
    pieces = tuple(slow[start : start + 16_000] for start in range(0, len(slow), 16_000))
    portal.put("/nb/1.html", lambda _: Answer(pieces, pause=0.1))
    portal.put("/nb/2.html", drips(f"<html><body>{TEXT}", pause=0.05))
    crawled = crawl(register, settings={"DOWNLOAD_TIMEOUT": 0.5, "MOST_ATTEMPTS": 1})
    assert crawled.said["outcomes"] == {"甲县": {"ok": 2, "timeout": 1}}
    (kept,) = [item for item in iter_captures(crawled.archive) if item.url.endswith("/nb/2.html")]
    assert "bytes a second" in kept.metadata["error"]
