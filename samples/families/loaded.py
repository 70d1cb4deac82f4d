"""Portals that load the rows of a list whole: from a file of data, a feed, or as a piece of HTML behind a tab or a button."""

# ruff: noqa: ARG002, E501 -- a kind uses what it needs of the arguments; lines of HTML stay whole
from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial

from samples import chrome
from samples.families.handmade import JSON, Handmade, Office
from samples.families.paging import newest_first
from samples.portal import Article, Column
from samples.wire import Answer, Request, answer


class Feeds(Handmade):
    """The column page shows its newest rows; all of them are in its RSS feed, and the feed is only linked in the head."""

    family = "feeds"

    def list_page(self, column: Column, number: int, part: Sequence[Article]) -> str:
        feed = f'<link rel="alternate" type="application/rss+xml" title="RSS" href="/{column.slug}/rss.xml">'
        return chrome.frame(self, self.rows(column, part), title=column.name, metas=feed)

    def build_list(self, column: Column) -> None:
        self.single_page(column, lambda: self.list_page(column, 1, self.parts(column)[0]))
        self.routes[f"/{column.slug}/rss.xml"] = lambda _: answer(
            self._feed(column).encode(), (("Content-Type", "text/xml"),)
        )

    def _feed(self, column: Column) -> str:
        item = f"<item><title><![CDATA[{{title}}]]></title><link>{self.origin}{{link}}</link><pubDate>{{day}}</pubDate></item>"
        items = self.lines(newest_first(column), item)
        return f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>{column.name}</title><link>{self.origin}/</link>{items}</channel></rss>'


class XmlList(Handmade):
    """The list is an XML file that a script loads; the column page is a frameset of menu and list."""

    family = "xml_list"
    place_at = "/{slug}/Default.htm"

    def build_list(self, column: Column) -> None:
        frames = f'<html><head><title>{column.name}</title></head><frameset cols="200,*"><frame src="/menu.htm" name="left"><frame src="/{column.slug}/main.htm" name="main"></frameset></html>'
        self.page(self.place(column, 1), lambda: frames)
        self.page("/menu.htm", lambda: chrome.frame(self, chrome.five_entries(self)))
        shell = f'<html><head><title>{column.name}</title></head><body><div id="list"></div><script>$.get("data.xml", function (xml) {{ show(xml); }});</script></body></html>'
        self.page(f"/{column.slug}/main.htm", lambda: shell)
        items = "".join(
            f'<info id="{at}"><bt>{row.title}</bt><rq>{row.published}</rq><wz>{self.link_to(row)}</wz></info>'
            for at, row in enumerate(newest_first(column))
        )
        body = f'<?xml version="1.0" encoding="gb2312"?>\n<list>{items}</list>'
        self.routes[f"/{column.slug}/data.xml"] = lambda _: answer(body.encode("gbk"), (("Content-Type", "text/xml"),))


class LoadedTabs(Office):
    """An agency's tab has a number; a click loads the agency's list into the page, by an address that the script joins with it."""

    family = "loaded_tabs"

    def build_list(self, column: Column) -> None:
        if column is not self.reports_column():
            super().build_list(column)
            return
        groups = self.by_issuer(column)
        tabs = "".join(
            f'<li class="tab" data-dept="{at}">{name.removeprefix(self.authority)}</li>'
            for at, name in enumerate(groups, 301)
        )
        script = "$('.tab').on('click', function() { $('#list').load('/ajax/reports.jsp?dept=' + $(this).attr('data-dept')); });"
        self.page(
            self.place(column, 1),
            lambda: self.framed(f"<ul>{tabs}</ul><div id='list'></div><script>{script}</script>", title=column.name),
        )
        for at, articles in enumerate(groups.values(), 301):
            rows = self.lines(articles, '<p><a href="{link}">{title}</a></p>')
            self.page(f"/ajax/reports.jsp?dept={at}", partial(str, rows))


class AskedTrees(Office):
    """The catalogue is a tree that a POST brings level by level; a node's list is named by a script out of its id."""

    family = "asked_trees"
    first_at = "/catalog/{column}.html"
    place_at = "/catalog/{column}_{number}.html"
    article_at = "/public/{column}/{number}.html"

    def landing_page(self, column: Column) -> str:
        script = (
            "var setting = { async: { enable: true, url: '/public/columnTree', type: 'post', autoParam: ['id'], otherParam: { organId: '21' } }, callback: { onClick: function(e, t, node) { location.href = '/catalog/' + node.id + '.html'; } } };\n"
            "$(function(){ $.post('/public/columnTree', { organId: '21' }, function(nodes) { $.fn.zTree.init($('#tree'), setting, nodes); }); });"
        )
        return self.framed(f'<ul id="tree" class="ztree"></ul><script>{script}</script>', title=column.name)

    def extras(self) -> None:
        self.routes["/public/columnTree"] = self._nodes

    def _nodes(self, request: Request) -> Answer:
        known = [(number, column) for number, column in enumerate(self.walk(), 1) if column.name in chrome.FIVE]
        nodes = [{"id": number, "pId": 0, "name": column.name, "isParent": False} for number, column in known]
        return answer(json.dumps(nodes).encode(), JSON)
