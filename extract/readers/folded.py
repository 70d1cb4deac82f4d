"""Lines into which a converter folded a report, in the lines that they were: `get_text(" ")` and its like leave one.

What remains of a page's lines is a blank or a bar between two texts, as it remains between two words, two cells and the
pieces of a word that had several elements. The headings of the form's sections part such a line; before the first of
them stand names and menus, between them paragraphs and tables. A table of Markdown tells by its rule how many cells a
row has. Trafilatura leaves one line of each table within a table, and of the paragraphs above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extract.chrome import labelled_pieces
from extract.sections import is_heading

_FOLDED = 1_000  # characters: no paragraph of a report is as long and holds several headings
LEAST_HEADINGS = 3
_LEAST_BARS = 20  # of a line with more cells than a row of the form has
_MOST_PIECES, _LONGEST_HEADING = 14, 44  # words that make a heading, and its characters
_WORD = re.compile(r"[^\s|｜。]*。+[”’」』）)]*|[^\s|｜。]+")
_BEGINS_HEADING = re.compile(r"(?:[一二三四五六七八九十]{1,2}(?:[、.．]|$)|[㈠-㈩])")
_NUMBERED = re.compile(r"(?:[一二三四五六七八九十]{1,2}[、.．]|[㈠-㈩])")
_GOES_ON = ("及", "和", "与", "、", "以")
_LAST_WORDS = ("情况", "措施", "事项", "问题", "不足")
_LONGEST_NAME = 60  # a title, a menu's entry
_PARAGRAPH = re.compile(r"(?<=\D。)\s+")  # a figure may end so by a slip of the hand
_SENTENCE = re.compile(r"((?<![^\s|｜])(?!\d+。)[^\s|｜]*。[^\s|｜]*)")
_FIGURES = re.compile(r"(?<![^\s|｜])(?:\d[^\s|｜]*[\s|｜]+){2}\d")
_PAGE_TITLE = re.compile(r"(?=[^。，；]{0,80}(?:报告|年报))([^。，；_|-]{8,80}?)\s*[-_|—–]")
_RULE = re.compile(r"\|(?:[ \t]*:?-{3,}:?[ \t]*\|)+")


def unfolded(line: str) -> Iterator[str]:
    """Yield a line; one that holds a whole report, or a table of Markdown with all its rows, in the lines that it was."""
    if (title := _PAGE_TITLE.match(line)) and title[1] in line[title.end() :]:
        yield from _page(line, title[1])
        return
    is_table = line.count("|") >= _LEAST_BARS and "。" in line
    headings = _headings(line) if is_table or len(line) >= _FOLDED else []
    if len(headings) < LEAST_HEADINGS and not is_table:
        yield from _rows(line)
        return
    first, *ends = *(start for start, _ in headings), len(line)
    above = line[:first]
    yield from (_sentences(above) if "|" in above else _opening(above))
    for (start, end), behind in zip(headings, ends, strict=True):
        yield "".join(line[start:end].split())
        for paragraph in _PARAGRAPH.split(line[end:behind].strip(" \t\u3000:：")):
            for piece in _sentences(paragraph):
                yield from _rows(piece)


def _page(line: str, title: str) -> Iterator[str]:
    """Yield the pieces of a page that a converter ran together without a blank: `<title>` stands in front, and again where
    the article begins, behind the labels of its box.
    """
    for piece in re.split(f"({re.escape(title)})", line):
        yield from filter(None, map(str.strip, labelled_pieces(piece)))


def _headings(line: str) -> list[tuple[int, int]]:
    """Return where the headings of sections stand in a line, each of whole words."""
    words = list(_WORD.finditer(line))
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(words):
        last = _heading(words, at) if _BEGINS_HEADING.match(words[at][0]) else None
        if last is not None:
            found.append((words[at].start(), words[last].end()))
        at = at + 1 if last is None else last + 1
    return found


def _heading(words: Sequence[re.Match[str]], first: int) -> int | None:
    """Return the last word of the heading that begins with a word; None where none does."""
    text, end = "", None
    for at in range(first, min(len(words), first + _MOST_PIECES)):
        word = words[at][0]
        goes_on = word.startswith(_GOES_ON) or not text.endswith(_LAST_WORDS)
        text += word
        if len(text) > _LONGEST_HEADING or (end is not None and not (goes_on and text.endswith(_LAST_WORDS))):
            break
        if _NUMBERED.match(text) and is_heading(text):
            end = at
    return end


def _opening(text: str) -> Iterator[str]:
    """Yield what stands before the first section: the names in front word by word, then the paragraphs."""
    for word in _WORD.finditer(text):
        if "。" in word[0] or "，" in word[0] or len(word[0]) > _LONGEST_NAME:
            yield from _PARAGRAPH.split(text[word.start() :].strip())
            return
        yield word[0]


def _sentences(paragraph: str) -> list[str]:
    """Return a paragraph; where figures stand in rows, they and each sentence beside them for themselves."""
    if not _FIGURES.search(paragraph):
        return [paragraph]
    return [piece.strip() for piece in _SENTENCE.split(paragraph) if piece.strip(" \t|｜")]


def _rows(line: str) -> Iterator[str]:
    """Yield a line; one with a whole table of Markdown row by row, and what stands before and behind it.

    A blank field parts two rows, as it is a blank cell in them: only where all rows have as many cells as the rule are
    they told apart.
    """
    rule = _RULE.search(line)
    if rule is None or rule[0] == line.strip():
        yield line
        return
    width = rule[0].count("|") - 1
    heads = line[: rule.start()].rstrip().removesuffix("|").split("|")
    cells = line[rule.end() :].split("|")
    starts = range(0, len(cells) - width, width + 1)
    if any(cells[at].strip() for at in starts) or len(cells) - len(starts) * (width + 1) > 1:
        yield line
        return
    rows = [heads[-width:], *(cells[at + 1 : at + 1 + width] for at in starts)]
    around = "|".join(heads[:-width]), *cells[len(starts) * (width + 1) :]
    lines = around[0], *(f"|{'|'.join(row)}|" for row in rows), *around[1:]
    yield from filter(None, map(str.strip, lines))
