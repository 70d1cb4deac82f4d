"""Archived originals: a page about a capture, its body in a frame that can do nothing, and its exact bytes.

A body was written by others and is shown as it was archived. It is sent under a policy that gives it an origin of its
own, runs no script, loads nothing from anywhere, submits no form and leads nowhere by itself. One thing no policy
stops: Chromium connects to the host of a nested frame before it asks whether it may, and so tells that host who reads.
The tags of nested frames are therefore renamed; `/raw` has every byte.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlencode

from datasette.utils.asgi import Request, Response
from lxml import html

from archive import ArchiveError, Capture, raw_exchange, read_capture
from extract.decode import decode
from extract.errors import UnreadableDocument
from extract.readers.html import parse
from publish import form
from publish.as_read import LINE, target
from publish.query import Row, first, rows
from publish.responses import sorry

_log = logging.getLogger(__name__)

MARK_ID = "nianbao-cell"
BODY_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
)
_FOREVER = "public, max-age=31536000, immutable"  # a capture never changes
MARKUP = ("text/html", "application/xhtml+xml")
_SHOWN = (*MARKUP, "text/plain", "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp")
_MARK_STYLE = (
    "outline:4px solid #d1006c!important;outline-offset:-2px!important;background:#fff29a!important;"
    "color:#000!important;scroll-margin:40vh 30vw"
)
_FRAME = re.compile(r"<(/?)(i?frame)(?=[\s/>])", re.IGNORECASE)
_PLACE = re.compile(r"t(\d{1,5})r(\d{1,5})c(\d{1,5})")
_PAGE = re.compile(r"p(\d{1,5}) ")


def original_url(capture_id: str, cell: str | None = None) -> str:
    """Return the address of the page about a capture, `cell` marked in it ("table3.received.total")."""
    address = f"/-/original/{quote(capture_id, safe=':')}"
    return f"{address}?{urlencode({'cell': cell})}" if cell else address


def of_capture(view: Callable[[Request, Any, Row], Awaitable[Response]]) -> Callable[..., Awaitable[Response]]:
    """Let a view have the row of the capture that its address names; answer for it where there is none, or where the
    archive does not give what it needs.
    """

    async def answer(request: Request, datasette: Any) -> Response:
        row = await _row(request, datasette)
        if row is None:
            return await sorry(datasette, request, 404, *_NO_CAPTURE)
        try:
            return await view(request, datasette, row)
        except ArchiveError as error:
            _log.warning("%s: %s", row["id"], error)
            return await sorry(datasette, request, 503, *_NO_ARCHIVE)

    return answer


@of_capture
async def frame(request: Request, datasette: Any, row: Row) -> Response:
    """Show where a capture comes from and the body beneath, the cell asked for marked where its place is known."""
    context: dict[str, Any] = {"capture": row, "address": original_url(row["id"])}
    context["reports"] = await _reports(datasette, row["id"])
    cell = form.parse_cell_name(request.args.get("cell") or "")
    if cell:
        context["cell"] = await _figure(datasette, context["reports"], cell)
    status = 200
    try:
        capture = await asyncio.to_thread(_read, datasette.archive, row)
    except ArchiveError as error:
        _log.warning("%s: %s", row["id"], error)
        status = 503
        context["missing"] = True
    else:
        context["kind"] = _kind(capture)
        context["body"] = f"{context['address']}/body"
        place = None
        if cell and context["reports"]:
            again = await datasette.places.read(capture)
            if again.page or context["kind"] == "markup":  # else there is nothing in which it could be shown
                place = again.places.get(form.cell_name(*cell))
            context["body"] += _fragment(place, context["kind"])
            context["marked"] = place is not None
            context["on_page"] = match[1] if place and (match := _PAGE.match(place)) else None
            context["on_line"] = place is not None and place.startswith(LINE)
        in_page = context["kind"] == "markup" and not context.get("on_line")
        if context["reports"] and (place or context["kind"] == "other") and not in_page:
            context["as_read"] = f"{context['address']}/read" + (f"#{quote(target(place))}" if place else "")
    page = await datasette.render_template("original.html", context, request=request)
    return Response.html(page, status=status)


@of_capture
async def body(request: Request, datasette: Any, row: Row) -> Response:
    """Send a capture's body as archived, its nested frames put out; with `?place=t2r5c3` that cell of a page marked."""
    capture = await asyncio.to_thread(_read, datasette.archive, row)
    kind = _kind(capture)
    headers = {"Content-Security-Policy": BODY_POLICY, "Cache-Control": "public, max-age=86400"}
    if kind == "markup":
        payload, charset = await asyncio.to_thread(_page, capture, request.args.get("place") or "")
        return Response(payload, headers=headers, content_type=f"text/html; charset={charset}")
    if kind == "pdf":
        return Response(capture.payload, headers=headers, content_type="application/pdf")
    if kind == "other":
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{file_name(capture.url)}"
        return Response(capture.payload, headers=headers, content_type="application/octet-stream")
    return Response(capture.payload, headers=headers, content_type=_content_type(capture))


@of_capture
async def read(request: Request, datasette: Any, row: Row) -> Response:
    """Send what was read of a capture that is no page, as a page in which each cell is a target."""
    if not await _reports(datasette, row["id"]):
        return await sorry(datasette, request, 404, *_NO_CAPTURE)
    page = (await datasette.places.read(await asyncio.to_thread(_read, datasette.archive, row))).page
    if not page:
        return await sorry(datasette, request, 404, *_NOT_READ)
    return Response.html(page, headers={"Content-Security-Policy": BODY_POLICY, "Cache-Control": "max-age=300"})


@of_capture
async def raw(request: Request, datasette: Any, row: Row) -> Response:  # noqa: ARG001 - as of_capture calls it
    """Send the exact bytes of the archived response: status line, headers and body as they crossed the wire."""
    folder = require_archive(datasette.archive)
    block = await asyncio.to_thread(raw_exchange, folder, row["warc"], row["offset"], row["length"])
    name = re.sub(r"[^A-Za-z0-9-]", "-", row["id"].removeprefix("urn:uuid:"))
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.http"',
        "Content-Security-Policy": BODY_POLICY,
        "Cache-Control": _FOREVER,
    }
    return Response(block, headers=headers, content_type="application/octet-stream")


def _page(capture: Capture, place: str) -> tuple[bytes, str]:
    """Return an HTML page to be shown and its charset: as archived unless a cell is to be marked or a frame put out."""
    marked = mark_cell(capture.payload, place, charset=capture.charset)
    text = marked.decode("utf-8") if marked else decode(capture.payload, capture.charset).text
    if marked is None and not _FRAME.search(text):
        return capture.payload, _charset(capture)
    return _FRAME.sub(r"<\1nianbao-\2", text).encode("utf-8", "replace"), "utf-8"


def mark_cell(payload: bytes, place: str, *, charset: str | None = None) -> bytes | None:
    """Return an HTML page (UTF-8) with the cell at `place` ("t2r5c3") marked; None where it has no such cell."""
    match = _PLACE.fullmatch(place)
    if not match:
        return None
    table, row, column = map(int, match.groups())
    try:
        root: Any = parse(decode(payload, charset).text)
        line = list(list(root.iter("table"))[table].iter("tr"))[row]
        cell = [child for child in line if child.tag in ("td", "th")][column]
    except (IndexError, UnreadableDocument):
        return None
    cell.set("id", MARK_ID)
    cell.set("style", f"{cell.get('style') or ''};{_MARK_STYLE}")
    # The charset that the page declares does no harm: the answer's own goes before it.
    doctype = "<!DOCTYPE html>" if b"<!doctype html" in payload[:1024].lower() else None
    marked: bytes = html.tostring(root, encoding="utf-8", doctype=doctype)
    return marked


_NO_CAPTURE = ("没有这份存档。", "There is no such capture.")
_NOT_READ = ("这份原件现在读不出内容，请下载原件。", "This original cannot be read now: download it.")
_NO_ARCHIVE = (
    "这份原件目前无法从存档中取出（文件不在本站、已损坏或过大）；数据仍可查阅。",
    "The original cannot be had from the archive now (not at hand, damaged or too large); the data still can.",
)


async def _row(request: Request, datasette: Any) -> Row | None:
    """Return the row of the capture that an address names."""
    capture_id = unquote(request.url_vars["capture_id"])
    return await first(datasette.get_database("nianbao"), "select * from captures where id = ?", [capture_id])


async def _reports(datasette: Any, capture_id: str) -> list[Row]:
    """Return the reports that this capture carries, those read from it first, and last those of which it is `earlier`
    than the one that was read."""
    return await rows(
        datasette.get_database("nianbao"),
        """with carried as (
          select id, capture_id = :id chosen, 0 earlier from reports where capture_id = :id
          union select report_id, 0, 0 from renditions where capture_id = :id
          union select report_id, 0, 1 from revisions where :id in (from_capture_id, to_capture_id))
        select r.id, title, report_year, issuer, max(chosen) chosen, min(earlier) earlier
        from reports r join carried on carried.id = r.id group by r.id order by chosen desc, earlier, r.id""",
        {"id": capture_id},
    )


async def _figure(datasette: Any, reports: list[Row], cell: tuple[str, str, str]) -> Row:
    """Return a cell's heading and what the database holds of it for the report read from this capture."""
    table, row, column = cell
    zh, en = form.describe_cell(table, row, column)
    figure: dict[str, Any] = {"name": form.cell_name(*cell), "zh": zh, "en": en, "value": None, "printed": None}
    figure["earlier"] = bool(reports and reports[0]["earlier"])
    if reports and not figure["earlier"]:
        db, report_id = datasette.get_database("nianbao"), reports[0]["id"]
        source, key = form.SOURCES[table]
        stated = f"select [{column}] value from {source} where report_id = ? and [{key}] = ?"
        printed = 'select text from printed where report_id = ? and "table" = ? and row = ? and "column" = ?'
        figure.update(await first(db, stated, (report_id, row)) or {})
        if shown := await first(db, printed, (report_id, table, row, column)):
            figure["printed"] = shown["text"]
    return figure


def require_archive(folder: Path | None) -> Path:
    """Return the site's archive. Raise ArchiveError where it was started without one."""
    if folder is None:
        raise ArchiveError("the site was started without an archive")
    return folder


def _read(folder: Path | None, row: Row) -> Capture:
    return read_capture(require_archive(folder), row["warc"], row["offset"], row["length"])


def _kind(capture: Capture) -> str:
    """Return how a body can be shown: markup, shown (text and pictures), pdf, or other (a download)."""
    mime = capture.mime or _guess(capture.payload)
    if mime in MARKUP:
        return "markup"
    if mime == "application/pdf" and capture.payload.startswith(b"%PDF-"):
        return "pdf"
    return "shown" if mime in _SHOWN else "other"


def _guess(payload: bytes) -> str:
    """Return the type of a body whose answer named none."""
    start = payload[:1024].lstrip().lower()
    if start.startswith(b"%pdf-"):
        return "application/pdf"
    return "text/html" if start.startswith((b"<!doctype html", b"<html")) else ""


def _content_type(capture: Capture) -> str:
    """Return the archived type, of text with the charset in which it can be read."""
    return f"{capture.mime}; charset={_charset(capture)}" if capture.mime.startswith("text/") else capture.mime


def _charset(capture: Capture) -> str:
    """Return the charset in which the text can be read, as browsers call it; most often the one that it declares."""
    charset = decode(capture.payload, capture.charset).charset
    return {"utf-8-sig": "utf-8", "big5hkscs": "big5"}.get(charset, charset)


def _fragment(place: str | None, kind: str) -> str:
    """Return what leads from a body's address to a place in it."""
    if place and kind == "markup" and _PLACE.fullmatch(place):
        return f"?{urlencode({'place': place})}#{MARK_ID}"
    if place and kind == "pdf" and (match := _PAGE.match(place)):
        return f"#page={match[1]}"
    return ""


def file_name(url: str) -> str:
    """Return the name under which the file of an address is saved, as `filename*` wants it (RFC 8187)."""
    name = re.sub(r"[^\w.-]", "-", unquote(url.partition("?")[0].rsplit("/", 1)[-1]))[-80:]
    return quote(name, safe="") or "original"
