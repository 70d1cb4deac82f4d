"""Small portals, each with one uncommon way to its reports, crawled together: what must be asked for, and what not."""

# ruff: noqa: E501 -- lines of markup stay whole
from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote

import pytest

from samples import SamplePortals
from samples.portal import Portal
from samples.wire import Request, answer

from .conftest import finish_crawl, start_crawl

PDF = b"%PDF-1.4\n" + b"%" * 2000
WORDS = "<p>本机关依法公开的内容若干，各有其说。</p>" * 8
REPORT = "<p>（一）第二十条第（一）项 本列数据的勾稽关系 未经复议直接起诉 结转下年度继续办理</p>"
AGENCIES = ("某县教育", "某县财政", "某县民政", "某县水利", "某县司法", "某县审计", "某县统计", "某县林业")


@dataclass(frozen=True, slots=True)
class Way:
    """A portal by its pages, those of `column` where it has no other: path and query → markup or a file's bytes;
    `wanted` are the addresses that a crawl must ask for, reports where nothing else is said, `unwanted` those that it
    must not; of others it asks for at most `most`.
    """

    name: str
    pages: dict[str, str | bytes | Callable[[Request], str]]
    wanted: tuple[str, ...]
    unwanted: tuple[str, ...] = ()
    most: int = field(default=40)


def titled(agency: str, year: int = 2024) -> str:
    return f"{agency}{year}年政府信息公开工作年度报告"


def column(*rows: str) -> dict[str, str]:
    """Return a homepage and the column of reports, with these rows."""
    return {
        "/": "<a href='/zwgk/'>政府信息公开</a>",
        "/zwgk/": "<a href='/nb/'>政府信息公开年报</a>",
        "/nb/": "".join(f"<li>{row}</li>" for row in rows),
    }


WAYS = (
    Way(
        "two units on a page of the column",
        {
            "/nb/": "".join(
                f"<script queryData=\"{{'webId':'7','tagId':'{tag}'}}\" "
                'url="/api-gateway/jpaas-publish-server/front/page/build/unit"></script>'
                for tag in "ab"
            ),
            "/api-gateway/jpaas-publish-server/front/page/build/unit": lambda asked: json.dumps(
                {"data": {"html": f"<a href='/{'b' if 'tagId=b' in asked.target else 'a'}.html'>{titled('甲局')}</a>"}}
            ),
        },
        ("/a.html", "/b.html"),
    ),
    Way(
        "a list that begins with its newest page, whose older ones are the previous ones",
        {
            f"/nb/{name}": f"<li><a href='/show/{n}.html'>{titled('己局', 2020 + n)}</a></li>"
            + (f"<a href='p{n - 1}.html'>上一页</a>" if n > 1 else "")
            + (f"<a href='p{n + 1}.html'>下一页</a>" if n < 4 else "")
            for n, name in enumerate(("p1.html", "p2.html", "p3.html", ""), 1)
        }
        | {f"/show/{n}.html": REPORT for n in range(1, 5)},
        ("/show/1.html", "/show/4.html"),
        ("/nb/p4.html",),
    ),
    Way(
        "a pager whose options give the address of a page",
        {
            "/nb/": "<html>"
            + f"<li><a href='/show/1.html'>{titled('壬局', 2021)}</a></li>"
            + "<script>kkpager.generPageHtml({pno: 1, total: 2, former: 'list', getLink: function (n) { return n == 1 ? this.former + '.html' : this.former + '_' + n + '.html'; }});</script>",
            "/nb/list_2.html": f"<html><li><a href='/show/2.html'>{titled('壬局', 2022)}</a></li>"
            + "<iframe srcdoc=\"&lt;a href='/show/3.html'&gt;壬局2023年政府信息公开工作年度报告&lt;/a&gt;\"></iframe>",
        },
        ("/show/1.html", "/show/2.html", "/show/3.html"),
    ),
    Way(
        "a list that states more than it shows has a file that tells where",
        column(
            f"<a href='1.html'>{titled('甲局', 2021)}</a><script>var at = {{pageCount: 2}};</script><script src='/p.js'></script>"
        )
        | {
            "/p.js": "document.write('<a href=\"#\" onclick=\"location.href=\\'p' + at.pageCount + '.html\\'\">2</a>')",
            "/nb/p2.html": f"<a href='2.html'>{titled('甲局', 2022)}</a>",
        },
        ("/nb/1.html", "/nb/2.html"),
    ),
    Way(
        "a page of several columns has the reports under their heading, in the top of a frameset",
        {
            "/": "<html><frameset><frame src='/top.html'><frame src='/hi.html'></frameset>",
            "/top.html": "<html><a href='/gk/'>政府信息公开</a></html>",
            "/hi.html": "<html><p>欢迎</p></html>",
            "/gk/": "<h4>指南</h4><p><a href='/zn.docx'>下载</a></p><h4>政府信息公开年报</h4><p>2022 <a href='/nb/2.html'>2022</a></p><h4>其他</h4>",
        },
        ("/nb/2.html",),
    ),
    Way(
        "a frame of the homepage goes elsewhere by a script",
        {
            "/": "<html><frameset><frame src='/main.html'></frameset>",
            "/main.html": "<html><script>var u = '/web'; location.replace(u + '/?v=' + 1);</script>",
            "/web/?v=1": f"<a href='/nb/4.html'>{titled('甲局')}</a>",
        },
        ("/nb/4.html",),
    ),
    Way(
        "a family's list goes on by a click that the family does not know",
        column(f"<a href='/nb/4.html'>{titled('甲局')}</a>")
        | {
            "/nb/": f"<a href='/nb/4.html'>{titled('甲局')}</a><p onclick='more()'>加载更多</p><script>var page = 1;"
            "function more() { $.get('/module/web/jpage/more.jsp', {page: ++page}, function(m) { $('p').before(m) }) }</script>",
        }
        | {
            f"/module/web/jpage/more.jsp?page={n}": f"<ul><a href='/nb/{n}.html'>{titled('甲局', 2020 + n)}</a>"
            for n in (2, 3)
        },
        ("/nb/2.html", "/nb/3.html", "/nb/4.html"),
    ),
    Way(
        "a column is a form that sends itself, and its pages come by a service that tells their number in a header",
        column()
        | {
            "/nb/": "<html><body onload='document.f.submit()'><form name=f action=/nb.do method=post><input type=hidden name=c value=7></form>",
            "/nb.do": "<html><ul id=u></ul><script>function load(n) { fetch('/v2/posts?per_page=5&page=' + n).then(r => r.json()).then(d => { document.getElementById('u').innerHTML = d.map(x => '<a href=' + x.link + '>' + x.t + '</a>').join(''); }); } load(1);</script>",
        }
        | {
            f"/v2/posts?per_page=5&page={n}": json.dumps([{"link": f"/show/{n}.html", "t": titled("甲局", 2020 + n)}])
            for n in (1, 2)
        },
        ("/show/1.html", "/show/2.html"),
    ),
    Way(
        "a report's page names its files by what stands in a script file",
        column(f"<a href='/nb/4.html'>{titled('甲局')}</a>")
        | {
            "/nb/4.html": f"<html>{WORDS}<p id=f></p><script src=/conf.js></script><script>var files = [{{n: '全文.pdf', p: 'M00/4.pdf'}}];"
            "document.getElementById('f').innerHTML = '<a href=\"' + CONF.base + files[0].p + '\">' + files[0].n + '</a>';</script>",
            "/conf.js": "var CONF = {base: '/fdfs/'};",
            "/fdfs/M00/4.pdf": PDF,
        },
        ("/fdfs/M00/4.pdf",),
    ),
    Way(
        "each report leads to the one of the year before, deeper than other links are followed",
        column(f"<a href='/nb/2025.html'>{titled('甲局', 2025)}</a>")
        | {f"/nb/{y}.html": REPORT + f"<a href='/nb/{y - 1}.html'>上一年度</a>" for y in range(2025, 2008, -1)},
        ("/nb/2025.html", "/nb/2009.html"),
    ),
    Way(
        "a report's file is behind a picture on the page of its download",
        column(f"<a href='/nb/4.html'>{titled('甲局')}</a>")
        | {
            "/nb/4.html": WORDS + "<a onclick=\"window.open('/down/?id=4')\">点击下载</a>",
            "/down/?id=4": "<html><a href='/doaction.php?enews=DownSoft&id=4'><img src=/down.gif></a>",
            "/doaction.php?enews=DownSoft&id=4": PDF,
        },
        ("/doaction.php?enews=DownSoft&id=4",),
    ),
    Way(
        "a listed report is a stub that goes elsewhere by a variable",
        column(f"<a href='/go/4.html'>{titled('甲局')}</a>")
        | {"/go/4.html": "<html><script>var u = '/show/' + 4; location.replace(u);</script>", "/show/4": REPORT},
        ("/show/4",),
    ),
    Way(
        "a newsroom called 中心 is no way to the reports, the map of the site is",
        {
            "/": "<a href='/xw/'>新闻中心</a><a href='/map.html'>网站地图</a>",
            "/map.html": "<a href='/bg/'>信息公开工作报告</a>",
            "/bg/": f"<a href='/bg/4.html'>{titled('甲局')}</a>",
        },
        ("/map.html", "/bg/4.html"),
    ),
    Way(
        "rows written by a script that the server makes",
        {
            "/nb/": "<html><table><script src='/inc/nblist.asp?cid=3'></script></table>",
            "/inc/nblist.asp": f"document.write('<tr><td><a href=\"/show.asp?id=7\">{titled('甲局')}</a></td></tr>');",
            "/show.asp": REPORT,
        },
        ("/inc/nblist.asp?cid=3", "/show.asp?id=7"),
    ),
    Way(
        "a posted fragment whose pager states the pages in a call",
        {
            "/nb/": "<html><div id=l></div><script>function go(n) { $.post('/site/label/8888', {labelName: 'publicInfoList', catId: '9', pageIndex: n, pageSize: 15}, function (h) { $('#l').html(h); }); } go(1);</script>",
            "/site/label/8888": lambda request: (
                f"<ul><li><a href='/public/{request.query['pageIndex']}.html'>{titled('乙局', 2020 + int(request.query['pageIndex']))}</a></li></ul><script>$('#p').ls_page({{pageIndex:{request.query['pageIndex']},pageSize:1,pageCount:2,total:2}})</script>"
                if request.query.get("catId") == "9"
                else ""
            ),
        },
        ("/public/1.html", "/public/2.html"),
    ),
    Way(
        "a table whose service is asked by offset, as its attributes leave it",
        {
            "/nb/": "<html><script src=/js/bootstrap-table.min.js></script><table data-toggle=table data-url='/api/nb' data-pagination=true data-side-pagination=server data-page-size=1><thead><tr><th data-field=title data-formatter=link></th></tr></thead></table><script>function link(v, row) { return '<a href=\"/nb/' + row.id + '.html\">' + v + '</a>'; }</script>",
            "/api/nb": lambda request: (
                f'{{"total": 2, "rows": [{{"id": {int(request.query.get("offset", 0)) + 1}, "title": "{titled("丙局", 2023 + int(request.query.get("offset", 0)))}"}}]}}'
            ),
        },
        ("/nb/1.html", "/nb/2.html"),
    ),
    Way(
        "rows of which a script draws the first ones only, and its own pager the others",
        {
            "/nb/": "<html><ul id=l></ul><script>$.getJSON('docs.json', function (d) { draw(d.rows.slice(0, 2)); new Pager(d.rows, draw); }); function draw(rows) { $.each(rows, function (i, r) { $('#l').append('<li><a href=\"/show/' + r.on.year + '/' + r.id + '.html\">' + r.title + '</a></li>'); }); }</script>",
            "/nb/docs.json": lambda _: json.dumps(
                {"rows": [{"id": n, "title": titled("戊局", 2020 + n), "on": {"year": 2021 + n}} for n in range(5)]}
            ),
        }
        | {f"/show/{2021 + n}/{n}.html": REPORT for n in range(5)},
        ("/show/2021/0.html", "/show/2025/4.html"),
    ),
    Way(
        "a list in XML, without a declaration, that a script reads page by page",
        {
            "/nb/": "<html><ul id=l></ul><script>function go(n) { $.get('/nb.xml', {page: n}, function (x) { var all = $(x).find('data').attr('total'); $(x).find('row').each(function () { $('#l').append('<a href=\"/show/' + $(this).attr('id') + '.html\">' + $(this).text() + '</a>'); }); }); } go(1);</script>",
            "/nb.xml": lambda request: (
                f"<data total='2'><row id='{request.query['page']}'>{titled('庚局', 2020 + int(request.query['page']))}</row></data>"
                if request.query["page"] in "12"
                else "<data total='2'></data>"
            ),
        },
        ("/show/1.html", "/show/2.html"),
    ),
    Way(
        "a plugin that counts from nothing, and an answer that is evaluated as text",
        {
            "/nb/": "<html><ul id=l></ul><div id=p></div><script>function draw(n) { $.post('/list.jsp', {page_index: n}, function (r) { $.each(eval('(' + r + ')').rows, function (i, x) { $('#l').append('<a href=\"/show/' + x.id + '.html\">' + x.t + '</a>'); }); }); } $('#p').pagination(2, {items_per_page: 1, callback: draw});</script>",
            "/list.jsp": lambda request: (
                f'{{"rows": [{{"id": {request.query["page_index"]}, "t": "{titled("辛局", 2020 + int(request.query["page_index"]))}"}}]}}'
                if request.query["page_index"] in "01"
                else '{"rows": []}'
            ),
        },
        ("/show/0.html", "/show/1.html"),
    ),
    Way(
        "a column whose page is a script that puts its new address together",
        {
            "/nb/": "<html><script src='/js/ctx.js'></script><script>var u = '//' + location.host + ctx + '/list.html'; if (window.top !== window.self) { top.location.replace(u); } else { location.replace(u); }</script></html>",
            "/js/ctx.js": "var ctx = '/new/nb';",
            "/new/nb/list.html": f"<li><a href='/show/1.html'>{titled('壬局', 2021)}</a></li>",
        },
        ("/show/1.html",),
    ),
    Way(
        "years on buttons of a form that is posted",
        {
            "/nb/": lambda request: (
                "<html><form method=post><button type=submit name=year value=2023>2023年</button><button type=submit name=year value=2022>2022年</button></form>"
                + f"<li><a href='/show/{request.query.get('year', 2023)}.html'>{titled('壬局', int(request.query.get('year', 2023)))}</a></li>"
            ),
        },
        ("/show/2023.html", "/show/2022.html"),
    ),
    Way(
        "places in a parameter that elsewhere is a search, a column that has moved, years on pictures",
        {
            "/": "<a href='/?q=gk'>信息公开</a>",
            "/?q=gk": "<a href='/?q=taxonomy/term/9'>政府信息公开年报</a>",
            "/?q=taxonomy/term/9": "<p>该栏目已迁移，请访问<a href='/gk/list.html'>新址</a></p>",
            "/gk/list.html": "<a href='2023/'><img src='/i/2023.png'></a>",
            "/gk/2023/": f"<li><a href='/visit/link.do?url=/show/1.html&q=x'>{titled('壬局', 2023)}</a></li>"
            "<a href='javascript:' onclick='RefreshPageTo(event, \"\\u002fgk\\u002f2023_2.html\");return false;'><img alt='下一页'></a>",
            "/gk/2023_2.html": f"<li><a href='/show/2.html'>{titled('癸局', 2023)}</a></li>",
        },
        ("/visit/link.do?url=/show/1.html&q=x", "/show/2.html"),
    ),
    Way(
        "a tree that its library loads from XML",
        {
            "/nb/": "<html><div id=t></div><script>var tree = new dhtmlXTreeObject('t', '100%', '100%', 0); tree.loadXML('tree.xml');</script>",
            "/nb/tree.xml": "<tree id='0'><item text='某县财政局' id='3'><userdata name='url'>list.asp?bm=3</userdata></item></tree>",
            "/nb/list.asp?bm=3": f"<li><a href='/show/1.html'>{titled('某县财政局', 2021)}</a></li>",
        },
        ("/show/1.html",),
    ),
    Way(
        "scripts that are fetched for what they set",
        {
            "/nb/": "<html><ul id=l></ul><script>$.getScript('/api/list?kind=nb', function () { $.each(window.rows_nb, function (i, x) { $('#l').append('<a href=\"/show/' + x.id + '.html\">' + x.t + '</a>'); }); });</script>",
            "/api/list?kind=nb": f"var rows_nb = [{{id: 7, t: '{titled('癸局')}'}}];",
        },
        ("/show/7.html",),
    ),
    Way(
        "a long list elsewhere among whose news reports go on",
        {"/": "<a href='/gk/1.html'>其他法定信息</a>"}
        | {
            f"/gk/{n}.html": "".join(
                f"<li><a href='/gk/t20240105_{n}{row}.html'>{titled('丁局', 2024 - n // 5) if n % 5 == 1 and not row else f'关于第{n}批{row}号道路施工的公告'}</a></li>"
                for row in range(8)
            )
            + (f"<a href='/gk/{n + 1}.html'>下一页</a>" if n < 17 else "")
            for n in range(1, 18)
        }
        | {f"/gk/t20240105_{n}0.html": REPORT for n in (1, 6, 11, 16)},
        ("/gk/t20240105_10.html", "/gk/t20240105_160.html"),
    ),
    Way(
        "a menu by a script on a homepage that names itself",
        {
            "/": "<html><a href='/'>某县人民政府</a><div id=m></div><script>$.getJSON('/nav.json', function (l) { $('#m').html('<a href=\"' + l[0].u + '\">' + l[0].n + '</a>') })</script></html>",
            "/nav.json": '[{"n": "政府信息公开年报", "u": "/column/nb/"}]',
            "/column/nb/": f"<a href='/nb/1.html'>{titled('甲局')}</a>",
        },
        ("/column/nb/", "/nb/1.html"),
    ),
    Way(
        "pieces of a list, each with the address of the next",
        column("<span data-src='frag/2024_1.html'>2024</span>")
        | {
            f"/nb/frag/2024_{number}.html": f"<ul><li><a href='/nb/{number}.html'>{titled('甲局')}</a></li></ul>"
            f"<a class=more href='javascript:;' data-next='frag/2024_{number + 1}.html'>查看更多</a>"
            for number in (1, 2, 3)
        },
        ("/nb/frag/2024_3.html", "/nb/3.html"),
    ),
    Way(
        "a pager that loads pieces of pages like its own",
        {"/zwgk/": "<a href='/nb/list_1.html'>政府信息公开年报</a>"}
        | {
            f"/nb/list_{number}.html": f"<div id=box><li><a href='/nb/{number}.html'>{titled('甲局', 2020 + number)}</a></li></div><div id=p></div>"
            "<script>$('#p').pagination(3, {callback: function (i) { $('#box').load('list_' + (i + 1) + '.html #box li') }, items_per_page: 1})</script>"
            for number in (1, 2, 3)
        },
        ("/nb/list_2.html", "/nb/list_3.html"),
    ),
    Way(
        "a list that states more pages and links none",
        {"/zwgk/": "<a href='/nb_1.html'>政府信息公开年报</a>"}
        | {
            f"/nb_{number}.html": f"<li><a href='/nb/{number}.html'>{titled('甲局', 2020 + number)}</a></li>共<b>3</b>页 <input id=no>"
            for number in (1, 2, 3)
        },
        ("/nb_2.html", "/nb_3.html"),
    ),
    Way(
        "a file in an attribute",
        column(f"<a href='/nb/2025/0120/c1a2/page.htm'>{titled('甲局')}</a>")
        | {
            "/nb/2025/0120/c1a2/page.htm": f"<h1>{titled('甲局')}</h1><div class=player pdfsrc='/_up/00/00/001.pdf'></div>",
            "/_up/00/00/001.pdf": PDF,
        },
        ("/_up/00/00/001.pdf",),
    ),
    Way(
        "a page in place of a file",
        column(f"<a href='/nb/20250120/1.html'>{titled('甲局')}</a>")
        | {
            "/nb/20250120/1.html": f"<h1>{titled('甲局')}</h1><p>附件：<a href='/download.php?id=1'>{titled('甲局')}.doc</a></p>",
            "/download.php?id=1": f"<html><h1>{titled('甲局')}</h1><a href='/'>首页</a><a href='/download.php?open=2&amp;id=1'>本地下载</a>",
            "/download.php?open=2&id=1": PDF,
        },
        ("/download.php?open=2&id=1",),
    ),
    Way(
        "a link without words",
        column(f"<a href='/nb/20250120/1.html'>{titled('甲局')}</a>", f"<a href='/show.php?id=2'>{titled('乙局')}</a>")
        | {
            "/nb/20250120/1.html": f"<h1>{titled('甲局')}</h1><p>附件：<a href='/index.php?c=down&amp;k=9'></a></p>",
            "/show.php?id=2": f"<h1>{titled('乙局')}</h1><a href='/zwgk/'>政府信息公开</a><p><a href='/index.php?c=down&amp;k=8'></a></p>",
            "/index.php?c=down&k=9": PDF,
            "/index.php?c=down&k=8": PDF,
        },
        ("/index.php?c=down&k=9", "/index.php?c=down&k=8"),
    ),
    Way(
        "a search's results as the column's list",
        column("<iframe src='/was/web/search?channelid=2'></iframe>")
        | {
            "/was/web/search?channelid=2": f"<li><a href='/nb/t20250120_1.html'>{titled('甲局')}</a></li><li><a href='/nb/t20250121_2.html'>{titled('乙局')}</a></li>",
        },
        ("/nb/t20250120_1.html", "/nb/t20250121_2.html"),
    ),
    Way(
        "a report's sections on pages of their own",
        column(f"<a href='/nb/r1/index.html'>{titled('甲局')}</a>")
        | {
            "/nb/r1/index.html": f"<h1>{titled('甲局')}</h1><p><a href='1.html'>一、总体情况</a><a href='2.html'>二、主动公开政府信息情况</a><a href='3.html'>三、收到和处理政府信息公开申请情况</a></p>"
        }
        | {f"/nb/r1/{number}.html": "<p>本节的内容</p>" for number in (1, 2, 3)},
        ("/nb/r1/1.html", "/nb/r1/2.html", "/nb/r1/3.html"),
    ),
    Way(
        "agencies under an uncommon name",
        {
            "/": "<a href='/zwgk/'>政府信息公开</a><a href='/qk/'>县情概览</a>",
            "/zwgk/": "<a href='/zn.html'>指南</a>",
            "/qk/": "".join(f"<a href='/jg/{number}/'>{name}局</a>" for number, name in enumerate(AGENCIES)),
        }
        | {f"/jg/{number}/": f"<a href='/jg/{number}/nb/'>信息公开年报</a>" for number in range(8)}
        | {
            f"/jg/{number}/nb/": f"<a href='/jg/{number}/nb/2024.html'>{titled(AGENCIES[number] + '局')}</a>"
            for number in range(8)
        },
        tuple(f"/jg/{number}/nb/2024.html" for number in range(8)),
    ),
    Way(
        "the portal's own report in the gazette",
        column(*(f"<a href='/nb/{year}.html'>{titled('某县教育局', year)}</a>" for year in (2023, 2024)))
        | {f"/nb/{year}.html": f"<h1>{titled('某县教育局', year)}</h1>{REPORT}" for year in (2023, 2024)}
        | {
            "/": "<a href='/zwgk/'>政府信息公开</a><a href='/gb/'>政府公报</a>"
            + "".join(f"<a href='/xw/{number}/'>新闻{number}</a>" for number in range(20))
        }
        | {f"/xw/{number}/": "<p>新闻</p>" for number in range(20)}
        | {
            "/gb/": "<a href='/gb/2025/'>2025年</a>",
            "/gb/2025/": "<a href='/gb/2025/1/'>2025年第1期</a>",
            "/gb/2025/1/": f"<a href='/gb/2025/1/c7.html'>{titled('某县人民政府')}</a>",
        },
        ("/gb/2025/1/c7.html",),
    ),
    Way(
        "a column by its page's own name",
        {
            "/": "<a href='/zwgk/'>政府信息公开</a><a href='/c/7/'></a>",
            "/zwgk/": "<a href='/zn.html'>指南</a>",
            "/c/7/": "<h1>政府信息公开年报</h1><a href='/c/7/t20250120_1.html'>2024年</a>",
        },
        ("/c/7/t20250120_1.html",),
    ),
    Way(
        "blocks of two rows and a way to all",
        column(
            *(
                f"{name}局 <a href='/nb/d{number}/'>更多&gt;&gt;</a><a href='/nb/d{number}/2024.html'>{titled(name + '局')}</a><a href='/nb/d{number}/2023.html'>{titled(name + '局', 2023)}</a>"
                for number, name in enumerate(AGENCIES[:3])
            ),
            "<a href='/xw/'>更多</a><a href='/xw/1.html'>新闻</a><a href='/xw/2.html'>要闻</a>",
        )
        | {
            f"/nb/d{number}/": f"<a href='/nb/d{number}/2022.html'>{titled(name + '局', 2022)}</a>"
            for number, name in enumerate(AGENCIES[:3])
        }
        | {f"/nb/d{number}/{year}.html": REPORT for number in range(3) for year in (2022, 2023, 2024)},
        tuple(f"/nb/d{number}/2022.html" for number in range(3)),
        ("/xw/",),
    ),
    Way(
        "a table of bare marks",
        column(
            "<table><tr><td>单位</td><td>2023</td><td>2024</td></tr>"
            + "".join(
                f"<tr><td>{name}局</td>"
                + "".join(f"<td><a href='show.aspx?d={number}&amp;y={year}'>√</a></td>" for year in (2022, 2023, 2024))
                + "</tr>"
                for number, name in enumerate(AGENCIES)
            )
            + "</table>"
        ),
        tuple(f"/nb/show.aspx?d={number}&y={year}" for number in range(8) for year in (2022, 2023, 2024)),
    ),
    Way(
        "a picture that comes into view",
        column(f"<a href='/nb/20250120/1.html'>{titled('甲局')}</a>")
        | {
            "/nb/20250120/1.html": f"<h1>{titled('甲局')}</h1><img src='/images/loading.gif' data-original='W1.png'><p>附件：<b title='报告.pdf' data-name='报告.pdf'></b></p>"
        },
        ("/nb/20250120/W1.png",),
        ("/images/loading.gif", "/nb/20250120/%E6%8A%A5%E5%91%8A.pdf"),
    ),
    Way(
        "a report whose file a script names",
        column(f"<a href='/nb/20250120/1.html'>{titled('甲局')}</a>")
        | {
            "/nb/20250120/1.html": f"<h1>{titled('甲局')}</h1><div id=a></div><script src='/js/front.js'></script><script>show('7')</script>",
            "/js/front.js": b"function show(id) { $('#a').html('<a href=\"/down/' + id + '.pdf\">down</a>'); }",
            "/down/7.pdf": PDF,
        },
        ("/js/front.js", "/down/7.pdf"),
    ),
    Way(
        "a query in which the column can be chosen",
        {
            "/zwgk/": "<a href='/cx'>政府信息公开年报</a>",
            "/cx": "<form action='/cx'><select name=lb><option value=''>请选择</option><option value=zn>指南</option><option value=nb>年度报告</option></select><select name=nd><option value=''>全部</option></select><input type=submit></form>",
            "/cx?lb=nb&nd=": f"<a href='/cx/1.html'>{titled('甲局')}</a>",
        },
        ("/cx/1.html",),
        ("/cx?lb=zn&nd=",),
    ),
    Way(
        "the portal's own search, where nothing else is left",
        {
            "/": "<form action='/search'><input type=hidden name=site value=1><input name=q></form><a href='/xw/'>新闻</a>",
            "/xw/": "<p>无</p>",
            f"/search?site=1&q={quote('政府信息公开工作年度报告')}": f"<a href='/xw/202501/t20250120_1.html'>{titled('甲局')}</a>",
        },
        ("/xw/", "/xw/202501/t20250120_1.html"),
    ),
    Way(
        "long lists without a pager, and guesses in vain",
        column(*(f"<a href='/nb/d{number}/'>{name}局年报</a>" for number, name in enumerate(AGENCIES[:4])))
        | {
            f"/nb/d{number}/": "".join(
                f"<a href='{year}.html'>{titled(name + '局', year)}</a>" for year in range(2014, 2025)
            )
            for number, name in enumerate(AGENCIES[:4])
        },
        tuple(f"/nb/d{number}/{year}.html" for number in range(4) for year in range(2014, 2025)),
        most=4 + 4 + 44 + 9,
    ),
    Way(
        "a map of the site that only robots.txt names",
        {
            "/": "<a href='/xw/'>新闻</a>",
            "/robots.txt": b"User-agent: *\nDisallow:\nSitemap: /map/site.xml\n",
            "/map/site.xml": b"<?xml version='1.0'?><urlset><url><loc>/zwgk/xxgknb/1.html</loc></url></urlset>",
        },
        ("/zwgk/xxgknb/1.html",),
    ),
    Way(
        "the portal's own search by a form that is posted",
        {
            "/": "<form action='/s.do' method=post><input name=word><input type=hidden name=page value=1></form>",
            "/s.do": lambda request: (
                f"<html><a href='/xw/1.html'>{titled('甲局')}</a>" if request.query.get("page") == "1" else "<html>"
            ),
        },
        ("/xw/1.html",),
    ),
    Way(
        "a search as the column",
        {"/zwgk/": "<a href='/search?q=nb'>政府信息公开年报</a><a href='/search?q=xw'>新闻</a>"}
        | {"/search?q=nb": f"<a href='/nb/1.html'>{titled('甲局')}</a>", "/nb/1.html": REPORT},
        ("/nb/1.html",),
        ("/search?q=xw",),
    ),
    Way(
        "a report wrapped in an announcement",
        {
            "/": "<a href='/zwgk/'>政府信息公开</a><a href='/gg/'>部公告</a>",
            "/zwgk/": "<a href='/zn.html'>指南</a>",
            "/gg/": "<a href='/gg/202501/t20250120_3.html'>公告（2025年第3号）</a><a href='/gg/202501/t20250121_4.html'>召开座谈会</a>",
        },
        ("/gg/202501/t20250120_3.html",),
        ("/gg/202501/t20250121_4.html",),
    ),
    Way(
        "a query that shows nothing before an agency and a year are chosen",
        {
            "/nb/": "<form><select name=d><option value=''>请选择单位</option><option value=1>甲局</option><option value=2>乙局</option></select><select name=y><option>2024</option><option>2023</option></select><select name=n><option>10</option><option>50</option></select><input name=kw><input type=submit></form>"
        }
        | {
            f"/nb/?d={d}&y={y}&n=10&kw=": f"<a href='/nb/{d}-{y}.html'>{titled('甲局', y)}</a>"
            for d in "12"
            for y in (2023, 2024)
        },
        tuple(f"/nb/{d}-{y}.html" for d in "12" for y in (2023, 2024)),
        ("/nb/?d=&y=2024&n=10&kw=", "/nb/?d=1&y=2024&n=50&kw="),
    ),
    Way(
        "a site map that is packed, beside a homepage that is a picture",
        {
            "/": "<html><head><title>门户</title></head><body><img src='bg.jpg'></body></html>",
            "/sitemap.xml": gzip.compress(b"<?xml version='1.0'?><urlset><url><loc>/nb/</loc></url></urlset>"),
            "/nb/": f"<svg><a xlink:href='/nb/1.html'><text>{titled('甲局')}</text></a></svg>",
        },
        ("/nb/1.html",),
    ),
)


class Site(Portal):
    """Plays a way."""

    def __init__(self, way: Way, number: int) -> None:
        super().__init__(f"127.0.3.{number + 1}", f"第{number}县", "county", "510781")
        self.way = way

    def home_page(self) -> str:
        return self._markup(str((column() | self.way.pages)["/"]))

    def extras(self) -> None:
        reports = {path: REPORT for path in self.way.wanted if path.partition("?")[0] not in self.way.pages}
        for path, page in (column() | reports | self.way.pages).items():
            if isinstance(page, bytes):
                self.routes[path] = lambda _, body=page: answer(body, (("Content-Type", "application/octet-stream"),))
            elif isinstance(page, str):
                self.page(path, lambda markup=page: self._markup(markup))
            else:
                self.routes[path] = lambda asked, compose=page: answer(
                    self._markup(compose(asked)).encode(), (("Content-Type", "text/html; charset=utf-8"),)
                )

    def _markup(self, markup: str) -> str:
        return (
            markup
            if markup.startswith(("<html>", "<ul>", "<data", "<tree", "[", "{", "document.", "var "))
            else f"<html><body>{markup}{WORDS}</body></html>"
        )


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ways")
    served = SamplePortals(kinds="reports")
    served.portals = [Site(way, number) for number, way in enumerate(WAYS)]
    with served:
        crawled = finish_crawl(start_crawl(folder, served.portals_csv(folder / "portals.csv")), folder)
        assert crawled.said["closed"], crawled.errors
        hosts = {site.host: site.way.name for site in served.portals}
        found: dict[str, list[str]] = {way.name: [] for way in WAYS}
        for hit in served.log:
            found[hosts[hit.host]].append(hit.target)
        return found


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_a_way_is_gone_to_its_end(asked, way):
    assert [path for path in way.wanted if path not in asked[way.name]] == []
    assert [path for path in asked[way.name] if path in way.unwanted] == []
    assert len(asked[way.name]) <= way.most
