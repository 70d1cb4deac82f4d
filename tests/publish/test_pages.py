"""The site as a public one: what it shows, what it sends, what it refuses."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from lxml import html

from extract.form import TABLE2_LABELS, TABLE3_LABELS, TABLE4_LABELS
from publish import form
from publish.notes import _RELATION
from publish.originals import original_url
from publish.site import SETTINGS

PAGES = [
    "/", "/search", "/search?q=x", "/about", "/nianbao", "/report/150203-2021", "/nianbao/reports",
    "/nianbao/reports/150203-2021", "/nianbao/sections?_search=a", "/nianbao/findings",
    "/nianbao/printed?_sort_desc=text", "/nope",
    "/authority/510781", "/report/nope", "/authority/nope", "/robots.txt", "/nianbao/reports.json",
    "/nianbao/reports.csv", "/static/site.css", "/-/original/nope", "/-/databases", "/nianbao?sql=select+1",
]  # fmt: skip


def parsed(page: str) -> Any:
    return html.fromstring(page)


def cells_of(page: str) -> dict[str, str]:
    """Return of a report's page each figure by its cell's name."""
    root = parsed(page)
    links = root.xpath("//table[contains(@class, 'form')]//td/a")
    return {link.get("href").rpartition("/")[2]: link.text_content() for link in links}


def test_a_report_shows_every_figure_that_was_read_and_blanks_as_blanks(built: Any, get: Any) -> None:
    for report_id, reading in built.readings.items():
        shown = cells_of(get(f"/report/{report_id}").text)
        stated = {
            form.cell_name("table3", row, column.name): cell
            for row, cells in reading.table3.items()
            for column, cell in zip(form.APPLICANTS, cells, strict=True)
        } | {
            form.cell_name("table4", row, column.name): cell
            for row, cells in reading.table4.items()
            for column, cell in zip(form.OUTCOMES, cells, strict=True)
        } | {
            form.cell_name("table2", row, column): cell
            for row, cells in reading.table2.items()
            for column, cell in cells.items()
        }  # fmt: skip
        for name, cell in stated.items():
            expected = cell.printed or ("" if cell.value is None else str(cell.value))
            assert shown.get(name, "").split(" ")[0] == expected.split(" ")[0], (report_id, name)
        assert set(shown) <= set(stated)


def test_a_broken_total_is_marked_and_stays_as_printed(get: Any) -> None:
    page = get("/report/150203-2021").text
    root = parsed(page)
    doubted = root.xpath("//td[contains(@class, 'doubted')]/a/text()")
    assert doubted == ["11", "3", "0", "0", "13"]
    assert "各项之和不等于总计" in page
    assert "table4_total[review]" in page


def test_a_report_page_has_prose_warnings_and_sources(get: Any) -> None:
    page = get("/report/150203-2021").text
    assert "一是完善政府信息公开专栏" in page
    assert "读到的收费金额单位不详" in page
    assert "http://www.portal.example/seed4.html" in page
    assert "逐字相同" in get("/report/652723201-2020").text


def test_figures_lead_to_the_original_that_carries_their_table(built: Any, opening: Any) -> None:
    values = "(?, 'http://www.portal.example/4.png', 'image/png', ?, 'table3/concluded table4')"
    with opening(f"insert into renditions values {values}", ("150203-2021", built.captures["hostile"])) as get:
        years = parsed(get("/authority/150203").text).xpath("//section[@id='years']//td/a/@href")
        for name, cell in (("seed4", "table3.received"), ("hostile", "table3.concluded"), ("hostile", "table4.review")):
            figure = f"/report/150203-2021/{cell}.total"
            assert figure in years
            assert get(figure).headers["location"] == original_url(built.captures[name], f"{cell}.total")


@pytest.mark.parametrize("address", ["nope/table3.received.total", "150203-2021/table3.received", "150203-2021/x"])
def test_a_figure_that_no_report_has_is_not_found(get: Any, address: str) -> None:
    assert get(f"/report/{address}").status_code == 404


@pytest.mark.parametrize(
    ("address", "cell"),
    [
        ("/nianbao/reports?authority_id=150203", "table3.received.total"),
        ("/nianbao/reports/150203-2021", "table4.review.total"),
        ("/nianbao/applications?report_id=150203-2021", "table3.granted.business"),
        ("/nianbao/disclosures?report_id=150203-2021", "table2.fees.amount"),
        ("/nianbao/proceedings/150203-2021,review", "table4.review.upheld"),
    ],
)
def test_figures_in_tables_lead_to_their_place_too(get: Any, address: str, cell: str) -> None:
    root = parsed(get(address).text)
    (figure,) = root.xpath(f"//td/a[@href='/report/150203-2021/{cell}']")
    assert figure.text_content() == cells_of(get("/report/150203-2021").text)[cell].split(" ")[0]


def test_a_record_names_what_it_refers_to(get: Any) -> None:
    root = parsed(get("/nianbao/reports/150203-2021").text)
    assert root.xpath("string(//td/a[@href='/authority/150203'])") == "昆都仑区人民政府"


def test_a_table_says_in_chinese_what_it_shows_and_figures_are_sorted_from_the_greatest(get: Any) -> None:
    root = parsed(get("/nianbao/reports?form=2021&report_year__gt=2020&_sort_desc=received").text)
    said = " ".join(root.xpath("string(//*[@class='result-count'])").split())
    assert "统计表式样 = 2021 年式；报告所述的年度 > 2020 按本年新收政府信息公开申请总数降序" in said
    links = {link.rpartition("&")[2] for link in root.xpath("//thead//a/@href")}
    assert {"_sort_desc=granted", "_sort=received", "_sort=title"} <= links


@pytest.mark.parametrize(("report", "version", "rows"), [("510781-2020", "2019", 23), ("150203-2021", "2021", 25)])
def test_tables_have_the_shape_of_their_form(get: Any, report: str, version: str, rows: int) -> None:
    root = parsed(get(f"/report/{report}").text)
    table = root.xpath("//table[contains(@class, 'form3')]")[0]
    assert len(table.xpath(".//tr[td[not(@rowspan)]]")) == rows
    assert table.xpath("string(.//th[@class='side']/@rowspan)") == str(rows - 3)
    assert len(form.table3_rows(version)) == rows
    for wide in root.xpath("//table[contains(@class, 'form')]"):
        assert set(_widths(wide)) == {4 if "form2" in wide.get("class") else 10 if "form3" in wide.get("class") else 15}


def _widths(table: Any) -> list[int]:
    """Return of each row how many columns it fills, with what hangs into it from above."""
    hanging: list[int] = []
    widths = []
    for row in table.iter("tr"):
        width = sum(1 for left in hanging if left > 0)
        hanging = [left - 1 for left in hanging if left > 1]
        for cell in row:
            span = int(cell.get("colspan", 1))
            width += span
            hanging += [int(cell.get("rowspan", 1)) - 1] * span
        hanging = [left for left in hanging if left > 0]
        widths.append(width)
    return widths


def test_tables_say_what_they_are_to_a_screen_reader(get: Any) -> None:
    root = parsed(get("/report/150203-2021").text)
    assert root.get("lang") == "zh-Hans"
    assert len(root.xpath("//table[contains(@class, 'form')]/caption")) == 3
    assert root.xpath("//table[contains(@class, 'form')]//th[not(@scope)]") == []
    assert root.xpath("//*[contains(@class, 'en')][not(@lang='en')][not(ancestor::*[@lang='en'])][self::span]") == []


def test_the_layout_knows_every_row_of_the_database() -> None:
    placed = {row.name for version in form.TABLE2 for block in form.TABLE2[version] for row in block.rows}
    placed |= {row.name for version in form.RESULTS for row in form.table3_rows(version)}
    assert placed | {row.name for row in form.PROCEEDINGS} == {*TABLE2_LABELS, *TABLE3_LABELS, *TABLE4_LABELS}


def test_relations_are_recognised_in_findings() -> None:
    names = ["balance[total]", "row_total[denied.by_law]", "concluded[business]", "table4_total[review]"]
    assert all(_RELATION.search(f"arithmetic {name}: 1 = 1, stated 2") for name in names)


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_headers_of_a_public_site(get: Any, path: str) -> None:
    answer = get(path)
    assert answer.status_code < 500
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "script" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in answer.headers
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("path", [path for path in PAGES if "." not in path])
def test_pages_need_no_script_no_style_of_their_own_and_nothing_from_elsewhere(get: Any, path: str) -> None:
    answer = get(path)
    if "html" not in answer.headers["content-type"]:
        return
    root = parsed(answer.text)
    assert root.xpath("//script | //style | //*[@style] | //*[@*[starts-with(name(), 'on')]]") == []
    loaded = root.xpath("//link[@rel='stylesheet']/@href | //img/@src | //iframe/@src")
    assert all(address.startswith("/") for address in loaded)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/", "/nianbao/reports", "/-/messages", "/-/logout", "/nianbao/reports/150203-2021"])
def test_nothing_can_be_written(site: Any, run: Any, method: str, path: str) -> None:
    assert run(site.client.request(method, path)).status_code == 405


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nianbao.json?sql=select+1", 403),
        ("/nianbao/reports?_where=1%3D1", 403),
        ("/_internal", 403),
        ("/_memory", 404),
        ("/-/databases", 404),
        ("/-/threads", 404),
        ("/-/messages", 404),
        ("/-/permissions", 404),
        ("/-/auth-token", 404),
        ("/-/static/table.js", 404),
        ("/static/../site.py", 404),
        ("/static/..%2Fsite.py", 404),
        ("/nianbao/reports?" + "a" * 9000, 414),
        ("/nianbao/reports?_through=x", 400),
        ("/nianbao/sections?_shape=x&position__gte=99999999999999999999", 400),
        ("/nianbao/reports?_timelimit=x", 400),
        ("/nianbao/reports?_facet_array={%22a%22:1}", 400),
        ("/nianbao/reports?_sort=nope", 400),
    ],
)
def test_what_the_public_may_not_do(get: Any, path: str, status: int) -> None:
    answer = get(path)
    assert answer.status_code in (status, 404)
    assert "/tmp" not in answer.text


def test_a_cookie_that_is_no_text_does_no_harm(site: Any, run: Any) -> None:
    assert run(site.client.get("/nianbao/reports", headers={b"cookie": b"a=\xff"})).status_code == 200


def test_a_value_cannot_take_all_memory(site: Any, run: Any) -> None:
    with pytest.raises(sqlite3.DataError, match="too big"):
        run(site.get_database().execute("select length(hex(randomblob(200000000)))"))


def test_the_file_is_opened_so_that_it_cannot_change(site: Any, run: Any) -> None:
    assert not site.get_database().is_mutable
    with pytest.raises(sqlite3.OperationalError):
        run(site.get_database().execute("update reports set title = 'x'"))


def test_settings_are_those_of_a_public_site(get: Any) -> None:
    settings = get("/-/settings.json").json()
    assert settings.items() >= SETTINGS.items()
    assert settings["suggest_facets"] is settings["default_allow_sql"] is False


def test_csv_opens_right_in_a_chinese_excel(get: Any) -> None:
    answer = get("/nianbao/reports.csv?_stream=on&_dl=1")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbfid,authority_id")
    assert answer.content.count(b"\xef\xbb\xbf") == 1
    assert "江油市" in answer.content.decode("utf-8-sig")


def test_json_is_as_datasette_gives_it(get: Any) -> None:
    answer = get("/nianbao/reports.json?_shape=array&report_year=2020&_sort=id")
    assert [row["id"] for row in answer.json()] == ["230724100-2020", "510781-2020", "652723201-2020"]
    assert answer.content.startswith(b"[")


def test_row_pages_lead_to_the_form_and_the_form_to_rows(get: Any) -> None:
    assert 'href="/report/150203-2021"' in get("/nianbao/reports/150203-2021").text
    assert 'href="/nianbao/reports/150203-2021"' in get("/report/150203-2021").text
    assert 'href="/report/150203-2021"' in get("/nianbao/findings").text


def test_facets_of_reports_stand_on_their_table(get: Any) -> None:
    facets = get("/nianbao/reports.json?_size=0").json()["facet_results"]
    assert set(facets) == {"report_year", "level", "province", "form"}
    assert "县级 county" in get("/nianbao/authorities?_facet=level").text
    assert get("/nianbao/reports?_facet=form").text.count('id="facet-form"') == 1


def test_an_error_is_a_page_and_in_json_an_object(get: Any) -> None:
    assert "没有此页" in get("/nope").text
    assert get("/nianbao/nope.json").json()["ok"] is False
    assert [get(path).status_code for path in ("/nianbao.csv", "/static/site.css/x")] == [404, 404]


def test_pages_say_how_long_they_hold(get: Any) -> None:
    ages = [get(path).headers["cache-control"] for path in ("/", "/report/150203-2021", "/nianbao/reports")]
    assert all(re.fullmatch(r"max-age=300", age) for age in ages)


def test_what_was_revised_stands_beside_what_it_was(get: Any, built: Any) -> None:
    root = parsed(get("/report/150203-2021").text)
    assert "报告发布后有修改" in root.xpath("string(//article)")
    (cell, prose, title) = root.xpath("//section[@id='revisions']//tbody/tr")
    assert [link.text_content() for link in cell.findall("td/a")] == ["9 <件>", "（空白 blank）"]
    assert [link.get("href") for link in cell.findall("td/a")] == [
        original_url(built.captures[name], "table3.received.total") for name in ("earlier", "seed4")
    ]
    assert "本年新收政府信息公开申请数量" in cell.find("th").text_content()
    assert [len(link.text_content()) < 50 for link in prose.findall("td/a")] == [True, True]
    assert prose.findall("td/a")[1].text_content().endswith("全年4件。")
    assert title.find("th").text_content().startswith("标题")
    assert not parsed(get("/report/510781-2020").text).xpath("//section[@id='revisions']")


@pytest.mark.parametrize("path", ["/report/510781-2020", "/authority/510781"])
def test_the_years_of_an_authority_are_compared(opening: Any, built: Any, path: str) -> None:
    columns = [name.strip() for name in _columns(built)]
    stated = {"id": "'510781-2022'", "report_year": "2022", "received": "77", "granted": "null"}
    chosen = ", ".join(stated.get(name, name) for name in columns)
    with opening(f"insert into reports select {chosen} from reports where id = '510781-2020'") as get:
        root = parsed(get(path).text)
    first, missing, last = root.xpath("//section[@id='years']//tbody/tr")
    assert first.xpath("string(th)") == "2020"
    assert "未收集到" in missing.text_content()
    assert last.xpath("th/a/@href") == ["/report/510781-2022"]
    assert [cell.text_content() for cell in last.findall("td")][:3] == ["77", "0", ""]


def _columns(built: Any) -> list[str]:
    with closing(sqlite3.connect(built.db)) as db:
        return [row[1] for row in db.execute("pragma table_info(reports)")]


def test_an_authority_leads_to_those_below_it_and_above(opening: Any) -> None:
    with opening("update authorities set parent_id = '510781' where id in ('411424108', '150203')") as get:
        above, below = get("/authority/510781").text, get("/authority/150203").text
    listed = parsed(above).xpath("//section[@id='below']//li")
    assert [each.xpath("string(a/@href)") for each in listed] == ["/authority/150203", "/authority/411424108"]
    assert "1 份年报" in listed[0].text_content()
    assert "/authority/510781" in parsed(below).xpath("//dl//a/@href")
    assert "/authority/510781" in parsed(below).xpath("//p[@class='crumbs']/a/@href")


def test_a_finding_is_said_in_chinese(opening: Any) -> None:
    detail = "natural_person 3 in the report on 2020, 2 in that on 2021"
    row = f"('carry_over', 'warning', '510781-2020', null, '{detail}')"
    with opening(f"insert into findings(kind, severity, report_id, other_report_id, detail) values {row}") as get:
        page = get("/nianbao/findings?kind=carry_over").text
    assert "结转不符" in page
    assert "自然人在 2020 年度报告中为 3，在 2021 年度报告中为 2" in page


@pytest.mark.parametrize(
    ("address", "head"),
    [
        ("/nianbao/applications", "所属年报 report_id"),
        ("/nianbao/reports", "年报编号 id"),
        ("/nianbao/applications", "数据行 Row"),
    ],
)
def test_tables_are_headed_in_chinese_with_the_column_beneath(get: Any, address: str, head: str) -> None:
    heads = html.fromstring(get(address).text).xpath("//thead//th")
    assert head in [" ".join(one.text_content().split()) for one in heads]


def test_conditions_of_filters_name_columns_in_chinese_and_send_their_names(get: Any) -> None:
    page = html.fromstring(get("/nianbao/findings?kind__contains=carry").text)
    (chosen,) = page.xpath("//select[@name='_filter_column_1']/option[@selected]")
    assert (chosen.get("value"), chosen.text_content()) == ("kind", "类别 kind")
    assert page.xpath("string(//select[@name='_filter_op_1']/option[@selected])") == "包含"
