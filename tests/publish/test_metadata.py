"""Every table and column has its Chinese and its English sentence, and no sentence is about what is not there."""

from __future__ import annotations

import json
import re
import sqlite3

import pytest

from extract.schema import SCHEMA, TABLES
from publish.site import DATABASE, METADATA

ABOUT = json.loads(METADATA.read_text(encoding="utf-8"))
TABLES_ABOUT = ABOUT["databases"][DATABASE]["tables"]
COLUMNS = [(table, column) for table, about in TABLES_ABOUT.items() for column in about["columns"]]
COUNTED = {"件": ("requests", "cases", "documents", "decisions", "captures", "items"), "项": ("items",)}


def schema() -> dict[str, list[str]]:
    connection = sqlite3.connect(":memory:")
    connection.executescript(SCHEMA)
    return {table: [row[1] for row in connection.execute(f"pragma table_info([{table}])")] for table in TABLES}


def test_every_table_and_column_is_described_and_none_else() -> None:
    assert {table: list(about["columns"]) for table, about in TABLES_ABOUT.items()} == {
        table: schema()[table] for table in TABLES_ABOUT
    }
    assert set(TABLES_ABOUT) == set(TABLES)


@pytest.mark.parametrize(
    "text",
    [about["description"] for about in TABLES_ABOUT.values()]
    + [TABLES_ABOUT[table]["columns"][column] for table, column in COLUMNS]
    + [ABOUT["description"], ABOUT["databases"][DATABASE]["description"]],
)
def test_a_description_is_a_chinese_and_an_english_sentence(text: str) -> None:
    chinese, english = text.split("\n")
    assert re.search(r"[\u4e00-\u9fff]", chinese)
    assert chinese.endswith("。")
    assert not re.search(r"[\u4e00-\u9fff]", english)
    assert re.fullmatch(r"[A-Z].+\.", english)


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_a_counted_column_names_its_unit(table: str, column: str) -> None:
    chinese, english = TABLES_ABOUT[table]["columns"][column].split("\n")
    for unit, words in COUNTED.items():
        if f"（{unit}" in chinese:
            assert any(f"({word}" in english for word in words), english
    counted = table in ("applications", "proceedings") and column not in ("report_id", "outcome", "kind", "label")
    assert ("（件" in chinese) or not counted


def test_facets_sorts_and_labels_name_columns() -> None:
    for table, about in TABLES_ABOUT.items():
        columns = schema()[table]
        named = [*about.get("facets", []), about.get("sort"), about.get("sort_desc"), about.get("label_column")]
        assert [name for name in named if name and name not in columns] == []


def test_reports_are_divided_by_year_level_province_and_form() -> None:
    assert TABLES_ABOUT["reports"]["facets"] == ["report_year", "level", "province", "form"]
