"""What a page's scripts tell of what they would ask for and write."""

# ruff: noqa: E501 -- lines of script stay whole
from __future__ import annotations

import time
from urllib.parse import urljoin

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.js import library
from crawler.js.browser import tell
from crawler.js.language import Realm
from crawler.js.methods import property_of
from crawler.js.syntax import run
from crawler.js.told import Answered, Script, Told
from crawler.js.values import GAP, UNKNOWN

URL = "http://x.gov.cn/zw/list.html?code=C7"


def value(code: str) -> object:
    realm = Realm(offered=lambda *_: UNKNOWN, property_of=property_of)
    library.install(realm)
    return run(realm, code)


def heard(script: str, markup: str = "", *answers: Answered) -> Told:
    tree = LexborHTMLParser(f"<html><body>{markup}</body></html>")
    return tell(URL, tree, [Script(script)], answers=answers, resolve=lambda reference: urljoin(URL, reference))


def asked(script: str, markup: str = "", *answers: Answered) -> list[tuple[str, str | None]]:
    return [ask.address for ask in heard(script, markup, *answers).asks]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("1 + 2 * 3 - 7 % 4", 4),
        ("'a' + 1 + true + null", "a1truenull"),
        ("'5' - 2", 3),
        ("7 / 2 + '|' + 8 / 2", "3.5|4"),
        ("1 == '1' && 1 !== '1'", True),
        ("null == undefined", True),
        ("[1, 2, 3].map(x => x * 2).join('-')", "2-4-6"),
        ("var o = {a: 1, ['b' + 1]: {c: [5]}}; var {b1: {c: [z]}, q = 4} = o; z + q", 9),
        ("var s = ''; for (let i = 0; i < 3; i++) s += i; s", "012"),
        ("var s = ''; for (var k in {a: 1, b: 2}) s += k; s", "ab"),
        ("var s = ''; for (const c of 'xyz') { if (c == 'y') continue; s += c; } s", "xz"),
        ("function f(n) { return n < 2 ? 1 : n * f(n - 1); } f(5)", 120),
        ("var f = function() { return this.x; }; f.call({x: 3})", 3),
        ("class A { constructor(x) { this.x = x; } twice() { return this.x * 2; } } new A(4).twice()", 8),
        ("function P() {} P.prototype.n = function() { return 'p'; }; new P().n()", "p"),
        ("switch (3) { case 1: 'a'; break; case 3: var r = 'c'; break; default: r = 'd'; } r", "c"),
        ("var r = ''; try { throw 1; } catch (e) { r += 'c'; } finally { r += 'f'; } r", "cf"),
        ("'2024-01-02'.replace(/-/g, '').substr(2, 4)", "2401"),
        ("'a{0}b{1}'.replace(/\\{(\\d)\\}/g, function(m, n) { return n + 1; })", "a01b11"),
        ("`${'x'.padStart(3, '0')}.html`", "00x.html"),
        ("JSON.stringify({a: [1, null], b: JSON.parse('{\"c\": 2}').c})", '{"a":[1,null],"b":2}'),
        ("[3, 1, 2].sort((a, b) => b - a).concat([[0]]).length", 4),
        ("var i = 5; i++ + ++i", 12),
        ("new Date('2024-03-04').getFullYear() + '/' + (new Date(2024, 0, 9).getMonth() + 1)", "2024/1"),
        ("encodeURIComponent('年 报&')", "%E5%B9%B4%20%E6%8A%A5%26"),
        ("parseInt('12px') + Math.ceil(25 / 10)", 15),
        ("'\\u5e74\\x41\\n'", "年A\n"),
        (
            "class A { #p = 1; x = 5; static m() { return 's'; } get y() { return this.x + this.#p; } set y(v) { this.x = v; } } class B extends A { constructor() { super(); this.z = 3; } f() { return super.constructor === A; } } var b = new B(); b.y = 9; b.y + '|' + b.z + B.m() + b.f() + (b instanceof A)",
            "10|3struetrue",
        ),
        (
            "var r = ''; async function f() { try { r += await 1; await Promise.reject(7); } catch (e) { r += e; } finally { r += 'f'; } } f(); r",
            "17f",
        ),
        ("function* g() { yield 1; yield* [2, 3]; } [...g()].join('')", "123"),
        (
            "var r = ''; a: for (var i = 0; i < 3; i++) { for (;;) { if (i == 1) continue a; r += i; break; } } b: { break b; r += 'y'; } r",
            "02",
        ),
        (
            "var o = Object.create({k: 1}); Object.defineProperty(o, 'x', {get: function() { return 4; }}); o.k + o.x + Object(5)",
            10,
        ),
        ("Array.prototype.slice.call([1, 2, 3], 1).join() + Object.prototype.toString.call([])", "2,3[object Array]"),
        (
            "var s = ''; for (const [k, v] of new Map([['a', 1]]).set('b', 2)) s += k + v; s + new Set([1, 1]).size",
            "a1b21",
        ),
        (
            "var {a, ...rest} = {a: 1, b: 2, c: 3}, [x, , y = 5, ...z] = [1, 2, undefined, 4, 6]; Object.keys(rest) + x + y + z",
            "b,c154,6",
        ),
        ("var f = function() { return [].slice.call(arguments).join('-'); }.bind(null, 1); f(2, 3)", "1-2-3"),
        ("var q = [], r; q.push = function(x) { r = 'got ' + x; }; q.push(5); var r; r", "got 5"),
        (
            "try { throw new TypeError('bad'); } catch ({message}) { var m = message; } m + (-5 >>> 0) + ~7 + (null)?.x",
            "bad4294967291-8undefined",
        ),
        ("var r; !function(e) { r = e('z') }(function(x) { return void 0 === x ? 0 : (1, x + 1) }), r", "z1"),
        ("(unknown || 'x') + (unknown ? '' : 'y')", "xy"),
    ],
)
def test_what_an_expression_comes_to(code, expected):
    assert value(code) == expected


@pytest.mark.parametrize(
    "code", ["unknown", "unknown.a.b(1)", "unknown + 1", "unknown > 3", "new Thing().x", "!unknown"]
)
def test_what_is_not_known_stays_so(code):
    assert value(code) is UNKNOWN
    assert value(f"'/a/' + ({code})") == f"/a/{GAP}"


def test_of_a_condition_that_is_not_known_both_branches_are_taken():
    assert value("var s = ''; if (unknown) { s += 'a'; return; } else s += 'b'; while (unknown) s += 'c'; s") == "abc"


@pytest.mark.parametrize(
    ("handler", "script", "found"),
    [
        ("goPage(3)", 'function goPage(n){ location.href = "list_" + n + ".html"; }', "list_3.html"),
        ("go(2);", "function go(n){ if (n==1) {location='index.html'} else {location='index_'+(n-1)+'.html'} }", "index_1.html"),
        ("view('12', this)", 'var base = "/art/"; function view(id, e){ window.open(base + id + ".html"); }', "/art/12.html"),
        ("show(7)", "function show(id) { open(`/show.do?id=${id}`); }", "/show.do?id=7"),
        ("turn(3)", "function turn(n) { window.location.href = window.location.pathname + '?pageIndex=' + n; }", "/zw/list.html?pageIndex=3"),
        ("x.go(1)", "var x = {base: '/b/', go: function(n) { location.assign(this.base + n); }};", "/b/1"),
    ],
)  # fmt: skip
def test_where_a_click_leads(handler, script, found):
    (ask,) = heard(script, f'<a href="javascript:{handler}">年报</a>').asks
    assert (ask.url, ask.moves, ask.cause.text()) == (found, True, "年报")


@pytest.mark.parametrize(
    "script", ["function show(id) { open('/show.do?id=' + key(id, 2)); }", "function other(id) { open('/' + id); }"]
)
def test_what_is_not_known_leads_nowhere(script):
    assert [ask for ask in heard(script, '<a href="javascript:show(7)">x</a>').asks if GAP not in ask.url] == []


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("$.get('/list?cid=3&page=' + page, show)", ("/list?cid=3&page=" + GAP, None)),
        ("$('#a').load('/inc/list.html')", ("/inc/list.html", None)),
        ("$.post('/l.do', {cid: '3', pageNo: 1, size: 10})", ("/l.do", "cid=3&pageNo=1&size=10")),
        ("function q(p) { $.post('l.jsp', 'cid=3&page=' + p, show); }", ("l.jsp", "cid=3&page=" + GAP)),
        ("var p = 0; $.ajax({type: 'POST', url: '/x', contentType: 'application/json', data: JSON.stringify({pageIndex: p, k: {v: 1}})})", ("/x", '{"pageIndex":0,"k":{"v":1}}')),
        ("var page = 2; fetch(`/api/${page}.json`)", ("/api/2.json", None)),
        ("var u = new URL('/a?x=1', location.href); u.searchParams.set('page', 2); location.assign(u.toString())", ("http://x.gov.cn/a?x=1&page=2", None)),
        ("const base='/g'; fetch(base + '/a', {method: 'POST', body: JSON.stringify({page: 1})})", ("/g/a", '{"page":1}')),
        ("axios.get('/a', {params: {page: 1}})", ("/a?page=1", None)),
        ("axios.post('/a', {page: 1})", ("/a", '{"page":1}')),
        ("var xhr = new XMLHttpRequest(); xhr.open('GET', '/x/list.xml', true); xhr.send();", ("/x/list.xml", None)),
        ("var c = new URLSearchParams(location.search).get('code'); $.get('/q', {c: c})", ("/q?c=C7", None)),
        ("function P(n){var m=location.search.substr(1).match(new RegExp('(^|&)'+n+'=([^&]*)(&|$)'));return m?unescape(m[2]):null} $.get('/q', {c: P('code')})", ("/q?c=C7", None)),
        ("table.render({url: '/d', where: {c: '3'}, page: true, limit: 5})", ("/d?c=3&page=1&limit=5&rows=5", None)),
        ("$('#t').bootstrapTable({url: '/l', pagination: true, pageSize: 15, queryParams: function(p) { return {limit: p.limit, offset: p.offset, cid: '7'}; }})", ("/l?limit=15&offset=0&cid=7", None)),
        ("$('#t').DataTable({serverSide: true, pageLength: 20, ajax: {url: '/d', type: 'POST', data: function(d) { d.col = '7'; }}})", ("/d", "col=7&draw=1&start=0&length=20")),
    ],
)  # fmt: skip
def test_what_a_script_asks_for(script, found):
    assert found in asked(script)


@pytest.mark.parametrize(
    "script",
    [
        "$.ajax({url: makeUrl(3)})",
        "echarts.render({title: 'x'})",
        "$.get(",
        "$.get('/a/' + o.missing)",
        "location.reload()",
    ],
)
def test_what_asks_for_nothing(script):
    assert [address for address, _ in asked(script) if GAP not in address] == []


def test_a_form_is_sent_as_a_click_fills_it():
    form = "<form name=f method=post action=/l.do><input type=hidden name=page id=page value=1><input type=hidden name=t value=a></form>"
    script = "function go(n) { document.f.page.value = n; document.f.submit(); }"
    assert asked(script, f"{form}<a onclick='go(2)'>2</a><a onclick='go(3)'>3</a>") == [
        ("/l.do", "page=2&t=a"),
        ("/l.do", "page=3&t=a"),
    ]
    back = "<form method=post action=l.aspx><input type=hidden name=__VIEWSTATE value=s></form><a href=\"javascript:__doPostBack('p','2')\">2</a>"
    assert asked("", back) == [("l.aspx", "__VIEWSTATE=s&__EVENTTARGET=p&__EVENTARGUMENT=2")]


def test_a_click_changes_nothing_for_the_next():
    script = "var n = 1; $('.more').click(function() { n++; $.get('/l', {page: n}); });"
    assert set(asked(script, "<b class=more>a</b><b class=more>b</b>")) == {("/l?page=2", None)}


def test_the_items_of_a_library_are_clicked():
    script = """var nodes = [{id: 100, name: '财政局'}, {id: 101, name: '教育局', children: [{id: 102, name: '一中'}]}];
    $.fn.zTree.init($('#t'), {callback: {onClick: function(e, i, node) { $.post('/l', {dept: node.id}); }}}, nodes);"""
    told = heard(script)
    assert [(ask.body, ask.cause) for ask in told.asks] == [
        ("dept=100", "财政局"),
        ("dept=101", "教育局"),
        ("dept=102", "一中"),
    ]


def test_the_branches_of_a_tree_are_asked_for():
    script = "$.fn.zTree.init($('#t'), {async: {enable: true, url: '/tree', type: 'post', autoParam: ['id=pid'], otherParam: {o: 2}}}, null);"
    answer = Answered(
        "http://x.gov.cn/tree", "o=2", '[{"id": 7, "name": "年报", "isParent": true}, {"id": 8, "name": "指南"}]'
    )
    assert asked(script) == [("/tree", "o=2")]
    assert asked(script, "", answer) == [("/tree", "o=2"), ("/tree", "o=2&pid=7")]


def test_the_click_that_is_answered_changes_the_page():
    script = """var cur = 1; function get(c, p) { $.get('/l', {c: c, p: p}, function(h) { $('#l').html(h); }); }
    function tab(c) { cur = c; get(c, 1); } function turn(p) { get(cur, p); } get(cur, 1);"""
    tabs = "<ul id=l></ul><b onclick=tab(2)>2024</b><b onclick=tab(3)>2023</b>"
    rows = "<a href='/1.html'>年报</a><a href='javascript:turn(2)'>下一页</a>"
    first, third = (Answered(f"http://x.gov.cn/l?c={c}&p=1", None, rows) for c in (1, 3))
    assert ("/l?c=1&p=2", None) in asked(script, tabs, first)
    assert ("/l?c=3&p=2", None) in asked(script, tabs, third)


def test_a_script_goes_on_with_an_answer():
    script = "fetch('/a.json?p=1').then(r => r.json()).then(function(d) { d.rows.forEach(function(x) { document.getElementById('l').innerHTML += '<a href=\"/d/' + x.id + '.html\">' + x.t + '</a>'; }); });"
    answer = Answered("http://x.gov.cn/a.json?p=1", None, '{"rows": [{"id": 4, "t": "年报"}]}')
    assert heard(script, "<ul id=l></ul>", answer).written == '<a href="/d/4.html">年报</a>'
    other = Answered("http://x.gov.cn/a.json?p=2", None, answer.text)
    assert heard(script, "<ul id=l></ul>", other).written == '<a href="/d/4.html">年报</a>'
    assert heard(script, "<ul id=l></ul>", Answered("http://x.gov.cn/b", None, "{}")).written == ""


@pytest.mark.parametrize(
    "script",
    [
        "while(true){}", "function f(){return f()+f()} f()", "(" * 20000, "function a(){" * 3000, "var s='x'; while(true){s+=s}",
        "var a=[1]; for(;;){a=a.concat(a)}", "'x'.repeat(1e9); new Array(1e9); 'x'.padStart(1e9)", "var n=9; for(;;){n=n*n}",
        "/(a+)+$/.test('a'.repeat(40)+'!')", "new RegExp('(x+x+)+y').test('x'.repeat(40))", "/a*a*a*a*b/.test('a'.repeat(5000))",
        "var o={}; o.o=o; JSON.stringify(o); var a=[]; a.push(a); ''+a", "var p={toString:function(){return p+''}}; p+''",
        "for(;;){document.body.innerHTML+=document.body.innerHTML+'<b>'}", "function f(){setTimeout(f,0);setTimeout(f,0)} f()",
        "for(var i=0;i<300;i++){document.body.innerHTML='<p>'+i+'x'.repeat(400000)+'</p>';$('p').text()}",
        "class A extends A{}; new A()", "new Vue({el:'#v',data:{a:1},watch:{a(){this.a++}},created(){this.a=2},components:{x:{template:'<x></x>'}},template:'<x></x>'})",
        "function A(){var s=React.useState(0);React.useEffect(()=>s[1](s[0]+1));return React.createElement(A)} ReactDOM.render(React.createElement(A))",
        "function g(){Promise.resolve().then(g)} g(); function*h(){while(1)yield 1} [...h()]", "var o={get a(){return o.a}};o.a", "async function f(){await f()} f()",
        "for(;;){document.write('<script>document.write(1)<\\/script>')}", "for(var m=new Map(),i=0;;i++)m.set(i,i)", "}}}}{{{ function ( var 9x = ; `${`${", "JSON.parse('['.repeat(100000))", "x\x00y",
    ],
)  # fmt: skip
def test_hostile_scripts_come_to_an_end(script):
    began = time.process_time()
    told = heard(script, "<a onclick='f()'>x</a>" * 50 + "<select onchange=f()>" + "<option>2023" * 50)
    assert told.asks == ()
    assert time.process_time() - began < 10


def test_no_cookie_is_made_and_no_reload_is_asked_for():
    challenge = "document.cookie='C3VK=abc; path=/'; window.location.reload(); setTimeout('location.reload()', 50);"
    assert heard(challenge) == Told()


def test_what_is_scrolled_shows_more():
    script = "var page = 1; $(window).scroll(function() { page++; $.get('/l', {page: page}, function(h) { $('#l').append(h); }); });"
    (ask,) = heard(script, "<ul id=l></ul>").asks
    assert (ask.url, ask.cause) == ("/l?page=2", "加载更多")


def test_a_script_that_was_too_long_is_not_tried_again():
    script = "for (;;) { var x = 'too long'; }"
    heard(script)
    began = time.process_time()
    for _ in range(20):
        heard(script)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    ("script", "markup", "found"),
    [
        ("layui.use('flow', function() { var $ = layui.jquery; layui.flow.load({done: function(page, next) { $.get('/f?page=' + page); }}); });", "", ("/f?page=" + GAP, None)),
        ("angular.module('a', []).controller('c', ['$http', function(http) { http.get('api/units').then(show); }]);", "", ("api/units", None)),
        ("$('#d').datagrid({url: '/d', method: 'post', pageSize: 5}); $('#t').tree({data: [{id: 7, text: '财政局'}], onClick: function(n) { $('#d').datagrid('load', {dept: n.id}); }});", "", ("/d", "dept=7&page=1&limit=5&rows=5")),
        ("", "<form action=nb/2023.html><button type=submit>2023年</button></form>", ("nb/2023.html?", None)),
        ("function tab() { $('#m').load('/f/' + location.hash.substr(1) + '.htm'); } window.onhashchange = tab;", "<a href='#nb'>年报</a>", ("/f/nb.htm", None)),
    ],
)  # fmt: skip
def test_what_toolkits_and_buttons_ask_for(script, markup, found):
    assert found in asked(script, markup)


def test_a_choice_that_an_answer_brings_can_be_made():
    script = """function years(y) { $.get('/d', {y: y}, function(o) { $('#b').html('<option value=9>财政局</option>'); }); }
    $('#b').change(function() { $('#l').load('/l?y=' + $('#a').val() + '&d=' + $(this).val()); });"""
    markup = "<select id=a onchange=years(this.value)><option>2023<option>2022</select><select id=b></select><div id=l></div>"
    assert asked(script, markup) == [("/d?y=2023", None), ("/d?y=2022", None)]
    assert ("/l?y=2022&d=9", None) in asked(script, markup, Answered("http://x.gov.cn/d?y=2022", None, "[]"))


def test_a_menu_of_made_elements_is_written_whole():
    script = """function draw(list, ul) { for (var i = 0; i < list.length; i++) { var li = document.createElement('li'), a = document.createElement('a');
    a.href = list[i].u; a.innerHTML = list[i].n; li.appendChild(a); ul.appendChild(li);
    if (list[i].c) { var u = document.createElement('ul'); li.appendChild(u); draw(list[i].c, u); } } }
    draw([{n: '公开', u: '/gk/', c: [{n: '年报', u: '/gk/nb/'}]}], document.getElementById('m'));"""
    assert (
        heard(script, "<ul id=m></ul>").written
        == '<li><a href="/gk/">公开</a><ul><li><a href="/gk/nb/">年报</a></li></ul></li>'
    )


FILES = {
    "http://x.gov.cn/zw/m/a.js": "import {get as g, BASE} from './b.js'; export default function show(id) { g(BASE + '/list?id=' + id); }",
    "http://x.gov.cn/zw/m/b.js": "export const BASE = '/api'; export let n = 0; export function get(u) { fetch(u); }",
    "http://x.gov.cn/zw/mod/nb.js": "define(function(require, exports) { var u = require('./util'); exports.init = function(o) { $.get(u.root + o.cat); }; });",
    "http://x.gov.cn/zw/mod/util.js": "define({root: '/list/'});",
    "http://x.gov.cn/js/app.js": "(self.jsonp = self.jsonp || []).push = function(c) { for (var k in c[1]) m[k] = c[1][k]; }; var m = {}; function load(n, done) { var s = document.createElement('script'); s.src = '/js/' + {7: 'list.1a2b'}[n] + '.js'; s.onload = done; document.head.appendChild(s); } load(7, function() { m[3]('nb'); });",
    "http://x.gov.cn/js/list.1a2b.js": "(self.jsonp = self.jsonp || []).push([[7], {3: function(c) { $.getJSON('/c/' + c + '.json'); }}]);",
}


def with_files(script: Script, known: set[str]) -> Told:
    tree = LexborHTMLParser("<html><body></body></html>")
    resolve = lambda reference: urljoin(URL, reference)  # noqa: E731
    return tell(URL, tree, [script], resolve=resolve, files={url: FILES[url] for url in known}.get)


@pytest.mark.parametrize(
    ("script", "found"),
    [
        (Script("import show from './m/a.js'; show(5);", is_module=True), "/api/list?id=5"),
        (Script("import('./m/a.js').then(m => m.default(6));"), "/api/list?id=6"),
        (Script("seajs.config({base: './mod/'}); seajs.use('nb', function(m) { m.init({cat: 9}); });"), "/list/9"),
        (Script("require.config({baseUrl: './mod', paths: {list: 'nb'}}); require(['jquery', 'list'], function($, m) { m.init({cat: 8}); });"), "/list/8"),
        (Script(FILES["http://x.gov.cn/js/app.js"], "http://x.gov.cn/js/app.js"), "/c/nb.json"),
    ],
)  # fmt: skip
def test_files_that_scripts_load_are_named_then_followed(script, found):
    known: set[str] = set()
    for _ in range(3):
        told = with_files(script, known)
        assert found not in [ask.url for ask in told.asks] or not told.files
        known |= set(told.files)
    assert [ask.url for ask in told.asks] == [found]


ROWS = '{"data": {"rows": [{"id": 4, "t": "甲局年报"}], "pages": 3}}'
TEMPLATE = """<div id=app><a v-for="(r, i) in rows" :href="'/d/' + r.id + '.html'" :title="r.t">{{ r.t | cut(9) }}</a>
<b v-for="n in pages" @click="turn(n)">{{ n }}</b><el-pagination @current-change="turn"></el-pagination></div>"""


@pytest.mark.parametrize(
    "script",
    [
        "new Vue({el: '#app', data: {rows: [], p: 1, all: 0}, computed: {pages() { return this.all }}, created() { this.turn(1) }, methods: {turn(p) { this.p = p; axios.get('/l', {params: {p: this.p}}).then(res => { this.rows = res.data.data.rows; this.all = res.data.data.pages }) }}})",
        "const {createApp, ref, onMounted} = Vue; createApp({setup() { const rows = ref([]), pages = ref(0); const turn = async p => { const r = await fetch(`/l?p=${p}`), d = await r.json(); rows.value = d.data.rows; pages.value = d.data.pages; }; onMounted(() => turn(1)); return {rows, pages, turn}; }}).mount('#app')",
    ],
)  # fmt: skip
def test_a_template_of_vue_is_filled_and_clicked(script):
    assert asked(script, TEMPLATE) == [("/l?p=1", None), ("/l?p=2", None)]
    told = heard(script, TEMPLATE, Answered("http://x.gov.cn/l?p=1", None, ROWS))
    assert '<a href="/d/4.html" title="甲局年报">甲局年报</a>' in told.written
    assert [(ask.url, ask.cause) for ask in told.asks[1:]] == [("/l?p=2", "2"), ("/l?p=3", "3")]


def test_the_component_of_a_route_is_shown():
    script = """var r = axios.create({baseURL: '/api'}); r.interceptors.response.use(x => x.data);
    var L = {data() { return {rows: []} }, created() { r({url: '/list', params: {c: this.$route.params.id}}).then(d => { this.rows = d.data.rows }) },
      render() { var t = this, c = t._self._c; return c('ul', t._l(t.rows, function(i) { return c('li', {on: {click: function(e) { return t.$router.push({name: 'one', params: {id: i.id}}) }}}, [t._v(t._s(i.t))]) }), 0) }},
      D = {created() { r.get('/one/' + this.$route.params.id) }};
    new Vue({router: new VueRouter({routes: [{path: '/zw/list.html', component: L}, {path: '/one/:id', name: 'one', component: () => Promise.resolve({default: D})}]}), render: h => h({})}).$mount('#app')"""
    assert asked(script) == [("/api/list", None)]
    (_, ask) = heard(script, "", Answered("http://x.gov.cn/api/list", None, ROWS)).asks
    assert (ask.url, ask.cause) == ("/api/one/4", "甲局年报")


def test_effects_of_react_ask_and_their_answers_are_shown():
    script = """const {useState, useEffect} = React, h = React.createElement;
    function List({cat}) { const [rows, set] = useState([]), [p, turn] = useState(1);
      useEffect(() => { fetch(`/l?c=${cat}&p=${p}`).then(r => r.json()).then(d => set(d.data.rows)) }, [p]);
      return h('div', null, rows.map(r => h('a', {key: r.id, href: '/d/' + r.id}, r.t)), h('button', {onClick: () => turn(p + 1)}, '下一页')); }
    ReactDOM.createRoot(document.getElementById('r')).render(h(List, {cat: 'nb'}));"""
    assert asked(script) == [("/l?c=nb&p=1", None), ("/l?c=nb&p=2", None)]
    told = heard(script, "", Answered("http://x.gov.cn/l?c=nb&p=1", None, ROWS))
    assert '<a key="4" href="/d/4">甲局年报</a>' in told.written


def test_a_controller_of_angularjs_fills_its_view():
    script = """angular.module('m', []).factory('api', ['$http', h => ({list: (u, p) => h.get('l', {params: {u: u, p: p}})})])
      .controller('c', function($scope, api) { $scope.p = 1; $scope.units = [{code: 7, name: '财政局'}];
        $scope.go = function(u, p) { api.list(u, p).success(function(d) { $scope.rows = d.data.rows; }); }; $scope.go(0, 1); });"""
    view = """<div ng-app=m ng-controller=c><i ng-repeat="u in units" ng-click="go(u.code, 1)">{{u.name}}</i>
      <a ng-repeat="r in rows | filter: q" ng-href="/d/{{r.id}}.html">{{r.t}}</a></div>"""
    told = heard(script, view, Answered("http://x.gov.cn/zw/l?u=0&p=1", None, ROWS))
    assert [(ask.url, ask.cause) for ask in told.asks] == [("l?u=0&p=1", None), ("l?u=7&p=1", "财政局")]
    assert '<a href="/d/4.html">甲局年报</a>' in told.written


LISTED = '{"code": 0, "count": 30, "data": [{"id": 4, "title": "甲局年报"}]}'


@pytest.mark.parametrize(
    ("script", "markup", "request_", "found"),
    [
        ("var table = layui.table; table.render({url: '/l', where: {c: 'nb'}, page: true, limit: 5, request: {pageName: 'p', limitName: 's'}, cols: [[{field: 'title', event: 'open'}]]}); table.on('tool(x)', function(o) { if (o.event == 'open') open('/d/' + o.data.id); });", "", ("/l?c=nb&p=1&s=5", None), "/d/4"),
        ("layui.table.render({url: '/l', cols: [[{field: 'title', templet: '#t'}]]});", '<script type="text/html" id=t>{{# if (d.id) { }}<a href="/d/{{ d.id }}">{{ d.title }}</a>{{# } }}</script>', ("/l", None), "/d/4"),
        ("function f(v, r) { return '<a href=\"/d/' + r.id + '\">' + v + '</a>'; } function q(p) { return {first: p.offset, c: 3}; }", "<table data-toggle=table data-url=/l data-query-params=q><thead><tr><th data-field=title data-formatter=f>x</table>", ("/l?first=0&c=3", None), "/d/4"),
        ("function f(v, r) { return '<a href=\"/d/' + r.id + '\">' + v + '</a>'; }", "<table class=easyui-datagrid data-options=\"url:'/l',queryParams:{c:3},pagination:true\"><thead><tr><th data-options=\"field:'title',formatter:f\">x</table>", ("/l", "c=3&page=1&limit=10&rows=10"), "/d/4"),
        ("var t = $('#t').DataTable({ajax: 'l.json'}); $('#t tbody').on('click', 'tr', function() { location.href = '/d/' + t.row(this).data()[1]; });", "<table id=t><tbody></tbody></table>", ("l.json", None), "/d/4"),
        ("Ext.onReady(function() { var s = Ext.create('Ext.data.Store', {pageSize: 9, proxy: {type: 'ajax', url: '/l', extraParams: {c: 3}, reader: {root: 'data'}}}); Ext.create('Ext.grid.Panel', {store: s, listeners: {itemclick: function(v, r) { open('/d/' + r.get('id')); }}}); });", "", ("/l?c=3&page=1&start=0&limit=9", None), "/d/4"),
        ("$('#t').jstree({core: {data: {url: '/l', data: function(n) { return {pid: n.id}; }}}}).on('changed.jstree', function(e, d) { location.href = '/d/' + d.node.id; });", "<div id=t></div>", ("/l?pid=%23", None), "/d/4"),
    ],
)  # fmt: skip
def test_a_widget_s_rows_are_shown_and_clicked(script, markup, request_, found):
    assert asked(script, markup)[0] == request_
    url, body = request_
    text = '{"data": [["甲局年报", "4"]]}' if "ajax" in script and "Ext" not in script else LISTED
    told = heard(script, markup, Answered(urljoin(URL, url), body, text))
    assert f'href="{found}"' in told.written or (found, "甲局年报") in [
        (ask.url, ask.cause if isinstance(ask.cause, str) else ask.cause.text().removesuffix("4"))
        for ask in told.asks
        if ask.cause
    ]


def test_what_is_watched_asks_when_it_changes():
    script = "new Vue({el: '#v', data: {y: 1, q: {p: 1}}, watch: {y(n) { this.q.p = 1; fetch('/y' + n) }, 'q.p': {handler: 'turn', immediate: true}}, methods: {turn(p) { fetch('/p' + p) }}})"
    view = '<div id=v><a @click="y = 2">2023</a><a @click="q.p = 3">3</a></div>'
    assert [(ask.url, ask.cause) for ask in heard(script, view).asks] == [("/p1", None), ("/y2", "2023"), ("/p3", "3")]


def test_an_anchor_that_a_script_completes_leads_there():
    script = "$.get('/a', function(d) { $('#a').attr('href', '/file?k=' + d[0]); });"
    anchor = "<a id=a title=下载>甲局年报.pdf</a>"
    (_, ask) = heard(script, anchor, Answered("http://x.gov.cn/a", None, '["7"]')).asks
    assert (ask.url, ask.moves, ask.cause.text()) == ("/file?k=7", True, "甲局年报.pdf")


def test_a_script_that_is_written_is_followed_before_the_next_one():
    page = "document.write('<script src=\"/data.asp?p=2\"><\\/script>'); for (var i = 0; i < rows.length; i++) document.write('<a href=\"' + rows[i][1] + '\">' + rows[i][0] + '</a>');"
    assert asked(page) == [("/data.asp?p=2", None)]
    answer = Answered("http://x.gov.cn/data.asp?p=2", None, "var rows = [['甲局年报', '/d/4']];")
    assert heard(page, "", answer).written == '<a href="/d/4">甲局年报</a>'


def test_a_tab_that_opens_under_the_pointer_loads_its_part():
    script = "var got = {}; function tab(n) { if (!got[n]) { got[n] = 1; $('#c' + n).load('data/' + n + '.html'); } } tab(2);"
    tabs = "<li onmouseover=tab(1)>2023</li><li onmouseover=tab(2)>2024</li><div id=c1></div><div id=c2></div>"
    assert asked(script, tabs) == [("data/2.html", None), ("data/1.html", None)]


def test_the_way_of_several_answers_is_gone_again():
    script = """var t = 1; function get(p) { $.get('/l', {t: t, p: p}, function(h) { $('#l').html(h); }); } function tab(n) { t = n; get(1); } get(1);"""
    tabs = "<b onclick=tab(2)>2024</b><b onclick=tab(3)>2023</b><div id=l></div>"
    page = "<a href='/{0}.html'>年报</a><i onclick='get({0} + 1)'>下一页</i>"
    answers = [Answered(f"http://x.gov.cn/l?t=3&p={p}", None, page.format(p)) for p in (1, 2)]
    assert ("/l?t=3&p=3", None) in asked(script, tabs, *answers)
    assert "/2.html" in heard(script, tabs, *answers).written


XML = """$.ajax({type: "GET", url: "/xml.jsp", data: {page: 1}, dataType: "xml", success: function (xml) {
  $(xml).find("item").each(function () { $("#ul").append("<a href='" + $(this).find("link").text() + "'>" + $(this).attr("name") + "</a>"); });
  var total = $(xml).find("page").attr("total");
  for (var i = 2; i <= total; i++) $.get("/xml.jsp", {page: i});
}});"""


def test_an_answer_in_xml_is_walked_by_its_elements():
    answer = '<?xml version="1.0"?><r xmlns="urn:x"><page total="2"/><item name="甲"><link><![CDATA[/a/1.html]]></link></item></r>'
    told = heard(XML, "<ul id=ul></ul>", Answered("http://x.gov.cn/xml.jsp?page=1", None, answer))
    assert "<a href='/a/1.html'>甲</a>" in told.written
    assert [ask.url for ask in told.asks] == ["/xml.jsp?page=1", "/xml.jsp?page=2"]


def test_rows_of_a_table_are_clicked_wherever_they_are_written():
    script = "document.getElementById('tb').innerHTML = '<tr onclick=\"view(7)\"><td>甲</td></tr>'; function view(id) { window.open('/v/' + id); }"
    assert ("/v/7", None) in asked(script, "<table id=tb></table>")


def test_what_is_scrolled_to_is_loaded():
    script = "var page = 1; new IntersectionObserver(function (seen) { if (seen[0].isIntersecting) fetch('/l?p=' + ++page); }).observe(document.getElementById('end'));"
    assert asked(script, "<div id=end></div>") == [("/l?p=2", None)]


@pytest.mark.parametrize(
    ("script", "headers"),
    [
        ("$.get('/l')", {"X-Requested-With": "XMLHttpRequest"}),
        ("$.ajaxSetup({headers: {site: '7'}}); $.ajax({url: '/l', beforeSend: function (x) { x.setRequestHeader('lang', 'zh'); }})", {"X-Requested-With": "XMLHttpRequest", "site": "7", "lang": "zh"}),
        ("var x = new XMLHttpRequest(); x.open('GET', '/l'); x.setRequestHeader('X-Site', 'a'); x.send()", {"X-Site": "a"}),
        ("fetch('/l', {headers: {'X-Site': 'a', 'User-Agent': 'b', Cookie: 'c', 'X-Forwarded-For': '10.0.0.1'}})", {"X-Site": "a"}),
        ("var s = axios.create({headers: {common: {'tenant-id': '1'}}}); s.interceptors.request.use(c => { c.headers['X-Site'] = 'm'; return c; }); s.get('/l')", {"tenant-id": "1", "X-Site": "m"}),
        ("fetch('/l', {headers: {'X-A': 'a\\r\\nHost: b', 'X-B': window.unknown + '1'}})", {}),
    ],
)  # fmt: skip
def test_requests_have_the_headers_that_scripts_may_set(script, headers):
    (ask,) = heard(script).asks
    assert dict(ask.headers) == headers


def test_words_of_an_option_without_a_value_are_no_address():
    script = "function go(s) { location = s.options[s.selectedIndex].value; }"
    markup = "<select onchange='go(this)'><option>--请选择单位--</option><option value='u1.htm'>甲局</option></select>"
    assert asked(script, markup) == [("u1.htm", None)]


FILLING = "{list: [{id: 4, title: '甲', tags: ['x']}, {id: 5, title: '乙', tags: []}], base: '/d/', pages: 2}"
SHOWN = '<a href="/d/4">甲</a><a href="/d/5">乙</a>'


@pytest.mark.parametrize(
    ("template", "call"),
    [
        ("{{each list as v i}}<a href=\"/d/{{v.id}}\">{{v.title}}</a>{{/each}}", "template('t', DATA)"),  # art-template
        ("{{each list}}<a href=\"/d/{{$value.id}}\">{{$value.title}}</a>{{/each}}", "template.render(document.getElementById('t').innerHTML, DATA)"),
        ("{{#each list}}<a href=\"{{../base}}{{this.id}}\">{{title}}</a>{{else}}没有{{/each}}", "Handlebars.compile($('#t').html())(DATA)"),
        ("{{#list}}<a href=\"/d/{{id}}\">{{{title}}}</a>{{/list}}{{^list}}没有{{/list}}", "Mustache.render($('#t').html(), DATA)"),
        ("{@each list as it,k}<a href=\"/d/${it.id}\">$${it.title}</a>{@/each}", "juicer($('#t').html(), DATA)"),
        ("{{~it.list :v:i}}<a href=\"/d/{{=v.id}}\">{{=v.title}}</a>{{~}}{{? it.none}}没有{{?}}", "doT.template($('#t').text())(DATA)"),
        ("{{for list}}<a href=\"/d/{{:id}}\">{{>title}}</a>{{/for}}", "$('#t').render(DATA)"),  # JsRender
        ("<% _.each(list, function (o) { %><a href=\"/d/<%= o.id %>\"><%- o.title %></a><% }); %>", "_.template($('#t').html())(DATA)"),
        ("{{# for (var i = 0; i < d.list.length; i++) { }}<a href=\"/d/{{ d.list[i].id }}\">{{ d.list[i].title }}</a>{{# } }}", "layui.laytpl($('#t').html()).render(DATA)"),
        ("{{#each list}}<a href=\"{{path id}}\">{{#if title}}{{title}}{{else}}无{{/if}}</a>{{/each}}", "(Handlebars.registerHelper('path', function (id) { return '/d/' + id; }), Handlebars.compile($('#t').html())(DATA))"),
        ("{{each list v}}<a href=\"/d/{{v.id}}\">{{if v.id > 4}}{{v.title}}{{else if v.id == 4}}{{v.title | upper}}{{/if}}</a>{{/each}}", "template('t', DATA)"),
    ],
)  # fmt: skip
def test_a_template_is_filled_whichever_library_would_fill_it(template, call):
    script = f"document.getElementById('b').innerHTML = {call.replace('DATA', FILLING)};"
    markup = f"<div id=b></div><script type='text/html' id=t>{template}</script>"
    assert heard(script, markup).written.replace("\n", "") == SHOWN


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("(35).toString(36) + parseInt('z', 36) + (5).toString(2)", "z35101"),
        ("escape('年报é ') + unescape('%u5E74%E9')", "%u5E74%u62A5%E9%20年é"),
        ("decodeURIComponent(escape(atob('5bm0'))) + btoa(unescape(encodeURIComponent('年')))", "年5bm0"),
        ("hex_md5('a')", "0cc175b9c0f1b6a831c399e269772661"),
        ("CryptoJS.MD5('a').toString() + CryptoJS.enc.Base64.stringify(CryptoJS.enc.Utf8.parse('年'))", "0cc175b9c0f1b6a831c399e2697726615bm0"),
        ("CryptoJS.enc.Base64.parse('5bm0').toString(CryptoJS.enc.Utf8) + Base64.decode(Base64.encode('报'))", "年报"),
        ("eval(function(p,a,c,k,e,d){e=function(c){return(c<a?'':e(parseInt(c/a)))+((c=c%a)>35?String.fromCharCode(c+29):c.toString(36))};if(!''.replace(/^/,String)){while(c--){d[e(c)]=k[c]||e(c)}k=[function(e){return d[e]}];e=function(){return'\\\\w+'};c=1};while(c--){if(k[c]){p=p.replace(new RegExp('\\\\b'+e(c)+'\\\\b','g'),k[c])}}return p}('1 0=\\'/2/\\'+3;0',4,4,'url|var|nb|7'.split('|'),0,{}))", "/nb/7"),
    ],
)  # fmt: skip
def test_what_is_packed_or_encoded_is_undone(code, expected):
    assert value(code) == expected


def test_each_click_leads_on_from_the_answer_before():
    script = "var n = 1; function ask() { $.get('/l', {n: n, sign: hex_md5('k' + n)}, function (d) { $('#b').html(d.rows); }); } $('#next').click(function () { n++; ask(); }); ask();"
    markup, answers = "<div id=b></div><a id=next>下一页</a>", []
    for _ in range(4):
        url = asked(script, markup, *answers)[len(answers)][0]
        answers.append(Answered(urljoin(URL, url), None, '{"rows": ""}'))
    assert [url.partition("&")[0] for url, _ in asked(script, markup, *answers)] == [f"/l?n={n}" for n in range(1, 6)]


def test_a_pager_that_is_not_read_tells_where_it_goes_and_how_much_there_is():
    script = "layui.use('laypage', function () { layui.laypage.render({elem: 'p', count: 30, limit: 8, curr: 1, jump: function (o, first) { if (!first) location.href = '?n=' + o.curr + '&size=' + o.limit; }}); });"
    told = heard(script)
    assert [(ask.url, ask.moves) for ask in told.asks] == [(f"?n={GAP}&size=8", True)]
    assert told.declared == 30


@pytest.mark.parametrize(
    "script",
    [
        "String.prototype.format = function () { var a = arguments; return this.replace(/\\{(\\d)\\}/g, function (m, i) { return a[i]; }); }; document.write('<a href=\"{0}\">{1}</a>'.format('/d/4', '甲'))",
        "$('#b').append($('<a>', {href: '/d/4', text: '甲'}))",
        "$.post('/l', {p: 1}, function (s) { var d = eval('(' + s + ')'); document.write('<a href=\"/d/' + d.id + '\">' + d.t + '</a>'); }, 'text')",
    ],
)  # fmt: skip
def test_what_scripts_write_in_their_own_ways(script):
    told = heard(script, "<ul id=b></ul>", Answered("http://x.gov.cn/l", "p=1", '{"id": 4, "t": "甲"}'))
    assert told.written == '<a href="/d/4">甲</a>'


def test_what_is_awaited_within_what_is_awaited():
    script = "async function load() { const d = await (await fetch('/l')).json(), rows = await (await fetch('/m')).text(); document.write(`<a href='${d.to}'>${rows}</a>`); } load();"
    answers = [Answered("http://x.gov.cn/l", None, '{"to": "/d/4"}'), Answered("http://x.gov.cn/m", None, "甲")]
    assert heard(script, "", *answers).written == "<a href='/d/4'>甲</a>"


def test_a_leaf_below_a_branch_of_a_tree_is_clicked():
    script = "var s = {async: {enable: true, url: '/t', autoParam: ['id=pid']}, callback: {onClick: function (e, t, n) { if (!n.isParent) location.href = '/d/' + n.id; }}}; $.fn.zTree.init($('#t'), s);"
    answers = [
        Answered("http://x.gov.cn/t", "", '[{"id": "A", "name": "部门", "isParent": true}]'),
        Answered("http://x.gov.cn/t", "pid=A", '[{"id": 4, "name": "甲局", "isParent": false}]'),
    ]
    told = heard(script, "<ul id=t></ul>", *answers)
    assert [(ask.url, ask.cause) for ask in told.asks if ask.moves] == [("/d/4", "甲局")]


def test_the_page_that_a_reader_types_is_not_known():
    script = "function go() { var p = document.getElementById('pn').value; if (isNaN(p) || p < 1) return; location.href = 'index.html?pn=' + p; }"
    markup = "<input id=pn><input id=words><input type=button value=GO onclick=go()>"
    assert asked(script, markup) == [(f"index.html?pn={GAP}", None)]


YEARS = """<ul class="years"><li data-y="2025" class="on">2025</li><li data-y="2024">2024</li></ul>
<select id="u"><option value="">全部</option><option value="7">民政局</option></select>"""
TABS = {
    "jquery": """function show() { $.get("/nb/" + $(".years .on").attr("data-y") + "/" + ($("#u").val() || "all")) }
$(".years li").click(function () { $(this).addClass("on").siblings("li").removeClass("on"); show(); }); $("#u").change(show); show();""",
    "plain": """const on = () => document.querySelector(".years .on"), show = () => fetch("/nb/" + on().dataset.y + "/" + (document.getElementById("u").value || "all"));
document.querySelectorAll(".years li").forEach(li => li.addEventListener("click", () => { on().classList.remove("on"); li.classList.add("on"); show() }));
document.getElementById("u").onchange = show; show();""",
}


@pytest.mark.parametrize("script", TABS.values(), ids=TABS)
def test_what_is_chosen_by_a_class_is_chosen(script):
    at_first = [("/nb/2025/all", None), ("/nb/2025/7", None), ("/nb/2024/all", None)]
    assert sorted(set(asked(script, YEARS))) == sorted(at_first)
    then = asked(script, YEARS, Answered(urljoin(URL, "/nb/2024/all"), None, "[]"))
    assert ("/nb/2024/7", None) in then


def test_a_page_has_its_own_classes_again_once_its_scripts_are_heard():
    tree = LexborHTMLParser(f"<html><body>{YEARS}</body></html>")
    tell(URL, tree, [Script('$("li").addClass("seen").removeClass("on")')], resolve=str)
    assert [node.text() for node in tree.css(".on")] == ["2025"]
    assert not tree.css(".seen")


def test_rows_handed_to_a_library_are_shown():
    script = """layui.use('flow', function () { var $ = layui.jquery; layui.flow.load({elem: '#l', done: function (page, next) {
var rows = []; $.get('/api?page=' + page, function (r) { layui.each(r.data, function (i, o) { rows.push('<li><a href="/' + o.id + '.html">' + o.t + '</a></li>') });
next(rows.join(''), page < r.pages) }) } }) })"""
    (ask,) = heard(script).asks
    assert ask.url == f"/api?page={GAP}"
    answer = Answered(urljoin(URL, "/api?page=1"), None, '{"data": [{"id": 7, "t": "甲局年报"}], "pages": 2}')
    assert '<a href="/7.html">甲局年报</a>' in heard(script, "", answer).written


def test_the_page_that_a_pager_tells_is_one_number_however_it_is_reckoned():
    script = """$("#p").pagination($("#n").val(), {callback: function (i) { $("#l").load("/nb/p" + (i + 1) + ".html .in") }, items_per_page: 8})"""
    assert asked(script, '<input id="n" value="30">') == [(f"/nb/p{GAP}.html", None)]


def test_a_page_may_go_elsewhere_once_it_is_loaded():
    tree = LexborHTMLParser("""<html><body onload="self.location = 'real.html'"></body></html>""")
    assert [(ask.url, ask.moves) for ask in tell(URL, tree, [], resolve=str).asks] == [("real.html", True)]


@pytest.mark.parametrize("slot", ['slot-scope="scope"', 'v-slot="scope"', '#default="{ row }"'])
def test_what_a_widget_hands_to_a_template_is_shown_for_each_row(slot):
    row = "row" if "{" in slot else "scope.row"
    markup = f'<div id="app"><el-table :data="rows"><el-table-column><template {slot}><el-link @click="open({row})">{{{{ {row}.t }}}}</el-link></template></el-table-column></el-table></div>'
    script = """new Vue({el: "#app", data: {rows: [{id: 7, t: "甲局"}, {id: 8, t: "乙局"}]}, methods: {open(row) { window.open("/d/" + row.id + ".html") }}})"""
    told = heard(script, markup)
    assert [(ask.url, ask.cause) for ask in told.asks] == [("/d/7.html", "甲局"), ("/d/8.html", "乙局")]


def test_a_template_element_may_be_repeated():
    markup = '<div id="app"><table><tbody><template v-for="r in rows"><tr><td><a :href="r.u">{{ r.t }}</a></td></tr></template></tbody></table></div>'
    told = heard('new Vue({el: "#app", data: {rows: [{u: "/1.html", t: "甲局"}]}, methods: {}})', markup)
    assert '<a href="/1.html">甲局</a>' in told.written


def test_made_anchors_turn_a_page_by_its_fragment():
    script = """function route() { fetch("/json/nb_" + ((location.hash || "#/nb/1").split("/")[2]) + ".json").then(r => r.json()).then(d => {
for (var i = 1; i <= d.pages; i++) { var b = document.createElement("a"); b.setAttribute("href", "#/nb/" + i); b.innerText = i; document.getElementById("p").appendChild(b) } }) }
window.addEventListener("hashchange", route); route();"""
    first = Answered(urljoin(URL, "/json/nb_1.json"), None, '{"pages": 2}')
    assert ("/json/nb_2.json", None) in asked(script, '<nav id="p"></nav>', first)
