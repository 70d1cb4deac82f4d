"""Spoiled reports: nothing but a named refusal is raised, and no figure is wrong without a warning of its table.

`tests/bench/fuzz_tables.py` runs the same for as long as one likes.
"""

import json
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract import UnreadableDocument, read
from tests.bench.fuzz_tables import judge, text_of
from tests.extract.gold import GOLD, SEEDS
from tests.extract.mutations import HTML_MUTATIONS, TEXT_MUTATIONS, spoil_html, spoil_text
from tests.extract.readers.seeds import scrambled
from tests.generate.shapes import generate

REPORTS = [
    (path.read_text("utf-8-sig"), json.loads((GOLD / f"{path.name}.json").read_text("utf-8")))
    for path in sorted(SEEDS.glob("*.txt"))
]
PAGE = generate("html", "ueditor", seed=4, index=5)
SEED = st.integers(0, 2**32)
BOUNDED = settings(derandomize=True, deadline=None, max_examples=60, database=None)


def assert_no_silent_error(text, truth, done):
    verdict = judge(text, truth)
    assert not verdict.crash, (verdict.crash, done)
    assert not verdict.silent, (verdict.silent, done)
    assert verdict.seconds < 20


@BOUNDED
@given(st.sampled_from(REPORTS), SEED, st.integers(1, 3))
def test_a_spoiled_text_is_never_read_wrong_silently(report, seed, count):
    text, truth = report
    worse, done = spoil_text(text, Random(seed), count)
    assert_no_silent_error(worse, truth, done)


@BOUNDED
@given(SEED, st.integers(1, 3))
def test_a_spoiled_page_is_never_read_wrong_silently(seed, count):
    worse, done = spoil_html(text_of(PAGE), Random(seed), count)
    assert_no_silent_error(worse, PAGE.truth, done)


@pytest.mark.parametrize("kind", ["text", "html"])
def test_bytes_that_are_scrambled_are_read_or_refused_by_name(kind):
    payload = PAGE.payload if kind == "html" else REPORTS[1][0].encode()
    chance = Random(f"nianbao {kind}")
    for _ in range(50):
        try:
            read(scrambled(payload, chance))
        except UnreadableDocument:
            continue


@BOUNDED
@given(st.sampled_from(REPORTS), st.data())
def test_every_beginning_and_end_of_a_text_is_read_or_refused_by_name(report, data):
    text, truth = report
    cut = data.draw(st.integers(0, len(text)))
    for part in (text[:cut], text[cut:]):
        assert not judge(part, truth).crash


@settings(BOUNDED, max_examples=60)
@given(
    st.lists(
        st.sampled_from(
            [*"一二三四五六七总计其他予以公开结果维持规章行政许可0123/—", "\n", "\t", "|", "<td>", "</tr>", "<table>"]
        ),
        max_size=200,
    )
)
def test_a_heap_of_the_forms_own_words_is_read_or_refused_by_name(words):
    text = "".join(words)
    for payload in (text.encode(), f"<table>{text}".encode()):
        try:
            read(payload)
        except UnreadableDocument:
            continue


@pytest.mark.parametrize("mutations", [TEXT_MUTATIONS, HTML_MUTATIONS])
def test_every_mutation_spoils_something_and_is_repeatable(mutations):
    text, spoil = (REPORTS[0][0], spoil_text) if mutations is TEXT_MUTATIONS else (text_of(PAGE), spoil_html)
    done = {name for seed in range(300) for name in spoil(text, Random(seed))[1]}
    assert done == set(mutations)
    assert spoil(text, Random(7), 3) == spoil(text, Random(7), 3)
