"""Reading PDFs: facts, fonts and limits, and what a broken or locked file is refused for."""

import io
import re

import pypdfium2
import pytest
from pdfminer.pdfparser import PDFStreamParser
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from extract.document import Fact
from extract.errors import UnreadableDocument
from extract.readers import pdf as reader
from extract.readers.pdf import read_pdf
from tests.extract.readers.made import Sheet, pdf, texts
from tests.generate.pages import font_path


def test_the_cover_of_a_package_of_files_is_no_document():
    file = pypdfium2.PdfDocument(pdf(lambda sheet: sheet.text(60, 60, "打开此文件包")))
    buffer = io.BytesIO()
    file.save(buffer)
    portfolio = re.sub(rb"/Type\s*/Catalog", b"/Type /Catalog /Collection <</Type /Collection>>", buffer.getvalue())
    with pytest.raises(UnreadableDocument, match="not_a_document: this is the cover of a package of files"):
        read_pdf(portfolio)


def test_the_title_property_is_a_fact_unless_a_program_filled_it_in():
    def page(sheet: Sheet) -> None:
        sheet.text(80, 60, "正文")

    assert read_pdf(pdf(page, title="某局2023年报告")).facts == (
        Fact("page_title", "某局2023年报告", "PDF metadata Title"),
    )
    assert read_pdf(pdf(page, title="Microsoft Word - 年报.doc")).facts == ()


def test_a_password_refuses_and_a_ban_on_copying_does_not():
    def page(sheet: Sheet) -> None:
        sheet.canvas.drawString(80, 600, "Section 1")

    assert texts(read_pdf(pdf(page, encrypt=StandardEncryption("", "owner", canCopy=0)))) == ["Section 1"]
    with pytest.raises(UnreadableDocument) as refusal:
        read_pdf(pdf(page, encrypt=StandardEncryption("secret", "owner")))
    assert refusal.value.reason == "encrypted"


def test_pages_without_a_text_layer_ask_for_the_extra(monkeypatch):
    monkeypatch.setattr("extract.readers.recognition.find_spec", lambda _: None)
    with pytest.raises(UnreadableDocument, match="no_text"):
        read_pdf(pdf(lambda sheet: sheet.line(0, 0, 9, 9)))


def test_too_many_pages_are_refused(monkeypatch):
    monkeypatch.setattr(reader, "MAX_PAGES", 2)
    with pytest.raises(UnreadableDocument, match="too_many_pages"):
        read_pdf(pdf(*[lambda sheet: sheet.text(80, 60, "正文")] * 3))


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"no PDF at all", "not_a_document"),
        (b"%PDF-1.7\n", "truncated"),
        (b"%PDF-1.7\n1 0 obj<</Length -132>>stream\n%%EOF\n", "malformed"),
        (b"%PDF-1.7\n%%EOF\n", "malformed"),
        (
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj "
            b"trailer<</Root 1 0 R>>\n%%EOF",
            "malformed",
        ),
    ],
)
def test_what_is_no_readable_pdf_is_refused_by_name(payload, reason):
    with pytest.raises(UnreadableDocument) as refusal:
        read_pdf(payload)
    assert refusal.value.reason == reason


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_pdf_cut_off_is_read_as_far_as_it_goes_or_refused(share):
    whole = pdf(*[lambda sheet: sheet.text(80, 60, "正文")] * 3)
    try:
        found = set(texts(read_pdf(whole[: int(share * len(whole))])))
    except UnreadableDocument as error:
        found = {error.reason}
    assert found <= {"正文", "truncated", "malformed", "no_text"}


def subset(*, named: bool) -> bytes:
    """A PDF in an embedded subset of a font, with or without the table of what its codes stand for."""
    registerFont(TTFont("subset", str(font_path())))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pageCompression=0, invariant=1)
    canvas.setFont("subset", 14)
    canvas.drawString(80, 700, "第二十条 规章 12345")
    canvas.save()
    whole = buffer.getvalue()
    return whole if named else re.sub(rb"/ToUnicode \d+ 0 R", lambda match: b" " * len(match[0]), whole)


def test_a_font_that_does_not_tell_its_characters_is_read_from_the_picture_of_the_page_or_refused(monkeypatch):
    assert texts(read_pdf(subset(named=True))) == ["第二十条规章12345"]
    assert [text.replace(" ", "") for text in texts(read_pdf(subset(named=False)))] == ["第二十条规章12345"]
    monkeypatch.setattr("extract.readers.recognition.find_spec", lambda _: None)
    with pytest.raises(UnreadableDocument, match="ocr_missing"):
        read_pdf(subset(named=False))


def test_a_character_that_has_a_code_of_its_font_only_is_unknown():
    named = re.sub(rb"<0031>", b"<F031>", subset(named=True))
    assert "1 characters that the document does not name" in read_pdf(named).notes[0]


@pytest.mark.parametrize(
    ("font", "unnamed"),
    [
        ("/Subtype /Type1 /BaseFont /Helvetica", False),
        ("/Subtype /Type1 /Encoding << /Differences [48 /zero /one] >>", False),
        ("/Subtype /Type1 /Encoding << /Differences [48 /g17 /g18] >>", True),
        ("/Subtype /Type1 /Encoding << /Differences [48 /g17] >> /ToUnicode << >>", False),
        ("/Subtype /Type3 /Encoding << /Differences [48 /a1] >>", True),
        ("/Subtype /Type3", True),
        ("/Subtype /TrueType /FontDescriptor << /Flags 4 /FontFile2 << >> >>", True),
        ("/Subtype /TrueType /FontDescriptor << /Flags 32 /FontFile2 << >> >>", False),
        ("/Subtype /TrueType /Encoding /WinAnsiEncoding /FontDescriptor << /Flags 4 /FontFile2 << >> >>", False),
        ("/Subtype /Type0 /Encoding /Identity-H", False),
    ],
)
def test_which_fonts_tell_their_characters(font, unnamed):
    spec = PDFStreamParser(f"<< {font} >>".encode()).nextobject()[1]
    assert reader._is_unnamed(spec) == unnamed


@pytest.mark.parametrize(
    ("font", "ranges"),
    [
        ("/DescendantFonts [<< /W [1 99999999999 500] >>]", False),
        ("/DescendantFonts [<< /W [1 65535 500 2 [500 600]] >>]", True),
        ("/DescendantFonts 7", True),
    ],
)
def test_a_font_of_more_characters_than_there_are_is_refused(font, ranges):
    spec = PDFStreamParser(f"<< {font} >>".encode()).nextobject()[1]
    if ranges:
        reader._check_ranges(spec)
        return
    with pytest.raises(UnreadableDocument, match="malformed: a font of 99999999999 characters"):
        reader._check_ranges(spec)


def test_a_table_of_characters_without_end_is_refused():
    endless = subset(named=True).replace(b"<00> <7F> <", b"<00> <FFFFFFF0> <", 1)
    if b"FFFFFFF0" not in endless:
        endless = re.sub(rb"endcmap", b"1 beginbfrange <00> <FFFFFFF0> <0000> endbfrange endcmap", endless)
    with pytest.raises(UnreadableDocument, match="malformed: a font of"):
        read_pdf(endless)


def test_more_areas_over_more_characters_than_can_be_looked_at_are_refused(monkeypatch):
    def page(sheet: Sheet) -> None:
        sheet.text(80, 100, "88")
        sheet.canvas.setFillColorRGB(1, 1, 1)
        for _ in range(6):
            sheet.canvas.rect(70, sheet.height - 110, 60, 20, stroke=0, fill=1)

    monkeypatch.setattr("extract.readers.pdf.MAX_COVERED", 10)
    with pytest.raises(UnreadableDocument, match="too_large: more than 10 times that characters"):
        read_pdf(pdf(page))
