"""A fetched page as the list readers see it: text decoded once, and its links with all that says where they lead.

Links are read with lexbor (selectolax) in document order: anchors, frames, areas, meta refresh, `location.href='…'`
and `window.open('…')` literals, `onclick` literals, and anchors inside CDATA or script text, which an HTML parser does
not see as elements.
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.addresses import resolve, same_scheme

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "iso-8859-1": "",
    "latin-1": "",
    "latin1": "",
    "ascii": "",
    "us-ascii": "",
}

REFRESH = re.compile(r"url\s*=\s*[\"']?\s*([^\"'\s>]+)", re.IGNORECASE)
MOVES = re.compile(
    r"(?:location\s*(?:\.\s*(?:href|replace|assign))?\s*(?:=|\()|window\.open\s*\()\s*([\"'])(?P<target>[^\"'+<>\s]{1,500})\1\s*[;),\s}]?"
)
ROW_ANCHOR = re.compile(r"<a\s(?P<attributes>[^>]*)>(?P<text>.*?)</a\s*>", re.IGNORECASE | re.DOTALL)
ATTRIBUTE = re.compile(r"(?P<name>[\w-]+)\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s>\"']+))")
TAG = re.compile(r"<[^>]*>")
SPACE = re.compile(r"\s+")
VIEWER_FILE = re.compile(r"[?&]file=([^&#]+)", re.IGNORECASE)
LINKING = (
    "a[href], a[onclick], area[href], frame[src], iframe[src], img[src], [onclick*='location'], option[value*='/'],"
    "base[href], meta[http-equiv=refresh i]"
)
REMEMBERED = 1 << 16  # links: some hundred portals' menus, which every page repeats; about 40 MB
LONGEST_STUB = 3000  # characters: a page above this that sets location.href somewhere is no stub


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a page.

    `kind` is anchor, frame, refresh (a stub's redirect by meta or script), script (a literal in a script or handler),
    or image; `text` is what is shown, `title` the `title=` attribute, which is not cut.
    """

    url: str
    text: str = ""
    title: str = ""
    kind: str = "anchor"
    label: str = field(init=False, repr=False, compare=False)
    """The words that name the target: the title where it says more than the shown text."""

    def __post_init__(self) -> None:
        shown = self.text.rstrip(".…")
        label = self.title if len(self.title) > len(shown) or not self.text else self.text
        object.__setattr__(self, "label", label)

    def __hash__(self) -> int:
        return hash(self.url)


class Page:
    """A decoded HTML page (or fragment); `url` is the address that answered."""

    def __init__(self, url: str, text: str) -> None:
        self.url = url
        self.text = text

    @classmethod
    def from_bytes(cls, url: str, body: bytes, content_type: str = "") -> Page:
        """Return the page that a body holds, decoded by `decode`."""
        return cls(url, decode(body, content_type))

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """The parsed document."""
        return LexborHTMLParser(self.text)

    @cached_property
    def base(self) -> str:
        """The address that relative links start from: `<base href>` or the page's own."""
        node = next((node for node in self._linking if node.tag == "base"), None)
        return (resolve(self.url, _attribute(node, "href")) if node else None) or self.url

    @cached_property
    def _linking(self) -> list[LexborNode]:
        """The elements that lead anywhere, in document order: found in one walk over the tree."""
        found: list[LexborNode] = self.tree.css(LINKING)
        return found

    @cached_property
    def _starts(self) -> tuple[str, str]:
        """The base's origin and its folder: what a link that begins with a slash, or with a name, starts from."""
        path = self.base.partition("?")[0]
        slash = path.find("/", path.find("//") + 2)
        return (path, path + "/") if slash < 0 else (path[:slash], path[: path.rfind("/") + 1])

    @cached_property
    def _origin(self) -> str:
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
        meta = self.tree.css_first("meta[name=ArticleTitle i]")
        first = self.tree.css_first("h1")
        return squeeze((_attribute(meta, "content") if meta else "") or (first.text() if first else "") or self.title)

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The page's links in document order, each address with each of its labels once; unlabelled ones only where no
        other link leads there.
        """
        found = {(link.url, link.kind, link.label): link for link in self._read_links()}
        labelled = {(url, kind) for url, kind, label in found if label}
        return tuple(link for (url, kind, label), link in found.items() if label or (url, kind) not in labelled)

    @cached_property
    def anchors(self) -> tuple[Link, ...]:
        """Those of the links that a reader follows: anchors, frames, stub redirects and literals; no images."""
        return tuple(link for link in self.links if link.kind != "image")

    def link(self, reference: str, *, text: str = "", title: str = "", kind: str = "anchor") -> Link | None:
        """Return the link that a reference on this page makes; None where it leads to no http document."""
        if reference[:1].isalnum() or reference[:1] == ".":
            start = "" if reference.startswith(("http://", "https://")) else self._starts[1]
        elif reference[:1] == "/" and reference[1:2] not in ("/", "\\"):
            start = self._starts[0]
        else:
            start = self.base
        return _link(start, self._origin, reference, text, title, kind)

    def _read_links(self) -> Iterator[Link]:
        for node in self._linking:
            yield from self._element_links(node)
        yield from self._stub_links()
        yield from self.row_links()

    def _element_links(self, node: LexborNode) -> Iterator[Link]:
        tag = node.tag
        if tag in ("base", "meta"):
            return
        attributes = node.attributes
        title = attributes.get("title") or ""
        if tag == "img":
            source = attributes.get("src")
            link = self.link(source, title=attributes.get("alt") or title, kind="image") if source else None
            if link:
                yield link
            return
        if tag in ("frame", "iframe"):
            yield from self._frame_links(attributes.get("src") or "", title)
            return
        text = node.text(deep=True) if tag != "area" else attributes.get("alt") or ""
        if not text.strip() and tag == "a":
            image = node.css_first("img")
            text = (_attribute(image, "alt") or _attribute(image, "title")) if image else ""
        reference = attributes.get("href") or (attributes.get("value") if tag == "option" else "") or ""
        scripted = reference.lower().startswith("javascript:")
        if reference and not scripted and (link := self.link(reference, text=text, title=title)):
            yield link
        for literal in (reference if scripted else "", attributes.get("onclick") or ""):
            for move in MOVES.finditer(literal) if literal else ():
                if link := self.link(move["target"], text=text, title=title, kind="script"):
                    yield link

    def _frame_links(self, source: str, title: str) -> Iterator[Link]:
        if (link := self.link(source, title=title, kind="frame")) is not None:
            yield link
            if (
                (file := VIEWER_FILE.search(source))
                and "{{" not in file[1]
                and (shown := self.link(file[1], title=title, kind="frame"))
            ):
                yield shown

    def _stub_links(self) -> Iterator[Link]:
        """Yield where a page sends its reader on its own account: meta refresh, and `location.href` of a page that is
        little else.
        """
        for node in (node for node in self._linking if node.tag == "meta"):
            if (target := REFRESH.search(_attribute(node, "content"))) and (
                link := self.link(target[1], kind="refresh")
            ):
                yield link
        if len(self.text) < LONGEST_STUB and self.tree.css_first("a[href]") is None:
            for script in self.tree.css("script"):
                for move in MOVES.finditer(script.text(deep=True) or ""):
                    if link := self.link(move["target"], kind="refresh"):
                        yield link

    def row_links(self) -> Iterator[Link]:
        """Yield the anchors inside CDATA sections and script text: the rows of jpage lists."""
        if "<![CDATA[" not in self.text:
            return
        for section in re.findall(r"<!\[CDATA\[(.*?)\]\]>", self.text, re.DOTALL):
            yield from self.fragment_links(section)

    def fragment_links(self, fragment: str) -> Iterator[Link]:
        """Yield the anchors of a piece of HTML that stands in a script, in JSON or in CDATA."""
        for anchor in ROW_ANCHOR.finditer(fragment):
            attributes = {
                found["name"].lower(): html.unescape(found["double"] or found["single"] or found["bare"] or "")
                for found in ATTRIBUTE.finditer(anchor["attributes"])
            }
            text = html.unescape(TAG.sub("", anchor["text"]))
            if link := self.link(attributes.get("href", ""), text=text, title=attributes.get("title", "")):
                yield link


def decode(body: bytes, content_type: str = "") -> str:
    """Return the text of a body: by its byte order mark, else strictly as declared (header, then meta), as UTF-8, as
    GB 18030; where nothing fits, by the declared charset with replacements.
    """
    for mark, charset in BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(charset, "replace")
    declared = [found[1] for found in [HEADER_CHARSET.search(content_type)] if found]
    declared += [found[1].decode() for found in [META_CHARSET.search(body[:4096])] if found]
    trials = [name for name in (_known_charset(name) for name in declared) if name] + ["utf-8", "gb18030"]
    for charset in dict.fromkeys(trials):
        try:
            return body.decode(charset)
        except UnicodeDecodeError:
            continue
    return body.decode(trials[0], "replace")


def squeeze(text: str) -> str:
    """Return a label on one line, entities resolved, without runs of blanks."""
    return SPACE.sub(" ", text).strip()


@lru_cache(REMEMBERED)
def _link(start: str, origin: str, reference: str, text: str, title: str, kind: str) -> Link | None:
    """Return the link that a reference makes where links start from `start`, on a page of `origin`."""
    if reference[:11].lower().startswith(("javascript:", "mailto:", "tel:", "data:", "about:")):
        return None
    url = resolve(start, reference)
    return None if url is None else Link(same_scheme(url, origin), squeeze(text), squeeze(title), kind)


def _known_charset(name: str) -> str:
    """Return the codec for a declared name, the wider one for the GB family; "" where it says nothing."""
    name = name.lower()
    if name in WIDER:
        return WIDER[name]
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""


def _attribute(node: LexborNode | None, name: str) -> str:
    return (node.attributes.get(name) or "") if node is not None else ""
