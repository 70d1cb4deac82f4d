"""Archives elsewhere: read by ranges, sent whole or not at all. S3 is moto's server on loopback."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
from click.testing import CliRunner
from moto.server import ThreadedMotoServer

from archive import (
    ArchiveNotFound,
    ArchiveWriteFailed,
    ArchiveWriter,
    Capture,
    DamagedArchive,
    Unread,
    find,
    iter_captures,
    raw_exchange,
    read_capture,
    read_span,
    spans,
    verify,
)
from archive.indexing import lines_of
from archive.remote import RemoteFailed, bring_up_to_date, stand_in, upload
from archive.scanning import mapped
from cli.commands import nianbao
from tests.archive.exchanges import ODD_ANSWERS, answer, exchange, write

BLOCK = 256 << 10


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of an S3 on this machine."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """An address in an empty bucket; the cache is the test's own."""
    environment = {
        "AWS_ENDPOINT_URL": server,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "NIANBAO_CACHE": str(tmp_path / "cache"),
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    bucket = f"b{os.getpid()}-{abs(hash(tmp_path)) % 10**9}"
    fsspec.filesystem("s3").mkdir(bucket)
    return f"s3://{bucket}/archive"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An archive of two files, the first of some blocks."""
    folder = tmp_path / "archive"
    with ArchiveWriter(folder, max_bytes=9 * BLOCK) as writer:
        for number in range(40):
            writer.write(exchange(answer(os.urandom(60_000)), url=f"http://x.gov.cn/{number}", outcome="ok"))
    assert len(list(folder.glob("*.warc.gz"))) == 2
    return folder


def names(address: str) -> list[str]:
    system, path = fsspec.url_to_fs(address)
    return sorted(os.path.basename(each) for each in system.ls(path, detail=False))


def blocks_here(folder: Path) -> int:
    return sum(path.read_bytes().count(b"\1") for path in folder.glob("*.blocks"))


def test_an_archive_is_sent_and_reads_the_same(folder, s3):
    sent = upload(folder, s3)
    assert (sent.sent, sent.there, sent.left_out) == (2, 0, ())
    assert names(s3) == sorted(path.name for path in folder.iterdir())
    there = stand_in(s3)
    assert list(iter_captures(there)) == list(iter_captures(folder))
    assert verify(there).ok
    for path in folder.iterdir():
        assert (there / path.name).read_bytes() == path.read_bytes()


def test_one_capture_costs_a_block_or_two(folder, s3):
    upload(folder, s3)
    there = stand_in(s3)
    assert blocks_here(there) == 0
    (line,) = find(there, url="http://x.gov.cn/17")
    place = (line.filename, line.offset, line.length)
    assert blocks_here(there) == 0
    assert read_capture(there, *place) == read_capture(folder, *place)
    assert raw_exchange(there, *place) == raw_exchange(folder, *place)
    assert 1 <= blocks_here(there) <= 3


def test_what_was_fetched_is_not_fetched_again(folder, s3):
    upload(folder, s3)
    there = stand_in(s3)
    before = list(iter_captures(there))
    fsspec.url_to_fs(s3)[0].rm(s3, recursive=True)
    assert list(iter_captures(there)) == before


def test_verifying_fetches_as_it_goes_and_says_how_far_it_is(tmp_path, s3):
    folder = tmp_path / "long"
    with ArchiveWriter(folder) as writer:
        for number in range(12):
            writer.write(exchange(answer(os.urandom(1 << 20)), url=f"http://x.gov.cn/{number}", outcome="ok"))
    upload(folder, s3)
    there = stand_in(s3)
    told: list[tuple[int, int]] = []
    assert verify(there, progress=lambda done, _: told.append((done, blocks_here(there) * BLOCK))).ok
    checked, fetched = map(list, zip(*told, strict=True))
    assert len(told) > 10
    assert checked == sorted(checked)
    assert fetched[0] < fetched[-1] / 2  # what was first checked was not the whole file
    assert all(size >= done for done, size in told)


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_span_is_read_in_another_process_and_on_another_machine(folder, s3, elsewhere):
    upload(folder, s3)
    there = stand_in(s3)
    span = list(spans(there, size=BLOCK))[3]
    if elsewhere:
        shutil.rmtree(there)
    program = (
        "import sys, pathlib; from archive import Span, read_span\n"
        "span = Span(pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))\n"
        "print(*[item.url for item in read_span(span)])"
    )
    command = [sys.executable, "-c", program, str(span.path), str(span.start), str(span.end)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    (own,) = [
        each for each in spans(folder, size=BLOCK) if (each.path.name, each.start) == (span.path.name, span.start)
    ]
    assert done.stdout.split() == [item.url for item in read_span(own)]


class _Cut(Exception):
    pass


def test_an_upload_that_was_interrupted_goes_on_and_leaves_nothing_half(folder, s3):
    def stop(*_: int) -> None:
        raise _Cut

    with pytest.raises(_Cut):
        upload(folder, s3, progress=stop)
    first = names(s3)
    assert len(first) == 3  # WARC, index, digest of the first file
    sent = upload(folder, s3)
    assert (sent.sent, sent.there) == (1, 1)
    assert upload(folder, s3).sent == 0


def test_a_place_where_no_folder_can_be_made_is_said_to_be_one(folder):
    with pytest.raises(RemoteFailed, match="no folder can be made there"):
        upload(folder, "file:///proc/elsewhere")


def test_a_folder_on_a_full_disk_has_nothing_half(folder, tmp_path, monkeypatch):
    def sync(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("archive.files.os.fsync", sync)
    with pytest.raises(ArchiveWriteFailed, match="No space left on device"):
        upload(folder, f"file://{tmp_path}/elsewhere")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_large_file_goes_on_with_the_part_at_which_it_stopped(tmp_path, s3, monkeypatch):
    with ArchiveWriter(tmp_path / "large") as writer:
        for number in range(5):
            writer.write(exchange(answer(os.urandom(4 << 20)), url=f"http://x.gov.cn/{number}"))
    system = fsspec.get_filesystem_class("s3")
    send, parts = system.call_s3, []

    def call(self: Any, method: str, *words: Any, **options: Any) -> Any:
        if method == "upload_part" and options["Key"].endswith(".warc.gz"):
            parts.append(options["PartNumber"])
            if len(parts) == 2:
                raise ConnectionError("the line is down")
        return send(self, method, *words, **options)

    monkeypatch.setattr(system, "call_s3", call)
    with pytest.raises(RemoteFailed, match="the line is down"):
        upload(tmp_path / "large", s3)
    assert names_or_none(s3) == []
    assert upload(tmp_path / "large", s3).sent == 1
    assert parts == [1, 2, 2, 3]
    assert verify(stand_in(s3)).ok


def test_a_large_file_that_is_not_as_it_was_sealed_is_not_sent(tmp_path, s3):
    with ArchiveWriter(tmp_path / "large") as writer:
        for number in range(3):
            writer.write(exchange(answer(os.urandom(4 << 20)), url=f"http://x.gov.cn/{number}"))
    (path,) = (tmp_path / "large").glob("*.warc.gz")
    content = bytearray(path.read_bytes())
    content[-1000] ^= 1
    path.write_bytes(content)
    with pytest.raises(DamagedArchive, match="it is not sent"):
        upload(tmp_path / "large", s3)
    assert names_or_none(s3) == []


def test_a_warc_without_its_digest_is_sent_again(folder, s3):
    upload(folder, s3)
    system, path = fsspec.url_to_fs(s3)
    digest = sorted(folder.glob("*.sha256"))[0].name
    system.rm(f"{path}/{digest}")
    assert upload(folder, s3).sent == 1
    system.pipe_file(f"{path}/{digest}", b"0" * 64)
    assert upload(folder, s3).sent == 1
    assert verify(stand_in(s3)).ok


def test_a_file_that_is_not_as_it_was_sealed_is_not_sent(folder, s3):
    path = sorted(folder.glob("*.warc.gz"))[0]
    content = bytearray(path.read_bytes())
    content[1000] ^= 1
    path.write_bytes(content)
    with pytest.raises(DamagedArchive, match="it is not sent"):
        upload(folder, s3)
    assert names_or_none(s3) == []


def names_or_none(address: str) -> list[str]:
    try:
        return names(address)
    except FileNotFoundError:
        return []


def test_files_still_open_are_not_sent(folder, s3):
    path = sorted(folder.glob("*.warc.gz"))[1]
    path.rename(f"{path}.open")
    sent = upload(folder, s3)
    assert sent.left_out == (f"{path.name}.open: not sealed",)
    assert len(names(s3)) == 3


def test_damage_that_happened_elsewhere_is_found(folder, s3):
    upload(folder, s3)
    path = sorted(folder.glob("*.warc.gz"))[0]
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    system, root = fsspec.url_to_fs(s3)
    system.pipe_file(f"{root}/{path.name}", bytes(content))
    report = verify(stand_in(s3))
    assert not report.ok
    assert any("SHA-256" in problem.what for problem in report.problems)


def test_behind_damage_a_foreign_file_is_read_on(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("NIANBAO_CACHE", str(tmp_path / "cache"))
    whole = min(folder.glob("*.warc.gz"))
    data = bytearray(whole.read_bytes())
    data[3 * BLOCK : 3 * BLOCK + 8] = bytes(8)
    address = f"memory://{tmp_path.name}/foreign"
    fsspec.filesystem("memory").pipe(f"/{tmp_path.name}/foreign/x.warc.gz", bytes(data))
    items = list(iter_captures(stand_in(address)))
    assert len([item for item in items if isinstance(item, Unread)]) == 1
    assert len([item for item in items if isinstance(item, Capture)]) == len(lines_of(whole)) - 1


def test_new_files_show_when_it_is_opened_again(folder, s3):
    upload(folder, s3)
    assert len(find(stand_in(s3), url="http://x.gov.cn/new")) == 0
    with ArchiveWriter(folder) as writer:
        writer.write(exchange(answer(b"new"), url="http://x.gov.cn/new"))
    assert upload(folder, s3).sent == 1
    (line,) = find(stand_in(s3), url="http://x.gov.cn/new")
    assert read_capture(stand_in(s3), line.filename, line.offset, line.length).payload == b"new"


def test_what_was_longest_not_read_makes_room(folder, s3, monkeypatch):
    upload(folder, s3)
    there = stand_in(s3)
    first, second = sorted(there.glob("*.warc.gz"))
    limit = first.stat().st_size + BLOCK  # either file, not both
    monkeypatch.setenv("NIANBAO_CACHE_GB", str(limit / 2**30))
    for _ in range(2):
        assert list(iter_captures(there)) == list(iter_captures(folder))
        assert kept(first) + kept(second) <= limit
    assert kept(second) > 0
    with mapped(first) as view:
        start = bytes(view[:BLOCK])
        for span in spans(there):
            if span.path == second:
                list(read_span(span))
        assert bytes(view[:BLOCK]) == start == (folder / first.name).read_bytes()[:BLOCK]
    assert verify(there).ok


def kept(path):
    return path.stat().st_blocks * 512


def test_a_limit_that_is_no_number_is_named(folder, s3, monkeypatch):
    upload(folder, s3)
    monkeypatch.setenv("NIANBAO_CACHE_GB", "much")
    with pytest.raises(RemoteFailed, match="NIANBAO_CACHE_GB: 'much'"):
        list(iter_captures(stand_in(s3)))


def test_new_files_are_seen_by_who_asks_for_them(folder, s3):
    upload(folder, s3)
    there = stand_in(s3)
    with ArchiveWriter(folder) as writer:
        writer.write(exchange(answer(b"new"), url="http://x.gov.cn/new"))
    upload(folder, s3)
    bring_up_to_date(there)
    bring_up_to_date(folder)
    (line,) = find(there, url="http://x.gov.cn/new")
    assert read_capture(there, line.filename, line.offset, line.length).payload == b"new"


def test_odd_answers_survive_the_way(tmp_path, s3):
    write(tmp_path / "odd", *ODD_ANSWERS.values())
    upload(tmp_path / "odd", s3)
    there = stand_in(s3)
    assert [item for item in iter_captures(there) if isinstance(item, Capture)] == list(iter_captures(tmp_path / "odd"))


def test_any_file_system_will_do(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("NIANBAO_CACHE", str(tmp_path / "cache"))
    address = f"memory://{tmp_path.name}/archive"
    upload(folder, address)
    assert verify(stand_in(address)).ok


@pytest.mark.parametrize(
    ("address", "error", "named"),
    [
        ("s3://no-such-bucket-here/x", ArchiveNotFound, "s3://no-such-bucket-here/x"),
        ("nosuchprotocol://x/y", RemoteFailed, "nosuchprotocol"),
        ("memory://empty/y", ArchiveNotFound, "memory://empty/y"),
    ],
)
@pytest.mark.usefixtures("s3")
def test_an_address_without_an_archive_is_named(address, error, named):
    with pytest.raises(error, match=named):
        stand_in(address)


@pytest.mark.usefixtures("s3")
def test_a_server_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    with pytest.raises(RemoteFailed, match="cannot be reached"):
        stand_in("s3://bucket/elsewhere")
    fsspec.get_filesystem_class("s3").clear_instance_cache()


def test_the_commands_take_an_address(folder, s3, tmp_path):
    def run(*words: str) -> Any:
        result = CliRunner().invoke(nianbao, ["archive", *words])
        assert result.exit_code == 0, result.output
        return result.output

    assert "2 files sent" in run("upload", "--archive", str(folder), "--to", s3)
    assert "2 were there" in run("upload", "--archive", str(folder), "--to", s3)
    assert json.loads(run("verify", "--archive", s3, "--json"))["ok"]
    assert "http://x.gov.cn/3" in run("show", "--archive", s3, "http://x.gov.cn/3")
    assert "40 captures" in run("wacz", "--archive", s3, "--out", str(tmp_path / "a.wacz"))
    refused = CliRunner().invoke(nianbao, ["crawl", "--archive", s3])
    assert refused.exit_code == 2
    assert "nianbao archive upload" in refused.output
    gone = CliRunner().invoke(nianbao, ["archive", "verify", "--archive", f"{s3}/nowhere"])
    assert gone.exit_code == 1
    assert gone.output.count("\n") == 1
