"""A report set on pages: texts and rules at positions, in points from the upper left corner; PDF, OFD and pictures
draw them.

The setting does what word processors do at a page break: labels that span rows are cut, labels inside a cell may be
torn, header rows
may come again.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path
from random import Random

from tests.generate import layout
from tests.generate.layout import Box, Sheet
from tests.generate.structures import Tables
from tests.generate.truth import Report

A4 = (595.0, 842.0)
BLANK = 0.3  # width of a blank in the font, in ems
FONT_PLACES = ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", "/usr/share/fonts/wqy-zenhei/wqy-zenhei.ttc")


def font_path() -> Path:
    """Return the font with Chinese characters; raise FileNotFoundError where it is not installed."""
    for place in FONT_PLACES:
        if Path(place).exists():
            return Path(place)
    raise FileNotFoundError(
        f"no Chinese font at {' or '.join(FONT_PLACES)}: install the Debian package fonts-wqy-zenhei"
    )


@dataclass(frozen=True, slots=True)
class Words:
    """A printed line of text; `top` is that of its line box."""

    left: float
    top: float
    text: str
    size: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A ruling line, upright or level."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(slots=True)
class Leaf:
    """A page."""

    width: float
    height: float
    words: list[Words] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Setting:
    """How the pages are set. `rules`: full, level (only horizontal), none. `across`: first, repeat or spread, where a
    spanned label is cut.
    """

    rules: str = "full"
    height: float = A4[1]
    width: float = A4[0]
    table_size: float = 9.0
    split_rows: float = 0.3  # share of rows torn where they do not fit
    across: str = "first"
    repeat_header: float = 0.2
    numbered: float = 0.5  # share with page numbers
    header: bool = False
    joined: bool = False  # header texts of one row in a single string
    table_on_new_page: float = 0.2


def two_up(leaves: list[Leaf]) -> list[Leaf]:
    """Return pages with two of the pages side by side on each."""
    wide = []
    for left, right in zip_longest(leaves[::2], leaves[1::2]):
        leaf = Leaf(2 * left.width, left.height, list(left.words), list(left.rules))
        if right is not None:
            leaf.words += [replace(word, left=word.left + left.width) for word in right.words]
            leaf.rules += [replace(rule, x0=rule.x0 + left.width, x1=rule.x1 + left.width) for rule in right.rules]
        wide.append(leaf)
    return wide


def advance(text: str, size: float) -> float:
    """Return about how wide the text is printed."""
    return sum(size if unicodedata.east_asian_width(char) in "WFA" else 0.56 * size for char in text)


def printable(text: str) -> str:
    """Return the text with the characters that the fonts have not replaced by those that print the same."""
    return text.replace("−", "－")


def wrap(text: str, size: float, room: float) -> list[str]:
    """Break the text into lines that fit the room."""
    lines, line = [], ""
    for char in text:
        if line and advance(line + char, size) > room:
            lines.append(line)
            line = ""
        line += char
    return [*lines, line]


class Setter:
    """Sets paragraphs and tables on pages, one below the other."""

    def __init__(self, rng: Random, setting: Setting) -> None:
        self.rng, self.setting = rng, setting
        self.margin = 60.0
        self.pages: list[Leaf] = []
        self.y = 0.0
        self.new_page()

    def new_page(self) -> None:
        self.pages.append(Leaf(self.setting.width, self.setting.height))
        self.y = self.margin

    @property
    def room(self) -> float:
        return self.setting.width - 2 * self.margin

    @property
    def bottom(self) -> float:
        return self.setting.height - self.margin

    def line(self, text: str, size: float, *, left: float | None = None, align: str = "") -> None:
        """Set one line, on a new page where it does not fit."""
        height = size * 1.7
        if self.y + height > self.bottom:
            self.new_page()
        free = self.room - advance(text, size)
        x = self.margin + (free / 2 if align == "center" else free if align == "right" else 0)
        if text.strip():
            self.pages[-1].words.append(Words(x if left is None else left, self.y, text, size))
        self.y += height

    def paragraph(self, text: str, *, size: float = 12.0, align: str = "") -> None:
        """Set a paragraph, its first line two characters in."""
        indent = "" if align else "　　"
        for i, line in enumerate(wrap(indent + text, size, self.room)):
            shift = self.margin + (2 * size if i == 0 and indent else 0)
            self.line(line.removeprefix("　　"), size, left=None if align else shift, align=align)

    def table(self, sheet: Sheet, *, heads: int) -> None:
        """Set a table; `heads` rows are its header."""
        if self.rng.random() < self.setting.table_on_new_page:
            self.new_page()
        _Table(self, sheet, heads).place()
        self.y += 14


@dataclass(slots=True)
class _Stretch:
    """The part of a row that stands on one page; its texts' lines from `first` on, `lines` of them (None: all)."""

    page: int
    top: float
    bottom: float
    torn: int = 0  # 1: head of a torn row, 2: its tail


class _Table:
    """One table on its way to the pages."""

    def __init__(self, setter: Setter, sheet: Sheet, heads: int) -> None:
        self.setter, self.sheet, self.heads = setter, sheet, heads
        self.size = setter.setting.table_size
        self.placed = [(r, c, replace(box, text=printable(box.text))) for r, c, box in layout.positions(sheet)]
        self.lefts = self._columns()
        while self.size > 5 and not self._figures_fit():
            self.size -= 0.5
            self.lefts = self._columns()
        self.leading = self.size * 1.35
        self.lines = {(r, c): self._wrapped(c, box) for r, c, box in self.placed}
        self.heights = self._heights()
        self.stretches: list[list[_Stretch]] = []

    def _columns(self) -> list[float]:
        """Return the left edges of the columns and the right edge of the last."""
        count = max(c + box.colspan for _, c, box in self.placed)
        weights = [1.0] * count
        for _, c, box in self.placed:
            if box.colspan == 1 and box.role != "spacer":
                wanted = advance(box.text, self.size) + 6
                limit = 400 if box.role == "value" else 110 if c < 3 else 34
                weights[c] = max(weights[c], min(wanted, limit))
        for c in range(count):
            weights[c] = max(weights[c], 16)
        if count >= 10 and len(self.sheet) > 15:
            weights[0], weights[1] = min(weights[0], 34), min(weights[1], 50)
        scale = self.setter.room / sum(weights)
        edges = [self.setter.margin]
        for weight in weights:
            edges.append(edges[-1] + weight * scale)
        return edges

    def _room(self, c: int, box: Box) -> float:
        return self.lefts[min(c + box.colspan, len(self.lefts) - 1)] - self.lefts[c] - 3

    def _figures_fit(self) -> bool:
        return all(
            advance(box.text, self.size) <= self._room(c, box) for _, c, box in self.placed if box.role == "value"
        )

    def _wrapped(self, c: int, box: Box) -> list[str]:
        return wrap(box.text, self.size, max(self._room(c, box), self.size))

    def _heights(self) -> list[float]:
        pad = self.setter.rng.choice((4.0, 6.0, 10.0))
        heights = [self.leading + pad] * len(self.sheet)
        for r, c, box in self.placed:
            if box.rowspan == 1:
                heights[r] = max(heights[r], len(self.lines[r, c]) * self.leading + pad)
        for r, c, box in self.placed:
            if box.rowspan > 1:
                rows = range(r, min(r + box.rowspan, len(self.sheet)))
                missing = len(self.lines[r, c]) * self.leading + pad - sum(heights[i] for i in rows)
                heights[rows[-1]] += max(0.0, missing)
        return heights

    def place(self) -> None:
        setter, rng = self.setter, self.setter.rng
        if setter.y + sum(self.heights[: self.heads + 1]) > setter.bottom:
            setter.new_page()
        for r, height in enumerate(self.heights):
            if setter.y + height <= setter.bottom:
                self.stretches.append([self._stretch(height)])
                continue
            tall = self._tear(r)
            if tall and setter.y + tall <= setter.bottom and rng.random() < setter.setting.split_rows:
                head = self._stretch(setter.bottom - setter.y)
                setter.new_page()
                tail = self._stretch(max(height - tall, self.leading + 4))
                head.torn, tail.torn = 1, 2
                self.stretches.append([head, tail])
                continue
            setter.new_page()
            if r > self.heads and rng.random() < setter.setting.repeat_header:
                self._header_again()
            self.stretches.append([self._stretch(height)])
        for r, c, box in self.placed:
            self._draw(r, c, box)

    def _tear(self, r: int) -> float:
        """Return the least height of a head of row r, 0.0 where no label of it has two lines."""
        long = [
            self.lines[s, c] for s, c, box in self.placed if s == r and box.rowspan == 1 and len(self.lines[s, c]) > 1
        ]
        return self.leading + 6 if long and r >= self.heads else 0.0

    def _stretch(self, height: float) -> _Stretch:
        top = self.setter.y
        self.setter.y += height
        return _Stretch(len(self.setter.pages) - 1, top, self.setter.y)

    def _header_again(self) -> None:
        tops = [self.setter.y]
        for height in self.heights[: self.heads]:
            tops.append(tops[-1] + height)
        page = len(self.setter.pages) - 1
        for r, c, box in self.placed:
            if r < self.heads:
                end = min(r + box.rowspan, self.heads)
                self._box(page, c, box, tops[r], tops[end], self.lines[r, c])
        self.setter.y = tops[-1]

    def _draw(self, r: int, c: int, box: Box) -> None:
        parts: list[_Stretch] = []
        for s in range(r, min(r + box.rowspan, len(self.sheet))):
            for stretch in self.stretches[s]:
                if parts and parts[-1].page == stretch.page and box.rowspan > 1:
                    parts[-1] = _Stretch(stretch.page, parts[-1].top, stretch.bottom)
                else:
                    parts.append(stretch)
        lines = self.lines[r, c]
        shares = self._shares(parts, lines, box)
        for part, share in zip(parts, shares, strict=True):
            self._box(part.page, c, box, part.top, part.bottom, share)

    def _shares(self, parts: list[_Stretch], lines: list[str], box: Box) -> list[list[str]]:
        """Return which lines stand in which part of a box that a page break cuts."""
        if len(parts) == 1:
            return [lines]
        if parts[0].torn and box.rowspan == 1:
            fit = max(1, int((parts[0].bottom - parts[0].top - 2) / self.leading))
            return [lines[:fit], lines[fit:]] if box.role == "label" else [lines, []]
        room = [int((part.bottom - part.top) / self.leading) for part in parts]
        if self.setter.setting.across == "repeat" and all(len(lines) <= space for space in room):
            return [lines] * len(parts)
        if self.setter.setting.across == "spread" or room[0] < len(lines):
            shares, at = [], 0
            for i, space in enumerate(room):
                take = len(lines) - at if i == len(room) - 1 else min(space, (len(lines) + 1) // 2)
                shares.append(lines[at : at + take])
                at += take
            return shares
        return [lines, *[[] for _ in parts[1:]]]

    def _box(self, page: int, c: int, box: Box, top: float, bottom: float, lines: list[str]) -> None:
        leaf = self.setter.pages[page]
        left, right = self.lefts[c], self.lefts[c + box.colspan]
        y = top + (bottom - top - len(lines) * self.leading) / 2
        for line in lines:
            width = advance(line, self.size)
            x = left + 2 if box.role == "label" and box.colspan > 1 else left + max(1.0, (right - left - width) / 2)
            if line:
                leaf.words.append(Words(x, y, line, self.size))
            y += self.leading
        if self.setter.setting.rules in ("full", "level"):
            leaf.rules += [Rule(left, top, right, top), Rule(left, bottom, right, bottom)]
        if self.setter.setting.rules == "full":
            leaf.rules += [Rule(left, top, left, bottom), Rule(right, top, right, bottom)]


def set_report(rng: Random, report: Report, tables: Tables, setting: Setting) -> tuple[list[Leaf], list[str]]:
    """Return the pages of the report and the lines of their headers and footers."""
    setter = Setter(rng, setting)
    for line in wrap(report.title, 18.0, setter.room):
        setter.line(line, 18.0, align="center")
    for text in report.preface:
        setter.paragraph(text)
    for part in report.parts:
        setter.paragraph(part.heading, size=14.0)
        for text in part.before:
            setter.paragraph(text)
        for sheet in tables.get(part.table, []):
            setter.table(sheet, heads=3 if len(sheet[0]) == 2 else 0)
        for text in part.after:
            setter.paragraph(text)
    for text in report.signature:
        setter.line(text, 12.0, align="right")
    chrome = _furniture(rng, setter.pages, report, setting)
    if setting.joined:
        for page in setter.pages:
            page.words = _joined(page.words)
    for page in setter.pages:
        page.rules = list(dict.fromkeys(page.rules))
    return setter.pages, chrome


def _furniture(rng: Random, pages: list[Leaf], report: Report, setting: Setting) -> list[str]:
    lines = []
    style = rng.choice(("- {} -", "— {} —", "{}", "第 {} 页", "{}/" + str(len(pages))))
    numbered = rng.random() < setting.numbered
    for i, page in enumerate(pages, 1):
        if numbered:
            text = style.format(i)
            page.words.append(Words(page.width / 2 - 10, page.height - 42, text, 9.0))
            lines += [text] if len(text) > 1 else []
        if setting.header:
            text = f"{report.place}政务公开工作资料汇编"
            page.words.insert(0, Words(page.width / 2 - 80, 32, text, 9.0))
            lines.append(text)
    return lines


def _joined(words: list[Words]) -> list[Words]:
    """Return the words with labels that stand side by side on a line put into one string, blanks between them."""
    out: list[Words] = []
    for word in words:
        last = out[-1] if out else None
        if (
            last
            and abs(last.top - word.top) < 0.5
            and last.size == word.size
            and _is_label(last.text)
            and _is_label(word.text)
        ):
            gap = (
                word.left
                - last.left
                - advance(last.text.replace(" ", ""), last.size)
                - BLANK * word.size * last.text.count(" ")
            )
            if 0 < gap < 60:
                blanks = " " * max(1, round(gap / (BLANK * word.size)))
                out[-1] = Words(last.left, last.top, last.text + blanks + word.text, last.size)
                continue
        out.append(word)
    return out


def _is_label(text: str) -> bool:
    return all("一" <= char <= "鿿" or char == " " for char in text)
