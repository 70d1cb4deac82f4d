"""Links and text of pages."""

# ruff: noqa: E501 -- lines of markup and of tables stay whole
from __future__ import annotations

import pytest

from crawler.page import Page, decode
from crawler.scripts import SLOT, services

URL = "http://x.gov.cn/zwgk/nb/index.html"


def links(markup: str, url: str = URL) -> list[tuple[str, str, str]]:
    return [(link.url.removeprefix("http://x.gov.cn"), link.label, link.kind) for link in Page(url, markup).links]


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        ('<a href="./202601/t1.html" title="某局2025年年报全文">某局2025年…</a>', ("/zwgk/nb/202601/t1.html", "某局2025年年报全文", "anchor")),
        ("<a href=t1.html>短</a>", ("/zwgk/nb/t1.html", "短", "anchor")),
        ('<base href="/b/"><a href="1.html">一</a>', ("/b/1.html", "一", "anchor")),
        ('<a href="1.html"><img alt="图片标题" src=""></a>', ("/zwgk/nb/1.html", "图片标题", "anchor")),
        ('<a href="1.html">2025<br>年 &nbsp;报</a>', ("/zwgk/nb/1.html", "2025年 报", "anchor")),
        ('<map><area href="/x.html" alt="区县"></map>', ("/x.html", "区县", "anchor")),
        ('<iframe src="/list.html"></iframe>', ("/list.html", "", "frame")),
        ('<frameset><frame src="l.html"></frameset>', ("/zwgk/nb/l.html", "", "frame")),
        ("<a href='javascript:void(0)' onclick=\"window.open('/o.html')\">开</a>", ("/o.html", "开", "script")),
        ("<a href=\"javascript:location.href='/p.html'\">去</a>", ("/p.html", "去", "script")),
        ("<div onclick=\"location.href='/q.html'\">块</div>", ("/q.html", "块", "script")),
        ('<select><option value="/zj/">镇</option></select>', ("/zj/", "镇", "anchor")),
        ('<meta http-equiv="refresh" content="0;URL=\'./nb2/\'">', ("/zwgk/nb/nb2/", "", "refresh")),
        ("<script>window.location.href='../leaf/';</script>", ("/zwgk/leaf/", "", "refresh")),
        ('<script type="text/xml"><record><![CDATA[<li><a href="/art/1.html" title="全题">题..</a></li>]]></record></script>',
         ("/art/1.html", "全题", "anchor")),
        ('<iframe src="/web/viewer.html?file=/a/P0.pdf"></iframe>', ("/a/P0.pdf", "", "frame")),
        ('<img src="W02.jpg" alt="表">', ("/zwgk/nb/W02.jpg", "表", "image")),
        ("<tr><td>甲局</td><td><a href='/a.html'>[查看]</a></td></tr>", ("/a.html", "[查看]", "anchor")),
        ("<table><tr><td>甲局</td><td><a href='/a.html'>[查看]</a></td></tr></table>", ("/a.html", "甲局[查看]", "anchor")),
        ("<div><span>政府年报</span><a href='/nb/'>更多&gt;&gt;</a></div>", ("/nb/", "政府年报更多>>", "anchor")),
        ('<li data-url="/f/2023">2023年</li>', ("/f/2023", "2023年", "script")),
        ('<div id="list" data-url="/f/all"></div>', ("/f/all", "", "fragment")),
        ("<input type=button value='下一页' onclick=\"location.href='2.html'\">", ("/zwgk/nb/2.html", "下一页", "script")),
        ('<link rel="alternate" type="application/rss+xml" href="rss.xml">', ("/zwgk/nb/rss.xml", "", "fragment")),
        ('<embed src="/a.pdf">', ("/a.pdf", "", "frame")),
        ('<script>PDFObject.embed("/a/b.pdf")</script>', ("/a/b.pdf", "", "script")),
        ('<script>var rows = [["甲局年报", "/a.html"]]</script>', ("/a.html", "甲局年报", "script")),
        ('<script>var s = "甲局2023年政府信息公开工作年度报告|/a/1.html|2024-01-05#乙镇2023年政府信息公开工作年度报告|/a/2.html|2024-01-06#丙镇2023年政府信息公开工作年度报告|/a/3.html|2024-01-07#丁镇2023年政府信息公开工作年度报告|/a/4.html|2024-01-08";</script>',
         ("/a/2.html", "乙镇2023年政府信息公开工作年度报告", "script")),
        ("<n-list :items='[{\"t\": \"甲局年报\", \"u\": \"/a.html\"}]'></n-list>", ("/a.html", "甲局年报", "script")),
        ('{"rows": [{"title": "甲局年报", "url": "/a.html"}]}', ("/a.html", "甲局年报", "script")),
        ('cb({"html": "<li><a href=\\"/a.html\\">甲局年报</a></li>"})', ("/a.html", "甲局年报", "anchor")),
        ('<?xml version="1.0"?><rss><item><title>甲局年报</title><link>/a.html</link></item></rss>', ("/a.html", "甲局年报", "script")),
        ('<form action="/l.jsp"><input type="hidden" name="lm" value="7"><select name="nd"><option value="2023">2023年</option></select></form>',
         ("/l.jsp?lm=7&nd=2023", "2023年", "script")),
        ('<li data-id="41">甲局年报</li><script>$("li").click(function(){ open("/show/" + $(this).data("id") + ".html"); })</script>',
         ("/show/41.html", "甲局年报", "script")),
        ('<p id="x41" no="41">甲局年报</p><script>go("/v?id=" + this.getAttribute("no"))</script>', ("/v?id=41", "甲局年报", "script")),
        ("<script>location.href='/x/'</script><a href='/x/'>如果没有跳转请点击</a>", ("/x/", "", "refresh")),
    ],
)  # fmt: skip
def test_a_link_is_found(markup, found):
    assert found in links(markup)


@pytest.mark.parametrize(
    "markup",
    ['<a href="#top">顶</a>', '<a href="mailto:a@b">信</a>', '<a href="">空</a>', '<a>无</a>', '<a href="http://[">坏</a>',
     '<a href="data:text/html,x">d</a>', "<script>var a = location.href + '/x';</script>", "<iframe src='{{file}}'></iframe>" * 0],
)  # fmt: skip
def test_no_link_is_found(markup):
    assert links(markup) == []


def test_a_page_with_links_that_sets_a_location_somewhere_is_no_stub():
    markup = "<a href='/a.html'>甲</a><script>function go(){location.href='/b.html';}</script>"
    assert links(markup) == [("/a.html", "甲", "anchor")]


def test_a_query_is_sent_in_the_encoding_of_its_page():
    body = '<html><meta charset="gb2312"><a href="l.asp?lm=年报">年报</a></html>'.encode("gbk")
    assert [link.url for link in Page.from_bytes(URL, body).links] == ["http://x.gov.cn/zwgk/nb/l.asp?lm=%C4%EA%B1%A8"]


def test_links_of_a_fragment_start_from_the_page_that_asked_for_it():
    fragment = Page("http://x.gov.cn/ajax/2023", "<li><a href='1.html'>一</a></li>", referrer=URL)
    whole = Page("http://x.gov.cn/ajax/2023", "<html><a href='1.html'>一</a></html>", referrer=URL)
    assert [page.links[0].url for page in (fragment, whole)] == [
        "http://x.gov.cn/zwgk/nb/1.html",
        "http://x.gov.cn/ajax/1.html",
    ]


def test_one_address_under_two_names_keeps_both():
    assert {label for _, label, _ in links('<a href="/i#1">年报</a><a href="/i#2">指南</a><a href="/i"></a>')} == {
        "年报",
        "指南",
    }


@pytest.mark.parametrize(
    ("body", "header", "text"),
    [
        ("年报".encode(), "", "年报"),
        ("年报".encode("gbk"), "", "年报"),
        ("年报".encode("gbk"), "text/html; charset=utf-8", "年报"),
        ("年报".encode(), "text/html; charset=gb2312", "骞存姤"),
        (b"<meta charset=gb2312>" + "年报".encode("gbk"), "", "<meta charset=gb2312>年报"),
        ("年报".encode("utf-8-sig"), "text/html; charset=gbk", "年报"),
        ("年报".encode("utf-16"), "", "年报"),
        ("年报".encode(), "text/html; charset=x-nonsense", "年报"),
        ("年报".encode(), "text/html; charset=iso-8859-1", "年报"),
        (b"", "", ""),
    ],
)
def test_decode(body, header, text):
    assert decode(body, header) == text


def test_hostile_markup_is_survived():
    for markup in (
        "<a href=" * 2000,
        "<div>" * 20000,
        "<![CDATA[" * 500,
        "\x00<a href='/a'>",
        "<a href='" + "x" * 100_000 + "'>",
    ):
        assert isinstance(links(markup), list)


def test_the_arrow_of_a_pager_is_not_named_after_its_row():
    page = Page(URL, "<html><div><b>1</b><a href='2.html'>&gt;&gt;</a></div><li>年报<a href='a.html'>查看</a></li>")
    assert [link.text for link in page.links] == [">>", "年报查看"]


def test_a_choice_leads_where_its_handler_says():
    select = "<select onchange=\"location='/nb/'+this.value+'.html'\"><option value=''>选择</option><option value='7'>财政局</option>"
    assert [(link.url, link.text) for link in Page(URL, f"<html>{select}").links] == [
        ("http://x.gov.cn/nb/7.html", "财政局")
    ]
    assert Page(URL, "<html><select><option value='7'>财政局</option>").links == ()


def test_script_files_are_the_pages_own_host_s_and_no_libraries():
    scripts = ("/js/jquery.min.js", "/js/menu.js", "http://other.cn/x.js", "list.js?v=3", "/hits.jsp?id=3")
    page = Page("http://x.gov.cn/nb/", "<html>" + "".join(f"<script src='{source}'></script>" for source in scripts))
    assert page.script_files == ("http://x.gov.cn/nb/list.js?v=3", "http://x.gov.cn/js/menu.js")


def test_a_script_file_is_read_with_what_its_page_tells_it():
    page = Page("http://x.gov.cn/nb/", "<html><input id=col value='a3'><script>var site = '9';</script>")
    code = """$.post('/list', {site: site, col: $('#col').val(), pageNo: n}); document.write('<a href="2.html">年报</a>');"""
    read = Page.of_script(page.url, page.shell, code)
    assert [(link.url, link.text) for link in read.links] == [("http://x.gov.cn/nb/2.html", "年报")]
    (service,) = services(read.script_text)
    assert dict(service.fields) == {"site": "9", "col": "a3", "pageNo": SLOT}


@pytest.mark.parametrize(
    "code",
    ["var c = getUrlParam('code');", "var c = new URLSearchParams(location.search).get('code');", "var c = $.query.get('code');"],
)  # fmt: skip
def test_a_script_may_ask_for_a_parameter_of_its_page(code):
    page = Page(
        "http://x.gov.cn/l.html?code=C7",
        f"<html><script>/* location */ {code} $.post('/q', {{c: c, page: 1}})</script>",
    )
    (service,) = services(page.script_text)
    assert dict(service.fields)["c"] == "C7"


def test_rows_with_numbers_are_linked_as_their_script_does_it():
    script = """var rows = [{"id": 7, "title": "甲局年报"}]; add('<a href="/show?id=' + rows[i].id + '">' + rows[i].title + '</a>');"""
    links = Page("http://x.gov.cn/nb/", f"<html><script>{script}</script>").links
    assert [(link.url, link.text) for link in links] == [("http://x.gov.cn/show?id=7", "甲局年报")]
