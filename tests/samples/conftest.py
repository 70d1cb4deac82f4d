"""The sample portals, served once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from samples import SamplePortals


@pytest.fixture(scope="session")
def portals() -> Iterator[SamplePortals]:
    with SamplePortals() as served:
        yield served
