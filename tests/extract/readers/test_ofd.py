"""Reading OFD: placed text, straight paths, templates, and packages that lead nowhere."""

import io
import zipfile

import pytest

from extract.errors import UnreadableDocument
from extract.readers import ofd as reader
from extract.readers.ofd import read_ofd
from tests.extract.readers.made import OFD, grids, ofd, ofd_lines, ofd_text, rows, texts, zipped


def path(boundary: str, data: str, attributes: str = "") -> str:
    return (
        f'<ofd:PathObject Boundary="{boundary}" {attributes}><ofd:AbbreviatedData>{data}</ofd:AbbreviatedData>'
        "</ofd:PathObject>"
    )


def code(boundary: str, text: str, deltas: str, *, size: float = 4, attributes: str = "") -> str:
    return (
        f'<ofd:TextObject Boundary="{boundary}" Size="{size}" {attributes}>'
        f'<ofd:TextCode X="0" Y="{size}" DeltaX="{deltas}">{text}</ofd:TextCode></ofd:TextObject>'
    )


def unit(content: str) -> str:
    """The resources with one composite, number 7."""
    return (
        '<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="7"><ofd:Content>'
        f"{content}</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>"
    )


XS, YS = [20, 60, 90, 120], [50, 58, 66]
LINES = [*((XS[0], y, XS[-1], y) for y in YS), *((x, YS[0], x, YS[-1]) for x in XS)]
TABLE = (
    ofd_lines(LINES)
    + ofd_text(25, 56, "规章")
    + ofd_text(70, 56, "12")
    + ofd_text(25, 64, "许可")
    + ofd_text(100, 64, "0")
)
READ = [["规章", "12", ""], ["许可", "", "0"]]


def test_text_and_paths_become_paragraphs_and_tables():
    document = read_ofd(ofd([ofd_text(20, 40, "一、总体情况") + TABLE + ofd_text(20, 80, "完。")]))
    assert texts(document) == ["一、总体情况", "完。"]
    assert [rows(grid) for grid in grids(document)] == [READ]
    assert grids(document)[0].rows[0][1].place == "p1 170,142"


def test_rules_may_be_drawn_as_rectangles_and_bars():
    thin = path("60 50 0.2 8", "M 0 0 L 0.2 0 L 0.2 8 L 0 8 C", 'Stroke="false" Fill="true"')
    shade = path("20 50 30 8", "M 0 0 L 30 0 L 30 8 L 0 8 C", 'Stroke="false" Fill="true"')
    box = path("20 50 100 8", "M 0 0 L 100 0 L 100 8 L 0 8 C")
    page = shade + box + thin + ofd_text(30, 56, "规章") + ofd_text(80, 56, "3")
    assert rows(grids(read_ofd(ofd([page])))[0]) == [["规章", "3"]]


def test_a_page_takes_the_empty_form_from_its_template():
    page = '<ofd:Template TemplateID="9"/><!-- objects -->' + ofd_text(70, 56, "12") + ofd_text(100, 64, "0")
    form = ofd_lines(LINES) + ofd_text(25, 56, "规章") + ofd_text(25, 64, "许可")
    assert [rows(grid) for grid in grids(read_ofd(ofd([page], templates={"9": form})))] == [READ]


@pytest.mark.parametrize(
    ("deltas", "text"),
    [("4 4", "公开信"), ("g 2 4", "公开信"), ("4", "公开信"), ("", "公开信"), ("4 12", "公开\t信"), ("4 x", "公开信")],
)
def test_characters_advance_by_their_deltas(deltas, text):
    assert texts(read_ofd(ofd([code("20 30 60 5", "公开信", deltas)]))) == [text]


def test_digits_of_full_width_are_one_number():
    assert texts(read_ofd(ofd([code("20 30 60 5", "公开2024年", "4 4 4 4 4 4")]))) == ["公开2024年"]


def test_text_is_placed_by_its_matrix():
    scaled = code("70 52 20 6", "12", "4", size=8, attributes='CTM="0.5 0 0 0.5 0 0"')
    page = ofd_lines(LINES) + ofd_text(25, 56, "规章") + scaled
    assert rows(grids(read_ofd(ofd([page])))[0])[0] == ["规章", "12", ""]


def test_composite_objects_are_drawn_where_they_are_placed():
    page = ofd_lines(LINES) + ofd_text(25, 56, "规章") + '<ofd:CompositeObject ResourceID="7" Boundary="70 50 9 9"/>'
    document = read_ofd(ofd([page], resources=unit(ofd_text(0, 6, "12"))))
    assert rows(grids(document)[0])[0] == ["规章", "12", ""]


WHITE = '<ofd:FillColor Value="255 255 255"/>'
PATCH = path("69 52 8 5", "M 0 0 L 8 0 L 8 5 L 0 5 C", 'Stroke="false" Fill="true"').replace(
    "<ofd:AbbreviatedData>", WHITE + "<ofd:AbbreviatedData>"
)


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        (PATCH + ofd_text(70, 56, "35"), "35"),
        (ofd_lines([(70, 54.6, 74, 54.6)]), ""),  # struck out
        (ofd_lines([(70, 57, 74, 57)]), "12"),  # underlined
        (ofd_text(74, 56, "7", attributes='Alpha="0"'), "12"),
        (ofd_text(74, 56, "7", attributes='Fill="false"'), "12"),
        (ofd_text(74, 56, "7").replace("<ofd:TextCode", WHITE + "<ofd:TextCode"), "12\ufffd"),
        (ofd_text(74, 54.6, "2", size=2.4), "12"),  # the sign of a footnote
    ],
)
def test_what_nobody_sees_is_no_figure(more, shown):
    (grid,) = grids(read_ofd(ofd([TABLE + more])))
    assert rows(grid) == [["规章", shown, ""], ["许可", "", "0"]]


@pytest.mark.parametrize(("kind", "shown"), [("Path", ["\ufffd\ufffd", ""]), ("Stamp", ["12", ""])])
def test_a_figure_over_which_somebody_wrote_in_the_finished_file_is_unknown(kind, shown):
    package = zipfile.ZipFile(io.BytesIO(ofd([TABLE])))
    parts = {name: package.read(name).decode() for name in package.namelist()}
    space = f'xmlns:ofd="{OFD}"'
    parts["Doc_0/Document.xml"] = parts["Doc_0/Document.xml"].replace(
        "<ofd:Pages>", "<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations><ofd:Pages>"
    )
    parts["Doc_0/Annots/Annotations.xml"] = (
        f'<ofd:Annotations {space}><ofd:Page PageID="0"><ofd:FileLoc>0.xml</ofd:FileLoc></ofd:Page></ofd:Annotations>'
    )
    parts["Doc_0/Annots/0.xml"] = (
        f'<ofd:PageAnnot {space}><ofd:Annot ID="9" Type="{kind}"><ofd:Appearance Boundary="68 51 8 6"/></ofd:Annot>'
        "</ofd:PageAnnot>"
    )
    (grid,) = grids(read_ofd(zipped(parts)))
    assert rows(grid) == [["规章", *shown], ["许可", "", "0"]]


def test_characters_without_a_name_are_marked():
    document = read_ofd(ofd([ofd_text(20, 40, "共¤件公开信息")]))
    assert texts(document) == [f"共{reader.UNKNOWN}件公开信息"]
    assert document.notes == ("p1: 1 characters that the document does not name",)


USE = '<ofd:CompositeObject ResourceID="7" Boundary="0 0 9 9"/>'


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (zipped({"OFD.xml": "<x/>"}), "no_text"),
        (zipped({"a": "b"}), "not_a_document"),
        (zipped({"OFD.xml": "<OFD><DocBody><DocRoot>Doc/Document.xml</DocRoot></DocBody></OFD>"}), "malformed"),
        (zipped({"OFD.xml": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'}), "entity_bomb"),
        (zipped({"OFD.xml": "<OFD><DocBody><DocRoot>../../OFD.xml</DocRoot></DocBody></OFD>"}), "malformed"),
        (ofd([]), "malformed"),
        (ofd([""]), "no_text"),
        (ofd(['<ofd:Template TemplateID="9"/><!-- objects -->']), "malformed"),
        (ofd([USE], resources=unit(USE)), "too_deep"),
        (ofd([USE], resources=unit(USE * 20)), "too_deep"),
        (ofd(["<ofd:PageBlock>" * 50 + "</ofd:PageBlock>" * 50]), "too_deep"),
        (ofd([""] * 201), "too_many_pages"),
        (ofd([ofd_text(20, 40, "公")])[:-40], "truncated"),
        (ofd(["<ofd:PathObject Boundary='0 0 9 9'/>" * 200_001]), "too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_hostile_packages_are_refused_by_name(payload, reason):
    with pytest.raises(UnreadableDocument) as refusal:
        read_ofd(payload)
    assert refusal.value.reason == reason
