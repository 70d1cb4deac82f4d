"""Addresses → the keys by which the index is sorted: one key for what is surely one resource, never one for two.

- scheme, user name, fragment: dropped; http and https of a portal are one.
- host: lower case, IDNA, `www.` and `www2.` dropped, labels reversed; an IP address as it stands.
- port: kept where it is neither 80 nor 443.
- path: percent-encoding made uniform, `.` and `..` resolved, `;jsessionid=…` dropped; case, `index.html` and a trailing
  slash are kept, as servers may tell them apart.
- query: session ids dropped (`jsessionid`, `phpsessid`, `aspsessionid…`, `cfid`, `cftoken`), the rest sorted. `area`,
  `fbtime`, `filename`, `wbfileid`, `id`, page numbers and every other parameter are kept, empty ones too.

`http://www.xjwq.gov.cn/a/b.htm?b=2&a=1#x` → `cn,gov,xjwq)/a/b.htm?a=1&b=2`. A key holds printable ASCII only and no
space.
"""

import re
from functools import lru_cache
from posixpath import normpath
from urllib.parse import SplitResult, quote, urlsplit

_WWW = re.compile(r"^www\d{0,2}\.(?=.)")
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/;?]*", re.IGNORECASE)
_QUERY_SESSION = re.compile(r"(?:jsessionid|phpsessid|aspsessionid[a-z]*|cfid|cftoken)(?:=|$)", re.IGNORECASE)
_IP = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|\[.*\]")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PLAIN = re.compile(r"[A-Za-z0-9\-._~!#$&'()*+,/:;=?@\[\]|]*")
_SAFE = "!#$%&'()*+,/:;=?@[]~|"


@lru_cache(maxsize=4096)
def urlkey(url: str) -> str:
    """Return the key of an address; of one that is no http(s) address, the address itself, encoded."""
    try:
        parts = urlsplit(url.strip())
        host = _host_key(parts.netloc)
    except ValueError:  # a port that is no number, a bracket without its pair
        return _uniform(url.strip()) or "-"
    if not host:
        return _uniform(url.strip()) or "-"
    return f"{host}){_path(parts.path)}{_query(parts.query)}"


@lru_cache(maxsize=4096)
def _host_key(netloc: str) -> str:
    """Return the key of a host and its port. Raise ValueError where the port is no number."""
    parts = SplitResult("", netloc, "", "", "")
    name, number = (parts.hostname or "").rstrip("."), parts.port
    if not name.isascii():
        name = name.encode("idna").decode("ascii")
    port = f":{number}" if number not in {None, 80, 443} else ""
    if _IP.fullmatch(name) or ":" in name:
        return _uniform(name) + port
    return _uniform(",".join(reversed(_WWW.sub("", name).split(".")))) + port


def _path(path: str) -> str:
    plain = _uniform(_PATH_SESSION.sub("", path) if ";" in path else path) or "/"
    if "/." not in plain:
        return plain
    slash = "/" if plain.endswith(("/", "/.", "/..")) else ""
    resolved = normpath(plain).replace("//", "/")
    return resolved if resolved.endswith("/") else resolved + slash


def _query(query: str) -> str:
    kept = sorted(_uniform(pair) for pair in query.split("&") if pair and not _QUERY_SESSION.match(pair))
    return "?" + "&".join(kept) if kept else ""


def _uniform(text: str) -> str:
    """Return `text` with unreserved characters plain, all but printable ASCII escaped, and escapes in upper case."""
    if _PLAIN.fullmatch(text):
        return text
    return quote(_ESCAPE.sub(_unescape, text), safe=_SAFE, errors="replace")


def _unescape(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if character in _UNRESERVED else escape[0].upper()
