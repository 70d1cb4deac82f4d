"""Bad input gets one clear line that names what is at fault, and exit status 1."""

import json
import os
import shutil
import socket
import sqlite3
from contextlib import closing

import pytest

from tests.end_to_end.conftest import nianbao


def refused(done, *words):
    assert done.returncode == 1, (done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
    assert len(lines) == 1, done.stderr
    for word in words:
        assert word in lines[0], lines[0]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.txt", b"", ("empty.txt", "empty")),
        ("program", b"\x7fELF\x02\x01\x01" + bytes(100), ("program",)),
        ("noise.bin", bytes(range(256)) * 40, ("noise.bin",)),
        ("cut.pdf", b"%PDF-1.4\n1 0 obj", ("cut.pdf",)),
        ("cut.zip", b"PK\x03\x04\x14\x00", ("cut.zip",)),
    ],
)
def test_a_file_that_is_no_document(name, content, words, tmp_path):
    (tmp_path / name).write_bytes(content)
    refused(nianbao("read", tmp_path / name), *words)


def test_a_document_that_is_not_there(tmp_path):
    refused(nianbao("read", tmp_path / "absent.html"), "absent.html", "No such file")


def test_a_file_that_cannot_be_read_does_not_keep_the_others_from_it(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "report.txt").write_text("某县2023年政府信息公开工作年度报告")
    done = nianbao("read", "--json", tmp_path / "absent.html", tmp_path / "folder", tmp_path / "report.txt")
    assert done.returncode == 1
    assert "absent.html: No such file" in done.stderr
    assert "folder: is a folder" in done.stderr
    assert json.loads(done.stdout)["report_year"] == 2023


def test_a_register_that_is_not_there(tmp_path):
    refused(nianbao("crawl", "--portals", tmp_path / "absent.csv", "--archive", tmp_path / "a"), "absent.csv")


def test_a_register_with_a_bad_cell(tmp_path):
    register = tmp_path / "portals.csv"
    register.write_text(
        "authority,level,division_code,start_url\n江油市,county,51x781,http://127.0.0.1:9/\n", encoding="utf-8"
    )
    refused(nianbao("crawl", "--portals", register, "--archive", tmp_path / "a"), "portals.csv", "2", "division_code")


def test_an_archive_that_is_not_there(tmp_path):
    refused(nianbao("extract", "--archive", tmp_path / "absent", "--db", tmp_path / "n.db"), "absent")
    refused(nianbao("archive", "verify", "--archive", tmp_path / "absent"), "absent")


@pytest.mark.parametrize("command", [("archive", "verify"), ("extract", "--db", "kept.db")])
def test_a_folder_without_an_archive_is_not_taken_for_an_empty_one(command, tmp_path):
    (tmp_path / "kept.db").write_bytes(b"a good database")
    words = [tmp_path / word if word == "kept.db" else word for word in command]
    refused(nianbao(*words, "--archive", tmp_path), str(tmp_path), "no WARC file")
    assert (tmp_path / "kept.db").read_bytes() == b"a good database"


def test_a_database_that_is_not_there(tmp_path):
    refused(nianbao("export", "--db", tmp_path / "absent.db", "--out", tmp_path / "o.jsonl"), "absent.db")
    refused(nianbao("check", "--db", tmp_path / "absent.db"), "absent.db")
    refused(nianbao("serve", "--db", tmp_path / "absent.db"), "absent.db")


def test_a_database_of_another_version(spine, tmp_path):
    shutil.copy(spine.db, tmp_path / "old.db")
    with closing(sqlite3.connect(tmp_path / "old.db")) as db:
        db.execute("pragma user_version = 9999")
    refused(nianbao("serve", "--db", tmp_path / "old.db", "--port", "0"), "old.db", "version")
    refused(nianbao("export", "--db", tmp_path / "old.db", "--out", tmp_path / "o.jsonl"), "old.db", "version")


def test_a_port_in_use(spine):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused(nianbao("serve", "--db", spine.db, "--archive", spine.archive, "--port", port), str(port), "in use")


def test_an_unknown_ending_of_an_export(spine, tmp_path):
    refused(
        nianbao("export", "--db", spine.db, "--out", tmp_path / "reports.doc"), ".jsonl", ".csv", ".xlsx", ".parquet"
    )


def test_a_crawl_beyond_this_machine_needs_a_contact(tmp_path):
    register = tmp_path / "portals.csv"
    register.write_text(
        "authority,level,division_code,start_url\n江油市,county,510781,http://www.jiangyou.gov.cn/\n", encoding="utf-8"
    )
    bare = {name: value for name, value in os.environ.items() if name != "NIANBAO_CONTACT"}
    refused(nianbao("crawl", "--portals", register, "--archive", tmp_path / "a", env=bare), "contact")


def test_a_portal_where_nobody_answers(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    register = tmp_path / "portals.csv"
    register.write_text(
        f"authority,level,division_code,start_url\n江油市,county,510781,http://127.0.0.1:{port}/\n", encoding="utf-8"
    )
    done = nianbao("crawl", "--portals", register, "--archive", tmp_path / "a")
    assert done.returncode == 1
    assert "connection_failed" in done.stdout + done.stderr
    assert "nothing could be fetched" in done.stdout + done.stderr
