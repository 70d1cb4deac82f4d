"""python -m tests.bench.gold [--workers N] [--raise]: the gate of `make gold`.

Scores the readings of real reports made by hand (tests/data) and COUNT generated documents of every format that reads
fast, prints
both, and compares each figure with its floor in floors.json beside this file. Floors only rise: `--raise` writes what
is better than
they are. A change of the generator makes other documents: then the file is written anew, in the same commit.
Exit status 1 when anything is below its floor.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path

import click

from tests.generate import shapes
from tests.generate.sample import Sample
from tests.generate.score import FIELDS, HEAD, Tally, judge, judge_all, line

DATA = Path(__file__).parents[1] / "data"
FLOORS = Path(__file__).with_name("floors.json")
COUNT, SEED = 2000, 1

Figures = dict[str, float]


def hand_made(documents: Path, readings: Path) -> Tally:
    """Return the tally of the documents that have a gold reading (NAME.json)."""
    whole = Tally()
    for path in sorted(readings.glob("*.json")):
        document = documents / path.stem
        truth = json.loads(path.read_text(encoding="utf-8"))
        truth |= {"genre": ["report"], "sections": [], "optional": [], "chrome": []}
        tally = judge(Sample(document.name, document.read_bytes(), document.suffix, None, "", truth))
        whole.add(tally)
        for text in [*tally.where[:6], *tally.off[:6]]:
            click.echo(f"{document.name}: {text}")
    return whole


def generated(count: int, *, seed: int, workers: int) -> dict[str, Tally]:
    """Return the tallies of generated documents by format."""
    by_format: dict[str, Tally] = defaultdict(Tally)
    for format_name, _, _, tally in judge_all(list(shapes.plan(count)), seed=seed, workers=workers):
        by_format[format_name].add(tally)
    return dict(by_format)


def figures(tally: Tally) -> Figures:
    """Return what has a floor. Errors are negative counts, so that more is better everywhere."""
    reports = max(1, tally.reports)
    return {
        "cells right": round(tally.right / tally.cells, 6) if tally.cells else 1.0,
        "silent": -tally.silent,
        "relations": -tally.relations,
        "genre": -tally.genre,
        "crashes": -tally.crashed,
        **{name: round(1 - tally.fields[name] / reports, 6) for name in FIELDS},
        "prose": round(tally.f1 / tally.prose, 6) if tally.prose else 1.0,
        "chrome": -tally.leaked,
    }


def below(reached: dict[str, Figures], floors: dict[str, Figures]) -> list[str]:
    """Return a line for every figure that is below its floor, or that has a floor and was not measured."""
    return [
        f"{key}: {name} {reached.get(key, {}).get(name)} is below its floor {floor}"
        for key, wanted in floors.items()
        for name, floor in wanted.items()
        if reached.get(key, {}).get(name, float("-inf")) < floor
    ]


def raised(reached: dict[str, Figures], floors: dict[str, Figures]) -> dict[str, Figures]:
    """Return the floors, each as high as what was reached or as before."""
    return {
        key: {name: max(value, floors.get(key, {}).get(name, value)) for name, value in found.items()}
        for key, found in sorted((floors | reached).items())
    }


@click.command()
@click.option("--workers", default=2, show_default=True)
@click.option("--raise", "lift", is_flag=True, help="Raise the floors to what is reached.")
def main(workers: int, lift: bool) -> None:
    """Score gold readings and generated documents against the floors."""
    tallies = {"real reports": hand_made(DATA / "seeds", DATA / "gold"), **generated(COUNT, seed=SEED, workers=workers)}
    click.echo(HEAD)
    for key, tally in tallies.items():
        click.echo(line(key, tally))
    reached = {key: figures(tally) for key, tally in tallies.items()}
    floors: dict[str, Figures] = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    failures = below(reached, floors)
    for failure in failures:
        click.echo(failure, err=True)
    if lift:
        FLOORS.write_text(json.dumps(raised(reached, floors), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
