"""python -m tests.generate.write DIR [--n 50] [--seed 1] [--format F] [--shape S] [--list]: writes documents and
their gold to look at.
"""

from __future__ import annotations

import json
from pathlib import Path

import click

from tests.generate import shapes
from tests.generate.sample import Sample


def save(sample: Sample, folder: Path) -> Path:
    """Write the document and, as NAME.json beside it, its truth (with what the server declared); return the
    document's path.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (sample.name + sample.extension)
    path.write_bytes(sample.payload)
    truth = sample.truth | {"charset": sample.charset, "url": sample.url}
    path.with_name(path.name + ".json").write_text(json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--n", "count", default=50, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--format", "formats", multiple=True, type=click.Choice(tuple(shapes.MODULES)))
@click.option("--shape", "names", multiple=True)
@click.option("--list", "listing", is_flag=True, help="Only name the shapes.")
def main(
    folder: Path | None, count: int, seed: int, formats: tuple[str, ...], names: tuple[str, ...], listing: bool
) -> None:
    """Write generated documents and their truth to FOLDER."""
    if listing or folder is None:
        for format_name in formats or shapes.MODULES:
            click.echo(f"{format_name}: {' '.join(shapes.catalogue(format_name))}")
        return
    for format_name, shape, index in shapes.plan(count, formats=formats, shapes=names):
        save(shapes.generate(format_name, shape, seed=seed, index=index), folder)
    click.echo(f"{count} documents in {folder}")


if __name__ == "__main__":
    main()
