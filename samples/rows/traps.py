"""A portal full of places where a crawler can go round for ever, and hosts that are linked but must never be asked."""

# ruff: noqa: E501 -- lines of HTML stay whole
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from samples import chrome
from samples.contents import Place, columns_of, reports_of, row
from samples.families.homegrown import Homegrown
from samples.portal import Article, Charset, Column, Portal, Row
from samples.reports import report
from samples.wire import Answer, Request, answer, plain

XUWEN = Place("徐闻县", "440825", townships=("海安镇", "曲界镇"))
LEIZHOU = Place("雷州市", "440882", townships=("白沙镇", "沈塘镇"))
SUIXI = Place("遂溪县", "440823", townships=("黄略镇", "洋青镇"))
CLONE_HOST = "127.0.0.10"
TWINS = ("/gate/big5", "/mobile", "/wap")


class Trapped(Homegrown):
    """A portal with twins of itself, a calendar, print views, session ids, and a pager that has always a next page.

    A page number past the end gives the last page again, under a link to the next number. Session ids stand in the path of
    the menu's links and are new on every hit.
    """

    clicks = 1
    poster = "本网"

    def extras(self) -> None:
        self.banner_links = (
            f' <a href="{TWINS[0]}/{self.host}:{self.port}/">繁體</a> <a href="{TWINS[1]}/">手机版</a> <a href="{TWINS[2]}/">WAP</a>'
            ' <a href="/rili?y=2024&amp;m=5">公务日历</a> <a href="/print.aspx?back=/">打印本页</a>'
        )
        for twin in TWINS:
            self.prefixes[f"{twin}/"] = partial(self._twin, twin)
            self.truth.traps.add(f"{self.origin}{twin}/")
        self.prefixes["/rili"] = self._calendar
        self.prefixes["/print.aspx"] = self._print_view
        self.truth.traps |= {f"{self.origin}/rili", f"{self.origin}/print.aspx"}
        self._sessions = 0

    def reply(self, request: Request) -> Answer:
        """Answer without regard to session ids, unknown parameters and page numbers past the end."""
        path, _, rest = request.target.partition(";jsessionid=")
        if rest:
            return super().reply(replace(request, target=path + rest[32:]))
        if request.path == "/list.aspx" and request.target not in self.routes:
            return self._clamped(request)
        if request.path == "/show.aspx" and request.target not in self.routes:
            return super().reply(replace(request, target=f"/show.aspx?id={request.query.get('id', '')}"))
        return super().reply(request)

    def home_page(self) -> str:
        self._sessions += 1
        session = f";jsessionid={self._sessions:032X}"
        return super().home_page().replace('href="/list.aspx?', f'href="/list.aspx{session}?')

    def article_page(self, column: Column, article: Article) -> str:
        path = self.path_of(article)
        views = (
            f'<p class="views"><a href="{path}&amp;print=1">打印预览</a> <a href="/print.aspx?back={path}">打印</a></p>'
        )
        return (
            super().article_page(column, article).replace('<div class="content">', f'{views}<div class="content">', 1)
        )

    def pager(self, first: str, number: int, count: int) -> str:
        return super().pager(first, number, count) + f' <a href="{first}&amp;page={number + 2}">下一页</a>'

    def _clamped(self, request: Request) -> Answer:
        """Answer with the last page of the column asked for; its next page is one further than the number asked for."""
        first = f"/list.aspx?cid={request.query.get('cid', '')}"
        last = sum(target.startswith(f"{first}&page=") for target in self.routes)
        asked = request.query.get("page", "1")
        if not last or not asked.isdigit():
            return super().reply(replace(request, target=first))
        page = super().reply(replace(request, target=f"{first}&page={last}"))
        body = b"".join(page.writes).partition(b"\r\n\r\n")[2]
        following = f"{first}&amp;page={int(asked) + 1}".encode()
        return answer(body.replace(f"{first}&amp;page={last + 1}".encode(), following), self.headers(Charset()))

    def _twin(self, twin: str, request: Request) -> Answer:
        """Answer with the page of the same path, every link in it led back into the twin."""
        prefix = f"{twin}/{self.host}:{self.port}" if "gate" in twin else twin
        inner = request.target.removeprefix(prefix) or "/"
        body = b"".join(self.reply(replace(request, target=inner)).writes).partition(b"\r\n\r\n")[2]
        return plain(body.replace(b'href="/', b'href="' + prefix.encode() + b"/"), self.headers(Charset()))

    def _calendar(self, request: Request) -> Answer:
        """Answer with a month that links the one before and the one after, without end, and its days."""
        query = request.query
        months = 12 * int(query.get("y", "2024")) + int(query.get("m", "1")) - 1
        near = "".join(
            f'<a href="/rili?y={n // 12}&amp;m={n % 12 + 1}">{n % 12 + 1}月</a> ' for n in (months - 1, months + 1)
        )
        days = " ".join(
            f'<a href="/rili?y={months // 12}&amp;m={months % 12 + 1}&amp;d={day}">{day}</a>' for day in range(1, 29)
        )
        page = chrome.frame(self, f'<div class="rili">{near}<br>{days}</div>', title="公务日历")
        return plain(page.encode(), self.headers(Charset()))

    def _print_view(self, request: Request) -> Answer:
        """Answer with a view for printing, under an address that grows with every step back."""
        back = request.query.get("back", "/")
        page = f'<html><body><a href="/print.aspx?back={request.path}%3Fback={back}">打印</a> <a href="{back}">返回</a></body></html>'
        return plain(page.encode(), self.headers(Charset()))


class Entangled(Homegrown):
    """A portal whose pages link each other without end: an archive by day, views sorted anew, tags, links that pile up folders,
    a list in the 年报 column that has ever another page of the same rows under ever other addresses.
    """

    def extras(self) -> None:
        self.banner_links = (
            ' <a href="/archive/2024/05/">往期回顾</a> <a href="/tag/1">标签</a> <a href="/?sort=date&amp;view=list">列表</a>'
            ' <a href="deeper/">更多服务</a> <a href="/m/index.html">触屏版</a> <a href="/en/">ENGLISH</a>'
        )
        self.prefixes["/archive/"] = self._archive
        self.prefixes["/tag/"] = self._tag
        self.prefixes["/deeper/"] = self._deeper
        self.prefixes["/m/"] = self._tag
        self.truth.traps |= {f"{self.origin}{start}" for start in ("/archive/", "/tag/", "/deeper/", "/m/")}

    def pager(self, first: str, number: int, count: int) -> str:
        views = "".join(
            f'<a href="{first}&amp;sort={by}">{name}</a>' for by, name in (("date", "按时间"), ("hits", "按热度"))
        )
        return super().pager(first, number, count) + views

    def reply(self, request: Request) -> Answer:
        """Answer a list under whatever order is asked for, always the same."""
        if "&sort=" in request.target and request.path == "/list.aspx":
            return super().reply(replace(request, target=request.target.partition("&sort=")[0]))
        return super().reply(request)

    def _archive(self, request: Request) -> Answer:
        parts = [int(part) for part in request.path.split("/") if part.isdigit()]
        months = 12 * (parts[0] if parts else 2024) + (parts[1] if len(parts) > 1 else 1) - 1
        near = "".join(
            f'<a href="/archive/{n // 12}/{n % 12 + 1:02d}/">{n // 12}年{n % 12 + 1}月</a> '
            for n in (months - 1, months + 1)
        )
        days = " ".join(
            f'<a href="/archive/{months // 12}/{months % 12 + 1:02d}/{day:02d}/">{day}日</a>' for day in range(1, 29)
        )
        return plain(chrome.frame(self, f"<div>{near}{days}</div>", title="往期回顾").encode(), self.headers(Charset()))

    def _tag(self, request: Request) -> Answer:
        number = sum(map(ord, request.path))
        links = " ".join(f'<a href="/tag/{number + n}">标签{number + n}</a>' for n in range(1, 20))
        return plain(chrome.frame(self, f"<div>{links}</div>", title="标签").encode(), self.headers(Charset()))

    def _deeper(self, _: Request) -> Answer:
        return plain(
            chrome.frame(self, '<a href="deeper/">更多服务</a>', title="服务").encode(), self.headers(Charset())
        )


class Tripwire(Portal):
    """A host that is linked and must never be asked: it answers everything, so that a request to it stands in the log."""

    registered = False
    family = "tripwire"

    def build(self) -> None:
        page = f"<html><body><h1>{self.authority}2022年政府信息公开工作年度报告</h1><a href='/nb/1.html'>政府信息公开年报</a></body></html>"
        self.prefixes["/"] = lambda _: plain(page.encode(), self.headers(Charset()))
        self.never("/")
        self.never("/nb/1.html")


def _elsewhere() -> Iterator[Article]:
    """Yield rows that lead off the portal: a clone on a host outside the register, an article on a social network."""
    yield report("雷州市人民政府", 2023, address=f"http://{CLONE_HOST}:{{port}}/nb/1.html", reading=None)
    yield report("雷州市财政局", 2023, address="http://mp.weixin.example/s/9aB3cD", reading=None)


def _tripwire(name: str) -> Row:
    return lambda host, _: Tripwire(host, name, "county", "000000")


ROWS: tuple[Row, ...] = (
    row(Trapped, XUWEN, lambda: columns_of(XUWEN, reports_of(XUWEN, issuers=8, years=(2022, 2023, 2024)))),
    row(Entangled, SUIXI, lambda: columns_of(SUIXI, reports_of(SUIXI, issuers=6, years=(2022, 2023)))),
    row(
        Homegrown,
        LEIZHOU,
        lambda: columns_of(LEIZHOU, [*_elsewhere(), *reports_of(LEIZHOU, issuers=5, years=(2021, 2022))]),
    ),
)
TRIPWIRES: dict[str, Row] = {"127.0.0.1": _tripwire("本机"), CLONE_HOST: _tripwire("雷州市")}
