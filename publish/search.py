"""Search over reports and their prose: which reports, counted how, and with which lines of text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from datasette.database import Database

from extract.search_text import MAX_QUERY, TERM, WORD, zh_query
from publish.query import Row

PAGE_SIZE = 20
_MAX_PAGE = 500
_SNIPPETS = 3  # sections shown of one report
_BEFORE, _AFTER = 24, 96  # characters of a snippet around its first hit
FACETS = {"year": "report_year", "level": "level", "province": "province", "form": "form", "status": "status"}
_BY_FACET = " ".join(
    f"union all select '{name}', {column}, count(*) from hit group by {column}" for name, column in FACETS.items()
)

_PHRASE = re.compile(r'"[^"]*"\*?')


@dataclass(frozen=True, slots=True)
class Question:
    """What a reader asks: words, and what the reports must have in the columns of FACETS."""

    text: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    page: int = 1

    @classmethod
    def of(cls, arguments: Any) -> Question:
        """Return the question that an address asks; what is not understood in it counts as not said."""
        number = arguments.get("page") or "1"
        return cls(
            text=(arguments.get("q") or "").strip()[:MAX_QUERY],
            chosen={name: value for name in FACETS if (value := arguments.get(name))},
            page=min(int(number), _MAX_PAGE) if re.fullmatch(r"[1-9]\d{0,5}", number) else 1,
        )

    @property
    def columns(self) -> dict[str, str]:
        """What was chosen, by the columns of `reports`."""
        return {FACETS[name]: value for name, value in self.chosen.items()}

    def url(self, **changes: str | int) -> str:
        """Return the address of this question, changed; "" leaves a condition out, and the pages start anew."""
        said = {"q": self.text, **self.chosen, **changes}
        return "/search?" + urlencode({name: value for name, value in said.items() if value})


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text, marked where it is what was searched for."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A report that answers, with its title in pieces and the lines in which the words stand."""

    report: Row
    title: tuple[Piece, ...]
    lines: tuple[tuple[str, tuple[Piece, ...]], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of the reports that answer, how many there are in all, and how they divide by each facet."""

    question: Question
    count: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[tuple[str, int], ...]]

    @property
    def first(self) -> int:
        """The number of the first report on this page."""
        return (self.question.page - 1) * PAGE_SIZE + 1

    @property
    def pages(self) -> int:
        """The number of pages that can be turned to."""
        return _pages(self.count)


async def ask(db: Database, question: Question) -> Answer:
    """Return the answer to a question: each of its words in the title, the issuer or any section of a report."""
    phrases = list(dict.fromkeys(_PHRASE.findall(zh_query(question.text)))) if question.text else []
    where, values = _conditions(phrases, question.chosen)
    rows = await db.execute(
        f"""with hit as materialized (select {", ".join(FACETS.values())} from reports r {where})
        select 'all' facet, null value, count(*) n from hit {_BY_FACET}""",
        values,
    )
    counted = [tuple(row) for row in rows]
    facets = {name: _facet(name, counted) for name in FACETS}
    count = counted[0][2]
    question = replace(question, page=min(question.page, max(_pages(count), 1)))  # behind the last is the last
    matches = await db.execute(
        f"""select r.*, a.name authority from reports r join authorities a on a.id = r.authority_id {where}
        order by {_in_title(phrases)} desc, r.report_year desc, r.province, r.id limit :size offset :skip""",
        {
            **values,
            "every": " ".join(phrases),
            "size": PAGE_SIZE,
            "skip": (question.page - 1) * PAGE_SIZE,
        },
    )
    reports = [dict(row) for row in matches]
    lines = await _lines(db, phrases, [report["id"] for report in reports], question.text)
    hits = tuple(
        Hit(
            report, highlight(report["title"] or report["authority"], question.text), tuple(lines.get(report["id"], ()))
        )
        for report in reports
    )
    return Answer(question, count, hits, facets)


def _pages(count: int) -> int:
    return min(-(-count // PAGE_SIZE), _MAX_PAGE)


def _conditions(phrases: list[str], chosen: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    clauses, values = [], {}
    for number, phrase in enumerate(phrases):
        values[f"m{number}"] = phrase
        clauses.append(
            f"(r.rowid in (select rowid from reports_fts where reports_fts match :m{number}) or exists (select 1 from "
            f"sections s where s.report_id = r.id and s.id in "
            f"(select rowid from sections_fts where sections_fts match :m{number})))"
        )
    for name, value in chosen.items():
        values[name] = value
        clauses.append(f"r.{FACETS[name]} = :{name}")
    return ("where " + " and ".join(clauses) if clauses else ""), values


def _in_title(phrases: list[str]) -> str:
    return "(r.rowid in (select rowid from reports_fts where reports_fts match :every))" if phrases else "(0 = :every)"


def _facet(name: str, counted: Iterable[tuple[str, Any, int]]) -> tuple[tuple[str, int], ...]:
    """Return the values of a facet: years from the latest, others from the most frequent; none for what is unstated."""
    found = [(str(value), count) for facet, value, count in counted if facet == name and value is not None]
    order = (lambda item: (-int(item[0]), 0)) if name == "year" else (lambda item: (-item[1], item[0]))
    return tuple(sorted(found, key=order))


async def _lines(
    db: Database, phrases: list[str], reports: list[str], text: str
) -> dict[str, list[tuple[str, tuple[Piece, ...]]]]:
    """Return for each report the headings and snippets of the first sections in which one of the words stands."""
    if not phrases or not reports:
        return {}
    marks = ", ".join(f":r{number}" for number in range(len(reports)))
    rows = await db.execute(
        f"""select report_id, heading, text from (
            select s.report_id, s.heading, s.text, s.position,
              row_number() over (partition by s.report_id order by s.position) n
            from sections s where s.report_id in ({marks})
              and exists (select 1 from sections_fts where sections_fts match :any and rowid = s.id))
        where n <= {_SNIPPETS} order by report_id, position""",
        {"any": " OR ".join(phrases), **{f"r{number}": report for number, report in enumerate(reports)}},
    )
    lines: dict[str, list[tuple[str, tuple[Piece, ...]]]] = {}
    for report, heading, section in rows:
        lines.setdefault(report, []).append((heading, snippet(section, text)))
    return lines


def highlight(text: str, query: str) -> tuple[Piece, ...]:
    """Return the text in pieces, those that a term of the query finds marked."""
    pattern = _pattern(query)
    if pattern is None:
        return (Piece(text),)
    plain, places = _plain(text)
    pieces, done = [], 0
    for match in pattern.finditer(plain):
        start, end = places[match.start()], places[match.end() - 1] + 1
        if start < done:
            continue
        pieces += [Piece(text[done:start]), Piece(text[start:end], marked=True)]
        done = end
    pieces.append(Piece(text[done:]))
    return tuple(piece for piece in pieces if piece.text)


def snippet(text: str, query: str) -> tuple[Piece, ...]:
    """Return the part of the text around the first hit, in one line, its hits marked."""
    line = " ".join(text.split())
    pattern = _pattern(query)
    plain, places = _plain(line)
    match = pattern.search(plain) if pattern else None
    start = max(0, places[match.start()] - _BEFORE) if match else 0
    end = min(len(line), start + _BEFORE + _AFTER)
    pieces = highlight(line[start:end], query)
    return (*([Piece("…")] if start else []), *pieces, *([Piece("…")] if end < len(line) else []))


def _pattern(query: str) -> re.Pattern[str] | None:
    """Return what finds the query's terms in plain text: their words with at most punctuation between them."""
    terms = [WORD.findall(term) for term in TERM.findall(_plain(query)[0])]
    found = sorted((r"[\W_]*".join(map(re.escape, words)) for words in terms if words), key=len, reverse=True)
    return re.compile("|".join(found)) if found else None


def _plain(text: str) -> tuple[str, list[int]]:
    """Return the text as the index knows it (NFKC, lower case) and of each of its characters the place in `text`."""
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        plain = unicodedata.normalize("NFKC", character).lower()
        characters.append(plain)
        places += [place] * len(plain)
    return "".join(characters), places
