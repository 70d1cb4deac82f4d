"""The words that name where an element of a page leads."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

ROOT = re.compile(r"\s*<(\?xml\b|[a-z][\w:.-]*)", re.IGNORECASE)
# Of HTML.
ELEMENTS = frozenset(
    (
        "a abbr area article aside audio b base big blockquote body br button caption center code col"
        " colgroup dd del div dl dt em embed fieldset figure font footer form frame frameset h1 h2 h3 h4 h5 h6"
        " head header hr html i iframe img input label legend li link main map marquee meta nav noscript"
        " object ol optgroup option p param pre s script section select small span strong style sub sup svg"
        " table tbody td template textarea tfoot th thead title tr u ucapcontent ucaptitle ul video"
    ).split()
)
SPACE = re.compile(r"\s+")
# Words of an anchor that do not name its target: its row does.
WEAK = re.compile(
    r"[\s\W]*(点击|请点击|这里|此处|查看(全文|详情|更多|报告|内容)?|详情|详细|详细内容|全文|阅读(全文|原文)?|打开|浏览|链接|下载(附件|报告|文档)?"
    r"|更多|more|附件(下载)?|进入|在线(查看|阅读|浏览)|预览|原文|正文|html|pdf|word|docx?|view|detail|download|go"
    r"|点击(查看|下载|进入|浏览|打开)(全文|详情|附件)?)?[\s\W]*",
    re.IGNORECASE,
)
ARROW = re.compile(r"\s*[<>«»‹›←→]{1,3}\s*")  # of a pager: it names where it leads
LONGEST_WEAK = 12  # characters
ROW_TAGS = frozenset(("tr", "li", "dd", "dt", "dl", "p", "div", "h1", "h2", "h3", "h4", "article", "section"))
LONGEST_ROW = 160  # characters


def squeeze(text: str) -> str:
    """Return a label on one line, entities resolved, without runs of blanks."""
    return SPACE.sub(" ", text).strip()


def label_of(node: LexborNode, tag: str, *, titled: bool) -> str:
    """Return the words that name where an element leads: its own, those of its picture, or those of its row where its
    own name nothing (查看, an arrow).
    """
    text: str = node.text_lexbor() if tag != "input" else attribute(node, "value")
    if titled or len(text) > LONGEST_WEAK:
        return text
    if not text.strip() and (image := node.css_first("img")) is not None:
        text = attribute(image, "alt") or attribute(image, "title")
    return text if not WEAK.fullmatch(text) or ARROW.fullmatch(text) else _row_label(node, text)


def _row_label(node: LexborNode, text: str) -> str:
    row = node.parent
    for _ in range(5):
        if row is None or row.tag in ("ul", "table", "tbody", "body"):
            break
        if row.tag in ROW_TAGS:
            whole = row.text_lexbor()
            return whole if len(squeeze(whole)) <= LONGEST_ROW and len(row.css("a")) <= 2 else text
        row = row.parent
    return text


def attribute(node: LexborNode | None, name: str) -> str:
    """Return an attribute of an element; "" without it."""
    return (node.attributes.get(name) or "") if node is not None else ""


def is_xml(text: str) -> bool:
    """Say whether a text is a document in XML: by its declaration, or as an element that HTML does not have."""
    root = ROOT.match(text)
    if root is None or root[1].startswith("?"):
        return root is not None
    is_own = root[1].lower() in ELEMENTS or "-" in root[1]  # or of a component
    return not is_own and text.rstrip().endswith(f"</{root[1]}>")


def local_name(name: str) -> str:
    """Return an XML name without its namespace."""
    return name.rpartition("}")[2]
