"""The folder beside the archive in which a crawl keeps its state: its ledger, what it owes to hosts, its lock; below it
one for each shard.
"""

from __future__ import annotations

import fcntl
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.errors import BadLedger
from crawler.ledger import Ledger
from crawler.shards import Shard

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


def open_ledger(crawler: Crawler, name: str) -> Ledger:
    """Return the ledger of a crawl in the job's folder: taken up again with RESUME, a new one otherwise.

    Raises `BadLedger` where the crawl to be resumed was parted in another way: all would be fetched again.
    """
    path = job_folder(crawler) / name
    if crawler.settings.getbool("RESUME"):
        _require_same_parts(path, shard_of(crawler))
    else:
        for suffix in ("", "-wal", "-shm"):
            path.with_name(name + suffix).unlink(missing_ok=True)
    ledger = Ledger(path)
    if ledger.fact("began") is None:
        ledger.keep_facts({"began": datetime.now(UTC).isoformat(timespec="seconds")})
        ledger.commit()
    return ledger


def _require_same_parts(path: Path, shard: Shard | None) -> None:
    job, same = (path.parent.parent, f"shard-*-of-{shard.of}/{path.name}") if shard else (path.parent, path.name)
    ledgers = sorted(job.glob(f"**/{path.name}"))
    if ledgers and not any(job.glob(same)):
        raise BadLedger(
            f"{ledgers[0].parent}: a crawl in other parts; --resume it as it was begun, or begin anew without"
        )


def shard_of(crawler: Crawler) -> Shard | None:
    """Return the part of the crawl that this process makes; None where it makes the whole. Raises `BadShard`."""
    text = crawler.settings["SHARD"]
    return Shard.parse(text) if text else None


def job_folder(crawler: Crawler) -> Path:
    """Return the folder beside the archive in which crawls keep their state, below it the shard's own; it is made where
    it is not there.
    """
    settings, shard = crawler.settings, shard_of(crawler)
    folder = Path(settings["JOBDIR"] or f"{settings['ARCHIVE']}.job")
    if shard is not None:
        folder /= shard.folder
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def lock_job(crawler: Crawler) -> tuple[int, ...]:
    """Return the descriptors that hold the locks of the job's folder until this process ends: two crawls over the same
    hosts would be two connections to them. Shards share the folder's lock and have one each.

    Raises `BadLedger` where another process has it.
    """
    folder = job_folder(crawler)
    if shard_of(crawler) is None:
        return (_locked(folder / "lock", fcntl.LOCK_EX),)
    return _locked(folder.parent / "lock", fcntl.LOCK_SH), _locked(folder / "lock", fcntl.LOCK_EX)


def _locked(path: Path, kind: int) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise BadLedger(f"{path}: another crawl is at work on this archive; wait for its end, or stop it") from None
    return descriptor
