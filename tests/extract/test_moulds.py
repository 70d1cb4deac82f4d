"""Tables filled into a mould are the tables that reading gives; what is not beyond doubt is read."""

import random

import pytest

from extract import moulds
from extract.document import Document, Grid, Text
from extract.readers import read_document
from extract.tables import read_tables
from extract.two_readings import read_twice
from tests.extract.sheets import document, sheet2, sheet3, sheet4, sheets
from tests.generate import shapes

PROSE = [
    "2024年，我局新收申请3件，其他机关转来2件，总计5件，其中予以公开4件。",
    "无行政复议、行政诉讼案件",
    "三、收到和处理政府信息公开申请情况",
    "发布时间：2025-01-20 来源：办公室",
    "本年度办理",
]
OF_TABLES = [
    "本年新收政府信息公开申请数量 1 2 3 4 5 6 21",
    "第二十条第（八）项 信息内容 本年收费金额（单位：万元）",
    "自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他 总计",
    "行政复议 行政诉讼",
    "12",
]
HTML = [shapes.generate(*planned[:2], seed=77, index=planned[2]) for planned in shapes.plan(60, formats=("html",))]


@pytest.fixture(autouse=True)
def _nothing_known():
    moulds._known.cache_clear()


def form(*, above="全年平稳。", form="2021"):
    titles = "三、收到和处理政府信息公开申请情况", "四、政府信息公开行政复议、行政诉讼情况"
    return document("一、总体情况", above, sheet2(form), titles[0], sheet3(form), titles[1], sheet4(), "无。")


def with_figures(printed, seed):
    """The document with other figures in the same cells."""
    draw = random.Random(seed)

    def other(cell):
        figure = draw.choice(["0", "0", "1", "2", "12", "３", str(draw.randrange(10**5))])
        return cell._replace(text=figure) if moulds._is_figure(cell.text) else cell

    blocks = (
        Grid(tuple(tuple(map(other, row)) for row in block.rows)) if isinstance(block, Grid) else block
        for block in printed.blocks
    )
    return Document(printed.media_type, tuple(blocks))


def with_text(printed, seed):
    """The document with other text beside its grids, now and then text that prints tables."""
    draw = random.Random(seed)
    blocks = []
    for block in printed.blocks:
        if isinstance(block, Text):
            blocks += [Text(draw.choice(PROSE)) for _ in range(draw.randrange(1, 4))]
            blocks += [Text(draw.choice(OF_TABLES))] * (draw.random() < 0.1)
        else:
            blocks.append(block)
    return Document(printed.media_type, tuple(blocks))


def comparable(tables):
    """What is read of a document, apart from the figures among the lines of grids, which nobody asks for."""
    lines = [
        (line.text, [(token.kind, token.key, token.kind == "text" and token.text) for token in line.tokens])
        for line in tables.lines
    ]
    cells = tables.form, tables.table2, tables.table3, tables.table4
    return cells, tables.status, tables.warnings, sorted(tables.covered), lines


@pytest.mark.parametrize("of", ["2019", "2021"])
def test_what_is_printed_like_others_is_filled_in_from_the_third_on(of):
    asked = []

    def read(one):
        asked.append(one)
        return read_twice(one)

    assert moulds.filled(form(form=of), read) is None
    assert moulds.filled(with_figures(form(form=of), 1), read) is not None
    assert len(asked) == 1
    third = with_figures(form(above=PROSE[0], form=of), 2)
    assert comparable(moulds.filled(third, read)) == comparable(read_twice(third))
    assert len(asked) == 1


def test_a_form_whose_sums_stand_elsewhere_is_read_each_time():
    moved = [[*row[:-7], row[-1], *row[-7:-1]] if len(row) > 7 else row for row in sheet3()]
    printed = document("一、总体情况", sheet2(), "三、收到和处理政府信息公开申请情况", moved, "四、行政复议", sheet4())
    first, *others = [read_tables(printed) for _ in range(4)]
    assert any("are the sums of the others" in warning for warning in first.warnings)
    assert [comparable(other) for other in others] == [comparable(first)] * 3


@pytest.mark.parametrize("text", OF_TABLES)
def test_text_that_prints_tables_itself_is_read(text):
    for _ in range(3):
        assert moulds.filled(form(above=text), read_twice) is None


@pytest.mark.parametrize("number", [2, 3, 4])
def test_a_form_with_figures_outside_its_cells_makes_no_mould(number):
    spoiled = sheets()
    spoiled[number].append([cell._replace(text="7") for cell in spoiled[number][-1]])
    printed = document("一、总体情况", *(block for sheet in spoiled.values() for block in ("情况如下。", sheet)))
    for _ in range(3):
        assert moulds.filled(printed, read_twice) is None


@pytest.mark.parametrize("sample", HTML, ids=lambda sample: sample.name)
def test_whatever_is_filled_in_is_what_reading_gives(sample):
    printed = read_document(sample.payload, charset=sample.charset)
    moulds.filled(printed, read_twice)
    for seed in range(6):
        like = with_text(with_figures(printed, seed), seed) if seed % 2 else with_figures(printed, seed)
        filled = moulds.filled(like, read_twice)
        assert filled is None or comparable(filled) == comparable(read_twice(like))
