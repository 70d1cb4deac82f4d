"""Chrome is known by its words, and no line of a report is taken for it."""

import time

import pytest

from extract.chrome import closed_up, foot_of, is_byline, is_chrome, is_menu, unmarked

CHROME = (
    "江油市教育局 阅读 1,203",
    "本文已被浏览 321 次",
    "阅读提示：本文共1200字",
    "使用微信扫描二维码，将本页分享",
    "1. 江油市教育局2021年年报.doc（下载次数：12）",
    "（完）",
    "三、收到和处理政府信息公开申请情况…………………… 3",
    "一、总体情况........................................1",
    "登录 | 注册",
    "你好，欢迎访问！",
    "繁體版",
    "简体|繁体",
    "ENGLISH",
    "请用手机",
    "扫码访问",
    "无障碍浏览 适老版",
    "退出长者模式",
    "网站支持IPV6",
    "历史搜索：",
    "当前位置：首页 > 政务公开 > 政府信息公开年报",
    "您现在的位置是：首页 >> 政府信息公开",
    "首页 > 政府信息公开 > 年报",
    "【打印】【关闭】",
    "【字体: 打印",
    "字号:[大][中][小]",
    "字体：放大 正常 缩小",
    "字号：默认|大|超大",
    "[ 大 中 小 ]",
    "分享到：微信 微博 QQ空间",
    "浏览次数：1024",
    "点击量:14215",
    "全真版 文字版 文件下载",
    "评论列表（0条）",
    "前一篇：江油市教育局召开年度工作会议",
    "分类：政府信息公开年报标签：年报、公开",
    "您的邮箱地址不会被公开。 必填项已用 * 标注",
    "举报 | 反馈",
    "下载Word",
    "相关链接：",
    "相关文档",
    "上一篇：江油市2019年政府信息公开工作年度报告",
    "下一篇：没有了",
    "扫一扫在手机打开当前页",
    "关于我们 | 网站地图 | 联系我们",
    "网站标识码：5107810029",
    "公安备案号：51078102000110号",
    "蜀ICP备05003361号-1",
    "川公网安备 51078102000110号",
    "主办：江油市人民政府办公室 承办：江油市大数据中心",
    "版权所有：江油市人民政府",
    "责任编辑：张三",
    "附件：江油市2020年政府信息公开工作年度报告.docx",
    "已下载12次",
    "{{qzbFile}}",
    '0">',
    "第 3 页 共 12 页",
    "- 7 -",
    "打 印",
    "点击蓝字 关注我们",
    "微信扫一扫 关注该公众号",
    "【发表评论】【推荐给朋友】",
    "附件下载：1.江油市教育局 2020 年政府信息公开工作年度报告.pdf",
    "相关链接 · 江油市民政局2019年政府信息公开工作年度报告",
    "网友评论仅供其表达个人看法，并不表明本网站立场。",
    "版权声明：凡注明来源的作品，均转载自其他媒体。",
)
PROSE = (
    "网站完成了适老化和无障碍浏览改造，新增长者模式，方便老年人登录查询。",
    "在门户网站开设无障碍浏览、长者模式",
    "在政务服务大厅提供免费打印、复印和下载服务",
    "对栏目名称、字体、字号进行统一规范",
    "通过微信公众号、官方微博发布信息1024条",
    "全年网站浏览量：123万次",
    "（三）网站访问量：1234次",
    "1.政务公开",
    "（4）政务服务",
    "依申请公开",
    "数据统计时间：2020年1月1日至2020年12月31日",
    "统计期限：2022年1月1日至12月31日。",
    "如有疑问请联系（地址：江油市诗仙东路74号；邮编：621700；联系电话：0816-3233045）。",
    "会议由县政府办公室主办，各乡镇参加。",
    "扫一扫关注公众号，发布图解12篇。",
    "附件",
    "无",
    "无。",
    "总体情况",
    "江油市人民政府办公室",
    "2021年2月4日",
    "关注群众关切，及时回应网友评论",
    "附件名称、版权声明等要素由专人审核。",
    "公开行政许可27779件、行政处罚36件、行政强制81件",
)


@pytest.mark.parametrize("line", CHROME)
def test_a_line_of_the_page_is_chrome(line):
    assert is_chrome(line)


@pytest.mark.parametrize("line", PROSE)
def test_a_line_of_a_report_is_no_chrome(line):
    assert not is_chrome(line)


@pytest.mark.parametrize(
    ("line", "menu"),
    [
        ("政务公开 | 办事服务 | 互动交流", True),
        ("政府信息公开指南", True),
        ("依申请公开", True),  # a subheading in a report: `read_sections` asks only outside of it
        ("1.政务公开", False),
        ("政府信息公开年报制度", False),
        ("来源网址：http://www.jiangyou.gov.cn/zwgk/5701721.html", True),
        ("详见http://www.jiangyou.gov.cn/zwgk/5701721.html", False),
        ("江油市人民政府", False),
    ],
)
def test_a_menu_is_known_by_the_columns_names(line, menu):
    assert is_menu(line) is menu


@pytest.mark.parametrize(
    ("line", "byline"),
    [
        ("2021-01-28 11:41信息来源: 江油市政府办阅读次数:", True),
        ("发布日期:2022-01-30 06:06  发布单位:昆区政务局  来源:昆区政府网   点击量:14215", True),
        ("2020/03/14 附件下载发布单位：古浪县新青镇人民政府 打印", True),
        ("索 引 号：000014349/2021-00001", True),
        ("文　号：", True),
        ("2022-01-30 06:06", True),
        ("微江油 微江油 2026-03-14 10:32 四川", True),
        ("截至2025年12月31日 24:00共公开信息1024条", False),
        ("2022年1月30日", False),
        ("发布日期为2022年1月30日。", False),
        ("本单位信息来源：门户网站发布120条，微信公众号发布80条，公示栏张贴30条。", False),
    ],
)
def test_a_byline_states_where_from_and_when(line, byline):
    assert is_byline(line) is byline


def test_a_line_printed_with_a_blank_behind_every_character_is_closed_up():
    assert closed_up(" 发 布 时 间 ： 2021-01-14 来 源 ： 江 油 市 ") == "发布时间：2021-01-14来源：江油市"
    assert closed_up("江油市 2020年 政府信息公开工作年度报告") == "江油市 2020年 政府信息公开工作年度报告"
    assert is_chrome("浏 览 次 数 ： 1024 次")


@pytest.mark.parametrize(
    ("line", "bare"),
    [
        ("### 一、总体情况", "一、总体情况"),
        ("**一、总体情况**", "一、总体情况"),
        ("| 江油市2020年年报 |", "江油市2020年年报"),
        ("| 规章 | 0 | 0 |", "| 规章 | 0 | 0 |"),
        (":   江油市教育局", "江油市教育局"),  # a definition
        ("：无。", "：无。"),
        ("* 江油市教育局", "江油市教育局"),
        ("- 7 -", "- 7 -"),
        ("**一、总体情", "一、总体情"),  # and 况** below
        ("公开**12条", "公开**12条"),
        ("**甲**和**乙**", "**甲**和**乙**"),
    ],
)
def test_marks_of_markdown_are_not_printed(line, bare):
    assert unmarked(line) == bare


def test_the_foot_of_a_page_is_what_follows_the_last_sentence_from_its_first_line_of_chrome_on():
    lines = ["加强培训。", "江油市人民政府", "上一篇：", "绵阳市2020年年报", "地址：诗仙东路", "网站标识码：5107810029"]
    assert foot_of(lines) == 2
    assert foot_of(["打印", "一、总体情况如下。"]) == 2
    assert foot_of(["无。", "地址：诗仙东路 邮编：621700", "主办：江油市"]) == 1
    assert foot_of(["无。", "联系电话：0816-3233045"]) == 2
    assert foot_of([]) == 0


@pytest.mark.parametrize(
    "unit",
    [
        "大",
        "登录",
        "首页 ",
        "浏览",
        "公安备案",
        "附件",
        "{{",
        "(",
        " ",
        "2021-1-1 ",
        "来 源",
        "扫一扫",
        "中 ",
        "a.",
        "|",
    ],
)
def test_a_hostile_line_costs_no_time(unit):
    lines = [unit * (size // len(unit)) + end for size in (390, 4_000, 1_000_000) for end in ("", "x", "：")]
    began = time.process_time()
    for line in lines:
        is_chrome(line), is_menu(line), is_byline(line), closed_up(line), unmarked(line)
    assert time.process_time() - began < 0.5
