"""When a branch of a portal is given up."""

from __future__ import annotations

import pytest

from crawler import branches
from crawler.branches import Branches

HERE = "http://x.gov.cn"


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(branches, "MOST_BARREN", 5)


@pytest.mark.parametrize(
    "maze",
    [
        [f"/info/view?id={n * 5}&from={n}" for n in range(9)],
        [f"/zfxxgk/dir/{'2023/' * n}" for n in range(9)],
        [f"/rili/{2020 + n}-{n + 1:02}-01.html" for n in range(9)],
    ],
)
def test_what_leads_on_without_a_report_is_left_and_nothing_else(maze):
    known = Branches()
    noted = [
        known.note("p", HERE + path, HERE + before, is_report=False)
        for before, path in zip(["/", *maze], maze, strict=False)
    ]
    assert noted.count(True) == 1
    assert known.is_left("p", HERE + maze[-1])
    assert not known.is_left("p", HERE + "/zwgk/nb/list.html")
    assert not known.is_left("another portal", HERE + maze[-1])


def test_a_way_on_which_reports_stand_at_last_is_not_left():
    known = Branches()
    for number in range(40):
        agency, column = f"{HERE}/bm/{number}/", f"{HERE}/bm/{number}/gk/nb.html"
        assert not known.note("p", agency, HERE, is_report=False)
        assert not known.note("p", column, agency, is_report=False)
        assert not known.note("p", f"{HERE}/info/{number}.html", column, is_report=number % 4 == 0)
