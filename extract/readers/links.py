"""The links of a page, as a reader sees them: where each leads, its words, and what it shows in the page itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple
from urllib.parse import urldefrag, urljoin

from extract.decode import decode
from extract.readers.html import parse

_MAX_LINKS = 5_000

_ADDRESSED = {"a": "href", "iframe": "src", "frame": "src", "img": "src"}  # elements, by the attribute of the address


class Link(NamedTuple):
    """An address without its fragment, the words of the link, and whether it is followed or shown in the page itself."""

    address: str
    words: str
    kind: Literal["link", "frame", "picture"]


_KINDS: Mapping[str, Literal["link", "frame", "picture"]] = {"a": "link", "img": "picture"}


def links_of(payload: bytes, *, charset: str | None, url: str) -> list[Link]:
    """Return what the page at an address leads to or shows, each once. Raises UnreadableDocument."""
    root = parse(decode(payload, charset).text, url=url)
    base = next((href for element in root.iter("base") if (href := element.get("href"))), "")
    links: dict[Link, None] = {}
    for element in root.iter(*_ADDRESSED):
        stated = (element.get(_ADDRESSED[str(element.tag)]) or "").strip()
        try:
            address = urldefrag(urljoin(urljoin(url, base), stated)).url
        except ValueError:  # http://[
            continue
        if address != url and len(links) < _MAX_LINKS:
            words = "".join(map(str, element.itertext())).strip()
            links[Link(address, words, _KINDS.get(str(element.tag), "frame"))] = None
    return list(links)
