"""The five real reports: from their text files back to the paragraphs and tables that the texts were flattened from.

The files were flattened in three ways: one cell a line with ` |` behind it (000), tabs with rows torn over page breaks
(001, 003), one cell a line with blank lines between (002, 004). Nothing is corrected: every printed line and cell comes
out as it is.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from samples import form
from samples.form import Table

ROOT = Path(__file__).resolve().parent.parent / "tests" / "data"
NBSP = "\xa0"
Block = str | Table


@dataclass(frozen=True, slots=True)
class Seed:
    """A real report: `head` is the page chrome above its body as printed, `tail` that below, `blocks` the body."""

    name: str
    head: tuple[str, ...]
    blocks: tuple[Block, ...]
    tail: tuple[str, ...]
    reading: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Recipe:
    """How a file is laid out: lines of chrome above and below, where each table begins and the prose goes on.

    `one_cell` names cells printed in several paragraphs, `one_paragraph` line ends of a page break in a paragraph.
    """

    template: str
    starts: tuple[str, str, str]
    ends: tuple[str, str, str]
    head: int = 0
    tail: int = 0
    one_cell: tuple[tuple[str, ...], ...] = ()
    one_paragraph: tuple[str, ...] = ()


_TABLE_ENDS = ("三、收到和处理", "四、政府信息公开行政复议", "五、存在的主要问题")
_RECIPES = {
    "000_be01b29ebab25523": _Recipe("2019", ("第二十条第(一)项", "(本列数据", "行政复议 |"), _TABLE_ENDS),
    "001_0843dfdf5e1a4b6d": _Recipe(
        "2019",
        ("第二十条第（一）项", "（本列数据", "行政复议\t"),
        (*_TABLE_ENDS[:2], "2021年，我镇将"),
        head=1,
        one_paragraph=("全天进行宣传，", "切实保"),
    ),
    "002_8855e2fb4fe2291d": _Recipe("2019", ("第二十条第(一)项", "(本列数据", "行政复议"), _TABLE_ENDS, head=3),
    "003_c522dbb982fc056a": _Recipe("2021", ("第二十条第（一）项", "(本列数据", "行政复议\t"), _TABLE_ENDS, head=1),
    "004_92969d3ed0cdc049": _Recipe(
        "2021",
        ("第二十条第(一)项", "(本列数据", "行政复议"),
        _TABLE_ENDS,
        head=8,
        tail=1,
        one_cell=(("商业", "企业"), ("科研", "机构")),
    ),
}


def seed(number: str, root: Path | None = None) -> Seed:
    """Return the seed whose file begins with `number` ("000" to "004"), read below `root`."""
    (name,) = (name for name in _RECIPES if name.startswith(number))
    folder = root or ROOT
    text = (folder / "seeds" / f"{name}.txt").read_text(encoding="utf-8")
    reading = json.loads((folder / "gold" / f"{name}.txt.json").read_text(encoding="utf-8"))
    recipe = _RECIPES[name]
    # Layout lines of spaces alone are no paragraphs; those of no-break spaces are.
    lines = [line for line in re.split("\n", text) if line.strip("\t ")]
    stop = len(lines) - recipe.tail
    head, tail = lines[: recipe.head], lines[stop:]
    return Seed(name, tuple(head), tuple(_blocks(lines[recipe.head : stop], recipe)), tuple(tail), reading)


def _blocks(lines: list[str], recipe: _Recipe) -> list[Block]:
    forms = (form.table2(recipe.template), form.table3(recipe.template), form.table4())
    blocks: list[Block] = []
    position = 0
    for start, end, sheet in zip(recipe.starts, recipe.ends, forms, strict=True):
        first = _find(lines, start, position)
        after = _find(lines, end, first)
        blocks += _paragraphs(lines[position:first], recipe)
        blocks.append(form.filled(sheet, _cells(lines[first:after], recipe)))
        position = after
    return blocks + _paragraphs(lines[position:], recipe)


def _find(lines: list[str], opening: str, position: int) -> int:
    return next(n for n in range(position, len(lines)) if lines[n].lstrip().startswith(opening))


def _paragraphs(lines: list[str], recipe: _Recipe) -> list[Block]:
    paragraphs: list[Block] = []
    joined = ""
    for line in lines:
        joined += line
        if not line.endswith(recipe.one_paragraph or ("\0",)):
            paragraphs.append(joined)
            joined = ""
    return paragraphs


def _cells(lines: list[str], recipe: _Recipe) -> list[tuple[str, ...]]:
    if any("\t" in line for line in lines):
        return _cells_by_tabs(lines)
    return _cells_by_lines([line.removesuffix(" |") for line in lines], recipe)


def _cells_by_tabs(lines: list[str]) -> list[tuple[str, ...]]:
    """Return the cells of rows with tabs. A row of one text alone is the rest of the label that a page break tore."""
    cells: list[tuple[str, ...]] = []
    for line in lines:
        fields = line.split("\t")
        texts = [field for field in fields if field.strip()]
        if len(texts) == 1 and line.startswith("\t\t"):
            label = max(n for n, cell in enumerate(cells) if not cell[0].isdigit())
            cells[label] = (cells[label][0], texts[0])
        elif line.startswith("\t\t\t\t\t") and set(texts) == {"0"}:
            cells += [(field,) for field in fields]  # table 4: its blanks are cells
        else:
            cells += [(text,) for text in texts]
    return cells


def _cells_by_lines(lines: list[str], recipe: _Recipe) -> list[tuple[str, ...]]:
    """Return the cells of a file with one cell a line; blank paragraphs go to the number before or behind them."""
    cells: list[tuple[str, ...]] = []
    blanks: tuple[str, ...] = ()
    for line in lines:
        numeric = bool(re.fullmatch(r"[-+\d.]+", line.strip()))
        if not line.strip():
            blanks += (line,)
        elif cells and (*cells[-1], line) in recipe.one_cell:
            cells[-1] += (line,)
        elif numeric:
            cells.append((*blanks, line))
            blanks = ()
        else:
            if cells:
                cells[-1] += blanks
            cells.append((line,))
            blanks = ()
    if cells:
        cells[-1] += blanks
    return cells
