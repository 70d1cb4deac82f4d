"""A document with its truth: what every renderer gives and the scorer reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any, Protocol, TypeVar

from tests.generate.truth import Report, Wish, invent, signed

TABLES = ("table2", "table3", "table4")


@dataclass(frozen=True, slots=True)
class Page:
    """What a renderer put into a document beside the report: chrome lines, lines that may be read as prose or not,
    what is uncertain.

    `ambiguous` names the tables of which nobody could know all cells: there only silent errors count. `absent` names
    the tables that
    the document does not carry as text. `headless`: section headings were lost. `accept` adds right answers to a field.
    """

    payload: bytes
    extension: str
    charset: str | None = None
    url: str = ""
    chrome: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    headless: bool = False
    prose: bool = True
    accept: dict[str, tuple[Any, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sample:
    """A named document. `truth` is a gold reading plus `genre`, `sections`, `optional`, `chrome`, `ambiguous` and
    `accept`.

    `charset` is what the server declared; `genre` lists the genres that are right; a truth without `report_year` is
    of no report.
    """

    name: str
    payload: bytes
    extension: str
    charset: str | None
    url: str
    truth: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that is no report on the form: a near miss, or a report on a year before 2019 (`year` set)."""

    genre: tuple[str, ...]
    title: str
    sections: tuple[tuple[str, str], ...] = ()
    issuer: str | None = None
    year: int | None = None
    published: str | None = None


Make = Callable[[Random], tuple[Report | Paper, Page]]  # what a shape is


class Look(Protocol):
    """How a renderer is to set a report, and what the report must be for that."""

    @property
    def wish(self) -> Wish: ...


OneLook = TypeVar("OneLook", bound=Look)


def in_looks(looks: Mapping[str, OneLook], render: Callable[[Random, Report, OneLook], Page]) -> dict[str, Make]:
    """Return a shape for each look of a format that has no other place for a date than the signature."""

    def make(look: OneLook, rng: Random) -> tuple[Report, Page]:
        report = signed(rng, invent(rng, look.wish))
        return report, render(rng, report, look)

    return {name: partial(make, look) for name, look in looks.items()}


def of_paper(name: str, paper: Paper, page: Page) -> Sample:
    """Return the sample of a paper; only a report on an earlier year has fields and prose to compare."""
    truth: dict[str, Any] = {
        "source": name + page.extension,
        "title": paper.title,
        "genre": list(paper.genre),
        "template": "other",
        "table2": {},
        "table3": {},
        "table4": {},
        "inconsistent": [],
        "sections": [{"heading": heading, "text": text} for heading, text in paper.sections],
        "optional": [*page.optional, paper.title],
        "chrome": list(dict.fromkeys(page.chrome)),
        "ambiguous": [],
        "accept": {key: list(values) for key, values in page.accept.items()},
    }
    if paper.year:
        truth |= {"issuer": paper.issuer, "report_year": paper.year, "published": paper.published}
    return Sample(name, page.payload, page.extension, page.charset, page.url, truth)


def of_report(name: str, report: Report, page: Page) -> Sample:
    """Return the sample of a report that a renderer made into a page."""
    gold = report.gold()
    for table in page.absent:
        gold[table] = {}
    gold["inconsistent"] = [relation for relation in gold["inconsistent"] if _table_of(relation) not in page.absent]
    sections = [{"heading": "", "text": "\n".join(report.preface)}]
    for part in report.parts:
        text = "\n".join((*part.before, *part.after))
        sections.append({"heading": "" if page.headless else part.heading, "text": text})
    accept = {
        key: [*report.accept.get(key, ()), *page.accept.get(key, ())]
        for key in report.accept.keys() | page.accept.keys()
    }
    extra = {
        "genre": ["report", "candidate"] if len(page.absent) == len(TABLES) else ["report"],
        "sections": sections if page.prose else [],
        "optional": [*page.optional, report.title, *report.signature],
        "chrome": list(dict.fromkeys(page.chrome)),
        "ambiguous": list(page.ambiguous),
        "accept": accept,
    }
    return Sample(
        name, page.payload, page.extension, page.charset, page.url, {"source": name + page.extension} | gold | extra
    )


def _table_of(relation: str) -> str:
    return "table4" if relation.startswith("table4") else "table3"
