"""A WARC record: built as a gzip member, and its parts once its text is at hand. archive.scanning finds it in a file.

A record on disk (WARC/1.1, ISO 28500:2017), alone in one gzip member:

    WARC/1.1 CRLF  (name: value CRLF)*  CRLF  block CRLF CRLF
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache

from deflate import gzip_compress
from isal import isal_zlib

from archive.digests import digest_of_pieces
from archive.http_message import Text, head_end, parse_fields

END = b"\r\n\r\n"
LENGTH = re.compile(rb"\n(?i:Content-Length)[ \t]*:[ \t]*(\d{1,18})[ \t]*\r?\n")
_USUAL_LENGTH = re.compile(rb"\nContent-Length: (\d{1,18})\r\n")  # the quicker one
# isal's; 1.16 to 1.19 x the size of zlib 9 on portal pages in a tenth of its time. 3: 2 % less in twice the time.
_LEVEL = 2
_SMALL = 1 << 10  # bytes of a request or metadata record: at level 0 a third larger, packed in a quarter of the time
_VERSION = re.compile(rb"WARC/\d\.\d+\s*\n")
_VERSIONS = (b"WARC/1.1\r\n", b"WARC/1.0\r\n")
_BEGINNING = re.compile(  # of a head as we write it
    rb"WARC/1\.[01]\r\nWARC-Type: ([a-z]+)\r\n"
    rb"(?:WARC-Record-ID: <([!-;=?-~]+)>\r\nWARC-Date: ([!-~]+)\r\n(?:WARC-Target-URI: ([!-;=?-~]+)\r\n)?[A-Z])?"
)
_BLANKS = (b" ", b"\t")
_USUAL_NAMES = frozenset(
    (
        "Content-Length Content-Type Nianbao-Payload-Digest WARC-Block-Digest WARC-Cipher-Suite "
        "WARC-Concurrent-To WARC-Date WARC-Filename WARC-IP-Address WARC-Identified-Payload-Type WARC-Payload-Digest "
        "WARC-Profile WARC-Protocol WARC-Record-ID WARC-Refers-To WARC-Refers-To-Date WARC-Refers-To-Target-URI "
        "WARC-Target-URI WARC-Truncated WARC-Type WARC-Warcinfo-ID"
    ).split()
)


def build_record(fields: str, *block: bytes | memoryview, packed: bool = False) -> bytes:
    """Return the gzip member of a record; `fields` are lines `name: value` CRLF, to which those of the block are added.

    One whose block is `packed` already is stored in it as it is.
    """
    head = _head(fields, digest_of_pieces(block), sum(map(len, block)))
    record = b"".join((head, *block, END))
    if packed:
        return bytes(gzip_compress(record, 0))
    member: bytes = isal_zlib.compress(record, _LEVEL if len(record) > _SMALL else 0, 31)
    return member


def pack_record(fields: str, block: Callable[[], Iterable[bytes | memoryview]]) -> Iterator[bytes]:
    """Yield the gzip member of a record piece by piece; `block` gives the block's pieces, and is asked three times."""
    deflate = isal_zlib.compressobj(_LEVEL, wbits=31)
    yield deflate.compress(_head(fields, digest_of_pieces(block()), sum(map(len, block()))))
    for piece in block():
        yield deflate.compress(piece)
    yield deflate.compress(END) + deflate.flush()


def _head(fields: str, digest: str, size: int) -> bytes:
    return f"WARC/1.1\r\n{fields}WARC-Block-Digest: {digest}\r\nContent-Length: {size}\r\n\r\n".encode()


def format_date(at: datetime) -> str:
    """Return an aware time as WARC-Date: UTC, microseconds where there are any."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_date(text: str) -> datetime:
    """Return a WARC-Date as aware UTC; of a year or a month alone its beginning. Raise ValueError where it is none."""
    at = datetime.fromisoformat(f"{text}-01-01"[:10] if len(text) in {4, 7} else text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


class Record:
    """A record as it lies in a file; fields and block are taken out of its text when they are asked for."""

    __slots__ = (
        "_beginning",
        "_fields",
        "after",
        "body",
        "direct",
        "end",
        "flaw",
        "kind",
        "length",
        "offset",
        "size",
        "text",
    )

    def __init__(
        self,
        text: Text,
        body: int,
        end: int,
        offset: int,
        length: int,
        *,
        direct: bool = True,
        flaw: str = "",
        size: int | None = None,
    ) -> None:
        self.text = text  # head and block, perhaps more
        self.body = body  # where in `text` the block begins
        self.end = end  # where it ends; where `too_large`, what is kept of it
        self.offset = offset  # of the gzip member, or in the unpacked stream where not direct
        self.length = length
        self.direct = direct  # can be read by one seek to `offset`
        self.flaw = flaw  # what is amiss in its form; "" where nothing is
        self.size = end - body if size is None else size  # of the block in the file
        self.after = b""  # the member that follows, where `scan_captures` left it unopened
        self._fields: dict[str, str] | None = None
        self._beginning = known = _BEGINNING.match(text, 0, body)
        self.kind = known[1].decode() if known else self.get("WARC-Type").lower()

    @property
    def too_large(self) -> bool:
        """Whether the block is over the limit, and only its beginning is here; `block_pieces` gives all."""
        return self.size > self.end - self.body

    @property
    def block(self) -> bytes:
        """The block's bytes."""
        return self.cut(self.body)

    def cut(self, start: int) -> bytes:
        """Return the text from `start` to the end of the block."""
        return bytes(memoryview(self.text)[start : self.end])

    @property
    def is_usual(self) -> bool:
        """Whether the head begins as ours do, with type, id and date."""
        return self._beginning is not None and self._beginning[3] is not None

    def get(self, name: str) -> str:
        """Return a named field, UTF-8, "" where it is absent (of a repeated one the first)."""
        if self._fields is None:
            mark, lower = _marks(name)
            found = self.text.find(mark, 0, self.body)
            if found >= 0:
                start, end = found + len(mark), self.text.find(b"\n", found + 1)
                if self.text[end + 1 : end + 2] not in _BLANKS:  # as everyone writes it, and not folded
                    return self.text[start:end].decode("utf-8", "replace").strip()
            elif lower not in self.text[: self.body].lower():
                return ""
            self._fields = _fields_by_name(self.text[: self.body])
        value = self._fields.get(name)
        return self._fields.get(name.lower(), "") if value is None else value

    @property
    def url(self) -> str:
        """WARC-Target-URI; wget 1.19 wrote brackets around it."""
        if self._beginning and self._beginning[4]:
            return self._beginning[4].decode()
        return unbracketed(self.get("WARC-Target-URI")).replace(" ", "%20")

    @property
    def id(self) -> str:
        """WARC-Record-ID without brackets."""
        if self._beginning and self._beginning[2]:
            return self._beginning[2].decode()
        return unbracketed(self.get("WARC-Record-ID"))

    @property
    def date(self) -> datetime:
        """WARC-Date; raises ValueError where it is none."""
        if self._beginning and self._beginning[3]:
            return parse_date(self._beginning[3].decode())
        return parse_date(self.get("WARC-Date"))

    def mentions(self, value: str) -> bool:
        """Tell whether the head names a record id or media type."""
        return self.text.find(value.encode(), 0, self.body) >= 0


def sole_record(text: Text, offset: int, length: int) -> Record | None:
    """Return the record that has a member to itself, whatever length it states; None where it holds anything else."""
    body = head_end(text)
    size = _stated_length(text, body)
    if size is None or not (text.startswith(_VERSIONS) or _VERSION.match(text)):
        return None
    end = body + size
    if end + len(END) == len(text) and text.endswith(END):
        return Record(text, body, end, offset, length)
    rest = text[end:].lstrip(b"\r\n")
    if rest.startswith(b"WARC/"):
        return None
    flaw = f"states a Content-Length of {size} bytes"
    if rest:
        flaw = f"{flaw}, and {len(rest)} more follow"
    elif end > len(text):
        flaw = f"{flaw}, and {len(text) - body} are there"
    else:
        flaw = "no CRLF CRLF after the block"
    return Record(text, body, min(end, len(text)), offset, length, flaw=flaw)


def _stated_length(text: Text, body: int) -> int | None:
    """Return the Content-Length of a head that ends at `body`; None where it has none."""
    stated = _USUAL_LENGTH.search(text, 0, body) or LENGTH.search(text, 0, body)
    return int(stated[1]) if stated else None


@lru_cache
def _marks(name: str) -> tuple[bytes, bytes]:
    """Return how a field begins as everyone writes it, and what any head that has it holds in lower case."""
    return f"\n{name}: ".encode(), name.lower().encode()


def _fields_by_name(head: Text) -> dict[str, str]:
    """Return the fields of a head, of a repeated one the first; by their names in lower case, too, where one is odd."""
    lines = head.decode("utf-8", "replace").split("\r\n")
    lines.reverse()  # the first of a repeated field is the last to be put in
    fields: dict[str, str] = {}
    odd = b"\n " in head or b"\n\t" in head or b" \r" in head or b":  " in head  # folded, or blanks around a value
    if not odd and head.endswith(END) and len(lines) - 1 == head.count(b"\n"):
        try:
            fields = dict([line.split(": ", 1) for line in lines[2:-1]])
        except ValueError:  # a line without ": "
            fields = {}
    if not fields:
        fields = dict(reversed(parse_fields(head, "utf-8")))
    if not fields.keys() <= _USUAL_NAMES:
        fields |= {name.lower(): value for name, value in reversed(parse_fields(head, "utf-8"))}
    return fields


def unbracketed(value: str) -> str:
    """Return a record id or address without <>."""
    return value[1:-1] if value.startswith("<") and value.endswith(">") else value
