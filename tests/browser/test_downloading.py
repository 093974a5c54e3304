"""A visitor picks a checkpoint of the hub, sees what it costs, fetches it on purpose, and draws with it."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from tests.browser.conftest import PATIENCE_MS, Visitors
from tests.browser.panels import Panel, pixels
from tests.hub.conftest import app, hub, hub_catalog  # noqa: F401
from tests.hub.server import Hub
from tests.server import Server


def test_a_checkpoint_is_fetched_with_a_button_and_a_bar(chromium: Browser, app: Server, hub: Hub) -> None:  # noqa: F811
    hub.troubles["acme/tiny"].trickle_after = 100_000
    visitors = Visitors(app, chromium)
    page = visitors()
    fetch, bar = page.locator("#text_to_image-download"), page.locator("#text_to_image-download-bar")
    about = page.locator("#text_to_image-about")
    expect(fetch).to_be_hidden()
    choose = page.locator("#text_to_image-checkpoint input")
    choose.click()
    expect(page.get_by_role("option", name="Stable Diffusion XL, 1024 px (download 6.9 GB)")).to_be_visible()
    page.get_by_role("option", name="SD-Turbo, 512 px").click()
    panel = Panel(page, "text_to_image")
    expect(about).to_contain_text("sd-turbo")
    page.get_by_text("Advanced", exact=True).first.click()
    expect(panel.box("Steps")).to_have_value("2")
    negative = panel.area.get_by_text("What guidance leads away from.")
    for gone in (
        panel.box("Guidance"),
        negative,
        page.locator("#text_to_image-more-guidance_scale"),
    ):
        expect(gone).to_be_hidden()
    choose.click()
    page.get_by_role("option", name="tiny (download 2 MB)").click()
    expect(negative).to_be_visible()
    expect(about).to_contain_text("MIT · 2 MB to download · tiny")
    expect(fetch).to_have_text("Download 2 MB")
    expect(panel.box("Steps")).to_have_value("2")
    expect(panel.box("Guidance")).to_have_value("3")
    page.locator("#pg-language").get_by_text("中文").click()
    expect(fetch).to_have_text("下载 2 MB")
    page.locator("#pg-language").get_by_text("English").click()
    expect(fetch).to_have_text("Download 2 MB")

    fetch.click()
    expect(page.locator("#text_to_image-download-cancel")).to_be_visible()
    expect(bar).to_contain_text(re.compile(r"\d MB / \d MB · [\d.]+ MB/s · [\d.]+ s left"))
    hub.troubles["acme/tiny"].trickle_after = 0
    expect(bar).to_contain_text("Downloaded and checked; press Generate.")
    expect(fetch).to_be_hidden()
    expect(page.locator("#text_to_image-download-cancel")).to_be_hidden()
    expect(about).to_contain_text(re.compile(r"MIT · \d MB · tiny"))

    panel.generate.click()
    expect(panel.status).to_contain_text(re.compile(r"seed \d+ · [\d.]+ s on"), timeout=4 * PATIENCE_MS)
    assert pixels(panel.source).shape[:2] == (64, 64)
    visitors.leave()
