"""Counties on portals whose reports only a script leads to, one for each kind of `samples.families.scripted`."""

from __future__ import annotations

from samples.contents import Place, columns_of, reports_of, row
from samples.families import scripted
from samples.portal import Column, Row

YEARS = (2022, 2023, 2024)
NAMES: tuple[tuple[type[scripted.Scripted], str, str, tuple[str, str]], ...] = (
    (scripted.Accordion, "绩溪县", "341824", ("华阳镇", "临溪镇")),
    (scripted.ClickedNodes, "旌德县", "341825", ("旌阳镇", "蔡家桥镇")),
    (scripted.PostedYears, "青阳县", "341723", ("蓉城镇", "木镇镇")),
    (scripted.PagesInAFile, "石台县", "341722", ("仁里镇", "七都镇")),
    (scripted.TabsWithState, "东至县", "341721", ("尧渡镇", "东流镇")),
    (scripted.FilledTemplate, "歙县", "341021", ("徽城镇", "深渡镇")),
)


def _row(family: type[scripted.Scripted], name: str, code: str, townships: tuple[str, str]) -> Row:
    place = Place(name, code, townships=townships)

    def columns() -> list[Column]:
        reports = reports_of(place, issuers=4, years=YEARS)
        return columns_of(place, reports, kinds=("compiling_notice", "website_form", "guide", "budget"), news=4)

    return row(family, place, columns)


ROWS: tuple[Row, ...] = tuple(_row(*given) for given in NAMES)
