"""python -m tests.bench.fuzz_tables [--n 20000] [--seed 1] [--format text|html] [--shape S] [--save DIR]

Hunts for silent errors: spoils generated reports (tests.extract.mutations) and compares each reading with the truth of
the whole document. Counts documents with a wrong cell in a table without a warning (`silent`), with a figure lost
without one (`lost`), crashes, and readings that take long. `--no-sums` takes the form's arithmetic away from the
reader, so that what only the sums catch shows. Exit status 1 where anything was found.
"""

from __future__ import annotations

import difflib
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

import click

from extract import read
from extract.errors import UnreadableDocument
from tests.extract.mutations import spoil_html, spoil_text
from tests.generate import shapes
from tests.generate.sample import TABLES, Sample
from tests.generate.score import cells_of, same

_SLOW = 2.0  # seconds of the processor
_ROUNDS = 12  # mutations of one document before the next
_CHARSETS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one spoiled document brought to light; all empty: nothing amiss."""

    silent: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    crash: str = ""
    seconds: float = 0.0


def text_of(sample: Sample) -> str:
    """Return the sample as text."""
    for charset in _CHARSETS:
        try:
            return sample.payload.decode(charset)
        except UnicodeDecodeError:
            continue
    raise ValueError(f"{sample.name} is in no charset of {_CHARSETS}")


def spoiled(sample: Sample, text: str, rng: Random) -> tuple[str, list[str]]:
    """Return the text with one mutation, or a few, and their names."""
    spoil = spoil_html if sample.name.startswith("html") else spoil_text
    return spoil(text, rng, rng.choice((1, 1, 1, 2, 3)))


def judge(text: str, truth: dict[str, Any]) -> Verdict:
    """Read a text and compare it with the truth. A figure that the reading leaves blank is lost, not wrong."""
    began = time.process_time()
    try:
        reading = read(text.encode("utf-8", "replace"), charset="utf-8")
    except UnreadableDocument:
        return Verdict(seconds=time.process_time() - began)
    except Exception as error:
        return Verdict(crash=f"{type(error).__name__}: {error}")
    seconds = time.process_time() - began
    if reading.genre != "report":
        return Verdict(seconds=seconds)
    warned = " ".join(reading.warnings)
    doubted = {table for table in TABLES if table in warned} | set(truth.get("ambiguous", ()))
    want, have = cells_of(truth), cells_of(reading.as_gold(""))
    silent: list[str] = []
    lost: list[str] = []
    for key in sorted(want.keys() | have.keys(), key=str):
        stated, got = want.get(key), have.get(key)
        if key[0] in doubted or same(stated, got):
            continue
        where = f"{'.'.join(map(str, key))}: {stated} read as {got}"
        (lost if got is None else silent).append(where)
    return Verdict(tuple(silent), tuple(lost), seconds=seconds)


def samples(seed: int, formats: tuple[str, ...], names: tuple[str, ...]) -> Iterator[Sample]:
    """Yield reports without end that are read whole, without a warning of their tables."""
    for task in shapes.plan(10**9, formats=formats, shapes=names):
        sample = shapes.generate(task[0], task[1], seed=seed, index=task[2])
        if sample.truth.get("ambiguous") or "report_year" not in sample.truth or "table3" not in sample.truth:
            continue
        try:
            text = text_of(sample)
        except ValueError:
            continue
        reading = read(text.encode(), charset="utf-8", url=sample.url)
        cells, have = cells_of(sample.truth), cells_of(reading.as_gold(""))
        warned = " ".join(reading.warnings)
        if reading.genre == "report" and not any(table in warned for table in TABLES) and cells == have:
            yield sample


def changed(before: str, after: str) -> str:
    """Return the lines that differ, with a line around them."""
    pairs = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)
    return "\n".join(line[:300] for line in list(pairs)[2:40])


@click.command()
@click.option("--n", "count", default=20_000, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--format", "formats", multiple=True, type=click.Choice(("text", "html")), default=("text", "html"))
@click.option("--shape", "names", multiple=True)
@click.option("--no-sums", is_flag=True, help="Take the arithmetic away from the reader.")
@click.option("--save", "folder", type=click.Path(path_type=Path), help="Write each found document here.")
def main(
    count: int, seed: int, formats: tuple[str, ...], names: tuple[str, ...], no_sums: bool, folder: Path | None
) -> None:
    """Spoil generated reports and count what is read wrong without a word."""
    if no_sums:
        mock.patch("extract.tables.broken_relations", return_value=()).start()
    rng = Random(f"tables {seed}")
    tally: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    source = samples(seed, formats, names)
    while tally["read"] < count:
        sample = next(source)
        text = text_of(sample)
        for _ in range(_ROUNDS):
            worse, done = spoiled(sample, text, rng)
            if not done:
                continue
            verdict = judge(worse, sample.truth)
            if "empty a cell" in done:
                verdict = replace(verdict, lost=())  # blank is what the document then states
            tally["read"] += 1
            slow = f"{verdict.seconds:.1f} s" if verdict.seconds > _SLOW else ""
            kinds_found = {"silent": verdict.silent, "lost": verdict.lost, "crash": (verdict.crash,), "slow": (slow,)}
            for kind, found in kinds_found.items():
                if not any(found):
                    continue
                tally[kind] += 1
                kinds[f"{kind}: {' + '.join(sorted(done))}"] += 1
                if kind != "lost" or kinds[f"{kind}: {' + '.join(sorted(done))}"] <= 3:
                    report = f"\n=== {kind} {sample.name}: {' + '.join(done)}\n" + "\n".join(found[:6])
                    click.echo(f"{report}\n{changed(text, worse)}")
                if folder and kind != "lost":
                    folder.mkdir(parents=True, exist_ok=True)
                    (folder / f"{sample.name}-{tally['read']}.txt").write_text(worse, encoding="utf-8")
    for kind, number in sorted(kinds.items(), key=lambda pair: -pair[1])[:40]:
        click.echo(f"{number:7} {kind}")
    click.echo(" ".join(f"{name} {number}" for name, number in sorted(tally.items())))
    sys.exit(bool(tally["silent"] or tally["crash"] or tally["slow"]))


if __name__ == "__main__":
    main()
