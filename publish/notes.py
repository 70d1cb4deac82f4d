"""The sentences that stand on a report's page: what is doubtful in it, and what a comparison with others shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from publish import form
from publish.query import Row

_RELATIONS = {
    "balance": "Items 1 and 2 do not add up to items 3 and 4.",
    "concluded": "The results do not add up to their total (7).",
    "row_total": "The parts do not add up to the total.",
    "table4_total": "The parts do not add up to the total.",
}
_RELATION = re.compile(r"(balance|row_total|concluded|table4_total)\[([\w.]+)\]")
_FINDINGS = {
    "arithmetic": ("报告中的数字不符合表格的勾稽关系", "Figures break the form's arithmetic."),
    "carry_over": ("上年结转与上年报告的结转下年不一致", "Carried-in requests differ from the year before."),
    "several": ("该机关在同一年度有另一份报告", "The authority has another report on this year."),
    "outlier": (
        "与该机关其他年度的数字相差百倍以上",
        "A figure is a hundred times, or a hundredth of, those of other years.",
    ),
    "copy": ("与另一份报告的文字或数字雷同", "Text or figures are those of another report."),
}
_KINDS = {
    "arithmetic": "勾稽不符",
    "carry_over": "结转不符",
    "gap": "年度缺失",
    "several": "一年多份",
    "outlier": "数字悬殊",
    "copy": "内容雷同",
    "portal_silent": "门户未见年报",
    "error": "错误",
    "warning": "疑问",
    "info": "提示",
}
_WORDINGS = [  # what `findings.rules` and the reader of headings say, and the same in Chinese
    (re.compile(pattern), words)
    for pattern, words in (
        (r"no report on ([\d, ]+)", r"缺 \1 年度"),
        (
            r"(\w+\.\w+) ([\d.]+) in the report on (\d+), ([\d.]+) to ([\d.]+) in those on ([\d, ]+)",
            r"“\1”在 \3 年度报告中为 \2，在 \6 年度报告中为 \4 至 \5",
        ),
        (
            r"([\w.]+) (\d+) in the report on (\d+), (\d+) in that on (\d+)",
            r"\1在 \3 年度报告中为 \2，在 \5 年度报告中为 \4",
        ),
        (r"\S+ is another report on (\d+); ", r"\1 年度，"),
        (r"(\d+) figures differ: ([\w.]+) (\w+) (\w+), there (\w+)", r"\1 处数字不同，如“\2 · \3”此处 \4，另一份 \5"),
        (r"the same figures", "数字相同"),
        (
            r"^balance\[(\w+)\]: (\S+(?: = \d+)?), stated (\S+)$",
            r"“\1”列：第一项加第二项之和不等于第三项加第四项之和（\2，后者 \3）",
        ),
        (
            r"^concluded\[(\w+)\]: (\S+(?: = \d+)?), stated (\S+)$",
            r"“\1”列：各项办理结果之和不等于（七）总计（\2，报告写 \3）",
        ),
        (r"^\w+\[([\w.]+)\]: (\S+(?: = \d+)?), stated (\S+)$", r"“\1”：各项之和不等于总计（\2，报告写 \3）"),
        (r"^(\w+): (.+?) states (\S+), (.+?) states (\S+)$", r"\1：“\2”为 \3，“\4”为 \5"),
        (r"^(\w+): neither .+ the text speaks of (\S+)$", r"\1：只见于正文，为 \2"),
        (r"^report_year: stated nowhere; (\d+) is .+", r"报告年度：未写明，按发布日期推为 \1"),
        (
            r"the tables and (\d+) characters of prose are those of (.+)'s report (\S+)",
            r"三张表及正文 \1 字与\2的报告“\3”相同",
        ),
        (r"; ", "；"),
    )
]
_NAME = re.compile(r"[A-Za-z_]+(?:\.[a-z_]+)?")
_NAMES = form.names_in_chinese() | {
    "None": "空白",
    "issuer": "发布机关",
    "published": "发布日期",
    "report_year": "报告年度",
    "title": "标题",
    "signature": "落款",
    "period": "统计期限",
}
_BESIDE = re.compile("“[^”]*”")
_ENGLISH = re.compile("[a-z]{2}")


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence about a report or one of its tables, with the figures that it is about where there are any."""

    zh: str
    en: str
    detail: str = ""
    severity: str = "warning"
    other: str = ""  # the id of the other report that it is about


def broken(table: str, findings: Sequence[Row]) -> list[tuple[str, str, str]]:
    """Return of a table the broken relations of the form: (name, argument, both sides)."""
    found = []
    for finding in findings:
        match = _RELATION.search(f"{finding['kind']} {finding['detail']}")
        if match and (match[1] == "table4_total") == (table == "table4") and table != "table2":
            found.append((match[1], match[2], finding["detail"]))
    return found


def relation_notes(relations: Sequence[tuple[str, str, str]]) -> tuple[Note, ...]:
    """Return the sentences for the broken relations of one table."""
    return tuple(Note(f"{in_chinese(detail)}。", _RELATIONS[name], detail, "error") for name, _, detail in relations)


def doubt_notes(table: str, doubts: Sequence[str], told: Sequence[str]) -> tuple[Note, ...]:
    """Return the sentences for what is doubtful in one table, except the relations that a finding tells already."""
    return tuple(
        Note("读取时有疑问，请对照原件。", "Doubtful in reading: compare the original.", doubt)
        for doubt in doubts
        if doubt.startswith(table) and not any(relation in doubt for relation in told)
    )


def gone_notes(visits: Sequence[Row]) -> tuple[Note, ...]:
    """Return what is to be said of addresses where a report is no more: `visits` are their url, outcome, at."""
    told = [(visit, visit["at"][:10], *_GONE[visit["outcome"]]) for visit in visits if visit["outcome"] in _GONE]
    return tuple(
        Note(f"{day} 复查时{zh}，此处为存档。", f"{en} ({day}); this page shows the archive.", visit["url"])
        for visit, day, zh, en in told
    )


def general_notes(report: Row, doubts: Sequence[str], findings: Sequence[Row], *, revised: bool) -> tuple[Note, ...]:
    """Return what is to be said of a whole report: its status, its revisions, what a comparison shows, the doubts."""
    notes = [_OF_STATUS[report["status"]]] if report["status"] in _OF_STATUS else []
    notes += [_REVISED] if revised else []
    for finding in findings:
        zh, en = _FINDINGS.get(finding["kind"], ("与其他报告比较有发现", "A comparison of reports shows this."))
        said = in_chinese(finding["detail"])
        other = finding["other_report_id"] if finding["report_id"] == report["id"] else finding["report_id"]
        told = f"{zh}：{said}。" if said else f"{zh}。"
        notes.append(Note(told, en, finding["detail"], finding["severity"], other or ""))
    notes += [Note(f"{in_chinese(doubt) or '读取时有疑问'}。", "Doubtful in reading.", doubt) for doubt in doubts]
    return tuple(notes)


_GONE = {
    "withdrawn": ("该网址已撤下本报告", "Its portal has withdrawn the report from this address"),
    "moved": ("本报告已从该网址移至别处", "Its portal has moved the report from this address"),
}
_OF_STATUS = {
    "unverified": Note(
        "三张表格中有未经两次独立读取互证的，引用其数字前请对照原件。",
        "Two independent readings do not confirm all three tables: compare the original before you quote.",
    ),
    "other": Note(
        "本报告不采用 2019 年或 2021 年的统计表格式，只收录文字，不读取数字。",
        "This report follows neither the form of 2019 nor that of 2021: its text is kept, no figure is read.",
        severity="info",
    ),
}
_REVISED = Note(
    "报告发布后有修改，见下文“修订”。", "The report was changed after it was published: see “Revisions” below."
)


def in_chinese(detail: str) -> str:
    """Return a finding's kind, severity or detail, or a doubt, in Chinese; "" where there is none for all of it."""
    said = _KINDS.get(detail, detail)
    for pattern, words in _WORDINGS:
        said = pattern.sub(words, said)
    said = _NAME.sub(lambda name: _NAMES.get(name[0], name[0]), said)
    return "" if _ENGLISH.search(_BESIDE.sub("", said)) else said
