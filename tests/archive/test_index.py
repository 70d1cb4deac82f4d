"""The index: keys of addresses, lines, searches, and the merged one of many files."""

import os
import random
import shutil
import time

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from archive import (
    ArchiveError,
    ArchiveNotFound,
    ArchiveWriteFailed,
    ArchiveWriter,
    CdxjLine,
    DamagedArchive,
    cdxj,
    find,
    index,
    merged,
    verify,
)
from archive.urlkey import urlkey
from cli.commands import nianbao
from tests.archive.exchanges import STARTED, URL, answer, exchange, write


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://www.xjwq.gov.cn/a/b.htm?b=2&a=1#x", "cn,gov,xjwq)/a/b.htm?a=1&b=2"),
        ("https://XJWQ.gov.cn:443/A", "cn,gov,xjwq)/A"),
        ("http://www.xjwq.gov.cn", "cn,gov,xjwq)/"),
        ("http://www2.x.gov.cn:8080/", "cn,gov,x:8080)/"),
        ("http://www.gov.cn/", "cn,gov)/"),
        ("http://user:secret@x.gov.cn/", "cn,gov,x)/"),
        ("http://127.0.0.11:8000/a", "127.0.0.11:8000)/a"),
        ("http://[::1]:8000/a", "::1:8000)/a"),
        ("http://政府.cn/年报?q=年", "cn,xn--mxtq1m)/%E5%B9%B4%E6%8A%A5?q=%E5%B9%B4"),
        ("http://x.gov.cn/%e5%b9%b4/%41", "cn,gov,x)/%E5%B9%B4/A"),
        ("http://x.gov.cn/a/../b/./c/", "cn,gov,x)/b/c/"),
        ("http://x.gov.cn/../../a", "cn,gov,x)/a"),
        ("http://x.gov.cn/a/index.html", "cn,gov,x)/a/index.html"),
        ("http://x.gov.cn/a;jsessionid=ABC.node1?x=1", "cn,gov,x)/a?x=1"),
        ("http://x.gov.cn/a?PHPSESSID=1&ASPSESSIONIDABC=2&cfid=3&CFTOKEN=4", "cn,gov,x)/a"),
        ("http://x.gov.cn/a?sid=7&t=1&page=2&empty=&&flag", "cn,gov,x)/a?empty=&flag&page=2&sid=7&t=1"),
        ("http://x.gov.cn/l?area=a&fbtime=b&filename=P.pdf&wbfileid=9&id=1", None),
        ("http://x.gov.cn/a b", "cn,gov,x)/a%20b"),
        ("urn:x:y", "urn:x:y"),
        ("", "-"),
        ("http://x.gov.cn:port/", "http://x.gov.cn:port/"),
        ("http://[::1/", "http://[::1/"),
    ],
)
def test_urlkey(url, key):
    if key is None:
        assert all(each in urlkey(url) for each in ("area=a", "fbtime=b", "filename=P.pdf", "wbfileid=9", "id=1"))
    else:
        assert urlkey(url) == key


def test_one_resource_has_one_key_and_two_have_two():
    one = ["http://x.gov.cn/a?p=1&q=2", "https://www.x.gov.cn/a?q=2&p=1#top", "HTTP://X.GOV.CN:80/./a?p=1&q=2"]
    assert len(set(map(urlkey, one))) == 1
    two = ["http://x.gov.cn/a?p=1", "http://x.gov.cn/a?p=2", "http://x.gov.cn/A?p=1", "http://x.gov.cn/a/?p=1"]
    assert len(set(map(urlkey, two))) == 4


@given(st.text(max_size=60))
def test_key_is_printable_ascii_without_blank(text):
    for url in (text, "http://" + text, "http://x.gov.cn/" + text):
        assert urlkey(url)
        assert all("!" <= character <= "~" for character in urlkey(url))


def test_line_comes_back():
    line = CdxjLine(
        "cn,x)/", "20260101000000", 'http://x.cn/"年\\', "text/html", 404, "sha1:A", 5, 6, "f.warc.gz", "urn:x"
    )
    assert cdxj.parse_cdxj_line(str(line)) == line


def test_line_of_other_software_is_read():
    line = 'cn,x)/ 20260101000000 {"url": "http://x.cn/", "length": 5, "offset": 6, "filename": "f", "status": 200}'
    parsed = cdxj.parse_cdxj_line(line)
    assert (parsed.length, parsed.status, parsed.mime, parsed.id) == (5, 200, "", "")


@pytest.mark.parametrize(
    "line",
    [
        "",
        "a b",
        "a b []",
        "a b {",
        'a b {"url": "x"}',
        'a b {"url": "x", "filename": "f", "length": 5, "offset": Infinity}',
        'a b {"url": ' + "[" * 9999,
        "\xff",
    ],
)
def test_file_that_is_no_index_is_named(tmp_path, line):
    path = tmp_path / "x.cdxj"
    path.write_text(line + "\n", encoding="latin-1")
    with pytest.raises(DamagedArchive, match=r"x\.cdxj: offset 0: no CDXJ line"):
        cdxj.read(path)


def test_each_address_of_many_is_found(tmp_path):
    rng = random.Random(1)
    urls = [f"http://x{n % 7}.gov.cn/{rng.randrange(10**6)}?id={n}" for n in range(500)]
    path = tmp_path / "x.cdxj"
    lines = [
        CdxjLine(urlkey(url), "20260101000000", url, "", 200, "", 1, n, "x", f"urn:{n}") for n, url in enumerate(urls)
    ]
    path.write_bytes(cdxj.encode(lines))
    for number, url in enumerate(urls):
        assert [line.id for line in cdxj.search_url(path, url)] == [f"urn:{number}"]
        assert [line.url for line in cdxj.search_sign(path, f"urn:{number}")] == [url]
    assert cdxj.search_url(path, "http://a.gov.cn/") == cdxj.search_url(path, "http://zz.gov.cn/") == []
    assert cdxj.search_sign(path, "urn:") == []
    assert sorted(cdxj.read_offsets(path)) == list(range(500))


def test_empty_index_finds_nothing(tmp_path):
    (tmp_path / "x.cdxj").touch()
    assert cdxj.search_url(tmp_path / "x.cdxj", URL) == cdxj.search_sign(tmp_path / "x.cdxj", "x") == []


def test_offsets_are_not_taken_from_an_address(tmp_path):
    line = CdxjLine("k", "20260101000000", 'http://x/?", "offset": "9", "x": "', "", 200, "", 1, 7, "f", "i")
    (tmp_path / "x.cdxj").write_bytes(cdxj.encode([line]))
    assert cdxj.read_offsets(tmp_path / "x.cdxj") == [7]


def test_lookup_does_not_read_the_whole_index(tmp_path):
    """A million lines, of which a bisection reads some dozens: quick even on a slow disk."""
    path = tmp_path / "x.cdxj"
    with open(path, "wb") as file:
        for start in range(0, 200_000, 1000):
            numbers = range(start, start + 1000)
            file.writelines(
                b'cn,x)/%07d 20260101000000 {"url": "u", "length": "1", "offset": "1", "filename": "f"}\n' % n
                for n in numbers
            )
    began = time.process_time()
    for number in range(0, 200_000, 1000):
        assert len(cdxj.search_url(path, f"http://x.cn/{number:07}")) == 1
    assert time.process_time() - began < 1


def test_captures_of_an_address_are_found_over_files_oldest_first(tmp_path):
    for number in range(3):
        with ArchiveWriter(tmp_path, prefix=f"p{2 - number}") as writer:
            writer.write(exchange(answer(b"%d" % number)))
    found = find(tmp_path, url="https://xjwq.gov.cn/a")
    assert len(found) == 3
    assert [line.filename for line in found] == sorted(line.filename for line in found)  # all at one time


@pytest.mark.parametrize("asked", [{}, {"url": URL, "id": "x"}, {"digest": "x", "id": "x"}])
def test_find_wants_one_sign(tmp_path, asked):
    with pytest.raises(ArchiveError, match="either"):
        find(tmp_path, **asked)


@pytest.mark.parametrize("ask", [lambda folder: find(folder, url=URL), index, verify])
def test_archive_that_is_not_there_is_named(tmp_path, ask):
    with pytest.raises(ArchiveNotFound, match="no archive here"):
        ask(tmp_path / "none")


def test_index_is_made_where_it_lacks(tmp_path):
    write(tmp_path, answer(), answer(b"b"))
    (path,) = tmp_path.glob("*.cdxj")
    kept = path.read_bytes()
    path.unlink()
    assert [line.url for line in find(tmp_path, url=f"{URL}/1")] == [f"{URL}/1"]
    assert index(tmp_path) == [path]
    assert path.read_bytes() == kept
    assert index(tmp_path) == []


def test_index_is_made_anew_where_it_lags(tmp_path):
    write(tmp_path, answer(), answer(b"b"))
    (path,) = tmp_path.glob("*.cdxj")
    kept = path.read_bytes()
    path.write_bytes(kept.splitlines(keepends=True)[0])
    os.utime(path, (0, 0))
    assert len(find(tmp_path, url=f"{URL}/1")) == 1
    assert index(tmp_path) == [path]
    assert path.read_bytes() == kept


def test_index_whose_time_was_lost_in_a_copy_is_used(tmp_path):
    write(tmp_path, answer(), answer(b"b"))
    (path,) = tmp_path.glob("*.cdxj")
    os.utime(path, (0, 0))
    assert index(tmp_path) == []


def test_index_of_the_others_is_made_when_one_file_is_broken(tmp_path):
    write(tmp_path / "a", answer())
    (whole,) = (tmp_path / "a").glob("*.warc.gz")
    folder = tmp_path / "all"
    folder.mkdir()
    data = bytearray(whole.read_bytes())
    shutil.copy(whole, folder / "z.warc.gz")
    (folder / "cut.warc.gz").write_bytes(data[:-9])
    data[400] ^= 1
    (folder / "a.warc.gz").write_bytes(data)
    with pytest.raises(DamagedArchive, match=r"a\.warc\.gz: offset \d+"):
        index(folder)
    assert sorted(path.name for path in folder.glob("*.cdxj")) == ["cut.cdxj", "index.cdxj", "z.cdxj"]
    assert STARTED.strftime("%Y") in (folder / "cut.cdxj").read_text()


class TestMerged:
    @pytest.fixture
    def folder(self, tmp_path):
        """Five files of ten captures, their indexes merged."""
        for serial in range(5):
            with ArchiveWriter(tmp_path, prefix=f"p{serial}") as writer:
                for number in range(10):
                    writer.write(exchange(answer(b"page %d" % number), url=f"{URL}/{serial}/{number}"))
        assert [path.name for path in index(tmp_path)] == ["index.cdxj", "index.keys", "index.sha256"]
        return tmp_path

    def test_finds_what_the_files_hold(self, folder):
        lines = [line for path in folder.glob("p*.cdxj") for line in cdxj.read(path)]
        assert len(cdxj.read(folder / "index.cdxj")) == len(lines) == 50
        for path in folder.glob("p*.cdxj"):
            path.write_bytes(b"")  # so that nothing is found in them, and the merged index still counts as up to date
            os.utime(path, ns=(0, (folder / "index.sha256").stat().st_mtime_ns))
        for line in lines:
            assert find(folder, url=line.url) == find(folder, id=line.id) == [line]
            assert line in find(folder, digest=line.digest)
            assert len(find(folder, digest=line.digest)) == 5
        assert find(folder, url=f"{URL}/none") == find(folder, id="urn:none") == find(folder, digest="sha1:NONE") == []

    def test_is_sorted_by_bytes(self, folder):
        lines = (folder / "index.cdxj").read_bytes().splitlines(keepends=True)
        assert lines == sorted(lines)
        keys = (folder / "index.keys").read_bytes()
        entries = [keys[here : here + 16] for here in range(0, len(keys), 16)]
        assert entries == sorted(entries)
        assert len(entries) == 100

    def test_files_that_came_since_are_searched_as_well(self, folder):
        write(folder, answer(b"new"))
        (line,) = find(folder, url=f"{URL}/0")
        assert find(folder, id=line.id) == find(folder, digest=line.digest) == [line]
        assert len(index(folder)) == 3
        assert len(cdxj.read(folder / "index.cdxj")) == 51
        assert verify(folder).ok

    def test_is_not_written_again_where_nothing_changed(self, folder):
        assert index(folder) == []

    def test_file_that_went_away_is_not_found(self, folder):
        for each in folder.glob("p0*"):
            each.unlink()
        assert find(folder, url=f"{URL}/0/1") == []
        assert any("is gone" in problem.what for problem in verify(folder).problems)
        assert index(folder)
        assert verify(folder).ok

    def test_index_that_changed_is_searched_itself(self, folder):
        (path,) = folder.glob("p0*.cdxj")
        kept = path.read_bytes()
        path.write_bytes(kept.replace(b'/0/1"', b'/0/x"'))
        os.utime(path, ns=(0, (folder / "index.sha256").stat().st_mtime_ns + 1))
        assert find(folder, url=f"{URL}/0/1")[0].url == f"{URL}/0/x"

    @pytest.mark.parametrize("manifest", [b"", b"\xff\xff", b"0  x\n", None])
    def test_without_its_manifest_it_is_left_alone_and_made_anew(self, folder, manifest):
        (folder / "index.cdxj").write_bytes(b"nonsense")
        if manifest is None:
            (folder / "index.sha256").unlink()
        else:
            (folder / "index.sha256").write_bytes(manifest)
        assert len(find(folder, url=f"{URL}/0/1")) == 1
        assert not verify(folder).ok
        assert index(folder)
        assert verify(folder).ok

    def test_many_files_are_merged_by_groups(self, folder, monkeypatch):
        kept = [(folder / name).read_bytes() for name in ("index.cdxj", "index.keys")]
        (folder / "index.sha256").unlink()
        monkeypatch.setattr(merged, "_AT_ONCE", 2)
        monkeypatch.setattr(merged, "_BUCKET", 20)
        index(folder)
        assert [(folder / name).read_bytes() for name in ("index.cdxj", "index.keys")] == kept

    def test_disk_that_is_full_leaves_no_half_index(self, folder, monkeypatch):
        def replace(*_):
            raise OSError(28, "No space left on device")

        (folder / "index.sha256").unlink()
        monkeypatch.setattr(os, "replace", replace)
        with pytest.raises(ArchiveWriteFailed, match=r"index\.cdxj: cannot be written: No space left"):
            index(folder)
        assert not (folder / "index.sha256").exists()
        assert list(folder.glob("*.tmp")) == []
        assert len(find(folder, url=f"{URL}/0/1")) == 1


@pytest.mark.parametrize("sign", ["url", "id", "digest"])
def test_show_finds_a_capture_by_each_of_its_signs(tmp_path, sign):
    write(tmp_path, answer(b"shown"), answer(b"not shown"))
    (line,) = find(tmp_path, url=f"{URL}/0")
    command = ["archive", "show", "--archive", str(tmp_path), getattr(line, sign), "--raw"]
    shown = CliRunner().invoke(nianbao, command)
    assert (shown.exit_code, shown.stdout_bytes) == (0, answer(b"shown"))
