"""`python -m samples --port 0 --register FILE`: serve the sample portals until Ctrl-C or SIGTERM."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import click

from samples.server import Kinds, SamplePortals, SamplesError


@click.command()
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="One port for all portals; 0 takes a free one.")
@click.option(
    "--register", type=click.Path(dir_okay=False, path_type=Path), help="Write the register of the portals here."
)
@click.option("--kinds", type=click.Choice(["reports", "all"]), default="all", show_default=True, help="Which portals.")
def main(port: int, register: Path | None, kinds: Kinds) -> None:
    """Serve sample portals, each on an address of its own."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        with SamplePortals(kinds=kinds, port=port, keep_log=False) as portals:
            if register:
                portals.portals_csv(register)
            for portal in portals.portals:
                if portal.registered:
                    click.echo(f"{portal.start_url}\t{portal.authority}\t{portal.family}")
            stop.wait()
    except (SamplesError, OSError) as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
