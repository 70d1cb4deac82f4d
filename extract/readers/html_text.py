"""The words of a page: elements by what a walk does with them, and their text as a browser prints it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from lxml import etree

from extract.characters import NO_WIDTH
from extract.form import TABLE2_SECTION, label_key
from extract.sections import is_heading

Element = etree._Element


MAX_DEPTH = 400
_LONGEST_HEADING, _LEAST_ROWS = 60, 3
SKIPPED = frozenset(
    """
    script style noscript template select option optgroup textarea button input iframe object embed svg math
    head link meta title audio video canvas map
    """.split()
)
BLOCKS = frozenset(
    """
    p div li ul ol dl dt dd tr td th table tbody thead tfoot caption h1 h2 h3 h4 h5 h6 section article main
    header footer nav aside blockquote center pre hr form fieldset figure figcaption address body ucapcontent
    ucaptitle
    """.split()
)
SKIP, BREAK, TABLE, BLOCK, PRINTED = range(1, 6)
KINDS: dict[object, int] = {  # of tags, what a walk does with them; all others stand within a line
    **dict.fromkeys(BLOCKS, BLOCK),
    **dict.fromkeys([*SKIPPED, etree.Comment, etree.ProcessingInstruction, etree.Entity], SKIP),
    "br": BREAK,
    "table": TABLE,
    "pre": PRINTED,
}
LINE_END = "\0"  # of a <br>; no text of a page holds it
_SPACE = re.compile(r"(?:[ \t\r\n\f\u00a0\u3000]|&nbsp;)+")  # an entity escaped twice is one, too
_UNEVEN = re.compile(  # what `collapse` changes: a class at the beginning is looked for in a third of the time
    f"[ &\t\r\n\f\u00a0\u3000{NO_WIDTH}](?:(?<![ &])|(?<= ) |(?<=&)nbsp;)"
)
_NO_WIDTH = re.compile(f"[{NO_WIDTH}]")
_SECTION = re.compile(
    r"^[一二三四五六七八]?(?:总体情况|主动公开政府信息|收到和处理政府信息公开申请|政府信息公开行政复议|因政府信息公开工作被申请|(?:政府信息公开工作)?存在的?(?:主要)?问题|其他需要报告)"
)
_NUMBERED = re.compile(r"[（(㈠-㈩]?\s*[一二三四五六七八㈠-㈩]")
FORM_MARK = re.compile(
    r"勾稽关系|结转下年度|予以公开|结果维持|本年新收|制发件数|新制作数量|处理决定数量|行政事业性收费|规范性文件"
)
# Labels that no menu has.
_OF_TABLES = re.compile(r"结转下年度|予以公开|部分公开|结果维持|本年新收|制发件数|新制作数量|处理决定数量")


def text_of(element: Element) -> str:
    """Return all text of an element (most hold no other: asking them is a tenth of the cost)."""
    return "".join(map(str, element.itertext())) if len(element) else element.text or ""


def collapse(text: str) -> str:
    """Return a text as a browser prints it: runs of blanks as one, characters of no width not at all."""
    text = text.strip()
    if text.isalnum() or not _UNEVEN.search(text):
        return text
    return _SPACE.sub(" ", _NO_WIDTH.sub("", text)).strip()


def squeeze(text: str) -> str:
    """Return a text without any blank, to compare what two tools print of the same words."""
    return _SPACE.sub("", _NO_WIDTH.sub("", text))


def printed(texts: Sequence[str]) -> str:
    """Return texts as printed: only `<br>` (LINE_END) breaks a line, not the line ends of the source."""
    whole = "".join(texts)
    if LINE_END not in whole:
        return collapse(whole)
    return "\n".join(line for part in whole.split(LINE_END) if (line := collapse(part)))


def preformatted_text(element: Element) -> str:
    """Return the text of an element with the lines and blanks of its source."""
    parts: list[str] = []
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            parts.append("\n" if node.tag == "br" else node.text or "")
        elif node is not element:
            parts.append(node.tail or "")
    return "".join(parts)


@lru_cache(maxsize=1 << 12)
def is_of_form(text: str) -> bool:
    key = label_key(text)
    return bool(FORM_MARK.search(key) or TABLE2_SECTION.search(key))


def is_section(text: str) -> bool:
    """Tell whether a line of a text is the heading of one of the form's sections (without its number a menu may print it,
    too), or several print rows of its tables.
    """
    if "\n" not in text:
        return len(text) <= _LONGEST_HEADING and _is_section(text)
    lines = text.split("\n")
    return any(map(is_section, lines)) or (len(lines) == 2 and is_section("".join(lines))) or prints_tables(text)


def prints_tables(text: str) -> bool:
    """Tell whether a text prints rows of the form's tables: labels that no menu has, and no report before 2019."""
    return len(set(_OF_TABLES.findall(squeeze(text)))) >= _LEAST_ROWS


@lru_cache(maxsize=1 << 14)
def _is_section(line: str) -> bool:
    return bool(_SECTION.match(label_key(line)) or (_NUMBERED.match(line) and is_heading(line)))
