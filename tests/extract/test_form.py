"""The form as data: the rows of both forms, the key of a label, and what the arithmetic says of stated figures."""

import pytest

from extract.form import (
    APPLICANTS,
    GROUPS,
    OUTCOMES,
    TABLE2_COLUMNS,
    TABLE2_HEADERS,
    TABLE2_ROWS,
    TABLE3_ROWS,
    broken_relations,
    label_key,
    table3_rows,
)
from extract.reading import ReadCell


def cells(*values):
    return tuple(ReadCell(value, None, "blank" if value is None else "number") for value in values)


def table3(form="2021", **rows):
    """A table 3 of zeros, some rows stated."""
    named = {name.replace("__", "."): values for name, values in rows.items()}
    return {row: cells(*named.get(row, [0] * 7)) for row in table3_rows(form)}


def broken(table3=None, table4=None):
    return [name for name, _ in broken_relations(table3 or {}, table4 or {})]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("（一）予以公开", "一予以公开"),
        ("(一) 予 以\n公 开", "一予以公开"),
        ("３．危及“三安全一稳定”", "3危及三安全一稳定"),
        ("本年增／减", "本年增减"),
        ("　行政\u00a0许可_", "行政许可"),
        ("……/—", ""),
        ("", ""),
    ],
)
def test_two_prints_of_one_label_share_a_key(text, key):
    assert label_key(text) == key


@pytest.mark.parametrize(("form", "count", "others"), [("2019", 23, ["other"]), ("2021", 25, None)])
def test_table_3_has_the_rows_of_its_form(form, count, others):
    rows = table3_rows(form)
    assert len(rows) == count
    assert rows[:3] == ("received", "carried_in", "granted")
    assert rows[-2:] == ("concluded", "carried_out")
    split = ["other.not_corrected", "other.fee_unpaid", "other.other"]
    assert [row for row in rows if row.startswith("other")] == (others or split)


def test_the_tables_have_the_columns_of_the_gold_format():
    assert (len(APPLICANTS), len(GROUPS), len(OUTCOMES)) == (7, 3, 5)
    assert [len(columns) for columns in TABLE2_COLUMNS["2019"].values()] == [3, 3, 3, 3, 3, 3, 2, 2]
    assert [len(columns) for columns in TABLE2_COLUMNS["2021"].values()] == [3, 3, 1, 1, 1, 1]
    assert {column for row in TABLE2_COLUMNS.values() for columns in row.values() for column in columns} == {
        column for column, _ in TABLE2_HEADERS.values()
    }


def test_no_key_stands_for_two_rows():
    for rows in (TABLE2_ROWS, TABLE3_ROWS):
        keys = [key for row in rows for key in set(row.keys)]
        assert len(keys) == len(set(keys))
        assert all(key == label_key(key) for key in keys)


def test_a_table_of_zeros_keeps_every_relation():
    assert broken(table3("2021"), {group: cells(0, 0, 0, 0, 0) for group in GROUPS}) == []
    assert broken(table3("2019")) == []
    assert broken() == []


def test_figures_that_add_up_keep_every_relation():
    kept = table3(
        received=[5, 1, 0, 0, 0, 0, 6],
        carried_in=[1, 0, 0, 0, 0, 0, 1],
        granted=[2, 1, 0, 0, 0, 0, 3],
        other__other=[3, 0, 0, 0, 0, 0, 3],
        concluded=[5, 1, 0, 0, 0, 0, 6],
        carried_out=[1, 0, 0, 0, 0, 0, 1],
    )
    assert broken(kept, {"review": cells(1, 2, 3, 4, 10)}) == []


@pytest.mark.parametrize(
    ("stated", "names"),
    [
        ({"denied__by_law": [0, 0, 0, 0, 0, 0, 1]}, ["row_total[denied.by_law]", "concluded[total]"]),
        ({"denied__by_law": [0, 1, 0, 0, 0, 0, 1]}, ["concluded[business]", "concluded[total]"]),
        ({"received": [1, 0, 0, 0, 0, 0, 1]}, ["balance[natural_person]", "balance[total]"]),
        ({"carried_out": [0, 0, 0, 0, 0, 2, 2]}, ["balance[other_org]", "balance[total]"]),
        ({"received": [0, 0, 0, 0, 0, 0, 1]}, ["balance[total]", "row_total[received]"]),
    ],
)
def test_a_broken_relation_is_named(stated, names):
    assert broken(table3(**stated)) == names


def test_the_message_shows_both_sides():
    ((_, sides),) = broken_relations({}, {"review": cells(1, 0, 2, 0, 4)})
    assert sides == "1+2 = 3, stated 4"
    ((_, sides),) = broken_relations({}, {"review": cells(0, 0, 0, 0, 4)})
    assert sides == "0, stated 4"


@pytest.mark.parametrize(
    "stated",
    [
        {"received": [1, None, 0, 0, 0, 0, None], "carried_in": [None, 0, 0, 0, 0, 0, 0]},
        {"denied__by_law": [None, 0, 0, 0, 0, 0, 9], "concluded": [4, 0, 0, 0, 0, 0, None], "received": [None] * 7},
        {row.name.replace(".", "__"): [None] * 7 for row in TABLE3_ROWS},
    ],
)
def test_a_relation_with_a_blank_is_neither_kept_nor_broken(stated):
    assert broken(table3(**stated)) == []


def test_a_blank_in_table_4_hides_only_its_own_group():
    table4 = {"review": cells(1, None, 0, 0, 9), "litigation_direct": cells(1, 0, 0, 0, 9)}
    assert broken(table4=table4) == ["table4_total[litigation_direct]"]


def test_rows_that_are_not_there_are_not_missed():
    assert broken({"received": cells(1, 0, 0, 0, 0, 0, 1)}) == []
