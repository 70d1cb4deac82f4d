"""What is hard about a family's lists, and where it gives nothing to who does not ask as its page says."""

from __future__ import annotations

import json
import re

from tests.samples.client import body_of, raw_get


def test_jpaas_ignores_a_bare_page_number(portals):
    portal = portals.portal("邹平市")
    page = body_of(raw_get(portal.origin + portal.column_path(portal.columns[0]))).decode()
    target = re.findall(r'url="([^"]+)"', page)[0] + "?webId=8a9c80b27d1f4c01&pageId=1&pageNo="
    first, second = (body_of(raw_get(portal.origin + target + number)) for number in "12")
    assert first == second
    assert json.loads(first)["success"]


def test_gkmlpt_page_0_is_page_1_and_its_body_is_a_script_string(portals):
    portal = portals.portal("蕉岭县")
    sid = re.findall(rb"SID:'(\d+)'", raw_get(portal.origin + "/gkmlpt/index"))[0].decode()
    zero, one = (json.loads(body_of(raw_get(f"{portal.origin}/gkmlpt/api/all/0?page={n}&sid={sid}"))) for n in (0, 1))
    assert zero == one
    assert len(zero["articles"]) == 100 < zero["total"]
    url, gold = next(iter(portal.truth.reports.items()))
    page = body_of(raw_get(url)).decode()
    assert '<table border="1"' not in page
    content = json.loads(re.findall(r"DETAIL:(\{.*?\})\};</script>", page)[0])["content"]
    assert "勾稽关系" in content
    assert gold["issuer"] in page
    assert raw_get(url.replace("/post_", "/mpost_")) == raw_get(url)


def test_hanweb_caps_in_silence(portals):
    portal = portals.portal("平远县")
    column = next(column for column in portal.walk() if column.name == "政府信息公开年报")
    query = f"?startrecord=11&endrecord=90&perpage=90&page=1&columnid={portal.number_of(column)}&unitid=41124"
    answer = body_of(raw_get(f"{portal.origin}/module/web/jpage/dataproxy.jsp{query}")).decode()
    assert answer.count("<record>") == 10 < int(re.findall(r"<totalrecord>(\d+)", answer)[0])


def test_a_file_needs_its_referer(portals):
    portal = portals.portal("平江县")
    for url, page in portal.truth.renditions.items():
        assert body_of(raw_get(url)).startswith(b"<html>")
        assert body_of(raw_get(url, headers=f"Referer: {page}\r\n")).startswith(b"%PDF")


def test_ewb_refuses_what_is_no_json(portals):
    url = portals.portal("常山县").origin + "/EWB-FRONT/rest/lightfrontaction/getgovinfolist"
    assert raw_get(url, body=b"pageIndex=1").startswith(b"HTTP/1.1 500")


def test_one_report_can_stand_on_two_hosts(portals):
    county, agency = portals.portal("惠东县").truth.reports, portals.portal("惠东县财政局").truth.reports
    assert all(gold in county.values() for gold in agency.values())
