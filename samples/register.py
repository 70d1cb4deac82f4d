"""The register: all rows together, each on a host of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from samples.portal import Portal
from samples.rows import blocked, dead_ends, families, handmade, scripted, seeds, transport, traps

FIRST_HOST = 11


def build_portals(root: Path | None = None, *, kinds: Literal["reports", "all"] = "all") -> list[Portal]:
    """Return new portals, not yet settled on a port; the seeds are read below `root`. `kinds` changes no host."""
    rows = list(seeds.ROWS)
    if kinds == "all":
        rows += [
            *transport.ROWS,
            *dead_ends.ROWS,
            *traps.ROWS,
            *blocked.ROWS,
            *families.ROWS,
            *handmade.ROWS,
            *scripted.ROWS,
        ]
    portals = [row(f"127.0.0.{number}", root) for number, row in enumerate(rows, FIRST_HOST)]
    return portals if kinds == "reports" else [*portals, *(row(host, root) for host, row in traps.TRIPWIRES.items())]
