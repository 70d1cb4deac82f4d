"""Sample portals on loopback: portals as they are, with known truth, for `make demo` and the tests.

A portal of a family there is: a row in `samples/register.py`. A new family: a module in `samples/families/`.
"""

from samples.portal import Truth
from samples.server import Hit, SamplePortals, SamplesError

__all__ = ["Hit", "SamplePortals", "SamplesError", "Truth"]
