"""The list readers, one short module for each family of portal software; the first that recognises a page reads it."""

from __future__ import annotations

from crawler.families.base import Declared, Family, ListPage, PageRef
from crawler.families.boda import Boda
from crawler.families.generic import Generic
from crawler.families.trs import Trs
from crawler.page import Page

__all__ = ["FAMILIES", "Declared", "Family", "ListPage", "PageRef", "family_of"]

# In the order of asking: what is particular before what is common.
FAMILIES: dict[str, Family] = {family.name: family for family in (Trs(), Boda(), Generic())}


def family_of(page: Page, *, name: str = "") -> Family:
    """Return the reader for a page: the one named by the register or by an earlier page of the list, else the first that recognises it."""
    if name in FAMILIES:
        return FAMILIES[name]
    return next((family for family in FAMILIES.values() if family.recognises(page)), FAMILIES["generic"])
