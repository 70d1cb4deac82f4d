"""Counties of generated reports, one row for each habit of each family."""

from __future__ import annotations

from samples.contents import Place, columns_of, reports_of, row
from samples.families.hanweb import Hanweb
from samples.families.trs import Trs
from samples.portal import Row

DAPU = Place("大埔县", "441422", townships=("湖寮镇", "百侯镇"))
WUHUA = Place("五华县", "441424", townships=("水寨镇", "河东镇"))

ROWS: tuple[Row, ...] = (
    row(
        Trs,
        DAPU,
        lambda: columns_of(DAPU, reports_of(DAPU, issuers=9, years=(2020, 2021, 2022, 2023))),
        script="anchor",
    ),
    row(Hanweb, WUHUA, lambda: columns_of(WUHUA, reports_of(WUHUA, issuers=12, years=(2020, 2021, 2022, 2023, 2024)))),
)
