"""Portals on loopback for crawl_speed.py: generated, the same on every machine, served by a process of their own."""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any

from tests.generate import shapes
from tests.generate.sample import Sample

FOLDER = "/zfxxgk/"  # in the path of every page but the homepage
SHAPES = ("mso", "ueditor", "chrome", "busy", "gbk", "hand-made", "nested-layout")
OFFICES = (
    "教育局 财政局 民政局 水利局 卫生健康委员会 应急管理局 农业农村局 交通运输局 城关镇人民政府 东关街道办事处"
).split()
MENUS = "新闻动态 走进本县 政务服务 互动交流 数据发布 要闻快递 办事指引 服务导航 统计数据 智能问答".split()
ROWS = 8  # of a list page
SEED = 11

Pages = dict[str, bytes]  # path → the whole answer


def make_portal(number: int, reports: int) -> Pages:
    """Return the pages of a portal: homepage, 政府信息公开, lists of reports by office, the reports, their files.

    Links of the menus lead to pages that nobody serves and that neither crawl wants: some 150 a page, and 110 options,
    as pages of county portals have them.
    """
    rng = Random(f"{SEED}/{number}")
    menus, foot = _menus(rng), _foot(rng)

    def page(title: str, body: str) -> bytes:
        text = f"<html><head><title>{title}</title></head><body>{menus}{body}{foot}</body></html>"
        return _answer(text.encode(), "text/html; charset=utf-8")

    columns = "".join(
        f'<li><a href="{FOLDER}d{place}/ndbg/index.html">{office}政府信息公开年报</a></li>'
        for place, office in enumerate(OFFICES)
    )
    pages = {
        "/": page("首页", f'<h1>甲县</h1><a href="{FOLDER}">政府信息公开</a>'),
        FOLDER: page("政府信息公开", f"<ul>{columns}</ul>"),
    }
    for place, office in enumerate(OFFICES):
        folder = f"{FOLDER}d{place}/ndbg/"
        rows = []
        for index in range(place, reports, len(OFFICES)):
            year = 2010 + index % 16
            name = f"t{year + 1}0120_{4000 + index}.html"
            title = f"{office}{year}年政府信息公开工作年度报告"
            rows.append(f'<li><a href="{name}">{title}</a><i>[{year + 1}-01-20]</i></li>')
            shape, turn = SHAPES[index % len(SHAPES)], number * 1000 + index // len(SHAPES)
            pages[folder + name] = _report(shapes.generate("html", shape, seed=SEED, index=turn), menus, foot)
        for first in range(0, len(rows), ROWS):
            here, is_last = first // ROWS + 1, first + ROWS >= len(rows)
            onward = "" if is_last else f'<a href="index_{here + 1}.html">下一页</a>'
            path = folder + ("index.html" if here == 1 else f"index_{here}.html")
            pages[path] = page(f"{office}政府信息公开年报", f"<ul>{''.join(rows[first : first + ROWS])}</ul>{onward}")
    return pages | dict(_files(pages, rng))


@contextmanager
def served(portals: Sequence[Pages]) -> Iterator[list[str]]:
    """Serve the portals, each on an address of its own; yield their origins."""
    sockets = [socket.create_server((f"127.0.0.{number}", 0)) for number, _ in enumerate(portals, 11)]
    process = multiprocessing.get_context("fork").Process(
        target=_serve, args=(list(zip(sockets, portals, strict=True)),), daemon=True
    )
    process.start()
    try:
        yield ["http://{}:{}".format(*bound.getsockname()) for bound in sockets]
    finally:
        process.terminate()
        process.join()
        for bound in sockets:
            bound.close()


def _report(sample: Sample, menus: str, foot: str) -> bytes:
    """Return the answer with a generated report's page, its portal's menus around it."""
    try:
        text, charset = sample.payload.decode(), "utf-8"
    except UnicodeDecodeError:
        text, charset = sample.payload.decode("gb18030"), "gb18030"
    head, body, rest = text.partition("<body")
    begin, close, rest = rest.partition(">")
    page = head + body + begin + close + menus + rest.replace("</body>", foot + "</body>")
    return _answer(page.encode(charset), f"text/html; charset={sample.charset}" if sample.charset else "text/html")


def _files(pages: Mapping[str, bytes], rng: Random) -> Iterator[tuple[str, bytes]]:
    """Yield the PDF files that the pages link to."""
    for path, page in pages.items():
        for mark in page.split(b'href="./P')[1:]:
            name = "P" + mark.partition(b'"')[0].decode()
            pdf = b"%PDF-1.4\n" + rng.randbytes(30_000)
            yield path.rpartition("/")[0] + "/" + name, _answer(pdf, "application/pdf")


def _menus(rng: Random) -> str:
    entries = []
    for place, menu in enumerate(MENUS):
        below = "".join(
            f'<li class="sub-li"><a href="/c{place}{sub}/index.html" target="_blank" title="{menu}栏目{sub}">'
            f"{menu}{sub}</a></li>\n"
            for sub in range(rng.randrange(9, 20))
        )
        entries.append(
            f'<li class="nav n{place}"><a href="/c{place}/" target="_blank">{menu}</a>'
            f'<div class="sub"><ul class="clearfix">\n{below}</ul></div></li>\n'
        )
    rules = "".join(f".c{n}{{width:{rng.randrange(999)}px;background:url(/i/b{n}.png)}}\n" for n in range(80))
    script = "".join(
        f'function fn{n}(a,b){{var x=document.getElementById("id{rng.randrange(9999)}");'
        f'if(x){{x.style.display=a>b?"none":"block";}}return {n};}}\n'
        for n in range(40)
    )
    top = '<div class="top"><a href="/login">登录</a><a href="#">无障碍</a></div>'
    nav = f'<div class="nav"><ul>\n{"".join(entries)}</ul></div>\n'
    return f"<style>{rules}</style>\n<script>\n{script}</script>\n{top}{nav}"


def _foot(rng: Random) -> str:
    friends = "".join(
        f'<option value="http://www.x{rng.randrange(10**6)}.gov.cn/">友情政府网{n}</option>\n' for n in range(110)
    )
    return (
        f'<div class="links"><select><option>--友情链接--</option>\n{friends}</select></div>\n'
        "<div>主办：甲县人民政府</div>\n"
    )


def _answer(body: bytes, kind: str) -> bytes:
    head = (
        "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: keep-alive\r\n\r\n"
    )
    return head.encode() + body


class _Connection(asyncio.Protocol):
    """What a portal has no page for is a 404."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._read = b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *requests, self._read = (self._read + data).split(b"\r\n\r\n")
        for request in requests:
            path = request.split(b" ", 2)[1].decode("ascii")
            self._transport.write(self._pages.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"))


def _serve(portals: Sequence[tuple[socket.socket, Pages]]) -> None:
    """Serve until the process is ended."""

    async def listen() -> None:
        loop = asyncio.get_running_loop()
        for bound, pages in portals:
            await loop.create_server(lambda pages=pages: _Connection(pages), sock=bound)  # type: ignore[misc]
        await asyncio.Event().wait()

    asyncio.run(listen())
