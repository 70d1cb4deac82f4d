"""In a real browser: archived pages can do nothing, the reader finds the marked cell, pages fit a phone."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, Request, expect, sync_playwright

from publish.originals import MARK_ID, original_url
from publish.replay import replay_url

expect.set_options(timeout=30_000)  # milliseconds; a busy machine is no fault of the site


@pytest.fixture(scope="module")
def address(built: Any, serving: Any) -> Iterator[str]:
    with serving(built.db, built.archive) as (_, address):
        yield address.rstrip("/")


@pytest.fixture(scope="module")
def outside() -> Iterator[socket.socket]:
    """A socket to which every host but the site's own is mapped: whoever gets out knocks here."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.setblocking(False)
        yield listener


@pytest.fixture(scope="module")
def browser(chromium: str, outside: socket.socket) -> Iterator[Browser]:
    switches = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        f"--host-resolver-rules=MAP *.test 127.0.0.1:{outside.getsockname()[1]}",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=switches)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, address: str, outside: socket.socket) -> Iterator[Page]:
    """A page that fails the test when anything outside the site is asked for, or a window opens by itself."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    page, strayed = context.new_page(), []

    def watch(request: Request) -> None:
        if urlsplit(request.url).scheme != "data" and not request.url.startswith(address):
            strayed.append(request.url)

    def stopped(request: Request) -> None:
        if request.failure == "csp" and request.url in strayed:  # told of before the policy stopped it
            strayed.remove(request.url)

    context.on("request", watch)
    context.on("requestfailed", stopped)
    context.on("page", lambda other: strayed.append(f"window {other.url}"))
    page.on("dialog", lambda dialog: strayed.append(f"dialog {dialog.message}"))
    yield page
    context.close()
    assert strayed == []
    with pytest.raises(BlockingIOError):
        outside.accept()


def test_the_watch_sees_whoever_gets_out(browser: Browser, outside: socket.socket) -> None:
    page = browser.new_page()
    page.set_content("<img src='http://outside.test/a.png'>", wait_until="commit")
    for _ in range(100):
        page.evaluate("new Promise(requestAnimationFrame)")
        try:
            outside.accept()[0].close()
            break
        except BlockingIOError:
            continue
    else:
        pytest.fail("the mapped host was not reached")
    page.close()
    with contextlib.suppress(BlockingIOError):
        while True:
            outside.accept()[0].close()


@pytest.mark.parametrize("tail", ["", "/body", "/body?place=t0r0c0"])
def test_a_hostile_original_can_do_nothing(page: Page, address: str, built: Any, tail: str) -> None:
    page.goto(address + original_url(built.captures["hostile"]) + tail)
    page.wait_for_load_state("networkidle")
    body = page.main_frame if tail else page.frames[1]
    assert body.locator("#h").inner_text() == "原文"
    assert "hacked" not in page.title()
    assert page.url.startswith(address)


@pytest.mark.parametrize("what", ["#b", "#a"])
def test_a_click_into_a_hostile_original_leads_nowhere(page: Page, address: str, built: Any, what: str) -> None:
    page.goto(address + original_url(built.captures["hostile"]))
    page.frames[1].locator(what).click(no_wait_after=True)
    page.wait_for_load_state("networkidle")
    assert page.url == address + original_url(built.captures["hostile"])
    assert page.frames[1].locator("#h").inner_text() == "原文"


def test_a_click_on_a_figure_shows_its_cell_in_the_original(page: Page, address: str) -> None:
    page.goto(f"{address}/report/150203-2021")
    page.get_by_role("link", name="13", exact=True).click()
    page.wait_for_load_state("networkidle")
    cell = page.frame_locator("iframe.original").locator(f"#{MARK_ID}")
    assert cell.inner_text().strip() == "13"
    expect(cell).to_be_in_viewport()  # waits until the frame has scrolled to it


@pytest.mark.parametrize(
    "path",
    ["/", "/search?q=%E5%85%AC%E5%BC%80", "/report/510781-2020", "/authority/510781", "/nianbao/findings", "/about"],
)
@pytest.mark.parametrize("width", [360, 1200])
def test_no_page_is_wider_than_its_window_and_none_breaks_the_policy(
    page: Page, address: str, path: str, width: int
) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address + path)
    page.wait_for_load_state("networkidle")
    page.evaluate(
        "document.querySelectorAll('h1, .hits h2, .latest a, .facts dd').forEach(one => one.append('W'.repeat(900)))"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []


def test_a_reader_searches_by_keyboard_alone(page: Page, address: str) -> None:
    page.goto(f"{address}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").startswith("跳到正文")
    page.locator("#q").focus()
    page.keyboard.type("信息处理费")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    assert page.locator("mark").first.inner_text() == "信息处理费"


def replayed(page: Page) -> FrameLocator:
    """Return the archived page within ReplayWeb.page."""
    return page.frame_locator("replay-web-page iframe").frame_locator("iframe.iframe-main")


def test_an_archived_page_shows_in_replayweb_page_with_its_picture_and_style(
    page: Page, address: str, built: Any
) -> None:
    page.goto(address + original_url(built.captures["rich"]))
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name="重现当时的页面").press("Enter")
    page.wait_for_url("**/replay")
    heading = replayed(page).locator("#h")
    expect(heading).to_have_text("政府信息公开工作年度报告")  # from GB 18030; and no script changed it
    expect(heading).to_have_css("color", "rgb(1, 2, 3)")
    picture = replayed(page).locator("#p")
    expect(picture).to_have_js_property("naturalWidth", 1)
    expect(picture).to_have_css("width", "77px")


def test_what_is_replayed_can_do_nothing(page: Page, address: str, built: Any) -> None:
    there = address + replay_url(built.captures["rich"])
    page.goto(there)
    expect(replayed(page).locator("#p")).to_have_js_property("complete", True)
    for what in ("#b", "#j", "#a"):
        replayed(page).locator(what).click(no_wait_after=True)
    page.wait_for_load_state("networkidle")
    assert page.url == there
    assert "hacked" not in page.content()
    assert "hacked" not in page.title()
    (worker,) = page.context.service_workers
    assert urlsplit(worker.url).path == "/-/replay/sw.js"
    assert page.evaluate("navigator.serviceWorker.controller") is None  # the page around is out of its reach
    page.goto(f"{address}/")
    assert page.evaluate("navigator.serviceWorker.controller") is None


def test_without_javascript_the_way_leads_to_the_plain_view(browser: Browser, address: str, built: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + replay_url(built.captures["rich"]))
    expect(page.get_by_text("此页需要 JavaScript 与")).to_be_visible()
    page.get_by_role("link", name="不需脚本").click()
    plain = page.frame_locator("iframe.original").locator("#h")
    expect(plain).to_have_text("政府信息公开工作年度报告")
    context.close()


CONTRAST = """() => {
  const channel = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = colour => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(Number);
    return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  };
  const ground = e => {
    for (; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if (!/, 0\\)$/.test(colour)) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const ratio = e => {
    const [a, b] = [light(getComputedStyle(e).color), light(ground(e))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  return [...document.querySelectorAll('body *')]
    .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && e.getClientRects().length)
    .map(e => [ratio(e), e.outerHTML.slice(0, 90)])
    .filter(([found]) => found < 4.5);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/report/150203-2021", "/search?q=%E5%85%AC%E5%BC%80"])
def test_text_stands_out_from_its_ground(page: Page, address: str, path: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(address + path)
    assert page.evaluate(CONTRAST) == []
