"""What parts the cells of a text whose converter broke its rows into lines: one way for all of them.

Resiliparse (`extract_plain_text`) from 2.0 sets two tabs before each cell but the first of a row, so four where one is
blank, and cuts blank cells off at a row's end; up to 1.1 it sets nothing between two cells. A cell of paragraphs stands
between empty lines and breaks its row; one whose only paragraph is empty leaves nothing. For the main content it leaves
out each text of three bytes or less that is not ASCII: a lone character, a digit with a no-break space.

Trafilatura 1.2 to 2.0 prints cells line by line and a bar before or behind some or all of them, on lines of their own
where the source has line ends in its cells; blank cells may have their bar or be gone. Browsers (`innerText`) print a
tab on a line of its own between two cells of paragraphs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from extract.cells import read_cell
from extract.form import APPLICANTS, TABLE2_ROWS, TABLE3_ROWS, label_key

_TABS = re.compile("\t+")
_BARS = re.compile(r"(?<=[^|\n])\|+(?=[^|\n])")  # but for those that frame a line
_LEAST_RUNS = 20
_GLUED_HEADS = "信息内容本年"
_GLUED = re.compile(r"(?<=[\u4e00-\u9fff）)”\"])(?=\d[\d,.]*(?:万?元|[件项宗])?$)", re.MULTILINE)
_PAD = re.compile(r"(?<=\| )\|+\s*$")  # what fills up a row behind its last cell
_FILLED_UP = re.compile(r"\| \|{2,}$", re.MULTILINE)
_LEAST_FILLED_UP = 3  # rows
_BLANKS = re.compile(r" +")
_TWO_FIGURES = re.compile(r"([\d,.]+) ([\d,.]+)")
_SIDE_BY_SIDE = re.compile(r"\t[\d,.]+ [\d,.]+\t[\d,.]+ [\d,.]+")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?: \d{3})+")
_BLANK_CELL = re.compile(r"[^\t]\t[ \u00a0]*\t[ \u00a0]*[^\t \u00a0]")  # and a cell behind it
_BLANK = "\u00a0"  # a line that is a blank cell
_LABELS3 = frozenset(TABLE3_ROWS.keys)
_ROW_OF_BLANKS = re.compile(r"([^。]*?[\u4e00-\u9fff]\S*)((?: (?:\u00a0|[^\s\u4e00-\u9fff]+))+)")
_LEAST_ROWS_OF_BLANKS = 10
_LABELS = (*TABLE2_ROWS.keys, *TABLE3_ROWS.keys)
_BETWEEN = re.compile(r"([ \t|\n]*[\t|\n][ \t|\n]*)")
_MARK = re.compile(r"(?<!\|)\|(?!\|)|\t")  # bars side by side only fill a row up
_LEAST_BROKEN = 50  # figures with a line end and a mark beside them: a table has 170
_EXCEPTIONS = 20  # one in so many
_HEADS = 12  # of table 4 there are more, of the others fewer
_IN_ROW, _ENDS_ROW = (True, True), (True, False)  # whether a figure stands on either side


def cell_by_cell(text: str) -> str:
    """Return a text with a line for each cell where line ends and marks, bars or tabs, part the figures of its tables; a
    blank cell that has its marks is a line of blanks.

    The least marks between two figures part two cells, and a blank cell has as many more; those behind a row's last cell
    are counted for themselves, and where a row's end has marks of its own, those between two rows are not counted. Where
    neighbours have no mark between them, a blank cell may have none either: then no line stands for one.
    """
    pieces = _BETWEEN.split(text)
    inked, between = pieces[::2], pieces[1::2]
    figures = [read_cell(ink).kind != "refused" for ink in inked]
    sides = [*pairwise(figures)]
    marks = [len(_MARK.findall(one)) for one in between]
    broken = [side for one, count, side in zip(between, marks, sides, strict=True) if count and "\n" in one]
    if sum(map(any, broken)) < _LEAST_BROKEN or broken.count(_IN_ROW) * _EXCEPTIONS < sides.count(_IN_ROW):
        return text
    step = _least([count for count, side in zip(marks, sides, strict=True) if side == _IN_ROW])
    ends = [count for count, side in zip(marks, sides, strict=True) if side == _ENDS_ROW]
    behind = _least(ends)
    plain = sum(count <= step for count in ends) * 2 > len(ends)  # no mark stands where a row ends
    lines = [inked[0]]
    for at, (ink, parted, count, side) in enumerate(zip(inked[1:], between, marks, sides, strict=True)):
        spare = count - (behind if side == _ENDS_ROW else step)
        below_heads = side[1] and at >= _HEADS and not any(figures[at - _HEADS + 1 : at + 1])
        if step and spare > 0 and (plain or (any(side) and not below_heads)):
            if spare % step:
                return text
            lines += [_BLANK] * (spare // step)
        lines += ["", ink] if not any(side) and parted.count("\n") > 1 else [ink]
    return "\n".join(lines)


def _least(counts: Sequence[int]) -> int:
    """Return the least of some counts that is no exception, as behind the last row of a table; 0 where there are none."""
    times = Counter(counts)
    return min((count for count in times if times[count] * _EXCEPTIONS >= len(counts)), default=0)


def with_rows(text: str) -> str:
    """Return a text with a tab between the cells of each row that stood on a line, blank ones at its end filled up; of
    each broken one with a line for each cell. Double bars become one; a text with neither is returned as it is.
    """
    if _are_even(text, _TABS):
        text = text.replace("\t\t", "\t")
    else:
        return text.replace("||", "|") if _are_even(text, _BARS) else text
    rows = [*_rows(text.split("\n"))]
    rows3 = [row[0] for row in rows if len(row) == 1 and _label3(row[0])]
    if not any(_BLANK_CELL.search(row) for row in rows3) or any(row.endswith("\t") for row in rows3):
        return "\n".join(line for row in rows for line in _printed(row))
    width = max(len(APPLICANTS), *map(_cells_behind, rows3))
    return "\n".join(line for row in rows for line in _printed(row, width))


def unglued(text: str) -> str:
    """Return a text with a blank before the figure that ends a line, where heads of table 2 show that nothing stands
    between two cells (Resiliparse to 1.1).
    """
    return _GLUED.sub(" ", text) if _GLUED_HEADS in text else text


def tabbed(text: str) -> str:
    """Return a text with tabs between the cells of rows that print one blank between two cells and a no-break space for a
    blank one: `&nbsp;` in a cell with line ends around it (Resiliparse to 1.1).
    """
    if text.count(" \u00a0") < _LEAST_ROWS_OF_BLANKS:
        return text
    lines = text.split("\n")
    shown = [line for line in lines if " \u00a0" in line and "。" not in line]
    rows = [line for line in shown if _ROW_OF_BLANKS.fullmatch(line)]
    if len(rows) < max(_LEAST_ROWS_OF_BLANKS, len(shown) * 9 // 10):
        return text
    found = ((line, _ROW_OF_BLANKS.fullmatch(line)) for line in lines)
    return "\n".join(row[1] + row[2].replace(" ", "\t") if row else line for line, row in found)


def unpadded(text: str) -> str:
    """Return a text without the bars by which trafilatura from 1.10 to 2.0 fills its rows up, and with the rows whole that
    it breaks at cells of paragraphs, blank ones with a bar. Other blank cells it drops: nobody knows where those were.
    """
    if len(_FILLED_UP.findall(text)) < _LEAST_FILLED_UP:
        return text
    lines: list[str] = []
    for barred, table in groupby(text.split("\n"), lambda line: "|" in line):
        printed = [*table]
        lines += _unbroken(printed) if barred else printed
    return "\n".join(lines)


def _unbroken(lines: Sequence[str]) -> Iterator[str]:
    """Yield the rows of tables of trafilatura's: each cell ends in a bar, and rows may begin with one."""
    row: list[str] = []
    width = missing = 0  # bars of a row, as the one filled up before it tells, and how many of them are to come
    for line in lines:
        if missing <= 0 or read_cell(line.removeprefix("|").split("|")[0]).kind == "refused":
            if row:
                yield _whole(row, missing)
            row = []
            missing = width = line.count("|") if _PAD.search(line) else width
        row.append(line)
        missing -= line.count("|")
    yield _whole(row, missing)


def _whole(row: Sequence[str], missing: int) -> str:
    """Return a row on one line; `missing` is how many bars it lacks. Lines of nothing but a bar may have been left out
    (FineWeb): where a row breaks once, they stood there.
    """
    blanks = " |" * missing if len(row) == 2 and _PAD.search(row[1]) else ""
    return f"{blanks} ".join(_PAD.sub("", line) for line in row)


def row_by_row(text: str) -> str:
    """Return a text with each of two rows on a line of its own, where the recogniser of a page ran them into one with two
    figures in every cell. Where labels or figures do not tell them apart, such figures stand further from each other, so
    that nobody takes two for one.
    """
    if not _SIDE_BY_SIDE.search(text):
        return text
    return "\n".join(row for line in text.split("\n") for row in (_two_rows(line) if " " in line else (line,)))


def _two_rows(line: str) -> Sequence[str]:
    """Return the rows that stand on a line: two, or itself."""
    fields = line.split("\t")
    pairs = {at: pair for at, field in enumerate(fields) if (pair := _TWO_FIGURES.fullmatch(field.strip()))}
    single = sum(read_cell(field).value is not None for at, field in enumerate(fields) if at not in pairs)
    if len(pairs) <= max(1, single) or all(_THOUSANDS.fullmatch(pair[0]) for pair in pairs.values()):
        return [line]
    cuts = [*_between_labels(fields[: min(pairs)])]
    if single or len(cuts) != 1:
        return ["\t".join(field.replace(" ", "  ") if at in pairs else field for at, field in enumerate(fields))]
    above, below = cuts[0]
    behind = ([pairs[at][row] if at in pairs else "" for at in range(min(pairs), len(fields))] for row in (1, 2))
    return ["\t".join([*label, *figures]) for label, figures in zip((above, below), behind, strict=True)]


def _between_labels(fields: Sequence[str]) -> Iterator[tuple[list[str], list[str]]]:
    """Yield the fields of two labels, in each way in which some fields hold two of the form's."""
    for at, field in enumerate(fields):
        for gap in _BLANKS.finditer(field):
            above, below = [*fields[:at], field[: gap.start()]], [field[gap.end() :], *fields[at + 1 :]]
            if all(label_key("".join(label)).endswith(_LABELS) for label in (above, below)):
                yield [*above, *[""] * (len(fields) - at - 1)], [*[""] * at, *below]


def _are_even(text: str, runs: re.Pattern[str]) -> bool:
    """Tell whether a text has many runs of a mark, all of an even number."""
    lengths = [*map(len, runs.findall(text))]
    return len(lengths) >= _LEAST_RUNS and not any(length % 2 for length in lengths)


def _rows(lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield the lines of each row together, and each other line for itself."""
    row: list[str] = []
    for line in lines:
        if row and _begins_row(line):
            yield row
            row = []
        row.append(line)
    yield row


def _begins_row(line: str) -> bool:
    """Tell whether a line is no further cell of the row above it: one of figures, or behind tabs."""
    fields = line.split("\t")
    if not line.strip():
        return False
    first = next(field for field in fields if field.strip())
    goes_on = line.startswith("\t") or len(fields) == 1
    return not goes_on or read_cell(first).kind == "refused"


def _printed(row: Sequence[str], width: int = 0) -> list[str]:
    """Return the lines of a row; `width` is how many cells one of table 3 has where blank ones are printed, but at the
    end of a row.
    """
    inked = [line for line in row if line]
    if width and len(inked) == 1 and _label3(inked[0]):
        missing = width - _cells_behind(inked[0])
        return [line and line + "\t" * missing for line in row]
    if len(inked) < 2 or not any("\t" in line for line in inked):
        return [*row]
    cells = [field for line in inked for field in line.removeprefix("\t").split("\t")]
    return [cell.strip() or _BLANK for cell in cells]


def _label3(line: str) -> bool:
    """Tell whether the last text of a line is the label of a row of table 3."""
    texts = [field for field in line.split("\t") if read_cell(field).kind == "refused"]
    return bool(texts) and label_key(texts[-1]) in _LABELS3


def _cells_behind(line: str) -> int:
    """Return how many cells a line has behind its last text."""
    fields = line.split("\t")
    return next(at for at, field in enumerate(reversed(fields)) if read_cell(field).kind == "refused")
