"""What an answer is, before anybody asks what it says: one outcome for each response or failure, recognised from its
bytes alone.

The words are those of the ledger and of the archive's metadata. A block is recorded and never worked around.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qsl, urljoin, urlsplit

from stringzilla import find

from archive.http_message import is_whole_part
from crawler.addresses import canonical, resolve
from crawler.genre import looks_like_report

# Ends that had an answer.
ANSWERED = (
    "ok", "not_modified", "redirect", "cookie_bounce", "not_found", "soft_404", "spa_shell", "http_error",
    "challenge_ruishu", "challenge_jsl", "challenge_cookie_js", "waf_denied", "forbidden", "geo_fenced",
    "rate_limited", "captcha",
    "truncated", "malformed", "bad_encoding", "wrong_type", "too_large", "timeout", "unread",
)  # fmt: skip
# Ends without one: nothing crossed the wire, or nothing came back.
UNANSWERED = (
    "dns_failed", "connection_failed", "tls_failed", "robots_denied", "host_refused", "address_refused",
    "over_budget", "host_stopped", "owner_objects",
)  # fmt: skip
OUTCOMES = frozenset(ANSWERED + UNANSWERED)
# Refusals: the portal, or something before it, would not show the page to us. Never "no report was published".
BLOCKED = frozenset(
    (
        "challenge_ruishu", "challenge_jsl", "challenge_cookie_js", "waf_denied", "forbidden", "geo_fenced",
        "rate_limited", "captcha", "host_stopped",
    )
)  # fmt: skip
# After one of these the host is left alone for the day.
STOPPING = frozenset(("challenge_ruishu", "challenge_jsl", "challenge_cookie_js", "waf_denied", "geo_fenced"))
# Worth another attempt, later and a few times at most.
TRANSIENT = frozenset(
    ("rate_limited", "http_error", "timeout", "connection_failed", "truncated", "malformed", "dns_failed")
)

RUISHU = re.compile(rb"\$_ts\b|\$_[a-z]{2}\s*=|FSSBBIl1UgzbN7N|\br=['\"]m['\"]")
RUISHU_MARKS = (b"$_", b"FSSBBIl1UgzbN7N", b"r='m", b'r="m')
JSL = re.compile(
    rb"__jsl_?(clearance|uid)|document\.cookie\s*=\s*\(.{0,4000}?location\.href\s*=\s*location\.pathname|;\s*go\(\{\"bts\"",
    re.DOTALL,
)
JSL_MARKS = (b"__jsl", b"document.cookie", b'go({"bts"')
COOKIE_SCRIPT = re.compile(
    rb"document\.cookie\s*=|acw_sc__v2|wzws(template|challenge|confirm)|__tst_status|EO_Bot_Ssid|edgeone|_Incapsula_Resource",
    re.IGNORECASE,
)
RELOADS = re.compile(
    rb"location\s*(\.\s*(reload|replace|href)|\s*=)|wzws|acw_sc__v2|EO_Bot_Ssid|_Incapsula_Resource", re.IGNORECASE
)
# Scripts that are written not to be read, on a page that has nothing else.
OBFUSCATED = re.compile(
    rb"\beval\s*\(|_0x[0-9a-f]{4,6}|String\.fromCharCode|\batob\s*\(|document\.cookie|(?:\\x[0-9a-f]{2}){8}"
)
INTERSTITIAL = (b"cf-chl", b"_cf_chl", b"challenge-platform", b"/_guard/", b"__guard", b"yunsuo_session")
WAF = re.compile(
    "电信云防护|云防护|防护|拦截|防火墙|非法请求|访问被拒绝|请求被阻断|网站管理员"
    "|WAF|reason:GeoBL|Access Denied|Request (ID|blocked)|event_?id"
    "|Wangsu|网宿|Tencent Cloud|EdgeOne|safedog|安全狗|云锁|yundun|yunjiasu|知道创宇|创宇盾|玄武盾"
    "|雷池|SafeLine|长亭|360wzb|errors\\.aliyun|Incapsula|Imperva|Cloudflare|Anti-?DDoS|X-Via",
    re.IGNORECASE,
)
GEO = re.compile(
    r"GeoBL|境外|海外(地区|用户|IP)|您所在的(国家|地区)"
    r"|not available in your (country|region)|地区.{0,8}(限制|无法)访问",
    re.IGNORECASE,
)
GONE = re.compile(
    r"找不到|(页面|网页|文章|信息|内容|栏目|资源|文件|地址)(不存在|未找到|已删除|不见了|丢失|走丢了|没有找到|无法访问|已失效)|您(访问|查看|浏览)的(页面|网页|内容)"
    r"|您要(访问|查看|浏览)的|已被删除|不存在或已|无法找到|没有找到(该|您|相关)?(页面|网页|文件)"
    r"|page not found|404\s*(not found|错误|error)|error\s*404",
    re.IGNORECASE,
)
GONE_TITLE = re.compile(
    r"<title>\s*(?:404\b[^<]{0,40}|[^<]{0,20}(?:页面不存在|找不到(?:该)?页面|页面未找到|404页面|出错啦?)[^<]{0,20})</title>",
    re.IGNORECASE,
)
# The same in the midst of a portal's menus and news: it says when it will lead on, or stands in a box for errors.
GONE_AMIDST = re.compile(
    r"(?:class|id)=[\"']?[\w -]*(?:err|404|not-?found|no-?page)[^>]*>(?:(?!</div>).){0,400}?(?:GONE)"
    r"|(?:GONE)(?:[^<>]|<[^<>]*>){0,120}?秒钟?(?:之?后|内)".replace("GONE", GONE.pattern),
    re.IGNORECASE | re.DOTALL,
)
SCRIPT = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL)
GONE_BYTES, FORM_BYTES = (
    tuple(word.encode(charset) for word in words for charset in ("utf-8", "gb18030"))
    for words in (("不存在", "删除", "找不到", "未找到", "没有找到", "失效"), ("勾稽关系", "第二十条第"))
)
BROKEN = re.compile(
    r"HTTP Status 5\d\d|java\.(?:lang|sql|io|util)\.\w+|服务器(?:内部)?错误"
    r"|系统(?:异常|繁忙|维护)|网站(?:正在)?维护|ORA-\d{5}|Server Error in '/"
)
TOO_OFTEN = re.compile(
    r"(访问|请求|操作)(速度|频率)?(过于?|太过?)(频繁|快|高)|too many requests|超过.{0,6}访问(次数|频率)", re.IGNORECASE
)
NOT_ASCII = re.compile(r"[^\0-\x7f]")  # bytes of an address, whatever they are encoded in: they go back as they came
REFRESH = re.compile(r"(?i)\s*[0-5]\s*[;,]\s*url\s*=\s*[\"']?([^\"']+)")  # the header: of a stub that leads on at once
LOG_IN = re.compile(r"(?i)/(login|signin|sso|cas|passport|oauth2?)([/.]|$)")
HOMEPAGE = re.compile(r"(?i)/?(?:(?:index|default|main|home)\.\w+)?")
ERROR_PAGE = re.compile(
    r"(?i)/(?:(?:page|err|error)?_?404_?(?:page|error)?|(?:page_?)?not_?found|err(?:or)?s?(?:page)?)(?:[/.]|$)"
)
WORD_EXPORT = (b"urn:schemas-microsoft-com:office", b"content=Word.Document", b'content="Word.Document')
APP = re.compile(rb"<div[^>]*\sid\s*=\s*[\"']?(?:app|root|__next|__nuxt|q-app)\b", re.IGNORECASE)
CAPTCHA = re.compile("验证码|captcha|滑动验证|安全验证|人机验证", re.IGNORECASE)
SLIDER = re.compile("滑块|滑动验证|拖动|人机验证")
# The link to a file, by its address or its words, on a page that stands in its place.
ANCHOR = re.compile(r"<a\s([^>]{1,600})>(.{0,200}?)</a", re.IGNORECASE | re.DOTALL)
FILE_REFERENCE = re.compile(r"\bhref\s*=[^>]{0,600}?\.(?:pdf|docx?|xlsx?|wps|ofd|zip|rar)\b", re.IGNORECASE)
OFFER = re.compile(r"下载|download", re.IGNORECASE)
# What a reader fills in: where there is more than the code itself, the form is for something that is sent.
FILLED_IN = re.compile(
    rb"<textarea\b|<select\b|<input\b(?![^>]*\btype\s*=\s*[\"']?(?:hidden|submit|button|image|reset|checkbox|radio))",
    re.IGNORECASE,
)
HIDDEN = re.compile(
    rb"<(script|style|noscript|template)\b.*?(</\1\s*>|\Z)|<!--.*?(-->|\Z)|<[^>]*(?:>|\Z)", re.IGNORECASE | re.DOTALL
)
LINK = re.compile(
    rb"<a\s[^>]*href|<loc>|<frame\b|<iframe\b|http-equiv=.?refresh|<record>|<table|<area\b|<option\b|\bonclick\s*="
    rb"|\.submit\s*\(|\blocation(?:\.href)?\s*=|\blocation\.(?:assign|replace)\s*\("
    rb"|window\._CONFIG|queryData=|getgovinfolist|/site/label/"
    rb"|\$\.(?:get|post|ajax|getJSON)\s*\(|\.load\s*\(\s*[\"']|\bfetch\s*\(\s*[\"'`]|\bdata-\w+=[\"']/|<object\b|<embed\b"
    rb"|[\"'][^\"'\s<>]{1,200}\.(?:s?html?|jsp|aspx?|do|php)(?:\?[^\"'\s<>]*)?[\"']\s*[,\]})]",
    re.IGNORECASE,
)
OPENED = re.compile(rb"<body\b", re.IGNORECASE)
CLOSED = re.compile(rb"</(?:body|html)\s*>", re.IGNORECASE)
WHOLE_END = re.compile(rb"(?:</html\s*>|%%EOF)\s*\Z", re.IGNORECASE)
HTML = re.compile(
    rb"\s*(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*<(!doctype|html|head|body|script|meta|title|div|table|\?xml|!--|frameset|ucap|h\d|p\b)",
    re.IGNORECASE,
)
DOCUMENT = re.compile(rb"<(?:!doctype|html|head|body|title)\b", re.IGNORECASE)  # of a page, as against a piece of one
DOCUMENTS = {b"%PDF": "pdf", b"PK\x03\x04": "zip", b"\xd0\xcf\x11\xe0": "ole", b"{\\rtf": "rtf", b"Rar!": "rar"}
PICTURES = {
    b"\xff\xd8\xff": "jpeg",
    b"\x89PNG": "png",
    b"GIF8": "gif",
    b"BM": "bmp",
    b"II*\x00": "tiff",
    b"MM\x00*": "tiff",
}
JSONP = re.compile(rb"\s*[\w$.]{1,80}\s*\(\s*[{\[]")
UNCONNECTED = "no connection"
TO_LOG_IN = "redirected to a log-in"
LITTLE = 1500  # bytes: interstitials of this kind are smaller
SMALL = 4096  # bytes: a page that only says that there is no page
TOLERATED = 0.02  # of a page: one broken comment in a GBK page is common, a page of noise is not
FEW = 120  # bytes of visible text: forty Chinese characters


@dataclass(frozen=True, slots=True)
class Answer:
    """A response as far as it came: status (None: no readable status line), headers in lower case, the decoded body."""

    url: str
    status: int | None
    headers: Mapping[str, str]
    body: bytes
    role: str = "column"
    cut: bool = False  # it ended before its declared length
    open_ended: bool = False  # nothing but the end of the connection says that it is whole
    again: bool = False  # it was asked for before, or is one of many of its kind
    conditional: bool = False  # it was to come only where it has changed
    broken_coding: bool = False  # its content coding could not be undone to the end
    too_large: bool = False  # its payload is over the limit and was not unpacked
    digest: str = ""  # SHA-1 of the whole payload, where `body` is only its beginning
    fields: tuple[tuple[str, str], ...] = ()  # every header as received: of a repeated one, `headers` has the first


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome and the words that say why; `retry_after` in seconds where the server asked for it."""

    outcome: str
    reason: str = ""
    retry_after: float | None = None

    @property
    def is_content(self) -> bool:
        """Whether the body may be read for links."""
        return self.outcome == "ok"

    @property
    def is_unconnected(self) -> bool:
        """Whether the time was over before a request could be sent."""
        return self.outcome == "timeout" and self.reason.startswith(UNCONNECTED)

    @property
    def is_refusal(self) -> bool:
        """Whether a page was refused, and not only kept for those who log in."""
        return self.outcome == "forbidden" and not self.reason.startswith(TO_LOG_IN)


FAILED = {  # by the transport's word
    "dns": "dns_failed", "refused_address": "address_refused", "tls": "tls_failed", "timeout": "timeout",
    "too_large": "too_large", "unparsable": "malformed",
}  # fmt: skip
IN_PLACE_OF_A_FILE = Verdict("wrong_type", "HTML in place of a file")
OFFERED = Verdict("ok", "a page that offers the file")


def judge(answer: Answer) -> Verdict:
    """Return the outcome of an answer."""
    challenge = _challenge(answer)
    if challenge is not None:
        return challenge
    status = answer.status
    if status is None:
        return Verdict("malformed", "no readable status line")
    if status == 304:
        return Verdict("not_modified") if answer.conditional else Verdict("http_error", "status 304, unasked")
    if status in (301, 302, 303, 307, 308) and "location" in answer.headers:
        return _redirect(answer, answer.headers["location"])
    if status in (429, 503):
        return Verdict("rate_limited", f"status {status}", retry_after(answer.headers))
    if status in (403, 405, 406, 418, 451):
        return _denied(answer)
    if not 200 <= status < 300 and not looks_like_report(_text(answer.body)):  # some error handlers serve the pages
        return Verdict("not_found" if status in (404, 410) else "http_error", f"status {status}")
    if status == 206 and (part := answer.headers.get("content-range")) and not is_whole_part(part):
        return Verdict("truncated", "a part that was not asked for")
    if answer.too_large:
        return Verdict("too_large", "a payload over the limit when unpacked")
    if answer.cut and not WHOLE_END.search(answer.body[-200:]):  # some servers promise more than there is
        return Verdict("truncated", "the body ended before its declared length")
    if (stub := REFRESH.match(answer.headers.get("refresh", ""))) and resolve(answer.url, stub[1]) != answer.url:
        return _redirect(answer, stub[1])
    if answer.open_ended and not answer.again and OPENED.search(answer.body) and not CLOSED.search(answer.body):
        return Verdict("truncated", "neither a length nor its own end says that the page is whole")
    return _content(answer)


def judge_failure(error: str, *, kind: str, received: int, sent: int) -> Verdict:
    """Return the outcome of a request that brought no complete response.

    `kind` is the transport's word: dns, refused_address, connect, tls, timeout, too_large, lost, unparsable.
    """
    if kind == "timeout" and not sent:
        error = f"{UNCONNECTED}: {error}"
    if kind == "lost" and received:
        return Verdict("truncated", error)
    return Verdict(FAILED.get(kind, "connection_failed"), error)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a Retry-After asks for, None without one; a date counts from the answer's own Date, so
    that no clock is asked here.
    """
    value = headers.get("retry-after", "").strip()
    if value.isdecimal() and len(value) < 9:
        return float(value)
    try:
        wanted, said = (parsedate_to_datetime(text) for text in (value, headers.get("date", "")))
        return max((wanted - said).total_seconds(), 0.0)
    except (ValueError, TypeError):  # no date, or one with a zone against one without
        return None


def visible_length(body: bytes) -> int:
    """Return how many bytes of text a reader would see in an HTML body."""
    return len(b"".join(HIDDEN.sub(b" ", body).split()))


def is_html(body: bytes) -> bool:
    """Say whether a body begins as an HTML (or XML) page does."""
    return HTML.match(body[:2048]) is not None


def is_readable(body: bytes) -> bool:
    """Say whether a body may hold links: HTML, XML, JSON, JSONP, a fragment of HTML, or text in UTF-16."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    start = body[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    return file_type(body) is None and (
        is_html(body) or b"<a" in body or start[:1] in (b"{", b"[", b"(", b"<") or JSONP.match(start) is not None
    )


def file_type(body: bytes) -> str | None:
    """Return the kind of file by its first bytes; None for text and what is not known."""
    return next((kind for magic, kind in (DOCUMENTS | PICTURES).items() if body.startswith(magic)), None)


def _challenge(answer: Answer) -> Verdict | None:
    """Return the verdict on a challenge; None for everything else.

    A page may hold its script *and* content: then it is no challenge.
    """
    body, status = answer.body, answer.status
    head = b"" if file_type(body) else body[:65536]  # no file is a challenge, and to search one takes long
    if status == 521 or (_has(JSL, JSL_MARKS, head[:8192]) and visible_length(body) < FEW):
        return Verdict("challenge_jsl", f"status {status}")
    if status == 412 or (status in (200, 202, 400) and _has(RUISHU, RUISHU_MARKS, head) and visible_length(body) < FEW):
        return Verdict("challenge_ruishu", f"status {status}")
    if (
        status == 200
        and len(body) < 2 * LITTLE
        and COOKIE_SCRIPT.search(body)
        and RELOADS.search(body)
        and visible_length(body) < FEW
    ):
        return Verdict("challenge_cookie_js", "a script that sets a cookie and loads the page again")
    if status in (200, 202, 400, 403, 429, 503) and len(head) < 65536 and _is_challenge_by_shape(head):
        return Verdict("challenge_cookie_js", f"status {status}, a script that is not to be read, and no content")
    return None


def _is_challenge_by_shape(body: bytes) -> bool:
    """Say whether a page is a challenge of a kind that is not known by name: a script nobody is meant to read, next to
    no text, and no link.
    """
    if len(body) < 16384 and any(mark in body for mark in INTERSTITIAL):
        return visible_length(body) < 8 * FEW
    if b"<a " in body or b"<record>" in body or b"<script" not in body:
        return False
    return OBFUSCATED.search(body) is not None and APP.search(body) is None and visible_length(body) < FEW


def _has(pattern: re.Pattern[bytes], marks: tuple[bytes, ...], body: bytes) -> bool:
    """Say whether a pattern is found in a body.

    One of `marks` is in all that it finds, and is looked for first: many times as fast.
    """
    return _holds(marks, body) and pattern.search(body) is not None


def _holds(words: Iterable[bytes], body: bytes) -> bool:
    return any(find(body, word) >= 0 for word in words)


def _redirect(answer: Answer, location: str) -> Verdict:
    location = NOT_ASCII.sub(lambda found: f"%{ord(found[0]):02X}", location.strip().replace("\\", "/"))
    form = resolve(answer.url, location)
    if form is None:
        return Verdict("redirect", location)
    target = urljoin(answer.url, location)
    here, there = urlsplit(answer.url), urlsplit(target)
    if "set-cookie" in answer.headers and form == canonical(answer.url):
        return Verdict("cookie_bounce", target)
    if form in (resolve(answer.url, value) for _, value in parse_qsl(here.query)):  # back to where a reader came from
        return Verdict("redirect", target)
    if there.netloc == here.netloc and here.path.count("/") > 1:
        if HOMEPAGE.fullmatch(there.path) and not there.query:
            return Verdict("soft_404", f"redirected to the homepage {target}")
        if ERROR_PAGE.search(there.path):
            return Verdict("soft_404", f"redirected to an error page {target}")
    if LOG_IN.search(there.path) and not LOG_IN.search(here.path):
        return Verdict("forbidden", f"{TO_LOG_IN} {target}")
    return Verdict("redirect", target)


def _denied(answer: Answer) -> Verdict:
    text = answer.body[:16384].decode("utf-8", "replace") + " ".join(
        f"{name}: {value}" for name, value in answer.headers.items()
    )
    if TOO_OFTEN.search(text):
        return Verdict("rate_limited", f"status {answer.status}", retry_after(answer.headers))
    if answer.status == 451 or (GEO.search(text) and "GeoBL" not in text):
        return Verdict("geo_fenced", f"status {answer.status}")
    mark = WAF.search(text)
    if mark is None:
        return Verdict("forbidden", f"status {answer.status}")
    return Verdict("waf_denied", f"status {answer.status}, {mark[0]}")


def _content(answer: Answer) -> Verdict:
    """Return the verdict on a 2xx answer that is complete."""
    body = answer.body
    if not body.strip():
        return Verdict("soft_404" if answer.again else "truncated", "an empty body")
    if answer.broken_coding:
        return Verdict("truncated", "its content coding breaks off")
    kind = file_type(body)
    if kind is not None:
        wanted = answer.role in ("attachment", "detail", "frame") or kind in DOCUMENTS.values()
        return Verdict("ok", kind) if wanted else Verdict("wrong_type", kind)
    if answer.role == "attachment":
        return _in_place_of_a_file(body)
    if answer.role == "script" and is_html(body):
        return Verdict("wrong_type", "HTML in place of a script")
    return Verdict("ok") if answer.role in ("robots", "script") else _page(answer)


def _in_place_of_a_file(body: bytes) -> Verdict:
    """Return the verdict on what is no file by its first bytes: HTML that Word wrote is one, and so is plain text; a
    page that offers the file is a step on the way to it, and one that prints the form is the report.
    """
    if is_html(body):
        if looks_like_report(_text(body)):
            return Verdict("ok", "a page that prints the form")
        if any(mark in body[:8192] for mark in WORD_EXPORT):
            return Verdict("ok", "html of Word")
        if CAPTCHA.search(_text(body)):
            return Verdict("captcha", "a page that asks for a code in place of a file")
        if len(body) < 8 * SMALL and _offers_file(_text(body)):
            return OFFERED
        return IN_PLACE_OF_A_FILE
    if len(body) < SMALL and (body.lstrip()[:1] in b"{[" or GONE.search(_text(body))):
        return Verdict("wrong_type", "a message in place of a file")
    return Verdict("ok")


def _offers_file(text: str) -> bool:
    """Say whether a page links a file, by the address or the words of an anchor."""
    return any(FILE_REFERENCE.search(anchor[1]) or OFFER.search(anchor[2]) for anchor in ANCHOR.finditer(text))


def _page(answer: Answer) -> Verdict:
    """Return the verdict on a page: that of the first rule that has one."""
    return next(filter(None, (rule(answer) for rule in PAGE_RULES)), Verdict("ok"))


def _asks_for_code(answer: Answer) -> Verdict | None:
    body = answer.body
    if len(body) >= 8 * SMALL or not CAPTCHA.search(text := _text(body)):
        return None
    is_gate = (b"<input" in body.lower() or SLIDER.search(text)) and visible_length(body) < 4 * FEW
    is_all = is_gate and len(FILLED_IN.findall(body)) <= 1
    return Verdict("captcha", "a page that asks for a code or a gesture") if is_all else None


def _says_little(answer: Answer) -> Verdict | None:
    """Return the verdict on a page that is too small for anything but a message."""
    if len(answer.body) >= SMALL:
        return None
    text, links, seen = _text(answer.body), LINK.search(answer.body), visible_length(answer.body)
    if seen < 4 * FEW and TOO_OFTEN.search(text):
        return Verdict("rate_limited", "a page that says so", retry_after(answer.headers))
    if seen < 4 * FEW and GEO.search(text):
        return Verdict("geo_fenced", "a page that refuses by region")
    if (seen < 4 * FEW or not links) and GONE.search(text):
        return Verdict("soft_404", "a page that says there is none")
    if seen < 4 * FEW and is_html(answer.body) and (broken := BROKEN.search(text)):
        return Verdict("http_error", f"a page that says: {broken[0]}")
    return None if links else _has_nothing(answer.body, seen)


def _has_nothing(body: bytes, seen: int) -> Verdict | None:
    """Return the verdict on a small page without links, of which so many bytes are seen."""
    if is_html(body) and not body.lstrip().startswith(b"<?xml"):
        if len(body) < LITTLE and b"<script" in body.lower() and seen < FEW and DOCUMENT.search(body):
            return Verdict("spa_shell", "a script and no content")
        if len(body) < 500 and seen < FEW:
            return Verdict("soft_404", "a stub without content")
    return Verdict("soft_404", "an answer without content") if len(body) < 80 and seen < 8 else None


def _says_of_itself(answer: Answer) -> Verdict | None:
    """Return the verdict on a larger page whose title says that there is none, or that is an application's shell."""
    body = answer.body
    if len(body) < 8 * SMALL and b"<title>" in body[:4096] and GONE_TITLE.search(_text(body[:8192])):
        return Verdict("soft_404", "a page whose title says that there is none")
    if len(body) < 4 * SMALL and APP.search(body) and not LINK.search(body) and visible_length(body) < FEW:
        return Verdict("spa_shell", "an application's shell and no content")
    return None


def _has_gone(answer: Answer) -> Verdict | None:
    """Return the verdict on an article's page that says, amidst whatever else, that it is not there; none with the form
    does.
    """
    body = answer.body
    if answer.role != "detail" or len(body) >= 16 * SMALL or not _holds(GONE_BYTES, body) or _holds(FORM_BYTES, body):
        return None
    said = GONE_AMIDST.search(SCRIPT.sub("", _text(body)))
    return Verdict("soft_404", "a page that says there is none, amidst the portal's menus") if said else None


def _is_no_text(answer: Answer) -> Verdict | None:
    body = answer.body
    if body.startswith(b"\x1f\x8b"):  # damaged on the way: the next may be whole
        return Verdict("truncated", "its content coding cannot be undone")
    if b"\x00" in body[:1024] and not (is_html(body) or body.startswith((b"\xff\xfe", b"\xfe\xff"))):
        return Verdict("wrong_type", "not a text")
    if (spoilt := _spoilt(body)) > TOLERATED:
        return Verdict("bad_encoding", f"{spoilt:.0%} of its bytes are no text in any likely charset")
    return None


PAGE_RULES = (_asks_for_code, _says_little, _says_of_itself, _has_gone, _is_no_text)


def _spoilt(body: bytes) -> float:
    """Return the share of a text that decodes in neither UTF-8, GB 18030 nor UTF-16."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return 0.0
    for charset in ("utf-8", "gb18030"):
        try:
            body.decode(charset)
        except UnicodeDecodeError:
            continue
        return 0.0
    return min(body.decode(charset, "replace").count("\ufffd") for charset in ("utf-8", "gb18030")) / len(body)


def _text(body: bytes) -> str:
    """Return a small body as text, by UTF-8 or else by GB 18030: enough to look for a phrase."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("gb18030", "replace")
