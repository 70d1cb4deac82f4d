"""Addresses: one canonical form and key for each document, the twins of a page that are never worth a request, and
which hosts may be visited.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections import Counter
from collections.abc import Collection, Iterable
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from crawler.scripts import PAGE_NAME

MAX_LENGTH = 2000
REMEMBERED = 1 << 15  # addresses judged: the links that are followed from every page of a portal
REMEMBERED_KEYS = 1 << 16  # some hundred portals' menus, which every page repeats
HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
DEFAULT_PORTS = {"http": 80, "https": 443}

# Parameters that name a visitor, a session, a print view or a counter, never a document. Everything else is kept:
# `area`, `fbtime`, `filename`, `wbfileid`, `page` and their like decide what is answered.
INSIGNIFICANT = re.compile(
    r"(jsessionid|phpsessid|aspsessionid\w*|sessionid|session_id|sid_token|uid|_t|_|t_random|random|rand|rnd|timestamp|nonce"
    r"|utm_\w+|sort|sort_?by|order_?by|spm|from|isappinstalled|share_token|big5|font|fontsize|print|isprint|colorstyle)",
    re.IGNORECASE,
)
PAGE_OF_SCRIPT = re.compile(r"(?:^|&)pageNum=\d*")
SESSION_IN_PATH = re.compile(r";(jsessionid|phpsessid|sessionid)=[^/?#]*", re.IGNORECASE)
# Traditional-script gateway, mobile and print twins, and the functions of a portal that lead to no document.
TWIN = re.compile(
    r"(?i)(^|/)(gate/big5|big5|mobile|wap|m|wza|print|toprint|spider-calendar)(/|$)"
    r"|(^|/)(mpost_\d+|print(er)?(page|view)?|sendmail|visitcount|articlehits|showtraffic|dynclicks)[._/-]?[^/]*$"
)
MOBILE_HOST = re.compile(r"(m|wap|3g|mobile|big5)\.", re.IGNORECASE)
# Addresses without end, or behind a door: searches, calendars by day, log-in.
TRAP = re.compile(
    r"(?i)(^|/)(search|searchs|so|sousuo|jsearch\w*|login|signin|register|logout|calendar|rili|tags?)(\.\w+)?(/|\?|$)"
    r"|[?&](?:query|keyword|keywords|searchword|wd|searchkey|q(?!=[a-z]\w*(?:/[\w/]*)?(?:&|$)))="  # q may be a place
)
GATE = re.compile(r"(?i)/gate/(?:big5|\w+)/(?P<host>[\w.-]+)(?P<rest>/.*)?$")
SAFE_PATH = "/%:=&?~+!$,;'@()*[]"
SAFE_QUERY = SAFE_PATH + "|"
GOVERNMENT = ".gov.cn"


def resolve(base: str, reference: str) -> str | None:
    """Return the canonical address that a link on a page leads to; None where it leads to no http document."""
    reference = reference.strip().replace("\n", "").replace("\r", "").replace("\t", "")
    if not reference or reference.startswith("#"):
        return None
    try:
        return canonical(urljoin(base, reference.replace("\\", "/")))
    except ValueError:
        return None


def canonical(url: str) -> str | None:
    """Return the one form under which an address is booked; None where it is no http address or absurdly long.

    Host in lower case, default port, fragment, session ids and insignificant parameters dropped, dot segments resolved,
    non-ASCII percent-encoded. A traditional-script gateway is unwrapped to the page that it mirrors. Raises
    `ValueError` where host or port can be none.
    """
    parts = urlsplit(url)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or len(url) > MAX_LENGTH:
        return None
    host = _host(parts.hostname)
    port = parts.port
    netloc = host if port in (None, DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    if ":" in host:
        netloc = netloc.replace(host, f"[{host}]", 1)
    path = SESSION_IN_PATH.sub("", parts.path) or "/"
    if "/gate/" in path and (gate := GATE.match(path)):
        netloc, path = gate["host"], gate["rest"] or "/"
    if "/." in path:
        path = _resolve_dots(path)
    path = re.sub(r"/{2,}", "/", path)
    query = parts.query
    if query:
        if "pageNum=" in query and "uid=" in query:  # Hanweb's script reads them; the page is the same without
            query = PAGE_OF_SCRIPT.sub("", query)
        query = "&".join(
            pair for pair in query.split("&") if pair and not INSIGNIFICANT.fullmatch(pair.partition("=")[0])
        )
    return urlunsplit((parts.scheme, netloc, quote(path, safe=SAFE_PATH), quote(query, safe=SAFE_QUERY), ""))


@lru_cache(REMEMBERED)
def _host(name: str) -> str:
    """Return a host's name as DNS has it (RFC 1035, 2.3.4; underscores as they are met). Raises `ValueError`."""
    name = name.rstrip(".")
    if not name.isascii():
        name = name.encode("idna").decode()
    if ":" not in name and HOST.fullmatch(name) is None:
        raise ValueError(f"{name}: no name of a host")
    return name


def without(url: str, names: Collection[str]) -> str:
    """Return an address without some of its parameters."""
    head, mark, query = url.partition("?")
    if not (mark and names):
        return url
    kept = "&".join(pair for pair in query.split("&") if pair.partition("=")[0] not in names)
    return f"{head}?{kept}" if kept else head


def narrows(url: str, other: str) -> bool:
    """Say whether an address is another one's with further parameters, whatever page of it: of a list by year, the same
    by agency, too.
    """
    (path, choices), (its_path, its_choices) = map(_choices, (url, other))
    return path == its_path and choices > its_choices


def is_of_list(url: str, other: str) -> bool:
    """Say whether an address is a page of another one's list, narrowed or not."""
    (path, choices), (its_path, its_choices) = map(_choices, (url, other))
    return path == its_path and choices >= its_choices


def _choices(url: str) -> tuple[str, set[str]]:
    path, _, query = url.partition("?")
    return path, {pair for pair in query.split("&") if pair and not PAGE_NAME.match(pair.partition("=")[0])}


def same_scheme(url: str, page: str) -> str:
    """Return a link's address with the scheme that its host answered with, where only the scheme differs.

    Portals mix http and https in their own links; each document would otherwise be fetched twice, or on the port that
    is shut.
    """
    link, base = urlsplit(url), urlsplit(page)
    if link.scheme != base.scheme and link.netloc == base.netloc and link.port is None:
        return link._replace(scheme=base.scheme).geturl()
    return url


@lru_cache(REMEMBERED)
def is_twin(url: str) -> bool:
    """Say whether an address is a mobile, print or script twin of a page, or a counter: nothing that has to be
    fetched.
    """
    parts = urlsplit(url)
    return TWIN.search(parts.path) is not None or MOBILE_HOST.match(parts.netloc) is not None


@lru_cache(REMEMBERED)
def is_trap(url: str) -> bool:
    """Say whether an address is a search, a calendar or a log-in: pages without end that hold nothing of their own."""
    parts = urlsplit(url)
    return TRAP.search(f"{parts.path}?{parts.query}") is not None or piles_up(url)


def piles_up(url: str) -> bool:
    """Say whether a folder's name stands three times in an address: relative links on a page that answers anywhere."""
    folders = [part for part in urlsplit(url).path.split("/") if part and not part.isdecimal()]
    return len(folders) - len(set(folders)) >= 2 and max(Counter(folders).values()) >= 3


@lru_cache(REMEMBERED)
def site_of(host: str) -> str:
    """Return what the hosts of one authority share: the label before `.gov.cn`; of any other host, the host itself."""
    return ".".join(host.split(".")[-3:]) if host.endswith(GOVERNMENT) else host


class Hosts:
    """Which hosts a crawl may visit: those under `.gov.cn` and those that the register names; no private address but
    the register's own.
    """

    def __init__(self, named: Iterable[str]) -> None:
        self._named = frozenset(named)

    def allows(self, host: str) -> bool:
        """Say whether a host may be visited at all."""
        return host in self._named or (host.endswith(GOVERNMENT) and MOBILE_HOST.match(host) is None)

    def allows_address(self, address: str) -> bool:
        """Say whether a resolved IP address may be connected to."""
        return address in self._named or is_public(address)


def is_public(address: str) -> bool:
    """Say whether an IP address belongs to the public network (an IPv4 address inside IPv6 is judged as such)."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    embedded = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return (embedded or ip).is_global and not ip.is_multicast


def _resolve_dots(path: str) -> str:
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/".join(kept) or "/"


@lru_cache(REMEMBERED_KEYS)
def address_key(url: str, *, method: str = "GET", body: str = "") -> bytes:
    """Return the key of an address: 16 bytes of its canonical form, parameters in any order, with the method and body
    of a POST.
    """
    path, mark, query = url.partition("?")
    if "&" in query:
        url = path + mark + "&".join(sorted(query.split("&")))
    return hashlib.blake2b(f"{method} {url} {body}".encode(), digest_size=16).digest()


@lru_cache(REMEMBERED_KEYS)
def host_of(url: str) -> str:
    """Return the host that an address is asked from, lower case without port."""
    return urlsplit(url).hostname or ""
