"""A whole crawl (fetch, links, archive; politeness off): `crawler` against naive_crawl.py, in turn in one run.

    python -m tests.bench.crawl_speed [--pages 800] [--rounds 5]

Portals on loopback, generated, served by a process of their own: report pages under the portal's menus, lists of them
with 下一页, PDF files that hang on them. Both crawls must archive the same addresses, all there are, and ours must see
every link that the yardstick's LinkExtractor sees. Figures are medians with their range over the rounds, of the
processor time of the crawling process from the start of its reactor to the sealed archive: pages a second, the ratio
ours ÷ naive, and what archiving costs ours over the rest of the crawl, timed inside it; and as a check, which is less
exact, by a third crawl that archives nothing. Exit status 1 where an address is missing: then no ratio counts.
"""

from __future__ import annotations

import gc
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import click
from warcio.archiveiterator import ArchiveIterator

from tests.bench.portals import FOLDER, Pages, make_portal, served

PORTALS = 8
COLLECTION = (20_000, 20, 20)  # as every command of ours has it (cli.commands)


class Spent(NamedTuple):
    """What a crawl cost: seconds of the processor, and those of them for archiving (of the naive crawl: unknown)."""

    seconds: float
    archiving: float = 0.0


def crawl_naive(origins: Sequence[str], place: Path) -> Spent:
    """Run the yardstick in this process."""
    from tests.bench import naive_crawl

    started = _note_start()
    naive_crawl.crawl([f"{origin}/" for origin in origins], FOLDER, place / "naive.warc.gz")
    return Spent(time.process_time() - started[0])


def crawl_ours(origins: Sequence[str], place: Path) -> Spent:
    """Run our crawl in this process."""
    from archive import ArchiveWriter
    from crawler.recorder import Recorder
    from crawler.run import crawl

    register = place / "portals.csv"
    rows = [f"甲县{number},county,510781,{origin}/\n" for number, origin in enumerate(origins)]
    register.write_text("authority,level,division_code,start_url\n" + "".join(rows), encoding="utf-8")
    archiving = 0.0
    gc.set_threshold(*COLLECTION)

    def timed(method: Callable[..., None]) -> Callable[..., None]:
        def call(*args: Any, **kwargs: Any) -> None:
            nonlocal archiving
            begun = time.thread_time()
            method(*args, **kwargs)
            archiving += time.thread_time() - begun

        return call

    for part, name in ((Recorder, "record"), (ArchiveWriter, "close")):
        setattr(part, name, timed(getattr(part, name)))
    started = _note_start()
    settings = {
        "PORTAL_RESERVE": 0
    }  # the reports name other years than their lists, which looks as if some were missing
    summary = crawl(portals=register, archive=place / "archive", quiet=True, settings=settings)
    spent = time.process_time() - started[0]
    if summary.exit_status:
        raise click.ClickException("\n".join(summary.totals()))
    return Spent(spent, archiving)


def crawl_unarchived(origins: Sequence[str], place: Path) -> Spent:
    """Run our crawl in this process, with a recorder that writes nothing."""
    from crawler.recorder import Recorder

    Recorder._write = lambda *_: None  # type: ignore[method-assign]
    return crawl_ours(origins, place)


def _note_start() -> list[float]:
    """Return a list that holds the process's time once Scrapy has been set up and its reactor starts."""
    from scrapy.crawler import CrawlerProcess

    noted: list[float] = []
    start = CrawlerProcess.start

    def noting(self: CrawlerProcess, *args: Any, **kwargs: Any) -> None:
        noted.append(time.process_time())
        start(self, *args, **kwargs)

    CrawlerProcess.start = noting  # type: ignore[method-assign]
    return noted


def check_links(portal: Pages) -> None:
    """Raise where LinkExtractor sees a link on a page of a portal that ours does not."""
    from scrapy.http import HtmlResponse
    from scrapy.linkextractors import LinkExtractor

    from crawler.addresses import canonical
    from crawler.page import Page

    extractor = LinkExtractor(deny_extensions=())
    for path, answer in portal.items():
        url, (head, _, body) = f"http://127.0.0.1{path}", answer.partition(b"\r\n\r\n")
        if b"text/html" not in head:
            continue
        kind = head.partition(b"Content-Type: ")[2].partition(b"\r\n")[0]
        response = HtmlResponse(url, headers={"Content-Type": kind}, body=body)
        theirs = {canonical(link.url) for link in extractor.extract_links(response)}
        ours = {link.url for link in Page.from_bytes(url, body, kind.decode()).links} | {url}
        if missing := theirs - ours:
            raise click.ClickException(f"{path}: {len(missing)} links are not seen, the first {missing.pop()}")


def archived(files: Iterator[Path]) -> set[str]:
    """Return the addresses whose answers WARC files hold, robots.txt aside."""
    found = set()
    for path in files:
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                if record.rec_type in ("response", "revisit"):
                    found.add(record.rec_headers.get_header("WARC-Target-URI"))
    return {url for url in found if not url.endswith("/robots.txt")}


def measure(origins: Sequence[str], addresses: set[str]) -> tuple[Spent, Spent, Spent]:
    """Return what one crawl each cost, naive, ours, and ours without an archive, in processes of their own."""
    context = multiprocessing.get_context("spawn")  # a reactor starts once in a process
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(1, mp_context=context, max_tasks_per_child=1) as pool,
    ):
        place = Path(folder)
        naive, ours = (pool.submit(crawl, origins, place).result() for crawl in (crawl_naive, crawl_ours))
        (place / "without").mkdir()
        without = pool.submit(crawl_unarchived, origins, place / "without").result()
        for name, pattern in (("the naive crawl", "naive.warc.gz"), ("ours", "archive/*.warc.gz")):
            if (found := archived(place.glob(pattern))) != addresses:
                amiss = sorted(found ^ addresses)
                raise click.ClickException(f"{name}: {len(amiss)} addresses missing or in excess, the first {amiss[0]}")
    return naive, ours, without


@click.command(help=__doc__.splitlines()[0] if __doc__ else None)
@click.option("--pages", default=800, show_default=True, help="Reports to serve; lists and files come on top.")
@click.option("--rounds", default=5, show_default=True)
def main(pages: int, rounds: int) -> None:
    """Measure and print."""
    portals = [make_portal(number, pages // PORTALS) for number in range(PORTALS)]
    check_links(portals[0])
    with served(portals) as origins:
        addresses = {origin + path for origin, portal in zip(origins, portals, strict=True) for path in portal}
        turns = [measure(origins, addresses) for _ in range(rounds)]
    size = sum(len(page) for portal in portals for page in portal.values())
    count = len(addresses)
    sys.stdout.write(f"{count} addresses, {size / 1e6:.0f} MB, found and archived by both; median of {rounds}\n")
    for name, values in {
        "naive, pages per CPU second": [count / naive.seconds for naive, _, _ in turns],
        "ours, pages per CPU second": [count / ours.seconds for _, ours, _ in turns],
        "ours ÷ naive": [naive.seconds / ours.seconds for naive, ours, _ in turns],
        "archiving over the rest": [ours.archiving / (ours.seconds - ours.archiving) for _, ours, _ in turns],
        "with ÷ without it, less 1": [ours.seconds / without.seconds - 1 for _, ours, without in turns],
    }.items():
        sys.stdout.write(f"{name:28} {statistics.median(values):7.3f}  ({min(values):.3f} to {max(values):.3f})\n")


if __name__ == "__main__":
    main()
