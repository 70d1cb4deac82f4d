"""A fetched page as the list readers see it: text decoded once, what its scripts tell, and its links with all that
says where they lead: those of its elements (`crawler.markup`), of its scripts (`crawler.js`), and of data
(`crawler.literals`), an answer in JSON or XML by the same rules.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import quote

from selectolax.lexbor import LexborHTMLParser, LexborNode
from stringzilla import find

from crawler.addresses import SAFE_QUERY, address_key, resolve, same_scheme
from crawler.decoding import decode_named
from crawler.drawn import undrawn_links
from crawler.js.browser import tell
from crawler.js.told import Answered, Ask, Headers, Script, Told
from crawler.js.values import GAP
from crawler.labels import attribute, is_xml, label_of, squeeze
from crawler.limits import tree_of
from crawler.literals import data_links
from crawler.markup import LAZY_PICTURE, markup_links

# Attributes, besides those of HTML, in which portals keep an address for a script to open or to load.
DATA_ATTRIBUTE = re.compile(r"\s(data-[a-z][a-z-]{0,30})\s*=\s*[\"']?(?=[^\s\"'<>(){},;]{0,300}[/.]\w)")
NAMED_ADDRESS = re.compile(
    r"data-(?!.*(?:api|base))[a-z-]*(?:href|url|uri|link|src|path|load|file|pdf|ajax|remote|address|next)"
)
OWN_ATTRIBUTES = ("hx-get", "_href", "_src", "linkurl")
# Attributes, whatever has them: to ask for the names of elements first would cost three times as much.
LINKING = "[href], [src], [srcdoc], [value], [onclick], object[data], script, textarea, meta[http-equiv=refresh i]"
MARKUP = re.compile(r"<(?:!doctype|html|head|body|title|base|frameset)\b", re.IGNORECASE)
DATA = re.compile(r"\s*(?:[\w$.]{1,80}\s*\(\s*)?[{\[]")  # JSON, or JSONP
# Script files that say nothing of a portal's own lists.
LIBRARY = re.compile(
    r"(?i)jquery|bootstrap|layui|layer|vue|react|angular|avalon|axios|swiper|echarts|element|lodash|underscore|moment|require"
    r"|zepto|polyfill|html5|respond|wow\b|animat|slide|slick|easing|lazyload|qrcode|share|baidu|hm\.js|analytics|tongji"
    r"|count|barrier|wza|pinyin|md5|crypto|base64|font|print|clipboard|player|video|ueditor|datepicker|laydate"
    r"|art-?template|template-(?:web|native|simple)|baidutemplate|mustache|handlebars|juicer|jsrender|tmpl|\bdot(?:\.min)?\.js"
    r"|\b[dz]tree|hits|visit|click|\bstat\b|tongji|dyn"
    r"|mobile|big5|jianfan|(?:^|/)fan\w*\.js|calendar|validate|login|float|scroll|marquee|weather"
)
LIBRARY_FOLDER = re.compile(r"(?i)/(?:jquery|bootstrap|layui|layer|easyui|ueditor|ckeditor|echarts|swiper)[\w.-]*/")
# One is in each page whose scripts lead anywhere.
ACTING = (
    "onclick=", "onchange=", "javascript:", ".change(", "ajax", "$.get", "$.post", "getJSON", "fetch(", "axios",
    "XMLHttp", ".load(", ".click(", ".on(", "addEventListener", "document.write", "innerHTML", ".html(", ".append",
    "onload=", ".js", "loadXML(", "pager.", "Pager(", "agination(", "value=下", "value='下", 'value="下',
)  # fmt: skip
SCRIPTED = (".js", ".mjs", ".asp", ".aspx", ".ashx", ".php", ".jsp", ".do", ".action")  # some are written by a server
IDLE = "a[href^='#'], a[href^='javascript:;' i], a[href^='javascript:void' i]"
CHOICE = re.compile(r"<select\b|<(?:button|input)\b(?=[^>]*\bsubmit\b)(?=[^>]*\bname=)")  # in a form
TURNING = re.compile(r"\W*(?:\d{1,3}|下一?页|后一?页|加载更多|next)\W*|.{0,12}(?:年报|年度报告)", re.IGNORECASE)
DATA_TYPES = frozenset(("application/json", "application/ld+json", "text/template", "text/html", "text/xml"))
LONGEST_HEARD = 1_200_000  # characters of a script: what is longer is a library
MOST_SCRIPTS = 3  # files of its markup that a page without rows is read with
REMEMBERED = 1 << 16  # links: some hundred portals' menus, which every page repeats; about 40 MB
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


class Page:
    """A decoded HTML page, or an answer in JSON or XML; `url` is the address that answered, `charset` its encoding.

    `acts` says that its scripts are heard, too (`told`), `files` are the texts of its script files by address. An
    answer to one of a page's requests has that page, with this answer among its `answers`, as its `asker`; `referrer`
    is where the links of a fragment start without one; `strike` takes what says nothing off the addresses of its links.
    """

    def __init__(
        self,
        url: str,
        text: str,
        *,
        charset: str = "utf-8",
        referrer: str = "",
        acts: bool = False,
        answers: Sequence[Answered] = (),
    ) -> None:
        self.url = url
        self.text = text
        self.charset = charset
        self.referrer = referrer
        self.acts = acts
        self.answers = tuple(answers)
        self.file: Callable[[str], str | None] = _no_file
        self.strike: Callable[[str], str] | None = None
        self.followed: frozenset[str] = frozenset()  # the words of what was clicked already, on a page that was written
        self.asker: Page | None = None
        self.before: Page | None = None  # the same page without the last answer

    @classmethod
    def from_bytes(cls, url: str, body: bytes, content_type: str = "", *, referrer: str = "") -> Page:
        """Return the page that a body holds, decoded by `decode`."""
        text, charset = decode_named(body, content_type)
        return cls(url, text, charset=charset, referrer=referrer)

    def answered(self, *answers: Answered) -> Page:
        """Return the page as it is once these answers to its requests have come."""
        page = Page(self.url, self.text, charset=self.charset, acts=True, answers=(*self.answers, *answers))
        page.file = self.file
        page.strike = self.strike
        page.before = self
        return page

    @cached_property
    def utf8(self) -> bytes:
        """The text as bytes."""
        return self.text.encode("utf-8", "replace")

    def has(self, *marks: str) -> bool:
        """Say whether one of some words stands in the text: in a twentieth of the time that `in` takes for most."""
        return any(find(self.utf8, mark.encode()) >= 0 for mark in marks)

    @cached_property
    def is_fragment(self) -> bool:
        """Whether the text is no page of its own: a piece of HTML, JSON, or the like."""
        return MARKUP.search(self.text[:4000]) is None and not is_xml(self.text)

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
            return self.asker.base if self.asker else self.referrer or self.url
        node = next((node for node in self.linking if node.tag == "base"), None)
        return (resolve(self.url, attribute(node, "href")) if node else None) or self.url

    @cached_property
    def linking(self) -> list[LexborNode]:
        """The elements that lead anywhere, in document order: found in one walk over the tree."""
        lazy = [f"img[{name}]" for name in LAZY_PICTURE if self.has(f" {name}=")]
        found: list[LexborNode] = self.tree.css(
            ", ".join([LINKING, *(f"[{name}]" for name in self.address_attributes), *lazy])
        )
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

    @cached_property
    def script_files(self) -> tuple[str, ...]:
        """The script files of the page's own host that are no libraries, the last one first: it is the page's own."""
        found: dict[str, None] = {}
        for node in self.linking:
            source = attribute(node, "src") if node.tag == "script" else ""
            folder, _, name = source.partition("?")[0].rpartition("/")
            if not name.endswith(SCRIPTED) or LIBRARY.search(name) or LIBRARY_FOLDER.search(f"{folder}/"):
                continue
            link = self.link(source, kind="fragment")
            if link is not None and link.url.startswith(self.origin + "/"):
                found[link.url] = None
        return tuple(reversed(found))

    @cached_property
    def lacking(self) -> tuple[str, ...]:
        """The script files that are not at hand: the page's own, then those that these would load."""
        own = tuple(url for url in self.script_files[:MOST_SCRIPTS] if self.file(url) is None)
        return own or tuple(url for url in self.told.files if url.startswith(self.origin + "/"))

    @cached_property
    def has_loose_ends(self) -> bool:
        """Whether a click would do what no script at hand tells: a function that is not there is called, or an anchor
        of a pager leads nowhere.
        """
        told = self.told
        if told.missing or told.files or any(ask.url.startswith(GAP) for ask in told.asks):
            return True
        if not self.has('href="#', "href='#", "javascript:;", "javascript:void"):
            return False
        clicked = {
            ask.cause.mem_id for ask in self.told.asks if ask.cause is not None and not isinstance(ask.cause, str)
        }
        idle = (node for node in self.tree.css(IDLE) if node.mem_id not in clicked)
        return any(TURNING.fullmatch(node.text(deep=True) or "") for node in idle)

    @cached_property
    def told(self) -> Told:
        """What the page's scripts tell: nothing where they are not heard, or where there are none."""
        filtered = self.has("<form") and CHOICE.search(self.text) is not None
        if not self.acts or not (filtered or self.is_stub or self.has(*ACTING) or self.script_files):
            return Told()
        return tell(
            self.url,
            self.tree,
            list(self._scripts()),
            charset=self.charset,
            answers=self.answers,
            resolve=self._address,
            files=self.file,
        )

    @property
    def is_stub(self) -> bool:
        """Whether the page may be little else than a script that goes elsewhere."""
        return len(self.text) < LONGEST_STUB and "location" in self.text

    def _scripts(self) -> Iterator[Script]:
        """Yield the page's scripts in order, those of files where these are known."""
        for node in self.linking if "prefetch" in self.text else ():  # parts of a bundle, in no order
            address = self._address(attribute(node, "href")) if attribute(node, "rel") == "prefetch" else ""
            if address.endswith(".js") and (code := self.file(address)):
                yield Script(code, address)
        for node in {node.mem_id: node for node in self.linking if node.tag == "script"}.values():
            if "nomodule" in node.attributes:
                continue
            kind = attribute(node, "type")
            if source := attribute(node, "src"):
                url = self._address(source)
                code = (self.file(url) if url in self.script_files else None) or ""
            else:
                url, code = "", node.text(deep=True) or ""
            if code and len(code) <= LONGEST_HEARD and kind not in DATA_TYPES:
                yield Script(code, url, is_module=kind == "module")

    def _address(self, reference: str) -> str:
        link = self.link(reference)
        return link.url if link else ""

    @cached_property
    def asks(self) -> tuple[Ask, ...]:
        """What the scripts would ask for behind the page; of an answer's page, what they ask for only now."""
        actor = self.asker or self
        before = actor.before.told.asks if actor.before else ()
        known = {ask.address: ask.cause is not None for ask in before}
        # What was made at once, or by a guess, is new where a click makes it.
        return tuple(
            ask
            for ask in actor.told.asks
            if ask.address not in known or (ask.cause is not None and not known[ask.address])
        )

    def asks_at_once(self, answer: Answered) -> bool:
        """Say whether the scripts make the request of an answer while the page is loaded."""
        made = (ask for ask in self.told.asks if ask.cause is None and not ask.moves and ask.body == answer.body)
        return any(self._address(ask.url) == answer.url for ask in made)

    @cached_property
    def told_links(self) -> tuple[Link, ...]:
        """What the scripts would lead to: where a click goes, what it asks for, and the links that they write."""
        actor = self.asker or self
        found = list(actor.written_links)
        if actor.before:
            known = set(actor.before.written_links)
            found = [link for link in found if link not in known]
        for ask in self.asks:
            if GAP in ask.url or GAP in (ask.body or "") or (ask.moves and ask.cause is None):
                continue
            link = actor.link(ask.url, text=_words_of(ask), kind="script" if ask.moves else "fragment")
            if link is not None:
                is_plain = ask.body is None and not ask.headers
                found.append(link if is_plain else replace(link, form=ask.body, json=ask.json, headers=ask.headers))
        return tuple(found)

    @cached_property
    def written_links(self) -> tuple[Link, ...]:
        """The links that the scripts write."""
        if not self.told.written:
            return ()
        written = Page(self.base, self.told.written, charset=self.charset)
        written.followed = frozenset(squeeze(_words_of(ask)) for ask in self.told.asks if ask.moves)
        return written.links

    @cached_property
    def moves(self) -> tuple[str, ...]:
        """Where the scripts go by themselves."""
        return tuple(ask.url for ask in self.told.asks if ask.moves and ask.cause is None and GAP not in ask.url)

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

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The page's links in document order, each address with each of its labels once; unlabelled ones only where no
        other link leads there.
        """
        found = {(link.key, link.kind, link.label): link for link in self._read_links()}
        bare = [key for key in found if not key[2]]
        labelled = {key[:2] for key in found if key[2]} if bare else ()
        for key in bare:
            if key[:2] in labelled:
                del found[key]
        return tuple(found.values())

    @cached_property
    def anchors(self) -> tuple[Link, ...]:
        """Those of the links that a reader follows: anchors, frames, stub redirects and literals; no images."""
        return tuple(link for link in self.links if link.kind != "image")

    def link(self, reference: str, text: str = "", title: str = "", kind: str = "anchor") -> Link | None:
        """Return the link that a reference on this page makes; None where it leads to no http document."""
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

    def _read_links(self) -> Iterator[Link]:
        yield from self.told_links
        drawn = [link for link in self.told_links if link.label and link.kind != "fragment"] if self.is_data else []
        if not self.is_data:
            yield from markup_links(self)
        else:
            yield from undrawn_links(self, drawn) if drawn else data_links(self)

    @cached_property
    def told_labels(self) -> frozenset[str]:
        """The words of the links that the scripts lead to."""
        told = frozenset(link.label for link in self.told_links if link.label and link.kind != "fragment")
        return told | self.followed - {""}


@lru_cache(REMEMBERED)
def _link(start: str, origin: str, reference: str, text: str, title: str, kind: str) -> Link | None:
    """Return the link that a reference makes where links start from `start`, on a page of `origin`."""
    if reference[:11].lower().startswith(("javascript:", "mailto:", "tel:", "data:", "about:")):
        return None
    url = resolve(start, reference)
    return None if url is None else Link(same_scheme(url, origin), squeeze(text), squeeze(title), kind)


def _words_of(ask: Ask) -> str:
    """Return the words of what is clicked for a request; "" of one that is made at once."""
    cause = ask.cause
    if cause is None or isinstance(cause, str):
        return cause or ""
    return label_of(cause, cause.tag or "", titled=False)


def _no_file(_: str) -> str | None:
    return None
