"""Re-extraction of a WARC: `nianbao extract --all` against naive_pipeline.py, in turn in one run.

    python -m tests.bench.re_extraction [--naive-python PYTHON] [--pages 600] [--rounds 3] [--workers 1,2]

Half of the pages are reports as portals print them, half papers that are none but look like it (notices on reports,
indexes, guides, budgets); all are generated, with known truth. A line a number of workers: pages a second, the ratios
naive ÷ ours of wall clock and processor time (median and range over the rounds), and the share of the cells of table 3
that each of the two states exactly. Exit status 1 where ours are not all exact: then no ratio counts.

This is the lower end of what to expect. The papers are of 3 KB, and three of four hold words of the form, so that they
are read to the end; most of what a crawl brings are lists and articles in the menus and scripts of their portal, which
the pre-filter drops unread and the yardstick reads. Every report differs from all others in layout and wording, so that
little of what was worked out for one serves the next; and the yardstick reads nothing but its table 3.

The yardstick needs pandas, which this project does not: `make .stamps/naive` makes an interpreter with it from
`tests/bench/naive.lock`; then `--naive-python .venv-naive/bin/python`, as `make bench` does.
"""

from __future__ import annotations

import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import click

from archive import ArchiveWriter, Exchange
from extract.authorities import resolve
from extract.form import APPLICANTS
from tests.generate import shapes
from tests.generate.sample import Sample

NAIVE = Path(__file__).with_name("naive_pipeline.py")
REPORTS = ("hand-made", "mso", "ueditor", "spreadsheet", "head-cells", "nested-layout", "chrome", "busy", "gbk")
PAPERS = ("notice", "news", "index", "budget", "summary", "guide", "interpretation", "rule-of-law")
STARTED = datetime(2026, 1, 1, tzinfo=UTC)
SEED = 11
HOST = "www.example.gov.cn"

Rows = list[list[int | None]]


@dataclass(slots=True)
class Turns:
    """What the rounds of one number of workers gave."""

    seconds: list[float] = field(default_factory=list)  # of ours
    walls: list[float] = field(default_factory=list)  # ratios
    processors: list[float] = field(default_factory=list)


def write_archive(folder: Path, count: int) -> tuple[dict[str, Rows], int]:
    """Write about `count` pages into an archive; return the rows of table 3 of its reports by address, and how many
    pages there are.

    Of one authority and year there is one report: a second one would be another rendition of it, or another edition.
    """
    truth: dict[str, Rows] = {}
    papers = shapes.plan(count // 2, formats=("papers",), shapes=PAPERS)
    reports = shapes.plan(count - count // 2, formats=("html",), shapes=REPORTS)
    taken: set[tuple[str, int]] = set()
    written = 0
    with ArchiveWriter(folder) as writer:
        for number, (format_name, shape, index) in enumerate([*papers, *reports]):
            sample = shapes.generate(format_name, shape, seed=SEED, index=index)
            url = f"http://{HOST}/{format_name}/{number}.html"
            whose = (resolve(sample.truth.get("issuer"), host=HOST).authority.id, sample.truth.get("report_year") or 0)
            if format_name == "html":
                if whose in taken:
                    continue
                taken.add(whose)
                truth[url] = list(sample.truth["table3"].values())
            writer.write(_exchange(url, sample))
            written += 1
    return truth, written


def _exchange(url: str, sample: Sample) -> Exchange:
    charset = f"; charset={sample.charset}" if sample.charset else ""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html{charset}\r\nContent-Length: {len(sample.payload)}\r\n\r\n"
    sent = f"GET {url} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
    return Exchange(url, sent, head.encode() + sample.payload, "192.0.2.1", STARTED, ())


def timed(command: Sequence[str]) -> tuple[float, float]:
    """Run a command; return its seconds, of the clock and of the processor."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise click.ClickException(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    return wall, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def stated_by_us(db: Path) -> dict[str, Rows]:
    """Return the rows of table 3 that our database states, by the address of each rendition."""
    columns = ", ".join(APPLICANTS)
    rows: dict[str, Rows] = {}
    with sqlite3.connect(db) as database:
        for url, *cells in database.execute(
            f"SELECT url, {columns} FROM renditions JOIN applications USING (report_id) ORDER BY applications.rowid"
        ):
            rows.setdefault(url, []).append(cells)
    return rows


def stated_by_naive(db: Path) -> dict[str, Rows]:
    """Return the same from the yardstick's database."""
    rows: dict[str, Rows] = {}
    with sqlite3.connect(db) as database:
        for url, row, number in database.execute('SELECT url, "row", number FROM cells ORDER BY rowid'):
            stated = rows.setdefault(url, [])
            stated.extend([] for _ in range(row + 1 - len(stated)))
            stated[row].append(number)
    return rows


def exact(stated: Mapping[str, Rows], truth: Mapping[str, Rows]) -> float:
    """Return the share of the cells that are stated exactly; a report that is missing counts as all wrong."""
    right = total = 0
    for url, rows in truth.items():
        for at, row in enumerate(rows):
            have = stated.get(url, [])[at : at + 1]
            total += len(row)
            right += sum(one == other for one, other in zip(row, have[0] if have else (), strict=False))
    return right / total


@click.command(help=__doc__.splitlines()[0] if __doc__ else None)
@click.option("--naive-python", default=sys.executable, help="Interpreter with pandas. Default: this one.")
@click.option("--pages", default=600, show_default=True)
@click.option("--rounds", default=3, show_default=True)
@click.option("--workers", default="1,2", show_default=True)
def main(naive_python: str, pages: int, rounds: int, workers: str) -> None:
    """Measure and print."""
    if subprocess.run(
        [naive_python, "-c", "import pandas, trafilatura, warcio"], check=False, capture_output=True
    ).returncode:
        raise click.UsageError(
            f"{naive_python} lacks pandas, trafilatura or warcio.\n{(__doc__ or '').split(chr(10) * 2)[-1]}"
        )
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        truth, written = write_archive(place / "archive", pages)
        for count in workers.split(","):
            _measure(place, naive_python, written, rounds, count)
        ours, theirs = exact(stated_by_us(place / "ours.db"), truth), exact(stated_by_naive(place / "naive.db"), truth)
    click.echo(f"cells of table 3 exact: ours {ours:.6f}, naive {theirs:.4f}")
    sys.exit(ours < 1)


def _measure(place: Path, naive_python: str, pages: int, rounds: int, workers: str) -> None:
    warc = next((place / "archive").glob("*.warc.gz"))
    turns = Turns()
    for _ in range(rounds):
        (place / "naive.db").unlink(missing_ok=True)
        naive = timed([naive_python, str(NAIVE), str(warc), str(place / "naive.db"), "--workers", workers])
        ours = timed(
            [
                *(sys.executable, "-m", "cli", "extract", "--all", "--workers", workers),
                *("--archive", str(place / "archive"), "--db", str(place / "ours.db")),
            ]
        )
        turns.seconds.append(ours[0])
        turns.walls.append(naive[0] / ours[0])
        turns.processors.append(naive[1] / ours[1])
    click.echo(
        f"{workers} workers: {pages / statistics.median(turns.seconds):.0f} pages/s; naive ÷ ours: "
        f"wall {_spread(turns.walls)}, processor {_spread(turns.processors)}"
    )


def _spread(ratios: Sequence[float]) -> str:
    return f"{statistics.median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})"


if __name__ == "__main__":
    main()
