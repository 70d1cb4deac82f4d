"""python -m tests.generate.score [--n 2000] [--seed 1] [--format F] [--shape S] [--workers N] [--save DIR]

Reads generated documents with `extract.read` in this process and compares every one with its truth. A cell is right
when it states the
same value (decimals exactly) or is blank in both; otherwise it `differs`, is `missing` or `invented`, and it is
SILENT when no warning of
the reading names its table. In tables marked ambiguous only silent errors count. Prose is compared by its pairs of
characters (F1).
"""

from __future__ import annotations

import itertools
import multiprocessing
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from typing import Any

import click

from extract.errors import ExtractError
from tests.generate import shapes
from tests.generate.sample import TABLES, Sample
from tests.generate.write import save

FIELDS = ("title", "issuer", "report_year", "published", "template")

Cells = dict[tuple[str, str, str | int], Any]


@dataclass(slots=True)
class Tally:
    """Counts over one document or many; `where` and `off` say of one document what is wrong."""

    documents: int = 0
    reports: int = 0
    cells: int = 0
    right: int = 0
    differs: int = 0
    missing: int = 0
    invented: int = 0
    silent: int = 0
    relations: int = 0
    genre: int = 0
    refused: int = 0
    crashed: int = 0
    headings: int = 0
    headings_lost: int = 0
    leaked: int = 0
    prose: int = 0
    f1: float = 0.0
    seconds: float = 0.0
    fields: Counter[str] = field(default_factory=Counter)
    where: list[str] = field(default_factory=list)
    off: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Add the counts of another tally."""
        for item in fields(self):
            if item.name == "fields":
                self.fields.update(other.fields)
            elif item.name not in ("where", "off"):
                setattr(self, item.name, getattr(self, item.name) + getattr(other, item.name))

    @property
    def wrong(self) -> int:
        """The number of things amiss, to rank documents by."""
        cells = self.differs + self.missing + self.invented
        return (
            1000 * (self.silent + self.crashed)
            + 100 * self.genre
            + cells
            + 5 * sum(self.fields.values())
            + self.leaked
            + self.relations
        )


def cells_of(reading: Mapping[str, Any]) -> Cells:
    """Return {(table, row, column): value} of everything that a reading in the gold format states."""
    out: Cells = {}
    for row, columns in (reading.get("table2") or {}).items():
        out |= {("table2", row, column): value for column, value in columns.items() if column != "amount_unit"}
    for table in TABLES[1:]:
        for row, values in (reading.get(table) or {}).items():
            out |= {(table, row, i): value for i, value in enumerate(values)}
    return out


def same(a: object, b: object) -> bool:
    """Tell whether two cells state the same."""
    if a is None or b is None:
        return a is b
    try:
        return Decimal(str(a)) == Decimal(str(b))
    except InvalidOperation:
        return False


def plain(text: object) -> object:
    """Return a text without blanks and differences of width; anything else as it is."""
    return "".join(unicodedata.normalize("NFKC", text).split()) if isinstance(text, str) else text


def compare_cells(truth: Mapping[str, Any], got: Mapping[str, Any], *, refused: bool) -> Tally:
    """Compare cells, fields and relations of a reading in the gold format with its truth."""
    tally = Tally(documents=1)
    want, have, warned = cells_of(truth), cells_of(got), " ".join(map(str, got.get("warnings", ())))
    uncertain = truth.get("ambiguous", ())
    for key in sorted(want.keys() | have.keys(), key=str):
        a, b = want.get(key), have.get(key)
        table = key[0]
        if table not in uncertain:
            tally.cells += key in want
        if same(a, b):
            tally.right += key in want and table not in uncertain
            continue
        kind = "invented" if a is None else "missing" if b is None else "differs"
        silent = table not in warned and not refused
        tally.silent += silent
        if table not in uncertain:
            setattr(tally, kind, getattr(tally, kind) + 1)
        if silent or table not in uncertain:
            tally.where.append(f"{'SILENT ' * silent}{'.'.join(map(str, key))}: {a} read as {b}")
    accept = truth.get("accept", {})
    for name in FIELDS if "report_year" in truth else ():
        if plain(got.get(name)) not in [plain(right) for right in (truth.get(name), *accept.get(name, ()))]:
            tally.fields[name] += 1
            tally.off.append(f"{name}: {truth.get(name)!r} read as {got.get(name)!r}")
    broken = set(truth.get("inconsistent", ())) ^ set(got.get("inconsistent", ()))
    unsure = {"table3": ("balance", "concluded", "row_total"), "table4": ("table4_total",)}
    skipped = tuple(name for table in uncertain for name in unsure.get(table, ()))
    broken = {name for name in broken if not name.startswith(skipped)} if skipped else broken
    tally.relations = len(broken)
    tally.off += [f"relations off: {' '.join(sorted(broken))}"] if broken else []
    return tally


def pairs(text: str) -> Counter[str]:
    """Return the multiset of neighbouring characters."""
    return Counter(map("".join, itertools.pairwise(text)))


def compare_prose(truth: Mapping[str, Any], sections: Iterable[tuple[str, str]], tally: Tally) -> None:
    """Add what the sections have of the prose (F1), of the headings, and which chrome lines leaked into them."""
    gold_text = str(plain("".join(part["heading"] + part["text"] for part in truth["sections"])))
    optional = {plain(line) for line in truth["optional"]}
    read_headings = [str(plain(heading)) for heading, _ in sections]
    read_lines = [str(plain(line)) for heading, text in sections for line in (heading, *text.split("\n"))]
    read_lines = [line for line in read_lines if line and line not in optional]
    text = "".join(read_lines)
    for line in map(str, map(plain, truth["chrome"])):
        if line in read_lines or (len(line) > 5 and line in text and line not in gold_text):
            tally.leaked += 1
            tally.off.append(f"leaked: {line[:40]}")
    if not truth["sections"]:
        return
    have, want = pairs(text), pairs(gold_text)
    common = (have & want).total()
    tally.prose = 1
    tally.f1 = 2 * common / (have.total() + want.total() or 1)
    if tally.f1 < 0.99:
        tally.off.append(f"prose {tally.f1:.3f}: lost {_some(want - have)} surplus {_some(have - want)}")
    gold_headings = [str(plain(part["heading"])) for part in truth["sections"] if part["heading"]]
    lost = [heading for heading in gold_headings if heading not in read_headings]
    tally.headings, tally.headings_lost = len(gold_headings), len(lost)
    tally.off += [f"headings lost: {' '.join(lost)}"] if lost else []


def _some(counted: Counter[str]) -> str:
    return "".join(pair[0] for pair in counted)[:40] + f"({counted.total()})"


def judge(sample: Sample) -> Tally:
    """Read one sample and return its tally."""
    from extract import read  # here, so that documents can be written without a reader

    began = time.perf_counter()
    try:
        reading = read(sample.payload, charset=sample.charset, url=sample.url)
    except ExtractError as error:
        tally = compare_cells(sample.truth, {}, refused=True)
        tally.refused, tally.genre = 1, int(sample.truth["genre"] == ["report"])
        tally.off = [f"refused: {error}"]
    except Exception as error:
        tally = Tally(documents=1, crashed=1, off=[f"CRASH {type(error).__name__}: {error}"])
    else:
        refused = reading.genre != "report"  # no table of it reaches the database
        if "report" in sample.truth["genre"]:
            tally = compare_cells(sample.truth, reading.as_gold(sample.name), refused=refused)
            compare_prose(sample.truth, [(part.heading, part.text) for part in reading.sections], tally)
        else:
            tally = Tally(documents=1)
        if reading.genre not in sample.truth["genre"]:
            tally.genre = 1
            tally.off.append(f"genre: {'/'.join(sample.truth['genre'])} taken for {reading.genre} by {reading.rule}")
    tally.reports = int("report" in sample.truth["genre"])
    tally.seconds = time.perf_counter() - began
    return tally


def judge_one(task: tuple[str, str, int], *, seed: int) -> tuple[str, str, int, Tally]:
    """Generate and judge one sample; a task of a pool."""
    format_name, shape, index = task
    return format_name, shape, index, judge(shapes.generate(format_name, shape, seed=seed, index=index))


def judge_all(
    tasks: list[tuple[str, str, int]], *, seed: int, workers: int = 1
) -> Iterator[tuple[str, str, int, Tally]]:
    """Yield every task's verdict in the tasks' order."""
    work = partial(judge_one, seed=seed)
    if workers == 1:
        yield from map(work, tasks)
        return
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        yield from pool.imap(work, tasks, chunksize=8)


COLUMNS: tuple[str, ...] = ("docs", "right", "differ", "miss", "invent", "SILENT", "rel", "genre", "ref", "!!")
COLUMNS += ("ti", "is", "yr", "pub", "form", "F1", "head", "leak", "ms")
HEAD = f"{'shape':34}" + "".join(f"{name:>{9 if name == 'right' else 7}}" for name in COLUMNS)


def line(name: str, tally: Tally) -> str:
    """Return a row of the printed table."""
    share = f"{tally.right / tally.cells:.3%}" if tally.cells else "-"
    counts = (
        tally.differs,
        tally.missing,
        tally.invented,
        tally.silent,
        tally.relations,
        tally.genre,
        tally.refused,
        tally.crashed,
    )
    fields_off = (tally.fields[name] for name in FIELDS)
    f1 = f"{tally.f1 / tally.prose:.4f}" if tally.prose else "-"
    milliseconds = round(1000 * tally.seconds / max(1, tally.documents))
    rest = (*counts, *fields_off, f1, tally.headings_lost, tally.leaked, milliseconds)
    return f"{name:34}{tally.documents:>7}{share:>9}" + "".join(f"{value:>7}" for value in rest)


@click.command()
@click.option("--n", "count", default=2000, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--format", "formats", multiple=True, type=click.Choice(tuple(shapes.MODULES)))
@click.option("--shape", "names", multiple=True)
@click.option("--workers", default=1, show_default=True)
@click.option("--worst", default=12, show_default=True, help="How many of the worst documents to list.")
@click.option(
    "--save", "folder", type=click.Path(path_type=Path), help="Write the worst documents and their truth here."
)
def main(
    count: int,
    seed: int,
    formats: tuple[str, ...],
    names: tuple[str, ...],
    workers: int,
    worst: int,
    folder: Path | None,
) -> None:
    """Read generated documents and print what is right, by shape."""
    whole: dict[str, Tally] = defaultdict(Tally)
    bad = []
    tasks = list(shapes.plan(count, formats=formats, shapes=names))
    for format_name, shape, index, tally in judge_all(tasks, seed=seed, workers=workers):
        for key in (f"{format_name}/{shape}", f"{format_name}/", "all"):
            whole[key].add(tally)
        if tally.wrong or tally.off:
            bad.append((tally.wrong, format_name, shape, index, tally))
    click.echo(HEAD)
    for key in sorted(whole, key=lambda name: (name == "all", name)):
        click.echo(line(key, whole[key]))
    bad.sort(key=lambda entry: entry[0], reverse=True)
    for _, format_name, shape, index, tally in bad[:worst]:
        sample = shapes.generate(format_name, shape, seed=seed, index=index)
        where = save(sample, folder) if folder else sample.name
        click.echo(f"\n{where}: {tally.silent} silent, {len(tally.where)} cells wrong")
        for text in [*sorted(tally.where, key=lambda text: not text.startswith("SILENT"))[:6], *tally.off[:6]]:
            click.echo(f"    {text}")


if __name__ == "__main__":
    main()
