"""python -m tests.bench.gold [--slice] [--format F] [--workers N] [--raise]: the gate of `make gold`.

Scores the readings of real reports made by hand (tests/data) and generated documents of every format and shape, prints
both, and compares each figure with its floor in floors.json beside this file: per format, and per shape what it has of
cells, silent errors, prose and chrome. Floors only rise: `--raise` writes what is better than they are. A change of
the generator makes other documents: then the floors of its format are taken out of the file and raised anew, in the
same commit. `--slice` reads one document of a shape, as the test of the gate does. Exit status 1 when anything is
below its floor.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import click

from tests.generate import shapes
from tests.generate.sample import Sample
from tests.generate.score import FIELDS, HEAD, Tally, judge, judge_all, line

DATA = Path(__file__).parents[1] / "data"
FLOORS = Path(__file__).with_name("floors.json")
REAL = "real reports"
SEED = 1
# Documents of each format. Pictures take seconds each, one of a shape, and so does LibreOffice.
WHOLE = dict.fromkeys(shapes.BY_DEFAULT, 250) | {"pdf": 200, "office": 12, "pictures": 41}
OF_A_SHAPE = ("cells right", "silent", "prose", "chrome")

Figures = dict[str, float]
Task = tuple[str, str, int]


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


def whole(formats: Iterable[str]) -> list[Task]:
    """Return the documents of `make gold`, every shape of a format in turn."""
    return [task for name in formats for task in shapes.plan(WHOLE[name], formats=(name,))]


def one_of_each(formats: Iterable[str] = shapes.BY_DEFAULT) -> list[Task]:
    """Return one document of every shape of the formats that read fast, and one picture."""
    return [
        *((name, shape, 0) for name in formats for shape in shapes.catalogue(name)),
        ("pictures", "busy", 0),
    ]


def scored(tasks: list[Task], *, workers: int) -> dict[str, Tally]:
    """Return the tallies of generated documents by format and by format/shape."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for format_name, shape, _, tally in judge_all(tasks, seed=SEED, workers=workers):
        tallies[format_name].add(tally)
        tallies[f"{format_name}/{shape}"].add(tally)
    return dict(sorted(tallies.items()))


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


def reached(tallies: dict[str, Tally]) -> dict[str, Figures]:
    """Return the figures of every key; of a shape only those that say something of few documents."""
    return {
        key: {name: value for name, value in figures(tally).items() if "/" not in key or name in OF_A_SHAPE}
        for key, tally in tallies.items()
    }


def below(found: dict[str, Figures], floors: dict[str, Figures]) -> list[str]:
    """Return a line for every figure that is below its floor, or that has a floor and was not measured."""
    return [
        f"{key}: {name} {found.get(key, {}).get(name)} is below its floor {floor}"
        for key, wanted in floors.items()
        for name, floor in wanted.items()
        if found.get(key, {}).get(name, float("-inf")) < floor
    ]


def raised(found: dict[str, Figures], floors: dict[str, Figures]) -> dict[str, Figures]:
    """Return the floors, each as high as what was reached or as before."""
    return {
        key: {name: max(value, floors.get(key, {}).get(name, value)) for name, value in values.items()}
        for key, values in sorted((floors | found).items())
    }


def read_floors(part: str, formats: Iterable[str] = ()) -> dict[str, Figures]:
    """Return the floors of a part of the file, `whole` or `slice`; only those of these formats where some are named."""
    floors: dict[str, Figures] = json.loads(FLOORS.read_text(encoding="utf-8")).get(part, {}) if FLOORS.exists() else {}
    chosen = set(formats)
    return {key: values for key, values in floors.items() if not chosen or key.partition("/")[0] in chosen}


def write_floors(part: str, floors: dict[str, Figures]) -> None:
    """Write a part of the file, a line a key."""
    parts: dict[str, dict[str, Figures]] = (
        json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    ) | {part: floors}
    blocks = (
        f'"{name}": {{\n'
        + ",\n".join(f" {json.dumps(key, ensure_ascii=False)}: {json.dumps(values)}" for key, values in keys.items())
        + "\n}"
        for name, keys in sorted(parts.items())
    )
    FLOORS.write_text("{" + ",\n".join(blocks) + "}\n", encoding="utf-8")


@click.command()
@click.option("--slice", "quick", is_flag=True, help="One document of a shape.")
@click.option("--format", "formats", multiple=True, type=click.Choice((*WHOLE, REAL)), help="These only.")
@click.option("--workers", default=2, show_default=True)
@click.option("--raise", "lift", is_flag=True, help="Raise the floors to what is reached.")
def main(quick: bool, formats: tuple[str, ...], workers: int, lift: bool) -> None:
    """Score gold readings and generated documents against the floors."""
    part = "slice" if quick else "whole"
    named = [name for name in WHOLE if not formats or name in formats]
    tallies = {REAL: hand_made(DATA / "seeds", DATA / "gold")} if not formats or REAL in formats else {}
    tasks = one_of_each() if quick else whole(named)
    tallies |= scored([task for task in tasks if not formats or task[0] in formats], workers=workers)
    click.echo(HEAD)
    for key, tally in tallies.items():
        click.echo(line(key, tally))
    found = reached(tallies)
    failures = below(found, read_floors(part, formats))
    for failure in failures:
        click.echo(failure, err=True)
    if lift:
        write_floors(part, raised(found, read_floors(part)))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
