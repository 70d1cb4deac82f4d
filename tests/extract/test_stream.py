"""A Document as a stream of words: texts, values and the blanks that it shows, cut into runs."""

import pytest

from extract.document import Cell, Grid, Text
from extract.stream import lines_of, runs_of


def kinds(*blocks):
    """Of each line the kinds of its tokens: t(ext), v(alue), b(lank)."""
    return ["".join(token.kind[0] for token in line.tokens) for line in lines_of(blocks)]


def texts(*blocks):
    return [token.text for line in lines_of(blocks) for token in line.tokens]


def grid(*rows):
    return Grid(
        tuple(
            tuple(Cell(text, place=f"r{at}c{column}") for column, text in enumerate(row)) for at, row in enumerate(rows)
        )
    )


@pytest.mark.parametrize(
    ("printed", "tokens"),
    [
        ("（一）予以公开 0 1 22个", "tvvv"),
        ("1 属于国家秘密 0 0", "tvv"),
        ("12 34 -5", "vvv"),
        ("/ — 无", "vvv"),
        ("― – ─ … ×", "vvvvv"),
        ("规章\t0\t\t2", "tvbv"),
        ("\t\t自然人\t", "bbtb"),
        ("规章 | 0 | | 2 |", "tvbv"),
        ("| 规章 | 0 | 2 |", "tvv"),
        ("规章｜0｜2", "tvv"),
        ("本年收到申请 3 件，均已答复", "tvt"),
        ("2024年", "t"),
        ("9（其 中 修 订 7件 ， 废 止 1件 ） 0 5 43", "vvvv"),
        ("（8）属于行政查    零  零  零  零  零  零  一", "tvvvvvvv"),
        ("规范性文件 四十六 12 6", "tvvv"),
        ("总 计   0  零   61  13  七 十 四", "tvvvvv"),
        ("      （四） 无    2.没有现成信息    0   0", "ttvv"),
        ("4. 无", "t"),
        ("1.申 请 人 无 正 当 理 由 逾 期 不 补 正", "ttt"),
        ("十二", "v"),
        ("", ""),
        ("\u3000", ""),
    ],
)
def test_a_printed_line_gives_words_and_values(printed, tokens):
    assert kinds(Text(printed)) == [tokens]


@pytest.mark.parametrize(
    "printed",
    [
        "- 3 -",
        "— 12 —",
        "第 3 页",
        "第3页 共9页",
        "Page 4",
        "page 4 of 9",
        "· 5 ·",
        "|---|---|",
        "-----",
        "+----+----+",
        "| :--- | ---: |",
    ],
)
def test_page_numbers_and_rules_are_no_words(printed):
    assert kinds(Text(printed)) == []


@pytest.mark.parametrize("printed", ["3", "-3", "—", "- 3", "第 3 条", "第三页"])
def test_what_may_be_a_cell_is_no_page_number(printed):
    assert kinds(Text(printed)) != []


def test_one_chinese_numeral_is_a_value_only_where_the_text_prints_such():
    assert kinds(Text("三")) == ["t"]
    assert kinds(Text("三\n十二\n零\n一 |")) == ["v", "v", "v", "v"]
    assert kinds(Text("总计 零 二 零 零\n行政强制   零   −四   十九")) == ["tvvvv", "tvvv"]
    assert kinds(Text("三、总体情况\n十二")) == ["t", "v"]
    assert kinds(Text("予以公开\t1\t零\t一")) == ["tvvv"]


def test_a_row_of_a_grid_is_a_line_and_its_blanks_are_kept():
    assert kinds(grid(["规章", "0", "", "2"], ["", "", ""], [])) == ["tvbv", "bbb", ""]


def test_a_cell_keeps_its_place_and_what_it_states():
    (line,) = lines_of([grid(["规章", "22个", ""])])
    assert [token.cell.place for token in line.tokens] == ["r0c0", "r0c1", "r0c2"]
    assert (line.tokens[1].cell.value, line.tokens[1].cell.unit) == (22, "个")


def test_an_ordinal_in_a_column_of_its_own_is_no_figure():
    assert kinds(grid(["1", "属于国家秘密", *"0000000"])) == ["tt" + "v" * 7]


def test_a_cell_among_figures_that_states_none_keeps_its_column():
    assert kinds(grid(["予以公开", "3", "1", "12/3", "0", "0", "4"])) == ["tvvvvvv"]
    assert kinds(grid(["予以公开", "3", "1", "0", "部分予以公开的说明", "0", "4"])) == ["tvvvtvv"]
    assert kinds(Text("予以公开 | 3 | 1 | 12/3 | 0 | 0 | 4")) == ["tvvvvvv"]


def test_a_letter_that_looks_like_a_nought_is_a_cell_that_states_no_number():
    assert kinds(grid(["予以公开", "O", "1", "0.", "0", "0", "4"])) == ["tvvvvvv"]
    (line,) = lines_of([Text("予以公开\tO\t1\t0\to")])
    assert [token.cell and token.cell.value for token in line.tokens] == [None, None, 1, 0, None]
    assert [token.kind for token in line.tokens][1:] == ["value"] * 4


def test_a_run_is_texts_and_the_values_behind_them_line_by_line():
    runs = runs_of(lines_of([Text("规章\n0\n1 2\n规范性文件 5")]))
    assert [[token.text for token in run.texts] for run in runs] == [["规章"], ["规范性文件"]]
    assert [[len(row) for row in run.rows] for run in runs] == [[1, 2], [1]]
    assert [token.text for token in runs[0].values] == ["0", "1", "2"]


def test_blanks_before_a_text_on_its_line_belong_to_the_layout():
    (run,) = runs_of(lines_of([Text("\t\t规章\t0\t\t2")]))
    assert [token.kind for token in run.values] == ["value", "blank", "value"]


def test_texts_without_values_end_in_a_run_of_their_own():
    runs = runs_of(lines_of([Text("规章 0"), Text("五、问题"), Text("无问题。")]))
    assert [len(run.values) for run in runs] == [1, 0]
    assert runs_of([]) == []


def test_lines_and_blocks_are_counted_through_the_whole_document():
    lines = lines_of([Text("一\n\n二"), grid(["规章", "0"])])
    assert [[(token.line, token.block) for token in line.tokens] for line in lines] == [
        [(0, 0)],
        [],
        [(2, 0)],
        [(3, 1), (3, 1)],
    ]
    assert [line.text for line in lines] == ["一", "", "二", None]


@pytest.mark.parametrize(
    ("lines", "texts"),
    [
        (["1", ".属于国家秘密"], ["1", ".属于国家秘密"]),
        (["1", "、", "属", "于"], ["1", "、", "属", "于"]),
        (["（", "2", "）其他"], ["（", "2", "）其他"]),
        (["无", "法", "提供"], ["无", "法", "提供"]),
        (["增", "/", "减"], ["增", "/", "减"]),
        (["12", ".5"], []),
        (["52", "、结转下年度继续办理"], ["、结转下年度继续办理"]),
        (["无", "法律服务机构"], ["法律服务机构"]),
        (["/", "0", "减"], ["减"]),
    ],
)
def test_pieces_of_a_label_that_look_like_figures_are_texts(lines, texts):
    tokens = [token for line in lines_of([Text("\n".join(lines))]) for token in line.tokens]
    assert [token.text for token in tokens if token.kind == "text"] == texts


def test_the_figures_of_a_row_in_one_field_are_cells_and_blanks_between_few_digits_are_not_their_ends():
    assert kinds(Text("一、本年新收\t1 0 3 0 0 0 4\n一、本年新收\t1 033")) == ["tvvvvvvv", "tv"]


@pytest.mark.parametrize(
    ("printed", "figures"),
    [
        ("规章000", "000"),
        ("00", "00"),
        ("03", "03"),
        ("予以公开0010", ["0", "0", "10"]),
        ("0.00", ["0.00"]),
        ("10", ["10"]),
    ],
)
def test_zeros_run_together_are_cells_for_no_number_begins_with_one(printed, figures):
    (line,) = lines_of([Text(printed)])
    assert [token.text for token in line.tokens if token.kind == "value"] == [*figures]


@pytest.mark.parametrize("lost", [None, 3])
def test_the_number_of_a_row_is_no_figure_of_the_one_above_it_though_that_lost_one(lost):
    rows = [[str(number), "予以公开", *"5060708"] for number in range(1, 5)]
    if lost:
        del rows[1][lost]
    texts = [Text(cell) for row in [["序号", "自然人"], *rows] for cell in row]
    runs = runs_of(lines_of(texts))
    assert [len(run.values) for run in runs] == [7, 6 if lost else 7, 7, 7]


def test_totals_behind_a_table_whose_rows_are_numbered_are_figures():
    numbered = ["序号", "规章", "1", "规章", "7", "2", "规章", "8"]
    others = [cell for total in (0, 0, 3, 4) for cell in ("予以公开", "5", str(total))]
    runs = runs_of(lines_of([Text(cell) for cell in [*numbered, *others]]))
    assert [len(run.values) for run in runs] == [1, 1, 2, 2, 2, 2]


def test_a_number_and_a_point_on_lines_of_their_own_are_the_label_s_where_an_empty_line_follows():
    texts = [Text(line) for line in ("其他", "3", ".", "", "13", "7")]
    assert [[token.text for token in run.values] for run in runs_of(lines_of(texts))] == [["13", "7"]]


@pytest.mark.parametrize(
    "lines",
    [["", "              0", "规章      1         2      3"], ["规章      1         2      3", "              0"]],
)
def test_a_figure_beside_a_row_that_prints_nothing_there_is_refused_in_its_place(lines):
    row = next(line.tokens for line in lines_of([Text(line) for line in lines]) if len(line.tokens) > 1)
    assert [(token.text, token.cell and token.cell.value) for token in row[1:]] == [
        ("1", 1),
        ("0", None),
        ("2", 2),
        ("3", 3),
    ]


@pytest.mark.parametrize("lone", ["                   0", "", "规章"])
def test_a_figure_above_another_or_apart_is_none_of_the_row(lone):
    lines = [Text("规章      1        2        3"), Text(lone), Text("              0")]
    assert len(lines_of(lines)[0].tokens) == 4


@pytest.mark.parametrize("row", [["予以公开", "0", "一", "0", "0", "0", "0", "4"], ["1", "予以公开", *"0000004"]])
def test_only_a_number_before_a_label_is_no_cell(row):
    for block in (grid(row), Text("\t".join(row))):
        assert kinds(block)[0].count("v") == 7


def test_a_total_whose_comma_was_misread_is_a_cell_without_a_value():
    (line,) = lines_of([Text("3、534")])
    assert [(token.kind, token.cell.kind) for token in line.tokens] == [("value", "refused")]
