"""A room in the browser: a guest comes in with the code, puts a result on the wall, and the projector shows it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import grave_findings
from tests.browser.conftest import LOADING_MS, PATIENCE_MS, WIDE, Site
from tests.eventually import eventually

PROJECTOR = {"width": 1920, "height": 1080}


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    expect.set_options(timeout=PATIENCE_MS)
    flags = ("--workshop", "--host", "127.0.0.1")
    with Site(tmp_path_factory.mktemp("workshop"), flags=flags) as running:
        eventually(lambda: "The host:" in running.printed())
        yield running


def said(site: Site, pattern: str) -> str:
    found = re.search(pattern, site.printed())
    assert found
    return found[1]


@pytest.fixture(scope="module")
def host(workshop: Site, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport=WIDE, locale="en-US")
    page = context.new_page()
    page.goto(workshop.url + said(workshop, r"(/h/\w+)"))
    expect(page.locator("#pg-host-panel")).to_be_visible()
    expect(page.locator(".pg-state.pg-ready")).to_be_visible(timeout=2 * LOADING_MS)
    yield page
    context.close()


@pytest.fixture(scope="module")
def guest(workshop: Site, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    page = context.new_page()
    page.goto(workshop.url)
    page.locator("#code").fill(said(workshop, r"code (\w+ \w+)"))
    page.locator("#name").fill("小明")
    page.get_by_role("button", name="进入").click()
    expect(page.locator(".pg-room")).to_contain_text("小明")
    expect(page.locator(".pg-state.pg-ready")).to_be_visible(timeout=2 * LOADING_MS)
    yield page
    context.close()


@pytest.fixture(scope="module")
def projector(host: Page) -> Page:
    page = host.context.new_page()
    page.set_viewport_size(PROJECTOR)
    page.goto(f"{host.url.rstrip('/').split('?')[0]}/present")
    return page


def make_digit(guest: Page) -> None:
    guest.locator("#digits_cvae-tab-button").click()
    guest.locator("#digits_cvae-generate").click()
    expect(guest.locator("#digits_cvae-to-wall")).to_be_visible()


def test_a_result_is_on_the_projector_within_a_second_of_the_click(guest: Page, projector: Page) -> None:
    expect(projector.locator("#empty")).to_contain_text("Nothing on the wall yet")
    make_digit(guest)
    with guest.expect_response("**/room/wall/put"):
        guest.locator("#digits_cvae-to-wall").click()
    put_up = time.monotonic()
    expect(projector.locator("#wall img")).to_have_count(1)
    assert projector.locator("#wall img").evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 0
    assert time.monotonic() - put_up < 1.5, "a second, and what asking a busy machine takes"
    expect(projector.locator("#wall figcaption")).to_contain_text("小明")
    expect(guest.locator("#digits_cvae-to-wall")).to_have_text("已上墙 · 取下")


def test_keys_lead_the_projector(projector: Page, host: Page, guest: Page) -> None:
    make_digit(guest)
    expect(guest.locator("#digits_cvae-to-wall")).to_have_text("放到展示墙")
    guest.locator("#digits_cvae-to-wall").click()
    expect(projector.locator("#wall img")).to_have_count(2)
    projector.keyboard.press("ArrowRight")
    projector.keyboard.press("Enter")
    expect(projector.locator("#large")).to_be_visible()
    expect(projector.locator("#large table")).to_contain_text("Spread")
    projector.keyboard.press("n")
    expect(projector.locator("#by")).to_be_empty()
    projector.keyboard.press("Escape")
    expect(projector.locator("#large")).to_be_hidden()
    projector.keyboard.press("p")
    expect(projector.locator("#paused")).to_be_visible()
    projector.keyboard.press("p")
    projector.keyboard.press("t")
    live = projector.frame_locator("#tab iframe")
    expect(live.locator("#pg-header")).to_be_visible(timeout=LOADING_MS)
    projector.keyboard.press("Escape")
    expect(projector.locator("#tab")).to_be_hidden()
    projector.keyboard.press("h")
    expect(projector.locator("#wall img")).to_have_count(1)


def test_no_stray_click_breaks_the_projectors_page(projector: Page) -> None:
    before = projector.locator("#wall").inner_html()
    address = projector.url
    for column in range(8):
        for row in range(5):
            where = (projector.mouse, 120 + column * 230, 40 + row * 240)
            where[0].click(*where[1:], button="right" if (column + row) % 3 == 0 else "left", click_count=1 + row % 2)
    projector.mouse.wheel(0, 900)
    assert projector.url == address and projector.locator("#wall").inner_html() == before
    assert projector.locator("a, button, input, select, [tabindex='0'], [contenteditable]").count() == 0
    projector.keyboard.press("c")
    expect(projector.locator("#keys")).to_contain_text("Press C again to clear the wall")
    projector.keyboard.press("ArrowRight")
    projector.keyboard.press("c")
    assert projector.locator("#wall img").count() == 1, "another key between them takes it back"


@pytest.mark.parametrize("size", [{"width": 1920, "height": 1080}, {"width": 1280, "height": 720}])
def test_the_projectors_page_fits_without_scrolling(projector: Page, size: dict[str, int], tmp_path: Path) -> None:
    projector.set_viewport_size(size)  # type: ignore[arg-type]

    def fits() -> bool:
        boxes = [picture.bounding_box() for picture in projector.locator("#wall img").all()]
        return all(box and box["y"] + box["height"] <= size["height"] and box["width"] > 150 for box in boxes)

    eventually(fits)  # the page draws anew once it is told of its size
    assert projector.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_the_host_has_a_panel_and_guests_have_none(host: Page, guest: Page) -> None:
    expect(guest.locator("#pg-host-panel")).to_be_hidden()
    host.bring_to_front()
    host.locator("#pg-host-panel").click()
    panel = host.locator("#pg-panel")
    expect(panel).to_contain_text("小明")
    panel.locator("#pg-limit-pictures").fill("2")
    panel.locator("#pg-limit-pictures").blur()
    panel.locator("#pg-limit-tabs input[value=class_gan]").uncheck()
    expect(guest.locator("#class_gan-tab-button")).to_be_hidden()
    expect(guest.locator("#digits_cvae-num_images")).to_have_attribute("max", "2")
    panel.locator("#pg-limit-tabs input[value=class_gan]").check()
    expect(guest.locator("#class_gan-tab-button")).to_be_visible()
    panel.get_by_role("button", name="Close", exact=True).click()
    expect(panel).to_be_hidden()


def test_a_reload_changes_nothing(guest: Page) -> None:
    guest.reload()
    expect(guest.locator(".pg-room")).to_contain_text("小明")
    guest.locator("#digits_cvae-process").scroll_into_view_if_needed()
    guest.evaluate("document.getElementById('digits_cvae-history').scrollIntoView()")
    expect(guest.locator("#digits_cvae-history [data-id]").first).to_be_visible()


def test_guests_follow_the_host_through_a_lesson_and_the_host_sees_their_answers(host: Page, guest: Page) -> None:
    host.locator("#pg-lessons-button").click()
    host.locator("[data-lesson=noise]").click()
    host.locator("#pg-lesson-next").click()
    host.locator("#pg-lesson-bring").click()
    expect(guest.locator("#pg-lesson h2")).to_have_text("种子让图片重现")
    expect(guest.locator("#text_to_image-seed")).to_have_value("7")
    expect(guest.locator(".pg-locked #text_to_image-prompt")).to_have_value("red apple")
    expect(guest.locator("#text_to_image-guidance_scale")).to_be_hidden()
    guest.locator(".pg-choice-button").first.click()
    expect(guest.locator("#pg-lesson")).to_contain_text("正确。")
    expect(host.locator(".pg-votes").first).to_have_text("1")
    expect(host.locator("#pg-lesson")).to_contain_text("At this step: 1 of 1")
    guest.locator("#pg-lesson-next").click()
    expect(host.locator("#pg-lesson")).to_contain_text("At this step: 0 of 1")
    guest.goto(guest.url.split("?")[0])
    expect(guest.locator("#pg-lesson h2")).to_have_text("同一噪声，不同文字")
    guest.locator("#pg-lesson-leave").click()
    expect(guest.locator("#text_to_image-guidance_scale")).to_be_visible()


@pytest.mark.parametrize(
    ("scheme", "locale"), [("light", "en-US"), ("dark", "en-US"), ("light", "zh-CN"), ("dark", "zh-CN")]
)
def test_axe_finds_nothing_serious_on_the_rooms_pages(
    workshop: Site, chromium: Browser, guest: Page, tmp_path: Path, scheme: str, locale: str
) -> None:
    make_digit(guest)
    with guest.expect_response("**/room/wall/put"):
        guest.locator("#digits_cvae-to-wall").click()
    options = {"viewport": WIDE, "color_scheme": scheme, "locale": locale}
    context = chromium.new_context(**options, bypass_csp=True)  # the wall's page lets no script in, not even axe
    context.set_default_timeout(LOADING_MS)
    page = context.new_page()
    page.goto(workshop.url)
    expect(page.locator("#enter")).to_be_visible()
    found = grave_findings(page, "join")
    page.goto(workshop.url + said(workshop, r"(/h/\w+)"))
    page.locator("#pg-host-panel").click()
    expect(page.locator("#pg-panel .pg-rows").first).to_contain_text("小明")
    found += grave_findings(page, "panel")
    page.locator("#pg-panel .pg-panel-head button").click()
    page.locator("#pg-lessons-button").click()
    found += grave_findings(page, "lessons")
    page.locator("[data-lesson=guidance]").click()
    expect(page.locator("#pg-lesson h2")).to_be_visible()
    found += grave_findings(page, "lesson")
    language = "zh" if locale.startswith("zh") else "en"
    wall = tmp_path / "wall.html"
    wall.write_bytes(context.request.get(f"{workshop.url}/room/wall.html?language={language}").body())
    page.goto(f"{workshop.url}/present")
    expect(page.locator("#wall img").first).to_be_visible()
    found += grave_findings(page, "projector")
    page.keyboard.press("g")
    page.keyboard.press("q")
    found += grave_findings(page, "projector, code")
    page.goto(wall.as_uri())
    expect(page.locator("figure").first).to_be_visible()
    found += grave_findings(page, "wall to take along")
    context.close()
    assert found == []


def test_the_hosts_check_tells_line_by_line_what_this_machine_bears(host: Page) -> None:
    host.bring_to_front()
    host.locator("#pg-host-panel").click()
    checked = host.locator("#pg-checked")
    expect(checked).to_be_hidden()
    host.locator("#pg-panel").get_by_role("button", name="Check this machine").click()
    expect(checked).to_contain_text("Files go to")
    expect(checked).to_contain_text("Looking …")
    expect(checked).not_to_contain_text("Looking …", timeout=5 * LOADING_MS)
    lines = checked.inner_text().splitlines()
    assert {line[0] for line in lines} <= {"✓", "!"}, lines
    for words in (
        r"Address",
        r"Memory: \d+ of \d+ GB are free",
        r"Worker: .+ \(ready\)",
        r"digits-cvae: a result took",
    ):
        assert any(re.search(words, line) for line in lines), (words, lines)
    assert any(re.search(r"Text → Image: \d+ can ask at once .+; of 30, the last waits about", line) for line in lines)
    assert any(re.search(r"Digits: \d+ people can drag a slider at once", line) for line in lines)
    host.locator("#pg-panel .pg-panel-head button").click()
