"""One crawl in several processes: each host is asked by one of them only, and nothing is lost between them."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import urlsplit

import pytest

from archive import Capture, iter_captures, verify
from crawler.account import read_account
from crawler.addresses import address_key
from crawler.errors import BadShard
from crawler.ledger import Booking
from crawler.shards import SILENCE, Mailbox, Shard
from samples import SamplePortals

from .conftest import finish_crawl, start_crawl


def booking(url: str) -> Booking:
    return Booking(address_key(url), url, urlsplit(url).hostname or "", "p", "detail", priority=3, year=2023)


@pytest.mark.parametrize("text", ["", "1", "0/2", "3/2", "1/0", "a/b", "1/2/3", "-1/2"])
def test_a_shard_is_part_i_of_n(text):
    with pytest.raises(BadShard, match="I/N"):
        Shard.parse(text)


def test_every_host_has_one_owner_the_same_everywhere():
    hosts = [f"www.x{number}.gov.cn" for number in range(1000)]
    owners = Counter(Shard(1, 4).owner(host) for host in hosts)
    assert set(owners) == {1, 2, 3, 4}
    assert min(owners.values()) > 200
    assert Shard(1, 4).owner("www.x.gov.cn") == 2  # as it was when archives were begun


class Two:
    """The mailboxes of two shards under one clock."""

    def __init__(self, folder) -> None:
        self.now = 1000.0
        self.first, self.second = (Mailbox(folder, Shard(number, 2), now=lambda: self.now) for number in (1, 2))
        self.host = next(f"h{n}.gov.cn" for n in range(99) if Shard(2, 2).owns(f"h{n}.gov.cn"))


@pytest.fixture
def two(tmp_path):
    boxes = Two(tmp_path)
    yield boxes
    boxes.first.close()
    boxes.second.close()


def test_what_is_handed_over_arrives_once_and_whole(two):
    given = booking(f"http://{two.host}/1")
    two.first.give(given)
    two.first.give(given)
    taken = []
    assert two.second.take(taken.extend)
    assert not two.second.take(taken.extend)
    assert taken == [given]


def test_a_shard_stays_while_another_may_hand_something_over(two):
    two.first.beat(idle=True)
    assert not two.first.all_done()
    two.first.give(booking(f"http://{two.host}/1"))
    two.second.beat(idle=True)
    assert not two.first.all_done()  # idle, but with something in its box
    two.second.take(list)
    assert not two.first.all_done()  # it is busy with that now
    two.second.beat(idle=True)
    assert two.first.all_done()


def test_a_shard_that_died_is_not_waited_for_and_what_is_left_for_it_is_told(two):
    two.first.give(booking(f"http://{two.host}/1"))
    two.now += SILENCE + 1
    two.first.beat(idle=True)
    assert two.first.all_done()
    assert two.first.left_for_others() == {2: 1}


def test_shards_that_start_and_end_at_the_same_moment_wait_for_each_other(tmp_path):
    together = Barrier(2)

    def one(number: int) -> None:
        for turn in range(20):
            folder = tmp_path / str(turn)
            folder.mkdir(exist_ok=True)
            together.wait(30)
            mailbox = Mailbox(folder, Shard(number, 2))
            mailbox.give(booking("http://h1.gov.cn/1"))
            mailbox.take(list)
            mailbox.close()

    with ThreadPoolExecutor(2) as both:
        list(both.map(one, (1, 2)))


def test_two_processes_crawl_what_one_would(tmp_path):
    with SamplePortals(kinds="reports") as portals:
        register = portals.portals_csv(tmp_path / "portals.csv")
        parts = [start_crawl(tmp_path, register, settings={"SHARD": f"{number}/2"}) for number in (1, 2)]
        said = [finish_crawl(part, tmp_path).said for part in parts]
        asked = Counter(f"http://{hit.host}:{portals.port}{hit.target}" for hit in portals.log)
        robots = {url for url in asked if url.endswith("/robots.txt")}
        assert [part["status"] for part in said] == [0, 0]
        assert all(part["closed"] and part["reports"] for part in said)
        assert set(portals.truth.reports) <= set(asked)
        assert [url for url, times in asked.items() if times > 1 and url not in robots] == []
        assert max(portals.peak_connections.values()) == 1
    captures = [item for item in iter_captures(tmp_path / "archive") if isinstance(item, Capture)]
    assert {item.url for item in captures} == set(asked)
    assert verify(tmp_path / "archive").ok
    account = read_account(portals=register, archive=tmp_path / "archive")
    assert account.balance.closed
    assert all(portal.reports for portal in account.portals)


@pytest.mark.parametrize("settings", [{}, {"SHARD": "1/3"}])
def test_a_crawl_in_parts_is_not_resumed_in_others(crawl, tmp_path, settings):
    (tmp_path / "archive.job" / "shard-1-of-2").mkdir(parents=True)
    (tmp_path / "archive.job" / "shard-1-of-2" / "ledger.sqlite").touch()
    register = tmp_path / "portals.csv"
    register.write_text("authority,level,division_code,start_url\n甲县,county,510781,http://127.0.0.9:9/\n", "utf-8")
    assert "shard-1-of-2: a crawl in other parts" in crawl(register, settings=settings, resume=True).said["error"]


def test_an_address_of_another_shards_host_waits_for_it(tmp_path):
    """The second portal's homepage is linked from the first; only the process of the first is at work, at first."""
    with SamplePortals(kinds="reports") as portals:
        portals.portals = portals.portals[:2]
        here, there = portals.portals
        owner = {portal: Shard(1, 2).owner(portal.host) for portal in (here, there)}
        if owner[here] == owner[there]:
            pytest.fail("choose hosts of two shards")
        before = here.home_page()
        link = f"<a href='{there.origin}{there.start}'>某县2023年政府信息公开工作年度报告</a>"
        here.page(here.start, lambda: before.replace("<body>", f"<body>{link}", 1))
        register = portals.portals_csv(tmp_path / "portals.csv")

        def crawl(portal, **options):
            options["settings"] = {"SHARD": f"{owner[portal]}/2"}
            return finish_crawl(start_crawl(tmp_path, register, **options), tmp_path).said

        first = crawl(here)
        assert {hit.host for hit in portals.log} == {here.host}
        assert first["status"] == 1
        assert (
            f"incomplete: 1 addresses wait for shard {owner[there]}; start a process there, with --resume"
            in first["lines"]
        )
        second = crawl(there)
        assert second["status"] == 0, second["lines"]
        assert {hit.host for hit in portals.log} == {here.host, there.host}
