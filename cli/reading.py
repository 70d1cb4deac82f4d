"""The command `read`: documents on the command line, and how a reading is printed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.terminal import fail_if, printable

if TYPE_CHECKING:
    from extract.reading import Reading


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(readable=False, path_type=Path), metavar="FILE...")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="The gold format plus genre, rule and warnings; a line a file where several are named.",
)
def read(files: tuple[Path, ...], as_json: bool) -> None:
    """Read documents of any supported type and print what they state."""
    from archive import MAX_PAYLOAD
    from extract import read as read_payload
    from extract.errors import UnreadableDocument
    from extract.limits import guarded

    failed = False
    for file in files:
        try:
            with file.open("rb") as document:
                payload = document.read(MAX_PAYLOAD + 1)  # it may be a device, which has no end
            if len(payload) > MAX_PAYLOAD:
                raise UnreadableDocument("too_large", f"at most {MAX_PAYLOAD >> 20} MiB are read")
            reading = guarded(partial(read_payload, url=file.name), payload)
        except UnreadableDocument as error:
            reason = str(error)
        except IsADirectoryError:
            reason = "is a folder; name its files"
        except OSError as error:
            reason = str(error.strerror)
        else:
            name, indent = file.name, 1 if len(files) == 1 else None
            click.echo(_as_json(reading, name, indent=indent) if as_json else printable(_as_text(reading, name)))
            continue
        click.echo(printable(f"Error: {file}: {reason}"), err=True)
        failed = True
    fail_if(failed)


def _as_json(reading: Reading, source: str, *, indent: int | None) -> str:
    value = {"genre": reading.genre, "rule": reading.rule, **reading.as_gold(source)}
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _as_text(reading: Reading, source: str) -> str:
    lines = [f"{source}: {reading.genre} ({reading.rule})"]
    names = ("title", "issuer", "report_year", "published", "form")
    lines += [f"  {name:12} {'' if (value := getattr(reading, name)) is None else value}" for name in names]
    for table in ("table2", "table3", "table4"):
        rows: dict[str, Sequence[Any]] = getattr(reading, table)
        lines.append(f"  {table}: {reading.status.get(table, 'absent')}")
        for row, cells in rows.items():
            values = cells.values() if isinstance(cells, dict) else cells
            lines.append(
                f"    {row:34}" + " ".join(f"{'·' if cell.value is None else cell.value:>7}" for cell in values)
            )
    lines += [
        f"  {section.heading or '(before the first heading)'}: {len(section.text)} characters"
        for section in reading.sections
    ]
    lines += [f"  warning: {warning}" for warning in reading.warnings]
    return "\n".join(lines)
