"""The portals of the five real reports, and two plain ones of generated reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from samples.contents import Place, columns_of, reports_of, row
from samples.families.boda import Boda
from samples.families.hanweb import Hanweb
from samples.families.homegrown import Homegrown
from samples.families.static import Static
from samples.families.trs import Trs
from samples.near_misses import KINDS
from samples.portal import Article, Column, Portal, Row
from samples.seeds import Seed, seed

_KINDS = tuple(KINDS)

WENQUAN = Place("温泉县", "652723", townships=("博格达尔镇", "哈日布呼镇", "安格里格镇", "扎勒木特乡", "塔秀乡"))
FENGLIN = Place("丰林县", "230724", townships=("红星镇", "五营镇"))
JIANGYOU = Place("江油市", "510781", townships=("太平镇", "青莲镇", "武都镇", "二郎庙镇"))
ZHECHENG = Place("柘城县", "411424", townships=("起台镇", "胡襄镇", "慈圣镇", "安平镇"))
KUNDULUN = Place("昆都仑区", "150203", townships=("昆河镇", "卜尔汉图镇"))
CHUANSHAN = Place("船山区", "510903", townships=("唐家乡", "永兴镇"))
WENSHANG = Place("汶上县", "370830", townships=("南站镇", "次邱镇"))


def _wenquan(host: str, root: Path | None) -> Portal:
    """查干屯格乡's report stands under 「2020年」 and its page carries no title at all."""
    article = replace(
        _seed_article(seed("000", root), "hand", date(2021, 2, 5)), title="2020年", heading="", dated=False
    )
    return Boda(
        host, WENQUAN.name, "county", WENQUAN.code, _columns(WENQUAN, article, 6, (2019, 2020, 2021), _KINDS[:6])
    )


def _fenglin(host: str, root: Path | None) -> Portal:
    source = seed("001", root)
    article = replace(_seed_article(source, "word", date(2021, 1, 19)), title=source.head[0], dated=False)
    return Static(
        host, FENGLIN.name, "county", FENGLIN.code, _columns(FENGLIN, article, 5, (2020, 2021, 2022), _KINDS[6:10])
    )


def _jiangyou(host: str, root: Path | None) -> Portal:
    article = replace(_seed_article(seed("002", root), "ueditor", date(2021, 1, 28)), source="江油市政府办")
    return Trs(
        host, JIANGYOU.name, "county", JIANGYOU.code, _columns(JIANGYOU, article, 6, (2019, 2020, 2022), _KINDS[10:14])
    )


def _zhecheng(host: str, root: Path | None) -> Portal:
    article = replace(
        _seed_article(seed("003", root), "word", date(2022, 1, 12)),
        dated=False,
        address="/art/2022/art_6d1c40a3be5e4f0f9d2a7c15b8803e66.html",
    )
    return Hanweb(
        host, ZHECHENG.name, "county", ZHECHENG.code, _columns(ZHECHENG, article, 7, (2021, 2022, 2023), _KINDS[14:])
    )


def _kundulun(host: str, root: Path | None) -> Portal:
    source = seed("004", root)
    article = replace(_seed_article(source, "ueditor", date(2022, 1, 30)), heading=source.head[6], source="昆区政务局")
    return Homegrown(
        host, KUNDULUN.name, "county", KUNDULUN.code, _columns(KUNDULUN, article, 5, (2019, 2021, 2023), _KINDS[:4])
    )


def _seed_article(source: Seed, style: str, listed: date) -> Article:
    """Return the article of a seed; `listed` is the date in the list, which the page itself need not state."""
    title = source.reading["title"] or ""
    return Article(title=title, published=listed, blocks=source.blocks, style=style, reading=source.reading)


def _columns(
    place: Place, article: Article, issuers: int, years: tuple[int, ...], kinds: tuple[str, ...]
) -> list[Column]:
    assert article.reading is not None
    without = [(f"{place.name}人民政府", article.reading["report_year"])]
    return columns_of(place, [article, *reports_of(place, issuers=issuers, years=years, without=without)], kinds=kinds)


ROWS: tuple[Row, ...] = (
    _wenquan,
    _fenglin,
    _jiangyou,
    _zhecheng,
    _kundulun,
    row(
        Trs,
        CHUANSHAN,
        lambda: columns_of(CHUANSHAN, reports_of(CHUANSHAN, issuers=6, years=(2022, 2023))),
        script="countPage",
    ),
    row(Boda, WENSHANG, lambda: columns_of(WENSHANG, reports_of(WENSHANG, issuers=7, years=(2021, 2024)))),
)
