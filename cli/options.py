"""The options that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


class _Address(click.ParamType[Path]):
    """A folder, or an address that fsspec knows, for which its stand-in on this machine is given."""

    name = "folder or address"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:  # noqa: ARG002
        from archive.remote import is_remote, stand_in

        return stand_in(value) if is_remote(value) else Path(value)


def _local(_ctx: click.Context, _param: click.Parameter, value: Path) -> Path:
    if ":/" in str(value):  # as pathlib writes s3://…
        raise click.BadParameter(
            "a folder of this machine is needed; `nianbao archive upload` sends what was sealed to an address"
        )
    return value


FOLDER = click.option(
    "--archive",
    type=click.Path(path_type=Path),
    callback=_local,
    default="data/archive",
    show_default=True,
    help="Folder of WARC files.",
)
ARCHIVE = click.option(
    "--archive",
    type=_Address(),
    default="data/archive",
    show_default=True,
    help="Folder of WARC files, or an address of them: s3://bucket/folder and whatever fsspec knows.",
)
DB = click.option(
    "--db", type=click.Path(path_type=Path), default="data/nianbao.db", show_default=True, help="The database."
)
PORTALS = click.option(
    "--portals",
    type=click.Path(path_type=Path),
    default="portals.csv",
    show_default=True,
    help="The register of portals.",
)
QUIET = click.option("--quiet", is_flag=True, help="No progress bar and no summary.")
YEAR = click.option("--year", type=click.IntRange(2008, 2100), help="Only reports on this year.")
CONTACT = click.option(
    "--contact",
    envvar="NIANBAO_CONTACT",
    help="Address for portal owners, sent in the User-Agent (or NIANBAO_CONTACT).",
)
SHARD = click.option("--shard", metavar="I/N", help="Only the hosts of part I of N; one process a part, all at a time.")
STOP_LIST = click.option(
    "--stop-list",
    type=click.Path(path_type=Path),
    help="Portals whose owners object, never asked for; stop-list.txt beside the register, if it is there.",
)
WORKERS = click.option(
    "--workers", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes that read."
)
ENGINE = click.option(
    "--engine",
    type=click.Choice(["processes", "dask"]),
    default="processes",
    show_default=True,
    help="What the workers are: processes of this machine, or those of dask (extra `dask`).",
)
SCHEDULER = click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="With dask: tcp://host:8786, whose workers read; without it --workers processes are started here.",
)
