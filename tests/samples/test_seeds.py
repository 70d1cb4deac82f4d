"""The five real reports stand on their portals to the character."""

from __future__ import annotations

import json
import re

import lxml.html
import pytest

from samples import SamplePortals, seeds
from samples.form import OUTCOMES, Table
from samples.seeds import ROOT
from tests.samples.client import body_of, raw_get

AUTHORITIES = {"000": "温泉县", "001": "丰林县", "002": "江油市", "003": "柘城县", "004": "昆都仑区"}
# A page break tore this label's row in the text file; on the page it is one cell.
TORN = ("2.其他法律行政0000000法规禁止公开", "2.其他法律行政法规禁止公开0000000")


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def seed_page(portals: SamplePortals, number: str) -> lxml.html.HtmlElement:
    name = seeds.seed(number).name
    portal = portals.portal(AUTHORITIES[number])
    (url,) = (url for url, gold in portal.truth.reports.items() if gold.get("source") == f"{name}.txt")
    return lxml.html.document_fromstring(body_of(raw_get(url)).decode())


@pytest.mark.parametrize("number", AUTHORITIES)
def test_visible_text_is_the_seeds(number):
    with SamplePortals(kinds="reports") as portals:  # fresh ones: 昆都仑's click count starts at the printed one
        page = seed_page(portals, number)
        marks = portals.portal(AUTHORITIES[number]).article_marks
    for script in page.xpath("//script"):
        script.drop_tree()
    shown = squeezed("".join(element.text_content() for element in page.cssselect(marks)))
    text = (ROOT / "seeds" / f"{seeds.seed(number).name}.txt").read_text(encoding="utf-8")
    if number == "000":
        text = text.replace(" |\n", "\n")
    assert shown == squeezed(text).replace(*TORN)


@pytest.mark.parametrize("number", AUTHORITIES)
def test_every_value_stands_in_its_cell_of_the_form(number):
    source = seeds.seed(number)
    tables = [block for block in source.blocks if isinstance(block, Table)]
    printed = {box.key: box.text.strip() for table in tables for row in table.rows for box in row if box.key}
    gold = source.reading
    for row, cells in gold["table2"].items():
        for column in cells.keys() - {"amount_unit"}:
            assert printed.pop((row, column)).removesuffix("个").removesuffix("万元").removeprefix("+") == str(
                cells[column]
            )
    for row, figures in gold["table3"].items():
        assert [text for key, text in printed.items() if key[0] == row and key not in _table4(gold)] == [
            str(figure) for figure in figures
        ]
    for group, figures in gold["table4"].items():
        stated = [printed[group, outcome] for outcome in OUTCOMES]
        assert stated == ["" if figure is None else str(figure) for figure in figures]


def _table4(gold):
    return {(group, outcome) for group in gold["table4"] for outcome in OUTCOMES}


def test_page_of_000_carries_no_title(portals):
    page = seed_page(portals, "000")
    assert page.findtext(".//title") == "温泉县人民政府网"
    assert not page.xpath("//meta[@name='ArticleTitle'] | //h1 | //h2")


def test_review_cells_of_001_are_blank(portals):
    *_, last = seed_page(portals, "001").xpath("//table")
    cells = last.xpath(".//tr[last()]/td")
    assert [squeezed(cell.text_content()) for cell in cells] == [""] * 5 + ["0"] * 10


@pytest.mark.parametrize(("number", "columns"), [("000", 4), ("003", 4), ("001", 10), ("004", 10), ("002", 15)])
def test_spans_fill_a_rectangle(portals, number, columns):
    tables = {4: 0, 10: 1, 15: 2}
    table = seed_page(portals, number).cssselect(portals.portal(AUTHORITIES[number]).article_marks.split(",")[-1])
    grid = [el for el in table if el.xpath(".//table")] or [seed_page(portals, number)]
    rows = grid[0].xpath(".//table[.//td]")[tables[columns]].xpath(".//tr")
    covered = [0] * len(rows)
    for at, row in enumerate(rows):
        for cell in row.xpath("td"):
            for below in range(int(cell.get("rowspan", 1))):
                covered[at + below] += int(cell.get("colspan", 1))
    assert set(covered) == {columns}


def test_gold_is_valid_json():
    assert [json.loads(path.read_text(encoding="utf-8"))["source"] for path in sorted((ROOT / "gold").iterdir())] == [
        path.name for path in sorted((ROOT / "seeds").iterdir())
    ]
