"""The account by portal and year, read from the ledger of the sample portals' crawl."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.account import read_account, records, spans
from crawler.addresses import address_key
from crawler.errors import NoCrawl
from crawler.ledger import CANDIDATE, REPORT, Booking, Ledger, ListEnd
from crawler.summary import BLOCKED_YEAR, CANDIDATE_ONLY, FOUND, NOT_FOUND, UNKNOWN, summarise
from crawler.years import year_of_link, year_of_page


@pytest.fixture(scope="module")
def account(sampled):
    _, crawled = sampled
    return read_account(portals=crawled.archive.parent / "portals.csv", archive=crawled.archive)


def test_every_year_with_a_report_is_found(sampled, account):
    portals, _ = sampled
    names = {portal.host: portal.authority for portal in portals.portals if portal.registered}
    published = defaultdict(set)
    of_the_form = ((url, reading) for url, reading in portals.truth.reports.items() if reading["report_year"] >= 2019)
    for url, reading in of_the_form:
        published[names.get(urlsplit(url).hostname)].add(reading["report_year"])
    found = {portal.portal: set(portal.years_in(FOUND)) for portal in account.portals}
    missed = {name: years - found[name] for name, years in published.items() if name and years - found[name]}
    assert missed == {}


def test_a_portal_that_refuses_is_blocked_in_every_year_and_never_not_found(account):
    refused = [portal for portal in account.portals if portal.home in ("challenge_ruishu", "waf_denied")]
    assert len(refused) > 2
    for portal in refused:
        assert {year.state for year in portal.years} == {BLOCKED_YEAR}
        assert all(portal.home in year.reason for year in portal.years)


def test_every_state_but_found_has_its_reason(account):
    assert all(year.reason for portal in account.portals for year in portal.years if year.state != FOUND)


@pytest.mark.parametrize(
    ("genre", "outcome", "state", "reason"),
    [
        (REPORT, "ok", FOUND, ""),
        (CANDIDATE, "ok", CANDIDATE_ONLY, "without the form"),
        ("", "waf_denied", BLOCKED_YEAR, "waf_denied 1"),
        ("", "robots_denied", BLOCKED_YEAR, "robots_denied 1"),
        ("", "not_found", NOT_FOUND, "not_found 1"),
        ("", "http_error", UNKNOWN, "http_error 1"),
        ("", "redirect", NOT_FOUND, "no link promised one"),
    ],
)
def test_a_year_has_the_best_state_that_is_known(genre, outcome, state, reason):
    ledger = Ledger(":memory:")
    for url, kind, end in (("http://h/", "", "ok"), ("http://h/r", genre, outcome)):
        key = address_key(url)
        expected = url != "http://h/"
        ledger.book(Booking(key, url, "h", "p", "detail" if expected else "home", expected=expected, year=2023))
        ledger.end(key, end, genre=kind)
    (portal,) = summarise(ledger, ["p"], year=2023).portals
    ledger.close()
    (year,) = portal.years
    assert (year.year, year.state) == (2023, state)
    assert reason in year.reason


@pytest.mark.parametrize(("outcome", "state"), [("timeout", BLOCKED_YEAR), ("not_found", UNKNOWN)])
def test_a_column_that_could_not_be_read_is_named_and_no_proof_of_absence(outcome, state):
    ledger = Ledger(":memory:")
    for url, role, end in (("http://h/", "home", "ok"), ("http://h/nb/", "list", outcome)):
        ledger.book(Booking(address_key(url), url, "h", "p", role, expected=role == "list"))
        ledger.end(address_key(url), end)
    (portal,) = summarise(ledger, ["p"], year=2023).portals
    ledger.close()
    assert [(year.state, year.reason) for year in portal.years] == [(state, f"http://h/nb/: {outcome}")]
    assert f"http://h/nb/: {outcome}" in portal.amiss


@pytest.mark.parametrize("amiss", ["short", "cut", "stopped", "no column", "waiting"])
def test_what_lists_lack_or_was_not_looked_through_is_unknown(amiss):
    ledger = Ledger(":memory:")
    for url, role in (("http://h/", "home"), ("http://h/nb/", "column" if amiss == "no column" else "list")):
        ledger.book(Booking(address_key(url), url, "h", "p", role, expected=role == "list"))
        ledger.end(address_key(url), "ok")
    if amiss == "short":
        ledger.close_list("http://h/nb/", "p", ListEnd(2, 40, 30, "page missing"))
    elif amiss == "cut":
        ledger.close_list("http://h/nb/", "p", ListEnd(1, None, 9, "last page", stated=3))
    elif amiss == "stopped":
        ledger.stop_portal("p", "depth 12 reached")
    elif amiss == "waiting":
        ledger.book(Booking(address_key("http://h/a"), "http://h/a", "h", "p", "column"))
    (portal,) = summarise(ledger, ["p"], year=2023).portals
    ledger.close()
    assert [year.state for year in portal.years] == [UNKNOWN]
    assert portal.years[0].reason == ("a list of reports lacks entries" if amiss in ("short", "cut") else portal.amiss)


def test_a_listed_report_that_could_not_be_had_is_named_beside_those_of_its_year():
    ledger = Ledger(":memory:")
    ends = {"a": ("ok", REPORT), "b": ("http_error", ""), "c.pdf": ("truncated", ""), "d": ("redirect", "")}
    for url, (outcome, genre) in ends.items():
        role = "attachment" if url.endswith("pdf") else "detail"
        ledger.book(Booking(address_key(url), url, "h", "p", role, expected=True, year=2023))
        ledger.end(address_key(url), outcome, genre=genre)
    (portal,) = summarise(ledger, ["p"], year=2023).portals
    ledger.close()
    assert portal.years_in(FOUND) == (2023,)
    assert portal.losses == "listed reports not fetched: b: http_error, c.pdf: truncated"


def test_a_refused_report_outweighs_what_only_looks_like_one():
    ledger = Ledger(":memory:")
    for url, outcome, genre in (("a", "ok", CANDIDATE), ("b", "robots_denied", "")):
        ledger.book(Booking(address_key(url), url, "h", "p", "detail", expected=True, year=2023))
        ledger.end(address_key(url), outcome, genre=genre)
    (portal,) = summarise(ledger, ["p"], year=2023).portals
    ledger.close()
    assert [(year.state, year.reason) for year in portal.years] == [(BLOCKED_YEAR, "robots_denied 1")]


def test_an_answer_that_we_failed_to_read_fails_the_crawl():
    ledger = Ledger(":memory:")
    for url, outcome in (("http://h/", "ok"), ("http://h/1", "unread")):
        ledger.book(Booking(address_key(url), url, "h", "p", "home"))
        ledger.end(address_key(url), outcome)
    summary = summarise(ledger, ["p"])
    ledger.close()
    assert summary.balance.closed
    assert summary.exit_status == 1
    assert any("1 answers could not be read" in line for line in summary.totals())


def test_a_process_to_which_no_host_fell_has_not_failed():
    ledger = Ledger(":memory:")
    summary, stopped = summarise(ledger, ["p"]), summarise(ledger, ["p"], interrupted=True)
    ledger.close()
    assert (summary.exit_status, stopped.exit_status) == (0, 1)
    assert "no host fell to this process: others of this crawl have them" in summary.totals()


def test_a_crawl_of_another_register_is_not_taken_for_one_without_a_network():
    ledger = Ledger(":memory:")
    ledger.book(Booking(address_key("http://h/"), "http://h/", "h", "p", "home"))
    ledger.end(address_key("http://h/"), "dns_failed")
    last = {portal: summarise(ledger, [portal]).totals()[-1].partition(": ")[2] for portal in ("p", "q")}
    ledger.close()
    assert last == {"p": "is there a network?", "q": "was this crawl one of another register?"}


def test_the_command_shows_a_table_or_json(sampled):
    _, crawled = sampled
    options = ["--portals", crawled.archive.parent / "portals.csv", "--archive", crawled.archive]
    command = [Path(sys.executable).with_name("nianbao"), "portals", *options]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    assert "not found" in shown
    assert "challenge_ruishu status 412" in shown
    told = json.loads(
        subprocess.run([*command, "--json"], capture_output=True, text=True, timeout=60, check=True).stdout
    )
    assert told["balance"]["closed"]
    assert {year["state"] for portal in told["portals"] for year in portal["years"]} >= {FOUND, BLOCKED_YEAR, NOT_FOUND}


def test_without_a_crawl_the_command_to_make_one_is_named(tmp_path):
    register = tmp_path / "portals.csv"
    register.write_text("authority,level,division_code,start_url\n甲县,county,510781,http://127.0.0.9/\n", "utf-8")
    with pytest.raises(NoCrawl, match="nianbao crawl"):
        read_account(portals=register, archive=tmp_path / "archive")


def test_records_are_plain_values(account):
    assert json.loads(json.dumps(records(account)))["crawled"].startswith("20")


@pytest.mark.parametrize(
    ("years", "text"), [((), ""), ((2019,), "2019"), ((2019, 2020, 2021, 2023), "2019–2021, 2023")]
)
def test_years_are_drawn_together(years, text):
    assert spans(years) == text


@pytest.mark.parametrize(
    ("anchor", "column", "url", "year"),
    [
        ("甲县2023年政府信息公开工作年度报告", "2022年", "http://h/202402/t20240101_1.html", 2023),
        ("甲县二〇二三年年报", "", "http://h/1.html", 2023),
        ("甲县教育局", "2022", "http://h/1.html", 2022),
        ("甲县教育局", "", "http://h/zfxxgk/gb2025/2025szbm/202601/t20260126_1303152.html", 2025),
        ("甲县教育局", "", "http://h/zfxxgknb/202601/t20260126_1303152.html", 2025),
        ("", "", "http://h/module/xxgk/xxgkAnnualReport.jsp?area=11370830004335465W&fbtime=2025", 2025),
        ("", "", "http://h/art/2025/2/8/art_28090_1130982.html", 2024),
        ("甲县教育局", "", "http://h/files/2025/202501/P020250126.pdf", 2024),
        ("附件", "", "http://h/files/2025/%E5%B9%B4%E6%8A%A5%EF%BC%882024%EF%BC%89.pdf", 2024),
        ("甲县教育局", "", "http://h/12345678/index.html", None),
    ],
)
def test_the_report_year_of_a_link(anchor, column, url, year):
    assert year_of_link(anchor, column, url) == year


def test_a_file_is_on_the_year_of_the_page_that_lists_it_unless_it_says_another():
    assert year_of_link("附件.pdf", "2022年", "http://h/files/2022/1.pdf", of_page=2021) == 2021
    assert year_of_link("2020年年报.pdf", "", "http://h/files/2022/1.pdf", of_page=2021) == 2020


def test_a_year_that_has_not_ended_is_one_of_publication():
    now = datetime.now(UTC).year
    assert year_of_link("azf19.pdf", f"{now}/", f"http://h/nb/{now}/azf19.pdf") == now - 1
    assert year_of_link("azf19.pdf", f"{now - 2}/", f"http://h/nb/{now - 2}/azf19.pdf") == now - 2


def test_the_report_year_of_a_page_is_its_headings_or_its_periods():
    assert year_of_page("甲县2023年年报", "自2022年1月1日起至12月31日止") == 2023
    assert year_of_page("甲县教育局", "所列数据统计期限自2022年1月1日起至2022年12月31日止") == 2022
    assert year_of_page("甲县教育局", "2022年6月") is None
    assert year_of_page("某部公告（2023年第3号）", "统计期限自2022年1月1日起至2022年12月31日止") == 2022
