"""truecms, a variant of 大汉. Rows come by JSONP from `messageController/getMessage.do`: XML, as a string in JSON.

`startrecord, endrecord, perpage, columnId, callback`; without a `Referer` it answers 404, and so does a `perpage` over the site's greatest.
"""

# ruff: noqa: E501 -- lines of HTML stay whole
from __future__ import annotations

import json

from samples import chrome
from samples.families.hanweb import Hanweb, record
from samples.families.paging import newest_first
from samples.portal import Column
from samples.wire import Answer, Request, answer

SERVICE = "/truecms/messageController/getMessage.do"


class Truecms(Hanweb):
    """A portal of the truecms kind; its call asks for `asked` rows at a time, of which it gives at most `greatest`."""

    family = "truecms"
    asked = 12
    greatest = 12

    def extras(self) -> None:
        super().extras()
        self.routes[SERVICE] = self._message

    def _list_page(self, column: Column) -> str:
        below = self.entries(column.columns)
        main = (
            f'{chrome.five_entries(self)}<ul class="sub">{below}</ul>\n<div class="list" id="rows"></div>\n'
            f"<script>$('#rows').page({{proxyUrl: '{SERVICE}', columnId: '{self.number_of(column)}', perPage: {self.asked}, render: 'default'}});</script>"
        )
        return chrome.frame(self, main, title=column.name, crumbs=[(column.name, self.column_path(column))])

    def _message(self, request: Request) -> Answer:
        query = request.query
        size = int(query.get("perpage") or self.asked)
        if not request.headers.get("referer") or size > self.greatest:
            return answer(self.not_found_page().encode(), status=b"404 Not Found")
        articles = newest_first(self.column_of(query.get("columnId", "")))
        start, end = int(query.get("startrecord") or 1), int(query.get("endrecord") or size)
        rows = "".join(record(self, article) for article in articles[start - 1 : end])
        message = json.dumps(
            {"code": 0, "message": f"<datastore><recordset>{rows}</recordset></datastore>"}, ensure_ascii=False
        )
        body = f"{query.get('callback', 'callback')}({message})"
        return answer(body.encode(), (("Content-Type", "application/javascript;charset=UTF-8"),))
