"""List readers: how a family is recognised, which pages it names, which rows and totals it reads."""

# ruff: noqa: E501 -- lines of markup stay whole
from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.families import FAMILIES, ListPage, family_of
from crawler.families.generic import further_pieces
from crawler.families.services import counted, first_page
from crawler.js.told import Answered, Ask
from crawler.page import Page

SITE = "http://x.gov.cn"


def listed(path: str, markup: str, *, number: int = 1, guessed: bool = False, first: str = "") -> ListPage:
    return ListPage(Page(SITE + path, markup, acts=True), number, guessed, first)


def pages(name: str, page: ListPage) -> list[str]:
    return [ref.url.removeprefix(SITE) for ref in FAMILIES[name].next_pages(page)]


@pytest.mark.parametrize(
    ("mark", "name"),
    [
        ('createPageHTML(3,0,"index","html")', "trs"),
        ("<div class=TRS_Editor>", "trs"),
        ("<ucapcontent>", "ucap"),
        ("createPageHTML('page_div',2,1,'common_list','shtml',30)", "ucap"),
        ("<script>$('#1').jpage({})</script>", "hanweb"),
        ("<datastore><recordset>", "hanweb"),
        ("<script url='/api-gateway/jpaas-publish-server/front/page/build/unit'>", "jpaas"),
        ("window._CONFIG = {SID:'755', TREE:[]}", "gkmlpt"),
        ("/EWB-FRONT/rest/lightfrontaction/getgovinfolist", "ewb"),
        ("<ul><li></li></ul>", "generic"),
        ("proxyUrl: '/truecms/messageController/getMessage.do'", "hanweb"),
        ("$.post('/module/xxgk/search.jsp?currpage=1')", "xxgk"),
    ],
)
def test_a_family_is_recognised_by_its_marks(mark, name):
    assert family_of(Page(SITE, mark)).name == name


def test_the_register_names_the_family():
    assert family_of(Page(SITE, "<p>"), name="trs").name == "trs"


@pytest.mark.parametrize(
    ("name", "page", "following"),
    [
        ("trs", listed("/nb/", 'createPageHTML(3, 0, "index", "html")'), ["/nb/index_1.html", "/nb/index_2.html"]),
        ("trs", listed("/nb/index.html", "createPageHTML(3, 0, 'index', 'htm')"), ["/nb/index_1.htm", "/nb/index_2.htm"]),
        ("trs", listed("/nb/index_1.html", 'createPageHTML(3, 1, "index", "html")', number=2), ["/nb/index_2.html"]),
        ("trs", listed("/nb/index.html", "<script>var currentPage=0, countPage=2;</script>"), ["/nb/index_1.html"]),
        ("trs", listed("/nb/", "<script>var countPage = 3; document.write('<a href=\"index_'+1+'.shtml\">下一页</a>');</script>"), ["/nb/index_1.shtml", "/nb/index_2.shtml"]),
        ("trs", listed("/nb/", "<script>var countPage = 2; function to(n) {location.href='index_' + (n - 1) + '.htm'}</script>"), ["/nb/index_1.htm"]),
        ("trs", listed("/nb/", "<a href=2025/t1.htm>a</a><a href=2024/t2.htm>b</a><script>var countPage = 2</script>"), ["/nb/index_1.htm"]),
        ("trs", listed("/nb/", "listModel({maxStaticIndex:1, pagebar:{prepage:10, recordCount:'21'}})"),
         ["/nb/index_1.html", "/nb/index_2.html"]),
        ("trs", listed("/nb/", "listModel({maxStaticIndex:2, listArgs:{channelid:9, classsql:'chnlid=4'}, pagebar:{prepage:10, recordCount:'31'}})"),
         ["/nb/index_1.html", "/was5/web/search?channelid=9&classsql=chnlid%3D4&prepage=10&page=3",
          "/was5/web/search?channelid=9&classsql=chnlid%3D4&prepage=10&page=4", "/nb/index_2.html", "/nb/index_3.html"]),
        ("trs", listed("/nb/", "<script>var n = 2; var s = 'index'; createPageHTML(n, 0, s, 'html')</script>"), ["/nb/index_1.html"]),
        ("generic", listed("/nb/", '<script>var nPage=3;var nCur=0;createPage(nPage,nCur,"home","htm");</script>'), ["/nb/home_1.htm", "/nb/home_2.htm"]),
        ("trs", listed("/nb/", "<div class=TRS_Editor></div><a href='?page=2'>下一页</a>"), ["/nb/?page=2"]),
        ("trs", listed("/nb/", "<a href='index_1.html'>下一页</a>"), ["/nb/index_1.html"]),
        ("trs", listed("/nb/", 'createPageHTML(1, 0, "index", "html")'), []),
        ("ucap", listed("/c1/common_list.shtml", "createPageHTML('page_div',3,1,'common_list','shtml',45)"),
         ["/c1/common_list_2.shtml", "/c1/common_list_3.shtml"]),
        ("generic", listed("/xxgk/nb.htm", "<a href='nb/23.htm'>下页</a>"), ["/xxgk/nb/23.htm"]),
        ("generic", listed("/xxgk/nb.htm", "<span>1/4</span> 共60条"), ["/xxgk/nb/3.htm", "/xxgk/nb/2.htm", "/xxgk/nb/1.htm"]),
        ("generic", listed("/xxgk/nb/1.htm", "<b>4/4</b>", number=4), []),
        ("generic", listed("/nb/1.html", "<a href='2.html'>下一页 &gt;</a>"), ["/nb/2.html"]),
        ("generic", listed("/nb/1.html", "<a href='1.html'>下一页</a>"), []),
        ("generic", listed("/nb/", "<a href='list_2.html'>2</a><a href='list_3.html'>3</a>"), ["/nb/list_2.html", "/nb/list_3.html"]),
        ("generic", listed("/l?id=4", "<a href='/l?id=4&page=9'>尾页</a>"), ["/l?id=4&page=2"]),
        ("generic", listed("/l?id=4&page=2", "<a href='/l?id=4&page=9'>尾页</a>", number=2), ["/l?id=4&page=3"]),
        ("generic", listed("/l?id=4", "<a href='/l?id=5'>别的栏目</a>"), []),
        ("generic", listed("/nb/index.html", "<ul></ul>"), ["/nb/index_1.html", "/nb/index_2.html", "/nb/index/2.html"]),
        ("generic", listed("/nb/index_1.html", "<ul></ul>", number=2, guessed=True), ["/nb/index_2.html"]),
        ("generic", listed("/nb/index.html", "共 12 条"), []),
        ("generic", listed("/nb/", "<a class='next' href='2.html'><i></i></a>"), ["/nb/2.html"]),
        ("generic", listed("/l?c=3&page=2", "<html><a href='/l?c=3&page=1'>首页</a>", number=2), []),
        ("generic", listed("/l?c=3", "<a href='/?p=18'>一</a>"), []),
        ("generic", listed("/l?c=3", "<a href='/l?c=3&start=40'>5</a><a href='/l?c=3&start=20'>3</a>"), ["/l?c=3&start=20"]),
        ("generic", listed("/nb/index.htm", "<a href='/nb/index_3.htm'>尾页</a>"),
         ["/nb/index_1.htm", "/nb/index_2.htm", "/nb/index_3.htm", "/nb/index_2.htm", "/nb/index_3.htm"]),
        ("generic", listed("/nb/", "<html><b>1</b><a href='index_2.html'>&gt;&gt;</a>"), ["/nb/index_2.html"]),
        ("generic", listed("/nb/index_2.html", "<html><b>2</b><a href='index_2.html'>&gt;&gt;</a>", number=2), []),
        ("generic", listed("/nb/", "<select><option value='list-2.htm'>第2页</option></select>"), ["/nb/list-2.htm"]),
        ("generic", listed("/nb/", "<a href='index_2.html'>查看更多</a><a href='/xw/'>更多&gt;&gt;</a>"), ["/nb/index_2.html"]),
        ("generic", listed("/nb/rss.xml", "<?xml version='1.0'?><rss><channel><atom:link href='rss_2.xml' rel='next'/></channel></rss>"),
         ["/nb/rss_2.xml"]),
        ("generic", listed("/f?cid=3&pageIndex=1", "<li><a href='/a.html'>甲</a></li>"), ["/f?cid=3&pageIndex=2"]),
    ],
)  # fmt: skip
def test_further_pages(name, page, following):
    assert pages(name, page) == following


def test_a_sign_in_an_address_stands_for_the_page_s_number():
    more = "<a class=more href='javascript:;' data-api='/nb/more?currentPage={page}'>加载更多</a>"
    assert pages("generic", listed("/nb/", more))[:2] == ["/nb/more?currentPage=1", "/nb/more?currentPage=2"]


def test_a_declared_number_of_pages_is_bounded():
    assert len(pages("trs", listed("/nb/", 'createPageHTML(99999999, 0, "index", "html")'))) < 5000


@pytest.mark.parametrize(
    ("name", "markup", "declared"),
    [
        ("generic", "<p>共 <b>3</b> 页 共 41 条</p>", (3, 41)),
        ("ucap", "createPageHTML('page_div',22,1,'common_list','shtml',325)", (22, 325)),
        ("trs", "listModel({pagebar:{prepage:10, recordCount:'21'}})", (3, 21)),
        ("hanweb", "jpage({perPage:15, totalRecord:386})", (None, 386)),
        ("hanweb", "<totalrecord>77</totalrecord>", (None, 77)),
        ("jpaas", '{"data":{"html":"<div count=\\"386\\" rows=\\"15\\">"}}', (27, 386)),
    ],
)
def test_declared_totals(name, markup, declared):
    stated = FAMILIES[name].declared(listed("/nb/", markup))
    assert (stated.pages, stated.records) == declared


JPAGE = """<script type="text/xml"><datastore><recordset><record><![CDATA[<li><a href="/art/1.html" title="甲局年报">甲</a></li>]]>
</record><record><![CDATA[<li><a href='/art/2.html'>乙局年报</a></li>]]></record></recordset></datastore></script>
<script>$('#9').jpage({perPage:2, totalRecord:5, proxyUrl:'/module/web/jpage/dataproxy.jsp', proxyParam:{col:1, columnid:77, unitid:'9'}})</script>"""


@pytest.mark.parametrize("named", [("proxyUrl", "proxyParam"), ("proxyurl", "params")])
def test_hanweb_reads_rows_in_scripts_and_asks_for_the_rest(named):
    page = listed("/col/col77/index.html", JPAGE.replace("proxyUrl", named[0]).replace("proxyParam", named[1]))
    assert [link.label for link in FAMILIES["hanweb"].rows(page)] == ["甲局年报", "乙局年报"]
    refs = list(FAMILIES["hanweb"].next_pages(page))
    queries = [{name: values[0] for name, values in parse_qs(urlsplit(ref.url).query).items()} for ref in refs]
    spans = [
        (ref.way, query["page"], query["startrecord"], query["endrecord"])
        for ref, query in zip(refs, queries, strict=True)
    ]
    assert spans == [(0, "2", "3", "4"), (0, "3", "5", "6"), (1, "2", "3", "4"), (1, "3", "5", "6")]
    assert all("columnid=77" in (ref.form or ref.url) for ref in refs)
    assert [ref.form is None for ref in refs] == [False, False, True, True]


OPAQUE = "Q2x3" * 8


def test_hanweb_changes_only_the_page_of_an_encrypted_group():
    group = "<nextgroup><![CDATA[<a href='/module/web/jpage/dataproxy.jsp?page=1&columnid=Q2x3'></a>]]></nextgroup>".replace(
        "Q2x3", OPAQUE
    )
    page = listed("/col/col7/index.html", f"<datastore>{group}</datastore> totalRecord:4, perPage:2")
    assert pages("hanweb", page) == [
        f"/module/web/jpage/dataproxy.jsp?page={number}&columnid={OPAQUE}" for number in (1, 2)
    ]


SPANS = [(n, f"startrecord={2 * n - 1}&endrecord={2 * n}&perpage=2") for n in (3, 4, 5)]


def test_hanweb_may_count_groups_as_long_as_the_first_page():
    group = "<nextgroup><![CDATA[<a href='/module/web/jpage/dataproxy.jsp?page=1&columnid=7'></a>]]></nextgroup>"
    page = listed(
        "/col/col7/index.html", f"<datastore>{group}{'<record></record>' * 4}</datastore> totalRecord:10, perPage:2"
    )
    refs = [(ref.way, ref.number, ref.url.partition("?")[2]) for ref in FAMILIES["hanweb"].next_pages(page)]
    assert refs == [
        (0, 2, "page=1&columnid=7"),
        (0, 3, "page=2&columnid=7"),
        (1, 2, "page=3&columnid=7"),
        (1, 3, "page=4&columnid=7"),
        (1, 4, "page=5&columnid=7"),
        *((2, number - 1, f"page={number}&columnid=7&{span}") for number, span in SPANS),
    ]


def test_jpaas_puts_the_page_into_paramjson():
    query = "{'webId':'w','pageId':'7','paramJson':'{&quot;pageNo&quot;:1,&quot;pageSize&quot;:&quot;7&quot;}'}"
    shell = f'<script url="/api-gateway/jpaas-publish-server/front/page/build/unit" queryData="{query}"></script>'
    (first,) = FAMILIES["jpaas"].next_pages(listed("/col/7.html", shell))
    assert json.loads(parse_qs(urlsplit(first.url).query)["paramJson"][0]) == {"pageNo": 1, "pageSize": "7"}
    html = '<li><a href="/art/1.html">甲</a></li><div class="pagination" count="9" rows="7"></div>'
    answer = ListPage(Page(first.url, json.dumps({"success": True, "data": {"html": html}})), 2)
    (second,) = FAMILIES["jpaas"].next_pages(answer)
    assert json.loads(parse_qs(urlsplit(second.url).query)["paramJson"][0])["pageNo"] == 2
    assert [link.url for link in FAMILIES["jpaas"].rows(answer)] == [f"{SITE}/art/1.html"]
    assert list(FAMILIES["jpaas"].next_pages(ListPage(Page(second.url, answer.page.text), 3))) == []


@pytest.mark.parametrize(
    ("answer", "records"),
    [
        ({"count": 20, "data": [{"count": 900}] * 10}, 20),
        ({"count": 10, "data": [{}] * 10}, None),
        ({"total": "10", "rows": [{}] * 10}, 10),
        ({"data": {"total_count": 31, "pages": 4, "list": [{}]}}, 31),
        ([{"total": 5}], None),
        ({"total": 3, "rows": [{}] * 10}, None),
    ],
)
def test_the_records_that_an_answer_states_stand_beside_its_lists(answer, records):
    assert FAMILIES["generic"].declared(listed("/api", json.dumps(answer))).records == records
    assert FAMILIES["generic"].declared(listed("/api", f"show({json.dumps(answer)});")).records == records


def test_gkmlpt_reads_the_tree_and_the_articles():
    tree = [{"id": 5, "name": "政府信息公开年报", "jump_url": "", "children": []}]
    shell = listed("/gkmlpt/index", f"<script>window._CONFIG = {{SID:'755041',TREE:{json.dumps(tree)}}}</script>")
    (node,) = FAMILIES["gkmlpt"].rows(shell)
    assert (node.label, node.url) == ("政府信息公开年报", f"{SITE}/gkmlpt/api/all/5?page=1&sid=755041")
    of_department = listed("/b3/gkmlpt/index", shell.page.text)
    addresses = [urlsplit(node.url).path for node in FAMILIES["gkmlpt"].rows(of_department)]
    assert addresses == ["/gkmlpt/api/all/5", "/b3/gkmlpt/api/all/5"]
    file = {"name": "年报.pdf", "url": "/attachment/1.pdf"}
    body = {
        "articles": [{"title": "甲局年报", "url": f"{SITE}/p/1.html", "attachment": [file]}],
        "classify": {"post_count": 201},
    }
    answer = ListPage(Page(node.url, json.dumps(body)))
    assert [link.label for link in FAMILIES["gkmlpt"].rows(answer)] == ["甲局年报", "年报.pdf"]
    assert pages("gkmlpt", answer) == ["/gkmlpt/api/all/5?page=2&sid=755041", "/gkmlpt/api/all/5?page=3&sid=755041"]


def test_ucap_takes_the_path_but_not_the_host_of_its_service():
    record = {"titleHtml": "<b>甲局</b>年报", "url": "http://10.0.0.8/c1/a.shtml"}
    answer = listed("/getFileListByCodeId", json.dumps({"results": {"data": {"total": 45, "results": [record]}}}))
    (link,) = FAMILIES["ucap"].rows(answer)
    assert (link.url, link.label) == (f"{SITE}/c1/a.shtml", "甲局年报")
    assert FAMILIES["ucap"].declared(answer).records == 45


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"data":null}', '{"data":{"html":5}}', '{"articles":[{}]}', '{"results":{"data":{"results":[{}]}}}',
     '{"custom":"x"}', "queryData=\"{'webId':\"", "createPageHTML(", "jpage({perPage:0, totalRecord:9})", "\x00" * 50, "<" * 5000],
)  # fmt: skip
def test_hostile_pages_do_not_break_a_reader(name, text):
    for path in ("/nb/", "/gkmlpt/api/all/5?page=1", "/getFileListByCodeId", "/site/label/8888?pageIndex=x", "/rest/lightfrontaction/getgovinfolist",
                 "/api-gateway/jpaas-publish-server/front/page/build/unit?paramJson={", "/module/web/jpage/dataproxy.jsp"):  # fmt: skip
        page = listed(path, text, first=f"{SITE}/nb/")
        list(FAMILIES[name].rows(page))
        FAMILIES[name].declared(page)
        assert len(list(FAMILIES[name].next_pages(page))) < 5000


FORM = """<form action="/search/" method="get"><input name="q"></form>
<form method="post" action="/list.do"><input type="hidden" name="lm" value="7"><input type="hidden" name="pageNo" value="1"></form>
<a href="javascript:toPage(2)">下一页</a>"""
POST_BACK = """<form method="post" action="l.aspx"><input type="hidden" name="__VIEWSTATE" value="s=="><a href="javascript:__doPostBack('p','2')">2</a></form>"""


@pytest.mark.parametrize(
    ("markup", "url", "body"),
    [
        (FORM, "/list.do", "lm=7&pageNo=2"),
        (POST_BACK, "/zw/l.aspx", "__VIEWSTATE=s%3D%3D&__EVENTTARGET=p&__EVENTARGUMENT=2"),
        ("<script>function q(n) { $.post('/api', {cid: 3, page: n}); }</script>", "/api", "cid=3&page=1"),
        ("<input id=c value=3><script>function q(n) { $.post('/api', {cid: $('#c').val(), page: n}); }</script>", "/api", "cid=3&page=1"),
        ("<script>function q(n) { $.ajax({url: '/api', type: 'post', data: JSON.stringify({cid: 3, page: n})}); }</script>", "/api", '{"cid":3,"page":1}'),
    ],
)  # fmt: skip
def test_pages_by_form_and_service(markup, url, body):
    ref = next(iter(FAMILIES["generic"].next_pages(listed("/zw/list.do", markup))))
    assert (ref.url.removeprefix(SITE), ref.form) == (url, body)


PIECES = "".join(
    f"<a href='{path}'>{text}</a>"
    for path, text in (
        ("t20240131_123_1.html", "2"), ("t20240131_123_2.html", "3"), ("t20240131_123.html", "1"),
        ("t20240131_124.html", "2"), ("t20240131_1234.html", "下一篇"), ("/nb/t20240131_123_1.pdf", "3"), ("/", "1"),
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("path", "markup", "others"),
    [
        ("/nb/t20240131_123.html", PIECES, ["/nb/t20240131_123_1.html", "/nb/t20240131_123_2.html"]),
        ("/nb/t20240131_123_1.html", PIECES, ["/nb/t20240131_123_2.html"]),
        ("/show?id=3", "<a href='/show?id=3&page=2'>下一页</a><a href='/show?id=4'>2</a>", ["/show?id=3&page=2"]),
        ("/nb/7.html", "<a href='8.html'>下一页</a>", []),
    ],
)  # fmt: skip
def test_the_pieces_of_an_article(path, markup, others):
    page = Page(SITE + path, f"<html>{markup}")
    assert [link.url.removeprefix(SITE) for link in further_pieces(page)] == others


def test_a_counter_is_no_service():
    assert not any(
        "visit" in url for url in pages("generic", listed("/nb/", "<script>$.post('/visit/count', {page: 1})</script>"))
    )


def test_a_form_without_a_pager_is_left_alone():
    assert "/list.do" not in pages("generic", listed("/nb/", FORM.replace("下一页", "更多")))


def test_xxgk_asks_for_the_reports_of_agencies_by_their_codes():
    markup = '<option value="11371726043354605W">财政局</option><script>open("/module/xxgk/xxgkAnnualReport.jsp?area=" + code)</script>'
    rows = [link for link in FAMILIES["xxgk"].rows(listed("/col/col7/index.html", markup)) if "fbtime" in link.url]
    assert rows[-1].url == f"{SITE}/module/xxgk/xxgkAnnualReport.jsp?area=11371726043354605W&fbtime=2019"
    assert rows[-1].label == "财政局2019年政府信息公开工作年度报告"


def test_xxgk_keeps_to_its_column():
    answer = "<a href='/art/2024/1/2/art_7_1.html'>甲</a><a href='/art/2024/1/2/art_8_2.html'>乙</a>共 3 页"
    page = listed("/module/xxgk/search.jsp?currpage=1", answer, number=2, first=f"{SITE}/col/col7/index.html")
    assert [link.label for link in FAMILIES["xxgk"].rows(page)] == ["甲"]
    assert FAMILIES["xxgk"].declared(page).pages == 3


def test_truecms_asks_for_fewer_rows_where_its_own_number_fails():
    markup = "<script>page({proxyUrl: '/t/messageController/getMessage.do', columnId: '7', perPage: 45})</script>"
    refs = list(FAMILIES["truecms"].next_pages(listed("/col/col7/index.html", markup)))
    sizes = [(ref.way, parse_qs(urlsplit(ref.url).query)["perpage"][0]) for ref in refs]
    assert (sizes[0], sizes[-1]) == ((0, "45"), (1, "10"))
    answer = listed(
        "/t/messageController/getMessage.do",
        'cb({"message": "<record><![CDATA[<li><a href=\\"/a.html\\">甲</a></li>]]></record>"})',
    )
    assert [link.label for link in FAMILIES["truecms"].rows(answer)] == ["甲"]


def test_a_pager_of_numbers_names_the_pages_behind_the_next_one():
    anchors = "".join(f"<a href='nb_{number}.html'>{number}</a>" for number in range(1, 5))
    assert pages("generic", listed("/zw/nb_1.html", anchors)) == ["/zw/nb_2.html", "/zw/nb_3.html", "/zw/nb_4.html"]
    assert pages("generic", listed("/zw/nb_3.html", anchors, number=3)) == ["/zw/nb_4.html"]
    more = anchors + "<a href='nb_2.html'>下一页</a>"
    assert pages("generic", listed("/zw/nb_1.html", more)) == ["/zw/nb_2.html", "/zw/nb_3.html", "/zw/nb_4.html"]


def test_each_of_several_pagers_of_a_page_is_followed_in_its_own_parameter():
    def page(url, one, other, **known):
        anchors = [f"<a href='?p={number}&q={other}'>{number}</a>" for number in (1, 2, 3)]
        anchors += [f"<a href='?p={one}&q={number}'>{number}</a>" for number in (1, 2)]
        return listed(url, "".join(anchors), **known)

    first = page("/nb.jsp", 1, 1)
    assert len(FAMILIES["generic"].lists(first.page)) == 2
    assert pages("generic", first) == ["/nb.jsp?p=2&q=1", "/nb.jsp?p=3&q=1"]
    assert pages("generic", page("/nb.jsp", 1, 1, first="/nb.jsp#2")) == ["/nb.jsp?p=1&q=2"]
    assert pages("generic", page("/nb.jsp?p=2&q=1", 2, 1, number=2)) == ["/nb.jsp?p=3&q=1"]
    one = listed("/nb.jsp", "<a href='?page=2&t=1'>2</a><a href='?page=2&t=7'>下一页</a><a href='?page=3&t=1'>3</a>")
    assert len(FAMILIES["generic"].lists(one.page)) == 1
    years = "".join(f"<a href='?year={year}'>{year}</a>" for year in (2023, 2024))
    paged = listed("/nb.jsp?year=2022", years + "<a href='?year=2022&page=1'>2</a><a href='?year=2022&page=2'>3</a>")
    assert len(FAMILIES["generic"].lists(paged.page)) == 1


def test_a_placeholder_alone_is_no_address_of_a_page():
    script = "<script>row('{0}', '{1}'); go('/l/{page}')</script>"
    found = pages("generic", listed("/nb/", script))
    assert "/nb/2" not in found
    assert "/l/2" in found


def test_a_picture_without_words_turns_pages_between_addresses_alike():
    anchors = (
        "<a href=more1.asp><img src=b1.gif></a><a href=more3.asp><img src=b3.gif></a><a href=9.asp><img src=c.gif></a>"
    )
    assert pages("generic", listed("/nb/more2.asp", anchors, number=2)) == ["/nb/more3.asp"]


def test_a_picture_leads_from_the_first_page_to_the_second():
    anchors = "<a href=/zw/node_9.htm><img src=b.gif></a><a href=node_12_2.htm><img src=n.gif></a>"
    assert pages("generic", listed("/zw/node_12.htm", anchors)) == ["/zw/node_12_2.htm"]


def test_an_arrow_to_the_last_page_leaves_none_out():
    anchors = "<a href='?page=2'>2</a><a href='?page=3'>3</a><a href='?page=4' rel=next>»</a>"
    assert pages("generic", listed("/nb/9", anchors)) == ["/nb/9?page=2", "/nb/9?page=3"]


def test_what_ends_a_page_of_an_offset_moves_on_with_its_beginning():
    made = counted(Ask("/s.do?startrecord=16&endrecord=30&perpage=15", None))
    following = made.ref(listed("/nb/", ""), 1, 3)
    assert following.url.partition("?")[2] == "startrecord=31&endrecord=45&perpage=15"


def test_a_number_in_address_and_form_is_counted_in_both():
    made = counted(Ask("/search.jsp?area=1&currpage=1", "id=A05&currpage=1&rows=1"))
    following = made.ref(listed("/nb/", ""), 1, 2)
    assert (following.url.partition("?")[2], following.form) == ("area=1&currpage=2", "id=A05&currpage=2&rows=1")


def test_a_list_that_its_script_reads_on_is_one_list():
    first, second = (Answered("http://x.gov.cn/q", json.dumps({"c": "nb", "page": page}), "") for page in (1, 2))
    other = Answered("http://x.gov.cn/q", '{"c": "xw", "page": 1}', "")
    assert first_page([other, first, second]) is first
    assert first_page([first, other]) is other


def test_a_request_that_is_signed_is_not_counted_on():
    script = "var n = 1; function ask() { $.get('/l', {pn: n, sign: hex_md5('k' + n)}); } $('#next').click(function () { n++; ask(); }); ask();"
    refs = pages("generic", listed("/nb/", f"<a id=next>下一页</a><script>{script}</script>"))
    assert [ref.partition("&")[0] for ref in refs] == ["/l?pn=2"]


def test_each_unit_of_a_page_is_a_list_of_its_own():
    unit = "<div><datastore><record>{0}</record></datastore><script>$().jpage({{totalRecord:{0}0}})</script></div>"
    pieces = FAMILIES["hanweb"].lists(Page(SITE + "/col/col7/index.html", unit.format(1) + unit.format(2)))
    assert [FAMILIES["hanweb"].declared(ListPage(piece)).records for piece in pieces] == [10, 20]
    units = "".join(f"<script queryData=\"{{'webId':'1','tagId':'{tag}'}}\"></script>" for tag in "ab")
    pieces = FAMILIES["jpaas"].lists(Page(SITE + "/col/col8/index.html", units))
    assert ["tagId=a" in pages("jpaas", ListPage(piece))[0] for piece in pieces] == [True, False]
