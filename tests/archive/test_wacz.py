"""Packages: valid by the specification, equal bytes for equal input, and whatever is changed in one is named."""

import gzip
import io
import json
import os
import shutil
import tracemalloc
import zipfile
from base64 import b64decode
from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
import zstandard
from click.testing import CliRunner
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from warcio.archiveiterator import ArchiveIterator

from archive import ArchiveError, ArchiveNotFound, ArchiveWriter, DamagedArchive, find, iter_captures, wacz
from archive.indexing import lines_of
from archive.signature import BadKey, fingerprint, is_signed, load_key, load_public, make_key, sign
from archive.wacz import select, surt, write_wacz
from archive.wacz_check import verify_wacz
from cli.commands import nianbao
from tests.archive.exchanges import ODD_ANSWERS, PAGE, STARTED, URL, answer, exchange
from tests.archive.test_reader import foreign, record

AT = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
HTML = b"Content-Type: text/html; charset=gbk\r\n"
INFO = "http://www.a.gov.cn/info/1.htm"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two files: pages of two portals with a revisit, a redirect, a note, and all odd answers."""
    folder = tmp_path_factory.mktemp("archive")
    with ArchiveWriter(folder, max_bytes=12_000) as writer:
        for number in range(12):
            url = f"http://www.{'ab'[number % 2]}.gov.cn/info/{number}.htm"
            page = answer(PAGE + b"%d" % number, head=HTML)
            writer.write(
                exchange(page, url=url, portal="甲县" if number % 2 else "乙县", anchor=f"{number}年报", role="detail")
            )
        writer.write(
            exchange(answer(PAGE + b"1", head=HTML), url="http://www.a.gov.cn/copy.htm", portal="乙县", role="frame")
        )
        for name, odd in ODD_ANSWERS.items():
            writer.write(exchange(odd, url=f"http://www.a.gov.cn/odd/{name}", portal="丙县"))
        writer.note("http://www.a.gov.cn/note", [("outcome", "robots_denied")], at=STARTED)
    assert len(list(folder.glob("*.warc.gz"))) > 1
    return folder


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("key") / "key"
    make_key(path)
    return path


@pytest.fixture(scope="module")
def package(folder: Path, key: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("package") / "a.wacz"
    write_wacz(folder, path, created=AT, key=load_key(key), title="年报")
    return path


def content(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def rebuilt(path: Path, out: Path, **changed: bytes | None) -> Path:
    """Write a package anew with some files changed, left out (None) or added, as one would who forges it."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            data = changed.pop(entry.filename, old.read(entry))
            if data is not None:
                new.writestr(entry, data)
        for name, data in changed.items():
            new.writestr(name, data)
    return out


def what(path: Path, **options: Path) -> list[str]:
    return [str(problem) for problem in verify_wacz(path, **options).problems]


class TestForm:
    """WACZ 1.1.1, section by section."""

    def test_it_holds_what_the_specification_names(self, package):
        names = [name for name in content(package) if not name.startswith("archive/")]
        assert names == [
            "indexes/index.cdx.gz",
            "indexes/index.idx",
            "pages/pages.jsonl",
            "datapackage.json",
            "datapackage-digest.json",
        ]

    def test_what_is_packed_already_is_stored(self, package):
        with zipfile.ZipFile(package) as opened:
            packed = {entry.filename: entry.compress_type for entry in opened.infolist()}
        assert all(kind == zipfile.ZIP_STORED for name, kind in packed.items() if name.endswith(".gz"))

    def test_local_headers_are_as_short_as_readers_expect(self, package):
        """ReplayWeb.page reckons where a file begins from the directory alone."""
        data = package.read_bytes()
        with zipfile.ZipFile(package) as opened:
            for entry in opened.infolist():
                assert not entry.extra
                assert data[entry.header_offset + 28 : entry.header_offset + 30] == b"\0\0"

    def test_the_manifest_states_every_file(self, package):
        files = content(package)
        manifest = json.loads(files["datapackage.json"])
        assert (manifest["profile"], manifest["wacz_version"]) == ("data-package", "1.1.1")
        assert (manifest["title"], manifest["created"]) == ("年报", "2026-11-22T07:30:00Z")
        stated = {each["path"]: (each["name"], each["hash"], each["bytes"]) for each in manifest["resources"]}
        assert stated == {
            name: (name.rpartition("/")[2], f"sha256:{sha256(data).hexdigest()}", len(data))
            for name, data in files.items()
            if not name.startswith("datapackage")
        }

    def test_sealed_files_go_in_byte_for_byte(self, package, folder):
        files = content(package)
        for path in folder.glob("*.warc.gz"):
            assert files[f"archive/{path.name}"] == path.read_bytes()

    def test_the_index_leads_from_its_keys_to_every_capture(self, package, folder):
        files = content(package)
        index = files["indexes/index.cdx.gz"]
        first, *blocks = files["indexes/index.idx"].decode().splitlines()
        assert first == '!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}'
        lines = []
        for block in blocks:
            place = json.loads(block[block.index("{") :])
            member = index[place["offset"] : place["offset"] + place["length"]]
            assert place["digest"] == f"sha256:{sha256(member).hexdigest()}"
            lines += gzip.decompress(member).decode().splitlines()
            assert block.startswith(" ".join(gzip.decompress(member).decode().split(" ", 2)[:2]))
        assert lines == sorted(lines)
        captures = {capture.id: capture for capture in iter_captures(folder) if hasattr(capture, "payload")}
        assert len(lines) == len(captures)
        for line in lines:
            urlkey, stamp, values = line.split(" ", 2)
            stated = json.loads(values)
            capture = captures[stated["id"]]
            assert (urlkey, stamp) == (surt(capture.url), f"{capture.fetched_at:%Y%m%d%H%M%S}")
            place = (stated["filename"], int(stated["offset"]), int(stated["length"]))
            assert place == (capture.warc, capture.offset, capture.length)
            assert files[f"archive/{place[0]}"][place[1] :].startswith(b"\x1f\x8b\x08")

    def test_many_lines_are_cut_into_members(self, tmp_path):
        with ArchiveWriter(tmp_path / "archive") as writer:
            for number in range(1100):
                writer.write(exchange(answer(b"x"), url=f"http://x.gov.cn/{number}"))
        write_wacz(tmp_path / "archive", tmp_path / "a.wacz", created=AT)
        assert len(content(tmp_path / "a.wacz")["indexes/index.idx"].splitlines()) == 3
        assert what(tmp_path / "a.wacz") == []

    def test_many_files_are_merged_a_few_at_a_time(self, tmp_path, monkeypatch):
        with ArchiveWriter(tmp_path / "archive", max_bytes=1000) as writer:
            for number in range(9):
                writer.write(exchange(answer(b"%d" % number), url=f"http://x.gov.cn/{number}"))
        assert len(list((tmp_path / "archive").glob("*.warc.gz"))) > 5
        write_wacz(tmp_path / "archive", tmp_path / "all.wacz", created=AT)
        monkeypatch.setattr(wacz, "_RUNS", 2)
        write_wacz(tmp_path / "archive", tmp_path / "few.wacz", created=AT)
        assert (tmp_path / "few.wacz").read_bytes() == (tmp_path / "all.wacz").read_bytes()

    def test_pages_are_named_for_the_links_that_led_to_them(self, package):
        head, *pages = map(json.loads, content(package)["pages/pages.jsonl"].splitlines())
        assert head == {"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}
        named = {page["url"]: (page["title"], page["ts"]) for page in pages}
        assert named[INFO.replace("/1", "/2")] == ("2年报", "2026-01-23T04:05:06Z")
        assert "http://www.a.gov.cn/copy.htm" not in named  # a frame
        assert len({page["id"] for page in pages}) == len(pages)

    def test_equal_input_gives_equal_bytes(self, package, folder, key, tmp_path):
        write_wacz(folder, tmp_path / "b.wacz", created=AT, key=load_key(key), title="年报")
        assert (tmp_path / "b.wacz").read_bytes() == package.read_bytes()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://www.a.gov.cn/B/c.htm?z=1&A=2#f", "cn,gov,a)/b/c.htm?a=2&z=1"),
        ("https://www2.a.gov.cn:443/", "cn,gov,a)/"),
        ("http://a.gov.cn:8080", "cn,gov,a:8080)/"),
        ("http://127.0.0.1/x", "1,0,0,127)/x"),
        ("http://a.gov.cn/a/./b/../c", "cn,gov,a)/a/c"),
        ("http://a.gov.cn/a/..", "cn,gov,a)/"),
        ("http://a.gov.cn/../b//", "cn,gov,a)/b//"),
        ("http://a.gov.cn/?", "cn,gov,a)/"),
        ("http://a.gov.cn:x/", "http://a.gov.cn:x/"),
        ("urn:x", "urn:x"),
    ],
)
def test_keys_are_those_that_replayweb_page_looks_for(url, expected):
    assert surt(url) == expected


class TestSelection:
    def test_chosen_captures_bring_their_exchange(self, folder, tmp_path):
        url = "http://www.a.gov.cn/info/4.htm"
        packaged = write_wacz(folder, tmp_path / "a.wacz", created=AT, chosen=select(folder, urls=[url]))
        assert (packaged.captures, packaged.pages) == (1, 1)
        assert what(tmp_path / "a.wacz") == []
        (warc,) = (data for name, data in content(tmp_path / "a.wacz").items() if name.startswith("archive/"))
        text = gzip.decompress(warc)
        kinds = Counter(line for line in text.splitlines() if line.startswith(b"WARC-Type: "))
        assert sorted(kinds) == [b"WARC-Type: " + kind for kind in (b"metadata", b"request", b"response", b"warcinfo")]
        assert set(kinds.values()) == {1}
        assert any(warc.count(member) for member in _members_of(folder, url))

    def test_a_revisit_brings_what_it_refers_to(self, folder, tmp_path):
        chosen = select(folder, urls=["http://www.a.gov.cn/copy.htm"])
        packaged = write_wacz(folder, tmp_path / "a.wacz", created=AT, chosen=chosen)
        assert packaged.captures == 2
        assert what(tmp_path / "a.wacz") == []

    def test_a_portal_is_known_by_its_metadata(self, folder, tmp_path):
        packaged = write_wacz(folder, tmp_path / "a.wacz", created=AT, chosen=select(folder, portal="甲县"))
        assert packaged.captures == 6
        pages = content(tmp_path / "a.wacz")["pages/pages.jsonl"].decode()
        assert "1年报" in pages
        assert "2年报" not in pages

    @pytest.mark.parametrize("wanted", [{"urls": ["http://no.gov.cn/"]}, {"portal": "无"}])
    def test_what_is_not_there_is_named(self, folder, wanted):
        with pytest.raises(ArchiveError, match=r"no\.gov\.cn|无"):
            select(folder, **wanted)

    def test_chosen_capture_shows_its_final_answer(self, folder, tmp_path):
        chosen = select(folder, urls=["http://www.a.gov.cn/odd/hints_and_stray_lines_first"])
        write_wacz(folder, tmp_path / "a.wacz", created=AT, chosen=chosen)
        warcs = [data for name, data in content(tmp_path / "a.wacz").items() if name.startswith("archive/")]
        heads = [each.http_headers for data in warcs for each in ArchiveIterator(io.BytesIO(data))]
        assert {head.get_statuscode() for head in heads if head and head.statusline[:1].isdigit()} == {"200"}
        assert what(tmp_path / "a.wacz") == []


def _members_of(folder: Path, url: str) -> list[bytes]:
    lines = find(folder, url=url)
    return [(folder / line.filename).read_bytes()[line.offset : line.offset + line.length] for line in lines]


class TestSource:
    @pytest.mark.parametrize("form", ["members", "plain", "one member"])
    def test_foreign_files_are_packaged_so_that_each_record_can_be_read(self, tmp_path, form):
        data = foreign(packed=form == "members")
        (tmp_path / ("x.warc" if form == "plain" else "x.warc.gz")).write_bytes(
            gzip.compress(data) if form == "one member" else data
        )
        packaged = write_wacz(tmp_path, tmp_path / "a.wacz", created=AT)
        assert packaged.captures == 4
        assert what(tmp_path / "a.wacz") == []

    def test_zstandard_is_packed_anew(self, tmp_path):
        data = foreign(packed=False)
        (tmp_path / "x.warc.zst").write_bytes(zstandard.ZstdCompressor().compress(data))
        assert write_wacz(tmp_path, tmp_path / "a.wacz", created=AT).captures == 4
        assert what(tmp_path / "a.wacz") == []
        (warc,) = (name for name in content(tmp_path / "a.wacz") if name.startswith("archive/"))
        assert warc == "archive/x-zst.warc.gz"
        chosen = select(tmp_path, urls=[f"{URL}/again"])  # a revisit, in a file that no seek can be made in
        assert write_wacz(tmp_path, tmp_path / "b.wacz", created=AT, chosen=chosen).captures == 2
        assert what(tmp_path / "b.wacz") == []

    def test_a_member_that_many_records_share_is_packed_anew_wherever_it_stands(self, tmp_path):
        (tmp_path / "x.warc.gz").write_bytes(
            foreign() + gzip.compress(foreign(packed=False).replace(b"uuid:", b"uuid:2-"))
        )
        assert write_wacz(tmp_path, tmp_path / "a.wacz", created=AT).captures == 8
        assert what(tmp_path / "a.wacz") == []

    def test_files_of_one_stem_keep_apart(self, tmp_path):
        for number, (name, pack) in enumerate((("x.warc", bytes), ("x.warc.gz", gzip.compress))):
            data = foreign(packed=False).replace(b"uuid:", b"uuid:%d-" % number)
            (tmp_path / name).write_bytes(pack(data))
        chosen = [line for name in ("x.warc", "x.warc.gz") for line in lines_of(tmp_path / name)]
        assert write_wacz(tmp_path, tmp_path / "a.wacz", created=AT, chosen=chosen).captures == 8
        assert what(tmp_path / "a.wacz") == []

    def test_a_revisit_of_nothing_goes_in_alone_and_is_named(self, tmp_path):
        (tmp_path / "x.warc").write_bytes(record(b"HTTP/1.1 200 OK\r\n\r\n", kind="revisit"))
        packaged = write_wacz(tmp_path, tmp_path / "a.wacz", created=AT, chosen=select(tmp_path, urls=[URL]))
        assert packaged.captures == 1
        assert URL in packaged.left_out[0]
        assert what(tmp_path / "a.wacz") == []

    @pytest.mark.parametrize("year", [1, 1969, 9999])
    def test_a_time_that_no_zip_knows_is_stated_in_the_manifest(self, folder, tmp_path, year):
        write_wacz(folder, tmp_path / "a.wacz", created=AT.replace(year=year))
        assert json.loads(content(tmp_path / "a.wacz")["datapackage.json"])["created"].startswith(f"{year:04}-11-22T")

    def test_files_still_open_are_left_out_and_named(self, folder, tmp_path):
        copy = shutil.copytree(folder, tmp_path / "archive")
        path = sorted(copy.glob("*.warc.gz"))[0]
        path.rename(f"{path}.open")
        packaged = write_wacz(copy, tmp_path / "a.wacz", created=AT)
        assert packaged.left_out == (f"{path.name}.open: still open",)

    def test_a_file_that_is_not_as_it_was_sealed_is_not_packaged(self, folder, tmp_path):
        copy = shutil.copytree(folder, tmp_path / "archive")
        path = sorted(copy.glob("*.sha256"))[0]
        path.write_text("0" * 64 + path.read_text()[64:])
        with pytest.raises(DamagedArchive, match="when it was sealed"):
            write_wacz(copy, tmp_path / "a.wacz", created=AT)
        assert not list(tmp_path.glob("a.wacz*"))

    def test_an_empty_archive_makes_no_package(self, tmp_path):
        with pytest.raises(ArchiveError, match="no sealed capture"):
            write_wacz(tmp_path, tmp_path / "a.wacz", created=AT)
        assert not list(tmp_path.iterdir())


def test_of_a_damaged_foreign_file_goes_in_what_can_be_read(folder, tmp_path):
    (tmp_path / "a").mkdir()
    data = bytearray(next(folder.glob("*.warc.gz")).read_bytes())
    data[len(data) // 2] ^= 255
    (tmp_path / "a" / "theirs.warc.gz").write_bytes(data)
    packaged = write_wacz(tmp_path / "a", tmp_path / "a.wacz", created=AT)
    assert [line.partition(": offset")[0] for line in packaged.left_out] == [f"{tmp_path}/a/theirs.warc.gz"]
    assert packaged.captures > 1
    assert what(tmp_path / "a.wacz") == []


class TestKeys:
    def test_a_signature_is_of_its_key_and_its_text(self, key, tmp_path):
        make_key(tmp_path / "other")
        signature, public = sign(load_key(key), "sha256:ab"), load_public(Path(f"{key}.pub"))
        assert is_signed("sha256:ab", signature, public)
        assert not is_signed("sha256:ac", signature, public)
        assert not is_signed("sha256:ab", signature, load_public(tmp_path / "other.pub"))
        assert not is_signed("sha256:ab", "AAAA", public)
        assert len(b64decode(signature)) == 96

    def test_a_key_is_for_its_owner_only_and_never_overwritten(self, key):
        assert key.stat().st_mode & 0o777 == 0o600
        before = key.read_bytes()
        with pytest.raises(ArchiveError, match="is there already"):
            make_key(key)
        assert key.read_bytes() == before

    def test_half_a_key_is_not_left_behind(self, tmp_path):
        (tmp_path / "half.pub").write_text("the public half of another")
        with pytest.raises(ArchiveError, match=r"half\.pub: is there already"):
            make_key(tmp_path / "half")
        assert [path.name for path in tmp_path.iterdir()] == ["half.pub"]

    def test_a_device_is_no_place_for_a_package(self, folder, tmp_path):
        os.mkfifo(tmp_path / "device")
        with pytest.raises(ArchiveError, match="device: is a folder or a device"):
            write_wacz(folder, tmp_path / "device", created=AT)
        assert (tmp_path / "device").is_fifo()

    def test_what_is_no_key_is_named(self, key, tmp_path):
        (tmp_path / "p256").write_bytes(
            ec.generate_private_key(ec.SECP256R1()).private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        (tmp_path / "text").write_text("no key")
        for read, path in (
            (load_key, tmp_path / "p256"),
            (load_key, tmp_path / "text"),
            (load_key, Path(f"{key}.pub")),
            (load_public, tmp_path / "text"),
        ):
            with pytest.raises(BadKey, match=path.name):
                read(path)
        with pytest.raises(ArchiveNotFound):
            load_key(tmp_path / "none")
        with pytest.raises(BadKey):
            is_signed("x", "no base64!", "neither")


class TestCheck:
    def test_a_whole_package_names_its_signer(self, package, key):
        report = verify_wacz(package, public_key=Path(f"{key}.pub"))
        assert report.ok
        assert "as expected" in report.notices[0]
        assert report.captures > 30
        assert fingerprint(load_public(Path(f"{key}.pub"))) in verify_wacz(package).notices[0]

    def test_a_package_without_signature_says_so(self, folder, key, tmp_path):
        write_wacz(folder, tmp_path / "a.wacz", created=AT)
        assert "not signed" in verify_wacz(tmp_path / "a.wacz").notices[0]
        assert what(tmp_path / "a.wacz", public_key=Path(f"{key}.pub")) == [
            "datapackage-digest.json: nobody signed the package"
        ]

    def test_a_package_of_another_signer_is_named(self, package, tmp_path):
        make_key(tmp_path / "other")
        (problem,) = what(package, public_key=tmp_path / "other.pub")
        assert "not by the key" in problem

    def test_a_changed_record_is_named(self, package, tmp_path):
        data = bytearray(package.read_bytes())
        with zipfile.ZipFile(package) as opened:
            name = opened.namelist()[0]
            start = data.index(opened.read(name)[:100])
        line = next(iter(_lines(package, name)))
        data[start + int(line["offset"]) + int(line["length"]) // 2] ^= 1
        (tmp_path / "b.wacz").write_bytes(data)
        problems = what(tmp_path / "b.wacz")
        assert any(problem.startswith(f"{name} offset {line['offset']}") for problem in problems), problems
        assert any("SHA-256" in problem or "CRC" in problem for problem in problems)

    def test_a_record_forged_with_all_digests_breaks_the_signature(self, package, folder, tmp_path):
        """Whoever can change everything can not sign it."""
        shutil.copytree(folder, tmp_path / "archive")
        with ArchiveWriter(tmp_path / "archive") as writer:
            writer.write(exchange(answer(b"forged"), url="http://www.a.gov.cn/forged"))
        write_wacz(tmp_path / "archive", tmp_path / "b.wacz", created=AT)
        signed = json.loads(content(package)["datapackage-digest.json"])["signedData"]
        digest = json.loads(content(tmp_path / "b.wacz")["datapackage-digest.json"])
        forged = {**digest, "signedData": {**signed, "hash": digest["hash"]}}
        path = rebuilt(
            tmp_path / "b.wacz", tmp_path / "c.wacz", **{"datapackage-digest.json": json.dumps(forged).encode()}
        )
        (problem,) = what(path)
        assert "the signature is not one that the key" in problem

    @pytest.mark.parametrize(
        ("name", "data", "named"),
        [
            ("pages/pages.jsonl", b'{"format":"json-pages-1.0"}\n', "pages/pages.jsonl: its SHA-256"),
            ("pages/pages.jsonl", None, "pages/pages.jsonl: stands in the manifest and not in the package"),
            ("pages/pages.jsonl", b'{"url":"http://x/","ts":"2026"}\nno json', "pages/pages.jsonl line 2: is no JSON"),
            ("added.txt", b"x", "added.txt: is in the package and not in the manifest"),
            ("../out.txt", b"x", "../out.txt: a name that leads out of the package"),
            ("datapackage.json", b"{}", "datapackage.json: its digest is sha256:"),
            ("datapackage.json", b"[]", "datapackage.json: is no JSON object"),
            ("datapackage.json", None, "datapackage.json: is not there"),
            ("datapackage-digest.json", None, "datapackage-digest.json: is not there"),
            ("datapackage-digest.json", b'{"path":"x","hash":"y"}', "datapackage-digest.json: is about 'x'"),
            ("indexes/index.cdx.gz", b"\x1f\x8b", "indexes/index.cdx.gz: the member of"),
            ("indexes/index.idx", None, "indexes/: holds no .idx"),
            ("indexes/index.idx", b"no\n", "indexes/index.idx: no line of an index"),
            ("indexes/index.idx", b'a 20200101000000 {"offset": Infinity}', "indexes/index.cdx.gz: the member of a"),
            (
                "indexes/index.idx",
                b'a 20200101000000 {"a":' + b"[" * 9999 + b"}",
                "indexes/index.cdx.gz: the member of",
            ),
            (
                "indexes/more.cdxj",
                b'a 20200101000000 {"filename": "x", "offset": 1e999}',
                "indexes/more.cdxj: no CDXJ line",
            ),
            (
                "indexes/more.cdxj",
                b"b 20200101000000 {}\na 20200101000000 {}\n",
                "indexes/more.cdxj: lines out of order",
            ),
            ("pages/pages.jsonl", bytes(2 << 20), "pages/pages.jsonl: a line of more than"),
        ],
    )
    def test_a_changed_file_is_named(self, package, key, tmp_path, name, data, named):
        path = rebuilt(package, tmp_path / "b.wacz", **{name: data})
        problems = what(path, public_key=Path(f"{key}.pub"))
        assert any(problem.startswith(named) for problem in problems), problems

    def test_an_index_that_leads_astray_is_named(self, folder, tmp_path):
        write_wacz(folder, tmp_path / "a.wacz", created=AT)
        lines = gzip.decompress(content(tmp_path / "a.wacz")["indexes/index.cdx.gz"]).splitlines(keepends=True)
        stated = json.loads(lines[0].split(b" ", 2)[2])
        astray = lines[0].replace(b'"offset": "%b"' % stated["offset"].encode(), b'"offset": "7"')
        index = gzip.compress(b"".join([astray, *lines[1:]]))
        path = rebuilt(tmp_path / "a.wacz", tmp_path / "b.wacz", **{"indexes/index.cdx.gz": index})
        with zipfile.ZipFile(path) as opened:
            idx = opened.read("indexes/index.idx").splitlines()
        place = json.loads(idx[1][idx[1].index(b"{") :])
        fixed = json.dumps({**place, "length": len(index), "digest": f"sha256:{sha256(index).hexdigest()}"})
        idx[1] = idx[1][: idx[1].index(b"{")] + fixed.encode()
        path = rebuilt(path, tmp_path / "c.wacz", **{"indexes/index.idx": b"\n".join(idx)})
        problems = what(path)
        assert any("indexes/index.cdx.gz: leads to no record" in problem for problem in problems)
        assert any(f"no line leads to {stated['url']}" in problem for problem in problems)

    def test_a_deflated_warc_is_named(self, package, tmp_path):
        with zipfile.ZipFile(package) as old, zipfile.ZipFile(tmp_path / "b.wacz", "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.infolist():
                new.writestr(entry.filename, old.read(entry))
        assert any("must be stored" in problem for problem in what(tmp_path / "b.wacz"))

    def test_every_bit_counts(self, package, tmp_path):
        """A byte changed anywhere but in the ZIP's own dates and flags of no meaning is found."""
        data = package.read_bytes()
        with zipfile.ZipFile(package) as opened:
            inside = [entry for entry in opened.infolist() if entry.file_size]
        spots = [entry.header_offset + 60 + entry.compress_size // 2 for entry in inside]
        for spot in spots:
            changed = bytearray(data)
            changed[spot] ^= 0x10
            (tmp_path / "b.wacz").write_bytes(changed)
            assert what(tmp_path / "b.wacz"), spot

    def test_every_cut_is_named(self, package, tmp_path):
        data = package.read_bytes()
        for cut in range(0, len(data), len(data) // 40):
            (tmp_path / "b.wacz").write_bytes(data[:cut])
            assert what(tmp_path / "b.wacz"), cut

    def test_a_bomb_in_the_index_is_not_unpacked(self, package, tmp_path):
        bomb = gzip.compress(bytes(100 << 20))
        path = rebuilt(package, tmp_path / "b.wacz", **{"indexes/index.cdx.gz": bomb})
        assert any("indexes/index.cdx.gz: the member of" in problem for problem in what(path))
        idx = b'a 20200101000000 {"offset": 0, "length": %d}\n' % len(bomb)
        path = rebuilt(path, tmp_path / "c.wacz", **{"indexes/index.idx": idx})
        assert any("too large" in problem for problem in what(path))

    @pytest.mark.parametrize(
        ("name", "named"),
        [
            ("datapackage.json", "holds more than"),
            ("pages/pages.jsonl", "a line of more"),
            ("indexes/a.cdxj", "a line of more"),
        ],
    )
    def test_a_bomb_is_not_held(self, tmp_path, name, named):
        with zipfile.ZipFile(tmp_path / "b.wacz", "w", zipfile.ZIP_DEFLATED) as bomb:
            bomb.writestr(name, bytes(80 << 20))
        tracemalloc.start()
        problems = what(tmp_path / "b.wacz")
        held = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert any(problem.startswith(f"{name}: {named}") for problem in problems)
        assert name == "datapackage.json" or held < 20 << 20

    @pytest.mark.parametrize(
        ("place", "lie"), [(6, b"\xff"), (28, b"\0"), (45, b"\xff")], ids=["version", "length of name", "offset"]
    )
    def test_a_directory_that_lies_is_named(self, package, tmp_path, place, lie):
        data = bytearray(package.read_bytes())
        at = data.rindex(b"PK\x01\x02") + place
        data[at : at + 1] = lie
        (tmp_path / "b.wacz").write_bytes(data)
        assert what(tmp_path / "b.wacz")


def _lines(package: Path, name: str) -> list[dict[str, str]]:
    lines = gzip.decompress(content(package)["indexes/index.cdx.gz"]).decode().splitlines()
    stated = [json.loads(line.split(" ", 2)[2]) for line in lines]
    return [line for line in stated if f"archive/{line['filename']}" == name]


def test_the_commands_make_sign_and_check(folder, tmp_path):
    run = CliRunner().invoke
    made = run(nianbao, ["archive", "key", str(tmp_path / "key")])
    assert made.exit_code == 0, made.output
    out = str(tmp_path / "a.wacz")
    written = run(nianbao, ["archive", "wacz", "--archive", str(folder), "--out", out, "--key", str(tmp_path / "key")])
    assert written.exit_code == 0, written.output
    checked = run(nianbao, ["archive", "wacz", "--verify", out, "--public-key", str(tmp_path / "key.pub"), "--json"])
    assert checked.exit_code == 0, checked.output
    assert json.loads(checked.output)["ok"]
    Path(out).write_bytes(Path(out).read_bytes()[:-50])
    broken = run(nianbao, ["archive", "wacz", "--verify", out])
    assert broken.exit_code == 1
    assert "no ZIP" in broken.output
    for at in ("2026-11-01", "2026-11-01T00:00:00Z", "2026-11-01T08:00:00+08:00"):
        again = run(nianbao, ["archive", "wacz", "--archive", str(folder), "--out", out, "--created", at])
        assert again.exit_code == 0, again.output
        assert json.loads(content(Path(out))["datapackage.json"])["created"] == "2026-11-01T00:00:00Z"


@pytest.mark.parametrize(
    "options",
    [
        ["wacz"],
        ["wacz", "--out", "a.wacz", "--verify", "a.wacz"],
        ["wacz", "--out", "a.wacz", "--public-key", "k.pub"],
        ["wacz", "--out", "a.wacz", "--json"],
        ["wacz", "--verify", "a.wacz", "--portal", "甲县"],
        ["wacz", "--verify", "a.wacz", "--created", "2026-11-01"],
        ["show", "https://a.gov.cn/", "--raw", "--body"],
    ],
    ids=" ".join,
)
def test_an_option_that_would_do_nothing_is_refused(options):
    assert CliRunner().invoke(nianbao, ["archive", *options]).exit_code == 2
