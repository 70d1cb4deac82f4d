"""What frameworks, widgets and templates of libraries would show and ask for, told from what they are handed."""

# ruff: noqa: E501 -- lines of script stay whole
from __future__ import annotations

from urllib.parse import urljoin

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.js.told import Answered
from crawler.js.values import GAP

from .pages import URL, asked, heard


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


@pytest.mark.parametrize(
    ("script", "markup", "found"),
    [
        ("layui.use('flow', function() { var $ = layui.jquery; layui.flow.load({done: function(page, next) { $.get('/f?page=' + page); }}); });", "", ("/f?page=" + GAP, None)),
        ("new Vue({created: function() { this.$http.post('/p', {c: 1}, {emulateJSON: true}); }});", "", ("/p", "c=1")),
        ("angular.module('a', []).controller('c', ['$http', function(http) { http.get('api/units').then(show); }]);", "", ("api/units", None)),
        ("$('#d').datagrid({url: '/d', method: 'post', pageSize: 5}); $('#t').tree({data: [{id: 7, text: '财政局'}], onClick: function(n) { $('#d').datagrid('load', {dept: n.id}); }});", "", ("/d", "dept=7&page=1&limit=5&rows=5")),
        ("jQuery(function($) { $('#more').on('click', function() { $.post('/more', {page: $(this).data('page')}); }); });", "<button id=more data-page=2>加载更多</button>", ("/more", "page=2")),  # of WordPress
        ("if (typeof this['S'] == 'undefined') this.S = {}; S.list = function(n) { $.get('/dwr/' + n); }; S.list(3);", "", ("/dwr/3", None)),
        ("var f = document.forms['f'], sent = ''; for (var i = 0; i < f.elements.length; i++) sent += f.elements[i].name + f.elements[i].value; $.get('/l?' + sent);", "<form name=f><input type=hidden name=v value=7></form>", ("/l?v7", None)),
        ("function go(f, n) { var i = document.createElement('input'); i.name = 'p'; i.value = n; f.appendChild(i); f.submit(); }", "<form id=f method=post><input type=hidden name=v value=7></form><a onclick=\"go(document.getElementById('f'), 2)\">2</a><a onclick=\"go(document.getElementById('f'), 3)\">3</a>", (URL, "v=7&p=3")),  # of JSF
        ("function q(n) { $('#p').val(n); $('#f').ajaxSubmit({success: show}); } q(2);", "<form id=f action=/q method=post><input type=hidden name=c value=7><input type=hidden id=p name=p></form>", ("/q", "c=7&p=2")),
        ("$('#p').twbsPagination({totalPages: 3, onPageClick: function(event, page) { $('#l').load('part_' + page + '.html'); }});", "<ul id=p></ul><div id=l></div>", (f"part_{GAP}.html", None)),
        ("$('#p').bootstrapPaginator({totalPages: 2, pageUrl: function(type, page) { return '/nb/p' + page + '.html'; }});", "<ul id=p></ul>", ("/nb/p2.html", None)),
        ("new Vue({el: '#v', methods: {more: function() { fetch('/l/1'); }}});", "<ul id=v v-infinite-scroll='more'></ul>", ("/l/1", None)),
        ("var vm = avalon.define({$id: 'nb', list: [{id: 4}], turn: function(n) { $.get('/l/' + n); }});", "<div ms-controller=nb><p ms-repeat-r='list'><a ms-click='turn(r.id)'>4</a></p></div>", ("/l/4", None)),
        ("", "<title>政府信息公开年报</title><form action=/q><select name=u><option value=''>请选择<option value=7>教育局</select></form>", ("/q?u=7", None)),
        ("function go(n) { window.navigate('l' + n + '.htm'); }", "<a onclick='go(2)'>2</a>", ("l2.htm", None)),
        ("$('#t').tree({url: '/tree', onClick: show});", "", ("/tree", "")),  # easyui posts
        ("", "<form action=nb/2023.html><button type=submit>2023年</button></form>", ("nb/2023.html?", None)),
        ("function tab() { $('#m').load('/f/' + location.hash.substr(1) + '.htm'); } window.onhashchange = tab;", "<a href='#nb'>年报</a>", ("/f/nb.htm", None)),
    ],
)  # fmt: skip
def test_what_toolkits_and_buttons_ask_for(script, markup, found):
    assert found in asked(script, markup)


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


LOADED = "async load(p) { const d = await (await fetch('/l?p=' + p)).json(); this.rows = d.data.rows; this.pages = d.data.pages }"
IN_ALPINE = """<div x-data="list"><template x-for="r in rows"><a :href="'/d/' + r.id + '.html'" x-text="r.t"></a></template>
<template x-for="n in pages"><b @click="page = n" x-text="n"></b></template></div>"""
IN_VUE = """<div id=app><a v-for="r in rows" :href="'/d/' + r.id + '.html'">{{ r.t }}</a><b v-for="n in pages" @click="turn(n)">{{ n }}</b></div>"""
LATE = "new Vue({el: '#app', store, computed: {...Vuex.mapState(['rows']), ...Vuex.mapGetters('m', ['pages'])}, created() { this.turn(1) }, methods: Vuex.mapActions({turn: 'm/load'})})"


@pytest.mark.parametrize(
    ("script", "markup"),
    [
        (f"document.addEventListener('alpine:init', () => Alpine.data('list', () => ({{rows: [], pages: 0, page: 1, init() {{ this.load(1); this.$watch('page', n => this.load(n)) }}, {LOADED}}})))", IN_ALPINE),
        ("const store = new Vuex.Store({state: {rows: []}, mutations: {SET(s, rows) { s.rows = rows }}, modules: {m: {namespaced: true, state: () => ({all: 0}), getters: {pages: s => s.all}, mutations: {ALL(s, all) { s.all = all }}, actions: {load({commit}, p) { return axios.get('/l?p=' + p).then(r => { commit('SET', r.data.data.rows); commit('ALL', r.data.data.pages) }) }}}}});" + LATE, IN_VUE),
        (f"const use = Pinia.defineStore('nb', {{state: () => ({{rows: [], all: 0}}), getters: {{pages: s => s.all}}, actions: {{{LOADED.replace('pages =', 'all =')}}}}}); Vue.createApp({{setup() {{ const s = use(); s.load(1); return {{...Pinia.storeToRefs(s), turn: s.load}} }}}}).mount('#app')", IN_VUE),
        ("const use = Pinia.defineStore('nb', () => { const rows = Vue.ref([]), pages = Vue.ref(0); async function load(p) { const d = await (await fetch('/l?p=' + p)).json(); rows.value = d.data.rows; pages.value = d.data.pages } return {rows, pages, load} }); Vue.createApp({setup() { const s = use(); s.load(1); return {...Pinia.storeToRefs(s), turn: s.load} }}).mount('#app')", IN_VUE),
    ],
    ids=["alpine", "vuex", "pinia", "pinia by a function"],
)  # fmt: skip
def test_what_a_store_keeps_is_shown_and_turned(script, markup):
    told = heard(script, markup, Answered("http://x.gov.cn/l?p=1", None, ROWS))
    assert '<a href="/d/4.html">甲局年报</a>' in told.written
    assert [(ask.url, ask.cause) for ask in told.asks] == [("/l?p=1", None), ("/l?p=2", "2"), ("/l?p=3", "3")]


@pytest.mark.parametrize(
    "script",
    [
        "customElements.define('gov-list', class extends HTMLElement { connectedCallback() { fetch(this.getAttribute('src')).then(r => r.json()).then(d => this.show(d.data.rows)) } show(rows) { this.attachShadow({mode: 'open'}).innerHTML = rows.map(r => `<a href=/d/${r.id}.html>${r.t}</a>`).join('') } })",
        "const t = document.querySelector('template'), l = document.querySelector('gov-list'); fetch('/l').then(r => r.json()).then(d => l.replaceChildren(...d.data.rows.map(r => { const c = t.content.cloneNode(true), a = c.querySelector('a'); a.href = `/d/${r.id}.html`; a.textContent = r.t; return c })))",
        "$.getJSON('/l', d => d.data.rows.forEach(r => { var c = $('#row').clone(); c.find('a').attr('href', `/d/${r.id}.html`).text(r.t); c.appendTo('gov-list') }))",
    ],
    ids=["element", "template", "clone"],
)  # fmt: skip
def test_elements_that_a_script_makes_or_copies_are_shown(script):
    markup = "<gov-list src=/l></gov-list><template><li><a></a></li></template><ul hidden><li id=row><a></a></li></ul>"
    told = heard(script, markup, Answered("http://x.gov.cn/l", None, ROWS))
    shown = LexborHTMLParser(told.written).css_first("a[href='/d/4.html']")
    assert shown is not None
    assert shown.text() == "甲局年报"


def test_the_component_of_a_route_is_shown():
    script = """var r = axios.create({baseURL: '/api'}); r.interceptors.response.use(x => x.data);
    var L = {data() { return {rows: []} }, created() { r({url: '/list', params: {c: this.$route.params.id}}).then(d => { this.rows = d.data.rows }) },
      render() { var t = this, c = t._self._c; return c('ul', t._l(t.rows, function(i) { return c('li', {on: {click: function(e) { return t.$router.push({name: 'one', params: {id: i.id}}) }}}, [t._v(t._s(i.t))]) }), 0) }},
      D = {created() { r.get('/one/' + this.$route.params.id) }};
    new Vue({router: new VueRouter({routes: [{path: '/zw/list.html', component: L}, {path: '/one/:id', name: 'one', component: () => Promise.resolve({default: D})}]}), render: h => h({})}).$mount('#app')"""
    assert asked(script) == [("/api/list", None)]
    (_, ask) = heard(script, "", Answered("http://x.gov.cn/api/list", None, ROWS)).asks
    assert (ask.url, ask.cause) == ("/api/one/4", "甲局年报")


def test_a_route_that_leads_to_another_is_followed():
    script = """var L = {created() { fetch('/api/list') }, render() {}};
    new Vue({router: new VueRouter({routes: [{path: '/zw/list.html', redirect: '/gk'}, {path: '/gk', component: L}]}), render: h => h({})}).$mount('#app')"""
    assert asked(script) == [("/api/list", None)]


def test_effects_of_react_ask_and_their_answers_are_shown():
    script = """const {useState, useEffect} = React, h = React.createElement;
    function List({cat}) { const [rows, set] = useState([]), [p, turn] = useState(1);
      useEffect(() => { fetch(`/l?c=${cat}&p=${p}`).then(r => r.json()).then(d => set(d.data.rows)) }, [p]);
      return h('div', null, rows.map(r => h('a', {key: r.id, href: '/d/' + r.id}, r.t)), h('button', {onClick: () => turn(p + 1)}, '下一页')); }
    ReactDOM.createRoot(document.getElementById('r')).render(h(List, {cat: 'nb'}));"""
    assert asked(script) == [("/l?c=nb&p=1", None), ("/l?c=nb&p=2", None)]
    told = heard(script, "", Answered("http://x.gov.cn/l?c=nb&p=1", None, ROWS))
    assert '<a key="4" href="/d/4">甲局年报</a>' in told.written


def test_components_of_react_that_follow_each_other_have_states_of_their_own():
    script = """var e = React.createElement;
    function List(p) { var s = React.useState(1), n = s[0]; React.useEffect(function () { fetch('/page', {method: 'POST', body: JSON.stringify({code: p.match.params.code, current: n})}); }, [n]); return e('div'); }
    function Home() { var s = React.useState([]), m = s[0]; React.useEffect(function () { fetch('/tree').then(r => r.json()).then(s[1]); }, []); return e('ul', null, m.map(i => e(ReactRouterDOM.Link, {to: '/list/' + i.code}, i.name))); }
    ReactDOM.render(e(Route, null, e(Route, {path: '/', component: Home}), e(Route, {path: '/list/:code', component: List})), document.body);"""
    answer = Answered("http://x.gov.cn/tree", None, '[{"code": "nb", "name": "年报"}]')
    told = heard(script, "", answer)
    assert ("/page", '{"code":"nb","current":1}', "年报") in [(ask.url, ask.body, ask.cause) for ask in told.asks]


@pytest.mark.parametrize("name", ["Qs", "this.qs", "n(4328)"])
def test_fields_are_made_a_form_by_qs_whatever_it_is_called(name):
    script = f"function query() {{ axios.post('/l', {name}.stringify({{columnId: '88', pageNum: 1}})); }} query();"
    assert asked(script)[0] == ("/l", "columnId=88&pageNum=1")


def test_a_store_is_loaded_with_the_parameters_that_it_is_given():
    script = "var s = new Ext.data.Store({proxy: new Ext.data.HttpProxy({url: '/l.do'})}); s.load({params: {start: 0, limit: 10}});"
    assert asked(script) == [("/l.do", None), ("/l.do?start=0&limit=10", None)]


def test_a_controller_of_angularjs_fills_its_view():
    script = """angular.module('m', []).factory('api', ['$http', h => ({list: (u, p) => h.get('l', {params: {u: u, p: p}})})])
      .controller('c', function($scope, api) { $scope.p = 1; $scope.units = [{code: 7, name: '财政局'}];
        $scope.go = function(u, p) { api.list(u, p).success(function(d) { $scope.rows = d.data.rows; }); }; $scope.go(0, 1); });"""
    view = """<div ng-app=m ng-controller=c><i ng-repeat="u in units" ng-click="go(u.code, 1)">{{u.name}}</i>
      <a ng-repeat="r in rows | filter: q" ng-href="/d/{{r.id}}.html">{{r.t}}</a></div>"""
    told = heard(script, view, Answered("http://x.gov.cn/zw/l?u=0&p=1", None, ROWS))
    assert [(ask.url, ask.cause) for ask in told.asks] == [("l?u=0&p=1", None), ("l?u=7&p=1", "财政局")]
    assert '<a href="/d/4.html">甲局年报</a>' in told.written


LISTED = '{"code": 0, "count": 30, "data": [{"id": 4, "title": "甲局年报", "cell": ["4", "甲局年报"]}]}'


@pytest.mark.parametrize(
    ("script", "markup", "request_", "found"),
    [
        ("var table = layui.table; table.render({url: '/l', where: {c: 'nb'}, page: true, limit: 5, request: {pageName: 'p', limitName: 's'}, cols: [[{field: 'title', event: 'open'}]]}); table.on('tool(x)', function(o) { if (o.event == 'open') open('/d/' + o.data.id); });", "", ("/l?c=nb&p=1&s=5", None), "/d/4"),
        ("layui.table.render({url: '/l', cols: [[{field: 'title', templet: '#t'}]]});", '<script type="text/html" id=t>{{# if (d.id) { }}<a href="/d/{{ d.id }}">{{ d.title }}</a>{{# } }}</script>', ("/l", None), "/d/4"),
        ("function f(v, r) { return '<a href=\"/d/' + r.id + '\">' + v + '</a>'; } function q(p) { return {first: p.offset, c: 3}; }", "<table data-toggle=table data-url=/l data-query-params=q><thead><tr><th data-field=title data-formatter=f>x</table>", ("/l?first=0&c=3", None), "/d/4"),
        ("function f(v, r) { return '<a href=\"/d/' + r.id + '\">' + v + '</a>'; }", "<table class=easyui-datagrid data-options=\"url:'/l',queryParams:{c:3},pagination:true\"><thead><tr><th data-options=\"field:'title',formatter:f\">x</table>", ("/l", "c=3&page=1&limit=10&rows=10"), "/d/4"),
        ("$('#t').jqGrid({url: '/l?c=3', mtype: 'GET', colModel: [{name: 'id'}, {name: 'title', formatter: 'showlink', formatoptions: {baseLinkUrl: '/d'}}], rowNum: 5, pager: '#p'});", "", ("/l?c=3&page=1&limit=5&rows=5", None), "/d?id=4"),
        ("Ext.onReady(function() { var rows = new Ext.data.JsonStore({url: '/l', baseParams: {c: 3}}); new Ext.grid.ColumnModel([{header: '标题', dataIndex: 'title', renderer: function(v, m, r) { return '<a href=\"/d/' + r.get('id') + '\">' + v + '</a>'; }}, {header: '日期', dataIndex: 'd'}]); });", "", ("/l?c=3", None), "/d/4"),
        ("$('#t').jstree({core: {data: {url: '/l', data: function(n) { return {pid: n.id}; }}}}).on('changed.jstree', function(e, d) { location.href = '/d/' + d.node.id; });", "<div id=t></div>", ("/l?pid=%23", None), "/d/4"),
    ],
)  # fmt: skip
def test_a_widget_s_rows_are_shown_and_clicked(script, markup, request_, found):
    assert asked(script, markup)[0] == request_
    url, body = request_
    told = heard(script, markup, Answered(urljoin(URL, url), body, LISTED))
    assert f'href="{found}"' in told.written or (found, "甲局年报") in [
        (ask.url, ask.cause if isinstance(ask.cause, str) else ask.cause.text()) for ask in told.asks if ask.cause
    ]


def test_agencies_alone_are_no_query_outside_the_column_of_reports():
    form = "<form action=/q><select name=u><option value=''>请选择<option value=7>教育局</select></form>"
    assert asked("", f"<title>在线咨询</title>{form}") == []


def test_a_slot_of_a_table_is_handed_the_value_and_the_row():
    script = "new Vue({el: '#v', data: {rows: [{id: 4, t: '甲局年报'}]}});"
    view = "<div id=v><a-table :data-source='rows'><a slot='t' slot-scope='text, row' :href='&quot;/d/&quot; + row.id'>{{text}}</a></a-table></div>"
    assert '<a slot="t" slot-scope="text, row" href="/d/4">甲局年报</a>' in heard(script, view).written


def test_a_row_of_a_component_that_has_an_address_is_a_link():
    script = "new Vue({el: '#v', data: {rows: [{id: 4, t: '甲局年报'}]}});"
    view = "<div id=v><van-cell v-for='r in rows' :title='r.t' :url='&quot;/d?id=&quot; + r.id'></van-cell><x-box url2='/n'>乙</x-box></div>"
    written = heard(script, view).written
    assert '<a title="甲局年报" url="/d?id=4" href="/d?id=4"></a>' in written
    assert "<x-box" in written


def test_what_is_watched_asks_when_it_changes():
    script = "new Vue({el: '#v', data: {y: 1, q: {p: 1}}, watch: {y(n) { this.q.p = 1; fetch('/y' + n) }, 'q.p': {handler: 'turn', immediate: true}}, methods: {turn(p) { fetch('/p' + p) }}})"
    view = '<div id=v><a @click="y = 2">2023</a><a @click="q.p = 3">3</a></div>'
    assert [(ask.url, ask.cause) for ask in heard(script, view).asks] == [("/p1", None), ("/y2", "2023"), ("/p3", "3")]


def test_rows_of_a_table_are_clicked_wherever_they_are_written():
    script = "document.getElementById('tb').innerHTML = '<tr onclick=\"view(7)\"><td>甲</td></tr>'; function view(id) { window.open('/v/' + id); }"
    assert ("/v/7", None) in asked(script, "<table id=tb></table>")


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


def test_what_jquery_s_own_templates_show_is_put_somewhere():
    markup = "<ul id=b></ul><script type='text/x-jquery-tmpl' id=t>{{each list}}<a href=\"/d/${id}\">${title}</a>{{/each}}</script>"
    assert SHOWN in heard(f"$('#t').tmpl({FILLING}).appendTo('#b');", markup).written


def test_a_pager_that_is_not_read_tells_where_it_goes_and_how_much_there_is():
    script = "layui.use('laypage', function () { layui.laypage.render({elem: 'p', count: 30, limit: 8, curr: 1, jump: function (o, first) { if (!first) location.href = '?n=' + o.curr + '&size=' + o.limit; }}); });"
    told = heard(script)
    assert [(ask.url, ask.moves) for ask in told.asks] == [(f"?n={GAP}&size=8", True)]
    assert told.declared == 30


def test_a_leaf_below_a_branch_of_a_tree_is_clicked():
    script = "var s = {async: {enable: true, url: '/t', autoParam: ['id=pid']}, callback: {onClick: function (e, t, n) { if (!n.isParent) location.href = '/d/' + n.id; }}}; $.fn.zTree.init($('#t'), s);"
    answers = [
        Answered("http://x.gov.cn/t", "", '[{"id": "A", "name": "部门", "isParent": true}]'),
        Answered("http://x.gov.cn/t", "pid=A", '[{"id": 4, "name": "甲局", "isParent": false}]'),
    ]
    told = heard(script, "<ul id=t></ul>", *answers)
    assert [(ask.url, ask.cause) for ask in told.asks if ask.moves] == [("/d/4", "甲局")]


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


SETUP = """const hooks = [], later = f => { hooks.push(f) };  // as a bundle has Vue's own
const Page = {__name: 'Page', setup(props) { async function load() { await fetch('/l?p=1') } later(load); return () => null }};
Vue.createApp(Page).mount('#app')"""


def test_a_component_is_loaded_by_a_function_that_it_has_handed_over_by_name():
    assert asked(SETUP) == [("/l?p=1", None)]


PLACES = """const node = (type, props, children) => ({__v_isVNode: true, type, props, children});
const App = {data: () => ({at: 'zn', rows: [{guid: 7, title: '甲局年报'}]}),
  methods: {load() { fetch('/l?c=' + this.at) }, open(row) { fetch('/d/' + row.guid) }, go(p) { fetch('/l?p=' + p) }},
  render(o, kept, props, own, data, options) { return node('div', null, [
    node('el-tabs', {onTabChange: options.load, 'onUpdate:modelValue': at => data.at = at},
      {default: () => [node('el-tab-pane', {label: '指南', name: 'zn'}), node('el-tab-pane', {label: '年报', name: 'nb'})]}),
    node('el-table', {data: data.rows, onRowClick: options.open}),
    node('ul', {data: data.rows}, {default: scope => node('li', {onClick: () => fetch('/s/' + scope.row.guid)}, scope.row.title)}),
    node('el-pagination', {total: 9, pageSize: 10, onCurrentChange: options.go}),
    node('button', {disabled: true, onClick: () => fetch('/n')}, '下一页')]) }};
Vue.createApp(App).mount('#app')"""


def test_tabs_and_rows_of_widgets_are_clicked_and_neither_what_is_disabled_nor_a_pager_at_its_end():
    assert {(ask.url, ask.cause) for ask in heard(PLACES).asks if ask.cause} == {
        ("/l?c=zn", "指南"),
        ("/l?c=nb", "年报"),
        ("/d/7", "甲局年报"),
        ("/s/7", "甲局年报"),
    }


STORED = """function V(o) { this._init(o) } V.prototype._init = V.prototype._render = V.prototype.$mount = function() {};
V.options = {components: {}}; V.component = function(name, own) { this.options.components[name] = own };
V.prototype.cut = t => t.slice(0, 4);
V.component('News', {props: ['at'], data() { return {rows: []} }, created() { axios.get('/l', {params: {at: this.at}}).then(r => { this.rows = r.data.data.rows }) },
  render() { var t = this, c = t.$createElement; return c('ul', t._l(t.rows, r => c('li', {on: {click() { fetch('/d/' + r.id) }}}, [t._v(t.cut(r.t))]))) }});
const Main = {render() { return this.$createElement('news', {attrs: {at: this.$store.vm._data.at}}) }};
const store = {vm: new V({data: {at: 3}})}, One = {data: () => ({}), created() { axios.get('/one') }};
new V({el: '#app', store, router: {routes: [{path: '/zw/list.html', component: r => { Promise.resolve().then(() => r(One)) }}]},
  render: h => h(Main)});"""


def test_parts_of_components_keep_what_they_have_asked_for_also_under_vue_s_own_constructor():
    assert set(asked(STORED)) == {("/one", None), ("/l?at=3", None)}
    told = heard(STORED, "", Answered("http://x.gov.cn/l?at=3", None, ROWS))
    assert "<li>甲局年报</li>" in told.written
    assert ("/d/4", "甲局年报") in [(ask.url, ask.cause) for ask in told.asks]


SLOTTED = """const node = (type, props, children) => ({__v_isVNode: true, type, props, children});
const Card = {props: {}, setup(props, {slots}) { return () => node('section', null, slots.default()) }};
const App = {data: () => ({name: '年报'}), render(o, kept, props, own, data) {
  return node(Card, {onClick: () => fetch('/l')}, {default: () => [node('b', null, data.name)]}) }};
Vue.createApp(App).mount('#app')"""


def test_what_a_component_is_handed_stands_in_it_and_a_click_on_it_is_its_owner_s():
    told = heard(SLOTTED)
    assert told.written == "<section><b>年报</b></section>"
    assert [(ask.url, ask.cause) for ask in told.asks] == [("/l", "年报")]


def test_prototype_js_fills_its_templates_and_turns():
    script = """var row = new Template('<a href="/d/#{id}.html">#{t}</a>'), at = 1;
function load(n) { new Ajax.Request('/l', {method: 'get', parameters: {p: n}, onSuccess: function (x) {
  at = n; $('rows').update(x.responseText.evalJSON().data.rows.map(function (r) { return row.evaluate(r) }).join('')) }}) }
document.observe('dom:loaded', function () { load(1); $$('b').each(function (b) { b.observe('click', function (e) { Event.stop(e); load(at + 1) }) }) })"""
    told = heard(script, "<p id=rows></p><b>下一页</b>", Answered("http://x.gov.cn/l?p=1", None, ROWS))
    assert told.written == '<a href="/d/4.html">甲局年报</a>'
    assert [ask.url for ask in told.asks] == ["/l?p=1", "/l?p=2"]


def test_a_place_that_leads_elsewhere_shows_what_is_there():
    script = """new VueRouter({routes: [{path: '/', redirect: '/list', components: {default: undefined}},
{path: '/list', component: {created() { axios.get('/l?' + Qs.stringify({p: 1})) }}}]})"""
    assert asked(script) == [("/l?p=1", None)]
