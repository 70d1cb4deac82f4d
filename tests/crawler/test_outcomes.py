"""Outcomes: each recognised from crafted answers, and not where the same marks stand beside real content."""

# ruff: noqa: E501 -- lines of markup and of tables stay whole
from __future__ import annotations

import gzip
import zlib
from urllib.parse import unquote_to_bytes

import brotli
import pytest

from crawler.answers import read_answer
from crawler.connection import Ending
from crawler.outcomes import OUTCOMES, is_readable, judge, judge_failure, retry_after
from samples import faults

PROSE = "一、总体情况。本年度主动公开政府信息三百条，收到政府信息公开申请十二件，均按期办结。" * 20
ROWS = "".join(f'<li><a href="/a/{n}.html">某局2024年政府信息公开工作年度报告</a></li>' for n in range(20))
PAGE = f"<!DOCTYPE html><html><body><ul>{ROWS}</ul><p>{PROSE}</p></body></html>"
RUISHU = (
    '<html><head><meta content="x" r="m"><script>$_ts=window["$_ts"];$_ts.nsd=12;var _$a=["'
    + "x" * 4000
    + '"];</script></head></html>'
)
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
JSL_1 = "<script>document.cookie=('_')+('_jsl')+'=1';location.href=location.pathname+location.search</script>"
JSL_2 = '<script>var x=1;go({"bts":["a","b"],"chars":"c","ct":"d","ha":"md5","tn":"__jsl_clearance_s","vt":"3600"})</script>'
C3VK = '<html><script>document.cookie="C3VK=1a2b3c; path=/; max-age=300";window.location.reload()</script></html>'
WZWS = '<html><script>var wzwstemplate="KTY=";var wzwschallenge="abc";location="/WZWSRELw"</script></html>'
ACW = "<html><script>var arg1='ABC';setCookie('acw_sc__v2',x);document.location.reload()</script></html>"


def judged(received: bytes, *, url: str = "http://x.gov.cn/a/b.html", role: str = "detail", again: bool = False):
    ending = Ending()
    ending.passed(received, limit=1 << 40)
    read = read_answer(url, received, role=role, limit=1 << 20, head=ending.head, cut=not ending.is_whole, again=again)
    return judge(read)


def answer(
    status: str, body: str | bytes = "", *headers: str, role: str = "column", url: str = "http://x.gov.cn/a/b.html"
):
    payload = body.encode() if isinstance(body, str) else body
    head = "\r\n".join((f"HTTP/1.1 {status}", "Content-Type: text/html", *headers)).encode("latin-1")
    return judged(head + b"\r\n\r\n" + payload, url=url, role=role)


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        ("200 OK", PAGE, "ok"),
        ("200 OK", PAGE.encode("gb18030"), "ok"),
        ("304 Not Modified", "", "http_error"),  # nobody asked whether it was
        ("404 Not Found", PAGE, "not_found"),
        ("410 Gone", "", "not_found"),
        ("500 Server Error", "", "http_error"),
        ("400 Bad Request", "bad", "http_error"),
        ("503 Busy", "", "rate_limited"),
        ("429 Too Many", "", "rate_limited"),
        ("412 Precondition Failed", RUISHU, "challenge_ruishu"),
        ("202 Accepted", RUISHU, "challenge_ruishu"),
        ("400 Bad Request", RUISHU, "challenge_ruishu"),
        ("200 OK", RUISHU, "challenge_ruishu"),
        ("200 OK", RUISHU.replace("</html>", PAGE), "ok"),
        ("521", JSL_1, "challenge_jsl"),
        ("521 ", JSL_2, "challenge_jsl"),
        ("200 OK", JSL_1, "challenge_jsl"),
        ("200 OK", JSL_2, "challenge_jsl"),
        ("200 OK", PAGE + "<script>var s='__jsl_clearance'</script>", "ok"),
        ("200 OK", C3VK, "challenge_cookie_js"),
        ("200 OK", WZWS, "challenge_cookie_js"),
        ("200 OK", ACW, "challenge_cookie_js"),
        ("200 OK", PAGE + C3VK, "ok"),
        ("202 Accepted", faults.UNNAMED, "challenge_cookie_js"),
        (
            "403 Forbidden",
            "<html><title>Just a moment...</title><script src=/cdn-cgi/challenge-platform/x.js></script></html>",
            "challenge_cookie_js",
        ),
        ("200 OK", PAGE + faults.UNNAMED, "ok"),
        ("200 OK", faults.EDGEONE, "challenge_cookie_js"),
        ("200 OK", faults.LARGE_404, "soft_404"),
        ("200 OK", "<title>国办公开办函〔2021〕404号</title>" + PAGE, "ok"),
        ("200 OK", faults.STACK_TRACE, "http_error"),
        ("200 OK", faults.TOO_OFTEN, "rate_limited"),
        ("403 Forbidden", faults.TOO_OFTEN, "rate_limited"),
        ("200 OK", faults.ABROAD, "geo_fenced"),
        ("200 OK", faults.ASKS_CODE, "captcha"),
        (
            "200 OK",
            "<html><div id='app'></div>" + "<style>a{}</style>" * 300 + "<script src=/js/app.js></script></html>",
            "spa_shell",
        ),
        ("200 OK", "<html><div id=list></div><script>$.get('data.xml', show)</script></html>", "ok"),
        ("200 OK", 'jsonp({"rows":[]})', "ok"),
        ("403 Forbidden", "<html><h1>您的请求已被拦截</h1>WAF</html>", "waf_denied"),
        ("405 Not Allowed", "<html>电信云防护</html>", "waf_denied"),
        ("403 Forbidden", "<html>reason:GeoBL</html>", "waf_denied"),
        ("403 Forbidden", "<html><h1>403 Forbidden</h1>nginx</html>", "forbidden"),
        ("403 Forbidden", "<html>抱歉，本网站不对境外开放</html>", "geo_fenced"),
        ("200 OK", "<html><body>您所在的地区无法访问本网站</body></html>", "geo_fenced"),
        ("451 Legal", "", "geo_fenced"),
        ("200 OK", "<html><body>您访问的页面不存在</body></html>", "soft_404"),
        ("200 OK", "<html><title>404错误</title><a href='/'>返回首页</a></html>", "soft_404"),
        ("200 OK", PAGE + "<p>找不到工作怎么办</p>", "ok"),
        ("200 OK", "", "truncated"),
        ("404 Not Found", PAGE.replace("三百条", "三百条，第二十条第（一）项，勾稽关系"), "ok"),
        (
            "200 OK",
            "<html><title>人机验证</title><p>请按住滑块，拖动到最右边</p><script src=/captcha/awsc.js></script></html>",
            "captcha",
        ),
        ("200 OK", "<html><head><meta charset='utf-8'></head><body></body></html>", "soft_404"),
        ("200 OK", "<datastore><recordset></recordset></datastore>", "soft_404"),
        ("200 OK", "<recordset><record><![CDATA[<li>x</li>]]></record></recordset>", "ok"),
        ("200 OK", "<html><div id=app></div><script src=/js/app.js></script></html>", "spa_shell"),
        ("200 OK", "<html><script>location.href='./nb/index.html'</script></html>", "ok"),
        (
            "200 OK",
            "<html><img><script>function go(){window.location='./main.html'} setTimeout('go()',9)</script>",
            "ok",
        ),
        ("200 OK", "<html><div onclick=\"parent.main.location='gk.htm'\">信息公开</div></html>", "ok"),
        (
            "200 OK",
            "<html><script>d.add(3,0,'政府信息公开年报','list.jsp?cid=3','','main');document.write(d);</script></html>",
            "ok",
        ),
        ("200 OK", "<html><form>请输入验证码<input name=code></form></html>", "captcha"),
        ("200 OK", PAGE + "<form>验证码<input></form>", "ok"),
        (
            "200 OK",
            "<html><a href='/'>首页</a><form method=post>姓名<input name=xm>联系方式<input name=tel>所需信息<textarea name=nr></textarea>"
            "验证码<input name=yzm><input type=submit></form></html>",
            "ok",
        ),
        (
            "200 OK",
            "<html><form><input type=hidden name=t>请完成滑动验证<div id=slider></div></form></html>",
            "captcha",
        ),
        ("200 OK", b"<html><body>" + b"\xff\x80 " * 900 + b"</body></html>", "bad_encoding"),
        ("200 OK", b"<html>" + PAGE.encode("gbk") + b"\xff<!-- one bad byte -->", "ok"),
        ("200 OK", b"\x00\x01\x02" * 900, "wrong_type"),
        ("200 OK", b"<html>\x00" + PAGE.encode(), "ok"),
        ("200 OK", b"\x89PNG\r\n\x1a\n" + bytes(300), "wrong_type"),
        ("200 OK", b"%PDF-1.4 " + bytes(300), "ok"),
    ],
)
def test_outcome_of_a_page(status, body, outcome):
    assert answer(status, body).outcome == outcome


MENUS = "<ul>" + "<li><a href='/xw/1.html'>我县举办第十届乡村文化节</a></li>" * 60 + "</ul>"


@pytest.mark.parametrize(
    ("shown", "outcome"),
    [
        ("<p>抱歉，您访问的页面不存在或已被删除！</p><p><b>5</b>秒后返回首页</p>", "soft_404"),
        ("<div class='box error-404'><h2>内容不存在</h2></div>", "soft_404"),
        ("<h1>某局2024年政府信息公开工作年度报告</h1><p>撤销后页面不存在的，不计。</p>", "ok"),
        ("<div class=error>内容不存在</div>第二十条第（一）项", "ok"),
        ("<script>tip('<div class=error>内容不存在</div>')</script>", "ok"),
        ("<!-- <div class=error>内容不存在</div>", "ok"),  # a comment without end: nothing behind it is shown
    ],
)
def test_a_page_that_says_amidst_its_menus_that_there_is_none(shown, outcome):
    page = f"<html>{MENUS}{shown}{MENUS}</html>"
    assert answer("200 OK", page, role="detail").outcome == outcome
    assert answer("200 OK", page, role="list").outcome == "ok"  # a hidden box for errors stands on many


def test_a_page_whose_packing_cannot_be_undone_is_asked_again():
    assert answer("200 OK", b"\x1f\x8b\x08\x00damaged", role="list").outcome == "truncated"


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b"%PDF-1.7 ...", "ok"),
        (b"PK\x03\x04...", "ok"),
        (b"\xd0\xcf\x11\xe0...", "ok"),
        ("<html>请输入验证码<input></html>", "captcha"),
        ("<html>系统错误</html>", "wrong_type"),
        ('{"code":404,"msg":"文件不存在"}', "wrong_type"),
        ("文件不存在", "wrong_type"),
        ('<html xmlns:o="urn:schemas-microsoft-com:office:office">报告</html>', "ok"),
        ("一、总体情况\n" * 900, "ok"),
        (PAGE, "wrong_type"),
        ("<html><h2>附件</h2><a href='down.php?open=2'><img src=x>本地下载</a></html>", "ok"),  # a step to the file
        ("<html>系统错误<a href='/'>返回首页</a></html>", "wrong_type"),
        (b"\xff\xd8\xff\xe0 a scan", "ok"),
        ("<html><p>二、主动公开政府信息情况</p><td>第二十条第（一）项</td><td>结转下年度继续办理</td></html>", "ok"),
    ],
)
def test_outcome_of_an_attachment(body, outcome):
    assert answer("200 OK", body, role="attachment").outcome == outcome


@pytest.mark.parametrize(
    ("location", "headers", "outcome"),
    [
        ("http://x.gov.cn/c.html", (), "redirect"),
        ("/a/b.html", ("Set-Cookie: CT6T=1",), "cookie_bounce"),
        ("/a/b.html;jsessionid=0F", ("Set-Cookie: JSESSIONID=0F",), "cookie_bounce"),
        ("/a/b.html", (), "redirect"),
        ("http://[bad", (), "redirect"),
        ("http://x.gov.cn:port/", (), "redirect"),
        ("/", (), "soft_404"),
        ("http://x.gov.cn/index.html", (), "soft_404"),
        ("https://x.gov.cn/a/b.html", (), "redirect"),
        ("/default.aspx", (), "soft_404"),
        ("/index.jsp?id=3", (), "redirect"),
        ("\\index.html", (), "soft_404"),  # as browsers read it
        ("/404.html", (), "soft_404"),
        ("/common/error/404.jsp", (), "soft_404"),
        ("/nb/1404/index.html", (), "redirect"),
        ("/sso/login?back=x", (), "forbidden"),
        ("http://169.254.169.254/", (), "redirect"),
    ],
)
def test_outcome_of_a_redirect(location, headers, outcome):
    assert answer("302 Found", "", f"Location: {location}", *headers).outcome == outcome


def test_a_log_in_is_no_refusal_of_the_host():
    assert not answer("302 Found", "", "Location: /sso/login").is_refusal
    assert answer("403 Forbidden", "<html><h1>403 Forbidden</h1>nginx</html>").is_refusal


def test_a_homepage_may_redirect_to_itself_by_scheme_or_name():
    assert answer("301 Moved", "", "Location: http://x.gov.cn/index.html", url="http://x.gov.cn/").outcome == "redirect"


@pytest.mark.parametrize(
    ("received", "outcome"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n" + PAGE.encode()[:-9], "truncated"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n" + PAGE.encode() + b"\r\n", "ok"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n%PDF-1.4\n" + bytes(900) + b"%%EOF\r\n", "ok"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + PAGE.encode(), "ok"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n"
            % (len(PAGE.encode()), PAGE.encode()[:-9]),
            "truncated",
        ),
        (
            CHUNKED + b"%x;a=b\r\n%s\r\n00;last\r\nX-Sum: 1\r\n\r\n" % (len(PAGE.encode()), PAGE.encode()),
            "ok",
        ),
        (b"HTTP/1.0 200\r\n\r\n" + PAGE.encode(), "ok"),
        (b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n" + PAGE.encode(), "ok"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + gzip.compress(PAGE.encode()), "ok"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + PAGE.encode(), "ok"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(PAGE.encode())[:-30], "truncated"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(PAGE.encode()) * 3, "ok"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + (gzip.compress(PAGE.encode()) * 3)[:-5], "ok"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(PAGE.encode())[:-8], "ok"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(PAGE.encode())[:-9], "truncated"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(PAGE.encode()) + bytes(9000), "ok"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(gzip.compress(PAGE.encode())), "ok"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n\r\n" + zlib.compress(PAGE.encode())[:-4], "ok"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n\r\n" + zlib.compress(PAGE.encode())[:-9], "truncated"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n\r\n" + zlib.compress(PAGE.encode())[2:-4], "ok"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n\r\n" + zlib.compress(PAGE.encode())[2:-9], "truncated"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n" + brotli.compress(PAGE.encode()), "ok"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n" + brotli.compress(PAGE.encode())[:-9], "truncated"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(bytes(2 << 20)), "too_large"),
        (b"HTTP/1.1 206 Part\r\nContent-Range: bytes 0-99/9000\r\n\r\n" + PAGE.encode()[:100], "truncated"),
        (b"HTTP/1.1 206 Part\r\nContent-Range: bytes 0-99/100\r\n\r\n" + PAGE.encode(), "ok"),
        (b"<html>HTTP/0.9</html>", "malformed"),
        (b"", "malformed"),
        (b"SSH-2.0-OpenSSH\r\n", "malformed"),
    ],
)
def test_outcome_by_the_bytes_on_the_wire(received, outcome):
    assert judged(received).outcome == outcome


def test_an_empty_page_is_asked_for_once_more():
    empty = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    assert [judged(empty, role="list", again=again).outcome for again in (False, True)] == ["truncated", "soft_404"]


def test_a_header_sends_on_as_the_element_of_that_name_does():
    assert answer("200 OK", "<html>", "Refresh: 0; url=/nb/index.html").reason == "http://x.gov.cn/nb/index.html"
    assert answer("200 OK", PAGE, "Refresh: 300").outcome == "ok"
    assert answer("200 OK", PAGE, "Refresh: 5;URL='b.html'").outcome == "ok"


def test_a_page_without_length_or_end_is_asked_for_once_more():
    cut = b"HTTP/1.0 200 OK\r\n\r\n" + PAGE.encode()[:-300]
    assert [judged(cut, again=again).outcome for again in (False, True)] == ["truncated", "ok"]


@pytest.mark.parametrize(
    ("kind", "sent", "received", "outcome"),
    [
        ("dns", 0, 0, "dns_failed"),
        ("refused_address", 0, 0, "address_refused"),
        ("connect", 0, 0, "connection_failed"),
        ("tls", 0, 0, "tls_failed"),
        ("timeout", 0, 0, "timeout"),
        ("timeout", 9, 9, "timeout"),
        ("too_large", 9, 9, "too_large"),
        ("lost", 9, 0, "connection_failed"),
        ("lost", 9, 9, "truncated"),
        ("unparsable", 9, 9, "malformed"),
    ],
)
def test_outcome_of_a_failure(kind, sent, received, outcome):
    verdict = judge_failure("words", kind=kind, sent=sent, received=received)
    assert verdict.outcome == outcome
    assert verdict.outcome in OUTCOMES


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120.0), (" 0 ", 0.0), ("", None), ("-5", None), ("Wed, 21 Oct 2026", None), ("9" * 40, None)],
)
def test_retry_after(value, seconds):
    assert retry_after({"retry-after": value}) == seconds


def test_retry_after_as_a_date_counts_from_the_answers_own():
    headers = {"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT", "date": "Wed, 21 Oct 2026 07:26:30 GMT"}
    assert retry_after(headers) == 90.0
    assert retry_after({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}) is None


@pytest.mark.parametrize("charset", ["utf-8", "gbk"])
def test_bytes_of_a_location_are_asked_for_as_they_came(charset):
    place = "/nb/报告.html".encode(charset)
    verdict = answer("302 Found", b"", f"Location: {place.decode('latin-1')}")
    assert unquote_to_bytes(verdict.reason).endswith(place)
    assert verdict.reason.isascii()


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_a_page_in_utf_16_is_readable(charset):
    assert is_readable(("\ufeff" + PAGE).encode(charset))
