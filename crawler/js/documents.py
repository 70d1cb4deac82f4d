"""Documents in XML, as scripts walk them: an answer's, or a text's."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from crawler.js.elements import Element
from crawler.js.values import UNDEFINED
from crawler.labels import local_name

if TYPE_CHECKING:
    from crawler.js.browser import Browser

MOST_FOUND = 1000  # elements that one selector gives
STEP = re.compile(
    r"\s*(?P<child>>)?\s*(?P<tag>[\w.-]+(?:\\?[:|][\w.-]+)?|\*)"
    r"(?:\[(?P<name>[\w-]+)(?:=[\"']?(?P<value>[^\"'\]]*))?)?"
)


class XmlElement(Element):
    """An element of such a document; names are told apart without their namespaces."""

    def __init__(self, browser: Browser, node: ET.Element, parent: XmlElement | None = None) -> None:
        super().__init__(
            browser, local_name(node.tag), {local_name(name): value for name, value in node.attrib.items()}
        )
        self.xml, self.parent = node, parent

    @property
    def words(self) -> str:
        return "".join(self.xml.itertext())

    def all(self, selector: str) -> list[Element]:
        found: dict[int, Element] = {}
        for path in selector.split(","):
            here: list[XmlElement] = [self]
            for step in STEP.finditer(path):
                below = [one for element in here for one in element.below(deep=not step["child"])]
                here = [one for one in below if one.fits(step)][:MOST_FOUND]
            found |= {id(one.xml): one for one in here if one is not self}
        return list(found.values())

    def below(self, *, deep: bool) -> list[XmlElement]:
        """Return the elements in this one, `deep` or at once in it."""
        children = [XmlElement(self.browser, child, self) for child in self.xml]
        return [one for child in children for one in (child, *child.below(deep=True))] if deep else children

    def fits(self, step: re.Match[str]) -> bool:
        """Say whether the element is one that a step of a selector names."""
        named = step["tag"] == "*" or re.split(r"[:|]", step["tag"])[-1] == self.tag
        known = self.attributes.get(step["name"]) if step["name"] else None
        return named and (not step["name"] or (known is not None and step["value"] in (None, known)))

    def around(self, selector: str = "", *, closest: bool = False) -> Element | None:
        here = self if closest else self.parent
        while here is not None and selector and here.tag != selector:
            here = here.parent
        return here

    def get(self, name: str) -> Any:
        if name not in ("documentElement", "firstChild", "nodeValue", "data", "childNodes", "children", "nodeName"):
            return super().get(name)
        children = self.below(deep=False)
        if name in ("childNodes", "children"):
            return children or ([self] if name == "childNodes" and self.words else [])  # its text stands for itself
        if name == "firstChild":
            return children[0] if children else self if self.words else None
        if name == "documentElement":
            return children[0] if children else UNDEFINED
        return self.words if name in ("nodeValue", "data") else self.tag


def document_of(browser: Browser, text: str) -> XmlElement:
    """Return a text as a document: one without elements where it is no XML."""
    document = ET.Element("document")
    with suppress(ET.ParseError, ValueError):
        document.append(ET.fromstring(text.strip()))
    return XmlElement(browser, document)
