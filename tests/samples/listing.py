"""Readers of lists that need more than anchors: they ask what the page's script would ask in a browser."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable
from html import unescape
from urllib.parse import quote, urlsplit

from samples.portal import Column, Portal
from tests.samples.client import body_of, raw_get

HREF = re.compile(r'<li[^>]*><a href="([^"]+)"')
JPAGE = re.compile(r"totalRecord:(\d+), proxyUrl:'([^']+)'.*?columnid:(\d+).*?unitid:'(\d+)'")


def raw_post(url: str, body: str, media_type: str) -> bytes:
    """Return every byte that the server answers to a POST."""
    parts = urlsplit(url)
    data = body.encode()
    head = (
        f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n"
        f"Content-Type: {media_type}\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=5) as connection:
        connection.sendall(head.encode() + data)
        return b"".join(iter(lambda: connection.recv(1 << 16), b""))


def column_page(portal: Portal, column: Column) -> str:
    """Return a column's page as text."""
    return body_of(raw_get(portal.origin + portal.column_path(column))).decode()


def _hanweb(portal: Portal, column: Column) -> list[str]:
    total, proxy, number, unit = JPAGE.findall(column_page(portal, column))[0]
    pages = (f"{proxy}?page={n}&perpage=10&columnid={number}&unitid={unit}" for n in range(1, int(total) // 10 + 2))
    return [href for page in pages for href in HREF.findall(body_of(raw_get(portal.origin + page)).decode())]


def _jpaas(portal: Portal, column: Column) -> list[str]:
    page = unescape(column_page(portal, column))
    url, query = re.findall(r"url=\"([^\"]+)\" queryData=\"(\{'webId.*?\})\"></script>", page, re.DOTALL)[0]
    fields = dict(re.findall(r"'(webId|pageId|parseType|pageType|tagId|tplSetId)':'([^']*)'", query))
    found: list[str] = []
    for number in range(1, 40):
        asked = fields | {"paramJson": json.dumps({"pageNo": number, "pageSize": "7"})}
        target = url + "?" + "&".join(f"{name}={quote(value)}" for name, value in asked.items())
        rows = HREF.findall(json.loads(body_of(raw_get(portal.origin + target)))["data"]["html"])
        if not set(rows) - set(found):
            break
        found += rows
    return found


def _gkmlpt(portal: Portal, column: Column) -> list[str]:
    shell = body_of(raw_get(portal.origin + "/gkmlpt/index")).decode()
    sid = re.findall(r"SID:'(\d+)'", shell)[0]
    number = re.findall(r'"id": (\d+), "name": "' + column.name, shell)[0]
    found: list[str] = []
    for page in (0, 1, 2, 3):
        rows = json.loads(body_of(raw_get(f"{portal.origin}/gkmlpt/api/all/{number}?page={page}&sid={sid}")))
        found += [row["post_url"] for row in rows["articles"] if row["post_url"] not in found]
    return found


def _ucap(portal: Portal, column: Column) -> list[str]:
    page = column_page(portal, column)
    count, stem, suffix = re.findall(r"createPageHTML\('page_div',(\d+),1,'(\w+)','(\w+)',\d+\)", page)[0]
    folder = portal.column_path(column).rpartition("/")[0]
    others = [f"{portal.origin}{folder}/{stem}_{number}.{suffix}" for number in range(2, int(count) + 1)]
    texts = [page, *(body_of(raw_get(url)).decode() for url in others)]
    return [href for text in texts for href in HREF.findall(text.partition('<ul class="list">')[2])]


def _ucap_json(portal: Portal, column: Column) -> list[str]:
    channel = re.findall(r'channelId = "(\w{32})"', column_page(portal, column))[0]
    found: list[str] = []
    for number in range(1, 10):
        form = f"codeId=&channelId={channel}&page={number}&size=20&relateSubChannels=true"
        answer = raw_post(f"{portal.origin}/getFileListByCodeId", form, "application/x-www-form-urlencoded")
        found += [urlsplit(row["url"]).path for row in json.loads(body_of(answer))["results"]["data"]["results"]]
    return found


def _lonsun(portal: Portal, column: Column) -> list[str]:
    first = re.findall(r'\.load\("([^"]+)"\)', column_page(portal, column))[0]
    urls = (first.replace("pageIndex=1", f"pageIndex={number}") for number in range(1, 12))
    return [href for url in urls for href in HREF.findall(body_of(raw_get(portal.origin + url)).decode())]


def _ewb(portal: Portal, column: Column) -> list[str]:
    url, fields = re.findall(r"url: '([^']+)'.*?JSON\.stringify\((.*?)\)", column_page(portal, column))[0]
    found: list[str] = []
    for number in range(10):
        body = json.dumps(json.loads(fields) | {"pageIndex": number})
        rows = json.loads(body_of(raw_post(portal.origin + url, body, "application/json")))["custom"]["data"]
        found += [row["infourl"] for row in rows]
    return found


READERS: dict[str, Callable[[Portal, Column], list[str]]] = {
    "hanweb": _hanweb,
    "jpaas": _jpaas,
    "gkmlpt": _gkmlpt,
    "ucap": _ucap,
    "ucap_json": _ucap_json,
    "lonsun": _lonsun,
    "ewb": _ewb,
}
