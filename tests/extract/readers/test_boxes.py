"""Tables drawn with characters → grids: the cells and their spans stand where bars and rules say."""

import pytest

from extract.readers.boxes import boxed_table

BY_TERMINAL = """
┌────────────────┬────────────────┐
│    申请人      │法人或其他组织  │
│                ├──────┬─────────┤
│                │ 企业 │科研机构 │
├────────┬───────┼──────┼─────────┤
│“三安全│ 维持  │  1   │         │
│一稳定”│       │      │         │
│        ├───────┼──────┼─────────┤
│        │ 纠正  │  -2  │   30    │
└────────┴───────┴──────┴─────────┘
"""
CELLS = [
    [("申请人", 2, 2), ("法人或其他组织", 2, 1)],
    [("企业", 1, 1), ("科研机构", 1, 1)],
    [("“三安全一稳定”", 1, 2), ("维持", 1, 1), ("1", 1, 1), ("", 1, 1)],
    [("纠正", 1, 1), ("-2", 1, 1), ("30", 1, 1)],
]


def read(drawing):
    found = boxed_table(drawing.strip("\n").split("\n"), 0)
    return found and [
        [(cell.text.replace("\n", ""), cell.colspan, cell.rowspan) for cell in row] for row in found[1].rows
    ]


@pytest.mark.parametrize("signs", ["┌┬┐├┼┤└┴┘│─", "+++++++++|-", "╔╦╗╠╬╣╚╩╝║═"])
def test_cells_stand_where_bars_and_rules_say(signs):
    assert read(BY_TERMINAL.translate(str.maketrans("┌┬┐├┼┤└┴┘│─", signs))) == CELLS


def test_programs_may_count_a_chinese_character_as_one_place():
    assert read("+----+---+\n|规章  | 0 |\n+----+---+\n|行政许可|12 |\n+----+---+") == [
        [("规章", 1, 1), ("0", 1, 1)],
        [("行政许可", 1, 1), ("12", 1, 1)],
    ]


def test_columns_may_be_one_place_wide():
    assert read("┌────┬─┐\n│规章│0│\n├────┼─┤\n│许可│ │\n└────┴─┘") == [
        [("规章", 1, 1), ("0", 1, 1)],
        [("许可", 1, 1), ("", 1, 1)],
    ]


def test_a_lone_dash_in_a_cell_is_its_mark():
    assert read("+----+-+\n|规章|-|\n+----+-+\n|许可|0|\n+----+-+")[0] == [("规章", 1, 1), ("-", 1, 1)]


def test_rows_that_no_rule_parts_are_not_one_row():
    assert read("+----+---+\n|规章  | 0 |\n|行政许可|12 |\n+----+---+") is None


def test_lines_that_end_at_no_one_place_are_no_box():
    assert read("+----+----+\n| 规章 | 0 |\n+----+----+\n| 许可 | 12|\n+----+----+") is None


def test_what_stands_below_is_left():
    drawing = BY_TERMINAL.strip("\n").split("\n")
    end, _ = boxed_table([*drawing, "五、存在的问题"], 0)
    assert end == len(drawing)
