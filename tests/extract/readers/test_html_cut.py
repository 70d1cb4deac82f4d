"""Tables and menus that are read from their markup are read as those that are read from the tree of their page.

A `</TABLE>` leaves its table in the page, a `</LI>` its entry, and says nothing else.
"""

from hypothesis import given, settings
from hypothesis import strategies as st

from extract.readers.html import read_html
from extract.readers.html_cut import cut_menus, cut_tables

FORM = "<tr><td>一、予以公开</td><td>四、结转下年度继续办理</td></tr>"
AROUND = (
    "%s",
    "<p>一、总体情况%s</p>",
    '<div style="font-size:0">%s</div>',
    '<a href="#x">%s</a>',
    '<div style="top:2px">%s',
    "<table><tr><td>%s<td>外</table>",
    "<b>粗%s",
    "<!-- %s -->",
    '<div title="%s">',
    "<textarea>%s</textarea>",
    "<style>td.s {display:none}</style>%s",
    '<div class="title">%s</div>',
    "<h1>%s</h1>",
    "<ta\0ble><tr><td>%s<td>外</ta\0ble>",
)
TAGS = (
    '<p style="text-align:center">', "</p>", "<p>", "<span>", '<span style="font-size:10.5pt">', "</span>", "<b>",
    "</b>", "<br>", "<br/>", "<div>", "</div>", "<o:p></o:p>", "<center>", "</center>", "<font color=red>", "</font>",
    '<span class="s">', "<font color=white>", '<span style="display:none">', '<span style="vertical-align:super">',
    "<sup>1</sup>", "<s>7</s>", '<a href="#1">1</a>', "<input value=3>", "<!-- -->", "<td>", "</tr>", "<tr>",
    "</table>", '<p class="title">', "<h1>", "<img src=x>", "<select><option>1</select>", '<p title="a>b">', "<P>",
    "<p", "<p\0>", '<span class="\0">', "<ta\0ble>",
)  # fmt: skip
TEXTS = (
    "5", "12", "０", "行政", "许可", "&nbsp;", " ", "\n", "\r\n", "\u3000", "\u00a0", "1,2", "3 4", "a&amp;b", "&#53;",
    "&lt;", "<", ">", "\u200b", "\ufffd", "\x01", "\x0b", "&nbsp", "无", "/", "—", '"', "']]>", "\0",
)  # fmt: skip
CELLS = (
    "<td>", "<th>", '<td colspan="2" rowspan=2>', '<td COLSPAN="3x" style="width:1pt">', '<td style="display:none">',
    "<td hidden>", '<td data-label="总计">', '<td class="s">', "<td width='3' width='4'>", '<td title="<td>">',
    '<td style="font-family:&quot;宋体&quot;">', "<td nowrap=>",
)  # fmt: skip
ENDS = ("</td>", "</td>\n", "</th>", "")
ROWS = (
    "</tr><tr>", "</tr>\n<tr>", '</tr><tr style="height:2pt">', "</tr><tr hidden>", "</tr><tr></tr><tr>", "<tr>",
    "</tr></thead><tbody><tr>",
)  # fmt: skip
BEGINNINGS = (
    "<table>", '<table border="1" style="font-size:0">', "<table><tbody>", "<table><thead>", "<TABLE>",
    "<table><colgroup><col width=2><col></colgroup>", "<table><caption>表</caption>",
)  # fmt: skip


@st.composite
def pages(draw: st.DrawFn) -> str:
    cell = st.tuples(
        st.sampled_from(CELLS[:1] * 10 + CELLS),
        st.lists(st.sampled_from([*TEXTS, *TAGS[:20] * 2, *TAGS]), max_size=6).map("".join),
        st.sampled_from(ENDS[:1] * 10 + ENDS),
    ).map("".join)
    row = st.lists(cell, min_size=1, max_size=4).map("".join)
    rows = "".join(
        "".join(pair) for pair in draw(st.lists(st.tuples(st.sampled_from(ROWS[:1] * 10 + ROWS), row), max_size=4))
    )
    table = f"{draw(st.sampled_from(BEGINNINGS))}{FORM[:-5]}{rows}</tr></table>"
    return f"<body><p>前言。</p>{draw(st.sampled_from(AROUND)) % table}<p>后记。</p><table>{FORM}</table></body>"


def left_in(page: str) -> str:
    return page.replace("</table>", "</TABLE>")


@settings(derandomize=True, max_examples=300, deadline=None)
@given(pages())
def test_tables_are_read_from_their_markup_as_from_the_tree(page):
    assert not cut_tables(left_in(page))[1]
    assert read_html(page) == read_html(left_in(page))


LINKS = (
    '<a href="/a">要闻</a>', "<a href='/b' title=\"通知\">通知公告</a>", '<a class="x" href=/c>2021年年报 </a>',
    '<a href="/d">&nbsp;政策</a>', '<a href="/e">机构<b>职能</b></a>',
    '<a name="f">无址</a>', '<a href="#">一、总体情况</a>',
    '<a href="/g">a&amp;b</a>', '<a href="/h"></a>', '<a href="/i">市政府</a><a href="/j">省政府</a>',
    '<a href="/k">年报</a>2024-01-20', '<a href="/l">责任编辑：办公室', "<p>发布日期：2024-01-20</p>",
)  # fmt: skip
ENTRIES = ("<li>", '<li class="x">', "<li\n>", "<LI>", "<li ><span>")
ENTRY_ENDS = ("</li>", "</li>\n", "</LI>", "", "</li></ul><ul>", "</li><p>来源：市政府</p>")
MENUS = (
    "%s", "<ul>%s</ul>", '<div class="title"><ul>%s</ul></div>', "<h1>%s</h1>", "<!-- <ul>%s</ul> -->",
    "<script>'<ul>%s</ul>'</script>", "<style>li {display:none}</style><ul>%s</ul>", '<div title="<ul>%s</ul>"></div>',
    "<select>%s</select>",
)  # fmt: skip
PROSE = f"<p>一、总体情况</p><p>{'全年平稳，' * 9}。</p>"


@st.composite
def pages_with_menus(draw: st.DrawFn) -> str:
    entry = st.tuples(
        st.sampled_from(ENTRIES[:1] * 10 + ENTRIES),
        st.sampled_from(LINKS[:4] * 4 + LINKS),
        st.sampled_from(ENTRY_ENDS[:2] * 6 + ENTRY_ENDS),
    ).map("".join)
    menus = st.lists(entry, max_size=12).map("".join)
    above, inside, below = (draw(st.sampled_from(MENUS[:2] * 4 + MENUS)) % draw(menus) for _ in range(3))
    inside = draw(st.sampled_from(("", "", "", inside)))
    return f"<body>{above}<div>{PROSE}{inside}<table>{FORM}</table></div>{below}</body>"


@settings(derandomize=True, max_examples=300, deadline=None)
@given(pages_with_menus())
def test_menus_are_read_from_their_markup_as_from_the_tree(page):
    left = page.replace("</li>", "</LI>")
    assert not cut_menus(left)[1]
    assert read_html(page) == read_html(left)


def test_menus_beside_an_article_are_cut_out():
    menu = "".join(f'<li class="n"><a href="/{at}">栏目{at}</a></li>\n' for at in range(9))
    rest, (cut, other) = cut_menus(f"<ul>{menu}</ul><ul>{menu}</ul>")
    assert cut == other
    assert cut.entries[8].text == "栏目8"
    assert "<a" not in rest


def test_of_lists_to_choose_from_what_is_shown_is_left():
    shown, chosen = "<select><option>一</option>", "<option selected>四</option>"
    rest, _ = cut_menus(
        f'{shown}<option value="/2">二</option>\n<option>三</option>{chosen}<option>五</option></select>'
    )
    assert rest == f"{shown}{chosen}</select>"
