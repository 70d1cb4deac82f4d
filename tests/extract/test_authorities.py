"""An issuer becomes the authority that it is, or is said to be open; names are matched whole and never guessed at."""

import gzip
import subprocess
import sys
import time
from pathlib import Path

import pytest

from extract import authorities
from extract.authorities import above, evidence_of, government, of_register, resolve
from extract.errors import ExtractError
from extract.register import read_register

DATA = Path(authorities.__file__).parent / "data"


@pytest.mark.parametrize(
    ("issuer", "evidence", "authority_id", "level"),
    [
        # the five seeds
        ("温泉县查干屯格乡人民政府", ("652723",), "652723201", "township"),
        ("新青镇", ("230724",), "230724100", "township"),
        ("江油市", ("510781",), "510781", "county"),
        ("柘城县伯岗镇人民政府", ("411424",), "411424108", "township"),
        ("昆都仑区人民政府", ("150203",), "150203", "county"),
        # the same without a portal: parents in the name are enough
        ("温泉县查干屯格乡人民政府", (), "652723201", "township"),
        ("新疆维吾尔自治区博尔塔拉蒙古自治州温泉县查干屯格乡", (), "652723201", "township"),
        ("四川省绵阳市江油市人民政府", (), "510781", "county"),
        ("四川绵阳市江油市", (), "510781", "county"),
        ("内蒙古包头市昆都仑区", (), "150203", "county"),
        # whole names
        ("江油关镇", ("510727",), "510727109", "township"),
        ("江油市人民政府办公室", (), "510781", "county"),
        ("北京市", (), "110000", "province"),
        ("吉林市人民政府", (), "220200", "city"),
        ("吉林省人民政府办公厅", (), "220000", "province"),
        ("　江油市\n人民 政府", (), "510781", "county"),
        # names that several places share, decided by what the page speaks for
        ("鼓楼区人民政府", ("320100",), "320106", "county"),
        ("鼓楼区", ("410200",), "410204", "county"),
        ("南京市鼓楼区人民政府", (), "320106", "county"),
        ("城关镇人民政府", ("150123",), "150123100", "township"),
        ("和林格尔县城关镇", ("410000",), "150123100", "township"),
        # departments
        ("江油市教育局", (), "510781-教育局", "department"),
        ("教育局", ("510781",), "510781-教育局", "department"),
        ("市教育局", ("510781",), "510781-教育局", "department"),
        ("市政府办公室", ("510781",), "510781", "county"),
        ("市场监督管理局", ("510781",), "510781-市场监督管理局", "department"),
        ("市民政局", ("510781",), "510781-民政局", "department"),
        ("区住房和城乡建设局", ("150203",), "150203-住房和城乡建设局", "department"),
        ("国家税务总局江油市税务局", ("510781",), "510781-税务局", "department"),
        ("查干屯格乡财政所", ("652723",), "652723201-财政所", "department"),
        ("鼓楼区教育局", ("350100",), "350102-教育局", "department"),
        # governments by other names
        ("恩施州人民政府", ("422801",), "422800", "city"),
        ("恩施州教育局", ("422800",), "422800-教育局", "department"),
        ("人民政府办公室", ("510781",), "510781", "county"),
        # ministries
        ("财政部", (), "ministry-财政部", "ministry"),
        ("中华人民共和国财政部", ("110000",), "ministry-财政部", "ministry"),
        ("国家税务总局", (), "ministry-国家税务总局", "ministry"),
        # not in the list
        ("绵阳科技城新区管理委员会", ("510700",), "510700-绵阳科技城新区管理委员会", "department"),
        ("江油市某某镇人民政府", (), "510781-某某镇", "township"),
        ("某某镇人民政府", ("510781",), "510781-某某镇", "township"),
    ],
)
def test_issuer_is(issuer, evidence, authority_id, level):
    found = resolve(issuer, evidence=evidence)
    assert (found.authority.id, found.authority.level, found.ambiguous) == (authority_id, level, False)


@pytest.mark.parametrize(
    ("issuer", "evidence", "said"),
    [
        ("鼓楼区人民政府", (), "the name of 4 places"),
        ("鼓楼区", ("510781",), "not on that of 江油市 (510781)"),
        ("城关镇", (), "the name of 88 places"),
        ("城关镇", ("110000",), "the name of 88 places"),
        ("新青镇", (), "a place in 新青镇 (230724100)"),
        ("新青镇人民政府", ("510781",), "not on that of"),
        ("朝阳区教育局", (), "the name of 2 places"),
        ("教育局", (), "names no place"),
        ("", ("510781",), "names none"),
        (None, (), "names none"),
    ],
)
def test_what_stays_open_is_ambiguous(issuer, evidence, said):
    found = resolve(issuer, evidence=evidence, host="www.example.gov.cn")
    assert found.ambiguous
    assert (found.authority.division_code, found.authority.province, found.authority.parent_id) == (None, None, None)
    assert said in found.warning


def test_a_former_township_is_named_with_a_warning():
    found = resolve("某某镇人民政府", evidence=("510781",))
    assert found.authority.name == "某某镇"
    assert "is not in the list of divisions" in found.warning


def test_an_issuer_from_elsewhere_is_warned_of():
    found = resolve("江油市人民政府", evidence=("230724",))
    assert found.authority.id == "510781"
    assert "江油市 (510781), the page is one of 丰林县 (230724)" in found.warning


@pytest.mark.parametrize(
    ("code", "path", "parent"),
    [
        ("652723201", ("新疆维吾尔自治区", "博尔塔拉蒙古自治州", "温泉县"), "652723"),
        ("230724100", ("黑龙江省", "伊春市", "丰林县"), "230724"),
        ("510781", ("四川省", "绵阳市", "江油市"), "510700"),
        ("110105", ("北京市", None, "朝阳区"), "110000"),
        ("429004", ("湖北省", None, "仙桃市"), "420000"),
        ("441900003", ("广东省", "东莞市", None), "441900"),
        ("150000", ("内蒙古自治区", None, None), None),
    ],
)
def test_the_path_leaves_containers_out(code, path, parent):
    found = government(code)
    assert (found.province, found.city, found.county) == path
    assert found.parent_id == parent
    assert [step.id for step in above(found)][:1] == ([parent] if parent else [])


def test_a_department_has_its_governments_place():
    found = resolve("江油市教育局").authority
    assert (found.name, found.division_code, found.parent_id, found.county) == (
        "江油市教育局",
        "510781",
        "510781",
        "江油市",
    )
    assert resolve("教育局", evidence=("510781",)).authority == found


def test_evidence_is_in_order_of_strength():
    facts = [
        ("credit_code", "11370830004335465W", "meta"),
        ("site_code", "5109030018", "meta"),
        ("title", "x", "h1"),
        ("site_code", "bm15000001", "footer"),
    ]
    assert evidence_of(facts, division="510781", host_division="510700") == ("510781", "510700", "510903", "370830")
    assert evidence_of([("site_code", "1304000009", "meta")]) == ("130400",)


@pytest.mark.parametrize(
    ("row", "authority_id", "level"),
    [
        (("江油市人民政府", "county", "510781"), "510781", "county"),
        (("北京市人社局", "department", "110000"), "110000-人社局", "department"),
        (("奎屯独山子经开区", "department", "654000"), "654000-奎屯独山子经开区", "department"),
        (("国务院办公厅", "ministry", ""), "ministry-国务院办公厅", "ministry"),
        (("两江新区人民政府", "county", "500157"), "500157", "county"),
        (("中国海事局", "ministry", ""), "ministry-中国海事局", "ministry"),
    ],
)
def test_a_row_of_the_register_is_an_authority(row, authority_id, level):
    found = of_register(*row)
    assert (found.id, found.level) == (authority_id, level)


def test_a_division_newer_than_the_list_is_placed_by_its_code():
    found = of_register("两江新区人民政府", "county", "500157")
    assert (found.name, found.province, found.parent_id) == ("两江新区", "重庆市", "500000")


@pytest.mark.parametrize("issuer", ["a/b\\c?%#\0", "县" * 5000, "市" * 300, "江油市" * 400, "。，！", "\ud800"])
def test_hostile_issuers_give_an_id_that_is_fit_for_an_address(issuer):
    authority_id = resolve(issuer, evidence=("510781",), host="h").authority.id
    assert len(authority_id) < 100
    assert not set(authority_id) & set("/\\?#%\0\n\ud800")


def test_a_register_is_read(tmp_path):
    path = tmp_path / "portals.csv"
    path.write_text(
        "\ufeffauthority,level,division_code,start_url,note\n江油市人民政府,county,510781,http://www.jiangyou.gov.cn:8080/,x\n\n",
        "utf-8",
    )
    (portal,) = read_register(path)
    assert (portal.authority.id, portal.host, portal.start_url) == (
        "510781",
        "www.jiangyou.gov.cn",
        "http://www.jiangyou.gov.cn:8080/",
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a,b\n1,2\n", "row 1: column authority is missing"),
        (b"\xff\xfe\x00", "cannot be read"),
        (b"", "column authority is missing"),
        (None, "cannot be read"),
    ],
)
def test_a_bad_register_is_one_line(tmp_path, content, message):
    path = tmp_path / "portals.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ExtractError, match=message) as error:
        read_register(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_the_list_is_whole_and_small():
    packed = (DATA / "divisions.csv.gz").read_bytes()
    assert len(packed) < 700_000
    assert gzip.decompress(packed).count(b"\n") == 1 + 31 + 342 + 2975 + 41352


def test_importing_reads_no_list():
    code = "import extract.authorities as a; print(a.divisions.cache_info().currsize)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "0\n"


def test_a_lookup_is_fast():
    names = [f"{name}教育局" for name in list(authorities.divisions().names.values())[:3000]]
    start = time.process_time()
    for name in names:
        resolve(name, evidence=("510781",))
    assert (time.process_time() - start) / len(names) < 0.001
