"""The feed tells what is new, in Atom that any reader takes."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from xml.etree import ElementTree

ATOM = "{http://www.w3.org/2005/Atom}"


def entries(text: str) -> list[tuple[str, str, str]]:
    """Return of each entry its title, its time and where it leads."""
    root = ElementTree.fromstring(text)
    return [
        (
            entry.findtext(f"{ATOM}title", ""),
            entry.findtext(f"{ATOM}updated", ""),
            entry.find(f"{ATOM}link").get("href"),
        )
        for entry in root.iter(f"{ATOM}entry")
    ]


def test_every_report_is_new_and_a_revision_is_told(get: Any, built: Any) -> None:
    answer = get("/feed.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    told = entries(answer.text)
    assert sorted(title.partition("：")[0] for title, _, _ in told) == sorted(["新收录"] * 5 + ["修订"])
    assert {link.partition("/report/")[2] for _, _, link in told} == {*built.readings, "150203-2021#revisions"}
    assert all(datetime.fromisoformat(at).tzinfo for _, at, _ in told)


def test_it_is_what_the_specification_asks_for(get: Any) -> None:
    root = ElementTree.fromstring(get("/feed.atom").text)
    for element in (root, *root.iter(f"{ATOM}entry")):
        assert all(element.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated"))
    ids = [entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)
    assert 'href="/feed.atom"' in get("/").text


def test_what_was_withdrawn_is_told_the_newest_first(opening: Any) -> None:
    gone = "insert into visits(url, outcome, fetched_at) select url, 'withdrawn', '2026-11-01T00:00:00Z' from reports"
    with opening(f"{gone} where id = '510781-2020'") as get:
        first, *_ = entries(get("/feed.atom").text)
        page, other = get("/report/510781-2020").text, get("/report/510781-2021").text
    assert first[0].startswith("撤下：")
    assert first[1] == "2026-11-01T00:00:00Z"
    assert "2026-11-01 复查时该网址已撤下本报告" in page
    assert "已撤下" not in other


def test_a_title_may_hold_anything(opening: Any) -> None:
    with opening("update reports set title = '<b>' || char(1, 11) || '&'") as get:
        assert {title.partition("：")[2] for title, *_ in entries(get("/feed.atom").text)} == {"<b>\ufffd\ufffd&"}
