"""OFD (GB/T 33190): zip and XML by hand; texts at positions in millimetres, ruling lines as paths."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from random import Random

from tests.generate import pages, structures
from tests.generate.package import zipped
from tests.generate.pages import Leaf, Rule, Setting, Words
from tests.generate.sample import Page, in_looks
from tests.generate.structures import Structure
from tests.generate.truth import Report, Wish

MM = 25.4 / 72
NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'


@dataclass(frozen=True, slots=True)
class Look:
    """What a shape insists on.

    `texts`: whole (one object a line, DeltaX in groups), characters (one object each), codes (several TextCodes in an
    object) or
    matrix (placed by CTM). `rules`: path (one a line), one (all lines of a page in a single path), fill (thin filled
    boxes).
    """

    setting: Setting = field(default_factory=Setting)
    tables: Structure = structures.whole
    wish: Wish = field(default_factory=Wish)
    texts: str = "whole"
    rules: str = "path"
    template: bool = False  # furniture stands in a template page
    blocks: bool = False  # objects in nested page blocks
    scrambled: bool = False
    flat: bool = False  # other names of folders, absolute locations


class Objects:
    """Numbers and writes the objects of a page."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.last = 100

    def id(self) -> int:
        self.last += 1
        return self.last

    def words(self, word: Words) -> str:
        """Return the text objects of a line of text."""
        size = word.size * MM
        left, top = word.left * MM, word.top * MM
        steps = [pages.advance(char, word.size) * MM for char in word.text]
        if self.look.texts == "characters":
            out, x = "", left
            for char, step in zip(word.text, steps, strict=True):
                out += self.object(x, top, step, size, self.code(char, 0.0, size, []))
                x += step
            return out
        if self.look.texts == "codes" and len(word.text) > 3:
            cut = len(word.text) // 2
            shift = sum(steps[:cut])
            codes = self.code(word.text[:cut], 0.0, size, steps[: cut - 1]) + self.code(
                word.text[cut:], shift, size, steps[cut:-1]
            )
            return self.object(left, top, sum(steps), size, codes)
        code = self.code(word.text, 0.0, size, steps[:-1])
        if self.look.texts == "matrix":
            return self.object(left, top, sum(steps), size, code, matrix=True)
        return self.object(left, top, sum(steps), size, code)

    def object(self, left: float, top: float, width: float, size: float, codes: str, *, matrix: bool = False) -> str:
        scale = ' CTM="0.5 0 0 0.5 0 0"' if matrix else ""
        shown = size * (2 if matrix else 1)
        if matrix:  # the object's own space is twice as large
            codes = codes.replace(f'Y="{size:.3f}"', f'Y="{2 * size:.3f}"')
        boundary = f"{left:.3f} {top:.3f} {width + 1:.3f} {size * 1.4:.3f}"
        attributes = f'ID="{self.id()}" Boundary="{boundary}" Font="3" Size="{shown:.3f}"{scale}'
        return f"<ofd:TextObject {attributes}>{codes}</ofd:TextObject>"

    def code(self, content: str, x: float, size: float, steps: list[float]) -> str:
        factor = 2.0 if self.look.texts == "matrix" else 1.0
        deltas = [f"{step * factor:.3f}" for step in steps]
        if len(set(deltas)) == 1 and len(deltas) > 2:
            deltas = ["g", str(len(deltas)), deltas[0]]
        delta = f' DeltaX="{" ".join(deltas)}"' if deltas else ""
        return f'<ofd:TextCode X="{x * factor:.3f}" Y="{size:.3f}"{delta}>{escape(content, quote=False)}</ofd:TextCode>'

    def paths(self, leaf: Leaf) -> str:
        """Return the ruling lines."""
        if self.look.rules == "one" and leaf.rules:
            data = " ".join(f"M {r.x0 * MM:.3f} {r.y0 * MM:.3f} L {r.x1 * MM:.3f} {r.y1 * MM:.3f}" for r in leaf.rules)
            return self.path(0, 0, leaf.width * MM, leaf.height * MM, data)
        return "".join(map(self.rule, leaf.rules))

    def rule(self, rule: Rule) -> str:
        left, top = rule.x0 * MM, rule.y0 * MM
        width, height = (rule.x1 - rule.x0) * MM, (rule.y1 - rule.y0) * MM
        if self.look.rules == "fill":
            w, h = max(width, 0.2), max(height, 0.2)
            data = f"M 0 0 L {w:.3f} 0 L {w:.3f} {h:.3f} L 0 {h:.3f} C"
            return self.path(left, top, w, h, data, fill=True)
        return self.path(left, top, max(width, 0.1), max(height, 0.1), f"M 0 0 L {width:.3f} {height:.3f}")

    def path(self, x: float, y: float, width: float, height: float, data: str, *, fill: bool = False) -> str:
        kind = 'Fill="true" Stroke="false"' if fill else 'Stroke="true"'
        boundary = f"{x:.3f} {y:.3f} {width:.3f} {height:.3f}"
        return (
            f'<ofd:PathObject ID="{self.id()}" Boundary="{boundary}" LineWidth="0.2" {kind}>'
            f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
        )


def write(rng: Random, leaves: list[Leaf], look: Look, furniture: set[str]) -> bytes:
    """Return the pages as an OFD package; lines of `furniture` go to a template page where the look has one."""
    objects = Objects(look)
    root, page_folder = ("Doc_0", "Pages/Page_{}") if not look.flat else ("Document", "P{}")
    entries: dict[str, bytes] = {}
    place = f"{'/' * look.flat}{root}/Document.xml"
    entries["OFD.xml"] = _xml(
        f'<ofd:OFD {NAMESPACE} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo>'
        "<ofd:DocID>0123456789abcdef</ofd:DocID><ofd:CreationDate>2022-02-20</ofd:CreationDate></ofd:DocInfo>"
        f"<ofd:DocRoot>{place}</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    )
    names = "".join(
        f'<ofd:Page ID="{i + 1}" BaseLoc="{page_folder.format(i)}/Content.xml"/>' for i in range(len(leaves))
    )
    template = '<ofd:TemplatePage ID="90" BaseLoc="Tpls/Tpl_0/Content.xml"/>' if look.template else ""
    box = f"0 0 {leaves[0].width * MM:.3f} {leaves[0].height * MM:.3f}"
    entries[f"{root}/Document.xml"] = _xml(
        f"<ofd:Document {NAMESPACE}><ofd:CommonData><ofd:MaxUnitID>99999</ofd:MaxUnitID>"
        f"<ofd:PageArea><ofd:PhysicalBox>{box}</ofd:PhysicalBox></ofd:PageArea>"
        f"<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>{template}</ofd:CommonData><ofd:Pages>{names}</ofd:Pages></ofd:Document>"
    )
    fonts = '<ofd:Fonts><ofd:Font ID="3" FontName="宋体" FamilyName="宋体"/></ofd:Fonts>'
    entries[f"{root}/PublicRes.xml"] = _xml(f'<ofd:Res {NAMESPACE} BaseLoc="Res">{fonts}</ofd:Res>')
    if look.template:
        content = "".join(objects.words(word) for word in leaves[0].words if word.text in furniture)
        entries[f"{root}/Tpls/Tpl_0/Content.xml"] = _page(content, leaves[0], "")
    for i, leaf in enumerate(leaves):
        words = [word for word in leaf.words if not (look.template and word.text in furniture)]
        if look.scrambled:
            rng.shuffle(words)
        paths, texts = objects.paths(leaf), "".join(map(objects.words, words))
        if look.blocks:
            paths = f'<ofd:PageBlock ID="{objects.id()}">{paths}</ofd:PageBlock>'
            texts = f'<ofd:PageBlock ID="{objects.id()}">{texts}</ofd:PageBlock>'
            texts = f'<ofd:PageBlock ID="{objects.id()}">{texts}</ofd:PageBlock>'
        entries[f"{root}/{page_folder.format(i)}/Content.xml"] = _page(
            paths + texts, leaf, '<ofd:Template TemplateID="90"/>' if look.template else ""
        )
    return zipped(entries)


def _page(content: str, leaf: Leaf, template: str) -> bytes:
    area = f"<ofd:Area><ofd:PhysicalBox>0 0 {leaf.width * MM:.3f} {leaf.height * MM:.3f}</ofd:PhysicalBox></ofd:Area>"
    layer = f'<ofd:Layer ID="2" Type="Body">{content}</ofd:Layer>'
    return _xml(f"<ofd:Page {NAMESPACE}>{template}{area}<ofd:Content>{layer}</ofd:Content></ofd:Page>")


def _xml(content: str) -> bytes:
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + content).encode()


def render(rng: Random, report: Report, look: Look) -> Page:
    """Return the report as OFD."""
    leaves, chrome = pages.set_report(rng, report, look.tables(report, rng), look.setting)
    payload = write(rng, leaves, look, set(chrome))
    return Page(payload, ".ofd", chrome=tuple(chrome), optional=tuple(pages.wrap(report.title, 18.0, 475.0)))


LOOKS: dict[str, Look] = {
    "ruled": Look(),
    "one-path": Look(rules="one"),
    "filled-rules": Look(rules="fill"),
    "unruled": Look(setting=Setting(rules="none"), wish=Wish(empties=False, spaces=False)),
    "characters": Look(texts="characters"),
    "several-codes": Look(texts="codes"),
    "matrix": Look(texts="matrix"),
    "template": Look(template=True, setting=Setting(header=True)),
    "blocks": Look(blocks=True),
    "scrambled": Look(scrambled=True),
    "absolute": Look(flat=True),
    "short-pages": Look(setting=Setting(height=420, split_rows=0.8)),
    "headers-repeated": Look(setting=Setting(height=480, repeat_header=1.0)),
    "labels-repeated": Look(setting=Setting(height=500, across="repeat", split_rows=0)),
    "busy": Look(wish=Wish(busy=True, spaces=False)),
    **{name: Look(tables=structure) for name, structure in structures.HARD.items()},
    "spacer-columns": Look(tables=structures.spacers),
    "split-form": Look(tables=structures.split_form),
    **{name: Look(wish=wish) for name, wish in structures.TRAPS.items()},
    "trap-row-lost": Look(wish=Wish(blanks="none", spaces=False, row_lost=True)),
}
SHAPES = in_looks(LOOKS, render)
