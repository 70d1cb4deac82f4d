"""A fetched text as it stands, its scripts unheard: decoded once, parsed once, and the links that references on it
make.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any, Self
from urllib.parse import quote

from selectolax.lexbor import LexborHTMLParser, LexborNode
from stringzilla import find

from crawler.addresses import MAX_LENGTH, SAFE_QUERY, address_key, resolve, same_scheme
from crawler.decoding import decode_named
from crawler.js.told import Headers
from crawler.labels import attribute, is_xml, squeeze
from crawler.limits import tree_of

# Attributes, besides those of HTML, in which portals keep an address for a script to open or to load.
DATA_ATTRIBUTE = re.compile(r"\s(data-[a-z][a-z-]{0,30})\s*=\s*[\"']?(?=[^\s\"'<>(){},;]{0,300}[/.]\w)")
NAMED_ADDRESS = re.compile(
    r"data-(?!.*(?:api|base))[a-z-]*(?:href|url|uri|link|src|path|load|file|pdf|ajax|remote|address|next)"
)
OWN_ATTRIBUTES = ("hx-get", "_href", "_src", "linkurl")
# Attributes, whatever has them: to ask for the names of elements first would cost three times as much.
LINKING = ("[href]", "[src]", "[value]", "script")
# Each costs a comparison with every element: those that few pages have, with what stands in the text of these.
SELDOM = {
    "[onclick]": ("nclick", "nClick", "NCLICK"), "[srcdoc]": ("rcdoc", "RCDOC"),
    "object[data]": ("<object", "<Object", "<OBJECT"), "textarea": ("<textarea", "<Textarea", "<TEXTAREA"),
    "meta[http-equiv=refresh i]": ("efresh", "EFRESH"),
}  # fmt: skip
MARKUP = re.compile(r"<(?:!doctype|html|head|body|title|base|frameset)\b", re.IGNORECASE)
STUB = re.compile(r"(?is)\s*<(?:script|meta)\b(?=.*(?:location|refresh))(?!.*<(?:a|li|td|div|record)\b)")
DATA = re.compile(r"\s*(?:[\w$.]{1,80}\s*\(\s*)?[{\[]")  # JSON, or JSONP
# Where a picture is kept until it comes into view; `src` shows an ornament as long.
LAZY_PICTURE = ("data-original", "data-src", "data-lazy", "data-lazy-src", "data-echo", "data-real", "original", "file")
REMEMBERED = 1 << 16  # links: some hundred portals' menus, which every page repeats; about 40 MB
LONGEST_LABEL = 2000  # characters
LONGEST_STUB = 3000  # characters: a page above this that sets location.href somewhere is no stub


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a page.

    `kind` is anchor, frame, refresh (a stub's redirect by meta or script), script (a literal in a script or handler),
    fragment (what a script loads into the page, or a feed of it), image, or guess (nothing on the page names it);
    `text` is what is shown, `title` the `title=` attribute, which is not cut. `form` is the body of a link that is
    asked for by POST, `json` says that it is no form, `headers` are those that a script sets.
    """

    url: str
    text: str = ""
    title: str = ""
    kind: str = "anchor"
    form: str | None = None
    json: bool = False
    headers: Headers = ()
    label: str = field(init=False, repr=False, compare=False)
    """The words that name the target: the title where it says more than the shown text."""
    key: bytes = field(init=False, repr=False, compare=False)
    """The key of the address in the ledger."""

    def __post_init__(self) -> None:
        shown = self.text.rstrip(".…")
        label = self.title if len(self.title) > len(shown) or not self.text else self.text
        object.__setattr__(self, "label", label)
        method = "GET" if self.form is None else "POST"
        object.__setattr__(self, "key", address_key(self.url, method=method, body=self.form or ""))

    def __hash__(self) -> int:
        return hash(self.url)


class Document:
    """A decoded HTML page, or an answer in JSON or XML; `url` is the address that answered, `charset` its encoding.

    `referrer` is where the links of a fragment start; `strike` takes what says nothing off the addresses of its links.
    `acts` says that its scripts are heard.
    """

    acts = False

    def __init__(self, url: str, text: str, *, charset: str = "utf-8", referrer: str = "") -> None:
        self.url = url
        self.text = text
        self.charset = charset
        self.referrer = referrer
        self.strike: Callable[[str], str] | None = None

    @classmethod
    def from_bytes(cls, url: str, body: bytes, content_type: str = "", *, referrer: str = "") -> Self:
        """Return the document that a body holds, decoded by `decode`."""
        text, charset = decode_named(body, content_type)
        return cls(url, text, charset=charset, referrer=referrer)

    @cached_property
    def utf8(self) -> bytes:
        """The text as bytes."""
        return self.text.encode("utf-8", "replace")

    def has(self, *marks: str) -> bool:
        """Say whether one of some words stands in the text: in a twentieth of the time that `in` takes for most."""
        return any(find(self.utf8, mark.encode()) >= 0 for mark in marks)

    @cached_property
    def is_fragment(self) -> bool:
        """Whether the text is no page of its own: a piece of HTML, JSON, or the like. A stub is one."""
        is_page = MARKUP.search(self.text[:4000]) or is_xml(self.text)
        return not is_page and (len(self.text) > LONGEST_STUB or STUB.match(self.text) is None)

    @cached_property
    def is_data(self) -> bool:
        """Whether the text is JSON, JSONP or XML."""
        start = self.text[:1000]
        if is_xml(self.text):
            return "<html" not in start.lower()
        return DATA.match(start) is not None and MARKUP.search(start) is None

    @cached_property
    def data(self) -> Any:
        """What an answer in JSON or JSONP holds; None of any other text."""
        start = DATA.match(self.text)
        if start is None:
            return None
        end = max(self.text.rfind("}"), self.text.rfind("]"))
        try:
            return json.loads(self.text[start.end() - 1 : end + 1])
        except (ValueError, RecursionError):
            return None

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """The parsed document. Raises `UnreadablePage`."""
        return tree_of(self.utf8)

    @cached_property
    def base(self) -> str:
        """The address that relative links start from: `<base href>` or the page's own."""
        if self.is_fragment:
            return self.referrer or self.url
        node = next((node for node in self.linking if node.tag == "base"), None)
        return (resolve(self.url, attribute(node, "href")) if node else None) or self.url

    @cached_property
    def linking(self) -> list[LexborNode]:
        """The elements that lead anywhere, in document order: found in one walk over the tree."""
        seldom = [selector for selector, marks in SELDOM.items() if self.has(*marks)]
        seldom += [f"img[{name}]" for name in LAZY_PICTURE if self.has(f" {name}=")]
        seldom += [f"[{name}]" for name in self.address_attributes]
        found: list[LexborNode] = self.tree.css(", ".join((*LINKING, *seldom)))
        return found

    @cached_property
    def address_attributes(self) -> list[str]:
        """The attributes in which the page may keep addresses."""
        named = dict.fromkeys(DATA_ATTRIBUTE.findall(self.text)) if self.has("data-") else {}
        return [*filter(NAMED_ADDRESS.fullmatch, named), *(name for name in OWN_ATTRIBUTES if self.has(f"{name}="))]

    @cached_property
    def script_text(self) -> str:
        """The text of the page's own scripts."""
        return "\n".join(node.text(deep=True) or "" for node in self.linking if node.tag == "script")

    @property
    def is_stub(self) -> bool:
        """Whether the page may be little else than a script that goes elsewhere."""
        return len(self.text) < LONGEST_STUB and "location" in self.text

    @cached_property
    def told_labels(self) -> frozenset[str]:
        """The words of the links to which scripts lead: none are heard here."""
        return frozenset()

    @cached_property
    def _starts(self) -> tuple[str, str]:
        """The base's origin and its folder: what a link that begins with a slash, or with a name, starts from."""
        path = self.base.partition("?")[0]
        slash = path.find("/", path.find("//") + 2)
        return (path, path + "/") if slash < 0 else (path[:slash], path[: path.rfind("/") + 1])

    @cached_property
    def origin(self) -> str:
        """Scheme and host of the page's own address."""
        return "/".join(self.url.split("/", 3)[:3])

    @cached_property
    def title(self) -> str:
        """The text of `<title>`."""
        node = self.tree.css_first("title")
        return squeeze(node.text()) if node else ""

    @cached_property
    def heading(self) -> str:
        """What the page calls itself: ArticleTitle, the first `h1`, or `<title>`."""
        # Where there is none to be found, looking for it would cost a walk over the tree.
        meta = self.tree.css_first("meta[name=ArticleTitle i]") if self.has("rticle", "RTICLE") else None
        first = self.tree.css_first("h1") if self.has("<h1", "<H1") else None
        return squeeze((attribute(meta, "content") if meta else "") or (first.text() if first else "") or self.title)

    def link(self, reference: str, text: str = "", title: str = "", kind: str = "anchor") -> Link | None:
        """Return the link that a reference on this page makes; None where it leads to no http document."""
        if len(reference) > MAX_LENGTH:
            return None
        if len(text) + len(title) > LONGEST_LABEL:  # what judges links remembers them
            text, title = squeeze(text)[:LONGEST_LABEL], squeeze(title)[:LONGEST_LABEL]
        if not reference.isascii() and "?" in reference and self.charset != "utf-8":
            path, _, query = reference.partition("?")  # a browser sends a query in the page's own encoding
            reference = f"{path}?{quote(query, safe=SAFE_QUERY, encoding=self.charset, errors='replace')}"
        first = reference[:1]
        if first == "/" and reference[1:2] not in ("/", "\\"):
            start = self._starts[0]
        elif first == "." or first.isalnum():
            start = "" if reference.startswith(("http://", "https://")) else self._starts[1]
        else:
            start = self.base
        link = _link(start, self.origin, reference, text, title, kind)
        if self.strike is None or link is None or (url := self.strike(link.url)) == link.url:
            return link
        return replace(link, url=url)


@lru_cache(REMEMBERED)
def _link(start: str, origin: str, reference: str, text: str, title: str, kind: str) -> Link | None:
    """Return the link that a reference makes where links start from `start`, on a page of `origin`."""
    if reference[:11].lower().startswith(("javascript:", "mailto:", "tel:", "data:", "about:")):
        return None
    url = resolve(start, reference)
    return None if url is None else Link(same_scheme(url, origin), squeeze(text), squeeze(title), kind)
