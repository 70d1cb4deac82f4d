"""A release: the new database is built beside the live one, checked, and put in its place in one step."""

from __future__ import annotations

import os
from pathlib import Path

from archive.files import sync_folder
from extract.database import reading
from publish.errors import PublishError

# A site without any of these would be an empty site, and no spring crawl ends so unless it went wrong.
_NEVER_EMPTY = ("reports", "sections", "captures")


def release(built: Path, live: Path) -> Path | None:
    """Put the database `built` in the place of `live`; return where the one before is kept, None where there was none.

    `built` is checked first and left alone where it does not pass (PublishError, ExtractError). The swap is one
    rename, so a reader of `live` finds the old file or the new one, never half of one; `live` moves to
    `<name>.previous`. A site that serves `live` takes up the new file by itself.
    """
    check_release(built)
    if built.stat().st_dev != live.parent.stat().st_dev:
        raise PublishError(f"{built} lies on another file system than {live}: build it beside the live database")
    with built.open("rb") as file:
        os.fsync(file.fileno())
    previous = _keep(live)
    os.replace(built, live)
    sync_folder(live.parent)
    return previous


def check_release(db: Path) -> None:
    """Raise PublishError unless `db` is whole and has reports in it, ExtractError where it cannot be read."""
    log = db.with_name(db.name + "-wal")
    if log.exists() and log.stat().st_size:
        raise PublishError(f"{db} is still being written ({log.name} holds changes); release it when that is done")
    with reading(db) as connection:
        verdict = connection.execute("pragma integrity_check(1)").fetchone()[0]
        stray = connection.execute("pragma foreign_key_check").fetchone()
        empty = [
            table
            for table in _NEVER_EMPTY
            if not connection.execute(f"select exists(select 1 from [{table}])").fetchone()[0]
        ]
    if verdict != "ok":
        raise PublishError(f"{db} is damaged ({verdict}); build it anew (nianbao extract --all)")
    if stray:
        raise PublishError(f"{db}: a row of {stray[0]} points to a row of {stray[2]} that is not there; build it anew")
    if empty:
        raise PublishError(f"{db} has no rows in {', '.join(empty)}; it is not released")


def _keep(live: Path) -> Path | None:
    """Give the live file a second name, so that it is never absent under its own."""
    if not live.exists():
        return None
    previous = live.with_name(live.name + ".previous")
    spare = live.with_name(live.name + ".previous.new")
    spare.unlink(missing_ok=True)
    os.link(live, spare)
    os.replace(spare, previous)
    spare.unlink(missing_ok=True)  # a rename leaves it where a release that died here made `previous` the same file
    return previous
