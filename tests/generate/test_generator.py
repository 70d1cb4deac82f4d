"""The generator itself: the same seed gives the same bytes, the truth keeps its own arithmetic, every shape renders."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from samples.form import rows_of_table3
from tests.bench.gold import below, raised
from tests.generate import layout, shapes, text, truth
from tests.generate.score import compare_cells
from tests.generate.truth import Stated, Wish

QUICK = [(name, shape) for name in shapes.BY_DEFAULT for shape in shapes.catalogue(name)]
SLOW = [("pictures", "150-dpi"), ("pictures", "scan-short-pages")]
REQUIRED = set("title template table2 table3 table4 inconsistent genre sections optional chrome".split())


@pytest.mark.parametrize(("format_name", "shape"), QUICK + SLOW)
def test_every_shape_renders_the_same_bytes_twice(format_name: str, shape: str) -> None:
    one, two = (shapes.generate(format_name, shape, seed=7, index=0) for _ in range(2))
    assert one == two
    assert one.payload
    assert one.truth.keys() >= REQUIRED


def test_another_seed_gives_another_document() -> None:
    assert (
        shapes.generate("text", "tabs", seed=1, index=0).payload
        != shapes.generate("text", "tabs", seed=2, index=0).payload
    )


def test_there_are_enough_shapes_and_formats() -> None:
    assert len(shapes.MODULES) >= 8
    assert len(shapes.catalogue("text")) >= 25
    assert len(shapes.catalogue("html")) >= 25


@pytest.mark.parametrize("number", range(40))
def test_right_sums_break_no_relation(number: int) -> None:
    report = truth.invent(Random(f"sums {number}"), Wish(wrong_sums=False))
    assert report.gold()["inconsistent"] == []


def test_broken_sums_are_named() -> None:
    report = truth.invent(Random("broken"), Wish(wrong_sums=False, blanks="none", busy=False))
    received = (Stated(1, "1"), *report.table3["received"][1:])
    broken = replace(report, table3={**report.table3, "received": received})
    assert broken.gold()["inconsistent"] == ["balance[natural_person]", "row_total[received]"]


def test_a_relation_with_a_blank_is_neither_kept_nor_broken() -> None:
    report = truth.invent(Random("blank"), Wish(wrong_sums=False, blanks="none", busy=False))
    group = (Stated(None, ""), *report.table4["review"][1:4], Stated(5, "5"))
    assert replace(report, table4={**report.table4, "review": group}).gold()["inconsistent"] == []


@pytest.mark.parametrize(
    ("value", "numeral"), [(0, "零"), (7, "七"), (10, "十"), (12, "十二"), (20, "二十"), (35, "三十五")]
)
def test_chinese_numerals(value: int, numeral: str) -> None:
    assert truth.chinese_number(value) == numeral


@pytest.mark.parametrize(("template", "count"), [("2019", 23), ("2021", 25)])
def test_table3_has_the_rows_of_its_form(template: str, count: int) -> None:
    assert len(rows_of_table3(template)) == count


def test_a_misprint_is_one_character() -> None:
    label = "本机关不掌握相关政府信息"
    assert {abs(len(truth.misprint(Random(i), label)) - len(label)) for i in range(20)} == {1}


@pytest.mark.parametrize("number", range(10))
def test_distorted_sheets_keep_every_figure_in_order(number: int) -> None:
    rng = Random(f"sheet {number}")
    sheet = layout.table3(truth.invent(rng, Wish()))
    figures = [box.text for row in sheet for box in row if box.role == "value"]
    for distorted in (
        layout.add_spacers(sheet, rng),
        layout.lie(sheet, rng),
        layout.tear_spans(sheet, 9),
        layout.numbers_apart(sheet),
    ):
        assert [box.text for row in distorted for box in row if box.role == "value"] == figures


def test_swapped_columns_move_head_and_figures_together() -> None:
    report = truth.invent(Random("swap"), Wish(blanks="none"))
    swapped = layout.matrix(layout.swap_columns(layout.table3(report), Random(3)))
    heads, received = swapped[2], swapped[3]
    column = heads.index(report.labels["column.research"])
    assert received[column] == report.table3["received"][2].printed


@pytest.mark.parametrize("name", text.BASES)
def test_a_flattened_table_keeps_every_printed_figure(name: str) -> None:
    report = truth.invent(Random(f"flat {name}"), replace(text.BASES[name].wish, blanks="none", misprints=False))
    lines = text.BASES[name].flatten(layout.table3(report), Random(1))
    squeezed = truth.squeeze("".join(lines))
    assert all(truth.squeeze(cell.printed) in squeezed for cells in report.table3.values() for cell in cells)


def test_a_lost_row_states_nothing() -> None:
    report = truth.invent(Random("lost"), Wish(blanks="none")).without_rows("denied.by_law")
    assert report.gold()["table3"]["denied.by_law"] == [None] * 7
    assert all(report.labels["denied.by_law"] not in box.text for row in layout.table3(report) for box in row)


@pytest.mark.parametrize(
    ("value", "warnings", "silent", "differs", "missing", "invented"),
    [
        (4, [], 0, 0, 0, 0),
        ("4.0", [], 0, 0, 0, 0),
        (5, [], 1, 1, 0, 0),
        (5, ["table4: other totals"], 0, 1, 0, 0),
        (None, [], 1, 0, 1, 0),
    ],
)
def test_the_score_tells_errors_apart(
    value: int | str | None, warnings: list[str], silent: int, differs: int, missing: int, invented: int
) -> None:
    gold = {"table4": {"review": [4, None]}}
    tally = compare_cells(gold, {"table4": {"review": [value, None]}, "warnings": warnings}, refused=False)
    assert (tally.silent, tally.differs, tally.missing, tally.invented) == (silent, differs, missing, invented)


def test_in_an_ambiguous_table_only_silent_errors_count() -> None:
    gold = {"table4": {"review": [4]}, "ambiguous": ["table4"]}
    warned = compare_cells(gold, {"table4": {"review": [9]}, "warnings": ["table4: unsure"]}, refused=False)
    assert (warned.cells, warned.differs, warned.silent) == (0, 0, 0)
    assert compare_cells(gold, {"table4": {"review": [9]}}, refused=False).silent == 1


def test_floors_only_rise() -> None:
    floors = {"text": {"cells right": 0.9, "silent": -3.0}}
    reached = {"text": {"cells right": 0.8, "silent": -1.0}}
    assert raised(reached, floors) == {"text": {"cells right": 0.9, "silent": -1.0}}
    assert below(reached, floors) == ["text: cells right 0.8 is below its floor 0.9"]
    assert len(below({}, floors)) == 2
