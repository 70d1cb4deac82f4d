"""What a link promises: the words of columns, titles and path folders that lead to the annual reports, and those that
lead astray.

Knowledge stands as data; `judge_link` is the only judge. It reads no page: a link's words, its address, and where it
stands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from crawler.document import REMEMBERED, Link
from crawler.labels import WEAK

# A title of the genre, wherever it stands: 〈单位〉〈年〉年(度)政府信息公开工作年度报告 and its many forms.
REPORT_TITLE = re.compile(
    r"(政府|政务)?信息(公开)?(工作)?(的)?(年度?|工作|情况){0,3}(报告|年报)|信息公开.{0,12}(年度?报告?|工作报告|情况报告)|政务公开.{0,6}年度?报告"
    r"|(government|information).{0,40}annual report",
    re.IGNORECASE,
)
# One that a list has cut: 〈单位〉2022年政府信息公…
REPORT_CUT = re.compile(r"(?:(?:政府信息|信息公|政务公开).{0,8}|年度?(?:政府?信?|政务公?|信息?))(?:…+|\.{2,})$")
# Names of the column that holds them.
REPORT_COLUMN = re.compile(r"年报|年度(工作)?报告|信息公开(工作)?报告|^年度公开报告$|annual reports?", re.IGNORECASE)
# Folders of the column in addresses, compared in lower case.
REPORT_PATH = re.compile(
    r"(?:^|[/=_.-])(?:[a-z]{0,6}(?:zfxxgk|xxgk|gk)(?:gz)?(?:nb|ndbg|ndbgb|ndbb|bg)(?:new|\d{0,4}n?)?|xxgkndbg|ndxxgkbg|zfnb|gknb|nb|ndbg|nianbao|annualreport"
    r"|gb20\d\d|gknb20\d\d|bmnb(?:20\d\d)?|nb_?20\d\dn?|20\d\d(?:n|nb|nnb)|zfnbhz|xxgkannualreport)(?=[/=_.?&-]|$)"
)
# The website form and other yearly papers: never a report, whatever else the title says.
ASTRAY = re.compile(
    r"网站(工作)?(年度)?(报表|年报|监管)|政府网站|网站工作|报表|法治政府|依法行政|图解|一图|读懂|解读|政府工作报告|预决?算|决算|公报|绩效|统计(年鉴|年报)|企业年报"
    r"|学校信息公开|公共企事业单位|(年度报告|年报)制度|制度$|要点$|工作总结$|编制和发布|关于(做好|认真做好|切实做好|开展|进一步).{0,60}(通知|函)$"
    r"|企业信用|社会责任|监测报告|环境(质量)?(年报|公报|报告)|财政报告|审计(报告|结果|公告)",
    re.IGNORECASE,
)
ASTRAY_PATH = re.compile(
    r"(?:^|[/=_-])(wznd?bb?|zfwzgzndbb|zfgzndbb|zfwzgznb|wzgznb|fzzf\w*|tjgb|zfgzbg|yjs\w*|czyjs\w*)(?=[/=_.?&-]|$)"
)

# Folders of the publication platform, for links without words.
HUB_PATH = re.compile(r"/(?:zwgk|zfxxgk|xxgk|zwxxgk|gkml|xxgkml|zfxxgkml)(?:/(?:index\.\w+)?|\.\w+)?$")
HOMEPAGE = re.compile(r"/?(?:(?:index|default)\.\w+)?")
SITE_MAP = 120  # priority: of use only where a homepage names no way itself
# The way there. The first that matches an anchor's words gives its priority (`HUBS`).
HUBS: tuple[tuple[re.Pattern[str], int], ...] = tuple(
    (re.compile(pattern), priority)
    for pattern, priority in (
        (
            r"^(法定主动公开|主动公开)|^政府信息公开$|^信息公开$|政府信息公开(专栏|平台|目录|专区|网)|^(政务)?信息公开",
            520,
        ),
        (r"^政务公开|^政府公开|^公开$|^信息公开|政务公开(专栏|专区|平台)|政务五公开", 480),
        (
            r"(部门|乡镇|镇街|街道|区县|县区|县市区|县市|市县|委办局|直属单位|组成部门|基层|镇办|镇乡|园区|各单位|各部门).{0,10}(公开|信息|专栏|目录|网站|平台)",
            430,
        ),
        (r"^(公开|政府信息公开)?(指南|制度|规定|年度)|信息公开(指南|制度|规定)", 300),
        (
            r"^(部门|乡镇|镇街|街道|区县|县区|县市区|县市|市县|委办局|直属单位|组成部门|政府部门|政府机构|政府机关|组织机构|工作部门|机构(?:设置|职能|概况|导航|名录)|乡镇街道|乡镇\(街道\)|镇办)",
            290,
        ),
        (
            r"^(通知公告|公告公示|通知|公告|公示|文件|政策文件|规范性文件|政府文件|其他|其它|工作报告|报告|专题专栏|专题|规划计划|重点领域)",
            220,
        ),
        (r"公开|报告|年度", 180),
        (r"^(网站|站点|本站)(地图|导航)$|^sitemap$", SITE_MAP),
    )
)
AGENCY = re.compile(
    r"^(本级|[省市区县州旗镇乡])?(人民)?政府(本级|办公?室)?$"
    r"|^[^\s,，。《》“”]{2,22}(局|委|委员会|办|办公室|厅|部|院|署|镇|乡|街道|街道办|办事处|人民政府|区政府|县政府|市政府|中心|管委会|联社|支队|大队|分局|公司|所|站|馆|会)$"
)
YEAR = re.compile(r"(?<!\d)(20[0-3]\d)(?!\d)")
YEAR_FOLDER = re.compile(r"/[a-z]{0,4}20[0-3]\d(?:n|nb)?/(?:index\.\w+)?$", re.IGNORECASE)  # behind a picture
YEAR_ONLY = re.compile(r"^(20[0-3]\d|二[〇○零]..)\s*(年度?)?$")
# From the page of one year to that of the next: a column may show no other way.
YEAR_STEP = re.compile(r"\W*([上前下后]一?(年度?|[期份])|更[早多]年份|更早)\W*")
POSSIBLE = re.compile(
    r"报告|年报|公开|附件|全文|(区|县|市|旗|州|盟|农场|林场|园区|开发区|公司|集团|学院|大学|兵团|师|团)$"
)
# A day or month of a calendar, or of an archive by date: pages without end.
DAY = re.compile(
    r"(?:(?:19|20)\d\d年)?(?:\d{1,2}月(?:份|\d{1,2}[日号])?|\d{1,2}[日号])$|\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?$"
)
MORE = re.compile(r"^(更多|more)", re.IGNORECASE)
# Behind the name of a block of a page: the way to all that is in it.
MORE_END = re.compile(r"(?<=.)[\s\[(【]*(?:(?:查看|点击)?更多|more|查看全部)?[\s+>»›…\])】]*$", re.IGNORECASE)
TURN = re.compile(r"[_-]\d+\.\w+$|/\d{1,3}\.s?html?$|[?&]\w*p(?:age\w*)?=\d+", re.IGNORECASE)
ALL = re.compile(
    r"[\[(【]*(?:(?:查看|点击|显示|加载)*更多|(?:load)?more|查看全部|全部)[+>»›…\])】]*|[>»›]{2}", re.IGNORECASE
)
GROUP = re.compile(
    r"部门|乡镇|镇街|街道|县区|区县|县市|市县|汇总|政府(年报|本级)|本级|直属|历年|往年|新址|点击进入|年报|年度报告|机关|单位|20[0-3]\d"
)
TOOLS = (  # lead nowhere
    r"首页|网站首页|返回.*|上一页|下一页|上页|下页|尾页|末页|第一页|最后一页|更多.*|more.*|\d{1,3}|[<>«»]+|前一页|后一页|前页|后页|登录|注册|退出|无障碍.*|适老.*|长者.*|移动.*|手机版.*|客户端.*|微信|微博"
    r"|.*(网站地图|联系我们|关于我们|设为首页|加入收藏|打印.*|关闭.*|分享.*|收藏|版权.*|隐私.*|ENGLISH|繁體.*|繁体.*|简体.*|RSS.*|智能问答.*|听网页)|.*ICP.*|.*公安备.*|.*标识码.*|.*找错.*"
)
TOOL = re.compile(TOOLS, re.IGNORECASE)
# Menus, tools, and the four other entries of the publication platform: inside the 年报 column they are no rows.
MENU = re.compile(
    rf"{TOOLS}|(政府信息公开|信息公开)?(指南|制度|规定|目录)|法定主动公开(内容)?|依申请公开.*|主动公开.*|政策.*|解读.*|政务服务.*|互动交流.*|领导之窗|机构(设置|职能|概况)|政务动态|走进.*"
    r"|新闻.*|要闻.*|通知公告|公告公示|公示公告|办事.*|服务.*|专题.*|数据.*|统计.*|国务院.*|.*人民政府网.*|党政机关",
    re.IGNORECASE,
)
ARTICLE = re.compile(
    r"(?i)/(t\d{8}_\d+|art_\w+|content_\d+|post_\d+|\d{4,}|[0-9a-f]{32}|[0-9a-f-]{36}|article_\d+|arti\w+)\.(s?html?|jsp|aspx?|php)$|/content\.s?html$"
    r"|/info/\d+/\d+\.htm|/(19|20)\d{2}[-/]?\d{1,2}[-/]?\d{0,2}/\w+\.s?html?$|/[0-9a-f]{32}/?$|/20\d{2}/\d{4}/\w+/page\.htm$|/20\d{6,}\w*/index\.s?html?$"
)
FILE = re.compile(r"(?i)\.(pdf|docx?|xlsx?|wps|et|ofd|rtf|odt|ods|zip|rar|7z)$")
FILE_SERVICE = re.compile(
    r"(?i)/(download|downfile|downloadfile|filedown|getfile|attach(ment)?s?|uploadfiles?|_upload)\b.*|[?&](filename|fileid|wbfileid|attachid)="
)
PICTURE = re.compile(r"(?i)\.(jpe?g|png|gif|bmp|tiff?)$")
FRAMES = ("frame", "frameset")  # kinds of links; of a frameset the top may be the menu
# Frames and scripts that are furniture.
FURNITURE = re.compile(
    r"(?i)(login|visitcount|share|footer|header|weather|tianqi|foot\.|head\.|top\.|bottom\.|banner|counter|count\.|visits?\b|hits?\b|online|stat\b|token|captcha)"
)
SEARCH = re.compile(r"(?i)search")  # in the column of reports, a frame with the results of one is its list
# What scripts ask for besides lists.
COUNTERS = re.compile(
    r"(?i)login|visit|counter|hits|click|/stat\b|/stats|tongji|weather|tianqi|share|user|token|captcha|verify|comment|online|advert|/log\b"
)
ELSEWHERE = re.compile(rf"{COUNTERS.pattern}|/stat(?!ic)|header|footer|hotword|/config\b")
HEADING_END = re.compile(r"\s*[-_|—–>»·]+\s*")

CERTAIN, COLUMN, FRAGMENT, FILES, ROW, UNNAMED, GROUPED, PEER, EXPLORE = 900, 850, 840, 880, 700, 500, 800, 260, 60
LONGEST_COLUMN = 24  # characters of a column's name
MANY_AGENCIES = 8
SHORT_NAME = 6  # characters: what an agency is called among its own; a headline is longer


class Place(NamedTuple):
    """Where a link stands: in the 年报 column (`within`), on a report's page (`detail`), on a page of the publication
    platform (`hub`), and whether the link is part of the portal's furniture (`chrome`).

    A named tuple, since every link is judged with one and those are looked up by value in C.
    """

    within: bool = False
    detail: bool = False
    hub: bool = False
    chrome: bool = False


@dataclass(frozen=True, slots=True)
class Promise:
    """What a link is worth: the role of its target, its priority, whether its page belongs to the 年报 column, and
    whether it is a hub.
    """

    role: str
    priority: int
    within: bool = False
    hub: bool = False


@lru_cache(REMEMBERED)  # every page of a portal repeats its menus
def judge_link(link: Link, place: Place, *, year: int | None = None) -> Promise | None:
    """Return what a link promises; None where it is not worth a request.

    With `year`, what names other years only is left out.
    """
    label = normal(link.label)
    path = _path(link.url)
    if link.kind in FRAMES:
        aside = (link.kind == "frame" and FURNITURE.search(path)) or (not place.within and SEARCH.search(path))
        return None if aside else Promise("frame", CERTAIN, place.within, place.hub)
    if link.kind == "fragment" and not label:
        within = (place.within and not place.detail) or REPORT_PATH.search(path) is not None
        wanted = (within or place.hub) and not ELSEWHERE.search(path)
        return Promise("frame", FRAGMENT, within, place.hub) if wanted else None
    if link.kind == "refresh":
        return Promise("column", CERTAIN, place.within or REPORT_PATH.search(path) is not None, place.hub)
    if ASTRAY_PATH.search(path) or (ASTRAY.search(label) and not (place.detail and is_file(link.url))):
        return None
    if year is not None and not _may_hold(label, year):
        return None
    promise = _judge_file(link, label, place) if is_file(link.url) else _judge_page(link, label, path, place)
    if link.kind == "fragment" and promise is not None:  # not a page of its own
        return None if ELSEWHERE.search(path) else Promise("frame", promise.priority, promise.within, promise.hub)
    return promise


def is_way(promise: Promise) -> bool:
    """Say whether a promise is that of a way to the reports: more than the name of some agency, or of a 新闻中心."""
    return promise.within or (promise.hub and promise.priority > PEER)


def is_report_title(text: str) -> bool:
    """Say whether a text reads like the title of an annual report on open government information."""
    text = normal(text)
    return REPORT_TITLE.search(text) is not None and ASTRAY.search(text) is None


def is_report_column(text: str) -> bool:
    """Say whether a text is the name of the column of the annual reports."""
    text = normal(text)
    return len(text) <= 24 and REPORT_COLUMN.search(text) is not None and ASTRAY.search(text) is None


def names_report_column(heading: str) -> bool:
    """Say whether a page's heading is the name of that column, whatever names stand behind it."""
    return is_report_column(HEADING_END.split(heading.strip(), 1)[0])


def is_file(url: str) -> bool:
    """Say whether an address leads to a document file by its name or by the download service that it calls."""
    parts = urlsplit(url)
    return FILE.search(parts.path) is not None or (
        FILE_SERVICE.search(f"{parts.path}?{parts.query}") is not None and not ARTICLE.search(parts.path)
    )


def is_article(url: str) -> bool:
    """Say whether an address has the shape of a single article's."""
    return ARTICLE.search(urlsplit(url).path) is not None


def lists_agencies(links: Iterable[Link]) -> bool:
    """Say whether links are names of agencies, many of them: a way to each one's pages, whatever it is called."""
    names = (link for link in links if not is_article(link.url) and AGENCY.match(normal(link.label)))
    return len(list(islice(names, MANY_AGENCIES))) == MANY_AGENCIES


def is_all(link: Link) -> bool:
    """Say whether a link leads from the first rows of a block to all of them, by its words, and does not turn pages."""
    return ALL.fullmatch(normal(link.label)) is not None and TURN.search(link.url) is None


def is_of_other_year(link: Link, here: str, year: int | None) -> bool:
    """Say whether a link on the page of a report leads to the one on another year: a year's number, and an address that
    is the page's own but for it.
    """
    label = normal(link.label)
    own = YEAR_ONLY.match(label) is not None and differs_in_year(link.url, here)
    return own and (year is None or _may_hold(label, year))


def differs_in_year(url: str, here: str) -> bool:
    """Say whether two addresses differ in nothing but a year: there are only so many of these."""
    return url != here and YEAR.sub("", url) == YEAR.sub("", here)


def is_more(link: Link) -> bool:
    """Say whether a link called 更多 leads to the next rows: it turns pages."""
    label = normal(link.label).lower()
    return ("更多" in label or "more" in label) and ALL.fullmatch(label) is not None and not is_all(link)


def is_menu(label: str) -> bool:
    """Say whether a label (in its `normal` form) is a menu's or a tool's; an agency's name is none, whatever it begins
    with.
    """
    return MENU.fullmatch(label) is not None and AGENCY.match(label) is None


@lru_cache(REMEMBERED)
def normal(text: str) -> str:
    """Return a label in half-width form without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _judge_file(link: Link, label: str, place: Place) -> Promise | None:
    if place.chrome and not REPORT_TITLE.search(label):
        return None
    if place.detail or place.within or REPORT_TITLE.search(label) or REPORT_PATH.search(_path(link.url)):
        return Promise("attachment", FILES, place.within)
    return None


def _judge_page(link: Link, label: str, path: str, place: Place) -> Promise | None:
    named = is_report_column(label) and not FILE.search(label)
    if REPORT_TITLE.search(label) and (not named or YEAR.search(label) or is_article(link.url)):
        return Promise("detail", CERTAIN, True)
    if not link.title and REPORT_CUT.search(label):
        return Promise("detail", ROW, True)
    if named:
        return Promise("list", COLUMN, True)
    if place.within and not place.chrome and is_all(link):
        return Promise("list", GROUPED, True)
    if is_more(link) or (is_menu(label) and not MORE.match(label)):
        return None if place.within or place.detail else _judge_way(link, label, path, place)
    if REPORT_PATH.search(path) and not place.within:
        return Promise("list", COLUMN - 10, True)
    if place.within and YEAR_STEP.fullmatch(label):
        return Promise("detail" if is_article(link.url) else "list", GROUPED, True)
    if place.detail:
        return None
    if place.within and not place.chrome:
        return _judge_row(link, label)
    return _judge_way(link, label, path, place)


def _judge_row(link: Link, label: str) -> Promise | None:
    """Return the promise of a link that stands in the 年报 column: a sub-column by year or group of agencies, or a row
    that may be a report although its words do not say so: headed with a year or an agency's name only.
    """
    article, label = is_article(link.url) or FILE.search(label) is not None, MORE_END.sub("", label)
    if not label and YEAR_FOLDER.search(link.url):
        return Promise("list", GROUPED, True)
    if not article and (YEAR_ONLY.match(label) or (len(label) <= 16 and GROUP.search(label))):
        return Promise("list", GROUPED, True)
    if YEAR.search(label) or AGENCY.match(label) or POSSIBLE.search(label) or YEAR_ONLY.match(label):
        return Promise("detail", ROW, True)
    bare = label and ((article and len(label) <= SHORT_NAME) or WEAK.fullmatch(label))
    return Promise("detail", UNNAMED, True) if bare else None


def _judge_way(link: Link, label: str, path: str, place: Place) -> Promise | None:
    """Return the promise of a link outside the column: a hub on the way to it, an agency's own pages, or a corner to
    look into last.
    """
    if not label and HUB_PATH.search(path):
        return Promise("column", PEER, hub=True)
    if place.hub and YEAR_ONLY.match(label) and is_article(link.url):  # a report that was filed under the guide
        return Promise("detail", PEER)
    if not label or is_article(link.url) or len(label) > LONGEST_COLUMN or DAY.match(label):
        return None
    for pattern, priority in HUBS:
        if pattern.search(label):
            return Promise("column", priority, hub=priority >= 280)
    if AGENCY.match(label) and (place.hub or place.chrome or HOMEPAGE.fullmatch(path)):
        return Promise("column", PEER, hub=True)
    if is_menu(label):
        return None
    return Promise("column", EXPLORE) if len(label) <= 10 or AGENCY.match(label) else None


def _may_hold(label: str, year: int) -> bool:
    """Say whether a label may lead to the report on a year: it names that year, the next (of publication), or none."""
    years = {int(found) for found in YEAR.findall(label)}
    return not years or bool(years & {year, year + 1})


def _path(url: str) -> str:
    parts = urlsplit(url)
    return unquote(f"{parts.path}?{parts.query}" if parts.query else parts.path).lower()
