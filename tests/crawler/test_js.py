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

from .pages import URL, asked, heard


def value(code: str) -> object:
    realm = Realm(offered=lambda *_: UNKNOWN, property_of=property_of)
    library.install(realm)
    return run(realm, code)


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
        (r"'/nb/7'.replace(/^\/(?<a>\w+)\//, '/$<a>s/')", "/nbs/7"),
        ("'2024-01-02'.replace(/-/g, '').substr(2, 4)", "2401"),
        ("'a{0}b{1}'.replace(/\\{(\\d)\\}/g, function(m, n) { return n + 1; })", "a01b11"),
        ("`${'x'.padStart(3, '0')}.html`", "00x.html"),
        (r"/(^|&)id=([^&]*)/.test('a=1&id=7'); RegExp.$2 + '|' + RegExp.$3", "7|"),
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
        ("function* g() { yield 1; yield* [2, 3]; } [...g()].join('')", "123"),
        (
            "var r = ''; async function f() { try { r += await 1; await Promise.reject(7); } catch (e) { r += e; } finally { r += 'f'; } } f(); r",
            "17f",
        ),
        (
            "var r = ''; a: for (var i = 0; i < 3; i++) { for (;;) { if (i == 1) continue a; r += i; break; } } b: { break b; r += 'y'; } r",
            "02",
        ),
        (
            "var o = Object.create({k: 1}); Object.defineProperty(o, 'x', {get: function() { return 4; }}); o.k + o.x + Object(5)",
            10,
        ),
        ("Array.prototype.slice.call([1, 2, 3], 1).join() + Object.prototype.toString.call([])", "2,3[object Array]"),
        (  # what Babel writes for a class, and for what is spread
            "var A = function() { function e(x) { if (!(this instanceof e)) throw 1; this.x = x; } Object.defineProperty(e, 'prototype', {writable: false}); return e; }(); new A(4).x",
            4,
        ),
        (
            "var r = ''; for (var it = new Set([5, 6])[Symbol.iterator](), n; !(n = it.next()).done;) r += n.value; var s = 'ab'[Symbol.iterator](); s.next(); r + s.next().value",
            "56b",
        ),
        ("[3, 1, 2].sort(function(a, b) { return b - a; }).reduce(function(a, b) { return a + '' + b; })", "321"),
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


BUILTINS = {
    "typeof 1 + typeof 'a' + typeof {} + typeof null": "numberstringobjectobject",
    "typeof undefined + typeof (() => 1) + typeof true + typeof Symbol()": "undefinedfunctionbooleansymbol",
    "('a' in {a: 1}) + '|' + ('b' in {a: 1})": "true|false",
    "'abcabc'.replaceAll('b', 'x') + 'abcdef'.substring(4, 1) + 'abc'.charAt(1)": "axcaxcbcdb",
    "'abc'.indexOf('c') + 'abc'.search(/c/) + 'a'.charCodeAt(0) + 'abca'.lastIndexOf('a')": 104,
    "[1, 2, 3].filter(x => x > 1).join('') + [1, 2].find(x => x > 1) + [1, 2].findIndex(x => x > 1)": "2321",
    "var a = [1, 2, 3]; a.splice(1, 1, 8, 9); a.unshift(0); a.reverse().join('')": "39810",
    "[3, 4, 3].indexOf(4) + [3, 4, 3].lastIndexOf(3) + [1, 2, 3].at(-1) + [1].lastIndexOf(2) + '|' + [1].at(-2)": "5|undefined",
    "[1, 2].some(x => x > 1) + '|' + [1, 2].every(x => x > 1) + '|' + [1, [2, [3]]].flat().length": "true|false|3",
    "(1.25).toFixed(1) + parseFloat('1.5px') + parseInt('ff', 16) + Number('0x10')": "1.21.525516",
    "({a: 1}).hasOwnProperty('a') + Object.fromEntries([['a', 1]]).a": 2,
    "Object.getPrototypeOf(Object.create({x: 5})).x + Object.setPrototypeOf({}, {x: 6}).x": 11,
    "Object.getOwnPropertyDescriptor({a: 7}, 'a').value + Object.keys(Object.getOwnPropertyDescriptors({a: 1})).length": 8,
    "var s = ''; new Map([['a', 1]]).forEach((v, k) => s += k + v); var m = new Map([['a', 1]]); m.delete('a'); s + m.size": "a10",
    "var o = {a: 1, b: 2}; delete o.a; Object.keys(o).join()": "b",
    "var g = (function* () { yield 4; yield 5; })(); g.next().value + g.next().value": 9,
    "2 ** 3 + (7 >> 1) + (7 >>> 1) + (6 & 3) + (6 | 1)": 23,
    "(class extends (class { m() { return 1; } }) { m() { return super.m() + 1; } }).prototype.m()": 2,
    "var i = 0; do { i++; } while (i < 3); i": 3,
}


@pytest.mark.parametrize(("code", "expected"), BUILTINS.items())
def test_what_the_language_has_by_nature(code, expected):
    assert value(code) == expected


@pytest.mark.parametrize(
    ("promise", "kept"),
    [
        ("Promise.all([1, Promise.resolve(2)])", "1,2"),
        ("Promise.race([Promise.resolve(7)])", "7"),
        ("Promise.allSettled([1]).then(all => all[0].value)", "1"),
        ("Promise.reject(4).catch(why => why)", "4"),
        ("Promise.resolve(5).finally(() => 0)", "5"),
        ("Promise.resolve().then(() => { throw 8; }).catch(why => why)", "8"),
        ("new Promise((keep, fail) => fail(2)).then(null, why => why)", "2"),
    ],
)
def test_what_a_promise_is_kept_with(promise, kept):
    assert asked(f"({promise}).then(x => fetch('/' + x))") == [(f"/{kept}", None)]


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
        ("show(3)", "function show(n) { window.frames['main'].location.href = '/l_' + n + '.html'; }", "/l_3.html"),
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
        "document.body.innerHTML='<div>'.repeat(100000)",
    ],
)  # fmt: skip
def test_hostile_scripts_come_to_an_end(script, caplog):
    began = time.process_time()
    told = heard(script, "<a onclick='f()'>x</a>" * 50 + "<select onchange=f()>" + "<option>2023" * 50)
    assert told.asks == ()
    assert "Traceback" not in caplog.text
    assert time.process_time() - began < 10


def test_no_cookie_is_made_and_no_reload_is_asked_for():
    challenge = "document.cookie='C3VK=abc; path=/'; window.location.reload(); setTimeout('location.reload()', 50);"
    assert heard(challenge) == Told(missing=frozenset(("reload",)))  # what it would show is not known


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


def test_what_is_scrolled_to_is_loaded_and_again_when_it_has_come():
    script = "var from = '1'; new IntersectionObserver(async function (seen) { if (seen[0].isIntersecting) { const r = await fetch('/l?p=' + from); from = (await r.json()).next; } }).observe(document.getElementById('end'));"
    assert asked(script, "<div id=end></div>") == [("/l?p=1", None)]
    answer = Answered("http://x.gov.cn/l?p=1", None, '{"next": "c7"}')
    assert asked(script, "<div id=end></div>", answer) == [("/l?p=1", None), ("/l?p=c7", None)]


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


def test_the_page_that_a_reader_types_is_not_known():
    script = "function go() { var p = document.getElementById('pn').value; if (isNaN(p) || p < 1) return; location.href = 'index.html?pn=' + p; }"
    markup = "<input id=pn><input id=words><input type=button value=GO onclick=go()>"
    assert asked(script, markup) == [(f"index.html?pn={GAP}", None)]


def test_the_queries_of_a_form_are_bounded_and_those_left_out_are_counted():
    years = "".join(f"<option>{year}" for year in range(2009, 2026))
    agencies = "".join(f"<option>第{number}局" for number in range(80))
    told = heard(
        "", f"<form><select name=y>{years}</select><select name=d>{agencies}</select><input type=submit></form>"
    )
    assert len(told.asks) <= 241
    assert told.unsent == 17 * 80 - 240


YEARS = """<ul class="years"><li data-y="2025" class="on">2025</li><li data-y="2024">2024</li></ul>
<select id="u"><option value="">全部</option><option value="7">民政局</option></select>"""
TABS = {
    "jquery": """function show() { $.get("/nb/" + $(".years .on").attr("data-y") + "/" + ($("#u").val() || "all")) }
$(".years li").click(function () { $(this).addClass("on").siblings("li").removeClass("on"); show(); }); $("#u").change(show); show();""",
    "places": """function show(y) { $.get("/nb/" + y + "/" + ($("#u").val() || "all")) } var year = "2025";
$(".years li").click(function () { year = $(".years li").eq($(this).index()).data("y"); show(year) }); $("#u").change(function () { show(year) }); show(year);""",
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


def test_a_page_may_go_elsewhere_once_it_is_loaded():
    tree = LexborHTMLParser("""<html><body onload="self.location = 'real.html'"></body></html>""")
    assert [(ask.url, ask.moves) for ask in tell(URL, tree, [], resolve=str).asks] == [("real.html", True)]


def test_made_anchors_turn_a_page_by_its_fragment():
    script = """function route() { fetch("/json/nb_" + ((location.hash || "#/nb/1").split("/")[2]) + ".json").then(r => r.json()).then(d => {
for (var i = 1; i <= d.pages; i++) { var b = document.createElement("a"); b.setAttribute("href", "#/nb/" + i); b.innerText = i; document.getElementById("p").appendChild(b) } }) }
window.addEventListener("hashchange", route); route();"""
    first = Answered(urljoin(URL, "/json/nb_1.json"), None, '{"pages": 2}')
    assert ("/json/nb_2.json", None) in asked(script, '<nav id="p"></nav>', first)


def test_a_selector_may_cross_into_what_was_written():
    script = """document.getElementById('pg').innerHTML = '<a>2</a>';
document.querySelector('#pg a').dataset.p = 2;
[].forEach.call(document.querySelectorAll('#pg a'), a => { a.onclick = function () { fetch('/l?p=' + this.dataset.p); }; });"""
    assert asked(script, "<div><div id=pg></div></div>") == [("/l?p=2", None)]


@pytest.mark.parametrize(
    "script",
    [
        """$.fn.pages = function (o) { return this.each(function () { var e = $(this); e.html("<a data-page-index=1>2</a>");
e.on("click", {to: e}, function (v) { var n = $(v.target).data("pageIndex"); if (n !== undefined) v.data.to.trigger("turned", {pageIndex: n}) }) }) };
$("#pg").pages().on("turned", function (v, d) { location.href = (d.pageIndex + 1) + ".html" })""",
        """document.querySelector("#pg").innerHTML = "<p data-n=2><i>2</i></p>";
document.addEventListener("click", e => { const row = e.target.closest("p[data-n]"); if (row) location.href = `${row.dataset.n}.html` })""",
    ],
)  # fmt: skip
def test_what_listens_for_all_in_it_is_told_which_was_clicked(script):
    assert asked(script, "<div id=pg></div><a href='#'>顶</a>") == [("2.html", None)]


def test_a_module_of_a_bundle_that_breaks_off_does_not_break_off_those_that_need_it():
    script = """var made = {1: function (m, e) { e.a = 1; throw new Error("x") }, 2: function (m, e, r) { var one = r(1); fetch("/l?a=" + one.a) }};
function r(n) { var m = {exports: {}}; made[n].call(m.exports, m, m.exports, r); return m.exports } r(2)"""
    assert asked(script) == [("/l?a=1", None)]
