"""The index beside each WARC file: CDXJ lines, written, parsed and searched.

`<stem>.cdxj` holds one line for each capture (response, revisit, resource and conversion records of http, https and ftp
addresses) of `<stem>.warc.gz`, UTF-8, sorted by bytes (LC_ALL=C), each ended by LF:

    urlkey timestamp14 {"url": …, "mime": …, "status": …, "digest": …, "length": …, "offset": …, "filename": …, "id": …}

`urlkey` by the rules of `archive.urlkey`; `timestamp14` is WARC-Date in UTC as YYYYMMDDhhmmss; all values are strings,
as pywb and cdxj-indexer write them. `mime` is the Content-Type without parameters (`warc/revisit` for revisits),
`status` three digits or `-`, `digest` `sha1:BASE32` of the body after removing chunks and before undoing a content
coding, `offset` and `length` the gzip member's place (in a file that is one gzip member as a whole, the record's place
in the unpacked stream), `id` WARC-Record-ID without brackets. A digest here is of what was transferred;
`Capture.digest` is of the payload unpacked.
"""

import json
import mmap
import os
import re
from collections.abc import Iterable
from json.encoder import encode_basestring as _quoted
from pathlib import Path
from typing import Final, NamedTuple

from archive.errors import DamagedArchive
from archive.urlkey import urlkey

REVISIT: Final = "warc/revisit"
_OFFSET = re.compile(rb'"offset": ?"?(\d{1,18})"?[,}]')
_PLACE = re.compile(rb'"length": ?"?(\d{1,18})"?, ?"offset": ?"?(\d{1,18})"?[,}]')

_PUNCTUATION = str.maketrans("", "", "-:T")


class CdxjLine(NamedTuple):
    """A line of the index."""

    urlkey: str
    timestamp: str  # YYYYMMDDhhmmss, UTC
    url: str
    mime: str
    status: int | None
    digest: str
    length: int
    offset: int
    filename: str
    id: str

    def __str__(self) -> str:
        status = "-" if self.status is None else f"{self.status:03}"
        return (  # as json.dumps writes it, in a third of the time
            f'{self.urlkey} {self.timestamp} {{"url": {_quoted(self.url)}, "mime": {_quoted(self.mime)}, '
            f'"status": "{status}", "digest": {_quoted(self.digest)}, "length": "{self.length}", '
            f'"offset": "{self.offset}", "filename": {_quoted(self.filename)}, "id": {_quoted(self.id)}}}'
        )


class Kept(NamedTuple):
    """A capture that was written, as its line needs it: the lines of a file are made together, when it is sealed."""

    url: str
    date: str  # WARC-Date, as `records.format_date` writes it
    mime: str
    status: int | None
    digest: str
    length: int
    offset: int
    id: str

    def line(self, filename: str) -> CdxjLine:
        """Return the line of the capture in the index of its file."""
        stated = self._asdict()
        return CdxjLine(urlkey(self.url), timestamp(stated.pop("date")), filename=filename, **stated)


def timestamp(date: str) -> str:
    """Return a WARC-Date, as `records.format_date` writes it, as 14 digits."""
    return date[:19].translate(_PUNCTUATION)


def parse_cdxj_line(line: str) -> CdxjLine:
    """Return the line's values. Raise ValueError where it is no CDXJ line of this shape."""
    key, timestamp, values = line.rstrip("\n").split(" ", 2)
    stated = json.loads(values)
    if not isinstance(stated, dict):
        raise ValueError(f"no object: {values[:80]}")
    texts = {name: str(value) for name, value in stated.items()}  # some writers state numbers as such
    return CdxjLine(
        urlkey=key,
        timestamp=timestamp,
        url=texts["url"],
        mime=texts.get("mime", ""),
        status=int(status) if (status := texts.get("status", "-")).isdecimal() else None,
        digest=texts.get("digest", ""),
        length=int(texts["length"]),
        offset=int(texts["offset"]),
        filename=texts["filename"],
        id=texts.get("id", ""),
    )


def encode(lines: Iterable[CdxjLine]) -> bytes:
    """Return the bytes of an index file of these lines."""
    return b"".join(sorted(f"{line}\n".encode() for line in lines))


def read(path: Path) -> list[CdxjLine]:
    """Return all lines of an index file. Raise DamagedArchive where one is none."""
    lines = []
    offset = 0
    for raw in path.read_bytes().splitlines(keepends=True):
        lines.append(parsed(path, offset, raw))
        offset += len(raw)
    return lines


def read_offsets(path: Path) -> list[int]:
    """Return the offsets that the lines of an index file state, by a scan for their text.

    A quotation mark within a value is escaped, so the pattern can stand nowhere else.
    """
    return [int(digits) for digits in _OFFSET.findall(path.read_bytes())]


def read_lengths(path: Path) -> dict[int, int]:
    """Return offset to length, in order, of the lines of an index file that state them side by side, as ours do."""
    places = sorted((int(offset), int(length)) for length, offset in _PLACE.findall(path.read_bytes()))
    return dict(places)


def search_url(path: Path, url: str) -> list[CdxjLine]:
    """Return the lines with the address's key, oldest first, by bisection: a few pages of the file are read."""
    wanted = urlkey(url).encode() + b" "
    with open(path, "rb") as file:
        if not os.fstat(file.fileno()).st_size:
            return []
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            data.madvise(mmap.MADV_RANDOM)  # or each page that is not in memory brings megabytes along
            offset = _bisect(data, wanted)
            found = []
            while data[offset : offset + len(wanted)] == wanted:
                end = _line_end(data, offset)
                found.append(parsed(path, offset, data[offset:end]))
                offset = end
            return found


def search_sign(path: Path, sign: str) -> list[CdxjLine]:
    """Return the lines of a record id or digest: a scan for its text, as the file is sorted by address."""
    wanted = json.dumps(sign, ensure_ascii=False).encode()
    data, found = path.read_bytes(), []
    here = data.find(wanted)
    while here >= 0:
        start, end = data.rfind(b"\n", 0, here) + 1, _line_end(data, here)
        line = parsed(path, start, data[start:end])
        if sign in {line.id, line.digest}:
            found.append(line)
        here = data.find(wanted, end)
    return found


def _bisect(data: mmap.mmap, wanted: bytes) -> int:
    """Return the offset of the first line that is not less than `wanted`."""
    low, high = 0, len(data)  # both are line starts; lines before `low` are less, the one at `high` is not
    while low < high:
        start = data.rfind(b"\n", low, (low + high) // 2) + 1 or low
        end = _line_end(data, start)
        if data[start : start + len(wanted)] < wanted:
            low = end
        else:
            high = start
    return low


def _line_end(data: mmap.mmap | bytes, start: int) -> int:
    return data.find(b"\n", start) + 1 or len(data)


def parsed(path: Path, offset: int, raw: bytes) -> CdxjLine:
    """Return a line's values. Raise DamagedArchive, naming its place, where it is none."""
    try:
        return parse_cdxj_line(raw.decode())
    except (ValueError, KeyError, RecursionError) as error:
        what = f"no CDXJ line: {raw[:80]!r} ({error}); delete the file and run `nianbao archive index`"
        raise DamagedArchive(path, offset, what) from error
