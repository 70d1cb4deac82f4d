"""Bytes → text: the charset a page is really in, whatever was declared, and how much could not be read."""

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.decode import decode

TEXT = "政府信息公开工作年度报告：予以公开 3 件，收费 1024.15 万元。"
META = '<meta http-equiv="Content-Type" content="text/html; charset={}"><p>{}</p>'


@pytest.mark.parametrize(
    ("bom", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ],
)
@pytest.mark.parametrize("declared", [None, "gb2312", "utf-8", "big5"])
def test_a_byte_order_mark_beats_what_is_declared(bom, encoding, declared):
    decoded = decode(bom + TEXT.encode(encoding), declared)
    assert (decoded.text, decoded.replaced) == (TEXT, 0)


@pytest.mark.parametrize(
    ("encoding", "header", "meta"),
    [
        ("utf-8", None, None),
        ("utf-8", "utf-8", "utf-8"),
        ("utf-8", "gb2312", None),
        ("utf-8", None, "gb2312"),
        ("utf-8", "gbk", "gb18030"),
        ("utf-8", "iso-8859-1", "gbk"),
        ("utf-8", "UTF8", None),
        ("utf-8", "no-such-charset", "另"),
        ("utf-8", "us-ascii", None),
        ("gb18030", None, None),
        ("gb18030", "utf-8", None),
        ("gb18030", None, "utf-8"),
        ("gb18030", "utf-8", "utf-8"),
        ("gb18030", "GB2312", "gb2312"),
        ("gb18030", "iso-8859-1", None),
        ("gb18030", "latin1", "windows-1252"),
        ("gb18030", "hex", None),
        ("gb18030", "x-gbk", None),
    ],
)
def test_a_lie_about_the_charset_is_seen_through(encoding, header, meta):
    page = META.format(meta, TEXT) if meta else TEXT
    decoded = decode(page.encode(encoding), header)
    assert (decoded.text, decoded.charset, decoded.replaced) == (page, encoding, 0)


@pytest.mark.parametrize("declared", ["gb2312", "gbk", "GB18030", None])
def test_characters_of_four_bytes_are_read_whatever_part_of_gb_is_declared(declared):
    text = "㐂㛃𠀀𡃁镕玥喆" + TEXT
    assert decode(text.encode("gb18030"), declared).text == text


@pytest.mark.parametrize("declared", ["big5", "BIG5", "big5-hkscs"])
def test_big5_is_read_where_it_is_declared(declared):
    text = "政府資訊公開年度報告，本年新收申請數量。"
    assert decode(text.encode("big5hkscs"), declared).text == text


@pytest.mark.parametrize("declared", ["utf-16", "utf-16le", "utf-16-be"])
def test_a_declared_utf_16_that_is_none_does_not_garble_the_page(declared):
    page = META.format(declared, TEXT)
    assert decode(page.encode()).text == page


def test_what_header_and_page_declare_is_kept_as_declared():
    assert decode(META.format("gb2312", TEXT).encode("gb18030"), "UTF-8").declared == ("UTF-8", "gb2312")
    assert decode(b'<?xml version="1.0" encoding="GBK"?>').declared == ("GBK",)
    assert decode(b"<p>").declared == ()


@pytest.mark.parametrize("word", ["政府信息公开", "首页", "的工作", "办理，公开"])
def test_utf_8_that_also_decodes_as_gb18030_is_not_left_as_mojibake(word):
    payload = (word * 40).encode()[: 3 * 2 * len(word) * 20]
    assert decode(payload, "gbk").text.startswith(word)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("declared", [True, False])
def test_a_last_character_cut_off_costs_only_itself(encoding, declared):
    text = TEXT * 60
    decoded = decode(text.encode(encoding)[:-1], encoding if declared else None)
    assert decoded.text.startswith(text[:-1])
    assert decoded.charset == encoding
    assert decoded.replaced == 1


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_broken_byte_is_replaced_and_counted(encoding):
    payload = (TEXT * 20).encode(encoding) + b"\xff" + (TEXT * 20).encode(encoding)
    decoded = decode(payload, encoding)
    assert decoded.replaced == decoded.text.count("\ufffd") >= 1
    assert decoded.text.startswith(TEXT * 20)
    assert decoded.text.endswith(TEXT * 19)


@pytest.mark.parametrize("payload", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\x00", b"\x80", b"\xff\xfe\x00"])
def test_a_page_of_next_to_nothing_is_decoded(payload):
    assert len(decode(payload).text) <= len(payload)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(
    st.binary(max_size=200),
    st.one_of(st.none(), st.text(max_size=12), st.sampled_from(["gbk", "utf-16", "zip", "idna"])),
)
def test_no_bytes_and_no_declaration_break_decoding(payload, charset):
    decoded = decode(payload, charset)
    assert decoded.replaced <= decoded.text.count("\ufffd")


@settings(derandomize=True, max_examples=150, deadline=None)
@given(
    st.text(
        st.characters(codec="gb18030", exclude_characters="\x00", exclude_categories=["Cs", "Co", "Cn"]),
        min_size=1,
        max_size=60,
    )
)
def test_any_text_declared_truly_reads_back(text):
    assert decode(text.encode("gb18030"), "gbk").text in (text, text.encode("gb18030").decode("utf-8", "replace"))
    if not text.startswith(("\ufeff", "\ufffe")):
        assert decode(text.encode(), "utf-8").text == text
