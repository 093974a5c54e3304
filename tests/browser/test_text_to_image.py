"""The tab that people come for: words, previews, the picture, its film, Stop, the code."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Site, Visitors
from tests.browser.panels import open_tab, pixels
from tests.browser.test_gallery import open_gallery

COUNT_PICTURES = """(stage) => {
  window.seen = new Set();
  new MutationObserver(() => {
    const picture = stage.querySelector('img');
    if (picture) window.seen.add(picture.src);
  }).observe(stage, {childList: true, subtree: true, attributes: true});
}"""


def test_the_tab_opens_with_a_picture_and_the_prompt_that_made_it(stay):
    panel = open_tab(stay(), "text_to_image")
    assert pixels(panel.source).shape[:2] == (128, 128)
    expect(panel.words).to_have_value("red apple")
    expect(panel.stage).to_contain_text("made when the app started")


@pytest.fixture(scope="module")
def quick_site(tmp_path_factory):
    with Site(tmp_path_factory.mktemp("drafts"), "tests/browser/drafting_app.py", ("--runtime", "torch")) as running:
        yield running


def test_a_draft_follows_words_and_sliders_and_is_made_in_full_from_its_seed(quick_site, chromium):
    visitors = Visitors(quick_site, chromium)
    page = visitors()
    panel = open_tab(page, "text_to_image")
    before = panel.source
    panel.words.fill("cat face")
    expect(panel.stage).to_contain_text(re.compile(r"draft · 4 steps · seed \d+ · \d+ ms"))
    expect(panel.downloads).to_have_count(0)
    words = panel.source
    assert words != before
    panel.slider("Guidance").fill("9")
    panel.moved_on(words)
    panel.field("Seed").fill("77")
    expect(panel.stage).to_contain_text("seed 77")
    panel.lock.uncheck()
    drafted = panel.source
    panel.make()
    assert panel.seed == 77 and abs(pixels(panel.source) - pixels(drafted)).mean() < 25
    panel.make()
    assert panel.seed != 77, "the next one is left to chance again"
    open_gallery(page, 2)
    page.locator("#text_to_image-tab-button").click()
    page.get_by_label("Draft while I type or drag").uncheck()
    panel.words.fill("house")
    page.wait_for_timeout(600)
    expect(panel.stage).not_to_contain_text("draft")
    visitors.leave()


def test_previews_result_film_stop_and_code(visit):
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    panel = open_tab(page, "text_to_image")
    panel.stage.evaluate(COUNT_PICTURES)
    panel.words.fill("cat face")
    panel.box("Steps").fill("30")
    panel.box("Steps").blur()
    panel.make()
    assert page.evaluate("window.seen.size") >= 4, "three previews and the result"
    expect(panel.status).to_contain_text(re.compile(r"seed \d+ · [\d.]+ s on"))
    assert pixels(panel.source).shape == (128, 128, 3)
    expect(panel.downloads).to_have_count(2)

    page.locator("#text_to_image-code-fold").get_by_role("button").first.click()
    page.locator("#text_to_image-code").get_by_role("button", name=re.compile("copy", re.I)).click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "StableDiffusionPipeline" in copied and "'cat face'" in copied and f"seeds = [{panel.seed}]" in copied

    page.locator("#text_to_image_film-fold").get_by_role("button").first.click()
    film = page.locator(".pg-film")
    expect(film).to_be_visible()
    expect(film.locator("figure")).to_have_count(4)
    line = film.locator("p[data-frame]:visible")
    before = line.inner_text()
    scrubber = film.get_by_role("slider")
    scrubber.fill("0")
    assert line.inner_text() != before and line.inner_text().startswith("Step 1 of 30")
    expect(film.locator(".pg-formula")).to_contain_text("4 · ")

    earlier = panel.source
    panel.box("Steps").fill("100")
    panel.box("Number of pictures").fill("9")
    panel.box("Number of pictures").blur()
    panel.generate.click()
    expect(panel.status).to_contain_text(re.compile(r"Step [1-9]\d? of 100"))
    panel.stop.click()
    expect(panel.status).to_contain_text("Stopped")
    assert panel.source == earlier
    panel.box("Number of pictures").fill("1")
    panel.box("Steps").fill("4")
    panel.box("Steps").blur()
    panel.make()
    assert panel.source != earlier


def test_the_tokens_of_the_prompt_are_counted_and_a_long_one_is_read_in_parts(stay):
    panel = open_tab(stay(), "text_to_image")
    panel.words.fill("a small red apple beside a yellow banana on a blue background in the noto style, twice as large")
    expect(panel.area).to_contain_text(re.compile(r"\d+ of \d+ tokens"))
    panel.box("Steps").fill("2")
    panel.make()
    expect(panel.status).to_contain_text("the prompt was read in 2 parts")


def test_an_empty_prompt_is_made_and_says_so(stay):
    panel = open_tab(stay(), "text_to_image")
    panel.words.fill("")
    panel.box("Steps").fill("2")
    panel.make()
    expect(panel.status).to_contain_text("Empty prompt")
