"""What holds of the whole way: figures exact, bytes equal to the wire, builds equal to each other."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from archive import iter_captures, raw_exchange, verify
from archive.reader import Capture
from extract.chrome import is_chrome
from extract.database import content_hash
from tests.end_to_end.conftest import nianbao

DATA = Path(__file__).parent.parent / "data"
SEEDS = sorted((DATA / "seeds").glob("*.txt"))
FIELDS = ("title", "issuer", "report_year", "published", "template", "table2", "table3", "table4", "inconsistent")


def gold_of(seed):
    return json.loads((DATA / "gold" / f"{seed.name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.stem)
def test_a_seed_is_read_as_its_gold_from_the_text_file(seed):
    done = nianbao("read", seed, "--json")
    assert done.returncode == 0, done.stderr
    got = json.loads(done.stdout)
    assert {field: got[field] for field in FIELDS} == {field: gold_of(seed)[field] for field in FIELDS}


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.stem)
def test_a_seed_is_read_as_its_gold_through_the_whole_way(seed, spine):
    urls = [url for url, truth in spine.portals.truth.reports.items() if truth.get("source") == seed.name]
    assert len(urls) == 1
    got, gold = spine.reports[urls[0]], gold_of(seed)
    assert {field: got[field] for field in FIELDS} == {field: gold[field] for field in FIELDS}


def test_every_generated_report_is_read_exactly(spine):
    for url, truth in spine.portals.truth.reports.items():
        got = spine.reports[url]
        assert {field: got[field] for field in FIELDS} == {field: truth[field] for field in FIELDS}, url


def test_no_near_miss_becomes_a_report(spine):
    assert not set(spine.portals.truth.near_misses) & set(spine.reports)


def test_no_line_of_chrome_stands_in_any_section(spine):
    with closing(sqlite3.connect(spine.db)) as db:
        prose = [line for (text,) in db.execute("select text from sections") for line in text.split("\n")]
    assert len(prose) > 1000
    assert [line for line in prose if is_chrome(line)] == []
    for word in ("登录", "无障碍浏览", "适老版", "智能问答", "扫码访问", "点击量", "打印", "字体"):
        assert [line for line in prose if line.strip(" 【】[]:：") == word] == []


def test_every_exchange_is_in_the_archive_as_it_crossed_the_wire(spine):
    kept = sorted(
        raw_exchange(spine.archive, item.warc, item.offset, item.length)
        for item in iter_captures(spine.archive)
        if isinstance(item, Capture)
    )
    assert kept == sorted(hit.received for hit in spine.hits) or kept == sorted(hit.sent for hit in spine.hits)
    assert len(kept) == len(spine.hits)


def test_the_archive_is_whole_by_our_word_and_by_warcio(spine):
    assert verify(spine.archive).ok
    files = sorted(spine.archive.glob("*.warc.gz"))
    done = subprocess.run([Path(sys.executable).with_name("warcio"), "check", *files], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_crawl_says_that_it_is_complete(spine):
    assert (spine.crawl.returncode, spine.crawl.stderr) == (0, "")
    assert "look like reports" in spine.crawl.stdout


@pytest.mark.parametrize("words", [("--all",), ("--workers", "2", "--all"), ()], ids=["all", "two workers", "new only"])
def test_a_second_build_is_the_same(words, spine, tmp_path):
    db = tmp_path / "again.db"
    spine.keep_readings(db)
    for step in (("extract", "--archive", spine.archive, "--portals", spine.register, *words), ("check",)):
        done = nianbao(*step, "--db", db)
        assert done.returncode == 0, done.stderr
    assert content_hash(db) == content_hash(spine.db)


def test_a_re_run_with_the_same_code_changes_nothing(spine):
    before = spine.db.read_bytes()
    options = ("--archive", spine.archive, "--db", spine.db, "--portals", spine.register)
    assert nianbao("diff", *options).stdout == f"{spine.db}: a re-run changes nothing\n"
    assert spine.db.read_bytes() == before
