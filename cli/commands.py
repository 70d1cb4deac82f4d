"""The commands: they wire the rooms together and hold no logic. Every error of a room is one line and exit
status 1. `options` are handed on as they are, under the names that the rooms give them.
"""

from __future__ import annotations

import atexit
import gc
import json
import signal
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import click

from cli.archive import group as archive_group
from cli.options import (
    ARCHIVE,
    CONTACT,
    DB,
    ENGINE,
    FOLDER,
    PORTALS,
    QUIET,
    SCHEDULER,
    SHARD,
    STOP_LIST,
    WORKERS,
    YEAR,
)
from cli.reading import read
from cli.steps import (
    addresses,
    check_database,
    crawl_portals,
    dask_engine,
    extract_archive,
    register_or_none,
    say_extracted,
    show_table,
    stop_list_settings,
)
from cli.terminal import Commands, bar, fail_if, printable, say


def _stop(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="nianbao")
def nianbao() -> None:
    """Find, archive, read and publish the yearly reports on open government information (政府信息公开工作年度报告)."""
    gc.set_threshold(20_000, 20, 20)  # modules and rows are many objects and hardly a cycle,
    atexit.register(gc.freeze)  # and at the end all go with the process, none need be looked at
    signal.signal(signal.SIGTERM, _stop)  # as Ctrl-C: what was started is ended, what was written stays whole


@nianbao.command()
@PORTALS
@FOLDER
@YEAR
@click.option("--portal", "only", help="Only the portal of this authority.")
@click.option(
    "--resume", is_flag=True, help="Go on with the crawl that was stopped; nothing finished is fetched again."
)
@SHARD
@click.option("--redis", metavar="URL", help="Share the queue with other machines (extra `redis`).")
@STOP_LIST
@CONTACT
@QUIET
def crawl(shard: str | None, redis: str | None, stop_list: Path | None, **options: Any) -> None:
    """Crawl the portals of the register into the archive."""
    if shard and redis:
        raise click.UsageError("--shard parts a crawl on one machine, --redis over several: use one of them")
    settings = {**stop_list_settings(stop_list), "SHARD": shard or "", "REDIS_URL": redis or ""}
    fail_if(crawl_portals(settings=settings, **options).exit_status != 0)


@nianbao.command()
@PORTALS
@FOLDER
@click.option("--portal", "only", help="Only the reports found by way of this authority's portal.")
@click.option("--all", "everything", is_flag=True, help="Reports that are not due, too.")
@click.option("--resume", is_flag=True, help="Go on with the recheck that was stopped.")
@SHARD
@STOP_LIST
@CONTACT
@QUIET
def recheck(shard: str | None, stop_list: Path | None, quiet: bool, **options: Any) -> None:
    """Visit known reports again: which were edited, moved, withdrawn?"""
    from crawler.run import recheck as visit_again

    settings = {**stop_list_settings(stop_list), "SHARD": shard or ""}
    with addresses("rechecking", quiet) as tell:
        summary = visit_again(quiet=quiet, progress=tell, settings=settings, **options)
    for line in summary.lines():
        say(quiet and summary.exit_status == 0, line)
    fail_if(summary.exit_status != 0)


@nianbao.command("portals")
@PORTALS
@FOLDER
@YEAR
@click.option("--portal", help="Only the portal of this authority.")
@click.option("--json", "as_json", is_flag=True, help="The account as JSON, with a reason for each year.")
def show_portals(portals: Path, archive: Path, year: int | None, portal: str | None, as_json: bool) -> None:
    """Show what the last crawl found on each portal, by year. What is amiss stands beside it."""
    from crawler.account import read_account, records

    summary = read_account(portals=portals, archive=archive, only=portal, year=year)
    if as_json:
        click.echo(json.dumps(records(summary), ensure_ascii=False, indent=1))
        return
    show_table(summary)
    say(False, f"crawled {summary.crawled}")
    for line in summary.totals():
        click.echo(line)


@nianbao.command()
@ARCHIVE
@DB
@PORTALS
@WORKERS
@ENGINE
@SCHEDULER
@click.option("--all", "everything", is_flag=True, help="Read everything again, not only what is new.")
@QUIET
def extract(
    archive: Path,
    db: Path,
    portals: Path,
    workers: int,
    engine: str,
    scheduler: str | None,
    everything: bool,
    quiet: bool,
) -> None:
    """Read the archive into the database. A run that was stopped goes on: what it read is kept in DB.readings."""
    mapped = dask_engine(workers, scheduler) if engine == "dask" else None
    if scheduler and mapped is None:
        raise click.UsageError("--scheduler needs --engine dask")
    summary = extract_archive(
        archive, db, register_or_none(portals), workers=workers, everything=everything, quiet=quiet, engine=mapped
    )
    say_extracted(quiet, db, summary)


@nianbao.command()
@ARCHIVE
@DB
@PORTALS
@WORKERS
@QUIET
def diff(archive: Path, db: Path, portals: Path, workers: int, quiet: bool) -> None:
    """Say what a re-run with the present code would change. It goes cell by cell, and nothing is written."""
    from extract.database import content_hash
    from findings import differences

    content_hash(db)  # a damaged one is told now, not behind hours of reading
    with TemporaryDirectory(prefix="nianbao-") as folder:
        anew = Path(folder) / "anew.db"
        extract_archive(archive, anew, register_or_none(portals), workers=workers, everything=False, quiet=quiet)
        counts: Counter[str] = Counter()
        for found in differences(db, anew):
            click.echo(printable(str(found)))
            counts[found.table] += 1
    say(quiet, f"{db}: " + (", ".join(f"{table} {n}" for table, n in counts.items()) or "a re-run changes nothing"))


@nianbao.command()
@DB
@QUIET
def check(db: Path, quiet: bool) -> None:
    """Compare the readings with each other and write the findings."""
    check_database(db, quiet=quiet)


@nianbao.command()
@DB
@click.option("--out", required=True, type=click.Path(path_type=Path), help="FILE.jsonl, .csv, .xlsx or .parquet.")
@QUIET
def export(db: Path, out: Path, quiet: bool) -> None:
    """Write the reports of the database to one file."""
    from publish.export import export as write

    with bar("exporting", quiet) as advance:
        count = write(db, out, progress=advance)
    say(quiet, f"{out}: {count} reports")


@nianbao.command()
@DB
@ARCHIVE
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="Port; 0 takes a free one."
)
def serve(db: Path, archive: Path, host: str, port: int) -> None:
    """Serve the site, read-only, until Ctrl-C."""
    from publish.site import serve as serve_site

    serve_site(db, archive, host=host, port=port, ready=lambda line: click.echo(line))


@nianbao.command()
@PORTALS
@FOLDER
@DB
@WORKERS
@YEAR
@click.option("--resume", is_flag=True, help="Go on with the crawl that was stopped.")
@STOP_LIST
@CONTACT
@QUIET
def run(
    portals: Path, archive: Path, db: Path, workers: int, stop_list: Path | None, quiet: bool, **options: Any
) -> None:
    """Crawl, extract, check and release: the spring job, for a timer."""
    from publish.release import release

    settings = stop_list_settings(stop_list)
    crawled = crawl_portals(portals=portals, archive=archive, only=None, settings=settings, quiet=quiet, **options)
    if crawled.interrupted:
        raise click.ClickException("the crawl was stopped, and nothing is released; run again with --resume")
    built = db.with_name(f"{db.name}.new")
    summary = extract_archive(archive, built, portals, workers=workers, everything=False, quiet=quiet)
    say_extracted(quiet, built, summary)
    check_database(built, quiet=quiet)
    previous = release(built, db)
    say(quiet, f"{db}: released" + (f"; the one before is {previous}" if previous else ""))
    fail_if(crawled.exit_status != 0)


nianbao.add_command(read)
nianbao.add_command(archive_group)
