"""HTML: a report in the page of a portal, with the markup, the structure of tables and the chrome that portals have.

A `Look` says what a shape insists on; everything else is drawn at random, so that quirks meet.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from random import Random

from tests.generate import layout, prose, structures, text
from tests.generate.layout import Box
from tests.generate.markup import MARKUPS, PIECES, DivGrid, Markup, TableRows, escape
from tests.generate.sample import Make, Page
from tests.generate.structures import Structure, Tables
from tests.generate.truth import Report, Wish, full_width_digits, invent, squeeze

# --- looks -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Look:
    """What a shape insists on; None and empty leave it to chance."""

    markup: str | None = None
    pieces: frozenset[str] = frozenset()
    tables: Structure = structures.some_quirk
    family: str | None = None
    wish: Wish = field(default_factory=Wish)
    chrome: float = 0.5
    decoy: float = 0.35
    others: float = 0.1  # tables that have nothing to do with the form
    nested: bool = False
    headings_in_cells: bool = False
    encoding: str = "utf-8"
    finish: Callable[[str, Random], str] | None = None
    pictures: tuple[int, ...] = ()
    scripted: bool = False
    flattened: bool = False
    twice: bool = False  # the whole article a second time, hidden, for small screens


FAMILIES: dict[str, tuple[str, str]] = {
    "trs": ("<div class=TRS_Editor>", "</div>"),
    "trs-new": ('<div class="trs_editor_view TRS_UEDITOR trs_paper_default trs_web">', "</div>"),
    "hanweb": (
        '<div class="zoom" id="zoom"><!--<$[信息内容]>begin--><!--ZJEG_RSS.content.begin--><meta name="ContentStart">',
        '<meta name="ContentEnd"><!--ZJEG_RSS.content.end--></div>',
    ),
    "ucap": ('<div class="article-content" id="zoomcon"><ucapcontent>', "</ucapcontent></div>"),
    "vsb": (
        '<form name="_newscontent_fromname"><div id="vsb_content_2"><div class="v_news_content">',
        "</div></div></form>",
    ),
    "nfcms": ('<div class="news_cont_d_wrap">', "</div>"),
    "lonsun": ('<div class="j-fontContent newscontnet minh300" id="zoom">', "</div>"),
    "plain": ('<div class="content">', "</div>"),
    "table": ('<table width="960" align="center"><tr><td class="bt_content">', "</td></tr></table>"),
}


class Chrome:
    """Hands out chrome as HTML and remembers each line."""

    def __init__(self, rng: Random, report: Report) -> None:
        self.rng, self.report = rng, report
        self.lines: list[str] = []

    def text(self, line: str) -> str:
        self.lines.append(line)
        return escape(line)

    def some(self, bank: tuple[str, ...], count: int) -> list[str]:
        """Return `count` lines of the bank, filled and remembered."""
        report = self.report
        lines = self.rng.sample(bank, min(count, len(bank)))
        return [
            self.text(prose.fill(self.rng, line, we=report.issuer, year=report.year, place=report.place))
            for line in lines
        ]

    def items(self, bank: tuple[str, ...], count: int) -> str:
        """Return a list, a row of links or of spans."""
        lines = self.some(bank, count)
        kind = self.rng.choice(("ul", "a", "span", "div"))
        if kind == "ul":
            return "<ul>" + "".join(f'<li><a href="#">{line}</a></li>\n' for line in lines) + "</ul>"
        return "".join(f"<{kind}{' href=#' if kind == 'a' else ''}>{line}</{kind}>\n" for line in lines)


@dataclass(slots=True)
class Draft:
    """A page in the making."""

    rng: Random
    report: Report
    look: Look
    markup: Markup
    chrome: Chrome
    optional: list[str]
    accept: dict[str, tuple[str, ...]]
    published: str | None = None  # the date that the page's own lines show


def render(rng: Random, report: Report, look: Look, article: Callable[[Draft], str] | None = None) -> Page:
    """Return the report as a page; `article` writes another body than the report's own."""
    markup_name = look.markup or rng.choice(tuple(MARKUPS))
    pieces = look.pieces or frozenset(name for name in PIECES if rng.random() < 0.08)
    kind = {**MARKUPS, "div-grid": DivGrid, "table-rows": TableRows}[markup_name]
    draft = Draft(rng, report, look, kind(rng, pieces), Chrome(rng, report), [], {})
    draft.published = _page_date(draft)
    body = (article or _article)(draft)
    if look.twice:
        body = f'<div class="pc">{body}</div><div class="mobile" style="display:none">{body}</div>'
    document = _page(draft, body)
    if look.finish:
        document = look.finish(document, rng)
    payload, charset = _encode(document, look.encoding, rng)
    absent = tuple(f"table{number}" for number in look.pictures)
    return Page(
        payload=payload,
        extension=rng.choice((".html", ".htm", ".shtml")),
        charset=charset,
        url=_url(draft),
        chrome=tuple(draft.chrome.lines),
        optional=tuple(draft.optional),
        absent=absent,
        accept=draft.accept,
    )


def _page_date(draft: Draft) -> str | None:
    """Return the date of the page's own lines: the report's, none where the signature has it, or a later one, also
    right.
    """
    rng, report = draft.rng, draft.report
    if not report.published:
        return None
    if report.dated and rng.random() < 0.3:
        return None
    if report.dated and rng.random() < 0.15:
        later = str(date.fromisoformat(report.published) + timedelta(days=rng.randrange(1, 25)))
        draft.accept["published"] = (later,)
        return later
    return report.published


# --- the article -----------------------------------------------------------------------------------------------------


def _article(draft: Draft) -> str:
    """Return what stands in the article's container: body title, preface, sections with their tables, signature."""
    rng, report, look, markup = draft.rng, draft.report, draft.look, draft.markup
    tables = look.tables(report, rng)
    out: list[str] = _body_title(draft)
    out += [markup.paragraph(line) for line in report.preface]
    for index, part in enumerate(report.parts):
        out += _section_start(draft, part.heading, part.before)
        if part.table:
            out += _tables_here(draft, part.table, tables)
        out += [markup.paragraph(line) for line in part.after]
        if index == 0 and rng.random() < look.others:
            out.append(_other_table(draft))
    for line in report.signature:
        out.append(f'<p style="text-align:right">{escape(line)}</p>')
    if look.headings_in_cells:
        return _in_cells(out, rng)
    return "\n".join(out)


def _body_title(draft: Draft) -> list[str]:
    rng, report = draft.rng, draft.report
    kind = rng.random()
    if kind < 0.5:
        return []
    title = report.title
    if kind < 0.6:  # the body's title differs from the page's (portals.md §3.1)
        title = title.replace("年度", "年") if "年度政府" in title else title.replace("年政府", "年度政府")
    draft.optional.append(title)
    if rng.random() < 0.2 and "年" in title[3:-1]:
        cut = title.index("年", 3) + 1
        draft.optional += [title[:cut], title[cut:]]
        return [draft.markup.centred(title[:cut]), draft.markup.centred(title[cut:])]
    return [draft.markup.centred(title)]


def _section_start(draft: Draft, heading: str, before: tuple[str, ...]) -> list[str]:
    markup = draft.markup
    if before and draft.rng.random() < 0.06:  # heading and first paragraph in one <p>
        return [
            markup.paragraph_around(f"{escape(heading)}<br/>{escape(before[0])}"),
            *map(markup.paragraph, before[1:]),
        ]
    return [markup.heading(heading), *map(markup.paragraph, before)]


def _tables_here(draft: Draft, number: int, tables: Tables) -> list[str]:
    rng, look = draft.rng, draft.look
    if number in look.pictures:
        source = f"./W0202{rng.randrange(10**10)}.{rng.choice(('png', 'jpg', 'jpeg'))}"
        return [f'<p align="center"><img src="{source}" alt="" title="{source[2:]}" width="640"/></p>']
    if look.flattened:
        sheet = layout.sheets(draft.report, rng)[number]
        lines = text.cell_a_line(sheet, rng) if rng.random() < 0.5 else text.row_a_line(sheet, rng)
        return [f"<p>{escape(line) or '&nbsp;'}</p>" for line in lines]
    markup: Markup = draft.markup
    drawn = [markup.table(sheet) for sheet in tables[number]]
    if look.nested:
        drawn = [f'<table width="100%"><tr><td width="2"></td><td>{table}</td></tr></table>' for table in drawn]
    elif rng.random() < 0.3:
        drawn = [f'<div align="center">{table}</div>' for table in drawn]
    return drawn


def _in_cells(blocks: list[str], rng: Random) -> str:
    rows = "".join(f'<tr><td style="padding:4px">{block}</td></tr>\n' for block in blocks)
    side = '<td width="20">&nbsp;</td>' if rng.random() < 0.5 else ""
    inner = f'<table width="98%" border="0">{rows}</table>'
    return f'<table width="100%" border="0" cellspacing="0"><tr>{side}<td valign="top">{inner}</td></tr></table>'


def _other_table(draft: Draft) -> str:
    """Return a table that is not the form's: a list of channels, of contacts or of kinds of information."""
    rng = draft.rng
    kinds = (
        (("公开渠道", "数量（条）"), ("政府网站", "{n}"), ("政务微信", "{m}"), ("其他", "{m}"), ("总计", "{n}")),
        (
            ("信息类别", "本年新增", "总计"),
            ("机构职能", "{m}", "{n}"),
            ("规划计划", "{m}", "{n}"),
            ("行政许可", "{m}", "{n}"),
        ),
        (("联系单位", "电话", "地址"), ("办公室", "0{m}-{n}{n}", "人民路{m}号")),
        (
            ("序号", "文件名称", "文号"),
            ("1", "关于印发政务公开工作要点的通知", "政办发〔2022〕{m}号"),
            ("2", "规范性文件清理结果", "/"),
        ),
    )
    rows = [
        [prose.fill(rng, cell, we="", year=draft.report.year, place="") for cell in row] for row in rng.choice(kinds)
    ]
    for row in rows:
        draft.optional += [*row, "".join(row), "|".join(row), f"|{'|'.join(row)}|"]
    draft.optional.append("".join("".join(row) for row in rows))
    return draft.markup.table([tuple(Box(cell) for cell in row) for row in rows])


# --- the page around it ----------------------------------------------------------------------------------------------


def _page(draft: Draft, body: str) -> str:
    rng, look = draft.rng, draft.look
    family = look.family or rng.choice(tuple(FAMILIES))
    before, after = FAMILIES[family]
    full = rng.random() < look.chrome
    shown = _date_places(draft)
    if look.nested:
        before, after = _nest(draft, before, after)
    top = _top(draft) if full else ""
    decoy = _decoy(draft, dated="table" in shown) if "table" in shown or rng.random() < look.decoy else ""
    headline = _headline(draft)
    info = _info_line(draft, dated="line" in shown) if full or "line" in shown else ""
    inside = rng.random() < 0.3  # chrome in the article's own wrapper
    tail = _tail(draft) if full or rng.random() < 0.2 else ""
    content = (
        _scripted(draft, body)
        if look.scripted
        else f"{before}{body}{tail if inside else ''}{after}{'' if inside else tail}"
    )
    foot = _foot(draft) if full else ""
    head = _head(draft, shown)
    order = [decoy, headline, info] if rng.random() < 0.7 else [headline, decoy, info]
    main = "\n".join(part for part in order if part)
    if family == "hanweb" and rng.random() < 0.3:
        main = f'<div class="main">{main}'
        foot = f"</div>{foot}"
    html_open = rng.choice(
        ("<!DOCTYPE html>\n<html>", "<html>", '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN">\n<html>')
    )
    return f"{html_open}{head}<body>\n{top}\n{main}\n{content}\n{foot}\n</body></html>"


def _date_places(draft: Draft) -> set[str]:
    """Return where the page shows its date: meta, line, table; at least one where the document states it nowhere
    else.
    """
    rng = draft.rng
    if not draft.published:
        return set()
    places = {place for place in ("meta", "line", "table") if rng.random() < 0.5}
    return places or {rng.choice(("meta", "line", "table"))}


def _head(draft: Draft, shown: set[str]) -> str:
    rng, report = draft.rng, draft.report
    site = f"{report.place}人民政府"
    clock = rng.choice(
        (
            f" {rng.randrange(8, 20):02d}:{rng.randrange(60):02d}",
            f" {rng.randrange(8, 20):02d}:{rng.randrange(60):02d}:11",
            "",
        )
    )
    title = report.title
    values = {
        "SiteName": site,
        "SiteDomain": "www.example.gov.cn",
        "SiteIDCode": str(rng.randrange(10**9, 10**10)),
        "ColumnName": rng.choice(("政府信息公开年报", "政府信息公开工作年度报告", "年度报告", "头部", "公示公告")),
        "ColumnType": "政府信息公开年报",
        "ArticleTitle": rng.choice((title, title, title, squeeze(title), "null", "")),
        "ContentSource": rng.choice((site, f"{report.place}政务服务局", "本站", "null", "")),
        "Keywords": rng.choice(("", "政府信息公开;年度报告", "null")),
        "Maketime": f"2026-0{rng.randrange(1, 9)}-1{rng.randrange(10)} 10:22:08_{rng.randrange(100, 999)}",
        "Url": "/zwgk/nb/t.html",
    }
    if "meta" in shown:
        values["PubDate"] = f"{draft.published}{clock}"
    elif rng.random() < 0.1:
        values["PubDate"] = "null"
    kept = {name: value for name, value in values.items() if name == "PubDate" or rng.random() < 0.6}
    caps = rng.random() < 0.15

    def meta(name: str, value: str) -> str:
        name = name.lower() if caps else name
        if rng.random() < 0.3:
            return f'<meta content="{escape(value)}" name="{name}">\n'
        return f'<{"META" if caps else "meta"} name="{name}" content="{escape(value)}"/>\n'

    metas = "".join(meta(name, value) for name, value in rng.sample(sorted(kept.items()), len(kept)))
    page_title = rng.choice(
        (f"{title}_政府信息公开年报_{site}", f"{title}-{site}", title, site, f"{title} - 政府信息公开年报 - {site}")
    )
    script = "<script>var _hmt = _hmt || [];document.write('打印');</script>" if rng.random() < 0.5 else ""
    style = "<style>td{border:1px solid #000} .title:after{content:'标题'}</style>" if rng.random() < 0.5 else ""
    return f"<head>\n%CHARSET%<title>{escape(page_title)}</title>\n{script}{metas}{style}</head>\n"


def _top(draft: Draft) -> str:
    rng, chrome = draft.rng, draft.chrome
    bar = chrome.items(prose.TOP_CHROME[:14], rng.randrange(2, 7))
    nav = chrome.items(prose.TOP_CHROME[14:], rng.randrange(2, 9))
    template = '<div ms-visible="showStatic" style="display:none">{{qzbFile}}</div>' if rng.random() < 0.2 else ""
    broken = "<!-- <div> -->" + ('<!--<li>x--><li style="display:none">0"></li>' if rng.random() < 0.1 else "")
    return f'<div class="top-bar">{bar}</div>\n<div class="nav">{nav}</div>{template}{broken}'


def _headline(draft: Draft) -> str:
    """Return the page's headline; in pieces now and then, and always there: the title must be stated once."""
    rng, report = draft.rng, draft.report
    title = report.title
    cut = title.find(str(report.year))
    if cut > 3 and rng.random() < 0.04:  # kicker and title as siblings
        draft.accept["title"] = (title[cut:],)
        draft.optional += [title[:cut], title[cut:]]
        return f"<h3>{escape(title[:cut])}</h3><h2>{escape(title[cut:])}</h2>"
    shown = escape(title)
    if len(title) > 16 and rng.random() < 0.1:
        shown = f"{escape(title[:14])}<br/>{escape(title[14:])}"
        draft.optional += [title[:14], title[14:]]
    kind = rng.choice(("h1", "h1", "h2", "div", "ucaptitle", "p", "td"))
    if kind == "div":
        return f'<div class="{rng.choice(("article_title", "xl_title", "title", "news_title"))}">{shown}</div>'
    if kind == "ucaptitle":
        return f'<h1 class="article-title"><ucaptitle>{shown}</ucaptitle></h1>'
    if kind == "p":
        return f'<p class="title" align="center"><b>{shown}</b></p>'
    if kind == "td":
        return f'<table width="100%"><tr><td class="title" align="center">{shown}</td></tr></table>'
    return f"<{kind}>{shown}</{kind}>"


def _info_line(draft: Draft, *, dated: bool) -> str:
    """Return the line under the headline: date, source, counter, font size, print."""
    rng, report, chrome = draft.rng, draft.report, draft.chrome
    day = draft.published or ""
    clock = rng.choice(("", f" {rng.randrange(8, 20):02d}:{rng.randrange(60):02d}"))
    source = rng.choice((f"{report.place}人民政府办公室", f"{report.place}政务服务局", "本站原创", report.issuer))
    parts = [rng.choice(("来源：", "信息来源：", "发布单位：", "文章来源：")) + source] if rng.random() < 0.7 else []
    if dated:
        shown = rng.choice((day, day, day.replace("-", "/"), f"{int(day[:4])}年{int(day[5:7])}月{int(day[8:])}日"))
        parts.insert(0, rng.choice(("发布时间：", "发布日期：", "时间：", "日期：", "")) + shown + clock)
    parts += [
        prose.fill(rng, line, we="", year=report.year, place="")
        for line in rng.sample(prose.TOOL_CHROME, rng.randrange(0, 4))
    ]
    rng.shuffle(parts)
    if not parts:
        return ""
    drawn = "".join(f"<span>{chrome.text(part)}</span>{rng.choice(('', ' ', '&nbsp;&nbsp;'))}" for part in parts)
    script = '<script src="/module/visitcount/articlehits.jsp?colid=1&artid=2"></script>' if rng.random() < 0.3 else ""
    return f'<div class="{rng.choice(("info", "xl_doc", "article_source", "pages-date"))}">{drawn}{script}</div>'


def _decoy(draft: Draft, *, dated: bool) -> str:
    """Return the label table that stands before the article: not the form's table."""
    rng, report = draft.rng, draft.report
    day = (draft.published or "") if dated else ""
    named = rng.choice((report.issuer, report.issuer, f"{report.place}人民政府办公室"))
    fields = [
        ("索引号", f"{rng.randrange(10**8, 10**9)}/{report.year + 1}-{rng.randrange(10**4):05d}"),
        (rng.choice(("分类", "主题分类")), rng.choice(("政府信息公开年报", "综合政务", "其他"))),
        (rng.choice(("发布机构", "发文机关")), named if rng.random() < 0.95 else report.title),
        (rng.choice(("发布日期", "公开日期")), day),
        (rng.choice(("文号", "发文字号")), rng.choice(("", "", "无", "/"))),
        ("名称", report.title),
        (rng.choice(("时效", "有效性")), rng.choice(("", "有效"))),
        ("主题词", ""),
    ]
    if not dated and rng.random() < 0.5:
        fields = [(name, value) for name, value in fields if not name.endswith("日期")]
    for name, value in fields:
        draft.chrome.lines += [f"{name}：{value}" if value else f"{name}："]
        draft.optional += [value] if value else []
    cells = [
        f"<td{rng.choice(('', ' class=label'))}>{name}{rng.choice(('', '：', ':'))}</td><td>{escape(value)}</td>"
        for name, value in fields
    ]
    wide = rng.choice((1, 2, 2))
    rows = "".join(f"<tr>{''.join(cells[i : i + wide])}</tr>" for i in range(0, len(cells), wide))
    draft.optional += [name for name, _ in fields] + [f"{name}：" for name, _ in fields]
    return f'<table class="{rng.choice(("table_content", "xxgk_article", "headInfo"))}" width="100%">{rows}</table>'


def _tail(draft: Draft) -> str:
    rng, chrome = draft.rng, draft.chrome
    out = ""
    if rng.random() < 0.5:
        name = f"{draft.report.title}.{rng.choice(('pdf', 'docx', 'doc'))}"
        label = rng.choice(("附件：", "附件【", "相关附件："))
        draft.optional += [name, label + name, label, f"附件【{name}】已下载3次", "】已下载3次"]
        end = "】已下载3次" if label.endswith("【") else ""
        out += f'<p>{label}<a href="./P0202{rng.randrange(10**9)}.pdf">{escape(name)}</a>{end}</p>'
    out += f'<div class="share">{chrome.items(prose.TOOL_CHROME, rng.randrange(1, 5))}</div>'
    return out


def _foot(draft: Draft) -> str:
    rng, chrome = draft.rng, draft.chrome
    related = chrome.items(prose.FOOT_CHROME[:5], rng.randrange(1, 4))
    links = chrome.items(prose.FOOT_CHROME[5:], rng.randrange(2, 9))
    frame = '<iframe src="/site/footer/footer.shtml"></iframe>' if rng.random() < 0.2 else ""
    return (
        f'<div class="related">{related}</div>\n<div class="footer">{links}</div>{frame}<script>var siteid=1;</script>'
    )


def _nest(draft: Draft, before: str, after: str) -> tuple[str, str]:
    """Put the article into the cell of a layout table with a menu beside it, two or three tables deep."""
    menu = draft.chrome.items(prose.TOP_CHROME[-5:], 5)
    menu = f'<td width="200" valign="top">{menu}</td>'
    before = f'<table width="1000" align="center" border="0"><tr>{menu}<td valign="top">{before}'
    after = f"{after}</td></tr></table>"
    for _ in range(draft.rng.choice((0, 1, 2))):
        before, after = (
            f'<table><tr><td colspan="2">&nbsp;</td></tr><tr><td></td><td>{before}',
            f"{after}</td></tr></table>",
        )
    return before, after


def _scripted(draft: Draft, body: str) -> str:
    """Return the body as gkmlpt has it: an escaped string in the page's script (portals.md §2.3), an empty container
    beside it.
    """
    report = draft.report
    detail = json.dumps({"id": 9103540, "title": report.title, "content": body}, ensure_ascii=draft.rng.random() < 0.5)
    detail = detail.replace("</", "<\\/")
    return (
        '<div class="article-content" id="content"></div>\n'
        f"<script>window._CONFIG = {{SID:'755041', TREE:[], DETAIL: {detail}, SERVICE_AREA_ID: '440300'}};</script>"
    )


def _url(draft: Draft) -> str:
    rng, year = draft.rng, draft.report.year
    stem = f"http://www.{rng.choice(('ls', 'wq', 'cx', 'hq'))}{rng.randrange(10, 99)}.gov.cn"
    paths = [
        f"/zwgk/zfxxgknb/{year}n/{rng.randrange(10**6)}.htm",
        f"/info/{rng.randrange(1000, 2000)}/{rng.randrange(10**5)}.htm",
        f"/gkmlpt/content/10/{rng.randrange(10**4)}/post_{rng.randrange(10**7)}.html",
        f"/zwgk/zfxxgkzn/{rng.randrange(10**7)}.html",
        "",
    ]
    if draft.published:
        day = draft.published.replace("-", "")
        paths.append(f"/zfxxgk/zfxxgkndbg/gb{year}/{day[:6]}/t{day}_13152.html")
    path = rng.choice(paths)
    return stem + path if path else ""


# --- the bytes -------------------------------------------------------------------------------------------------------


def _encode(document: str, encoding: str, rng: Random) -> tuple[bytes, str | None]:
    """Return the bytes and what the server says of their charset; `lying` says the wrong thing in header, meta or
    both.
    """
    meta = '<meta http-equiv="Content-Type" content="text/html; charset={}"/>\n'
    if encoding == "gbk":
        named = rng.choice(("gb2312", "GBK", "gb18030"))
        declared = rng.choice((meta.format(named), f'<meta charset="{named}">\n'))
        return document.replace("%CHARSET%", declared).encode("gb18030"), rng.choice((None, "gbk", "GB2312"))
    if encoding == "lying":
        kind = rng.choice(("gbk as utf-8", "utf-8 as gbk", "gbk, nothing said", "meta lies", "latin-1"))
        if kind == "gbk as utf-8":
            return document.replace("%CHARSET%", rng.choice(("", meta.format("gb2312")))).encode("gb18030"), "utf-8"
        if kind == "utf-8 as gbk":
            return document.replace("%CHARSET%", rng.choice(("", meta.format("gb2312")))).encode(), "gb2312"
        if kind == "gbk, nothing said":
            return document.replace("%CHARSET%", "").encode("gb18030"), None
        if kind == "meta lies":
            return document.replace("%CHARSET%", meta.format("utf-8")).encode("gb18030"), None
        return document.replace("%CHARSET%", meta.format("utf-8")).encode(), "iso-8859-1"
    declared = rng.choice(
        ('<meta charset="utf-8">\n', meta.format("utf-8"), meta.format("UTF-8") + '<meta charset="utf-8"/>\n')
    )
    return document.replace("%CHARSET%", declared).encode(
        rng.choice(("utf-8", "utf-8", "utf-8", "utf-8-sig"))
    ), rng.choice((None, "utf-8"))


def unclosed(document: str, rng: Random) -> str:
    """Drop end tags that authors forget: p, td, tr, li, now and then a span."""
    shares = {"p": 0.5, "td": 0.4, "tr": 0.3, "li": 0.5, "span": 0.03, "tbody": 0.5}
    chosen = {name: share for name, share in shares.items() if rng.random() < 0.6}
    return re.sub(r"</(\w+)>", lambda end: "" if rng.random() < chosen.get(end[1], 0.0) else end[0], document)


def upper(document: str, rng: Random) -> str:
    """Write all tags and attribute names in capitals, some attributes without quotation marks."""
    raw = re.sub(r"<(/?)([a-z][\w:]*)", lambda tag: f"<{tag[1]}{tag[2].upper()}", document)
    if rng.random() < 0.5:
        raw = re.sub(r'(colspan|rowspan|width)="(\d+)"', lambda pair: f"{pair[1].upper()}={pair[2]}", raw)
    return raw.replace("<UCAP", "<ucap").replace("</UCAP", "</ucap")


# --- shapes ----------------------------------------------------------------------------------------------------------


def _make(look: Look, rng: Random) -> tuple[Report, Page]:
    report = invent(rng, look.wish)
    return report, render(rng, report, look)


def _year_only(rng: Random) -> tuple[Report, Page]:
    """A page headed 「2025年」, with the agency's name alone or as a 公告: its body says that it is a report."""
    report = invent(rng, Wish())
    notice = f"{report.issuer}公告（{report.year + 1}年第{rng.randrange(1, 9)}号）"  # a ministry may wrap its report
    title = rng.choice(
        (f"{report.year}年", report.issuer, f"{full_width_digits(report.year)}年", f"{report.year}年度报告", notice)
    )
    preface = report.preface
    if not any("1月1日" in line for line in preface):
        period = rng.choice(prose.PERIOD)
        preface = (*preface, prose.fill(rng, period, we="", year=report.year, place=""))
    accept = {**report.accept, "title": (report.title,)}
    signature = (
        report.signature
        if report.signature and report.issuer in report.signature[0]
        else (report.issuer, *report.signature)
    )
    changed = replace(report, title=title, preface=preface, accept=accept, signature=signature)
    return changed, render(rng, changed, Look())


LOOKS: dict[str, Look] = {
    **{name: Look(markup=name) for name in MARKUPS},
    "div-grid": Look(markup="div-grid", tables=structures.whole),
    "broken-cells": Look(pieces=frozenset({"br", "paragraphs", "nbsp", "newlines"})),
    "character-spans": Look(pieces=frozenset({"characters"})),
    "entities": Look(pieces=frozenset({"entities"})),
    "invisible-characters": Look(pieces=frozenset({"invisible", "comments"})),
    "footnotes": Look(pieces=frozenset({"footnotes"})),
    "struck-numbers": Look(pieces=frozenset({"struck"})),
    "input-fields": Look(pieces=frozenset({"inputs"})),
    "hidden-spans": Look(pieces=frozenset({"hidden-cells"})),
    "twice": Look(twice=True),
    "table-rows": Look(markup="table-rows", tables=structures.whole),
    **{name: Look(tables=structure) for name, structure in structures.IN_CELLS.items()},
    "split-numbers": Look(pieces=frozenset({"numbers"}), wish=Wish(busy=True)),
    "lying-spans": Look(tables=structures.lying_spans),
    "split-form": Look(tables=structures.split_form),
    "torn-in-two": Look(tables=structures.torn_in_two),
    "nested-layout": Look(nested=True),
    "headings-in-cells": Look(headings_in_cells=True, tables=structures.whole),
    "decoy-table": Look(decoy=1.0),
    "other-tables": Look(others=1.0),
    "chrome": Look(chrome=1.0),
    "no-chrome": Look(chrome=0.0, decoy=0.0),
    "gbk": Look(encoding="gbk"),
    "lying-charset": Look(encoding="lying"),
    "unclosed": Look(finish=unclosed),
    "capitals": Look(finish=upper),
    "pictures": Look(pictures=(2, 3, 4)),
    "one-picture": Look(pictures=(3,)),
    "in-script": Look(scripted=True, family="nfcms"),
    "flattened": Look(flattened=True, wish=Wish(empties=False, spaces=False)),
    "busy": Look(wish=Wish(busy=True)),
    **{name: Look(wish=wish) for name, wish in structures.TRAPS.items()},
}
SHAPES: dict[str, Make] = {
    **{name: partial(_make, look) for name, look in LOOKS.items()},
    "year-or-agency-only": _year_only,
}
