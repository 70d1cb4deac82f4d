"""The readers: one format each, the same Document from all. What a file is, its first bytes say, never its name or Content-Type."""

from __future__ import annotations

from extract.document import Document
from extract.errors import UnreadableDocument
from extract.readers.html import looks_like_html, read_html
from extract.readers.plain import read_plain

__all__ = ["read_document", "read_html", "read_plain"]

_NOT_READ = {
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"Rar!": "a RAR archive; unpack it and read its files",
    b"7z\xbc\xaf": "a 7z archive; unpack it and read its files",
    b"\x1f\x8b": "a gzip file; unpack it and read its content",
    b"WARC/": "a WARC file; `nianbao extract --archive` reads those",
    b"SQLite format 3": "a database",
}


def read_document(payload: bytes, *, charset: str | None = None, url: str = "") -> Document:
    """Return any supported document as a Document. Raises UnreadableDocument with its reason."""
    if not payload.strip():
        raise UnreadableDocument("empty", "the file is empty")
    for magic, what in _NOT_READ.items():
        if payload.startswith(magic):
            raise UnreadableDocument("not_a_document", f"this is {what}")
    if looks_like_html(payload):
        return read_html(payload, charset=charset, url=url)
    return read_plain(payload, charset=charset)
