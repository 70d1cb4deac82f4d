"""An archive becomes a database: the same one however it is read, and no document stops the run."""

import os
import select
import shutil
import sqlite3
import subprocess
import sys
from io import BytesIO

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive import ArchiveError
from extract import workers
from extract.database import content_hash, open_database
from extract.errors import ExtractError
from extract.readings import Readings, stamp
from extract.run import extract
from tests.extract.archives import Page, metadata, read_stated, report, write_archive

JIANGYOU = "http://www.jiangyou.gov.cn"


@pytest.fixture
def run(tmp_path):
    def run(folder, *, db="n.db", **options):
        options = {"workers": 1, "everything": False, "read": read_stated, **options}
        return extract(archive=folder, db=tmp_path / db, **options)

    return run


@pytest.fixture
def rows(tmp_path):
    def rows(sql, *values, db="n.db"):
        opened = open_database(tmp_path / db)
        found = [tuple(row) for row in opened.execute(sql, values)]
        opened.close()
        return found

    return rows


SEVERAL = (
    [
        Page(f"{JIANGYOU}/1.html", report(year=2024), metadata=metadata(via=f"{JIANGYOU}/list.html")),
        Page(f"{JIANGYOU}/2.html", report(year=2025), metadata=metadata(), minutes=1),
        Page(f"{JIANGYOU}/list.html", metadata=metadata(role="column"), magic="<title>首页</title>"),
        Page(f"{JIANGYOU}/news.html", {"genre": "rejected"}, metadata=metadata()),
        Page(f"{JIANGYOU}/gone.html", status="404 Not Found", metadata=metadata(outcome="not_found")),
    ],
    [
        Page(
            f"{JIANGYOU}/2.pdf",
            report(year=2025),
            mime="application/pdf",
            magic="%PDF-1.4",
            metadata=metadata(role="attachment", via=f"{JIANGYOU}/2.html"),
        ),
        Page(f"{JIANGYOU}/jyj.html", report("江油市教育局", 2025), metadata=metadata()),
        Page(f"{JIANGYOU}/broken.doc", {"fault": "encrypted"}, magic="\n", metadata=metadata(role="attachment")),
    ],
)


def test_an_archive_becomes_rows(tmp_path, run, rows):
    notes = [(f"{JIANGYOU}/x", {"outcome": "robots_denied", "portal": "江油市人民政府", "division": "510781"})]
    done = run(write_archive(tmp_path / "a", *SEVERAL, notes=notes))
    assert (done.captures, done.read, done.kept, done.reports, done.renditions) == (8, 6, 0, 3, 4)
    assert done.authorities == 2
    assert (done.refusals, done.unreadable, done.damaged) == ({"rejected": 1, "unreadable": 1}, {"encrypted": 1}, ())
    assert rows("select id, authority_id, report_year, url, province, county, received, status from reports") == [
        ("510781-2024", "510781", 2024, f"{JIANGYOU}/1.html", "四川省", "江油市", 5, "verified"),
        ("510781-2025", "510781", 2025, f"{JIANGYOU}/2.html", "四川省", "江油市", 5, "verified"),
        ("510781-教育局-2025", "510781-教育局", 2025, f"{JIANGYOU}/jyj.html", "四川省", "江油市", 5, "verified"),
    ]
    assert rows("select report_id, url, media_type from renditions where report_id = '510781-2025'") == [
        ("510781-2025", f"{JIANGYOU}/2.html", "text/html"),
        ("510781-2025", f"{JIANGYOU}/2.pdf", "application/pdf"),
    ]
    assert rows("select url, genre, rule, detail from refusals") == [
        (f"{JIANGYOU}/broken.doc", "unreadable", "encrypted", "a detail"),
        (f"{JIANGYOU}/news.html", "rejected", "stated", None),
    ]
    assert rows("select outcome, count(*), count(capture_id), portal from visits group by outcome") == [
        ("not_found", 1, 1, "510781"),
        ("ok", 7, 7, "510781"),
        ("robots_denied", 1, 0, "510781"),
    ]
    assert rows("select id, parent_id from authorities order by id") == [
        ("510000", None),
        ("510700", "510000"),
        ("510781", "510700"),
        ("510781-教育局", "510781"),
    ]
    assert rows("select captures, reports, refusals from extractions") == [(8, 3, 2)]
    assert rows("select fetched_at, warc from captures where url like '%/2.html'")[0][0] == "2026-01-20T08:01:00Z"
    assert rows("pragma foreign_key_check") == []


def test_the_database_is_the_same_however_it_is_read(tmp_path, run):
    folder = write_archive(tmp_path / "a", *SEVERAL)
    run(folder, db="one.db")
    run(folder, db="two.db", workers=2)
    shuffled = tmp_path / "b"
    shuffled.mkdir()
    for path in sorted(folder.iterdir(), reverse=True):
        shutil.copy(path, shuffled)
    run(shuffled, db="shuffled.db")
    expected = content_hash(tmp_path / "one.db")
    assert [content_hash(tmp_path / name) for name in ("two.db", "shuffled.db")] == [expected] * 2


def test_only_what_is_new_is_read_and_the_database_is_that_of_all(tmp_path, run):
    folder = write_archive(tmp_path / "a", SEVERAL[0])
    assert run(folder).read == 3
    shutil.rmtree(folder)
    write_archive(folder, *SEVERAL)
    again = run(folder)
    assert (again.read, again.kept) == (3, 3)
    assert run(folder, db="all.db", everything=True).read == 6
    assert content_hash(tmp_path / "n.db") == content_hash(tmp_path / "all.db")
    assert run(folder).read == 0
    assert run(folder, everything=True).read == 6


@pytest.mark.parametrize("spoil", [b"no database at all", b""])
def test_spoilt_readings_are_begun_anew(tmp_path, run, spoil):
    folder = write_archive(tmp_path / "a", SEVERAL[0])
    run(folder)
    (tmp_path / "n.db.readings").write_bytes(spoil)
    assert run(folder).read == 3


def test_readings_of_other_code_are_not_used(tmp_path, run):
    folder = write_archive(tmp_path / "a", SEVERAL[0])
    run(folder)
    with sqlite3.connect(tmp_path / "n.db.readings") as kept:
        kept.execute("update stamp set stamp = 'other'")
    kept.close()
    assert run(folder).read == 3


def test_readings_hold_for_a_release_of_python_however_it_was_built(monkeypatch):
    here = stamp.__wrapped__()
    monkeypatch.setattr(sys, "version", f"{sys.version.split()[0]} (another build) [another compiler]")
    assert stamp.__wrapped__() == here


def test_a_missing_converter_is_asked_for_again(tmp_path, run):
    folder = write_archive(
        tmp_path / "a", [Page(f"{JIANGYOU}/a.wps", {"fault": "converter_missing"}, metadata=metadata())]
    )
    run(folder)
    assert (run(folder).read, run(folder).unreadable) == (1, {"converter_missing": 1})


@pytest.mark.parametrize("workers", [1, 2])
def test_a_document_that_kills_hangs_or_trips_its_reader_costs_itself_only(tmp_path, run, rows, workers):
    faults = [Page(f"{JIANGYOU}/{fault}", {"fault": fault}, metadata=metadata()) for fault in ("abort", "hang", "bug")]
    folder = write_archive(tmp_path / "a", [*faults, SEVERAL[0][0]], [SEVERAL[0][1]])
    done = run(folder, workers=workers, seconds=2.0)
    assert done.reports == 2
    assert done.unreadable == {"crashed": 2, "timeout": 1}
    refused = rows("select url, genre, rule from refusals order by url")
    assert refused == [
        (f"{JIANGYOU}/abort", "unreadable", "crashed"),
        (f"{JIANGYOU}/bug", "unreadable", "crashed"),
        (f"{JIANGYOU}/hang", "unreadable", "timeout"),
    ]


def test_a_worker_that_dies_is_replaced(tmp_path, run):
    deadly = report(year=2020, fault="kills the worker", marker=str(tmp_path / "marker"))
    paper = Page(f"{JIANGYOU}/x", deadly, magic="%PDF-1.4", metadata=metadata())  # read in a child of the worker
    folder = write_archive(tmp_path / "a", *SEVERAL, [paper])
    assert run(folder, workers=2).reports == 4
    assert (tmp_path / "marker").exists()


KILLED = """
import os, sys
from pathlib import Path
from extract.run import extract
from tests.extract.archives import read_stated
folder, pipe = Path(sys.argv[1]), int(sys.argv[2])
tell = lambda progress: os.write(pipe, b".")
extract(archive=folder, db=folder.with_suffix(".db"), workers=2, read=read_stated, seconds=1.0, progress=tell)
"""


def test_workers_end_with_a_run_that_is_killed(tmp_path):
    hanging = [[Page(f"{JIANGYOU}/{name}", {"fault": "hang"}, metadata=metadata())] for name in "xyz"]
    folder = write_archive(tmp_path / "a", [SEVERAL[0][0]], *hanging)
    ours, theirs = os.pipe()  # all processes of the run hold the other end
    run = subprocess.Popen([sys.executable, "-c", KILLED, str(folder), str(theirs)], pass_fds=[theirs])
    os.close(theirs)
    assert os.read(ours, 1) + os.read(ours, 1) == b".."  # a span is read: both workers are at work
    run.kill()
    run.wait()
    Readings(folder.with_suffix(".db.readings")).close()  # the next run need not wait for what they have in hand
    left = b"."
    while left and select.select([ours], [], [], 60)[0]:
        left = os.read(ours, 1)
    os.close(ours)
    assert left == b""


@pytest.mark.parametrize(
    "page",
    [
        Page(f"{JIANGYOU}/robots.txt", {"fault": "abort"}, metadata=metadata(role="robots")),
        Page(f"{JIANGYOU}/a.css", {"fault": "abort"}, mime="text/css", metadata=metadata()),
        Page(f"{JIANGYOU}/a.js", {"fault": "abort"}, mime="application/x-javascript", metadata=metadata()),
        Page(f"{JIANGYOU}/a", {"fault": "abort"}, metadata=metadata(outcome="challenge_ruishu")),
        Page(f"{JIANGYOU}/a", {"fault": "abort"}, status="200 OK", metadata=metadata(outcome="soft_404")),
        Page(f"{JIANGYOU}/a", {"fault": "abort"}, status="404 Not Found"),
        Page(f"{JIANGYOU}/a.png", {"fault": "abort"}, magic="GIF89a", metadata={}),
        Page(f"{JIANGYOU}/a", magic="", metadata=metadata()),
    ],
)
def test_what_cannot_be_a_report_is_never_read(tmp_path, run, page):
    done = run(write_archive(tmp_path / "a", [page]))
    assert (done.captures, done.read, done.refusals) == (1, 0, {})


def test_of_one_address_the_newest_report_counts(tmp_path, run, rows):
    pages = [
        Page(f"{JIANGYOU}/1", report(received=1), metadata=metadata()),
        Page(f"{JIANGYOU}/1", report(received=2), metadata=metadata(), minutes=10),
        Page(f"{JIANGYOU}/1", {"genre": "rejected"}, metadata=metadata(), minutes=20),
    ]
    run(write_archive(tmp_path / "a", pages))
    assert rows("select received, first_seen from reports") == [(2, "2026-01-20T08:00:00Z")]
    assert rows("select count(*) from refusals") == [(1,)]
    assert rows("select c.fetched_at from renditions join captures c on c.id = capture_id") == [
        ("2026-01-20T08:10:00Z",)
    ]


def test_the_best_rendition_stands_for_the_report_and_the_others_figures_are_warned_of(tmp_path, run, rows):
    pages = [
        Page(f"{JIANGYOU}/a.html", report(received=7, status={"table3": "unverified"}), metadata=metadata()),
        Page(f"{JIANGYOU}/b.html", report(received=5), metadata=metadata()),
        Page(f"{JIANGYOU}/c.pdf", report(received=5), magic="%PDF-1", metadata=metadata()),
    ]
    run(write_archive(tmp_path / "a", pages))
    assert rows("select url, received from reports") == [(f"{JIANGYOU}/b.html", 5)]
    assert len(rows("select * from renditions")) == 3
    ((warning,),) = rows("select text from warnings")
    assert warning == f"table3 received natural_person: 7, here 5; so says the rendition {JIANGYOU}/a.html (and 1 more)"


def test_an_attachment_belongs_to_its_page_and_takes_from_it_what_it_does_not_say(tmp_path, run, rows):
    pages = [
        Page(f"{JIANGYOU}/p.html", {"genre": "candidate", "issuer": "江油市教育局", "year": 2023}, metadata=metadata()),
        Page(
            f"{JIANGYOU}/p.pdf",
            report(None, None),
            magic="%PDF-1",
            metadata=metadata(role="attachment", via=f"{JIANGYOU}/p.html"),
        ),
        Page(f"{JIANGYOU}/q.html", report(year=2022), metadata=metadata()),
        Page(
            f"{JIANGYOU}/q.pdf",
            report(None, 2022),
            magic="%PDF-1",
            metadata=metadata(role="attachment", via=f"{JIANGYOU}/q.html"),
        ),
        Page(
            f"{JIANGYOU}/r.pdf",
            report("江油市民政局", 2022),
            magic="%PDF-1",
            metadata=metadata(role="attachment", via=f"{JIANGYOU}/q.html"),
        ),
    ]
    run(write_archive(tmp_path / "a", pages))
    assert rows("select report_id, url from renditions order by 1, 2") == [
        ("510781-2022", f"{JIANGYOU}/q.html"),
        ("510781-2022", f"{JIANGYOU}/q.pdf"),
        ("510781-教育局-2023", f"{JIANGYOU}/p.pdf"),
        ("510781-民政局-2022", f"{JIANGYOU}/r.pdf"),
    ]
    said = "stated on the page that leads here, not in the document"
    assert rows("select text from warnings") == [(f"issuer: {said}",), (f"report_year: {said}",)]


def test_two_papers_of_one_authority_and_year_that_differ_are_two_reports(tmp_path, run, rows):
    pages = [
        Page(f"{JIANGYOU}/1", report(received=9, prose="一。二。三。"), metadata=metadata()),
        Page(f"{JIANGYOU}/2", report("江油市人民政府办公室", received=1, prose="四。五。六。"), metadata=metadata()),
        Page(f"{JIANGYOU}/3", report("江油市人民政府", received=9, prose="一。二。三。"), metadata=metadata()),
    ]
    run(write_archive(tmp_path / "a", pages))
    assert rows("select id, url from reports") == [("510781-2025", f"{JIANGYOU}/1"), ("510781-2025-2", f"{JIANGYOU}/2")]
    assert rows("select report_id, url from renditions order by url") == [
        ("510781-2025", f"{JIANGYOU}/1"),
        ("510781-2025-2", f"{JIANGYOU}/2"),
        ("510781-2025", f"{JIANGYOU}/3"),
    ]


def test_an_ambiguous_issuer_is_kept_with_a_warning_and_no_place(tmp_path, run, rows):
    done = run(write_archive(tmp_path / "a", [Page("http://a.gov.cn/1", report("城关镇人民政府"), metadata={})]))
    assert done.ambiguous == 1
    assert rows("select id, province from reports") == [("a.gov.cn-城关镇-2025", None)]
    assert rows("select division_code, level from authorities") == [(None, "township")]
    assert "ambiguous" in rows("select text from warnings")[0][0]


def test_the_site_code_and_the_register_place_what_the_crawl_did_not(tmp_path, run, rows):
    portals = tmp_path / "portals.csv"
    portals.write_text(
        "authority,level,division_code,start_url\n丰林县人民政府,county,230724,http://www.ycfl.gov.cn/\n国务院新闻办公室,ministry,,http://www.scio.gov.cn/\n",
        "utf-8",
    )
    pages = [
        Page("http://a.gov.cn/1", report("鼓楼区人民政府", site_codes=["3201060001"]), metadata={}),
        Page("http://www.ycfl.gov.cn/1", report("新青镇"), metadata={}),
        Page(
            "http://www.scio.gov.cn/1",
            report("国务院新闻办公室"),
            metadata=metadata(portal="国务院新闻办公室", division=""),
        ),
    ]
    run(write_archive(tmp_path / "a", pages), portals=portals)
    assert rows("select id from reports") == [
        ("230724100-2025",),
        ("320106-2025",),
        ("ministry-国务院新闻办公室-2025",),
    ]
    assert rows("select id, start_url from authorities where start_url is not null") == [
        ("230724", "http://www.ycfl.gov.cn/"),
        ("ministry-国务院新闻办公室", "http://www.scio.gov.cn/"),
    ]


def test_an_address_that_is_none_stops_no_run(tmp_path, run, rows):
    """As archives of others hold them."""
    pages = [Page(url, report(year=2025), metadata=metadata()) for url in ("http://[x/1", "http://x:y/2", "http://]/3")]
    run(write_archive(tmp_path / "a", pages))
    assert len(rows("select * from renditions")) == 3


def test_an_undated_report_is_kept(tmp_path, run, rows):
    run(write_archive(tmp_path / "a", [Page(f"{JIANGYOU}/1", report(year=None), metadata=metadata())]))
    assert rows("select id, report_year from reports") == [("510781-undated", None)]


def test_a_capture_that_lies_in_two_files_counts_once(tmp_path, run):
    folder = write_archive(tmp_path / "a", SEVERAL[0])
    (file,) = folder.glob("*.warc.gz")
    shutil.copy(file, folder / "copy.warc.gz")
    run(folder, db="twice.db")
    (folder / "copy.warc.gz").rename(folder / "zcopy.warc.gz")
    run(folder, db="again.db")
    assert content_hash(tmp_path / "twice.db") != ""
    opened = open_database(tmp_path / "twice.db")
    assert opened.execute("select count(*) from captures").fetchone() == (5,)
    assert opened.execute("select count(*) from visits").fetchone() == (5,)
    opened.close()


def test_a_damaged_archive_is_named_and_the_rest_is_read(tmp_path, run):
    folder = write_archive(tmp_path / "a", *SEVERAL)
    (folder / "bad.warc.gz").write_bytes(b"\x1f\x8b\x08\0garbage")
    done = run(folder)
    assert done.reports == 3
    assert any("bad.warc.gz" in line for line in done.damaged)


def test_what_changed_between_captures_of_an_address_is_told(tmp_path, run, rows):
    url = f"{JIANGYOU}/1.html"
    states = [{"received": 5, "prose": "全年5件。"}, {"received": 6, "prose": "全年6件。"}]
    stated = [states[0], states[0] | {"warnings": ["noise"]}, states[1], {"year": 2026, "received": 9}, states[1]]
    pages = [Page(url, report(**state), metadata=metadata(), minutes=at) for at, state in enumerate(stated)]
    run(write_archive(tmp_path / "a", pages))
    found = rows(
        'select report_id, part, row, "column", before, after, a.fetched_at, b.fetched_at from revisions '
        "join captures a on a.id = from_capture_id join captures b on b.id = to_capture_id order by revisions.id"
    )
    between = ("2026-01-20T08:01:00Z", "2026-01-20T08:02:00Z")
    assert found == [
        ("510781-2025", "table3", "received", "natural_person", "5", "6", *between),
        ("510781-2025", "table3", "received", "total", "5", "6", *between),
        ("510781-2025", "section", "一、总体情况", None, "全年5件。", "全年6件。", *between),
    ]


def test_archives_in_folders_of_an_archive_are_named(tmp_path, run):
    folder = write_archive(tmp_path / "a", SEVERAL[0])
    assert run(folder).damaged == ()
    write_archive(folder / "job" / "warcs", SEVERAL[0])
    (folder / "x.wacz").touch()
    assert [line for line in run(folder).damaged if "not read are job/warcs, x.wacz" in line]
    with pytest.raises(ExtractError, match="what else holds captures: a; name"):
        run(tmp_path)


@pytest.mark.parametrize(("sent", "reports"), [("0-99/100", 1), ("0-99/200", 0), ("100-199/200", 0), ("0-99/*", 0)])
def test_a_part_that_is_the_whole_is_read(tmp_path, run, sent, reports):
    page = Page("http://a.test/1.pdf", report(), status=f"206 Partial Content\r\nContent-Range: bytes {sent}")
    assert run(write_archive(tmp_path / "a", [page])).reports == reports


def test_of_a_record_that_holds_a_beginning_only_the_reading_tells(tmp_path, run, rows):
    out = BytesIO()
    head = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
    writer = WARCWriter(out)
    for year, cut in ((2014, {}), (2015, {"WARC-Truncated": "length"})):
        title = f"江油市{year}年政府信息公开工作年度报告"
        headings = (
            "一、概述",
            "二、主动公开政府信息情况",
            "三、依申请公开情况",
            "四、复议、诉讼情况",
            "五、存在的主要问题",
        )
        prose = "主动公开各类政府信息，及时回应社会关切，群众满意度不断提高。" * 5
        sections = "".join(f"<p>{heading}</p><p>{prose}</p>" for heading in headings)
        page = f"<title>{title}</title><h1>{title}</h1>{sections}<p>六、"
        payload, url = BytesIO(page.encode()), f"{JIANGYOU}/{year}.html"
        record = writer.create_warc_record(url, "response", payload=payload, http_headers=head, warc_headers_dict=cut)
        writer.write_record(record)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.warc.gz").write_bytes(out.getvalue())
    assert run(tmp_path / "a", read=None).reports == 2
    told = rows("select url, text from warnings join reports on id = report_id where text like '%WARC-Truncated%'")
    assert [(url, text.split(":")[0]) for url, text in told] == [(f"{JIANGYOU}/2015.html", "sections")]


def test_an_archive_of_which_nothing_can_be_read_replaces_no_database(tmp_path, run):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "bad.warc.gz").write_bytes(b"\x1f\x8b\x08\0garbage")
    with pytest.raises(ExtractError, match=r"nothing of it can be read: .*bad\.warc\.gz"):
        run(tmp_path / "a")
    assert not (tmp_path / "n.db").exists()


def test_a_missing_archive_and_an_unusable_target_are_one_line(tmp_path, run):
    with pytest.raises(ArchiveError):
        run(tmp_path / "none")
    (tmp_path / "one.warc").touch()
    with pytest.raises(ArchiveError, match="is a file; name the folder"):
        run(tmp_path / "one.warc")
    folder = write_archive(tmp_path / "a", SEVERAL[0])
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(ExtractError, match=r"folder\.db: is a folder"):
        run(folder, db="folder.db")
    assert not (tmp_path / "folder.db.readings").exists()
    os.mkfifo(tmp_path / "device")
    with pytest.raises(ExtractError, match="device: is a folder or a device"):
        run(folder, db="device")
    (tmp_path / "file").write_text("")
    with pytest.raises(ExtractError, match="cannot be written"):
        run(folder, db="file/n.db")


def test_progress_reaches_the_end(tmp_path, run):
    told = []
    run(write_archive(tmp_path / "a", *SEVERAL), progress=told.append)
    for stage in ("reading", "writing"):
        steps = [step for step in told if step.stage == stage]
        assert steps[-1].done == steps[-1].total > 0
        assert [step.done for step in steps] == sorted(step.done for step in steps)


def test_a_file_is_read_in_parts_and_gives_what_it_gives_in_one(tmp_path, run, monkeypatch):
    folder = write_archive(tmp_path / "a", [page for pages in SEVERAL for page in pages])
    run(folder, db="whole.db")
    monkeypatch.setattr(workers, "_LARGEST_PART", 2)
    told = []
    run(folder, db="parts.db", progress=told.append)
    done = [step.done for step in told if step.stage == "reading"]
    assert len(done) > 3
    assert done == sorted(set(done))
    assert content_hash(tmp_path / "whole.db") == content_hash(tmp_path / "parts.db")


def test_no_path_of_the_machine_is_in_the_database(tmp_path, run):
    folder = write_archive(tmp_path / "a", *SEVERAL)
    (folder / "bad.warc.gz").write_bytes(b"\x1f\x8b\x08\0garbage")
    run(folder)
    assert str(tmp_path).encode() not in (tmp_path / "n.db").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "n.db", "n.db.readings"]


def pictures_of(page, *stated):
    """Pictures on a page, and what is read on each."""
    return [
        Page(
            f"{JIANGYOU}/{number}.gif",
            report(None, None, **{"title": None, "prose": None, **one}),
            mime="image/gif",
            magic="GIF89a",
            metadata=metadata(role="attachment", via=page),
        )
        for number, one in enumerate(stated)
    ]


ABSENT = {"table2": "absent", "table3": "absent", "table4": "absent"}
APPLICATIONS = {"received": 5, "status": {**ABSENT, "table3": "verified"}}
PROCEEDINGS = {
    "received": None,
    "reviews": 2,
    "status": {**ABSENT, "table4": "unverified"},
    "warnings": ["table4: torn"],
}


def test_a_report_whose_tables_are_pictures_has_them_from_there(tmp_path, run, rows):
    page = Page(f"{JIANGYOU}/1.html", report(received=None, status=ABSENT, published="2026-01-20"), metadata=metadata())
    run(write_archive(tmp_path / "a", [page, *pictures_of(page.url, APPLICATIONS, PROCEEDINGS)]))
    assert rows("select id, url, title, published, received, reviews, status from reports") == [
        ("510781-2025", page.url, "江油市2025年政府信息公开工作年度报告", "2026-01-20", 5, 2, "unverified")
    ]
    assert rows("select url, carries from renditions") == [
        (f"{JIANGYOU}/0.gif", "table3"),
        (f"{JIANGYOU}/1.gif", "table4"),
        (f"{JIANGYOU}/1.html", None),
    ]
    assert [text for (text,) in rows("select text from warnings order by position")] == [
        f"table3 is not on the page; it is read from {JIANGYOU}/0.gif",
        "table4: torn",
        f"table4 is not on the page; it is read from {JIANGYOU}/1.gif",
    ]
    assert rows("select text from sections") == [("全年公开信息。",)]


def test_a_report_all_in_pictures_has_its_title_from_the_page_that_shows_them(tmp_path, run, rows):
    page = Page(f"{JIANGYOU}/1.html", {**report(published="2026-01-20"), "genre": "candidate"}, metadata=metadata())
    run(write_archive(tmp_path / "a", [page, *pictures_of(page.url, APPLICATIONS, PROCEEDINGS)]))
    assert rows("select title, published, received, reviews from reports") == [
        ("江油市2025年政府信息公开工作年度报告", "2026-01-20", 5, 2)
    ]


def test_a_report_all_in_sheets_on_a_page_that_only_names_it_is_put_together(tmp_path, run, rows):
    page = Page(f"{JIANGYOU}/1.html", {**report(), "genre": "candidate"}, metadata=metadata())
    sheets = [
        Page(
            f"{JIANGYOU}/{number}.xls",
            report(None, None, **{"title": None, "prose": None, **stated}),
            mime="application/vnd.ms-excel",
            metadata=metadata(role="attachment", via=page.url),
        )
        for number, stated in enumerate((APPLICATIONS, PROCEEDINGS))
    ]
    run(write_archive(tmp_path / "a", [page, *sheets]))
    assert rows("select id, title, received, reviews from reports") == [
        ("510781-2025", "江油市2025年政府信息公开工作年度报告", 5, 2)
    ]
    assert rows("select url, carries from renditions") == [(f"{JIANGYOU}/0.xls", None), (f"{JIANGYOU}/1.xls", "table4")]


def test_a_post_with_the_reports_of_several_is_not_one_report(tmp_path, run, rows):
    page = Page(f"{JIANGYOU}/1.html", {**report(), "genre": "candidate"}, metadata=metadata())
    files = [
        Page(
            f"{JIANGYOU}/{received}.pdf",
            report(None, None, received=received, title=None),
            mime="application/pdf",
            magic="%PDF-1.4",
            metadata=metadata(role="attachment", via=page.url),
        )
        for received in (5, 6)
    ]
    run(write_archive(tmp_path / "a", [page, *files]))
    assert rows("select id, received from reports") == [("510781-2025", 5), ("510781-2025-2", 6)]


def test_papers_that_do_not_hang_together_share_no_tables(tmp_path, run, rows):
    pages = [
        Page(f"{JIANGYOU}/1.html", report(received=None, status=ABSENT), metadata=metadata()),
        Page(f"{JIANGYOU}/2.html", report(status=ABSENT), metadata=metadata(), minutes=1),
    ]
    run(write_archive(tmp_path / "a", pages))
    assert rows("select count(*), count(carries) from renditions") == [(2, 0)]
