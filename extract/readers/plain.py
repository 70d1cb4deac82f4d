"""Plain text → Document: a text a line. How its tables are flattened is the form parser's business (`extract.stream`)."""

from __future__ import annotations

import re

from extract.decode import decode
from extract.document import Document, Text
from extract.errors import UnreadableDocument

_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_MAX_CHARACTERS = 20_000_000


def read_plain(payload: bytes, *, charset: str | None = None) -> Document:
    """Return the lines of a text as blocks. Raises UnreadableDocument where it is no text."""
    decoded = decode(payload, charset)
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").replace("\v", "\n")
    if not text.strip():
        raise UnreadableDocument("empty", "the file holds no text")
    if len(text) > _MAX_CHARACTERS:
        raise UnreadableDocument("too_large", f"a text of {len(text)} characters; at most {_MAX_CHARACTERS} are read")
    if len(_CONTROL.findall(text[:100_000])) + text[:100_000].count("\ufffd") > max(8, min(len(text), 100_000) // 50):
        raise UnreadableDocument("not_a_document", "neither a known file type nor text in UTF-8, GB18030 or UTF-16")
    notes = (f"{decoded.replaced} characters could not be decoded",) if decoded.replaced else ()
    return Document("text/plain", tuple(Text(line) for line in text.split("\n")), (), notes)
