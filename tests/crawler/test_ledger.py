"""The ledger: each address once, handed out by promise, ended for good."""

from __future__ import annotations

import pytest

from crawler import tally
from crawler.addresses import address_key
from crawler.errors import BadLedger
from crawler.families import PageRef
from crawler.ledger import REPORT, Booking, Ledger
from crawler.summary import summarise
from crawler.visit import ListState, Visit


def booking(url: str, priority: int = 0, host: str = "h", portal: str = "p", role: str = "list") -> Booking:
    return Booking(address_key(url), url, host, portal, role, priority, visit=Visit(portal).dumps())


@pytest.fixture
def ledger():
    ledger = Ledger(":memory:")
    yield ledger
    ledger.close()


def test_an_address_is_booked_once(ledger):
    assert ledger.book(booking("a"))
    assert not ledger.book(booking("a", priority=9))
    assert tally.balance_of([ledger]).scheduled == 1


def test_the_order_of_parameters_makes_no_other_address(ledger):
    assert ledger.book(booking("a?org=2&year=2024"))
    assert not ledger.book(booking("a?year=2024&org=2"))
    assert ledger.book(booking("a?year=2&org=2024"))


def test_the_most_promising_comes_first_and_the_older_of_equals(ledger):
    for url, priority in (("low", 1), ("high", 9), ("also high", 9)):
        ledger.book(booking(url, priority))
    assert [ledger.take("h", 0).url for _ in range(3)] == ["high", "also high", "low"]
    assert ledger.take("h", 0) is None


def test_an_address_put_back_waits_for_its_time(ledger):
    ledger.book(booking("a"))
    taken = ledger.take("h", 0)
    ledger.put_back(taken.key, not_before=100.0, visit=taken.visit)
    assert ledger.take("h", 99.0) is None
    assert ledger.take("h", 100.0).attempts == 1


def test_the_account_closes_when_all_have_ended(ledger):
    ledger.book(booking("a", role="home"))
    ledger.book(booking("b"))
    assert not tally.balance_of([ledger]).closed
    ledger.end(ledger.take("h", 0).key, "ok", genre=REPORT)
    ledger.end(ledger.take("h", 0).key, "timeout", "long")
    ledger.end(address_key("b"), "ok")  # for good: the first ending stays
    assert tally.balance_of([ledger]).closed
    assert tally.outcomes([ledger]) == {"p": {"ok": 1, "timeout": 1}}
    assert tally.homes([ledger]) == {"p": ("ok", "")}
    assert summarise(ledger, ["p"]).reports == 1


def test_what_was_running_when_a_crawl_died_waits_again(tmp_path):
    path = tmp_path / "ledger.sqlite"
    dead = Ledger(path)
    for url in "abc":
        dead.book(booking(url))
    dead.end(dead.take("h", 0).key, "ok")
    dead.take("h", 0)
    dead.commit()
    again = Ledger(path)
    assert [again.take("h", 0).url for _ in range(2)] == ["b", "c"]
    assert again.take("h", 0) is None
    again.close()


def test_what_ended_in_silence_waits_again_once_its_host_has_rested(ledger):
    for url, host in (("a", "h"), ("b", "h"), ("c", "other")):
        ledger.book(booking(url, host=host))
    ledger.stop_host("h", "timeout", until=100.0)
    ledger.stop_portal("p", "timeout", passing=True)
    ledger.end(ledger.take("h", 0).key, "timeout", revivable=True)
    ledger.end(address_key("b"), "ok")
    ledger.end(address_key("c"), "timeout", revivable=True)
    ledger.revive(99.0, attempts=3)
    assert ledger.waiting_hosts() == {}
    ledger.revive(100.0, attempts=3)
    assert ledger.waiting_hosts() == {"h": 1}
    assert ledger.take("h", 100.0).url == "a"
    assert ledger.stopped_hosts(0) == ledger.stopped_portals() == {}


def test_a_single_silence_is_asked_about_once_more(ledger):
    ledger.book(booking("a"))
    for _ in range(3):
        ledger.put_back(ledger.take("h", 0).key, not_before=0, visit=Visit("p").dumps())
    ledger.end(ledger.take("h", 0).key, "timeout", revivable=True)
    ledger.revive(0, attempts=4)
    assert ledger.waiting_hosts() == {"h": 1}
    ledger.end(ledger.take("h", 0).key, "timeout", revivable=True)
    ledger.revive(0, attempts=4)
    assert ledger.waiting_hosts() == {}


def test_a_clock_that_was_set_back_keeps_nothing_waiting(ledger):
    ledger.book(booking("a"))
    ledger.put_back(ledger.take("h", 10_000.0).key, not_before=10_030.0, visit="")
    assert ledger.take("h", 10_029.0) is None
    assert ledger.take("h", 0.0).url == "a"


def test_what_was_rolled_back_is_as_if_it_had_not_been(tmp_path):
    ledger = Ledger(tmp_path / "ledger.sqlite")
    ledger.book(booking("a"))
    ledger.commit()
    ledger.end(ledger.take("h", 0).key, "ok")
    ledger.wait_for_script("s.js", "visit")
    ledger.roll_back()
    assert ledger.take_waiting_for("s.js") == []
    assert ledger.take("h", 0).url == "a"
    ledger.close()


def test_pages_wait_for_a_script_file_over_a_crash(tmp_path):
    dead = Ledger(tmp_path / "ledger.sqlite")
    for visit in ("one", "two", "one"):
        dead.wait_for_script("s.js", visit)
    dead.commit()
    ledger = Ledger(tmp_path / "ledger.sqlite")
    ledger.wait_for_script("t.js", "two")
    assert ledger.take_waiting_for("s.js") == ["one"]
    assert ledger.take_waiting_for("t.js") == ["two"]
    assert ledger.take_waiting_for("s.js") == []
    ledger.close()


def test_a_reserve_is_drawn_in_order_and_nothing_twice(ledger):
    far, near, known = (address_key(name) for name in ("far", "near", "known"))
    ledger.reserve("某县", [(far, 2, "far", None, "{}")])
    ledger.reserve("某县", [(near, 1, "near", "q=1", "{}"), (known, 1, "known", None, "{}")])
    ledger.reserve("别县", [(near, 1, "near", "q=1", "{}")])
    ledger.book(Booking(known, "known", "h", "某县", "column"))
    assert ledger.draw("某县", 2) == [("near", "q=1", "{}"), ("far", None, "{}")]
    assert ledger.draw("某县", 2) == []


def test_the_years_of_reports_are_those_found(ledger):
    for name, year, genre in (("a", 2021, "report"), ("b", None, "report"), ("c", 2020, "candidate")):
        ledger.book(Booking(address_key(name), name, "h", "某县", "detail"))
        ledger.end(address_key(name), "ok", genre=genre, year=year)
    assert ledger.found_years("某县") == {2021: 1, None: 1}


def test_waiting_addresses_are_ended_in_bulk(ledger):
    for url, host in (("a", "h"), ("b", "h"), ("c", "other")):
        ledger.book(booking(url, host=host))
    ledger.take("h", 0)
    assert [ended.url for ended in ledger.end_waiting("host", "h", "host_stopped", "why")] == ["b"]
    assert ledger.waiting_hosts() == {"other": 1}


def test_lists_know_new_rows_and_repeated_pages(ledger):
    assert ledger.collect("l", [b"1", b"2"]) == (2, 2)
    assert ledger.collect("l", [b"2", b"3"]) == (1, 3)
    assert ledger.collect("m", [b"1"]) == (1, 1)
    assert [ledger.is_repeated("l", digest) for digest in (b"x", b"y", b"x")] == [False, False, True]


def test_furniture_is_what_is_seen_again_and_again(ledger):
    ledger.see_furniture("p", [b"menu", b"row"], weight=1)
    ledger.see_furniture("p", [b"menu"], weight=1)
    assert ledger.furniture("p", [b"menu", b"row", b"new"]) == {b"menu"}


def test_a_stopped_host_is_left_alone_for_its_time(ledger):
    ledger.stop_host("h", "challenge", until=50.0)
    assert ledger.stopped_hosts(49.0) == {"h": "challenge"}
    assert ledger.stopped_hosts(51.0) == {}


def test_a_file_that_is_no_ledger_is_refused(tmp_path):
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(BadLedger, match=r"ledger\.sqlite"):
        Ledger(path)


def test_a_visit_survives_the_ledger():
    rest = (PageRef("http://x/3", 3, form="a=1"), PageRef("http://x/4", 4))
    visit = Visit(
        "甲县", "510781", "list", via="http://x/", column="年报", listing=ListState("http://x/", "trs", 2, rest=rest)
    )
    assert Visit.loads(visit.dumps()) == visit
    assert Visit.loads(Visit("p").dumps()) == Visit("p")


def test_a_post_is_another_address():
    assert (
        address_key("u", method="POST", body="page=1")
        != address_key("u", method="POST", body="page=2")
        != address_key("u")
    )
