"""What scripts say in literals, and what they do not."""

# ruff: noqa: E501 -- lines of script stay whole
from __future__ import annotations

import pytest

from crawler.scripts import (
    SLOT,
    Service,
    expanded,
    is_address,
    joined_rows,
    joins,
    literal_data,
    objects,
    row_of,
    services,
    unescape,
    with_slot,
)


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


@pytest.mark.parametrize(
    ("handler", "script", "found"),
    [
        ("goPage(3)", 'function goPage(n){ location.href = "list_" + n + ".html"; }', ["list_3.html"]),
        ("javascript:go(3);", "function go(n){ if (n==1) {location='index.html'} else {location='index_'+(n-1)+'.html'} }", ["index_2.html"]),
        ("view('12', this)", 'var base = "/art/"; function view(id, e){ window.open(base + id + ".html"); }', ["/art/12.html"]),
        ("show(7)", "function show(id) { open(`/show.do?id=${id}`); }", ["/show.do?id=7"]),
        ("show(7)", "function show(id) { open('/show.do?id=' + key(id, 2)); }", []),
        ("show(7)", "function other(id) { open('/show.do?id=' + id); }", []),
        ("show(7)", 'var base = "/a/"; base = "/b/"; function show(id) { open(base + id + ".html"); }', []),
    ],
)  # fmt: skip
def test_a_handler_is_followed_into_its_function(handler, script, found):
    assert list(expanded(handler, script)) == found


@pytest.mark.parametrize(
    ("script", "service"),
    [
        ('$.get("/list?cid=3&page=" + page, show)', Service(f"/list?cid=3&page={SLOT}")),
        ("$('#a').load('/inc/list.html')", Service("/inc/list.html")),
        ("$.post('/l.do', {cid: '3', pageNo: 1, size: 10})", Service("/l.do", (("cid", "3"), ("pageNo", SLOT), ("size", "10")), True)),
        ('$.post("l.jsp", "cid=3&page=" + p, show)', Service("l.jsp", (("cid", "3"), ("page", SLOT)), True)),
        ("var pageIndex = 0; $.ajax({type: 'POST', url: '/x', data: JSON.stringify({pageIndex: pageIndex, k: 'v'})})",
         Service("/x", (("pageIndex", SLOT), ("k", "v")), True, True, 0)),
        ('fetch(`/api/${page}.json`)', Service(f"/api/{SLOT}.json")),
        ("const base='/g'; fetch(base + '/a', {method: 'POST', body: JSON.stringify({page: 1})})", Service("/g/a", (("page", SLOT),), True, True)),
        ("axios.post('/a', {page: 1})", Service("/a", (("page", SLOT),), True, True)),
        ('$.get(location.pathname + "?page=" + p)', Service(f"?page={SLOT}")),
        ("xhr.open('GET', '/x/list.xml', true)", Service("/x/list.xml")),
        ("table.render({url: '/d', where: {c: '3'}, page: true, limit: 5})",
         Service("/d", (("c", "3"), ("page", SLOT), ("limit", "5"), ("rows", "5")))),
    ],
)  # fmt: skip
def test_a_service_is_read(script, service):
    assert list(services(script)) == [service]


@pytest.mark.parametrize(
    "script",
    [
        "$.get(address, show)",
        "$.ajax({url: makeUrl(3)})",
        "echarts.render({title: 'x'})",
        "$.get('/a/' + secret() + '/b')",
        "$.get(",
    ],
)
def test_what_is_no_literal_is_no_service(script):
    assert list(services(script)) == []


def test_a_placeholder_becomes_a_slot():
    assert with_slot("/l?page={page}&c=3") == f"/l?page={SLOT}&c=3"
    assert with_slot("/l_{0}.html") == f"/l_{SLOT}.html"
    assert with_slot("/l.html") is None


@pytest.mark.parametrize(
    "piece", ["{", "[(", '"', "'\\", "$.get('/a' + ", "function f(", "var a = ", "createPageHTML(", "/* ", "`${"]
)
def test_hostile_scripts_are_survived(piece):
    text = piece * 3000
    assert len(list(services(text))) <= 1
    assert [row for row in map(row_of, objects(text)) if row] == []
    assert list(expanded("f(1)", text)) == []


@pytest.mark.parametrize(
    "asked",
    [
        "queryParams: function (params) { return { limit: params.limit, offset: params.offset, cid: '7' }; }",
        "queryParams: function (p) { var temp = { limit: p.limit, offset: p.offset, cid: '7' }; return temp; }",
        "queryParams: (p) => ({ limit: p.limit, offset: p.offset, cid: '7' })",
        "queryParams: table.wanted",
    ],
)
def test_a_table_that_asks_by_offset(asked):
    options = f"{{ url: '/getList', pagination: true, pageSize: 15, {asked}, columns: [] }}"
    functions = "table.wanted = function (p) { return { limit: p.limit, offset: p.offset, cid: '7' }; };"
    service = Service("/getList", (("limit", "15"), ("offset", SLOT), ("cid", "7")), first=0, step=15)
    assert list(services(f"$('#t').bootstrapTable({options}); {functions}")) == [service]


@pytest.mark.parametrize(
    ("script", "join"),
    [
        ("""h += "<li><a href='/show.html?id=" + e.id + "'>" + e.title + "</a></li>";""", ("/show.html?id=", "id", "")),
        ("location.href = 'view/' + row['infoId'] + '.html'", ("view/", "infoId", ".html")),
        ("var u = '/d?c=' + it.cid + '&id=' + it.data.id;", ("/d?c=", "cid", "&id=", "id")),
        ('`<a href="/detail/${item.id}.htm">${item.title}</a>`', ("/detail/", "id", ".htm")),
    ],
)
def test_addresses_that_are_put_together_of_a_row(script, join):
    assert list(joins(script)) == [join]


@pytest.mark.parametrize(
    "script", ["alert('第' + page.no + '页')", "x = 'a' + b", "'<td>' + row.name + '</td>'", "a.b + c.d"]
)
def test_what_puts_no_address_together(script):
    assert list(joins(script)) == []


def test_rows_of_an_answer_are_named_and_linked_as_its_script_does_it():
    answer = {
        "data": {
            "list": [
                {"id": 7, "title": "甲局年报"},
                {"id": "8", "n": "乙局年报"},
                {"id": 9, "title": "x"},
                {"title": "丙"},
            ]
        }
    }
    assert list(joined_rows(answer, [("/v/", "other", ""), ("/show?id=", "id", "")])) == [
        ("/show?id=7", "甲局年报"),
        ("/show?id=8", "乙局年报"),
    ]


def test_a_table_of_the_server_sends_what_its_script_does_not_name():
    script = (
        "$('#t').DataTable({serverSide: true, pageLength: 20, ajax: {url: '/d', type: 'POST', data: function(d) {"
        " d.col = '7'; d.kind = kind; }}, columns: [{data: 'title'}]}); var kind = 'nb';"
    )
    fields = (("draw", "1"), ("start", SLOT), ("length", "20"), ("col", "7"), ("kind", "nb"))
    assert list(services(script)) == [Service("/d", fields, post=True, first=0, step=20)]


def test_lists_of_objects_in_a_script():
    script = 'var a = [{"n": 1, "t": "[{x"}], b = [{n: 2}], c = [ {"n": 3} ];'
    assert list(literal_data(script)) == [[{"n": 1, "t": "[{x"}], [{"n": 3}]]


def test_a_handler_that_adds_to_its_pages_own_path():
    text = "function turn(n) { window.location.href = window.location.pathname + '?pageIndex=' + n; }"
    assert list(expanded("turn(3)", text)) == ["?pageIndex=3"]
