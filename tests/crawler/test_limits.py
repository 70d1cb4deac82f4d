"""What a page may cost the crawl that reads it."""

import re
from contextlib import suppress

import pytest

from crawler.limits import UnreadablePage, in_time, tree_of


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000,
        "<div></span>" * 60_000,
        "<ul><li>" * 60_000,
        "<p " + " ".join(f"a{number}" for number in range(150_000)),
    ],
)
def test_a_page_that_would_take_minutes_is_refused(html):
    with pytest.raises(UnreadablePage, match="cannot be parsed in 1 s"):
        tree_of(html, seconds=1)


@pytest.mark.parametrize("rows", [10, 30_000])
def test_a_page_is_not_refused_for_its_length(rows):
    html = "".join(f"<li><a href='/{number}.htm'>年报</a></li>" for number in range(rows))
    assert len(tree_of(f"<ul>{html}</ul>").css("a")) == rows
    assert len(tree_of(f"<script>{'x' * 200_000}</script><ul>{html}</ul>").css("a")) == rows


def test_what_takes_too_long_is_ended_whatever_catches_the_faults_of_pages():
    def search() -> None:
        with suppress(Exception):
            re.search("(?:a+)+b", "a" * 60)
        pytest.fail("ended by what catches the faults of pages")

    with pytest.raises(UnreadablePage, match=r"takes longer than 0\.2 s"), in_time(0.2):
        search()


def test_what_is_done_in_time_is_not_ended_later():
    with in_time(0.05):
        pass
    assert re.search("(?:a+)+b", "a" * 22) is None
