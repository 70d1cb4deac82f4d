"""What the records of an XLS say of its sheets beside the values of their cells (MS-XLS, BIFF8): see `workbook`."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from extract.document import UNKNOWN
from extract.errors import UnreadableDocument, require_at_most
from extract.readers.compound import Compound
from extract.readers.number_format import BUILTIN, GENERAL, is_plain
from extract.readers.workbook import MAX_AREA, Place, Told, Unseen, unmarked

_DIMENSIONS, _NAMES_SHEET, _ROW, _COLUMNS, _WINDOW = 0x0200, 0x0085, 0x0208, 0x007D, 0x023E
_FONT, _FORMAT, _STYLE, _STRINGS, _CONTINUE = 0x0031, 0x041E, 0x00E0, 0x00FC, 0x003C
_FORMULA, _NUMBER, _ROUNDED, _ROUNDED_ROW, _SHARED_STRING = 0x0006, 0x0203, 0x027E, 0x00BD, 0x00FD
_SPREADS = {_ROUNDED_ROW, 0x00BE}  # several cells of a row; the last column stands at the end
_OLD_CELLS = {0x0201, 0x0204, 0x0205, 0x00D6, 0x0001, 0x0002, 0x0003, 0x0004}
_HOLDS_CELLS = {_FORMULA, _NUMBER, _ROUNDED, _SHARED_STRING, *_SPREADS, *_OLD_CELLS}
_WHITE = {1, 9, 65}  # places in the palette; the last is the window's background
_NO_RESULT = 3  # of a formula: no text and no number
_RAISED = {1, 2}  # above the line, below it

Font = tuple[bool, bool, bool]  # raised or lowered, struck out, white
_PLAIN: Font = (False, False, False)


@dataclass(slots=True)
class _Book:
    """What holds for the whole workbook."""

    sheets: list[int] = field(default_factory=list)  # where they begin, in the order of the workbook
    fonts: list[Font] = field(default_factory=list)
    formats: dict[int, str] = field(default_factory=dict)
    styles: list[tuple[int, int, bool]] = field(default_factory=list)  # font, format, whether the cell is filled
    strings: dict[int, str] = field(default_factory=dict)  # those that show otherwise, by their numbers

    def font(self, number: int) -> Font:
        """A font by the number that records give it: they know no font 4."""
        place = number - (number > 4)
        return self.fonts[place] if place < len(self.fonts) and number != 4 else _PLAIN

    def code(self, style: int) -> str:
        """The format of the numbers of a style; UNKNOWN where they are struck out, or white on white."""
        if style >= len(self.styles):
            return GENERAL
        font, form, filled = self.styles[style]
        _, struck, white = self.font(font)
        return UNKNOWN if struck or (white and not filled) else self.formats.get(form, BUILTIN.get(form, GENERAL))


def told_by_xls(file: Compound) -> Mapping[int, Told]:
    """Return what an XLS says of its sheets, by their numbers.

    Raise UnreadableDocument where the cells of a sheet are stretched over more than fits in memory.
    """
    name = next(iter(sorted(file.names & {"Workbook", "Book"}, reverse=True)), None)
    if name is None:
        raise UnreadableDocument("not_a_document", "a compound file without a workbook")
    book = _Book()
    sheet = _Sheet(book)
    sheets: dict[int, _Sheet] = {}
    strings: list[bytes] = []
    for place, kind, body in _records(file.read(name)):
        if kind == _STRINGS or (kind == _CONTINUE and strings):
            strings.append(body)
            continue
        if strings:
            book.strings |= _unmarked_strings(strings, book)
            strings.clear()
        if place in book.sheets:
            sheet = sheets[place] = _Sheet(book)
        elif not _note(book, kind, body):
            sheet.note(kind, body)
    return {number: sheets[begin].told() for number, begin in enumerate(book.sheets) if begin in sheets}


def _records(content: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Where each record stands, its kind and its content."""
    place = 0
    while place + 4 <= len(content):
        kind, length = struct.unpack_from("<HH", content, place)
        yield place, kind, content[place + 4 : place + 4 + length]
        place += 4 + length


def _note(book: _Book, kind: int, body: bytes) -> bool:
    """Keep what a record says of the whole workbook; False where it is none of that kind."""
    if kind == _NAMES_SHEET and len(body) >= 4:
        book.sheets.append(int.from_bytes(body[:4], "little"))
    elif kind == _FONT and len(body) >= 10:
        _, flags, colour, _, script = struct.unpack_from("<5H", body)
        book.fonts.append((script in _RAISED, bool(flags & 8), colour in _WHITE))
    elif kind == _FORMAT and len(body) >= 5:
        number, length, wide = struct.unpack_from("<HHB", body)
        text = body[5:].decode("utf-16-le" if wide & 1 else "latin-1", "replace")
        book.formats[number] = text[:length]
    elif kind == _STYLE and len(body) >= 18:
        font, form = struct.unpack_from("<HH", body)
        book.styles.append((font, form, body[17] >> 2 != 0))
    else:
        return False
    return True


class _Sheet:
    """What the records of one sheet say."""

    def __init__(self, book: _Book) -> None:
        self._book = book
        self._told = Told()
        self._hidden_rows, self._hidden_columns = set[int](), set[int]()
        self._rows = self._columns = 0

    def told(self) -> Told:
        return replace(self._told, unseen=Unseen(frozenset(self._hidden_rows), frozenset(self._hidden_columns)))

    def note(self, kind: int, body: bytes) -> None:
        """Keep what a record says. Raise UnreadableDocument where it claims more than fits in memory."""
        if kind == _DIMENSIONS and len(body) >= 14:
            top, bottom, left, right = struct.unpack_from("<IIHH", body)
            if not top <= bottom <= 65_536 or not left <= right <= 256:  # calamine makes room for what is claimed here
                raise UnreadableDocument(
                    "malformed", f"a sheet claims rows {top} to {bottom}, columns {left} to {right}"
                )
        if len(body) < 4:
            return
        words = struct.unpack_from(f"<{len(body) // 2}H", body)
        row, column = words[:2]
        if kind == _ROW and len(words) >= 7 and words[6] & 0x20:
            self._hidden_rows.add(row)
        elif kind == _COLUMNS and len(words) >= 5 and words[4] & 1:
            self._hidden_columns.update(range(row, min(column, 255) + 1))
        elif kind == _WINDOW:
            self._told.zeros = bool(row & 0x10)
        elif kind in _HOLDS_CELLS:
            self._reach(row, words[-1] if kind in _SPREADS and len(words) >= 3 else column)
            for place, style in _styled(kind, words):
                if not is_plain(code := self._book.code(style)):
                    self._told.formats[place] = code
            if kind == _FORMULA and len(words) >= 7 and words[3] & 0xFF == _NO_RESULT and words[6] == 0xFFFF:
                self._told.uncomputed.add((row, column))
            if kind == _SHARED_STRING and len(body) >= 10:
                text = self._book.strings.get(int.from_bytes(body[6:10], "little"))
                if text is not None:
                    self._told.shown[row, column] = text

    def _reach(self, row: int, column: int) -> None:
        self._rows, self._columns = max(self._rows, row + 1), max(self._columns, column + 1)
        require_at_most(MAX_AREA, self._rows * self._columns, "cells over which a sheet reaches")


def _styled(kind: int, words: Sequence[int]) -> Iterator[tuple[Place, int]]:
    """The cells of a record that hold numbers, with their styles."""
    if kind == _ROUNDED_ROW:
        yield from (((words[0], words[1] + at), style) for at, style in enumerate(words[2:-1:3]))
    elif kind in {_FORMULA, _NUMBER, _ROUNDED} and len(words) >= 3:
        yield (words[0], words[1]), words[2]


# The table of shared strings


def _unmarked_strings(blocks: Sequence[bytes], book: _Book) -> dict[int, str]:
    """By its number each string in which signs of footnotes stand or parts are struck out, without them."""
    strings: dict[int, str] = {}
    if not any(raised or struck for raised, struck, _ in book.fonts):
        return strings
    stream = _Stream(blocks)
    stream.take(4)
    count = int.from_bytes(stream.take(4), "little")
    for number in range(count):
        head = stream.take(3)
        if len(head) < 3:
            break
        length, flags = struct.unpack("<HB", head)
        runs = int.from_bytes(stream.take(2), "little") if flags & 8 else 0
        extra = int.from_bytes(stream.take(4), "little") if flags & 4 else 0
        text = stream.characters(length, wide=bool(flags & 1))
        bounds = stream.take(4 * runs)
        stream.take(extra)
        if len(bounds) == 4 * runs > 0:
            told = unmarked(list(_runs(text, list(struct.iter_unpack("<HH", bounds)), book)))
            strings |= {} if told is None else {number: told}
    return strings


def _runs(text: str, starts: Sequence[tuple[int, ...]], book: _Book) -> Iterator[tuple[str, bool, bool]]:
    """The runs of a string, of which its first, in the cell's own font, may have no entry."""
    bounds = [(0, -1), *starts, (len(text), -1)]
    for (start, font), (end, _) in pairwise(bounds):
        raised, struck, _ = book.font(font) if font >= 0 else _PLAIN
        if text[start:end]:
            yield text[start:end], raised, struck


class _Stream:
    """The bytes of a record and of those that continue it; characters that go on in the next begin with its flags."""

    def __init__(self, blocks: Sequence[bytes]) -> None:
        self._blocks = list(reversed(blocks))
        self._block = self._blocks.pop() if self._blocks else b""
        self._place = 0

    def take(self, count: int) -> bytes:
        """The next bytes, fewer at the end."""
        taken = b""
        while len(taken) < count and self._more():
            piece = self._block[self._place : self._place + count - len(taken)]
            self._place += len(piece)
            taken += piece
        return taken

    def characters(self, count: int, *, wide: bool) -> str:
        """The next characters, fewer at the end."""
        text = ""
        while len(text) < count:
            if self._place >= len(self._block):
                if not self._more():
                    break
                wide = bool(self.take(1)[0] & 1)
            size = 2 if wide else 1
            room = (len(self._block) - self._place) // size
            if not room:
                break
            taken = self.take(size * min(room, count - len(text)))
            text += taken.decode("utf-16-le" if wide else "latin-1", "replace")
        return text

    def _more(self) -> bool:
        while self._place >= len(self._block):
            if not self._blocks:
                return False
            self._block, self._place = self._blocks.pop(), 0
        return True
