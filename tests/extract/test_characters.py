import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract import read
from extract.characters import is_plain, nfkc, plain

UNSEEN = "\u200b\u2060\ufe00\u00ad\u200e"
FORMS = dict(zip("年行度不理一民\u3000", "\uf98e\ufa08\ufa01\uf967\uf9e4⼀⺠\ue5e5", strict=True))
PROSE = (
    "南京市江宁区民政局2023年政府信息公开工作年度报告\n\n"
    "根据《中华人民共和国政府信息公开条例》编制。本报告所列数据的统计期限自2023年1月1日起至2023年12月31日止。\n\n"
    "一、总体情况\n\n　　2023年，我局不断推进政府信息公开工作，依法办理申请，加强管理。\n\n"
    "五、存在的主要问题及改进情况\n\n　　公开的广度不够。\n\n六、其他需要报告的事项\n\n　　无。\n\n"
    "南京市江宁区民政局\n\n2024年1月18日\n"
)


def test_a_form_is_read_as_the_character_that_it_stands_for():
    assert plain("⼀、⺠政⻓、㐀\ue5e5\uf98e") == "一、民政长、㐀\u3000年"


@given(st.text(alphabet=st.sampled_from("政府，：（）１２ａ％\u3000 abé1㎡①½ﬁ年\uf98e\u0301が゛")))
def test_one_width_is_unicode_s_form(text):
    assert nfkc(text) == unicodedata.normalize("NFKC", text)


@given(st.text())
def test_a_text_is_changed_where_it_is_not_plain(text):
    assert (plain(text) == text) == is_plain(text)
    assert is_plain(plain(text)) or plain(text) >= "\ufa0e"  # a dozen of that block are characters of their own


@pytest.mark.parametrize("every", [1, 2, 5])
def test_who_and_when_and_prose_are_read_through_what_is_not_seen(every):
    strewn = "".join(
        letter + (UNSEEN[at % len(UNSEEN)] if at % every == 0 and letter != "\n" else "")
        for at, letter in enumerate(PROSE)
    )
    dressed = re.sub(f"[{''.join(FORMS)}]", lambda match: FORMS[match[0]], strewn)
    wanted, got = read(PROSE.encode()), read(dressed.encode())
    assert got.title == wanted.title == "南京市江宁区民政局2023年政府信息公开工作年度报告"
    assert (got.issuer, got.report_year, got.published) == ("南京市江宁区民政局", 2023, "2024-01-18")
    assert got.sections == wanted.sections
