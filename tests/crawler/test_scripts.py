"""What scripts say in literals."""

# ruff: noqa: E501 -- lines of script stay whole
from __future__ import annotations

import json

import pytest

from crawler.scripts import inlined, is_address, objects, revived, row_of, unescape


@pytest.mark.parametrize(
    "text",
    ["/nb/1.html", "./t1.htm", "../x/", "//x.gov.cn/a", "http://x.gov.cn/", "list_2.shtml?page=3", "年报/2023年.pdf", "show.ASPX?ID=3", "?page=2"],
)  # fmt: skip
def test_an_address_is_told(text):
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    ["", "年报", "2024/01/02 10:00", "a.b", "/x.js", "/css/a.css?v=3", "logo.png", "text/html", "GET", "/a b", "{{url}}", "v1.2", "x" * 700],
)  # fmt: skip
def test_what_is_no_address(text):
    assert not is_address(text)


@pytest.mark.parametrize(
    ("script", "rows"),
    [
        ('var d = [{"title": "甲局年报", "url": "\\/nb\\/1.html", "n": 3}];', [("/nb/1.html", "甲局年报")]),
        ("nodes = [{id: 1, name: '年报', url: '/nb/', children: [{name: '2023年', url: '/nb/2023/'}]}]",
         [("/nb/2023/", "2023年"), ("/nb/", "年报")]),
        ("['乙局年报', '/nb/2.html', '2024-01-02']", [("/nb/2.html", "乙局年报")]),
        ('add("丙镇年报", "/nb/3.html", 5);', [("/nb/3.html", "丙镇年报")]),
        ('{"titleHtml": "\\u7532\\u5c40", "redirectUrl": "", "link": "/a.html", "pic": "/a.png"}', [("/a.html", "甲局")]),
        ('{"name": "logo", "src": "/logo.png"}', []),
        ("it's a comment, isn't it", []),
    ],
)  # fmt: skip
def test_rows_of_literals(script, rows):
    assert [row for row in map(row_of, objects(script)) if row] == rows


def test_escapes_are_undone():
    assert unescape(r"\u7532\/\x41\n\'") == "甲/A\n'"


def test_data_in_a_call_is_read_with_what_is_handed_to_it():
    text = 'window.__NUXT__=(function(a,b,c){return {list:[{title:a,path:"\\u002Fnb,a,1",top:b}],e:c}}("甲局,\\"年报\\"",false,null));'
    assert ("/nb,a,1", '甲局,"年报"') in map(row_of, objects(inlined(text)))
    assert inlined("window.__NUXT__=(function(a){") == "window.__NUXT__=(function(a){"


@pytest.mark.parametrize("piece", ["{", "[(", '"', "'\\", "var a = ", "/* ", "`${"])
def test_hostile_literals_are_survived(piece):
    assert [row for row in map(row_of, objects(piece * 3000)) if row] == []


def test_data_that_refers_to_other_places_is_put_together():
    text = '[["Reactive", 1], {"list": 2}, [3], {"title": 4, "path": 5, "n": -1, "own": 0}, "甲局年报", "/nb/1"]'
    assert ("/nb/1", "甲局年报") in map(row_of, objects(revived(text)))
    assert revived("[[1") == ""
    assert len(revived(json.dumps([[place + 1] * 9 for place in range(20)]))) < 1_000_000
