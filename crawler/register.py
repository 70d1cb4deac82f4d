"""The register of portals: `portals.csv` read into `Portal` values, or refused with the row and the column at fault.

UTF-8, header `authority,level,division_code,start_url` and, in any order after them, optionally `note` (free text),
`family` (name of a list reader, where recognition fails), `delay` (seconds between two requests to any host that the
row names; never under 1 outside loopback), `max_pages` (budget of requests), `allow_hosts` (further host names,
separated by blanks).
"""

from __future__ import annotations

import csv
import io
import ipaddress
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from crawler.errors import BadRegister, NoContact

REQUIRED = ("authority", "level", "division_code", "start_url")
OPTIONAL = ("note", "family", "delay", "max_pages", "allow_hosts")
LEVELS = ("ministry", "province", "city", "county", "township", "department")
DIVISION = re.compile(r"\d{6}|\d{9}")
HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
CONTACT = re.compile(r"(mailto:)?[^@\s()]+@[^@\s()]+\.[^@\s().]+|https?://[^\s()]+\.[^\s()]+")
LEAST_DELAY = 1.0
EXPECTED_CODE = "6 digits (9 for a township); blank only for a ministry or department"
EXPECTED_ADDRESS = "an absolute http or https address with a name or an IPv4 address, as http://www.example.gov.cn/"


@dataclass(frozen=True, slots=True)
class Portal:
    """One row of the register. `delay` (seconds) and `max_pages` are None where the row leaves them to the settings."""

    authority: str
    level: str
    division_code: str
    start_url: str
    note: str = ""
    family: str = ""
    delay: float | None = None
    max_pages: int | None = None
    allow_hosts: tuple[str, ...] = ()

    @property
    def host(self) -> str:
        """The host name of the start address, lower case, without port."""
        return urlsplit(self.start_url).hostname or ""

    @property
    def hosts(self) -> frozenset[str]:
        """Every host that the row itself names."""
        return frozenset((self.host, *self.allow_hosts))


def read_register(path: Path, *, families: Collection[str] = ()) -> list[Portal]:
    """Return the portals of a register in the order of its rows.

    Raises `BadRegister` for a missing or unreadable file, a wrong header, and the first bad or repeated value.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise BadRegister(
            f"{path}: no such file; a register is a CSV file with the header {','.join(REQUIRED)}"
        ) from None
    except OSError as error:
        raise BadRegister(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise BadRegister(f"{path}: byte {error.start} is not UTF-8; save the register as UTF-8") from None
    return parse_register(text, name=str(path), families=families)


def parse_register(text: str, *, name: str, families: Collection[str] = ()) -> list[Portal]:
    """Return the portals that the text of a register lists; errors as in `read_register`, with `name` as the file's."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [column.strip() for column in next(rows, [])]
        _check_header(header, name)
        portals: list[Portal] = []
        seen: dict[str, int] = {}
        for cells in rows:
            if not any(cell.strip() for cell in cells):
                continue
            row = rows.line_num
            if len(cells) != len(header):
                raise BadRegister(f"{name}, row {row}: {len(cells)} columns where the header has {len(header)}")
            stated = {column: cell.strip() for column, cell in zip(header, cells, strict=True)}
            portal = _read_row(stated, f"{name}, row {row}", families)
            if (first := seen.setdefault(portal.start_url, row)) != row:
                raise BadRegister(
                    f"{name}, row {row}, column start_url: {portal.start_url} stands in row {first} already;"
                    " keep one of them"
                )
            portals.append(portal)
    except csv.Error as error:
        raise BadRegister(f"{name}, row {rows.line_num}: not CSV: {error}") from None
    if not portals:
        raise BadRegister(f"{name}: lists no portal; add a row under the header")
    return portals


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine itself, by its literal address or the name localhost."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def require_contact(portals: Iterable[Portal], contact: str) -> None:
    """Raise `NoContact` where a portal is not on this machine and nobody is named whom its owner can write to: by mail,
    or on a page.
    """
    if not CONTACT.fullmatch(contact) and (
        outside := next((portal for portal in portals if not is_loopback(portal.host)), None)
    ):
        raise NoContact(
            f"{outside.authority} ({outside.start_url}) is not on this machine: give an address that its owner can"
            " write to (a mail address, or a page with one), by --contact or NIANBAO_CONTACT"
            + (f"; {contact!r} is none" if contact else "")
        )


def _check_header(header: list[str], name: str) -> None:
    for column in REQUIRED:
        if column not in header:
            raise BadRegister(
                f"{name}, row 1: column {column} is missing; the header is {','.join(REQUIRED)}[,{','.join(OPTIONAL)}]"
            )
    for position, column in enumerate(header):
        if column not in REQUIRED + OPTIONAL:
            raise BadRegister(f"{name}, row 1: unknown column {column!r}; known are {', '.join(REQUIRED + OPTIONAL)}")
        if column in header[:position]:
            raise BadRegister(f"{name}, row 1: column {column} stands twice")


def _read_row(stated: Mapping[str, str], where: str, families: Collection[str]) -> Portal:
    """Return the portal of a row. Raises `BadRegister` for the first column that is not as expected."""
    start_url = _read_address(stated["start_url"])
    least = 0.0 if is_loopback(urlsplit(start_url or "").hostname or "") else LEAST_DELAY
    family, delay, max_pages = (stated.get(column, "") for column in ("family", "delay", "max_pages"))
    hosts = tuple(stated.get("allow_hosts", "").lower().split())
    rules = (
        ("authority", stated["authority"] != "", "the name of the authority"),
        ("level", stated["level"] in LEVELS, f"one of {', '.join(LEVELS)}"),
        ("division_code", _is_code(stated["division_code"], stated["level"]), EXPECTED_CODE),
        ("start_url", start_url is not None, EXPECTED_ADDRESS),
        ("family", not (family and families) or family in families, f"one of {', '.join(sorted(families))}"),
        ("delay", _is_number(delay, least=least, most=3600), f"seconds, {least:g} or more"),
        ("max_pages", _is_number(max_pages, least=1, most=10_000_000), "a whole number above 0"),
        ("allow_hosts", all(map(HOST.fullmatch, hosts)), "host names separated by blanks"),
    )
    for column, is_as_expected, expected in rules:
        if not is_as_expected:
            raise BadRegister(f"{where}, column {column}: {stated.get(column, '')!r}; expected {expected}")
    return Portal(
        authority=stated["authority"],
        level=stated["level"],
        division_code=stated["division_code"],
        start_url=start_url or "",
        note=stated.get("note", ""),
        family=family,
        delay=float(delay) if delay else None,
        max_pages=int(float(max_pages)) if max_pages else None,
        allow_hosts=hosts,
    )


def _is_code(code: str, level: str) -> bool:
    return DIVISION.fullmatch(code) is not None or (code == "" and level in ("ministry", "department"))


def _read_address(text: str) -> str | None:
    """Return a start address with a lower-case host and a path, or None where it is none."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or parts.username is not None or not text.isascii() or " " in text:
        return None
    host = parts.hostname or ""
    if not HOST.fullmatch(host):
        return None
    return parts._replace(
        netloc=host if port is None else f"{host}:{port}", path=parts.path or "/", fragment=""
    ).geturl()


def _is_number(text: str, *, least: float, most: float) -> bool:
    """Say whether a text is blank, or a number within bounds; nan is none."""
    try:
        return not text or least <= float(text) <= most
    except ValueError:
        return False
