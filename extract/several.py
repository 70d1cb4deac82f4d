"""Documents that hold several reports: the years of one authority in panes, the authorities of one county below each
other, blank forms and annexes beside the filled form. One of them is read, and said to be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise, takewhile

from extract.cells import read_cell
from extract.characters import squeezed
from extract.chrome import unmarked
from extract.document import Block, Document, Grid, Text
from extract.form import cells_of, label_key
from extract.heading import read_heading
from extract.labels import is_furniture
from extract.names import is_organ
from extract.own_title import page_title_parts
from extract.published import closing_date
from extract.reading import Value
from extract.sections import is_heading
from extract.tables import read_tables
from extract.titles import is_over, is_title, issuer_in_title
from extract.two_readings import Tables

_OF_PAGE = frozenset(["title", "page_title", "line", "issuer"])  # facts that a page states of itself
_LAST_ROW = "转下年"
_FIRST_SECTION = re.compile(r"总体|(?:^|[一㈠]\W*)(?:基本情况|整体情况|概况|概述)\s*$")
_LAST_SECTION = "其他需要报告的事项"
_LONGEST_HEADING, _LEAST_SENTENCE = 60, 15
_ANNEX = re.compile(r"\s*附\s*[件表录:：][^。；]*")
_TABLES = (2, 3, 4)
_SAME_FORM = 0.8  # share of the labels of a blank table that a filled form has
_MOST_ANNEXES = 12  # that are looked into: each costs a reading of all tables
_LEAST_OF_FORM = 5  # labels, and blank cells, that an unfilled table has


def one_report(document: Document) -> tuple[Document, tuple[str, ...]]:
    """Return the report of a document that holds several, with a warning for each table; all others as they are.

    Taken is the report whose title is the page's own, else the one on the year that this names, else the one on the
    latest year, else the first.
    """
    document, blank = _without_blank_forms(_without_other_papers(document))
    document, annexed = _without_annexes(document)
    parts = _parts(document)
    if len(parts) == 1:
        return document, (*blank, *annexed)
    headings = [read_heading(replace(part, facts=())) for part in parts]
    titles = [heading.title or "" for heading in headings]
    years = [heading.report_year for heading in headings]
    if len({*years} - {None}) < 2 and _are_alike([read_tables(part) for part in parts]):
        return document, (*blank, *annexed)
    named = list(_named(document, titles, years))
    at = named[0] if len(named) == 1 else max(range(len(parts)), key=lambda at: (years[at] or 0, -at))
    told = f"the document holds {len(parts)} reports; read is number {at + 1}, on {years[at] or 'no stated year'}"
    others = {squeezed(title) for title in titles} - {squeezed(titles[at])}
    facts = tuple(
        fact
        for fact in document.facts
        if not is_title(fact.value) or (str(years[at]) in fact.value and squeezed(fact.value) not in others)
    )
    if len(named) != 1:
        facts = tuple(fact for fact in facts if fact.field not in _OF_PAGE)
    return replace(parts[at], facts=facts), tuple(f"table{number}: {told}" for number in _TABLES)


def _named(document: Document, titles: Sequence[str], years: Sequence[int | None]) -> Iterator[int]:
    """Yield the reports of which the page's own title is one's, with its authority; where none bears it, the first, above
    which it stands, if that has none of its own; else those on the year it names.
    """
    metas = [fact.value for fact in document.facts if fact.source.startswith("meta")]
    own = [squeezed(title) for title in (*metas, *page_title_parts(document)) if is_title(title)]
    whole = [at for at, title in enumerate(titles) if issuer_in_title(title) and squeezed(title) in own]
    if not (whole or titles[0]) and any(issuer_in_title(title) and is_over(title) for title in own):
        whole = [0]
    if len(whole) == 1:
        yield from whole
    else:
        yield from (at for at, year in enumerate(years) if year and any(str(year) in one for one in own))


def _without_other_papers(document: Document) -> Document:
    """Return a document without what gazettes, yearbooks and letters that pass a report on print before its one title, in
    larger type below sentences, and behind the date at its end, from the next line in larger type on.
    """
    blocks = document.blocks
    large = {at: block.text for at, block in enumerate(blocks) if isinstance(block, Text) and block.level}
    titles = [at for at, text in large.items() if issuer_in_title(text) and is_over(text)]
    first = titles[0] if len(titles) == 1 and any(map(_is_sentence, blocks[: titles[0]])) else 0
    last = max((at for at, block in enumerate(blocks) if _is_heading(block)), default=len(blocks))
    dated = next((at for at in range(last + 1, len(blocks)) if closing_date(_line(blocks[at]))), len(blocks))
    end = next((at for at, text in large.items() if at > dated and not _ANNEX.fullmatch(text)), len(blocks))
    others = (*blocks[:first], *blocks[end:])
    if not others or any(_is_of_form(block) or _is_whole_title(_line(block)) for block in others):
        return document
    return replace(document, blocks=blocks[first:end])


def _is_whole_title(line: str) -> bool:
    """Tell whether a line may be a report's title: that of the letter which passes one on ends on 函 or 通知."""
    return is_title(line) and is_over(line)


def _is_sentence(block: Block) -> bool:
    return isinstance(block, Text) and len(block.text) >= _LEAST_SENTENCE and block.text.endswith("。")


def _without_blank_forms(document: Document) -> tuple[Document, tuple[str, ...]]:
    """Return a document without the tables of the form that state no figure, where others state some in the same rows,
    and a warning if it had any. Page breaks cut the tables of a blank form, and their labels, elsewhere.
    """
    parts = _parts(document)
    if len(parts) > 1 and all(any(map(_is_filled, part.blocks)) for part in parts):  # each has blanks of its own
        return document, ()
    unfilled = {at: _labels(block) for at, block in enumerate(document.blocks) if _is_unfilled(block)}
    stated = (_labels(block) for at, block in enumerate(document.blocks) if unfilled and at not in unfilled)
    filled = frozenset[str]().union(*stated)
    blank = {at for at, labels in unfilled.items() if len(labels & filled) >= _SAME_FORM * len(labels)}
    tables = _tables_of(replace(document, blocks=tuple(document.blocks[at] for at in sorted(blank)))) if blank else []
    if not tables:  # none, or heads in pieces
        return document, ()
    blocks = tuple(block for at, block in enumerate(document.blocks) if at not in blank)
    told = "the document prints it blank, too; the one that states figures is read"
    return replace(document, blocks=blocks), tuple(f"{table}: {told}" for table in tables)


def _tables_of(document: Document) -> list[str]:
    return [table for table, status in read_tables(document).status.items() if status != "absent"]


def _is_unfilled(block: Block) -> bool:
    """Tell whether a grid has labels of the form, and beside them cells of which none states a figure."""
    texts = [cell.text for row in block.rows for cell in row] if isinstance(block, Grid) else []
    if texts.count("") < _LEAST_OF_FORM or any(read_cell(text).value is not None for text in texts):
        return False
    return _is_of_form(block)


def _is_of_form(block: Block) -> bool:
    return len(_labels(block)) >= _LEAST_OF_FORM


def _is_filled(block: Block) -> bool:
    return isinstance(block, Grid) and _is_of_form(block) and not _is_unfilled(block)


def _labels(block: Block) -> frozenset[str]:
    """Return the labels of the form that a grid prints, or a line of text."""
    texts = {cell.text for row in block.rows for cell in row} if isinstance(block, Grid) else {block.text}
    return frozenset(key for text in texts if len(key := label_key(text)) > 1 and is_furniture(key))


def _without_annexes(document: Document) -> tuple[Document, tuple[str, ...]]:
    """Return a document without the annexes behind the report that print its table 3 again (last year's, another
    authority's), or any table where it has all; and a warning for each such table. Who signs behind them stays.

    No section of the report, known by its heading, stands behind its annexes; a page printed twice has all of them twice.
    """
    blocks = document.blocks
    for at in islice(_openings_of_annexes(blocks), _MOST_ANNEXES):
        behind = blocks[at:]
        if not any(map(_labels, behind)) or not _headings(behind) <= _headings(blocks[:at]):
            continue
        signature = [] if any(map(_signs, blocks[:at][-2:])) else list(takewhile(_signs, reversed(behind)))[::-1]
        report, annexes = replace(document, blocks=(*blocks[:at], *signature)), replace(document, blocks=behind)
        stated, annexed = _tables_of(report), _tables_of(annexes)
        if "table3" in stated and ("table3" in annexed or (annexed and len(stated) == len(_TABLES))):
            told = "annexes behind the report print one, too; the report's is read"
            return report, tuple(f"{table}: {told}" for table in annexed)
    return document, ()


def _openings_of_annexes(blocks: Sequence[Block]) -> Iterator[int]:
    """Yield where annexes may begin: at the lines that say so, and at the first table behind each last section, unless a
    first one stands before it: then it is another report's, or the same again.
    """
    first = next(filter(_is_heading, blocks), None)
    for at, block in enumerate(blocks):
        if _ANNEX.fullmatch(_line(block)):
            yield at
        elif _LAST_SECTION in _line(block) and _is_heading(block):
            behind = takewhile(
                lambda below: not _opens(blocks[below]) and blocks[below] != first, range(at + 1, len(blocks))
            )
            yield from islice((below for below in behind if _labels(blocks[below])), 1)


def _headings(blocks: Sequence[Block]) -> set[str]:
    return {squeezed(_line(block)) for block in blocks if _is_heading(block)}


def _line(block: Block) -> str:
    """Return a text as short as headings are; nothing for another block."""
    return block.text if isinstance(block, Text) and len(block.text) <= _LONGEST_HEADING else ""


def _is_heading(block: Block) -> bool:
    return is_heading(_line(block))


def _signs(block: Block) -> bool:
    """Tell whether a line is the name of an authority, a date, or both."""
    line = unmarked(block.text) if isinstance(block, Text) else ""
    return closing_date(line) is not None or is_organ(squeezed(line))


def _parts(document: Document) -> list[Document]:
    """Return the reports of a document: each begins with its title, or its first section, and holds a table 3."""
    openings = [at for at, block in enumerate(document.blocks) if _opens(block)]
    if len(openings) < 2:
        return [document]
    ends = [at for at, block in enumerate(document.blocks) if _holds_last_row(block)]
    whole = [
        first
        for first, following in pairwise([*openings, len(document.blocks)])
        if any(first < end < following for end in ends)
    ]
    if len(whole) < 2:
        return [document]
    starts = [0]
    for opening in whole[1:]:
        above = max(end for end in ends if end < opening)
        between = enumerate(document.blocks[above + 1 : opening], above + 1)
        titles = [at for at, block in between if isinstance(block, Text) and is_title(block.text)]
        starts.append(titles[-1] if titles else opening)
    return [
        replace(document, blocks=document.blocks[first:end]) for first, end in pairwise([*starts, len(document.blocks)])
    ]


def _opens(block: Block) -> bool:
    return _is_heading(block) and _FIRST_SECTION.search(_line(block)) is not None


def _holds_last_row(block: Block) -> bool:
    if isinstance(block, Grid):
        return any(_LAST_ROW in cell.text for row in block.rows for cell in row)
    return _LAST_ROW in _line(block)


def _are_alike(tables: Sequence[Tables]) -> bool:
    """Tell whether no two reports contradict each other: then they are one, printed for two kinds of screens."""
    stated = [_stated(one) for one in tables]
    return all(one[key] == other[key] for one, other in pairwise(stated) for key in one.keys() & other.keys())


def _stated(tables: Tables) -> dict[tuple[str, str, str], Value]:
    return {name: cell.value for name, cell in cells_of(tables).items() if cell.value is not None}
