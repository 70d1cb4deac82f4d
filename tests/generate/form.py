"""The form as data: rows, columns and the labels that reports print for them, the official one first.

Written from the regulation's form, on purpose not imported from the reader: a label that both sides got wrong would
not show.
"""

from __future__ import annotations

Labels = tuple[str, ...]

ARTICLE = "第二十条第（{}）项"
CONTENT: Labels = ("信息内容",)

# Of each form: the blocks of table 2 as (number of the item, ((column, labels), …), ((row, labels), …)).
TABLE2: dict[str, tuple[tuple[str, tuple[tuple[str, Labels], ...], tuple[tuple[str, Labels], ...]], ...]] = {
    "2021": (
        (
            "一",
            (
                ("made", ("本年制发件数", "本年制发件数", "本年制发件数", "本年制发数", "本年发件", "制发件数")),
                ("repealed", ("本年废止件数", "本年废止件数", "本年废止件数", "本年废止数", "废止件数")),
                ("in_force", ("现行有效件数", "现行有效件数", "现行有效件数", "现行有效件", "现行有效数")),
            ),
            (
                ("regulations", ("规章", "规章", "规章", "行政规章")),
                ("normative_documents", ("行政规范性文件", "行政规范性文件", "规范性文件")),
            ),
        ),
        (
            "五",
            (("decisions", ("本年处理决定数量", "本年处理决定数量", "处理决定数量", "本年处理决定数")),),
            (("licensing", ("行政许可",)),),
        ),
        (
            "六",
            (("decisions", ("本年处理决定数量", "本年处理决定数量", "处理决定数量", "本年处理决定数")),),
            (("penalties", ("行政处罚",)), ("compulsion", ("行政强制",))),
        ),
        (
            "八",
            (
                (
                    "amount",
                    (
                        "本年收费金额（单位：万元）",
                        "本年收费金额（单位：万元）",
                        "本年收费金额（单位：万元，保留4位小数）",
                        "本年收费金额（万元）",
                        "本年收费金额",
                    ),
                ),
            ),
            (("fees", ("行政事业性收费",)),),
        ),
    ),
    "2019": (
        (
            "一",
            (
                ("made", ("本年新制作数量", "本年新制作数量", "本年制作数量", "制作数量")),
                ("published", ("本年新公开数量", "本年新公开数量", "本年公开数量", "公开数量")),
                ("in_force", ("对外公开总数量", "对外公开总数量", "对外公开总数")),
            ),
            (
                ("regulations", ("规章", "规章", "行政规章")),
                ("normative_documents", ("规范性文件", "规范性文件", "行政规范性文件")),
            ),
        ),
        (
            "五",
            (
                ("prior_items", ("上一年项目数量", "上一年项目数量", "上年项目数量")),
                ("change", ("本年增/减", "本年增/减", "本年增／减", "本年增减", "本年增（减）")),
                ("decisions", ("处理决定数量", "处理决定数量", "本年处理决定数量")),
            ),
            (("licensing", ("行政许可",)), ("other_services", ("其他对外管理服务事项",))),
        ),
        (
            "六",
            (
                ("prior_items", ("上一年项目数量", "上一年项目数量", "上年项目数量")),
                ("change", ("本年增/减", "本年增/减", "本年增／减", "本年增减", "本年增（减）")),
                ("decisions", ("处理决定数量", "处理决定数量", "本年处理决定数量")),
            ),
            (("penalties", ("行政处罚",)), ("compulsion", ("行政强制",))),
        ),
        (
            "八",
            (
                ("prior_items", ("上一年项目数量", "上一年项目数量", "上年项目数量")),
                ("change", ("本年增/减", "本年增/减", "本年增／减", "本年增减")),
            ),
            (("fees", ("行政事业性收费",)),),
        ),
        (
            "九",
            (
                ("items", ("采购项目数量", "采购项目数量", "采购项目数")),
                ("amount", ("采购总金额", "采购总金额", "采购总金额（万元）", "采购总金额（单位：元）")),
            ),
            (("procurement", ("政府集中采购",)),),
        ),
    ),
}

CORNER: Labels = (
    "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）",
    "本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和",
)
APPLICANT: Labels = ("申请人情况",)
ORGANISATIONS: Labels = ("法人或其他组织", "法人或其他组织", "法人或者其他组织")
COLUMNS = ("natural_person", "business", "research", "public_interest", "legal_service", "other_org", "total")
COLUMN_LABELS: dict[str, Labels] = {
    "natural_person": ("自然人",),
    "business": ("商业企业", "商业企业", "商业企业", "企业"),
    "research": ("科研机构",),
    "public_interest": ("社会公益组织", "社会公益组织", "社会公益性组织"),
    "legal_service": ("法律服务机构",),
    "other_org": ("其他", "其他", "其它"),
    "total": ("总计", "总计", "合计"),
}

RECEIVED: Labels = (
    "一、本年新收政府信息公开申请数量",
    "一、本年新收政府信息公开申请数量",
    "一、本年新收政府信息公开申请数",
    "一、本年新收到政府信息公开申请数量",
)
CARRIED_IN: Labels = (
    "二、上年结转政府信息公开申请数量",
    "二、上年结转政府信息公开申请数量",
    "二、上年结转政府信息公开申请数",
)
RESULTS: Labels = ("三、本年度办理结果", "三、本年度办理结果", "三、本年办理结果")
CARRIED_OUT: Labels = ("四、结转下年度继续办理", "四、结转下年度继续办理", "四、结转下年继续办理")
CONCLUDED: Labels = ("总计", "总计", "合计")

# The results: (name of the group or row, label without its number, items as (name, labels without number)).
GROUPS: tuple[tuple[str, Labels, tuple[tuple[str, Labels], ...]], ...] = (
    ("granted", ("予以公开",), ()),
    (
        "partly_granted",
        (
            "部分公开（区分处理的，只计这一情形，不计其他情形）",
            "部分公开（区分处理的，只计这一情形，不计其他情形）",
            "部分公开",
        ),
        (),
    ),
    (
        "denied",
        ("不予公开",),
        (
            ("state_secret", ("属于国家秘密",)),
            ("by_law", ("其他法律行政法规禁止公开", "其他法律行政法规禁止公开", "其他法律法规禁止公开")),
            (
                "three_securities",
                ("危及“三安全一稳定”", "危及“三安全一稳定”", '危及"三安全一稳定"', "危及三安全一稳定"),
            ),
            ("third_party", ("保护第三方合法权益",)),
            ("internal_affairs", ("属于三类内部事务信息",)),
            ("process_information", ("属于四类过程性信息",)),
            ("enforcement_files", ("属于行政执法案卷",)),
            ("administrative_enquiry", ("属于行政查询事项",)),
        ),
    ),
    (
        "unavailable",
        ("无法提供",),
        (
            ("not_held", ("本机关不掌握相关政府信息", "本机关不掌握相关政府信息", "本机关不掌握相关信息")),
            ("must_be_created", ("没有现成信息需要另行制作",)),
            ("still_unclear", ("补正后申请内容仍不明确",)),
        ),
    ),
    (
        "not_processed",
        ("不予处理",),
        (
            ("petition", ("信访举报投诉类申请",)),
            ("duplicate", ("重复申请",)),
            ("publication", ("要求提供公开出版物",)),
            ("excessive", ("无正当理由大量反复申请",)),
            (
                "reconfirmation",
                (
                    "要求行政机关确认或重新出具已获取信息",
                    "要求行政机关确认或重新出具已获取信息",
                    "要求行政机关确认或者重新出具已获取信息",
                ),
            ),
        ),
    ),
    (
        "other",
        ("其他处理",),
        (
            (
                "not_corrected",
                (
                    "申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
                    "申请人无正当理由逾期不补正，行政机关不再处理其政府信息公开申请",
                ),
            ),
            (
                "fee_unpaid",
                (
                    "申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
                    "申请人逾期未按收费通知要求缴纳费用，行政机关不再处理其政府信息公开申请",
                ),
            ),
            ("other", ("其他", "其他", "其它")),
        ),
    ),
)

OUTCOMES = ("upheld", "corrected", "other", "pending", "total")
OUTCOME_LABELS: dict[str, Labels] = {
    "upheld": ("结果维持",),
    "corrected": ("结果纠正",),
    "other": ("其他结果", "其他结果", "其它结果"),
    "pending": ("尚未审结",),
    "total": ("总计", "总计", "合计"),
}
REVIEW: Labels = ("行政复议",)
LITIGATION: Labels = ("行政诉讼",)
DIRECT: Labels = ("未经复议直接起诉",)
AFTER_REVIEW: Labels = ("复议后起诉",)
PROCEEDINGS = ("review", "litigation_direct", "litigation_after_review")

NUMBERS = "一二三四五六七八九十"
CIRCLED = "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩"

# Headings of the six sections, each with the wordings that reports print.
HEADINGS: tuple[Labels, ...] = (
    ("总体情况", "总体情况", "总体情况", "基本情况", "总体概况"),
    ("主动公开政府信息情况", "主动公开政府信息情况", "主动公开政府信息的情况", "政府信息主动公开情况"),
    (
        "收到和处理政府信息公开申请情况",
        "收到和处理政府信息公开申请情况",
        "收到和处理政府信息公开申请的情况",
        "依申请公开政府信息情况",
    ),
    (
        "政府信息公开行政复议、行政诉讼情况",
        "政府信息公开行政复议、行政诉讼情况",
        "政府信息公开行政复议和行政诉讼情况",
        "因政府信息公开工作被申请行政复议、提起行政诉讼情况",
    ),
    (
        "存在的主要问题及改进情况",
        "存在的主要问题及改进情况",
        "存在问题及改进情况",
        "存在的问题及整改措施",
        "政府信息公开工作存在的主要问题及改进情况",
        "存在的主要问题及下一步工作打算",
    ),
    ("其他需要报告的事项", "其他需要报告的事项", "其他需要报告事项", "需要报告的其他事项"),
)


def result_rows(*, one_row_other: bool) -> list[str]:
    """Return the names of the rows of 三（一）to 三（六）in the form's order."""
    rows: list[str] = []
    for name, _, items in GROUPS:
        split = bool(items) and not (name == "other" and one_row_other)
        rows += [f"{name}.{item}" for item, _ in items] if split else [name]
    return rows


def table3_rows(*, one_row_other: bool) -> list[str]:
    """Return the names of all rows of table 3 in the form's order."""
    return ["received", "carried_in", *result_rows(one_row_other=one_row_other), "concluded", "carried_out"]
