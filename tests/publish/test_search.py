"""What is searched for is found: all of it, and nothing else, whatever is typed."""

from __future__ import annotations

import random
import re
import sqlite3
import unicodedata
from typing import Any
from urllib.parse import quote

import pytest

from publish.search import Piece, Question, highlight, snippet

HOSTILE = [
    '"', '""', '"a" OR b', "a AND NOT b", "*", "***", "NEAR(a b)", "heading:公开", "-公开", "公开)(",
    "'; drop table reports; --", "\x00", "\ufffd", "。，、", "😀", "%", "_", "公" * 900, "公" * 5000, "a " * 3000,
]  # fmt: skip
HAN = re.compile(r"[\u4e00-\u9fff]+")


def texts(built: Any) -> dict[int, str]:
    connection = sqlite3.connect(built.db)
    rows = connection.execute("select id, heading, text from sections")
    return {id_: unicodedata.normalize("NFKC", f"{heading}\n{text}").lower() for id_, heading, text in rows}


def words(built: Any, length: int) -> list[str]:
    """Return words of a length: some that occur, some of characters that do but not so."""
    rng = random.Random(length)
    runs = [run for text in texts(built).values() for run in HAN.findall(text) if len(run) >= length]
    found = []
    for run in rng.sample(runs, 40):
        start = rng.randrange(len(run) - length + 1)
        found.append(run[start : start + length])
    return [*found, *("".join(rng.sample(word, length)) for word in found[:10])]


def search_rows(get: Any, query: str) -> set[int]:
    answer = get(f"/nianbao/sections.json?_shape=array&_size=max&_col=id&_search={quote(query)}")
    assert answer.status_code == 200, answer.text
    return {row["id"] for row in answer.json()}


@pytest.mark.parametrize("length", [1, 2, 3, 4, 8])
def test_a_word_of_any_length_is_found_wherever_it_stands(built: Any, get: Any, length: int) -> None:
    truth = texts(built)
    for word in words(built, length):
        assert search_rows(get, word) == {id_ for id_, text in truth.items() if word in text}, word


def test_of_several_words_all_must_stand_there(built: Any, get: Any) -> None:
    truth = texts(built)
    for first, second in zip(words(built, 2), words(built, 3), strict=True):
        expected = {id_ for id_, text in truth.items() if first in text and second in text}
        assert search_rows(get, f"{first} {second}") == expected


@pytest.mark.parametrize("query", HOSTILE)
def test_whatever_is_typed_is_answered(get: Any, query: str) -> None:
    assert get(f"/search?q={quote(query)}").status_code in (200, 414)
    assert get(f"/nianbao/sections.json?_search={quote(query)}").status_code in (200, 414)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("昆都仑 行政复议", ["150203-2021"]),  # one word in the title, the other in the prose
        ("江油市", ["510781-2020"]),
        ("２０２１ 柘城", ["411424108-2021"]),
        ("没有这样的词", []),
    ],
)
def test_words_may_stand_anywhere_in_a_report(get: Any, query: str, found: list[str]) -> None:
    page = get(f"/search?q={quote(query)}").text
    assert re.findall(r'<h2><a href="/report/([^"]+)"', page) == found


def test_what_was_chosen_can_be_listed_as_a_table(get: Any) -> None:
    page = get("/search?year=2021&province=%E6%B2%B3%E5%8D%97%E7%9C%81").text
    (address,) = re.findall(r'href="(/nianbao/reports\?[^"]+)"', page)
    table = get(address.replace("&amp;", "&").replace("reports?", "reports.json?_shape=objects&"))
    assert [row["id"] for row in table.json()["rows"]] == ["411424108-2021"]
    assert "/nianbao/reports?" not in get("/search?q=%E5%A4%8D%E8%AE%AE").text


def test_search_shows_lines_with_the_words_marked(get: Any) -> None:
    assert "<mark>信息处理费</mark>" in get(f"/search?q={quote('信息处理费')}").text


def test_facets_count_what_was_found_and_narrow_it(get: Any) -> None:
    page = get("/search?year=2021").text
    assert len(re.findall(r"<h2><a href=\"/report/", page)) == 2
    assert "/search?year=2021&amp;province=" in page
    assert 'href="/search?"' in page or 'href="/search?q="' in page  # the way out of the condition


@pytest.mark.parametrize("tail", ["page=0", "page=-1", "page=99999999", "page=x", "year=x", "form=%27", "status=%00"])
def test_an_odd_address_is_answered(get: Any, tail: str) -> None:
    assert get(f"/search?q={quote('公开')}&{tail}").status_code == 200


def test_behind_the_last_page_stands_the_last(get: Any) -> None:
    assert "report/" in get("/search?page=499").text.partition("hits")[2]


def test_a_question_keeps_its_conditions_from_page_to_page() -> None:
    question = Question("公开", {"year": "2021"}, 3)
    assert question.url(page=4) == "/search?q=%E5%85%AC%E5%BC%80&year=2021&page=4"
    assert question.url(year="") == "/search?q=%E5%85%AC%E5%BC%80"


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("政府信息公开", "信息", ["信息"]),
        ("２０２１年，公开；公开", "2021 公开", ["２０２１", "公开", "公开"]),
        ("行政。复议", "行政复议", []),
        ("行政。复议", "行政、复议", ["行政。复议"]),
        ("ＡＢＣ abc", "abc", ["ＡＢＣ", "abc"]),
        ("<b>公开</b>", "公开", ["公开"]),
        ("公开", "*", []),
        ("", "公开", []),
        ("㎏ 公斤", "kg", ["㎏"]),
    ],
)
def test_hits_are_marked_and_the_text_stays_whole(text: str, query: str, marked: list[str]) -> None:
    pieces = highlight(text, query)
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.text for piece in pieces if piece.marked] == marked


def test_a_snippet_stands_around_the_first_hit() -> None:
    pieces = snippet("前" * 300 + "行政复议" + "后" * 300, "行政复议")
    assert pieces[0] == pieces[-1] == Piece("…")
    assert Piece("行政复议", marked=True) in pieces
    assert sum(len(piece.text) for piece in pieces) < 150


def test_a_hostile_query_is_shown_as_text(get: Any) -> None:
    page = get(f"/search?q={quote('<script>alert(1)</script>')}").text
    assert "<script" not in page
    assert "&lt;script&gt;" in page
