"""Captions, the way there and back, the map: with towers and a captioner of random weights, which say nonsense."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from playground.settings import Settings
from tests.browser.conftest import LOADING_MS, Site, Visitors
from tests.browser.panels import Panel
from tests.families.tiny_words import caption_folder, towers_folder


@pytest.fixture(scope="module")
def seeing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("seeing")
    checkpoints = folder / "checkpoints"
    checkpoints.mkdir()
    for known in Settings.checkpoints.iterdir():
        if known.name not in ("emoji-clip", "emoji-caption"):
            (checkpoints / known.name).symlink_to(known)
    towers_folder(checkpoints / "emoji-clip", "dual")
    caption_folder(checkpoints / "emoji-caption", "convolutions")
    with Site(folder, flags=("--checkpoints", str(checkpoints))) as running:
        yield running


@pytest.fixture
def page(seeing: Site, chromium: Browser) -> Iterator[Page]:
    visitors = Visitors(seeing, chromium)
    yield visitors()
    visitors.leave()


def test_a_picture_is_drawn_with_its_fit_read_mapped_and_sent_there_and_back(page: Page) -> None:
    panel = Panel(page, "text_to_image")
    panel.words.fill("red heart")
    panel.box("Steps").fill("4")
    panel.box("Number of pictures").fill("2")
    panel.box("Number of pictures").blur()
    panel.generate.click()
    expect(panel.downloads.first).to_be_visible(timeout=LOADING_MS)
    figures = panel.stage.locator("figure")
    expect(figures.first).to_contain_text(re.compile(r"fit -?\d\.\d\d"))
    page.locator(".pg-best-first").click()
    fits = [float(figures.nth(place).get_attribute("data-fit") or "nan") for place in range(2)]
    assert fits[0] >= fits[1]

    page.locator("#text_to_image_film-fold .pg-fold-head").click()
    words = page.locator(".pg-film-words button")
    expect(words).to_have_text(["red", "heart"], timeout=LOADING_MS)
    shade = page.locator(".pg-film-shade").last
    expect(shade).to_be_hidden()
    words.nth(1).hover()
    expect(shade).to_be_visible()

    page.locator("#text_to_image-to-words").click()
    caption = Panel(page, "caption")
    page.wait_for_function("() => playground.forms.caption?.values.image")
    caption.box("Temperature").fill("1.5")
    caption.box("Temperature").blur()
    caption.generate.click()
    expect(caption.downloads.first).to_be_visible(timeout=LOADING_MS)
    caption.stage.locator(".pg-token").first.hover()
    expect(caption.stage.locator(".pg-others .pg-share")).to_have_count(6)
    painted = "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean)"
    assert caption.stage.locator(".pg-looked canvas").evaluate(painted)

    page.locator("#round-trip-fold .pg-fold-head").click()
    page.locator("#round-trip-prompt").fill("blue apple")
    page.locator("#round-trip-go").click()
    expect(page.locator("#round-trip-way img")).to_have_count(2, timeout=LOADING_MS)
    expect(page.locator("#round-trip-way")).to_contain_text(re.compile(r"both pictures -?\d\.\d\d"))

    page.locator("#gallery-tab-button").click()
    page.locator("#gallery-map .pg-fold-head").click()
    expect(page.locator("#gallery-map")).to_contain_text(re.compile(r"[1-9] pictures"), timeout=LOADING_MS)
    page.locator("#gallery-map-find").click()
    expect(page.locator("#gallery-said")).to_contain_text("the nearest first", timeout=LOADING_MS)
    expect(page.locator("#gallery-tiles .pg-tile").first).to_be_visible()
