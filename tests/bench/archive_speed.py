"""Writing, reading and verifying WARC files: `archive` against warcio, in turn in one run, on pages made here.

    python tests/bench/archive_speed.py [--pages 1500] [--rounds 5]

Every figure is the median over the rounds of a ratio of CPU seconds, warcio ÷ ours, measured side by side; of the size,
ours ÷ warcio. Every second page comes in gzip and chunks, as servers send them; a record by its line is read by opening
the file, on both sides, since a line is all that is known.
"""

import argparse
import gzip
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

sys.path.insert(0, str(Path(__file__).parents[2]))
import archive
from archive import ArchiveWriter, Capture, Exchange

WORDS = (
    "政府 信息 公开 行政 复议 诉讼 申请 办理 结转 规章 机构 年度 报告 "
    "维持 纠正 其他 予以 部分 不予 处理 依法 主动 监督 保障"
).split()
STARTED = datetime(2026, 1, 1, tzinfo=UTC)
SENT = b"GET / HTTP/1.1\r\nHost: www.example.gov.cn\r\nUser-Agent: nianbao\r\nAccept-Encoding: gzip, deflate\r\n\r\n"
HEADERS = [("Server", "nginx"), ("Date", "Thu, 01 Jan 2026 00:00:00 GMT"), ("Content-Type", "text/html; charset=utf-8")]


def make_page(seed: int) -> bytes:
    """Return a page like a report's: Word-pasted cells, sentences, a menu; 20 to 60 KB."""
    rng = random.Random(seed)
    menu = "".join(
        f'<li><a href="/zwgk/{rng.randrange(10**6)}.htm" title="{_words(rng, 4)}">{_words(rng, 4)}</a></li>'
        for _ in range(60)
    )
    style = 'style="border:solid windowtext 1.0pt;padding:0cm 5.4pt"'
    cell = f'<td width="{{0}}" {style}><p class="MsoNormal"><span lang="EN-US">{{1}}</span></p></td>'
    rows = "".join(
        "<tr>" + "".join(cell.format(rng.randrange(40, 90), rng.randrange(100)) for _ in range(10)) + "</tr>"
        for _ in range(rng.randrange(8, 30))
    )
    prose = "".join(f"<p>{_words(rng, 60)}。</p>" for _ in range(rng.randrange(20, 60)))
    return f"<html><body><ul>{menu}</ul>{prose}<table>{rows}</table></body></html>".encode()


def _words(rng: random.Random, count: int) -> str:
    return "".join(rng.choices(WORDS, k=count))


class Page(NamedTuple):
    """A page as a server sends it, and as a middleware gets it: without chunks."""

    answer: bytes
    headers: list[tuple[str, str]]
    body: bytes


def make_answer(page: bytes, *, coded: bool) -> Page:
    body = gzip.compress(page, 6, mtime=0) if coded else page
    own = [("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")] if coded else []
    headers = [*HEADERS, *(own or [("Content-Length", str(len(page)))])]
    head = "HTTP/1.1 200 OK\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers) + "\r\n"
    return Page(head.encode() + (_chunked(body) if coded else body), [*HEADERS, *own[:1]], body)


def _chunked(body: bytes) -> bytes:
    pieces = [body[start : start + 8192] for start in range(0, len(body), 8192)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def write_ours(folder: Path, pages: list[Page]) -> None:
    with ArchiveWriter(folder) as writer:
        for number, page in enumerate(pages):
            writer.write(
                Exchange(_url(number), SENT, page.answer, "192.0.2.1", STARTED, (("outcome", "ok"), ("role", "detail")))
            )


def write_warcio(path: Path, pages: list[Page]) -> None:
    with open(path, "wb") as file:
        writer = WARCWriter(file, gzip=True)
        for number, page in enumerate(pages):
            head = StatusAndHeaders("200 OK", page.headers, protocol="HTTP/1.1")
            response = writer.create_warc_record(
                _url(number), "response", payload=BytesIO(page.body), http_headers=head
            )
            asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "www.example.gov.cn")], is_http_request=True)
            request = writer.create_warc_record(_url(number), "request", http_headers=asked)
            writer.write_request_response_pair(request, response)
            metadata = writer.create_warc_record(
                _url(number), "metadata", payload=BytesIO(b"outcome: ok\r\nrole: detail\r\n")
            )
            writer.write_record(metadata)


def read_warcio(path: Path) -> int:
    with open(path, "rb") as file:
        return sum(
            len(record.content_stream().read()) for record in ArchiveIterator(file) if record.rec_type == "response"
        )


def read_ours(folder: Path) -> int:
    return sum(len(item.payload) for item in archive.iter_captures(folder) if isinstance(item, Capture))


def pick_warcio(path: Path, places: list[tuple[str, int, int]]) -> int:
    total = 0
    for _, offset, _ in places:
        with open(path, "rb") as file:
            file.seek(offset)
            total += len(next(iter(ArchiveIterator(file))).content_stream().read())
    return total


def pick_ours(folder: Path, places: list[tuple[str, int, int]]) -> int:
    return sum(len(archive.read_capture(folder, *place).payload) for place in places)


class Check(NamedTuple):
    """What `warcio check` takes from its command line."""

    inputs: tuple[str, ...]
    verbose: bool = False


def check_warcio(path: Path) -> int:
    return int(Checker(Check((str(path),))).process_all())


def check_ours(folder: Path) -> int:
    return int(not archive.verify(folder).ok)


def _url(number: int) -> str:
    return f"http://www.example.gov.cn/zwgk/{number // 20}/content_{number}.htm"


def cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def measure(scratch: Path, turn: int, pages: list[Page]) -> dict[str, float]:
    """Return the ratios of one round."""
    folder, theirs = scratch / f"ours{turn}", scratch / f"theirs{turn}.warc.gz"
    written = cpu(lambda: write_warcio(theirs, pages)) / cpu(lambda: write_ours(folder, pages))
    ours = next(folder.glob("*.warc.gz"))
    lines = [line for number in range(len(pages)) for line in archive.find(folder, url=_url(number))]
    places = [(line.filename, line.offset, line.length) for line in lines]
    random.Random(turn).shuffle(places)
    if not read_warcio(ours) == read_ours(folder) == pick_ours(folder, places) == pick_warcio(ours, places):
        raise SystemExit("the readers differ in what they read")
    return {
        "write": written,
        "size, ours ÷ warcio": ours.stat().st_size / theirs.stat().st_size,
        "iterate captures": cpu(lambda: read_warcio(ours)) / cpu(lambda: read_ours(folder)),
        "one by its index line": cpu(lambda: pick_warcio(ours, places)) / cpu(lambda: pick_ours(folder, places)),
        "verify": cpu(lambda: check_warcio(ours)) / cpu(lambda: check_ours(folder)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    pages = [make_answer(make_page(seed), coded=seed % 2 == 1) for seed in range(options.pages)]
    with tempfile.TemporaryDirectory() as scratch:
        rounds = [measure(Path(scratch), turn, pages) for turn in range(options.rounds)]
    sent = sum(len(page.answer) for page in pages) / 1e6
    sys.stdout.write(f"{options.pages} pages, {sent:.0f} MB sent; median of {options.rounds}\n")
    for name in rounds[0]:
        values = [ratios[name] for ratios in rounds]
        sys.stdout.write(f"{name:24} {statistics.median(values):6.2f}  ({min(values):.2f} to {max(values):.2f})\n")


if __name__ == "__main__":
    main()
