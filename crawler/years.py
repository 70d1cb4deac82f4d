"""The report year, as far as a crawl can tell without reading a report: for the account by portal and year.

Order as in portals.md §7: year in the title, period of the statistics, folder or column, year of publication − 1; of a
file that of the page which lists it, then that of the column, of its own name, of its folder.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
CHINESE = re.compile(r"二[〇○Ｏ零O0][〇○Ｏ零O0一二三四][〇○Ｏ零O0一二三四五六七八九]")
DIGITS = dict(zip("〇○Ｏ零O0一二三四五六七八九", "000000123456789", strict=True))
PERIOD = re.compile(r"(20[0-4]\d)\s*年\s*1\s*月\s*1\s*日\s*(?:起|至|到|-|—|～)")
NUMBERED = re.compile(r"20\d\d年?第\d+号")  # of an announcement that a report is wrapped in
FOLDER = re.compile(r"(?<![\da-z])(?:[a-z]{0,6}_?)(20[0-4]\d)(?:n|nb|nnb|nd)?(?=/)", re.IGNORECASE)
PUBLISHED = re.compile(r"/t?(20[0-4]\d)-?(?:0[1-9]|1[0-2])(?:-?\d\d)?(?=[/_-])|/art/(20[0-4]\d)/\d{1,2}/")
FILE_NAME = re.compile(r"[^/]+\.(?:pdf|docx?|xlsx?|wps|ofd)$", re.IGNORECASE)
QUERY = re.compile(r"[?&](?:fbtime|year|nd)=(20[0-4]\d)(?!\d)", re.IGNORECASE)


def last_published() -> int:
    """Return the last year on which reports are due by now: from the end of January to March (条例 §50)."""
    today = datetime.now(UTC)
    return today.year - (1 if today.month > 3 else 2)


def year_in(text: str) -> int | None:
    """Return the first year that a text names, in digits of either width or in Chinese; None without one."""
    if found := YEAR.search(text):
        return int(found[1])
    if found := CHINESE.search(text):
        return int("".join(DIGITS[character] for character in found[0]))
    return None


def year_of_link(anchor: str, column: str, url: str, *, of_page: int | None = None) -> int | None:
    """Return the report year that the way to a page or a file promises; None where nothing tells. `of_page` is the year
    that the page of a report states whose file it is.

    No year is reported on before it has ended: a later one is the year of publication.
    """
    stated = year_in(anchor) or of_page or _year_of_way(column, url)
    return stated and min(stated, datetime.now(UTC).year - 1)


def _year_of_way(column: str, url: str) -> int | None:
    parts = urlsplit(url)
    if found := QUERY.search(f"?{parts.query}") if parts.query else None:
        return int(found[1])
    name = FILE_NAME.search(parts.path)
    if stated := year_in(column) or (year_in(unquote(name[0])) if name else None):
        return stated
    published = PUBLISHED.search(parts.path)
    before = parts.path[: published.start() + 1] if published else parts.path
    folder = FOLDER.search(before)
    last = int(published[1] or published[2]) - 1 if published else None
    if folder and (last is None or int(folder[1]) <= last):  # else it is a folder by year of publication
        return int(folder[1])
    return last


def year_of_page(heading: str, text: str) -> int | None:
    """Return the report year that a page states, in its heading or by the period of its statistics; else None."""
    if stated := year_in(NUMBERED.sub("", heading)):
        return stated
    return int(found[1]) if (found := PERIOD.search(text)) else None
