"""What the portals say is true of them can be found on them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from samples.near_misses import KINDS
from samples.reports import FLAWS, broken_relations, report
from tests.samples.client import raw_get


def test_every_report_answers(portals):
    special = portals.truth.reports.keys() & portals.truth.outcomes.keys()
    for url in special:  # some show the page at the second visit
        raw_get(url, headers="Cookie: CT6T=1\r\n")
    for url in [*special, *list(portals.truth.reports)[::7]]:
        assert re.match(rb"HTTP/1\.[01] 200\b", raw_get(url, headers="Cookie: CT6T=1\r\n"))


def test_every_kind_of_near_miss_is_there(portals):
    assert set(portals.truth.near_misses.values()) == {*KINDS, "index_page"}


def test_nothing_is_report_and_near_miss_at_once(portals):
    truth = portals.truth
    assert not truth.reports.keys() & truth.near_misses.keys()
    assert not truth.never & (truth.reports.keys() | truth.near_misses.keys())


def test_a_report_is_the_same_on_every_call(portals):
    for flaw in FLAWS:
        one, other = (report("温泉县财政局", 2022, flaw=flaw) for _ in range(2))
        assert one.reading == other.reading
        assert portals.portals[0].body(one) == portals.portals[0].body(other)


def test_generated_figures_add_up_but_where_they_are_meant_not_to():
    for year in range(2019, 2025):
        for flaw in FLAWS:
            gold = report("温泉县财政局", year, flaw=flaw).reading
            expected = ["table4_total[review]"] if flaw == "broken_sum" else []
            assert gold["inconsistent"] == expected == broken_relations(gold["table3"], gold["table4"])


def test_hosts_are_loopback(portals):
    hosts = {urlsplit(portal.start_url).hostname for portal in portals.portals}
    assert {host for host in hosts if not host.startswith("127.0.0.")} == {"portal.nianbao.invalid"}
