"""The text of a body: its encoding as the bytes say, else as it is declared, else as it fits."""

from __future__ import annotations

import codecs
import re

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
# What Chinese pages are written in, the GB family as its widest member. Other names are not tried: Western ones are
# declared by error pages whatever they send, and Python's codecs know names that are no charsets (zip, punycode).
CHARSETS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
}


# Characters that an export wrote as numbers: what a page says is looked for in its text.
IDEOGRAPHS = range(0x3000, 0xA000)
NUMBERED = re.compile(r"&#(?:[xX]([0-9a-fA-F]{4})|(\d{5}));")


def decode(body: bytes, content_type: str = "") -> str:
    """Return the text of a body: by its byte order mark, else strictly as declared (header, then meta), as UTF-8, as
    GB 18030; where nothing fits, by the declared charset with replacements.
    """
    return decode_named(body, content_type)[0]


def decode_named(body: bytes, content_type: str = "") -> tuple[str, str]:
    """Return the text of a body as `decode` does, and the name of the charset that was used; ideographs that stand as
    numeric entities are put in their place.
    """
    text, charset = _decoded(body, content_type)
    if "&#" in text:
        text = NUMBERED.sub(lambda found: chr(number) if (number := _number(found)) in IDEOGRAPHS else found[0], text)
    return text, charset


def _number(entity: re.Match[str]) -> int:
    return int(entity[1], 16) if entity[1] else int(entity[2])


def _decoded(body: bytes, content_type: str) -> tuple[str, str]:
    for mark, charset in BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(charset, "replace"), "utf-8"
    declared = [found[1] for found in [HEADER_CHARSET.search(content_type)] if found]
    declared += [found[1].decode() for found in [META_CHARSET.search(body[:4096])] if found]
    trials = [CHARSETS[name] for name in map(str.lower, declared) if name in CHARSETS] + ["utf-8", "gb18030"]
    for charset in dict.fromkeys(trials):
        try:
            return body.decode(charset), charset
        except UnicodeDecodeError:
            continue
    return body.decode(trials[0], "replace"), trials[0]
