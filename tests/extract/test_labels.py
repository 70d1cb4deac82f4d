"""Labels of the form: known exactly, by an alias, torn or misprinted, and never one for another."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.form import TABLE2_HEADER_KEYS, TABLE2_ROWS, TABLE3_HEADER_KEYS, TABLE3_ROWS, TABLE4_KEYS, label_key
from extract.labels import Trail, is_furniture, known_label, match_label
from extract.stream import Token


def trail(*texts):
    """The trail of printed pieces."""
    return Trail.of(Token("text", text, label_key(text), None, 0, 0) for text in texts)


def matched(*texts, rows=TABLE3_ROWS, following="", read=()):
    """(row, how) of the label that ends the pieces; `following` stands behind its numbers."""
    match = match_label(trail(*texts), (label_key(following),), rows, read=read)
    return match and (match.row, match.how)


LONG_LABELS = [(row, key) for row in TABLE3_ROWS for key in row.keys if len(key) > 4]


@pytest.mark.parametrize("row", TABLE3_ROWS, ids=lambda row: row.name)
def test_every_label_of_table_3_is_known_with_its_ordinal_and_without(row):
    read = [other.name for other in TABLE3_ROWS[: TABLE3_ROWS.index(row)]]
    bare = row.label.split("、", 1)[-1] if row.label[1] == "、" else row.label.split(".")[-1].split("）", 1)[-1]
    for text in (row.label, row.label.replace(".", "、"), " ".join(row.label), bare):
        if label_key(text) in row.keys or text == row.label:
            assert matched(text, read=read) == (row.name, "exact"), text


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("规章", "regulations"),
        ("政府规章", "regulations"),
        ("规范性文件", "normative_documents"),
        ("行政规范性文件", "normative_documents"),
        ("行政许可", "licensing"),
        ("其他对外管理服务事项", "other_services"),
        ("行政处罚", "penalties"),
        ("行政强制", "compulsion"),
        ("行政事业性收费", "fees"),
        ("政府集中采购", "procurement"),
    ],
)
def test_labels_of_table_2_and_their_aliases_are_known(text, row):
    assert matched(text, rows=TABLE2_ROWS) == (row, "exact")


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("予以公公开", "granted"),
        ("（三）1.属于国国家秘密", "denied.state_secret"),
        ("没有现成信息需另行制作", "unavailable.must_be_created"),
        ("补正后申请内容任不明确", "unavailable.still_unclear"),
        ("一、本年新收到政府信息公开申请数量", "received"),
        ("无正当理由大量反覆申请", "not_processed.excessive"),
        ("要求行政机关确认或重新出具己获取信息", "not_processed.reconfirmation"),
    ],
)
def test_a_label_with_a_character_dropped_doubled_or_wrong_is_known_as_misprinted(text, row):
    assert matched(text) == (row, "misprint")


@pytest.mark.parametrize(
    ("text", "rows", "row"),
    [
        ("政许可", TABLE2_ROWS, "licensing"),
        ("处罚", TABLE2_ROWS, "penalties"),
        ("规范件", TABLE2_ROWS, "normative_documents"),
        ("行政事费", TABLE2_ROWS, "fees"),
        ("政府集购", TABLE2_ROWS, "procurement"),
        ("一、本年政府信息公开申请数量", TABLE3_ROWS, "received"),
        ("四、结年度继续办理", TABLE3_ROWS, "carried_out"),
    ],
)
def test_a_label_that_lost_up_to_half_of_its_characters_is_known_where_only_one_had_them(text, rows, row):
    assert matched(text, rows=rows) == (row, "misprint")


@pytest.mark.parametrize("text", ["其", "总", "三其", "其他", "合计", "属于信息", "处理其政府信息公开申请"])
def test_what_may_be_left_of_several_labels_or_of_a_short_one_is_none(text):
    assert matched(text) is None


@pytest.mark.parametrize("text", ["行政强许", "行政处制", "行政", "行政许罚", "行政机关", "行政处理"])
def test_a_text_near_two_rows_is_neither(text):
    assert matched(text, rows=TABLE2_ROWS) is None


@pytest.mark.parametrize(
    ("text", "rows", "row"),
    [
        ("行政处罚", TABLE2_ROWS, "penalties"),
        ("行政强制", TABLE2_ROWS, "compulsion"),
        ("属于三类内部事务信息", TABLE3_ROWS, "denied.internal_affairs"),
        ("属于四类过程性信息", TABLE3_ROWS, "denied.process_information"),
        ("上年结转政府信息公开申请数量", TABLE3_ROWS, "carried_in"),
        ("结转下年度继续办理", TABLE3_ROWS, "carried_out"),
    ],
)
def test_labels_that_look_alike_are_told_apart(text, rows, row):
    assert matched(text, rows=rows) == (row, "exact")


@pytest.mark.parametrize(
    ("text", "read", "row"),
    [
        ("其他", (), None),
        ("其他", ("received", "granted"), None),
        ("其他", ("received", "not_processed.petition"), "other.other"),
        ("3.其他", (), "other.other"),
        ("3.其他", ("received", "not_processed.petition"), "other.other"),
        ("6.其他", ("received", "not_processed.petition"), None),
        ("其他处理", (), "other"),
        ("（六）其他处理", ("not_processed.petition",), "other"),
        ("总计", (), None),
        ("总计", ("received",), None),
        ("总计", ("received", "granted"), "concluded"),
        ("（七）总计", (), "concluded"),
        ("总计", ("granted", "carried_out"), None),
        ("尚未审结总计", ("received", "granted"), None),
        ("法律服务机构其他", ("received", "not_processed.petition"), None),
        ("法律服务机构其他总计", ("received", "granted"), None),
    ],
)
def test_a_short_label_stands_for_a_row_only_where_the_table_has_come_that_far(text, read, row):
    match = matched(text, read=read)
    assert (match and match[0]) == row


@pytest.mark.parametrize(
    ("pieces", "row"),
    [
        (("三、本年度办理结果", "（一）予以公开"), "granted"),
        (("三、本年度办理结果（一）予以公开",), "granted"),
        (("（三）不予公开", "1.属于国家秘密"), "denied.state_secret"),
        (("(三)不予公开1.属于国家秘密",), "denied.state_secret"),
        (("（三）不", "予公开", "8.属于行政查询事项"), "denied.administrative_enquiry"),
        (("二、上年结转政府", "信息公开申请数量"), "carried_in"),
        (("1.申请人无正当理由逾期不补正、", "行政机关不再处理其政府信息公开申请"), "other.not_corrected"),
    ],
)
def test_a_label_in_pieces_behind_its_group_is_known(pieces, row):
    assert matched(*pieces) == (row, "exact")


@pytest.mark.parametrize(
    "text",
    [
        "全年共有三件申请决定予以公开",
        "我局对申请人的重复申请",
        "其中属于国家秘密",
        "对上述申请均按规定不再处理其政府信息公开申请",
        "全年共办理行政许可",
    ],
)
def test_prose_that_ends_like_a_label_is_none(text):
    assert matched(text) is None
    assert matched(text, rows=TABLE2_ROWS) is None


@pytest.mark.parametrize(
    ("head", "tail", "row"),
    [
        ("2.其他法律行政法", "规禁止公开", "denied.by_law"),
        ("要求行政机关确认或", "重新出具已获取信息", "not_processed.reconfirmation"),
        ("二、上年结转政府信", "息公开申请数量三、本年度办理结果", "carried_in"),
    ],
)
def test_a_label_torn_by_its_numbers_is_known_by_both_halves(head, tail, row):
    match = match_label(trail(head), (label_key(tail),), TABLE3_ROWS)
    assert (match.row, match.how) == (row, "torn")
    assert match.tail == len(label_key(tail).split("三本年度")[0])


@pytest.mark.parametrize(
    ("head", "tail"),
    [
        ("1.申请人逾期", "行政机关不再处理其政府信息公开申请"),
        ("属于", "内部事务信息"),
    ],
)
def test_halves_that_make_no_label_are_none(head, tail):
    match = match_label(trail(head), (label_key(tail),), TABLE3_ROWS)
    assert match is None


@pytest.mark.parametrize(
    ("head", "tail", "row"),
    [
        ("一、本年新收到政府", "信息公开申请数量", "received"),
        ("2.其它法律行政法", "规禁止公布", "denied.by_law"),
        ("一、本年", "新收到政府信息公开申请数量", "received"),
        ("四、结转下", "度继续办理", "carried_out"),
    ],
)
def test_a_label_torn_by_its_numbers_may_be_misprinted(head, tail, row):
    assert matched("其他", head, following=tail) == (row, "misprint")


def test_half_of_a_label_and_the_next_label_are_not_one():
    assert matched("三、上年", following="二、上年结转政府信息公开申请数量") is None


def test_the_others_of_the_2021_form_are_told_apart_when_torn():
    end = "行政机关不再处理其政府信息公开申请"
    assert matched("申请人无正当理由逾期不补正", following=end) == ("other.not_corrected", "torn")
    assert matched("申请人逾期未按收费通知要求缴纳费用", following=end) == ("other.fee_unpaid", "torn")


@pytest.mark.parametrize(
    ("key", "labels", "known"),
    [
        ("结果维特", TABLE4_KEYS, "结果维持"),
        ("结果", TABLE4_KEYS, "结果"),
        ("其他结果", TABLE4_KEYS, "其他结果"),
        ("其他", TABLE4_KEYS, "其他"),
        ("末经复议直接起诉", TABLE4_KEYS, "未经复议直接起诉"),
        ("复议后起诉", TABLE4_KEYS, "复议后起诉"),
        ("本年处理决定数", TABLE2_HEADER_KEYS, "本年处理决定数量"),
        ("复议后起诉讼", TABLE4_KEYS, "复议后起诉讼"),
        ("法人或其组织", TABLE3_HEADER_KEYS, "法人或其他组织"),  # or 法人或其它组织, which is the same
        ("某年某数", TABLE2_HEADER_KEYS, "某年某数"),
    ],
)
def test_a_head_misprinted_by_one_character_is_known_unless_two_are_as_near(key, labels, known):
    assert known_label(key, labels) == known


@pytest.mark.parametrize(
    ("text", "furniture"),
    [
        ("第二十条第（一）项", True),
        ("信息内容", True),
        ("三、本年度办理结果", True),
        ("申请人情况", True),
        ("法人或其他组织", True),
        ("本年收费金额（单位：万元）", True),
        ("", True),
        ("（三）不予公开 1.属于国家秘密", True),
        ("2023年，我局主动公开政府信息320条", False),
        ("五、存在的主要问题及改进情况", False),
        ("我局未收取信息处理费", False),
    ],
)
def test_what_stands_in_the_form_is_told_from_prose(text, furniture):
    assert is_furniture(label_key(text)) is furniture


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.sampled_from(LONG_LABELS), st.data())
def test_a_misprint_is_its_own_row_or_none(labelled, data):
    row, key = labelled
    at = data.draw(st.integers(0, len(key) - 1))
    wrong = data.draw(st.sampled_from(["", key[at] * 2, *"的信行其他1三"]))
    match = matched(key[:at] + wrong + key[at + 1 :])
    assert match is None or match[0] == row.name


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=20), max_size=4), st.text(max_size=20))
def test_no_text_breaks_the_matching(pieces, following):
    match_label(trail(*pieces), (label_key(following),), TABLE3_ROWS)
    is_furniture(label_key("".join(pieces)))
