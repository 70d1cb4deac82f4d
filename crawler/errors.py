"""What can go wrong in `crawler` so that a crawl cannot begin or go on.

What goes wrong with one address is an outcome, not an error.
"""


class CrawlError(Exception):
    """Root of all errors of `crawler`; the message is one line for the user and says what to do."""


class BadRegister(CrawlError):
    """Raised by `register.read_register`; names the file, the row, the column, and what is expected there."""


class NoContact(CrawlError):
    """Raised before a crawl outside loopback that does not say whom a portal's owner can write to."""


class BadLedger(CrawlError):
    """Raised where the ledger of an earlier crawl cannot be taken up again."""


class BadStopList(CrawlError):
    """Raised where the list of portals whose owners object cannot be read."""


class NoCrawl(CrawlError):
    """Raised where an account is asked for and no crawl was made, or none of that portal."""


class BadShard(CrawlError):
    """Raised where `--shard` is not I/N with 1 ≤ I ≤ N."""


class NoRedis(CrawlError):
    """Raised where the frontier that is to be shared cannot be reached, or its extra is not installed."""
