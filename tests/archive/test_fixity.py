"""Fixity: whatever is changed, lost or added in an archive is named, and what is whole is called whole."""

import gzip
import json
import random

import pytest

from archive import ArchiveNotFound, ArchiveWriter, index, verify
from archive.records import build_record
from archive.scanning import scan
from tests.archive.exchanges import ODD_ANSWERS, STARTED, URL, answer, exchange, write


def sole(folder, suffix=".warc.gz"):
    (path,) = folder.glob(f"*{suffix}")
    return path


def problems(folder):
    return [str(problem) for problem in verify(folder).problems]


@pytest.fixture
def folder(tmp_path):
    with ArchiveWriter(tmp_path) as writer:
        for number, received in enumerate([answer(), answer(), ODD_ANSWERS["chunked_gzip"], b""]):
            writer.write(exchange(received, url=f"{URL}/{number}", outcome="ok"))
        writer.note(URL, [("outcome", "robots_denied")], at=STARTED)
    return tmp_path


def test_whole_archive_is_whole(folder):
    report = verify(folder)
    assert report.ok
    assert (report.files, report.records, report.captures, report.notices) == (1, 13, 3, ())
    assert report.bytes == sole(folder).stat().st_size
    assert report.text().endswith(f"1 files, 13 records, 3 captures, {report.bytes} bytes: all whole")
    assert json.loads(report.json())["captures"] == 3


def test_bit_flipped_anywhere_is_found(folder):
    """In WARCs, indexes, digests and the merged index: at both ends of each file and at random places within."""
    write(folder, ODD_ANSWERS["gbk_reason"], ODD_ANSWERS["chunked"], ODD_ANSWERS["hints_and_stray_lines_first"])
    assert len(index(folder)) == 3
    rng = random.Random(7)
    paths = sorted(folder.iterdir())
    assert sorted({path.suffix for path in paths}) == [".cdxj", ".gz", ".keys", ".sha256"]
    assert verify(folder).ok
    for path in paths:
        whole = path.read_bytes()
        ends = [*range(12), *range(len(whole) - 12, len(whole))]
        for place in [*ends, *rng.choices(range(len(whole)), k=24)]:
            changed = bytearray(whole)
            changed[place] ^= 1 << rng.randrange(8)
            path.write_bytes(changed)
            assert not verify(folder).ok, (path.name, place)
        path.write_bytes(whole)
    assert verify(folder).ok


def test_byte_lost_or_gained_at_an_end_is_found(folder):
    for path in sorted(folder.iterdir()):
        whole = path.read_bytes()
        for changed in (whole[1:], whole[:-1], whole + b"\n", b"\n" + whole, whole + whole, b""):
            path.write_bytes(changed)
            assert not verify(folder).ok, (path.name, len(changed))
        path.write_bytes(whole)
    assert verify(folder).ok


def test_unresolved_revisit_is_counted(folder):
    report = verify(folder)
    assert (report.revisits, report.unresolved) == (1, 0)
    rewritten(folder, lambda record: record.text.replace(b"Target-URI: http://www", b"Target-URI: http://gone", 1))
    report = verify(folder)
    assert (report.ok, report.revisits, report.unresolved) == (False, 1, 1)
    assert json.loads(report.json())["unresolved"] == 1


def test_bad_record_is_named(folder):
    path = sole(folder)
    response = [record for record in scan(path) if record.kind == "response"][1]
    data = bytearray(path.read_bytes())
    data[response.offset + response.length - 6] ^= 1  # its checksum
    path.write_bytes(data)
    found = verify(folder).problems
    assert (path.name, response.offset) in [(problem.file, problem.offset) for problem in found]


def rewritten(folder, change):
    """Write the folder's records anew, each as `change` makes it: what a careless tool does."""
    path = sole(folder)
    path.write_bytes(b"".join(gzip.compress(change(record)) for record in list(scan(path))))
    for suffix in (".sha256", ".cdxj"):
        sole(folder, suffix).unlink()
    path.rename(folder / "x.warc.gz")
    return problems(folder)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (b"text/html\r\n\r\n", b"text/HTML\r\n\r\n", "WARC-Block-Digest is sha1:"),
        (b"WARC-Payload-Digest: sha1:", b"WARC-Payload-Digest: sha1:A", "WARC-Payload-Digest is sha1:A"),
        (b"WARC-Payload-Digest: sha1:", b"WARC-Payload-Digest: sha1:A", "whose payload is not of the stated digest"),
        (b"Nianbao-Payload-Digest: sha1:", b"Nianbao-Payload-Digest: sha1:A", "Nianbao-Payload-Digest is sha1:A"),
        (
            b"WARC-Refers-To-Target-URI: http://",
            b"WARC-Refers-To-Target-URI: http://gone.",
            "no capture of http://gone.",
        ),
        (b"WARC-Type: request", b"WARC-Type: demand", "unknown type 'demand'"),
        (b"WARC-Date: 2026", b"WARC-When: 2026", "no field WARC-Date"),
        (b"WARC-Date: 2026", b"WARC-Date: soon", "no WARC-Date: 'soon"),
        (b"Content-Length: ", b"Content-Length: 1", "states a Content-Length"),
    ],
)
def test_inconsistent_record_is_named(folder, old, new, complaint):
    found = rewritten(folder, lambda record: record.text.replace(old, new))
    assert any(complaint in problem and "x.warc.gz offset" in problem for problem in found), found


def test_of_a_million_problems_the_first_are_told(tmp_path):
    with gzip.open(tmp_path / "x.warc.gz", "wb") as file:
        file.write(b"WARC/1.1\r\nContent-Length: 0\r\n\r\n\r\n\r\n" * 1000)
    report = verify(tmp_path)
    assert (report.records, len(report.problems)) == (1000, 1001)
    assert "more than 1000 problems" in report.text()


def test_id_used_twice_is_named(tmp_path):
    fields = "WARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2026-01-01T00:00:00Z\r\n"
    (tmp_path / "x.warc.gz").write_bytes(build_record(fields, b"") * 2)
    (problem,) = verify(tmp_path).problems
    assert (problem.id, problem.what) == ("urn:uuid:1", "a second record with this id")


def test_lines_that_differ_in_the_index_are_named(folder):
    path = sole(folder, ".cdxj")
    first, *rest = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*rest, b"cn,x)/ forged\n"]))
    found = problems(folder)
    assert any("no capture gives the line b'cn,x)/ forged" in problem for problem in found)
    assert any("lacks the line" in problem and first.decode()[:30] in problem for problem in found)


def test_lines_out_of_order_are_named(folder):
    path = sole(folder, ".cdxj")
    path.write_bytes(b"".join(reversed(path.read_bytes().splitlines(keepends=True))))
    assert any("delete it and run `nianbao archive index`" in problem for problem in problems(folder))
    assert not any("lacks the line" in problem for problem in problems(folder))


@pytest.mark.parametrize(
    ("suffix", "complaint"),
    [(".cdxj", "no index"), (".sha256", r"no .sha256 beside it"), (".warc.gz", "the WARC that it belongs to is gone")],
)
def test_missing_file_is_named(folder, suffix, complaint):
    sole(folder, suffix).unlink()
    assert any(complaint in problem for problem in problems(folder))


def test_foreign_file_needs_neither_index_nor_digest(tmp_path):
    write(tmp_path, answer())
    sole(tmp_path).rename(tmp_path / "x.warc.gz")
    for suffix in (".cdxj", ".sha256"):
        sole(tmp_path, suffix).unlink()
    report = verify(tmp_path)
    assert report.ok
    assert len(report.notices) == 2


@pytest.mark.parametrize(
    ("stated", "ok"),
    [
        ("sha1:GZZRXLG3ENJTAWF7CHOWLUZALTJKLUTU", False),
        ("sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709", True),
        ("SHA-256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", True),
        ("md5:d41d8cd98f00b204e9800998ecf8427e", True),
        ("md5:d41d8cd98f00b204e9800998ecf8427f", False),
        ("whirlpool2:abc", True),
        ("shake_128:abc", True),
        ("nonsense", True),
    ],
)
def test_digests_of_other_writers(tmp_path, stated, ok):
    head = "WARC/1.0\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2026-01-01T00:00:00Z\r\n"
    record = f"{head}WARC-Block-Digest: {stated}\r\nContent-Length: 0\r\n\r\n\r\n\r\n".encode()
    (tmp_path / "x.warc").write_bytes(record)
    assert verify(tmp_path).ok is ok


def test_progress_ends_at_the_whole(folder):
    told = []
    verify(folder, progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    size = sole(folder).stat().st_size
    assert told[-1] == (size, size)


def test_a_folder_without_a_file_is_no_archive(tmp_path):
    with pytest.raises(ArchiveNotFound, match="holds no WARC file"):
        verify(tmp_path)
