"""The form's tables by hand: both forms with figures that add up, as rows of cells to spoil, and as Documents."""

from extract.document import Cell, Document, Grid, Text
from extract.form import APPLICANTS, OUTCOMES, TABLE2_COLUMNS, table3_rows
from extract.tables import read_tables
from samples import form as printed

HEADS3 = ["商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"]
HEADS4 = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
FIGURES4 = {
    "review": [1, 2, 3, 4, 10],
    "litigation_direct": [5, 0, 6, 0, 11],
    "litigation_after_review": [0, 7, 0, 8, 15],
}


def figures2(form="2021"):
    """Figures of table 2, no two alike."""
    table, number = {}, 100
    for row, columns in TABLE2_COLUMNS[form].items():
        table[row] = list(range(number, number + len(columns)))
        number += 10
    return table


def figures3(form="2021"):
    """Figures of table 3 that keep every relation; most cells differ from their neighbours."""
    results = table3_rows(form)[2:-2]
    table = {row: [(at + 1) * (column + 1) % 7 for column in range(6)] for at, row in enumerate(results)}
    table["concluded"] = [sum(table[row][column] for row in results) for column in range(6)]
    table["carried_out"] = [3, 1, 4, 1, 5, 9]
    table["carried_in"] = [2, 7, 1, 8, 2, 8]
    table["received"] = [
        a + b - c for a, b, c in zip(table["concluded"], table["carried_out"], table["carried_in"], strict=True)
    ]
    return {row: [*table[row], sum(table[row])] for row in table3_rows(form)}


def sheet2(form="2021", figures=None):
    """Table 2 as rows of cells."""
    return _filled(printed.table2(form), figures or figures2(form))


def sheet3(form="2021", figures=None):
    """Table 3 as rows of cells: three rows of heads, then the form's rows with their spanned groups."""
    return _filled(printed.table3(form), figures or figures3(form))


def sheet4(figures=None):
    """Table 4 as rows of cells."""
    return _filled(printed.table4(), figures or FIGURES4)


def _filled(table, figures):
    """The rows of a table with figures, which may be fewer in a row than the form has columns, behind the labels."""
    rows = []
    for boxes in table:
        labels = [Cell(box.text, box.colspan, box.rowspan) for box in boxes if not box.key]
        spans = (box.colspan for box in boxes if box.key)
        values = [value for row in dict.fromkeys(box.key[0] for box in boxes if box.key) for value in figures[row]]
        rows.append([*labels, *(Cell(_shown(value), span) for value, span in zip(values, spans, strict=False))])
    return rows


def _shown(value):
    return "" if value is None else str(value)


def sheets(form="2021"):
    """The three tables of one form, to be spoiled."""
    return {2: sheet2(form), 3: sheet3(form), 4: sheet4()}


def document(*blocks):
    """A Document of texts and of sheets (lists of rows); every cell gets its place, as the HTML reader gives it."""
    made, number = [], 0
    for block in blocks:
        if isinstance(block, str):
            made.append(Text(block))
            continue
        rows = tuple(
            tuple(
                Cell(cell.text, cell.colspan, cell.rowspan, f"t{number}r{at}c{column}")
                for column, cell in enumerate(row)
            )
            for at, row in enumerate(block)
        )
        made.append(Grid(rows))
        number += 1
    return Document("text/html", tuple(made))


def read_sheets(sheets):
    """The tables read from a document of these sheets under their headings."""
    titles = {
        2: "二、主动公开政府信息情况",
        3: "三、收到和处理政府信息公开申请情况",
        4: "四、政府信息公开行政复议、行政诉讼情况",
    }
    blocks = [block for number, sheet in sheets.items() for block in (titles[number], sheet)]
    return read_tables(document("一、总体情况", "全年平稳。", *blocks, "五、存在的主要问题及改进情况", "无。"))


def stated(tables, table):
    """{row: values} of a table that was read."""
    rows = getattr(tables, table)
    cells = {row: tuple(cells.values()) if isinstance(cells, dict) else cells for row, cells in rows.items()}
    return {row: [cell.value for cell in values] for row, values in cells.items()}


def doubted(tables, table):
    """Whether a warning names the table."""
    return any(warning.startswith(table) for warning in tables.warnings)


def figures(form="2021"):
    """The figures of the three tables of a form, by table."""
    return {"table2": figures2(form), "table3": figures3(form), "table4": FIGURES4}


def assert_right_or_doubted(tables, truth, *, refused=True):
    """Every cell is right, or its table is unverified with a warning; what is not right is blank (`refused`)."""
    for table, rows in truth.items():
        got = stated(tables, table)
        for row, values in rows.items():
            if got.get(row) != values:
                assert doubted(tables, table), f"{table}.{row}: {values} read as {got.get(row)} without a warning"
                assert tables.status[table] != "verified", f"{table}.{row} is wrong and verified"
                wrong = [b for a, b in zip(values, got.get(row, values), strict=True) if a != b and b is not None]
                assert not (refused and wrong), f"{table}.{row}: {values} read as {got[row]}"


WIDTHS = {"table3": len(APPLICANTS), "table4": len(OUTCOMES)}
