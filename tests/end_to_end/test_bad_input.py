"""Bad input gets one clear line that names what is at fault, and exit status 1."""

import fcntl
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from click.testing import CliRunner

from cli import commands
from crawler.summary import CrawlSummary
from crawler.tally import Balance
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


def test_a_document_without_an_end():
    refused(nianbao("read", "/dev/zero"), "/dev/zero", "too_large")


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


def test_a_register_that_was_named_is_not_passed_by(spine, tmp_path):
    options = ("--archive", spine.archive, "--db", tmp_path / "n.db")
    refused(nianbao("extract", *options, "--portals", tmp_path / "absent.csv"), "absent.csv")
    spine.keep_readings(tmp_path / "n.db")
    assert nianbao("extract", *options, cwd=tmp_path).returncode == 0


def test_a_register_with_a_bad_cell(tmp_path):
    register = tmp_path / "portals.csv"
    register.write_text(
        "authority,level,division_code,start_url\n江油市,county,51x781,http://127.0.0.1:9/\n", encoding="utf-8"
    )
    refused(nianbao("crawl", "--portals", register, "--archive", tmp_path / "a"), "portals.csv", "2", "division_code")


def test_an_archive_that_is_not_there(spine, tmp_path):
    refused(nianbao("extract", "--archive", tmp_path / "absent", "--db", tmp_path / "n.db"), "absent")
    refused(nianbao("recheck", "--archive", tmp_path / "absent", "--portals", spine.register), "absent")
    assert list(tmp_path.iterdir()) == []
    refused(nianbao("archive", "verify", "--archive", tmp_path / "absent"), "absent")


@pytest.mark.parametrize(
    "command",
    [
        ("archive", "verify"),
        ("archive", "index"),
        ("archive", "upload", "--to", "memory://x"),
        ("extract", "--db", "kept.db"),
        ("recheck",),
    ],
)
def test_a_folder_without_an_archive_is_not_taken_for_an_empty_one(command, spine, tmp_path):
    shutil.copy(spine.db, tmp_path / "kept.db")
    words = [tmp_path / word if word == "kept.db" else word for word in command]
    register = ("--portals", spine.register) if command == ("recheck",) else ()
    refused(nianbao(*words, *register, "--archive", tmp_path), str(tmp_path), "no WARC file")
    assert (tmp_path / "kept.db").read_bytes() == spine.db.read_bytes()


@pytest.mark.parametrize("command", ["crawl", "recheck", "run", "portals"])
def test_what_keeps_its_state_beside_the_archive_takes_no_address(command):
    done = nianbao(command, "--archive", "s3://bucket/archive")
    assert (done.returncode, "a folder of this machine is needed" in done.stderr) == (2, True)


def test_a_run_whose_crawl_was_stopped_releases_nothing(spine, tmp_path, monkeypatch):
    monkeypatch.setattr("crawler.run.crawl", lambda **_: CrawlSummary((), Balance(2, 1, 0), interrupted=True))
    words = ("run", "--portals", spine.register, "--archive", spine.archive, "--db", tmp_path / "n.db")
    done = CliRunner().invoke(commands.nianbao, list(map(str, words)))
    assert done.exit_code == 1
    assert "incomplete: 1 addresses wait" in done.output
    assert done.output.endswith("nothing is released; run again with --resume\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["letter.txt", "other.db"])
def test_what_is_no_database_of_ours_is_not_replaced(name, spine, tmp_path):
    with closing(sqlite3.connect(tmp_path / "other.db")) as db, db:
        db.execute("create table letters(text)")
    (tmp_path / "letter.txt").write_text("Dear reader")
    before = (tmp_path / name).read_bytes()
    refused(nianbao("extract", "--archive", spine.archive, "--db", tmp_path / name), name, "--db")
    assert (tmp_path / name).read_bytes() == before


def test_two_at_once(spine, tmp_path):
    spine.keep_readings(tmp_path / "n.db")
    (tmp_path / "x.wacz.tmp").touch()
    with (tmp_path / "n.db.readings").open("rb") as one, (tmp_path / "x.wacz.tmp").open("rb") as other:
        fcntl.flock(one, fcntl.LOCK_EX)
        fcntl.flock(other, fcntl.LOCK_EX)
        refused(nianbao("extract", "--archive", spine.archive, "--db", tmp_path / "n.db"), "n.db", "another run")
        packaging = nianbao("archive", "wacz", "--archive", spine.archive, "--out", tmp_path / "x.wacz")
        refused(packaging, "x.wacz", "another process")
    assert nianbao("extract", "--archive", spine.archive, "--db", tmp_path / "n.db").returncode == 0


@pytest.mark.parametrize("name", ["ledger.sqlite", "hosts.sqlite"])
def test_a_ledger_that_is_none(name, spine, tmp_path):
    (tmp_path / "a.job").mkdir()
    (tmp_path / "a.job" / name).write_text("Dear reader")
    options = ("--portals", spine.register, "--archive", tmp_path / "a")
    refused(nianbao("crawl", "--resume", *options), name, "cannot be used as a ledger")
    refused(nianbao("portals", *options), "ledger.sqlite")


def test_a_redis_that_is_not_there(spine, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = ("--portals", spine.register, "--archive", tmp_path / "a")
    refused(nianbao("crawl", *options, "--redis", f"redis://127.0.0.1:{port}/0"), str(port), "is Redis running there?")
    refused(nianbao("crawl", *options, "--redis", "nonsense"), "nonsense")


def test_a_terminal_without_chinese(tmp_path):
    bare = os.environ | {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    report = tmp_path / "report.txt"
    report.write_text("某县2023年政府信息公开工作年度报告", encoding="utf-8")
    assert "某县2023年" in nianbao("read", report, env=bare).stdout
    assert "\\u67d0" in nianbao("read", report, env=bare | {"PYTHONIOENCODING": "latin-1"}).stdout


def test_a_document_that_commands_the_terminal(tmp_path):
    (tmp_path / "report.txt").write_text("某县2023年政府信息公开工作年度报告\x1b]0;owned\x07", encoding="utf-8")
    assert "工作年度报告\\x1b]0;owned\\x07\n" in nianbao("read", tmp_path / "report.txt").stdout


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


def test_a_database_with_damaged_pages(spine, tmp_path):
    data = bytearray(spine.db.read_bytes())
    data[4096:] = bytes(reversed(data[4096:]))
    (tmp_path / "n.db").write_bytes(data)
    archive = ("--archive", spine.archive)
    for words in (
        ("export", "--out", tmp_path / "o.csv"),
        ("check",),
        ("diff", *archive),
        ("serve", *archive, "--port", 0),
    ):
        refused(nianbao(*words, "--db", tmp_path / "n.db"), "n.db", "malformed")


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
    program = "import cli, crawler.settings; crawler.settings.RETRY_DELAY = 0.1; cli.main()"  # not 30 seconds
    command = [sys.executable, "-c", program, "crawl", "--portals", register, "--archive", tmp_path / "a"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "connection_failed" in done.stdout + done.stderr
    assert "nothing could be fetched" in done.stdout + done.stderr


def test_a_command_that_is_stopped_while_it_is_loaded_shows_no_traceback(tmp_path):
    (tmp_path / "click.py").write_text("import signal; signal.raise_signal(signal.SIGINT)")
    heeded = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "  # background jobs ignore it
    done = subprocess.run(
        [sys.executable, "-c", heeded + "import cli; cli.main(['portals'])"],
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}."},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (-signal.SIGINT, b"")
