"""What the lists of several families share: rows in order, cut into pages, links as a page writes them."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Sequence

from samples.portal import Article, Column, Portal


def newest_first(column: Column) -> list[Article]:
    """Return the column's articles, the newest first."""
    return sorted(column.articles, key=lambda article: article.published, reverse=True)


def pages(articles: Sequence[Article], size: int) -> list[Sequence[Article]]:
    """Return the articles in pages of `size`; an empty column has one empty page."""
    return [articles[start : start + size] for start in range(0, len(articles), size)] or [[]]


def hex_name(portal: Portal, number: int) -> str:
    """Return 32 hexadecimal digits as a name for a page, the same on every run."""
    return hashlib.md5(f"{portal.division_code} {number}".encode(), usedforsecurity=False).hexdigest()


def relative(page: str, address: str) -> str:
    """Return `address` as a link on `page`, both paths from the root; an address on another host stays whole."""
    if "://" in address:
        return address
    folder = page if page.endswith("/") else posixpath.dirname(page)
    link = posixpath.relpath(address, folder)
    return link + "/" if address.endswith("/") else link
