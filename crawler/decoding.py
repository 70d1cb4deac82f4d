"""The text of a body: its encoding as the bytes say, else as it is declared, else as it fits."""

from __future__ import annotations

import codecs
import re

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


def decode(body: bytes, content_type: str = "") -> str:
    """Return the text of a body: by its byte order mark, else strictly as declared (header, then meta), as UTF-8, as
    GB 18030; where nothing fits, by the declared charset with replacements.
    """
    return decode_named(body, content_type)[0]


def decode_named(body: bytes, content_type: str = "") -> tuple[str, str]:
    """Return the text of a body as `decode` does, and the name of the charset that was used."""
    for mark, charset in BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(charset, "replace"), "utf-8"
    declared = [found[1] for found in [HEADER_CHARSET.search(content_type)] if found]
    declared += [found[1].decode() for found in [META_CHARSET.search(body[:4096])] if found]
    trials = [name for name in (_known_charset(name) for name in declared) if name] + ["utf-8", "gb18030"]
    for charset in dict.fromkeys(trials):
        try:
            return body.decode(charset), charset
        except UnicodeDecodeError:
            continue
    return body.decode(trials[0], "replace"), trials[0]


def _known_charset(name: str) -> str:
    """Return the codec for a declared name, the wider one for the GB family; "" where it says nothing."""
    name = name.lower()
    if name in WIDER:
        return WIDER[name]
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""
