"""Writers that die: what they had finished is there afterwards, whole, and nothing half."""

import fcntl
import os
import random
import shutil
import signal
import subprocess
import sys

import pytest

from archive import ArchiveWriter, Capture, DamagedArchive, Note, Unread, find, iter_captures, verify
from archive.records import scan
from tests.archive.exchanges import URL, answer, exchange

CHILD = """
import os, sys
from archive import ArchiveWriter
from tests.archive.exchanges import URL, answer, exchange
with ArchiveWriter(sys.argv[1], max_bytes=40_000) as writer:
    for number in range(100_000):
        written = writer.write(exchange(answer(os.urandom(number * 37 % 3000)), url=f"{URL}/{number}"))
        os.write(1, (written.capture_id + "\\n").encode())
"""


def leave_open(folder, count=3):
    """Write `count` exchanges as a process does that then dies; return the path of the file left open."""
    writer = ArchiveWriter(folder)
    for number in range(count):
        writer.write(exchange(answer(b"page %d" % number), url=f"{URL}/{number}", outcome="ok"))
    (path,) = folder.glob("*.open")
    kept = path.read_bytes()
    writer.close()
    for sealed in folder.iterdir():
        sealed.unlink()
    path.write_bytes(kept)
    return path


def test_kill_at_random_moments_loses_no_finished_exchange(tmp_path):
    rng = random.Random(20260101)
    finished = []
    for _ in range(20):
        with subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path)], stdout=subprocess.PIPE) as child:
            wanted = rng.randrange(46, 46 * 60)  # bytes of its report, so that it dies at work
            report = b""
            while len(report) < wanted:
                report += os.read(child.stdout.fileno(), wanted - len(report))
            child.send_signal(signal.SIGKILL)
            report += child.stdout.read()
        finished += [line.decode() for line in report.splitlines() if len(line) == 45]
    with ArchiveWriter(tmp_path) as writer:
        assert writer.recovered
    kept = [capture.id for capture in iter_captures(tmp_path)]
    assert set(finished) <= set(kept)
    assert len(kept) == len(set(kept)) <= len(finished) + 20  # one may be on disk that was not yet told
    assert list(tmp_path.glob("*.open")) == []
    report = verify(tmp_path)
    assert report.ok, report.text()


def test_file_cut_anywhere_is_recovered_to_its_last_whole_exchange(tmp_path):
    whole = leave_open(tmp_path / "whole", count=2)
    ends = [record.offset + record.length for record in scan(whole) if record.kind == "metadata"]
    data = whole.read_bytes()
    borders = {record.offset + step for record in scan(whole) for step in (-1, 0, 1)} - {-1}
    for cut in sorted(borders | set(range(0, len(data), 41))):
        folder = tmp_path / "cut"
        folder.mkdir()
        (folder / whole.name).write_bytes(data[:cut])
        with ArchiveWriter(folder) as writer:
            (recovered,) = writer.recovered
        expected = [end for end in ends if end <= cut]
        assert recovered.exchanges == len(expected)
        assert len(list(iter_captures(folder))) == len(expected)
        assert [path.stat().st_size for path in folder.glob("*.warc.gz")] == expected[-1:]
        shutil.rmtree(folder)


def test_recovered_file_has_index_and_digest(tmp_path):
    leave_open(tmp_path)
    ArchiveWriter(tmp_path).close()
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".cdxj", ".gz", ".sha256"]
    assert len(find(tmp_path, url=f"{URL}/1")) == 1
    assert verify(tmp_path).ok


def test_half_an_exchange_is_not_read_before_recovery(tmp_path):
    path = leave_open(tmp_path)
    path.write_bytes(path.read_bytes()[:-100])
    items = list(iter_captures(tmp_path))
    assert [type(item) for item in items] == [Capture] * 3  # the last one without its metadata record
    assert items[-1].metadata == {}
    assert verify(tmp_path).ok
    assert verify(tmp_path).notices


@pytest.mark.parametrize("tail", [b"\0" * 5000, b"\x1f\x8b\x08", b"\x1f\x8b\x08" + b"\xff" * 300, b"nothing like it"])
def test_tail_that_a_power_cut_leaves_is_cut(tmp_path, tail):
    path = leave_open(tmp_path)
    path.write_bytes(path.read_bytes() + tail)
    with ArchiveWriter(tmp_path) as writer:
        assert [(each.exchanges, each.dropped) for each in writer.recovered] == [(3, len(tail))]
    assert verify(tmp_path).ok


def test_damage_before_whole_records_is_not_cut_off_in_silence(tmp_path):
    path = leave_open(tmp_path)
    data = bytearray(path.read_bytes())
    second = [record for record in scan(path) if record.kind == "response"][1]
    data[second.offset + 40] ^= 1
    path.write_bytes(data)
    with pytest.raises(DamagedArchive, match="whole records follow") as raised:
        ArchiveWriter(tmp_path)
    assert raised.value.offset == second.offset
    assert path.read_bytes() == data
    assert [type(item) for item in iter_captures(tmp_path)] == [Capture, Unread]


def test_file_of_a_live_writer_is_left_alone(tmp_path):
    path = leave_open(tmp_path)
    with open(path, "rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert ArchiveWriter(tmp_path).recovered == []
    assert path.exists()


def test_open_file_of_other_software_is_left_alone(tmp_path):
    foreign = tmp_path / "WEB-20260101000000000-00001-7~host~8443.warc.gz.open"
    foreign.write_bytes(leave_open(tmp_path / "ours").read_bytes()[:-5])
    assert ArchiveWriter(tmp_path).recovered == []
    assert foreign.exists()


def test_leftovers_of_a_crash_while_sealing_do_no_harm(tmp_path):
    path = leave_open(tmp_path)
    for suffix in (".cdxj", ".sha256", ".cdxj.tmp"):
        path.with_name(path.name.replace(".warc.gz.open", suffix)).write_text("half")
    ArchiveWriter(tmp_path).close()
    assert len(list(iter_captures(tmp_path))) == 3
    assert verify(tmp_path).ok


def test_notes_alone_are_recovered(tmp_path):
    writer = ArchiveWriter(tmp_path)
    writer.note(URL, [("outcome", "dns_failed")], at=exchange().started)
    (path,) = tmp_path.glob("*.open")
    data = path.read_bytes()
    writer.close()
    for sealed in tmp_path.iterdir():
        sealed.unlink()
    path.write_bytes(data + b"\x1f")
    ArchiveWriter(tmp_path).close()
    assert [type(item) for item in iter_captures(tmp_path)] == [Note]
