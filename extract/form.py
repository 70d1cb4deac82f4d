"""The State Council form as data: rows, columns, labels with their variants, and its arithmetic.

Two forms: 国办公开办函〔2019〕60号 (reports on 2019 and 2020) and 国办公开办函〔2021〕30号 (2021 and later). Names of
rows and columns are those of the gold format. Labels stand here as `label_key` leaves them: NFKC, without blanks and
punctuation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from extract.characters import nfkc
from extract.reading import ReadCell, Value

# Behind a label: the row is printed once more, with what it ought to have stated.
_CORRECTED = re.compile(r"\s*[(\[【](?:经)?(?:更正|修正|修订|订正|更新|补正)后?[)\]】]\s*$")
# The characters of the form, its headings and titles as the traditional twins of portals print them (gate/big5).
_SIMPLIFIED = str.maketrans(
    "規範許處罰強費購對務項數現發廢製總開業機構組織會類請結轉區這計屬於國祕護權內過執詢無沒補後確認訪舉報訴複復當獲繳納"
    "繼續辦維糾審議訟經據關係為爲單萬資訊條採減額決體況動問題進應說説穩與門難應書級縣鄉鎮廳",
    "规范许处罚强费购对务项数现发废制总开业机构组织会类请结转区这计属于国秘护权内过执询无没补后确认访举报诉复复当获缴纳"
    "继续办维纠审议讼经据关系为为单万信息条采减额决体况动问题进应说说稳与门难应书级县乡镇厅",
)
_TRADITIONAL = re.compile(f"[{''.join(map(chr, _SIMPLIFIED))}]")
_LETTERS_AND_DIGITS = re.compile(r"[^\W_]+")
_UNIT_BEHIND = r"(?<=[\u4e00-\u9fff])\s*[(\[【](?:计量)?(?:单位)?\s*[:：]?\s*(?:[万千百亿]?元|[件项条个次])[)\]】]\s*$"


@lru_cache(maxsize=1 << 16)
def label_key(text: str) -> str:
    """Return a label without blanks, punctuation, differences of width and script, and without the unit or the word
    of a correction in brackets behind it: what two prints of one label share.
    """
    plain = nfkc(text)
    if plain.rstrip().endswith((")", "]", "】")):
        plain = _CORRECTED.sub("", re.sub(_UNIT_BEHIND, "", plain))
    return simplified("".join(_LETTERS_AND_DIGITS.findall(plain)))


def simplified(text: str) -> str:
    """Return a text with the form's characters in simplified script (looking for others is a tenth of translating)."""
    return text.translate(_SIMPLIFIED) if _TRADITIONAL.search(text) else text


@dataclass(frozen=True, slots=True)
class Row:
    """A row of table 2 or 3: its name, the label as the form prints it, and the keys by which it is known (the first
    is the form's).
    """

    name: str
    label: str
    keys: tuple[str, ...]


class Rows(tuple[Row, ...]):
    """The rows of a table in the form's order: as a key of caches one object, not all its labels."""

    __slots__ = ()
    __hash__ = object.__hash__

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of all rows."""
        return tuple(key for row in self for key in row.keys)


class Labels(tuple[str, ...]):
    """Labels that caches know as one object, as Rows."""

    __slots__ = ()
    __hash__ = object.__hash__


def _row(name: str, label: str, aliases: str = "") -> Row:
    """Return a row; its other keys are words."""
    return Row(name, label, (label_key(label), *aliases.split()))


def _names_by_label(*names: tuple[str, str]) -> Mapping[str, str]:
    """Return which name a label has, of names each with the labels, as words, that it is known by."""
    return {label: name for name, labels in names for label in labels.split()}


# ---- table 2 · 主动公开政府信息情况
TABLE2_ROWS = Rows(
    (
        _row("regulations", "规章", "行政规章 政府规章 地方政府规章 部门规章"),
        _row("normative_documents", "行政规范性文件", "规范性文件"),
        _row("licensing", "行政许可", "行政许可事项"),
        _row("other_services", "其他对外管理服务事项", "其他对外管理服务 其它对外管理服务事项"),
        _row("penalties", "行政处罚", "行政处罚事项"),
        _row("compulsion", "行政强制", "行政强制事项 行政强制措施"),
        _row("fees", "行政事业性收费", "行政事业收费"),
        _row("procurement", "政府集中采购", "集中采购 政府采购"),
    )
)
TABLE2_COLUMNS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "2019": {
        "regulations": ("made", "published", "in_force"),
        "normative_documents": ("made", "published", "in_force"),
        "licensing": ("prior_items", "change", "decisions"),
        "other_services": ("prior_items", "change", "decisions"),
        "penalties": ("prior_items", "change", "decisions"),
        "compulsion": ("prior_items", "change", "decisions"),
        "fees": ("prior_items", "change"),
        "procurement": ("items", "amount"),
    },
    "2021": {
        "regulations": ("made", "repealed", "in_force"),
        "normative_documents": ("made", "repealed", "in_force"),
        "licensing": ("decisions",),
        "penalties": ("decisions",),
        "compulsion": ("decisions",),
        "fees": ("amount",),
    },
}
# Column label → (column, the form that prints it). A longer label is tried before one that it ends with.
TABLE2_HEADERS: Mapping[str, tuple[str, str]] = {
    label: (column, form)
    for column, form, labels in (
        ("made", "2019", "本年新制作数量 新制作数量 制作数量"),
        ("published", "2019", "本年新公开数量 新公开数量 公开数量"),
        ("in_force", "2019", "对外公开总数量 对外公开总数"),
        ("made", "2021", "本年制发件数 制发件数 本年发件 本年发件数 本年制发数 本年制发"),
        ("repealed", "2021", "本年废止件数 废止件数 本年废止数"),
        ("in_force", "2021", "现行有效件数 现行有效件 现行有效数"),
        ("prior_items", "2019", "上一年项目数量 上年项目数量 上一年度项目数量"),
        ("change", "2019", "本年增减 本年度增减 本年增减数"),
        ("decisions", "2021", "本年处理决定数量 本年度处理决定数量"),
        ("decisions", "2019", "处理决定数量"),
        ("amount", "2021", "本年收费金额 本年度收费金额"),
        ("items", "2019", "采购项目数量"),
        ("amount", "2019", "采购总金额"),
    )
    for label in labels.split()
}
TABLE2_SECTION = re.compile(r"第二十条第?[一五六八九]项|第二十条第?[(（]?[一二三四五六七八九十][)）]?项")
# The rows below the heads of each item of article 20, by its number.
TABLE2_BLOCKS: Mapping[str, tuple[str, ...]] = {
    "一": ("regulations", "normative_documents"),
    "五": ("licensing", "other_services"),
    "六": ("penalties", "compulsion"),
    "八": ("fees",),
    "九": ("procurement",),
}
TABLE2_FURNITURE = ("信息内容",)

# ---- table 3 · 收到和处理政府信息公开申请情况
APPLICANTS = ("natural_person", "business", "research", "public_interest", "legal_service", "other_org", "total")
TABLE3_HEADERS = _names_by_label(
    ("natural_person", "自然人"),
    ("business", "商业企业 企业"),
    ("research", "科研机构"),
    ("public_interest", "社会公益组织 社会公益性组织 公益组织"),
    ("legal_service", "法律服务机构 法律服务组织"),
    ("other_org", "其他 其它"),
    ("total", "总计 合计"),
)
TABLE3_ROWS = Rows(
    (
        _row(
            "received",
            "一、本年新收政府信息公开申请数量",
            "本年新收政府信息公开申请数量 本年新收政府信息公开申请数 本年新收申请数量 本年新收政府信息公开申请",
        ),
        _row(
            "carried_in",
            "二、上年结转政府信息公开申请数量",
            "上年结转政府信息公开申请数量 上年结转政府信息公开申请数 上年结转申请数量 上年结转政府信息公开申请 上年度结转政府信息公开申请数量",
        ),
        _row("granted", "（一）予以公开", "予以公开"),
        _row(
            "partly_granted",
            "（二）部分公开（区分处理的，只计这一情形，不计其他情形）",
            "部分公开区分处理的只计这一情形不计其他情形 部分公开区分处理的只计这一情形不计其它情形 部分公开",
        ),
        _row("denied.state_secret", "1.属于国家秘密", "属于国家秘密"),
        _row(
            "denied.by_law",
            "2.其他法律行政法规禁止公开",
            "其他法律行政法规禁止公开 其它法律行政法规禁止公开 其他法律法规禁止公开 法律行政法规禁止公开",
        ),
        _row("denied.three_securities", "3.危及“三安全一稳定”", "危及三安全一稳定 三安全一稳定"),
        _row("denied.third_party", "4.保护第三方合法权益", "保护第三方合法权益"),
        _row("denied.internal_affairs", "5.属于三类内部事务信息", "属于三类内部事务信息 三类内部事务信息"),
        _row("denied.process_information", "6.属于四类过程性信息", "属于四类过程性信息 四类过程性信息"),
        _row("denied.enforcement_files", "7.属于行政执法案卷", "属于行政执法案卷 行政执法案卷"),
        _row("denied.administrative_enquiry", "8.属于行政查询事项", "属于行政查询事项 行政查询事项"),
        _row("unavailable.not_held", "1.本机关不掌握相关政府信息", "本机关不掌握相关政府信息"),
        _row("unavailable.must_be_created", "2.没有现成信息需要另行制作", "没有现成信息需要另行制作"),
        _row("unavailable.still_unclear", "3.补正后申请内容仍不明确", "补正后申请内容仍不明确"),
        _row("not_processed.petition", "1.信访举报投诉类申请", "信访举报投诉类申请"),
        _row("not_processed.duplicate", "2.重复申请", "重复申请"),
        _row("not_processed.publication", "3.要求提供公开出版物", "要求提供公开出版物"),
        _row("not_processed.excessive", "4.无正当理由大量反复申请", "无正当理由大量反复申请"),
        _row(
            "not_processed.reconfirmation",
            "5.要求行政机关确认或重新出具已获取信息",
            "要求行政机关确认或重新出具已获取信息",
        ),
        _row("other", "（六）其他处理", "其他处理 其它处理 六其他 六其它"),
        _row(
            "other.not_corrected",
            "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
            "申请人无正当理由逾期不补正行政机关不再处理其政府信息公开申请",
        ),
        _row(
            "other.fee_unpaid",
            "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
            "申请人逾期未按收费通知要求缴纳费用行政机关不再处理其政府信息公开申请",
        ),
        _row("other.other", "3.其他", "3其他 3其它 其他 其它"),
        _row("concluded", "（七）总计", "总计 七合计 合计 七计 七总"),
        _row("carried_out", "四、结转下年度继续办理", "结转下年度继续办理 结转下年度办理 结转下年继续办理"),
    )
)
TABLE3_GROUPS = tuple(
    """
    三本年度办理结果 本年度办理结果 本年办理结果 三不予公开 不予公开 四无法提供 无法提供 五不予处理 不予处理
    六其他处理 其他处理 其它处理""".split()
)
TABLE3_FURNITURE = tuple(
    """
    本列数据的勾稽关系为第一项加第二项之和等于第三项加第四项之和 申请人情况 法人或其他组织 法人或其他
    法人或其它组织 法人或者其他组织 法人和其他组织 法人及其他组织""".split()
)
ROWS_2019_ONLY = frozenset(["other"])
ROWS_2021_ONLY = frozenset(["other.not_corrected", "other.fee_unpaid", "other.other"])

# ---- table 4 · 政府信息公开行政复议、行政诉讼情况
GROUPS = ("review", "litigation_direct", "litigation_after_review")
OUTCOMES = ("upheld", "corrected", "other", "pending", "total")
TABLE4_GROUPS = _names_by_label(
    ("review", "行政复议"),
    ("litigation_direct", "未经复议直接起诉 未经复议直接诉讼"),
    ("litigation_after_review", "复议后起诉 经复议后起诉 复议后诉讼"),
    ("litigation_direct", "直接起诉 直接诉讼"),
)
TABLE4_OUTCOMES = _names_by_label(
    ("upheld", "结果维持"),
    ("corrected", "结果纠正"),
    ("other", "其他结果 其它结果"),
    ("pending", "尚未审结 未审结"),
    ("total", "总计 合计"),
)
TABLE4_FURNITURE = ("行政诉讼",)
TABLE2_HEADER_KEYS = Labels(TABLE2_HEADERS)
TABLE3_HEADER_KEYS = Labels((*TABLE3_HEADERS, *TABLE3_FURNITURE))
TABLE4_KEYS = Labels((*TABLE4_GROUPS, *TABLE4_OUTCOMES, *TABLE4_FURNITURE))
ALL_KEYS = Labels(
    dict.fromkeys(
        [
            *(*TABLE2_ROWS.keys, *TABLE3_ROWS.keys, *TABLE2_HEADERS, *TABLE2_FURNITURE),
            *(*TABLE3_HEADER_KEYS, *TABLE3_GROUPS, *TABLE4_KEYS),
        ]
    )
)

TABLE3_LABELS: Mapping[str, str] = {row.name: row.label for row in TABLE3_ROWS}
TABLE2_LABELS: Mapping[str, str] = {row.name: row.label for row in TABLE2_ROWS}
TABLE4_LABELS: Mapping[str, str] = {
    "review": "行政复议",
    "litigation_direct": "未经复议直接起诉",
    "litigation_after_review": "复议后起诉",
}


def table3_rows(form: str) -> tuple[str, ...]:
    """Return the names of the rows of table 3 in order: 23 in the 2019 form, 25 in the 2021 form."""
    absent = ROWS_2021_ONLY if form == "2019" else ROWS_2019_ONLY
    return tuple(row.name for row in TABLE3_ROWS if row.name not in absent)


class Stated(Protocol):
    """What has cells of the three tables: a Reading, or the tables of a document."""

    @property
    def table2(self) -> Mapping[str, Mapping[str, ReadCell]]: ...
    @property
    def table3(self) -> Mapping[str, Sequence[ReadCell]]: ...
    @property
    def table4(self) -> Mapping[str, Sequence[ReadCell]]: ...


def cells_of(read: Stated) -> dict[tuple[str, str, str], ReadCell]:
    """Return all cells by (table, row, column)."""
    cells = {("table2", row, name): cell for row, columns in read.table2.items() for name, cell in columns.items()}
    for table, rows, names in (("table3", read.table3, APPLICANTS), ("table4", read.table4, OUTCOMES)):
        for row, printed in rows.items():
            cells |= {(table, row, name): cell for name, cell in zip(names, printed, strict=True)}
    return cells


# ---- 勾稽关系
def broken_relations(
    table3: Mapping[str, Sequence[ReadCell]], table4: Mapping[str, Sequence[ReadCell]]
) -> Iterator[tuple[str, str]]:
    """Yield (name, both sides) of every relation that the stated figures break (gold/README.md, 勾稽关系).

    A relation with a blank among its cells is neither kept nor broken.
    """
    values = {row: [cell.value for cell in cells] for row, cells in table3.items()}
    if values:
        yield from _broken_table3(values)
    for group, cells in table4.items():
        figures = [cell.value for cell in cells]
        if sides := _difference(figures[:4], figures[4:]):
            yield f"table4_total[{group}]", sides


def _broken_table3(values: Mapping[str, Sequence[Value]]) -> Iterator[tuple[str, str]]:
    ends = ("received", "carried_in", "concluded", "carried_out")
    results = [row for row in values if row not in ends]
    for index, column in enumerate(APPLICANTS):
        if all(row in values for row in ends):
            left = [values["received"][index], values["carried_in"][index]]
            right = [values["concluded"][index], values["carried_out"][index]]
            if sides := _difference(left, right):
                yield f"balance[{column}]", sides
    for row, figures in values.items():
        if sides := _difference(figures[:6], figures[6:]):
            yield f"row_total[{row}]", sides
    if "concluded" in values and results:
        for index, column in enumerate(APPLICANTS):
            parts = [values[row][index] for row in results]
            if sides := _difference(parts, [values["concluded"][index]]):
                yield f"concluded[{column}]", sides


def _difference(left: Sequence[Value], right: Sequence[Value]) -> str | None:
    """Return both sides of a relation that is broken."""
    if None in left or None in right or sum(left) == sum(right):  # type: ignore[arg-type] # no None is left
        return None
    sides = ["+".join(str(value) for value in side if value or len(side) == 1) or "0" for side in (left, right)]
    summed = f"{sides[0]} = {sum(left)}" if "+" in sides[0] else sides[0]  # type: ignore[arg-type] # as above
    return f"{summed}, stated {sides[1]}"
