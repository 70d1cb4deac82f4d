"""Reading pictures (extra `ocr`): what is printed or a refusal, never a guess."""

import io
import re

import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont
from reportlab.lib.utils import ImageReader

from extract.errors import UnreadableDocument
from extract.readers import figures, paper, read_document, recognition, strips, strokes
from extract.readers.docx import read_docx
from extract.readers.figures import DOUBTFUL
from extract.readers.image import pictures, read_image
from extract.readers.pdf import read_pdf
from extract.readers.ruled import Box, Rule, find_frames
from tests.extract.readers.made import Sheet, W, grids, paragraph, pdf, rows, texts, zipped

XS, YS = [60, 180, 260, 340, 420], [100, 124, 148, 172, 196]
CELLS = {
    (0, 0, 2, 1): "2023",
    (0, 1, 1, 3): "117",
    (1, 1): "12",
    (1, 2): "0",
    (1, 3): "1,204.56",
    (2, 0): "7",
    (3, 1): "35",
}
READ = [["2023 2x1", "117 1x3"], ["12", "0", "1,204.56"], ["7", "", "", ""], ["", "35", "", ""]]


def page(sheet: Sheet) -> None:
    sheet.canvas.setLineWidth(0.7)
    sheet.table(XS, YS, {})
    sheet.canvas.setFillColorRGB(1, 1, 1)
    sheet.canvas.rect(180.5, sheet.height - 123.5, 239, 23, stroke=0, fill=1)  # the first row spans three columns
    sheet.canvas.rect(60.5, sheet.height - 147.5, 119, 47, stroke=0, fill=1)  # the first column spans two rows
    sheet.canvas.setFillColorRGB(0, 0, 0)
    for (row, column, *spans), text in CELLS.items():
        down, across = spans or (1, 1)
        middle = (XS[column] + XS[column + across]) / 2
        sheet.canvas.setFont("Helvetica", 11)
        sheet.canvas.drawCentredString(middle, sheet.height - (YS[row] + YS[row + down]) / 2 - 4, text)
    sheet.canvas.drawString(60, sheet.height - 60, "Annual report 2023")


def picture(dpi: int = 200) -> Image.Image:
    return pypdfium2.PdfDocument(pdf(page))[0].render(scale=dpi / 72).to_pil().convert("RGB")


def saved(*images: Image.Image, kind: str = "PNG", **options) -> bytes:
    buffer = io.BytesIO()
    images[0].save(buffer, kind, **({"save_all": True, "append_images": images[1:]} if images[1:] else {}), **options)
    return buffer.getvalue()


def noisy(image: Image.Image, skew: float) -> Image.Image:
    """A scan of the picture: askew, grey, with grain and specks."""
    random = np.random.default_rng(1)
    pixels = np.asarray(image.rotate(skew, resample=Image.BICUBIC, fillcolor="white")).astype(float) * 0.8 + 30
    pixels += random.normal(0, 8, pixels.shape)
    pixels[random.random(pixels.shape[:2]) < 0.001] = 60
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.6))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF"])
def test_a_picture_of_any_kind_gives_its_grid_and_its_figures(kind):
    document = read_image(saved(picture(), kind=kind))
    assert [rows(grid) for grid in grids(document)] == [READ]
    assert [text.replace(" ", "") for text in texts(document)] == ["Annualreport2023"]


@pytest.mark.parametrize(("dots", "blur", "noise"), [((1, 2), 0, 0), ((0.75, 0.75), 0, 8), ((2.2, 1.1), 1.3, 4)])
def test_a_table_ruled_in_dots_is_a_table(dots, blur, noise):
    def dotted(sheet: Sheet) -> None:
        sheet.canvas.setDash(*dots)
        sheet.canvas.setLineWidth(1)
        sheet.table(XS, YS, {})
        for row, column, text in ((0, 1, "117"), (1, 2, "0"), (3, 3, "35")):
            sheet.text(XS[column] + 20, YS[row] + 16, text, size=11)

    image = pypdfium2.PdfDocument(pdf(dotted))[0].render(scale=200 / 72).to_pil().convert("RGB")
    image = image.rotate(-1, fillcolor="white").filter(ImageFilter.GaussianBlur(blur))
    pixels = np.asarray(image) + np.random.default_rng(7).normal(0, noise, (*image.size[::-1], 3))
    (grid,) = grids(read_image(saved(Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)))))
    assert rows(grid) == [["", "117", "", ""], ["", "", "0", ""], ["", "", "", ""], ["", "", "", "35"]]


def rules_on(ink: np.ndarray) -> tuple[int, int]:
    """How many level and upright rules are found on a page of 200 dpi."""
    pixel = 200 / 72
    found, _ = strokes.find_strokes((255 - ink).astype(np.uint8), np.zeros(ink.shape, np.uint8), pixel)
    return sum(rule.horizontal for rule in found), sum(not rule.horizontal for rule in found)


def ruled(dash: tuple[int, int] = (1, 0)) -> np.ndarray:
    """A table of 4 × 3 cells, its rules drawn in dashes and gaps of some pixels."""
    ink = np.zeros((700, 900))
    drawn, along = sum(dash), np.arange(900)
    for y in range(60, 560, 100):
        ink[y : y + 2, 60:660] = 200
        ink[y : y + 2, along % drawn >= dash[0]] = 0
    for x in range(60, 860, 200):
        ink[60:462, x : x + 2] = 200
        ink[along[:700] % drawn >= dash[0], x : x + 2] = 0
    return ink


@pytest.mark.parametrize("dash", [(1, 0), (40, 7), (90, 7)])
def test_rules_that_broke_in_copying_are_as_many_as_those_that_did_not(dash):
    assert rules_on(ruled(dash)) == (5, 4)


def test_what_a_page_break_cuts_off_a_row_is_ruled_as_the_row_is():
    ink = ruled()
    ink[:120] = 0
    ink[262:] = 0
    assert rules_on(ink) == (2, 4)


def test_strokes_of_headings_beside_a_table_are_no_part_of_it():
    ink = ruled()
    ink[:160] = 0
    ink[262:] = 0
    ink[130:170, 260:262] = 200
    ink[250:300, 460:462] = 200
    found, _ = strokes.find_strokes((255 - ink).astype(np.uint8), np.zeros(ink.shape, np.uint8), 200 / 72)
    assert sorted(rule.end for rule in found if not rule.horizontal) == pytest.approx([261] * 4, abs=2)


@pytest.mark.parametrize(("across", "down"), [((120, 160), (125, 155)), ((172,), (101, 130, 177))])  # 井, 山
def test_the_strokes_of_a_large_character_that_cross_each_other_are_no_rules(across, down):
    ink = np.zeros((700, 900))
    for y in across:
        ink[y : y + 3, 100:180] = 200
    for x in down:
        ink[110:175, x : x + 3] = 200
    assert rules_on(ink) == (0, 0)


def test_rules_of_dots_reach_the_rules_at_their_ends_and_run_between_close_labels():
    ink = ruled((4, 4))
    for y in range(84, 140, 6):
        ink[y : y + 3, 200:253] = 200
        ink[y : y + 3, 270:330] = 200
    found, _ = strokes.find_strokes((255 - ink).astype(np.uint8), np.zeros(ink.shape, np.uint8), 200 / 72)
    ends = {end for rule in found for end in (rule.start, rule.end)}
    assert (len(found), [min(abs(end - at) for end in ends) for at in (61, 661, 461)]) == (
        9,
        pytest.approx([0] * 3, abs=2),
    )


def test_a_table_is_open_below_where_both_its_sides_go_on():
    rows, columns = [Rule(True, y, 0, 300) for y in (0, 20, 40)], [Rule(False, x, 0, 40) for x in (0, 100, 200, 300)]
    (closed,) = find_frames([*rows, *columns, Rule(False, 100, 39, 60)])
    (cut,) = find_frames([*rows, *columns, Rule(False, 0, 39, 60), Rule(False, 300, 39, 60)])
    assert (closed.open_bottom, closed.ys[-1], cut.open_bottom, cut.ys[-1]) == (False, 40, True, 60)


def test_a_table_without_a_frame_is_open_where_most_of_its_rules_go_on():
    rows, columns = [Rule(True, y, 0, 300) for y in (20, 40)], [Rule(False, x, 0, 60) for x in (80, 140, 200, 260)]
    (frame,) = find_frames([*rows, Rule(False, 40, 20, 40), *columns])
    assert (frame.ys, len(frame.xs)) == ((0, 20, 40, 60), 7)


def test_a_piece_of_a_rule_as_short_as_a_character_is_high_is_known_by_its_place():
    ink = ruled()
    ink[358:464, 60:664] = 0
    for y in (384, 408):
        ink[y : y + 2, 60:660] = 200
    for x in (60, 260, 460, 660):
        ink[384:410, x : x + 2] = 200  # nine points
    ink[390:406, 160:162] = 200  # a digit
    assert rules_on(ink) == (5, 8)


def test_strokes_of_characters_in_a_tight_row_are_no_pieces_of_rules():
    ink = ruled((40, 7))
    ink[:158] = 0
    ink[198:200, 60:660] = 200
    for x in (120, 320, 520):
        ink[168:190, x : x + 3] = 200  # three points from both rules
    assert rules_on(ink) == (5, 4)


def test_the_grain_of_a_grey_paper_makes_no_rules():
    grain = np.random.default_rng(3).normal(190, 8, (2339, 1654)).clip(0, 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(grain).save(buffer, "JPEG", quality=45)
    (pixels,) = pictures(buffer.getvalue())
    sheet = paper.sheet_of(pixels)
    assert strokes.find_strokes(sheet.gray, sheet.stamp, 200 / 72)[0] == []


def test_what_runs_nearly_from_rule_to_rule_is_a_character():
    ink = ruled()
    for x in (120, 320, 520):
        ink[69:153, x : x + 4] = 200  # of the upper row, three points from both rules
    assert rules_on(ink) == (5, 4)


def test_the_shadow_at_the_edge_of_a_scan_is_no_ink():
    pixels = np.asarray(picture(), float)
    pixels[:, :40] *= np.random.default_rng(2).uniform(0.05, 0.4, (len(pixels), 40, 1))
    sheet = paper.sheet_of(pixels.astype(np.uint8))
    assert sheet.gray[:, :30].min() == 255
    assert (sheet.gray < 100).any()


def test_a_watermark_changes_nothing():
    mark = Image.new("L", (900, 300), 255)
    ImageDraw.Draw(mark).line([(0, 0), (300, 290), (420, 0), (560, 290), (560, 0), (890, 140)], fill=200, width=24)
    stamped = picture()
    stamped.paste(ImageChops.darker(stamped.crop((150, 270, 1050, 570)), mark.convert("RGB")), (150, 270))
    (grid,) = grids(read_image(saved(stamped)))
    assert rows(grid) == READ


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_a_picture_is_turned_as_its_camera_tells(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    turned = picture().rotate({3: 180, 6: 90, 8: 270}[orientation], expand=True)
    buffer = io.BytesIO()
    turned.save(buffer, "PNG", exif=exif)
    (pixels,) = pictures(buffer.getvalue())
    assert pixels.tobytes() == picture().tobytes()


def test_a_faint_print_is_read_as_a_dark_one():
    (grid,) = grids(read_image(saved(picture().point(lambda level: 130 + level * 125 // 255))))
    assert rows(grid) == READ


def test_a_table_in_small_type_below_large_type_loses_no_figure():
    def draw(sheet: Sheet) -> None:
        for y in range(60, 400, 34):
            sheet.text(60, y, "一二三四五六七八九十年报公开信息", size=26)
        sheet.table(XS, [450, 462, 474, 486, 498], {})
        for row in range(4):
            for column in range(4):
                sheet.text(XS[column] + 20, 459 + 12 * row, str(55 + row), size=5)

    image = pypdfium2.PdfDocument(pdf(draw))[0].render(scale=200 / 72).to_pil().convert("RGB")
    (grid,) = grids(read_image(saved(image)))
    for row, cells in enumerate(rows(grid)):
        assert all(cell == str(55 + row) or cell.startswith(DOUBTFUL) for cell in cells)
    assert str(rows(grid)).count(DOUBTFUL) < 4


@pytest.mark.parametrize(("dpi", "skew"), [(150, -2.7), (200, 0.8), (300, 3.0)])
def test_a_scan_gives_its_figures_or_refuses_them(dpi, skew):
    (grid,) = grids(read_image(saved(noisy(picture(dpi), skew), kind="JPEG", quality=80)))
    assert [[cell.lstrip(DOUBTFUL) for cell in row] for row in rows(grid)] == READ
    assert str(rows(grid)).count(DOUBTFUL) <= 1


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_on_its_side_or_head_is_turned(turn):
    (grid,) = grids(read_image(saved(noisy(picture().rotate(turn, expand=True), 0.5), kind="JPEG", quality=85)))
    assert [[cell.lstrip(DOUBTFUL) for cell in row] for row in rows(grid)] == READ
    assert str(rows(grid)).count(DOUBTFUL) <= 1


def test_a_page_is_turned_where_the_room_between_its_characters_hardly_tells(monkeypatch):
    monkeypatch.setattr("extract.readers.image._room_between", lambda *_: 1.3)
    for turn in (0, 90):
        read = grids(read_image(saved(picture().rotate(turn, expand=True), kind="JPEG", quality=85)))
        assert rows(read[0])[0] == READ[0]


def test_what_stands_beside_a_page_does_not_turn_it():
    image = picture()
    draw = ImageDraw.Draw(image)
    for y in range(200, 2000, 120):  # blots at the edge, six times as wide as high
        draw.polygon([(1300, y), (1650, y + 14), (1640, y + 56), (1310, y + 50)], fill=40)
    assert rows(grids(read_image(saved(image)))[0]) == READ


def test_a_streak_of_a_scanner_is_no_rule_and_a_figure_that_it_crosses_is_in_doubt():
    image = picture()
    x = round(220 * 200 / 72)  # through 12 and 35
    ImageDraw.Draw(image).line([(x, 0), (x, image.height)], fill=90, width=2)
    read = rows(grids(read_image(saved(image)))[0])
    assert read[1][0].startswith(DOUBTFUL)
    assert read[3][1].startswith(DOUBTFUL)
    assert [read[0], read[1][1:], read[2]] == [READ[0], READ[1][1:], READ[2]]


def test_the_rules_of_a_table_without_margins_are_no_streaks():
    table = np.asarray(picture().convert("L").crop([round(at * 200 / 72) for at in (50, 126, 410, 190)]))
    assert not paper._streaks(table).any()
    assert paper._streaks(table[:, 400:]).any()  # of fewer rules nobody can tell


def test_a_screen_in_dark_mode_is_read_and_a_dark_desk_makes_no_page_one():
    assert rows(grids(read_image(saved(ImageChops.invert(picture()))))[0]) == READ
    desk = Image.new("RGB", (3308, 2339), (60, 60, 60))
    desk.paste(picture().reduce(2), (1000, 500))
    assert not paper._is_negative(np.asarray(desk))


def test_a_page_photographed_from_aside_is_pulled_straight():
    flat = picture()
    width, height = flat.size
    # Each corner of the photograph shows this place of the page: the camera stands below and to the left.
    seen = [(-60, -90), (width + 190, -40), (width + 20, height + 60), (-180, height + 110)]
    rows_of = [
        row
        for (x, y), (u, v) in zip([(0, 0), (width, 0), (width, height), (0, height)], seen, strict=True)
        for row in ([x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y])
    ]
    map_of = np.linalg.solve(np.array(rows_of, float), np.array(seen, float).ravel())
    photo = flat.transform(flat.size, Image.Transform.PERSPECTIVE, map_of.tolist(), Image.BICUBIC, fillcolor="white")
    light = np.linspace(1, 0.6, width)[None, :, None] * np.linspace(0.8, 1, height)[:, None, None]
    shaded = Image.fromarray((np.asarray(photo) * light).astype(np.uint8))
    (grid,) = grids(read_image(saved(shaded, kind="JPEG", quality=85)))
    assert rows(grid) == READ


def test_what_a_stamp_covers_is_in_doubt_and_the_rest_is_read():
    stamped = picture()
    scale = 200 / 72
    ImageDraw.Draw(stamped).ellipse([265 * scale, 126 * scale, 335 * scale, 146 * scale], fill=(215, 30, 35))
    (grid,) = grids(read_image(saved(stamped)))
    assert rows(grid)[1][1].startswith(DOUBTFUL)
    assert [row for k, row in enumerate(rows(grid)) if k != 1] == [READ[0], *READ[2:]]


def test_thin_strokes_of_a_stamp_leave_nothing_behind_where_their_colour_is_smeared():
    image = Image.new("RGB", (3308, 1600), (245, 245, 245))
    draw = ImageDraw.Draw(image)
    draw.line([(800, 400), (800, 1000)], fill=(220, 50, 60), width=24)
    for y in range(425, 1000, 18):
        draw.line([(818, y), (848, y)], fill=(220, 50, 60), width=3)
    (pixels,) = pictures(saved(image.reduce(2), kind="JPEG", quality=75))  # a colour for each four pixels
    assert paper.without_stamps(pixels)[0].min() > 200


def test_black_under_a_stamp_is_seen():
    """Ink is not opaque: what is black on the paper is dark in it."""
    clean = np.asarray(picture()).astype(int)
    circle = Image.new("L", (clean.shape[1], clean.shape[0]))
    ImageDraw.Draw(circle).ellipse([400, 260, 900, 560], outline=255, width=12)
    ink = np.where(np.asarray(circle)[:, :, None] > 0, np.array([1.0, 0.2, 0.25]), 1.0)
    gray, stamp = paper.without_stamps((clean * ink).astype(np.uint8))
    covered = stamp > 0
    assert covered.sum() > 10_000
    assert (gray[covered & (clean[:, :, 0] < 60)] < 100).mean() > 0.9
    assert (gray[covered & (clean[:, :, 0] > 250)] > 200).mean() > 0.95


def test_figures_under_a_stamp_that_lets_the_rules_through_are_read():
    stamped = np.asarray(picture()).astype(float)
    circle = Image.new("L", (stamped.shape[1], stamped.shape[0]))
    ImageDraw.Draw(circle).ellipse([480, 300, 800, 540], outline=255, width=14)
    ink = np.where(np.asarray(circle)[:, :, None] > 0, np.array([0.9, 0.25, 0.3]), 1.0)
    (grid,) = grids(read_image(saved(Image.fromarray((stamped * ink).astype(np.uint8)))))
    assert rows(grid) == READ


@pytest.mark.parametrize(
    ("read", "text"),
    [
        ("某局二二五年报告，二百二十五年", "某局二〇二五年报告，二百二十五年"),
        ("某局二二○年报告", "某局二〇二〇年报告"),
        ("二O二〇年报告", "二〇二〇年报告"),
        ("某局二二年报告", "某局二〇二〇年报告"),
        ("某局二一年报告，十二年来", "某局二〇一〇年报告，十二年来"),
    ],
)
def test_a_ring_that_the_recogniser_overlooks_is_put_back_into_the_year(read, text, monkeypatch):
    monkeypatch.setattr(figures, "recognise", lambda crops: [(read, 0.9) for _ in crops])
    paper = np.full((9, 9), 255, np.uint8)
    assert figures.texts_of(paper, paper, [figures.Strip(0, 0, 9, 9)]) == [text]


def test_a_label_whose_number_is_misread_is_known_without(monkeypatch):
    monkeypatch.setattr(figures, "recognise", lambda crops: [("(化)总计", 0.9) for _ in crops])
    paper, box = np.full((9, 9), 255, np.uint8), Box(0, 0, 1, 1, 0, 0, 9, 9)
    assert figures.texts_of(paper, paper, [figures.Strip(0, 0, 9, 9, box)]) == ["总计"]


@pytest.mark.parametrize(("read", "text"), [("1.属", "1.属"), ("1.5", "\ufffd1.5"), ("5件", "\ufffd5件")])
def test_the_first_letter_of_a_numbered_label_that_is_cut_off_is_no_figure(read, text, monkeypatch):
    monkeypatch.setattr(figures, "recognise", lambda crops: [(read, 0.6) for _ in crops])
    paper, box = np.full((9, 9), 255, np.uint8), Box(0, 0, 1, 1, 0, 0, 9, 9)
    assert figures.texts_of(paper, paper, [figures.Strip(0, 0, 9, 9, box)]) == [text]


def test_a_stroke_from_rule_to_rule_beside_a_figure_makes_it_doubtful():
    streaked = picture()
    left, top, bottom = (round(points * 200 / 72) for points in (XS[2] + 24, YS[1], YS[2]))
    ImageDraw.Draw(streaked).line([(left, top), (left + 10, bottom)], fill=40, width=3)
    (grid,) = grids(read_image(saved(streaked)))
    assert grid.rows[1][1].text.startswith(DOUBTFUL)
    assert [cell.text for cell in (grid.rows[1][0], grid.rows[1][2])] == ["12", "1,204.56"]


@pytest.mark.parametrize(("above", "text"), [(-6, "38"), (0, f"{DOUBTFUL}.*"), (4, f"{DOUBTFUL}.*")])
def test_a_figure_that_reaches_into_the_rule_above_or_below_is_in_doubt(above, text):
    drawn = picture()
    top, low = (round(points * 200 / 72) for points in (YS[2], YS[3]))
    font = ImageFont.load_default(32)
    for middle, y, anchor in ((220, top - above, "mt"), (300, low + above, "mb")):
        ImageDraw.Draw(drawn).text((middle * 200 / 72, y), "38", fill=0, font=font, anchor=anchor)
    (grid,) = grids(read_image(saved(drawn)))
    assert all(re.fullmatch(text, cell.text) for cell in grid.rows[2][1:3])


@pytest.mark.parametrize("grey", [120, 180, 205, 218])
def test_a_figure_behind_a_pale_hyphen_has_it_or_is_in_doubt(grey):
    drawn = picture()
    left, y = 296 * 200 / 72, 136 * 200 / 72  # of the 0 in the middle
    ImageDraw.Draw(drawn).line([(left - 14, y), (left - 4, y)], fill=(grey,) * 3, width=2)
    (grid,) = grids(read_image(saved(drawn)))
    assert rows(grid)[1] in (
        ["12", "-0", "1,204.56"],
        ["12", f"{DOUBTFUL}0", "1,204.56"],
        ["12", f"{DOUBTFUL}-0", "1,204.56"],
    )


@pytest.mark.parametrize(("read", "score", "text"), [("1", 0.7, ""), ("报告", 0.7, "报告"), ("报", 0.4, "")])
def test_strokes_outside_of_tables_that_are_read_as_some_sign_are_no_writing(read, score, text, monkeypatch):
    monkeypatch.setattr(figures, "recognise", lambda crops: [(read, score) for _ in crops])
    paper = np.full((9, 9), 255, np.uint8)
    assert figures.texts_of(paper, paper, [figures.Strip(0, 0, 9, 9)]) == [text]


@pytest.mark.parametrize(
    ("points", "grey", "width", "text"),
    [
        ([(18, 4), (8, 24)], 0, 2, "/"),
        ([(15, 4), (10, 24)], 60, 4, "/"),  # bold and steep
        ([(15, 4), (9, 24)], 160, 2, "/"),  # pale
        ([(6, 4), (18, 4), (10, 24)], 0, 2, "7"),
        ([(8, 9), (15, 4), (11, 24)], 0, 2, "7"),  # a 1 in italics
    ],
)
def test_a_lone_stroke_is_no_seven_however_surely_it_is_read_as_one(points, grey, width, text, monkeypatch):
    monkeypatch.setattr(figures, "recognise", lambda crops: [("7", 0.99) for _ in crops])
    image = Image.new("L", (26, 28), 255)
    ImageDraw.Draw(image).line(points, fill=grey, width=width)
    paper, box = np.asarray(image), Box(0, 0, 1, 1, 0, 0, 9, 9)
    assert figures.texts_of(paper, paper, [figures.Strip(5, 3, 20, 26, box)]) == [text]


def test_a_stroke_of_uneven_pixels_is_no_one_either(monkeypatch):
    monkeypatch.setattr(figures, "recognise", lambda crops: [("1", 0.99) for _ in crops])
    paper, box = np.full((28, 60), 255, np.uint8), Box(0, 0, 1, 1, 0, 0, 9, 9)
    for y in range(16):
        paper[6 + y, 12 - y // 3 : 13 - y // 3 + (y % 3 == 0)] = 0
        paper[6 + y, 42 - y // 3 : 43 - y // 3 + (y % 3 == 0)] = 0
    paper[19:22, 39] = 0  # a foot
    readings = figures.texts_of(paper, paper, [figures.Strip(x, 6, x + 8, 22, box) for x in (6, 36)])
    assert readings[0] == "/"
    assert readings[1] != "1"


def signs(cell: np.ndarray) -> str:
    """The marks of a line that fills a cell."""
    height, width = cell.shape
    pieces = strips._pieces((cell < 200).astype(np.uint8), 20.0)[1]
    return strips._signs(cell, cell, (0, 0, width, height), pieces, 20.0)


@pytest.mark.parametrize(
    ("pieces", "hairlines", "seen"),
    [
        ([(0, 13, 2, 3), (2, 0, 8, 2), (2, 6, 9, 10)], [(0, 0, 2, 13)], ""),  # a 5 of which thin strokes are paler
        ([(0, 0, 4, 16), (5, 13, 2, 3)], [(4, 13, 1, 3)], "?"),  # a 1 with its point
        ([(0, 7, 4, 2), (5, 0, 4, 16)], [(4, 7, 1, 2)], "-"),
    ],
)
def test_pale_strokes_that_broke_are_no_points_and_what_stands_beside_a_digit_is(pieces, hairlines, seen):
    cell = np.full((16, 12), 255, np.uint8)
    for grey, parts in ((220, hairlines), (140, pieces)):
        for x, y, w, h in parts:
            cell[y : y + h, x : x + w] = grey
    assert signs(cell) == seen
    assert strips.marks(pieces, 16) != ""


@pytest.mark.parametrize(("room", "doubtful"), [(80, {0, 1}), (40, set())])
def test_figures_above_each_other_are_of_several_rows_unless_one_is_broken_over_lines(room, doubtful):
    box = Box(0, 0, 1, 1, 0, 0, 30, 30)
    lines = [figures.Strip(9, top, 30, top + 18, box, room=room) for top in (10, 50)]
    assert figures._of_several_rows(lines, {0: "13", 1: "153"}) == doubtful


def test_a_speck_is_no_stroke():
    paper = np.full((20, 20), 255, np.uint8)
    paper[4, 4:12] = 0
    assert not figures._is_stroke(paper, figures.Strip(4, 2, 12, 10))


@pytest.mark.parametrize("digit", "0123456789")
@pytest.mark.parametrize("face", ["LiberationSerif-Italic", "LiberationSans-Italic", "LiberationSerif-Regular"])
def test_no_digit_is_a_lone_stroke_in_italics_either(face, digit):
    image = Image.new("L", (90, 90), 255)
    font = ImageFont.truetype(f"/usr/share/fonts/truetype/liberation/{face}.ttf", 31)
    ImageDraw.Draw(image).text((30, 30), digit, font=font, fill=20)
    left, top, right, bottom = ImageChops.invert(image).getbbox()
    strip = figures.Strip(left, top, right, bottom, Box(0, 0, 1, 1, 0, 0, 9, 9))
    assert not figures._is_stroke(np.asarray(image), strip)


def test_the_digits_of_the_page_itself_confirm_a_figure_or_doubt_it():
    def shape(*pixels):
        values = np.array(pixels, float) - np.mean(pixels)
        return values / np.linalg.norm(values)

    seven, one = shape(9, 9, 9, 0, 9, 0), shape(0, 9, 0, 0, 9, 0)
    page = figures._Typeface([("7", seven), ("1", one), ("7", shape(9, 8, 9, 1, 9, 0))])
    assert page.reading([one, shape(9, 9, 9, 0, 8, 0)]) == "17"
    assert page.reading([shape(4.5, 9, 4.5, 0, 9, 0)]) is None  # between the two
    assert page.likely([seven], of="7")
    assert not page.likely([shape(9, 9, 8, 0, 9, 1)], of="1")
    assert page.likely([seven, one], of="7")  # nothing to compare: a speck, or digits that touch


@pytest.mark.parametrize(("width", "read"), [(2, "0"), (5, f"{DOUBTFUL}a")])
def test_a_digit_just_like_the_pages_others_is_that_digit_whatever_it_is_read_as(width, read, monkeypatch):
    monkeypatch.setattr(
        figures, "recognise", lambda crops: [("0", 0.99) if c.min() < 35 else ("a", 0.6) for c in crops]
    )
    image = Image.new("L", (60, 28), 255)
    ImageDraw.Draw(image).ellipse((6, 4, 17, 24), outline=0, width=2)
    ImageDraw.Draw(image).ellipse((36, 4, 47, 24), outline=70, width=width)
    paper = np.asarray(image)
    found = [figures.Strip(x, 4, x + 12, 25, Box(0, x, 1, 1, 0, 0, 9, 9)) for x in (6, 36)]
    assert figures.texts_of(paper, paper, found) == ["0", read]


def test_a_figure_is_taken_only_where_two_readings_agree(monkeypatch):
    real = figures.recognise
    seen = []

    def second_differs(crops):
        found = real(crops)
        seen.extend(text for text, _ in found if text == "7")
        return [("8" if len(seen) == 2 and text == "7" else text, score) for text, score in found]

    monkeypatch.setattr(figures, "recognise", second_differs)
    document = read_image(saved(picture()))
    assert rows(grids(document)[0])[2] == [f"{DOUBTFUL}7", "", "", ""]
    assert "p1: 1 cells in doubt" in document.notes


def test_a_scanned_pdf_is_read_page_by_page_and_its_table_joined():
    scan = saved(picture(), picture(), kind="PDF", resolution=200)
    document = read_pdf(scan)
    assert [rows(grid) for grid in grids(document)] == [READ, READ]
    assert document.notes == ("p1: read from a picture", "p2: read from a picture")


def test_a_table_pasted_as_a_picture_into_a_page_of_text_is_read_where_it_stands(monkeypatch):
    table = picture().crop((int(50 * 200 / 72), int(92 * 200 / 72), int(430 * 200 / 72), int(204 * 200 / 72)))
    photograph = Image.fromarray(np.random.default_rng(1).integers(0, 255, (200, 300, 3), np.uint8))

    def draw(sheet: Sheet) -> None:
        sheet.text(80, 60, "一、总体情况")
        sheet.canvas.drawImage(ImageReader(table), 90, sheet.height - 400, 400, 400 * table.height / table.width)
        sheet.text(80, 480, "二、其他情况")
        sheet.canvas.drawImage(ImageReader(photograph), 90, sheet.height - 700, 300, 200)

    payload = pdf(draw)
    document = read_pdf(payload)
    assert [type(block).__name__ for block in document.blocks] == ["Text", "Grid", "Text"]
    (grid,) = grids(document)
    assert rows(grid) == READ
    monkeypatch.setattr(recognition, "find_spec", lambda _: None)
    assert "pages 1 are or hold pictures, which are not read" in read_pdf(payload).notes[0]


def test_every_page_of_a_tiff_is_a_page_and_an_animation_is_one():
    small = Image.new("RGB", (20, 20), "white")
    other = Image.new("RGB", (20, 20), "black")
    assert len(list(pictures(saved(small, other, kind="TIFF")))) == 2
    assert len(list(pictures(saved(small, other, kind="GIF")))) == 1


def test_a_photograph_in_several_views_is_its_first_one():
    small = [Image.new("RGB", (20, 20), colour) for colour in ("white", "black")]
    assert [pixels.min() for pixels in pictures(saved(*small, kind="MPO"))] == [255]


def test_without_the_extra_the_refusal_says_what_to_install(monkeypatch):
    monkeypatch.setattr(recognition, "find_spec", lambda _: None)
    with pytest.raises(UnreadableDocument, match=r"ocr_missing: .*pip install 'nianbao\[ocr\]'"):
        read_document(b"\x89PNG\r\n\x1a\n")


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"\x89PNG\r\n\x1a\nnothing", "not_a_document"),
        (saved(Image.new("L", (300, 300)), kind="PNG")[:-40], "malformed"),
        (saved(Image.new("1", (9000, 9000)), kind="PNG"), "too_large"),
        (saved(Image.new("1", (20000, 20000)), kind="PNG"), "too_large"),
        (saved(Image.new("L", (1, 1), 255), kind="PNG"), "no_text"),
        (saved(Image.new("RGB", (800, 600), "white"), kind="PNG"), "no_text"),
        (saved(*[Image.new("1", (9, 9))] * 61, kind="TIFF"), "too_many_pages"),
    ],
    ids=["no picture", "cut off", "81 megapixels", "400 megapixels", "one pixel", "blank", "61 pages"],
)
def test_hostile_pictures_are_refused_by_name(payload, reason):
    with pytest.raises(UnreadableDocument) as refusal:
        read_image(payload)
    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    ("readings", "figure"),
    [
        ([("7", 0.9), ("7", 0.95)], "7"),
        ([("7", 0.9)], None),  # one reading is no reading
        ([("7", 0.6), ("7", 0.7)], None),  # neither is sure
        ([("0", 0.6), ("0", 0.7), ("0", 0.72)], "0"),
        ([("7", 0.99), ("1", 0.99), ("7", 0.99)], None),  # another figure was read
        ([("0", 0.9), ("口", 0.8), ("0", 0.9)], "0"),
        ([("22（其中修订16件）", 0.9), ("22（其中修订10件）", 0.9)], "22（其中修订16件）"),
        ([("O", 0.9), ("O", 0.9)], None),
        ([("二十四", 0.9), ("二十四", 0.95)], "二十四"),
        ([("二十四", 0.9), ("三十四", 0.95)], None),
        ([("零件", 0.9), ("零件", 0.95)], "零件"),
        ([("一二", 0.99), ("一二", 0.99)], None),  # －二, perhaps
        ([("十五", 0.99), ("十五", 0.99)], None),  # ＋五, perhaps
        ([("-三", 0.99), ("-三", 0.99)], None),  # whose hyphen is not seen
    ],
)
def test_two_readings_make_a_figure(readings, figure):
    assert figures._agreed(readings, "") == figure


@pytest.mark.parametrize(
    ("text", "width", "figure"),
    [
        ("O", 12, "0"),
        ("2. 48", 60, "2.48"),
        ("- 6", 40, "-6"),
        ("１ 3 7", 80, "137"),
        ("3 0", 200, "3 0"),
        ("- 1 2 9", 90, "-129"),
        ("– 439", 60, "-439"),
        ("360,7 24", 160, "360,724"),
        ("171O", 50, "1710"),
        ("规 章", 40, "规 章"),
        ("十7", 30, "+7"),
        ("+ 1", 30, "+1"),
        ("·三十三", 60, "-三十三"),
    ],
)
def test_a_recognised_text_is_written_as_a_figure(text, width, figure):
    assert figures._as_figure(text, figures.Strip(0, 0, width, 20)) == figure


@pytest.mark.parametrize(
    ("readings", "marks", "figure"),
    [
        (["2.48", "2.48"], ".", "2.48"),
        (["248", "248"], ".", None),  # the point was lost
        (["-6", "-6"], "", None),
        (["75,123", "75.123", "75,123"], ",", "75,123"),
        (["75.123", "75.123"], ",", None),  # the comma reaches below the line
        (["75,123", "75,123"], ".", None),
        (["1,204.56", "1.204.56"], ",.", "1,204.56"),
        (["1，204", "1，204"], ",", "1，204"),
        (["9.145", "9.145"], "?", None),  # too small to tell 9.145 from 9,145
        (["9.14", "9.14"], "?", "9.14"),
        (["22件", "22件"], ".", "22件"),  # whose own points cannot be told apart
    ],
)
def test_a_figure_has_the_points_and_signs_that_are_seen(readings, marks, figure):
    assert figures._agreed([(text, 0.99) for text in readings], marks) == figure


def test_a_comma_reaches_below_the_line_and_a_hyphen_stands_at_half_height():
    pieces = [(0, 9, 6, 2), (8, 0, 8, 20), (18, 17, 3, 3), (24, 0, 8, 20), (34, 17, 3, 6)]
    assert strips.marks(pieces, 23) == "-.,"
    assert strips.marks([(0, 0, 5, 10), (6, 8, 2, 2)], 10) == "?"


def test_parts_of_a_broken_digit_are_no_marks_and_a_plus_is_no_hyphen():
    assert strips.marks([(0, 0, 10, 14), (1, 16, 9, 4), (14, 0, 10, 20)], 20) == ""
    assert strips.marks([(0, 6, 11, 11), (14, 0, 10, 20)], 20) == "+"
    assert strips.marks([(0, 9, 22, 2), (26, 0, 10, 20)], 20) == "-"  # of full width
    assert strips.marks([(0, 8, 3, 6), (5, 0, 4, 20)], 20) == ""  # of the slope of a 4


def test_a_comma_that_touches_a_bold_digit_is_seen_by_its_darkest_ink():
    line = np.full((28, 60), 255, np.uint8)
    line[2:22, 4:14] = line[2:22, 30:40] = line[18:26, 20:24] = 20
    line[18:22, 14:30] = 170
    assert signs(line[2:]) == ","
    assert signs(np.maximum(line[2:], 90)) == ""  # pale print, which is in pieces there


def test_the_ball_of_a_5_that_a_hairline_holds_is_no_point():
    line = np.full((20, 40), 255, np.uint8)
    line[:, 0:10] = line[0:3, 14:26] = line[8:20, 19:26] = line[15:19, 12:16] = 20
    line[3:19, 15:19] = np.minimum(line[3:19, 15:19], 190)
    assert signs(line) == ""


def test_a_digit_is_compared_with_its_thin_strokes():
    four = np.full((20, 16), 255, np.uint8)
    four[:, 12:14] = 0
    for y in range(14):
        four[y, 12 - y * 12 // 14] = 190
    four[13, :14] = 190
    (shape,) = figures._digits(four, figures.Strip(0, 0, 16, 20))
    assert (shape.reshape(28, 24) > 0).any(axis=0).sum() > 12


def test_the_ring_of_a_seal_in_black_is_no_rule():
    seal = Image.fromarray(ruled())
    ImageDraw.Draw(seal).ellipse([140, 61, 440, 361], outline=200, width=12)
    plain, sealed = (
        strokes.find_strokes((255 - ink).astype(np.uint8), np.zeros(ink.shape, np.uint8), 200 / 72)[0]
        for ink in (ruled(), np.asarray(seal))
    )
    assert len(sealed) == len(plain)


@pytest.mark.parametrize("size", [(30_000, 41), (41, 30_000), (41, 41)])
def test_a_thin_picture_is_not_enlarged_without_end(size):
    gray = paper.sheet_of(np.full((*size, 3), 255, np.uint8)).gray
    assert gray.size <= paper.MAX_PIXELS * 1.01


def word(*pictures, text=""):
    """A Word document of a paragraph and pictures."""
    shown = "".join(
        f'<w:p><w:r><w:drawing><a:blip xmlns:a="a" xmlns:r="r" r:embed="r{k}"/></w:drawing></w:r></w:p>'
        for k in range(len(pictures))
    )
    listed = "".join(f'<Relationship Id="r{k}" Target="media/{k}.png"/>' for k in range(len(pictures)))
    return zipped(
        {
            "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{paragraph(text)}{shown}</w:body></w:document>',
            "word/_rels/document.xml.rels": f"<Relationships>{listed}</Relationships>",
            **{f"word/media/{k}.png": saved(picture) for k, picture in enumerate(pictures)},
        }
    )


def test_a_table_pasted_as_a_picture_into_a_word_document_is_read_and_a_photograph_is_not():
    photograph = Image.effect_noise((900, 600), 90).convert("RGB")
    document = read_docx(word(photograph, picture(), text=30 * "三、收到和处理"))
    assert rows(grids(document)[0]) == READ
    assert grids(document)[0].rows[0][0].place.startswith("p2 ")
    assert document.notes == ("p2: read from a picture", "1 pictures not read")


def test_a_word_document_that_is_all_pictures_is_read_as_they_are(monkeypatch):
    for title in ([], ["某市2023年政府信息公开工作年度报告"]):
        read = texts(read_docx(word(picture(), text="".join(title))))
        assert [text.replace(" ", "") for text in read] == [*title, "Annualreport2023"]
    monkeypatch.setattr("extract.readers.recognition.find_spec", lambda _: None)
    with pytest.raises(UnreadableDocument, match="ocr_missing"):
        read_docx(word(picture()))
    assert read_docx(word(picture(), text=30 * "总体情况")).notes == ("1 pictures not read",)


@pytest.mark.parametrize(("read", "text"), [("AA", ""), ("OO", "OO"), ("公AA", "公AA")])
def test_letters_alone_in_a_line_are_a_scribble(read, text, monkeypatch):
    monkeypatch.setattr(figures, "recognise", lambda crops: [(read, 0.95) for _ in crops])
    paper = np.full((9, 9), 255, np.uint8)
    assert figures.texts_of(paper, paper, [figures.Strip(0, 0, 9, 9)]) == [text]


@pytest.mark.parametrize(
    ("rows_of_ink", "lines"),
    [
        ([(0, 60), (63, 120)], [(0, 60), (63, 120)]),  # two lines of a title, set close
        ([(0, 12), (14, 30)], [(0, 30)]),  # 吕, in print that broke
        ([(0, 3), (22, 25)], [(0, 25)]),  # 二
        ([(0, 30), (40, 70)], [(0, 30), (40, 70)]),
    ],
)
def test_lines_that_come_close_are_lines_and_parts_of_a_character_are_not(rows_of_ink, lines):
    inked = np.zeros(130, bool)
    for start, end in rows_of_ink:
        inked[start:end] = True
    assert strips._bands(inked, 31.0) == lines


def test_a_title_on_curved_paper_is_a_line_of_text():
    line, title = (40, 0, 400, 24), (40, 60, 600, 150)
    assert strips._whole_lines([line, title], em=24.0) == [line, title]


def test_what_is_read_beside_all_words_is_the_edge_of_a_sheet(monkeypatch):
    found = [figures.Strip(x, y, x + w, y + 30) for x, y, w in ((5, 50, 8), (150, 50, 10), (100, 5, 200))]
    texts = [("1", 0.95), ("）", 0.95), ("一、总体情况", 0.95)]
    monkeypatch.setattr(figures, "recognise", lambda crops: texts[: len(crops)])
    page = np.full((100, 400), 100, np.uint8)
    assert figures.texts_of(page, page, found) == ["", "）", "一、总体情况"]


def test_a_line_that_slants_is_brought_to_one_height():
    line = np.full((60, 400), 255, np.uint8)
    for x in range(400):
        line[x // 10 : x // 10 + 12, x] = 0
    assert figures._level(line).shape[0] < 20
    assert figures._level(np.full_like(line, 255)).shape == line.shape  # blank
