"""A fetched page as the list readers see it: a document, what its scripts tell, and its links with all that says where
they lead: those of its elements (`crawler.markup`), of its scripts (`crawler.js`), and of data (`crawler.literals`), an
answer in JSON or XML by the same rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from selectolax.lexbor import LexborNode

from crawler.document import Document, Link
from crawler.drawn import undrawn_links
from crawler.js.browser import tell
from crawler.js.told import Answered, Ask, Script, Told
from crawler.js.values import GAP
from crawler.labels import attribute, label_of, squeeze
from crawler.literals import code_links, data_links
from crawler.markup import markup_links
from crawler.relevance import is_report_column, is_report_title

# Script files that say nothing of a portal's own lists.
LIBRARY = re.compile(
    r"(?i)jquery|bootstrap|layui|layer|vue|react|angular|avalon|axios|swiper|echarts|element|lodash|underscore|moment|require"
    r"|zepto|^prototype|polyfill|html5|respond|wow\b|animat|slide|slick|easing|lazyload|qrcode|share|baidu|hm\.js|analytics|tongji"
    r"|count|barrier|wza|pinyin|md5|crypto|base64|font|print|clipboard|player|video|ueditor|datepicker|laydate"
    r"|art-?template|template-(?:web|native|simple)|baidutemplate|mustache|handlebars|juicer|jsrender|tmpl|\bdot(?:\.min)?\.js"
    r"|\bmui(?:\.min)?\.js|\bext(?:-\w+)*\.js|\b(?:[dz]|js|fancy)tree|alpine|pinia|hits|visit|click|\bstat\b|tongji|dyn"
    r"|mobile|big5|jianfan|(?:^|/)fan\w*\.js|calendar|validate|login|float|scroll|marquee|weather"
)
LIBRARY_FOLDER = re.compile(r"(?i)/(?:jquery|bootstrap|layui|layer|easyui|ueditor|ckeditor|echarts|swiper)[\w.-]*/")
# One is in each page whose scripts lead anywhere.
ACTING = (
    "onclick=", "onchange=", "javascript:", ".change(", "ajax", "$.get", "$.post", "getJSON", "fetch(", "axios",
    "XMLHttp", ".load(", ".click(", ".on(", "addEventListener", "document.write", "innerHTML", ".html(", ".append",
    "onload=", ".js", "loadXML(", "pager.", "Pager(", "agination(", "value=下", "value='下", 'value="下',
)  # fmt: skip
# Some are written by a server.
SCRIPTED = (".js", ".mjs", ".asp", ".aspx", ".ashx", ".axd", ".php", ".jsp", ".xhtml", ".do", ".action")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "dt", "legend")
CONTROLS = "a[href^='#'], a[href^='javascript:' i], a[onclick], span[onclick], li[onclick], button"
MORE_WORDS, MOST_DIGITS = re.compile(r"(?:点击)?(?:加载|查看)更多|load more", re.IGNORECASE), 3
CHOICE = re.compile(r"<select\b|<(?:button|input)\b(?=[^>]*\bsubmit\b)(?=[^>]*\bname=)")  # in a form
TURNING = re.compile(r"\W*(?:\d{1,3}|下一?页|后一?页|加载更多|next)\W*|.{0,12}(?:年报|年度报告)", re.IGNORECASE)
EMPTY_PAGER = re.compile(  # an element that a script fills
    r"<(div|ul|ol|p|span|td|nav)\b[^<>]{0,80}\s(?:id|class)\s*=\s*[\"']?(?:[\w-]{0,40}[\s_-])?(?:page|pagi|fenye)[^<>]{0,80}>\s*</\1\s*>",
    re.IGNORECASE,
)
DATA_TYPES = frozenset(("application/json", "application/ld+json", "text/template", "text/html", "text/xml"))
# A piece of a bundle of webpack: what other pieces of it wait for. A library's is read no further than that.
CHUNK_NAME = re.compile(r"chunk-[\w-]+\.[0-9a-f]{6,}\.js")
CHUNK = re.compile(r"[^(]{0,300}\([^(){}]{1,120}\)\.push\(\[\[[^][]{1,300}\],")
UNTOLD = "%EF%BF%BD"  # what is not known, in an address that scripts write
LONGEST_HEARD = 1_200_000  # characters of a script: what is longer is a library
MOST_SCRIPTS = 4  # files of its markup that a page without rows is read with


class Page(Document):
    """A document with what its scripts tell where they are heard (`acts`): `file` gives the texts of its script files
    by address. An answer to one of a page's requests has that page, with this answer among its `answers`, as its
    `asker`.
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
        super().__init__(url, text, charset=charset, referrer=referrer)
        self.acts = acts
        self.answers = tuple(answers)
        self.file: Callable[[str], str | None] = _no_file
        self.near: Callable[[str], object] = _no_file  # whether a script file of another host may be asked for
        self.followed: frozenset[str] = frozenset()  # the words of what was clicked already, on a page that was written
        self.asker: Page | None = None
        self.before: Page | None = None  # the same page without the last answer

    def answered(self, *answers: Answered) -> Page:
        """Return the page as it is once these answers to its requests have come."""
        page = Page(self.url, self.text, charset=self.charset, acts=True, answers=(*self.answers, *answers))
        page.file, page.near = self.file, self.near
        page.strike = self.strike
        page.before = self
        return page

    @cached_property
    def script_files(self) -> tuple[str, ...]:
        """The portal's script files that are no libraries, the last one first: it is the page's own."""
        found: dict[str, None] = {}
        for node in self.linking:
            source = attribute(node, "src") if node.tag == "script" else ""
            folder, _, name = source.partition("?")[0].rpartition("/")
            is_library = LIBRARY.search(name) or LIBRARY_FOLDER.search(f"{folder}/")
            if not name.endswith(SCRIPTED) or (is_library and not CHUNK_NAME.fullmatch(name)):
                continue
            link = self.link(source, kind="fragment")
            if link is not None and self._is_own(link.url):
                found[link.url] = None
        return tuple(reversed(found))

    def _is_own(self, url: str) -> bool:
        """Say whether a script file is at the page's own host, or at another one of its portal."""
        return bool(url.startswith(self.origin + "/") or self.near(url) or self.file(url))

    @cached_property
    def lacking(self) -> tuple[str, ...]:
        """The script files that are not at hand: the page's own, then those that these would load."""
        own = tuple(url for url in self.script_files[:MOST_SCRIPTS] if self.file(url) is None)
        return own or tuple(filter(self._is_own, self.told.files))

    @cached_property
    def has_loose_ends(self) -> bool:
        """Whether there is something that no script at hand tells: a function that is not there is called, an anchor of
        a pager leads nowhere, or a pager is still to be written.
        """
        told = self.told
        is_lacking = EMPTY_PAGER.search(self.text) or told.missing or told.files
        if is_lacking or any(ask.url.startswith(GAP) for ask in told.asks):
            return True
        causes = (ask.cause for ask in self.told.asks if ask.cause is not None and not isinstance(ask.cause, str))
        clicked = {cause.mem_id for cause in causes}
        return any(TURNING.fullmatch(words) for node, words in self._controls if node.mem_id not in clicked)

    @cached_property
    def unturned(self) -> int:
        """The greatest number on the controls of a pager where it calls what is not known; two where there is but one
        for more; 0 without any.
        """
        if not self.told.missing:
            return 0
        numbers = [int(words) for _, words in self._controls if words.isdecimal() and len(words) < MOST_DIGITS]
        return max(*numbers, 2 * any(MORE_WORDS.fullmatch(words) for _, words in self._controls), 0)

    @cached_property
    def _controls(self) -> list[tuple[LexborNode, str]]:
        """The elements with which scripts may do something when they are clicked, and their words."""
        nodes = self.tree.css(CONTROLS) if self.has('href="#', "href='#", "javascript:", "<button", "onclick=") else []
        return [(node, (node.text(deep=True) or "").strip("[]【】 \t\r\n")) for node in nodes]

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
                if LIBRARY.search(url.rpartition("/")[2]) and (start := CHUNK.match(code)):
                    code = f"{start[0]}{{}}])"
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
            if not (ask.moves and ask.cause is None):
                found += actor.led_by(ask, kind="script" if ask.moves else "fragment")
        return tuple(found)

    def led_by(self, ask: Ask, kind: str) -> Iterator[Link]:
        """Yield the link that a request of the scripts makes, where all of it is known."""
        link = self.link(ask.url, text=words_of(ask), kind=kind) if GAP not in ask.url + (ask.body or "") else None
        if link is not None:
            is_plain = ask.body is None and not ask.headers
            yield link if is_plain else replace(link, form=ask.body, json=ask.json, headers=ask.headers)

    @cached_property
    def written_links(self) -> tuple[Link, ...]:
        """The links that the scripts write."""
        return tuple(link for link in self._written if UNTOLD not in link.url)

    @property
    def writes_unknown(self) -> bool:
        """Whether the scripts write links of which they do not tell all: what is lacking may stand in a file."""
        return any(UNTOLD in link.url for link in self._written)

    @cached_property
    def _written(self) -> tuple[Link, ...]:
        if not self.told.written:
            return ()
        written = Page(self.base, self.told.written, charset=self.charset)
        written.followed = frozenset(squeeze(words_of(ask)) for ask in self.told.asks if ask.moves)
        return written.links

    @cached_property
    def moves(self) -> list[Link]:
        """Where the scripts go by themselves."""
        going = (ask for ask in self.told.asks if ask.moves and ask.cause is None)
        return [link for ask in going for link in self.led_by(ask, kind="refresh")]

    @cached_property
    def base(self) -> str:
        """The address that relative links start from: of a fragment that a page has asked for, that page's."""
        return self.asker.base if self.asker and self.is_fragment else super().base

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

    def _read_links(self) -> Iterator[Link]:
        yield from self.told_links
        for url in self.script_files if self.acts else ():  # one may hold all rows of a list that another one draws
            yield from (
                link
                for link in code_links(self, self.file(url) or "")
                if is_report_title(link.label) and link.label not in self.told_labels
            )
        drawn = [link for link in self.told_links if link.label and link.kind != "fragment"] if self.is_data else []
        if not self.is_data:
            yield from markup_links(self)
        else:
            yield from undrawn_links(self, drawn) if drawn else data_links(self)

    @cached_property
    def under_column_heading(self) -> frozenset[bytes]:
        """The links (by key) that stand under a heading that is the name of the column of reports, up to the next one,
        as on a page that shows several columns.
        """
        found: set[bytes] = set()
        for heading in self.tree.css(", ".join(HEADINGS)) if self.has("年报", "年度报告") else ():
            node = heading.next if is_report_column(heading.text()) else None
            while node is not None and node.tag not in HEADINGS:
                anchors = [node, *node.css("a[href]")] if node.is_element_node else []
                links = (self.link(attribute(anchor, "href")) for anchor in anchors)
                found |= {link.key for link in links if link is not None}
                node = node.next
        return frozenset(found)

    @cached_property
    def told_labels(self) -> frozenset[str]:
        """The words of the links that the scripts lead to."""
        told = frozenset(link.label for link in self.told_links if link.label and link.kind != "fragment")
        return told | self.followed - {""}


def words_of(ask: Ask) -> str:
    """Return the words of what is clicked for a request; "" of one that is made at once."""
    cause = ask.cause
    if cause is None or isinstance(cause, str):
        return cause or ""
    return label_of(cause, cause.tag or "", titled=False)


def _no_file(_: str) -> str | None:
    return None
