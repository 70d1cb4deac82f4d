"""The yardstick of re_extraction.py: what an afternoon with warcio, trafilatura and pandas gives. Never tuned.

    python naive_pipeline.py PAGES.warc.gz CELLS.db [--workers N]

Every page goes through `trafilatura.extract`; one that is titled as a report goes through `pandas.read_html`, and of a
table with the words of table 3 each row that ends in a number gives its last seven columns. It stands alone, for an
interpreter of its own, and writes in one transaction: the disk does not count.
"""

import argparse
import io
import multiprocessing
import re
import sqlite3
from collections.abc import Iterator

import pandas  # type: ignore[import-untyped,unused-ignore]
import trafilatura
from warcio.archiveiterator import ArchiveIterator

COLUMNS = 7
_DECLARED = re.compile(rb"charset=[\"']?([\w-]+)", re.I)
_TITLE = re.compile(r"<title>(.*?)</title>", re.I | re.S)


def pages(warc: str) -> Iterator[tuple[str, bytes]]:
    with open(warc, "rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response":
                yield record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read()


def read_page(page: tuple[str, bytes]) -> tuple[str, str, list[tuple[int, int, int | None]]] | None:
    """Return address, text and cells (row, column, number) of a report; None for any other page."""
    url, payload = page
    declared = _DECLARED.search(payload[:2048])
    charset = declared[1].decode().lower() if declared else "utf-8"
    html = payload.decode("gb18030" if charset.startswith("gb") else charset, "replace")
    text = trafilatura.extract(html, url=url, include_tables=True, favor_recall=True) or ""
    title = _TITLE.search(html)
    if title is None or not re.search("年度报告|年报", title[1]):
        return None
    cells = []
    try:
        tables = pandas.read_html(io.StringIO(html), flavor="lxml")
    except ValueError:  # no table
        tables = []
    for table in tables:
        words = "".join(map(str, [*table.columns, *table.to_numpy().ravel()]))
        if "结转下年度" in words:
            rows = [row for row in table.to_numpy().tolist() if _number(row[-1]) is not None]
            cells += [
                (at, column, _number(cell)) for at, row in enumerate(rows) for column, cell in enumerate(row[-7:])
            ]
    return url, text, cells


def _number(cell: object) -> int | None:
    try:
        return int(float("".join(str(cell).split())))
    except (ValueError, OverflowError):
        return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("warc")
    parser.add_argument("db")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    database = sqlite3.connect(options.db)
    database.execute("CREATE TABLE reports (url TEXT PRIMARY KEY, text TEXT)")
    database.execute('CREATE TABLE cells (url TEXT, "row" INT, "column" INT, number INT)')
    if options.workers > 1:
        with multiprocessing.Pool(options.workers) as pool:
            _write(database, pool.imap(read_page, pages(options.warc), chunksize=8))
    else:
        _write(database, map(read_page, pages(options.warc)))
    database.commit()


def _write(
    database: sqlite3.Connection, read: Iterator[tuple[str, str, list[tuple[int, int, int | None]]] | None]
) -> None:
    for page in read:
        if page is not None:
            url, text, cells = page
            database.execute("INSERT OR REPLACE INTO reports VALUES (?, ?)", (url, text))
            database.executemany("INSERT INTO cells VALUES (?, ?, ?, ?)", [(url, *cell) for cell in cells])


if __name__ == "__main__":
    main()
