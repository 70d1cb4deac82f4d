"""Known reports visited again, round after round, while their portal mends, withdraws and moves them."""

from __future__ import annotations

import hashlib
import re
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive import Note, iter_captures, verify
from crawler.shards import Shard
from samples import SamplePortals
from samples.faults import GONE, redirects, resets, says
from samples.wire import Answer, Handler, Request, answer

from .conftest import finish_crawl, start_crawl

RECHECK = """
import json, sys
from pathlib import Path
from crawler.run import recheck
given = json.loads(sys.argv[1])
summary = recheck(**{**given, "portals": Path(given["portals"]), "archive": Path(given["archive"])})
print(json.dumps({
    "status": summary.exit_status, "outcomes": summary.outcomes, "lines": summary.lines(),
    "changes": sorted([change.url, change.change] for change in summary.changes),
}))
"""


@dataclass
class Paper:
    """A report's page on the portal as it stands now: its handler, and a counter that is higher on every hit."""

    handler: Handler
    hits: int = 0

    def __call__(self, request: Request) -> Answer:
        self.hits += 1
        return self.handler(request)


@dataclass
class Round:
    """A portal of reports that was crawled once; `recheck` visits them again."""

    portals: SamplePortals
    folder: Path
    register: Path
    papers: dict[str, Paper] = field(default_factory=dict)

    def recheck(self, **options: Any) -> dict[str, Any]:
        process = start_crawl(self.folder, self.register, program=RECHECK, **{"everything": True} | options)
        return finish_crawl(process, self.folder).said

    def url(self, number: int) -> str:
        return sorted(self.papers)[number]

    def now_answers(self, number: int, handler: Handler) -> str:
        """Have a report's address answer otherwise from now on; return the address."""
        self.papers[self.url(number)].handler = handler
        return self.url(number)

    def body(self, number: int) -> bytes:
        paper = self.papers[self.url(number)]
        request = Request(b"", "GET", "/", {}, b"")
        return b"".join(paper.handler(request).writes).partition(b"\r\n\r\n")[2]

    def notes(self) -> list[Note]:
        items = [item for item in iter_captures(self.folder / "archive") if isinstance(item, Note)]
        return [item for item in items if item.metadata["outcome"] in ("edited", "moved", "withdrawn", "restored")]


def validated(body: bytes) -> Handler:
    """Return a handler that gives an entity tag and answers 304 to whom it has it."""
    tag = f'"{hashlib.md5(body).hexdigest()}"'
    headers = (("Content-Type", "text/html; charset=utf-8"), ("ETag", tag))

    def reply(request: Request) -> Answer:
        known = request.headers.get("if-none-match") == tag
        return answer(b"", headers, status=b"304 Not Modified") if known else answer(body, headers)

    return reply


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SamplePortals, dict[str, Handler], Path]]:
    """One portal, crawled once: its routes as they were, the folder with its register, archive and ledger."""
    folder = tmp_path_factory.mktemp("crawled")
    with SamplePortals(kinds="reports") as portals:
        portals.portals = portals.portals[-1:]
        finish_crawl(start_crawl(folder, portals.portals_csv(folder / "portals.csv")), folder)
        (portal,) = portals.portals
        yield portals, dict(portal.routes), folder


@pytest.fixture
def crawled(once: tuple[SamplePortals, dict[str, Handler], Path], tmp_path: Path) -> Round:
    """A copy of what the crawl left, and the portal as it was then."""
    portals, routes, folder = once
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    (portal,) = portals.portals
    portal.routes = dict(routes)
    done = Round(portals, tmp_path, tmp_path / "portals.csv")
    for url in portal.truth.reports:
        path = url.removeprefix(portal.origin)
        if path in portal.routes:
            done.papers[url] = portal.routes[path] = Paper(portal.routes[path])
    return done


def test_an_edit_is_told_from_a_counter(crawled):
    mended, figures = re.subn(r"(?s)(勾稽.*?>)\d+(?=<)", r"\g<1>4711", crawled.body(0).decode(), count=1)
    assert figures == 1
    edited = crawled.now_answers(0, validated(mended.encode()))
    crawled.now_answers(1, validated(crawled.body(1).replace(b"</body>", "<p>浏览次数：4711</p></body>".encode())))
    said = crawled.recheck()
    assert said["changes"] == [[edited, "edited"]]
    assert said["status"] == 0
    (note,) = crawled.notes()
    captures = {item.id: item for item in iter_captures(crawled.folder / "archive") if hasattr(item, "id")}
    assert captures[note.metadata["previous"]].url == edited
    assert crawled.recheck()["changes"] == []


def test_what_has_not_changed_is_a_revisit(crawled):
    for number in range(3):
        crawled.now_answers(number, validated(crawled.body(number)))
    crawled.recheck()
    said = crawled.recheck()
    assert said["outcomes"]["not_modified"] == 3
    profiles = []
    for path in (crawled.folder / "archive").glob("*.warc.gz"):
        with path.open("rb") as file:
            profiles += [
                record.rec_headers["WARC-Profile"]
                for record in ArchiveIterator(file)
                if record.rec_type == "revisit" and record.http_headers.get_statuscode() == "304"
            ]
    assert [profile.rpartition("/")[2] for profile in profiles] == ["server-not-modified"] * 3
    assert verify(crawled.folder / "archive").ok


def test_the_second_miss_in_a_row_is_a_withdrawal_and_it_may_come_back(crawled):
    before = crawled.papers[crawled.url(2)].handler
    gone = crawled.now_answers(2, says(GONE, b"404 Not Found"))
    assert crawled.recheck()["changes"] == []
    said = crawled.recheck()
    assert said["changes"] == [[gone, "withdrawn"]]
    assert any("withdrawn: 2 visits in a row found status 404" in line for line in said["lines"])
    assert crawled.recheck()["changes"] == []  # once is enough
    crawled.now_answers(2, before)
    assert crawled.recheck()["changes"] == [[gone, "restored"]]


def test_nothing_is_withdrawn_where_the_portal_is_not_alive(crawled):
    crawled.now_answers(2, says(GONE, b"404 Not Found"))
    crawled.now_answers(3, resets)
    crawled.recheck()
    portal = crawled.portals.portals[0]
    portal.routes[portal.start] = says(GONE, b"404 Not Found")
    assert crawled.recheck()["changes"] == []


def test_a_redirect_to_the_report_is_a_move_and_is_watched_where_it_is(crawled):
    portal = crawled.portals.portals[0]
    portal.routes["/moved/here.html"] = validated(crawled.body(0))
    old = crawled.now_answers(0, redirects("/moved/here.html", b"301 Moved Permanently"))
    new = portal.origin + "/moved/here.html"
    assert crawled.recheck()["changes"] == [[old, "moved"]]
    (note,) = crawled.notes()
    assert (note.url, note.metadata["moved_to"]) == (old, new)
    before = crawled.papers[old].hits
    portal.routes["/moved/here.html"] = validated(crawled.body(1))
    assert crawled.recheck()["changes"] == [[new, "edited"]]
    assert crawled.papers[old].hits == before


def test_the_same_report_at_another_address_is_a_move(crawled):
    crawled.now_answers(1, validated(crawled.body(0)))  # a second address of the first report
    twin = crawled.url(1)
    crawled.recheck()
    old = crawled.now_answers(0, says(GONE, b"404 Not Found"))
    crawled.recheck()
    assert crawled.recheck()["changes"] == [[old, "moved"]]
    assert crawled.notes()[-1].metadata["moved_to"] == twin


def test_two_processes_recheck_what_one_would(tmp_path):
    with SamplePortals(kinds="reports") as portals:
        portals.portals = list({Shard(1, 2).owns(portal.host): portal for portal in portals.portals}.values())
        register = portals.portals_csv(tmp_path / "portals.csv")
        finish_crawl(start_crawl(tmp_path, register), tmp_path)
        before = len(portals.log)
        whole = start_crawl(tmp_path, register, program=RECHECK, everything=True)
        visited = finish_crawl(whole, tmp_path).said["outcomes"]
        alone = Counter((hit.host, hit.target) for hit in portals.log[before:])
        before = len(portals.log)
        settings = [{"SHARD": f"{number}/2"} for number in (1, 2)]
        parts = [start_crawl(tmp_path, register, program=RECHECK, everything=True, settings=each) for each in settings]
        said = [finish_crawl(part, tmp_path).said for part in parts]
        shared = Counter((hit.host, hit.target) for hit in portals.log[before:])
    assert [part["status"] for part in said] == [0, 0]
    assert all(part["outcomes"] for part in said)
    assert sum((Counter(part["outcomes"]) for part in said), Counter()) == Counter(visited)
    assert shared == alone


def test_what_is_not_due_is_left_alone_and_said_so(crawled):
    before = len(crawled.portals.log)
    said = crawled.recheck(everything=False)
    assert said["lines"] == ["no known report is due; --all visits those that are not, too"]
    assert len(crawled.portals.log) == before


def test_what_is_known_is_made_anew_from_the_archive(crawled):
    crawled.recheck()
    path = crawled.folder / "archive.job" / "reports.sqlite"
    with sqlite3.connect(path) as kept:
        rows = kept.execute("SELECT * FROM reports ORDER BY url").fetchall()
    path.unlink()
    assert crawled.recheck()["changes"] == []
    with sqlite3.connect(path) as kept:
        columns = kept.execute("SELECT url, fingerprint FROM reports ORDER BY url").fetchall()
    assert columns == [(row[0], row[8]) for row in rows]
    assert set(crawled.papers) <= {url for url, _ in columns}


def extracted(crawled):
    """Return the database that the next extraction builds."""
    options = ["--archive", crawled.folder / "archive", "--db", crawled.folder / "nianbao.db", "--quiet"]
    command = [Path(sys.executable).with_name("nianbao"), "extract", *options, "--portals", crawled.register]
    subprocess.run(command, check=True, timeout=120)
    return sqlite3.connect(crawled.folder / "nianbao.db")


def test_the_next_extraction_shows_what_became_of_a_report(crawled):
    crawled.now_answers(0, validated(crawled.body(1)))  # another report at this address
    gone = crawled.now_answers(2, says(GONE, b"404 Not Found"))
    crawled.recheck()
    crawled.recheck()
    with extracted(crawled) as built:
        shown = built.execute("SELECT url, outcome FROM visits WHERE outcome IN ('edited', 'withdrawn')").fetchall()
        (kept,) = built.execute("SELECT count(*) FROM renditions WHERE url = ?", (gone,)).fetchone()
    assert sorted(shown) == sorted([(crawled.url(0), "edited"), (gone, "withdrawn")])
    assert kept == 1  # what was published stays


def test_the_next_extraction_shows_what_was_edited(crawled):
    before = crawled.body(0).decode()
    after = before.replace("条例》编制", "条例》（更正）编制", 1)
    assert after != before
    crawled.now_answers(0, validated(after.encode()))
    crawled.recheck()
    with extracted(crawled) as built:
        revised = built.execute("SELECT DISTINCT part, after LIKE '%（更正）%' FROM revisions").fetchall()
    assert revised == [("section", 1)]
