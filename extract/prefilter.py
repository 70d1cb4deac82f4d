"""Which captures are worth reading: decided on bytes, before anything is parsed, and so that no report is dropped.

The crawl says which pages it takes for reports (role detail, attachment, frame): those are always read. Of all other
pages, and of archives that say nothing, HTML and text are read where they hold one of the form's own words, in any
encoding that is met, or a title of the genre; documents (PDF, Office, OFD, ZIP) always; pictures only as attachments.
Words are looked for by stringzilla, in a tenth of the time of the methods of bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from stringzilla import count, find

_DOCUMENT_ROLES = frozenset(["detail", "attachment", "frame"])
_NEVER_ROLES = frozenset(["robots", "script"])
_NEVER_TYPES = re.compile(r"text/css|.*/(?:x-)?(?:java|ecma)script|font/.*|audio/.*|video/.*")

_PICTURES = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"BM": "image/bmp",
    b"II*\0": "image/tiff",
    b"MM\0*": "image/tiff",
}
_ZIPPED = {  # a name that stands in the package's directory
    b"OFD.xml": "application/ofd",
    b"word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"application/vnd.oasis.opendocument.text": "application/vnd.oasis.opendocument.text",
    b"application/vnd.oasis.opendocument.spreadsheet": "application/vnd.oasis.opendocument.spreadsheet",
}
_SINGLE_XML = re.compile(
    rb"<\?xml.{0,600}?<(?:office:(document)|(?:\w+:)?(?:wordDocument|package|(Workbook)))\s", re.DOTALL
)
_MIME_PACKAGE = re.compile(
    rb"\s*+(?:[a-z][a-z-]*+:[^\n]*+\n(?:[ \t]++[^\n]*+\n)*+)*?Content-Type:\s*(?:multipart/|text/html)", re.IGNORECASE
)
_WORKBOOK = "Workbook".encode("utf-16-le")  # names in an OLE directory

# Words of the form and of the reports before it that hardly stand in a menu; one of them is enough.
_WORDS = (
    "结转", "勾稽", "予以公开", "不予公开", "部分公开", "总体情况", "复议", "诉讼", "尚未审结", "收到和处理",
    "商业企业", "申请人情况", "存在的主要问题", "需要报告的",
)  # fmt: skip
_TITLES = ("年度报告", "工作报告")
_TITLES_WITH_YEAR = ("信息公开", "年报", "情况报告")  # alone they are the title of a list
_YEAR = re.compile(rb"20[012]\d")
_TITLE_PLACES = (
    (b"<title", b"</title", 2000),
    (b"<h1", b"</h1", 2000),
    (b"<ucaptitle", b"</", 2000),
    (b"articletitle", b">", 600),
)
_MAX_TITLES = 50  # of one kind on a page
_HEAD = 8192  # bytes in which a page has its <title>
_TAG = re.compile(rb"<[^<>]*>|&nbsp;|\s+")
_ESCAPES = {"\\u": "\\u{:04x}", "\\U": "\\u{:04X}", "&#": "&#{};", "&#x": "&#x{:x};", "&#X": "&#x{:X};"}
_TORN = 200  # `</span>`s or `</font>`s from which on words may be torn into single characters


def media_type_of(payload: bytes, mime: str = "") -> str:
    """Return the media type that the bytes speak for; `mime`, the server's word, decides between kinds of text only."""
    head = payload[:1024].lstrip()
    if b"%PDF-" in head:
        return "application/pdf"
    if payload.startswith(b"PK\x03\x04"):
        return next((kind for name, kind in _ZIPPED.items() if name in payload), "application/zip")
    if payload.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "application/vnd.ms-excel" if _WORKBOOK in payload else "application/msword"
    if head.startswith(b"{\\rtf"):
        return "application/rtf"
    if (kind := single_xml_type(head)) is not None:
        return kind
    if is_mime_package(payload):
        return "multipart/related"
    if payload[:4] == b"RIFF" and payload[8:12] == b"WEBP":
        return "image/webp"
    for magic, kind in _PICTURES.items():
        if payload.startswith(magic):
            return kind
    if mime in ("text/plain", "application/json"):
        return mime
    return "text/html" if b"<" in payload else "text/plain"


def single_xml_type(head: bytes) -> str | None:
    """Return the media type of an Office document that is one XML file, by its beginning; None where it is none."""
    match = _SINGLE_XML.match(head.removeprefix(b"\xef\xbb\xbf"))
    if match is None:
        return None
    kinds = {1: "application/vnd.oasis.opendocument.text", 2: "application/vnd.ms-excel", None: "application/msword"}
    return kinds[match.lastindex]


def is_mime_package(payload: bytes) -> bool:
    """Tell whether bytes are a page saved with all that belongs to it (.mht): headers as of a mail, in any order."""
    return _MIME_PACKAGE.match(payload[:8192]) is not None


def is_worth_reading(payload: bytes, *, media_type: str, mime: str, metadata: Mapping[str, str]) -> bool:
    """Say whether a capture that came through can be a report.

    `media_type` is that of its bytes, `mime` the one that the server declared, `metadata` what the crawl noted.
    """
    role = metadata.get("role", "")
    if not payload or role in _NEVER_ROLES or _NEVER_TYPES.fullmatch(mime):
        return False
    if role in _DOCUMENT_ROLES:
        return True
    if media_type.startswith("image/"):
        return False
    if not media_type.startswith("text/") and media_type != "application/json":
        return True
    # What most reports have is looked for first, in the few bytes in which it stands.
    return _has_title(payload[:_HEAD]) or _holds(payload, _WORDS) or _has_title(payload) or _is_torn(payload)


def _holds(data: bytes, words: tuple[str, ...]) -> bool:
    """Say whether bytes hold one of the words, in any encoding or escape in which text is met."""
    return any(find(data, word) >= 0 for spelling in _spellings(data) for word in _spelt(words, spelling))


def _spellings(data: bytes) -> list[str]:
    found = ["utf-8", "gb18030"]
    if b"\0" in data[:4096]:
        found += ["utf-16-le", "utf-16-be"]
    if find(data, b"\\u") >= 0:
        found += ["\\u", "\\U"]
    if find(data, b"&#") >= 0:
        found += ["&#", "&#x", "&#X"]
    return found


def _spell(word: str, spelling: str) -> bytes:
    """Return a word as an encoding or a kind of escape writes it."""
    if escape := _ESCAPES.get(spelling):
        return "".join(escape.format(ord(character)) for character in word).encode()
    return word.encode(spelling)


@cache
def _spelt(words: tuple[str, ...], spelling: str) -> tuple[bytes, ...]:
    return tuple(_spell(word, spelling) for word in words)


def _has_title(payload: bytes) -> bool:
    titles = list(_titles(payload))
    return any(_holds(title, _TITLES) or (_YEAR.search(title) and _holds(title, _TITLES_WITH_YEAR)) for title in titles)


def _titles(payload: bytes) -> Iterator[bytes]:
    """Yield what stands in the places where a page has its title."""
    lower = payload.lower()
    for opening, closing, length in _TITLE_PLACES:
        start = find(lower, opening)
        for _ in range(_MAX_TITLES):
            if start < 0:
                break
            end = find(lower, closing, start + len(opening), start + length)
            yield payload[start : end if end >= 0 else start + length]
            start = find(lower, opening, start + len(opening))


def _is_torn(payload: bytes) -> bool:
    """Say whether a page holds a word of the form that its markup tears into pieces."""
    if count(payload, b"</span>") + count(payload, b"</font>") < _TORN:
        return False
    return _holds(_TAG.sub(b"", payload), _WORDS)
