"""Portals whose pages are good and whose bytes are odd: one delivery or one false encoding an article."""

from __future__ import annotations

from collections.abc import Iterator

from samples import wire
from samples.contents import Place, columns_of, row
from samples.families.boda import Boda
from samples.families.static import Static
from samples.families.trs import Trs
from samples.portal import Article, Charset, Row
from samples.reports import report
from samples.wire import Delivery

DELIVERIES: tuple[Delivery, ...] = (
    wire.gzipped,
    wire.deflated_raw,
    wire.gzip_in_name_only,
    wire.chunked,
    wire.chunked_gzip,
    wire.odd_headers,
    wire.custom_reason,
    wire.gbk_reason,
    wire.without_reason,
    wire.http10,
    wire.bare_line_feeds,
    wire.in_pieces,
)
CUT: tuple[Delivery, ...] = (wire.cut_off, wire.cut_chunks, wire.cut_gzip)
CHARSETS = (
    Charset("utf-8", "utf-8", "gbk"),
    Charset("utf-8", "gb2312", "gbk"),
    Charset("GBK", "gbk", "utf-8"),
    Charset("gb2312", "utf-8", "utf-8"),
    Charset("", "", "utf-8"),
    Charset("", "", "gb18030"),
    Charset("", "gb2312", "gb18030"),
    Charset("gb2312", "gb2312", "utf-8-sig"),
    Charset("iso-8859-1", "utf-8", "utf-8"),
    Charset("x-nonsense", "", "utf-8"),
)
DONGPING = Place("东平县", "370923", townships=("沙河站镇", "老湖镇"))
YANGGU = Place("阳谷县", "371521", townships=("阿城镇", "寿张镇"))
SISHUI = Place("泗水县", "370831", townships=("泉林镇", "星村镇"))


def _deliveries() -> Iterator[Article]:
    for issuer, delivery in zip(DONGPING.issuers, DELIVERIES, strict=False):
        yield report(issuer, 2022, delivery=delivery)
    for issuer, delivery in zip(DONGPING.issuers, CUT, strict=False):
        yield report(issuer, 2023, delivery=delivery, reading=None, outcome="truncated")


def _charsets() -> Iterator[Article]:
    for issuer, charset in zip(YANGGU.issuers, CHARSETS, strict=False):
        yield report(issuer, 2020, charset=charset)


def _chunked() -> Iterator[Article]:
    for year in (2021, 2022, 2023):
        for issuer in SISHUI.issuers[:5]:
            yield report(issuer, year, delivery=wire.chunked_gzip)


ROWS: tuple[Row, ...] = (
    row(Static, DONGPING, lambda: columns_of(DONGPING, _deliveries(), kinds=())),
    row(
        Boda,
        YANGGU,
        lambda: columns_of(YANGGU, _charsets(), kinds=("guide",)),
        charset=Charset("gb2312", "gb2312", "gbk"),
    ),
    row(Trs, SISHUI, lambda: columns_of(SISHUI, _chunked(), kinds=("summary",)), script="single", robots=None),
)
