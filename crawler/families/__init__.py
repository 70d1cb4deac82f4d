"""The list readers, short modules for the families of portal software; the first that recognises a page reads it."""

from __future__ import annotations

from crawler.families.base import Declared, Family, ListPage, PageRef
from crawler.families.generic import Generic
from crawler.families.hanweb import Hanweb
from crawler.families.jpaas import Jpaas
from crawler.families.json_services import Ewb, Gkmlpt, Ucap
from crawler.families.trs import Trs
from crawler.families.xxgk import Xxgk
from crawler.page import Page

__all__ = ["FAMILIES", "Declared", "Family", "ListPage", "PageRef", "family_of"]

# In the order of asking: services before static pages, what is particular before what is common.
FAMILIES: dict[str, Family] = {
    family.name: family for family in (Jpaas(), Gkmlpt(), Ewb(), Xxgk(), Hanweb(), Ucap(), Trs(), Generic())
}
# 博达, 龙讯 and truecms, whose names registers may state
FAMILIES |= {"boda": FAMILIES["generic"], "lonsun": FAMILIES["generic"], "truecms": FAMILIES["hanweb"]}


def family_of(page: Page, *, name: str = "") -> Family:
    """Return the reader for a page.

    The one named by the register or by an earlier page of the list, else the first that recognises the page.
    """
    if name in FAMILIES:
        return FAMILIES[name]
    return next((family for family in FAMILIES.values() if family.recognises(page)), FAMILIES["generic"])
