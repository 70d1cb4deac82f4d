"""Links and text of pages."""

# ruff: noqa: E501 -- lines of markup and of tables stay whole
from __future__ import annotations

import pytest

from crawler.decoding import decode
from crawler.document import LONGEST_LABEL
from crawler.families import FAMILIES, ListPage
from crawler.js.told import Answered
from crawler.page import Page

URL = "http://x.gov.cn/zwgk/nb/index.html"


def links(markup: str, url: str = URL) -> list[tuple[str, str, str]]:
    return [
        (link.url.removeprefix("http://x.gov.cn"), link.label, link.kind) for link in Page(url, markup, acts=True).links
    ]


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
        ('<iframe src="about:blank" data-src="/late.html"></iframe>', ("/late.html", "", "frame")),
        ('<frameset><frame src="l.html"></frameset>', ("/zwgk/nb/l.html", "", "frameset")),
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
        ('<script>tree.nodes["1_2"] = "text:县财政局;url:list.asp;data:bm=3;";</script>', ("/zwgk/nb/list.asp?bm=3", "县财政局", "script")),
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


def test_what_links_say_is_bounded():
    assert links(f"<a href=/{'1' * 10_000}>年报</a>") == []
    ((_, label, _),) = links(f"<a href=/1.html>年报{'　' * 10_000}全文{'文' * 10_000}</a>")
    assert (label[:5], len(label)) == ("年报 全文", LONGEST_LABEL)


@pytest.mark.parametrize(
    "stub",
    [
        "<script>\n<!--\nwindow.location.replace('./hub.html');\n//-->\n</script>",
        '<META HTTP-EQUIV="REFRESH" CONTENT="0;URL=hub.html">',
    ],
)
def test_a_stub_without_html_leads_on_from_its_own_address(stub):
    page = Page("http://x.gov.cn/gknb/default.htm", stub, referrer="http://x.gov.cn/zwgk/nb/")
    assert [link.url for link in page.links] == ["http://x.gov.cn/gknb/hub.html"]


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
        ("年报".encode(), "text/html; charset=zip", "年报"),
        ("年報".encode("big5"), "text/html; charset=Big5", "年報"),
        (b"", "", ""),
    ],
)
def test_decode(body, header, text):
    assert decode(body, header) == text


def test_hostile_markup_is_survived():
    for markup in (
        "<a href=" * 2000,
        "<div>" * 20000,
        "<![CDATA[" * 50_000,
        "<!--" * 50_000,
        "\x00<a href='/a'>",
        "<a href='" + "x" * 100_000 + "'>",
    ):
        assert isinstance(links(markup), list)


def test_the_arrow_of_a_pager_is_not_named_after_its_row():
    page = Page(URL, "<html><div><b>1</b><a href='2.html'>&gt;&gt;</a></div><li>年报<a href='a.html'>查看</a></li>")
    assert [link.text for link in page.links] == [">>", "年报查看"]


def test_script_files_are_the_pages_own_host_s_and_no_libraries():
    scripts = ("/js/jquery.min.js", "/js/menu.js", "http://other.cn/x.js", "list.js?v=3", "/hits.jsp?id=3")
    page = Page("http://x.gov.cn/nb/", "<html>" + "".join(f"<script src='{source}'></script>" for source in scripts))
    assert page.script_files == ("http://x.gov.cn/nb/list.js?v=3", "http://x.gov.cn/js/menu.js")


def test_scripts_of_the_portals_other_hosts_are_its_own():
    page = Page(URL, "<html><script src='//cdn.x.gov.cn/list.js'></script><script src='//other.cn/x.js'></script>")
    page.near = lambda url: "x.gov.cn" in url
    assert page.script_files == ("http://cdn.x.gov.cn/list.js",)


def test_the_rows_of_a_data_file_are_read_whatever_draws_them():
    rows = 'var rows = [{t: "某县2024年政府信息公开工作年度报告", u: "/nb/4.html"}, {t: "首页", u: "/index.html"}];'
    page = acting("<script src=/data.js></script>", files={"http://x.gov.cn/data.js": rows})
    assert [link.url for link in page.links] == ["http://x.gov.cn/nb/4.html"]


def test_an_empty_pager_is_a_loose_end():
    assert acting("<ul id=list></ul><div class='text-center' id='pageDec'></div>").has_loose_ends
    assert not acting("<ul id=list></ul><div class='page'><p>1</p></div>").has_loose_ends


def test_what_a_file_is_called_is_no_address_beside_one():
    assert [link.url for link in acting("<a onclick=\"down('/up/a.pdf', '年报.pdf')\">附件</a>").links] == [
        "http://x.gov.cn/up/a.pdf"
    ]
    assert [link.label for link in acting("<a onclick=\"down('年报.pdf')\">附件</a>").links] == ["附件"]


def test_addresses_may_be_escaped_in_data():
    state = '<script>window.__NUXT__={list:[{title:"某县2024年年报",path:"\\u002Fnb\\u002F4"}]}</script>'
    assert [link.url for link in acting(state).links] == ["http://x.gov.cn/nb/4"]


def acting(markup: str, *, url: str = "http://x.gov.cn/nb/", files: dict[str, str] | None = None) -> Page:
    page = Page(url, f"<html>{markup}", acts=True)
    page.file = (files or {}).get
    return page


def told(page: Page) -> list[tuple[str, str, str | None]]:
    return [(link.url.removeprefix("http://x.gov.cn"), link.label, link.form) for link in page.told_links]


def test_a_choice_leads_where_its_handler_says():
    select = "<select onchange=\"location='/nb/'+this.value+'.html'\"><option value=''>选择</option><option value='7'>财政局</option>"
    assert ("/nb/7.html", "财政局", None) in told(acting(select))
    assert told(acting("<select><option value='7'>财政局</option>")) == []


def test_years_are_chosen_by_a_form_that_is_posted():
    form = "<form method=post action=/l.do><input type=hidden name=c value=3><select name=y><option>2023</option><option>2022</option></select></form>"
    assert told(acting(form)) == [("/l.do", "2023", "c=3&y=2023"), ("/l.do", "2022", "c=3&y=2022")]


def test_two_script_files_that_need_each_other():
    files = {
        "http://x.gov.cn/a.js": "var base = '/xxgk/';",
        "http://x.gov.cn/b.js": "function go(n) { location.href = base + n; }",
    }
    markup = "<script src=/a.js></script><script src=/b.js></script><a href='javascript:go(7)'>年报</a>"
    assert told(acting(markup, files=files)) == [("/xxgk/7", "年报", None)]
    assert acting(markup).told.missing == {"go"}


def test_rows_with_numbers_are_linked_as_their_script_does_it():
    script = """var rows = [{"id": 7, "title": "甲局年报"}]; for (var i in rows) document.write('<a href="/show?id=' + rows[i].id + '">' + rows[i].title + '</a>');"""
    assert told(acting(f"<script>{script}</script>")) == [("/show?id=7", "甲局年报", None)]


LIST = """<ul id=list></ul><script>
$.getJSON('/org', function(o) { $.each(o, function(i, x) { $('#list').append('<li class=org data-id="' + x.id + '">' + x.name + '</li>'); }); });
$(document).on('click', '.org', function() { $.post('/rows', {org: $(this).data('id'), page: 1}, function(d) {
  d.rows.forEach(r => $('#list').append(`<a href="/show/${r.id}">${r.title}</a>`)); }); });
</script>"""


def test_an_answer_is_read_as_the_script_that_asked_reads_it():
    page = acting(LIST)
    assert told(page) == [("/org", "", None)]
    first = Page("http://x.gov.cn/org", '[{"id": 5, "name": "财政局"}]')
    first.asker = page.answered(Answered(first.url, None, first.text))
    assert told(first) == [("/rows", "财政局", "org=5&page=1")]
    second = Page("http://x.gov.cn/rows", '{"rows": [{"id": 9, "title": "年报"}]}')
    second.asker = first.asker.answered(Answered(second.url, "org=5&page=1", second.text))
    assert told(second) == [("/show/9", "年报", None)]


def test_what_scripts_ask_of_another_host_is_asked_as_well():
    page = acting("<script>$.getJSON('http://api.gov.cn/nb', {page: n}, show)</script>")
    assert [ref.url for ref in FAMILIES["generic"].next_pages(ListPage(page))][:1] == ["http://api.gov.cn/nb?page=1"]


def test_ideographs_written_as_numbers_are_read():
    page = Page.from_bytes("http://x.gov.cn/", b"<html><title>&#24180;&#x62A5; &#60;&#38;</title>", "text/html")
    assert "年报 &#60;&#38;" in page.text


def test_scripts_are_heard_only_where_a_page_acts():
    page = Page(URL, "<html><script>document.write('<a href=\"/a\">年报</a>')</script>")
    assert page.told_links == ()


def test_a_pager_without_a_script_leaves_an_end_loose():
    pager = "<a href='#' data-page=2>2</a><script>$(document).on('click', '.p a', function() {{ {} }})</script>"
    assert acting("<a href='javascript:;'>2</a>").has_loose_ends
    assert acting("<a href='javascript:go(2)'>2</a>").has_loose_ends
    assert acting("<div class=p>" + pager.format("turn()") + "</div>").has_loose_ends
    assert not acting("<div class=p>" + pager.format("location = '/' + $(this).data('page')") + "</div>").has_loose_ends
    assert not acting("<a href='javascript:;'>无障碍</a>").has_loose_ends


def test_rows_in_a_comment_are_read_where_a_script_may_unpack_them():
    markup = "<div class=panel><!--<ul><li><a href='/a.html'>甲局年报</a></li></ul>--></div>"
    assert [link.label for link in acting(markup).links] == ["甲局年报"]
    assert [link.label for link in acting(markup.replace("--></div>", "")).links] == ["甲局年报"]
    assert Page(URL, markup).links == ()


def test_a_site_map_leads_to_its_pages_and_its_parts():
    index = Page(
        "http://x.gov.cn/sitemap.xml",
        "<sitemapindex><sitemap><loc>http://x.gov.cn/a.xml</loc></sitemap></sitemapindex>",
    )
    assert [(link.url, link.kind) for link in index.links] == [("http://x.gov.cn/a.xml", "fragment")]
    part = Page("http://x.gov.cn/a.xml", "<urlset><url><loc>http://x.gov.cn/zwgk/</loc></url></urlset>")
    assert [(link.url, link.kind) for link in part.links] == [("http://x.gov.cn/zwgk/", "script")]


def test_rows_that_a_script_links_are_not_read_as_literals_too():
    data = '<input type=hidden id=j value=\'[{"t": "甲局年报", "h": "zwgk/1.html"}]\'><ul id=u></ul>'
    script = "$.each(JSON.parse($('#j').val()), function(i, x) { $('#u').append('<a href=\"/' + x.h + '\">' + x.t + '</a>'); });"
    page = acting(f"{data}<script>{script}</script>", url="http://x.gov.cn/nb/all.html")
    assert [link.url for link in page.links] == ["http://x.gov.cn/zwgk/1.html"]


def test_a_handler_that_was_followed_has_no_addresses_of_its_own():
    script = "<script>function go(u) { window.open('/zwgk' + u + '.html'); }</script>"
    page = acting(f"{script}<li onclick=\"go('/2026/r1')\">甲局2025年年报</li>")
    assert [link.url for link in page.links] == ["http://x.gov.cn/zwgk/2026/r1.html"]


def test_words_on_a_button_turn_pages_though_a_function_would_ask_unclicked():
    script = "<script>var page = 1; load(); function load() { $.get('/l', {page: page}, function (d) { box.innerHTML = d.rows; }); } function next() { page++; load(); } var box = document.getElementById('b');</script>"
    page = acting(f"{script}<div id=b></div><input type=button value=下一页 onclick=next()>")
    shown = Page("http://x.gov.cn/l?page=1", "{}")
    shown.asker = page.answered(Answered(shown.url, None, '{"rows": "<a href=/1.html>甲</a>"}'))
    assert [ref.url for ref in FAMILIES["generic"].next_pages(ListPage(shown))][:1] == ["http://x.gov.cn/l?page=2"]


def test_a_viewer_leads_to_the_file_that_its_address_names():
    viewer = Page(
        "http://x.gov.cn/pdfjs/web/viewer.html?file=%2Fupload%2F2026%2Fnb.pdf", "<html><body><div></div></body></html>"
    )
    assert [link.url for link in viewer.links] == ["http://x.gov.cn/upload/2026/nb.pdf"]


def test_a_viewer_elsewhere_shows_a_file_from_here():
    anchor = (
        "<a href='https://view.officeapps.live.com/op/view.aspx?src=http%3A%2F%2Fx.gov.cn%2Fa%2F1.docx'>在线预览</a>"
    )
    assert ("/a/1.docx", "在线预览", "anchor") in links(anchor)
    assert len(links("<a href='download.jsp?file=1.docx'>下载</a>")) == 1


def test_the_script_of_a_stub_tells_where_it_goes():
    script = "<script>var u='/portal/'; if (/Mobile/.test(navigator.userAgent)) location.replace('/m/'); else location.replace(u + 'index.html')</script>"
    stub = Page("http://x.gov.cn/", f"<html><head>{script}</head></html>", acts=True)
    assert "http://x.gov.cn/portal/index.html" in [link.url for link in stub.moves]


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("<a href='#' onclick='mojarra.turn(2)'>2</a><a href='#' onclick='mojarra.turn(3)'>3</a>", 3),
        ("<a onclick='shown(1)'>1</a><button>加载更多</button>", 2),
        ("<a href='?p=2'>2</a><a href='#' onclick='far(2025)'>2025</a>", 0),  # a link; a year
        ("<a href='#' onclick='here(2)'>2</a><script>function here(n) { document.title = n; }</script>", 0),
    ],
)
def test_a_pager_that_calls_what_is_not_known_is_not_turned(markup, shown):
    assert Page("http://x.gov.cn/nb/", f"<html><body>{markup}", acts=True).unturned == shown


def test_no_address_is_made_of_what_is_not_known():
    script = "<script>document.write('<a href=/nb/' + config.id + '.html>甲</a><a href=/nb/2.html>乙</a>')</script>"
    assert [link.url for link in Page("http://x.gov.cn/", f"<html>{script}", acts=True).written_links] == [
        "http://x.gov.cn/nb/2.html"
    ]


def test_an_address_may_stand_in_a_data_attribute_that_is_named_so():
    piece = Page(
        "http://x.gov.cn/t/frag/2025_1.html",
        '<ul><li><a href="/1.html">甲局年报</a></li></ul><a class=more href="javascript:;" data-next="frag/2025_2.html" data-title="a/b.html" data-api="/api/doc/">查看更多</a>',
        referrer="http://x.gov.cn/t/nb.html",
    )
    assert [link.url for link in piece.links if link.label == "查看更多"] == ["http://x.gov.cn/t/frag/2025_2.html"]
    assert len(piece.links) == 2
    (following,) = FAMILIES["generic"].next_pages(ListPage(piece))
    assert following.url == "http://x.gov.cn/t/frag/2025_2.html"


def test_of_a_library_in_a_bundle_only_that_it_is_there_is_read():
    name = "http://x.gov.cn/js/chunk-elementUI.0c41ab22.js"
    start = "(self.webpackChunk=self.webpackChunk||[]).push([[215],"
    page = acting(f"<script src={name}></script>", files={name: f"{start}{{7(e,t){{fetch('/no')}}}}])"})
    assert page.script_files == (name,)
    assert [script.code for script in page._scripts()] == [f"{start}{{}}])"]
