"""An archived page as it looked, in ReplayWeb.page: the page with the viewer, the viewer's files, and its package.

The plain view (`publish.originals`) works everywhere and loads nothing. This one needs JavaScript and a secure context
(https, or this machine), and shows pictures and styles too where the archive has them. Its origin is this site's, so
what was archived is kept from running anything at all: every answer of the viewer's worker gets a policy from
`replaywebpage/confined.js`. The crawl runs no scripts either, so nothing that was archived is missing for that.

The package of a capture is a WACZ with the page and those of its pictures, styles and frames that the archive holds. It
is made when asked for, the same bytes each time, and read by range requests.
"""

from __future__ import annotations

import asyncio
import gzip
import io
import re
from collections import OrderedDict
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from datasette.utils.asgi import Request, Response

from archive import Capture, CdxjLine, find, read_capture
from archive.wacz import pack
from extract.decode import decode
from extract.errors import UnreadableDocument
from extract.readers.html import parse
from publish.originals import of_capture, original_url, require_archive
from publish.query import Row

VIEWER = Path(__file__).parent / "replaywebpage"
VERSION = "2.4.6"
INTEGRITY = {  # of the files as npm has them
    "ui.js": "sha384-1MAwEY/I/lzHDYXYWaViowFm1C+9SOkMlwh9uWtcgVxTF5mKs/7n8AQKpjEpIYKo",
    "sw.js": "sha384-9RPDXELlvC8HC7LkPWh60jy3l3SuKnfD64nmhf/gOKu9AtTwK5pL+mU2IdN2hBIS",
}
# The page with the viewer, and the viewer itself: scripts of this site, which are these files, and no others.
APPLICATION = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self' data:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; frame-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
_WORKER = "default-src 'none'; script-src 'self'; connect-src 'self'"
_INDEX = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>ReplayWeb.page</title>'
    '<script src="./ui.js" integrity="{integrity}"></script><replay-app-main></replay-app-main></html>'
)
_SCRIPT = "text/javascript; charset=utf-8"
_REQUISITES = (
    "//img/@src | //input[@type='image']/@src | //*/@background | //frame/@src | //iframe/@src | //embed/@src | "
    "//link[contains(@rel, 'stylesheet') or contains(@rel, 'icon')]/@href"
)
_MOST = 100  # requisites of a page
_MAX_BYTES = 32 << 20  # of them, as they lie in the archive
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def replay_url(capture_id: str) -> str:
    """Return the address of the page that shows a capture in ReplayWeb.page."""
    return f"{original_url(capture_id)}/replay"


@of_capture
async def page(request: Request, datasette: Any, row: Row) -> Response:
    """Show a capture in the viewer."""
    context = {
        "capture": row,
        "plain": original_url(row["id"]),
        "stamp": "".join(re.findall(r"\d", row["fetched_at"]))[:14],
        "integrity": INTEGRITY["ui.js"],
        "version": VERSION,
    }
    text = await datasette.render_template("replay.html", context, request=request)
    return Response.html(text, headers={"Content-Security-Policy": APPLICATION})


async def viewer(request: Request) -> Response:
    """Send one of the viewer's files."""
    name = request.url_vars["name"]
    headers = {"Cache-Control": "public, max-age=86400", "Content-Security-Policy": APPLICATION}
    if not name:
        return Response.html(_INDEX.format(integrity=INTEGRITY["ui.js"]), headers=headers)
    if name == "LICENSE":
        return Response.text((VIEWER / name).read_text(encoding="utf-8"), headers=headers)
    if name == "sw.js":  # the name that the viewer registers
        worker = (VIEWER / "confined.js").read_text(encoding="utf-8").replace("{{ application }}", APPLICATION)
        return Response(worker, headers={"Content-Security-Policy": _WORKER}, content_type=_SCRIPT)
    file = {"ui.js": "ui.js", "wabac.js": "sw.js"}.get(name)
    if file is None:
        return Response.text("没有此页。 There is no such page.", status=404)
    packed = (VIEWER / f"{file}.gz").read_bytes()
    headers["Vary"] = "Accept-Encoding"
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(packed, headers={**headers, "Content-Encoding": "gzip"}, content_type=_SCRIPT)
    return Response(gzip.decompress(packed), headers=headers, content_type=_SCRIPT)


@of_capture
async def package(request: Request, datasette: Any, row: Row) -> Response:
    """Send the package of a capture, or the range of it that is asked for."""
    content = await datasette.packages.of(datasette.archive, row)
    return _ranged(content, request.headers.get("range", ""))


def _ranged(content: bytes, wanted: str) -> Response:
    """Return the answer to a request for one range (RFC 9110 §14); for several, or none, everything."""
    headers = {"Accept-Ranges": "bytes", "Cache-Control": "public, max-age=86400"}
    kind = "application/wacz"
    match = _RANGE.fullmatch(wanted)
    if match is None or match[0] == "bytes=-":
        return Response(content, headers=headers, content_type=kind)
    size = len(content)
    if match[1]:
        start, end = int(match[1]), min(int(match[2]) + 1 if match[2] else size, size)
    else:
        start, end = max(size - int(match[2]), 0), size
    if start >= end:
        return Response(b"", status=416, headers={**headers, "Content-Range": f"bytes */{size}"}, content_type=kind)
    headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return Response(content[start:end], status=206, headers=headers, content_type=kind)


class Packages:
    """The packages last asked for, as many as fit: a viewer reads one in many ranges. One is made at a time."""

    def __init__(self, *, room: int = 128 << 20) -> None:
        self._room = room
        self._made: OrderedDict[str, bytes] = OrderedDict()
        self._lock = asyncio.Lock()  # those who wait take no thread from other pages

    async def of(self, archive: Path | None, row: Row) -> bytes:
        """Return the package of a capture. Raise ArchiveError where the archive does not hold it."""
        async with self._lock:
            made = self._made.pop(row["id"], b"") or await asyncio.to_thread(_package, archive, row)
            self._made[row["id"]] = made
            while sum(map(len, self._made.values())) > self._room and len(self._made) > 1:
                self._made.popitem(last=False)
            return made


def _package(archive: Path | None, row: Row) -> bytes:
    folder = require_archive(archive)
    capture = read_capture(folder, row["warc"], row["offset"], row["length"])
    lines = [line for line in find(folder, url=capture.url) if line.id == capture.id]
    file = io.BytesIO()
    pack(folder, file, chosen=[*lines, *_requisites(folder, capture)], created=capture.fetched_at, title=capture.url)
    return file.getvalue()


def _requisites(archive: Path, capture: Capture) -> Iterator[CdxjLine]:
    """Yield the captures, each the nearest in time, of what a page needs to look as it did."""
    stamp = f"{capture.fetched_at.astimezone(UTC):%Y%m%d%H%M%S}"
    room = _MAX_BYTES
    for url in _addresses(capture)[:_MOST]:
        found = [line for line in find(archive, url=url) if line.status == 200]
        if found:
            nearest = min(found, key=lambda line: abs(_seconds(line.timestamp) - _seconds(stamp)))
            room -= nearest.length
            if room < 0:
                return
            yield nearest


def _addresses(capture: Capture) -> list[str]:
    """Return the addresses of a page's pictures, styles and frames, each once, in their order."""
    if "html" not in capture.mime:
        return []
    try:
        root: Any = parse(decode(capture.payload, capture.charset).text)
    except UnreadableDocument:
        return []
    bases = [base for base in root.xpath("//base/@href") if base.strip()]
    base = _joined(capture.url, bases[0]) if bases else capture.url
    addresses = (_joined(base, str(link).strip()) for link in root.xpath(_REQUISITES))
    return list(dict.fromkeys(each for each in addresses if each.startswith(("http://", "https://"))))


def _joined(base: str, link: str) -> str:
    try:
        return urlsplit(urljoin(base, link))._replace(fragment="").geturl()
    except ValueError:
        return ""


@lru_cache(maxsize=1024)
def _seconds(timestamp: str) -> float:
    return datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp()
