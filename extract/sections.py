"""The prose of a report in its sections: tables and chrome cut out, nothing else lost, headings as printed.

The six sections are known by their words, whatever their number (一、, ㈠, （一）, shifted, doubled, none). Where 一、
heads them, any other short line that 一、 heads is a section too: reports before 2019 have sections of their own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import count, pairwise
from typing import NamedTuple

from extract.cells import read_cell, read_numeral
from extract.characters import squeezed
from extract.chrome import closed_up, foot_of, is_byline, is_chrome, is_menu, unmarked
from extract.form import ALL_KEYS, label_key, simplified
from extract.labels import is_furniture
from extract.names import is_organ
from extract.reading import Section
from extract.stream import Line

_NUMERAL = "[一二三四五六七八九十]"
_NUMBER = (
    rf"(?:第{_NUMERAL}部分|{_NUMERAL}{{1,2}}、{_NUMERAL}{{1,2}}|[（(]?{_NUMERAL}{{1,2}}[)）]?|[㈠-㈩①-⑩Ⅰ-Ⅻ1-9A-I]|0[1-9]|[IV]+)?"
    r"\s*[、.．,，:：]?\s*"
)
_WORK = r"(?:20\d\d年度?)?(?:(?:本)?年度)?(?:(?:政府)?信息公开)?(?:工作)?(?:的)?"
_WORDS = (
    rf"{_WORK}(?:总体情况|总体概况|基本情况|总体工作情况)|概述|概况|"
    r"(?:行政机关)?主动公开政府信息(?:的)?(?:工作)?情况|政府信息主动公开(?:的)?(?:工作)?情况|"
    r"(?:行政机关)?收到和处理(?:的)?政府信息公开(?:申请)?(?:的)?情况|依申请公开政府信息(?:的)?(?:办理)?情况|政府信息依申请公开(?:办理)?情况|"
    r"政府信息公开申请(?:的)?(?:收到和)?(?:处理|办理)(?:的)?情况|"
    r"(?:因)?政府信息公开(?:工作)?(?:被申请|申请)?(?:的)?(?:被提起)?行政复议[、和及与]?(?:被?提起)?(?:行政诉讼)?(?:的)?(?:情况)?|"
    r"因政府信息公开.{0,8}行政复议.{0,12}|行政复议[、和及与](?:提起)?行政诉讼(?:的)?情况|"
    rf"{_WORK}(?:中)?存在的?(?:主要)?(?:的)?(?:问题|不足|困难)[^\s。，；：:]{{0,20}}|{_WORK}(?:的)?改进(?:情况|措施)[^\s。，；：:]{{0,8}}|整改措施[^\s。，；：:]{{0,8}}|"
    r"其[他它](?:需要|应当)?(?:报告|说明)(?:的)?(?:事项|情况)|(?:需要|应当)(?:报告|说明)的其[他它](?:事项|情况)|其[他它]事项|"
    r"[^。；，：:]{4,32}(?:及|和|与|以及)其[他它]需要(?:报告|说明)的(?:事项|情况)"
)
_OF_HEADINGS = re.compile("[况述复问不困改报说事]")  # each of `_WORDS` has one; most lines have none
_KNOWN = re.compile(rf"{_NUMBER}(?:{_WORDS})(?:[（(][^（）()。；]{{1,30}}[)）])?[。:：]?")
_WITHIN = re.compile(  # sought by its first sign, which most lines lack
    rf"[㈠-㈥{_NUMERAL[1:]}(?<![^。）)\s况施题项].)(?:(?<=[㈠-㈥])|(?<={_NUMERAL}){_NUMERAL}?[、.．])\s*(?:{_WORDS})(?=[\s。:：]|{_NUMERAL}、|$)"
    rf"|(?<=\s)[（(]{_NUMERAL}[)）]\s*(?:{_WORDS})(?=\s|$)"  # with a stop it heads a paragraph
)
_PLAIN = re.compile(rf"{_NUMERAL}{{1,2}}\s*[、.．][^。；，：:]{{2,36}}[。:：]?")
_ORNAMENTS = re.compile(r"^[^\w（(《、，。；：]+|[^\w）)》。:：]+$")  # ★ ◆ 【 and signs of icon fonts
_EMPHASIS = re.compile(r"\*\*([^*]+)\*\*")
_SUBHEAD = re.compile(
    rf"\s*(?:[（(]{_NUMERAL}{{1,2}}[)）]|{_NUMERAL}{{1,2}}[、.．]|[㈠-㈩]|\d{{1,2}}[、.．)）]|第{_NUMERAL}+[条章节])"
)
_SUBJECTS = tuple(
    map(
        re.compile,
        ("总体|基本|概述|概况", "主动公开", "申请(?!行政复议)|收到", "复议", "问题|不足|困难|改进|整改", "其[他它]"),
    )
)
_LAST_WORDS = ("情况", "措施", "打算", "事项", "问题", "不足", "方向", "计划")
_NUMBER_ALONE = re.compile(rf"[（(]?{_NUMERAL}{{1,2}}[)）]?[、.．]?|[㈠-㈩]")
_LETTERS = frozenset("".join(ALL_KEYS) + "第二十条第项一二三四五六七八九十零〇件个条单位万元保留位小数到度")
_RULE = re.compile(r"[\s|│┃║¦｜+=\-_─━═┄┈┌┬┐├┼┤└┴┘╔╦╗╠╬╣╚╩╝╭╮╰╯:]+")
_BARS = re.compile(r"[|│┃║｜\t]")
_NOTE = re.compile(r"(?<=\d)\s?[（(]\s?(?:其\s?中|含|包\s?括|均\s?为)[^（）()]{1,40}[)）]")
_COLONS = ("：", ":")
_STOPS = re.compile(r"[。；;！，,]|(?<!附件)[：:]$|^[（(《]")
_DATE_BEHIND = re.compile(r"[\d〇○零一二三四五六七八九十元年月日\W]+$")
_OWN_WORDS = re.compile(
    r"[无未没]|^(?:附(?!件[:：]?$)|注|特此|此[件复]|联系|地址|电话|邮[编箱政]|传真|抄[送报])|\d[件元条次人]"
)
_PAGE, _PAGE_BESIDE = re.compile(r"\d{1,3}"), re.compile(r"\s+\d{1,3}$")
_OF_BOX = re.compile(r"[\u4e00-\u9fff]{2,6}\s*[：:][^。；，]{0,60}")  # 所属主题：…
_IN_ROW = re.compile(r"(?:[^\W\d]{2,8}[\s|｜]+){4,}[^\W\d]{2,8}")  # words of a menu
_LONGEST_COMMAND = 40
_LONGEST_HEADING = 120  # with its blanks
_INTRODUCES = (*_COLONS, "。")
_BRACKETED = re.compile(rf"\s*[（(]({_NUMERAL}{{1,2}})[)）]")
_COUNTED = re.compile(rf"({_NUMERAL}{{1,2}})\s*[、.．]")
_LEAST_HEADINGS = 3  # of the form, where all its sections have them
_BEGINS_TEXT = re.compile(r"(?:根据|按照|依据|遵照|为了?(?:贯彻|做好|进一步|保障|深入)|现将|本(?:年度)?报告)(?!$)")
_LONGEST_MARK = 12  # characters of one that states nothing, with blanks
_MOST_PIECES = 4  # short lines in which a sentence begins that is broken at will
_LEAST_COPY = 5  # lines from which on a repetition is no chance
_WIDEST_ROW = 24  # lines of two rows at one cell a line
_LONGEST_CELL = (
    60  # characters of a row's text, the label of 其他处理 included; prose between rows is longer or ends in 。
)


class _Printed(NamedTuple):
    """A printed line on its way into a section: where it stands among the lines, and whether a grid printed it."""

    number: int
    text: str
    in_grid: bool = False


def is_heading(line: str) -> bool:
    """Tell whether a line is the heading of one of the form's sections."""
    return len(line) <= _LONGEST_HEADING and _style_of(line) is not None


def _style(line: str) -> str | None:
    """Return how a section's heading is numbered: `一、`, `（一）`, or bare; None for any other line."""
    return _style_of(line) if len(line) <= _LONGEST_HEADING else None


@lru_cache(maxsize=1 << 14)
def _style_of(line: str) -> str | None:
    plain = simplified(squeezed(line))
    if not _OF_HEADINGS.search(plain):
        return None
    plain = _ORNAMENTS.sub("", plain)
    if not plain or plain[0] in "，,.．:：" or len(plain) > 44 or "，" in plain[2:] or not _KNOWN.fullmatch(plain):
        return None
    if plain[0] == "、" and plain[-1] == "。":
        return None  # the end of a sentence; without a stop a heading that lost its number
    return "（一）" if plain[0] in "（(㈠㈡㈢㈣㈤㈥㈦㈧" else "一、" if plain[0] in "一二三四五六七八九十第" else "bare"


def read_sections(
    lines: Sequence[Line], covered: Sequence[tuple[int, int]], title_lines: frozenset[str]
) -> tuple[Section, ...]:
    """Return the sections of a document; `covered` are the ranges of lines in which tables stand."""
    printed = list(_joined(list(_printed(lines))))
    tables = _table_lines(printed, covered)
    if covered and all(lines[at].text is None for _, at in covered):  # beside grids, a line that is numbered is prose
        tables -= {at for at in tables if _is_beside(printed[at], covered) and _heads_part(printed[at].text)}
    outside = {squeezed(line.text) for line in printed if not line.in_grid and is_heading(line.text)}
    text = [
        line.text
        for at, line in enumerate(printed)
        if at not in tables and not (line.in_grid and squeezed(line.text) in outside)  # 二、… heads its table once more
    ]
    last = max((at for at, line in enumerate(text) if is_heading(line)), default=0)
    prose = [
        line
        for line in text[: last + foot_of(text[last:])]
        if not (is_chrome(line) or line.isdecimal()) and line.strip("【】[] ")
    ]
    prose = _without_contents(prose[: _second_print(prose)])
    return tuple(_sections(prose[: _end_of(prose)], title_lines))


def _printed(lines: Sequence[Line]) -> Iterator[_Printed]:
    """Yield the lines of texts, and of grids the rows in which one text stands alone (prose in a cell of its own)."""
    for number, line in enumerate(lines):
        in_grid = line.text is None
        texts = _lines_of_lone_cell(line) if line.text is None else [unmarked(line.text)]
        for text in texts:
            yield from (_Printed(number, piece, in_grid) for piece in pieces_of(text) if piece)


def _lines_of_lone_cell(row: Line) -> list[str]:
    """Return the lines of the text that stands alone in a row of a grid and is no label; nothing of other rows."""
    inked = [token for token in row.tokens if token.kind != "blank"]
    if len(inked) != 1 or inked[0].kind != "text" or is_furniture(inked[0].key):
        return []
    return [line.strip() for line in inked[0].text.split("\n")]


def _joined(printed: Sequence[_Printed]) -> Iterator[_Printed]:
    """Yield the lines, a heading that is broken over two of them as one."""
    at = 0
    while at < len(printed):
        line = printed[at]
        if at + 1 < len(printed) and _are_one_heading(line.text, printed[at + 1].text):
            yield _Printed(line.number, line.text + printed[at + 1].text, line.in_grid)
            at += 2
        else:
            yield line
            at += 1


def _are_one_heading(line: str, following: str) -> bool:
    if len(line) + len(following) > 80 or following.isdecimal() or _SUBHEAD.match(following):
        return False
    plain, rest = closed_up(line), closed_up(following)
    dangling = plain.endswith(("及", "和", "与", "、", "的"))
    if is_heading(plain) and not dangling:
        # 四、存在问题及改 / 进情况: the first line may itself be read as a heading
        goes_on = rest.startswith(("及", "和", "与")) or not plain.endswith(_LAST_WORDS)
        return goes_on and rest.endswith(_LAST_WORDS) and len(rest) <= 8 and not is_heading(rest)
    begun = dangling or bool(_SUBHEAD.match(plain) or _NUMBER_ALONE.fullmatch(plain))
    return is_heading(plain + rest) and (begun or not is_heading(rest))


def pieces_of(line: str) -> Iterator[str]:
    """Yield a line; where headings stand in it, heading and text apart (六、其他需要报告的事项：无。)."""
    if "**" in line:
        line = _EMPHASIS.sub(lambda strong: f" {strong[1]} " if is_heading(strong[1]) else strong[1], line).strip()
    if len(line) < 10 or is_heading(line):
        yield line
        return
    at = 0
    for match in _WITHIN.finditer(line):
        if before := line[at : match.start()].strip():
            yield before
        yield match[0].strip()
        at = match.end()
    if rest := line[at:].lstrip("。:： \t\u3000").rstrip() if at else line:
        yield rest


def _heads_part(line: str) -> bool:
    return bool(_SUBHEAD.match(line)) and not line.startswith("第")  # 第二十条第（一）项 stands in table 2


def _is_beside(line: _Printed, covered: Sequence[tuple[int, int]]) -> bool:
    return not line.in_grid and not any(first <= line.number <= last for first, last in covered)


def _without_contents(lines: Sequence[str]) -> list[str]:
    """Return lines without a table of contents: three headings or more, one below the other, the numbers of their pages
    beside them or not, that head text further below.
    """
    unnumbered = (_PAGE_BESIDE.sub("", line) if line[-1:].isdecimal() else line for line in lines)
    heads = {at: squeezed(line) for at, line in enumerate(unnumbered) if is_heading(line)}
    last = {key: at for at, key in heads.items()}
    listed = {at for at, key in heads.items() if last[key] > at}
    inside = listed | {at + 1 for at in listed if _PAGE.fullmatch(lines[at + 1])}
    runs = (range(at, next(end for end in count(at) if end not in inside)) for at in listed if at - 1 not in inside)
    contents = {at for run in runs if len(listed.intersection(run)) >= _LEAST_HEADINGS for at in run}
    return [line for at, line in enumerate(lines) if at not in contents]


def _second_print(prose: Sequence[str]) -> int:
    """Return where a page prints its article again (for small screens, hidden); the number of lines if nowhere."""
    first = next((at for at, line in enumerate(prose) if is_heading(line)), len(prose))
    for again in range(first + 1, len(prose) - _LEAST_COPY):
        if prose[again] == prose[first] and prose[again:] == prose[first : first + len(prose) - again]:
            while first and prose[again - 1] == prose[first - 1]:
                first, again = first - 1, again - 1
            return again
    return len(prose)


def _end_of(prose: Sequence[str]) -> int:
    """Return where the report ends: behind the last line that may be its own. Below it stand words of the page: commands,
    names of those who typed it, links.
    """
    last = max((at for at, line in enumerate(prose) if is_heading(line)), default=-1)
    own = (at for at in range(len(prose) - 1, last + 1, -1) if _may_end_report(prose[at]))
    return next(own, min(last + 1, len(prose) - 1)) + 1


def _may_end_report(line: str) -> bool:
    """Tell whether a line below the last heading is a sentence, numbered, a note, who signs, a date, or where to ask."""
    plain = squeezed(line)
    if len(plain) > _LONGEST_COMMAND or _STOPS.search(line) or _SUBHEAD.match(line) or _OWN_WORDS.search(plain):
        return True
    name = _DATE_BEHIND.sub("", plain.removesuffix("印发"))
    return not name or is_organ(name)


# ---------------------------------------------------------------- tables
def _table_lines(printed: Sequence[_Printed], covered: Sequence[tuple[int, int]]) -> set[int]:
    """Return which of the lines print a table: rows of the form, and what stands between or beside them and
    is made of the form's characters.

    What a converter tears apart (a label cut by a column's edge, numbers that moved out of their row) matches no
    label, but it stands among rows and holds nothing else.
    """
    kinds = [_kind(line, covered) for line in printed]
    tables = {at for at, kind in enumerate(kinds) if kind in ("row", "rule")}
    for order in (range(len(printed)), range(len(printed) - 1, -1, -1)):
        beside = False
        for at in order:
            kind = kinds[at]
            beside = kind in ("row", "rule") or (beside and kind == "loose")
            if beside:
                tables.add(at)
    rows = [at for at, kind in enumerate(kinds) if kind == "row"]
    for first, last in pairwise(rows):
        between = range(first + 1, last)
        if last - first <= _WIDEST_ROW and all(kinds[at] in ("loose", "short", "rule") for at in between):
            tables.update(between)
    return tables


def _kind(line: _Printed, covered: Sequence[tuple[int, int]]) -> str:
    """Return what a line may be: `row` of the form, `rule`, `loose` (nothing but characters of the form and figures),
    `short` (may stand between rows), or `prose`.
    """
    text = line.text
    if len(text) > 4000:
        return "prose"
    if text.isdecimal() or (len(text) <= _LONGEST_MARK and read_cell(text).kind == "mark"):
        return "loose"
    if text[-1:] == "。" and text[0].isalpha() and not line.in_grid:
        return "prose"  # most lines are sentences
    if _RULE.fullmatch(text):
        return "rule"
    if is_heading(text):
        return "prose"
    text = _NOTE.sub("", closed_up(text) if len(text) > 40 else text)  # 22（其中修订16件）
    key = label_key(text)
    words = re.sub(r"[\d.,]+", "", key)
    bars = bool(_BARS.search(text))
    if line.in_grid and not set(words) - _LETTERS and "。" not in text:
        return "row"
    if words and not set(words) - _LETTERS and "。" not in text:
        whole = all(is_furniture(label_key(part)) for part in re.split(r"[|│┃║｜\t]|\s{2,}", text) if part.strip())
        labelled = whole or is_furniture(re.sub(r"\d+$", "", key))
        if labelled and (len(words) >= 4 or bars or len(words) < len(key)):
            return "row"
        if bars and len(words) >= 4:
            return "row"
        alone = len(words) == len(key) >= 8 and len(text.split()) == 1
        return "short" if alone else "loose"  # 本年度无行政复议、行政诉讼: the form's characters, and a sentence
    if not words:
        return "row" if bars and len(key) >= 2 else "loose"
    inside = any(first <= line.number <= last for first, last in covered)
    if inside and len(text) <= _LONGEST_CELL and is_furniture(key):
        return "row"  # a label with a misprint
    if _is_prose(text):
        return "prose"
    return "short" if inside or bars or len(text) <= 24 else "prose"


def _is_prose(text: str) -> bool:
    return (
        len(text) > _LONGEST_CELL
        or text.endswith(_INTRODUCES)
        or "。" in text
        or text.startswith("注")
        or bool(_SUBHEAD.match(text))
    )


# ---------------------------------------------------------------- sections
def _sections(prose: Sequence[str], title_lines: frozenset[str]) -> Iterator[Section]:
    styles = Counter(style for line in prose if (style := _style(line)))
    heads = {"一、", "bare"} if "一、" in styles else {"（一）", "bare"}
    if "一、" not in styles and styles["bare"] >= max(_LEAST_HEADINGS, styles["（一）"]):
        heads.remove("（一）")  # it heads parts
    numbered = "一、" in styles or not styles
    of_form = sum(map(is_heading, prose)) >= _LEAST_HEADINGS
    below = _ordinals_below(prose)
    parts = frozenset(_parts_in_brackets(prose) if "（一）" in heads else ())
    sections: list[tuple[str, list[str]]] = [("", [])]
    for at, (line, next_ordinal) in enumerate(zip(prose, below, strict=True)):
        first = len(sections) == 1
        other = numbered and _is_numbered(line)
        other = other and not (
            of_form and (line.endswith("。") or _is_out_of_turn(sections[-1][0], line, next_ordinal))
        )
        alone = not of_form and _style(line) == "bare" and line.endswith(_COLONS)  # 改进措施：
        known = _style(line) in heads and not alone and at not in parts
        if (known or other) and not _is_part_of(sections[-1][0], line):
            sections.append((line, []))
        elif first and squeezed(line) in title_lines and not any(map(_has_text, sections[0][1])):
            sections[0][1].clear()  # what stands above the title is the page's
        elif not (first and is_byline(line)):
            sections[-1][1].append(line)
    heading, preface = sections[0]
    sections[0] = (heading, _without_menu(preface))
    for heading, paragraphs in _once(sections):
        if heading or paragraphs:
            yield Section(heading, "\n".join(paragraphs))


def _once(sections: Sequence[tuple[str, list[str]]]) -> Iterator[tuple[str, list[str]]]:
    """Yield the sections; of two under one heading of which one is empty (it heads its table once more) the first with
    the text of both.
    """
    printed: dict[str, list[str]] = {}
    kept: list[tuple[str, list[str]]] = []
    for heading, paragraphs in sections:
        first = printed.setdefault(squeezed(heading), paragraphs)
        if first is paragraphs or (first and paragraphs):
            kept.append((heading, paragraphs))
        elif paragraphs:
            first.extend(paragraphs)
    yield from kept


def _parts_in_brackets(prose: Sequence[str]) -> Iterator[int]:
    """Yield which lines head parts where brackets number the sections, too: their subject is headed again under a greater
    number, or it is that of the section above, whose number is not smaller.
    """
    heads = [
        (at, line, read_numeral(match[1]) or 0)
        for at, line in enumerate(prose)
        if (match := _BRACKETED.match(line)) and is_heading(line)
    ]
    above, last = "", 0
    for at, line, number in heads:
        again = any(number < greater and _share_subject(line, other) for later, other, greater in heads if later > at)
        if again or (number <= last and _share_subject(above, line)):
            yield at
        else:
            above, last = line, number


def _share_subject(one: str, other: str) -> bool:
    return any(subject.search(one) and subject.search(other) for subject in _SUBJECTS)


def _is_part_of(heading: str, line: str) -> bool:
    """Tell whether a line heads a part of a numbered section on the same subject: without a number (存在的问题：), or
    with a smaller one. Where the form's headings have none, it is the colon that tells.
    """
    led = _style(heading) == "一、" or line.endswith(_COLONS)
    if not heading or not led or not (_style(line) == "bare" or _restarts(heading, line)):
        return False
    return _share_subject(heading, line)


def _is_numbered(line: str) -> bool:
    plain = squeezed(line) if len(line) <= 120 else line
    return bool(_PLAIN.fullmatch(plain)) and not is_furniture(label_key(plain))


def _restarts(heading: str, line: str) -> bool:
    """Tell whether a line has a smaller number than a section: it numbers a part of that section."""
    above, here = _ordinal(heading), _ordinal(line)
    return above is not None and here is not None and here < above


def _is_out_of_turn(heading: str, line: str, below: int | None) -> bool:
    """Tell whether the number of a line does not lie between that of the section above it and that of the form's next."""
    above, here = _ordinal(heading), _ordinal(line)
    return here is not None and ((above is not None and here <= above) or (below is not None and here >= below))


def _ordinals_below(prose: Sequence[str]) -> list[int | None]:
    """Return of each line the number of the next heading of the form below it that has one."""
    ordinals: list[int | None] = []
    below: int | None = None
    for line in reversed(prose):
        ordinals.append(below)
        if is_heading(line):
            below = _ordinal(line) or below
    return ordinals[::-1]


@lru_cache(maxsize=1 << 10)
def _ordinal(line: str) -> int | None:
    match = _COUNTED.match(closed_up(line))
    return read_numeral(match[1]) if match else None


def _has_text(line: str) -> bool:
    """Tell whether a line is a paragraph of the report's, and no line of a page's head."""
    return len(line) >= 40 and "。" in line


def _without_menu(preface: Sequence[str]) -> list[str]:
    """Return the lines before the first section without those of the page before the report's first paragraph."""
    first = next((at for at, line in enumerate(preface) if not _is_head(line)), len(preface))
    if first and preface[first - 1].endswith(_COLONS):
        first -= 1  # 各位代表：
    begun = (at for at in range(max(0, first - _MOST_PIECES), first) if _BEGINS_TEXT.match(preface[at]))
    return list(preface[next(begun, first) :])


def _is_head(line: str) -> bool:
    """Tell whether a line may stand in a page's head: a name, a menu, a date; no sentence and no numbered line."""
    plain = closed_up(line)
    if is_menu(plain) or _OF_BOX.fullmatch(squeezed(line)) or _IN_ROW.fullmatch(plain):
        return True
    return len(plain) <= 40 and not re.search(r"[。；，：:,;]", plain) and not _SUBHEAD.match(plain)
