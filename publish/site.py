"""The public site: Datasette over one built database, read-only, in this process."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import socket
import sqlite3
import threading
import warnings
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm

from archive import ArchiveError
from archive.remote import bring_up_to_date
from extract.database import not_readable, open_database
from extract.errors import ExtractError
from publish import plugin
from publish.errors import PublishError
from publish.places import PlaceFinder
from publish.replay import Packages

DATABASE = "nianbao"  # its name in addresses and in the metadata, whatever the file is called
METADATA = Path(__file__).parent.parent / "datasette-metadata.json"
SETTINGS: dict[str, Any] = {
    # The whole file may be downloaded and queried at home without limits, so the public process runs no foreign SQL:
    # each visitor could otherwise hold one of its threads for a second at a time. `?_where=` goes with it.
    "default_allow_sql": False,
    "allow_download": True,
    "suggest_facets": False,  # ten times the work of a page of a large table
    "num_sql_threads": 4,
    "sql_time_limit_ms": 3000,  # what a word in every section of a quarter of a million reports takes
    "facet_time_limit_ms": 500,
    "default_page_size": 50,
    "max_returned_rows": 1000,
    "default_facet_size": 40,  # every province, every year
    "allow_csv_stream": True,
    "max_csv_mb": 200,
    "truncate_cells_html": 300,
    "default_cache_ttl": 300,  # a release shows within five minutes
    "cache_size_kb": 20_000,
}
_GRACE_SECONDS = 5  # for answers under way when the server is stopped
_REOPEN_SECONDS = 1.0  # that a request waits for a new release before it is answered from the old one

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Site(Datasette):  # type: ignore[misc]
    """Datasette over one file for as long as it lives, and the archive that it was read from (None: not there)."""

    def __init__(self, db: Path, archive: Path | None, places: PlaceFinder) -> None:
        self.archive = archive
        self.places = places
        self.packages = Packages()
        if not pm.is_registered(plugin):
            pm.register(plugin, "nianbao")
            # Datasette's own handler prints every 404 with all local variables where `rich` is installed.
            pm.unregister(name="datasette.handle_exception")
        super().__init__(
            metadata=json.loads(METADATA.read_text(encoding="utf-8")),
            settings=SETTINGS,
            template_dir=str(plugin.TEMPLATES),
            static_mounts=[("static", str(plugin.STATIC))],
            memory=True,
        )
        self.remove_database("_memory")
        self.add_database(Database(self, str(db), is_mutable=False), name=DATABASE)
        self.app = self.client.app

    async def open(self) -> None:
        """Open every connection and count every table, so that no request pays for it.

        All connections are opened here, so that the site goes on reading one and the same file after a release has
        taken its name.
        """
        database = self.get_database(DATABASE)
        barrier = threading.Barrier(self.setting("num_sql_threads"))
        await asyncio.gather(
            *(database.execute_fn(lambda _: barrier.wait(60)) for _ in range(self.setting("num_sql_threads")))
        )
        await self.invoke_startup()
        counts = await database.table_counts(limit=60_000)
        self.inspect_data = {
            DATABASE: {
                "hash": None,
                "size": database.size,
                "tables": {table: {"count": count} for table, count in counts.items() if count is not None},
            }
        }

    def close(self) -> None:
        """Close every connection; the site answers nothing after that."""
        self.executor.shutdown(wait=True)
        self.get_database(DATABASE).close()
        self.get_database("_internal").close()


async def open_site(db: Path, archive: Path | None, places: PlaceFinder) -> Site:
    """Return the site over `db`, ready to answer. Raise ExtractError where it is no whole one of this version."""
    open_database(db).close()
    site = Site(db.absolute(), archive, places)
    try:
        await site.open()
    except sqlite3.DatabaseError as error:
        site.close()
        raise not_readable(db, error) from error
    return site


class LiveSite:
    """The ASGI application: it answers from the database that stands at `db` now, be it a new release.

    A request that meets a new file waits a moment for it to be opened and is answered from the old one where that
    takes longer. The old one is closed after its last answer. A file that does not open leaves the old one in service.
    """

    def __init__(self, db: Path, archive: Path | None, *, report: Callable[[str], None]) -> None:
        self._db, self._archive, self._report = db, archive, report
        self._places = PlaceFinder()
        self._site: Site | None = None
        self._seen: tuple[int, int, int] | None = None
        self._opening: asyncio.Task[None] | None = None
        self._answering: dict[Site, int] = {}

    async def open(self) -> None:
        """Open the database that is there now; raise ExtractError where that cannot be."""
        self._seen = self._stand()
        self._site = await open_site(self._db, self._archive, self._places)

    async def close(self) -> None:
        """Close the site that is in service."""
        await self._places.close()
        if self._opening:
            await self._opening
        if self._site:
            await asyncio.to_thread(self._site.close)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        site = await self._current()
        self._answering[site] = self._answering.get(site, 0) + 1
        try:
            await site.app(scope, receive, send)
        finally:
            self._answering[site] -= 1
            await self._retire(site)

    async def _current(self) -> Site:
        stand = self._stand()
        if stand is not None and stand != self._seen and self._opening is None:
            self._seen = stand
            self._opening = asyncio.create_task(self._reopen())
        if self._opening is not None:
            await asyncio.wait({self._opening}, timeout=_REOPEN_SECONDS)
        assert self._site is not None, "open() comes first"
        return self._site

    async def _reopen(self) -> None:
        if self._archive is not None:
            try:
                await asyncio.to_thread(bring_up_to_date, self._archive)
            except ArchiveError as error:
                self._report(f"the archive's new files are not seen: {error}")
        try:
            old, self._site = self._site, await open_site(self._db, self._archive, self._places)
        except (ExtractError, PublishError) as error:
            self._report(f"the new database is not taken up: {error}")
        else:
            self._report(f"now serving the new {self._db}")
            if old:
                await self._retire(old)
        finally:
            self._opening = None

    async def _retire(self, site: Site) -> None:
        if site is not self._site and not self._answering.get(site):
            self._answering.pop(site, None)
            await asyncio.to_thread(site.close)

    def _stand(self) -> tuple[int, int, int] | None:
        """Return what tells one file at this path from another, None in the moment where there is none."""
        try:
            status = os.stat(self._db)
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns, status.st_size


class _Server(uvicorn.Server):
    """uvicorn that takes Ctrl-C and SIGTERM as the order to stop, and does not raise them anew afterwards."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn calls it so
        self.force_exit = self.should_exit  # the second Ctrl-C does not wait for answers under way
        self.should_exit = True


def serve(
    db: Path,
    archive: Path | None,
    *,
    host: str = "127.0.0.1",
    port: int = 8001,
    ready: Callable[[str], None],
) -> None:
    """Serve the site until Ctrl-C or SIGTERM; `ready` gets its address once it answers, and later one line per event.

    Port 0 takes a free one. Raise ExtractError where `db` cannot be read, PublishError where the port is taken. Where
    `archive` is not there the site is served all the same, and the pages of originals say so.
    """
    open_database(db).close()
    listener = _listen(host, port)
    # Datasette lets coroutines go where a visitor names a facet that is none: no news for who runs the site.
    warnings.filterwarnings("ignore", r"coroutine '(TableView|\w*Facet)", RuntimeWarning)
    try:
        asyncio.run(_serve(db, archive, listener, ready))
    finally:
        listener.close()


async def _serve(db: Path, archive: Path | None, listener: socket.socket, ready: Callable[[str], None]) -> None:
    live = LiveSite(db, archive, report=ready)
    await live.open()
    config = uvicorn.Config(
        live,
        lifespan="off",
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    server = _Server(config)
    ready(_address(listener))
    if archive is None or not archive.is_dir():
        ready(f"{archive}: no archive here; the originals cannot be shown")
    try:
        await server.serve(sockets=[listener])
    finally:
        await live.close()


def _listen(host: str, port: int) -> socket.socket:
    """Return a listening socket, so that a port in use is known before anything is opened."""
    if not 0 <= port <= 65535:  # the C library would take it modulo 65536
        raise PublishError(f"{port} is no port: choose one from 0 to 65535")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise PublishError(f"{host}:{port} is no address to serve on: {error}") from error
    family, *_, address = found[0]
    try:
        both = family == socket.AF_INET6 and socket.has_dualstack_ipv6()
        return socket.create_server(address, family=family, backlog=1024, dualstack_ipv6=both)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PublishError(
                f"port {port} of {host} is in use: stop what runs there or choose another port"
            ) from error
        raise PublishError(f"cannot serve on {host}:{port}: {os.strerror(error.errno or 0)}") from error


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
