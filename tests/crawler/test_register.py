"""The register: what is read, and that a bad one is refused by file, row and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.errors import BadRegister, NoContact
from crawler.families import FAMILIES
from crawler.register import is_loopback, parse_register, read_register, require_contact

HEADER = "authority,level,division_code,start_url\n"
ROOT = Path(__file__).resolve().parents[2]


def test_the_shipped_register_is_read():
    portals = read_register(ROOT / "portals.csv", families=FAMILIES)
    assert [portal.division_code for portal in portals] == ["652723", "230724", "510781", "411424", "150203"]
    assert portals[3].start_url == "https://www.zhecheng.gov.cn/"


def test_optional_columns_are_read():
    text = "start_url,authority,level,division_code,delay,max_pages,allow_hosts,family\n"
    text += "HTTP://Www.X.gov.cn,甲县,county,510781,2.5,40,a.example.com b.example.com,trs\n"
    (portal,) = parse_register(text, name="p.csv", families=FAMILIES)
    assert portal.start_url == "http://www.x.gov.cn/"
    assert (portal.delay, portal.max_pages, portal.family) == (2.5, 40, "trs")
    assert portal.hosts == {"www.x.gov.cn", "a.example.com", "b.example.com"}


@pytest.mark.parametrize("family", ["boda", "lonsun"])
def test_families_that_the_generic_reader_reads_may_be_stated(family):
    text = HEADER.strip() + f",family\n甲,county,510781,http://x.gov.cn/,{family}\n"
    (portal,) = parse_register(text, name="p.csv", families=FAMILIES)
    assert FAMILIES[portal.family] is FAMILIES["generic"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "row 1: column authority is missing"),
        ("authority,level,start_url\n", "column division_code is missing"),
        (HEADER, "lists no portal"),
        (HEADER.strip() + ",colour\n", "unknown column 'colour'"),
        (HEADER.strip() + ",authority\n", "column authority stands twice"),
        (HEADER + "甲县,county,510781\n", "row 2: 3 columns where the header has 4"),
        (HEADER + ",county,510781,http://x.gov.cn/\n", "row 2, column authority"),
        (HEADER + "甲县,shire,510781,http://x.gov.cn/\n", "row 2, column level: 'shire'; expected one of ministry"),
        (HEADER + "甲县,county,51078,http://x.gov.cn/\n", "row 2, column division_code: '51078'"),
        (HEADER + "甲县,county,,http://x.gov.cn/\n", "row 2, column division_code"),
        (HEADER + "甲县,county,510781,x.gov.cn\n", "row 2, column start_url: 'x.gov.cn'"),
        (HEADER + "甲县,county,510781,ftp://x.gov.cn/\n", "column start_url"),
        (HEADER + "甲县,county,510781,http://u:p@x.gov.cn/\n", "column start_url"),
        (HEADER + "甲县,county,510781,http://x.gov.cn:99999/\n", "column start_url"),
        (HEADER + "甲县,county,510781,http://x y/\n", "column start_url"),
        (HEADER + "甲,county,510781,http://x.gov.cn/\n乙,county,510781,http://x.gov.cn/\n", "row 3, column start_url"),
        (
            HEADER.strip() + ",delay\n甲,county,510781,http://x.gov.cn/,0.2\n",
            "column delay: '0.2'; expected seconds, 1",
        ),
        (HEADER.strip() + ",delay\n甲,county,510781,http://x.gov.cn/,nan\n", "column delay"),
        (HEADER.strip() + ",max_pages\n甲,county,510781,http://x.gov.cn/,0\n", "column max_pages"),
        (HEADER.strip() + ",allow_hosts\n甲,county,510781,http://x.gov.cn/,http://y/\n", "column allow_hosts"),
        (HEADER.strip() + ",family\n甲,county,510781,http://x.gov.cn/,wordpress\n", "column family: 'wordpress'"),
        (HEADER + '甲,county,510781,"http://x.gov.cn/\n', "not CSV"),
    ],
)
def test_a_malformed_register_is_refused_by_row_and_column(text, named):
    with pytest.raises(BadRegister, match=r"^p\.csv") as refusal:
        parse_register(text, name="p.csv", families=FAMILIES)
    assert named in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_missing_register_is_named(tmp_path):
    with pytest.raises(BadRegister, match="no such file"):
        read_register(tmp_path / "none.csv")


def test_a_register_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "portals.csv"
    path.write_bytes((HEADER + "甲县,county,510781,http://x.gov.cn/\n").encode("gbk"))
    with pytest.raises(BadRegister, match="not UTF-8"):
        read_register(path)


def test_a_register_with_a_byte_order_mark_and_blank_lines_is_read(tmp_path):
    path = tmp_path / "portals.csv"
    path.write_text("\ufeff" + HEADER + "\n甲县,county,510781,http://x.gov.cn/\n,,,\n", encoding="utf-8")
    assert len(read_register(path)) == 1


@pytest.mark.parametrize(
    ("host", "here"), [("127.0.0.44", True), ("localhost", True), ("::1", True), ("10.0.0.1", False)]
)
def test_loopback(host, here):
    assert is_loopback(host) is here


def test_contact_is_asked_for_outside_this_machine_only():
    outside = parse_register(HEADER + "甲县,county,510781,http://x.gov.cn/\n", name="p.csv")
    inside = parse_register(HEADER + "甲县,county,510781,http://127.0.0.1:8/\n", name="p.csv")
    require_contact(outside, "me@example.org")
    require_contact(inside, "")
    with pytest.raises(NoContact, match="甲县"):
        require_contact(outside, "")
