"""The feed tells what is new, in Atom that any reader takes."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from publish.places import PlaceFinder
from publish.site import open_site

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


def test_what_was_withdrawn_is_told_the_newest_first_whatever_a_title_holds(
    built: Any, run: Any, tmp_path: Path
) -> None:
    shutil.copy(built.db, tmp_path / "n.db")
    with closing(sqlite3.connect(tmp_path / "n.db")) as db, db:
        url = db.execute("select url from reports where id = '510781-2020'").fetchone()[0]
        db.execute(
            "insert into visits(url, outcome, fetched_at) values (?, 'withdrawn', '2026-11-01T00:00:00Z')", [url]
        )
        db.execute("update reports set title = '<b>' || char(1, 11) || '&' where id = '510781-2020'")
    places = PlaceFinder()
    site = run(open_site(tmp_path / "n.db", built.archive, places))
    first, *_ = entries(run(site.client.get("/feed.atom")).text)
    assert first[:2] == ("撤下：<b>\ufffd\ufffd&", "2026-11-01T00:00:00Z")
    run(places.close())
    site.close()
