"""Sentences, headings and chrome lines: what stands around the tables, traps included (prose that looks like chrome
or like the form).
"""

from __future__ import annotations

from random import Random

from samples.form import NUMBERS
from tests.generate import form

PLAIN = (
    "{year}年，{we}以习近平新时代中国特色社会主义思想为指导，认真贯彻落实《中华人民共和国政府信息公开条例》（以下简称《条例》）。",
    "{we}坚持“以公开为常态、不公开为例外”，扎实推进决策、执行、管理、服务、结果“五公开”。",
    "全年通过政府门户网站发布各类信息{n}条，其中概况类信息{m}条、政务动态{n}条。",
    "通过微信公众号“{place}发布”推送信息{n}条，累计阅读量{n}.{m}万次，关注人数达到{n}人。",
    "严格落实“三审三校”制度，做到“先审查、后公开，一事一审”。",
    "对{year}年以前印发的规范性文件进行了集中清理，废止{m}件，继续有效{m}件。",
    "网站完成了适老化和无障碍浏览改造，新增长者模式，方便老年人登录查询。",
    "在政务服务大厅设立政府信息查阅点，提供免费打印、复印和下载服务，全年接待群众{n}人次。",
    "对栏目名称、字体、字号进行统一规范，优化搜索功能，页面浏览量同比增长{m}%。",
    "收到依申请公开{m}件，均在法定期限内答复，其中予以公开{m}件、部分公开{m}件、不予公开{m}件。",
    "{year}年度未发生因政府信息公开引起的行政复议、行政诉讼案件，结果维持、结果纠正均为0件。",
    "组织业务培训{m}场次，参训{n}人次，进一步提高了工作人员的业务水平。",
    "依托“{place}政务”移动端，群众关注、收藏、分享政策解读{n}次。",
    "公开行政许可{n}件、行政处罚{m}件、行政强制{m}件，行政事业性收费{m}项，政府集中采购{m}项。",
    "按照国务院办公厅政府信息与政务公开办公室的格式要求，及时、准确、全面编制本报告。",
    "围绕优化营商环境、乡村振兴、生态环境、教育医疗等重点领域，主动回应社会关切{m}次。",
    "办理网民留言{n}件，办结率100%，满意率{m}.{m}%。",
    "发布图解、一图读懂等多种形式的解读材料{m}篇，政策文件解读率达到100%。",
    "召开政务公开工作推进会{m}次，将政务公开工作纳入年度绩效考核，分值权重为{m}%。",
    "完成{m}个试点领域基层政务公开标准目录的编制并向社会公布。",
)
SHORT = ("具体情况如下：", "具体数据见下表。", "有关数据统计如下表：", "{year}年度具体情况如下表所示：", "")
AFTER = (
    "注：以上数据统计期限为{year}年1月1日至{year}年12月31日。",
    "{year}年，{we}没有发生因政府信息公开被申请行政复议、提起行政诉讼的情况。",
    "上述申请均已办结，无结转下年度继续办理的情况。",
)
PROBLEMS = (
    "{year}年，{we}政府信息公开工作取得了一定成效，但与上级要求和公众期盼相比还有差距。",
    "一是公开内容不够全面，部分栏目更新不及时；二是公开形式较为单一；三是工作人员业务能力有待提高。",
    "下一步，{we}将进一步健全工作机制，压实工作责任，加强学习培训，不断提升政府信息公开的质量和水平。",
    "一是加强组织领导，明确专人负责；二是拓宽公开渠道，用好政务新媒体；三是强化监督检查，定期通报情况。",
    "针对{last}年存在的政策解读形式单一的问题，{we}已完成整改，新增视频解读{m}个。",
    "1.提高认识，加强领导。把政府信息公开工作列入重要议事日程，主要负责同志亲自抓。",
    "2.完善制度，规范程序。修订政府信息公开指南，动态调整主动公开事项目录。",
    "3.其他方面，加强与上级部门的沟通，及时报送信息。",
)
OTHERS = (
    "无。",
    "无",
    "无其他需要报告的事项。",
    "本年度无其他需要报告的事项。",
    "按照《政府信息公开信息处理费管理办法》，{year}年度{we}未收取信息处理费。",
    "（一）收取信息处理费情况。{year}年，{we}没有产生政府信息公开信息处理费，收费金额为0元。",
    "（二）落实上级年度政务公开工作要点情况。{we}对照《{year}年政务公开工作要点》，逐条细化任务，推动落实见效。",
    "（三）人大代表建议和政协提案办理情况。共承办建议{m}件、提案{m}件，均已办结并公开答复。",
)
SUBHEADS = ("主动公开情况", "依申请公开情况", "政府信息管理情况", "政府信息公开平台建设情况", "监督保障情况")
PREFACE = (
    "根据《中华人民共和国政府信息公开条例》和上级有关要求，{we}编制了{year}年度政府信息公开工作年度报告。",
    "本报告由总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、政府信息公开行政复议和行政诉讼情况、"
    "存在的主要问题及改进情况、其他需要报告的事项等六个部分组成。",
    "本报告中所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。",
    "如对本报告有疑问，请与{we}办公室联系（地址：{place}人民路{m}号；邮编：{n}；电话：0{m}-{n}{n}）。",
)
PERIOD = (
    "本报告中所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。",
    "数据统计时间为{year}年1月1日—{year}年12月31日。",
    "统计期限：{year}年1月1日至12月31日。",
)

TOP_CHROME = (
    "登录",
    "注册",
    "你好，欢迎访问！",
    "繁體版",
    "简体|繁体",
    "ENGLISH",
    "智能问答",
    "请用手机扫码访问",
    "无障碍浏览",
    "无障碍",
    "适老版",
    "长者模式",
    "退出长者模式",
    "移动版",
    "听网页",
    "网站支持IPV6",
    "热门搜索：",
    "历史搜索：",
    "当前位置：首页 > 政务公开 > 政府信息公开年报",
    "您现在的位置是：首页 >> 政府信息公开 >> 年度报告",
    "首页",
    "走进{place}",
    "政务公开",
    "办事服务",
    "互动交流",
    "政府信息公开指南",
    "政府信息公开制度",
    "法定主动公开内容",
    "政府信息公开年报",
    "依申请公开",
)
TOOL_CHROME = (
    "【字体：大 中 小】",
    "字号:[大][中][小]",
    "字体：放大 正常 缩小",
    "字号：默认|大|超大",
    "打印",
    "【打印】【关闭】",
    "打印本页 关闭窗口",
    "收藏",
    "分享到：微信 微博 QQ空间",
    "分享到微信",
    "浏览次数：{n}",
    "点击量:{n}",
    "阅读次数：{n}次",
    "访问量：{n}",
    "全真版 文字版 文件下载",
    "下载Word",
    "下载PDF",
    "附件下载",
)
FOOT_CHROME = (
    "相关链接：",
    "相关文档",
    "上一篇：{place}{last}年政府信息公开工作年度报告",
    "下一篇：没有了",
    "扫一扫在手机打开当前页",
    "友情链接",
    "省市政府网站",
    "国务院部门网站",
    "关于我们 | 网站地图 | 联系我们",
    "网站标识码：{code}",
    "政府网站标识码：{code}",
    "公安备案号：{n}02000{n}号",
    "ICP备{n}{m}号-1",
    "主办：{place}人民政府办公室 承办：{place}大数据中心",
    "版权所有：{place}人民政府",
    "返回顶部",
    "智能问答",
)


def fill(rng: Random, template: str, *, we: str, year: int, place: str) -> str:
    """Return the sentence with its slots filled; every {n} and {m} gets a number of its own."""
    text = template.replace("{we}", we).replace("{year}", str(year)).replace("{last}", str(year - 1))
    text = text.replace("{place}", place)
    while "{code}" in text:
        text = text.replace("{code}", str(rng.randrange(10**9, 10**10)), 1)
    while "{n}" in text:
        text = text.replace("{n}", str(rng.randrange(100, 30000)), 1)
    while "{m}" in text:
        text = text.replace("{m}", str(rng.randrange(1, 100)), 1)
    return text


def paragraphs(rng: Random, bank: tuple[str, ...], count: int) -> list[str]:
    """Return `count` templates of paragraphs of one to four sentences of the bank, no sentence used twice."""
    pool = [sentence for sentence in bank if sentence]
    rng.shuffle(pool)
    out: list[str] = []
    while pool and len(out) < count:
        size = rng.choice((1, 1, 2, 3, 4))
        out.append("".join(pool[:size]))
        del pool[:size]
    return out


def headings(rng: Random) -> list[str]:
    """Return the headings of the six sections in one of the ways of reports: most often official, also shifted,
    doubled, unnumbered.
    """
    style = rng.choices(
        ("official", "plain", "none", "circled", "bracket", "shifted", "doubled", "dot", "spaced"),
        (50, 18, 5, 4, 4, 6, 4, 5, 4),
    )[0]
    names = [labels[0] if style == "official" else rng.choice(labels) for labels in form.HEADINGS]
    numbers = list(NUMBERS[:6])
    if style == "shifted":
        where = rng.randrange(1, 6)
        numbers[where:] = [NUMBERS[i - 1] for i in range(where, 6)]
    return [_heading(style, number, i, name) for i, (number, name) in enumerate(zip(numbers, names, strict=True))]


def _heading(style: str, number: str, index: int, name: str) -> str:
    return {
        "none": name,
        "circled": form.CIRCLED[index] + name,
        "bracket": f"（{number}）{name}",
        "doubled": f"{number}、{number}、{name}",
        "dot": f"{number}.{name}",
        "spaced": f"{number}、 {name}",
    }.get(style, f"{number}、{name}")
