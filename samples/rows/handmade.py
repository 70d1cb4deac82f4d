"""Counties on portals of no known software, one for each kind; its module tells what is uncommon of it."""

from __future__ import annotations

from dataclasses import replace

from samples.contents import Place, columns_of, reports_of, row
from samples.families import asked, bodies, handmade, issuers, loaded, turning, ways, written
from samples.portal import Attachment, Column, Row

YEARS = (2022, 2023, 2024)
NAMES: tuple[tuple[type[handmade.Handmade], str, str, tuple[str, str]], ...] = (
    (written.Handlers, "永春县", "350525", ("达埔镇", "蓬壶镇")),
    (written.InlineData, "漳浦县", "350623", ("绥安镇", "佛昙镇")),
    (loaded.Feeds, "东山县", "350626", ("西埔镇", "杏陈镇")),
    (turning.PostBack, "南靖县", "350627", ("山城镇", "靖城镇")),
    (turning.FormPager, "平和县", "350628", ("小溪镇", "九峰镇")),
    (turning.Offsets, "松溪县", "350724", ("松源镇", "郑墩镇")),
    (turning.LastOnly, "政和县", "350725", ("熊山镇", "东平镇")),
    (ways.Trees, "长汀县", "350821", ("汀州镇", "河田镇")),
    (bodies.Files, "上杭县", "350823", ("临江镇", "古田镇")),
    (bodies.Framed, "武平县", "350824", ("平川镇", "岩前镇")),
    (loaded.XmlList, "霞浦县", "350921", ("松城镇", "三沙镇")),
    (asked.Datagrid, "屏南县", "350923", ("古峰镇", "双溪镇")),
    (ways.Splash, "柘荣县", "350926", ("双城镇", "富溪镇")),
    (turning.Blog, "连江县", "350122", ("凤城镇", "敖江镇")),
    (turning.ShortNames, "罗源县", "350123", ("凤山镇", "松山镇")),
    (ways.Assigned, "仙游县", "350322", ("鲤城街道", "枫亭镇")),
    (ways.TreeFrames, "岳西县", "340828", ("天堂镇", "店前镇")),
    (ways.YearsInCatalogue, "太湖县", "340825", ("晋熙镇", "徐桥镇")),
    (ways.PictureMenus, "望江县", "340827", ("华阳镇", "杨湾镇")),
    (turning.Sessions, "怀宁县", "340822", ("高河镇", "石牌镇")),
    (issuers.DepartmentChoice, "宿松县", "340826", ("孚玉镇", "复兴镇")),
    (issuers.AlphabetTabs, "歙县", "341021", ("徽城镇", "深渡镇")),
    (issuers.TownshipPages, "休宁县", "341022", ("海阳镇", "齐云山镇")),
    (asked.OuterScripts, "黟县", "341023", ("碧阳镇", "宏村镇")),
    (issuers.YearsAreReports, "来安县", "341122", ("新安镇", "半塔镇")),
    (bodies.InPieces, "全椒县", "341124", ("襄河镇", "古河镇")),
    (bodies.Bundles, "定远县", "341125", ("定城镇", "炉桥镇")),
    (ways.ScriptMenus, "凤阳县", "341126", ("府城镇", "临淮关镇")),
    (ways.Misfiled, "南谯区", "341103", ("乌衣镇", "沙河镇")),
    (ways.Unpromising, "含山县", "340522", ("环峰镇", "运漕镇")),
    (loaded.AskedTrees, "琅琊区", "341102", ("琅琊街道", "扬子街道")),
    (ways.OldFrames, "明光市", "341182", ("张八岭镇", "三界镇")),
    (asked.ByOwnQuery, "天长市", "341181", ("铜城镇", "汊涧镇")),
    (written.InlineIds, "灵璧县", "341323", ("灵城镇", "韦集镇")),
    (asked.ServerTables, "无为市", "340281", ("无城镇", "襄安镇")),
    (ways.SiteMapOnly, "砀山县", "341321", ("砀城镇", "赵屯镇")),
    (loaded.LoadedTabs, "泾县", "341823", ("泾川镇", "桃花潭镇")),
)
_WITH_FILES = (bodies.Framed,)
_NEAR_MISSES = ("compiling_notice", "website_form", "guide", "budget")
_BY_YEAR = (ways.YearsInCatalogue,)
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
        return columns_of(place, reports, kinds=_NEAR_MISSES, news=4, split=family in _BY_YEAR)

    return row(family, place, columns)


ROWS: tuple[Row, ...] = tuple(_row(*given) for given in NAMES)
