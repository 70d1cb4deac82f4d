"""Pictures and scanned PDF: pages drawn at 150 to 300 dpi, turned a little, with noise, grey paper and stamps."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont
from reportlab.lib.utils import ImageReader  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

from tests.generate import pages, structures
from tests.generate.pages import Leaf, Setting
from tests.generate.sample import Page
from tests.generate.structures import Structure
from tests.generate.truth import Report, Wish, invent, signed

# A picture shows what print can show: no blanks inside numbers, no odd signs that a camera could not tell apart.
WISH = Wish(spaces=False, misprints=False, titled=True)


@dataclass(frozen=True, slots=True)
class Look:
    """What a shape insists on; `skew` in degrees at most, `noise` as a share, `paper` the grey of the background
    (255: white).
    """

    dpi: int = 200
    skew: float = 0.0
    noise: float = 0.0
    paper: int = 255
    stamp: bool = False
    blur: float = 0.0
    scan: bool = False  # pages in a PDF instead of one long picture
    turn: int = 0  # degrees by which the page lies on its side or head
    aside: float = 0.0  # share of the page by which a corner is out of place in a photograph taken from aside
    two_up: bool = False  # two pages side by side on one
    kind: str = "png"
    wish: Wish = WISH
    setting: Setting = field(default_factory=Setting)
    tables: Structure = structures.whole


@cache
def _font(pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(pages.font_path()), pixels)


def paint(rng: Random, leaf: Leaf, look: Look) -> Image.Image:
    """Return the page as a picture."""
    scale = look.dpi / 72
    size = (round(leaf.width * scale), round(leaf.height * scale))
    image = Image.new("L", size, 255)
    draw = ImageDraw.Draw(image)
    thickness = max(1, round(0.7 * scale))
    for rule in leaf.rules:
        draw.line([(rule.x0 * scale, rule.y0 * scale), (rule.x1 * scale, rule.y1 * scale)], fill=20, width=thickness)
    for word in leaf.words:
        x = word.left
        for char in word.text:  # set by our own advances, so that columns stay where the rules are
            draw.text((x * scale, word.top * scale), char, font=_font(round(word.size * scale)), fill=15)
            x += pages.advance(char, word.size)
    return _age(rng, image, look)


def _age(rng: Random, image: Image.Image, look: Look) -> Image.Image:
    """Do to the picture what scanners do."""
    if look.skew:
        image = image.rotate(
            rng.uniform(-look.skew, look.skew), resample=Image.Resampling.BICUBIC, fillcolor=255, expand=True
        )
    if look.blur:
        image = image.filter(ImageFilter.GaussianBlur(look.blur))
    if look.paper < 255:
        image = ImageChops.multiply(image, Image.new("L", image.size, look.paper))
    if look.aside:
        image = _photographed(rng, image, look.aside)
    if look.noise:
        image = _speckle(rng, image, look.noise)
    colour = image.convert("RGB")
    if look.stamp:
        _stamp(rng, colour)
    return colour.rotate(look.turn, expand=True) if look.turn else colour


def _photographed(rng: Random, image: Image.Image, share: float) -> Image.Image:
    """Move the corners of the page inwards, on a paper that is darker at one side."""
    width, height = image.size
    corners = []
    for x, y in ((0, 0), (0, height), (width, height), (width, 0)):
        shift = (rng.uniform(0, share) * width, rng.uniform(0, share) * height)
        corners += [x + (shift[0] if x else -shift[0]), y + (shift[1] if y else -shift[1])]
    seen = image.transform(image.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=255)
    shade = Image.linear_gradient("L").rotate(90).resize(image.size).point(lambda value: 160 + value * 3 // 8)
    return ImageChops.multiply(seen, shade)


def _speckle(rng: Random, image: Image.Image, share: float) -> Image.Image:
    """Add grain over the whole page (a tile of it, many times) and single dots."""
    tile = Image.frombytes("L", (256, 256), rng.randbytes(256 * 256))
    grain = Image.new("L", image.size)
    for x in range(0, image.width, 256):
        for y in range(0, image.height, 256):
            grain.paste(tile, (x, y))
    image = Image.blend(image, grain, share)
    draw = ImageDraw.Draw(image)
    for _ in range(int(image.width * image.height * share / 4000)):
        x, y = rng.randrange(image.width), rng.randrange(image.height)
        draw.ellipse([x, y, x + 1, y + 1], fill=rng.randrange(60, 200))
    return image


def _stamp(rng: Random, image: Image.Image) -> None:
    """Print a red round stamp over the page, see-through as ink is."""
    radius = image.width // 11
    x = rng.randrange(radius, image.width - radius)
    y = rng.randrange(image.height // 3, image.height - radius)
    ink = Image.new("RGB", image.size, (255, 255, 255))
    draw = ImageDraw.Draw(ink)
    draw.ellipse([x - radius, y - radius, x + radius, y + radius], outline=(220, 60, 60), width=max(3, radius // 14))
    points = []
    for i in range(10):
        angle, far = math.pi * i / 5 - math.pi / 2, radius * (0.35 if i % 2 == 0 else 0.15)
        points.append((x + far * math.cos(angle), y + far * math.sin(angle)))
    draw.polygon(points, fill=(220, 60, 60))
    image.paste(ImageChops.multiply(image, ink))


def render(rng: Random, report: Report, look: Look) -> Page:
    """Return the report as one long picture, or as a PDF of pictures."""
    setting = look.setting if look.scan else Setting(height=3200, numbered=0, table_on_new_page=0)
    leaves, chrome = pages.set_report(rng, report, look.tables(report, rng), setting)
    if not look.scan:
        lowest = max(word.top for word in leaves[0].words)
        leaves[0].height = lowest + 60
    if look.two_up:
        leaves = pages.two_up(leaves)
    images = [paint(rng, leaf, look) for leaf in leaves]
    payload = _scanned(images, look) if look.scan else _saved(images[0], look.kind)
    extension = ".pdf" if look.scan else f".{look.kind}"
    return Page(payload, extension, chrome=tuple(chrome), optional=tuple(pages.wrap(report.title, 18.0, 475.0)))


def _saved(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    if kind == "jpg":
        image.save(out, "JPEG", quality=70)
    elif kind == "tif":
        image.save(out, "TIFF", compression="tiff_lzw")
    else:
        image.save(out, "PNG")
    return out.getvalue()


def _scanned(images: list[Image.Image], look: Look) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    for image in images:
        width, height = image.width * 72 / look.dpi, image.height * 72 / look.dpi
        canvas.setPageSize((width, height))
        canvas.drawImage(ImageReader(io.BytesIO(_saved(image, "jpg"))), 0, 0, width, height)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


Make = Callable[[Random], tuple[Report, Page]]


def _make(look: Look, rng: Random) -> tuple[Report, Page]:
    report = signed(rng, invent(rng, look.wish))
    return report, render(rng, report, look)


LOOKS: dict[str, Look] = {
    "clean": Look(),
    "150-dpi": Look(dpi=150),
    "300-dpi": Look(dpi=300),
    "skewed": Look(skew=3.0),
    "noisy": Look(noise=0.12),
    "grey": Look(paper=205),
    "stamped": Look(stamp=True),
    "jpeg": Look(kind="jpg", blur=0.6),
    "tiff": Look(kind="tif"),
    "bad": Look(skew=1.5, noise=0.08, paper=225, stamp=True, kind="jpg"),
    "busy": Look(wish=Wish(spaces=False, misprints=False, titled=True, busy=True)),
    "zeros-blank": Look(wish=Wish(spaces=False, misprints=False, titled=True, blanks="zeros")),
    "zeros-marked": Look(wish=Wish(spaces=False, misprints=False, titled=True, blanks="mark_zeros")),
    "scan": Look(scan=True),
    "scan-bad": Look(scan=True, skew=2.0, noise=0.08, paper=225, stamp=True),
    "on-its-side": Look(scan=True, turn=90, skew=0.7),
    "on-its-head": Look(scan=True, turn=180, noise=0.05),
    "photographed": Look(scan=True, aside=0.03, blur=0.5),
    "two-up": Look(scan=True, two_up=True),
    "scan-short-pages": Look(scan=True, setting=Setting(height=500)),
}
SHAPES: dict[str, Make] = {name: partial(_make, look) for name, look in LOOKS.items()}
