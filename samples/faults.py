"""How portals refuse, stall, mislead and break off (portals.md §§5, 6): ready handlers, each with the bytes that it is known by."""

# ruff: noqa: E501 -- lines of HTML and of scripts stay whole
from __future__ import annotations

import gzip
from itertools import count

from samples.wire import Answer, Handler, Request, answer

HTML = (("Server", "nginx"), ("Content-Type", "text/html; charset=utf-8"))
NOISE = "".join(
    f"_$9{letter}[{number % 97}]^=({number}<<3);" for number, letter in zip(range(60), "aQzB" * 15, strict=True)
)

RUISHU = f"""<!DOCTYPE html><html><head><meta content="{"k" * 64}" r='m'><script type="text/javascript" r='m'>$_ts=window['$_ts'];if(!$_ts)$_ts={{}};$_ts.nsd=63154;$_ts.cd="{"q2Wd" * 90}";if($_ts.lcd)$_ts.lcd();</script>
<script type="text/javascript" charset="iso-8859-1" src="/Wf5vTdXl7yIQ/r8rAN3hCLx2R.5a1f5b8.js" r='m'></script></head><body><script r='m'>{NOISE}_$cB();</script></body></html>"""
JSL_FIRST = "<script>document.cookie=('_')+('_')+('j')+('s')+('l')+('_')+('c')+('learance_s=')+(1+[2]-(-1))+'.'+[4]+'|-1|';location.href=location.pathname+location.search</script>"
JSL_SECOND = f"""<script>var _0x5e={{}};{NOISE};go({{"bts":["1700000000.1|0|Z","7ueY%3D"],"chars":"aBcDeFgHiJkLmN","ct":"5d41402abc4b2a76b9719d911017c592","ha":"md5","tn":"__jsl_clearance_s","vt":"3600","wt":"1500"}})</script>"""
COOKIE_SCRIPT = '<html><head><meta charset="utf-8"></head><body><script>var token="6c1f1e1b5a7d4c0a9a3b";document.cookie="C3VK="+token+"; path=/; max-age=300";window.location.reload();</script></body></html>'
WZWS = f"<html><body><noscript><h1><strong>请开启JavaScript并刷新该页.</strong></h1></noscript><script>var wzwstemplate='MzI=',wzwschallenge='c2FtcGxl';{NOISE[:400]}location.href='/WZWSRELw=='+wzwsconfirm;</script></body></html>"
WAF = """<!DOCTYPE html><html><head><title>403 Forbidden</title></head><body><div class="wrap"><h1>您的访问被拦截</h1><p>您的请求可能存在威胁，已被 Web 应用防火墙阻断。</p><p>Request ID: 5f0c2a9e-1b</p><p>如有疑问请联系网站管理员。</p></div></body></html>"""
TELECOM = "<!DOCTYPE html><html><head><title>405</title></head><body><h2>很抱歉，由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断。</h2><p>电信云防护 event_id: 83bd2</p></body></html>"
SOFT_404 = '<html><head><meta charset="utf-8"><title>提示信息</title></head><body><div class="err"><h2>您访问的页面不存在或已被删除！</h2><p><a href="/">返回首页</a></p></div></body></html>'
SPA = '<!DOCTYPE html><html lang=""><head><meta charset="utf-8"><title>门户网站</title><link href="/static/css/app.3f1.css" rel="stylesheet"></head><body><noscript></noscript><div id="app"></div><script src="/static/js/chunk-vendors.91be.js"></script><script src="/static/js/app.77c1.js"></script></body></html>'
CAPTCHA = '<html><head><meta charset="utf-8"><title>文件下载</title></head><body><form action="/system/resource/code/check.jsp"><p>请输入验证码后下载：</p><input name="codeValue"><img src="/system/resource/js/filedownload/createimage.jsp"><input type="submit" value="确定"></form></body></html>'
ALIYUN = """<html><script>var arg1='3E5A9C0B7D1F2A4C6E8B9D0F1A2C4E6B8D0F2A4C';var _0x4818=['csKHwqMI'];function setCookie(name,value){document.cookie=name+"="+value+";max-age=3600";}
function reload(x){setCookie("acw_sc__v2",x);document.location.reload();}reload(l(arg1));</script></html>"""
EDGEONE = "<!DOCTYPE html><html><head><script>var a=function(){return 'EO_Bot_Ssid=2912092160'};document.cookie=a();location.reload(true);</script></head><body></body></html>"
UNNAMED = f"<!DOCTYPE html><html><head><meta charset=\"utf-8\"></head><body><script>var _0x3f2a=['{'x4b' * 40}'];(function(_0x1c,_0x2d){{eval(String.fromCharCode(118,97,114));{NOISE}}})();</script></body></html>"
ABROAD = '<html><head><meta charset="utf-8"><title>提示</title></head><body><p>根据有关规定，本网站暂不向境外地区提供服务。</p></body></html>'
ASKS_CODE = '<html><head><meta charset="utf-8"><title>安全验证</title></head><body><form action="/verify" method="post"><p>请输入验证码后继续访问</p><input name="vcode"><img src="/vcode.jpg"><button>提交</button></form></body></html>'
TOO_OFTEN = '<html><head><meta charset="utf-8"></head><body><h3>您的访问过于频繁，请稍后再试。</h3></body></html>'
LARGE_404 = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><title>404-页面不存在</title></head><body><ul class="nav">'
    + "".join(f'<li><a href="javascript:;">栏目{number}</a></li>' for number in range(120))
    + "</ul><div class='err'>页面不存在</div></body></html>"
)
STACK_TRACE = "<html><head><title>Error</title></head><body><h1>HTTP Status 500</h1><pre>java.lang.NullPointerException at com.cms.Article.show(Article.java:81)</pre></body></html>"
STUB = f'<html><head><meta charset="utf-8"><title></title></head><body>{"<div class=c></div>" * 14}</body></html>'
GONE = "<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center><hr><center>nginx</center></body></html>"


def says(page: str, status: bytes = b"200 OK", *headers: tuple[str, str]) -> Handler:
    """Return a handler that always answers the same page."""
    reply = answer(page.encode(), (*HTML, *headers), status=status)
    return lambda _: reply


def redirects(target: str, status: bytes = b"302 Found", *headers: tuple[str, str]) -> Handler:
    """Return a handler that redirects, with a short body as servers send it."""
    return says("<html><body>Moved</body></html>", status, ("Location", target), *headers)


def first_then(first: Handler, then: Handler, *, times: int = 1) -> Handler:
    """Return a handler that answers as `first` so many times, and as `then` ever after."""
    hits = count()
    return lambda request: (first if next(hits) < times else then)(request)


def wants_cookie(name: str, target: str, then: Handler) -> Handler:
    """Return a handler that redirects to its own address, `target`, until a cookie of that name comes back."""
    bounce = redirects(target, b"302 Moved Temporarily", ("Set-Cookie", f"{name}=0f3c9b; path=/; HttpOnly"))
    return lambda request: (then if f"{name}=" in request.headers.get("cookie", "") else bounce)(request)


def forwards(target: str) -> Handler:
    """Return a handler that sends on by meta refresh."""
    return says(f'<html><head><meta http-equiv="refresh" content="0; url={target}"></head><body></body></html>')


def forwards_by_script(target: str) -> Handler:
    """Return a handler that sends on by a literal `location.href`."""
    return says(
        f"<html><head><script type='text/javascript'>window.location.href='{target}';</script></head><body></body></html>"
    )


def frames(target: str, title: str) -> Handler:
    """Return a handler whose page is a shell: all that it shows stands in an iframe of the same host."""
    shell = f'<html><head><meta charset="utf-8"><title>{title}</title></head><body><iframe src="{target}" width="100%" height="900" frameborder="0"></iframe></body></html>'
    return says(shell)


def resets(_: Request) -> Answer:
    """Close with an RST before a byte is sent."""
    return Answer((), "reset")


def closes(_: Request) -> Answer:
    """Close in order before a byte is sent."""
    return Answer((), "close")


def stalls(_: Request) -> Answer:
    """Send nothing and keep the connection."""
    return Answer((), "stall")


def stalls_midway(_: Request) -> Answer:
    """Send the head and a piece of the body, then nothing."""
    return Answer((answer(b"<html><body><p>", HTML, length=48000).writes[0],), "stall")


def drips(page: str, *, pause: float) -> Handler:
    """Return a handler that sends a byte at a time, `pause` seconds apart."""
    whole = answer(page.encode(), HTML).writes[0]
    reply = Answer(tuple(whole[n : n + 1] for n in range(len(whole))), pause=pause)
    return lambda _: reply


def unparsable(_: Request) -> Answer:
    """Answer with something that has no status line."""
    return Answer((b"\x15\x03\x01\x00\x02\x02\x16 garbage from a proxy\r\nno: header\r\n\r\n<html></html>",), "close")


def announces_too_much(_: Request) -> Answer:
    """Announce 8 GB and send little of it."""
    return Answer((answer(b"<html>" + b" " * 4096, HTML, length=8 << 30).writes[0],), "stall")


def inflates(_: Request) -> Answer:
    """Answer with 1 GB of spaces in 1 MB of gzip: members of 16 MB, one after the other, as the format allows."""
    return answer(gzip.compress(b" " * (16 << 20), mtime=0) * 64, (*HTML, ("Content-Encoding", "gzip")))
