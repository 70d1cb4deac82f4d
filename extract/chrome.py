"""Page chrome by its words: lines that belong to the page and never to the report (portals.md §3.3).

Bare text has no DOM to judge by, and on pages the extractor's recall mode leaks some of these, so every line of
prose passes here. A report may speak of the same things (适老化, 无障碍浏览, 打印, 浏览量), so a word is no proof: a
line is chrome where nothing but such words stands in it, where it begins as only a page's line begins, or where it
carries a mark of the page (网站标识码：…). The names of a site's columns may be a report's subheadings; they are the
page's only outside the report (`is_menu`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

# A line made of nothing but these words (and blanks, punctuation, digits) is chrome wherever it stands.
_TOOLS = """
    登录 登陆 注册 注销 退出 退出登录 你好 您好 欢迎访问 欢迎您 欢迎光临 请登录 用户登录 用户中心 个人中心 我的主页
    繁體版 繁体版 简体版 简体中文 繁體中文 繁体中文 繁體 繁体 简体 繁 简 english en 智能问答 智能机器人 智能客服
    智能搜索 智能检索 站内搜索 搜索 检索 高级搜索 全文检索 请输入关键字 请输入关键词 请用手机扫码访问 请用手机
    手机扫码 扫码访问 扫一扫 扫一扫在手机打开当前页 扫一扫在手机上查看当前页面 扫码浏览 扫码关注 手机版 手机端 电脑版
    移动版 移动端 客户端 微信公众号 微信 微博 官方微信 官方微博 政务微信 政务微博 政务新媒体 新媒体矩阵 无障碍
    无障碍浏览 无障碍阅读 无障碍版 适老版 适老化 适老模式 适老化版 长者模式 长者版 长者专区 长者浏览 退出长者模式
    退出无障碍 长者助手 关怀版 关怀模式 关爱版 老年版 大字版 听网页 语音播报 进入适老模式 无障碍模式 进入关怀版
    网站支持ipv6 本网站支持ipv6 本站支持ipv6 ipv6 历史搜索 热门搜索 热搜词 热搜 热词 热门关键词 当前位置 您当前的位置
    您现在的位置是 您现在的位置 您的位置 当前所在位置 所在位置 首页 网站首页 返回首页 打印 打印本页 打印此页 打印文章
    我要打印 保存 保存本页 关闭 关闭窗口 关闭本页 关闭页面 收藏 收藏本页 加入收藏 设为首页 返回顶部 回到顶部 返回
    展开全文 收起全文 阅读全文 查看全文 点击查看全文 查看更多 左右滑动查看 返回列表 返回上一页 顶部 字体 字号 字体大小 文字大小 大号 中号 小号 大 中 小 特大 默认 超大 最大 放大 缩小 正常
    加大 标准 缩小字体 放大字体 分享 分享到 分享至 分享到微信 分享到微博 分享到qq空间 一键分享 更多 more 转发 qq空间
    新浪微博 qq好友 qq 朋友圈 腾讯微博 人人网 全真版 文字版 图文版 文件下载 下载word 下载pdf 下载word版 下载pdf版
    下载word文档 下载pdf文档 下载 点击下载 附件下载 正文下载 相关链接 相关文章 相关信息 相关文档 相关新闻 相关稿件
    相关阅读 相关附件 相关报道 相关解读 相关政策 相关内容 相关推荐 相关资讯 推荐阅读 延伸阅读 友情链接 上一篇 下一篇
    没有了 暂无 上一条 下一条 上一页 下一页 尾页 末页 跳转 没有 网站地图 关于我们 联系我们 网站声明 版权声明 隐私声明
    隐私保护 使用帮助 法律声明 免责声明 站点地图 网站帮助 主办单位 承办单位 技术支持 政府网站找错 我为政府网站找错
    菜单 党政机关 事业单位 网站标识码 政府网站标识码 浏览 浏览次数 浏览量 点击量 点击数 点击次数 点击率 点击 阅读次数
    阅读量 阅读数 访问量 访问次数 人次 次 责任编辑 责编 编辑 审核 作者 来源 信息来源 文章来源 稿源 发布日期 发布时间
    发表时间 发稿时间 时间 日期 更新时间 更新日期 纠错 我要纠错 网友评论 评论 评论列表 全部评论 热门评论 最新评论 举报 反馈 点赞 二维码 手机查看 视力保护色 背景色
    背景颜色 杏仁黄 秋叶褐 胭脂红 芥末绿 天蓝 雪青 灰 银河白 护眼模式 js 切换 语音 朗读 开始朗读 语音朗读 暂停 停止
    已有 人阅读 省市政府网站 中国政府网 国务院部门网站 省政府部门 其他网站 网站链接 索引号 文号 发文字号 发布机构
    点击蓝字 关注我们 点击上方蓝字 关注 原创 预览时标签不可点 微信扫一扫 关注该公众号 使用小程序 继续滑动看下一个 向上滑动看下一个
    轻触阅读原文 阅读原文 在看 赞 写留言 阅读 发表评论 我来说两句 推荐给朋友 告诉好友 打印此文 热门文章 热点信息 最新公开 最新信息
    发文机关 发布单位 成文日期 生成日期 公开日期 发文日期 主题分类 组配分类 信息分类 信息名称 主题词 公开方式 公开形式
    公开范围 有效性 时效性 有用 没用 无用 完 您觉得这篇文章对您有用吗 纠错内容 您的姓名 验证码 点击图片刷新 看不清 换一张
    跳至内容 文章导航 发表回复 近期文章 近期评论 打开app 阅读体验更佳 立即打开
    """.split()
# Names of columns: the page's in a menu, a report's where they head a paragraph.
_COLUMNS = """
    政务公开 信息公开 政府信息公开 政府信息公开年报 政府信息公开年度报告 政府信息公开工作年度报告 政府信息公开指南
    政府信息公开制度 公开指南 公开制度 法定主动公开内容 法定主动公开 主动公开 依申请公开 公开年报 年度报告
    信息公开年报 信息公开指南 信息公开目录 政府信息公开目录 政务服务 办事服务 公共服务 便民服务 互动交流 政民互动
    公众互动 走进 新闻中心 新闻动态 要闻动态 政务动态 工作动态 通知公告 公示公告 机构概况 机构职能 领导之窗 政策文件
    政策法规 政策解读 专题专栏 数据开放 数据发布 政府数据 政府公报 政府文件 财政预决算 人事信息 规划计划
    重点领域信息公开 基层政务公开 政务公开标准目录 解读回应 回应关切 网上办事 网上服务 附件
    """.split()


def _made_of(words: list[str]) -> re.Pattern[str]:
    choices = "|".join(sorted((re.escape(word) for word in words), key=len, reverse=True))
    return re.compile(rf"(?:{choices}|[\d\s]|\W)++")


_ONLY_TOOLS = _made_of(_TOOLS)
_ONLY_MENU = _made_of([*_TOOLS, *_COLUMNS])
_ORDINAL = re.compile(r"\s*(?:[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）、.．]|[㈠-㈩①-⑳])\s*[^\W\d]")
# Marks of a page: chrome in any line that is no sentence of a report.
_MARKS = re.compile(
    r"网站标识码\s*[:：]?\s*(?:bm)?\d|公?网?安备\s*(?:案号)?\s*[:：]?\s*\d|公安(?:机关)?(?:网安)?备案号?\s*[:：]?\s*\S{0,4}\d|"
    r"ICP\s*[备证]\s*(?:案?序?号?)\s*[:：]?\s*\d|版权所有|copyright|©|已下载\s*\d*\s*次|"
    r"X-NONE|MicrosoftInternetExplorer|ms-(?:text|visible|repeat)|\{\{[^{}]{0,80}\}\}|document\.write|<script|function\s*\(|var\s+\w+\s*=|javascript:|"
    r"(?:[.．·…‥]\s?){6}[.．·…‥\s]*\d{1,3}\s*$|^\s*-->|^\s*\d*\"\s*/?>|\s(?:阅读|浏览|点击|访问)(?:次数|[量数率])?\s*[:：]?\s*\d[\d,]*\s*次?\s*$",
    re.I,
)
_COUNTER = r"(?:浏览|点击|阅读|访问|查看)(?:次数|人数|量|数|率)?"
# What only a line of a page begins with, or holds behind a blank or a bar; no line with the stops of prose is one.
_BEGINNINGS = re.compile(
    rf"(?:^|[\s|｜\])】）\d])(?:{_COUNTER}|主办(?:单位)?|承办(?:单位)?|技术支持(?:单位)?|"
    r"运维单位|字体(?:大小)?|字号|文字大小|视力保护色|分享(?:到|至)?)\s*[:：]|"
    r"^[\s|｜]*(?:今天|今日|现在|当前(?:时间|日期))是?\s*[:：]?\s*\d{4}|^[\s【\[(（*•·]*(?:(?:字体|字号|字体大小|视力保护色)\s*[:：]|"
    r"(?-i:[\u4e00-\u9fff]{0,4}[编审校稿签摄][\u4e00-\u9fff]{0,3}\s*[:：|｜]\s*[\u4e00-\u9fff·]{2,4}(?:[\s|｜]|$))|"  # who wrote
    # and passed it; with cases ignored a range of 20,000 characters takes 20 ms to compile
    r"(?:责任编辑|责编|编辑|审核|校对|监制)人?\s*[:：]|[上下前后]一?(?:篇|条|则)(?:文章)?(?:\s*[:：]|\s)|(?:分类|标签)\s*[:：]|"
    r"(?:您|你)?(?:当前|现在|目前)?(?:的|所在|所处)?(?:的)?位置(?:是)?\s*[:：]|(?:网站)?首页\s*[>＞»/→·\-—|｜]|"
    r"(?:相关|关联)(?:链接|文章|信息|稿件|阅读|附件|文件|文档|新闻|报道|解读|政策|推荐)\s*[:：·]|(?:历史|热门)搜索\s*[:：]|"
    r"(?:发表|网友|全部|最新|热门)?评论(?:列表)?\s*(?:发表|[（(]\s*\d)|"
    r"附件(?:下载)?\s*[\d一二三四五]*\s*[:：]?[^。；]{0,80}\.(?:pdf|docx?|xlsx?|wps|ofd|zip|rar|et)\b|"
    r"(?:您?是?第|已有)\s*\d+\s*(?:位|人)|本[文页]已?被?(?:阅读|浏览|点击)|阅读提示\s*[:：]|请使用.{0,12}浏览器|建议使用.{0,20}(?:浏览器|分辨率)|欢迎(?:您)?(?:访问|光临))|"
    r"^\s*(?:\d{1,2}[.、]\s*)?\S{1,80}\.(?:pdf|docx?|xlsx?|wps|ofd|zip|rar)\s*(?:[（(][^（）()]{1,20}[)）])?\s*$|"
    r"扫一扫.{0,8}(?:打开|查看|浏览|访问)|扫描二维码|"
    r"[（(【\[]\s*大\s*[\]】)）]?\s*[\[【(（]?\s*中\s*[\]】)）]?\s*[\[【(（]?\s*小\s*[)）】\]]",
    re.I,
)
# The line under the title and the label table flattened: where from, when, by whom.
_LABELS = re.compile(
    r"(?:(?:信息|文章|稿件)来\s?源|发布(?:日期|时间|机构|单位|部门)|公开(?:日期|时间|方式|形式|范围|主体|责任部门)|公布(?:日期|时间)|"
    r"生成(?:日期|时间)|成文(?:日期|时间)|形成(?:日期|时间)|发文(?:日期|时间|机关|单位|机构|字号)|更新(?:日期|时间)|发表(?:日期|时间)|"
    r"发稿时间|上网时间|(?:发布|发表)于(?=\s*[:：]\s*[\[（(]?\d)|(?:信息|主题|组配|体裁|服务对象)分类|信息(?:名称|类别|时间)|责任编辑|统一编号|生效(?:日期|时间)|废止(?:日期|时间)|"
    r"内容概述|索\s*引\s*号|(?<![\u4e00-\u9fff])(?:来\s?源|稿源|发布人|作\s?者|文\s*号|主\s?题\s?词|关\s?键\s?词|有\s?效\s?性|"
    r"时\s?效\s?性|供稿(?:单位)?|编辑|撰稿|阅读|(?:时\s?间|日\s?期)(?=\s*[:：]\s*[\[（(]?\d)))\s*(?:[:：|｜]|\t)"
)
_TIME = r"\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?\s*\d{1,2}[:：]\d{2}"
_STAMP = re.compile(
    rf"{_TIME}|.{{0,40}}{_TIME}(?:[:：]\d{{2}})?\W*[\u4e00-\u9fff]{{0,3}}\W*$"
)  # WeChat names the region
_SPACED = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef][ \u00a0\u3000](?=\S)")
_PAGE = re.compile(
    r"第\s*\d{1,4}\s*页(?:\s*[/／,，]?\s*共\s*\d{1,4}\s*页)?|\d{1,3}\s*[/／]\s*\d{1,3}|([-—–－·•])+\s*\d{1,4}\s*\1+|page\s*\d{1,4}(?:\s*of\s*\d{1,4})?|\d{1,2}:\d{2}(?::\d{2})?",
    re.I,
)
_MARKDOWN = r"#{1,6}\s+|>\s+|:\s{2,}|[*+•·-]\s+(?=[\u4e00-\u9fff（(《]|20\d\d年)|[|｜]\s*(?=[^|｜]*$)"
_EMPHASIS = re.compile(r"(\*\*|__)([^*_]+)\1")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_CLOSE = (
    r"(?<=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])[ \u00a0\u3000]|[ \u00a0\u3000](?=[\u4e00-\u9fff\uff00-\uffef])"
)
_LONGEST = 400  # characters: a longer line is the report's, or no line at all
_DISCLAIMER = re.compile(
    r"\s*(?:(?:版权|免责|郑重)声明\s*[:：]|(?:网友)?评论仅|在此浏览器中保存我的|您的(?:电子)?邮箱地址不会被公开)|[^。]{0,60}不代?表明?本(?:网站?|站)(?:的)?(?:观点|立场)"
)
_ADDRESS = re.compile(
    r"\s*(?:(?:单位|办公|联系)?地址|邮编|邮政编码|(?:联系|咨询)?电话|传真|电子?邮[箱件])\s*[:：][^。；]{0,80}"
)
_ADDRESS_OF_PAGE = re.compile(r"\s*(?:[\u4e00-\u9fff]{2,6}\s*[:：]\s*)?https?://[!-~]+\s*")  # as it is printed
_FOOT = re.compile(
    r"\s*[【\[(（]?\s*(?:[上下前后]一?(?:篇|条|页|则)|相关(?:链接|文章|信息|稿件|阅读|文档|新闻|报道|解读|推荐)|友情链接|网站地图|关于我们|"
    r"主办(?:单位)?\s*[:：]|承办(?:单位)?\s*[:：]|版权所有|扫一扫|打印|关闭|分享|返回顶部|责任编辑|网站声明|"
    r"(?:省市政府|国务院部门)网站|(?:政府)?网站标识码)"
)


def is_chrome(line: str) -> bool:
    """Tell whether a printed line belongs to the page and not to the report, wherever it stands."""
    return len(line) <= _LONGEST and _is_chrome(line)


def is_menu(line: str) -> bool:
    """Tell whether a line holds nothing but names of a site's columns and tools: chrome above and below a report."""
    return len(line) <= _LONGEST and _is_menu(line)


def is_byline(line: str) -> bool:
    """Tell whether a line states where a page comes from and when (a date alone may be a signature)."""
    return len(line) <= _LONGEST and _is_byline(line)


def labelled_pieces(line: str) -> list[str]:
    """Return the pieces of a line, each from one label of a page to the next."""
    starts = [match.start() for match in re.finditer(rf"{_LABELS.pattern}|{_COUNTER}\s*[:：]", line)]
    return [line[start:end] for start, end in pairwise([0, *starts, len(line)])]


def unmarked(line: str) -> str:
    """Return a line without the blanks around it and without the marks of Markdown (### 一、…, **一、…**)."""
    line = line.strip()
    if line.count("**") == 1 and (line.startswith("**") or line.endswith("**")):
        line = line.strip("* ")  # emphasis over several lines
    if line and line[-1] in "|｜" and not re.search(r"[|｜]", line[:-1]):
        line = line[:-1].rstrip()  # every cell with a bar behind it
    if not line or line[0] not in "#>:|｜*_+•·-" or len(line) > _LONGEST * 10:
        return line
    if line[0] in "|｜" and line[-1] in "|｜" and not re.search(r"[|｜]", line[1:-1]):
        line = line.strip("|｜ ")
    elif match := re.match(_MARKDOWN, line):
        line = line[match.end() :].strip()
    return match[2].strip() if (match := _EMPHASIS.fullmatch(line)) else line


def closed_up(line: str) -> str:
    """Return a line without the blanks around it; where a blank stands behind every character, without those too."""
    line = line.strip()
    if (
        len(line) < 4
        or line.isascii()
        or len(line) > 4000
        or " " not in line.replace("\u00a0", " ").replace("\u3000", " ")
    ):
        return line
    if len(_SPACED.findall(line)) * 10 >= len(_HAN.findall(line)) * 7:
        return re.sub(_CLOSE, "", line)
    return line


def foot_of(lines: Sequence[str]) -> int:
    """Return where the foot of the page begins: at a line of chrome behind which no sentence follows; the number of
    lines where there is none.
    """
    foot = len(lines)
    for at in range(len(lines) - 1, -1, -1):
        line = lines[at]
        of_page = is_menu(line) or is_chrome(line)
        of_site = foot == at + 1 < len(lines) and _ADDRESS.fullmatch(line)  # directly above it
        if (of_page and _FOOT.match(line)) or (is_chrome(line) and _MARKS.search(line)) or of_site:
            foot = at
        elif _has_stops(line) and not is_chrome(line):
            break
    return foot


# Cells and lines of pages come again and again; long lines are asked once and never kept.
@lru_cache(maxsize=1 << 14)
def _is_chrome(line: str) -> bool:
    if not (stripped := closed_up(line)):
        return False
    if _is_only(_ONLY_TOOLS, stripped) or _PAGE.fullmatch(stripped):
        return True
    if _DISCLAIMER.match(stripped):
        return True
    if _is_sentence(stripped) and _has_stops(stripped):
        return False  # whatever stands in it; most lines are paragraphs
    if _MARKS.search(stripped):
        return not _is_sentence(stripped)
    return (bool(_BEGINNINGS.search(stripped)) and not _has_stops(stripped)) or is_byline(stripped)


@lru_cache(maxsize=1 << 14)
def _is_menu(line: str) -> bool:
    return _is_only(_ONLY_MENU, closed_up(line)) or _ADDRESS_OF_PAGE.fullmatch(line) is not None


@lru_cache(maxsize=1 << 14)
def _is_byline(line: str) -> bool:
    if _is_sentence(line):
        return False
    line = closed_up(line)
    found = list(_LABELS.finditer(line))
    if not found:
        return bool(_STAMP.match(line)) and not _has_stops(line)
    return len(line) <= 60 + 40 * len(found) and found[0].start() <= 40 and not line.rstrip().endswith("。")


def _is_only(words: re.Pattern[str], line: str) -> bool:
    if len(line) > 200 or _ORDINAL.match(line) or line.endswith(("。", "；")):
        return False
    if not any(character.isalpha() for character in line):
        return False
    plain = line.lower()
    return bool(words.fullmatch(plain) or words.fullmatch("".join(plain.split())))  # 打 印


def _has_stops(line: str) -> bool:
    """Tell whether a line has what parts sentences."""
    return "。" in line or "；" in line or (len(line) > 30 and line.count("，") + line.count(",") >= 2)


def _is_sentence(line: str) -> bool:
    """Tell whether a line is prose for certain: long, and parted by the marks of a sentence."""
    return len(line) > 30 and line.count("，") + line.count("。") + line.count("；") + line.count(",") >= 2
