"""A release replaces the live database in one step, or not at all; who reads meanwhile is answered."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest

from extract.errors import ExtractError
from publish.errors import PublishError
from publish.release import release
from publish.site import LiveSite


def copy(built: Any, path: Path, *statements: str) -> Path:
    """Return a copy of the shared database, changed."""
    shutil.copyfile(built.db, path)
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()
    return path


def title(db: Path) -> str:
    connection = sqlite3.connect(db)
    try:
        return str(connection.execute("select title from reports where id = '150203-2021'").fetchone()[0])
    finally:
        connection.close()


def test_a_release_takes_the_place_of_the_live_one_and_keeps_it_aside(built: Any, tmp_path: Path) -> None:
    live = copy(built, tmp_path / "live.db", "update reports set title = 'old'")
    new = copy(built, tmp_path / "new.db", "update reports set title = 'new'")
    previous = release(new, live)
    assert (title(live), previous and title(previous), new.exists()) == ("new", "old", False)
    newest = copy(built, tmp_path / "newest.db", "update reports set title = 'newest'")
    assert title(release(newest, live) or live) == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["live.db", "live.db.previous"]


def test_a_release_that_died_before_the_swap_leaves_nothing_behind(built: Any, tmp_path: Path) -> None:
    live = copy(built, tmp_path / "live.db", "update reports set title = 'old'")
    (tmp_path / "live.db.previous").hardlink_to(live)
    previous = release(copy(built, tmp_path / "new.db", "update reports set title = 'new'"), live)
    assert (title(live), previous and title(previous)) == ("new", "old")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["live.db", "live.db.previous"]


def test_the_first_release_has_none_before_it(built: Any, tmp_path: Path) -> None:
    assert release(copy(built, tmp_path / "new.db"), tmp_path / "live.db") is None
    assert (tmp_path / "live.db").exists()


@pytest.mark.parametrize(
    ("statement", "complaint"),
    [
        ("pragma user_version = 99", "99"),
        ("truncated", "malformed|damaged|readable"),
        ("update sections set report_id = 'nobody' where id = 1", "not there"),
        ("pragma application_id = 1", "nianbao"),
    ],
)
def test_a_database_that_is_not_right_is_not_released(
    built: Any, tmp_path: Path, statement: str, complaint: str
) -> None:
    live = copy(built, tmp_path / "live.db", "update reports set title = 'old'")
    new = copy(built, tmp_path / "new.db", *([] if statement == "truncated" else [statement]))
    if statement == "truncated":
        new.write_bytes(new.read_bytes()[: new.stat().st_size // 2])
    with pytest.raises((ExtractError, PublishError), match=complaint) as error:
        release(new, live)
    assert str(new) in str(error.value)
    assert "\n" not in str(error.value)
    assert title(live) == "old"


def test_an_empty_database_is_not_released(built: Any, tmp_path: Path) -> None:
    new = copy(built, tmp_path / "new.db")
    with sqlite3.connect(new) as connection:
        for (table,) in connection.execute("select name from sqlite_master where type = 'table'").fetchall():
            if "_fts" not in table and not table.startswith("sqlite_"):
                connection.execute(f"delete from [{table}]")
    connection.close()
    with pytest.raises(PublishError, match="no rows in reports, sections, captures"):
        release(new, tmp_path / "live.db")


@pytest.mark.parametrize("content", [None, b"", b"not a database", b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_file_that_is_no_database_is_not_released(tmp_path: Path, content: bytes | None) -> None:
    new = tmp_path / "new.db"
    if content is not None:
        new.write_bytes(content)
    with pytest.raises((ExtractError, PublishError), match=str(new)):
        release(new, tmp_path / "live.db")


def test_a_database_still_being_written_is_not_released(built: Any, tmp_path: Path) -> None:
    new = copy(built, tmp_path / "new.db")
    new.with_name("new.db-wal").write_bytes(b"x")
    with pytest.raises(PublishError, match="still being written"):
        release(new, tmp_path / "live.db")


def test_a_running_site_takes_up_each_release_and_drops_no_request(built: Any, tmp_path: Path) -> None:
    asyncio.run(_release_under_load(built, tmp_path))


async def _release_under_load(built: Any, folder: Path) -> None:
    live = copy(built, folder / "live.db", "update reports set title = 'release 0'")
    told: list[str] = []
    site = LiveSite(live, built.archive, report=told.append)
    await site.open()
    statuses: list[int] = []
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=site), base_url="http://site") as client:

        async def ask_on(done: asyncio.Event) -> None:
            while not done.is_set():
                statuses.append((await client.get("/report/150203-2021")).status_code)

        done = asyncio.Event()
        readers = [asyncio.create_task(ask_on(done)) for _ in range(4)]
        for number in (1, 2, 3):
            new = copy(built, folder / "new.db", f"update reports set title = 'release {number}'")
            await asyncio.to_thread(release, new, live)
            for _ in range(50):
                if f"release {number}" in (await client.get("/report/150203-2021")).text:
                    break
            else:
                pytest.fail(f"release {number} was not taken up")
        done.set()
        await asyncio.gather(*readers)
        assert set(statuses) == {200}
        (folder / "bad.db").write_bytes(b"no database")
        (folder / "bad.db").replace(live)
        for _ in range(5):
            assert "release 3" in (await client.get("/report/150203-2021")).text
    await site.close()
    assert [line for line in told if "not taken up" in line]
    assert len([line for line in told if "now serving" in line]) == 3
