"""A Document as one stream of words, the ground on which tables are read by order.

Every table, however it was flattened, becomes lines of tokens: texts (labels, prose), values (what `read_cell`
reads) and blanks that the document shows (an empty cell between two tabs, an empty `<td>`). A blank that a
converter dropped is not there and is never supplied.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise, takewhile
from typing import NamedTuple

from extract.cells import UNITS, is_number, read_cell, read_cell_at
from extract.characters import OF_TERMINALS, places
from extract.document import Block, Cell, Grid, Text
from extract.form import label_key
from extract.reading import BLANK, ReadCell

_SEPARATOR_LINE = re.compile(r"(?!\s*--\s*$)(?=[\s|:+=-]*+\Z)[\s\S]*--[\s\S]*|\s*\|-\s*")  # the last: MediaWiki's
_PAGE_LINE = re.compile(r"\s*(?:[-—–－·.•]+\s*\d{1,4}\s*[-—–－·.•]+|第\s*\d+\s*页.{0,12}|[Pp]age\s*\d+.{0,12})\s*")
# A label may end as sentences do.
_FIGURES_BEHIND = re.compile(r"。[\s|｜│]*(?:\d[\d,.]*[\s|｜│]+){2,}\d[\d,.]*[\s|｜│]*$")
_SCRAP = re.compile(  # of a figure
    r"[.．,，]\s*\d[\d,.]*|[A-Za-z?？]|(?:余|多|左右|上下|以上|以下|以内)\S{0,3}|(?:亿|千|百)?万?元|亿"
)
_BESIDE_FIGURE = re.compile(rf"\s+(?:0\d+|{_SCRAP.pattern})(?!\S)")
_ONE_NUMBER = re.compile(r"^\s*\d+\s0\d+\s*$")  # 1 033: no number begins with a zero
_ZEROS_GLUED = re.compile(  # of cells with nothing between (Resiliparse to 1.0), in a line that holds rows zeros alone
    r"(?:(?:^|(?<=[\u4e00-\u9fff）)”\"]))\s*(?=0+\d+\s*$)|(?<=[\u4e00-\u9fff）)”\"])(?=0{2,}\s))(0+)(\d+)"
)
# Not 、 before what the form numbers 一 to 四: there a numeral is lost.
_BEHIND_ORDINAL = r"\s*(?:[.．)）]|、(?!\s*(?:本年|上年|结转)))\s*(?=[\u4e00-\u9fff]|$)"
_ORDINAL_ALONE = re.compile(r"[（(]?\d{1,2}[.．、)）]")
_MARKS_IN_LABELS = {"无": ("法提供", "正当理由"), "/": ("减",), "／": ("减",)}  # and what stands behind them there
_BEGIN_RESTS = frozenset(".．、)）法正减")
_THIRD_WITHOUT_POINT = frozenset([("3", "其他"), ("3", "其它")])  # 3.其他 in pieces, of which the point is lost
_POINTS = frozenset(".．、,，")  # behind the ordinal of a label, or in a figure
_WORD_MARKS = frozenset(["/", "／", "—", "——", "-", "－", "--", "无", "\\", "＼", "–", "―", "─", "──", "…", "×", "N/A"])
_ZEROS = frozenset("零〇")  # of all Chinese numerals of one character the only one that is no ordinal
_MISREAD = re.compile(r"[OoＯｏ]|0[.．]|\d+、\d+")  # a nought, a comma: a cell of its own, which states no number
_NUMERALS = frozenset("零〇一二三四五六七八九十百千")
_ANY_NUMERAL = re.compile(r"[+\-＋－−]?[零〇一二三四五六七八九十百千]{1,6}")
# 七 十 四: blanks within one numeral.
_SPACED_NUMERAL = re.compile(r"(?<!\S)(?:[一二三四五六七八九] )?[十百千](?: [零一二三四五六七八九十百千])*(?!\S)")
_ROW_OF_NUMERALS = re.compile(rf"(?<![ \t|])(?:[ \t|]++{_ANY_NUMERAL.pattern}){{4}}[ \t|]*+$")  # the last of a line
_NUMERAL_ALONE = re.compile(
    r"(?:^|[\t|｜])[ \u3000]*(?:零|〇|[一二三四五六七八九十百千零〇]{2,6})[ \u3000]*(?:$|[\t|｜])"
)
_WORD = re.compile(  # a figure with its unit or the note in brackets behind it is one, blanks within or not
    rf"(?:(?:[+-]|增加?|减少?)\s?)?\d[\d,.]*\s?(?:(?:{'|'.join(UNITS)})|[（(][^（()）]*[^（()）\d\s][^（()）]*[）)])(?!\S)|\S+"
)
_WORD_SET_OUT = re.compile(rf"{_SPACED_NUMERAL.pattern}|{_WORD.pattern}")
# A label to the figures behind it.
_GLUED = re.compile(r"(?<=[\u4e00-\u9fff）)”\"])(?=\d[\d,.]*(?:[ \u3000]\d[\d,.]*){4,}(?!\S))")
_SET_OUT = re.compile(r"\S\s{2,}\S|^\s{6,}\S")  # by blanks, as the columns of a page
_NUMBERING = re.compile("序号|行次")  # heads of the numbers of rows
_MISSES = 2  # labels in a row without their numbers: the table has ended
_LEAST_ROW = 5  # cells: so many figures with blanks between are no single number
_LEAST_VALUES = 3  # of a row, to tell its odd cells
_LONGEST_ODD, _LEAST_LABEL = 24, 4  # characters of an odd cell, and Chinese ones that make a label
_MOST_LABELS_BEHIND = 2  # the first figures of a row: the head of a column beside it, a remark
_NUMBERED_LABEL = r"[（(]?(?:\d{1,2}|[一二三四五六七八九])[)）.．、]\s*[\u4e00-\u9fff]"  # 3.其他, （七）总计
_TWO_APART = re.compile(r"\s*\d[\d,.]* {2,}\d[\d,.]*\s*")
_WIDE_GAP = re.compile(r"[\t|｜│┃¦]")


class Token(NamedTuple):  # as document.Cell
    """A word or cell: `kind` is text, value or blank; `key` the label key of a text; `cell` what a value states.

    `line` counts the printed lines of the document, `block` its blocks, both from 0. `columns` tells where a word of a
    line that is set out by blanks begins, by each way of counting places; `parted` that more than blanks part it from
    others: it is a field between marks, or a cell.
    """

    kind: str
    text: str
    key: str
    cell: ReadCell | None
    line: int
    block: int
    in_grid: bool = False
    columns: tuple[int, ...] | None = None
    parted: bool = False


class Line(NamedTuple):
    """A printed line of a text (`text` as printed), or a row of a grid (`text` is None)."""

    text: str | None
    tokens: tuple[Token, ...]


class Run(NamedTuple):
    """Texts and the values that follow them, up to the next text: the unit in which tables are read by order.

    `rows` holds the values line by line, since values on several lines may be several rows.
    """

    texts: tuple[Token, ...]
    rows: tuple[tuple[Token, ...], ...]

    @property
    def values(self) -> tuple[Token, ...]:
        rows = self.rows
        return rows[0] if len(rows) == 1 else tuple(token for row in rows for token in row)


def lines_of(
    blocks: Sequence[Block], *, of_grids: Iterable[Line] | None = None, shows_blanks: bool = False
) -> list[Line]:
    """Return all blocks line by line (a row of a grid is a line), page numbers and rules left out, empty lines without
    tokens. `of_grids` are the lines of the grids where they are known; with `shows_blanks` a line of nothing but blanks
    is a blank cell, as where an empty paragraph became a line.
    """
    lines: list[Line] = []
    known = None if of_grids is None else iter(of_grids)
    numerals = _prints_numerals(blocks)
    for number, block in enumerate(blocks):
        if isinstance(block, Grid):
            if known is not None:
                lines.extend(islice(known, len(block.rows)))
                continue
            for row in block.rows:
                lines.append(Line(None, tuple(_grid_line(row, len(lines), number))))
            continue
        for printed in block.text.split("\n"):
            if not printed.strip():  # counted: where every cell has a line, an empty line may be a cell
                cell = shows_blanks and printed and "\t" not in printed
                blank = Token("blank", printed, "", BLANK, len(lines), number)
                lines.append(Line(printed, (blank,) if cell else ()))
            elif not _PAGE_LINE.fullmatch(printed) and not _SEPARATOR_LINE.fullmatch(printed):
                lines.append(Line(printed, tuple(_text_line(printed, len(lines), number, numerals))))
    _rejoin_labels(lines)
    _refuse_risen(lines)
    if any(_NUMBERING.search(block.text) for block in blocks if isinstance(block, Text)):
        _number_rows(lines)
    return lines


def _refuse_risen(lines: list[Line]) -> None:
    """Put figures that stand alone on the line above or below a row set out by blanks into the row where it prints nothing
    at their place, as browsers in a terminal print cells of other heights; without their value, as they may be a page's.
    """
    for at, line in enumerate(lines):
        if not line.tokens or line.tokens[0].columns is None:
            continue
        if any(token.kind != "value" or token.columns is None for token in line.tokens):
            continue
        risen = [token._replace(cell=ReadCell(None, token.text, "refused")) for token in line.tokens]
        for beside in {max(0, at - 1), min(at + 1, len(lines) - 1)} - {at}:
            row = lines[beside].tokens
            if len(row) < _LEAST_VALUES + len(risen) or any(token.columns is None for token in row):
                continue
            merged = sorted([*row, *risen], key=_begins)
            if all(
                _begins(left) + places(left.text)[OF_TERMINALS] < _begins(right) for left, right in pairwise(merged)
            ):
                lines[beside], lines[at] = lines[beside]._replace(tokens=tuple(merged)), line._replace(tokens=())


def _begins(word: Token) -> int:
    return word.columns[OF_TERMINALS] if word.columns else 0


def _number_rows(lines: list[Line]) -> None:
    """Make texts of the numbers of rows, behind a head that tells of them: each stands before a label and is one more than
    the one before it. None is a figure of the row above it, even of one that lost some.
    """
    tokens = [(at, token) for at, line in enumerate(lines) for token in line.tokens if token.kind != "blank"]
    number, misses = 0, _MISSES
    for (at, token), (_, below) in pairwise(tokens):
        if token.kind == "text":
            misses = -1 if _NUMBERING.search(token.text) else misses
        elif below.kind == "text" and misses < _MISSES:
            begins = misses < 0 and token.text.strip() == "1"
            if begins or token.text.strip() == str(number + 1):
                number, misses = 1 if begins else number + 1, 0
                numbered = (_as_text(one) if one is token else one for one in lines[at].tokens)
                lines[at] = lines[at]._replace(tokens=tuple(numbered))
            else:
                misses += 1


def _rejoin_labels(lines: list[Line]) -> None:
    """Make texts of the lines that look like figures and are the first pieces of a label torn over lines: its number,
    where the next line begins with the point behind it, the 无 of 无法提供, the / of 增/减; and one figure of those
    that hold its pieces.
    """
    printed = [at for at, line in enumerate(lines) if line.tokens and line.text is not None]
    for place, (at, below) in enumerate(pairwise(printed)):
        line = lines[at]
        if not line.tokens or line.tokens[-1].kind != "value":
            continue
        if scraps := _scraps_behind(lines, printed[place + 1 : place + 3]):
            *before, figure = line.tokens
            whole = "\n".join([figure.text, *((lines[scrap].text or "").strip() for scrap in scraps)])
            lines[at] = line._replace(tokens=(*before, figure._replace(text=whole, cell=read_cell(whole))))
            for scrap in scraps:
                lines[scrap] = lines[scrap]._replace(tokens=())
            continue
        if len(line.tokens) != 1:
            continue
        (token,) = line.tokens
        word, rest = token.text.strip(), (lines[below].text or "").strip()
        if (word, rest) in _THIRD_WITHOUT_POINT:
            lines[at] = line._replace(tokens=(_as_text(token),))
        if rest[:1] not in _BEGIN_RESTS:
            continue
        following = "".join((lines[below].text or "").strip() for below in printed[place + 1 : place + 6])
        if _begins_label(word, rest if rest in _POINTS else following):
            lines[at] = line._replace(tokens=(_as_text(token),))


def _begins_label(word: str, following: str) -> bool:
    """Tell whether what looks like a figure is the first piece of a label, by what stands behind it."""
    if following.startswith(_MARKS_IN_LABELS.get(word, ())):
        return True
    return word.isdecimal() and len(word) <= 2 and word[0] != "0" and re.match(_BEHIND_ORDINAL, following) is not None


def _as_text(token: Token) -> Token:
    return token._replace(kind="text", key=label_key(token.text), cell=None)


def _scraps_behind(lines: Sequence[Line], printed: Sequence[int]) -> list[int]:
    """Return the first of some lines, one or two, that are together a piece of the figure above them: its decimals, a
    letter that was a digit, 余.
    """
    texts = [(lines[at].text or "").strip() for at in printed]
    if texts and _SCRAP.fullmatch(texts[0]):
        return [printed[0]]
    beside = len(texts) == 2 and printed[1] == printed[0] + 1
    return list(printed) if beside and texts[0] in _POINTS and texts[1].isdecimal() else []


def runs_of(lines: Sequence[Line]) -> list[Run]:
    """Return the stream cut into runs. Blanks that stand before a text on its line belong to the layout and are left
    out, and so are whole rows of blanks beside a row of figures (Word ends a table of uneven columns with one).
    """
    runs: list[Run] = []
    texts: list[Token] = []
    rows: list[tuple[Token, ...]] = []
    for line in lines:
        row: list[Token] = []
        kinds = [token.kind for token in line.tokens]
        behind = len(kinds) - kinds[::-1].index("text") if "text" in kinds else 0  # the last text
        for index, token in enumerate(line.tokens):
            kind = kinds[index]
            if kind == "value" or (kind == "blank" and index >= behind):
                row.append(token)
            elif kind == "text":
                if row:
                    rows.append(tuple(row))
                if rows:
                    runs.append(Run(tuple(texts), _inked(rows)))
                    texts, rows, row = [], [], []
                texts.append(token)
        if row:
            rows.append(tuple(row))
    if texts or rows:
        runs.append(Run(tuple(texts), _inked(rows)))
    return runs


def _inked(rows: Sequence[tuple[Token, ...]]) -> tuple[tuple[Token, ...], ...]:
    """Return the rows without those of blanks only, where others state figures. A line of one blank may be a cell; one
    of printed blanks is where every cell has a line.
    """
    if not any(token.kind == "value" for row in rows for token in row):
        return tuple(rows)
    may_be_cells = all(len(row) == 1 for row in rows)
    return tuple(
        row
        for row in rows
        if any(token.kind == "value" for token in row) or (len(row) == 1 and (may_be_cells or not row[0].text))
    )


def _grid_line(cells: Sequence[Cell], line: int, block: int) -> list[Token]:
    return _row([_grid_token(cell.text, cell.place, line, block) for cell in cells])


def _row(tokens: list[Token]) -> list[Token]:
    """Return the cells of a row; a number before its label is the label's own (a column of ordinals)."""
    values = [index for index, token in enumerate(tokens) if token.kind == "value"]
    if not values:
        return tokens
    label = max((index for index, token in enumerate(tokens) if len(token.key) > 1), default=-1)
    if values[0] < label and sum(index > label for index in values) >= len(values) - 1:
        tokens[values[0]] = _as_text(tokens[values[0]])
    return _with_odd_cells(tokens)


def _with_odd_cells(tokens: list[Token]) -> list[Token]:
    """Return the cells of a row; one among its figures that states none, and is no label, keeps its column. With labels
    between its figures a line is no row but holds several.
    """
    values = [index for index, token in enumerate(tokens) if token.kind == "value"]
    if len(values) < _LEAST_VALUES:
        return tokens
    if sum(token.kind == "text" and _may_be_label(token) for token in tokens[values[0] :]) > _MOST_LABELS_BEHIND:
        return tokens
    return [
        token._replace(kind="value", cell=token.cell or read_cell(token.text))
        if token.kind == "text" and (index > values[0] or token.text == "一") and not _may_be_label(token)
        else token
        for index, token in enumerate(tokens)
    ]


def _may_be_label(token: Token) -> bool:
    characters = sum("\u4e00" <= character <= "\u9fff" for character in token.key)
    numbered = re.match(_NUMBERED_LABEL, token.text) is not None
    return len(token.text) > _LONGEST_ODD or characters >= _LEAST_LABEL or numbered


def _grid_token(text: str, place: str, line: int, block: int) -> Token:
    cell, key = read_cell_at(text, place), ""
    if cell.kind == "blank":
        kind, text = "blank", ""
    elif cell.kind != "refused" or _MISREAD.fullmatch(text):
        kind = "value"
    else:
        kind, key = "text", label_key(text)
    # In a third of the time of `Token(…)`.
    return tuple.__new__(Token, (kind, text, key, cell, line, block, True, None, True))


def _prints_numerals(blocks: Sequence[Block]) -> bool:
    """Tell whether a text prints its figures as Chinese numerals, a line or field or some in a row: a single such
    character is then a figure.
    """
    lines = (line for block in blocks if isinstance(block, Text) for line in block.text.split("\n"))
    some = (line for line in lines if line.rstrip()[-1:] in _NUMERALS or _WIDE_GAP.search(line))
    return any(_NUMERAL_ALONE.search(line) or _ROW_OF_NUMERALS.search(line) for line in some)


def _text_line(printed: str, line: int, block: int, numerals: bool) -> list[Token]:
    if "。" in printed and len(printed) >= 12 and not _FIGURES_BEHIND.search(printed):
        return [_text_token(printed, line, block)]  # prose: its numbers are no cells
    fields = _fields(_ZEROS_GLUED.sub(lambda glued: f" {' '.join(glued[1])} {glued[2]}", printed))
    parted = _WIDE_GAP.search(printed) is not None  # then a field is a cell, blanks between its digits or not
    two_each = parted and sum(_TWO_APART.fullmatch(field) is not None for field in fields) > 1
    tokens: list[Token] = []
    for field in fields:
        cell = read_cell(field.strip())
        if parted and len(row := field.split()) >= _LEAST_ROW and all(map(_is_value_word, row)):
            # The cells of a row, of which only the label is parted.
            tokens.extend(_words(field, line, block, numerals=numerals))
        elif not field.strip():
            tokens.append(Token("blank", "", "", BLANK, line, block))
        elif (
            _MISREAD.fullmatch(field.strip())
            or (two_each and _TWO_APART.fullmatch(field))
            or cell.kind == "mark"
            or (numerals and _is_numeral(field, cell))
            or (cell.value is not None and (parted or _ONE_NUMBER.search(field)) and is_number(field))
        ):
            tokens.append(Token("value", field, "", cell, line, block, parted=parted))
        else:
            tokens.extend(_words(field, line, block, numerals=numerals))
    for at, (token, behind) in enumerate(pairwise(tokens)):
        if (
            token.kind == "value"
            and behind.kind == "text"
            and _begins_label(token.text.strip(), "".join(behind.text.split()))
        ):
            tokens[at] = _as_text(token)
    return _row(tokens) if parted else tokens


def _is_numeral(field: str, cell: ReadCell) -> bool:
    word = field.strip()
    return word == "一" or (
        cell.kind == "numeral" and (_ANY_NUMERAL.fullmatch(word) or _SPACED_NUMERAL.fullmatch(word)) is not None
    )


def _fields(printed: str) -> list[str]:
    """Return the cells of a line whose cells are parted by tabs or bars; the whole line where there are none."""
    if not _WIDE_GAP.search(printed):
        return [printed]
    fields = _WIDE_GAP.split(printed)
    if "\t" not in printed:
        # a bar at either end frames the line and parts nothing
        if len(fields) > 1 and not fields[0].strip():
            fields = fields[1:]
        if len(fields) > 1 and not fields[-1].strip():
            fields = fields[:-1]
    return fields


def _words(field: str, line: int, block: int, *, numerals: bool) -> Iterator[Token]:
    """Yield the words of a field: numbers stand for themselves, texts between them stay whole; wide gaps part them in a
    line that is set out by blanks.
    """
    field = _GLUED.sub(" ", field)
    set_out = _SET_OUT.search(field) is not None
    found = list((_WORD_SET_OUT if set_out else _WORD).finditer(field))
    words = [match[0] for match in found]
    kinds = _are_figures(words, set_out=set_out, numerals=numerals)
    pending: list[re.Match[str]] = []
    end = 0  # where the last figure ends, with the pieces of it behind it
    for match, is_value in zip(found, kinds, strict=True):
        if match.start() < end:
            continue
        if pending and (is_value or (set_out and match.start() - pending[-1].end() > 1)):
            yield _text_of(field, pending, line, block, set_out)
            pending = []
        if is_value:
            columns = places(field[: match.start()]) if set_out else None
            scrap = _BESIDE_FIGURE.match(field, match.end())
            end = scrap.end() if scrap else match.end()
            figure = field[match.start() : end]
            yield Token("value", figure, "", read_cell(figure), line, block, False, columns)
        else:
            pending.append(match)
    if pending:
        yield _text_of(field, pending, line, block, set_out)


def _are_figures(words: Sequence[str], *, set_out: bool, numerals: bool) -> list[bool]:
    """Tell of each word of a field whether it is a figure."""
    kinds = [_is_value_word(word) for word in words]
    row = sum(1 for _ in takewhile(_is_value_or_numeral, reversed(words)))
    if row and (numerals or sum(kinds[-row:]) >= _LEAST_ROW - 1 or _are_sure(words[-row:], kinds[-row:])):
        kinds[-row:] = [True] * row
    if len(words) == 2 and words[1] == "无" and _ORDINAL_ALONE.fullmatch(words[0]):
        kinds[1] = False  # the rest of the label stands behind its figures: 4. 无 / 正当理由大量反复申请
    if len(words) > 1 and kinds[0] and not kinds[1] and re.fullmatch(r"\d", unicodedata.normalize("NFKC", words[0])):
        kinds[0] = False  # the ordinal of a label
    for at, (word, behind) in enumerate(pairwise(words)):
        rest = behind[1:] or "".join(words[at + 2 : at + 3])
        if len(word) <= 2 and behind[0] in _POINTS and not kinds[at + 1] and not rest[:1].isdecimal():
            kinds[at] = False  # parted from its point: 4 .保护第三方合法权益
    if set_out and "无" in words and False in kinds:
        labels = len(kinds) - kinds[::-1].index(False)
        kinds[:labels] = [is_figure and word != "无" for word, is_figure in zip(words, kinds[:labels], strict=False)]
    return kinds


def _are_sure(words: Sequence[str], kinds: Sequence[bool]) -> bool:
    """Tell whether words are figures, some printed as numerals of several characters, that stand for nothing else."""
    return any(kinds) and all(is_figure or len(word) > 1 for word, is_figure in zip(words, kinds, strict=True))


def _text_of(field: str, words: Sequence[re.Match[str]], line: int, block: int, set_out: bool) -> Token:
    token = _text_token(" ".join(word[0] for word in words), line, block)
    return token._replace(columns=places(field[: words[0].start()])) if set_out else token


def _text_token(text: str, line: int, block: int) -> Token:
    return Token("text", text, label_key(text), None, line, block)


def _is_value_or_numeral(word: str) -> bool:
    odd = _ANY_NUMERAL.fullmatch(word) or _SPACED_NUMERAL.fullmatch(word) or _MISREAD.fullmatch(word)
    return odd is not None or _is_value_word(word)


def _is_value_word(word: str) -> bool:
    return word in _WORD_MARKS or word in _ZEROS or (len(word) < 40 and is_number(word))
