"""Find the annual reports on government portals and hand every exchange to the archive, byte for byte."""

from crawler.errors import CrawlError

__all__ = ["CrawlError"]
