"""The command `nianbao`: wires the rooms together and holds no logic. Every error of a room is one line and exit
status 1.
"""

from __future__ import annotations

import io
import json
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NoReturn

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from crawler.run import Progress as CrawlProgress
    from crawler.summary import CrawlSummary
    from extract.reading import Reading
    from extract.run import Progress as ExtractProgress

# (module, name) of the roots of all errors that a user can meet; imported only when something went wrong.
_ERRORS = (
    ("archive.errors", "ArchiveError"),
    ("crawler.errors", "CrawlError"),
    ("extract.errors", "ExtractError"),
    ("findings.errors", "FindingsError"),
    ("publish.errors", "PublishError"),
)


class _Address(click.ParamType[Path]):
    """A folder, or an address that fsspec knows, for which its stand-in on this machine is given."""

    name = "folder or address"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:  # noqa: ARG002
        from archive.remote import is_remote, stand_in

        return stand_in(value) if is_remote(value) else Path(value)


def _local(ctx: click.Context, param: click.Parameter, value: Path) -> Path:  # noqa: ARG001
    if ":/" in str(value):  # as pathlib writes s3://…
        raise click.BadParameter("writers need a folder; `nianbao archive upload` sends what was sealed to an address")
    return value


_FOLDER = click.option(
    "--archive",
    type=click.Path(path_type=Path),
    callback=_local,
    default="data/archive",
    show_default=True,
    help="Folder of WARC files.",
)
_ARCHIVE = click.option(
    "--archive",
    type=_Address(),
    default="data/archive",
    show_default=True,
    help="Folder of WARC files, or an address of them: s3://bucket/folder and whatever fsspec knows.",
)
_DB = click.option(
    "--db", type=click.Path(path_type=Path), default="data/nianbao.db", show_default=True, help="The database."
)
_PORTALS = click.option(
    "--portals",
    type=click.Path(path_type=Path),
    default="portals.csv",
    show_default=True,
    help="The register of portals.",
)
_QUIET = click.option("--quiet", is_flag=True, help="No progress bar and no summary.")
_YEAR = click.option("--year", type=click.IntRange(2008, 2100), help="Only reports on this year.")
_CONTACT = click.option(
    "--contact",
    envvar="NIANBAO_CONTACT",
    help="Address for portal owners, sent in the User-Agent (or NIANBAO_CONTACT).",
)
_SHARD = click.option(
    "--shard", metavar="I/N", help="Only the hosts of part I of N; one process a part, all at a time."
)
_STOP_LIST = click.option(
    "--stop-list",
    type=click.Path(path_type=Path),
    help="Portals whose owners object, never asked for; stop-list.txt beside the register, if it is there.",
)
_WORKERS = click.option(
    "--workers", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes that read."
)


class _Commands(click.Group):
    """A group that tells errors in one line."""

    def main(self, *args: Any, **options: Any) -> Any:
        """Run a command line; what a terminal's encoding lacks is written escaped, and without a locale it is UTF-8."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                without = stream.encoding.lower() in ("ascii", "us-ascii", "ansi_x3.4-1968")
                stream.reconfigure(encoding="utf-8" if without else None, errors="backslashreplace")
        return super().main(*args, **options)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt:
            click.echo("stopped", err=True)
            ctx.exit(130)
        except BrokenPipeError:
            sys.stderr.close()  # the reader of our output has gone; there is nobody to tell
            ctx.exit(1)
        except OSError as error:
            raise click.ClickException(f"{error.filename or 'the system'}: {error.strerror or error}") from error
        except Exception as error:
            if _is_ours(error):
                raise click.ClickException(str(error)) from error
            raise


def _stop(number: int, frame: object) -> NoReturn:  # noqa: ARG001
    raise KeyboardInterrupt


def _is_ours(error: Exception) -> bool:
    names = {f"{cls.__module__}.{cls.__name__}" for cls in type(error).__mro__}
    return any(f"{module}.{name}" in names for module, name in _ERRORS)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="nianbao")
def main() -> None:
    """Find, archive, read and publish the yearly reports on open government information (政府信息公开工作年度报告)."""
    signal.signal(signal.SIGTERM, _stop)  # as Ctrl-C: what was started is ended, what was written stays whole


@main.command()
@_PORTALS
@_FOLDER
@_YEAR
@click.option("--portal", help="Only the portal of this authority.")
@click.option(
    "--resume", is_flag=True, help="Go on with the crawl that was stopped; nothing finished is fetched again."
)
@_SHARD
@click.option("--redis", "redis", metavar="URL", help="Share the queue with other machines (extra `redis`).")
@_STOP_LIST
@_CONTACT
@_QUIET
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
    _fail_if(
        _crawl(portals, archive, year=year, only=portal, resume=resume, contact=contact, quiet=quiet, settings=settings)
    )


@main.command()
@_PORTALS
@_FOLDER
@click.option("--portal", help="Only the reports found by way of this authority's portal.")
@click.option("--all", "everything", is_flag=True, help="Reports that are not due, too.")
@click.option("--resume", is_flag=True, help="Go on with the recheck that was stopped.")
@_SHARD
@_STOP_LIST
@_CONTACT
@_QUIET
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
        _say(quiet and summary.exit_status == 0, line)
    _fail_if(summary.exit_status != 0)


@main.command("portals")
@_PORTALS
@_ARCHIVE
@_YEAR
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
    _say(False, f"crawled {summary.crawled}")
    for line in summary.totals():
        click.echo(line)


@main.command()
@_ARCHIVE
@_DB
@_PORTALS
@_WORKERS
@click.option("--all", "everything", is_flag=True, help="Read everything again, not only what is new.")
@_QUIET
def extract(archive: Path, db: Path, portals: Path, workers: int, everything: bool, quiet: bool) -> None:
    """Read the archive into the database."""
    _extract(archive, db, _register(portals), workers=workers, everything=everything, quiet=quiet)


@main.command()
@_ARCHIVE
@_DB
@_PORTALS
@_WORKERS
@_QUIET
def diff(archive: Path, db: Path, portals: Path, workers: int, quiet: bool) -> None:
    """Say what a re-run with the present code would change in the database, cell by cell; nothing is written."""
    from extract.database import open_database
    from findings import differences

    open_database(db).close()
    with TemporaryDirectory(prefix="nianbao-") as folder:
        anew = Path(folder) / "anew.db"
        _extract(archive, anew, _register(portals), workers=workers, everything=False, quiet=quiet, tells=False)
        counts: Counter[str] = Counter()
        for found in differences(db, anew):
            click.echo(str(found))
            counts[found.table] += 1
    _say(quiet, f"{db}: " + (", ".join(f"{table} {n}" for table, n in counts.items()) or "a re-run changes nothing"))


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
    from extract import read as read_payload
    from extract.errors import UnreadableDocument
    from extract.limits import guarded

    failed = False
    for file in files:
        try:
            reading = guarded(partial(read_payload, url=file.name), file.read_bytes())
        except UnreadableDocument as error:
            reason = str(error)
        except IsADirectoryError:
            reason = "is a folder; name its files"
        except OSError as error:
            reason = str(error.strerror)
        else:
            name, indent = file.name, 1 if len(files) == 1 else None
            click.echo(_as_json(reading, name, indent=indent) if as_json else _as_text(reading, name))
            continue
        click.echo(f"Error: {file}: {reason}", err=True)
        failed = True
    _fail_if(failed)


@main.command()
@_DB
@_QUIET
def check(db: Path, quiet: bool) -> None:
    """Compare the readings with each other and write the findings."""
    _check(db, quiet=quiet)


@main.command()
@_DB
@click.option("--out", required=True, type=click.Path(path_type=Path), help="FILE.jsonl, .csv, .xlsx or .parquet.")
@_QUIET
def export(db: Path, out: Path, quiet: bool) -> None:
    """Write the reports of the database to one file."""
    from publish.export import export as write

    with _bar("exporting", quiet) as advance:
        count = write(db, out, progress=advance)
    _say(quiet, f"{out}: {count} reports")


@main.command()
@_DB
@_ARCHIVE
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="Port; 0 takes a free one."
)
def serve(db: Path, archive: Path, host: str, port: int) -> None:
    """Serve the site, read-only, until Ctrl-C."""
    from publish.site import serve as serve_site

    serve_site(db, archive, host=host, port=port, ready=lambda line: click.echo(line))


@main.command()
@_PORTALS
@_FOLDER
@_DB
@_WORKERS
@_YEAR
@click.option("--resume", is_flag=True, help="Go on with the crawl that was stopped.")
@_STOP_LIST
@_CONTACT
@_QUIET
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
    _extract(archive, built, portals, workers=workers, everything=False, quiet=quiet)
    _check(built, quiet=quiet)
    previous = release(built, db)
    _say(quiet, f"{db}: released" + (f"; the one before is {previous}" if previous else ""))
    _fail_if(incomplete)


@main.group(cls=_Commands)
def archive() -> None:
    """Fixity, index, packages and single captures of the archive."""


@archive.command()
@_ARCHIVE
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
@_QUIET
def verify(archive: Path, as_json: bool, quiet: bool) -> None:
    """Read every byte of the archive and say what is amiss."""
    from archive import verify as verify_folder

    with _bar("verifying", quiet or as_json) as advance:
        report = verify_folder(archive, progress=advance)
    click.echo(report.json() if as_json else report.text())
    _fail_if(not report.ok)


@archive.command()
@_ARCHIVE
@_QUIET
def index(archive: Path, quiet: bool) -> None:
    """Write the CDXJ index of files that lack one."""
    from archive import index as index_folder

    written = index_folder(archive)
    for path in written:
        _say(quiet, str(path))
    _say(quiet, f"{len(written)} indexes written")


@archive.command()
@_ARCHIVE
@click.argument("wanted", metavar="URL|ID|DIGEST")
@click.option("--raw", is_flag=True, help="The response exactly as it crossed the wire, on stdout.")
@click.option("--body", is_flag=True, help="The body, de-chunked and decoded, on stdout.")
def show(archive: Path, wanted: str, raw: bool, body: bool) -> None:
    """Show the newest capture of an address or of a digest (sha1:…, as the index has it), or that of an id (urn:…)."""
    from archive import find, read_capture, wire_pieces

    sign = {"urn": "id", "sha1": "digest"}.get(wanted.partition(":")[0], "url")
    found = find(archive, **{sign: wanted})
    if not found:
        raise click.ClickException(f"{archive}: holds no capture of {wanted}")
    place = (archive, found[-1].filename, found[-1].offset, found[-1].length)
    if raw:
        sys.stdout.buffer.writelines(wire_pieces(*place))
        return
    capture = read_capture(*place)
    if body:
        sys.stdout.buffer.write(capture.payload)
        return
    click.echo(
        f"{capture.url}\n{capture.fetched_at.isoformat()}  {capture.id}"
        f"  {capture.warc} {capture.offset}+{capture.length}"
    )
    click.echo(f"{capture.status}  {capture.mime}  {len(capture.payload)} bytes  {capture.digest}")
    for name, value in (*capture.headers, *capture.metadata.items()):
        click.echo(f"  {name}: {value}")
    if len(found) > 1:
        click.echo(f"{len(found)} captures, this is the newest")


@archive.command()
@_ARCHIVE
@click.option("--out", type=click.Path(path_type=Path), help="The package to write: FILE.wacz.")
@click.option("--url", "urls", multiple=True, help="Only the captures of this address, and what belongs to them.")
@click.option("--portal", help="Only what the crawl fetched from the portal of this authority.")
@click.option("--title", default="", help="A title for the package.")
@click.option("--key", type=click.Path(path_type=Path), help="Sign with this key; `nianbao archive key` makes one.")
@click.option(
    "--created", type=click.DateTime(), help="The time (UTC) that the package states; the same gives the same bytes."
)
@click.option("--verify", "package", type=click.Path(path_type=Path), help="Check this package instead.")
@click.option("--public-key", type=click.Path(path_type=Path), help="With --verify: who must have signed it (*.pub).")
@click.option("--json", "as_json", is_flag=True, help="With --verify: the report as JSON.")
@_QUIET
def wacz(
    archive: Path,
    out: Path | None,
    urls: tuple[str, ...],
    portal: str | None,
    title: str,
    key: Path | None,
    created: datetime | None,
    package: Path | None,
    public_key: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Package the archive as one WACZ file, which replayweb.page opens; with --verify, check such a file."""
    if (out is None) == (package is None):
        raise click.UsageError("name either --out FILE.wacz to write one or --verify FILE.wacz to check one")
    if package is not None:
        _verify_wacz(package, public_key, as_json=as_json, quiet=quiet)
        return
    from archive.signature import load_key
    from archive.wacz import select, write_wacz

    assert out is not None
    with _bar("packaging", quiet) as advance:
        packaged = write_wacz(
            archive,
            out,
            chosen=select(archive, urls=urls, portal=portal),
            title=title,
            created=(created or datetime.now(UTC)).replace(tzinfo=UTC),
            key=load_key(key) if key else None,
            progress=advance,
        )
    for line in packaged.left_out:
        click.echo(f"left out: {line}", err=True)
    _say(
        quiet,
        f"{out}: {packaged.captures} captures, {packaged.pages} pages, {packaged.bytes} bytes, "
        + (f"signed by {packaged.key}" if packaged.key else "not signed"),
    )


@archive.command()
@_FOLDER
@click.option("--to", "address", required=True, help="Where to: s3://bucket/folder, or another that fsspec knows.")
@_QUIET
def upload(archive: Path, address: str, quiet: bool) -> None:
    """Send the sealed files to an address, those that are not there yet; what was interrupted goes on."""
    from archive.remote import upload as send

    with _bar("sending", quiet) as advance:
        uploaded = send(archive, address, progress=advance)
    for line in uploaded.left_out:
        click.echo(f"left out: {line}", err=True)
    _say(quiet, f"{address}: {uploaded.sent} files sent, {uploaded.bytes} bytes; {uploaded.there} were there")


@archive.command()
@click.argument("file", type=click.Path(path_type=Path))
def key(file: Path) -> None:
    """Make a key that packages are signed with: FILE, to be kept secret, and FILE.pub, to be published."""
    from archive.signature import make_key

    click.echo(f"{file}: keep it secret; {file}.pub: publish it\n{make_key(file)}")


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
        _say(silent, line)
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
    with _bar(what, quiet, unit="addresses") as advance:
        yield lambda progress: advance(progress.ended, progress.scheduled)


def _register(portals: Path) -> Path | None:
    """Return the register of a command that can do without one, None where it was not named and is not there."""
    unnamed = click.get_current_context().get_parameter_source("portals") is ParameterSource.DEFAULT
    return None if unnamed and not portals.exists() else portals


def _extract(
    archive: Path,
    db: Path,
    portals: Path | None,
    *,
    workers: int,
    everything: bool,
    quiet: bool,
    tells: bool = True,
) -> None:
    from extract.run import extract as extract_archive

    with _bar("reading", quiet) as advance:

        def tell(progress: ExtractProgress) -> None:
            advance(progress.done, progress.total)

        summary = extract_archive(
            archive=archive, db=db, portals=portals, workers=workers, everything=everything, progress=tell
        )
    for line in summary.damaged:
        click.echo(line, err=True)
    refused = ", ".join(f"{count} {genre}" for genre, count in sorted(summary.refusals.items()))
    _say(
        quiet or not tells,
        f"{db}: {summary.reports} reports of {summary.authorities} authorities from {summary.captures} captures "
        f"({summary.read} documents read now); {summary.unverified} with a table in doubt; "
        f"refused: {refused or 'none'}",
    )


def _verify_wacz(package: Path, public_key: Path | None, *, as_json: bool, quiet: bool) -> None:
    from archive.wacz_check import verify_wacz

    with _bar("verifying", quiet or as_json) as advance:
        report = verify_wacz(package, public_key=public_key, progress=advance)
    click.echo(report.json() if as_json else report.text())
    _fail_if(not report.ok)


def _check(db: Path, *, quiet: bool) -> None:
    from findings import check as check_database

    counts = check_database(db)
    _say(quiet, f"{db}: findings: " + (", ".join(f"{kind} {count}" for kind, count in counts.items()) or "none"))


# ---------------------------------------------------------------- what the terminal sees
@contextmanager
def _bar(what: str, quiet: bool, *, unit: str = "") -> Iterator[Callable[[int, int], None]]:
    """A progress bar with rate and time left on stderr; nothing where it is unwanted or nobody watches."""
    if quiet or not sys.stderr.isatty():
        yield lambda done, total: None  # noqa: ARG005
        return
    progress = import_module("rich.progress")
    console = import_module("rich.console").Console(stderr=True)
    columns = [
        progress.TextColumn(what),
        progress.BarColumn(),
        progress.TaskProgressColumn(show_speed=True),
        progress.TextColumn(f"{{task.completed:,.0f}} of {{task.total:,.0f}} {unit}"),
        progress.TimeElapsedColumn(),
        progress.TimeRemainingColumn(),
    ]
    with progress.Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=1)
        yield lambda done, total: bar.update(task, completed=done, total=max(total, 1))


def _say(quiet: bool, line: str) -> None:
    if not quiet:
        click.echo(line)


def _fail_if(failed: bool) -> None:
    if failed:
        click.get_current_context().exit(1)


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


if __name__ == "__main__":
    main()
