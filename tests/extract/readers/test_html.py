"""HTML → Document: cells as a browser prints them, tables wherever they stand, facts wherever a page states them."""

import json
import re
from base64 import b64encode
from html import escape
from urllib.parse import quote

import pytest

from extract.document import UNKNOWN, Document, Grid, Text
from extract.errors import UnreadableDocument
from extract.readers import article, html_text, image
from extract.readers.html import looks_like_html, read_html
from extract.tables import read_tables
from tests.extract.sheets import figures, figures3, sheet3, sheets, stated


def table(rows):
    """A sheet of cells as a `<table>`."""
    lines = ["".join(f"<td colspan={c.colspan} rowspan={c.rowspan}>{c.text}</td>" for c in row) for row in rows]
    return "<table>" + "".join(f"<tr>{line}</tr>\n" for line in lines) + "</table>"


def report(form="2021", draw=table):
    """The body of a report."""
    two, three, four = (draw(sheet) for sheet in sheets(form).values())
    return (
        f"<p>一、总体情况</p><p>全年平稳，公开信息三十条。</p><p>二、主动公开政府信息情况</p>{two}"
        f"<p>三、收到和处理政府信息公开申请情况</p>{three}<p>四、政府信息公开行政复议、行政诉讼情况</p>{four}"
        "<p>五、存在的主要问题及改进情况</p><p>公开不够及时，今后改进。</p><p>六、其他需要报告的事项</p><p>无。</p>"
    )


def escaped(markup):
    """What JavaScript's escape() makes of a text."""
    return "".join(
        quote(one, safe="*@-_+./", encoding="latin-1") if one < "Ā" else f"%u{ord(one):04X}" for one in markup
    )


def batched(text, size):
    return (text[at : at + size] for at in range(0, len(text), size))


def written(markup):
    """A call that writes some markup into a page."""
    return f"document.writeln({json.dumps(markup)});\n"


def grids(page):
    return [block for block in read_html(page).blocks if isinstance(block, Grid)]


def texts(page):
    return [block.text for block in read_html(page).blocks if isinstance(block, Text)]


def cell_of(markup):
    """The text of a cell with this markup, in a table of the form."""
    page = f"<table><tr><td>结果维持</td><td>予以公开</td></tr><tr><td>{markup}</td><td>行政复议</td></tr></table>"
    (grid,) = grids(page)
    return grid.rows[1][0].text


HEADS = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]


def assert_whole(page, form="2021"):
    tables = read_tables(read_html(page))
    assert {name: stated(tables, name) for name in figures(form)} == figures(form)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("12", "12"),
        ("<p align=center><span>12</span></p>", "12"),
        ("<p>1<span>2</span></p>", "12"),
        ("<span>1</span>\n<span>2</span>", "1 2"),
        ("&nbsp;1 2\u3000", "1 2"),
        ("<p>&nbsp;</p>", ""),
        ("<span><o:p> </o:p></span>", ""),
        ("12<o:p></o:p>", "12"),
        ("商业<br>企业", "商业\n企业"),
        ("<p>商业</p><p>企业</p>", "商业\n企业"),
        ("商业\n   企业", "商业 企业"),
        ("自\u200b然\ufeff人", "自然人"),
        ("\u200e15\u200f", "15"),
        ("15&amp;nbsp;", "15"),
        ("<s>3</s>5", "5"),
        ("<del>3</del><strike>4</strike>5", "5"),
        ('<span style="display:none">9</span>5', "5"),
        ('<span style="VISIBILITY: hidden">9</span>5', "5"),
        ("<span hidden>9</span>5", "5"),
        ('<span style="font-size: 0px">9</span>5', "5"),
        ('<span style="font-size:0"><b style="font-size:12px">5</b></span>', "5"),
        ('<span style="font-size:0.9em">5</span>', "5"),
        ('<i style="position:absolute; left:-9999px">9</i>5', "5"),
        ('<span style="text-decoration: line-through">9</span>5', "5"),
        ('<font color="#FFFFFF">9</font><font color=black>5</font>', "5"),
        ('<span style="color:#fff">5</span>', f"5{UNKNOWN}"),
        ('<span style="color:#fff;background:#036">5</span>', "5"),
        ('<span style="color:#fff;background:#fff">5</span>', f"5{UNKNOWN}"),
        ('<span style="color:transparent">5</span>', ""),
        ('<bdo dir="rtl">21</bdo>', f"{UNKNOWN}21"),
        ('<span style="color:rgba(0, 0, 0, 0)">9</span>5', "5"),
        ('<span style="color:rgb(0 0 0 / 0%)">9</span>5', "5"),
        ('<span style="color:#3330">9</span>5', "5"),
        ('<span style="color:rgb(0,0,0)">9</span>5', "95"),
        ('<span style="display:inline-block;width:0;overflow:hidden">9</span>5', "5"),
        ('<span style="overflow:hidden;max-height: 0px">9</span>5', "5"),
        ('<span style="width:0.5em;overflow:hidden">9</span>5', "95"),
        ('<span style="clip-path:inset(50%)">9</span>5', f"{UNKNOWN}95"),  # or 5: to be refused
        ('<span style="-webkit-transform:scale(0)">9</span>5', f"{UNKNOWN}95"),
        ('<span style="zoom:0">9</span>5', f"{UNKNOWN}95"),
        ('<span style="zoom: 1">9</span>5', "95"),
        ('<span style="font:0/0 a">9</span>5', f"{UNKNOWN}95"),
        ('<span style="font-size:.3px">9</span>5', f"{UNKNOWN}95"),
        ('9<span style="position:absolute;left:0;background:#fff">5</span>', f"9{UNKNOWN}5"),
        ('<span style="position:absolute;left:0">95</span>', "95"),
        ('<i style="float:right">5</i><i style="float:right">9</i>', f"{UNKNOWN}5{UNKNOWN}9"),
        ('<p style="margin-left:-5.25pt;font:bold 10.5pt 宋体">95</p>', "95"),
        ('<b style="flex-direction: row-reverse"><i>5</i><i>9</i></b>', f"{UNKNOWN}59"),
        ('<span style="transform:none;text-transform:uppercase">9</span>5', "95"),
        ("<canvas>9</canvas>5", f"{UNKNOWN}5"),
        ("<object>9</object>5", f"{UNKNOWN}5"),
        ("<dialog>9</dialog>5", f"{UNKNOWN}95"),
        ("<details open>5</details>", "5"),
        ("<meter>9</meter>5", "5"),
        ("<button>5</button>", "5"),
        ('<input placeholder="9">', UNKNOWN),
        ('<input placeholder="请输入">', ""),
        ("5<sub>2</sub>", "5"),
        ('5<small style="vertical-align:top">2</small>', f"5{UNKNOWN}2"),
        ("<small>52</small>", "52"),
        ("52<small>件</small>", "52件"),
        ("1\u200b2\ufeff", "12"),
        ("5<sup>[1]</sup>", "5"),
        ("5<sup>注2</sup>", "5"),
        ("5<sup>①</sup>", "5"),
        ("<sup>2</sup>5", "5"),
        ('25<a href="#fn2">2</a>', "25"),
        ('<a href="#">25</a>', "25"),
        ("<sup>5</sup>", "5"),  # raised as a whole: no mark
        ('21<span style="vertical-align:super;font-size:smaller">2</span>', "21"),
        (
            '21<span style="position:relative;top:-4pt;mso-text-raise:4.0pt">2</span>',
            f"21{UNKNOWN}2",
        ),  # or 212: to be refused
        ('21<span style="vertical-align: -0.3em">2</span>', f"21{UNKNOWN}2"),
        ('<span style="vertical-align: 3px">21</span>', "21"),
        ('<span style="mso-text-raise:4pt">2</span><span style="mso-text-raise:4pt">1</span>', "21"),
        ('2<span style="vertical-align:middle">1</span>', "21"),
        ('2<span style="vertical-align:0px">1</span>', "21"),
        ('2<span style="vertical-align:text-bottom">1</span>', "21"),
        ("1024.15<sub>万元</sub>", "1024.15万元"),
        ('<input value="7">', "7"),
        ('<input type=hidden value="7">5', "5"),
        ('<input type=checkbox value="7">5', "5"),
        ("<textarea>7</textarea>", "7"),
        ("<select><option>3</option><option selected>7</option></select>", "7"),
        ("<select><option>7</option><option>3</option></select>", "7"),
        ("<select></select>", ""),
        ("<svg><text>7</text></svg>", "7"),
        ("<svg><text x=9>7</text><text x=2>1</text></svg>", UNKNOWN),
        ('<img src="7.gif" alt="7">', UNKNOWN),
        ('1<img src="7.gif">', f"1{UNKNOWN}"),
        ('<img src="i.gif">其他', "其他"),
        ('<img src="i.gif" width="1">', ""),
        ('<img src="i.gif" style="display:none">5', "5"),
        ("<canvas></canvas>", UNKNOWN),
        ("<script>var a=9</script>5<style>b{}</style>", "5"),
        ("<!-- 9 -->5", "5"),
        ("<![CDATA[9]]>5", "5"),
        ("&#49;&#x32;", "12"),
        ("&lt;3&gt;", "<3>"),
        ("5\x00", "5"),
    ],
)
def test_a_cell_is_what_a_browser_prints(markup, text):
    assert cell_of(markup) == text


@pytest.mark.parametrize(
    ("declared", "span"),
    [("2", 2), ("x", 1), ("", 1), ("0", 0), ("-3", 1), (" 4 ", 4), ("2.5", 2), ("1000000", 1000), ("３", 1)],
)
def test_a_span_is_read_as_browsers_do(declared, span):
    page = f'<table><tr><td colspan="{declared}" rowspan="{declared}">结果维持</td><td>结果纠正</td></tr></table>'
    cell = grids(page)[0].rows[0][0]
    assert (cell.colspan, cell.rowspan) == (span, span)


def test_a_cell_knows_its_table_row_and_column():
    page = "<table><tr><td>索引号</td><td>1</td></tr></table>" + report()
    places = [cell.place for row in grids(page)[-1].rows for cell in row]
    assert places[0] == "t3r0c0"
    assert places[-1] == "t3r3c14"


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "<div><div class=TRS_Editor>{}</div></div>",
        "<table><tr><td>菜单</td><td>{}</td></tr></table>",
        "<table><tr><td><table><tr><td><div>{}</div></td></tr></table></td></tr></table>",
        "<center><form><font>{}</font></form></center>",
        "<div><h1>某县2023年政府信息公开工作年度报告</h1>{}<div>打印 关闭</div></div>",
        "<html><body><div>{}",
        "<div>{}</div></div></p></table></body></html>",
    ],
)
@pytest.mark.parametrize("form", ["2019", "2021"])
def test_the_tables_are_found_wherever_the_page_puts_them(around, form):
    assert_whole(around.format(report(form)), form)


@pytest.mark.parametrize("tag", ["td", "tr", "p", "tbody"])
def test_end_tags_that_authors_forget_change_nothing(tag):
    assert_whole(report().replace(f"</{tag}>", ""))


def test_tags_in_capitals_and_attributes_without_quotes_are_the_same():
    assert_whole(report().replace("<td", "<TD").replace("</td>", "</TD>").replace("rowspan", "ROWSPAN"))


def test_rows_of_divs_are_grids_without_columns():
    def draw(rows):
        return "".join("<div>" + "".join(f"<div>{cell.text}</div>" for cell in row) + "</div>" for row in rows)

    assert_whole(report(draw=draw))
    assert {grid.spans for grid in grids(draw(sheets()[3]))} == {False}


def test_the_cells_of_a_table_without_rows_are_read_in_their_order_and_boxes_of_labels_beside_it_are_no_tables():
    def draw(rows):
        return "<div>" + "".join(f"<div>{cell.text}</div>" for row in rows for cell in row) + "</div>"

    box = "<div><div><b>[ 索引号 ]</b><i>1-2024</i></div><div><b>[ 发布日期 ]</b><i>2024-01-20</i></div></div>"
    assert_whole(report(draw=draw))
    document = read_html(f"<body>{box}<div>{report(draw=draw)}</div>")
    assert [fact.value for fact in document.facts if fact.field == "line"] == [
        "[ 索引号 ]1-2024",
        "[ 发布日期 ]2024-01-20",
    ]


@pytest.mark.parametrize(
    ("whole", "row", "cell"),
    [
        ("div", "div role=row", "div role=cell"),
        ("div", "div role=row", "span role=cell"),
        ("ul", "li", "span class=cell"),
    ],
)
def test_rows_of_as_many_elements_each_are_a_grid_with_columns(whole, row, cell):
    truth = figures3() | {"granted": [1, None, None, 2, None, None, 3]}

    def element(markup, content):
        return f"<{markup}>{content}</{markup.split()[0]}>"

    def draw(rows):
        lines = []
        for boxes in rows:
            cells = [text for box in boxes for text in [box.text, *[""] * (box.colspan - 1)]]
            lines.append([*[""] * (10 - len(cells)), *cells])
        lines[1:3] = [
            ["", "", "", "自然人", "法人或其他组织", "", "", "", "", "总计"],
            ["", "", "", "", *HEADS[1:6], ""],
        ]
        written = ("".join(element(cell, text) for text in line) for line in lines)
        return element(whole, "".join(element(row, line) for line in written))

    two, four = sheets()[2], sheets()[4]
    page = f"<p>一、总体情况</p>{table(two)}{draw(sheet3('2021', truth))}{table(four)}"
    assert stated(read_tables(read_html(page)), "table3") == truth


@pytest.mark.parametrize(
    ("tables", "end"),
    [("<table>", ""), ("<p>无</p>\n\n<table>", ""), ("<html><body><table>", "</body></html>")],
)
def test_the_lines_of_a_text_with_tables_in_html_are_kept(tables, end):
    lines = report().replace("</p><p>", "\n\n").replace("<p>", "\n\n").replace("</p>", "\n\n# ")
    page = f"某县2021年年报\n发布时间：2022-01-20\n{lines}".replace("<table>", tables, 1)
    page = page.replace("</table>", f"</table>{end}", 1)
    assert_whole(page)
    document = read_html(page)
    printed = [line for text in texts(page) for line in text.split("\n")]
    assert {"一、总体情况", "全年平稳，公开信息三十条。"} <= {line.strip("# ") for line in printed}
    above = [fact.value for fact in document.facts if fact.field == "line"]
    assert "某县2021年年报" in [*printed, *above]


@pytest.mark.parametrize("end", ["</body></html>", "</html>", "</body></html><!DOCTYPE html><html><head></head><body>"])
def test_what_stands_behind_the_end_of_a_page_is_read(end):
    assert_whole(report().replace("</table>", f"</table>{end}"))


STYLE_SHEETS = (
    ("<style>/* {} */ td .x, i.x { display : none }</style>", "5"),
    ("<style>@media (max-width: 9px) { .y { color: red } } .x { font-size:0 } </style>", "5"),
    ("<style>@media (max-width: 9px) { .x { display: none } }</style>", "95"),
    ("<style>@media screen { .x { display: none } }</style>", "5"),
    ("<style>@supports (display: grid) { b { color: red } .x { display: none } }</style>", "5"),
    ("<style>@layer a { .x { display: none } }</style>", "5"),
    ("<style>td { color: red; .y { top: 0 } & .x { display: none } }</style>", "5"),
    ("<style>:is(.x, .y) { display: none }</style>", "5"),
    ("<style>.x { color: '\x01'; display: none }</style>", "5"),
    ("<style>.x/* */{/* */display/* */:/* */none}</style>", "5"),
    ("<style>.x { color: transparent }</style>", "5"),
    ("<style>.x { overflow: hidden } .x { width: 0 }</style>", "5"),
    ("<style>td { color: #fff }</style>", "95"),
    ("<style media=print>.x { display: none }</style>", "95"),
    ("<style>.x { display: none } .x { display: inline }</style>", "95"),
    ("<style>.x { display: none } td .x { display: inline } i { display: none }</style>", "95"),
    ("<style>.x { display: none !important } td .x { display: inline }</style>", "5"),
    ("<style>@media only screen and (min-width: 768px) { .x { display: none } }</style>", "5"),
    ("<style>@media screen and (max-width: 768px) { .x { display: none } }</style>", "95"),
    ("<style>.x { color: #fefefe }</style>", "5"),
    ("<style>.x::before { display: none } .x:hover { display: none } .x[ { display: none }</style>", "95"),
    ("<style>#pane { display: none }</style>", "95"),
    ("<style>.x:before, b { content: '1' }</style>", "195"),
    ("<style>.x::after { content: attr(data-n) '\\31' }</style>", "9715"),
    ("<style>td::after { content: url(7.gif) }</style>", f"95{UNKNOWN}"),
    ("<style>.x:before { content: attr(data-label) } @media print { .x:before { content: '1' } }</style>", "95"),
)


@pytest.mark.parametrize(("sheet", "text"), STYLE_SHEETS)
def test_cells_are_what_the_style_sheet_of_a_page_shows_of_them(sheet, text):
    cell = "<td><i class=x data-n=7 data-label=1年>9</i>5</td>"
    rows = f"<tr><td>结果维持</td><td>结果纠正</td></tr><tr>{cell}<td>行政复议</td></tr>"
    (grid,) = grids(f"{sheet}<div id=pane><table>{rows}</table></div>")
    assert grid.rows[1][0].text == text


@pytest.mark.parametrize("end", ["x" * 1_000_000, "a," * 100_000 + "{ display: none }"], ids=["name", "selectors"])
def test_a_style_sheet_without_an_end_is_read_in_time(end):
    """Tried from each of its characters, or commas, it would take an hour."""
    assert read_html(f"<table><tr><td>1</td></tr></table><style>td {{ display: none }} {end}").blocks


def test_cells_and_rows_that_a_style_sheet_takes_out_are_in_no_table():
    hidden = "<style>.gone { display:none } .blind { visibility:hidden }</style>"
    page = "<tr class=gone><td>总计</td></tr><tr><td>结果维持<td class=gone>9</td><td class=blind>8</td></tr>"
    (grid,) = grids(f"{hidden}<table><tr class=blind><td>9</td></tr>{page}<tr><td>行政复议</td></tr></table>")
    assert [[cell.text for cell in row] for row in grid.rows] == [[""], ["结果维持", ""], ["行政复议"]]


@pytest.mark.parametrize(
    "wrap",
    [
        lambda markup: f"<script>var page = {json.dumps({'content': markup})};</script>",
        lambda markup: f"<script>var page = {json.dumps({'content': escape(markup)})};</script>",
        lambda markup: "<script>show('" + markup.replace("'", "\\'").replace("\n", "\\n") + "');</script>",
        lambda markup: f"<script>/* don't */ go('7', {{SID: '1', page: {json.dumps(markup)}, end: 'x'}})</script>",
        lambda markup: f"<script>document.write(decodeURIComponent('{quote(markup)}'))</script>",
        lambda markup: f'<script>document.write(unescape("{escaped(markup)}"))</script>',
        lambda markup: f"<script type='text/html'>{markup}</script>",
        lambda markup: f"<template>{markup}</template>",
        lambda markup: f"<textarea>{escape(markup)}</textarea>",
        lambda markup: f'<input type="hidden" value="{escape(markup, quote=True)}">',
        lambda markup: f"<script>{''.join(map(written, batched(markup, 300)))}</script>",
    ],
)
def test_an_article_that_its_page_does_not_show_before_scripts_run_is_read(wrap):
    assert_whole(f"<body><p>某县人民政府</p>{wrap(report())}</body>")


def test_an_article_in_a_frame_s_own_attribute_is_read():
    def framed(markup):
        return f'<div><iframe srcdoc="{escape(markup, quote=True)}"></iframe></div>'

    assert_whole(framed(report()))
    assert_whole(framed(f"<p>{framed(report())}"))
    assert_whole(report(draw=lambda sheet: framed(table(sheet))))


def test_an_article_in_json_is_read_with_the_statements_beside_it():
    beside = {"articleTitle": "某县2021年年报", "publishDate": "2022-01-30", "Source": "某县", "hits": 3}
    whole = {"code": 0, "data": [{"title": "首页"}, {**beside, "content": report()}]}
    document = read_html(json.dumps(whole))
    assert [fact for fact in document.facts if fact.source.startswith("JSON")] == [
        ("title", "某县2021年年报", "JSON articleTitle"),
        ("published", "2022-01-30", "JSON publishDate"),
        ("issuer", "某县", "JSON Source"),
    ]
    assert_whole(json.dumps(whole))


def test_the_same_article_hidden_for_small_screens_is_not_a_second_table():
    tables = read_tables(read_html(f"<div>{report()}</div><div style='display:none'>{report()}</div>"))
    assert {name: stated(tables, name) for name in figures()} == figures()
    assert not any("more than once" in warning for warning in tables.warnings)


@pytest.mark.parametrize(
    ("markup", "fact"),
    [
        ('<meta name="ArticleTitle" content="某县年报">', ("title", "某县年报", "meta articletitle")),
        ('<meta content="某县年报" name="ArticleTitle">', ("title", "某县年报", "meta articletitle")),
        ("<META NAME=PubDate CONTENT='2024-01-20 10:00'>", ("published", "2024-01-20 10:00", "meta pubdate")),
        ('<meta property="og:title" content="某县年报">', ("title", "某县年报", "meta og:title")),
        ('<meta name="ContentSource" content=" 某县  人民政府 ">', ("issuer", "某县 人民政府", "meta contentsource")),
        ('<meta name="SiteIDCode" content="3700000001">', ("site_code", "3700000001", "meta siteidcode")),
        ("<title>某县年报_某县</title>", ("page_title", "某县年报_某县", "title")),
        ("<h1>某县<br>年报</h1>", ("title", "某县 年报", "h1")),
        ("<div class=article_title>某县年报</div>", ("title", "某县年报", "class article_title")),
        ("<ucaptitle>某县年报</ucaptitle>", ("title", "某县年报", "ucaptitle")),
        ("<p>网站标识码：3714240001</p>", ("site_code", "3714240001", "printed 网站标识码")),
    ],
)
def test_what_a_page_states_of_itself_is_a_fact(markup, fact):
    head = markup if markup.startswith(("<meta", "<META", "<title")) else ""
    facts = read_html(f"<html><head>{head}</head><body>{'' if head else markup}{report()}</body></html>").facts
    assert any(one.field == fact[0] and one.value.replace(" ", "") == fact[1].replace(" ", "") for one in facts)
    assert fact[2] in [one.source for one in facts if one.field == fact[0]]


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2024-01-20T09:00:00+08:00">',
        '<script type="application/ld+json">{"@graph": [{"headline": "年报", "datePublished": "2024-01-20"}]}</script>',
        """<script>var createTime='2024-02-25 10:02', x = 1;var publish_time = "2024-01-20";</script>""",
        """<script>window.article = {"sort": "2020-01-01", "publishTime":"2024-01-20 10:00:00"};</script>""",
        '<time datetime="2024-01-20T09:00:00+08:00">1月20日</time>',
    ],
)
def test_a_date_that_only_the_head_of_a_page_states_is_a_fact(head):
    facts = read_html(f"<html><head>{head}</head><body>{report()}</body></html>").facts
    assert [fact.value[:10] for fact in facts if fact.field == "published"] == ["2024-01-20"]


def test_the_dates_of_a_list_in_a_script_are_those_of_others():
    script = """<script>state={list: [{"publishTime": "2024-01-20"}, {"publishTime": "2024-01-21"}]}</script>"""
    assert not [fact for fact in read_html(f"{script}{report()}").facts if fact.field == "published"]


@pytest.mark.parametrize("content", ["null", "undefined", "", " ", "{{title}}", "${title}"])
def test_a_meta_that_says_nothing_is_no_fact(content):
    page = f'<meta name="ArticleTitle" content="{content}">{report()}'
    assert not [fact for fact in read_html(page).facts if fact.source.startswith("meta")]


def test_a_meta_in_a_second_head_is_read_too():
    page = f'<html><head></head><body><head><meta name="PubDate" content="2024-01-20"></head>{report()}</body></html>'
    assert [fact.value for fact in read_html(page).facts if fact.field == "published"] == ["2024-01-20"]


def test_lines_above_the_article_are_facts_and_no_prose():
    page = f"<div>首页 &gt; 年报</div><div>发布日期：2024-01-20 来源：某局</div><div>{report()}</div>"
    document = read_html(page)
    assert any("2024-01-20" in fact.value for fact in document.facts if fact.field == "line")
    assert not any("发布日期" in text for text in texts(page))


def test_lines_of_source_and_date_below_the_article_are_facts_and_no_prose():
    page = f"<div>{report()}<p>信息来源：某局</p><p>发布日期：2024-01-20</p></div>"
    assert [one.value for one in read_html(page).facts if one.field == "line_below"] == [
        "信息来源：某局",
        "发布日期：2024-01-20",
    ]
    assert not any("发布日期" in text for text in texts(page))


def test_cells_of_a_label_table_that_hold_label_and_value_are_facts():
    labelled = "<td>发布机构：某县体育局</td><td>成文日期：2024年01月11日</td>"
    beside = "<td>责任部门</td><td>某县教育局</td><td>关键词：</td><td></td>"
    label_table = f"<table><tr>{labelled}</tr><tr>{beside}</tr><tr><td>公开日期：2024-01-12</td></tr></table>"
    lines = [fact.value for fact in read_html(f"{label_table}<div>{report()}</div>").facts if fact.field == "line"]
    told = ["发布机构：某县体育局", "成文日期：2024年01月11日", "责任部门：某县教育局", "公开日期：2024-01-12"]
    assert [line for line in lines if line in told] == told
    assert "关键词：" not in lines


def test_pictures_in_place_of_tables_are_noted():
    page = "<div><p>一、总体情况</p><p>如下。</p><p>二、主动公开政府信息情况</p><img src=a.png><img src=logo.png></div>"
    assert read_html(page).notes == ("1 pictures in the article",)
    assert read_html(report() + "<img src=a.png>").notes == ()


def test_bytes_that_could_not_be_decoded_are_noted():
    page = report().encode()
    document = read_html(page.replace("全年".encode(), "全年".encode() + b"\xff"), charset="utf-8")
    assert document.notes == ("1 characters could not be decoded",)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (b"", "empty"),
        (" \n\x00", "empty"),
        ("</html>", "empty"),
        ("<!DOCTYPE html>", "malformed"),
        ("<div>" * 3000 + "深", "too_deep"),
        ("<table><tr><td>" * 500 + report(), "too_deep"),
        ("<p>长" * 10_000_001, "too_large"),
    ],
)
def test_a_page_that_is_no_page_is_refused_by_name(page, reason):
    with pytest.raises(UnreadableDocument) as refusal:
        read_html(page, url="http://example.gov.cn/a.html")
    assert refusal.value.reason == reason


@pytest.mark.parametrize("odd", ["\x0b", "&#11;", "\x08", "\ufffe", "\x1f"])
def test_a_control_character_beside_a_table_costs_nothing(odd):
    page = report(draw=lambda sheet: f"{odd}{table(sheet)}{odd}尾")
    tables = read_tables(read_html(page))
    assert {name: stated(tables, name) for name in figures()} == figures()
    assert any("全年平稳" in text for text in texts(page))


@pytest.mark.parametrize(
    "page",
    [
        "<p>没有报告的页面。</p>",
        "<frameset><frame src=a.html></frameset>",
        "<html><head><meta http-equiv=refresh content='0;url=a.html'></head></html>",
        "<table></table>",
        "<table><tr></tr></table>",
        "<tr><td>结果维持",
        "<?xml version='1.0' encoding='gbk'?><html><p>字</p></html>",
        "<p>\x00\x01\x02\ufffe</p>",
        "<svg><foreignObject><table><tr><td>1</td></tr></table></foreignObject></svg>",
        "<td><td><td><tr><table><p></td><div></span></table>",
    ],
)
def test_a_page_without_an_article_gives_a_document_without_tables_of_the_form(page):
    assert set(read_tables(read_html(page)).status.values()) == {"absent"}


@pytest.mark.parametrize(
    ("payload", "is_html"),
    [
        (b"<html>", True),
        (b"\xef\xbb\xbf\n<!DOCTYPE html>", True),
        ("<TABLE><TR>".encode("utf-16"), True),
        (b"text " * 100 + b"<p class=a>", True),
        (b"<style>" + b".a{display:none}" * 2_000, True),
        ("一、总体情况".encode(), False),
        (b"a < b and c > d", False),
        (b"<xml><custom/></xml>", False),
    ],
)
def test_html_is_known_by_its_markup(payload, is_html):
    assert looks_like_html(payload) is is_html


@pytest.mark.parametrize(
    ("aside", "judged"),
    [
        ("<p class=MsoNormal align=left><span lang=EN-US style='color:black'>特此公布。</span></p>", 0),
        ("<div><strong>特此</strong>公布。<br></div>", 0),
        ("<p>特此公布。<a href=more.html>更多</a></p>", 1),
        ("<ul><li>特此公布。</li></ul>", 1),
        ("<p class=share>特此公布。</p>", 1),
        ("<p id=foot>特此公布。</p>", 1),
        ("<p style='display:none'>特此公布。</p>", 1),
        ("<p>特此公布。<img src=qr.png></p>", 1),
    ],
)
def test_an_article_of_nothing_but_text_needs_no_judge_and_any_other_has_one(monkeypatch, aside, judged):
    asked = []
    content = article._content
    monkeypatch.setattr(article, "_content", lambda article: (asked.append(article), content(article))[1])
    page = f"<body><ul><li><a href=/>首页</a></li></ul><div>{report()}{aside}<p>六、其他需要报告的事项</p></div></body>"
    assert any("全年平稳" in text for text in texts(page))
    assert len(asked) == judged


def embedded(payload=b"x" * 9_000):
    """An `<img>` that carries a picture in itself."""
    return f"<p><img alt='' src='data:image/png;base64,{b64encode(payload).decode()}'></p>"


def test_a_picture_in_the_page_itself_is_read_where_no_table_stands(monkeypatch):
    shown = read_html(report()).blocks
    monkeypatch.setattr(image, "read_image", lambda _: Document("image/png", shown))
    assert_whole(f"<body><h1>某县2021年政府信息公开工作年度报告</h1>{embedded()}</body>")
    two, *others = report().replace("<table", "\0<table").split("\0")
    monkeypatch.setattr(image, "read_image", lambda _: Document("image/png", read_html(others[-1]).blocks))
    assert_whole("".join([two, *others[:-1], embedded()]))
    monkeypatch.setattr(image, "read_image", lambda _: pytest.fail("the tables are there"))
    assert_whole(f"<body>{report()}{embedded()}</body>")
    read_html(f"<body><p>某县</p>{embedded(b'a sign')}</body>")


def test_a_picture_in_the_page_itself_that_cannot_be_read_is_told():
    notes = read_html(f"<body><p>某县</p>{embedded()}</body>").notes
    assert any(note.startswith("a picture in the page is not read: ") for note in notes)


OFF_THE_PAGE = "style='position:absolute;left:-3000px;top:-900px'"


@pytest.mark.parametrize("attribute", ["style='display:none'", "style='visibility: hidden'", "hidden", OFF_THE_PAGE])
def test_text_that_an_article_hides_is_no_prose(attribute):
    notice = f"<div {attribute}><p>您访问的链接即将离开本网站，是否继续？</p></div>"
    assert not any("即将离开" in text for text in texts(f"<div>{report()}{notice}</div>"))


def test_the_foot_of_a_table_is_its_last_row_wherever_it_stands():
    def footed(sheet):
        rows = re.findall("<tr>.*?</tr>", table(sheet), re.S)
        return f"<table><tfoot>{rows[-1]}</tfoot><tbody>{''.join(rows[1:-1])}</tbody><thead>{rows[0]}</thead></table>"

    assert_whole(report(draw=footed))


@pytest.mark.parametrize("last", ["没有其他事项。", "２０２２.０１.２０"])
def test_the_short_sentence_below_the_last_heading_and_the_date_are_the_report_s(last):
    page = f"<body><div>{report().replace('<p>无。</p>', f'<section><span leaf>{last}</span></section>')}</div></body>"
    assert last in [block.text for block in read_html(page).blocks if isinstance(block, Text)]


def test_a_heading_that_a_line_end_breaks_heads_its_section():
    assert html_text.is_section("六、其他需要报\n告的事项")
    assert not html_text.is_section("全年平稳。\n无。")


@pytest.mark.parametrize(
    ("behind", "signed"), [("<p>某县教育局</p><p>2022年1月8日</p>", 2), ("<p>某县政府</p><p>版权所有</p>", 0)]
)
def test_a_signature_may_stand_behind_the_element_that_holds_the_report(behind, signed):
    printed = texts(f"<div><section>{report()}</section>{behind}</div>")
    assert len(printed) - printed.index("无。") - 1 == signed


def test_words_hidden_within_a_line_are_not_printed():
    closing = "<p>特此<span style='display:none'>草稿</span>公布。</p>"
    assert "特此公布。" in texts(f"<div>{report()}{closing}</div>")


def test_a_pane_that_a_script_turns_to_the_front_is_read_though_hidden():
    assert_whole(f"<div><div style='display:none'>{report()}</div></div>")


def test_a_link_within_a_figure_leaves_it_in_doubt():
    assert cell_of('25<a href="fn2">2</a>') == f"25{UNKNOWN}2"
    assert cell_of('25<a href="#fn2">2</a>') == "25"
    assert cell_of('<a href="list.html">25</a>') == "25"
