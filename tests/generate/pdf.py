"""PDF with a text layer: ruled and unruled tables, page breaks, and what PDF writers do to texts."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import cache
from random import Random

from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # type: ignore[import-untyped]
from reportlab.pdfbase.ttfonts import TTFont  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

from tests.generate import pages, structures
from tests.generate.pages import Leaf, Rule, Setting, Words
from tests.generate.sample import Page, in_looks
from tests.generate.structures import Structure
from tests.generate.truth import Report, Wish


@dataclass(frozen=True, slots=True)
class Look:
    """What a shape insists on. `texts`: whole, characters, double or scrambled; `drawn`: line, fill (thin boxes) or
    pieces.
    """

    setting: Setting = field(default_factory=Setting)
    tables: Structure = structures.whole
    wish: Wish = field(default_factory=Wish)
    texts: str = "whole"
    drawn: str = "line"
    watermark: bool = False
    upright: bool = False  # the watermark runs level through the text
    two_up: bool = False
    stamp: bool = False
    embedded: float = 0.7  # share with the font inside; the others name a standard CID font
    shaded: bool = False
    turned: bool = False


@cache
def _register() -> None:
    pdfmetrics.registerFont(TTFont("zenhei", str(pages.font_path()), subfontIndex=0))
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))


def draw(rng: Random, leaves: list[Leaf], look: Look, *, mark: str = "") -> bytes:
    """Return the pages as PDF; the same for the same random source."""
    _register()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(leaves[0].width, leaves[0].height), invariant=1)
    font = "zenhei" if rng.random() < look.embedded else "STSong-Light"
    for leaf in leaves:
        canvas.setPageSize((leaf.width, leaf.height))
        if look.turned:  # the page is stored lying and shown turned; reportlab exchanges width and height
            canvas.setPageRotation(90)
            canvas.translate(leaf.height, 0)
            canvas.rotate(90)
        if look.shaded:
            canvas.setFillGray(0.92)
            canvas.rect(50, 50, leaf.width - 100, leaf.height - 100, stroke=0, fill=1)
            canvas.setFillGray(0)
        if mark:
            _watermark(canvas, leaf, mark, upright=look.upright)
        for rule in leaf.rules:
            _rule(canvas, leaf, rule, look.drawn)
        words = list(leaf.words)
        if look.texts == "scrambled":
            rng.shuffle(words)
        for word in words:
            _words(canvas, leaf, word, font, look.texts)
        if look.stamp:
            _stamp(canvas, leaf, rng)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _words(canvas: Canvas, leaf: Leaf, word: Words, font: str, texts: str) -> None:
    canvas.setFont(font, word.size)
    base = leaf.height - word.top - word.size * 1.05
    if texts == "characters":
        x = word.left
        for char in word.text:
            canvas.drawString(x, base, char)
            x += pages.advance(char, word.size)
        return
    canvas.drawString(word.left, base, word.text)
    if texts == "double":  # bold as poor man's printing
        canvas.drawString(word.left + 0.3, base, word.text)


def _rule(canvas: Canvas, leaf: Leaf, rule: Rule, drawn: str) -> None:
    canvas.setLineWidth(0.6)
    y0, y1 = leaf.height - rule.y0, leaf.height - rule.y1
    if drawn == "fill":
        canvas.rect(rule.x0 - 0.3, min(y0, y1) - 0.3, rule.x1 - rule.x0 + 0.6, abs(y1 - y0) + 0.6, stroke=0, fill=1)
    elif drawn == "pieces":
        steps = max(1, int(max(rule.x1 - rule.x0, abs(y1 - y0)) // 24))
        for i in range(steps):
            a, b = i / steps, (i + 1) / steps
            canvas.line(
                rule.x0 + (rule.x1 - rule.x0) * a,
                y0 + (y1 - y0) * a,
                rule.x0 + (rule.x1 - rule.x0) * b,
                y0 + (y1 - y0) * b,
            )
    else:
        canvas.line(rule.x0, y0, rule.x1, y1)


def _watermark(canvas: Canvas, leaf: Leaf, mark: str, *, upright: bool) -> None:
    canvas.saveState()
    canvas.setFillGray(0.85)
    canvas.setFont("zenhei", 30)
    for x, y in ((180, 250), (300, 560)):
        canvas.saveState()
        canvas.translate(x, min(y, leaf.height - 80))
        canvas.rotate(0 if upright else 40)
        canvas.drawString(0, 0, mark)
        canvas.restoreState()
    canvas.restoreState()
    canvas.setFillGray(0)


def _stamp(canvas: Canvas, leaf: Leaf, rng: Random) -> None:
    canvas.saveState()
    canvas.setStrokeColorRGB(0.85, 0.1, 0.1)
    canvas.setLineWidth(2)
    canvas.circle(rng.randrange(300, 480), rng.randrange(120, int(leaf.height) - 120), 55, stroke=1, fill=0)
    canvas.restoreState()


def render(rng: Random, report: Report, look: Look) -> Page:
    """Return the report as PDF."""
    setting = look.setting
    leaves, chrome = pages.set_report(rng, report, look.tables(report, rng), setting)
    if look.two_up:
        leaves = pages.two_up(leaves)
    mark = rng.choice(("内部资料", f"{report.place}政务公开")) if look.watermark else ""
    payload = draw(rng, leaves, look, mark=mark)
    return Page(
        payload,
        ".pdf",
        chrome=(*chrome, *([mark] if mark else [])),
        optional=tuple(pages.wrap(report.title, 18.0, 475.0)),
    )


LOOKS: dict[str, Look] = {
    "ruled": Look(),
    "ruled-fill": Look(drawn="fill"),
    "ruled-pieces": Look(drawn="pieces"),
    "level-rules": Look(setting=Setting(rules="level")),
    "unruled": Look(setting=Setting(rules="none"), wish=Wish(empties=False, spaces=False)),
    "characters": Look(texts="characters"),
    "double-struck": Look(texts="double"),
    "scrambled": Look(texts="scrambled"),
    "short-pages": Look(setting=Setting(height=420, split_rows=0.8)),
    "labels-repeated": Look(setting=Setting(height=500, across="repeat", split_rows=0)),
    "labels-spread": Look(setting=Setting(height=500, across="spread")),
    "headers-repeated": Look(setting=Setting(height=480, repeat_header=1.0)),
    "furniture": Look(setting=Setting(header=True, numbered=1.0)),
    "joined-headers": Look(setting=Setting(joined=True)),
    "watermark": Look(watermark=True),
    "level-watermark": Look(watermark=True, upright=True),
    "two-up": Look(two_up=True),
    "stamp": Look(stamp=True),
    "shaded": Look(shaded=True),
    "turned": Look(turned=True),
    "lying": Look(setting=Setting(width=842, height=595)),
    "small-print": Look(setting=Setting(table_size=6.5)),
    "busy": Look(wish=Wish(busy=True, spaces=False)),
    "split-form": Look(tables=structures.split_form),
    "spacer-columns": Look(tables=structures.spacers),
    "repeated-labels": Look(tables=structures.torn_labels),
    **{name: Look(tables=structure) for name, structure in structures.HARD.items()},
    "all-in-one": Look(tables=structures.all_in_one),
    **{name: Look(wish=wish) for name, wish in structures.TRAPS.items()},
    "trap-page-number": Look(tables=structures.page_number_rows),
    "trap-row-lost": Look(wish=Wish(blanks="none", spaces=False, row_lost=True)),
}
SHAPES = in_looks(LOOKS, render)
