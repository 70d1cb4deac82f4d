"""What parts the cells of a text: rows that a converter or recogniser broke, ran together or glued are made whole."""

import pytest

from extract import read
from extract.form import TABLE3_LABELS
from extract.readers.separators import row_by_row, tabbed
from tests.extract.sheets import figures3, sheet3, sheets, stated
from tests.extract.test_read import tabs, text_of
from tests.extract.test_wild import emptied

ROWS = list(figures3())


def matrix(sheet):
    """Rows with their labels in fields of their own."""
    return ["\t".join(cell.text for cell in row) for row in sheet]


def run_together(lines, first):
    """A text of tabs in which a recogniser ran the row of `first` and the next one into one line."""
    at = next(at for at, line in enumerate(lines) if TABLE3_LABELS[first] in line)
    above, below = (line.split("\t") for line in lines[at : at + 2])
    figures = [f"{one} {other}" for one, other in zip(above[-7:], below[-7:], strict=True)]
    if len(below) > len(above):  # the label of a group and that of its first row
        labels = [*above[:-8], f"{above[-8]} {below[-9]}", below[-8]]
    else:
        labels = [*above[:-8], f"{above[-8]} {below[-8]}"]
    return [*lines[:at], "\t".join([*labels, *figures]), *lines[at + 2 :]]


@pytest.mark.parametrize("first", ["received", "partly_granted", "denied.by_law", "concluded"])
def test_two_rows_in_one_line_are_parted_by_their_labels(first):
    text = "\n".join(run_together(text_of(matrix, sheets()).split("\n"), first))
    assert stated(read(text.encode()), "table3") == figures3()


def test_two_rows_in_one_line_whose_labels_do_not_part_are_refused():
    text = "\n".join(run_together(text_of(matrix, sheets()).split("\n"), "denied.by_law"))
    reading = read(text.replace(TABLE3_LABELS["denied.by_law"], "2.").encode())
    for row in ("denied.by_law", "denied.three_securities"):
        assert set(stated(reading, "table3").get(row, [None])) == {None}


def test_thousands_that_a_blank_sets_apart_are_one_figure():
    line = "规章\t1 033\t12 000\t0"
    assert row_by_row(line) == line


def blanks(figures):
    """Rows as Resiliparse to 1.1 prints cells with line ends around them."""
    return "\n".join(
        f"{label} {' '.join(chr(160) if cell is None else str(cell) for cell in row)}" for label, row in figures
    )


def test_a_no_break_space_between_two_blanks_is_a_blank_cell():
    truth = {
        row: [None if (at + column) % 3 else cell for column, cell in enumerate(figures3()[row])]
        for at, row in enumerate(ROWS)
    }
    rows = blanks((TABLE3_LABELS[row], cells) for row, cells in truth.items())
    text = text_of(matrix, sheets()).replace("\n".join(matrix(sheet3()[3:])), rows)
    assert stated(read(text.encode()), "table3") == truth


@pytest.mark.parametrize(
    "lines",
    [
        ["规章 \u00a0 1 \u00a0"] * 9 + ["\u00a0 \u00a0 年 \u00a0月\u00a0 \u00a0日"] * 9,
        ["规章", "\u00a0\u00a0 240 \u00a0"] * 12,
    ],
    ids=["among others", "beside a figure"],
)
def test_lines_with_other_blanks_show_no_cells(lines):
    assert tabbed("\n".join(lines)) == "\n".join(lines)


@pytest.mark.parametrize("bare", ["{} ", "{}"], ids=["parted", "glued"])
def test_a_cell_of_paragraphs_among_bare_ones_is_a_cell_of_its_row(bare):
    lines = [
        bare.format(TABLE3_LABELS[row]) + "".join([bare.format(0)] * 2) + "\n\n0\n\n" + bare.format(0) * 4
        for row in ROWS
    ]
    heads = [
        "信息内容本年制发件数本年废止件数现行有效件数",
        "规章0\n\n0\n\n0",
        "三、收到和处理政府信息公开申请情况",
        "自然人 总计",
    ]
    reading = read(
        "\n".join(["某县2023年政府信息公开工作年度报告", "二、主动公开政府信息情况", *heads, *lines]).encode()
    )
    assert stated(reading, "table3") == {row: [0] * 7 for row in ROWS}
    assert stated(reading, "table2")["regulations"] == [0] * 3


def test_rows_of_doubled_tabs_that_end_in_one_are_whole():
    truth = {row: emptied(figures3()[row], (2, 6) if at % 3 else ()) for at, row in enumerate(ROWS)}
    text = text_of(tabs, sheets() | {3: sheet3("2021", truth)}).replace("\t", "\t\t")
    assert stated(read(text.encode()), "table3") == truth
