"""What a comparison shows is said in Chinese, too, in the words of the form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import findings
from extract.database import open_database
from publish.notes import general_notes, gone_notes, in_chinese
from tests.extract.gold import write_database
from tests.findings.test_findings import PROSE, jiangyou


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ("no report on 2020, 2021", "缺 2020, 2021 年度"),
        ("total 3 in the report on 2020, 5 in that on 2021", "总计在 2020 年度报告中为 3，在 2021 年度报告中为 5"),
        (
            "510781-2021 is another report on 2021; 2 figures differ: carried_in natural_person None, there 0",
            "2021 年度，2 处数字不同，如“二、上年结转政府信息公开申请数量 · 自然人”此处 空白，另一份 0",
        ),
        ("510781-2021 is another report on 2021; the same figures", "2021 年度，数字相同"),
        (
            "fees.amount 564590 in the report on 2021, 41.5 to 56 in those on 2019, 2020",
            "“行政事业性收费 · 本年收费金额（单位：万元）”在 2021 年度报告中为 564590，在 2019, 2020 年度报告中为 41.5 至 56",  # noqa: E501
        ),
        ("table4_total[review]: 11+3 = 14, stated 13", "“行政复议”：各项之和不等于总计（11+3 = 14，报告写 13）"),
        ("table4_total[review]: 7, stated 8", "“行政复议”：各项之和不等于总计（7，报告写 8）"),
        (
            "balance[natural_person]: 5+2 = 7, stated 3",
            "“自然人”列：第一项加第二项之和不等于第三项加第四项之和（5+2 = 7，后者 3）",
        ),
        (
            "concluded[total]: 5 = 5, stated 6",
            "“总计”列：各项办理结果之和不等于（七）总计（5 = 5，报告写 6）",
        ),
        (
            "row_total[denied.by_law]: 1+2 = 3, stated 4",
            "“（三）不予公开2.其他法律行政法规禁止公开”：各项之和不等于总计（1+2 = 3，报告写 4）",
        ),
        ("issuer: title states 江油市, signature states 绵阳市", "发布机关：“标题”为 江油市，“落款”为 绵阳市"),
        (
            "report_year: stated nowhere; 2020 is the year before its publication",
            "报告年度：未写明，按发布日期推为 2020",
        ),
        ("error", "错误"),
        ("something else happened", ""),
    ],
)
def test_a_detail_is_said_in_chinese(detail: str, said: str) -> None:
    assert in_chinese(detail) == said


@pytest.mark.parametrize(
    ("outcome", "told"), [("withdrawn", "该网址已撤下本报告"), ("moved", "本报告已从该网址移至别处"), ("restored", "")]
)
def test_of_an_address_it_is_said_that_the_report_is_gone(outcome: str, told: str) -> None:
    notes = gone_notes([{"url": "http://h/1", "outcome": outcome, "at": "2026-03-01T00:00:00Z"}])
    assert [(note.zh, note.detail) for note in notes] == (
        [(f"2026-03-01 复查时{told}，此处为存档。", "http://h/1")] if told else []
    )


@pytest.mark.parametrize(
    ("status", "revised", "severities"),
    [("verified", False, []), ("unverified", True, ["warning", "warning"]), ("other", False, ["info"])],
)
def test_of_a_report_its_status_and_its_revisions_are_said(status: str, revised: bool, severities: list[str]) -> None:
    assert [note.severity for note in general_notes({"status": status}, [], [], revised=revised)] == severities


def test_there_is_chinese_for_what_the_rules_say_of_several_reports(tmp_path: Path) -> None:
    reports: list[Any] = [
        jiangyou(2019, carried_out=3, prose=PROSE),
        jiangyou(2020, carried_in=5),
        jiangyou(2023),
        ("150203", jiangyou(2019, carried_out=3, issuer="昆都仑区", prose=PROSE)[1]),
    ]
    write_database(tmp_path / "n.db", reports)
    findings.check(tmp_path / "n.db")
    database = open_database(tmp_path / "n.db")
    told = list(
        database.query("select kind, detail from findings where report_id is not null and kind != 'arithmetic'")
    )
    database.close()
    assert {row["kind"] for row in told} == {"carry_over", "gap", "copy"}
    assert [row["detail"] for row in told if not in_chinese(row["detail"])] == []
