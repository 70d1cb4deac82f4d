"""Counties of generated reports, one row for each habit of each family."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from samples import faults
from samples.contents import Place, columns_of, reports_of, row, summary_page
from samples.families.boda import Boda
from samples.families.ewb import Ewb
from samples.families.framed import Framed
from samples.families.gkmlpt import Gkmlpt
from samples.families.hanweb import Hanweb
from samples.families.homegrown import Homegrown
from samples.families.jpaas import Jpaas
from samples.families.lonsun import Lonsun
from samples.families.static import Static
from samples.families.trs import Trs
from samples.families.truecms import Truecms
from samples.families.ucap import Ucap, UcapJson
from samples.families.xxgk import Xxgk
from samples.portal import Article, Attachment, Column, Portal, Row
from samples.reports import report, report_before_2019
from samples.rows import dead_ends

LAST_FIVE = (2020, 2021, 2022, 2023, 2024)


PDF = Attachment(
    label="附件：年度报告.pdf", name="附件1：年度报告.pdf", content=dead_ends.PDF, media_type="application/octet-stream"
)
WORD = replace(PDF, label="下载Word", name="年度报告.doc", content=bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504))
ERROR_PAGE = replace(
    PDF, label="附件2.docx", name="附件2.docx", content=faults.STACK_TRACE.encode(), outcome="wrong_type"
)


def with_files(reports: Iterable[Article]) -> list[Article]:
    """Return the reports, the first with its renditions, the second with an error page in place of its file."""
    first, second, *others = reports
    return [replace(first, attachments=(PDF, WORD)), replace(second, attachments=(ERROR_PAGE,)), *others]


def _row(
    family: type[Portal],
    name: str,
    code: str,
    townships: tuple[str, ...],
    *,
    issuers: int = 12,
    years: Iterable[int] = LAST_FIVE,
    split: bool = False,
    **settings: object,
) -> Row:
    place = Place(name, code, townships=townships)
    years = tuple(years)

    def columns() -> list[Column]:
        reports = with_files(reports_of(place, issuers=issuers, years=years))
        return columns_of(place, reports, split=split)

    return row(family, place, columns, **settings)


HUIDONG = Place("惠东县", "441323", townships=("白花镇", "梁化镇"))
HUIDONG_FINANCE = Place("惠东县财政局", "441323", level="department")


def _with_oddities() -> list[Column]:
    """Return columns with a report misfiled under 指南, one at a directory's address, a 汇总, older reports."""
    columns = columns_of(HUIDONG, [*reports_of(HUIDONG, issuers=8, years=(2021, 2022)), summary_page(HUIDONG, 2022)])
    guide, _, _, yearly, _ = columns[-1].columns
    guide.articles.append(report("惠东县白花镇人民政府", 2023))
    yearly.articles.append(report("惠东县梁化镇人民政府", 2023, address="/zwgk/zfxxgknb/zfnbhz/lhz/"))
    yearly.articles += [report_before_2019("惠东县人民政府", year) for year in (2014, 2016, 2018)]
    return columns


def _of_one_agency() -> list[Column]:
    """Return a department's own site: its reports stand on the county's portal as well, to the letter."""
    reports = [report("惠东县财政局", year) for year in (2021, 2022)]
    return columns_of(HUIDONG_FINANCE, reports, kinds=("budget",), news=4)


LUZHAI = Place("鹿寨县", "450223", townships=("中渡镇", "寨沙镇", "黄冕镇", "平山镇"))


def _of_sub_sites() -> list[Column]:
    """Return columns whose reports lie deep: by year and group of agencies, on agencies' own sub-sites with entries of
    their own, and misfiled among files and notices.
    """
    columns = columns_of(LUZHAI, [report("鹿寨县人民政府", 2022), report("鹿寨县人民政府", 2023)])
    _, notices, landing = columns
    yearly = landing.columns[3]
    for year in (2022, 2023):
        groups = (("县直部门", "szbm", LUZHAI.issuers[:3]), ("乡镇(街道)", "xzgb", LUZHAI.issuers[-2:]))
        below = [
            Column(name, f"{yearly.slug}/{year}n/{slug}{year}", [report(issuer, year) for issuer in issuers])
            for name, slug, issuers in groups
        ]
        yearly.columns.append(Column(f"{year}年", f"{yearly.slug}/{year}n", columns=below))
    sites = []
    for number, issuer in enumerate(LUZHAI.issuers[3:9]):
        slug = f"bm/bm{number}"
        entries = [
            Column("政府信息公开指南", f"{slug}/zn"),
            Column("政府信息公开年报", f"{slug}/gknb", [report(issuer, year) for year in (2021, 2023)]),
        ]
        sites.append(Column(issuer.removeprefix("鹿寨县"), slug, columns=entries))
    notices.articles.append(report("鹿寨县中渡镇人民政府", 2021))
    files = Column("文件类信息公开", "zwgk/wjlxxgk", [report("鹿寨县寨沙镇人民政府", 2021)])
    landing.columns += [Column("部门信息公开", "bm", columns=sites), files]
    return columns


ROWS: tuple[Row, ...] = (
    _row(Trs, "大埔县", "441422", ("湖寮镇", "百侯镇"), script="anchor", issuers=9),
    _row(Trs, "丰顺县", "441423", ("留隍镇", "汤坑镇"), script="double", split=True),
    _row(Trs, "兴宁市", "441481", ("龙田镇", "叶塘镇"), script="variables", issuers=4),
    _row(Hanweb, "五华县", "441424", ("水寨镇", "河东镇")),
    _row(Hanweb, "平远县", "441426", ("大柘镇", "石正镇"), pages_only=True, cap=10),
    _row(Hanweb, "曹县", "371721", ("青堌集镇", "桃源集镇"), issuers=6, methods=("POST",)),
    _row(Hanweb, "单县", "371722", ("黄岗镇", "终兴镇"), issuers=6, methods=("GET",), years=(2022, 2023)),
    _row(Hanweb, "成武县", "371723", ("大田集镇", "天宫庙镇"), issuers=6, encrypted=True),
    _row(Truecms, "巨野县", "371724", ("龙堌镇", "大义镇"), issuers=6),
    _row(Truecms, "郓城县", "371725", ("黄安镇", "杨庄集镇"), issuers=4, asked=45, greatest=20),
    _row(
        Xxgk,
        "鄄城县",
        "371726",
        ("什集镇", "红船镇"),
        issuers=6,
        years=(2022, 2023),
        modules=("鄄城县财政局", "鄄城县教育局"),
    ),
    _row(Trs, "东明县", "371728", ("东明集镇", "刘楼镇"), issuers=6, script="half"),
    _row(Jpaas, "邹平市", "371681", ("长山镇", "韩店镇")),
    _row(Jpaas, "沂源县", "370323", ("悦庄镇", "鲁村镇"), stuck=True, years=(2023, 2024)),
    _row(Gkmlpt, "蕉岭县", "441427", ("蕉城镇", "长潭镇"), issuers=24, years=(2020, 2021, 2022, 2023, 2024)),
    _row(Ucap, "桃源县", "430725", ("陬市镇", "盘塘镇")),
    _row(UcapJson, "石门县", "430726", ("壶瓶山镇", "罗坪乡")),
    _row(Lonsun, "无棣县", "371623", ("水湾镇", "小泊头镇"), issuers=16),
    _row(Lonsun, "阳信县", "371622", ("商店镇", "温店镇"), issuers=4, tree=True),
    _row(Ewb, "江山市", "330881", ("贺村镇", "峡口镇"), issuers=4, external=True),
    _row(Ewb, "常山县", "330822", ("球川镇", "芳村镇"), issuers=14),
    _row(Framed, "开化县", "330824", ("马金镇", "池淮镇"), split=True),
    _row(Boda, "莘县", "371522", ("张鲁回族镇", "朝城镇"), issuers=20),
    _row(Homegrown, "定陶区", "371703", ("冉堌镇", "张湾镇"), issuers=20),
    row(Static, HUIDONG, _with_oddities),
    row(Trs, LUZHAI, _of_sub_sites, script="single"),
    row(Static, HUIDONG_FINANCE, _of_one_agency),
)
