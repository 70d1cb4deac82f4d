"""Pictures and scanned PDF: pages drawn at 96 to 300 dpi in several typefaces, and what scanners, faxes, cameras,
screens and hands do to them.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont
from reportlab.lib.utils import ImageReader  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

from tests.generate import pages, structures
from tests.generate.pages import Leaf, Setting
from tests.generate.sample import Page, in_looks
from tests.generate.structures import Structure
from tests.generate.truth import Report, Wish

# A picture shows what print can show: no blanks inside numbers, no odd signs that a camera could not tell apart.
WISH = Wish(spaces=False, misprints=False, titled=True)

# Typefaces: that of Chinese text, and that of digits and Latin letters; "" is the one of `pages.font_path`.
_FONTS = Path("/usr/share/fonts/truetype")
_UMING, _UKAI = "arphic/uming.ttc", "arphic/ukai.ttc"
FACES = {
    "hei": ("", ""),
    "song": (_UMING, _UMING),
    "song-times": (_UMING, "liberation/LiberationSerif-Regular.ttf"),
    "song-italic": (_UMING, "liberation/LiberationSerif-Italic.ttf"),
    "kai": (_UKAI, _UKAI),
    "kai-arial": (_UKAI, "liberation/LiberationSans-Regular.ttf"),
    "hei-dejavu": ("", "dejavu/DejaVuSans.ttf"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """What a shape insists on; `skew` in degrees at most, `noise` as a share, `paper` the grey of the background
    (255: white), `ink` the grey of the rules.
    """

    dpi: int = 200
    skew: float = 0.0
    noise: float = 0.0
    paper: int = 255
    stamp: bool = False
    seals: int = 0  # further stamps, on the tables, with a number around
    blur: float = 0.0
    scan: bool = False  # pages in a PDF instead of one long picture
    turn: int = 0  # degrees by which the page lies on its side or head
    aside: float = 0.0  # share of the page by which a corner is out of place in a photograph taken from aside
    two_up: bool = False  # two pages side by side on one
    desk: bool = False  # the photograph shows the table on which the paper lies, and the shadow of a hand
    face: str = "hei"
    ink: int = 20
    rules: str = "solid"  # or dotted
    watermark: bool = False
    signed: bool = False  # by hand
    screen: str = ""  # a picture of a screen: smooth (letters in three colours of subpixels) or sharp (no greys)
    two_tone: str = ""  # black and white: fax (one threshold) or app (the paper around decides)
    kind: str = "png"
    quality: int = 70  # of JPEG
    wish: Wish = WISH
    setting: Setting = field(default_factory=Setting)
    tables: Structure = structures.whole


@cache
def _font(face: str, narrow: bool, pixels: int) -> ImageFont.FreeTypeFont:
    name = FACES[face][narrow]
    path = _FONTS / name if name else pages.font_path()
    if not path.exists():
        raise FileNotFoundError(f"no font at {path}: `make test` installs the Debian packages of TEST_PACKAGES")
    return ImageFont.truetype(str(path), pixels)


def paint(rng: Random, leaf: Leaf, look: Look) -> Image.Image:
    """Return the page as a picture."""
    scale = look.dpi / 72
    finer = 3 if look.screen == "smooth" else 1  # a screen's pixel is three lights side by side
    size = (round(leaf.width * scale) * finer, round(leaf.height * scale))
    image = Image.new("L", size, 255)
    draw = ImageDraw.Draw(image)
    if look.watermark:
        _watermark(image)
    _rule(draw, leaf, look, scale, finer)
    if look.screen == "sharp":
        draw.fontmode = "1"
    for word in leaf.words:
        x = word.left
        for char in word.text:  # set by our own advances, so that columns stay where the rules are
            font = _font(look.face, char < "⺀", round(word.size * scale))
            base = word.top * scale + _font("hei", False, round(word.size * scale)).getmetrics()[0]
            if finer > 1:
                _letter(image, (x * scale, base), char, font)
            else:
                draw.text((x * scale, base), char, font=font, fill=15, anchor="ls")
            x += pages.advance(char, word.size)
    if look.signed:
        _sign(rng, draw, leaf, scale)
    if finer > 1:
        return _subpixels(image)
    return _age(rng, image, look)


def _rule(draw: ImageDraw.ImageDraw, leaf: Leaf, look: Look, scale: float, finer: int) -> None:
    thickness = max(1, round(0.7 * scale))
    for rule in leaf.rules:
        x0, y0, x1, y1 = (value * scale for value in (rule.x0, rule.y0, rule.x1, rule.y1))
        length, step = max(x1 - x0, y1 - y0), 3 * thickness
        pieces = [(0.0, length)]
        if look.rules == "dotted":
            pieces = [(k * step, min((k + 0.5) * step, length)) for k in range(int(length / step) + 1)]
        for start, end in pieces:
            ends = [(x0, y0 + start), (x0, y0 + end)] if x0 == x1 else [(x0 + start, y0), (x0 + end, y0)]
            wide = finer * thickness if x0 == x1 else thickness
            draw.line([(round(x) * finer, y) for x, y in ends], fill=look.ink, width=wide)


def _letter(image: Image.Image, place: tuple[float, float], char: str, font: ImageFont.FreeTypeFont) -> None:
    """Draw a character three times as wide."""
    left, top, right, bottom = (round(value) for value in font.getbbox(char, anchor="ls"))
    if right <= left or bottom <= top:
        return
    large = font.font_variant(size=3 * font.size)
    cell = Image.new("L", (3 * (right - left + 2), 3 * (bottom - top + 2)), 255)
    ImageDraw.Draw(cell).text((3 - 3 * left, 3 - 3 * top), char, font=large, fill=15, anchor="ls")
    cell = cell.resize((cell.width, cell.height // 3), Image.Resampling.BOX)
    x, y = round(3 * place[0]) + 3 * left - 3, round(place[1]) + top - 1
    image.paste(ImageChops.darker(image.crop((x, y, x + cell.width, y + cell.height)), cell), (x, y))


def _subpixels(image: Image.Image) -> Image.Image:
    """Every third column to each colour, smoothed over its neighbours, as screens show type."""
    smooth = image.filter(ImageFilter.Kernel((5, 5), [0] * 10 + [1, 2, 3, 2, 1] + [0] * 10, scale=9))
    size = (image.width // 3, image.height)
    return Image.merge(
        "RGB",
        [
            smooth.transform(size, Image.Transform.AFFINE, (3, 0, k - 1, 0, 1, 0), Image.Resampling.NEAREST)
            for k in range(3)
        ],
    )


def _watermark(image: Image.Image) -> None:
    """Words in pale grey, aslant over the whole page."""
    mark = Image.new("L", (image.width // 2, image.width // 8), 255)
    ImageDraw.Draw(mark).text((10, 10), "政务公开 2025", font=_font("hei", False, image.width // 16), fill=205)
    mark = mark.rotate(30, expand=True, fillcolor=255)
    for y in range(0, image.height, image.width // 2):
        image.paste(mark, (image.width // 4, y))


def _sign(rng: Random, draw: ImageDraw.ImageDraw, leaf: Leaf, scale: float) -> None:
    """Strokes of a pen below the last line."""
    x, y = 0.55 * leaf.width * scale, (max(word.top for word in leaf.words) + 40) * scale
    for _ in range(4):
        points = [(x + rng.uniform(0, 28) * scale, y + rng.uniform(-14, 14) * scale) for _ in range(5)]
        draw.line(points, fill=60, width=round(1.2 * scale), joint="curve")
        x += 26 * scale


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
        image = _photographed(rng, image, look.aside, on_desk=look.desk)
    if look.noise:
        image = _speckle(rng, image, look.noise)
    if look.two_tone:
        around = image.filter(ImageFilter.BoxBlur(15)) if look.two_tone == "app" else Image.new("L", image.size, 150)
        image = ImageChops.subtract(image, around, scale=1, offset=128).point(
            lambda value: 255 if value > (114 if look.two_tone == "app" else 128) else 0
        )
    colour = image.convert("RGB")
    if look.stamp:
        _stamp(rng, colour)
    for _ in range(look.seals):
        _stamp(rng, colour, "3507810012345")
    return colour.rotate(look.turn, expand=True) if look.turn else colour


def _photographed(rng: Random, image: Image.Image, share: float, *, on_desk: bool) -> Image.Image:
    """Move the corners of the page inwards, on a paper that is darker at one side."""
    width, height = image.size
    corners = []
    for x, y in ((0, 0), (0, height), (width, height), (width, 0)):
        shift = (rng.uniform(0, share) * width, rng.uniform(0, share) * height)
        corners += [x + (shift[0] if x else -shift[0]), y + (shift[1] if y else -shift[1])]
    seen = image.transform(
        image.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=90 if on_desk else 255
    )
    shade = Image.linear_gradient("L").rotate(90).resize(image.size).point(lambda value: 160 + value * 3 // 8)
    if on_desk:
        hand = Image.new("L", image.size, 255)
        ImageDraw.Draw(hand).ellipse([width // 2, height // 2, 2 * width, 2 * height], fill=175)
        shade = ImageChops.multiply(shade, hand.filter(ImageFilter.BoxBlur(width // 30)))
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


def _stamp(rng: Random, image: Image.Image, number: str = "") -> None:
    """Print a red round stamp over the page, see-through as ink is; a number runs along its lower edge."""
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
    font = _font("hei", False, max(10, radius // 7))
    for i, digit in enumerate(number):
        angle = math.pi / 2 + 0.13 * (len(number) / 2 - i)
        draw.text(
            (x + 0.85 * radius * math.cos(angle), y + 0.85 * radius * math.sin(angle)),
            digit,
            font=font,
            fill=(220, 60, 60),
            anchor="mm",
        )
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
    payload = _scanned(images, look) if look.scan else _saved(images[0], look)
    extension = ".pdf" if look.scan else f".{look.kind}"
    return Page(payload, extension, chrome=tuple(chrome), optional=tuple(pages.wrap(report.title, 18.0, 475.0)))


def _saved(image: Image.Image, look: Look) -> bytes:
    out = io.BytesIO()
    if look.kind == "jpg":
        image.save(out, "JPEG", quality=look.quality)
    elif look.kind == "tif":
        image.save(out, "TIFF", compression="tiff_lzw")
    else:
        image.save(out, "PNG")
    return out.getvalue()


def _scanned(images: list[Image.Image], look: Look) -> bytes:
    out = io.BytesIO()
    if look.two_tone:  # packed as faxes are
        first, *more = [image.convert("1") for image in images]
        first.save(out, "PDF", resolution=look.dpi, save_all=True, append_images=more)
        return out.getvalue()
    canvas = Canvas(out, invariant=1)
    for image in images:
        width, height = image.width * 72 / look.dpi, image.height * 72 / look.dpi
        canvas.setPageSize((width, height))
        canvas.drawImage(ImageReader(io.BytesIO(_saved(image, replace(look, kind="jpg")))), 0, 0, width, height)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


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
    "song": Look(face="song"),
    "song-times": Look(face="song-times", kind="jpg"),
    "song-italic": Look(face="song-italic", scan=True),
    "kai": Look(face="kai", dpi=150),
    "kai-arial": Look(face="kai-arial", scan=True, skew=1.0),
    "dejavu": Look(face="hei-dejavu"),
    "screen": Look(dpi=120, screen="smooth", face="song-times"),
    "small-screen": Look(dpi=96, screen="smooth"),
    "sharp-screen": Look(dpi=120, screen="sharp", face="song"),
    "fax": Look(scan=True, two_tone="fax", noise=0.05, skew=0.7, face="song-times"),
    "scanner-app": Look(two_tone="app", aside=0.01, ink=130, blur=0.4, face="song"),
    "jpeg-30": Look(kind="jpg", quality=30, face="song-times"),
    "sealed": Look(scan=True, stamp=True, seals=3, face="song-times"),
    "signed": Look(scan=True, signed=True, noise=0.04),
    "level-rules": Look(setting=Setting(rules="level"), face="song"),
    "no-rules": Look(setting=Setting(rules="none")),
    "dotted": Look(rules="dotted"),
    "pale-rules": Look(ink=200, kind="jpg"),
    "landscape": Look(scan=True, turn=270, face="song-times"),
    "watermarked": Look(watermark=True, face="song-times"),
    "on-a-desk": Look(scan=True, aside=0.06, desk=True, noise=0.04, blur=0.6, face="song-times"),
}
SHAPES = in_looks(LOOKS, render)
