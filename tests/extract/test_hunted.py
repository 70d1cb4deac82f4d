"""Silent errors that the hunt over spoiled reports found (tests/bench/fuzz_tables.py), each as small as it gets."""

import pytest

from extract import read
from extract.cells import read_cell
from extract.document import Cell
from extract.form import TABLE3_LABELS, TABLE4_LABELS
from tests.extract.sheets import (
    FIGURES4,
    HEADS4,
    assert_right_or_doubted,
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
from tests.extract.test_read import (
    a_cell_a_line,
    a_cell_a_line_with_bars,
    a_row_a_line,
    assert_states,
    markdown,
    numbers_below_labels,
    pipes,
    tabs,
    text_of,
)


def blanked(form, row, *columns):
    """Figures of table 3 with blanks in a row."""
    truth = figures3(form)
    truth[row] = [None if column in columns else value for column, value in enumerate(truth[row])]
    return truth


@pytest.mark.parametrize("form", ["2019", "2021"])
@pytest.mark.parametrize("blank", range(6))
def test_a_cell_doubled_in_a_row_with_a_blank_is_no_row_of_seven(form, blank):
    truth = blanked(form, "denied.by_law", blank)
    for at in range(1, 8):
        spoiled = sheets(form) | {3: sheet3(form, truth)}
        row = next(row for row in spoiled[3] if "其他法律" in row[0].text)
        row.insert(at, row[at])
        assert_right_or_doubted(read_sheets(spoiled), figures(form) | {"table3": truth}, refused=False)


def test_a_blank_cell_too_many_does_not_push_the_figures_on_silently():
    truth = figures2("2019") | {"licensing": [2, None, None]}
    for at in range(1, 5):
        spoiled = sheets("2019") | {2: sheet2("2019", truth)}
        next(row for row in spoiled[2] if row[0].text == "行政许可").insert(at, Cell(""))
        tables = read_sheets(spoiled)
        got = [cell.value for cell in tables.table2["licensing"].values()]
        assert got == truth["licensing"] or doubted(tables, "table2"), at


def test_a_number_left_in_a_row_of_its_own_is_told_also_where_both_readings_agree():
    spoiled = sheets("2019")
    at, row = next((at, row) for at, row in enumerate(spoiled[2]) if row[0].text == "行政处罚")
    spoiled[2][at : at + 1] = [[*row[:2], *row[1:3]], [row[3]]]
    assert_right_or_doubted(read_sheets(spoiled), figures("2019"), refused=False)


@pytest.mark.parametrize("lost", range(7))
def test_a_spacer_is_not_taken_for_the_cell_that_a_row_lost(lost):
    spoiled = sheets()
    for row in spoiled[3][3:]:
        row.insert(len(row) - 7, Cell(""))
    del spoiled[3][9][len(spoiled[3][9]) - 7 + lost]
    tables = read_sheets(spoiled)
    assert stated(tables, "table3") == figures3() or tables.status["table3"] == "unverified"
    assert stated(tables, "table3") == figures3() or any("denied.three_securities" in w for w in tables.warnings)


@pytest.mark.parametrize("flatten", [a_cell_a_line, a_cell_a_line_with_bars])
@pytest.mark.parametrize("lost", range(15))
def test_the_empty_line_behind_table_4_is_not_taken_for_a_lost_cell(flatten, lost):
    text = text_of(flatten, sheets()).replace("\n五、存在", "\n\n五、存在").replace("\n四、政府", "\n\n四、政府")
    head, _, tail = text.rpartition("总计 |\n" if " |" in text else "总计\n")
    lines = tail.split("\n")
    del lines[lost]
    spoiled = text[: len(text) - len(tail)] + "\n".join(lines)
    assert head
    assert_states(read(spoiled.encode()), figures())


@pytest.mark.parametrize("flatten", [a_cell_a_line_with_bars])
@pytest.mark.parametrize("blank", [0, 3, 6])
def test_a_line_doubled_in_a_row_with_a_blank_is_no_row_of_seven(flatten, blank):
    truth = blanked("2021", "other.not_corrected", blank)
    spoiled = sheets() | {3: sheet3("2021", truth)}
    row = next(row for row in spoiled[3] if any("逾期不补正" in cell.text for cell in row))
    row.insert(len(row) - 2, row[-3])
    assert_states(read(text_of(flatten, spoiled).encode()), figures() | {"table3": truth})


@pytest.mark.parametrize("flatten", [a_cell_a_line, numbers_below_labels])
def test_groups_of_table_4_in_another_order_are_not_given_to_each_other(flatten):
    sheet = sheet4()
    sheet[0], sheet[1] = sheet[1], sheet[0]
    spoiled = sheets() | {4: [[cell._replace(rowspan=1) for cell in row] for row in sheet]}
    assert_states(read(text_of(flatten, spoiled).encode()), {"table4": FIGURES4})


def test_two_numbers_of_a_text_that_prints_chinese_numerals_stay_two():
    lines = text_of(a_cell_a_line, sheets()).split("\n")
    at = len(lines) - lines[::-1].index(HEADS4[-1])
    joined = [*lines[:at], f"{lines[at]} {lines[at + 1]}", *lines[at + 2 :]]
    text = "\n".join(joined).replace("全年平稳。", "全年平稳。\n十二")
    assert_states(read(text.encode()), {"table4": FIGURES4})


@pytest.mark.parametrize("figure", ["5万", "1.2万", "3千元", "7元"])
def test_a_unit_of_money_is_told_where_the_form_counts(figure):
    spoiled = sheets()
    spoiled[3][-1][3] = Cell(figure)
    tables = read_sheets(spoiled)
    assert any(figure in warning and "is no count" in warning for warning in tables.warnings)
    assert [cell.value for cells in tables.table3.values() for cell in cells if cell.printed == figure] == [None]
    assert not any("is no count" in warning for warning in read_sheets(sheets()).warnings)


@pytest.mark.parametrize(
    ("printed", "told"), [("1.2亿元", True), ("251000元", True), ("1.2万元", False), ("1.2", False)]
)
def test_an_amount_in_another_unit_than_the_form_s_is_told(printed, told):
    spoiled = sheets()
    spoiled[2][-1][1] = Cell(printed, 3)
    assert doubted(read_sheets(spoiled), "table2") == told


def test_a_negative_decimal_keeps_all_its_digits_or_is_refused():
    assert str(read_cell("-12345.678901234567").value) == "-12345.678901234567"
    assert read_cell("-0." + "1" * 30).kind == "refused"


def test_a_figure_torn_before_its_point_is_whole():
    printed = text_of(a_cell_a_line, sheets() | {2: sheet2("2021", figures2() | {"fees": ["30.38"]})})
    reading = read(printed.replace("30.38", "30\n.38").encode())
    assert str(reading.table2["fees"]["amount"].value) == "30.38"


@pytest.mark.parametrize("printed", ["274（281）", "约30", "约30件"])
def test_a_figure_beside_another_or_said_to_be_about_so_much_is_told(printed):
    spoiled = sheets()
    spoiled[3][-1][3] = Cell(printed)
    tables = read_sheets(spoiled)
    assert any(warning.startswith("table3: carried_out: ") and printed in warning for warning in tables.warnings)
    assert any(cell.printed == printed and cell.value is not None for cell in tables.table3["carried_out"])


def test_a_table_without_any_figure_is_told_to_have_none():
    blank = {row: [None] * 7 for row in figures3()}
    assert read_sheets(sheets() | {3: sheet3("2021", blank)}).warnings == ["table3: it states no figure"]


@pytest.mark.parametrize("seam", ["\n", "\t", "  "])
@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("6097 .0075", "6097.0075"),
        ("6097 . 0075", "6097.0075"),
        ("6097\n.\n75", "6097.75"),
        ("6097\n.0075", "6097.0075"),
        ("1 ,234.5", "1234.5"),
        ("6097 O", None),
        ("6097\nl", None),
        ("6097 多万元", None),
        ("5 左右", None),
    ],
)
def test_what_stands_behind_a_figure_is_read_with_it_or_refused(seam, printed, value):
    text = text_of(a_cell_a_line, sheets("2021"))
    (fee,) = map(str, figures2("2021")["fees"])
    assert f"行政事业性收费\n{fee}" in text
    reading = read(text.replace(f"行政事业性收费\n{fee}", f"行政事业性收费{seam}{printed}").encode())
    amount = reading.table2["fees"]["amount"].value
    assert amount is None or str(amount) == value
    assert amount is not None or any("fees" in warning for warning in reading.warnings)


@pytest.mark.parametrize("figures_of_cell", ["6<br>4", "1<br>5"])
def test_a_row_with_two_figures_in_one_cell_is_refused_unless_they_are_one_by_its_sum(figures_of_cell):
    whole = [1, 2, 3, 4, 5, 0, 15]
    rows = [f"|{TABLE3_LABELS[row]}|{'|'.join(map(str, values))}|" for row, values in figures3().items()]
    rows[4] = f"|{TABLE3_LABELS['denied.state_secret']}|1|2|3|4|5|0|{figures_of_cell}|"
    text = "\n".join(
        ["某县2023年政府信息公开工作年度报告", "一、总体情况", "平稳。", "三、收到和处理政府信息公开申请情况", *rows]
    )
    reading = read(text.encode())
    row = stated(reading, "table3")["denied.state_secret"]
    assert row == (whole if figures_of_cell == "1<br>5" else [None] * 7)
    assert any("denied.state_secret" in warning for warning in reading.warnings)


def test_a_figure_before_a_blank_total_is_refused_where_it_is_the_sum_and_others_state_theirs():
    truth = figures3() | {"granted": [1, 2, 3, 0, 0, 6, None], "partly_granted": [1, 2, 3, 4, 5, 0, None]}
    row = stated(read(text_of(markdown, sheets() | {3: sheet3("2021", truth)}).encode()), "table3")
    assert row["granted"] == [None] * 7
    assert row["partly_granted"] == truth["partly_granted"]


def test_a_count_with_a_fraction_is_told():
    tables = read_sheets(sheets("2021") | {2: sheet2("2021", figures2("2021") | {"penalties": ["12.5"]})})
    assert "table2: penalties: '12.5' is no count" in tables.warnings
    assert not any("fees" in warning for warning in tables.warnings)


def copied(sheet):
    """The cells of each row between tabs, as a browser copies them: nothing stands for what a label spans."""
    return ["\t".join(cell.text for cell in row) for row in sheet]


def only_ends():
    """Figures of table 3 with natural persons and totals only, but for some whole rows."""
    table = figures3()
    for name in [*table][1::2]:
        table[name] = [table[name][0], *[None] * 5, table[name][0]]
    return table


@pytest.mark.parametrize("flatten", [copied, a_cell_a_line_with_bars])
@pytest.mark.parametrize("every", [2, 3, 26])
def test_a_blank_cell_behind_some_rows_moves_no_figure(flatten, every):
    truth = only_ends() if flatten is copied else figures3()
    sheet = sheet3("2021", truth)
    for row in sheet[-1:2:-every]:
        row.append(Cell(""))
    reading = read(text_of(flatten, sheets() | {3: sheet}).encode())
    if flatten is copied or every < 26:
        assert stated(reading, "table3") == truth
    assert_states(reading, figures() | {"table3": truth})


@pytest.mark.parametrize("lost", range(7))
def test_a_row_that_lost_a_cell_before_a_blank_one_is_not_filled_up(lost):
    truth = only_ends()
    sheet = sheet3("2021", truth)
    for row in sheet[-1:2:-2]:
        row.append(Cell(""))
    row = next(row for row in sheet if any("属于国家秘密" in cell.text for cell in row) and row[-1].text == "")
    del row[len(row) - 8 + lost]
    assert_states(read(text_of(copied, sheets() | {3: sheet}).encode()), figures() | {"table3": truth})


def test_a_table_that_leaves_all_but_a_few_cells_blank_is_read_by_its_tabs():
    truth = {name: [None] * 7 for name in figures3()} | {
        "received": [1, None, None, None, None, 1, 2],
        "granted": [1, *[None] * 5, 1],
        "not_processed.duplicate": [*[None] * 5, 1, 1],
        "concluded": [1, None, None, None, None, 1, 2],
    }
    reading = read(text_of(copied, sheets() | {3: sheet3("2021", truth)}).encode())
    assert stated(reading, "table3") == truth


LOST = [
    ("结果纠正", "结正"),
    ("结果纠正", "果纠"),
    ("结果纠正", "纠正"),
    ("结果维持", "结持"),
    ("尚未审结", "审结"),
    ("尚未审结", "尚未"),
]
LOST += [("其他结果", "其果"), ("其他结果", "结果")]


@pytest.mark.parametrize(("head", "printed"), LOST)
@pytest.mark.parametrize("flatten", [a_cell_a_line, a_cell_a_line_with_bars])
def test_heads_of_table_4_that_lost_characters_are_known_by_their_place(flatten, head, printed):
    heads, _, below = text_of(flatten, sheets()).rpartition(head)
    reading = read(f"{heads}{printed}{below}".encode())
    assert stated(reading, "table4") == FIGURES4
    assert any("the heads of the columns are not all the form's" in warning for warning in reading.warnings)


@pytest.mark.parametrize("flatten", [a_cell_a_line, a_cell_a_line_with_bars])
def test_heads_of_table_4_that_lost_characters_and_stand_in_another_order_are_not_the_form_s(flatten):
    text = text_of(flatten, sheets())
    at = text.rindex("结果维持")
    reading = read((text[:at] + text[at:].replace("结果维持", "纠正").replace("结果纠正", "结持", 1)).encode())
    assert all(cell.value is None for cells in reading.table4.values() for cell in cells)


@pytest.mark.parametrize(("figures", "value"), [("2 3\t\t0\t0\t0\t0\t5", None), ("2 3\t\t0\t0\t0\t0\t23", 23)])
def test_two_figures_in_one_field_beside_a_blank_one_are_not_joined_unless_they_add_up_so(figures, value):
    zeros = "\t".join("0000000")
    rows = [
        f"{label}\t{figures if name == 'granted' else zeros}"
        for name, label in TABLE3_LABELS.items()
        if name != "other"
    ]
    heads = "申请人情况\t自然人\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\t总计"
    reading = read("\n".join(["三、收到和处理政府信息公开申请情况", heads, *rows]).encode())
    assert reading.table3["granted"][0].value == value
    assert any("table3: granted: '2 3'" in warning for warning in reading.warnings)


BLANK = "\xa0"


def a_paragraph_a_cell(row="", *cells):
    """A text of the tables, a cell a line and an empty one between; `cells` are the lines of one row of table 3."""
    text = text_of(a_cell_a_line, sheets())
    if row:
        head, label, behind = text.partition(TABLE3_LABELS[row])
        text = head + label + "\n".join(["", *cells, *behind.split("\n")[8:]])
    return text.replace("\n", "\n\n")


@pytest.mark.parametrize(
    ("cells", "read_as"),
    [
        (["3", *[BLANK] * 5, "3"], (3, *[None] * 5, 3)),
        ([*[BLANK] * 6, "3"], (*[None] * 6, 3)),
        ([*[BLANK] * 7], (None,) * 7),
        (["1", "2", *[BLANK] * 4, "3", BLANK], (1, 2, *[None] * 4, 3)),  # its total tells which lines are cells
        (["4", "0", "0", "0", "0", "0", BLANK, "4"], (4, 0, 0, 0, 0, 0, 4)),
        ([BLANK, BLANK, "0", *[BLANK] * 4, "0"], (None,) * 7),  # eight lines, and nothing tells which is no cell
    ],
)
def test_a_line_of_blanks_is_a_cell_where_the_lines_of_a_row_leave_no_doubt(cells, read_as):
    reading = read(a_paragraph_a_cell("granted", *cells).encode())
    assert stated(reading, "table3")["granted"] == list(read_as)
    refused = any("table3: granted" in warning and "refused" in warning for warning in reading.warnings)
    assert refused == (read_as == (None,) * 7 and set(cells) != {BLANK})


def test_a_table_is_known_by_its_labels_though_nearly_all_its_cells_are_lines_of_blanks():
    truth = {row: [None] * 7 for row in figures3("2021")} | {"received": [2, *[None] * 5, 2]}
    lines = text_of(a_cell_a_line, sheets() | {3: sheet3("2021", truth)}).split("\n")
    reading = read("\n\n".join(line or BLANK for line in lines).encode())
    assert stated(reading, "table3") == truth


def test_lines_of_blanks_are_no_cells_of_a_text_that_leaves_blank_cells_out():
    text = a_paragraph_a_cell("granted", "1", "0", "0", "0", "0", "1")
    for row in ("denied.by_law", "denied.third_party"):
        head, label, behind = text.partition(TABLE3_LABELS[row])
        text = head + label + "\n\n".join(["", *"000000", *behind.split("\n\n")[8:]])
    head, label, behind = text.partition(TABLE3_LABELS["partly_granted"])
    reading = read(
        "".join(
            [head, label, "\n\n0\n\n0\n\n0\n\n\xa0\n\n0\n\n0\n\n0", "\n\n", "\n\n".join(behind.split("\n\n")[9:])]
        ).encode()
    )
    assert all(cell is None for cell in stated(reading, "table3")["granted"])


@pytest.mark.parametrize("at", [0, 7, 15])
def test_a_line_of_blanks_too_many_in_table_4_is_told_where_nothing_tells_which(at):
    head, total, figures = text_of(a_cell_a_line, sheets()).rpartition("总计")
    _, *cells = figures.split("\n")
    cells[10:15] = [BLANK] * 5
    reading = read("\n\n".join([head.replace("\n", "\n\n") + total, *cells[:at], BLANK, *cells[at:]]).encode())
    for group, truth in stated(reading, "table4").items():
        assert truth in (FIGURES4[group], [None] * 5)
    assert any(warning.startswith("table4") for warning in reading.warnings) or at >= 10


def test_blanks_that_fill_a_page_s_lines_up_are_no_cells_of_a_row_on_one_line():
    text = text_of(a_row_a_line, sheets()).replace("\n", f"\n{' ' * 60}\n")
    reading = read(text.encode())
    assert_states(reading, figures())
    assert reading.status == {"table2": "verified", "table3": "verified", "table4": "verified"}


@pytest.mark.parametrize("gap", [0, 1, 4])
def test_a_last_group_of_table_4_whose_cells_are_empty_lines_is_blank(gap):
    truth = FIGURES4 | {"litigation_after_review": [None] * 5}
    lines = text_of(a_cell_a_line, sheets() | {4: sheet4(truth)}).replace("五、存在", "\n" * gap + "五、存在")
    reading = read(lines.encode())
    assert_states(reading, {"table4": truth})
    assert stated(reading, "table4") == truth


def test_sums_of_one_row_alone_do_not_tell_where_the_totals_stand():
    truth = {row: [0] * 7 for row in figures3()} | {"concluded": [1, 0, 0, 0, 0, 1, 0]}
    reading = read(text_of(a_row_a_line, sheets() | {3: sheet3("2021", truth)}).encode())
    assert stated(reading, "table3") == truth


CUT = ["结果", "结果", "其他", "尚未", "总计"]  # what trafilatura leaves of heads with a line break in them


@pytest.mark.parametrize("flatten", [a_cell_a_line, a_cell_a_line_with_bars, pipes])
@pytest.mark.parametrize("lost", [(), ("行政复议", "总计"), ("结果维持", "结果纠正", "尚未审结", "复议后起诉")])
def test_the_columns_of_table_4_are_known_whatever_is_left_of_their_heads(flatten, lost):
    sheet = [[cell for cell in row if cell.text not in lost] for row in sheet4()]
    cut = dict(zip(HEADS4, CUT, strict=True)) if not lost else {}
    sheet = [[cell._replace(text=cut.get(cell.text, cell.text)) for cell in row] for row in sheet]
    reading = read(text_of(flatten, sheets() | {4: sheet}).encode())
    assert stated(reading, "table4") == FIGURES4
    assert any("table4: review: the heads of the columns are not all" in warning for warning in reading.warnings)


@pytest.mark.parametrize("flatten", [a_cell_a_line, pipes])
def test_outcomes_of_which_the_heads_are_cut_stand_above_groups_in_rows(flatten):
    rows = [[Cell(label), *(Cell(str(value)) for value in FIGURES4[name])] for name, label in TABLE4_LABELS.items()]
    reading = read(text_of(flatten, sheets() | {4: [[Cell("类型"), *map(Cell, CUT)], *rows]}).encode())
    assert stated(reading, "table4") == FIGURES4


@pytest.mark.parametrize("flatten", [a_cell_a_line, a_row_a_line, tabs])
def test_totals_of_which_the_head_is_lost_are_no_outcomes_where_each_group_lost_its_blank_cell(flatten):
    truth = {"review": [1, None, 3, 4, 8], "litigation_direct": [5, None, 6, 0, 11]}
    truth |= {"litigation_after_review": [0, 7, None, 8, 15]}
    rows = [
        [Cell(label), *(Cell(str(value)) for value in truth[name] if value is not None)]
        for name, label in TABLE4_LABELS.items()
    ]
    reading = read(text_of(flatten, sheets() | {4: [[Cell("类型"), *map(Cell, HEADS4[:4])], *rows]}).encode())
    assert all(cell.value is None for cells in reading.table4.values() for cell in cells)


@pytest.mark.parametrize("lost", range(14))
def test_a_figure_of_table_4_lost_from_a_row_of_tabs_moves_no_other_silently(lost):
    printed = [str(value) for group in FIGURES4.values() for value in group]
    head, row, end = text_of(tabs, sheets()).rpartition("\t".join(printed))
    moved = "\t".join([*printed[:lost], *printed[lost + 1 :], ""])
    assert row
    reading = read(f"{head}{moved}{end}".encode())
    for group, truth in stated(reading, "table4").items():
        assert truth in ([None] * 5, FIGURES4[group])
    assert stated(reading, "table4")["litigation_after_review"] == [None] * 5
