"""Exchanges to be written, and odd answers as servers send them."""

import gzip
from datetime import UTC, datetime

from archive import ArchiveWriter, Exchange, Written

STARTED = datetime(2026, 1, 23, 4, 5, 6, 789000, tzinfo=UTC)
SENT = b"GET /a HTTP/1.1\r\nHost: www.xjwq.gov.cn\r\nUser-Agent: nianbao\r\n\r\n"
PAGE = "<html><body>政府信息公开工作年度报告</body></html>".encode("gb18030") * 20
URL = "http://www.xjwq.gov.cn/a"


def chunked(body: bytes, *, size: int = 100) -> bytes:
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%X;ext=1\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"000\r\nX-Trailer: t\r\n\r\n"


def answer(body: bytes = PAGE, *, status: bytes = b"200 OK", head: bytes = b"Content-Type: text/html\r\n") -> bytes:
    return b"HTTP/1.1 %b\r\n%b\r\n%b" % (status, head, body)


def exchange(received: bytes = b"", *, url: str = URL, sent: bytes = SENT, **metadata: str) -> Exchange:
    return Exchange(url, sent, received, "192.0.2.7", STARTED, tuple(metadata.items()))


def write(folder, *answers: bytes) -> list[Written]:
    """Write answers at addresses of their own."""
    with ArchiveWriter(folder) as writer:
        return [
            writer.write(exchange(each, url=f"{URL}/{number}", outcome="ok")) for number, each in enumerate(answers)
        ]


ODD_ANSWERS = {
    "gbk_reason": answer(status=b"200 Hao De \xd6\xd0\xce\xc4"),
    "no_reason": answer(status=b"200"),
    "http_1_0_until_close": b"HTTP/1.0 200 OK\r\nServer: old\r\n\r\n" + PAGE,
    "duplicates_odd_case_folded": answer(
        head=b"sErVer:   nginx\r\nSet-Cookie: a=1\r\nX-Dup: 1\r\nset-cookie: b=2\r\nno colon\r\nX-F: a\r\n\tb\r\n"
    ),
    "blank_line_of_spaces": answer(head=b"A: 1\r\n   \r\nB: 2\r\n"),
    "blank_line_of_wide_space": answer(head="A: 1\r\n\u3000\r\nB: 2\r\n".encode()),
    "bare_lf": b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n" + PAGE,
    "chunked": answer(chunked(PAGE), head=b"Transfer-Encoding: chunked\r\n"),
    "chunked_gzip": answer(
        chunked(gzip.compress(PAGE)), head=b"Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n"
    ),
    "chunked_cut": answer(chunked(PAGE)[:333], head=b"Transfer-Encoding: chunked\r\n"),
    "gzip_cut": answer(gzip.compress(PAGE)[:-20], head=b"Content-Encoding: gzip\r\n"),
    "gzip_header_on_plain_body": answer(head=b"Content-Encoding: gzip\r\n"),
    "short_of_its_length": answer(b"cut", head=b"Content-Length: 500\r\n"),
    "beyond_its_length": answer(b"more than three", head=b"Content-Length: 3\r\n"),
    "two_lengths": answer(b"abc!", head=b"Content-Length: 3, 3\r\nContent-Length: 4\r\n"),
    "redirect": answer(b"", status=b"302 Moved Temporarily", head=b"Location: /b\r\nContent-Length: 0\r\n"),
    "continue_first": b"HTTP/1.1 100 Continue\r\n\r\n" + answer(),
    "hints_and_stray_lines_first": b"\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n\r\n" + answer(),
    "long_preamble": b"HTTP/1.1 103 Early Hints\r\nLink: %b\r\n\r\n" % (b"x" * 5000) + answer(),
    "continue_only": b"HTTP/1.1 100 Continue\r\n\r\n",
    "head_cut": b"HTTP/1.1 200 OK\r\nContent-Le",
    "status_line_only": b"HTTP/1.1 200 OK\r\n",
    "no_head": b"<html>HTTP/0.9</html>",
    "garbage": bytes(range(256)),
    "empty_lines": b"\r\n\r\n",
    "one_byte": b"H",
    "warc_inside": answer(b"WARC/1.1\r\nContent-Length: 3\r\n\r\nabc\r\n\r\nWARC/1.1\r\n"),
    "member_inside": answer(gzip.compress(b"WARC/1.1\r\n"), head=b"Content-Type: application/gzip\r\n"),
}
