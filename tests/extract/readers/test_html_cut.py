"""Tables that are read from their markup are read as those that are read from the tree of their page.

A `</TABLE>` leaves its table in the page and says nothing else.
"""

from hypothesis import given, settings
from hypothesis import strategies as st

from extract.readers.html import read_html
from extract.readers.html_cut import cut_tables

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
)
TAGS = (
    '<p style="text-align:center">', "</p>", "<p>", "<span>", '<span style="font-size:10.5pt">', "</span>", "<b>",
    "</b>", "<br>", "<br/>", "<div>", "</div>", "<o:p></o:p>", "<center>", "</center>", "<font color=red>", "</font>",
    '<span class="s">', "<font color=white>", '<span style="display:none">', '<span style="vertical-align:super">',
    "<sup>1</sup>", "<s>7</s>", '<a href="#1">1</a>', "<input value=3>", "<!-- -->", "<td>", "</tr>", "<tr>",
    "</table>", '<p class="title">', "<h1>", "<img src=x>", "<select><option>1</select>", '<p title="a>b">', "<P>",
    "<p",
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
