"""What styles hide, or raise above the line. The rules of a page's own style sheets are written into the `style` of the
elements that they do so to, where the reader of HTML looks.

Only cells, rows and pieces of lines are marked so: a style sheet also hides whole articles, as the panes that a script
turns to the front, and those are read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from functools import lru_cache
from itertools import islice, product
from typing import NamedTuple

from lxml import etree

from extract.document import UNKNOWN

_UNSEEN = re.compile(
    r"(?<![\w-])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all|clip\s*:\s*rect\("
    r"|(?:opacity|font-size)\s*:\s*0(?:\.0+)?(?![\d.])|text-decoration[a-z-]*\s*:[^;]*line-through"
    r"|(?:left|top|right|text-indent|margin-left)\s*:\s*-\s*\d{3,}|content-visibility\s*:\s*hidden"
    r"|(?:-webkit-text-fill-)?color\s*:\s*(?:#(?:[\da-f]{3}|[\da-f]{6}0)0\b|transparent\b"
    r"|(?:rgb|hsl)a?\((?:(?:[^,()]+,){3}|[^/()]+/)\s*(?:0(?:\.0+)?|\.0+)%?\s*\)))",
    re.I,
)
_CLOSED = re.compile(
    r"(?s)(?=.*(?<![\w-])overflow(?:-[xy])?\s*:\s*(?:hidden|clip))"
    r".*(?<![\w-])(?:max-)?(?:width|height)\s*:\s*0(?![.\d]*[1-9])",
    re.I,
)
_VEILED = re.compile(
    r"(?<![\w-])(?:(?:-webkit-|-moz-|-ms-)?(?:clip-path|transform|scale|zoom|mask(?:-image)?|filter|backdrop-filter)\s*:"
    r"\s*+(?!none|normal|initial|inherit|unset|(?:1|100%)(?![\d.]))|z-index\s*:\s*-|unicode-bidi\s*:[^;]*override"
    r"|flex-(?:direction|flow)\s*:[^;]*reverse|direction\s*:\s*rtl"
    r"|font\s*:(?:[^;]*\s)?0(?![\d.])|font(?:-size)?\s*:(?:[^;]*\s)?(?:[0-3]?\.\d+|[1-3])p[xt])",
    re.I,
)
_MOVED = re.compile(
    r"(?<![\w-])(?:position\s*:\s*(?:absolute|fixed)|float\s*:\s*(?:right|inline-end)|order\s*:\s*[-\d]"
    r"|grid-(?:area|row|column)|(?:margin|letter-spacing)[\w-]*\s*:[^;]*-\s*(?:[2-9]\d|\d{3}|[\d.]+r?em))",
    re.I,
)
_NO_PLACE = re.compile(r"(?<![\w-])(?:display\s*:\s*none|visibility\s*:\s*collapse)", re.I)
_PALE = re.compile(
    r"(?<![\w-])(?:-webkit-text-fill-)?color\s*:\s*(?:#fff\b|#(?:f[\da-f]){3}\b|white\b|rgba?\((?:\s*2[45]\d\s*[, /)]){3})",
    re.I,
)
_GROUND = re.compile(r"background(?:-color)?\s*:([^;]*)", re.I)
_NO_GROUND = frozenset(["", "None", "none", "transparent", "initial", "inherit"])
_RAISED = re.compile(r"(?<![\w-])vertical-align\s*:\s*(?:super|sub\b)", re.I)
_SHIFTED = re.compile(
    r"(?<![\w-])(?:vertical-align|top|bottom)\s*:\s*(?:text-top|[-+]?\s*(?=[\d.]*[1-9])[\d.]+\s*(?:px|pt|r?em|ex|%))"
    r"|mso-text-raise\s*:\s*-?\s*[\d.]*[1-9]",
    re.I,
)
_DECIDED = re.compile(r"display|visibility|font-size|opacity|position|text-decoration", re.I)
_NO_MARKUP = r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"  # characters that no attribute may have
_COMMENT = re.compile(rf"/\*.*?(?:\*/|\Z)|<!--|-->|{_NO_MARKUP}", re.S)
_CONDITIONED = re.compile(r"@([^{};]*+)(?:;|\{((?:[^{}]*+\{[^{}]*+\})*+)[^{}]*+\})")
_ALWAYS = re.compile(r"(?:supports|layer)\b.*|media\s+(?:only\s+)?(?:(?:all|screen)\b\s*)?(.*)", re.I)
_WIDTH = re.compile(r"(?:and\s*)?\(\s*(min|max)-width\s*:\s*(\d+)[\d.]*px\s*\)\s*", re.I)
_RULE = re.compile(r"(?<![^{}])([^{}]*+)\{([^{}]*+)\}")
_NESTED = re.compile(r"(?<![^{};])([^{};]++)\{((?:[^{};]*+;)*+)([^{};]++)\{([^{}]*+)\}")
_BETWEEN = re.compile(r",(?![^()]{0,300}\))")  # selectors; bounded, lest a sheet of commas take a quadratic time
_OF_NO_ELEMENT = re.compile(r"::|:(?:before|after|first-l)")
_BESIDE = re.compile(r"::?(before|after)\s*$", re.I)
_PART_OF_CONTENT = re.compile(
    r"""attr\(\s*(?P<name>[\w-]+)[^)]*\)|counters?\([^)]*\)|url\([^)]*\)|(["'])(?P<text>.+?)\2""", re.I
)
# No label of a column, as sheets for small screens have.
_FIGURE = re.compile(rf"[^\w\s]*[\d{UNKNOWN}][\d{UNKNOWN}\s.,]*")
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,5})\s?")
_SEEN_MEDIA = frozenset(["", "all", "screen"])
_LINES = frozenset("span font b strong i em u s a small big sub sup label".split())
_CELLS = ("td", "th")
_ROWS = frozenset(["tr", *_CELLS])
_SCREEN = 1280  # pixels of the window for which a page is read
_MAX_NESTED = 20  # rules in one rule
_MAX_SELECTORS, _LONGEST = 200, 240  # characters of a row of the form with its longest labels


class _Rule(NamedTuple):
    selector: str
    declared: Mapping[str, str]


def _telling(found: Callable[[str], re.Match[str] | None]) -> Callable[[str], bool]:
    """Return what tells of declarations whether a pattern is in them; pages say the same few a thousand times."""
    return lru_cache(maxsize=1 << 12)(lambda style: found(style) is not None)


# Each tells whether declarations …
hides = _telling(_UNSEEN.search)  # leave an element's text unseen, or strike it
is_raised = _telling(_RAISED.search)  # print a text above or below its line, as the mark of a footnote
is_shifted = _telling(_SHIFTED.search)  # move a text off its line by some length: a mark, or a digit out of place
is_closed = _telling(_CLOSED.match)  # give an element no room to show its text in; cells of tables take what they need
is_veiled = _telling(_VEILED.search)  # may hide a text or a part of it, which only a browser could say
is_moved = _telling(_MOVED.search)  # may show a text before, behind or over what it stands beside in the source
takes_no_place = _telling(_NO_PLACE.search)  # take an element out of the layout
is_pale = _telling(_PALE.search)  # print a text as white as paper


@lru_cache(maxsize=1 << 12)
def has_ground(style: str) -> bool:
    """Tell whether declarations paint a ground that is not white."""
    grounds = (ground.strip() for ground in _GROUND.findall(style))
    return any(ground not in _NO_GROUND and not is_pale(f"color:{ground}") for ground in grounds)


@lru_cache(maxsize=1 << 12)
def is_plain(style: str) -> bool:
    """Tell whether declarations print a text on its line and in its place, for all to see."""
    return is_seen(style) and not is_moved(style)


@lru_cache(maxsize=1 << 12)
def is_seen(style: str) -> bool:
    """Tell whether declarations print a text on its line, for all to see."""
    return not any(told(style) for told in (hides, is_raised, is_shifted, is_closed, is_veiled, is_pale))


def apply_style_sheets(root: etree._Element) -> bool:
    """Write what the `<style>` elements of a page hide or raise of its cells, rows and lines into these elements' `style`,
    and what they put before or behind the contents of cells (`content`) into these. Return whether they may do either.
    """
    shown = (one for one in root.iter("style") if (one.get("media") or "").strip().lower() in _SEEN_MEDIA)
    sheets = [_seen_rules(sheet.text) for sheet in shown if sheet.text]
    odd, generating = list(islice(_odd_rules(sheets), _MAX_SELECTORS)), list(_generating_rules(sheets))
    pieces = {piece for rule in odd for piece in _selected(root, rule.selector) if _is_piece(piece)}
    for element, declared in _cascaded(root, sheets, odd, pieces).items() if pieces else ():
        element.set("style", f"{_written(declared)};{element.get('style') or ''}")
    for selector, side, content in generating:
        for element in _selected(root, selector):
            if element.tag in _CELLS or next(element.iterancestors(*_CELLS), None) is not None:
                _generate(element, side, content)
    return bool(odd or generating)


def _cascaded(
    root: etree._Element, sheets: Sequence[str], odd: Sequence[_Rule], pieces: Set[etree._Element]
) -> Mapping[etree._Element, Mapping[str, str]]:
    """Return what the sheets declare of the pieces and what is in them, as far as `odd` rules do: the weightier rule
    stands, of two the later (`.pane { display: none } .pane.on { display: block }`).
    """
    decided = frozenset(key for rule in odd for key in rule.declared)
    rules = [rule for sheet in sheets for rule in _rules(sheet) if not decided.isdisjoint(rule.declared)]
    declared: dict[etree._Element, dict[str, str]] = {}
    for important in (False, True):
        for rule in sorted(rules[-2 * _MAX_SELECTORS :], key=_weight):
            own = {key: value for key, value in rule.declared.items() if ("!important" in value) == important}
            for element in _selected(root, rule.selector) if own else ():
                if element in pieces or not pieces.isdisjoint(element.iterancestors()):
                    declared.setdefault(element, {}).update(own)
    return declared


@lru_cache(maxsize=1 << 8)  # portals give all pages one sheet
def _seen_rules(sheet: str) -> str:
    """Return a sheet without comments and without rules that hold under conditions; those of a screen are kept."""
    sheet = _COMMENT.sub(" ", sheet)
    sheet = _CONDITIONED.sub(_rules_of_screen, sheet) if "@" in sheet else sheet
    for _ in range(_MAX_NESTED if _NESTED.search(sheet) else 0):
        sheet = _NESTED.sub(_beside_its_rule, sheet)
    return sheet


def _beside_its_rule(nested: re.Match[str]) -> str:
    """Return the beginning of a rule behind the first that is nested in it (`td { .old { … } }`)."""
    outer, declared, inner, block = nested.groups()
    pairs = islice(product(_BETWEEN.split(outer), _BETWEEN.split(inner)), _MAX_SELECTORS)
    joined = (one.replace("&", above) if "&" in one else f"{above} {one}" for above, one in pairs)
    return f"{','.join(joined)}{{{block}}}{outer}{{{declared}"


def _rules_of_screen(conditioned: re.Match[str]) -> str:
    """Return the rules that a condition keeps on a screen of a desk, as wide as most; none where it says anything else."""
    told = _ALWAYS.fullmatch(conditioned[1].strip())
    if told is None or conditioned[2] is None:
        return " "
    widths = _WIDTH.findall(told[1] or "")
    holds = all((int(width) <= _SCREEN) == (side.lower() == "min") for side, width in widths)
    return conditioned[2] if holds and not _WIDTH.sub("", told[1] or "") else " "


def _rules(sheet: str) -> Iterator[_Rule]:
    """Yield the rules of a sheet, one a selector."""
    for selectors, block in _RULE.findall(sheet):
        pairs = (one.split(":", 1) for one in block.split(";") if ":" in one)
        declared = {key.strip().lower(): value.strip() for key, value in pairs}
        yield from (_Rule(one.strip(), declared) for one in _BETWEEN.split(selectors) if one.strip())


def _weight(rule: _Rule) -> tuple[int, int, int]:
    from cssselect import SelectorError, parse

    try:
        return parse(rule.selector)[0].specificity()
    except SelectorError:
        return 0, 0, 0


def _selected(root: etree._Element, selector: str) -> list[etree._Element]:
    from cssselect import HTMLTranslator, SelectorError  # here, since few pages hide anything by their style sheet

    try:
        found = root.xpath(HTMLTranslator().css_to_xpath(selector))
    except (SelectorError, etree.XPathError):
        return []
    return [one for one in found if isinstance(one, etree._Element)] if isinstance(found, list) else []


def _odd_rules(sheets: Sequence[str]) -> Iterator[_Rule]:
    """Yield what hides or raises elements, all declarations of a selector as one rule."""
    merged: dict[str, dict[str, str]] = {}
    for sheet in sheets:
        for rule in () if is_seen(sheet) else _rules(sheet):
            merged.setdefault(rule.selector, {}).update(rule.declared)
    for selector, declared in merged.items():
        if not (is_seen(_written(declared)) or _OF_NO_ELEMENT.search(selector)):
            yield _Rule(selector, declared)


def _written(declared: Mapping[str, str]) -> str:
    return ";".join(map(":".join, declared.items()))


def _generating_rules(sheets: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield (selector, before or after, declared content) of what sheets put beside the contents of elements."""
    rules = (rule for sheet in sheets if "content" in sheet for rule in _rules(sheet))
    found = (
        (rule.selector[: beside.start()], beside[1].lower(), rule.declared["content"])
        for rule in rules
        if "content" in rule.declared and (beside := _BESIDE.search(rule.selector))
    )
    yield from islice(found, _MAX_SELECTORS)


def _generate(element: etree._Element, side: str, content: str) -> None:
    """Write what is put beside the contents of an element where it may be a figure, or part of one."""
    text = ""
    for part in _PART_OF_CONTENT.finditer(content):
        text += element.get(part["name"], "") if part["name"] else part["text"] or UNKNOWN
    text = re.sub(_NO_MARKUP, "", _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text))
    if not _FIGURE.fullmatch(text):
        return
    if side == "before":
        element.text = text + (element.text or "")
    else:
        etree.SubElement(element, "span").text = text


def _is_piece(element: etree._Element) -> bool:
    """Tell whether an element is one that the rules may hide: a cell, a row or a piece of a line, whose own `style` says
    nothing else.
    """
    if element.tag not in _LINES and element.tag not in _ROWS and next(element.iterancestors(*_CELLS), None) is None:
        return False
    if _DECIDED.search(element.get("style") or "") or next(element.iterdescendants("table"), None) is not None:
        return False
    return len("".join(map(str, element.itertext()))) <= _LONGEST
