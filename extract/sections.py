"""The prose of a report in its sections: tables and chrome cut out, nothing else lost, headings as printed.

The six sections are known by their words, whatever their number (一、, ㈠, （一）, shifted, doubled, none). A report
without any of them, as most before 2019, is parted at its own 一、二、三、.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from extract.chrome import is_byline, is_chrome
from extract.labels import is_furniture
from extract.reading import Section
from extract.stream import Line

_NUMBER = r"(?:第[一二三四五六七八九十]部分|[（(]?[一二三四五六七八九十]{1,2}[)）]?|[㈠-㈩]|[1-9])?\s*[、.．,:：]?\s*"
_WORDS = (
    r"总体(?:情况|概况)|概述|(?:行政机关)?主动公开政府信息(?:的)?(?:情况|工作情况)?|政府信息主动公开情况|(?:行政机关)?收到和处理(?:的)?政府信息公开(?:申请)?(?:的)?情况|"
    r"(?:因)?政府信息公开(?:工作)?(?:被申请|申请)?(?:的)?(?:被提起)?行政复议[、和及]?(?:被?提起)?(?:行政诉讼)?(?:的)?(?:情况)?|因政府信息公开工作被申请行政复议.{0,12}|"
    r"(?:政府信息公开工作)?(?:中)?存在的?(?:主要)?(?:的)?(?:问题|不足|困难).{0,16}|(?:政府信息公开工作)?(?:的)?改进(?:情况|措施).{0,8}|整改措施.{0,8}|其[他它]需要(?:报告|说明)的(?:事项|情况)"
)
_KNOWN = re.compile(rf"{_NUMBER}(?:{_WORDS})[。:：]?")
_PLAIN = re.compile(r"[一二三四五六七八九十]{1,2}\s*[、.．].{2,38}")


def is_heading(line: str) -> bool:
    """Tell whether a line is the heading of one of the form's sections."""
    return _style(line) is not None


def _style(line: str) -> str | None:
    """Return how a section's heading is numbered: `一、`, `（一）`, or bare; None for any other line."""
    plain = "".join(line.split())
    if len(plain) > 40 or "，" in plain or not _KNOWN.fullmatch(plain):
        return None
    return "（一）" if plain[0] in "（(㈠㈡㈢㈣㈤㈥" else "一、" if plain[0] in "一二三四五六七八九十第" else "bare"


def read_sections(
    lines: Sequence[Line], covered: Iterable[tuple[int, int]], title_lines: frozenset[str]
) -> tuple[Section, ...]:
    """Return the sections of a document; `covered` are the ranges of lines in which tables stand."""
    ranges = list(covered)
    prose = [
        line.text.strip()
        for number, line in enumerate(lines)
        if line.text is not None and _is_prose(number, line, ranges)
    ]
    styles = [style for line in prose if (style := _style(line))]
    # （一） parts a section where 一、 heads it
    heads = {"一、", "bare"} if "一、" in styles else {"（一）", "bare"}
    sections: list[tuple[str, list[str]]] = [("", [])]
    for line in prose:
        if _style(line) in heads if styles else _PLAIN.fullmatch(line):
            sections.append((line, []))
        elif len(sections) == 1 and "".join(line.split()) in title_lines:
            sections[0][1].clear()  # what stands above the title is the page's
        elif not (len(sections) == 1 and is_byline(line)):
            sections[-1][1].append(line)
    return tuple(Section(heading, "\n".join(paragraphs)) for heading, paragraphs in sections if heading or paragraphs)


def _is_prose(number: int, line: Line, covered: Sequence[tuple[int, int]]) -> bool:
    text = line.text or ""
    if is_chrome(text):
        return False
    if not any(first <= number <= last + 1 for first, last in covered):
        return True
    words = [token for token in line.tokens if token.kind == "text"]
    if is_heading(text) and not any(token.kind == "value" for token in line.tokens):
        return True
    return bool(words) and not all(is_furniture(token.key) for token in words)
