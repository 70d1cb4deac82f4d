"""What styles hide, or raise above the line. The rules of a page's own style sheets are written into the `style` of the
elements that they do so to, where the reader of HTML looks.

Only cells, rows and pieces of lines are marked so: a style sheet also hides whole articles, as the panes that a script
turns to the front, and those are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice

from lxml import etree

from extract.document import UNKNOWN

_UNSEEN = re.compile(
    r"(?<![\w-])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all|clip\s*:\s*rect\("
    r"|(?:opacity|font-size)\s*:\s*0(?:\.0+)?(?![\d.])|text-decoration[a-z-]*\s*:[^;]*line-through"
    r"|(?:left|top|right|text-indent|margin-left)\s*:\s*-\s*\d{3,}|content-visibility\s*:\s*hidden)",
    re.I,
)
_CLOSED = re.compile(
    r"(?s)(?=.*(?<![\w-])overflow(?:-[xy])?\s*:\s*(?:hidden|clip))"
    r".*(?<![\w-])(?:max-)?(?:width|height)\s*:\s*0(?![.\d]*[1-9])",
    re.I,
)
_VEILED = re.compile(
    r"(?<![\w-])(?:(?:-webkit-|-moz-|-ms-)?(?:clip-path|transform|scale|mask(?:-image)?|filter|backdrop-filter)\s*:"
    r"\s*(?!none|initial|inherit|unset)|z-index\s*:\s*-)",
    re.I,
)
_NO_PLACE = re.compile(r"(?<![\w-])(?:display\s*:\s*none|visibility\s*:\s*collapse)", re.I)
_PALE = re.compile(
    r"(?<![\w-])(?:-webkit-text-fill-)?color\s*:\s*(?:#fff(?:fff)?\b|#(?:[\da-f]{3}|[\da-f]{6}0)0\b|white\b|transparent\b"
    r"|rgba?\(\s*255\s*[, ]\s*255\s*[, ]\s*255|(?:rgb|hsl)a?\((?:(?:[^,()]+,){3}|[^/()]+/)\s*(?:0(?:\.0+)?|\.0+)%?\s*\))",
    re.I,
)
_RAISED = re.compile(r"(?<![\w-])vertical-align\s*:\s*(?:super|sub\b)", re.I)
_SHIFTED = re.compile(
    r"(?<![\w-])(?:vertical-align|top|bottom)\s*:\s*(?:text-top|[-+]?\s*(?=[\d.]*[1-9])[\d.]+\s*(?:px|pt|r?em|ex|%))"
    r"|mso-text-raise\s*:\s*-?\s*[\d.]*[1-9]",
    re.I,
)
_DECIDED = re.compile(r"display|visibility|font-size|opacity|position|text-decoration", re.I)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.S)
_ALWAYS = re.compile(r"@(?:media\s+(?:all|screen)|supports\b[^{};]*+)\s*\{((?:[^{}]*+\{[^{}]*+\})*+)[^{}]*+\}", re.I)
_CONDITIONED = re.compile(r"@[^{};]*+(?:;|\{(?:[^{}]*+\{[^{}]*+\})*+[^{}]*+\})")
_RULE = re.compile(r"([^{}]*+)\{([^{}]*+)\}")
_OF_NO_ELEMENT = re.compile(r"::|:(?:before|after|first-l)")
_BESIDE = re.compile(r"::?(before|after)\s*$", re.I)
_CONTENT = re.compile(r"(?<![\w-])content\s*:\s*([^;]+)", re.I)
_PART_OF_CONTENT = re.compile(
    r"""attr\(\s*(?P<name>[\w-]+)[^)]*\)|counters?\([^)]*\)|url\([^)]*\)|(["'])(?P<text>.+?)\2""", re.I
)
_FIGURE = re.compile(
    rf"[^\w\s]*[\d{UNKNOWN}][\d{UNKNOWN}\s.,]*"
)  # no label of a column, as sheets for small screens have
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,5})\s?")
_SEEN_MEDIA = frozenset(["", "all", "screen"])
_LINES = frozenset("span font b strong i em u s a small big sub sup label".split())
_CELLS = ("td", "th")
_ROWS = frozenset(["tr", *_CELLS])
_MAX_SELECTORS, _LONGEST = 200, 240  # characters of a row of the form with its longest labels


@lru_cache(maxsize=1 << 12)
def hides(style: str) -> bool:
    """Tell whether declarations leave an element's text unseen, or strike it."""
    return _UNSEEN.search(style) is not None


@lru_cache(maxsize=1 << 12)
def is_raised(style: str) -> bool:
    """Tell whether declarations print a text above or below its line, as the mark of a footnote."""
    return _RAISED.search(style) is not None


@lru_cache(maxsize=1 << 12)
def is_shifted(style: str) -> bool:
    """Tell whether declarations move a text off its line by some length: a mark, or a digit out of place."""
    return _SHIFTED.search(style) is not None


@lru_cache(maxsize=1 << 12)
def is_closed(style: str) -> bool:
    """Tell whether declarations give an element no room to show its text in; the cell of a table takes what it needs."""
    return _CLOSED.match(style) is not None


@lru_cache(maxsize=1 << 12)
def is_veiled(style: str) -> bool:
    """Tell whether declarations may hide a text or a part of it, which only a browser could say."""
    return _VEILED.search(style) is not None


@lru_cache(maxsize=1 << 12)
def is_plain(style: str) -> bool:
    """Tell whether declarations print a text on its line, for all to see."""
    return not any(told(style) for told in (hides, is_raised, is_shifted, is_closed, is_veiled))


@lru_cache(maxsize=1 << 12)
def takes_no_place(style: str) -> bool:
    """Tell whether declarations take an element out of the layout."""
    return _NO_PLACE.search(style) is not None


@lru_cache(maxsize=1 << 12)
def is_pale(style: str) -> bool:
    """Tell whether declarations print a text as white as paper."""
    return _PALE.search(style) is not None


def apply_style_sheets(root: etree._Element) -> bool:
    """Write what the `<style>` elements of a page hide or raise of its cells, rows and lines into these elements' `style`,
    and what they put before or behind the contents of cells (`content`) into these. Return whether they may do either.
    """
    sheets = [_seen_rules(text) for sheet in root.iter("style") if (text := sheet.text) and _is_seen(sheet)]
    odd, generating = list(_odd_rules(sheets)), list(_generating_rules(sheets))
    for selector, declarations in odd:
        for element in _selected(root, selector):
            if _is_piece(element):
                element.set("style", f"{declarations};{element.get('style') or ''}")
    for selector, side, content in generating:
        for element in _selected(root, selector):
            if element.tag in _CELLS or next(element.iterancestors(*_CELLS), None) is not None:
                _generate(element, side, content)
    return bool(odd or generating)


def _is_seen(sheet: etree._Element) -> bool:
    return (sheet.get("media") or "").strip().lower() in _SEEN_MEDIA


@lru_cache(maxsize=1 << 8)  # portals give all pages one sheet
def _seen_rules(sheet: str) -> str:
    """Return a sheet without comments and without rules that hold under conditions; those of all screens are kept."""
    sheet = _COMMENT.sub(" ", sheet)
    return _CONDITIONED.sub(" ", _ALWAYS.sub(r"\1", sheet)) if "@" in sheet else sheet


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Yield the selectors of a sheet, each with its declarations."""
    for selectors, block in _RULE.findall(sheet):
        yield from ((selector.strip(), block) for selector in selectors.split(","))


def _selected(root: etree._Element, selector: str) -> list[etree._Element]:
    from cssselect import HTMLTranslator, SelectorError  # here, since few pages hide anything by their style sheet

    try:
        found = root.xpath(HTMLTranslator().css_to_xpath(selector))
    except (SelectorError, etree.XPathError):
        return []
    return [one for one in found if isinstance(one, etree._Element)] if isinstance(found, list) else []


def _is_seen_plainly(declarations: str) -> bool:
    return is_plain(declarations) and not is_pale(declarations)


def _odd_rules(sheets: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the selectors that hide or raise what they select, with their declarations."""
    merged: dict[str, dict[str, str]] = {}
    for sheet in sheets:
        for selector, block in () if _is_seen_plainly(sheet) else _rules(sheet):
            declared = dict(one.split(":", 1) for one in block.lower().split(";") if ":" in one)
            merged.setdefault(selector, {}).update({key.strip(): value for key, value in declared.items()})
    told = 0
    for selector, declared in merged.items():
        declarations = ";".join(map(":".join, declared.items()))
        odd = selector and not (_is_seen_plainly(declarations) or _OF_NO_ELEMENT.search(selector))
        if odd and told < _MAX_SELECTORS:
            told += 1
            yield selector, declarations


def _generating_rules(sheets: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield (selector, before or after, declared content) of what sheets put beside the contents of elements."""
    rules = (rule for sheet in sheets if "content" in sheet for rule in _rules(sheet))
    found = (
        (selector[: beside.start()], beside[1].lower(), content[1])
        for selector, block in rules
        if (beside := _BESIDE.search(selector)) and (content := _CONTENT.search(block))
    )
    yield from islice(found, _MAX_SELECTORS)


def _generate(element: etree._Element, side: str, content: str) -> None:
    """Write what is put beside the contents of an element where it may be a figure, or part of one."""
    text = ""
    for part in _PART_OF_CONTENT.finditer(content):
        text += element.get(part["name"], "") if part["name"] else part["text"] or UNKNOWN
    text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    if not _FIGURE.fullmatch(text):
        return
    if side == "before":
        element.text = text + (element.text or "")
    elif len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def _is_piece(element: etree._Element) -> bool:
    """Tell whether an element is one that the rules may hide: a cell, a row or a piece of a line, whose own `style` says
    nothing else.
    """
    if element.tag not in _LINES and element.tag not in _ROWS and next(element.iterancestors(*_CELLS), None) is None:
        return False
    if _DECIDED.search(element.get("style") or "") or next(element.iterdescendants("table"), None) is not None:
        return False
    return len("".join(map(str, element.itertext()))) <= _LONGEST
