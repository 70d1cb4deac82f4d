"""The gate: real reports read by hand, one generated document of every shape, and a picture stay above their floors."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench import gold


def test_nothing_is_below_its_floor() -> None:
    tallies = {gold.REAL: gold.hand_made(gold.DATA / "seeds", gold.DATA / "gold")}
    tallies |= gold.scored(gold.one_of_each(), workers=1)
    floors = gold.read_floors("slice")
    assert gold.below(gold.reached(tallies), floors) == []
    assert floors.keys() == tallies.keys()


def test_no_floor_allows_a_silent_error_or_a_crash() -> None:
    floors = gold.read_floors("slice") | gold.read_floors("whole")
    assert floors
    assert all(values["silent"] == 0 and values.get("crashes", 0) == 0 for values in floors.values())


def test_floors_are_written_as_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gold, "FLOORS", tmp_path / "floors.json")
    gold.write_floors("slice", {"text": {"cells right": 0.5}})
    gold.write_floors("whole", {"text/tabs": {"silent": -1}, "pdf": {"silent": 0}})
    assert gold.read_floors("slice") == {"text": {"cells right": 0.5}}
    assert gold.read_floors("whole", ["text"]) == {"text/tabs": {"silent": -1}}
