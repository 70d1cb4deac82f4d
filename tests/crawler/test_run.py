"""Beginning, stopping, resuming; no network, no contact, no disk."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from archive import iter_captures
from samples import SamplePortals

from .conftest import ROOT, finish_crawl, start_crawl
from .processes import Forked

HEADER = "authority,level,division_code,start_url\n"


def register(folder: Path, *rows: str) -> Path:
    path = folder / "portals.csv"
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def wait_for_hits(portals: SamplePortals, process: Forked, number: int) -> None:
    """Wait until the portals were asked so often, or the crawl is over."""
    while len(portals.log) < number and process.poll() is None:
        try:
            process.wait(0.02)
        except subprocess.TimeoutExpired:
            continue


def ended_urls(ledger: Path) -> set[str]:
    with sqlite3.connect(ledger) as db:
        return {url for (url,) in db.execute("SELECT url FROM addresses WHERE state = 2")}


def test_no_server_gives_an_outcome_a_summary_and_a_status(crawl, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    portals = register(
        tmp_path, f"甲县,county,510781,http://127.0.0.9:{port}/", "乙县,county,652723,http://nowhere.invalid/"
    )
    crawled = crawl(portals)
    assert crawled.said["status"] == 1
    assert crawled.said["outcomes"] == {"甲县": {"connection_failed": 1}, "乙县": {"dns_failed": 1}}
    assert any("is there a network?" in line for line in crawled.said["lines"])
    assert crawled.errors.count("no host has answered") == 1  # said before the last attempt


def test_a_crawl_outside_this_machine_needs_a_contact(crawl, tmp_path):
    crawled = crawl(register(tmp_path, "甲县,county,510781,http://nowhere.invalid/"), contact=None)
    assert crawled.said["kind"] == "NoContact"
    assert "--contact" in crawled.said["error"]


def test_a_portal_that_is_not_in_the_register_is_named(crawl, tmp_path):
    crawled = crawl(register(tmp_path, "甲县,county,510781,http://127.0.0.9:9/"), only="丁县")
    assert "丁县" in crawled.said["error"]


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT])
def test_a_stopped_crawl_goes_on_and_fetches_nothing_twice(tmp_path, sign):
    with SamplePortals(kinds="reports") as portals:
        path = portals.portals_csv(tmp_path / "portals.csv")
        process = start_crawl(tmp_path, path)
        wait_for_hits(portals, process, 60)
        os.kill(process.pid, sign)
        process.communicate(timeout=30)
        ended = ended_urls(tmp_path / "archive.job" / "ledger.sqlite")
        before = len(portals.log)
        crawled = finish_crawl(start_crawl(tmp_path, path, resume=True), tmp_path)
        after = {f"http://{hit.host}:{portals.port}{hit.target}" for hit in portals.log[before:]}
        fetched = {f"http://{hit.host}:{portals.port}{hit.target}" for hit in portals.log}
        assert 0 < len(ended) < len(fetched)
        assert after & ended == set()
        assert crawled.said["closed"]
        assert set(portals.truth.reports) <= fetched
        assert set(portals.truth.reports) <= {item.url for item in iter_captures(crawled.archive)}


def test_an_interrupted_crawl_says_how_to_go_on(tmp_path):
    with SamplePortals(kinds="reports") as portals:
        process = start_crawl(tmp_path, portals.portals_csv(tmp_path / "portals.csv"))
        wait_for_hits(portals, process, 20)
        os.kill(process.pid, signal.SIGINT)
        crawled = finish_crawl(process, tmp_path)
    assert crawled.said["interrupted"]
    assert crawled.said["status"] == 1
    assert any("--resume" in line for line in crawled.said["lines"])
    assert list(crawled.archive.glob("*.open")) == []
    shutil.rmtree(crawled.archive)
    again = finish_crawl(start_crawl(tmp_path, tmp_path / "portals.csv", resume=True), tmp_path)
    assert "holds nothing of what this crawl has fetched" in again.errors


def test_a_budget_ends_a_portal_with_the_reason(crawl, tmp_path):
    with SamplePortals(kinds="reports") as portals:
        path = portals.portals_csv(tmp_path / "portals.csv")
        crawled = crawl(path, settings={"PORTAL_PAGES": 12})
    assert crawled.said["closed"]
    assert all(counts.get("over_budget", 0) > 0 for counts in crawled.said["outcomes"].values())
    assert any("stopped: budget of 12 pages spent" in line for line in crawled.said["lines"])


def test_portals_of_one_name_are_all_asked(crawl, tmp_path):
    with SamplePortals(kinds="reports") as portals:
        path = portals.portals_csv(tmp_path / "portals.csv")
        head, *rows = path.read_text("utf-8").splitlines()
        same = [f"鼓楼区,{row.partition(',')[2]}" for row in rows]
        path.write_text("\n".join([head, *same]) + "\n", "utf-8")
        crawled = crawl(path, settings={"PORTAL_PAGES": 10_000})
        asked = {hit.host for hit in portals.log}
    assert asked == {portal.host for portal in portals.portals}
    assert crawled.said["outcomes"].keys() == {"鼓楼区"}


def test_a_year_leaves_the_others_out(crawl, tmp_path):
    with SamplePortals(kinds="reports") as portals:
        path = portals.portals_csv(tmp_path / "portals.csv")
        every = len(portals.truth.reports)
        crawled = crawl(path, year=2023)
    assert 0 < crawled.said["reports"] < every


def test_an_archive_that_cannot_be_written_is_one_line(crawl, tmp_path):
    (tmp_path / "archive").write_text("a file in the way")
    with SamplePortals(kinds="reports") as portals:
        crawled = crawl(portals.portals_csv(tmp_path / "portals.csv"))
        assert portals.log == []
    assert crawled.said["status"] == 1
    assert "\n" not in crawled.said["failure"]
    assert "the archive cannot be written" in crawled.said["failure"]


def test_scrapy_crawl_discover_does_the_same(tmp_path):
    with SamplePortals(kinds="reports") as portals:
        path = portals.portals_csv(tmp_path / "portals.csv")
        path.write_text("".join(path.read_text("utf-8").splitlines(keepends=True)[:4]), "utf-8")  # three portals
        options = [f"PORTALS={path}", f"ARCHIVE={tmp_path / 'archive'}"]
        command = [str(Path(sys.executable).with_name("scrapy")), "crawl", "discover"]
        done = subprocess.run(
            [*command, *(word for option in options for word in ("-s", option))],
            cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        asked = {f"http://{hit.host}:{portals.port}{hit.target}" for hit in portals.log}
        registered = [portal for portal in portals.portals if portal.registered]
        assert {url for portal in registered[:3] for url in portal.truth.reports} <= asked
