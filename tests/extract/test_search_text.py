"""Search finds exactly the substrings of Chinese, and survives whatever is typed."""

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.search_text import zh_bigrams, zh_query

TEXTS = (
    "温泉县查干屯格乡人民政府2020年政府信息公开工作年度报告",
    "２０２１年，江油市收到政府信息公开申请１２件。",
    "二〇二一年度全县行政复议案件共3件，结果维持",
    "江油关镇：机构改革（2019）与 OFD 文件",
    "㈠ 𠮷林镇 gov.cn Portal_v2",
)


@pytest.fixture(scope="module")
def index():
    connection = sqlite3.connect(":memory:")
    connection.execute("create virtual table f using fts5(body, tokenize='ascii')")
    connection.executemany("insert into f(rowid, body) values (?, ?)", enumerate(map(zh_bigrams, TEXTS)))
    yield connection
    connection.close()


def found(index, query):
    return {row for (row,) in index.execute("select rowid from f where f match ?", [zh_query(query)])}


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("政", {0, 1, 2}),
        ("油", {1, 3}),
        ("江油", {1, 3}),
        ("江油市", {1}),
        ("江油关", {3}),
        ("政府信息公开申请", {1}),
        ("府信", {0, 1}),
        ("二〇二一", {2}),
        ("〇二", {2}),
        ("2020", {0}),
        ("２０２１", {1}),
        ("2021年", {1}),
        ("收到 12件", {1}),
        ("政府2020", {0}),
        ("政府2021", set()),
        ("人民政府2020年", {0}),
        ("府2020年政", {0}),
        ("江油市 江油关", set()),
        ('"申请 12"', {1}),
        ("ofd", {3}),
        ("OFD 改革", {3}),
        ("port*", {4}),
        ("port", set()),
        ("𠮷林", {4}),
        ("𠮷", {4}),
        ("县县", set()),
        ("", set()),
        ("  ", set()),
        ("。！？", set()),
        ("*", set()),
        ('"', set()),
        ('a" OR b', set()),
        ("NEAR(政府 信息)", set()),
        ("body:政府", set()),
        ("政府\0信息", set()),
        (None, set()),
    ],
)
def test_query_finds(index, query, rows):
    assert found(index, query) == rows


HAN = st.text(alphabet="政府信息公开县乡镇二〇", min_size=1, max_size=12)


@settings(max_examples=200, deadline=None)
@given(body=HAN, query=HAN)
def test_chinese_is_found_exactly_where_it_stands(body, query):
    connection = sqlite3.connect(":memory:")
    connection.execute("create virtual table f using fts5(body)")
    connection.execute("insert into f values (?)", [zh_bigrams(body)])
    hit = connection.execute("select count(*) from f where f match ?", [zh_query(query)]).fetchone()[0]
    connection.close()
    assert bool(hit) == (query in body)


@settings(max_examples=300, deadline=None)
@given(query=st.text(max_size=60))
def test_no_query_is_a_syntax_error(index, query):
    found(index, query)


@pytest.mark.parametrize("query", ["政 " * 50_000, "政府" * 50_000, '"' * 50_000, "a b " * 50_000])
def test_an_endless_query_is_cut_off(index, query):
    found(index, query)
    assert len(zh_query(query)) < 5_000
