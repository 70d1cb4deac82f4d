"""A crawl or recheck parted by host over several processes of one machine: each owns the hosts that a stable hash gives
it, and hands addresses of other hosts over to their owner, so that no host ever has two connections.

`handover-of-N.sqlite` (of a recheck `recheck-handover-of-N.sqlite`) in the job's folder is the mailbox: `addresses`
(bookings with the shard that they are for) and `shards` (one row for each that is at work: whether it is idle, and when
it last said so). A process that has nothing left to do stays while another one at work might still hand something over.
What is left for a process that is not at work waits for its next start, with --resume.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import sqlite3
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from crawler.errors import BadShard
from crawler.ledger import HELD, Booking

BEAT = 0.5  # seconds between two looks into the mailbox
SILENCE = 30.0  # seconds without a beat, after which a shard is no longer at work
FORM = re.compile(r"(\d{1,4})/(\d{1,4})")
SCHEMA = """
CREATE TABLE IF NOT EXISTS addresses(
  shard INTEGER, key BLOB, url, host, portal, role, priority, method, body, visit, expected, year, attempts,
  PRIMARY KEY(shard, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS shards(number INTEGER PRIMARY KEY, idle INTEGER NOT NULL, beat REAL NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Shard:
    """The part `number` (from 1) of `of`."""

    number: int
    of: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """Return the shard that `I/N` names. Raises `BadShard`."""
        found = FORM.fullmatch(text.strip())
        if found is None or not 1 <= int(found[1]) <= int(found[2]):
            raise BadShard(f"shard {text!r}: expected I/N, the part I of N, as 1/4 … 4/4")
        return cls(int(found[1]), int(found[2]))

    def owns(self, host: str) -> bool:
        """Say whether a host belongs to this part."""
        return self.owner(host) == self.number

    def owner(self, host: str) -> int:
        """Return the number of the part that a host belongs to, the same on every machine."""
        return int.from_bytes(hashlib.blake2b(host.encode(), digest_size=8).digest()) % self.of + 1

    @property
    def folder(self) -> str:
        """The name of the folder in which this part keeps its state."""
        return f"shard-{self.number}-of-{self.of}"


class Mailbox:
    """The addresses handed over between the shards of a crawl; each process opens its own."""

    def __init__(
        self, job: Path, shard: Shard, *, name: str = "handover", now: Callable[[], float] = time.time
    ) -> None:
        self.shard = shard
        self._now = now
        self._given: set[bytes] = set()
        # Not in WAL mode: processes that open or close such a file at the same moment are refused without waiting.
        self._db = sqlite3.connect(job / f"{name}-of-{shard.of}.sqlite", isolation_level=None, timeout=60.0)
        self._db.executescript(SCHEMA)
        self.beat(idle=False)

    def close(self) -> None:
        """Say that this shard is no longer at work."""
        self._db.execute("DELETE FROM shards WHERE number = ?", (self.shard.number,))
        self._db.close()

    def beat(self, *, idle: bool) -> None:
        """Say that this shard is at work, or has nothing left to do but wait."""
        self._db.execute("INSERT OR REPLACE INTO shards VALUES (?,?,?)", (self.shard.number, idle, self._now()))

    def give(self, booking: Booking) -> None:
        """Hand an address over to the owner of its host."""
        if booking.key in self._given:
            return
        self._given.add(booking.key)
        self._db.execute(
            f"INSERT OR IGNORE INTO addresses(shard, {HELD}) VALUES ({', '.join('?' * 13)})",
            (self.shard.owner(booking.host), *booking),
        )

    def take(self, keep: Callable[[Iterable[Booking]], object]) -> bool:
        """Have `keep` book what was handed over to this shard, then empty its mailbox; return whether there was any.

        This shard counts as busy from before the mailbox is empty, so that no other one believes that all is done.
        """
        if not self._db.execute("SELECT 1 FROM addresses WHERE shard = ? LIMIT 1", (self.shard.number,)).fetchone():
            return False
        self._db.execute("BEGIN IMMEDIATE")
        self.beat(idle=False)
        rows = self._db.execute(f"SELECT {HELD} FROM addresses WHERE shard = ?", (self.shard.number,)).fetchall()
        keep(Booking(*row) for row in rows)
        self._db.execute("DELETE FROM addresses WHERE shard = ?", (self.shard.number,))
        self._db.execute("COMMIT")
        return True

    def all_done(self) -> bool:
        """Say whether no shard at work has anything left to do, or in its mailbox."""
        alive = self._now() - SILENCE
        busy = self._db.execute(
            "SELECT 1 FROM shards WHERE beat > ? AND (NOT idle OR number IN (SELECT shard FROM addresses)) LIMIT 1",
            (alive,),
        ).fetchone()
        return busy is None

    def left_for_others(self) -> dict[int, int]:
        """Return how many addresses wait for shards that are not at work, by their number."""
        query = (
            "SELECT shard, count(*) FROM addresses WHERE shard NOT IN (SELECT number FROM shards WHERE beat > ?)"
            " GROUP BY shard"
        )
        return dict(self._db.execute(query, (self._now() - SILENCE,)).fetchall())


async def keep_taking(
    mailbox: Mailbox, keep: Callable[[Iterable[Booking]], object], is_idle: Callable[[], bool]
) -> None:
    """Look into the mailbox at every beat, until cancelled."""
    while True:
        if not mailbox.take(keep):
            mailbox.beat(idle=is_idle())
        await asyncio.sleep(BEAT)
