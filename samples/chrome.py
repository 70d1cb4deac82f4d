"""What stands around every page of a portal: banner, menus, breadcrumbs, tools, link farms, footer; and the pages made of it alone."""

# ruff: noqa: E501 -- lines of HTML and of Chinese text stay whole
from __future__ import annotations

import html
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from samples.portal import Article, Column, Portal

FIVE = ("政府信息公开指南", "政府信息公开制度", "法定主动公开内容", "政府信息公开年报", "依申请公开")

_BANNER = """<div class="header-bar"><div class="bar-l"><a href="/login">登录</a> | <a href="/register">注册</a> 你好，欢迎访问{site}！</div>
<div class="bar-r"><a href="javascript:void(0)">无障碍浏览</a> <a href="javascript:void(0)">适老版</a> <a href="javascript:;">长者模式</a>
<a href="javascript:void(0)" onclick="big5()">繁體版</a> <a href="javascript:;">ENGLISH</a>{extra} 网站支持IPv6</div></div>
<div class="banner"><a href="{home}"><img src="/images/logo.png" alt="{site}"></a>
<form action="/search/" method="get"><input name="q" placeholder="请输入关键字"><button>搜索</button></form> 热门搜索：<a href="/search/?q=%E5%B9%B4%E6%8A%A5">年报</a></div>
"""
_TOOLS = """<div class="tools">【字体：<a href="javascript:doZoom(18)">大</a> <a href="javascript:doZoom(16)">中</a> <a href="javascript:doZoom(14)">小</a>】
<a href="javascript:window.print()">打印</a> <a href="javascript:window.close()">关闭</a> 分享到：<a class="wx" href="javascript:;">微信</a> <a class="wb" href="javascript:;">微博</a></div>"""
_FOOTER = """<div class="links"><select><option>省市政府网站</option><option>省人民政府</option><option>市人民政府</option></select>
<select><option>友情链接</option><option>中国政府网</option></select></div>
<div class="footer"><p><a href="/about">网站地图</a> | <a href="/about">联系我们</a> | <a href="/about">隐私声明</a></p>
<p>主办：{site} &nbsp; 承办：{authority}人民政府办公室</p><p>网站标识码：{code}0001 &nbsp; ICP备05001234号-1 &nbsp; 公安备案 {code}02000012号</p></div>
<div class="robot">智能问答</div>"""


def site(portal: Portal) -> str:
    """Return the name of the portal's site."""
    return f"{portal.authority}人民政府网" if portal.level in ("county", "city", "province") else portal.authority


def frame(
    portal: Portal,
    main: str,
    *,
    title: str = "",
    metas: str = "",
    crumbs: Iterable[tuple[str, str]] = (),
    tail: str = "",
) -> str:
    """Return a whole page around `main`. `title` is the `<title>`'s text, "" for the site's name only; `crumbs` name and path."""
    name = site(portal)
    trail = " &gt; ".join(f'<a href="{path}">{text}</a>' for text, path in (("首页", portal.start), *crumbs))
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n<title>{title or name}</title>\n'
        f'<meta name="SiteName" content="{name}">\n<meta name="SiteIDCode" content="{portal.division_code}0001">\n{metas}'
        f'<link rel="stylesheet" href="/css/style.css">\n</head>\n<body>\n'
        + _BANNER.format(site=name, home=portal.start, extra=portal.banner_links)
        + f'<ul class="nav">{menu(portal)}</ul>\n<div class="crumb">您现在的位置是：{trail}</div>\n{main}\n'
        + _FOOTER.format(site=name, authority=portal.authority, code=portal.division_code)
        + f"{tail}</body>\n</html>\n"
    )


def menu(portal: Portal) -> str:
    """Return the items of the main menu: the homepage and the portal's columns of the first level."""
    items = portal.entries(portal.columns)
    return f'<li><a href="{portal.start}">首页</a></li>{items}<li><a href="javascript:void(0)">互动交流</a></li>'


def five_entries(portal: Portal) -> str:
    """Return the left menu with the five entries of every 政府信息公开 page (国办公开办函〔2019〕61号)."""
    paths = {column.name: portal.column_path(column) for column in portal.walk()}
    landing = next((column for column in portal.walk() if column.landing), None)
    below = list(landing.columns) if landing else []
    named = portal.entries(below)
    absent = "".join(f'<li><a href="javascript:void(0)">{name}</a></li>' for name in FIVE if name not in paths)
    return f'<ul class="xxgk-menu">{named}{absent}</ul>'


def tools() -> str:
    """Return the bar with font sizes, print, close and share."""
    return _TOOLS


def rows(portal: Portal, articles: Iterable[Article], *, cut: int = 0) -> str:
    """Return list rows with the whole title in `title=` and, with `cut`, the text shortened to so many characters."""
    return "\n".join(
        f'<li><a href="{portal.link_to(article)}" target="_blank" title="{html.escape(article.title)}">'
        f"{shortened(article.title, cut)}</a><span>{article.published}</span></li>"
        for article in articles
    )


def shortened(title: str, cut: int) -> str:
    """Return the title as a list shows it, cut with 「...」 where it is longer than `cut` (0: never)."""
    return html.escape(title[:cut] + "..." if cut and len(title) > cut else title, quote=False)


def home(portal: Portal) -> str:
    """Return a homepage: the newest articles of the columns that are not 政府信息公开."""
    boxes = []
    for column in portal.columns:
        newest = sorted(column.articles, key=lambda article: article.published, reverse=True)[:6]
        more = f'<h3><a href="{portal.column_path(column)}">{column.name}</a></h3>'
        boxes.append(f'<div class="box">{more}<ul>{rows(portal, newest, cut=20)}</ul></div>')
    return frame(portal, '<div class="home">' + "\n".join(boxes) + "</div>")


def landing(portal: Portal, column: Column) -> str:
    """Return the 政府信息公开 page."""
    note = "本栏目依照《中华人民共和国政府信息公开条例》设置，公众可在此查阅主动公开的政府信息。"
    main = f'<div class="xxgk">{five_entries(portal)}<div class="intro"><h2>政府信息公开</h2><p>{note}</p></div></div>'
    return frame(
        portal, main, title=f"{column.name}-{site(portal)}", crumbs=[(column.name, portal.column_path(column))]
    )
