"""Page chrome by its words: lines that belong to the page and never to the report (portals.md §3.3).

Bare text has no DOM to judge by, and on pages the extractor's recall mode leaks some of these, so every line of
prose passes here.
"""

from __future__ import annotations

import re
from functools import lru_cache

# A line made of nothing but these words (and blanks, punctuation, digits) is chrome.
_WORDS = """
    登录 登陆 注册 注销 退出 你好 您好 欢迎访问 欢迎您 请登录 用户登录 个人中心 我的主页 繁體版 繁体版 简体版 繁體
    繁体 简体 繁 简 english 智能问答 智能机器人 智能客服 智能搜索 站内搜索 搜索 检索 高级搜索 请用手机扫码访问
    请用手机 手机扫码 扫码访问 扫一扫 扫一扫在手机打开当前页 扫一扫在手机上查看当前页面 扫码浏览 手机版 移动版
    移动端 微信 微博 官方微信 官方微博 政务微信 政务微博 无障碍 无障碍浏览 无障碍阅读 适老版 适老化 适老模式
    适老化版 长者模式 长者版 长者专区 退出长者模式 长者助手 关怀版 关爱版 老年版 听网页 语音播报 进入适老模式
    无障碍模式 网站支持ipv6 本网站支持ipv6 ipv6 历史搜索 热门搜索 热搜词 热门关键词 当前位置 您当前的位置
    您现在的位置是 您现在的位置 您的位置 当前所在位置 所在位置 首页 网站首页 返回首页 政务公开 信息公开 政府信息公开
    政府信息公开年报 政府信息公开指南 政府信息公开制度 法定主动公开内容 依申请公开 政务服务 互动交流 走进 打印
    打印本页 打印此页 我要打印 保存 保存本页 关闭 关闭窗口 关闭本页 收藏 收藏本页 加入收藏 设为首页 返回顶部
    回到顶部 返回 返回列表 顶部 字体 字号 字体大小 文字大小 大 中 小 特大 默认 超大 放大 缩小 正常 加大 缩小字体
    放大字体 分享 分享到 分享至 分享到微信 分享到微博 一键分享 更多 转发 qq空间 新浪微博 qq好友 朋友圈 腾讯微博
    人人网 全真版 文字版 图文版 文件下载 下载word 下载pdf 下载 附件下载 附件 正文下载 相关链接 相关文章 相关信息
    相关稿件 相关阅读 相关附件 推荐阅读 友情链接 上一篇 下一篇 没有了 上一条 下一条 上一页 下一页 没有 网站地图
    关于我们 联系我们 网站声明 版权声明 隐私声明 使用帮助 法律声明 站点地图 主办单位 承办单位 技术支持 政府网站找错
    我为政府网站找错 党政机关 事业单位 浏览 浏览次数 点击量 点击数 点击次数 点击率 点击 阅读次数 阅读量 阅读数
    访问量 访问次数 人次 次 责任编辑 责编 编辑 审核 作者 来源 信息来源 文章来源 稿源 发布日期 发布时间 发表时间 时间
    日期 更新时间 纠错 我要纠错 网友评论 评论 点赞 二维码 手机查看 视力保护色 背景色 背景颜色 杏仁黄 秋叶褐 胭脂红
    芥末绿 天蓝 雪青 灰 护眼模式 js 切换 语音 朗读 开始朗读 暂停 停止 已有 人阅读 省市政府网站 中国政府网
    国务院部门网站 省政府部门 其他网站 网站链接
    """.split()
_ONLY_WORDS = re.compile(
    rf"(?:{'|'.join(sorted((re.escape(word) for word in _WORDS), key=len, reverse=True))}|[\d\s]|[^\w\u4e00-\u9fff])++"
)
# A line that holds one of these is chrome whatever else it holds.
_SIGNS = re.compile(
    r"网站标识码|政府网站标识码|公?网?安备\s*[:：]?\s*\d|ICP备|(?:浏览|点击|阅读|访问)(?:次数|量|数|率)?\s*[:：]\s*\S{0,8}|"
    r"[【\[(（]?\s*(?:字体|字号|视力保护色)\s*[:：]|[（(【\[]\s*大\s*[\]】)）]?\s*[\[【(（]?\s*中\s*[\]】)）]?\s*[\[【(（]?\s*小\s*[)）】\]]|"
    r"扫一扫|扫码访问|无障碍浏览|无障碍阅读|适老(?:化|版|模式)|长者模式|版权所有|Copyright|本网站支持\s*IPv6|已下载\s*\d*\s*次|"
    r"(?:您|你)?(?:当前|现在)?的?位置\s*(?:是)?\s*[:：]|打印本页|关闭窗口|分享到\s*[:：]?|承办单位\s*[:：]|主办单位\s*[:：]|主办\s*[:：]|承办\s*[:：]|技术支持\s*[:：]|"
    r"^\s*(?:责任编辑|责编|编辑|审核|初审|复审|终审|校对|监制)\s*[:：]|^\s*(?:上|下)一(?:篇|条)\s*[:：]|^\s*附件\s*[\d一二三]*\s*[:：]?\s*\S*\.(?:pdf|docx?|xlsx?|wps|ofd|zip|rar)\b|"
    r"^\s*\S{0,60}\.(?:pdf|docx?|xlsx?|wps|ofd|zip|rar)\s*$|ms-(?:text|visible|repeat)|\{\{.*?\}\}|document\.write|<script|function\s*\(|var\s+\w+\s*=|^\s*-->|^\s*\d*\"\s*/?>|"
    r"相关(?:链接|文章|信息|稿件|阅读)\s*[:：]|请使用.{0,12}浏览器|javascript:|欢迎访问",
    re.I | re.M,
)
# The line under the title: where from, when, by whom.
_BYLINE = re.compile(
    r"(?:(?:来源|信息来源|文章来源|发布(?:日期|时间|机构|单位)|公开日期|公布日期|生成日期|成文日期|发文日期|更新(?:时间|日期)|时间|日期|作者|索引号|文号|信息分类|主题分类|公开方式|有效性|编辑|发稿时间|阅读)\s*[:：]|\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?)"
)


@lru_cache(maxsize=1 << 14)
def is_chrome(line: str) -> bool:
    """Tell whether a printed line belongs to the page and not to the report."""
    stripped = line.strip()
    if not stripped:
        return False
    if (
        len(stripped) <= 160
        and _ONLY_WORDS.fullmatch(stripped.lower())
        and any(character.isalpha() for character in stripped)
    ):
        return True
    if _SIGNS.search(stripped) and not _is_sentence(stripped):
        return True
    return is_byline(stripped)


def is_byline(line: str) -> bool:
    """Tell whether a line states where a page comes from and when (a date alone may be a signature)."""
    found = list(_BYLINE.finditer(line))
    if not found or _is_sentence(line):
        return False
    labels = [match for match in found if not match[0][0].isdigit()]
    return bool(labels) and len(line) <= 60 + 30 * len(found) and line.find(labels[0][0]) <= 40


def _is_sentence(line: str) -> bool:
    """A line of prose: long, and closed or parted by the marks of a sentence."""
    return len(line) > 30 and line.count("，") + line.count("。") + line.count("；") + line.count(",") >= 2
