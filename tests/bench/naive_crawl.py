"""The yardstick of crawl_speed.py: what an afternoon with Scrapy, its LinkExtractor and warcio gives. Never tuned.

Every page goes through LinkExtractor, and each of its links that lies in the wanted folder is followed. A downloader
middleware writes request and response with warcio, as Scrapy hands them over: parsed, and no longer the wire's.
"""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Request, Response, TextResponse
from scrapy.linkextractors import LinkExtractor
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

SETTINGS = {
    "LOG_LEVEL": "ERROR",
    "CONCURRENT_REQUESTS": 16,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "DOWNLOAD_DELAY": 0,
    "ROBOTSTXT_OBEY": False,
    "RETRY_ENABLED": False,
    "COOKIES_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
}


class NaiveSpider(scrapy.Spider):
    """Follows the links whose address has `folder` in it; files, too."""

    name = "naive"

    def __init__(self, starts: Sequence[str], folder: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.starts = starts
        self.folder = folder
        self.links = LinkExtractor(deny_extensions=())

    async def start(self) -> Any:
        for url in self.starts:
            yield Request(url)

    def parse(self, response: Response) -> Iterator[Request]:
        if isinstance(response, TextResponse):
            for link in self.links.extract_links(response):
                if self.folder in link.url:
                    yield Request(link.url)


class NaiveArchive:
    """Downloader middleware: request and response into the file of the setting WARC, at warcio's own gzip level."""

    def __init__(self, path: str) -> None:
        self._writer = WARCWriter(open(path, "wb"), gzip=True)  # noqa: SIM115 -- closed with the process

    @classmethod
    def from_crawler(cls, crawler: Any) -> "NaiveArchive":
        return cls(crawler.settings["WARC"])

    def process_response(self, request: Request, response: Response) -> Response:
        status = StatusAndHeaders(f"{response.status} OK", _fields(response.headers), protocol="HTTP/1.1")
        asked = StatusAndHeaders(f"{request.method} / HTTP/1.1", _fields(request.headers), is_http_request=True)
        record = self._writer.create_warc_record(
            response.url, "response", payload=io.BytesIO(response.body), http_headers=status
        )
        self._writer.write_request_response_pair(
            self._writer.create_warc_record(response.url, "request", http_headers=asked), record
        )
        return response


def crawl(starts: Sequence[str], folder: str, warc: Path) -> None:
    """Crawl from the start addresses into a WARC file."""
    process = CrawlerProcess({**SETTINGS, "WARC": str(warc), "DOWNLOADER_MIDDLEWARES": {NaiveArchive: 950}})
    process.crawl(NaiveSpider, starts=starts, folder=folder)
    process.start()


def _fields(headers: Any) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, values in headers.items() for value in values]
