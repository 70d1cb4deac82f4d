"""The frontier of many machines on a real Redis (Debian's redis-server, on loopback, without a disk)."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import redis

from archive import Capture, iter_captures, verify
from samples import SamplePortals

from .conftest import finish_crawl, start_crawl
from .test_run import wait_for_hits

KEY = "nianbao:discover"


def start_redis(folder: Path) -> tuple[subprocess.Popen[str], redis.Redis]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    process = subprocess.Popen(["redis-server", *options], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    ready = next((line for line in process.stdout if "Ready to accept connections" in line), None)
    assert ready, "redis-server did not start"
    return process, redis.Redis(port=port)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[redis.Redis]:
    process, client = start_redis(tmp_path_factory.mktemp("redis"))
    yield client
    client.close()
    process.terminate()
    process.communicate(timeout=30)


@pytest.fixture
def url(server: redis.Redis) -> str:
    server.flushdb()
    return f"redis://127.0.0.1:{server.connection_pool.connection_kwargs['port']}/0"


def slowed(register: Path, delay: str) -> Path:
    """Have each portal asked so often only that one machine cannot be done before another one begins."""
    head, *rows = register.read_text("utf-8").splitlines()
    register.write_text("\n".join([f"{head},delay", *(f"{row},{delay}" for row in rows)]) + "\n", "utf-8")
    return register


def test_two_machines_share_one_queue_and_fetch_nothing_twice(url, server, tmp_path):
    server.set(f"{KEY}:worker:watcher", "")  # the crawl is not cleared away while somebody else is at work
    with SamplePortals(kinds="reports") as portals:
        register = slowed(portals.portals_csv(tmp_path / "portals.csv"), "0.06")
        settings = {"REDIS_URL": url, "CONCURRENT_REQUESTS": 3}
        folders = [tmp_path / name for name in ("one", "two")]
        machines = [start_crawl(folder, register, settings=settings) for folder in folders]
        done = [finish_crawl(machine, folder) for machine, folder in zip(machines, folders, strict=True)]
        asked = Counter(f"http://{hit.host}:{portals.port}{hit.target}" for hit in portals.log)
    pages = {url: times for url, times in asked.items() if not url.endswith("/robots.txt")}
    assert set(portals.truth.reports) <= set(pages)
    assert {url: times for url, times in pages.items() if times > 1} == {}
    assert max(portals.peak_connections.values()) == 1
    assert all(crawled.said["closed"] and crawled.said["reports"] for crawled in done)
    kept = [item.url for crawled in done for item in iter_captures(crawled.archive) if isinstance(item, Capture)]
    assert set(kept) == set(asked)
    assert server.hlen(f"{KEY}:taken") == 0
    assert list(server.scan_iter(f"{KEY}:waiting:*")) == []


def test_what_a_dead_machine_had_taken_is_fetched_by_another(url, server, tmp_path):
    with SamplePortals(kinds="reports") as portals:
        portals.portals = portals.portals[-1:]
        register = slowed(portals.portals_csv(tmp_path / "portals.csv"), "0.05")
        settings = {"REDIS_URL": url}
        dying = start_crawl(tmp_path / "one", register, settings=settings)
        wait_for_hits(portals, dying, 12)
        os.kill(dying.pid, signal.SIGKILL)
        dying.communicate(timeout=30)
        before = Counter(hit.target for hit in portals.log)
        taken = server.hgetall(f"{KEY}:taken")
        for name in server.scan_iter(f"{KEY}:worker:*"):  # as if its minute had passed
            server.delete(name)
        for name in server.scan_iter(f"{KEY}:lease:*"):
            server.delete(name)
        crawled = finish_crawl(start_crawl(tmp_path / "two", register, settings=settings), tmp_path / "two")
        after = Counter(hit.target for hit in portals.log) - before
    under_way = {json.loads(data)["url"].removeprefix(portals.portals[0].origin) for data in taken.values()}
    assert crawled.said["status"] == 0
    assert {target for target in after if target in before} <= under_way | {"/robots.txt"}
    assert {url.removeprefix(portals.portals[0].origin) for url in portals.truth.reports} <= set(before) | set(after)
    assert list(server.scan_iter("*")) == [f"{KEY}:ended".encode()]  # nothing is left, nobody at work


def test_a_crawl_that_has_ended_is_not_resumed_by_a_machine_that_had_no_part_in_it(url, tmp_path):
    with SamplePortals(kinds="reports") as portals:
        portals.portals = portals.portals[-1:]
        register = portals.portals_csv(tmp_path / "portals.csv")
        settings = {"REDIS_URL": url}
        finish_crawl(start_crawl(tmp_path / "one", register, settings=settings), tmp_path / "one")
        asked = len(portals.log)
        finish_crawl(start_crawl(tmp_path / "two", register, resume=True, settings=settings), tmp_path / "two")
        assert len(portals.log) == asked
        finish_crawl(start_crawl(tmp_path / "two", register, settings=settings), tmp_path / "two")
        assert len(portals.log) > asked


def test_a_stopped_machine_goes_on_where_it_was(url, tmp_path):
    with SamplePortals(kinds="reports") as portals:
        portals.portals = portals.portals[-1:]
        register = slowed(portals.portals_csv(tmp_path / "portals.csv"), "0.05")
        stopped = start_crawl(tmp_path, register, settings={"REDIS_URL": url})
        wait_for_hits(portals, stopped, 10)
        os.kill(stopped.pid, signal.SIGINT)
        said = finish_crawl(stopped, tmp_path).said
        assert said["status"] == 1
        assert any("addresses wait in Redis" in line for line in said["lines"])
        crawled = finish_crawl(start_crawl(tmp_path, register, resume=True, settings={"REDIS_URL": url}), tmp_path)
        asked = Counter(hit.target for hit in portals.log if hit.target != "/robots.txt")
    assert crawled.said["status"] == 0
    assert {url.removeprefix(portals.portals[0].origin) for url in portals.truth.reports} <= set(asked)
    assert sum(times - 1 for times in asked.values()) <= 1  # what was under way when it was stopped


def test_what_a_machine_had_taken_or_ended_when_it_died_is_put_right(url, server, tmp_path):
    """As if it had been killed between its ledger and Redis: one address more counts as taken, one is unknown to it."""
    with SamplePortals(kinds="reports") as portals:
        portals.portals = portals.portals[-1:]
        register = slowed(portals.portals_csv(tmp_path / "portals.csv"), "0.05")
        dying = start_crawl(tmp_path, register, settings={"REDIS_URL": url})
        wait_for_hits(portals, dying, 12)
        os.kill(dying.pid, signal.SIGKILL)
        dying.communicate(timeout=30)
        with closing(sqlite3.connect(tmp_path / "archive.job" / "ledger.sqlite")) as ledger, ledger:
            ended = ledger.execute("SELECT key, url FROM addresses WHERE state = 2 LIMIT 1").fetchone()
            worker = ledger.execute("SELECT value FROM facts WHERE name = 'worker'").fetchone()[0]
            ledger.execute("DELETE FROM addresses WHERE state != 2")
        (some,) = {**server.hgetall(f"{KEY}:taken")}.values() or [b"{}"]
        stale = json.loads(some) | {"key": ended[0].hex(), "url": ended[1], "worker": worker}
        server.hset(f"{KEY}:taken", stale["key"], json.dumps(stale))
        crawled = finish_crawl(start_crawl(tmp_path, register, resume=True, settings={"REDIS_URL": url}), tmp_path)
        asked = {hit.target for hit in portals.log}
    assert crawled.said["status"] == 0
    assert {url.removeprefix(portals.portals[0].origin) for url in portals.truth.reports} <= asked
    assert list(server.scan_iter("*")) == [f"{KEY}:ended".encode()]


def test_a_redis_that_dies_ends_the_crawl_in_one_line(tmp_path):
    process, client = start_redis(tmp_path)
    url = f"redis://127.0.0.1:{client.connection_pool.connection_kwargs['port']}/0"
    with SamplePortals(kinds="reports") as portals:
        crawling = start_crawl(
            tmp_path, slowed(portals.portals_csv(tmp_path / "portals.csv"), "0.05"), settings={"REDIS_URL": url}
        )
        wait_for_hits(portals, crawling, 20)
        client.close()
        process.kill()
        process.communicate(timeout=30)
        crawled = finish_crawl(crawling, tmp_path)
    assert crawled.said["status"] == 1
    assert "start Redis again and go on with --resume" in crawled.said["failure"]
    assert "Traceback" not in crawled.errors
    assert verify(crawled.archive).ok


def test_without_a_redis_there_is_one_line(tmp_path):
    with socket.socket() as free, SamplePortals(kinds="reports") as portals:
        free.bind(("127.0.0.1", 0))
        url = f"redis://127.0.0.1:{free.getsockname()[1]}/0"
        register = portals.portals_csv(tmp_path / "portals.csv")
        crawled = finish_crawl(start_crawl(tmp_path, register, settings={"REDIS_URL": url}), tmp_path)
        assert portals.log == []
    assert crawled.said["kind"] == "NoRedis"
    assert "is Redis running there?" in crawled.said["error"]
