"""Settings of the Scrapy project: politeness first. `crawler.run` and `scrapy crawl discover` use the same ones.

Own settings, in capitals below:

| setting | is |
|---|---|
| PORTALS, ARCHIVE | register; folder of WARC files |
| JOBDIR | folder of ledger, hosts and lock; `<ARCHIVE>.job` where it is not set |
| CONTACT | address for portal owners, from NIANBAO_CONTACT |
| RESUME | take up the ledger of an interrupted crawl |
| YEAR, ONLY | reports on one year; the portal of one authority |
| EVERYTHING | recheck reports that are not due, too |
| SHARD | `I/N`: this process asks the hosts of part I of N |
| REDIS_URL | the Redis whose queue is shared with other machines (crawler.redis_frontier) |
| MOST_ATTEMPTS, RETRY_DELAY, LONGEST_WAIT | attempts at answers that may come right; seconds before the second, doubled each time; seconds that a Retry-After may ask for |
| HOST_DAILY | requests to a host on one day (UTC), over all crawls; what is over waits for another day |
| STOP_LIST | file of hosts, addresses and authorities that are left alone because their owners object; `stop-list.txt` beside the register where it is not set |
| PORTAL_PAGES, PORTAL_EXPLORE, PORTAL_RESERVE, MOST_DEPTH | budget of a portal; of its pages that only might lead somewhere; of those that promise nothing, asked for where all else showed no report (a quarter of them where it showed none of its own authority, a tenth where years are missing); links from the homepage |
"""  # noqa: E501 -- rows of a table

import os

BOT_NAME = "nianbao"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"

PORTALS = "portals.csv"
ARCHIVE = "data/archive"
CONTACT = os.environ.get("NIANBAO_CONTACT", "")
RESUME = False
YEAR = 0
ONLY = ""
EVERYTHING = False
SHARD = ""
REDIS_URL = ""
MOST_ATTEMPTS = 3
RETRY_DELAY = 30.0
LONGEST_WAIT = 600.0
HOST_DAILY = 20_000
STOP_LIST = ""
PORTAL_PAGES = 5000
PORTAL_EXPLORE = 80
PORTAL_RESERVE = 160
MOST_DEPTH = 12

USER_AGENT = (
    f"Nianbao/0.1 (archives annual reports on open government information; contact: {CONTACT or 'none, loopback only'})"
)
ROBOTSTXT_USER_AGENT = "Nianbao"
# gzip and deflate are what every reader of an archive can undo; Scrapy would offer zstd, too.
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
    "Accept-Encoding": "gzip, deflate",
}

TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
TWISTED_DNS_RESOLVER = "crawler.guard.GuardedResolver"
SCHEDULER = "crawler.frontier.Frontier"
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
DOWNLOAD_HANDLERS = dict.fromkeys(("file", "ftp", "s3", "data")) | dict.fromkeys(
    ("http", "https"), "crawler.wire.WireHandler"
)
EXTENSIONS_BASE: dict[str, int] = {}
EXTENSIONS = {
    "crawler.recorder.Recorder": 100,
    "crawler.throttle.Throttle": 200,
}
# Redirects, retries, meta refreshes and refusals are the spider's: each is an outcome in the ledger.
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {}
DOWNLOADER_MIDDLEWARES = {
    "crawler.robots.Robots": 100,
    "crawler.cookies.HostCookies": 700,
}
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
TELNETCONSOLE_ENABLED = False
LOG_LEVEL = "WARNING"

CONCURRENT_REQUESTS = 256  # hosts at a time: most of them wait out their delay
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_ITEMS = 1  # the spider yields no items; the default starts 100 tasks for each answer
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0.0
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1.0
AUTOTHROTTLE_MAX_DELAY = 30.0
DOWNLOAD_TIMEOUT = 60  # seconds of silence; the other limits of an exchange are in crawler.connection
DOWNLOAD_MAXSIZE = 256 << 20  # a scanned report can have 100 MiB; memory does not grow with it (crawler.spool)
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_FAIL_ON_DATALOSS = False
DNS_TIMEOUT = 20
COOKIES_ENABLED = True
