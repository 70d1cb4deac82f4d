"""Counties on portals put together by local firms, one for each kind of `samples.families.offices`."""

from __future__ import annotations

from samples.contents import Place, columns_of, reports_of, row
from samples.families import offices
from samples.portal import Column, Row

YEARS = (2022, 2023, 2024)
NAMES: tuple[tuple[type[offices.Office], str, str, tuple[str, str]], ...] = (
    (offices.TreeFrames, "岳西县", "340828", ("天堂镇", "店前镇")),
    (offices.YearsInCatalogue, "太湖县", "340825", ("晋熙镇", "徐桥镇")),
    (offices.PictureMenus, "望江县", "340827", ("华阳镇", "杨湾镇")),
    (offices.Sessions, "怀宁县", "340822", ("高河镇", "石牌镇")),
    (offices.DepartmentChoice, "宿松县", "340826", ("孚玉镇", "复兴镇")),
    (offices.AlphabetTabs, "歙县", "341021", ("徽城镇", "深渡镇")),
    (offices.TownshipPages, "休宁县", "341022", ("海阳镇", "齐云山镇")),
    (offices.OuterScripts, "黟县", "341023", ("碧阳镇", "宏村镇")),
    (offices.OffsetTable, "祁门县", "341024", ("祁山镇", "小路口镇")),
    (offices.YearsAreReports, "来安县", "341122", ("新安镇", "半塔镇")),
    (offices.InPieces, "全椒县", "341124", ("襄河镇", "古河镇")),
    (offices.Bundles, "定远县", "341125", ("定城镇", "炉桥镇")),
    (offices.ScriptMenus, "凤阳县", "341126", ("府城镇", "临淮关镇")),
    (offices.Misfiled, "南谯区", "341103", ("乌衣镇", "沙河镇")),
    (offices.Unpromising, "含山县", "340522", ("环峰镇", "运漕镇")),
    (offices.AskedTrees, "琅琊区", "341102", ("琅琊街道", "扬子街道")),
    (offices.OldFrames, "明光市", "341182", ("张八岭镇", "三界镇")),
    (offices.ByOwnQuery, "天长市", "341181", ("铜城镇", "汊涧镇")),
    (offices.StaticJson, "泗县", "341324", ("泗城镇", "墩集镇")),
    (offices.InlineIds, "灵璧县", "341323", ("灵城镇", "韦集镇")),
    (offices.ServerTables, "无为市", "340281", ("无城镇", "襄安镇")),
    (offices.SiteMapOnly, "砀山县", "341321", ("砀城镇", "赵屯镇")),
    (offices.TurnedInPlace, "郎溪县", "341821", ("建平镇", "涛城镇")),
    (offices.LoadedTabs, "泾县", "341823", ("泾川镇", "桃花潭镇")),
)
_BY_YEAR = (offices.YearsInCatalogue,)


def _row(family: type[offices.Office], name: str, code: str, townships: tuple[str, ...]) -> Row:
    place = Place(name, code, townships=townships)

    def columns() -> list[Column]:
        reports = reports_of(place, issuers=4, years=YEARS)
        kinds = ("compiling_notice", "website_form", "guide", "budget")
        return columns_of(place, reports, kinds=kinds, news=4, split=family in _BY_YEAR)

    return row(family, place, columns)


ROWS: tuple[Row, ...] = tuple(_row(*given) for given in NAMES)
