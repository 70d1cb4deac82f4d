"""The three tables of a Document: right, or refused with a warning that names the table; never wrong without a word."""

import pytest

from extract.by_order.values import RowReading, figures_of
from extract.cells import read_cell
from extract.document import Cell, Document, Grid
from extract.form import TABLE3_LABELS
from extract.judge import Judge
from extract.reading import ReadCell
from extract.tables import read_tables
from tests.extract.sheets import (
    FIGURES4,
    HEADS4,
    assert_right_or_doubted,
    document,
    doubted,
    figures,
    figures2,
    figures3,
    read_sheets,
    sheet2,
    sheet3,
    sheet4,
    sheets,
    stated,
)

FORMS = pytest.mark.parametrize("form", ["2019", "2021"])


def row_of(sheet, label):
    """The index of the row that prints a label."""
    return next(at for at, row in enumerate(sheet) for cell in row if label in cell.text)


@FORMS
def test_whole_tables_are_read_and_verified(form):
    tables = read_sheets(sheets(form))
    assert {table: stated(tables, table) for table in figures(form)} == figures(form)
    assert tables.status == {"table2": "verified", "table3": "verified", "table4": "verified"}
    assert (tables.form, tables.warnings, tables.inconsistent) == (form, [], ())


@FORMS
def test_articles_of_the_law_in_a_column_of_their_own_leave_table_2_its_heads(form):
    rows, article = [], Cell("")
    for row in sheet2(form):
        article = row[0] if row[0].text.startswith("第二十条") else article
        rows += [[Cell(article.text), *row]] if row[0] is not article else []
    tables = read_tables(document(rows, sheet3(form), sheet4()))
    assert stated(tables, "table2") == figures2(form)
    assert not any(warning.startswith("table2") for warning in tables.warnings)


@FORMS
@pytest.mark.parametrize("remark", ["无", ""])
def test_a_column_of_remarks_is_no_part_of_table_2(form, remark):
    tables = read_tables(document(_with_remarks(sheet2(form), remark), sheet3(form), sheet4()))
    assert stated(tables, "table2") == figures2(form)


@FORMS
def test_a_number_in_a_column_of_remarks_may_be_the_end_of_a_figure_and_is_refused(form):
    tables = read_tables(document(_with_remarks(sheet2(form), "8"), sheet3(form), sheet4()))
    assert set(stated(tables, "table2")["regulations"]) == {None}


def _with_remarks(rows, remark):
    return [[*row, Cell("备注" if row[0].text == "信息内容" else remark)] if row[1:] else row for row in rows]


def test_a_remark_in_brackets_behind_a_label_of_table_2_is_no_part_of_it():
    rows = [
        [cell._replace(text=cell.text.replace("规范性文件", "规范性文件（不含规章）")) for cell in row]
        for row in sheet2("2021")
    ]
    assert stated(read_tables(document(rows, sheet3("2021"), sheet4())), "table2") == figures2("2021")


@FORMS
def test_two_rows_of_table_2_typed_into_one_are_two(form):
    rows = sheet2(form)
    first = row_of(rows, "规章")
    above, below = rows[first : first + 2]
    one = [a._replace(text=f"{a.text}\n{b.text}") for a, b in zip(above, below, strict=True)]
    told = read_tables(document([*rows[:first], one, *rows[first + 2 :]], sheet3(form), sheet4()))
    assert stated(told, "table2") == figures2(form)
    uneven = [one[0], above[1], *one[2:]]  # a paragraph is lost: nobody can tell which
    refused = read_tables(document([*rows[:first], uneven, *rows[first + 2 :]], sheet3(form), sheet4()))
    assert_right_or_doubted(refused, figures(form))


@FORMS
@pytest.mark.parametrize("column", range(7))
def test_one_zero_left_blank_is_null_and_all_else_right(form, column):
    truth = figures3(form)
    truth["denied.by_law"] = [0] * 7
    truth["denied.by_law"][column] = None
    tables = read_sheets({2: sheet2(form), 3: sheet3(form, truth), 4: sheet4()})
    assert stated(tables, "table3") == truth
    assert tables.status["table3"] == "verified"


@FORMS
@pytest.mark.parametrize("mark", ["", "/", "—", "-", "无"])
def test_zeros_left_blank_or_marked_are_null_never_zero(form, mark):
    spoiled = sheets(form)
    truth = {row: [None if value in (0, 1, 3) else value for value in values] for row, values in figures3(form).items()}
    spoiled[3] = [
        [cell._replace(text=mark) if cell.text in ("0", "1", "3") else cell for cell in row] for row in spoiled[3]
    ]
    tables = read_sheets(spoiled)
    assert stated(tables, "table3") == truth
    assert {cell.kind for cells in tables.table3.values() for cell in cells if cell.value is None} == {
        "mark" if mark else "blank"
    }


@FORMS
def test_a_report_that_fills_only_natural_persons_and_totals(form):
    truth = {row: [values[0], *[None] * 5, values[6]] for row, values in figures3(form).items()}
    tables = read_sheets({2: sheet2(form), 3: sheet3(form, truth), 4: sheet4()})
    assert stated(tables, "table3") == truth


@FORMS
@pytest.mark.parametrize("label", ["2.其他法律行政法规", "（二）部分公开", "3.补正后申请", "（七）总计", "四、结转"])
def test_a_row_lost_at_a_page_break_is_null_and_named(form, label):
    spoiled, truth = sheets(form), figures(form)
    del spoiled[3][row_of(spoiled[3], label)]
    tables = read_sheets(spoiled)
    lost = next(name for name, printed in TABLE3_LABELS.items() if printed.startswith(label))
    assert stated(tables, "table3")[lost] == [None] * 7
    assert any("table3" in warning and lost in warning for warning in tables.warnings)
    assert_right_or_doubted(tables, truth)
    assert [row for row in truth["table3"] if stated(tables, "table3")[row] == truth["table3"][row]] == [
        row for row in truth["table3"] if row != lost
    ]


@FORMS
@pytest.mark.parametrize("table", [2, 3, 4])
def test_a_cell_lost_from_any_row_is_never_shifted_silently(form, table):
    for at, row in enumerate(sheets(form)[table]):
        for column, cell in enumerate(row):
            if cell.text.isdigit() and (at + column) % 3 != 1:  # two thirds of the cells: each column, each row
                spoiled = sheets(form)
                del spoiled[table][at][column]
                assert_right_or_doubted(read_sheets(spoiled), figures(form))


@FORMS
@pytest.mark.parametrize("table", [2, 3, 4])
@pytest.mark.parametrize("stray", ["3", "", "/"])
def test_a_cell_too_many_in_any_row_is_never_read_silently(form, table, stray):
    for at, row in enumerate(sheets(form)[table]):
        if row[-1].text.isdigit():
            spoiled = sheets(form)
            spoiled[table][at].insert(len(row) - 1, Cell(stray))
            assert_right_or_doubted(read_sheets(spoiled), figures(form))


@FORMS
@pytest.mark.parametrize("stray", ["3", "- 3 -", "第 3 页", "（续表）", ""])
def test_a_page_number_in_a_row_of_its_own_changes_no_figure(form, stray):
    for table, sheet in sheets(form).items():
        for at in range(4, len(sheet)):
            spoiled = sheets(form)
            spoiled[table].insert(at, [Cell(stray)])
            assert_right_or_doubted(read_sheets(spoiled), figures(form))


@FORMS
def test_spans_that_lie_do_not_move_a_figure(form):
    for table, sheet in sheets(form).items():
        for at, row in enumerate(sheet):
            for lie in (Cell("", 3, 1), Cell("", 1, 2), Cell("", 1, 0)):
                spoiled = sheets(form)
                spoiled[table][at][0] = row[0]._replace(colspan=lie.colspan, rowspan=lie.rowspan)
                assert_right_or_doubted(read_sheets(spoiled), figures(form))


@FORMS
def test_tables_without_any_span_are_read_by_the_order_of_their_cells(form):
    flat = {table: [[Cell(cell.text) for cell in row] for row in sheet] for table, sheet in sheets(form).items()}
    tables = read_sheets(flat)
    assert {table: stated(tables, table) for table in figures(form)} == figures(form)


@FORMS
@pytest.mark.parametrize("where", [0, 1, -1])
def test_spacer_columns_hold_no_cells(form, where):
    spoiled = sheets(form)
    for row in spoiled[3]:
        numbers = [at for at, cell in enumerate(row) if cell.text.isdigit() or cell.text in ("自然人", "总计")]
        row.insert((numbers or [len(row)])[0] if where == 0 else len(row) if where == -1 else 0, Cell(""))
    assert_right_or_doubted(read_sheets(spoiled), figures(form))


@FORMS
@pytest.mark.parametrize("at", [6, 12, 20])
def test_heads_repeated_at_a_page_break_change_nothing(form, at):
    spoiled = sheets(form)
    heads = spoiled[3][:3]
    spoiled[3] = [*spoiled[3][:at], *heads, *spoiled[3][at:]]
    assert_right_or_doubted(read_sheets(spoiled), figures(form))


@FORMS
def test_a_group_printed_again_at_a_page_break_changes_nothing(form):
    spoiled = sheets(form)
    at = row_of(spoiled[3], "（四）无法提供")
    granted = spoiled[3][row_of(spoiled[3], "（一）予以公开")]
    granted[0] = granted[0]._replace(rowspan=10)
    spoiled[3][at].insert(0, Cell("三、本年度办理结果", 1, len(spoiled[3]) - at - 1))
    tables = read_sheets(spoiled)
    assert stated(tables, "table3") == figures3(form)
    assert tables.status["table3"] == "verified"


@FORMS
@pytest.mark.parametrize(("label", "cut"), [("其他法律行政法规", 6), ("其他法律行政法规", 8), ("四类过程性信息", 4)])
def test_the_rest_of_a_label_in_a_row_of_its_own_is_no_blank_row(form, label, cut):
    spoiled = sheets(form)
    at = row_of(spoiled[3], label)
    *before, label = spoiled[3][at][:-7]
    head, rest = label.text[:cut], label.text[cut:]
    spoiled[3][at : at + 1] = [
        [*before, label._replace(text=head), *spoiled[3][at][-7:]],
        [label._replace(text=rest), *[Cell("")] * 7],
    ]
    for row in spoiled[3][2:at]:
        row[:] = [cell._replace(rowspan=cell.rowspan + (cell.rowspan > 1)) for cell in row]
    assert stated(read_sheets(spoiled), "table3") == figures3(form)


@FORMS
@pytest.mark.parametrize("table", [2, 3])
def test_a_table_torn_over_two_grids_is_one_table(form, table):
    for at in range(3, len(sheets(form)[table]), 3):
        blocks = [sheet for number, sheet in sheets(form).items() if number != table]
        sheet = sheets(form)[table]
        blocks.insert(table - 2, sheet[:at])
        blocks.insert(table - 1, sheet[at:])
        assert_right_or_doubted(read_tables(document(*blocks)), figures(form))


@FORMS
def test_all_three_tables_in_one_grid_are_told_apart(form):
    one = [row for sheet in sheets(form).values() for row in sheet]
    tables = read_tables(document(one))
    assert {table: stated(tables, table) for table in figures(form)} == figures(form)


def test_a_hybrid_has_table_2_of_2021_and_one_row_of_other_cases():
    tables = read_sheets({2: sheet2("2021"), 3: sheet3("2019"), 4: sheet4()})
    assert tables.form == "2021"
    assert stated(tables, "table2") == figures2("2021")
    assert stated(tables, "table3") == figures3("2019")
    assert tables.warnings == []


def test_a_row_printed_twice_alike_stands_and_one_that_differs_is_refused():
    for change in (0, 1):
        spoiled = sheets("2019")
        row = [Cell(*cell) for cell in spoiled[2][2]]
        row[-1] = Cell(str(int(row[-1].text) + change))
        spoiled[2].insert(3, row)
        tables = read_sheets(spoiled)
        assert_right_or_doubted(tables, figures("2019"))
        assert doubted(tables, "table2") is bool(change)


def test_two_tables_that_differ_are_reported_and_two_alike_are_not():
    other = figures3()
    other["granted"] = [9, *other["granted"][1:6], other["granted"][6] + 9 - other["granted"][0]]
    for figures_of_second, differ in ((figures3(), False), (other, True)):
        tables = read_tables(document(sheet2(), sheet3(), sheet4(), sheet3("2021", figures_of_second)))
        assert any("more than once" in warning for warning in tables.warnings) is differ
        assert (tables.status["table3"] == "verified") is not differ


@FORMS
def test_columns_that_changed_places_are_read_by_their_heads_or_refused(form):
    truth = figures3(form)
    spoiled = sheets(form)
    spoiled[3][2][0], spoiled[3][2][1] = spoiled[3][2][1], spoiled[3][2][0]
    for row in spoiled[3][3:]:
        row[-6], row[-5] = row[-5], row[-6]
    assert_right_or_doubted(read_sheets(spoiled), figures(form) | {"table3": truth})


def test_table_4_in_three_parts_is_one_table():
    parts = [
        [[Cell(title, 5)], [Cell(head) for head in HEADS4], [Cell(str(value)) for value in FIGURES4[group]]]
        for group, title in (
            ("review", "行政复议"),
            ("litigation_direct", "行政诉讼 未经复议直接起诉"),
            ("litigation_after_review", "行政诉讼 复议后起诉"),
        )
    ]
    tables = read_tables(document(sheet2(), sheet3(), *parts))
    assert stated(tables, "table4") == FIGURES4


@pytest.mark.parametrize("blank", ["review", "litigation_direct", "litigation_after_review"])
@pytest.mark.parametrize("text", ["", "/"])
def test_a_blank_group_of_table_4_leaves_the_others_in_place(blank, text):
    truth = FIGURES4 | {blank: [None] * 5}
    sheet = sheet4(truth)
    sheet[3] = [cell._replace(text=cell.text or text) for cell in sheet[3]]
    tables = read_sheets({2: sheet2(), 3: sheet3(), 4: sheet})
    assert stated(tables, "table4") == truth
    assert tables.status["table4"] == "verified"


def test_a_total_that_does_not_add_up_stays_and_is_a_finding():
    truth = figures3()
    truth["received"][6] += 1
    tables = read_sheets({2: sheet2(), 3: sheet3("2021", truth), 4: sheet4(FIGURES4 | {"review": [1, 2, 3, 4, 99]})})
    assert stated(tables, "table3") == truth
    assert tables.inconsistent == ("balance[total]", "row_total[received]", "table4_total[review]")
    assert sum("break" in warning for warning in tables.warnings) == 3
    assert tables.status["table3"] == "verified", "both readings agree: the source is wrong, not the reading"


def test_a_table_that_is_not_there_is_absent_and_said_to_be():
    tables = read_tables(document("一、总体情况", sheet2()))
    assert tables.status == {"table2": "verified", "table3": "absent", "table4": "absent"}
    assert tables.warnings == ["table3: not found", "table4: not found"]
    assert (tables.table3, tables.table4) == ({}, {})


def test_a_cell_knows_its_place_in_the_original():
    tables = read_sheets(sheets())
    assert tables.table2["regulations"]["made"] == ReadCell(100, None, "number", None, "t0r2c1")
    assert tables.table3["received"][0].place == "t1r3c1"
    assert tables.table3["denied.state_secret"][0].place == "t1r7c2"
    assert tables.table4["litigation_after_review"][4].place == "t2r3c14"


def test_a_count_below_nothing_is_doubted_and_a_change_is_not():
    figures = figures2("2019")
    figures["licensing"][1], figures["penalties"][2] = -4, -20
    tables = read_sheets(sheets("2019") | {2: sheet2("2019", figures)})
    assert stated(tables, "table2") == figures
    assert tables.warnings == ["table2: penalties: '-20' is less than nothing"]


def test_a_unit_in_the_head_belongs_to_the_figures_below():
    assert read_sheets(sheets()).table2["fees"]["amount"].unit == "万元"


def test_what_states_no_number_is_null_with_a_warning_that_shows_it():
    spoiled = sheets()
    spoiled[3][5][-3] = Cell("12/3")
    tables = read_sheets(spoiled)
    assert tables.table3["granted"][4].value is None
    assert any(warning.startswith("table3") and "12/3" in warning for warning in tables.warnings)


@pytest.mark.parametrize("blocks", [(), ("",), ([],), ([[]],), ([[Cell("")]],), ("总计", "5", "其他", "7", "予以公开")])
def test_a_document_without_tables_gives_none(blocks):
    tables = read_tables(document(*blocks))
    assert set(tables.status.values()) == {"absent"}


def test_a_fee_whose_head_names_another_unit_than_the_form_s_is_told():
    spoiled = sheets()
    spoiled[2] = [
        [cell._replace(text=cell.text.replace("单位：万元", "单位：元，保留2位小数")) for cell in row]
        for row in spoiled[2]
    ]
    tables = read_sheets(spoiled)
    assert tables.table2["fees"]["amount"].unit == "元"
    assert any("fees" in warning and "元, not in 万元" in warning for warning in tables.warnings)


@pytest.mark.parametrize(
    ("by_columns", "stands"),
    [
        (["13", "", "4", "2", "", "", "24"], True),  # a cell was not seen
        (["4", "2", "", "5", "", "", "24"], False),  # those of a row that a fold cuts
    ],
)
def test_a_sum_does_not_tell_in_which_columns_the_same_figures_stand(by_columns, stands):
    by_order = ["13", "0", "4", "2", "0", "5", "24"]
    order, grid = (tuple(map(read_cell, cells)) for cells in (by_order, by_columns))
    judge = Judge("table3", {"other": RowReading(order, None, (1, 1))}, {"other": grid}, 7, ())
    rows, is_sure = judge.settle(["other"])
    assert figures_of(rows["other"]) == (figures_of(order) if stands else (None,) * 7)
    assert not is_sure
    assert judge.warnings[0].startswith("other: the two readings")


@pytest.mark.parametrize(("missing", "stands"), [(0, True), (1, False)])
def test_a_total_that_a_ruled_page_leaves_blank_has_not_moved(missing, stands):
    figures4 = FIGURES4 | {"litigation_after_review": [0, 7, 0, 8, None]}
    sheet = sheet4(figures4)
    sheet[3] = sheet[3][: 15 - missing]
    (text, grid) = document("四、政府信息公开行政复议、行政诉讼情况", sheet).blocks
    rows = tuple(tuple(cell._replace(place=f"p1 {cell.place}") for cell in row) for row in grid.rows)
    tables = read_tables(Document("image/png", (text, Grid(rows))))
    assert (stated(tables, "table4") == figures4) is stands
    assert doubted(tables, "table4") is not stands
