"""A portal: what it publishes (`Article`, `Column`), what is true of it (`Truth`), and the routes that play it.

A family is a subclass in `samples/families/`: it says where list pages and articles stand and how they look.
"""

# ruff: noqa: ARG002 -- a family uses what it needs of the arguments
from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from samples import chrome
from samples.form import Table
from samples.markup import rendered
from samples.wire import Answer, Delivery, Handler, Headers, Request, answer, plain

ASKED_AS_IT_IS = "/:?&=%~,;+@!$'()*[]|"  # in an address; all else is sent in percent escapes
Twist = Callable[[str, Handler], Handler]
ROBOTS = "User-agent: *\nDisallow: /search/\nDisallow: /manage/\n"


@dataclass(frozen=True, slots=True)
class Charset:
    """A page's encoding as header and meta declare it ("" not at all), and the one that it has."""

    header: str = "utf-8"
    meta: str = "utf-8"
    real: str = "utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file on an article: `label` is the link's text, `name` the file's, `media_type` what the server says."""

    label: str
    name: str
    content: bytes
    media_type: str = "application/octet-stream"
    outcome: str = "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One thing that a portal publishes, and what is true of it.

    `title` is the whole title in the list; `heading` what its page is headed with (None: the title, "": nothing).
    `dated` tells whether the page states `published`. `reading` is its gold reading where it is a report, `near_miss`
    the kind where it only looks like one. `twist` makes the handler that answers from the address and the page's own;
    `outcome` is what the address ends in. `address` is a path of its own, or an absolute one on another host; `listed`
    a path that lists name instead (a stub that leads to the page). `compose` makes a body that no blocks can express.
    """

    title: str
    published: date
    blocks: Sequence[str | Table] = ()
    style: str = "hand"
    heading: str | None = None
    dated: bool = True
    source: str = ""
    reading: Mapping[str, Any] | None = None
    near_miss: str = ""
    attachments: Sequence[Attachment] = ()
    delivery: Delivery = plain
    charset: Charset | None = None
    twist: Twist | None = None
    outcome: str = "ok"
    address: str = ""
    listed: str = ""
    compose: Callable[[Portal], str] | None = None

    @property
    def headline(self) -> str:
        """What the page is headed with."""
        return self.title if self.heading is None else self.heading


@dataclass(slots=True)
class Column:
    """A column: `slug` is its directory from the root, no slash at the ends; `columns` are its sub-columns."""

    name: str
    slug: str
    articles: list[Article] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    landing: bool = False  # the 政府信息公开 page with its five entries

    def walk(self) -> Iterator[Column]:
        """Yield the column and all below it."""
        yield self
        for column in self.columns:
            yield from column.walk()


@dataclass(slots=True)
class Truth:
    """What is true of portals, by address.

    `reports`: the gold reading. `near_misses`: the kind. `outcomes`: what an address of its own kind ends in, "ok"
    included where the way there is uncommon. `never`: not to be requested. `renditions`: the report's address, by
    that of its attachment. `traps`: beginnings of addresses where every request is a wasted one.
    """

    reports: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    near_misses: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)
    never: set[str] = field(default_factory=set)
    renditions: dict[str, str] = field(default_factory=dict)
    traps: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, portals: Iterable[Portal]) -> Truth:
        """Return the truth of all portals together."""
        whole = cls()
        for portal in portals:
            whole.reports |= portal.truth.reports
            whole.near_misses |= portal.truth.near_misses
            whole.outcomes |= portal.truth.outcomes
            whole.never |= portal.truth.never
            whole.renditions |= portal.truth.renditions
            whole.traps |= portal.truth.traps
        return whole


class Portal:
    """A portal of no special family; families override how addresses and pages look.

    `routes` maps a path (with its query, where that matters) to a handler, `prefixes` the beginnings of paths.
    """

    family: ClassVar[str] = ""
    article_marks: ClassVar[str] = "div.article"  # the container whose text is the article's, as a CSS selector
    # Paths, of which `{slug}` and `{column}` are a column's directory and number, `{number}` and `{day}` an article's.
    column_at: ClassVar[str] = "/{slug}/index.html"
    article_at: ClassVar[str] = ""
    server: ClassVar[str] = "nginx"
    registered = True
    robots: str | None = ROBOTS
    charset = Charset()
    banner_links = ""  # HTML beside the banner's own
    listens = True
    tls: ssl.SSLContext | None = None

    def __init__(
        self,
        host: str,
        authority: str,
        level: str,
        division_code: str,
        columns: Sequence[Column] = (),
        *,
        start: str = "/",
    ) -> None:
        self.host = host
        self.authority = authority
        self.level = level
        self.division_code = division_code
        self.columns = columns
        self.start = start
        self.origin = ""
        self.port = ""
        self.truth = Truth()
        self.routes: dict[str, Handler] = {}
        self.prefixes: dict[str, Handler] = {}
        self.stubs: dict[str, tuple[Handler, str]] = {}  # paths with a handler and an outcome of their own
        self.paths: dict[int, str] = {}  # of articles, by identity

    @property
    def start_url(self) -> str:
        """The address in the register."""
        return self.origin + self.start

    def settle(self, port: int) -> None:
        """Take the port and build all routes and the truth by address."""
        self.port = str(port)
        self.origin = f"{'https' if self.tls else 'http'}://{self.host}:{port}"
        self.build()

    def reply(self, request: Request) -> Answer:
        """Return the answer to a request; the portal's 404 page where nothing is routed."""
        if handler := self.routes.get(request.target) or self.routes.get(request.path):
            return handler(request)
        for prefix, handler in self.prefixes.items():
            if request.path.startswith(prefix):
                return handler(request)
        return answer(self.not_found_page().encode(), self.headers(Charset()), status=b"404 Not Found")

    # What families override; a portal without articles needs none of the two that only refuse

    def column_path(self, column: Column) -> str:
        """Return the path of a column's first list page."""
        return self.column_at.format(slug=column.slug, column=self.number_of(column))

    def article_path(self, column: Column, article: Article, number: int) -> str:
        """Return the path of an article; `number` is unique on the portal and grows with the date of publication."""
        return self.article_at.format(
            slug=column.slug, column=self.number_of(column), number=number, day=article.published
        )

    def build_list(self, column: Column) -> None:
        """Mount the list pages of a column."""
        raise NotImplementedError

    def article_page(self, column: Column, article: Article) -> str:
        """Return the page of an article."""
        raise NotImplementedError

    def home_page(self) -> str:
        """Return the homepage."""
        return chrome.home(self)

    def landing_page(self, column: Column) -> str:
        """Return the 政府信息公开 page with its five entries."""
        return chrome.landing(self, column)

    def not_found_page(self) -> str:
        """Return the body of a 404."""
        return (
            "<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center></body></html>"
        )

    # Building

    def build(self) -> None:
        """Mount everything: articles first, so that lists can name their addresses."""
        for column in self.walk():
            for article in column.articles:
                self._place(column, article)
        for column in self.walk():
            if column.landing:
                self.page(self.column_path(column), partial(self.landing_page, column))
            else:
                self.build_list(column)
        self.page(self.start, self.home_page)
        if self.robots is not None:
            rules = answer(self.robots.encode(), (("Content-Type", "text/plain"),))
            self.routes["/robots.txt"] = lambda _: rules
        for path in ("/search/?q=%E5%B9%B4%E6%8A%A5", "/manage/login"):
            self.never(path)
        for path, (handler, outcome) in self.stubs.items():
            self.routes[path] = handler
            self.truth.outcomes[self.origin + path] = outcome
        self.extras()

    def extras(self) -> None:
        """Mount what only this portal has."""

    def walk(self) -> Iterator[Column]:
        """Yield all columns."""
        for column in self.columns:
            yield from column.walk()

    def entries(self, columns: Iterable[Column], entry: str = '<li><a href="{}">{}</a></li>') -> str:
        """Return `entry` for each of some columns, its path and name filled in."""
        return "".join(entry.format(self.column_path(column), column.name) for column in columns)

    def lists(self) -> Iterator[str]:
        """Yield the address of each column's first list page."""
        return (self.origin + self.column_path(column) for column in self.walk())

    def page(
        self, path: str, text: Callable[[], str], *, delivery: Delivery = plain, charset: Charset | None = None
    ) -> None:
        """Mount a page of HTML, made anew on each request, in the portal's encoding or one of its own."""
        used = charset or self.charset
        self.routes[path] = lambda _: delivery(
            _declared(text(), used).encode(used.real, "xmlcharrefreplace"), self.headers(used)
        )

    def counting(self, path: str, start: int, script: str) -> None:
        """Mount a counter that is one higher on every hit; `script` is what it answers, `{}` in place of the number."""
        hits = count(start)
        headers = (("Server", self.server), ("Content-Type", "application/javascript"))
        self.routes[path] = lambda _: answer(script.format(next(hits)).encode(), headers)

    def headers(self, charset: Charset) -> Headers:
        """Return the headers of a page."""
        media_type = f"text/html; charset={charset.header}" if charset.header else "text/html"
        return (("Server", self.server), ("Content-Type", media_type))

    def never(self, address: str) -> str:
        """Book an address (or a path here) as never to be requested; return it."""
        self.truth.never.add(address if "://" in address else self.origin + address)
        return address

    def unclaim(self, articles: Iterable[Article]) -> None:
        """Take back what is said to be true of articles that the portal's lists never show."""
        for article in articles:
            path = self.paths[id(article)]
            files = (self.attachment_path(path, attachment) for attachment in article.attachments)
            for address in (self.origin + path, *(self.origin + quote(file, safe=ASKED_AS_IT_IS) for file in files)):
                for known in (self.truth.reports, self.truth.near_misses, self.truth.renditions, self.truth.outcomes):
                    known.pop(address, None)

    def path_of(self, article: Article) -> str:
        """Return the path of an article's page, or its whole address on another host."""
        return self.paths[id(article)]

    def body(self, article: Article) -> str:
        """Return the article's own HTML."""
        return article.compose(self) if article.compose else rendered(article.blocks, article.style)

    def number_of(self, column: Column) -> int:
        """Return the place of a column among all, from 1."""
        return next(number for number, known in enumerate(self.walk(), 1) if known is column)

    def column_of(self, number: str) -> Column:
        """Return the column of that place; one without rows where there is none."""
        return next((column for at, column in enumerate(self.walk(), 1) if str(at) == number), Column("", ""))

    def link_to(self, article: Article) -> str:
        """Return what lists link: the article's address, or the stub that stands before it."""
        return article.listed or self.paths[id(article)]

    def _place(self, column: Column, article: Article) -> None:
        path = article.address.replace("{port}", self.port) or self.article_path(
            column, article, 4000 + len(self.paths)
        )
        self.paths[id(article)] = path
        if "://" in path:
            self.never(path)
            return
        address = self.origin + path
        if article.reading is not None:
            self.truth.reports[address] = article.reading
        if article.near_miss:
            self.truth.near_misses[address] = article.near_miss
        if article.outcome != "ok" or article.twist or article.delivery is not plain:
            self.truth.outcomes[address] = article.outcome
        for attachment in article.attachments:
            self._hang(path, article, attachment)
        self.page(path, lambda: self.article_page(column, article), delivery=article.delivery, charset=article.charset)
        if article.twist:
            self.routes[path] = article.twist(path, self.routes[path])

    def attachment_path(self, article_path: str, attachment: Attachment) -> str:
        """Return the path of a file that hangs on an article."""
        return f"/uploadfile/{attachment.name}"

    def _hang(self, path: str, article: Article, attachment: Attachment) -> None:
        place = self.attachment_path(path, attachment)
        headers = (("Server", self.server), ("Content-Type", attachment.media_type))
        self.routes[place] = lambda _: answer(attachment.content, headers)
        address = self.origin + quote(place, safe=ASKED_AS_IT_IS)
        if article.reading is not None and attachment.outcome == "ok":
            self.truth.renditions[address] = self.origin + path
        if attachment.outcome != "ok":
            self.truth.outcomes[address] = attachment.outcome


def _declared(text: str, charset: Charset) -> str:
    """Return the page with the encoding that its meta is to declare; pages are written with `utf-8` there."""
    declaration = '<meta charset="utf-8">'
    return text.replace(declaration, f'<meta charset="{charset.meta}">' if charset.meta else "", 1)


Row = Callable[[str, Path | None], Portal]
