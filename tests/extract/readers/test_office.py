"""Old word processing files, by way of LibreOffice where it is installed."""

import os
import shutil
from pathlib import Path

import pytest

from extract.errors import UnreadableDocument
from extract.prefilter import media_type_of
from extract.readers import office, read_document
from extract.readers.office import read_office
from tests.extract.readers.made import docx, grids, rows, texts, zipped
from tests.extract.readers.test_package import compound
from tests.extract.readers.test_sheet import xls

RTF = (
    rb"{\rtf1\ansi\uc0 \u19968 \u12289 \u24635 \u20307 \par "
    rb"\trowd\clvmgf\cellx2000\cellx4000\cellx6000\intbl \u35268 \cell 1\cell \cell\row"
    rb"\trowd\clvmrg\cellx2000\cellx4000\cellx6000\intbl \cell 2\cell 3\cell\row \pard \u23436 \par}"
)
_DECLARED = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text", "table")
)


def _row(*cells: str) -> str:
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def _cell(text: str, span: str = "") -> str:
    return f"<table:table-cell{span}><text:p>{text}</text:p></table:table-cell>"


FLAT_ODT = (
    f'<?xml version="1.0" encoding="UTF-8"?><office:document {_DECLARED} office:version="1.2" '
    'office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text><text:p>一、总体</text:p>'
    '<table:table><table:table-column table:number-columns-repeated="3"/>'
    + _row(_cell("规", ' table:number-rows-spanned="2"'), _cell("1"), _cell(""))
    + _row("<table:covered-table-cell/>", _cell("2"), _cell("3"))
    + "</table:table><text:p>完</text:p></office:text></office:body></office:document>"
).encode()


def missing(_):
    return None


def test_without_libreoffice_the_refusal_says_what_to_install(monkeypatch):
    monkeypatch.setattr(office.shutil, "which", missing)
    monkeypatch.setattr(office, "_PLACES", ())
    with pytest.raises(UnreadableDocument, match=r"converter_missing: .*apt-get install libreoffice-writer-nogui"):
        read_office(RTF)


@pytest.mark.parametrize("payload", [RTF, FLAT_ODT])
def test_tables_arrive_with_their_spans_or_the_converter_is_missing(payload):
    if shutil.which("soffice") is None:
        with pytest.raises(UnreadableDocument, match="converter_missing"):
            read_document(payload)
        return
    document = read_document(payload)
    assert texts(document) == ["一、总体", "完"]
    assert [rows(grid) for grid in grids(document)] == [[["规 2x1", "1", ""], ["2", "3"]]]
    assert document.media_type == media_type_of(payload)


def converter(folder, script):
    """A `soffice` in this folder that is a shell script."""
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}"}


def test_a_converter_that_hangs_is_killed_with_what_it_started(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "environ", converter(tmp_path, f"sleep 1000 & echo $! > {tmp_path}/pid; wait"))
    monkeypatch.setattr(office, "SECONDS", 1)
    with pytest.raises(UnreadableDocument, match="timeout"):
        read_office(RTF)
    status = Path("/proc", (tmp_path / "pid").read_text().strip(), "stat")
    assert not status.exists() or status.read_text().split()[2] == "Z"


def test_a_converter_that_cannot_is_quoted(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "environ", converter(tmp_path, "echo no filter found >&2; exit 1"))
    with pytest.raises(UnreadableDocument, match="malformed: LibreOffice cannot open it: no filter found"):
        read_office(RTF)


def test_a_workbook_in_a_compound_file_goes_to_the_sheet_reader():
    assert rows(grids(read_office(xls([["规章", 7.0]])))[0]) == [["规章", "7"]]


MANIFEST = "<manifest><encryption-data/></manifest>"


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (compound("EncryptedPackage"), "encrypted"),
        (compound(content=b"\0" * 11 + b"\1" * 5000), "encrypted"),
        (zipped({"content.xml": "<x/>", "META-INF/manifest.xml": MANIFEST}), "encrypted"),
        (compound("PowerPoint Document"), "not_a_document"),
        (docx(""), "not_a_document"),
        (zipped({"content.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "entity_bomb"),
        (compound()[:600], "truncated"),
    ],
)
def test_hostile_files_never_reach_the_converter(payload, reason, monkeypatch):
    monkeypatch.setattr(office, "converted", None)
    with pytest.raises(UnreadableDocument) as refusal:
        read_office(payload)
    assert refusal.value.reason == reason
