"""Counties on portals of no known software, one for each kind of `samples.families.handmade` and `toolkits`."""

from __future__ import annotations

from dataclasses import replace

from samples.contents import Place, columns_of, reports_of, row
from samples.families import handmade, toolkits
from samples.portal import Attachment, Column, Row

YEARS = (2022, 2023, 2024)
NAMES: tuple[tuple[type[handmade.Handmade], str, str, tuple[str, str]], ...] = (
    (handmade.Selects, "安溪县", "350524", ("湖头镇", "官桥镇")),
    (handmade.Handlers, "永春县", "350525", ("达埔镇", "蓬壶镇")),
    (handmade.DataAddresses, "德化县", "350526", ("浔中镇", "水口镇")),
    (handmade.InlineData, "漳浦县", "350623", ("绥安镇", "佛昙镇")),
    (handmade.InlineState, "诏安县", "350624", ("桥东镇", "梅岭镇")),
    (handmade.Feeds, "东山县", "350626", ("西埔镇", "杏陈镇")),
    (handmade.PostBack, "南靖县", "350627", ("山城镇", "靖城镇")),
    (handmade.FormPager, "平和县", "350628", ("小溪镇", "九峰镇")),
    (handmade.Tabs, "华安县", "350629", ("华丰镇", "仙都镇")),
    (handmade.HashPager, "顺昌县", "350721", ("埔上镇", "元坑镇")),
    (handmade.PostedJson, "浦城县", "350722", ("富岭镇", "石陂镇")),
    (handmade.LoadMore, "光泽县", "350723", ("杭川镇", "寨里镇")),
    (handmade.Offsets, "松溪县", "350724", ("松源镇", "郑墩镇")),
    (handmade.LastOnly, "政和县", "350725", ("熊山镇", "东平镇")),
    (handmade.Trees, "长汀县", "350821", ("汀州镇", "河田镇")),
    (handmade.Files, "上杭县", "350823", ("临江镇", "古田镇")),
    (handmade.Framed, "武平县", "350824", ("平川镇", "岩前镇")),
    (handmade.YearForm, "连城县", "350825", ("莲峰镇", "朋口镇")),
    (handmade.XmlList, "霞浦县", "350921", ("松城镇", "三沙镇")),
    (toolkits.Table, "古田县", "350922", ("平湖镇", "大桥镇")),
    (toolkits.Datagrid, "屏南县", "350923", ("古峰镇", "双溪镇")),
    (toolkits.Fetched, "寿宁县", "350924", ("鳌阳镇", "斜滩镇")),
    (toolkits.OwnPath, "周宁县", "350925", ("狮城镇", "咸村镇")),
    (toolkits.Splash, "柘荣县", "350926", ("双城镇", "富溪镇")),
    (toolkits.Called, "闽侯县", "350121", ("甘蔗街道", "白沙镇")),
    (toolkits.Blog, "连江县", "350122", ("凤城镇", "敖江镇")),
    (toolkits.ShortNames, "罗源县", "350123", ("凤山镇", "松山镇")),
    (toolkits.WrittenPager, "闽清县", "350124", ("梅城镇", "坂东镇")),
    (toolkits.DataIds, "尤溪县", "350426", ("梅仙镇", "洋中镇")),
    (toolkits.Delimited, "永泰县", "350125", ("樟城镇", "嵩口镇")),
    (toolkits.Attributed, "平潭县", "350128", ("潭城镇", "苏澳镇")),
    (toolkits.Assigned, "仙游县", "350322", ("鲤城街道", "枫亭镇")),
)
_WITH_FILES = (handmade.Framed,)
_PDF = Attachment(label="附件：年度报告.pdf", name="nb.pdf", content=handmade.PDF, media_type="application/pdf")


def _row(family: type[handmade.Handmade], name: str, code: str, townships: tuple[str, ...]) -> Row:
    place = Place(name, code, townships=townships)

    def columns() -> list[Column]:
        reports = list(reports_of(place, issuers=4, years=YEARS))
        if family in _WITH_FILES:
            reports = [
                replace(report, attachments=(replace(_PDF, name=f"nb{number}.pdf"),))
                for number, report in enumerate(reports)
            ]
        return columns_of(place, reports, kinds=("compiling_notice", "website_form", "guide", "budget"), news=4)

    return row(family, place, columns)


ROWS: tuple[Row, ...] = tuple(_row(*given) for given in NAMES)
