"""The State Council's form as it stands on paper: its three tables of 2019 and 2021, label by label, span by span.

A form is a tuple of rows of `Box`; a box is a label, or the place of a value, named as in the gold format.
`filled` puts printed texts into its boxes in reading order; the seeds and the generated reports go through it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Box:
    """A cell: its printed paragraphs, its spans, and (`key`) which value of the form stands in it, None for a label,
    of which `name` is the one in `labels`.
    """

    lines: tuple[str, ...] = ()
    colspan: int = 1
    rowspan: int = 1
    key: Key | None = None
    name: str = ""

    @property
    def text(self) -> str:
        """The printed paragraphs without a separator."""
        return "".join(self.lines)


@dataclass(frozen=True, slots=True)
class Table:
    """A table as printed: of each row the cells that it declares itself."""

    rows: tuple[tuple[Box, ...], ...]


Form = tuple[tuple[Box, ...], ...]

APPLICANTS = ("natural_person", "business", "research", "public_interest", "legal_service", "other_org", "total")
OUTCOMES = ("upheld", "corrected", "other", "pending", "total")
GROUPS = ("review", "litigation_direct", "litigation_after_review")

# Of each form the blocks of table 2: the item of article 20, its columns and its rows.
TABLE2: dict[str, tuple[tuple[str, dict[str, str], dict[str, str]], ...]] = {
    "2019": (
        (
            "一",
            {"made": "本年新制作数量", "published": "本年新公开数量", "in_force": "对外公开总数量"},
            {"regulations": "规章", "normative_documents": "规范性文件"},
        ),
        (
            "五",
            {"prior_items": "上一年项目数量", "change": "本年增/减", "decisions": "处理决定数量"},
            {"licensing": "行政许可", "other_services": "其他对外管理服务事项"},
        ),
        (
            "六",
            {"prior_items": "上一年项目数量", "change": "本年增/减", "decisions": "处理决定数量"},
            {"penalties": "行政处罚", "compulsion": "行政强制"},
        ),
        ("八", {"prior_items": "上一年项目数量", "change": "本年增/减"}, {"fees": "行政事业性收费"}),
        ("九", {"items": "采购项目数量", "amount": "采购总金额"}, {"procurement": "政府集中采购"}),
    ),
    "2021": (
        (
            "一",
            {"made": "本年制发件数", "repealed": "本年废止件数", "in_force": "现行有效件数"},
            {"regulations": "规章", "normative_documents": "行政规范性文件"},
        ),
        ("五", {"decisions": "本年处理决定数量"}, {"licensing": "行政许可"}),
        ("六", {"decisions": "本年处理决定数量"}, {"penalties": "行政处罚", "compulsion": "行政强制"}),
        ("八", {"amount": "本年收费金额（单位：万元）"}, {"fees": "行政事业性收费"}),
    ),
}
# The other labels by name, as the form has them but for their numbers: what heads tables 3 and 4, the rows of table 3,
# its results (group.…) and what these are made up of.
_LABELS = dict(
    line.split()
    for line in """
    corner （本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）
    applicant 申请人情况
    organisations 法人或其他组织
    received 一、本年新收政府信息公开申请数量
    carried_in 二、上年结转政府信息公开申请数量
    results 三、本年度办理结果
    carried_out 四、结转下年度继续办理
    concluded 总计
    review 行政复议
    litigation 行政诉讼
    litigation_direct 未经复议直接起诉
    litigation_after_review 复议后起诉
    column.natural_person 自然人
    column.business 商业企业
    column.research 科研机构
    column.public_interest 社会公益组织
    column.legal_service 法律服务机构
    column.other_org 其他
    column.total 总计
    outcome.upheld 结果维持
    outcome.corrected 结果纠正
    outcome.other 其他结果
    outcome.pending 尚未审结
    outcome.total 总计
    group.granted 予以公开
    group.partly_granted 部分公开（区分处理的，只计这一情形，不计其他情形）
    group.denied 不予公开
    denied.state_secret 属于国家秘密
    denied.by_law 其他法律行政法规禁止公开
    denied.three_securities 危及“三安全一稳定”
    denied.third_party 保护第三方合法权益
    denied.internal_affairs 属于三类内部事务信息
    denied.process_information 属于四类过程性信息
    denied.enforcement_files 属于行政执法案卷
    denied.administrative_enquiry 属于行政查询事项
    group.unavailable 无法提供
    unavailable.not_held 本机关不掌握相关政府信息
    unavailable.must_be_created 没有现成信息需要另行制作
    unavailable.still_unclear 补正后申请内容仍不明确
    group.not_processed 不予处理
    not_processed.petition 信访举报投诉类申请
    not_processed.duplicate 重复申请
    not_processed.publication 要求提供公开出版物
    not_processed.excessive 无正当理由大量反复申请
    not_processed.reconfirmation 要求行政机关确认或重新出具已获取信息
    group.other 其他处理
    other.not_corrected 申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请
    other.fee_unpaid 申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请
    other.other 其他
    """.strip().splitlines()
)
_RESULTS = {  # by name, with the names of the rows that those have which are more than one row
    group: [name for name in _LABELS if name.startswith(f"{group}.")]
    for group in (name.removeprefix("group.") for name in _LABELS if name.startswith("group."))
}
NUMBERS = "一二三四五六七八九十"


def labels(
    template: str,
    *,
    worded: Callable[[str, str], str] = lambda _, label: label,
    numbers: Sequence[str] = tuple(map("（{}）".format, NUMBERS)),
    item: str = "{}.",
) -> dict[str, str]:
    """Return the labels of the form by name, as they are printed; `worded` may give other words for one."""
    printed = {"content": "信息内容"}
    for article, columns, rows in TABLE2[template]:
        printed[f"{article}.article"] = f"第二十条第（{article}）项"
        named = {f"{article}.{column}": label for column, label in columns.items()} | rows
        printed |= {name: worded(name, label) for name, label in named.items()}
    printed |= {name: worded(name, label) for name, label in _LABELS.items()}
    for number, head in zip(numbers, (*(f"group.{group}" for group in _RESULTS), "concluded"), strict=False):
        printed[head] = number + printed[head]
    for items in _RESULTS.values():
        printed |= {name: item.format(at) + printed[name] for at, name in enumerate(items, 1)}
    return printed


@cache
def table2(template: str) -> Form:
    """Return table 2 of the form: four columns, section and header rows repeated, the last cell widened."""
    rows: list[tuple[Box, ...]] = []
    for article, columns, named in TABLE2[template]:
        rows.append((Box(name=f"{article}.article", colspan=4),))
        rows.append(_widened(Box(name="content"), *(Box(name=f"{article}.{column}") for column in columns)))
        rows += (_widened(Box(name=row), *(Box(key=(row, column)) for column in columns)) for row in named)
    return _labelled(rows, template)


@cache
def table3(template: str) -> Form:
    """Return table 3 of the form: three columns of labels, seven of values, a header of three rows."""
    results = [row for group in _RESULTS for row in _rows_of_result(group, template)]
    first, *kinds, total = (Box(name=f"column.{name}") for name in APPLICANTS)
    rows = [
        (Box(name="corner", colspan=3, rowspan=3), Box(name="applicant", colspan=7)),
        (replace(first, rowspan=2), Box(name="organisations", colspan=5), replace(total, rowspan=2)),
        tuple(kinds),
        *((Box(name=row, colspan=3), *_seven(row)) for row in ("received", "carried_in")),
        (Box(name="results", rowspan=len(results) + 1), *results[0]),
        *results[1:],
        (Box(name="concluded", colspan=2), *_seven("concluded")),
        (Box(name="carried_out", colspan=3), *_seven("carried_out")),
    ]
    return _labelled(rows, template)


@cache
def table4() -> Form:
    """Return table 4 of the form: fifteen columns, a header of three rows, one row of values."""
    outcomes = [Box(name=f"outcome.{name}") for name in OUTCOMES]
    rows = [
        (Box(name="review", colspan=5), Box(name="litigation", colspan=10)),
        (*(replace(box, rowspan=2) for box in outcomes), *(Box(name=group, colspan=5) for group in GROUPS[1:])),
        (*outcomes, *outcomes),
        tuple(Box(key=(group, outcome)) for group in GROUPS for outcome in OUTCOMES),
    ]
    return _labelled(rows, "2021")


def filled(form: Form, printed: Iterable[tuple[str, ...]]) -> Table:
    """Return the form with `printed` (the paragraphs of each box, labels included) in its boxes, in reading order.

    Raise ValueError where there are more or fewer of them than boxes.
    """
    texts = iter(printed)
    rows = tuple(tuple(replace(box, lines=_next(texts)) for box in row) for row in form)
    if surplus := list(texts):
        raise ValueError(f"more cells than the form has: {surplus}")
    return Table(rows)


def filled_in(form: Form, values: Mapping[Key, str]) -> Table:
    """Return the form with its labels as they are and `values` in the places of the values."""
    return filled(form, ((values[box.key],) if box.key else box.lines for row in form for box in row))


@cache
def rows_of_table3(template: str) -> list[str]:
    """Return the names of the rows of table 3, in order."""
    return list(dict.fromkeys(box.key[0] for row in table3(template) for box in row if box.key))


@cache
def columns_of_table2(template: str) -> dict[str, list[str]]:
    """Return the columns of each row of table 2, by name, in order."""
    return {row: list(columns) for _, columns, rows in TABLE2[template] for row in rows}


def _labelled(rows: Iterable[tuple[Box, ...]], template: str) -> Form:
    printed = labels(template)
    return tuple(tuple(box if box.key else replace(box, lines=(printed[box.name],)) for box in row) for row in rows)


def _widened(*boxes: Box) -> tuple[Box, ...]:
    return (*boxes[:-1], replace(boxes[-1], colspan=5 - len(boxes)))


def _seven(row: str) -> Iterator[Box]:
    return (Box(key=(row, column)) for column in APPLICANTS)


def _rows_of_result(group: str, template: str) -> Iterator[tuple[Box, ...]]:
    """Yield the rows of a result; 其他处理 has several since 2021."""
    items = _RESULTS[group] if (group, template) != ("other", "2019") else []
    if not items:
        yield (Box(name=f"group.{group}", colspan=2), *_seven(group))
    for item in items:
        head = (Box(name=f"group.{group}", rowspan=len(items)),) if item == items[0] else ()
        yield (*head, Box(name=item), *_seven(item))


def _next(texts: Iterator[tuple[str, ...]]) -> tuple[str, ...]:
    try:
        return next(texts)
    except StopIteration:
        raise ValueError("fewer cells than the form has") from None
