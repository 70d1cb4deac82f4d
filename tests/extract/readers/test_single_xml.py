"""Reading Office documents that are one XML file, as programs fill them in."""

import base64

import pytest

from extract.errors import UnreadableDocument
from extract.prefilter import media_type_of
from extract.readers import read_document
from tests.extract.readers.made import W, cell, grids, paragraph, rows, table, texts

XML = '<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="{}"?>'
WORDML = "http://schemas.microsoft.com/office/word/2003/wordml"
BODY = paragraph("年报") + table(
    cell("甲", '<w:vmerge w:val="restart"/>') + cell("1"), cell("", "<w:vmerge/>") + cell("2")
)


def word_2003(body=BODY):
    return (
        f'{XML.format("Word.Document")}<w:wordDocument xmlns:w="{WORDML}" xmlns:wx="wx"><w:body><wx:sect>{body}'
        "</wx:sect></w:body></w:wordDocument>"
    ).encode()


def flat_opc(content):
    relation = '<Relationship Id="r" Type="t/officeDocument" Target="word/document.xml"/>'
    return (
        f'{XML.format("Word.Document")}<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">'
        f'<pkg:part pkg:name="/_rels/.rels"><pkg:xmlData><Relationships>{relation}</Relationships></pkg:xmlData>'
        f'</pkg:part><pkg:part pkg:name="/word/document.xml">{content}</pkg:part></pkg:package>'
    ).encode()


def spreadsheet(rows, *, before="", options=""):
    return (
        f'{XML.format("Excel.Sheet")}<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        f'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="表"><Table>{before}{rows}</Table>'
        f"<WorksheetOptions>{options}</WorksheetOptions></Worksheet></Workbook>"
    ).encode()


def data(text, kind="Number", **attributes):
    settings = "".join(f' ss:{name}="{value}"' for name, value in attributes.items())
    return f'<Cell{settings}><Data ss:Type="{kind}">{text}</Data></Cell>'


DOCUMENT = f'<w:document xmlns:w="{W}"><w:body>{BODY}</w:body></w:document>'


@pytest.mark.parametrize(
    "payload",
    [
        word_2003(),
        flat_opc(f"<pkg:xmlData>{DOCUMENT}</pkg:xmlData>"),
        flat_opc(f"<pkg:binaryData>{base64.b64encode(DOCUMENT.encode()).decode()}</pkg:binaryData>"),
    ],
)
def test_word_documents_are_read_as_docx(payload):
    document = read_document(payload)
    assert document.media_type == media_type_of(payload) == "application/msword"
    assert texts(document) == ["年报"]
    assert rows(grids(document)[0]) == [["甲 2x1", "1"], ["2"]]


def test_a_spreadsheet_keeps_its_columns_spans_and_exact_numbers():
    payload = spreadsheet(
        f"<Row>{data('规章', 'String', MergeDown=1)}{data('1024.1500000000001')}</Row>"
        f"<Row>{data('7', Index=3)}</Row>"
        f'<Row ss:Index="4">{data("合计", "String")}{data("2024-01-31T00:00:00.000", "DateTime")}{data("8")}</Row>'
    )
    document = read_document(payload)
    assert document.media_type == media_type_of(payload) == "application/vnd.ms-excel"
    assert rows(grids(document)[0]) == [["规章 2x1", "1024.15", ""], ["", "7"], ["合计", "2024-01-31", "8"]]


def test_a_flat_open_document_spreadsheet_is_read_as_the_one_in_a_package():
    row = """<table:table-row>
      <table:table-cell table:number-rows-spanned="2" office:value-type="string"><text:p>甲</text:p></table:table-cell>
      <table:table-cell office:value-type="float" office:value="1.5"><text:p>1.5</text:p></table:table-cell>
    </table:table-row>"""
    names = ("office", "table", "text")
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    kind = 'office:mimetype="application/vnd.oasis.opendocument.spreadsheet"'
    document = read_document(
        f"""<?xml version="1.0"?><office:document {spaces} {kind}>
        <office:body> <office:spreadsheet>
        <table:table table:name="表">{row}{row.replace("1.5", "7").replace(' table:number-rows-spanned="2"', "")}
        </table:table></office:spreadsheet></office:body></office:document>""".encode()
    )
    assert rows(grids(document)[0]) == [["甲 2x1", "1.5"], ["7"]]


def test_what_a_spreadsheet_hides_is_not_read():
    lines = "".join(
        f"<Row{hidden}>{data(label, 'String')}{data('9')}{data('1')}</Row>"
        for label, hidden in (("甲", ""), ("乙", ' ss:Hidden="1"'), ("丙", ""))
    )
    document = read_document(spreadsheet(lines, before='<Column ss:Index="2" ss:Hidden="1"/>'))
    assert rows(grids(document)[0]) == [["甲", "1"], ["丙", "1"]]
    with pytest.raises(UnreadableDocument, match="no visible sheet"):
        read_document(spreadsheet(lines, options="<Visible>SheetHidden</Visible>"))


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (word_2003()[:-20], "malformed"),
        (word_2003().replace(b"<w:body>", b"<w:text>").replace(b"</w:body>", b"</w:text>"), "malformed"),
        (word_2003().replace(b"?><w:w", b"?><!DOCTYPE a [<!ENTITY b 'c'>]><w:w"), "entity_bomb"),
        (flat_opc("<pkg:binaryData>A</pkg:binaryData>"), "malformed"),
        (spreadsheet(f'<Row ss:Index="9999999">{data("1")}</Row>'), "too_large"),
        (spreadsheet(f"<Row>{data('1', MergeAcross=99999)}</Row>"), "too_large"),
        (spreadsheet(f"<Row>{data('1')}{data('1', Index=9999)}</Row><Row ss:Index='9999'/>"), "too_large"),
        (
            spreadsheet(f"<Row>{data('1', MergeDown=1, MergeAcross=1)}</Row><Row>{data('1', MergeAcross=1)}</Row>"),
            "malformed",
        ),
    ],
)
def test_a_broken_or_boundless_file_is_refused(payload, reason):
    with pytest.raises(UnreadableDocument) as refusal:
        read_document(payload)
    assert refusal.value.reason == reason
