"""The command `nianbao`: wires the rooms together and holds no logic. Every error of a room is one line and exit
status 1.
"""

from __future__ import annotations

import atexit
import gc
import json
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NoReturn

import click
from click.core import ParameterSource

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
from cli.terminal import Commands, bar, fail_if, printable, say

if TYPE_CHECKING:
    from crawler.run import Progress as CrawlProgress
    from crawler.summary import CrawlSummary
    from extract.reading import Reading
    from extract.run import ExtractSummary
    from extract.run import Progress as ExtractProgress
    from extract.workers import Engine


def _stop(number: int, frame: object) -> NoReturn:  # noqa: ARG001
    raise KeyboardInterrupt


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="nianbao")
def main() -> None:
    """Find, archive, read and publish the yearly reports on open government information (政府信息公开工作年度报告)."""
    gc.set_threshold(20_000, 20, 20)  # modules and rows are many objects and hardly a cycle,
    atexit.register(gc.freeze)  # and at the end all go with the process, none need be looked at
    signal.signal(signal.SIGTERM, _stop)  # as Ctrl-C: what was started is ended, what was written stays whole


@main.command()
@PORTALS
@FOLDER
@YEAR
@click.option("--portal", help="Only the portal of this authority.")
@click.option(
    "--resume", is_flag=True, help="Go on with the crawl that was stopped; nothing finished is fetched again."
)
@SHARD
@click.option("--redis", "redis", metavar="URL", help="Share the queue with other machines (extra `redis`).")
@STOP_LIST
@CONTACT
@QUIET
def crawl(
    portals: Path,
    archive: Path,
    year: int | None,
    portal: str | None,
    resume: bool,
    shard: str | None,
    redis: str | None,
    stop_list: Path | None,
    contact: str | None,
    quiet: bool,
) -> None:
    """Crawl the portals of the register into the archive."""
    settings = {**_stop_list(stop_list), "SHARD": shard or "", "REDIS_URL": redis or ""}
    if shard and redis:
        raise click.UsageError("--shard parts a crawl on one machine, --redis over several: use one of them")
    fail_if(
        _crawl(portals, archive, year=year, only=portal, resume=resume, contact=contact, quiet=quiet, settings=settings)
    )


@main.command()
@PORTALS
@FOLDER
@click.option("--portal", help="Only the reports found by way of this authority's portal.")
@click.option("--all", "everything", is_flag=True, help="Reports that are not due, too.")
@click.option("--resume", is_flag=True, help="Go on with the recheck that was stopped.")
@SHARD
@STOP_LIST
@CONTACT
@QUIET
def recheck(
    portals: Path,
    archive: Path,
    portal: str | None,
    everything: bool,
    resume: bool,
    shard: str | None,
    stop_list: Path | None,
    contact: str | None,
    quiet: bool,
) -> None:
    """Visit known reports again: which were edited, moved, withdrawn?"""
    from crawler.run import recheck as visit_again

    with _addresses("rechecking", quiet) as tell:
        summary = visit_again(
            portals=portals,
            archive=archive,
            only=portal,
            everything=everything,
            resume=resume,
            contact=contact,
            quiet=quiet,
            progress=tell,
            settings={**_stop_list(stop_list), "SHARD": shard or ""},
        )
    for line in summary.lines():
        say(quiet and summary.exit_status == 0, line)
    fail_if(summary.exit_status != 0)


@main.command("portals")
@PORTALS
@ARCHIVE
@YEAR
@click.option("--portal", help="Only the portal of this authority.")
@click.option("--json", "as_json", is_flag=True, help="The account as JSON, with a reason for each year.")
def show_portals(portals: Path, archive: Path, year: int | None, portal: str | None, as_json: bool) -> None:
    """Show what the last crawl found on each portal of the register, year by year, and what is amiss."""
    from crawler.account import read_account, records

    summary = read_account(portals=portals, archive=archive, only=portal, year=year)
    if as_json:
        click.echo(json.dumps(records(summary), ensure_ascii=False, indent=1))
        return
    _show_table(summary)
    say(False, f"crawled {summary.crawled}")
    for line in summary.totals():
        click.echo(line)


@main.command()
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
    """Read the archive into the database."""
    mapped = _dask(workers, scheduler) if engine == "dask" else None
    if scheduler and mapped is None:
        raise click.UsageError("--scheduler needs --engine dask")
    summary = _extract(
        archive, db, _register(portals), workers=workers, everything=everything, quiet=quiet, engine=mapped
    )
    _say_extracted(quiet, db, summary)


@main.command()
@ARCHIVE
@DB
@PORTALS
@WORKERS
@QUIET
def diff(archive: Path, db: Path, portals: Path, workers: int, quiet: bool) -> None:
    """Say what a re-run with the present code would change in the database, cell by cell; nothing is written."""
    from extract.database import open_database
    from findings import differences

    open_database(db).close()
    with TemporaryDirectory(prefix="nianbao-") as folder:
        anew = Path(folder) / "anew.db"
        _extract(archive, anew, _register(portals), workers=workers, everything=False, quiet=quiet)
        counts: Counter[str] = Counter()
        for found in differences(db, anew):
            click.echo(printable(str(found)))
            counts[found.table] += 1
    say(quiet, f"{db}: " + (", ".join(f"{table} {n}" for table, n in counts.items()) or "a re-run changes nothing"))


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="The gold format plus genre, rule and warnings; a line a file where several are named.",
)
def read(files: tuple[Path, ...], as_json: bool) -> None:
    """Read documents of any supported type and print what they state."""
    from archive import MAX_PAYLOAD
    from extract import read as read_payload
    from extract.errors import UnreadableDocument
    from extract.limits import guarded

    failed = False
    for file in files:
        try:
            with file.open("rb") as document:
                payload = document.read(MAX_PAYLOAD + 1)  # it may be a device, which has no end
            if len(payload) > MAX_PAYLOAD:
                raise UnreadableDocument("too_large", f"at most {MAX_PAYLOAD >> 20} MiB are read")
            reading = guarded(partial(read_payload, url=file.name), payload)
        except UnreadableDocument as error:
            reason = str(error)
        except IsADirectoryError:
            reason = "is a folder; name its files"
        except OSError as error:
            reason = str(error.strerror)
        else:
            name, indent = file.name, 1 if len(files) == 1 else None
            click.echo(_as_json(reading, name, indent=indent) if as_json else printable(_as_text(reading, name)))
            continue
        click.echo(printable(f"Error: {file}: {reason}"), err=True)
        failed = True
    fail_if(failed)


@main.command()
@DB
@QUIET
def check(db: Path, quiet: bool) -> None:
    """Compare the readings with each other and write the findings."""
    _check(db, quiet=quiet)


@main.command()
@DB
@click.option("--out", required=True, type=click.Path(path_type=Path), help="FILE.jsonl, .csv, .xlsx or .parquet.")
@QUIET
def export(db: Path, out: Path, quiet: bool) -> None:
    """Write the reports of the database to one file."""
    from publish.export import export as write

    with bar("exporting", quiet) as advance:
        count = write(db, out, progress=advance)
    say(quiet, f"{out}: {count} reports")


@main.command()
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


@main.command()
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
    portals: Path,
    archive: Path,
    db: Path,
    workers: int,
    year: int | None,
    resume: bool,
    stop_list: Path | None,
    contact: str | None,
    quiet: bool,
) -> None:
    """Crawl, extract, check and release: the spring job, for a timer."""
    from publish.release import release

    settings = _stop_list(stop_list)
    incomplete = _crawl(
        portals, archive, year=year, only=None, resume=resume, contact=contact, quiet=quiet, settings=settings
    )
    built = db.with_name(f"{db.name}.new")
    summary = _extract(archive, built, portals, workers=workers, everything=False, quiet=quiet)
    _say_extracted(quiet, built, summary)
    _check(built, quiet=quiet)
    previous = release(built, db)
    say(quiet, f"{db}: released" + (f"; the one before is {previous}" if previous else ""))
    fail_if(incomplete)


main.add_command(archive_group)


# ---------------------------------------------------------------- steps that more than one command takes
def _crawl(
    portals: Path,
    archive: Path,
    *,
    year: int | None,
    only: str | None,
    resume: bool,
    contact: str | None,
    quiet: bool,
    settings: Mapping[str, Any],
) -> bool:
    """Crawl; return whether the crawl is incomplete or fetched nothing."""
    from crawler.run import crawl as crawl_portals

    with _addresses("crawling", quiet) as tell:
        summary = crawl_portals(
            portals=portals,
            archive=archive,
            year=year,
            only=only,
            resume=resume,
            contact=contact,
            quiet=quiet,
            progress=tell,
            settings=settings,
        )
    silent = quiet and summary.exit_status == 0
    if not silent:
        _show_table(summary)
    for line in summary.totals():
        say(silent, line)
    return summary.exit_status != 0


def _stop_list(path: Path | None) -> dict[str, str]:
    return {"STOP_LIST": str(path)} if path else {}


def _show_table(summary: CrawlSummary) -> None:
    from crawler.account import table

    console = import_module("rich.console").Console()
    if not console.is_terminal:
        console.width = 200  # a file has no edge to wrap at
    console.print(table(summary))


@contextmanager
def _addresses(what: str, quiet: bool) -> Iterator[Callable[[CrawlProgress], None]]:
    """A progress bar over addresses."""
    with bar(what, quiet, unit="addresses") as advance:
        yield lambda progress: advance(progress.ended, progress.scheduled)


def _register(portals: Path) -> Path | None:
    """Return the register of a command that can do without one, None where it was not named and is not there."""
    unnamed = click.get_current_context().get_parameter_source("portals") is ParameterSource.DEFAULT
    return None if unnamed and not portals.exists() else portals


def _dask(workers: int, scheduler: str | None) -> Engine:
    if scheduler and click.get_current_context().get_parameter_source("workers") is not ParameterSource.DEFAULT:
        raise click.UsageError("--workers are processes of this machine, a --scheduler has workers of its own: use one")
    from extract.cluster import read_spans

    return partial(read_spans, workers=workers, scheduler=scheduler)


def _extract(
    archive: Path,
    db: Path,
    portals: Path | None,
    *,
    workers: int,
    everything: bool,
    quiet: bool,
    engine: Engine | None = None,
) -> ExtractSummary:
    """Read the archive; what of it is damaged is told."""
    from extract.run import extract as extract_archive

    with bar("reading", quiet) as advance:

        def tell(progress: ExtractProgress) -> None:
            advance(progress.done, progress.total)

        summary = extract_archive(
            archive=archive,
            db=db,
            portals=portals,
            workers=workers,
            everything=everything,
            progress=tell,
            engine=engine,
        )
    for line in summary.damaged:
        click.echo(printable(line), err=True)
    return summary


def _say_extracted(quiet: bool, db: Path, summary: ExtractSummary) -> None:
    refused = ", ".join(f"{count} {genre}" for genre, count in sorted(summary.refusals.items()))
    say(
        quiet,
        f"{db}: {summary.reports} reports of {summary.authorities} authorities from {summary.captures} captures "
        f"({summary.read} documents read now); {summary.unverified} with a table in doubt; "
        f"refused: {refused or 'none'}",
    )


def _check(db: Path, *, quiet: bool) -> None:
    from findings import check as check_database

    counts = check_database(db)
    say(quiet, f"{db}: findings: " + (", ".join(f"{kind} {count}" for kind, count in counts.items()) or "none"))


def _as_json(reading: Reading, source: str, *, indent: int | None) -> str:
    value = {"genre": reading.genre, "rule": reading.rule, **reading.as_gold(source)}
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _as_text(reading: Reading, source: str) -> str:
    lines = [f"{source}: {reading.genre} ({reading.rule})"]
    names = ("title", "issuer", "report_year", "published", "form")
    lines += [f"  {name:12} {'' if (value := getattr(reading, name)) is None else value}" for name in names]
    for table in ("table2", "table3", "table4"):
        rows: dict[str, Sequence[Any]] = getattr(reading, table)
        lines.append(f"  {table}: {reading.status.get(table, 'absent')}")
        for row, cells in rows.items():
            values = cells.values() if isinstance(cells, dict) else cells
            lines.append(
                f"    {row:34}" + " ".join(f"{'·' if cell.value is None else cell.value:>7}" for cell in values)
            )
    lines += [
        f"  {section.heading or '(before the first heading)'}: {len(section.text)} characters"
        for section in reading.sections
    ]
    lines += [f"  warning: {warning}" for warning in reading.warnings]
    return "\n".join(lines)
