"""Which captures are one report, and which of them stands for it.

One row is one authority's report on one year. Its renditions are the addresses that carry it: copies in other columns
and on other hosts, HTML and PDF and Word of the same text, attachments of its page. Of one address the newest capture
that is a report counts.

Two papers of one authority and year at addresses that do not lead to each other are two reports where both state
figures that verify and differ (a paper that does not verify may be misread, so its figures part nothing), or where
their titles differ and so does their prose. Both are shown, since neither can be told to be the wrong one.

A page and what hangs on it may share a report out: prose on the page, each table a picture or a sheet beneath it. What
the one that stands for the report lacks whole is taken from those that belong to it, and a warning names them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from extract.authorities import tidy
from extract.characters import nfkc
from extract.form import broken_relations, cells_of
from extract.reading import FORM_TABLES, Reading

_GENRE = re.compile(
    r"关于|人民政府|政府信息公开|政务信息公开|政务公开|信息公开|工作|年度|报告|年报|情况|图片版|超链版"
    r"|[年的\d\W_]|[〇零一二三四五六七八九]{4}"
)
_SENTENCE = re.compile(r"[。；;！!\n]+")
_ALIKE = 0.5  # share of the shorter prose's sentences that the other one has, too

_MEDIA = ("html", "plain", "json", "word", "opendocument.text", "rtf", "sheet", "excel", "pdf", "ofd", "zip")


@dataclass(frozen=True, slots=True)
class Found:
    """A report at one address: its newest capture there, whose it is, and what its rank stands on."""

    url: str
    capture_id: str
    key: bytes  # of its reading
    first_at: int  # microseconds since 1970 of the oldest capture here that is a report
    media_type: str
    authority_id: str
    year: int | None
    head: dict[str, Any]  # as in `readings.Packed`
    page: str | None = None  # the page whose attachment it is, where that page carries the same report, or announces it
    warnings: tuple[str, ...] = field(default=())
    carries: tuple[str, ...] | None = None  # of a further piece of `page`'s article: what the report has from here


def rank(found: Found) -> tuple[object, ...]:
    """Return the sort key of renditions, the best first.

    More verified tables; more cells that state a number; HTML before text, Word, sheets, PDF, OFD, ZIP and pictures;
    with prose before without; published later; address.
    """
    head = found.head
    kind = next((place for place, name in enumerate(_MEDIA) if name in found.media_type), len(_MEDIA))
    published = int((head["published"] or "0").replace("-", ""))
    return (-head["verified"], -head["cells"], kind, head["letters"] == 0, -published, found.url)


def reports(group: Sequence[Found], *, name: str, load: Callable[[Found], Reading]) -> list[list[Found]]:
    """Part the papers of one authority (called `name`) and one year into reports, the best rendition of each first."""
    parted: list[list[Found]] = []
    for found in sorted(group, key=rank):
        for report in parted:
            if _is_same(report, found, name, load):
                report.append(found)
                break
        else:
            parted.append([found])
    return parted


def composed(
    report: Sequence[Found], load: Callable[[Found], Reading]
) -> tuple[Found, Reading, Mapping[str, tuple[str, ...]]]:
    """Return what stands for a report, its reading, and of each other address what is taken from there: the tables, and
    the prose ("sections"), that the one that stands for it lacks whole. Pictures stand for none that has a page. Of an
    article in pieces, whose reading has all, each piece says what is taken from it (`pieces.read_pieces`).
    """
    best = report[0]
    if best.media_type.startswith("image/"):
        best = next((found for found in report if found.url == best.page), best)
    reading = load(best)
    here = best.head.get("carries", {}).get(best.url, ())
    taken: dict[str, tuple[str, ...]] = {best.url: tuple(part for part in here if "/" in part)}
    for other in report:
        if other.carries is not None:
            taken[other.url] = other.carries
        if other is best or other.carries is not None or not _belong(best, other):
            continue
        theirs = load(other)
        for table in FORM_TABLES:
            if getattr(theirs, table) and not getattr(reading, table):
                reading = _with_table(reading, theirs, table, other.url)
                taken[other.url] = (*taken.get(other.url, ()), table)
        if theirs.sections and not reading.sections:
            reading = replace(reading, sections=theirs.sections)
            taken[other.url] = (*taken.get(other.url, ()), "sections")
    return best, reading, taken


def _belong(one: Found, other: Found) -> bool:
    """Tell whether two papers are a page and its attachment, or attachments of one page."""
    return other.page in (one.url, one.page or one.url) or one.page == other.url


def _with_table(reading: Reading, theirs: Reading, table: str, url: str) -> Reading:
    form_follows = reading.form == "other" or not (reading.table2 or (reading.table3 and table != "table2"))
    told = [warning for warning in theirs.warnings if warning.startswith(table)]
    kept = [warning for warning in reading.warnings if not warning.startswith(table)]
    joined = replace(
        reading,
        **{table: getattr(theirs, table)},
        form=theirs.form if form_follows else reading.form,
        status={**reading.status, table: theirs.status[table]},
        warnings=(*kept, *told, f"{table} is not on the page; it is read from {url}"),
    )
    broken = (name for name, _ in broken_relations(joined.table3, joined.table4))
    return replace(joined, inconsistent=tuple(broken))


def conflicts(best: Reading, other: Reading) -> list[str]:
    """Return the cells in which two readings state different numbers, for a message."""
    cells = cells_of(other)
    return [
        f"{table} {row} {column}: {cells[table, row, column].value}, here {cell.value}"
        for (table, row, column), cell in cells_of(best).items()
        if (there := cells.get((table, row, column))) is not None
        and cell.value is not None
        and there.value is not None
        and cell.value != there.value
    ]


def _is_same(report: Sequence[Found], found: Found, name: str, load: Callable[[Found], Reading]) -> bool:
    if any(found.url == one.page or found.page == one.url for one in report):
        return True
    here, there = load(report[0]), load(found)
    if _title_key(report[0], name) == _title_key(found, name):
        return found.head["verified"] < len(FORM_TABLES) or not conflicts(here, there)
    return not conflicts(here, there) and _alike(here, there)


def _title_key(found: Found, name: str) -> str:
    """Return what a title says beside genre, year and authority: "" as a rule, 办公室 for the office's own report."""
    return _GENRE.sub("", tidy(found.head["title"] or "").replace(name, ""))


def _alike(here: Reading, there: Reading) -> bool:
    ours, theirs = _sentences(here), _sentences(there)
    return not ours or not theirs or len(ours & theirs) >= _ALIKE * min(len(ours), len(theirs))


def _sentences(reading: Reading) -> set[str]:
    prose = "\n".join(section.text for section in reading.sections)
    return {"".join(part.split()) for part in _SENTENCE.split(nfkc(prose)) if part.strip()}
