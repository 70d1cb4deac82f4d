"""What Nianbao adds to Datasette: Chinese search, limits, headers, its own pages and error pages.

Registered by `publish.site` on Datasette's plugin manager; every hook here serves `publish.site.Site` instances.
"""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from datasette import hookimpl
from datasette.database import QueryInterrupted
from datasette.utils import tilde_encode
from datasette.utils.asgi import Base400, Request, Response
from datasette.views.base import DatasetteError
from jinja2 import Environment
from markupsafe import Markup

from extract.search_text import zh_bigrams, zh_query
from publish import feed, originals, pages, replay
from publish.notes import in_chinese
from publish.responses import sorry
from publish.search import highlight

_log = logging.getLogger(__name__)

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"

# Nothing comes from elsewhere, and no page but those of publish.replay, which have their own policy, runs a script; the
# frame of an original may show this site only.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-src 'self'; "
    "base-uri 'none'; frame-ancestors 'self'"
)
_HEADERS = {
    b"content-security-policy": POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-dns-prefetch-control": b"off",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
}
_MAX_VALUE = 20_000_000  # bytes of a value that a query may make: without it one line of SQL takes all memory
_MAX_SQL = 100_000
_MAX_URL = 8_000
_METHODS = ("GET", "HEAD", "OPTIONS")
# Of Datasette's own pages under /-/ those that tell nothing of the machine and take nothing in.
_OPEN = ("/-/original/", "/-/replay/", "/-/metadata", "/-/settings", "/-/versions", "/-/plugins")
# What Datasette's pages of tables fail with where an address has parameters that they do not expect: no JSON, no number
_MISREAD = (ValueError, KeyError, TypeError, OverflowError, sqlite3.ProgrammingError)
_NO_PAGE = "没有此页。", "There is no such page."
_ADDRESSES = {  # of the columns that name what has a page of its own
    **dict.fromkeys(("report_id", "other_report_id"), pages.report_url),
    **dict.fromkeys(("authority_id", "parent_id", "portal"), pages.authority_url),
}
_BOM = "\ufeff".encode()  # Excel takes a CSV without it for GBK

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Any, Send], Awaitable[None]]


# trylast: of two hooks that create the same function the later one wins, and Datasette creates its own escape_fts too
@hookimpl(trylast=True)  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Make `?_search=` find Chinese, and bound what one query may take."""
    conn.create_function("escape_fts", 1, zh_query, deterministic=True)
    conn.create_function("zh_bigrams", 1, zh_bigrams, deterministic=True)
    conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_VALUE)
    conn.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, _MAX_SQL)


@hookimpl  # type: ignore[untyped-decorator]
def prepare_jinja2_environment(env: Environment, datasette: Any) -> None:
    """Give templates the Chinese and the English line of a description, and the addresses of pages."""
    env.filters["zh"] = lambda text: (text or "").partition("\n")[0]
    env.filters["en"] = lambda text: (text or "").partition("\n")[2]
    env.filters["short"] = lambda text: re.split("[；，。：（]", text or "")[0]  # of a column's description, its name
    env.filters["chinese"] = in_chinese
    env.filters["moment"] = lambda text: f"{text[:10]} {text[11:16]} UTC"  # of a time in the database
    env.globals["report_url"] = pages.report_url
    env.globals["figure_url"] = pages.figure_url
    env.globals["authority_url"] = pages.authority_url
    env.globals["original_url"] = originals.original_url
    env.globals["replay_url"] = replay.replay_url
    env.globals["highlight"] = highlight
    env.globals["tilde"] = tilde_encode
    env.globals["table_about"] = lambda table: datasette.table_metadata("nianbao", table)
    env.globals["style_version"] = str(int((STATIC / "site.css").stat().st_mtime))


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """Name the pages that are ours."""
    return [
        (r"^/$", pages.home),
        (r"^/search$", pages.search),
        (r"^/about$", pages.about),
        (r"^/report/(?P<report_id>[^/]+)$", pages.report),
        (r"^/report/(?P<report_id>[^/]+)/(?P<cell>[^/]+)$", pages.figure),
        (r"^/authority/(?P<authority_id>[^/]+)$", pages.authority),
        (r"^/-/original/(?P<capture_id>[^/]+)$", originals.frame),
        (r"^/-/original/(?P<capture_id>[^/]+)/body$", originals.body),
        (r"^/-/original/(?P<capture_id>[^/]+)/read$", originals.read),
        (r"^/-/original/(?P<capture_id>[^/]+)/raw$", originals.raw),
        (r"^/-/original/(?P<capture_id>[^/]+)/replay$", replay.page),
        (r"^/-/original/(?P<capture_id>[^/]+)/page\.wacz$", replay.package),
        (r"^/-/replay/(?P<name>[^/]*)$", replay.viewer),
        (rf"^{re.escape(feed.ADDRESS)}$", feed.feed),
        (r"^/robots\.txt$", pages.robots),
    ]


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(row: Any, value: Any, column: str, table: str | None, datasette: Any) -> Any:
    """Link a report to its form, an authority to its page, a capture and a figure to the original; say a finding in
    Chinese.
    """
    if value is not None and (address := pages.figure_in_row(table, row, column)):
        return Markup('<a href="{}">{}</a>').format(address, value)
    label, key = (value["label"], value["value"]) if isinstance(value, dict) else (None, value)
    if not isinstance(key, str) or not key:
        return None
    if address_of := _ADDRESSES.get(column):
        return _link(datasette, table, column, key, label, address_of(key))
    if table == "findings" and column in ("kind", "severity", "detail") and (said := in_chinese(key)):
        return Markup('{}<br><span class="en" lang="en">{}</span>').format(said, key)
    if column.endswith("capture_id"):
        return Markup('<a href="{}">存档原件</a>').format(originals.original_url(key))
    return None


async def _link(datasette: Any, table: str | None, column: str, key: str, label: str | None, address: str) -> Markup:
    """Return a link to what a foreign key names, by its name: Datasette gives that on the pages of tables only."""
    if label is None:
        label = (await datasette.expand_foreign_keys("nianbao", table, column, [key])).get((column, key), key)
    return Markup('<a href="{}">{}</a>').format(address, label)


@hookimpl  # type: ignore[untyped-decorator]
def handle_exception(datasette: Any, request: Request, exception: Exception) -> Callable[[], Awaitable[Response]]:
    """Answer an error by a page that tells the reader nothing of our insides."""

    async def answer() -> Response:
        return await sorry(datasette, request, *_explain(exception, is_table=request.path.startswith("/nianbao/")))

    return answer


@hookimpl  # type: ignore[untyped-decorator]
def forbidden(datasette: Any, request: Request) -> Callable[[], Awaitable[Response]]:
    """Say what the public may not do, and how to have it nevertheless."""
    zh = "本站不代为执行 SQL，也不开放此页；可下载整个数据库后自由查询。"
    en = "This site runs no SQL of visitors and keeps this page closed: download the database and query it at home."

    async def answer() -> Response:
        return await sorry(datasette, request, 403, zh, en)

    return answer


def _explain(exception: Exception, *, is_table: bool) -> tuple[int, str, str]:
    """Return the status and the sentence for an error, in Chinese and in English."""
    is_page = isinstance(exception, DatasetteError) and exception.message_is_html  # with the query and a script in it
    if is_page or isinstance(exception, QueryInterrupted):
        return 503, "查询用时过长，已停止；请缩小范围。", "The query took too long and was stopped: ask for less."
    if isinstance(exception, Base400 | DatasetteError) and exception.status < 500:
        return exception.status, "请求无法处理。", str(getattr(exception, "message", None) or exception)
    if isinstance(exception, DatasetteError | sqlite3.OperationalError) or (
        is_table and isinstance(exception, _MISREAD)
    ):
        _log.info("a request cannot be answered", exc_info=exception)
        return 400, "请求无法处理。", "The request cannot be answered as it stands."
    if isinstance(exception, NotADirectoryError):  # the name of a file goes on: /static/site.css/x
        return 404, *_NO_PAGE
    _log.error("an answer failed", exc_info=exception)
    return 500, "本站出错，已记录。", "Something failed here; it has been logged."


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper() -> Callable[[App], App]:
    """Take reading requests only, and send every answer with the headers of a public site."""

    def wrap(app: App) -> App:
        async def guarded(scope: MutableMapping[str, Any], receive: Any, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            scope["headers"] = [
                (name, value) for name, value in scope["headers"] if name != b"cookie"
            ]  # nobody logs in
            send = _with_headers(_with_bom(send) if _wants_bom(scope) else send)
            refusal = _refusal(scope)
            if refusal:
                await Response.text(refusal[1], status=refusal[0]).asgi_send(send)
            else:
                await app(scope, receive, send)

        return guarded

    return wrap


def _refusal(scope: MutableMapping[str, Any]) -> tuple[int, str] | None:
    raw = scope.get("raw_path") or scope["path"].encode()
    path = raw.decode("latin-1").partition("?")[0]
    if scope["method"] not in _METHODS:
        return 405, "本站只读。 This site is read-only."
    if len(raw) + len(scope.get("query_string", b"")) > _MAX_URL:
        return 414, "地址过长。 The address is too long."
    if path == "/nianbao.csv" or (path.startswith("/-/") and not path.startswith(_OPEN)):
        return 404, " ".join(_NO_PAGE)  # the list of tables has no rows: as CSV, Datasette fails
    return None


def _with_headers(send: Send) -> Send:
    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", []))
            stated = {name.lower() for name, _ in headers}
            headers += [(name, value) for name, value in _HEADERS.items() if name not in stated]
            message = {**message, "headers": headers}
        await send(message)

    return sender


def _wants_bom(scope: MutableMapping[str, Any]) -> bool:
    return scope["method"] == "GET" and str(scope["path"]).endswith(".csv")


def _with_bom(send: Send) -> Send:
    """Send Datasette's CSV as CSV (it says text/plain) and with a byte order mark before the first byte."""
    pending = False

    async def sender(message: Message) -> None:
        nonlocal pending
        if message["type"] == "http.response.start":
            headers = dict(message.get("headers", []))
            pending = message["status"] == 200 and headers.get(b"content-type", b"").startswith(
                (b"text/plain", b"text/csv")
            )
            if pending:
                headers[b"content-type"] = b"text/csv; charset=utf-8"
                headers.pop(b"content-length", None)
                message = {**message, "headers": list(headers.items())}
        elif pending:
            pending = False
            message = {**message, "body": _BOM + message.get("body", b"")}
        await send(message)

    return sender
