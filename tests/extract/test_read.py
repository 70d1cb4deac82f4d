"""Plain texts in every flattening that converters leave: read whole or refused with a warning, never wrong silently."""

import json
import re

import pytest

from extract import UnreadableDocument, read
from extract.form import TABLE3_LABELS
from extract.readers import read_document
from tests.extract.gold import GOLD, SEEDS
from tests.extract.sheets import FIGURES4, figures, figures2, figures3, sheet3, sheets, stated

TITLES = {
    2: "二、主动公开政府信息情况",
    3: "三、收到和处理政府信息公开申请情况",
    4: "四、政府信息公开行政复议、行政诉讼情况",
}
FORMS = pytest.mark.parametrize("form", ["2019", "2021"])


def matrix(sheet):
    """The texts of a sheet in a full rectangle, spanned places empty."""
    rows = [{} for _ in sheet]
    for top, row in enumerate(sheet):
        left = 0
        for cell in row:
            while left in rows[top]:
                left += 1
            for line in range(top, min(len(sheet), top + cell.rowspan)):
                rows[line] |= dict.fromkeys(range(left, left + cell.colspan), "")
            rows[top][left] = cell.text
    width = max(len(row) for row in rows)
    return [[row.get(column, "") for column in range(width)] for row in rows]


def is_figure(cell):
    return cell.text.isdigit()


def a_cell_a_line(sheet):
    return [cell.text for row in sheet for cell in row]


def a_cell_a_line_with_bars(sheet):
    return [f"{cell.text} |" for row in sheet for cell in row]


def a_cell_a_line_with_gaps(sheet):
    return [line for row in sheet for cell in row for line in (cell.text or "\u00a0", "")]


def a_row_a_line(sheet):
    return [" ".join(cell.text for cell in row) for row in sheet]


def tabs(sheet):
    return ["\t".join(row) for row in matrix(sheet)]


def trimmed_tabs(sheet):
    return [line.rstrip("\t") for line in tabs(sheet)]


def torn_tabs(sheet):
    """As a converter leaves a table that goes over a page: an empty line, the tail of a label in a row of its own."""
    lines = tabs(sheet)
    for at in range(len(lines) - 2, 6, -9):
        lines.insert(at, "")
    return lines


def markdown(sheet):
    rows = matrix(sheet)
    rule = "|" + "---|" * len(rows[0])
    return [f"| {' | '.join(rows[0])} |", rule, *(f"| {' | '.join(row)} |" for row in rows[1:])]


def pipes(sheet):
    return [" | ".join(row) for row in matrix(sheet)]


def box(sheet):
    rows = matrix(sheet)
    rule = "+" + "--------+" * len(rows[0])
    return [rule, *(line for row in rows for line in ("|" + "|".join(row) + "|", rule))]


def comma_separated(sheet):
    return [",".join(f'"{text}"' for text in row) for row in matrix(sheet)]


def numbers_below_labels(sheet):
    lines = []
    for row in sheet:
        lines.append(" ".join(cell.text for cell in row if not is_figure(cell)))
        lines.append(" ".join(cell.text for cell in row if is_figure(cell)))
    return [line for line in lines if line]


def torn_labels(sheet):
    """The tail of a long label behind its numbers."""
    lines = []
    for row in sheet:
        labels = [cell.text for cell in row if not is_figure(cell)]
        values = " ".join(cell.text for cell in row if is_figure(cell))
        if values and labels and len(labels[-1]) > 9:
            lines += [*labels[:-1], labels[-1][:6], values, labels[-1][6:]]
        else:
            lines += [*labels, *([values] if values else [])]
    return lines


KEEP_BLANKS = [a_cell_a_line_with_bars, tabs, torn_tabs, markdown, pipes, box, comma_separated]
ALL = [
    *KEEP_BLANKS,
    a_cell_a_line,
    a_cell_a_line_with_gaps,
    a_row_a_line,
    trimmed_tabs,
    numbers_below_labels,
    torn_labels,
]


def text_of(flatten, sheets, *, pages=False):
    lines = ["某县2023年政府信息公开工作年度报告", "一、总体情况", "全年平稳。"]
    for number, sheet in sheets.items():
        lines += [TITLES[number], *flatten(sheet)]
    lines += ["五、存在的主要问题及改进情况", "无。", "六、其他需要报告的事项", "无。"]
    if pages:
        for page, at in enumerate(range(len(lines) - 8, 20, -25)):
            lines.insert(at, ("- 3 -", "第 4 页 共 9 页", "— 12 —")[page % 3])
    return "\n".join(lines)


def assert_states(reading, truth):
    """Every cell is right, or blank in a table with a warning."""
    for table, rows in truth.items():
        for row, values in rows.items():
            got = stated(reading, table).get(row)
            if got != values:
                assert table in " ".join(reading.warnings), f"{table}.{row}: {values} read as {got} without a warning"
                assert got is None or all(b in (a, None) for a, b in zip(values, got, strict=True))


@FORMS
@pytest.mark.parametrize("flatten", ALL)
def test_a_flattened_form_is_read_whole(form, flatten):
    reading = read(text_of(flatten, sheets(form)).encode())
    assert {table: stated(reading, table) for table in figures(form)} == figures(form)
    assert reading.status == dict.fromkeys(("table2", "table3", "table4"), "verified")
    assert (reading.genre, reading.form, reading.report_year) == ("report", form, 2023)


@FORMS
@pytest.mark.parametrize("flatten", [*KEEP_BLANKS, a_row_a_line, numbers_below_labels, a_cell_a_line])
def test_page_lines_between_the_rows_change_no_figure(form, flatten):
    reading = read(text_of(flatten, sheets(form), pages=True).encode())
    assert {table: stated(reading, table) for table in figures(form)} == figures(form)


@FORMS
@pytest.mark.parametrize("flatten", KEEP_BLANKS)
@pytest.mark.parametrize("blank", ["", "/"])
def test_blanks_that_a_text_keeps_are_null_and_move_nothing(form, flatten, blank):
    truth = {row: [None if value in (0, 1, 3) else value for value in values] for row, values in figures3(form).items()}
    sheet = [
        [
            cell.__class__(blank if cell.text in ("0", "1", "3") else cell.text, cell.colspan, cell.rowspan)
            for cell in row
        ]
        for row in sheet3(form)
    ]
    reading = read(text_of(flatten, sheets(form) | {3: sheet}).encode())
    assert_states(reading, {"table3": truth, "table4": FIGURES4})
    if blank:
        assert stated(reading, "table3") == truth


@pytest.mark.parametrize("flatten", [a_row_a_line, a_cell_a_line])
@pytest.mark.parametrize("column", [3, 6])
def test_of_a_column_that_a_converter_dropped_as_blank_sums_tell_whether_it_is_that_of_totals(flatten, column):
    truth = {row: [None if at == column else value for at, value in enumerate(v)] for row, v in figures3().items()}
    truth = {row: [*v[:-1], v[-1] and sum(filter(None, v[:-1]))] for row, v in truth.items()}
    sheet = [[cell for cell in row if cell.text] for row in sheet3("2021", truth)]
    reading = read(text_of(flatten, sheets() | {3: sheet}).encode())
    blank = {row: [None] * 7 for row in truth}
    assert stated(reading, "table3") == (truth if column == 6 else blank)
    assert any(warning.startswith("table3: ") for warning in reading.warnings)


@FORMS
@pytest.mark.parametrize("flatten", [a_row_a_line, a_cell_a_line, trimmed_tabs, numbers_below_labels])
def test_blanks_that_a_converter_dropped_are_never_guessed(form, flatten):
    truth = {row: [None if value in (0, 1) else value for value in values] for row, values in figures3(form).items()}
    sheet = [[cell for cell in row if cell.text not in ("0", "1")] for row in sheet3(form)]
    assert_states(read(text_of(flatten, sheets(form) | {3: sheet}).encode()), {"table3": truth})


@pytest.mark.parametrize("flatten", ALL)
def test_a_row_lost_is_null_and_named(flatten):
    spoiled = sheets()
    del spoiled[3][8]
    reading = read(text_of(flatten, spoiled).encode())
    assert_states(reading, figures())
    assert any("denied.by_law" in warning and "table3" in warning for warning in reading.warnings)


@pytest.mark.parametrize("flatten", ALL)
@pytest.mark.parametrize("figure", ["101", "14", "6", "15"])
def test_one_number_lost_is_never_made_up_for_by_its_neighbours(flatten, figure):
    text = text_of(flatten, sheets())
    for lost in re.finditer(rf'(?<=[\t|, \n"])"?{figure}"?(?: \|)?[\t|, \n]', text):
        assert_states(read((text[: lost.start()] + text[lost.end() :]).encode()), figures())


@pytest.mark.parametrize(
    "encoded",
    [
        lambda text: text.encode("gb18030"),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\f").encode(),
    ],
)
def test_the_charset_and_the_line_ends_change_nothing(encoded):
    assert stated(read(encoded(text_of(a_cell_a_line, sheets()))), "table3") == figures3()


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.name[:3])
def test_a_real_report_is_read_as_by_hand(path):
    gold = json.loads((GOLD / f"{path.name}.json").read_text("utf-8"))
    stated = read(path.read_bytes()).as_gold(path.name)
    del stated["warnings"]
    assert stated == gold


@pytest.mark.parametrize(
    ("text", "genre"),
    [
        (
            "某县人民政府关于印发2023年政务公开工作要点的通知\n各乡镇人民政府：现印发给你们，请认真贯彻执行。",
            "rejected",
        ),
        ("今天天气很好。", "rejected"),
        (text_of(a_cell_a_line, sheets()), "report"),
    ],
)
def test_only_a_report_gives_cells(text, genre):
    reading = read(text.encode())
    assert reading.genre == genre
    assert bool(reading.table3) is (genre == "report")


@pytest.mark.parametrize("payload", [b"", b" \r\n\t", b"\xef\xbb\xbf", b"\x00" * 100])
def test_an_empty_file_is_refused_as_empty(payload):
    with pytest.raises(UnreadableDocument) as refusal:
        read(payload)
    assert refusal.value.reason == "empty"


def test_radicals_that_a_text_was_copied_with_are_the_characters_they_stand_for():
    reading = read(
        text_of(tabs, sheets()).replace("二、主动公开", "⼆、主动公开").replace("五、", "⼈⺠政府\n五、").encode()
    )
    assert "二、主动公开政府信息情况" in [section.heading for section in reading.sections]
    assert any("人民政府" in section.text for section in reading.sections)


@pytest.mark.parametrize(
    ("odd", "printed"),
    [
        *(("江油市" + mark + "教育局", "江油市教育局") for mark in "\u200b\u2060\u200e\u00ad\ufe00"),
        ("江油市\ue5e5教育局", "江油市\u3000教育局"),
        ("2023\uf98e\uf9e4", "2023年理"),
        ("江油市\n\u200b\n教育局", "江油市\n教育局"),
    ],
)
def test_a_text_is_read_as_it_is_printed(odd, printed):
    document = read_document(odd.encode())
    assert "\n".join(block.text for block in document.blocks) == printed


def test_a_head_of_organisations_before_that_of_persons_is_told():
    sheet = sheet3("2021")
    sheet[1].insert(0, sheet[1].pop(1))  # 法人或其他组织 before 自然人, which stands in the middle of its cell
    reading = read(text_of(a_cell_a_line, sheets("2021") | {3: sheet}).encode())
    assert stated(reading, "table3") == figures3("2021")
    assert reading.status["table3"] == "unverified"
    assert "printed before that of natural persons" in " ".join(reading.warnings)


def test_a_label_with_its_group_s_in_its_middle_is_known_by_its_place():
    lines = text_of(a_row_a_line, sheets("2021")).splitlines()
    at = next(at for at, line in enumerate(lines) if "逾期不补正" in line)
    head, label, *values = lines[at].split(" ")
    lines[at : at + 1] = [label[:14], head[:-1], f"{label[14:28]} {' '.join(values)}", head[-1], label[28:]]
    reading = read("\n".join(lines).encode())
    assert [cell.value for cell in reading.table3["other.not_corrected"]] == figures3()["other.not_corrected"]
    assert any("other.not_corrected" in warning for warning in reading.warnings)


def test_heads_set_out_over_several_lines_stand_as_far_to_the_left_as_their_columns():
    lines = text_of(a_row_a_line, sheets("2021")).splitlines()
    at = next(at for at, line in enumerate(lines) if "商业企业" in line)
    lines[at - 1 : at + 1] = [
        " " * 20 + "法人或其他组织",
        " " * 10 + "自然人" + " " * 36 + "社会公益组织" + " " * 20 + "总计",
        " " * 20 + "商业企业    科研机构" + " " * 16 + "法律服务机构 其他",
    ]
    assert_states(read("\n".join(lines).encode()), figures())


def figures_first(sheet):
    """Each row's figures on the line before its label, as raw text of a PDF has tall cells."""
    lines = []
    for row in sheet:
        values = " ".join(cell.text for cell in row if is_figure(cell))
        lines += [values, "".join(cell.text for cell in row if not is_figure(cell))]
    return [line for line in lines if line]


@FORMS
def test_figures_before_their_labels_are_not_given_to_the_labels_before_them(form):
    assert_states(read(text_of(figures_first, sheets(form)).encode()), figures(form))


def behind_labels(sheet):
    """The figures of a row as many blanks behind its label as there are blank cells: nothing stands below its head."""
    return ["   ".join(cell.text for cell in row) for row in sheet]


@FORMS
@pytest.mark.parametrize("kept", range(1, 8))
def test_figures_that_stand_behind_labels_are_placed_below_no_heads(form, kept):
    truth = {
        row: [value if at % 7 == kept - 1 else None for at, value in enumerate(values)]
        for row, values in figures3(form).items()
    }
    sheet = [[cell if not is_figure(cell) else cell._replace(text="") for cell in row] for row in sheet3(form)]
    for row, values in zip(sheet[3:], truth.values(), strict=True):
        row[-7:] = [cell._replace(text=str(value or "")) for cell, value in zip(row[-7:], values, strict=True)]
    assert_states(read(text_of(behind_labels, sheets(form) | {3: sheet}).encode()), {"table3": truth})


@pytest.mark.parametrize("misread", ["行政复", "政复议"])
def test_ten_figures_below_the_heads_of_fifteen_are_nobody_s(misread):
    lines = text_of(a_cell_a_line, sheets()).split("\n")
    at = lines.index("行政复议")
    lines[at] = misread
    first = next(index for index in range(at, len(lines)) if lines[index].isdigit())
    del lines[first + 5 : first + 10]
    assert_states(read("\n".join(lines).encode()), {"table4": FIGURES4})


def test_a_row_is_not_made_of_figures_on_lines_apart():
    lines = text_of(a_row_a_line, sheets()).split("\n")
    at = next(index for index, line in enumerate(lines) if "重复申请" in line)
    label, *values = lines[at].split(" ")
    lines[at : at + 1] = [label, " ".join(values[:3]), "", " ".join(values[3:6]), "", values[6]]
    reading = read("\n".join(lines).encode())
    assert "not_processed.duplicate: its figures stand on lines apart" in " ".join(reading.warnings)
    assert stated(reading, "table3")["not_processed.duplicate"] in (None, [None] * 7)


@pytest.mark.parametrize(("cut", "mark"), [(6, " "), (1, " "), (3, " | ")])
def test_figures_of_a_row_on_two_lines_stand_in_any_order_unless_bars_part_them(cut, mark):
    lines = [line.replace(" ", mark) for line in text_of(a_row_a_line, sheets()).split("\n")]
    at = next(index for index, line in enumerate(lines) if "重复申请" in line)
    label, *values = lines[at].split(mark)
    lines[at : at + 1] = [mark.join([label, *values[:cut]]), mark.join(values[cut:])]
    row = stated(read("\n".join(lines).encode()), "table3")["not_processed.duplicate"]
    assert row == (figures3()["not_processed.duplicate"] if mark == " | " else [None] * 7)


@pytest.mark.parametrize("between", [" ", "\n"])
def test_an_amount_in_place_of_a_count_leaves_neither_known(between):
    text = text_of(a_row_a_line, sheets("2019"))
    items, amount = map(str, figures2("2019")["procurement"])
    assert f"政府集中采购 {items} {amount}" in text
    text = text.replace(f"采购 {items} {amount}", f"采购 {amount}万元{between}{items}")
    assert stated(read(text.encode()), "table2")["procurement"] == [None, None]


def test_figures_beside_the_label_of_the_row_below_theirs_are_not_that_row_s():
    lines = text_of(a_row_a_line, sheets()).split("\n")
    at = next(index for index, line in enumerate(lines) if "本机关不掌握" in line)
    (above, *first), (label, *second) = lines[at].split(" ")[-8:], lines[at + 1].split(" ")
    lines[at : at + 2] = [above, " ".join(["（四）无法提", label, *first]), " ".join(["供", *second])]
    read_3 = stated(read("\n".join(lines).encode()), "table3")
    assert read_3["unavailable.must_be_created"] == [None] * 7
    assert read_3["unavailable.still_unclear"] == figures3()["unavailable.still_unclear"]


def test_the_label_of_the_last_row_at_the_first_s_place_is_told():
    lines = text_of(a_row_a_line, sheets()).split("\n")
    at = next(index for index, line in enumerate(lines) if "本年新收" in line)
    lines[at] = lines[at].replace("一、本年新收政府信息公开申请数量", "四、结转下年度继续办理")
    assert_states(read("\n".join(lines).encode()), figures())


@pytest.mark.parametrize("right", [False, True])
def test_figures_that_begin_or_end_where_heads_do_stand_in_their_columns(right):
    """No row is whole: its zeros are left blank, and blank cells are but more blanks."""
    truth = {}
    for row, values in figures3().items():
        cells = [None if value == 0 or at == len(row) % 6 else value for at, value in enumerate(values[:6])]
        truth[row] = [*cells, sum(filter(None, cells)) or None]
    heads = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]

    def line(label, cells):
        gaps = [" " * (14 - width(cell)) for cell in cells]
        padded = [gap + cell if right else cell + gap for cell, gap in zip(cells, gaps, strict=True)]
        return label + " " * (90 - width(label)) + "".join(padded)

    def width(text):
        return sum(1 + (character > "\u2e80") for character in text)

    rows = [line(TABLE3_LABELS[row], ["" if cell is None else str(cell) for cell in truth[row]]) for row in truth]
    lines = ["某县2023年政府信息公开工作年度报告", "一、总体情况", "全年平稳。", TITLES[3], line("", heads), *rows]
    assert stated(read("\n".join(lines).encode()), "table3") == truth


def inner_text(sheet):
    """As a browser gives a table whose cells hold paragraphs: a tab on a line of its own between two cells."""
    rows = ["\n\n\t\n\n".join(cell.text or "\u00a0" for cell in row) for row in sheet]
    return ["\n\n\n\n\n".join(rows) + "\n\n\n"]


@FORMS
def test_the_text_that_a_browser_gives_keeps_its_rows_and_blank_cells(form):
    truth = {row: [None if value in (0, 1) else value for value in values] for row, values in figures3(form).items()}
    sheet = [[cell._replace(text="" if cell.text in ("0", "1") else cell.text) for cell in row] for row in sheet3(form)]
    reading = read(text_of(inner_text, sheets(form) | {3: sheet}).encode())
    assert stated(reading, "table3") == truth
    assert {table: stated(reading, table) for table in ("table2", "table4")} == {
        table: rows for table, rows in figures(form).items() if table != "table3"
    }


@pytest.mark.parametrize(("year", "told"), [(2018, True), (2017, False)])
def test_tables_of_the_form_below_an_earlier_year_are_told(year, told):
    labels = "予以公开 部分公开 结果维持 尚未审结 结转下年度继续办理" if told else "予以公开 同意部分公开 不同意公开"
    lines = [f"江油市教育局{year}年政府信息公开工作年度报告", "一、概述", f"{year}年，我局依法推进政府信息公开工作。"]
    lines += ["二、主动公开政府信息情况", "主动公开120条。", "三、收到和处理政府信息公开申请情况", labels]
    reading = read("\n".join([*lines, "五、存在的主要问题及改进情况", "公开不够及时，今后改进。"]).encode())
    assert (reading.genre, reading.report_year, reading.form) == ("report", year, "other")
    assert any("no report before 2019" in warning for warning in reading.warnings) is told
    assert any(warning.startswith("table3") for warning in reading.warnings) is told


@pytest.mark.parametrize("content", [f"规章{',1' * 60}无", f"<table><td>规章<td>12<sup>{'1' * 60}x</table>"])
def test_signs_that_a_pattern_could_part_in_many_ways_are_read_in_time(content):
    """Each of these took a time that doubled with every sign."""
    title = "某县2023年政府信息公开工作年度报告"
    assert read(f"{title}\n{content}\n".encode(), charset="utf-8").title == title
