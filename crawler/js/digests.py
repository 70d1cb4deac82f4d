"""Encodings and digests by the names that the libraries for them have: what a page's script signs a request with."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any

from crawler.js.methods import argument
from crawler.js.values import GAP, UNKNOWN, Host, Obj, string

ALGORITHMS = {"MD5": "md5", "SHA1": "sha1", "SHA256": "sha256", "SHA512": "sha512"}
MD5_NAMES = ("md5", "hex_md5", "MD5", "hexMD5", "faultylabs_md5")


class Words(Host):
    """Bytes, as CryptoJS hands them on: in hexadecimal where a string is wanted."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.data = data

    def text(self) -> str:
        return self.data.hex()

    def get(self, name: str) -> Any:
        if name == "toString":
            return self._encoded
        return super().get(name)

    def _encoded(self, _: Any, given: list[Any]) -> str:
        wanted = argument(given, 0)
        return wanted.encoded(self.data) if isinstance(wanted, Encoding) else self.text()


class Encoding(Host):
    """One of `CryptoJS.enc`."""

    def __init__(self, encoded: Callable[[bytes], str], decoded: Callable[[str], bytes]) -> None:
        super().__init__()
        self.encoded = encoded
        self.kept["stringify"] = lambda _, given: encoded(_bytes(argument(given, 0)))
        self.kept["parse"] = _known(lambda text: Words(decoded(text)))


def _bytes(value: Any) -> bytes:
    return value.data if isinstance(value, Words) else string(value).encode()


def _known(function: Callable[[str], Any]) -> Callable[[Any, list[Any]], Any]:
    """Return a function of a text; what is not known of that, or cannot be read, is not known of the result."""

    def call(_: Any, given: list[Any]) -> Any:
        text = string(argument(given, 0))
        try:
            return UNKNOWN if GAP in text else function(text)
        except ValueError:
            return UNKNOWN

    return call


def _digest(name: str) -> Callable[[Any, list[Any]], Any]:
    def call(_: Any, given: list[Any]) -> Any:
        data = _bytes(argument(given, 0))
        return UNKNOWN if GAP.encode() in data else Words(hashlib.new(name, data).digest())

    return call


def _keyed(name: str) -> Callable[[Any, list[Any]], Any]:
    def call(_: Any, given: list[Any]) -> Any:
        data, key = _bytes(argument(given, 0)), _bytes(argument(given, 1))
        return UNKNOWN if GAP.encode() in data + key else Words(hmac.digest(key, data, name))

    return call


def _of_base64(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))


def names() -> dict[str, Any]:
    """Return the global names."""
    encodings = Obj(
        Base64=Encoding(lambda data: base64.b64encode(data).decode(), _of_base64),
        Hex=Encoding(bytes.hex, bytes.fromhex),
        Utf8=Encoding(lambda data: data.decode("utf-8", "replace"), str.encode),
    )
    crypto = Obj({name: _digest(kind) for name, kind in ALGORITHMS.items()}, enc=encodings)
    crypto |= {f"Hmac{name}": _keyed(kind) for name, kind in ALGORITHMS.items()}
    plain = Obj(
        encode=_known(lambda text: base64.b64encode(text.encode()).decode()),
        decode=_known(lambda text: _of_base64(text).decode("utf-8", "replace")),
    )
    md5 = _known(lambda text: hashlib.md5(text.encode(), usedforsecurity=False).hexdigest())
    return {"CryptoJS": crypto, "Base64": plain} | dict.fromkeys(MD5_NAMES, md5)
