"""Sample portals on loopback: portals as they are, with known truth, for `make demo` and the tests.

`rows/` says which portals there are, `families/` how a kind of portal software looks; `contents`, `reports`,
`near_misses` and `seeds` what is published, `wire` and `faults` how it is delivered or refused; `portal` holds what is
true of it, `server` plays it.

A portal more is a row in `rows/`; a family more is a module in `families/` and a row; a fault more is a handler in
`faults` and a row.
"""

from samples.portal import Truth
from samples.server import Hit, SamplePortals, SamplesError

__all__ = ["Hit", "SamplePortals", "SamplesError", "Truth"]
