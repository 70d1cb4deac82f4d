"""Of figures that a table prints for several years, which are the report's year's."""

from __future__ import annotations

import re
from collections.abc import Sequence

_YEAR = re.compile(r"20[012]\d(?=年)")
_LAST_YEAR = re.compile(r"上一?年|去年|往年|同期")


def this_years(captions: Sequence[str]) -> int | None:
    """Return which of several captions is the report's year's: the latest, or the only one not said to be the last's;
    None where they do not tell.
    """
    years = [int(match[0]) for caption in captions if (match := _YEAR.search(caption))]
    if len(years) == len(captions):
        wanted = [at for at, year in enumerate(years) if year == max(years)]
    else:
        wanted = [at for at, caption in enumerate(captions) if not _LAST_YEAR.search(caption)]
    return wanted[0] if len(wanted) == 1 else None
