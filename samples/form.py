"""The State Council's form as it stands on paper: its three tables of 2019 and 2021, label by label, span by span.

A form is a tuple of rows of `Box`; a box is a label, or the place of a value, named as in the gold format.
`filled` puts printed texts into its boxes in reading order; the seeds and the generated reports go through it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Box:
    """A cell: its printed paragraphs, its spans, and (`key`) which value of the form stands in it, None for a label."""

    lines: tuple[str, ...] = ()
    colspan: int = 1
    rowspan: int = 1
    key: Key | None = None

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

_TABLE2 = {
    "2019": (
        ("第二十条第（一）项",),
        ("信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"),
        ("规章", "regulations", "made", "published", "in_force"),
        ("规范性文件", "normative_documents", "made", "published", "in_force"),
        ("第二十条第（五）项",),
        ("信息内容", "上一年项目数量", "本年增/减", "处理决定数量"),
        ("行政许可", "licensing", "prior_items", "change", "decisions"),
        ("其他对外管理服务事项", "other_services", "prior_items", "change", "decisions"),
        ("第二十条第（六）项",),
        ("信息内容", "上一年项目数量", "本年增/减", "处理决定数量"),
        ("行政处罚", "penalties", "prior_items", "change", "decisions"),
        ("行政强制", "compulsion", "prior_items", "change", "decisions"),
        ("第二十条第（八）项",),
        ("信息内容", "上一年项目数量", "本年增/减"),
        ("行政事业性收费", "fees", "prior_items", "change"),
        ("第二十条第（九）项",),
        ("信息内容", "采购项目数量", "采购总金额"),
        ("政府集中采购", "procurement", "items", "amount"),
    ),
    "2021": (
        ("第二十条第（一）项",),
        ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数"),
        ("规章", "regulations", "made", "repealed", "in_force"),
        ("行政规范性文件", "normative_documents", "made", "repealed", "in_force"),
        ("第二十条第（五）项",),
        ("信息内容", "本年处理决定数量"),
        ("行政许可", "licensing", "decisions"),
        ("第二十条第（六）项",),
        ("信息内容", "本年处理决定数量"),
        ("行政处罚", "penalties", "decisions"),
        ("行政强制", "compulsion", "decisions"),
        ("第二十条第（八）项",),
        ("信息内容", "本年收费金额（单位：万元）"),
        ("行政事业性收费", "fees", "amount"),
    ),
}

CORNER = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
_DENIED = (
    ("1.属于国家秘密", "denied.state_secret"),
    ("2.其他法律行政法规禁止公开", "denied.by_law"),
    ("3.危及“三安全一稳定”", "denied.three_securities"),
    ("4.保护第三方合法权益", "denied.third_party"),
    ("5.属于三类内部事务信息", "denied.internal_affairs"),
    ("6.属于四类过程性信息", "denied.process_information"),
    ("7.属于行政执法案卷", "denied.enforcement_files"),
    ("8.属于行政查询事项", "denied.administrative_enquiry"),
)
_UNAVAILABLE = (
    ("1.本机关不掌握相关政府信息", "unavailable.not_held"),
    ("2.没有现成信息需要另行制作", "unavailable.must_be_created"),
    ("3.补正后申请内容仍不明确", "unavailable.still_unclear"),
)
_NOT_PROCESSED = (
    ("1.信访举报投诉类申请", "not_processed.petition"),
    ("2.重复申请", "not_processed.duplicate"),
    ("3.要求提供公开出版物", "not_processed.publication"),
    ("4.无正当理由大量反复申请", "not_processed.excessive"),
    ("5.要求行政机关确认或重新出具已获取信息", "not_processed.reconfirmation"),
)
_OTHER_2021 = (
    ("1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", "other.not_corrected"),
    ("2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", "other.fee_unpaid"),
    ("3.其他", "other.other"),
)


@cache
def table2(template: str) -> Form:
    """Return table 2 of the form: four columns, section and header rows repeated, the last cell widened."""
    return tuple(_row_of_table2(row) for row in _TABLE2[template])


@cache
def table3(template: str) -> Form:
    """Return table 3 of the form: three columns of labels, seven of values, a header of three rows."""
    others = _OTHER_2021 if template == "2021" else ()
    return (
        (Box((CORNER,), 3, 3), Box(("申请人情况",), 7)),
        (Box(("自然人",), rowspan=2), Box(("法人或其他组织",), 5), Box(("总计",), rowspan=2)),
        tuple(Box((label,)) for label in ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")),
        (Box(("一、本年新收政府信息公开申请数量",), 3), *_seven("received")),
        (Box(("二、上年结转政府信息公开申请数量",), 3), *_seven("carried_in")),
        (Box(("三、本年度办理结果",), rowspan=20 + len(others[1:])), Box(("（一）予以公开",), 2), *_seven("granted")),
        (Box(("（二）部分公开（区分处理的，只计这一情形，不计其他情形）",), 2), *_seven("partly_granted")),
        *_group("（三）不予公开", _DENIED),
        *_group("（四）无法提供", _UNAVAILABLE),
        *_group("（五）不予处理", _NOT_PROCESSED),
        *(_group("（六）其他处理", others) if others else [(Box(("（六）其他处理",), 2), *_seven("other"))]),
        (Box(("（七）总计",), 2), *_seven("concluded")),
        (Box(("四、结转下年度继续办理",), 3), *_seven("carried_out")),
    )


@cache
def table4() -> Form:
    """Return table 4 of the form: fifteen columns, a header of three rows, one row of values."""
    five = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
    return (
        (Box(("行政复议",), 5), Box(("行政诉讼",), 10)),
        (*(Box((label,), rowspan=2) for label in five), Box(("未经复议直接起诉",), 5), Box(("复议后起诉",), 5)),
        tuple(Box((label,)) for label in five * 2),
        tuple(Box(key=(group, outcome)) for group in GROUPS for outcome in OUTCOMES),
    )


def filled(form: Form, printed: Iterable[tuple[str, ...]]) -> Table:
    """Return the form with `printed` (the paragraphs of each box, labels included) in its boxes, in reading order.

    Raise ValueError where there are more or fewer of them than boxes.
    """
    texts = iter(printed)
    rows = tuple(tuple(Box(_next(texts), box.colspan, box.rowspan, box.key) for box in row) for row in form)
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
    columns: dict[str, list[str]] = {}
    for row in table2(template):
        for box in row:
            if box.key:
                columns.setdefault(box.key[0], []).append(box.key[1])
    return columns


def _row_of_table2(row: tuple[str, ...]) -> tuple[Box, ...]:
    label, *rest = row
    if not rest:
        return (Box((label,), 4),)
    if label == "信息内容":
        boxes = [Box((label,)), *(Box((text,)) for text in rest)]
    else:
        boxes = [Box((label,)), *(Box(key=(rest[0], column)) for column in rest[1:])]
    return (*boxes[:-1], replace(boxes[-1], colspan=5 - len(boxes)))


def _seven(row: str) -> Iterator[Box]:
    return (Box(key=(row, column)) for column in APPLICANTS)


def _group(label: str, items: tuple[tuple[str, str], ...]) -> Iterator[tuple[Box, ...]]:
    for number, (text, row) in enumerate(items):
        head = (Box((label,), rowspan=len(items)),) if not number else ()
        yield (*head, Box((text,)), *_seven(row))


def _next(texts: Iterator[tuple[str, ...]]) -> tuple[str, ...]:
    try:
        return next(texts)
    except StopIteration:
        raise ValueError("fewer cells than the form has") from None
