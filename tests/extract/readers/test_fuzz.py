"""Mutated documents: a reading or a named refusal, within bounds. FUZZ_ROUNDS=10000 in the environment runs longer."""

import os
import random

import pytest

from extract.document import Grid
from extract.errors import UnreadableDocument
from tests.extract.readers.seeds import mutated, reads, seeds

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")
SEEDS = seeds()
ROUNDS = int(os.environ.get("FUZZ_ROUNDS", "150"))


@pytest.mark.parametrize("kind", SEEDS)
def test_a_mutated_document_is_read_or_refused_by_name(kind, monkeypatch):
    monkeypatch.setattr("extract.readers.recognition.find_spec", lambda _: None)
    reader, payload = SEEDS[kind]
    chance = random.Random(f"nianbao {kind}")
    for _ in range(ROUNDS):
        try:
            document = reads(reader, mutated(payload, chance))
        except UnreadableDocument:
            continue
        for block in document.blocks if document else ():
            if isinstance(block, Grid):
                assert all(cell.colspan >= 1 <= cell.rowspan for row in block.rows for cell in row)
                assert any(block.rows)


@pytest.mark.parametrize("kind", SEEDS)
def test_every_prefix_of_a_document_is_read_or_refused_by_name(kind, monkeypatch):
    monkeypatch.setattr("extract.readers.recognition.find_spec", lambda _: None)
    reader, payload = SEEDS[kind]
    for end in range(0, len(payload), max(1, len(payload) // 40)):
        try:
            reader(payload[:end])
        except UnreadableDocument:
            continue
