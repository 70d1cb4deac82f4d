"""Replay: the viewer is the one that was pinned, packages are whole and read by ranges, policies confine all of it."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from base64 import b64encode
from hashlib import sha384
from pathlib import Path
from typing import Any

import pytest

from archive.wacz_check import verify_wacz
from publish.originals import original_url
from publish.replay import INTEGRITY, VERSION, VIEWER, Packages, replay_url


def package_url(built: Any, name: str) -> str:
    return f"{original_url(built.captures[name])}/page.wacz"


@pytest.mark.parametrize(("name", "served"), [("ui.js", "ui.js"), ("sw.js", "wabac.js")])
def test_the_viewer_is_the_one_that_was_pinned(get: Any, name: str, served: str) -> None:
    for coding in ("gzip", "identity"):
        answer = get(f"/-/replay/{served}", headers={"Accept-Encoding": coding})
        assert f"sha384-{b64encode(sha384(answer.content).digest()).decode()}" == INTEGRITY[name]
        assert answer.headers.get("content-encoding", "identity") == coding
        assert answer.headers["content-type"].startswith("text/javascript")
    assert VERSION in (VIEWER / "README.md").read_text(encoding="utf-8")


def test_its_licence_is_beside_it(built: Any, get: Any) -> None:
    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in get("/-/replay/LICENSE").text
    page = get(replay_url(built.captures["rich"])).text
    assert f"ReplayWeb.page {VERSION}" in page
    assert 'href="/-/replay/LICENSE"' in page


@pytest.mark.parametrize("name", ["index.html", "confined.js", "README.md", "..%2Freplay.py", "ui.js.gz", "w"])
def test_nothing_else_is_sent_from_there(get: Any, name: str) -> None:
    assert get(f"/-/replay/{name}").status_code == 404


def test_the_page_names_capture_package_and_viewer(built: Any, get: Any) -> None:
    page = get(replay_url(built.captures["rich"]))
    assert f'source="{package_url(built, "rich")}"' in page.text
    assert 'url="http://www.portal.example/rich.html" ts="20260302083000"' in page.text
    assert f'integrity="{INTEGRITY["ui.js"]}"' in page.text
    assert f'href="{original_url(built.captures["rich"])}"' in page.text
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert re.search(r"https?:|\*|unsafe-eval", policy) is None


def test_only_pages_are_offered_to_be_replayed(built: Any, get: Any) -> None:
    assert replay_url(built.captures["rich"]) in get(original_url(built.captures["rich"])).text
    assert replay_url(built.captures["pdf"]) not in get(original_url(built.captures["pdf"])).text


def test_the_worker_confines_what_it_answers(get: Any) -> None:
    answer = get("/-/replay/sw.js?serveIndex=1")
    assert "service-worker-allowed" not in answer.headers  # its scope is its own folder
    assert answer.headers["content-security-policy"] == "default-src 'none'; script-src 'self'; connect-src 'self'"
    (archived,) = re.findall(r'const ARCHIVED =\s+"(.+?)";', answer.text.replace('" +\n  "', ""), re.DOTALL)
    assert archived.startswith("sandbox allow-same-origin; default-src 'none';")
    assert "script-src 'none'" in archived
    assert "allow-scripts" not in archived
    assert "{{" not in answer.text


def test_a_package_is_whole_and_holds_the_page_and_what_it_needs(built: Any, get: Any, tmp_path: Path) -> None:
    answer = get(package_url(built, "rich"))
    path = tmp_path / "page.wacz"
    path.write_bytes(answer.content)
    report = verify_wacz(path)
    assert report.ok, report.text()
    with zipfile.ZipFile(path) as package:
        index = gzip.decompress(package.read("indexes/index.cdx.gz")).decode()
    assert re.findall(r"portal\)/(\w+)", index.replace("example,portal)", "portal)")) == ["picture", "rich", "style"]


def test_a_package_is_the_same_when_it_is_made_anew(built: Any, opening: Any, get: Any) -> None:
    with opening() as get_anew:
        again = get_anew(package_url(built, "rich")).content
    assert again == get(package_url(built, "rich")).content


def test_ranges_are_those_of_the_whole(built: Any, get: Any) -> None:
    url = package_url(built, "seed0")
    whole = get(url)
    assert whole.status_code == 200
    size = len(whole.content)
    for wanted, start, end in (
        ("bytes=0-", 0, size),
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=-22", size - 22, size),
        (f"bytes=-{size + 5}", 0, size),
        (f"bytes=5-{size * 9}", 5, size),
    ):
        answer = get(url, headers={"Range": wanted})
        assert answer.status_code == 206
        assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
        assert answer.content == whole.content[start:end]
    for wanted in (f"bytes={size}-", "bytes=9-3", "bytes=-0"):
        answer = get(url, headers={"Range": wanted})
        assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{size}")
    for wanted in ("bytes=0-1,3-4", "bytes=-", "bytes=a-b", "lines=1-2", ""):
        assert get(url, headers={"Range": wanted}).status_code == 200
    assert zipfile.is_zipfile(io.BytesIO(whole.content))


@pytest.mark.parametrize("tail", ["/replay", "/page.wacz"])
def test_a_capture_that_is_not_there_is_not_replayed(get: Any, tail: str) -> None:
    assert get(f"/-/original/nope{tail}").status_code == 404


def test_a_package_of_a_warc_that_is_gone_is_said_to_be_gone(get: Any) -> None:
    assert get("/-/original/urn:uuid:gone/page.wacz").status_code == 503


def test_packages_are_kept_as_far_as_there_is_room(built: Any, site: Any, run: Any) -> None:
    rows = run(site.get_database("nianbao").execute("select * from captures where url like '%seed%' order by url")).rows
    sizes = [len(run(Packages().of(built.archive, row))) for row in rows]
    packages = Packages(room=sizes[3] + sizes[4])

    def of(row: Any) -> bytes:
        return run(packages.of(built.archive, row))

    first = of(rows[0])
    assert of(rows[0]) is first
    last = [of(row) for row in rows[3:]]
    assert [of(row) for row in rows[3:]] == last
    assert of(rows[4]) is last[1]
    again = of(rows[0])
    assert again is not first
    assert again == first
