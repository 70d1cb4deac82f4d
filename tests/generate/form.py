"""The wordings of the form's labels that reports print beside the official ones, which `samples.form` has.

Both are written from the regulation's form, on purpose not imported from the reader: a label that both sides got wrong
would not show.
"""

# ruff: noqa: E501 -- lines of Chinese text stay whole
from __future__ import annotations

from random import Random

from samples import form
from samples.form import NUMBERS

CIRCLED = "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩"


def _by_first(table: str) -> dict[str, tuple[str, ...]]:
    return {words[0]: tuple(words) for words in map(str.split, table.strip().splitlines())}


# On each line the official label and its wordings; one that stands there twice is printed twice as often.
_WORDINGS = _by_first("""
    本年制发件数 本年制发件数 本年制发件数 本年制发数 本年发件 制发件数
    本年废止件数 本年废止件数 本年废止件数 本年废止数 废止件数
    现行有效件数 现行有效件数 现行有效件数 现行有效件 现行有效数
    规章 规章 规章 行政规章
    行政规范性文件 行政规范性文件 规范性文件
    本年处理决定数量 本年处理决定数量 处理决定数量 本年处理决定数
    本年收费金额（单位：万元） 本年收费金额（单位：万元） 本年收费金额（单位：万元，保留4位小数） 本年收费金额（万元） 本年收费金额
    本年新制作数量 本年新制作数量 本年制作数量 制作数量
    本年新公开数量 本年新公开数量 本年公开数量 公开数量
    对外公开总数量 对外公开总数量 对外公开总数
    规范性文件 规范性文件 行政规范性文件
    上一年项目数量 上一年项目数量 上年项目数量
    本年增/减 本年增/减 本年增／减 本年增减 本年增（减）
    处理决定数量 处理决定数量 本年处理决定数量
    采购项目数量 采购项目数量 采购项目数
    采购总金额 采购总金额 采购总金额（万元） 采购总金额（单位：元）
    （本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和） 本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和
    法人或其他组织 法人或其他组织 法人或者其他组织
    一、本年新收政府信息公开申请数量 一、本年新收政府信息公开申请数量 一、本年新收政府信息公开申请数 一、本年新收到政府信息公开申请数量
    二、上年结转政府信息公开申请数量 二、上年结转政府信息公开申请数量 二、上年结转政府信息公开申请数
    三、本年度办理结果 三、本年度办理结果 三、本年办理结果
    四、结转下年度继续办理 四、结转下年度继续办理 四、结转下年继续办理
    总计 总计 合计
    商业企业 商业企业 商业企业 企业
    社会公益组织 社会公益组织 社会公益性组织
    其他 其他 其它
    其他结果 其他结果 其它结果
    部分公开（区分处理的，只计这一情形，不计其他情形） 部分公开（区分处理的，只计这一情形，不计其他情形） 部分公开
    其他法律行政法规禁止公开 其他法律行政法规禁止公开 其他法律法规禁止公开
    危及“三安全一稳定” 危及“三安全一稳定” 危及"三安全一稳定" 危及三安全一稳定
    本机关不掌握相关政府信息 本机关不掌握相关政府信息 本机关不掌握相关信息
    要求行政机关确认或重新出具已获取信息 要求行政机关确认或重新出具已获取信息 要求行政机关确认或者重新出具已获取信息
    申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请 申请人无正当理由逾期不补正，行政机关不再处理其政府信息公开申请
    申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请 申请人逾期未按收费通知要求缴纳费用，行政机关不再处理其政府信息公开申请
""")
# Labels that have fewer wordings on the form of 2019, and there.
_OF_2019 = {"regulations": ("规章", "规章", "行政规章"), "八.change": _WORDINGS["本年增/减"][:-1]}
# Headings of the six sections, each with its wordings.
HEADINGS = tuple(
    _by_first("""
    总体情况 总体情况 总体情况 基本情况 总体概况
    主动公开政府信息情况 主动公开政府信息情况 主动公开政府信息的情况 政府信息主动公开情况
    收到和处理政府信息公开申请情况 收到和处理政府信息公开申请情况 收到和处理政府信息公开申请的情况 依申请公开政府信息情况
    政府信息公开行政复议、行政诉讼情况 政府信息公开行政复议、行政诉讼情况 政府信息公开行政复议和行政诉讼情况 因政府信息公开工作被申请行政复议、提起行政诉讼情况
    存在的主要问题及改进情况 存在的主要问题及改进情况 存在问题及改进情况 存在的问题及整改措施 政府信息公开工作存在的主要问题及改进情况 存在的主要问题及下一步工作打算
    其他需要报告的事项 其他需要报告的事项 其他需要报告事项 需要报告的其他事项
""").values()
)


def labels(rng: Random, template: str) -> dict[str, str]:
    """Return every printed label of a report by its name; in most reports they are the official ones."""
    official = rng.random() < 0.55
    item = rng.choice(("{}.", "{}.", "{}.", "{}、", "{}．", "{}. ", "（{}）"))
    bracket = rng.choice(("（{}）", "（{}）", "（{}）", "({})", "circled", "（{}） "))

    def worded(name: str, label: str) -> str:
        special = _OF_2019.get(name) if template == "2019" else None
        return label if official else rng.choice(special or _WORDINGS.get(label, (label,)))

    numbers = CIRCLED if bracket == "circled" else tuple(map(bracket.format, NUMBERS))
    return form.labels(template, worded=worded, numbers=numbers, item=item)
