"""The links of a page, as a reader sees them: where each leads, and its words."""

from __future__ import annotations

from urllib.parse import urldefrag, urljoin

from extract.decode import decode
from extract.readers.html import parse

Link = tuple[str, str]  # the address, without its fragment; the words

MAX_LINKS = 5_000


def links_of(payload: bytes, *, charset: str | None, url: str) -> list[Link]:
    """Return the links of the page at an address. Raises UnreadableDocument."""
    root = parse(decode(payload, charset).text, url=url)
    base = next((href for element in root.iter("base") if (href := element.get("href"))), "")
    links = []
    for anchor in root.iter("a"):
        try:
            address = urldefrag(urljoin(urljoin(url, base), (anchor.get("href") or "").strip())).url
        except ValueError:  # http://[
            continue
        if address != url:
            links.append((address, "".join(map(str, anchor.itertext())).strip()))
    return links[:MAX_LINKS]
