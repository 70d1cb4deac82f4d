"""The stopping rules of lists."""

from __future__ import annotations

import pytest

from crawler.families import Declared, PageRef
from crawler.pager import Seen, after_failure, decide, digest

REFS = [PageRef(f"http://x/{number}", number) for number in (2, 3, 4)]


def seen(**changed: object) -> Seen:
    return Seen(**({"links": 10, "new": 10, "repeated": False, "collected": 10, "barren": 0} | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("page", "declared", "number", "reason"),
    [
        (seen(), Declared(), 1, ""),
        (seen(new=0), Declared(), 2, "no new link"),
        (seen(new=0, barren=1), Declared(pages=9), 2, ""),
        (seen(new=0, barren=2), Declared(pages=9), 3, "no new link"),
        (seen(new=0, barren=1), Declared(records=50), 2, ""),
        (seen(repeated=True, new=0), Declared(pages=9), 2, "repeated page"),
        (seen(links=0, new=0, repeated=True, barren=1), Declared(pages=9), 2, ""),
        (seen(collected=50), Declared(records=50), 5, "complete"),
        (seen(collected=50), Declared(pages=9, records=50), 9, "complete"),
        (seen(collected=50, new=0, barren=1), Declared(pages=9, records=50), 5, "complete"),
        (seen(collected=50), Declared(pages=9, records=50), 5, ""),  # some are a menu's
        (seen(), Declared(), 40, "maximum"),
    ],
)
def test_a_list_goes_on_or_ends(page, declared, number, reason):
    decision = decide(page, declared, REFS, number=number, most=40)
    assert decision.reason == reason
    assert (decision.follow is None) is bool(reason)


def test_a_page_without_a_row_may_name_the_service_that_has_them():
    empty = seen(links=0, new=0, collected=0, barren=1)
    assert decide(empty, Declared(), REFS, number=1, most=40).follow == REFS[0]
    assert decide(empty, Declared(), [], number=1, most=40).reason == "no new link"
    assert decide(empty, Declared(), REFS, number=2, most=40).reason == "no new link"


def test_the_rest_is_kept_for_the_next_decision():
    decision = decide(seen(), Declared(), REFS, number=1, most=40)
    assert (decision.follow, decision.rest) == (REFS[0], tuple(REFS[1:]))
    assert decide(seen(), Declared(), [], number=1, most=40).reason == "last page"


def test_a_missing_page_in_the_middle_is_stepped_over_but_not_for_ever():
    assert after_failure(tuple(REFS), guessed=False, barren=1).follow == REFS[0]
    assert after_failure(tuple(REFS), guessed=False, barren=2).reason == "page missing"
    assert after_failure((), guessed=False, barren=0).reason == "page missing"


def test_every_template_gets_its_turn():
    assert after_failure(tuple(REFS), guessed=True, barren=5).follow == REFS[0]
    assert after_failure((), guessed=True, barren=5).reason == "no such template"


WAYS = (
    *(PageRef(f"http://x/post/{n}", n, form="a=1") for n in (3, 4)),
    *(PageRef(f"http://x/get/{n}", n, way=1) for n in (2, 3, 4)),
)


def test_another_way_is_taken_where_the_first_page_of_one_fails_or_brings_nothing():
    for decision in (
        after_failure(WAYS, guessed=False, barren=1),
        decide(seen(new=0), Declared(), [], number=2, most=40, rest=WAYS),
        decide(seen(new=0, repeated=True), Declared(), [], number=2, most=40, rest=WAYS),
    ):
        assert [ref.way for ref in (decision.follow, *decision.rest)] == [1, 1, 1]


def test_the_way_that_succeeds_is_kept():
    decision = decide(seen(), Declared(), [], number=2, most=40, rest=WAYS)
    assert [ref.form for ref in (decision.follow, *decision.rest)] == ["a=1", "a=1"]
    assert decide(seen(new=0), Declared(), [], number=3, most=40, rest=WAYS[1:2]).reason == "no new link"


def test_pages_are_told_apart_by_their_rows_in_order():
    assert digest(["a", "b"]) != digest(["b", "a"])
    assert digest(["ab"]) != digest(["a", "b"])
