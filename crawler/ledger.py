"""The ledger of a crawl: every address that was ever scheduled, waiting or ended, in one SQLite file beside the
archive.

It is queue, memory of what was seen, and account in one, so that the three cannot disagree, and it lies on disk: a
million waiting addresses cost no memory, and a crawl that was killed at any moment goes on from it. An address that
has ended is never handed out again; its ending and the links found on it are committed together.

Tables: `addresses` (one row an address: `state` waiting, running or ended; `outcome` when ended; `expected`: a report
or its file was promised there; `genre`: what came of the promise; `year`: the report year as far as title, column or
address tell), `portals` (requests, and why a portal was stopped), `listed` and `list_pages` (rows and pages of
each list, for the pager), `furniture` (links that every page of a portal has), `shells` (pages that wait for a script
file), `reserve` (links that promise nothing, for a portal on which nothing else leads on), `changes` (of known
reports), `facts` (the crawl's own settings).

What is owed to a host outlives a crawl, so it lies in a file of its own, `hosts.sqlite`: `hosts` (left alone until a
time, and why) and `requests` (how many a host had on a day).
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from crawler.addresses import address_key
from crawler.errors import BadLedger

VERSION = 7
WAITING, RUNNING, ENDED = 0, 1, 2
PORTALS_AT_A_TIME = 512  # whose furniture is kept in memory: every page asks for it
SCHEMA = """
CREATE TABLE IF NOT EXISTS addresses(
  id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, url TEXT NOT NULL, host TEXT NOT NULL,
  portal TEXT NOT NULL, role TEXT NOT NULL,
  priority INTEGER NOT NULL, method TEXT NOT NULL, body TEXT NOT NULL, visit TEXT NOT NULL,
  expected INTEGER NOT NULL DEFAULT 0, year INTEGER,
  state INTEGER NOT NULL DEFAULT 0, not_before REAL NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0,
  outcome TEXT, reason TEXT, genre TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS waiting ON addresses(host, priority DESC, id) WHERE state = 0;
CREATE INDEX IF NOT EXISTS found ON addresses(portal, year) WHERE genre = 'report';
CREATE TABLE IF NOT EXISTS portals(
  portal TEXT PRIMARY KEY, pages INTEGER NOT NULL DEFAULT 0, stopped TEXT NOT NULL DEFAULT '',
  passing INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS listed(list TEXT, key BLOB, PRIMARY KEY(list, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS list_pages(list TEXT, digest BLOB, PRIMARY KEY(list, digest)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lists(
  list TEXT PRIMARY KEY, portal TEXT, pages INTEGER, stated INTEGER, declared INTEGER, collected INTEGER, reason TEXT);
CREATE TABLE IF NOT EXISTS furniture(portal TEXT, key BLOB, seen INTEGER, PRIMARY KEY(portal, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS shells(script TEXT, visit TEXT, PRIMARY KEY(script, visit)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reserve(
  id INTEGER PRIMARY KEY, portal TEXT, key BLOB, rank INTEGER, url TEXT, form TEXT, visit TEXT,
  UNIQUE(portal, key));
CREATE TABLE IF NOT EXISTS changes(
  url TEXT, change TEXT, portal TEXT, detail TEXT, PRIMARY KEY(url, change)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS facts(name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE IF NOT EXISTS lasting.hosts(host TEXT PRIMARY KEY, reason TEXT NOT NULL, until REAL NOT NULL);
CREATE TABLE IF NOT EXISTS lasting.requests(host TEXT, day INTEGER, number INTEGER, PRIMARY KEY(host, day))
  WITHOUT ROWID;
"""
HOSTS_FILE = "hosts.sqlite"
REPORT, CANDIDATE = "report", "candidate"
DAY = 86_400
BULK = 1000  # addresses ended at a time: a million do not fit into memory
SET_BACK = 3600.0  # seconds: an address that has longer to wait waits for a clock that was set back since
HELD = "key, url, host, portal, role, priority, method, body, visit, expected, year, attempts"


class Booking(NamedTuple):
    """A waiting address as it is booked and handed out: all that its request is made from."""

    key: bytes
    url: str
    host: str
    portal: str
    role: str
    priority: int = 0
    method: str = "GET"
    body: str = ""
    visit: str = ""
    expected: bool = False  # a report, a report's file or the column of reports is promised there
    year: int | None = None  # the report year, as far as the words that lead there tell
    attempts: int = 0


class ListEnd(NamedTuple):
    """How a list ended: pages read of those `stated`, entries collected of those declared."""

    pages: int
    declared: int | None
    collected: int
    reason: str
    stated: int | None = None


class Ledger:
    """An open ledger; one process writes it.

    `path` may be `:memory:`; `hosts.sqlite` lies beside it. With `read_only` nothing is written, and a crawl that is at
    work is not disturbed. Raises `BadLedger` for a file that is none of ours.
    """

    def __init__(self, path: Path | str, *, read_only: bool = False) -> None:
        self._furniture: OrderedDict[str, frozenset[bytes]] = OrderedDict()
        try:
            if read_only:
                self._db = sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
                self._check_version(path, VERSION)
                return
            self._db = sqlite3.connect(path, isolation_level=None)
            lasting = path if path == ":memory:" else Path(path).with_name(HOSTS_FILE)
            self._check_version(path, 0, VERSION)
            self._db.execute("PRAGMA main.journal_mode = WAL")
            path = lasting
            self._db.execute("ATTACH ? AS lasting", (str(lasting),))
            self._db.execute("PRAGMA lasting.journal_mode = WAL")
            # The operating system keeps what a killed process has written; only a power cut could lose the last
            # commits, not the file.
            self._db.execute("PRAGMA main.synchronous = NORMAL")
            self._db.execute("PRAGMA lasting.synchronous = NORMAL")
            self._db.executescript(SCHEMA)
            self._db.execute(f"PRAGMA main.user_version = {VERSION}")
        except sqlite3.OperationalError as error:
            raise BadLedger(f"{path}: cannot be written: {error}; is there room on the disk?") from error
        except sqlite3.DatabaseError as error:
            raise BadLedger(
                f"{path}: cannot be used as a ledger: {error}; delete it and begin the crawl anew"
            ) from error
        self._db.execute("UPDATE addresses SET state = ? WHERE state = ?", (WAITING, RUNNING))

    def _check_version(self, path: Path | str, *known: int) -> None:
        if self._db.execute("PRAGMA main.user_version").fetchone()[0] not in known:
            raise BadLedger(
                f"{path}: written by another version of this program; begin the crawl anew, without --resume"
            )

    def close(self) -> None:
        """Commit and close."""
        self.commit()
        self._db.close()

    def commit(self) -> None:
        """End the open transaction, if there is one."""
        if self._db.in_transaction:
            self._db.execute("COMMIT")

    def roll_back(self) -> None:
        """Forget what was booked since the last commit."""
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")
        self._furniture.clear()

    # Addresses

    def book(self, booking: Booking) -> bool:
        """Schedule an address; return False where it is known already."""
        done = self._write(f"INSERT OR IGNORE INTO addresses({HELD}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", booking)
        return done.rowcount == 1

    def take(self, host: str, now: float) -> Booking | None:
        """Return the most promising address of a host that may be asked for now, and mark it as running; None where
        none waits.
        """
        row = self._db.execute(
            f"SELECT {HELD} FROM addresses"
            " WHERE state = 0 AND host = ? AND (not_before <= ? OR not_before > ?) ORDER BY priority DESC, id LIMIT 1",
            (host, now, now + SET_BACK),
        ).fetchone()
        if row is None:
            return None
        self._write("UPDATE addresses SET state = ?, attempts = attempts + 1 WHERE key = ?", (RUNNING, row[0]))
        return Booking(*row)

    def end(
        self,
        key: bytes,
        outcome: str,
        reason: str = "",
        *,
        genre: str = "",
        year: int | None = None,
        revivable: bool = False,
    ) -> None:
        """Book the outcome of an address: for good, unless it is `revivable` by `revive`.

        `genre` is REPORT or CANDIDATE where the page or file looks like one, `year` the report year that it states.
        """
        self._write(
            "UPDATE addresses SET state = ?, outcome = ?, reason = ?, genre = ?, year = coalesce(?, year),"
            " visit = iif(?, visit, ''), body = iif(?, body, '') WHERE key = ? AND state != ?",
            (ENDED, outcome, reason[:500], genre, year, revivable, revivable, key, ENDED),
        )

    def put_back(self, key: bytes, *, not_before: float, visit: str) -> None:
        """Let an address wait for another attempt."""
        self._write(
            "UPDATE addresses SET state = ?, not_before = ?, visit = ? WHERE key = ?", (WAITING, not_before, visit, key)
        )

    def end_waiting(
        self,
        column: str,
        value: str,
        outcome: str,
        reason: str,
        *,
        revivable: bool = False,
        such: Callable[[Booking], bool] | None = None,
    ) -> Iterator[Booking]:
        """Book one outcome for every address that waits on a host or for a portal (`such` as are given up), and yield
        what was ended, for the archive; many are committed in parts. `revivable` as for `end`.
        """
        assert column in ("host", "portal")
        query = f"SELECT id, {HELD} FROM addresses WHERE state = 0 AND {column} = ? AND id > ? ORDER BY id LIMIT {BULK}"
        last = 0
        while rows := self._db.execute(query, (value, last)).fetchall():
            last = rows[-1][0]
            rows = [row for row in rows if such is None or such(Booking(*row[1:]))]
            self._begin()
            self._db.executemany(
                "UPDATE addresses SET state = ?, outcome = ?, reason = ?, visit = iif(?, visit, ''),"
                " body = iif(?, body, '') WHERE id = ?",
                [(ENDED, outcome, reason, revivable, revivable, row[0]) for row in rows],
            )
            yield from (Booking(*row[1:]) for row in rows)
            self.commit()

    def revive(self, now: float, *, attempts: int) -> None:
        """Let wait again, as for the first time, what had ended revivably: at homepages, at hosts whose rest is over,
        and, once, what had no more than so many attempts anywhere else.
        """
        self._write(
            "UPDATE addresses SET state = ?, outcome = NULL, reason = NULL, not_before = 0,"
            " visit = json_remove(visit, '$.attempt') WHERE state = ? AND visit != ''"
            " AND (role = 'home' OR host IN (SELECT host FROM lasting.hosts) OR attempts BETWEEN 1 AND ?)"
            " AND host NOT IN (SELECT host FROM lasting.hosts WHERE until > ?)",
            (WAITING, ENDED, attempts, now),
        )
        self._db.execute("DELETE FROM lasting.hosts WHERE until <= ?", (now,))
        self._db.execute("UPDATE portals SET stopped = '', passing = 0 WHERE passing")
        self.commit()

    def has_ended(self, key: bytes) -> bool:
        """Say whether an address has its ending."""
        return self.ending(key) != ("", "")

    def has_fetched(self) -> bool:
        """Say whether any address answered with content."""
        return bool(self.read("SELECT 1 FROM addresses WHERE outcome = 'ok' LIMIT 1"))

    def ending(self, key: bytes) -> tuple[str, str]:
        """Return outcome and reason of an address that has its ending; of any other nothing."""
        query = "SELECT outcome, ifnull(reason, '') FROM addresses WHERE key = ? AND state = ?"
        return self._db.execute(query, (key, ENDED)).fetchone() or ("", "")

    def forget_waiting(self, foreign: Callable[[bytes], bool]) -> None:
        """Strike out waiting addresses that have gone to another machine."""
        waiting = self._db.execute("SELECT key FROM addresses WHERE state = 0").fetchall()
        self._write_all("DELETE FROM addresses WHERE key = ?", [row for row in waiting if foreign(row[0])])
        self.commit()

    def shorten(self, host: str, shorter: Callable[[str], str]) -> None:
        """Know a host's addresses by what `shorter` makes of them; those that wait are asked for so, those that are
        known then are struck out.
        """
        rows = self._db.execute(
            "SELECT id, url, state FROM addresses WHERE host = ? AND method = 'GET' AND state != ?"
            " ORDER BY state DESC, priority DESC, id",
            (host, RUNNING),
        ).fetchall()
        self._begin()
        for row, url, state in rows:
            if (short := shorter(url)) == url:
                continue
            new = (address_key(short), short if state == WAITING else url, row)
            if not self._db.execute("UPDATE OR IGNORE addresses SET key = ?, url = ? WHERE id = ?", new).rowcount:
                self._db.execute("DELETE FROM addresses WHERE id = ? AND state = ?", (row, WAITING))

    def knows(self, key: bytes) -> bool:
        """Say whether an address was scheduled before."""
        return self._db.execute("SELECT 1 FROM addresses WHERE key = ?", (key,)).fetchone() is not None

    def waiting_hosts(self) -> dict[str, int]:
        """Return the hosts for which addresses wait, with their number."""
        return dict(
            self._db.execute(
                "SELECT host, count(*) FROM addresses WHERE state = 0 GROUP BY host ORDER BY min(id)"
            ).fetchall()
        )

    # Hosts and portals

    def stop_host(self, host: str, reason: str, *, until: float) -> None:
        """Leave a host alone until a time (Unix)."""
        self._write("INSERT OR REPLACE INTO lasting.hosts VALUES (?,?,?)", (host, reason, until))

    def stopped_hosts(self, now: float) -> dict[str, str]:
        """Return the hosts that are to be left alone, each with the reason; in this crawl or in one before it."""
        return dict(self._db.execute("SELECT host, reason FROM lasting.hosts WHERE until > ?", (now,)).fetchall())

    def count_request(self, host: str, now: float) -> None:
        """Count a request against a host's budget of the day (UTC)."""
        self._write(
            "INSERT INTO lasting.requests VALUES (?,?,1) ON CONFLICT DO UPDATE SET number = number + 1",
            (host, int(now // DAY)),
        )

    def requests_today(self, host: str, now: float) -> int:
        """Return how many requests a host has had on this day, whichever crawl sent them."""
        row = self._db.execute(
            "SELECT number FROM lasting.requests WHERE host = ? AND day = ?", (host, int(now // DAY))
        ).fetchone()
        return int(row[0]) if row else 0

    def count_page(self, portal: str) -> int:
        """Count a request against a portal's budget; return how many there were."""
        ((pages,),) = self._write(
            "INSERT INTO portals(portal, pages) VALUES (?, 1) ON CONFLICT(portal) DO UPDATE SET pages = pages + 1"
            " RETURNING pages",
            (portal,),
        ).fetchall()
        return int(pages)

    def stop_portal(self, portal: str, reason: str, *, passing: bool = False) -> None:
        """Keep why a portal was not looked through to the end; the first reason; a `passing` one until `revive`."""
        self._write("INSERT OR IGNORE INTO portals(portal) VALUES (?)", (portal,))
        self._db.execute(
            "UPDATE portals SET stopped = ?, passing = ? WHERE portal = ? AND stopped = ''", (reason, passing, portal)
        )

    def stopped_portals(self) -> dict[str, str]:
        """Return the portals that were stopped, each with the reason."""
        return dict(self._db.execute("SELECT portal, stopped FROM portals WHERE stopped != ''").fetchall())

    # Lists and furniture

    def collect(self, listing: str, keys: Iterable[bytes]) -> tuple[int, int]:
        """Add rows to a list; return how many of them are new and how many the list has now."""
        self._begin()
        new = sum(
            self._db.execute("INSERT OR IGNORE INTO listed VALUES (?,?)", (listing, key)).rowcount for key in keys
        )
        return new, int(self._db.execute("SELECT count(*) FROM listed WHERE list = ?", (listing,)).fetchone()[0])

    def is_repeated(self, listing: str, digest: bytes) -> bool:
        """Say whether a page with these very rows came before in a list, and remember it."""
        return self._write("INSERT OR IGNORE INTO list_pages VALUES (?,?)", (listing, digest)).rowcount == 0

    def close_list(self, listing: str, portal: str, ended: ListEnd) -> None:
        """Keep how a list ended."""
        row = (listing, portal, ended.pages, ended.stated, ended.declared, ended.collected, ended.reason)
        self._write("INSERT OR REPLACE INTO lists VALUES (?,?,?,?,?,?,?)", row)

    def see_furniture(self, portal: str, keys: Iterable[bytes], *, weight: int) -> None:
        """Count links that a portal's menus and home page show."""
        self._begin()
        self._furniture.pop(portal, None)
        self._db.executemany(
            "INSERT INTO furniture VALUES (?,?,?) ON CONFLICT(portal, key) DO UPDATE SET seen = seen + excluded.seen",
            [(portal, key, weight) for key in keys],
        )

    def furniture(self, portal: str, keys: Iterable[bytes]) -> frozenset[bytes]:
        """Return those of the links that belong to a portal's furniture: seen on its homepage, or on two pages."""
        known = self._furniture.get(portal)
        if known is None:
            query = "SELECT key FROM furniture WHERE portal = ? AND seen >= 2"
            known = self._furniture[portal] = frozenset(key for (key,) in self._db.execute(query, (portal,)))
            if len(self._furniture) > PORTALS_AT_A_TIME:
                self._furniture.popitem(last=False)
        return known.intersection(keys)

    # Pages that show nothing without a script file

    def wait_for_script(self, url: str, visit: str) -> None:
        """Keep the visit of a page until a script file has come."""
        self._write("INSERT OR IGNORE INTO shells VALUES (?,?)", (url, visit))

    def take_waiting_for(self, url: str) -> list[str]:
        """Return the visits of the pages that waited for a script file and wait for no other one, and forget them."""
        rows = self._write("DELETE FROM shells WHERE script = ? RETURNING visit", (url,)).fetchall()
        waits = "SELECT 1 FROM shells WHERE visit = ?"
        return [visit for (visit,) in rows if self._db.execute(waits, (visit,)).fetchone() is None]

    # Links that promise nothing

    def reserve(self, portal: str, links: Iterable[tuple[bytes, int, str, str | None, str]]) -> None:
        """Keep links until `draw`, each as key, rank (the least is drawn first), address, form and visit."""
        self._write_all(
            "INSERT OR IGNORE INTO reserve(portal, key, rank, url, form, visit) VALUES (?,?,?,?,?,?)",
            [(portal, *link) for link in links],
        )

    def draw(self, portal: str, number: int) -> list[tuple[str, str | None, str]]:
        """Take the first links out of a portal's reserve, as address, form and visit: at most `number`, none that was
        scheduled meanwhile.
        """
        self._begin()
        query = "SELECT id, key, url, form, visit FROM reserve WHERE portal = ? ORDER BY rank, id LIMIT ?"
        drawn: list[tuple[str, str | None, str]] = []
        while rows := self._db.execute(query, (portal, number - len(drawn))).fetchall():
            self._db.executemany("DELETE FROM reserve WHERE id = ?", [row[:1] for row in rows])
            drawn += [(url, form, visit) for _, key, url, form, visit in rows if not self.knows(key)]
        return drawn

    def found_years(self, portal: str) -> dict[int | None, int]:
        """Return the years of which a portal has shown reports, with their number; None stands for no year's name."""
        query = "SELECT year, count(*) FROM addresses WHERE portal = ? AND genre = 'report' GROUP BY year"
        return dict(self._db.execute(query, (portal,)).fetchall())

    # Changes of known reports

    def note_change(self, url: str, portal: str, change: str, detail: str) -> None:
        """Keep that a recheck found a report edited, moved, withdrawn or restored."""
        self._write("INSERT OR REPLACE INTO changes VALUES (?,?,?,?)", (url, change, portal, detail))

    # Facts

    def fact(self, name: str) -> str | None:
        """Return a fact that was kept, or None."""
        row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def facts(self, prefix: str) -> dict[str, str]:
        """Return the facts whose names begin so, by the rest of their names."""
        found = self._db.execute(
            "SELECT substr(name, ?), value FROM facts WHERE substr(name, 1, ?) = ?",
            (len(prefix) + 1, len(prefix), prefix),
        )
        return dict(found.fetchall())

    def keep_facts(self, facts: Mapping[str, str]) -> None:
        """Keep facts about the crawl."""
        self._write_all("INSERT OR REPLACE INTO facts VALUES (?,?)", list(facts.items()))

    def read(self, query: str, *values: object) -> list[Any]:
        """Return the rows that a query over the tables gives."""
        return self._db.execute(query, values).fetchall()

    def _write(self, statement: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        """Execute a statement in the transaction that `commit` ends."""
        self._begin()
        return self._db.execute(statement, values)

    def _write_all(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        self._begin()
        self._db.executemany(statement, rows)

    def _begin(self) -> None:
        if not self._db.in_transaction:
            self._db.execute("BEGIN")
