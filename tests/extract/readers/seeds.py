"""One small document of each format, for the fuzzers to mutate, and the mutations."""

from __future__ import annotations

import contextlib
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

from extract.document import Document
from extract.readers.compound import Compound
from extract.readers.docx import read_docx
from extract.readers.ofd import read_ofd
from extract.readers.package import html_of_mht, unpack
from extract.readers.pdf import read_pdf
from extract.readers.sheet import read_sheet
from tests.extract.readers.made import Sheet, cell, docx, ofd, ofd_lines, ofd_text, paragraph, pdf, table, zipped
from tests.extract.readers.test_package import compound
from tests.extract.readers.test_sheet import xls, xlsx

Reader = Callable[[bytes], object]

LINES = [["信息内容", "数量", ""], ["规章", 1, 2.5], ["许可", "", "=1+2"]]


def _draw(sheet: Sheet) -> None:
    sheet.text(80, 60, "一、总体情况")
    sheet.table([60, 200, 260, 320], [700, 720, 740], {(0, 0): "规章", (0, 1, 1, 2): "0", (1, 0): "许可", (1, 2): "12"})


def seeds() -> dict[str, tuple[Reader, bytes]]:
    """Each reader with a document that it reads whole. Pictures and office files are left to their decoders."""
    merged = cell("甲", '<w:vMerge w:val="restart"/>') + cell("1")
    word = docx(paragraph("一、") + table(merged, cell("", "<w:vMerge/>") + cell("2")))
    lines = [(20, 50, 90, 50), (20, 58, 90, 58), (20, 50, 20, 58), (60, 50, 60, 58), (90, 50, 90, 58)]
    page = ofd_text(20, 40, "一、") + ofd_lines(lines) + ofd_text(25, 56, "规章") + ofd_text(70, 56, "12")
    mail = b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n<p>\n"
    return {
        "pdf": (read_pdf, pdf(_draw, _draw)),
        "docx": (read_docx, word),
        "ofd": (read_ofd, ofd([page, page])),
        "xlsx": (read_sheet, xlsx(LINES, ["B1:C1"])),
        "xls": (read_sheet, xls([["规章", 1, 2.5]])),
        "zip": (unpack, zipped({"a.docx": word, "b.html": "<p>", "c.zip": zipped({"d.pdf": b"%PDF-"})})),
        "compound": (_read_stream, compound()),
        "mht": (html_of_mht, mail),
    }


def _read_stream(payload: bytes) -> bytes:
    return Compound(payload).read("WordDocument")


def mutated(payload: bytes, chance: random.Random) -> bytes:
    """Return the payload with some bytes changed; in a package mostly within its parts, packed again."""
    if payload.startswith(b"PK") and chance.random() < 0.8:
        return _repacked(payload, chance)
    if payload.startswith(b"%PDF") and chance.random() < 0.6:
        return _restreamed(payload, chance)
    return scrambled(payload, chance)


def scrambled(payload: bytes, chance: random.Random) -> bytes:
    """Return the bytes with a few of them flipped, cut, doubled, moved, or numbers among them made extreme."""
    raw = bytearray(payload)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        if not raw:
            break
        place = chance.randrange(len(raw))
        length = chance.choice((1, 2, 4, 16, 64, len(raw) // 4 + 1))
        kind = chance.randrange(7)
        if kind == 0:
            raw[place] ^= 1 << chance.randrange(8)
        elif kind == 1:
            raw[place : place + length] = chance.randbytes(min(length, 64))
        elif kind == 2:
            del raw[place : place + length]
        elif kind == 3:
            raw[place:place] = raw[place : place + length] * chance.choice((1, 2, 20))
        elif kind == 4:
            where = chance.randrange(len(raw))
            raw[where:where] = raw[place : place + length]
        elif kind == 5:
            raw[place : place + 4] = struct.pack(
                "<I", chance.choice((0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFF))
            )
        else:
            digits = chance.choice((b"0", b"-1", b"1e9", b"99999999999", b"nan", b"65536", b"0.0001"))
            found = [k for k, byte in enumerate(raw) if 48 <= byte <= 57]
            if found:
                start = chance.choice(found)
                raw[start : start + 1] = digits
    return bytes(raw[: 4 << 20])


def _repacked(payload: bytes, chance: random.Random) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(payload)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        chosen = set(chance.sample(names, min(len(names), chance.choice((1, 1, 2)))))
        for name in names:
            content = old.read(name)
            if name in chosen:
                if chance.random() < 0.05:
                    continue
                content = scrambled(content, chance)
            new.writestr(name, content)
    return buffer.getvalue()


def _restreamed(payload: bytes, chance: random.Random) -> bytes:
    """A PDF with a stream unpacked, scrambled and left so; its length is then a lie, as it often is in the wild."""
    parts = payload.split(b"stream\r\n") if b"stream\r\n" in payload else payload.split(b"stream\n")
    if len(parts) < 2:
        return scrambled(payload, chance)
    chosen = chance.randrange(len(parts))
    body, end, rest = parts[chosen].partition(b"endstream")
    with contextlib.suppress(zlib.error):
        body = zlib.decompress(body)
    parts[chosen] = scrambled(body, chance) + end + rest
    return b"stream\n".join(parts)


def reads(reader: Reader, payload: bytes) -> Document | None:
    result = reader(payload)
    return result if isinstance(result, Document) else None
