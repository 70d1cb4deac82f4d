"""The stop list: portals whose owners object to being crawled. What stands on it is never asked for, not even its
robots.txt.

A text file, UTF-8, one entry a line, `#` begins a remark. An entry is a host (`www.x.gov.cn`: that host and all below
it), the beginning of an address (`https://www.x.gov.cn/zwgk/`: in either scheme), or the name of an authority in the
register.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.errors import BadStopList

FILE = "stop-list.txt"  # beside the register


class StopList:
    """The entries of a stop list, each with the place that a message names."""

    def __init__(self, entries: Iterable[tuple[str, str]] = ()) -> None:
        self._hosts: dict[str, str] = {}
        self._addresses: dict[str, str] = {}
        self._authorities: dict[str, str] = {}
        for entry, place in entries:
            if "://" in entry:
                self._addresses[entry.partition("://")[2]] = place
            elif entry.isascii() and "." in entry:
                self._hosts[entry.lower()] = place
            else:
                self._authorities[entry] = place

    @classmethod
    def read(cls, path: Path) -> StopList:
        """Return the stop list of a file. Raises `BadStopList` where it cannot be read."""
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise BadStopList(
                f"{path}: cannot be read: {reason}; nothing is crawled while it is unknown who objects"
            ) from None
        stated = ((line.partition("#")[0].strip(), f"{path.name}, line {row}") for row, line in enumerate(lines, 1))
        return cls((entry, place) for entry, place in stated if entry)

    @classmethod
    def of_settings(cls, settings: Any) -> StopList:
        """Return the stop list that the settings name, or the one beside the register; without either an empty one."""
        if settings["STOP_LIST"]:
            return cls.read(Path(settings["STOP_LIST"]))
        beside = Path(settings["PORTALS"]).with_name(FILE)
        return cls.read(beside) if beside.exists() else cls()

    def objection(self, url: str, portal: str = "") -> str:
        """Return why an address, visited for a portal, is left alone; "" where nobody objects."""
        if not (self._hosts or self._addresses or self._authorities):
            return ""
        parts = urlsplit(url)
        labels = (parts.hostname or "").split(".")
        hosts = (".".join(labels[start:]) for start in range(len(labels)))
        place = next((self._hosts[host] for host in hosts if host in self._hosts), "")
        place = place or self._authorities.get(portal, "")
        rest = url.partition("://")[2]
        place = place or next((at for start, at in self._addresses.items() if rest.startswith(start)), "")
        return f"its owner objects: {place}" if place else ""
