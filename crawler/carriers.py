"""What carries a report whose page does not print it: its pictures, files, and links that offer one or say nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawler.addresses import is_trap, is_twin
from crawler.document import Link
from crawler.page import Page
from crawler.relevance import PICTURE, TOOL, is_article, is_file, normal

# What a link to the report itself is called on a page that does not print it, or that stands in place of its file.
CARRIER = re.compile(
    r"附件|下载|全文|原文|正文|查看|浏览|打开|点击|点此|download|\.(?:pdf|docx?|wps|ofd)$|^(?:pdf|word|doc)$",
    re.IGNORECASE,
)
# Pictures that are no tables.
ORNAMENT = re.compile(
    r"(?i)/(?:qr|ewm|erweima|logo|icon|weixin|wechat|banner|arrow|404|error|loading|blank|placeholder|lazy|attach|pdf|doc|word)\w*\.\w+$"
)
LONGEST_OFFER = 80  # characters of a file's name
MOST_PICTURES = 30
MOST_OFFERS = 3  # links of a page that may each lead to its file
MOST_BESIDE_A_FILE = 60  # links of a page that stands in place of a file and offers it


def carriers_of(page: Page) -> list[Link]:
    """Return the links of a report's page that may carry it."""
    return [link for link in page.links if may_carry(link) and not (is_trap(link.url) or is_twin(link.url))]


def most_likely(carriers: Iterable[Link], origin: str) -> list[Link]:
    """Return those of a page's carriers that are asked for: its pictures; where it names no file, the first links to
    its own host.
    """
    images = [link for link in carriers if link.kind == "image"]
    offers = [link for link in carriers if link.kind != "image" and link.url.startswith(origin + "/")]
    named = any(is_file(link.url) for link in offers)
    return images[:MOST_PICTURES] + ([] if named else offers[:MOST_OFFERS])


def offers_of(page: Page) -> list[Link]:
    """Return the links by which a page that stands in place of a file offers it."""
    if len(page.anchors) > MOST_BESIDE_A_FILE:
        return []
    offers = [link for link in page.anchors if may_carry(link) and link.url != page.url]
    named = [link for link in offers if link.label]  # where there is little else a picture offers it, too
    return (named or (offers if len(page.anchors) <= MOST_OFFERS else []))[:MOST_OFFERS]


def may_carry(link: Link) -> bool:
    """Say whether a link may lead to what carries a report from a page that does not print it: a picture, an anchor
    that offers a file, or one without words.
    """
    label = normal(link.label)
    if link.kind in ("image", "fragment") or PICTURE.search(link.url):
        return link.kind == "image" and PICTURE.search(link.url) is not None and not ORNAMENT.search(link.url)
    if is_article(link.url) or len(label) > LONGEST_OFFER:
        return False
    return is_file(link.url) or not label or (CARRIER.search(label) is not None and not TOOL.fullmatch(label))
