"""Cookies, a jar for each host, as plain HTTP asks for: a portal that sends its reader back to the same page with a
cookie is obeyed.
"""

from __future__ import annotations

from scrapy import Request
from scrapy.downloadermiddlewares import cookies
from scrapy.http import Response
from tldextract import TLDExtract

from crawler.addresses import host_of

MOST = 8000  # bytes of cookies on a request: over 8 KiB of a header servers refuse all that they are asked for

# Scrapy asks for public suffixes through tldextract, which would fetch the list from other hosts: the bundled one is
# enough.
cookies._split_domain = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


class HostCookies(cookies.CookiesMiddleware):
    """Scrapy's cookie middleware, with the host as the jar's name: no cookie goes to another host. Most set none; one
    that has set too many gets none, as from a new visitor.
    """

    def process_request(self, request: Request) -> None:  # type: ignore[override]
        """Put the host's cookies on a request."""
        request.meta["cookiejar"] = host = host_of(request.url)
        if host in self.jars:
            super().process_request(request)
            if len(request.headers.get(b"Cookie") or b"") > MOST:
                del self.jars[host], request.headers[b"Cookie"]

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Keep the cookies of an answer."""
        return super().process_response(request, response) if b"Set-Cookie" in response.headers else response
