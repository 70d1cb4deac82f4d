"""Reading Word documents written element by element."""

import io

import openpyxl
import pytest

from extract.document import Fact, Grid, Text
from extract.errors import UnreadableDocument
from extract.readers.docx import read_docx
from tests.extract.readers.made import W, cell, docx, grids, paragraph, rows, table, texts, zipped

RESTART, CONTINUE = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
BOOKMARK = '<w:bookmarkStart w:id="1" w:name="OLE_LINK1"/><w:bookmarkEnd w:id="1"/>'


def span(columns: int) -> str:
    return f'<w:gridSpan w:val="{columns}"/>'


def test_spans_are_those_that_the_table_declares():
    body = table(
        cell("甲", RESTART) + cell("乙", span(2)),
        cell("", CONTINUE) + cell("0") + cell(""),
        cell("", CONTINUE) + cell("1", RESTART) + cell("2"),
        cell("丙") + cell("", CONTINUE) + cell("3"),
    )
    (grid,) = grids(read_docx(docx(body)))
    assert rows(grid) == [["甲 3x1", "乙 1x2"], ["0", ""], ["1 2x1", "2"], ["丙", "3"]]
    assert grid.rows[3][1].place == "t0r3c1"


@pytest.mark.parametrize("between", [BOOKMARK, "<w:proofErr/><!-- note -->"])
def test_what_stands_between_rows_breaks_no_merge(between):
    inner = "".join(f"<w:tr>{row}</w:tr>" for row in (cell("", CONTINUE) + cell("2"), cell("丙") + cell("3")))
    first = f"<w:tr>{cell('甲', RESTART) + cell('1')}</w:tr>"
    (grid,) = grids(read_docx(docx(f"<w:tbl>{first}{between}{inner}</w:tbl>")))
    assert rows(grid) == [["甲 2x1", "1"], ["2"], ["丙", "3"]]


def test_skipped_columns_are_a_blank_cell():
    skipped = '<w:trPr><w:gridBefore w:val="2"/></w:trPr>'
    body = table(cell("甲") + cell("乙") + cell("1"), skipped + cell("2"))
    assert rows(grids(read_docx(docx(body)))[0]) == [["甲", "乙", "1"], [" 1x2", "2"]]


def test_rows_and_cells_in_content_controls_are_rows_and_cells():
    def controlled(content: str) -> str:
        return f"<w:sdt><w:sdtContent>{content}</w:sdtContent></w:sdt>"

    wrapped = controlled(f"<w:tr>{controlled(cell('2'))}</w:tr>")
    assert rows(grids(read_docx(docx(f"<w:tbl><w:tr>{cell('1')}</w:tr>{wrapped}</w:tbl>")))[0]) == [["1"], ["2"]]


def test_tracked_changes_are_read_as_accepted():
    run = "<w:r><w:t>{}</w:t></w:r>"
    body = (
        "<w:p>"
        + run.format("共")
        + f"<w:del><w:r><w:delText>12</w:delText></w:r></w:del><w:ins>{run.format('15')}</w:ins>"
        + f"<w:moveFrom>{run.format('走')}</w:moveFrom><w:moveTo>{run.format('件')}</w:moveTo></w:p>"
        + table(cell("留"), "<w:trPr><w:del/></w:trPr>" + cell("删"))
    )
    document = read_docx(docx(body))
    assert texts(document) == ["共15件"]
    assert rows(grids(document)[0]) == [["留"]]


def test_text_of_runs_breaks_hidden_text_and_field_codes():
    body = (
        "<w:p><w:r><w:t>公</w:t><w:br/><w:t>开</w:t><w:tab/><w:t>1</w:t><w:noBreakHyphen/></w:r>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r>"
        '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>PAGE</w:instrText><w:t>7</w:t></w:r>'
        '<w:r><w:br w:type="page"/><w:sym w:char="25CB"/><w:sym w:font="Wingdings" w:char="F0FC"/></w:r></w:p>'
    )
    assert texts(read_docx(docx(body))) == ["公\n开\t1-7○\ufffd"]


@pytest.mark.parametrize(
    ("runs", "printed"),
    [
        ("<w:r><w:t>12</w:t></w:r><w:r><w:rPr><w:strike/></w:rPr><w:t>9</w:t></w:r>", "12"),
        ('<w:r><w:t>12</w:t></w:r><w:r><w:rPr><w:strike w:val="0"/></w:rPr><w:t>9</w:t></w:r>', "129"),
        ('<w:r><w:rPr><w:rFonts w:ascii="Wingdings 2"/></w:rPr><w:t>9</w:t></w:r>', "\ufffd"),
        ('<w:r><w:t>12</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>①</w:t></w:r>', "12"),
        ('<w:r><w:t>12</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>件</w:t></w:r>', "12件"),
        ('<w:r><w:t>12</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="subscript"/></w:rPr><w:t>2</w:t></w:r>', "12"),
        ('<w:r><w:t>12</w:t></w:r><w:r><w:rPr><w:position w:val="10"/></w:rPr><w:t>2</w:t></w:r>', "12"),
        ('<w:r><w:t>12</w:t></w:r><w:r><w:rPr><w:position w:val="-6"/></w:rPr><w:t>[2]</w:t></w:r>', "12"),
        ('<w:r><w:t>12</w:t></w:r><w:r><w:rPr><w:position w:val="1"/></w:rPr><w:t>2</w:t></w:r>', "122"),
        ('<w:r><w:rPr><w:position w:val="10"/></w:rPr><w:t>12</w:t></w:r>', "12"),
        ('<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>12</w:t></w:r>', "12"),
        ('<w:r><w:t>12</w:t></w:r><w:r><w:rPr><w:sz w:val="2"/></w:rPr><w:t>9</w:t></w:r>', "12\ufffd"),
        ('<w:r><w:t>12</w:t></w:r><w:r><w:rPr><w:sz w:val="2"/></w:rPr><w:t>\u200b</w:t></w:r>', "12"),
        ("<w:oMath><w:r><w:t>12</w:t></w:r></w:oMath>", "12"),
        ("<w:oMath><w:f><w:num><w:r><w:t>12</w:t></w:r></w:num></w:f></w:oMath>", "\ufffd"),
        ('<w:r><w:sym w:font="Symbol" w:char="F02D"/><w:t>3</w:t></w:r>', "-3"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F02D"/><w:t>3</w:t></w:r>', "\ufffd3"),
    ],
)
def test_a_figure_is_printed_without_what_is_struck_and_raised(runs, printed):
    assert texts(read_docx(docx(f"<w:p>{runs}</w:p>"))) == [printed]


@pytest.mark.parametrize(
    ("around", "shown"),
    [
        ("", "\ufffd"),
        ('<w:shd w:val="clear" w:fill="1F3864"/>', "9"),
        ('<w:shd w:val="clear" w:color="auto" w:fill="auto"/>', "\ufffd"),
        ("<w:gridSpan/>", "\ufffd"),
    ],
)
def test_a_white_figure_is_told_to_be_unknown_where_nothing_is_shaded(around, shown):
    runs = '<w:r><w:t>12</w:t></w:r><w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>9</w:t></w:r>'
    body = table(f"<w:tc><w:tcPr>{around}</w:tcPr><w:p>{runs}</w:p></w:tc>" + cell("1"))
    assert rows(grids(read_docx(docx(body)))[0]) == [[f"12{shown}", "1"]]


@pytest.mark.parametrize(("ground", "shown"), [("", "\ufffd"), ('<w:tcPr><w:shd w:fill="1F3864"/></w:tcPr>', "9")])
def test_a_white_figure_is_seen_where_the_style_of_its_table_is_dark(ground, shown):
    styles = (
        f'<w:styles xmlns:w="{W}"><w:style w:type="table" w:styleId="A"><w:tblStylePr>{ground}</w:tblStylePr></w:style>'
        '<w:style w:type="table" w:styleId="B"><w:basedOn w:val="A"/></w:style></w:styles>'
    )
    white = '<w:tc><w:p><w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>9</w:t></w:r></w:p></w:tc>'
    body = f'<w:tbl><w:tblPr><w:tblStyle w:val="B"/></w:tblPr><w:tr>{cell("规章")}{white}</w:tr></w:tbl>'
    assert rows(grids(read_docx(docx(body, styles=styles)))[0]) == [["规章", shown]]


@pytest.mark.parametrize(
    ("style_of_a", "own", "printed"),
    [
        ("<w:vanish/>", "", "12"),
        ("<w:vanish/>", '<w:vanish w:val="0"/>', "129"),
        ('<w:vertAlign w:val="superscript"/>', "", "12"),
        ('<w:vertAlign w:val="superscript"/>', '<w:vertAlign w:val="baseline"/>', "129"),
        ('<w:position w:val="8"/>', "", "12"),
    ],
)
def test_a_character_style_may_hide_or_raise_a_text(style_of_a, own, printed):
    style = '<w:style w:type="character" w:styleId="{}"><w:name w:val="{}"/>{}</w:style>'
    styles = style.format("A", "隐", f"<w:rPr>{style_of_a}</w:rPr>") + style.format("B", "小", '<w:basedOn w:val="A"/>')
    runs = f'<w:r><w:t>12</w:t></w:r><w:r><w:rPr><w:rStyle w:val="B"/>{own}</w:rPr><w:t>9</w:t></w:r>'
    document = read_docx(docx(f"<w:p>{runs}</w:p>", styles=f'<w:styles xmlns:w="{W}">{styles}</w:styles>'))
    assert texts(document) == [printed]


@pytest.mark.parametrize(("style", "printed"), [("<w:vanish/>", []), ("<w:strike/>", []), ("<w:b/>", ["窗体顶端"])])
def test_a_style_of_paragraphs_may_hide_them(style, printed):
    own = f'<w:style w:type="paragraph" w:styleId="z"><w:name w:val="z-窗体顶端"/><w:rPr>{style}</w:rPr></w:style>'
    body = paragraph("窗体顶端", '<w:pStyle w:val="z"/>') + paragraph("总体情况")
    document = read_docx(docx(body, styles=f'<w:styles xmlns:w="{W}">{own}</w:styles>'))
    assert texts(document) == [*printed, "总体情况"]


def test_of_fields_within_the_code_of_a_field_nothing_is_printed():
    def run(content: str) -> str:
        return f"<w:r>{content}</w:r>"

    begin, separate, end = (run(f'<w:fldChar w:fldCharType="{kind}"/>') for kind in ("begin", "separate", "end"))
    inner = f"{begin}{run('<w:instrText>=3</w:instrText>')}{separate}{run('<w:t>3</w:t>')}{end}"
    result = f"{begin}{run('<w:instrText>=9</w:instrText>')}{separate}{run('<w:t>12</w:t>')}{end}"
    body = (
        f"<w:p>{begin}{run('<w:instrText>IF </w:instrText>')}{inner}{separate}{result}{end}{run('<w:t>件</w:t>')}</w:p>"
    )
    assert texts(read_docx(docx(body))) == ["12件"]


def test_a_hidden_row_is_no_row():
    hidden = "<w:trPr><w:hidden/></w:trPr>" + cell("上年") + cell("9")
    (grid,) = grids(read_docx(docx(table(hidden, cell("规章") + cell("1")))))
    assert rows(grid) == [["规章", "1"]]


def test_a_figure_that_floats_in_a_box_or_follows_a_number_that_word_makes_is_unknown():
    box = f"<w:r><w:drawing><w:txbxContent>{paragraph('7')}</w:txbxContent></w:drawing></w:r>"
    label = f"<w:r><w:drawing><w:txbxContent>{paragraph('项目')}</w:txbxContent></w:drawing></w:r>"
    listed = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>5</w:t></w:r></w:p>'
    )
    numbering = (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/>'
        '<w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        "</w:numbering>"
    )
    row = f"<w:tc><w:p>{label}</w:p></w:tc><w:tc><w:p><w:r><w:t>5</w:t></w:r>{box}</w:p></w:tc><w:tc>{listed}</w:tc>"
    (grid,) = grids(read_docx(docx(table(row), numbering=numbering)))
    assert rows(grid) == [["项目", "5\n\ufffd7", "1.\ufffd5"]]


def test_a_text_box_is_read_once_and_after_its_paragraph():
    box = f"<w:txbxContent>{paragraph('框内')}{table(cell('1') + cell('2'))}</w:txbxContent>"
    both = (
        f"<mc:AlternateContent xmlns:mc='m'><mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent>"
    )
    document = read_docx(docx(f"<w:p><w:r><w:t>段</w:t>{both}</w:r></w:p>"))
    assert document.blocks[:2] == (Text("段"), Text("框内"))
    assert [rows(grid) for grid in grids(document)] == [[["1", "2"]]]


def test_of_two_forms_that_is_read_which_office_knows():
    forms = (
        "<mc:AlternateContent xmlns:mc='m' xmlns:new='http://example.com/2099' xmlns:v='urn:schemas-microsoft-com:vml'>"
        "<mc:Choice Requires='new'>{}</mc:Choice><mc:Choice Requires='v'>{}</mc:Choice>"
        "<mc:Fallback>{}</mc:Fallback></mc:AlternateContent>"
    )
    inline = forms.format(*(f"<w:r><w:t>{text}</w:t></w:r>" for text in "一二三"))
    document = read_docx(docx(f"<w:p>{inline}</w:p>" + forms.format(*map(paragraph, "甲乙丙"))))
    assert texts(document) == ["二", "乙"]


def test_a_table_of_one_cell_within_a_cell_is_its_text():
    frame = f"<w:tc>{table(cell('12'))}{paragraph('')}</w:tc>"
    assert [rows(grid) for grid in grids(read_docx(docx(table(cell("规章") + frame))))] == [[["规章", "12"]]]


def test_a_table_within_a_cell_follows_the_table_and_one_that_only_frames_gives_way():
    inner = table(cell("1") + cell("2"))
    nested = f"<w:tc>{paragraph('外')}{inner}</w:tc>"
    beside = read_docx(docx(table(nested + cell("旁"))))
    assert [rows(grid) for grid in grids(beside)] == [[["外", "旁"]], [["1", "2"]]]
    framed = read_docx(docx(table(nested)))
    assert [type(block) for block in framed.blocks] == [Text, Grid]


@pytest.mark.parametrize(
    ("form", "legal", "first", "item", "last"),
    [
        ("chineseCounting", "", "一", "一.1.", "二"),
        ("chineseCounting", "<w:isLgl/>", "一", "1.1.", "二"),
        ("ideographDigital", "", "一", "一.1.", "二"),
        ("ideographTraditional", "", "甲", "甲.1.", "乙"),
    ],
)
def test_numbers_that_word_makes_are_written_out(form, legal, first, item, last):
    levels = "".join(
        f'<w:lvl w:ilvl="{k}"><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{pattern}"/></w:lvl>'
        for k, (form, more, pattern) in enumerate([(form, "", "%1、"), ("decimal", legal, "%1.%2.")])
    )
    numbering = (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
        '<w:num w:numId="5"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="6"><w:abstractNumId w:val="0"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num></w:numbering>'
    )
    styles = (
        f'<w:styles xmlns:w="{W}"><w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 2"/>'
        '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="5"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="C"><w:name w:val="toc 1"/></w:style></w:styles>'
    )
    heading = '<w:pStyle w:val="H"/>'
    point = '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="5"/></w:numPr>'
    contents, anew = '<w:pStyle w:val="C"/>', '<w:numPr><w:numId w:val="6"/></w:numPr>'
    body = "".join(paragraph(f"项{k}", kind) for k, kind in enumerate([heading, point, point, heading, contents, anew]))
    document = read_docx(docx(body, numbering=numbering, styles=styles))
    assert texts(document) == [f"{first}、项0", f"{item}项1", f"{item[:-2]}2.项2", f"{last}、项3", f"{first}、项5"]
    assert [block.level for block in document.blocks if isinstance(block, Text)] == [2, 0, 0, 2, 0]


PAGE = b"""MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<html><body><table><tr><td>1</td><td>2</td></tr></table></body></html>"""


def around(content: bytes) -> bytes:
    """A Word document in whose place another one stands."""
    body = '<w:body><w:altChunk r:id="r1"/></w:body>'
    return zipped(
        {
            "word/document.xml": f'<w:document xmlns:w="{W}" xmlns:r="r">{body}</w:document>',
            "word/_rels/document.xml.rels": '<R><Relationship Id="r1" Target="afchunk.mht"/></R>',
            "word/afchunk.mht": content,
        }
    )


@pytest.mark.parametrize("content", [PAGE, docx(table(cell("1") + cell("2"))), "表\t1\t2".encode()])
def test_a_document_embedded_whole_is_read(content):
    document = read_docx(around(content))
    assert (["1", "2"] in [row for grid in grids(document) for row in rows(grid)]) or texts(document) == ["表\t1\t2"]
    assert all(cell.place.startswith("part 1 ") for grid in grids(document) for row in grid.rows for cell in row)


def test_of_documents_within_each_other_the_second_is_read_and_no_third():
    assert grids(read_docx(around(PAGE)))
    with pytest.raises(UnreadableDocument, match="no_text"):
        read_docx(around(around(PAGE)))


def test_a_workbook_that_stands_for_a_table_is_read_where_it_stands():
    book = openpyxl.Workbook()
    book.active.append(["规章", 1])
    book.active.append(["规范性文件", 2])
    buffer = io.BytesIO()
    book.save(buffer)
    shape = '<w:object><v:shape xmlns:v="v"><v:imagedata/></v:shape><o:OLEObject xmlns:o="o" r:id="r1"/></w:object>'
    body = f"<w:body>{paragraph('上')}<w:p><w:r>{shape}</w:r></w:p>{paragraph('下')}</w:body>"
    document = read_docx(
        zipped(
            {
                "word/document.xml": f'<w:document xmlns:w="{W}" xmlns:r="r">{body}</w:document>',
                "word/_rels/document.xml.rels": '<R><Relationship Id="r1" Target="embeddings/1.xlsx"/></R>',
                "word/embeddings/1.xlsx": buffer.getvalue(),
            }
        )
    )
    above, grid, below = document.blocks
    assert (above, rows(grid), below) == (Text("上"), [["规章", "1"], ["规范性文件", "2"]], Text("下"))
    assert document.notes == ()


def test_the_title_property_is_a_fact():
    core = "<cp:coreProperties xmlns:cp='c' xmlns:dc='d'><dc:title>某局2023年报告</dc:title></cp:coreProperties>"
    document = f'<w:document xmlns:w="{W}"><w:body>{paragraph("文")}</w:body></w:document>'
    read = read_docx(zipped({"word/document.xml": document, "docProps/core.xml": core}))
    assert read.facts == (Fact("page_title", "某局2023年报告", "core properties title"),)


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (docx(""), "no_text"),
        (zipped({"other.txt": "x"}), "not_a_document"),
        (docx(paragraph("文"))[:-30], "truncated"),
        (b"PK\x03\x04" + b"\0" * 100, "truncated"),
        (zipped({"word/document.xml": f'{ENTITIES}<w:document xmlns:w="{W}">&b;</w:document>'}), "entity_bomb"),
        (
            zipped({"word/document.xml": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'}),
            "entity_bomb",
        ),
        (zipped({"word/document.xml": "<w:document"}), "malformed"),
        (docx("<w:p>" * 300 + "</w:p>" * 300), "too_deep"),
        (docx(("<w:tbl><w:tr><w:tc>" * 20) + ("</w:tc></w:tr></w:tbl>" * 20)), "too_deep"),
        (docx(table(cell("1", span(200)) + cell("2", span(200)))), "too_large"),
        (zipped({"word/document.xml": b" " * (65 << 20)}), "zip_bomb"),
        (zipped({f"{k}": "" for k in range(5001)}), "zip_bomb"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_hostile_documents_are_refused_by_name(payload, reason):
    with pytest.raises(UnreadableDocument) as refusal:
        read_docx(payload)
    assert refusal.value.reason == reason


def test_macros_are_left_alone():
    macros = docx(paragraph("文"))
    assert texts(read_docx(macros)) == ["文"]


def test_the_lines_of_a_title_in_the_middle_are_one_and_letterhead_is_none_of_it():
    def line(text: str, size: int) -> str:
        return (
            f'<w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:rPr><w:sz w:val="{size}"/></w:rPr>'
            f"<w:t>{text}</w:t></w:r></w:p>"
        )

    lines = ["沧县人民政府文件", "广州市黄埔", "区人民政府2023年", "政府信息公开工作年度报告", "二〇二四年一月"]
    body = "".join(line(text, 44) for text in lines) + line("（单位：件）", 32) + paragraph("一、总体情况")
    assert texts(read_docx(docx(body))) == [lines[0], "".join(lines[1:4]), lines[4], "（单位：件）", "一、总体情况"]


def test_lines_in_the_middle_that_end_in_no_title_stay_lines():
    centre = '<w:jc w:val="center"/>'
    assert texts(read_docx(docx(paragraph("沧县", centre) + paragraph("统计表", centre)))) == ["沧县", "统计表"]
