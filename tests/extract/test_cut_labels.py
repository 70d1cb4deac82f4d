"""Labels that a printed cell of exact height cuts off."""

from dataclasses import replace

import pytest

from extract.cut_labels import with_whole_labels
from extract.document import Cell, Grid
from extract.tables import read_tables
from tests.extract.sheets import document, figures3, sheet2, sheet3, sheet4, stated


def printed(*sheets, kind="application/pdf"):
    return read_tables(replace(document(*sheets), media_type=kind))


def cut(sheet, length, *, least=1):
    return [[cell._replace(text=cell.text[: max(length, least)]) for cell in row] for row in sheet]


@pytest.mark.parametrize("length", [6, 8, 12])
def test_a_label_that_begins_as_one_of_the_form_only_is_that_one(length):
    tables = printed(cut(sheet3(), length))
    assert (tables.status["table3"], stated(tables, "table3")) == ("verified", figures3())


def test_what_begins_two_labels_is_neither():
    sheet = sheet3()
    both = next(row for row in sheet if any("信访举报" in cell.text for cell in row))
    both[:] = [cell._replace(text="属于") if "信访举报" in cell.text else cell for cell in both]
    assert "not_processed.petition" not in [
        row for row, cells in stated(printed(sheet), "table3").items() if any(cells)
    ]


def test_a_label_that_goes_on_in_a_row_of_its_own_is_not_cut_off():
    sheet, doubts = cut(sheet3(), 12), []
    sheet.insert(6, [Cell("的，只计这一情形"), *[Cell("")] * 7])
    grid = Grid(tuple(map(tuple, sheet)))
    assert with_whole_labels(grid, doubts) == grid


@pytest.mark.parametrize("length", [1, 2, 3])
def test_five_heads_that_begin_as_those_of_table_4_are_those(length):
    heads = sheet4()
    heads[1:3] = [row[:5] and [*cut([row[:5]], length)[0], *row[5:]] for row in heads[1:3]]
    heads[2] = cut([heads[2]], length)[0]
    tables = printed(heads)
    told = "table4: the heads of the columns are cut off, the form's order is taken" in tables.warnings
    assert (tables.status["table4"], told) == ("verified", length < 3)


def test_labels_that_are_shorter_elsewhere_are_not_completed():
    assert printed(cut(sheet3(), 6), sheet2(), kind="text/html").status["table3"] != "verified"
