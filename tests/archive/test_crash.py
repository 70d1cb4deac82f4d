"""Writers that die: what they had finished is there afterwards, whole, and nothing half."""

import fcntl
import shutil
import subprocess
import sys

import pytest

from archive import ArchiveWriter, Capture, DamagedArchive, Note, Unread, find, iter_captures, verify
from archive.scanning import scan
from tests.archive.exchanges import URL, answer, exchange

KILLS = 60
PROGRAM = f"""
import os, random, signal, sys, time
from archive import ArchiveWriter
from tests.archive.exchanges import URL, answer, exchange

def write_until_killed(report):
    with ArchiveWriter(sys.argv[1], max_bytes=40_000) as writer:
        for number in range(100_000):
            written = writer.write(exchange(answer(os.urandom(number * 37 % 3000)), url=URL + f"/{{number}}"))
            os.write(report, (written.capture_id + "\\n").encode())

rng = random.Random(20260101)
for _ in range({KILLS}):
    told, report = os.pipe()
    child = os.fork()
    if not child:
        write_until_killed(report)
    os.close(report)
    wanted = 46 * rng.randrange(1, 12)  # bytes of its report
    said = b""
    while len(said) < wanted:
        said += os.read(told, wanted - len(said))
    until = time.perf_counter() + rng.random() / 500  # so that it may be in the midst of anything
    while time.perf_counter() < until:
        pass
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while more := os.read(told, 1 << 16):
        said += more
    os.close(told)
    sys.stdout.write("".join(line + "\\n" for line in said.decode().splitlines() if len(line) == 45))
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
    command = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    finished = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    with ArchiveWriter(tmp_path) as writer:
        assert len(writer.recovered) <= 1  # each start sealed what the one before had left
    kept = [capture.id for capture in iter_captures(tmp_path)]
    assert len(finished) > KILLS
    assert set(finished) <= set(kept)
    assert len(kept) == len(set(kept)) <= len(finished) + KILLS  # one may be on disk that was not yet told
    assert list(tmp_path.glob("*.open")) == []
    report = verify(tmp_path)
    assert report.ok, report.text()
    warcs = sorted(map(str, tmp_path.glob("*.warc.gz")))
    checked = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", *warcs], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout) == (0, "")


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
    assert [type(item) for item in iter_captures(tmp_path)] == [Capture, Unread, Capture]


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
