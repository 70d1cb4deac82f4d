"""The steps at which the benches let a process die are there."""

import importlib

import pytest

from tests.bench import crawl_kills, run_kills


@pytest.mark.parametrize("step", [*crawl_kills.STEPS, *(place for *place, _ in run_kills.STEPS)])
def test_a_step_at_which_a_process_may_die_exists(step: tuple[str, ...]) -> None:
    module, owner, name = step
    holder = importlib.import_module(module)
    assert callable(getattr(getattr(holder, owner) if owner else holder, name))
