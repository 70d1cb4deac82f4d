"""What the styles and settings of a Word document do to its letters and paragraphs: what they hide, raise, pale, number.

A setting is a child of the properties of a run, a paragraph, a cell or a table; what it does not say, the styles say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lxml import etree

from extract.cells import FOOTNOTE
from extract.readers.package import attribute_of, name_of

MAX_BESIDE = 200  # runs of a paragraph among which one on the line is looked for, beside which a raised one is a sign
SHIFTED = 4  # half-points off the line from which on a text is raised, not only set straight
SIGNS = ("Wingdings", "Webdings")  # fonts in which a digit is a picture
TINY = 4  # half-points of a type that nobody reads

OFF = {"0", "false", "off"}  # values of a setting that is made, and unmade


def child_of(element: etree._Element | None, name: str) -> etree._Element | None:
    """Return the first child of a name."""
    return None if element is None else next((child for child in element if name_of(child) == name), None)


def setting_of(properties: etree._Element | None, name: str) -> str | None:
    """Return a setting's value; None where it is not made; "continue" where it is made without a value (merges)."""
    child = child_of(properties, name)
    return None if child is None else attribute_of(child, "val") or "continue"


def number_of(properties: etree._Element | None, name: str, default: int) -> int:
    """Return a setting's number."""
    value = setting_of(properties, name)
    return int(value) if value is not None and re.fullmatch(r"-?\d{1,6}", value) else default


@dataclass(slots=True)
class _Style:
    outline: int | None = None
    numbering: tuple[str, int] | None = None
    parent: str | None = None
    unseen: bool | None = None  # hidden or struck out; None: as the style that it is based on
    shifted: bool | None = None  # raised or lowered; likewise
    size: str | None = None  # of its letters, in half-points
    aligned: str | None = None


class Styles:
    """The styles of a document, and what they and a run's own settings come to."""

    def __init__(self, root: etree._Element | None) -> None:
        self._styles: dict[str, _Style] = {}
        self._of_paragraphs: set[str] = set()  # what some style of paragraphs sets of its letters
        self._shaded: set[str] = set()  # styles of tables that give them a ground
        self._of_contents: set[str] = set()  # those of the lines of a table of contents
        for style in root if root is not None else ():
            if name_of(style) == "style":
                self._add(style, attribute_of(style, "type"), attribute_of(style, "styleId"))

    def level(self, paragraph: etree._Element) -> int:
        """Return a paragraph's level as a heading, 0 where it is none."""
        properties = child_of(paragraph, "pPr")
        outline = number_of(properties, "outlineLvl", -1)
        if 0 <= outline < 9:
            return outline + 1
        chain = self._chain(setting_of(properties, "pStyle"))
        return next((style.outline + 1 for style in chain if style.outline is not None), 0)

    def numbering(self, paragraph: etree._Element) -> tuple[str, int] | None:
        """Return the list that a paragraph is in and its depth there."""
        properties = child_of(paragraph, "pPr")
        own = _numbering(properties)
        if own is None:
            chain = self._chain(setting_of(properties, "pStyle"))
            own = next((style.numbering for style in chain if style.numbering), None)
        return own if own and own[0] != "0" else None

    def is_of_contents(self, paragraph: etree._Element) -> bool:
        """Whether a paragraph is a line of a table of contents, which prints the headings once more."""
        return setting_of(child_of(paragraph, "pPr"), "pStyle") in self._of_contents

    def size_in_middle(self, paragraph: etree._Element) -> str | None:
        """Return the size of the letters of a paragraph set in the middle ("" where it is the usual); None of others."""
        properties = child_of(paragraph, "pPr")
        chain = list(self._chain(setting_of(properties, "pStyle")))
        aligned = (setting_of(properties, "jc"), *(style.aligned for style in chain))
        if next(filter(None, aligned), None) != "center":
            return None
        own = (setting_of(child_of(run, "rPr"), "sz") for run in paragraph.iter("{*}r") if _typed(run).strip())
        return next(filter(None, (next(own, None), *(style.size for style in chain))), "")

    def is_unseen(self, run: etree._Element) -> bool:
        """Whether a run prints nothing of a text: hidden, struck out, or the sign of a footnote."""
        if self._is_set("shifted", run) and FOOTNOTE.fullmatch(_typed(run)):
            paragraph = next(run.iterancestors("{*}p"), run)
            beside = islice(paragraph.iter(run.tag), MAX_BESIDE)
            if any(_typed(other).strip() and not self._is_set("shifted", other) for other in beside):
                return True
        return self._is_set("unseen", run)

    def is_faint(self, run: etree._Element) -> bool:
        """Whether nobody may see a run as it is typed: white where nothing around it is shaded, of a size that nobody
        reads, or digits in a font of signs.
        """
        properties = child_of(run, "rPr")
        if 0 < number_of(properties, "sz", TINY + 1) <= TINY:
            return True
        fonts = child_of(properties, "rFonts")
        if fonts is not None and attribute_of(fonts, "ascii").startswith(SIGNS) and re.search(r"\d", _typed(run)):
            return True
        if (setting_of(properties, "color") or "").upper() != "FFFFFF":
            return False
        around = (child_of(one, f"{name_of(one)}Pr") for one in (run, *run.iterancestors()))
        return not any(
            child_of(one, "highlight") is not None
            or _shades(child_of(one, "shd"))
            or setting_of(one, "tblStyle") in self._shaded
            for one in around
            if one is not None
        )

    def _add(self, style: etree._Element, kind: str, name: str) -> None:
        if kind == "table":
            inherited = setting_of(style, "basedOn") in self._shaded
            self._shaded |= {name} if inherited or any(map(_shades, style.iter("{*}shd"))) else set()
        if kind not in {"paragraph", "character", ""}:
            return
        properties = child_of(style, "pPr")
        outline = number_of(properties, "outlineLvl", -1)
        title = (setting_of(style, "name") or "").lower()
        if outline < 0 and (heading := re.fullmatch(r"(?:heading|标题)\s*([1-9])", title)):
            outline = int(heading[1]) - 1
        if title.startswith("toc "):
            self._of_contents.add(name)
        if title in {"title", "标题"}:
            outline = 0
        self._styles[name] = made = _Style(
            outline=outline if 0 <= outline < 9 else None,
            numbering=_numbering(properties),
            parent=setting_of(style, "basedOn"),
            unseen=_hides(child_of(style, "rPr")),
            shifted=_shifts(child_of(style, "rPr")),
            size=setting_of(child_of(style, "rPr"), "sz"),
            aligned=setting_of(properties, "jc"),
        )
        if kind == "paragraph":
            self._of_paragraphs |= {one for one in ("unseen", "shifted") if getattr(made, one)}

    def _chain(self, name: str | None) -> Iterator[_Style]:
        """A style and those that it is based on."""
        for _ in range(10):
            style = self._styles.get(name or "")
            if style is None:
                return
            yield style
            name = style.parent

    def _is_set(self, name: str, run: etree._Element) -> bool:
        """Whether a run's own properties are `unseen` or `shifted`, or else those of its style or its paragraph's."""
        properties = child_of(run, "rPr")
        own = _TOLD[name](properties)
        if own is not None:
            return own
        names = [setting_of(properties, "rStyle")]
        if name in self._of_paragraphs:
            names.append(setting_of(child_of(next(run.iterancestors("{*}p"), None), "pPr"), "pStyle"))
        of_styles = (getattr(style, name) for one in names for style in self._chain(one))
        return next((one for one in of_styles if one is not None), False)


def _typed(run: etree._Element) -> str:
    return "".join(t.text or "" for t in run if name_of(t) == "t")


def _shifts(properties: etree._Element | None) -> bool | None:
    """Whether properties raise or lower a text; None where they say nothing of it."""
    align, position = setting_of(properties, "vertAlign"), setting_of(properties, "position")
    if align is None and position is None:
        return None
    return align in {"superscript", "subscript"} or abs(number_of(properties, "position", 0)) >= SHIFTED


def _hides(properties: etree._Element | None) -> bool | None:
    """Whether properties hide or strike out a text; None where they say nothing of it."""
    stated = [setting_of(properties, name) for name in ("vanish", "strike", "dstrike")]
    return any(one not in OFF for one in stated if one is not None) if any(stated) else None


_TOLD = {"unseen": _hides, "shifted": _shifts}


def _shades(shading: etree._Element | None) -> bool:
    """Whether a setting gives a ground on which white is seen."""
    if shading is None:
        return False
    plain = attribute_of(shading, "fill").upper() in {"", "AUTO", "FFFFFF"} and not attribute_of(shading, "themeFill")
    return not plain or attribute_of(shading, "val") not in {"", "clear", "nil"}


def _numbering(properties: etree._Element | None) -> tuple[str, int] | None:
    listed = child_of(properties, "numPr")
    if listed is None or child_of(listed, "numId") is None:
        return None
    return setting_of(listed, "numId") or "0", number_of(listed, "ilvl", 0)
