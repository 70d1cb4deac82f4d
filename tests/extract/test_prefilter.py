"""No report is dropped before it is read, whatever its encoding and markup; what is no document is."""

from codecs import getincrementaldecoder
from contextlib import suppress
from itertools import takewhile
from pathlib import Path

import pytest

from extract.prefilter import _TITLES, _TITLES_WITH_YEAR, _WORDS, is_worth_reading, media_type_of

SEEDS = sorted((Path(__file__).parents[1] / "data" / "seeds").glob("*.txt"))


def worth(payload, *, mime="text/html", **metadata):
    return is_worth_reading(payload, media_type=media_type_of(payload, mime), mime=mime, metadata=metadata)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("seed", SEEDS, ids=lambda path: path.stem)
def test_a_report_is_read_in_any_encoding(seed, encoding):
    assert worth(seed.read_text("utf-8").encode(encoding))


@pytest.mark.parametrize("word", [*_WORDS, *_TITLES, *_TITLES_WITH_YEAR])
def test_no_word_in_gb18030_is_a_piece_of_utf_8(word):
    spelt = word.encode("gb18030")
    begun = sum(1 for _ in takewhile(lambda byte: 0x80 <= byte < 0xC0, spelt))  # of a character before it
    for start in range(begun + 1):
        with suppress(UnicodeDecodeError):
            getincrementaldecoder("utf-8")().decode(spelt[start:])
            pytest.fail(f"{word} from byte {start} on may be UTF-8")


def references(text, form):
    return "".join(form.format(ord(character)) if character > "\x7f" else character for character in text).encode()


@pytest.mark.parametrize(
    "payload",
    [
        *(
            references("<p>结转下年度继续办理</p>", form)
            for form in ("&#{};", "&#x{:x};", "&#x{:X};", "\\u{:04x}", "\\u{:04X}")
        ),
        "<title>2025年</title><p>一、总体情况</p>".encode(),
        "<title>江油市2025年政府信息公开年报</title><img src=a.png>".encode(),
        "<TITLE\n lang=zh>江油市政府信息公开工作\n年度报告</TITLE><iframe src=a.pdf>".encode("gb18030"),
        '<meta content="2025年政府信息公开情况报告" name="x"><h1 class=t><b>某局2025年信息公开</b></h1>'.encode(),
        ("<table>" + "".join(f"<td><span>{c}</span></td>" for c in "结转下年度继续办理" * 30) + "</table>").encode(),
        b"%PDF-1.7",
        b"\n\n%PDF-1.4",
        b"PK\x03\x04word/document.xml",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"{\\rtf1",
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related",
    ],
)
def test_what_may_be_a_report_is_read(payload):
    assert worth(payload)


@pytest.mark.parametrize("role", ["detail", "attachment", "frame"])
def test_what_the_crawl_takes_for_a_report_is_read(role):
    assert worth(b"\x89PNG", mime="image/png", role=role)
    assert worth("<p>公开</p>".encode(), role=role)


@pytest.mark.parametrize(
    ("payload", "options"),
    [
        (b"", {}),
        ("<title>政府信息公开年报</title><a>江油市2025年政府信息公开工作年度报告</a>".encode(), {}),
        ("<title>要闻</title><p>政务公开培训会</p>".encode(), {}),
        (b"User-agent: *", {"mime": "text/plain", "role": "robots"}),
        ("结转".encode(), {"mime": "text/css"}),
        ("结转".encode(), {"mime": "application/javascript"}),
        (b"\x89PNG", {"mime": "image/png"}),
        (b"GIF89a", {"mime": "image/gif", "role": "column"}),
    ],
)
def test_what_is_no_report_is_not_read(payload, options):
    assert not worth(payload, **options)


@pytest.mark.parametrize("piece", [b"<", b"<h1", b"</span><", b"<title>", b"articletitle", b"&#", b"\0", b"\\u"])
def test_a_page_of_one_piece_over_and_over_is_decided_at_once(piece):
    payload = b"</span>" * 300 + piece * 300_000
    assert not worth(payload)


@pytest.mark.parametrize(
    ("payload", "mime", "kind"),
    [
        (b"%PDF-1.4", "text/html", "application/pdf"),
        (b"PK\x03\x04..OFD.xml", "", "application/ofd"),
        (b"PK\x03\x04..xl/workbook.xml", "", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (b"PK\x03\x04", "application/msword", "application/zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "", "application/vnd.ms-excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "", "application/msword"),
        (b"\xff\xd8\xff\xe0", "text/html", "image/jpeg"),
        (b"<html>", "application/octet-stream", "text/html"),
        (b"plain", "", "text/plain"),
        (b"<1>", "text/plain", "text/plain"),
        (b"", "", "text/plain"),
    ],
)
def test_the_bytes_say_what_it_is(payload, mime, kind):
    assert media_type_of(payload, mime) == kind
