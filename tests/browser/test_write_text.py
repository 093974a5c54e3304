"""The Words tab and the prompt writer: bars follow typing, a click takes a word, ✨ offers prompts."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import LOADING_MS
from tests.browser.panels import Panel

MODELS = ("words-gpt2", "words-lstm", "words-ngram")


def writing(stay) -> tuple[Page, Panel]:
    page = stay()
    page.locator("#write_text-tab-button").click()
    panel = Panel(page, "write_text")
    expect(page.locator("#writer-words-ngram .pg-bars button").first).to_be_visible(timeout=LOADING_MS)
    return page, panel


def test_bars_follow_typing_and_a_click_takes_a_word_and_goes_on(stay):
    page, panel = writing(stay)
    panel.field("Start of the text").fill("red apple on a blue")
    for model in MODELS:
        first = page.locator(f"#writer-{model} .pg-bars button").first
        expect(first).to_contain_text("background")
        expect(page.locator(f"#writer-{model} .pg-perplexity")).to_contain_text(re.compile(r"perplexity \d"))
    page.locator("#writer-words-lstm .pg-bars button").first.click()
    expect(panel.field("Start of the text")).to_have_value("red apple on a blue background")
    expect(page.locator("#writer-words-gpt2 .pg-tokens button")).to_have_count(7)


def test_another_word_at_an_earlier_place_is_taken_there(stay):
    page, panel = writing(stay)
    panel.field("Start of the text").fill("red apple on a")
    tokens = page.locator("#writer-words-ngram .pg-tokens button")
    expect(tokens).to_have_count(5)
    tokens.nth(1).click()
    expect(tokens.nth(1)).to_have_attribute("aria-pressed", "true")
    other = page.locator('#writer-words-ngram .pg-bars li:not(.pg-at) button[data-word=" heart"]')
    other.click()
    expect(panel.field("Start of the text")).to_have_value("red heart")


def test_all_three_write_and_show_what_is_inside(stay):
    page, panel = writing(stay)
    panel.field("Start of the text").fill("a small")
    page.locator("#writers-write").click()
    for model in MODELS:
        expect(page.locator(f"#writer-{model} .pg-written")).to_contain_text(re.compile(r"a small.* tokens/s"))
        page.locator(f"#inside-{model} .pg-fold-head").click()
        expect(page.locator(f"#inside-{model} table tr").nth(2)).to_be_visible()
    panel.generate.click()
    expect(panel.downloads.first).to_be_visible()
    expect(panel.stage.locator(".pg-token").nth(2)).to_be_visible()


def test_the_wand_offers_prompts_and_a_click_takes_one(stay):
    page = stay()
    for task in ("text_to_image", "text_to_video"):
        page.locator(f"#{task}-tab-button").click()
        page.locator(f"#{task}-wand").click()
        offers = page.locator(f"#{task}-offers button")
        expect(offers.first).to_be_visible(timeout=LOADING_MS)
        said = offers.first.inner_text()
        offers.first.click()
        expect(Panel(page, task).field("Prompt")).to_have_value(said)
