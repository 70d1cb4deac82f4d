"""Portals whose lists lead to every kind of dead end, detour and delay, with real reports between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from samples import faults
from samples.contents import Place, columns_of, row
from samples.families.boda import Boda
from samples.families.static import Static
from samples.portal import Article, Attachment, Row, Twist
from samples.reports import report
from samples.wire import Handler, Request, answer

LONGYOU = Place("龙游县", "330825", townships=("湖镇镇", "溪口镇"))
HUKOU = Place("湖口县", "360429", townships=("双钟镇", "流泗镇"))
PINGJIANG = Place("平江县", "430626", townships=("安定镇", "南江镇"))
FOLDER = "/zwgk/zfxxgknb"
METADATA_SERVICE = "http://169.254.169.254/latest/meta-data/"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def instead(handler: Handler) -> Twist:
    """Return the twist that never shows the page."""
    return lambda _path, _page: handler


def before(first: Handler, *, times: int = 1) -> Twist:
    """Return the twist that shows the page only after so many other answers."""
    return lambda _path, page: faults.first_then(first, page, times=times)


# What an address ends in, and how. Nothing of it is a report.
DEAD_ENDS: tuple[tuple[str, Handler], ...] = (
    ("not_found", faults.says(faults.GONE, b"404 Not Found")),
    ("not_found", faults.says(faults.GONE, b"410 Gone")),
    ("http_error", faults.says("<html><body>HTTP Status 500</body></html>", b"500 Internal Server Error")),
    ("soft_404", faults.says(faults.SOFT_404)),
    ("soft_404", faults.redirects("/")),
    ("soft_404", faults.redirects("/404.html")),
    ("soft_404", faults.says(faults.LARGE_404)),
    ("soft_404", faults.says(faults.STUB)),
    ("http_error", faults.says(faults.STACK_TRACE)),
    ("forbidden", faults.redirects("/login")),
    ("redirect", faults.redirects(METADATA_SERVICE)),
    ("redirect", lambda request: faults.redirects(f"http://127.0.0.1:{_port(request)}/admin")(request)),
    ("redirect", lambda request: faults.redirects(f"http://127.0.0.10:{_port(request)}/nb/1.html")(request)),
    ("wrong_type", lambda _: answer(b"\x00\x00\x00\x18ftypmp42" + bytes(4000), (("Content-Type", "video/mp4"),))),
    ("malformed", faults.unparsable),
    ("too_large", faults.inflates),
)
# Endings without an answer, or without its end.
SILENT_ENDS: tuple[tuple[str, Handler], ...] = (
    ("connection_failed", faults.resets),
    ("connection_failed", faults.closes),
    ("timeout", faults.stalls_midway),
    ("too_large", faults.announces_too_much),
    ("timeout", faults.drips("<html><body>" + "&nbsp;" * 9000, pause=0.5)),
)
# Ways round that end at the page after all.
DETOURS: tuple[Twist, ...] = (
    before(faults.says("busy", b"429 Too Many Requests", ("Retry-After", "1"))),
    before(faults.says("maintenance", b"503 Service Unavailable", ("Retry-After", "1"))),
    lambda path, page: faults.wants_cookie("CT6T", path, page),
)
# Stubs that the list names, each before a page at an address of its own.
STUBS: tuple[tuple[str, Callable[[str], Handler]], ...] = (
    ("redirect", partial(faults.redirects, status=b"301 Moved Permanently")),
    ("redirect", lambda target: faults.redirects(target.rsplit("/", 1)[-1], b"307 Temporary Redirect")),
    ("ok", faults.forwards),
    ("ok", faults.forwards_by_script),
    ("ok", lambda target: faults.frames(target, "政府信息公开年报")),
)


def _port(request: Request) -> str:
    return request.headers["host"].rpartition(":")[2]


def _dead(place: Place, ends: tuple[tuple[str, Handler], ...], year: int) -> Iterator[Article]:
    for issuer, (outcome, handler) in zip(place.issuers, ends, strict=False):
        yield report(issuer, year, twist=instead(handler), reading=None, outcome=outcome)


def _loop() -> Iterator[Article]:
    """Yield two reports that redirect to each other, which the second one tells."""
    for here, there, outcome in (("loop-a", "loop-b", "redirect"), ("loop-b", "loop-a", "http_error")):
        twist = instead(faults.redirects(f"{FOLDER}/{there}.html"))
        address = f"{FOLDER}/{here}.html"
        yield report(LONGYOU.issuers[20], 2019, address=address, twist=twist, reading=None, outcome=outcome)


def _found_after_all() -> Iterator[Article]:
    for issuer, twist in zip(LONGYOU.issuers, DETOURS, strict=False):
        yield report(issuer, 2021, twist=twist)
    for number, issuer in enumerate(LONGYOU.issuers[: len(STUBS)]):
        yield report(issuer, 2020, address=f"{FOLDER}/real-{number}.html", listed=f"{FOLDER}/stub-{number}.html")


def _stubs() -> dict[str, tuple[Handler, str]]:
    return {
        f"{FOLDER}/stub-{number}.html": (make(f"{FOLDER}/real-{number}.html"), outcome)
        for number, (outcome, make) in enumerate(STUBS)
    }


class DeadEnds(Static):
    """A static portal; its redirects' targets elsewhere are never to be asked."""

    def extras(self) -> None:
        for address in (
            METADATA_SERVICE,
            f"http://127.0.0.1:{self.port}/admin",
            f"http://127.0.0.10:{self.port}/nb/1.html",
        ):
            self.never(address)


def _dead_ends() -> list[Article]:
    return [*_dead(LONGYOU, DEAD_ENDS, 2023), *_loop(), *_found_after_all(), report("龙游县人民政府", 2022)]


def _attachments() -> Iterator[Article]:
    good = Attachment(label="附件：年度报告.pdf", name="report.pdf", content=PDF, media_type="application/pdf")
    unnamed = replace(good, name="report2.pdf", media_type="application/octet-stream")
    captcha = Attachment(
        label="附件：年度报告.doc",
        name="report.doc",
        content=faults.CAPTCHA.encode(),
        media_type="text/html",
        outcome="captcha",
    )
    for issuer, files in zip(PINGJIANG.issuers, ((good,), (unnamed, captcha), ()), strict=False):
        yield report(issuer, 2023, attachments=files)


def _silent() -> list[Article]:
    return [*_dead(HUKOU, SILENT_ENDS, 2023), report("湖口县人民政府", 2022)]


ROWS: tuple[Row, ...] = (
    row(DeadEnds, LONGYOU, lambda: columns_of(LONGYOU, _dead_ends(), kinds=("compiling_notice",)), stubs=_stubs()),
    row(Boda, PINGJIANG, lambda: columns_of(PINGJIANG, _attachments(), kinds=("budget",))),
    row(Static, HUKOU, lambda: columns_of(HUKOU, _silent(), kinds=())),
)
