"""Title, issuer, year and date as a document states them, each from the best of its sources."""

import pytest

from extract.dates import date_in, year_of
from extract.document import Cell, Document, Fact, Grid, Text
from extract.heading import read_heading
from extract.titles import is_title, issuer_in_title, tidy

TITLE = "江油市教育局2020年政府信息公开工作年度报告"
COPIED = "江油市水利局2019年政府信息公开工作年度报告"
BODY = ("一、总体情况", "2020年，我局主动公开信息120条，认真做好各项工作。", "六、其他需要报告的事项", "无")


def heading_of(*lines, facts=(), after=(), body=BODY, metadata=None):
    texts = tuple(Text(line) if isinstance(line, str) else line for line in (*lines, *body, *after))
    return read_heading(Document("text/plain", texts, tuple(facts)), metadata=metadata)


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        ([TITLE], TITLE),
        (["江油市教育局 2020 年政府 信息公开工作年度报告"], TITLE),
        (["江油市教育局", "2020年政府信息公开工作年度报告"], TITLE),
        (["江油市教育局2020年", "政府信息公开工作年度报告"], TITLE),
        (["江油市教育局2020年政府", "信息公开工作年度报告"], TITLE),
        (["江油市教育局2020年政府信息公开工", "作年度报告"], TITLE),
        (["江油市教育局2020年政", "府信息公开工作年度报告"], TITLE),
        (["江油市教育局202", "0年政府信息公开工作年度报告"], TITLE),
        (["江油市教育局20", "20年政府信息公开工作年度报告"], TITLE),
        (["江油市教育", "局政府信息公开工作年度报告"], "江油市教育局政府信息公开工作年度报告"),
        (["江油市教育局政", "府信息公开工作年度报告"], "江油市教育局政府信息公开工作年度报告"),
        (["首页", "2020年政府信息公开工作年度报告"], "2020年政府信息公开工作年度报告"),
        (["江油市教育局", "2020年", "政府信息公开工作年度报告"], TITLE),
        (["关于2020年", "度政府信息公开工作年度报告"], "关于2020年度政府信息公开工作年度报告"),
        (["江油市教育局政府信息公开年报", "（2020年）"], "江油市教育局政府信息公开年报（2020年）"),
        (
            ["2020年政府信息公开年报（江油市教育和体育事业发展局）"],
            "2020年政府信息公开年报（江油市教育和体育事业发展局）",
        ),
        (["江油市教育局政府信息公开年报（20", "20年）"], "江油市教育局政府信息公开年报（2020年）"),
        (["江 油 市 教 育 局 2020年 政 府 信 息 公 开 工 作 年 度 报 告"], TITLE),
        (["## 江油市教育局2020年政府信息公开工作年度报告"], TITLE),
        (["| 江油市教育局2020年政府信息公开工作年度报告 |"], TITLE),
        ([f"标题：{TITLE}"], TITLE),
        ([f"Title: {TITLE}"], TITLE),
        (["登录", "政务公开", "政府信息公开年报", "走进江油", TITLE, "打印"], TITLE),
        (["江油市政府信息公开年报", TITLE], TITLE),  # a column's title has no year
        (["您访问的链接即将离开本网站，是否继续？", TITLE], TITLE),
        (["首页 > 江油市2020年政府信息公开年报", "2020年"], "2020年"),
        (["相关文档 上一篇：江油市2019年政府信息公开年报", "2020年"], "2020年"),
        (["首页", "江油市教育局", "【字体：大 中 小】"], "江油市教育局"),
        (["江油市教育局2020年年报", "江油市人民政府"], "江油市教育局2020年年报"),
        (["国家统计局公告（2021年第5号）"], "国家统计局公告（2021年第5号）"),
        ([f"江油市人民政府 政府信息公开年报 {TITLE}"], TITLE),
        ([TITLE.replace("2020", "2019"), TITLE, "数据自2020年1月1日起至2020年12月31日止。"], TITLE),
        (["索引號：| 080877476/2023-80877| 主題分類：|政務公開/年度報告", f"標題：| {TITLE}"], TITLE),
        (["2020年", "2020年政府信息公开年报"], "2020年政府信息公开年报"),
        (["四川省人民政府绵阳市", TITLE], TITLE),
        ([TITLE, "现将2020年政府信息公开工作情况报告如下："], TITLE),
        ([f"{TITLE}本报告根据《中华人民共和国政府信息公开条例》第五十条的规定编制，全文由六部分组成。"], TITLE),
        (["现将2020年政府信息公开工作情况报告如下："], None),
        ([f"# {TITLE}"], TITLE),
        ([TITLE.replace("2020", "2018"), TITLE], TITLE),  # the text is on 2020
        (["索引 分类|", "政务公开/年度报告|", "2020年"], "2020年"),
        (["数据自", "2020年", "1月", "1", "日起", "至12月31日止。"], None),
        ([f"{TITLE}一、总体情况"], TITLE),
        (["政府信息公开年报_江油市人民政府", TITLE], TITLE),
        (["政府信息公开年报", "2019年度", TITLE], TITLE),  # a menu's
        (["江油市政府信息公开", "指南制度年报", "2020年"], "2020年"),  # tabs of the columns
        (["2020"], None),
        ([f"{TITLE} 江油市人民政府"], TITLE),
        ([f"【部门年报】{TITLE}"], TITLE),
        ([f"【文字解读】{TITLE}"], f"【文字解读】{TITLE}"),
        ([f"{TITLE}来源：江油市教育局 时间：2021-01-20 【字体：大 中 小】"], TITLE),
        ([f"{TITLE}（2021年1月20日）"], TITLE),
        ([f"{TITLE} |{'|' * 900}"], TITLE),
        ([f"Title: {TITLE}_政府信息公开年报_江油市人民政府"], TITLE),
        (["名 称 江油市教育局2020年政府信息公开工作年度报告 文号：无"], TITLE),
        (["名", f"称：{TITLE}"], TITLE),
        ([f"名　称{TITLE}"], TITLE),
        (["成文日期", "2021-01-20", "有效性", TITLE], TITLE),
        (["年度继续办", "江油市教育局"], "江油市教育局"),
        (["首页公开正文", "政府信息公开年报（", "2020年）"], "政府信息公开年报（2020年）"),
        (["国家统计局江油市", "分局政府信息公开工作报告"], "国家统计局江油市分局政府信息公开工作报告"),
        (["江油市新青", "镇人民政府"], "江油市新青镇人民政府"),
        (["国家粮食和", "物资储备局"], "国家粮食和物资储备局"),
        (["国家粮食和", "物资储备局2020年信息公开年报"], "国家粮食和物资储备局2020年信息公开年报"),
        (["江油市教育局信息公开年报_江油市政务网"], "江油市教育局信息公开年报"),
        (["土家族自治县", "市场监督管理局"], "土家族自治县市场监督管理局"),
        (["江油市教", "育局", "江油市教育局编制"], "江油市教育局"),  # the name stands elsewhere, too
        (["四川省公报", "江油市教育局"], "江油市教育局"),
        (["磁县", "江油市教育局"], "江油市教育局"),
        (["江油市教育局", "2020年年报"], "江油市教育局2020年年报"),
        (["江油市水利局", "江油市教育局2020年年报"], "江油市教育局2020年年报"),
        (["**江油市教育局", "2020年政府信息公开工作年度报告**"], TITLE),
        (["20", "20年"], "2020年"),
        (["2020", "年度报告"], "2020年度报告"),
        (["2020年度 - 政府信息公开年报 - 江油市人民政府"], "2020年度"),
        (["江油市教育局_绵阳市人民政府门户网站"], "江油市教育局"),
        (["国务院|总理|新闻|政策"], None),
        (["名称：江油市教育局", "有效性：有效"], "江油市教育局"),
        (["江油市教育局", "（江油市体育局）"], "江油市教育局（江油市体育局）"),
        (["2020年度江油市教育局", "政府信息公开工作年度报告"], "2020年度江油市教育局政府信息公开工作年度报告"),
        (["2020年", "江油市教育局", "2020年政府信息公开工作年度报告"], TITLE),
        (["首页公开正文", "江油市教育局", "2020年政府信息公开工作年度报告"], TITLE),
        (["2019年", "2018年", "江油市政府信息公开工作报告"], "江油市政府信息公开工作报告"),  # a menu's
        (["请留下邮箱，订阅政府信息公开年报", "2020年"], "2020年"),
        (["返回政府信息公开年报菜单", "2020年"], "2020年"),
        (["江油市教育局", "2020年度报告", "2019年度报告"], "江油市教育局"),
        (["县直部门", "江油市教育局发布 2020 年信息公开年报的公告"], "江油市教育局发布2020年信息公开年报的公告"),
        (["江油市人民政府 2020年", TITLE], TITLE),
        ([], None),
    ],
)
def test_the_title_is_the_reports_own(lines, title):
    assert heading_of(*lines).title == title


def test_the_title_is_read_from_facts_first_and_completed_from_its_pieces():
    facts = [
        Fact("title", "2020年政府信息公开工作年度报告", "h2"),
        Fact("site_name", "江油市人民政府", "meta sitename"),
    ]
    assert heading_of("江油市教育局", "2020年政府信息公开工作年度报告", facts=facts).title == TITLE
    assert heading_of("江油市人民政府", "某消息", facts=facts[1:]).title is None


@pytest.mark.parametrize(
    ("page_title", "site", "headed", "title"),
    [
        ("信息公开年报 定稿", None, "江油市教育局", "江油市教育局"),  # of a file, made of another
        ("中国·江油 2020年度", "中国·江油", "2020年度", "2020年度"),
        ("江油市人民政府 2020年度", None, "2020年度", "2020年度"),
        ("江油市政务网 江油市教育局", "江油市政务网", None, "江油市教育局"),
        ("江油市教育局_政府信息公开年报_江油市政务网", "江油市政务网", None, "江油市教育局"),
        ("江油市教育局_政府信息公开年报", None, None, None),  # it may be the site's name
        ("中国·江油 2020年政府信息公开年报", "中国·江油", "2020年政府信息公开年报", "2020年政府信息公开年报"),
        ("江油市教育局 2020年政府信息公开年报", "江油市教育局", None, "江油市教育局2020年政府信息公开年报"),
    ],
)
def test_of_a_short_title_the_site_s_name_is_no_part(page_title, site, headed, title):
    facts = [Fact("page_title", page_title, "title")]
    facts += [Fact("site_name", site, "meta sitename")] if site else []
    facts += [Fact("title", headed, "h1")] if headed else []
    assert heading_of(*filter(None, [headed]), facts=facts).title == title


def test_the_page_s_title_behind_the_site_s_name_may_be_of_another_paper():
    facts = [Fact("page_title", "江油市人民政府 江油市2020年统计公报", "title")]
    assert heading_of("江油市2020年统计公报", f"{TITLE}2021-01-20", facts=facts).other_title == "江油市2020年统计公报"


def test_a_title_without_a_name_is_the_page_s_or_the_link_s():
    bare = "政府信息公开工作年度报告"
    facts = [Fact("title", bare, "h1"), Fact("page_title", bare, "title")]
    assert heading_of(bare, facts=facts).title == bare
    assert heading_of(bare, "2020年", facts=facts).title == "2020年"
    assert heading_of(bare).title is None
    linked = heading_of("一、总体情况", metadata={"anchor": TITLE})
    assert (linked.title, linked.issuer, linked.report_year) == (TITLE, "江油市教育局", 2020)


@pytest.mark.parametrize(
    "line",
    [
        "政府信息公开年报",
        "信息类别政府信息公开年报",
        "江油市政府信息公开年报2024年江油市政府工作报告",
        "第五十条 政府信息公开工作年度报告应当包括下列内容：",
        "当前位置：首页 > 江油市2020年政府信息公开年报",
        "上一篇：江油市2019年政府信息公开工作年度报告",
        "根据《条例》，江油市编制了2020年政府信息公开工作年度报告。",
        "政务公开 依申请公开 政府信息公开年报",
        "江油市2020年国民经济公报",
    ],
)
def test_what_only_holds_the_words_is_no_title(line):
    assert not is_title(line)


@pytest.mark.parametrize(
    ("title", "issuer"),
    [
        (TITLE, "江油市教育局"),
        ("江油市教育局关于2020年度政府信息公开工作年度报告", "江油市教育局"),
        ("2020年江油市教育局政府信息公开工作年度报告", "江油市教育局"),
        ("2020年度江油市教育局政府信息公开年报", "江油市教育局"),
        ("江油市教育局二〇二〇年政府信息公开年报", "江油市教育局"),
        ("江油市教育局２０２０年政府信息公开年报", "江油市教育局"),
        ("江油市人民政府信息公开工作年度报告（2020年）", "江油市人民政府"),
        ("江油市人民政府政府信息公开工作年度报告", "江油市人民政府"),
        ("江油市2020年政府信息公开年报", "江油市"),
        ("国家统计局关于公布2021年政府信息公开工作年度报告的公告", "国家统计局"),
        ("【年报】江油市教育局2020年政府信息公开年报", "江油市教育局"),
        ("江油市教育局", "江油市教育局"),
        ("江油市教育局上一年度政府信息公开年报", "江油市教育局"),
        ("江油市教育局20年政府信息公开年报", "江油市教育局"),
        ("江油市档案馆2020年政府信息公开年报", "江油市档案馆"),
        ("江油市教育局：2020年政府信息公开年报", "江油市教育局"),
        ("江油市政务公开办公室2020年政府信息公开年报", "江油市政务公开办公室"),
        ("江油市审批局（江油市政务信息管理局）2020年政府信息公开年报", "江油市审批局（江油市政务信息管理局）"),
        ("江油市人民政府办公室关于印发江油市教育局2020年政府信息公开年报的通知", "江油市教育局"),
        ("江油市教育局关于印发《2020年政府信息公开年报》的通知", "江油市教育局"),
        ("江油市人民政府贯彻落实《中华人民共和国政府信息公开条例》2020年度报告", "江油市人民政府"),
        (f"附件1：{TITLE}", "江油市教育局"),
        (f"《{TITLE}》", "江油市教育局"),
        ("我局2020年政府信息公开年报", None),
        ("本溪市教育局2020年政府信息公开年报", "本溪市教育局"),
        ("关于2020年度政府信息公开工作年度报告", None),
        ("2020年", None),
    ],
)
def test_the_issuer_is_named_in_the_title(title, issuer):
    assert issuer_in_title(title) == issuer


@pytest.mark.parametrize(
    ("above", "after", "issuer"),
    [
        (["2020年政府信息公开年报"], ["江油市教育局", "2021年1月28日"], "江油市教育局"),
        (
            ["2020年政府信息公开年报"],
            ["江油市教育局 2021年1月28日", "上一篇：没有了", "绵阳市人民政府"],
            "江油市教育局",
        ),
        (["2020年政府信息公开年报", "来源：江油市政府办 时间：2021-01-28"], [], "江油市政府办"),
        (["2020年政府信息公开年报", "2021-01-28 11:41信息来源: 江油市政府办阅读次数:"], [], "江油市政府办"),
        (
            ["2020年政府信息公开年报", "来源：泰州医药高新区（高港区）审计局 浏览：3"],
            [],
            "泰州医药高新区（高港区）审计局",
        ),
        (["2020年政府信息公开年报", "来源：江油市教育局（转载）浏览：3"], [], "江油市教育局"),
        (["2020年政府信息公开年报", "2021-01-28江油市教育局"], [], "江油市教育局"),
        (["江油 市教育局2020年政府信息公开年报"], ["江油市教育局"], "江油市教育局"),
        (["2020年政府信息公开年报", "来源：本站"], [], None),
        (["2020年政府信息公开年报", "来源：政务公开"], [], None),
        (["2020年政府信息公开年报"], ["江油市教育局（盖章）", "2021年1月28日"], "江油市教育局"),
        (["江油市行", "政审批局2020年政府信息公开", "工作年度报告"], ["江油市行政审批局"], "江油市行政审批局"),
        (["根据《条例》规定，特向社会公布江油市人民政府2020年度政府信息公开工作报告。"], [], "江油市人民政府"),
        (["2020年政府信息公开年报"], ["民政部", "2021年1月28日"], "民政部"),
        (["按照要求，我局编制了江油市教育局2020年政府信息公开工作年度报告。"], [], "江油市教育局"),
        (["2020年政府信息公开年报"], ["没有其他需要报告的事项。 江油市教育局"], "江油市教育局"),
        (["2020年政府信息公开年报"], ["下一步工作打算"], None),
        (
            ["江油市教育申计22政府信息公开年度报告"],
            ["江油市教育局", "2021年1月28日"],
            "江油市教育局",
        ),  # misread in a scan
    ],
)
def test_the_issuer_is_the_title_s_then_the_signature_s_then_the_label_s(above, after, issuer):
    assert heading_of(*above, after=after).issuer == issuer


@pytest.mark.parametrize(
    ("lines", "year"),
    [
        ([TITLE], 2020),
        (["江油市二〇二〇年政府信息公开年报"], 2020),
        (["江油市2020政府信息公开年报"], 2020),
        (["江油市教育局", "统计期限自2020年1月1日起至2020年12月31日止。"], 2020),
        (["江油市教育局", "统计期限：2020年1月1日—12月31日。"], 2020),
        (["江油市教育局", "数据自2020.1.1至2020.12.31。"], 2020),
        (["国家统计局公告（2021年第5号）", "期限为2020年1月1日至2020年12月31日。"], 2020),
    ],
)
def test_the_year_is_the_title_s_or_the_period_s(lines, year):
    assert heading_of(*lines).report_year == year


def test_a_year_that_only_the_text_speaks_of_is_doubted_and_none_is_guessed():
    spoken = heading_of("江油市教育局")
    assert (spoken.report_year, spoken.warnings[-1].split(":")[0]) == (2020, "report_year")
    planned = heading_of("江油市教育局", after=["2021年，我局将进一步拓宽公开渠道。", "如有疑问，请与办公室联系。"])
    assert (planned.report_year, planned.issuer) == (2020, "江油市教育局")
    intended = heading_of(body=("2021年，我局将继续做好工作。",))
    assert (intended.report_year, intended.warnings[-1].split(":")[0]) == (2020, "report_year")  # a plan, told
    assert heading_of(body=("2021年，我局将做好工作。", "2022年，我局将做好工作。")).report_year is None
    assert heading_of(body=("2021年，我局将信息公开纳入考核。",)).report_year == 2021
    assert heading_of(body=("公开信息3条。",), after=["2020年未收取信息处理费。"]).report_year == 2020
    assert heading_of(body=("2026年，我局公开信息3条。",), after=["2021年1月28日"]).report_year == 2020
    written = heading_of(after=["本报告由江油市教育局按照《中华人民共和国政府信息公开条例》编制。"])
    assert (written.issuer, written.warnings[0].split(":")[0]) == ("江油市教育局", "issuer")
    of_party = "中共江油市委机构编制委员会办公室"
    assert heading_of(after=[f"本报告由{of_party}编制。"]).issuer == of_party
    nobody = heading_of(after=["如有疑问，请与办公室联系。"])
    assert (nobody.issuer, nobody.warnings[0]) == (None, "issuer: stated nowhere")
    silent = "江油市教育局", "一、总体情况", "公开120条。"
    assert heading_of(silent[0], body=silent[1:]).report_year is None
    dated = heading_of(silent[0], "发布日期：2021-01-28", body=silent[1:])
    assert (dated.report_year, dated.warnings[-1].split(":")[0]) == (2020, "report_year")
    assert heading_of(silent[0], "发布日期：2021-11-28", body=silent[1:]).report_year is None


@pytest.mark.parametrize(
    ("lines", "title", "issuer"),
    [
        (
            ["沧县人民政府文件", "沧政〔2024〕3号", "沧县人民政府", "2023年政府信息公开工作年度报告"],
            "沧县人民政府2023年政府信息公开工作年度报告",
            "沧县人民政府",
        ),
        (["附件1", "江油市教育局", "2023年政府信息公开年报"], "江油市教育局2023年政府信息公开年报", "江油市教育局"),
        (
            ["湘西土家族苗族自治州", "财政局2023年政府信息公开", "工作年度报告"],
            "湘西土家族苗族自治州财政局2023年政府信息公开工作年度报告",
            "湘西土家族苗族自治州财政局",
        ),
        (
            ["江宁区人民政府东山", "街道办事处2023年政府信息公开年报"],
            "江宁区人民政府东山街道办事处2023年政府信息公开年报",
            "江宁区人民政府东山街道办事处",
        ),
        (
            ["青海省海南藏族自治州", "人力资源和社会保障局", "2023年度政府信息公开", "工作年度报告"],
            "青海省海南藏族自治州人力资源和社会保障局2023年度政府信息公开工作年度报告",
            "青海省海南藏族自治州人力资源和社会保障局",
        ),
        (
            ["江油市教育局（江油市体育局）", "2023年政府信息公开年报"],
            "江油市教育局（江油市体育局）2023年政府信息公开年报",
            "江油市教育局（江油市体育局）",
        ),
        (
            ["江油市教育局", "政府信息公开工作年度报告", "（2023年度）"],
            "江油市教育局政府信息公开工作年度报告（2023年度）",
            "江油市教育局",
        ),
        (
            ["2023年政府信息公开年报", "根据《条例》规定，现公布江油市教育局2023年政府信息公开年报。"],
            "2023年政府信息公开年报",
            "江油市教育局",
        ),
        (["2023年政府信息公开年报", "编制单位：江油市教育局"], "2023年政府信息公开年报", "江油市教育局"),
        (["2023年政府信息公开年报", "江油市教育局", "（2024年1月18日）"], "2023年政府信息公开年报", "江油市教育局"),
        (["绵阳市", "江油市教育局2023年政府信息公开年报"], "江油市教育局2023年政府信息公开年报", "江油市教育局"),
    ],
)
def test_a_title_in_lines_is_whole_and_no_more(lines, title, issuer):
    heading = heading_of(*lines)
    assert (heading.title, heading.issuer) == (title, issuer)


def test_a_title_is_not_cut_within_its_brackets():
    title = "江油市教育局政府信息公开工作年度报告（2023年1月1日—2023年12月31日）"
    facts = [Fact("page_title", f"{title}—江油市人民政府", "title element")]
    assert heading_of("首页", facts=facts).title == title


def test_a_title_names_no_year_that_had_not_ended_when_the_report_came_out():
    period = "数据自2019年1月1日起至2019年12月31日止。"
    early, late = (heading_of(TITLE, f"发布日期：{date}", period) for date in ("2020-01-28", "2021-01-28"))
    assert (early.report_year, late.report_year) == (2019, 2020)
    assert all(any(one.startswith("report_year: ") for one in heading.warnings) for heading in (early, late))


def test_the_period_stands_against_the_title_where_it_is_the_year_before_the_publication():
    stale = heading_of(TITLE, "发布日期：2022-01-28", "数据自2021年1月1日起至2021年12月31日止。")
    assert (stale.report_year, len(stale.warnings)) == (2021, 1)


@pytest.mark.parametrize(
    ("above", "after", "published"),
    [
        (["2021-01-28 11:41信息来源: 江油市政府办阅读次数:"], [], "2021-01-28"),
        (["发布日期:2022-01-30 06:06  发布单位:昆区政务局   点击量:14215"], [], "2022-01-30"),
        (["发 布 时 间 ： 2021-01-14 来 源 ： 江 油 市 政 府 网"], [], "2021-01-14"),
        (["（2021年1月28日）"], [], "2021-01-28"),
        ([f"{TITLE}（2021年1月28日）"], [], "2021-01-28"),
        (["成文日期：2021-01-20  发布日期：2021-01-28"], [], "2021-01-28"),
        (["成文日期：2021-01-20"], ["2021年2月4日"], "2021-02-04"),
        (["更新时间：2023-08-01"], ["江油市教育局", "2021年2月4日"], "2021-02-04"),
        (["更新时间：2023-08-01　发布时间：2021-01-28"], [], "2021-01-28"),
        (["更新时间：2023-08-01", "发布时间：2021-01-28"], [], "2021-01-28"),
        (["更新时间：2021-01-28"], [], "2021-01-28"),
        (["更新时间：2023-08-01 10:20", "2021-01-28 11:41"], [], "2021-01-28"),
        (["成文日期：", "2021-01-20 10:20", "2021-01-28 11:41"], [], "2021-01-28"),
        (["浏览量：35 更新时间：2023-08-01 10:20 2021-01-28 来源：江油市教育局"], [], "2021-01-28"),
        (["2021-01-28本网AAA"], [], "2021-01-28"),
        (["江油发布2021-01-28 11:41四川"], [], "2021-01-28"),
        (["发布时间：Jan 28, 2021点击数：35"], [], "2021-01-28"),
        (["28 January 2021"], [], "2021-01-28"),
        (["Thu Jan 28 10:22:08 CST 2021"], [], "2021-01-28"),
        (["date: 2021-01-28"], [], "2021-01-28"),
        (["录入时间：2021-01-28 录入者：admin"], [], "2021-01-28"),
        (["发布日期:20210128"], [], "2021-01-28"),
        (["江油市教育局江油发布2021年01月28日 16:28"], [], "2021-01-28"),
        ([f"2021-01-28 {TITLE}"], [], "2021-01-28"),
        (
            ["2021-01-28根据《中华人民共和国政府信息公开条例》的规定，江油市教育局编制本报告，现予以公布，请予监督。"],
            [],
            "2021-01-28",
        ),
        (["来源：江油市教育局浏览次数：29762021年1月28日 19:12"], [], "2021-01-28"),
        (["来源：江油市教育局January 28, 2021"], [], "2021-01-28"),
        (["有效日期：2021-01-28"], [], None),
        (["发布日期：1970-01-01"], ["江油市教育局", "2021年1月28日"], "2021-01-28"),
        ([], ["江油市教育局", "2021年2月4日"], "2021-02-04"),
        ([], ["江油市教育局　二○二一年二月四日", "网站标识码：5107810029"], "2021-02-04"),
        ([], ["江油市教育局", "２０２１年2月4日"], "2021-02-04"),
        ([], ["江油市教育局", "2021年", "2月", "4", "日"], "2021-02-04"),
        ([], ["2021年12月31日前完成整改。"], None),
        ([], ["联系电话：2021-02-04"], None),
        ([], [f"附件：{TITLE}.docx 江油市教育局 2021年1月28日"], "2021-01-28"),
        ([], [], None),
        ([], ["江油市教育局", "2021年1月28日 抄送：市政府办公室"], "2021-01-28"),
    ],
)
def test_the_date_is_the_page_s_or_the_signature_s(above, after, published):
    assert heading_of(TITLE, *above, after=after).published == published


def test_a_date_without_signs_between_its_parts_is_one_where_it_stands_alone():
    facts = [Fact("published", "20210128", "meta pubdate")]
    assert heading_of(TITLE, facts=facts).published == "2021-01-28"
    assert date_in("索引号：20210128") is None


@pytest.mark.parametrize(
    "line",
    [
        "来源江油市教育局",
        "[来源] 江油市教育局",
        "稿件来源：江油市教育局",
        "公开机关：江油市教育局",
        "发布者：江油市教育局",
        "供稿：江油市教育局",
        "发布机构：江油市教育局主题分类：综合政务",
    ],
)
def test_a_label_of_the_page_names_who_published(line):
    assert heading_of("2020年政府信息公开工作年度报告", line).issuer == "江油市教育局"


def test_a_piece_of_a_section_s_heading_is_no_authority():
    lines = ("主动公开政府", "信息情况")
    heading = read_heading(Document("text/plain", tuple(map(Text, (*lines, "2023年，我镇公开信息100条。")))))
    assert (heading.title, heading.issuer) == (None, None)


@pytest.mark.parametrize(("asked", "told"), [("达孜区塔杰乡人民政府", True), ("达孜区人民政府", False)])
def test_an_authority_alone_above_a_report_is_in_doubt_where_the_text_speaks_of_another(asked, told):
    heading = heading_of("达孜区人民政府", body=[*BODY, f"如有疑问，请与{asked}办公室联系。"])
    assert heading.title == "达孜区人民政府"
    assert any(asked in warning for warning in heading.warnings) is told


@pytest.mark.parametrize(("name", "told"), [("桦川县人民政府", True), ("桦川县苏家店镇人民政府", False)])
def test_a_text_that_says_our_town_is_no_county_s(name, told):
    heading = heading_of(f"{name}2019年政府信息公开工作年度报告", body=[*BODY, "我镇高度重视政府信息公开工作。"])
    assert any("我镇" in warning for warning in heading.warnings) is told


@pytest.mark.parametrize(
    ("above", "told"), [("沁源县龙", True), ("沁源县", False), ("沁源县动态", True), ("首页", False)]
)
def test_a_title_broken_within_the_name_of_its_place_is_in_doubt(above, told):
    heading = heading_of(above, "泉镇人民政府2020年政府信息公开工作年度报告")
    assert any(f"title: {above}" in warning for warning in heading.warnings) is told


def test_the_period_may_stand_in_chinese_numerals():
    period = "数据统计期限为二〇一九年一月一日至二〇一九年十二月三十一日。"
    assert heading_of(period, body=BODY[:1]).report_year == 2019


def test_the_year_of_an_annex_is_not_the_report_s():
    annex = "附：2019年度政府信息公开工作年度报告统计表"
    assert read_heading(Document("text/plain", (Text("一、总体情况"), Text(annex)))).report_year is None
    fee = Text("2020年度未收取信息处理费。")
    assert read_heading(Document("text/plain", (Text("一、总体情况"), fee, Text(annex)))).report_year == 2020


def test_a_row_of_a_label_table_may_come_without_anything_between_its_cells():
    rows = ("索引号008395/2021-0012发布机构江油市教育局", f"名称{TITLE}发文日期2021-01-28", "文号主题词")
    heading = heading_of(*rows, "一、总体情况")
    assert (heading.title, heading.published) == (TITLE, "2021-01-28")
    assert heading_of(rows[0]).issuer == "江油市教育局"


@pytest.mark.parametrize("line", ["成文日期：2021-01-20", "更新时间：2023-08-01"])
def test_what_the_page_calls_its_publication_stands_before_the_day_of_writing_and_of_a_change(line):
    facts = [Fact("published", "2021-01-28 11:41", "meta pubdate")]
    assert heading_of(TITLE, line, facts=facts).published == "2021-01-28"


def test_conflicts_become_warnings_that_begin_with_the_field():
    heading = heading_of(
        TITLE,
        "发布日期：2021-01-28",
        "数据自2019年1月1日至2019年12月31日。",
        facts=[Fact("published", "2021-03-01", "meta pubdate")],
        after=["绵阳市教育体育局"],
    )
    assert [warning.split(":")[0] for warning in heading.warnings] == ["issuer", "published", "report_year"]
    assert (heading.issuer, heading.report_year, heading.published) == ("江油市教育局", 2020, "2021-01-28")


def test_where_no_date_is_that_of_publication_those_of_the_paper_may_differ_with_a_warning():
    heading = heading_of(TITLE, "成文日期：2022-03-01", after=["江油市教育局", "2021年1月28日"])
    assert (heading.published, len(heading.warnings)) == ("2021-01-28", 1)


def test_grids_that_are_no_tables_of_the_form_state_facts():
    decoy = Grid(((Cell("发布机构"), Cell("江油市教育局"), Cell("发布日期"), Cell("2021-01-28")), (Cell("2020年"),)))
    form = Grid(((Cell("规章"), Cell("0"), Cell("0"), Cell("0")), (Cell("江油市教育局"),), (Cell("2021年1月28日"),)))
    assert heading_of(decoy).published == "2021-01-28"
    assert (heading_of(decoy).title, heading_of(decoy).issuer) == ("2020年", "江油市教育局")
    assert (heading_of(TITLE, after=[form]).published, heading_of(after=[form]).issuer) == (
        "2021-01-28",
        "江油市教育局",
    )


@pytest.mark.parametrize(
    "lines",
    [
        ["索引号 | 113/2021-00002 | 公开方式 | 主动公开 |", "发布机构 | 江油市教育局 | 成文日期 | 2021-01-28 |"],
        ["发布机构\t\t江油市教育局\t\t发文日期\t\t2021-01-28"],
        ["发布机构|", "江油市教育局|", "发文日期|", "2021-01-28|"],
    ],
)
def test_a_flattened_label_table_states_facts(lines):
    heading = heading_of(*lines)
    assert (heading.issuer, heading.published, heading.title) == ("江油市教育局", "2021-01-28", None)


@pytest.mark.parametrize(
    "line",
    [
        "江油市教育局根据《中华人民共和国政府信息公开条例》编制本报告。",
        "2020年，在市委、市政府的领导下，江油市教育局认真贯彻条例，各项工作取得成效。",
        "如对本报告有疑问，请与江油市教育局办公室联系（电话：3222331）。",
    ],
)
def test_whose_a_report_is_that_nobody_signs_its_text_says_and_a_warning_tells(line):
    heading = heading_of(body=["一、总体情况", line])
    assert (heading.issuer, [warning[:6] for warning in heading.warnings if "issuer" in warning]) == (
        "江油市教育局",
        ["issuer"],
    )


def test_the_name_of_a_site_is_no_title():
    heading = heading_of(facts=[Fact("page_title", "绵阳市人民政府", "title")], body=[f"现公布{TITLE}。", *BODY])
    assert (heading.title, heading.issuer) == (None, "江油市教育局")


def test_who_signs_a_report_without_a_title_is_not_its_title():
    heading = heading_of(body=["规章", "江油市教育局", "2021年1月28日"])
    assert (heading.title, heading.issuer) == (None, "江油市教育局")
    assert heading_of("江油市教育局", after=["江油市教育局", "2021年1月28日"]).title == "江油市教育局"


def test_the_signature_is_believed_before_the_name_of_the_site():
    site = Fact("page_title", "江油市人民政府", "title")
    heading = heading_of("首页 > 政务公开", facts=[site], after=["江油市青莲镇人民政府", "2021年1月8日"])
    assert (heading.issuer, heading.published) == ("江油市青莲镇人民政府", "2021-01-08")


def test_a_report_in_one_line_has_its_title_and_signature():
    line = (
        f"{TITLE} 一、总体情况 {'公开信息120条。' * 10}六、其他需要报告的事项 {'无。' * 30}江油市教育局 2021年1月28日"
    )
    heading = heading_of(line, body=())
    assert (heading.title, heading.issuer, heading.published) == (TITLE, "江油市教育局", "2021-01-28")


def test_a_title_may_run_on_into_the_year_that_the_text_begins_with():
    line = f"{TITLE}2020年，在市政府办公室的指导下，我局坚持以公开为常态，及时回应群众的关切，接受社会监督。"
    assert (heading_of(line).title, heading_of(line).report_year) == (TITLE, 2020)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2021/1/28", "2021-01-28"),
        ("2021.01.28", "2021-01-28"),
        ("2021 年 1 月 28 日", "2021-01-28"),
        ("二〇二一年十二月三十一日", "2021-12-31"),
        ("二零二一年一月二日", "2021-01-02"),
        ("2021年2月30日", None),
        ("120212-1-1", None),
        ("无", None),
    ],
)
def test_a_date_in_any_print(text, date):
    assert date_in(text) == date


def test_years_and_names_in_any_print():
    assert [year_of(text) for text in ("2020", "２０２０", "二〇二〇", "二○二○", "二零二零")] == [2020] * 5
    assert tidy(" 江油市　教育局 2020 年\n年报 ") == "江油市教育局2020年年报"


@pytest.mark.parametrize(
    "unit", ["政府信息公开", "2020年", "关于", "（", "发布日期：", "2021-1-1 ", "来源：", "一、", "|", "人民政府"]
)
def test_hostile_lines_are_read(unit):
    heading = heading_of(*[unit * (size // len(unit)) for size in (60, 2_000, 200_000)], after=[unit * 50])
    assert heading.report_year in (None, 2020)


def test_a_title_that_a_file_keeps_from_an_older_one_yields_to_the_printed_title():
    older = Fact("page_title", "沧县人民政府2021年政府信息公开工作年度报告", "PDF metadata Title")
    heading = read_heading(Document("", (Text("沁水县司法局2023年政府信息公开工作年度报告"),), (older,)))
    assert (heading.title, heading.report_year) == ("沁水县司法局2023年政府信息公开工作年度报告", 2023)


@pytest.mark.parametrize(
    "line",
    ["平稳。本报告数据统计期限为2021年1月1日", "数据自2021年1月1日起", "2021年1月1日至12月31日", "期限为2021年1月1日"],
)
def test_the_beginning_of_the_period_is_no_date_of_publication(line):
    lines = [
        "某县2021年政府信息公开工作年度报告",
        line,
        "至12月31日。",
        "一、总体情况",
        "平稳。",
        "某县人民政府",
        "2022年3月22日",
    ]
    document = Document("text/plain", tuple(map(Text, lines)))
    assert read_heading(document).published == "2022-03-22"


BARE = "2023年政府信息公开工作年度报告"
OURS = ("来源：某县教育局 发布时间：2024-01-20", "某县教育局", "2024年1月18日")


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (("省人民政府办公厅", "某市人民政府办公室", BARE), BARE),  # links at the top
        (("某县人民政府", BARE), BARE),  # the site's name
        (("某省人民政府|市人民政府", BARE), BARE),
        (("某县教育局", BARE), f"某县教育局{BARE}"),
        (("有效", BARE), BARE),  # the end of a label table
        ((f"某县人民政府 2024年 {BARE}",), BARE),
        ((f"本机关{BARE}",), f"本机关{BARE}"),
        ((f"某县人民政府某县教育局{BARE}",), f"某县教育局{BARE}"),
        (("1.某县财政局2023年政府信息公开工作年度报告2024-01-20", f"某县教育局{BARE}"), f"某县教育局{BARE}"),
        (("政府信息公开年报2023年", f"某县教育局{BARE}"), f"某县教育局{BARE}"),
        ((f"标题 某县教育局{BARE}",), f"某县教育局{BARE}"),
        (("某县教育局 2023 年 度 政府信息公开工作年度报告",), "某县教育局2023年度政府信息公开工作年度报告"),
        (("有效性", "有效", "责任单位", "某县教育局", "标题2023年政府信息公开工作年度报告"), BARE),
        (("《某县教育局 2023 年政府信息公开工作年度报告》",), f"某县教育局{BARE}"),
        (("某县教育局2023年", "度政府信息公开工作年度报告"), "某县教育局2023年度政府信息公开工作年度报告"),
    ],
)
def test_a_name_above_a_title_is_the_issuer_s_only_where_it_signs_or_publishes(lines, title):
    top, *foot = OURS
    heading = heading_of(*lines, top, "一、总体情况", "全年公开信息三十条。", *foot)
    assert (heading.title, heading.issuer) == (title, "某县教育局")


@pytest.mark.parametrize("clock", ["今天是2026年11月22日 星期日　欢迎访问某县人民政府", "当前时间：2026-11-22 08:00"])
def test_the_date_of_today_is_not_that_of_publication(clock):
    assert heading_of(clock, TITLE, "一、总体情况", "江油市教育局", "2021年1月18日").published == "2021-01-18"


def test_an_authority_may_be_the_author_a_person_is_no_issuer():
    assert heading_of(BARE, "来源：县政府网 发布时间：2024-01-20").issuer is None  # a site is none, too
    for author, issuer in (("某县某镇人民政府", "某县某镇人民政府"), ("欧阳某某某", "某县水利局")):
        lines = ("某县水利局", BARE, f"作者：{author} 时间：2024-01-20", *BODY, *["全年公开信息三十条。"] * 10)
        assert heading_of(*lines).issuer == issuer


def test_who_signs_or_says_that_it_reports_is_believed_before_the_source():
    source = "发布时间：2024-01-20 来源：某县融媒体中心"
    said = ("我单位编制了某县教育局2023年政府信息公开工作年度报告，现予公布。", *BODY)
    says = ("某县教育局按照《条例》要求，向社会公布2023年政府信息公开年度报告。", *BODY)
    for text, after in ((said, ()), (says, ()), (BODY, ("某县教育局", "2024年1月18日"))):
        assert heading_of(BARE, source, body=text, after=after).issuer == "某县教育局"


def test_the_dates_and_titles_of_a_list_are_those_of_others():
    entries = [f"某县{name}局2023年政府信息公开工作年度报告2024-01-{day}" for name, day in (("财政", 10), ("民政", 11))]
    heading = heading_of(*entries, BARE, "【发布时间：2024-01-20】【来源：某县教育局】")
    assert (heading.title, heading.issuer, heading.published) == (BARE, "某县教育局", "2024-01-20")
    assert heading_of(entries[0]).published == "2024-01-10"


@pytest.mark.parametrize(
    ("printed", "after", "title"),
    [
        ("江油市教育局2020年政府信息公开年报", (), "江油市教育局2020年政府信息公开年报"),  # another year
        ("2020年政府信息公开年报", ("江油市教育局",), "2020年政府信息公开年报"),  # another one signs
        ("江油市教育局", ("江油市教育局",), "江油市教育局"),
        ("2018年政府信息公开年报", (), "2018年政府信息公开年报"),
        ("江油市水利局2019年度政府信息公开年报", (), COPIED),  # the same in other words
        ("江油市水利局", (), COPIED),
        (COPIED, ("江油市教育局",), COPIED),
    ],
)
def test_a_title_of_meta_names_that_stands_nowhere_yields_to_one_that_contradicts_it(printed, after, title):
    facts = [Fact("title", COPIED, "meta articletitle"), Fact("published", "2020-01-08", "meta pubdate")]
    heading = heading_of(facts=[*facts, Fact("title", printed, "h1")], after=(*after, "2021年1月20日"))
    assert heading.title == title
    assert (heading.published == "2021-01-20") == (title != COPIED)
    told = any("meta names" in warning for warning in heading.warnings)
    assert told == (title != COPIED or printed == "江油市水利局")  # an authority alone may be whose site it is


def test_what_a_page_shows_as_its_heading_outweighs_all_that_its_head_states():
    names = [
        ("title", COPIED, "meta articletitle"),
        ("page_title", f"{COPIED}_江油市", "title"),
        ("title", TITLE, "h1"),
    ]
    heading = heading_of(TITLE, facts=[Fact(*name) for name in names])
    assert (heading.title, heading.report_year) == (TITLE, 2020)


@pytest.mark.parametrize("between", ["\n", ""])
def test_titles_each_with_its_date_are_a_list_of_others(between):
    others = [f"某县{name}局2023年政府信息公开工作年度报告" for name in ("财政", "民政", "水利")]
    lines = [line for other in others for line in f"{other}{between}2024-01-10".split("\n")]
    facts = [Fact("line", line, "") for line in (*lines, BARE, "2024-01-20 来源：某县教育局")]
    heading = heading_of(facts=[*facts, *(Fact("title", other, "class card-title") for other in others)])
    assert (heading.title, heading.issuer, heading.published) == (BARE, "某县教育局", "2024-01-20")


@pytest.mark.parametrize("source", ["h1", "meta articletitle", "class card-title"])
def test_the_list_above_an_article_may_name_the_report_itself(source):
    others = [f"某县{name}局2023年政府信息公开工作年度报告" for name in ("财政", "民政", "水利", "教育")]
    lines = [line for other in others for line in (other, "2024-01-10")]
    facts = [Fact("line", line, "") for line in (*lines, others[-1], "2024-01-20")]
    heading = heading_of(facts=[*facts, Fact("title", others[-1], source)])
    assert (heading.title, heading.issuer, heading.published) == (others[-1], "某县教育局", "2024-01-20")


def test_a_title_that_the_page_shortens_is_whole_where_the_report_prints_it():
    facts = [
        Fact("title", "江油市教育局2020年政府信息公开工作年度报告填...", "h1"),
        Fact("page_title", TITLE[:12] + "…", "title"),
    ]
    assert heading_of(f"{TITLE}填报说明", facts=facts).title == f"{TITLE}填报说明"
    assert heading_of(TITLE, facts=[facts[1], facts[1]._replace(field="title")]).other_title is None


@pytest.mark.parametrize(("field", "source"), [("title", "h2"), ("issuer", "meta contentsource")])
def test_another_authority_than_the_source_s_in_a_heading_or_a_meta_name_is_a_doubt(field, source):
    heading = heading_of(BARE, OURS[0], facts=[Fact(field, "某县水利局", source)])
    assert (heading.issuer, [told.split(":")[0] for told in heading.warnings]) == ("某县教育局", ["issuer"])


def test_of_several_headings_the_one_counts_that_the_page_s_own_title_begins_with():
    headed = ("江油市政府信息公开", "江油市召开推进会", "江油市新青镇人民政府")
    facts = [Fact("title", one, "h1") for one in headed]
    assert heading_of(facts=[*facts, Fact("page_title", "江油市新青镇人民政府 | 江油市", "title")]).title == headed[-1]


def test_who_posts_all_reports_is_no_witness_against_the_authority_above_a_title():
    title = ("江油市教育局", "2020年政府信息公开工作年度报告")
    assert heading_of(*title, "来源：江油市人民政府办公室").title == TITLE
    body = (*BODY, *["全年公开信息三十条。"] * 10)
    assert heading_of("江油市水利局", title[1], "来源：江油市教育局", body=body).title == title[1]


def test_who_posts_all_reports_is_told_where_nobody_else_is_named():
    for poster in ("江油市人民政府办公室", "江油市政府办", "江油市政务服务管理局"):
        assert "may post" in heading_of(BARE, f"来源：{poster}").warnings[0]
    assert heading_of(BARE, "发布者：办公室").issuer is None
    assert heading_of(BARE, "2024年1月20日 江油市教育局").issuer == "江油市教育局"


def test_a_name_above_the_year_is_the_source_s_where_another_authority_signs():
    assert heading_of("江油发布局", "2020年", *BODY, after=("江油市教育局", "2021年1月20日")).title == "2020年"


def test_the_page_s_own_title_may_be_the_site_s_name_the_column_s_and_a_short_title():
    names = [("page_title", "江油市人民政府 政府信息公开年报 2020年", "title"), ("title", "2020年", "class title")]
    assert heading_of("2020年", facts=[Fact(*name) for name in names]).title == "2020年"


def test_an_authority_that_a_page_prints_above_another_s_report_is_no_title():
    body = ("数据自2020年1月1日起至2020年12月31日止。", *BODY, *["全年公开信息三十条。"] * 10)
    for signing, title in (("江油市教育局", None), ("江油市人民政府办公室", "江油市人民政府")):
        assert heading_of("江油市人民政府", *body, after=(signing, "2021年1月20日")).title == title


def test_a_part_of_an_authority_is_another_one():
    facts = [Fact("title", "江油市公安局反恐局2020年政府信息公开年报", "meta articletitle"), Fact("title", TITLE, "h1")]
    assert heading_of(facts=facts, after=("江油市公安局", "2021年1月20日")).issuer == "江油市教育局"


@pytest.mark.parametrize("named", [("h3", "某县2024年复议工作报告"), ("class title", "某县2024年度公报")])
def test_what_an_element_says_of_a_year_is_the_title_of_a_page_that_meta_names_call_otherwise(named):
    facts = [Fact("title", COPIED, "meta articletitle"), Fact("title", named[1], named[0])]
    assert (heading_of(facts=facts).title, heading_of(facts=facts).other_title) == (None, named[1])


def test_a_notice_with_the_meta_names_of_a_report_is_called_what_its_page_calls_it():
    names = [("meta articletitle", TITLE), ("h1", "某通知"), ("title", "某通知")]
    facts = [Fact("page_title" if source == "title" else "title", value, source) for source, value in names]
    assert heading_of("某通知", facts=facts).title == "某通知"


def test_the_page_s_own_title_is_no_report_s_where_it_begins_with_a_site_or_names_a_collection():
    for whole in (
        "政府信息公开年报 江油市教育局",
        "江油市人民政府门户网站 政府信息公开年报 江油市教育局",
        "江油市政府信息公开年报汇编（2020）",
        "政府信息公开年报 江油市人民政府门户网站",
    ):
        facts = [Fact("page_title", whole, "title"), Fact("title", "江油市教育局", "h2")]
        assert heading_of("江油市教育局", facts=facts).title == "江油市教育局"


def test_a_list_of_reports_above_the_article_is_none_of_its_lines():
    others = [f"江油市{name}2019年政府信息公开工作年度报告" for name in ("民政局", "水利局", "司法局")]
    dated = [line for title in others for line in (title, "2020-01-20")]
    for listed in (others, dated, [f"* {title}2020-01-20" for title in others]):
        bare = heading_of(*listed, "首页")
        assert (bare.title, bare.issuer, bare.published) == (None, None, None)
        own = heading_of(*listed, "教育局", TITLE, "发布时间：2021-01-28")
        assert (own.title, own.published) == (TITLE, "2021-01-28")
    headed = heading_of(*others[:2], COPIED, TITLE, "发布时间：2021-01-28")
    assert headed.title == TITLE
    assert heading_of(TITLE, *dated).title == TITLE
    assert heading_of("江油市教育局", "2020年政府信息公开工作年度报告", TITLE).title == TITLE  # of site and text


def test_schools_are_authorities_and_the_names_of_sites_are_none():
    school = heading_of("江油市第二中学", "2020年政府信息公开工作年度报告")
    assert (school.title, school.issuer) == ("江油市第二中学2020年政府信息公开工作年度报告", "江油市第二中学")
    assert heading_of("智慧江油市", TITLE).title == TITLE
    assert heading_of("智慧江油市", "江油市教育局", "2020年政府信息公开工作年度报告").title == TITLE


def test_who_only_posts_a_report_is_not_who_issued_it():
    press = heading_of(TITLE.removeprefix("江油市教育局"), "来源：江油市融媒体中心")
    assert press.issuer is None
    written = "本报告由江油市教育局按照《中华人民共和国政府信息公开条例》编制。"
    posted = heading_of(TITLE.removeprefix("江油市教育局"), "来源：江油市政务局", after=[written])
    assert posted.issuer == "江油市政务局"
    assert posted.warnings == ("issuer: label states 江油市政务局, text states 江油市教育局",)


def test_a_menu_of_years_is_no_title_and_the_year_above_the_article_is():
    years = ["2022年", "2021年", "2020年", "2019年"]
    assert heading_of(*years, "首页", "2020年", "发布时间：2021-01-28").title == "2020年"
    assert heading_of(*years, "2020年", "发布时间：2021-01-28").title == "2020年"
    assert heading_of(*years, "发布时间：2021-01-28").title is None


def test_a_signature_behind_a_word_or_two_is_read():
    signed = heading_of("2020年", after=["无 江油市教育局 2021年2月4日"])
    assert (signed.issuer, signed.published) == ("江油市教育局", "2021-02-04")
    labelled = heading_of("2020年", "发布时间： 2021-02-04")
    assert labelled.sources[-2] == ("published", "2021-02-04", "publication line")


def test_a_label_table_above_a_report_of_few_words_does_not_sign_it():
    box = ["江油市", "发文单位：", "江油市人民政府办公室", "发布日期：", "2021-01-28"]
    bare = heading_of(*box, body=("一、总体情况", "公开120条。", "六、其他需要报告的事项", "无"))
    assert bare.issuer == "江油市"
    assert "signature" not in {source for _, _, source in bare.sources}
