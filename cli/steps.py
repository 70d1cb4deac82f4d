"""The steps that more than one command takes: a crawl, an extraction, a check, and what is said of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from cli.terminal import bar, printable, say

if TYPE_CHECKING:
    from crawler.run import Progress as CrawlProgress
    from crawler.summary import CrawlSummary
    from extract.run import ExtractSummary
    from extract.run import Progress as ExtractProgress
    from extract.workers import Engine


def crawl_portals(*, quiet: bool, **options: Any) -> CrawlSummary:
    """Crawl with the options of `crawler.run.crawl`, and say what it came to."""
    from crawler.run import crawl

    with addresses("crawling", quiet) as tell:
        summary = crawl(quiet=quiet, progress=tell, **options)
    silent = quiet and summary.exit_status == 0
    if not silent:
        show_table(summary)
    for line in summary.totals():
        say(silent, line)
    return summary


def stop_list_settings(path: Path | None) -> dict[str, str]:
    return {"STOP_LIST": str(path)} if path else {}


def show_table(summary: CrawlSummary) -> None:
    from crawler.account import table

    console = import_module("rich.console").Console()
    if not console.is_terminal:
        console.width = 200  # a file has no edge to wrap at
    console.print(table(summary))


@contextmanager
def addresses(what: str, quiet: bool) -> Iterator[Callable[[CrawlProgress], None]]:
    """A progress bar over addresses."""
    with bar(what, quiet, unit="addresses") as advance:
        yield lambda progress: advance(progress.ended, progress.scheduled)


def register_or_none(portals: Path) -> Path | None:
    """Return the register of a command that can do without one, None where it was not named and is not there."""
    unnamed = click.get_current_context().get_parameter_source("portals") is ParameterSource.DEFAULT
    return None if unnamed and not portals.exists() else portals


def dask_engine(workers: int, scheduler: str | None) -> Engine:
    if scheduler and click.get_current_context().get_parameter_source("workers") is not ParameterSource.DEFAULT:
        raise click.UsageError("--workers are processes of this machine, a --scheduler has workers of its own: use one")
    from extract.cluster import read_spans

    return partial(read_spans, workers=workers, scheduler=scheduler)


def extract_archive(archive: Path, db: Path, portals: Path | None, *, quiet: bool, **options: Any) -> ExtractSummary:
    """Read the archive with the options of `extract.run.extract`; what of it is damaged is told."""
    from extract.run import extract

    with bar("reading", quiet) as advance:

        def tell(progress: ExtractProgress) -> None:
            advance(progress.done, progress.total)

        summary = extract(archive=archive, db=db, portals=portals, progress=tell, **options)
    for line in summary.damaged:
        click.echo(printable(line), err=True)
    return summary


def say_extracted(quiet: bool, db: Path, summary: ExtractSummary) -> None:
    refused = ", ".join(f"{count} {genre}" for genre, count in sorted(summary.refusals.items()))
    if summary.unreadable:
        refused += f" ({', '.join(f'{reason} {count}' for reason, count in summary.unreadable.items())})"
    say(
        quiet,
        f"{db}: {summary.reports} reports of {summary.authorities} authorities from {summary.captures} captures "
        f"({summary.read} documents read now); {summary.unverified} with a table in doubt; "
        f"refused: {refused or 'none'}",
    )


def check_database(db: Path, *, quiet: bool) -> None:
    from findings import check

    counts = check(db)
    say(quiet, f"{db}: findings: " + (", ".join(f"{kind} {count}" for kind, count in counts.items()) or "none"))
