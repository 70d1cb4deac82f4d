"""What one cell states: every dress of a number reads back as the number, and nothing else is taken for one."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.cells import MARKS, UNITS, is_number, read_cell, read_numeral
from extract.reading import ReadCell


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("0", 0),
        (" 12 ", 12),
        ("12\n", 12),
        ("\u00a0340\u3000", 340),
        ("-3", -3),
        ("1024.15", Decimal("1024.15")),
        ("0.123456", Decimal("0.123456")),
        ("-0.5", Decimal("-0.5")),
        ("0.00", Decimal("0.00")),
    ],
)
def test_a_plain_number_is_read_without_its_print_being_kept(text, value):
    assert read_cell(text) == ReadCell(value, None, "number")


@pytest.mark.parametrize("text", ["", " ", "\n", "\u00a0", "\u3000\u3000", "\u200b", "\ufeff\t", "\u00ad"])
def test_a_blank_cell_states_nothing(text):
    assert read_cell(text) == ReadCell(None, None, "blank")


@pytest.mark.parametrize(
    "text",
    ["/", "／", "—", "——", "-", "－", "--", "无", " 无 ", "\\", "*", "n/a", "NaN", "None", "……", "─", "～", "无数据"],
)
def test_a_mark_is_kept_and_is_no_zero(text):
    assert read_cell(text) == ReadCell(None, text.strip(), "mark")


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("22个", 22, "个"),
        ("1024.15万元", Decimal("1024.15"), "万元"),
        ("251000元", 251000, "元"),
        ("3 件", 3, "件"),
        ("0件", 0, "件"),
        ("22（件）", 22, "件"),
        ("0（万元）", 0, "万元"),
        ("￥1,000.50元", Decimal("1000.50"), "元"),
        ("减少 3 项", -3, "项"),
    ],
)
def test_a_unit_is_kept_beside_its_number(text, value, unit):
    assert read_cell(text) == ReadCell(value, text, "unit", unit)


def test_the_longest_unit_is_taken():
    assert [read_cell(f"5{unit}").unit for unit in UNITS] == UNITS


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("22（其中修订16件）", 22, None),
        ("22(其中修订16件", 22, None),
        ("22其中修订16件", 22, None),
        ("3件（含2件）", 3, "件"),
        ("12[1]", 12, None),
        ("274（281）", 274, None),
        ("12\n（其中修订3）", 12, None),
        ("1024.15万元（其中500元）", Decimal("1024.15"), "万元"),
    ],
)
def test_a_note_does_not_change_its_number(text, value, unit):
    assert read_cell(text) == ReadCell(value, text, "note", unit)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("１２", 12),
        ("２2", 22),
        ("３．１４", Decimal("3.14")),
        ("+3", 3),
        ("＋３", 3),
        ("－3", -3),
        ("−3", -3),
        ("﹣3", -3),
        ("- 3", -3),
        ("增3", 3),
        ("增+20", 20),
        ("减少3", -3),
        ("↓5", -5),
        ("1,234", 1234),
        ("１，２３４", 1234),
        ("-1,234,567.5", Decimal("-1234567.5")),
        ("十二", 12),
        ("一百零三", 103),
        ("二〇", 20),
        ("零", 0),
        ("-二", -2),
    ],
)
def test_a_number_in_another_dress_keeps_its_print(text, value):
    assert read_cell(text) == ReadCell(value, text, "numeral")


@pytest.mark.parametrize("text", ["1\n2", "3\n5", "10\n24", "1 2", "1 024"])
def test_a_number_whose_digits_are_parted_is_read_and_known_as_such(text):
    assert read_cell(text) == ReadCell(int("".join(text.split())), text, "split")


def test_a_wide_gap_parts_two_numbers():
    assert read_cell("31    31").kind == "refused"


REFUSED = """
    007 00 05 0. 12. .5 12/3 0/0 1.2.3 1..2 12,5 1,2345 1,23,456 1,000. 5-8 5~8 3- 2+ 5+3 --3 +-3 2024年 2024-01-02
    3月 合计5 共5件 第3 1e5 1E5 0x10 1_000 1'000 ∞ inf True ٣ ۳ ३ ① 5① ² 10² ½ Ⅲ ㈠ 😀 3😀 5% 50％ 1:2 (3)
    （3） 3* *3 3、 12。 无5 /0 5㎡ 壹 5元5角 其中16件 个 万元 （万元） 一 一一 十十 十百 减二 不增不减
    """.split()


@pytest.mark.parametrize(
    "text",
    [
        *REFUSED,
        "0 0",
        "0\n0",
        "3 - 5",
        "本年未收到申请。",
        "见附件 1",
        "125000元（折合12.5万元）",
        "\x00",
        "1\x002",
    ],
)
def test_a_text_that_states_no_single_number_is_refused(text):
    assert read_cell(text) == ReadCell(None, text, "refused")


@pytest.mark.parametrize(
    "text",
    ["9" * 10_000, "0." + "3" * 10_000, "规" * 10_000, "1 " * 5_000 + "。", "," * 10_000, "(" * 10_000, "十" * 10_000],
)
def test_ten_thousand_characters_are_refused_at_once(text):
    assert read_cell(text).kind == "refused"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("零", 0),
        ("十", 10),
        ("十九", 19),
        ("二十", 20),
        ("一百一十", 110),
        ("二百零五", 205),
        ("两千零二十四", 2024),
        ("九千九百九十九", 9999),
        ("二〇二四", 2024),
        ("十十", None),
        ("百千", None),
        ("一二十", None),
        ("三百五", None),
        ("一千五", None),
        ("百五", None),
        ("五百零", None),
    ],
)
def test_a_chinese_numeral_has_one_value_or_none(text, value):
    assert read_numeral(text) == value


@pytest.mark.parametrize(
    ("word", "stands_alone"),
    [
        ("12", True),
        ("22个", True),
        ("-3", True),
        ("１２", True),
        ("十二", False),
        ("三", False),
        ("/", False),
        ("", False),
    ],
)
def test_a_word_between_blanks_is_a_number_only_in_digits(word, stands_alone):
    assert is_number(word) is stands_alone


NUMBERS = st.one_of(
    st.integers(-(10**9), 10**9),
    st.decimals(-(10**9), 10**9, places=2),
    st.decimals(0, 10**6, places=6),
)
WIDE = str.maketrans("0123456789.,+-", "０１２３４５６７８９．，＋－")


def _dresses(number):
    """Every way in which a report prints a number."""
    plain, grouped = f"{number:f}" if isinstance(number, Decimal) else str(number), f"{number:,}"
    yield from (plain, grouped, plain.translate(WIDE), grouped.translate(WIDE), " ".join(plain), f"\u3000{plain}\u00a0")
    yield from (
        plain.replace("-", "−"),
        plain.replace("-", "减少"),
        f"{plain}万元",
        f"{plain} 件",
        f"{plain}（其中修订2件）",
    )
    if number > 0:
        yield from (f"+{plain}", f"＋{plain}", f"增{plain}", f"约{plain}", f"￥{plain}元")


@settings(derandomize=True, max_examples=150, deadline=None)
@given(NUMBERS)
def test_a_number_in_any_dress_reads_back_as_itself(number):
    for text in _dresses(number):
        stated = read_cell(text)
        assert stated.value == number, text
        assert str(stated.value) in text.translate(
            str.maketrans("０１２３４５６７８９．−－，", "0123456789.--,")
        ).replace("减少", "-").replace(",", "").replace(" ", ""), "decimals as printed, zeros at their end too"


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text(max_size=40) | st.text("0123456789.,+-/（）()件万元其中无— \n①一二十百〇", max_size=12))
def test_no_text_gives_a_float_or_an_error(text):
    cell = read_cell(text)
    assert type(cell.value) in (int, Decimal, type(None))
    assert (cell.value is None) == (cell.kind in ("blank", "mark", "refused"))
    assert cell.kind in ("number", "blank") or cell.printed


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.integers(1, 9999))
def test_a_chinese_numeral_below_ten_thousand_reads_back(number):
    from tests.generate.truth import chinese_number

    if number < 100:
        assert read_numeral(chinese_number(number)) == number
    digits = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(number))
    assert read_numeral(digits) == number


def test_every_mark_is_read_as_one():
    assert {read_cell(mark).kind for mark in MARKS} == {"mark"}
