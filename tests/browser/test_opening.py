"""What a visitor finds: pictures at once, their language, their colours, on any screen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.panels import Panel, fits, open_tab, pixels

FAMILIES = {"digits_cvae": "Digits", "class_gan": "Class → Image"}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_tab_is_filled_with_a_picture_when_the_page_opens(stay, family):
    panel = open_tab(stay(), family)
    assert pixels(panel.source).shape == (28, 28)
    expect(panel.page.locator(f"#{family}-process img")).to_be_visible()


def test_the_header_names_device_and_loaded_checkpoints(stay):
    state = stay().locator(".pg-state")
    expect(state).to_contain_text("GB")
    expect(state).to_contain_text("checkpoints loaded")
    named = state.locator("[title]").get_attribute("title")
    assert "digits-cvae" in named and "fashion-gan" in named


def test_the_language_switch_changes_labels_buttons_and_tabs_and_survives_a_reload(visit):
    page = visit()
    panel = open_tab(page, "digits_cvae")
    page.get_by_text("中文", exact=True).click()
    for again in (False, True):
        if again:
            page.reload()
            open_tab(page, "digits_cvae")
        expect(panel.generate).to_have_text("生成")
        expect(panel.stop).to_have_text("停止")
        expect(page.locator("#digits_cvae-tab-button")).to_have_text("数字")
        expect(page.locator("#class_gan-tab-button")).to_have_text("类别 → 图片")
        expect(panel.slider("离散度")).to_be_visible()
        expect(panel.area.get_by_text("条件：要写哪个数字。")).to_be_visible()
        expect(page.locator("#pg-restore")).to_have_text("从文件恢复")
        expect(page.get_by_role("heading", name="条件生成游乐场")).to_be_visible()
        expect(page.locator("#digits_cvae-how")).to_contain_text("工作原理")
    page.get_by_text("English", exact=True).click()
    expect(panel.generate).to_have_text("Generate")
    expect(panel.slider("Spread")).to_be_visible()


def test_a_chinese_browser_starts_in_chinese_and_results_are_told_in_it(visit):
    page = visit(locale="zh-CN")
    panel = open_tab(page, "class_gan")
    expect(panel.generate).to_have_text("生成")
    panel.make()
    expect(panel.status).to_contain_text(re.compile(r"种子 \d+ · .* 秒"))
    expect(page.locator("#class_gan-downloads")).to_contain_text("下载")


@pytest.mark.parametrize(("scheme", "first", "then"), [("light", 1440, 390), ("dark", 390, 1440)])
def test_nothing_sticks_out_to_the_side(visit, scheme, first, then):
    page = visit(viewport={"width": first, "height": 900}, color_scheme=scheme)
    for family in FAMILIES:
        panel = open_tab(page, family)
        panel.slider("Number of samples").fill("12")
        panel.make()
        expect(panel.pictures).to_have_count(12)
        for width in (first, then):
            page.set_viewport_size({"width": width, "height": 900})
            assert fits(page), family
            for tab in page.locator(f"#{family}-more [role=tablist] [role=tab]").all():
                tab.click()
                assert fits(page), tab.inner_text()
    dark = page.evaluate("document.body.classList.contains('dark')")
    assert dark == (scheme == "dark")


def test_on_a_phone_the_picture_is_above_its_controls_and_generate_goes_to_it(visit):
    panel = open_tab(visit(viewport={"width": 390, "height": 844}), "digits_cvae")
    expect(panel.pictures).to_be_in_viewport()
    expect(panel.slider("Digit")).to_be_visible()
    stage, slider = panel.stage.bounding_box(), panel.slider("Digit").bounding_box()
    assert stage and slider and stage["y"] + stage["height"] <= slider["y"]
    panel.page.mouse.wheel(0, 900)
    expect(panel.stage).not_to_be_in_viewport()
    panel.generate.click()
    expect(panel.stage).to_be_in_viewport(ratio=0.9)


def test_on_a_phone_the_tab_that_a_link_opens_is_in_sight(visit):
    page = visit("/?tab=gallery", viewport={"width": 390, "height": 700})
    expect(page.locator("#gallery-tab-button")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("size", [(1440, 700), (390, 700)], ids=["laptop", "phone"])
def test_generate_and_stop_are_in_sight_before_anything_is_scrolled(stay, size):
    page = stay()
    wide = page.viewport_size
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for family in ("text_to_image", "class_gan", "digits_cvae", "text_to_video"):
        page.locator(f"#{family}-tab-button").click()
        page.evaluate("scrollTo(0, 0)")
        panel = Panel(page, family)
        expect(panel.generate).to_be_in_viewport(ratio=1)
        expect(panel.stop).to_be_in_viewport(ratio=1)
    page.set_viewport_size(wide)


@pytest.mark.parametrize("family", FAMILIES)
def test_how_it_works_opens(stay, family):
    page = stay()
    open_tab(page, family)
    fold = page.locator(f"#{family}-how")
    expect(fold.locator("svg").first).to_be_hidden()
    fold.get_by_role("button", name="How it works").click()
    expect(fold.locator(".pg-story").first).to_be_visible()
    expect(fold.locator("svg").filter(visible=True).first).to_be_visible()


@pytest.mark.parametrize("family", FAMILIES)
def test_the_python_lines_and_the_report_are_there_after_generate(stay, family):
    page = stay()
    panel = open_tab(page, family)
    panel.make()
    page.locator(f"#{family}-code-fold").get_by_role("button", name="Python lines").click()
    expect(page.locator(f"#{family}-code")).to_contain_text("from_pretrained")
    expect(page.locator(f"#{family}-code")).to_contain_text(str(panel.seed))
    page.locator(f"#{family}-report-fold").get_by_role("button", name="Everything about").click()
    expect(page.locator(f"#{family}-report")).to_contain_text(str(panel.seed))


def test_every_panel_has_its_own_generate_and_stop(stay):
    page = stay()
    for family, tasks in {"digits_cvae": ("digits_number",), "class_gan": ("class_gan_sheet",)}.items():
        open_tab(page, family)
        for task in (family, *tasks):
            expect(Panel(page, task).generate).to_be_visible()
            expect(Panel(page, task).stop).to_be_visible()
