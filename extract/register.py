"""The register, and all authorities of a database: its own, those that issued a report, and those above them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from extract.authorities import Authority, Resolution, above, evidence_of, host_of, of_register, resolve, tidy
from extract.database import AuthorityRow
from extract.errors import ExtractError


@dataclass(frozen=True, slots=True)
class Portal:
    """A row of the register: the authority whose portal it is, and where the crawl begins."""

    name: str  # as the register has it
    authority: Authority
    host: str
    start_url: str


def read_register(path: Path) -> list[Portal]:
    """Return the portals of a register (`portals.csv`) in its order.

    Raises ExtractError for a file that is missing, is no UTF-8 or lacks one of the columns that are read here.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            missing = {"authority", "level", "division_code", "start_url"} - set(rows.fieldnames or ())
            if missing:
                raise ExtractError(
                    f"{path}, row 1: column {min(missing)} is missing; the header is that of portals.csv"
                )
            return [_portal(row) for row in rows if any(row.values())]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ExtractError(f"{path}: the register cannot be read ({error}); name another with --portals") from error


class Authorities:
    """All authorities of a database: those of the register, those that issued a report, and those above them."""

    def __init__(self, register: Sequence[Portal]) -> None:
        self._register = {
            (tidy(portal.name), portal.authority.division_code or ""): portal for portal in reversed(register)
        }
        self._divisions = {portal.host: portal.authority.division_code or "" for portal in reversed(register)}
        self._start_urls = {portal.authority.id: portal.start_url for portal in reversed(register)}
        self._known: dict[str, Authority] = {}
        for portal in register:
            self._add(portal.authority)

    def issuer(
        self, name: str | None, *, url: str, portal: str, division: str, facts: Sequence[tuple[str, str, str]]
    ) -> Resolution:
        """Return who the issuer of a report is; `portal` and `division` are those that the crawl noted of its page."""
        of_portal = self.portal(portal, division)
        if of_portal is not None and name and tidy(name) == tidy(portal):
            return Resolution(of_portal)
        host = host_of(url)
        evidence = evidence_of(facts, division=division, host_division=self._divisions.get(host, ""))
        found = resolve(name, evidence=evidence, host=host)
        return replace(found, authority=self._add(found.authority))

    def portal(self, name: str, division: str) -> Authority | None:
        """Return the register's authority that the crawl noted by name and division."""
        if not name:
            return None
        listed = self._register.get((tidy(name), division))
        if listed is not None:
            return listed.authority
        return self._add(resolve(name, evidence=evidence_of((), division=division)).authority)

    def rows(self) -> list[AuthorityRow]:
        """Return the rows of all, sorted."""
        return [
            AuthorityRow(**asdict(authority), start_url=self._start_urls.get(authority.id))
            for _, authority in sorted(self._known.items())
        ]

    def __getitem__(self, authority_id: str) -> Authority:
        return self._known[authority_id]

    def _add(self, authority: Authority) -> Authority:
        """Keep an authority and those above; of two by one id the same one, in whatever order they come."""
        known = self._known.get(authority.id)
        if known != authority:
            self._known[authority.id] = min(authority, known or authority, key=repr)
            for step in above(authority):
                self._known.setdefault(step.id, step)
        return authority


def _portal(row: dict[str, str | None]) -> Portal:
    name, level, code, start_url = (
        (row[column] or "").strip() for column in ("authority", "level", "division_code", "start_url")
    )
    return Portal(name, of_register(name, level, code), host_of(start_url), start_url)
