"""Canonical addresses, twins, traps, and the hosts that may be visited."""

from __future__ import annotations

import pytest

from crawler.addresses import Hosts, canonical, is_public, is_trap, is_twin, narrows, resolve, same_scheme, site_of


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("http://WWW.x.gov.cn:80", "http://www.x.gov.cn/"),
        ("https://x.gov.cn:443/a#top", "https://x.gov.cn/a"),
        ("http://x.gov.cn:8080/a/../b/./c", "http://x.gov.cn:8080/b/c"),
        ("http://x.gov.cn/a/;jsessionid=0F?x=1", "http://x.gov.cn/a/?x=1"),
        ("http://x.gov.cn/a?uid=7&id=3&jsessionid=4&_=99", "http://x.gov.cn/a?id=3"),
        ("http://x.gov.cn/col/col7/index.html?uid=41124&pageNum=3", "http://x.gov.cn/col/col7/index.html"),
        ("http://x.gov.cn/l.do?pageNum=3", "http://x.gov.cn/l.do?pageNum=3"),
        ("http://x.gov.cn/l.do?id=3&sort=date", "http://x.gov.cn/l.do?id=3"),
        ("http://x.gov.cn/xxgk.jsp?area=11370830&fbtime=2025", "http://x.gov.cn/xxgk.jsp?area=11370830&fbtime=2025"),
        ("http://x.gov.cn/d.jsp?wbfileid=9&filename=a.pdf", "http://x.gov.cn/d.jsp?wbfileid=9&filename=a.pdf"),
        ("http://x.gov.cn/gate/big5/www.y.gov.cn/art/1.html", "http://www.y.gov.cn/art/1.html"),
        ("http://x.gov.cn/附件 1.pdf", "http://x.gov.cn/%E9%99%84%E4%BB%B6%201.pdf"),
        ("http://x.gov.cn/%E9%99%84.pdf", "http://x.gov.cn/%E9%99%84.pdf"),
        ("http://x.gov.cn//a///b", "http://x.gov.cn/a/b"),
        ("ftp://x.gov.cn/", None),
        ("http:///a", None),
        ("http://x.gov.cn/" + "a" * 3000, None),
    ],
)
def test_canonical(url, form):
    assert canonical(url) == form


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("./202601/t1.html", "http://x.gov.cn/a/202601/t1.html"),
        ("../b.html\n", "http://x.gov.cn/b.html"),
        ("//y.gov.cn/c", "http://y.gov.cn/c"),
        ("..\\d.html", "http://x.gov.cn/d.html"),
        ("#part", None),
        ("", None),
        ("http://[bad", None),
        ("http://x.gov.cn:port/", None),
        ("http://a..gov.cn/", None),
        (f"http://{'a' * 64}.gov.cn/", None),
        (f"http://{'a.' * 127}gov.cn/", None),
        ("http://a b.gov.cn/", None),
        ("http://x.gov.cn./e.html", "http://x.gov.cn/e.html"),
        ("http://政务.cn/f.html", "http://xn--zfr164b.cn/f.html"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
    ],
)
def test_resolve(reference, url):
    assert resolve("http://x.gov.cn/a/index.html", reference) == url


def test_a_link_takes_the_scheme_that_its_host_answers_with():
    assert same_scheme("http://x.gov.cn/a", "https://x.gov.cn/") == "https://x.gov.cn/a"
    assert same_scheme("http://y.gov.cn/a", "https://x.gov.cn/") == "http://y.gov.cn/a"


@pytest.mark.parametrize(
    ("url", "twin"),
    [
        ("http://x.gov.cn/mobile/a.html", True),
        ("http://m.x.gov.cn/a.html", True),
        ("http://x.gov.cn/gkmlpt/content/9/9103/mpost_9103540.html", True),
        ("http://x.gov.cn/print.aspx?id=1", True),
        ("http://x.gov.cn/module/visitcount/articlehits.jsp", True),
        ("http://x.gov.cn/gkmlpt/content/9/9103/post_9103540.html", False),
        ("http://x.gov.cn/info/1050/30883.htm", False),
        ("http://mzj.x.gov.cn/nb.htm", False),
    ],
)
def test_twins(url, twin):
    assert is_twin(url) is twin


@pytest.mark.parametrize(
    ("url", "trap"),
    [
        ("http://x.gov.cn/search/?q=a", True),
        ("http://x.gov.cn/rili?y=2024&m=5", True),
        ("http://x.gov.cn/login.jsp", True),
        ("http://x.gov.cn/list?keyword=a", True),
        ("http://x.gov.cn/a/a/a/1.html", True),
        ("http://x.gov.cn/nb/more/nb/nb/index.html", True),
        ("http://x.gov.cn/2024/01/01/01/1.html", False),
        ("http://x.gov.cn/files/00/00/0012.pdf", False),
        ("http://x.gov.cn/zwgk/zwgk/1.html", False),
        ("http://x.gov.cn/tag/18", True),
        ("http://x.gov.cn/zwgk/nb/", False),
    ],
)
def test_traps(url, trap):
    assert is_trap(url) is trap


def test_hosts_of_one_authority():
    assert site_of("rsj.jiangyou.gov.cn") == site_of("www.jiangyou.gov.cn") == "jiangyou.gov.cn"
    assert site_of("127.0.0.1") == "127.0.0.1"


def test_only_government_and_named_hosts_are_allowed():
    hosts = Hosts(["127.0.0.11", "nb.example.org"])
    allowed = {host for host in ("www.x.gov.cn", "127.0.0.11", "nb.example.org") if hosts.allows(host)}
    assert allowed == {"www.x.gov.cn", "127.0.0.11", "nb.example.org"}
    refused = ("gov.cn.example.org", "xgov.cn", "127.0.0.1", "m.x.gov.cn", "mp.weixin.qq.com", "169.254.169.254")
    assert not any(hosts.allows(host) for host in refused)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1",
     "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "2002:7f00:1::", "224.0.0.1", "not an address"],
)  # fmt: skip
def test_private_addresses(address):
    assert not is_public(address)
    assert not Hosts(["127.0.0.11"]).allows_address(address)


def test_public_and_named_addresses():
    assert is_public("1.2.3.4")
    assert is_public("2400:3200::1")
    assert Hosts(["127.0.0.11"]).allows_address("127.0.0.11")


@pytest.mark.parametrize(
    ("url", "other", "is_so"),
    [
        ("/l?c=nb&year=2024", "/l?c=nb", True),
        ("/l?org=3&c=nb&year=2024", "/l?year=2024&c=nb", True),
        ("/l?c=nb", "/l", True),
        ("/l?c=nb&org=2", "/l?c=nb&page=3", True),
        ("/l?page=2", "/l", False),
        ("/l", "/l", False),
        ("/l?c=nb", "/l?c=nb", False),
        ("/l?c=tz&year=2024", "/l?c=nb", False),
        ("/k?c=nb&year=2024", "/l?c=nb", False),
    ],
)
def test_a_list_with_further_parameters_is_narrowed(url, other, is_so):
    assert narrows(url, other) is is_so
