"""Of figures that a table prints for several years, which are the report's year's."""

from __future__ import annotations

import re
from collections.abc import Sequence

_YEAR = re.compile(r"(?<!\d)20[012]\d(?=\s*年)")
_LAST_YEAR = re.compile(r"上一?年|去年|往年|同期")


def this_years(captions: Sequence[str]) -> int | None:
    """Return which of several captions is the report's year's: the latest, or the only one not said to be the last's, or
    that names none where the others do; None where they do not tell.
    """
    years = [match[0] if (match := _YEAR.search(caption)) else "" for caption in captions]
    wanted = [
        year == max(years) if all(years) else not _LAST_YEAR.search(caption)
        for year, caption in zip(years, captions, strict=True)
    ]
    if sum(wanted) != 1:
        wanted = [not year for year in years]
    return wanted.index(True) if sum(wanted) == 1 else None
