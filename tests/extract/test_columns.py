"""Tables with columns that the form does not have, without some that it has, or with its columns in another order: read
by their heads, or refused.
"""

import pytest

from extract import read
from extract.document import Cell
from extract.form import TABLE3_LABELS
from extract.readers.plain import read_plain
from extract.tables import read_tables
from tests.extract.sheets import (
    FIGURES4,
    HEADS3,
    HEADS4,
    assert_right_or_doubted,
    document,
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
from tests.extract.test_read import a_cell_a_line, a_row_a_line, assert_states, markdown, pipes, tabs, text_of

BODY3 = 3  # rows of heads above the figures of table 3


def other_figures():
    return {row: [value + 1 for value in values] for row, values in figures3().items()}


def labels_of(row):
    """The cells of a row of table 3 before its seven figures."""
    return row[:-7]


def with_groups(captions, tables):
    """Table 3 with several groups of its seven columns side by side."""
    made = [sheet3("2021", table) for table in tables]
    corner = [made[0][0][0]._replace(rowspan=4)]
    rows = [[*corner, *(Cell(caption, 7) for caption in captions)], [Cell("申请人情况", 7) for _ in captions]]
    rows += [[cell for sheet in made for cell in sheet[at]] for at in (1, 2)]
    rows += [
        [*labels_of(made[0][at]), *(cell for sheet in made for cell in sheet[at][-7:])]
        for at in range(BODY3, len(made[0]))
    ]
    return rows


@pytest.mark.parametrize(
    ("captions", "ours"),
    [(("2023年", "2022年"), 0), (("2022年", "2023年"), 1), (("本年数", "上年数"), 0), (("上年同期", "本年"), 1)],
)
def test_of_several_groups_of_columns_this_year_s_is_read(captions, ours):
    groups = [figures3(), other_figures()] if ours == 0 else [other_figures(), figures3()]
    tables = read_sheets(sheets() | {3: with_groups(captions, groups)})
    assert stated(tables, "table3") == figures3()


@pytest.mark.parametrize("captions", [("甲", "乙"), ("2023年", "2023年"), ("上年数", "去年数")])
def test_groups_of_columns_that_do_not_say_which_is_this_year_s_are_refused(captions):
    tables = read_sheets(sheets() | {3: with_groups(captions, [figures3(), other_figures()])})
    assert set(map(tuple, stated(tables, "table3").values())) <= {(None,) * 7}
    assert any(warning.startswith("table3") for warning in tables.warnings)


@pytest.mark.parametrize("lost", [None, 4])
def test_a_further_column_of_table_3_with_a_head_of_its_own_is_left_out(lost):
    sheet = sheet3()
    sheet[0].append(Cell("上年总计", 1, 3))
    for row in sheet[BODY3:]:
        row.append(Cell("77"))
    truth = figures3()
    if lost is not None:
        del sheet[BODY3 + 2][lost]
        truth["granted"] = [None] * 7
    tables = read_sheets(sheets() | {3: sheet})
    assert stated(tables, "table3") == truth
    assert bool(tables.warnings) == (lost is not None)


def test_a_further_column_of_table_2_with_a_head_of_its_own_is_left_out():
    sheet = sheet2()
    for row in sheet:
        if len(row) == 4:
            row.insert(3, Cell("上年件数" if row[0].text == "信息内容" else "77"))
        elif len(row) == 1:
            row[0] = row[0]._replace(colspan=5)
    tables = read_sheets(sheets() | {2: sheet})
    assert {row: stated(tables, "table2")[row] for row in ("regulations", "normative_documents")} == {
        row: figures2()[row] for row in ("regulations", "normative_documents")
    }


def test_a_further_column_of_a_text_is_left_out_though_rows_go_on_behind_it():
    def longer(sheet):
        lines = tabs(sheet)
        return [line + "\t5" + "\t" * (at % 3) if line[-1].isdigit() else line for at, line in enumerate(lines)]

    text = text_of(lambda sheet: longer(sheet) if sheet == sheet3() else tabs(sheet), sheets())
    assert stated(read(text.encode()), "table3") == figures3()


def test_a_row_with_a_figure_in_two_cells_is_refused_where_a_further_column_holds_remarks():
    torn = "（七）总计"

    def noted(sheet):
        remarks = ["\t" if torn in line or at % 3 else "\t无" for at, line in enumerate(tabs(sheet))]
        lines = [
            line + remark if line[-1].isdigit() else line for line, remark in zip(tabs(sheet), remarks, strict=True)
        ]
        return [line.replace("\t63\t", "\t6\t3\t", 1) if torn in line else line for line in lines]

    text = text_of(lambda sheet: noted(sheet) if sheet == sheet3() else tabs(sheet), sheets())
    rows = stated(read(text.encode()), "table3")
    assert set(rows.pop("concluded")) == {None}
    assert rows == {name: cells for name, cells in figures3().items() if name != "concluded"}


@pytest.mark.parametrize("absent", range(1, 5))
def test_a_kind_of_applicant_that_has_no_column_is_blank(absent):
    sheet = sheet3()
    sheet[0][1] = sheet[0][1]._replace(colspan=6)
    sheet[1][1] = sheet[1][1]._replace(colspan=4)
    del sheet[2][absent - 1]
    for row in sheet[BODY3:]:
        del row[len(row) - 7 + absent]
    truth = {row: [*values[:absent], None, *values[absent + 1 :]] for row, values in figures3().items()}
    tables = read_sheets(sheets() | {3: sheet})
    assert stated(tables, "table3") == truth
    assert tables.status["table3"] == "unverified"


def test_a_head_of_table_3_that_is_illegible_is_no_absent_column():
    sheet = sheet3()
    sheet[2][3] = Cell("法⬛⬛务机⬛")
    for row in sheet[BODY3:]:
        del row[-4]
    tables = read_sheets(sheets() | {3: sheet})
    assert set(map(tuple, stated(tables, "table3").values())) == {(None,) * 7}


def test_columns_of_table_2_in_another_order_are_known_by_their_heads():
    sheet = [[row[0], *row[2:], row[1]] if len(row) == 4 else row for row in sheet2()]
    assert stated(read_sheets(sheets() | {2: sheet}), "table2") == figures2()


def test_outcomes_of_table_4_in_another_order_are_known_by_their_heads():
    sheet = sheet4()
    order = [4, 0, 1, 2, 3]
    for at in (1, 2, 3):
        cells = sheet[at]
        groups = [cells[:5], cells[5:]] if at == 1 else [cells[first : first + 5] for first in range(0, len(cells), 5)]
        turned = [[group[one] for one in order] if len(group) == 5 else group for group in groups]
        sheet[at] = [cell for group in turned for cell in group]
    tables = read_sheets(sheets() | {4: sheet})
    assert stated(tables, "table4") == FIGURES4


def test_the_short_names_of_outcomes_are_known_below_their_groups():
    short = {"结果维持": "维持", "结果纠正": "纠正", "其他结果": "其他", "尚未审结": "未审结", "总计": "合计"}
    sheet = [[cell._replace(text=short.get(cell.text, cell.text)) for cell in row] for row in sheet4()]
    assert stated(read_sheets(sheets() | {4: sheet}), "table4") == FIGURES4


def test_two_rows_of_the_form_in_one_are_neither():
    sheet = [[Cell("规章、规范性文件"), *row[1:]] if row[0].text == "行政规范性文件" else row for row in sheet2()]
    sheet = [row for row in sheet if row[0].text != "规章"]
    tables = read_sheets(sheets() | {2: sheet})
    assert stated(tables, "table2") == figures2() | {"regulations": [None] * 3, "normative_documents": [None] * 3}
    for row in ("regulations", "normative_documents"):
        assert any(warning.startswith(f"table2: {row}:") for warning in tables.warnings)


@pytest.mark.parametrize("behind", ["（更正后）", "（修订）", "(经更正)"])
def test_a_row_printed_again_as_corrected_is_refused(behind):
    sheet = sheet3()
    at = next(at for at, row in enumerate(sheet) if row[0].text.startswith("（二）"))
    sheet.insert(at, [Cell(f"（一）予以公开{behind}", 2), *map(Cell, "2345678")])
    tables = read_sheets(sheets() | {3: sheet})
    assert stated(tables, "table3") == figures3() | {"granted": [None] * 7}


def test_the_form_in_traditional_characters_is_the_form():
    simple = (
        "规范许处罚强费购对务项数现发废总开业机构组织会类请结转计属于国护权内过执询无没"
        "补后确访举报诉复当获缴纳继续办维纠审议讼经据关系为单万条额决与"
    )
    other = (
        "規範許處罰強費購對務項數現發廢總開業機構組織會類請結轉計屬於國護權內過執詢無沒"
        "補後確訪舉報訴複當獲繳納繼續辦維糾審議訟經據關係為單萬條額決與"
    )
    table = str.maketrans(simple, other)
    turned = {
        number: [[cell._replace(text=cell.text.translate(table)) for cell in row] for row in sheet]
        for number, sheet in sheets().items()
    }
    tables = read_sheets(turned)
    assert {name: stated(tables, name) for name in figures()} == figures()
    assert tables.warnings == []
    assert HEADS3[0].translate(table) == "商業企業"


@pytest.mark.parametrize("at", [0, 2, 5])
def test_a_text_that_prints_all_heads_in_one_row_is_read_in_their_order(at):
    heads = ["自然人", *HEADS3]
    heads.insert(at, "总计")
    truth = {row: [None, *values[1:6], None] for row, values in figures3().items()}
    lines = ["\t".join(["", *heads])]
    for row, values in truth.items():
        cells = [_printed(value) for value in values[:6]]
        cells.insert(at, "")
        lines.append("\t".join([TABLE3_LABELS[row], *cells]))
    tables = read_tables(document("三、收到和处理政府信息公开申请情况", *lines))
    assert_right_or_doubted(tables, {"table3": truth})


def test_zeros_and_blanks_below_heads_of_two_orders_are_refused():
    heads = ["申请人情况", "总计", "自然人", "法人或其他组织", *HEADS3]
    rows = [[TABLE3_LABELS[row], "0", "0", "\u00a0", "0", "0", "0", "0"] for row in figures3()]
    cells = [cell for row in rows for cell in row]
    tables = read_tables(document("三、收到和处理政府信息公开申请情况", *heads, *cells))
    assert all(values in (None, [None] * 7) for values in stated(tables, "table3").values())
    assert tables.warnings


def test_a_head_of_totals_at_the_end_of_the_first_row_of_heads_is_the_last_column_s():
    heads = ["\t申请人情况\t\t\t\t\t\t总计", "\t自然人\t法人或其他组织\t\t\t\t\t", "\t\t" + "\t".join(HEADS3) + "\t"]
    truth = {row: [0, None, 0, None, 0, 0, 0] for row in figures3()}
    rows = ["\t".join([TABLE3_LABELS[row], *("" if cell is None else "0" for cell in truth[row])]) for row in truth]
    tables = read_tables(document("三、收到和处理政府信息公开申请情况", *heads, *rows))
    assert stated(tables, "table3") == truth


def test_a_text_whose_first_column_is_of_totals_is_read_by_its_heads():
    heads = ["", "总计", "自然人", *HEADS3]
    for adds_up in (True, False):
        truth = {row: [*values[:6], values[6] + (not adds_up)] for row, values in figures3().items()}
        rows = [[TABLE3_LABELS[row], values[6], *values[:6]] for row, values in truth.items()]
        lines = ["\t".join(map(str, row)) for row in [heads, *rows]]
        got = stated(read_tables(document("三、收到和处理政府信息公开申请情况", *lines)), "table3")
        assert got == truth


@pytest.mark.parametrize("table", [2, 3])
def test_a_last_column_without_heads_and_figures_holds_no_cells(table):
    spoiled = sheets()
    spoiled[3] = sheet3("2021", figures3() | {"granted": [None, *figures3()["granted"][1:]]})
    spoiled[table] = [[*row, Cell("")] for row in spoiled[table]]
    tables = read_sheets(spoiled)
    assert stated(tables, f"table{table}") == stated(read_sheets(sheets() | {3: spoiled[3]}), f"table{table}")
    assert tables.warnings == []


def subtotalled(blank):
    """Table 3 with a subtotal of the organisations, and 自然人 blank in the rows of `blank`."""
    sheet = sheet3()
    sheet[0][1], sheet[1][1] = sheet[0][1]._replace(colspan=8), sheet[1][1]._replace(colspan=6)
    sheet[2].append(Cell("小计"))
    for row, values in zip(sheet[BODY3:], figures3().values(), strict=True):
        row.insert(len(row) - 1, Cell(str(sum(values[1:6]))))
        if row[-9].text.startswith(blank):
            row[-8] = Cell("")
    return sheet


def test_a_subtotal_is_no_total_where_the_totals_are_blank():
    sheet = subtotalled("（九）")
    for row in sheet[BODY3:]:
        row[-1] = Cell("")
    tables = read_sheets(sheets() | {3: sheet})
    assert stated(tables, "table3") == {row: [*values[:-1], None] for row, values in figures3().items()}


@pytest.mark.parametrize("figures", [["0", "0"], ["0", ""]])
def test_totals_in_front_are_known_by_their_head_though_all_figures_are_zeros(figures):
    sheet = sheet3()
    sheet[1].insert(0, sheet[1].pop())
    truth = {}
    for row, name in zip(sheet[BODY3:], figures3(), strict=True):
        row[-7:] = [Cell(text) for text in (*figures, "", "", "", "", "")]
        truth[name] = [0 if figures[1] else None, None, None, None, None, None, 0]
    tables = read_sheets(sheets() | {3: sheet})
    assert stated(tables, "table3") == truth


def test_seven_figures_among_eight_columns_are_no_row_of_the_form():
    tables = read_sheets(sheets() | {3: subtotalled("（二）")})
    truth = figures3()
    assert stated(tables, "table3") == truth | {"partly_granted": [None, *truth["partly_granted"][1:]]}
    assert tables.warnings == []


def test_a_blank_last_column_goes_on_in_the_second_part_of_a_torn_table():
    truth = figures3() | {"other.other": [None, *figures3()["other.other"][1:]]}
    whole = [[*row, Cell("")] for row in sheet3("2021", truth)]
    at = next(at for at, row in enumerate(whole) if row[0].text.startswith("（四）"))
    tables = read_tables(document("三、收到和处理政府信息公开申请情况", whole[:at], whole[at:]))
    assert stated(tables, "table3") == truth


def test_cells_whose_edges_are_shifted_against_their_heads_stand_below_them_in_turn():
    truth = figures3() | {"granted": [None, *figures3()["granted"][1:]]}
    sheet = sheet3("2021", truth)
    sheet[0][1:] = [Cell("申请人情况", 14)]
    sheet[1] = [cell._replace(colspan=2 * cell.colspan) for cell in sheet[1]]
    sheet[2] = [cell._replace(colspan=2) for cell in sheet[2]]
    for at, row in enumerate(sheet[BODY3:], BODY3):
        spans = (1, 3, 2, 2, 2, 1, 3) if at == BODY3 + 2 else (2,) * 7
        row[-7:] = [cell._replace(colspan=span) for cell, span in zip(row[-7:], spans, strict=True)]
    assert stated(read_sheets(sheets() | {3: sheet}), "table3") == truth


def test_rows_over_which_a_figure_is_merged_down_are_refused_but_for_the_first():
    sheet, truth = sheet3(), figures3()
    merged = [f"denied.{item}" for item in ("state_secret", "by_law", "three_securities")]
    at = next(at for at, row in enumerate(sheet) if len(row) > 7 and "国家秘密" in row[-8].text)
    sheet[at][-4] = sheet[at][-4]._replace(rowspan=len(merged))
    for line, name in enumerate(merged[1:], at + 1):
        del sheet[line][-4]
        truth[name] = [None] * 7
    tables = read_sheets(sheets() | {3: sheet})
    assert stated(tables, "table3") == truth
    assert all(any(f"{name}: " in warning for warning in tables.warnings) for name in merged[1:])


@pytest.mark.parametrize(
    ("labels", "ours"),
    [(("上年数", "本年数"), 1), (("2023年", "2022年"), 0), ((None, None), None), (("本级", "下属单位"), None)],
)
def test_of_two_rows_of_figures_in_table_4_that_of_the_year_is_read_or_none(labels, ours):
    other = {group: [value + 1 for value in values] for group, values in FIGURES4.items()}
    prints = [other, other] if ours is None else [FIGURES4 if at == ours else other for at in range(2)]
    prints[0] = FIGURES4 if ours is None else prints[0]
    heads = sheet4()[:-1]
    rows = [sheet4(figures)[-1] for figures in prints]
    if labels[0]:
        heads[0].insert(0, Cell("项目", 1, 3))
        rows = [[Cell(label), *row] for label, row in zip(labels, rows, strict=True)]
    tables = read_sheets(sheets() | {4: [*heads, *rows]})
    blank = dict.fromkeys(FIGURES4, [None] * 5)
    assert stated(tables, "table4") == (blank if ours is None else FIGURES4)
    assert any(warning.startswith("table4: review") for warning in tables.warnings)


def test_only_groups_of_table_4_whose_heads_are_cut_in_two_are_taken_for_the_form_s():
    heads, *_, figures = sheet4()
    upper = [*(Cell(head[:2]) for head in HEADS4), Cell("未经复议直接起诉", 5), Cell("复议后起诉", 5)]
    lower = [Cell(head[2:]) for head in HEADS4] + [Cell(head) for head in HEADS4 * 2]
    tables = read_sheets(sheets() | {4: [heads, upper, lower, figures]})
    assert stated(tables, "table4") == FIGURES4
    assert [warning.partition(": the heads")[0] for warning in tables.warnings] == ["table4: review"]


def test_a_column_that_numbers_the_rows_holds_no_figures():
    truth = figures3() | {"granted": [None, *figures3()["granted"][1:]]}
    sheet = sheet3("2021", truth)
    sheet[0].insert(1, Cell("行次", 1, 3))
    for number, row in enumerate(sheet[BODY3:], 1):
        row.insert(len(row) - 7, Cell(str(number)))
    tables = read_sheets(sheets() | {3: sheet})
    assert stated(tables, "table3") == truth
    assert tables.warnings == []


def test_a_first_column_that_states_the_sums_is_not_that_of_natural_persons_whatever_the_heads_say():
    truth = figures3()
    sheet = sheet3("2021", {name: [row[6], *row[:6]] for name, row in truth.items()})
    reading = read(text_of(a_row_a_line, sheets() | {3: sheet}).encode())
    assert {name for name, row in stated(reading, "table3").items() if row != truth[name]}
    assert all(set(row) <= {None} or len(set(row)) == 1 for row in stated(reading, "table3").values())
    assert any(warning.startswith("table3") and "sums" in warning for warning in reading.warnings)


def _set_in_matrix(truth, *, spare):
    """Lines of table 3 as a matrix of tabs: labels in three columns, before and behind the figures spare fields."""
    lines = ["\t\t\t\t自然人\t法人或其他组织\t\t\t\t\t总计", "\t\t\t\t\t" + "\t".join(HEADS3) + "\t"]
    for row, cells in truth.items():
        indent = 0 if row in ("received", "carried_in") else 1 if row in ("granted", "concluded", "carried_out") else 2
        before, behind = spare[indent]
        fields = ["", ""][:indent], [TABLE3_LABELS[row]], [""] * before, map(_printed, cells), [""] * behind
        lines.append("\t".join(field for part in fields for field in part))
    return lines


def _printed(cell):
    return "" if cell is None else str(cell)


SPARE = [[(0, 0), (0, 1), (1, 0)], [(1, 1), (1, 0), (0, 0)], [(2, 1), (0, 2), (1, 1)]]


@pytest.mark.parametrize("spare", SPARE)
def test_in_a_matrix_of_tabs_the_columns_that_ever_hold_something_are_the_cells(spare):
    truth = {row: [value or None for value in values] for row, values in figures3().items()}
    assert any(None in values for values in truth.values())
    tables = read_tables(document("三、收到和处理政府信息公开申请情况", *_set_in_matrix(truth, spare=spare)))
    assert {row: cells for row, cells in stated(tables, "table3").items() if row in truth} == truth


@pytest.mark.parametrize(("first", "second"), [(0, 1), (1, 2), (2, 0)])
def test_the_pages_of_a_matrix_which_an_empty_line_parts_have_columns_of_their_own(first, second):
    truth = {row: [value or None for value in values] for row, values in figures3().items()}
    break_at = 2 + len(truth) // 2
    above, below = (_set_in_matrix(truth, spare=SPARE[spare]) for spare in (first, second))
    lines = [*above[:break_at], "", *below[break_at:]]
    text = "\n".join(["三、收到和处理政府信息公开申请情况", *lines])
    assert stated(read_tables(read_plain(text.encode())), "table3").items() >= truth.items()


@pytest.mark.parametrize("edge", [0, 6])
def test_noughts_below_a_page_break_are_refused_where_a_blank_edge_may_be_a_spare_field(edge):
    zeros = {row: [0] * 7 for row in figures3()}
    lines = _set_in_matrix(zeros, spare=SPARE[0])
    page = lines.index(next(line for line in lines if TABLE3_LABELS["denied.third_party"] in line))
    for at in range(page, len(lines)):
        before, behind = ("\t", "") if edge else ("", "\t")
        labels, figures = lines[at].rsplit("0\t0\t0\t0\t0\t0\t0", 1)[0], ["0"] * 7
        figures[edge] = ""
        lines[at] = labels + before + "\t".join(figures) + behind
    lines.insert(page, "")
    reading = read_tables(read_plain("\n".join(["三、收到和处理政府信息公开申请情况", *lines]).encode()))
    assert stated(reading, "table3")["unavailable.not_held"] == [None] * 7
    assert any("unavailable.not_held" in warning for warning in reading.warnings)


@pytest.mark.parametrize("spare", SPARE)
@pytest.mark.parametrize("damage", ["lost", "gained"])
def test_a_row_of_a_matrix_with_a_field_more_or_less_is_refused(spare, damage):
    truth = {row: [None, *values[1:4], None, *values[5:]] for row, values in figures3().items()}
    lines = _set_in_matrix(truth, spare=spare)
    at = next(at for at, line in enumerate(lines) if "属于行政执法案卷" in line)
    label, _, cells = lines[at].partition("卷\t")
    cells = f"\t{cells}" if damage == "gained" else cells.replace("\t\t", "\t", 1)
    lines[at] = f"{label}卷\t{cells}"
    tables = read_tables(document("三、收到和处理政府信息公开申请情况", *lines))
    assert stated(tables, "table3")["denied.enforcement_files"] in ([None] * 7, truth["denied.enforcement_files"])
    assert_right_or_doubted(tables, {"table3": truth})


def test_a_figure_behind_its_label_is_that_of_the_empty_field_after_it():
    truth = {row: [value + 1 for value in values] for row, values in figures3().items()}
    lines = _set_in_matrix(truth, spare=SPARE[0])
    label, figure = TABLE3_LABELS["partly_granted"], truth["partly_granted"][0]
    at = next(at for at, line in enumerate(lines) if label in line)
    lines[at] = lines[at].replace(f"{label}\t{figure}\t", f"{label} {figure}\t\t")
    tables = read_tables(read_plain("\n".join(["三、收到和处理政府信息公开申请情况", *lines]).encode()))
    assert {row: cells for row, cells in stated(tables, "table3").items() if row in truth} == truth


@pytest.mark.parametrize("figure", ["12", "1中"])
def test_a_figure_below_a_misread_head_of_table_4_is_no_blank_cell(figure):
    sheet = sheet4()
    outcomes, figures_ = sheet[2], sheet[-1]
    outcomes[4], figures_[9] = Cell("总讲"), Cell(figure)
    tables = read_sheets(sheets() | {4: sheet})
    assert stated(tables, "table4")["litigation_direct"][4] in (12, None)
    assert any("litigation_direct" in warning for warning in tables.warnings)


def test_one_shifted_row_does_not_tell_the_columns_of_all_others():
    truth = {name: [None] * 6 + [0] for name in figures3()}
    lines = _set_in_matrix(truth, spare=[(0, 2), (0, 1), (0, 0)])[2:]  # without heads that tell
    shifted = TABLE3_LABELS["partly_granted"]
    lines = ["\t" + shifted + "\t" * 8 + "0" if shifted in line else line for line in lines]
    tables = read_tables(read_plain("\n".join(["三、收到和处理政府信息公开申请情况", *lines]).encode()))
    assert stated(tables, "table3")["concluded"] in ([None] * 7, truth["concluded"])
    assert_right_or_doubted(tables, {"table3": truth})


@pytest.mark.parametrize("flatten", [a_cell_a_line, tabs])
def test_columns_of_which_the_heads_are_cut_begin_with_the_totals_where_these_lead(flatten):
    rows = [[*row[:-7], row[-1], *row[-7:-1]] if len(row) > 7 else row for row in sheet3()[3:]]
    heads = [
        [Cell("申请人情况")],
        [Cell("总计"), Cell("自然"), Cell("法人或其他组织")],
        [Cell(head[:2]) for head in HEADS3],
    ]
    reading = read(text_of(flatten, sheets() | {3: [*heads, *rows]}).encode())
    assert stated(reading, "table3") == figures3()
    assert "table3: the heads of the columns are not all there" in reading.warnings


def test_totals_typed_as_0_do_not_make_the_first_figures_of_a_table_its_totals():
    """In 1 1 0 … 0 the first figure is the sum of the others, too; the head of the totals spans the rows of heads."""
    rows = [row[:-7] + [Cell(text) for text in "0000000"] for row in sheet3()[3:]]
    for at, figures_ in ((0, "3200000"), (2, "1100000"), (21, "2100000"), (22, "1100000")):
        rows[at][-7:] = [Cell(text) for text in figures_]
    heads = [
        [Cell("申请人情况"), Cell("总计", 1, 3)],
        [Cell("自然人"), Cell("法人或其他组织")],
        [Cell(head) for head in HEADS3[1:6]],
    ]
    read_ = stated(read(text_of(a_cell_a_line, sheets() | {3: [*heads, *rows]}).encode()), "table3")
    assert read_["granted"] in ([None] * 7, [1, 1, 0, 0, 0, 0, 0])


def test_columns_of_which_the_heads_are_cut_are_told_by_what_is_left_of_them():
    """trafilatura 1.10–2.0 leaves out what stands behind a line end in a cell."""
    swapped = [0, 2, 1, *range(3, 7)]
    heads = ["自然", "商业", "科研", "社会", "法律", "其他", "总计"]
    rows = [[*row[:-7], *(row[-7:][at] for at in swapped)] for row in sheet3()[3:]]
    sheet = [[Cell("申请情况"), *(Cell(heads[at]) for at in swapped)], *rows]
    reading = read(text_of(tabs, sheets() | {3: sheet}).encode())
    assert stated(reading, "table3") == figures3()


def test_a_table_with_one_column_of_all_organisations_gives_none_of_their_kinds_a_figure():
    """A recogniser fills its short rows up with blank fields."""
    heads = "\t\t\t自然人\t法人或其他组织\t总计\t\t\t\t"
    rows = [
        "\t".join([*row[:-7], *map(str, (values[0], sum(values[1:6]), values[6]))]) + "\t" * 4
        for row, values in zip(([cell.text for cell in row] for row in sheet3()[3:]), figures3().values(), strict=True)
    ]
    text = "\n".join(["三、收到和处理政府信息公开申请情况", heads, *rows])
    cells = stated(read_tables(read_plain(text.encode())), "table3")
    assert not any(value for row in cells.values() for value in row[1:6])


@pytest.mark.parametrize("lost", range(3))
def test_a_row_of_tabs_that_alone_ends_in_a_blank_is_told(lost):
    sheet = sheet2("2019")
    row = next(row for row in sheet if row[0].text == "行政处罚")
    row.append(row.pop(lost + 1)._replace(text=""))
    reading = read(text_of(tabs, sheets("2019") | {2: sheet}).encode())
    assert any(warning.startswith("table2: penalties") for warning in reading.warnings)


@pytest.mark.parametrize("lost", range(6))
@pytest.mark.parametrize("name", ["received", "granted", "concluded"])
def test_a_row_of_tabs_that_alone_lacks_its_total_is_refused(name, lost):
    rows = {**figures3(), "granted": [1, 0, 0, 0, 0, 0, 1]}
    short = [value for at, value in enumerate(rows[name]) if at != lost]
    sheet = sheet3("2021", rows | {name: [*short, None]})
    reading = read(text_of(tabs, sheets() | {3: sheet}).encode())
    assert stated(reading, "table3")[name] == [None] * 7
    assert any(warning.startswith(f"table3: {name}") for warning in reading.warnings)


def compact_pipes(sheet):
    return [row.replace(" ", "") for row in pipes(sheet)]


@pytest.mark.parametrize("flatten", [markdown, pipes, compact_pipes, None])
def test_a_total_left_blank_is_one_where_each_cell_shows_itself(flatten):
    table3 = figures3() | {"granted": [1, 0, 0, 0, 0, 0, None], "received": [None, 1, 0, 0, 0, 2, None]}
    table4 = FIGURES4 | {"litigation_direct": [0, 0, 0, 1, None], "litigation_after_review": [0, 2, 0, 1, None]}
    tables = sheets() | {3: sheet3("2021", table3), 4: sheet4(table4)}
    reading = read(text_of(flatten, tables).encode()) if flatten else read_sheets(tables)
    assert (stated(reading, "table3"), stated(reading, "table4")) == (table3, table4)


def bars_of_cells(sheet):
    """As markitdown: a bar behind each cell and for each column more that it spans, none for what it spans below."""
    return ["".join(["|", *(f" {cell.text} |{' |' * (cell.colspan - 1)}" for cell in row)]) for row in sheet]


@pytest.mark.parametrize("row", ["carried_in", "denied.by_law", "other.other", "concluded"])
def test_a_total_left_blank_is_one_in_rows_of_bars_of_any_length(row):
    truth = figures3() | {row: [1, 0, 0, 0, 0, 3, None]}
    reading = read(text_of(bars_of_cells, sheets() | {3: sheet3("2021", truth)}).encode())
    assert stated(reading, "table3") == truth


def test_figures_of_a_row_whose_last_field_is_filled_have_not_moved():
    table4 = FIGURES4 | {"review": [3, None, None, 3, None]}
    reading = read(text_of(tabs, sheets() | {4: sheet4(table4)}).encode())
    assert stated(reading, "table4") == table4


def test_a_row_filled_up_with_bars_may_lack_a_cell_before_its_last():
    text = text_of(pipes, sheets())
    *_, figures = (line for line in text.split("\n") if line.count("|") == 14)
    reading = read(text.replace(figures, figures.replace(" | ", " ", 1).partition(" ")[2] + " ||").encode())
    assert stated(reading, "table4")["litigation_after_review"] == [None] * 5


@pytest.mark.parametrize(("printed", "read_as"), [("3 8", 38), ("3 3", 33), ("1 20", None)])
def test_digits_set_apart_below_their_label_are_one_figure_and_others_may_be_two(printed, read_as):
    sheet = sheet2()
    row = next(row for row in sheet if row[0].text == "行政强制")
    row[1] = row[1]._replace(text=printed)
    reading = read(text_of(a_cell_a_line, sheets() | {2: sheet}).encode())
    assert stated(reading, "table2")["compulsion"] == [read_as]
    assert any(warning.startswith("table2: compulsion") for warning in reading.warnings)


def test_two_rows_that_keep_their_totals_in_other_fields_show_no_further_column():
    truth = figures3() | {"denied.by_law": [None, 0, 0, 0, 0, 0, 0]}
    lines = _set_in_matrix(truth, spare=[(1, 1), (0, 1), (0, 1)])
    lines[2] = lines[2].replace("\t", "", 1) + "\t"
    tables = read_tables(document("三、收到和处理政府信息公开申请情况", *lines))
    assert {row: cells for row, cells in stated(tables, "table3").items() if row in truth} == truth


@pytest.mark.parametrize("spare", SPARE)
@pytest.mark.parametrize("lost", range(7))
@pytest.mark.parametrize("filled_up", [0, 1])
def test_the_rows_of_a_page_that_lost_a_column_are_refused(spare, lost, filled_up):
    lines = _set_in_matrix(figures3(), spare=spare)[2:]
    above, page = lines[:14], lines[14:]
    for at, line in enumerate(page):
        *labels, figures = line.partition(next(label for label in TABLE3_LABELS.values() if label in line))
        fields = figures.split("\t")
        del fields[next(k for k, field in enumerate(fields) if field) + lost]
        page[at] = "".join(labels) + "\t".join(fields + [""] * filled_up)
    tables = read_tables(read_plain("\n".join(["三、收到和处理政府信息公开申请情况", *above, "", *page]).encode()))
    for name, cells in stated(tables, "table3").items():
        assert cells in ([None] * 7, figures3().get(name))


def test_a_label_narrower_than_its_siblings_moves_no_figure_of_a_whole_grid():
    truth = figures3() | {"partly_granted": [274, None, None, None, None, None, 310]}
    sheet = sheet3("2021", truth)
    row = next(row for row in sheet if row[0].text == TABLE3_LABELS["partly_granted"])
    row[:1] = [row[0]._replace(colspan=1), Cell("")]
    assert stated(read_sheets(sheets() | {3: sheet}), "table3") == truth


def test_a_column_of_another_year_beside_those_of_table_2_gives_the_form_s_no_figure():
    heads, *rows = sheet2("2019")[3:6]
    wide = [[*row, Cell("2018年" if at == 0 else "" if at == 1 else "13")] for at, row in enumerate([heads, *rows])]
    sheet = sheet2("2019")
    sheet[3:6] = wide
    reading = read(text_of(a_cell_a_line, sheets("2019") | {2: sheet}).encode())
    assert_states(reading, {"table2": figures2("2019")})


def test_a_last_column_of_another_year_is_left_out():
    sheet = [[*row, Cell("2018年" if row[0].text == "信息内容" else "13")] for row in sheet2("2019")]
    reading = read(text_of(a_cell_a_line, sheets("2019") | {2: sheet}).encode())
    assert stated(reading, "table2") == figures2("2019")


def test_a_page_whose_own_rows_stand_in_other_columns_has_not_those_of_the_heads_before_it():
    truth = {row: [None, *values[1:]] if row.startswith("not_") else values for row, values in figures3().items()}
    above, below = (_set_in_matrix(truth, spare=SPARE[0]) for _ in range(2))
    break_at = 2 + [*truth].index("not_processed.petition")
    shifted = [line.removeprefix("\t") + "\t" for line in below[break_at:]]
    text = "\n".join(["三、收到和处理政府信息公开申请情况", *above[:break_at], "", *shifted])
    assert_states(read_tables(read_plain(text.encode())), {"table3": truth})


@pytest.mark.parametrize("between", [[""], []])
def test_a_page_whose_labels_stand_in_other_columns_has_its_figures_there_too(between):
    """Nearly all is blank, so no row says how far the figures have moved: below a page break 三、 is gone."""
    truth = {row: [0 if at == number % 7 else None for at in range(7)] for number, row in enumerate(figures3())}
    lines = _set_in_matrix(truth, spare=[(2, 0), (1, 0), (0, 0)])
    break_at = 2 + [*truth].index("not_processed.duplicate")
    heads = [line.removeprefix("\t") for line in lines[:2]]
    below = [line.removeprefix("\t") + "\t" for line in lines[break_at:-1]]
    text = "\n".join(["三、收到和处理政府信息公开申请情况", *heads, *lines[2:break_at], *between, *below, lines[-1]])
    cells = stated(read_tables(read_plain(text.encode())), "table3")
    assert all(cells[row] in ([None] * 7, truth[row]) for row in truth)


def test_rows_whose_labels_are_numbered_otherwise_do_not_tell_each_other_s_cells():
    """Below a page break (七)总计 begins where 四、 does, but 四、 spans a column more."""
    truth = figures3() | {"carried_out": [0, 0, 0, 0, 0, 0, None]}
    lines = _set_in_matrix(truth, spare=[(2, 0), (1, 0), (0, 0)])
    break_at = 2 + [*truth].index("other.not_corrected")
    below = [line.removeprefix("\t") + "\t" for line in lines[break_at:-1]]
    text = "\n".join(["三、收到和处理政府信息公开申请情况", *lines[:break_at], "", *below, lines[-1]])
    tables = read_tables(read_plain(text.encode()))
    assert_right_or_doubted(tables, {"table3": truth})
    assert stated(tables, "table3")["carried_out"] in ([None] * 7, truth["carried_out"])


@pytest.mark.parametrize("flatten", [a_cell_a_line, a_row_a_line])
def test_a_column_behind_the_totals_is_left_out_of_a_text(flatten):
    rows = sheet3("2021")
    behind = ["较上年增减", *[""] * (BODY3 - 1), *(str(at % 7) for at in range(len(rows) - BODY3))]
    wide = [[*row, Cell(text)] if text else row for row, text in zip(rows, behind, strict=True)]
    reading = read(text_of(flatten, sheets() | {3: wide}).encode())
    assert stated(reading, "table3") == figures3()


def test_a_blank_before_the_figures_of_one_row_alone_does_not_cut_its_total_off():
    """Its total is misprinted, and all other rows have a spare field behind theirs."""
    truth = {name: [*row[:6], sum(row[:6])] for name, row in figures3().items()} | {
        "received": [64, 57, 66, 1, 1, 2, 999]
    }
    heads, kinds, received, *lines = _set_in_matrix(truth, spare=[(0, 1), (0, 1), (0, 1)])
    label, *figures_ = received.removesuffix("\t").split("\t")
    text = "\n".join(["三、收到和处理政府信息公开申请情况", heads, kinds, "\t".join([label, "", *figures_]), *lines])
    cells = stated(read_tables(read_plain(text.encode())), "table3")
    assert cells["received"] in ([None] * 7, truth["received"])


@pytest.mark.parametrize("lost", [("denied.third_party",), ("not_processed.duplicate", "not_processed.publication")])
def test_rows_that_lost_their_labels_between_two_known_ones_are_known_by_their_number(lost):
    lines = text_of(a_cell_a_line, sheets()).split("\n")
    kept = [line for line in lines if not any(TABLE3_LABELS[name] in line for name in lost)]
    assert len(kept) < len(lines)
    reading = read("\n".join(kept).encode())
    assert stated(reading, "table3") == figures3()
    for name in lost:
        assert any(name in warning for warning in reading.warnings)


@pytest.mark.parametrize("down", [False, True])
def test_labels_that_stand_beside_the_figures_of_another_row_give_them_no_figures(down):
    """A recogniser set some labels a line too high or too low: one row has none, another's is gone."""
    names = ["denied.by_law", "denied.three_securities", "denied.third_party"]
    if down:
        names.reverse()
    sheet = sheet3()
    at = {name: row for name in names for row in sheet if any(cell.text == TABLE3_LABELS[name] for cell in row)}
    labels = [at[name][-8] for name in names]
    for name, label in zip(names, [*labels[1:], Cell("")], strict=True):
        at[name][-8] = label
    reading = read(text_of(tabs, sheets() | {3: sheet}).encode())
    cells = stated(reading, "table3")
    assert all(cells[name] in ([None] * 7, figures3()[name]) for name in cells)
    assert any(warning.startswith(f"table3: {names[1]}") for warning in reading.warnings)


def test_a_row_that_breaks_within_its_figures_is_refused_where_it_does_not_add_up():
    """As where a narrow cell breaks 42 into two lines, of which one stands above the label."""
    label = TABLE3_LABELS["granted"]
    lines = text_of(a_row_a_line, sheets()).split("\n")
    at = next(at for at, line in enumerate(lines) if label in line)
    lines[at] = f"{lines[at].rpartition(' ')[0]}\n8"
    reading = read("\n".join(lines).encode())
    assert stated(reading, "table3") == figures3() | {"granted": [None] * 7}
    assert any("granted" in warning for warning in reading.warnings)


def test_heads_of_table_2_that_stand_on_one_line_in_another_order_are_not_taken_for_the_form_s():
    text = text_of(a_row_a_line, sheets())
    swapped = text.replace("本年制发件数", "甲").replace("本年废止件数", "本年制发件数").replace("甲", "本年废止件数")
    assert swapped != text
    reading = read(swapped.encode())
    states = stated(reading, "table2")
    for row in ("regulations", "normative_documents"):
        assert set(states[row]) == {None}
        assert any(row in warning for warning in reading.warnings)


def test_a_total_behind_the_blank_of_a_label_that_spans_two_cells_is_no_column_behind_the_totals():
    truth = {row: [at, 0, 1, 0, 0, 2, at + 3] for at, row in enumerate(figures3(), start=1)}
    spanning = ("concluded", "carried_out")
    rows = [
        f"| {TABLE3_LABELS[row]} |{' |' * (row in spanning)} {' | '.join(map(str, values))} |"
        for row, values in truth.items()
    ]
    links = "网站地图|关于我们|联系我们"  # with bars between only: those at the ends of the rows are cells' then
    reading = read("\n".join(["三、收到和处理政府信息公开申请情况", *rows, links]).encode())
    assert stated(reading, "table3") == truth


@pytest.mark.parametrize("misprint", ["", "一"])
def test_a_head_of_table_2_wrapped_around_the_line_of_the_others_leaves_the_form_s_order(misprint):
    """As rows of an unruled page: the last head's lines stand above and below those of the others."""
    rows = []
    for row in sheet2("2019"):
        if row[-1].text == "处理决定数量":
            above, below = [Cell(""), Cell(""), Cell(""), Cell("本年处理决定数")], [Cell("")] * 3 + [Cell("量")]
            heads = [
                cell._replace(text=cell.text.replace(misprint, "") if misprint else cell.text) for cell in row[:-1]
            ]
            rows += [above, [*heads, Cell("")], below]
        else:
            rows.append(row)
    tables = read_tables(document(rows, sheet3("2019"), sheet4()))
    assert stated(tables, "table2")["licensing"] == figures2("2019")["licensing"]


def test_a_table_2_whose_labels_stand_apart_from_its_figures_says_not_whose_they_are():
    """A converter that writes a page column by column has the labels first, then the figures in any order."""
    labels = ["信息内容", "规章", "行政规范性文件", "信息内容", "行政许可", "信息内容", "行政处罚", "行政强制"]
    heads = ["第二十条第（一）项", "本年制发件数", "本年废止件数", "现行有效件数"]
    text = "\n\n".join(
        ["二、主动公开政府信息情况", *labels, *heads, *"123456", "第二十条第（五）项", "本年处理决定数量", "7"]
    )
    cells = stated(read(f"{text}\n\n{text_of(a_cell_a_line, {3: sheet3()})}".encode()), "table2")
    assert not any(any(row) for row in cells.values())
