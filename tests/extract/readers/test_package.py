"""Archives of documents and the directory of compound files."""

import struct
from email.message import EmailMessage

import pytest

from extract.errors import UnreadableDocument
from extract.prefilter import is_mime_package, media_type_of
from extract.readers import package as reader
from extract.readers import read_document
from extract.readers.compound import MAGIC, Compound
from extract.readers.package import Member, Package, is_archive, pages_of_mht, part_name, unpack
from tests.extract.readers.made import docx, paragraph, zipped

PDF = b"%PDF-1.4 ..."


def test_documents_are_picked_by_their_first_bytes_pages_by_their_name():
    archive = zipped(
        {"b/年报.bin": PDF, "a.html": "<html>", "photo.psd": b"8BPS", "__MACOSX/._a.html": "x", "~$a.doc": "x"}
    )
    assert unpack(archive) == (Member("a.html", b"<html>"), Member("b/年报.bin", PDF))


def test_an_archive_in_an_archive_is_opened_once():
    inner = zipped({"年报.pdf": PDF})
    assert unpack(zipped({"x.zip": inner})) == (Member("x.zip/年报.pdf", PDF),)
    with pytest.raises(UnreadableDocument, match="too_deep"):
        unpack(zipped({"y.zip": zipped({"x.zip": inner})}))


def test_a_docx_in_an_archive_is_a_document():
    document = docx(paragraph("文"))
    assert not is_archive(document)
    assert unpack(zipped({"年报": document})) == (Member("年报", document),)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_without_the_mark_of_utf8_are_chinese(encoding):
    name = "年报".encode(encoding)
    archive = zipped({"A" * len(name) + ".pdf": PDF}).replace(b"A" * len(name), name)
    assert Package(archive).names == ("年报.pdf",)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"PK\x03\x04", "truncated"),
        (zipped({"a.psd": "x"}), "no_text"),
        (zipped({f"{k}.pdf": PDF for k in range(reader.MAX_MEMBERS + 1)}), "zip_bomb"),
        (zipped({"a.pdf": PDF + b"0" * (30 << 20)}), "zip_bomb"),
    ],
    ids=["cut off", "no document", "too many", "0 × 30 MB"],
)
def test_hostile_archives_are_refused_by_name(payload, reason):
    with pytest.raises(UnreadableDocument) as refusal:
        unpack(payload)
    assert refusal.value.reason == reason


@pytest.mark.parametrize(("head", "reason"), [(b"PK\xc3\x04", "malformed"), (b"\x00\x01\x02\x03", "not_a_document")])
def test_a_document_whose_first_bytes_are_damaged_is_no_page_whatever_it_holds(head, reason):
    damaged = head + docx(paragraph("<b>年报</b>"))[4:].replace(b"\x00\x00", b"\x01\x02", 40)
    with pytest.raises(UnreadableDocument) as refusal:
        read_document(damaged[:200] + b"<b>" + damaged[200:])
    assert refusal.value.reason == reason


def test_a_part_that_unpacks_to_more_than_it_claims_is_a_bomb_or_damaged():
    raw = bytearray(zipped({"a.pdf": PDF + b"0" * 500_000}))
    place = raw.index(b"PK\x01\x02") + 24
    raw[place : place + 4] = struct.pack("<I", 10)
    with pytest.raises(UnreadableDocument, match=r"malformed|zip_bomb"):
        unpack(bytes(raw))


def test_a_locked_part_is_refused():
    raw = bytearray(zipped({"a.pdf": PDF}))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(magic) + offset] |= 1
    with pytest.raises(UnreadableDocument, match="encrypted"):
        unpack(bytes(raw))


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a/../../b"])
def test_parts_are_looked_up_in_the_package_only(name):
    with pytest.raises(UnreadableDocument, match="missing"):
        Package(zipped({"a": "b"})).read(part_name("x/y.xml", name))


@pytest.mark.parametrize(
    "head",
    [
        "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x",
        'Content-Type: multipart/related;\n boundary="x"\nMIME-Version: 1.0',
        "From: <Saved>\r\nSubject: =?utf-8?Q?=E5=B9=B4?=\r\n more\r\nContent-Type: multipart/related; boundary=x",
    ],
)
def test_the_page_of_a_mime_package_whatever_header_stands_first(head):
    end = "\r\n" if "\r" in head else "\n"
    part = ["--x", "Content-Type: text/html", "Content-Transfer-Encoding: base64", "", "PGh0bWw+", "--x--", ""]
    package = end.join([head, "", *part]).encode()
    assert is_mime_package(package)
    assert media_type_of(package) == "multipart/related"
    assert pages_of_mht(package) == [b"<html>"]


def test_a_text_is_no_mime_package():
    assert not is_mime_package(b"Note: a report\n\nContent-Type: multipart/related; boundary=x\n")
    assert pages_of_mht(b"no headers") == []


def test_the_pages_of_a_workbook_saved_for_the_web_are_those_in_its_frames():
    pages = ("<html><frameset><frame src=1.htm></frameset></html>", "<table>1</table>", "<table>2</table>")
    parts = "".join(f"--b\nContent-Type: text/html\n\n{page}\n" for page in pages)
    mail = f"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n{parts}--b--\n".encode()
    assert pages_of_mht(mail) == [b"<table>1</table>", b"<table>2</table>"]


def test_a_mail_with_files_is_refused_for_these():
    mail = EmailMessage()
    mail.set_content("见附件")
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="年报.pdf")
    with pytest.raises(UnreadableDocument, match="not_a_document: this is a mail with 1 files"):
        read_document(mail.as_bytes())


END, FREE = 0xFFFFFFFE, 0xFFFFFFFF


def compound(
    name: str = "WordDocument", content: bytes = b"x" * 5000, *, following: int = END, first: int = 2, chain: int = END
) -> bytes:
    """A compound file of one stream: sector 0 is its directory, 1 its allocation table, 2 and on hold the stream.

    `following` stands after the directory, `first` begins the stream, `chain` ends it.
    """
    header = bytearray(MAGIC + b"\0" * 504)
    struct.pack_into("<H", header, 30, 9)
    struct.pack_into("<IIII", header, 48, 0, 0, 4096, END)
    struct.pack_into("<I", header, 68, END)
    struct.pack_into("<109I", header, 76, 1, *[FREE] * 108)
    entry = bytearray(128)
    title = f"{name}\0".encode("utf-16-le")
    entry[: len(title)] = title
    struct.pack_into("<HB", entry, 64, len(title), 2)
    struct.pack_into("<II", entry, 116, first, len(content))
    count = -(-len(content) // 512)
    links = [following, 0xFFFFFFFD, *range(3, 2 + count), chain]
    table = struct.pack("<128I", *links, *[FREE] * (128 - len(links)))
    return bytes(header) + bytes(entry) + b"\0" * 384 + table + content.ljust(512 * count, b"\0")


def test_the_streams_of_a_compound_file():
    file = Compound(compound())
    assert file.names == {"WordDocument"}
    assert file.read("WordDocument") == b"x" * 5000


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (MAGIC, "truncated"),
        (compound()[:1024], "truncated"),
        (compound()[:700], "truncated"),
        (compound(following=0), "malformed"),
        (compound(following=2000), "malformed"),
        (compound(chain=2), "malformed"),
        (compound(first=500), "malformed"),
        (MAGIC + b"\xff" * 504, "malformed"),
    ],
)
def test_broken_compound_files_are_refused_by_name(payload, reason):
    with pytest.raises(UnreadableDocument) as refusal:
        Compound(payload).read("WordDocument")
    assert refusal.value.reason == reason
