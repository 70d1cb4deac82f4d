"""`make demo`: sample portals on loopback, and the product's own commands over them, down to a site that answers.

Every step is the command that a user would type, so the demo proves the commands and not itself. Works twice in a
row: each run crawls anew into the same archive, as every spring does.
"""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from samples.server import Kinds, SamplePortals, SamplesError

FOLDER = Path("data/demo")


@click.command()
@click.option(
    "--kinds", type=click.Choice(["reports", "all"]), default="reports", show_default=True, help="Which portals."
)
@click.option(
    "--port",
    default=8001,
    type=click.IntRange(0, 65535),
    show_default=True,
    help="The site's port; 0 takes a free one.",
)
@click.option("--serve/--no-serve", "serves", default=True, help="Serve the site at the end.")
def main(kinds: Kinds, port: int, serves: bool) -> None:
    """Crawl the sample portals, read what was archived, and serve the site until Ctrl-C."""
    signal.signal(signal.SIGTERM, _stop)
    FOLDER.mkdir(parents=True, exist_ok=True)
    register, archive, db = FOLDER / "portals.csv", FOLDER / "archive", FOLDER / "nianbao.db"
    with contextlib.suppress(KeyboardInterrupt):
        try:
            with SamplePortals(kinds=kinds, keep_log=False) as portals:
                portals.portals_csv(register)
                click.echo(f"{len(portals.portals)} sample portals answer on loopback; crawling them")
                _run("crawl", "--portals", register, "--archive", archive, "--contact", "demo@example.org")
            _run("extract", "--archive", archive, "--db", db, "--portals", register)
            _run("check", "--db", db)
            _run("archive", "verify", "--archive", archive)
            _run("export", "--db", db, "--out", FOLDER / "reports.jsonl")
        except SamplesError as error:
            raise click.ClickException(str(error)) from error
        _sum_up(FOLDER / "reports.jsonl")
        if serves:
            click.echo("the site (stop it with Ctrl-C):")
            _run("serve", "--db", db, "--archive", archive, "--port", port)


class _Terminated(KeyboardInterrupt):
    """Raised on SIGTERM, which reaches this process alone: the command under way must be told."""


def _stop(number: int, frame: object) -> NoReturn:  # noqa: ARG001
    raise _Terminated


def _run(*words: object) -> None:
    """Run a command of nianbao; end the demo where it fails."""
    command = [str(Path(sys.executable).with_name("nianbao")), *map(str, words)]
    with subprocess.Popen(command) as process:
        try:
            status = process.wait()
        except _Terminated:
            process.terminate()
            raise
        except KeyboardInterrupt:
            process.wait()  # Ctrl-C has reached it, too; it stops by itself
            raise
    if status:
        raise click.ClickException(f"{' '.join(['nianbao', *map(str, words)])}: ended with status {status}")


def _sum_up(export: Path) -> None:
    reports: Sequence[dict[str, object]] = [
        json.loads(line) for line in export.read_text(encoding="utf-8").splitlines()
    ]
    years = Counter(str(report["report_year"]) for report in reports)
    broken = [report for report in reports if report["inconsistent"]]
    click.echo(
        f"{len(reports)} reports read: " + ", ".join(f"{count} on {year}" for year, count in sorted(years.items()))
    )
    for report in broken[:5]:
        click.echo(f"  {report['title']}: its own figures break {', '.join(map(str, report['inconsistent']))}")  # type: ignore[call-overload]


if __name__ == "__main__":
    main()
