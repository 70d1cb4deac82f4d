"""Encodings and digests by the names that the libraries for them have: what a page's script signs a request with.

What CryptoJS hands on is a string here: a digest in hexadecimal, as its `toString` gives it, and a text as it is.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

from crawler.js.methods import argument
from crawler.js.values import GAP, UNKNOWN, Obj, string

ALGORITHMS = {"MD5": "md5", "SHA1": "sha1", "SHA256": "sha256", "SHA512": "sha512"}
MD5_NAMES = ("md5", "hex_md5", "MD5", "hexMD5", "faultylabs_md5")


def _known(function: Callable[[str], str]) -> Callable[[Any, list[Any]], Any]:
    """Return a function of a text; what is not known of that, or cannot be read, is not known of the result."""

    def call(_: Any, args: list[Any]) -> Any:
        text = string(argument(args, 0))
        try:
            return UNKNOWN if GAP in text else function(text)
        except ValueError:
            return UNKNOWN

    return call


def _digest(name: str) -> Callable[[Any, list[Any]], Any]:
    return _known(lambda text: hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest())


def names() -> dict[str, Any]:
    """Return the global names."""
    same = _known(str)
    encode = _known(lambda text: base64.b64encode(text.encode()).decode())
    decode = _known(lambda text: base64.b64decode(text + "=" * (-len(text) % 4)).decode("utf-8", "replace"))
    crypto = Obj({name: _digest(kind) for name, kind in ALGORITHMS.items()})
    crypto["enc"] = Obj(
        Base64=Obj(stringify=encode, parse=decode), Utf8=Obj(stringify=same, parse=same), Hex=Obj(stringify=same)
    )
    return {"CryptoJS": crypto, "Base64": Obj(encode=encode, decode=decode)} | dict.fromkeys(MD5_NAMES, _digest("md5"))
