"""The feed (Atom, RFC 4287) of what is new: reports found, revised, moved, withdrawn, restored."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from datasette.utils.asgi import Request, Response

from publish.pages import report_url
from publish.query import Row, rows

ADDRESS = "/feed.atom"
_ATOM = "http://www.w3.org/2005/Atom"
_ENTRIES = 100
_EVENTS = {
    "new": ("新收录", "found"),
    "revised": ("修订", "revised"),
    "moved": ("移动", "moved"),
    "withdrawn": ("撤下", "withdrawn"),
    "restored": ("恢复", "restored"),
}
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 has no place for
_LATEST = f"""
with events as (
  select * from (select 'new' kind, id report_id, first_seen at, capture_id from reports
    where first_seen is not null order by first_seen desc, id limit {_ENTRIES})
  union all
  select distinct 'revised', report_id, fetched_at, to_capture_id
    from revisions join captures on captures.id = to_capture_id
  union all
  select distinct outcome, report_id, fetched_at, coalesce(visits.capture_id, renditions.capture_id)
    from visits join renditions on renditions.url = visits.url
    where outcome in ('moved', 'withdrawn', 'restored') and fetched_at is not null
)
select kind, at, events.capture_id, r.id, r.title, r.issuer, a.name authority, r.report_year, r.url
from events join reports r on r.id = report_id join authorities a on a.id = r.authority_id
order by at desc, kind, r.id limit {_ENTRIES}
"""


async def feed(request: Request, datasette: Any) -> Response:
    """Send the latest events, the newest first."""
    news = await rows(datasette.get_database("nianbao"), _LATEST)
    root = Element("feed", {"xmlns": _ATOM, "xml:lang": "zh-CN"})
    here = datasette.absolute_url(request, ADDRESS)
    _add(root, "title", text="年报 Nianbao")
    _add(root, "id", text=here)
    _add(root, "link", rel="self", href=here)
    _add(root, "link", rel="alternate", href=datasette.absolute_url(request, "/"))
    _add(root, "updated", text=news[0]["at"] if news else "1970-01-01T00:00:00Z")
    for row in news:
        root.append(_entry(row, datasette.absolute_url(request, report_url(row["id"]))))
    headers = {"Cache-Control": f"max-age={datasette.setting('default_cache_ttl')}"}
    body = tostring(root, encoding="unicode", xml_declaration=False)
    content = f'<?xml version="1.0" encoding="utf-8"?>\n{body}'
    return Response(content, headers=headers, content_type="application/atom+xml; charset=utf-8")


def _entry(row: Row, address: str) -> Element:
    zh, en = _EVENTS[row["kind"]]
    entry = Element("entry")
    _add(entry, "title", text=f"{zh}：{row['title'] or row['authority']}")
    _add(entry, "id", text=f"{address}#{row['kind']}-{row['at']}")
    _add(entry, "link", rel="alternate", href=address + ("#revisions" if row["kind"] == "revised" else ""))
    _add(entry, "updated", text=row["at"])
    author = SubElement(entry, "author")
    _add(author, "name", text=row["issuer"] or row["authority"])
    _add(entry, "summary", text=" · ".join(filter(None, (en, str(row["report_year"] or ""), row["url"]))))
    return entry


def _add(parent: Element, name: str, *, text: str = "", **attributes: str) -> None:
    element = SubElement(parent, name, attributes)
    element.text = _NO_XML.sub("\ufffd", text) or None
