"""What counts as the same report."""

from __future__ import annotations

import json

import pytest

from crawler.fingerprint import FILE, FORM, TEXT, fingerprint, kind_of

FORM_BODY = (
    "<div id='zoom'><p>二、主动公开政府信息情况</p><table><tr><td>第二十条第（一）项</td><td>{figure}</td></tr></table>"
    "<p>四、行政复议、行政诉讼情况</p><table><tr><td>未经复议直接起诉</td></tr></table><p>六、其他需要报告的事项</p><p>无。</p></div>"
)


def page(figure: int = 12, around: str = "") -> bytes:
    body = FORM_BODY.format(figure=figure)
    return f"<html><head><title>年报</title></head><body><div>{around}{body}</div></body></html>".encode()


def scripted(figure: int) -> bytes:
    """A page whose body is an escaped string, as on gkmlpt."""
    written = json.dumps(FORM_BODY.format(figure=figure))
    return f"<html><body><script>window._CONFIG={written}</script></body></html>".encode()


@pytest.mark.parametrize(
    "around", ["<p>浏览次数：4711</p>", "<ul><li><a href='/1'>另一条新闻</a></li></ul>", "<script>var hits=3</script>"]
)
def test_what_changes_around_a_report_does_not_count(around):
    assert fingerprint(page(around=around)) == fingerprint(page())


@pytest.mark.parametrize("make", [page, scripted])
def test_a_figure_counts(make):
    assert fingerprint(make(figure=13)) != fingerprint(make(figure=12))
    assert kind_of(fingerprint(make(figure=13))) == FORM


def test_the_charset_does_not_count():
    gbk = page().decode().encode("gbk")
    assert fingerprint(gbk, "text/html; charset=gbk") == fingerprint(page(), "text/html; charset=utf-8")


def test_of_a_page_without_the_form_the_whole_text_counts_but_not_its_counter():
    before, after, other = (
        f"<html><p>公告{n}</p><p>点击量: {hits}</p></html>".encode() for n, hits in ((1, 5), (1, 6), (2, 5))
    )
    assert fingerprint(before) == fingerprint(after) != fingerprint(other)
    assert kind_of(fingerprint(before)) == TEXT


def test_of_a_file_every_byte_counts():
    assert fingerprint(b"%PDF-1.4 a") != fingerprint(b"%PDF-1.4 b")
    assert kind_of(fingerprint(b"%PDF-1.4 a")) == FILE
