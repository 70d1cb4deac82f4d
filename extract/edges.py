"""The printed lines that tell what a document is: those above its first section, and its last ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from extract.characters import squeezed, with_plain_digits
from extract.chrome import closed_up, foot_of, is_byline, is_chrome, is_menu, unmarked
from extract.dates import CHINESE_DATE, DATE, YEAR
from extract.document import Document, Text
from extract.form import label_key
from extract.labels import is_furniture
from extract.names import is_organ
from extract.sections import is_heading, pieces_of
from extract.titles import TITLE_LABEL, first_year, is_entry, is_title, issuer_in_title, undated

OPENING_LINES = 300
_ENDING_LINES = 10
_PROSE_ABOVE = 2  # sentences of the page that may stand above a title: a notice, a warning of links that lead away
LEAST_LIST = 3  # titles that make one
_RUN, _DATED = re.compile("(?:[te]d?){3,}"), re.compile("ed?|td")  # of signs: `_sign_in_list`
_LONGEST_ENTRY, _LONGEST_YEAR = 100, 12
_LONG = 60  # characters from which on a line may be several that a converter ran together
_LONGEST_CELL, _MOST_CELLS = 120, 16  # of a row of a label table
_LONGEST_ROW = 300
_LONGEST_LABEL = 10
_LEADING_TITLE = re.compile(
    r"(\S[^。；]{3,50}?(?:报告|年报)(?:[（(][^（）()]{2,10}[）)])?)(?:\s+(?=\S{10})|(?=本报告|根据《|按照《|依据《|现将|20\d\d年[,，]))"
)
_TRAILING_SIGNATURE = re.compile(
    rf"(?<=[。\sa-z])\s*([\u4e00-\u9fff]{{4,30}})?\s*({DATE.pattern}|{CHINESE_DATE.pattern})\s*$"
)
_LEADING_DATE = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?(?=[\u4e00-\u9fff《])"
)  # no sentence begins with one
_ENDS_OF_DATES = frozenset("日0123456789０１２３４５６７８９")
_DATE_IN_PIECES = re.compile(r"(?<=\n)(20\d\d年)\n(\d{1,2}月)\n?(\d{1,2})\n?日")
_FIRST_PART = re.compile(r"一\s*[、．.]\s*\S")
_LABELLED = re.compile("[:：]")
_UNDERLINE = re.compile("-{3,}|={3,}")  # of a heading in Markdown
_YEAR_OF_MENU = re.compile(rf"{YEAR}\s?年度?(?:报告|年报)?")
_PARTED = re.compile(r"[|｜\t]")
_LABELS_OF_TITLE = frozenset(["名称", "信息名称", "标题"])
_LABELS = _LABELS_OF_TITLE.union(
    """
    责任单位 责任部门 编制单位 所属单位 所属机构 公开责任部门 公开责任人 索引号 索引分类 是否有效 主题分类 信息分类 组配分类 体裁分类 服务对象分类 分类 发布机构 发文机关 发文机构 发文单位 发布单位 公开主体 文号
    发文字号 主题词 关键词 有效性 时效性 公开方式 公开形式 公开范围 信息来源 文章来源 来源 成文日期 生成日期 公开日期 发布日期 发文日期
    成文时间 生成时间 公开时间 发布时间 生效日期 废止日期 内容概述
    """.split()
)
_GLUED = re.compile(rf"({'|'.join(sorted(_LABELS, key=len, reverse=True))})(?!\s*[:：])")


class Lines(NamedTuple):
    """The printed lines of a document: all; those of its opening, and with what the page prints above it; the last ones."""

    all: Sequence[str]
    opening: list[str]
    above: list[str]
    ending: list[str]


def lines_of(document: Document) -> Lines:
    """Return the lines that a document prints, without lists of reports."""
    lines = _without_lists(_printed_lines(document))
    opening = list(_paired(list(_opening_of(lines))))
    above = _paired([fact.value for fact in document.facts if fact.field == "line"])
    return Lines(lines, opening, [*above, *opening], _ending_of(lines))


def _without_lists(lines: Sequence[str]) -> Sequence[str]:
    """Return lines without the lists of reports among them, as menus and related links print them: one title or year
    below the other, of other authorities or years each, their dates behind or between them.
    """
    signs = "".join(map(_sign_in_list, lines))
    listed = {at for run in _RUN.finditer(signs) for at in _entries(lines, signs, *run.span())}
    return [line for at, line in enumerate(lines) if at not in listed] if listed else lines


def dated_entries(lines: Sequence[str]) -> list[range]:
    """Return which lines are entries of a list, each with its date behind it or below; the last two are none."""
    signs = "".join(map(_sign_in_list, lines))
    return [range(*entry.span()) for entry in _DATED.finditer(signs[:-1] + " ")]


def _sign_in_list(line: str) -> str:
    """Return what a line may be in a list: t, a title or a year; e, one with its date; d, a date; a blank, nothing."""
    if len(line) <= _LONGEST_YEAR and (DATE.fullmatch(line) or _YEAR_OF_MENU.fullmatch(line)):
        return "d" if DATE.fullmatch(line) else "t"
    if len(line) > _LONGEST_ENTRY or not ("报告" in line or "年报" in line) or not is_title(undated(line)):
        return " "
    return "e" if is_entry(line) else "t"


def _entries(lines: Sequence[str], signs: str, start: int, end: int) -> Iterable[int]:
    """Return which of several titles below each other are a list: those with dates, if any has one; without the last
    where the line of its source follows, or the text, so that it heads these, and goes on with no row of years.
    """
    titles = [undated(line) for line, sign in zip(lines[start:end], signs[start:end], strict=True) if sign != "d"]
    names, years = [issuer_in_title(title) for title in titles], [first_year(title) or 0 for title in titles]
    if len({*zip(names, years, strict=True)}) < LEAST_LIST:
        return ()
    below = "".join(lines[end : end + 1])
    in_row = len({*names}) == 1 and years in (sorted({*years}), sorted({*years}, reverse=True))
    is_headed = not in_row and (is_byline(below) or _is_paragraph(below) or is_heading(below))
    dated = [at for entry in _DATED.finditer(signs, start, end) for at in range(*entry.span())]
    return dated or range(start, end - is_headed)


def _printed_lines(document: Document) -> list[str]:
    """Return the printed lines of a document; of its grids those that are no rows of the form: titles, label tables."""
    lines = [
        line
        for printed in _printed(document)
        for piece in _pieces(unmarked(printed))
        if (line := closed_up(piece)) and not _UNDERLINE.fullmatch(line)
    ]
    whole = "\n".join(lines)
    return _DATE_IN_PIECES.sub(r"\1\2\3日", whole).split("\n") if "年\n" in whole else lines


def _printed(document: Document) -> Iterator[str]:
    for block in document.blocks:
        if isinstance(block, Text):
            yield from block.text.split("\n")
            continue
        for row in block.rows:
            texts = tuple(filter(None, [cell.text.strip() for cell in row]))
            if sum(map(str.isdecimal, texts)) * 2 < len(texts) or len(texts) == 1:  # no row of figures
                yield from lines_of_row(texts)


@lru_cache(maxsize=1 << 10)  # the form's rows of heads come again in every report
def lines_of_row(texts: tuple[str, ...]) -> Sequence[str]:
    """Return the lines that a row of a label table prints, each label with its value; of a lone cell its own lines."""
    if len(texts) == 1:
        return [] if is_furniture(label_key(texts[0])) else texts[0].split("\n")
    if len(texts) > _MOST_CELLS or any(len(text) > _LONGEST_CELL for text in texts):
        return []
    pairs = [(label.rstrip("：: "), value) for label, value in pairwise(texts) if len(label) <= _LONGEST_LABEL]
    told = [(squeezed(label), f"{label}：{value}") for label, value in pairs if not _LABELLED.search(label)]
    labelled = [pair for label, pair in told if label in _LABELS or is_byline(pair) or TITLE_LABEL.match(pair)]
    joined = "  ".join(texts)
    labelled += [text for text in texts if is_byline(text) and not text.endswith(("：", ":"))]
    return labelled or ([joined] if is_byline(joined) else [])


def _pieces(line: str) -> Iterator[str]:
    """Yield a line; one in which a converter ran title, headings and paragraphs together in its pieces."""
    for piece in pieces_of(line):
        title = _LEADING_TITLE.match(piece) if len(piece) > _LONG else None
        dated = None if is_organ(_LEADING_DATE.sub("", piece, count=1)) else _LEADING_DATE.match(piece)
        if match := title if title and is_title(title[1]) else dated:
            yield match[0].strip()
            piece = piece[match.end() :]
        in_prose = len(piece) > _LONG or "。" in piece or "." in piece
        if piece[-1:] in _ENDS_OF_DATES and (in_prose or (" " in piece and not _LABELLED.search(piece))):
            yield from _signature_apart(piece, in_prose=in_prose)
            continue
        signature = piece[piece.rfind("。") + 1 :].strip()
        if signature != piece and is_organ(signature):
            yield from (piece.removesuffix(signature), signature)
        else:
            yield piece


def _signature_apart(piece: str, *, in_prose: bool) -> Iterator[str]:
    """Yield a paragraph; one behind which a signature and a date run on in its pieces; behind a word or two, both do."""
    match = _TRAILING_SIGNATURE.search(with_plain_digits(piece), max(0, len(piece) - _LONG))
    if match and (is_organ(match[1]) if match[1] else in_prose):
        yield piece[: match.start()]
        yield from filter(None, (match[1], match[2]))
    else:
        yield piece


def _opening_of(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines before the report's first section or first paragraph."""
    titled, sentences = False, 0
    for line in lines[:OPENING_LINES]:
        if is_heading(line) or _FIRST_PART.match(line):
            return
        if _is_paragraph(line):
            sentences += 1
            if titled or sentences > _PROSE_ABOVE:
                return
            continue
        titled = titled or (is_title(line) and bool(first_year(line)))
        yield line


def _is_paragraph(line: str) -> bool:
    return len(line) >= 18 and ("，" in line or "。" in line or "," in line) and not is_chrome(line)


def _paired(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines; of a label table printed a cell a line, each label with its value."""
    lines = [piece for line in lines for piece in _cells_of(line)]
    at = 0
    while at < len(lines):
        label = squeezed(lines[at]).rstrip(":：")
        following = lines[at + 1] if label in _LABELS and at + 1 < len(lines) else ""
        own = re.split(r"[:：|｜]", squeezed(following), maxsplit=1)[0]  # the next label, where this one has no value
        lacks = label not in _LABELS_OF_TITLE and is_title(following)  # the title behind the table
        if following and own not in _LABELS and (DATE.match(following) or not is_byline(following)) and not lacks:
            yield f"{label}：{following}"
            at += 1
        else:
            yield lines[at]
        at += 1


def _cells_of(line: str) -> list[str]:
    """Return the cells of a line that a label table prints with bars or tabs between them, or with nothing; any other line
    as it is.
    """
    if _PARTED.search(line):
        parting, least = _PARTED, 1
    elif len(line) <= _LONGEST_ROW and _GLUED.match(line):
        parting, least = _GLUED, 2
    else:
        return [line]
    cells = [cell for part in parting.split(line) if (cell := part.strip())]
    return cells if sum(squeezed(cell).rstrip(":：") in _LABELS for cell in cells) >= least else [line]


def _ending_of(lines: Sequence[str]) -> list[str]:
    """Return the last lines of a report below its first heading, without the rows of the form and the page's foot."""
    heads = [at for at, line in enumerate(lines) if is_heading(line)] or [-1]
    start = heads[-1] + 1
    body = lines[heads[0] + 1 : start + foot_of(lines[start:])][-OPENING_LINES:]
    last = [line for line in body if not (is_heading(line) or is_chrome(line) or is_menu(line))]
    return [line for line in last if not is_furniture(label_key(line[:200]))][-_ENDING_LINES:]
